"""Pictures of notebook 09: networks, and where they start."""

from functools import lru_cache

import numpy as np

from course_lib.descent import descend
from course_lib.diagnostics import activation_histograms
from course_lib.initialization import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    orthogonal,
    uniform,
)
from course_lib.losses import LeastSquares
from course_lib.models import ShallowNetwork
from course_lib.networks import ACTIVATIONS, MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.demos.sliders import RATE
from lessons.experiments.initialisation import (
    BUMP_STEPS,
    BUMP_X,
    BUMP_Y,
    GAINS,
    HIDDEN,
    MOST_LAYERS,
    PER_CLASS,
    SCALE_STEPS,
    SEEDS,
    STARTS,
    TRANSFER_STEPS,
    bump_loss,
    deep_network,
    first_layers,
    fit_bump,
    from_each_start,
    starts_of_many_sizes,
)
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider
from lessons.stage.demo import demo
from lessons.stage.style import number

UNIT_COLORS = (style.PATH, style.SECOND, style.THIRD)


# --- ten parameters ---------------------------------------------------------------------------

TEN_RANGE = (-2.0, 2.0)
OTHER_UNITS = (1.2, 1.0, 1.0, -1.0)
"""θ₂₀, θ₂₁, θ₃₀, θ₃₁: unit 2 is on to the right of -1.2, and unit 3 to the left of 1."""


@demo(
    "ab",
    size=(9.2, 3.8),
    title="Equation 6.23: a network with ten parameters",
    alt="Left: three hinges, flat on one side and sloped on the other, each with its joint marked. "
    "Right: their sum, a line with three joints, and below it three bars that show where each unit "
    "is on. When unit 1 is off everywhere, its joint is gone.",
    controls={
        "phi0": Slider("φ₀", -3.0, 3.0, 0.1, 2.5),
        "phi1": Slider("φ₁", -3.0, 3.0, 0.1, 1.2),
        "theta10": Slider("θ₁₀", -3.0, 3.0, 0.1, 0.3),
        "theta11": Slider("θ₁₁", -3.0, 3.0, 0.1, 1.5),
        "phi2": Slider("φ₂", -3.0, 3.0, 0.1, -2.0),
        "phi3": Slider("φ₃", -3.0, 3.0, 0.1, -1.0),
    },
    presets={"three joints": {}, "unit 1 is off everywhere": {"theta10": -3.0, "theta11": 1.4}},
)
def ten_parameters(axes):
    """The network of equation 6.23: its three units, and the sum of them."""
    for panel in "ab":
        axes[panel].set(xlim=TEN_RANGE, ylim=(-4.2, 4.2), xlabel="x")
        axes[panel].axhline(0, color=style.MUTED, lw=0.8)
    axes["a"].set_title(r"what unit $d$ adds: $\phi_d\,\mathrm{a}[\theta_{d0} + \theta_{d1} x]$")
    axes["b"].set_title("f[x, φ], its joints, and (bars) where each unit is on")
    for unit, color in enumerate(UNIT_COLORS, start=1):
        axes["a"].plot([], [], color=color, lw=2, label=f"unit {unit}")
    axes["a"].legend(loc="upper center", ncols=3, handlelength=1.2, columnspacing=1)


@ten_parameters.layer
def units_and_their_sum(axes, phi0, phi1, theta10, theta11, phi2, phi3):
    phi = np.array([phi0, phi1, phi2, phi3, theta10, theta11, *OTHER_UNITS])
    x = np.linspace(*TEN_RANGE, 401)
    joints = {}
    for unit, color in enumerate(UNIT_COLORS):
        alone = np.zeros(10)  # the network that has only this unit
        kept = [1 + unit, 4 + 2 * unit, 5 + 2 * unit]
        alone[kept] = phi[kept]
        axes["a"].plot(x, ShallowNetwork()(x, alone), color=color, lw=2)
        offset, slope = phi[kept[1:]]
        on = offset + slope * x > 0
        strip = np.where(on, -4.0 + 0.22 * unit, np.nan)
        axes["b"].plot(x, strip, color=color, lw=4, solid_capstyle="butt")
        if phi[kept[0]] != 0 and slope != 0 and abs(offset / slope) < 2:
            joints[unit] = -offset / slope
            axes["a"].plot(joints[unit], 0, "o", color=color, ms=7, mec="white", zorder=4)
    axes["b"].plot(x, ShallowNetwork()(x, phi), color=style.INK, lw=2)
    for unit, joint in joints.items():
        height = ShallowNetwork()([joint], phi)[0]
        axes["b"].plot(joint, height, "o", color=UNIT_COLORS[unit], ms=8, mec="white", zorder=4)
    bends = sorted(set(np.round(list(joints.values()), 6)))
    corners = np.array([TEN_RANGE[0], *bends, TEN_RANGE[1]])
    slopes = np.diff(ShallowNetwork()(corners, phi)) / np.diff(corners)
    where = ", ".join(f"{bend:.3g}" for bend in bends) or "none"
    return (
        f"joints between -2 and 2: {where}; slopes of the pieces, from left to right: "
        + ", ".join(f"{slope:.3g}" for slope in slopes.round(9) + 0.0)
    )


