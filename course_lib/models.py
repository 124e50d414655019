"""Models f[x, φ] and their derivatives (floor 1).

A model is a callable `model(x, phi)`. Inputs `x` have shape (I,); parameters lie on the last axis
of `phi`, shape (*ensemble, P). Predictions have shape (*ensemble, I).

`forward(x, phi)` returns the predictions and a function `backward`, which takes one weight for each
prediction, (*ensemble, I), and returns Σᵢ weightᵢ ∂fᵢ/∂φ, (*ensemble, P): all that the gradient of
a loss needs, without the whole table of derivatives.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from course_lib._validation import as_parameters
from course_lib.fast import sin_and_cos


def _sum_over_examples(weights, slopes):
    """Σᵢ weightsᵢ slopesᵢ: weights (*ensemble, I), slopes (I, P), to (*ensemble, P)."""
    # One row at a time, so that each member of an ensemble gets the same bits as it would alone.
    return (weights[..., None, :] @ slopes)[..., 0, :]


def _one_and(x, dtype):
    """The rows [1, xᵢ], shape (I, 2)."""
    rows = np.ones((len(x), 2), dtype)
    rows[:, 1] = x
    return rows


def _two_parameters(phi):
    """Split phi (*ensemble, 2) into two columns (*ensemble, 1) that broadcast against x (I,)."""
    phi = as_parameters(phi, 2)
    return phi[..., 0:1], phi[..., 1:2]


@dataclass(frozen=True)
class Linear:
    """The line f[x, φ] = φ₀ + φ₁ x (equation 6.4).

    >>> Linear()(np.array([0.0, 2.0]), [1.0, 0.5])
    array([1., 2.])
    """

    n_parameters: ClassVar[int] = 2

    def __call__(self, x, phi):
        """Predictions, shape (*ensemble, I)."""
        phi0, phi1 = _two_parameters(phi)
        return phi0 + phi1 * np.asarray(x, phi0.dtype)

    def derivatives(self, x, phi):
        """∂f/∂φ = [1, x], shape (*ensemble, I, 2)."""
        phi0, _ = _two_parameters(phi)
        return np.stack(np.broadcast_arrays(np.ones_like(phi0), np.asarray(x, phi0.dtype)), axis=-1)

    def forward(self, x, phi):
        """The predictions, and Σᵢ wᵢ [1, xᵢ] as a function of the weights w."""
        predictions = self(x, phi)
        return predictions, lambda weights: _sum_over_examples(weights, _one_and(x, weights.dtype))

    def second_derivatives(self, x, phi):
        """∂²f/∂φ² = 0: the line is linear in φ. Shape (*ensemble, I, 2, 2)."""
        phi0, _ = _two_parameters(phi)
        return np.zeros(np.broadcast_shapes(phi0.shape, np.shape(x)) + (2, 2), phi0.dtype)


@dataclass(frozen=True)
class Gabor:
    """A sine under a bell: f[x, φ] = sin u · exp(-u²/32) with u = φ₀ + 0.06 φ₁ x (equation 6.8).

    φ₀ shifts the wave (to the left as it grows), φ₁ > 0 squeezes it. Every derivative follows
    from the chain rule through u, with ∂u/∂φ = [1, 0.06 x].

    >>> float(Gabor()(np.array([0.0]), [np.pi / 2, 16.6])[0].round(4))
    0.9258
    """

    n_parameters: ClassVar[int] = 2

    def __call__(self, x, phi):
        """Predictions, shape (*ensemble, I)."""
        u = self._phase(x, phi)
        sine, _ = sin_and_cos(u)
        return sine * np.exp(u**2 / -32)

    def derivatives(self, x, phi):
        """∂f/∂φ = f'(u) ∂u/∂φ, shape (*ensemble, I, 2)."""
        _, slope = self._value_and_slope(self._phase(x, phi))
        return slope[..., None] * self._phase_derivatives(x, slope.dtype)

    def second_derivatives(self, x, phi):
        """∂²f/∂φ² = f''(u) ∂u/∂φ ∂u/∂φᵀ, shape (*ensemble, I, 2, 2)."""
        u = self._phase(x, phi)
        curvature = -((17 / 16 - u**2 / 256) * np.sin(u) + u / 8 * np.cos(u)) * np.exp(-(u**2) / 32)
        du = self._phase_derivatives(x, u.dtype)
        return curvature[..., None, None] * (du[..., :, None] * du[..., None, :])

    def forward(self, x, phi):
        """The predictions, and Σᵢ wᵢ f'(uᵢ) ∂uᵢ/∂φ as a function of the weights w."""
        predictions, slope = self._value_and_slope(self._phase(x, phi))

        def backward(weights):
            return _sum_over_examples(weights * slope, self._phase_derivatives(x, slope.dtype))

        return predictions, backward

    @staticmethod
    def _value_and_slope(u):
        """f and f'(u) = (cos u - u/16 sin u) · exp(-u²/32)."""
        sine, cosine = sin_and_cos(u)
        bell = np.exp(u**2 / -32)
        value = sine * bell
        return value, cosine * bell - u / 16 * value

    @staticmethod
    def _phase(x, phi):
        phi0, phi1 = _two_parameters(phi)
        return phi0 + phi1 * (0.06 * np.asarray(x, phi0.dtype))

    @staticmethod
    def _phase_derivatives(x, dtype):
        return _one_and(0.06 * x, dtype)
