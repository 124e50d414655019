"""Pictures of notebooks 00 and 02: gradient descent."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import GABOR_NOISE, GABOR_SEED, LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.line_search import Bracketing
from course_lib.models import Gabor
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import CosineWave, Quadratic
from lessons.demos.sliders import RATE, data, gabor_start
from lessons.experiments.scenes import (
    GABOR_BOUNDS,
    LINE_BOUNDS,
    LINE_START,
    STARTS_6_5,
    gabor_loss,
    line_minimum,
    linear_loss,
)
from lessons.stage import style
from lessons.stage.controls import LogSlider, Slider, Switch
from lessons.stage.demo import demo
from lessons.stage.maps import heat

WAVE_X = np.linspace(-15, 15, 301)


# --- first fit: one slider, three fates -------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.6),
    title="A line fitted by 30 steps of gradient descent",
    alt="Three rows at learning rates 0.00032, 0.02 and 0.045. Left: twelve points and the fitted "
    "line after each step. Right: loss against step. The first crawls, the second fits, the third "
    "blows up.",
    controls={"learning_rate": LogSlider(RATE, -4, -1, 0.05, 0.001)},
    presets={
        "α = 0.00032": {"learning_rate": 0.00032},
        "α = 0.02": {"learning_rate": 0.02},
        "α = 0.045": {"learning_rate": 0.045},
    },
)
def first_fit(axes):
    """Thirty steps of gradient descent fit a line: too small, good, or too large a rate."""
    axes["a"].set(xlim=(-0.1, 2.1), ylim=(-0.6, 2.2), xlabel="input x", ylabel="output y")
    axes["a"].set_title("the data, and the line after each step")
    axes["b"].set(xlim=(-0.5, 30.5), ylim=(0.1, 1e4), yscale="log", xlabel="step", ylabel="loss")
    axes["b"].set_title("the loss after each step")


@first_fit.layer
def thirty_steps(axes, learning_rate):
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    path = descend(loss, LINE_START, GradientDescent(learning_rate), steps=30)
    draw_lines(axes["a"], loss.model, path.params)
    draw_losses(axes["b"], path.losses)
    return f"loss {path.losses[0]:.3g} at the start, {path.final_loss:.3g} after 30 steps"


@first_fit.layer
def data_above_the_lines(axes):
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    axes["a"].plot(loss.x, loss.y, "o", color=style.INK, ms=6)


def draw_lines(ax, model, params):
    """The model after each step, from light (first) to dark (last)."""
    ends = np.array(ax.get_xlim())
    heights = model(ends, params)
    colors = style.shade(np.linspace(0, 1, len(params)))
    style.lines(ax, np.stack(np.broadcast_arrays(ends, heights), axis=-1), colors, zorder=1)
    ax.plot(ends, heights[-1], color=style.PATH, lw=2.4, zorder=2)


def draw_losses(ax, losses, color=style.PATH):
    """Loss against step, with a dot for each step."""
    ax.plot(np.arange(len(losses)), losses, "-o", color=color, ms=3.5)


# --- Taylor's promise -------------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.8),
    title="Taylor's promise against the real loss",
    alt="Two rows: a short and a long step from the same start. Left: the loss φ cos πφ with its "
    "tangent, the promised and the real point. Right: both changes against the learning rate; "
    "they agree for small rates and part for large ones.",
    controls={
        "learning_rate": Slider(RATE, 0.0, 0.5, 0.005, 0.05, along="b.x"),
        "start": Slider("start φ", -0.9, 1.9, 0.02, 0.6, along="a.x"),
    },
    presets={
        "a short step: kept": {"learning_rate": 0.03},
        "a long step: broken": {"learning_rate": 0.35},
    },
)
def taylor_promise(axes):
    """What the slope promises for one step, beside what the loss really does.

    Source: "Optimisation algorithms, part 1".
    """
    x = np.linspace(-1, 2, 301)
    axes["a"].plot(x, CosineWave().value(x), color=style.INK)
    axes["a"].set(xlim=(-1, 2), ylim=(-2, 2.1), xlabel="φ", ylabel="loss  φ cos πφ")
    axes["a"].set_title("one step along the tangent")
    axes["b"].set(
        xlim=(0, 0.5), ylim=(-3.5, 1.5), xlabel="learning rate α", ylabel="change in loss"
    )
    axes["b"].axhline(0, color=style.MUTED, lw=0.8)
    axes["b"].set_title("promised and real change, against α")


@taylor_promise.layer
def both_changes(axes, start):
    slope = CosineWave().slope(start)
    alpha = np.linspace(0, 0.5, 251)
    real = CosineWave().value(start - alpha * slope) - CosineWave().value(start)
    axes["b"].plot(alpha, -alpha * slope**2, "--", color=style.SECOND)
    axes["b"].plot(alpha, real, color=style.PATH)
    axes["a"].axline((start, CosineWave().value(start)), slope=slope, color=style.SECOND, lw=1.2)


@taylor_promise.layer
def which_change(axes):
    axes["b"].plot([], [], "--", color=style.SECOND, label="promised: −α f′²")
    axes["b"].plot([], [], color=style.PATH, label="real")
    axes["b"].legend(loc="lower left")


@taylor_promise.layer
def one_step(axes, start, learning_rate):
    wave = CosineWave()
    here, slope = wave.value(start), wave.slope(start)
    there = start - learning_rate * slope
    promised, real = -learning_rate * slope**2, wave.value(there) - here
    axes["a"].plot([there, there], [here + promised, here + real], ":", color=style.MUTED)
    axes["a"].plot(start, here, "o", mfc="white", mec=style.INK, mew=1.8, ms=8)
    for change, color, marker in ((promised, style.SECOND, "D"), (real, style.PATH, "o")):
        axes["a"].plot(there, here + change, marker, color=color, ms=8)
        axes["b"].plot(learning_rate, change, marker, color=color, ms=8)
    return f"one step from φ = {start:.2f}: promised {promised:+.3g}, real {real:+.3g}"


# --- four regimes of the learning rate --------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.8),
    title="Four regimes of the learning rate",
    alt="Four rows at learning rates 0.02, 0.3, 0.9 and 1.05. Left: the steps on the parabola φ². "
    "Right: loss against step: slow, fast, slow again (the path jumps from side to side), growing.",
    controls={
        "learning_rate": Slider(RATE, 0.01, 1.2, 0.01, 0.1),
        "start": Slider("start φ", -5.0, 5.0, 0.1, -4.0, along="a.x"),
        "steps": Slider("steps", 1, 30, 1, 20, along="b.x"),
    },
    presets={
        "too small": {"learning_rate": 0.02},
        "good": {"learning_rate": 0.3},
        "too large": {"learning_rate": 0.9},
        "divergent": {"learning_rate": 1.05},
    },
)
def rate_regimes(axes):
    """Gradient descent on φ²: each step multiplies the distance to the minimum by 1 - 2α."""
    x = np.linspace(-5.5, 5.5, 201)
    axes["a"].plot(x, x**2, color=style.INK)
    axes["a"].set(xlim=(-5.5, 5.5), ylim=(-1.5, 30), xlabel="φ", ylabel="loss  φ²")
    axes["a"].set_title("the steps on the loss")
    axes["b"].set(xlim=(-0.5, 30.5), ylim=(1e-8, 1e6), yscale="log", xlabel="step", ylabel="loss")
    axes["b"].set_title("the loss after each step")


@rate_regimes.layer
def regime(axes, learning_rate, start, steps):
    path = descend(Quadratic([2.0]), [start], GradientDescent(learning_rate), steps)
    phi = path.params[:, 0]
    axes["a"].plot(phi, phi**2, "-o", color=style.PATH, ms=4, lw=1.1)
    axes["a"].plot(start, start**2, "o", mfc="white", mec=style.PATH, mew=1.8, ms=8)
    draw_losses(axes["b"], path.losses)
    factor, end = 1 - 2 * learning_rate, style.number(path.final_loss)
    return f"each step multiplies φ by {factor:.3g}; the loss ends at {end}"


# --- the pull of each example -------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.8),
    title="What each example pulls at",
    alt="Two rows, a bad line and a good one. Left: twelve points, the line, and each miss as a "
    "bar, "
    "in one colour where the line is too high and in another where it is too low. Right: the pull "
    "of each example on the intercept and on the slope as dots against x, and their two sums.",
    controls={
        "phi0": Slider("intercept φ₀", -0.4, 2.0, 0.02, 1.6),
        "phi1": Slider("slope φ₁", -1.0, 1.4, 0.02, -0.5),
    },
    presets={
        "too high on the left, too low on the right": {},
        "where the pulls cancel": {"phi0": 0.36, "phi1": 0.58},
    },
)
def pulls(axes):
    """The gradient of a sum is a sum: the share of each example, for a line of your own."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    axes["a"].plot(loss.x, loss.y, "o", color=style.INK, ms=5, zorder=3)
    axes["a"].set(xlim=(-0.1, 2.1), ylim=(-1.0, 2.8), xlabel="input x", ylabel="output y")
    axes["a"].set_title("the line, and how far it misses")
    axes["b"].set(xlim=(-0.1, 2.1), ylim=(-7, 7), xlabel="input x", ylabel="pull of the example")
    axes["b"].axhline(0, color=style.MUTED, lw=0.8)
    axes["b"].set_title("its share of ∂L/∂φ₀ (discs) and of ∂L/∂φ₁ (diamonds)")


