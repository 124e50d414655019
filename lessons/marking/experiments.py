"""A claim of the student's own and the experiment that measures it: what can be said of their form.

Whether they make sense, a marker reads.
"""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np

from lessons.marking.answers import Rejected, as_array, call
from lessons.marking.isolation import offline
from lessons.marking.parts import Part
from lessons.marking.patience import TooLong, in_time, keeps_time
from lessons.marking.shown import form, show_apart, show_inputs
from lessons.marking.verdict import Status
from lessons.measuring.claim import VERDICTS, Claim, Figure

# --- The claim ------------------------------------------------------------------------------------

FEWEST_WORDS, SHORTEST = 4, 3
"""A sentence has so many words at least, and of so many letters at least one word fewer."""
ALIKE, IN_COMMON = 0.75, 0.6
"""Two statements look alike if so large a share of their letters is the same, or so large a share
of the words of the one with fewer."""


@dataclass(frozen=True, kw_only=True)
class StatementPart(Part):
    """A claim in one sentence, marked for its form: whether it is another one than those that have
    been measured, no machine can tell. It names those that look like it.

    taken : by their ids, the statements that there are
    """

    taken: Mapping[str, str]

    def mark(self, answer, rng):
        if not isinstance(answer, str):
            kind = type(answer).__name__
            raise Rejected(Status.NOT_YET, f"Expected a sentence in quotes, got {kind}.")
        words = _words(answer)
        long = sum(len(word) >= SHORTEST for word in words)
        if len(words) < FEWEST_WORDS or long < FEWEST_WORDS - 1:
            return 0.0, "A claim is a whole sentence: what does what, and where?"
        if answer.strip().endswith("?"):
            return 0.0, "That is a question. A claim says what will come out, and may be wrong."
        if _sentences(answer) > 1:
            return 0.0, (
                "That is more than one sentence. Put the claim into one, so that one verdict "
                "decides it, and all else into your plan."
            )
        for id, statement in self.taken.items():
            if _words(answer) == _words(statement):
                return 0.0, f"That is {id} of the table, word for word. Choose another."
        told = "It has the form of a claim"
        if id := self._most_alike(answer):
            told += (
                f". It looks like {id} of the table, “{self.taken[id]}”: if yours differs, say in "
            )
            return 1.0, told + "what, in your plan. A reader marks its sense."
        return 1.0, f"{told}. Whether it is another one than those of the table, a reader judges."

    def _most_alike(self, answer):
        """The id of the statement that is most like it; None if none looks alike."""
        alike = {id: _likeness(answer, statement) for id, statement in self.taken.items()}
        id = max(alike, key=alike.get, default=None)
        return id if id and alike[id] >= 1 else None


def _words(text):
    return re.findall(r"\w+", text.lower())


def _sentences(text):
    """How many sentences there are: after an end comes a capital. Fewer than three words are none,
    so that neither "vs. SGD" nor a heading counts."""
    parts = re.split(r"(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)[.!?]\s+(?=[A-Z])", text)
    return sum(len(_words(part)) >= FEWEST_WORDS - 1 for part in parts)


def _likeness(one, other):
    """1 or more where two statements look alike: by their letters, or by words in any order."""
    letters = SequenceMatcher(None, one.lower(), other.lower()).ratio()
    one, other = ({w[:STEM] for w in _words(text) if len(w) > SHORTEST} for text in (one, other))
    shared = len(one & other) / max(min(len(one), len(other)), 1)
    return max(letters / ALIKE, shared / IN_COMMON)


STEM = 5
"""Letters of a word, without its ending."""


# --- The experiment -------------------------------------------------------------------------------


TIMES_AS_LONG = 20
MOST_FIGURES = 100
"""More are not read: an endless list is a list, too."""


class Run(NamedTuple):
    """What an experiment found with one seed; figures by their names."""

    seed: int
    figures: dict[str, Figure]
    verdict: str
    why: str


class Runs(NamedTuple):
    """All that is run: with three seeds, with the first again, and broken with all three."""

    whole: list[Run]
    again: Run
    broken: list[Run]


