"""Pictures of notebook 11: checking a gradient, and watching a network train."""

from functools import lru_cache

import numpy as np

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.diagnostics import (
    EarlyStopping,
    activation_histograms,
    training_curves,
    update_to_weight_ratio,
)
from course_lib.gradient_check import BANDS
from course_lib.initialization import glorot_uniform
from course_lib.losses import BinaryCrossEntropy, LeastSquares
from course_lib.models import Logistic
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.demos.sliders import RATE
from lessons.experiments.checking_and_watching import (
    ALONG,
    BIAS,
    CLASSIFIER,
    GAINS,
    GAP_STEPS,
    GRADIENTS,
    HIDDEN,
    JITTER_EXAMPLES,
    JITTER_RATES,
    JITTER_SIZES,
    JITTER_STEPS,
    PRECISIONS,
    RATIO_RATES,
    REMEDIES,
    SHOWN_EVERY,
    SHOWN_STEPS,
    STEPS_H,
    UNIT,
    checked,
    error_curves,
    jittery,
    noisy_wave,
    quadrants,
    reader_with,
    rises,
    slope_error,
    training_at_every_gain,
    wiggly_start,
)
from lessons.experiments.rounding import Rounded
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Slider
from lessons.stage.demo import demo

# --- verdicts on a relative error -------------------------------------------------------------


def band(error):
    """The upper limit of the band that a relative error lies in, and its verdict."""
    return next((limit, verdict) for limit, verdict in BANDS if error <= limit)


def draw_bands(ax, bottom):
    """The borders between the bands, and their verdicts where there is room for them."""
    lower = bottom
    for limit, verdict in BANDS:
        upper = min(limit, ax.get_ylim()[1])
        if np.isfinite(limit):
            ax.axhline(limit, color=style.MUTED, lw=0.8, ls=":")
        ax.text(
            1.015, np.sqrt(max(lower, 1e-9) * upper), verdict.replace(" only ", "\nonly "),
            transform=ax.get_yaxis_transform(), color=style.MUTED, fontsize=8.5, va="center",
        )  # fmt: skip
        lower = limit


# --- the step of finite differences -----------------------------------------------------------

ALONG_RANGE = (-10.0, 10.0)
DIFFERENCE_COLORS = {"one-sided": style.SECOND, "centred": style.PATH}


@demo(
    "ab",
    size=(9.6, 3.8),
    title="The step of finite differences",
    alt="Left: the Gabor loss along one parameter with two chords. Right: the relative error of "
    "their slopes against h, on logarithmic axes: two letters V. From the right both fall with h, "
    "the centred one twice as steeply; from some h on both rise again, ragged with rounding. In "
    "single precision the bottoms lie further up and further right.",
    controls={
        "h": LogSlider("h", -15, 0.5, 0.25, 1e-5, along="b.x"),
        "phi": Slider("φ₀", -9.0, 9.0, 0.1, 1.0, along="a.x"),
        "numbers": Choice("losses computed in", tuple(PRECISIONS), "float64"),
    },
    presets={
        "h = 0.32: far": {"h": 0.32},
        "h = 1e-5": {},
        "h = 1e-15: rounding": {"h": 1e-15},
    },
)
def step_size_trade_off(axes):
    """A slope by finite differences: its relative error against the distance h."""
    values = np.linspace(*ALONG_RANGE, 301)
    losses = ALONG(values[:, None])
    axes["a"].set(xlim=ALONG_RANGE, ylim=(0, 1.15 * losses.max()), xlabel="φ₀", ylabel="loss")
    axes["a"].plot(values, losses, color=style.INK, lw=1.4)
    axes["a"].set_title("the chords whose slopes are taken")
    axes["b"].set(xlim=(5e-16, 10), ylim=(1e-12, 10), xscale="log", yscale="log", xlabel="h")
    axes["b"].set_xticks([1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1])
    decades = range(-10, 1, 2)
    axes["b"].set_yticks(
        [2e-12, *(10.0**d for d in decades)], ["≤ 2e−12", *(f"1e{d}" for d in decades)]
    )
    axes["b"].minorticks_off()
    axes["b"].set_title("relative error of the slope")
    draw_bands(axes["b"], 1e-12)
    for name, color in DIFFERENCE_COLORS.items():
        axes["b"].plot([], [], "-o", color=color, ms=3, label=name)
    axes["b"].legend(loc="lower left")


