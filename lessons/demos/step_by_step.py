"""The algorithm stepper of notebook 07: one step of any rule on any surface, in numbers."""

from functools import lru_cache
from itertools import islice

import numpy as np

from course_lib.descent import iterate
from course_lib.grids import parameter_grid
from course_lib.paths import STILL_MOVING
from lessons.demos.sliders import RATE
from lessons.experiments.adaptive_methods import RACES, Race
from lessons.experiments.equations import EQUATIONS
from lessons.experiments.formulas import Numbers, in_digits, in_symbols
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss
from lessons.experiments.step_by_step import as_taken, work_out
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Player, Slider
from lessons.stage.demo import demo
from lessons.stage.lettering import Lettering
from lessons.stage.maps import draw_map
from lessons.stage.style import number, told

STEPS = 60
SURFACES = {**RACES, "Gabor loss": Race(gabor_loss(), GABOR_BOUNDS, (1.5, 20.5))}
CLOSE = ((-2.8, 2.8), (-2.0, 1.3))
"""The close-up of a step, in lengths of the step; the lowest strip is for the legend."""


@demo(
    "aaccc;aaccc;aaccc;bbccc;bbccc", size=(10.2, 5.1),
    title="Any rule, step by step",
    alt="Left: a map with the path so far and an arrow for the next step, and the same arrow "
    "enlarged beside the direction of minus the gradient. Right: the equation of the rule, line "
    "by line, under each line the same with the numbers of this step, and beside it the result. "
    "A row for Adam on the bowl, one for Nesterov in Rosenbrock's valley.",
    controls={
        "rule": Choice("rule", tuple(EQUATIONS), "Adam"),
        "surface": Choice("surface", tuple(SURFACES), "badly scaled bowl"),
        "step": Player("step t", 0, STEPS - 1, 1, 2, interval=800),
        "learning_rate": LogSlider(RATE, -4, 1, 0.1, 0.5),
        "beta": Slider("β", 0.0, 0.99, 0.01, 0.9),
        "gamma": Slider("γ", 0.0, 0.999, 0.001, 0.99),
    },
    presets={
        "Adam on the bowl": {},
        "Nesterov in Rosenbrock's valley": {
            "rule": "Nesterov", "surface": "Rosenbrock", "learning_rate": 0.01, "step": 3,
        },
    },
)  # fmt: skip
def stepper(axes, surface):
    """One step of a rule: its equation with the numbers in it, and the arrow it gives."""
    place = SURFACES[surface]
    draw_map(axes["a"], place.loss, place.bounds, levels=16)
    axes["a"].set_title(f"{surface}: the path so far")
    axes["a"].locator_params(nbins=5)
    axes["b"].set(xlim=CLOSE[0], ylim=CLOSE[1], aspect="equal", xticks=[], yticks=[])
    axes["b"].set_title("this step, enlarged, both axes alike")
    axes["b"].plot([], [], color=style.PATH, lw=2, label="the step")
    axes["b"].plot([], [], color=style.SECOND, lw=4.5, label="−g, its direction only")
    axes["b"].legend(loc="lower left", fontsize=8, frameon=True, framealpha=1, ncols=2)
    axes["c"].set(xlim=(0, 1), ylim=(0, 1))
    axes["c"].axis("off")


def rows(count):
    """Where the lines of an equation stand in the panel: their tops, and the height of each."""
    height = min(0.12, 0.95 / count)
    return 0.95 - height * np.arange(count), height


@stepper.layer
def lines_in_symbols(axes, rule):
    lines = in_symbols(rule)
    tops, height = rows(len(lines))
    for text, top in zip(lines, tops):
        axes["c"].axhspan(top - 0.92 * height, top, color=style.MUTED, alpha=0.1, lw=0)
        axes["c"].text(0.01, top - 0.3 * height, f"${text}$", fontsize=10.5, va="center")


@lru_cache(maxsize=64)
def steps_taken(rule, surface, learning_rate, beta, gamma):
    """A rule and the steps that it takes, as far as they stay in range."""
    made = EQUATIONS[rule].rule_at(learning_rate, beta=beta, gamma=gamma)
    place = SURFACES[surface]
    with np.errstate(all="ignore"):
        steps = list(islice(iterate(place.loss, np.array(place.start), made), STEPS))
    return made, [step for step in steps if step.status == STILL_MOVING]


