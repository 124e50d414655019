"""Slider demos of notebook 07: adaptive methods."""

from course_lib.controls import Choice, LogSlider, Player, Slider
from course_lib.explorers.sliders import RATE
from course_lib.figures import adaptive as figures
from course_lib.panel import Explorer

fig_6_9 = Explorer(
    figures.fig_6_9,
    "Figure 6.9: one badly scaled bowl, four rules",
    alt="Four maps of a bowl that is steep vertically and flat horizontally, and the four losses. "
    "a: a low fixed rate falls to the valley floor at once and crawls along it. b: a high rate "
    "swings up the walls and away. c: normalised gradients walk diagonally, then straight, and "
    "end hopping about the minimum. d: Adam takes a smooth bend to it.",
    controls={
        "steps": Slider("steps", 1, 60, 1, 40),
        "low_rate": LogSlider("a  low rate α", -3, -1, 0.05, 0.05),
        "high_rate": LogSlider("b  high rate α", -1.3, -0.7, 0.02, 0.11),
        "step_size": LogSlider("c, d  rate α", -1.5, 0.5, 0.05, 0.5),
        "beta": Slider("d  β", 0.0, 0.99, 0.01, 0.9),
        "gamma": Slider("d  γ", 0.0, 0.999, 0.001, 0.99),
        "epsilon": LogSlider("c, d  ε", -8, 2, 0.25, 1e-8),
        "start0": Slider("start φ₀", -9.0, 3.0, 0.1, figures.BOWL_START[0]),
        "start1": Slider("start φ₁", -1.9, 1.9, 0.05, figures.BOWL_START[1]),
    },
    presets={"as in the figure": {}, "ε = 10: like a fixed rate": {"epsilon": 10.0}},
)

bounce = Explorer(
    figures.bounce,
    "Normalised gradients bounce",
    alt="Left: φ falls by equal steps and then jumps to and fro around zero. Right: the distance "
    "at which 200 different rates end lies between half of the rate and the rate. A second row "
    "with a falling rate ends closer, a third with a large ε arrives for small rates.",
    controls={
        "learning_rate": LogSlider(RATE, -2, 0.3, 0.05, 0.5),
        "start": Slider("start φ", 0.5, 5.0, 0.05, 4.2),
        "epsilon": LogSlider("ε", -8, 1, 0.25, 1e-8),
        "schedule": Choice("rate", ("constant", "falls as 1/(1 + 0.1 t)"), "constant"),
    },
    presets={
        "constant": {},
        "falling": {"schedule": "falls as 1/(1 + 0.1 t)"},
        "ε = 0.32": {"epsilon": 0.32},
    },
)

clipping = Explorer(
    figures.clipping,
    "Clipping a gradient",
    alt="Left: the first gradient step reaches out of the picture; clipped by norm it ends on a "
    "circle in the same direction, clipped by value in the corner of a square. Right: on the "
    "Rosenbrock valley the clipped path descends into the valley and follows it, the other leaves "
    "the map.",
    controls={
        "limit": LogSlider("limit", 0, 3.5, 0.05, 20.0),
        "learning_rate": LogSlider(RATE, -4, -1.5, 0.05, 0.005),
        "start0": Slider("start φ₀", -2.0, 2.0, 0.05, -1.5),
        "start1": Slider("start φ₁", -1.4, 3.4, 0.05, -1.0),
    },
    presets={"limit 20": {}},
)

rate_of_each = Explorer(
    figures.rate_of_each,
    "The rate of each parameter",
    alt="Left: a path on the bowl. Right: the effective rate along both axes, on a logarithmic "
    "scale, with the rates above which a fixed rate is unstable. AdaGrad's rates fall and level "
    "out. RMSProp's and Adam's rise as the slopes shrink, until they meet the limit.",
    controls={
        "rule": Choice("rule", tuple(figures.rules_with_rates(1.0, 0.9)), "RMSProp"),
        "learning_rate": LogSlider(RATE, -2, 1, 0.05, 0.5),
        "gamma": Slider("γ", 0.0, 0.999, 0.001, 0.9),
        "curvature": LogSlider("curvature along φ₁", -0.3, 3, 0.1, 20.0),
    },
    presets={
        "AdaGrad": {"rule": "AdaGrad"},
        "RMSProp": {"rule": "RMSProp"},
        "Adam": {"rule": "Adam"},
    },
)

bias_correction = Explorer(
    figures.bias_correction,
    "Adam with and without bias correction",
    alt="Left: down a steady slope corrected steps all have the length α; uncorrected ones begin "
    "at 3.2 α, grow to 6.6 α and fall slowly. Right: on the bowl the uncorrected path overshoots "
    "far, the corrected one does not. A second row, at γ = 0.9: uncorrected steps are too short.",
    controls={
        "beta": Slider("β", 0.0, 0.99, 0.01, 0.9),
        "one_minus_gamma": LogSlider("1 − γ", -4, 0, 0.1, 0.001),
    },
    presets={"β = 0.9, γ = 0.999": {}, "β = 0.9, γ = 0.9": {"one_minus_gamma": 0.1}},
)

fig_race = Explorer(
    figures.fig_race,
    "A race of rules",
    alt="Maps of three surfaces with six paths each, and their losses. On the saddle gradient "
    "descent, momentum and Nesterov stay beside it for a long time while AdaGrad, RMSProp and "
    "Adam leave at once. In Rosenbrock's valley Nesterov and momentum are far ahead. In the "
    "bowl, at three times their best rates, gradient descent and Nesterov leave the map.",
    controls={
        "surface": Choice("surface", tuple(figures.RACES), "Rosenbrock"),
        "rules": Choice("rules", tuple(figures.RACERS), "one of each family"),
        "factor": LogSlider("rate / best rate", -1.5, 1.5, 0.25, 1.0),
        "steps": Player("steps", 0, figures.RACE_STEPS, 1, 60),
    },
    presets={
        "saddle": {"surface": "saddle"},
        "Rosenbrock's valley": {},
        "three times the best rates": {"surface": "badly scaled bowl", "factor": 3.2},
    },
)

first_steps = Explorer(
    figures.first_steps,
    "The first steps, with noise",
    alt="Left: the lengths of the first 60 steps. Adam's begin at the full rate and shrink to a "
    "seventh, warmed up they grow from nothing, RAdam's begin like momentum's and then almost "
    "stop. Right: how far each has wandered from the minimum. With a hundred times the noise "
    "RAdam's first four steps lead it far away.",
    controls={
        "learning_rate": LogSlider(RATE, -3, 0, 0.1, 0.1),
        "noise": LogSlider("noise in the slopes", -2, 1, 0.1, 0.1),
        "warm_up": Slider("warm-up steps", 1, 60, 1, 20),
    },
    presets={"little noise": {}, "much noise": {"noise": 10.0}},
)
