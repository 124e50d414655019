"""The kinds of question a problem is made of: a function, values, a choice, several choices."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lessons.marking.answers import PATIENCE, Rejected, as_array, call_and_watch, unanswered
from lessons.marking.isolation import isolated
from lessons.marking.shown import SHOWN_WHOLE, count, form, show_apart, show_inputs, show_value
from lessons.marking.verdict import PartVerdict, Status

RELATIVE_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer (a function or a value, as the part asks for) and what to say to it.

    shown_by : (trials) -> bool, for a function's mistake that has many outcomes, of which
        `answer` is only an example
    also : other answers that make the same mistake, where a function's results differ by more
        than rounding, such as one with a guard
    """

    answer: Any
    message: str
    shown_by: Callable | None = None
    also: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Part(ABC):
    """One question. `mark` returns the share of the points earned and the reason."""

    name: str
    out_of: float = 1.0
    misconceptions: tuple[Misconception, ...] = ()

    @abstractmethod
    def mark(self, answer, rng):
        """Return (share, message) with share in [0, 1], or raise Rejected."""

    def judge(self, answer, rng):
        """The PartVerdict on any object at all; inputs are drawn from `rng`."""
        with isolated() as remarks:
            try:
                if unanswered(answer):
                    raise Rejected(Status.NOT_ATTEMPTED, "There is no answer here yet.")
                share, message = self.mark(answer, rng)
                status = Status.CORRECT if share == 1 else Status.NOT_YET
            except Rejected as rejected:
                share, status, message = 0.0, rejected.status, rejected.message
        message += "".join(f" ({remark})" for remark in remarks)
        return PartVerdict(self.name, status, message, float(share * self.out_of), self.out_of)


class _Nothing(Rejected):
    """A function has returned None on the inputs `given`; `what` names it with them."""

    def __init__(self, what, given):
        super().__init__(Status.NOT_YET, f"{what} is `None`: is there a `return` at the end?")
        self.what, self.given = what, given


_PAST_RETURN = "Do these inputs lead past every `return`, or to one without a number?"


class Trial(NamedTuple):
    """One set of inputs, what the student's function made of it, and what is right.

    kind : the type of the student's numbers, before they became floats
    changed : the arguments that the function changed in place
    """

    given: dict
    answer: np.ndarray
    right: np.ndarray
    kind: str = "float64"
    changed: tuple = ()


