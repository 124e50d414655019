"""What the pictures of notebooks 00 and 02 show."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from course_lib.datasets import LINE_NOISE, LINE_SEED, gabor_data
from course_lib.models import Gabor
from lessons.experiments.scenes import (
    GABOR_BOUNDS,
    LINE_BOUNDS,
    STARTS_6_5,
    gabor_loss,
    linear_loss,
)
from lessons.stage import style

from .shown import check_trail, dots, drawn, legend, line, lines, segments, shows, surface, tag

LOSS = linear_loss(LINE_NOISE, LINE_SEED)


def down(loss, start, rate, steps):
    """Gradient descent at a fixed rate, (steps + 1, 2)."""
    points = [np.array(start)]
    for _ in range(steps):
        points.append(points[-1] - rate * loss.gradient(points[-1]))
    return np.array(points)


def examples(loss):
    return np.column_stack([loss.x, loss.y])


def fitted(params, x):
    """The lines φ₀ + φ₁ x through the ends x, each ((x, y), (x, y)), one for each φ."""
    return np.stack([np.broadcast_to(x, (len(params), 2)), params @ [[1, 1], x]], axis=-1)


def darkens(ax):
    """Whether the lines of the first collection go from light to dark."""
    brightness = ax.collections[0].get_edgecolors()[:, :3].sum(axis=1)
    return brightness[0] > brightness[-1]


def against_steps(losses):
    return np.column_stack([np.arange(len(losses)), losses])


@pytest.mark.parametrize("rate", [0.00032, 0.02])
def test_first_fit_shows_the_data_thirty_steps_and_their_losses(rate):
    axes, text = drawn("first_fit", learning_rate=rate)
    path = down(LOSS, (1.6, -0.5), rate, 30)
    ends = np.array([-0.1, 2.1])
    assert_allclose(line(axes["a"], style.INK, "o"), examples(LOSS))
    assert_allclose(segments(axes["a"]), fitted(path, ends))
    assert_allclose(line(axes["a"], style.PATH), fitted(path[-1:], ends)[0])
    assert_allclose(line(axes["b"], style.PATH, "o"), against_steps(LOSS(path)))
    assert text.endswith(f"{LOSS(path[-1]):.3g} after 30 steps")
    assert darkens(axes["a"])


def wave(x):
    return x * np.cos(np.pi * x)


@pytest.mark.parametrize("start, rate", [(0.6, 0.05), (0.6, 0.35), (1.4, 0.1)])
def test_taylor_promise_marks_the_promised_and_the_real_point(start, rate):
    axes, text = drawn("taylor_promise", start=start, learning_rate=rate)
    slope = np.cos(np.pi * start) - np.pi * start * np.sin(np.pi * start)
    there = start - rate * slope
    promised, real = -rate * slope**2, wave(there) - wave(start)
    x = np.linspace(-1, 2, 301)
    assert_allclose(line(axes["a"], style.INK, "None"), np.column_stack([x, wave(x)]))
    assert_allclose(line(axes["a"], style.INK, "o"), [[start, wave(start)]])
    for color, marker, change in ((style.SECOND, "D", promised), (style.PATH, "o", real)):
        assert_allclose(line(axes["a"], color, marker), [[there, wave(start) + change]])
        assert_allclose(line(axes["b"], color, marker), [[rate, change]])
    gap = line(axes["a"], style.MUTED)
    assert_allclose(gap, [[there, wave(start) + promised], [there, wave(start) + real]])
    assert f"promised {promised:+.3g}, real {real:+.3g}" in text


def test_taylor_promise_draws_both_changes_against_the_rate_and_the_tangent():
    axes, _ = drawn("taylor_promise", start=0.4)
    slope = np.cos(0.4 * np.pi) - 0.4 * np.pi * np.sin(0.4 * np.pi)
    alpha, promised = line(axes["b"], style.SECOND, "None").T
    assert_allclose(alpha, np.linspace(0, 0.5, 251))
    assert_allclose(promised, -alpha * slope**2)
    real = line(axes["b"], style.PATH, "None")
    assert_allclose(real, np.column_stack([alpha, wave(0.4 - alpha * slope) - wave(0.4)]))
    (tangent,) = [each for each in axes["a"].lines if hasattr(each, "get_slope")]
    assert_allclose([*tangent.get_xy1(), tangent.get_slope()], [0.4, wave(0.4), slope])
    assert legend(axes["b"]) == {"promised: −α f′²": style.SECOND, "real": style.PATH}


@pytest.mark.parametrize("rate, steps", [(0.3, 4), (0.9, 7)])
def test_rate_regimes_shows_every_step_on_the_parabola_and_its_loss(rate, steps):
    axes, text = drawn("rate_regimes", learning_rate=rate, steps=steps, start=-4.0)
    phi = -4 * (1 - 2 * rate) ** np.arange(steps + 1)
    parabola = line(axes["a"], style.INK)
    assert_allclose(parabola[[0, -1], 0], [-5.5, 5.5])
    assert_allclose(parabola[:, 1], parabola[:, 0] ** 2)
    taken, start = lines(axes["a"], style.PATH, "o")
    assert_allclose(taken, np.column_stack([phi, phi**2]))
    assert_allclose(start, [[-4, 16]])
    assert_allclose(line(axes["b"], style.PATH, "o"), against_steps(phi**2))
    assert f"φ by {1 - 2 * rate:.3g}; the loss ends at {phi[-1] ** 2:.3g}" in text


def test_fig_6_1_shows_the_loss_as_a_map_and_as_a_surface():
    axes, _ = drawn("fig_6_1", seed=4)
    loss = linear_loss(LINE_NOISE, 4)
    assert shows(axes["c"], loss, LINE_BOUNDS)
    for panel in "ad":
        assert_allclose(line(axes[panel], style.INK, "o"), examples(loss))
    corners = surface(axes["b"])
    assert_allclose(corners[:, 2], loss(corners[:, :2]), rtol=1e-4)
    assert len(corners) > 1000
    assert 20 < corners[:, 2].max() < 25, "cut off above"
    assert_allclose(np.ptp(corners[:, 1]), np.ptp(LINE_BOUNDS[1]))


def test_fig_6_1_shows_the_path_on_both_and_the_line_after_each_step():
    axes, text = drawn("fig_6_1", "fixed rate 0.01", steps=6)
    path = down(LOSS, (1.6, -0.5), 0.01, 6)
    (climbing,) = axes["b"].lines
    shown = path[LOSS(path) < 25]
    assert_allclose(np.transpose(climbing.get_data_3d()), np.column_stack([shown, LOSS(shown)]))
    check_trail(axes["c"], path, style.PATH)
    assert_allclose(tag(axes["c"], "0"), path[0])
    ends = np.array([-0.1, 2.1])
    assert_allclose(segments(axes["d"]), fitted(path, ends))
    assert darkens(axes["d"])
    assert_allclose(line(axes["d"], style.PATH), fitted(path[-1:], ends)[0])
    best = LOSS(np.polyfit(LOSS.x, LOSS.y, 1)[::-1])
    assert f"→ {LOSS(path[-1]):.4g} in 6 steps" in text and f"possible is {best:.4g}" in text


def test_fig_6_1_with_a_line_search_goes_as_far_as_each_search_finds():
    axes, _ = drawn("fig_6_1", "line search")
    path = line(axes["c"], style.PATH, "o")
    assert len(path) == 5
    for here, there in zip(path[:-1], path[1:]):
        slope = LOSS.gradient(here)
        best = slope @ slope / (slope @ LOSS.hessian(here) @ slope)
        assert_allclose(there, here - best * slope, atol=0.02)


@pytest.mark.parametrize("number", "01234")
def test_fig_6_1_numbers_the_points_of_its_four_steps(number):
    axes, _ = drawn("fig_6_1", "line search")
    path = line(axes["c"], style.PATH, "o")
    assert_allclose(tag(axes["c"], number), path[int(number)])


def test_fig_6_1_leaves_out_the_numbers_for_which_there_is_no_room():
    axes, _ = drawn("fig_6_1", "fixed rate 0.01")
    sides = [each.get_offsets() for each in axes["c"].collections if each.get_path_effects()]
    assert 2 <= sum(map(len, sides)) < 5
    for points in sides:
        pixels = axes["c"].transData.transform(points)
        gaps = np.linalg.norm(pixels[:, None] - pixels, axis=-1)
        assert (gaps[~np.eye(len(gaps), dtype=bool)] > 20).all()


def test_fig_6_2_shows_the_wave_its_bell_and_its_centre():
    axes, text = drawn("fig_6_2", phi0=-5.0, phi1=20.0)
    x, bell = line(axes["a"], style.SKY).T
    u = -5 + 0.06 * 20 * x
    assert_allclose(x[[0, -1]], [-15, 15])
    assert_allclose(bell, np.exp(-(u**2) / 32))
    assert_allclose(line(axes["a"], style.SECOND), np.column_stack([x, np.sin(u) * bell]))
    assert_allclose(line(axes["a"], style.PATH)[:, 0], 5 / 1.2)
    assert_allclose(line(axes["a"], style.MUTED)[:, 1], 0)
    assert text.endswith(f"{5 / 1.2:.3g}")


def test_fig_6_3_draws_each_gap_from_the_model_to_its_example():
    axes, text = drawn("fig_6_3", "the start of the game", seed=3)
    loss, phi = gabor_loss(seed=3), (6.0, 12.0)
    fit = Gabor()(loss.x, phi)
    gaps = np.array(segments(axes["a"], style.BROWN))
    assert_allclose(gaps, np.stack([[loss.x, loss.x], [fit, loss.y]], axis=-1).swapaxes(0, 1))
    assert_allclose(line(axes["a"], style.INK, "o"), np.transpose(gabor_data(seed=3)))
    x = np.linspace(-15, 15, 301)
    assert_allclose(line(axes["a"], style.SECOND), np.column_stack([x, Gabor()(x, phi)]))
    assert f"model: {np.sum((fit - loss.y) ** 2):.4g} (" in text


def test_fig_6_5a_shows_the_loss_and_where_the_starts_are():
    axes, _ = drawn("fig_6_5a", seed=2)
    assert shows(axes["a"], gabor_loss(seed=2), GABOR_BOUNDS)
    for number, start in zip("123", STARTS_6_5):
        assert_allclose(tag(axes["a"], number), start)
    assert_allclose(tag(axes["a"], "yours"), (-4, 16))


COLORS_6_5 = dict(zip("123", (style.BROWN, style.FOURTH, style.THIRD))) | {"yours": style.PATH}


def test_fig_6_5a_shows_four_paths_and_their_losses():
    axes, text = drawn("fig_6_5a", "fixed rate 0.05", steps=12, start0=-3.0)
    loss = gabor_loss()
    starts = dict(zip("123", STARTS_6_5)) | {"yours": (-3.0, 16.0)}
    ends = []
    for name, start in starts.items():
        path = down(loss, start, 0.05, 12)
        check_trail(axes["a"], path, COLORS_6_5[name])
        assert_allclose(line(axes["b"], COLORS_6_5[name], "o"), against_steps(loss(path)))
        ends.append(f"{loss(path[-1]):.3g}")
    assert legend(axes["b"]) == COLORS_6_5
    told = ", ".join(f"{name}: {end}" for name, end in zip("123", ends))
    assert told in text and text.endswith(f"→ {ends[-1]}")


def test_fig_6_5a_with_a_line_search_leads_starts_1_and_3_to_the_global_minimum():
    axes, _ = drawn("fig_6_5a", "line search")
    ends = [line(axes["a"], COLORS_6_5[number], "o")[-1] for number in "13"]
    assert_allclose(ends, [(0, 16.4)] * 2, atol=0.4)
    (other,) = dots(axes["a"], COLORS_6_5["2"])[1:]
    assert np.hypot(*(other - (0, 16.4))) > 3


def test_fig_6_5a_writes_a_number_on_the_same_side_wherever_the_panel_stands():
    """Start 3 is at nine tenths of the height, beyond which a tag stands below its point."""
    sides = set()
    for left in np.linspace(0.01, 0.3, 12):
        ax = Figure().add_axes([left, 0.07 + left / 3, 0.61, 0.83 - left])
        ax.set(xlim=GABOR_BOUNDS[0], ylim=GABOR_BOUNDS[1])
        style.tag(ax, "3", STARTS_6_5[2])
        sides.add(ax.collections[0].get_paths()[0].vertices.min() > 0)
    assert sides == {True}


@pytest.mark.parametrize("phi", [(1.6, -0.5), (0.3, 0.9)])
def test_pulls_shows_every_miss_and_what_each_example_pulls_at(phi):
    axes, text = drawn("pulls", phi0=phi[0], phi1=phi[1])
    fit = phi[0] + phi[1] * LOSS.x
    too_high = fit > LOSS.y
    for side, color in ((too_high, style.PATH), (~too_high, style.SECOND)):
        bars = np.array(segments(axes["a"], color))
        assert_allclose(bars[:, :, 0], np.stack([LOSS.x[side]] * 2, axis=-1))
        assert_allclose(bars[:, :, 1], np.column_stack([LOSS.y[side], fit[side]]))
    ends = np.array([-0.1, 2.1])
    assert_allclose(line(axes["a"], style.THIRD), np.column_stack([ends, phi[0] + phi[1] * ends]))
    assert_allclose(line(axes["a"], style.INK, "o"), examples(LOSS))
    pull = 2 * (fit - LOSS.y)
    assert_allclose(line(axes["b"], style.BROWN, "o"), np.column_stack([LOSS.x, pull]))
    assert_allclose(line(axes["b"], style.FOURTH, "D"), np.column_stack([LOSS.x, pull * LOSS.x]))
    assert text.endswith(f"add up to {pull.sum():.3g} and {(pull * LOSS.x).sum():.3g}")


@pytest.mark.parametrize("rate, steep, degrees", [(0.15, 10.0, 30), (0.3, 4.0, 70)])
def test_two_curvatures_shows_the_bowl_its_axes_and_what_is_left_along_each(rate, steep, degrees):
    axes, text = drawn("two_curvatures", learning_rate=rate, steep=steep, angle=degrees, steps=5)
    turn = np.radians(degrees)
    flat, other = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def bowl(phi):
        return ((phi @ flat) ** 2 + steep * (phi @ other) ** 2) / 2

    assert shows(axes["a"], bowl, ((-3, 3), (-3, 3)))
    for axis, color in ((flat, style.FOURTH), (other, style.THIRD)):
        assert_allclose(line(axes["a"], color), [-3 * axis, 3 * axis])
    edges = [
        each.get_path_effects()[0]._gc for each in axes["a"].lines if each.get_linestyle() == "--"
    ]
    assert edges == [{"linewidth": 2.4, "foreground": "white"}] * 2
    steps = np.arange(6)
    left = 2 * (1 - rate) ** steps, (1 - rate * steep) ** steps
    check_trail(axes["a"], np.outer(left[0], flat) + np.outer(left[1], other), style.PATH, 1e-9)
    for distance, color, marker in zip(left, (style.FOURTH, style.THIRD), "sD"):
        assert_allclose(line(axes["b"], color, marker), against_steps(np.abs(distance)))
    assert legend(axes["b"]) == {"flat axis": style.FOURTH, "steep axis": style.THIRD}
    assert (
        f"flat axis: 1 − αλ = {1 - rate:.3g}; steep axis: 1 − αλ = {1 - rate * steep:.3g}" in text
    )
