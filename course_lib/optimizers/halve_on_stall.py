"""Halving the learning rate whenever a validation loss stops falling (*Learning parameters*)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from course_lib._errors import shown
from course_lib._settings import Count, FractionNumber, Whole
from course_lib._validation import as_losses, as_thing, unguarded
from course_lib.optimizers._parts import CheckedRule
from course_lib.protocols import Rule
from course_lib.schedules import as_schedule


class Stall(NamedTuple):
    """What HalveOnStall remembers of each member of an ensemble.

    inner : the state of the rule inside
    best : the lowest validation loss so far, (*ensemble,)
    stalled : how many checks in a row were no better, (*ensemble,)
    scale : what the rate is multiplied by, (*ensemble,)
    """

    inner: object
    best: np.ndarray
    stalled: np.ndarray
    scale: np.ndarray


@dataclass(frozen=True)
class HalveOnStall(CheckedRule):
    """A rule whose learning rate is halved each time a validation loss has stopped falling.

    rule : an update rule whose `learning_rate` may be a number, an array or a schedule
    validation : the loss to watch, `validation(phi) -> (*ensemble,)`
    patience : how many checks in a row may pass without a new lowest loss; one more and the rate
        is halved, and the count starts again. Not a number is no new lowest loss
    every : steps from one check to the next, the first at t = 0: an epoch, say
    factor : what the rate is multiplied by, between 0 and 1

    The same as torch's ReduceLROnPlateau(factor, patience, threshold=0); optax's
    reduce_on_plateau does not wait for the one more: its patience is this one plus 1.

    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import Quadratic
    >>> bowl = Quadratic([1.0])
    >>> rule, phi = HalveOnStall(GradientDescent(2.0), validation=bowl, patience=1), np.array([8.0])
    >>> state = rule.init(phi)
    >>> for t in range(4):  # too long a step swings from side to side, until it is halved
    ...     phi, state = rule.step(phi, state, bowl, t)
    ...     print(phi, state.scale)
    [-8.] 1.0
    [8.] 1.0
    [0.] 0.5
    [0.] 0.5
    """

    rule: Rule
    validation: Callable
    patience: Whole = 10
    every: Count = 1
    factor: FractionNumber = 0.5

    def __post_init__(self):
        super().__post_init__()
        try:
            self._slowed(1.0)
        except (AttributeError, TypeError):
            raise ValueError(
                f"rule is {shown(self.rule)}, expected one whose learning_rate may be a schedule"
            ) from None
        as_thing("validation", self.validation, "a loss", "__call__")

    def init(self, phi) -> Stall:
        """Nothing is seen yet, and the rate is whole."""
        best = np.full(phi.shape[:-1], np.inf)
        return Stall(self.rule.init(phi), best, np.zeros(best.shape, int), np.ones(best.shape))

    def step(self, phi, state, loss, t) -> tuple[np.ndarray, Stall]:
        """One step of the rule from phi (*ensemble, P), at the rate that is left."""
        if t % self.every == 0:
            state = self._check(phi, state)
        step = unguarded(self._slowed(state.scale).step)
        phi, inner = step(phi, state.inner, loss, t)
        return phi, state._replace(inner=inner)

    def _slowed(self, scale):
        """The rule inside, its learning rate multiplied by `scale`."""
        rate = as_schedule(self.rule.learning_rate)
        return replace(self.rule, learning_rate=lambda t: scale * rate(t))

    def _check(self, phi, state):
        """Look at the validation loss, and halve where it has stalled for too long."""
        current = as_losses("validation(phi)", self.validation(phi), phi.shape[:-1])
        stalled = np.where(current < state.best, 0, state.stalled + 1)
        halve = stalled > self.patience
        return state._replace(
            best=np.fmin(current, state.best),
            stalled=np.where(halve, 0, stalled),
            scale=np.where(halve, self.factor * state.scale, state.scale),
        )
