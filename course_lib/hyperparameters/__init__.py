"""The search for hyperparameters (section 6.5): which settings to try.

A space names each hyperparameter and how to draw it; a strategy plans trials, stage by stage, from
those that have ended. A rule says when a trial is given up (`stopping`). Who evaluates them is
another matter: a loop of your own, or `lessons.searching.search` on as many machines as there are.

Three learning rates, drawn on a log scale:

>>> space = {"learning_rate": LogUniform(1e-6, 10)}
>>> for trial in RandomSearch(space, trials=3).next_stage([], seed=0):
...     print(trial.number, f"{trial.settings['learning_rate']:.1e}", trial.status)
0 9.0e-03 planned
1 4.1e+00 planned
2 7.2e-05 planned
"""

from course_lib.batches import train_validation_split
from course_lib.hyperparameters.results import Trial
from course_lib.hyperparameters.spaces import Choice, LogUniform, Uniform
from course_lib.hyperparameters.stopping import MedianRule
from course_lib.hyperparameters.strategies import (
    CoarseToFine,
    GridSearch,
    RandomSearch,
    SuccessiveHalving,
)

__all__ = [
    "Choice", "CoarseToFine", "GridSearch", "LogUniform", "MedianRule", "RandomSearch",
    "SuccessiveHalving", "Trial", "Uniform", "train_validation_split",
]  # fmt: skip
