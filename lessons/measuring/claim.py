"""What it takes to measure a claim: the claim, its experiment, what came out, and the verdict."""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lessons.measuring.intervals import t_quantile, wilson_interval

HOLDS = "holds"
CONDITION = "holds with a condition"
FAILS = "does not hold"
VERDICTS = (HOLDS, CONDITION, FAILS)
WIDTH = 66  # characters of a line, so that a notebook in half a window need not break it again


class Figure(NamedTuple):
    """One number that came out, and the interval it may lie in where it is random.

    interval : low and high, or None for a number that is not random
    """

    what: str
    value: float
    interval: tuple[float, float] | None = None

    def __str__(self):
        text = f"{self.what}: {_digits(self.value)}"
        if self.interval is None:
            return text
        low, high = self.interval
        return f"{text} (from {_digits(low)} to {_digits(high)})"


def _digits(value):
    """Three digits: 1230, where .3g alone writes 1.23e+03."""
    return f"{float(f'{value:.3g}'):g}"


def share_of(what, hits):
    """The Figure of a share counted among independent runs, with Wilson's interval.

    hits : array of bool, one for each run
    """
    count, n = int(np.sum(hits)), np.size(hits)
    low, high = wilson_interval(count, n)
    return Figure(what, count / n, (float(low), float(high)))


def mean_of(what, values):
    """The Figure of a mean of independent values, with Student's interval.

    If they are normal it holds the true mean 95 times in 100, be they as few as four. Raises
    ValueError for fewer than two: one alone says nothing of its error.
    """
    mean, n = float(np.mean(values)), np.size(values)
    if n < 2:
        raise ValueError(f"number of values of {what!r} is {n}, expected at least 2")
    give_or_take = float(t_quantile(n - 1) * np.std(values, ddof=1) / np.sqrt(n))
    return Figure(what, mean, (mean - give_or_take, mean + give_or_take))


def power_of(x, y):
    """The p, shape (…), for which each column of y (n, …) follows xᵖ: a fit to the logarithms."""
    powers = np.polyfit(np.log(x), np.log(y).reshape(len(y), -1), 1)[0]
    return powers.reshape(y.shape[1:])


GROUPS = 20


def in_groups(runs, axis=0):
    """Independent runs along an axis, split into 20 groups: that axis becomes (20, runs / 20).

    What has no meaning for a single run, such as a slope, is measured once for each group. Raises
    ValueError if the number of runs is no multiple of 20.
    """
    n = runs.shape[axis]
    if n % GROUPS:
        raise ValueError(f"number of runs is {n}, expected a multiple of {GROUPS}")
    return runs.reshape(*runs.shape[:axis], GROUPS, -1, *runs.shape[axis + 1 :])


class Finding(NamedTuple):
    """What an experiment returns: its figures, the verdict they lead to, and why."""

    figures: tuple[Figure, ...]
    verdict: str
    why: str


@dataclass(frozen=True)
class Measurement:
    """A claim, the experiment that was run, what came out, and the verdict.

    figures : by name, each Figure
    """

    claim: "Claim"
    experiment: str
    figures: dict[str, Figure]
    verdict: str
    why: str

    def again(self, **settings):
        """The claim measured anew: with another seed, or other sizes."""
        return self.claim(**settings)

    def __str__(self):
        lines = [
            ("claim", f"{self.claim.statement} ({self.claim.id}; {self.claim.source})"),
            ("experiment", self.experiment),
            *(("figure", str(figure)) for figure in self.figures.values()),
            ("verdict", f"{self.verdict}: {self.why}"),
        ]
        return "\n".join(_hanging(name, text) for name, text in lines)

    __repr__ = __str__


def _hanging(name, text):
    return textwrap.fill(text, WIDTH, initial_indent=f"{name:12}", subsequent_indent=" " * 12)


@dataclass(frozen=True)
class Claim:
    """A claim of the sources. Call it to measure it: `claim(seed=1)` returns a Measurement.

    id : the ledger's, such as "cl-4"
    statement : what is claimed, in one sentence
    source : who says so
    measure : the experiment, a function of a seed and of sizes, that returns a Finding; the first
        paragraph of its docstring says what is done, with {names} of its arguments
    """

    id: str
    statement: str
    source: str
    measure: Callable[..., Finding]

    def __post_init__(self):
        object.__setattr__(self, "__doc__", inspect.getdoc(self.measure))  # frozen from here on

    def __call__(self, **settings):
        arguments = inspect.signature(self.measure).bind(**settings)
        arguments.apply_defaults()
        experiment = inspect.getdoc(self.measure).partition("\n\n")[0].replace("\n", " ")
        figures, verdict, why = self.measure(**settings)
        if verdict not in VERDICTS:
            raise ValueError(f"verdict is {verdict!r}, expected one of {', '.join(VERDICTS)}")
        return Measurement(
            claim=self,
            experiment=experiment.format(**arguments.arguments),
            figures={figure.what: figure for figure in figures},
            verdict=verdict,
            why=why,
        )


def claim(id, statement, source):
    """Make the function below it, which measures, the Claim of that name."""

    def declare(measure):
        return Claim(id, statement, source, measure)

    return declare
