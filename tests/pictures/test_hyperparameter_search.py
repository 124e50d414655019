"""What the pictures of notebook 12 show."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from numpy.testing import assert_allclose

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.hyperparameters import (
    CoarseToFine,
    GridSearch,
    LogUniform,
    RandomSearch,
    SuccessiveHalving,
    Uniform,
    search,
)
from course_lib.optimizers import GradientDescent
from lessons.experiments.hyperparameter_search import random_against_grid
from lessons.experiments.scenes import linear_loss
from lessons.stage import style

from .shown import bars, dots, drawn, legend, line, segments, shows

LINE = linear_loss(LINE_NOISE, LINE_SEED)
START = (1.6, -0.5)
LOWEST = LINE(np.polyfit(LINE.x, LINE.y, 1)[::-1])


def moved(rates, steps, remembered=0.0):
    """The loss of the line after so many steps of momentum at each rate, by hand."""
    rates, remembered = np.asarray(rates)[..., None], np.asarray(remembered)[..., None]
    phi = np.broadcast_to(START, np.broadcast_shapes(rates.shape, (2,)))
    average = np.zeros_like(phi)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            average = remembered * average + (1 - remembered) * LINE.gradient(phi)
            phi = phi - rates * average
        return LINE(phi)


# --- random against grid ----------------------------------------------------------------------

TARGET = np.random.default_rng(4).random(2)


def bowl(h):
    """The landscape of seed 4 with an importance of 0.35."""
    return (h[..., 0] - TARGET[0]) ** 2 + 0.35 * (h[..., 1] - TARGET[1]) ** 2


def tried(strategy):
    """What a strategy tries with seed 4, (n, 2)."""
    return np.array([[*trial.settings.values()] for trial in strategy.next_stage([], 4)])


@pytest.mark.parametrize("panel, strategy", [("a", GridSearch), ("b", RandomSearch)])
def test_fig_grid_random_shows_the_landscape_and_what_each_search_tries(panel, strategy):
    axes, text = drawn("fig_grid_random", importance=0.35, points=2, seed=4)
    assert shows(axes[panel], bowl, ((0, 1), (0, 1)), levels=7)
    space = {"first": Uniform(0, 1), "second": Uniform(0, 1)}
    points = tried(strategy(space, 2 if strategy is GridSearch else 4))
    assert_allclose(line(axes[panel], style.GOLD, "o"), points)
    assert_allclose(line(axes[panel], style.PATH, "*"), points[[bowl(points).argmin()]])
    ticks = line(axes[panel], style.PATH, "|")
    assert_allclose(ticks[:, 0], points[:, 0])
    assert (ticks[:, 1] > 1).all(), "above the map"
    assert f"{bowl(points).min():.2g} ({len(set(points[:, 0]))}" in text


def test_fig_grid_random_shows_how_often_random_wins():
    axes, text = drawn("fig_grid_random", importance=0.35, points=2, seed=4)
    importances, shares = line(axes["c"], style.SECOND).T
    assert_allclose(importances, np.linspace(0, 1, 21))
    grid, random = random_against_grid((1, 0.35), points=2, repeats=400)
    assert shares[7] == (random < grid).mean()
    assert_allclose(line(axes["c"], style.PATH, "o"), [[0.35, shares[7]]])
    assert_allclose(line(axes["c"], style.MUTED)[:, 1], 0.5)
    assert f"wins in {shares[7]:.0%} of" in text


def test_fig_grid_random_has_random_win_more_often_where_one_hyperparameter_matters():
    shares = line(drawn("fig_grid_random")[0]["c"], style.SECOND)[:, 1]
    assert 0.75 < shares[0] < 0.9 and shares[-1] < 0.65


# --- log scale --------------------------------------------------------------------------------


def test_log_scale_shows_the_loss_at_every_stable_rate():
    axes, _ = drawn("log_scale", steps=20)
    for panel in "ab":
        rates, losses = line(axes[panel], style.INK).T
        assert_allclose(rates[[0, -1]], [1e-8, 0.048])
        assert_allclose(np.diff(np.log(rates)), np.log(rates[1] / rates[0]))
        expected = moved(rates, 20)
        assert_allclose(losses, np.where(expected <= 50, expected, np.inf))


@pytest.mark.parametrize("panel, scale", [("a", Uniform(0, 0.1)), ("b", LogUniform(1e-5, 0.1))])
def test_log_scale_marks_each_draw_good_other_or_diverged(panel, scale):
    axes, text = drawn("log_scale", high=0.1, low=1e-5, trials=40, steps=20, seed=5)
    space = {"rate": scale}
    rates = np.array([t.settings["rate"] for t in RandomSearch(space, 40).next_stage([], 5)])
    losses = moved(rates, 20)
    diverged, good = ~(losses <= 50), losses <= 1.1 * LOWEST
    for which, marker, color in (
        (diverged, "x", style.MUTED),
        (good, "o", style.THIRD),
        (~diverged & ~good, "o", style.GOLD),
    ):
        assert which.any()
        expected = np.column_stack([rates, np.where(diverged, 50, losses)])[which]
        assert_allclose(line(axes[panel], color, marker), expected)
    assert f"{good.sum()} good, {diverged.sum()} diverged" in text


# --- coarse to fine ---------------------------------------------------------------------------

SPACE = {"learning_rate": LogUniform(1e-4, 10), "forgetting": LogUniform(1e-2, 1)}
COLORS = (style.GOLD, style.FOURTH, style.PATH, style.INK)


def above(settings):
    """How far above the lowest 15 steps of momentum end."""
    return moved(settings["learning_rate"], 15, 1 - settings["forgetting"]) - LOWEST


def test_coarse_to_fine_shows_the_loss_over_the_rate_and_the_share_forgotten():
    axes, _ = drawn("coarse_to_fine", trials=5, seed=3)

    def cut_off(powers):
        rate, forgetting = np.moveaxis(10.0**powers, -1, 0)
        height = np.nan_to_num(moved(rate, 15, 1 - forgetting) - LOWEST, nan=np.inf)
        return np.log10(np.clip(height, 1e-4, 100))

    assert shows(axes["a"], cut_off, ((-4, 1), (-2, 0)), levels=9)


@pytest.mark.parametrize("stage, shrink", [(2, 0.3), (4, 0.5)])
def test_coarse_to_fine_shows_each_stage_its_box_and_the_best(stage, shrink):
    axes, text = drawn("coarse_to_fine", trials=5, seed=3, shrink=shrink, stage=stage)
    strategy = CoarseToFine(SPACE, 5, 4, shrink)
    trials = search(above, strategy, seed=3)[: 5 * stage]
    corners = bars(axes["a"])
    boxes = [patch for patch in axes["a"].patches if not patch.get_fill()]
    assert len(corners) == len(boxes) == stage
    for k, color in enumerate(COLORS[:stage]):
        points = [[*trial.settings.values()] for trial in trials if trial.stage == k]
        assert_allclose(line(axes["a"], color, "o"), np.log10(points))
        part = strategy.part_to_search(trials[: 5 * k])
        ends = np.log10([[scale.low, scale.high] for scale in part.values()])
        assert_allclose(corners[k], [*ends[:, 0], *np.diff(ends)[:, 0]])
        assert same_color(boxes[k].get_edgecolor(), color)
    best = min(trials, key=lambda trial: trial.loss)
    assert_allclose(line(axes["a"], style.SKY, "*"), [np.log10([*best.settings.values()])])
    assert f"after {len(trials)} trials: {best.loss:.2g} above the lowest" in text
    rate, forgetting = best.settings.values()
    assert f"α = {rate:.2g}, β = {1 - forgetting:.2g};" in text


def test_coarse_to_fine_shows_the_best_so_far_of_both_searches():
    axes, text = drawn("coarse_to_fine", trials=5, seed=3, stage=3)
    stages = search(above, CoarseToFine(SPACE, 5, 4, 0.3), seed=3)
    at_random = search(above, RandomSearch(SPACE, 60), seed=3)
    for trials, color in ((at_random, style.MUTED), (stages, style.PATH)):
        lowest = [min(trial.loss for trial in trials[:n]) for n in range(1, 16)]
        expected = np.column_stack([np.arange(1, 16), lowest])
        assert_allclose(line(axes["b"], color), expected, rtol=1e-6)
    assert legend(axes["b"]) == {"random search": style.MUTED, "in stages": style.PATH}
    assert text.endswith(f"{min(trial.loss for trial in at_random[:15]):.2g}")


def test_coarse_to_fine_closes_in():
    """Each box is at most `shrink` times as wide, and as high, as the one before."""
    axes, _ = drawn("coarse_to_fine", stage=4, shrink=0.4)
    sizes = bars(axes["a"])[:, 2:] / (5, 2)
    assert (sizes <= 0.4 ** np.arange(4)[:, None] + 1e-9).all()


# --- successive halving -----------------------------------------------------------------------

FATES = (style.MUTED, style.GOLD, style.FOURTH, style.SECOND, style.PATH)
LABELS = ("given up first", "second", "third", "fourth", "kept")


@pytest.mark.parametrize("trials, budget, batch_size", [(9, 3, 12), (15, 2, 5), (60, 1, 12)])
def test_successive_halving_shows_each_rate_for_as_long_as_it_is_trained(
    trials, budget, batch_size
):
    settings = {"trials": trials, "budget": budget, "batch_size": batch_size, "seed": 2}
    axes, text = drawn("successive_halving", **settings)
    planned = RandomSearch({"learning_rate": LogUniform(5e-4, 0.15)}, trials).next_stage([], 2)
    rates = np.array([trial.settings["learning_rate"] for trial in planned])
    batches = Minibatches(batch_size, rng=2)
    path = descend(LINE, START, GradientDescent(rates), 243, batches)
    heights = np.maximum(path.losses - LOWEST, 1e-9)

    def loss_after(settings, budget):
        return heights[budget, rates == settings["learning_rate"]][0]

    space = {"learning_rate": LogUniform(5e-4, 0.15)}
    results = search(loss_after, SuccessiveHalving(space, trials, budget, factor=3), seed=2)
    last = {trial.candidate: trial for trial in results}
    kept = results.best.candidate
    fates = np.array([4 if k == kept else last[k].stage for k in range(trials)])
    for fate, color in enumerate(FATES):
        those = np.flatnonzero(fates == fate)
        curves = segments(axes["a"], color)
        assert len(curves) == len(those)
        ends = dots(axes["a"], color)
        for k, curve, end in zip(those, curves, ends, strict=True):
            steps = np.arange(1, last[k].budget + 1)
            assert_allclose(curve, np.column_stack([steps, heights[steps, k]]), rtol=1e-6)
            assert_allclose(end, curve[-1])
        expected = np.column_stack([rates, np.minimum(heights[-1], 700)])[those]
        assert_allclose(dots(axes["b"], color), expected, rtol=1e-6)
    named = {label: color for fate, (label, color) in enumerate(zip(LABELS, FATES))
             if (fates == fate).any()}  # fmt: skip
    assert legend(axes["a"]) == named
    assert f"{sum(t.budget for t in results)} steps of training in place of {trials * 243}" in text
    assert f"Kept: α = {rates[kept]:.2g}, " in text
    assert f"best of all, α = {rates[heights[-1].argmin()]:.2g}, " in text
