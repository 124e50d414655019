"""What the pictures of notebook 05 show."""

from itertools import combinations, islice

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import same_color
from numpy.testing import assert_allclose

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED, linear_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import SVRG, GradientDescent
from lessons.demos import stochastic_gradient_descent as figures
from lessons.experiments.scenes import (
    GABOR_BOUNDS,
    STARTS_6_5,
    gabor_loss,
    gabor_minima,
    linear_loss,
)
from lessons.measuring.intervals import wilson_interval
from lessons.stage import style

from .shown import (
    bars,
    check_trail,
    drawn,
    legend,
    line,
    lines,
    outlines,
    row_names,
    segments,
    shows,
    tag,
)

GABOR, LINE = gabor_loss(), linear_loss(LINE_NOISE, LINE_SEED)
BATCHES_OF_THREE = list(combinations(range(28), 3))


def sgd(loss, start, rate, batches, steps):
    """Stochastic gradient descent at a fixed rate, (steps + 1, *ensemble, 2)."""
    path = [np.array(start)]
    for rows in islice(batches.indices(loss.n_examples), steps):
        path.append(path[-1] - rate * loss.batch(rows).gradient(path[-1]))
    return np.array(path)


def examples(loss):
    return np.column_stack([loss.x, loss.y])


def from_zero(heights):
    return np.column_stack([np.arange(len(heights)), heights])


def lowest(loss):
    """The loss of the line that fits best."""
    return loss(np.polyfit(loss.x, loss.y, 1)[::-1])


def excess(loss, params):
    """What the loss of a line has above that of the line that fits best."""
    return loss(params) - lowest(loss)


# --- figure 6.6 -------------------------------------------------------------------------------

OFF_CENTRE = {"phi0": -2.5, "phi1": 12.0, "learning_rate": 0.25}


def test_fig_6_6_shows_both_losses_and_what_the_step_of_the_batch_does():
    axes, text = drawn("fig_6_6", batch=2275, **OFF_CENTRE)
    part, phi = GABOR.batch(BATCHES_OF_THREE[2275]), np.array([-2.5, 12.0])
    end = phi - 0.25 * part.gradient(phi)
    assert shows(axes["a"], GABOR, GABOR_BOUNDS)
    assert shows(axes["b"], part, GABOR_BOUNDS, levels=6)
    for panel, centre in (("a", 0), ("b", 0), ("c", phi)):
        check_trail(axes[panel], np.array([phi, end]) - centre, style.PATH)
    x = np.linspace(-15, 15, 301)
    before, after = lines(axes["d"], style.SECOND)
    assert_allclose(before, np.column_stack([x, Gabor()(x, phi)]))
    assert_allclose(after, np.column_stack([x, Gabor()(x, end)]))
    assert_allclose(line(axes["d"], style.MUTED, "o"), examples(GABOR))
    assert_allclose(line(axes["d"], style.PATH, "o"), examples(part))
    told = f"{part(phi):.3g} → {part(end):.3g}, loss of all {GABOR(phi):.3g} → {GABOR(end):.3g}"
    assert text.endswith(told)


def test_fig_6_6_shows_the_step_of_every_batch_in_brown_where_the_loss_of_all_rises():
    axes, text = drawn("fig_6_6", batch=2275, **OFF_CENTRE)
    phi = np.array([-2.5, 12.0])
    pulls = GABOR.per_example_gradients(phi)
    steps = np.array([-0.25 * pulls[list(batch)].sum(axis=0) for batch in BATCHES_OF_THREE])
    rises = GABOR(phi + steps) > GABOR(phi)
    assert_allclose(line(axes["c"], style.SECOND, "s"), steps[~rises])
    assert_allclose(line(axes["c"], style.BROWN, "s"), steps[rises])
    assert_allclose(line(axes["c"], style.INK, "x")[0], -0.25 * 3 / 28 * GABOR.gradient(phi))
    assert text.startswith(f"{100 * rises.mean():.0f} % of the 3276 possible batches raise")


