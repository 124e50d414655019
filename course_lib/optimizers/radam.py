"""RAdam: Adam that waits until v can be trusted."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from course_lib._errors import wrong_value
from course_lib._settings import Flag, value_at
from course_lib._validation import as_finite
from course_lib.optimizers._parts import AdamRule, Moments, power, root, unbiased, values_at


@dataclass(frozen=True)
class RAdam(AdamRule):
    """Adam with its rate scaled by r, which allows for how few gradients v has seen.

        ρ∞ = 2 / (1-γ) - 1,  ρ = ρ∞ - 2 (t+1) γ^(t+1) / (1 - γ^(t+1))
        φ ← φ - α r m̂ / (√v̂ + ε)    where ρ > threshold,
            r² = (ρ-4)(ρ-2) ρ∞ / ((ρ∞-4)(ρ∞-2) ρ)
        φ ← φ - α m̂                  elsewhere: momentum alone

    ρ is the number of gradients in the average v, in effect. torch: threshold 5, and ε added to √v
    before its correction. optax: threshold 5, and ε after it. (optax's ρ ≥ 5 and torch's ρ > 5
    are the same but for equality.)

    learning_rate, beta, gamma, epsilon : as for `Adam`; the paper has no ε
    threshold : at least 4, where the variance of 1/v̂ becomes finite; 4 in the paper
    epsilon_before_correction : whether √v̂ + ε is (√v + ε) / √(1 - γ^(t+1)) instead

    Reference: Liu et al. (2020), algorithm 2.

    >>> from course_lib.surfaces import Quadratic
    >>> rule = RAdam(learning_rate=0.5)
    >>> rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)[0]
    array([4.])
    """

    _: KW_ONLY
    threshold: float = 4.0
    epsilon_before_correction: Flag = False

    def __post_init__(self):
        super().__post_init__()
        if as_finite("threshold", self.threshold) < 4:
            raise wrong_value("threshold", self.threshold, "at least 4")

    def init(self, phi) -> Moments:
        """m = v = 0, each (*ensemble, P)."""
        return Moments(m=np.zeros_like(phi), v=np.zeros_like(phi))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Moments]:
        """One step from phi (*ensemble, P)."""
        alpha, beta, gamma, epsilon = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon
        )
        g = loss.gradient(phi)
        m = beta * state.m + (1 - beta) * g
        v = gamma * state.v + (1 - gamma) * g**2
        m_hat = unbiased(m, self.beta, t)
        if self.epsilon_before_correction:
            divisor = np.sqrt(unbiased(root(v, epsilon) ** 2, self.gamma, t))
        else:
            divisor = root(unbiased(v, self.gamma, t), epsilon)
        trusted, r = self.rectification(t, phi)
        return phi - alpha * np.where(trusted, r * m_hat / divisor, m_hat), Moments(m, v)

    def rectification(self, t, phi):
        """Whether v can be trusted at step t, and r where it can, both shaped to multiply phi."""
        decay = power(self.gamma, t + 1)
        rho_inf = 2 / (1 - self.gamma) - 1
        rho = rho_inf - 2 * (t + 1) * decay / (1 - decay)
        trusted = np.greater(rho, self.threshold)
        now, in_the_end = (np.where(trusted, (x - 4) * (x - 2) / x, 1) for x in (rho, rho_inf))
        return trusted[..., None], value_at(np.sqrt(now / in_the_end), t, phi)
