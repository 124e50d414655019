"""Answers to the tasks of notebook 08, and what they are about."""

from itertools import permutations, product
from math import factorial, prod

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.networks import MLP
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic
from lessons.demos.hard_landscapes import behind_the_hill
from lessons.experiments.hard_landscapes import HILL, Inexact, over_the_hill
from lessons.tasks import hard_landscapes as your_turn


def by_counting(hessian):
    values = np.linalg.eigh(hessian)[0]
    return sum(value < 0 for value in values) / len(values)


RIGHT = {
    "most_gained": [lambda gg, gHg: gg**2 / gHg / 2, lambda gg, gHg: gg * (gg / gHg) * 0.5],
    "ways_down": [by_counting, lambda hessian: [np.mean(np.linalg.eigvals(hessian).real < 0)]],
    "terrace_length": [np.log(1000) / np.log(1.16), 46.5, 47],
    "twins": [
        lambda units: factorial(units) * 2**units,
        lambda units: prod(2 * n for n in range(1, units + 1)),
    ],
    "hundred_layers": [0.1**0.01, 0.977, np.float32(0.9772)],
    "survive": [1.5, 3, np.float64(3.5)],
    "where_it_rests": [
        lambda curvature, bias: -bias / curvature,
        lambda curvature, bias: np.linalg.solve([[curvature]], [-bias])[0],
    ],
    "higher_start": [[0.3, 0.1], (0.4, 0.0), np.array([0.2, -0.1])],
}

WRONG = {
    "most_gained": [
        (lambda gg, gHg: gg / gHg, "the rate of this step"),
        (lambda gg, gHg: gg**2 / gHg, "takes a part back"),
        (lambda gg, gHg: -(gg**2) / gHg / 2, "above zero"),
        (lambda gg, gHg: 0.0, "without the ½"),
        (lambda gg, gHg: gg, "what is gained is"),
    ],
    "ways_down": [
        (lambda hessian: np.sum(np.linalg.eigvalsh(hessian) < 0), "their number"),
        (lambda hessian: np.mean(np.diag(hessian) < 0), "axes of the paper"),
        (lambda hessian: np.mean(np.linalg.eigvalsh(hessian) <= 0), "neither a way down"),
    ],
    "terrace_length": [
        (6250, "multiplies"), (862, "ask for the power"), (43, "ln 1.16"), (10, "too small"),
    ],
    "twins": [
        (factorial, "sign of all its weights"),
        (lambda units: 2**units, "in any order"),
        (lambda units: 2 * factorial(units), "for each unit"),
        (lambda units: units, "number of places"),
    ],
    "hundred_layers": [
        (0.9, "every* layer"), (0.001, "factors multiply"), (1, "too much"), (0.95, "too little"),
        (-0.977, "sign changes"), (1e300, "too much"),
    ],
    "survive": [
        (50, "thrown far off"), (1e9, "thrown far off"), (0.05, "not there yet"), (1, "not there"),
        (-1, "above zero"), (0, "above zero"),
    ],
    "where_it_rests": [
        (lambda curvature, bias: bias / curvature, "wrong side"),
        (lambda curvature, bias: -bias, "curvature is 1"),
        (lambda curvature, bias: 0, "it is told is b"),
    ],
    "higher_start": [
        ([-0.3, 0.1], "does not reach"), ([2.5, 0.0], "lower* start"), ([90, 0], "far off"),
        ([-0.5, 0.2], "does not reach"), ([0.4, 0.2], "second picture"),
    ],
}  # fmt: skip


def test_the_twins_of_a_network_are_as_many_as_the_task_says():
    """Every order and every choice of signs computes the same; they are all different places."""
    network, x = MLP((1, 3, 1), "tanh"), np.linspace(-2, 2, 9)
    phi = np.random.default_rng(0).standard_normal(network.n_parameters)
    into, out = network.unravel(phi)
    places = set()
    for order in map(list, permutations(range(3))):
        for signs in map(np.array, product((-1, 1), repeat=3)):
            twin = np.empty_like(phi)
            twin_into, twin_out = network.unravel(twin)
            twin_into.weights[...] = signs * into.weights[:, order]
            twin_into.biases[...] = signs * into.biases[order]
            twin_out.weights[...] = signs[:, None] * out.weights[order]
            twin_out.biases[...] = out.biases
            np.testing.assert_allclose(network(x, twin), network(x, phi), rtol=1e-12, atol=1e-12)
            places.add(tuple(twin))
    [part] = your_turn.twins.parts
    assert len(places) == part.right(3) == 48


def test_a_biased_descent_rests_where_the_task_says():
    [part] = your_turn.where_it_rests.parts
    for curvature, bias in ((1.0, 0.5), (4.0, -2.0)):
        told = Inexact(Quadratic([curvature]), lambda bias=bias: bias)
        end = descend(told, [3.0], GradientDescent(0.2), steps=300).final
        assert end == pytest.approx([part.right(curvature, bias)])


def test_the_start_that_is_no_answer_is_the_one_that_the_demo_shows():
    shown = behind_the_hill.preset_settings()["behind the top"]
    assert (shown["start0"], shown["start1"]) == your_turn.SHOWN_BEHIND


def test_what_decides_is_the_side_of_the_hill_and_not_the_height_of_the_start():
    near, behind = [-0.5, 0.2], [0.3, 0.1]
    assert HILL(behind) > HILL(near)
    assert over_the_hill(behind).final_loss < -2 < 0 < over_the_hill(near).final_loss
    assert (np.diff(over_the_hill(near).losses) < 0).all()
