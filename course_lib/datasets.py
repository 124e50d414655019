"""The small data sets of chapter 6, and handwritten digits."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

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


class Examples(NamedTuple):
    """Inputs x (I, D) and what is right for them, y (I,): arrays that cannot be written to."""

    x: np.ndarray
    y: np.ndarray


class Digits(NamedTuple):
    """The digits in three parts: to train on, to choose by, and to look at once at the end."""

    training: Examples
    validation: Examples
    test: Examples


@cache
def digits() -> Digits:
    """Handwritten digits: 1000 to train on, 397 to validate, 400 to test (Alpaydin and Kaynak).

    x (I, 64) holds the 8 x 8 pixels row by row, from 0 (paper) to 1 (ink), and y (I,) the digit
    that was meant, 0 to 9. The order is random, and always the same: the first n examples of a part
    are a fair sample. All three parts are by the same thirteen writers. The licence is in
    digits-LICENSE.md, beside this file.

    >>> training, validation, test = digits()
    >>> training.x.shape, training.y[:5].tolist(), len(validation.y), len(test.y)
    ((1000, 64), [6, 6, 6, 2, 5], 397, 400)
    """
    with np.load(Path(__file__).with_name("digits.npz")) as stored:
        x, y = stored["images"] / 16, stored["labels"].astype(np.int64)
    for array in (x, y):
        array.flags.writeable = False
    ends = (0, 1000), (1000, 1397), (1397, 1797)
    return Digits(*(Examples(x[start:stop], y[start:stop]) for start, stop in ends))


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
