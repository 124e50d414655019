"""Losses with a closed form, for seeing one difficulty at a time.

Each is a loss like any other: `surface(phi)`, `surface.gradient(phi)`, `surface.hessian(phi)`,
over any ensemble of parameters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np

from course_lib._validation import (
    as_finite,
    as_float_array,
    as_indices,
    as_list,
    as_parameters,
    of_numbers,
    wrong_value,
)
from course_lib._values import ByValue


class _Equations:
    """The equations of a surface look at what they are handed."""

    def __init_subclass__(cls):
        for name in ("value", "slope", "slopes", "curvature", "curvatures"):
            if name in vars(cls):
                setattr(cls, name, of_numbers(vars(cls)[name]))


class Curve(_Equations):
    """A loss of one parameter, from `value(x)`, `slope(x)` and `curvature(x)` of any shape."""

    n_parameters: ClassVar[int] = 1
    value: Callable[..., Any]
    slope: Callable[..., Any]
    curvature: Callable[..., Any]

    def __call__(self, phi) -> Any:
        """The loss, shape (*ensemble,)."""
        phi = as_parameters(phi, 1)
        return self.value(phi[..., 0]).astype(phi.dtype, copy=False)

    def gradient(self, phi) -> np.ndarray:
        """dL/dφ, shape (*ensemble, 1)."""
        phi = as_parameters(phi, 1)
        return self.slope(phi).astype(phi.dtype, copy=False)

    def hessian(self, phi) -> np.ndarray:
        """d²L/dφ², shape (*ensemble, 1, 1)."""
        phi = as_parameters(phi, 1)
        return self.curvature(phi[..., None]).astype(phi.dtype, copy=False)


@dataclass(frozen=True)
class CosineWave(Curve):
    """x cos(πx): a global minimum beside a local one on [-1, 2] (source P).

    >>> float(CosineWave()([1.0]))
    -1.0
    """

    def value(self, x) -> Any:
        return x * np.cos(np.pi * x)

    def slope(self, x) -> Any:
        return np.cos(np.pi * x) - np.pi * x * np.sin(np.pi * x)

    def curvature(self, x) -> Any:
        return -2 * np.pi * np.sin(np.pi * x) - np.pi**2 * x * np.cos(np.pi * x)


class Polynomial(Curve):
    """c₀ + c₁ x + c₂ x² + …, from its coefficients in that order.

    >>> Polynomial([0, 0, 1]).gradient([3.0])
    array([6.])
    """

    def __init__(self, coefficients):
        coefficients = as_list("coefficients", coefficients)
        self.value = np.polynomial.Polynomial(coefficients.copy())
        self.slope = self.value.deriv()
        self.curvature = self.slope.deriv()

    def __repr__(self):
        return f"{type(self).__name__}({self.value})"


class Cubic(Polynomial):
    """x³: flat at 0, where the Hessian is zero and decides nothing (source P, claim cl-19)."""

    def __init__(self):
        super().__init__([0, 0, 0, 1])


@dataclass(frozen=True)
class Quadratic(ByValue):
    """The bowl ½ (φ - c)ᵀ H (φ - c), where H has the eigenvalues you choose.

    Parameters
    ----------
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
    """x² - y²: a minimum along one axis, a maximum along the other (source P).

    >>> float(Saddle()([2.0, 1.0]))
    3.0
    """

    eigenvalues: Sequence[float] | np.ndarray = (2.0, -2.0)


class Surface(_Equations):
    """A loss of two parameters, from `value(x, y)`, `slopes(x, y)` and `curvatures(x, y)`.

    `slopes` gives ∂L/∂x and ∂L/∂y; `curvatures` gives ∂²L/∂x², ∂²L/∂x∂y and ∂²L/∂y².
    """

    n_parameters: ClassVar[int] = 2
    value: Callable[..., Any]
    slopes: Callable[..., tuple[Any, Any]]
    curvatures: Callable[..., tuple[Any, Any, Any]]

    def __call__(self, phi) -> Any:
        """The loss, shape (*ensemble,)."""
        return self.value(*self._columns(phi))

    def gradient(self, phi) -> np.ndarray:
        """∂L/∂φ, shape (*ensemble, 2)."""
        return np.stack(self.slopes(*self._columns(phi)), axis=-1)

    def hessian(self, phi) -> np.ndarray:
        """∂²L/∂φ², shape (*ensemble, 2, 2)."""
        xx, xy, yy = self.curvatures(*self._columns(phi))
        return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

    @staticmethod
    def _columns(phi):
        return np.moveaxis(as_parameters(phi, 2), -1, 0)


