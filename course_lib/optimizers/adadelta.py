"""AdaDelta: RMSProp whose rate is the size of its own past steps."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import Positive, Rate, Share
from course_lib.optimizers._parts import CheckedRule, root, values_at


class Squares(NamedTuple):
    """Averages of the squared gradient, v, and of the squared step, u, each (*ensemble, P)."""

    v: np.ndarray
    u: np.ndarray


@dataclass(frozen=True)
class AdaDelta(CheckedRule):
    """v ← γ v + (1-γ) g²,  Δ = √(u+ε)/√(v+ε) g,  u ← γ u + (1-γ) Δ²,  φ ← φ - α Δ.

    Δ has the units of φ whatever those of the loss, so α is 1 in the paper. u gathers the step
    before α multiplies it. ε is inside both roots: it is what the first steps are made of.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    gamma : γ in [0, 1), a number or an array (*ensemble,) (ρ in the paper, torch and optax)
    epsilon : ε, above zero, a number or an array (1e-6 in torch and optax)

    Reference: Zeiler (2012), algorithm 1.

    >>> from course_lib.surfaces import Quadratic
    >>> rule = AdaDelta(gamma=0.75, epsilon=0.25)
    >>> state = Squares(v=np.array([5.0]), u=np.array([2.0]))
    >>> phi, state = rule.step(np.array([4.0]), state, Quadratic([1.0]), t=1)
    >>> phi, state.v  # Δ = √2.25 / √8 · 4
    (array([1.87867966]), array([7.75]))
    """

    learning_rate: Rate = 1.0
    gamma: Share = 0.9
    epsilon: Positive = 1e-6

    def init(self, phi) -> Squares:
        """v = u = 0, each (*ensemble, P)."""
        return Squares(v=np.zeros_like(phi), u=np.zeros_like(phi))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Squares]:
        """One step from phi (*ensemble, P)."""
        alpha, gamma, epsilon = values_at(t, phi, self.learning_rate, self.gamma, self.epsilon)
        g = loss.gradient(phi)
        v = gamma * state.v + (1 - gamma) * g**2
        delta = np.sqrt(state.u + epsilon) / root(v, epsilon, inside=True) * g
        u = gamma * state.u + (1 - gamma) * delta**2
        return phi - alpha * delta, Squares(v, u)
