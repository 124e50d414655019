"""Learning rates: a number, an array with one for each member, or a schedule (floor 2)."""

from course_lib._validation import positive


def rate_at(rate, t):
    """The rate at step t = 0, 1, …: `rate(t)` if it is a schedule, else `rate` itself.

    >>> rate_at(0.1, t=7), rate_at(lambda t: 1 / (1 + t), t=3)
    (0.1, 0.25)
    """
    return rate(t) if callable(rate) else rate


def check_rate(name, rate):
    """Refuse a rate that is not above zero; a schedule is asked for its first rate."""
    positive(name if not callable(rate) else f"{name}(0)", rate_at(rate, 0))
