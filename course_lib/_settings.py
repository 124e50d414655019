"""The settings of a rule or schedule: a number, one for each member, or a schedule of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_lib._validation import (
    as_float_array,
    not_negative,
    positive,
    share,
    shown,
    wrong_kind,
    wrong_value,
)
from course_lib._values import ByValue


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
        raise ValueError(
            f"{name} has shape {value.shape}, expected one number, or one for each member "
            f"of the ensemble: {ensemble}"
        )


@dataclass(frozen=True)
class Checked(ByValue):
    """A schedule of which every value is looked at: `name(t)` must be as `check` asks for."""

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


def as_rate(name, rate):
    """Return a rate that is above zero, a list of them as an array.

    A schedule is checked at every step. It may be 0: a warm-up starts there.
    """
    if callable(rate):
        return _as_schedule(name, rate, not_negative)
    positive(name, rate)
    return as_setting(name, rate)


def as_share(name, value):
    """Return a coefficient of an average, at least 0 and below 1, a list of them as an array.

    A schedule is checked at every step.
    """
    if callable(value):
        return _as_schedule(name, value, share)
    share(name, value)
    return as_setting(name, value)


def settle(owner, **checks):
    """Check the named settings of a new schedule or rule, and keep their values as its own.

    Each check is a function of the name and the value, which refuses what is out of range.
    """
    for name, check in checks.items():
        value = getattr(owner, name)
        checked = check(name, value)
        own = checked if callable(checked) else as_setting(name, value)
        object.__setattr__(owner, name, own)  # the owner is frozen from here on
