"""The settings of rules, schedules and searches: the type of a field says what it may be."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, TypeAlias, get_args

import numpy as np

from course_lib._errors import shown, wrong_kind, wrong_shape, wrong_value
from course_lib._validation import (
    as_flag,
    as_float_array,
    as_fraction,
    as_not_negative,
    as_positive,
    at_least,
    fraction,
    not_negative,
    positive,
    share,
)
from course_lib._values import ByValue


class Settings:
    """A frozen dataclass whose fields are checked when it is made, each as its type asks for.

    >>> @dataclass(frozen=True)
    ... class Decay(Settings):
    ...     weight_decay: NotNegative = 0.01
    >>> Decay(-1.0)
    Traceback (most recent call last):
    ValueError: weight_decay is -1.0, expected finite and not negative
    """

    def __post_init__(self):
        for name, check, may_be_none in _checks(type(self)):
            value = getattr(self, name)
            if not (may_be_none and value is None):
                object.__setattr__(self, name, check(name, value))  # frozen from here on


class Asked:
    """What a type asks for: `check(name, value)` gives the value to keep, or raises an error."""

    def __init__(self, told, check):
        self.told, self.check = told, check

    def __repr__(self):
        return self.told


@cache
def _checks(owner):
    """Of each field that asks for something: its name, its check, and whether it may be None."""
    return [
        (field.name, asked.check, field.default is None)
        for field in fields(owner)
        for kind in (field.type, *get_args(field.type))
        for asked in getattr(kind, "__metadata__", ())
    ]


def value_at(hyperparameter, t, phi):
    """A hyperparameter at step t = 0, 1, …, shaped to multiply parameters (*ensemble, P).

    A schedule is asked for its value; an array (*ensemble,) of values, one for each member, gets
    a last axis of length one. The type of phi is kept: float32 stays float32.

    >>> value_at(lambda t: 1 / (1 + t), t=3, phi=np.zeros(2))
    0.25
    >>> value_at(np.array([0.1, 0.2]), t=3, phi=np.zeros((2, 5))).shape
    (2, 1)
    """
    if type(hyperparameter) is float and phi.dtype.char == "d":  # most of them, at every step
        return hyperparameter
    value = hyperparameter(t) if callable(hyperparameter) else hyperparameter
    if isinstance(value, np.ndarray) and value.ndim:
        if callable(hyperparameter):
            _check_shape(f"{getattr(hyperparameter, 'name', 'schedule')}({t})", value, phi)
        return np.asarray(value, phi.dtype)[..., None]
    # In float32 a number is rounded before it is used, as each entry of an array is.
    return float(value) if phi.dtype.char == "d" else phi.dtype.type(value)


def _check_shape(name, value, phi):
    """Refuse values of a schedule that are neither one number nor one for each member."""
    ensemble = phi.shape[:-1]
    try:
        fits = np.broadcast_shapes(value.shape, ensemble) == ensemble
    except ValueError:
        fits = False
    if not fits:
        expected = f"one number, or one for each member of the ensemble: {ensemble}"
        raise wrong_shape(name, value, expected)


@dataclass(frozen=True)
class Checked(ByValue):
    """A schedule of which every value is checked: `name(t)` must be as `check` asks for."""

    name: str
    schedule: Callable
    check: Callable

    def __call__(self, t):
        value = self.schedule(t)
        if isinstance(value, float) and 0 <= value < 1:  # a rate and a share may be all of these
            return value
        name = f"{self.name}({t})"
        value = as_setting(name, value)
        self.check(name, value)
        return value

    def __repr__(self):
        return repr(self.schedule)


def _as_schedule(name, schedule, check):
    """A schedule that is checked at every step, at the first of them now."""
    if isinstance(schedule, Checked):
        schedule = schedule.schedule
    checked = Checked(name, schedule, check)
    try:
        if isinstance(schedule, type):
            raise TypeError(f"{schedule.__name__} is a class")
        checked(0)
    except TypeError as error:
        if str(error).startswith(name):  # what it gave is no number, and the error says so
            raise
        raise TypeError(
            f"{name} is {shown(schedule)}, expected a number, an array or a schedule "
            f"t -> value: at the step t = 0 {error}"
        ) from error
    return checked


def as_setting(name, value):
    """Return one number as a float, and a list or an array of them as an array of its own.

    What happens to the caller's array later changes nothing here. No tuple: elsewhere one is
    meant for two settings at once, as the `betas` of torch.

    >>> as_setting("beta", (0.9, 0.999))
    Traceback (most recent call last):
    TypeError: beta is (0.9, 0.999), expected one number, or a list or array, one for each member
    """
    if isinstance(value, tuple):
        expected = "one number, or a list or array, one for each member"
        raise wrong_kind(name, value, expected)
    array = as_float_array(name, value)
    if array.size == 0:
        raise wrong_value(name, value, "at least one number")
    if array.ndim == 0:
        return float(array)
    array = array.astype(np.float64)
    array.setflags(write=False)
    return array


def _each(check):
    """What asks for one number, or for one for each member, all of them as `check` wants."""

    def settled(name, value):
        check(name, value)
        return as_setting(name, value)

    return settled


def as_rate(name, rate):
    """Return a rate that is above zero, a list of them as an array.

    A schedule is checked at every step. It may be 0: a warm-up starts there.
    """
    return _as_schedule(name, rate, not_negative) if callable(rate) else _each(positive)(name, rate)


def as_share(name, value):
    """Return a coefficient of an average, at least 0 and below 1, a list of them as an array.

    A schedule is checked at every step.
    """
    return _as_schedule(name, value, share) if callable(value) else _each(share)(name, value)


Positive: TypeAlias = Annotated[float | np.ndarray, Asked("above zero", _each(positive))]
NotNegative: TypeAlias = Annotated[float | np.ndarray, Asked("at least 0", _each(not_negative))]
Share: TypeAlias = Annotated[float | np.ndarray, Asked("from 0, below 1", _each(share))]
Fraction: TypeAlias = Annotated[float | np.ndarray, Asked("between 0 and 1", _each(fraction))]
"""One number, or one for each member of an ensemble: (*ensemble,)."""

Rate: TypeAlias = Annotated[float | np.ndarray | Callable, Asked("above zero", as_rate)]
AnyShare: TypeAlias = Annotated[float | np.ndarray | Callable, Asked("from 0, below 1", as_share)]
"""The same, or a schedule t -> value."""


PositiveNumber: TypeAlias = Annotated[float, Asked("above zero", as_positive)]
NotNegativeNumber: TypeAlias = Annotated[float, Asked("at least 0", as_not_negative)]
FractionNumber: TypeAlias = Annotated[float, Asked("between 0 and 1", as_fraction)]
Count: TypeAlias = Annotated[int, Asked("at least 1", lambda name, n: at_least(name, n, 1))]
Whole: TypeAlias = Annotated[int, Asked("at least 0", lambda name, n: at_least(name, n, 0))]
Flag: TypeAlias = Annotated[bool, Asked("True or False", as_flag)]
