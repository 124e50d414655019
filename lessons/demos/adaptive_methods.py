"""Pictures of notebook 07: adaptive methods."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_lib.clipping import ClippedGradient, clip_by_norm, clip_by_value
from course_lib.descent import descend, iterate
from course_lib.optimizers import (
    AdaDelta,
    AdaGrad,
    Adam,
    AMSGrad,
    DeltaBarDelta,
    GradientDescent,
    Momentum,
    NAdam,
    Nesterov,
    NormalizedGradient,
    RAdam,
    RMSProp,
    RMSPropNesterov,
    Yogi,
)
from course_lib.schedules import InverseTime, WarmUp
from course_lib.surfaces import (
    Polynomial,
    Quadratic,
    Rosenbrock,
    badly_scaled_bowl,
)
from lessons.demos.sliders import RATE
from lessons.experiments.adaptive_methods import BOWL_BOUNDS, BOWL_START, RACES
from lessons.experiments.equations import cautious
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Player, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map, heat
from lessons.stage.style import number, told


def draw_bowl(ax, bowl, levels=8):
    """The badly scaled bowl from above, with its minimum."""
    style.heat_map(ax, BOWL_BOUNDS, heat(bowl, BOWL_BOUNDS, 41), levels=levels)
    ax.plot(0, 0, "+", color=style.INK, ms=9, mew=1.5)


def bowl_axes(ax):
    """Limits and labels of a map of the bowl."""
    ax.set(xlim=BOWL_BOUNDS[0], ylim=BOWL_BOUNDS[1], xlabel="φ₀", ylabel="φ₁")


# --- figure 6.9 -------------------------------------------------------------------------------


@demo(
    "abe;cde",
    size=(10.4, 4.9),
    title="Figure 6.9: one badly scaled bowl, four rules",
    alt="Four maps of a bowl that is steep vertically and flat horizontally, and the four losses. "
    "a: a low fixed rate falls to the valley floor at once and crawls along it. b: a high rate "
    "swings up the walls and away. c: normalised gradients walk diagonally, then straight, and "
    "end hopping about the minimum. d: Adam takes a smooth bend to it.",
    controls={
        "steps": Slider("steps", 1, 60, 1, 40, along="e.x"),
        "low_rate": LogSlider("a  low rate α", -3, -1, 0.05, 0.05),
        "high_rate": LogSlider("b  high rate α", -1.3, -0.7, 0.05, 0.11),
        "step_size": LogSlider("c, d  rate α", -1.5, 0.5, 0.05, 0.5),
        "beta": Slider("d  β", 0.0, 0.99, 0.01, 0.9),
        "gamma": Slider("d  γ", 0.0, 0.999, 0.001, 0.99),
        "epsilon": LogSlider("c, d  ε", -8, 2, 0.25, 1e-8),
        "start0": Slider("start φ₀", -9.0, 3.0, 0.1, BOWL_START[0], along="abcd.x"),
        "start1": Slider("start φ₁", -1.9, 1.9, 0.05, BOWL_START[1], along="abcd.y"),
    },
    presets={"as in the figure": {}, "ε = 10: like a fixed rate": {"epsilon": 10.0}},
)
def fig_6_9(axes):
    """A fixed rate (slow, then unstable), normalised gradients, and Adam, on one bowl."""
    for panel, title in (
        ("a", "a  a low fixed rate"),
        ("b", "b  a high fixed rate"),
        ("c", "c  normalised gradients"),
        ("d", "d  Adam"),
    ):
        bowl_axes(axes[panel])
        axes[panel].set_title(title)
        draw_bowl(axes[panel], badly_scaled_bowl())
    for panel in "ab":
        axes[panel].set_xlabel("")
    for panel in "bd":
        axes[panel].set_ylabel("")
    axes["e"].set(xlim=(-1, 61), ylim=(1e-3, 3e3), yscale="log", xlabel="step", ylabel="loss")
    axes["e"].minorticks_off()
    axes["e"].set_title("the loss after each step")
    for name, color in zip("abcd", COLORS_6_9):
        axes["e"].plot([], [], color=color, lw=2, label=name)
    axes["e"].legend(loc="upper right", ncols=4, columnspacing=1.2, handlelength=1.2)


COLORS_6_9 = (style.THIRD, style.FOURTH, style.SECOND, style.PATH)


@fig_6_9.layer
def fixed_rates(axes, start0, start1, steps, low_rate, high_rate):
    a = draw_on_bowl(axes, "a", GradientDescent(low_rate), (start0, start1), steps)
    b = draw_on_bowl(axes, "b", GradientDescent(high_rate), (start0, start1), steps)
    return f"loss after {steps} steps: a low rate {a}, b high rate {b}"


@fig_6_9.layer
def rates_of_their_own(axes, start0, start1, steps, step_size, epsilon, beta, gamma):
    c = draw_on_bowl(
        axes, "c", NormalizedGradient(step_size, epsilon=epsilon), (start0, start1), steps
    )
    d = draw_on_bowl(
        axes, "d", Adam(step_size, beta, gamma, epsilon=epsilon), (start0, start1), steps
    )
    return f"c normalised gradients {c}, d Adam {d}"


def draw_on_bowl(axes, panel, rule, start, steps):
    """One path on its map and its losses in panel e; returns the last loss in words."""
    path = descend(badly_scaled_bowl(), start, rule, steps)
    color = COLORS_6_9["abcd".index(panel)]
    style.trail(axes[panel], path.params, color)
    axes["e"].plot(path.losses, color=color, lw=1.8)
    return told(path.final_loss)


# --- normalised gradients bounce --------------------------------------------------------------

BOUNCE_STEPS = 120
BOUNCE_RATES = np.geomspace(0.01, 2, 200)


@demo(
    "ab",
    size=(9, 3.7),
    title="Normalised gradients bounce",
    alt="Left: φ falls by equal steps and then jumps to and fro around zero. Right: the distance "
    "at which 200 different rates end lies between half of the rate and the rate. A second row "
    "with a falling rate ends closer, a third with a large ε arrives for small rates.",
    controls={
        "learning_rate": LogSlider(RATE, -2, 0.3, 0.05, 0.5, along="b.x"),
        "start": Slider("start φ", 0.5, 5.0, 0.05, 4.2, along="a.y"),
        "epsilon": LogSlider("ε", -8, 1, 0.25, 1e-8),
        "schedule": Choice("rate", ("constant", "falls as 1/(1 + 0.1 t)"), "constant"),
    },
    presets={
        "constant": {},
        "falling": {"schedule": "falls as 1/(1 + 0.1 t)"},
        "ε = 0.32": {"epsilon": 0.32},
    },
)
def bounce(axes):
    """Normalised gradients on φ²/2: how far from the minimum they end."""
    axes["a"].set(xlim=(-2, BOUNCE_STEPS + 2), ylim=(-2.2, 5.2), xlabel="step", ylabel="φ")
    axes["a"].axhline(0, color=style.MUTED, lw=0.8)
    axes["a"].set_title("φ after each step (the minimum is at 0)")
    axes["b"].set(xlim=(0.009, 2.2), ylim=(8e-6, 5), xscale="log", yscale="log")
    axes["b"].set(xlabel="rate α", ylabel="distance from the minimum")
    axes["b"].set_yticks(
        [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1], ["≤ 1e−5", "1e−4", "0.001", "0.01", "0.1", "1"]
    )
    axes["b"].set_title(f"where {BOUNCE_STEPS} steps end, for 200 rates")
    axes["b"].plot(BOUNCE_RATES, BOUNCE_RATES, "--", color=style.MUTED, label="α")
    axes["b"].plot(BOUNCE_RATES, BOUNCE_RATES / 2, ":", color=style.INK, label="α / 2")
    axes["b"].legend(loc="lower right")


def bounced(rate, start, epsilon, schedule):
    """Normalised gradients at a rate, or at each of an array of rates, held or falling."""
    alpha = InverseTime(rate, k=0.1) if schedule == "falls as 1/(1 + 0.1 t)" else rate
    return descend(
        Quadratic([1.0]), [start], NormalizedGradient(alpha, epsilon=epsilon), BOUNCE_STEPS
    )


@bounce.layer
def where_all_rates_end(axes, start, epsilon, schedule):
    paths = bounced(BOUNCE_RATES, start, epsilon, schedule)
    # The two last points: the path may jump between one close by and one far off.
    ends = np.abs(paths.params[-2:, :, 0]).max(axis=0)
    axes["b"].plot(BOUNCE_RATES, np.maximum(ends, 1e-5), ".", color=style.SECOND, ms=4)


@bounce.layer
def one_rate(axes, start, epsilon, schedule, learning_rate):
    phi = bounced(learning_rate, start, epsilon, schedule).params[:, 0]
    axes["a"].plot(phi, "-o", color=style.PATH, ms=3, lw=1.1)
    end, lengths = np.abs(phi[-2:]).max(), np.abs(np.diff(phi))
    axes["b"].plot(learning_rate, max(end, 1e-5), "o", color=style.PATH, ms=8)
    return (
        f"farthest from the minimum over the last two steps: {number(end)}; "
        f"length of the first step {number(lengths[0])}, of the last {number(lengths[-1])}"
    )


# --- clipping ---------------------------------------------------------------------------------

CLIFF_BOUNDS = ((-2.2, 2.2), (-1.5, 3.5))
CLIFF_STEPS = 100
CLIP_COLORS = (style.FOURTH, style.PATH, style.SECOND)


@demo(
    "ab",
    size=(9, 4.0),
    title="Clipping a gradient",
    alt="Left: the first gradient step reaches out of the picture; clipped by norm it ends on a "
    "circle in the same direction, clipped by value in the corner of a square. Right: on the "
    "Rosenbrock valley the clipped path descends into the valley and follows it, the other leaves "
    "the map.",
    controls={
        "limit": LogSlider("limit", 0, 3.5, 0.05, 20.0),
        "learning_rate": LogSlider(RATE, -4, -1.5, 0.05, 0.005),
        "start0": Slider("start φ₀", -2.0, 2.0, 0.05, -1.5, along="b.x"),
        "start1": Slider("start φ₁", -1.4, 3.4, 0.05, -1.0, along="b.y"),
    },
    presets={"limit 20": {}},
)
def clipping(axes):
    """A gradient clipped by norm and by value, and gradient descent with and without clipping."""
    axes["a"].set(xlim=(-1.75, 1.75), ylim=(-1.75, 1.75), aspect="equal")
    axes["a"].set(xlabel="step along φ₀ / (α · limit)", ylabel="step along φ₁ / (α · limit)")
    axes["a"].set_title("the first step, clipped")
    for color, label in zip(CLIP_COLORS, ("not clipped", "by norm", "by value")):
        axes["a"].plot([], [], "-o", color=color, lw=2, ms=6, label=label)
    axes["a"].legend(loc="lower center", ncols=3, fontsize=8.5, handlelength=1.2, columnspacing=1)
    angle = np.linspace(0, 2 * np.pi, 121)
    axes["a"].plot(np.cos(angle), np.sin(angle), color=style.MUTED, lw=0.9)
    axes["a"].plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], color=style.MUTED, lw=0.9)
    draw_map(axes["b"], Rosenbrock(), CLIFF_BOUNDS, levels=18)
    axes["b"].set_title(f"{CLIFF_STEPS} steps of gradient descent")
    axes["b"].plot(1, 1, "+", color=style.INK, ms=10, mew=1.8)


@clipping.layer
def clipped_and_free(axes, start0, start1, learning_rate, limit):
    loss, start = Rosenbrock(), np.array((start0, start1))
    gradient = loss.gradient(start)
    steps = (gradient, clip_by_norm(gradient, limit), clip_by_value(gradient, limit))
    for step, color in zip(steps, CLIP_COLORS):
        tip = -step / limit
        axes["a"].plot([0, tip[0]], [0, tip[1]], color=color, lw=2)
        axes["a"].plot(*tip, "o", color=color, ms=7)
    rule = GradientDescent(learning_rate)
    free = descend(loss, start, rule, CLIFF_STEPS)
    clipped = descend(ClippedGradient(loss, limit), start, rule, CLIFF_STEPS)
    for path, color in ((free, CLIP_COLORS[0]), (clipped, CLIP_COLORS[1])):
        # Matplotlib fails on points very far off. Out of sight is enough.
        style.trail(axes["b"], np.clip(path.params, -50, 50), color)
    return (
        f"the first gradient is {number(np.linalg.norm(gradient))} long, the limit is "
        f"{number(limit)}; "
        f"loss after {CLIFF_STEPS} steps: {told(clipped.final_loss)} clipped, "
        f"{told(free.final_loss)} not clipped"
    )


# --- the rate of each parameter ---------------------------------------------------------------

RATE_STEPS = 160


def rules_with_rates(alpha, gamma):
    """Rules that give every parameter a rate of its own, by name."""
    return {
        "normalised gradient": NormalizedGradient(alpha),
        # Its rate is what a slope is multiplied by, not the length of a step. (Not alpha / 50: by
        # chance that would put φ₁ at 0 exactly, where there is no rate to show.)
        "delta-bar-delta": DeltaBarDelta(alpha / 42, increase=alpha / 42),
        "AdaGrad": AdaGrad(alpha),
        "RMSProp": RMSProp(alpha, gamma),
        "AdaDelta": AdaDelta(alpha, gamma),
        "Adam": Adam(alpha, gamma=gamma),
    }


def effective_rates(loss, start, rule, steps):
    """A path (steps + 1, P), and what each slope was multiplied by at each step, (steps, P).

    Of a rule that averages the slopes first, it is what their average m̂ was multiplied by.
    """
    phi, rates = np.array(start), []
    path = [phi]
    for step, _ in zip(iterate(loss, phi, rule), range(steps)):
        slope = step.gradient
        if type(rule) is Adam:
            slope = step.state.m / (1 - rule.beta ** (step.t + 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            rates.append((path[-1] - step.phi) / slope)
        path.append(step.phi)
    return np.array(path), np.array(rates)


@demo(
    "ab",
    size=(9.4, 3.9),
    title="The rate of each parameter",
    alt="Left: a path on the bowl. Right: the effective rate along both axes, on a logarithmic "
    "scale, with the rates above which a fixed rate is unstable. AdaGrad's rates fall and level "
    "out. RMSProp's and Adam's rise as the slopes shrink, until they meet the limit.",
    controls={
        "rule": Choice("rule", tuple(rules_with_rates(1.0, 0.9)), "RMSProp"),
        "learning_rate": LogSlider(RATE, -2, 1, 0.05, 0.5),
        "gamma": Slider("γ", 0.0, 0.999, 0.001, 0.9),
        "curvature": LogSlider("curvature along φ₁", -0.3, 3, 0.1, 20.0),
    },
    presets={
        "AdaGrad": {"rule": "AdaGrad"},
        "RMSProp": {"rule": "RMSProp"},
        "Adam": {"rule": "Adam"},
    },
)
def rate_of_each(axes):
    """The rate that each parameter gets, step by step, beside the rate at which it is unstable."""
    bowl_axes(axes["a"])
    axes["a"].set_title(f"the path: {RATE_STEPS} steps on the bowl")
    axes["b"].set(xlim=(-2, RATE_STEPS + 2), ylim=(1e-5, 1e3), yscale="log", xlabel="step")
    axes["b"].set(ylabel="effective rate")
    axes["b"].minorticks_off()
    axes["b"].set_title("rate of each slope; dashed: unstable above")
    axes["b"].plot([], [], color=style.SECOND, lw=2, label="along φ₀ (flat)")
    axes["b"].plot([], [], color=style.PATH, lw=2, label="along φ₁ (steep)")
    axes["b"].legend(loc="upper right", ncols=2, handlelength=1.2, columnspacing=1, fontsize=8.5)


@rate_of_each.layer
def bowl_of_curvature(axes, curvature):
    draw_bowl(axes["a"], Quadratic((0.5, curvature)))


@rate_of_each.layer
def path_and_rates(axes, curvature, rule, learning_rate, gamma):
    chosen = rules_with_rates(learning_rate, gamma)[rule]
    curvatures = np.array((0.5, curvature))
    path, rates = effective_rates(Quadratic((0.5, curvature)), BOWL_START, chosen, RATE_STEPS)
    # Momentum in the averaged form is stable up to a higher rate.
    patience = (1 + chosen.beta) / (1 - chosen.beta) if rule == "Adam" else 1
    style.trail(axes["a"], path)
    for rate, bound, color in zip(rates.T, patience * 2 / curvatures, (style.SECOND, style.PATH)):
        axes["b"].axhline(bound, ls="--", color=color, lw=1)
        axes["b"].plot(rate, color=color, lw=1.8)
    known = [rate[np.isfinite(rate)] for rate in rates.T]  # at a slope of 0 any rate would do
    first, last = ([f"{rate[step]:.2g}" for rate in known] for step in (0, -1))
    final = number(Quadratic((0.5, curvature))(path[-1]))
    return (
        f"rates along φ₀ and φ₁: {first[0]} and {first[1]} at first, {last[0]} and {last[1]} "
        f"at last; the loss ends at {final}"
    )


# --- bias correction --------------------------------------------------------------------------

CORRECTED_STEPS = 200


@demo(
    "aab",
    size=(9.4, 3.8),
    title="Adam with and without bias correction",
    alt="Left: down a steady slope corrected steps all have the length α; uncorrected ones begin "
    "at 3.2 α, grow to 6.6 α and fall slowly. Right: on the bowl the uncorrected path overshoots "
    "far, the corrected one does not. A second row, at γ = 0.9: uncorrected steps are too short.",
    controls={
        "beta": Slider("β", 0.0, 0.99, 0.01, 0.9),
        "one_minus_gamma": LogSlider("1 − γ", -4, 0, 0.1, 0.001),
    },
    presets={"β = 0.9, γ = 0.999": {}, "β = 0.9, γ = 0.9": {"one_minus_gamma": 0.1}},
)
def bias_correction(axes):
    """The lengths of Adam's steps down a steady slope, and its path, with and without 6.16."""
    axes["a"].set(xlim=(0.9, 220), ylim=(0.03, 40), xscale="log", yscale="log")
    axes["a"].set(xlabel="step", ylabel="length of the step / α")
    axes["a"].set_title("down a steady slope")
    bowl_axes(axes["b"])
    axes["b"].set_title("on the bowl: 12 steps at α = 0.5")
    draw_bowl(axes["b"], badly_scaled_bowl())
    for color, label in ((style.PATH, "with"), (style.SECOND, "without")):
        axes["a"].plot([], [], "-o", ms=3, color=color, label=f"{label} correction")
    axes["a"].legend(loc="lower right")


