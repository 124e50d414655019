"""The claims about hard landscapes: curvature, saddles, bad minima, long products, cliffs."""

import numpy as np

from course_lib.clipping import ClippedGradient
from course_lib.descent import descend
from course_lib.gradient_check import hessian_vector_product
from course_lib.initialization import glorot_normal
from course_lib.losses import LeastSquares
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent, Newton
from course_lib.surfaces import Himmelblau, Recurrence
from lessons.experiments.hard_landscapes import (
    BAD_END,
    autoencoder_data,
    digit_networks,
    digit_training,
    gaussian_signs,
    passed_on,
    signal_lengths,
    trained,
)
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

# --- conditioning ---------------------------------------------------------------------------------


@claim(
    "cl-21",
    "A step of gradient descent helps only while ½ α² gᵀHg stays below α gᵀg",
    source="Deep Learning, section 8.2.1",
)
def a_step_helps_while_its_square_is_small(below=0.5, above=2.0, trainings=4, seed=0):
    """A network 64-16-10 on 500 digits, {trainings} times 600 steps of SGD, from seed {seed} on,
    stopped every 50 steps. From each of these places one step of gradient descent on all examples,
    at {below} and at {above} times the rate at which the two are equal. Does the loss fall?

    At a place where gᵀHg is not above zero no rate is too large by this rule: it is left out.
    """
    helped, harmed = [], []
    for each in range(seed, seed + trainings):
        loss, path, measures = digit_training(each)
        curved = measures.curvature > 0
        phi, border = path.params[curved], 2 / measures.curvature[curved]
        step = border[:, None] * loss.gradient(phi)
        helped.append(loss(phi - below * step) < loss(phi))
        harmed.append(loss(phi - above * step) >= loss(phi))
    figures = (
        share_of(f"at {below} of that rate the loss falls", np.concatenate(helped)),
        share_of(f"at {above} times that rate it rises", np.concatenate(harmed)),
    )
    shares = [figure.value for figure in figures]
    if min(shares) == 1:
        return Finding(figures, HOLDS, "the sign was right at every place, on both sides")
    if min(shares) > 0.8:
        why = "as far as the loss is a parabola along the step; a network's is one only nearly"
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "the rule says little about what the step does")


@claim(
    "cl-49",
    "The length of the gradient need not fall while training succeeds",
    source="Deep Learning, section 8.2.1",
)
def gradients_stay_long_while_the_loss_falls(trainings=4, steps=600, gain=0.3, batch=20, seed=0):
    """A network 64-16-10 on 500 digits, its weights {gain} times Glorot's at the start, trained
    {trainings} times for {steps} steps of SGD, from seed {seed} on. How much of the loss
    is left, and how long is the gradient when half of the loss is gone, in lengths of that at the
    start?

    Taken to hold if every loss falls below a fifth of its start, and every gradient is longer than
    at the start when half of the loss is gone.
    """
    runs = [digit_training(each, steps, gain, batch)[2] for each in range(seed, seed + trainings)]
    left = [run.losses[-1] / run.losses[0] for run in runs]
    longest = [
        run.lengths[np.argmax(run.losses < run.losses[0] / 2)] / run.lengths[0] for run in runs
    ]
    figures = (
        mean_of("share of the loss that is left", left),
        mean_of("gradient half-way down, in lengths of the first", longest),
    )
    if max(left) < 0.2 and min(longest) > 1:
        why = "the gradient grows before it shrinks: its length says nothing of the progress"
        return Finding(figures, HOLDS, why)
    return Finding(figures, FAILS, "here it falls, or there is no success to speak of")


# --- saddles --------------------------------------------------------------------------------------


@claim(
    "cl-18",
    "Each eigenvalue's sign is a fair coin: all k are positive with the chance 0.5ᵏ",
    source="Optimisation algorithms, part 1",
)
def signs_are_fair_coins(draws=20_000, coupled=True, seed=0):
    """Symmetric matrices of normal numbers with 3, 4 and 5 rows, {draws} of each, seed {seed}. In
    what share are all eigenvalues positive?

    coupled : whether the entries beside the diagonal are kept; without them the eigenvalues are
        independent
    """
    figures, fair = [], []
    for k in (3, 4, 5):
        if coupled:
            positive = gaussian_signs(k, draws, seed)
        else:
            positive = (np.random.default_rng(seed).standard_normal((draws, k)) > 0).sum(axis=-1)
        share = share_of(f"all {k} positive (a coin says {0.5**k:.3g})", positive == k)
        figures.append(share)
        fair.append(share.interval[0] <= 0.5**k <= share.interval[1])
    if all(fair):
        return Finding(tuple(figures), HOLDS, "the shares are those of a coin")
    why = (
        "eigenvalues of one matrix push each other apart: each alone is a fair coin, but that all "
        "fall on the same side is far rarer"
    )
    return Finding(tuple(figures), FAILS, why)


