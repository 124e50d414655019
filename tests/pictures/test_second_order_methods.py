"""What the pictures of notebook 10 show."""

from itertools import islice

import numpy as np
import pytest
from matplotlib import colormaps
from numpy.testing import assert_allclose

from course_lib.critical_points import find_critical_points
from course_lib.datasets import GABOR_NOISE, GABOR_SEED, gabor_data
from course_lib.descent import descend, iterate
from course_lib.grids import parameter_grid
from course_lib.line_search import Wolfe
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    ConjugateGradient,
    GradientDescent,
    Newton,
    RegularizedNewton,
)
from course_lib.surfaces import Beale, Himmelblau, Quadratic, Rosenbrock, Saddle
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_minima
from lessons.stage import style

from .shown import (
    bars,
    check_trail,
    dots,
    drawn,
    image,
    legend,
    line,
    lines,
    outlines,
    row_names,
    segments,
    shows,
    texts,
)

SQUARE = ((-5, 5), (-5, 5))


def check_losses(ax, losses, color, rtol=1e-6):
    """Losses against the step, a dot for each."""
    assert_allclose(line(ax, color, "o")[:, 0], range(len(losses)))
    assert_allclose(line(ax, color, "o")[:, 1], losses, rtol=rtol)


# --- one step of Newton's method --------------------------------------------------------------


def wave(x):
    return x * np.cos(np.pi * x)


def slope(x):
    return np.cos(np.pi * x) - np.pi * x * np.sin(np.pi * x)


def curvature(x):
    return -2 * np.pi * np.sin(np.pi * x) - np.pi**2 * x * np.cos(np.pi * x)


@pytest.mark.parametrize("damping", [None, 4.0])
def test_newton_step_goes_where_the_parabola_is_flat_and_the_tangent_zero(damping):
    rule = "Newton" if damping is None else "regularised Newton"
    axes, text = drawn("newton_step", start=0.45, step=3, rule=rule, damping=damping or 1.0)

    def used(x):
        """What is taken for the curvature: lifted until it is at least the damping."""
        lift = 0 if damping is None else damping + max(-curvature(x), 0)
        return curvature(x) + lift

    phi = [0.45]
    for _ in range(3):
        phi.append(phi[-1] - slope(phi[-1]) / used(phi[-1]))
    *earlier, here, there = phi
    x = np.linspace(-1.2, 2.2, 201)
    parabola = wave(here) + slope(here) * (x - here) + used(here) / 2 * (x - here) ** 2
    lowest = wave(here) + slope(here) * (there - here) / 2
    tangent = slope(here) + used(here) * (x - here)
    for panel, curve, touching, flat in (
        ("a", wave, parabola, lowest), ("b", slope, tangent, 0)
    ):  # fmt: skip
        whole = np.linspace(-1.2, 2.2, 301)
        shown = line(axes[panel], style.INK, "None")
        assert_allclose(shown, np.column_stack([whole, curve(whole)]))
        visited = np.array([*earlier, here])
        shown = line(axes[panel], style.MUTED, ".")
        assert_allclose(shown, np.column_stack([visited, curve(visited)]))
        assert_allclose(line(axes[panel], style.INK, "o"), [[here, curve(here)]])
        assert_allclose(line(axes[panel], style.PATH, "o"), [[there, curve(there)]])
        assert_allclose(line(axes[panel], style.SECOND, "D"), [[there, flat]])
        dashed = line(axes[panel], style.SECOND, "None")
        assert_allclose(dashed, np.column_stack([x, touching]), atol=1e-9)
    assert_allclose(line(axes["b"], style.MUTED, "None")[:, 1], 0)
    assert f"φ = {here:.3f} → {there:.3f}" in text
    assert f"curvature {curvature(here):.3g}: it sets out {'up' if damping is None else 'down'}hill"


# --- a bowl -----------------------------------------------------------------------------------


