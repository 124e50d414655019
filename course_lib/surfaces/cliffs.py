"""Two hard landscapes: the cliff of an unrolled recurrence, and a valley behind a hill."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib._validation import as_finite, at_least
from course_lib.surfaces.valleys import Surface


@dataclass(frozen=True)
class Recurrence(Surface):
    """(h_T - y)² with hₜ₊₁ = tanh(w hₜ + b) from h₀ = 0 on, for φ = [w, b]: a cliff along b = 0.

    The same weight acts T times. At b = 0 the state stays 0, and ∂h_T/∂b is 1 + w + … + wᵀ⁻¹. With
    w > 1 the least b decides to which of two ends, above 0 or below, the state runs.

    steps : T, at least 1
    target : y
    Reference: Pascanu, Mikolov and Bengio, 2013.
    Source: the notes on *Deep Learning*, cliffs and exploding gradients.

    >>> Recurrence(steps=3, target=-0.5).gradient([2.0, 0.0])  # 2 (0 + 0.5) (1 + 2 + 4)
    array([0., 7.])
    """

    steps: int = 10
    target: float = 0.7

    def __post_init__(self):
        at_least("steps", self.steps, 1)
        as_finite("target", self.target)

    def value(self, x, y) -> Any:
        h = np.zeros_like(x)
        for _ in range(self.steps):
            h = np.tanh(x * h + y)
        return (h - self.target) ** 2

    def slopes(self, x, y) -> tuple[Any, Any]:
        h = along_x = along_y = np.zeros_like(x)
        for _ in range(self.steps):
            along_x, along_y = h + x * along_x, 1 + x * along_y  # of x h + y
            h = np.tanh(x * h + y)
            along_x, along_y = (1 - h**2) * along_x, (1 - h**2) * along_y
        miss = 2 * (h - self.target)
        return miss * along_x, miss * along_y

    def curvatures(self, x, y) -> tuple[Any, Any, Any]:
        h = hx = hy = hxx = hxy = hyy = np.zeros_like(x)  # h and its derivatives
        for _ in range(self.steps):
            # Those of z = x h + y ...
            zx, zy = h + x * hx, 1 + x * hy
            zxx, zxy, zyy = 2 * hx + x * hxx, hy + x * hxy, x * hyy
            h = np.tanh(x * h + y)
            # ... and by the chain rule those of tanh(z), whose slope is 1 - h².
            slope, bend = 1 - h**2, -2 * h * (1 - h**2)
            hx, hy = slope * zx, slope * zy
            hxx, hyy = bend * zx * zx + slope * zxx, bend * zy * zy + slope * zyy
            hxy = bend * zx * zy + slope * zxy
        miss = h - self.target
        return 2 * (hx**2 + miss * hxx), 2 * (hx * hy + miss * hxy), 2 * (hy**2 + miss * hyy)


@dataclass(frozen=True)
class HiddenValley(Surface):
    """A round hill at the origin; behind it, at (3, 0), a valley; on this side a gentle slope.

    3 exp(-r²/2) - 3 exp(-d²/2.88) + 0.3 ln(1 + eˣ), with r and d the distances to hilltop and
    valley. On the left the slope falls towards 0 for ever, and has no lowest point.

    Source: the notes on *Deep Learning*, local and global structure.

    >>> HiddenValley()([[3.0, 0.0], [-6.0, 0.0]]).round(3)
    array([-2.052e+00,  1.000e-03])
    """

    def value(self, x, y) -> Any:
        hill, valley, _ = self._parts(x, y)
        return hill - valley + 0.3 * np.logaddexp(0, x)

    def slopes(self, x, y) -> tuple[Any, Any]:
        hill, valley, share = self._parts(x, y)
        return -x * hill + (x - 3) / 1.44 * valley + 0.3 * share, -y * hill + y / 1.44 * valley

    def curvatures(self, x, y) -> tuple[Any, Any, Any]:
        hill, valley, share = self._parts(x, y)
        u, v = (x - 3) / 1.44, y / 1.44
        return (
            (x * x - 1) * hill + (1 / 1.44 - u * u) * valley + 0.3 * share * (1 - share),
            x * y * hill - u * v * valley,
            (y * y - 1) * hill + (1 / 1.44 - v * v) * valley,
        )

    @staticmethod
    def _parts(x, y):
        """The hill, the valley, and the slope of ln(1 + eˣ)."""
        return (
            3 * np.exp(-(x * x + y * y) / 2),
            3 * np.exp(-((x - 3) ** 2 + y * y) / 2.88),
            (1 + np.tanh(x / 2)) / 2,
        )
