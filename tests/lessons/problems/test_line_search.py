"""The problems of chapter 03: right answers, mistakes, and the dent that pb-6.8 leaves."""

import re

import numpy as np
import pytest

from course_lib.critical_points import find_critical_points
from course_lib.descent import descend
from course_lib.optimizers import GradientDescent
from lessons.marking.verdict import Status
from lessons.problems import pb_6_7, pb_6_8, pb_F3_1, pb_F3_2, pb_G1
from lessons.problems.line_search import DentedBowl, line_search_path
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-G1 ----------------------------------------------------------------------------------------


def largest_rate_by_power_iteration(hessian):
    vector = np.ones(len(hessian)) + np.arange(len(hessian)) / 7
    for _ in range(5000):
        vector = hessian @ vector / np.linalg.norm(hessian @ vector)
    return 2 / (vector @ hessian @ vector)


@mistake(pb_G1, "limit", "in no fixed order")
def from_the_last_eigenvalue(hessian):
    return 2 / np.linalg.eig(hessian)[0][-1]


@mistake(pb_G1, "limit", "in no fixed order")
def from_the_first_eigenvalue(hessian):
    return 2 / np.linalg.eig(hessian)[0][0]


# --- pb-F3.1 --------------------------------------------------------------------------------------


def backtrack(f, phi, gradient, first_rate, shrink, share):
    here, promise = f(phi), share * np.sum(gradient**2)
    rate = first_rate
    while here - f(phi - rate * gradient) < rate * promise:
        rate *= shrink
    return rate


def backtrack_by_powers(f, phi, gradient, first_rate, shrink, share):
    for trial in range(200):
        rate = first_rate * shrink**trial
        moved = np.array(phi) - rate * np.array(gradient)
        if f(moved) <= f(phi) - share * rate * np.linalg.norm(gradient) ** 2:
            return np.array([rate])


@mistake(pb_F3_1, "rate", "must keep its share")
def any_decrease(f, phi, gradient, first_rate, shrink, share):
    rate = first_rate
    while f(phi - rate * gradient) >= f(phi):
        rate = rate * shrink
    return rate


@mistake(pb_F3_1, "rate", "never kept")
def promise_of_the_first_rate(f, phi, gradient, first_rate, shrink, share):
    rate = first_rate
    while f(phi - rate * gradient) > f(phi) - share * first_rate * (gradient @ gradient):
        rate *= shrink
    return rate


@mistake(pb_F3_1, "rate", "against the gradient")
def uphill(f, phi, gradient, first_rate, shrink, share):
    rate = first_rate
    while f(phi + rate * gradient) > f(phi) - share * rate * (gradient @ gradient):
        rate *= shrink
    return rate


@mistake(pb_F3_1, "rate", "test before you shorten")
def shorten_then_test(f, phi, gradient, first_rate, shrink, share):
    rate = first_rate
    while True:
        rate *= shrink
        if f(phi - rate * gradient) <= f(phi) - share * rate * gradient @ gradient:
            return rate


@mistake(pb_F3_1, "rate", "`while` asks again")
def shorten_once(f, phi, gradient, first_rate, shrink, share):
    if f(phi - first_rate * gradient) > f(phi) - share * first_rate * gradient @ gradient:
        return first_rate * shrink
    return first_rate


@mistake(pb_F3_1, "rate", "where its square belongs")
def length_not_squared(f, phi, gradient, first_rate, shrink, share):
    rate = first_rate
    while f(phi - rate * gradient) > f(phi) - share * rate * np.linalg.norm(gradient):
        rate *= shrink
    return rate


# --- pb-F3.2 --------------------------------------------------------------------------------------


def fit_line(loss, start):
    phi = start
    for _ in range(60):
        gradient = loss.gradient(phi)
        phi = phi - backtrack(loss, phi, gradient, 1.0, 0.5, 0.3) * gradient
    return phi


def fit_line_by_the_next_rate(loss, start):
    """Each search begins at twice the rate of the step before."""
    phi, rate = list(start), 1.0
    for _ in range(120):
        gradient = np.array(loss.gradient(phi))
        rate = backtrack(loss, phi, gradient, 2 * rate, 0.5, 0.1)
        phi = (phi - rate * gradient).tolist()
    return phi


def at_a_fixed_rate(rate, steps):
    def fit(loss, start):
        phi = start
        for _ in range(steps):
            phi = phi - rate * loss.gradient(phi)
        return phi

    return fit


mistake(pb_F3_2, "fit", "1200 examples, start = [1.6, -0.5], you end no lower")(
    at_a_fixed_rate(0.02, 200)
)
mistake(pb_F3_2, "fit", "the excess loss is left")(at_a_fixed_rate(3e-4, 500))
mistake(pb_F3_2, "fit", "asks for too many gradients")(at_a_fixed_rate(3e-4, 501))


@mistake(pb_F3_2, "fit", "a single step")
def one_step(loss, start):
    gradient = loss.gradient(start)
    return start - backtrack(loss, start, gradient, 1.0, 0.5, 0.3) * gradient


# --- pb-6.7 ---------------------------------------------------------------------------------------


def angles_by_directions(points):
    direction = np.degrees(np.arctan2(*np.diff(points, axis=0).T[::-1]))
    turn = np.abs(np.diff(direction)) % 360
    return np.minimum(turn, 360 - turn)


def angles_by_cosine_rule(points):
    a = np.linalg.norm(points[1:-1] - points[:-2], axis=1)
    b = np.linalg.norm(points[2:] - points[1:-1], axis=1)
    c = np.linalg.norm(points[2:] - points[:-2], axis=1)
    return list(180 - np.degrees(np.arccos((a**2 + b**2 - c**2) / (2 * a * b))))


