"""Pictures of notebook 06: momentum and Nesterov momentum."""

from functools import lru_cache
from itertools import islice

import numpy as np

from course_lib.batches import Minibatches
from course_lib.descent import descend, iterate
from course_lib.grids import parameter_grid
from course_lib.optimizers import (
    BufferMomentum,
    GradientDescent,
    Momentum,
    Nesterov,
    NesterovAsPrinted,
    RewrittenNesterov,
    VelocityMomentum,
    VelocityNesterov,
)
from course_lib.schedules import Constant, LinearDecay, MomentumSchedule
from course_lib.surfaces import Quadratic, Slopes
from lessons.demos.sliders import RATE
from lessons.experiments.momentum import BATCH_6_7, START_6_7, STEPS_6_7, best_rules, roots
from lessons.experiments.scenes import gabor_loss, gabor_minima
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider
from lessons.stage.demo import demo
from lessons.stage.maps import draw_map

# --- what m remembers -------------------------------------------------------------------------

REMEMBERED = 60

GRADIENTS = {
    "all alike": np.ones(REMEMBERED),
    "turning round each time": (-1.0) ** np.arange(REMEMBERED),
    "of random sign": np.random.default_rng(0).choice([-1.0, 1.0], REMEMBERED),
}


@demo(
    "ab",
    size=(9, 3.6),
    title="What momentum remembers",
    alt="Two rows. Left: the weights of past gradients, which fall by the same share with each "
    "step of their age, tall bars for the velocity form and short ones for the averaged form. "
    "Right: the length of each step. Where all gradients are alike it rises to a limit; where they "
    "turn round each time it falls far below.",
    controls={
        "beta": Slider("β", 0.0, 0.98, 0.01, 0.9),
        "gradients": Choice("gradients", tuple(GRADIENTS), "all alike"),
    },
    presets={
        "gradients all alike": {},
        "gradients that turn round": {"gradients": "turning round each time"},
    },
)
def momentum_weights(axes):
    """The weight of each past gradient in the next step, and what that does to the step."""
    axes["a"].set(xlim=(-1, 41), ylim=(0, 1.05), xlabel="steps ago, k", ylabel="weight")
    axes["a"].set_title("the weight of the gradient of k steps ago")
    axes["b"].set(xlim=(-1, REMEMBERED), ylim=(0.003, 100), yscale="log", xlabel="step")
    axes["b"].set_ylabel("length of the step / α|g|")
    axes["b"].set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    axes["b"].set_title("how long each step is")
    axes["b"].axhline(1, color=style.MUTED, lw=0.8)
    for color, name in ((style.SKY, "velocity form"), (style.PATH, "averaged form")):
        axes["a"].plot([], [], color=color, lw=5, label=name)
    axes["a"].legend(loc="upper right")


@momentum_weights.layer
def weights(axes, beta):
    k = np.arange(41)
    axes["a"].vlines(k, 0, beta**k, color=style.SKY, lw=4)
    axes["a"].vlines(k, 0, (1 - beta) * beta**k, color=style.PATH, lw=4)
    if beta == 0:
        return "β = 0: only the gradient of this step counts"
    half = np.log(0.5) / np.log(beta)
    axes["a"].plot([half, half], [0, 0.78], "--", color=style.INK, lw=1.1)
    return f"after {style.number(half)} steps half of a gradient's weight is left (dashed)"


@momentum_weights.layer
def lengths_of_steps(axes, beta, gradients):
    ends = []
    for rule, color in ((VelocityMomentum, style.SKY), (Momentum, style.PATH)):
        path = descend(
            Slopes(GRADIENTS[gradients]), [0.0], rule(1.0, beta), REMEMBERED,
            batches=np.arange(REMEMBERED)[:, None],
        )  # fmt: skip
        lengths = np.abs(np.diff(path.params[:, 0]))
        axes["b"].plot(lengths, "-o", color=color, ms=3)
        ends.append(np.sqrt((lengths[-20:] ** 2).mean()))
    velocity, averaged = ends
    return (
        f"gradients {gradients}: the last 20 steps are {averaged:.3g} α|g| long in the "
        f"averaged form, {velocity:.3g} α|g| in velocity form"
    )


