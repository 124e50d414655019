"""AMSGrad: Adam whose divisor never shrinks."""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

import numpy as np

from course_lib._validation import one_of
from course_lib.optimizers._parts import AdamRule, root, unbiased, values_at


class MomentsAndLargest(NamedTuple):
    """Averages m and v as in Adam, and the largest v̂ so far, each (*ensemble, P)."""

    m: np.ndarray
    v: np.ndarray
    v_max: np.ndarray


@dataclass(frozen=True)
class AMSGrad(AdamRule):
    """Adam's m and v, but v̂ is the largest v so far: φ ← φ - α m / (√v̂ + ε).

    A rare large gradient is never forgotten, which mends the convex problems on which Adam fails
    to converge. It is published in three forms, and they differ:

        bias_correction=None           v̂ = max v, and m as it is (the paper)
        bias_correction="after_max"    v̂ = max(v) / (1 - γ^(t+1)), m corrected too (torch)
        bias_correction="before_max"   v̂ = max(v / (1 - γ^(t+1))), m corrected too (optax)

    learning_rate, beta, gamma, epsilon : as for `Adam`; the paper has no ε

    Reference: Reddi, Kale and Kumar (2018), algorithm 2.

    >>> from course_lib.surfaces import Quadratic
    >>> rule, bowl = AMSGrad(learning_rate=0.5, beta=0.5, gamma=0.75), Quadratic([1.0])
    >>> state = MomentsAndLargest(m=np.array([4.0]), v=np.array([0.0]), v_max=np.array([9.0]))
    >>> phi, state = rule.step(np.array([2.0]), state, bowl, t=5)
    >>> phi.round(6), state.v  # v has fallen to 1; the divisor is still 3
    (array([1.5]), array([1.]))
    """

    _: KW_ONLY
    bias_correction: str | None = None

    def __post_init__(self):
        super().__post_init__()
        one_of("bias_correction", self.bias_correction, (None, "after_max", "before_max"))

    def init(self, phi) -> MomentsAndLargest:
        """m = v = v̂ = 0, each (*ensemble, P)."""
        return MomentsAndLargest(*(np.zeros_like(phi) for _ in range(3)))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, MomentsAndLargest]:
        """One step from phi (*ensemble, P)."""
        alpha, beta, gamma, epsilon = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon
        )
        before, after = (self.bias_correction == when for when in ("before_max", "after_max"))
        g = loss.gradient(phi)
        m = beta * state.m + (1 - beta) * g
        v = gamma * state.v + (1 - gamma) * g**2
        v_max = np.maximum(state.v_max, unbiased(v, self.gamma, t) if before else v)
        m_hat = unbiased(m, self.beta, t) if before or after else m
        v_hat = unbiased(v_max, self.gamma, t) if after else v_max
        return phi - alpha * m_hat / root(v_hat, epsilon), MomentsAndLargest(m, v, v_max)
