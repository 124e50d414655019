"""Pictures of notebook 13: several models that answer as one, and averages of a path."""

from functools import lru_cache

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED, gabor_data
from course_lib.descent import descend
from course_lib.ensembles import Ensemble, exponential_average, polyak_average
from course_lib.initialization import glorot_uniform
from course_lib.losses import LeastSquares
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.demos.sliders import RATE
from lessons.experiments.scenes import LINE_BOUNDS, linear_loss
from lessons.stage import style
from lessons.stage.controls import Choice, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map

MEMBERS = 12
NOISE = 0.4
NETWORK = MLP([1, 10, 10, 1], "tanh")
KINDS = ("different starts", "best of a search", "checkpoints of one run")
WAVE_X = np.linspace(-1, 1, 161)


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


def wave_loss(n, seed):
    """Least squares on n points of the Gabor wave with much noise, x scaled to [-1, 1]."""
    x, y = gabor_data(n, NOISE, seed)
    return LeastSquares(NETWORK, x / 15, y)


@lru_cache(maxsize=32)
def fitted_ensemble(kind, seed):
    """The ensemble of one kind, fitted to the draw `seed` of 28 points."""
    training, rng = wave_loss(28, seed), np.random.default_rng(0)
    if kind == "checkpoints of one run":
        path = descend(training, glorot_uniform(NETWORK, rng), Adam(0.03), 600, keep=30)
        return Ensemble.of_checkpoints(NETWORK, path, MEMBERS)
    if kind == "different starts":
        starts = glorot_uniform(NETWORK, rng, ensemble=(MEMBERS,))
        return Ensemble.of_runs(NETWORK, descend(training, starts, Adam(0.03), 400, keep="last"))
    starts = glorot_uniform(NETWORK, rng, ensemble=(3 * MEMBERS,))
    rates = 10 ** rng.uniform(-3, -0.5, 3 * MEMBERS)
    path = descend(training, starts, Adam(rates), 200, keep="last")
    validation = wave_loss(60, 1000 + seed)(path.final)
    return Ensemble.of_best(NETWORK, validation, path.final, MEMBERS)


@lru_cache(maxsize=32)
def losses_by_size(kind, seed):
    """Loss per new example of the mean of 1, 2, … members, averaged over ten orders of them."""
    ensemble, new = fitted_ensemble(kind, seed), wave_loss(200, 2000 + seed)
    rng = np.random.default_rng(0)
    orders = np.stack([rng.permutation(len(ensemble)) for _ in range(10)], axis=1)
    shuffled = Ensemble(NETWORK, ensemble.params[orders])
    return shuffled.losses_by_size(new).mean(axis=1) / new.n_examples


@ensemble_fits.layer
def _(axes, kind, seed):
    x, y = gabor_data(28, NOISE, seed)
    axes["a"].plot(x / 15, y, "o", color=style.INK, ms=4.5)
    losses = losses_by_size(kind, seed)
    axes["b"].plot(np.arange(1, MEMBERS + 1), losses, "-o", color=style.SECOND, ms=4)


@ensemble_fits.layer
def _(axes, kind, seed, members):
    ensemble, losses = fitted_ensemble(kind, seed), losses_by_size(kind, seed)
    chosen = Ensemble(NETWORK, ensemble.params[:members])
    axes["a"].plot(WAVE_X, NETWORK(WAVE_X, chosen.params).T, color=style.SKY, lw=0.9, zorder=1)
    axes["a"].plot(WAVE_X, chosen(WAVE_X), color=style.PATH, lw=2.4, zorder=2)
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
    """SGD at a fixed rate never settles; the average of its parameters does (source C)."""
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
def _(axes, learning_rate, batch_size, beta, seed):
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    path = descend(
        loss, (1.6, -0.5), GradientDescent(learning_rate), AVERAGE_STEPS,
        batches=Minibatches(batch_size, seed),
    )  # fmt: skip
    lowest = loss(np.linalg.lstsq(loss.model.derivatives(loss.x, [0, 0]), loss.y)[0])
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
