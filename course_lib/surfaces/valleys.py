"""Losses of two parameters on which optimisers are tried: a bent valley, a plateau, four minima."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from course_lib._equations import Equations
from course_lib._validation import as_parameters


class Surface(Equations):
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