def check_bowl(ax, bowl):
    """The filled ellipses of a bowl are its contours, dark where it is low."""
    corner = 1.15 * np.array([[1, 1], [1, -1]])
    heights = np.linspace(1, 0.08, 12)
    shown = outlines(ax)
    assert len(shown) == 12
    for points, height in zip(shown, heights):
        assert_allclose(bowl(points), height**2 * bowl(corner).max())
        assert_allclose(points[:80].mean(axis=0), 0, atol=1e-9)
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == ((-1.15, 1.15), (-1.15, 1.15), 1)
    (ellipses,) = [each for each in ax.collections if len(each.get_paths()) == 12]
    assert_allclose(ellipses.get_facecolors(), colormaps["Blues_r"](heights))
    assert_allclose(line(ax, style.INK, "+"), [[0, 0]])


@pytest.mark.parametrize("newton_rate", [0.4, 1.0])
def test_newton_bowl_shows_newton_straight_and_gradient_descent_in_a_zigzag(newton_rate):
    axes, text = drawn(
        "newton_bowl", conditioning=10.0, angle=20, start_angle=70, learning_rate=0.21,
        newton_rate=newton_rate,
    )  # fmt: skip
    bowl = Quadratic((1.0, 10.0), np.radians(20))
    check_bowl(axes["a"], bowl)
    start = np.array([np.cos(np.radians(70)), np.sin(np.radians(70))])
    hessian = bowl.hessian(start)
    ways = {}
    for name, factor in (
        ("gradient descent", np.eye(2) - 0.21 * hessian),  # diverges
        ("Newton", (1 - newton_rate) * np.eye(2)),
    ):
        path = np.array([np.linalg.matrix_power(factor, t) @ start for t in range(31)])
        color = {"gradient descent": style.FOURTH, "Newton": style.PATH}[name]
        check_trail(axes["a"], path.clip(-50, 50), color, atol=1e-9)
        share = bowl(path) / bowl(path[0])
        check_losses(axes["b"], share.clip(1e-14, 1e4), color)
        ways[name] = style.number(share[-1], least=1e-12, digits=2)
    assert f"Newton {ways['Newton']}" in text
    assert f"descent {ways['gradient descent']} (it is stable below α = 2/κ = 0.2)" in text
    assert ("after a single step" in text) == (newton_rate == 1)
    assert legend(axes["b"]) == {"gradient descent": style.FOURTH, "Newton": style.PATH}


# --- saddles ----------------------------------------------------------------------------------

MARKS = {"minimum": ("o", style.THIRD), "saddle": ("X", style.GOLD), "maximum": ("^", style.FOURTH)}
HIMMELBLAU = {
    "minimum": [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)],
    "saddle": [(3.385154, 0.073852), (0.086678, 2.884255), (-3.073026, -0.081353),
               (-0.127961, -1.953715)],
    "maximum": [(-0.270845, -0.923039)],
}  # fmt: skip
"""Its critical points, from the literature."""


def check_marks(ax, points):
    for kind, (marker, color) in MARKS.items():
        shown = np.reshape(lines(ax, color, marker), (-1, 2))
        expected = np.reshape(sorted(points.get(kind, [])), (-1, 2))
        assert_allclose(sorted(map(tuple, shown)), expected.tolist(), atol=1e-5)


def newton(loss, start, steps, damping=None):
    path = [np.array(start)]
    for _ in range(steps):
        hessian = loss.hessian(path[-1])
        if damping:
            hessian = hessian + (damping + max(-np.linalg.eigvalsh(hessian)[0], 0)) * np.eye(2)
        path.append(path[-1] - np.linalg.solve(hessian, loss.gradient(path[-1])))
    return np.array(path)


@pytest.mark.parametrize("surface, loss, start, damping, points", [
    ("x² − y²", Saddle(), (4.0, 0.1), 1.0, {"saddle": [(0, 0)]}),
    ("Himmelblau", Himmelblau(), (1.0, 3.5), 10.0, HIMMELBLAU),
])  # fmt: skip
def test_newton_saddle_shows_both_paths_their_losses_and_the_critical_points(
    surface, loss, start, damping, points
):
    axes, text = drawn("newton_saddle", surface=surface, start0=start[0], start1=start[1],
                       damping=damping, steps=12)  # fmt: skip
    assert shows(axes["a"], loss, SQUARE, levels=16)
    check_marks(axes["a"], points)
    for path, color in (
        (newton(loss, start, 12), style.INK), (newton(loss, start, 12, damping), style.PATH)
    ):  # fmt: skip
        check_trail(axes["a"], path.clip(-50, 50), color, atol=1e-6)
        assert_allclose(line(axes["b"], color, "o")[:, 0], range(13))
        shown = line(axes["b"], color, "o")[:, 1]
        assert_allclose(shown, loss(path).clip(-1e4, 1e4), rtol=1e-6, atol=1e-6)
    assert "Newton at a saddle" in text
    assert legend(axes["b"]) == {"Newton": style.INK, "regularised Newton": style.PATH}


