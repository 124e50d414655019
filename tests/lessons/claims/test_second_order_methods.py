"""The claims about second-order methods, and what turns their verdicts."""

import numpy as np
import pytest

from course_lib.critical_points import find_critical_points
from course_lib.optimizers import RegularizedNewton
from course_lib.surfaces import Himmelblau
from lessons.claims.second_order_methods import (
    hessian_of_a_million_takes_terabytes,
    in_twentieths,
    newton_ends_on_saddles_of_the_wave,
    one_step_reaches_the_minimum_of_a_quadratic,
    share_on_saddles,
)
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Figure


def test_one_step_is_enough_for_bowls_and_no_half_step_is():
    measured = one_step_reaches_the_minimum_of_a_quadratic
    assert measured(draws=60).verdict == CONDITION
    assert measured(draws=60, turned=0.0).verdict == HOLDS
    assert measured(draws=60, rate=0.5).verdict == FAILS
    all_turned = measured(draws=60, turned=1.0).figures
    assert all_turned["any signs: steps that end at the flat point, share"].value == 1
    assert all_turned["any signs: steps that end at a minimum, share"].value == 0


def test_a_damped_rule_is_not_drawn_to_saddles():
    small = {"draws": 3, "starts": 40, "steps": 200}
    assert newton_ends_on_saddles_of_the_wave(**small).verdict == HOLDS
    damped = newton_ends_on_saddles_of_the_wave(**small, rule=RegularizedNewton(1.0, adaptive=True))
    assert damped.verdict == FAILS
    assert damped.figures["RegularizedNewton: ends on a saddle, share"].value == 0


def test_saddles_are_counted_and_nothing_else():
    points = find_critical_points(Himmelblau(), ((-5, 5), (-5, 5)))
    ends = np.array([*(point.phi for point in points), (1.0, 1.0)])  # the last is nowhere flat
    assert share_on_saddles(Himmelblau(), ends) == pytest.approx(0.4)


def test_shares_are_rounded_and_their_intervals_outwards():
    shown = in_twentieths(Figure("share", 0.51, (0.489, 0.531)))
    assert (shown.value, shown.interval) == (0.5, (0.45, 0.55))
    assert in_twentieths(Figure("share", 0.0, (0.0, 0.0))).interval == (0.0, 0.0)


def test_the_terabytes_are_those_of_four_bytes_and_binary_gigabytes():
    measured = hessian_of_a_million_takes_terabytes
    assert measured(draws=2).verdict == CONDITION
    assert "3725 GB" in measured(draws=2).why
    assert measured(draws=2, nbytes=8).verdict == FAILS
    assert "4,000 GB" in measured(draws=2, unit=10**9).why
    filled = measured(draws=2).figures["entries that are not zero, share"]
    assert 0.4 < filled.value <= 1
