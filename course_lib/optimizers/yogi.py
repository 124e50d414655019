"""YOGI: Adam whose v moves towards g² by steps that do not depend on v."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from course_lib._settings import Flag, NotNegative, Rate
from course_lib.optimizers._parts import AdamRule, Moments, root, unbiased, values_at


@dataclass(frozen=True)
class Yogi(AdamRule):
    """v ← v - (1-γ) sign(v - g²) g²; all else as in Adam.

    Adam's v forgets large gradients as fast as it learned them; here v falls by at most (1-γ) g²
    in one step, so the rates rise slowly. The paper corrects no bias: `bias_correction=False`.
    optax corrects both, and starts m and v at 1e-6.

    learning_rate, beta, gamma, epsilon : as for `Adam`
    bias_correction : whether m and v are divided by the sum of their weights, as Adam's are
    initial_m, initial_v : where m and v start, at least 0, numbers or arrays

    Reference: Zaheer et al. (2018), algorithm 2.

    >>> from course_lib.surfaces import Quadratic
    >>> rule, bowl = Yogi(learning_rate=0.5, gamma=0.75), Quadratic([1.0])
    >>> rule.step(np.array([2.0]), Moments(m=np.zeros(1), v=np.array([9.0])), bowl, t=3)[1].v
    array([8.])
    """

    learning_rate: Rate = 0.01
    epsilon: NotNegative = 1e-3
    _: KW_ONLY
    bias_correction: Flag = True
    initial_m: NotNegative = 0.0
    initial_v: NotNegative = 0.0

    def init(self, phi) -> Moments:
        """The first m and v, each (*ensemble, P)."""
        initial_m, initial_v = values_at(0, phi, self.initial_m, self.initial_v)
        return Moments(m=np.zeros_like(phi) + initial_m, v=np.zeros_like(phi) + initial_v)

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Moments]:
        """One step from phi (*ensemble, P)."""
        alpha, beta, gamma, epsilon = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon
        )
        g = loss.gradient(phi)
        m = m_hat = beta * state.m + (1 - beta) * g
        v = v_hat = state.v - (1 - gamma) * np.sign(state.v - g**2) * g**2
        if self.bias_correction:
            m_hat, v_hat = unbiased(m, self.beta, t), unbiased(v, self.gamma, t)
        return phi - alpha * m_hat / root(v_hat, epsilon), Moments(m, v)
