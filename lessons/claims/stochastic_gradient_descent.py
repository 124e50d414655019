"""The claims about stochastic gradient descent."""

import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, islice, product

import numpy as np

from course_lib.batches import Minibatches, steps_per_epoch
from course_lib.datasets import LINE, digits, gabor_data, linear_data
from course_lib.descent import descend
from course_lib.global_search import random_starts
from course_lib.initialization import he_normal
from course_lib.losses import LeastSquares, SoftmaxCrossEntropy
from course_lib.many_runs import descend_each
from course_lib.models import Gabor, Linear, Softmax
from course_lib.networks import MLP
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Curve, Polynomial
from lessons.experiments.scenes import (
    GABOR_BOUNDS,
    LINE_START,
    STARTS_6_5,
    gabor_loss,
    gabor_minima,
)
from lessons.measuring.claim import (
    CONDITION,
    FAILS,
    HOLDS,
    Figure,
    Finding,
    claim,
    in_groups,
    mean_of,
    power_of,
    share_of,
)

# --- out of a wrong valley --------------------------------------------------------------------


@claim(
    "cl-4",
    "Stochastic gradient descent leaves a wrong valley that gradient descent cannot",
    source="chapter 6, figure 6.5b",
)
def noise_leaves_a_wrong_valley(runs=400, learning_rate=1.0, seed=0):
    """The Gabor loss of figure 6.5. From its start 2, in a wrong valley: {runs} runs of 40 steps of
    SGD at the rate {learning_rate} with batches of two (seed {seed}), and 400 steps of gradient
    descent at each of 50 rates from 0.02 to 1. What share is then in the valley of the global
    minimum? And of as many runs of SGD from start 1, which is in that valley, what share leaves it?

    In the valley is taken to mean that gradient descent finishes within 0.5 of the minimum. The
    claim holds if surely most runs of SGD arrive, and with a condition if surely more than one in
    a hundred do; it does not hold if fewer do, or if gradient descent arrives as well.
    """
    loss, starts = gabor_loss(), np.array(STARTS_6_5[:2])
    batches = [Minibatches(2, rng=seed * runs + run) for run in range(runs)]
    rule = GradientDescent(learning_rate)
    noisy = descend_each(loss, starts, rule, steps=40, batches=batches, keep="last").final
    from_1, from_2 = _in_the_right_valley(noisy).T
    rule = GradientDescent(np.linspace(0.02, 1, 50))
    without_noise = descend(loss, starts[1], rule, steps=400, keep="last").final
    by_itself = _in_the_right_valley(without_noise).sum()
    arrived = share_of("SGD from start 2: runs that arrive, share", from_2)
    figures = (
        arrived,
        Figure("gradient descent from start 2: rates that arrive, of 50", by_itself),
        share_of("SGD from start 1: runs that leave the right valley, share", ~from_1),
    )
    if by_itself or arrived.interval[0] <= 0.01:
        return Finding(figures, FAILS, "SGD has no clear advantage")
    if arrived.interval[0] > 0.5:
        return Finding(figures, HOLDS, "most runs of SGD arrive, and gradient descent never does")
    why = "it can, with some luck; and the same noise makes it leave the right valley as well"
    return Finding(figures, CONDITION, why)


def _in_the_right_valley(phi):
    """Whether gradient descent from phi (*ensemble, 2) ends at figure 6.5's global minimum."""
    ends = descend(gabor_loss(), phi, GradientDescent(0.15), steps=100, keep="last").final
    return np.linalg.norm(ends - gabor_minima()[0].phi, axis=-1) < 0.5


# --- what a batch knows of the whole gradient -------------------------------------------------