@dataclass(frozen=True, kw_only=True)
class FunctionPart(Part):
    """A function to write, compared with the `right` one on inputs that are drawn afresh.

    inputs : rng -> list of dicts, argument name -> value, in the order of the signature; the
        first should be small enough to check by hand and show every misconception that it can, and
        the others should be rounded, so that any of them can be shown to a student
    result : what the function returns, for messages, such as "the gradient"
    components : a name for each entry along the last axis; where given, each entry that is right
        on every input earns its share of the points
    seconds : how long one call of the function may take
    on_none : (given) -> what is to be said where it returns None on these inputs, and numbers on
        others; None where there is nothing to say
    """

    right: Callable
    inputs: Callable
    result: str = "the result"
    components: tuple[str, ...] = ()
    seconds: float = PATIENCE
    on_none: Callable = lambda given: None

    def mark(self, answer, rng):
        trials = self._tries(answer, rng)
        if all(agree(trial.answer, trial.right) for trial in trials):
            return 1.0, f"Compared on {len(trials)} inputs." + _told_of_changes(trials)
        share, so_far = self._credit(trials)
        if known := recognised(trials, self.misconceptions):
            return share, so_far + known.message
        return share, so_far + self._counterexample(trials) + _told_of_changes(trials)

    def _tries(self, function, rng):
        """All trials; where the code stops on some of the inputs, the others say what they can."""
        trials, stopped, empty = [], [], []
        for given in self.inputs(rng):
            try:
                trials.append(self._try(function, given))
            except Rejected as rejected:
                if isinstance(rejected, _Nothing):
                    empty.append(rejected)
                elif rejected.status is not Status.ERROR:
                    raise
                else:
                    stopped.append(rejected)
        if empty and trials:
            told = f"{empty[0].what} is `None`, with other inputs it is not. "
            raise Rejected(Status.NOT_YET, told + (self.on_none(empty[0].given) or _PAST_RETURN))
        if empty:
            raise empty[0]
        if stopped:
            told = f"{stopped[0].message}{self._told_of_the_others(trials)}"
            raise Rejected(Status.ERROR, told)
        return trials

    def _told_of_the_others(self, trials):
        """What a function does that stops on some inputs, on the others."""
        if known := recognised(trials, self.misconceptions) if trials else None:
            return f". Where it runs: {known.message}"
        if trials and all(agree(trial.answer, trial.right) for trial in trials):
            return ". Where it runs, it is right."
        return ""

    def _try(self, function, given):
        what = f"With {show_inputs(given)}, {self.result}"
        returned, changed = call_and_watch(function, given, self.seconds)
        if returned is None:
            raise _Nothing(what, given)
        right = _run(self.right, given)
        answer = as_array(returned, what, right.shape)
        return Trial(given, answer, right, _kind(returned), changed)

    def _credit(self, trials):
        if not self.components or not _same_shapes(trials):
            return 0.0, ""
        good = np.all([_close(trial.answer, trial.right) for trial in trials], axis=0)
        names = ", ".join(np.array(self.components)[good])
        return good.mean(), f"Right so far: {names}. " if names else ""

    def _counterexample(self, trials):
        """The inputs with the fewest figures at which the answer is wrong, and both results;
        where its form is wrong, one that shows it, not one where by chance the forms agree."""
        wrong = [trial for trial in trials if not agree(trial.answer, trial.right)]
        wrong = [trial for trial in wrong if self._has_another_form(trial)] or wrong
        given, answer, right, *_ = min(wrong, key=lambda trial: _figures(trial.given))
        if answer.shape != right.shape:
            return self._shape_message(given, answer, right)
        return self._difference(given, answer, right) + _common_factor(trials) + _near(trials)

    def _has_another_form(self, trial):
        return trial.answer.shape != trial.right.shape

    def _shape_message(self, given, answer, right):
        return (
            f"With {show_inputs(given)}, {_all_but_the_shape(answer, right)}{self.result} is "
            f"{form(answer)}; expected {form(right)}."
        )

    def _difference(self, given, answer, right):
        where, index = self.result, ()
        if right.size > SHOWN_WHOLE:
            index = tuple(np.argwhere(~_close(answer, right))[0])  # the first, in reading order
            where += f", entry {list(map(int, index))},"
        yours, expected = show_apart(answer[index], right[index])
        return f"With {show_inputs(given)}, {where} is {expected}; yours is {yours}."


@dataclass(frozen=True, kw_only=True)
class PathPart(FunctionPart):
    """A function that returns a path, shape (steps + 1,) or (steps + 1, P): compared by step."""

    def _has_another_form(self, trial):
        answer, right = trial.answer, trial.right
        return answer.ndim != right.ndim or answer.shape[1:] != right.shape[1:]

    def _shape_message(self, given, answer, right):
        if answer.ndim != right.ndim or answer.shape[1:] != right.shape[1:]:
            row = "a number" if right.ndim == 1 else f"{right.shape[1]} numbers"
            return (
                f"With {show_inputs(given)}, {_all_but_the_shape(answer, right)}the path is "
                f"{form(answer)}; expected one row for each point, each row {row}."
            )
        shared = min(len(answer), len(right))
        if not shared:
            return f"With {show_inputs(given)}, your path is empty; it begins with the start."
        if not _close(answer[:shared], right[:shared]).all():
            return self._difference(given, answer[:shared], right[:shared])
        excess = len(answer) - len(right)
        how = f"{excess} too many" if excess > 0 else f"{-excess} too few"
        return (
            f"With {show_inputs(given)}, your path is right up to step {shared - 1}, "
            f"{show_value(right[shared - 1])}, but it has {how}: {len(answer)} points, "
            f"the start included; right are {len(right)}."
        )

    def _difference(self, given, answer, right):
        """The first step that parts, and the point that it sets off from."""
        step = int(np.argwhere(~_close(answer, right))[0][0])
        yours, expected = show_apart(answer[step], right[step])
        given = show_inputs(given)
        if step == 0:
            return f"With {given}, your path begins with {yours}; the right one with {expected}."
        return (
            f"With {given}, your path parts from the right one at step {step}: "
            f"from {show_value(right[step - 1])} it goes to {yours}; right is {expected}."
        )