# --- figure 6.7 -------------------------------------------------------------------------------

BOUNDS_6_7 = ((-6.0, 6.0), (7.0, 22.0))


@demo(
    "abc",
    size=(9.6, 3.9),
    title="Figure 6.7: SGD without and with momentum",
    alt="Rows at learning rates 0.5 and 1. Left: the Gabor loss with a jagged path without "
    "momentum. Middle: on the same batches a smooth path with momentum. Right: both losses against "
    "step. At rate 0.5 both fall together; at rate 1 only the one with momentum settles.",
    controls={
        "learning_rate": Slider(RATE, 0.05, 2.0, 0.05, 1.0),
        "beta": Slider("β", 0.0, 0.98, 0.01, 0.9),
        "seed": Slider("seed of the batches", 0, 30, 1, 0),
        "steps": Slider("steps", 1, STEPS_6_7, 1, STEPS_6_7, along="c.x"),
    },
    presets={"α = 0.5": {"learning_rate": 0.5}, "α = 1": {}},
)
def fig_6_7(axes):
    """Stochastic gradient descent without and with momentum, on the same batches."""
    for panel, name in (("a", "a  without momentum"), ("b", "b  with momentum")):
        draw_map(axes[panel], gabor_loss(), BOUNDS_6_7)
        axes[panel].set_title(name)
    axes["b"].set(ylabel="", yticklabels=[])
    axes["c"].set(xlim=(-2, STEPS_6_7 + 2), ylim=(0.5, 40), yscale="log", xlabel="step")
    axes["c"].set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    axes["c"].minorticks_off()
    axes["c"].set_title("the loss of all 28 examples")
    for color, name in ((style.FOURTH, "without"), (style.PATH, "with momentum")):
        axes["c"].plot([], [], color=color, label=name)
    axes["c"].legend(loc="upper right")


@lru_cache(maxsize=64)
def noisy_descents(learning_rate, beta, seed):
    """SGD without and with momentum: two members that see the same batches."""
    rule = Momentum(learning_rate, np.array([0.0, beta]))
    batches = Minibatches(BATCH_6_7, rng=seed)
    return descend(gabor_loss(), START_6_7, rule, STEPS_6_7, batches)


@fig_6_7.layer
def two_descents(axes, learning_rate, beta, seed, steps):
    paths = noisy_descents(learning_rate, beta, seed)
    ends = []
    for member, (panel, color) in enumerate((("a", style.FOURTH), ("b", style.PATH))):
        points = paths.params[: steps + 1, member]
        losses = paths.losses[: steps + 1, member]
        style.trail(axes[panel], points, color)
        axes["c"].plot(losses, color=color, lw=1.3)
        walked = np.linalg.norm(np.diff(points, axis=0), axis=-1).sum()
        ends.append(f"walked {walked:.3g}, loss {losses[-1]:.3g}")
    return f"after {steps} steps   without: {ends[0]};   with momentum: {ends[1]}"


@fig_6_7.layer
def lowest_point(axes):
    for panel in "ab":
        axes[panel].plot(*gabor_minima()[0].phi, "x", color=style.THIRD, ms=9, mew=2.4, zorder=6)


# --- one curvature: creeping, swinging --------------------------------------------------------

SWINGS = 60
SWINGING = (
    ("momentum", VelocityMomentum, style.PATH),
    ("Nesterov", VelocityNesterov, style.SECOND),
)


