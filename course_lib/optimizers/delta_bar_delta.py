"""Delta-bar-delta: a rate for every parameter, from the signs of its slopes."""

from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import Fraction, NotNegative, Positive, Share
from course_lib.optimizers._parts import CheckedRule, values_at


class RatesAndAverage(NamedTuple):
    """The rate of every parameter, and the average of its slopes so far, each (*ensemble, P)."""

    rates: np.ndarray
    average: np.ndarray


@dataclass(frozen=True)
class DeltaBarDelta(CheckedRule):
    """Raise a parameter's rate while its slope keeps its sign, lower it when the sign changes.

        α ← α + κ        where ḡ g > 0, ḡ the average of the slopes before this one
        α ← (1 - d) α    where ḡ g < 0
        φ ← φ - α g,  ḡ ← β ḡ + (1-β) g

    For the loss of all the examples: the sign of a batch's slope changes by chance.

    learning_rate : every α at the start, above zero, a number or an array (*ensemble,)
    beta : β in [0, 1), a number or an array
    increase : κ, at least 0, a number or an array
    decrease : d in (0, 1), a number or an array

    Reference: Jacobs (1988), who writes θ, κ and φ for β, κ and d; Goodfellow et al., section 8.5.

    >>> from course_lib.surfaces import Quadratic
    >>> rule = DeltaBarDelta(learning_rate=0.25, increase=0.5)
    >>> phi, state = rule.step(np.array([8.0]), rule.init(np.array([8.0])), Quadratic([1.0]), t=0)
    >>> rule.step(phi, state, Quadratic([1.0]), t=1)[0]  # downhill again: the rate is 0.75 now
    array([1.5])
    """

    learning_rate: Positive
    beta: Share = 0.7
    _: KW_ONLY
    increase: NotNegative = 0.01
    decrease: Fraction = 0.1

    def init(self, phi) -> RatesAndAverage:
        """The first rates, and no slope yet."""
        (alpha,) = values_at(0, phi, self.learning_rate)
        return RatesAndAverage(rates=np.zeros_like(phi) + alpha, average=np.zeros_like(phi))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, RatesAndAverage]:
        """One step from phi (*ensemble, P), each parameter at its own rate."""
        beta, kappa, d = values_at(t, phi, self.beta, self.increase, self.decrease)
        g = loss.gradient(phi)
        agreement = state.average * g
        lowered = np.where(agreement < 0, (1 - d) * state.rates, state.rates)
        alpha = np.where(agreement > 0, state.rates + kappa, lowered)
        average = beta * state.average + (1 - beta) * g
        return phi - alpha * g, RatesAndAverage(alpha, average)
