"""The problems of chapter 02: right answers, mistakes, and what is said of some others."""

import numpy as np
import pytest

from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from lessons.problems import pb_6_1, pb_C1, pb_F2_1, pb_F2_2, pb_P2
from tests.lessons.answers import centred, descent_while, line_gradient, mistakes, relative

WRONG, mistake = mistakes()

# --- pb-6.1 ---------------------------------------------------------------------------------------


def line_gradient_in_a_loop(phi, x, y):
    first = second = 0
    for one_x, one_y in zip(x, y, strict=True):
        error = phi[1] * one_x + phi[0] - one_y
        first += 2 * error
        second += 2 * one_x * error
    return [first, second]


def line_gradient_in_place(phi, x, y):
    x *= phi[1]
    x += phi[0] - y
    return (2 * x.sum(), 2 * (x * ((x - phi[0] + y) / phi[1])).sum())


@mistake(pb_6_1, "gradient", "product of two sums")
def sums_of_a_line(phi, x, y):
    residual = phi[0] + phi[1] * x - y
    return [2 * residual.sum(), 2 * residual.sum() * x.sum()]


# --- pb-C1 ----------------------------------------------------------------------------------------


def centred_in_place(f, phi, h):
    slopes = np.empty(len(phi))
    for i in range(len(phi)):
        phi[i] += h
        slopes[i] = f(phi)
        phi[i] -= 2 * h
        slopes[i] = (slopes[i] - f(phi)) / (2 * h)
        phi[i] += h
    return slopes


for own in (1e-1, 1e-3, 1e-8):
    mistake(pb_C1, "difference", "depend on h")(lambda f, phi, h, own=own: centred(f, phi, own))


@mistake(pb_C1, "difference", "depend on h")
def forward_with_a_step_of_its_own(f, phi, h):
    return [(f(phi + shift) - f(phi)) / 1e-6 for shift in 1e-6 * np.eye(len(phi))]


@mistake(pb_C1, "difference", "`/ 2 * h` multiplies by h")
def without_brackets(f, phi, h):
    return [(f(phi + shift) - f(phi - shift)) / 2 * h for shift in h * np.eye(len(phi))]


@mistake(pb_C1, "difference", "copy it")
def both_are_phi(f, phi, h):
    slopes = []
    for i in range(len(phi)):
        a = phi
        b = phi
        a[i] += h
        b[i] -= h
        slopes.append((f(a) - f(b)) / (2 * h))
    return slopes


# --- pb-P2 ----------------------------------------------------------------------------------------


def descent_recursive(slope, start, rate, tolerance, max_steps):
    here = slope(start)
    if max_steps == 0 or np.sqrt(np.sum(np.square(here))) <= tolerance:
        return np.array([start])
    rest = descent_recursive(slope, start - rate * here, rate, tolerance, max_steps - 1)
    return np.concatenate([[start], rest])


