"""Gradient descent (equation 6.3), with a fixed rate, a schedule or a line search."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from course_lib._settings import Rate, value_at
from course_lib.optimizers._parts import LineSearch, MemorylessRule, rate_along


@dataclass(frozen=True)
class GradientDescent(MemorylessRule):
    """φ ← φ - α ∂L/∂φ (equation 6.3).

    Give exactly one of the two:

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    line_search : `search(loss, phi, direction) -> α`, such as `line_search.Bracketing`

    >>> from course_lib.surfaces import Quadratic
    >>> rule = GradientDescent(learning_rate=0.25)
    >>> rule.step(np.array([4.0]), rule.init([4.0]), Quadratic([2.0]), t=0)
    (array([2.]), None)
    """

    learning_rate: Rate | None = None
    _: KW_ONLY
    line_search: LineSearch | None = None

    def __post_init__(self):
        super().__post_init__()
        if (self.learning_rate is None) == (self.line_search is None):
            raise ValueError(
                f"learning_rate is {self.learning_rate!r} and line_search is "
                f"{self.line_search!r}, expected exactly one of them"
            )

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Any]:
        """One step downhill from phi (*ensemble, P)."""
        gradient = loss.gradient(phi)
        if self.line_search is None:
            alpha = value_at(self.learning_rate, t, phi)
        else:
            alpha = rate_along(self.line_search, loss, phi, -gradient)
        return phi - alpha * gradient, state
