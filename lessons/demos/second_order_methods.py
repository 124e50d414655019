"""Pictures of notebook 10: second-order methods."""

from functools import lru_cache
from itertools import islice

import numpy as np
from matplotlib import colormaps
from matplotlib.collections import PolyCollection

from course_lib.critical_points import classify, find_critical_points
from course_lib.descent import descend, iterate
from course_lib.global_search import quantised_search
from course_lib.grids import parameter_grid
from course_lib.line_search import Wolfe
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    ConjugateGradient,
    GradientDescent,
    Newton,
    RegularizedNewton,
)
from course_lib.paths import turning_angles
from course_lib.surfaces import CosineWave, Himmelblau, Quadratic, Saddle
from lessons.experiments.line_search import lowest_on_the_line
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss, gabor_minima
from lessons.experiments.second_order_methods import (
    COURSES,
    RACE_STEPS,
    RACERS,
    SQUARE,
    Raced,
    raced,
)
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Player, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map
from lessons.stage.style import number, told

ANGLE = Slider("tilt of the bowl °", 0, 180, 1, 30)
START_ANGLE = Slider("direction of the start °", 0, 359, 1, 80)


def share_left(path):
    """How much of the first loss a path has left at its end, in words."""
    return number(path.final_loss / path.losses[0], least=1e-12, digits=2)


# --- one step of Newton's method --------------------------------------------------------------

STEP_LIMITS = (-1.2, 2.2)


@demo(
    "ab",
    size=(9, 3.8),
    title="A step of Newton's method",
    alt="Left: the curve x cos πx with a dashed parabola that touches it at the current point; the "
    "next point is where the parabola is flat. Right: the slope of the curve with its tangent, "
    "whose zero is the same place. From 0.95 the step leads towards the minimum; from 0.8 far "
    "beyond it; from 0.45 the parabola opens downwards and the step leads up to a maximum, unless "
    "it is regularised.",
    controls={
        "rule": Choice("rule", ("Newton", "regularised Newton"), "Newton"),
        "start": Slider("start φ", -1.0, 2.0, 0.05, 0.95, along="ab.x"),
        "step": Slider("step", 1, 8, 1, 1),
        "damping": LogSlider("damping λ", -2, 3, 0.1, 1.0),
    },
    presets={
        "in the valley": {},
        "barely curved": {"start": 0.8},
        "on the hill": {"start": 0.45},
        "on the hill, regularised": {"start": 0.45, "rule": "regularised Newton", "damping": 4.0},
    },
)
def newton_step(axes):
    """Newton's method on x cos πx: it goes where the fitted parabola is flat."""
    x = np.linspace(*STEP_LIMITS, 301)
    axes["a"].plot(x, CosineWave().value(x), color=style.INK)
    axes["a"].set(xlim=STEP_LIMITS, ylim=(-2.6, 2.6), xlabel="φ", ylabel="loss  φ cos πφ")
    axes["a"].set_title("the loss and its parabola")
    axes["b"].plot(x, CosineWave().slope(x), color=style.INK)
    axes["b"].axhline(0, color=style.MUTED, lw=0.8)
    axes["b"].set(xlim=STEP_LIMITS, ylim=(-7, 7), xlabel="φ", ylabel="slope of the loss")
    axes["b"].set_title("the slope and its tangent")


@newton_step.layer
def parabola_and_tangent(axes, rule, damping, start, step):
    wave = CosineWave()
    chosen = Newton() if rule == "Newton" else RegularizedNewton(damping)
    phi = descend(wave, [start], chosen, steps=step).params[:, 0]
    before, after = phi[-2:]
    for panel, curve in (("a", wave.value), ("b", wave.slope)):
        axes[panel].plot(phi[:-1], curve(phi[:-1]), ".", color=style.MUTED, ms=8)
        axes[panel].plot(before, curve(before), "o", mfc="white", mec=style.INK, mew=1.8, ms=8)
    slope, curvature = wave.slope(before), wave.curvature(before)
    if after == before:
        there = "there already" if abs(slope) < 1e-9 else "no flat point: the method ends here"
        return f"step {step}: φ = {before:.3f}, slope {number(slope)}: {there}"
    # A step is -slope / curvature: so this is the curvature that the rule took, damping included.
    used = -slope / (after - before)
    x = np.linspace(*STEP_LIMITS, 201)
    parabola = wave.value(before) + slope * (x - before) + used / 2 * (x - before) ** 2
    axes["a"].plot(x, parabola, "--", color=style.SECOND)
    axes["b"].plot(x, slope + used * (x - before), "--", color=style.SECOND)
    lowest = wave.value(before) + slope * (after - before) / 2
    axes["a"].plot(after, lowest, "D", color=style.SECOND, ms=6)
    axes["b"].plot(after, 0, "D", color=style.SECOND, ms=6)
    for panel, curve in (("a", wave.value), ("b", wave.slope)):
        axes[panel].plot(after, curve(after), "o", color=style.PATH, ms=8)
    where = "" if STEP_LIMITS[0] < after < STEP_LIMITS[1] else " (outside the picture)"
    way = "down" if slope * (after - before) < 0 else "up"
    return (
        f"step {step}: φ = {before:.3f} → {after:.3f}{where}; slope {number(slope)}, curvature "
        f"{curvature:.3g}: it sets out {way}hill; loss {wave.value(before):.3g} → "
        f"{wave.value(after):.3g}"
    )


