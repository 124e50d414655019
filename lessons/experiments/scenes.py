"""The losses that pictures and claims share, built once for each data set and kept."""

from functools import lru_cache

import numpy as np

from course_lib.critical_points import find_critical_points
from course_lib.datasets import GABOR_NOISE, GABOR_SEED, gabor_data, linear_data
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear

LINE_BOUNDS, LINE_START = ((-0.4, 2.0), (-1.0, 1.4)), (1.6, -0.5)
GABOR_BOUNDS = ((-10.0, 10.0), (2.5, 22.5))
STARTS_6_5 = ((-1.5, 9.8), (5.0, 9.4), (1.5, 20.5))
"""The three starts of figure 6.5: the first and the third in the right valley."""


@lru_cache(maxsize=64)
def linear_loss(noise, seed):
    """The loss of figure 6.1 for one draw of its 12 points."""
    return LeastSquares(Linear(), *linear_data(noise=noise, seed=seed))


@lru_cache(maxsize=64)
def line_minimum(loss):
    """The lowest point of the bowl of a line's loss: where its gradient is zero."""
    return np.linalg.solve(loss.hessian((0.0, 0.0)), -loss.gradient((0.0, 0.0)))


@lru_cache(maxsize=64)
def gabor_loss(noise=GABOR_NOISE, seed=GABOR_SEED):
    """The loss of figure 6.4 for one draw of its 28 points."""
    return LeastSquares(Gabor(), *gabor_data(noise=noise, seed=seed))


@lru_cache(maxsize=1)
def gabor_critical_points():
    """Every critical point of the Gabor loss in the box of figure 6.4."""
    return tuple(find_critical_points(gabor_loss(), GABOR_BOUNDS))


def gabor_minima():
    """The minima among them, lowest first."""
    return [point for point in gabor_critical_points() if point.kind == "minimum"]
