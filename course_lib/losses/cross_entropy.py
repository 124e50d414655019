"""Losses of models that give the probability of a class, and how well those part the classes."""

from abc import abstractmethod
from typing import Any

import numpy as np

from course_lib._errors import shown, wrong_kind
from course_lib._validation import as_parameters
from course_lib.losses.examples import SumOverExamples
from course_lib.models import Softmax, sigmoid
from course_lib.protocols import Model


class OfClasses(SumOverExamples):
    """-Σᵢ log Pr(yᵢ | xᵢ), and what one asks of a classifier besides."""

    @staticmethod
    @abstractmethod
    def margin(z, y) -> np.ndarray:
        """By how much the right class leads, for each example, in log-odds."""

    def margins(self, phi) -> np.ndarray:
        """By how much each example's right class leads the next, in log-odds: (*ensemble, I).

        Below zero where another class is thought likelier.
        """
        phi = as_parameters(phi, self.n_parameters)
        return self.margin(self._predictor(self.x, phi), self._outputs(phi))

    def accuracy(self, phi) -> Any:
        """The share of examples whose right class is thought the likeliest, (*ensemble,).

        Where another is thought as likely, the example counts as wrong.
        """
        return (self.margins(phi) > 0).mean(axis=-1)


class BinaryCrossEntropy(OfClasses):
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
    def margin(z, y) -> np.ndarray:
        """m: z where y = 1, and -z where y = 0."""
        return (2 * y - 1) * z

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


class SoftmaxCrossEntropy(OfClasses):
    """The loss -Σᵢ log Pr(yᵢ | xᵢ) of a model that gives the probabilities of K classes.

    With z the logits and s the logarithm of Σ exp[zₖ - z_y] over the *other* classes, an example's
    share is ℓ = log(1 + exp[s]), and ∂ℓ/∂zₖ = Pr(k | x), less 1 for the right class. Written with s
    both keep their digits, however sure the model is, and however wrong.

    model : a `Softmax`, such as Softmax(MLP((64, 10)))
    x : array_like, shape (I,), or (I, D) where the model has D > 1 inputs, finite
    y : array_like, shape (I,): the right classes, whole numbers from 0 to K - 1

    Raises TypeError if the model has no `logits`; ValueError where `LeastSquares` does, or if y
    holds anything but classes.

    >>> from course_lib.models import Softmax
    >>> from course_lib.networks import MLP
    >>> loss = SoftmaxCrossEntropy(Softmax(MLP((1, 2))), x=[-1.0, 0.0, 1.0], y=[0, 1, 1])
    >>> float(loss(np.zeros(4)) / np.log(2))
    3.0
    >>> loss.gradient(np.zeros(4))
    array([ 1. , -1. ,  0.5, -0.5])
    >>> float(loss.accuracy([-1, 1, 0, 0.5]))
    1.0
    """

    _n_targets = 1

    def __init__(self, model: Softmax, x, y) -> None:
        super().__init__(model, x, y)
        if not hasattr(model, "logits"):
            raise wrong_kind("model", model, "a Softmax, such as Softmax(MLP((64, 10)))")
        labels, most = self.y, model.n_outputs - 1
        strange = (labels != np.round(labels)) | (labels < 0) | (labels > most)
        if strange.any():
            index = strange.argmax()
            expected = f"expected a class, a whole number from 0 to {most}"
            raise ValueError(f"y[{index}] is {labels[index]}, {expected}")

    @property
    def _predictor(self):
        return self.model.logits

    def _outputs(self, phi):
        return self.y

    @staticmethod
    def margin(z, y) -> np.ndarray:
        """z of the right class, less the largest of the others."""
        return -_leads(z, y).max(axis=-1)

    @staticmethod
    def share(z, y) -> np.ndarray:
        """ℓ = log(1 + exp[s]), of logits (..., K) and classes (...)."""
        return np.logaddexp(0, _others(_leads(z, y)))

    @staticmethod
    def slope(z, y) -> np.ndarray:
        """∂ℓ/∂zₖ = Pr(k | x), less 1 for the right class: minus the probability of the others."""
        leads = _leads(z, y)
        p = np.exp(leads - np.logaddexp(0, _others(leads))[..., None])
        return np.where(np.isneginf(leads), -p.sum(axis=-1, keepdims=True), p)


def _leads(z, y):
    """zₖ - z_y of the other classes, and -∞ for the right one: (..., K)."""
    right = np.arange(z.shape[-1]) == y[..., None]
    of_right = np.where(right, z, -np.inf).max(axis=-1, keepdims=True)
    return np.where(right, -np.inf, z - of_right)


def _others(leads):
    """s = log Σ exp[zₖ - z_y] over the other classes, (...)."""
    top = leads.max(axis=-1)
    return top + np.log(np.exp(leads - top[..., None]).sum(axis=-1))