@demo(
    "ab",
    size=(9, 3.7),
    title="Creeping and swinging (velocity form)",
    alt="Rows at β 0.3, 0.6 and 0.95 on a parabola. Left: with little momentum the path creeps to "
    "zero, with more it gets there fast, with too much it swings past zero again and again; "
    "Nesterov swings less. Right: what is left after each step, against β, falls to a corner and "
    "rises from there to 1; Nesterov's line is the lower one beyond the corner.",
    controls={
        "rate": LogSlider("rate × curvature, αλ", -2.0, 0.6, 0.05, 0.05),
        "beta": Slider("β", 0.0, 0.99, 0.01, 0.6, along="b.x"),
    },
    presets={
        "too little": {"beta": 0.3},
        "nearly the best": {"beta": 0.6},
        "too much": {"beta": 0.95},
    },
)
def oscillation(axes):
    """Momentum and Nesterov on a parabola: too little creeps, too much swings."""
    axes["a"].set(xlim=(-1, SWINGS + 1), ylim=(-1.3, 1.3), xlabel="step", ylabel="φ")
    axes["a"].axhline(0, color=style.MUTED, lw=0.8)
    axes["a"].set_title("the way to the minimum at 0")
    axes["b"].set(xlim=(0, 1), ylim=(0, 1.4), xlabel="β", ylabel="left after a step")
    axes["b"].axhline(1, color=style.INK, lw=0.9, ls="--")
    axes["b"].text(0.02, 1.03, "above: diverges", fontsize=9, color=style.INK)
    axes["b"].set_title("the factor of each step in the long run")
    axes["a"].plot([], [], "-o", color=style.MUTED, ms=3, label="without")
    for name, _, color in SWINGING:
        axes["a"].plot([], [], "-o", color=color, ms=3, label=name)
    axes["a"].legend(loc="lower right", ncols=3)


@oscillation.layer
def factors(axes, rate):
    beta = np.linspace(0, 1, 201)
    for _, rule, color in SWINGING:
        axes["b"].plot(beta, np.abs(roots(rule, beta, rate)).max(axis=0), color=color)
    plain = descend(Quadratic([1.0]), [1.0], GradientDescent(rate), SWINGS)
    draw_way(axes["a"], plain, style.MUTED)


@oscillation.layer
def ways(axes, rate, beta):
    words = []
    for name, rule, color in SWINGING:
        path = descend(Quadratic([1.0]), [1.0], rule(rate, beta), SWINGS)
        draw_way(axes["a"], path, color)
        both = roots(rule, beta, rate)
        slowest = both[np.abs(both).argmax()]
        axes["b"].plot(beta, np.abs(slowest), "o", color=color, mec="white", ms=9, zorder=5)
        words.append(f"{name}: {behaviour(slowest)}, {np.abs(slowest):.3g} left after a step")
    return ";  ".join(words)


def draw_way(ax, path, color):
    """φ against the step, until it has run far out of the picture."""
    phi = path.params[:, 0]
    far = np.abs(phi) > 5
    shown = far.argmax() + 1 if far.any() else len(phi)
    ax.plot(phi[:shown], "-o", color=color, ms=2.5, lw=1.4)


def behaviour(root):
    """What rᵗ does, in words."""
    if abs(root) > 1:
        return "runs away"
    if abs(root.imag) > 1e-9:
        return f"swings once in {style.number(2 * np.pi / abs(np.angle(root)))} steps"
    return "creeps without a swing" if root.real >= 0 else "jumps from side to side"


# --- the best pair on a bowl ------------------------------------------------------------------


BEST_BOUNDS = ((-1.15, 1.15), (-1.15, 1.15))


@demo(
    "ab",
    size=(9, 4.3),
    title="Momentum at its best in a long valley",
    alt="Rows at conditioning 10 and 100. Left: gradient descent zig-zags across the valley, "
    "momentum and Nesterov run along it. Right: on a logarithmic axis the distance of gradient "
    "descent falls slowly, that of Nesterov faster, that of momentum fastest, each beside the "
    "line that theory gives.",
    controls={
        "conditioning": Slider("conditioning κ", 1.5, 200.0, 0.5, 100.0),
        "start_angle": Slider("direction of the start °", 1, 89, 1, 8),
    },
    presets={"κ = 10": {"conditioning": 10.0}, "κ = 100": {}},
)
def best_momentum(axes):
    """Gradient descent at its best rate, momentum at its best pair, on a long valley."""
    axes["a"].set(xlim=BEST_BOUNDS[0], ylim=BEST_BOUNDS[1], xlabel="φ₀", ylabel="φ₁")
    axes["a"].set_aspect("equal")
    axes["a"].set_title("the paths (equal scales)")
    axes["b"].set(xlim=(-1, 101), ylim=(1e-9, 3e3), yscale="log", xlabel="step")
    axes["b"].set_ylabel("distance / distance at the start")
    axes["b"].set_title("how far it still is (dotted: the theory)")
    for name, color in BEST_COLORS.items():
        axes["b"].plot([], [], color=color, label=name)
    axes["b"].legend(loc="upper right")


