"""Normalised gradients (equations 6.13 and 6.14): a step of fixed length along every axis."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from course_lib._settings import as_rate, settle
from course_lib._validation import as_flag, not_negative
from course_lib.optimizers._parts import CheckedRule, root, values_at


@dataclass(frozen=True)
class NormalizedGradient(CheckedRule):
    """m = g,  v = g²,  φ ← φ - α m / (√v + ε) (equations 6.13 and 6.14).

    Every coordinate moves by nearly α against the sign of its slope, so the path bounces around
    a minimum. Equation 6.14 prints √(v + ε): `epsilon_inside=True`.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    epsilon : ε, at least 0, a number or an array (*ensemble,)
    epsilon_inside : whether ε is added under the root

    >>> from course_lib.surfaces import Quadratic
    >>> rule = NormalizedGradient(learning_rate=0.5)
    >>> phi, state = rule.step(np.array([8.0, -3.0]), None, Quadratic([1.0, 40.0]), t=0)
    >>> phi.round(6)
    array([ 7.5, -2.5])
    """

    learning_rate: float | np.ndarray | Callable
    epsilon: float | np.ndarray = 1e-8
    _: KW_ONLY
    epsilon_inside: bool = False

    def __post_init__(self):
        settle(self, learning_rate=as_rate, epsilon=not_negative)
        as_flag("epsilon_inside", self.epsilon_inside)

    def init(self, phi) -> Any:
        """Normalised gradients remember nothing."""
        return None

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Any]:
        """One step from phi (*ensemble, P)."""
        alpha, epsilon = values_at(t, phi, self.learning_rate, self.epsilon)
        m = loss.gradient(phi)
        v = m**2
        return phi - alpha * m / root(v, epsilon, self.epsilon_inside), state
