"""Pictures of notebook 13: several models that answer as one, and averages of a path."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.ensembles import Ensemble, exponential_average, polyak_average
from course_lib.optimizers import GradientDescent
from lessons.demos.sliders import RATE
from lessons.experiments.ensembles import (
    DIGIT_KINDS,
    DIGIT_MEMBERS,
    KINDS,
    LINES,
    MEMBERS,
    NETWORK,
    NOISE,
    SHARES,
    UNITS,
    along_line,
    disputed,
    fitted_ensemble,
    gain,
    losses_by_size,
    mistakes_by_size,
    new_digits,
    noisy_wave_loss,
    probabilities,
)
from lessons.experiments.scenes import LINE_BOUNDS, LINE_START, line_minimum, linear_loss
from lessons.stage import style
from lessons.stage.controls import Choice, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map

SCALED_X = np.linspace(-1, 1, 161)

# --- one digit, several opinions ---------------------------------------------------------------


@demo(
    "abc",
    size=(9.4, 3.5),
    title="One digit, several opinions",
    alt="Left: a digit that is hard to read. Middle: a row for each network, darker where it finds "
    "a digit more probable; the rows do not agree. Right: for each digit two bars, the mean of the "
    "probabilities and the share of the votes.",
    controls={
        "digit": Slider("which digit", 1, 12, 1, 10),
        "members": Slider("how many networks", 1, DIGIT_MEMBERS, 1, DIGIT_MEMBERS),
    },
    presets={"all of them": {}},
)
def opinions(axes):
    """What each of several networks makes of one new digit, their mean and their vote."""
    axes["a"].set(xticks=[], yticks=[], xlim=(-0.5, 7.5), ylim=(7.5, -0.5))
    axes["a"].set(aspect="equal", title="the digit")
    axes["b"].set(xlim=(-0.5, 9.5), ylim=(DIGIT_MEMBERS + 0.5, 0.5), xlabel="class")
    axes["b"].set(ylabel="network", xticks=range(10), yticks=range(1, DIGIT_MEMBERS + 1))
    axes["b"].set_title("what each finds probable")
    axes["c"].set(xlim=(-0.6, 9.6), ylim=(0, 1.3), xlabel="class", xticks=range(10))
    axes["c"].set_yticks([0, 0.5, 1])
    axes["c"].set_title("all together")
    for label, color in (("mean probability", style.PATH), ("share of votes", style.SKY)):
        axes["c"].plot([], [], "s", color=color, label=label)
    axes["c"].legend(loc="upper right")


@opinions.layer
def the_digit(axes, digit):
    index, new = disputed()[digit - 1], new_digits(6)
    axes["a"].imshow(new.x[index].reshape(8, 8), "Greys", vmin=0, vmax=1, aspect="equal")


@opinions.layer
def what_each_thinks(axes, digit, members):
    index, new = disputed()[digit - 1], new_digits(6)
    each = probabilities("different starts", 6)[:members, index]  # (members, 10)
    extent = (-0.5, 9.5, members + 0.5, 0.5)
    axes["b"].imshow(each, cmap="Blues", vmin=0, vmax=1, extent=extent, aspect="auto")
    mean, named = each.mean(axis=0), each.argmax(axis=-1)
    votes = np.bincount(named, minlength=10)
    classes = np.arange(10)
    axes["c"].bar(classes - 0.2, mean, 0.4, color=style.PATH)
    axes["c"].bar(classes + 0.2, votes / members, 0.4, color=style.SKY)
    right = int(new.y[index])
    return (
        f"it is a {right}: {votes[right]} of {members} say so; most votes for "
        f"{_and(np.flatnonzero(votes == votes.max()))}, the mean finds {mean.argmax()} most "
        f"probable ({mean.max():.2f})"
    )


def _and(classes):
    return " and ".join(map(str, classes))


# --- ensembles --------------------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.8),
    title="Several networks that answer as one",
    alt="Three rows, one for each kind of ensemble. Left: noisy points, twelve thin curves of the "
    "members and a thick one, their mean. Right: the loss per new example falls with the number of "
    "members, at first steeply and then hardly, and stays above a dotted line, the noise alone.",
    controls={
        "kind": Choice("members", KINDS, "different starts"),
        "members": Slider("how many", 1, MEMBERS, 1, MEMBERS, along="b.x"),
        "seed": Slider("seed of the data", 0, 4, 1, 4),
    },
    presets={kind: {"kind": kind} for kind in KINDS},
)
def ensemble_fits(axes):
    """Networks fitted to a noisy wave, their mean, and how good the mean of m of them is."""
    axes["a"].set(xlim=(-1.02, 1.02), ylim=(-2.1, 2.1), xlabel="input x", ylabel="output y")
    axes["a"].set_title("the members, and their mean")
    axes["b"].set(xlim=(0.5, MEMBERS + 0.5), ylim=(0.14, 0.4), xlabel="members m")
    axes["b"].set(ylabel="loss per new example", xticks=range(2, MEMBERS + 1, 2))
    axes["b"].axhline(NOISE**2, color=style.INK, ls=":", lw=1.2)
    axes["b"].annotate(
        "the noise alone", (MEMBERS + 0.4, NOISE**2), xytext=(0, 4), textcoords="offset points",
        ha="right", fontsize=9, color=style.INK,
    )  # fmt: skip
    axes["b"].set_title("the mean of m members")


@ensemble_fits.layer
def examples_and_losses(axes, kind, seed):
    training = noisy_wave_loss(28, seed)
    axes["a"].plot(training.x, training.y, "o", color=style.INK, ms=4.5)
    losses = losses_by_size(kind, seed)
    axes["b"].plot(np.arange(1, MEMBERS + 1), losses, "-o", color=style.SECOND, ms=4)


@ensemble_fits.layer
def first_members(axes, kind, seed, members):
    ensemble, losses = fitted_ensemble(kind, seed), losses_by_size(kind, seed)
    chosen = Ensemble(NETWORK, ensemble.params[:members])
    axes["a"].plot(SCALED_X, NETWORK(SCALED_X, chosen.params).T, color=style.SKY, lw=0.9, zorder=1)
    axes["a"].plot(SCALED_X, chosen(SCALED_X), color=style.PATH, lw=2.4, zorder=2)
    axes["b"].plot(members, losses[members - 1], "o", color=style.PATH, ms=9)
    return (
        f"loss per new example: one member {losses[0]:.3f}, the mean of {members} "
        f"{losses[members - 1]:.3f}, of which {NOISE**2:.2f} is noise"
    )


# --- digits -----------------------------------------------------------------------------------

OF_KINDS = dict(zip(DIGIT_KINDS, style.CYCLE))


@demo(
    "ab",
    size=(9.4, 3.8),
    title="Mistakes of an ensemble, and how much its members differ",
    alt="Two rows, networks of 6 units and of 32. Left: the mistakes on 400 new digits fall with "
    "the number of members, at first more steeply. Right: a dot for each kind of ensemble, what it "
    "gains against the digits on which two members disagree: the more they differ, the more it "
    "gains. With 32 units each dot lies further to the left, and lower.",
    controls={
        "kind": Choice("members", DIGIT_KINDS, "different starts"),
        "units": Choice("hidden units", UNITS, 6),
        "members": Slider("how many", 1, DIGIT_MEMBERS, 1, DIGIT_MEMBERS, along="a.x"),
    },
    presets={"small networks": {}, "larger networks": {"units": 32}},
)
def kinds_on_digits(axes):
    """Four kinds of ensemble on digits: mistakes by size, and the gain against disagreement."""
    axes["a"].set(xlim=(0.5, DIGIT_MEMBERS + 0.5), ylim=(0, 65), xlabel="members m")
    axes["a"].set(ylabel="mistakes in 400 new digits", title="the mean of m members")
    axes["b"].set(xlim=(0, 90), ylim=(-4, 42), xlabel="digits on which two members disagree")
    axes["b"].set(ylabel="mistakes fewer", title="all together, against one alone")
    axes["b"].axhline(0, color=style.MUTED, lw=0.8)
    for kind, color in OF_KINDS.items():
        axes["b"].plot([], [], "o", color=color, label=kind)
    axes["b"].legend(loc="upper left")


@kinds_on_digits.layer
def mistakes_and_gains(axes, kind, units):
    orders = mistakes_by_size(probabilities(kind, units), new_digits(units).y)
    sizes = np.arange(1, DIGIT_MEMBERS + 1)
    low, high = np.percentile(orders, [10, 90], axis=0)
    axes["a"].fill_between(sizes, low, high, color=OF_KINDS[kind], alpha=0.18, lw=0)
    axes["a"].plot(sizes, orders.mean(axis=0), "-o", color=OF_KINDS[kind], ms=4)
    for each, color in OF_KINDS.items():
        alone, together, apart = gain(each, units)
        size = 11 if each == kind else 7
        axes["b"].plot(apart, alone - together, "o", color=color, ms=size, mec="white")


@kinds_on_digits.layer
def mistakes_of_so_many(axes, kind, units, members):
    mistakes = mistakes_by_size(probabilities(kind, units), new_digits(units).y).mean(axis=0)
    axes["a"].plot(members, mistakes[members - 1], "o", color=style.INK, ms=9)
    apart = gain(kind, units).apart
    return (
        f"mistakes in 400: one member {mistakes[0]:.1f}, the mean of {members} "
        f"{mistakes[members - 1]:.1f}; two members disagree on {apart:.1f}"
    )


# --- from one network to another --------------------------------------------------------------

OF_LINES = dict(zip(LINES, style.CYCLE))


@demo(
    "ab",
    size=(9, 3.6),
    title="On the straight line between two networks",
    alt="Mistakes on 400 new digits, left, and the loss, right, along the line from one network to "
    "another, one curve for each other network. Towards another start, and towards the same "
    "network with its units shuffled, both rise to a high hill in the middle. Towards a later step "
    "of the same run they stay low.",
    controls={
        "other": Choice("to which other", LINES, LINES[0]),
        "share": Slider("share of the way", 0.0, 1.0, 0.05, 0.5, along="ab.x"),
    },
    presets={other: {"other": other} for other in LINES},
)
def between_networks(axes):
    """What the networks on the straight line between two sets of parameters are worth."""
    for panel, high, title in (("a", 200, "mistakes in 400 new digits"), ("b", 1.4, "loss")):
        axes[panel].set(xlim=(-0.02, 1.02), ylim=(0, high), xlabel="share of the way")
        axes[panel].set_title(title if panel == "a" else "loss per new digit")


@between_networks.layer
def every_line(axes):
    for other, color in OF_LINES.items():
        for panel, curve in zip("ab", along_line(other)):
            axes[panel].plot(SHARES, curve, color=color, lw=1.2, label=other)
    axes["a"].legend(loc="upper left")


@between_networks.layer
def on_this_line(axes, other, share):
    index, curves = round(20 * share), along_line(other)
    for panel, curve in zip("ab", curves):
        axes[panel].plot(SHARES, curve, color=OF_LINES[other], lw=2.6)
        axes[panel].plot(share, curve[index], "o", color=OF_LINES[other], ms=10, mec="white")
    (wrong, loss), (first, last) = curves[:, index], curves[0, [0, -1]]
    return (
        f"{100 * share:.0f} % of the way: {wrong:.0f} mistakes in 400, loss per digit {loss:.2f}; "
        f"the two networks themselves make {first:.0f} and {last:.0f}"
    )


# --- averages of a path -----------------------------------------------------------------------

AVERAGE_STEPS = 150


@demo(
    "ab",
    size=(9, 3.8),
    title="A path that never settles, and its averages",
    alt="Left: a jittery path on the bowl of figure 6.1 with two smoother curves through it. "
    "Right: the loss of the path stays high; that of its exponential average is lower, and that of "
    "the mean of all later steps lowest.",
    controls={
        "learning_rate": Slider(RATE, 0.01, 0.2, 0.01, 0.1),
        "batch_size": Slider("batch size", 1, 12, 1, 2),
        "beta": Slider("exponential average, β", 0.0, 0.99, 0.01, 0.9),
        "seed": Slider("seed of the batches", 0, 20, 1, 0),
    },
    presets={"batches of two": {}},
)
def averaged_path(axes):
    """SGD at a fixed rate never settles; the average of its parameters does.

    Source: "Learning parameters and finding hyperparameters".
    """
    draw_map(axes["a"], linear_loss(LINE_NOISE, LINE_SEED), LINE_BOUNDS)
    axes["a"].set_title("the path, and its averages")
    axes["b"].set(xlim=(-3, AVERAGE_STEPS + 3), ylim=(1e-6, 30), yscale="log", xlabel="step")
    axes["b"].set(ylabel="loss above the lowest")
    axes["b"].set_title("the loss of each")
    for label, color in AVERAGE_COLORS.items():
        axes["b"].plot([], [], color=color, label=label)
    axes["b"].legend(loc="upper right")


AVERAGE_COLORS = {
    "SGD": style.FOURTH, "exponential": style.THIRD, "mean of later steps": style.PATH,
}  # fmt: skip


@averaged_path.layer
def path_and_averages(axes, learning_rate, batch_size, beta, seed):
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    path = descend(
        loss, LINE_START, GradientDescent(learning_rate), AVERAGE_STEPS,
        batches=Minibatches(batch_size, seed),
    )  # fmt: skip
    lowest = loss(line_minimum(loss))
    late = path.t[-1] // 3  # the way there is left out of the mean
    curves = (
        (0, path.params),
        (0, exponential_average(path.params, beta)),
        (late, polyak_average(path.params[late:])),
    )
    ends = []
    for (label, color), (first, params) in zip(AVERAGE_COLORS.items(), curves):
        above = loss(params) - lowest
        axes["a"].plot(*params.T, color=color, lw=1.1 if label == "SGD" else 1.8)
        axes["a"].plot(*params[-1], "o", color=color, mec="white", ms=7.5, zorder=4)
        axes["b"].plot(path.t[first:], above, color=color, lw=1.0 if label == "SGD" else 1.9)
        ends.append(f"{label} {above[-1]:.2g}")
    return "loss above the lowest in the end: " + ", ".join(ends)