@claim(
    "cl-5",
    "The gradient of a batch is unbiased, with or without replacement",
    source="chapter 6, section 6.2; Optimisation algorithms, part 1",
)
def batch_gradients_are_unbiased(batch_size=3, draws=40, seed=0):
    """The Gabor loss of 28 points, at a place in figure 6.4's box, drawn {draws} times (seed
    {seed}). Every batch of {batch_size} examples there is, without replacement and with it: what is
    the mean of their gradients, compared with the gradient of all examples? And how many of them,
    without replacement, are farther from that mean than it is long?

    Equal is taken to mean up to 1e-9 of its length, on every draw. If the means over a batch are
    equal to those over all examples the claim holds, with the condition that one takes means: the
    sums are only equal where a batch has all. Raises ValueError for batches of more than 4: there
    are 28⁵ of 5.
    """
    if batch_size not in (1, 2, 3, 4):
        raise ValueError(f"batch_size is {batch_size!r}, expected 1, 2, 3 or 4")
    rng, measured = np.random.default_rng(seed), []
    without = np.array(list(combinations(range(28), batch_size)))
    back = np.array(list(product(range(28), repeat=batch_size)))
    for _ in range(draws):
        loss = LeastSquares(Gabor(), *gabor_data(n=28, seed=rng))
        [phi] = random_starts(GABOR_BOUNDS, 1, rng)
        each, whole = loss.per_example_gradients(phi), loss.gradient(phi)
        strays = _distance(each[without].mean(axis=1), whole / 28)
        means = [each[batches].mean(axis=(0, 1)) for batches in (without, back)]
        multiple = each[without].sum(axis=1).mean(axis=0) @ whole / (whole @ whole)
        measured.append((*_distance(means, whole / 28), multiple, np.mean(strays > 1)))
    bias, bias_back, multiple, astray = np.transpose(measured)
    figures = (
        Figure("means without replacement: largest relative bias", round(bias.max(), 9)),
        Figure("means with replacement: largest relative bias", round(bias_back.max(), 9)),
        Figure("mean of the sums, as a multiple of the sum over all", multiple.mean()),
        mean_of("batches that stray by more than the length of the mean, share", astray),
    )
    if max(*bias, *bias_back) > 1e-9:
        return Finding(figures, FAILS, "the mean of all batches is another gradient")
    why = "with means it is; the sums of equation 6.10 are on average B/I of the sum over all"
    return Finding(figures, CONDITION, why)


def _distance(a, b):
    """How far each a (…, P) is from b (P,), in lengths of b."""
    return np.linalg.norm(a - b, axis=-1) / np.linalg.norm(b)


SIZES = (1, 2, 4, 7, 14)


@claim(
    "cl-6",
    "The standard error of the gradient falls as σ/√n",
    source="Deep Learning, section 8.1.3",
)
def noise_falls_as_one_over_root_n(draws=4000, seed=0):
    """The gradients of the 28 examples of figure 6.5 at its start 1; {draws} batches (seed {seed})
    of each of the sizes n = 1, 2, 4, 7 and 14, with and without replacement. The standard
    deviation of a batch's mean gradient falls with n: with what slope, on log-log axes?

    As σ/√n is taken to mean a slope within 0.05 of -0.5. The claim holds if both have it, and with
    a condition if only the batches with replacement do.
    """
    rng, pulls = np.random.default_rng(seed), gabor_loss().per_example_gradients(STARTS_6_5[0])
    promised = np.sqrt(pulls.var(axis=0).sum() / SIZES[-1])
    back, kept = (
        _noise_of_batches(pulls, SIZES, draws, rng, returned) for returned in (True, False)
    )
    figures = (
        mean_of("with replacement: slope", power_of(SIZES, back)),
        mean_of("without replacement: slope", power_of(SIZES, kept)),
        mean_of("with replacement: noise of 14 examples, in units of σ/√14", back[-1] / promised),
        mean_of("without replacement: the same", kept[-1] / promised),
    )
    follows = [abs(slope.value + 0.5) < 0.05 for slope in figures[:2]]
    if all(follows):
        return Finding(figures, HOLDS, "however the batch is drawn")
    if follows[0]:
        why = (
            "for independent draws it does; without replacement there is one more factor, "
            "√((I-n)/(I-1)), so that it falls faster, to zero for all I examples"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "not even with replacement")