def test_fig_6_6_from_the_very_bottom_of_start_2s_valley_every_batch_leads_up():
    _, rises = figures.possible_steps(tuple(gabor_minima()[4].phi), 0.6)
    assert rises.all()
    assert STARTS_6_5[1][0] < gabor_minima()[4].phi[0] < 6  # it is the one that notebook 05 means


# --- figure 6.5b ------------------------------------------------------------------------------


def scattered(ax):
    """The collections of discs: the cloud of figure 6.5b, then the two ends of each run."""
    return [
        each
        for each in ax.collections
        if isinstance(each, PathCollection) and not each.get_path_effects()
    ]


def test_fig_6_5b_draws_a_run_from_each_start_and_its_losses():
    axes, text = drawn("fig_6_5b", batch_size=4, learning_rate=0.5, seed=3, steps=20)
    assert shows(axes["a"], GABOR, GABOR_BOUNDS)
    ends, (_, *rings_and_discs) = [], scattered(axes["a"])
    for number, start, color in zip("123", STARTS_6_5, (style.BROWN, style.FOURTH, style.THIRD)):
        path = sgd(GABOR, start, 0.5, Minibatches(4, rng=3), 20)
        assert_allclose(line(axes["a"], color, "o"), path)
        ring_and_disc = rings_and_discs[int(number) - 1]
        assert_allclose(ring_and_disc.get_offsets(), path[[0, -1]])
        assert same_color(ring_and_disc.get_facecolors(), ["white", color])
        assert_allclose(line(axes["b"], color, "o"), from_zero(GABOR(path)))
        assert_allclose(tag(axes["a"], number), start)
        ends.append(f"{number}: {GABOR(path[-1]):.3g}")
    assert text.endswith("loss after 20 steps with seed 3: " + ", ".join(ends))


def test_fig_6_5b_shows_where_100_runs_are_and_counts_those_in_each_valley():
    axes, text = drawn("fig_6_5b", learning_rate=0.9, steps=20, seed=3)
    cloud, *_ = scattered(axes["a"])
    assert len(cloud.get_offsets()) == 100
    batches = [Minibatches(2, rng=seed) for seed in range(100)]
    ends = np.array([sgd(GABOR, STARTS_6_5[1], 0.9, each, 20)[-1] for each in batches])
    assert_allclose(cloud.get_offsets(), ends, atol=1e-6)
    bottom = descend(GABOR, ends, GradientDescent(0.1), steps=300, keep="last").final
    minima = np.array([point.phi for point in gabor_minima()])
    distances = np.linalg.norm(bottom[:, None] - minima, axis=-1)
    none = len(minima)  # the last row: in a valley outside the box
    ranks = np.where(distances.min(axis=-1) < 0.5, distances.argmin(axis=-1), none)
    counts = np.bincount(ranks, minlength=none + 1)
    (shown,) = axes["c"].collections
    for row, (count, corners) in enumerate(zip(counts, outlines(axes["c"]), strict=True)):
        assert_allclose(corners.min(axis=0), [0, row - 0.35])
        assert_allclose(corners.max(axis=0), [count, row + 0.35])
    assert 0 < counts[0] < counts[none]
    colors = shown.get_facecolors()
    assert all(map(same_color, cloud.get_facecolors(), colors[ranks]))
    assert same_color(colors[0], style.PATH) and len({*map(tuple, colors)}) == len(counts)
    losses = [f"{GABOR(phi):.2f}" for phi in minima[1:]]
    assert row_names(axes["c"]) == list(enumerate(["global", *losses, "none"]))
    low, high = wilson_interval(counts[0], 100)
    assert_allclose(line(axes["c"], style.INK, "|"), [[100 * low, 0], [100 * high, 0]])
    told = f"{counts[0]} of 100 runs from start 2 are in the valley of the global minimum"
    assert text.startswith(f"{told}: a probability of {100 * low:.0f} % to {100 * high:.0f} %")


@pytest.mark.parametrize("start, rank", [(1, 0), (2, 4), (3, 0)])
def test_fig_6_5b_before_the_first_step_every_run_is_in_the_valley_of_its_start(start, rank):
    assert (figures.valleys(2, 1.0, start, 0) == rank).all()