@dataclass(frozen=True, kw_only=True)
class ValuePart(Part):
    """A number or several, in a fixed order. No seed changes it, and no message gives it away.

    implies : what a wrong number would mean, value -> a sentence for the student to weigh
    """

    right: Any
    relative_tolerance: float = RELATIVE_TOLERANCE
    implies: Callable | None = None

    def mark(self, answer, rng):
        right = np.asarray(self.right, float)
        value = as_array(answer, "Your answer", right.shape)
        if self.agree(value, right):
            return 1.0, "That is the value."
        for alike in (self.agree, self._is_shortened):  # 1.57 may be known, and pi / 2 too
            for known in self.misconceptions:
                forms = (known.answer, *known.also)
                if any(alike(value, np.asarray(form, float)) for form in forms):
                    return 0.0, known.message
        return 0.0, self._difference(value, right)

    def agree(self, value, other):
        return value.shape == other.shape and bool(self._close(value, other).all())

    def _is_shortened(self, value, known):
        """A known wrong value may be rounded, or cut off, as long as three digits are left."""
        if not value.shape == known.shape == np.shape(self.right):
            return False
        near = np.abs(value - known) <= _TOLERATED * np.abs(known)
        pairs = zip(value.ravel(), known.ravel(), strict=True)
        return bool(near.all()) and all(_shortened(*pair) for pair in pairs)

    def _close(self, value, other):
        return np.isclose(value, other, self.relative_tolerance, 1e-12)

    def _difference(self, value, right):
        if value.shape != right.shape:
            told = f"{_all_but_the_shape(value, right)}you give {count(value)}; "
            return told[0].upper() + told[1:] + f"expected {count(right)}."
        if not np.isfinite(value).all():
            return "Your answer is not finite."
        if value.ndim and self._close(np.sort(value, axis=None), np.sort(right, axis=None)).all():
            return "These are the right numbers, in another order than was asked for."
        index = tuple(np.argwhere(~self._close(value, right))[0])
        which = f"Number {index[0] + 1} of your answer" if index else "Your answer"
        told = f"{which}, {show_value(value[index])}, {_missed(value[index], right[index])}"
        return f"{told} {self.implies(value)}" if self.implies else told


def _shortened(value, other):
    """Whether the value is the other one, rounded or cut off after some decimals."""
    unit = next((10.0**-d for d in range(12) if round(float(value), d) == value), 1e-12)
    cut_off = 0 <= np.sign(other) * (other - value) < unit
    return bool(cut_off or abs(value - other) <= 0.5 * unit * (1 + 1e-9))


