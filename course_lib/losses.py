"""Losses: a model and a data set, as a function of the parameters alone."""

from abc import ABC, abstractmethod
from functools import partial, wraps
from typing import Any, Self

import numpy as np

from course_lib._equations import Equations
from course_lib._errors import shown, wrong_kind
from course_lib._validation import (
    as_examples,
    as_indices,
    as_loss,
    as_not_negative,
    as_parameters,
    as_thing,
)
from course_lib.fast import in_blocks
from course_lib.models import sigmoid
from course_lib.protocols import Loss, Model


def _in_blocks(method):
    """Have a method take a large ensemble a block at a time, on every core (see `fast`)."""

    @wraps(method)
    def checked(self, phi):
        phi = as_parameters(phi, self.n_parameters)
        if phi.ndim == 1:
            return method(self, phi)
        return in_blocks(partial(method, self), phi, self.n_examples)

    return checked


class SumOverExamples(Equations, ABC):
    """A loss L[φ] = Σᵢ ℓ(fᵢ, yᵢ) of predictions fᵢ: what is the same whatever ℓ.

    A subclass gives ℓ as `share(f, y)`, and ∂ℓ/∂f and ∂²ℓ/∂f² as `slope` and `curvature`.
    """

    def __init__(self, model: Model, x, y) -> None:
        expected = "a model such as Linear()"
        self.model = as_thing("model", model, expected, "__call__", "n_parameters")
        self.x, self.y = as_examples(x, y, getattr(model, "n_inputs", 1))
        self.n_parameters = model.n_parameters

    @staticmethod
    @abstractmethod
    def share(f, y) -> np.ndarray:
        """ℓ, for each example."""

    @staticmethod
    @abstractmethod
    def slope(f, y) -> np.ndarray:
        """∂ℓ/∂f, for each example."""

    @staticmethod
    @abstractmethod
    def curvature(f, y) -> np.ndarray:
        """∂²ℓ/∂f², for each example."""

    @property
    def n_examples(self) -> int:
        """I, how many examples the sum has."""
        return len(self.x)

    def __repr__(self):
        return f"{type(self).__name__}({self.model}, {self.n_examples} examples)"

    @_in_blocks
    def __call__(self, phi) -> Any:
        """L[φ] = Σᵢ ℓᵢ (equation 6.5), shape (*ensemble,)."""
        return self.per_example(phi).sum(axis=-1)

    @_in_blocks
    def gradient(self, phi) -> np.ndarray:
        """∂L/∂φ = Σᵢ ∂ℓᵢ/∂fᵢ ∂fᵢ/∂φ (equation 6.6), shape (*ensemble, P)."""
        f, backward = self._predictor.forward(self.x, phi)
        return backward(self.slope(f, self._outputs(phi)))

    def hessian(self, phi) -> np.ndarray:
        """H[φ] = Σᵢ (∂²ℓᵢ/∂f² ∂fᵢ ∂fᵢᵀ + ∂ℓᵢ/∂f ∂²fᵢ) (equation 6.19), shape (*ensemble, P, P)."""
        phi = as_parameters(phi, self.n_parameters)
        f, y = self._predictor(self.x, phi), self._outputs(phi)
        df = self._predictor.derivatives(self.x, phi)
        outer = df[..., :, None] * df[..., None, :]
        bend = self._predictor.second_derivatives(self.x, phi)
        slope, curvature = self.slope(f, y)[..., None, None], self.curvature(f, y)[..., None, None]
        return (curvature * outer + slope * bend).sum(axis=-3)

    def per_example(self, phi) -> np.ndarray:
        """Each example's share ℓᵢ, shape (*ensemble, I)."""
        phi = as_parameters(phi, self.n_parameters)
        f, y = self._predictor(self.x, phi), self._outputs(phi)
        return self.share(f, y)

    def per_example_gradients(self, phi) -> np.ndarray:
        """∂ℓᵢ/∂φ = ∂ℓᵢ/∂f ∂fᵢ/∂φ (equation 6.7 for least squares), shape (*ensemble, I, P)."""
        phi = as_parameters(phi, self.n_parameters)
        f, y = self._predictor(self.x, phi), self._outputs(phi)
        return self.slope(f, y)[..., None] * self._predictor.derivatives(self.x, phi)

    def batch(self, indices) -> Self:
        """The loss of the chosen examples alone (what one step of equation 6.10 sees)."""
        chosen = as_indices(indices, self.n_examples)
        return _replaced(self, x=self.x.take(chosen, axis=0), y=self.y.take(chosen))

    @property
    def _predictor(self):
        """The model whose predictions f the loss is a function of."""
        return self.model

    def _outputs(self, phi):
        return self.y if self.y.dtype is phi.dtype else self.y.astype(phi.dtype)