@dataclass(frozen=True, kw_only=True)
class ExperimentPart(Part):
    """A function (seed, broken) -> Finding, marked for its form: whatever it measures will do.

    Each of the REQUIREMENTS that it meets earns the same share, and the message lists all of them.

    seconds : what one run may take; twice that on a slow machine. One that does not end is stopped
        after `TIMES_AS_LONG` times as long, unless whoever grades stops it
    """

    seconds: float

    def mark(self, answer, rng):
        experiment = answer.measure if isinstance(answer, Claim) else answer
        seeds = rng.choice(1000, 3, replace=False).tolist()
        whole = [self._run(experiment, seed) for seed in seeds]
        runs = Runs(
            whole=whole,
            again=self._run(experiment, seeds[0]),
            broken=[self._run(experiment, seed, broken=True) for seed in seeds],
        )
        _check_names([*whole, runs.again])
        found = {name: requirement(runs) for name, requirement in REQUIREMENTS.items()}
        share = np.mean([met for met, _ in found.values()])
        return share, "\n  ".join(
            f"{(Status.CORRECT if met else Status.NOT_YET).mark} {name}: {told}"
            for name, (met, told) in found.items()
        )

    def _run(self, experiment, seed, broken=False):
        given = {"seed": seed, "broken": broken}
        started = time.perf_counter()
        most = None if keeps_time(experiment) else TIMES_AS_LONG * self.seconds
        with offline(), suppress(TooLong):
            run = in_time(lambda: _read(call(experiment, given, None), given), most)
        if time.perf_counter() - started > 2 * self.seconds:
            told = f"With {show_inputs(given)}, a run takes more than {self.seconds:g} seconds: "
            raise Rejected(Status.NOT_YET, told + "repeat less often, or take fewer steps.")
        return run


def _read(returned, given):
    """A Run, from whatever the experiment returned."""
    what = f"With {show_inputs(given)}, your experiment returns"
    if returned is None:
        raise Rejected(Status.NOT_YET, f"{what} `None`: is there a `return` at the end?")
    try:
        figures, verdict, why = returned
        figures = [*islice(figures, MOST_FIGURES)]
    except Exception:
        told = f"{what} an object of type {type(returned).__name__}"
        expected = "expected `Finding(figures, verdict, why)`"
        raise Rejected(Status.NOT_YET, f"{told}; {expected}.") from None
    if not (isinstance(verdict, str) and isinstance(why, str)):
        raise Rejected(Status.NOT_YET, f"{what} a verdict or a reason that is no text.")
    if not figures:
        raise Rejected(Status.NOT_YET, f"{what} no figures: what was measured?")
    if isinstance(figures[0], str):
        told = f"{what} a figure in place of several: `Finding((figure,), verdict, why)`"
        raise Rejected(Status.NOT_YET, f"{told}, with a comma.")
    by_name = {figure.what: figure for figure in map(_as_figure, figures)}
    if len(by_name) < len(figures):
        raise Rejected(Status.NOT_YET, f"{what} two figures of the same name.")
    return Run(given["seed"], by_name, verdict, why)


def _as_figure(given):
    try:
        what, value, interval = Figure(*given)
    except Exception:
        kind = type(given).__name__
        told = f"Among your figures is an object of type {kind}; expected a `Figure`, as "
        raise Rejected(Status.NOT_YET, f"{told}`share_of` and `mean_of` make one.") from None
    if not isinstance(what, str):
        raise Rejected(Status.NOT_YET, "The name of a figure is no text.")
    value = _numbers(value, f"The figure `{what}`", ())
    if interval is not None:
        interval = tuple(_numbers(interval, f"The interval of `{what}`", (2,)))
    return Figure(what, float(value), interval)


def _numbers(value, what, shape):
    array = as_array(value, what, shape)
    if array.shape != shape:
        expected = "low and high" if shape else "one number"
        raise Rejected(Status.NOT_YET, f"{what} is {form(array)}; expected {expected}.")
    if not np.isfinite(array).all():
        raise Rejected(Status.NOT_YET, f"{what} is not finite.")
    return array


def _check_names(runs):
    for run in runs:
        for name in runs[0].figures.keys() ^ run.figures.keys():
            told = f"A figure called `{name}` comes out with one seed and not with another"
            raise Rejected(Status.NOT_YET, f"{told}: keep numbers that change out of its name.")


# --- What is required of it: each says whether it is met, and a sentence -------------------------


