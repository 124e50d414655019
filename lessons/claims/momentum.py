"""The claims about momentum and Nesterov momentum."""

from itertools import islice

import numpy as np

from course_lib.datasets import LINE, LINE_NOISE
from course_lib.descent import descend, iterate
from course_lib.many_runs import descend_each, single_examples
from course_lib.optimizers import (
    GradientDescent,
    Momentum,
    Nesterov,
    VelocityMomentum,
    VelocityNesterov,
)
from course_lib.schedules import InverseTime
from course_lib.surfaces import Polynomial
from lessons.claims.bowls import Bowls
from lessons.experiments.scenes import gabor_loss, line_minimum, linear_loss
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


@claim(
    "cl-8",
    "Where gradients agree, momentum's steps grow by the factor 1/(1 - β)",
    source="Deep Learning, section 8.3.2",
)
def agreeing_gradients_lengthen_the_step(beta=0.9, steps=300, seed=0):
    """A loss gφ, with a slope g drawn between 0.1 and 10 with seed {seed}; {steps} steps of
    momentum with β = {beta}, in velocity form and in the averaged form of equation 6.11. How
    long is the last step, in steps of gradient descent at the same rate?

    The factor counts as reached if that is 1/(1 - β), to one per cent.
    """
    slope = np.random.default_rng(seed).uniform(0.1, 10)
    plain = _last_step(GradientDescent(1.0), slope, steps)
    velocity, averaged = (
        _last_step(rule(1.0, beta), slope, steps) / plain for rule in (VelocityMomentum, Momentum)
    )
    figures = (
        Figure("promised, 1/(1 - β)", 1 / (1 - beta)),
        Figure("velocity form", velocity),
        Figure("averaged form", averaged),
    )
    reached = [abs(growth * (1 - beta) - 1) < 0.01 for growth in (velocity, averaged)]
    if all(reached):
        return Finding(figures, HOLDS, "it is so in both forms")
    if reached[0]:
        why = (
            "it is so in velocity form; equation 6.11 multiplies each gradient by 1 - β, and its "
            "steps grow to those of gradient descent and no further"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "the steps have not grown that long")


@claim(
    "cl-9",
    "Momentum's step is an infinite weighted sum of past gradients",
    source="chapter 6, section 6.3 and problem 6.10",
)
def momentum_is_a_weighted_sum(beta=0.8, steps=30, seed=0):
    """Least squares on 28 points of a Gabor wave drawn with seed {seed}; {steps} steps of
    momentum with β = {beta} from [1, 12]. Is m a weighted sum of the gradients it has seen, with
    the weights that problem 6.10 asks for?

    It is if the two agree in nine digits. The sum counts as infinite if its weights add up to
    more than 0.99: those of the terms that it would have, had the walk no beginning, add up to 1.
    """
    loss = gabor_loss(seed=seed)
    walk = iterate(loss, np.array([1.0, 12.0]), Momentum(0.02, beta))
    gradients, averages = zip(*((step.gradient, step.state) for step in islice(walk, steps)))
    weights = (1 - beta) * beta ** np.arange(steps)[::-1]
    apart = np.linalg.norm(weights @ gradients - averages[-1]) / np.linalg.norm(averages[-1])
    digits = int(-np.log10(max(apart, 1e-9)))
    figures = (
        Figure("digits in which m and the weighted sum agree (at most 9 counted)", digits),
        Figure("sum of the weights", weights.sum()),
        Figure("weight of the newest gradient", weights[-1]),
        Figure("weight of the oldest gradient", weights[0]),
    )
    if digits < 9:
        return Finding(figures, FAILS, "m is another average")
    if weights.sum() > 0.99:
        return Finding(figures, HOLDS, "every gradient stays in m, with a weight that fades")
    why = f"it has {steps} terms as yet, and the rest of the weight is on the zero it began with"
    return Finding(figures, CONDITION, why)


@claim(
    "cl-10",
    "Nesterov momentum improves the excess loss after k steps of a convex problem from O(1/k) to "
    "O(1/k²), and not that of SGD",
    source="Deep Learning, section 8.3.3",
)
def nesterov_improves_convex_rates(bowls=20, runs=200, seed=0):
    """Two problems drawn with seed {seed}. With exact gradients: 1000 steps on each of {bowls}
    bowls of 100 curvatures between 0 and 1, crowded near 0. With noise: {runs} runs of 3000 steps
    of least squares on 12 points of a line, one example a step, at a rate that falls like 1/k.
    Which power of k does the excess loss follow while k grows tenfold, up to the end?

    The power -1 is taken to mean one above -1.25, and -2 one below -1.75; a gain with noise, a
    power lower by 0.25 than that of SGD. The claim holds if the power goes from -1 to -2 with
    β = 0.9 as well and there is no gain with noise, and with a condition if β must rise for that.
    """
    crowded, starts = _crowded_bowls(bowls, 100, seed)
    exact = (
        descend(crowded, starts, rule, 1000, keep=50)
        for rule in (
            GradientDescent(1.0),
            VelocityNesterov(1.0, beta=0.9),
            VelocityNesterov(1.0, beta=lambda t: t / (t + 3)),
        )
    )
    powers = [_late_power(path.t, path.losses) for path in exact]
    names = (
        "power, gradient descent",
        "power, Nesterov with β = 0.9",
        "power, Nesterov with β = t/(t + 3)",
        "power with noise, SGD",
        "power with noise, Nesterov with β = 0.9",
    )
    figures = tuple(map(mean_of, names, [*powers, *_powers_with_noise(runs, seed).T]))
    plain, constant, rising, sgd, nesterov = (figure.value for figure in figures)
    if not (plain > -1.25 and rising < -1.75):
        return Finding(figures, FAILS, "with exact gradients the power does not go from -1 to -2")
    if nesterov < sgd - 0.25:
        return Finding(figures, FAILS, "it improves the power with noise, too")
    if constant < -1.75:
        return Finding(figures, HOLDS, "the noise sets the pace of SGD, with and without")
    why = "β must rise; a constant β saves a share of the steps, and leaves the power as it is"
    return Finding(figures, CONDITION, why)


