"""The kinds of question a problem is made of: a function, values, a choice, several choices."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_lib.problems.answers import Rejected, as_array, call, unanswered
from course_lib.problems.verdict import PartVerdict, Status

RELATIVE_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer (a function or a value, as the part asks for) and what to say to it.

    shown_by : (trials) -> bool, for a function's mistake that has many outcomes, of which
        `answer` is only an example
    """

    answer: Any
    message: str
    shown_by: Callable | None = None


@dataclass(frozen=True, kw_only=True)
class Part(ABC):
    """One question. `mark` returns the share of the points earned and the reason."""

    name: str
    out_of: float
    misconceptions: tuple[Misconception, ...] = ()

    @abstractmethod
    def mark(self, answer, rng):
        """Return (share, message) with share in [0, 1], or raise Rejected."""

    def judge(self, answer, rng):
        """The PartVerdict on any object at all; inputs are drawn from `rng`."""
        try:
            if unanswered(answer):
                raise Rejected(Status.NOT_ATTEMPTED, "There is no answer here yet.")
            share, message = self.mark(answer, rng)
            status = Status.CORRECT if share == 1 else Status.NOT_YET
        except Rejected as rejected:
            share, status, message = 0.0, rejected.status, rejected.message
        return PartVerdict(self.name, status, message, float(share * self.out_of), self.out_of)


class Trial(NamedTuple):
    """One set of inputs, what the student's function made of it, and what is right."""

    given: dict
    answer: np.ndarray
    right: np.ndarray


@dataclass(frozen=True, kw_only=True)
class FunctionPart(Part):
    """A function to write, compared with the `right` one on inputs that are drawn afresh.

    inputs : rng -> list of dicts, argument name -> value, in the order of the signature; the
        first should be small enough to check by hand
    result : what the function returns, for messages, such as "the gradient"
    components : a name for each entry along the last axis; where given, each entry that is right
        on every input earns its share of the points
    """

    right: Callable
    inputs: Callable
    result: str = "the result"
    components: tuple[str, ...] = ()

    def mark(self, answer, rng):
        trials = [self._try(answer, given) for given in self.inputs(rng)]
        if all(_agree(trial.answer, trial.right) for trial in trials):
            return 1.0, f"Compared on {len(trials)} inputs."
        share, so_far = self._credit(trials)
        return share, so_far + (self._misconception(trials) or self._first_difference(trials))

    def _try(self, function, given):
        what = f"With {_show_inputs(given)}, {self.result}"
        returned = call(function, given)
        if returned is None:
            raise Rejected(Status.NOT_YET, f"{what} is `None`: is there a `return` at the end?")
        return Trial(given, as_array(returned, what), _run(self.right, given))

    def _credit(self, trials):
        if not self.components or not _same_shapes(trials):
            return 0.0, ""
        good = np.all([_close(trial.answer, trial.right) for trial in trials], axis=0)
        names = ", ".join(np.array(self.components)[good])
        return good.mean(), f"Right so far: {names}. " if names else ""

    def _misconception(self, trials):
        for known in self.misconceptions:
            if _shows(trials, known):
                return known.message
        return None

    def _first_difference(self, trials):
        given, answer, right = next(t for t in trials if not _agree(t.answer, t.right))
        if answer.shape != right.shape:
            return self._shape_message(given, answer, right)
        return self._difference(given, answer, right) + _common_factor(trials)

    def _shape_message(self, given, answer, right):
        return (
            f"With {_show_inputs(given)}, {_all_but_the_shape(answer, right)}{self.result} is "
            f"{_form(answer)}; expected {_form(right)}."
        )

    def _difference(self, given, answer, right):
        """Where, in reading order, the answer first parts from the right one."""
        index = tuple(np.argwhere(~_close(answer, right))[0])
        where = self.result
        if index:
            entry = f"entry {list(map(int, index))}"
            where = self.components[index[-1]] if self.components else f"{where}, {entry},"
        told = _compare(answer[index], right[index])
        return f"The first difference is in {where} with {_show_inputs(given)}: {told}"


