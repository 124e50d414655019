"""AdaGrad: the rate of every parameter shrinks with the gradients that it has seen."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from course_lib._settings import Flag, NotNegative, Rate
from course_lib.optimizers._parts import CheckedRule, root, values_at


@dataclass(frozen=True)
class AdaGrad(CheckedRule):
    """v ← v + g²,  φ ← φ - α g / (√v + ε).

    torch: ε = 1e-10. optax: ε = 1e-7 inside the root, and v starts at 0.1.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    epsilon : ε, at least 0, a number or an array (*ensemble,)
    epsilon_inside : whether ε is added under the root
    initial_v : where v starts, at least 0, a number or an array

    Reference: Duchi et al. (2011); CS231n; Goodfellow et al., algorithm 8.4.

    >>> from course_lib.surfaces import Quadratic
    >>> rule, bowl = AdaGrad(learning_rate=1.0), Quadratic([1.0])
    >>> phi, v = rule.step(np.array([3.0]), np.array([16.0]), bowl, t=1)  # v becomes 25
    >>> phi.round(6), v
    (array([2.4]), array([25.]))
    """

    learning_rate: Rate
    epsilon: NotNegative = 1e-8
    _: KW_ONLY
    epsilon_inside: Flag = False
    initial_v: NotNegative = 0.0

    def init(self, phi) -> np.ndarray:
        """The first v, shape (*ensemble, P)."""
        (initial_v,) = values_at(0, phi, self.initial_v)
        return np.zeros_like(phi) + initial_v

    def step(self, phi, v, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), with the sum of squares v."""
        alpha, epsilon = values_at(t, phi, self.learning_rate, self.epsilon)
        g = loss.gradient(phi)
        v = v + g**2
        return phi - alpha * g / root(v, epsilon, self.epsilon_inside), v
