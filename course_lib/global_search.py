"""Searches that see the whole box: feasible for few parameters (section 6.2)."""

from typing import NamedTuple

import numpy as np

from course_lib._errors import wrong_shape
from course_lib._validation import (
    Bounds,
    Seed,
    as_bounds,
    as_counts,
    as_float_array,
    as_function,
    as_generator,
    as_losses,
    at_least,
)
from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.paths import Path


def grid_search(loss, bounds: Bounds, points) -> tuple[np.ndarray, float]:
    """Exhaustive search: the best point phi (P,) of a grid, and its loss.

    The work grows as points**P.

    loss : callable (*ensemble, P) -> (*ensemble,)
    bounds : one (low, high) pair for each parameter
    points : values along each axis, a whole number or one for each axis

    >>> from course_lib.surfaces import Quadratic
    >>> phi, value = grid_search(Quadratic([1.0, 1.0]), [(-1, 1), (-1, 1)], points=5)
    >>> phi.tolist(), value
    ([0.0, 0.0], 0.0)
    """
    as_function("loss", loss)
    grid = parameter_grid(bounds, points)
    losses = as_losses("loss(grid)", loss(grid), grid.shape[:-1])
    best = np.unravel_index(np.nanargmin(losses), losses.shape)
    return grid[best], float(losses[best])


class Quantised(NamedTuple):
    """The best of all quantised parameters (P,), its loss, and how many were tried."""

    phi: np.ndarray
    loss: float
    tried: int


MOST_CANDIDATES = 2**20
"""The largest quantised search that is not refused."""


def quantised_search(loss, bounds: Bounds, bits) -> Quantised:
    """Exhaustive search over parameters of so few bits that all of them can be tried.

    b bits hold 2ᵇ values, evenly spaced from low to high. No other combination has a lower loss:
    of the searches and descents in this course only this one can promise that, and only of the
    values that it tried. The work doubles with every bit of every parameter (chapter 6 notes,
    after Mézard and Mora, 2009).

    loss : callable (*ensemble, P) -> (*ensemble,)
    bounds : one (low, high) pair for each parameter
    bits : for each parameter, a whole number or P of them, each at least 1

    Raises ValueError if there are more than `MOST_CANDIDATES` combinations.

    >>> from course_lib.surfaces import Quadratic
    >>> phi, value, tried = quantised_search(Quadratic([1.0, 1.0]), [(0, 3), (-1, 2)], bits=2)
    >>> phi.tolist(), value, tried
    ([0.0, 0.0], 0.0, 16)
    """
    size = len(as_bounds(bounds))
    bits_each = np.broadcast_to(as_counts("bits", bits, 1, size), size).tolist()
    tried = 2 ** sum(bits_each)
    if tried > MOST_CANDIDATES:
        raise ValueError(
            f"bits is {bits!r}: {size} parameters then have 2**{sum(bits_each)} combinations, "
            f"expected at most {MOST_CANDIDATES} (2**20)"
        )
    phi, lowest = grid_search(loss, bounds, [2**each for each in bits_each])
    return Quantised(phi, lowest, tried)


def random_starts(bounds: Bounds, n: int, rng: Seed) -> np.ndarray:
    """n starts, uniform in the box: shape (n, P). `rng` is a seed or a np.random.Generator."""
    low, high = as_bounds(bounds).T
    return as_generator("rng", rng).uniform(low, high, size=(at_least("n", n, 1), len(low)))


def multi_start(loss, starts, rule, steps: int) -> Path:
    """Descend from every start at once and return the Path of the one that ended lowest.

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
    if starts.ndim != 2 or not starts.size:
        raise wrong_shape("starts", starts, "(n, P)")
    paths = descend(loss, starts, rule, steps)
    # A member that diverged, to minus infinity perhaps, has found no minimum.
    useless = paths.diverged | np.isnan(paths.final_loss)
    ended = np.where(useless, np.inf, paths.final_loss)
    return paths.member(*np.unravel_index(np.argmin(ended), ended.shape))
