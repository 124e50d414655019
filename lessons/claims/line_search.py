"""The claims about line search."""

import numpy as np

from course_lib.datasets import LINE_SEED, gabor_data, linear_data
from course_lib.descent import descend
from course_lib.global_search import random_starts
from course_lib.line_search import Bracketing
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent
from course_lib.paths import turning_angles
from lessons.experiments.scenes import GABOR_BOUNDS, LINE_BOUNDS, LINE_START, line_minimum
from lessons.measuring.claim import (
    CONDITION,
    FAILS,
    HOLDS,
    Figure,
    Finding,
    claim,
    mean_of,
    share_of,
)


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
    the starts come near, and with a condition if surely more than half do.
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
        kept = f"{100 * figures[-1].value:.0f} %"
        why = f"from most starts; but the worst start of a draw keeps {kept} of it"
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "from most starts more than a hundredth is left")


EXACT = Bracketing(max_distance=6.0, tolerance=1e-9)


@claim(
    "cl-3",
    "Successive steps of an exact line search meet at right angles",
    source="chapter 6, problem 6.7",
)
def line_search_steps_meet_at_right_angles(draws=12, starts=100, seed=0, search=EXACT):
    """Twelve points near a line and 28 points near a Gabor wave, drawn {draws} times each (seed
    {seed}). On each of these losses two steps of gradient descent with {search} from {starts}
    starts drawn uniformly in the box of its figure. Is the turn between them a right angle, less
    than half a degree away from 90? The search looks no further than the end of its bracket, so
    turns after a step to that end are counted apart. Only steps longer than 0.001 count: near the
    minimum they are as short as the search is imprecise.

    The claim holds if all turns are right angles, and with a condition if on either loss most steps
    end inside their bracket and at least 95 in 100 of the turns after those are right angles.
    """
    rng, figures, all_right, most_right = np.random.default_rng(seed), [], True, True
    for name, model, data, bounds in (
        ("line", Linear(), linear_data, LINE_BOUNDS),
        ("Gabor", Gabor(), gabor_data, GABOR_BOUNDS),
    ):
        losses = [LeastSquares(model, *data(seed=rng)) for _ in range(draws)]
        turns = [_turns(loss, random_starts(bounds, starts, rng), search) for loss in losses]
        right, inside = np.concatenate(turns, axis=1)
        shares = [np.mean(inside_on_one_draw) for _, inside_on_one_draw in turns]
        figures.append(mean_of(f"{name}: steps that end inside their bracket, share", shares))
        for which, follow in (("those", inside), ("the others", ~inside)):
            if follow.any():
                what = f"{name}: turns after {which} that are right angles, share"
                figures.append(share_of(what, right[follow]))
        all_right &= right.all()
        most_right &= inside.mean() > 0.5 and right[inside].mean() >= 0.95
    why = "from the best point of a line the next step goes straight across"
    if all_right:
        return Finding(tuple(figures), HOLDS, why)
    if most_right:
        why += ", unless the bracket ended first or closed in on a higher valley"
        return Finding(tuple(figures), CONDITION, why)
    why = "this search does not end at the best point of its line"
    return Finding(tuple(figures), FAILS, why)


def _turns(loss, starts, search):
    """For each turn between two steps: is it a right angle, did the first end in its bracket?"""
    # Two steps only: after more, a difference in the last digit may lead to another valley.
    params = descend(loss, starts, GradientDescent(line_search=search), steps=2).params
    first, second = np.linalg.norm(np.diff(params, axis=0), axis=-1)
    long = np.minimum(first, second) > 0.001
    [away] = np.abs(turning_angles(params) - 90)
    end = getattr(search, "max_distance", np.inf)
    return np.array([away < 0.5, first < (1 - 1e-6) * end])[:, long]