# --- a bowl -----------------------------------------------------------------------------------

BOWL_STEPS = 30
UNIT_BOUNDS = ((-1.15, 1.15), (-1.15, 1.15))
BOWL_SHADES = colormaps[style.HEAT]


@demo(
    "ab",
    size=(9, 4.4),
    title="One step of Newton, thirty of gradient descent",
    alt="Left: a tilted narrow bowl with two paths; gradient descent zig-zags into the valley and "
    "crawls along it, Newton's method goes straight to the minimum in one step. Right: what is "
    "left of the loss after each step. A second row with Newton's rate at a half: still a straight "
    "line, in ever shorter steps.",
    controls={
        "conditioning": LogSlider("conditioning κ", 0, 4, 0.1, 20.0),
        "angle": ANGLE,
        "start_angle": START_ANGLE,
        "learning_rate": LogSlider("gradient descent's α", -3.995, 0.305, 0.05, 0.09),
        "newton_rate": Slider("Newton's α", 0.05, 2.0, 0.05, 1.0),
    },
    presets={"α = 1: one step": {}, "Newton at α = 0.5": {"newton_rate": 0.5}},
)
def newton_bowl(axes):
    """Newton's step and gradient descent on a bowl of any conditioning and tilt."""
    unit_axes(axes["a"])
    axes["a"].set_title("the paths")
    axes["b"].set(xlim=(-0.5, BOWL_STEPS + 0.5), ylim=(1e-13, 1e3), yscale="log", xlabel="step")
    axes["b"].set(ylabel="loss / loss at the start")
    axes["b"].set_title("what is left of the loss")
    for color, label in ((style.FOURTH, "gradient descent"), (style.PATH, "Newton")):
        axes["b"].plot([], [], "-o", ms=3.5, color=color, label=label)
    axes["b"].legend(loc="upper right", ncols=2)


def unit_axes(ax):
    """A square map around the minimum of a bowl, on one scale, so that angles are true."""
    ax.set(xlim=UNIT_BOUNDS[0], ylim=UNIT_BOUNDS[1], aspect="equal", xlabel="φ₀", ylabel="φ₁")


def draw_unit_bowl(ax, bowl):
    """A bowl from above, as filled ellipses: drawn in a third of the time of a heat map."""
    # From one contour to the next the root of the loss grows by the same amount, as on the heat
    # maps. The outermost is at the loss of the highest corner: its ellipse covers the whole square.
    heights = np.linspace(1, 0.08, 12)
    highest = bowl(parameter_grid(UNIT_BOUNDS, 2)).max()
    contour = ellipse(np.linalg.inv(bowl.matrix)) * np.sqrt(2 * highest)
    ax.add_collection(
        PolyCollection(
            heights[:, None, None] * contour, facecolors=BOWL_SHADES(heights),
            edgecolors="white", linewidths=0.6, zorder=0.5,
        )
    )  # fmt: skip
    ax.plot(0, 0, "+", color=style.INK, ms=9, mew=1.5)


def ellipse(matrix):
    """The points M^½ u for all u of length 1, (81, 2): a picture of a positive definite matrix."""
    angle = np.linspace(0, 2 * np.pi, 81)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values) @ circle).T


def towards(angle):
    """The point at distance 1 in a direction, given in degrees."""
    return np.cos(np.radians(angle)), np.sin(np.radians(angle))


@newton_bowl.layer
def tilted_bowl(axes, conditioning, angle):
    draw_unit_bowl(axes["a"], Quadratic((1.0, conditioning), np.radians(angle)))


@newton_bowl.layer
def two_paths(axes, conditioning, angle, start_angle, learning_rate, newton_rate):
    bowl, start = Quadratic((1.0, conditioning), np.radians(angle)), towards(start_angle)
    left = {}
    for name, rule, color in (
        ("gradient descent", GradientDescent(learning_rate), style.FOURTH),
        ("Newton", Newton(newton_rate), style.PATH),
    ):
        path = descend(bowl, start, rule, BOWL_STEPS)
        # Matplotlib fails where points are very far away: those are put just out of sight.
        style.trail(axes["a"], np.clip(path.params, -50, 50), color)
        losses = np.clip(path.losses / path.losses[0], 1e-14, 1e4)
        axes["b"].plot(losses, "-o", color=color, ms=3.5)
        left[name] = share_left(path)
    if path.losses[1] < 1e-12 * path.losses[0]:
        left["Newton"] += ", after a single step"
    return (
        f"left after {BOWL_STEPS} steps: Newton {left['Newton']}; gradient descent "
        f"{left['gradient descent']} (it is stable below α = 2/κ = {2 / conditioning:.3g})"
    )


