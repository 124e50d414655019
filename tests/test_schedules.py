"""A rate is a number, an array, or a schedule."""

import numpy as np
import pytest

from course_lib.schedules import as_rate, rate_at


def test_a_schedule_is_asked_for_its_rate_at_each_step():
    assert [rate_at(lambda t: 0.5**t, t) for t in range(4)] == [1, 0.5, 0.25, 0.125]


@pytest.mark.parametrize("rate", [0.1, 3, np.array([0.1, 0.2])])
def test_anything_else_is_the_rate_at_every_step(rate):
    assert rate_at(rate, 0) is rate
    assert rate_at(rate, 99) is rate


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
