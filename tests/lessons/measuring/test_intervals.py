"""Intervals: Wilson's for a share, Student's quantile for a mean."""

import numpy as np
import pytest

from lessons.measuring.intervals import t_quantile, wilson_interval


@pytest.mark.parametrize("count", [1, 7, 50, 99])
def test_the_ends_of_the_interval_are_as_far_as_z_standard_deviations(count):
    for end in wilson_interval(count, 100, z=1.5):
        assert abs(count / 100 - end) == pytest.approx(1.5 * np.sqrt(end * (1 - end) / 100))


def test_the_interval_never_leaves_the_probabilities():
    low, high = wilson_interval(np.array([0, 10]), 10)
    assert low[0] == 0 and high[1] == 1
    assert high[0] == pytest.approx(1 - low[1]) and 0.2 < high[0] < 0.35


def test_the_interval_holds_the_probability_about_95_times_in_100():
    rng = np.random.default_rng(0)
    low, high = wilson_interval(rng.binomial(60, 0.27, size=20_000), 60)
    assert np.mean((low <= 0.27) & (0.27 <= high)) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: wilson_interval(-1, 10), ValueError, "count is -1, expected at least 0"),
        (lambda: wilson_interval(11, 10), ValueError, "count is 11, expected at most 10"),
        (lambda: wilson_interval(0, 0), ValueError, "n is 0"),
        (lambda: wilson_interval(0, 5, z=0), ValueError, "z is 0"),
    ],
)  # fmt: skip
def test_a_bad_call_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("freedom, t", [(3, 3.182), (4, 2.776), (19, 2.093), (99, 1.984)])
def test_quantile_is_that_of_student_s_tables(freedom, t):
    assert t_quantile(freedom) == pytest.approx(t, rel=0.01 if freedom < 10 else 0.001)
