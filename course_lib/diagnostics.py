"""Checks before training, and what to watch while it goes on (floor 4; source C)."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_lib._types import Seed
from course_lib._validation import (
    as_float_array,
    as_function,
    as_generator,
    as_loss,
    as_loss_of_examples,
    as_losses,
    as_network,
    as_number,
    as_parameters,
    as_path,
    at_least,
    positive,
)
from course_lib.descent import Path, descend
from course_lib.gradient_check import gradient_check

_quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")

# Before training


@dataclass(frozen=True)
class Check:
    """What a check found; for an ensemble `passed` and `why` are arrays (*ensemble,).

    name : what was checked
    passed : True where all is as it should be
    why : the numbers behind the verdict, in words
    path : the descent that was run for the check, where one was
    """

    name: str
    passed: np.ndarray
    why: np.ndarray
    path: Path | None = None

    @property
    def verdict(self) -> Any:
        """'passed' or 'failed', for each member of an ensemble."""
        return _words("{}", np.where(self.passed, "passed", "failed"))

    def __str__(self) -> str:
        rows = zip(np.ravel(self.verdict), np.ravel(self.why))
        return "\n".join(f"{self.name}: {verdict}, {why}" for verdict, why in rows)


@_quiet
def check_initial_loss(loss, phi, chance: float, tolerance: float = 0.1) -> Check:
    """Is the loss before training that of a model that knows nothing? (source C)

    With small random weights a model says nearly the same of every example. If its loss is not
    that of chance, something is wrong with the loss, the data or the initialisation. Check it
    without a penalty.

    Parameters
    ----------
    loss : callable (*ensemble, P) -> (*ensemble,)
    phi : the start, shape (*ensemble, P)
    chance : the loss expected, above zero: I log 2 for two classes and I examples, Σ yᵢ² for
        least squares and predictions near zero
    tolerance : how far off it may be, as a share of `chance`

    Returns
    -------
    Check

    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> loss = LeastSquares(Linear(), [0.0, 1.0, 2.0], [1.0, 2.0, -1.0])
    >>> print(check_initial_loss(loss, [0.01, -0.02], chance=1 + 4 + 1))
    initial loss: passed, the loss is 5.961 and chance gives 6
    """
    as_function("loss", loss)
    chance = positive("chance", as_number("chance", chance))
    tolerance = positive("tolerance", as_number("tolerance", tolerance))
    value = _asked("loss", loss, as_parameters(phi, None))
    passed = np.abs(value - chance) <= tolerance * chance
    return Check(
        "initial loss", passed, _words("the loss is {:.4g} and chance gives {:.4g}", value, chance)
    )


@_quiet
def check_penalty(loss, penalised, phi) -> Check:
    """Does the penalty raise the loss, as it must unless φ = 0? (source C)

    loss, penalised : callables (*ensemble, P) -> (*ensemble,), without and with the penalty
    phi : shape (*ensemble, P)
    """
    as_function("loss", loss)
    as_function("penalised", penalised)
    phi = as_parameters(phi, None)
    without, with_penalty = _asked("loss", loss, phi), _asked("penalised", penalised, phi)
    words = _words("the loss is {:.4g} without it and {:.4g} with it", without, with_penalty)
    return Check("penalty", with_penalty > without, words)


def check_gradient(loss, phi, h: float = 1e-5) -> Check:
    """Does every coordinate of the gradient agree with finite differences? (source C)

    The verdict of `gradient_check`, whose report says more, on each member of phi (*ensemble, P).
    Check a loss without its penalty, and then the penalty: the larger may hide the other's error.
    """
    as_loss("loss", loss)
    phi = as_parameters(phi, None)
    passed, why = np.empty(phi.shape[:-1], bool), np.empty(phi.shape[:-1], object)
    for member in np.ndindex(passed.shape):
        report = gradient_check(loss, loss.gradient, phi[member], h)
        passed[member], why[member] = report.passed, _agreement(report)
    return Check("gradient", passed[()], why[()])


def _agreement(report):
    if report.passed:
        return f"all {len(report.verdicts)} coordinates agree with finite differences"
    doubtful = [i for i, verdict in enumerate(report.verdicts) if verdict not in ("good", "kink")]
    worst = max(doubtful, key=lambda i: np.nan_to_num(report.relative_error[i], nan=np.inf))
    return (
        f"{len(doubtful)} of {len(report.verdicts)} coordinates do not agree with finite "
        f"differences, least of all {worst}: {report.verdicts[worst]}"
    )


def overfit(loss, start, rule, steps: int, n: int = 20, zero: float = 1e-3, rng: Seed = 0) -> Check:
    """Can the model learn n examples by heart? If not, do not try all of them yet (source C).

    A model that fails has too few parameters, a poor rate, too few steps, or an error in it. Use
    a loss without a penalty: the penalty would keep it from zero.

    Parameters
    ----------
    loss : a loss with `batch` and `n_examples`, such as `LeastSquares`
    start, rule, steps : as in `descend`
    n : how many examples, drawn without replacement
    zero : a loss per example no larger than this counts as zero
    rng : a seed or a np.random.Generator

    Returns
    -------
    Check, with the descent as its `path`

    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> from course_lib.optimizers import GradientDescent
    >>> x = np.linspace(-1, 1, 30)
    >>> loss = LeastSquares(Linear(), x, x**2)
    >>> overfit(loss, [0.0, 0.0], GradientDescent(0.1), steps=200, n=2).verdict
    'passed'
    >>> overfit(loss, [0.0, 0.0], GradientDescent(0.01), steps=200, n=20).verdict
    'failed'
    """
    as_loss_of_examples("loss", loss)
    zero = positive("zero", as_number("zero", zero))
    n_examples = _count("loss", loss)
    if at_least("n", n, 1) > n_examples:
        raise ValueError(f"n is {n}, expected at most {n_examples}, the number of examples")
    few = as_generator("rng", rng).choice(n_examples, n, replace=False)
    path = descend(loss.batch(few), start, rule, steps)
    first, last = path.losses[0] / n, path.final_loss / n
    passed = ~path.diverged & (last <= zero)
    short = _words("{:.2g}, where {:g} would do", last, zero)
    end = np.where(last <= zero, f"at most {zero:g}", short)
    words = _words("{}, loss per example from {:.2g} to {}", path.reason, first, end)
    return Check("overfit", passed, words, path)


# While training goes on


class Curves(NamedTuple):
    """Loss per example at R steps: `t` (R,), `training` and `validation` (R, *ensemble)."""

    t: np.ndarray
    training: np.ndarray
    validation: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """What an example costs more for not having been trained on: overfitting (source C)."""
        return self.validation - self.training


@_quiet
def training_curves(path, training, validation, every: int = 1) -> Curves:
    """The training and the validation loss along a path (source C).

    A loss is a sum, and there are fewer examples to validate on than to train on: both curves are
    per example. A member that has stopped keeps its last loss, as in the path.

    Parameters
    ----------
    path : a Path
    training, validation : the losses of two data sets under one model, without a penalty
    every : use every n-th row of the path

    Returns
    -------
    Curves

    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> from course_lib.optimizers import GradientDescent
    >>> near = LeastSquares(Linear(), [0.0, 1.0], [1.0, 1.0])
    >>> far = LeastSquares(Linear(), [2.0, 3.0, 4.0], [1.0, 1.0, 1.0])
    >>> path = descend(near, [0.0, 0.0], GradientDescent(0.25), steps=100)
    >>> curves = training_curves(path, near, far, every=50)
    >>> curves.t, curves.training.round(3), curves.validation.round(3)
    (array([  0,  50, 100]), array([1., 0., 0.]), array([1., 0., 0.]))
    """
    as_path(path)
    at_least("every", every, 1)
    params = path.params[::every]
    sizes = _count("training", training), _count("validation", validation)
    return Curves(path.t[::every], training(params) / sizes[0], validation(params) / sizes[1])


@dataclass(frozen=True)
class EarlyStopping:
    """Stop once the validation loss has not improved `patience` times in a row.

    Then go back to the best parameters seen (Goodfellow et al., algorithm 7.1). The rule looks at
    validation losses already measured, and says where a run would have stopped.

    patience : how many in a row may pass without a new lowest loss before the run stops, at least 1

    >>> stop = EarlyStopping(patience=2)([5.0, 3.0, 4.0, 3.0, 1.0])
    >>> int(stop.best), int(stop.end), str(stop.reason)
    (1, 3, 'best at 1, out of patience at 3')
    """

    patience: int

    def __post_init__(self):
        at_least("patience", self.patience, 1)

    def __call__(self, losses) -> "Stop":
        """Where a run with these validation losses (R, *ensemble) stops: a Stop.

        A tie is no improvement, and neither is a loss that is not finite.
        """
        losses = as_float_array("losses", losses)
        if losses.ndim == 0 or losses.size == 0:
            raise ValueError(
                f"losses has shape {losses.shape}, expected (R, ...) with R at least 1"
            )
        shape = losses.shape[1:]
        lowest = np.full(shape, np.inf, losses.dtype)
        best, end, without_improvement = np.zeros((3, *shape), int)
        for row, loss in enumerate(losses):
            running = without_improvement < self.patience
            better = running & np.isfinite(loss) & (loss < lowest)
            lowest, best = np.where(better, loss, lowest), np.where(better, row, best)
            without_improvement = np.where(better, 0, without_improvement + running)
            end = np.where(running, row, end)
        return Stop(best[()], end[()], lowest[()], without_improvement == self.patience)


@dataclass(frozen=True)
class Stop:
    """Where early stopping ends a run: arrays (*ensemble,), rows counted from 0.

    best : the row of the lowest validation loss before the end
    end : the row where patience ran out, or the last
    lowest : the validation loss at `best`; infinite where none was finite
    out_of_patience : False where the losses came to their end first
    """

    best: np.ndarray
    end: np.ndarray
    lowest: np.ndarray
    out_of_patience: np.ndarray

    @property
    def reason(self) -> Any:
        """What happened, in words: a string, or an array of them for an ensemble."""
        best = np.where(np.isfinite(self.lowest), _words("best at {}", self.best), "never finite")
        end = np.where(self.out_of_patience, "out of patience at", "still patient at")
        return _words("{}, {} {}", best, end, self.end)

    def pick(self, rows) -> Any:
        """Each member's best of rows (R, *ensemble, ...), such as path.params: (*ensemble, ...)."""
        rows, ensemble = as_float_array("rows", rows), np.shape(self.best)
        if not rows.ndim or len(rows) <= np.max(self.best):
            raise ValueError(f"rows has shape {rows.shape}, expected a row for each loss")
        if rows.shape[1 : 1 + len(ensemble)] != ensemble:
            raise ValueError(f"rows has shape {rows.shape}, expected {('R', *ensemble)} in front")
        return rows[(self.best, *np.indices(ensemble, sparse=True))]


