"""Runs that come out the same on every processor."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Rounded:
    """A rule whose parameters are rounded after each step.

    Processors round the sixteenth digit of an exponential or a product of matrices each in its own
    way, and a run that hops about makes more of it with every step. Rounded, the parameters are the
    same again before it grows.

    rule : any rule
    decimals : how many are kept; a step changes earlier ones than the last of them
    """

    rule: Any
    decimals: int

    def init(self, phi):
        """The state of the rule."""
        return self.rule.init(phi)

    def step(self, phi, state, loss, t):
        """The step of the rule, rounded."""
        phi, state = self.rule.step(phi, state, loss, t)
        return np.round(phi, self.decimals), state
