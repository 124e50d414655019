"""The gradient checker: right gradients pass, each kind of wrong one is named."""

import numpy as np
import pytest

from course_lib.datasets import gabor_data, linear_data
from course_lib.gradient_check import (
    finite_difference_gradient,
    gradient_check,
    hessian_vector_product,
    numerical_hessian,
    relative_error,
)
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.surfaces import CosineWave, Polynomial, Quadratic

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
POINT = np.array([1.3, 11.0])


def _relu_sum(phi):
    return np.maximum(phi, 0).sum()


def _relu_slopes(phi):
    return (phi > 0).astype(float)


@pytest.mark.parametrize("loss", [LINE, GABOR, Quadratic((0.5, 20.0), 0.4, (3.0, 1.0))])
def test_a_right_gradient_is_good(loss):
    report = gradient_check(loss, loss.gradient, POINT)
    assert report.verdicts == ("good", "good")
    assert report.passed
    assert report.relative_error.max() < 1e-7


@pytest.mark.parametrize(
    "wrong",
    [
        lambda g: g / 2,  # the dropped 2
        lambda g: -g,  # the flipped sign
        lambda g: g[::-1],  # the swapped parameters
        lambda g: g / 28,  # a mean for a sum
        lambda g: 1.1 * g,
        lambda g: 0 * g,
        lambda g: g * np.nan,
    ],
)
@pytest.mark.parametrize("loss", [LINE, GABOR])
def test_a_wrong_gradient_is_wrong(loss, wrong):
    report = gradient_check(loss, lambda phi: wrong(loss.gradient(phi)), POINT)
    assert report.verdicts == ("wrong", "wrong")
    assert not report.passed


@pytest.mark.parametrize("parameter", [0, 1])
def test_only_the_wrong_parameter_is_blamed(parameter):
    def gradient(phi):
        slopes = GABOR.gradient(phi)
        slopes[parameter] *= 2
        return slopes

    verdicts = gradient_check(GABOR, gradient, POINT).verdicts
    assert verdicts[parameter] == "wrong"
    assert verdicts[1 - parameter] == "good"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (3e-8, "good"),
        (3e-7, "fine only at a kink"),
        (3e-5, "fine only at a kink"),
        (3e-4, "suspicious"),
        (3e-3, "suspicious"),
        (3e-2, "wrong"),
    ],
)
def test_each_size_of_error_has_its_band(error, verdict):
    slope = 7.0  # a straight line: centred differences are exact up to rounding

    report = gradient_check(
        lambda phi: slope * phi[0], lambda phi: np.array([slope * (1 - error)]), [0.5]
    )
    assert report.relative_error[0] == pytest.approx(error, rel=1e-2)
    assert report.verdicts == (verdict,)
    assert report.passed == (verdict == "good")


def test_relative_error_divides_by_the_larger_of_the_two():
    assert relative_error([3.0, 0.0, 1.0, -1.0], [1.0, 0.0, 0.0, 1.0]) == pytest.approx(
        [2 / 3, 0, 1, 2]
    )
    np.testing.assert_array_equal(relative_error([1.0, 5.0], [4.0, 2.0]), [0.75, 0.6])


