"""The claims about second-order methods."""

import numpy as np

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.global_search import random_starts
from course_lib.gradient_check import numerical_hessian
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.networks import MLP
from course_lib.optimizers import GradientDescent, Newton
from course_lib.surfaces import Quadratic
from lessons.experiments.scenes import GABOR_BOUNDS
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

PLAIN = Newton()


@claim(
    "cl-37",
    "Newton's method reaches the minimum of a quadratic in one step",
    source="Deep Learning, section 8.6.1",
)
def one_step_reaches_the_minimum_of_a_quadratic(draws=400, turned=0.5, rate=1.0, seed=0):
    """{draws} bowls of two parameters (seed {seed}), their curvatures drawn between 0.01 and 100 on
    a logarithmic scale, axes, centre and start at random; and the same surfaces, but each curvature
    made negative with probability {turned}. One step of Newton's method at the rate {rate:g}. Where
    does it end?

    At a place is taken to mean with less than a millionth of the start's distance left. The claim
    holds if every step ends at a minimum, with a condition if that is so for bowls alone.
    """
    rng = np.random.default_rng(seed)
    home, flat, low = [], [], []
    for _ in range(draws):
        curvatures = 10 ** rng.uniform(-2, 2, 2)
        signs = np.where(rng.random(2) < turned, -1, 1)
        angle, centre, start = rng.uniform(0.1, 3), rng.normal(size=2), rng.normal(0, 3, 2)
        for each, arrived in ((curvatures, home), (signs * curvatures, flat)):
            surface = Quadratic(each, angle, centre)
            end = descend(surface, start, Newton(rate), steps=1).final
            left = np.linalg.norm(end - centre) / np.linalg.norm(start - centre)
            arrived.append(left < 1e-6)
        low.append(flat[-1] and bool((signs > 0).all()))
    figures = (
        share_of("bowls: steps that end at the minimum, share", home),
        share_of("any signs: steps that end at the flat point, share", flat),
        share_of("any signs: steps that end at a minimum, share", low),
    )
    if not all(home):
        return Finding(figures, FAILS, "even on bowls one step is not enough")
    if not all(low):
        why = "where H is positive definite; else the step ends just as surely on a saddle or a top"
        return Finding(figures, CONDITION, why)
    return Finding(figures, HOLDS, "one step ends at the bottom, whatever the curvatures")


@claim(
    "cl-F10.1",
    "On the Gabor loss, too, Newton's method is drawn to saddles, and gradient descent is not",
    source="Deep Learning, section 8.2.3, on another loss",
)
def newton_ends_on_saddles_of_the_wave(draws=8, starts=100, steps=400, rule=PLAIN, seed=0):
    """28 points near a Gabor wave, drawn {draws} times (seed {seed}). On each of these losses
    {starts} starts drawn uniformly in the box of its figure; from each, {steps} steps of gradient
    descent at the rate 0.1, and 60 steps of {rule}. What share of the starts ends on a saddle?

    On a saddle is taken to mean where the gradient is shorter than 0.001 and the two curvatures
    have different signs. The claim holds if that is surely so for less than one start in fifty of
    gradient descent, and for more than one in five of the other rule.
    """
    rng, rows = np.random.default_rng(seed), []
    for _ in range(draws):
        loss = LeastSquares(Gabor(), *gabor_data(seed=rng))
        points = random_starts(GABOR_BOUNDS, starts, rng)
        slow = descend(loss, points, GradientDescent(0.1), steps, keep="last").final
        fast = descend(loss, points, rule, 60, keep="last").final
        rows.append([share_on_saddles(loss, ends) for ends in (slow, fast)])
    names = (f"{name}: ends on a saddle, share" for name in ("descent", type(rule).__name__))
    descent, other = (mean_of(name, column) for name, column in zip(names, np.transpose(rows)))
    figures = in_twentieths(descent), in_twentieths(other)
    if descent.interval[1] >= 0.02:
        return Finding(figures, FAILS, "gradient descent stops at saddles, too")
    if other.interval[0] <= 0.2:
        return Finding(figures, FAILS, "this rule is not drawn to saddles")
    why = "Newton's method looks for a slope of zero, and takes the first that it finds"
    return Finding(figures, HOLDS, why)


def in_twentieths(figure):
    """A Figure rounded to 5 %: Newton's path is erratic from some starts, and where it ends there
    hangs on the last digit of the machine's arithmetic. The interval is rounded outwards."""
    low, high = figure.interval
    interval = float(np.floor(20 * low) / 20), float(np.ceil(20 * high) / 20)
    return figure._replace(value=round(20 * figure.value) / 20, interval=interval)


def share_on_saddles(loss, ends):
    """Which share of some ends (n, 2) is flat, and bends up one way and down another."""
    flat = np.linalg.norm(loss.gradient(ends), axis=-1) < 1e-3
    low, high = np.linalg.eigvalsh(loss.hessian(ends)).T
    return (flat & (low < 0) & (high > 0)).mean()


@claim(
    "cl-26",
    "The Hessian of a network with a million parameters takes about 3725 GB",
    source="Learning parameters",
)
def hessian_of_a_million_takes_terabytes(nbytes=4, unit=2**30, draws=6, seed=0):
    """Networks of one hidden layer of 2 to 12 units (relu) are fitted to 30 random examples at
    random parameters ({draws} draws, seed {seed}), and their Hessians taken by differences of the
    gradient. What share of the entries is not zero? For a million parameters, at {nbytes} bytes an
    entry: how many GB of {unit:,} bytes?

    Not zero is taken to mean above a millionth of the largest. The claim holds with a condition if
    the figure rounds to 3725: for these bytes, this unit, and every entry kept.
    """
    rng, filled = np.random.default_rng(seed), []
    for _ in range(draws):
        shares = []
        for units in (2, 5, 12):
            network = MLP((3, units, 1), "relu")
            loss = LeastSquares(network, rng.normal(size=(30, 3)), rng.normal(size=30))
            hessian = numerical_hessian(loss, rng.normal(size=network.n_parameters))
            shares.append(np.mean(np.abs(hessian) > 1e-6 * np.abs(hessian).max()))
        filled.append(np.mean(shares))
    entries = 1e6**2
    figures = (
        mean_of("entries that are not zero, share", filled),
        Figure("all entries, in thousands of GB", nbytes * entries / unit / 1e3),
        Figure("one half with the diagonal", nbytes * (entries + 1e6) / 2 / unit / 1e3),
    )
    whole = round(nbytes * entries / unit)
    if whole != 3725:
        return Finding(figures, FAILS, f"with other bytes or another GB it is {whole:,} GB")
    why = f"{whole} GB at 4 bytes an entry and 2^30 bytes a GB; symmetry would save half"
    return Finding(figures, CONDITION, why)
