"""The experiments of notebook 11: slopes by finite differences, data, and networks that train."""

from functools import cache, lru_cache

import numpy as np

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.diagnostics import EarlyStopping, training_curves, update_to_weight_ratio
from course_lib.gradient_check import finite_difference_gradient, gradient_check, relative_error
from course_lib.initialization import glorot_uniform, he_normal
from course_lib.losses import (
    BinaryCrossEntropy,
    Dropout,
    L2Penalty,
    LeastSquares,
    SoftmaxCrossEntropy,
)
from course_lib.models import Logistic
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.reading import reading
from lessons.experiments.rounding import Rounded
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


# --- the check in practice: depth, dropout ----------------------------------------------------

DEPTHS = (1, 4, 16)
"""Numbers of hidden layers."""


@lru_cache(maxsize=64)
def checked_at_depth(activation, depth, seed=0, coordinates=40):
    """A network of so many hidden layers, some coordinates of its gradient drawn at random:
    their sizes and the relative errors of the check."""
    rng = np.random.default_rng(seed)
    network = MLP((4, *depth * (8,), 1), activation)
    loss = LeastSquares(network, rng.normal(size=(20, 4)), rng.normal(size=20))
    start = glorot_uniform(network, rng)
    chosen = rng.choice(network.n_parameters, coordinates, replace=False)
    steps = 1e-5 * np.eye(network.n_parameters)[chosen]
    numerical = (loss(start + steps) - loss(start - steps)) / 2e-5
    analytic = loss.gradient(start)[chosen]
    return np.abs(analytic), relative_error(analytic, numerical)


MASKS = ("none", "the same", "fresh")


@lru_cache(maxsize=64)
def checked_with_masks(masks, rate=0.5, h=1e-5, seed=0):
    """The report of the check on a small classifier: without dropout, with one mask for every
    loss that the check asks for, or with a fresh mask for each."""
    network = MLP((2, 12, 1), "tanh")
    whole = BinaryCrossEntropy(Logistic(network), *quadrants(seed=seed))
    everything = np.arange(whole.n_examples)
    dropout = Dropout(whole, rate, np.random.default_rng(seed))
    fixed = whole if masks == "none" else dropout.batch(everything)

    def fresh(phi):
        return dropout.batch(everything)(phi)

    start = glorot_uniform(network, seed)
    return gradient_check(fresh if masks == "fresh" else fixed, fixed.gradient, start, h)


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


PATIENCES = (1, 5, 20, 81)
"""In evaluations, of which a run has 81: the last one never stops."""


@cache
def patience_trials(data_sets=16):
    """Networks trained on 12 noisy points of a wave: for each data set and patience, the step at
    the end, the lowest validation loss, and the loss of fresh points at that step; and, last, that
    of fresh points without stopping, (data sets, patiences, 4)."""
    network, found = MLP((1, 20, 20, 1), "tanh"), []
    for seed in range(data_sets):
        data, (x, y) = noisy_wave(12, noise=0.4, seed=seed)
        training, validation, fresh = (
            LeastSquares(network, *points) for points in (data, (x[:20], y[:20]), (x[20:], y[20:]))
        )
        path = descend(training, wiggly_start(network, seed), Adam(0.02), 400, keep=5)
        curves, new = training_curves(path, training, validation), fresh(path.params) / 80
        stops = [EarlyStopping(patience)(curves.validation) for patience in PATIENCES]
        found.append([(curves.t[s.end], s.lowest, new[s.best], new[-1]) for s in stops])
    return np.array(found)


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


# --- the update-to-weight ratio ---------------------------------------------------------------

CLASSIFIER = MLP((2, 12, 1), "tanh")
RATIO_RATES = 10.0 ** np.arange(-4, 0.01, 0.25)


