"""Models of classes and their loss: by hand, at any margin, and against the binary case."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.batches import Minibatches
from course_lib.datasets import digits, two_class_data
from course_lib.descent import descend
from course_lib.gradient_check import gradient_check
from course_lib.initialization import he_normal
from course_lib.losses import BinaryCrossEntropy, LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Linear, Logistic, Softmax, softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam

repeatable = settings(derandomize=True, deadline=None, max_examples=40)
NETWORK = MLP((2, 5, 3), "tanh")
X = np.random.default_rng(1).normal(size=(8, 2))
Y = np.array([0, 1, 2, 2, 1, 0, 0, 1])
LOSS = SoftmaxCrossEntropy(Softmax(NETWORK), X, Y)


def parameters(ensemble=(), seed=2):
    return np.random.default_rng(seed).normal(size=(*ensemble, NETWORK.n_parameters))


def test_the_loss_is_minus_the_log_of_the_probability_of_each_right_class():
    phi = parameters()
    z = NETWORK(X, phi).tolist()
    each = [-math.log(math.exp(row[k]) / sum(map(math.exp, row))) for row, k in zip(z, Y)]
    np.testing.assert_allclose(LOSS.per_example(phi), each, rtol=1e-13)
    assert LOSS(phi) == pytest.approx(math.fsum(each), rel=1e-13)
    chances = Softmax(NETWORK)(X, phi)
    np.testing.assert_allclose(-np.log(chances[range(8), Y]), each, rtol=1e-13)
    np.testing.assert_allclose(chances.sum(axis=-1), 1, rtol=1e-15)


@given(st.integers(0, 10**6))
@repeatable
def test_gradient_passes_the_gradient_check(seed):
    report = gradient_check(LOSS, LOSS.gradient, parameters(seed=seed))
    assert report.passed, report


def test_margin_is_the_lead_of_the_right_class_and_accuracy_the_share_that_leads():
    phi = parameters((4,))
    z = NETWORK(X, phi)
    for member in range(4):
        rows = [(row.tolist(), int(k)) for row, k in zip(z[member], Y)]
        leads = [row[k] - max(row[:k] + row[k + 1 :]) for row, k in rows]
        np.testing.assert_allclose(LOSS.margins(phi)[member], leads, rtol=1e-13)
        right = [np.argmax(row) == k for row, k in rows]
        assert LOSS.accuracy(phi)[member] == np.mean(right)
    assert LOSS.accuracy(np.zeros(NETWORK.n_parameters)) == 0  # all alike: nothing leads


def test_two_classes_are_the_binary_loss_of_the_difference():
    x, y = two_class_data()
    two = SoftmaxCrossEntropy(Softmax(MLP((1, 2))), x, y)
    one = BinaryCrossEntropy(Logistic(), x, y)
    phi = np.array([0.3, 1.1, -0.2, 0.5])  # slopes of both classes, then their offsets
    difference = [phi[3] - phi[2], phi[1] - phi[0]]
    assert two(phi) == pytest.approx(one(difference), rel=1e-13)
    np.testing.assert_allclose(two.margins(phi), one.margins(difference), rtol=1e-12)
    assert two.accuracy(phi) == one.accuracy(difference)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("margin", [1e4, 700.0, 90.0, 40.0])
def test_the_loss_is_right_at_any_margin(margin, dtype):
    loss = SoftmaxCrossEntropy(Softmax(MLP((1, 3))), [1.0], [0])
    phi = np.array([margin, 0.0, -2 * margin, 0.0, 0.0, 0.0], dtype)  # z = margin, 0, -2 margin
    tail = math.exp(-margin)  # what log(1 + tail) is to the last digit
    exact = {"rtol": 1e-13 if dtype == np.float64 else 1e-5, "atol": np.finfo(dtype).tiny}
    np.testing.assert_allclose(loss(phi), tail, **exact)
    np.testing.assert_allclose(loss.gradient(phi)[:2], [-tail, tail], **exact)
    assert loss(-phi) == 3 * margin  # and as wrong as can be
    np.testing.assert_allclose(
        loss.gradient(-phi)[:3], [-1, 0, 1], atol=1e-30 + 2 * math.exp(-margin)
    )
    assert loss(phi).dtype == loss.gradient(phi).dtype == dtype


def test_the_same_number_added_to_every_logit_changes_nothing():
    z = np.random.default_rng(5).normal(size=(4, 3))
    np.testing.assert_allclose(softmax(z + 7), softmax(z), rtol=1e-14)
    for shift in (0.0, 7.0):
        np.testing.assert_allclose(LOSS.share(z + shift, Y[:4]), LOSS.share(z, Y[:4]), rtol=1e-12)


@pytest.mark.parametrize("ensemble", [(1,), (3, 2)])
def test_an_ensemble_equals_the_loop_over_its_members(ensemble):
    phi = parameters(ensemble)
    for method in (LOSS, LOSS.gradient, LOSS.margins, LOSS.accuracy, LOSS.per_example_gradients):
        together = method(phi)
        for member in np.ndindex(ensemble):
            np.testing.assert_array_equal(together[member], method(phi[member]))


def test_batches_add_up_and_examples_have_their_own_gradients():
    phi = parameters()
    parts = LOSS.batch([0, 1, 2]), LOSS.batch([3, 4, 5, 6, 7])
    np.testing.assert_allclose(sum(b.gradient(phi) for b in parts), LOSS.gradient(phi), rtol=1e-12)
    shares = LOSS.per_example_gradients(phi)
    assert shares.shape == (8, NETWORK.n_parameters)
    for i in range(8):
        np.testing.assert_allclose(shares[i], LOSS.batch([i]).gradient(phi), rtol=1e-12, atol=1e-15)


def test_several_outputs_add_up_in_least_squares():
    targets = np.random.default_rng(3).normal(size=(8, 3))
    loss, phi = LeastSquares(NETWORK, X, targets), parameters((2,))
    by_hand = ((NETWORK(X, phi) - targets) ** 2).sum(axis=(-1, -2))
    np.testing.assert_allclose(loss(phi), by_hand, rtol=1e-13)
    np.testing.assert_allclose(loss.per_example(phi).sum(axis=-1), by_hand, rtol=1e-13)
    shares = loss.per_example_gradients(phi).sum(axis=-2)
    np.testing.assert_allclose(shares, loss.gradient(phi), rtol=1e-11, atol=1e-13)
    assert loss.batch([1, 4]).y.shape == (2, 3)


def test_a_small_network_learns_the_digits_in_two_hundred_steps():
    training, validation, _ = digits()
    network = MLP((64, 32, 10))
    loss = SoftmaxCrossEntropy(Softmax(network), *training)
    start = he_normal(network, rng=0)
    path = descend(loss, start, Adam(0.01), 200, Minibatches(50, rng=0), keep=200)
    fresh = SoftmaxCrossEntropy(Softmax(network), *validation)
    assert fresh.accuracy(start) < 0.3 and fresh.accuracy(path.final) > 0.93


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Softmax(MLP((2, 1))),
            r"logits is MLP\(.*expected a model with an output for",
        ),
        (
            lambda: Softmax(Linear()),
            r"logits is Linear\(.*expected a model with an output",
        ),
        (
            lambda: SoftmaxCrossEntropy(NETWORK, X, Y),
            r"y has shape \(8,\), expected|model is MLP\(.*expected a Softmax",
        ),
        (
            lambda: SoftmaxCrossEntropy(Softmax(NETWORK), X, Y + 1),
            r"y\[2\] is 3.0, expected a class, a whole number from 0 to 2",
        ),
        (lambda: SoftmaxCrossEntropy(Softmax(NETWORK), X, Y / 2), r"y\[1\] is 0.5, expected a cla"),
        (lambda: SoftmaxCrossEntropy(Softmax(NETWORK), X, Y - 1), r"y\[0\] is -1.0, expected a cl"),
        (lambda: LeastSquares(NETWORK, X, Y), r"y has shape \(8,\), expected \(I, 3\)"),
        (lambda: LOSS.hessian(parameters()), "expected one with second derivatives; numerical_hes"),
    ],
)
def test_the_error_names_the_argument_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