@claim(
    "cl-20",
    "Gradient descent rarely stops at a saddle; Newton's method is drawn to it",
    source="Deep Learning, section 8.2.3",
)
def newton_is_drawn_to_saddles(starts=300, rule=None, seed=0):
    """Himmelblau's surface, with four minima, four saddles and a maximum; {starts} starts drawn
    uniformly in [-5, 5] x [-5, 5] with seed {seed}. How many end at a saddle: after 300 steps of
    gradient descent at the rate 0.01, and after 60 of Newton's method?

    rule : another one in Newton's place, if given
    """
    surface = Himmelblau()
    starts = np.random.default_rng(seed).uniform(-5, 5, (starts, 2))
    ends = {
        "gradient descent": descend(surface, starts, GradientDescent(0.01), 300, keep="last"),
        "Newton": descend(surface, starts, rule or Newton(), 60, keep="last"),
    }
    figures = []
    for name, path in ends.items():
        low, high = np.linalg.eigvalsh(surface.hessian(path.final)).T
        still = np.linalg.norm(surface.gradient(path.final), axis=-1) < 1e-4
        figures.append(share_of(f"{name}: share at a saddle", still & (low < 0) & (high > 0)))
    descent, newton = figures
    if descent.interval[1] < 0.05 < newton.interval[0]:
        why = (
            "descent leaves a saddle by any slope that leads down; Newton looks for slopes of zero"
        )
        return Finding(tuple(figures), HOLDS, why)
    return Finding(tuple(figures), FAILS, "the two do not differ in that")


# --- bad minima, and larger networks --------------------------------------------------------------


@claim(
    "cl-46",
    "Bad local minima become rare as a network grows",
    source="Deep Learning, section 8.2.2",
)
def bad_ends_become_rare(small=10, large=40, seed=0):
    """Forty relu networks with {small} hidden units on two waves, and forty with {large}, started
    with seed {seed}; 800 steps of Adam with a rate that falls to zero. What share ends with a
    loss above 1? A constant has 12.6.

    It holds if the share surely falls by half or more, and some of the small ones end well: the
    others are not too small to do better.
    """
    ends = [trained(units, seed).final_loss for units in (small, large)]
    figures = (
        share_of(f"{small} units: share that ends badly", ends[0] > BAD_END),
        share_of(f"{large} units: share that ends badly", ends[1] > BAD_END),
        mean_of(f"{small} units: mean loss", ends[0]),
        mean_of(f"{large} units: mean loss", ends[1]),
    )
    if figures[1].interval[1] < figures[0].interval[0] / 1.5:
        return Finding(figures, HOLDS, "from most of the starts to few of them")
    return Finding(figures, FAILS, "the larger networks end badly about as often")


@claim(
    "cl-F8.1",
    "The lowest loss is not needed: a low one will do",
    source="Optimisation algorithms, part 1; Deep Learning, section 8.2.2",
)
def lowest_loss_is_not_needed(first=800, then=1600, networks=4, seed=0):
    """{networks} networks 64-16-10 on 1000 digits by Adam, seed {seed}, looked at after {first}
    steps and again after {then}. What share of the training loss is left of the first in the end,
    and by how much has the share of right answers on the validation digits grown?

    Not needed is what takes away more than half of the loss and surely adds less than two in a
    hundred right answers.
    """
    steps, losses, right = digit_networks(networks, then, seed)
    early, late = (np.flatnonzero(steps == at)[0] for at in (first, then))
    figures = (
        mean_of(f"right on validation digits, {first} steps", right[early]),
        mean_of("share of that training loss left in the end", losses[late] / losses[early]),
        mean_of("more right answers in the end, share", right[late] - right[early]),
    )
    if figures[1].value < 0.5 and figures[2].interval[1] < 0.02:
        why = "the loss goes on falling, and what it is there for hardly gains"
        return Finding(figures, HOLDS, why)
    return Finding(figures, FAILS, "so early a lower loss is still worth having")


