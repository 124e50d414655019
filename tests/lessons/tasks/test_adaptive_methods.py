"""Answers to the tasks of notebook 07."""

import numpy as np


def hop_by_hop(start, alpha):
    while start > 0:
        start, before = start - alpha, start
    return max(before, -start)


def largest_one_by_one(phi, v, g, alpha, gamma):
    new = [max(gamma * old, abs(slope)) for old, slope in zip(v, g, strict=True)]
    moved = [p - alpha * slope / n for p, slope, n in zip(phi, g, new, strict=True)]
    return moved, new


def without_sizes(phi, v, g, alpha, gamma):
    v = np.maximum(gamma * v, g)
    return phi - alpha * g / v, v


def corrected_in_a_loop(average, shares):
    weight = 0.0
    for share in shares:
        weight = share * weight + 1 - share
    return average / weight


CURES = {"a": "let the rate fall", "b": "raise the rate", "c": "correct the bias"}

RIGHT = {
    "one_rate": [0.0954, 0.095, np.float32(0.0955)],
    "farther_hop": [hop_by_hop, lambda start, alpha: max(start % alpha, -start % alpha)],
    "adagrad_way": [2500, 2574, np.float64(2550.0)],
    "largest_yet": [
        largest_one_by_one,
        lambda phi, v, g, a, c: largest_one_by_one(phi, v, g, a, c),
    ],
    "as_descent": [[5e4, 1e6], (500, 1e4), np.array([5e7, 1e9])],
    "changing_beta": [corrected_in_a_loop, lambda a, s: a / (1 - np.exp(np.sum(np.log(s))))],
    "with_penalty": [0.8, 4 / 5, np.array([0.8])],
    "three_runs": [CURES, {key: cure.upper() for key, cure in CURES.items()}],
}

WRONG = {
    "one_rate": [
        (0.05, "one step"), (0.08, "in φ₀"), (0.099, "in φ₁"), (0.2, "blows up"),
        (-1, "none to try"), (2 / 20.5, "long run"), (0.1, "for ever"),
    ],
    "farther_hop": [
        (lambda start, alpha: start % alpha, "before it steps over"),
        (lambda start, alpha: alpha, "length of the hop"),
        (lambda start, alpha: start, "is 0.3"),
    ],
    "adagrad_way": [(100, "1.86"), (10_000, "forgets the 2"), (3000, "has walked"), (-1, "none")],
    "largest_yet": [
        (without_sizes, "sizes"),
        (lambda phi, v, g, a, c: phi - a * g / np.maximum(c * v, np.abs(g)), "expected"),
    ],
    "as_descent": [
        ([0.05, 1e-8], "whatever the slopes"), ([0.5, 10], "still count"), ([1e6, 1e6], "α/ε"),
        ([-1, 1], "above zero"), (0.05, "2 numbers"),
    ],
    "changing_beta": [
        (lambda a, s: a / (1 - s[-1] ** len(s)), "last share"),
        (lambda a, s: a, "corrected average"),
    ],
    "with_penalty": [(0.2, "how far"), (0.9, "curvature"), (1, "still pulls"), (0.5, "too small")],
    "three_runs": [
        ({**CURES, "a": "raise the rate"}, "hops farther"), ({**CURES, "b": "more"}, "none of"),
        ({key: "let the rate fall" for key in "abc"}, "1 of 3"),
    ],
}  # fmt: skip
