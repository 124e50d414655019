"""The searches of notebook 12: on toys of which all is known, on a line, and on digits."""

from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from course_lib.batches import Minibatches, folds
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend, iterate
from course_lib.hyperparameters import (
    CoarseToFine,
    GridSearch,
    LogUniform,
    MedianRule,
    RandomSearch,
    SuccessiveHalving,
    Uniform,
)
from course_lib.initialization import glorot_uniform
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent, Momentum
from lessons.experiments.reading import all_digits, reading
from lessons.experiments.rounding import Rounded
from lessons.experiments.scenes import LINE_START, line_minimum, linear_loss
from lessons.searching import search

SMALLEST = 1e-9
"""A loss nearer to the lowest than this counts, and is drawn, as if it were so near."""


@lru_cache(maxsize=1)
def lowest_loss_of_the_line():
    """The loss of the best line through the points of figure 6.1."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    return float(loss(line_minimum(loss)))


# --- random against grid ----------------------------------------------------------------------


def random_against_grid(importance=(1.0, 0.0), points=3, repeats=400, seed=0, inset=False):
    """The lowest loss that each finds, with as many trials, on many landscapes.

    A landscape is Σᵢ importanceᵢ (hᵢ - targetᵢ)², its target uniform in the unit box: with
    importance (1, 0) only the first hyperparameter matters. A grid then tries `points` values that
    differ, random search as many as it has trials.

    importance : one weight for each hyperparameter, not negative; rows of them (K, n) are K
        comparisons on the same targets and draws
    points : of the grid along each axis; both searches have points**n trials
    repeats : how many landscapes
    seed : of the targets and of the random searches
    inset : whether the grid stands off the border by half the distance of its points; else its
        outermost points are on it

    Two arrays come back, of the grid and of the random search, (repeats,) or (K, repeats).

    >>> grid, random = random_against_grid()
    >>> float((random < grid).mean().round(1))
    0.8
    """
    importance = np.asarray(importance)
    n = importance.shape[-1]
    space = {f"h{i}": Uniform(0, 1) for i in range(n)}
    targets = np.random.default_rng(seed).random((repeats, n))
    margin = 1 / (2 * points) if inset else 0
    grid = {name: Uniform(margin, 1 - margin) for name in space}
    lattice = points_tried(GridSearch(grid, points), seed)
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


def best_of_each(strategy, seeds):
    """The lowest loss that a search for momentum's two settings finds, for each seed.

    As `search` does, but a stage at once: the objective takes arrays.
    """
    lowest = []
    for seed in seeds:
        history: list = []
        while planned := strategy.next_stage(history, seed):
            drawn = {n: np.array([t.settings[n] for t in planned]) for n in MOMENTUM_SPACE}
            for trial, loss in zip(planned, momentum_objective(drawn).tolist(), strict=True):
                status = "finished" if np.isfinite(loss) else "diverged"
                history.append(replace(trial, loss=loss, status=status))
        lowest.append(min(trial.loss for trial in history if trial.finished))
    return np.array(lowest)


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


# --- a border that holds the best -------------------------------------------------------------

STAGES_OF_FIVE = 5
RATE_STEPS = 50


def line_rate_objective(settings):
    """How far above the lowest the loss of the line is after 50 steps at a rate."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    rule = GradientDescent(settings["rate"])
    path = descend(loss, LINE_START, rule, RATE_STEPS, keep="last")
    return path.final_loss - lowest_loss_of_the_line()


@lru_cache(maxsize=64)
def staged_rates(highest, widen, seed):
    """A search in five stages for a rate, from 1e-7 to `highest` at first: its results, its ranges.

    widen : whether a border that holds the best is widened
    """
    space = {"rate": LogUniform(1e-7, highest)}
    names = ("rate",) if widen else ()
    strategy = CoarseToFine(space, 6, STAGES_OF_FIVE, shrink=0.3, widen=names)
    results = search(line_rate_objective, strategy, seed=seed)
    parts = [strategy.part_to_search(results[: 6 * k])["rate"] for k in range(STAGES_OF_FIVE)]
    return results, parts


# --- one fold or several ----------------------------------------------------------------------

PENALTIES = np.geomspace(1e-2, 1e3, 21)
"""The settings among which the folds choose."""


class Choosing(NamedTuple):
    """How a linear model of digits does at each of the penalties.

    folds : the mean squared error on each fold of the networks trained on the others, (k, 21)
    fresh : the share of wrong answers on fresh images, trained on all, (21,)
    """

    folds: np.ndarray
    fresh: np.ndarray

    def one(self):
        """Which penalty the first fold chooses by itself."""
        return int(self.folds[0].argmin())

    def several(self):
        """Which penalty all folds choose together, by their mean."""
        return int(self.folds.mean(axis=0).argmin())

    def extra(self):
        """By how much the choices of one and of all folds exceed the lowest share, (2,)."""
        return self.fresh[[self.one(), self.several()]] - self.fresh.min()


