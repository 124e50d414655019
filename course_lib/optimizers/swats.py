"""SWATS: Adam first, then momentum, at a rate read off Adam's own steps."""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import NotNegative, Positive
from course_lib.optimizers._parts import AdamRule, root, unbiased, values_at


class SWATSState(NamedTuple):
    """Averages m and v as in Adam, each (*ensemble, P); and, each (*ensemble, 1):

    mean_rate : the average λ of the rates that would have matched Adam's steps
    switched : whether momentum has taken over
    rate : Λ, the rate it goes on with
    """

    m: np.ndarray
    v: np.ndarray
    mean_rate: np.ndarray
    switched: np.ndarray
    rate: np.ndarray


@dataclass(frozen=True)
class SWATS(AdamRule):
    """Adam until a fixed rate would do as well, then momentum at that rate.

    While Adam steps by p = -α m̂ / (√v̂ + ε'), where ε' = ε / √(1 - γ^(t+1)):

        ρ = pᵀp / (-pᵀg),  λ ← γ λ + (1-γ) ρ,  Λ = λ / (1 - γ^(t+1))    unless pᵀg = 0

    ρ is the rate at which gradient descent's step, projected on Adam's, is Adam's. Once |Λ - ρ| is
    below the tolerance, after the first step, Λ is held and momentum starts from m = 0:

        m ← β m + (1-β) g,  φ ← φ - Λ m

    The paper writes these two as v ← β v + g, w ← w - (1-β) Λ v. Where Adam climbs, ρ is negative;
    nothing in the paper keeps Λ from being so, and here a switch waits until Λ is above zero.

    learning_rate, beta, gamma, epsilon : as for `Adam`
    tolerance : above zero, a number or an array; the paper has one ε for both

    Each member of an ensemble switches by itself. Reference: Keskar and Socher (2017), algorithm 1
    (where ρ is called γ).

    >>> from course_lib.surfaces import Quadratic
    >>> rule, bowl = SWATS(learning_rate=0.5, beta=0.5, gamma=0.5, tolerance=1.0), Quadratic([2.0])
    >>> phi, state = np.array([4.0]), rule.init(np.array([4.0]))
    >>> for t in range(2):
    ...     phi, state = rule.step(phi, state, bowl, t)
    >>> state.switched, state.rate.round(3)  # from step 2 on: momentum at this rate
    (array([ True]), array([0.068]))
    """

    epsilon: NotNegative = 1e-9
    _: KW_ONLY
    tolerance: Positive = 1e-9

    def init(self, phi) -> SWATSState:
        """Adam's phase: m = v = λ = 0, not switched."""
        zero = np.zeros_like(phi[..., :1])
        return SWATSState(
            np.zeros_like(phi), np.zeros_like(phi), mean_rate=zero, switched=zero > 0, rate=zero
        )

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, SWATSState]:
        """One step from phi (*ensemble, P)."""
        alpha, beta, gamma, epsilon, tolerance = values_at(
            t, phi, self.learning_rate, self.beta, self.gamma, self.epsilon, self.tolerance
        )
        g = loss.gradient(phi)
        m = beta * state.m + (1 - beta) * g
        v = gamma * state.v + (1 - gamma) * g**2
        divisor = np.sqrt(unbiased(root(v, epsilon) ** 2, self.gamma, t))
        p = -alpha * unbiased(m, self.beta, t) / divisor
        phi = phi + np.where(state.switched, -state.rate * m, p)

        downhill = -_dot(p, g)
        moving = downhill != 0
        matching = np.divide(_dot(p, p), downhill, out=np.zeros_like(downhill), where=moving)
        mean_rate = gamma * state.mean_rate + (1 - gamma) * matching
        mean_rate = np.where(moving, mean_rate, state.mean_rate)
        rate = unbiased(mean_rate, self.gamma, t)
        settled = moving & (np.abs(rate - matching) < tolerance) & (rate > 0) & (t > 0)
        switching = settled & ~state.switched
        return phi, SWATSState(
            m=np.where(switching, 0, m),
            v=v,
            mean_rate=mean_rate,
            switched=state.switched | settled,
            rate=np.where(switching, rate, state.rate),
        )


def _dot(a, b):
    return (a * b).sum(axis=-1, keepdims=True)
