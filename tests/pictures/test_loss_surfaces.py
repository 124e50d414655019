"""What the pictures of notebook 04 show."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from numpy.testing import assert_allclose

from course_lib.datasets import two_class_data
from course_lib.models import Gabor
from course_lib.surfaces import fig_6_11_losses
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_critical_points, gabor_loss
from lessons.stage import style

from .shown import (
    bars,
    check_trail,
    drawn,
    image,
    legend,
    line,
    lines,
    outlines,
    row_names,
    segments,
    shows,
    tag,
    texts,
    title,
)

GABOR = gabor_loss()
MINIMA = np.array([
    (-0.0246, 16.4165), (6.1179, 16.8294), (-6.5259, 17.6863), (-6.8725, 4.5802),
    (5.8593, 7.8881), (-0.2822, 8.2038), (5.7343, 3.5474), (-6.5810, 7.6983),
])  # fmt: skip
"""Lowest first, to four digits."""


def curve(f, low, high, count):
    x = np.linspace(low, high, count)
    return np.column_stack([x, f(x)])


# --- figure 6.4 -------------------------------------------------------------------------------


def test_fig_6_4_marks_every_minimum_and_every_saddle():
    axes, _ = drawn("fig_6_4", phi0=3.0, phi1=14.0)
    assert shows(axes["a"], GABOR, GABOR_BOUNDS)
    saddles = np.concatenate(lines(axes["a"], style.GOLD, "x"))
    assert_allclose(GABOR.gradient(saddles), 0, atol=1e-4)
    assert (np.linalg.det(GABOR.hessian(saddles)) < 0).all()
    assert len(saddles) == len({*map(tuple, saddles.round(2))})
    assert len(saddles) == sum(point.kind == "saddle" for point in gabor_critical_points()) > 8
    assert_allclose(line(axes["a"], style.PATH, "o"), MINIMA[:1], atol=1e-4)
    assert_allclose(np.concatenate(lines(axes["a"], style.LIGHT_SKY, "o")), MINIMA[1:], atol=1e-4)


def test_fig_6_4_shows_the_model_at_the_five_lowest_minima():
    axes, _ = drawn("fig_6_4", phi0=3.0, phi1=14.0)
    for panel, phi in zip("bcdef", MINIMA):
        color = style.PATH if panel == "b" else style.SECOND
        model = curve(lambda x, phi=phi: Gabor()(x, phi), -15, 15, 301)
        assert_allclose(line(axes[panel], color), model, atol=1e-3)
        assert_allclose(line(axes[panel], style.INK, "o"), np.column_stack([GABOR.x, GABOR.y]))
        assert_allclose(tag(axes["a"], panel), phi, atol=1e-4)
        assert title(axes[panel]) == f"{panel}  loss {GABOR(phi):.2f}"


def test_fig_6_4_shows_your_point_and_the_model_there():
    axes, text = drawn("fig_6_4", phi0=3.0, phi1=14.0)
    phi = np.array([3.0, 14.0])
    assert_allclose(line(axes["a"], style.THIRD, "D"), [phi])
    assert_allclose(line(axes["g"], style.THIRD), curve(lambda x: Gabor()(x, phi), -15, 15, 301))
    assert_allclose(line(axes["g"], style.INK, "o"), np.column_stack([GABOR.x, GABOR.y]))
    slope, (low, high) = GABOR.gradient(phi), np.linalg.eigvalsh(GABOR.hessian(phi))
    told = f"gradient length {np.hypot(*slope):.3g}; curvatures {low:.3g} and {high:.3g}"
    assert text.startswith(f"your point: loss {GABOR(phi):.3g}, {told}: it bends ")


@pytest.mark.parametrize("phi, bend", [
    ((-0.1, 9.1), "up one way and down the other"), ((0.0, 16.4), "up in every direction"),
    ((2.8, 11.6), "down in every direction"),
])  # fmt: skip
def test_fig_6_4_says_how_the_loss_bends_at_your_point(phi, bend):
    assert drawn("fig_6_4", phi0=phi[0], phi1=phi[1]).text.endswith(bend)


# --- figure 6.11 ------------------------------------------------------------------------------


@pytest.mark.parametrize("panel, number_of_first", [("a", 1), ("b", 3), ("c", 6)])
def test_fig_6_11_shows_the_loss_its_points_and_the_descent(panel, number_of_first):
    axes, text = drawn("fig_6_11", start=0.93, learning_rate=0.04, steps=7)
    loss, (left, right), points = fig_6_11_losses()[panel]
    assert_allclose(line(axes[panel], style.INK), curve(loss.value, left, right, 201))
    marked = np.array([(position, loss.value(position)) for position in points.values()])
    assert_allclose(np.concatenate(lines(axes[panel], style.SECOND, "s")), marked)
    named = texts(axes[panel])
    assert list(named) == [str(number_of_first + i) for i in range(len(points))]
    assert_allclose([*named.values()], marked)
    phi = [left + 0.93 * (right - left)]
    for _ in range(7):
        phi.append(phi[-1] - 0.04 * loss.slope(phi[-1]))
    taken = np.column_stack([phi, loss.value(np.array(phi))])
    descent, start = lines(axes[panel], style.PATH, "o")
    assert_allclose(descent, taken)
    assert_allclose(start, taken[:1])
    assert f"{panel}: φ = {phi[-1]:.3g}, loss {taken[-1, 1]:.3g}" in text


# --- chords -----------------------------------------------------------------------------------


def cut(function, t):
    """A function of the picture at positions t in [0, 1], scaled to run from 0 to 1."""
    if function.startswith("Gabor"):

        def heights(t):
            return GABOR(np.column_stack([0 * t, 2.5 + 20 * t]))

    else:
        loss, (left, right), _ = fig_6_11_losses()[function[-1]]

        def heights(t):
            return loss.value(left + (right - left) * t)

    every = heights(np.linspace(0, 1, 401))
    return (heights(np.asarray(t)) - every.min()) / np.ptp(every)


@pytest.mark.parametrize("function, left, right", [
    ("figure 6.11a", 0.2, 0.8), ("figure 6.11b", 0.2, 0.8), ("figure 6.11c", 0.25, 0.8),
    ("Gabor loss at φ₀ = 0", 0.28, 0.7),
])  # fmt: skip
def test_chord_test_shades_the_chord_where_it_lies_below_the_function(function, left, right):
    axes, text = drawn("chord_test", function=function, left=left, right=right)
    t, ends = np.linspace(left, right, 201), np.array([left, right])
    heights, at_ends = cut(function, t), cut(function, ends)
    chord = at_ends[0] + (t - left) / (right - left) * np.diff(at_ends)
    below = chord < heights - 1e-9
    assert below.any() == (function != "figure 6.11a") == ("not convex" in text)
    color = style.PATH if below.any() else style.SECOND
    whole = lines(axes["a"], style.INK, "None")[0]
    assert_allclose(whole[:, 0], np.linspace(0, 1, 301))
    assert_allclose(whole[:, 1], cut(function, whole[:, 0]))
    assert_allclose(line(axes["a"], color), np.column_stack([t, chord]))
    assert_allclose(line(axes["b"], color), np.column_stack([t, chord - heights]), atol=1e-12)
    assert_allclose(line(axes["a"], style.INK, "o"), np.column_stack([ends, at_ends]))
    assert_allclose(line(axes["b"], style.INK, "o"), [[left, 0], [right, 0]])
    assert_allclose(line(axes["b"], style.INK, "None")[:, 1], 0)
    for panel, edges in (("a", (chord, heights)), ("b", (chord - heights, 0 * t))):
        corners = np.reshape([[c] for area in outlines(axes[panel], style.PATH) for c in area],
                             (-1, 2))  # fmt: skip
        shaded = {(round(x, 9), round(y, 9) + 0.0) for x, y in corners}
        assert shaded == {
            (round(x, 9), round(y, 9) + 0.0)
            for edge in edges
            for x, y in np.column_stack([t, edge])[below]
        }


# --- a curvature for every direction ----------------------------------------------------------


def test_curvature_by_direction_shows_a_plain_where_nothing_bends():
    axes, _ = drawn("curvature_by_direction", h00=0.0, h01=0.0, h11=0.0)
    assert not image(axes["a"]).values.any()
    assert not lines(axes["b"], style.INK)[-1][:, 1].any()


@pytest.mark.parametrize("h00, h01, h11, angle, bend", [
    (2.0, 1.0, 1.0, 30, "up in every direction"), (-2.0, 0.5, -1.0, 100, "down in every direction"),
    (0.0, 1.0, 0.0, 0, "up one way and down the other"), (1.0, 1.0, 1.0, 45, "one axis not at all"),
])  # fmt: skip
def test_curvature_by_direction_shows_the_surface_its_axes_and_the_bend_along_a_line(
    h00, h01, h11, angle, bend
):
    axes, text = drawn("curvature_by_direction", h00=h00, h01=h01, h11=h11, angle=angle)

    def surface(phi):
        x, y = phi[..., 0], phi[..., 1]
        return (h00 * x**2 + 2 * h01 * x * y + h11 * y**2) / 2

    def second_derivative(degrees):
        """Of the surface along a line: a second difference, exact on a parabola."""
        turn = np.radians(degrees)
        return 2 * surface(np.stack([np.cos(turn), np.sin(turn)], axis=-1))

    assert shows(axes["a"], surface, ((-2, 2), (-2, 2)))
    here = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    assert_allclose(line(axes["a"], style.PATH), [-3 * here, 3 * here])
    bends = curve(second_derivative, 0, 180, 91)
    assert_allclose(lines(axes["b"], style.INK, "None")[1], bends, atol=1e-8)
    assert_allclose(line(axes["b"], style.PATH, "o"), [[angle, second_derivative(angle)]])
    for color, extreme in ((style.FOURTH, np.min), (style.THIRD, np.max)):
        (x0, y0), (x1, y1) = line(axes["a"], color)
        assert_allclose([x0, y0], [-x1, -y1])
        along = np.degrees(np.arctan2(y1, x1))
        fine = second_derivative(np.linspace(0, 180, 3601))
        assert_allclose(second_derivative(along), extreme(fine), atol=1e-5)
        assert_allclose(line(axes["b"], color)[:, 1], second_derivative(along), atol=1e-8)
    assert text.startswith(f"curvature in your direction {second_derivative(angle) + 0.0:.3g};")
    assert text.endswith(bend)


# --- leaving a saddle -------------------------------------------------------------------------

ALONG, ACROSS = np.array([[1, 1], [-1, 1]]) / 2**0.5


def saddle(points):
    return points[..., 0] * points[..., 1]


def beside_the_saddle(offset, rate):
    """80 steps: along the diagonal the distance shrinks, across it grows, by a factor at each."""
    t = np.arange(81)
    return np.outer(1.3 * (1 - rate) ** t, ALONG) + np.outer(offset * (1 + rate) ** t, ACROSS)


@pytest.mark.parametrize("offset, tolerance", [(1e-4, 0.1), (1e-4, 0.001), (0.032, 0.01)])
def test_saddle_escape_shows_the_path_and_where_the_stopping_rule_ends_it(offset, tolerance):
    axes, text = drawn("saddle_escape", offset=offset, learning_rate=0.16, tolerance=tolerance)
    path = beside_the_saddle(offset, 0.16)
    norms = np.hypot(*path[:-1].T)
    assert shows(axes["a"], saddle, ((-1.5, 1.5), (-1.5, 1.5)))
    check_trail(axes["a"], path[np.abs(path).max(axis=-1) < 1.6], style.PATH)
    assert_allclose(line(axes["a"], style.GOLD, "x"), [[0, 0]])
    assert_allclose(line(axes["b"], style.PATH), np.column_stack([np.arange(80), norms]))
    assert_allclose(line(axes["b"], style.SECOND, "None")[:, 1], tolerance)
    assert legend(axes["b"]) == {"stop below this": style.SECOND}
    stops = np.flatnonzero(norms <= tolerance)[:1]
    stop = np.column_stack([stops, norms[stops]])
    shown = np.reshape(lines(axes["a"], style.SECOND, "s"), (-1, 2))
    assert_allclose(shown, path[stops], atol=1e-12)
    assert_allclose(np.reshape(lines(axes["b"], style.SECOND, "s"), (-1, 2)), stop)
    away = np.argmax(path @ ACROSS >= 1)
    assert f"it is 1 away from the diagonal at step {away};" in text
    told = f"gives up at step {stops[0]}, {norms[stops[0]]:.2g} away" if len(stops) else "never"
    assert told in text


def test_saddle_escape_tells_a_stop_beside_the_saddle_from_one_on_the_way():
    assert drawn("saddle_escape").text.endswith(", beside the saddle")
    assert drawn("saddle_escape", tolerance=0.5).text.endswith(", on the way to the saddle")


@pytest.mark.parametrize("offset, step", [(1e-5, 64), (1e-6, 76)])
def test_saddle_escape_says_at_which_step_the_saddle_is_left(offset, step):
    text = drawn("saddle_escape", offset=offset).text
    assert f"it is 1 away from the diagonal at step {step};" in text


# --- basins -----------------------------------------------------------------------------------


def descent(phi, rate, steps):
    """Gradient descent on the Gabor loss from points (*ensemble, 2), (steps + 1, *ensemble, 2)."""
    path = [np.asarray(phi, float)]
    for _ in range(steps):
        path.append(path[-1] - rate * GABOR.gradient(path[-1]))
    return np.array(path)


def test_basin_map_colours_each_start_by_the_minimum_that_it_reaches():
    axes, text = drawn("basin_map", learning_rate=0.06, steps=60)
    shown, (artist,) = image(axes["a"]), axes["a"].images
    assert_allclose([shown.x[[0, -1]], shown.y[[0, -1]]], GABOR_BOUNDS)
    x, y = np.meshgrid(shown.x[::7], shown.y[::5], indexing="ij")
    starts = np.stack([x, y], axis=-1)
    distances = np.linalg.norm(descent(starts, 0.06, 60)[-1][..., None, :] - MINIMA, axis=-1)
    reached = np.where(distances.min(axis=-1) < 0.5, distances.argmin(axis=-1), len(MINIMA))
    assert np.mean(shown.at(starts) == reached) > 0.98, "but for the last bits of float32"
    assert len(np.unique(reached)) == 9
    rows = bars(axes["b"])
    shares = [100 * np.mean(shown.values == row) for row in range(9)]
    assert_allclose(rows, [(0, row - 0.4, share, 0.8) for row, share in enumerate(shares)])
    losses = [f"{GABOR(phi):.2f}" for phi in MINIMA[1:]]
    assert row_names(axes["b"]) == list(enumerate(["global", *losses, "none of them"]))
    colors = [bar.get_facecolor() for bar in axes["b"].patches]
    assert all(same_color(color, artist.cmap(artist.norm(n))) for n, color in enumerate(colors))
    assert len(set(colors)) == 9
    for color, phi in zip(colors, MINIMA):
        assert_allclose(line(axes["a"], color, "o"), [phi], atol=1e-4)
    told = f"{shares[0]:.1f} % of the starts reach the global minimum, {shares[-1]:.1f} % none"
    assert text.startswith(told)


@pytest.mark.parametrize("steps", [20, 400])
def test_basin_map_draws_your_descent_until_it_has_settled(steps):
    axes, text = drawn("basin_map", learning_rate=0.06, steps=steps, start0=-3.0, start1=13.0)
    path = descent((-3.0, 13.0), 0.06, steps)
    settled = np.linalg.norm(GABOR.gradient(path), axis=-1) <= 1e-3
    path = path[: settled.argmax() + 1] if settled.any() else path
    assert settled.any() == (steps == 400)
    check_trail(axes["a"], path, style.INK)
    assert text.endswith(f"your start: loss {GABOR(path[0]):.3g} → {GABOR(path[-1]):.3g}")


# --- logistic regression ----------------------------------------------------------------------


def cross_entropy(points):
    x, y = two_class_data()
    log_odds = points[..., :1] + points[..., 1:] * x
    return np.logaddexp(0, np.where(y == 1, -log_odds, log_odds)).sum(axis=-1)


def test_logistic_curve_shows_the_probabilities_and_how_far_they_are_off():
    axes, text = drawn("logistic_curve", phi0=-1.0, phi1=2.5)
    x, y = two_class_data()
    chance = 1 / (1 + np.exp(1 - 2.5 * x))
    gaps = np.stack([[x, x], [chance, y]], axis=-1).swapaxes(0, 1)
    assert_allclose(segments(axes["a"], style.MUTED), gaps)
    sigmoid = curve(lambda x: 1 / (1 + np.exp(1 - 2.5 * x)), -4, 4, 201)
    assert_allclose(line(axes["a"], style.PATH), sigmoid)
    assert_allclose(line(axes["a"], style.MUTED)[:, 1], 0.5)
    for label, color, marker in ((0, style.SECOND, "o"), (1, style.THIRD, "s")):
        assert_allclose(line(axes["a"], color, marker), np.column_stack([x, y])[y == label])
    assert shows(axes["b"], cross_entropy, ((-4, 4), (-2, 6)))
    assert_allclose(line(axes["b"], style.PATH, "D"), [[-1, 2.5]])
    wrong = np.sum((chance > 0.5) != (y == 1))
    loss = cross_entropy(np.array([-1.0, 2.5]))
    assert text.startswith(f"loss {loss:.3g}; the curve passes a half at x = 0.4; {wrong} of 20")


def test_logistic_curve_says_that_a_probability_of_a_half_is_on_no_side():
    text = drawn("logistic_curve", "a fair coin everywhere").text
    assert "0 of 20 points are on the wrong side of a half, 20 exactly on it" in text
