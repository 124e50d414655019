"""Least squares: the sums of the chapter, written out, and the closed form of the line."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.datasets import gabor_data, linear_data
from course_lib.gradient_check import gradient_check
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear

repeatable = settings(derandomize=True, deadline=None, max_examples=40)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
losses = pytest.mark.parametrize("loss", [LINE, GABOR], ids=["line", "gabor"])
parameters = st.tuples(st.floats(-10, 10), st.floats(2.5, 22.5)).map(np.array)


def test_line_loss_is_the_sum_of_squared_residuals():
    phi0, phi1 = 0.7, -0.4
    by_hand = math.fsum((phi0 + phi1 * x - y) ** 2 for x, y in zip(LINE.x, LINE.y))
    assert LINE([phi0, phi1]) == pytest.approx(by_hand, rel=1e-13)


def test_gabor_loss_is_the_sum_of_squared_residuals():
    phi0, phi1 = 0.7, 11.0
    by_hand = 0.0
    for x, y in zip(GABOR.x, GABOR.y):
        u = phi0 + 0.06 * phi1 * x
        by_hand += (math.sin(u) * math.exp(-u * u / 32) - y) ** 2
    assert GABOR([phi0, phi1]) == pytest.approx(by_hand, rel=1e-13)


def test_line_gradient_is_the_sum_over_examples_of_equation_6_7():
    phi0, phi1 = 0.7, -0.4
    each = [
        [2 * (phi0 + phi1 * x - y), 2 * x * (phi0 + phi1 * x - y)] for x, y in zip(LINE.x, LINE.y)
    ]
    np.testing.assert_allclose(LINE.per_example_gradients([phi0, phi1]), each, rtol=1e-13)
    np.testing.assert_allclose(LINE.gradient([phi0, phi1]), np.sum(each, axis=0), rtol=1e-13)


@losses
@given(phi=parameters)
@repeatable
def test_gradient_passes_the_gradient_check(loss, phi):
    report = gradient_check(loss, loss.gradient, phi)
    assert np.abs(report.analytic - report.numerical).max() <= 1e-6 * (1 + loss(phi))


@losses
@given(phi=parameters)
@repeatable
def test_hessian_equals_finite_differences_of_the_gradient(loss, phi):
    h = 1e-5
    numerical = [
        (loss.gradient(phi + step) - loss.gradient(phi - step)) / (2 * h) for step in h * np.eye(2)
    ]
    np.testing.assert_allclose(loss.hessian(phi), numerical, rtol=1e-6, atol=1e-5)


@given(parameters)
@repeatable
def test_line_hessian_is_constant(phi):
    x = LINE.x
    expected = [[2 * len(x), 2 * x.sum()], [2 * x.sum(), 2 * (x**2).sum()]]
    np.testing.assert_allclose(LINE.hessian(phi), expected, rtol=1e-13)


@given(st.tuples(st.floats(-3, 3), st.floats(-3, 3)).map(np.array))
@repeatable
def test_line_minimum_is_the_closed_form(offset):
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    best, [lowest], _, _ = np.linalg.lstsq(design, LINE.y)
    assert LINE(best) == pytest.approx(lowest)
    np.testing.assert_allclose(LINE.gradient(best), 0, atol=1e-12)
    # An exact quadratic: L[φ* + δ] = L[φ*] + ½ δᵀ H δ, never below the minimum.
    rise = offset @ LINE.hessian(best) @ offset / 2
    assert LINE(best + offset) == pytest.approx(lowest + rise, rel=1e-12)
    assert rise >= 0


@losses
def test_shares_of_the_examples_add_up(loss):
    phi = np.array([[0.3, 12.0], [2.0, 5.0]])
    np.testing.assert_allclose(loss.per_example(phi).sum(axis=-1), loss(phi), rtol=1e-13)
    shares = loss.per_example_gradients(phi)
    assert shares.shape == (2, len(loss.x), 2)
    for i in range(len(loss.x)):
        alone = LeastSquares(loss.model, loss.x[i : i + 1], loss.y[i : i + 1])
        np.testing.assert_array_equal(loss.per_example(phi)[:, i], alone(phi))
        np.testing.assert_allclose(shares[:, i], alone.gradient(phi), rtol=1e-13)


@losses
def test_batches_that_part_the_examples_add_up_to_the_whole(loss):
    phi = np.array([0.3, 12.0])
    batches = np.array_split(np.random.default_rng(2).permutation(len(loss.x)), 5)
    for whole, method in ((loss(phi), "__call__"), (loss.gradient(phi), "gradient")):
        parts = [getattr(loss.batch(indices), method)(phi) for indices in batches]
        np.testing.assert_allclose(np.sum(parts, axis=0), whole, rtol=1e-12)


def test_a_batch_may_hold_an_example_twice():
    phi = [0.3, 12.0]
    assert GABOR.batch([4, 4])(phi) == pytest.approx(2 * GABOR.batch([4])(phi))


@losses
@pytest.mark.parametrize("ensemble", [(), (1,), (7,), (3, 4)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_ensemble_equals_the_loop_over_its_members(loss, ensemble, order):
    phi = np.random.default_rng(3).normal([0, 12], [5, 5], (*ensemble, 2)).copy(order)
    for method, tail in ((loss, ()), (loss.gradient, (2,)), (loss.hessian, (2, 2))):
        together = method(phi)
        assert np.shape(together) == ensemble + tail
        for member in np.ndindex(ensemble):
            np.testing.assert_array_equal(together[member], method(phi[member]))


@losses
def test_float32_parameters_give_a_float32_loss(loss):
    phi = np.array([[0.3, 12.0], [-4.0, 20.0]])
    for method in (loss, loss.gradient, loss.hessian, loss.batch([1, 2]).gradient):
        single = method(phi.astype(np.float32))
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, method(phi), rtol=1e-4)


def test_the_loss_keeps_its_own_copy_of_the_data():
    x = np.array([0.0, 1.0])
    loss = LeastSquares(Linear(), x, [1.0, 2.0])
    x[0] = np.nan
    assert loss([1.0, 1.0]) == 0


def test_neither_data_nor_parameters_are_changed():
    x, y = linear_data()
    phi = np.array([[0.5, 0.5]])
    before = x.copy(), y.copy(), phi.copy()
    loss = LeastSquares(Linear(), x, y)
    loss(phi), loss.gradient(phi), loss.hessian(phi), loss.batch([0, 1])(phi)
    for array, copy in zip((x, y, phi), before):
        np.testing.assert_array_equal(array, copy)
