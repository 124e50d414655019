"""Slider demos of notebook 05: stochastic gradient descent."""

from course_lib.controls import Choice, LogSlider, Slider, Switch
from course_lib.explorers.sliders import RATE
from course_lib.figures import stochastic as figures
from course_lib.panel import Explorer

BATCH = "batch size"
SEED = "seed of the batches"

fig_6_6 = Explorer(
    figures.fig_6_6,
    "Figure 6.6: a different loss for every batch",
    alt="Four panels. The loss of all examples and the loss of one batch of three, both with the "
    "step that the batch causes; the cloud of all possible steps, gold where they lead up; the "
    "model before and after. In the first row both losses fall, in the second only the batch's, in "
    "the third the cloud sits at the bottom of a wrong valley and nearly every batch leads up.",
    controls={
        "batch": Slider("number of the batch", 0, 3275, 1, 2653),
        "learning_rate": LogSlider(RATE, -2, 0.2, 0.05, 0.6),
        "phi0": Slider("φ₀", -10.0, 10.0, 0.1, -1.5),
        "phi1": Slider("φ₁", 2.5, 22.5, 0.1, 9.8),
    },
    presets={
        "down on both": {},
        "down on its own, up on the whole": {"batch": 2275},
        "at the bottom of a wrong valley": {"batch": 1553, "phi0": 5.9, "phi1": 7.9},
    },
)

fig_6_5b = Explorer(
    figures.fig_6_5b,
    "Figure 6.5b: stochastic gradient descent on the Gabor loss",
    alt="The Gabor loss with three rough paths and the end points of a hundred runs from one "
    "start, coloured by valley; the losses of the three runs; and how many of the hundred runs are "
    "in each valley, with an interval for the global one.",
    controls={
        "learning_rate": LogSlider(RATE, -1.5, 0.5, 0.05, 1.0),
        "batch_size": Slider(BATCH, 1, 28, 1, 2),
        "seed": Slider(SEED, 0, 99, 1, 0),
        "steps": Slider("steps", 0, 40, 5, 40),
        "start": Choice("100 runs from start", ("1", "2", "3"), "2"),
    },
    presets={
        "a lucky seed": {"seed": 33},
        "an unlucky seed": {"seed": 3},
        "all 28 examples, a rate as fast": {"batch_size": 28, "learning_rate": 0.071},
    },
)

epoch_counter = Explorer(
    figures.epoch_counter,
    "Which examples does each batch take?",
    alt="A grid of examples against steps. Without replacement every example is blue once between "
    "two red lines, and the last batch of each epoch is smaller; with replacement some examples "
    "are taken often, others seldom, and some twice in one batch. Beside it, how often each was "
    "taken.",
    controls={
        "examples": Slider("examples I", 10, 30, 1, 23),
        "batch_size": Slider(BATCH, 1, 10, 1, 5),
        "replacement": Switch("with replacement", False),
        "drop_last": Switch("drop the last, smaller batch", False),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"without replacement": {}, "with replacement": {"replacement": True}},
)

fig_lr = Explorer(
    figures.fig_lr,
    "Loss against epoch at four learning rates",
    alt="Loss against epoch. Low: nearly a straight line. Good: down to the lowest loss. High: up, "
    "then the lowest for a moment, then stuck above. Very high: up and away. On a log scale the "
    "good rate ends far closer to the lowest loss than the high one. In a second row, with all "
    "examples in each batch, the curves are smooth and the high rate diverges too.",
    controls={
        "learning_rate": LogSlider(RATE, -3, -0.5, 0.05, 0.08),
        "batch_size": Slider(BATCH, 1, 12, 1, 3),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"batches of 3": {}, "all 12 examples": {"batch_size": 12, "learning_rate": 0.02}},
)

rate_schedules = Explorer(
    figures.rate_schedules,
    "Six schedules, and the loss they lead to",
    alt="Left: a constant rate, four that fall to a hundredth, in steps, exponentially, as 1/t and "
    "on a straight line, and one that first rises. Right: SGD's excess loss under each; the "
    "constant rate stays on a plateau, and all others end far below it, but for 1/t where it falls "
    "to a hundredth.",
    controls={
        "initial": LogSlider("first rate α₀", -2, -0.85, 0.05, 0.1),
        "left": LogSlider("share left at the end", -3, -0.1, 0.1, 0.01),
        "batch_size": Slider(BATCH, 1, 12, 1, 3),
        "schedule": Choice("schedule", figures.SCHEDULE_NAMES, "1/t"),
    },
    presets={"down to a tenth": {"left": 0.1}, "down to a hundredth": {}},
)

halving = Explorer(
    figures.halving,
    "Halving the rate when the validation loss stalls",
    alt="Three panels against the epoch: the rate, a staircase downwards beside a constant line; "
    "the validation loss; the training loss above the lowest, which stays on a plateau at the "
    "constant rate and falls by orders of magnitude where the rate is halved.",
    controls={
        "learning_rate": LogSlider("first rate α", -2, -0.85, 0.05, 0.1),
        "patience": Slider("patience, in epochs", 0, 10, 1, 4),
        "batch_size": Slider(BATCH, 1, 12, 1, 3),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"patience 4": {}},
)

variance_reduction = Explorer(
    figures.variance_reduction,
    "SGD's plateau, and SVRG",
    alt="Left: loss above the lowest against passes over the data. Gradient descent falls on a "
    "straight line, SGD falls fast and stays on a plateau, SVRG falls on a steep straight line. "
    "Right: the possible steps of SGD, a wide cloud, and of SVRG, a small one.",
    controls={
        "learning_rate": LogSlider(RATE, -3, -1, 0.05, 0.03),
        "batch_size": Slider(BATCH, 6, 20, 1, 8),
        "refresh": Slider("steps to a new anchor", 5, 80, 5, 20),
        "step": Slider("look at step", 0, 80, 1, 30),
        "seed": Slider(SEED, 0, 20, 1, 0),
    },
    presets={"early": {"step": 5}, "later": {"step": 50}},
)