@bias_correction.layer
def steps_and_paths(axes, beta, one_minus_gamma):
    lengths = {}
    for corrected, color in ((False, style.SECOND), (True, style.PATH)):
        rule = Adam(1.0, beta, 1 - one_minus_gamma, bias_correction=corrected)
        path = descend(Polynomial([0.0, 1.0]), [0.0], rule, CORRECTED_STEPS)
        lengths[corrected] = np.abs(np.diff(path.params[:, 0]))
        steps = np.arange(1, CORRECTED_STEPS + 1)
        axes["a"].plot(steps, lengths[corrected], "-o", ms=3, lw=1.2, color=color)
        rule = Adam(0.5, beta, 1 - one_minus_gamma, bias_correction=corrected)
        style.trail(axes["b"], descend(badly_scaled_bowl(), BOWL_START, rule, 12).params, color)
    bare, longest = lengths[False], np.argmax(lengths[False])
    return (
        f"without correction the first step is {bare[0]:.3g} α, the longest {bare[longest]:.3g} α "
        f"(step {longest + 1}), the last {bare[-1]:.3g} α; with correction all are "
        f"{lengths[True][0]:.3g} α"
    )


# --- the race ---------------------------------------------------------------------------------


RACERS = {
    "one of each family": {
        "gradient descent": GradientDescent, "momentum": Momentum, "Nesterov": Nesterov,
        "AdaGrad": AdaGrad, "RMSProp": RMSProp, "Adam": Adam,
    },
    "a rate for each parameter": {
        "normalised": NormalizedGradient, "delta-bar-delta": cautious, "AdaGrad": AdaGrad,
        "RMSProp": RMSProp, "RMSProp, Nesterov": RMSPropNesterov, "AdaDelta": AdaDelta,
    },
    "Adam and its kin": {
        "Adam": Adam, "AMSGrad": AMSGrad, "YOGI": Yogi, "NAdam": NAdam, "RAdam": RAdam,
    },
}  # fmt: skip
RACE_STEPS = 100
RACE_RATES = np.geomspace(1e-5, 100, 71)
FLOOR = 1e-4
"""A loss below it counts as arrived."""


