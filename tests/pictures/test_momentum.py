"""What the pictures of notebook 06 show, and the formulas behind them."""

import numpy as np
import pytest
from matplotlib.contour import ContourSet
from numpy.testing import assert_allclose

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.optimizers import (
    BufferMomentum,
    Momentum,
    Nesterov,
    NesterovAsPrinted,
    VelocityMomentum,
    VelocityNesterov,
)
from course_lib.schedules import Constant, LinearDecay, MomentumSchedule
from course_lib.surfaces import Quadratic
from lessons.demos import momentum as pictures
from lessons.experiments.momentum import best_pair, best_rules
from lessons.experiments.scenes import gabor_loss
from lessons.stage import style

from .shown import check_trail, drawn, legend, line, lines, segments, shows, tag, texts

GABOR = gabor_loss()


def against_steps(values):
    return np.column_stack([np.arange(len(values)), values])


def rolled(curvatures, start, rate, beta, steps, ahead=0.0):
    """Momentum in the velocity form on ½ Σ λ φ²; `ahead` 1 makes it Nesterov's."""
    phi, v, path = np.array(start, float), 0.0, [np.array(start, float)]
    for _ in range(steps):
        v = beta * v - rate * np.multiply(curvatures, phi + ahead * beta * v)
        phi = phi + v
        path.append(phi)
    return np.array(path)


def check_contours(ax, loss, bounds, count):
    """Contours of the root of a loss alone, evenly spaced up to its highest value on the map."""
    (contours,) = (each for each in ax.collections if isinstance(each, ContourSet))
    top = np.sqrt(loss(np.abs(bounds).max(axis=1)))
    assert_allclose(contours.levels, np.linspace(0, top, count + 1)[1:-1])
    for level, path in zip(contours.levels, contours.get_paths()):
        assert len(path.vertices) > 10
        assert_allclose(np.sqrt(loss(path.vertices)), level, atol=0.01 * top)


# --- what m remembers ---


@pytest.mark.parametrize("beta", [0.6, 0.0])
def test_momentum_weights_draws_the_weight_of_each_past_gradient(beta):
    axes, text = drawn("momentum_weights", beta=beta)
    weights, colors = beta ** np.arange(41), legend(axes["a"])
    for form, heights in (("velocity", weights), ("averaged", (1 - beta) * weights)):
        (color,) = (color for label, color in colors.items() if label.startswith(form))
        bars = [[[k, 0], [k, height]] for k, height in enumerate(heights)]
        assert_allclose(segments(axes["a"], color), bars)
    half = [x for x, _ in np.reshape(lines(axes["a"], style.INK), (-1, 2))]
    assert_allclose(half, [np.log(0.5) / np.log(0.6)] * 2 if beta else [])
    assert ("after 1.36 steps half" in text) == (beta > 0)


@pytest.mark.parametrize("gradients, sign", [("all alike", 1), ("turning round each time", -1)])
def test_momentum_weights_shows_how_long_each_step_is(gradients, sign):
    axes, text = drawn("momentum_weights", gradients=gradients, beta=0.8)
    v = (1 - (sign * 0.8) ** np.arange(1, 61)) / (1 - sign * 0.8)
    assert_allclose(line(axes["b"], style.SKY, "o"), against_steps(v))
    assert_allclose(line(axes["b"], style.PATH, "o"), against_steps(0.2 * v))
    assert_allclose(line(axes["b"], style.MUTED)[:, 1], 1)
    assert f"{0.2 * v[-1]:.3g} α|g| long in the averaged form, {v[-1]:.3g} α|g|" in text


# --- figure 6.7 ---


def test_fig_6_7_shows_both_paths_on_the_same_batches_and_their_losses():
    axes, text = drawn("fig_6_7", learning_rate=0.5, beta=0.8, seed=3, steps=37)
    colors, said = legend(axes["c"]), []
    for panel, name, beta in (("a", "without", 0.0), ("b", "with momentum", 0.8)):
        rule, start = Momentum(0.5, beta), (-1.5, 9.8)
        path = descend(GABOR, start, rule, 37, Minibatches(5, rng=3)).params
        assert shows(axes[panel], GABOR, ((-6, 6), (7, 22)))
        check_trail(axes[panel], path, colors[name])
        assert_allclose(line(axes["c"], colors[name]), against_steps(GABOR(path)))
        walked = np.hypot(*np.diff(path, axis=0).T).sum()
        said.append(f"{name}: walked {walked:.3g}, loss {GABOR(path[-1]):.3g}")
    assert all(each in text for each in said)


