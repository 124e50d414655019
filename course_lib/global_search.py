"""Two searches that see the whole box: feasible for few parameters (floor 3; section 6.2)."""

import numpy as np

from course_lib._validation import as_bounds, as_float_array, as_losses, at_least
from course_lib.descent import descend
from course_lib.grids import parameter_grid


def grid_search(loss, bounds, points):
    """Exhaustive search: the loss at every point of a grid, and the best of them.

    Parameters
    ----------
    loss : callable (*ensemble, P) -> (*ensemble,)
    bounds : one (low, high) pair for each parameter
    points : values along each axis, a whole number or one for each axis

    Returns
    -------
    phi (P,), loss : the best point of the grid and its loss. The work grows as points**P.

    >>> from course_lib.surfaces import Quadratic
    >>> phi, value = grid_search(Quadratic([1.0, 1.0]), [(-1, 1), (-1, 1)], points=5)
    >>> phi.tolist(), value
    ([0.0, 0.0], 0.0)
    """
    grid = parameter_grid(bounds, points)
    losses = as_losses("loss(grid)", loss(grid), grid.shape[:-1])
    best = np.unravel_index(np.nanargmin(losses), losses.shape)
    return grid[best], float(losses[best])


def random_starts(bounds, n, rng):
    """n starts, uniform in the box: shape (n, P). `rng` is a seed or a np.random.Generator."""
    low, high = as_bounds(bounds).T
    return np.random.default_rng(rng).uniform(low, high, size=(at_least("n", n, 1), len(low)))


def multi_start(loss, starts, rule, steps):
    """Descend from every start at once and return the Path of the one that ended lowest.

    Parameters
    ----------
    starts : shape (n, P), for example from `random_starts`
    loss, rule, steps : as in `descend`

    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import CosineWave
    >>> starts = random_starts([(-1, 2)], n=8, rng=0)
    >>> best = multi_start(CosineWave(), starts, GradientDescent(0.05), steps=100)
    >>> best.final.round(3)
    array([1.09])
    """
    starts = as_float_array("starts", starts)
    if starts.ndim != 2:
        raise ValueError(f"starts has shape {starts.shape}, expected (n, P)")
    paths = descend(loss, starts, rule, steps)
    # A member that diverged, to minus infinity perhaps, has found no minimum.
    useless = paths.diverged | np.isnan(paths.final_loss)
    ended = np.where(useless, np.inf, paths.final_loss)
    return paths.member(*np.unravel_index(np.argmin(ended), ended.shape))
