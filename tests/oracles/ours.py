"""What course_lib does with the sequence of gradients, and how far that is from a peer."""

import numpy as np

from course_lib import clipping, losses, optimizers, schedules

from .sequence import STEPS, gradients, validation

RULES = {name: getattr(optimizers, name) for name in optimizers.__all__}
NAMES = RULES | vars(schedules) | vars(clipping) | vars(losses) | {"np": np}


def difference(case, theirs):
    """The largest difference from what the peer gave: relative and absolute.

    Relative to how far the path leads away from its start, for the parameter that is worst.
    """
    apart = np.abs(run(case) - theirs).max(axis=0)
    return float(np.max(apart / np.abs(theirs).max(axis=0))), float(np.max(apart))


def run(case):
    """What our side of a case gives: an array with STEPS rows."""
    return points(case) if case.what == "points" else rates(case)


def points(case):
    """Where a rule asks for the gradient at steps 1, 2, …: (STEPS, P).

    For most rules these are its parameters. A rule that looks ahead asks there, and a peer that
    looks ahead moves there: so the points to compare are those with the gradients.
    """
    rule = eval(case.ours, NAMES | {"validation": validation})
    asked, phi = [], np.zeros(gradients().shape[1])
    state = rule.init(phi)
    for t, gradient in enumerate(gradients()):
        loss = eval(case.loss, NAMES | {"loss": Slope(gradient, asked)})
        phi, state = rule.step(phi, state, loss, t)
    return np.array(asked)[1:]


def rates(case):
    """The values (STEPS,) of a schedule."""
    schedule = eval(case.ours, NAMES)
    return np.array([schedule(t) for t in range(STEPS)])


class Slope:
    """A plane: the same gradient everywhere. It notes where it was asked."""

    def __init__(self, gradient, asked):
        self._gradient, self._asked = gradient, asked

    def __call__(self, phi):
        return phi @ self._gradient

    def gradient(self, phi):
        self._asked.append(phi)
        return self._gradient