@step_size_trade_off.layer
def errors_at_every_h(axes, phi, numbers):
    for name, errors in error_curves(phi, numbers).items():
        axes["b"].plot(
            STEPS_H, np.maximum(errors, 2e-12), "-o", color=DIFFERENCE_COLORS[name], ms=3, lw=1.1
        )


@step_size_trade_off.layer
def two_chords(axes, phi, numbers, h):
    words = []
    for name, color in DIFFERENCE_COLORS.items():
        ends = np.array([phi if name == "one-sided" else phi - h, phi + h])
        axes["a"].plot(ends, ALONG(ends[:, None]), "-o", color=color, ms=4, lw=2)
        error = slope_error(name, phi, h, numbers)
        axes["b"].plot(
            h, np.clip(error, 2e-12, 8), "o", color=color, ms=10, mec="white", mew=1.5, zorder=5
        )
        limit, verdict = band(error)
        size = f"at most {limit:.0e}" if np.isfinite(limit) else "above 1e-02"
        words.append(f"{name} {size} ({verdict})")
    axes["a"].plot(phi, ALONG([phi]), "o", color=style.INK, ms=6, zorder=4)
    return f"h = {h:.1e}, losses in {numbers}; relative error: " + ", ".join(words)


# --- kinks ------------------------------------------------------------------------------------

BIAS_RANGE = (-1.5, 1.5)
KINKS = -UNIT.x
"""The unit switches on for example i where its bias is -xᵢ."""
LEAST_ERROR = 2e-9
"""An error below it is drawn as if it were so large."""

VERDICT_COLORS = {
    "good": style.THIRD, "kink": style.BROWN, "fine only at a kink": style.SKY,
    "suspicious": style.FOURTH, "wrong": style.PATH,
}  # fmt: skip


@demo(
    "ab",
    size=(9.8, 3.8),
    title="The gradient check at the kinks of relu",
    alt="Left: a loss with five kinks as a function of one bias, a chord and a tangent. Right: "
    "the relative error at each bias: below the picture's floor nearly everywhere, and high at the "
    "kinks, where the points have the colour of the verdict kink. With a forgotten factor 2 nearly "
    "every point to the right of the first kink is wrong.",
    controls={
        "bias": Slider("bias b", -1.4, 1.4, 0.01, -0.5, along="ab.x"),
        "h": LogSlider("h", -5, -0.5, 0.25, 0.1),
        "gradient": Choice("gradient", tuple(GRADIENTS), "right"),
    },
    presets={
        "on a kink": {"h": 1e-5},
        "a wide h, near a kink": {"bias": -0.44},
        "factor 2 forgotten": {"bias": -0.2, "h": 1e-5, "gradient": "factor 2 forgotten"},
    },
)
def kink_check(axes):
    """A relu unit switches on, one example after another: the gradient check at the kinks."""
    biases = np.linspace(*BIAS_RANGE, 301)
    losses = BIAS(biases[:, None])
    axes["a"].set(xlim=BIAS_RANGE, ylim=(0, 7), xlabel="bias b of the unit", ylabel="loss")
    axes["a"].plot(biases, losses, color=style.INK, lw=1.4)
    axes["a"].plot(KINKS, BIAS(KINKS[:, None]), "D", color=style.BROWN, ms=6, label="kinks")
    axes["a"].plot([], [], "-o", color=style.SECOND, ms=4, label="chord from b − h to b + h")
    axes["a"].plot([], [], color=style.PATH, label="slope of the backward pass")
    axes["a"].set_title("the loss")
    axes["a"].legend(loc="upper right")
    axes["b"].set(xlim=BIAS_RANGE, ylim=(1e-9, 10), yscale="log", xlabel="bias b of the unit")
    axes["b"].set_title("relative error, coloured by verdict")
    draw_bands(axes["b"], 1e-9)
    axes["b"].set_yticks(
        [LEAST_ERROR, 1e-7, 1e-5, 1e-3, 0.1], ["≤ 2e−9", "1e−7", "1e−5", "0.001", "0.1"]
    )
    axes["b"].minorticks_off()
    for verdict in ("good", "kink", "wrong"):
        axes["b"].plot([], [], "o", color=VERDICT_COLORS[verdict], label=verdict)
    axes["b"].legend(loc="lower left", bbox_to_anchor=(0, 0.08), ncols=3, columnspacing=1)


