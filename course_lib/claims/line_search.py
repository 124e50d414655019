"""The claims about line search."""

import numpy as np

from course_lib.claims.claim import (
    CONDITION,
    FAILS,
    HOLDS,
    Figure,
    Finding,
    claim,
    mean_of,
    share_of,
)
from course_lib.datasets import LINE_SEED, gabor_data, linear_data
from course_lib.descent import descend, turning_angles
from course_lib.global_search import random_starts
from course_lib.line_search import Bracketing
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent
from course_lib.scenes import GABOR_BOUNDS, LINE_BOUNDS, LINE_START, line_minimum


@claim(
    "cl-1",
    "Four steps with line search come near the minimum of figure 6.1",
    source="chapter 6, figure 6.1",
)
def four_line_search_steps_come_near(draws=60, starts=50, steps=4, seed=0):
    """Twelve points near a line, drawn {draws} times (seed {seed}); on each draw {steps} steps of
    line search from {starts} starts drawn uniformly in the box of figure 6.1, and from [1.6, -0.5],
    where this course's figure starts. How much of the excess loss, the loss above its minimum, is
    left?

    Near is taken to mean less than one hundredth of it. The claim holds if at least 95 in 100 of
    the starts come near, and with a condition if more than half of them do.
    """
    rule = GradientDescent(line_search=Bracketing(max_distance=4.0, tolerance=1e-4))
    rng, left = np.random.default_rng(seed), []
    for data_seed in (LINE_SEED, *draws * [rng]):
        loss = LeastSquares(Linear(), *linear_data(seed=data_seed))
        where = np.concatenate([[LINE_START], random_starts(LINE_BOUNDS, starts, rng)])
        excess = descend(loss, where, rule, steps).losses - loss(line_minimum(loss))
        left.append(excess[-1] / excess[0])
    in_the_figure, others = left[0][0], np.array(left[1:])  # others (draws, 1 + starts)
    near = mean_of("starts in the box that come near, share", (others[:, 1:] < 0.01).mean(axis=1))
    figures = (
        Figure("left in the figure itself, share", in_the_figure),
        share_of("draws on which the figure's start comes near, share", others[:, 0] < 0.01),
        near,
        mean_of("left from the worst start of a draw, share", others.max(axis=1)),
    )
    if near.value >= 0.95:
        return Finding(figures, HOLDS, "from hardly any start more than a hundredth is left")
    if near.interval[0] > 0.5:
        why = "from most starts, and in this course's figure; but the worst start keeps a third"
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "from most starts more than a hundredth is left")


EXACT = Bracketing(max_distance=6.0, tolerance=1e-9)


@claim(
    "cl-3",
    "Successive steps of an exact line search meet at right angles",
    source="chapter 6, problem 6.7",
)
def line_search_steps_meet_at_right_angles(starts=100, seed=0, search=EXACT):
    """Gradient descent with {search}: eight steps from each of {starts} starts drawn uniformly
    (seed {seed}), on the loss of twelve points near a line and on that of 28 points near a Gabor
    wave. How far from 90 degrees are the angles between successive steps? Only steps longer than
    0.001 count: near the minimum they are as short as the search is imprecise.

    A right angle is taken to mean less than half a degree away. The claim holds if all are, and
    with a condition if at least 95 in 100 are.
    """
    rng, rule = np.random.default_rng(seed), GradientDescent(line_search=search)
    away = []
    for model, data, bounds in (
        (Linear(), linear_data, LINE_BOUNDS),
        (Gabor(), gabor_data, GABOR_BOUNDS),
    ):
        loss = LeastSquares(model, *data(seed=rng))
        params = descend(loss, random_starts(bounds, starts, rng), rule, steps=8).params
        long = np.linalg.norm(np.diff(params, axis=0), axis=-1) > 0.001
        away.append(np.abs(turning_angles(params)[long[1:] & long[:-1]] - 90))
    line, gabor = away
    right = np.concatenate(away) < 0.5
    figures = (
        Figure("farthest from 90 degrees, on the loss of the line", round(line.max(), 3)),
        Figure("farthest from 90 degrees, on the Gabor loss", round(gabor.max(), 3)),
        share_of("turns that are right angles, share", right),
    )
    why = "at the best point of a line the slope along it is zero: the next step goes across"
    if right.all():
        return Finding(figures, HOLDS, why)
    if right.mean() >= 0.95:
        return Finding(figures, CONDITION, why + ", unless the bracket ended first")
    return Finding(figures, FAILS, "this search does not end at the best point of its line")