def headings(points):
    return np.degrees(np.arctan2(*np.diff(points, axis=0).T[::-1]))


@mistake(pb_6_7, "angles", "has no sign and is at most 180")
def differences_of_headings(points):
    return np.diff(headings(points))


@mistake(pb_6_7, "angles", "has no sign")
def differences_without_sign(points):
    return np.abs(np.diff(headings(points)))


@mistake(pb_6_7, "angles", "has no sign")
def differences_up_to_360(points):
    return np.diff(headings(points)) % 360


@mistake(pb_6_7, "angles", "has no sign")
def differences_between_minus_and_plus_180(points):
    return (np.diff(headings(points)) + 180) % 360 - 180


RIGHT = {
    "pb-G1:limit": [
        lambda hessian: 2 / np.linalg.norm(hessian, 2),
        lambda hessian: np.array([2 / max(np.linalg.eigvals(hessian))]).reshape(()),
        largest_rate_by_power_iteration,
    ],
    "pb-F3.1:rate": [backtrack, backtrack_by_powers],
    "pb-F3.2:fit": [fit_line, fit_line_by_the_next_rate],
    "pb-6.8:escape": [(2.1, 1.0), [1.9, 0.5], np.array([2.15, 5.0]), (2.05, 8)],
    "pb-6.7:angles": [angles_by_directions, angles_by_cosine_rule],
    "pb-6.7:angle": [90, 90.0, np.float32(90), np.array(89.999)],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-G1": (r"2 ?/ ?(λ|max|lam)|\\frac|two divided by", "the limit is 2 / λ"),
    "pb-F3.1": (r"while f|f\(phi -|rate \*= ", "while f(phi - rate * gradient) > bound"),
    "pb-F3.2": (r"0\.36|0\.58|linalg|lstsq", "the minimum is near [0.36, 0.58]"),
    "pb-6.8": (r"\b0\.1[67]|\b10 or", "any rate above 0.175"),
    "pb-6.7": (r"\b90\b|right angle|perpendicular|np\.arccos", "they meet at 90 degrees"),
}


def test_line_search_path_turns_at_right_angles():
    assert angles_by_directions(line_search_path().params) == pytest.approx(90, abs=0.01)


# --- pb-6.8 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "points", "reason"),
    [
        ((2.1, 0.05), 1, "the run settles in the dent"),
        ((2.0, 0.001), 1, "creeps: after 300 steps it is at 1.9675"),
        ((2.2, 0.002), 1, "creeps"),
        ((100.0, 0.001), 1, "creeps"),
        ((2.1, 10.0), 1, "it must settle"),
        ((2.1, 0.18), 1, "it hops to and fro inside the dent"),
        ((2.1, 0.3), 1, "it hops to and fro inside the dent"),
        ((2.1, 20.0), 1, "it diverges"),
        ((0.5, 1.0), 0, "is not in the dent"),
        ((-2.5, 1.0), 0, "is not in the dent"),
        ((1.6, 1.0), 0, "is not in the dent"),
        ((2.1, -0.5), 0, "above zero"),
        ((2.1, 0.0), 0, "above zero"),
        ((np.nan, 1.0), 0, "finite"),
        ((2.1, 1.0, 3.0), 0, "two numbers"),
        ((2.1, ...), 0, "not numbers"),
    ],
)
def test_escape_from_the_dent_is_run_and_judged(answer, points, reason):
    verdict = pb_6_8.verdict(answer)
    assert verdict.status is Status.NOT_YET
    assert verdict.points == points
    assert reason in str(verdict)


def test_the_dent_is_where_a_tiny_rate_leads_into_it():
    for start in (1.62, 1.66, 2.4, 3.05, 3.5, 4.5):
        crept = descend(DentedBowl(), [start], GradientDescent(0.02), 3000).final[0]
        assert ("not in the dent" in str(pb_6_8.verdict((start, 1.0)))) == (abs(crept) < 0.1)
    assert pb_6_8.verdict((3.5, 1.0)).status is Status.CORRECT


def test_dented_bowl_has_its_dent_as_a_local_minimum_and_the_bowl_as_the_global_one():
    loss = DentedBowl()
    bowl, dent = [p for p in find_critical_points(loss, [(-3, 3)]) if p.kind == "minimum"]
    assert (bowl.phi[0], dent.phi[0]) == pytest.approx((0, 2), abs=0.05)
    assert bowl.loss < dent.loss
    x, h = np.linspace(-1, 3, 41), 1e-5
    slopes = (loss.value(x + h) - loss.value(x - h)) / (2 * h)
    curvatures = (loss.slope(x + h) - loss.slope(x - h)) / (2 * h)
    np.testing.assert_allclose(loss.slope(x), slopes, atol=1e-8)
    np.testing.assert_allclose(loss.curvature(x), curvatures, atol=1e-6)


def test_hints_on_the_dent_hold_for_the_run():
    loss = DentedBowl()
    _, dent = [p for p in find_critical_points(loss, [(-3, 3)]) if p.kind == "minimum"]
    look, _, choose = pb_6_8.hints
    [place] = re.findall(r"curvature\((1\.\d+)\)", look)
    assert float(place) == pytest.approx(dent.phi[0], abs=1e-3)
    limits = 2 / loss.curvature(float(place)), 2 / loss.curvature(0.0)
    assert "well above the dent's limit and well below that of the wide bowl" in choose
    for rate in (3 * limits[0], 0.5, 1.0, 3.0, 0.5 * limits[1]):
        for start in (1.8, 1.9, 2.0, 2.1, 2.2):
            assert pb_6_8.verdict((start, rate)).status is Status.CORRECT
    assert "only hops about inside the dent" in choose
    assert "hops to and fro inside the dent" in str(pb_6_8.verdict((2.1, 1.05 * limits[0])))
