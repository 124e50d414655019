"""The claims about momentum: their figures against closed forms, and verdicts that can turn."""

import numpy as np
import pytest

from course_lib.optimizers import BufferMomentum, GradientDescent
from lessons.claims import momentum as claims
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def values(measurement):
    """The figures of a measurement, in their order."""
    return [figure.value for figure in measurement.figures.values()]


# --- cl-8 ---


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_after_some_steps_the_step_is_a_geometric_sum(beta):
    """Σ βᵏ = (1 - βᵀ) / (1 - β) in velocity form, 1 - βᵀ in the averaged form."""
    found = values(claims.agreeing_gradients_lengthen_the_step(beta=beta, steps=300))
    whole = 1 - beta**300
    np.testing.assert_allclose(found, [1 / (1 - beta), whole / (1 - beta), whole], rtol=1e-9)


@pytest.mark.parametrize(
    ("settings", "verdict"), [({}, CONDITION), ({"beta": 0.0}, HOLDS), ({"steps": 5}, FAILS)]
)
def test_only_the_velocity_form_reaches_the_factor(settings, verdict):
    """Without momentum the factor is 1 in both forms; after five steps no form is there yet."""
    assert claims.agreeing_gradients_lengthen_the_step(**settings).verdict == verdict


# --- cl-9 ---


def test_the_weights_are_a_geometric_sequence():
    digits, *weights = values(claims.momentum_is_a_weighted_sum(beta=0.8, steps=30))
    assert digits == 9
    assert weights == pytest.approx([1 - 0.8**30, 0.2, 0.2 * 0.8**29], rel=1e-12)


def test_after_few_steps_the_sum_is_not_infinite():
    assert claims.momentum_is_a_weighted_sum().verdict == HOLDS
    assert claims.momentum_is_a_weighted_sum(steps=5).verdict == CONDITION


def test_another_form_of_momentum_is_another_sum(monkeypatch):
    monkeypatch.setattr(claims, "Momentum", BufferMomentum)
    measurement = claims.momentum_is_a_weighted_sum()
    assert measurement.verdict == FAILS
    assert values(measurement)[0] == 0


# --- cl-10 ---


def test_power_of_a_power():
    t = np.arange(1, 101)
    excess = np.stack([5.0 * t**-2.0, 0.1 * t**-0.5], axis=1)
    excess[:9] = 7.0  # before the last tenfold growth
    np.testing.assert_allclose(claims._late_power(t, excess), [-2, -0.5], rtol=1e-9)


def test_gradient_descent_on_the_crowded_bowls_is_its_closed_form():
    """Each coordinate shrinks by 1 - λ a step."""
    bowls, starts = claims._crowded_bowls(20, 100, seed=0)
    curvatures, t = bowls.curvatures, np.arange(0, 1001, 50)
    shrunk = (1 - curvatures) ** (2 * t[:, None, None])
    losses = (curvatures * starts**2 / 2 * shrunk).sum(axis=-1)
    found = values(claims.nesterov_improves_convex_rates(runs=20))
    assert found[0] == pytest.approx(claims._late_power(t, losses).mean(), rel=1e-6)
    assert found[0] == pytest.approx(-1, abs=0.1)


def test_only_a_rising_share_improves_the_power_and_nothing_does_with_noise():
    measurement = claims.nesterov_improves_convex_rates()
    _, constant, rising, sgd, nesterov = values(measurement)
    assert measurement.verdict == CONDITION
    assert constant == pytest.approx(-1, abs=0.1)
    assert rising == pytest.approx(-2, abs=0.2)
    assert sgd == pytest.approx(-1, abs=0.2) and nesterov == pytest.approx(sgd, abs=0.1)


def test_gradient_descent_in_its_place_improves_nothing(monkeypatch):
    monkeypatch.setattr(claims, "VelocityNesterov", lambda rate, beta: GradientDescent(rate))
    assert claims.nesterov_improves_convex_rates(runs=20).verdict == FAILS


# --- cl-55 ---


def test_the_steps_of_gradient_descent_are_those_of_its_closed_form():
    """On a bowl each coordinate shrinks by 1 - αλ: the best of the rates, from the same draw."""
    found = claims.steps_in_valleys((10,), 3, 200, np.random.default_rng(4))[0, 0]
    rng = np.random.default_rng(4)
    powers = np.column_stack([np.zeros(3), rng.uniform(0, 1, (3, 3)), np.ones(3)])
    curvatures, start = 10.0**powers, rng.normal(size=(3, 5))
    for lam, phi, steps in zip(curvatures, start, found, strict=True):
        t, rates = np.arange(201)[:, None, None], np.geomspace(0.1, 40, 20)[:, None] / 10
        with np.errstate(over="ignore"):
            loss = (lam * (phi * (1 - rates * lam) ** t) ** 2).sum(axis=-1)
        far = ~(loss <= 1e-6 * loss[0])
        assert steps == min(f.nonzero()[0].max() + 1 for f in far.T)


@pytest.mark.parametrize(
    ("conditionings", "verdict"), [((10,), FAILS), ((100,), HOLDS), ((10, 1000), CONDITION)]
)
def test_momentum_pays_where_the_valley_is_long(conditionings, verdict):
    assert claims.momentum_is_almost_always_faster(conditionings=conditionings).verdict == verdict
