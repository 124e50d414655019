"""Basin maps: which minimum of the Gabor loss does each start reach, by any rule? (notebook 07)"""

import numpy as np

from lessons.demos.sliders import RATE, gabor_start
from lessons.experiments.basins import EVERY, LAST, minimum_reached, outside, path_from
from lessons.experiments.equations import EQUATIONS
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_minima
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider
from lessons.stage.demo import demo

BASIN_COLORS = (
    "#08306B", "#2171B5", style.LIGHT_SKY, "#C6DBEF", style.THIRD, style.FOURTH, style.GOLD,
)  # fmt: skip
SAME_MAPS = ("momentum, velocity form", "momentum, buffer form", "Nesterov, velocity form")
"""Their maps are those of momentum and Nesterov at ten times the rate."""
RULES = tuple(name for name in EQUATIONS if name not in SAME_MAPS and "Newton" not in name)
"""Newton's maps are in notebook 10: as it is, the method reaches saddles and maxima as well."""


def colors():
    """A colour for each minimum, lowest first, for none of them, and for outside the box."""
    return [style.PATH, *BASIN_COLORS[: len(gabor_minima()) - 1], "#EEEEEE", style.MUTED]


def basin_axes(axes, *others):
    """The map, panel a, and a row for each minimum and for the others, panel b."""
    (left, right), (bottom, top) = GABOR_BOUNDS
    axes["a"].set(xlim=(left, right), ylim=(bottom, top), xlabel="start φ₀", ylabel="start φ₁")
    axes["a"].set_title("the minimum that each start reaches")
    names = ["global", *(f"{point.loss:.2f}" for point in gabor_minima()[1:]), *others]
    axes["b"].set(xlim=(0, 100), ylim=(len(names) - 0.4, -0.6), xlabel="share of the starts, %")
    axes["b"].set_yticks(range(len(names)), names)
    axes["b"].set_ylabel("loss of the minimum reached")


def draw_basins(axes, numbers, others):
    """The map of the row in panel b that each start belongs to, and the shares; returns them."""
    rows = len(gabor_minima()) + others
    style.regions(axes["a"], GABOR_BOUNDS, numbers, colors()[:rows])
    for point, color in zip(gabor_minima(), colors()):
        axes["a"].plot(*point.phi, "o", mfc=color, mec=style.INK, mew=1.4, ms=8)
    shares = [100 * (numbers == row).mean() for row in range(rows)]
    axes["b"].barh(range(rows), shares, color=colors()[:rows], edgecolor=style.INK, lw=0.8)
    return shares


def draw_start(axes, path, steps):
    """The path of one start, drawn until it has settled; returns its losses in words."""
    moved = min(steps, path.last_step)  # a settled path has no more points to draw
    low, high = np.array(GABOR_BOUNDS).T
    shown = np.clip(path.params[: moved + 1], 3 * low - 2 * high, 3 * high - 2 * low)
    style.trail(axes["a"], shown, color=style.INK)
    return f"your start: loss {path.losses[0]:.3g} → {path.losses[: steps + 1][-1]:.3g}"


@demo(
    "aab",
    size=(9, 4.2),
    title="Which starts reach the global minimum, by which rule?",
    alt="Rows for gradient descent, momentum, Adam and AdaGrad. Left: the box of starts, each "
    "coloured by the minimum that it reaches. The global one has a band in the middle; with "
    "momentum and Adam it runs down to the floor of the box, over a shallow minimum that stops "
    "gradient descent. AdaGrad's map at a high rate is torn to shreds. Right: the share of each.",
    controls={
        "rule": Choice("rule", RULES, "momentum"),
        "learning_rate": LogSlider(RATE, -3, 1, 0.1, 0.1),
        "steps": Slider("steps", 0, LAST, EVERY, 100),
        **gabor_start(-4.0, 16.0, on="a"),
    },
    presets={
        "gradient descent, α = 0.1": {"rule": "gradient descent", "steps": 200},
        "momentum, α = 0.5": {"learning_rate": 0.5, "steps": 200},
        "Adam, α = 0.32": {"rule": "Adam", "learning_rate": 0.32, "steps": 200},
        "AdaGrad, α = 3.2": {"rule": "AdaGrad", "learning_rate": 3.2, "steps": 200},
    },
)
def basins_of_rules(axes):
    """Which minimum does each start reach, by the rule of your choice?"""
    basin_axes(axes, "none of them", "outside")


@basins_of_rules.layer
def map_and_shares(axes, rule, learning_rate, steps):
    ranks = minimum_reached(rule, learning_rate, steps)
    left, diverged = outside(rule, learning_rate, steps)
    count = len(gabor_minima())
    numbers = np.where(ranks >= 0, ranks, np.where(left, count + 1, count))
    shares = draw_basins(axes, numbers, others=2)
    return (
        f"{rule}, {steps} steps: the global minimum from {shares[0]:.0f} % of the starts; outside "
        f"the box end {shares[-1]:.0f} %, diverged {100 * diverged.mean():.0f} %"
    )


@basins_of_rules.layer
def your_start(axes, rule, learning_rate, steps, start0, start1):
    return draw_start(axes, path_from((start0, start1), rule, learning_rate), steps)
