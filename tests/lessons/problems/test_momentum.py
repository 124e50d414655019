"""The problems of chapter 06: right answers, mistakes, and which forms take the same path."""

import numpy as np
import pytest

from course_lib.datasets import GABOR_SEED, gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import (
    GradientDescent,
    Momentum,
    Nesterov,
    NesterovAsPrinted,
    VelocityMomentum,
    VelocityNesterov,
)
from course_lib.surfaces import Quadratic, Rosenbrock
from lessons.experiments.momentum import best_pair
from lessons.problems import pb_6_10, pb_C2, pb_F6_1, pb_F6_2, pb_F6_3
from lessons.problems.momentum import _DRAWS as DRAWS
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-6.10 --------------------------------------------------------------------------------------


def weights_by_unit_gradients(t, beta):
    """The weight of each gradient is what momentum makes of a 1 in its place."""
    m = np.zeros(t + 1)
    for unit in np.eye(t + 1):
        m = beta * m + (1 - beta) * unit
    return m


@mistake(pb_6_10, "weights", "counts in full")
def without_the_share_of_the_new_gradient(t, beta):
    return beta ** np.arange(t, -1, -1)


@mistake(pb_6_10, "weights", "the opposite order")
def newest_first(t, beta):
    return [(1 - beta) * beta**k for k in range(t + 1)]


@mistake(pb_6_10, "weights", "One weight is missing")
def without_the_newest(t, beta):
    return [(1 - beta) * beta ** (t - k - 1) for k in range(t)]


def total_of_ones(t, beta):
    m = 0.0
    for _ in range(t + 1):
        m += (1 - beta) * (1 - m)
    return m


# --- pb-F6.1 --------------------------------------------------------------------------------------


def larger_of_two(p, q):
    """By the formula, with complex numbers of Python."""
    root = (p * p / 4 - q + 0j) ** 0.5
    return max(abs(-p / 2 + root), abs(-p / 2 - root))


def momentum_left_by_formula(alpha, beta, curvature):
    return larger_of_two(alpha * curvature - 1 - beta, beta)


def nesterov_left_by_formula(alpha, beta, curvature):
    plain = 1 - alpha * curvature
    return np.array(larger_of_two(-(1 + beta) * plain, beta * plain))


def spectral_radius(matrix):
    return np.abs(np.linalg.eigvals(matrix)).max()


def momentum_left_by_matrix(alpha, beta, curvature):
    return spectral_radius([[1 + beta - alpha * curvature, -beta], [1, 0]])


def nesterov_left_by_matrix(alpha, beta, curvature):
    plain = 1 - alpha * curvature
    return spectral_radius([[plain * (1 + beta), -plain * beta], [1, 0]])


@mistake(pb_F6_1, "momentum", "√β is what is left where")
def always_the_root_of_beta(alpha, beta, curvature):
    return beta**0.5


@mistake(pb_F6_1, "momentum", "real part of r alone")
def real_parts(alpha, beta, curvature):
    return max(abs(np.roots([1, alpha * curvature - 1 - beta, beta]).real))


def with_the_plus(p, q):
    root = p * p / 4 - q
    return -p / 2 + root**0.5 if root >= 0 else q**0.5


@mistake(pb_F6_1, "momentum", "larger in size")
def the_plus_with_its_sign(alpha, beta, curvature):
    return with_the_plus(alpha * curvature - 1 - beta, beta)


@mistake(pb_F6_1, "nesterov", "larger in size")
def the_size_of_the_plus(alpha, beta, curvature):
    plain = 1 - alpha * curvature
    return abs(with_the_plus(-(1 + beta) * plain, beta * plain))


@mistake(pb_F6_1, "nesterov", "changes the last term")
def forgets_the_last_term(alpha, beta, curvature):
    return larger_of_two(-(1 + beta) * (1 - alpha * curvature), beta)


@mistake(pb_F6_1, "nesterov", "smaller of the two")
def the_smaller_one(alpha, beta, curvature):
    plain = 1 - alpha * curvature
    return min(abs(np.linalg.eigvals([[plain * (1 + beta), -plain * beta], [1, 0]])))


