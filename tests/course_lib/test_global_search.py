"""Searches that see the whole box."""

import numpy as np
import pytest

from course_lib.datasets import gabor_data
from course_lib.global_search import grid_search, multi_start, random_starts
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import CosineWave, Polynomial, Quadratic, Saddle

BOX = [(-10.0, 10.0), (2.5, 22.5)]
GABOR = LeastSquares(Gabor(), *gabor_data())


def test_grid_search_finds_the_global_minimum_of_the_gabor_loss():
    phi, value = grid_search(GABOR, BOX, points=201)
    assert phi == pytest.approx([0, 16.6], abs=0.3)
    assert value == pytest.approx(0.64, abs=0.01)
    assert value == GABOR(phi)


def test_grid_search_returns_the_best_of_a_plain_loop():
    bowl = Quadratic((1.0, 3.0), 0.5, (0.3, -0.4))
    candidates = [(a, b) for a in np.linspace(-1, 1, 5) for b in np.linspace(-1, 2, 7)]
    expected = min(candidates, key=bowl)
    phi, value = grid_search(bowl, [(-1, 1), (-1, 2)], points=(5, 7))
    assert tuple(phi) == expected
    assert value == bowl(expected)


def test_grid_search_passes_over_what_is_not_a_number():
    def loss(phi):
        return np.where(phi[..., 0] < 0, np.nan, phi[..., 0])

    phi, value = grid_search(loss, [(-1, 1)], points=5)
    assert (phi.tolist(), value) == ([0.0], 0.0)


def test_random_starts_fill_the_box_and_repeat_with_their_seed():
    starts = random_starts(BOX, n=2000, rng=3)
    assert starts.shape == (2000, 2)
    np.testing.assert_allclose(starts.min(axis=0), [-10, 2.5], atol=0.05)
    np.testing.assert_allclose(starts.max(axis=0), [10, 22.5], atol=0.05)
    np.testing.assert_allclose(starts.mean(axis=0), [0, 12.5], atol=0.5)
    np.testing.assert_array_equal(starts, random_starts(BOX, 2000, np.random.default_rng(3)))
    assert not np.array_equal(starts, random_starts(BOX, 2000, rng=4))


def test_multi_start_finds_the_global_minimum_of_the_gabor_loss():
    starts = random_starts(BOX, n=40, rng=0)
    rule = GradientDescent(0.05)
    best = multi_start(GABOR, starts, rule, steps=300)
    assert best.final == pytest.approx([0, 16.6], abs=0.3)
    assert best.final_loss == pytest.approx(0.64, abs=0.01)
    assert best.params.shape == (301, 2)
    # And one start alone does not: this one ends in a higher valley.
    [alone] = starts[np.abs(starts[:, 0]).argsort()[-1:]]
    assert multi_start(GABOR, [alone], rule, steps=300).final_loss > 1


def test_multi_start_looks_at_every_pair_of_a_start_and_a_rate():
    rates = np.array([[1e-6], [0.5]])
    best = multi_start(Quadratic((1.0, 1.0)), [[4.0, 4.0], [3.0, 3.0]], GradientDescent(rates), 4)
    assert best.params.shape == (5, 2)
    np.testing.assert_allclose(best.final, 3 / 16)


def test_grid_search_refuses_a_loss_of_one_point_at_a_time():
    with pytest.raises(ValueError, match=r"loss\(grid\) has shape"):
        grid_search(lambda phi: phi[0] ** 2 + phi[1] ** 2, [(-1, 1), (-1, 1)], points=5)


def test_multi_start_returns_the_path_that_ended_lowest():
    path = multi_start(CosineWave(), [[-0.5], [0.8], [0.1]], GradientDescent(0.02), steps=200)
    assert path.params[0, 0] == 0.8
    assert path.final_loss == pytest.approx(-1.0467, abs=1e-4)


def test_a_start_that_ran_off_to_minus_infinity_does_not_win():
    # x³ - 3x: a minimum of -2 at 1, and no bottom on the left.
    loss = Polynomial([0, -3, 0, 1])
    path = multi_start(loss, [[-3.0], [0.5]], GradientDescent(0.05), steps=200)
    assert not path.diverged
    assert path.final == pytest.approx([1])


def test_where_every_start_diverges_the_path_says_so():
    path = multi_start(Saddle(), [[1.0, 1.0], [2.0, 1.0]], GradientDescent(0.4), steps=300)
    assert path.diverged