# --- the backward pass ------------------------------------------------------------------------

BACKWARD_BIASES = (0.1, -0.3)
NODES = {"x": (0, 0.5), "1": (1, 0.87), "2": (1, 0.13), "f": (2, 0.5)}
EDGES = (("x", "1"), ("x", "2"), ("1", "f"), ("2", "f"))


@demo(
    "ab",
    size=(10, 3.4),
    title="Forward and backward through two hidden units",
    alt="Two drawings of a network with one input, two hidden units and one output. Left: the "
    "weights on the lines and the values z and h in the units. Right: on the way back, ∂L/∂z in "
    "the units and ∂L/∂w on the lines. With relu the unit that is off gets no gradient.",
    controls={
        "x": Slider("x", -2.0, 2.0, 0.1, 1.0),
        "y": Slider("y", -2.0, 2.0, 0.1, 1.0),
        "w": Slider("weight from x to unit 1", -2.0, 2.0, 0.1, 0.5),
        "v": Slider("weight from unit 1 to f", -2.0, 2.0, 0.1, -1.0),
        "activation": Choice("activation", ("tanh", "relu", "sigmoid", "identity"), "tanh"),
    },
    presets={"tanh": {}, "relu: unit 2 is off": {"activation": "relu"}},
)
def backward_pass(axes):
    """A network of two hidden units and one example: the numbers forwards, and backwards."""
    for panel, title, arrow, color in (
        ("a", "forward: weights, z and h = a[z]", "-|>", style.SECOND),
        ("b", "backward: ∂L/∂z in the boxes, ∂L/∂w on the lines", "<|-", style.PATH),
    ):
        axes[panel].set(xlim=(-0.3, 2.3), ylim=(-0.02, 1.02))
        axes[panel].set_title(title)
        axes[panel].set_axis_off()
        for tail, head in EDGES:
            axes[panel].annotate(
                "", NODES[head], NODES[tail],
                arrowprops={"arrowstyle": arrow, "color": style.MUTED, "lw": 1.3,
                            "shrinkA": 36, "shrinkB": 36},
            )  # fmt: skip
            written(axes[panel], halfway(tail, head), "0.000", "white", ec="white")
        for node in NODES.values():
            written(axes[panel], node, "z = -0.000\nh = -0.000", "white", ec=color, lw=1.6)


def written(ax, place, text, color, **box):
    """A text, with a box around it where one is asked for."""
    bbox = {"boxstyle": "round,pad=0.25", "fc": "white", **box} if box else None
    ax.text(*place, text, color=color, bbox=bbox, ha="center", va="center", fontsize=10)


def halfway(tail, head):
    """The middle of a line between two nodes."""
    return np.mean([NODES[tail], NODES[head]], axis=0)


@backward_pass.layer
def numbers_both_ways(axes, x, y, w, v, activation):
    network = MLP((1, 2, 1), activation)
    phi = np.array([w, -0.8, *BACKWARD_BIASES, v, 0.6, 0.2])
    loss = LeastSquares(network, [x], [y])
    f = network([x], phi)[0]
    z, h = network.pre_activations([x], phi)[0][0], network.activations([x], phi)[0][0]
    forward = [f"x = {x:.1f}", *(f"z = {a:.3f}\nh = {b:.3f}" for a, b in zip(z, h)), f"f = {f:.3f}"]
    # With one example, the gradient of a unit's bias is its ∂L/∂z.
    slopes = network.unravel(loss.gradient(phi) + 0.0)
    backward = ["x", *(f"{slope:.3f}" for layer in slopes for slope in layer.biases)]
    for node, ahead, back in zip(NODES.values(), forward, backward):
        written(axes["a"], node, ahead, style.INK)
        written(axes["b"], node, back, style.INK)
    for panel, layers, digits, color in (
        ("a", network.unravel(phi), 1, style.SECOND),
        ("b", slopes, 3, style.PATH),
    ):
        weights = [weight for layer in layers for weight in layer.weights.ravel()]
        for edge, weight in zip(EDGES, weights):
            written(axes[panel], halfway(*edge), f"{weight:.{digits}f}", color)
    return (
        f"L = (f − y)² = ({f:.3f} − {y:.1f})² = {loss(phi):.3f}, and ∂L/∂f = 2 (f − y) = "
        f"{2 * (f - y):.3f}; biases {', '.join(map(str, BACKWARD_BIASES))} and 0.2"
    )


