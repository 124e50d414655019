"""Pictures of notebook 03: line search."""

from functools import lru_cache
from itertools import islice

import numpy as np

from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.line_search import Backtracking, Bracketing
from course_lib.paths import turning_angles
from course_lib.surfaces import Quadratic
from lessons.demos.sliders import gabor_start
from lessons.experiments.line_search import zigzag_rules
from lessons.experiments.scenes import gabor_loss
from lessons.stage import style
from lessons.stage.controls import Choice, Slider
from lessons.stage.demo import demo

LINE_LIMITS = (0, 18)


def line_downhill(start):
    """The Gabor loss along the steepest way down from `start`, as a function of the distance."""
    loss = gabor_loss()
    gradient = loss.gradient(start)
    unit = -gradient / np.linalg.norm(gradient)
    return lambda distance: loss(start + np.asarray(distance)[..., None] * unit)


# --- figure 6.10 ------------------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.9),
    title="Figure 6.10: bracketing line search",
    alt="Left: the loss along a line with a shaded bracket from a to d and two points b and c "
    "inside. Right: the bracket at each stage, closing in on the lowest point. Three rows: stages "
    "0, 1 and 6.",
    controls={
        "stage": Slider("stage", 0, 12, 1, 0, along="b.y"),
        "max_distance": Slider("first bracket", 1.0, 8.0, 0.25, 5.0, along="a.x"),
        **gabor_start(1.5, 20.5),
    },
    presets={"stage 0": {"stage": 0}, "stage 1": {"stage": 1}, "stage 6": {"stage": 6}},
)
def fig_6_10(axes):
    """Bracketing line search, stage by stage."""
    axes["a"].set(ylim=LINE_LIMITS, xlabel="distance along the line", ylabel="loss")
    axes["a"].set(xlim=(-0.2, 8.2))
    axes["a"].set_title("the loss along the line, and the bracket")
    axes["b"].set(xlim=(-0.2, 8.2), ylim=(12.6, -0.6), yticks=range(0, 13, 2))
    axes["b"].set(xlabel="distance along the line", ylabel="stage")
    axes["b"].set_title("the bracket at every stage")


@lru_cache(maxsize=64)
def brackets(start, max_distance, stages=13):
    """The first brackets of a line search downhill on the Gabor loss."""
    search = Bracketing(max_distance, tolerance=1e-9)
    direction = -gabor_loss().gradient(start)
    return list(islice(search.brackets(gabor_loss(), np.array(start), direction), stages))


@fig_6_10.layer
def loss_ahead(axes, start0, start1):
    distance = np.linspace(0, 8.2, 200)
    axes["a"].plot(distance, line_downhill((start0, start1))(distance), color=style.INK)


@fig_6_10.layer
def brackets_so_far(axes, start0, start1, max_distance, stage):
    found = brackets((start0, start1), max_distance)
    now, previous = found[stage], found[max(stage - 1, 0)]
    low, high = now.distances[0], now.distances[-1]
    axes["a"].axvspan(*previous.distances[[0, -1]], color=style.MUTED, alpha=0.15, lw=0)
    axes["a"].axvspan(low, high, color=style.LIGHT_SKY, alpha=0.35, lw=0)
    axes["a"].plot(now.distances, now.losses, "o", color=style.PATH, ms=7)
    if high - low > 1:  # letters that would overlap tell nothing
        for letter, distance, loss in zip("abcd", now.distances, now.losses):
            axes["a"].annotate(
                letter, (distance, loss), xytext=(0, 8), textcoords="offset points", ha="center"
            )
    for number, bracket in enumerate(found[: stage + 1]):
        color = style.PATH if number == stage else style.SECOND
        axes["b"].plot(bracket.distances, [number] * 4, "-|", color=color, ms=7, lw=2)
    b, c = now.losses[1:3]
    order = "L[b] > L[c]: drop [a, b]" if b > c else "L[b] ≤ L[c]: drop [c, d]"
    if now.losses[0] < min(b, c):
        order = "L[a] is the lowest: keep [a, b]"
    return f"stage {stage}: the bracket is {high - low:.4g} long. {order}"


# --- backtracking -----------------------------------------------------------------------------


@demo(
    "a",
    size=(7.2, 4.0),
    title="Backtracking until the decrease is fair",
    alt="The loss along a line, the decrease promised by the slope as a steep dashed line, and a "
    "fifth of it as a flatter line. Trial points above the flatter line are refused, the first one "
    "below it is accepted.",
    controls={
        "first_distance": Slider("first trial", 0.5, 8.0, 0.25, 8.0, along="a.x"),
        "shrink": Slider("shrink factor", 0.1, 0.9, 0.05, 0.7),
        "sufficient": Slider("share c of the promise", 0.01, 0.9, 0.01, 0.2),
        **gabor_start(1.5, 20.5),
    },
    presets={"a fifth of the promise": {}},
)
def backtracking(axes):
    """Backtracking: shorten the step until the loss falls by a fair share of the promise."""
    axes["a"].set(xlim=(-0.1, 8.2), ylim=(-2, 18), ylabel="loss")
    axes["a"].set_xlabel("distance along the line downhill")
    for look, color, label in (
        ("--", style.MUTED, "promised by the slope"),
        ("-", style.THIRD, "the share c of the promise"),
        ("X", style.PATH, "refused"),
        ("o", style.SECOND, "accepted"),
    ):
        axes["a"].plot([], [], look, color=color, ms=9, label=label)
    axes["a"].legend(loc="upper right")


