"""The claims about hard landscapes: each verdict turns where its condition is taken away."""

import numpy as np
import pytest

from course_lib.gradient_check import numerical_hessian
from course_lib.optimizers import RegularizedNewton
from lessons import claims
from lessons.experiments.hard_landscapes import (
    autoencoder,
    autoencoder_data,
    digit_training,
    gaussian_signs,
    inside_a_larger_one,
    passed_on,
    signal_lengths,
    stair_heights,
)
from lessons.measuring.claim import CONDITION, FAILS, HOLDS

# --- conditioning ---------------------------------------------------------------------------------


def test_the_border_of_a_step_is_not_sharp_on_a_network():
    """Two per cent below it and above it the second order no longer tells."""
    sharp = claims.a_step_helps_while_its_square_is_small(below=0.98, above=1.02, trainings=2)
    assert sharp.verdict == FAILS


def test_the_measures_are_those_of_the_gradient():
    loss, path, measures = digit_training(seed=0)
    g = loss.gradient(path.params[3])
    assert measures.lengths[3] == pytest.approx(np.linalg.norm(g))
    h = 1e-4 / np.linalg.norm(g)
    bend = (
        loss(path.params[3] + h * g) - 2 * loss(path.params[3]) + loss(path.params[3] - h * g)
    ) / h**2
    assert measures.curvature[3] == pytest.approx(bend / (g @ g), rel=1e-3)


def test_from_full_weights_and_with_all_examples_the_gradient_falls():
    still = claims.gradients_stay_long_while_the_loss_falls(
        trainings=2, steps=200, gain=1.0, batch=None
    )
    assert still.verdict == FAILS
    assert still.figures["share of the loss that is left"].value < 0.2


# --- saddles --------------------------------------------------------------------------------------


def test_signs_are_coins_where_nothing_couples_them():
    assert claims.signs_are_fair_coins(draws=4000).verdict == FAILS
    assert claims.signs_are_fair_coins(draws=4000, coupled=False).verdict == HOLDS


def test_signs_of_one_number_are_a_coin_and_both_ends_are_alike():
    assert np.mean(gaussian_signs(1, 4000, 0)) == pytest.approx(0.5, abs=0.03)
    three = gaussian_signs(3, 20_000, 0)
    assert np.mean(three == 3) == pytest.approx(np.mean(three == 0), abs=0.005)


def test_damped_newton_is_not_drawn_to_saddles():
    damped = claims.newton_is_drawn_to_saddles(starts=60, rule=RegularizedNewton(10.0))
    assert damped.verdict == FAILS


@pytest.mark.parametrize("few, loss", [(0, 20.4788), (1, 4.0759), (2, 0.1257)])
def test_the_best_of_a_smaller_network_is_flat_in_a_larger_one_with_a_way_down_for_each_unit_more(
    few, loss
):
    for many in range(max(few, 1), 4):
        point = inside_a_larger_one(few, many)
        assert point.loss == pytest.approx(loss, abs=1e-4)
        assert point.gradient < 1e-6
        assert point.down == many - few


# --- bad minima, and larger networks --------------------------------------------------------------


def test_a_little_width_is_not_enough_for_good_ends():
    assert claims.bad_ends_become_rare(small=5, large=10).verdict == FAILS


def test_early_on_a_lower_loss_is_worth_having():
    assert claims.lowest_loss_is_not_needed(first=100, then=400).verdict == FAILS


def test_a_loss_that_every_network_has_is_no_easier_for_a_larger_one():
    assert claims.larger_networks_are_easier(goal=100.0).verdict == FAILS


def test_a_goal_that_no_network_reaches_is_not_reached_more_easily():
    measurement = claims.larger_networks_are_easier(goal=0.0)
    assert measurement.verdict == FAILS and "none gets there" in measurement.why


def test_an_autoencoder_that_bends_has_bad_ends():
    assert claims.autoencoders_have_no_bad_minima(starts=8, activation="relu").verdict == FAILS


def test_what_is_passed_on_is_flat_and_costs_what_is_left_out():
    loss, x = autoencoder(), autoencoder_data()
    _, axes = np.linalg.eigh(x.T @ x)
    for number, height in enumerate(stair_heights()):
        phi = passed_on(axes[:, 5 - number :])
        assert loss(phi) == pytest.approx(height)
        assert np.abs(loss.gradient(phi)).max() < 1e-8
        ways = np.linalg.eigvalsh(numerical_hessian(loss, phi)) < -1e-3
        assert ways.any() == (number < 3)


# --- long products and cliffs ---------------------------------------------------------------------


def test_a_few_factors_are_not_yet_the_largest_eigenvalue():
    assert claims.powers_follow_the_largest_eigenvalue(steps=6).verdict == FAILS


def test_at_another_scale_no_product_keeps_it():
    assert claims.different_matrices_keep_the_scale().verdict == CONDITION
    assert claims.different_matrices_keep_the_scale(scale=0.8).verdict == FAILS


def test_a_rotation_keeps_every_length_and_a_scale_multiplies_it():
    assert signal_lengths("the same rotation") == pytest.approx(1)
    shrunk = signal_lengths("the same rotation", 0.9, steps=10)
    assert shrunk[-1] == pytest.approx(0.9**10)


def test_a_limit_that_nothing_reaches_saves_nobody():
    assert claims.clipping_survives(limit=1e6, starts=60).verdict == FAILS