def draw_contours(ax, bounds, bowl, levels=8):
    """A quiet ground for many paths: contours alone, evenly spaced in the root of the loss."""
    height = np.sqrt(bowl(parameter_grid(bounds, 41)).T)
    axes = [np.linspace(*pair, 41) for pair in bounds]
    inner = np.linspace(0, height.max(), levels + 1)[1:-1]
    ax.contour(*axes, height, levels=inner, colors=style.MUTED, linewidths=0.6, alpha=0.8)


BEST_COLORS = {
    "gradient descent": style.FOURTH,
    "momentum": style.PATH,
    "Nesterov": style.SECOND,
}


@best_momentum.layer
def valley(axes, conditioning):
    draw_contours(axes["a"], BEST_BOUNDS, Quadratic((1.0, conditioning)))
    steps = np.arange(101)
    for name, (_, factor) in best_rules(conditioning).items():
        axes["b"].plot(steps, factor**steps, ":", color=BEST_COLORS[name], lw=3)


@best_momentum.layer
def three_paths(axes, conditioning, start_angle):
    start = (np.cos(np.radians(start_angle)), np.sin(np.radians(start_angle)))
    words = []
    for name, (rule, _) in best_rules(conditioning).items():
        path = descend(Quadratic((1.0, conditioning)), start, rule, steps=100)
        axes["a"].plot(*path.params.T, "-o", color=BEST_COLORS[name], ms=2.5, lw=1.2)
        distances = np.linalg.norm(path.params, axis=-1)
        axes["b"].plot(distances, color=BEST_COLORS[name], lw=1.6)
        near = distances < 1e-3
        needed = f"{near.argmax()} steps" if near.any() else "more than 100 steps"
        words.append(f"{name} {needed}")
    axes["a"].plot(*start, "o", mfc="white", mec=style.INK, mew=1.8, ms=7, zorder=4)
    return "until a thousandth of the distance is left: " + ", ".join(words)


# --- figure 6.8 -------------------------------------------------------------------------------

VALLEY = Quadratic((0.5, 4.0))
VALLEY_BOUNDS = ((-2.5, 0.7), (-1.6, 1.4))
BEFORE, ONE = np.array((-2.3, -1.45)), np.array((-1.3, -0.35))
"""The point before, and point 1, the current one."""

LOOKS = {"corrected": (Nesterov, True), "as printed": (NesterovAsPrinted, False)}

STAGES = (
    "the path has come along the dashed line to point 1",
    "momentum measures the gradient at 1 and moves against it, to 2",
    "momentum adds the old direction and arrives at 3",
    "Nesterov follows the old direction first, and looks from 4",
    "Nesterov measures the gradient at 4 and arrives at 5",
)


@demo(
    "aab",
    size=(9, 4.2),
    title="Figure 6.8: Nesterov's construction",
    alt="Left: a valley; a dashed line leads to point 1. Momentum goes against the gradient at 1 "
    "to 2 and then along the old direction to 3, high on the far wall. Nesterov goes along the old "
    "direction to 4, and from there against the gradient of 4 to 5, back near the floor. Right: "
    "the loss at each point; 5 is much lower than 3.",
    controls={
        "stage": Slider("stage", 0, 4, 1, 4),
        "learning_rate": Slider(RATE, 0.05, 1.5, 0.05, 0.8),
        "beta": Slider("β", 0.0, 0.95, 0.01, 0.75),
        "look": Choice("look ahead by", tuple(LOOKS), "corrected"),
    },
    presets={
        "momentum: 1, 2, 3": {"stage": 2},
        "Nesterov: 1, 4, 5": {"stage": 4},
    },
)
def fig_6_8(axes):
    """Nesterov's construction: five points, stage by stage."""
    axes["a"].set_aspect("equal")
    draw_map(axes["a"], VALLEY, VALLEY_BOUNDS)
    axes["a"].plot(0, 0, "x", color=style.THIRD, ms=9, mew=2.4)
    axes["a"].plot(*np.stack([BEFORE, ONE]).T, "--", color=style.INK, lw=1.6)
    axes["b"].set(xlim=(0, 3), ylim=(5.6, 0.4), yticks=range(1, 6), xlabel="loss", ylabel="point")
    axes["b"].set_title("the loss at each point")


