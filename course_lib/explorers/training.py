"""Slider demos of notebook 11: checking a gradient, and watching a network train."""

from course_lib.controls import Choice, LogSlider, Slider
from course_lib.explorers.sliders import RATE
from course_lib.figures import training as figures
from course_lib.panel import Explorer

step_size_trade_off = Explorer(
    figures.step_size_trade_off,
    "The step of finite differences",
    alt="Left: the Gabor loss along one parameter with two chords. Right: the relative error of "
    "their slopes against h, on logarithmic axes: two letters V. From the right both fall with h, "
    "the centred one twice as steeply; from some h on both rise again, ragged with rounding. In "
    "single precision the bottoms lie further up and further right.",
    controls={
        "h": LogSlider("h", -15, 0.5, 0.25, 1e-5),
        "phi": Slider("φ₀", -9.0, 9.0, 0.1, 1.0),
        "numbers": Choice("losses computed in", tuple(figures.PRECISIONS), "float64"),
    },
    presets={
        "h = 0.32: far": {"h": 0.32},
        "h = 1e-5": {},
        "h = 1e-15: rounding": {"h": 1e-15},
        "h = 1e-8 in float32": {"h": 1e-8, "numbers": "float32"},
    },
)

kink_check = Explorer(
    figures.kink_check,
    "The gradient check at the kinks of relu",
    alt="Left: a loss with five kinks as a function of one bias, a chord and a tangent. Right: "
    "the relative error at each bias: below the picture's floor nearly everywhere, and high at the "
    "kinks, where the points have the colour of the verdict kink. With a forgotten factor 2 nearly "
    "every point to the right of the first kink is wrong.",
    controls={
        "bias": Slider("bias b", -1.4, 1.4, 0.01, -0.5),
        "h": LogSlider("h", -5, -0.5, 0.25, 0.1),
        "gradient": Choice("gradient", tuple(figures.GRADIENTS), "right"),
    },
    presets={
        "on a kink": {"h": 1e-5},
        "a wide h, near a kink": {"bias": -0.44},
        "factor 2 forgotten": {"bias": -0.2, "h": 1e-5, "gradient": "factor 2 forgotten"},
    },
)

update_ratio = Explorer(
    figures.update_ratio,
    "The update-to-weight ratio",
    alt="Left: the ratio of each step's length to that of the weights, one line for each layer, "
    "with a band about 0.001. Middle: the loss against step. Right: the loss at the end against "
    "the median ratio, a valley. A low rate lies left of the valley and hardly learns, a high one "
    "right of it and makes the loss jump.",
    controls={
        "learning_rate": LogSlider(RATE, -4, 0, 0.25, 0.0032),
        "rule": Choice("rule", tuple(figures.RATIO_RULES), "Adam"),
        "steps": Slider("steps", 20, figures.RATIO_STEPS, 20, figures.RATIO_STEPS),
        "seed": Slider("seed", 0, 9, 1, 0),
    },
    presets={
        "too low": {"learning_rate": 0.0001},
        "by the rule of thumb": {},
        "best in 400 steps": {"learning_rate": 0.1},
        "too high": {"learning_rate": 0.32},
    },
)

early_stopping = Explorer(
    figures.early_stopping,
    "Training against validation, and early stopping",
    alt="Left: a few noisy points of a wave, a smooth fit from the step at which training should "
    "stop, and a wriggling one from the end that goes through the points. Right: the training loss "
    "falls all the way, the validation loss falls, turns and rises; a line marks its lowest "
    "point and a band how long patience lasts.",
    controls={
        "patience": Slider("patience", 1, 60, 1, 20),
        "noise": Slider("noise in the data", 0.0, 0.6, 0.1, 0.4),
        "width": Choice("units in a layer", tuple(figures.WIDTHS), "40"),
        "n": Slider("training examples", 6, 60, 6, 12),
        "seed": Slider("seed of the data", 0, 9, 1, 7),
    },
    presets={
        "learns the noise": {},
        "three units": {"width": "3"},
        "sixty examples": {"n": 60},
        "no patience": {"patience": 1},
    },
)

layer_histograms = Explorer(
    figures.layer_histograms,
    "Activations and gradients, layer by layer",
    alt="Left: for each hidden layer a histogram of its activations. Right: histograms of the "
    "gradients of each layer's weights on a scale of powers of ten. A start too small: activations "
    "narrow to a spike at zero, layer by layer, and the gradients are tiny. A good start: both "
    "are broad. Too large: activations sit at both ends, and gradients are large.",
    controls={
        "gain": LogSlider("weights, times Glorot's", -1, 1, 0.25, 1.0),
        "activation": Choice("activation", ("tanh", "relu", "sigmoid"), "tanh"),
        "step": Slider("step", 0, figures.SHOWN_STEPS, figures.SHOWN_EVERY, 0),
    },
    presets={
        "0.1: too small": {"gain": 0.1},
        "as Glorot": {},
        "10: too large": {"gain": 10.0},
        "too small, 100 steps later": {"gain": 0.1, "step": figures.SHOWN_STEPS},
    },
)