# --- saddles ----------------------------------------------------------------------------------

SADDLE_STEPS = 20
SADDLE_SURFACES = {
    "x² − y²": (Saddle(), (-60, 40)),
    "Himmelblau": (Himmelblau(), (-20, 420)),
}
MARKS = {"minimum": ("o", style.THIRD), "saddle": ("X", style.GOLD), "maximum": ("^", style.FOURTH)}


@lru_cache(maxsize=4)
def critical_points(surface):
    """The critical points of one of the surfaces in the square."""
    return find_critical_points(SADDLE_SURFACES[surface][0], SQUARE)


def draw_critical_points(ax, points):
    """Each with the mark of its kind."""
    for point in points:
        mark, color = MARKS[point.kind]
        ax.plot(*point.phi, mark, color=color, mec=style.INK, mew=0.8, ms=7, zorder=6)


@demo(
    "ab",
    size=(9.4, 4.3),
    title="Drawn to a saddle, and turned away",
    alt="Left: a map with minima, saddles and a maximum marked. Newton's path ends on a saddle, "
    "the damped one in a minimum, or on x² − y² it leaves the map downhill. Right: the loss after "
    "each step; Newton's stays at that of the saddle, the damped one's goes on falling, with λ = 1 "
    "after a leap far upwards.",
    controls={
        "surface": Choice("surface", tuple(SADDLE_SURFACES), "Himmelblau"),
        "start0": Slider("start φ₀", -5.0, 5.0, 0.1, 1.0, along="a.x"),
        "start1": Slider("start φ₁", -5.0, 5.0, 0.1, 3.5, along="a.y"),
        "damping": LogSlider("damping λ", -2, 3, 0.1, 10.0),
        "steps": Slider("steps", 1, SADDLE_STEPS, 1, SADDLE_STEPS, along="b.x"),
    },
    presets={
        "x² − y²": {"surface": "x² − y²", "start0": 4.0, "start1": 0.1, "damping": 1.0, "steps": 4},
        "Himmelblau, λ = 10": {},
        "λ = 1: a leap": {"damping": 1.0},
    },
)
def newton_saddle(axes, surface):
    """Newton is drawn to a saddle; damping turns it away."""
    loss, heights = SADDLE_SURFACES[surface]
    axes["a"].set_aspect("equal")
    draw_map(axes["a"], loss, SQUARE, levels=16)
    axes["a"].set_title("○ minimum, ✕ saddle, △ maximum")
    axes["b"].set(xlim=(-0.5, SADDLE_STEPS + 0.5), ylim=heights, xlabel="step", ylabel="loss")
    axes["b"].set_xticks(range(0, SADDLE_STEPS + 1, 5))
    axes["b"].set_title("the loss after each step")
    for color, label in ((style.INK, "Newton"), (style.PATH, "regularised Newton")):
        axes["b"].plot([], [], "-o", ms=4, color=color, label=label)
    axes["b"].legend(loc="upper right")


@newton_saddle.layer
def newton_path(axes, surface, start0, start1, steps):
    path = descend(SADDLE_SURFACES[surface][0], (start0, start1), Newton(), steps)
    return "Newton " + draw_and_name(axes, path, surface, style.INK)


@newton_saddle.layer
def damped_path(axes, surface, start0, start1, steps, damping):
    loss = SADDLE_SURFACES[surface][0]
    path = descend(loss, (start0, start1), RegularizedNewton(damping), steps)
    return f"regularised, λ = {damping:g}: " + draw_and_name(axes, path, surface, style.PATH)


@newton_saddle.layer
def marks_on_top(axes, surface):
    # On top: where a path ends on one of them, the mark stays in sight.
    draw_critical_points(axes["a"], critical_points(surface))


def draw_and_name(axes, path, surface, color):
    """Draw a path and its losses; say where it ended."""
    loss = SADDLE_SURFACES[surface][0]
    style.trail(axes["a"], np.clip(path.params, -50, 50), color)
    axes["b"].plot(np.clip(path.losses, -1e4, 1e4), "-o", ms=4, color=color)
    if np.abs(path.final).max() > 5:
        return f"has left the square, loss {told(path.final_loss)}"
    low, high = np.linalg.eigvalsh(loss.hessian(path.final))
    settled = np.linalg.norm(loss.gradient(path.final)) < 0.01
    where = f"at a {classify([low, high])}" if settled else "on the way"
    return f"{where}, loss {told(path.final_loss)}, curvatures {low:.3g} and {high:.3g}"


# --- where Newton goes from everywhere --------------------------------------------------------

BASIN_POINTS, BASIN_STEPS = 61, 20
BASIN_RULES = {
    "Newton": Newton(),
    "regularised, λ = 1": RegularizedNewton(1.0),
    "regularised, λ = 10": RegularizedNewton(10.0),
    "regularised, λ = 100": RegularizedNewton(100.0),
}
KIND_COLORS = {
    "minimum": ("#08306B", "#2171B5", style.LIGHT_SKY, "#C6DBEF"),
    "saddle": ("#7F4F00", "#B87A00", style.GOLD, "#F7D58B"),
    "maximum": (style.FOURTH,),
}


