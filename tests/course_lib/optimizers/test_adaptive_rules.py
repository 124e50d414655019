"""Rules that scale each coordinate: first steps by hand, and what each is a special case of."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import (
    SWATS,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    DeltaBarDelta,
    GradientDescent,
    Momentum,
    NAdam,
    NormalizedGradient,
    RAdam,
    RMSProp,
    RMSPropNesterov,
    Yogi,
)
from course_lib.optimizers._parts import power
from course_lib.surfaces import Quadratic

GABOR = LeastSquares(Gabor(), *gabor_data())
START = np.array([1.0, 12.0])
NOISE = np.random.default_rng(0).normal(size=(60, 2))
share = st.floats(0, 0.99)


class Given:
    """A loss with the same gradient everywhere."""

    def __init__(self, gradient):
        self.value = gradient

    def gradient(self, phi):
        return np.broadcast_to(self.value, phi.shape).astype(phi.dtype)


def walk(rule, gradients, start=0.0):
    """Where a rule goes, from `start`, when shown these gradients whatever it does: (T, P)."""
    gradients = np.asarray(gradients, float)
    gradients = gradients if gradients.ndim > 1 else gradients[:, None]
    phi = np.full(gradients.shape[1], start)
    state, points = rule.init(phi), []
    for t, gradient in enumerate(gradients):
        phi, state = rule.step(phi, state, Given(gradient), t)
        points.append(phi)
    return np.array(points)


def assert_same(first, second, gradients=NOISE):
    np.testing.assert_allclose(walk(first, gradients), walk(second, gradients), rtol=1e-12)


def assert_differ(first, second, gradients=NOISE):
    assert np.abs(walk(first, gradients) - walk(second, gradients)).max() > 1e-6


# --- first steps by hand: gradients 3 and then 4, α = 1, β = 1/2, γ = 3/4, no ε ---

# After the first: m = 3/2 and v = 9/4. After the second: m = 11/4 and v = 91/16.
# Corrected they are 3 and 9, then 11/3 and 13. Centred, m is 3/4 and then 25/16.
EXACT = {"beta": 0.5, "gamma": 0.75, "epsilon": 0.0}
# With 0.96^ψ = 1/2 NAdam's μ are 3/8, 7/16 and 15/32.
HALVING = log(1 / 2) / log(0.96)
NADAMS_SECOND = 5280 / 3781 + 288 / 107


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        (NormalizedGradient(1.0, epsilon=0), 1, 1),
        (AdaGrad(1.0, epsilon=0), 1, 4 / 5),
        (AdaGrad(1.0, epsilon=0, initial_v=7), 3 / 4, 4 / sqrt(32)),
        (AdaGrad(1.0, epsilon=7, epsilon_inside=True), 3 / 4, 4 / sqrt(32)),
        (AdaGrad(1.0, epsilon=7), 3 / 10, 4 / 12),
        (RMSProp(1.0, 0.75, epsilon=0), 2, 16 / sqrt(91)),
        (RMSProp(1.0, 0.75, epsilon=0.5), 3 / 2, 4 / (sqrt(91) / 4 + 0.5)),
        (RMSProp(1.0, 0.75, epsilon=4, epsilon_inside=True), 6 / 5, 16 / sqrt(155)),
        (
            RMSProp(1.0, 0.75, epsilon=0, centered=True),
            4 / sqrt(3),
            4 / sqrt(91 / 16 - (25 / 16) ** 2),
        ),
        (RMSPropNesterov(1.0, **EXACT), 2, 1 + 16 / sqrt(91)),
        (RMSPropNesterov(1.0, 0.5, 0.75, epsilon=0.5), 3 / 2, 3 / 4 + 4 / (sqrt(91) / 4 + 0.5)),
        (AdaDelta(1.0, 0.75, epsilon=1 / 4), 3 / sqrt(10), 4 * sqrt(0.475 / (91 / 16 + 1 / 4))),
        (Adam(1.0, **EXACT), 1, 11 / 3 / sqrt(13)),
        (Adam(1.0, 0.5, 0.75, epsilon=1), 3 / 4, 11 / 3 / (sqrt(13) + 1)),
        (Adam(1.0, 0.5, 0.75, epsilon=3, epsilon_inside=True), sqrt(3) / 2, 11 / 12),
        (Adam(1.0, **EXACT, bias_correction=False), 1, 11 / sqrt(91)),
        (AMSGrad(1.0, **EXACT), 1, 11 / sqrt(91)),
        (AMSGrad(1.0, 0.5, 0.75, epsilon=1), 3 / 5, 11 / (sqrt(91) + 4)),
        (AMSGrad(1.0, **EXACT, bias_correction="after_max"), 1, 11 / 3 / sqrt(13)),
        (AMSGrad(1.0, **EXACT, bias_correction="before_max"), 1, 11 / 3 / sqrt(13)),
        (Yogi(1.0, **EXACT), 1, 11 / 3 / sqrt((9 / 4 + 4) * 16 / 7)),
        (Yogi(1.0, 0.5, 0.75, epsilon=1), 3 / 4, 11 / 3 / (10 / sqrt(7) + 1)),
        (Yogi(1.0, **EXACT, bias_correction=False), 1, 11 / 4 / sqrt(9 / 4 + 4)),
        (Yogi(1.0, **EXACT, initial_v=100, bias_correction=False), 3 / sqrt(391), 11 / sqrt(1500)),
        (NAdam(1.0, **EXACT), 1 / 3 + 1, (11 / 7 + 8 / 3) / sqrt(13)),
        (NAdam(1.0, 0.5, 0.75, epsilon=1), 1, (11 / 7 + 8 / 3) / (sqrt(13) + 1)),
        (NAdam(1.0, **EXACT, momentum_decay=HALVING), 135 / 107, NADAMS_SECOND / sqrt(13)),
        (RAdam(1.0, **EXACT), 3, 11 / 3),
        (DeltaBarDelta(1.0, increase=0.5), 3, 6),
    ],
)
def test_first_steps_by_hand(rule, first, second):
    np.testing.assert_allclose(walk(rule, [3, 4]).ravel(), [-first, -first - second], rtol=1e-14)


# --- normalised gradients ---


def test_normalised_gradients_keep_the_sign_alone():
    steps = np.diff(walk(NormalizedGradient(0.25, epsilon=0), NOISE), axis=0)
    np.testing.assert_allclose(steps, -0.25 * np.sign(NOISE[1:]), rtol=1e-12)


def test_normalised_gradients_bounce_around_the_minimum():
    """Claim cl-11."""
    path = descend(Quadratic((0.5, 20.0)), [1.07, 0.33], NormalizedGradient(0.1), steps=200)
    np.testing.assert_allclose(path.params[100], path.params[198], atol=1e-5)
    np.testing.assert_allclose(np.abs(np.diff(path.params[100:], axis=0)), 0.1, rtol=1e-6)


def test_epsilon_inside_the_root_is_felt_by_much_larger_gradients():
    """At a slope of 1e-4 an ε of 1e-8 takes 0.01 % off the step outside, 29 % inside."""
    for rule in (NormalizedGradient, Adam):
        outside, inside = (walk(rule(1.0, epsilon_inside=i), [1e-4]).item() for i in (False, True))
        assert outside == pytest.approx(-1 / (1 + 1e-4))
        assert inside == pytest.approx(-1 / sqrt(2))


# --- Adam ---


def test_adam_without_memory_is_the_normalised_gradient():
    """Claim cl-13: with β = γ = 0 it is not SGD."""
    memoryless = Adam(0.1, beta=0, gamma=0)
    np.testing.assert_array_equal(walk(memoryless, NOISE), walk(NormalizedGradient(0.1), NOISE))
    assert_differ(memoryless, GradientDescent(0.1))


def test_adam_squares_the_gradient_of_the_batch():
    """And not, as equation 6.18 prints it, the gradient of each example, before the sum."""
    batch = np.array([3, 11, 20])
    pulls = GABOR.per_example_gradients(START)[batch]
    path = descend(GABOR, START, Adam(0.5, gamma=0.75, bias_correction=False), 1, batches=[batch])
    length = np.abs(START - path.final)
    v, as_printed = 0.25 * pulls.sum(axis=0) ** 2, 0.25 * (pulls**2).sum(axis=0)
    m = 0.1 * pulls.sum(axis=0)
    np.testing.assert_allclose(length, 0.5 * np.abs(m) / (np.sqrt(v) + 1e-8), rtol=1e-12)
    assert (np.abs(length - 0.5 * np.abs(m) / np.sqrt(as_printed)) > 1e-2).all()


@given(share)
def test_adam_without_momentum_and_correction_is_rmsprop(gamma):
    adam = Adam(0.1, beta=0, gamma=gamma, bias_correction=False)
    np.testing.assert_array_equal(walk(adam, NOISE), walk(RMSProp(0.1, gamma), NOISE))


def test_adam_with_momentum_is_not_rmsprop():
    assert_differ(Adam(0.1, beta=0.5, bias_correction=False), RMSProp(0.1, gamma=0.999))


@given(share, share, st.floats(0.01, 100))
def test_with_correction_every_step_down_a_steady_slope_is_alpha(beta, gamma, slope):
    points = walk(Adam(0.1, beta, gamma, epsilon=0), np.full(30, slope)).ravel()
    np.testing.assert_allclose(points, -0.1 * np.arange(1, 31), rtol=1e-9)


@pytest.mark.parametrize(
    ("beta", "gamma", "factor"), [(0.9, 0.999, 3.1623), (0.9, 0.9, 0.3162), (0.0, 0.999, 31.623)]
)
def test_without_correction_the_first_step_is_unrealistic(beta, gamma, factor):
    """Claim cl-12: it is α (1-β) / √(1-γ), as often too long as too short."""
    rule = Adam(0.1, beta, gamma, epsilon=0, bias_correction=False)
    assert -walk(rule, [7.0]).item() == pytest.approx(0.1 * factor, rel=1e-4)


def test_the_correction_fades():
    """β^(t+1) and γ^(t+1) vanish: the steps of both become the same."""
    gradients = np.random.default_rng(1).normal(size=(300, 2))
    corrected, raw = (
        np.diff(walk(Adam(0.1, 0.9, 0.95, bias_correction=b), gradients), axis=0)
        for b in (True, False)
    )
    assert np.abs(corrected[0] - raw[0]).max() > 1e-2
    np.testing.assert_allclose(corrected[-1], raw[-1], rtol=1e-5)


def test_an_average_with_correction_is_a_weighted_mean():
    """m̂ is the mean of the gradients with the weights βᵏ, which sum to (1 - β^(t+1)) / (1-β)."""
    rule, beta = Adam(0.1, beta=0.8), 0.8
    phi, state = np.zeros(2), rule.init(np.zeros(2))
    for t, gradient in enumerate(NOISE):
        phi, state = rule.step(phi, state, Given(gradient), t)
        mean = np.average(NOISE[: t + 1], axis=0, weights=beta ** np.arange(t + 1)[::-1])
        np.testing.assert_allclose(state.m / (1 - beta ** (t + 1)), mean, rtol=1e-12)


# --- AdamW ---


def test_adamw_without_decay_is_adam():
    np.testing.assert_array_equal(
        walk(AdamW(0.1, weight_decay=0), NOISE, 1.0), walk(Adam(0.1), NOISE, 1.0)
    )


def test_adamw_decays_by_alpha_lambda_a_step():
    shrinking = walk(AdamW(0.1, weight_decay=0.5), np.zeros(4), start=1.0).ravel()
    np.testing.assert_allclose(shrinking, 0.95 ** np.arange(1, 5), rtol=1e-14)


class Penalised(Given):
    """A given gradient, plus that of the penalty λ/2 |φ|²."""

    def __init__(self, gradient, decay):
        super().__init__(gradient)
        self.decay = decay

    def gradient(self, phi):
        return super().gradient(phi) + self.decay * phi


def test_adamw_is_not_adam_with_an_l2_penalty():
    """Claim cl-16. With gradient descent the penalty is the decay; Adam divides it by √v̂ too."""
    phi = np.array([1.0, 1.0])
    steep_and_flat = np.array([100.0, 0.01])
    penalised = Penalised(steep_and_flat, decay=0.5)
    plain, penalty = (
        GradientDescent(0.1).step(phi, None, loss, 0)[0]
        for loss in (Given(steep_and_flat), penalised)
    )
    np.testing.assert_allclose(plain - penalty, 0.05)
    adam, adamw = Adam(0.1, beta=0, gamma=0), AdamW(0.1, beta=0, gamma=0, weight_decay=0.5)
    state = adam.init(phi)
    without = adam.step(phi, state, Given(steep_and_flat), 0)[0]
    np.testing.assert_allclose(without - adamw.step(phi, state, Given(steep_and_flat), 0)[0], 0.05)
    np.testing.assert_allclose(without - adam.step(phi, state, penalised, 0)[0], 0, atol=1e-6)


# --- AMSGrad, YOGI ---


def test_amsgrad_is_adam_while_gradients_grow():
    growing = np.arange(1.0, 40.0)
    assert_same(AMSGrad(0.1), Adam(0.1, bias_correction=False), growing)
    assert_same(AMSGrad(0.1, bias_correction="after_max"), Adam(0.1), growing)
    assert_same(AMSGrad(0.1, bias_correction="before_max"), Adam(0.1), growing)


FORMS = (None, "after_max", "before_max")


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2), (1, 2)])
def test_the_three_forms_of_amsgrad_differ(one, other):
    first, second = (AMSGrad(0.1, 0.9, 0.9, bias_correction=FORMS[i]) for i in (one, other))
    assert_differ(first, second)


def test_amsgrad_never_forgets_a_large_gradient():
    gradients = np.r_[100.0, np.ones(200)]
    short = np.diff(walk(AMSGrad(0.1, 0, 0.9, epsilon=0), gradients).ravel())
    np.testing.assert_allclose(short, -0.1 / (100 * sqrt(0.1)), rtol=1e-9)
    assert np.diff(walk(Adam(0.1, 0, 0.9, epsilon=0), gradients).ravel())[-1] == pytest.approx(-0.1)


@pytest.mark.parametrize(("rule", "converges"), [(Adam, False), (AMSGrad, True)])
def test_adam_fails_where_amsgrad_converges(rule, converges):
    """Claim cl-14: slopes C, -1, -1 in turn on [-1, 1], with β = 0 and γ = 1 / (1 + C²).

    The sum of the slopes is C - 2 > 0, so -1 is best; Adam ends at +1 (Reddi et al., theorem 1).
    """
    c = 3.0
    made = rule(lambda t: 0.5 / sqrt(t + 1), beta=0, gamma=1 / (1 + c**2), epsilon=0)
    phi = np.array([0.0])
    state = made.init(phi)
    for t in range(3000):
        phi, state = made.step(phi, state, Given(c if t % 3 == 0 else -1.0), t)
        phi = np.clip(phi, -1, 1)
    assert (phi[0] < -0.9) if converges else (phi[0] > 0.9)


def test_yogi_begins_as_adam_and_parts_where_gradients_shrink():
    """v falls by (1-γ) g² at most, Adam's by (1-γ) v."""
    adam, yogi = Adam(0.1, 0.9, 0.9, epsilon=0), Yogi(0.1, 0.9, 0.9, epsilon=0)
    assert_same(adam, yogi, [5.0])
    after, small = np.array([100.0]), 0.5
    for rule, expected in ((adam, 0.9 * 100 + 0.1 * small**2), (yogi, 100 - 0.1 * small**2)):
        state = rule.init(after)._replace(v=after)
        assert rule.step(after, state, Given(small), 5)[1].v == pytest.approx(expected)
    # Where gradients grow it is Yogi's v that grows faster: nothing is forgotten.
    for rule, expected in ((adam, 0.9 * 100 + 0.1 * 400), (yogi, 100 + 0.1 * 400)):
        state = rule.init(after)._replace(v=after)
        assert rule.step(after, state, Given(20.0), 5)[1].v == pytest.approx(expected)