def _noise_of_batches(pulls, sizes, draws, rng, replacement):
    """The standard deviation of a batch's mean, measured in groups of draws: (sizes, groups)."""
    noise = []
    for size in sizes:
        batches = Minibatches(size, rng, replacement).indices(len(pulls))
        means = pulls[np.array(list(islice(batches, draws)))].mean(axis=1)
        noise.append(np.sqrt(in_groups(means).var(axis=1).sum(axis=-1)))
    return np.array(noise)


@claim(
    "cl-7",
    "One pass without replacement uses every example equally",
    source="chapter 6, section 6.2.2",
)
def one_pass_uses_every_example_equally(
    examples=23, batch_size=5, passes=400, replacement=False, drop_last=False, seed=0
):
    """{passes} passes over {examples} examples in shuffled batches of {batch_size} (seed {seed}).
    How often does one pass take each of them? And how many does it miss when every batch is drawn
    from all the examples, with replacement?

    The claim holds if each pass takes every example exactly once, and with a condition if it takes
    none twice.
    """
    rng = np.random.default_rng(seed)
    times = _times_taken(examples, passes, Minibatches(batch_size, rng, replacement, drop_last))
    back = _times_taken(examples, passes, Minibatches(batch_size, rng, replacement=True))
    more = batch_size / (examples % batch_size or batch_size)
    figures = (
        Figure("fewest times that a pass takes an example", times.min()),
        Figure("most times", times.max()),
        mean_of("with replacement: examples that a pass misses, share", np.mean(back == 0, axis=1)),
        Figure("weight of an example in the last batch, if batches are averaged", more),
    )
    if times.min() == times.max() == 1:
        why = (
            "and with the sums of equation 6.10 each counts the same; where batches are averaged, "
            "those of a smaller last batch count more"
        )
        return Finding(figures, HOLDS, why)
    if times.max() == 1:
        return Finding(figures, CONDITION, "those that are left over wait for another pass")
    return Finding(figures, FAILS, "some are taken twice, and others not at all")


def _times_taken(examples, passes, batches):
    """How often each pass takes each example, shape (passes, examples)."""
    steps = steps_per_epoch(examples, batches.batch_size, batches.drop_last)
    indices = batches.indices(examples)
    taken = [np.concatenate(list(islice(indices, steps))) for _ in range(passes)]
    return np.array([np.bincount(row, minlength=examples) for row in taken])


# --- the same noise everywhere: rates of convergence, and the width of a minimum --------------


@dataclass(frozen=True)
class Shaken:
    """A batch of examples that share a loss of one parameter, but pull at its gradient by chance.

    surface : what the loss of one example is without its pull
    pull : the sum of the pulls, one for each member of the ensemble, or 0; `batch` takes another
    """

    surface: Curve
    batch_size: int
    pull: float | np.ndarray = 0.0

    def __call__(self, phi):
        return self.surface(phi)

    def gradient(self, phi):
        return self.batch_size * self.surface.gradient(phi) + self.pull

    def batch(self, pull):
        return replace(self, pull=pull)


def noisy_runs(surface, start, rates, steps, runs, rng, pull=1.0, batch_size=1, keep="last"):
    """The path of SGD whose every example pulls up or down: params (R, runs, number of rates, 1).

    rates : a schedule t -> array
    """
    pulls = pull * rng.choice([-1, 1], size=(steps, batch_size, runs, 1, 1)).sum(axis=1)
    starts = np.full((runs, len(rates(0)), 1), start)
    loss = Shaken(surface, batch_size)
    return descend(loss, starts, GradientDescent(rates), steps, pulls, keep=keep)


