"""How far to go along a direction: three line searches (chapter 6 notes, figure 6.10).

A line search is a callable `search(loss, phi, direction) -> rate`: the step is φ + rate·direction.
It works on an ensemble at once: phi and direction (*ensemble, P), rate (*ensemble,).
"""

import math
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib._errors import wrong_shape, wrong_value
from course_lib._settings import Count, FractionNumber, PositiveNumber, Settings
from course_lib._validation import as_losses, as_parameters, as_thing
from course_lib.fast import finite


def _checked(loss, phi, direction, *needs):
    """The start and the direction of a search as arrays of one shape, (*ensemble, P).

    needs : what else the loss must have, such as "gradient"
    """
    as_thing("loss", loss, " with ".join(["a function", *needs]), "__call__", *needs)
    phi, direction = as_parameters(phi, None), as_parameters(direction, None, "direction")
    if phi.shape != direction.shape:
        raise wrong_shape("direction", direction, f"{phi.shape}, as phi has")
    return phi, direction


class Bracket(NamedTuple):
    """One stage of a search: distances a ≤ b ≤ c ≤ d along the line and the losses there."""

    distances: np.ndarray
    losses: np.ndarray


@dataclass(frozen=True)
class Bracketing(Settings):
    """Close in on the lowest point of a line by throwing away a third at a time (figure 6.10).

    The bracket [a, d] has two points b and c inside. If L[b] > L[c] the minimum is not in [a, b];
    otherwise it is not in [c, d]. If a is lower than both, the minimum lies between a and b: the
    step was far too long. Repeat until the bracket is tight. Along a line with several valleys
    this closes in on one of them, not always the deepest.

    max_distance : length of the first bracket, in parameter space, above zero
    tolerance : how long the last bracket may be, as a share of the first, between 0 and 1

    >>> from course_lib.surfaces import Quadratic
    >>> bowl = Quadratic([2.0, 2.0])
    >>> rate = Bracketing(max_distance=5.0)(bowl, np.array([3.0, 4.0]), np.array([-3.0, -4.0]))
    >>> round(float(rate), 4)  # the minimum is the whole direction away
    1.0
    """

    max_distance: PositiveNumber = 1.0
    tolerance: FractionNumber = 1e-6

    def __call__(self, loss, phi, direction) -> np.ndarray:
        """The rate that leads to the lowest point of the last bracket, 0 if no trial was lower."""
        brackets = list(self.brackets(loss, phi, direction))
        distance, reached = _lowest(brackets[-1:])
        # Of several valleys the last bracket may hold a high one: then the best trial on the way.
        distance = np.where(reached < brackets[0].losses[0], distance, _lowest(brackets)[0])
        size = length(as_parameters(direction, None))[..., 0]
        return np.divide(distance, size, out=np.zeros_like(distance), where=size > 0)

    def brackets(self, loss, phi, direction) -> Iterator[Bracket]:
        """Yield every Bracket, the first one whole; `distances` has shape (4, *ensemble)."""
        phi, direction = _checked(loss, phi, direction)
        size = length(direction)
        unit = np.divide(direction, size, out=np.zeros_like(direction), where=size > 0)

        low = np.zeros(phi.shape[:-1], phi.dtype)
        high = np.full_like(low, self.max_distance)
        # Each stage keeps at most two thirds, whatever the loss: so many are always enough.
        for _ in range(1 + math.ceil(math.log(self.tolerance, 2 / 3))):
            third = (high - low) / 3
            distances = np.array([low, low + third, high - third, high])
            losses = as_losses(
                "loss(phi)", loss(phi + distances[..., None] * unit), distances.shape
            )
            yield Bracket(distances, losses)
            a, b, c, _ = losses
            far_too_long = (a < b) & (a < c)  # keep [a, b]
            drop_left = (b > c) & ~far_too_long  # keep [b, d]; otherwise keep [a, c]
            _, left, right, _ = distances
            high = np.where(far_too_long, left, np.where(drop_left, high, right))
            low = np.where(drop_left, left, low)


def _lowest(brackets):
    """The distance and the loss, each (*ensemble,), of the lowest trial in some brackets."""
    distances = np.concatenate([bracket.distances for bracket in brackets])
    losses = np.concatenate([bracket.losses for bracket in brackets])
    best = np.argmin(np.where(np.isnan(losses), np.inf, losses), axis=0)[None]
    return tuple(np.take_along_axis(rows, best, axis=0)[0] for rows in (distances, losses))


