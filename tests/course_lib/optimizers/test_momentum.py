"""Momentum and Nesterov momentum: which of their forms are one rule, and which are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import (
    BufferMomentum,
    GradientDescent,
    Momentum,
    Nesterov,
    NesterovAsPrinted,
    RewrittenNesterov,
    VelocityMomentum,
    VelocityNesterov,
)
from course_lib.surfaces import Quadratic, Slopes

GABOR = LeastSquares(Gabor(), *gabor_data())
START = np.array([1.0, 12.0])
rate = st.floats(0.001, 0.05)
share = st.floats(0, 0.95)


class Asked:
    """A loss that keeps a list of the points at which it was asked for a gradient."""

    def __init__(self, loss):
        self.loss, self.points = loss, []

    def __call__(self, phi):
        return self.loss(phi)

    def gradient(self, phi):
        self.points.append(phi)
        return self.loss.gradient(phi)


def path(rule, steps=100, loss=GABOR, start=START):
    return descend(loss, start, rule, steps).params


def assert_same(first, second, **options):
    np.testing.assert_allclose(path(first, **options), path(second, **options), rtol=1e-10)


def assert_differ(first, second, **options):
    assert np.abs(path(first, **options) - path(second, **options)).max() > 1e-3


def fading(t):
    """A schedule of rates."""
    return 0.02 / (1 + 0.1 * t)


def rising(t):
    """A schedule of shares."""
    return 0.9 - 0.5 / (1 + t)


# --- first steps, by hand: L = φ², so g = 2φ, from φ = 8 with α = 1/4 and β = 1/2 ---


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Momentum, [8, 6, 3.5]),  # m = 8, then 4 + 6
        (VelocityMomentum, [8, 4, 0]),  # v = -4, then -2 - 2
        (BufferMomentum, [8, 4, 0]),  # b = 16, then 8 + 8
        (Nesterov, [8, 6, 3.75]),  # looks at 5: m = 4 + 5
        (NesterovAsPrinted, [8, 6, 4]),  # looks at 4: m = 4 + 4
        (VelocityNesterov, [8, 4, 1]),  # looks at 2: v = -2 - 1
        (RewrittenNesterov, [8, 2, -0.5]),  # 4 + ½(-4), then 1 + ½(-3)
    ],
)
def test_first_steps_by_hand(rule, expected):
    steps = path(rule(learning_rate=0.25, beta=0.5), 2, Quadratic([2.0]), [8.0])
    assert steps.ravel().tolist() == expected


# --- momentum ---


@pytest.mark.parametrize(
    "rule",
    [Momentum, VelocityMomentum, BufferMomentum, Nesterov, VelocityNesterov, RewrittenNesterov],
)
def test_without_momentum_they_are_gradient_descent(rule):
    np.testing.assert_array_equal(path(rule(0.02, beta=0)), path(GradientDescent(0.02)))


def test_m_is_a_weighted_sum_of_all_gradients():
    """Problem 6.10, claim cl-9: the gradient of k steps ago has the weight (1-β) βᵏ."""
    beta, steps = 0.8, 30
    loss, rule = Asked(GABOR), Momentum(0.02, beta)
    phi, m = START, rule.init(START)
    for t in range(steps):
        phi, m = rule.step(phi, m, loss, t)
    gradients = GABOR.gradient(np.array(loss.points))
    weights = (1 - beta) * beta ** np.arange(steps)[::-1]
    np.testing.assert_allclose(m, weights @ gradients, rtol=1e-12)


@given(rate, share)
def test_the_averaged_form_is_the_velocity_form_at_a_smaller_rate(alpha, beta):
    assert_same(Momentum(alpha, beta), VelocityMomentum(alpha * (1 - beta), beta), steps=40)


@given(rate, share)
def test_the_averaged_form_is_the_buffer_form_at_a_smaller_rate(alpha, beta):
    assert_same(Momentum(alpha, beta), BufferMomentum(alpha * (1 - beta), beta), steps=40)


def test_at_the_same_rate_the_averaged_and_the_velocity_form_differ():
    assert_differ(Momentum(0.02, 0.5), VelocityMomentum(0.02, 0.5))


@given(rate, share)
def test_velocity_and_buffer_are_one_rule_at_a_constant_rate(alpha, beta):
    assert_same(VelocityMomentum(alpha, beta), BufferMomentum(alpha, beta), steps=40)


def test_velocity_and_buffer_stay_one_rule_while_only_beta_changes():
    assert_same(VelocityMomentum(0.01, rising), BufferMomentum(0.01, rising))


def test_velocity_and_buffer_differ_under_a_schedule_of_rates():
    assert_differ(VelocityMomentum(fading, 0.5), BufferMomentum(fading, 0.5))


def test_averaged_and_buffer_agree_under_a_schedule_of_rates():
    """Both keep the rate outside the sum."""
    assert_same(Momentum(fading, 0.5), BufferMomentum(lambda t: 0.5 * fading(t), 0.5))


def test_averaged_and_buffer_differ_under_a_schedule_of_beta():
    """The averaged form weighs each gradient by its own 1-β."""
    assert_differ(Momentum(0.02, rising), BufferMomentum(lambda t: 0.02 * (1 - rising(t)), rising))


def test_dampening_by_beta_is_not_the_averaged_form():
    """torch's first b is undamped: it exceeds m by β g, and what is left of that fades as βᵗ."""
    beta, slope = 0.5, 3.0
    averaged, damped = Momentum(0.1, beta), BufferMomentum(0.1, beta, dampening=beta)
    phi = np.array([1.0])
    m, b = averaged.init(phi), damped.init(phi)
    for t in range(10):
        _, m = averaged.step(phi, m, Slopes([slope]), t)
        _, b = damped.step(phi, b, Slopes([slope]), t)
        assert b - m == pytest.approx(beta ** (t + 1) * slope)
    assert_differ(Momentum(0.02, 0.5), BufferMomentum(0.02, 0.5, dampening=0.5))


