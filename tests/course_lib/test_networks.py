"""The perceptron against loops written by hand, finite differences, and torch's autograd."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.descent import descend
from course_lib.gradient_check import finite_difference_gradient, gradient_check
from course_lib.initialization import glorot_normal, zeros
from course_lib.losses import BinaryCrossEntropy, L2Penalty, LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Linear, Logistic, ShallowNetwork, Softmax
from course_lib.networks import ACTIVATIONS, MLP
from course_lib.optimizers import Adam, GradientDescent
from tests.oracles import live
from tests.oracles import make_network_oracle as oracle

repeatable = settings(derandomize=True, deadline=None, max_examples=30)
activations = pytest.mark.parametrize("activation", ACTIVATIONS)

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def inputs(network, n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=n if network.n_inputs == 1 else (n, network.n_inputs))


def parameters(network, ensemble=(), seed=1):
    return np.random.default_rng(seed).normal(size=(*ensemble, network.n_parameters))


def test_forward_pass_by_hand():
    network = MLP((2, 3, 2, 1), "tanh")
    phi = parameters(network)
    numbers = iter(phi.tolist())
    layers = [
        ([[next(numbers) for _ in range(n_out)] for _ in range(n_in)],
         [next(numbers) for _ in range(n_out)])
        for n_in, n_out in [(2, 3), (3, 2), (2, 1)]
    ]  # fmt: skip
    x = inputs(network, 4)
    for row, prediction in zip(x, network(x, phi)):
        h = row
        for k, (weights, biases) in enumerate(layers):
            z = [b + sum(h[i] * weights[i][j] for i in range(len(h))) for j, b in enumerate(biases)]
            h = [math.tanh(value) for value in z] if k < 2 else z
        assert prediction == pytest.approx(h[0], rel=1e-13)


def test_backward_pass_by_hand():
    """Two weights in a row: f = w₁ tanh(w₀ x + b₀) + b₁."""
    x, (w0, b0, w1, b1) = 0.7, (1.3, -0.2, 0.9, 0.4)
    h = math.tanh(w0 * x + b0)
    slope = w1 * (1 - h**2)
    f, backward = MLP((1, 1, 1), "tanh").forward([x], [w0, b0, w1, b1])
    assert f == pytest.approx([w1 * h + b1])
    np.testing.assert_allclose(backward(np.array([2.0])), [2 * slope * x, 2 * slope, 2 * h, 2])


@activations
@given(
    hidden=st.lists(st.integers(1, 4), max_size=3),
    n_inputs=st.integers(1, 3),
    seed=st.integers(0, 10**6),
)
@repeatable
def test_gradient_equals_finite_differences(activation, hidden, n_inputs, seed):
    network = MLP((n_inputs, *hidden, 1), activation)
    x, phi = inputs(network, 5, seed), parameters(network, seed=seed + 1)
    y = np.random.default_rng(seed + 2).normal(size=5)
    for loss in (
        LeastSquares(network, x, y),
        BinaryCrossEntropy(Logistic(network), x, y > 0),
        L2Penalty(LeastSquares(network, x, y), 0.1),
    ):
        report = gradient_check(loss, loss.gradient, phi)
        close = np.abs(report.analytic - report.numerical) <= 1e-6 * (1 + loss(phi))
        assert (close | (np.array(report.verdicts) == "kink")).all(), report


@activations
@pytest.mark.parametrize("ensemble", [(), (2,)])
def test_derivatives_of_each_example_are_what_the_backward_pass_adds_up(activation, ensemble):
    network = MLP((2, 4, 3, 1), activation)
    x, phi = inputs(network, 6), parameters(network, ensemble)
    weights = np.random.default_rng(2).normal(size=(*ensemble, 6))
    derivatives = network.derivatives(x, phi)
    assert derivatives.shape == (*ensemble, 6, network.n_parameters)
    total = network.forward(x, phi)[1](weights)
    expected = (weights[..., None] * derivatives).sum(axis=-2)
    np.testing.assert_allclose(total, expected, rtol=1e-12, atol=1e-14)
    for i in range(6):
        alone = network.forward(x[i : i + 1], phi)[1](np.ones((*ensemble, 1)))
        np.testing.assert_array_equal(derivatives[..., i, :], alone)
    loss = LeastSquares(network, x, np.zeros(6))
    shares = loss.per_example_gradients(phi).sum(axis=-2)
    np.testing.assert_allclose(shares, loss.gradient(phi), rtol=1e-12, atol=1e-14)


@pytest.fixture(params=["recorded", "live"])
def torch_answers(request):
    """What torch gives in a case: as it was written down, and as it computes here and now."""
    if request.param == "recorded":
        return oracle.recorded().__getitem__
    live("torch")
    return oracle.answers


OURS = {
    "logistic": (BinaryCrossEntropy, Logistic()),
    "logistic of 4 inputs": (BinaryCrossEntropy, Logistic(Linear(4))),
    "logistic, margins up to 1e4": (BinaryCrossEntropy, Logistic()),
    "probability by least squares": (LeastSquares, Logistic()),
    "shallow network": (LeastSquares, ShallowNetwork()),
    "shallow network at its kinks": (LeastSquares, ShallowNetwork()),
    "perceptron, relu": (LeastSquares, MLP((2, 4, 3, 1), "relu")),
    "perceptron, tanh": (LeastSquares, MLP((1, 4, 2, 1), "tanh")),
    "perceptron, sigmoid": (LeastSquares, MLP((3, 4, 1), "sigmoid")),
    "perceptron, identity": (LeastSquares, MLP((2, 2, 1, 1, 1), "identity")),
    "perceptron, cross-entropy": (BinaryCrossEntropy, Logistic(MLP((2, 5, 1), "tanh"))),
    "perceptron of 3 outputs": (LeastSquares, MLP((2, 4, 3), "tanh")),
    "perceptron, linear autoencoder": (LeastSquares, MLP((4, 2, 4), "identity")),
    "perceptron, softmax": (SoftmaxCrossEntropy, Softmax(MLP((2, 5, 4)))),
    "perceptron, softmax without hidden units": (SoftmaxCrossEntropy, Softmax(MLP((3, 3)))),
    "perceptron, softmax, margins up to 1e4": (SoftmaxCrossEntropy, Softmax(MLP((1, 3)))),
}


@pytest.mark.parametrize("name", oracle.CASES)
def test_value_gradient_and_hessian_are_those_of_torch(name, torch_answers):
    Loss, model = OURS[name]
    x, y, phi, _ = oracle.CASES[name]
    loss, theirs = Loss(model, x, y), torch_answers(name)
    assert loss(phi) == pytest.approx(theirs["value"], rel=1e-13)
    np.testing.assert_allclose(loss.gradient(phi), theirs["gradient"], rtol=1e-12, atol=1e-13)
    if "hessian" in theirs:
        np.testing.assert_allclose(loss.hessian(phi), theirs["hessian"], rtol=1e-12, atol=1e-13)


@activations
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 3, 1), (2, 7, 5, 1), (10, 64, 1)])
def test_an_ensemble_equals_the_loop_over_its_members(activation, sizes, order, dtype):
    """Bit for bit: each network has products of its own, of the same shapes as when it is alone."""
    network = MLP(sizes, activation)
    for ensemble, n in [((1,), 5), ((7,), 1), ((3, 4), 33)]:
        x, phi = inputs(network, n), parameters(network, ensemble).astype(dtype).copy(order)
        loss = LeastSquares(network, x, np.ones(n))
        for method in (loss, loss.gradient, loss.per_example, loss.per_example_gradients):
            together = method(phi)
            assert together.dtype == dtype
            for member in np.ndindex(ensemble):
                np.testing.assert_array_equal(together[member], method(phi[member].copy()))


@activations
def test_single_precision_is_close_to_double(activation):
    network = MLP((2, 5, 5, 1), activation)
    loss = LeastSquares(network, inputs(network, 9), np.ones(9))
    phi = parameters(network, (4,))
    single = phi.astype(np.float32)
    np.testing.assert_allclose(loss(single), loss(phi), rtol=1e-4)
    np.testing.assert_allclose(loss.gradient(single), loss.gradient(phi), rtol=1e-3, atol=1e-3)


def test_a_network_without_hidden_layers_is_the_linear_model():
    network, x = MLP((3, 1)), inputs(MLP((3, 1)), 6)
    phi = parameters(network, (2,))
    offset_first = np.roll(phi, 1, axis=-1)
    np.testing.assert_allclose(network(x, phi), Linear(3)(x, offset_first), rtol=1e-13)
    y = np.arange(6.0)
    ours, linear = LeastSquares(network, x, y), LeastSquares(Linear(3), x, y)
    gradient = np.roll(linear.gradient(offset_first), -1, axis=-1)
    np.testing.assert_allclose(ours.gradient(phi), gradient, rtol=1e-12)


def test_the_network_of_the_chapter_is_a_perceptron_with_its_parameters_in_another_order():
    """Equation 6.23: W₀ is θ·₁, b₀ is θ·₀, W₁ is φ₁, φ₂, φ₃ and b₁ is φ₀."""
    order = [5, 7, 9, 4, 6, 8, 1, 2, 3, 0]
    phi = np.random.default_rng(6).normal(size=(3, 10))
    x, y = inputs(MLP((1, 3, 1)), 12), np.linspace(-1, 1, 12)
    ours, chapter = LeastSquares(MLP((1, 3, 1)), x, y), LeastSquares(ShallowNetwork(), x, y)
    np.testing.assert_allclose(ours(phi[:, order]), chapter(phi), rtol=1e-13)
    gradient = chapter.gradient(phi)[:, order]
    np.testing.assert_allclose(ours.gradient(phi[:, order]), gradient, rtol=1e-11, atol=1e-13)


def test_layers_without_activation_are_a_product_of_matrices():
    network = MLP((3, 4, 2, 1), "identity")
    x, phi = inputs(network, 5), parameters(network)
    (w0, b0), (w1, b1), (w2, b2) = network.unravel(phi)
    expected = x @ w0 @ w1 @ w2 + ((b0 @ w1 + b1) @ w2 + b2)
    np.testing.assert_allclose(network(x, phi), expected[:, 0], rtol=1e-12)


@pytest.mark.parametrize("ensemble", [(), (2, 3)])
def test_unravelled_parameters_are_views_of_the_flat_ones(ensemble):
    phi = np.broadcast_to(np.arange(13), (*ensemble, 13)).astype(float)
    first, last = MLP((2, 3, 1)).unravel(phi)
    for part, expected in [
        (first.weights, [[0, 1, 2], [3, 4, 5]]),
        (first.biases, [6, 7, 8]),
        (last.weights, [[9], [10], [11]]),
        (last.biases, [12]),
    ]:
        np.testing.assert_array_equal(
            part, np.broadcast_to(expected, ensemble + np.shape(expected))
        )
        part[...] = -1
    assert (phi == -1).all()


@activations
def test_activations_and_gradients_can_be_seen_layer_by_layer(activation):
    """What the histograms of each layer are drawn from."""
    network = MLP((2, 6, 4, 1), activation)
    x, phi = inputs(network, 7), parameters(network, (3,))
    h, z = network.activations(x, phi), network.pre_activations(x, phi)
    assert [layer.shape for layer in h] == [(3, 7, 6), (3, 7, 4)]
    assert [layer.shape for layer in z] == [(3, 7, 6), (3, 7, 4), (3, 7, 1)]
    activate, slope = ACTIVATIONS[activation]
    for before, after in zip(z, h):
        np.testing.assert_array_equal(after, activate(before))
    np.testing.assert_array_equal(z[-1][..., 0], network(x, phi))
    loss = LeastSquares(network, x, np.zeros(7))
    last = network.unravel(loss.gradient(phi))[-1]
    np.testing.assert_allclose(last.biases[:, 0], 2 * network(x, phi).sum(axis=-1), rtol=1e-12)
    by_hand = (2 * z[-1] * h[-1]).sum(axis=-2)
    np.testing.assert_allclose(last.weights[..., 0], by_hand, rtol=1e-11, atol=1e-13)


@activations
@given(st.lists(st.floats(-5, 5).filter(lambda z: abs(z) > 1e-3), min_size=1))
@repeatable
def test_each_slope_is_the_derivative_of_its_activation(activation, z):
    activate, slope = ACTIVATIONS[activation]
    z = np.array(z)
    numerical = (activate(z + 1e-6) - activate(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope(activate(z)), numerical, rtol=1e-6, atol=1e-8)


def test_relu_is_off_at_its_kink():
    """As in the shallow network: a'[0] = 0, one of the numbers from 0 to 1 that would do."""
    gradient = MLP((1, 1, 1)).forward([1.0], [1.0, -1.0, 5.0, 0.0])[1](np.ones(1))
    assert gradient.tolist() == [0, 0, 0, 1]