@dataclass(frozen=True)
class Backtracking(Settings):
    """Shorten the step until the loss falls by a fair share of what the slope promised (Armijo).

    Accept the rate α once L[φ + α d] ≤ L[φ] + c α gᵀd, where gᵀd is the slope along the line, and
    L[φ + α d] < L[φ], which the first no longer asks for once its last term is lost in rounding.

    initial_rate : the first rate tried, above zero
    shrink : the factor between one trial and the next, in (0, 1)
    sufficient : the share c of the promised decrease that must be kept, in (0, 1)
    max_trials : how many rates to try before the answer is 0 (no step), at least 1

    Reference: Nocedal and Wright, Numerical Optimization, algorithm 3.1.

    >>> from course_lib.surfaces import Quadratic
    >>> bowl = Quadratic([10.0])
    >>> float(Backtracking()(bowl, np.array([1.0]), -bowl.gradient([1.0])))
    0.125
    """

    initial_rate: PositiveNumber = 1.0
    shrink: FractionNumber = 0.5
    sufficient: FractionNumber = 1e-4
    max_trials: Count = 60

    def __call__(self, loss, phi, direction) -> np.ndarray:
        """The first rate that is good enough, and 0 where none of the trials was."""
        *_, (rate, enough) = self.trials(loss, phi, direction)
        return np.where(enough, rate, np.zeros_like(rate))

    def trials(self, loss, phi, direction) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield each trial: the rates (*ensemble,), and whether the loss there is low enough."""
        phi, direction = _checked(loss, phi, direction, "gradient")
        here = as_losses("loss(phi)", loss(phi), phi.shape[:-1])
        slope = (loss.gradient(phi) * direction).sum(axis=-1)
        falls = slope < 0  # along a line that does not fall there is nothing to find
        rate = np.full(phi.shape[:-1], self.initial_rate, phi.dtype)
        for _ in range(self.max_trials):
            reached = as_losses("loss(phi)", loss(phi + rate[..., None] * direction), rate.shape)
            fallen = reached <= here + self.sufficient * rate * slope
            enough = falls & fallen & (reached < here)
            yield rate, enough
            if (enough | ~falls).all():
                return
            rate = np.where(enough, rate, self.shrink * rate)


@dataclass(frozen=True)
class Wolfe(Settings):
    """Go on until the loss has fallen enough and the slope has flattened (strong Wolfe conditions).

    Accept the rate α once L[φ + α d] ≤ L[φ] + c₁ α gᵀd and |g[φ + α d]ᵀd| ≤ c₂ |gᵀd|. The second
    refuses a step that is too short, so that the change of the gradient along it tells of the
    curvature there: conjugate gradient and the quasi-Newton rules live on that.

    Trials go outwards until they have passed such a rate, and then close in on it. Each next one is
    where a cubic through the last two has its minimum.

    initial_rate : the first rate tried, above zero
    sufficient : c₁, the share of the promised decrease that must be kept, in (0, 1)
    curvature : c₂, the share of the slope that may be left, between c₁ and 1: 0.9 for quasi-Newton
        rules, 0.1 for conjugate gradient
    max_trials : how many rates to try at most; then the lowest that has fallen enough is taken,
        which is 0 (no step) where there was none

    Reference: Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6, here one loop.

    >>> from course_lib.surfaces import Quadratic
    >>> bowl = Quadratic([10.0])
    >>> float(Wolfe()(bowl, np.array([1.0]), -bowl.gradient([1.0])).round(6))
    0.1
    """

    initial_rate: PositiveNumber = 1.0
    sufficient: FractionNumber = 1e-4
    curvature: FractionNumber = 0.9
    max_trials: Count = 40

    def __post_init__(self):
        super().__post_init__()
        if self.curvature <= self.sufficient:
            raise wrong_value("curvature", self.curvature, f"above sufficient, {self.sufficient}")

    def __call__(self, loss, phi, direction) -> np.ndarray:
        """The rate (*ensemble,); 0 where the direction does not lead downhill."""
        phi, direction = _checked(loss, phi, direction, "gradient")
        here = low = _trial(loss, phi, direction, np.zeros(phi.shape[:-1], phi.dtype))
        high = here._replace(rate=np.full_like(here.rate, np.inf))  # not passed it yet
        done = ~(here.slope < 0)
        rate = np.where(done, 0, np.full_like(here.rate, self.initial_rate))
        for _ in range(self.max_trials):
            trial = _trial(loss, phi + rate[..., None] * direction, direction, rate)
            fallen = trial.loss <= here.loss + self.sufficient * rate * here.slope
            fallen &= (trial.loss < low.loss) & np.isfinite(trial.slope)
            flat = np.abs(trial.slope) <= -self.curvature * here.slope
            done = done | (fallen & flat)
            if done.all():
                break
            # The rate sought lies between low, the lowest that has fallen enough, and high.
            passed = fallen & ((trial.slope >= 0) == (high.rate > low.rate))
            before, low = low, _choose(fallen, trial, low)
            high = _choose(passed, before, _choose(fallen, high, trial))
            following = np.where(np.isinf(high.rate), _outwards(before, low), _inwards(low, high))
            rate = np.where(done, rate, following)
        return np.where(done, rate, low.rate)


class _Trial(NamedTuple):
    """A point on the line: its rate, the loss there and the slope along the line, (*ensemble,)."""

    rate: np.ndarray
    loss: np.ndarray
    slope: np.ndarray


def _trial(loss, point, direction, rate):
    value = as_losses("loss(phi)", loss(point), rate.shape)
    return _Trial(rate, value, dot(loss.gradient(point), direction)[..., 0])


def _choose(condition, first, second):
    """For each member the first trial where the condition holds, the second elsewhere."""
    return _Trial(*(np.where(condition, one, other) for one, other in zip(first, second)))


def _outwards(a, b):
    """A rate beyond both trials: where their cubic is lowest, if it still falls at b."""
    share = _lowest_of_cubic(a, b) - 1
    # At least as long as the last stretch: ever shorter ones might never get past some rate.
    share = np.where(share > 0, np.clip(share, 1, 9), 3)
    return b.rate + share * (b.rate - a.rate)


def _inwards(a, b):
    """A rate between two trials: where their cubic is lowest, or halfway."""
    share = _lowest_of_cubic(a, b)
    share = np.where(share > 0, np.clip(share, 0.001, 0.9), 0.5)
    with np.errstate(invalid="ignore"):  # b may be infinitely far: not the answer then
        return a.rate + share * (b.rate - a.rate)


def _lowest_of_cubic(a, b):
    """The minimum of the cubic with the losses and slopes of two trials: 0 at a, 1 at b.

    Not a number where the cubic has none. Nocedal and Wright, equation 3.59.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        width = b.rate - a.rate
        slope_a, slope_b = width * a.slope, width * b.slope
        d1 = slope_a + slope_b + 3 * (a.loss - b.loss)
        d2 = np.sqrt(d1 * d1 - slope_a * slope_b)
        return 1 - (slope_b + d2 - d1) / (slope_b - slope_a + 2 * d2)


