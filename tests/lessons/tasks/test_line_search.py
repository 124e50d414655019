"""Answers to the tasks of notebook 03."""

import numpy as np


def best_rate_in_a_loop(g, H):
    up = below = 0.0
    for i, one in enumerate(g):
        up += one * one
        below += sum(one * H[i][j] * other for j, other in enumerate(g))
    return up / below


RIGHT = {
    "best_rate": [
        best_rate_in_a_loop,
        lambda g, H: np.dot(g, g) / np.dot(g, H.dot(g)),
        lambda g, H: [1 / (g @ H @ g / np.sum(g**2))],
    ],
    "stages": [18, 18.0, np.int64(18)],
    "reuse": [0.382, (3 - 5**0.5) / 2, np.float32(0.382)],
    "by_hand": [0.125, 1 / 8, np.float64(0.125)],
    "thousand": [3454, 3453.88, 3450, np.array([3455])],
    "best_fixed": [2 / 31, 0.0645, np.float32(0.06452)],
    "shortest_fooled": [12, 12.0, np.int64(12)],
}

WRONG = {
    "best_rate": [
        (lambda g, H: g @ g / (2 * g @ H @ g), "derivative of ½ α²"),
        (lambda g, H: g @ H @ g / (g @ g), "Upside down"),
        (lambda g, H: g / (H @ g), "multiplies entry by entry"),
        (lambda g, H: H @ g, "shape"),
        (lambda g, H: 0.1, "the best rate is"),
    ],
    "stages": [(17, "a hair"), (17.04, "round up"), (7, "drops a third"), (12, "hundredth"),
               (20, "too large")],
    "reuse": [
        (1 / 3, "stands in the middle"), (0.618, "where c stands"), (0.25, "stand at 0.5625"),
        (0.5, "between a and c"), (-0.2, "between a and c"),
    ],
    "by_hand": [
        (0.25, "half of that is 4.5"), (0.5, "the loss is 12"), (1, "75"), (1 / 6, "trials are"),
        (0.0625, "*first*"), (0.75, "step's length"), (0.3, "too large"),
    ],
    "thousand": [(6908, "Of the loss"), (1727, "a millionth"), (1500, "logarithm"),
                 (104, "too small")],
    "best_fixed": [
        (1 / 30, "29/30"), (0.05, "wants a longer"), (0.066, "wants a shorter"),
        (0.1, "comes no closer"), (0, "comes no closer"),
    ],
    "shortest_fooled": [
        (8, "It is not fooled"), (11, "It is not fooled"), (16, "so it is at 15"),
        (18, "It is not fooled"), (11.5, "*whole*"), (1, "too short"), (-3, "above zero"),
    ],
}  # fmt: skip