@activations
def test_units_that_start_equal_stay_equal(activation):
    """Claim cl-31: nothing but the start tells the units of a layer apart."""
    network = MLP((2, 4, 1), activation)
    loss = LeastSquares(network, *XOR)
    equal = zeros(network) + 0.5
    for start in (zeros(network), equal):
        for rule in (GradientDescent(0.05), Adam(0.05)):
            end = descend(loss, start, rule, steps=30).final
            (w0, b0), (w1, _) = network.unravel(end)
            for unit_last in (w0, b0, w1.T):
                assert np.ptp(unit_last, axis=-1).max() <= 1e-12
            assert not np.array_equal(start, end)
    apart = descend(loss, glorot_normal(network, 0), GradientDescent(0.05), steps=30).final
    assert np.ptp(network.unravel(apart)[0].weights, axis=1).min() > 0.1


@activations
def test_exchanging_units_exchanges_their_gradients(activation):
    network = MLP((2, 5, 1), activation)
    phi, order = parameters(network), np.array([3, 0, 4, 1, 2])

    def exchanged(phi):
        out = np.empty_like(phi)
        for new, old in zip(network.unravel(out), network.unravel(phi)):
            hidden = old.biases.size == 5
            new.weights[...] = old.weights[:, order] if hidden else old.weights[order]
            new.biases[...] = old.biases[order] if hidden else old.biases
        return out

    loss = LeastSquares(network, *XOR)
    assert loss(exchanged(phi)) == pytest.approx(loss(phi), rel=1e-12)
    np.testing.assert_allclose(
        loss.gradient(exchanged(phi)), exchanged(loss.gradient(phi)), rtol=1e-10, atol=1e-13
    )


