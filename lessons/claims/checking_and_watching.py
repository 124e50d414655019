"""The claims about checking a gradient, and about what one sees while a network trains."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.diagnostics import check_initial_loss, check_penalty
from course_lib.gradient_check import BANDS, relative_error
from course_lib.initialization import glorot_uniform
from course_lib.losses import L2Penalty
from course_lib.optimizers import GradientDescent
from lessons.experiments.checking_and_watching import (
    READER,
    checked_at_depth,
    checked_with_masks,
    ratio_of_the_best,
    rises,
)
from lessons.experiments.reading import reading
from lessons.experiments.scenes import gabor_loss
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

SOURCE = "Learning parameters"
GOOD = BANDS[0][0]


def _band(what, errors):
    """The Figure of the band that the median error lies in: rounding decides its digits."""
    median = np.median(errors)
    return Figure(f"{what}: band", next(min(limit, 1.0) for limit, _ in BANDS if median <= limit))


# --- the step, and the bands of the relative error ------------------------------------------------

STEPS = {"float64": (1e-5, 1e-12), "float32": (1e-2, 1e-5)}
"""A well-chosen h for losses in this precision, and one that is too small."""


@claim(
    "cl-27",
    "A right gradient has a relative error of at most 1e-7, and a smaller h is not always better",
    source=SOURCE,
)
def bands_of_the_relative_error(precisions=tuple(STEPS), steps=STEPS, places=60, seed=0):
    """The Gabor loss of 28 points drawn with seed {seed}, and {places} places drawn in its box. In
    float64 and in float32, in which band (at most 1e-7, 1e-4, 1e-2, 1) is the median error of
    centred differences at a well-chosen h, and at a smaller one? And which share of slopes that are
    1 % off has an error above 1e-4?

    The claim holds if the first band is 1e-7, the second a higher one, and nearly all wrong slopes
    are found; with a condition, if so in one precision alone.
    """
    rng, loss = np.random.default_rng(seed), gabor_loss(seed=seed)
    phis = np.column_stack([rng.uniform(-9, 9, places), rng.uniform(6, 20, places)])
    slopes, figures, good = loss.gradient(phis), [], []
    for name in precisions:
        numerical = [_centred(loss, phis, h, name) for h in steps[name]]
        bands = [
            _band(f"{name}, h = {h:g}", relative_error(slopes, found))
            for h, found in zip(steps[name], numerical, strict=True)
        ]
        found = relative_error(1.01 * slopes, numerical[0]) > 1e-4
        figures += [*bands, share_of(f"{name}: 1 % off, and found", found)]
        if bands[1].value <= bands[0].value or found.mean() < 0.95:
            return Finding(tuple(figures), FAILS, "at a smaller h the check is as good")
        good.append(bands[0].value <= GOOD)
    if all(good):
        return Finding(tuple(figures), HOLDS, "against h the error is a letter V")
    if any(good):
        why = "in float64; in float32 the V stands so high that no h brings 1e-7"
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "no error is so small")


def _centred(loss, phis, h, precision):
    """Centred differences at places phis (n, P), of losses computed in this precision."""
    steps = h * np.eye(phis.shape[-1])
    ahead, behind = (
        loss((phis[:, None] + side).astype(precision)).astype(float) for side in (steps, -steps)
    )
    return (ahead - behind) / (2 * h)


# --- the check in practice ------------------------------------------------------------------------


@claim("cl-43", "The relative error of a gradient check grows with depth", source=SOURCE)
def error_of_a_check_grows_with_depth(activations=("tanh", "sigmoid"), networks=6, seed=0):
    """Networks of 1 and of 16 hidden layers of 8 units, with Glorot's weights; 40 coordinates of
    the gradient of each are checked at h = 1e-5. In which band (at most 1e-7, 1e-4, 1e-2, 1) is
    the median error of {networks} networks (seed {seed}), with {activations}?

    Grows is taken to mean that 16 layers are in a higher band than one. The claim holds if that is
    so for each of the activations, and with a condition if for some.
    """
    figures, grows = [], []
    for activation in activations:
        for depth in (1, 16):
            seeds = range(1000 * seed, 1000 * seed + networks)
            errors = [checked_at_depth(activation, depth, each)[1] for each in seeds]
            figures.append(_band(f"{activation}, {depth} hidden", errors))
        grows.append(figures[-1].value > figures[-2].value)
    if all(grows):
        return Finding(tuple(figures), HOLDS, "with each of these activations")
    if any(grows):
        why = (
            "only where slopes shrink from layer to layer, as with the sigmoid: the loss is "
            "rounded as before, and the slope that divides the error is smaller. With tanh no "
            "error adds up"
        )
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "sixteen layers are checked as well as one")


@claim(
    "cl-44",
    "For a gradient check, switch dropout off or use one seed for all losses",
    source=SOURCE,
)
def dropout_spoils_a_check(rate=0.5, networks=2, seed=0):
    """A classifier of 12 tanh units (seed {seed} and the next, {networks} in all), with dropout at
    the rate {rate}. In which band (at most 1e-7, 1e-4, 1e-2, 1) is the median relative error
    without dropout, with one mask for all losses, and with a fresh mask for each?

    The claim holds if the first two are in the lowest band, and the last in the highest.
    """
    what = {"none": "without dropout", "the same": "one mask", "fresh": "fresh masks"}
    seeds = range(1000 * seed, 1000 * seed + networks)
    figures = tuple(
        _band(words, [checked_with_masks(kind, rate, seed=s).relative_error for s in seeds])
        for kind, words in what.items()
    )
    off, same, fresh = (figure.value for figure in figures)
    if max(off, same) > GOOD:
        return Finding(figures, FAILS, "the check fails without dropout, or with one mask, too")
    if fresh < 1:
        return Finding(figures, FAILS, "fresh masks do no harm")
    return Finding(figures, HOLDS, "two masks make two losses, whose difference is divided by 2h")


# --- before training ------------------------------------------------------------------------------


@claim(
    "cl-59",
    "The loss at initialisation is known beforehand, and a penalty raises it",
    source=SOURCE,
)
def initial_loss_is_known(scales=(0.1, 1.0), starts=200, examples=100, seed=0):
    """A network with 32 tanh units that reads {examples} digits, and {starts} starts by Glorot
    (seed {seed}), times each of {scales}. How many have a loss within 10 % of chance, the number of
    examples times log 10? And how often does a penalty raise the loss?

    Known is taken to mean at least 95 starts in 100. The claim holds if that is so at all of these
    scales and a penalty always raises the loss, and with a condition if at some.
    """
    loss = reading(READER, n=examples)
    drawn = glorot_uniform(READER, seed, ensemble=(starts,))
    figures, known = [], []
    for scale in scales:
        check = check_initial_loss(loss, scale * drawn, chance=examples * np.log(10))
        figures.append(share_of(f"Glorot's weights times {scale:g}: at chance", check.passed))
        known.append(figures[-1].value >= 0.95)
    raised = check_penalty(loss, L2Penalty(loss, 0.1), drawn).passed
    figures.append(share_of("a penalty raises the loss", raised))
    if not raised.all() or not any(known):
        return Finding(tuple(figures), FAILS, "it is not what one expects")
    if all(known):
        return Finding(tuple(figures), HOLDS, "weights so small predict nothing yet")
    why = "for small weights; those of a normal size make predictions, and wrong ones cost more"
    return Finding(tuple(figures), CONDITION, why)


# --- while it trains ------------------------------------------------------------------------------


@claim(
    "cl-42",
    "The full-batch loss falls at every step, and jitter grows as the batch shrinks",
    source=SOURCE,
)
def jitter_grows_as_the_batch_shrinks(rates=(0.4, 1.5), steps=40, starts=4, seed=0):
    """A network with 32 tanh units reads 200 digits from {starts} starts (seed {seed}). Each of
    {steps} steps goes along the mean gradient of a batch, times {rates}. Which share of the steps
    raises the loss of all 200, with batches of 5, of 20 and of all 200?

    The claim holds if at each of these rates the share grows as the batch shrinks, and is 0 for all
    200; with a condition, if that is so at the lowest rate.
    """
    examples, sizes = 200, (200, 20, 5)
    loss, figures, as_claimed = reading(READER, n=examples), [], []
    start = glorot_uniform(READER, seed, ensemble=(starts, 1))
    begin = np.broadcast_to(start, (starts, len(rates), READER.n_parameters))
    shares = []
    for size in sizes:
        rule = GradientDescent(np.broadcast_to(np.array(rates) / size, (starts, len(rates))))
        path = descend(loss, begin, rule, steps, Minibatches(size, rng=seed))
        shares.append(rises(path.losses))
    for member, rate in enumerate(rates):
        for size, share in zip(sizes, shares, strict=True):
            figures.append(mean_of(f"step {rate:g}, batches of {size}: share", share[:, member]))
        whole, middle, small = (figure.value for figure in figures[-3:])
        as_claimed.append(whole == 0 and whole < middle < small)
    if all(as_claimed):
        return Finding(tuple(figures), HOLDS, "at each of these rates")
    if as_claimed[0]:
        why = "unless the rate is too high: then the steps overshoot, without any noise"
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "even short steps along the whole gradient raise it")


LENGTHS = (25, 200, 1200)


@claim("cl-28", "The update-to-weight ratio should sit near 1e-3", source=SOURCE)
def ratio_should_be_a_thousandth(lengths=LENGTHS, starts=2, seed=0):
    """A classifier of 12 tanh units is trained by Adam for {lengths} steps, from {starts} starts
    (seed {seed}), at rates from 0.02 to 1. What is the power of ten of the median ratio at the
    rate that ends lowest?

    Near is taken to mean within a power of ten, from -4 to -2. The claim holds if that is so for
    runs of each of these lengths, and with a condition if for the longest.
    """
    _, medians = ratio_of_the_best(lengths, seed, starts)
    figures = tuple(
        mean_of(f"{length} steps: power of ten", np.round(np.log10(found), 1))
        for length, found in zip(lengths, medians.T, strict=True)
    )
    near = [abs(figure.value + 3) <= 1 for figure in figures]
    if all(near):
        return Finding(figures, HOLDS, "whatever the length of the run")
    if near[-1]:
        why = "in the longest of these runs; the shorter a run, the larger its best ratio"
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "the best rate has another ratio")
