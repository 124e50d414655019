"""Pictures of notebook 01: what is minimised, and what is wanted."""

import numpy as np

from lessons.experiments.learning_as_optimisation import (
    BUDGET,
    CLASSES,
    EVERY,
    FACES,
    MOST_THROWS,
    POINTS,
    STEPS,
    VARIANCE,
    digits_run,
    empirical_risk,
    margins,
    on_a_budget,
    risk,
    throws,
)
from lessons.stage import style
from lessons.stage.controls import Choice, Player, Slider
from lessons.stage.demo import demo

# --- a die: risk and empirical risk -----------------------------------------------------------

GUESSES = np.linspace(1, 6, 201)


@demo(
    "ab",
    size=(9, 3.8),
    title="A guess at a die: what it costs, and what it will cost",
    alt="Three rows, after 4, 20 and 100 throws of a die. Left: how often each face came, as bars, "
    "and the sixth of all throws that each will have in the long run. Right: two parabolas over "
    "the guess φ, the mean cost on these throws and the cost in the long run. Their lowest points "
    "are apart, and come closer with more throws.",
    controls={
        "n": Slider("throws", 1, MOST_THROWS, 1, 4),
        "seed": Slider("seed of the throws", 0, 20, 1, 0),
        "guess": Slider("your guess φ", 1.0, 6.0, 0.05, 3.0, along="b.x"),
    },
    presets={
        "4 throws": {},
        "20 throws": {"n": 20},
        "100 throws": {"n": 100},
    },
)
def two_risks(axes):
    """Risk and empirical risk, where the distribution is known: a die."""
    axes["a"].set(xlim=(0.4, 6.6), ylim=(0, 1), xticks=FACES, xlabel="face y", ylabel="share")
    axes["a"].axhline(1 / 6, color=style.SECOND, lw=1.6)
    axes["a"].set_title("the throws seen so far")
    axes["b"].set(xlim=(1, 6), ylim=(0, 10), xlabel="guess φ", ylabel="mean of (φ − y)²")
    axes["b"].plot(GUESSES, risk(GUESSES), color=style.SECOND, label="in the long run: the risk")
    axes["b"].plot(3.5, VARIANCE, "D", color=style.SECOND, ms=7)
    axes["b"].plot([], [], color=style.PATH, label="on these throws: empirical")
    axes["b"].legend(loc="upper center")
    axes["b"].set_title("what a guess costs")


@two_risks.layer
def seen_so_far(axes, n, seed):
    y = throws(n, seed)
    shares = np.mean(y[:, None] == FACES, axis=0)
    axes["a"].bar(FACES, shares, width=0.7, color=style.PATH, alpha=0.75, zorder=0)
    axes["b"].plot(GUESSES, empirical_risk(GUESSES, y), color=style.PATH)
    axes["b"].plot(y.mean(), empirical_risk(y.mean(), y), "o", color=style.PATH, ms=8)


@two_risks.layer
def one_guess(axes, n, seed, guess):
    y = throws(n, seed)
    on_these, later = empirical_risk(guess, y), risk(guess)
    axes["b"].plot([guess, guess], [on_these, later], "o:", color=style.INK, ms=5, zorder=4)
    best = y.mean()
    return (
        f"your guess: {on_these:.2f} on these throws, {later:.2f} in the long run\n"
        f"lowest on these throws: φ = {best:.2f}, {empirical_risk(best, y):.2f} on them and "
        f"{risk(best):.2f} in the long run; lowest possible there {VARIANCE:.2f}, at φ = 3.5"
    )


# --- the 0-1 loss and its surrogates ----------------------------------------------------------

THRESHOLDS = np.linspace(-3, 3, 601)
MARGINS = np.linspace(-4, 6, 201)


def cross_entropy(margin):
    """In units of log 2: 1 where the margin is 0."""
    return np.logaddexp(0, -margin) / np.log(2)


def hinge(margin):
    return np.maximum(0, 1 - margin)


SURROGATES = {"cross-entropy / log 2": (cross_entropy, style.SECOND), "hinge": (hinge, style.THIRD)}


