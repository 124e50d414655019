"""The path that a descent leaves: where it went, how it ended, and how it turned."""

import operator
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib._errors import wrong_shape, wrong_value
from course_lib._validation import as_float_array
from course_lib._values import ByValue, words

STILL_MOVING, CONVERGED, DIVERGED, NOT_A_NUMBER, NO_LOWER_POINT = range(5)
REASONS = (
    "all {} steps taken",
    "converged at step {}",
    "diverged at step {}",
    "not a number at step {}",
    "no lower point found at step {}",
)


@dataclass(frozen=True)
class Path(ByValue):
    """Where a descent went: R rows, of which the first is the start and the last the end.

    t : (R,), the number of steps taken at each row: 0, 1, … T when every step is kept
    params : (R, *ensemble, P)
    losses : (R, *ensemble), the loss of all the examples at each of them
    gradient_norms : (R - 1, *ensemble), the length of the gradient that the step into each row saw
    batches : the indices that each of those steps saw, or None where it saw every example
    status : (*ensemble,) 0 still moving, 1 converged, 2 diverged, 3 not a number, 4 no lower point
        found along the line that was searched
    last_step : (*ensemble,) the step that stopped a member, or how many were taken; it holds still
        from there on

    A path ends with the step that stopped its last member. Such a step sees that there is no going
    on and moves nobody, so that the last two rows are alike.

    With `keep="last"` there is one row, the end, and the gradient and batch of the step into it.
    """

    t: np.ndarray
    params: np.ndarray
    losses: np.ndarray
    gradient_norms: np.ndarray
    batches: list
    status: np.ndarray
    last_step: np.ndarray

    @property
    def final(self) -> np.ndarray:
        """The last parameters, shape (*ensemble, P)."""
        return self.params[-1]

    @property
    def final_loss(self) -> Any:
        """The loss there, shape (*ensemble,)."""
        return self.losses[-1]

    @property
    def converged(self) -> Any:
        """True where the gradient became as short as the tolerance, shape (*ensemble,)."""
        return self.status == CONVERGED

    @property
    def diverged(self) -> Any:
        """True where the numbers grew beyond use, or were none any more, shape (*ensemble,)."""
        return (self.status == DIVERGED) | (self.status == NOT_A_NUMBER)

    @property
    def reason(self) -> Any:
        """Why the path stopped, in words: a string, or an array of them for an ensemble."""
        return words(np.array(REASONS)[self.status], self.last_step)

    def __repr__(self):
        rows, *ensemble, size = self.params.shape
        if not ensemble:
            return f"Path({rows} rows of {size} parameters: {self.reason})"
        ends = [REASONS[status].split(" at ")[0] for status in self.status.ravel()]
        told = ", ".join(f"{n} {end.format('the')}" for end, n in Counter(ends).items())
        return f"Path({rows} rows of an ensemble {tuple(ensemble)} of {size} parameters: {told})"

    def member(self, *index) -> "Path":
        """The path of one member of the ensemble, as a Path of its own: it ends where that did."""
        try:
            status, last_step = (
                rows[tuple(map(operator.index, index))] for rows in (self.status, self.last_step)
            )
        except (TypeError, IndexError):
            axes = self.status.shape
            expected = f"a place in the ensemble {axes}: {len(axes)} whole numbers"
            raise wrong_value("index", index, expected) from None
        end = self.t[-1] if (status == STILL_MOVING).any() else last_step.max() + 1
        row = np.searchsorted(self.t, end)
        rows, steps = slice(row + 1), slice(max(row, 1))
        return Path(
            np.minimum(self.t[rows], end), self.params[rows, *index], self.losses[rows, *index],
            self.gradient_norms[steps, *index], self.batches[steps], status, last_step,
        )  # fmt: skip


def turning_angles(points) -> np.ndarray:
    """Degrees between each step of a path (T + 1, *ensemble, P) and the next: (T - 1, *ensemble).

    Straight on is 0, back again is 180; where a step has no length the angle is nan.

    >>> turning_angles([[0, 0], [2, 0], [2, 1]]).round(6)
    array([90.])
    """
    points = as_float_array("points", points)
    if points.ndim < 2 or len(points) < 2:
        raise wrong_shape("points", points, "(T + 1, ..., P): at least two points")
    steps = np.diff(points, axis=0)
    lengths = np.linalg.norm(steps, axis=-1)
    products = (steps[1:] * steps[:-1]).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        cosines = products / (lengths[1:] * lengths[:-1])
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))