@lru_cache(maxsize=1)
def basin_targets():
    """Himmelblau's critical points by kind, where they are (9, 2), and a colour for each."""
    points = critical_points("Himmelblau")
    colors = {kind: iter(colors) for kind, colors in KIND_COLORS.items()}
    return (
        [point.kind for point in points],
        np.array([point.phi for point in points]),
        [next(colors[point.kind]) for point in points],
    )


@lru_cache(maxsize=len(BASIN_RULES))
def from_everywhere(rule):
    """A descent from each point of a grid over the square."""
    return descend(
        Himmelblau(), parameter_grid(SQUARE, BASIN_POINTS), BASIN_RULES[rule], BASIN_STEPS
    )


def nearest_target(phi):
    """The number of the critical point nearest to each phi (..., 2), and its distance."""
    distances = np.linalg.norm(phi[..., None, :] - basin_targets()[1], axis=-1)
    return distances.argmin(axis=-1), distances.min(axis=-1)


@lru_cache(maxsize=1)
def nearest_to_start():
    """The critical point nearest to each start of the grid."""
    return nearest_target(parameter_grid(SQUARE, BASIN_POINTS))[0]


@lru_cache(maxsize=256)
def target_reached(rule, steps):
    """The critical point that each start has come close to, -1 where there is none."""
    nearest, distance = nearest_target(from_everywhere(rule).params[: steps + 1][-1])
    return np.where(distance < 0.1, nearest, -1)


@demo(
    "aab",
    size=(9.2, 4.4),
    title="What does Newton's method find?",
    alt="The square of starts coloured by the critical point that is reached. Newton: patches of "
    "blue (minima), yellow (saddles) and pink (the maximum) with frayed borders. Regularised with "
    "λ = 10: only blue. Beside each the shares.",
    controls={
        "rule": Choice("rule", tuple(BASIN_RULES), "Newton"),
        "steps": Slider("steps", 0, BASIN_STEPS, 1, BASIN_STEPS),
        "start0": Slider("start φ₀", -5.0, 5.0, 0.1, 0.5, along="a.x"),
        "start1": Slider("start φ₁", -5.0, 5.0, 0.1, 0.5, along="a.y"),
    },
    presets={"Newton": {}, "regularised, λ = 10": {"rule": "regularised, λ = 10"}},
)
def newton_basins(axes):
    """Which critical point does Newton's method reach from each start?"""
    axes["a"].set(xlim=SQUARE[0], ylim=SQUARE[1], xlabel="start φ₀", ylabel="start φ₁")
    axes["a"].set_title("the critical point that each start reaches")
    axes["b"].set(xlim=(0, 100), ylim=(3.6, -0.6), xlabel="share of the starts, %")
    axes["b"].set_yticks(range(4), ["minimum", "saddle", "maximum", "none yet"])
    axes["b"].set_title("what they reach")


@newton_basins.layer
def map_and_shares(axes, rule, steps):
    kinds, places, colors = basin_targets()
    ends = target_reached(rule, steps)
    numbers = np.where(ends < 0, len(kinds), ends)
    style.regions(axes["a"], SQUARE, numbers, [*colors, "#EEEEEE"])
    kind_of_end = np.array([*kinds, "none"])[ends]
    shares = [100 * (kind_of_end == kind).mean() for kind in (*MARKS, "none")]
    bars = [KIND_COLORS["minimum"][1], style.GOLD, style.FOURTH, "#EEEEEE"]
    axes["b"].barh(range(4), shares, color=bars, edgecolor=style.INK, lw=0.8)
    arrived = ends >= 0
    closest = ends == nearest_to_start()
    nearest = 100 * closest[arrived].mean() if arrived.any() else 0
    return (
        f"minimum {shares[0]:.1f} %, saddle {shares[1]:.1f} %, maximum {shares[2]:.1f} %; "
        f"of those that have arrived, {nearest:.0f} % are at the critical point nearest to the "
        f"start"
    )


@newton_basins.layer
def path_from_your_start(axes, rule, steps, start0, start1):
    path = descend(Himmelblau(), (start0, start1), BASIN_RULES[rule], BASIN_STEPS)
    style.trail(axes["a"], np.clip(path.params[: steps + 1], -50, 50), color=style.PATH)
    draw_critical_points(axes["a"], critical_points("Himmelblau"))
    return f"your start: loss {told(path.losses[0])} → {told(path.losses[: steps + 1][-1])}"


