"""How far to go along a direction: two line searches (floor 2; chapter 6 notes, figure 6.10).

A line search is a callable `search(loss, phi, direction) -> rate`: the step is φ + rate·direction.
It works on an ensemble at once: phi and direction (*ensemble, P), rate (*ensemble,).
"""

import math
from dataclasses import dataclass

import numpy as np

from course_lib._validation import as_losses, as_parameters, at_least, fraction, positive


@dataclass(frozen=True)
class Bracket:
    """One stage of a search: distances a ≤ b ≤ c ≤ d along the line and the losses there."""

    distances: np.ndarray
    losses: np.ndarray


@dataclass(frozen=True)
class Bracketing:
    """Close in on the lowest point of a line by throwing away a third at a time (figure 6.10).

    The bracket [a, d] has two points b and c inside. If L[b] > L[c] the minimum is not in [a, b];
    otherwise it is not in [c, d]. If a is lower than both, the minimum lies between a and b: the
    step was far too long. Repeat until the bracket is tight. Along a line with several valleys
    this closes in on one of them, not always the deepest.

    Parameters
    ----------
    max_distance : length of the first bracket, in parameter space, above zero
    tolerance : how long the last bracket may be, as a share of the first, between 0 and 1

    >>> from course_lib.surfaces import Quadratic
    >>> bowl = Quadratic([2.0, 2.0])
    >>> rate = Bracketing(max_distance=5.0)(bowl, np.array([3.0, 4.0]), np.array([-3.0, -4.0]))
    >>> round(float(rate), 4)  # the minimum is the whole direction away
    1.0
    """

    max_distance: float = 1.0
    tolerance: float = 1e-6

    def __post_init__(self):
        positive("max_distance", self.max_distance)
        fraction("tolerance", self.tolerance)

    def __call__(self, loss, phi, direction):
        """The rate that leads to the lowest point of the last bracket, 0 if no trial was lower."""
        brackets = list(self.brackets(loss, phi, direction))
        distance, reached = _lowest(brackets[-1:])
        # Of several valleys the last bracket may hold a high one: then the best trial on the way.
        distance = np.where(reached < brackets[0].losses[0], distance, _lowest(brackets)[0])
        length = np.linalg.norm(direction, axis=-1)
        return np.divide(distance, length, out=np.zeros_like(distance), where=length > 0)

    def brackets(self, loss, phi, direction):
        """Yield every Bracket, the first one whole; `distances` has shape (4, *ensemble)."""
        phi, direction = as_parameters(phi, None), as_parameters(direction, None, "direction")
        length = np.linalg.norm(direction, axis=-1, keepdims=True)
        unit = np.divide(direction, length, out=np.zeros_like(direction), where=length > 0)

        low = np.zeros(phi.shape[:-1], phi.dtype)
        high = np.full_like(low, self.max_distance)
        # Each stage keeps at most two thirds, whatever the loss: so many are always enough.
        for _ in range(1 + math.ceil(math.log(self.tolerance, 2 / 3))):
            third = (high - low) / 3
            distances = np.array([low, low + third, high - third, high])
            losses = as_losses("loss(phi)", loss(phi + distances[..., None] * unit), distances.shape)
            yield Bracket(distances, losses)
            a, b, c, _ = losses
            far_too_long = (a < b) & (a < c)  # keep [a, b]
            drop_left = (b > c) & ~far_too_long  # keep [b, d]; otherwise keep [a, c]
            low = np.where(drop_left, low + third, low)
            high = np.where(far_too_long, low + third, np.where(drop_left, high, high - third))


def _lowest(brackets):
    """The distance and the loss, each (*ensemble,), of the lowest trial in some brackets."""
    distances = np.concatenate([bracket.distances for bracket in brackets])
    losses = np.concatenate([bracket.losses for bracket in brackets])
    best = np.argmin(np.where(np.isnan(losses), np.inf, losses), axis=0)[None]
    return tuple(np.take_along_axis(rows, best, axis=0)[0] for rows in (distances, losses))


@dataclass(frozen=True)
class Backtracking:
    """Shorten the step until the loss falls by a fair share of what the slope promised (Armijo).

    Accept the rate α once L[φ + α d] ≤ L[φ] + c α gᵀd, where gᵀd is the slope along the line.

    Parameters
    ----------
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

    initial_rate: float = 1.0
    shrink: float = 0.5
    sufficient: float = 1e-4
    max_trials: int = 60

    def __post_init__(self):
        positive("initial_rate", self.initial_rate)
        fraction("shrink", self.shrink)
        fraction("sufficient", self.sufficient)
        at_least("max_trials", self.max_trials, 1)

    def __call__(self, loss, phi, direction):
        """The first rate that is good enough, and 0 where none of the trials was."""
        *_, (rate, enough) = self.trials(loss, phi, direction)
        return np.where(enough, rate, np.zeros_like(rate))

    def trials(self, loss, phi, direction):
        """Yield each trial: the rates (*ensemble,), and whether the loss there is low enough."""
        phi, direction = as_parameters(phi, None), as_parameters(direction, None, "direction")
        here = loss(phi)
        slope = (loss.gradient(phi) * direction).sum(axis=-1)
        rate = np.full(phi.shape[:-1], self.initial_rate, phi.dtype)
        for _ in range(self.max_trials):
            reached = loss(phi + rate[..., None] * direction)
            enough = reached <= here + self.sufficient * rate * slope
            yield rate, enough
            if enough.all():
                return
            rate = np.where(enough, rate, self.shrink * rate)
