"""What the pictures of notebook 07 show, and what it says of them."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.descent import descend
from course_lib.optimizers import Adam, GradientDescent, RAdam, RMSPropNesterov
from course_lib.schedules import WarmUp
from course_lib.surfaces import Quadratic, Rosenbrock, badly_scaled_bowl
from lessons.demos import adaptive_methods as pictures
from lessons.experiments.adaptive_methods import RACES
from lessons.stage import style
from lessons.stage.style import number, told

from .shown import check_trail, dots, drawn, legend, line, lines, outlines, segments, shows

BOWL, BOUNDS = badly_scaled_bowl(), ((-9.0, 3.0), (-1.9, 1.9))


def against_steps(values, first=0):
    return np.column_stack([np.arange(first, first + len(values)), values])


def adam(gradient, start, rate, beta, gamma, epsilon, steps, corrected=True):
    """Adam's path; with β = γ = 0 that of normalised gradients, uncorrected and β = 0 RMSProp's.

    With it what each average m̂ was multiplied by, (steps, P).
    """
    phi, m, v = np.array(start, float), 0.0, 0.0
    path, rates = [phi], []
    for t in range(1, steps + 1):
        g = gradient(phi)
        m, v = beta * m + (1 - beta) * g, gamma * v + (1 - gamma) * g**2
        m_hat, v_hat = (m / (1 - beta**t), v / (1 - gamma**t)) if corrected else (m, v)
        rates.append(rate / (np.sqrt(v_hat) + epsilon))
        phi = phi - rates[-1] * m_hat
        path.append(phi)
    return np.array(path), np.array(rates)


def check_bowl(ax, bowl=BOWL):
    """A map of a bowl, as far as its limits, and a cross on its minimum."""
    assert shows(ax, bowl, BOUNDS, levels=8)
    assert_allclose([ax.get_xlim(), ax.get_ylim()], BOUNDS)
    assert_allclose(line(ax, style.INK, "+"), [[0, 0]])


# --- figure 6.9 ---


def test_fig_6_9_shows_four_rules_on_one_bowl():
    start, steps = (-6.0, 0.7), 12
    settings = {"low_rate": 0.04, "high_rate": 0.12, "step_size": 0.4, "epsilon": 0.1}
    axes, text = drawn(
        "fig_6_9", start0=-6.0, start1=0.7, steps=12, beta=0.7, gamma=0.95, **settings
    )
    falling = np.arange(steps + 1)[:, None]
    paths = {
        "a": start * (1 - 0.04 * np.array(BOWL.eigenvalues)) ** falling,
        "b": start * (1 - 0.12 * np.array(BOWL.eigenvalues)) ** falling,
        "c": adam(BOWL.gradient, start, 0.4, 0.0, 0.0, 0.1, steps)[0],
        "d": adam(BOWL.gradient, start, 0.4, 0.7, 0.95, 0.1, steps)[0],
    }
    for panel, path in paths.items():
        color = legend(axes["e"])[panel]
        check_trail(axes[panel], path, color)
        assert_allclose(line(axes["e"], color), against_steps(BOWL(path)))
        check_bowl(axes[panel])
    for name, panel in (("a low rate", "a"), ("b high rate", "b"), ("d Adam", "d")):
        assert f"{name} {number(BOWL(paths[panel][-1]))}" in text


# --- normalised gradients bounce ---


def bounced(rate, start, epsilon, k):
    """φ after each of 120 steps at the rate α / (1 + k t), on φ²/2."""
    phi = [np.full_like(rate, start)]
    for t in range(120):
        phi.append(phi[-1] - rate / (1 + k * t) * phi[-1] / (np.abs(phi[-1]) + epsilon))
    return np.array(phi)


RATES = np.geomspace(0.01, 2, 200)


@pytest.mark.parametrize("schedule, k", [("constant", 0.0), ("falls as 1/(1 + 0.1 t)", 0.1)])
def test_bounce_shows_phi_after_each_step_and_where_each_rate_ends(schedule, k):
    settings = {"schedule": schedule, "epsilon": 0.01, "start": 4.15}
    axes, text = drawn("bounce", **settings, learning_rate=0.7)
    phi = bounced(0.7, 4.15, 0.01, k)
    assert_allclose(line(axes["a"], style.PATH, "o"), against_steps(phi))
    assert_allclose(line(axes["a"], style.MUTED)[:, 1], 0)
    ends = np.abs(bounced(RATES, 4.15, 0.01, k)[-2:]).max(axis=0)
    shown = line(axes["b"], style.SECOND, ".")
    assert_allclose(shown, np.column_stack([RATES, np.maximum(ends, 1e-5)]))
    end = np.abs(phi[-2:]).max()
    assert_allclose(line(axes["b"], style.PATH, "o"), [[0.7, max(end, 1e-5)]])
    assert f"last two steps: {told(end)}; length of the first step {phi[0] - phi[1]:.3g}" in text


def test_bounce_draws_the_rate_and_half_of_it():
    axes, _ = drawn("bounce", "constant")
    guides = {"α": (style.MUTED, 1), "α / 2": (style.INK, 2)}
    assert legend(axes["b"]) == {name: color for name, (color, _) in guides.items()}
    for color, part in guides.values():
        assert_allclose(line(axes["b"], color), np.column_stack([RATES, RATES / part]))


def bounced_to(epsilon):
    """How far from the minimum each of the rates ends: the farther of its last two points."""
    paths = pictures.bounced(RATES, 4.2, epsilon, "constant")
    return np.abs(paths.params[-2:, :, 0]).max(axis=0)


def test_bounce_ends_between_half_of_the_rate_and_the_rate():
    ends = bounced_to(epsilon=1e-8) / RATES
    assert_array_equal((0.5 < ends) & (ends < 1), RATES >= 0.035)


def test_bounce_settles_at_rates_below_twice_a_large_epsilon():
    """A rate above 2ε hops between ±(α/2 - ε)."""
    ends = bounced_to(epsilon=0.32)
    fast = RATES > 0.64
    assert_allclose(ends[fast], RATES[fast] / 2 - 0.32, rtol=0.02)
    assert ends[(RATES > 0.07) & (RATES < 0.6)].max() < 2e-6 < ends[RATES < 0.07].min()
    assert ends[~fast & (RATES > 0.6)].max() < 1e-3


# --- clipping ---


def test_clipping_shows_the_first_step_as_it_is_and_clipped_in_units_of_the_limit():
    axes, text = drawn("clipping", start0=-1.2, start1=0.5, limit=200.0)
    gradient = Rosenbrock().gradient(np.array([-1.2, 0.5]))
    assert abs(gradient[0]) > 200.0 > abs(gradient[1]), "one entry is clipped, one is not"
    tips = {
        "not clipped": -gradient / 200.0,
        "by norm": -gradient / np.linalg.norm(gradient),
        "by value": np.clip(-gradient / 200.0, -1, 1),
    }
    for name, tip in tips.items():
        color = legend(axes["a"])[name]
        assert_allclose(line(axes["a"], color, "None"), [[0, 0], tip])
        assert_allclose(line(axes["a"], color, "o"), [tip])
    circle, square = lines(axes["a"], style.MUTED)
    angle = np.linspace(0, 2 * np.pi, 121)
    assert_allclose(circle, np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-15)
    assert_allclose(np.abs(square), 1)
    assert_allclose(square[0], square[-1])
    assert len(np.unique(square, axis=0)) == 4 and (np.diff(square, axis=0) == 0).any(axis=1).all()
    assert f"first gradient is {number(np.linalg.norm(gradient))} long, the limit is 200" in text


@pytest.mark.parametrize("rate", [0.0002, 0.005])
def test_clipping_shows_gradient_descent_with_and_without_it(rate):
    axes, text = drawn("clipping", start0=-1.2, start1=0.5, learning_rate=rate)
    loss, start = Rosenbrock(), np.array([-1.2, 0.5])
    assert shows(axes["b"], loss, ((-2.2, 2.2), (-1.5, 3.5)), levels=18)
    assert_allclose(line(axes["b"], style.INK, "+"), [[1, 1]])
    path = [start]
    for _ in range(100):
        g = loss.gradient(path[-1])
        path.append(path[-1] - rate * g * min(1, 20 / np.linalg.norm(g)))
    free = descend(loss, start, GradientDescent(rate), 100)
    assert free.diverged == (rate > 0.001)
    colors = legend(axes["a"])
    check_trail(axes["b"], np.clip(free.params, -50, 50), colors["not clipped"])
    check_trail(axes["b"], np.array(path), colors["by norm"])
    assert f"steps: {loss(path[-1]):.3g} clipped, {told(free.final_loss)} not clipped" in text


# --- the rate of each parameter ---


@pytest.mark.parametrize("rule, patience", [("AdaGrad", 1), ("RMSProp", 1), ("Adam", 19)])
def test_rate_of_each_shows_a_path_and_its_rates_beside_those_that_are_unstable(rule, patience):
    given = {"learning_rate": 0.4, "gamma": 0.8, "curvature": 6.0}
    axes, text = drawn("rate_of_each", rule=rule, **given)
    bowl, start = Quadratic((0.5, 6.0)), (-7.8, 1.3)
    if rule == "AdaGrad":
        path = descend(bowl, start, pictures.AdaGrad(0.4), 160).params
        rates = 0.4 / np.sqrt((bowl.gradient(path[:-1]) ** 2).cumsum(axis=0))
    else:
        beta = 0.9 if rule == "Adam" else 0.0
        path, rates = adam(bowl.gradient, start, 0.4, beta, 0.8, 1e-8, 160, rule == "Adam")
    check_bowl(axes["a"], bowl)
    check_trail(axes["a"], path, style.PATH)
    colors = legend(axes["b"])
    for axis, (label, curvature) in enumerate(
        {"along φ₀ (flat)": 0.5, "along φ₁ (steep)": 6}.items()
    ):
        limit, shown = lines(axes["b"], colors[label])
        assert_allclose(limit[:, 1], patience * 2 / curvature)
        assert_allclose(shown, against_steps(rates[:, axis]), rtol=1e-3)
    assert (
        "{:.2g} and {:.2g} at first, {:.2g} and {:.2g} at last".format(*rates[0], *rates[-1])
        in text
    )


def steps_to_the_lines(gamma, steps):
    """Steps until Adam's rates are 0.8 of those at which it is unstable, for each axis."""
    rule = pictures.rules_with_rates(0.5, gamma)["Adam"]
    _, rates = pictures.effective_rates(BOWL, (-7.8, 1.3), rule, steps)
    near = rates > 0.8 * 19 * 2 / np.array(BOWL.eigenvalues)
    assert near.any(axis=0).all()
    return near.argmax(axis=0)


