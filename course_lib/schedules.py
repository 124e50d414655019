"""Learning rates: a number, an array with one for each member, or a schedule (floor 2)."""

import numpy as np

from course_lib._validation import not_negative, positive, share


def value_at(hyperparameter, t, phi):
    """A hyperparameter at step t = 0, 1, …, shaped to multiply parameters (*ensemble, P).

    A schedule is asked for its value; an array (*ensemble,) of values, one for each member, gets
    a last axis of length one. The type of phi is kept: float32 stays float32.

    >>> value_at(lambda t: 1 / (1 + t), t=3, phi=np.zeros(2))
    0.25
    >>> value_at(np.array([0.1, 0.2]), t=3, phi=np.zeros((2, 5))).shape
    (2, 1)
    """
    value = hyperparameter(t) if callable(hyperparameter) else hyperparameter
    if np.ndim(value) == 0:
        return float(value)
    return np.asarray(value, phi.dtype)[..., None]


def as_rate(name, rate):
    """Return a rate that is above zero, a list of them as an array.

    A schedule is asked for its first rate, which may be 0: a warm-up starts there.
    """
    if callable(rate):
        not_negative(f"{name}(0)", rate(0))
        return rate
    positive(name, rate)
    return np.asarray(rate) if isinstance(rate, (list, tuple)) else rate


def as_share(name, value):
    """Return a coefficient of an average, at least 0 and below 1, a list of them as an array.

    A schedule is asked for its first value.
    """
    share(name if not callable(value) else f"{name}(0)", value(0) if callable(value) else value)
    return np.asarray(value) if isinstance(value, (list, tuple)) else value
