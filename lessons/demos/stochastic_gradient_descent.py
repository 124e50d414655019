"""Pictures of notebook 05: stochastic gradient descent."""

from functools import lru_cache
from itertools import combinations, islice

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from course_lib.batches import Minibatches, epochs_done, steps_per_epoch
from course_lib.datasets import LINE_NOISE, LINE_SEED, linear_data
from course_lib.descent import descend, iterate
from course_lib.losses import LeastSquares
from course_lib.many_runs import BatchForEach, descend_each
from course_lib.models import Linear
from course_lib.optimizers import SVRG, GradientDescent, HalveOnStall
from course_lib.optimizers.svrg import Anchor
from course_lib.schedules import (
    Constant,
    ExponentialDecay,
    InverseTime,
    LinearDecay,
    StepDecay,
    WarmUp,
)
from lessons.demos.basins import BASIN_COLORS
from lessons.demos.gradient_descent import COLORS_6_5, WAVE_X, draw_descent
from lessons.demos.sliders import RATE
from lessons.experiments.basins import nearest_minimum
from lessons.experiments.momentum import best_fixed_rate
from lessons.experiments.scenes import (
    GABOR_BOUNDS,
    LINE_START,
    STARTS_6_5,
    gabor_loss,
    gabor_minima,
    line_minimum,
    linear_loss,
)
from lessons.measuring.intervals import wilson_interval
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider, Switch
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map, heat

BATCH = "batch size"
SEED = "seed of the batches"


@lru_cache(maxsize=8)
def all_batches(n_examples, size):
    """Every batch of so many different examples, shape (number of batches, size)."""
    return np.array(list(combinations(range(n_examples), size)))


def excess(loss, losses):
    """How far the losses of a line are above the lowest; at least 1e-15, the size of rounding."""
    return np.maximum(losses - loss(line_minimum(loss)), 1e-15)


# --- figure 6.6 -------------------------------------------------------------------------------

BATCH_OF_THREE = 3


@demo(
    "aaabbbcc;aaabbbdd",
    size=(9.2, 3.7),
    title="Figure 6.6: a different loss for every batch",
    alt="Four panels. The loss of all examples and the loss of one batch of three, both with the "
    "step that the batch causes; the cloud of all possible steps, brown where they lead up; the "
    "model before and after. In the first row both losses fall, in the second only the batch's, in "
    "the third the cloud sits at the bottom of a wrong valley and nearly every batch leads up.",
    controls={
        "batch": Slider("number of the batch", 0, 3275, 1, 2653),
        "learning_rate": LogSlider(RATE, -2.02, 0.18, 0.05, 0.6),
        "phi0": Slider("φ₀", -10.0, 10.0, 0.1, -1.5, along="ab.x"),
        "phi1": Slider("φ₁", 2.5, 22.5, 0.1, 9.8, along="ab.y"),
    },
    presets={
        "down on both": {},
        "down on its own, up on the whole": {"batch": 2275},
        "at the bottom of a wrong valley": {"batch": 1553, "phi0": 5.9, "phi1": 7.9},
    },
)
def fig_6_6(axes):
    """One step of SGD: down on the loss of its batch, and up or down on the loss of all."""
    (left, right), (bottom, top) = GABOR_BOUNDS
    for panel, title in (("a", "the loss of all 28 examples"), ("b", "the loss of this batch")):
        axes[panel].set(xlim=(left, right), ylim=(bottom, top), xlabel="φ₀")
        axes[panel].set_xticks([-10, -5, 0, 5, 10])
        axes[panel].set_title(f"{panel}  {title}")
    axes["a"].set_ylabel("φ₁")
    style.heat_map(axes["a"], GABOR_BOUNDS, heat(gabor_loss(), GABOR_BOUNDS))
    axes["c"].set(xlim=(-3, 3), ylim=(-1.5, 1.5), xticks=[-2, 0, 2], yticks=[-1, 0, 1])
    axes["c"].set_title("c  3276 possible steps")
    axes["d"].set(xlim=(-15.5, 15.5), ylim=(-1.4, 1.4), xticks=[-10, 0, 10], yticks=[-1, 0, 1])
    axes["d"].set_title("d  the model, before (- -)")
    axes["d"].plot(gabor_loss().x, gabor_loss().y, "o", color=style.MUTED, ms=3)