@lru_cache(maxsize=8)
def ratio_of_the_best(lengths, seed=0, starts=2):
    """For runs of so many steps, from some starts: the rate of Adam that ends lowest, and its
    median ratio, two arrays (starts, lengths)."""
    rates = RATIO_RATES[RATIO_RATES > 0.01]
    x, y = quadrants(seed=seed)
    loss = BinaryCrossEntropy(Logistic(CLASSIFIER), x, y)
    begin = glorot_uniform(CLASSIFIER, seed, ensemble=(starts, 1)).repeat(len(rates), axis=1)
    rule = Adam(np.broadcast_to(rates, (starts, len(rates))))
    path = descend(loss, begin, rule, max(lengths), Minibatches(20, rng=seed))
    ratio = update_to_weight_ratio(path)
    best = np.array([path.losses[length].argmin(axis=-1) for length in lengths]).T
    medians = [
        [np.median(ratio[:length, start, member]) for length, member in zip(lengths, row)]
        for start, row in enumerate(best)
    ]
    return rates[best], np.array(medians)


# --- digits -----------------------------------------------------------------------------------


READER = MLP((64, 32, 10), "tanh")
JITTER_SIZES, JITTER_EXAMPLES, JITTER_STEPS = (5, 20, 100, 400), 400, 100
JITTER_RATES = (0.1, 0.4, 1.5)
"""In a step, the share of the *mean* gradient of the batch, so that batches can be compared."""


@cache
def jittery(size, seed=0):
    """Loss per example of all the digits after each step, (steps + 1, rates), batches of a size."""
    loss = reading(READER, n=JITTER_EXAMPLES)
    starts = np.broadcast_to(glorot_uniform(READER, seed), (len(JITTER_RATES), READER.n_parameters))
    rule = Rounded(GradientDescent(np.array(JITTER_RATES) / size), 7)
    path = descend(loss, starts, rule, JITTER_STEPS, Minibatches(size, rng=seed))
    return path.losses / JITTER_EXAMPLES


def rises(losses):
    """The share of steps that raise the loss."""
    return np.mean(np.diff(losses, axis=0) > 0, axis=0)


REMEDIES = {
    "penalty λ": (0.0, 0.1, 1.0, 10.0),
    "dropout": (0.0, 0.4, 0.6, 0.8),
    "hidden units": (64, 16, 4, 2),
    "training examples": (100, 200, 400, 1000),
}
"""What may be done against over-fitting, and how much of it, from nothing on."""
GAP_STEPS, GAP_EVERY, GAP_BATCH = 400, 20, 20
MISTYPED = 0.1
"""The share of the labels that are wrong, in both parts."""


def mistyped(loss):
    """The loss of the same digits, a share `MISTYPED` of whose labels is any other digit."""
    rng, n = np.random.default_rng(0), loss.n_examples
    wrong, shift = rng.random(n) < MISTYPED, rng.integers(1, 10, n)
    return SoftmaxCrossEntropy(loss.model, loss.x, (loss.y + wrong * shift) % 10)


def reader_with(remedy, dose, seed=0):
    """A network trained to read digits: its Curves, and the share of errors of both parts at the
    end. `dose` says how much of the remedy, as the place of a value in REMEDIES."""
    return _reader(remedy if dose else "", REMEDIES[remedy][dose], seed)


@cache
def _reader(remedy, value, seed):
    values = {name: doses[0] for name, doses in REMEDIES.items()} | {remedy: value}
    network = MLP((64, values["hidden units"], 10), "tanh")
    training = mistyped(reading(network)).batch(np.arange(values["training examples"]))
    validation = mistyped(reading(network, "validation"))
    trained = L2Penalty(training, values["penalty λ"])
    if values["dropout"]:
        trained = Dropout(training, values["dropout"], np.random.default_rng(seed))
    path = descend(
        trained, glorot_uniform(network, seed), Adam(0.01), GAP_STEPS,
        Minibatches(GAP_BATCH, rng=seed), keep=GAP_EVERY,
    )  # fmt: skip
    errors = [1 - part.accuracy(path.final) for part in (training, validation)]
    return training_curves(path, training, validation), errors