def test_fig_6_5b_noise_frees_some_runs_from_start_2_and_gradient_descent_none():
    assert 4 <= (figures.valleys(2, 1.0, 2, 40) == 0).sum() <= 18
    assert (figures.valleys(28, 2 / 28, 2, 40) == 4).all()


def test_fig_6_5b_noise_drives_runs_out_of_the_right_valley_as_well():
    assert (figures.valleys(2, 1.0, 1, 40) == 0).sum() == 83  # as notebook 05 says


# --- epochs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("replacement", [False, True])
def test_epoch_counter_shows_which_examples_each_batch_takes(replacement):
    axes, text = drawn("epoch_counter", examples=17, batch_size=4, replacement=replacement, seed=2)
    taken = np.zeros((24, 17))
    for step, batch in zip(range(24), Minibatches(4, 2, replacement).indices(17)):
        for example in batch:
            taken[step, example] += 1
    (grid,) = axes["a"].images
    assert grid.origin == "upper" and grid.get_extent() == [-0.5, 23.5, 16.5, -0.5]
    assert_allclose(grid.get_array(), np.minimum(taken, 2).T)
    assert [same_color(grid.cmap(n), c) for n, c in ((1, style.SECOND), (2, style.GOLD))] == [1, 1]
    in_all = taken.sum(axis=0)
    upright = np.column_stack([np.arange(17) - 0.4, in_all, np.full(17, 0.8)])
    assert_allclose(bars(axes["b"], style.SECOND), np.column_stack([np.zeros(17), upright]))
    assert f"taken {in_all.min():.0f} to {in_all.max():.0f} times" in text
    ends = [] if replacement else [[[t + 0.5, -0.5], [t + 0.5, 16.5]] for t in (4, 9, 14, 19)]
    assert_allclose(np.reshape(segments(axes["a"]), (-1, 2, 2)), np.reshape(ends, (-1, 2, 2)))
    if replacement:
        assert "24 steps draw 96 times" in text and "epoch" not in text
    else:
        assert "5 steps an epoch: 24 steps are 4 epochs and 4 steps" in text


# --- loss against epoch -----------------------------------------------------------------------


