"""Slider demos of notebook 13: ensembles and averages."""

from course_lib.controls import Choice, Slider
from course_lib.explorers.sliders import RATE
from course_lib.figures import ensembles as figures
from course_lib.panel import Explorer

ensemble_fits = Explorer(
    figures.ensemble_fits,
    "Several networks that answer as one",
    alt="Three rows, one for each kind of ensemble. Left: noisy points, twelve thin curves of the "
    "members and a thick one, their mean. Right: the loss per new example falls with the number of "
    "members, at first more steeply; most for different starts, and hardly for the best of a "
    "search, most of which are flat lines.",
    controls={
        "kind": Choice("members", figures.KINDS, "different starts"),
        "members": Slider("how many", 1, figures.MEMBERS, 1, figures.MEMBERS),
        "seed": Slider("seed of the data", 0, 4, 1, 4),
    },
    presets={kind: {"kind": kind} for kind in figures.KINDS},
)

averaged_path = Explorer(
    figures.averaged_path,
    "A path that never settles, and its averages",
    alt="Left: a jittery path on the bowl of figure 6.1 with two smoother curves through it. "
    "Right: the loss of the path stays high; that of its exponential average is lower, and that of "
    "the mean of all later steps lowest.",
    controls={
        "learning_rate": Slider(RATE, 0.01, 0.2, 0.01, 0.1),
        "batch_size": Slider("batch size", 1, 12, 1, 2),
        "beta": Slider("exponential average, β", 0.0, 0.99, 0.01, 0.9),
        "seed": Slider("seed of the batches", 0, 20, 1, 0),
    },
    presets={"batches of two": {}},
)
