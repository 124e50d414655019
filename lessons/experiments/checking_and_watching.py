"""The experiments of notebook 11: slopes by finite differences, data, and networks that train."""

from functools import lru_cache

import numpy as np

from course_lib.descent import descend
from course_lib.gradient_check import finite_difference_gradient, gradient_check, relative_error
from course_lib.initialization import glorot_uniform, he_normal
from course_lib.losses import BinaryCrossEntropy, LeastSquares
from course_lib.models import Logistic
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.experiments.scenes import gabor_loss

# --- one coordinate of a loss -----------------------------------------------------------------


class Slice:
    """A loss as a function of one of its parameters, the others held where they are."""

    def __init__(self, loss, phi, coordinate):
        self.loss, self.phi, self.coordinate = loss, np.asarray(phi, float), coordinate

    def points(self, values):
        """The parameters whose coordinate has these values, shape (*values, P)."""
        points = np.broadcast_to(self.phi, (*np.shape(values), len(self.phi))).copy()
        points[..., self.coordinate] = values
        return points

    def __call__(self, phi):
        """The loss, shape (*ensemble,), for phi of shape (*ensemble, 1)."""
        return self.loss(self.points(np.asarray(phi)[..., 0]))

    def gradient(self, phi):
        """The slope, shape (*ensemble, 1)."""
        gradient = self.loss.gradient(self.points(np.asarray(phi)[..., 0]))
        return gradient[..., self.coordinate, None]


# --- the step of finite differences -----------------------------------------------------------

ALONG = Slice(gabor_loss(), [0.0, 14.0], coordinate=0)
STEPS_H = 10.0 ** np.arange(-15, 0.76, 0.25)
PRECISIONS = {"float64": np.float64, "float32": np.float32}
DIFFERENCES = ("one-sided", "centred")


def difference_quotient(name, f, phi, h):
    """The slope of a function of one parameter, shape (1,): one-sided, or centred on phi."""
    if name == "one-sided":  # it is centred half a step further on
        return finite_difference_gradient(f, phi + h / 2, h / 2)
    return finite_difference_gradient(f, phi, h)


@lru_cache(maxsize=256)
def slope_error(name, phi, h, numbers):
    """The relative error of a difference quotient whose losses are computed in these numbers."""

    def f(point):
        return ALONG.loss(ALONG.points(point[0]).astype(PRECISIONS[numbers]))

    point = np.array([phi])
    return relative_error(ALONG.gradient(point), difference_quotient(name, f, point, h))[0]


@lru_cache(maxsize=64)
def error_curves(phi, numbers):
    """The relative error at every h in `STEPS_H`, for both kinds of difference."""
    return {
        name: np.array([slope_error(name, phi, h, numbers) for h in STEPS_H])
        for name in DIFFERENCES
    }


# --- kinks ------------------------------------------------------------------------------------

UNIT = LeastSquares(MLP((1, 1, 1)), [-1.0, -0.5, 0.0, 0.5, 1.0], [0.2, 0.9, 0.6, 1.2, 1.5])
BIAS = Slice(UNIT, [1.0, 0.0, 1.0, 0.0], coordinate=1)
GRADIENTS = {"right": 1.0, "factor 2 forgotten": 0.5}


def checked(bias, h, gradient):
    """The report of the gradient check on one bias."""
    factor = GRADIENTS[gradient]
    return gradient_check(BIAS, lambda phi: factor * BIAS.gradient(phi), [bias], h)


# --- data -------------------------------------------------------------------------------------

HELD_OUT = 100


def quadrants(n=200, flipped=0.05, seed=0):
    """Two classes: y = 1 where x₀ and x₁ have the same sign, but for a few flipped labels."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    same = x[:, 0] * x[:, 1] > 0
    return x, np.where(rng.random(n) < flipped, ~same, same).astype(float)


def noisy_wave(n, noise, seed):
    """Two sets of the same wave: n examples to train on, `HELD_OUT` to validate on."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n + HELD_OUT)
    y = np.sin(3 * x) + noise * rng.standard_normal(len(x))
    return (x[:n], y[:n]), (x[n:], y[n:])


def wiggly_start(network, seed):
    """He's weights times 1.5 and biases within ±1: units that bend all over the range of x."""
    rng = np.random.default_rng(seed)
    phi = 1.5 * he_normal(network, rng)
    for _, biases in network.unravel(phi):
        biases[...] = rng.uniform(-1, 1, biases.shape)
    return phi


# --- a deep classifier ------------------------------------------------------------------------

GAINS = 10.0 ** np.arange(-1, 1.01, 0.25)
HIDDEN = 4
SHOWN_STEPS, SHOWN_EVERY = 100, 5


@lru_cache(maxsize=8)
def training_at_every_gain(activation):
    """A deep classifier trained from Glorot's weights times every gain: network, loss, path."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4))
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).astype(float)
    network = MLP((4, *HIDDEN * (16,), 1), activation)
    loss = BinaryCrossEntropy(Logistic(network), x, y)
    starts = GAINS[:, None] * glorot_uniform(network, 0)
    return network, loss, descend(loss, starts, Adam(0.005), SHOWN_STEPS, keep=SHOWN_EVERY)
