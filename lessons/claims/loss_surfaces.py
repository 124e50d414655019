"""The claims about loss surfaces."""

import numpy as np

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.global_search import random_starts
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent
from lessons.experiments.scenes import GABOR_BOUNDS, LINE_BOUNDS
from lessons.measuring.claim import FAILS, HOLDS, Finding, claim, mean_of


@claim(
    "cl-2",
    "A convex loss leads to the minimum from any start; a non-convex one does not",
    source="chapter 6, section 6.1.2",
)
def convex_leads_home_from_any_start(draws=20, starts=100, steps=400, seed=0):
    """Twelve points near a line and 28 points near a Gabor wave, drawn {draws} times each (seed
    {seed}). On each of these losses {steps} steps of gradient descent from {starts} starts, drawn
    uniformly in the box of its figure, at a rate that the loss can bear. What share of the starts
    ends at the lowest point that any of them finds?

    The rate is 1/λmax for the line, and 0.1 for the Gabor loss. At that point is taken to mean
    within 0.1 of it. The claim holds if every start gets there on the line, and on the Gabor loss
    surely fewer than half of them do.
    """
    rng, line, gabor = np.random.default_rng(seed), [], []
    for _ in range(draws):
        loss, where = LeastSquares(Linear(), *linear_data(seed=rng)), LINE_BOUNDS
        rate = 1 / np.linalg.eigvalsh(loss.hessian(np.zeros(2)))[-1]
        line.append(share_at_the_lowest(loss, random_starts(where, starts, rng), rate, steps))
        loss, where = LeastSquares(Gabor(), *gabor_data(seed=rng)), GABOR_BOUNDS
        gabor.append(share_at_the_lowest(loss, random_starts(where, starts, rng), 0.1, steps))
    figures = (
        mean_of("line: starts that end at the lowest point, share", line),
        mean_of("Gabor: starts that end at the lowest point, share", gabor),
    )
    on_line, on_gabor = figures
    if on_line.value < 1:
        return Finding(figures, FAILS, "even on the convex loss some starts end elsewhere")
    if on_gabor.interval[1] >= 0.5:
        return Finding(figures, FAILS, "on the Gabor loss half may end at one point, too")
    why = "a bowl has one bottom; on the Gabor loss the start decides, and most decide badly"
    return Finding(figures, HOLDS, why)


def share_at_the_lowest(loss, starts, rate, steps):
    """Which share of the descents from `starts` (n, P) ends within 0.1 of the lowest of them."""
    ends = descend(loss, starts, GradientDescent(rate), steps, keep="last").final
    lowest = ends[np.argmin(loss(ends))]
    return np.mean(np.linalg.norm(ends - lowest, axis=-1) < 0.1)