def test_what_a_step_leaves_is_what_long_runs_show():
    for part, rule in zip(pb_F6_1.parts, (VelocityMomentum, VelocityNesterov), strict=True):
        for given in part.inputs(np.random.default_rng(1)):
            path = descend(
                Quadratic([given["curvature"]]), [1.0], rule(given["alpha"], given["beta"]), 300
            )
            sizes = np.abs(path.params[: path.last_step + 1, 0])
            last = np.flatnonzero(sizes > 1e-250)[-1]
            # A swing passes near 0 now and then: compare the highest of some points.
            halves = [
                sizes[max(last - back - 30, 0) : last - back].max() for back in (0, last // 2)
            ]
            measured = (halves[0] / halves[1]) ** (1 / (last // 2))
            assert measured == pytest.approx(part.right(**given), rel=0.02)


# --- pb-F6.2 --------------------------------------------------------------------------------------


def settings_by_least_squares(phi):
    design = np.stack([phi[1:-1] - phi[:-2], -phi[1:-1]], axis=1)
    return np.linalg.lstsq(design, phi[2:] - phi[1:-1], rcond=None)[0]


def settings_by_hand(phi):
    a, b, c, d = phi[:4]
    middle = (a * d - b * c) / (a * c - b * b)
    beta = (b * d - c * c) / (a * c - b * b)
    return beta, 1 + beta - middle


@mistake(pb_F6_2, "settings", "multiplies the newest point")
def settings_with_the_whole_bracket(phi):
    a, b, c, d = phi[:4]
    middle, beta = np.linalg.solve([[b, -a], [c, -b]], [c, d])
    return beta, middle


@mistake(pb_F6_2, "settings", "stands with a minus")
def settings_with_a_plus(phi):
    a, b, c, d = phi[:4]
    middle, beta = np.linalg.solve([[b, a], [c, b]], [c, d])
    return beta, 1 + beta - middle


@mistake(pb_F6_2, "settings", "at rest at the first point")
def settings_of_a_run_from_rest(phi):
    rate = (phi[0] - phi[1]) / phi[0]
    return (phi[2] - phi[1] + rate * phi[1]) / (phi[1] - phi[0]), rate


@mistake(pb_F6_2, "settings", "gradient descent")
def settings_without_memory(phi):
    return 0, 1 - phi[1] / phi[0]


# --- pb-F6.3 --------------------------------------------------------------------------------------


def fit_with_momentum(gradient, start):
    phi, v = np.array(start), np.zeros(2)
    for _ in range(40):
        v = 0.75 * v - 0.12 * gradient(phi)
        phi += v
    return list(phi)


def fit_with_nesterov(gradient, start):
    phi, v = start, 0 * start
    for _ in range(40):
        v = 0.8 * v - 0.08 * gradient(phi + 0.8 * v)
        phi = phi + v
    return phi


@mistake(pb_F6_3, "fit", "does it creep")
def fit_without_memory(gradient, start):
    for _ in range(40):
        start = start - 0.1 * gradient(start)
    return start


@mistake(pb_F6_3, "fit", "that is the budget")
def fit_beyond_the_budget(gradient, start):
    for _ in range(41):
        start = start - 0.15 * gradient(start)
    return start


@mistake(pb_F6_3, "fit", "run away")
def fit_that_runs_away(gradient, start):
    return [np.inf, np.nan]


def test_the_curvatures_stated_hold_for_every_draw_and_their_best_pair_arrives():
    rule = VelocityMomentum(*best_pair(0.2, 13))
    for seed in (GABOR_SEED, *DRAWS):
        loss = LeastSquares(Gabor(), *gabor_data(seed=seed))
        path = descend(loss, [1.0, 12.0], rule, 200)
        lowest, highest = np.linalg.eigvalsh(loss.hessian(path.final))
        assert 0.15 < lowest < highest < 13
        assert path.losses[40] < path.final_loss + 0.01


def test_no_rate_of_gradient_descent_fits_a_wave_on_the_budget():
    [part] = pb_F6_3.parts
    for given in part.inputs(np.random.default_rng(0))[1:]:
        rates = np.geomspace(0.03, 1, 60)
        ends = descend(given["gradient"].loss, given["start"], GradientDescent(rates), 40).final
        assert not any(part.reached(given, end)[0] for end in ends)


# --- pb-C2 ----------------------------------------------------------------------------------------


def momentum_of_steps_downhill(gradient, start, rates, beta):
    """The velocity of opposite sign, in place."""
    phi, v, path = start.copy(), 0 * start, [start.copy()]
    for rate in rates:
        v *= beta
        v += rate * gradient(phi)
        phi -= v
        path.append(phi.copy())
    return path


def momentum_of_differences(gradient, start, rates, beta):
    """The velocity is the last step."""
    path = [start, start]
    for rate in rates:
        here, before = path[-1], path[-2]
        path.append(here + beta * (here - before) - rate * gradient(here))
    return np.array(path[1:])


@mistake(pb_C2, "momentum", "Store a copy")
def momentum_in_place(gradient, start, rates, beta):
    phi, v, path = start, 0 * start, [start]
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi += v
        path.append(phi)
    return np.array(path)


def nesterov_of_steps_downhill(gradient, start, rates, beta):
    phi, v, path = start.copy(), 0 * start, [start.copy()]
    for rate in rates:
        v = beta * v + rate * gradient(phi - beta * v)
        phi -= v
        path.append(phi.copy())
    return path


def nesterov_rewritten_and_moved_back(gradient, start, rates, beta):
    ahead, v, path = start, 0 * start, [start]
    for rate in rates:
        old, v = v, beta * v - rate * gradient(ahead)
        ahead = ahead - beta * old + (1 + beta) * v
        path.append(ahead - beta * v)
    return np.array(path)


@mistake(pb_C2, "nesterov", "the rewritten form")
def nesterov_on_the_points_ahead(gradient, start, rates, beta):
    """CS231n's rewritten form."""
    x, v, path = start, 0 * start, [start]
    for rate in rates:
        v_prev, v = v, beta * v - rate * gradient(x)
        x = x - beta * v_prev + (1 + beta) * v
        path.append(x)
    return path


@mistake(pb_C2, "nesterov", "You go on from the point")
def nesterov_that_stays_ahead(gradient, start, rates, beta):
    phi, v, path = start.copy(), 0 * start, [start.copy()]
    for rate in rates:
        phi += beta * v
        v = beta * v - rate * gradient(phi)
        phi += v
        path.append(phi.copy())
    return path


SAME = {
    "6.11": "same", "6.11, falling rate": "different",
    "6.12, corrected": "same", "6.12, as printed": "different",
}  # fmt: skip

RIGHT = {
    "pb-6.10:weights": [
        weights_by_unit_gradients,
        lambda t, beta: [(1 - beta) * beta**k for k in range(t, -1, -1)],
    ],
    "pb-6.10:by_age": [
        lambda k, beta: np.exp(k * np.log(beta) + np.log(1 - beta)),
        lambda k, beta: [beta**one - beta ** (one + 1) for one in k],
    ],
    "pb-6.10:total": [
        total_of_ones,
        lambda t, beta: sum((1 - beta) * beta**k for k in range(t + 1)),
    ],
    "pb-6.10:limit": ["tends to 1", "Tends to 1 "],
    "pb-F6.1:momentum": [momentum_left_by_formula, momentum_left_by_matrix],
    "pb-F6.1:nesterov": [nesterov_left_by_formula, nesterov_left_by_matrix],
    "pb-F6.2:settings": [settings_by_least_squares, settings_by_hand],
    "pb-F6.3:fit": [fit_with_momentum, fit_with_nesterov],
    "pb-C2:momentum": [momentum_of_steps_downhill, momentum_of_differences],
    "pb-C2:nesterov": [nesterov_of_steps_downhill, nesterov_rewritten_and_moved_back],
    "pb-C2:translate": [
        lambda alpha, beta, m: [alpha - alpha * beta, -m * alpha],
        lambda alpha, beta, m: np.array([1 - beta, -m]) * alpha,
    ],
    "pb-C2:same": [SAME, {key: word.upper() for key, word in SAME.items()}],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.10": (r"\(1 ?- ?β\) ?\*? ?β|β\^|\*\*|β ?ᵏ", "it is (1 - β) β^k"),
    "pb-F6.1": (r"\(1 ?[+-] ?β\) ?\(1 ?- ?αλ\)|β ?\(1 ?- ?αλ\)", "the last term is β (1 - αλ)"),
    "pb-F6.2": (r"lstsq|β ?= ?|/ ?\(φ", "β = (φ₂² - φ₁φ₃) / (φ₁² - φ₀φ₂)"),
    "pb-F6.3": (r"0\.1[0-9]?\b|0\.[678]\b", "take 0.7 and a rate of 0.13"),
    "pb-C2": (r"α ?\(1 ?- ?β\)|-α ?m|β ?v ?- |\+ ?β ?v", "the rate is α(1 - β), and v is -α m"),
}


def same_path(rule, translated, alpha, beta=0.8):
    """Whether a rule of chapter 6 and its translation take the same path, to nine digits."""

    def rate(t):
        return (alpha(t) if callable(alpha) else alpha) * (1 - beta)

    runs = ((rule, alpha), (translated, rate))
    one, other = (descend(Rosenbrock(), [-1.0, 1.2], make(a, beta), 50).params for make, a in runs)
    return np.allclose(one, other, rtol=1e-9)


def test_what_is_the_same_path_is_measured():
    measured = {
        "6.11": same_path(Momentum, VelocityMomentum, 0.002),
        "6.11, falling rate": same_path(Momentum, VelocityMomentum, lambda t: 0.002 / (1 + t)),
        "6.12, corrected": same_path(Nesterov, VelocityNesterov, 0.002),
        "6.12, as printed": same_path(NesterovAsPrinted, VelocityNesterov, 0.002),
    }
    assert {key: "same" if same else "different" for key, same in measured.items()} == SAME


def test_translation_goes_on_along_the_same_path():
    alpha, beta, bowl, phi = 0.4, 0.8, Quadratic([1.0]), np.array([3.0])
    averaged, m = Momentum(alpha, beta), np.zeros(1)
    for t in range(7):
        phi, m = averaged.step(phi, m, bowl, t)
    [right] = [part.right for part in pb_C2.parts if part.name == "translate"]
    rate, v = right(alpha, beta, m[0])
    velocity, ahead, v = VelocityMomentum(rate, beta), phi, np.array([v])
    for t in range(7, 14):
        phi, m = averaged.step(phi, m, bowl, t)
        ahead, v = velocity.step(ahead, v, bowl, t)
        assert ahead == pytest.approx(phi, rel=1e-12)


def test_one_right_half_of_the_translation_earns_its_share():
    verdict = pb_C2.verdict(translate=lambda alpha, beta, m: (alpha, -alpha * m))
    assert verdict.points == 1
    assert "Right so far: the velocity. You leave the rate as it is." in str(verdict)