def test_fig_6_7_marks_the_global_minimum():
    axes, _ = drawn("fig_6_7", learning_rate=0.5, beta=0.8, seed=3, steps=37)
    for panel in "ab":
        mark = line(axes[panel], style.THIRD, "x")[0]
        assert_allclose(GABOR.gradient(mark), 0, atol=1e-6)
        assert_allclose(mark, (0, 16.4), atol=0.4)


# --- one curvature: creeping, swinging ---


@pytest.mark.parametrize("rate, beta", [(0.05, 0.6), (2.5, 0.3)])
def test_oscillation_shows_the_way_of_each_rule_until_it_is_far_away(rate, beta):
    axes, text = drawn("oscillation", rate=rate, beta=beta)
    ways = {"without": (0.0, 0.0), "momentum": (beta, 0.0), "Nesterov": (beta, 1.0)}
    colors = legend(axes["a"])
    for name, (share, ahead) in ways.items():
        way = rolled([1.0], [1.0], rate, share, 60, ahead)[:, 0]
        far = np.flatnonzero(np.abs(way) > 5)
        way = way[: far[0] + 1] if len(far) else way
        assert_allclose(line(axes["a"], colors[name], "o"), against_steps(way))
    assert ("Nesterov: runs away" in text) == (rate > 1)


def left_after_a_step(beta, rate, ahead):
    """The larger root of φₜ₊₁ = (1 + β) (1 - αλ) φₜ - …, as a factor of each step."""
    if ahead:
        return max(abs(np.roots([1, -(1 + beta) * (1 - rate), beta * (1 - rate)])))
    return max(abs(np.roots([1, -(1 + beta - rate), beta])))


def test_oscillation_shows_what_is_left_after_a_step_against_beta():
    axes, text = drawn("oscillation", rate=0.3, beta=0.7)
    betas = np.linspace(0, 1, 201)
    for name, ahead in (("momentum", False), ("Nesterov", True)):
        color = legend(axes["a"])[name]
        factors = [left_after_a_step(beta, 0.3, ahead) for beta in betas]
        assert_allclose(line(axes["b"], color, "None"), np.column_stack([betas, factors]))
        left = left_after_a_step(0.7, 0.3, ahead)
        assert_allclose(line(axes["b"], color, "o"), [[0.7, left]])
        assert f"{left:.3g} left after a step" in text
    assert_allclose(line(axes["b"], style.INK)[:, 1], 1)
    assert texts(axes["b"])["above: diverges"][1] > 1


