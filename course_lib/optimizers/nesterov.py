"""Nesterov's accelerated momentum (equation 6.12): the gradient at the point looked ahead to."""

from dataclasses import dataclass

import numpy as np

from course_lib._settings import value_at
from course_lib.optimizers._parts import MomentumRule, values_at


@dataclass(frozen=True)
class Nesterov(MomentumRule):
    """m ← β m + (1-β) ∂L[φ - α β m]/∂φ,  φ ← φ - α m (equation 6.12, corrected).

    φ - α β m is where momentum alone would lead. `NesterovAsPrinted` looks further ahead. The
    path is that of `VelocityNesterov` at the rate α(1-β), while α and β are constant.

    learning_rate : α, above zero: a number, an array (*ensemble,), or a schedule t -> α
    beta : β in [0, 1), likewise

    Reference: Nesterov (1983); Sutskever et al. (2013).

    >>> from course_lib.surfaces import Quadratic
    >>> rule = Nesterov(learning_rate=0.5, beta=0.5)
    >>> rule.step(np.array([8.0]), np.array([8.0]), Quadratic([1.0]), t=1)  # looks at 6
    (array([4.5]), array([7.]))
    """

    def step(self, phi, m, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), along the average m."""
        alpha, beta = values_at(t, phi, self.learning_rate, self.beta)
        m = beta * m + (1 - beta) * loss.gradient(phi - alpha * beta * m)
        return phi - alpha * m, m


@dataclass(frozen=True)
class NesterovAsPrinted(MomentumRule):
    """m ← β m + (1-β) ∂L[φ - α m]/∂φ,  φ ← φ - α m (equation 6.12, as printed).

    The printed equation looks 1/β times as far ahead as momentum leads. The book's list of errata
    puts it right: `Nesterov`.

    learning_rate, beta : as for `Nesterov`

    >>> from course_lib.surfaces import Quadratic
    >>> rule = NesterovAsPrinted(learning_rate=0.5, beta=0.5)
    >>> rule.step(np.array([8.0]), np.array([8.0]), Quadratic([1.0]), t=1)  # looks at 4
    (array([5.]), array([6.]))
    """

    def step(self, phi, m, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), along the average m."""
        alpha, beta = values_at(t, phi, self.learning_rate, self.beta)
        m = beta * m + (1 - beta) * loss.gradient(phi - alpha * m)
        return phi - alpha * m, m


@dataclass(frozen=True)
class VelocityNesterov(MomentumRule):
    """v ← β v - α ∂L[φ + β v]/∂φ,  φ ← φ + v (CS231n; Goodfellow et al., algorithm 8.3).

    learning_rate, beta : as for `Nesterov`

    >>> from course_lib.surfaces import Quadratic
    >>> rule = VelocityNesterov(learning_rate=0.5, beta=0.5)
    >>> rule.step(np.array([8.0]), np.array([-4.0]), Quadratic([1.0]), t=1)  # looks at 6
    (array([3.]), array([-5.]))
    """

    def step(self, phi, v, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), by the velocity v."""
        alpha, beta = values_at(t, phi, self.learning_rate, self.beta)
        v = beta * v - alpha * loss.gradient(phi + beta * v)
        return phi + v, v


@dataclass(frozen=True)
class RewrittenNesterov(MomentumRule):
    """v' = β v - α g,  φ ← φ - β v + (1+β) v' (CS231n's rewritten form).

    The φ of this rule are the points φ + β v that `VelocityNesterov` looks at, so that the
    gradient g is always taken at φ itself. torch and optax (`nesterov=True`) walk on the same
    points, with the rate outside v: the same path while α is constant. Where β is a schedule, the
    step leaves by its value now and arrives by the next: φ - β[t] v + (1 + β[t+1]) v'.

    learning_rate, beta : as for `Nesterov`

    >>> from course_lib.surfaces import Quadratic
    >>> rule = RewrittenNesterov(learning_rate=0.5, beta=0.5)
    >>> rule.step(np.array([6.0]), np.array([-4.0]), Quadratic([1.0]), t=1)
    (array([0.5]), array([-5.]))
    """

    def step(self, phi, v, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), the point looked ahead to."""
        alpha, beta = values_at(t, phi, self.learning_rate, self.beta)
        next_beta = value_at(self.beta, t + 1, phi)
        next_v = beta * v - alpha * loss.gradient(phi)
        return phi - beta * v + (1 + next_beta) * next_v, next_v
