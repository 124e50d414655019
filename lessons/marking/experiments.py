"""A claim of the student's own and the experiment that measures it: what can be said of their form.

Whether they make sense, a marker reads.
"""

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

FEWEST_WORDS = 4
ALIKE = 0.8
"""Two statements are the same if so large a share of their letters is."""


@dataclass(frozen=True, kw_only=True)
class StatementPart(Part):
    """A claim in one sentence, and not one that has been measured already.

    taken : by their ids, the statements that there are
    """

    taken: Mapping[str, str]

    def mark(self, answer, rng):
        if not isinstance(answer, str):
            kind = type(answer).__name__
            raise Rejected(Status.NOT_YET, f"Expected a sentence in quotes, got {kind}.")
        if len(answer.split()) < FEWEST_WORDS:
            return 0.0, "A claim is a whole sentence: what does what, and where?"
        if answer.strip().endswith("?"):
            return 0.0, "That is a question. A claim says what will come out, and may be wrong."
        for id, statement in self.taken.items():
            if SequenceMatcher(None, answer.lower(), statement.lower()).ratio() > ALIKE:
                return 0.0, f"That is {id} of the table, “{statement}”, or nearly. Choose another."
        return 1.0, "It is not in the table."


# --- The experiment -------------------------------------------------------------------------------


PATIENCE = 20
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
        after `PATIENCE` times as long, unless whoever grades stops it
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
        most = None if keeps_time(experiment) else PATIENCE * self.seconds
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
        return False, "with another seed all figures are the same: does it draw anything from it?"
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