def test_an_ensemble_of_networks_learns_what_no_line_can():
    """XOR: a classifier with a hidden layer gets all four right; without one, three at most."""
    deep, flat = MLP((2, 4, 1), "tanh"), MLP((2, 1))
    correct = {}
    for network in (deep, flat):
        loss = BinaryCrossEntropy(Logistic(network), *XOR)
        start = glorot_normal(network, rng=0, ensemble=(5,))
        path = descend(loss, start, Adam(0.1), steps=300, keep="last")
        correct[network] = ((loss.model(loss.x, path.final) > 0.5) == loss.y).sum(axis=-1)
    assert correct[deep].max() == 4
    assert correct[flat].max() <= 3


def test_neither_inputs_nor_parameters_are_changed():
    network = MLP((2, 3, 1))
    x, phi = inputs(network, 4), parameters(network)
    before = x.copy(), phi.copy()
    predictions, backward = network.forward(x, phi)
    first = backward(predictions)
    np.testing.assert_array_equal(backward(predictions), first)
    network.derivatives(x, phi), network.activations(x, phi)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(phi, before[1])


def test_a_gradient_may_be_asked_for_read_only_parameters():
    network = MLP((2, 3, 1))
    phi = parameters(network)
    phi.flags.writeable = False
    loss = LeastSquares(network, *XOR)
    numerical = finite_difference_gradient(loss, phi)
    np.testing.assert_allclose(loss.gradient(phi), numerical, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP((2, 0)), r"sizes\[1\] is 0, expected at least 1"),
        (lambda: MLP((1,)), r"sizes is \(1,\), expected \(inputs, units, …, outputs\)"),
        (lambda: MLP(3), r"sizes is 3, expected \(inputs, units, …, outputs\)"),
        (lambda: MLP((2, 0, 1)), r"sizes\[1\] is 0, expected at least 1"),
        (lambda: MLP((2, 1.5, 1)), r"sizes\[1\] is 1.5, expected a whole number"),
        (lambda: MLP((2, 1), "step"), "activation is 'step', expected one of 'relu', 'tanh', "),
        (lambda: MLP((2, 1))([1.0], np.ones(3)), r"x has shape \(1,\), expected \(I, 2\)"),
        (lambda: MLP((2, 1))([[1.0] * 3], np.ones(3)), r"x has shape \(1, 3\), expected \(I, 2\)"),
        (lambda: MLP((1, 1))([[1.0]], np.ones(2)), r"x has shape \(1, 1\), expected one axis: \(I"),
        (lambda: MLP((2, 1))(XOR[0], np.ones(4)), r"phi has shape \(4,\), expected \(..., 3\)"),
        (lambda: MLP((2, 1)).unravel(np.ones(4)), r"phi has shape \(4,\), expected \(..., 3\)"),
        (lambda: LeastSquares(MLP((3, 1)), *XOR), r"x has shape \(4, 2\), expected \(I, 3\)"),
        (
            lambda: BinaryCrossEntropy(MLP((2, 1)), *XOR),
            r"model is MLP\(.*expected a Logistic, such",
        ),
    ],
)
def test_the_error_names_the_argument_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
