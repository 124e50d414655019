"""Momentum (equation 6.11), in the three forms in use."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from course_lib._settings import Share
from course_lib.optimizers._parts import MomentumRule, values_at


@dataclass(frozen=True)
class Momentum(MomentumRule):
    """m ← β m + (1-β) g,  φ ← φ - α m,  where g = ∂L/∂φ (equation 6.11).

    m is an average of the gradients so far. Both steps together are those of `VelocityMomentum`
    and `BufferMomentum` at the rate α(1-β), while α and β are constant; optax calls this
    `ema(debias=False)`. It is not torch's SGD with `dampening=β`, whose first b is g.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    beta : β in [0, 1), likewise

    Reference: Polyak (1964).

    >>> from course_lib.surfaces import Quadratic
    >>> rule = Momentum(learning_rate=0.5, beta=0.75)
    >>> rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    (array([7.]), array([2.]))
    """

    def step(self, phi, m, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), along the average m."""
        alpha, beta = values_at(t, phi, self.learning_rate, self.beta)
        m = beta * m + (1 - beta) * loss.gradient(phi)
        return phi - alpha * m, m


@dataclass(frozen=True)
class VelocityMomentum(MomentumRule):
    """v ← β v - α g,  φ ← φ + v (CS231n; Goodfellow et al., algorithm 8.2).

    The rate is inside v, so a schedule changes new gradients only; `BufferMomentum` keeps it
    outside. With gradients all alike v grows to -α g / (1-β).

    learning_rate, beta : as for `Momentum` (β is μ in CS231n, α in Goodfellow et al.)

    >>> from course_lib.surfaces import Quadratic
    >>> rule = VelocityMomentum(learning_rate=0.125, beta=0.75)
    >>> rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    (array([7.]), array([-1.]))
    """

    def step(self, phi, v, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), by the velocity v."""
        alpha, beta = values_at(t, phi, self.learning_rate, self.beta)
        v = beta * v - alpha * loss.gradient(phi)
        return phi + v, v


@dataclass(frozen=True)
class BufferMomentum(MomentumRule):
    """b ← β b + (1-d) g,  φ ← φ - α b;  the first b is g, undamped (torch.optim.SGD).

    With d = 0 also D2L's form and `optax.trace`. The rate is outside b, so a schedule changes old
    gradients too; `VelocityMomentum` keeps it inside.

    learning_rate, beta : as for `Momentum`
    dampening : d in [0, 1), a number or an array (*ensemble,)

    >>> from course_lib.surfaces import Quadratic
    >>> rule = BufferMomentum(learning_rate=0.125, beta=0.75)
    >>> rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    (array([7.]), array([8.]))
    """

    _: KW_ONLY
    dampening: Share = 0.0

    def step(self, phi, b, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), along the buffer b."""
        alpha, beta, damping = values_at(t, phi, self.learning_rate, self.beta, self.dampening)
        g = loss.gradient(phi)
        b = g if t == 0 else beta * b + (1 - damping) * g
        return phi - alpha * b, b
