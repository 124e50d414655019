"""Training and validation loss along a path, and when the second says to stop."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_lib._errors import wrong_shape
from course_lib._settings import Count, Settings
from course_lib._validation import as_float_array, as_loss_of_examples, as_path, at_least
from course_lib._values import words


class Curves(NamedTuple):
    """Loss per example at R steps: `t` (R,), `training` and `validation` (R, *ensemble)."""

    t: np.ndarray
    training: np.ndarray
    validation: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """What an example costs more for not having been trained on: overfitting.

        Source: *Learning parameters*.
        """
        return self.validation - self.training


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def training_curves(path, training, validation, every: int = 1) -> Curves:
    """The training and the validation loss along a path (*Learning parameters*).

    A loss is a sum, and there are fewer examples to validate on than to train on: both curves are
    per example. A member that has stopped keeps its last loss, as in the path.

    path : a Path
    training, validation : the losses of two data sets under one model, without a penalty
    every : use every n-th row of the path

    >>> from course_lib.losses import LeastSquares
    >>> from course_lib.models import Linear
    >>> from course_lib.optimizers import GradientDescent
    >>> near = LeastSquares(Linear(), [0.0, 1.0], [1.0, 1.0])
    >>> far = LeastSquares(Linear(), [2.0, 3.0, 4.0], [1.0, 1.0, 1.0])
    >>> from course_lib.descent import descend
    >>> path = descend(near, [0.0, 0.0], GradientDescent(0.25), steps=100)
    >>> curves = training_curves(path, near, far, every=50)
    >>> curves.t, curves.training.round(3), curves.validation.round(3)
    (array([  0,  50, 100]), array([1., 0., 0.]), array([1., 0., 0.]))
    """
    as_path(path)
    at_least("every", every, 1)
    as_loss_of_examples("training", training)
    as_loss_of_examples("validation", validation)
    params = path.params[::every]
    sizes = training.n_examples, validation.n_examples
    return Curves(path.t[::every], training(params) / sizes[0], validation(params) / sizes[1])


@dataclass(frozen=True)
class EarlyStopping(Settings):
    """Stop once the validation loss has not improved `patience` times in a row.

    Then go back to the best parameters seen (Goodfellow et al., algorithm 7.1). The rule looks at
    validation losses already measured, and says where a run would have stopped.

    patience : how many in a row may pass without a new lowest loss before the run stops, at least 1

    >>> stop = EarlyStopping(patience=2)([5.0, 3.0, 4.0, 3.0, 1.0])
    >>> int(stop.best), int(stop.end), str(stop.reason)
    (1, 3, 'best at 1, out of patience at 3')
    """

    patience: Count

    def __call__(self, losses) -> "Stop":
        """Where a run with these validation losses (R, *ensemble) stops: a Stop.

        A tie is no improvement, and neither is a loss that is not finite.
        """
        losses = as_float_array("losses", losses)
        if losses.ndim == 0 or losses.size == 0:
            raise wrong_shape("losses", losses, "(R, ...) with R at least 1")
        shape = losses.shape[1:]
        lowest = np.full(shape, np.inf, losses.dtype)
        best, end, without_improvement = np.zeros((3, *shape), int)
        for row, loss in enumerate(losses):
            running = without_improvement < self.patience
            better = running & np.isfinite(loss) & (loss < lowest)
            lowest, best = np.where(better, loss, lowest), np.where(better, row, best)
            without_improvement = np.where(better, 0, without_improvement + running)
            end = np.where(running, row, end)
        return Stop(best[()], end[()], lowest[()], without_improvement == self.patience)


@dataclass(frozen=True)
class Stop:
    """Where early stopping ends a run: arrays (*ensemble,), rows counted from 0.

    best : the row of the lowest validation loss before the end
    end : the row where patience ran out, or the last
    lowest : the validation loss at `best`; infinite where none was finite
    out_of_patience : False where the losses came to their end first
    """

    best: np.ndarray
    end: np.ndarray
    lowest: np.ndarray
    out_of_patience: np.ndarray

    @property
    def reason(self) -> Any:
        """What happened, in words: a string, or an array of them for an ensemble."""
        best = np.where(np.isfinite(self.lowest), words("best at {}", self.best), "never finite")
        end = np.where(self.out_of_patience, "out of patience at", "still patient at")
        return words("{}, {} {}", best, end, self.end)

    def pick(self, rows) -> Any:
        """Each member's best of rows (R, *ensemble, ...), such as path.params: (*ensemble, ...)."""
        rows, ensemble = as_float_array("rows", rows), np.shape(self.best)
        if not rows.ndim or len(rows) <= np.max(self.best):
            raise wrong_shape("rows", rows, "a row for each loss")
        if rows.shape[1 : 1 + len(ensemble)] != ensemble:
            raise wrong_shape("rows", rows, f"{('R', *ensemble)} in front")
        return rows[(self.best, *np.indices(ensemble, sparse=True))]
