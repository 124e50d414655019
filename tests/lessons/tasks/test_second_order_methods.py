"""Answers to the tasks of notebook 10."""

import numpy as np


def secant_by_curvature(phi, before, g, g_before):
    curvature = (g_before - g) / (before - phi)
    return [phi - g / curvature]


def share_in_a_loop(g, H, d):
    above = below = 0.0
    for i in range(len(d)):
        for j in range(len(d)):
            above += g[i] * H[i, j] * d[j]
            below += d[i] * H[i, j] * d[j]
    return above / below


RULES = {"a": "regularised Newton", "b": "BFGS", "c": "L-BFGS", "d": "Adam", "e": "L-BFGS"}

RIGHT = {
    "fourth": [2 / 3, 0.6667, np.float64(0.667)],
    "by_hand": [(-2, 1), [-2.0, 1.0], np.array([-2, 1])],
    "beale_damping": [6.5, 7, np.float64(5.5)],
    "runs_away": [1, 1.0],
    "secant": [
        secant_by_curvature,
        lambda phi, before, g, g_before: (before * g - phi * g_before) / (g - g_before),
    ],
    "curvature_met": [1.6, 0.2 * 8, np.array(1.6)],
    "conjugate_beta": [share_in_a_loop, lambda g, H, d: np.dot(H.dot(d), g) / (d.T @ H @ d)],
    "no_larger": [20, 20.0],
    "which_rule": [RULES, {key: value.upper() for key, value in RULES.items()}],
    "a_year": [13, 13.0],
}

WRONG = {
    "fourth": [(1 / 3, "that it goes"), (0.333, "that it goes"), (0, "parabola"), (0.75, "12 φ²"),
               (0.5, "too small")],
    "by_hand": [
        ((2, -1), "H d = −g"), ((-1.5, 0), "mixed"), ((-3, 0), "gradient descent"),
        ((-6, -3), "−H g"), ((-2, 0), "would be (-1, -2)"), ((0, 0), "would be (3, 0)"),
    ],
    "beale_damping": [
        (1, "A larger λ"), (3, "A larger λ"), (10, "A smaller λ"), (100, "A smaller λ"),
        (0, "above zero"), (-9.9, "above zero"), (1e-9, "too long"), (1e9, "too short"),
    ],
    "runs_away": [(2**0.5, "−2.83"), (0, "converges"), (-1, "positive"), (0.8, "too small"),
                  (3, "too large")],
    "secant": [
        (lambda phi, before, g, g_before: phi + g * (phi - before) / (g - g_before), "*minus*"),
        (lambda phi, before, g, g_before: phi - (g - g_before) / (phi - before) * g, "multiply"),
        (lambda phi, before, g, g_before: (before - phi) / (g - g_before) * g, "*point*"),
        (lambda phi, before, g, g_before: phi - 0.1 * g, "the next point is"),
    ],
    "curvature_met": [
        (8, "α is 0.2"), (-1.6, "less the old"), (-2.4, "add"), (-0.4, "new gradient alone"),
        (40, "multiplied"), (3, "too large"),
    ],
    "conjugate_beta": [
        (lambda g, H, d: -(g @ H @ d) / (d @ H @ d), "The sign"),
        (lambda g, H, d: g.dot(d) / d.dot(d), "perpendicular"),
        (lambda g, H, d: (d @ H @ d) / (g @ H @ d), "Upside down"),
        (lambda g, H, d: H @ d, "shape"),
        (lambda g, H, d: 0.9, "β is"),
    ],
    "no_larger": [(10, "*two* vectors"), (21, "441"), (19, "is it at 20"), (30, "too large")],
    "which_rule": [
        (RULES | {"c": "BFGS"}, "32 TB"), (RULES | {"d": "L-BFGS"}, "one batch"),
        (RULES | {"e": "BFGS"}, "20 GB"), (RULES | {"a": "SGD"}, "none of the options"),
    ],
    "a_year": [(14, "7.2"), (13.7, "whole"), (54, "*bits*"), (16, "16ᴾ"), (5, "too small")],
}  # fmt: skip