# --- equal weights ----------------------------------------------------------------------------

ADDED = {"none": 0.0, "1e-12": 1e-12, "1e-9": 1e-9, "1e-6": 1e-6, "0.001": 1e-3, "1": 1.0}
LEAST_SPREAD = 1e-16


@demo(
    "abc",
    size=(10.4, 3.7),
    title="Do equal units ever part?",
    alt="Top: three units with equal weights, whose curves coincide for ever; the fit is one broad "
    "step where the data have a bump. Middle: with a difference of a thousandth at the start the "
    "spread grows a thousandfold, the units part, and the fit follows the bump. Bottom: from zeros "
    "no weight moves, and the fit is a constant.",
    controls={
        "common": Slider("all parameters start at", 0.0, 1.0, 0.1, 0.5),
        "difference": Choice("random part added", tuple(ADDED), "none"),
        "activation": Choice("activation", ("tanh", "sigmoid", "relu"), "tanh"),
        "learning_rate": Slider(RATE, 0.002, 0.025, 0.001, 0.015),
    },
    presets={
        "all equal": {},
        "a thousandth apart": {"difference": "0.001"},
        "all zero": {"common": 0.0},
    },
)
def equal_weights(axes):
    """Three hidden units that start equal, or nearly so: do they ever become different?"""
    axes["a"].set(xlim=(-10, BUMP_STEPS + 10), ylim=(-3, 4), xlabel="step")
    axes["a"].set_title("the weight into each unit")
    axes["b"].set(xlim=(-10, BUMP_STEPS + 10), ylim=(LEAST_SPREAD / 3, 30), yscale="log")
    axes["b"].set_xlabel("step")
    axes["b"].set_title("largest less smallest of the three")
    axes["c"].set(xlim=(-2.1, 2.1), ylim=(-0.8, 2.6), xlabel="x")
    axes["c"].set_title("the data, and the network at the end")
    axes["c"].plot(BUMP_X, BUMP_Y, "o", color=style.INK, ms=4)
    for unit, (color, width) in enumerate(zip(UNIT_COLORS, (5, 3, 1.4)), start=1):
        axes["a"].plot([], [], color=color, lw=width, label=f"unit {unit}")
    axes["a"].legend(loc="lower center", ncols=3, handlelength=1.2, columnspacing=0.8, fontsize=8.5)


@lru_cache(maxsize=64)
def nearly_equal(common, difference, activation, learning_rate):
    """A descent from parameters that are all `common`, plus a little of a random draw."""
    network = bump_loss(activation).model
    start = common + ADDED[difference] * glorot_normal(network, 1)
    return network, fit_bump(start, learning_rate, activation)


@equal_weights.layer
def three_units(axes, common, difference, activation, learning_rate):
    network, path = nearly_equal(common, difference, activation, learning_rate)
    into = network.unravel(path.params)[0].weights[:, 0]
    for unit, (color, width) in enumerate(zip(UNIT_COLORS, (5, 3, 1.4))):
        axes["a"].plot(np.clip(into[:, unit], -9, 9), color=color, lw=width)
    spread = np.ptp(into, axis=1)
    # A logarithmic axis has no place for 0: it is said and not drawn.
    axes["b"].plot(np.where(spread > 0, spread, np.nan), color=style.INK, lw=1.8)
    if (zeros := np.sum(spread == 0)) > 0:
        told = "at every step" if zeros == len(spread) else f"at {zeros} of the steps"
        axes["b"].text(0.5, 0.5, f"exactly 0\n{told}", transform=axes["b"].transAxes, ha="center")
    if path.diverged:
        return f"{path.reason}: this rate is too large for this start"
    x = np.linspace(-2, 2, 81)
    axes["c"].plot(x, network(x, path.final), color=style.PATH, lw=2)
    apart = np.flatnonzero(spread > 0.1)
    parted = f"they part (by 0.1) at step {apart[0]}" if len(apart) else "they do not part (by 0.1)"
    return f"{parted}; loss {number(path.losses[0])} → {number(path.final_loss)}"


