"""Networks, recurrences and products for notebook 08: what makes a landscape hard, in numbers."""

from functools import cache
from typing import NamedTuple

import numpy as np

from course_lib.batches import Minibatches
from course_lib.clipping import ClippedGradient
from course_lib.descent import descend
from course_lib.gradient_check import hessian_vector_product, numerical_hessian
from course_lib.initialization import glorot_normal, he_normal
from course_lib.losses import LeastSquares
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from course_lib.surfaces import HiddenValley, Recurrence
from lessons.experiments.reading import reading

# --- the length of the gradient, and the curvature along it ---------------------------------------

DIGIT_SIZES = (64, 16, 10)
MEASURED_EVERY = 50


class Measures(NamedTuple):
    """Along a training, at some steps: the loss, and what the gradient of all examples is like.

    curvature : gᵀHg / gᵀg, the curvature in the direction of the gradient g
    """

    steps: np.ndarray
    losses: np.ndarray
    lengths: np.ndarray
    curvature: np.ndarray


@cache
def digit_training(seed=0, steps=600, gain=0.3, batch=20):
    """A training on 500 digits by SGD, measured on all of them: (loss, Path, Measures).

    gain : the weights start at Glorot's, times this
    batch : the size of a batch, or None for all the examples at each step
    """
    loss = reading(MLP(DIGIT_SIZES, "tanh"), n=500)
    start = gain * glorot_normal(loss.model.logits, seed)
    batches = None if batch is None else Minibatches(batch, seed)
    rate = 0.005 if batch else 0.001
    path = descend(loss, start, GradientDescent(rate), steps, batches, keep=MEASURED_EVERY)
    return loss, path, measured(loss, path)


def measured(loss, path):
    """The Measures of a path, at the rows that it keeps."""
    g = loss.gradient(path.params)
    bent = hessian_vector_product(loss, path.params, g)
    squares = (g**2).sum(axis=-1)
    return Measures(path.t, path.losses, np.sqrt(squares), (g * bent).sum(axis=-1) / squares)


@cache
def digit_networks(networks=4, steps=1600, seed=0):
    """Networks 64-16-10 on the 1000 training digits by Adam, in batches of 50.

    Returns the steps, and at each (every 100) the training loss and the share of the validation
    digits that each network gets right, (rows, networks).
    """
    network = MLP(DIGIT_SIZES, "tanh")
    start = glorot_normal(network, seed, (networks,))
    path = descend(reading(network), start, Adam(0.005), steps, Minibatches(50, seed), keep=100)
    return path.t, path.losses, reading(network, "validation").accuracy(path.params)


# --- signs of eigenvalues -------------------------------------------------------------------------


def gaussian_signs(k, draws, seed):
    """How many eigenvalues of symmetric k x k matrices are positive, (draws,).

    Each matrix is (A + Aᵀ)/2 of a matrix A of standard normal numbers.
    """
    a = np.random.default_rng(seed).standard_normal((draws, k, k))
    return (np.linalg.eigvalsh((a + a.mT) / 2) > 0).sum(axis=-1)


BUMP_X = np.linspace(-3, 3, 25)
BUMP_Y = 2 * np.exp(-2 * (BUMP_X - 0.5) ** 2) + 0.3 * BUMP_X
"""A bump on a slope, without noise."""


def sloping_bump_loss(units):
    """The loss of a network with one hidden layer of tanh units on the bump."""
    return LeastSquares(MLP((1, units, 1), "tanh"), BUMP_X, BUMP_Y)


@cache
def best_fit(units, starts=40, turns=80, seed=0):
    """The lowest minimum of `sloping_bump_loss` that any of some starts finds: its parameters.

    By damped Gauss-Newton steps: with the misses r and their derivatives J each solves
    (JᵀJ + λI) s = Jᵀr, and λ shrinks where the loss did, or grows.
    """
    loss = sloping_bump_loss(units)
    size = loss.n_parameters
    phi = 1.5 * np.random.default_rng(seed).standard_normal((starts, size))
    damping = np.ones((starts, 1, 1))
    for _ in range(turns):
        j = loss.model.derivatives(loss.x, phi)
        miss = loss.model(loss.x, phi) - loss.y
        step = np.linalg.solve(j.mT @ j + damping * np.eye(size), j.mT @ miss[..., None])
        lower = (loss(phi - step[..., 0]) < loss(phi))[:, None, None]
        phi = phi - np.where(lower, step, 0)[..., 0]
        damping = np.clip(damping * np.where(lower, 1 / 3, 4), 1e-12, 1e12)
    return phi[np.argmin(loss(phi))]


