"""One fair race on digits: rules, batch sizes, schedules and starts, each tuned on one budget.

An entry is one of each. It may try as many settings as any other, drawn at random; the one that
reads most digits of the validation part rightly is chosen, and trains new networks from other
starts. These look at the test part, once. All of it is done again with other seeds.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib.batches import Minibatches, steps_per_epoch
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.ensembles import Ensemble
from course_lib.hyperparameters import LogUniform, RandomSearch
from course_lib.initialization import glorot_uniform, he_normal, uniform
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent, Momentum, Nesterov, RMSProp
from course_lib.schedules import LinearDecay, WarmUp
from lessons.experiments.claims_measured import largest_curvature

NETWORK = MLP((64, 32, 10))
EPOCHS = 12
TESTED = 400
"""Digits of the test part."""

WIDTH_EXAMPLES = 200
"""How many of the training examples the width of a minimum is measured on."""

# --- who takes part -------------------------------------------------------------------------------


class Contestant(NamedTuple):
    """A rule, and the space that its settings are drawn from: the rate, and 1 - β or 1 - γ.

    of_mean : does its step grow with the gradient? Then the rate is that of the batch's mean
    """

    rule: Callable
    space: dict
    of_mean: bool


_RATES, _LENGTHS = LogUniform(1e-3, 10), LogUniform(1e-4, 1)  # four factors of ten each
_FORGOTTEN, _FORGOTTEN_SQUARES = LogUniform(0.01, 1), LogUniform(0.001, 0.1)

RULES = {
    "SGD": Contestant(GradientDescent, {"learning_rate": _RATES}, True),
    "momentum": Contestant(Momentum, {"learning_rate": _RATES, "1 - beta": _FORGOTTEN}, True),
    "Nesterov": Contestant(Nesterov, {"learning_rate": _RATES, "1 - beta": _FORGOTTEN}, True),
    "RMSProp": Contestant(
        RMSProp, {"learning_rate": _LENGTHS, "1 - gamma": _FORGOTTEN_SQUARES}, False
    ),
    "Adam": Contestant(
        Adam,
        {"learning_rate": _LENGTHS, "1 - beta": _FORGOTTEN, "1 - gamma": _FORGOTTEN_SQUARES},
        False,
    ),
}


def _falling(rate, steps):
    return LinearDecay(rate, 0.0, steps)


def _warmed_up(rate, steps):
    rise = max(steps // 10, 1)
    return WarmUp(rise, _falling(rate, steps - rise))


SCHEDULES = {
    "constant": lambda rate, steps: rate,
    "falling": _falling,
    "warm-up, then falling": _warmed_up,
}
STARTS = {"uniform": uniform, "Glorot": glorot_uniform, "He": he_normal}

FACTORS: dict[str, tuple] = {
    "rule": tuple(RULES),
    "batch": (10, 50, 250),
    "schedule": tuple(SCHEDULES),
    "start": tuple(STARTS),
}
"""What may differ between entries, and its levels."""

USUAL = {"batch": 50, "schedule": "falling", "start": "Glorot"}


class Entry(NamedTuple):
    """One who takes part: a rule with a batch size, a schedule and a scheme of first weights."""

    rule: str
    batch: int
    schedule: str
    start: str

    def __str__(self):
        return " | ".join(map(str, self))


def entries(**levels) -> list[Entry]:
    """Every combination of the levels of the factors, of all unless some are named.

    >>> [str(entry) for entry in entries(rule=("SGD", "Adam"), batch=(50,), start=("He",))][:2]
    ['SGD | 50 | constant | He', 'SGD | 50 | falling | He']
    """
    return [Entry(*chosen) for chosen in product(*(FACTORS | levels).values())]


# --- one entry, one seed --------------------------------------------------------------------------


@cache
def part_of_digits(name):
    """The loss of a part of the digits, a sum over its examples."""
    return SoftmaxCrossEntropy(Softmax(NETWORK), *getattr(digits(), name))


def train(entry, settings, starts, rng, epochs):
    """The parameters at the end, (n, P), of networks trained side by side on the same batches.

    settings : by name, a number, or an array (n,) with one for each network
    starts : (n, P)
    """
    rule, _, of_mean = RULES[entry.rule]
    loss = part_of_digits("training")
    steps = epochs * steps_per_epoch(loss.n_examples, entry.batch)
    rate = settings["learning_rate"] / (entry.batch if of_mean else 1)
    remembered = {
        name.removeprefix("1 - "): 1 - value
        for name, value in settings.items()
        if name != "learning_rate"
    }
    rule = rule(SCHEDULES[entry.schedule](rate, steps), **remembered)
    batches = Minibatches(entry.batch, rng=rng)
    # In float32: that takes two thirds of the time.
    return descend(loss, starts.astype(np.float32), rule, steps, batches, keep="last").final


class Search(NamedTuple):
    """The settings that were tried, arrays (trials,) by name, and what each came to on the fold.

    wrong, loss : the number of wrong answers and the mean loss on the validation part, (trials,)
    """

    settings: dict
    wrong: np.ndarray
    loss: np.ndarray

    def best(self, trials=None):
        """Which of the first so many trials has the fewest wrong answers; of equals, the lowest
        loss."""
        return int(np.lexsort((self.loss[:trials], self.wrong[:trials]))[0])

    def chosen(self, trials=None):
        """Its settings."""
        return {name: float(values[self.best(trials)]) for name, values in self.settings.items()}


def tuned(entry, trials, seed, epochs=EPOCHS) -> Search:
    """A random search for the settings of an entry, every trial from the same start."""
    space = RULES[entry.rule].space
    planned = RandomSearch(space, trials).next_stage([], seed)
    settings = {name: np.array([trial.settings[name] for trial in planned]) for name in space}
    rng = np.random.default_rng([14, seed])
    start = STARTS[entry.start](NETWORK, rng)
    ends = train(entry, settings, np.repeat(start[None], trials, axis=0), rng, epochs)
    fold = part_of_digits("validation")
    wrong = np.round((1 - fold.accuracy(ends)) * fold.n_examples)
    return Search(settings, wrong, fold(ends) / fold.n_examples)


class Outcome(NamedTuple):
    """What became of the chosen settings: new networks, and the digits of the test part.

    alone : which digits each network reads wrongly, (members, 400) of bool
    together : which the mean of their probabilities does, (400,)
    loss, curvature : of the first network, per training example; the largest curvature
    """

    alone: np.ndarray
    together: np.ndarray
    loss: float
    curvature: float


def examined(entry, settings, members, seed, epochs=EPOCHS) -> Outcome:
    """New networks with some settings, and what they answer on the test part."""
    rng = np.random.default_rng([15, seed])
    starts = STARTS[entry.start](NETWORK, rng, ensemble=(members,))
    ends = train(entry, settings, starts, rng, epochs).astype(float)
    test, training = part_of_digits("test"), part_of_digits("training")
    each = test.model(test.x, ends)
    mean = Ensemble(test.model, ends)(test.x)
    some = training.batch(np.arange(WIDTH_EXAMPLES))
    return Outcome(
        each.argmax(axis=-1) != test.y,
        mean.argmax(axis=-1) != test.y,
        float(training(ends[0])) / training.n_examples,
        float(largest_curvature(some, ends[0])),
    )


# --- the race -------------------------------------------------------------------------------------

RECORD = Path(__file__).with_name("fair_race.json")
"""What `course race` wrote down: a line about it, and a line for each entry."""

ABOUT = "about"

Result = dict[str, Any]
"""What is kept of an entry, as JSON can hold it: see `once`."""


def once(entry: Entry, trials: int, members: int, seed: int, epochs: int = EPOCHS) -> Result:
    """An entry tuned and examined with one seed; `added` puts the results of several together.

    trials : how many settings it may try
    members : how many networks are trained with those chosen

    The result has a list with a number for each seed of: `alone` and `together`, the mistakes on
    the test part of all members, and of the mean of their probabilities; `fold`, the mistakes and
    the mean loss on the validation part of the trial that was chosen; its `rate`; `loss` and
    `curvature`, per training example, where the first member ends. And, summed over the seeds:
    `tried`, the mistakes on the validation part of the best of the first 1, 2, … trials; `images`,
    by the number of a test digit, how many members misread it; `seconds` of processor time.
    """
    started = time.process_time()
    search = tuned(entry, trials, seed, epochs)
    best, settings = search.best(), search.chosen()
    outcome = examined(entry, settings, members, seed, epochs)
    misread = outcome.alone.sum(axis=0)
    return {
        "alone": [int(misread.sum())],
        "together": [int(outcome.together.sum())],
        "fold": [[int(search.wrong[best]), _three(search.loss[best])]],
        "rate": [_three(settings["learning_rate"])],
        "loss": [_three(outcome.loss)],
        "curvature": [_three(outcome.curvature)],
        "tried": np.minimum.accumulate(search.wrong).astype(int).tolist(),
        "images": {str(image): int(misread[image]) for image in np.flatnonzero(misread)},
        "seconds": round(time.process_time() - started, 2),
    }


def added(result: Result, more: Result) -> Result:
    """The results of an entry with some seeds, and with more.

    >>> added({"rate": [1], "tried": [9, 8], "images": {"7": 1}, "seconds": 1.0},
    ...       {"rate": [2], "tried": [9, 3], "images": {"5": 2, "7": 1}, "seconds": 0.5})
    {'rate': [1, 2], 'tried': [18, 11], 'images': {'7': 2, '5': 2}, 'seconds': 1.5}
    """
    images: Counter[str] = Counter(result["images"])
    images.update(more["images"])
    lists = {name: result[name] + more[name] for name in result if isinstance(result[name], list)}
    tried = [a + b for a, b in zip(result["tried"], more["tried"], strict=True)]
    seconds = round(result["seconds"] + more["seconds"], 1)
    return lists | {"tried": tried, "images": dict(images), "seconds": seconds}


def _three(value):
    """Three digits: enough to read, and what a machine may change is beyond them."""
    return float(f"{value:.3g}")


@dataclass(frozen=True)
class FairRace:
    """What became of some entries, each with the same seeds.

    results : by entry; they hold every combination of the levels that take part
    members : networks of each entry and seed
    """

    results: dict[Entry, Result]
    members: int

    @property
    def seeds(self) -> int:
        """How many there are."""
        return len(next(iter(self.results.values()))["alone"])

    @property
    def trials(self) -> int:
        """How many settings each entry might try, with each seed."""
        return len(next(iter(self.results.values()))["tried"])

    @property
    def networks(self) -> int:
        """How many were trained."""
        return len(self.results) * self.seeds * (self.trials + self.members)

    @property
    def minutes(self) -> float:
        """Of processor time, all together."""
        return sum(result["seconds"] for result in self.results.values()) / 60

    def compared(self, factor) -> dict[Any, list[Result]]:
        """The results at each level of a factor, all in the same company."""
        return {
            level: [
                result for entry, result in self.results.items() if getattr(entry, factor) == level
            ]
            for level in FACTORS[factor]
        }

    def errors(self, factor) -> dict[Any, np.ndarray]:
        """Per cent of the test digits that a network misreads, (seeds,) by level of a factor."""
        asked = self.members * TESTED
        return {
            level: 100 * np.mean([result["alone"] for result in results], axis=0) / asked
            for level, results in self.compared(factor).items()
        }

    def errors_by_digit(self, factor) -> dict[Any, np.ndarray]:
        """Per cent of the networks that misread each of the test digits, (400,) by level."""
        misread = {}
        for level, results in self.compared(factor).items():
            counts = np.zeros(TESTED)
            for result in results:
                counts[[*map(int, result["images"])]] += [*result["images"].values()]
            misread[level] = 100 * counts / (self.members * self.seeds * len(results))
        return misread

    def errors_of_best(self, rule) -> np.ndarray:
        """The same of the entry of a rule that the validation part prefers: (seeds,)."""
        own = [result for entry, result in self.results.items() if entry.rule == rule]
        best = [
            min(own, key=lambda result: result["fold"][seed])["alone"][seed]
            for seed in range(self.seeds)
        ]
        return 100 * np.array(best) / (self.members * TESTED)

    def together_and_alone(self) -> tuple[np.ndarray, np.ndarray]:
        """Per cent of the test digits that the mean of all members misreads, and that one does:
        (seeds,) each."""
        together, alone = (
            np.mean([result[what] for result in self.results.values()], axis=0)
            for what in ("together", "alone")
        )
        return 100 * together / TESTED, 100 * alone / (self.members * TESTED)

    def best_so_far(self, rule) -> np.ndarray:
        """Per cent of the validation digits that the best of 1, 2, … trials misreads: (trials,)."""
        tried = [result["tried"] for entry, result in self.results.items() if entry.rule == rule]
        judged = self.seeds * part_of_digits("validation").n_examples
        return 100 * np.mean(tried, axis=0) / judged

    def ranks_agree(self, one, other) -> np.ndarray:
        """The rank correlation, over entries, of two numbers of the results: (seeds,)."""
        every = self.results.values()
        columns = (np.array([result[what] for result in every]) for what in (one, other))
        ranks = (column.argsort(axis=0).argsort(axis=0).T for column in columns)
        return np.array([np.corrcoef(*pair)[0, 1] for pair in zip(*ranks)])


def race(some, trials: int, members: int, seeds: int, epochs: int = EPOCHS) -> FairRace:
    """Some entries, each tuned and examined with the seeds 0, 1, …: here, now, one by one.

    trials, members : as in `once`
    """

    def outcome(entry):
        return reduce(added, (once(entry, trials, members, seed, epochs) for seed in range(seeds)))

    return FairRace({entry: outcome(entry) for entry in some}, members)


@cache
def recorded() -> FairRace:
    """The race as it was run last. FileNotFoundError where it never was."""
    lines = json.loads(RECORD.read_text(encoding="utf-8"))
    about = lines.pop(ABOUT)
    results = {entry: lines[str(entry)] for entry in entries() if str(entry) in lines}
    return FairRace(results, about["settings"]["members"])
