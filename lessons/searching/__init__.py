"""The engine of searches: it has the trials of a strategy evaluated, here or on many machines.

A strategy of `course_lib.hyperparameters` chooses the trials; `search` hands them to this process
or to any `concurrent.futures.Executor`, and returns a table, `Results`. The master is in `master`,
what its workers do in `worker`, what is kept on disk in `checkpoints`. It knows no chapter.

The learning rate of gradient descent on the line of figure 6.1, drawn on a log scale and judged
by the loss of examples that the fit has not seen:

>>> from course_lib.batches import train_validation_split
>>> from course_lib.datasets import linear_data
>>> from course_lib.descent import descend
>>> from course_lib.hyperparameters import LogUniform, RandomSearch
>>> from course_lib.losses import LeastSquares
>>> from course_lib.models import Linear
>>> from course_lib.optimizers import GradientDescent
>>> x, y = linear_data()
>>> loss = LeastSquares(Linear(), x, y)
>>> train, validation = train_validation_split(len(x), validation=0.25, seed=0)
>>> def objective(settings):
...     rule = GradientDescent(settings["learning_rate"])
...     path = descend(loss.batch(train), [0.0, 0.0], rule, steps=50, keep="last")
...     return float("nan") if path.diverged else loss.batch(validation)(path.final)
>>> results = search(objective, RandomSearch({"learning_rate": LogUniform(1e-6, 10)}, trials=30))
>>> results
Results(30 trials: 24 finished, 6 diverged)
>>> 0.003 < results.best.settings["learning_rate"] < 0.1
True
"""

from lessons.searching.checkpoints import Checkpoint, curves
from lessons.searching.master import search
from lessons.searching.table import Results

__all__ = ["Checkpoint", "Results", "curves", "search"]
