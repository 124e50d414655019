"""Answers to the tasks of notebook 02."""

import numpy as np

from lessons.marking.verdict import Status
from lessons.tasks.gradient_descent import cauchy


def mean_in_a_loop(y):
    total = 0
    for one in y:
        total += one
    return total / len(y)


RIGHT = {
    "best_flat": [np.mean, mean_in_a_loop, lambda y: np.array([y.mean()])],
    "best_first_step": [0.147, 0.146, np.float32(0.1471)],
    "no_harm": [0.41, 0.409, np.float32(0.405)],
    "tenth": [0.45, 0.55, 9 / 20, np.array([0.45])],
    "largest_rate": [2 / 46.83, 0.0427, 0.043],
    "three_runs": [
        {"a": 10, "b": 0.5, "c": 0.1, "d": 10},
        {"d": 10.0, "a": 10.0, "b": 1 / 2, "c": np.float64(0.1)},
    ],
    "stuck": [[6.1, 16.8], (6.1, 17.0), np.array([6.2, 16.8])],
    "how_many_starts": [35, 35.0, np.int64(35)],
    "cauchy": [[0.768, 0.695], (0.7682, 0.6948), np.array([0.769, 0.695])],
}

WRONG = {
    "best_flat": [
        (lambda y: np.mean(np.abs(y)), "the best intercept is"),
        (np.median, "The median"),
        (lambda y: y, "shape"),
    ],
    "best_first_step": [
        (0.02, "stops short"), (0.2, "goes past"), (0.5, "higher than where"), (-0.1, "uphill"),
        (0, "nothing moves"),
    ],
    "no_harm": [
        (0.2, "still ends lower"), (0.5, "smaller rate"), (-1, "above zero"), (1.2, "smaller rate"),
    ],
    "tenth": [
        (0.1, "four fifths"), (0.05, "nine tenths"), (0.9, "leaves 1 − 2α"), (2, "no closer"),
        (0.3, "leaves 0.4 of"),
    ],
    "largest_rate": [
        (2 / 4.76, "smaller"), (1 / 46.83, "in one step"), (0.03, "lies higher"), (0.06, "lower"),
        (2 / 51.6, "do not add up"), (-1, "between 0 and 10"),
    ],
    "three_runs": [
        ({"a": 10, "b": 0.1, "c": 0.1, "d": 10}, "0.8 of"),
        ({"a": 0.1, "b": 10, "c": 10, "d": 0.5}, "0 of 4"), ({"a": "10"}, "without quotes"),
        ({"a": 2, "b": 0.5, "c": 0.1}, "none of the options"),
    ],
    "stuck": [
        ([0, 16.6], "good valley"), ([6, 12], "can still lower"), ([-6.5, 17.7], "can still lower"),
    ],
    "how_many_starts": [
        (8, "once on average"), (34, "1.07 %"), (34.49, "round up"), (34.5, "round up"),
        (792, "a single one"), (50, "too large"),
    ],
    "cauchy": [
        ([0.695, 0.768], "other order"), ([0, 0], "misses the first"), ([0.75, 0.7], "near"),
        ([3, -2], "are to be zero"), (0.768, "2 numbers"),
    ],
}  # fmt: skip


def test_cauchys_equations_have_one_solution():
    """cos(sin ·) draws any two numbers together: repeated, it leads from anywhere to one place."""
    for first in (-3.0, 0.0, 2.0):
        for _ in range(200):
            first = np.cos(np.sin(first))
        assert cauchy.verdict([first, np.sin(first)]).status is Status.CORRECT