RATES = {
    "fixed": lambda t: 0.1,
    "as 1/√k": lambda t: (t + 10) ** -0.5,
    "as 1/k": lambda t: 1 / (t + 1),
}
SURFACES = {"x²/2": Polynomial([0, 0, 1 / 2]), "x⁴/4": Polynomial([0, 0, 0, 0, 1 / 4])}


@claim(
    "cl-24",
    "SGD's excess error falls as 1/√k on a convex loss, as 1/k on a strongly convex one",
    source="Deep Learning, section 8.3.1",
)
def excess_error_falls_with_the_rate(runs=1000, steps=2000, seed=0):
    """Two losses: x²/2, which is strongly convex, and x⁴/4, which is not: its curvature is zero at
    the minimum. {runs} runs of SGD from x = 1, in which chance adds 1 or -1 to every gradient (seed
    {seed}), at rates that are fixed, fall as 1/√k, or fall as 1/k. Against the step k, on log-log
    axes, what is the slope of the mean excess error over the last 95 in 100 of {steps} steps?

    As 1/√k and as 1/k are taken to mean a slope below -0.4 and below -0.9. The claim holds if the
    error on x⁴/4 falls as 1/√k and that on x²/2 as 1/k at each of these rates, and with a condition
    if at one of them.
    """
    rng, slope = np.random.default_rng(seed), {}
    for name, surface in SURFACES.items():
        k, excess = excess_errors(surface, runs, steps, rng)
        groups = in_groups(excess, axis=1).mean(axis=2)
        for number, rates in enumerate(RATES):
            slope[name, rates] = mean_of(
                f"slope on {name}, rate {rates}", power_of(k, groups[..., number])
            )
    figures = tuple(slope.values())
    convex = [slope["x⁴/4", rates].value < -0.4 for rates in RATES]
    strongly = [slope["x²/2", rates].value < -0.9 for rates in RATES]
    if all(convex) and all(strongly):
        return Finding(figures, HOLDS, "whatever the rates")
    if any(convex) and any(strongly):
        why = (
            "if the rate falls, as 1/√k or as 1/k; at a fixed rate the error stays on a plateau, "
            "and on x⁴/4 even rates of 1/k do not bring 1/k"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "it falls more slowly at all of these rates")


def excess_errors(surface, runs, steps, rng):
    """At 20 steps k, (20,): what the runs have above the minimum, (20, runs, rates)."""

    def rates(t):
        return np.array([rate(t) for rate in RATES.values()])

    path = noisy_runs(surface, 1.0, rates, steps, runs, rng, keep=steps // 20)
    return path.t[1:], surface(path.params[1:])


class TwoValleys(Curve):
    """A deep and narrow valley at 0 beside a shallow and wide one at 2: two parabolas."""

    RIDGE = 0.6

    def value(self, x):
        return np.where(x < self.RIDGE, 5 * x**2 - 0.82, (x - 2) ** 2 / 2)

    def slope(self, x):
        return np.where(x < self.RIDGE, 10 * x, x - 2)


LOW, HIGH, PULL = 0.003, 0.009, 16


@claim(
    "cl-25",
    "The ratio of learning rate to batch size decides the width of the minimum found",
    source="chapter 6, notes, after Jastrzębski et al., 2018",
)
def ratio_of_rate_to_batch_decides_the_width(runs=1000, examples=4000, seed=0):
    """A loss with a deep, narrow valley (curvature 10) beside a shallow, wide one (curvature 1);
    every example adds 16 or -16 to the gradient by chance. {runs} runs of SGD from the ridge
    between them (seed {seed}), {examples} examples long, at the rates αB: with the sums of equation
    6.10, α itself is the ratio of that rate to the batch size B. What share ends in the wide one?

    The claim holds if, at the same α, the shares for B = 1, 2 and 64 differ less than half as much
    as those for the two α do, and with a condition if only those for B = 1 and 2 do.
    """
    rng, figures = np.random.default_rng(seed), []
    for size in (1, 2, 64):
        path = noisy_runs(
            TwoValleys(), TwoValleys.RIDGE, lambda t: np.array([LOW, HIGH]), examples // size, runs,
            rng, PULL, size,
        )  # fmt: skip
        for rate, ends in zip((LOW, HIGH), path.final[..., 0].T):
            what = f"in the wide valley with α = {rate}, B = {size}, share"
            figures.append(share_of(what, ends > TwoValleys.RIDGE))
    shares = np.reshape([figure.value for figure in figures], (3, 2))  # (batch sizes, rates)
    by_rate = np.abs(shares[:2, 1] - shares[:2, 0]).min()
    alike = np.abs(shares - shares[0]).max(axis=1) < by_rate / 2
    if alike.all():
        return Finding(tuple(figures), HOLDS, "the same ratio, the same share")
    if alike[1]:
        why = "while steps are short, as the source says; long ones jump out of the narrow valley"
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "the same ratio leads to other shares")