@pulls.layer
def shares(axes, phi0, phi1):
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    phi = np.array([phi0, phi1])
    fit = loss.model(loss.x, phi)
    too_high = fit > loss.y
    for side, color in ((too_high, style.PATH), (~too_high, style.SECOND)):
        axes["a"].vlines(loss.x[side], loss.y[side], fit[side], color=color, lw=2)
    ends = np.array(axes["a"].get_xlim())
    axes["a"].plot(ends, loss.model(ends, phi), color=style.THIRD, lw=2)
    on_intercept, on_slope = loss.per_example_gradients(phi).T
    axes["b"].plot(loss.x, on_intercept, "o", color=style.BROWN, ms=7)
    axes["b"].plot(loss.x, on_slope, "D", color=style.FOURTH, ms=5)
    sums = " and ".join(style.number(each) for each in loss.gradient(phi))
    return f"loss {loss(phi):.4g}; the pulls add up to {sums}"


# --- two curvatures -----------------------------------------------------------------------------

AXIS_LOOKS = {
    "flat axis": {"color": style.FOURTH, "marker": "s", "ms": 4},
    "steep axis": {"color": style.THIRD, "marker": "D", "ms": 4},
}


@demo(
    "ab",
    size=(9, 3.9),
    title="One bowl, two curvatures",
    alt="Two rows with learning rates 0.15 and 0.21 on a bowl whose curvatures are 1 and 10. Left: "
    "the bowl as a map, its two principal axes, and a path of descent. Right: the distance left "
    "along each axis against the step, on a logarithmic scale; above the limit of 0.2 the one "
    "along the steep axis grows.",
    controls={
        "learning_rate": Slider(RATE, 0.01, 0.3, 0.01, 0.15),
        "steep": Slider("steep curvature", 2.0, 20.0, 0.5, 10.0),
        "angle": Slider("turned by (degrees)", 0, 90, 5, 30),
        "steps": Slider("steps", 1, 20, 1, 12, along="b.x"),
    },
    presets={
        "below the limit 2/10": {},
        "above it": {"learning_rate": 0.21},
    },
)
def two_curvatures(axes):
    """Along each principal axis a bowl is a parabola, and each has a factor 1 - αλ of its own."""
    axes["a"].set(xlim=(-3, 3), ylim=(-3, 3), xlabel="φ₀", ylabel="φ₁", aspect="equal")
    axes["a"].set_title("the bowl and its two axes")
    axes["b"].set(xlim=(-0.5, 20.5), ylim=(1e-3, 1e3), yscale="log", xlabel="step")
    axes["b"].set(xticks=range(0, 21, 5), ylabel="distance left along the axis")
    axes["b"].set_title("along each axis by itself")


