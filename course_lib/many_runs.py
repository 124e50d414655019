"""Many runs of one random descent at once: an ensemble whose members differ in luck."""

import math

import numpy as np

from course_lib._errors import wrong_kind
from course_lib._validation import at_least
from course_lib.batches import Minibatches
from course_lib.descent import descend, starts_for
from course_lib.losses import SumOverExamples
from course_lib.paths import Path
from course_lib.protocols import Rule

GROUP = 2**14
"""Members, examples of theirs and parameters in one evaluation: their product, about."""


def descend_each(
    loss: SumOverExamples, start, rule: Rule, steps: int, batches, keep: str | int = "all"
) -> Path:
    """The same descent once for each of S sequences of batches, as one ensemble.

    An ensemble in `descend` shares its batches: its members differ in start or rate, and see the
    same luck. Here they differ in luck.

    loss : a sum over examples, such as `LeastSquares`
    start : shape (*ensemble, P)
    batches : a list of S `Minibatches`, alike but for their seeds
    rule, steps, keep : as in `descend`

    Returns a Path of S times the ensemble: params (R, S, *ensemble, P). Member s is, but for
    rounding, `descend(loss, start, rule, steps, batches[s])`; `path.batches` holds one array
    (S, B) a step.

    >>> from course_lib.batches import Minibatches
    >>> from course_lib.datasets import linear_data
    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> from course_lib.optimizers import GradientDescent
    >>> loss, rule = LeastSquares(Linear(), *linear_data(n=12)), GradientDescent(0.02)
    >>> seeds = [Minibatches(batch_size=3, rng=seed) for seed in range(100)]
    >>> descend_each(loss, [0.0, 0.0], rule, steps=40, batches=seeds).params.shape
    (41, 100, 2)
    """
    if not isinstance(loss, SumOverExamples):
        raise wrong_kind("loss", loss, "a sum over examples, such as LeastSquares")
    sequences = list(batches) if isinstance(batches, (list, tuple)) else []
    if not (sequences and all(hasattr(sequence, "indices") for sequence in sequences)):
        raise wrong_kind("batches", batches, "a list of Minibatches")
    alone = starts_for(loss, start, rule)
    starts = np.broadcast_to(alone, (len(batches), *alone.shape))
    side_by_side = _stacked([sequence.indices(loss.n_examples) for sequence in batches])
    return descend(BatchForEach(loss), starts, rule, steps, side_by_side, keep=keep)


def single_examples(runs, seed) -> list[Minibatches]:
    """Batches for `descend_each`: in each of some runs one example a step, with replacement."""
    at_least("runs", runs, 1)
    at_least("seed", seed, 0)
    return [Minibatches(1, np.random.default_rng([seed, i]), replacement=True) for i in range(runs)]


def _stacked(sequences):
    """The batches (B,) of S sequences as one array (S, B) a step."""
    for step in zip(*sequences):
        sizes = {*map(len, step)}
        if len(sizes) > 1:
            raise ValueError(f"batches have sizes {sorted(sizes)} in one step, expected one size")
        yield np.concatenate(step).reshape(len(step), -1)


class BatchForEach:
    """A loss of which the members of an ensemble see different batches.

    `batch(indices)` takes indices of shape (S, B): one row for each member on the first axis.
    """

    def __init__(self, loss):
        self._loss = loss

    def __call__(self, phi):
        return self._loss(phi)

    def __getattr__(self, name):
        return getattr(self._loss, name)

    def batch(self, indices):
        """The loss of which member s sees the examples of row s alone."""
        return _Rows(self._loss, indices)


class _Rows:
    """The loss of one row of examples for each member: Σᵢ cᵢ ℓᵢ, where cᵢ counts i in the row.

    Members are taken a group at a time, and each is asked for every example of its group's rows:
    a little more than it needs, in a few large arrays, but not all the data.

    whole : the loss of all the examples
    """

    def __init__(self, loss, indices):
        self.whole, self._indices, self.n_examples = loss, indices, indices.shape[1]

    def __call__(self, phi):
        return self._each_group(phi, _counted_loss)

    def gradient(self, phi):
        return self._each_group(phi, _counted_gradient)

    def _each_group(self, phi, function):
        """function(loss, counts, phi) of a group's examples, how often each member has them."""
        members, size = self._indices.shape
        group = max(1, math.isqrt(GROUP // (size * phi.shape[-1])))
        if group >= members or group * size >= self.whole.n_examples:  # they share most examples
            return function(*_counts(self.whole, self._indices, phi), phi)
        return np.concatenate([
            function(*_shared(self.whole, self._indices[some], phi[some]), phi[some])
            for some in (slice(start, start + group) for start in range(0, members, group))
        ])  # fmt: skip


def _shared(loss, indices, phi):
    """The loss of all the examples in some rows, and how often each is in each row."""
    examples, places = np.unique(indices, return_inverse=True)
    return _counts(loss.batch(examples), places.reshape(indices.shape), phi)


def _counts(loss, indices, phi):
    """A loss, and how often each row has each of its examples: (S, 1, …, I), in the type of phi."""
    members, n_examples = len(indices), loss.n_examples
    first = n_examples * np.arange(members)[:, None]
    counts = np.bincount((first + indices).ravel(), minlength=members * n_examples)
    shape = (members, *(1,) * (phi.ndim - 2), n_examples)
    return loss, counts.astype(phi.dtype).reshape(shape)


def _counted_loss(loss, counts, phi):
    return (counts * loss.per_example(phi)).sum(axis=-1)


def _counted_gradient(loss, counts, phi):
    f, backward = loss._predictor.forward(loss.x, phi)
    slope = loss.slope(f, loss._outputs(phi))
    return backward((counts if slope.ndim == phi.ndim else counts[..., None]) * slope)
