"""Normalised gradients (equations 6.13 and 6.14): a step of fixed length along every axis."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from course_lib._settings import Flag, NotNegative, Rate
from course_lib.optimizers._parts import MemorylessRule, root, values_at


@dataclass(frozen=True)
class NormalizedGradient(MemorylessRule):
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

    learning_rate: Rate
    epsilon: NotNegative = 1e-8
    _: KW_ONLY
    epsilon_inside: Flag = False

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Any]:
        """One step from phi (*ensemble, P)."""
        alpha, epsilon = values_at(t, phi, self.learning_rate, self.epsilon)
        m = loss.gradient(phi)
        v = m**2
        return phi - alpha * m / root(v, epsilon, self.epsilon_inside), state