@lru_cache(maxsize=64)
def reports_along(h, gradient):
    """Biases, and the report at each of them; the kinks are among them."""
    biases = np.linspace(*BIAS_RANGE, 31)
    return biases, [checked(bias, h, gradient) for bias in biases]


@kink_check.layer
def errors_along(axes, h, gradient):
    biases, reports = reports_along(h, gradient)
    errors = np.array([report.relative_error[0] for report in reports])
    colors = [VERDICT_COLORS[report.verdicts[0]] for report in reports]
    points = np.stack([biases, np.maximum(errors, LEAST_ERROR)], axis=-1)
    style.dots(axes["b"], points, [22], colors, zorder=3)


@kink_check.layer
def this_bias(axes, h, gradient, bias):
    report = checked(bias, h, gradient)
    ends = np.array([bias - h, bias + h])
    here, slope = BIAS([bias]), report.analytic[0]
    reach = np.array([-0.35, 0.35])
    axes["a"].plot(bias + reach, here + slope * reach, color=style.PATH, lw=2)
    axes["a"].plot(ends, BIAS(ends[:, None]), "-o", color=style.SECOND, ms=4, lw=2)
    error, verdict = report.relative_error[0], report.verdicts[0]
    point = bias, max(error, LEAST_ERROR)
    axes["b"].plot(*point, "o", mfc="none", mec=style.INK, ms=13, mew=1.8, zorder=5)
    # It may lie between the points of the grid.
    style.dots(axes["b"], [point], [22], VERDICT_COLORS[verdict], zorder=3)
    size = f"{error:.1e}" if error > 1e-7 else "below 1e-7"
    return (
        f"b = {bias:.3g}, h = {h:.0e}: backward pass {slope:.4g}, chord {report.numerical[0]:.4g}, "
        f"relative error {size}; verdict: {verdict}"
    )


# --- the update-to-weight ratio ---------------------------------------------------------------

RATIO_STEPS = 400
RATIO_RULES = {"gradient descent": GradientDescent, "Adam": Adam}
RATIO_BATCH = 20
RULE_OF_THUMB = (3e-4, 3e-3)


@demo(
    "abc",
    size=(10.6, 3.8),
    title="The update-to-weight ratio",
    alt="Left: the ratio of each step's length to that of the weights, one line for each layer, "
    "with a band about 0.001. Middle: the loss against step. Right: the loss at the end against "
    "the median ratio, a valley. A low rate lies left of the valley and hardly learns, a high one "
    "right of it and makes the loss jump.",
    controls={
        "learning_rate": LogSlider(RATE, -4, 0, 0.25, 0.0032),
        "rule": Choice("rule", tuple(RATIO_RULES), "Adam"),
        "steps": Slider("steps", 20, RATIO_STEPS, 20, RATIO_STEPS, along="b.x"),
        "seed": Slider("seed", 0, 9, 1, 0),
    },
    presets={
        "best in 400 steps": {"learning_rate": 0.1},
        "too high": {"learning_rate": 0.32},
    },
)
def update_ratio(axes):
    """How far each step moves the weights, as a share of them, and what becomes of the loss."""
    axes["a"].set(xlim=(-5, RATIO_STEPS + 5), ylim=(1e-6, 3), yscale="log", xlabel="step")
    axes["a"].set_title("update / weights, by layer")
    axes["a"].axhspan(*RULE_OF_THUMB, color=style.THIRD, alpha=0.18, lw=0)
    axes["b"].set(xlim=(-5, RATIO_STEPS + 5), ylim=(0.08, 12), yscale="log", xlabel="step")
    axes["b"].set_title("loss per example")
    axes["c"].set(xlim=(5e-5, 0.3), ylim=(0.08, 12), xscale="log", yscale="log")
    axes["c"].set(xlabel="median ratio", title="loss at the end, every rate")
    axes["c"].axvspan(*RULE_OF_THUMB, color=style.THIRD, alpha=0.18, lw=0)
    for panel in "bc":
        axes[panel].set_yticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
        axes[panel].axhline(np.log(2), color=style.MUTED, ls="--", lw=1)
    axes["b"].text(RATIO_STEPS, 0.74, "chance", ha="right", color=style.MUTED, fontsize=9)
    for layer, color in enumerate((style.SECOND, style.PATH), start=1):
        axes["a"].plot([], [], color=color, label=f"layer {layer}")
    axes["a"].legend(loc="lower right", ncols=2)


