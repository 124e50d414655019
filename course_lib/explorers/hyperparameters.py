"""Slider demos of notebook 12: hyperparameter search."""

from course_lib.controls import LogSlider, Slider
from course_lib.figures import hyperparameters as figures
from course_lib.panel import Explorer

fig_grid_random = Explorer(
    figures.fig_grid_random,
    "Random against grid search",
    alt="Nine trials on a landscape whose valley runs along the second hyperparameter. On the "
    "grid they stand over three values of the first, at random over nine, and come closer. Right: "
    "the share of landscapes in which random search wins falls from 0.8 to 0.6 as the second "
    "hyperparameter gains importance.",
    controls={
        "importance": Slider("importance of h₂", 0.0, 1.0, 0.05, 0.0),
        "points": Slider("points along an axis", 2, 5, 1, 3),
        "seed": Slider("landscape", 0, 30, 1, 7),
    },
    presets={
        "only h₁ matters": {},
        "both matter alike": {"importance": 1.0},
    },
)

log_scale = Explorer(
    figures.log_scale,
    "Drawing a learning rate",
    alt="The loss of the line after 50 steps against the learning rate, with 30 draws on it. Drawn "
    "uniformly from 0 to 10, all of them lie above the largest stable rate and diverge. Drawn on a "
    "log scale, they spread over seven powers of ten, and several are good.",
    controls={
        "high": LogSlider("highest rate", -1, 1, 0.1, 10.0),
        "low": LogSlider("lowest rate (b)", -8, -2, 0.5, 1e-6),
        "trials": Slider("draws", 5, 60, 5, 30),
        "steps": Slider("steps of training", 10, 200, 10, 50),
        "seed": Slider("seed", 0, 30, 1, 3),
    },
    presets={
        "0.000001 to 10": {},
        "0.000001 to 0.1": {"high": 0.1},
    },
)

coarse_to_fine = Explorer(
    figures.coarse_to_fine,
    "From coarse to fine",
    alt="A map of the loss after 15 steps over the learning rate and 1 − β, both on log scales, "
    "with one dark hollow of good pairs. Twelve trials over the whole map, then twelve in each of "
    "the ever smaller boxes around the best so far. Beside it: the best loss falls from stage to "
    "stage, that of plain random search hardly. In the second row the first stage found nothing "
    "near the hollow; the boxes close in beside it, and random search comes lower.",
    controls={
        "stage": Slider("stages shown", 1, figures.STAGES, 1, 3),
        "trials": Slider("trials in a stage", 4, 15, 1, 12),
        "shrink": Slider("shrink to", 0.1, 0.9, 0.05, 0.3),
        "seed": Slider("seed", 0, 30, 1, 10),
    },
    presets={
        "three stages": {},
        "led astray": {"seed": 17, "stage": 4},
    },
)

successive_halving = Explorer(
    figures.successive_halving,
    "Successive halving",
    alt="Left: 27 curves of the loss against the step. All are trained for the first budget, the "
    "best nine three times as long, the best three nine times, one 27 times. Right: the loss that "
    "each rate would reach in 243 steps. In the first row the rate that is kept is among the "
    "best; after a first budget of one step it is one that diverges; with noisy steps it is one "
    "that is quick at first and ends higher than some that were given up.",
    controls={
        "trials": Slider("trials", 3, 60, 3, 27),
        "budget": Slider("first budget", 1, 9, 1, 9),
        "batch_size": Slider("batch size", 1, 12, 1, 12),
        "seed": Slider("seed", 0, 30, 1, 7),
    },
    presets={
        "9 steps at first": {},
        "one step at first": {"budget": 1},
        "noisy steps": {"batch_size": 3},
    },
)
