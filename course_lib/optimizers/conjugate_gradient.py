"""Non-linear conjugate gradient: each direction makes use of the one before."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib._validation import one_of
from course_lib.line_search import Remembered, Wolfe, dot
from course_lib.optimizers._parts import CheckedRule, LineSearch, first_rate, over, rate_along


def fletcher_reeves(g, before):
    """β = gᵀg / g₋ᵀg₋, where g₋ is the gradient before (Nocedal and Wright, equation 5.41a)."""
    return over(dot(g, g), dot(before, before))


def polak_ribiere(g, before):
    """β = max(0, gᵀ(g - g₋) / g₋ᵀg₋) (equations 5.44 and 5.45)."""
    return np.maximum(0, over(dot(g, g - before), dot(before, before)))


BETAS = {"polak-ribiere": polak_ribiere, "fletcher-reeves": fletcher_reeves}


class LastStep(NamedTuple):
    """Its gradient and direction, (*ensemble, P), and its rate, (*ensemble, 1)."""

    g: np.ndarray
    direction: np.ndarray
    alpha: np.ndarray


@dataclass(frozen=True)
class ConjugateGradient(CheckedRule):
    """d ← -g + β d,  φ ← φ + α d, with α from a line search.

    On a bowl of P parameters, with an exact search, every direction is conjugate to all those
    before (dᵀ H d' = 0) and P steps reach the minimum. Elsewhere it starts anew with d = -g
    wherever d does not lead downhill, and after a search that found no lower point. For the loss of
    all the examples: the gradients of two batches have little to say of one another.

    beta : "polak-ribiere" (never below zero, often called PR+) or "fletcher-reeves", with which one
        step that was far too short may be followed by many more of them
    line_search : `search(loss, phi, direction) -> α`

    Reference: Nocedal and Wright, Numerical Optimization, algorithm 5.4.

    >>> from course_lib.descent import descend
    >>> from course_lib.surfaces import Rosenbrock
    >>> descend(Rosenbrock(), [-1.2, 1.0], ConjugateGradient(), steps=40).final.round(6)
    array([1., 1.])
    """

    beta: str = "polak-ribiere"
    line_search: LineSearch = Wolfe(curvature=0.1)

    def __post_init__(self):
        super().__post_init__()
        one_of("beta", self.beta, tuple(BETAS))

    def init(self, phi) -> LastStep:
        """No step yet: a direction and a gradient of zero."""
        return LastStep(np.zeros_like(phi), np.zeros_like(phi), np.zeros_like(phi[..., :1]))

    def step(self, phi, last, loss, t) -> tuple[np.ndarray, LastStep]:
        """One step from phi (*ensemble, P)."""
        loss = Remembered(loss)
        g = loss.gradient(phi)
        direction = -g + BETAS[self.beta](g, last.g) * last.direction
        good = (dot(g, direction) < 0) & (last.alpha > 0)
        direction = np.where(good, direction, -g)
        # Rates change little from step to step, but a search begins with the rate 1. So it is given
        # the direction times the last rate: then its first trial is the last rate once more.
        usual = np.where(last.alpha > 0, last.alpha, first_rate(direction))
        scaled = usual * direction
        rate = rate_along(self.line_search, loss, phi, scaled)
        return phi + rate * scaled, LastStep(g, direction, rate * usual)