@_quiet
def update_to_weight_ratio(path, network=None) -> np.ndarray:
    """‖φₜ₊₁ - φₜ‖ / ‖φₜ‖ at each of T steps (source C).

    A rule of thumb wants about 1e-3: far above it the rate may be too high, far below too low.

    Parameters
    ----------
    path : a Path that kept every step
    network : an `MLP` whose parameters they are: the weights of each of its L layers then have a
        ratio of their own. None takes all of φ as one

    Returns
    -------
    array, shape (T, *ensemble), or (T, *ensemble, L) with a network: nan from where a member has
    stopped, infinite where a step leaves zero

    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import Quadratic
    >>> path = descend(Quadratic([1.0, 1.0]), [8.0, 6.0], GradientDescent(0.1), steps=3)
    >>> update_to_weight_ratio(path).round(6)
    array([0.1, 0.1, 0.1])
    """
    as_path(path)
    if network is not None:
        as_network(network)
    if len(path.t) < 2 or (np.diff(path.t) > 1).any():
        raise ValueError(f"path has the steps {path.t}, expected every step: keep='all'")
    if network is None:
        ratio = _ratio(path.params)
    else:
        ratio = np.stack([_ratio(w) for w in _weights(network, path.params)], axis=-1)
    ratio[~np.less.outer(path.t[:-1], path.last_step)] = np.nan
    return ratio