# --- signals through depth --------------------------------------------------------------------


def wider_orthogonal(network, rng, ensemble=()):
    """Orthogonal weights times √2, for relu."""
    return np.sqrt(2) * orthogonal(network, rng, ensemble)


SCHEMES = {
    "uniform ±1/√m": uniform,
    "Glorot, uniform": glorot_uniform,
    "Glorot, normal": glorot_normal,
    "He, normal": he_normal,
    "orthogonal": orthogonal,
    "√2 · orthogonal": wider_orthogonal,
}
SPREADS = dict(zip(SCHEMES, (1 / 3, 1, 1, 2, 1, 2)))
"""m Var[w] between layers of the same size: what a layer does to the mean square of its inputs."""
NETWORKS = 6
SIGNALS = np.random.default_rng(1).standard_normal((16, 64))
DEEPEST = 20


@demo(
    "ab",
    size=(9.2, 3.9),
    title="What is left of a signal after many layers",
    alt="Mean square of the signals from layer to layer on a logarithmic scale, forwards on the "
    "left and backwards on the right. Rows: with Glorot's weights and relu both fall by half in "
    "each layer; with He's weights both stay level.",
    controls={
        "scheme": Choice("scheme", tuple(SCHEMES), "Glorot, uniform"),
        "activation": Choice("activation", ("identity", "relu", "tanh", "sigmoid"), "relu"),
        "depth": Slider("hidden layers", 2, DEEPEST, 1, 15),
        "width": Slider("units in a layer", 4, 64, 4, 32),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
    },
    presets={"Glorot, relu": {}, "He, relu": {"scheme": "He, normal"}},
)
def signal_through_depth(axes):
    """How large the signals are from layer to layer, forwards and backwards."""
    for panel, title in (
        ("a", "forward: mean square of z, inputs = 1"),
        ("b", "backward: mean square of ∂L/∂z, last = 1"),
    ):
        axes[panel].set(xlim=(-0.5, DEEPEST + 0.5), ylim=(1e-9, 1e9), yscale="log")
        axes[panel].set(xlabel="layer", xticks=range(0, DEEPEST + 1, 5))
        axes[panel].set_title(title)
        axes[panel].axhline(1, color=style.MUTED, lw=0.8)
    for look, color, label in (
        ("-", style.SKY, f"{NETWORKS} networks"),
        ("-o", style.PATH, "their mean"),
        ("--", style.INK, "m Var[w] · share passed"),
    ):
        axes["a"].plot([], [], look, color=color, ms=4, label=label)
    axes["a"].legend(loc="upper left", ncols=3, handlelength=1.4, columnspacing=1, fontsize=8.5)


@lru_cache(maxsize=64)
def signals(scheme, activation, width, depth, seed):
    """Mean squares of z and ∂L/∂z in every hidden layer, two arrays (depth, NETWORKS)."""
    network = MLP((*(depth + 1) * (width,), 1), activation)
    phi = SCHEMES[scheme](network, seed, (NETWORKS,))
    x = SIGNALS[:, :width] / np.sqrt((SIGNALS[:, :width] ** 2).mean())
    z = network.pre_activations(x, phi)[:-1]
    # With one example, the gradient of a layer's biases is its ∂L/∂z.
    _, backward = network.forward(x[:1], phi)
    gradient = network.unravel(backward(np.ones((NETWORKS, 1))))[:-1]
    return (
        np.array([(layer**2).mean(axis=(-2, -1)) for layer in z]),
        np.array([(biases**2).mean(axis=-1) for _, biases in gradient]),
    )