# --- conjugate directions ---------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 4.5),
    title="Conjugate is perpendicular, stretched",
    alt="Left: a narrow tilted bowl; gradient descent turns right angles and is not there after "
    "six steps, conjugate gradient turns once and arrives with its second step. "
    "Right: the same paths stretched until the bowl is round; there conjugate gradient turns by "
    "90 degrees.",
    controls={
        "conditioning": LogSlider("conditioning κ", 0, 3, 0.1, 10.0),
        "angle": ANGLE,
        "start_angle": Slider("direction of the start °", 0, 359, 1, 42),
        "steps": Slider("steps", 1, 12, 1, 6),
    },
    presets={"κ = 10": {}},
)
def conjugate_directions(axes):
    """Conjugate gradient beside gradient descent, on a bowl and where it is stretched round."""
    unit_axes(axes["a"])
    axes["a"].set_title("on the bowl")
    axes["b"].set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal")
    axes["b"].set(xlabel="stretched φ₀", ylabel="stretched φ₁")
    axes["b"].set_title("the same, stretched until the bowl is round")
    draw_unit_bowl(axes["b"], Quadratic((1.0, 1.0)))
    for color, label in ((style.FOURTH, "gradient descent"), (style.PATH, "conjugate gradient")):
        axes["b"].plot([], [], "-o", ms=4, color=color, label=label)
    axes["b"].legend(loc="lower right", fontsize=8.5, frameon=True, framealpha=0.85)


@conjugate_directions.layer
def narrow_bowl(axes, conditioning, angle):
    draw_unit_bowl(axes["a"], Quadratic((1.0, conditioning), np.radians(angle)))


@conjugate_directions.layer
def paths_and_stretched_paths(axes, conditioning, angle, start_angle, steps):
    bowl, start = Quadratic((1.0, conditioning), np.radians(angle)), towards(start_angle)
    curvatures, axes_of_bowl = np.linalg.eigh(bowl.matrix)
    words = {}
    for name, rule, color in (
        ("gradient descent", GradientDescent(line_search=lowest_on_the_line), style.FOURTH),
        ("conjugate gradient", ConjugateGradient(line_search=lowest_on_the_line), style.PATH),
    ):
        path = descend(bowl, start, rule, steps)
        # Stretched: each point is written in coordinates along the axes of the bowl, each of them
        # is multiplied by the root of that axis's curvature, and the result is turned back to φ₀
        # and φ₁. There the loss is half the squared distance from the bottom: a round bowl.
        stretched = (path.params @ axes_of_bowl * np.sqrt(curvatures)) @ axes_of_bowl.T
        stretched /= np.linalg.norm(stretched[0])
        style.trail(axes["a"], path.params, color)
        style.trail(axes["b"], stretched, color)
        turns = [turning_angles(points[:3]) for points in (path.params, stretched)]
        words[name] = share_left(path)
        straight = steps < 2 or path.losses[1] < 1e-12 * path.losses[0]
        if not straight:
            words[name] += f", turning {turns[0][0]:.1f}° (stretched: {turns[1][0]:.1f}°)"
    return f"left of the loss after {steps} steps: " + "; ".join(
        f"{name} {text}" for name, text in words.items()
    )


# --- what BFGS has learnt ---------------------------------------------------------------------

ESTIMATE_STEPS = 12
FLATTEST = 0.4
SEARCHES = {
    "loose (c₂ = 0.9)": Wolfe(),
    "almost exact (c₂ = 0.001)": Wolfe(curvature=0.001),
}


def learning(bowl, start, search, steps):
    """The path of BFGS (steps + 1, 2), and its estimate of H⁻¹ before each step and at the end."""
    params, estimates = [np.array(start)], [np.eye(2)]
    for step in islice(iterate(bowl, np.array(start), BFGS(SEARCHES[search])), steps):
        params.append(step.phi)
        estimates.append(step.state)
    return np.array(params), np.array(estimates)


@demo(
    "ab",
    size=(8.6, 4.3),
    title="What BFGS has learnt",
    alt="Three rows: after 1, 3 and 7 steps. Left: the path on a tilted bowl. Right: BFGS's "
    "estimate of the inverse Hessian as ellipses, from the first circle (light) to the last "
    "(dark), and the true one, dashed; after a few steps the two coincide.",
    controls={
        "steps": Slider("steps", 1, ESTIMATE_STEPS, 1, 4),
        "conditioning": LogSlider("conditioning κ", 0, 3, 0.1, 10.0),
        "angle": ANGLE,
        "start_angle": START_ANGLE,
        "search": Choice("line search", tuple(SEARCHES), "loose (c₂ = 0.9)"),
    },
    presets={
        "after 1 step": {"steps": 1},
        "after 3": {"steps": 3},
        "after 7": {"steps": 7},
    },
)
def bfgs_estimate(axes):
    """BFGS's estimate of the inverse Hessian grows into the true one, step by step."""
    unit_axes(axes["a"])
    axes["a"].set_title("the path")
    axes["b"].set(xlim=(-1.85, 1.85), ylim=(-1.85, 1.85), aspect="equal", xticks=[-1, 0, 1])
    axes["b"].set(yticks=[-1, 0, 1], xlabel="along φ₀", ylabel="along φ₁")
    axes["b"].set_title("the estimate as an ellipse: long is flat")
    axes["b"].plot([], [], color=style.PATH, lw=2, label="estimate")
    axes["b"].plot([], [], "--", color=style.THIRD, lw=2.2, label="true H⁻¹")
    axes["b"].legend(loc="lower right", fontsize=8.5)


