"""The claims about adaptive methods."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, gabor_data, linear_data
from course_lib.descent import descend, iterate
from course_lib.global_search import random_starts
from course_lib.losses import L2Penalty, LeastSquares
from course_lib.many_runs import descend_each, single_examples
from course_lib.models import Gabor, Linear
from course_lib.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    GradientDescent,
    Momentum,
    NormalizedGradient,
    RAdam,
    RMSProp,
)
from course_lib.schedules import LinearDecay, WarmUp
from course_lib.surfaces import Polynomial, Slopes, badly_scaled_bowl
from lessons.claims.bowls import Bowls
from lessons.experiments.scenes import LINE_START, STARTS_6_5, line_minimum, linear_loss
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

SQUARE = ((-8.0, 8.0), (-8.0, 8.0))
RIVALS, RATES = (GradientDescent, Momentum, RMSProp, Adam), np.logspace(-5, 2, 71)
ALPHA = 0.001
EARLY = {
    "Adam": Adam(ALPHA),
    "warm-up": Adam(WarmUp(20, then=ALPHA)),
    "RAdam": RAdam(ALPHA),
}


@claim(
    "cl-11",
    "Normalised gradients bounce around the minimum and do not converge",
    source="chapter 6, section 6.4 and figure 6.9c",
)
def normalised_gradients_bounce(starts=200, epsilon=1e-8, seed=0):
    """The bowl of figure 6.9; {starts} starts drawn uniformly in the square [-8, 8] x [-8, 8]
    with seed {seed}; 500 steps of normalised gradients at α = 0.1, with ε = {epsilon}. How far
    from the minimum along an axis is the farther of the last two points?

    A path has come to rest if that is less than α/100 along both axes. The claim holds if surely
    fewer than one in twenty do, and with a condition if fewer than half do.
    """
    alpha, begin = 0.1, random_starts(SQUARE, starts, seed)
    constant, falling = (
        np.abs(descend(badly_scaled_bowl(), begin, rule, 500).params[-2:]).max(axis=0) / alpha
        for rule in (
            NormalizedGradient(alpha, epsilon=epsilon),
            NormalizedGradient(LinearDecay(alpha, final=alpha / 1000, tau=500), epsilon=epsilon),
        )
    )
    at_rest, cured = ((distance < 0.01).all(axis=-1) for distance in (constant, falling))
    figures = (
        share_of("share of the starts that come to rest", at_rest),
        mean_of("distance along the steep axis, in α", constant[:, 1]),
        share_of("share that comes to rest at a rate that falls to α/1000", cured),
    )
    share, (_, at_most) = figures[0].value, figures[0].interval
    if at_most < 0.05:
        why = "at a constant α they hop across the minimum, the farther hop between α/2 and α off"
        return Finding(figures, HOLDS, why)
    verdict = CONDITION if share < 0.5 else FAILS
    return Finding(figures, verdict, "where a slope is smaller than ε, its size counts again")


@claim(
    "cl-12",
    "Without bias correction Adam's first steps are unrealistic",
    source="chapter 6, equation 6.16",
)
def uncorrected_first_steps_are_unrealistic(beta=0.9, gamma=0.999, steps=200, seed=0):
    """A loss gφ, with a slope g drawn between 0.1 and 10 with seed {seed}; {steps} steps of Adam
    with β = {beta} and γ = {gamma}, with bias correction and without. What are its averages after
    the first step, and how long are its steps?

    The first step is realistic if it is between half and twice as long as α, the length of every
    step of normalised gradients.
    """
    loss = Polynomial([0.0, np.random.default_rng(seed).uniform(0.1, 10)])
    slope = loss.gradient([0.0])
    raw, corrected = (Adam(1.0, beta, gamma, bias_correction=wanted) for wanted in (False, True))
    averages = next(iterate(loss, np.zeros(1), raw)).state
    bare, mended = (
        np.abs(np.diff(descend(loss, [0.0], rule, steps).params[:, 0])) for rule in (raw, corrected)
    )
    figures = (
        Figure("m after the first step, as a share of the slope", (averages.m / slope).item()),
        Figure("√v after it, likewise", (np.sqrt(averages.v) / np.abs(slope)).item()),
        Figure("first step without correction, in α", bare[0]),
        Figure("longest step without correction, in α", bare.max()),
        Figure("first step with correction, in α", mended[0]),
        Figure("longest step with correction, in α", mended.max()),
    )
    if not 0.5 < mended[0] < 2:
        return Finding(figures, FAILS, "the first step with correction is no more realistic")
    if 0.5 < bare[0] < 2:
        return Finding(figures, FAILS, "the first step is about as long without correction")
    length, short = ("long", "√v") if bare[0] > 1 else ("short", "m")
    why = f"the averages begin at zero, as the source says; {short} is too small by more, and the "
    return Finding(figures, HOLDS, why + f"steps are too {length}")


@claim(
    "cl-13",
    "SGD is Adam with β = γ = 0",
    source="chapter 6, notes",
)
def sgd_is_adam_without_memory(draws=20, starts=20, seed=0):
    """Least squares on 12 points of a line, drawn {draws} times with seed {seed}; on each draw 30
    steps with batches of three at α = 0.02 from {starts} starts drawn uniformly in the square
    [-8, 8] x [-8, 8], by SGD and by others on the same batches. How far apart do two paths of a
    draw get, at most?

    Two rules are the same if that is less than 0.01 on every draw.
    """
    rng, apart = np.random.default_rng(seed), []
    for draw in range(draws):
        loss = LeastSquares(Linear(), *linear_data(seed=rng))
        begin, batches = random_starts(SQUARE, starts, rng), Minibatches(3, rng=seed * draws + draw)
        sgd, adam, signs, flooded = (
            descend(loss, begin, rule, 30, batches).params
            for rule in (
                GradientDescent(0.02),
                Adam(0.02, beta=0, gamma=0),
                NormalizedGradient(0.02),
                Adam(0.02e9, beta=0, gamma=0, epsilon=1e9),
            )
        )
        pairs = (adam - sgd, adam - signs, flooded - sgd)
        apart.append([np.abs(between).max() for between in pairs])
    names = (
        "how far apart, Adam with β = γ = 0 and SGD",
        "the same, Adam with β = γ = 0 and normalised gradients",
        "the same, Adam with ε = 10⁹ and rate 10⁹ α, and SGD",
    )
    figures = tuple(map(mean_of, names, np.transpose(apart)))
    if np.max(apart, axis=0)[0] < 0.01:
        return Finding(figures, HOLDS, "nothing but the gradient is left")
    why = (
        "what is left is the sign of each slope, which is the rule of normalised gradients; only "
        "an ε far above every slope brings their size back"
    )
    return Finding(figures, FAILS, why)


@claim(
    "cl-14",
    "Adam can fail to converge on a convex problem, and AMSGrad does not",
    source="chapter 6, notes (Reddi et al., 2018, theorem 1)",
)
def adam_fails_where_amsgrad_converges(gamma=0.1, starts=100, seed=0):
    """The published counter-example: slopes 3, -1, -1 in turn, on the interval [-1, 1], where the
    least sum is at -1; α falls like 1/√t, β = 0, γ = {gamma}. {starts} starts drawn uniformly in
    the interval with seed {seed}, 900 steps. From which share of them does a rule come to -1?

    A path has come there if it ends less than 0.1 away. A rule fails if fewer than one path in
    twenty does, and converges if at least nineteen in twenty do.
    """
    begin = random_starts([(-1, 1)], starts, seed)
    in_turn = [[t % 3] for t in range(900)]
    arrived = [
        descend(Slopes([3.0, -1.0, -1.0]), begin, _Within(rule, -1, 1), 900, in_turn).final < -0.9
        for rule in (
            Adam(_like_one_over_root, beta=0, gamma=gamma),
            AMSGrad(_like_one_over_root, beta=0, gamma=gamma),
            Adam(_like_one_over_root, beta=0, gamma=0.999),
        )
    ]
    figures = (
        share_of("share that arrives, Adam", arrived[0]),
        share_of("share that arrives, AMSGrad", arrived[1]),
        share_of("share that arrives, Adam with γ = 0.999", arrived[2]),
    )
    adam, amsgrad, _ = (figure.value for figure in figures)
    if amsgrad < 0.95:
        return Finding(figures, FAILS, "AMSGrad fails here, too")
    if adam >= 0.05:
        return Finding(figures, FAILS, "this γ remembers the large slopes: Adam does not fail")
    why = "Adam forgets the rare large slope before the next one comes, and walks the wrong way"
    return Finding(figures, HOLDS, why)


@claim(
    "cl-15",
    "AdaGrad's rate shrinks until learning stops early",
    source="chapter 6, notes; Learning parameters",
)
def adagrad_stops_early(steps=1000, starts=100, seed=0):
    """The bowl of figure 6.9; {starts} starts drawn uniformly in the square [-8, 8] x [-8, 8]
    with seed {seed}; {steps} steps of AdaGrad with a large α, 2.5, and with a small one, 0.05,
    and of RMSProp with the small one. From which share of the starts does a rule arrive?

    To arrive is taken to mean to come ten times closer to the minimum; AdaGrad stops early where
    less than half of its paths arrive.
    """
    bowl, begin = badly_scaled_bowl(), random_starts(SQUARE, starts, seed)
    large, small, forgetful = (
        descend(bowl, begin, rule, steps).params
        for rule in (AdaGrad(2.5), AdaGrad(0.05), RMSProp(0.05))
    )
    squares = (bowl.gradient(large[:-1]) ** 2).cumsum(axis=0)  # AdaGrad's v, step by step
    figures = (
        share_of("share that arrives, AdaGrad, large α", _closer(large)),
        share_of("share that arrives, AdaGrad, small α", _closer(small)),
        share_of("share that arrives, RMSProp, small α", _closer(forgetful)),
        mean_of(
            "large α: last rate as a share of the first",
            np.sqrt(squares[0] / squares[-1]).mean(axis=-1),
        ),
    )
    bold, timid, rmsprop = (figure.value > 0.5 for figure in figures[:3])
    if timid or not rmsprop:
        return Finding(figures, FAILS, "AdaGrad arrives no less often than a rule that forgets")
    if bold:
        why = (
            "at a large α its rate levels out, and it arrives; at a small one it has not stopped, "
            "but its steps have become too short for the way"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, HOLDS, "its steps have become too short for the way, at either α")


@claim(
    "cl-16",
    "AdamW and Adam with an L2 penalty differ",
    source="chapter 6, notes (Loshchilov and Hutter, 2019)",
)
def adamw_is_not_adam_with_l2(decay=0.1, steps=1000, bowls=20, seed=0):
    """{bowls} bowls centred at 1, each with ten curvatures drawn between 0.5 and 20, evenly in
    their logarithms, with seed {seed}; {steps} steps at α = 0.01 from 0, by Adam on the loss with
    a penalty of strength {decay} and by AdamW with that decay. How far from 1 does each parameter
    end?

    The two differ if on every bowl some parameter ends more than 0.01 apart.
    """
    logarithms = np.random.default_rng(seed).uniform(*np.log((0.5, 20)), size=(bowls, 10))
    loss = Bowls(np.sort(np.exp(logarithms)), centre=1.0)
    penalty, decoupled = (
        descend(loss, np.zeros((bowls, 10)), rule, steps, keep="last").final
        for loss, rule in (
            (L2Penalty(loss, decay), Adam(0.01)),
            (loss, AdamW(0.01, weight_decay=decay)),
        )
    )
    figures = (
        mean_of("distance from 1, flattest parameter, with the penalty", 1 - penalty[:, 0]),
        mean_of("the same, steepest parameter", 1 - penalty[:, -1]),
        mean_of("the same, flattest parameter, AdamW", 1 - decoupled[:, 0]),
        mean_of("the same, steepest parameter, AdamW", 1 - decoupled[:, -1]),
    )
    if (np.abs(penalty - decoupled).max(axis=-1) > 0.01).all():
        why = "the penalty pulls flat parameters more; AdamW's decay treats steep and flat alike"
        return Finding(figures, HOLDS, why)
    return Finding(figures, FAILS, "they end at the same place")


@claim(
    "cl-17",
    "Adam is insensitive to its learning rate",
    source="chapter 6, section 6.4",
)
def adam_is_insensitive_to_its_rate(draws=4, seed=0):
    """Three losses, each drawn {draws} times with seed {seed}: the bowl of figure 6.9, from a
    start near that of the figure, and least squares on 12 points of a line and on 28 of a Gabor
    wave. 300 steps at each of 71 rates from 10⁻⁵ to 100. Over how many powers of ten of the rate
    is 99 % of the excess loss gone after 250 steps, and stays away for 50 more?

    Adam counts as insensitive if that is at least twice what gradient descent has, on each loss.
    The claim needs a condition where momentum alone has all but one power of ten of that.
    """
    rng = np.random.default_rng(seed)
    borne = np.array(
        [[_powers_of_ten(*drawn) for drawn in _three_losses(rng)] for _ in range(draws)]
    )
    figures = tuple(
        mean_of(f"powers of ten of the rate, {rule.__name__} on {name}", borne[:, i, j])
        for i, name in enumerate(("the bowl", "the line", "the Gabor wave"))
        for j, rule in enumerate(RIVALS)
    )
    descent, momentum, _, adam = borne.mean(axis=0).T
    if not (adam >= 2 * descent).all():
        return Finding(figures, FAILS, "it bears hardly more rates than gradient descent")
    if (adam >= momentum + 1).all():
        return Finding(figures, HOLDS, "it bears many more rates than the others")
    why = "it bears many more rates than gradient descent, but not always many more than momentum"
    return Finding(figures, CONDITION, why)


@claim(
    "cl-34",
    "Warm-up and rectified Adam tame the variance of the first steps",
    source="chapter 6, notes (Goyal et al., 2018; Liu et al., 2020)",
)
def first_steps_are_tamed(runs=400, steps=10, seed=0):
    """Least squares on 12 points of a line drawn with seed {seed}, with noise of spread 0.15 and
    with a hundred times that; {runs} runs of {steps} steps at α = 0.001 with one example each,
    which begin at the minimum: whatever moves them is noise. How large is their variance, the
    mean square of their distance from the minimum, in units of α²?

    Tamed is taken to mean surely less than half of Adam's: the intervals do not reach there. The
    claim holds if both are tamed at both noises, and with a condition if warm-up is at both and
    RAdam at one.
    """
    figures, tamed = [], []
    for name, noise in (("little noise", LINE_NOISE), ("much noise", 100 * LINE_NOISE)):
        adam, *others = (
            mean_of(f"{name}, {rule_name}", _spread(rule, noise, runs, steps, seed))
            for rule_name, rule in EARLY.items()
        )
        figures += [adam, *others]
        tamed += [[other.interval[1] < adam.interval[0] / 2 for other in others]]
    warm_up, radam = zip(*tamed)
    if all(warm_up) and all(radam):
        return Finding(tuple(figures), HOLDS, "both do, whatever the noise")
    if all(warm_up) and any(radam):
        why = (
            "warm-up does, whatever the noise; RAdam's first four steps have no divisor, and tame "
            "only where slopes are small"
        )
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "they do not reliably")


@dataclass(frozen=True, eq=False)
class _Within:
    """A rule whose every step is put back into the interval from low to high."""

    rule: Any
    low: float
    high: float

    def init(self, phi):
        return self.rule.init(phi)

    def step(self, phi, state, loss, t):
        phi, state = self.rule.step(phi, state, loss, t)
        return np.clip(phi, self.low, self.high), state


def _like_one_over_root(t):
    """A schedule of rates."""
    return 0.5 / np.sqrt(t + 1)


def _closer(params):
    """Which paths (R, n, 2) end ten times closer to 0 than they began."""
    distances = np.linalg.norm(params[[0, -1]], axis=-1)
    return distances[1] < distances[0] / 10


def _three_losses(rng):
    """The losses on which rates are tried, each with a start."""
    yield badly_scaled_bowl(), rng.uniform((-9.0, 1.0), (-6.0, 1.6))
    yield LeastSquares(Linear(), *linear_data(seed=rng)), LINE_START
    yield LeastSquares(Gabor(), *gabor_data(seed=rng)), STARTS_6_5[2]


def _powers_of_ten(loss, start):
    """Over how many powers of ten of the rate each of the RIVALS does well."""
    losses = np.array([descend(loss, start, rule(RATES), 300).losses for rule in RIVALS])
    losses[np.isnan(losses)] = np.inf
    left = (losses - losses.min()) / (losses[0, 0, 0] - losses.min())
    return (left[:, 250:] < 0.01).all(axis=1).sum(axis=-1) / 10


def _spread(rule, noise, runs, steps, seed):
    """The squared distance from the minimum, in units of α², of runs that began there, (runs,)."""
    loss = linear_loss(noise, seed)
    minimum = line_minimum(loss)
    luck = single_examples(runs, seed)
    ends = descend_each(loss, minimum, rule, steps, luck, keep="last").final
    return ((ends - minimum) ** 2).sum(axis=-1) / ALPHA**2
