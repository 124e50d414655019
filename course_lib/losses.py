"""Losses: a model and a data set, as a function of the parameters alone (floor 1)."""

from copy import copy

from course_lib._validation import as_examples, as_indices, as_parameters
from course_lib.fast import in_blocks


class LeastSquares:
    """The least-squares loss L[φ] = Σᵢ (f[xᵢ, φ] - yᵢ)² (equations 6.5 and 6.9).

    A sum over the examples, not a mean: the gradient of a batch is the sum in equation 6.10.

    Parameters
    ----------
    model : callable with `forward`, `derivatives`, `second_derivatives` and `n_parameters`
    x, y : array_like, shape (I,), finite

    Raises
    ------
    ValueError
        If x or y is empty, not one-dimensional, not finite, or of another length than its partner.

    >>> from course_lib.models import Linear
    >>> loss = LeastSquares(Linear(), x=[0.0, 1.0, 2.0], y=[1.0, 1.5, 2.0])
    >>> float(loss([0.0, 1.0]))
    1.25
    >>> loss.gradient([0.0, 1.0])
    array([-3., -1.])
    """

    def __init__(self, model, x, y):
        self.model = model
        self.x, self.y = as_examples(x, y)
        self.n_parameters = model.n_parameters

    @property
    def n_examples(self):
        """I, how many examples the sum has."""
        return len(self.x)

    def __repr__(self):
        return f"LeastSquares({self.model}, {self.n_examples} examples)"

    def __call__(self, phi):
        """The loss, shape (*ensemble,)."""
        phi = as_parameters(phi, self.n_parameters)
        return in_blocks(lambda phi: self.per_example(phi).sum(axis=-1), phi, self.n_examples)

    def gradient(self, phi):
        """∂L/∂φ = Σᵢ ∂ℓᵢ/∂φ = 2 Σᵢ (fᵢ - yᵢ) ∂fᵢ/∂φ (equations 6.6, 6.7), shape (*ensemble, P)."""
        phi = as_parameters(phi, self.n_parameters)
        return in_blocks(self._gradient, phi, self.n_examples)

    def _gradient(self, phi):
        predictions, backward = self.model.forward(self.x, phi)
        return backward(2 * (predictions - self.y.astype(phi.dtype, copy=False)))

    def hessian(self, phi):
        """H[φ] = 2 Σᵢ (∂fᵢ ∂fᵢᵀ + (fᵢ - yᵢ) ∂²fᵢ) (equation 6.19), shape (*ensemble, P, P)."""
        phi = as_parameters(phi, self.n_parameters)
        slope = self.model.derivatives(self.x, phi)
        outer = slope[..., :, None] * slope[..., None, :]
        bend = self._residuals(phi)[..., None, None] * self.model.second_derivatives(self.x, phi)
        return 2 * (outer + bend).sum(axis=-3)

    def per_example(self, phi):
        """Each example's share ℓᵢ = (f[xᵢ, φ] - yᵢ)², shape (*ensemble, I)."""
        return self._residuals(as_parameters(phi, self.n_parameters)) ** 2

    def per_example_gradients(self, phi):
        """∂ℓᵢ/∂φ = 2 (f[xᵢ, φ] - yᵢ) ∂fᵢ/∂φ (equation 6.7), shape (*ensemble, I, P)."""
        phi = as_parameters(phi, self.n_parameters)
        return 2 * self._residuals(phi)[..., None] * self.model.derivatives(self.x, phi)

    def batch(self, indices):
        """The loss of the chosen examples alone (what one step of equation 6.10 sees)."""
        chosen = as_indices(indices, self.n_examples)
        batch = copy(self)
        batch.x, batch.y = self.x[chosen], self.y[chosen]
        return batch

    def _residuals(self, phi):
        return self.model(self.x, phi) - self.y.astype(phi.dtype, copy=False)