@lru_cache(maxsize=128)
def choosing(n, k, seed):
    """One draw of n digits: k folds judge each of the penalties, and so do 797 fresh images.

    The model is linear, ten outputs for the ten digits, fitted to 1 for the right one and 0 for the
    others by least squares with the penalty strength/2 · |φ|². Its best parameters are known in a
    formula; and what it misses on a fold that it was trained without follows from what it misses
    there when trained on all, (1 - H)⁻¹ of that, so that no fold need be trained.
    """
    x, y = all_digits()
    x = np.column_stack([x, np.ones(len(x))])
    order = np.random.default_rng(seed).permutation(len(x))
    drawn, fresh = x[order[:n]], order[1000:]
    answers = np.eye(10)[y[order[:n]]] - 0.1
    curvatures, directions = np.linalg.eigh(2 * drawn.T @ drawn)
    turned, steps = drawn @ directions, 2 / (curvatures + PENALTIES[:, None])  # (n, D), (21, D)
    weights = directions @ (steps[..., None] * (turned.T @ answers))  # (21, D, 10)
    misses, judged = drawn @ weights - answers, []
    for _, held_out in folds(n, k, seed):
        own = turned[held_out]
        hat = (own * steps[:, None]) @ own.T
        without = np.linalg.solve(np.eye(len(own)) - hat, misses[:, held_out])
        judged.append((without**2).mean(axis=(1, 2)))
    said = (x[fresh] @ weights).argmax(axis=-1)
    return Choosing(np.array(judged), (said != y[fresh]).mean(axis=-1))


# --- digits: the rate and the initial scale ---------------------------------------------------

DIGITS_NETWORK = MLP((64, 16, 10), "tanh")
DIGITS_BATCH = 50
RATE_AND_SCALE = {"rate": LogUniform(1e-4, 1), "scale": LogUniform(0.01, 100)}
"""Adam's rate, and the factor on Glorot's initial weights."""


def trained_digits(rates, scales, epochs, seed=0):
    """The parameters after each epoch of small networks for digits, (epochs, n, P).

    They are trained side by side, each at its rate, from the same weights times its scale.
    """
    loss = reading(DIGITS_NETWORK)
    start = np.asarray(scales)[:, None] * glorot_uniform(DIGITS_NETWORK, seed)
    batches = Minibatches(DIGITS_BATCH, rng=seed).indices(loss.n_examples)
    an_epoch = loss.n_examples // DIGITS_BATCH
    steps = iterate(loss, start, Rounded(Adam(np.asarray(rates)), 6), batches)
    ends = islice(steps, an_epoch - 1, epochs * an_epoch, an_epoch)
    return np.array([step.phi for step in ends])


def digits_judge():
    """The loss of the validation part, a sum over its examples."""
    return reading(DIGITS_NETWORK, "validation")


SCALE_EPOCHS = 6
SCALE_RATES, SCALES = np.geomspace(1e-3, 1, 7), np.geomspace(0.01, 100, 9)


@cache
def scale_map():
    """The share of wrong answers after each epoch at each rate and scale, (epochs, 7, 9)."""
    rates, scales = np.meshgrid(SCALE_RATES, SCALES, indexing="ij")
    params = trained_digits(rates.ravel(), scales.ravel(), SCALE_EPOCHS)
    return 1 - digits_judge().accuracy(params).reshape(SCALE_EPOCHS, *rates.shape)


# --- digits: what the master sees -------------------------------------------------------------

TRIALS, TRIAL_EPOCHS = 24, 12


@cache
def digit_trials():
    """The settings of 24 random trials, and their validation losses after each epoch, (12, 24)."""
    planned = RandomSearch(RATE_AND_SCALE, TRIALS).next_stage([], seed=1)
    rates, scales = (np.array([t.settings[name] for t in planned]) for name in RATE_AND_SCALE)
    judge = digits_judge()
    return rates, scales, judge(trained_digits(rates, scales, TRIAL_EPOCHS)) / judge.n_examples


class Seen(NamedTuple):
    """What the master sees at one moment: the epochs of each trial, and whether it goes on."""

    epochs: np.ndarray
    statuses: tuple


@lru_cache(maxsize=32)
def followed(workers, grace):
    """What the master sees after 0, 1, 2, … epochs of each worker, until all trials have ended.

    grace : of the median rule; None: no trial is stopped
    """
    _, _, losses = digit_trials()
    rule = grace and MedianRule(grace)
    epochs, statuses = np.zeros(TRIALS, int), ["waiting"] * TRIALS
    history = [Seen(epochs.copy(), tuple(statuses))]
    while statuses.count("waiting") or statuses.count("running"):
        for k in range(TRIALS):
            if statuses[k] == "waiting" and statuses.count("running") < workers:
                statuses[k] = "running"
        running = [k for k in range(TRIALS) if statuses[k] == "running"]
        epochs[running] += 1
        for k in running:
            own = losses[: epochs[k], k].tolist()
            others = [losses[: epochs[j], j].tolist() for j in range(TRIALS) if j != k]
            if rule and rule.hopeless(own, others):
                statuses[k] = "stopped"
            elif epochs[k] == TRIAL_EPOCHS:
                statuses[k] = "finished"
        history.append(Seen(epochs.copy(), tuple(statuses)))
    return history