@lru_cache(maxsize=256)
def possible_steps(phi, learning_rate):
    """Where each of the 3276 batches of three would lead, and whether the loss of all rises."""
    loss = gabor_loss()
    pulls = loss.per_example_gradients(phi)[all_batches(28, BATCH_OF_THREE)]
    ends = phi - learning_rate * pulls.sum(axis=1)
    return ends, loss(ends) > loss(phi)


@fig_6_6.layer
def cloud(axes, phi0, phi1, learning_rate):
    ends, rises = possible_steps((phi0, phi1), learning_rate)
    steps = ends - (phi0, phi1)
    for which, color in ((~rises, style.SECOND), (rises, style.BROWN)):
        # So small, squares look like dots, and a browser paints them in a third of the time.
        axes["c"].plot(*steps[which].T, "s", color=color, ms=1.1, mew=0)
    axes["c"].plot(*steps.mean(axis=0), "x", color=style.INK, ms=7, mew=2)
    return (
        f"{100 * rises.mean():.0f} % of the 3276 possible batches raise the loss of all (brown); "
        f"× is the mean step, 3/28 of a step of gradient descent"
    )


@fig_6_6.layer
def batch_loss(axes, batch):
    loss = gabor_loss().batch(all_batches(28, BATCH_OF_THREE)[batch])
    style.heat_map(axes["b"], GABOR_BOUNDS, heat(loss, GABOR_BOUNDS), levels=6)
    axes["d"].plot(loss.x, loss.y, "o", color=style.PATH, ms=6)


@fig_6_6.layer
def step_of_the_batch(axes, phi0, phi1, learning_rate, batch):
    whole, phi = gabor_loss(), (phi0, phi1)
    part = whole.batch(all_batches(28, BATCH_OF_THREE)[batch])
    end = possible_steps(phi, learning_rate)[0][batch]
    for panel in "ab":
        style.trail(axes[panel], np.stack([phi, end]))
    style.trail(axes["c"], np.stack([np.zeros(2), end - phi]))
    axes["d"].plot(WAVE_X, whole.model(WAVE_X, phi), "--", color=style.SECOND, lw=1)
    axes["d"].plot(WAVE_X, whole.model(WAVE_X, end), color=style.SECOND)
    return (
        f"this one: loss of the batch {part(phi):.3g} → {part(end):.3g}, "
        f"loss of all {whole(phi):.3g} → {whole(end):.3g}"
    )


# --- figure 6.5b ------------------------------------------------------------------------------

RUNS, STEPS, EVERY = 100, 40, 5


@demo(
    "aab;aac",
    size=(8.6, 4.2),
    title="Figure 6.5b: stochastic gradient descent on the Gabor loss",
    alt="The Gabor loss with three rough paths and the end points of a hundred runs from one "
    "start, coloured by valley; the losses of the three runs; and how many of the hundred runs are "
    "in each valley, with an interval for the global one.",
    controls={
        "learning_rate": LogSlider(RATE, -1.5, 0.5, 0.05, 1.0),
        "batch_size": Slider(BATCH, 1, 28, 1, 2),
        "seed": Slider(SEED, 0, 99, 1, 0),
        "steps": Slider("steps", 0, 40, 5, 40, along="b.x"),
        "start": Choice("100 runs from start", ("1", "2", "3"), "2"),
    },
    presets={
        "a lucky seed": {"seed": 33},
        "an unlucky seed": {"seed": 3},
        "all 28 examples, a rate as fast": {"batch_size": 28, "learning_rate": 0.071},
    },
)
def fig_6_5b(axes):
    """Stochastic gradient descent on the Gabor loss: one run a start, and a hundred from one."""
    draw_map(axes["a"], gabor_loss(), GABOR_BOUNDS)
    axes["a"].set_title("one run from each start (lines); 100 runs from one (dots)")
    for number, point in enumerate(STARTS_6_5, 1):
        style.tag(axes["a"], str(number), point)
    axes["b"].set(xlim=(-1, STEPS + 1), ylim=(0.4, 40), yscale="log", xlabel="step", ylabel="loss")
    axes["b"].set_yticks([0.5, 2, 10], ["0.5", "2", "10"])
    axes["b"].minorticks_off()
    axes["b"].set_title("the loss of those runs")
    names = ["global", *(f"{point.loss:.2f}" for point in gabor_minima()[1:]), "none"]
    axes["c"].set(xlim=(0, 100), ylim=(len(names) - 0.4, -0.6), xlabel="runs of 100")
    axes["c"].set_yticks(range(len(names)), names)
    axes["c"].tick_params(axis="y", labelsize=8.5)
    axes["c"].set_title("the valley they are in, by its loss")