def dot(a, b):
    """aᵀb for each member of an ensemble, with the last axis kept: (*ensemble, 1)."""
    # In one order of memory, so that a member's terms are added as they would be for it alone.
    return np.ascontiguousarray(a * b).sum(axis=-1, keepdims=True)


def length(vector):
    """|v| for each member of an ensemble, with the last axis kept, whatever its square would be.

    >>> length(np.array([3e200, 4e200]))
    array([5.e+200])
    """
    with np.errstate(over="ignore"):
        plain = np.linalg.norm(vector, axis=-1, keepdims=True)
    if finite(plain) and plain.all():  # nearly always
        return plain
    largest = np.abs(vector).max(axis=-1, keepdims=True)
    unit = np.where((largest > 0) & (largest < np.inf), largest, 1)
    scaled = unit * np.linalg.norm(vector / unit, axis=-1, keepdims=True)
    return np.where((plain > 0) & (plain < np.inf), plain, scaled)


class Remembered:
    """A loss that is asked only once for the value, and once for the gradient, at one point.

    A rule wants the gradient where it stands, and so does its line search; where the search ends
    the next step begins. Around the loss of a whole descent this saves about half the evaluations
    of `BFGS`; SciPy's minimisers do the same before they count. Only the last point is remembered.

    >>> from course_lib.surfaces import Quadratic
    >>> loss = Remembered(Quadratic([2.0]))
    >>> float(loss([3.0])), float(loss([3.0]))  # the second time from memory
    (9.0, 9.0)
    """

    def __init__(self, loss):
        self._loss, self._answers = loss, {}

    def __call__(self, phi):
        return self._recall("value", self._loss, phi)

    def gradient(self, phi):
        return self._recall("gradient", self._loss.gradient, phi)

    def __getattr__(self, name):
        return getattr(self._loss, name)

    def _recall(self, what, ask, phi):
        phi = as_parameters(phi, None)
        point = phi.dtype, phi.shape, phi.tobytes()
        if self._answers.get(what, (None, None))[0] != point:
            self._answers[what] = point, copy(ask(phi))  # the loss may use its array again
        return self._answers[what][1]
