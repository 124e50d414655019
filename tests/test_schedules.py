"""A rate is a number, an array, or a schedule."""

import numpy as np
import pytest

from course_lib.schedules import as_rate, as_share, value_at


def test_a_schedule_is_asked_for_its_value_at_each_step():
    assert [value_at(lambda t: 0.5**t, t, np.zeros(2)) for t in range(4)] == [1, 0.5, 0.25, 0.125]


@pytest.mark.parametrize("value", [0.1, 3, np.float64(0.1), np.array(0.1)])
def test_a_number_is_the_value_at_every_step(value):
    assert value_at(value, 99, np.zeros(2)) == value


def test_a_number_leaves_the_type_of_the_parameters_alone():
    phi = np.zeros((3, 2), np.float32)
    for value in (np.float64(0.1), np.array([0.1, 0.2, 0.3]), lambda t: np.float64(0.1)):
        assert (value_at(value, 0, phi) * phi).dtype == np.float32


def test_an_array_gives_each_member_its_own():
    assert value_at(np.array([0.1, 0.2]), 5, np.zeros((2, 3))).tolist() == [[0.1], [0.2]]


def test_good_rates_pass():
    for rate in (0.1, 3, [0.1, 0.2], np.float32(0.5), lambda t: 1.0 / (t + 1)):
        as_rate("learning_rate", rate)


@pytest.mark.parametrize("rate", [0, -0.1, np.inf, np.nan, [0.1, 0.0]])
def test_a_rate_that_is_not_above_zero_is_refused(rate):
    with pytest.raises(ValueError, match="alpha is .* expected finite and above zero"):
        as_rate("alpha", rate)


def test_a_warm_up_may_start_at_zero():
    assert as_rate("learning_rate", lambda t: 0.1 * t)(3) == pytest.approx(0.3)


def test_a_schedule_that_starts_below_zero_is_refused():
    with pytest.raises(ValueError, match=r"alpha\(0\) is -1"):
        as_rate("alpha", lambda t: t - 1)


@pytest.mark.parametrize("beta", [-0.1, 1, [0.9, 1.5], np.nan, lambda t: 1.0])
def test_a_share_outside_its_range_is_refused(beta):
    with pytest.raises(ValueError, match=r"beta(\(0\))? is .* expected at least 0 and below 1"):
        as_share("beta", beta)


def test_good_shares_pass():
    assert as_share("beta", 0) == 0
    assert isinstance(as_share("beta", [0, 0.9]), np.ndarray)
    assert as_share("beta", lambda t: 0.9 - 0.5**t / 2)(1) == pytest.approx(0.65)