def test_yogi_with_and_without_correction_differ():
    assert_differ(Yogi(0.1), Yogi(0.1, bias_correction=False))
    assert_differ(Yogi(0.1), Yogi(0.1, initial_m=1e-6, initial_v=1e-6))


# --- RAdam, NAdam ---


@pytest.mark.parametrize(("threshold", "untrusted"), [(4.0, 4), (5.0, 5)])
def test_radam_begins_with_corrected_momentum(threshold, untrusted):
    """With γ = 0.999 the first four steps do not look at v (Liu et al., section 4.2)."""
    rule, adam = RAdam(0.1, threshold=threshold), Adam(0.1)
    steps = np.diff(np.r_[np.zeros((1, 2)), walk(rule, NOISE)], axis=0)
    for t in range(10):
        weights = 0.9 ** np.arange(t + 1)[::-1]
        momentum = -0.1 * np.average(NOISE[: t + 1], axis=0, weights=weights)
        assert np.allclose(steps[t], momentum, rtol=1e-12) == (t < untrusted)
    # From there on each is Adam's, shortened.
    ratios = steps[untrusted:] / np.diff(walk(adam, NOISE), axis=0)[untrusted - 1 :]
    assert (ratios > 0).all() and (ratios < 0.3).all()
    np.testing.assert_allclose(ratios[:, 0], ratios[:, 1], rtol=1e-6)


