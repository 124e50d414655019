"""Questions with many right answers: what counts is what the answer does."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lessons.marking.answers import Rejected, as_array
from lessons.marking.parts import FunctionPart, Part, agree, recognised
from lessons.marking.shown import SHOWN_WHOLE, form, show_inputs, show_value
from lessons.marking.verdict import Status


@dataclass(frozen=True, kw_only=True)
class SettingPart(Part):
    """Numbers that the student may choose, such as a learning rate: they are tried out.

    outcome : (*numbers) -> (reached, sentence): whether they do what was asked for, and what they
        do, in words true of any number
    count : how many numbers
    """

    outcome: Callable
    count: int = 1

    def mark(self, answer, rng):
        shape = () if self.count == 1 else (self.count,)
        value = as_array(answer, "Your answer", shape)
        if value.shape != shape:
            expected = "one number" if self.count == 1 else f"{self.count} numbers in a list"
            raise Rejected(Status.NOT_YET, f"Your answer is {form(value)}; expected {expected}.")
        if not np.isfinite(value).all():
            raise Rejected(Status.NOT_YET, "Your answer is not finite.")
        reached, told = self.outcome(*np.atleast_1d(value))
        if not reached:
            for known in self.misconceptions:
                if np.allclose(value, known.answer, 1e-3, 1e-12):
                    return 0.0, known.message
        return float(reached), told


@dataclass(frozen=True, kw_only=True)
class GoalPart(FunctionPart):
    """A function that may go its own way: what it returns must reach a goal.

    right : one function that reaches it, against which known mistakes are told apart
    reached : (given, returned) -> (bool, sentence), for inputs by name and an array of the right
        shape
    seconds : many of them train networks, which takes a slow machine a while
    repeatable : whether all random numbers come from an input, so that the same inputs must give
        the same again
    """

    reached: Callable
    seconds: float = 60.0
    repeatable: bool = False

    def mark(self, answer, rng):
        trials = [self._try(answer, given) for given in self.inputs(rng)]
        for trial in trials:
            if self._has_another_form(trial):
                return 0.0, self._shape_message(trial.given, trial.answer, trial.right)
        for trial in trials:
            reached, told = self.reached(trial.given, trial.answer)
            if not reached:
                known = self._recognised(trials)
                return 0.0, known.message if known else f"{self._with(trials, trial)}, {told}"
        if self.repeatable and self._varies(answer, trials[0]):
            return 0.0, (
                f"{told} But {self.result} is another one when the same is asked again: take all "
                "random numbers from `luck`, and ask no clock."
            )
        return 1.0, told

    def _varies(self, answer, trial):
        """Whether the same inputs give something else when they come again."""
        return not agree(self._try(answer, trial.given).answer, trial.answer)

    def _recognised(self, trials):
        """The known mistake that made all these answers, or None."""
        return recognised(trials, self.misconceptions)

    def _with(self, trials, trial):
        """The inputs, or which of all they are where they are too many to show."""
        if sum(np.size(value) for value in trial.given.values()) <= SHOWN_WHOLE:
            return f"With {show_inputs(trial.given)}"
        number = [other is trial for other in trials].index(True) + 1
        return f"On input {number} of {len(trials)}"

    def _has_another_form(self, trial):
        return trial.answer.shape != trial.right.shape


@dataclass(frozen=True, kw_only=True)
class WalkPart(GoalPart):
    """A goal for a descent that returns its whole path, (steps + 1, P), as long as it likes.

    Known mistakes return paths as well, and are told apart by where they end.
    """

    def _recognised(self, trials):
        ends = [t._replace(answer=t.answer[-1], right=t.right[-1]) for t in trials]
        known = {_at_its_end(one): one for one in self.misconceptions}
        return known.get(recognised(ends, tuple(known)))

    def _has_another_form(self, trial):
        answer, right = trial.answer, trial.right
        return answer.ndim != 2 or answer.shape[1] != right.shape[1] or not len(answer)

    def _shape_message(self, given, answer, right):
        if not answer.size:
            return f"With {show_inputs(given)}, your path is empty; it begins with the start."
        told = f"With {show_inputs(given)}, {self.result} is {form(answer)}; expected"
        told += f" a row of {right.shape[1]} numbers for each point, the start first."
        if answer.shape == right.shape[1:]:
            told += " Is that the last point alone?"
        return told


def _the_end_of(walk):
    return lambda *given: walk(*given)[-1]


def _at_its_end(known):
    return replace(
        known, answer=_the_end_of(known.answer), also=tuple(map(_the_end_of, known.also))
    )


def astray(path, start):
    """What is wrong with the path of any descent from this start, or None."""
    if not np.allclose(path[0], start, 1e-9, 1e-12):
        told = f"your path begins with {show_value(path[0])}; it is to begin with the start, "
        told += f"{show_value(np.asarray(start, float))}."
        if len(path) > 1 and (path == path[0]).all():
            told += (
                " All its points are alike: is it the same array, changed in place? Store copies."
            )
        return told
    if not np.isfinite(path).all():
        first = int(np.argmin(np.isfinite(path).all(axis=1)))
        steps = "step" if first == 1 else "steps"
        return f"your path is not finite: after {first} {steps} it is at {show_value(path[first])}."
    return None
