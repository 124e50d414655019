"""Checks before training: does the loss start at chance, is the gradient right, can it overfit?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib._validation import (
    Seed,
    as_function,
    as_generator,
    as_loss,
    as_loss_of_examples,
    as_losses,
    as_parameters,
    as_positive,
    at_least,
)
from course_lib._values import words
from course_lib.descent import descend
from course_lib.gradient_check import gradient_check
from course_lib.paths import Path

_quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")


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
        return words("{}", np.where(self.passed, "passed", "failed"))

    def __str__(self) -> str:
        rows = zip(np.ravel(self.verdict), np.ravel(self.why))
        return "\n".join(f"{self.name}: {verdict}, {why}" for verdict, why in rows)


@_quiet
def check_initial_loss(loss, phi, chance: float, tolerance: float = 0.1) -> Check:
    """Is the loss before training that of a model that knows nothing? (*Learning parameters*)

    With small random weights a model says nearly the same of every example. If its loss is not
    that of chance, something is wrong with the loss, the data or the initialisation. Check it
    without a penalty.

    loss : callable (*ensemble, P) -> (*ensemble,)
    phi : the start, shape (*ensemble, P)
    chance : the loss expected, above zero: I log 2 for two classes and I examples, Σ yᵢ² for
        least squares and predictions near zero
    tolerance : how far off it may be, as a share of `chance`

    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> loss = LeastSquares(Linear(), [0.0, 1.0, 2.0], [1.0, 2.0, -1.0])
    >>> print(check_initial_loss(loss, [0.01, -0.02], chance=1 + 4 + 1))
    initial loss: passed, the loss is 5.961 and chance gives 6
    """
    as_function("loss", loss)
    chance = as_positive("chance", chance)
    tolerance = as_positive("tolerance", tolerance)
    value = _asked("loss", loss, as_parameters(phi, None))
    passed = np.abs(value - chance) <= tolerance * chance
    return Check(
        "initial loss", passed, words("the loss is {:.4g} and chance gives {:.4g}", value, chance)
    )


@_quiet
def check_penalty(loss, penalised, phi) -> Check:
    """Does the penalty raise the loss, as it must unless φ = 0? (*Learning parameters*)

    loss, penalised : callables (*ensemble, P) -> (*ensemble,), without and with the penalty
    phi : shape (*ensemble, P)
    """
    as_function("loss", loss)
    as_function("penalised", penalised)
    phi = as_parameters(phi, None)
    without, with_penalty = _asked("loss", loss, phi), _asked("penalised", penalised, phi)
    why = words("the loss is {:.4g} without it and {:.4g} with it", without, with_penalty)
    return Check("penalty", with_penalty > without, why)


def check_gradient(loss, phi, h: float = 1e-5) -> Check:
    """Does every coordinate of the gradient agree with finite differences? (*Learning parameters*)

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
    """Can the model learn n examples by heart? If not, do not try all of them yet.

    Source: *Learning parameters*.

    The Check has the descent as its `path`. A model that fails has too few parameters, a poor rate,
    too few steps, or an error in it. Use a loss without a penalty: that would keep it from zero.

    loss : a loss with `batch` and `n_examples`, such as `LeastSquares`
    start, rule, steps : as in `descend`
    n : how many examples, drawn without replacement
    zero : a loss per example no larger than this counts as zero
    rng : a seed or a np.random.Generator

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
    zero = as_positive("zero", zero)
    n_examples = loss.n_examples
    if at_least("n", n, 1) > n_examples:
        raise ValueError(f"n is {n}, expected at most {n_examples}, the number of examples")
    few = as_generator("rng", rng).choice(n_examples, n, replace=False)
    path = descend(loss.batch(few), start, rule, steps)
    first, last = path.losses[0] / n, path.final_loss / n
    passed = ~path.diverged & (last <= zero)
    short = words("{:.2g}, where {:g} would do", last, zero)
    end = np.where(last <= zero, f"at most {zero:g}", short)
    why = words("{}, loss per example from {:.2g} to {}", path.reason, first, end)
    return Check("overfit", passed, why, path)


def _asked(name, loss, phi):
    """The losses of an ensemble phi (*ensemble, P): an array (*ensemble,)."""
    return as_losses(f"{name}(phi)", loss(phi), phi.shape[:-1])