@pytest.mark.parametrize("size, seed", [(3, 0), (5, 4)])
def test_fig_lr_shows_the_loss_after_each_epoch_at_four_rates_and_at_yours(size, seed):
    axes, text = drawn("fig_lr", learning_rate=0.05, batch_size=size, seed=seed)
    entries = legend(axes["a"])
    assert list(entries) == ["low: 0.002", "good: 0.04", "high: 0.14", "very high: 0.22", "yours"]
    a_pass = -(-12 // size)
    for rate, color in zip((0.002, 0.04, 0.14, 0.22, 0.05), entries.values()):
        path = sgd(LINE, (1.6, -0.5), rate, Minibatches(size, rng=seed), 25 * a_pass)[::a_pass]
        shown = np.minimum(LINE(path), 1e6)
        assert_allclose(line(axes["a"], color, "o"), from_zero(shown))
        above = from_zero(shown - lowest(LINE))
        assert_allclose(line(axes["b"], color, "o"), above, atol=1e-9)
    assert entries["yours"] == style.PATH
    assert f"yours after 25 epochs ({25 * a_pass} steps): loss {shown[-1]:.3g};" in text


def test_fig_lr_says_over_which_losses_the_last_five_epochs_go():
    _, text = drawn("fig_lr", learning_rate=0.05, batch_size=5, seed=4)
    last = LINE(sgd(LINE, (1.6, -0.5), 0.05, Minibatches(5, rng=4), 75)[-15:])
    assert text.endswith(f"between {last.min():.3g} and {last.max():.3g}")


def test_fig_lr_has_words_for_a_loss_that_has_run_away():
    _, text = drawn("fig_lr", "all 12 examples", learning_rate=0.08)
    assert text.endswith("loss beyond all use; over the last five epochs beyond all use")


# --- schedules --------------------------------------------------------------------------------


def rates_of(first, left):
    """What each schedule of the picture is at the steps 0 to 199, by its name."""
    t = np.arange(200)
    return {
        "constant": np.full(200, first),
        "step": first * left ** (t // 40 / 4),
        "exponential": first * left ** (t / 200),
        "1/t": first / (1 + (1 / left - 1) * t / 200),
        "linear to τ": first * (1 - (1 - left) * np.minimum(t / 150, 1)),
        "warm-up": np.where(t < 20, first * t / 20, first * left ** ((t - 20) / 200)),
    }


def test_rate_schedules_shows_six_rates_and_the_mean_losses_that_they_lead_to():
    axes, text = drawn("rate_schedules", initial=0.08, left=0.05, batch_size=5, schedule="step")
    rates = np.array([*rates_of(0.08, 0.05).values()])
    above = []
    for seed in range(16):
        path = [np.tile((1.6, -0.5), (6, 1))]
        for t, rows in zip(range(200), Minibatches(5, rng=seed).indices(12)):
            slope = LINE.batch(rows).gradient(path[-1])
            path.append(path[-1] - rates[:, t, None] * slope)
        above.append(excess(LINE, np.array(path[::5])))
    means = np.mean(above, axis=0)
    entries = legend(axes["a"])
    assert list(entries) == list(rates_of(0.08, 0.05))
    for color, rate, mean in zip(entries.values(), rates, means.T):
        assert_allclose(line(axes["a"], color), from_zero(rate))
        assert_allclose(line(axes["b"], color), np.column_stack([np.arange(0, 201, 5), mean]))
    for panel in "ab":
        thickest = max(axes[panel].lines, key=lambda each: each.get_linewidth())
        assert thickest.get_color() == entries["step"]
    best = list(entries)[means[-1].argmin()]
    told = f"by {means[-1, 1]:.2g} with step, by {means[-1, 0]:.2g} at the constant rate"
    assert text.endswith(f"{told}; the best is {best}")


# --- halving on a stall -----------------------------------------------------------------------


def test_halving_shows_the_rate_and_both_losses_beside_those_of_the_constant_rate():
    axes, text = drawn("halving", learning_rate=0.13, patience=2, batch_size=5, seed=3)
    validation = LeastSquares(Linear(), *linear_data(n=30, seed=100))
    phi, rate, lowest, stalled = np.array([1.6, -0.5]), 0.13, np.inf, 0
    path, rates = [phi], [rate]
    for t, rows in zip(range(40 * 3), Minibatches(5, rng=3).indices(12)):
        if t % 3 == 0:
            stalled = 0 if validation(phi) < lowest else stalled + 1
            lowest = min(lowest, validation(phi))
            if stalled > 2:
                rate, stalled = rate / 2, 0
        phi = phi - rate * LINE.batch(rows).gradient(phi)
        if t % 3 == 2:
            path.append(phi)
            rates.append(rate)
    constant = sgd(LINE, (1.6, -0.5), 0.13, Minibatches(5, rng=3), 40 * 3)[::3]
    for color, params, alpha in (
        (style.PATH, np.array(path), rates), (style.MUTED, constant, np.full(41, 0.13))
    ):  # fmt: skip
        assert_allclose(line(axes["a"], color), from_zero(alpha))
        assert_allclose(line(axes["b"], color, "o"), from_zero(validation(params)))
        assert_allclose(line(axes["c"], color, "o"), from_zero(excess(LINE, params)), atol=1e-12)
    assert {each.get_drawstyle() for each in axes["a"].lines} == {"steps-pre"}
    assert legend(axes["b"]) == {"constant rate": style.MUTED, "halved on a stall": style.PATH}
    above = f"training loss {excess(LINE, phi):.2g} above"
    halved = round(np.log2(0.13 / rate))
    assert halved > 2 and f"halved {halved} times, to {rate:.2g}; {above}" in text


def test_halving_without_patience_begins_before_the_descent_has_arrived():
    texts = [drawn("halving", patience=patience).text for patience in (0, 4, 10)]
    assert [text.split()[1] for text in texts] == ["35", "6", "3"]  # as notebook 05 says


# --- variance reduction -----------------------------------------------------------------------

MANY = LeastSquares(Linear(), *linear_data(n=200))
SVRG_SETTINGS = {"learning_rate": 0.02, "batch_size": 10, "refresh": 15, "step": 20, "seed": 4}


def svrg():
    """The path of SVRG at those settings, its anchors, and the passes over the data it costs."""
    path, anchors, passes = [np.array([1.6, -0.5])], [], [0.0]
    for t, rows in enumerate(Minibatches(10, rng=4).indices(200)):
        here, part = path[-1], MANY.batch(rows)
        anchors.append(here if t % 15 == 0 else anchors[-1])
        passes.append(passes[-1] + 2 * 10 / 200 + (t % 15 == 0))
        if passes[-1] > 10 + 1e-9:
            return np.array(path), anchors, passes[:-1]
        pull = part.gradient(here) - part.gradient(anchors[-1])
        path.append(here - 0.02 * (pull + 10 / 200 * MANY.gradient(anchors[-1])))


def test_variance_reduction_shows_what_each_method_reaches_in_ten_passes():
    axes, text = drawn("variance_reduction", **SVRG_SETTINGS)
    low, high = np.linalg.eigvalsh(MANY.hessian((0.0, 0.0)))
    descent = [np.array([1.6, -0.5])]
    for _ in range(10):
        descent.append(descent[-1] - 2 / (low + high) * MANY.gradient(descent[-1]))
    fallen = excess(MANY, np.array(descent))
    assert_allclose(line(axes["a"], style.MUTED, "o"), from_zero(fallen), rtol=1e-6)
    noisy = excess(MANY, sgd(MANY, (1.6, -0.5), 0.02, Minibatches(10, rng=4), 200))
    in_passes = np.column_stack([np.arange(201) / 20, noisy])
    assert_allclose(line(axes["a"], style.SECOND), in_passes, rtol=1e-6)
    path, _, passes = svrg()
    reduced = np.column_stack([passes, excess(MANY, path)])
    assert_allclose(line(axes["a"], style.PATH, "None"), reduced, rtol=1e-6)
    assert_allclose(line(axes["a"], style.PATH, "D"), reduced[20:21], rtol=1e-6)
    assert text.endswith(f"SVRG ends {reduced[-1, 1]:.2g} above the lowest loss")
    (_, gd), *others = legend(axes["a"]).items()
    assert gd == style.MUTED and others == [("SGD", style.SECOND), ("SVRG", style.PATH)]


def test_variance_reduction_shows_the_steps_of_300_batches_from_the_chosen_point():
    axes, text = drawn("variance_reduction", **SVRG_SETTINGS)
    path, anchors, _ = svrg()
    batches = Minibatches(10, rng=0, replacement=True).indices(200)
    parts = [MANY.batch(next(batches)) for _ in range(300)]
    plain, reduced = [], []
    for part in parts:
        plain.append(-0.02 * part.gradient(path[20]))
        anchored = part.gradient(anchors[20]) - 10 / 200 * MANY.gradient(anchors[20])
        reduced.append(plain[-1] + 0.02 * anchored)
    noise = []
    for moves, color in ((plain, style.SECOND), (reduced, style.PATH)):
        assert_allclose(line(axes["b"], color, "o"), moves, atol=1e-9)
        noise.append(np.linalg.norm(moves - np.mean(moves, axis=0), axis=-1).mean())
    assert f"at step 20 the noise of a step is {noise[1]:.2g} long with SVRG" in text
    assert f"and {noise[0]:.2g} with SGD" in text


def test_variance_reduction_at_an_anchor_all_of_svrgs_steps_are_one():
    rule = SVRG(0.04, refresh=20)
    path, _ = figures.svrg_path(0.04, batch_size=5, refresh=20, seed=0)
    fresh = figures.possible_moves(rule, path, 40, 20, 5)
    assert np.ptp(fresh, axis=0) == pytest.approx(0, abs=1e-12)
