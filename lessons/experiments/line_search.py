"""Ways of choosing the rate on a quadratic bowl, of which notebook 03 shows the zig-zag."""

import numpy as np

from course_lib.optimizers import GradientDescent
from lessons.experiments.momentum import best_fixed_rate


def zigzag_rules(conditioning):
    """Three ways of choosing the rate on a bowl with the eigenvalues 1 and κ, by name."""
    return {
        "exact line search": GradientDescent(line_search=lowest_on_the_line),
        "best fixed rate": GradientDescent(best_fixed_rate(1, conditioning)),
        "half the exact step": GradientDescent(
            line_search=lambda loss, phi, direction: lowest_on_the_line(loss, phi, direction) / 2
        ),
    }


def lowest_on_the_line(loss, phi, direction):
    """The line search of a quadratic loss in closed form: α = -gᵀd / dᵀHd.

    It is what bracketing finds, without the search, so that a picture follows its sliders.
    """
    slope = loss.gradient(phi) @ direction
    curvature = direction @ loss.hessian(phi) @ direction
    return np.divide(-slope, curvature, out=np.zeros(()), where=curvature > 0)