def _ratio(rows):
    return np.linalg.norm(np.diff(rows, axis=0), axis=-1) / np.linalg.norm(rows[:-1], axis=-1)


class Histogram(NamedTuple):
    """How many values lie between neighbouring edges, for each member of an ensemble.

    counts : (*ensemble, bins)
    edges : (*ensemble, bins + 1), from the smallest finite value to the largest
    not_finite : (*ensemble,), how many values are in no bin: infinite, or not numbers
    """

    counts: np.ndarray
    edges: np.ndarray
    not_finite: np.ndarray


@_quiet
def activation_histograms(network, x, phi, bins: int = 30) -> list[Histogram]:
    """How the activations of each hidden layer spread over all units and examples (source C).

    Those of a tanh layer should fill the range from -1 to 1. All near zero, or all at the two
    ends, where tanh is flat, the layer hardly learns: its weights started too small or too large.

    Parameters
    ----------
    network : an `MLP`
    x : inputs, shape (I,) or (I, D)
    phi : shape (*ensemble, P)
    bins : how many

    Returns
    -------
    list of Histogram, one for each hidden layer

    >>> from course_lib.networks import MLP
    >>> [h1] = activation_histograms(MLP((1, 2, 1)), [1.0, 2.0], [1, -1, 0, 0, 1, 1, 0], bins=2)
    >>> h1.counts, h1.edges  # h is [1, 0] and [2, 0]
    (array([2, 2]), array([0., 1., 2.]))
    """
    as_network(network)
    return [_histogram(_flat(h), bins) for h in network.activations(x, phi)]


