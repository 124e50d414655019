"""Losses whose slope is a straight line, or the same everywhere: bowls, saddles and planes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_lib._errors import wrong_value
from course_lib._validation import as_finite, as_float_array, as_indices, as_list, as_parameters
from course_lib._values import ByValue


@dataclass(frozen=True)
class Quadratic(ByValue):
    """The bowl ½ (φ - c)ᵀ H (φ - c), where H has the eigenvalues you choose.

    eigenvalues : sequence of P numbers; all positive for a bowl, mixed signs for a saddle
    angle : radians by which the principal axes are turned (two parameters only)
    centre : the critical point, a number or P numbers

    >>> Quadratic([1.0, 9.0]).hessian([0.0, 0.0])
    array([[1., 0.],
           [0., 9.]])
    """

    eigenvalues: Sequence[float] | np.ndarray
    angle: float = 0.0
    centre: float | Sequence[float] | np.ndarray = 0.0

    def __post_init__(self):
        eigenvalues = as_float_array("eigenvalues", self.eigenvalues)
        if eigenvalues.ndim != 1 or not eigenvalues.size or not np.isfinite(eigenvalues).all():
            raise wrong_value("eigenvalues", self.eigenvalues, "a list of numbers")
        centre = as_float_array("centre", self.centre)
        if centre.shape not in ((), eigenvalues.shape) or not np.isfinite(centre).all():
            raise wrong_value("centre", self.centre, f"a number or {eigenvalues.size} of them")
        angle = float(as_finite("angle", self.angle))
        if angle and len(eigenvalues) != 2:
            raise wrong_value("angle", self.angle, "0 unless there are 2 eigenvalues")
        self.__dict__.update(  # frozen from here on
            eigenvalues=tuple(eigenvalues.tolist()),
            angle=angle,
            centre=tuple(centre.tolist()) if centre.ndim else float(centre),
        )

    @property
    def n_parameters(self) -> int:
        return len(self.eigenvalues)

    @cached_property
    def matrix(self) -> np.ndarray:
        """H = R diag(λ) Rᵀ, shape (P, P)."""
        if not self.angle:
            return np.diag(self._scales)
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        rotation = np.array([[cos, -sin], [sin, cos]])
        return rotation * self.eigenvalues @ rotation.T

    def __call__(self, phi) -> Any:
        """The loss, shape (*ensemble,)."""
        offset = self._offset(phi)
        return (offset * self._slope(offset)).sum(axis=-1) / 2

    def gradient(self, phi) -> np.ndarray:
        """H (φ - c), shape (*ensemble, P)."""
        return self._slope(self._offset(phi))

    def hessian(self, phi) -> np.ndarray:
        """H, the same everywhere, shape (*ensemble, P, P)."""
        offset = self._offset(phi)
        matrix = self.matrix.astype(offset.dtype)
        return np.broadcast_to(matrix, offset.shape + (self.n_parameters,)).copy()

    def _slope(self, offset):
        if not self.angle:  # along its own axes H is diagonal
            return self._scales.astype(offset.dtype, copy=False) * offset
        # Not `@`: BLAS may add in another order for an ensemble than for one member of it.
        return (self.matrix.astype(offset.dtype) * offset[..., None, :]).sum(axis=-1)

    def _offset(self, phi):
        phi = as_parameters(phi, self.n_parameters)
        return phi - self._centre.astype(phi.dtype, copy=False)

    @cached_property
    def _scales(self):
        return np.array(self.eigenvalues)

    @cached_property
    def _centre(self):
        return np.array(self.centre)


@dataclass(frozen=True)
class Saddle(Quadratic):
    """x² - y²: a minimum along one axis, a maximum along the other.

    Source: *Optimisation algorithms, part 1*.

    >>> float(Saddle()([2.0, 1.0]))
    3.0
    """

    eigenvalues: Sequence[float] | np.ndarray = (2.0, -2.0)


def badly_scaled_bowl() -> Quadratic:
    """The loss of figure 6.9: forty times steeper along φ₁ (vertical) than along φ₀.

    >>> badly_scaled_bowl().eigenvalues
    (0.5, 20.0)
    """
    return Quadratic((0.5, 20.0))


class Slopes:
    """Planes: example i has the slope `slopes[i]` along every axis, everywhere.

    With batches of one a rule sees just these slopes, in the order of the batches, wherever it is.

    slopes : shape (I,), finite

    >>> Slopes([3.0, -1.0, -1.0]).gradient([5.0]), Slopes([3.0, -1.0]).batch([1]).slopes
    (array([1.]), array([-1.]))
    """

    def __init__(self, slopes):
        self.slopes = as_list("slopes", slopes).copy()

    def __call__(self, phi) -> Any:
        """The loss, shape (*ensemble,)."""
        return self.slopes.sum() * as_parameters(phi, None).sum(axis=-1)

    def gradient(self, phi) -> np.ndarray:
        """The sum of the slopes, whatever phi, shape (*ensemble, P)."""
        return np.full_like(as_parameters(phi, None), self.slopes.sum())

    def batch(self, indices) -> "Slopes":
        """The planes of the chosen examples alone."""
        return Slopes(self.slopes[as_indices(indices, len(self.slopes))])
