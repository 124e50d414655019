"""Regular grids of parameters: one call on a grid is a heat map."""

import numpy as np

from course_lib._validation import Bounds, as_bounds, as_counts


def parameter_grid(bounds: Bounds, points) -> np.ndarray:
    """Every combination of evenly spaced parameter values, ready to be the ensemble of a loss.

    Shape (points₀, …, points_{P-1}, P).

    bounds : P pairs (low, high)
    points : how many values along each axis, a whole number or P of them, each at least 2

    >>> parameter_grid([(0, 1), (10, 20)], 2).tolist()
    [[[0.0, 10.0], [0.0, 20.0]], [[1.0, 10.0], [1.0, 20.0]]]
    """
    bounds = as_bounds(bounds)
    counts = np.broadcast_to(as_counts("points", points, 2, len(bounds)), len(bounds)).tolist()
    axes = [np.linspace(low, high, count) for (low, high), count in zip(bounds, counts)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
