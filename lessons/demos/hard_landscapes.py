"""Pictures of notebook 08: hard landscapes, one illness each."""

import numpy as np

from course_lib.descent import descend
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic
from lessons.demos.sliders import RATE
from lessons.experiments.hard_landscapes import (
    AUTO_STEPS,
    BAD_END,
    CLIFF,
    CLIFF_BOUNDS,
    CLIFF_STEPS,
    HILL,
    HILL_BOUNDS,
    HILL_STEPS,
    PRODUCT_KINDS,
    WAVE_X,
    WAVE_Y,
    WIDTHS,
    at_the_cliff,
    compressed,
    over_the_hill,
    signal_lengths,
    stair_heights,
    trained,
    walked,
    wave_loss,
)
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Player, Slider, Switch
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map
from lessons.stage.style import number

# --- half of the square overtakes -----------------------------------------------------------------

MOST_RATE = 0.5
BOWL_START = (1.0, 1.0)


@demo(
    "ab",
    size=(9, 3.8),
    title="What one step gains, and what the bend takes back",
    alt="Left: a bowl from above with one step across its narrow valley. Right: against the "
    "learning rate, a straight line for the gain, a parabola for the loss through the bend, and "
    "their difference. With a condition number of 10 the parabola overtakes the line at a rate of "
    "0.2; with 40 it does so at 0.05, and a step of the same rate ends far up the other side.",
    controls={
        "conditioning": LogSlider("condition number κ", 0, 2, 0.1, 10.0),
        "learning_rate": Slider(RATE, 0.005, MOST_RATE, 0.005, 0.1, along="b.x"),
    },
    presets={"κ = 10": {}, "κ = 40, the same rate": {"conditioning": 40.0}},
)
def half_the_square(axes):
    """One step on the bowl ½ (φ₀² + κ φ₁²): α gᵀg gained, ½ α² gᵀHg taken back."""
    axes["a"].set(xlim=(-1.6, 1.6), ylim=(-4.2, 1.6), xlabel="φ₀", ylabel="φ₁")
    axes["a"].set_title("one step, from above")
    axes["b"].set(xlim=(0, MOST_RATE), ylim=(-2.6, 5), xlabel=RATE)
    axes["b"].set_ylabel("in units of the loss at the start")
    axes["b"].axhline(0, color=style.MUTED, lw=0.8)
    axes["b"].set_title("gain and price of one step")
    for color, label in (
        (style.SECOND, "gained: α gᵀg"),
        (style.BROWN, "taken back: ½ α² gᵀHg"),
        (style.PATH, "change of the loss"),
    ):
        axes["b"].plot([], [], color=color, label=label)
    axes["b"].legend(loc="lower right")


@half_the_square.layer
def contours_and_curves(axes, conditioning):
    bowl, start = Quadratic((1.0, conditioning)), np.array(BOWL_START)
    turns = np.linspace(0, 2 * np.pi, 81)
    ring = np.stack([np.cos(turns), np.sin(turns) / np.sqrt(conditioning)], axis=-1)
    reach = np.sqrt(2 * bowl(start))
    rings = [share * reach * ring for share in (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)]
    style.lines(axes["a"], rings, [style.SKY], width=1.0)
    axes["a"].plot(0, 0, "+", color=style.INK, ms=9, mew=1.5)
    gained, taken = gain_and_price(conditioning)
    alpha = np.linspace(0, MOST_RATE, 201)
    axes["b"].plot(alpha, alpha * gained, color=style.SECOND)
    axes["b"].plot(alpha, np.minimum(alpha**2 * taken, 9), color=style.BROWN)
    axes["b"].plot(alpha, np.minimum(alpha**2 * taken - alpha * gained, 9), color=style.PATH)


@half_the_square.layer
def the_step(axes, conditioning, learning_rate):
    bowl = Quadratic((1.0, conditioning))
    path = descend(bowl, BOWL_START, GradientDescent(learning_rate), steps=1)
    style.trail(axes["a"], np.clip(path.params, -50, 50))
    gained, taken = gain_and_price(conditioning)
    change = learning_rate**2 * taken - learning_rate * gained
    axes["b"].plot(learning_rate, min(change, 9), "o", color=style.PATH, ms=8)
    verdict = "the step helps" if change < 0 else "it does harm" if change > 0 else "no change"
    return (
        f"loss {number(bowl(BOWL_START))} → {number(path.final_loss)}: {verdict}; in units of the "
        f"first, gained {number(learning_rate * gained)}, taken back "
        f"{number(learning_rate**2 * taken)}"
    )


