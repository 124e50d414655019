"""Equations that check what they are handed."""

from functools import wraps

import numpy as np

from course_lib._validation import FLOAT, as_float_array


class Equations:
    """A loss whose own equations take numbers, or arrays of shapes that go together."""

    def __init_subclass__(cls, **more):
        super().__init_subclass__(**more)
        for name in ("share", "slope", "curvature", "margin", "value", "slopes", "curvatures"):
            if name in vars(cls):
                checking = _checking(getattr(cls, name))
                static = isinstance(vars(cls)[name], staticmethod)
                setattr(cls, name, staticmethod(checking) if static else checking)


def _checking(equation):
    """An equation that checks its arguments: numbers, or arrays of shapes that go together."""
    names = equation.__code__.co_varnames[: equation.__code__.co_argcount]
    first = 1 if names[0] == "self" else 0

    @wraps(equation)
    def checking(*arguments, **named):
        if named:
            arguments += tuple(named[name] for name in names[len(arguments) :] if name in named)
        for each in arguments[first:]:
            kind = type(each)
            if kind is not np.float64 and (kind is not np.ndarray or each.dtype is not FLOAT):
                given = map(as_float_array, names[first:], arguments[first:])
                arguments = *arguments[:first], *(array[()] for array in given)
                break
        try:
            return equation(*arguments)
        except ValueError:
            _fit(dict(zip(names[first:], arguments[first:])))
            raise

    return checking


def _fit(arrays):
    """Refuse arrays, by name, of shapes that do not broadcast."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        told = " and ".join(f"{name} has shape {array.shape}" for name, array in arrays.items())
        raise ValueError(f"{told}, expected shapes that broadcast") from None