def test_with_its_usual_gamma_adam_reaches_the_lines_long_after_the_picture_ends():
    short, usual = steps_to_the_lines(0.9, 160), steps_to_the_lines(0.999, 9000)
    assert usual.min() > pictures.RATE_STEPS == 160
    assert (25 < usual / short).all() and (usual / short < 50).all()


# --- bias correction ---


@pytest.mark.parametrize("beta, gamma", [(0.9, 0.999), (0.7, 0.98)])
def test_bias_correction_shows_the_length_of_each_step_and_both_paths(beta, gamma):
    axes, text = drawn("bias_correction", beta=beta, one_minus_gamma=1 - gamma)
    check_bowl(axes["b"])
    colors = legend(axes["a"])
    for label, corrected in (("with correction", True), ("without correction", False)):
        down, _ = adam(lambda phi: 1.0, 0.0, 1.0, beta, gamma, 1e-8, 200, corrected)
        lengths = -np.diff(down)
        assert_allclose(line(axes["a"], colors[label], "o"), against_steps(lengths, first=1))
        path, _ = adam(BOWL.gradient, (-7.8, 1.3), 0.5, beta, gamma, 1e-8, 12, corrected)
        check_trail(axes["b"], path, colors[label])
    assert f"the longest {lengths.max():.3g} α (step {lengths.argmax() + 1})" in text


