"""Settings and results as values: equal where they hold the same, told in one line."""

from dataclasses import fields

import numpy as np

LONGEST = 8
"""A row of more numbers than these is told by its shape."""


class ByValue:
    """What a frozen dataclass with arrays among its fields cannot do by itself: ==, hash and repr.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Rates(ByValue):
    ...     rates: np.ndarray
    >>> Rates(np.array([0.1, 0.2])) == Rates(np.array([0.1, 0.2])), Rates(np.zeros((3, 4)))
    (True, Rates(rates=<array of shape (3, 4)>))
    """

    def __init_subclass__(cls):
        for name in ("__eq__", "__hash__", "__repr__"):  # here `dataclass` leaves them alone
            if name not in vars(cls):
                setattr(cls, name, getattr(cls, name))

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return all(map(same, _values(self), _values(other)))

    def __hash__(self):
        parts = [value.shape if isinstance(value, np.ndarray) else value for value in _values(self)]
        try:
            return hash((type(self), *parts))
        except TypeError:  # a part without a hash: equal ones still share this one
            return hash(type(self))

    def __repr__(self):
        told = (f"{field.name}={short(getattr(self, field.name))}" for field in fields(self))
        return f"{type(self).__name__}({', '.join(told)})"


def same(one, other):
    """Whether two values are equal; arrays by their shape and all their entries."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        one, other = np.asarray(one), np.asarray(other)
        if one.dtype.kind not in "fc" or other.dtype.kind not in "fc":
            return np.array_equal(one, other)
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, (list, tuple)) and type(one) is type(other):
        return len(one) == len(other) and all(map(same, one, other))
    return one is other or bool(one == other)


def short(value):
    """The repr of a value, in which a long row of numbers is told by its shape."""
    if isinstance(value, np.ndarray):
        few = value.ndim <= 1 and value.size <= LONGEST
        return repr(value.tolist()) if few else f"<array of shape {value.shape}>"
    if isinstance(value, (list, tuple)) and len(value) > LONGEST:
        return f"<{type(value).__name__} of {len(value)}>"
    return repr(value)


def words(text, *values):
    """A text for each member, filled in with its own values; a string where there is but one."""
    text, *values = np.broadcast_arrays(text, *values)
    told = np.empty(text.shape, object)
    for member in np.ndindex(told.shape):
        told[member] = text[member].format(*(value[member] for value in values))
    return told[()]


def _values(instance):
    return [getattr(instance, field.name) for field in fields(instance)]