@pytest.mark.parametrize("name, preset", [
    ("newton_saddle", "x² − y²"), ("newton_saddle", "Himmelblau, λ = 10"),
    ("newton_basins", "Newton"), ("quantised_bits", "6 bits"),
])  # fmt: skip
def test_a_path_that_ends_on_a_marked_point_does_not_hide_the_mark(name, preset):
    axes, _ = drawn(name, preset)
    marks = [each for each in axes["a"].lines if each.get_marker() in ("X", "^", "+")]
    order = axes["a"].get_children().index
    others = [a for a in (*axes["a"].lines, *axes["a"].collections) if a not in marks]
    assert marks
    assert min((m.zorder, order(m)) for m in marks) > max((a.zorder, order(a)) for a in others)


# --- where Newton goes from everywhere --------------------------------------------------------


@pytest.mark.parametrize("name, rule, steps", [
    ("Newton", Newton(), 5), ("regularised, λ = 10", RegularizedNewton(10.0), 9),
])  # fmt: skip
def test_newton_basins_maps_and_counts_the_critical_point_reached(name, rule, steps):
    axes, text = drawn("newton_basins", rule=name, steps=steps)
    starts = parameter_grid(SQUARE, 61)
    ends = descend(Himmelblau(), starts, rule, steps, keep="last").final
    targets = find_critical_points(Himmelblau(), SQUARE)
    places = np.array([target.phi for target in targets])
    distances = np.linalg.norm(ends[..., None, :] - places, axis=-1)
    arrived = distances.min(axis=-1) < 0.1
    expected = np.where(arrived, distances.argmin(axis=-1), 9)
    shown = image(axes["a"])
    np.testing.assert_array_equal(shown.values, expected)
    assert_allclose([shown.x[[0, -1]], shown.y[[0, -1]]], SQUARE)

    kinds = np.array([*(target.kind for target in targets), "none"])
    shares = [100 * (kinds[expected] == kind).mean() for kind in (*MARKS, "none")]
    left, bottom, width, height = bars(axes["b"]).T
    assert_allclose(width, shares)
    assert_allclose([left, bottom + height / 2], [np.zeros(4), np.arange(4)])
    assert f"minimum {shares[0]:.1f} %, saddle {shares[1]:.1f} %, maximum {shares[2]:.1f} %" in text
    closest = np.linalg.norm(starts[..., None, :] - places, axis=-1).argmin(axis=-1)
    nearest = 100 * (closest == expected)[arrived].mean()
    assert f"{nearest:.0f} % are at the critical point nearest" in text


def test_newton_basins_colours_minima_blue_saddles_yellow_and_the_maximum_pink():
    axes, _ = drawn("newton_basins")
    (shown,) = axes["a"].images
    kinds = [target.kind for target in find_critical_points(Himmelblau(), SQUARE)]
    colors = shown.to_rgba(np.arange(10))[:, :3]
    for kind, (red, _, blue) in zip(kinds, colors):
        assert {"minimum": blue > red, "saddle": red > blue}.get(kind, True)
    pink = bars(axes["b"], style.FOURTH)
    assert_allclose(pink[0, 1] + pink[0, 3] / 2, kinds.count("minimum") - 2)
    assert_allclose(colors[kinds.index("maximum")], axes["b"].patches[2].get_facecolor()[:3])
    assert len(np.unique(colors, axis=0)) == 10


def test_newton_basins_draws_the_path_of_your_start_and_marks_the_critical_points():
    axes, text = drawn("newton_basins", start0=1.5, steps=4)
    path = newton(Himmelblau(), (1.5, 0.5), 4)
    check_trail(axes["a"], path, style.PATH)
    check_marks(axes["a"], HIMMELBLAU)
    first, *_, last = Himmelblau()(path)
    assert text.endswith(f"loss {first:.3g} → {last:.3g}")


