"""Checks of arguments: every error names the argument, its value and what was expected."""

import math
import numbers
import operator
from collections.abc import Sequence
from types import MethodType
from typing import TypeAlias

import numpy as np

from course_lib._errors import wrong_kind, wrong_shape, wrong_value

FLOAT = np.dtype(np.float64)
MOST = 2**31 - 1
"""The largest count: an array of as many numbers fits no usual memory."""

Seed: TypeAlias = "int | Sequence[int] | np.random.Generator"  # in quotes: importing it takes 10 ms
Bounds: TypeAlias = Sequence[Sequence[float]] | np.ndarray
"""One (low, high) pair for each parameter."""


def as_float_array(name, value):
    """Return `value` as a floating array (float32 is kept, all else becomes float64).

    Text, times and booleans are no numbers, even where NumPy would convert them. Complex numbers
    without an imaginary part are.
    """
    if type(value) is np.ndarray and value.dtype.char in "df":  # most calls: one a step and more
        return value
    if hasattr(value, "mask") and np.any(value.mask):
        raise wrong_value(name, value, "real numbers, none of them masked")
    array = _as_real(value)
    if array is None:
        raise wrong_kind(name, value, "real numbers")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def _as_real(value):
    """The value as an array of real numbers, or None where it is something else."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and all(map(_is_real, array.flat)):  # such as 2**70
            array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):  # rows of different lengths; 10**400
        return None
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    return array if array.dtype.kind in "fiu" else None


def _is_real(entry):
    return isinstance(entry, numbers.Real) and not isinstance(entry, bool)


def as_number(name, value):
    """Return `value` if it is one number, be it nan or infinite."""
    array = as_float_array(name, value)
    if array.ndim:
        raise wrong_value(name, value, "one number")
    return _plain(value, array)


def as_finite(name, value):
    """Return `value` if it is one finite number."""
    number = as_number(name, value)
    if not math.isfinite(number):
        raise wrong_value(name, value, "one finite number")
    return number


def as_list(name, value):
    """Return `value`, one finite number or a list of at least one, as an array of one axis."""
    array = as_float_array(name, value)
    if array.ndim > 1 or not array.size or not np.isfinite(array).all():
        raise wrong_value(name, value, "a list of numbers, finite and at least one")
    return array.reshape(-1)


def as_flag(name, value):
    """Return `value` if it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise wrong_kind(name, value, "True or False")
    return value


def one_of(name, value, options):
    """Return `value` if it is one of some words (or None, where None is an option)."""
    if not (value is None or isinstance(value, str)) or value not in options:
        raise wrong_value(name, value, f"one of {', '.join(map(repr, options))}")
    return value


def as_thing(name, thing, expected, *attributes):
    """Return `thing` if it is no class and has these attributes; `__call__`, if it is called."""
    if isinstance(thing, type) or not all(hasattr(thing, each) for each in attributes):
        raise wrong_kind(name, thing, expected)
    return thing


def as_loss(name, loss, *more):
    """Return `loss` if it can be called, and has `gradient` and what more is needed of it."""
    needs = [f"`{each}`" for each in ("gradient", *more)]
    needs = " and ".join(filter(None, [", ".join(needs[:-1]), needs[-1]]))
    return as_thing(name, loss, f"a callable with {needs}", "__call__", "gradient", *more)


def as_loss_of_examples(name, loss):
    """Return `loss` if it is a sum over examples, of which some can be chosen."""
    needs = "__call__", "gradient", "batch", "n_examples"
    return as_thing(name, loss, "a loss of examples, such as LeastSquares", *needs)


def as_path(path):
    """Return `path` if it is a Path, or as good as one."""
    needs = "params", "t", "diverged", "last_step"
    return as_thing("path", path, "a Path, what `descend` returns", *needs)


def as_network(network):
    """Return `network` if it is an MLP, or as good as one."""
    needs = "unravel", "activations", "n_parameters"
    return as_thing("network", network, "an MLP, such as MLP((2, 8, 1))", *needs)