def test_radam_becomes_adam():
    phi = np.zeros(2)
    trusted, factors = zip(*(RAdam().rectification(t, phi) for t in (10, 100, 1000, 20000)))
    assert all(trusted) and list(factors) == sorted(factors)
    assert factors[-1] == pytest.approx(1, abs=1e-6)


def test_the_rectification_is_that_of_the_paper():
    gamma, t = 0.99, 30
    rho_inf = 2 / (1 - gamma) - 1
    rho = rho_inf - 2 * 31 * gamma**31 / (1 - gamma**31)
    expected = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
    trusted, r = RAdam(gamma=gamma).rectification(t, np.zeros(2))
    assert trusted and r == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 1 / 3, 0.5, 0.6])
def test_radam_never_trusts_a_short_memory(gamma):
    """ρ stays below 2/(1-γ) - 1, so at γ ≤ 0.6 it never passes 4."""
    assert not any(RAdam(gamma=gamma).rectification(t, np.zeros(2))[0] for t in range(200))


def test_each_member_trusts_v_at_its_own_step():
    gammas, thresholds = np.array([0.5, 0.7, 0.9, 0.999]), 4.5
    rule, phi = RAdam(gamma=gammas, threshold=thresholds), np.zeros((4, 2))
    trusted = np.array([rule.rectification(t, phi)[0].ravel() for t in range(40)])
    assert trusted.argmax(axis=0).tolist() == [0, 7, 4, 4]  # ρ = 4.41 at γ = 0.7, t = 6
    assert trusted.any(axis=0).tolist() == [False, True, True, True]