def test_the_typical_values_of_adam_are_its_defaults():
    rule = Adam()
    assert (rule.beta, rule.gamma, rule.epsilon) == (0.9, 0.999, 1e-8)


# --- the race ---


def tuned(race, rule):
    """Of 71 rates the one whose loss is lowest in the mean of its logarithm, and never rises."""
    rates = np.geomspace(1e-5, 100, 71)
    losses = descend(race.loss, race.start, rule(learning_rate=rates), 100).losses
    safe = (losses <= losses[0]).all(axis=0)
    return rates[safe][np.log(np.maximum(losses[:, safe], 1e-4)).mean(axis=0).argmin()]


@pytest.mark.parametrize("surface, rules, factor", [
    ("Rosenbrock", "one of each family", 1.0), ("saddle", "Adam and its kin", 1.0),
    ("badly scaled bowl", "one of each family", 3.2),
])  # fmt: skip
def test_fig_race_shows_how_far_each_rule_has_come_and_its_losses(surface, rules, factor):
    axes, text = drawn("fig_race", surface=surface, rules=rules, factor=factor, steps=35)
    race, ends = RACES[surface], {}
    low, high = np.transpose(race.bounds)
    assert shows(axes["a"], race.loss, race.bounds, levels=16)
    assert_allclose(line(axes["a"], style.INK, "o"), [race.start])
    for label, color in legend(axes["b"]).items():
        name, _, told_rate = label.partition(", α = ")
        rule = pictures.RACERS[rules][name]
        rate = factor * (0.05 if surface == "saddle" else tuned(race, rule))
        assert told_rate == f"{rate:.2g}"
        path = descend(race.loss, race.start, rule(learning_rate=rate), 35)
        (shown,), (losses,) = segments(axes["a"], color), segments(axes["b"], color)
        assert_allclose(
            shown, np.clip(path.params, low - 3 * (high - low), high + 3 * (high - low))
        )
        assert_allclose(losses, against_steps(path.losses))
        assert_allclose(dots(axes["a"], color), shown[-1:])
        assert_allclose(dots(axes["b"], color), [(35, path.losses[-1])])
        ends[name] = path.losses[-1]
    assert list(ends) == list(pictures.RACERS[rules])
    ranked = sorted(ends, key=ends.get)
    assert text == "after 35 steps: " + ", ".join(f"{name} {told(ends[name])}" for name in ranked)