@lru_cache(maxsize=256)
def tuned_rate(surface, rule):
    """The fastest of RACE_RATES among those whose loss never rises above where it began.

    Fastest is whose loss, in the mean of its logarithm over the race, is the lowest.
    """
    race = RACES[surface]
    if race.rate is not None:
        return race.rate
    paths = descend(race.loss, race.start, rule(learning_rate=RACE_RATES), RACE_STEPS)
    height = np.log(np.maximum(paths.losses, FLOOR)).mean(axis=0)
    safe = (paths.losses <= paths.losses[0]).all(axis=0) & ~paths.diverged
    return float(RACE_RATES[np.where(safe, height, np.inf).argmin()])


@lru_cache(maxsize=512)
def raced(surface, rule, factor):
    """The path of one rule, at its best rate times a factor."""
    race = RACES[surface]
    rate = tuned_rate(surface, rule) * factor
    return descend(race.loss, race.start, rule(learning_rate=rate), RACE_STEPS)


@demo(
    "ab",
    size=(9.4, 4.1),
    title="A race of rules",
    alt="Maps of three surfaces with six paths each, and their losses. On the saddle gradient "
    "descent, momentum and Nesterov stay beside it for a long time while AdaGrad, RMSProp and "
    "Adam leave at once. In Rosenbrock's valley Nesterov and momentum are far ahead. In the "
    "bowl, at three times their best rates, gradient descent and Nesterov leave the map.",
    controls={
        "surface": Choice("surface", tuple(RACES), "Rosenbrock"),
        "rules": Choice("rules", tuple(RACERS), "one of each family"),
        "factor": LogSlider("rate / best rate", -1.5, 1.5, 0.25, 1.0),
        "steps": Player("steps", 0, RACE_STEPS, 1, 60, along="b.x"),
    },
    presets={
        "saddle": {"surface": "saddle"},
        "Rosenbrock's valley": {},
        "three times the best rates": {"surface": "badly scaled bowl", "factor": 3.2},
    },
)
def fig_race(axes, surface):
    """Five or six rules race over one surface, each at its own best rate times a common factor."""
    race = RACES[surface]
    draw_map(axes["a"], race.loss, race.bounds, levels=16)
    axes["a"].set_title(surface)
    axes["b"].set(xlim=(-2, RACE_STEPS + 2), xlabel="step", ylabel="loss")
    for panel in "ab":  # a new surface is a new stage, and every tick of a stage takes time
        axes[panel].locator_params(nbins=5)
    if race.rate is None:
        axes["b"].set(yscale="log", yticks=(1e-4, 1e-2, 1, 100))
        axes["b"].set(ylim=(FLOOR, 20 * race.loss(race.start)))
        axes["b"].minorticks_off()
    else:
        axes["b"].set(ylim=(-1.6, 1.6))
    axes["b"].set_title("the loss after each step")