@demo(
    "abc",
    size=(12.6, 3.8),
    title="A staircase, and what takes its place",
    alt="Three rows. Left: twelve points of two classes on a line, a threshold between them, and "
    "the probability of class 1. Middle: against the threshold, the share of errors is a "
    "staircase, and the two surrogate losses are slopes above it. Right: the three losses of one "
    "example against its margin, with the twelve points on them. In the second row no point is on "
    "the wrong side; in the third the curve is steeper, and the points have moved to the right.",
    controls={
        "threshold": Slider("threshold", -2.5, 2.5, 0.1, 1.2, along="ab.x"),
        "sharpness": Slider("sharpness", 0.5, 8.0, 0.5, 2.0),
    },
    presets={
        "three on the wrong side": {},
        "all on the right side": {"threshold": 0.0},
        "the same, twice as sharp": {"threshold": 0.0, "sharpness": 4.0},
    },
)
def surrogates(axes):
    """The 0-1 loss has no slope; the surrogates have one, and it leads down the stairs."""
    axes["a"].set(xlim=(-3, 3), ylim=(-0.12, 1.12), yticks=[0, 0.5, 1], xlabel="input x")
    axes["a"].plot(POINTS, CLASSES, "o", color=style.INK, ms=6, zorder=3)
    axes["a"].set(ylabel="class, and Pr(y = 1)")
    axes["a"].set_title("twelve points")
    axes["b"].set(xlim=(-3, 3), ylim=(0, 4), xlabel="threshold", ylabel="mean over the points")
    axes["b"].set_title("each loss against the threshold")
    axes["c"].set(xlim=(-4, 6), ylim=(0, 5), xlabel="margin m", ylabel="loss of one example")
    axes["c"].plot([-4, 0, 0, 6], [1, 1, 0, 0], color=style.PATH, label="0-1")
    for name, (loss, color) in SURROGATES.items():
        axes["c"].plot(MARGINS, loss(MARGINS), color=color, label=name)
    axes["c"].legend(loc="upper right")
    axes["c"].set_title("each loss against the margin")


@surrogates.layer
def against_the_threshold(axes, sharpness):
    m = margins(THRESHOLDS, sharpness)
    axes["b"].plot(THRESHOLDS, np.mean(m <= 0, axis=-1), color=style.PATH)
    for loss, color in SURROGATES.values():
        axes["b"].plot(THRESHOLDS, loss(m).mean(axis=-1), color=color)


@surrogates.layer
def this_threshold(axes, threshold, sharpness):
    m = margins(threshold, sharpness)
    wrong = m <= 0
    z = np.clip(sharpness * (THRESHOLDS - threshold), -30, 30)
    axes["a"].plot(THRESHOLDS, 1 / (1 + np.exp(-z)), color=style.SECOND)
    axes["a"].plot([threshold, threshold], [-0.12, 1.12], "--", color=style.MUTED)
    axes["a"].plot(POINTS[wrong], CLASSES[wrong], "o", color=style.PATH, ms=8, zorder=4)
    axes["b"].plot(threshold, wrong.mean(), "o", color=style.PATH, ms=8)
    shown = (m >= -4) & (m <= 6)
    for loss, color in SURROGATES.values():
        axes["b"].plot(threshold, loss(m).mean(), "o", color=color, ms=8)
        axes["c"].plot(m[shown], loss(m)[shown], "o", color=color, ms=5)
    return (
        f"{wrong.sum()} of 12 wrong, smallest margin {m.min():.2f}; cross-entropy "
        f"{np.logaddexp(0, -m).mean():.3f} an example"
    )


# --- beyond zero errors -----------------------------------------------------------------------

TRAINED_ON = 200
PARTS = {"training": style.PATH, "test": style.SECOND}
BINS = np.linspace(-5, 21, 53)


