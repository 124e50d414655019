"""Update rules (floor 3), one family a file.

A rule is a frozen dataclass of hyperparameters with two pure methods:

    init(phi) -> state                            before the first step
    step(phi, state, loss, t) -> (phi, state)     step t = 0, 1, …

The rule is handed the loss to ask, not a gradient, so that it may ask where it likes.
`course_lib.descent.descend` drives every rule.
"""

from course_lib.optimizers.gradient_descent import GradientDescent

__all__ = ["GradientDescent"]
