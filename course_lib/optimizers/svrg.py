"""SVRG: stochastic gradient descent with its variance reduced."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import Count, Rate
from course_lib.optimizers._parts import CheckedRule, values_at


class Anchor(NamedTuple):
    """A point of the path, and the gradient of the whole loss there, each (*ensemble, P)."""

    phi: np.ndarray
    whole_gradient: np.ndarray


@dataclass(frozen=True)
class SVRG(CheckedRule):
    """φ ← φ - α (g_B[φ] - g_B[a] + B/I g[a]), where a, the anchor, is an earlier point of the path.

    g is the gradient of the loss of all I examples and g_B that of a batch of B of them; both are
    sums, so that a batch's fair share of the whole is B/I. On average over the batches the two
    terms at the anchor cancel, and the step is that of `GradientDescent`; close to the anchor the
    first two cancel, whatever the batch. So the noise of the batches dies out on the way to a
    minimum, and the rate need not shrink.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    refresh : the anchor moves to where the path is once in so many steps, at least 1; that step
        asks for the gradient of the whole loss

    Reference: Johnson and Zhang (2013), option I, with means in place of our sums.

    >>> from course_lib.batches import Minibatches
    >>> from course_lib.datasets import linear_data
    >>> from course_lib.descent import descend
    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> loss, batches = LeastSquares(Linear(), *linear_data(n=12)), Minibatches(3, rng=0)
    >>> path = descend(loss, [0.0, 0.0], SVRG(0.05, refresh=8), steps=400, batches=batches)
    >>> loss.gradient(path.final).round(6) + 0.0  # the minimum, by batches, at a fixed rate
    array([0., 0.])
    """

    learning_rate: Rate
    refresh: Count

    def init(self, phi) -> Anchor:
        """The start; the first step makes it the anchor."""
        return Anchor(phi, np.zeros_like(phi))

    def step(self, phi, anchor, loss, t) -> tuple[np.ndarray, Anchor]:
        """One step from phi (*ensemble, P), seeing the loss of a batch."""
        (alpha,) = values_at(t, phi, self.learning_rate)
        whole = getattr(loss, "whole", loss)
        g = loss.gradient(phi)
        if t % self.refresh == 0:
            anchor = Anchor(phi, np.array(whole.gradient(phi), phi.dtype))
        share = _share(loss, whole)
        reduced = g - loss.gradient(anchor.phi) + share * anchor.whole_gradient
        return phi - alpha * reduced, anchor


def _share(batch, whole):
    """B/I, the examples of a batch over those of the whole loss; 1 where a loss has no examples."""
    if hasattr(whole, "batch") and not hasattr(whole, "n_examples"):
        raise TypeError(f"loss is {whole!r}: it has no `n_examples`, which SVRG needs")
    return getattr(batch, "n_examples", 1) / getattr(whole, "n_examples", 1)
