"""Answers to the task of notebook 00."""

import numpy as np

RIGHT = {"first_rate": [0.035, 0.0251, np.float32(0.04)]}

WRONG = {
    "first_rate": [
        (0.001, "Longer steps get further"), (0.02, "0.202"), (0.0427, "A little shorter"),
        (0.1, "too long"), (1e6, "too long"), (-0.02, "above zero"), (0, "above zero"),
    ],
}  # fmt: skip
