"""Answers to the tasks of notebook 04."""

import numpy as np

from course_lib.critical_points import classify


def roots_by_the_library(trace, determinant):
    return sorted(np.roots([1, -trace, determinant]).real)


def rule_in_two_lines(gradient, hessian, tolerance):
    if np.sqrt((gradient**2).sum()) > tolerance:
        return False
    return min(np.linalg.eigvalsh(hessian)) > 0


def rule_by_classify(gradient, hessian, tolerance):
    kind = classify(np.linalg.eigvalsh(hessian), zero=1e-12)
    return int(np.linalg.norm(gradient) <= tolerance and kind == "minimum")


def rule_for_two_parameters(gradient, hessian, tolerance):
    short = np.linalg.norm(gradient) <= tolerance
    return short and np.trace(hessian) > 0 and np.linalg.det(hessian) > 0


def level_by_hand(y):
    ones = sum(y == 1)
    return np.log(ones) - np.log(len(y) - ones)


RIGHT = {
    "chord_height": [
        lambda behind, here, ahead: (behind + ahead) / 2 - here,
        lambda behind, here, ahead: np.mean([behind - here, ahead - here]),
    ],
    "two_roots": [
        roots_by_the_library,
        lambda t, d: (t / 2 - (t * t / 4 - d) ** 0.5, t / 2 + (t * t / 4 - d) ** 0.5),
    ],
    "way_down": [[0.306, 0.952], [-0.32, -0.95], (1, 3.1)],
    "overlooked": [3, 3.0, np.int64(3)],
    "at_a_minimum": [rule_in_two_lines, rule_by_classify],
    "too_sharp": [2 / 9.76, 0.205, np.float32(0.204)],
    "level": [level_by_hand, lambda y: -np.log(1 / np.mean(y) - 1)],
}

WRONG = {
    "chord_height": [
        (lambda behind, here, ahead: here, "lies above"),
        (lambda behind, here, ahead: here - (behind + ahead) / 2, "the *chord* is above"),
        (lambda behind, here, ahead: (behind + ahead) / 2, "of the chord itself"),
    ],
    "two_roots": [
        (lambda t, d: [t, d], "the list of curvatures is [1, 4]"),
        (lambda t, d: roots_by_the_library(t, d)[::-1], "smaller one first"),
        (lambda t, d: np.roots([1, -t, d]).real, "smaller one first"),
        (lambda t, d: np.roots([1, t, d]).real, "wrong sign"),
        (lambda t, d: t / 2 + (t * t - 4 * d) ** 0.5 * np.array([-1, 1]), "twice too far apart"),
        (lambda t, d: t / 2, "shape"),
    ],
    "way_down": [
        ([0, 1], "hardly"), ([1, 0], "rises that way"), ([-0.952, 0.306], "rises that way"),
        ([0.2, 0.98], "another direction"), ([0, 0], "no direction"),
    ],
    "overlooked": [(4, "what was found"), (2, "too small"), (-3, "How many points")],
    "at_a_minimum": [
        (lambda g, h, tol: np.linalg.norm(g) <= tol, "stops at saddles"),
        (lambda g, h, tol: (np.linalg.eigvalsh(h) > 0).all(), "steep slope"),
        (lambda g, h, tol: True, "is 0; yours is 1"),
        (lambda g, h, tol: np.linalg.norm(g) <= tol and np.linalg.det(h) > 0, "at a maximum"),
        (rule_for_two_parameters, "enough for two parameters"),
    ],
    "too_sharp": [
        (2 / 0.3137, "smaller curvature"), (2 / 0.31, "smaller curvature"),
        (1 / 9.756, "done in one step"), (0.1, "lies higher"), (0.3, "lies lower"),
        (-1, "between 0 and 2"),
    ],
    "level": [
        (np.mean, "best *probability*"), (lambda y: 0, "fair coin"), (lambda y: y, "shape"),
        (lambda y: np.log(y.mean()), "sig[φ₀] = q"), (lambda y: 2 * y.mean(), "the best φ₀ is"),
    ],
}  # fmt: skip
