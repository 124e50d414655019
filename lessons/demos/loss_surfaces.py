"""Pictures of notebook 04: convexity, minima, saddle points."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import two_class_data
from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.losses import BinaryCrossEntropy
from course_lib.models import Logistic
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic, fig_6_11_losses
from lessons.demos.basins import basin_axes, draw_basins, draw_start
from lessons.demos.gradient_descent import WAVE_X
from lessons.demos.sliders import RATE, gabor_start
from lessons.experiments.basins import minimum_reached, path_from
from lessons.experiments.scenes import (
    GABOR_BOUNDS,
    gabor_critical_points,
    gabor_loss,
    gabor_minima,
)
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import heat

# --- figure 6.4 -------------------------------------------------------------------------------


@demo(
    "aabcd;aaefg",
    size=(10.2, 4.7),
    title="Figure 6.4: the loss of the Gabor model",
    alt="Left: a heat map of a rugged loss with one global minimum near φ = [0, 16.4], seven other "
    "minima and many saddles. Right: the data with the model at the five lowest minima; only the "
    "global one follows the data throughout.",
    controls={
        "phi0": Slider("your φ₀", -10.0, 10.0, 0.1, -0.1, along="a.x"),
        "phi1": Slider("your φ₁", 2.5, 22.5, 0.1, 9.1, along="a.y"),
    },
    presets={"your point on a saddle": {}},
)
def fig_6_4(axes):
    """The Gabor loss with its critical points, the model at the five lowest minima, and yours."""
    (left, right), (bottom, top) = GABOR_BOUNDS
    axes["a"].set(xlim=(left, right), ylim=(bottom, top), xlabel="φ₀", ylabel="φ₁")
    axes["a"].set_title("a  minima (○) and saddles (×)")
    loss = gabor_loss()
    style.heat_map(axes["a"], GABOR_BOUNDS, heat(loss, GABOR_BOUNDS))
    for point in gabor_critical_points():
        if point.kind == "saddle":
            axes["a"].plot(*point.phi, "x", color=style.GOLD, ms=6, mew=1.8)
    minima = gabor_minima()
    for rank, point in enumerate(minima):
        color = style.PATH if rank == 0 else style.LIGHT_SKY
        axes["a"].plot(*point.phi, "o", mfc=color, mec="white", mew=1.4, ms=10 if rank == 0 else 8)
    for panel, point in zip("bcdef", minima):
        style.tag(axes["a"], panel, point.phi)
        draw_model(axes[panel], loss, point.phi, style.PATH if panel == "b" else style.SECOND)
        axes[panel].set_title(f"{panel}  loss {point.loss:.2f}")
    axes["g"].set(xlim=(-15.5, 15.5), ylim=(-1.4, 1.4), xticks=[], yticks=[])
    axes["g"].plot(loss.x, loss.y, "o", color=style.INK, ms=2.5)
    axes["g"].set_title("g  your point (◇)")


def draw_model(ax, loss, phi, color):
    """The data and the Gabor model at phi, small."""
    ax.plot(WAVE_X, loss.model(WAVE_X, phi), color=color, lw=1.3)
    ax.plot(loss.x, loss.y, "o", color=style.INK, ms=2.5)
    ax.set(xlim=(-15.5, 15.5), ylim=(-1.4, 1.4), xticks=[], yticks=[])


@fig_6_4.layer
def your_point(axes, phi0, phi1):
    loss, phi = gabor_loss(), np.array((phi0, phi1))
    axes["a"].plot(phi0, phi1, "D", mfc="none", mec=style.THIRD, mew=2.2, ms=11)
    axes["g"].plot(WAVE_X, loss.model(WAVE_X, phi), color=style.THIRD, lw=1.5)
    low, high = np.linalg.eigvalsh(loss.hessian(phi))
    slope = np.linalg.norm(loss.gradient(phi))
    return (
        f"your point: loss {loss(phi):.3g}, gradient length {slope:.3g}; "
        f"curvatures {low:.3g} and {high:.3g}: it bends {_bends(low, high)}"
    )


def _bends(low, high):
    """In words, the smaller and the larger curvature of a surface."""
    if low > 0:
        return "up in every direction"
    if high < 0:
        return "down in every direction"
    if low < 0 < high:
        return "up one way and down the other"
    return "along one axis not at all"


# --- figure 6.11 ------------------------------------------------------------------------------


@demo(
    "abc",
    size=(9.6, 3.5),
    title="Figure 6.11: three losses, seven points",
    alt="Three curves. In a, one bowl with points 1 and 2. In b, two valleys and a hill between "
    "them with points 3, 4 and 5. In c, a terrace at point 6 and a valley at point 7. A descent "
    "from the left nears the left valley of b and the terrace of c.",
    controls={
        "start": Slider("start (0 left, 1 right)", 0.0, 1.0, 0.01, 0.1),
        "learning_rate": Slider(RATE, 0.01, 0.8, 0.01, 0.05),
        "steps": Slider("steps", 1, 100, 1, 40),
    },
    presets={"from the left": {}, "from the right": {"start": 0.95}},
)
def fig_6_11(axes):
    """Three losses of one parameter with seven points to classify, and a descent to try."""
    for panel, (loss, (left, right), points) in fig_6_11_losses().items():
        phi = np.linspace(left, right, 201)
        axes[panel].plot(phi, loss.value(phi), color=style.INK)
        low, high = loss.value(phi).min(), loss.value(phi).max()
        room = 0.18 * (high - low)
        axes[panel].set(xlim=(left, right), ylim=(low - room, high + room), xlabel="φ")
        axes[panel].set_title(panel)
        for number, position in points.items():
            axes[panel].plot(position, loss.value(position), "s", color=style.SECOND, ms=7)
            axes[panel].annotate(
                str(number), (position, loss.value(position)), xytext=(0, 9),
                textcoords="offset points", ha="center", fontweight="bold", color=style.SECOND,
            )  # fmt: skip
    axes["a"].set_ylabel("loss")


@fig_6_11.layer
def descents(axes, start, learning_rate, steps):
    ends = []
    for panel, (loss, (left, right), _) in fig_6_11_losses().items():
        phi = left + start * (right - left)
        path = descend(loss, [phi], GradientDescent(learning_rate), steps)
        positions = path.params[:, 0]
        axes[panel].plot(positions, path.losses, "-o", color=style.PATH, ms=4, lw=1)
        axes[panel].plot(
            positions[0], path.losses[0], "o", mfc="white", mec=style.PATH, mew=1.8, ms=8
        )
        how = (
            path.reason if path.diverged else f"φ = {positions[-1]:.3g}, loss {path.final_loss:.3g}"
        )
        ends.append(f"{panel}: {how}")
    return f"after {steps} steps  " + ";  ".join(ends)


# --- chords -----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def cut_functions():
    """One-dimensional losses on [0, 1], each scaled to run from 0 to 1."""
    cuts = {}
    for panel, (loss, (left, right), _) in fig_6_11_losses().items():
        cuts[f"figure 6.11{panel}"] = lambda t, f=loss, a=left, w=right - left: f.value(a + w * t)
    gabor, along = gabor_loss(), np.array([0.0, 20.0])
    cuts["Gabor loss at φ₀ = 0"] = lambda t: gabor([0.0, 2.5] + np.asarray(t)[..., None] * along)
    return {name: _scaled(cut) for name, cut in cuts.items()}


def _scaled(cut):
    values = cut(np.linspace(0, 1, 401))
    low, high = values.min(), values.max()
    return lambda t: (cut(t) - low) / (high - low)


@demo(
    "ab",
    size=(9, 3.6),
    title="The chord test of convexity",
    alt="Two rows. Left: a cut through the Gabor loss and a chord between two of its points, first "
    "a long one that lies above the loss, then a short one that lies below. Right: the height of "
    "the chord above the loss; where it is negative, shaded, the chord proves that the function is "
    "not convex.",
    controls={
        "function": Choice("function", tuple(cut_functions()), "Gabor loss at φ₀ = 0"),
        "left": Slider("left end", 0.0, 0.49, 0.01, 0.15, along="ab.x"),
        "right": Slider("right end", 0.5, 1.0, 0.01, 0.85, along="ab.x"),
    },
    presets={"a long chord": {}, "a short one": {"left": 0.3, "right": 0.58}},
)
def chord_test(axes):
    """A function is convex when no chord dips below it."""
    axes["a"].set(xlim=(0, 1), ylim=(-0.06, 1.1), yticks=[0, 0.5, 1])
    axes["a"].set(xlabel="position along the cut", ylabel="loss (scaled)")
    axes["a"].set_title("the loss, and a chord between two of its points")
    axes["b"].set(xlim=(0, 1), ylim=(-1.1, 1.1), yticks=[-1, -0.5, 0, 0.5, 1])
    axes["b"].set(xlabel="position along the cut", ylabel="chord − loss")
    axes["b"].axhline(0, color=style.INK, lw=0.9)
    axes["b"].set_title("how far the chord lies above the loss")


@chord_test.layer
def whole_cut(axes, function):
    t = np.linspace(0, 1, 301)
    axes["a"].plot(t, cut_functions()[function](t), color=style.INK)


@chord_test.layer
def chord_and_gap(axes, function, left, right):
    cut = cut_functions()[function]
    t = np.linspace(left, right, 201)
    chord = np.interp(t, [left, right], cut(np.array([left, right]))) if left < right else cut(t)
    gap = chord - cut(t)
    below = gap < -1e-9
    axes["a"].fill_between(t, chord, cut(t), where=below, color=style.PATH, alpha=0.3, lw=0)
    axes["a"].plot(t, chord, color=style.PATH if below.any() else style.SECOND, lw=2)
    axes["a"].plot([left, right], cut(np.array([left, right])), "o", color=style.INK, ms=7)
    axes["b"].fill_between(t, gap, where=below, color=style.PATH, alpha=0.3, lw=0)
    axes["b"].plot(t, gap, color=style.PATH if below.any() else style.SECOND, lw=2)
    axes["b"].plot([left, right], [0, 0], "o", color=style.INK, ms=7)
    if below.any():
        return "part of this chord lies below the function: the function is not convex"
    return "this chord stays above the function: no verdict yet, try others"


# --- a curvature for every direction ----------------------------------------------------------

BEND_BOUNDS = ((-2.0, 2.0), (-2.0, 2.0))


@demo(
    "ab",
    size=(9, 3.9),
    title="A curvature for every direction",
    alt="Two rows: a bowl and a saddle. Left: the surface as a map, its two principal axes dashed, "
    "and a straight line through its middle. Right: the curvature along that line against the "
    "line's direction, a wave that is lowest along one axis and highest along the other; for the "
    "saddle it goes below zero.",
    controls={
        "h00": Slider("∂²L/∂φ₀²", -3.0, 3.0, 0.5, 2.0),
        "h01": Slider("∂²L/∂φ₀∂φ₁", -3.0, 3.0, 0.5, 1.0),
        "h11": Slider("∂²L/∂φ₁²", -3.0, 3.0, 0.5, 1.0),
        "angle": Slider("direction (degrees)", 0, 180, 5, 75, along="b.x"),
    },
    presets={"a bowl": {}, "a saddle": {"h01": 2.0}},
)
def curvature_by_direction(axes):
    """The curvature vᵀHv along a direction v, for a Hessian H whose entries are yours to choose."""
    (left, right), (bottom, top) = BEND_BOUNDS
    axes["a"].set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xlabel="φ₀", ylabel="φ₁")
    axes["a"].set_title("the surface, its axes, your direction")
    axes["b"].set(xlim=(0, 180), ylim=(-6.5, 6.5), xticks=range(0, 181, 45))
    axes["b"].set(xlabel="direction (degrees)", ylabel="curvature")
    axes["b"].axhline(0, color=style.INK, lw=0.9)
    axes["b"].set_title("the curvature in every direction")


@curvature_by_direction.layer
def surface_and_axes(axes, h00, h01, h11):
    hessian = np.array([[h00, h01], [h01, h11]])
    phi = parameter_grid(BEND_BOUNDS, 101)
    values = np.einsum("...i,ij,...j->...", phi, hessian, phi) / 2
    style.heat_map(axes["a"], BEND_BOUNDS, values - values.min())
    degrees = np.arange(0, 181, 2)
    axes["b"].plot(degrees, _curvature(hessian, degrees), color=style.INK)
    curvatures, directions = np.linalg.eigh(hessian)
    for curvature, axis, color in zip(curvatures, directions.T, (style.FOURTH, style.THIRD)):
        style.dashed(axes["a"], [-3 * axis, 3 * axis], color)
        axes["b"].axhline(curvature, color=color, ls="--", lw=1.4)


@curvature_by_direction.layer
def your_direction(axes, h00, h01, h11, angle):
    hessian = np.array([[h00, h01], [h01, h11]])
    ends = 3 * np.outer([-1, 1], _direction(angle))
    axes["a"].plot(*ends.T, color=style.PATH, lw=2.2)
    bend = _curvature(hessian, angle)
    axes["b"].plot(angle, bend, "o", color=style.PATH, ms=9, clip_on=False)
    low, high = np.linalg.eigvalsh(hessian).round(9) + 0.0
    return (
        f"curvature in your direction {bend:.3g}; along its axes {low:.3g} and {high:.3g}: "
        f"it bends {_bends(low, high)}"
    )


def _direction(degrees):
    """Unit vectors, shape (…, 2)."""
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=-1)


def _curvature(hessian, degrees):
    v = _direction(degrees)
    return np.einsum("...i,ij,...j->...", v, hessian, v).round(9) + 0.0


# --- leaving a saddle -------------------------------------------------------------------------

SADDLE, SADDLE_BOUNDS = Quadratic((1.0, -1.0), angle=np.pi / 4), ((-1.5, 1.5), (-1.5, 1.5))
ALONG, ACROSS = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)
"""The axes of φ₀ φ₁: the diagonal, along which it bends up, and across it, where it bends down."""


@demo(
    "ab",
    size=(9, 4.0),
    title="Beside a saddle",
    alt="Left: a path on φ₀ φ₁ that runs along the diagonal to the saddle and turns away from it "
    "at a right angle. Right: the length of the gradient falls, stays small, and grows again; "
    "where it is below the dashed line a stopping rule ends the descent beside the saddle.",
    controls={
        "offset": LogSlider("start off the diagonal", -6, -1, 0.1, 1e-5),
        "learning_rate": Slider(RATE, 0.02, 0.9, 0.02, 0.2),
        "tolerance": LogSlider("stop below", -5, 0, 0.1, 0.01, along="b.y"),
    },
    presets={"stopped beside the saddle": {}, "escaped": {"offset": 0.032}},
)
def saddle_escape(axes):
    """Gradient descent beside the saddle of φ₀ φ₁: near it, all looks converged."""
    axes["a"].set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal", xlabel="φ₀", ylabel="φ₁")
    values = SADDLE(parameter_grid(SADDLE_BOUNDS, 101))
    style.heat_map(axes["a"], SADDLE_BOUNDS, values - values.min())
    axes["a"].set_title("the path on φ₀ φ₁; × is the saddle")
    axes["b"].set(xlim=(-1, 81), ylim=(1e-5, 10), yscale="log", xlabel="step")
    axes["b"].set(ylabel="length of the gradient")
    axes["b"].set_title("a flat stretch that is no minimum")


@saddle_escape.layer
def path_and_stop(axes, offset, learning_rate, tolerance):
    start, rule = 1.3 * ALONG + offset * ACROSS, GradientDescent(learning_rate)
    free = descend(SADDLE, start, rule, steps=80)
    stopped = descend(SADDLE, start, rule, steps=80, tolerance=tolerance)
    inside = (np.abs(free.params) < 1.6).all(axis=-1)
    style.trail(axes["a"], free.params[inside])
    axes["b"].plot(free.gradient_norms, "-", color=style.PATH)
    axes["b"].axhline(tolerance, color=style.SECOND, ls="--", lw=1.2)
    if stopped.converged:
        axes["a"].plot(*stopped.final, "s", color=style.SECOND, mec="white", ms=9, zorder=6)
        axes["b"].plot(
            stopped.last_step, free.gradient_norms[stopped.last_step], "s", color=style.SECOND, ms=8
        )
    # On top: the stop beside it must not hide it.
    axes["a"].plot(0, 0, "x", color=style.GOLD, ms=9, mew=2.2, zorder=7)
    away = np.flatnonzero(np.abs(free.params @ ACROSS) >= 1)
    escape = "it is less than 1 away from the diagonal for all 80 steps"
    if away.size:
        escape = f"it is 1 away from the diagonal at step {away[0]}"
    if not stopped.converged:
        shortest = f"shortest gradient {free.gradient_norms.min():.2g}"
        return f"{escape}; {shortest}: the rule never stops here"
    left = np.linalg.norm(stopped.final)
    where = "beside the saddle" if left < 0.1 else "on the way to the saddle"
    return (
        f"{escape}; the stopping rule gives up at step {stopped.last_step}, {left:.2g} away from "
        f"the saddle, {where}"
    )


@saddle_escape.layer
def which_line(axes):
    axes["b"].plot([], [], color=style.SECOND, ls="--", lw=1.2, label="stop below this")
    axes["b"].legend(loc="lower right")


# --- basins -----------------------------------------------------------------------------------


@demo(
    "aab",
    size=(9, 4.0),
    title="Which minimum does each start reach?",
    alt="The box of starting points coloured by the minimum that gradient descent reaches from "
    "each; the basin of the global minimum is a band in the middle. Beside it the share of each.",
    controls={
        "learning_rate": Slider(RATE, 0.02, 0.3, 0.02, 0.1),
        "steps": Slider("steps", 0, 400, 10, 200),
        **gabor_start(-4.0, 16.0, on="a"),
    },
    presets={"α = 0.1, 200 steps": {}},
)
def basin_map(axes):
    """Which minimum does each start reach? One pixel is one gradient descent."""
    basin_axes(axes, "none of them")


@basin_map.layer
def map_and_shares(axes, learning_rate, steps):
    ranks = minimum_reached("gradient descent", learning_rate, steps)
    numbers = np.where(ranks < 0, len(gabor_minima()), ranks)
    shares = draw_basins(axes, numbers, others=1)
    return (
        f"{shares[0]:.1f} % of the starts reach the global minimum, {shares[-1]:.1f} % none of them"
    )


@basin_map.layer
def your_descent(axes, learning_rate, steps, start0, start1):
    return draw_start(axes, path_from((start0, start1), "gradient descent", learning_rate), steps)


# --- logistic regression ----------------------------------------------------------------------

CLASS_BOUNDS = ((-4.0, 4.0), (-2.0, 6.0))
CLASS_X = np.linspace(-4, 4, 201)


@lru_cache(maxsize=1)
def class_loss():
    """The loss of logistic regression on the ten points of each class."""
    return BinaryCrossEntropy(Logistic(), *two_class_data())


@demo(
    "ab",
    size=(9, 3.9),
    title="Logistic regression, two parameters",
    alt="Left: ten points at height 0, mostly on the left, ten at height 1, mostly on the right; "
    "a curve of probabilities, first level at a half, then rising steeply among them. Right: a "
    "heat map of the loss over φ₀ and φ₁, low in one region, with your place on it.",
    controls={
        "phi0": Slider("φ₀", -4.0, 4.0, 0.1, 0.0, along="b.x"),
        "phi1": Slider("φ₁", -2.0, 6.0, 0.1, 0.0, along="b.y"),
    },
    presets={"a fair coin everywhere": {}, "a steep rise": {"phi0": 1.0, "phi1": 5.0}},
)
def logistic_curve(axes):
    """Logistic regression on 10 + 10 points: the curve of probabilities, and its loss."""
    loss = class_loss()
    axes["a"].set(xlim=(-4, 4), ylim=(-0.06, 1.06), xlabel="input x", ylabel="Pr(y = 1 | x)")
    axes["a"].set_yticks([0, 0.5, 1])
    axes["a"].axhline(0.5, color=style.MUTED, lw=0.8)
    axes["a"].set_title("the curve, and how far it is from each point")
    axes["b"].set(xlim=CLASS_BOUNDS[0], ylim=CLASS_BOUNDS[1], xlabel="φ₀", ylabel="φ₁")
    style.heat_map(axes["b"], CLASS_BOUNDS, heat(loss, CLASS_BOUNDS))
    axes["b"].set_title("the loss, dark is low; ◇ is your place")


@logistic_curve.layer
def curve_and_place(axes, phi0, phi1):
    loss, phi = class_loss(), np.array((phi0, phi1))
    probability = loss.model(loss.x, phi)
    axes["a"].vlines(loss.x, probability, loss.y, color=style.MUTED, lw=1.0, zorder=1)
    axes["a"].plot(CLASS_X, loss.model(CLASS_X, phi), color=style.PATH, lw=2.2, zorder=2)
    axes["b"].plot(phi0, phi1, "D", mfc="none", mec=style.PATH, mew=2.2, ms=10, clip_on=False)
    if phi1 == 0:
        middle = "the curve is level"
    else:
        middle = f"the curve passes a half at x = {-phi0 / phi1 + 0.0:.3g}"
    wrong = np.sum(np.where(loss.y == 1, probability < 0.5, probability > 0.5))
    sides = f"{wrong} of 20 points are on the wrong side of a half"
    if undecided := np.sum(probability == 0.5):
        sides += f", {undecided} exactly on it"
    return f"loss {loss(phi):.3g}; {middle}; {sides}"


@logistic_curve.layer
def both_classes(axes):
    loss = class_loss()
    for y, color, marker in ((0, style.SECOND, "o"), (1, style.THIRD, "s")):
        x = loss.x[loss.y == y]
        axes["a"].plot(x, np.full_like(x, y), marker, color=color, ms=7, mec="white", zorder=3)