# --- test accuracy ----------------------------------------------------------------------------

SMALL_NETWORK = MLP((64, 16, 10))


@claim(
    "cl-52",
    "A higher ratio of learning rate to batch size gives better test accuracy",
    source="chapter 6, notes, after He et al., 2019",
)
def ratio_of_rate_to_batch_decides_the_accuracy(runs=6, examples=200, seed=0):
    """A network of 16 hidden units that tells digits from pictures of 8 x 8. {runs} times (seed
    {seed}) {examples} training examples are drawn, and from one start SGD trains it three times:
    at the rate 0.04 of the mean with batches of 10; at ten times that rate, and a tenth of the
    epochs; and at that higher rate with batches of 100. The first and the last have the same ratio,
    the second has ten times as much. How many of 400 new digits does it get right?

    The claim holds if the high ratio does surely better than either of the low ones, and with a
    condition if than one of them.
    """
    accuracy = np.array([_accuracies(examples, [seed, run]) for run in range(runs)])
    low, high, large = accuracy.T
    names = "rate 0.04, batches of 10", "rate 0.4, batches of 10", "rate 0.4, batches of 100"
    gains = (
        mean_of("gained by ten times the rate", high - low),
        mean_of("gained by a tenth of the batch", high - large),
    )
    figures = (*map(mean_of, [f"new digits right, {name}, share" for name in names], accuracy.T),)
    surely = [gain.interval[0] > 0 for gain in gains]
    if all(surely):
        return Finding((*figures, *gains), HOLDS, "whether by the rate or by the batch")
    if any(surely):
        return Finding((*figures, *gains), CONDITION, "for one of the two ways to raise it")
    why = "on this small network neither gain can be told from chance, once all are trained"
    return Finding((*figures, *gains), FAILS, why)


def _accuracies(examples, seed):
    """Of new digits, after training at each rate (of the sum) and batch size of the claim."""
    data, rng = digits(), np.random.default_rng(seed)
    part, start = rng.choice(len(data.training.y), examples, False), he_normal(SMALL_NETWORK, rng)
    seen, new = (
        SoftmaxCrossEntropy(Softmax(SMALL_NETWORK), x, y)
        for x, y in ((data.training.x[part], data.training.y[part]), (data.test.x, data.test.y))
    )
    ends = []
    for rate, size in ((0.004, 10), (0.04, 10), (0.004, 100)):
        steps = round(1.6 / rate) * steps_per_epoch(examples, size)
        rule, batches = GradientDescent(rate), Minibatches(size, rng=rng)
        ends.append(descend(seen, start, rule, steps, batches, keep="last").final)
    return new.accuracy(np.array(ends))


# --- batches that grow ------------------------------------------------------------------------