@claim(
    "cl-48",
    "A larger network is easier to fit",
    source="Deep Learning, section 8.2.8",
)
def larger_networks_are_easier(small=10, large=40, goal=1.0, seed=0):
    """The networks of the two waves, forty with {small} and forty with {large} hidden units, seed
    {seed}. What share reaches a loss of {goal:g} within 800 steps of Adam, and how many steps does
    the middle one of those take?
    """
    shares, steps = [], []
    for units in (small, large):
        path = trained(units, seed)
        below = path.losses < goal
        reached = below.any(axis=0)
        shares.append(share_of(f"{units} units: share that gets there", reached))
        if not reached.any():
            return Finding(tuple(shares), FAILS, f"with {units} units none gets there")
        first = path.t[below.argmax(axis=0)][reached]
        steps.append(middle_of(f"{units} units: steps of the middle one", first))
    figures = (*shares, *steps)
    if not (shares[0].interval[1] < shares[1].interval[0] and steps[1].value < steps[0].value):
        return Finding(figures, FAILS, "the larger is not surely easier")
    if steps[1].value * large < steps[0].value * small:
        return Finding(figures, HOLDS, "more starts succeed, in fewer steps, and with less work")
    why = "more starts succeed, in fewer steps; but each step of the larger costs more"
    return Finding(figures, CONDITION, why)


def middle_of(what, values):
    """The Figure of the middle one of n independent values, with an interval: those of rank
    n/2 ∓ √n hold the true middle in 19 of 20 cases."""
    ordered = np.sort(values)
    middle, around = len(ordered) // 2, int(np.ceil(np.sqrt(len(ordered))))
    low, high = ordered[max(middle - around, 0)], ordered[min(middle + around, len(ordered) - 1)]
    return Figure(what, float(np.median(ordered)), (float(low), float(high)))


@claim(
    "cl-47",
    "A linear autoencoder has only global minima and saddles",
    source="Deep Learning, section 8.2.3",
)
def autoencoders_have_no_bad_minima(starts=20, activation="identity", seed=0):
    """Points in five dimensions, a linear network 5-3-5 that is to give them back, and {starts}
    starts from Glorot's weights with seed {seed}; 1500 steps of Adam with a rate that falls to
    zero. How many end within a hundredth of the lowest loss there is? And at the flat points where
    only some of the five directions are passed on: how many have a way down?

    The lowest loss is known from the data: the squares along the directions left out.
    """
    x = autoencoder_data(seed=seed)
    loss = LeastSquares(MLP((5, 3, 5), activation), x, x)
    begin = glorot_normal(loss.model, seed, (starts,))
    ends = descend(loss, begin, Adam(lambda t: 0.03 * (1 - t / 1500)), 1500, keep="last")
    spread, axes = np.linalg.eigh(x.T @ x)
    lowest = spread[:-3].sum()
    home = ends.final_loss < 1.01 * lowest
    flat = LeastSquares(MLP((5, 3, 5), "identity"), x, x)
    ways = [_lowest_curvature(flat, passed_on(axes[:, chosen])) for chosen in _CHOSEN]
    figures = (
        share_of("starts that end at the lowest loss", home),
        Figure("higher flat points", float(len(ways))),
        Figure("share of them with a way down", float(np.mean(np.array(ways) < -1e-3))),
    )
    if home.all() and max(ways) < 0:
        return Finding(figures, HOLDS, "every start arrives; what is flat and higher is a saddle")
    return Finding(figures, FAILS, "some starts end higher: with units that bend there is more")


_CHOSEN = [
    [k for k in range(5) if number >> k & 1]
    for number in range(32)
    if bin(number).count("1") <= 3 and number != 0b11100
]
"""The 25 choices of at most three of five directions other than the best, which comes last."""


def _lowest_curvature(loss, phi):
    rows = hessian_vector_product(loss, phi, np.eye(len(phi)))
    return np.linalg.eigvalsh((rows + rows.T) / 2)[0]


# --- long products and cliffs ---------------------------------------------------------------------