@lru_cache(maxsize=32)
def seeded_runs(batch_size, learning_rate, start):
    """Where 100 seeds have come from a start of figure 6.5, every five of 40 steps."""
    batches = [Minibatches(batch_size, rng=seed) for seed in range(RUNS)]
    rule, start = GradientDescent(learning_rate), STARTS_6_5[start - 1]
    return descend_each(gabor_loss(), start, rule, STEPS, batches, keep=EVERY).params


@lru_cache(maxsize=256)
def valleys(batch_size, learning_rate, start, steps):
    """In the valley of which minimum each run is after so many steps: its rank, or -1 for none."""
    phi = seeded_runs(batch_size, learning_rate, start)[steps // EVERY]
    settle = GradientDescent(0.15)
    return nearest_minimum(
        descend(gabor_loss(), phi.astype(np.float32), settle, steps=80, keep="last").final,
        within=0.8,
    )


@fig_6_5b.layer
def hundred_runs(axes, batch_size, learning_rate, start, steps):
    start = int(start)
    phi = seeded_runs(batch_size, learning_rate, start)[steps // EVERY]
    reached = valleys(batch_size, learning_rate, start, steps)
    count = len(gabor_minima())
    colors = [style.PATH, *BASIN_COLORS[: count - 1], "#BBBBBB"]
    look = {"edgecolors": "white", "linewidths": 0.5, "zorder": 1}
    style.dots(axes["a"], phi, [26], np.take(colors, reached), **look)
    # Runs that reached no minimum, -1, are counted in the last place.
    runs = np.bincount(reached % (count + 1), minlength=count + 1)
    bars = [
        [(0, y - 0.35), (n, y - 0.35), (n, y + 0.35), (0, y + 0.35)] for y, n in enumerate(runs)
    ]
    look = {"facecolors": colors, "edgecolors": style.INK, "linewidths": 0.8}
    axes["c"].add_collection(PolyCollection(bars, **look), autolim=False)  # quicker than `barh`
    low, high = wilson_interval(runs[0], RUNS)
    axes["c"].plot([100 * low, 100 * high], [0, 0], "-|", color=style.INK, ms=8, lw=1.6)
    return (
        f"{runs[0]} of 100 runs from start {start} are in the valley of the global minimum: "
        f"a probability of {100 * low:.0f} % to {100 * high:.0f} %"
    )


@fig_6_5b.layer
def three_runs(axes, batch_size, learning_rate, seed, steps):
    batches = Minibatches(batch_size, rng=seed)
    paths = descend(gabor_loss(), STARTS_6_5, GradientDescent(learning_rate), STEPS, batches)
    for member, color in enumerate(COLORS_6_5):
        draw_descent(axes, paths.member(member), steps, color)
    ends = ", ".join(
        f"{number}: {value:.3g}" for number, value in enumerate(paths.losses[: steps + 1][-1], 1)
    )
    return f"loss after {steps} steps with seed {seed}: {ends}"


# --- epochs -----------------------------------------------------------------------------------

COUNTER_STEPS, MOST_EXAMPLES = 24, 30


@demo(
    "aaaab",
    size=(9, 4.2),
    title="Which examples does each batch take?",
    alt="A grid of examples against steps. Without replacement every example is blue once between "
    "two orange lines, and the last batch of each epoch is smaller; with replacement some examples "
    "are taken often, others seldom, and some twice in one batch. Beside it, how often each was "
    "taken.",
    controls={
        "examples": Slider("examples I", 10, 30, 1, 23),
        "batch_size": Slider(BATCH, 1, 10, 1, 5),
        "replacement": Switch("with replacement", False),
        "drop_last": Switch("drop the last, smaller batch", False),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"without replacement": {}, "with replacement": {"replacement": True}},
)
def epoch_counter(axes):
    """Which examples each batch takes, and how often each has been taken in the end."""
    axes["a"].set(xlim=(-0.5, COUNTER_STEPS - 0.5), xlabel="step t", ylabel="example")
    axes["a"].set_title("blue: in the batch; gold: twice or more; line: an epoch ends")
    axes["a"].xaxis.set_major_locator(MaxNLocator(integer=True))
    axes["b"].set(xlabel="times taken", xlim=(0, 24))
    axes["b"].set_title("in all")
    for panel in "ab":
        axes[panel].set_ylim(MOST_EXAMPLES - 0.5, -0.5)


@epoch_counter.layer
def examples_taken(axes, examples, batch_size, replacement, drop_last, seed):
    batches = Minibatches(batch_size, seed, replacement, drop_last).indices(examples)
    taken = np.zeros((COUNTER_STEPS, examples), int)
    for row, batch in zip(taken, batches):
        np.add.at(row, batch, 1)
    axes["a"].imshow(
        np.minimum(taken, 2).T, extent=(-0.5, COUNTER_STEPS - 0.5, examples - 0.5, -0.5),
        aspect="auto", interpolation="nearest", vmin=0, vmax=2,
        cmap=ListedColormap(["#F2F2F2", style.SECOND, style.GOLD]),
    )  # fmt: skip
    axes["b"].barh(range(examples), taken.sum(axis=0), color=style.SECOND)
    low, high = taken.sum(axis=0).min(), taken.sum(axis=0).max()
    often = f"{low} times" if low == high else f"{low} to {high} times"
    often = f"each example was taken {often}, {taken.sum() / examples:.3g} on average"
    if replacement:
        draws = taken.sum()
        return f"{COUNTER_STEPS} steps draw {draws} times, and no pass ever ends: {often}"
    epoch = epochs_done(np.arange(COUNTER_STEPS), examples, batch_size, drop_last)
    axes["a"].vlines(
        np.flatnonzero(np.diff(epoch)) + 0.5, -0.5, examples - 0.5, color=style.PATH, lw=2
    )
    per_epoch = steps_per_epoch(examples, batch_size, drop_last)
    epochs, more = divmod(COUNTER_STEPS, per_epoch)
    return (
        f"{per_epoch} steps an epoch: {COUNTER_STEPS} steps are {epochs} epochs and {more} steps; "
        f"{often}"
    )


# --- loss against epoch -----------------------------------------------------------------------

EPOCHS = 25
RATES = {"low": 0.002, "good": 0.04, "high": 0.14, "very high": 0.22}
RATE_COLORS = (style.SECOND, style.THIRD, style.BROWN, style.FOURTH)


@demo(
    "ab",
    size=(9.4, 3.8),
    title="Loss against epoch at four learning rates",
    alt="Loss against epoch. Low: nearly a straight line. Good: down to the lowest loss. High: up, "
    "then the lowest for a moment, then stuck above. Very high: up and away. On a log scale the "
    "good rate ends far closer to the lowest loss than the high one. In a second row, with all "
    "examples in each batch, the curves are smooth and the high rate diverges too.",
    controls={
        "learning_rate": LogSlider(RATE, -2.995, -0.495, 0.05, 0.08),
        "batch_size": Slider(BATCH, 1, 12, 1, 3),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"batches of 3": {}, "all 12 examples": {"batch_size": 12, "learning_rate": 0.02}},
)
def fig_lr(axes):
    """SGD on the line: loss against epoch at four learning rates, and at yours."""
    for panel in "ab":
        axes[panel].set(xlim=(-0.5, EPOCHS + 0.5), xlabel="epoch")
    axes["a"].set(ylim=(0, 8), ylabel="loss")
    axes["a"].set_title("the loss")
    axes["b"].set(ylim=(1e-5, 1e3), yscale="log", ylabel="loss − lowest loss")
    axes["b"].set_title("what is above the lowest, on a log scale")
    names = [*(f"{name}: {rate}" for name, rate in RATES.items()), "yours"]
    for name, color in zip(names, (*RATE_COLORS, style.PATH)):
        axes["a"].plot([], [], "-o", ms=3, color=color, label=name)
    axes["a"].legend(loc="upper right", ncols=2)


@fig_lr.layer
def four_rates(axes, batch_size, seed):
    path = line_descent(np.array(list(RATES.values())), batch_size, seed)
    for losses, color in zip(path.losses.T, RATE_COLORS):
        draw_epochs(axes, losses, batch_size, color=color)


@fig_lr.layer
def your_rate(axes, batch_size, seed, learning_rate):
    path = line_descent(learning_rate, batch_size, seed)
    draw_epochs(axes, path.losses, batch_size, color=style.PATH, lw=2.4)
    per_epoch = steps_per_epoch(12, batch_size)
    if path.diverged:
        return f"yours {path.reason}, in epoch {epochs_done(path.last_step, 12, batch_size) + 1}"
    last = path.losses[-5 * per_epoch :]
    low, high = style.told(last.min()), style.told(last.max())
    return (
        f"yours after {EPOCHS} epochs ({EPOCHS * per_epoch} steps): loss "
        f"{style.told(path.final_loss)}; over the last five epochs "
        + (f"between {low} and {high}" if low != high else low)
    )


def line_descent(learning_rate, batch_size, seed, epochs=EPOCHS):
    """SGD on the loss of figure 6.1."""
    steps = epochs * steps_per_epoch(12, batch_size)
    loss, batches = linear_loss(LINE_NOISE, LINE_SEED), Minibatches(batch_size, rng=seed)
    return descend(loss, LINE_START, GradientDescent(learning_rate), steps, batches)


def draw_epochs(axes, losses, batch_size, **look):
    """The loss after each epoch, and what it has above the lowest."""
    losses = np.minimum(losses[:: steps_per_epoch(12, batch_size)], 1e6)
    axes["a"].plot(losses, "-o", ms=3, **look)
    axes["b"].plot(excess(linear_loss(LINE_NOISE, LINE_SEED), losses), "-o", ms=3, **look)


# --- schedules --------------------------------------------------------------------------------

SCHEDULE_STEPS, SCHEDULE_RUNS = 200, 16


def six_schedules(initial, left):
    """Six ways from the same first rate to the same share of it at the last step."""
    last = SCHEDULE_STEPS
    decay = ExponentialDecay(initial, k=-np.log(left) / last)
    return {
        "constant": Constant(initial),
        "step": StepDecay(initial, factor=left**0.25, every=last // 5),
        "exponential": decay,
        "1/t": InverseTime(initial, k=(1 / left - 1) / last),
        "linear to τ": LinearDecay(initial, final=left * initial, tau=3 * last // 4),
        "warm-up": WarmUp(last // 10, then=decay),
    }


SCHEDULE_NAMES = tuple(six_schedules(0.1, 0.1))


@demo(
    "ab",
    size=(9.4, 3.9),
    title="Six schedules, and the loss they lead to",
    alt="Left: a constant rate, four that fall to a hundredth, in steps, exponentially, as 1/t and "
    "on a straight line, and one that first rises. Right: SGD's excess loss under each; the "
    "constant rate stays on a plateau, and all others end far below it, but for 1/t where it falls "
    "to a hundredth.",
    controls={
        "initial": LogSlider("first rate α₀", -2, -0.85, 0.05, 0.1, along="a.y"),
        "left": LogSlider("share left at the end", -3, -0.1, 0.1, 0.01),
        "batch_size": Slider(BATCH, 1, 12, 1, 3),
        "schedule": Choice("schedule", SCHEDULE_NAMES, "1/t"),
    },
    presets={"down to a tenth": {"left": 0.1}, "down to a hundredth": {}},
)
def rate_schedules(axes):
    """Six schedules of the learning rate, and what they leave of SGD's loss on the line."""
    for panel in "ab":
        axes[panel].set(xlim=(-2, SCHEDULE_STEPS + 2), xlabel="step t")
    axes["a"].set(ylim=(0, 0.2), ylabel="learning rate α")
    axes["a"].set_title("the schedules")
    axes["b"].set(ylim=(1e-5, 20), yscale="log", ylabel="loss − lowest loss")
    axes["b"].set_title(f"mean over {SCHEDULE_RUNS} seeds")
    for name, color in zip(SCHEDULE_NAMES, style.CYCLE):
        axes["a"].plot([], [], color=color, label=name)
    axes["a"].legend(loc="upper right", ncols=2)


@lru_cache(maxsize=64)
def scheduled_runs(initial, left, batch_size):
    """What the loss has above the lowest, for each schedule, mean over the seeds.

    The steps (R,) and the means (R, 6); R is 41 unless all have run away before.
    """
    ways, loss = six_schedules(initial, left).values(), linear_loss(LINE_NOISE, LINE_SEED)
    rates = np.stack([way(np.arange(SCHEDULE_STEPS)) for way in ways], axis=-1)
    rule = GradientDescent(lambda t: rates[t])  # one rate for each of the six members
    batches = [Minibatches(batch_size, rng=seed) for seed in range(SCHEDULE_RUNS)]
    starts = np.broadcast_to(LINE_START, (len(ways), 2))
    path = descend_each(loss, starts, rule, SCHEDULE_STEPS, batches, keep=EVERY)
    return path.t, excess(loss, path.losses).mean(axis=1)


@rate_schedules.layer
def rates_and_losses(axes, initial, left, batch_size, schedule):
    t, (seen, means) = np.arange(SCHEDULE_STEPS), scheduled_runs(initial, left, batch_size)
    chosen = SCHEDULE_NAMES.index(schedule)
    for number, way in enumerate(six_schedules(initial, left).values()):
        look = {"color": style.CYCLE[number], "lw": 3.2 if number == chosen else 1.2}
        look["zorder"] = 3 if number == chosen else 2
        axes["a"].plot(t, way(t), **look)
        axes["b"].plot(seen, means[:, number], **look)
    if seen[-1] < SCHEDULE_STEPS:
        return f"with batches of {batch_size} these rates are too large: every schedule runs away"
    best = SCHEDULE_NAMES[int(np.argmin(means[-1]))]
    return (
        f"at the end the loss is above the lowest by {means[-1, chosen]:.2g} with {schedule}, "
        f"by {means[-1, 0]:.2g} at the constant rate; the best is {best}"
    )


# --- halving on a stall -----------------------------------------------------------------------

HALVING_EPOCHS = 40


@demo(
    "abc",
    size=(10, 3.5),
    title="Halving the rate when the validation loss stalls",
    alt="Three panels against the epoch: the rate, a staircase downwards beside a constant line; "
    "the validation loss; the training loss above the lowest, which stays on a plateau at the "
    "constant rate and falls by orders of magnitude where the rate is halved.",
    controls={
        "learning_rate": LogSlider("first rate α", -2, -0.85, 0.05, 0.1, along="a.y"),
        "patience": Slider("patience, in epochs", 0, 10, 1, 4),
        "batch_size": Slider(BATCH, 1, 12, 1, 3),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"patience 4": {}},
)
def halving(axes):
    """Halve the rate whenever the validation loss has stalled: the rate, and both losses."""
    for panel, title in (
        ("a", "learning rate α"), ("b", "validation loss"), ("c", "training loss − lowest loss")
    ):  # fmt: skip
        axes[panel].set(xlim=(-1, HALVING_EPOCHS + 1), xlabel="epoch", yscale="log")
        axes[panel].set_title(title)
    axes["a"].set(ylim=(1e-5, 1))
    axes["b"].set(ylim=(0.5, 20), yticks=[0.5, 1, 2, 5, 10], yticklabels="0.5 1 2 5 10".split())
    axes["b"].minorticks_off()
    axes["c"].set(ylim=(1e-6, 10))
    axes["b"].plot([], [], color=style.MUTED, label="constant rate")
    axes["b"].plot([], [], color=style.PATH, label="halved on a stall")
    axes["b"].legend(loc="upper right")


@lru_cache(maxsize=1)
def validation_loss():
    """The loss on thirty more examples, which no step sees."""
    return LeastSquares(Linear(), *linear_data(n=30, seed=100))


@halving.layer
def constant_rate(axes, learning_rate, batch_size, seed):
    path = line_descent(learning_rate, batch_size, seed, HALVING_EPOCHS)
    every = steps_per_epoch(12, batch_size)
    draw_halving(axes, path.params[::every], [learning_rate] * (HALVING_EPOCHS + 1), style.MUTED)


@halving.layer
def halved_rate(axes, learning_rate, batch_size, seed, patience):
    every = steps_per_epoch(12, batch_size)
    rule = HalveOnStall(GradientDescent(learning_rate), validation_loss(), patience, every)
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    batches = Minibatches(batch_size, rng=seed).indices(12)
    steps = list(islice(iterate(loss, np.array(LINE_START), rule, batches), HALVING_EPOCHS * every))
    epochs = steps[every - 1 :: every]
    rates = [learning_rate * step.state.scale for step in epochs]
    params = np.stack([LINE_START, *(step.phi for step in epochs)])
    draw_halving(axes, params, [learning_rate, *rates], style.PATH)
    halved = int(np.log2(learning_rate / rates[-1]).round())
    above = style.told(excess(loss, loss(params[-1])), digits=2)
    return f"halved {halved} times, to {rates[-1]:.2g}; training loss {above} above the lowest"


def draw_halving(axes, params, rates, color):
    """The rate and both losses after each epoch."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    axes["a"].plot(rates, color=color, lw=2, drawstyle="steps-pre")
    axes["b"].plot(validation_loss()(params), "-o", color=color, ms=2.5, lw=1.2)
    axes["c"].plot(excess(loss, loss(params)), "-o", color=color, ms=2.5, lw=1.2)


# --- variance reduction -----------------------------------------------------------------------

MANY, PASSES = 200, 10


@demo(
    "aab",
    size=(9.4, 4.0),
    title="SGD's plateau, and SVRG",
    alt="Left: loss above the lowest against passes over the data. Gradient descent falls on a "
    "straight line, SGD falls fast and stays on a plateau, SVRG falls on a steep straight line. "
    "Right: the possible steps of SGD, a wide cloud, and of SVRG, a small one.",
    controls={
        "learning_rate": LogSlider(RATE, -3.02, -1.02, 0.05, 0.03),
        "batch_size": Slider(BATCH, 6, 20, 1, 8),
        "refresh": Slider("steps to a new anchor", 5, 80, 5, 20),
        "step": Slider("look at step", 0, 80, 1, 30),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"early": {"step": 5}, "later": {"step": 50}},
)
def variance_reduction(axes):
    """SGD's plateau and SVRG's straight line, and the steps that each may take at one point."""
    axes["a"].set(xlim=(-0.2, PASSES + 0.2), ylim=(1e-5, 1e3), yscale="log")
    axes["a"].set(xlabel="gradients of single examples, in passes over the data")
    axes["a"].set(ylabel="loss − lowest loss")
    axes["a"].set_title("a line through 200 points")
    axes["b"].set(xlim=(-0.25, 0.25), ylim=(-0.25, 0.25), xticks=[-0.2, 0, 0.2])
    axes["b"].set(xlabel="step in φ₀", ylabel="step in φ₁", yticks=[-0.2, 0, 0.2], aspect="equal")
    axes["b"].set_title("300 possible steps from ◆")
    loss = many_points()
    best = best_fixed_rate(*np.linalg.eigvalsh(loss.hessian((0.0, 0.0))))
    path = descend(loss, LINE_START, GradientDescent(best), PASSES)
    label = f"GD, best rate: {best:.2g}"
    axes["a"].plot(excess(loss, path.losses), "-o", color=style.MUTED, ms=3, label=label)
    for name, color in (("SGD", style.SECOND), ("SVRG", style.PATH)):
        axes["a"].plot([], [], color=color, lw=2, label=name)
    axes["a"].legend(loc="lower left")


@lru_cache(maxsize=1)
def many_points():
    """The loss of a line through 200 points."""
    return LeastSquares(Linear(), *linear_data(n=MANY))


@variance_reduction.layer
def sgd_losses(axes, learning_rate, batch_size, seed):
    batches = Minibatches(batch_size, rng=seed)
    steps = PASSES * MANY // batch_size
    path = descend(many_points(), LINE_START, GradientDescent(learning_rate), steps, batches)
    passes = path.t * batch_size / MANY
    losses = excess(many_points(), np.minimum(path.losses, 1e6))
    axes["a"].plot(passes, losses, color=style.SECOND, lw=1.2)


@lru_cache(maxsize=64)
def svrg_path(learning_rate, batch_size, refresh, seed):
    """SVRG for as many steps as 10 passes pay for, and the passes that each step has cost."""
    steps = np.arange(PASSES * MANY // (2 * batch_size) + 1)
    passes = 2 * steps * batch_size / MANY + -(-steps // refresh)
    steps = steps[passes <= PASSES]
    rule, batches = SVRG(learning_rate, refresh), Minibatches(batch_size, rng=seed)
    path = descend(many_points(), LINE_START, rule, max(int(steps[-1]), 1), batches)
    return path, passes[: len(path.losses)]


@variance_reduction.layer
def svrg_losses_and_clouds(axes, learning_rate, batch_size, seed, refresh, step):
    path, passes = svrg_path(learning_rate, batch_size, refresh, seed)
    losses = excess(many_points(), np.minimum(path.losses, 1e6))
    axes["a"].plot(passes, losses, color=style.PATH, lw=2)
    t = min(step, len(losses) - 1)
    axes["a"].plot(passes[t], losses[t], "D", color=style.PATH, mec="white", ms=9)
    spread = {}
    for name, rule, color in (
        ("SGD", GradientDescent(learning_rate), style.SECOND),
        ("SVRG", SVRG(learning_rate, refresh), style.PATH),
    ):
        moves = possible_moves(rule, path, t, refresh, batch_size)
        axes["b"].plot(*moves.T, "o", color=color, ms=3, mec="none")
        spread[name] = np.linalg.norm(moves - moves.mean(axis=0), axis=-1).mean()
    if losses[-1] > losses[0]:
        return "SVRG runs away: the rate is too high for this batch size"
    return (
        f"at step {t} the noise of a step is {spread['SVRG']:.2g} long with SVRG and "
        f"{spread['SGD']:.2g} with SGD; SVRG ends {losses[-1]:.2g} above the lowest loss"
    )


def possible_moves(rule, path, t, refresh, batch_size):
    """What each of 300 random batches would make of step t of a path."""
    rows = Minibatches(batch_size, rng=0, replacement=True).indices(MANY)
    batch = BatchForEach(many_points()).batch(np.stack(list(islice(rows, 300))))
    here, anchor = (
        np.broadcast_to(path.params[: step + 1][-1], (300, 2)) for step in (t, t - t % refresh)
    )
    state = Anchor(anchor, many_points().gradient(anchor))
    return rule.step(here, state, batch, t)[0] - here