@backtracking.layer
def loss_downhill(axes, start0, start1):
    distance = np.linspace(0, 8.2, 200)
    axes["a"].plot(distance, line_downhill((start0, start1))(distance), color=style.INK)


@backtracking.layer
def promise_and_trials(axes, start0, start1, first_distance, shrink, sufficient):
    loss, start = gabor_loss(), np.array((start0, start1))
    direction = -loss.gradient(start)
    length = np.linalg.norm(direction)
    search = Backtracking(first_distance / length, shrink, sufficient)
    trials, enough = zip(*search.trials(loss, start, direction))
    distances, good = np.array(trials) * length, np.array(enough)
    here, line = loss(start), line_downhill(start)
    ends = np.array([0, 8.2])
    promise, fair = here - ends * length, here - sufficient * ends * length
    axes["a"].plot(ends, promise, "--", color=style.MUTED)
    axes["a"].plot(ends, fair, color=style.THIRD)
    for which, marker, color in ((~good, "X", style.PATH), (good, "o", style.SECOND)):
        axes["a"].plot(distances[which], line(distances[which]), marker, color=color, ms=9)
    if not good[-1]:
        return f"{len(good)} trials, and none was good enough: no step is taken"
    last = distances[-1]
    return f"{len(good)} trials; accepted distance {last:.3g}, loss {here:.3g} → {line(last):.3g}"


# --- zig-zag ----------------------------------------------------------------------------------


@demo(
    "ab", size=(9, 4.4),
    title="The zig-zag of exact line search",
    alt="Rows at conditioning 3 and 30. Left: a path that turns a right angle at every step, with "
    "few wide turns in a mild bowl and many narrow ones in a long valley. Right: the loss falls "
    "quickly in the first and slowly in the second.",
    controls={
        "conditioning": Slider("conditioning κ", 1.0, 100.0, 0.5, 10.0),
        "start_angle": Slider("direction of the start °", 1, 89, 1, 10),
        "method": Choice(
            "rate by", ("exact line search", "best fixed rate", "half the exact step"),
            "exact line search",
        ),
    },
    presets={
        "mild bowl, κ = 3": {"conditioning": 3.0, "start_angle": 18},
        "long valley, κ = 30": {"conditioning": 30.0, "start_angle": 2},
    },
)  # fmt: skip
def zigzag(axes):
    """Exact line search turns a right angle at every step; how bad that is depends on the bowl."""
    axes["a"].set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal", xlabel="φ₀", ylabel="φ₁")
    axes["a"].set_title("the path (equal scales, so angles are true)")
    axes["b"].set(xlim=(-0.5, 30.5), ylim=(1e-9, 30), yscale="log", xlabel="step")
    axes["b"].set(ylabel="loss / loss at the start")
    axes["b"].set_title("what is left of the loss")


@zigzag.layer
def what_is_what(axes, method):
    worst = "worst start: ((κ−1)/(κ+1))² a step"
    axes["b"].plot([], [], color=style.SKY, lw=5, label=worst)
    axes["b"].plot([], [], "-o", color=style.PATH, ms=3.5, label=method)
    axes["b"].legend(loc="upper right")


@zigzag.layer
def bowl_and_bound(axes, conditioning):
    bowl = Quadratic((1.0, conditioning))
    bounds = ((-1.15, 1.15), (-1.15, 1.15))
    style.heat_map(axes["a"], bounds, bowl(parameter_grid(bounds, 61)), levels=10)
    steps = np.arange(31)
    worst = ((conditioning - 1) / (conditioning + 1)) ** (2 * steps)
    axes["b"].plot(steps, worst, color=style.SKY, lw=5)


@zigzag.layer
def zigzag_path(axes, conditioning, start_angle, method):
    bowl = Quadratic((1.0, conditioning))
    start = (np.cos(np.radians(start_angle)), np.sin(np.radians(start_angle)))
    path = descend(bowl, start, zigzag_rules(conditioning)[method], steps=30)
    style.trail(axes["a"], path.params)
    axes["b"].plot(path.losses / path.losses[0], "-o", color=style.PATH, ms=3.5)
    left = path.final_loss / path.losses[0]
    share = f"{style.number(left, least=1e-12, digits=2)} of the start's"
    turn = f"angle between the first two steps: {turning_angles(path.params)[0]:.1f}°"
    if path.losses[1] < 1e-6 * path.losses[0]:
        turn = "the first step arrives"
    return f"{turn}; loss after 30 steps: {share}"
