"""Which examples each step sees, how steps make epochs, and which examples are kept to judge by."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import numpy as np

from course_lib._settings import Count, Flag, Settings
from course_lib._validation import Seed, as_counts, as_flag, as_fraction, as_generator, at_least


@dataclass(frozen=True, eq=False)
class Minibatches(Settings):
    """The random batches Bₜ of equation 6.10, all of one size; give it to `descend` as `batches`.

    Without replacement, an epoch is one pass through a fresh shuffle of the examples: every one
    is used exactly once, and the last batch holds what is left. With replacement, every batch is
    drawn anew from all the examples, and may hold one twice. A batch of all the examples, without
    replacement, is gradient descent itself.

    batch_size : at least 1; without replacement, at most the number of examples
    rng : a np.random.Generator, whose numbers go on from one descent to the next, or a seed,
        which makes every descent see the same batches
    replacement : draw with replacement
    drop_last : leave out the last batch of an epoch where it is smaller than the others (with
        replacement none is)

    >>> batches = Minibatches(batch_size=2, rng=0).indices(n_examples=5)
    >>> [next(batches).tolist() for _ in range(3)]  # one epoch
    [[2, 4], [3, 0], [1]]
    """

    batch_size: Count
    rng: "np.random.Generator | int"  # in quotes, not to import np.random: that takes 10 ms
    replacement: Flag = False
    drop_last: Flag = False

    def __post_init__(self):
        super().__post_init__()
        as_generator("rng", self.rng)

    def indices(self, n_examples: int) -> Iterator[np.ndarray]:
        """An endless iterator of index arrays, int64, shape (batch_size,) but for a last one."""
        rng = np.random.default_rng(self.rng)
        if self.replacement:
            at_least("n_examples", n_examples, 1)
            epochs = (self._draw(n_examples, rng) for _ in count())
        else:
            steps = steps_per_epoch(n_examples, self.batch_size, self.drop_last)
            epochs = (self._shuffle(n_examples, steps, rng) for _ in count())
        return chain.from_iterable(epochs)

    def _draw(self, n_examples, rng):
        """About an epoch's worth of batches at once: one at a time would be slow."""
        steps = -(-n_examples // self.batch_size)
        return rng.integers(n_examples, size=(steps, self.batch_size))

    def _shuffle(self, n_examples, steps, rng):
        order, size = rng.permutation(np.arange(n_examples, dtype=np.int64)), self.batch_size
        return [order[first : first + size] for first in range(0, steps * size, size)]


def steps_per_epoch(n_examples: int, batch_size: int, drop_last: bool = False) -> int:
    """How many batches one pass over the examples takes; the last one may be smaller.

    drop_last : count whole batches only

    >>> steps_per_epoch(100, batch_size=20), steps_per_epoch(103, batch_size=20)
    (5, 6)
    """
    at_least("n_examples", n_examples, 1)
    at_least("batch_size", batch_size, 1)
    as_flag("drop_last", drop_last)
    if batch_size > n_examples:
        raise ValueError(
            f"batch_size is {batch_size}, expected at most {n_examples}, the number of examples"
        )
    return n_examples // batch_size if drop_last else -(-n_examples // batch_size)


def epochs_done(steps, n_examples: int, batch_size: int, drop_last: bool = False) -> Any:
    """How many whole passes some steps have made: also the epoch, from 0, of step t = steps.

    steps : a whole number, or an array of them, at least 0

    >>> epochs_done(1000, n_examples=100, batch_size=20)
    200
    >>> epochs_done(np.arange(7), n_examples=5, batch_size=2)
    array([0, 0, 0, 1, 1, 1, 2])
    """
    return as_counts("steps", steps) // steps_per_epoch(n_examples, batch_size, drop_last)


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


def folds(n: int, k: int, seed: Seed = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split n examples into k parts at random, each the one to judge by once: k-fold validation.

    k pairs of indices in ascending order, as of `train_validation_split`. Every example is in one
    validation part and k - 1 training parts, and the sizes of the parts differ by at most one.

    n : number of examples
    k : number of folds, at least 2 and at most n
    seed : int or np.random.Generator

    >>> [validation.tolist() for train, validation in folds(5, k=2, seed=0)]
    [[2, 3, 4], [0, 1]]
    """
    at_least("n", n, 2)
    at_least("k", k, 2, most=n)
    shuffled = as_generator("seed", seed).permutation(n)
    parts = np.array_split(shuffled, k)
    return [(np.setdiff1d(shuffled, part), np.sort(part)) for part in parts]