def five_points(learning_rate, beta, look):
    """Points 1 to 5 of figure 6.8; 3 and 5 are where the library's rules arrive."""
    rule, corrected = LOOKS[look]
    m = (BEFORE - ONE) / learning_rate
    old = -learning_rate * beta * m
    three, _ = Momentum(learning_rate, beta).step(ONE, m, VALLEY, t=1)
    five, _ = rule(learning_rate, beta).step(ONE, m, VALLEY, t=1)
    four = ONE + old if corrected else ONE - learning_rate * m
    return np.stack([ONE, three - old, three, four, five])


@fig_6_8.layer
def construction(axes, learning_rate, beta, look, stage):
    points = five_points(learning_rate, beta, look)
    led = points[2] - points[1] + ONE  # where the old direction alone leads
    losses = VALLEY(points)
    legs = (
        (ONE, points[1], style.FOURTH), (points[1], points[2], style.INK),
        (ONE, points[3], style.INK), (led, points[4], style.SECOND),
    )  # fmt: skip
    for tail, head, color in legs[:stage]:
        axes["a"].annotate(
            "", head, tail,
            arrowprops={"arrowstyle": "->", "color": color, "lw": 2, "shrinkA": 3, "shrinkB": 5},
        )  # fmt: skip
    if stage == 4:
        axes["a"].plot(*led, "o", mfc="white", mec=style.MUTED, ms=7, zorder=4)
    colors = (style.INK, style.FOURTH, style.PATH, style.MUTED, style.SECOND)
    for number, point, loss, color in list(zip(range(1, 6), points, losses, colors))[: stage + 1]:
        axes["a"].plot(*point, "o", color=color, mec="white", ms=9, zorder=4)
        style.tag(axes["a"], str(number), point)
        axes["b"].plot([0, loss], [number, number], color=color, lw=9, solid_capstyle="butt")
    if stage < 4:
        return f"stage {stage}: {STAGES[stage]}"
    return (
        f"stage 4: {STAGES[4]}. Loss where momentum arrives, at 3: {losses[2]:.3g}; "
        f"where Nesterov arrives, at 5: {losses[4]:.3g}"
    )


# --- the forms side by side -------------------------------------------------------------------

FORM_STEPS = 60
FORM_BOWL = Quadratic((1.0, 8.0))
FORM_START = (-1.9, 0.9)
FORM_BOUNDS = ((-2.1, 1.2), (-1.1, 1.1))

SCHEDULES = ("neither", "α falls to a tenth in 20 steps", "β rises every 5 steps")


def alpha_and_beta(changing, learning_rate, beta):
    """α and β as schedules, of which one changes, or neither does."""
    alpha, share = Constant(learning_rate), Constant(beta)
    if changing == SCHEDULES[1]:
        alpha = LinearDecay(learning_rate, final=learning_rate / 10, tau=20)
    if changing == SCHEDULES[2]:
        share = MomentumSchedule(highest=beta, every=5)
    return alpha, share


FORMS = {
    "momentum": {"averaged": Momentum, "velocity": VelocityMomentum, "buffer": BufferMomentum},
    "Nesterov": {
        "averaged": Nesterov, "as printed": NesterovAsPrinted, "velocity": VelocityNesterov,
        "rewritten": RewrittenNesterov,
    },
}  # fmt: skip