@claim(
    "cl-54",
    "Growing the batch does what a falling rate does",
    source="Deep Learning, section 8.3.1",
)
def growing_batches_do_what_falling_rates_do(runs=2000, steps=400, seed=0):
    """The loss φ²/2, to whose slope each example adds 1 or -1 by chance. {runs} runs of {steps}
    steps of SGD from φ = 3, along the mean slope of the batch (seed {seed}): at the rate 0.5 with
    single examples, at a rate that falls as 1/t to a hundredth of that, and at 0.5 with batches
    that grow from 1 to 100 in the same measure. How much excess loss is left in the mean, and how
    many examples does it take?

    Does the same is taken to mean an excess within a quarter of that of the falling rate, and less
    than a tenth of that of the fixed one. The claim holds if this takes at most twice as many
    examples, and with a condition if it takes more.
    """
    rng, falls = np.random.default_rng(seed), 1 + 99 * np.arange(steps) / steps
    one, fixed = np.ones(steps, int), np.full(steps, 0.5)
    plateau, quiet, large = (
        _excess_of_growing_batches(rates, sizes, runs, rng)
        for rates, sizes in ((fixed, one), (fixed / falls, one), (fixed, falls.round().astype(int)))
    )
    used = int(falls.round().sum())
    figures = (
        mean_of("excess, fixed rate, single examples", plateau),
        mean_of("excess, falling rate, single examples", quiet),
        mean_of("excess, fixed rate, growing batches", large),
        Figure("examples used, as a multiple", used / steps),
    )
    high, low, other = (figure.value for figure in figures[:3])
    if abs(other / low - 1) > 0.25 or other > high / 10:
        return Finding(figures, FAILS, "the two leave different excess losses")
    if used <= 2 * steps:
        return Finding(figures, HOLDS, "for about the same number of examples")
    why = f"it does so step for step, at the price of {used / steps:.0f} times as many examples"
    return Finding(figures, CONDITION, why)


def _excess_of_growing_batches(rates, sizes, runs, rng):
    """What is left of φ²/2 after a step at each rate with a batch of each size, (runs,)."""
    phi = np.full(runs, 3.0)
    for rate, size in zip(rates, sizes, strict=True):
        noise = 2 * rng.binomial(size, 0.5, runs) / size - 1
        phi = phi - rate * (phi + noise)
    return phi**2 / 2


# --- time -------------------------------------------------------------------------------------


@claim(
    "cl-35",
    "In time, a pass in mini-batches lies between full batches and single examples",
    source="Optimisation algorithms, part 1",
)
def minibatch_pass_costs_between(examples=2000, seed=0, clock=time.perf_counter):
    """Least squares on {examples} points near a line (seed {seed}). How long does SGD take for one
    pass over them, with batches of 1, of 32 and of all? The shortest of three times counts.

    The claim holds if the time for 32 lies between the other two.
    """
    loss = LeastSquares(Linear(), *linear_data(n=examples, seed=seed))
    rule, times = GradientDescent(1e-4), []
    for size in (1, 32, examples):
        batches, steps = Minibatches(size, rng=seed), steps_per_epoch(examples, size)
        one_pass = partial(descend, loss, LINE_START, rule, steps, batches, keep="last")
        times.append(_shortest_time(one_pass, clock, repeats=3))
    single, mini, full = times
    figures = (
        Figure("single examples, seconds", single),
        Figure("batches of 32, seconds", mini),
        Figure("all at once, seconds", full),
    )
    if full < mini < single:
        why = "each step has a price of its own, and single examples need most steps"
        return Finding(figures, HOLDS, why)
    if single < mini < full:
        return Finding(figures, HOLDS, "though here single examples are the fastest")
    return Finding(figures, FAILS, "the mini-batch is not in the middle")


