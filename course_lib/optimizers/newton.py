"""Newton's method (Goodfellow et al., section 8.6.1), as it is and regularised."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib._errors import wrong_shape
from course_lib._settings import Rate
from course_lib.optimizers._parts import MemorylessRule, values_at


@dataclass(frozen=True)
class Newton(MemorylessRule):
    """φ ← φ - α H⁻¹ g, where g = ∂L/∂φ and H is the Hessian.

    With α = 1 it jumps to where the quadratic that fits the loss at φ is flat: the minimum of a
    bowl in one step (claim cl-37). Flat is not low: near a saddle or a maximum it is drawn there
    (claim cl-20). Where H is singular there is no such place, or no single one: not a number.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α

    Reference: Nocedal and Wright, equation 2.15; Goodfellow et al., algorithm 8.8.

    >>> from course_lib.surfaces import Quadratic
    >>> rule, bowl = Newton(), Quadratic([1.0, 9.0], centre=[2.0, 3.0])
    >>> rule.step(np.array([8.0, 8.0]), None, bowl, t=0)
    (array([2., 3.]), None)
    """

    learning_rate: Rate = 1.0

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Any]:
        """One step from phi (*ensemble, P)."""
        (alpha,) = values_at(t, phi, self.learning_rate)
        g, hessian = loss.gradient(phi), _hessian(loss, phi)
        return phi - alpha * _solve(hessian, g), state


@dataclass(frozen=True)
class RegularizedNewton(MemorylessRule):
    """φ ← φ - (H + λI)⁻¹ g, where λ makes every eigenvalue of H + λI positive.

    λ = `damping` wherever H has no negative eigenvalue; elsewhere λ = `damping` - λmin(H), so that
    the smallest eigenvalue of H + λI is `damping`. The direction then leads downhill, and away
    from saddles; the step may be far too long, and end higher, where the curvature changes along
    it or `damping` is small. Close to zero `damping` gives Newton's method on a bowl; when large,
    gradient descent with the rate 1 / `damping`.

    damping : above zero: a number, an array (*ensemble,), or a schedule

    Reference: Goodfellow et al., section 8.6.1 (who write α for λ); Nocedal and Wright,
    section 3.4.

    >>> from course_lib.surfaces import Saddle
    >>> RegularizedNewton(damping=4.0).step(np.array([4.0, 4.0]), None, Saddle(), t=0)[0]
    array([3., 6.])
    """

    damping: Rate

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Any]:
        """One step from phi (*ensemble, P)."""
        (damping,) = values_at(t, phi, self.damping)
        g, hessian = loss.gradient(phi), _hessian(loss, phi)
        smallest = np.linalg.eigvalsh(_finite_or_zero(hessian))[..., :1]
        lift = damping + np.maximum(-smallest, 0)
        identity = np.eye(phi.shape[-1], dtype=phi.dtype)
        return phi - _solve(hessian + lift[..., None] * identity, g), state


def _hessian(loss, phi):
    """The Hessian (*ensemble, P, P), in the type of phi."""
    if not hasattr(loss, "hessian"):
        whole = getattr(loss, "whole", loss)
        raise TypeError(f"loss is {whole!r}: it has no `hessian`, which Newton's method needs")
    hessian = np.asarray(loss.hessian(phi), phi.dtype)
    expected = (*phi.shape, phi.shape[-1])
    if hessian.shape != expected:
        raise wrong_shape("loss.hessian(phi)", hessian, expected)
    return hessian


def _solve(matrix, vector):
    """x in A x = b for each member; nan for a member whose matrix is singular or not finite.

    But where b = 0 there is nothing to solve: x = 0.
    """
    at_rest = (vector == 0).all(axis=-1)[..., None]
    matrix = _finite_or_zero(matrix)
    sign, _ = np.linalg.slogdet(matrix)
    regular = (sign != 0)[..., None, None]
    # One singular matrix would end the work of all: an identity takes its place.
    matrix = np.where(regular, matrix, np.eye(matrix.shape[-1], dtype=matrix.dtype))
    solution = np.linalg.solve(matrix, vector[..., None])[..., 0]
    return np.where(regular[..., 0] | at_rest, solution, np.nan)


def _finite_or_zero(matrix):
    """The matrices, with zeros for those that hold anything but finite numbers."""
    return np.where(np.isfinite(matrix).all(axis=(-2, -1), keepdims=True), matrix, 0)