class LeastSquares(SumOverExamples):
    """The least-squares loss L[φ] = Σᵢ (f[xᵢ, φ] - yᵢ)² (equations 6.5 and 6.9).

    A sum over the examples, not a mean: the gradient of a batch is the sum in equation 6.10. Each
    example adds 2 (fᵢ - yᵢ) ∂fᵢ/∂φ to the gradient (equation 6.7).

    model : callable with `forward`, `derivatives`, `second_derivatives` and `n_parameters`
    x, y : array_like, shape (I,), finite; x has shape (I, D) where the model has `n_inputs` D > 1

    Raises ValueError if x or y is empty, of another shape, not finite, or of another length than
    its partner.

    >>> from course_lib.models import Linear
    >>> loss = LeastSquares(Linear(), x=[0.0, 1.0, 2.0], y=[1.0, 1.5, 2.0])
    >>> float(loss([0.0, 1.0]))
    1.25
    >>> loss.gradient([0.0, 1.0])
    array([-3., -1.])
    """

    @staticmethod
    def share(f, y) -> np.ndarray:
        """ℓ = (f - y)² (equation 6.5)."""
        return (f - y) ** 2

    @staticmethod
    def slope(f, y) -> np.ndarray:
        """∂ℓ/∂f = 2 (f - y)."""
        return 2 * (f - y)

    @staticmethod
    def curvature(f, y) -> np.ndarray:
        """∂²ℓ/∂f² = 2."""
        return np.full_like(f, 2)


class BinaryCrossEntropy(SumOverExamples):
    """The loss -Σᵢ log Pr(yᵢ | xᵢ) of a model that gives the probability of y = 1 (problem 6.4).

    It is computed from the log-odds z: the probability itself would soon be rounded to 0 or 1. With
    the margin m, z where y = 1 and -z where y = 0, an example's share is ℓ = log(1 + exp[-m]), and
    ∂ℓ/∂z = Pr(y = 1 | x) - y is -sig[-m] where y = 1 and sig[-m] where y = 0, at any margin.

    model : a `Logistic`; `Logistic(model)` makes one of any other model
    x : array_like, shape (I,), or (I, D) where the model has D > 1 inputs, finite
    y : array_like, shape (I,), each 0 or 1

    Raises TypeError if the model has no `log_odds`: its predictions are then not probabilities;
    ValueError where `LeastSquares` does, or if y holds anything but 0 and 1.

    >>> from course_lib.models import Logistic
    >>> loss = BinaryCrossEntropy(Logistic(), x=[-1.0, 0.0, 1.0], y=[0, 1, 1])
    >>> float(loss([0.0, 0.0]) / np.log(2))
    3.0
    >>> loss.gradient([0.0, 0.0])
    array([-0.5, -1. ])
    """

    def __init__(self, model: Model, x, y) -> None:
        super().__init__(model, x, y)
        if not hasattr(model, "log_odds"):
            raise wrong_kind("model", model, f"a Logistic, such as Logistic({shown(model)})")
        strange = (self.y != 0) & (self.y != 1)
        if strange.any():
            index = strange.argmax()
            raise ValueError(f"y[{index}] is {self.y[index]}, expected 0 or 1")

    @property
    def _predictor(self):
        return self.model.log_odds

    @staticmethod
    def share(z, y) -> np.ndarray:
        """ℓ = log(1 + exp[-m]), where the margin m is z or -z."""
        return np.logaddexp(0, (1 - 2 * y) * z)

    @staticmethod
    def slope(z, y) -> np.ndarray:
        """∂ℓ/∂z = sig[z] - y."""
        side = 1 - 2 * y  # minus the margin is side · z
        return side * sigmoid(side * z)

    @staticmethod
    def curvature(z, y) -> np.ndarray:
        """∂²ℓ/∂z² = sig[z] (1 - sig[z])."""
        return sigmoid(z) * sigmoid(-z)


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
        return _replaced(self, loss=batch, strength=share * self.strength)


def _replaced(loss, /, **attributes):
    """A copy of a loss with other attributes, without the checks that `loss` has passed already."""
    new = object.__new__(type(loss))
    vars(new).update(vars(loss), **attributes)
    return new
