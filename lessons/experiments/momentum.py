"""Momentum at its best on a bowl: the rates and shares of chapter 6, and what each rule gains."""

import numpy as np

from course_lib.optimizers import GradientDescent, VelocityMomentum, VelocityNesterov


def best_fixed_rate(smallest, largest):
    """The best fixed rate of gradient descent on a bowl with these extreme curvatures."""
    return 2 / (smallest + largest)


def best_pair(smallest, largest):
    """The best α and β of momentum (velocity form) on a bowl with these extreme curvatures."""
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


def nesterov_pair(smallest, largest):
    """The usual α and β of Nesterov momentum (velocity form) on such a bowl."""
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return 1 / largest, (high - low) / (high + low)


def best_rules(conditioning):
    """Each rule at its best on eigenvalues 1 and κ, and the factor it should gain a step."""
    root = np.sqrt(conditioning)
    return {
        "gradient descent": (
            GradientDescent(best_fixed_rate(1, conditioning)),
            (conditioning - 1) / (conditioning + 1),
        ),
        "momentum": (VelocityMomentum(*best_pair(1, conditioning)), (root - 1) / (root + 1)),
        "Nesterov": (VelocityNesterov(*nesterov_pair(1, conditioning)), 1 - 1 / root),
    }  # fmt: skip
