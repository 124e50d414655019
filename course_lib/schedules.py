"""Learning rates: a number, an array with one for each member, or a schedule (floor 2)."""

import numpy as np

from course_lib._validation import not_negative, positive


def rate_at(rate, t):
    """The rate at step t = 0, 1, …: `rate(t)` if it is a schedule, else `rate` itself.

    >>> rate_at(0.1, t=7), rate_at(lambda t: 1 / (1 + t), t=3)
    (0.1, 0.25)
    """
    return rate(t) if callable(rate) else rate


def as_rate(name, rate):
    """Return a rate that is above zero, a list of them as an array.

    A schedule is asked for its first rate, which may be 0: a warm-up starts there.
    """
    if callable(rate):
        not_negative(f"{name}(0)", rate(0))
        return rate
    positive(name, rate)
    return np.asarray(rate) if isinstance(rate, (list, tuple)) else rate