@two_curvatures.layer
def bowl_and_axes(axes, steep, angle):
    bounds = ((-3.0, 3.0), (-3.0, 3.0))
    style.heat_map(axes["a"], bounds, heat(_turned_bowl(steep, angle), bounds))
    for axis, look in zip(_axes_of(angle), AXIS_LOOKS.values()):
        style.dashed(axes["a"], [-3 * axis, 3 * axis], look["color"])


@two_curvatures.layer
def along_each_axis(axes, learning_rate, steep, angle, steps):
    bowl = _turned_bowl(steep, angle)
    start = _axes_of(angle).T @ [2.0, 1.0]  # as far out on both axes at every angle
    path = descend(bowl, start, GradientDescent(learning_rate), steps)
    style.trail(axes["a"], path.params)
    left = np.abs(path.params @ _axes_of(angle).T)
    told = []
    for distance, curvature, (name, look) in zip(left.T, (1.0, steep), AXIS_LOOKS.items()):
        axes["b"].plot(distance, "-", **look)
        told.append(f"{name}: 1 − αλ = {1 - learning_rate * curvature:.3g}")
    return "; ".join(told)


@two_curvatures.layer
def which_axis(axes):
    for name, look in AXIS_LOOKS.items():
        axes["b"].plot([], [], "-", label=name, **look)
    axes["b"].legend(loc="upper right")