def _gives_a_verdict(runs):
    for run in (*runs.whole, *runs.broken):
        if run.verdict not in VERDICTS:
            told = f"`{run.verdict[:40]}` is none of the three"
            return False, f"{told}: {', '.join(f'`{each}`' for each in VERDICTS)}."
        if not run.why.strip():
            return False, "the reason is missing, the third entry of a `Finding`."
    return True, f"{_in_words(runs.whole[0])}: {runs.whole[0].why}."


def _follows_its_seed(runs):
    first, again = runs.whole[0], runs.again
    for name, figure in first.figures.items():
        if not _same(figure, again.figures[name]):
            one, other = show_apart(figure.value, again.figures[name].value)
            return False, (
                f"run twice with {first.seed}, `{name}` is {one} and {other}. Take all that is "
                "random from `np.random.default_rng(seed)`, and ask no clock."
            )
    if again.verdict != first.verdict:
        return False, f"run twice, {_in_words(first)} and {_in_words(again)}."
    if not _random_figures(runs):
        if any(_is_all_or_none(figure) for figure in first.figures.values()):
            return (
                True,
                "the same figures again; with another, too: shares of all runs, or of none.",
            )
        return False, (
            "with another seed all figures are the same: does it draw anything from it? If it "
            "does, add a figure that varies."
        )
    return True, "the same figures again with the same, others with another."


def _has_intervals(runs):
    random = _random_figures(runs)
    without = [name for name, figures in random.items() if None in (f.interval for f in figures)]
    if without:
        return False, (
            f"missing for {', '.join(f'`{name}`' for name in without)}, which chance decides: it "
            "changes with the seed. (`share_of` and `mean_of` make one.)"
        )
    for run in (*runs.whole, *runs.broken):
        for figure in run.figures.values():
            if figure.interval and not figure.interval[0] <= figure.value <= figure.interval[1]:
                return False, f"a figure lies outside of its own: {figure}."
    for figures in random.values():
        for one, other in combinations(figures, 2):
            if abs(one.value - other.value) > _width(one) + _width(other):
                return False, (
                    f"too narrow to be right. With one seed {one}; with another {other}. Are the "
                    "values behind it independent of each other, and is it 1.96 errors wide?"
                )
    return True, "; ".join(map(str, runs.whole[0].figures.values())) + "."


def _is_stable(runs):
    said = {run.verdict: _in_words(run) for run in runs.whole}
    if len(said) > 1:
        return False, f"{', '.join(said.values())}. Repeat more often, or ask for less in the rule."
    return True, f"the same verdict with the seeds {', '.join(str(r.seed) for r in runs.whole)}."


def _turns(runs):
    for whole, broken in zip(runs.whole, runs.broken):
        if whole.verdict == broken.verdict:
            return False, (
                f"broken on purpose, {_in_words(broken)} still. Take away what the claim rests on."
            )
        if _same_figures(whole, broken):
            return False, (
                f"broken on purpose, {_in_words(broken)}, but every figure is what it was: then "
                "the verdict does not come from them. With `broken` measure something else."
            )
    return True, f"broken on purpose, {_in_words(runs.broken[0])}."


Requirement = Callable[[Runs], tuple[bool, str]]

REQUIREMENTS: dict[str, Requirement] = {
    "verdict": _gives_a_verdict,
    "seed": _follows_its_seed,
    "intervals": _has_intervals,
    "stable": _is_stable,
    "turns": _turns,
}


def _in_words(run):
    return f"`{run.verdict}` with seed {run.seed}"


def _same(one, other):
    return np.isclose(one.value, other.value, 1e-9, 1e-12)


def _same_figures(one, other):
    names = one.figures.keys()
    if names != other.figures.keys():
        return False
    return all(_same(one.figures[name], other.figures[name]) for name in names)


def _is_all_or_none(figure):
    """A share that is 0 or 1 says so with every seed; its interval, that runs were counted."""
    if figure.interval is None or figure.value not in (0, 1):
        return False
    return 0 <= figure.interval[0] < figure.interval[1] <= 1


def _random_figures(runs):
    """By name the three Figures of what changes with the seed."""
    first = runs.whole[0].figures
    by_name = {name: [run.figures[name] for run in runs.whole] for name in first}
    return {
        name: figures
        for name, figures in by_name.items()
        if not all(_same(figures[0], figure) for figure in figures)
    }


def _width(figure):
    low, high = figure.interval
    return high - low
