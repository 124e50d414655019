"""Hyperparameters over time: a number, an array with one for each member, or a schedule.

A schedule is a callable `schedule(t) -> value` for the steps t = 0, 1, …; those here also take an
array of steps. Their settings are numbers, or arrays (*ensemble,) with one for each member. They
count steps, not epochs: every 5 epochs is `every=5 * steps_per_epoch(n_examples, batch_size)`.
To halve the rate when a validation loss stalls is a rule: `course_lib.optimizers.HalveOnStall`.
"""

from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

from course_lib._settings import Count, Fraction, NotNegative, Positive, Settings, Share, as_rate
from course_lib._validation import MOST, as_counts
from course_lib._values import ByValue


def as_schedule(value):
    """A schedule as it is; a number or an array as the schedule that never changes.

    >>> as_schedule(0.1)(t=99)
    0.1
    """
    return value if callable(value) else Constant(value)


class CheckedSchedule(Settings, ByValue):
    """What every schedule here is: a value that checks the steps it is asked for."""

    def __init_subclass__(cls):
        super().__init_subclass__()
        at = vars(cls)["__call__"]

        @wraps(at)
        def checking(self, t):
            return at(self, t if type(t) is int and 0 <= t <= MOST else as_counts("t", t))

        cls.__call__ = checking


@dataclass(frozen=True)
class Constant(CheckedSchedule):
    """The same value at every step.

    value : at least zero
    """

    value: NotNegative

    def __call__(self, t) -> Any:
        return self.value + 0.0 * t  # as many of them as there are steps in t


@dataclass(frozen=True)
class StepDecay(CheckedSchedule):
    """α₀ factor^⌊t / every⌋: a drop by the same factor after every so many steps.

    initial : α₀, above zero
    factor : between 0 and 1; 0.5 halves
    every : steps from one drop to the next, at least 1

    Source: *Learning parameters*. Torch's StepLR(gamma=factor, step_size=every).

    >>> StepDecay(0.8, factor=0.5, every=2)(np.arange(5))
    array([0.8, 0.8, 0.4, 0.4, 0.2])
    """

    initial: Positive
    factor: Fraction
    every: Count

    def __call__(self, t) -> Any:
        # Not `**`: Python's power may differ in the last digit from that of an array's members.
        return self.initial * np.power(self.factor, t // self.every)


@dataclass(frozen=True)
class ExponentialDecay(CheckedSchedule):
    """α₀ e^(-kt): the same share is lost at every step (*Learning parameters*).

    initial : α₀, above zero
    k : how fast, at least 0; 1 / k steps divide the value by e

    Torch's ExponentialLR(gamma) has k = -ln gamma; optax's exponential_decay has
    k = -ln(decay_rate) / transition_steps.

    >>> ExponentialDecay(0.8, k=np.log(2))(np.arange(4)).round(9)
    array([0.8, 0.4, 0.2, 0.1])
    """

    initial: Positive
    k: NotNegative

    def __call__(self, t) -> Any:
        return self.initial * np.exp(-self.k * t)


@dataclass(frozen=True)
class InverseTime(CheckedSchedule):
    """α₀ / (1 + kt): falls so slowly that the rates still add up to infinity.

    initial : α₀, above zero
    k : how fast, at least 0; after 1 / k steps half the value is left

    For k > 0, Σ αₜ is infinite and Σ αₜ² finite, which is enough for SGD to converge.

    Sources: *Learning parameters*; the notes on *Deep Learning*.

    >>> InverseTime(0.8, k=1)(np.array([0, 1, 3, 7]))
    array([0.8, 0.4, 0.2, 0.1])
    """

    initial: Positive
    k: NotNegative

    def __call__(self, t) -> Any:
        return self.initial / (1 + self.k * t)


@dataclass(frozen=True)
class LinearDecay(CheckedSchedule):
    """(1 - t/τ) α₀ + (t/τ) α_τ, a straight line until step τ, then constant.

    Source: the notes on *Deep Learning*.

    initial, final : α₀ and α_τ, at least zero; a rate usually ends near a hundredth of α₀
    tau : τ, at least 1 step

    Optax's linear_schedule(initial, final, tau). A momentum may rise on the same line.

    >>> LinearDecay(0.8, final=0.2, tau=3)(np.arange(5)).round(9)
    array([0.8, 0.6, 0.4, 0.2, 0.2])
    """

    initial: NotNegative
    final: NotNegative
    tau: Count

    def __call__(self, t) -> Any:
        done = np.minimum(t / self.tau, 1)
        return (1 - done) * self.initial + done * self.final


@dataclass(frozen=True)
class WarmUp(CheckedSchedule):
    """Rise on a straight line for some steps, then follow another schedule from its beginning.

    steps : length of the rise, at least 1
    then : the schedule that follows, or a constant value; the rise ends at its value then(0)
    start : the share of then(0) at t = 0, at least 0 and below 1. Optax starts at 0, torch's
        LinearLR at 1/3: from 0 the first step goes nowhere

    Reference: Goyal et al., 2017, section 2.2 (source U, notes).

    >>> WarmUp(steps=4, then=0.8)(np.arange(6)).round(9)
    array([0. , 0.2, 0.4, 0.6, 0.8, 0.8])
    >>> WarmUp(steps=2, then=StepDecay(0.8, 0.5, every=2), start=0.5)(np.arange(6)).round(9)
    array([0.4, 0.6, 0.8, 0.8, 0.4, 0.4])
    """

    steps: Count
    then: Any  # a number or an array becomes a schedule, which is called
    start: Share = 0.0

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "then", as_schedule(as_rate("then", self.then)))

    def __call__(self, t) -> Any:
        done = np.minimum(t / self.steps, 1)
        return ((1 - done) * self.start + done) * self.then(np.maximum(t - self.steps, 0))


@dataclass(frozen=True)
class MomentumSchedule(CheckedSchedule):
    """β = min(1 - 1 / (2⌊t / every⌋ + 2), highest): light at first, heavy near the end.

    highest : the momentum it rises to, at least 0 and below 1
    every : steps from one rise to the next, at least 1

    From 1/2 by way of 3/4 and 5/6.

    References: *Learning parameters*; Sutskever et al., 2013, equation 5.

    >>> MomentumSchedule(highest=0.9, every=100)(np.array([0, 99, 100, 200, 300, 400])).round(4)
    array([0.5   , 0.5   , 0.75  , 0.8333, 0.875 , 0.9   ])
    """

    highest: Share = 0.99
    every: Count = 250

    def __call__(self, t) -> Any:
        return np.minimum(1 - 1 / (2 * (t // self.every) + 2), self.highest)
