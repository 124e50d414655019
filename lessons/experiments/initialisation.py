"""The experiments of notebook 09: equal units, signals through layers, and starts on digits."""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.initialization import glorot_normal, glorot_uniform
from course_lib.losses import LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.reading import reading

# --- equal units ------------------------------------------------------------------------------

BUMP_X = np.linspace(-2, 2, 21)
BUMP_Y = 2 * np.exp(-2 * (BUMP_X - 0.4) ** 2)
"""A bump: one tanh unit makes a step up or down, so two different ones are needed."""
BUMP_STEPS = 500


def bump_loss(activation="tanh"):
    """The loss of a network with three hidden units on the bump."""
    return LeastSquares(MLP((1, 3, 1), activation), BUMP_X, BUMP_Y)


def fit_bump(start, learning_rate=0.015, activation="tanh"):
    """500 steps of gradient descent from a start."""
    return descend(bump_loss(activation), start, GradientDescent(learning_rate), BUMP_STEPS)


# --- gradients, layer by layer ----------------------------------------------------------------

SPREAD_WIDTH, MOST_LAYERS = 32, 8


@lru_cache(maxsize=64)
def deep_network(activation, gain, depth, seed):
    """A deep network from Glorot's weights times `gain`, its parameters, inputs and gradients.

    Returns (network, phi, x, sizes): sizes are the root mean squares of ∂L/∂w, layer by layer.
    """
    network = MLP((*(depth + 1) * (SPREAD_WIDTH,), 1), activation)
    phi = gain * glorot_uniform(network, seed)
    x = np.random.default_rng(seed + 100).standard_normal((60, SPREAD_WIDTH))
    gradient = LeastSquares(network, x, x[:, 0]).gradient(phi)
    sizes = [np.sqrt((weights**2).mean()) for weights, _ in network.unravel(gradient)]
    return network, phi, x, np.array(sizes)


# --- digits: how large a start ----------------------------------------------------------------

GAINS = (0.1, 0.3, 1.0, 3.0, 6.0)
SEEDS = 3
LEARNT = 100  # digits to learn from
SCALE_STEPS, SCALE_EVERY = 300, 10


class Curves(NamedTuple):
    """Errors on the way: steps t (K,), and shares of digits read wrongly, (K, *ensemble)."""

    t: np.ndarray
    training: np.ndarray
    test: np.ndarray


def _errors(losses, path):
    training, test = (1 - loss.accuracy(path.params) for loss in losses)
    return Curves(path.t, training, test)


@cache
def starts_of_many_sizes():
    """A network learns 100 digits from Glorot's weights times each of GAINS, from three seeds.

    Returns Curves of shape (K, len(GAINS), SEEDS).
    """
    network = MLP((64, 32, 10))
    train, test = reading(network, n=LEARNT), reading(network, "test")
    starts = np.array(GAINS)[:, None, None] * glorot_normal(network, 0, (SEEDS,))
    path = descend(train, starts, Adam(0.003), SCALE_STEPS, keep=SCALE_EVERY)
    return _errors((train, test), path)


# --- digits: what another task has learned ----------------------------------------------------

HIDDEN = 32
PER_CLASS = (2, 5, 20)
TRANSFER_SEEDS = 16
TRANSFER_STEPS = 40
STARTS = ("drawn", "other digits", "autoencoder")
"""Where the weights into the hidden units come from."""


def graft(network, phi, weights, biases):
    """phi, with this first layer in the place of its own."""
    phi = phi.copy()
    first = network.unravel(phi)[0]
    first.weights[...], first.biases[...] = weights, biases
    return phi


@cache
def first_layers():
    """The weights (64, HIDDEN) and biases that each start gives to the hidden units, by STARTS.

    One is drawn; one has learned to tell the digits 0 to 4 apart; one, to give back any digit.
    """
    data = digits().training
    small = data.y < 5
    reader, copier = MLP((64, HIDDEN, 5)), MLP((64, HIDDEN, 64))
    found = {"drawn": reader.unravel(glorot_normal(reader, 0))[0]}
    for name, loss in (
        ("other digits", SoftmaxCrossEntropy(Softmax(reader), data.x[small], data.y[small])),
        ("autoencoder", LeastSquares(copier, data.x, data.x)),
    ):
        network = reader if name == "other digits" else copier
        start, batches = glorot_normal(network, 1), Minibatches(50, rng=0)
        path = descend(loss, start, Adam(0.003), 200, batches, keep="last")
        found[name] = network.unravel(path.final)[0]
    return found


@cache
def from_each_start(per_class):
    """The digits 5 to 9 are learned from `per_class` examples of each, from each of STARTS.

    Returns Curves of shape (K, len(STARTS), TRANSFER_SEEDS): each seed draws its own weights for
    what is not given, and its own examples.
    """
    network, data = MLP((64, HIDDEN, 5)), digits()
    (x, y), (test_x, test_y) = (
        (part.x[part.y >= 5], part.y[part.y >= 5] - 5) for part in (data.training, data.test)
    )
    test = SoftmaxCrossEntropy(Softmax(network), test_x, test_y)
    rule = GradientDescent(0.2 / (5 * per_class))
    curves = []
    for seed in range(TRANSFER_SEEDS):
        rng = np.random.default_rng(seed)
        chosen = [rng.choice(np.flatnonzero(y == k), per_class, replace=False) for k in range(5)]
        chosen = np.concatenate(chosen)
        train = SoftmaxCrossEntropy(Softmax(network), x[chosen], y[chosen])
        drawn = glorot_normal(network, rng)
        starts = [drawn, *(graft(network, drawn, *first_layers()[name]) for name in STARTS[1:])]
        path = descend(train, np.stack(starts), rule, TRANSFER_STEPS)
        curves.append(_errors((train, test), path))
    t, training, test = zip(*curves)
    return Curves(t[0], np.stack(training, axis=-1), np.stack(test, axis=-1))