def test_radams_epsilon_before_and_after_its_correction_differ():
    late, early = (
        RAdam(0.1, epsilon=1e-2, epsilon_before_correction=before) for before in (False, True)
    )
    assert_differ(late, early)
    # The earlier is the later with ε / √(1 - γ^(t+1)): at t = 9 with γ = 3/4, ε · 1.0294.
    state = late.init(np.zeros(1))._replace(m=np.array([1.0]), v=np.array([4.0]))
    grown = RAdam(0.1, gamma=0.75, epsilon=1e-2 / sqrt(1 - 0.75**10))
    small = RAdam(0.1, gamma=0.75, epsilon=1e-2, epsilon_before_correction=True)
    one, other = (rule.step(np.zeros(1), state, Given(2.0), 9)[0] for rule in (grown, small))
    np.testing.assert_allclose(one, other, rtol=1e-14)


def test_without_epsilon_both_forms_of_radam_are_one():
    assert_same(RAdam(0.1, epsilon=0), RAdam(0.1, epsilon=0, epsilon_before_correction=True))


def test_nadam_without_momentum_is_adam():
    assert_same(NAdam(0.1, beta=0), Adam(0.1, beta=0))
    assert_differ(NAdam(0.1, beta=0.5), Adam(0.1, beta=0.5))


