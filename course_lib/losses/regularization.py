"""What keeps a model from learning its training examples by heart."""

from dataclasses import replace
from typing import Any

import numpy as np

from course_lib._errors import wrong_kind, wrong_value
from course_lib._validation import (
    Seed,
    as_generator,
    as_loss,
    as_loss_of_examples,
    as_not_negative,
    as_number,
    as_parameters,
    share,
)
from course_lib.losses.examples import SumOverExamples, replaced
from course_lib.networks import ThinnedMLP
from course_lib.protocols import Loss


class L2Penalty:
    """A loss with a price on long parameters: L[φ] + strength/2 · |φ|².

    The half makes the gradient gain strength · φ, as `weight_decay` does in torch. Every parameter
    pays, offsets and biases too. The penalty belongs to the sum over all examples: a batch of B
    out of I has B/I of it, so that batches that part the examples add up to the whole.

    loss : callable with `gradient`, and `hessian` and `batch` where they are used
    strength : a number, not negative

    >>> from course_lib.surfaces import Quadratic
    >>> loss = L2Penalty(Quadratic([1.0, 3.0]), strength=0.5)
    >>> float(loss([2.0, 0.0])), loss.gradient([2.0, 0.0])
    (3.0, array([3., 0.]))
    """

    def __init__(self, loss: Loss, strength: float) -> None:
        self.loss: Any = as_loss("loss", loss)
        self.strength = as_not_negative("strength", strength)

    def __repr__(self):
        return f"L2Penalty({self.loss}, strength={self.strength})"

    @property
    def n_parameters(self) -> int:
        return self.loss.n_parameters

    @property
    def n_examples(self) -> int:
        return self.loss.n_examples

    def __call__(self, phi) -> Any:
        """The loss with its penalty, shape (*ensemble,)."""
        phi = np.ascontiguousarray(as_parameters(phi, None))
        return self.loss(phi) + self.strength / 2 * (phi**2).sum(axis=-1)

    def gradient(self, phi) -> np.ndarray:
        """∂L/∂φ + strength · φ, shape (*ensemble, P)."""
        phi = as_parameters(phi, None)
        return self.loss.gradient(phi) + self.strength * phi

    def hessian(self, phi) -> np.ndarray:
        """H[φ] + strength · identity, shape (*ensemble, P, P)."""
        phi = as_parameters(phi, None)
        return self.loss.hessian(phi) + self.strength * np.eye(phi.shape[-1], dtype=phi.dtype)

    def batch(self, indices) -> "L2Penalty":
        """The loss of the chosen examples alone, with their share of the penalty."""
        batch = self.loss.batch(indices)
        share = batch.n_examples / self.loss.n_examples
        return replaced(self, loss=batch, strength=share * self.strength)


class Dropout:
    """A loss whose batches see a network without some of its hidden units (Srivastava et al. 2014).

    Each batch leaves out each hidden unit of each of its examples with probability `rate`, by
    itself, and multiplies the activations that stay by 1 / (1 - rate): the mean of what the next
    layer is given is what it would be without. So the loss itself, `loss(phi)`, is that of the
    whole network, and what `descend` with `batches` trains on are thinned ones.

    A batch is a fixed function: its units are drawn when it is made. Another one of the same
    examples has others, as the generator goes on.

    loss : a loss of examples whose model is an `MLP`, or has one inside (`Softmax`, `Logistic`),
        with at least one hidden layer; a penalty goes around it: L2Penalty(Dropout(...), ...)
    rate : the share of units left out, at least 0 and below 1
    rng : a np.random.Generator, or a seed

    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.networks import MLP
    >>> loss = LeastSquares(MLP((1, 2, 1)), x=[-3.0, 2.0], y=[3.0, 2.0])
    >>> dropout = Dropout(loss, rate=0.5, rng=0)
    >>> phi = [1, -1, 0, 0, 1, 1, 0]
    >>> float(dropout(phi)), dropout.batch([0, 1]).per_example(phi)
    (0.0, array([9., 4.]))
    """

    def __init__(self, loss: SumOverExamples, rate: float, rng: Seed) -> None:
        self.loss: Any = as_loss_of_examples("loss", loss)
        self.rate = share("rate", as_number("rate", rate))
        self._rng = as_generator("rng", rng)
        network = _inner(getattr(loss, "model", None))
        if not hasattr(network, "sizes"):
            raise wrong_kind("loss", loss, "a loss of a network, such as MLP((2, 8, 1))")
        if len(network.sizes) < 3:
            raise wrong_value("loss", loss, "a loss of a network with hidden units")

    def __repr__(self):
        return f"Dropout({self.loss}, rate={self.rate})"

    @property
    def n_parameters(self) -> int:
        return self.loss.n_parameters

    @property
    def n_examples(self) -> int:
        return self.loss.n_examples

    def __call__(self, phi) -> Any:
        """The loss of the whole network, shape (*ensemble,)."""
        return self.loss(phi)

    def gradient(self, phi) -> np.ndarray:
        """The gradient of the whole network's loss, shape (*ensemble, P)."""
        return self.loss.gradient(phi)

    def batch(self, indices) -> SumOverExamples:
        """The loss of the chosen examples, each seen by a network thinned anew."""
        batch = self.loss.batch(indices)
        return replaced(batch, model=self._thinned(batch.model, batch.n_examples))

    def _thinned(self, model, n):
        for inside in INSIDE:
            if hasattr(model, inside):
                return replace(model, **{inside: self._thinned(getattr(model, inside), n)})
        kept = [self._rng.random((n, units)) >= self.rate for units in model.sizes[1:-1]]
        masks = [each / (1 - self.rate) for each in kept]
        return ThinnedMLP(model.sizes, model.activation, masks)


INSIDE = "logits", "log_odds"
"""Where a classifier has its network."""


def _inner(model):
    for inside in INSIDE:
        model = getattr(model, inside, model)
    return model
