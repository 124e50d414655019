"""The claims about adaptive methods: figures against closed forms, and verdicts that can turn."""

import numpy as np
import pytest

from course_lib.datasets import LINE_NOISE
from course_lib.descent import descend
from course_lib.optimizers import AdaGrad, Adam, AMSGrad, GradientDescent, RMSProp
from course_lib.surfaces import Quadratic
from lessons.claims import adaptive_methods as claims
from lessons.experiments.scenes import line_minimum, linear_loss
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def values(measurement):
    """The figures of a measurement, in their order."""
    return [figure.value for figure in measurement.figures.values()]


def covers(figure, truth):
    """Whether a figure's interval, twice as wide, holds the true value."""
    low, high = figure.interval
    return abs(truth - (low + high) / 2) <= high - low


# --- cl-11 ---


def test_the_farther_hop_lies_anywhere_between_half_a_step_and_a_step():
    """Starts are uniform, so the place where a path of steps α first comes by is, too."""
    measurement = claims.normalised_gradients_bounce()
    at_rest, distance, cured = measurement.figures.values()
    assert (at_rest.value, cured.value) == (0, 1)
    assert covers(distance, 0.75)
    assert 0.5 < distance.interval[0] and distance.interval[1] < 1
    assert measurement.verdict == HOLDS


def test_a_large_epsilon_lets_the_path_settle():
    assert claims.normalised_gradients_bounce(epsilon=2.0).verdict == FAILS


# --- cl-12 ---


@pytest.mark.parametrize(
    ("beta", "gamma", "verdict"),
    [(0.9, 0.999, HOLDS), (0.9, 0.9, HOLDS), (0.0, 0.999, HOLDS), (0.9, 0.99, FAILS)],
)
def test_uncorrected_averages_and_the_first_step(beta, gamma, verdict):
    measurement = claims.uncorrected_first_steps_are_unrealistic(beta=beta, gamma=gamma, steps=50)
    m, root_v, first, longest, *corrected = values(measurement)
    assert (m, root_v) == pytest.approx((1 - beta, (1 - gamma) ** 0.5))
    t = np.arange(1, 51)
    lengths = (1 - beta**t) / np.sqrt(1 - gamma**t)
    assert (first, longest) == pytest.approx((lengths[0], lengths.max()), rel=1e-6)
    assert corrected == pytest.approx([1, 1])
    assert measurement.verdict == verdict


@pytest.mark.parametrize(("gamma", "words"), [(0.999, "too long"), (0.9, "too short")])
def test_the_reason_says_in_which_direction(gamma, words):
    assert words in claims.uncorrected_first_steps_are_unrealistic(gamma=gamma).why


# --- cl-13 ---


def test_what_is_left_of_adam_is_the_sign():
    measurement = claims.sgd_is_adam_without_memory()
    sgd, signs, flooded = values(measurement)
    assert measurement.verdict == FAILS
    assert sgd > 1 and signs == 0 and flooded < 0.01


def test_the_verdict_turns_if_it_were_sgd(monkeypatch):
    monkeypatch.setattr(claims, "Adam", lambda rate, **others: GradientDescent(0.02))
    assert claims.sgd_is_adam_without_memory().verdict == HOLDS


# --- cl-14 ---


def test_the_counter_example_and_its_condition():
    measurement = claims.adam_fails_where_amsgrad_converges()
    assert values(measurement) == [0, 1, 1]
    assert measurement.verdict == HOLDS
    assert claims.adam_fails_where_amsgrad_converges(gamma=0.999).verdict == FAILS


def test_the_verdict_turns_if_amsgrad_forgets(monkeypatch):
    monkeypatch.setattr(claims, "AMSGrad", Adam)
    assert claims.adam_fails_where_amsgrad_converges().verdict == FAILS


def test_within_is_the_published_projection():
    """Theorem 1 of Reddi et al.: the same walk with each step written out."""
    rule, phi = claims._Within(AMSGrad(0.5, beta=0, gamma=0.1, epsilon=0), -1, 1), np.array([0.5])
    state, x, v, v_max = rule.init(phi), 0.5, 0.0, 0.0
    for t, slope in enumerate([3.0, -1.0, -1.0] * 5):
        phi, state = rule.step(phi, state, claims.Slopes([slope]), t)
        v = 0.1 * v + 0.9 * slope**2
        v_max = max(v_max, v)
        x = min(1.0, max(-1.0, x - 0.5 * slope / v_max**0.5))
        assert phi[0] == pytest.approx(x, rel=1e-12)


# --- cl-15 ---


def test_adagrad_stops_early_at_a_small_rate_only():
    measurement = claims.adagrad_stops_early()
    large, small, forgetful, rate_left = values(measurement)
    assert measurement.verdict == CONDITION
    assert (large, forgetful) == (1, 1) and small < 0.2
    assert 0 < rate_left < 1