@signal_through_depth.layer
def mean_squares(axes, scheme, activation, width, depth, seed):
    forward, back = signals(scheme, activation, width, depth, seed)
    layers = np.arange(1, depth + 1)
    back = back / back[-1].mean()
    for panel, squares in (("a", forward), ("b", back)):
        shown = np.maximum(squares, 1e-12)
        axes[panel].plot(layers, shown, color=style.SKY, lw=0.9)
        axes[panel].plot(layers, shown.mean(axis=1), "-o", color=style.PATH, ms=4, lw=1.8)
    passed = {"identity": 1, "relu": 1 / 2}.get(activation)
    if passed:
        factor = SPREADS[scheme] * passed
        for panel, rule in (
            ("a", SPREADS[scheme] * factor ** (layers - 1.0)),
            ("b", factor ** (depth - 1.0 * layers)),
        ):
            axes[panel].plot(layers, rule, "--", color=style.INK, lw=1.2)
    means = forward.mean(axis=1), back.mean(axis=1)[::-1]
    ahead, behind = ((squares[-1] / squares[0]) ** (1 / (depth - 1)) for squares in means)
    last = forward[-1]
    return (
        f"a layer hands on {ahead:.2f} of the mean square forwards (from layer 1 on) and "
        f"{behind:.2f} backwards; in layer {depth} the {NETWORKS} networks have "
        f"{last.min():.2g} to {last.max():.2g}"
    )


# --- activations, layer by layer --------------------------------------------------------------

FLAT = 0.1


@demo(
    "ab",
    size=(9.2, 4.2),
    title="Too small, right, too large: the activations of each layer",
    alt="Histograms of the activations of eight tanh layers, and the size of the gradient of each "
    "layer's weights. With small weights the activations shrink to zero; with large ones they pile "
    "up at -1 and 1; with Glorot's they fill most of the range in every layer.",
    controls={
        "gain": LogSlider("Glorot's weights times", -1, 1, 0.05, 1.0),
        "activation": Choice("activation", ("tanh", "sigmoid"), "tanh"),
        "depth": Slider("hidden layers", 2, MOST_LAYERS, 1, 8),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
    },
    presets={"0.4: too small": {"gain": 0.4}, "as Glorot": {}, "4: too large": {"gain": 4.0}},
)
def activation_spread(axes):
    """The activations of each layer as a histogram, and the gradients that its weights get."""
    for panel in "ab":
        axes[panel].set(ylim=(MOST_LAYERS + 1.7, 0.3), yticks=range(1, MOST_LAYERS + 2))
    axes["a"].set(xlim=(-1.05, 1.05))
    axes["a"].set(xlabel="activation h", ylabel="layer")
    axes["a"].set_title("how the activations of each layer spread")
    axes["b"].set(xlim=(1e-9, 1e5), xscale="log", xlabel="root mean square of ∂L/∂w")
    axes["b"].set_title("gradient of each layer's weights")


@lru_cache(maxsize=64)
def spread(activation, gain, depth, seed):
    """Glorot's weights times `gain`: histograms, slopes of the last layer, gradients by layer."""
    network, phi, x, sizes = deep_network(activation, gain, depth, seed)
    _, slope = ACTIVATIONS[activation]
    flat = [(slope(h) < FLAT).mean() for h in network.activations(x, phi)]
    return activation_histograms(network, x, phi, bins=40), flat, sizes


@activation_spread.layer
def histograms_and_gradients(axes, activation, gain, depth, seed):
    histograms, flat, sizes = spread(activation, gain, depth, seed)
    densities = [(each.edges, each.counts / np.diff(each.edges)) for each in histograms]
    style.ridges(axes["a"], densities, style.SECOND)
    axes["b"].plot(np.maximum(sizes, 1e-12), np.arange(1, depth + 2), "-o", color=style.PATH, ms=6)
    return (
        f"units where the activation is nearly flat (a' < {FLAT}): {100 * flat[0]:.0f} % in layer "
        f"1, {100 * flat[-1]:.0f} % in layer {depth}; gradient of the first weights "
        f"{number(sizes[0])}, of the last {number(sizes[-1])}"
    )


# --- training ---------------------------------------------------------------------------------

TRAIN_WIDTH, TRAIN_STEPS = 12, 80
TRAIN_X = np.linspace(-1, 1, 24)
TRAIN_Y = np.sin(np.pi * TRAIN_X) + 0.5 * np.cos(2 * np.pi * TRAIN_X)
TRAINED = {name: SCHEMES[name] for name in
           ("uniform ±1/√m", "Glorot, uniform", "He, normal", "orthogonal")}  # fmt: skip
RULES = {"gradient descent": GradientDescent, "Adam": Adam}


