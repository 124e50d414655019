"""The search over quantised parameters: all of them are tried, and none is lower."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.global_search import MOST_CANDIDATES, grid_search, quantised_search
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import CosineWave, Himmelblau, Quadratic

BOX = [(-10.0, 10.0), (2.5, 22.5)]
GABOR = LeastSquares(Gabor(), *gabor_data())


@given(st.integers(0, 1000), st.sampled_from([1, 2, 3, (1, 3), (3, 1)]))
@settings(max_examples=20)
def test_no_other_combination_has_a_lower_loss(seed, bits):
    bounds = np.sort(np.random.default_rng(seed).uniform(-5, 5, (2, 2)), axis=1)
    phi, value, tried = quantised_search(Himmelblau(), bounds, bits)
    each = np.broadcast_to(bits, 2)
    levels = [np.linspace(low, high, 2**b) for (low, high), b in zip(bounds, each)]
    losses = [float(Himmelblau()(point)) for point in product(*levels)]
    assert tried == len(losses) == 2 ** each.sum()
    assert value == min(losses) == Himmelblau()(phi)
    assert all(x in level for x, level in zip(phi, levels))


def test_every_candidate_is_tried_once():
    seen = []

    def loss(phi):
        seen.extend(phi.reshape(-1, 2).tolist())
        return phi.sum(axis=-1)

    _, _, tried = quantised_search(loss, [(0, 3), (0, 7)], bits=(2, 3))
    assert tried == 32
    assert sorted(seen) == sorted([float(i), float(j)] for i in range(4) for j in range(8))


def test_it_is_a_grid_search():
    phi, value, _ = quantised_search(GABOR, BOX, bits=5)
    same_phi, same_value = grid_search(GABOR, BOX, points=32)
    assert phi.tolist() == same_phi.tolist() and value == same_value


def test_it_finds_the_valley_that_a_descent_from_elsewhere_does_not():
    phi, value, tried = quantised_search(GABOR, BOX, bits=6)
    assert tried == 4096
    assert phi == pytest.approx([0, 16.6], abs=0.5)
    descent = descend(GABOR, [-6.0, 12.0], GradientDescent(0.02), steps=500)
    assert value < 1 < descent.final_loss


def test_more_bits_come_closer():
    lowest = minimize_scalar(lambda x: CosineWave()([x]), bounds=(0.5, 1.5), method="bounded").fun
    values = [quantised_search(CosineWave(), [(-1, 2)], bits).loss for bits in range(3, 17)]
    gaps = np.array(values) - lowest
    steps = 3 / (2.0 ** np.arange(3, 17) - 1)
    # Half a step away at most, on a curve that bends by less than 13.
    assert (gaps < 13 / 2 * (steps / 2) ** 2 + 1e-9).all()
    assert (gaps > -1e-9).all()


def test_a_million_candidates_are_allowed():
    phi, value, tried = quantised_search(Quadratic((1.0, 1.0)), [(-1, 1), (0, 1)], bits=10)
    assert tried == MOST_CANDIDATES
    assert phi[1] == 0 and abs(phi[0]) < 1e-3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: quantised_search(GABOR, BOX, bits=11),
            r"bits is 11: 2 parameters then have 2\*\*22 combinations, expected at most 1048576",
        ),
        (
            lambda: quantised_search(GABOR, [(0, 1)] * 1000, bits=32),
            r"bits is 32: 1000 parameters then have 2\*\*32000 combinations, expected at most",
        ),
        (lambda: quantised_search(GABOR, BOX, bits=0), "bits is 0, expected at least 1"),
        (lambda: quantised_search(GABOR, BOX, bits=1.5), "bits is 1.5, expected a whole number"),
        (
            lambda: quantised_search(GABOR, BOX, (1, 2, 3)),
            r"bits is \(1, 2, 3\), expected a whole n",
        ),
        (lambda: quantised_search(GABOR, [(1, 0)], 3), r"bounds is \[\(1, 0\)\], expected finite"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
