"""The one validation fold."""

import numpy as np

from course_lib._validation import Seed, as_fraction, as_generator, at_least


def train_validation_split(
    n: int, validation: float = 0.2, seed: Seed = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Split n examples once, at random: the indices to train on, and those to judge by.

    Both are in ascending order, for `loss.batch`. One fold of a fair size, not cross-validation:
    each trial is trained once.

    n : number of examples, at least 2
    validation : the share of them to judge by, between 0 and 1; each side has at least one
    seed : int or np.random.Generator

    >>> train, validation = train_validation_split(10, validation=0.3, seed=0)
    >>> len(train), len(validation)
    (7, 3)
    """
    at_least("n", n, 2)
    as_fraction("validation", validation)
    held_out = min(max(round(n * validation), 1), n - 1)
    shuffled = as_generator("seed", seed).permutation(n)
    return np.sort(shuffled[held_out:]), np.sort(shuffled[:held_out])