def test_nadam_looks_one_step_ahead():
    """Its m̂ is what Adam's would be after one more gradient, if that were this one again.

    (With this step's correction for the last gradient, in place of the next step's.)
    """
    beta, t = 0.8, 4
    rule = NAdam(1.0, beta, gamma=0, epsilon=0)
    state = rule.init(np.zeros(1))._replace(m=np.array([2.0]), product=np.array([beta**t]))
    phi, _ = rule.step(np.zeros(1), state, Given(3.0), t)
    m = beta * 2.0 + (1 - beta) * 3.0
    ahead = beta * m / (1 - beta ** (t + 2)) + (1 - beta) * 3.0 / (1 - beta ** (t + 1))
    assert -phi[0] * 3.0 == pytest.approx(ahead)  # √v̂ is 3


def test_nadams_momentum_decay_lets_the_share_grow():
    """μ is β/2 at first and β in the end; the step of a steady slope is α throughout."""
    rule = NAdam(0.1, beta=0.8, gamma=0, epsilon=0, momentum_decay=0.5)
    phi, state = np.zeros(1), rule.init(np.zeros(1))
    shares = []
    for t in range(400):
        before = state.product
        phi, state = rule.step(phi, state, Given(1.0), t)
        shares.append((state.product / before).item())
    expected = [0.8 * (1 - 0.5 * 0.96 ** (0.5 * (t + 1))) for t in range(400)]
    np.testing.assert_allclose(shares, expected, rtol=1e-12)
    assert shares[0] == pytest.approx(0.4, rel=0.03) and shares[-1] == pytest.approx(0.8, rel=1e-3)
    assert_differ(NAdam(0.1), NAdam(0.1, momentum_decay=0.004))


