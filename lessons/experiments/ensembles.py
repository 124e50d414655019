"""Networks fitted in several ways, to answer as one: to a noisy wave, and to digits."""

from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.ensembles import Ensemble
from course_lib.initialization import glorot_uniform
from course_lib.losses import LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from course_lib.schedules import LinearDecay
from lessons.experiments.reading import all_digits, reading

# --- a noisy wave ---------------------------------------------------------------------------------

MEMBERS = 12
NOISE = 0.4
NETWORK = MLP([1, 10, 10, 1], "tanh")
KINDS = ("different starts", "best of a search", "checkpoints of one run")


def noisy_wave_loss(n, seed):
    """Least squares on n points of the Gabor wave with much noise, x scaled to [-1, 1]."""
    x, y = gabor_data(n, NOISE, seed)
    return LeastSquares(NETWORK, x / 15, y)


@lru_cache(maxsize=32)
def fitted_ensemble(kind, seed):
    """The ensemble of one kind, fitted to the draw `seed` of 28 points; no run takes more than 400
    steps."""
    training, rng = noisy_wave_loss(28, seed), np.random.default_rng(0)
    if kind == "checkpoints of one run":
        path = descend(training, glorot_uniform(NETWORK, rng), Adam(0.03), 400, keep=20)
        return Ensemble.of_checkpoints(NETWORK, path, MEMBERS)
    if kind == "different starts":
        starts = glorot_uniform(NETWORK, rng, ensemble=(MEMBERS,))
        return Ensemble.of_runs(NETWORK, descend(training, starts, Adam(0.03), 400, keep="last"))
    starts = glorot_uniform(NETWORK, rng, ensemble=(3 * MEMBERS,))
    rates = 10 ** rng.uniform(-3, -0.5, 3 * MEMBERS)
    path = descend(training, starts, Adam(rates), 400, keep="last")
    validation = noisy_wave_loss(60, 1000 + seed)(path.final)
    return Ensemble.of_best(NETWORK, validation, path.final, MEMBERS)


@lru_cache(maxsize=32)
def losses_by_size(kind, seed):
    """Loss per new example of the mean of 1, 2, … members, averaged over 240 orders of them."""
    ensemble, new = fitted_ensemble(kind, seed), noisy_wave_loss(200, 2000 + seed)
    misses = NETWORK(new.x, ensemble.params) - new.y
    sizes = np.arange(1, MEMBERS + 1)[:, None]
    sums = np.cumsum(misses[balanced_orders(MEMBERS, 20)], axis=1)
    return np.mean((sums / sizes) ** 2, axis=(0, 2))


def balanced_orders(members, shuffles, seed=0):
    """Random orders, (shuffles · members, members): every member is as often the first, the second
    and so on."""
    rng, orders = np.random.default_rng(seed), []
    for _ in range(shuffles):
        order = rng.permutation(members)
        orders += [np.roll(order, shift) for shift in range(members)]
    return np.array(orders)


# --- digits ---------------------------------------------------------------------------------------

STEPS, EPOCH = 300, 10
"""Of training: batches of 20, so that an epoch of 200 digits has ten steps."""

RATE = 0.02
UNITS = (6, 32)
DIGIT_MEMBERS = 8
DIGIT_KINDS = (
    "different starts",
    "different examples",
    "best of a search",
    "checkpoints of one run",
)


def reader(units):
    """A network of one hidden layer with an output for each of the ten digits."""
    return MLP((64, units, 10), "tanh")


def few_digits(units):
    """The loss of the 200 digits to train on."""
    return reading(reader(units), n=200)


def new_digits(units):
    """The loss of the 400 digits to test on."""
    return reading(reader(units), "test")


@cache
def digit_ensemble(kind, units):
    """Eight classifiers of one kind, fitted to 200 digits; none takes more than 300 steps."""
    loss, rng = few_digits(units), np.random.default_rng(1)
    model = loss.model
    if kind == "checkpoints of one run":
        path = descend(loss, _starts(model, rng, 1)[0], Adam(RATE), STEPS, _batches(), keep=EPOCH)
        return Ensemble.of_checkpoints(model, path, DIGIT_MEMBERS)
    if kind == "different starts":
        path = _fitted(loss, _starts(model, rng, DIGIT_MEMBERS), Adam(RATE))
        return Ensemble.of_runs(model, path)
    if kind == "different examples":
        starts = _starts(model, rng, DIGIT_MEMBERS)
        drawn = rng.integers(loss.n_examples, size=(DIGIT_MEMBERS, loss.n_examples))
        ends = [
            _fitted(loss.batch(some), start, Adam(RATE)).final for some, start in zip(drawn, starts)
        ]
        return Ensemble(model, ends, "each drew its 200 examples with replacement")
    rates = 10 ** rng.uniform(-3, -1, 3 * DIGIT_MEMBERS)
    path = _fitted(loss, _starts(model, rng, 3 * DIGIT_MEMBERS), Adam(rates))
    validation = reading(reader(units), "validation")
    return Ensemble.of_best(model, validation(path.final), path.final, DIGIT_MEMBERS)


def _starts(model, rng, n):
    return glorot_uniform(model.logits, rng, ensemble=(n,))


def _batches(seed=0):
    return Minibatches(20, rng=seed)


def _fitted(loss, starts, rule, keep="last"):
    return descend(loss, starts, rule, STEPS, batches=_batches(), keep=keep)


@cache
def probabilities(kind, units):
    """What each member thinks of the 400 new digits: (members, 400, 10)."""
    ensemble = digit_ensemble(kind, units)
    return ensemble.model(new_digits(units).x, ensemble.params)