@bfgs_estimate.layer
def bowl_and_true_inverse(axes, conditioning, angle):
    bowl = Quadratic((FLATTEST, FLATTEST * conditioning), np.radians(angle))
    draw_unit_bowl(axes["a"], bowl)
    axes["b"].plot(*ellipse(np.linalg.inv(bowl.matrix)).T, "--", color=style.THIRD, lw=2.2)


@bfgs_estimate.layer
def path_and_estimates(axes, conditioning, angle, start_angle, search, steps):
    bowl = Quadratic((FLATTEST, FLATTEST * conditioning), np.radians(angle))
    params, estimates = learning(bowl, towards(start_angle), search, steps)
    style.trail(axes["a"], params)
    for step, estimate in enumerate(estimates):
        color = style.shade(step / steps)
        axes["b"].plot(*ellipse(estimate).T, color=color, lw=1.2)
    axes["b"].plot(*ellipse(estimates[-1]).T, color=style.PATH, lw=2)
    low, high = 1 / np.linalg.eigvalsh(estimates[-1])[::-1]
    true_inverse = np.linalg.inv(bowl.matrix)
    error = np.linalg.norm(estimates[-1] - true_inverse) / np.linalg.norm(true_inverse)
    left = bowl(params[-1]) / bowl(params[0])
    return (
        f"step {steps}: curvatures as estimated {low:.3g} and {high:.3g}, in truth "
        f"{FLATTEST:.3g} and {FLATTEST * conditioning:.3g}; relative error of the estimate "
        f"{told(error)}; loss left {told(left)}"
    )


# --- what memory buys, and what it costs ------------------------------------------------------

MEMORY_SIZE, MEMORY_STEPS = 20, 60
MEMORY_COLORS = (style.FOURTH, style.PATH, style.SECOND)


@lru_cache(maxsize=256)
def losses_of(rule, conditioning):
    """The losses of a rule, by name or by the memory of L-BFGS, on a bowl of 20 parameters."""
    rules = {"CG": ConjugateGradient(), "BFGS": BFGS()}
    bowl = Quadratic(np.geomspace(conditioning**-0.5, conditioning**0.5, MEMORY_SIZE))
    chosen = rules[rule] if rule in rules else LBFGS(memory=rule)
    return descend(bowl, np.ones(MEMORY_SIZE), chosen, MEMORY_STEPS).losses


def numbers_kept(parameters, memory):
    """How many numbers each rule keeps from one step to the next."""
    return {
        "gradient descent": 0,
        "momentum": parameters,
        "Adam": 2 * parameters,
        "conjugate gradient": 2 * parameters + 1,
        "L-BFGS": 2 * memory * parameters,
        "BFGS, Newton": parameters**2,
    }


@demo(
    "ab",
    size=(9.2, 3.7),
    title="What memory buys, and what it costs",
    alt="Left: the loss against the steps on a bowl of 20 parameters; conjugate gradient and BFGS "
    "fall fast, L-BFGS is slower, with 5 pairs more so than with 20. Right: bars of the memory "
    "that each rule needs for a million parameters: megabytes for all but BFGS and Newton, which "
    "need 8 TB.",
    controls={
        "memory": Slider("pairs in memory", 1, 20, 1, 5),
        "conditioning": LogSlider("conditioning κ", 0, 4, 0.5, 1000.0),
        "parameters": LogSlider("parameters P", 1, 10, 0.5, 1e6),
    },
    presets={"5 pairs": {}, "20 pairs": {"memory": 20}},
)
def lbfgs_memory(axes):
    """What the memory of L-BFGS buys in steps, and what it costs in bytes."""
    axes["a"].set(xlim=(-1, MEMORY_STEPS + 1), ylim=(1e-12, 5), yscale="log", xlabel="step")
    axes["a"].set(ylabel="loss / loss at the start")
    axes["a"].set_title(f"on a bowl of {MEMORY_SIZE} parameters")
    for color, label in zip(MEMORY_COLORS, ("conjugate gradient", "L-BFGS", "BFGS")):
        axes["a"].plot([], [], color=color, lw=2, label=label)
    axes["a"].legend(loc="upper right")
    names = list(numbers_kept(1, 1))
    axes["b"].set(xlim=(1, 1e22), xscale="log", ylim=(len(names) - 0.4, -0.6))
    axes["b"].set_xticks([1e0, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18, 1e21])
    axes["b"].set_xticklabels(["1 B", "1 kB", "1 MB", "1 GB", "1 TB", "1 PB", "1 EB", "1 ZB"])
    axes["b"].set_yticks(range(len(names)), names)
    axes["b"].set_title("memory besides the parameters")
    axes["b"].axvline(16e9, color=style.MUTED, ls=":", lw=1.2)
    axes["b"].text(16e9, -0.5, " a laptop's 16 GB", color=style.MUTED, fontsize=8.5, va="top")
    axes["b"].set_xlabel("at 8 bytes a number")