@demo(
    "ab",
    size=(9.2, 4.0),
    title="The same network from four starts",
    alt="Left: four loss curves. Right: the data, a wave with a dip, and four fits. In a deep relu "
    "network uniform weights leave the loss at that of a constant for all of the 80 steps, while "
    "the others learn; with two layers all four learn.",
    controls={
        "depth": Slider("hidden layers", 1, 8, 1, 6),
        "learning_rate": LogSlider(RATE, -4, -1, 0.25, 0.0032),
        "activation": Choice("activation", ("relu", "tanh", "sigmoid"), "relu"),
        "rule": Choice("rule", tuple(RULES), "gradient descent"),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
    },
    presets={"six layers": {}, "two layers": {"depth": 2}},
)
def training_by_scheme(axes):
    """One network, one rule, four ways to start it: the losses, and what was learned."""
    level = ((TRAIN_Y - TRAIN_Y.mean()) ** 2).sum()
    axes["a"].set(xlim=(-1, TRAIN_STEPS + 1), ylim=(0.05, 50), yscale="log", xlabel="step")
    axes["a"].set_ylabel("loss")
    axes["a"].set_title("the loss after each step")
    axes["a"].axhline(level, color=style.MUTED, ls="--", lw=1)
    axes["a"].text(TRAIN_STEPS, level * 1.08, "best constant", ha="right", color=style.MUTED,
                   fontsize=8.5)  # fmt: skip
    axes["b"].set(xlim=(-1.05, 1.05), ylim=(-2.2, 1.6), xlabel="x")
    axes["b"].set_title("the data, and the networks at the end")
    axes["b"].plot(TRAIN_X, TRAIN_Y, "o", color=style.INK, ms=4)
    for name, color in zip(TRAINED, style.CYCLE):
        axes["a"].plot([], [], color=color, lw=2, label=name)
    axes["a"].legend(loc="upper right", ncols=2, handlelength=1.2, columnspacing=1, fontsize=8.5)


@lru_cache(maxsize=128)
def trained_from_each_start(rule, activation, depth, learning_rate, seed):
    """The same network from each start, all four together as an ensemble."""
    network = MLP((1, *depth * (TRAIN_WIDTH,), 1), activation)
    starts = np.stack([scheme(network, seed) for scheme in TRAINED.values()])
    loss = LeastSquares(network, TRAIN_X, TRAIN_Y)
    return network, descend(loss, starts, RULES[rule](learning_rate), TRAIN_STEPS)


@training_by_scheme.layer
def losses_and_fits(axes, rule, activation, depth, learning_rate, seed):
    network, path = trained_from_each_start(rule, activation, depth, learning_rate, seed)
    x = np.linspace(-1, 1, 101)
    curves = network(x, path.final)
    ends = []
    for member, (name, color) in enumerate(zip(TRAINED, style.CYCLE)):
        losses = path.losses[:, member]
        axes["a"].plot(np.minimum(losses, 1e6), color=color, lw=1.8)
        end = "diverged" if path.diverged[member] else number(losses[-1])
        if not path.diverged[member]:
            axes["b"].plot(x, curves[member], color=color, lw=1.8)
        ends.append(f"{name} {end}")
    return f"loss after {TRAIN_STEPS} steps: " + ", ".join(ends)


# --- how large a start, on digits -------------------------------------------------------------

SIZES = {f"{gain:g}": gain for gain in GAINS}


@demo(
    "ab",
    size=(9.2, 3.8),
    title="Small first weights and new digits",
    alt="Left: shares of digits read wrongly, step by step, of those learned from and of new ones. "
    "Right: the share of new digits read wrongly at the end, for five sizes of the first weights. "
    "All networks read every digit that they learned from; those with large first weights read "
    "many more of the new ones wrongly.",
    controls={"gain": Choice("Glorot's weights times", tuple(SIZES), "1")},
    presets={"times 0.3": {"gain": "0.3"}, "times 6": {"gain": "6"}},
)
def first_scale(axes):
    """A network learns digits from first weights of five sizes: which reads new ones best?"""
    axes["a"].set(xlim=(-2, SCALE_STEPS + 2), ylim=(0, 80), xlabel="step")
    axes["a"].set_ylabel("read wrongly (%)")
    axes["a"].set_title(f"on the way, {SEEDS} networks")
    for color, label in ((style.SECOND, "digits learned from"), (style.PATH, "new digits")):
        axes["a"].plot([], [], color=color, lw=2, label=label)
    axes["a"].legend(loc="upper right")
    axes["b"].set(xlim=(GAINS[0] / 1.6, GAINS[-1] * 1.6), ylim=(0, 60), xscale="log")
    axes["b"].set(xlabel="Glorot's weights times", xticks=GAINS)
    axes["b"].set_xticklabels([*SIZES])
    axes["b"].minorticks_off()
    axes["b"].set_title("new digits read wrongly at the end (%)")