# --- AdaGrad, RMSProp, AdaDelta ---


def test_adagrads_steps_shrink_down_a_steady_slope():
    """Claim cl-15: as α / √(t+1), whatever the slope."""
    points = walk(AdaGrad(0.1, epsilon=0), np.full(100, 5.0)).ravel()
    np.testing.assert_allclose(np.diff(points), -0.1 / np.sqrt(np.arange(2, 101)), rtol=1e-12)


def test_rmsprop_forgets_and_adagrad_does_not():
    gradients = np.r_[1000.0, np.ones(300)]
    forgetful, faithful = (
        -np.diff(walk(rule, gradients).ravel())[-1] for rule in (RMSProp(0.1), AdaGrad(0.1))
    )
    assert forgetful == pytest.approx(0.1, rel=1e-3)
    assert faithful == pytest.approx(0.1 / 1000, rel=1e-3)


def test_centred_rmsprop_divides_by_the_spread():
    """Gradients 5 ± 1: about α·5 a step where plain RMSProp has α."""
    gradients = 5 + np.tile([1.0, -1.0], 400)
    plain, centred = (
        -np.diff(walk(RMSProp(0.01, 0.99, centered=c), gradients).ravel())[-100:].mean()
        for c in (False, True)
    )
    assert plain == pytest.approx(0.01 * 5 / sqrt(26), rel=0.01)
    assert centred == pytest.approx(0.01 * 5, rel=0.05)


def test_centred_rmsprop_survives_gradients_that_are_all_alike():
    """Rounding takes v - m² below zero, where its root would be no number."""
    assert np.isfinite(walk(RMSProp(0.01, 0.5, centered=True), np.full(200, 0.1))).all()


@given(share, st.floats(0, 0.95))
def test_rmsprop_with_nesterov_but_no_momentum_is_rmsprop(gamma, rate):
    rule = RMSPropNesterov(0.1 + rate, beta=0, gamma=gamma)
    assert_same(rule, RMSProp(0.1 + rate, gamma))


def test_rmsprop_with_nesterov_looks_ahead_by_beta_u():
    """Algorithm 8.6 of Goodfellow et al., line by line, on a bowl."""
    rule, bowl = RMSPropNesterov(0.1, beta=0.5, gamma=0.9, epsilon=0), Quadratic([3.0])
    phi = np.array([2.0])
    state = rule.init(phi)
    x, u, r = 2.0, 0.0, 0.0
    for t in range(30):
        phi, state = rule.step(phi, state, bowl, t)
        g = 3.0 * (x + 0.5 * u)
        r = 0.9 * r + 0.1 * g * g
        u = 0.5 * u - 0.1 / sqrt(r) * g
        x = x + u
        assert phi[0] == pytest.approx(x, rel=1e-12)


def test_adadelta_gathers_the_step_before_the_rate():
    full, half = (walk(AdaDelta(rate), NOISE) for rate in (1.0, 0.5))
    np.testing.assert_allclose(half, full / 2, rtol=1e-12)


def test_adadelta_speeds_up_from_almost_nothing():
    """The first step is √ε / √(1-γ) long, whatever the slope: ε is what moves it at all."""
    points = walk(AdaDelta(gamma=0.9, epsilon=1e-6), np.full(100, 50.0)).ravel()
    assert -points[0] == pytest.approx(1e-3 / sqrt(0.1), rel=1e-3)
    assert (np.diff(-np.diff(points)) > 0).all()