# --- conjugate directions ---------------------------------------------------------------------


def exact(bowl, start, steps, conjugate):
    """Gradient descent or conjugate gradient with the exact step along each line."""
    path, H = [np.array(start)], bowl.hessian(start)
    d = g = -bowl.gradient(path[0])
    for _ in range(steps):
        if not g @ g > 1e-24:
            path.append(path[-1])
            continue
        path.append(path[-1] + (g @ d) / (d @ H @ d) * d)
        new = -bowl.gradient(path[-1])
        d = new + (new @ new) / (g @ g) * d if conjugate else new
        g = new
    return np.array(path)


def test_conjugate_directions_are_perpendicular_where_the_bowl_is_stretched_round():
    axes, text = drawn("conjugate_directions", conditioning=6.0, angle=20, start_angle=60, steps=4)
    bowl = Quadratic((1.0, 6.0), np.radians(20))
    check_bowl(axes["a"], bowl)
    check_bowl(axes["b"], Quadratic((1.0, 1.0)))
    start = (np.cos(np.radians(60)), np.sin(np.radians(60)))
    values, vectors = np.linalg.eigh(bowl.hessian(np.array(start)))
    stretch = (vectors * np.sqrt(values)) @ vectors.T
    for conjugate, color in ((False, style.FOURTH), (True, style.PATH)):
        path = exact(bowl, start, 4, conjugate)
        stretched = path @ stretch
        check_trail(axes["a"], path, color, atol=1e-9)
        check_trail(axes["b"], stretched / np.linalg.norm(stretched[0]), color, atol=1e-9)
    first, turn, end = line(axes["b"], style.PATH, "o")[:3]
    assert_allclose((turn - first) @ (end - turn), 0, atol=1e-9)
    assert "gradient descent" in text and "turning 90.0°" in text
    assert "conjugate gradient below 1e-12" in text and "(stretched: 90.0°)" in text
    assert legend(axes["a" if axes["a"].get_legend() else "b"]) == {
        "gradient descent": style.FOURTH, "conjugate gradient": style.PATH,
    }  # fmt: skip


# --- what BFGS has learnt ---------------------------------------------------------------------


def ellipse(matrix):
    angle = np.linspace(0, 2 * np.pi, 81)
    values, vectors = np.linalg.eigh(matrix)
    return np.column_stack([np.cos(angle), np.sin(angle)]) * np.sqrt(values) @ vectors.T


def test_bfgs_estimate_draws_its_path_and_each_estimate_as_an_ellipse():
    axes, text = drawn("bfgs_estimate", steps=3, conditioning=5.0, angle=25, start_angle=70)
    bowl = Quadratic((0.4, 2.0), np.radians(25))
    check_bowl(axes["a"], bowl)
    start = (np.cos(np.radians(70)), np.sin(np.radians(70)))
    path = descend(bowl, start, BFGS(Wolfe()), 3).params
    check_trail(axes["a"], path, style.PATH)

    hessian = bowl.hessian(np.array(start))
    estimates = [np.eye(2)]
    for s in np.diff(path, axis=0):
        y = hessian @ s
        V = np.eye(2) - np.outer(y, s) / (s @ y)
        estimates.append(V.T @ estimates[-1] @ V + np.outer(s, s) / (s @ y))
    for number, estimate in enumerate(estimates):
        assert_allclose(line(axes["b"], style.shade(number / 3)), ellipse(estimate))
    assert_allclose(line(axes["b"], style.PATH), ellipse(estimates[-1]))
    true = np.linalg.inv(hessian)
    assert_allclose(line(axes["b"], style.THIRD), ellipse(true))
    assert legend(axes["b"]) == {"estimate": style.PATH, "true H⁻¹": style.THIRD}
    error = np.linalg.norm(estimates[-1] - true) / np.linalg.norm(true)
    assert f"estimate {error:.3g}; loss left {bowl(path[-1]) / bowl(path[0]):.3g}" in text


# --- what memory buys, and what it costs ------------------------------------------------------


