"""Checks before training, and what to watch while it goes on (*Learning parameters*)."""

from course_lib.diagnostics.checks import (
    Check,
    check_gradient,
    check_initial_loss,
    check_penalty,
    overfit,
)
from course_lib.diagnostics.curves import Curves, EarlyStopping, Stop, training_curves
from course_lib.diagnostics.histograms import (
    Histogram,
    activation_histograms,
    gradient_histograms,
    update_to_weight_ratio,
)

__all__ = [
    "Check", "Curves", "EarlyStopping", "Histogram", "Stop", "activation_histograms",
    "check_gradient", "check_initial_loss", "check_penalty", "gradient_histograms", "overfit",
    "training_curves", "update_to_weight_ratio",
]  # fmt: skip
