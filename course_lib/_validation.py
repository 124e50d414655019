"""Checks of arguments: every error names the argument, its value and what was expected."""

import operator

import numpy as np


def as_float_array(name, value):
    """Return `value` as a floating array (float32 is kept, all else becomes float64)."""
    if type(value) is np.ndarray and value.dtype.char in "df":  # most calls: one a step and more
        return value
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} is {value!r}, expected real numbers")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def as_parameters(phi, n_parameters, name="phi"):
    """Return `phi` as an array of shape (*ensemble, P); P is n_parameters unless that is None."""
    phi = as_float_array(name, phi)
    if phi.ndim == 0 or n_parameters not in (None, phi.shape[-1]):
        raise ValueError(
            f"{name} has shape {phi.shape}, expected (..., {n_parameters or 'P'}): "
            "the parameters lie on the last axis"
        )
    return phi


def as_inputs(x, n_inputs, dtype):
    """Return inputs as an array (I,) for a model of one input, and (I, n_inputs) for others."""
    x = np.asarray(x, dtype)
    if x.ndim == 0 or x.shape[1:] != ((n_inputs,) if n_inputs > 1 else ()):
        expected = f"(I, {n_inputs})" if n_inputs > 1 else "one axis: (I,)"
        raise ValueError(f"x has shape {x.shape}, expected {expected}")
    return x


def as_examples(x, y, n_inputs=1):
    """Return copies of the inputs, (I,) or (I, n_inputs), and of the outputs, (I,), all finite."""
    x, y = as_float_array("x", x).copy(), as_float_array("y", y).copy()
    as_inputs(x, n_inputs, x.dtype)
    if y.ndim != 1:
        raise ValueError(f"y has shape {y.shape}, expected one axis: (I,)")
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


def as_losses(name, values, shape):
    """Return what a loss gave for an ensemble of this shape: one number for each member."""
    if np.shape(values) != shape:
        raise ValueError(
            f"{name} has shape {np.shape(values)}, expected {shape}: one number for each point"
        )
    return values


def as_indices(indices, n_examples):
    """Return `indices` as an array that chooses at least one of n_examples examples."""
    array = np.asarray(indices)
    whole = array.ndim == 1 and array.size > 0 and array.dtype.kind in "iu"
    # Read without its sign, a number below zero is larger than any count.
    if not (whole and array.astype(np.uint64).max() < n_examples):
        raise ValueError(
            f"indices is {indices!r}, expected a list of whole numbers from 0 to {n_examples - 1}"
        )
    return array


def positive(name, value):
    """Return `value` (a number or an array) if every entry is finite and above zero."""
    array = as_float_array(name, value)
    if not (np.isfinite(array) & (array > 0)).all():
        raise ValueError(f"{name} is {value!r}, expected finite and above zero")
    return value


def not_negative(name, value):
    """Return `value` (a number or an array) if every entry is finite and at least zero."""
    array = as_float_array(name, value)
    if not (np.isfinite(array) & (array >= 0)).all():
        raise ValueError(f"{name} is {value!r}, expected finite and not negative")
    return value


def fraction(name, value):
    """Return `value` if it lies strictly between 0 and 1."""
    array = as_float_array(name, value)
    if not ((0 < array) & (array < 1)).all():
        raise ValueError(f"{name} is {value!r}, expected a number between 0 and 1")
    return value


def share(name, value):
    """Return `value` (a number or an array) if every entry is at least 0 and below 1."""
    array = as_float_array(name, value)
    if not ((0 <= array) & (array < 1)).all():
        raise ValueError(f"{name} is {value!r}, expected at least 0 and below 1")
    return value


def at_least(name, value, least):
    """Return `value` if it is a whole number and at least `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}, expected a whole number") from None
    if number < least:
        raise ValueError(f"{name} is {number}, expected at least {least}")
    return number


def as_bounds(bounds):
    """Return `bounds` as an array (P, 2) of (low, high) pairs, one for each parameter."""
    array = as_float_array("bounds", bounds)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"bounds is {bounds!r}, expected one (low, high) pair for each parameter")
    if not (np.isfinite(array).all() and (array[:, 0] < array[:, 1]).all()):
        raise ValueError(f"bounds is {bounds!r}, expected finite low < high in each pair")
    return array
