"""NAdam: Adam with Nesterov's look-ahead."""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import NotNegativeNumber, Rate
from course_lib.optimizers._parts import AdamRule, root, unbiased, values_at


class MomentsAndProduct(NamedTuple):
    """Averages m and v as in Adam, and the product of every μ so far, (*ensemble, 1)."""

    m: np.ndarray
    v: np.ndarray
    product: np.ndarray


@dataclass(frozen=True)
class NAdam(AdamRule):
    """Adam with the m̂ of one step ahead: the next share of m, and this step's share of g.

        m̂ = μ[t+1] m / (1 - μ[0] … μ[t+1]) + (1 - μ[t]) g / (1 - μ[0] … μ[t])
        φ ← φ - α m̂ / (√v̂ + ε)

    With `momentum_decay=None` every μ is β (optax). With a number ψ, μ[t] = β (1 - ½ 0.96^(ψ(t+1)))
    grows from β/2 to β (torch, where ψ = 0.004); m itself is averaged with β in either case.

    learning_rate, beta, gamma, epsilon : as for `Adam`
    momentum_decay : ψ, at least 0, or None

    Reference: Dozat (2016).

    >>> from course_lib.surfaces import Quadratic
    >>> rule = NAdam(learning_rate=0.5, beta=0.5)
    >>> phi, state = rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    >>> phi.round(6)  # m̂ is 1/3 g + g, where Adam has g
    array([7.333333])
    """

    learning_rate: Rate = 0.002
    _: KW_ONLY
    momentum_decay: NotNegativeNumber | None = None

    def init(self, phi) -> MomentsAndProduct:
        """m = v = 0, each (*ensemble, P), and a product of no factors, 1."""
        return MomentsAndProduct(np.zeros_like(phi), np.zeros_like(phi), np.ones_like(phi[..., :1]))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, MomentsAndProduct]:
        """One step from phi (*ensemble, P)."""
        alpha, beta, gamma, epsilon = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon
        )
        mu, next_mu = self._mu(beta, t), self._mu(beta, t + 1)
        product = mu * state.product
        g = loss.gradient(phi)
        m = beta * state.m + (1 - beta) * g
        v = gamma * state.v + (1 - gamma) * g**2
        m_hat = next_mu * m / (1 - next_mu * product) + (1 - mu) * g / (1 - product)
        v_hat = unbiased(v, self.gamma, t)
        return phi - alpha * m_hat / root(v_hat, epsilon), MomentsAndProduct(m, v, product)

    def _mu(self, beta, t):
        if self.momentum_decay is None:
            return beta
        return beta * (1 - 0.5 * 0.96 ** (self.momentum_decay * (t + 1)))