@lru_cache(maxsize=16)
def ratio_runs(rule, seed):
    """One network trained at every rate at once: losses per example, ratios, ratios by layer."""
    x, y = quadrants()
    loss = BinaryCrossEntropy(Logistic(CLASSIFIER), x, y)
    start = glorot_uniform(CLASSIFIER, seed)
    starts = np.broadcast_to(start, (len(RATIO_RATES), CLASSIFIER.n_parameters))
    batches = Minibatches(RATIO_BATCH, rng=seed)
    steps = Rounded(RATIO_RULES[rule](RATIO_RATES), 8)
    path = descend(loss, starts, steps, RATIO_STEPS, batches)
    by_layer = update_to_weight_ratio(path, CLASSIFIER)
    return path.losses / len(y), update_to_weight_ratio(path), by_layer


@update_ratio.layer
def ends_at_every_rate(axes, rule, seed, steps):
    losses, ratios, _ = ratio_runs(rule, seed)
    medians = np.median(ratios[:steps], axis=0)
    axes["c"].plot(medians, losses[steps], "-o", color=style.MUTED, ms=3.5, lw=1)


@update_ratio.layer
def run_at_this_rate(axes, rule, seed, steps, learning_rate):
    losses, ratios, by_layer = ratio_runs(rule, seed)
    member = np.abs(np.log(RATIO_RATES / learning_rate)).argmin()
    for layer, color in enumerate((style.SECOND, style.PATH)):
        axes["a"].plot(by_layer[:steps, member, layer], color=color, lw=0.9)
    axes["b"].plot(losses[: steps + 1, member], color=style.INK, lw=1.4)
    median, end = np.median(ratios[:steps, member]), losses[steps, member]
    axes["c"].plot(median, end, "o", color=style.INK, ms=10, mec="white", mew=1.5, zorder=5)
    best = losses[steps].argmin()
    return (
        f"α = {learning_rate:.2g}: median ratio {median:.1e}, loss per example {end:.3f} after "
        f"{steps} steps; the lowest of all rates, {losses[steps, best]:.3f}, has ratio "
        f"{np.median(ratios[:steps, best]):.1e}"
    )


# --- jitter -----------------------------------------------------------------------------------

JITTER_CHOICES = tuple(map(str, JITTER_SIZES))
RATE_CHOICES = tuple(map(str, JITTER_RATES))


@demo(
    "ab",
    size=(9.0, 3.6),
    title="Jitter and batch size",
    alt="Left: the loss of 400 digits after each of 100 steps, one curve for each batch size. With "
    "batches of 5 it jumps up and down, with all 400 in each it is smooth; at the highest rate it "
    "jumps in all of them. Right: the share of steps that raise the loss, falling with the batch.",
    controls={
        "size": Choice("batch size", JITTER_CHOICES, "20"),
        "rate": Choice("step / mean gradient", RATE_CHOICES, "0.4"),
    },
    presets={
        "batches of 5": {"size": "5"},
        "all 400 in each": {"size": "400"},
        "all 400, longer steps": {"size": "400", "rate": "1.5"},
    },
)
def jitter(axes):
    """The loss while a network learns to read digits, at four batch sizes."""
    axes["a"].set(xlim=(-1, JITTER_STEPS + 1), ylim=(0.03, 60), yscale="log", xlabel="step")
    axes["a"].set_yticks([0.03, 0.1, 1, 10], ["0.03", "0.1", "1", "10"])
    axes["a"].set_title(f"loss per example, of all {JITTER_EXAMPLES} digits")
    axes["b"].set(xlim=(3.5, 600), ylim=(-0.03, 0.63), xscale="log", xlabel="batch size")
    axes["b"].set_xticks(JITTER_SIZES, JITTER_CHOICES)
    axes["b"].set_title("share of the steps that raise it")
    for panel in "ab":
        axes[panel].minorticks_off()