@demo(
    "abc",
    size=(12.6, 3.8),
    title="Training goes on after its errors are gone",
    alt="Two rows, a network trained on 200 digits at an early and at the last step. Left: the "
    "share of wrong digits against the step; that of the training digits reaches zero early, that "
    "of the test digits goes on falling a little. Middle: the loss per digit; that of the training "
    "digits falls for ever, that of the test digits has a lowest point and rises. Right: the "
    "margins of the training digits as a histogram, which moves to the right.",
    controls={"step": Player("step", 0, STEPS, EVERY, 60, along="ab.x")},
    presets={"early": {}, "late": {"step": STEPS}},
)
def beyond_zero(axes):
    """Errors, losses and margins of a network that trains on 200 digits."""
    run = digits_run(TRAINED_ON)
    axes["a"].set(xlim=(0, STEPS), ylim=(-0.5, 15), xlabel="step", ylabel="wrong, in %")
    axes["a"].set_title("digits that are read wrongly")
    axes["b"].set(xlim=(0, STEPS), ylim=(2e-4, 3), yscale="log", xlabel="step")
    axes["b"].set(ylabel="loss per digit")
    axes["b"].set_title("the cross-entropy")
    for part, color in PARTS.items():
        n = TRAINED_ON if part == "training" else 400
        axes["a"].plot(run.t, 100 * run.wrong[part] / n, color=color, label=part)
        axes["b"].plot(run.t, run.loss[part], color=color)
    axes["a"].legend(loc="upper right")
    axes["c"].set(xlim=(BINS[0], BINS[-1]), ylim=(0, 60), xlabel="margin", ylabel="digits")
    axes["c"].axvline(0, color=style.MUTED, lw=1)
    axes["c"].set_title("the margins of the 200 training digits")


@beyond_zero.layer
def at_this_step(axes, step):
    run = digits_run(TRAINED_ON)
    row = step // EVERY
    for part, color in PARTS.items():
        n = TRAINED_ON if part == "training" else 400
        axes["a"].plot(step, 100 * run.wrong[part][row] / n, "o", color=color, ms=8)
        axes["b"].plot(step, run.loss[part][row], "o", color=color, ms=8)
    heights, edges = np.histogram(run.margins[row], BINS)
    axes["c"].stairs(heights, edges, fill=True, color=style.PATH, alpha=0.75)
    smallest = run.margins[row].min()
    axes["c"].plot([smallest, smallest], [0, 60], ":", color=style.INK)
    return (
        f"step {step}: wrong {run.wrong['training'][row]} of 200 training digits and "
        f"{run.wrong['test'][row]} of 400 test digits; loss {run.loss['training'][row]:.2g} and "
        f"{run.loss['test'][row]:.3f}; smallest margin {smallest:.1f}"
    )


# --- early stopping ---------------------------------------------------------------------------

SIZES = ("50", "100", "200", "400")
WATCHED = ("validation loss", "validation errors")


@demo(
    "abc",
    size=(12.6, 3.8),
    title="Where to stop, and how steep it is there",
    alt="Two rows, stopping where the validation loss is lowest and where the validation errors "
    "are fewest. Left: training and validation loss against the step. Middle: the share of wrong "
    "validation digits. Right: the length of the gradient, which goes on falling. The stop is "
    "marked in all three; that by errors comes later, and at either the gradient is far from zero.",
    controls={
        "examples": Choice("training digits", SIZES, "200"),
        "watched": Choice("what is watched", WATCHED, WATCHED[0]),
    },
    presets={f"by {watched}": {"watched": watched} for watched in WATCHED},
)
def stopping(axes):
    """Early stopping ends a run on a slope."""
    for panel in "abc":
        axes[panel].set(xlim=(0, STEPS), xlabel="step")
    axes["a"].set(ylim=(2e-4, 3), yscale="log", ylabel="loss per digit")
    axes["a"].plot([], [], color=style.PATH, label="training")
    axes["a"].plot([], [], color=style.THIRD, label="validation")
    axes["a"].legend(loc="upper right")
    axes["a"].set_title("the cross-entropy")
    axes["b"].set(ylim=(0, 15), ylabel="wrong, in %")
    axes["b"].set_title("validation digits read wrongly")
    axes["c"].set(ylim=(1e-4, 10), yscale="log", ylabel="length of the gradient")
    axes["c"].set_title("the slope of the training loss")