@dataclass(frozen=True, kw_only=True)
class PathPart(FunctionPart):
    """A function that returns a path, shape (steps + 1,) or (steps + 1, P): compared by step."""

    def _shape_message(self, given, answer, right):
        if answer.ndim != right.ndim or answer.shape[1:] != right.shape[1:]:
            row = "a number" if right.ndim == 1 else f"{right.shape[1]} numbers"
            return (
                f"With {_show_inputs(given)}, {_all_but_the_shape(answer, right)}the path is "
                f"{_form(answer)}; expected one row for each point, each row {row}."
            )
        shared = min(len(answer), len(right))
        if not shared:
            return f"With {_show_inputs(given)}, your path is empty; it begins with the start."
        if not _close(answer[:shared], right[:shared]).all():
            return self._difference(given, answer[:shared], right[:shared])
        excess = len(answer) - len(right)
        how = f"{excess} too many" if excess > 0 else f"{-excess} too few"
        return (
            f"With {_show_inputs(given)}, your path is right up to step {shared - 1}, "
            f"but it has {how}: {len(answer)} points, the start included."
        )

    def _difference(self, given, answer, right):
        step, *coordinate = np.argwhere(~_close(answer, right))[0]
        index = (step, *coordinate)
        where = f", coordinate {coordinate[0]}" if coordinate else ""
        return (
            f"With {_show_inputs(given)}, your path parts from the right one at "
            f"step {step}{where}: {_compare(answer[index], right[index])}"
        )


@dataclass(frozen=True, kw_only=True)
class ValuePart(Part):
    """A number or several, in a fixed order. No seed changes it, and no message gives it away."""

    right: Any
    relative_tolerance: float = RELATIVE_TOLERANCE

    def mark(self, answer, rng):
        value, right = as_array(answer, "Your answer"), np.asarray(self.right, float)
        if self._agree(value, right):
            return 1.0, "That is the value."
        for known in self.misconceptions:
            if self._agree(value, np.asarray(known.answer, float)):
                return 0.0, known.message
        return 0.0, self._difference(value, right)

    def _agree(self, value, other):
        return value.shape == other.shape and bool(
            np.allclose(value, other, rtol=self.relative_tolerance, atol=1e-12)
        )

    def _difference(self, value, right):
        if value.shape != right.shape:
            told = f"{_all_but_the_shape(value, right)}you give {_count(value)}; "
            return told[0].upper() + told[1:] + f"expected {_count(right)}."
        if not np.isfinite(value).all():
            return "Your answer is not finite."
        index = tuple(np.argwhere(~np.isclose(value, right, self.relative_tolerance, 1e-12))[0])
        which = f"Number {index[0] + 1} of your answer" if index else "Your answer"
        return f"{which}, {value[index]:.6g}, is too {_side(value[index], right[index])}."


@dataclass(frozen=True)
class Choice:
    """One right option, and for each wrong one the reason why it is wrong."""

    right: Any
    reasons: dict

    def reason(self, chosen):
        """None if `chosen` is right, else what to say to it."""
        options = {_option(option): option for option in (self.right, *self.reasons)}
        try:
            option = options[_option(chosen)]
        except (KeyError, TypeError):
            expected = ", ".join(sorted(f"`{option!r}`" for option in options.values()))
            return f"That is none of the options: {expected}."
        return None if option == self.right else self.reasons[option]


@dataclass(frozen=True, kw_only=True)
class ChoicePart(Part):
    """One choice."""

    choice: Choice

    def mark(self, answer, rng):
        reason = self.choice.reason(answer)
        return (1.0, "That is it.") if reason is None else (0.0, reason)


