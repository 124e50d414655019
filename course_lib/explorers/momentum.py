"""Slider demos of notebook 06: momentum and Nesterov momentum."""

from course_lib.controls import Choice, LogSlider, Slider
from course_lib.explorers.sliders import RATE
from course_lib.figures import momentum as figures
from course_lib.panel import Explorer

momentum_weights = Explorer(
    figures.momentum_weights,
    "What momentum remembers",
    alt="Two rows. Left: the weights of past gradients, which fall like β to the power of their "
    "age, tall bars for the velocity form and short ones for the averaged form. Right: the length "
    "of each step. Where all gradients are alike it rises to a limit; where they turn round each "
    "time it falls far below.",
    controls={
        "beta": Slider("β", 0.0, 0.98, 0.01, 0.9),
        "gradients": Choice("gradients", tuple(figures.GRADIENTS), "all alike"),
    },
    presets={
        "gradients all alike": {},
        "gradients that turn round": {"gradients": "turning round each time"},
    },
)

fig_6_7 = Explorer(
    figures.fig_6_7,
    "Figure 6.7: SGD without and with momentum",
    alt="Rows at learning rates 0.5 and 1. Left: the Gabor loss with a jagged path without "
    "momentum. Middle: on the same batches a smooth path with momentum. Right: both losses against "
    "step. At rate 0.5 both fall together; at rate 1 only the one with momentum settles.",
    controls={
        "learning_rate": Slider(RATE, 0.05, 2.0, 0.05, 1.0),
        "beta": Slider("β", 0.0, 0.98, 0.01, 0.9),
        "seed": Slider("seed of the batches", 0, 30, 1, 0),
        "steps": Slider("steps", 1, figures.STEPS_6_7, 1, figures.STEPS_6_7),
    },
    presets={"α = 0.5": {"learning_rate": 0.5}, "α = 1": {}},
)

oscillation = Explorer(
    figures.oscillation,
    "Creeping and swinging (velocity form)",
    alt="Rows at β 0.3, 0.6 and 0.95 on a parabola. Left: with little momentum the path creeps to "
    "zero, with more it gets there fast, with too much it swings past zero again and again; "
    "Nesterov swings less. Right: what is left after each step, against β, falls to a corner and "
    "rises from there to 1; Nesterov's line is the lower one beyond the corner.",
    controls={
        "rate": LogSlider("rate × curvature, αλ", -2.0, 0.6, 0.02, 0.05),
        "beta": Slider("β", 0.0, 0.99, 0.01, 0.6),
    },
    presets={
        "too little": {"beta": 0.3},
        "nearly the best": {"beta": 0.6},
        "too much": {"beta": 0.95},
    },
)

best_momentum = Explorer(
    figures.best_momentum,
    "Momentum at its best in a long valley",
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

fig_6_8 = Explorer(
    figures.fig_6_8,
    "Figure 6.8: Nesterov's construction",
    alt="Left: a valley; a dashed line leads to point 1. Momentum goes against the gradient at 1 "
    "to 2 and then along the old direction to 3, high on the far wall. Nesterov goes along the old "
    "direction to 4, and from there against the gradient of 4 to 5, back near the floor. Right: "
    "the loss at each point; 5 is much lower than 3.",
    controls={
        "stage": Slider("stage", 0, 4, 1, 4),
        "learning_rate": Slider(RATE, 0.05, 1.5, 0.05, 0.8),
        "beta": Slider("β", 0.0, 0.95, 0.01, 0.75),
        "look": Choice("look ahead by", tuple(figures.LOOKS), "corrected: α β m"),
    },
    presets={
        "momentum: 1, 2, 3": {"stage": 2},
        "Nesterov: 1, 4, 5": {"stage": 4},
    },
)

momentum_forms = Explorer(
    figures.momentum_forms,
    "The forms side by side",
    alt="Rows: constant, falling α, rising β. Left: the paths of the averaged, velocity and buffer "
    "form in a bowl. Right: their distance from the averaged form on a logarithmic axis. With "
    "nothing changing all are equal up to rounding; under a falling α the velocity form parts from "
    "the other two, under a rising β the buffer form does.",
    controls={
        "family": Choice("rule", ("momentum", "Nesterov"), "momentum"),
        "changing": Choice("what changes", figures.SCHEDULES, figures.SCHEDULES[0]),
        "learning_rate": Slider(RATE, 0.05, 1.0, 0.05, 0.3),
        "beta": Slider("β (its highest)", 0.5, 0.95, 0.01, 0.85),
    },
    presets={
        "constant α and β": {},
        "α falls": {"changing": figures.SCHEDULES[1]},
        "β rises": {"changing": figures.SCHEDULES[2]},
    },
)
