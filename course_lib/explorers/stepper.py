"""The algorithm stepper of notebook 07."""

from course_lib.controls import Choice, LogSlider, Player, Slider
from course_lib.explorers.sliders import RATE
from course_lib.figures import stepper as figures
from course_lib.figures.equations import EQUATIONS
from course_lib.panel import Explorer

stepper = Explorer(
    figures.stepper,
    "Any rule, step by step",
    alt="Left: a map with the path so far and an arrow for the next step, and the same arrow "
    "enlarged beside the direction of minus the gradient. Right: the equation of the rule, line "
    "by line, under each line the same with the numbers of this step, and beside it the result. "
    "A row for Adam on the bowl, one for Nesterov in Rosenbrock's valley.",
    controls={
        "rule": Choice("rule", tuple(EQUATIONS), "Adam"),
        "surface": Choice("surface", tuple(figures.SURFACES), "badly scaled bowl"),
        "step": Player("step t", 0, figures.STEPS - 1, 1, 2, interval=800),
        "learning_rate": LogSlider(RATE, -4, 1, 0.1, 0.5),
        "beta": Slider("β", 0.0, 0.99, 0.01, 0.9),
        "gamma": Slider("γ", 0.0, 0.999, 0.001, 0.99),
    },
    presets={
        "Adam on the bowl": {},
        "Nesterov in Rosenbrock's valley": {
            "rule": "Nesterov", "surface": "Rosenbrock", "learning_rate": 0.01, "step": 3,
        },
    },
)  # fmt: skip