@dataclass(frozen=True)
class Rosenbrock(Surface):
    """(1 - x)² + 100 (y - x²)²: a bent, narrow valley that falls gently to 0 at (1, 1).

    >>> float(Rosenbrock()([-1.2, 1.0]).round(6))
    24.2
    """

    def value(self, x, y) -> Any:
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def slopes(self, x, y) -> tuple[Any, Any]:
        return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)

    def curvatures(self, x, y) -> tuple[Any, Any, Any]:
        return 2 - 400 * (y - 3 * x**2), -400 * x, np.full_like(y, 200)


@dataclass(frozen=True)
class Beale(Surface):
    """a² + b² + c² with a = 1.5 - x (1 - y), b = 2.25 - x (1 - y²), c = 2.625 - x (1 - y³).

    Steep walls around a plateau, and 0 at (3, ½). Beside the line y = 1 the plateau falls for ever,
    ever more gently: a descent may run off along it.

    >>> float(Beale()([3.0, 0.5]))
    0.0
    """

    def value(self, x, y) -> Any:
        return sum(residual**2 for residual in self._residuals(x, y))

    def slopes(self, x, y) -> tuple[Any, Any]:
        a, b, c = self._residuals(x, y)
        along_x = a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)
        return 2 * along_x, 2 * x * (a + 2 * b * y + 3 * c * y * y)

    def curvatures(self, x, y) -> tuple[Any, Any, Any]:
        a, b, c = self._residuals(x, y)
        da, db, dc = y - 1, y * y - 1, y * y * y - 1  # ∂a/∂x, ∂b/∂x, ∂c/∂x
        return (
            2 * (da**2 + db**2 + dc**2),
            2 * (a + 2 * b * y + 3 * c * y * y) + 2 * x * (da + 2 * y * db + 3 * y * y * dc),
            2 * x**2 * (1 + (2 * y) ** 2 + (3 * y * y) ** 2) + 4 * x * (b + 3 * c * y),
        )

    @staticmethod
    def _residuals(x, y):
        return 1.5 - x * (1 - y), 2.25 - x * (1 - y * y), 2.625 - x * (1 - y * y * y)


@dataclass(frozen=True)
class Himmelblau(Surface):
    """(x² + y - 11)² + (x + y² - 7)²: four minima, each 0, with a maximum between them.

    One is at (3, 2); the others lie near (-2.81, 3.13), (-3.78, -3.28) and (3.58, -1.85).

    >>> float(Himmelblau()([3.0, 2.0]))
    0.0
    """

    def value(self, x, y) -> Any:
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def slopes(self, x, y) -> tuple[Any, Any]:
        a, b = x**2 + y - 11, x + y**2 - 7
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b

    def curvatures(self, x, y) -> tuple[Any, Any, Any]:
        a, b = x**2 + y - 11, x + y**2 - 7
        return 4 * a + 8 * x**2 + 2, 4 * (x + y), 4 * b + 8 * y**2 + 2


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


def badly_scaled_bowl() -> Quadratic:
    """The loss of figure 6.9: forty times steeper along φ₁ (vertical) than along φ₀.

    >>> badly_scaled_bowl().eigenvalues
    (0.5, 20.0)
    """
    return Quadratic((0.5, 20.0))


class MarkedLoss(NamedTuple):
    """A 1-D loss with numbered points on it: `points[number]` is the parameter value there."""

    loss: Curve
    bounds: tuple
    points: dict


def fig_6_11_losses() -> dict[str, MarkedLoss]:
    """The three 1-D losses of figure 6.11, by panel, with points 1 to 7 to classify (problem 6.6).

    >>> {panel: list(marked.points) for panel, marked in fig_6_11_losses().items()}
    {'a': [1, 2], 'b': [3, 4, 5], 'c': [6, 7]}
    """
    bowl = Polynomial([0.3, -0.6, 0.5, 0.0, 0.1])
    double_well = Polynomial([1.4, 0.35, -2.0, 0.0, 1.0])
    # The slope of the third is (x + 1)² (x - 1): flat at -1 without turning, lowest at 1.
    terrace = Polynomial([1.2, -1.0, -0.5, 1 / 3, 0.25])
    bottom = _flat_points(bowl)[0]
    left, hill, right = _flat_points(double_well)
    return {
        "a": MarkedLoss(bowl, (-2.0, 2.5), {1: -1.2, 2: bottom}),
        "b": MarkedLoss(double_well, (-1.6, 1.6), {3: left, 4: hill, 5: right}),
        "c": MarkedLoss(terrace, (-2.1, 2.0), {6: -1.0, 7: 1.0}),
    }


def _flat_points(polynomial):
    """The real points, in order, at which the polynomial's slope is zero."""
    roots = polynomial.slope.roots()
    return np.sort(roots[np.abs(roots.imag) < 1e-9].real).tolist()