def as_function(name, function):
    """Return `function` if it can be called, and is no class."""
    return as_thing(name, function, "a function", "__call__")


def as_generator(name, rng):
    """Return a random generator: `rng` itself, or one made from a seed."""
    if isinstance(rng, type) or not hasattr(rng, "spawn"):  # no generator, nor what makes one
        seeds = rng if isinstance(rng, (list, tuple)) and rng else [rng]
        try:  # NumPy would take more: None, True or text
            for seed in seeds:
                at_least(name, seed, 0, most=math.inf)
        except (TypeError, ValueError):
            expected = "a np.random.Generator or a seed, a whole number that is not negative"
            raise wrong_kind(name, rng, expected) from None
    return np.random.default_rng(rng)


def as_parameters(phi, n_parameters, name="phi"):
    """Return `phi` as an array of shape (*ensemble, P); P is n_parameters unless that is None."""
    if type(phi) is np.ndarray and phi.dtype is FLOAT and phi.shape[-1:] == (n_parameters,):
        return phi  # most calls
    phi = as_float_array(name, phi)
    if phi.ndim == 0 or n_parameters not in (None, phi.shape[-1]):
        expected = f"(..., {n_parameters or 'P'}): the parameters lie on the last axis"
        raise wrong_shape(name, phi, expected)
    return phi


def as_inputs(x, n_inputs, dtype):
    """Return inputs as an array (I,) for a model of one input, and (I, n_inputs) for others."""
    if n_inputs == 1 and type(x) is np.ndarray and x.ndim == 1 and x.dtype is dtype:
        return x  # most calls
    x = as_float_array("x", x)
    if x.dtype is not dtype:
        x = x.astype(dtype)
    if x.ndim == 0 or x.shape[1:] != ((n_inputs,) if n_inputs > 1 else ()):
        expected = f"(I, {n_inputs})" if n_inputs > 1 else "one axis: (I,)"
        raise wrong_shape("x", x, expected)
    return x


def as_examples(x, y, n_inputs=1, n_outputs=1):
    """Return copies of the inputs, (I,) or (I, n_inputs), and of the outputs, all finite."""
    x, y = _as_data("x", x), _as_data("y", y)
    as_inputs(x, n_inputs, x.dtype)
    if y.ndim == 0 or y.shape[1:] != ((n_outputs,) if n_outputs > 1 else ()):
        raise wrong_shape("y", y, f"(I, {n_outputs})" if n_outputs > 1 else "one axis: (I,)")
    for name, array in (("x", x), ("y", y)):
        if array.size == 0:
            raise ValueError(f"{name} is empty, expected at least one example")
        if not np.isfinite(array).all():
            index = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
            place = ", ".join(map(str, index))
            raise ValueError(f"{name}[{place}] is {array[index]}, expected finite numbers")
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} examples and y has {len(y)}, expected as many of each")
    return x, y


def _as_data(name, values):
    """A copy of data as a floating array. Yes and no are data: True is 1, and False 0."""
    if _are_booleans(values):
        values = np.asarray(values, np.float64)
    return as_float_array(name, values).copy()


def _are_booleans(values):
    if isinstance(values, (list, tuple)):
        return all(isinstance(each, (bool, np.bool_)) for each in values)
    return type(values) is np.ndarray and values.dtype.kind == "b"


def as_losses(name, values, shape):
    """Return what a loss gave for an ensemble of this shape: one number for each member."""
    if type(values) is np.float64 and shape == ():  # most losses of one point
        return values
    values = as_float_array(name, values)
    if values.shape != shape:
        raise wrong_shape(name, values, f"{shape}: one number for each point")
    return values


