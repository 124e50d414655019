"""Where hyperparameters come from: a space is a dict of name -> distribution.

A distribution is a scale from 0 to 1: `at(0)` is its lowest value, `at(1)` its highest, and `at` of
a uniform random number is a sample. So a sample, a grid and a zoom are all one idea.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from course_lib._errors import shown, wrong_kind, wrong_value
from course_lib._validation import Seed, as_finite, as_number, as_positive, as_thing, at_least


@dataclass(frozen=True)
class _Range(ABC):
    """What the two scales between a low and a high number share; low < high, both finite."""

    low: float
    high: float

    def __post_init__(self):
        for name in ("low", "high"):
            object.__setattr__(self, name, float(as_number(name, getattr(self, name))))
        if not -math.inf < self.low < self.high < math.inf:
            raise ValueError(
                f"low is {self.low} and high is {self.high}, expected finite low < high"
            )

    @abstractmethod
    def share_of(self, value) -> float:
        """Where on the scale a value lies."""

    def at(self, share) -> float:
        """The value at a share (0 to 1) of the way from low to high, on this scale."""
        return self._inside(_as_share(share))

    @abstractmethod
    def _at(self, share):
        """The same, whatever the share; beyond 0 and 1 it lies outside this range."""

    def grid(self, points) -> list[float]:
        """So many values at equal distances on the scale, both ends included, as a list.

        A single one is the middle.
        """
        at_least("points", points, 1)
        shares = np.linspace(0, 1, points) if points > 1 else [0.5]
        return [self.at(share) for share in shares]

    def zoom(self, value, width) -> Self:
        """The part of this range, `width` times as wide on its scale, around a value.

        It is cut where this range ends.
        """
        width = as_number("width", width)
        if not 0 < width <= 1:
            raise wrong_value("width", width, "above 0 and at most 1")
        centre = self.share_of(value)
        if not 0 <= centre <= 1:
            raise wrong_value("value", value, f"from {self.low} to {self.high}")
        return type(self)(self._inside(centre - width / 2), self._inside(centre + width / 2))

    def follow(self, value, width) -> Self:
        """A range `width` times as wide on this scale, around a value, cut nowhere.

        >>> Uniform(0, 10).follow(9.0, 0.4)
        Uniform(low=7.0, high=11.0)
        """
        centre = self.share_of(value)
        return type(self)(self._at(centre - width / 2), self._at(centre + width / 2))

    def _inside(self, share):
        """The value at a share of the way, or the end of this range that it lies past."""
        return min(max(float(self._at(share)), self.low), self.high)


@dataclass(frozen=True)
class Uniform(_Range):
    """Every value from low to high is as likely as any other.

    >>> Uniform(0, 10).grid(3)
    [0.0, 5.0, 10.0]
    """

    def _at(self, share):
        return self.low + share * (self.high - self.low)

    def share_of(self, value) -> float:
        """The share of the way at which a value lies: the inverse of `at`."""
        return (as_finite("value", value) - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class LogUniform(_Range):
    """Every factor of ten from low to high is as likely as any other; 0 < low.

    For what acts by multiplying, such as a learning rate: 10 ** uniform(log10(low), log10(high)).

    >>> [round(value, 6) for value in LogUniform(1e-4, 1).grid(3)]
    [0.0001, 0.01, 1.0]
    """

    def __post_init__(self):
        as_positive("low", self.low)
        super().__post_init__()

    def _at(self, share):
        return 10 ** self._exponents()._at(share)

    def share_of(self, value) -> float:
        """The share of the way at which a value lies: the inverse of `at`."""
        return self._exponents().share_of(math.log10(as_positive("value", value)))

    def _exponents(self):
        return Uniform(math.log10(self.low), math.log10(self.high))


@dataclass(frozen=True)
class Choice:
    """One of several options, each as likely: numbers, strings, booleans or None.

    >>> Choice([16, 32, 64]).at(0.5)
    32
    """

    options: Sequence[Any]

    def __post_init__(self):
        if isinstance(self.options, (str, bytes, dict)) or not np.iterable(self.options):
            raise wrong_kind("options", self.options, "a list of them")
        object.__setattr__(self, "options", tuple(self.options))
        if not self.options:
            raise ValueError("options is empty, expected at least one")
        for option in self.options:
            # A table of trials is written as JSON: an option must come back as it was.
            if type(option) not in (int, float, str, bool, type(None)):
                expected = "numbers, strings, booleans or None: let a name stand for anything else"
                raise TypeError(f"options holds {shown(option)}, expected {expected}")

    def at(self, share) -> Any:
        """The option at a share (0 to 1) of the way through the list."""
        share = _as_share(share)
        return self.options[min(int(share * len(self.options)), len(self.options) - 1)]

    def grid(self, points) -> list:
        """Every option, whatever the number of points, as a list."""
        return list(self.options)

    def zoom(self, value, width) -> "Choice":
        """All the options again: there is no scale on which one is near another."""
        return self


def sample(space, seed: Seed, number: int) -> dict[str, Any]:
    """The settings of trial `number`, a dict of name -> value.

    They depend neither on the other trials nor on who draws them, or when.

    >>> sample({"units": Choice([16, 32]), "rate": LogUniform(1e-3, 1)}, seed=0, number=7).keys()
    dict_keys(['units', 'rate'])
    """
    check_space(space)
    rng = trial_rng(seed, number, stream=0)
    return {name: distribution.at(rng.random()) for name, distribution in space.items()}


def trial_rng(seed, number, stream):
    """A generator of one trial's own: stream 0 for its settings, stream 1 for its objective."""
    at_least("seed", seed, 0, most=math.inf)
    at_least("number", number, 0)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, stream)))


def _as_share(share):
    """Return a share of the way along a scale, from 0 to 1."""
    number = as_number("share", share)
    if not 0 <= number <= 1:
        raise wrong_value("share", share, "from 0 to 1")
    return number


def check_space(space, taken=()):
    """Return `space` if it is a dict of name -> distribution without the `taken` names."""
    if not isinstance(space, dict) or not space:
        raise wrong_kind("space", space, "a dict of name -> distribution")
    for name, distribution in space.items():
        if not isinstance(name, str) or name in taken:
            raise ValueError(f"space names {shown(name)}, expected a string other than {taken}")
        as_thing(f"space[{name!r}]", distribution, "Uniform, LogUniform or Choice", "at")
    return space