RULES = {rule for racers in pictures.RACERS.values() for rule in racers.values()}


def losses_of_all(surface, factor=1.0):
    """The loss of every rule of the race after 60 steps, lowest first."""
    ends = {rule: pictures.raced(surface, rule, factor).losses[:61][-1] for rule in RULES}
    return dict(sorted(ends.items(), key=lambda item: item[1]))


def test_only_rmsprop_with_nesterov_comes_near_momentum_in_rosenbrocks_valley():
    first, second, third, fourth, *_ = losses_of_all("Rosenbrock").items()
    assert {first[0].__name__, second[0].__name__} == {"Nesterov", "Momentum"}
    assert third == (RMSPropNesterov, pytest.approx(0.58, abs=0.005))
    assert fourth[1] > 3 * third[1]


def test_no_rule_wins_every_race():
    assert len({next(iter(losses_of_all(surface))) for surface in RACES}) > 2


@pytest.mark.parametrize("surface", [name for name, race in RACES.items() if not race.rate])
def test_radam_comes_last_of_adams_kin_where_rates_are_tuned(surface):
    kin = pictures.RACERS["Adam and its kin"].values()
    assert [rule for rule in losses_of_all(surface) if rule in kin][-1] is RAdam


def test_on_the_bowl_adagrad_gains_by_three_times_its_best_rate():
    once, thrice = (losses_of_all("badly scaled bowl", factor) for factor in (1.0, 3.2))
    gained = {rule.__name__: thrice[rule] / once[rule] for rule in RULES}
    assert gained["AdaGrad"] < 1e-9
    assert 0.1 < gained["Momentum"] < 10 and 0.1 < gained["Adam"] < 10
    assert gained["RMSProp"] > 100 and min(gained["GradientDescent"], gained["Nesterov"]) > 1e9


# --- the first steps ---


def wandered(rule, noise):
    """φ of 200 seeds from the minimum of φ²/2 on, (61, 200), with noise in every slope."""
    phi = np.zeros((200, 1))
    path, state = [phi], rule.init(phi)
    for t, here in enumerate(noise * np.random.default_rng(0).normal(size=(60, 200, 1))):
        slope = SimpleNamespace(gradient=lambda phi, here=here: phi + here)
        phi, state = rule.step(phi, state, slope, t)
        path.append(phi)
    return np.array(path)[..., 0]


def test_first_steps_shows_the_spread_of_the_steps_and_how_far_they_lead():
    axes, text = drawn("first_steps", learning_rate=0.2, noise=0.5, warm_up=10)
    rules = {"Adam": Adam(0.2), "Adam, warm-up": Adam(WarmUp(10, 0.2)), "RAdam": RAdam(0.2)}
    far = []
    for name, rule in rules.items():
        phi, color = wandered(rule, 0.5), legend(axes["b"])[name]
        first = 1 if "warm" in name else 0  # a step of no length is not drawn
        lengths = np.abs(np.diff(phi, axis=0))[first:] / 0.2
        low, middle, high = np.percentile(lengths, (10, 50, 90), axis=1)
        assert_allclose(line(axes["a"], color)[first:], against_steps(middle, first + 1))
        (corners,) = outlines(axes["a"], color)
        for step, ends in enumerate(zip(low, high), first + 1):
            heights = corners[corners[:, 0] == step, 1]
            assert_allclose([heights.min(), heights.max()], ends)
        distance = np.sqrt((phi[1:] ** 2).mean(axis=1)) / 0.2
        assert_allclose(line(axes["b"], color)[first:], against_steps(distance, 1)[first:])
        far.append(f"{distance[:10].max():.2g} α")
    assert text.endswith("Adam {}, warm-up {}, RAdam {}".format(*far))


@pytest.mark.parametrize("noise", [0.1, 10.0])
def test_first_steps_of_adam_are_alpha_and_later_ones_about_a_seventh(noise):
    lengths = np.abs(np.diff(pictures.wandering("Adam", 0.1, 0, noise), axis=0)) / 0.1
    np.testing.assert_allclose(lengths[0], 1, rtol=1e-3)
    assert 1 / 8 < np.median(lengths[20:]) < 1 / 6


@pytest.mark.parametrize("noise", [0.1, 10.0])
def test_first_steps_are_changed_by_warm_up_and_wanders_as_far_in_the_end(noise):
    adam, warm_up = (
        np.sqrt((pictures.wandering(rule, 0.1, steps, noise) ** 2).mean(axis=1))
        for rule, steps in (("Adam", 0), ("warm-up", 20))
    )
    assert warm_up[5] < adam[5] / 3
    assert warm_up[-1] == pytest.approx(adam[-1], rel=0.15)