@lbfgs_memory.layer
def losses_of_the_others(axes, conditioning):
    for rule, color in (("CG", MEMORY_COLORS[0]), ("BFGS", MEMORY_COLORS[2])):
        draw_share(axes["a"], losses_of(rule, conditioning), color)


@lbfgs_memory.layer
def losses_of_lbfgs(axes, conditioning, memory):
    losses = losses_of(memory, conditioning)
    draw_share(axes["a"], losses, MEMORY_COLORS[1])
    left = {
        name: losses_of(rule, conditioning)[-1] / losses[0]
        for name, rule in (("CG", "CG"), (f"L-BFGS with {memory} pairs", memory), ("BFGS", "BFGS"))
    }
    return f"left of the loss after {MEMORY_STEPS} steps: " + ", ".join(
        f"{name} {told(share)}" for name, share in left.items()
    )


@lbfgs_memory.layer
def bytes_kept(axes, memory, parameters):
    kept = [8.0 * count for count in numbers_kept(round(parameters), memory).values()]
    axes["b"].barh(
        range(len(kept)), kept, left=1, color=style.LIGHT_SKY, edgecolor=style.INK, lw=0.6
    )
    for place, count in enumerate(kept):
        axes["b"].text(1.6, place, in_bytes(count), va="center", fontsize=9, color=style.INK)
    return (
        f"with {parameters:,.0f} parameters L-BFGS keeps {in_bytes(kept[-2])}, "
        f"a matrix of P × P takes {in_bytes(kept[-1])}"
    )


def draw_share(ax, losses, color):
    """A loss against the steps, as a share of the first."""
    ax.plot(np.maximum(losses / losses[0], 1e-13), color=color, lw=1.8)


