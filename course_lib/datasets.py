"""The small data sets of chapter 6."""

import numpy as np

from course_lib._validation import Seed, as_generator, as_not_negative, at_least
from course_lib.models import Gabor, Linear

LINE = (0.4, 0.6)
"""Intercept and slope of the line behind `linear_data`."""

GABOR = (0.0, 16.6)
"""The parameters behind `gabor_data`, as figure 6.3 states them."""

LINE_NOISE, LINE_SEED = 0.15, 5
GABOR_NOISE, GABOR_SEED = 0.1635, 3
CLASS_SEED = 0
"""The draws that the pictures show."""


def linear_data(
    n: int = 12, noise: float = LINE_NOISE, seed: Seed = LINE_SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Points near a line (figure 6.1): x uniform on [0, 2], in order, and y with normal noise.

    n : number of examples, at least 1
    noise : standard deviation of the noise, not negative
    seed : int or np.random.Generator
    """
    return _noisy(Linear(), LINE, 0.0, 2.0, n, noise, seed)


def gabor_data(
    n: int = 28, noise: float = GABOR_NOISE, seed: Seed = GABOR_SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Points near a Gabor wave (figure 6.3): x uniform on [-15, 15], normal noise on y.

    The default noise and seed put the global minimum of the least-squares loss near the source's
    0.64. Parameters and result as in `linear_data`.
    """
    return _noisy(Gabor(), GABOR, -15.0, 15.0, n, noise, seed)


def two_class_data(n: int = 10, seed: Seed = CLASS_SEED) -> tuple[np.ndarray, np.ndarray]:
    """Two classes that overlap (problem 6.4): x normal around -1 with y = 0, around 1 with y = 1.

    x and y have shape (2n,): first the examples of class 0, then those of class 1.

    n : number of examples of each class, at least 1
    seed : int or np.random.Generator
    """
    at_least("n", n, 1)
    y = np.repeat([0.0, 1.0], n)
    return 2 * y - 1 + as_generator("seed", seed).standard_normal(2 * n), y


def _noisy(model, phi, low, high, n, noise, seed):
    at_least("n", n, 1)
    noise = as_not_negative("noise", noise)
    rng = as_generator("seed", seed)
    x = np.sort(rng.uniform(low, high, n))
    # Unit noise is drawn first and scaled after, so a noise slider moves the same points.
    return x, model(x, phi) + noise * rng.standard_normal(n)
