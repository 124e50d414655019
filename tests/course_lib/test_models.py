"""The models against their formulas, written out by hand, and against finite differences."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib.models import Gabor, Linear, Logistic, ShallowNetwork, relu, sigmoid

repeatable = settings(derandomize=True, deadline=None, max_examples=40)

N = 29
X = np.append(np.linspace(-13, 12, N - 1), 0.0)
X3 = np.random.default_rng(0).normal(size=(N, 3))
CASES = [
    (Linear(), X),
    (Linear(3), X3),
    (Gabor(), X),
    (Logistic(), X / 5),
    (Logistic(Linear(3)), X3),
    (Logistic(Gabor()), X),
    (ShallowNetwork(), X / 5),
]
models = pytest.mark.parametrize(("model", "x"), CASES, ids=[str(model) for model, _ in CASES])
gabor_parameters = st.tuples(st.floats(-10, 10), st.floats(2.5, 22.5)).map(np.array)


def parameters(model):
    """A strategy for the parameters of a model."""
    if "Gabor" in str(model):
        return gabor_parameters
    size = model.n_parameters
    if isinstance(model, ShallowNetwork):  # Hypothesis likes 0, where every unit is at its kink
        seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
        return seeds.map(lambda rng: rng.uniform(-3, 3, size))
    return st.lists(st.floats(-3, 3), min_size=size, max_size=size).map(np.array)


def away_from_kinks(model, x, phi):
    if isinstance(model, ShallowNetwork):
        return np.abs(phi[4::2] + phi[5::2] * x[:, None]).min() > 1e-3
    return True


def _central_difference(f, phi, h=1e-5):
    """∂f/∂φ of a function with values of any shape; the new axis is the last."""
    columns = [(f(phi + step) - f(phi - step)) / (2 * h) for step in h * np.eye(len(phi))]
    return np.stack(columns, axis=-1)


def test_line_is_intercept_plus_slope_times_x():
    assert Linear()(np.array([0.0, 1.0, 4.0]), [0.5, -2.0]).tolist() == [0.5, -1.5, -7.5]


def test_a_line_of_many_inputs_has_a_slope_for_each():
    phi = np.array([[0.5, -2.0, 1.0, 4.0], [1.0, 0.0, 0.0, -1.0]])
    by_hand = [[p[0] + sum(p[1:] * row) for row in X3] for p in phi]
    np.testing.assert_allclose(Linear(3)(X3, phi), by_hand, rtol=1e-14)


@given(gabor_parameters)
@repeatable
def test_gabor_is_a_sine_under_a_bell(phi):
    phases = [phi[0] + 0.06 * phi[1] * x for x in X]
    expected = [math.sin(u) * math.exp(-u * u / 32) for u in phases]
    np.testing.assert_allclose(Gabor()(X, phi), expected, rtol=1e-12, atol=1e-15)


def test_gabor_offset_moves_the_wave_left_and_frequency_squeezes_it():
    # f is zero at phase zero: φ₀ + 0.06 φ₁ x = 0. Panels of figure 6.2.
    assert Gabor()([-1.2 / (0.06 * 10)], [1.2, 10.0])[0] == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(Gabor()(X, [0.0, 20.0]), Gabor()(2 * X, [0.0, 10.0]))


@given(st.floats(-700, 36))
@repeatable
def test_sigmoid_has_all_its_digits_where_it_is_small(z):
    assert sigmoid(z) == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-15, abs=0)


@given(st.floats(-1e300, 1e300))
@repeatable
def test_sigmoids_of_both_signs_add_up_to_one(z):
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=np.finfo(float).eps)


@pytest.mark.filterwarnings("error")
def test_sigmoid_of_the_largest_numbers_there_are():
    for dtype in (np.float32, np.float64):
        z = np.array([-np.inf, np.finfo(dtype).min, 0, np.finfo(dtype).max, np.inf], dtype)
        assert sigmoid(z).dtype == dtype
        assert sigmoid(z).tolist() == [0, 0, 0.5, 1, 1]
    assert np.isnan(sigmoid(np.nan))


def test_logistic_is_a_half_at_its_offset_and_sharper_with_its_slope():
    """Problem 6.4 (i)."""
    for phi0, phi1 in [(0.0, 1.0), (2.0, 4.0), (-3.0, -0.5)]:
        middle = -phi0 / phi1
        half, above = Logistic()(np.array([middle, middle + 1]), [phi0, phi1])
        assert half == 0.5
        assert above == pytest.approx(1 / (1 + math.exp(-phi1)))


def test_shallow_network_by_hand():
    """Equation 6.23, term by term, with a slope at the kink of 0 (problem 6.5)."""
    phi0, phi1, phi2, phi3 = 0.5, 2.0, -1.0, 3.0
    t10, t11, t20, t21, t30, t31 = -1.0, 1.0, 1.0, 0.5, 2.0, -1.0
    phi = [phi0, phi1, phi2, phi3, t10, t11, t20, t21, t30, t31]
    x = np.array([0.0, 2.0, 3.0])
    # unit by unit, before the activation: -1, 1, 2 | 1, 2, 2.5 | 2, 0 (the kink), -1
    assert ShallowNetwork()(x, phi).tolist() == [0.5 - 1 + 6, 0.5 + 2 - 2, 0.5 + 4 - 2.5]
    derivatives = [
        [1, 0, 1, 2, 0, 0, phi2, 0, phi3, 0],
        [1, 1, 2, 0, phi1, 2 * phi1, phi2, 2 * phi2, 0, 0],
        [1, 2, 2.5, 0, phi1, 3 * phi1, phi2, 3 * phi2, 0, 0],
    ]
    assert ShallowNetwork().derivatives(x, phi).tolist() == derivatives
    _, backward = ShallowNetwork().forward(x, phi)
    assert [backward(one).tolist() for one in np.eye(3)] == derivatives
    at_kink = ShallowNetwork().second_derivatives(x, phi)[1]
    assert [at_kink[3, 8:].tolist(), at_kink[2, 6:8].tolist()] == [[0, 0], [1, 2]]


def test_shallow_network_is_piecewise_linear_with_a_joint_for_each_unit():
    phi = np.array([0.1, 1.0, -2.0, 0.7, 1.0, 2.0, -0.5, 1.0, -2.0, 1.0])
    x = np.linspace(-2, 4, 6001)
    bends = np.abs(np.diff(ShallowNetwork()(x, phi), 2)) > 1e-9
    np.testing.assert_allclose(x[1:-1][bends], [-0.5, 0.5, 2.0], atol=1e-3)


def test_relu_lets_what_is_above_zero_pass():
    assert relu(np.array([-2.0, -0.0, 3.0])).tolist() == [0, 0, 3]


@models
@given(data=st.data())
@repeatable
def test_derivatives_equal_finite_differences(model, x, data):
    phi = data.draw(parameters(model))
    assume(away_from_kinks(model, x, phi))
    numerical = _central_difference(lambda p: model(x, p), phi)
    np.testing.assert_allclose(model.derivatives(x, phi), numerical, rtol=1e-6, atol=1e-7)


@models
@given(data=st.data())
@repeatable
def test_second_derivatives_equal_finite_differences_of_the_first(model, x, data):
    phi = data.draw(parameters(model))
    assume(away_from_kinks(model, x, phi))
    numerical = _central_difference(lambda p: model.derivatives(x, p), phi)
    np.testing.assert_allclose(model.second_derivatives(x, phi), numerical, rtol=1e-6, atol=1e-6)


@models
@pytest.mark.parametrize("ensemble", [(), (3,), (2, 3)])
def test_the_backward_pass_is_the_weighted_sum_of_the_derivatives(model, x, ensemble):
    rng = np.random.default_rng(4)
    phi, weights = rng.normal(size=(*ensemble, model.n_parameters)), rng.normal(size=(*ensemble, N))
    predictions, backward = model.forward(x, phi)
    np.testing.assert_array_equal(predictions, model(x, phi))
    expected = (weights[..., None] * model.derivatives(x, phi)).sum(axis=-2)
    np.testing.assert_allclose(backward(weights), expected, rtol=1e-12, atol=1e-14)


@models
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("ensemble", [(), (1,), (3,), (2, 3)])
def test_an_ensemble_equals_the_loop_over_its_members(model, x, ensemble, order):
    phi = np.random.default_rng(1).normal(size=(*ensemble, model.n_parameters)).copy(order)
    weights = np.random.default_rng(2).normal(size=(*ensemble, N))
    size = model.n_parameters
    for method, tail in (
        (model, (N,)),
        (model.derivatives, (N, size)),
        (model.second_derivatives, (N, size, size)),
    ):
        together = method(x, phi)
        assert together.shape == ensemble + tail
        for member in np.ndindex(ensemble):
            np.testing.assert_array_equal(together[member], method(x, phi[member].copy()))
    together = model.forward(x, phi)[1](weights)
    for member in np.ndindex(ensemble):
        alone = model.forward(x, phi[member].copy())[1](weights[member])
        np.testing.assert_array_equal(together[member], alone)


@models
def test_float32_parameters_give_float32_predictions(model, x):
    phi = np.random.default_rng(3).normal(size=(2, model.n_parameters))
    for method in (model, model.derivatives, model.second_derivatives):
        single = method(x, phi.astype(np.float32))
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, method(x, phi), rtol=1e-4, atol=1e-4)
    predictions, backward = model.forward(x, phi.astype(np.float32))
    assert predictions.dtype == backward(predictions).dtype == np.float32