def in_bytes(count):
    """A number of bytes in words.

    >>> in_bytes(8e12)
    '8 TB'
    """
    if count < 1:
        return "nothing"
    power = min(int(np.log10(count)) // 3, 7)
    return f"{count / 1000.0**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB')[power]}"


# --- side by side -----------------------------------------------------------------------------


RACE_COLORS = (style.BROWN, style.INK, style.FOURTH, style.THIRD, style.PATH, style.MUTED)


@demo(
    "ab",
    size=(9, 4),
    title="The rules of this chapter, side by side",
    alt="Left: a map with the paths of six rules, one of them highlighted. Right: their losses "
    "against the evaluations. On Rosenbrock Newton is done in six steps, BFGS and L-BFGS follow, "
    "then regularised Newton and conjugate gradient; gradient descent is far behind. On Himmelblau "
    "Newton ends on the maximum, and the others in a minimum.",
    controls={
        "steps": Player("steps", 0, RACE_STEPS, 1, RACE_STEPS),
        "surface": Choice("surface", tuple(COURSES), "Rosenbrock"),
        "rule": Choice("in bold", tuple(RACERS), "BFGS"),
    },
    presets={
        "Rosenbrock": {},
        "Himmelblau": {"surface": "Himmelblau", "rule": "Newton"},
        "Beale": {"surface": "Beale", "rule": "regularised Newton"},
    },
)
def second_order_race(axes, surface):
    """The rules of this chapter on one surface; what counts is evaluations, not steps."""
    course = COURSES[surface]
    draw_map(axes["a"], course.loss, course.bounds, levels=18)
    axes["a"].set_title(surface)
    axes["a"].locator_params(nbins=5)
    axes["b"].set(xlim=(0.8, 500), ylim=(1e-12, 1e8), xscale="log", yscale="log")
    axes["b"].set(xlabel="evaluations (a Hessian counts as two gradients)", ylabel="loss")
    axes["b"].set_yticks([1e-12, 1e-8, 1e-4, 1, 1e4], ["≤ 1e−12", "1e−8", "1e−4", "1", "1e4"])
    axes["b"].minorticks_off()
    axes["b"].set_title("the loss, against the work done")
    for name, color in zip(RACERS, RACE_COLORS):
        axes["b"].plot([], [], "-o", ms=4, color=color, label=name)
    axes["b"].legend(loc="upper right", ncols=2, fontsize=8.5, handlelength=1.2, columnspacing=1)


@second_order_race.layer
def every_rule(axes, surface, steps):
    runs = [Raced(*(rows[: steps + 1] for rows in raced(surface, rule))) for rule in RACERS]
    work = [np.maximum(each.evaluations, 1) for each in runs]
    curves = [np.clip(each.losses, 1e-13, 1e9) for each in runs]
    paths = [np.clip(each.params, -50, 50) for each in runs]
    style.lines(axes["a"], paths, RACE_COLORS, path_effects=style.edged(1.2))
    style.lines(axes["b"], [*map(np.column_stack, zip(work, curves))], RACE_COLORS)
    ends = [(done[-1], max(curve[-1], 2e-12)) for done, curve in zip(work, curves)]
    style.dots(axes["b"], ends, [49], RACE_COLORS, linewidths=0, zorder=3)


@second_order_race.layer
def rule_in_bold(axes, surface, rule, steps):
    params, losses, evaluations = (rows[: steps + 1] for rows in raced(surface, rule))
    color = RACE_COLORS[list(RACERS).index(rule)]
    style.trail(axes["a"], np.clip(params, -50, 50), color)
    axes["b"].plot(np.maximum(evaluations, 1), np.clip(losses, 1e-13, 1e9), color=color, lw=3)
    work = evaluations[-1]
    return (
        f"{rule} after {len(losses) - 1} steps and {work} evaluations: loss {told(losses[-1])} at "
        f"({params[-1, 0]:.3g}, {params[-1, 1]:.3g})"
    )


# --- trying everything ------------------------------------------------------------------------

MOST_PARAMETERS = 100
A_SECOND = 1e9
"""Trials in a second: an assumption, and a generous one."""
YEAR = 3.156e7


@demo(
    "ab",
    size=(9.6, 4.3),
    title="Trying everything",
    alt="Rows with 3 and 6 bits. Left: the Gabor loss with a grid of candidates; of 8 by 8 the "
    "best is in a wrong valley, of 64 by 64 it is beside the global minimum. Right: the number of "
    "trials against the number of parameters, a straight line on a logarithmic scale, twice as "
    "steep with 6 bits; it passes the age of the universe at 30 parameters of 3 bits.",
    controls={
        "bits": Slider("bits a parameter", 1, 6, 1, 4),
        "parameters": Slider("parameters P", 1, MOST_PARAMETERS, 1, 10, along="b.x"),
    },
    presets={"3 bits": {"bits": 3}, "6 bits": {"bits": 6}},
)
def quantised_bits(axes):
    """Exhaustive search over quantised parameters, and what it would cost with more of them."""
    draw_map(axes["a"], gabor_loss(), GABOR_BOUNDS)
    axes["a"].set_title("all candidates on the Gabor loss, and the best")
    axes["b"].set(xlim=(0, MOST_PARAMETERS), ylim=(1, 1e40), yscale="log")
    axes["b"].set(xlabel="number of parameters P", ylabel="trials, 2 to the power bP")
    axes["b"].set_title("what trying everything costs")
    for seconds, name in (
        (1, "a second"),
        (YEAR, "a year"),
        (1.38e10 * YEAR, "the age of the universe"),
    ):
        axes["b"].axhline(seconds * A_SECOND, color=style.MUTED, ls=":", lw=1)
        axes["b"].text(
            MOST_PARAMETERS,
            2 * seconds * A_SECOND,
            name,
            ha="right",
            fontsize=8.5,
            color=style.MUTED,
        )


@lru_cache(maxsize=8)
def best_of_all(bits):
    """The best of all candidates in the box of figure 6.4."""
    return quantised_search(gabor_loss(), GABOR_BOUNDS, bits)


@quantised_bits.layer
def candidates_and_best(axes, bits):
    candidates = parameter_grid(GABOR_BOUNDS, 2**bits).reshape(-1, 2)
    size = 7 - 0.8 * bits
    if bits < 5:
        axes["a"].plot(*candidates.T, "o", color="white", mec=style.INK, mew=0.4, ms=size)
    else:  # of so many rings one would see a grey haze; squares are painted faster than dots
        axes["a"].plot(*candidates.T, "s", color="white", mew=0, ms=0.9 * size)
    best = best_of_all(bits)
    lowest = gabor_minima()[0]
    axes["a"].plot(*best.phi, "o", color=style.PATH, mec="white", ms=10)
    axes["a"].plot(*lowest.phi, "+", color=style.INK, ms=14, mew=2)
    parameters = np.linspace(0, MOST_PARAMETERS, 101)
    axes["b"].plot(
        parameters,
        10.0 ** np.minimum(bits * parameters * np.log10(2), 70),
        color=style.SECOND,
        lw=2,
    )
    return (
        f"{bits} bits for each of 2 parameters: {best.tried} trials, the best has a loss of "
        f"{best.loss:.3g} at ({best.phi[0]:.2f}, {best.phi[1]:.2f}); the global minimum has "
        f"{lowest.loss:.3g}"
    )


@quantised_bits.layer
def number_of_trials(axes, bits, parameters):
    power = bits * parameters * np.log10(2)
    axes["b"].plot(parameters, 10.0 ** min(power, 39.5), "o", color=style.PATH, ms=9)
    long = duration(power - np.log10(A_SECOND))
    return (
        f"with {parameters} parameters: 2^{bits * parameters} trials, at a billion a second {long}"
    )


def duration(power):
    """10^power seconds in words.

    >>> duration(10)
    '317 years'
    """
    years = power - np.log10(YEAR)
    if years > 4:
        return f"about 10^{years:.0f} years"
    if years > 0:
        return f"{number(10.0**years)} years"
    return f"{number(10.0**power)} seconds" if power > -3 else "less than a thousandth of a second"
