"""The experiments of notebook 01: a die, twelve points on a line, and networks that read digits."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import Digits
from course_lib.descent import descend
from course_lib.initialization import he_normal
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.reading import reading

# --- a die ------------------------------------------------------------------------------------

FACES = np.arange(1, 7)
MEAN, VARIANCE = 3.5, 35 / 12
MOST_THROWS = 100


@lru_cache(maxsize=64)
def throws(n, seed):
    """The first n of `MOST_THROWS` throws: more throws go on from the same ones."""
    return np.random.default_rng(seed).integers(1, 7, size=MOST_THROWS)[:n]


def risk(phi):
    """What a guess phi costs in the long run: the mean of (phi - y)² over all throws there are."""
    return VARIANCE + (phi - MEAN) ** 2


def empirical_risk(phi, y):
    """What a guess phi, or each of many, costs on the throws y."""
    return np.mean((np.asarray(phi)[..., None] - y) ** 2, axis=-1)


# --- twelve points on a line ------------------------------------------------------------------

POINTS = np.array([-2.4, -1.9, -1.5, -1.1, -0.6, -0.2, 0.3, 0.8, 1.0, 1.6, 2.0, 2.5])
CLASSES = np.repeat([0, 1], 6)


def margins(threshold, sharpness):
    """The log-odds of each point's own class, when class 1 begins at the threshold: (…, 12)."""
    side = 2 * CLASSES - 1
    return side * np.asarray(sharpness) * (POINTS - np.asarray(threshold)[..., None])


# --- digits -----------------------------------------------------------------------------------

CLASSES_OF_DIGITS = 10
HIDDEN = MLP((64, 32, CLASSES_OF_DIGITS))
"""A network with one hidden layer."""
PLAIN = MLP((64, CLASSES_OF_DIGITS))
"""Without: a weighted sum of the pixels for each class."""

STEPS, EVERY, RULE = 800, 10, Adam(0.01)


@lru_cache(maxsize=4)
def parts(network=HIDDEN):
    """The losses of the training, the validation and the test digits."""
    return tuple(reading(network, part) for part in Digits._fields)


class Run(NamedTuple):
    """A training on digits, at every `EVERY`th step.

    t : the steps, (R,)
    loss, wrong : per example, and how many: by part ("training", "validation", "test"), (R,)
    margins : of the training examples, (R, I)
    gradient : the length of the gradient of the training loss per example, (R,)
    """

    t: np.ndarray
    loss: dict
    wrong: dict
    margins: np.ndarray
    gradient: np.ndarray


@lru_cache(maxsize=8)
def digits_run(examples):
    """Training on the first so many training digits, watched on the other parts."""
    everything, validation, test = parts()
    training = everything.batch(np.arange(examples))
    start = he_normal(HIDDEN, rng=0)
    path = descend(training, start, RULE, STEPS, keep=EVERY)
    loss, wrong = {}, {}
    for name, part in zip(("training", "validation", "test"), (training, validation, test)):
        loss[name] = part(path.params) / part.n_examples
        wrong[name] = np.sum(part.margins(path.params) <= 0, axis=-1)
    gradient = np.linalg.norm(training.gradient(path.params), axis=-1) / examples
    return Run(path.t, loss, wrong, training.margins(path.params), gradient)


# --- a budget of gradients --------------------------------------------------------------------

DISTINCT, BUDGET = 100, 2000
"""How many different digits there are, and how many gradients of single examples may be taken."""
RATE = 0.3
"""Of gradient descent, for the mean over what a step sees; the losses themselves are sums."""


class Spent(NamedTuple):
    """A descent on a budget: steps and gradients taken so far, and the loss per different digit."""

    t: np.ndarray
    gradients: np.ndarray
    losses: np.ndarray


@lru_cache(maxsize=64)
def on_a_budget(copies, batch_size=None):
    """Gradient descent, or SGD with batches of one size, on `DISTINCT` digits copied so often."""
    everything, _, _ = parts(PLAIN)
    each_once = everything.batch(np.arange(DISTINCT))
    copied = everything.batch(np.tile(np.arange(DISTINCT), copies))
    price = batch_size or copied.n_examples
    batches = Minibatches(batch_size, rng=0) if batch_size else None
    rule = GradientDescent(RATE / price)
    start = np.zeros(PLAIN.n_parameters)
    steps = BUDGET // price
    path = descend(copied, start, rule, steps, batches, keep=max(1, steps // 100))
    return Spent(path.t, path.t * price, each_once(path.params) / DISTINCT)


# --- in which order ---------------------------------------------------------------------------

ORDERS = ("sorted by class", "shuffled once", "shuffled every epoch")


def in_order(order, y, batch_size, epochs, rng):
    """Batches of the examples, whose classes are y, in one of the `ORDERS`."""
    arranged = rng.permutation(len(y))
    if order == ORDERS[0]:
        arranged = arranged[np.argsort(y[arranged], kind="stable")]
    for _ in range(epochs):
        if order == ORDERS[2]:
            arranged = rng.permutation(len(y))
        yield from arranged.reshape(-1, batch_size)