@jitter.layer
def every_size(axes, rate):
    member = RATE_CHOICES.index(rate)
    curves = [jittery(size)[:, member] for size in JITTER_SIZES]
    steps = np.arange(JITTER_STEPS + 1)
    paths = [np.column_stack([steps, curve]) for curve in curves]
    style.lines(axes["a"], paths, style.MUTED, 0.7)
    axes["b"].plot(JITTER_SIZES, [rises(curve) for curve in curves], "-o", color=style.MUTED, ms=5)


@jitter.layer
def this_size(axes, rate, size):
    curve = jittery(int(size))[:, RATE_CHOICES.index(rate)]
    share = rises(curve)
    axes["a"].plot(curve, color=style.PATH, lw=1.6)
    axes["b"].plot(int(size), share, "o", color=style.PATH, ms=10, mec="white", mew=1.5, zorder=5)
    return (
        f"batches of {size}: {share * JITTER_STEPS:.0f} of {JITTER_STEPS} steps raise the loss; "
        f"at the end it is {curve[-1]:.2f} per example"
    )


# --- the gap ----------------------------------------------------------------------------------

DOSES = range(len(REMEDIES["dropout"]))
GAP_COLORS = {"training": style.SECOND, "validation": style.PATH}


@demo(
    "abc",
    size=(10.6, 3.6),
    title="The gap, and four remedies",
    alt="Left: training and validation loss of a network that reads digits, against the step. "
    "Without a remedy the first falls to nothing, the second turns and rises, and a wide gap "
    "opens. Middle and right: both losses, and the shares of digits read wrongly, for every "
    "dose of the remedy: the gap narrows, and where the dose is too strong both are high.",
    controls={
        "remedy": Choice("remedy", tuple(REMEDIES), "training examples"),
        "dose": Slider("dose", 0, DOSES[-1], 1, 0, along="bc.x"),
    },
    presets={
        "a penalty": {"remedy": "penalty λ", "dose": 2},
        "dropout": {"remedy": "dropout", "dose": 3},
        "two units": {"remedy": "hidden units", "dose": 3},
    },
)
def remedies(axes):
    """A network that over-fits digits, and what a penalty, dropout, size and data do about it."""
    axes["a"].set(xlim=(-5, GAP_STEPS + 5), xlabel="step", title="loss per example")
    axes["b"].set_title(f"loss after {GAP_STEPS} steps")
    axes["c"].set_title("digits read wrongly, share")
    axes["c"].set(ylim=(-0.02, 0.7))
    for panel in "ab":
        axes[panel].set(ylim=(0.004, 4), yscale="log")
        axes[panel].set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    for panel in "bc":
        axes[panel].set(xlim=(-0.5, DOSES[-1] + 0.5), xlabel="dose", xticks=DOSES)
    for part, color in GAP_COLORS.items():
        axes["a"].plot([], [], color=color, label=part)
    axes["a"].legend(loc="lower left")


@remedies.layer
def every_dose(axes, remedy):
    found = [reader_with(remedy, dose) for dose in DOSES]
    for n, (part, color) in enumerate(GAP_COLORS.items()):
        losses = [getattr(curves, part)[-1] for curves, _ in found]
        axes["b"].plot(DOSES, losses, "-o", color=color, ms=4, lw=1)
        axes["c"].plot(DOSES, [errors[n] for _, errors in found], "-o", color=color, ms=4, lw=1)


@remedies.layer
def this_dose(axes, remedy, dose):
    curves, errors = reader_with(remedy, dose)
    for n, (part, color) in enumerate(GAP_COLORS.items()):
        losses = getattr(curves, part)
        axes["a"].plot(curves.t, losses, color=color, lw=1.6)
        for panel, value in (("b", losses[-1]), ("c", errors[n])):
            axes[panel].plot(dose, value, "o", color=color, ms=10, mec="white", mew=1.5, zorder=5)
    return (
        f"{remedy}: {REMEDIES[remedy][dose]:g}. After {GAP_STEPS} steps the training loss is "
        f"{curves.training[-1]:.2g}, the validation loss "
        f"{curves.validation[-1]:.2f}; wrong are {100 * errors[0]:.0f} % and "
        f"{100 * errors[1]:.0f} %"
    )


