"""Models f[x, φ] and their derivatives.

A model is a callable `model(x, phi)`. Inputs `x` have shape (I,), or (I, D) where the model has
`n_inputs` D > 1; parameters lie on the last axis of `phi`, shape (*ensemble, P). Predictions have
shape (*ensemble, I).

`forward(x, phi)` returns the predictions and a function `backward`, which takes one weight for each
prediction, (*ensemble, I), and returns Σᵢ weightᵢ ∂fᵢ/∂φ, (*ensemble, P): all that the gradient of
a loss needs, without the whole table of derivatives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from course_lib._errors import wrong_value
from course_lib._validation import as_float_array, as_inputs, as_parameters, as_thing, at_least
from course_lib.fast import line, sine, sums_in_order, wave_and_slope


def sigmoid(z) -> Any:
    """The logistic sigmoid sig[z] = 1 / (1 + exp[-z]) (equation 6.22), of an array of any shape.

    Written so that no exponent is above zero: nothing overflows, however large |z|, and small
    values keep all their digits.

    >>> sigmoid(np.array([-1e4, -1.0, 0.0, 1e4])).round(4)
    array([0.    , 0.2689, 0.5   , 1.    ])
    """
    z = as_float_array("z", z)
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def relu(z) -> Any:
    """The rectified linear unit a[z] = max(0, z) of equation 6.23."""
    return np.maximum(as_float_array("z", z), 0)


def softmax(z) -> Any:
    """exp[zₖ] / Σ exp[z]: numbers on the last axis as probabilities of classes, (..., K).

    >>> softmax([0.0, np.log(3)]).round(6), softmax([0.0, 1e4])
    (array([0.25, 0.75]), array([0., 1.]))
    """
    z = as_float_array("z", z)
    p = np.exp(z - z.max(axis=-1, keepdims=True))  # the largest exponent is 0: nothing overflows
    return p / p.sum(axis=-1, keepdims=True)


def _row_times(row, matrix):
    """Σᵢ rowᵢ matrixᵢ: row (*ensemble, I) and matrix (I, P) or (*ensemble, I, P), to (…, P)."""
    if row.ndim == 1:
        return row.dot(matrix)  # the same in half the time
    # One row at a time, so that each member of an ensemble gets the same bits as it would alone.
    return (row[..., None, :] @ matrix)[..., 0, :]


def _each_times(slopes, x):
    """φ₁ x: slopes (*ensemble, D) times inputs, (I,) or, to be added up, (I, D); (*ensemble, I)."""
    return slopes * x if x.ndim == 1 else _row_times(np.ascontiguousarray(slopes), x.T)


def _one_and(x, dtype):
    """The rows [1, xᵢ], shape (I, 2) or (I, 1 + D)."""
    x = np.asarray(x, dtype)
    columns = np.empty((2 if x.ndim == 1 else 1 + x.shape[1], len(x)), dtype)
    columns[0], columns[1:] = 1, x.T
    return columns.T


def _two_parameters(phi):
    """Split phi (*ensemble, 2) into two columns (*ensemble, 1) that broadcast against x (I,)."""
    phi = as_parameters(phi, 2)
    return phi[..., 0:1], phi[..., 1:2]


@dataclass(frozen=True)
class Linear:
    """The line f[x, φ] = φ₀ + φ₁ x (equation 6.4).

    With D inputs, x of shape (I, D), it has as many slopes: f = φ₀ + φ₁ x₁ + … + φ_D x_D.

    >>> Linear()(np.array([0.0, 2.0]), [1.0, 0.5])
    array([1., 2.])
    >>> Linear(n_inputs=3)([[1.0, 0.0, 2.0]], [1.0, 0.5, 0.5, 0.25])
    array([2.])
    """

    n_inputs: int = 1

    def __post_init__(self):
        at_least("n_inputs", self.n_inputs, 1)

    @property
    def n_parameters(self) -> int:
        """P = 1 + D."""
        return 1 + self.n_inputs

    def __call__(self, x, phi) -> np.ndarray:
        """Predictions, shape (*ensemble, I)."""
        phi = as_parameters(phi, self.n_parameters)
        phi0, phi1 = phi[..., :1], phi[..., 1:]
        return phi0 + _each_times(phi1, as_inputs(x, self.n_inputs, phi.dtype))

    def derivatives(self, x, phi) -> np.ndarray:
        """∂f/∂φ = [1, x], shape (*ensemble, I, P)."""
        phi = as_parameters(phi, self.n_parameters)
        rows = _one_and(as_inputs(x, self.n_inputs, phi.dtype), phi.dtype)
        return np.broadcast_to(rows, (*phi.shape[:-1], *rows.shape)).copy()

    def forward(self, x, phi) -> tuple[np.ndarray, Callable]:
        """The predictions, and Σᵢ wᵢ [1, xᵢ] as a function of the weights w."""
        f = self(x, phi)
        return f, lambda weights: _row_times(weights, _one_and(x, weights.dtype))

    def second_derivatives(self, x, phi) -> np.ndarray:
        """∂²f/∂φ² = 0: the line is linear in φ. Shape (*ensemble, I, P, P)."""
        phi = as_parameters(phi, self.n_parameters)
        x = as_inputs(x, self.n_inputs, phi.dtype)
        return np.zeros((*phi.shape[:-1], len(x), *2 * phi.shape[-1:]), phi.dtype)


@dataclass(frozen=True)
class Gabor:
    """A sine under a bell: f[x, φ] = sin u · exp(-u²/32) with u = φ₀ + 0.06 φ₁ x (equation 6.8).

    φ₀ shifts the wave (to the left as it grows), φ₁ > 0 squeezes it. Every derivative follows
    from the chain rule through u, with ∂u/∂φ = [1, 0.06 x].

    >>> float(Gabor()(np.array([0.0]), [np.pi / 2, 16.6])[0].round(4))
    0.9258
    """

    n_parameters: ClassVar[int] = 2

    def __call__(self, x, phi) -> np.ndarray:
        """Predictions, shape (*ensemble, I)."""
        u = self._phase(x, phi)
        return sine(u) * np.exp(-1 / 32 * (u * u))

    def derivatives(self, x, phi) -> np.ndarray:
        """∂f/∂φ = f'(u) ∂u/∂φ, shape (*ensemble, I, 2)."""
        _, slope = wave_and_slope(self._phase(x, phi))
        return slope[..., None] * self._phase_derivatives(x, slope.dtype)

    def second_derivatives(self, x, phi) -> np.ndarray:
        """∂²f/∂φ² = f''(u) ∂u/∂φ ∂u/∂φᵀ, shape (*ensemble, I, 2, 2)."""
        u = self._phase(x, phi)
        curvature = -((17 / 16 - u**2 / 256) * np.sin(u) + u / 8 * np.cos(u)) * np.exp(-(u**2) / 32)
        du = self._phase_derivatives(x, u.dtype)
        return curvature[..., None, None] * (du[..., :, None] * du[..., None, :])

    def forward(self, x, phi) -> tuple[np.ndarray, Callable]:
        """The predictions, and Σᵢ wᵢ f'(uᵢ) ∂uᵢ/∂φ as a function of the weights w."""
        phi = as_parameters(phi, 2)
        scaled = 0.06 * as_inputs(x, 1, phi.dtype)
        predictions, slope = wave_and_slope(line(phi, scaled))
        return predictions, lambda weights: sums_in_order(weights * slope, scaled)

    @staticmethod
    def _phase(x, phi):
        phi0, phi1 = _two_parameters(phi)
        return phi0 + phi1 * (0.06 * as_inputs(x, 1, phi0.dtype))

    @staticmethod
    def _phase_derivatives(x, dtype):
        return _one_and(0.06 * as_inputs(x, 1, dtype), dtype)