def _last_step(rule, slope, steps):
    """The length of the last of some steps on the line slope · φ."""
    before, last = descend(Polynomial([0.0, slope]), [0.0], rule, steps).params[-2:, 0]
    return abs(last - before)


def _crowded_bowls(bowls, n, seed):
    """Bowls with fourth powers for curvatures, one drawn in each n-th of [0, 1], and starts.

    From there gradient descent leaves ½ Σ u³ (1 - u⁴)²ᵏ, which falls like 1/k: there is always
    some direction in which nothing has happened yet.
    """
    u = (np.arange(n) + np.random.default_rng(seed).uniform(size=(bowls, n))) / n
    return Bowls(u**4), u**-0.5


def _late_power(t, excess):
    """The power that an excess loss (R, …) follows over the last tenfold growth of t, (…)."""
    late = t >= t[-1] / 10
    return power_of(t[late], excess[late])


def _powers_with_noise(runs, seed):
    """The power, for each group of runs, of SGD and of Nesterov momentum: (groups, 2).

    Both see the same examples, and start on the line behind the data, near the minimum. SGD is
    Nesterov momentum with β = 0.
    """
    loss = linear_loss(LINE_NOISE, seed)
    rule = VelocityNesterov(InverseTime([0.1, 0.01], k=0.02), beta=[0.0, 0.9])
    path = descend_each(loss, LINE, rule, 3000, single_examples(runs, seed), keep=100)
    excess = path.losses - loss(line_minimum(loss))
    return _late_power(path.t, in_groups(excess, axis=1).mean(axis=2))


# --- cl-55 ------------------------------------------------------------------------------------


@claim(
    "cl-55",
    "Momentum is almost always faster, and Nesterov slightly better in practice",
    source="Learning parameters",
)
def momentum_is_almost_always_faster(conditionings=(10, 100, 1000), bowls=20, steps=600, seed=0):
    """Bowls of five parameters, {bowls} of each conditioning κ in {conditionings}, their curvatures
    and starts drawn with seed {seed}. How many steps, of {steps} at most, until a millionth of the
    loss is left, by gradient descent, by equation 6.11 and by Nesterov momentum, both with
    β = 0.9, each at the best of 20 rates? On which share of the bowls is momentum faster than
    gradient descent, and Nesterov than momentum?

    The claim holds if momentum is faster on nine bowls in ten, and Nesterov on more than half, of
    each κ; with a condition if momentum is so of one κ.
    """
    needed = steps_in_valleys(conditionings, bowls, steps, np.random.default_rng(seed))
    plain, heavy, ahead = needed
    faster, better = heavy < plain, ahead < heavy
    figures = tuple(
        share_of(f"κ = {kappa}, {pair}, share", of_all[i])
        for i, kappa in enumerate(conditionings)
        for pair, of_all in (("momentum faster", faster), ("Nesterov faster than momentum", better))
    )
    often = faster.mean(axis=1) >= 0.9
    if often.all() and (better.mean(axis=1) > 0.5).all():
        return Finding(figures, HOLDS, "on nearly all bowls")
    if often.any():
        why = (
            "in long valleys; in a short one β = 0.9 swings on where gradient descent has arrived, "
            "and Nesterov is the faster of the two where swings cost most"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "gradient descent is as fast on these bowls")


def steps_in_valleys(conditionings, bowls, steps, rng):
    """Steps until a millionth of the loss is left, (3 rules, conditionings, bowls); one more than
    `steps` where more is."""
    kappa = np.repeat(np.array(conditionings, float), bowls)
    powers = np.column_stack([0 * kappa, rng.uniform(0, 1, (len(kappa), 3)), 0 * kappa + 1])
    valleys, start = Bowls(kappa[:, None] ** powers), rng.normal(size=powers.shape)
    rates = np.geomspace(0.1, 40, 20)[:, None] / kappa
    begin = np.broadcast_to(start, (*rates.shape, 5))
    needed = []
    for rule in (GradientDescent(rates), Momentum(rates, 0.9), Nesterov(rates, 0.9)):
        losses = descend(valleys, begin, rule, steps).losses
        far = ~(losses <= 1e-6 * losses[0])
        last = np.where(far[-1], steps, steps - far[::-1].argmax(axis=0))
        needed.append(np.min(last + 1, axis=0).reshape(len(conditionings), bowls))
    return np.array(needed)