def stop_of(run, watched):
    """The row at which what is watched is lowest, for the first time."""
    seen = run.loss if watched == WATCHED[0] else run.wrong
    return int(np.argmin(seen["validation"]))


@stopping.layer
def whole_run(axes, examples):
    run = digits_run(int(examples))
    axes["a"].plot(run.t, run.loss["training"], color=style.PATH)
    axes["a"].plot(run.t, run.loss["validation"], color=style.THIRD)
    axes["b"].plot(run.t, 100 * run.wrong["validation"] / 397, color=style.THIRD)
    axes["c"].plot(run.t, run.gradient, color=style.PATH)


@stopping.layer
def where_it_stops(axes, examples, watched):
    run = digits_run(int(examples))
    row = stop_of(run, watched)
    step = run.t[row]
    for panel in "abc":
        axes[panel].axvline(step, color=style.INK, ls="--", lw=1)
    axes["a"].plot(step, run.loss["validation"][row], "o", color=style.THIRD, ms=8)
    axes["b"].plot(step, 100 * run.wrong["validation"][row] / 397, "o", color=style.THIRD, ms=8)
    axes["c"].plot(step, run.gradient[row], "o", color=style.PATH, ms=8)
    shorter, longer = run.gradient[0] / run.gradient[row], run.gradient[row] / run.gradient[-1]
    return (
        f"stop at step {step}: validation loss {run.loss['validation'][row]:.3f}, "
        f"{run.wrong['validation'][row]} of 397 wrong; the gradient is {shorter:.0f} times shorter "
        f"than at the start and {longer:.0f} times longer than at step {STEPS}"
    )


# --- a budget ---------------------------------------------------------------------------------

BATCHES = ("5", "10", "20", "50")


@demo(
    "ab",
    size=(9, 3.8),
    title="What a step costs, and what it is worth",
    alt="Two rows: 100 digits, and the same copied tenfold. Left: loss against the step; gradient "
    "descent makes twenty steps and then only two, along the same curve; SGD makes hundreds. "
    "Right: loss against the gradients of single examples taken: copied tenfold, the curve of "
    "gradient descent is stretched tenfold, and that of SGD is as before.",
    controls={
        "copies": Slider("copies of each digit", 1, 10, 1, 1),
        "batch_size": Choice("batch size of SGD", BATCHES, "10"),
    },
    presets={"100 digits": {}, "copied tenfold": {"copies": 10}},
)
def one_budget(axes):
    """Gradient descent and SGD on the same budget of gradients of single examples."""
    axes["a"].set(xlim=(0.8, 500), xscale="log", ylim=(0, 2.5), xlabel="step")
    axes["a"].set(ylabel="loss per digit")
    axes["a"].set_title("for each step")
    axes["b"].set(xlim=(0, BUDGET), ylim=(0, 2.5), xlabel="gradients of single examples")
    axes["b"].set_title("for each gradient of an example")
    for label, color in (("gradient descent", style.SECOND), ("SGD", style.PATH)):
        axes["a"].plot([], [], "-o", ms=3, color=color, label=label)
    axes["a"].legend(loc="lower left")


@one_budget.layer
def both_spend_it(axes, copies, batch_size):
    whole, few = on_a_budget(copies), on_a_budget(copies, int(batch_size))
    for spent, color, marker in ((few, style.PATH, ""), (whole, style.SECOND, "o")):
        axes["a"].plot(spent.t[1:], spent.losses[1:], marker=marker, ms=3, color=color)
        axes["b"].plot(spent.gradients, spent.losses, marker=marker, ms=3, color=color)
    return (
        f"{BUDGET} gradients: gradient descent makes {whole.t[-1]} steps, to a loss of "
        f"{whole.losses[-1]:.2f} a digit; SGD makes {few.t[-1]}, to {few.losses[-1]:.2f}"
    )