@pytest.mark.parametrize(
    ("rule", "longest"), [(Momentum, 1), (VelocityMomentum, 10), (BufferMomentum, 10)]
)
def test_down_a_steady_slope_only_two_forms_speed_up(rule, longest):
    """Claim cl-8: steps grow by 1/(1-β) in velocity form, and not at all in averaged form."""
    steps = -np.diff(path(rule(0.1, beta=0.9), 300, Slopes([2.0]), [0.0]).ravel())
    assert steps[-1] == pytest.approx(longest * 0.1 * 2.0)


def test_the_best_pair_on_a_bowl_is_as_fast_as_theory_says():
    """α = (2 / (√λ₁ + √λ₂))² and β = ((√λ₂ - √λ₁) / (√λ₂ + √λ₁))² shrink a step by √β."""
    smallest, largest = 1.0, 100.0
    alpha = (2 / (np.sqrt(smallest) + np.sqrt(largest))) ** 2
    beta = ((np.sqrt(largest) - np.sqrt(smallest)) / (np.sqrt(largest) + np.sqrt(smallest))) ** 2
    bowl = Quadratic((smallest, largest))
    betas = np.array([beta, 0.8 * beta, min(1.2 * beta, 0.99)])
    distances = np.linalg.norm(
        descend(bowl, [1.0, 1.0], VelocityMomentum(alpha, betas), 120).params, axis=-1
    )
    factors = (distances[120] / distances[60]) ** (1 / 60)
    assert factors[0] == pytest.approx(np.sqrt(beta), rel=0.02)
    assert factors.argmin() == 0
    plain = GradientDescent(2 / (smallest + largest))
    assert distances[120, 0] < 1e-6 * np.linalg.norm(descend(bowl, [1.0, 1.0], plain, 120).final)


# --- Nesterov ---


def test_printed_and_corrected_look_ahead_differ_by_the_factor_beta():
    """Equation 6.12 looks ahead by α m as printed, by α β m in the errata."""
    phi, m, alpha, beta = START, np.array([3.0, -2.0]), 0.1, 0.75
    for rule, distance in ((NesterovAsPrinted, alpha * m), (Nesterov, alpha * beta * m)):
        loss = Asked(GABOR)
        rule(alpha, beta).step(phi, m, loss, t=1)
        np.testing.assert_array_equal(loss.points, [phi - distance])


def test_printed_and_corrected_part_at_the_second_step():
    printed, corrected = path(NesterovAsPrinted(0.02)), path(Nesterov(0.02))
    np.testing.assert_array_equal(printed[:2], corrected[:2])
    assert not np.array_equal(printed[2], corrected[2])
    assert_differ(NesterovAsPrinted(0.02), Nesterov(0.02))


def test_as_printed_no_momentum_is_not_gradient_descent():
    """With β = 0 it still looks ahead, by the whole of the last step."""
    assert_differ(NesterovAsPrinted(0.02, beta=0), GradientDescent(0.02))


def test_the_corrected_look_ahead_is_where_momentum_alone_leads():
    rule, plain = Nesterov(0.1, 0.75), Momentum(0.1, 0.75)
    m, loss = np.array([3.0, -2.0]), Asked(GABOR)
    rule.step(START, m, loss, t=1)
    without_gradient, _ = plain.step(START, m, Slopes([0.0]), t=1)
    np.testing.assert_allclose(loss.points, [without_gradient], rtol=1e-15)


@given(rate, share)
def test_the_corrected_form_is_the_velocity_form_at_a_smaller_rate(alpha, beta):
    assert_same(Nesterov(alpha, beta), VelocityNesterov(alpha * (1 - beta), beta), steps=40)


def test_the_printed_form_is_not_the_velocity_form():
    assert_differ(NesterovAsPrinted(0.02, 0.5), VelocityNesterov(0.01, 0.5))


@pytest.mark.parametrize(("alpha", "beta"), [(0.01, 0.8), (fading, 0.8), (0.01, rising)])
def test_the_rewritten_form_walks_on_the_points_looked_ahead_to(alpha, beta):
    asked = Asked(GABOR)
    descend(asked, START, VelocityNesterov(alpha, beta), steps=50)
    walked = path(RewrittenNesterov(alpha, beta), steps=50)
    np.testing.assert_allclose(walked[:50], asked.points, rtol=1e-10)


def torch_nesterov(alpha, beta, steps):
    """b ← β b + g, φ ← φ - α (g + β b), as torch and optax have it."""
    phi, b, points = START, 0.0, [START]
    for t in range(steps):
        g = GABOR.gradient(phi)
        b = beta * b + g
        phi = phi - alpha(t) * (g + beta * b)
        points.append(phi)
    return points


def test_the_rewritten_form_is_that_of_torch_at_a_constant_rate():
    expected = torch_nesterov(lambda t: 0.01, 0.8, steps=100)
    np.testing.assert_allclose(path(RewrittenNesterov(0.01, 0.8)), expected, rtol=1e-10)


def test_the_rewritten_form_is_not_that_of_torch_under_a_schedule_of_rates():
    difference = path(RewrittenNesterov(fading, 0.8)) - torch_nesterov(fading, 0.8, steps=100)
    assert np.abs(difference).max() > 1e-3