def mistakes_by_size(probable, labels, shuffles=5, seed=0):
    """How many digits the mean of 1, 2, … members gets wrong, in each of some random orders.

    probable : (M, I, 10); labels : (I,)
    shuffles : for each there are M orders, so that every member is as often the first

    Returns (shuffles · M, M).
    """
    wrong = []
    for order in balanced_orders(len(probable), shuffles, seed):
        sums = probable[order].cumsum(axis=0)
        wrong.append((sums.argmax(axis=-1) != labels).sum(axis=-1))
    return np.array(wrong)


def disagreement(probable):
    """On how many of the digits two members name different classes, on average over the pairs."""
    named = probable.argmax(axis=-1)
    return np.mean([np.sum(one != other) for one, other in combinations(named, 2)])


class Gain(NamedTuple):
    """Of an ensemble, in digits of 400: a member's mistakes, those of all together, and on how many
    two members disagree."""

    alone: float
    together: float
    apart: float


@cache
def gain(kind, units):
    """The Gain of one kind of ensemble on the 400 new digits."""
    probable, labels = probabilities(kind, units), new_digits(units).y
    wrong = (probable.argmax(axis=-1) != labels).sum(axis=-1)
    together = np.sum(probable.mean(axis=0).argmax(axis=-1) != labels)
    return Gain(float(wrong.mean()), float(together), float(disagreement(probable)))


@cache
def disputed(units=6, n=12):
    """The n new digits on which the members from different starts are least of one mind."""
    votes = digit_ensemble("different starts", units).votes(new_digits(units).x)
    return np.argsort(votes.max(axis=-1), kind="stable")[:n]


# --- from one network to another ------------------------------------------------------------------

LINES = ("another start", "its units shuffled", "later in the same run")
SHARES = np.linspace(0, 1, 21)


@cache
def ends_of_line(other):
    """Two networks of 6 units fitted to 200 digits: (2, P)."""
    loss = few_digits(6)
    starts = _starts(loss.model, np.random.default_rng(1), 2)
    path = _fitted(loss, starts, Adam(RATE), keep=EPOCH)
    first = path.params[20, 0]  # after 20 of 30 epochs
    if other == "another start":
        return np.stack([first, path.params[20, 1]])
    if other == "later in the same run":
        return np.stack([first, path.params[-1, 0]])
    return np.stack([first, shuffled(loss.model.logits, first, np.random.default_rng(0))])


def shuffled(network, phi, rng):
    """The parameters of the same function, with the hidden units in another order."""
    order, new = rng.permutation(network.sizes[1]), phi.copy()
    (inner, outer), (old_inner, old_outer) = network.unravel(new), network.unravel(phi)
    inner.weights[...] = old_inner.weights[:, order]
    inner.biases[...] = old_inner.biases[order]
    outer.weights[...] = old_outer.weights[order]
    return new


@cache
def along_line(other):
    """Mistakes in 400 new digits, and loss per digit, at the SHARES of the way: (2, 21)."""
    first, second = ends_of_line(other)
    params, new = first + SHARES[:, None] * (second - first), new_digits(6)
    wrong = np.round((1 - new.accuracy(params)) * new.n_examples)
    return np.stack([wrong, new(params) / new.n_examples])


# --- drawn anew, for claims -----------------------------------------------------------------------

DRAWN_MEMBERS = 8


class Drawn(NamedTuple):
    """Classifiers on their way, (R, members, P), and the loss of digits that they did not see."""

    params: np.ndarray
    new: SoftmaxCrossEntropy


def drawn_digits(seed, units, n):
    """The loss of n digits drawn from all 1797, that of 700 others, and the generator."""
    rng, (x, y) = np.random.default_rng([13, seed]), all_digits()
    order = rng.permutation(len(x))
    some, others = order[:n], order[-700:]
    losses = (SoftmaxCrossEntropy(Softmax(reader(units)), x[i], y[i]) for i in (some, others))
    return *losses, rng


@lru_cache(maxsize=64)
def drawn_runs(seed, units, members=DRAWN_MEMBERS):
    """200 drawn digits, and what becomes of some starts, epoch by epoch."""
    training, new, rng = drawn_digits(seed, units, 200)
    starts = _starts(training.model, rng, members)
    path = descend(training, starts, Adam(RATE), STEPS, batches=_batches(seed), keep=EPOCH)
    return Drawn(path.params, new)


@lru_cache(maxsize=64)
def drawn_noisy_runs(seed, cooled, members=1):
    """1000 drawn digits and batches of 10: three epochs, so that nothing is fitted perfectly; every
    fifth step is kept.

    cooled : let the rate fall to zero
    """
    training, new, rng = drawn_digits(seed, 16, 1000)
    rate = LinearDecay(RATE, 0.0, STEPS) if cooled else RATE
    batches = Minibatches(10, rng=seed)
    starts = _starts(training.model, rng, members)
    return Drawn(descend(training, starts, Adam(rate), STEPS, batches, keep=5).params, new)


def per_cent_wrong(new, params):
    """Per cent of the new digits that parameters (*ensemble, P) get wrong, (*ensemble,)."""
    return 100 * (1 - new.accuracy(params))


@cache
def small_and_large(draws=6):
    """Per cent of new digits that eight networks of 6 units get wrong together, and one of 48 does
    alone (mean of two): (2, draws)."""
    rows = []
    for draw in range(draws):
        small, large = drawn_runs(draw, 6), drawn_runs(draw, 48, members=2)
        together = Ensemble(small.new.model, small.params[-1]).accuracy(small.new)
        rows.append([100 * (1 - together), per_cent_wrong(large.new, large.params[-1]).mean()])
    return np.transpose(rows)