@fig_race.layer
def names_and_rates(axes, surface, rules, factor):
    for (name, rule), color in zip(RACERS[rules].items(), style.CYCLE):
        rate = tuned_rate(surface, rule) * factor
        axes["b"].plot([], [], "-o", ms=4, color=color, label=f"{name}, α = {rate:.2g}")
    axes["b"].legend(loc="upper right", ncols=2, fontsize=8.5, handlelength=1.2, columnspacing=1)


@fig_race.layer
def racing(axes, surface, rules, factor, steps):
    race = RACES[surface]
    low, high = np.array(race.bounds).T
    margin = 3 * (high - low)
    paths = [raced(surface, rule, factor) for rule in RACERS[rules].values()]
    shown = [np.clip(path.params[: steps + 1], low - margin, high + margin) for path in paths]
    losses = [np.column_stack([path.t, path.losses])[: steps + 1] for path in paths]
    home = {name: loss[-1, 1] for name, loss in zip(RACERS[rules], losses)}
    colors, look = style.CYCLE[: len(paths)], {"edgecolors": "white", "zorder": 4}
    style.lines(axes["a"], shown, colors, 1.5, path_effects=style.edged(1.5))
    style.lines(axes["b"], losses, colors, 1.5)
    style.dots(axes["a"], [points[-1] for points in shown], [64], colors, **look)
    style.dots(axes["b"], [(steps, loss) for loss in home.values()], [49], colors, **look)
    axes["a"].plot(*race.start, "o", mfc="white", mec=style.INK, mew=1.5, ms=7, zorder=5)
    ranked = sorted(home, key=lambda name: (not np.isfinite(home[name]), home[name]))
    return f"after {steps} steps: " + ", ".join(f"{name} {told(home[name])}" for name in ranked)