def worked_step(rule, surface, learning_rate, beta, gamma, step):
    """The lines of one step with the library's numbers, and the path (step + 2, 2) to its end."""
    made, steps = steps_taken(rule, surface, learning_rate, beta, gamma)
    start, equation = np.array(SURFACES[surface].start), EQUATIONS[rule]
    path = np.stack([start, *(taken.phi for taken in steps[: step + 1])])
    state = steps[step - 1].state if step else made.init(start)
    worked = work_out(equation, made, SURFACES[surface].loss, path[-2], state, step)
    taken = steps[step]
    results = {"phi": taken.phi, "g": taken.gradient, **equation.named(taken.state)}
    return as_taken(worked, results), path


@stepper.layer
def step_in_numbers(axes, rule, surface, learning_rate, beta, gamma, step):
    _, steps = steps_taken(rule, surface, learning_rate, beta, gamma)
    shown = min(step, len(steps) - 1)
    worked, path = worked_step(rule, surface, learning_rate, beta, gamma, shown)
    axes["c"].add_artist(Lettering(0.01, 0.97, f"step t = {shown}", 10.5, bold=True))
    write_numbers(axes["c"], worked)
    draw_path(axes["a"], path, SURFACES[surface].bounds)
    loss = SURFACES[surface].loss
    values = worked[-1].known | {"phi": path[-2]}
    draw_close(axes["b"], loss, values, path[-1] - path[-2])
    before, after = (told(value) for value in loss(path[-2:]))
    text = f"step {shown}: loss {before} → {after}; {turned(path[-1] - path[-2], values['g'])}"
    if shown < step:
        text += f". Diverged at step {shown + 1}: no number is of use from there on"
    return text


def write_numbers(ax, worked):
    """Under each line the same with numbers in it, and beside it what it gives."""
    tops, height = rows(len(worked))
    for (line, known, value), top in zip(worked, tops):
        below = top - 0.83 * height
        if value is None:
            ax.add_artist(Lettering(0.03, below, "not in this step", 8.5, style.MUTED))
            continue
        ax.add_artist(Lettering(0.03, below, Numbers(known).write(line.formula), 8.5))
        color = {"phi": style.PATH, "g": style.SECOND}.get(line.name, style.INK)
        result, beside = f"= {in_digits(value)}", top - 0.38 * height
        ax.add_artist(Lettering(0.99, beside, result, 10, color, bold=True, align="right"))


def draw_path(ax, path, bounds):
    """The points so far, and the step."""
    low, high = np.array(bounds).T
    # Points very far off are drawn nearer by, but still out of sight: Matplotlib fails on them.
    shown = np.clip(path, low - (high - low), high + (high - low))
    ax.plot(*shown[:-1].T, "-o", color=style.INK, ms=3, lw=1)
    ax.plot(*shown[-2:].T, color=style.PATH, lw=2.2)
    ends = {"edgecolors": (style.INK, "white"), "linewidths": (1.5, 1.2), "zorder": 3}
    style.dots(ax, shown[[0, -1]], (49, 64), ("white", style.PATH), **ends)


def draw_close(ax, loss, values, step):
    """The step and the direction of -g around the point where the step begins."""
    phi = values["phi"]
    ahead = values.get("ahead", phi) - phi  # where the gradient was measured
    scale = max(np.linalg.norm(step), np.linalg.norm(ahead)) or 1.0
    with np.errstate(all="ignore"):
        around = loss(phi + scale * parameter_grid(CLOSE, (33, 20)))
    if np.isfinite(around).all() and np.ptp(around) > 0:
        axes = [np.linspace(*pair, count) for pair, count in zip(CLOSE, around.shape)]
        ax.contour(*axes, around.T, levels=9, colors=style.MUTED, linewidths=0.6)
    seen = ahead / scale
    ax.plot(*seen, "o", mfc="white", mec=style.SECOND, mew=1.5, ms=7)
    length = np.linalg.norm(values["g"])
    if length > 0:
        arrow(ax, seen, seen - values["g"] / length, style.SECOND, width=4.5)
    arrow(ax, np.zeros(2), step / scale, style.PATH, width=2)


def arrow(ax, tail, head, color, width):
    ax.annotate(
        "", head, tail, annotation_clip=False,
        arrowprops={"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def turned(step, gradient):
    """How long a step is, and how far it is turned from the steepest way down."""
    length, steepness = np.linalg.norm(step), np.linalg.norm(gradient)
    if not (length > 0 and steepness > 0):
        return f"the step is {number(length)} long"
    cosine = -(step / length) @ (gradient / steepness)
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return f"the step is {number(length)} long and turned by {angle:.0f}° from −g"
