"""Update rules (floor 3), one family a file.

A rule is a frozen dataclass of hyperparameters with two pure methods:

    init(phi) -> state                            before the first step
    step(phi, state, loss, t) -> (phi, state)     step t = 0, 1, …

The rule is handed the loss to ask, not a gradient, so that it may ask where it likes. The first
gradient it asks for counts as the one the step saw. A hyperparameter that is an array has one value
for each member of the ensemble; the arrays of a state have the ensemble in front, as phi does.
`course_lib.descent.descend` drives every rule.
"""

from course_lib.optimizers.adadelta import AdaDelta
from course_lib.optimizers.adagrad import AdaGrad
from course_lib.optimizers.adam import Adam, AdamW
from course_lib.optimizers.amsgrad import AMSGrad
from course_lib.optimizers.conjugate_gradient import ConjugateGradient
from course_lib.optimizers.delta_bar_delta import DeltaBarDelta
from course_lib.optimizers.gradient_descent import GradientDescent
from course_lib.optimizers.halve_on_stall import HalveOnStall
from course_lib.optimizers.momentum import BufferMomentum, Momentum, VelocityMomentum
from course_lib.optimizers.nadam import NAdam
from course_lib.optimizers.nesterov import (
    Nesterov,
    NesterovAsPrinted,
    RewrittenNesterov,
    VelocityNesterov,
)
from course_lib.optimizers.newton import Newton, RegularizedNewton
from course_lib.optimizers.normalized_gradient import NormalizedGradient
from course_lib.optimizers.quasi_newton import BFGS, LBFGS
from course_lib.optimizers.radam import RAdam
from course_lib.optimizers.rmsprop import RMSProp, RMSPropNesterov
from course_lib.optimizers.svrg import SVRG
from course_lib.optimizers.swats import SWATS
from course_lib.optimizers.yogi import Yogi

__all__ = [
    "AMSGrad",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BFGS",
    "BufferMomentum",
    "ConjugateGradient",
    "DeltaBarDelta",
    "GradientDescent",
    "HalveOnStall",
    "LBFGS",
    "Momentum",
    "NAdam",
    "Nesterov",
    "NesterovAsPrinted",
    "Newton",
    "NormalizedGradient",
    "RAdam",
    "RMSProp",
    "RMSPropNesterov",
    "RegularizedNewton",
    "RewrittenNesterov",
    "SVRG",
    "SWATS",
    "VelocityMomentum",
    "VelocityNesterov",
    "Yogi",
]