def test_adagrads_rate_levels_out_where_theory_says():
    """On a parabola λφ²/2, from D by small steps, to 4 α² / (λ D²): the way takes (D/α)² steps."""
    curvature, far, alpha = 3.0, 50.0, 1.0
    path = descend(Quadratic([curvature]), [far], AdaGrad(alpha), steps=5000)
    squares = (Quadratic([curvature]).gradient(path.params[:-1]) ** 2).sum()
    assert alpha / np.sqrt(squares) == pytest.approx(4 * alpha**2 / (curvature * far**2), rel=0.1)


@pytest.mark.parametrize(
    ("name", "other", "verdict"), [("AdaGrad", RMSProp, FAILS), ("RMSProp", AdaGrad, FAILS)]
)
def test_the_verdict_compares_adagrad_with_a_rule_that_forgets(monkeypatch, name, other, verdict):
    monkeypatch.setattr(claims, name, other)
    assert claims.adagrad_stops_early().verdict == verdict


# --- cl-16 ---


def test_the_penalty_moves_the_minimum_and_the_decay_treats_all_alike():
    """With the penalty the end is the minimum of the sum: λ / (h + λ) from the centre."""
    logarithms = np.random.default_rng(0).uniform(*np.log((0.5, 20)), size=(20, 10))
    curvatures = np.exp([logarithms.min(axis=1), logarithms.max(axis=1)])
    measurement = claims.adamw_is_not_adam_with_l2(decay=0.1)
    flattest, steepest, *decoupled = values(measurement)
    assert (flattest, steepest) == pytest.approx((0.1 / (curvatures + 0.1)).mean(axis=1), rel=0.02)
    assert decoupled[0] == pytest.approx(decoupled[1], rel=1e-4)
    assert measurement.verdict == HOLDS


def test_without_decay_they_are_one():
    assert claims.adamw_is_not_adam_with_l2(decay=0.0).verdict == FAILS


# --- cl-17 ---


def test_the_powers_of_gradient_descent_are_those_of_its_closed_form():
    """On the bowl each coordinate shrinks by 1 - αλ a step."""
    (bowl, start), *_ = claims._three_losses(np.random.default_rng(0))
    curvatures = np.array(bowl.eigenvalues)
    with np.errstate(over="ignore"):
        shrink = (1 - claims.RATES[:, None] * curvatures) ** np.array([500, 600])[:, None, None]
    weights = curvatures * np.square(start)
    left = (shrink * weights).sum(axis=-1) / weights.sum()
    found = claims._powers_of_ten(bowl, start)
    assert found[0] == pytest.approx((left < 0.01).all(axis=0).sum() / 10)


def test_adam_bears_more_rates_than_gradient_descent_and_not_always_more_than_momentum():
    measurement = claims.adam_is_insensitive_to_its_rate()
    descent, momentum, _, adam = np.reshape(values(measurement), (3, 4)).T
    assert measurement.verdict == CONDITION
    assert (adam >= 2 * descent).all() and not (adam >= momentum + 1).all()


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ((GradientDescent, GradientDescent, RMSProp, Adam), HOLDS),
        ((Adam, Adam, RMSProp, GradientDescent), FAILS),
    ],
)
def test_the_verdict_compares_adam_with_the_others(monkeypatch, rules, verdict):
    monkeypatch.setattr(claims, "RIVALS", rules)
    assert claims.adam_is_insensitive_to_its_rate().verdict == verdict


# --- cl-34 ---


def test_the_first_step_of_each():
    """Adam's is α along both axes, warm-up's nothing, RAdam's α times the slope of one example."""
    measurement = claims.first_steps_are_tamed(steps=1)
    adam, warm_up, radam = list(measurement.figures.values())[:3]
    assert adam.value == pytest.approx(2, rel=1e-4) and warm_up.value == 0
    loss = linear_loss(LINE_NOISE, 0)
    slopes = loss.per_example_gradients(line_minimum(loss))
    assert covers(radam, (slopes**2).sum(axis=-1).mean())


def test_radam_tames_small_slopes_only():
    measurement = claims.first_steps_are_tamed()
    little, warm_little, radam_little, much, warm_much, radam_much = values(measurement)
    assert measurement.verdict == CONDITION
    assert max(warm_little, radam_little) < little / 2 and warm_much < much / 2
    assert radam_much > much


@pytest.mark.parametrize(("early", "verdict"), [(("warm-up",) * 2, HOLDS), (("Adam",) * 2, FAILS)])
def test_the_verdict_compares_with_adam(monkeypatch, early, verdict):
    others = {name: claims.EARLY[rule] for name, rule in zip(("warm-up", "RAdam"), early)}
    monkeypatch.setattr(claims, "EARLY", {**claims.EARLY, **others})
    assert claims.first_steps_are_tamed().verdict == verdict