# --- delta-bar-delta ---


@given(share)
def test_delta_bar_delta_that_never_changes_a_rate_is_gradient_descent(beta):
    one_sign = np.abs(NOISE)
    rule = DeltaBarDelta(0.1, beta, increase=0)
    np.testing.assert_array_equal(walk(rule, one_sign), walk(GradientDescent(0.1), one_sign))
    assert_differ(rule, GradientDescent(0.1))  # where signs change it lowers them


def rates(gradients, **options):
    """Every parameter's rate at each step, (T, P)."""
    rule = DeltaBarDelta(learning_rate=1.0, **options)
    phi = np.zeros(np.shape(gradients)[1])
    state, seen = rule.init(phi), []
    for t, gradient in enumerate(np.asarray(gradients, float)):
        phi, state = rule.step(phi, state, Given(gradient), t)
        seen.append(state.rates)
    return np.array(seen)


def test_rates_rise_by_sums_and_fall_by_factors():
    """One parameter keeps its sign, one changes it every time, one has no slope."""
    steady, swinging, flat = rates(
        [[2, 1, 0], [1, -1, 0], [3, 1, 0], [1, -1, 0]], beta=0, increase=0.5, decrease=0.25
    ).T
    assert steady.tolist() == [1, 1.5, 2, 2.5]
    assert swinging.tolist() == [1, 0.75, 0.75**2, 0.75**3]
    assert flat.tolist() == [1, 1, 1, 1]


def test_a_long_average_forgives_one_change_of_sign():
    gradients = [[1], [1], [1], [-0.1], [1]]
    short, long = (rates(gradients, beta=b, increase=0.5, decrease=0.5) for b in (0, 0.7))
    assert short.ravel().tolist() == [1, 1.5, 2, 1, 0.5]
    assert long.ravel().tolist() == [1, 1.5, 2, 1, 1.5]


def test_the_average_of_slopes_is_that_of_momentum():
    rule, momentum = DeltaBarDelta(1.0, beta=0.7), Momentum(1.0, beta=0.7)
    phi = np.zeros(2)
    state, m = rule.init(phi), momentum.init(phi)
    for t, gradient in enumerate(NOISE):
        _, state = rule.step(phi, state, Given(gradient), t)
        _, m = momentum.step(phi, m, Given(gradient), t)
        np.testing.assert_array_equal(state.average, m)


def test_a_rate_for_each_parameter_beats_one_for_all_on_a_badly_scaled_bowl():
    bowl, start = Quadratic((0.5, 20.0)), [1.0, 1.0]
    one = descend(bowl, start, GradientDescent(0.05), steps=100)
    own = descend(bowl, start, DeltaBarDelta(0.05, increase=0.05, decrease=0.3), steps=100)
    assert own.final_loss < 1e-3 * one.final_loss


# --- SWATS, against its definition ---


def swats_of_the_paper(start, gradient, steps, rule):
    """Algorithm 1 of Keskar and Socher, line by line; yields w, and the rate once it is set."""
    alpha, beta, gamma, epsilon = rule.learning_rate, rule.beta, rule.gamma, rule.epsilon
    w, m, a, lam, v, rate, phase = np.array(start), 0.0, 0.0, 0.0, 0.0, None, "Adam"
    for k in range(1, steps + 1):
        g = gradient(w)
        if phase == "SGD":
            v = beta * v + g
            w = w - (1 - beta) * rate * v
            yield w, rate
            continue
        m = beta * m + (1 - beta) * g
        a = gamma * a + (1 - gamma) * g**2
        p = -alpha * sqrt(1 - gamma**k) / (1 - beta**k) * m / (np.sqrt(a) + epsilon)
        w = w + p
        if p @ g != 0:
            projected = (p @ p) / -(p @ g)
            lam = gamma * lam + (1 - gamma) * projected
            if k > 1 and abs(lam / (1 - gamma**k) - projected) < rule.tolerance:
                phase, v, rate = "SGD", 0.0, lam / (1 - gamma**k)
        yield w, rate


STARTS = np.array([[4.0, 11.0], [1.0, 12.0], [3.0, 14.0], [-2.0, 16.0]])
ALPHAS, TOLERANCES = np.array([0.05, 0.1, 0.1, 0.1]), np.array([3e-4, 2e-3, 1e-2, 1e-12])
SWITCHES = [7, 19, 22, None]  # the step after which each goes on with momentum


