"""The prediction of notebook 00: the first one that a student meets."""

from lessons.asking.prediction import Prediction
from lessons.demos.gradient_descent import first_fit

larger_rate = Prediction(
    name="larger_rate",
    text=r"""
At the rate 0.001 the line creeps. You make the learning rate larger and larger, up to 0.1. Does the
fit after thirty steps get better and better?
""",
    choices={
        "yes: longer steps get there sooner": "At first they do. But look at 0.1: each step shoots "
        "past the best line, and lands further away on the other side.",
        "yes, until it stays the same": "It does not stay: 0.1 is far too much. Each step shoots "
        "past the best line, by more than the one before.",
        "only up to some rate; then it gets worse": "Yes. Steps that are too long overshoot the "
        "best line. If they land further away than they began, the next one is longer still.",
        "no: a small rate is always better": "It is always *safe*. But after thirty steps at 0.001 "
        "most of the way is still ahead.",
    },
    right="only up to some rate; then it gets worse",
    demo=first_fit,
    setting={"learning_rate": 0.001},
    tried={
        "yes: longer steps get there sooner": {"learning_rate": 0.1},
        "yes, until it stays the same": {"learning_rate": 0.1},
        "only up to some rate; then it gets worse": {"learning_rate": 0.1},
    },
    answered_by=("00-fates",),
)