@first_scale.layer
def ends_of_every_size(axes):
    ends = 100 * starts_of_many_sizes().test[-1]
    axes["b"].plot(np.repeat(GAINS, SEEDS), ends.ravel(), "o", color=style.SKY, ms=4)
    axes["b"].plot(GAINS, ends.mean(axis=1), "-", color=style.PATH, lw=1.6)


@first_scale.layer
def errors_of_one_size(axes, gain):
    t, *errors = starts_of_many_sizes()
    training, test = (100 * each[:, [*SIZES].index(gain)] for each in errors)
    for wrong, color in ((training, style.SECOND), (test, style.PATH)):
        style.lines(axes["a"], [np.column_stack([t, one]) for one in wrong.T], color, width=0.7)
        axes["a"].plot(t, wrong.mean(axis=1), color=color, lw=2)
    axes["b"].plot(SIZES[gain], test[-1].mean(), "o", color=style.PATH, ms=9, mec="white")
    return (
        f"after {SCALE_STEPS} steps read wrongly: {training[-1].mean():.0f} % of the digits "
        f"learned from, {test[-1].mean():.0f} % of the new ones"
    )


# --- a start that has learned something -------------------------------------------------------

START_COLORS = dict(zip(STARTS, (style.MUTED, style.PATH, style.SECOND)))


@demo(
    "ab",
    size=(9.2, 3.9),
    title="Weights that have learned something else",
    alt="Left: the share of new digits read wrongly, step by step, from three starts; that from "
    "the autoencoder's weights is lowest on the way, that from other digits ends highest. Right: "
    "the weights into the hidden units as small images of eight by eight pixels.",
    controls={
        "per_class": Choice("examples of each digit", tuple(map(str, PER_CLASS)), "5"),
        "start": Choice("weights shown", STARTS, "other digits"),
    },
    presets={"5 of each": {}, "20 of each": {"per_class": "20", "start": "drawn"}},
)
def pretrained_start(axes):
    """The digits 5 to 9 from few examples, from weights that are drawn, or were learned before."""
    axes["a"].set(xlim=(-1, TRANSFER_STEPS + 1), ylim=(0, 90), xlabel="step")
    axes["a"].set_ylabel("new digits 5 to 9 read wrongly (%)")
    axes["a"].set_title("from each start")
    for name, color in START_COLORS.items():
        axes["a"].plot([], [], color=color, lw=2, label=name)
    axes["a"].legend(loc="upper right", title="weights into the hidden units")
    axes["b"].set_axis_off()
    axes["b"].set(xlim=(-0.5, 71.5), ylim=(35.5, -0.5))


@pretrained_start.layer
def weights_as_images(axes, start):
    weights = first_layers()[start].weights
    images = weights.T.reshape(4, HIDDEN // 4, 8, 8)
    framed = np.pad(images, [(0, 0), (0, 0), (0, 1), (0, 1)], constant_values=np.nan)
    mosaic = framed.transpose(0, 2, 1, 3).reshape(36, -1)
    largest = np.abs(weights).max()
    axes["b"].imshow(mosaic, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto")
    # The title changes: one of the axes themselves is drawn with the stage, and stays.
    axes["b"].annotate(
        f"weights into the {HIDDEN} hidden units: {start}", (0, 1), xytext=(0, 6),
        xycoords="axes fraction", textcoords="offset points", fontsize="medium",
    )  # fmt: skip


@pretrained_start.layer
def errors_from_each_start(axes, per_class):
    t, _, test = from_each_start(int(per_class))
    wrong = 100 * test.mean(axis=-1)
    for name, curve in zip(STARTS, wrong.T):
        axes["a"].plot(t, curve, color=START_COLORS[name], lw=2)
    row = {
        step: ", ".join(f"{name} {value:.0f} %" for name, value in zip(STARTS, wrong[t == step][0]))
        for step in (10, TRANSFER_STEPS)
    }
    return "; ".join(f"read wrongly after {step} steps: {told}" for step, told in row.items())