@_quiet
def gradient_histograms(network, loss, phi, bins: int = 30) -> list[Histogram]:
    """How the gradient of the weights of each layer spreads (source C).

    Layers whose gradients are many times smaller than others' learn as much more slowly.

    Parameters
    ----------
    network : an `MLP`
    loss : a loss of its parameters
    phi : shape (*ensemble, P)
    bins : how many

    Returns
    -------
    list of Histogram, one for each layer, the last one included
    """
    as_network(network)
    as_loss("loss", loss)
    return [_histogram(weights, bins) for weights in _weights(network, loss.gradient(phi))]


def _asked(name, loss, phi):
    """The losses of an ensemble phi (*ensemble, P): an array (*ensemble,)."""
    return as_losses(f"{name}(phi)", loss(phi), phi.shape[:-1])


def _weights(network, phi):
    """The weights of each layer, without the biases, as rows (*ensemble, n_in · n_out)."""
    return [_flat(weights) for weights, _ in network.unravel(phi)]


def _flat(matrices):
    return matrices.reshape(*matrices.shape[:-2], -1)


def _histogram(values, bins):
    """Of each row of values (*ensemble, N)."""
    at_least("bins", bins, 1)
    ensemble = values.shape[:-1]
    counts, edges = np.empty((*ensemble, bins), int), np.empty((*ensemble, bins + 1))
    for member in np.ndindex(ensemble):
        finite = values[member][np.isfinite(values[member])]
        counts[member], edges[member] = np.histogram(finite.astype(float), bins)
    return Histogram(counts, edges, values.shape[-1] - counts.sum(axis=-1))


def _count(name, loss):
    """How many examples a loss is the sum of."""
    return as_loss_of_examples(name, loss).n_examples


def _words(text, *values):
    """A text for each member, filled in with its own values; a string where there is but one."""
    values = np.broadcast_arrays(*values)
    words = np.empty(values[0].shape, object)
    for member in np.ndindex(words.shape):
        words[member] = text.format(*(value[member] for value in values))
    return words[()]