def with_copies(phi, few, many):
    """Parameters of a network of `many` hidden units that computes what `phi` does with `few`.

    The last unit is there several times, and its output weight is shared out evenly. With few = 0
    the network is a constant, and all its weights are zero.
    """
    larger = np.zeros(MLP((1, many, 1)).n_parameters)
    into, out = MLP((1, many, 1)).unravel(larger)
    if few == 0:
        out.biases[...] = phi
        return larger
    old_into, old_out = MLP((1, few, 1)).unravel(phi)
    old = np.minimum(np.arange(many), few - 1)  # the old unit that each is a copy of
    copies = np.where(old == few - 1, many - few + 1, 1)
    into.weights[...], into.biases[...] = old_into.weights[:, old], old_into.biases[old]
    out.weights[...] = old_out.weights[old] / copies[:, None]
    out.biases[...] = old_out.biases
    return larger


class Flat(NamedTuple):
    """A critical point: its loss, the length of the gradient there, and the signs of the Hessian's
    eigenvalues: how many are below zero, above it, and zero to five digits of the largest."""

    loss: float
    gradient: float
    down: int
    up: int
    level: int


@cache
def inside_a_larger_one(few, many):
    """The best network of `few` hidden units as a critical point of one with `many`: a Flat."""
    phi = with_copies(best_fit(few) if few else BUMP_Y.mean(), few, many)
    loss = sloping_bump_loss(many)
    curvatures = np.linalg.eigvalsh(numerical_hessian(loss, phi, h=1e-4))
    zero = 1e-5 * np.abs(curvatures).max()
    down, up = np.sum(curvatures < -zero), np.sum(curvatures > zero)
    slope = np.linalg.norm(loss.gradient(phi))
    return Flat(float(loss(phi)), float(slope), int(down), int(up), len(phi) - int(down + up))


# --- where networks of different width end --------------------------------------------------------

WAVE_X = np.linspace(-3, 3, 25)
WAVE_Y = np.sin(2 * WAVE_X)
"""Nearly two waves: 25 points without noise."""
WIDTHS = (5, 10, 20, 40)
BAD_END = 1.0
"""A twelfth of the loss of a constant, which is 12.6."""


def wave_loss(units):
    """The loss of a network with one hidden layer of relu units on the two waves."""
    return LeastSquares(MLP((1, units, 1)), WAVE_X, WAVE_Y)


@cache
def trained(units, seed=0, networks=40, steps=800, rate=0.05):
    """Networks of `units` relu units on the two waves, by Adam with a rate that falls to zero."""
    loss = wave_loss(units)
    rng = np.random.default_rng(seed)
    start = he_normal(loss.model, rng, (networks,))
    # With biases of 0 all joints would begin at x = 0.
    loss.model.unravel(start)[0].biases[...] = rng.uniform(-3, 3, (networks, units))
    return descend(loss, start, Adam(lambda t: rate * (1 - t / steps)), steps, keep=20)


# --- the linear autoencoder -----------------------------------------------------------------------

AXES = np.array([3.0, 2.0, 1.2, 0.6, 0.3])
"""Standard deviations of the data along their own axes."""
PASSED = 3
AUTO_RATE, AUTO_STEPS = 4e-4, 400


@cache
def autoencoder_data(n=50, seed=0):
    """Points in five dimensions, centred, and of exactly these spreads along axes of their own."""
    rng = np.random.default_rng(seed)
    draw = rng.standard_normal((n, len(AXES)))
    columns, _ = np.linalg.qr(draw - draw.mean(axis=0))
    turn, _ = np.linalg.qr(rng.standard_normal((len(AXES), len(AXES))))
    return np.sqrt(n) * columns * AXES @ turn.T