@dataclass(frozen=True)
class Logistic:
    """Logistic regression: Pr(y = 1 | x) = sig[φ₀ + φ₁ x] (equations 6.21 and 6.22).

    The sigmoid turns any number into a probability: the number is its log-odds, log p/(1 - p).
    Here -φ₀/φ₁ is where both classes are equally likely, and φ₁ how sharply they part.

    log_odds : the model inside the sigmoid. By default the line of the chapter; `Linear(D)` for
        D inputs, and a network makes a classifier of the network.

    >>> Logistic()(np.array([-1.0, 0.0, 1.0]), [0.0, 2.0]).round(3)
    array([0.119, 0.5  , 0.881])
    """

    log_odds: Any = Linear()

    def __post_init__(self):
        as_thing("log_odds", self.log_odds, "a model such as Linear()", "__call__", "n_parameters")

    @property
    def n_inputs(self) -> int:
        return getattr(self.log_odds, "n_inputs", 1)

    @property
    def n_parameters(self) -> int:
        return self.log_odds.n_parameters

    def __call__(self, x, phi) -> np.ndarray:
        """The probability of y = 1, shape (*ensemble, I)."""
        return sigmoid(self.log_odds(x, phi))

    def derivatives(self, x, phi) -> np.ndarray:
        """∂f/∂φ = sig'[z] ∂z/∂φ with z the log-odds, shape (*ensemble, I, P)."""
        slope = self._slope(self.log_odds(x, phi))
        return slope[..., None] * self.log_odds.derivatives(x, phi)

    def forward(self, x, phi) -> tuple[np.ndarray, Callable]:
        """The probabilities, and Σᵢ wᵢ sig'[zᵢ] ∂zᵢ/∂φ as a function of the weights w."""
        z, backward = self.log_odds.forward(x, phi)
        return sigmoid(z), lambda weights: backward(weights * self._slope(z))

    def second_derivatives(self, x, phi) -> np.ndarray:
        """∂²f/∂φ² = sig''[z] ∂z ∂zᵀ + sig'[z] ∂²z, shape (*ensemble, I, P, P)."""
        z, dz = self.log_odds(x, phi), self.log_odds.derivatives(x, phi)
        slope = self._slope(z)
        curvature = slope * -np.tanh(z / 2)  # 1 - 2 sig[z] = -tanh(z/2)
        outer = dz[..., :, None] * dz[..., None, :]
        bend = self.log_odds.second_derivatives(x, phi)
        return curvature[..., None, None] * outer + slope[..., None, None] * bend

    @staticmethod
    def _slope(z):
        """sig'[z] = sig[z] (1 - sig[z]), where 1 - sig[z] is sig[-z]."""
        return sigmoid(z) * sigmoid(-z)


