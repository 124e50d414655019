"""Which minimum of the Gabor loss each start reaches: a grid of descents, taken as far as asked."""

from functools import lru_cache
from itertools import islice

import numpy as np

from course_lib.descent import descend, iterate
from course_lib.grids import parameter_grid
from course_lib.paths import DIVERGED
from lessons.experiments.equations import EQUATIONS
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss, gabor_minima

POINTS, LAST = 51, 400
"""Starts along each axis, and the most steps they take."""
EVERY = 10
"""They are kept after every so many steps."""


class Starts:
    """Descents by one rule from a grid over the Gabor box, in float32, taken as far as asked."""

    def __init__(self, rule):
        phi = parameter_grid(GABOR_BOUNDS, POINTS).astype(np.float32)
        self._ends = [(phi, np.zeros(phi.shape[:-1], bool))]
        self._steps = iterate(gabor_loss(), phi, rule)

    def after(self, steps):
        """Where they are after `steps`, a multiple of EVERY, and which of them have diverged."""
        with np.errstate(all="ignore"):
            while len(self._ends) <= steps // EVERY:
                step = next(islice(self._steps, EVERY - 1, None))
                self._ends.append((step.phi, step.status == DIVERGED))
        return self._ends[steps // EVERY]


@lru_cache(maxsize=64)
def starts_of(rule, learning_rate):
    """The descents of one rule; they go on where they were left."""
    return Starts(EQUATIONS[rule].rule_at(learning_rate))


@lru_cache(maxsize=32)
def path_from(start, rule, learning_rate):
    """The descent from one start."""
    made = EQUATIONS[rule].rule_at(learning_rate)
    return descend(gabor_loss(), start, made, steps=LAST, tolerance=1e-3)


def nearest_minimum(phi, within=0.5):
    """The rank of the minimum that each phi (..., 2) has come close to, -1 where there is none."""
    minima = np.array([point.phi for point in gabor_minima()], dtype=phi.dtype)
    distances = np.linalg.norm(phi[..., None, :] - minima, axis=-1)
    return np.where(distances.min(axis=-1) < within, distances.argmin(axis=-1), -1)


def minimum_reached(rule, learning_rate, steps):
    """The rank of the minimum that each start of the grid reaches, -1 for none of them."""
    return nearest_minimum(starts_of(rule, learning_rate).after(steps)[0])


def outside(rule, learning_rate, steps):
    """Which starts of the grid have left the box, and which of them have diverged."""
    phi, diverged = starts_of(rule, learning_rate).after(steps)
    low, high = np.array(GABOR_BOUNDS, phi.dtype).T
    return ((phi < low) | (phi > high)).any(axis=-1), diverged