def test_lbfgs_memory_shows_what_is_left_of_the_loss_after_each_step():
    axes, text = drawn("lbfgs_memory", conditioning=100.0, memory=3)
    bowl = Quadratic(np.geomspace(0.1, 10, 20))
    for name, rule, color in (
        ("CG", ConjugateGradient(), style.FOURTH), ("L-BFGS with 3 pairs", LBFGS(3), style.PATH),
        ("BFGS", BFGS(), style.SECOND),
    ):  # fmt: skip
        losses = descend(bowl, np.ones(20), rule, 60).losses
        share = losses / losses[0]
        shown = line(axes["a"], color)
        assert_allclose(shown, np.column_stack([range(61), share.clip(1e-13)]), rtol=1e-6)
        told = "below 1e-9" if share[-1] < 1e-9 else f"{share[-1]:.3g}"
        assert f"{name} {told}" in text
    assert legend(axes["a"]) == {
        "conjugate gradient": style.FOURTH, "L-BFGS": style.PATH, "BFGS": style.SECOND,
    }  # fmt: skip


def test_lbfgs_memory_shows_the_bytes_of_each_rule():
    axes, text = drawn("lbfgs_memory", memory=4, parameters=1e4)
    P = 10_000
    numbers = [0, P, 2 * P, 2 * P + 1, 8 * P, P**2]
    left, bottom, width, height = bars(axes["b"]).T
    assert_allclose(width, [8 * each for each in numbers])
    assert_allclose([left, bottom + height / 2], [np.ones(6), np.arange(6)])
    told = texts(axes["b"])
    said = {name: tuple(place) for name, place in told.items() if "laptop" not in name}
    assert said == {
        "nothing": (1.6, 0), "80 kB": (1.6, 1), "160 kB": (1.6, 3), "640 kB": (1.6, 4),
        "800 MB": (1.6, 5),
    }  # fmt: skip
    assert len(axes["b"].texts) == 7
    assert_allclose(line(axes["b"], style.MUTED)[:, 0], 16e9)
    assert_allclose(told[" a laptop's 16 GB"], (16e9, -0.5))
    assert row_names(axes["b"])[-2:] == [(4, "L-BFGS"), (5, "BFGS, Newton")]
    assert "keeps 640 kB, a matrix of P × P takes 800 MB" in text


# --- side by side -----------------------------------------------------------------------------

COURSES = {
    "Rosenbrock": (Rosenbrock(), ((-1.8, 1.8), (-3.6, 2.4)), (-1.2, 1.0)),
    "Himmelblau": (Himmelblau(), SQUARE, (0.0, 0.0)),
    "Beale": (Beale(), ((-0.5, 4.5), (-1.5, 2.0)), (2.0, 0.0)),
}
RACERS = {
    "gradient descent": (style.BROWN, GradientDescent(line_search=Wolfe())),
    "Newton": (style.INK, Newton()),
    "regularised Newton": (style.FOURTH, RegularizedNewton(1.0, adaptive=True)),
    "conjugate gradient": (style.THIRD, ConjugateGradient()),
    "BFGS": (style.PATH, BFGS()),
    "L-BFGS": (style.MUTED, LBFGS()),
}


class Counted:
    """A loss that remembers the cost of each call: a Hessian is as dear as two gradients."""

    def __init__(self, loss):
        self.loss, self.cost = loss, 0

    def __call__(self, phi):
        self.cost += 1
        return self.loss(phi)

    def gradient(self, phi):
        self.cost += 1
        return self.loss.gradient(phi)

    def hessian(self, phi):
        self.cost += 2
        return self.loss.hessian(phi)


def work(loss, start, rule, steps):
    """What a rule has cost before each step and after the last."""
    counted, costs = Counted(loss), [1]  # on a logarithmic axis nothing is drawn at 1
    for _ in islice(iterate(counted, np.array(start), rule), steps):
        costs.append(counted.cost)
    return costs