@dataclass(frozen=True, kw_only=True)
class ChoicesPart(Part):
    """Several choices, answered by a dict; each earns its share of the points."""

    choices: dict

    def mark(self, answer, rng):
        keys = ", ".join(repr(key) for key in self.choices)
        if not isinstance(answer, dict):
            kind = type(answer).__name__
            raise Rejected(Status.NOT_YET, f"Expected a dict with the keys {keys}, got {kind}.")
        if unknown := [key for key in answer if key not in self.choices]:
            raise Rejected(Status.NOT_YET, self._not_a_key(unknown[0], keys))
        reasons = {
            key: "no answer yet." if answer.get(key, ...) is ... else choice.reason(answer[key])
            for key, choice in self.choices.items()
        }
        wrong = {key: reason for key, reason in reasons.items() if reason is not None}
        right = len(self.choices) - len(wrong)
        told = " ".join(f"{key}: {reason}" for key, reason in wrong.items())
        return right / len(self.choices), f"{right} of {len(self.choices)} right. {told}".strip()

    def _not_a_key(self, key, keys):
        if isinstance(key, str) and all(isinstance(number, int) for number in self.choices):
            numbers = f"{min(self.choices)} to {max(self.choices)}"
            return f"{key!r} is no key: the keys are the numbers {numbers}, not text."
        return f"{key!r} is no key: the keys are {keys}."


def _close(answer, right):
    """Entry by entry; nan agrees with nan, so that a wrong answer made of nan can be recognised."""
    scale = np.max(np.abs(right), initial=0.0, where=np.isfinite(right))
    return np.isclose(answer, right, RELATIVE_TOLERANCE, 1e-9 * scale, equal_nan=True)


def _agree(answer, other):
    return answer.shape == other.shape and _close(answer, other).all()


def _same_shapes(trials):
    return all(trial.answer.shape == trial.right.shape for trial in trials)


def _shows(trials, known):
    """True if the trials look like the known misconception."""
    if known.shown_by is None:
        return all(_agree(trial.answer, _run(known.answer, trial.given)) for trial in trials)
    finite = all(np.isfinite(trial.answer).all() for trial in trials)
    return finite and _same_shapes(trials) and bool(known.shown_by(trials))


def _form(array):
    return f"an array of shape {array.shape}" if array.ndim else "a single number"


def _count(array):
    if array.ndim != 1:
        return _form(array)
    return f"{array.size} number{'s' if array.size != 1 else ''} in a list"


def _all_but_the_shape(answer, right):
    """Told first where it is so, lest a matter of form looks like a wrong result."""
    same = answer.size == right.size and _agree(answer.reshape(right.shape), right)
    return "the numbers are right, but not their shape: " if same else ""


def _side(value, right):
    return "large" if value > right else "small"


def _compare(value, right):
    """The student's number, and by what factor it is off (by what difference where that is 0)."""
    if not np.isfinite(value):
        return f"yours is {value}."
    if right == 0 or value == 0:
        return f"yours is {value:.6g}, too {_side(value, right)} by {abs(value - right):.4g}."
    return f"yours is {value:.6g}, which is {value / right:.4g} times the right number."


def _common_factor(trials):
    if not _same_shapes(trials):
        return ""
    answer = np.concatenate([trial.answer.ravel() for trial in trials])
    right = np.concatenate([trial.right.ravel() for trial in trials])
    if not (np.isfinite(answer).all() and answer.any() and right.any()):
        return ""
    factor = answer @ right / (right @ right)
    if not _close(answer, factor * right).all():
        return ""
    return f" Every number of yours is off by that same factor, {factor:.4g}."


def _run(known, given):
    """A function of ours on copies of the inputs."""
    return np.asarray(call(known, given), float)


def _show_inputs(inputs):
    return ", ".join(f"{name} = {_show_value(value)}" for name, value in inputs.items())


def _show_value(value):
    """Numbers with four digits; of a long array the first few and the last; of a matrix with
    more than nine entries the shape alone."""
    if isinstance(value, np.ndarray) and value.ndim > 1 and value.size > 9:
        return _form(value)
    if isinstance(value, np.ndarray) and value.ndim:
        entries = [_show_value(entry) for entry in value]
        if len(entries) > 8:
            entries[5:-1] = ["…"]
        return f"[{', '.join(entries)}]"
    return f"{value:.4g}" if isinstance(value, (int, float, np.number)) else repr(value)


def _option(option):
    """Options are compared without regard to case and surrounding space."""
    if isinstance(option, str):
        return option.strip().lower()
    return bool(option) if isinstance(option, (bool, np.bool_)) else ("not text", type(option))
