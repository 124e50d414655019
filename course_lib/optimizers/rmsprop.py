"""RMSProp: AdaGrad that forgets, plain, centred, and with Nesterov's momentum."""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import AnyShare, Flag, NotNegative, Rate, Share
from course_lib.optimizers._parts import CheckedRule, Moments, root, values_at


@dataclass(frozen=True)
class RMSProp(CheckedRule):
    """v ← γ v + (1-γ) g²,  φ ← φ - α g / (√v + ε).

    Centred, the divisor is √(v - m²) + ε with m ← γ m + (1-γ) g: the spread of the gradients, not
    their size. torch: γ = 0.99. optax: ε inside the root. Neither corrects the bias by default.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    gamma : γ in [0, 1), a number or an array (*ensemble,)
    epsilon : ε, at least 0, a number or an array
    epsilon_inside : whether ε is added under the root
    centered : whether the square of the mean gradient is taken off

    Reference: Hinton et al. (2012); CS231n; Goodfellow et al., algorithm 8.5; centred: Graves
    (2013).

    >>> from course_lib.surfaces import Quadratic
    >>> rule = RMSProp(learning_rate=0.5, gamma=0.75)
    >>> phi, state = rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    >>> phi.round(6), state.v  # v is a quarter of g² so far, so the first step is twice α
    (array([7.]), array([16.]))
    """

    learning_rate: Rate
    gamma: Share = 0.9
    epsilon: NotNegative = 1e-8
    _: KW_ONLY
    epsilon_inside: Flag = False
    centered: Flag = False

    def init(self, phi) -> Moments:
        """m = v = 0, each (*ensemble, P); m is used by the centred form only."""
        return Moments(m=np.zeros_like(phi), v=np.zeros_like(phi))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Moments]:
        """One step from phi (*ensemble, P)."""
        alpha, gamma, epsilon = values_at(t, phi, self.learning_rate, self.gamma, self.epsilon)
        g = loss.gradient(phi)
        m, v = state.m, gamma * state.v + (1 - gamma) * g**2
        spread = v
        if self.centered:
            m = gamma * m + (1 - gamma) * g
            spread = np.maximum(v - m**2, 0)  # rounding may leave it just below zero
        return phi - alpha * g / root(spread, epsilon, self.epsilon_inside), Moments(m, v)


class VelocityAndSquare(NamedTuple):
    """The velocity u, and the average v of the squared gradient, each (*ensemble, P)."""

    u: np.ndarray
    v: np.ndarray


@dataclass(frozen=True)
class RMSPropNesterov(CheckedRule):
    """g = ∂L[φ + β u]/∂φ,  v ← γ v + (1-γ) g²,  u ← β u - α g / (√v + ε),  φ ← φ + u.

    `VelocityNesterov` with RMSProp's rates; with one rate for all it would be that rule.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    beta : β in [0, 1), likewise
    gamma : γ in [0, 1), a number or an array (*ensemble,)
    epsilon : ε, at least 0, a number or an array
    epsilon_inside : whether ε is added under the root

    Reference: Goodfellow et al., algorithm 8.6, where α, ρ, ε and v are our β, γ, α and u.

    >>> from course_lib.surfaces import Quadratic
    >>> rule = RMSPropNesterov(learning_rate=0.5, beta=0.5, gamma=0.75)
    >>> state = VelocityAndSquare(u=np.array([-2.0]), v=np.array([16.0]))
    >>> phi, state = rule.step(np.array([5.0]), state, Quadratic([1.0]), t=1)  # looks at 4
    >>> phi.round(6), state.v
    (array([3.5]), array([16.]))
    """

    learning_rate: Rate
    beta: AnyShare = 0.9
    gamma: Share = 0.9
    epsilon: NotNegative = 1e-8
    _: KW_ONLY
    epsilon_inside: Flag = False

    def init(self, phi) -> VelocityAndSquare:
        """u = v = 0, each (*ensemble, P)."""
        return VelocityAndSquare(u=np.zeros_like(phi), v=np.zeros_like(phi))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, VelocityAndSquare]:
        """One step from phi (*ensemble, P), by the velocity u."""
        alpha, beta, gamma, epsilon = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon
        )
        g = loss.gradient(phi + beta * state.u)
        v = gamma * state.v + (1 - gamma) * g**2
        u = beta * state.u - alpha * g / root(v, epsilon, self.epsilon_inside)
        return phi + u, VelocityAndSquare(u, v)