@cache
def stair_heights(n=50):
    """The loss that is left once 0, 1, … directions are learnt: the squares along the others."""
    return n * np.append(np.cumsum(AXES[::-1] ** 2)[::-1], 0)[: PASSED + 1]


@cache
def autoencoder():
    """A linear network 5 → 3 → 5 that is to give back what it is given: its loss."""
    x = autoencoder_data()
    return LeastSquares(MLP((len(AXES), PASSED, len(AXES)), "identity"), x, x)


def passed_on(directions):
    """Parameters that pass on what lies along these columns (5, up to 3), and nothing else."""
    network = autoencoder().model
    phi = np.zeros(network.n_parameters)
    code, decode = network.unravel(phi)
    units = directions.shape[1]
    code.weights[:, :units], decode.weights[:units] = directions, directions.T
    return phi


@cache
def compressed(start=0.01, seed=0, steps=AUTO_STEPS):
    """Gradient descent on the autoencoder, from Glorot's weights times `start`."""
    loss = autoencoder()
    phi = start * glorot_normal(loss.model, seed)
    return descend(loss, phi, GradientDescent(AUTO_RATE), steps)


# --- long products --------------------------------------------------------------------------------

PRODUCT_KINDS = ("the same matrix", "another matrix each time", "the same rotation")


@cache
def signal_lengths(kind, scale=1.0, steps=100, size=32, seed=0, draws=20):
    """|W … W v| / |v| after 0 … steps factors, for `draws` products: (steps + 1, draws).

    Matrices have normal entries of variance scale²/size, or are scale times a random rotation.
    """
    rng = np.random.default_rng(seed)
    v = rng.standard_normal((draws, size, 1))
    v /= np.linalg.norm(v, axis=1, keepdims=True)

    def drawn():
        return rng.standard_normal((draws, size, size))

    matrix = np.linalg.qr(drawn())[0] if "rotation" in kind else drawn() / np.sqrt(size)
    lengths = [np.ones(draws)]
    for _ in range(steps):
        v = scale * matrix @ v
        lengths.append(np.linalg.norm(v[..., 0], axis=-1))
        if "another" in kind:
            matrix = drawn() / np.sqrt(size)
    return np.array(lengths)


# --- the cliff ------------------------------------------------------------------------------------

CLIFF = Recurrence(steps=10, target=0.7)
CLIFF_BOUNDS = ((0.6, 2.2), (-0.6, 0.6))
CLIFF_START, CLIFF_STEPS = (1.6, 0.3), 60


@cache
def at_the_cliff(learning_rate=0.1, limit=None, start=CLIFF_START, steps=CLIFF_STEPS):
    """Gradient descent on the recurrence, its gradient clipped at `limit` if there is one."""
    loss = CLIFF if limit is None else ClippedGradient(CLIFF, limit)
    return descend(loss, start, GradientDescent(learning_rate), steps)


# --- a bias, and noise of the same size -----------------------------------------------------------


class Inexact:
    """A loss whose gradient is off by a vector: the same one always, or another at every call."""

    def __init__(self, loss, error):
        self.loss, self.error = loss, error

    def __call__(self, phi):
        return self.loss(phi)

    def gradient(self, phi):
        return self.loss.gradient(phi) + self.error()


# --- behind the hill ------------------------------------------------------------------------------

HILL = HiddenValley()
HILL_BOUNDS = ((-5.0, 5.0), (-3.5, 3.5))
HILL_RATE, HILL_STEPS = 0.2, 300


def over_the_hill(start, rate=HILL_RATE, steps=HILL_STEPS):
    """Gradient descent from the start or starts."""
    return descend(HILL, start, GradientDescent(rate), steps)


def walked(path):
    """How long the way of a path is, and how far its end lies from its start."""
    steps = np.linalg.norm(np.diff(path.params, axis=0), axis=-1).sum(axis=0)
    return steps, np.linalg.norm(path.final - path.params[0], axis=-1)