# --- the first steps --------------------------------------------------------------------------

EARLY_STEPS, SEEDS = 60, 200


@dataclass(frozen=True, eq=False)
class Noisy:
    """A loss whose slope at step t carries the noise of that step, an array (*ensemble, P)."""

    loss: object
    noise: np.ndarray
    t: int = 0

    def __call__(self, phi):
        return self.loss(phi)

    def gradient(self, phi):
        return self.loss.gradient(phi) + self.noise[self.t]

    def batch(self, indices):
        return Noisy(self.loss, self.noise, int(indices[0]))

    @property
    def n_parameters(self):
        return self.loss.n_parameters


@lru_cache(maxsize=1)
def standard_noise():
    """Noise for every step and every seed, of spread 1."""
    return np.random.default_rng(0).normal(size=(EARLY_STEPS, SEEDS, 1))


@lru_cache(maxsize=256)
def wandering(rule, learning_rate, warm_up, noise):
    """Runs that begin at the minimum of φ²/2, one for each seed: φ (EARLY_STEPS + 1, SEEDS)."""
    rules = {
        "Adam": lambda: Adam(learning_rate),
        "warm-up": lambda: Adam(WarmUp(warm_up, learning_rate)),
        "RAdam": lambda: RAdam(learning_rate),
    }
    loss = Noisy(Quadratic([1.0]), noise * standard_noise())
    steps = ([t] for t in range(EARLY_STEPS))
    path = descend(loss, np.zeros((SEEDS, 1)), rules[rule](), EARLY_STEPS, batches=steps)
    return path.params[..., 0]