def as_indices(indices, n_examples):
    """Return `indices` as an array that chooses at least one of n_examples examples."""
    array = indices if type(indices) is np.ndarray else _as_real(indices)
    whole = array is not None and array.ndim == 1 and array.size > 0 and array.dtype.kind in "iu"
    # Read without its sign, a number below zero is larger than any count.
    if not (whole and array.astype(np.uint64).max() < n_examples):
        expected = f"a list of whole numbers from 0 to {n_examples - 1}"
        raise wrong_value("indices", indices, expected)
    return array


def as_step(name, t):
    """Return `t` if it counts steps: a whole number, not negative."""
    return t if type(t) is int and 0 <= t <= MOST else at_least(name, t, 0)


def unguarded(method):
    """A method without the checks that a wrapper makes before it, if it has one of ours."""
    bare = getattr(method, "unguarded", None)
    return method if bare is None else MethodType(bare, method.__self__)


def positive(name, value):
    """Return `value` (a number or an array) if every entry is finite and above zero."""
    return _each(name, value, lambda x: np.isfinite(x) & (x > 0), "finite and above zero")


def not_negative(name, value):
    """Return `value` (a number or an array) if every entry is finite and at least zero."""
    return _each(name, value, lambda x: np.isfinite(x) & (x >= 0), "finite and not negative")


def as_positive(name, value):
    """Return `value` if it is one number above zero."""
    return positive(name, as_number(name, value))


def as_not_negative(name, value):
    """Return `value` if it is one number that is not negative."""
    return not_negative(name, as_number(name, value))


def fraction(name, value):
    """Return `value` (a number or an array) if every entry lies strictly between 0 and 1."""
    return _each(name, value, lambda x: (0 < x) & (x < 1), "a number between 0 and 1")


def as_fraction(name, value):
    """Return `value` if it is one number strictly between 0 and 1."""
    return fraction(name, as_number(name, value))


def share(name, value):
    """Return `value` (a number or an array) if every entry is at least 0 and below 1."""
    return _each(name, value, lambda x: (0 <= x) & (x < 1), "at least 0 and below 1")


def _each(name, value, holds, expected):
    """Return `value`, a number or an array of at least one, if the condition holds for each."""
    array = as_float_array(name, value)
    if not array.size:
        raise ValueError(f"{name} is empty, expected a number or an array of them")
    if not holds(array).all():
        raise wrong_value(name, value, expected)
    return _plain(value, array)


def _plain(value, array):
    """A number as it came, if Python or NumPy made it so; all else as the array that it is."""
    return value if isinstance(value, (int, float)) else array[()]


def at_least(name, value, least, most=MOST):
    """Return `value` if it is a whole number, at least `least` and at most `most`."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, (bool, np.bool_)):
        raise wrong_kind(name, value, "a whole number")
    if number < least:
        raise wrong_value(name, number, f"at least {least}")
    if number > most:
        raise wrong_value(name, number, f"at most {most}")
    return number


def as_counts(name, value, least=0, size=None):
    """Return `value`, a whole number or an array of them (of `size`), each at least `least`."""
    array = _as_real(value)
    if array is None or array.ndim == 0:
        return at_least(name, value, least)
    expected = f"a whole number or {'some' if size is None else size} of them"
    if array.size and array.dtype.kind not in "iu":
        raise wrong_kind(name, value, expected)
    if not array.size or (size is not None and array.shape != (size,)):
        raise wrong_value(name, value, expected)
    at_least(name, array.min(), least)
    at_least(name, array.max(), least)
    return array


def as_bounds(bounds):
    """Return `bounds` as an array (P, 2) of (low, high) pairs, one for each parameter."""
    array = as_float_array("bounds", bounds)
    if array.ndim != 2 or array.shape[1] != 2 or not array.size:
        raise wrong_value("bounds", bounds, "one (low, high) pair for each parameter")
    if not (np.isfinite(array).all() and (array[:, 0] < array[:, 1]).all()):
        raise wrong_value("bounds", bounds, "finite low < high in each pair")
    return array