def _axes_of(degrees):
    """The two principal axes, unit vectors as rows: the flat one, and the steep one."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, sin], [-sin, cos]])


@lru_cache(maxsize=64)
def _turned_bowl(steep, degrees):
    return Quadratic((1.0, steep), angle=np.radians(degrees))


# --- figure 6.1 -------------------------------------------------------------------------------


@demo(
    "ab;cd",
    size=(7.4, 5.4),
    solid="b",
    title="Figure 6.1: gradient descent on linear regression",
    alt="Four panels: twelve points; the bowl-shaped loss surface with the path of descent; the "
    "same as a heat map with numbered points; the line after each step, from light to "
    "dark. The second row of panels shows a fixed rate in place of the line search.",
    controls={
        "line_search": Switch("line search", True),
        "learning_rate": LogSlider("fixed rate α", -3, -1, 0.05, 0.01),
        "steps": Slider("steps", 1, 30, 1, 4),
        "start0": Slider("start φ₀", -0.4, 2.0, 0.05, 1.6, along="c.x"),
        "start1": Slider("start φ₁", -1.0, 1.4, 0.05, -0.5, along="c.y"),
        **data(LINE_NOISE, LINE_SEED),
    },
    presets={
        "line search": {},
        "fixed rate 0.01": {"line_search": False, "steps": 12},
    },
)
def fig_6_1(axes):
    """Gradient descent on linear regression: data, surface, heat map, fitted lines."""
    (left, right), (bottom, top) = LINE_BOUNDS
    for panel in "ad":
        axes[panel].set(xlim=(-0.1, 2.1), ylim=(-0.6, 2.6), xlabel="input x", ylabel="output y")
    axes["a"].set_title("a  twelve examples")
    axes["b"].set(xlim=(left, right), ylim=(bottom, top), zlim=(0, 25), zticks=[0, 10, 20])
    axes["b"].set(xticks=[0, 1, 2], yticks=[-1, 0, 1], zlabel="loss")
    axes["b"].set(xlabel="φ₀", ylabel="φ₁")
    axes["b"].set_box_aspect(None, zoom=0.88)
    axes["b"].view_init(elev=42, azim=-62)
    axes["b"].set_title("b  the loss as a surface")
    axes["c"].set(xlim=(left, right), ylim=(bottom, top))
    axes["c"].set(xlabel="intercept φ₀", ylabel="slope φ₁")
    axes["c"].set_title("c  the loss as a heat map")
    axes["d"].set_title("d  the line after each step")


@fig_6_1.layer
def bowl(axes, noise, seed):
    loss = linear_loss(noise, seed)
    for panel in "ad":
        axes[panel].plot(loss.x, loss.y, "o", color=style.INK, ms=5)
    values = heat(loss, LINE_BOUNDS)
    phi0, phi1 = (np.linspace(*pair, 21) for pair in LINE_BOUNDS)
    surface = heat(loss, LINE_BOUNDS, 21).T
    axes["b"].plot_surface(
        *np.meshgrid(phi0, phi1), np.where(surface < 25, surface, np.nan), cmap=style.HEAT,
        rcount=21, ccount=21, lw=0.2, edgecolor="white", alpha=0.85, vmin=0, vmax=25,
    )  # fmt: skip
    style.heat_map(axes["c"], LINE_BOUNDS, values)


@fig_6_1.layer
def fitted_lines(axes, noise, seed, line_search, learning_rate, start0, start1, steps):
    loss = linear_loss(noise, seed)
    path = descend(loss, (start0, start1), descent_rule(line_search, learning_rate), steps)
    shown = path.params[np.isfinite(path.losses) & (path.losses < 25)]
    axes["b"].plot(*shown.T, loss(shown), "-o", color=style.PATH, ms=3.5, zorder=10)
    style.trail(axes["c"], path.params)
    number_steps(axes["c"], path.params[:5])
    draw_lines(axes["d"], loss.model, path.params)
    best = loss(line_minimum(loss))
    return (
        f"loss {path.losses[0]:.4g} → {path.final_loss:.4g} in {steps} steps; "
        f"the lowest possible is {best:.4g}"
    )


def number_steps(ax, points):
    """The number of each step beside its point, where there is room: even ones right, odd left."""
    pixels = ax.transData.transform(points)
    for left in (False, True):
        labelled = []
        for step in range(left, len(points), 2):
            gaps = np.hypot(*(pixels[labelled] - pixels[step]).T)
            if (gaps > 20).all():
                labelled.append(step)
        if labelled:
            style.tags(ax, map(str, labelled), points[labelled], left)


def descent_rule(line_search, learning_rate):
    """Gradient descent with bracketing line search, or at a fixed rate."""
    if line_search:
        return GradientDescent(line_search=Bracketing(max_distance=2.0, tolerance=1e-2))
    return GradientDescent(learning_rate)


# --- figures 6.2 and 6.3 ----------------------------------------------------------------------


@demo(
    "a",
    size=(4.8, 3.2),
    title="Figure 6.2: the Gabor model",
    alt="Three waves, each under a bell. The first is centred at x = 0; with φ₀ = −5 the wave sits "
    "further right; with φ₁ = 35 it is narrower.",
    controls={
        "phi0": Slider("φ₀", -10.0, 10.0, 0.1, 0.0),
        "phi1": Slider("φ₁", 2.5, 40.0, 0.1, 16.6),
    },
    presets={
        "a  as in the data": {"phi0": 0.0, "phi1": 16.6},
        "b  moved: φ₀ = −5": {"phi0": -5.0, "phi1": 16.6},
        "c  squeezed: φ₁ = 35": {"phi0": 0.0, "phi1": 35.0},
    },
)
def fig_6_2(axes):
    """The Gabor model: φ₀ moves it, φ₁ squeezes it."""
    axes["a"].set(xlim=(-15, 15), ylim=(-1.1, 1.1), xlabel="input x", ylabel="output f[x, φ]")
    axes["a"].axhline(0, color=style.MUTED, lw=0.8)


@fig_6_2.layer
def wave(axes, phi0, phi1):
    # 0.0 - … and not -phi0 / …, which would show as "-0".
    centre = 0.0 - phi0 / (0.06 * phi1)
    axes["a"].plot(WAVE_X, np.exp(-((phi0 + 0.06 * phi1 * WAVE_X) ** 2) / 32), ":", color=style.SKY)
    axes["a"].plot(WAVE_X, Gabor()(WAVE_X, (phi0, phi1)), color=style.SECOND, lw=2)
    axes["a"].axvline(centre, color=style.PATH, ls="--", lw=1.2)
    return f"the wave is centred at x = −φ₀ / 0.06 φ₁ = {centre:.3g}"


@demo(
    "a",
    size=(7.2, 3.8),
    title="Figure 6.3: the 28 examples, and a model over them",
    alt="Twenty-eight noisy points on a wave under a bell, and the Gabor model laid over "
    "them, once close and once far off; each gap between point and model is drawn as a bar.",
    controls={
        "phi0": Slider("φ₀", -10.0, 10.0, 0.1, 0.0),
        "phi1": Slider("φ₁", 2.5, 22.5, 0.1, 12.0),
        **data(GABOR_NOISE, GABOR_SEED),
    },
    presets={
        "the parameters behind the data": {"phi0": 0.0, "phi1": 16.6},
        "the start of the game": {"phi0": 6.0, "phi1": 12.0},
    },
)
def fig_6_3(axes):
    """The 28 training examples of the Gabor model, and a model to lay over them."""
    axes["a"].set(xlim=(-15.5, 15.5), ylim=(-1.6, 1.6), xlabel="input x", ylabel="output y")


@fig_6_3.layer
def gaps(axes, noise, seed, phi0, phi1):
    loss = gabor_loss(noise, seed)
    fit = loss.model(loss.x, (phi0, phi1))
    axes["a"].vlines(loss.x, fit, loss.y, color=style.BROWN, lw=1.4)
    axes["a"].plot(WAVE_X, loss.model(WAVE_X, (phi0, phi1)), color=style.SECOND, lw=2)
    axes["a"].plot(loss.x, loss.y, "o", color=style.INK, ms=5)
    return (
        f"loss of this model: {loss((phi0, phi1)):.4g} (the sum of the squared gaps); "
        f"of the parameters behind the data, [0, 16.6]: {loss((0.0, 16.6)):.4g}"
    )


# --- figure 6.5a ------------------------------------------------------------------------------

COLORS_6_5 = (style.BROWN, style.FOURTH, style.THIRD)


@demo(
    "aab",
    size=(8.0, 3.8),
    title="Figure 6.5a: gradient descent on the Gabor loss",
    alt="The Gabor loss as a heat map with four paths. Starts 1 and 3 end in the global minimum "
    "near φ = [0, 16.4]; start 2 and a fourth start end in other valleys. Beside it: loss against "
    "step. A second version uses a fixed rate, with which no path has arrived after 30 steps.",
    controls={
        "line_search": Switch("line search", True),
        "learning_rate": LogSlider("fixed rate α", -3, 0, 0.05, 0.05),
        "steps": Slider("steps", 1, 30, 1, 30, along="b.x"),
        **gabor_start(-4.0, 16.0, on="a"),
        **data(GABOR_NOISE, GABOR_SEED),
    },
    presets={
        "line search": {},
        "fixed rate 0.05": {"line_search": False},
    },
)
def fig_6_5a(axes):
    """Gradient descent on the Gabor loss from three starts, and from one of your own."""
    (left, right), (bottom, top) = GABOR_BOUNDS
    axes["a"].set(xlim=(left, right), ylim=(bottom, top), xlabel="φ₀", ylabel="φ₁")
    axes["a"].set_title("where each start leads")
    axes["b"].set(xlim=(-1, 31), ylim=(0.4, 40), yscale="log", xlabel="step", ylabel="loss")
    axes["b"].set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    axes["b"].minorticks_off()
    axes["b"].set_title("the loss after each step")
    for name, color in zip(("1", "2", "3", "yours"), (*COLORS_6_5, style.PATH)):
        axes["b"].plot([], [], "-o", color=color, ms=3.5, label=name)
    axes["b"].legend(loc="upper right", ncols=2)


@fig_6_5a.layer
def valleys(axes, noise, seed):
    style.heat_map(axes["a"], GABOR_BOUNDS, heat(gabor_loss(noise, seed), GABOR_BOUNDS))
    for number, start in enumerate(STARTS_6_5, 1):
        style.tag(axes["a"], str(number), start)


@lru_cache(maxsize=32)
def gabor_descent(noise, seed, learning_rate, starts):
    """Thirty steps on the Gabor loss from each start; `learning_rate` None is a line search."""
    rule = descent_rule(learning_rate is None, learning_rate)
    return descend(gabor_loss(noise, seed), starts, rule, steps=30)


@fig_6_5a.layer
def three_starts(axes, noise, seed, line_search, learning_rate, steps):
    rate = None if line_search else learning_rate
    paths = gabor_descent(noise, seed, rate, STARTS_6_5)
    for member, color in enumerate(COLORS_6_5):
        draw_descent(axes, paths.member(member), steps, color)
    ends = ", ".join(
        f"{number}: {value:.3g}" for number, value in enumerate(paths.losses[: steps + 1][-1], 1)
    )
    return f"loss after {steps} steps from each start: {ends}"


@fig_6_5a.layer
def your_start(axes, noise, seed, line_search, learning_rate, steps, start0, start1):
    rate = None if line_search else learning_rate
    path = gabor_descent(noise, seed, rate, (start0, start1))
    draw_descent(axes, path, steps, style.PATH)
    style.tag(axes["a"], "yours", path.params[0])
    return f"from your start: {path.losses[0]:.3g} → {path.losses[: steps + 1][-1]:.3g}"


def draw_descent(axes, path, steps, color):
    """The first steps of a path on the map, and its losses beside it."""
    style.trail(axes["a"], path.params[: steps + 1], color)
    draw_losses(axes["b"], path.losses[: steps + 1], color)