@demo(
    "ab",
    size=(9.4, 3.8),
    title="The first steps, with noise",
    alt="Left: the lengths of the first 60 steps. Adam's begin at the full rate and shrink to a "
    "seventh, warmed up they grow from nothing, RAdam's begin like momentum's and then almost "
    "stop. Right: how far each has wandered from the minimum. With a hundred times the noise "
    "RAdam's first four steps lead it far away.",
    controls={
        "learning_rate": LogSlider(RATE, -3, 0, 0.1, 0.1),
        "noise": LogSlider("noise in the slopes", -2, 1, 0.1, 0.1),
        "warm_up": Slider("warm-up steps", 1, 60, 1, 20),
    },
    presets={"little noise": {}, "much noise": {"noise": 10.0}},
)
def first_steps(axes):
    """Noise alone: steps taken from the minimum by Adam, by Adam warmed up, and by RAdam."""
    axes["a"].set(xlim=(0.9, EARLY_STEPS + 5), ylim=(0.003, 20), xscale="log", yscale="log")
    axes["a"].set(xlabel="step", ylabel="length of the step / α")
    axes["a"].set_title(f"the steps of {SEEDS} seeds: median, 10 to 90 %")
    axes["b"].set(xlim=(0.9, EARLY_STEPS + 5), ylim=(0.01, 200), xscale="log", yscale="log")
    axes["b"].set_xlabel("step")
    axes["b"].set_ylabel("distance from the minimum / α")
    axes["b"].set_title("how far they wander (root mean square)")
    for name, color in zip(("Adam", "Adam, warm-up", "RAdam"), EARLY_COLORS):
        axes["b"].plot([], [], color=color, lw=2, label=name)
    axes["b"].legend(loc="upper left", ncols=3, handlelength=1.2, columnspacing=1)


EARLY_COLORS = (style.PATH, style.SECOND, style.THIRD)


@first_steps.layer
def spread_and_distance(axes, learning_rate, noise, warm_up):
    words = []
    for name, color in zip(("Adam", "warm-up", "RAdam"), EARLY_COLORS):
        phi = wandering(name, learning_rate, warm_up if name == "warm-up" else 0, noise)
        lengths = np.abs(np.diff(phi, axis=0)) / learning_rate
        lengths[lengths == 0] = np.nan  # a warm-up from zero has no place on these scales
        low, middle, high = np.percentile(lengths, (10, 50, 90), axis=1)
        steps = np.arange(1, EARLY_STEPS + 1)
        axes["a"].fill_between(steps, low, high, color=color, alpha=0.15, lw=0)
        axes["a"].plot(steps, middle, color=color, lw=1.8)
        distance = np.sqrt((phi[1:] ** 2).mean(axis=1)) / learning_rate
        words.append(f"{name} {distance[:10].max():.2g} α")
        axes["b"].plot(steps, np.where(distance > 0, distance, np.nan), color=color, lw=2)
    return "farthest within the first 10 steps (root mean square): " + ", ".join(words)
