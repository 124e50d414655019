"""Pictures of notebook 13: several models that answer as one, and averages of a path."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.ensembles import Ensemble, exponential_average, polyak_average
from course_lib.optimizers import GradientDescent
from lessons.demos.sliders import RATE
from lessons.experiments.ensembles import (
    KINDS,
    MEMBERS,
    NETWORK,
    NOISE,
    fitted_ensemble,
    losses_by_size,
    wave_loss,
)
from lessons.experiments.scenes import LINE_BOUNDS, LINE_START, line_minimum, linear_loss
from lessons.stage import style
from lessons.stage.controls import Choice, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map

SCALED_X = np.linspace(-1, 1, 161)


# --- ensembles --------------------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.8),
    title="Several networks that answer as one",
    alt="Three rows, one for each kind of ensemble. Left: noisy points, twelve thin curves of the "
    "members and a thick one, their mean. Right: the loss per new example falls with the number of "
    "members, at first more steeply; most for different starts, and hardly for the best of a "
    "search, most of which are flat lines.",
    controls={
        "kind": Choice("members", KINDS, "different starts"),
        "members": Slider("how many", 1, MEMBERS, 1, MEMBERS),
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
    training = wave_loss(28, seed)
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
