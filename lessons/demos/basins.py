"""Basin maps: which minimum of the Gabor loss does each start reach, by any rule? (notebook 07)"""

from functools import lru_cache
from itertools import islice

import numpy as np

from course_lib.descent import DIVERGED, descend, iterate
from course_lib.equations import EQUATIONS
from course_lib.grids import parameter_grid
from lessons.demos.sliders import RATE, gabor_start
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss, gabor_minima
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider
from lessons.stage.demo import demo

POINTS, LAST = 51, 400
"""Starts along each axis, and the most steps they take."""
EVERY = 10
BASIN_COLORS = ("#08306B", "#2171B5", style.SKY, "#C6DBEF", style.THIRD, style.FOURTH, style.GOLD)
SAME_MAPS = ("momentum, velocity form", "momentum, buffer form", "Nesterov, velocity form")
"""Their maps are those of momentum and Nesterov at ten times the rate."""
RULES = tuple(name for name in EQUATIONS if name not in SAME_MAPS and "Newton" not in name)
"""Newton's maps are in notebook 10: as it is, the method reaches saddles and maxima as well."""


class Starts:
    """Descents by one rule from a grid over the Gabor box, in float32, taken as far as asked."""

    def __init__(self, rule):
        phi = parameter_grid(GABOR_BOUNDS, POINTS).astype(np.float32)
        self._ends = [(phi, np.zeros(phi.shape[:-1], bool))]
        self._steps = iterate(gabor_loss(), phi, rule)

    def after(self, steps):
        """Where they are after `steps`, a multiple of EVERY, and which of them have diverged."""
        with np.errstate(all="ignore"):
            while len(self._ends) <= steps // EVERY:
                step = next(islice(self._steps, EVERY - 1, None))
                self._ends.append((step.phi, step.status == DIVERGED))
        return self._ends[steps // EVERY]


@lru_cache(maxsize=64)
def starts_of(rule, learning_rate):
    """The descents of one rule; they go on where they were left."""
    return Starts(EQUATIONS[rule].rule_at(learning_rate))


@lru_cache(maxsize=32)
def path_from(start, rule, learning_rate):
    """The descent from one start."""
    made = EQUATIONS[rule].rule_at(learning_rate)
    return descend(gabor_loss(), start, made, steps=LAST, tolerance=1e-3)


def nearest_minimum(phi, within=0.5):
    """The rank of the minimum that each phi (..., 2) has come close to, -1 where there is none."""
    minima = np.array([point.phi for point in gabor_minima()], dtype=phi.dtype)
    distances = np.linalg.norm(phi[..., None, :] - minima, axis=-1)
    return np.where(distances.min(axis=-1) < within, distances.argmin(axis=-1), -1)


def reached(rule, learning_rate, steps):
    """The rank of the minimum that each start of the grid reaches, -1 for none of them."""
    return nearest_minimum(starts_of(rule, learning_rate).after(steps)[0])


def outside(rule, learning_rate, steps):
    """Which starts of the grid have left the box, and which of them have diverged."""
    phi, diverged = starts_of(rule, learning_rate).after(steps)
    low, high = np.array(GABOR_BOUNDS, phi.dtype).T
    return ((phi < low) | (phi > high)).any(axis=-1), diverged


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
        **gabor_start(-4.0, 16.0),
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
def _(axes, rule, learning_rate, steps):
    ranks = reached(rule, learning_rate, steps)
    left, diverged = outside(rule, learning_rate, steps)
    count = len(gabor_minima())
    numbers = np.where(ranks >= 0, ranks, np.where(left, count + 1, count))
    shares = draw_basins(axes, numbers, others=2)
    return (
        f"{rule}, {steps} steps: the global minimum from {shares[0]:.0f}% of the starts; outside "
        f"the box end {shares[-1]:.0f}%, diverged {100 * diverged.mean():.0f}%"
    )


@basins_of_rules.layer
def _(axes, rule, learning_rate, steps, start0, start1):
    return draw_start(axes, path_from((start0, start1), rule, learning_rate), steps)