def gain_and_price(conditioning):
    """gᵀg and ½ gᵀHg at the start, in units of the loss there."""
    bowl = Quadratic((1.0, conditioning))
    g = bowl.gradient(BOWL_START)
    return g @ g / bowl(BOWL_START), g @ bowl.matrix @ g / 2 / bowl(BOWL_START)


# --- where networks end ---------------------------------------------------------------------------

END_SEEDS = 3


@demo(
    "ab",
    size=(9.2, 4.0),
    title="Forty networks of each width: where do they end?",
    alt="Left: the losses at which forty networks end, sorted, on a logarithmic scale, with a "
    "dashed line at 1. Right: the data, two waves, with the best, the middle and the worst of the "
    "networks. With 5 units nearly all end above the line, on shared terraces; with 40 few do.",
    controls={
        "units": Choice("hidden units", tuple(map(str, WIDTHS)), "5"),
        "step": Slider("step", 0, 800, 20, 800),
        "seed": Slider("seed of the starts", 0, END_SEEDS - 1, 1, 0),
    },
    presets={"5 units": {}, "40 units": {"units": "40"}},
)
def ends_by_width(axes):
    """Forty relu networks of a width on two waves, each from a start of its own."""
    axes["a"].set(xlim=(0, 41), ylim=(0.003, 300), yscale="log", xlabel="network, lowest first")
    axes["a"].set_ylabel("loss")
    axes["a"].axhline(BAD_END, color=style.MUTED, ls="--", lw=1)
    axes["a"].text(0.6, 1.1 * BAD_END, "a bad end lies above", color=style.MUTED, fontsize=9)
    axes["a"].set_title("the losses of the forty")
    axes["b"].set(xlim=(-3.1, 3.1), ylim=(-2.4, 2.9), xlabel="x")
    axes["b"].set_title("the data, and three of the forty")
    axes["b"].plot(WAVE_X, WAVE_Y, "o", color=style.INK, ms=4)
    for color, label in zip(THREE_COLORS, ("best", "middle", "worst")):
        axes["b"].plot([], [], color=color, lw=1.8, label=label)
    axes["b"].legend(loc="upper center", ncols=3)


THREE_COLORS = (style.THIRD, style.SECOND, style.PATH)


