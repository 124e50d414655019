"""What searches are tried on."""

import math

from course_lib.hyperparameters import LogUniform, Uniform

BOWL = {"x": Uniform(-2, 2), "y": LogUniform(1e-4, 1e4)}


def bowl(settings):
    """Lowest, 0, at x = 0.7 and y = 0.01."""
    return (settings["x"] - 0.7) ** 2 + math.log10(settings["y"] / 0.01) ** 2


class Counted:
    """An objective that remembers which settings it was called with."""

    def __init__(self, objective):
        self.objective, self.calls = objective, []

    def __call__(self, settings):
        self.calls.append(settings)
        return self.objective(settings)


class StopAfter(Counted):
    """An objective that is interrupted, as by Ctrl-C, at its n-th call."""

    def __init__(self, objective, n):
        super().__init__(objective)
        self.n = n

    def __call__(self, settings):
        if len(self.calls) == self.n:
            raise KeyboardInterrupt
        return super().__call__(settings)