def _missed(value, right):
    """Too large, too small, or right as far as it goes: rounded, or cut off."""
    near = abs(value - right) <= 0.1 * abs(right)
    if near and _shortened(value, right) and right != round(float(right)):
        return "is right as far as it goes: decimals are missing."
    return f"is too {'large' if value > right else 'small'}."


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
            told = f"That is none of the options: {expected}."
            quoted = isinstance(chosen, str) and not any(
                isinstance(o, str) for o in options.values()
            )
            return f"{told[:-1]}, without quotes." if quoted else told
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
    """Several choices, answered by a dict; each earns its share of the points.

    why : what to say once all are right
    """

    choices: dict
    why: str = ""

    def mark(self, answer, rng):
        keys = ", ".join(repr(key) for key in self.choices)
        if not isinstance(answer, dict):
            kind = type(answer).__name__
            raise Rejected(Status.NOT_YET, f"Expected a dict with the keys {keys}, got {kind}.")
        unknown = [key for key in answer if key not in self.choices]
        if unknown and len(unknown) == len(answer):
            raise Rejected(Status.NOT_YET, self._not_a_key(unknown[0], keys))
        reasons = {
            key: "no answer yet." if answer.get(key, ...) is ... else choice.reason(answer[key])
            for key, choice in self.choices.items()
        }
        wrong = {key: reason for key, reason in reasons.items() if reason is not None}
        right = len(self.choices) - len(wrong)
        told = [f"{right} of {len(self.choices)} right."]
        told += [self.why] if self.why and not wrong else []
        told += [f"({self._not_a_key(key, keys)} It is left out.)" for key in unknown]
        told += [f"{key}: {reason}" for key, reason in wrong.items()]
        return right / len(self.choices), " ".join(told)

    def _not_a_key(self, key, keys):
        if isinstance(key, str) and all(isinstance(number, int) for number in self.choices):
            numbers = f"{min(self.choices)} to {max(self.choices)}"
            return f"{key!r} is no key: the keys are the numbers {numbers}, not text."
        return f"{key!r} is no key: the keys are {keys}."


def recognised(trials, misconceptions):
    """The misconception that the trials look like, or None: the nearest, the first of equals."""
    distances = [_distance(trials, known) for known in misconceptions]
    nearest = min(distances, default=np.inf)
    return misconceptions[distances.index(nearest)] if nearest < np.inf else None


def _distance(trials, known):
    """How far the answer is from what the known mistake gives, inf if it is something else.

    A guard against zero, a float32, another order of operations move an answer a little away from
    the known mistake. So it need not be met exactly, but on every trial to a thousandth, and ten
    times nearer than what is right. Where the known mistake is not finite, a finite answer has a
    guard: such entries do not count.
    """
    if known.shown_by is not None:
        finite = all(np.isfinite(trial.answer).all() for trial in trials)
        if finite and _same_shapes(trials) and known.shown_by(trials):
            return 0.0
    return min(_distance_from(trials, answer) for answer in (known.answer, *known.also))


def _distance_from(trials, mistake):
    worst, seen = 0.0, False
    for trial in trials:
        mistaken = _run(mistake, trial.given, trial.right.shape)
        if trial.answer.shape != mistaken.shape:
            return np.inf
        away, apart = _apart(trial, mistaken)
        if away > min(_TOLERATED, max(apart / 10, _ROUNDING)):
            return np.inf
        worst, seen = max(worst, away), seen or apart > RELATIVE_TOLERANCE
    if not seen:
        return np.inf
    return worst if worst > _ROUNDING else 0.0


_TOLERATED, _ROUNDING = 1e-3, 1e-5


def _apart(trial, mistaken):
    """How far a mistake's result is from the answer, and from what is right, as shares of its size.
    An answer that is finite throughout is compared only where the mistake is finite, too."""
    counted = np.isfinite(mistaken) | ~np.isfinite(trial.answer).all()
    answer, mistaken = trial.answer[counted], mistaken[counted]
    sizes = np.concatenate([mistaken, 1e-6 * trial.right.ravel()])
    scale = np.max(np.abs(sizes), initial=0.0, where=np.isfinite(sizes)) or 1.0
    same_form = trial.right.shape == counted.shape
    right = trial.right[counted] if same_form else np.inf
    return _gap(answer, mistaken) / scale, _gap(right, mistaken) / scale


def _gap(one, other):
    """The largest difference of two arrays; 0 between nan and nan, or inf and the same inf."""
    with np.errstate(invalid="ignore"):
        gaps = np.where(_same(one, other), 0.0, np.abs(one - other))
    return np.max(np.where(np.isnan(gaps), np.inf, gaps), initial=0.0)


def _same(one, other):
    return (one == other) | (np.isnan(one) & np.isnan(other))


