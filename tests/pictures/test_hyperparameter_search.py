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
    MedianRule,
    RandomSearch,
    SuccessiveHalving,
    Uniform,
)
from course_lib.optimizers import GradientDescent
from lessons.experiments.hyperparameter_search import (
    PENALTIES,
    SCALES,
    choosing,
    digit_trials,
    digits_judge,
    followed,
    random_against_grid,
    scale_map,
    staged_rates,
    trained_digits,
)
from lessons.experiments.scenes import linear_loss
from lessons.searching import search
from lessons.stage import style

from .shown import bars, dots, drawn, has_contours, image, legend, line, lines, segments, shows

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
    assert abs(shares[7] - random_wins_of(4000)) < 0.07, "as in landscapes of our own"
    assert_allclose(line(axes["c"], style.PATH, "o"), [[0.35, shares[7]]])
    assert_allclose(line(axes["c"], style.MUTED)[:, 1], 0.5)
    assert f"wins in {100 * shares[7]:.0f} % of" in text


def random_wins_of(landscapes):
    """How often four random points find a lower loss than the corners, with weights 1 and 0.35."""
    rng = np.random.default_rng(3)
    targets, points = rng.random((landscapes, 1, 2)), rng.random((landscapes, 4, 2))
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    found = [((each - targets) ** 2 @ [1, 0.35]).min(axis=1) for each in (points, corners)]
    return np.mean(found[0] < found[1])


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
        (~diverged & ~good, "o", style.BROWN),
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
    assert_allclose(line(axes["a"], style.LIGHT_SKY, "*"), [np.log10([*best.settings.values()])])
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

FATES = (style.MUTED, style.BROWN, style.FOURTH, style.SECOND, style.PATH)
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


# --- one fold or several ----------------------------------------------------------------------


@pytest.mark.parametrize("n, k, seed", [("60", 4, 2), ("250", 3, 1)])
def test_one_fold_or_several_shows_every_fold_their_mean_and_both_choices(n, k, seed):
    axes, text = drawn("one_fold_or_several", n=n, k=k, seed=seed)
    found = choosing(int(n), k, seed)
    thin = segments(axes["a"], style.MUTED)
    assert len(thin) == k - 1
    assert_allclose([curve[:, 1] for curve in thin], found.folds[1:])
    wrong = 100 * found.fresh
    assert_allclose(line(axes["b"], style.INK), np.column_stack([PENALTIES, wrong]))
    for curve, color, marker in (
        (found.folds[0], style.SECOND, "D"),
        (found.folds.mean(axis=0), style.PATH, "o"),
    ):
        assert_allclose(line(axes["a"], color, "None"), np.column_stack([PENALTIES, curve]))
        lowest = curve.argmin()
        assert_allclose(line(axes["a"], color, marker), [[PENALTIES[lowest], curve[lowest]]])
        assert_allclose(line(axes["b"], color, marker), [[PENALTIES[lowest], wrong[lowest]]])
        assert f"{wrong[lowest]:.1f} %" in text
    assert f"fold of {int(n) // k} " in text and f"trainings: 21 and {21 * k}" in text
    assert legend(axes["a"]) == {
        "the first fold": style.SECOND, "all folds, their mean": style.PATH
    }  # fmt: skip


def test_one_fold_or_several_chooses_alike_with_250_images_and_not_with_folds_of_six():
    for preset, alike in (("250 images", True), ("60 images", False)):
        axes, _ = drawn("one_fold_or_several", preset)
        heights = [line(axes["b"], c, m)[0, 1] for c, m in ((style.SECOND, "D"), (style.PATH, "o"))]
        assert (abs(heights[0] - heights[1]) < 1) == alike


# --- the initial scale ------------------------------------------------------------------------


def test_scale_and_rate_shows_networks_trained_alone():
    """Each point of the map is a network; three of them are trained again by themselves."""
    axes, text = drawn("scale_and_rate", epochs=2, rate=0.1)
    shown = image(axes["a"])
    wrong = scale_map()[1]
    height = np.sqrt(wrong - wrong.min())
    assert_allclose(shown.values, height, atol=1e-12)
    assert has_contours(axes["a"], height.max(), levels=9)
    assert_allclose([shown.x[0], shown.x[-1], shown.y[0], shown.y[-1]], [-3, 0, -2, 2])
    for row, column in ((4, 4), (2, 0), (3, 6)):
        alone = trained_digits([10.0 ** shown.x[row]], [10.0 ** shown.y[column]], 2)[1]
        assert 1 - digits_judge().accuracy(alone)[0] == pytest.approx(wrong[row, column], abs=0.03)
    best = np.unravel_index(wrong.argmin(), wrong.shape)
    assert_allclose(line(axes["a"], style.PATH, "*"), [[shown.x[best[0]], shown.y[best[1]]]])
    assert f"after 2 epochs the best is {100 * wrong.min():.0f} % wrong" in text


def test_scale_and_rate_cuts_the_map_along_the_chosen_rate():
    axes, text = drawn("scale_and_rate", epochs=3, rate=0.032)
    wrong = 100 * scale_map()[2, 3]
    assert_allclose(line(axes["b"], style.FOURTH, "o"), np.column_stack([SCALES, wrong]))
    assert_allclose(line(axes["a"], style.FOURTH)[:, 0], -1.5)
    assert f"at the rate 0.032, with Glorot's own: {wrong[4]:.0f} % wrong" in text