@pytest.mark.parametrize("surface, rule", [("Himmelblau", "Newton"), ("Rosenbrock", "BFGS")])
def test_second_order_race_draws_every_path_and_its_loss_against_the_work(surface, rule):
    loss, bounds, start = COURSES[surface]
    axes, text = drawn("second_order_race", surface=surface, rule=rule, steps=7)
    assert shows(axes["a"], loss, bounds, levels=18)
    for name, (color, racer) in RACERS.items():
        path = descend(loss, start, racer, 7, tolerance=1e-8)
        points = path.params[: path.last_step + 1]
        losses = np.clip(loss(points), 1e-13, 1e9)
        (way,), (fall,) = segments(axes["a"], color), segments(axes["b"], color)
        assert_allclose(way, points)
        assert_allclose(fall[:, 1], losses)
        assert_allclose(fall[:, 0], work(loss, start, racer, len(points) - 1))
        assert_allclose(dots(axes["b"], color), [(fall[-1, 0], max(losses[-1], 2e-12))])
        if name == rule:
            check_trail(axes["a"], points, color)
            assert_allclose(line(axes["b"], color), fall)
            assert f"({points[-1, 0]:.3g}, {points[-1, 1]:.3g})" in text
            assert f"after {path.last_step} steps and {fall[-1, 0]:.0f} evaluations" in text
    assert legend(axes["b"]) == {name: color for name, (color, _) in RACERS.items()}


@pytest.mark.parametrize("surface", COURSES)
def test_second_order_race_keeps_every_path_on_its_map(surface):
    axes, _ = drawn("second_order_race", surface=surface)
    low, high = np.transpose(COURSES[surface][1])
    for path in segments(axes["a"]):
        assert (path > low).all() and (path < high).all()
    assert len(axes["a"].collections) > 0


# --- trying everything ------------------------------------------------------------------------


def test_quantised_bits_marks_every_candidate_the_best_and_the_global_minimum():
    axes, text = drawn("quantised_bits", bits=3)
    loss = LeastSquares(Gabor(), *gabor_data(noise=GABOR_NOISE, seed=GABOR_SEED))
    assert shows(axes["a"], loss, GABOR_BOUNDS)
    candidates = parameter_grid(GABOR_BOUNDS, 8).reshape(-1, 2)
    losses = loss(candidates)
    assert_allclose(line(axes["a"], style.INK, "o"), candidates)
    assert_allclose(line(axes["a"], style.PATH, "o"), candidates[[losses.argmin()]])
    assert_allclose(line(axes["a"], style.INK, "+"), [gabor_minima()[0].phi])
    assert f"64 trials, the best has a loss of {losses.min():.3g}" in text


def test_quantised_bits_shows_what_trying_everything_costs():
    axes, text = drawn("quantised_bits", bits=5, parameters=12)
    parameters = np.linspace(0, 100, 101)
    trials = 10.0 ** np.minimum(5 * parameters * np.log10(2), 70)
    assert_allclose(line(axes["b"], style.SECOND), np.column_stack([parameters, trials]))
    assert_allclose(line(axes["b"], style.PATH, "o"), [[12, 2.0**60]])
    assert f"2^60 trials, at a billion a second {2**60 / 1e9 / 3.156e7:.3g} years" in text
    times = {"a second": 1e9, "a year": 3.156e16, "the age of the universe": 4.35528e26}
    for shown, (name, trials) in zip(lines(axes["b"], style.MUTED), times.items()):
        assert_allclose(shown[:, 1], trials)
        assert_allclose(texts(axes["b"])[name], (100, 2 * trials))
    assert len(lines(axes["b"], style.MUTED)) == 3


@pytest.mark.parametrize("bits", [3, 6])
def test_quantised_bits_draws_candidates_that_do_not_touch(bits):
    axes, _ = drawn("quantised_bits", bits=bits, parameters=90)
    ax = axes["a"]
    (marks,) = (each for each in ax.lines if len(each.get_xdata()) == 4**bits)
    apart = np.ptp(ax.transData.transform(np.transpose(GABOR_BOUNDS)), axis=0) / (2**bits - 1)
    assert 1 < marks.get_markersize() < 0.72 * apart.min(), "in points, 72 for 100 pixels"


def test_quantised_bits_keeps_what_is_beyond_the_picture_at_its_edge():
    axes, _ = drawn("quantised_bits", bits=6, parameters=90)
    assert_allclose(line(axes["b"], style.PATH, "o"), [[90, 10**39.5]])
