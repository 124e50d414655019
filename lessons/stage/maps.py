"""The loss of two parameters from above."""

from functools import lru_cache

import numpy as np

from course_lib.grids import parameter_grid
from lessons.stage import style


@lru_cache(maxsize=64)
def heat(loss, bounds, points=61):
    """Losses on a grid over `bounds`, shape (points, points); float32 is enough for a picture."""
    return np.asarray(loss(parameter_grid(bounds, points).astype(np.float32)))


def draw_map(ax, loss, bounds, levels=14):
    """A loss of two parameters from above, dark where it is low, on axes that end at `bounds`."""
    ax.set(xlim=bounds[0], ylim=bounds[1], xlabel="φ₀", ylabel="φ₁")
    style.heat_map(ax, bounds, heat(loss, bounds), levels)
