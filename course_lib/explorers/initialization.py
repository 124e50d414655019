"""Slider demos of notebook 09: networks, and where they start."""

from course_lib.controls import Choice, LogSlider, Slider
from course_lib.explorers.sliders import RATE
from course_lib.figures import initialization as figures
from course_lib.panel import Explorer

ten_parameters = Explorer(
    figures.ten_parameters,
    "Equation 6.23: a network with ten parameters",
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

backward_pass = Explorer(
    figures.backward_pass,
    "Forward and backward through two hidden units",
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

equal_weights = Explorer(
    figures.equal_weights,
    "Do equal units ever part?",
    alt="Top: three units with equal weights, whose curves coincide for ever; the fit is one broad "
    "step where the data have a bump. Middle: with a difference of a thousandth at the start the "
    "spread grows a thousandfold, the units part, and the fit follows the bump. Bottom: from zeros "
    "no weight moves, and the fit is a constant.",
    controls={
        "common": Slider("all parameters start at", 0.0, 1.0, 0.1, 0.5),
        "difference": Choice("random part added", tuple(figures.DIFFERENCES), "none"),
        "activation": Choice("activation", ("tanh", "sigmoid", "relu"), "tanh"),
        "learning_rate": Slider(RATE, 0.002, 0.025, 0.001, 0.015),
    },
    presets={
        "all equal": {},
        "a thousandth apart": {"difference": "0.001"},
        "all zero": {"common": 0.0},
    },
)

signal_through_depth = Explorer(
    figures.signal_through_depth,
    "What is left of a signal after many layers",
    alt="Mean square of the signals from layer to layer on a logarithmic scale, forwards on the "
    "left and backwards on the right. Rows: with Glorot's weights and relu both fall by half in "
    "each layer; with He's weights both stay level.",
    controls={
        "scheme": Choice("scheme", tuple(figures.SCHEMES), "Glorot, uniform"),
        "activation": Choice("activation", ("identity", "relu", "tanh", "sigmoid"), "relu"),
        "depth": Slider("hidden layers", 2, figures.DEEPEST, 1, 15),
        "width": Slider("units in a layer", 4, 64, 4, 32),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
    },
    presets={"Glorot, relu": {}, "He, relu": {"scheme": "He, normal"}},
)

activation_spread = Explorer(
    figures.activation_spread,
    "Too small, right, too large: the activations of each layer",
    alt="Histograms of the activations of eight tanh layers, and the size of the gradient of each "
    "layer's weights. With small weights the activations shrink to zero; with large ones they pile "
    "up at -1 and 1; with Glorot's they fill most of the range in every layer.",
    controls={
        "gain": LogSlider("Glorot's weights times", -1, 1, 0.05, 1.0),
        "activation": Choice("activation", ("tanh", "sigmoid"), "tanh"),
        "depth": Slider("hidden layers", 2, figures.MOST_LAYERS, 1, 8),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
    },
    presets={"0.4: too small": {"gain": 0.4}, "as Glorot": {}, "4: too large": {"gain": 4.0}},
)

training_by_scheme = Explorer(
    figures.training_by_scheme,
    "The same network from four starts",
    alt="Left: four loss curves. Right: the data, a wave with a dip, and four fits. In a deep relu "
    "network uniform weights leave the loss at that of a constant for all of the 80 steps, while "
    "the others learn; with two layers all four learn.",
    controls={
        "depth": Slider("hidden layers", 1, 8, 1, 6),
        "learning_rate": LogSlider(RATE, -4, -1, 0.25, 0.0032),
        "activation": Choice("activation", ("relu", "tanh", "sigmoid"), "relu"),
        "rule": Choice("rule", tuple(figures.RULES), "gradient descent"),
        "seed": Slider("seed of the weights", 0, 9, 1, 0),
    },
    presets={"six layers": {}, "two layers": {"depth": 2}},
)