def form_paths(family, alpha, beta):
    """The path of each form of a rule: those of chapter 6 at the rate α, the others at α(1-β)."""
    rates = {"averaged": alpha, "as printed": alpha}
    paths = {}
    for name, form in FORMS[family].items():
        rule = form(rates.get(name, lambda t: alpha(t) * (1 - beta(t))), beta)
        if name == "rewritten":
            paths[name] = moved_back(rule)
        else:
            paths[name] = descend(FORM_BOWL, FORM_START, rule, FORM_STEPS).params
    return paths


def moved_back(rule):
    """The path of the rewritten form, each point moved back by β v from where it looks ahead to."""
    steps = islice(iterate(FORM_BOWL, np.array(FORM_START), rule), FORM_STEPS)
    return np.stack(
        [FORM_START, *(step.phi - rule.beta(step.t + 1) * step.state for step in steps)]
    )


FORM_LOOKS = {
    "averaged": (style.SKY, "-", 6),
    "velocity": (style.PATH, "-", 1.8),
    "buffer": (style.INK, "--", 1.4),
    "as printed": (style.FOURTH, "-.", 1.6),
    "rewritten": (style.INK, "--", 1.4),
}


@demo(
    "ab",
    size=(9, 3.9),
    title="The forms side by side",
    alt="Rows: constant settings, rising β. Left: the paths of the averaged, velocity and buffer "
    "form in a bowl. Right: their distance from the averaged form on a logarithmic axis. With "
    "nothing changing all are equal up to rounding; under a rising β the buffer form parts from "
    "the other two.",
    controls={
        "family": Choice("rule", ("momentum", "Nesterov"), "momentum"),
        "changing": Choice("what changes", SCHEDULES, SCHEDULES[0]),
        "learning_rate": Slider(RATE, 0.05, 1.0, 0.05, 0.3),
        "beta": Slider("β (its highest)", 0.5, 0.95, 0.01, 0.85),
    },
    presets={
        "constant α and β": {},
        "β rises": {"changing": SCHEDULES[2]},
    },
)
def momentum_forms(axes):
    """The forms of one rule under constant and under changing hyperparameters."""
    (left, right), (bottom, top) = FORM_BOUNDS
    axes["a"].set(xlim=(left, right), ylim=(bottom, top), xlabel="φ₀", ylabel="φ₁")
    draw_contours(axes["a"], FORM_BOUNDS, FORM_BOWL)
    axes["a"].set_title("their paths")
    axes["b"].set(xlim=(-2, FORM_STEPS + 2), ylim=(1e-18, 1e2), yscale="log", xlabel="step")
    axes["b"].set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    axes["b"].set_title("distance from the averaged form of chapter 6")
    axes["b"].axhspan(1e-18, 1e-13, color=style.MUTED, alpha=0.15, lw=0)
    axes["b"].text(
        FORM_STEPS,
        4e-15,
        "rounding (or exactly 0: not drawn)",
        fontsize=9,
        color=style.INK,
        ha="right",
    )


@momentum_forms.layer
def which_forms(axes, family):
    for name in FORMS[family]:
        color, line, width = FORM_LOOKS[name]
        axes["a"].plot([], [], line, color=color, lw=width, label=name)
    axes["a"].legend(loc="lower right")


@momentum_forms.layer
def compared(axes, family, changing, learning_rate, beta):
    paths = form_paths(family, *alpha_and_beta(changing, learning_rate, beta))
    first, words = paths["averaged"], []
    for name, path in paths.items():
        color, line, width = FORM_LOOKS[name]
        axes["a"].plot(*path.T, line, color=color, lw=width)
        if name == "averaged":
            continue
        both = min(len(path), len(first))  # one that ran away ends before the other
        apart = np.linalg.norm(path[:both] - first[:both], axis=-1)
        # A logarithmic axis has no place for 0, which is where two forms agree to the last bit.
        axes["b"].plot(np.where(apart > 0, apart, np.nan), line, color=color, lw=width)
        far = apart.max()
        words.append(f"{name}: " + ("the same path" if far < 1e-9 else f"up to {far:.2g} away"))
    axes["a"].plot(*FORM_START, "o", mfc="white", mec=style.INK, mew=1.8, ms=7, zorder=4)
    return f"{family}, beside the averaged form   " + ";  ".join(words)
