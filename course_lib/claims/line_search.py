"""The claims about line search."""

import numpy as np

from course_lib.claims.claim import CONDITION, FAILS, HOLDS, Figure, Finding, claim
from course_lib.datasets import linear_data
from course_lib.descent import descend
from course_lib.line_search import Bracketing
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import GradientDescent


@claim(
    "cl-1",
    "Four steps with line search come near the minimum of figure 6.1",
    source="chapter 6, figure 6.1",
)
def four_line_search_steps_come_near(starts=200, seed=0):
    """Least squares on 12 points of a line drawn with seed {seed}; gradient descent with line
    search from {starts} starts drawn uniformly in the square [-3, 3] x [-3, 3]. How much of the
    excess loss, the loss above its minimum, is left after four steps?

    Near is taken to mean that less than one hundredth of it is left.
    """
    loss = LeastSquares(Linear(), *linear_data(n=12, seed=seed))
    path = descend(loss, _square(3.0, starts, seed), _line_search(), steps=4)
    lowest = loss(np.linalg.lstsq(loss.model.derivatives(loss.x, np.zeros(2)), loss.y)[0])
    left = (path.losses[-1] - lowest) / (path.losses[0] - lowest)
    near = float(np.mean(left < 0.01))
    figures = (
        Figure("share of the excess loss left, median", float(np.median(left))),
        Figure("share of the excess loss left, worst start", float(left.max())),
        Figure("share of the starts that come near", near),
    )
    if near == 1:
        return Finding(figures, HOLDS, "from every start less than a hundredth is left")
    verdict = CONDITION if near > 0.5 else FAILS
    return Finding(figures, verdict, "how near depends on the start")


@claim(
    "cl-3",
    "Successive steps of an exact line search meet at right angles",
    source="chapter 6, problem 6.7",
)
def line_search_steps_meet_at_right_angles(starts=50, seed=0):
    """Least squares on 12 points of a line drawn with seed {seed}; gradient descent with line
    search, six steps from each of {starts} starts drawn uniformly in the square
    [-3, 3] x [-3, 3]. How far from 90 degrees are the angles between successive steps?

    A right angle is taken to mean less than half a degree away.
    """
    loss = LeastSquares(Linear(), *linear_data(n=12, seed=seed))
    path = descend(loss, _square(3.0, starts, seed), _line_search(), steps=6)
    moves = np.diff(path.params, axis=0)
    moves /= np.linalg.norm(moves, axis=-1, keepdims=True)
    angles = np.degrees(np.arccos(np.clip((moves[1:] * moves[:-1]).sum(axis=-1), -1, 1)))
    farthest = float(np.abs(angles - 90).max())
    figures = (
        Figure("mean angle, degrees", float(angles.mean())),
        Figure("farthest from 90 degrees", farthest),
    )
    if farthest < 0.5:
        return Finding(figures, HOLDS, "at the best point of a line the gradient is across it")
    return Finding(figures, FAILS, "some steps meet at another angle")


def _line_search():
    return GradientDescent(line_search=Bracketing(max_distance=8.0, tolerance=1e-6))


def _square(half, n, seed):
    """n starts (n, 2), uniform in the square of twice that side around 0."""
    return np.random.default_rng(seed).uniform(-half, half, size=(n, 2))
