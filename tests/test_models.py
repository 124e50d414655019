"""The models against their formulas, written out by hand, and against finite differences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.models import Gabor, Linear

repeatable = settings(derandomize=True, deadline=None, max_examples=40)
models = pytest.mark.parametrize("model", [Linear(), Gabor()], ids=["line", "gabor"])

X = np.array([-13.0, -2.5, 0.0, 0.7, 9.0])
parameters = st.tuples(st.floats(-10, 10), st.floats(2.5, 22.5)).map(np.array)


def _central_difference(f, phi, h=1e-5):
    """∂f/∂φ of a function with values of any shape; the new axis is the last."""
    columns = [(f(phi + step) - f(phi - step)) / (2 * h) for step in h * np.eye(len(phi))]
    return np.stack(columns, axis=-1)


def test_line_is_intercept_plus_slope_times_x():
    assert Linear()(np.array([0.0, 1.0, 4.0]), [0.5, -2.0]).tolist() == [0.5, -1.5, -7.5]


@given(parameters)
@repeatable
def test_gabor_is_a_sine_under_a_bell(phi):
    phases = [phi[0] + 0.06 * phi[1] * x for x in X]
    expected = [math.sin(u) * math.exp(-u * u / 32) for u in phases]
    np.testing.assert_allclose(Gabor()(X, phi), expected, rtol=1e-12, atol=1e-15)


def test_gabor_offset_moves_the_wave_left_and_frequency_squeezes_it():
    # f is zero at phase zero: φ₀ + 0.06 φ₁ x = 0. Panels of figure 6.2.
    assert Gabor()([-1.2 / (0.06 * 10)], [1.2, 10.0])[0] == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(Gabor()(X, [0.0, 20.0]), Gabor()(2 * X, [0.0, 10.0]))


@models
@given(phi=parameters)
@repeatable
def test_derivatives_equal_finite_differences(model, phi):
    numerical = _central_difference(lambda p: model(X, p), phi)
    np.testing.assert_allclose(model.derivatives(X, phi), numerical, rtol=1e-6, atol=1e-7)


@models
@given(phi=parameters)
@repeatable
def test_second_derivatives_equal_finite_differences_of_the_first(model, phi):
    numerical = _central_difference(lambda p: model.derivatives(X, p), phi)
    np.testing.assert_allclose(model.second_derivatives(X, phi), numerical, rtol=1e-6, atol=1e-6)


@models
@pytest.mark.parametrize("ensemble", [(), (1,), (3,), (2, 3)])
def test_an_ensemble_equals_the_loop_over_its_members(model, ensemble):
    phi = np.random.default_rng(1).normal(size=(*ensemble, 2))
    for method, tail in (
        (model, (5,)),
        (model.derivatives, (5, 2)),
        (model.second_derivatives, (5, 2, 2)),
    ):
        together = method(X, phi)
        assert together.shape == ensemble + tail
        for member in np.ndindex(ensemble):
            np.testing.assert_array_equal(together[member], method(X, phi[member]))


@models
def test_float32_parameters_give_float32_predictions(model):
    phi = np.array([[0.3, 12.0], [-4.0, 20.0]])
    for method in (model, model.derivatives, model.second_derivatives):
        single = method(X, phi.astype(np.float32))
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, method(X, phi), rtol=1e-4, atol=1e-4)