def _close(answer, right):
    """Entry by entry; nan agrees with nan, so that a wrong answer made of nan can be recognised."""
    scale = np.max(np.abs(right), initial=0.0, where=np.isfinite(right))
    return np.isclose(answer, right, RELATIVE_TOLERANCE, 1e-9 * scale, equal_nan=True)


def agree(answer, other):
    return answer.shape == other.shape and _close(answer, other).all()


def _same_shapes(trials):
    return all(trial.answer.shape == trial.right.shape for trial in trials)


def _figures(inputs):
    """How much there is to copy out for somebody who works the inputs out by hand."""
    abridged = sum(np.size(value) for value in inputs.values()) > SHOWN_WHOLE
    figures = [len(number.strip("0")) for number in re.findall(r"[\d.]+", show_inputs(inputs))]
    return abridged, sum(n > 3 for n in figures), sum(figures)


def _told_of_changes(trials):
    """A remark, no more: what a function does to its arguments costs no points."""
    names = sorted({name for trial in trials for name in trial.changed})
    if not names:
        return ""
    return (
        f" (Your function changes its argument {', '.join(f'`{name}`' for name in names)}: whoever "
        "calls it finds the array altered afterwards. Work on a copy.)"
    )


def _all_but_the_shape(answer, right):
    """Told first where it is so, lest a matter of form looks like a wrong result."""
    same = answer.size == right.size and agree(answer.reshape(right.shape), right)
    return "the numbers are right, but not their shape: " if same else ""


def _common_factor(trials):
    if not _same_shapes(trials):
        return ""
    answer = np.concatenate([trial.answer.ravel() for trial in trials])
    right = np.concatenate([trial.right.ravel() for trial in trials])
    if not (np.isfinite([answer, right]).all() and answer.any() and right.any()):
        return ""
    factor = answer @ right / (right @ right)
    if not _close(answer, factor * right).all() or abs(factor - 1) < 1e-2:
        return ""
    return f" Every number of yours is off by the same factor, {factor:.4g}."


def _near(trials):
    """If all numbers are nearly right: to how many digits, and what may be missing."""
    if not _same_shapes(trials):
        return ""
    sizes = [np.max(np.abs(t.right), initial=0.0) or 1 for t in trials]
    with np.errstate(invalid="ignore"):  # nan where one of the two is infinite, the other not
        worst = np.max([_gap(t.answer, t.right) / s for t, s in zip(trials, sizes, strict=True)])
    if not worst < 1e-2:
        return ""
    digits = int(-np.log10(worst))
    return (
        f" On every input your numbers are right to {digits} digits, and 6 are needed. "
        f"{_lost_digits(trials)}"
    )


def _lost_digits(trials):
    for decimals in range(6):
        if all(_close(t.answer, np.round(t.right, decimals)).all() for t in trials):
            return f"They are rounded to {decimals} decimals: leave the rounding out."
    small = {trial.kind for trial in trials} & {"float16", "float32"}
    if small:
        return f"They are {small.pop()} numbers, which keep few digits: use float64."
    return (
        "Is something in your code an approximation: a difference quotient, a rounding, a small "
        "number added?"
    )


def _kind(returned):
    """The type of the numbers, where they are an array or a list of NumPy's numbers."""
    first = returned[0] if isinstance(returned, (list, tuple)) and returned else returned
    return getattr(first, "dtype", np.dtype(float)).name


def _run(known, given, shape=None):
    """A function of ours on copies of the inputs."""
    return as_array(call_and_watch(known, given, None)[0], "The result", shape)


def _option(option):
    """Options are compared without regard to case and surrounding space; 0 and 1 are booleans."""
    if isinstance(option, np.ndarray) and option.size == 1:
        option = option.item()
    if isinstance(option, str):
        return option.strip().lower()
    if isinstance(option, (bool, int, float, np.number, np.bool_)):
        return bool(option) if option in (0, 1) else ("number", option)
    return ("not text", type(option))
