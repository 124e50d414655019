"""Adam (equations 6.15 to 6.18), and AdamW, its form with weight decay."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from course_lib._settings import Flag, NotNegative
from course_lib.optimizers._parts import AdamRule, Moments, root, unbiased, values_at


@dataclass(frozen=True)
class Adam(AdamRule):
    """Momentum for the gradient and for its square (equations 6.15 to 6.17).

        m ← β m + (1-β) g,  v ← γ v + (1-γ) g²                (6.15)
        m̂ = m / (1 - β^(t+1)),  v̂ = v / (1 - γ^(t+1))          (6.16)
        φ ← φ - α m̂ / (√v̂ + ε)                                (6.17)

    Equation 6.17 prints √(v̂ + ε), `epsilon_inside=True`; the paper, torch and optax have ε outside.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    beta, gamma : β and γ in [0, 1), numbers or arrays (*ensemble,) (β₁ and β₂ in the paper)
    epsilon : ε, at least 0, a number or an array
    epsilon_inside : whether ε is added under the root
    bias_correction : whether equation 6.16 is used; otherwise m̂ = m and v̂ = v

    Reference: Kingma and Ba (2015), algorithm 1.

    >>> from course_lib.surfaces import Quadratic
    >>> rule = Adam(learning_rate=0.5)
    >>> phi, state = rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    >>> phi.round(6)  # the first step has the length α, whatever the gradient
    array([7.5])
    """

    _: KW_ONLY
    epsilon_inside: Flag = False
    bias_correction: Flag = True

    def init(self, phi) -> Moments:
        """m = v = 0, each (*ensemble, P)."""
        return Moments(m=np.zeros_like(phi), v=np.zeros_like(phi))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Moments]:
        """One step from phi (*ensemble, P)."""
        alpha, beta, gamma, epsilon = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon
        )
        g = loss.gradient(phi)
        m = m_hat = beta * state.m + (1 - beta) * g
        v = v_hat = gamma * state.v + (1 - gamma) * g**2
        if self.bias_correction:
            m_hat, v_hat = unbiased(m, self.beta, t), unbiased(v, self.gamma, t)
        return phi - alpha * m_hat / root(v_hat, epsilon, self.epsilon_inside), Moments(m, v)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay: φ ← φ - α m̂ / (√v̂ + ε) - α λ φ.

    Adam on a loss with an L2 penalty divides the penalty's pull by √v̂ as well, so that parameters
    with large gradients decay least; here all decay alike. torch and optax have α λ as above; the
    paper has λ times the factor of its schedule, without α.

    learning_rate, beta, gamma, epsilon, epsilon_inside, bias_correction : as for Adam
    weight_decay : λ, at least 0, a number or an array (*ensemble,)

    Reference: Loshchilov and Hutter (2019), algorithm 2.

    >>> from course_lib.surfaces import Quadratic
    >>> rule = AdamW(learning_rate=0.5, weight_decay=0.25)
    >>> phi, state = rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    >>> phi.round(6)
    array([6.5])
    """

    _: KW_ONLY
    weight_decay: NotNegative = 0.01

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Moments]:
        """One step of Adam from phi (*ensemble, P), and the decay of phi."""
        alpha, decay = values_at(t, phi, self.learning_rate, self.weight_decay)
        stepped, state = super().step(phi, state, loss, t)
        return stepped - alpha * decay * phi, state
