"""What the update rules share: values of their hyperparameters, and pieces of their equations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib.schedules import as_rate, as_share, settle, value_at


@dataclass(frozen=True, eq=False)
class MomentumRule:
    """What every form of momentum has: a rate α, a share β, and one array that starts at zero."""

    learning_rate: float | np.ndarray | Callable
    beta: float | np.ndarray | Callable = 0.9

    def __post_init__(self):
        settle(self, learning_rate=as_rate, beta=as_share)

    def init(self, phi):
        """The average m, the velocity v or the buffer b: zeros, shape (*ensemble, P)."""
        return np.zeros_like(phi)


class Moments(NamedTuple):
    """Averages of the gradient, m, and of its square, v, each (*ensemble, P)."""

    m: np.ndarray
    v: np.ndarray


def as_line_search(name, search):
    """Return `search` if it can be called as `search(loss, phi, direction)`."""
    if isinstance(search, type) or not callable(search):
        raise TypeError(f"{name} is {search!r}, expected a line search such as Wolfe()")
    return search


def values_at(t, phi, *hyperparameters):
    """Each hyperparameter at step t, ready to multiply phi."""
    return [value_at(hyperparameter, t, phi) for hyperparameter in hyperparameters]


def power(share, n):
    """share^n, where a number gives the same last bit as an array does.

    These are the powers of Python's floats: NumPy computes those of an array in another way.
    """
    if isinstance(share, np.ndarray):
        return (share.astype(object) ** n).astype(float)
    return share**n


def unbiased(average, share, t):
    """An average that began at zero, over the sum of its weights 1 - share^(t+1) (equation 6.16).

    >>> unbiased(np.array([0.5]), share=0.75, t=0)  # of a single gradient, which was 2
    array([2.])
    """
    return average / value_at(1 - power(share, t + 1), t, average)


def root(v, epsilon, inside):
    """The divisor of an adaptive step: √v + ε, or √(v + ε) with ε inside the root."""
    return np.sqrt(v + epsilon) if inside else np.sqrt(v) + epsilon


def over(a, b):
    """a / b, and 0 where b is 0."""
    return np.divide(a, b, out=np.zeros_like(b), where=b != 0)


def first_rate(direction):
    """The rate at which a first step is no longer than 1, before anything is known: (*ensemble, 1).

    >>> first_rate(np.array([3.0, 4.0]))
    array([0.2])
    """
    return 1 / np.maximum(1, np.linalg.norm(direction, axis=-1, keepdims=True))
