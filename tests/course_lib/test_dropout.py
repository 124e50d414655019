"""Dropout: each batch sees a thinned network, whose mean is the whole one."""

import numpy as np
import pytest

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.gradient_check import gradient_check
from course_lib.losses import BinaryCrossEntropy, Dropout, L2Penalty, LeastSquares
from course_lib.losses import SoftmaxCrossEntropy as CrossEntropy
from course_lib.models import Linear, Logistic, Softmax
from course_lib.networks import MLP, ThinnedMLP
from course_lib.optimizers import GradientDescent

RNG = np.random.default_rng(4)
X, LABELS = RNG.normal(size=(6, 2)), np.array([0, 1, 1, 0, 1, 0])
DEEP = MLP((2, 4, 3, 1), "tanh")
LOSSES = {
    "least squares": LeastSquares(DEEP, X, RNG.normal(size=6)),
    "binary": BinaryCrossEntropy(Logistic(DEEP), X, LABELS),
    "softmax": CrossEntropy(Softmax(MLP((2, 5, 2), "sigmoid")), X, LABELS),
}
losses = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


def parameters(loss, ensemble=()):
    return np.random.default_rng(7).normal(size=(*ensemble, loss.n_parameters))


@losses
def test_the_loss_itself_is_that_of_the_whole_network(loss):
    dropout, phi = Dropout(loss, 0.5, rng=0), parameters(loss)
    assert dropout(phi) == loss(phi)
    np.testing.assert_array_equal(dropout.gradient(phi), loss.gradient(phi))


@losses
def test_a_batch_is_a_fixed_function_with_a_right_gradient(loss):
    batch, phi = Dropout(loss, 0.5, rng=0).batch([0, 2, 4]), parameters(loss)
    assert batch(phi) == batch(phi) != loss.batch([0, 2, 4])(phi)
    assert gradient_check(batch, batch.gradient, phi).passed
    shares = batch.per_example_gradients(phi).sum(axis=-2)
    np.testing.assert_allclose(shares, batch.gradient(phi), rtol=1e-11, atol=1e-13)


def test_the_seed_makes_the_units_and_the_next_batch_has_others():
    loss = LOSSES["softmax"]
    phi = parameters(loss)
    first, again = Dropout(loss, 0.5, rng=3), Dropout(loss, 0.5, rng=3)
    one, two = (first.batch(range(6))(phi) for _ in range(2))
    assert one != two and one == again.batch(range(6))(phi)


def test_each_unit_is_left_out_by_itself_and_the_others_are_scaled_up():
    """A network that passes on the sum of 1000 units, all 1: the units that are kept, scaled."""
    network = MLP((1, 1000, 1), "identity")
    phi = np.concatenate([np.zeros(1000), np.ones(1000), np.ones(1000), [0]])
    loss = LeastSquares(network, np.zeros(3), np.zeros(3))
    kept = np.sqrt(Dropout(loss, 0.3, rng=1).batch([0, 1, 2]).per_example(phi))
    assert len(set(kept)) == 3  # other units for each example
    np.testing.assert_allclose(kept, 1000, atol=4 * np.sqrt(1000 * 0.3 / 0.7))


def test_rate_zero_leaves_everything_as_it_is():
    loss = LOSSES["least squares"]
    phi = parameters(loss, (2,))
    batch = Dropout(loss, 0, rng=0).batch([1, 5])
    np.testing.assert_array_equal(batch.gradient(phi), loss.batch([1, 5]).gradient(phi))


def test_descend_trains_on_thinned_networks_and_a_penalty_goes_around():
    loss = LOSSES["binary"]
    start, rule = parameters(loss), GradientDescent(0.05)
    plain = descend(loss, start, rule, 20, Minibatches(3, rng=0)).final
    ways = [L2Penalty(Dropout(loss, 0.5, rng=0), strength) for strength in (0.0, 1.0)]
    thin, short = (descend(way, start, rule, 20, Minibatches(3, rng=0)).final for way in ways)
    assert not np.allclose(plain, thin) and np.linalg.norm(short) < np.linalg.norm(thin)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Dropout(LOSSES["binary"], 1.0, 0), "rate is 1.0, expected at least 0 and below 1"),
        (lambda: Dropout(LOSSES["binary"], [0.5], 0), r"rate is \[0.5\], expected one number"),
        (lambda: Dropout(LOSSES["binary"], 0.5, None), "rng is None, expected a np.random.Genera"),
        (
            lambda: Dropout(LeastSquares(Linear(), [1], [1]), 0.5, 0),
            "expected a loss of a network, such as MLP",
        ),
        (
            lambda: Dropout(LeastSquares(MLP((1, 1)), [1], [1]), 0.5, 0),
            "expected a loss of a network with hidden units",
        ),
        (lambda: Dropout(abs, 0.5, 0), "loss is .*abs.*, expected a loss of examples"),
        (lambda: ThinnedMLP((1, 2, 1), masks=([[1, 1, 1]],)), "expected one .I, units. for each"),
        (
            lambda: ThinnedMLP((1, 2, 1), masks=([[1, 1]],))([1.0, 2.0], np.ones(7)),
            r"x has shape \(2, 1\), expected 1 examples, as the masks have",
        ),
    ],
)
def test_the_error_names_the_argument_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