@dataclass(frozen=True)
class Softmax:
    """A probability for each of K classes: Pr(y = k | x) = exp[zₖ] / Σ exp[z].

    With two classes it is the sigmoid of z₁ - z₀. The same number added to every z changes nothing.

    logits : the model that gives the numbers z, K of them for each example: an `MLP` with K outputs

    >>> from course_lib.networks import MLP
    >>> Softmax(MLP((1, 2)))(np.array([0.0, 1.0]), [0, 2, 0, 0]).round(3)
    array([[0.5  , 0.5  ],
           [0.119, 0.881]])
    """

    logits: Any

    def __post_init__(self):
        expected = "a model with an output for each class, such as MLP((64, 10))"
        as_thing("logits", self.logits, expected, "__call__", "n_parameters", "n_outputs")
        if self.n_outputs < 2:
            raise wrong_value("logits", self.logits, expected)

    @property
    def n_inputs(self) -> int:
        return self.logits.n_inputs

    @property
    def n_outputs(self) -> int:
        """K, the number of classes."""
        return self.logits.n_outputs

    @property
    def n_parameters(self) -> int:
        return self.logits.n_parameters

    def __call__(self, x, phi) -> np.ndarray:
        """The probability of each class, shape (*ensemble, I, K)."""
        return softmax(self.logits(x, phi))


