"""Basin maps of any rule, for notebook 07."""

from course_lib.controls import Choice, LogSlider, Slider
from course_lib.explorers.sliders import RATE, gabor_start
from course_lib.figures import basins as figures
from course_lib.panel import Explorer

basins_of_rules = Explorer(
    figures.basins_of_rules,
    "Which starts reach the global minimum, by which rule?",
    alt="Rows for gradient descent, momentum, Adam and AdaGrad. Left: the box of starts, each "
    "coloured by the minimum that it reaches. The global one has a band in the middle; with "
    "momentum and Adam it runs down to the floor of the box, over a shallow minimum that stops "
    "gradient descent. AdaGrad's map at a high rate is torn to shreds. Right: the share of each.",
    controls={
        "rule": Choice("rule", figures.RULES, "momentum"),
        "learning_rate": LogSlider(RATE, -3, 1, 0.1, 0.1),
        "steps": Slider("steps", 0, figures.LAST, figures.EVERY, 100),
        **gabor_start(-4.0, 16.0),
    },
    presets={
        "gradient descent, α = 0.1": {"rule": "gradient descent", "steps": 200},
        "momentum, α = 0.5": {"learning_rate": 0.5, "steps": 200},
        "Adam, α = 0.32": {"rule": "Adam", "learning_rate": 0.32, "steps": 200},
        "AdaGrad, α = 3.2": {"rule": "AdaGrad", "learning_rate": 3.2, "steps": 200},
    },
)
