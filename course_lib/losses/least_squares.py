"""The least-squares loss of chapter 6."""

import numpy as np

from course_lib.losses.examples import SumOverExamples


class LeastSquares(SumOverExamples):
    """The least-squares loss L[φ] = Σᵢ (f[xᵢ, φ] - yᵢ)² (equations 6.5 and 6.9).

    A sum over the examples, not a mean: the gradient of a batch is the sum in equation 6.10. Each
    example adds 2 (fᵢ - yᵢ) ∂fᵢ/∂φ to the gradient (equation 6.7).

    model : callable with `forward`, `derivatives`, `second_derivatives` and `n_parameters`
    x, y : array_like, shape (I,), finite; x has shape (I, D) where the model has `n_inputs` D > 1,
        and y (I, K) where it has `n_outputs` K > 1: the squares of all outputs are added up

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