# --- training and validation curves -----------------------------------------------------------

CURVE_STEPS, EVERY = 300, 5
WIDTHS = {"3": 3, "10": 10, "40": 40}
CURVE_FLOOR = 1e-3


@demo(
    "ab",
    size=(8.4, 3.5),
    title="Training against validation, and early stopping",
    alt="Left: a few noisy points of a wave, a smooth fit from the step at which training should "
    "stop, and a wriggling one from the end that goes through the points. Right: the training loss "
    "falls all the way, the validation loss falls, turns and rises; a line marks its lowest "
    "point and a band how long patience lasts.",
    controls={
        "patience": Slider("patience", 1, 60, 1, 20),
        "noise": Slider("noise in the data", 0.0, 0.6, 0.1, 0.4),
        "width": Choice("units in a layer", tuple(WIDTHS), "40"),
        "n": Slider("training examples", 6, 60, 6, 12),
        "seed": Slider("seed of the data", 0, 9, 1, 7),
    },
    presets={
        "learns the noise": {},
        "three units": {"width": "3"},
    },
)
def early_stopping(axes):
    """A network that learns its noise: its two curves, and where patience ends."""
    axes["a"].set(xlim=(-1, 1), ylim=(-2.2, 2.2), xlabel="x", ylabel="y")
    axes["a"].set_title("the network at its best, and at the end")
    axes["b"].set(xlim=(-5, CURVE_STEPS + 5), ylim=(CURVE_FLOOR, 10), yscale="log", xlabel="step")
    axes["b"].set_yticks([CURVE_FLOOR, 0.01, 0.1, 1, 10], ["≤ 0.001", "0.01", "0.1", "1", "10"])
    axes["b"].set_title("loss per example")
    axes["b"].plot([], [], color=style.SECOND, label="training")
    axes["b"].plot([], [], color=style.PATH, label="validation")
    axes["b"].legend(loc="upper right")
    axes["a"].plot([], [], color=style.THIRD, lw=2.4, label="at its best")
    axes["a"].plot([], [], "--", color=style.MUTED, label="after all steps")
    axes["a"].legend(loc="lower right", ncols=2)


@lru_cache(maxsize=64)
def trained_on_noise(n, noise, width, seed):
    """A network trained on n examples: itself, its path, its curves, and the data."""
    network = MLP((1, WIDTHS[width], WIDTHS[width], 1), "tanh")
    data, held_out = noisy_wave(n, noise, seed)
    training, validation = LeastSquares(network, *data), LeastSquares(network, *held_out)
    path = descend(training, wiggly_start(network, 0), Adam(0.02), CURVE_STEPS, keep=EVERY)
    return network, path, training_curves(path, training, validation), data


@early_stopping.layer
def curves_and_data(axes, n, noise, width, seed):
    network, path, curves, data = trained_on_noise(n, noise, width, seed)
    axes["a"].plot(*data, "o", color=style.INK, ms=4.5)
    axes["b"].plot(curves.t, np.maximum(curves.training, CURVE_FLOOR), color=style.SECOND)
    axes["b"].plot(curves.t, curves.validation, color=style.PATH)
    x = np.linspace(-1, 1, 101)
    axes["a"].plot(x, network(x, path.final), "--", color=style.MUTED)


@early_stopping.layer
def where_to_stop(axes, n, noise, width, seed, patience):
    network, path, curves, _ = trained_on_noise(n, noise, width, seed)
    stop = EarlyStopping(patience)(curves.validation)
    best, end = curves.t[stop.best], curves.t[stop.end]
    axes["b"].axvline(best, color=style.THIRD, lw=2)
    axes["b"].axvspan(best, end, color=style.THIRD, alpha=0.12, lw=0)
    axes["b"].plot(best, stop.lowest, "o", color=style.THIRD, ms=9, mec="white", zorder=5)
    x = np.linspace(-1, 1, 101)
    axes["a"].plot(x, network(x, stop.pick(path.params)), color=style.THIRD, lw=2.4)
    ended = "out of patience" if stop.out_of_patience else "still patient"
    return (
        f"best at step {best}: training {curves.training[stop.best]:.3f}, validation "
        f"{stop.lowest:.3f}; {ended} at step {end}; without stopping, after {CURVE_STEPS}: "
        f"{curves.training[-1]:.3f} and {curves.validation[-1]:.3f}"
    )