@claim(
    "cl-22",
    "Wᵗ explodes or vanishes with its eigenvalues",
    source="Deep Learning, section 8.2.5",
)
def powers_follow_the_largest_eigenvalue(steps=400, matrices=100, seed=0):
    """{matrices} matrices of 10 x 10 normal numbers with seed {seed}, scaled so that the largest
    eigenvalue has the size 0.9, 1 and 1.1, and a signal that goes {steps} times through each. By
    what factor does it grow in a step, in the second half of the way?
    """
    rng = np.random.default_rng(seed)
    figures, followed = [], []
    for size in (0.9, 1.0, 1.1):
        w = rng.standard_normal((matrices, 10, 10))
        w *= size / np.abs(np.linalg.eigvals(w)).max(axis=-1)[:, None, None]
        v, lengths = rng.standard_normal((matrices, 10, 1)), []
        for _ in range(steps):
            v = w @ v
            lengths.append(np.linalg.norm(v[..., 0], axis=-1))
        half = steps // 2
        growth = (lengths[-1] / lengths[half - 1]) ** (1 / (steps - half))
        figures.append(mean_of(f"growth in a step, largest eigenvalue {size:g}", growth))
        followed.append(abs(growth.mean() - size) < 0.01)
    if all(followed):
        return Finding(tuple(figures), HOLDS, "in the long run the largest eigenvalue decides")
    why = "over a few steps the other eigenvalues still have a say"
    return Finding(tuple(figures), FAILS, why)


@claim(
    "cl-50",
    "A product of different matrices can keep its scale where Wᵗ cannot",
    source="Deep Learning, section 8.2.5",
)
def different_matrices_keep_the_scale(scale=1.0, seed=0):
    """Signals through 100 matrices of 32 x 32 normal numbers of variance {scale:g}²/32, 200 draws
    with seed {seed}: the same matrix each time, another each time, and the same random rotation.
    In what share is the signal between a tenth and ten times as long as it was?
    """
    shares = {
        kind: share_of(f"{kind}: within a factor of ten", kept(kind, scale, seed))
        for kind in ("the same matrix", "another matrix each time", "the same rotation")
    }
    same, other, rotation = shares.values()
    figures = tuple(shares.values())
    if other.interval[0] <= same.interval[1]:
        return Finding(figures, FAILS, "at this scale other matrices keep it no better")
    if rotation.interval[0] > 0.5:
        why = (
            "other matrices do, if their scale is right and they are not too small; but so does "
            "the same matrix if it is a rotation, all of whose eigenvalues have the size 1"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, HOLDS, "other matrices do, the same one does not")


def kept(kind, scale, seed):
    """Whether each of 200 signals is within a factor of ten of its first length."""
    ends = signal_lengths(kind, scale, seed=seed, draws=200)[-1]
    return np.abs(np.log10(ends)) < 1


@claim("cl-23", "Clipping survives a cliff", source="Deep Learning, section 8.2.4")
def clipping_survives(limit=1.0, starts=200, steps=300, seed=0):
    """The recurrence with its cliff; {starts} starts with w from 1.2 to 2 and b from 0.1 to 0.5,
    on the low side of the edge, with seed {seed}; {steps} steps of gradient descent at the rate
    0.1, as it is and with gradients clipped at {limit:g}. How many reach a loss of 0.001?
    """
    rng = np.random.default_rng(seed)
    begin = np.stack([rng.uniform(1.2, 2.0, starts), rng.uniform(0.1, 0.5, starts)], axis=-1)
    loss = Recurrence(steps=10, target=0.7)
    shares = []
    for name, each in (("as it is", loss), ("clipped", ClippedGradient(loss, limit))):
        end = descend(each, begin, GradientDescent(0.1), steps, keep="last").final_loss
        shares.append(share_of(f"{name}: share that arrives", end < 1e-3))
    plain, clipped = shares
    if clipped.interval[0] > 0.9 and plain.interval[1] < 0.9:
        return Finding(tuple(shares), HOLDS, "clipped steps are too short to be thrown far")
    if clipped.interval[0] > plain.interval[1]:
        return Finding(tuple(shares), CONDITION, "it helps, but some are lost all the same")
    return Finding(tuple(shares), FAILS, "clipped at that length it helps nobody")
