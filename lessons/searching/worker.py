"""The worker: it evaluates one trial, wherever it is told to, and reports what came of it."""

import inspect
import json
import math
from collections.abc import Mapping
from dataclasses import replace

from course_lib.hyperparameters.results import CRASHED, DIVERGED, FINISHED, STOPPED
from course_lib.hyperparameters.spaces import trial_rng
from lessons.searching.checkpoints import Checkpoint, Stopped


def evaluate(objective, trial, seed, progress_path, rule, attempt):
    """The trial with its outcome. Whatever the objective raises is recorded, not raised.

    rule : asked after each epoch that the objective reports, whether the trial is hopeless; or None
    attempt : tells this call from the one that was lost; Dask takes equal calls for the same
    """
    try:
        extras = asked_for(objective, trial, seed, progress_path, rule)
        loss, info = _told(objective(dict(trial.settings), **extras))
    except Stopped:
        return replace(trial, status=STOPPED)
    except (Exception, SystemExit) as error:
        return replace(trial, status=CRASHED, error=f"{type(error).__name__}: {error}")
    if not math.isfinite(loss):
        return replace(trial, status=DIVERGED, info=info)
    return replace(trial, status=FINISHED, loss=loss, info=info)


def asked_for(objective, trial, seed, progress_path, rule=None):
    """What the objective asks for by the names of its parameters, as a dict."""
    offered = {
        # A candidate that goes on to a larger budget goes on as the trial that it was.
        "rng": trial_rng(seed, trial.candidate, stream=1),
        "checkpoint": Checkpoint(progress_path, trial.settings, rule),
    }
    if trial.budget is not None:
        offered["budget"] = trial.budget
    names = inspect.signature(objective).parameters
    return {name: value for name, value in offered.items() if name in names}


def check_objective(objective, trial, rule=None):
    """Raise a TypeError unless the objective can be called for such a trial, and stopped."""
    try:
        extras = asked_for(objective, trial, seed=0, progress_path=None)
        inspect.signature(objective).bind(trial.settings, **extras)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"objective is {objective!r}, expected objective(settings), perhaps with rng, "
            f"checkpoint and (if the strategy gives one) budget: {error}"
        ) from None
    if trial.budget is not None and "budget" not in extras:
        raise TypeError(f"objective is {objective!r}, expected a parameter named budget")
    if rule is not None and "checkpoint" not in extras:
        expected = "a parameter named checkpoint, to report each epoch to: it is to be stopped"
        raise TypeError(f"objective is {objective!r}, expected {expected}")


def _told(answer):
    """The loss and the rest of what an objective returned, in types that JSON gives back alike."""
    told = dict(answer) if isinstance(answer, Mapping) else {"loss": answer}
    try:
        loss = float(told.pop("loss"))
    except (KeyError, TypeError, ValueError):
        raise TypeError(
            f"objective returned {answer!r}, expected a number or a dict with the number 'loss'"
        ) from None
    return loss, json.loads(json.dumps(told, default=_as_list))


def _as_list(value):
    if not hasattr(value, "tolist"):
        raise TypeError(f"objective returned {value!r}, expected numbers, strings, lists or dicts")
    return value.tolist()
