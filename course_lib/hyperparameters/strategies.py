"""Which settings to try: each strategy plans a stage of trials from those that have ended.

    next_stage(history, seed) -> [Trial, …]     none left: the search is over

`history` holds the trials of all earlier stages in order. A plan depends on nothing else: the same
seed gives the same trials, whoever evaluates them and however often the search is interrupted.
"""

import itertools
import math
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from course_lib._errors import wrong_kind, wrong_value
from course_lib._settings import Asked, Count, FractionNumber, Settings
from course_lib._validation import Seed, as_thing, at_least
from course_lib.hyperparameters.results import COLUMNS, Trial, best_first
from course_lib.hyperparameters.spaces import check_space, sample

Space: TypeAlias = Annotated[
    dict, Asked("a dict of name -> distribution", lambda name, space: check_space(space, COLUMNS))
]


@dataclass(frozen=True)
class GridSearch(Settings):
    """Every combination of a few values of each hyperparameter.

    points : values of each, a number for all or a dict of name -> number; a Choice has its options

    >>> from course_lib.hyperparameters import Choice, Uniform
    >>> grid = GridSearch({"a": Uniform(0, 1), "b": Choice(["x", "y"])}, points=3)
    >>> [list(trial.settings.values()) for trial in grid.next_stage([], seed=0)]
    [[0.0, 'x'], [0.0, 'y'], [0.5, 'x'], [0.5, 'y'], [1.0, 'x'], [1.0, 'y']]
    """

    space: Space
    points: Any  # a whole number, or a dict of them

    def __post_init__(self):
        super().__post_init__()
        if not isinstance(self.points, dict):
            at_least("points", self.points, 1)
            object.__setattr__(self, "points", dict.fromkeys(self.space, self.points))
        if self.points.keys() != self.space.keys():
            raise wrong_value("points", self.points, f"one for each of {[*self.space]}")
        for name, points in self.points.items():
            at_least(f"points[{name!r}]", points, 1)

    def next_stage(self, history, seed: Seed) -> list[Trial]:
        """All the trials at once; the seed does not matter."""
        _check_plan(history, seed)
        if history:
            return []
        axes = [scale.grid(self.points[name]) for name, scale in self.space.items()]
        settings = [dict(zip(self.space, values)) for values in itertools.product(*axes)]
        return [Trial(number, each) for number, each in enumerate(settings)]


@dataclass(frozen=True)
class RandomSearch(Settings):
    """So many independent draws from the space (Bergstra and Bengio, 2012).

    A search for more trials with the same seed begins with the trials of the smaller one.
    """

    space: Space
    trials: Count

    def next_stage(self, history, seed: Seed) -> list[Trial]:
        """All the trials at once."""
        _check_plan(history, seed)
        return [] if history else _draws(self.space, seed, range(self.trials))


@dataclass(frozen=True)
class CoarseToFine(Settings):
    """Random search in stages, each in a smaller part of the space, around the best so far.

    trials : in each stage
    stages : how many
    shrink : how wide each stage is, as a share of the one before on its scale, between 0 and 1
    budgets : how long to train in each stage, such as (1, 5, 25) epochs; None: no budgets
    widen : the names of those whose range is only a guess. Where the best of these is the lowest or
        the highest that the stage has tried, nobody knows what lies beyond: the next stage is as
        wide as this one, around it. The others keep within the space.
    """

    space: Space
    trials: Count
    stages: Count = 3
    shrink: FractionNumber = 0.3
    budgets: tuple | None = None
    widen: tuple = ()

    def __post_init__(self):
        super().__post_init__()
        if self.budgets is not None:
            if not isinstance(self.budgets, (list, tuple)) or len(self.budgets) != self.stages:
                raise wrong_value("budgets", self.budgets, f"{self.stages} numbers: one a stage")
            for budget in self.budgets:
                at_least("budgets", budget, 1)
        ranges = [name for name, scale in self.space.items() if hasattr(scale, "follow")]
        listed = isinstance(self.widen, (list, tuple))
        if not listed or any(name not in ranges for name in self.widen):
            raise wrong_value("widen", self.widen, f"a list of some of {ranges}")

    def next_stage(self, history, seed: Seed) -> list[Trial]:
        """The trials of the stage after those of the history."""
        _check_plan(history, seed)
        stage = history[-1].stage + 1 if history else 0
        if stage == self.stages:
            return []
        space = self.part_to_search(history)
        budget = self.budgets[stage] if self.budgets else None
        numbers = range(len(history), len(history) + self.trials)
        return _draws(space, seed, numbers, stage=stage, budget=budget)

    def part_to_search(self, history) -> dict:
        """The part of the space that the next stage draws from, around the best so far."""
        _check_plan(history)
        part = self.space
        for stage in range(history[-1].stage + 1 if history else 0):
            best = best_first([trial for trial in history if trial.stage <= stage])[0]
            if best.finished:
                tried = [trial.settings for trial in history if trial.stage == stage]
                part = {name: self._around(best, name, part[name], stage, tried) for name in part}
        return part

    def _around(self, best, name, scale, stage, tried):
        value = best.settings[name]
        if name not in self.widen:
            return self.space[name].zoom(value, self.shrink ** (stage + 1))
        others = [settings[name] for settings in tried]
        outermost = value <= min(others) or value >= max(others)
        return scale.follow(value, 1 if outermost else self.shrink)


@dataclass(frozen=True)
class SuccessiveHalving(Settings):
    """Train many for a little, keep the best few, train those for longer, and so on.

    Each stage keeps one in `factor` and multiplies the budget by it, so that all stages cost about
    the same (Jamieson and Talwalkar, 2016). A trial that goes on finds what it saved in its
    checkpoint, and need only train for the rest of its budget.

    trials : in the first stage
    budget : of the first stage, a whole number of the objective's own units, such as epochs
    factor : at least 2

    >>> from course_lib.hyperparameters import Uniform
    >>> halving = SuccessiveHalving({"a": Uniform(0, 1)}, trials=9, budget=2, factor=3)
    >>> history = [Trial(n, {"a": n}, status="finished", budget=2, loss=-n) for n in range(9)]
    >>> [(trial.candidate, trial.budget) for trial in halving.next_stage(history, seed=0)]
    [(8, 6), (7, 6), (6, 6)]
    """

    space: Space
    trials: Count
    budget: Count = 1
    factor: int = 3

    def __post_init__(self):
        super().__post_init__()
        at_least("factor", self.factor, 2)

    def next_stage(self, history, seed: Seed) -> list[Trial]:
        """The first draws, or the best of the last stage with more to spend."""
        _check_plan(history, seed)
        if not history:
            return _draws(self.space, seed, range(self.trials), budget=self.budget)
        last = [trial for trial in history if trial.stage == history[-1].stage]
        kept = best_first(last)[: len(last) // self.factor]
        stage, budget = last[0].stage + 1, last[0].budget * self.factor
        return [
            Trial(number, trial.settings, stage, trial.candidate, budget)
            for number, trial in enumerate(kept, start=len(history))
            if trial.finished
        ]


def _check_plan(history, seed=0):
    """Refuse what is no list of trials, and what is no seed."""
    at_least("seed", seed, 0, most=math.inf)
    if not isinstance(history, (list, tuple)):
        raise wrong_kind("history", history, "a list of Trial")
    for number, trial in enumerate(history):
        as_thing(f"history[{number}]", trial, "a Trial", "settings", "stage")


def _draws(space, seed, numbers, **known):
    return [Trial(number, sample(space, seed, number), **known) for number in numbers]
