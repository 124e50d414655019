"""A claim: what a measurement says, and how its figures come by their intervals."""

import inspect

import numpy as np
import pytest

from lessons.measuring.claim import (
    HOLDS,
    Claim,
    Figure,
    Finding,
    claim,
    in_groups,
    mean_of,
    share_of,
)


@claim("cl-0", "Every number is even", source="nobody")
def all_even(numbers=3, seed=0):
    """Count {numbers} numbers from {seed} on.

    Not part of the experiment's text.
    """
    odd = sum(n % 2 for n in range(seed, seed + numbers))
    return Finding((Figure("odd numbers", odd, (0, numbers)),), HOLDS, "we looked")


@claim("cl-0", "We are sure", source="nobody")
def unsure(seed=0):
    """Ask."""
    return Finding((), "maybe", "why")


def test_a_figure_has_three_digits_and_no_power_that_a_reader_need_not_read():
    assert str(Figure("runs", 1234.5, (999.9, 63_800))) == "runs: 1230 (from 1000 to 63800)"
    assert str(Figure("bias", 2.92e-07)) == "bias: 2.92e-07"


def test_measurement_says_claim_experiment_figure_and_verdict():
    assert str(all_even(seed=3)).splitlines() == [
        "claim       Every number is even (cl-0; nobody)",
        "experiment  Count 3 numbers from 3 on.",
        "figure      odd numbers: 2 (from 0 to 3)",
        "verdict     holds: we looked",
    ]


def test_unknown_setting_and_unknown_verdict_are_named():
    with pytest.raises(TypeError, match="'size'"):
        all_even(size=3)
    with pytest.raises(ValueError, match="'maybe', expected one of holds"):
        unsure()


def test_share_has_wilsons_interval():
    what, value, (low, high) = share_of("heads", np.repeat([True, False], [10, 90]))
    assert (what, value) == ("heads", 0.1)
    # Its ends are the p with |0.1 - p| = 1.96 √(p (1 - p) / 100).
    for p in (low, high):
        assert abs(0.1 - p) == pytest.approx(1.96 * np.sqrt(p * (1 - p) / 100))
    assert low < 0.1 < high


@pytest.mark.parametrize("n", [4, 20, 100])
def test_interval_of_a_mean_holds_the_truth_95_times_in_100(n):
    draws = np.random.default_rng(0).normal(3.0, 2.0, size=(4000, n))
    intervals = [mean_of("mean", row).interval for row in draws]
    assert 0.935 < np.mean([low < 3.0 < high for low, high in intervals]) < 0.965


def test_one_value_says_nothing_of_its_error():
    with pytest.raises(ValueError, match="number of values of 'heads' is 1, expected at least 2"):
        mean_of("heads", [0.5])


def test_runs_in_groups_keep_their_order():
    runs = np.arange(120).reshape(2, 60)
    assert in_groups(runs, axis=1).shape == (2, 20, 3)
    assert in_groups(runs, axis=1)[1, 2].tolist() == [66, 67, 68]
    with pytest.raises(ValueError, match="number of runs is 30, expected a multiple of 20"):
        in_groups(np.zeros(30))


def test_a_claim_and_its_class_say_what_they_are():
    assert "the ledger's" in inspect.getdoc(Claim)
    assert inspect.getdoc(all_even).startswith("Count {numbers} numbers")
