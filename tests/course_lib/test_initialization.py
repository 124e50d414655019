"""Each scheme against its statistics, and against what it is for: signals that keep their size."""

import numpy as np
import pytest

from course_lib.initialization import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    orthogonal,
    sparse,
    uniform,
    zeros,
)
from course_lib.networks import MLP

RANDOM = [uniform, glorot_uniform, glorot_normal, he_normal, orthogonal, sparse]
schemes = pytest.mark.parametrize("scheme", [zeros, *RANDOM])
random_schemes = pytest.mark.parametrize("scheme", RANDOM)

WIDE = MLP((80, 40, 160, 1))

# Variance of the weights of a layer with m inputs and n outputs, and the largest that can be drawn.
DRAWN = {
    uniform: (lambda m, n: 1 / (3 * m), lambda m, n: 1 / np.sqrt(m)),
    glorot_uniform: (lambda m, n: 2 / (m + n), lambda m, n: np.sqrt(6 / (m + n))),
    glorot_normal: (lambda m, n: 2 / (m + n), None),
    he_normal: (lambda m, n: 2 / m, None),
    orthogonal: (lambda m, n: 1 / max(m, n), lambda m, n: 1),
}


@pytest.mark.parametrize("scheme", [*DRAWN])
def test_weights_have_the_variance_of_their_scheme(scheme):
    variance, largest = DRAWN[scheme]
    for weights, _ in WIDE.unravel(scheme(WIDE, rng=0, ensemble=(10,))):
        m, n = weights.shape[-2:]
        # Six standard errors: of the mean, and (a normal's is the largest) of the variance.
        error = 6 / np.sqrt(weights.size)
        spread = np.sqrt(variance(m, n))
        assert abs(weights.mean()) < error * spread
        assert weights.var() == pytest.approx(spread**2, rel=error * np.sqrt(2))
        if largest is not None:
            assert np.abs(weights).max() <= largest(m, n)


@pytest.mark.parametrize("scheme", [uniform, glorot_uniform])
def test_uniform_weights_fill_their_interval_evenly(scheme):
    _, largest = DRAWN[scheme]
    for weights, _ in WIDE.unravel(scheme(WIDE, rng=0)):
        m, n = weights.shape
        counts, _ = np.histogram(weights, 5, (-largest(m, n), largest(m, n)))
        share = weights.size / 5
        assert np.abs(counts - share).max() < 6 * np.sqrt(share)


@pytest.mark.parametrize("scheme", [glorot_normal, he_normal])
def test_normal_weights_have_the_tails_of_a_normal(scheme):
    weights = WIDE.unravel(scheme(WIDE, rng=0))[1].weights
    standard = weights / weights.std()
    assert (np.abs(standard) < 1).mean() == pytest.approx(0.6827, abs=0.02)
    assert (standard**4).mean() == pytest.approx(3, abs=0.2)


@schemes
def test_biases_start_at_zero(scheme):
    for _, biases in WIDE.unravel(scheme(WIDE, rng=0, ensemble=(2,))):
        assert not biases.any()


def test_zeros_are_zeros():
    assert zeros(WIDE).shape == (WIDE.n_parameters,)
    assert not zeros(WIDE, ensemble=(2,)).any()


@schemes
@pytest.mark.parametrize("ensemble", [(1,), (4,), (2, 3)])
def test_an_ensemble_is_what_single_draws_in_turn_give(scheme, ensemble):
    network = MLP((2, 5, 3, 1))
    together = scheme(network, np.random.default_rng(7), ensemble)
    rng = np.random.default_rng(7)
    assert together.shape == (*ensemble, network.n_parameters)
    for member in np.ndindex(ensemble):
        np.testing.assert_array_equal(together[member], scheme(network, rng))


@random_schemes
def test_the_seed_or_the_generator_decides_and_nothing_else(scheme):
    network = MLP((2, 5, 1))
    first = scheme(network, 3)
    np.testing.assert_array_equal(first, scheme(network, 3))
    np.testing.assert_array_equal(first, scheme(network, np.random.default_rng(3)))
    assert not np.array_equal(first, scheme(network, 4))


@pytest.mark.parametrize("ensemble", [(), (3,)])
def test_rows_or_columns_are_orthonormal_whichever_are_fewer(ensemble):
    network = MLP((6, 6, 9, 4, 1))
    for weights, _ in network.unravel(orthogonal(network, 0, ensemble)):
        m, n = weights.shape[-2:]
        product = weights @ weights.mT if m < n else weights.mT @ weights
        identity = np.broadcast_to(np.eye(min(m, n)), product.shape)
        np.testing.assert_allclose(product, identity, atol=1e-14)


