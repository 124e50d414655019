"""Answers to the tasks of notebook 05."""

import numpy as np

from course_lib.schedules import ExponentialDecay
from course_lib.surfaces import Quadratic
from lessons.marking.verdict import Status
from lessons.tasks.stochastic_gradient_descent import (
    MEMORY,
    quickest,
    recipes,
    seconds_of_training,
    shifted,
)

T = np.arange(200)
ADVICE = {"a": "decay", "b": "lower", "c": "raise", "d": "stop"}

RIGHT = {
    "as_a_sum": [0.1 / 32, 0.003125, np.float64(0.003125)],
    "missed": [300 * (299 / 300) ** 300, 110.1, 110, 300 / np.e],
    "tenth_of_noise": [23, 23.0, np.int64(23)],
    "seeds": [1005, 1015, 1016, 950, 1050, np.int64(1080)],
    "plateau": [0.0392, 0.04 / 1.02, 0.039],
    "curves": [ADVICE, {key: f" {advice.upper()}" for key, advice in ADVICE.items()}],
    "quickest": [200, np.int64(190), 230],
    "shifted": [[0.0025, 0.25], (1 / 400, 1 / 4)],
    "recipes": [6, 6.02, 20 * np.log10(2)],
    "budget": [
        0.1 * 0.03 ** (T / 200),
        0.1 - T / 2000,
        0.05 * (1 + np.cos(np.pi * T / 200)),
        0.1 * 0.5 ** (T // 40),
        np.where(T < 100, 0.05, 0.005),
        ExponentialDecay(0.13, k=0.02)(T).tolist(),
        np.linspace(0.06, 0.0018, 200),
    ],
    "c_over_t": [2.5, 5 / 2, np.float32(2.55)],
    "price": [26, 26.0, 2 * 8 + 200 / 20],
}

WRONG = {
    "as_a_sum": [
        (3.2, "make up for it"), (0.1, "32 times as long"), (0.01768, "for the noise"),
        (0.002, "too small"), (6.4e-5, "does not matter"),
    ],
    "missed": [
        (0, "dealt out"), (108.5, "twice"), (190, "at least once"), (150, "too large"),
        (0.367, "How many of 300"), (271.4, "30 draws"),
    ],
    "tenth_of_noise": [
        (100, "only 28"), (10, "a quarter"), (22, "just too few"), (22.05, "round up"),
        (26, "too large"),
    ],
    "seeds": [
        (100, "14 % lies within"), (400, "overlap"), (900, "still do"), (4000, "a tenth fewer"),
        (12.5, "whole"), (-3, "from 10"),
    ],
    "plateau": [
        (0.01, "settles 0.002513"), (0.0198, "The loss is half"), (2.5, "nowhere"),
        (0.08, "settles 0.02083"),
    ],
    "curves": [
        (ADVICE | {"a": "lower"}, "ahead of all others"), (ADVICE | {"b": "decay"}, "never stable"),
        (ADVICE | {"c": "stop"}, "0.186"), (ADVICE | {"d": "up"}, "none of the options"),
    ],
    "quickest": [
        (512, "10.92"), (400, "twice the least"), (100, "doubled"), (32, "Is more quicker"),
        (300, "Is less quicker"), (1000, "memory"), (0, "none to try"),
    ],
    "shifted": [
        ([0.25, 0.0025], "other order"), ([0.005, 0.5], "λ/2"), ([0.025, 2.5], "Square"),
        ([0, 0], "not at its lowest"), ([0.0025, 0.3], "Number 2"), (0.25, "expected 2 numbers"),
    ],
    "recipes": [(5, "1/16"), (10, "a quarter"), (66.4, "Upside down"), (7.5, "too large")],
    "budget": [
        (np.full(200, 0.04), "never falls"), (np.full(200, 0.1), "too high to settle"),
        (np.full(200, 0.9), "diverges"), (0.1 / (1 + T), "too few high rates"),
        (0.1 * 0.1 ** (T / 200), "most of it is noise"), (0.04 - T / 5000, "too few high rates"),
        (0.1 * 0.01 ** (T / 200), "too few high rates"), (0.1 - T, "from 0 to 1"),
        ([0.1, 0.2], "200 numbers"),
    ],
    "c_over_t": [
        (0.5, "curvature 1"), (0.1, "larger"), (5, "1/λ"), (2, "power 0.8"),
        (3, "smaller c"), (-1, "above zero"),
    ],
    "price": [(16, "a new anchor"), (18, "twice"), (216, "every 20th"), (30, "too large")],
}  # fmt: skip


def test_the_quickest_batch_is_where_noise_and_price_balance():
    """The shortest time is at √(400/0.01), within what the memory holds; its neighbours pass."""
    sizes = np.arange(1, MEMORY + 1)
    times = np.array([seconds_of_training(size) for size in sizes])
    assert sizes[times.argmin()] == 200 and times.min() == 9
    passed = [size for size in sizes if quickest.verdict(size).status is Status.CORRECT]
    assert passed == sizes[times <= 1.01 * 9].tolist()
    assert quickest.verdict(MEMORY + 1).status is Status.NOT_YET


def test_the_two_recipes_meet_there():
    [part] = recipes.parts
    for epochs in (20, 37):
        assert np.isclose(0.5 ** (epochs / part.right), 0.1 ** (epochs / 20))


def test_a_shift_costs_in_proportion_to_the_curvature():
    [part] = shifted.parts
    assert np.allclose(part.right, [Quadratic([bend])(np.array([0.1])) for bend in (0.5, 50)])