def test_centred_differences_are_of_second_order():
    wave, x = CosineWave(), [0.4]
    errors = [
        abs(finite_difference_gradient(wave, x, h) - wave.gradient(x))[0] for h in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_a_smaller_h_is_not_always_better():
    """The V of claim cl-27: truncation on the right, rounding on the left."""
    errors = [
        abs(finite_difference_gradient(GABOR, POINT, h) - GABOR.gradient(POINT)).max()
        for h in (1e-1, 1e-5, 1e-12)
    ]
    assert errors[1] < 1e-4 * errors[0]
    assert errors[1] < 1e-4 * errors[2]


@pytest.mark.parametrize("distance", [0.0, 3e-6, -3e-6, 9e-6, -9e-6])
def test_a_kink_within_h_is_named(distance):
    report = gradient_check(_relu_sum, _relu_slopes, [distance])
    assert report.verdicts == ("kink",)
    assert report.passed


@pytest.mark.parametrize("distance", [2e-5, -2e-5, 1.0])
def test_a_kink_further_off_than_h_does_not_matter(distance):
    assert gradient_check(_relu_sum, _relu_slopes, [distance]).verdicts == ("good",)


@pytest.mark.parametrize("slope", [-0.5, 1.5])
def test_a_kink_excuses_no_slope_outside_its_two_sides(slope):
    assert gradient_check(_relu_sum, lambda phi: [slope], [0.0]).verdicts == ("wrong",)


@pytest.mark.parametrize("h", [1e-5, 1e-2])
@pytest.mark.parametrize("curvature", [-3.0, 0.5, 40.0])
@pytest.mark.parametrize("slope", [2.0, 3.0])
def test_either_slope_at_a_kink_is_fair_where_the_loss_is_curved_too(h, curvature, slope):
    def f(phi):
        return 2 * phi[0] + max(phi[0], 0.0) + curvature / 2 * phi[0] ** 2

    assert gradient_check(f, lambda phi: [slope], [0.0], h).verdicts == ("kink",)
    assert gradient_check(f, lambda phi: [slope + 2], [0.0], h).verdicts == ("wrong",)


@pytest.mark.parametrize("x", [0.0, 1e-3, 0.3])
def test_strong_curvature_is_not_a_kink(x):
    # The two one-sided slopes straddle any small wrong answer here, but close up as h shrinks.
    bowl = Polynomial([0.0, 0.0, 1e4])
    wrong = bowl.gradient([x]) + 0.05
    assert gradient_check(bowl, lambda phi: wrong, [x]).verdicts != ("kink",)
    assert gradient_check(bowl, bowl.gradient, [x]).passed


@pytest.mark.parametrize("distance", [-0.03, 0.01])
def test_a_kink_that_turns_the_gap_round_is_not_taken_for_a_curve(distance):
    """The gap is a tenth at a tenth of h, but for its sign: that is chance, and no smooth loss."""
    h, curvature = 0.1, 4.0
    bend = -2 * curvature * h * h / (h - abs(distance))  # it makes h·f'' into its negative

    def loss(phi):
        return (curvature * phi**2 / 2 + bend * np.maximum(phi - distance, 0)).sum(axis=-1)

    def gradient(phi):
        return curvature * phi + bend * (phi > distance)

    assert gradient_check(loss, gradient, [0.0], h).verdicts == ("kink",)


@pytest.mark.parametrize(("ulps", "good"), [(1, True), (1000, False)])
def test_a_difference_of_rounding_only_is_no_error(ulps, good):
    # The true slope is 0, and the loss comes out a last digit higher on one side: relative error 1.
    step = ulps * np.spacing(1e6)
    report = gradient_check(lambda phi: 1e6 + step * (phi[0] > 1), lambda phi: [0.0], [1.0])
    assert report.relative_error == 1
    assert (report.verdicts == ("good",)) == good


def test_a_loss_of_one_point_at_a_time_will_do():
    """What a student writes: no ensembles, plain indexing."""
    report = gradient_check(
        lambda p: p[0] ** 2 + 3 * p[1], lambda p: [2 * p[0], 3.0], np.array([2.0, 5.0])
    )
    assert report.verdicts == ("good", "good")
    np.testing.assert_allclose(report.numerical, [4.0, 3.0], rtol=1e-9)


def test_float32_parameters_are_checked_in_float64():
    report = gradient_check(GABOR, GABOR.gradient, POINT.astype(np.float32))
    assert report.passed
    assert report.numerical.dtype == np.float64


def test_the_report_prints_a_line_for_each_parameter():
    report = gradient_check(LINE, lambda p: LINE.gradient(p) * [1, 2], POINT)
    lines = str(report).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("good") and lines[2].endswith("wrong")


def test_the_gradient_may_not_change_the_point():
    def gradient(phi):
        slopes = LINE.gradient(phi)
        phi += 1
        return slopes

    point = POINT.copy()
    assert gradient_check(LINE, gradient, point).passed
    np.testing.assert_array_equal(point, POINT)

    def careless_slopes(phi):
        slopes = _relu_slopes(phi)
        phi += 1
        return slopes

    assert gradient_check(_relu_sum, careless_slopes, [0.0]).verdicts == ("kink",)


def test_hessian_of_differences_is_the_hessian():
    loss, phi = LeastSquares(Gabor(), *gabor_data()), np.array([0.3, 12.0])
    exact = loss.hessian(phi)
    numerical = numerical_hessian(loss, phi)
    np.testing.assert_allclose(numerical, exact, rtol=1e-6, atol=1e-5)
    np.testing.assert_array_equal(numerical, numerical.T)
    for v in ([1.0, 0.0], [30.0, -4.0], [0.0, 0.0]):
        product = hessian_vector_product(loss, phi, v)
        np.testing.assert_allclose(product, exact @ v, rtol=1e-6, atol=1e-4)
    both = hessian_vector_product(loss, np.array([phi, phi + 1]), np.ones((2, 2)))
    np.testing.assert_allclose(both[1], loss.hessian(phi + 1).sum(axis=1), rtol=1e-6, atol=1e-4)


def test_a_direction_of_another_length_is_refused():
    loss = LeastSquares(Gabor(), *gabor_data())
    with pytest.raises(ValueError, match=r"v has shape \(3,\), expected \(..., 2\)"):
        hessian_vector_product(loss, [0.3, 12.0], [1.0, 0.0, 0.0])
