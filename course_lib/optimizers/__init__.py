"""Update rules (floor 3), one family a file.

A rule is a frozen dataclass of hyperparameters with two pure methods:

    init(phi) -> state                            before the first step
    step(phi, state, loss, t) -> (phi, state)     step t = 0, 1, …

The rule is handed the loss to ask, not a gradient, so that it may ask where it likes. The first
gradient it asks for counts as the one the step saw. A hyperparameter that is an array has one value
for each member of the ensemble; the arrays of a state have the ensemble in front, as phi does.
`course_lib.descent.descend` drives every rule.
"""

from course_lib.optimizers.gradient_descent import GradientDescent
from course_lib.optimizers.halve_on_stall import HalveOnStall

__all__ = ["GradientDescent", "HalveOnStall"]