@ends_by_width.layer
def sorted_losses(axes, units, step, seed):
    path = trained(int(units), seed)
    row = step // 20
    order = np.argsort(path.losses[row])
    losses = path.losses[row][order]
    places = np.arange(1, len(order) + 1)
    axes["a"].plot(places, np.clip(losses, 0.004, 290), "o", color=style.INK, ms=4)
    x = np.linspace(-3, 3, 121)
    for place, color in zip((0, len(order) // 2, len(order) - 1), THREE_COLORS):
        shown = wave_loss(int(units)).model(x, path.params[row][order[place]])
        axes["b"].plot(x, np.clip(shown, -5, 5), color=color, lw=1.8)
        axes["a"].plot(place + 1, np.clip(losses[place], 0.004, 290), "o", color=color, ms=8)
    bad = np.sum(losses > BAD_END)
    best, middle, worst = (number(loss, digits=2) for loss in np.quantile(losses, (0, 0.5, 1)))
    return (
        f"{units} units after {step} steps: {bad} of {len(order)} end above {BAD_END:g}; best "
        f"{best}, middle {middle}, worst {worst}"
    )


# --- stairs ---------------------------------------------------------------------------------------


@demo(
    "ab",
    size=(9.2, 4.0),
    title="A loss that falls in stairs",
    alt="Left: the loss of a linear network against the step; it stands still on terraces at "
    "dashed heights, falls steeply from each to the next, and ends on the lowest. Right: the "
    "length of the gradient on a logarithmic scale, with a dip at each terrace. From a start "
    "a hundred times larger there are no terraces.",
    controls={
        "start": LogSlider("Glorot's weights times", -4.0, 0.0, 1.0, 0.01),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
        "step": Slider("step", 0, AUTO_STEPS, 5, 150, along="ab.x"),
    },
    presets={"a small start": {}, "a large one": {"start": 1.0}},
)
def stairs(axes):
    """A linear network 5 → 3 → 5 learns to give back its input, one direction after the other."""
    top = stair_heights()[0]
    axes["a"].set(xlim=(-5, AUTO_STEPS + 5), ylim=(0, 1.3 * top), xlabel="step", ylabel="loss")
    axes["a"].set_title("the loss")
    for height in stair_heights():
        axes["a"].axhline(height, color=style.MUTED, ls="--", lw=0.9, zorder=0)
    axes["b"].set(xlim=(-5, AUTO_STEPS + 5), ylim=(1e-4, 1e4), yscale="log", xlabel="step")
    axes["b"].set_title("the length of the gradient")


@stairs.layer
def loss_and_gradient(axes, start, seed):
    path = compressed(start, seed)
    axes["a"].plot(path.losses, color=style.PATH, lw=1.8)
    axes["b"].plot(path.gradient_norms, color=style.PATH, lw=1.8)


@stairs.layer
def one_moment(axes, start, seed, step):
    path = compressed(start, seed)
    loss = path.losses[step]
    axes["a"].plot(step, loss, "o", color=style.SECOND, ms=8)
    seen = min(step, AUTO_STEPS - 1)
    axes["b"].plot(seen, path.gradient_norms[seen], "o", color=style.SECOND, ms=8)
    rest = ", ".join(f"{height:.1f}" for height in stair_heights())
    return (
        f"step {step}: loss {loss:.1f}, gradient {path.gradient_norms[seen]:.2g} long; "
        f"dashed: {rest}"
    )


# --- long products --------------------------------------------------------------------------------

LONGEST = 100
SCALES = (0.8, 0.9, 1.0, 1.1, 1.25)


@demo(
    "a",
    size=(7.4, 4.0),
    title="A signal through many matrices",
    alt="The length of a signal against the number of factors, twenty draws, on a logarithmic "
    "scale. With the same matrix each time the draws fan out over several powers of ten; with "
    "another matrix each time they stay closer together; with the same one at the scale 0.9 they "
    "fan out as widely, but further down.",
    controls={
        "kind": Choice("factors", PRODUCT_KINDS, PRODUCT_KINDS[0]),
        "scale": Choice("scale", tuple(map(str, SCALES)), "1.0"),
        "seed": Slider("seed of the matrices", 0, 4, 1, 0),
    },
    presets={
        "the same": {},
        "another each time": {"kind": PRODUCT_KINDS[1]},
        "the same, scale 0.9": {"scale": "0.9"},
    },
)
def long_products(axes):
    """The length of W … W v for twenty draws of 32 x 32 matrices, in units of the first."""
    axes["a"].set(xlim=(0, LONGEST), ylim=(1e-12, 1e12), yscale="log")
    axes["a"].set(xlabel="number of factors t", ylabel="length of the signal")
    axes["a"].axhline(1, color=style.MUTED, lw=0.8)


@long_products.layer
def twenty_signals(axes, kind, scale, seed):
    lengths = signal_lengths(kind, float(scale), seed=seed)
    shown = np.clip(lengths, 1e-13, 1e13)
    t = np.arange(len(lengths))
    style.lines(axes["a"], [np.column_stack([t, one]) for one in shown.T], [style.SECOND], 0.9)
    middle = np.exp(np.log(lengths).mean(axis=1))
    axes["a"].plot(t, np.clip(middle, 1e-13, 1e13), color=style.PATH, lw=2.4)
    ends = lengths[-1]
    low, high, mean = (number(length, 1e-30, 2) for length in (*np.sort(ends)[[0, -1]], middle[-1]))
    return f"after {LONGEST} factors: from {low} to {high}, in the (geometric) middle {mean}"


# --- a cliff --------------------------------------------------------------------------------------


@demo(
    "aab",
    size=(9.6, 4.2),
    title="A cliff, with and without clipping",
    alt="Left: a map with a sharp edge along b = 0; a path slides along the low side towards the "
    "edge, and one step throws it off the map. With clipping it turns at the edge and ends in the "
    "valley. Right: the length of the gradient at each step, with one spike far above the rest.",
    controls={
        "clip": Switch("clip the gradient", False),
        "limit": LogSlider("longest gradient", -1, 2, 0.25, 1.0),
        "learning_rate": LogSlider(RATE, -2, 0, 0.1, 0.1),
        "steps": Player("steps", 1, CLIFF_STEPS, 1, CLIFF_STEPS, along="b.x"),
    },
    presets={"thrown off": {}, "clipped at 1": {"clip": True}},
)
def cliff(axes):
    """The loss of a recurrence of ten steps, hₜ₊₁ = tanh(w hₜ + b), over w and b."""
    draw_map(axes["a"], CLIFF, CLIFF_BOUNDS, levels=18)
    axes["a"].set(xlabel="weight w", ylabel="bias b")
    axes["a"].set_title("the loss (h₁₀ − 0.7)² and the path")
    axes["b"].set(xlim=(-1, CLIFF_STEPS + 1), ylim=(1e-4, 1e4), yscale="log", xlabel="step")
    axes["b"].set_title("the length of the gradient")


@cliff.layer
def path_at_the_edge(axes, clip, limit, learning_rate, steps):
    path = at_the_cliff(learning_rate, limit if clip else None)
    params = path.params[: steps + 1]
    style.trail(axes["a"], np.clip(params, -50, 50))
    lengths = np.linalg.norm(CLIFF.gradient(params), axis=-1)
    axes["b"].plot(np.clip(lengths, 1e-5, 1e5), "-o", color=style.PATH, ms=3.5)
    if clip:
        axes["b"].axhline(limit, color=style.SECOND, ls="--", lw=1.2)
    w, b = params[-1]
    return (
        f"after {steps} steps: w = {w:.3g}, b = {b:.3g}, loss {number(path.losses[steps])}; "
        f"longest gradient {lengths.max():.3g}"
    )


# --- behind the hill ------------------------------------------------------------------------------


@demo(
    "aab",
    size=(9.6, 4.0),
    title="The good valley is behind the hill",
    alt="Left: a map with a round hill in the middle, a deep valley to its right and a gentle "
    "slope to its left. A path that begins left of the hilltop runs away to the left and never "
    "meets the valley; one that begins a little to the right of it ends in the valley. Right: both "
    "losses fall at every step.",
    controls={
        "start0": Slider("start φ₀", -4.0, 4.0, 0.1, -0.5, along="a.x"),
        "start1": Slider("start φ₁", -3.0, 3.0, 0.1, 0.2, along="a.y"),
        "steps": Slider("steps", 10, HILL_STEPS, 10, HILL_STEPS, along="b.x"),
    },
    presets={"on this side": {}, "behind the top": {"start0": 0.4}},
)
def behind_the_hill(axes):
    """Local descent, where the good region lies behind a hill."""
    axes["a"].set_aspect("equal")
    draw_map(axes["a"], HILL, HILL_BOUNDS, levels=16)
    axes["a"].set_title("the path from above")
    axes["b"].set(xlim=(-5, HILL_STEPS + 5), ylim=(-2.3, 3.3), xlabel="step", ylabel="loss")
    axes["b"].axhline(0, color=style.MUTED, lw=0.8)
    axes["b"].set_title("the loss")


@behind_the_hill.layer
def the_way(axes, start0, start1, steps):
    path = over_the_hill((start0, start1), steps=steps)
    style.trail(axes["a"], path.params)
    axes["b"].plot(path.losses, color=style.PATH, lw=1.8)
    axes["b"].plot(steps, path.final_loss, "o", color=style.PATH, ms=7)
    way, apart = walked(path)
    slope = np.linalg.norm(HILL.gradient(path.final))
    return (
        f"loss {path.losses[0]:.3g} → {path.final_loss:.3g} in {steps} steps; the way is {way:.3g} "
        f"long, {apart:.3g} as the crow flies; gradient at the end {number(slope)}"
    )