@dataclass(frozen=True)
class ShallowNetwork:
    """The chapter's network with three hidden units and ten parameters (equation 6.23).

    f[x, φ] = φ₀ + φ₁ a[θ₁₀ + θ₁₁ x] + φ₂ a[θ₂₀ + θ₂₁ x] + φ₃ a[θ₃₀ + θ₃₁ x] with a[z] = max(0, z).
    The parameters lie in this order: φ₀, φ₁, φ₂, φ₃, θ₁₀, θ₁₁, θ₂₀, θ₂₁, θ₃₀, θ₃₁.

    The derivative of a is 1 where z > 0 and 0 where z < 0. At the kink, z = 0, it has none, and
    any number from 0 to 1 would do (a subgradient); here it is 0: the unit counts as off.

    >>> ShallowNetwork()(np.array([-1.0, 0.0, 2.0]), [1, 1, 0, 0, 0, 0.5, 0, 0, 0, 0])
    array([1., 1., 2.])
    """

    n_parameters: ClassVar[int] = 10

    def __call__(self, x, phi) -> np.ndarray:
        """Predictions, shape (*ensemble, I)."""
        phi, z = self._units(x, phi)
        return phi[..., 0:1] + _row_times(phi[..., 1:4], relu(z))

    def derivatives(self, x, phi) -> np.ndarray:
        """∂f/∂φ, shape (*ensemble, I, 10): 1, then a[z_d], then φ_d a'[z_d] [1, x] by unit d."""
        phi, z = self._units(x, phi)
        slope = (phi[..., 1:4, None] * (z > 0)).mT
        out = np.empty((*slope.shape[:-1], 10), phi.dtype)
        out[..., 0] = 1
        out[..., 1:4] = relu(z).mT
        out[..., 4::2] = slope
        out[..., 5::2] = slope * as_inputs(x, 1, phi.dtype)[:, None]
        return out

    def forward(self, x, phi) -> tuple[np.ndarray, Callable]:
        """The predictions, and Σᵢ wᵢ ∂fᵢ/∂φ as a function of the weights w."""
        phi, z = self._units(x, phi)
        h = relu(z)

        def backward(weights):
            at_units = weights[..., None, :] * phi[..., 1:4, None] * (z > 0)  # (*ensemble, 3, I)
            thetas = at_units @ _one_and(x, phi.dtype)
            return np.concatenate(
                [
                    weights.sum(axis=-1, keepdims=True),
                    _row_times(weights, h.mT),
                    thetas.reshape(*weights.shape[:-1], 6),
                ],
                axis=-1,
            )

        return phi[..., 0:1] + _row_times(phi[..., 1:4], h), backward

    def second_derivatives(self, x, phi) -> np.ndarray:
        """∂²f/∂φ², shape (*ensemble, I, 10, 10): between φ_d and θ_d alone, a'[z_d] [1, x]."""
        phi, z = self._units(x, phi)
        out = np.zeros((*phi.shape[:-1], len(x), 10, 10), phi.dtype)
        for d in range(3):
            on = (z[..., d, :, None] > 0) * _one_and(x, phi.dtype)
            thetas = slice(4 + 2 * d, 6 + 2 * d)
            out[..., 1 + d, thetas] = out[..., thetas, 1 + d] = on
        return out

    @staticmethod
    def _units(x, phi):
        """The parameters, and z_d = θ_d₀ + θ_d₁ x for the three hidden units: (*ensemble, 3, I)."""
        phi = np.ascontiguousarray(as_parameters(phi, 10))
        return phi, phi[..., 4::2, None] + phi[..., 5::2, None] * as_inputs(x, 1, phi.dtype)