def test_orthogonal_layers_keep_the_length_of_every_signal():
    network = MLP((8, 8, 12, 20, 1), "identity")
    x = np.random.default_rng(1).normal(size=(30, 8))
    lengths = np.linalg.norm(x, axis=-1)
    for h in network.activations(x, orthogonal(network, 0)):
        np.testing.assert_allclose(np.linalg.norm(h, axis=-1), lengths, rtol=1e-13)


def test_orthogonal_matrices_are_drawn_evenly():
    """Turning an even draw leaves it even: no entry prefers a sign. QR by itself does."""
    turns = MLP((3, 3, 1)).unravel(orthogonal(MLP((3, 3, 1)), 0, (4000,)))[0].weights
    assert np.abs(turns.mean(axis=0)).max() < 6 * np.sqrt(1 / 3 / 4000)
    np.testing.assert_allclose((turns**2).mean(axis=0), 1 / 3, atol=0.03)
    assert (np.linalg.det(turns) > 0).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("connections", "heard"), [(1, [1, 1, 1]), (5, [5, 5, 5]), (15, [6, 15, 9])]
)
def test_each_unit_hears_as_many_units_as_asked_for_or_all(connections, heard):
    network = MLP((6, 20, 9, 2))
    for (weights, _), count in zip(network.unravel(sparse(network, 0, (3,), connections)), heard):
        np.testing.assert_array_equal((weights != 0).sum(axis=-2), count)


def test_a_sparse_weight_has_the_variance_of_one_over_the_connections():
    network = MLP((40, 500, 2))
    weights = network.unravel(sparse(network, 0, connections=4))[0].weights
    assert weights[weights != 0].var() == pytest.approx(1 / 4, rel=6 * np.sqrt(2 / 2000))


def test_whom_a_sparse_unit_hears_is_drawn_evenly_and_for_each_unit_anew():
    network = MLP((8, 3, 1))
    heard = network.unravel(sparse(network, 0, (4000,), connections=2))[0].weights != 0
    np.testing.assert_allclose(heard.mean(axis=0), 2 / 8, atol=6 * np.sqrt(2 / 8 * 6 / 8 / 4000))
    together = (heard[..., 0] & heard[..., 1]).mean()  # by chance: 1/4 of 1/4
    assert together == pytest.approx(1 / 16, abs=0.01)


def test_sparse_units_need_at_least_one_connection():
    with pytest.raises(ValueError, match="connections is 0, expected at least 1"):
        sparse(WIDE, 0, connections=0)


def kept(scheme, activation, width=32, networks=200):
    """How much of the mean square of its inputs each layer hands on, over many deep networks."""
    network = MLP((*7 * (width,), 1), activation)
    x = np.random.default_rng(1).normal(size=(20, width))
    z = network.pre_activations(x, scheme(network, 0, (networks,)))
    squares = [(x**2).mean()] + [(layer**2).mean() for layer in z[:-1]]
    return np.divide(squares[1:], squares[:-1])


@pytest.mark.parametrize("scheme", [glorot_uniform, glorot_normal, orthogonal, sparse])
def test_glorot_and_orthogonal_layers_keep_the_variance_of_their_signals(scheme):
    """Claim cl-32, where it is exact: between layers of one size, and without activations."""
    np.testing.assert_allclose(kept(scheme, "identity"), 1, atol=0.04)
    # Backwards too: with one example, the gradient of a layer's biases is its ∂L/∂z.
    network = MLP((*7 * (32,), 1), "identity")
    _, backward = network.forward(np.zeros((1, 32)), scheme(network, 0, (200,)))
    layers = network.unravel(backward(np.ones((200, 1))))[:-1]
    squares = [(biases**2).mean() for _, biases in layers]
    np.testing.assert_allclose(np.divide(squares[1:], squares[:-1]), 1, atol=0.1)


def test_uniform_layers_lose_two_thirds_of_the_variance_each():
    np.testing.assert_allclose(kept(uniform, "identity"), 1 / 3, atol=0.03)


def test_he_layers_keep_the_variance_through_relu_and_glorot_layers_lose_half():
    # The first layer has inputs of both signs, and no relu before it: there He doubles them.
    he, glorot = kept(he_normal, "relu"), kept(glorot_normal, "relu")
    np.testing.assert_allclose(he, [2, 1, 1, 1, 1, 1], rtol=0.06)
    np.testing.assert_allclose(glorot, [1, 0.5, 0.5, 0.5, 0.5, 0.5], rtol=0.06)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: he_normal((2, 8, 1), 0), r"network is \(2, 8, 1\), expected an MLP, such as MLP"),
        (lambda: zeros(WIDE, ensemble=3), r"ensemble is 3, expected a shape, such as \(5,\)"),
        (lambda: orthogonal(WIDE, 0, [2]), r"ensemble is \[2\], expected a shape, such as \(5,\)"),
    ],
)
def test_the_error_names_the_argument_its_value_and_what_was_expected(call, message):
    with pytest.raises(TypeError, match=message):
        call()
