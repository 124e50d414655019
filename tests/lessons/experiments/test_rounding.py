"""Rounded, a run does not hang on the last digit; and it is the same run."""

import numpy as np
from numpy.testing import assert_allclose

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.rounding import Rounded

GABOR, START = LeastSquares(Gabor(), *gabor_data()), np.array([5.0, 9.4])


def apart(rule, steps):
    """How far a change of the last digit of the start leads astray."""
    starts = np.stack([START, np.nextafter(START, 10)])
    one, other = descend(GABOR, starts, rule, steps, keep="last").final
    return np.abs(one - other).max()


def test_a_run_that_hops_about_ends_the_same_from_a_start_changed_in_its_last_digit():
    hopping = GradientDescent(2.5)
    assert apart(hopping, 200) > 1e-9
    assert apart(Rounded(hopping, 7), 200) == 0


def test_a_run_that_settles_is_the_same_to_the_digits_that_are_kept():
    for rule in (GradientDescent(0.05), Adam(0.05)):
        plain = descend(GABOR, START, rule, 100, keep="last").final
        rounded = descend(GABOR, START, Rounded(rule, 7), 100, keep="last").final
        assert_allclose(rounded, plain, atol=1e-5)
        assert_allclose(rounded, np.round(rounded, 7), rtol=0, atol=0)