def test_scale_and_rate_small_weights_do_no_harm_and_large_ones_do():
    axes, _ = drawn("scale_and_rate", rate=0.032)
    wrong = line(axes["b"], style.FOURTH, "o")[:, 1]
    assert wrong[0] < wrong[4] + 3 < 15 and wrong[-1] > 60


# --- a border that holds the best -------------------------------------------------------------


@pytest.mark.parametrize("widen", [True, False])
def test_widened_border_shows_each_range_its_trials_and_the_best(widen):
    axes, text = drawn("widened_border", stage=4, widen=widen, seed=3)
    results, parts = staged_rates(1e-4, widen, 3)
    bars_shown = lines(axes["a"], style.MUTED)
    tried = lines(axes["a"], style.GOLD, "o")
    stars = lines(axes["a"], style.PATH, "*")
    assert len(bars_shown) == len(tried) == len(stars) == 4
    heights = []
    for k in range(4):
        assert_allclose(bars_shown[k], [[parts[k].low, k + 1], [parts[k].high, k + 1]])
        rates = [trial.settings["rate"] for trial in results if trial.stage == k]
        assert_allclose(tried[k], [[rate, k + 1] for rate in rates])
        so_far = np.array([t.settings["rate"] for t in results if t.stage <= k])
        above_lowest = moved(so_far, 50) - LOWEST
        best = np.nanargmin(above_lowest)
        assert_allclose(stars[k], [[so_far[best], k + 1]])
        heights.append(above_lowest[best])
    assert_allclose(line(axes["b"], style.PATH, "o"), np.column_stack([[1, 2, 3, 4], heights]))
    assert f"after stage 4 the best rate is {so_far[best]:.2g}, " in text
    outside = so_far[best] in (min(rates), max(rates)) or not min(rates) < so_far[best] < max(rates)
    assert ("one was tried" in text) == outside


def test_widened_border_leaves_a_range_without_good_rates_only_if_it_may():
    for preset, arrives in (("kept", False), ("widened", True)):
        axes, _ = drawn("widened_border", preset)
        best = lines(axes["a"], style.PATH, "*")[-1][0, 0]
        (good,) = axes["a"].patches
        left, right = good.get_extents().transformed(axes["a"].transData.inverted()).intervalx
        assert (left < best < right) == arrives
    assert moved(left, 50) < 1.1 * LOWEST < moved(0.97 * left, 50)
    assert right == pytest.approx(2 / np.linalg.eigvalsh(LINE.hessian(START)).max(), rel=0.01)


# --- what the master sees ---------------------------------------------------------------------

STATUSES = {"stopped": style.MUTED, "finished": style.SECOND, "running": style.BROWN}


@pytest.mark.parametrize("work, workers, grace", [(40, "2", 3), (120, "4", 1)])
def test_what_the_master_sees_are_the_logs_of_the_trials_begun(work, workers, grace):
    axes, text = drawn("what_the_master_sees", work=work, workers=workers, grace=grace)
    _, _, losses = digit_trials()
    epochs, statuses = followed(int(workers), grace)[: work // int(workers) + 1][-1]
    for status, color in STATUSES.items():
        those = [k for k in range(24) if statuses[k] == status and epochs[k]]
        curves = segments(axes["a"], color)
        assert len(curves) == len(those)
        for k, curve in zip(those, curves, strict=True):
            expected = np.column_stack([1 + np.arange(epochs[k]), losses[: epochs[k], k]])
            assert_allclose(curve, expected)
        if those:
            assert_allclose(dots(axes["a"], color), [curve[-1] for curve in curves])
            assert f"{statuses.count(status)} {status}" in text
    assert legend(axes["a"]) == STATUSES
    lowest = min(losses[: epochs[k], k].min() for k in range(24) if epochs[k])
    assert_allclose(line(axes["b"], style.PATH)[-1], [epochs.sum(), lowest])
    assert f"after {epochs.sum()} epochs of work" in text and f"loss {lowest:.2f}, at" in text


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_trials_run_than_there_are_workers_and_the_hopeless_make_room(workers):
    _, _, losses = digit_trials()
    history, rule = followed(workers, 2), MedianRule(2)
    for before, after in zip(history, history[1:]):
        trained = after.epochs - before.epochs
        assert set(trained) <= {0, 1} and 1 <= trained.sum() <= workers
    ended = history[-1]
    for k in range(24):
        own = losses[: ended.epochs[k], k]
        last = next(h for h in history if h.epochs[k] == ended.epochs[k])
        others = [losses[: last.epochs[j], j] for j in range(24) if j != k]
        hopeless = rule.hopeless(own.tolist(), [each.tolist() for each in others])
        assert (ended.statuses[k] == "stopped") == hopeless
        assert hopeless or ended.epochs[k] == 12


def test_what_the_master_sees_keeps_the_best_for_about_a_third_of_the_work():
    axes, _ = drawn("what_the_master_sees")
    others, _ = drawn("what_the_master_sees", "none is stopped")
    ours, theirs = (line(each["b"], style.PATH)[-1] for each in (axes, others))
    assert theirs[0] == 288 and ours[0] < 0.5 * 288
    assert ours[1] == theirs[1]