# --- histograms, layer by layer ---------------------------------------------------------------

GRADIENT_RANGE, GRADIENT_LINEAR, GRADIENT_BINS = 1e4, 1e-5, 121


@demo(
    "aabb",
    size=(9.6, 4.4),
    title="Activations and gradients, layer by layer",
    alt="Left: for each hidden layer a histogram of its activations. Right: histograms of the "
    "gradients of each layer's weights on a scale of powers of ten. A start too small: activations "
    "narrow to a spike at zero, layer by layer, and the gradients are tiny. A good start: both "
    "are broad. Too large: activations sit at both ends, and gradients are large.",
    controls={
        "gain": LogSlider("weights, times Glorot's", -1, 1, 0.25, 1.0),
        "activation": Choice("activation", ("tanh", "relu", "sigmoid"), "tanh"),
        "step": Slider("step", 0, SHOWN_STEPS, SHOWN_EVERY, 0),
    },
    presets={
        "0.1: too small": {"gain": 0.1},
        "as Glorot": {},
        "10: too large": {"gain": 10.0},
        "too small, 100 steps later": {"gain": 0.1, "step": SHOWN_STEPS},
    },
)
def layer_histograms(axes):
    """Activations and gradients of each layer, as a deep network trains."""
    for panel in "ab":
        axes[panel].set(ylim=(HIDDEN + 1.6, 0.3), yticks=range(1, HIDDEN + 2))
    axes["a"].set(xlim=(-1.08, 1.08), xlabel="activation h", ylabel="layer")
    axes["a"].set_title("the activations of each hidden layer")
    axes["b"].set_xscale("symlog", linthresh=GRADIENT_LINEAR, linscale=0.6)
    axes["b"].set(
        xlim=(-GRADIENT_RANGE, GRADIENT_RANGE), xlabel="∂L/∂w, per example, in powers of ten"
    )
    ticks = {-1e3: "−1000", -1: "−1", -1e-3: "−0.001", 0: "0", 1e-3: "0.001", 1: "1", 1e3: "1000"}
    axes["b"].set_xticks(list(ticks), ticks.values())
    axes["b"].set_title("the gradients of each layer's weights")


def binned(values, scale):
    """Edges and counts of bins that are equally wide where they are drawn, on the axis's scale."""
    end = scale.transform([GRADIENT_RANGE])[0]
    shown = np.clip(scale.transform(values), -end, end)
    counts, edges = np.histogram(shown, GRADIENT_BINS, (-end, end))
    first, *_, last = np.flatnonzero(counts).repeat(2)
    return scale.inverted().transform(edges[first : last + 2]), counts[first : last + 1]


@layer_histograms.layer
def histograms_of_a_step(axes, activation, gain, step):
    network, loss, path = training_at_every_gain(activation)
    member = np.abs(np.log(GAINS / gain)).argmin()
    row = step // SHOWN_EVERY
    phi = path.params[row, member]
    activations = []
    for layer, histogram in enumerate(activation_histograms(network, loss.x, phi, 40), start=1):
        scale = max(1.0, np.abs(histogram.edges).max()) if activation == "relu" else 1.0
        activations.append((histogram.edges / scale, histogram.counts))
        if scale > 1:
            axes["a"].text(-1, layer + 0.3, f"shown: h / {scale:,.3g}", fontsize=9, color=style.INK)
    gradients = [
        layer.weights.ravel() / loss.n_examples for layer in network.unravel(loss.gradient(phi))
    ]
    style.ridges(axes["a"], activations, style.SECOND)
    scale = axes["b"].xaxis.get_transform()
    style.ridges(axes["b"], [binned(values, scale) for values in gradients], style.PATH)
    widths = [np.abs(values).max() for values in gradients]
    share = path.losses[row, member] / loss.n_examples
    return (
        f"step {step}, gain {gain:.2g}: loss per example {share:.3g} (chance 0.693); largest "
        f"gradient {widths[0]:.1e} in layer 1, {widths[-1]:.1e} in layer {HIDDEN + 1}"
    )
