"""The searches of notebook 12: random against grid, momentum on a line, its rate by halving."""

from functools import lru_cache

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.hyperparameters import (
    GridSearch,
    LogUniform,
    RandomSearch,
    SuccessiveHalving,
    Uniform,
    search,
)
from course_lib.optimizers import GradientDescent, Momentum
from lessons.experiments.scenes import LINE_START, line_minimum, linear_loss

SMALLEST = 1e-9
"""A loss nearer to the lowest than this counts, and is drawn, as if it were so near."""


@lru_cache(maxsize=1)
def lowest_loss_of_the_line():
    """The loss of the best line through the points of figure 6.1."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    return float(loss(line_minimum(loss)))


# --- random against grid ----------------------------------------------------------------------


def random_against_grid(importance=(1.0, 0.0), points=3, repeats=400, seed=0):
    """The lowest loss that each finds, with as many trials, on many landscapes.

    A landscape is Σᵢ importanceᵢ (hᵢ - targetᵢ)², its target uniform in the unit box: with
    importance (1, 0) only the first hyperparameter matters. A grid then tries `points` values that
    differ, random search as many as it has trials.

    importance : one weight for each hyperparameter, not negative; rows of them (K, n) are K
        comparisons on the same targets and draws
    points : of the grid along each axis; both searches have points**n trials
    repeats : how many landscapes
    seed : of the targets and of the random searches

    Two arrays come back, of the grid and of the random search, (repeats,) or (K, repeats).

    >>> grid, random = random_against_grid()
    >>> float((random < grid).mean().round(1))
    0.8
    """
    importance = np.asarray(importance)
    n = importance.shape[-1]
    space = {f"h{i}": Uniform(0, 1) for i in range(n)}
    targets = np.random.default_rng(seed).random((repeats, n))
    lattice = points_tried(GridSearch(space, points), seed)
    draws = points_tried(RandomSearch(space, repeats * len(lattice)), seed)
    draws = draws.reshape(repeats, *lattice.shape)

    def lowest(tried):
        return ((tried - targets[:, None]) ** 2 @ importance.T).min(axis=1).T

    return lowest(lattice), lowest(draws)


def points_tried(strategy, seed):
    """Every point of a strategy's first stage: (trials, n)."""
    return np.array([[*trial.settings.values()] for trial in strategy.next_stage([], seed)])


# --- momentum's two settings ------------------------------------------------------------------

MOMENTUM_SPACE = {"learning_rate": LogUniform(1e-4, 10), "forgetting": LogUniform(1e-2, 1)}
"""The rate α, and 1 - β: what is forgotten at each step."""

MOMENTUM_STEPS = 15


def momentum_objective(settings):
    """How far above the lowest the loss is after 15 steps; arrays of settings give arrays."""
    rule = Momentum(settings["learning_rate"], 1 - settings["forgetting"])
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    path = descend(loss, LINE_START, rule, MOMENTUM_STEPS, keep="last")
    return path.final_loss - lowest_loss_of_the_line()


# --- successive halving -----------------------------------------------------------------------

RATES = {"learning_rate": LogUniform(5e-4, 0.15)}
LONGEST = 243


@lru_cache(maxsize=64)
def training(trials, batch_size, seed):
    """The rates that the search draws, and how far above the lowest each is at each step."""
    planned = RandomSearch(RATES, trials).next_stage([], seed)
    rates = np.array([trial.settings["learning_rate"] for trial in planned])
    loss, batches = linear_loss(LINE_NOISE, LINE_SEED), Minibatches(batch_size, rng=seed)
    path = descend(loss, LINE_START, GradientDescent(rates), LONGEST, batches)
    return rates, np.maximum(path.losses - lowest_loss_of_the_line(), SMALLEST)


@lru_cache(maxsize=64)
def halved(trials, budget, batch_size, seed):
    """Successive halving on those curves: what it asks for is looked up."""
    rates, losses = training(trials, batch_size, seed)
    column = {rate: k for k, rate in enumerate(rates)}

    def objective(settings, budget):
        return losses[: budget + 1, column[settings["learning_rate"]]][-1]

    return search(objective, SuccessiveHalving(RATES, trials, budget, factor=3), seed=seed)