def swats(member=slice(None)):
    return SWATS(ALPHAS[member], 0.8, 0.9, epsilon=1e-3, tolerance=TOLERANCES[member])


@pytest.mark.parametrize("member", range(4))
def test_swats_is_its_definition(member):
    rule = swats(member)
    expected = list(swats_of_the_paper(STARTS[member], GABOR.gradient, 60, rule))
    path = descend(GABOR, STARTS[member], rule, steps=60)
    np.testing.assert_allclose(path.params[1:], [w for w, _ in expected], rtol=1e-9)
    switch = next((t for t, (_, rate) in enumerate(expected) if rate is not None), None)
    assert switch == SWITCHES[member]


def test_each_member_switches_by_itself():
    rule, phi, switched = swats(), STARTS, []
    state = rule.init(phi)
    for t in range(60):
        phi, state = rule.step(phi, state, GABOR, t)
        switched.append(state.switched.ravel().tolist())
    for column, switch in zip(zip(*switched), SWITCHES):
        assert list(column) == [switch is not None and t >= switch for t in range(60)]


def test_after_its_switch_swats_is_momentum_from_rest():
    rule, phi, state = swats(0), STARTS[0], swats(0).init(STARTS[0])
    for t in range(8):
        phi, state = rule.step(phi, state, GABOR, t)
    assert state.switched and (state.m == 0).all()
    momentum = descend(GABOR, phi, Momentum(float(state.rate[0]), beta=0.8), steps=30)
    held = state.rate
    for t in range(8, 38):
        phi, state = rule.step(phi, state, GABOR, t)
    np.testing.assert_allclose(phi, momentum.final, rtol=1e-12)
    np.testing.assert_array_equal(state.rate, held)


def test_swats_does_not_switch_to_a_rate_below_zero():
    """From here momentum climbs for a while; the paper's condition would hold it to that."""
    start, rule = np.array([0.0, 8.0]), SWATS(0.1, 0.8, 0.9, epsilon=1e-3, tolerance=1e-2)
    *_, (_, rate) = swats_of_the_paper(start, GABOR.gradient, 60, rule)
    assert rate < 0
    phi, state = start, rule.init(start)
    for t in range(60):
        phi, state = rule.step(phi, state, GABOR, t)
    assert state.rate >= 0


def test_swats_before_its_switch_is_adam():
    """But for where ε is added."""
    assert_same(SWATS(0.1, epsilon=0, tolerance=1e-300), Adam(0.1, epsilon=0))


def test_swats_does_not_switch_at_the_first_step():
    """There the average is the only rate it has seen."""
    rule = SWATS(0.1, tolerance=1e9)
    _, first = rule.step(START, rule.init(START), GABOR, 0)
    assert not first.switched
    assert rule.step(START, first, GABOR, 1)[1].switched


def test_swats_waits_where_there_is_no_slope():
    rule = SWATS(0.1, beta=0, tolerance=1e9)
    phi, state = np.zeros(2), rule.init(np.zeros(2))
    for t in range(5):
        phi, state = rule.step(phi, state, Given(0.0), t)
    assert not state.switched and (state.mean_rate == 0).all()


def test_swats_does_not_damp_its_momentum_twice():
    """Down a steady slope g momentum grows to full steps Λ g.

    One public port scales its buffer by 1-β in place, at every step: it would stay at a ninth.
    """
    rule, phi = SWATS(0.1, beta=0.9), np.zeros(1)
    state = rule.init(phi)._replace(switched=np.array([True]), rate=np.array([0.25]))
    for t in range(300):
        before, (phi, state) = phi, rule.step(phi, state, Given(2.0), t)
    assert phi - before == pytest.approx(-0.25 * 2.0)


# --- powers ---


@pytest.mark.parametrize("n", [1, 2, 3, 7, 255, 256, 5000])
def test_a_power_has_the_same_bits_in_a_row_of_any_length(n):
    shares = np.linspace(0, 1, 1001)[:-1]
    together = power(shares, n)
    assert together.tolist() == [power(share, n) for share in shares]
    assert power(np.array(0.5), n) == 0.5**n
    np.testing.assert_allclose(together, [float(share) ** n for share in shares], rtol=1e-15)
