"""Losses of one parameter, and those of figure 6.11 with their marked points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from course_lib._equations import Equations
from course_lib._validation import as_list, as_parameters


class Curve(Equations):
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
    """x cos(πx): a global minimum beside a local one on [-1, 2].

    Source: *Optimisation algorithms, part 1*.

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
    """x³: flat at 0, where the Hessian is zero and decides nothing.

    Source: *Optimisation algorithms, part 1*, claim cl-19.
    """

    def __init__(self):
        super().__init__([0, 0, 0, 1])


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
