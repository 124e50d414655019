"""Newton's method (Goodfellow et al., section 8.6.1), as it is and regularised."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from course_lib._errors import wrong_shape, wrong_value
from course_lib._settings import Flag, Rate, value_at
from course_lib._validation import as_losses
from course_lib.line_search import dot
from course_lib.optimizers._parts import LineSearch, MemorylessRule, over, rate_along, values_at


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
    gradient descent with the rate 1 / `damping`. Two cures for the length:

    damping : above zero: a number, an array (*ensemble,), or a schedule
    line_search : `search(loss, phi, direction) -> α`, such as `line_search.Backtracking`, which
        tries the whole step first; None: the whole step
    adaptive : True: `damping` is only the first. A step that would raise the loss is not taken.
        Where the loss falls by more than ¾ of what the parabola gᵀd + ½ dᵀHd promised, the next
        damping is a quarter of this one; where by less than ¼, four times as much

    Reference: Goodfellow et al., section 8.6.1 (who write α for λ); Nocedal and Wright,
    sections 3.4 and 4.1, where the length of the step is bounded in the way λ adapts here.

    >>> from course_lib.surfaces import Saddle
    >>> RegularizedNewton(damping=4.0).step(np.array([4.0, 4.0]), None, Saddle(), t=0)[0]
    array([3., 6.])
    """

    damping: Rate
    _: KW_ONLY
    line_search: LineSearch | None = None
    adaptive: Flag = False

    def __post_init__(self):
        super().__post_init__()
        if self.adaptive and callable(self.damping):
            expected = "a number or an array where it is adaptive: it makes a schedule of its own"
            raise wrong_value("damping", self.damping, expected)

    def init(self, phi) -> Any:
        """The first damping (*ensemble, 1) where it adapts, else None."""
        if not self.adaptive:
            return None
        return np.zeros_like(phi[..., :1]) + value_at(self.damping, 0, phi)

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Any]:
        """One step from phi (*ensemble, P)."""
        damping = state if self.adaptive else value_at(self.damping, t, phi)
        g, hessian = loss.gradient(phi), _hessian(loss, phi)
        smallest = np.linalg.eigvalsh(_finite_or_zero(hessian))[..., :1]
        lift = damping + np.maximum(-smallest, 0)
        identity = np.eye(phi.shape[-1], dtype=phi.dtype)
        d = -_solve(hessian + lift[..., None] * identity, g)
        if self.line_search is not None:
            d = rate_along(self.line_search, loss, phi, d) * d
        if not self.adaptive:
            return phi + d, state
        gain = _gain(loss, phi, d, g, hessian)
        damping = np.where(gain > 0.75, damping / 4, np.where(gain >= 0.25, damping, 4 * damping))
        refused = (gain < 0) | (np.isnan(gain) & np.isfinite(d).all(axis=-1, keepdims=True))
        return np.where(refused, phi, phi + d), damping


def _gain(loss, phi, d, g, hessian):
    """What a step d has gained, as a share of what the parabola promised: (*ensemble, 1)."""
    promised = -dot(g, d) - dot(d, (hessian * d[..., None, :]).sum(axis=-1)) / 2
    here, there = (
        as_losses("loss(phi)", loss(point), phi.shape[:-1])[..., None] for point in (phi, phi + d)
    )
    # Near a minimum a gain is lost in the rounding of the loss: there the parabola is trusted.
    lost = promised <= np.finfo(phi.dtype).eps * np.abs(here)
    return np.where(lost, 0.5, over(here - there, promised))


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
