"""What the fair race says: the claim about Adam and momentum, and the questions of notebook 14."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lessons.experiments.fair_race import USUAL, Entry, FairRace, examined, recorded, tuned
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Figure, Finding, claim, mean_of

AS_WELL = 1.0
"""Per cent of wrong answers, four of the 400 test digits: a rule that surely makes less than so
many more does as well."""


@claim(
    "cl-57",
    "With its hyperparameters searched on one budget, Adam does as well as SGD with momentum",
    source="chapter 6, notes, after Choi et al., 2019",
)
def adam_does_as_well_when_searched(repeats=16, budgets=(2, 16), members=4, seed=0):
    """A network of 32 hidden relu units learns 1000 digits, 12 epochs with batches of 50, and its
    rate falls to zero. {repeats} times (seed {seed}) Adam draws settings of α, β and γ, momentum of
    α and β, as many as each of the budgets {budgets}; those that read the 397 digits of the
    validation part best train {members} new networks. How many of the 400 test digits do these
    misread?

    As well is taken to mean: surely less than one per cent more, whatever the luck of search,
    starts and batches, on these digits. The claim holds if that is so with each budget, and with a
    condition if it is with the largest.
    """
    seeds = range(1000 * seed, 1000 * seed + repeats)
    momentum, adam = (
        100 * np.stack([_misread(rule, budgets, members, each) for each in seeds], axis=1)
        for rule in ("momentum", "Adam")
    )  # (budgets, repeats, 400)
    figures, as_well = [], []
    for budget, one, other in zip(budgets, momentum, adam):
        figures += [
            mean_of(f"{budget} trials, momentum: misread, per cent", one.mean(axis=1)),
            mean_of(f"{budget} trials, Adam: misread, per cent", other.mean(axis=1)),
            mean_of(f"{budget} trials: Adam misreads more", (other - one).mean(axis=1)),
        ]
        as_well.append(figures[-1].interval[1] < AS_WELL)
    what = f"{budgets[-1]} trials: the same, were the digits drawn anew"
    figures.append(mean_of(what, (adam - momentum)[-1].mean(axis=0)))
    if all(as_well):
        return Finding(tuple(figures), HOLDS, "with each budget, on these digits")
    if as_well[-1]:
        few, many = budgets[0], budgets[-1]
        why = f"with {many} trials, on these digits; with {few} it is not sure"
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "so many trials do not make it sure")


def _misread(rule, budgets, members, seed):
    """The share of members that misread each test digit, (budgets, 400)."""
    entry = Entry(rule, **USUAL)
    search = tuned(entry, max(budgets), seed)
    chosen = [search.chosen(budget) for budget in budgets]
    return [examined(entry, each, members, seed).alone.mean(axis=0) for each in chosen]


# --- what the whole race says ---------------------------------------------------------------------


class Answer(NamedTuple):
    """A question to the race, its figures, and what they decide."""

    asks: str
    figures: tuple[Figure, ...]
    says: str


@dataclass(frozen=True)
class Answers:
    """What a race says, question by question: a table, or as text line by line."""

    race: FairRace
    answers: tuple[Answer, ...]

    def __repr__(self):
        rows = [(each.asks, *map(str, each.figures), f"=> {each.says}") for each in self.answers]
        return "\n\n".join("\n".join(row) for row in [(self.about(),), *rows])

    def _repr_markdown_(self):
        rows = [f"{self.about()}", "", "| question | points of error | answer |", "|---|---|---|"]
        for each in self.answers:
            figures = "<br>".join(map(str, each.figures))
            rows.append(f"| {each.asks} | {figures} | {each.says} |")
        return "\n".join(rows)

    def about(self):
        """How large the race was, and what it cost."""
        race = self.race
        return (
            f"{len(race.results)} entries, {race.seeds} seeds, {race.trials} trials each, and "
            f"{race.members} networks with the chosen settings: {race.networks:,} networks in "
            f"{race.minutes:.2g} minutes of processor time."
        )


def answers(race: FairRace | None = None) -> Answers:
    """What a race, or else the one that was written down, says about its rules, batches,
    schedules and starts, about width and ensembles.

    A difference is decided if it keeps its sign within two intervals of 95 %: one for the luck of
    search, starts and batches, and one for other test digits. Where there is the first alone, the
    answer is about these digits.
    """
    race = race or recorded()
    rules = [against(race, "rule", name, "momentum") for name in ("SGD", "Nesterov", "RMSProp")]
    batches = [against(race, "batch", size, 250) for size in (10, 50)]
    starts = [against(race, "start", name, "Glorot") for name in ("uniform", "He")]
    warm, falling = "warm-up, then falling", "falling"
    return Answers(
        race,
        (
            _answer("Adam or momentum?", [against(race, "rule", "Adam", "momentum")]),
            _best_of_each(race),
            _answer("Does another rule differ from momentum?", rules),
            _answer("Are small batches better?", batches),
            _wide_minima(race),
            _answer("Does a falling rate help?", [against(race, "schedule", falling, "constant")]),
            _answer("Does warm-up help, besides?", [against(race, "schedule", warm, falling)]),
            _answer("Do the first weights matter?", starts),
            _ensembles(race),
        ),
    )


def against(race, factor, one, other):
    """What a level adds to the errors of another, and what that decides: figures, words."""
    names = [f"batches of {level}" if factor == "batch" else level for level in (one, other)]
    what = f"{names[0]} against {names[1]}"
    figures = tuple(
        mean_of(f"{what}, over {luck}", errors[one] - errors[other])
        for luck, errors in (
            ("seeds", race.errors(factor)),
            ("digits", race.errors_by_digit(factor)),
        )
    )
    return figures, _decided(what, figures)


def _answer(asks, contrasts):
    figures = tuple(figure for pair, _ in contrasts for figure in pair)
    return Answer(asks, figures, "; ".join(words for _, words in contrasts))


def sign_of(figure: Figure) -> int:
    """1 or -1 if the whole interval lies above or below zero, else 0.

    >>> sign_of(Figure("gain", 0.2, (0.1, 0.3))), sign_of(Figure("gain", 0.2, (-0.1, 0.5)))
    (1, 0)
    """
    low, high = figure.interval or (figure.value, figure.value)
    return int(low > 0) - int(high < 0)


def _decided(what, figures):
    signs = {sign_of(figure) for figure in figures}
    words = {1: "more errors", -1: "fewer errors"}
    sure = signs.pop() if len(signs) == 1 else 0
    return f"{what}: {words.get(sure, 'undecided')}"


def _best_of_each(race):
    """Adam against momentum where batch, schedule and start are searched as well."""
    more = race.errors_of_best("Adam") - race.errors_of_best("momentum")
    figure = mean_of("Adam's best against momentum's best, over seeds", more)
    return Answer(
        "And the best entry of each?",
        (figure,),
        _decided("on these digits, Adam's best", [figure]),
    )


def _wide_minima(race):
    curvature = {
        batch: np.mean([result["curvature"] for result in results], axis=0)
        for batch, results in race.compared("batch").items()
    }
    figures = (
        mean_of("rank correlation of curvature and errors", race.ranks_agree("curvature", "alone")),
        mean_of("rank correlation of training loss and errors", race.ranks_agree("loss", "alone")),
        mean_of(
            "curvature with batches of 250, times that with 10", curvature[250] / curvature[10]
        ),
    )
    words = {1: "sharper ends misread more", -1: "sharper ends misread fewer", 0: "undecided"}
    return Answer("Do wide minima generalise better?", figures, words[sign_of(figures[0])])


def _ensembles(race):
    figure = mean_of(
        f"the mean of {race.members} against one, over seeds",
        np.subtract(*race.together_and_alone()),
    )
    return Answer(
        "Is an ensemble worth its price?",
        (figure,),
        _decided("on these digits, the mean", [figure]),
    )
