"""Several models that answer as one, and one model averaged over time (*Learning parameters*).

Four ways to come by the members: `Ensemble.of_best`, the top models of a search; `of_runs`, the
same model from different starts; `of_checkpoints`, one run at several steps; and the cheapest, a
running average of the parameters, `polyak_average` or `exponential_average`: that is one model,
and costs no more to ask than one.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from course_lib._errors import shown, wrong_kind, wrong_shape, wrong_value
from course_lib._validation import (
    as_flag,
    as_float_array,
    as_number,
    as_parameters,
    as_path,
    as_thing,
    at_least,
    share,
)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """M fitted models that answer as one: the mean of their predictions (*Learning parameters*).

    A classifier predicts probabilities, so theirs is the mean that is taken; `majority` has the
    members vote instead. An ensemble is a model without parameters of its own.

    model : callable (x, phi) -> (*ensemble, I), or (*ensemble, I, K) where it has K outputs
    params : (M, *ensemble, P), finite: the members lie on the first axis. Any axes between are an
        ensemble of ensembles
    origin : where the members come from, in words

    >>> from course_lib.models import Linear
    >>> ensemble = Ensemble(Linear(), [[0.0, 1.0], [2.0, 3.0]])
    >>> ensemble([0.0, 1.0, 2.0])
    array([1., 3., 5.])
    """

    model: Callable[[Any, Any], Any]
    params: np.ndarray
    origin: str = ""

    n_parameters: ClassVar[int] = 0

    def __post_init__(self):
        as_thing("model", self.model, "a model such as Linear()", "__call__")
        if not isinstance(self.origin, str):
            raise wrong_kind("origin", self.origin, "text")
        params = _as_rows(self.params)
        if not np.isfinite(params).all():
            member = int(np.argwhere(~np.isfinite(params))[0, 0])
            raise wrong_value(f"params[{member}]", params[member], "finite numbers")
        object.__setattr__(self, "params", params)

    @classmethod
    def of_runs(cls, model, path) -> "Ensemble":
        """One member for each run of a path, where it ended; those that diverged are left out.

        path : a Path with an ensemble of starts, (R, *ensemble, P)
        """
        as_path(path)
        runs, diverged = path.diverged.size, path.diverged.sum()
        if diverged == runs:
            raise ValueError(f"path has {runs} runs, all diverged, expected one that did not")
        return cls(model, path.final[~path.diverged], f"{runs} runs, {diverged} diverged")

    @classmethod
    def of_best(cls, model, losses, params, n: int) -> "Ensemble":
        """The n members with the lowest validation losses, such as the top models of a search.

        losses : (N,); one that is not finite is never among the best
        params : (N, P)
        n : at least 1, and at most the number of finite losses
        """
        losses, params = as_float_array("losses", losses), _as_rows(params)
        if losses.shape != params.shape[:1] or params.ndim != 2:
            raise ValueError(
                f"losses has shape {losses.shape} and params has shape {params.shape}, "
                "expected (N,) and (N, P)"
            )
        usable = int(np.isfinite(losses).sum())
        if at_least("n", n, 1) > usable:
            raise ValueError(
                f"n is {n}, expected at most {usable}: so many of {len(losses)} losses are finite"
            )
        ranked = np.argsort(np.where(np.isfinite(losses), losses, np.inf), kind="stable")
        return cls(model, params[ranked[:n]], f"the best {n} of {len(losses)}")

    @classmethod
    def of_checkpoints(cls, model, path, n: int) -> "Ensemble":
        """The last n rows that a path kept: `descend(..., keep=k)` keeps every k-th step.

        Each run of an ensemble gets an ensemble of its own checkpoints.

        path : a Path, (R, *ensemble, P)
        n : at least 1, at most R
        """
        as_path(path)
        if at_least("n", n, 1) > len(path.t):
            raise ValueError(f"n is {n}, expected at most {len(path.t)}, the rows of the path")
        steps = ", ".join(map(str, path.t[-n:]))
        return cls(model, path.params[-n:], f"checkpoints at the steps {steps}")

    def __len__(self) -> int:
        """M, how many members there are."""
        return len(self.params)

    def __call__(self, x, phi=None) -> np.ndarray:
        """The mean of the members' predictions, shape (*ensemble, I) or (*ensemble, I, K); there is
        no phi to give."""
        # One after another, so that each of several ensembles gets the same bits as it would alone.
        return sum(self.model(x, self.params)) / len(self)

    @property
    def log_odds(self):
        """The log-odds of the mean probability, where the members have log-odds.

        From log p and log(1 - p) of each member, so that nothing is rounded to 0 or 1.
        """
        of_members = self.model.log_odds

        def log_odds(x, phi=None):
            z = of_members(x, self.params)
            log_p, log_q = -np.logaddexp(0, -z), -np.logaddexp(0, z)
            return np.logaddexp.reduce(log_p, axis=0) - np.logaddexp.reduce(log_q, axis=0)

        return log_odds

    @property
    def logits(self):
        """The logarithm of the mean probability of each class, where the members have logits.

        From the members' log-probabilities, so that nothing is rounded to 0 or 1.
        """
        of_members = self.model.logits

        def logits(x, phi=None):
            z = of_members(x, self.params)  # (M, *ensemble, I, K)
            log_p = z - np.logaddexp.reduce(z, axis=-1, keepdims=True)
            return np.logaddexp.reduce(log_p, axis=0) - np.log(len(self))

        return logits

    def votes(self, x) -> np.ndarray:
        """How many members name each of the K classes: whole numbers, (*ensemble, I, K).

        A member names the class that it finds most probable, of equals the first.
        """
        model: Any = self.model  # one with logits
        z = model.logits(x, self.params)
        return (z.argmax(axis=-1)[..., None] == np.arange(z.shape[-1])).sum(axis=0)

    def majority(self, x) -> np.ndarray:
        """The class that most members name, (*ensemble, I); on a tie, by the mean probability.

        >>> from course_lib.models import Softmax
        >>> from course_lib.networks import MLP
        >>> biases = [[0, 0, 0, 0.5], [0, 0, 0, 0.5], [0, 0, 9, 0]]  # the last is the surest
        >>> ensemble = Ensemble(Softmax(MLP((1, 2))), biases)
        >>> ensemble.votes([0.0]), ensemble.majority([0.0]), ensemble([0.0]).argmax(axis=-1)
        (array([[1, 2]]), array([1]), array([0]))
        """
        return (self.votes(x) + self(x) / 2).argmax(axis=-1)

    def accuracy(self, loss) -> Any:
        """The share of a loss's examples that the mean probability gets right, (*ensemble,).

        loss : of classes and of the members' model, such as SoftmaxCrossEntropy(model, x, y)
        """
        return self._asked(loss).accuracy(self._nothing)

    @np.errstate(over="ignore", invalid="ignore")  # a checkpoint may be from a run that diverged
    def loss(self, loss) -> Any:
        """The loss of the mean prediction on the examples of a loss, shape (*ensemble,).

        loss : a loss of examples and of the members' model, such as LeastSquares(model, x, y)

        >>> from course_lib.losses import LeastSquares
        >>> from course_lib.models import Linear
        >>> loss = LeastSquares(Linear(), [0.0, 1.0], [1.0, 1.0])
        >>> ensemble = Ensemble(Linear(), [[0.0, 0.0], [2.0, 0.0]])
        >>> loss(ensemble.params), float(ensemble.loss(loss))
        (array([2., 2.]), 0.0)
        """
        return self._asked(loss).per_example(self._nothing).sum(axis=-1)

    def losses_by_size(self, loss) -> np.ndarray:
        """The loss of the first member alone, of the first two, … of all: (M, *ensemble).

        One order is one story. For the mean over many, put them side by side on a second axis:
        Ensemble(model, params[orders]) with orders (M, K), a permutation in each column.
        """
        sizes = range(1, len(self) + 1)
        return np.stack([Ensemble(self.model, self.params[:m]).loss(loss) for m in sizes])

    def _asked(self, loss):
        """The loss, of this ensemble in place of a single member: without parameters."""
        if not hasattr(loss, "per_example"):
            raise wrong_kind("loss", loss, "a loss of examples, without a penalty")
        if loss.model != self.model:
            raise wrong_value("loss", loss, f"a loss of the model {shown(self.model)}")
        of_mean = copy(loss)
        of_mean.model, of_mean.n_parameters = self, self.n_parameters
        return of_mean

    @property
    def _nothing(self):
        """The parameters of an ensemble, none, for each ensemble that there is."""
        return np.empty((*self.params.shape[1:-1], 0), self.params.dtype)


def polyak_average(params) -> np.ndarray:
    """The mean of all the parameters so far, at each step of a run: (R, *ensemble, P).

        φ̄ₜ = φ̄ₜ₋₁ + (φₜ - φ̄ₜ₋₁) / (t + 1)

    Where the steps bounce around a minimum, their mean lies nearer to it (Polyak and Juditsky,
    1992). Start late, at path.params[t:], to leave out the way there.

    params : shape (R, *ensemble, P), such as path.params

    >>> polyak_average([[3.0], [5.0], [1.0]]).tolist()
    [[3.0], [4.0], [3.0]]
    """
    params = _as_rows(params)
    return _running_average(params, 1 / np.arange(1, len(params) + 1))


def exponential_average(params, beta: float, bias_correction: bool = True) -> np.ndarray:
    """An average that forgets parameters long past, at each step of a run: (R, *ensemble, P).

    Source: *Learning parameters*.

        mₜ = β mₜ₋₁ + (1 - β) φₜ,  m₋₁ = 0;  with bias correction mₜ / (1 - βᵗ⁺¹)

    It looks back over about 1 / (1 - β) steps. Without the correction (as in Adam, equation 6.16)
    the first averages lie too near zero.

    params : shape (R, *ensemble, P), such as path.params
    beta : at least 0 and below 1
    bias_correction : divide by the weights given so far, which sum to 1 - βᵗ⁺¹

    >>> exponential_average([[4.0], [4.0]], beta=0.5).tolist()
    [[4.0], [4.0]]
    >>> exponential_average([[4.0], [4.0]], beta=0.5, bias_correction=False).tolist()
    [[2.0], [3.0]]
    """
    params = _as_rows(params)
    beta = share("beta", as_number("beta", beta))
    as_flag("bias_correction", bias_correction)
    given = 1 - beta ** np.arange(1, len(params) + 1) if bias_correction else np.ones(len(params))
    return _running_average(params, (1 - beta) / given)


def _running_average(params, weights):
    """Move from zero towards each row in turn, by its weight of the way; summed in float64."""
    averages, average = np.empty_like(params), np.zeros(params[0].shape)
    for row, weight in enumerate(weights):
        average += weight * (params[row] - average)
        averages[row] = average
    return averages


def _as_rows(params):
    params = as_parameters(params, None, "params")
    if params.ndim < 2 or len(params) == 0:
        raise wrong_shape("params", params, "(R, ..., P), R at least 1")
    return params
