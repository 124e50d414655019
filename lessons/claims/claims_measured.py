"""The claims that notebook 14 itself measures."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.critical_points import classify
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.initialization import he_normal
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from course_lib.surfaces import Polynomial
from lessons.experiments.claims_measured import largest_curvature
from lessons.experiments.reading import reading
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Finding, claim, mean_of, share_of

ROUNDING = 1e-9
"""A second derivative this near to zero is zero, but for rounding."""


@claim(
    "cl-19",
    "x³ has a saddle point at 0",
    source="Optimisation algorithms, part 1",
)
def a_cubic_has_a_saddle(power=3, draws=200, reach=0.01, seed=0):
    """The curve a (x - c)^{power}, with a and c drawn {draws} times (seed {seed}). At c its slope
    is zero. Is it lower on one side of c and higher on the other, {reach} away? And what does the
    sign of its second derivative at c say?

    The claim holds if the second derivative finds a saddle, which has eigenvalues of both signs. It
    holds with a condition if c is neither a minimum nor a maximum, and the test is silent.
    """
    rng = np.random.default_rng(seed)
    crossed, silent, found = [], [], []
    for scale, place in zip(rng.uniform(0.2, 5, draws), rng.uniform(-1, 1, draws)):
        curve = Polynomial(scale * np.poly([place] * power)[::-1])
        here, below, above = (float(curve([x])) for x in (place, place - reach, place + reach))
        crossed.append((below - here) * (above - here) < 0)
        kind = classify(curve.hessian([place])[0], zero=ROUNDING)
        silent.append(kind == "degenerate")
        found.append(kind == "saddle")
    figures = (
        share_of("lower on one side and higher on the other", crossed),
        share_of("second derivative zero: the test says nothing", silent),
        share_of("second derivative finds a saddle", found),
    )
    if all(found):
        return Finding(figures, HOLDS, "its Hessian has eigenvalues of both signs")
    if all(crossed):
        why = (
            "it is neither a minimum nor a maximum, and in that sense a saddle; but its only "
            "eigenvalue is zero, as it is for x⁴, which has a minimum there: a degenerate point"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "the point is an extremum")


USUAL = {"learning_rate": 0.01, "beta": 0.9, "gamma": 0.999, "epsilon": 1e-8}
"""Adam as it is mostly used, at a rate that suits the network below."""

CHANGED = {
    "beta": (0.5, 0.99),
    "gamma": (0.9, 0.9999),
    "epsilon": (1e-12, 1e-4),
    "learning_rate": (0.001, 0.1),
}
"""What each of them is changed to, the others left as they are."""

SMALL = MLP((64, 16, 10))


@claim(
    "cl-56",
    "Adam is robust to its hyperparameters",
    source="Deep Learning, section 8.5.3; chapter 6, notes",
)
def adam_is_robust_to_its_hyperparameters(runs=12, examples=300, epochs=8, most=0.03, seed=0):
    """A network of 16 hidden units that tells digits from pictures of 8 x 8. {runs} times (seed
    {seed}) {examples} training examples and first weights are drawn, and Adam trains the network
    for {epochs} epochs with batches of 30: as it is mostly used (α = 0.01, β = 0.9, γ = 0.999, ε =
    10⁻⁸), and with one of the four changed: β to 0.5 and 0.99, γ to 0.9 and 0.9999, ε to 10⁻¹² and
    10⁻⁴, α to a tenth and to ten times. What share of 400 new digits more does the worse of the
    two read wrongly?

    It is robust to one of them if that share is surely below {most}. The claim holds if it is
    robust to all four, and with a condition if to some.
    """
    errors = np.array([_errors(examples, epochs, [seed, run]) for run in range(runs)])
    usual, changed = errors[:, 0], errors[:, 1:].reshape(runs, len(CHANGED), 2)
    worse = changed.max(axis=-1) - usual[:, None]
    named = dict(zip(("β", "γ", "ε", "α"), worse.T))
    figures = tuple(mean_of(f"more errors with another {name}", w) for name, w in named.items())
    robust = [name for name, figure in zip(named, figures) if figure.interval[1] < most]
    figures = (mean_of("new digits read wrongly, as usual, share", usual), *figures)
    if len(robust) == len(named):
        return Finding(figures, HOLDS, "to all four")
    if robust:
        others = ", ".join(name for name in named if name not in robust)
        return Finding(figures, CONDITION, f"to {', '.join(robust)}; not to {others}")
    return Finding(figures, FAILS, "to none of the four")


def _errors(examples, epochs, seed):
    """The shares of new digits read wrongly: as usual, then with each change."""
    rng, training = np.random.default_rng(seed), reading(SMALL)
    settings = [USUAL] + [USUAL | {n: value} for n, values in CHANGED.items() for value in values]
    rule = Adam(**{name: np.array([each[name] for each in settings]) for name in USUAL})
    seen = training.batch(rng.choice(training.n_examples, examples, replace=False))
    starts = np.repeat(he_normal(SMALL, rng)[None], len(settings), axis=0)
    steps, batches = epochs * examples // 30, Minibatches(30, rng=rng)
    ends = descend(seen, starts, rule, steps, batches, keep="last").final
    return 1 - reading(SMALL, "test").accuracy(ends)


@claim(
    "cl-53",
    "Wide minima generalise better",
    source="chapter 6, notes, after Hochreiter and Schmidhuber, 1997, and Keskar et al., 2017",
)
def wide_minima_generalise_better(runs=10, examples=200, goal=0.02, seed=0):
    """A network of 16 hidden relu units that tells digits from pictures of 8 x 8. {runs} times
    (seed {seed}) {examples} training examples and first weights are drawn, and SGD at the rate 0.2
    of the mean trains it twice until the loss per example is {goal}: with batches of 5 and of 100.
    Which end is wider, that is, has the smaller largest curvature? And how many more of 400 new
    digits does the narrower one read wrongly? Then, in the wider network, what enters the hidden
    units is made three times as large and what leaves them a third: no answer changes. Does its
    width?

    The claim holds with a condition if the wide ends surely make fewer errors, and holds if,
    besides, the width of a network cannot be changed without changing its answers.
    """
    ends = [_wide_and_narrow(examples, goal, [seed, run]) for run in range(runs)]
    curvatures, errors = (np.array(each) for each in zip(*ends))
    wide, narrow, rescaled = curvatures.T
    figures = (
        mean_of("curvature with batches of 100, times that with 5", narrow / wide),
        mean_of("more errors with batches of 100, share", errors[:, 1] - errors[:, 0]),
        mean_of("curvature after rescaling, times that before", rescaled / wide),
        mean_of("more errors after rescaling, share", errors[:, 2] - errors[:, 0]),
    )
    same = (errors[:, 2] == errors[:, 0]).all()
    changed = same and figures[2].interval[0] > 1.5
    if not (figures[0].interval[0] > 1 and figures[1].interval[0] > 0):
        why = "here the wider end reads new digits no better"
        besides = "; and a width can be changed at will without changing one answer"
        return Finding(figures, FAILS, why + besides * changed)
    if changed:
        why = "of ends that were reached; but the same answers can be had from a narrow minimum"
        return Finding(figures, CONDITION, why)
    return Finding(figures, HOLDS, "and a width belongs to the answers")


def _wide_and_narrow(examples, goal, seed):
    """Largest curvatures, and shares of errors: of small batches, of large ones, and rescaled."""
    rng, data = np.random.default_rng(seed), digits()
    part = rng.choice(len(data.training.y), examples, replace=False)
    seen = SoftmaxCrossEntropy(Softmax(SMALL), data.training.x[part], data.training.y[part])
    start = he_normal(SMALL, rng)
    ends = [_until(goal, seen, start, size, rng) for size in (5, 100)]
    rescaled = ends[0].copy()
    first, second = SMALL.unravel(rescaled)
    first.weights[...] *= 3
    first.biases[...] *= 3
    second.weights[...] /= 3
    all_three = np.array([*ends, rescaled])
    errors = 1 - SoftmaxCrossEntropy(Softmax(SMALL), *data.test).accuracy(all_three)
    return largest_curvature(seen, all_three), errors


def _until(goal, loss, start, batch_size, rng):
    """The first parameters, of every twentieth step, with this loss per example or less."""
    rule, batches = GradientDescent(0.2 / batch_size), Minibatches(batch_size, rng=rng)
    path = descend(loss, start, rule, 1200, batches, keep=20)
    reached = path.losses <= goal * loss.n_examples
    return path.params[reached.argmax() if reached.any() else -1]
