"""A model and a data set, as a sum over the examples."""

from abc import ABC, abstractmethod
from functools import partial, wraps
from typing import Any, Self

import numpy as np

from course_lib._equations import Equations
from course_lib._errors import wrong_kind
from course_lib._validation import as_examples, as_indices, as_parameters, as_thing
from course_lib.fast import in_blocks
from course_lib.protocols import Model


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

    A subclass gives ℓ as `share(f, y)`, and ∂ℓ/∂f and ∂²ℓ/∂f² as `slope` and `curvature`. Where a
    model has K outputs for each example, f has them on a last axis.
    """

    def __init__(self, model: Model, x, y) -> None:
        expected = "a model such as Linear()"
        self.model = as_thing("model", model, expected, "__call__", "n_parameters")
        self.x, self.y = as_examples(x, y, getattr(model, "n_inputs", 1), self._n_targets)
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
    def curvature(f, y) -> np.ndarray:
        """∂²ℓ/∂f², for each example: the Hessian of models of one output asks for it."""
        raise NotImplementedError

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
        """H[φ] = Σᵢ (∂²ℓᵢ/∂f² ∂fᵢ ∂fᵢᵀ + ∂ℓᵢ/∂f ∂²fᵢ) (equation 6.19), shape (*ensemble, P, P).

        Raises TypeError for a network, which has no second derivatives: `numerical_hessian` of
        `course_lib.gradient_check` takes differences of the gradient.
        """
        if not hasattr(self._predictor, "second_derivatives"):
            expected = "one with second derivatives; numerical_hessian(loss, phi) takes any"
            raise wrong_kind("model", self.model, expected)
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
        share = self.share(f, y)
        return share if share.ndim == phi.ndim else share.sum(axis=-1)  # of all its outputs

    def per_example_gradients(self, phi) -> np.ndarray:
        """∂ℓᵢ/∂φ = ∂ℓᵢ/∂f ∂fᵢ/∂φ (equation 6.7 for least squares), shape (*ensemble, I, P)."""
        phi = as_parameters(phi, self.n_parameters)
        f, y = self._predictor(self.x, phi), self._outputs(phi)
        each = self.slope(f, y)[..., None] * self._predictor.derivatives(self.x, phi)
        return each if each.ndim == phi.ndim + 1 else each.sum(axis=-2)

    def batch(self, indices) -> Self:
        """The loss of the chosen examples alone (what one step of equation 6.10 sees)."""
        chosen = as_indices(indices, self.n_examples)
        return replaced(self, x=self.x.take(chosen, axis=0), y=self.y.take(chosen, axis=0))

    @property
    def _n_targets(self):
        """How many numbers y holds for each example."""
        return getattr(self.model, "n_outputs", 1)

    @property
    def _predictor(self):
        """The model whose predictions f the loss is a function of."""
        return self.model

    def _outputs(self, phi):
        return self.y if self.y.dtype is phi.dtype else self.y.astype(phi.dtype)


def replaced(loss, /, **attributes) -> Any:
    """A copy of a loss with other attributes, without the checks that `loss` has passed already."""
    new = object.__new__(type(loss))
    vars(new).update(vars(loss), **attributes)
    return new
