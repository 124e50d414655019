"""Random search against grid search, where few hyperparameters matter (claim cl-29)."""

import numpy as np

from course_lib._types import Seed
from course_lib._validation import as_generator, at_least, not_negative
from course_lib.hyperparameters.spaces import Uniform
from course_lib.hyperparameters.strategies import GridSearch, RandomSearch


def random_against_grid(
    importance=(1.0, 0.0), points=3, repeats: int = 400, seed: Seed = 0
) -> tuple[np.ndarray, np.ndarray]:
    """The lowest loss that each finds, with as many trials, on many landscapes.

    A landscape is Σᵢ importanceᵢ (hᵢ - targetᵢ)², its target uniform in the unit box: with
    importance (1, 0) only the first hyperparameter matters. A grid then tries `points` values that
    differ, random search as many as it has trials.

    Parameters
    ----------
    importance : one weight for each hyperparameter, not negative; rows of them (K, n) are K
        comparisons on the same targets and draws
    points : of the grid along each axis; both searches have points**n trials
    repeats : how many landscapes
    seed : of the targets and of the random searches

    Returns
    -------
    grid, random : the lowest losses, each of shape (repeats,), or (K, repeats)

    >>> grid, random = random_against_grid()
    >>> float((random < grid).mean().round(1))
    0.8
    """
    importance = np.asarray(not_negative("importance", importance))
    if importance.ndim not in (1, 2):
        raise ValueError(
            f"importance has shape {importance.shape}, expected one weight for each "
            "hyperparameter, or rows of them"
        )
    at_least("repeats", repeats, 1)
    n = importance.shape[-1]
    space = {f"h{i}": Uniform(0, 1) for i in range(n)}
    targets = as_generator("seed", seed).random((repeats, n))
    lattice = _points(GridSearch(space, points), seed)
    draws = _points(RandomSearch(space, repeats * len(lattice)), seed)
    draws = draws.reshape(repeats, *lattice.shape)

    def lowest(tried):
        return ((tried - targets[:, None]) ** 2 @ importance.T).min(axis=1).T

    return lowest(lattice), lowest(draws)


def _points(strategy, seed):
    return np.array([[*trial.settings.values()] for trial in strategy.next_stage([], seed)])
