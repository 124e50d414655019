"""What the problems that ask for a path share: a gradient to hand out, and mistakes of form."""

import numpy as np

from lessons.marking.answers import StepLimit
from lessons.marking.parts import Misconception


class PatientGradient:
    """The gradient of a loss, phi -> (P,), that loses patience with endless loops.

    The message of StepLimit is what the student reads.

    formula : how the gradient is shown to somebody who works by hand, such as "[φ₀, 2φ₁]"
    """

    def __init__(self, loss, steps, formula=None):
        self.loss = loss
        self.patience = 10 * steps + 100
        self.formula = formula

    def __repr__(self):
        return self.formula or f"{self.loss!r}.gradient"

    def __call__(self, phi):
        self.patience -= 1
        if self.patience < 0:
            raise StepLimit(
                "Your loop asks for ten times as many slopes as it may take steps: does it stop?"
            )
        return self.loss.gradient(phi)


def path_mistakes(right):
    """The right path of `right(*inputs)`, handed in the wrong way."""

    def last_in_every_row(*inputs):
        path = right(*inputs)
        return np.full_like(path, path[-1])

    return (
        Misconception(
            lambda *inputs: right(*inputs)[1:],
            "Your path is right but for its first point: the start belongs to it.",
        ),
        Misconception(
            lambda *inputs: right(*inputs)[-1],
            "You return the last point alone. The whole path was asked for.",
        ),
        Misconception(
            last_in_every_row,
            "All rows of your path are its last point: the list holds the same array again and "
            "again, changed in place. Store a copy.",
        ),
    )