@mistake(pb_P2, "curve", "at most the tolerance")
@mistake(pb_P2, "surface", "at most the tolerance")
def strictly_below(slope, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        here = slope(path[-1])
        if np.linalg.norm(here) < tolerance:
            break
        path.append(path[-1] - learning_rate * here)
    return path


@mistake(pb_P2, "curve", "whole path was asked for")
@mistake(pb_P2, "surface", "whole path was asked for")
def last_point_alone(slope, start, learning_rate, tolerance, max_steps):
    point = start
    for _ in range(max_steps):
        if np.linalg.norm(slope(point)) <= tolerance:
            break
        point = point - learning_rate * slope(point)
    return point


# --- pb-F2.1 --------------------------------------------------------------------------------------


def steps_by_trying(curvature, learning_rate, share):
    distance, steps = 1.0, 0
    while distance > share * (1 + 1e-9):
        distance, steps = abs(distance - learning_rate * curvature * distance), steps + 1
        if steps > 500:
            return float("inf")
    return steps


def steps_by_logarithm(curvature, learning_rate, share):
    factor = abs(1 - learning_rate * curvature)
    if factor >= 1:
        return np.inf
    return 1 if factor < 1e-9 else int(np.ceil(np.log(share) / np.log(factor) - 1e-9))


@mistake(pb_F2_1, "steps", "round up")
def rounded(curvature, learning_rate, share):
    return np.log(share) / np.log(abs(1 - learning_rate * curvature))


@mistake(pb_F2_1, "steps", "The distance was asked for")
def by_the_loss(curvature, learning_rate, share):
    loss, steps = 1.0, 0
    while loss > share * (1 + 1e-9):
        loss, steps = loss * (1 - learning_rate * curvature) ** 2, steps + 1
        if steps > 10_000:
            return np.inf
    return steps


@mistake(pb_F2_1, "steps", "jumps over the minimum")
def gives_up_beyond_one_step(curvature, learning_rate, share):
    factor = 1 - learning_rate * curvature
    if factor < 0:
        return np.inf
    return steps_by_logarithm(curvature, learning_rate, share)


@mistake(pb_F2_1, "steps", "curvature is 2")
def on_phi_squared(curvature, learning_rate, share):
    return steps_by_trying(2.0, learning_rate, share)


# --- pb-F2.2 --------------------------------------------------------------------------------------


def downhill(loss, phi, steps=600):
    phi = np.array(phi, float)
    for _ in range(steps):
        phi = phi - 0.05 * loss.gradient(phi)
    return phi


def fit_from_random_starts(x, y):
    loss, rng = LeastSquares(Gabor(), x, y), np.random.default_rng(3)
    ends = [downhill(loss, rng.uniform([-10, 2.5], [10, 22.5])) for _ in range(25)]
    return min(ends, key=loss).tolist()


def fit_from_a_grid_of_losses(x, y):
    loss = LeastSquares(Gabor(), x, y)
    points = [(a, b) for a in np.linspace(-10, 10, 41) for b in np.linspace(2.5, 22.5, 41)]
    return downhill(loss, min(points, key=loss))


@mistake(pb_F2_2, "fit", "use many starts")
def fit_from_one_start(x, y):
    return downhill(LeastSquares(Gabor(), x, y), [5, 9.4])


@mistake(pb_F2_2, "fit", "go on to its bottom")
def fit_by_too_few_steps(x, y):
    return downhill(LeastSquares(Gabor(), x, y), [0.3, 16], steps=1)


@mistake(pb_F2_2, "fit", "whatever the data are")
def fit_by_heart(x, y):
    return [0, 16.6]


@mistake(pb_F2_2, "fit", "did a descent run away")
def fit_that_runs_away(x, y):
    return np.array([np.nan, np.nan])


RIGHT = {
    "pb-6.1:gradient": [
        line_gradient_in_a_loop,
        line_gradient,
        line_gradient_in_place,
        lambda *data: tuple(line_gradient(*data)),
    ],
    "pb-C1:difference": [centred, centred_in_place],
    "pb-C1:error": [relative, lambda *pair: np.array(relative(*pair))],
    "pb-F2.1:steps": [steps_by_trying, steps_by_logarithm],
    "pb-F2.2:fit": [fit_from_random_starts, fit_from_a_grid_of_losses],
    "pb-P2:curve": [descent_while, descent_recursive],
    "pb-P2:surface": [descent_while, descent_recursive],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.1": (r"2\s*\*|2x|2\(|2 ?Σ|residual\b.*\bx\b", "it is 2 * (x * residual).sum()"),
    "pb-C1": (r"2 ?\*? ?h\b|/ ?max|np\.maximum", "divide by 2 h"),
    "pb-F2.1": (r"ceil|log\(|log ?s", "np.ceil(np.log(share) / np.log(factor))"),
    "pb-F2.2": (r"argmin|16\.4|16\.6", "the minimum is near [0, 16.4]"),
    "pb-P2": (r"phi - (rate|learning_rate)|- ?α|<= ?tol", "phi - learning_rate * gradient"),
}


@pytest.mark.parametrize("small", [1e-8, 1e-10, 1e-12, 1e-15])
def test_a_small_number_in_the_denominator_is_refused(small):
    def error(analytic, numerical):
        larger = np.maximum(abs(analytic), abs(numerical))
        return abs(analytic - numerical) / (larger + small)

    assert "Is a small number added" in str(pb_C1.verdict(error=error))


def test_another_length_of_the_gradient_is_shown_on_two_steps_by_hand():
    def largest(gradient, start, rate, tolerance, max_steps):
        path = [start]
        while len(path) <= max_steps and abs(sum(gradient(path[-1]))) > tolerance:
            path.append(path[-1] - rate * gradient(path[-1]))
        return path

    message = str(pb_P2.verdict(surface=largest))
    assert "With gradient = [φ₀, φ₁], start = [3, -4]" in message