@claim(
    "cl-36",
    "A batch too small leaves the hardware idle, and a larger one returns less than linearly",
    source="Deep Learning, section 8.1.3",
)
def larger_batches_return_less_than_linearly(seed=0, clock=time.perf_counter):
    """Least squares on 32768 points near a line (seed {seed}). How many examples a second does the
    gradient of a batch get through, one at a time and 32 at once (the shortest of 30 times counts)?
    And how many times as exact as one example, that is, less noisy, is the mean gradient of 32, and
    of 1024?

    Idle is taken to mean that 32 at once get through at least twice as many a second as one; less
    than linearly, that 1024 examples are surely less than 512 times as exact as one.
    """
    rng = np.random.default_rng(seed)
    loss = LeastSquares(Linear(), *linear_data(n=32768, seed=rng))
    one, many = (
        _shortest_time(partial(loss.batch(np.arange(size)).gradient, LINE_START), clock, repeats=30)
        for size in (1, 32)
    )
    pulls = loss.per_example_gradients(LINE_START)
    noise = _noise_of_batches(pulls, (1, 32, 1024), 400, rng, replacement=True)
    figures = (
        Figure("examples a second, 1 at once", 1 / one),
        Figure("examples a second, 32 at once", 32 / many),
        mean_of("32 examples: times as exact as one", noise[0] / noise[1]),
        mean_of("1024 examples: times as exact as one", noise[0] / noise[2]),
    )
    if 32 * one < 2 * many:
        return Finding(figures, FAILS, "one example at a time is nearly as fast as 32")
    if figures[-1].interval[1] >= 512:
        return Finding(figures, FAILS, "the return may be linear")
    why = "a step has a price whatever its batch; and the noise falls only as the root of the batch"
    return Finding(figures, HOLDS, why)


def _shortest_time(work, clock, repeats):
    """The shortest of some times that work() takes: whatever disturbs it makes it longer."""
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


# --- the generalisation error -----------------------------------------------------------------

PASSES, POINTS = 3, 6
MOMENTS = np.array([[1.0, 1.0], [1.0, 4 / 3]])
"""E[[1, x]ᵀ [1, x]] for x uniform on [0, 2], as in `linear_data`."""


@claim(
    "cl-38",
    "The first pass over the data follows the gradient of the generalisation error",
    source="Deep Learning, section 8.1.3",
)
def first_pass_follows_the_generalisation_error(data_sets=600, seed=0):
    """{data_sets} data sets of 6 points near a line (seed {seed}); on each three passes of SGD, one
    example at a time, at the rate 0.1, from the parameters of that line. How steep, along the way
    back to them, are the gradients that SGD sees, as a share of the gradient of the generalisation
    error (the expected loss of a new point) at the same places?

    Follows is taken to mean a share within 0.15 of 1. The claim holds if the first pass does so and
    the last does not; with a condition, as there is nothing special in it, if the last does so too.
    """
    rng, rule, seen, true = np.random.default_rng(seed), GradientDescent(0.1), [], []
    for _ in range(data_sets):
        loss = LeastSquares(Linear(), *linear_data(n=POINTS, seed=rng))
        path = descend(loss, LINE, rule, PASSES * POINTS, Minibatches(1, rng))
        here = path.params[:-1]
        gradients = loss.per_example_gradients(here)[np.arange(len(here)), np.ravel(path.batches)]
        seen.append(_along_the_way_back(gradients, here))
        true.append(_along_the_way_back(2 * (here - LINE) @ MOMENTS, here))
    shares = np.array(seen) / np.mean(true, axis=0)  # (data_sets, passes)
    figures = tuple(
        mean_of(f"share of the generalisation error's slope, pass {number}", share)
        for number, share in enumerate(shares.T, 1)
    )
    first, *_, last = figures
    if abs(first.value - 1) >= 0.15:
        return Finding(figures, FAILS, "not even the first pass does")
    if abs(last.value - 1) < 0.15:
        return Finding(figures, CONDITION, "the later ones do so as well")
    why = "as long as every example is new; later passes follow that of the training error"
    return Finding(figures, HOLDS, why)


def _along_the_way_back(gradients, phi):
    """The slope of each step (steps, 2) along the way from LINE, added up by pass: (passes,)."""
    return (gradients * (phi - LINE)).sum(axis=-1).reshape(PASSES, -1).sum(axis=1)