@pytest.mark.parametrize("rule", [VelocityMomentum, VelocityNesterov])
@pytest.mark.parametrize(("beta", "rate"), [(0.3, 0.05), (0.9, 0.05), (0.5, 1.2), (0.9, 1.7)])
def test_oscillation_has_the_two_roots_of_each_rule(rule, beta, rate):
    """φₜ₊₁ = (r₁ + r₂) φₜ - r₁ r₂ φₜ₋₁, at every step."""
    phi = descend(Quadratic([1.0]), [1.0], rule(rate, beta), steps=20).params[:, 0]
    first, second = pictures.roots(rule, beta, rate)
    predicted = (first + second) * phi[1:-1] - first * second * phi[:-2]
    assert_allclose(phi[2:], predicted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rate", [0.05, 0.5, 1.5])
def test_oscillation_has_its_corner_where_the_roots_meet(rate):
    beta = (1 - np.sqrt(rate)) ** 2
    first, second = pictures.roots(VelocityMomentum, beta, rate)
    assert abs(first - second) < 1e-6
    assert abs(first) == pytest.approx(np.sqrt(beta), abs=1e-6)


# --- the best pair on a bowl ---


def test_best_momentum_shows_three_paths_and_how_far_each_still_is():
    axes, text = drawn("best_momentum", conditioning=25.0, start_angle=20)
    start = np.cos(np.radians(20)), np.sin(np.radians(20))
    rules = {
        "gradient descent": (2 / 26, 0.0, 0.0, 24 / 26),
        "momentum": ((2 / 6) ** 2, (4 / 6) ** 2, 0.0, 4 / 6),
        "Nesterov": (1 / 25, 4 / 6, 1.0, 1 - 1 / 5),
    }
    for name, (rate, beta, ahead, factor) in rules.items():
        color = legend(axes["b"])[name]
        path = rolled([1.0, 25.0], start, rate, beta, 100, ahead)
        distances = np.hypot(*path.T)
        assert_allclose(line(axes["a"], color, "o"), path, atol=1e-15)
        theory, measured = lines(axes["b"], color)
        assert_allclose(theory, against_steps(factor ** np.arange(101)))
        assert_allclose(measured, against_steps(distances), atol=1e-15)
        assert f"{name} {np.flatnonzero(distances < 1e-3)[0]} steps" in text
    assert_allclose(line(axes["a"], style.INK, "o"), [start])


def test_best_momentum_draws_the_valley():
    axes, _ = drawn("best_momentum", conditioning=25.0, start_angle=20)
    check_contours(axes["a"], Quadratic((1.0, 25.0)), ((-1.15, 1.15), (-1.15, 1.15)), 8)


@pytest.mark.parametrize("name", ["gradient descent", "momentum", "Nesterov"])
def test_best_momentum_shrinks_the_distance_as_the_theory_says(name):
    rule, factor = best_rules(conditioning=30.0)[name]
    path = descend(Quadratic((1.0, 30.0)), [1.0, 1.0], rule, steps=150)
    distances = np.linalg.norm(path.params, axis=-1)
    assert (distances[150] / distances[75]) ** (1 / 75) == pytest.approx(factor, rel=0.02)


def test_the_best_pair_swings_nearly_four_times_as_high_as_it_began():
    rule = VelocityMomentum(*best_pair(1, 100))
    across = descend(Quadratic([100.0]), [1.0], rule, 20).params
    assert 3.6 < np.abs(across).max() < 4


def test_the_best_beta_of_a_long_valley_is_about_1_less_4_over_its_root():
    _, beta = best_pair(1, 1e6)
    assert beta == pytest.approx(1 - 4 / 1e3, abs=1e-4)


# --- figure 6.8 ---

BEFORE, ONE = np.array((-2.3, -1.45)), np.array((-1.3, -0.35))
LOOKS = ("corrected", "as printed")
COLORS_6_8 = (style.INK, style.FOURTH, style.PATH, style.MUTED, style.SECOND)


def five_points(rate, beta, look):
    """Points 1 to 5, and where the old direction alone leads from 1."""
    curvatures, old = (0.5, 4.0), ONE - BEFORE
    two = ONE - rate * (1 - beta) * np.multiply(curvatures, ONE)
    four = ONE + (beta if look == LOOKS[0] else 1) * old
    five = ONE + beta * old - rate * (1 - beta) * np.multiply(curvatures, four)
    return np.array([ONE, two, two + beta * old, four, five]), ONE + beta * old


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("stage", [1, 3, 4])
def test_fig_6_8_shows_the_points_of_a_stage_and_their_losses(stage, look):
    axes, text = drawn("fig_6_8", stage=stage, look=look, beta=0.6)
    points, led = five_points(0.8, 0.6, look)
    losses = points**2 @ (0.25, 2.0)
    for number, color in list(enumerate(COLORS_6_8, 1))[: stage + 1]:
        point, loss = points[number - 1], losses[number - 1]
        assert_allclose(tag(axes["a"], str(number)), point)
        assert_allclose(lines(axes["a"], color, "o")[-1], [point])
        assert_allclose(line(axes["b"], color), [[0, number], [loss, number]])
    assert len(axes["b"].lines) == stage + 1
    hollow = lines(axes["a"], style.MUTED, "o")[:-1]
    assert_allclose(np.reshape(hollow, (-1, 2)), [led] if stage == 4 else np.empty((0, 2)))
    assert (f"at 3: {losses[2]:.3g}; where Nesterov arrives, at 5: {losses[4]:.3g}" in text) == (
        stage == 4
    )


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("stage", [3, 4])
def test_fig_6_8_leads_from_point_to_point_by_arrows(stage, look):
    axes, _ = drawn("fig_6_8", stage=stage, look=look, beta=0.6)
    (one, two, three, four, five), led = five_points(0.8, 0.6, look)
    legs = [(one, two), (two, three), (one, four), (led, five)][:stage]
    assert_allclose([(each.xyann, each.xy) for each in axes["a"].texts], legs)


def test_fig_6_8_shows_the_valley_its_minimum_and_the_way_to_point_1():
    axes, _ = drawn("fig_6_8", stage=3, look=LOOKS[0], beta=0.6)
    assert shows(axes["a"], Quadratic((0.5, 4.0)), ((-2.5, 0.7), (-1.6, 1.4)))
    assert_allclose(line(axes["a"], style.THIRD, "x"), [[0, 0]])
    assert_allclose(line(axes["a"], style.INK, "None"), [BEFORE, ONE])


@pytest.mark.parametrize(("beta", "limit"), [(0.0, 2 / 3), (0.9, 3.8 / 3)])
def test_fig_6_8_as_printed_has_a_lower_border_of_stability(beta, limit):
    """Corrected it is 2 (1 + β) / (1 + 2 β), as printed 2 (1 + β) / 3."""
    rates = limit * np.array([0.98, 1.02]) / (1 - beta)
    printed = pictures.LOOKS[LOOKS[1]][0](rates, beta)
    ends, corrected = (
        np.abs(descend(Quadratic([1.0]), [1.0], rule, 3000, keep="last").final[:, 0])
        for rule in (printed, Nesterov(rates, beta))
    )
    assert ends[0] < 1e-6 and ends[1] > 1
    assert corrected.max() < 1e-6


# --- the forms side by side ---

CONSTANT, FALLING, RISING = pictures.SCHEDULES
AGREE = {
    ("momentum", CONSTANT): {"velocity", "buffer"},
    ("momentum", FALLING): {"buffer"},
    ("momentum", RISING): {"velocity"},
    ("Nesterov", CONSTANT): {"velocity", "rewritten"},
    ("Nesterov", FALLING): set(),
    ("Nesterov", RISING): {"velocity", "rewritten"},
}


@pytest.mark.parametrize(("family", "changing"), AGREE)
def test_momentum_forms_agree_where_docs_conventions_says_so(family, changing):
    paths = pictures.form_paths(family, *pictures.alpha_and_beta(changing, 0.3, 0.85))
    apart = {name: np.abs(path - paths["averaged"]).max() for name, path in paths.items()}
    agree = {name for name, distance in apart.items() if distance < 1e-9} - {"averaged"}
    assert agree == AGREE[family, changing]
    assert all(apart[name] > 1e-2 for name in set(apart) - agree - {"averaged"})


def form_paths(family, alpha, beta):
    """The path of each form by its name."""
    damped = lambda t: alpha(t) * (1 - beta(t))  # noqa: E731
    rules = {
        "averaged": Momentum(alpha, beta),
        "velocity": VelocityMomentum(damped, beta),
        "buffer": BufferMomentum(damped, beta),
    }
    if family == "Nesterov":
        rules = {
            "averaged": Nesterov(alpha, beta),
            "as printed": NesterovAsPrinted(alpha, beta),
            "velocity": VelocityNesterov(damped, beta),
            "rewritten": VelocityNesterov(damped, beta),  # which it is, once moved back
        }
    bowl, start = Quadratic((1.0, 8.0)), (-1.9, 0.9)
    return {name: descend(bowl, start, rule, 60).params for name, rule in rules.items()}


@pytest.mark.parametrize("family, changing", [
    ("momentum", FALLING), ("Nesterov", FALLING), ("momentum", RISING),
])  # fmt: skip
def test_momentum_forms_shows_each_path_and_its_distance_from_the_averaged(family, changing):
    axes, text = drawn("momentum_forms", family=family, changing=changing)
    alpha, beta = Constant(0.3), MomentumSchedule(0.85, every=5)
    if changing == FALLING:
        alpha, beta = LinearDecay(0.3, final=0.03, tau=20), Constant(0.85)
    paths = form_paths(family, alpha, beta)
    for name, color in legend(axes["a"]).items():
        path = paths.pop(name)
        assert_allclose(line(axes["a"], color, "None"), path, atol=1e-12)
        if name == "averaged":
            first = path
            continue
        apart = np.hypot(*(path - first).T)
        shown = np.nan_to_num(line(axes["b"], color))
        assert_allclose(shown, against_steps(apart), atol=1e-12)
        assert (
            f"{name}: {f'up to {apart.max():.2g} away' if apart.max() > 1e-9 else 'the same'}"
            in text
        )
    assert not paths
    assert_allclose(line(axes["a"], style.INK, "o"), [(-1.9, 0.9)])


def test_momentum_forms_draws_the_bowl_and_the_band_of_rounding():
    axes, _ = drawn("momentum_forms", family="momentum", changing=FALLING)
    check_contours(axes["a"], Quadratic((1.0, 8.0)), ((-2.1, 1.2), (-1.1, 1.1)), 8)
    (band,) = axes["b"].patches
    assert_allclose(
        band.get_extents().transformed(axes["b"].transData.inverted()).intervaly, [1e-18, 1e-13]
    )
    (place,) = texts(axes["b"]).values()
    assert_allclose(place, (60, 4e-15))


def test_momentum_forms_does_not_draw_a_distance_of_zero():
    axes, _ = drawn("momentum_forms", "constant α and β")
    heights = np.concatenate([each[:, 1] for each in lines(axes["b"])])
    assert np.isnan(heights).any() and not (heights == 0).any(), "where forms agree to the last bit"
