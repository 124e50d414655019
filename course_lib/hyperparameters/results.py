"""A trial: what a strategy plans, and what came of it."""

import math
from dataclasses import dataclass, field, fields

PLANNED, FINISHED, STOPPED = "planned", "finished", "stopped"
DIVERGED, CRASHED = "diverged", "crashed"


@dataclass(frozen=True)
class Trial:
    """One row of the table: what was tried, and what came of it.

    number : the place in the table: 0, 1, …
    settings : dict of name -> value
    stage : the round of the search that it belongs to
    candidate : the number of the trial whose training it continues; its own, if none
    budget : how long to train in all, in the objective's own units, or None
    status : "planned", then "finished", "stopped" (given up before its end), "diverged" (the loss
        is not finite) or "crashed"
    loss : the validation loss; infinite unless finished
    error : what went wrong in a crash, in words
    info : what else the objective told
    """

    number: int
    settings: dict
    stage: int = 0
    candidate: int | None = None
    budget: int | None = None
    status: str = PLANNED
    loss: float = math.inf
    error: str = ""
    info: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.candidate is None:
            object.__setattr__(self, "candidate", self.number)

    @property
    def finished(self) -> bool:
        return self.status == FINISHED

    @property
    def plan(self) -> tuple:
        """The part of it that was known before it ran."""
        return self.number, self.settings, self.stage, self.candidate, self.budget


COLUMNS = [each.name for each in fields(Trial) if each.name not in ("settings", "info")]


def best_first(trials) -> list[Trial]:
    """Those trained longest come first, of them the lowest loss first, and the failed ones last.

    Losses after different budgets are not compared: a short training may only look better.
    """
    return sorted(trials, key=lambda t: (not t.finished, -(t.budget or 0), t.loss, t.number))
