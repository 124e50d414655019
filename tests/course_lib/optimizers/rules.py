"""The rules under test, in one table: their forms, and the units of their numbers.

A new rule is entered here, and every test of what holds for all rules takes it from here. What it
is in torch or optax is in oracles/cases.py.
"""

import numpy as np

from course_lib.line_search import Backtracking, Bracketing
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    SVRG,
    SWATS,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    BufferMomentum,
    ConjugateGradient,
    DeltaBarDelta,
    GradientDescent,
    HalveOnStall,
    Momentum,
    NAdam,
    Nesterov,
    NesterovAsPrinted,
    Newton,
    NormalizedGradient,
    RAdam,
    RegularizedNewton,
    RewrittenNesterov,
    RMSProp,
    RMSPropNesterov,
    VelocityMomentum,
    VelocityNesterov,
    Yogi,
)


def largest(phi):
    """A validation loss that no rounding touches: the largest parameter."""
    return np.abs(phi).max(axis=-1)


# Every rule, in each form that takes another way through its code.
COORDINATE_WISE = [
    GradientDescent(0.1),
    SVRG(0.1, refresh=3),
    Momentum(0.1, beta=0.8),
    VelocityMomentum(0.1, beta=0.8),
    BufferMomentum(0.1, beta=0.8, dampening=0.25),
    Nesterov(0.1, beta=0.8),
    NesterovAsPrinted(0.1, beta=0.8),
    VelocityNesterov(0.1, beta=0.8),
    RewrittenNesterov(0.1, beta=0.8),
    NormalizedGradient(0.1, epsilon=0.01),
    NormalizedGradient(0.1, epsilon=0.01, epsilon_inside=True),
    DeltaBarDelta(0.1, increase=0.02, decrease=0.3),
    AdaGrad(0.3, epsilon=0.01, initial_v=0.1),
    AdaGrad(0.3, epsilon=0.01, epsilon_inside=True),
    RMSProp(0.1, epsilon=0.01),
    RMSProp(0.1, epsilon=0.01, epsilon_inside=True, centered=True),
    RMSPropNesterov(0.1, beta=0.8, epsilon=0.01),
    RMSPropNesterov(0.1, beta=0.8, epsilon=0.01, epsilon_inside=True),
    AdaDelta(0.7, epsilon=0.01),
    Adam(0.1, gamma=0.9, epsilon=0.01),
    Adam(0.1, gamma=0.9, epsilon=0.01, epsilon_inside=True, bias_correction=False),
    AdamW(0.1, gamma=0.9, epsilon=0.01, weight_decay=0.3),
    AMSGrad(0.1, gamma=0.9, epsilon=0.01),
    AMSGrad(0.1, gamma=0.9, epsilon=0.01, bias_correction="after_max"),
    AMSGrad(0.1, gamma=0.9, epsilon=0.01, bias_correction="before_max"),
    Yogi(0.1, gamma=0.9, epsilon=0.01, initial_m=0.1, initial_v=0.1),
    Yogi(0.1, gamma=0.9, epsilon=0.01, bias_correction=False),
    RAdam(0.1, gamma=0.9, epsilon=0.01),
    RAdam(0.1, gamma=0.9, epsilon=0.01, epsilon_before_correction=True),
    NAdam(0.1, gamma=0.9, epsilon=0.01),
    NAdam(0.1, gamma=0.9, epsilon=0.01, momentum_decay=0.1),
]
# These look at all the parameters at once: at products of them, or at a loss.
JOINT = [
    GradientDescent(line_search=Bracketing(max_distance=2.0)),
    GradientDescent(line_search=Backtracking()),
    HalveOnStall(Momentum(0.3), validation=largest, patience=1),
    SWATS(0.1, beta=0.5, gamma=0.5, epsilon=0.01, tolerance=0.003),
    Newton(0.5),
    RegularizedNewton(damping=0.5),
    RegularizedNewton(damping=0.5, line_search=Bracketing(max_distance=2.0)),
    RegularizedNewton(damping=0.5, adaptive=True),
    ConjugateGradient(),
    ConjugateGradient("fletcher-reeves"),
    BFGS(),
    LBFGS(memory=3),
]
RULES = COORDINATE_WISE + JOINT

# The unit of each hyperparameter that has one: powers of the unit of φ and of that of the loss.
SLOPE, SQUARED_SLOPE = (-1, 1), (-2, 2)
LENGTH, LENGTH_PER_SLOPE = (1, 0), (2, -1)
UNITS = {
    GradientDescent: {"learning_rate": LENGTH_PER_SLOPE},
    SVRG: {"learning_rate": LENGTH_PER_SLOPE},
    Momentum: {"learning_rate": LENGTH_PER_SLOPE},
    VelocityMomentum: {"learning_rate": LENGTH_PER_SLOPE},
    BufferMomentum: {"learning_rate": LENGTH_PER_SLOPE},
    Nesterov: {"learning_rate": LENGTH_PER_SLOPE},
    NesterovAsPrinted: {"learning_rate": LENGTH_PER_SLOPE},
    VelocityNesterov: {"learning_rate": LENGTH_PER_SLOPE},
    RewrittenNesterov: {"learning_rate": LENGTH_PER_SLOPE},
    DeltaBarDelta: {"learning_rate": LENGTH_PER_SLOPE, "increase": LENGTH_PER_SLOPE},
    NormalizedGradient: {"learning_rate": LENGTH, "epsilon": SLOPE},
    AdaGrad: {"learning_rate": LENGTH, "epsilon": SLOPE, "initial_v": SQUARED_SLOPE},
    RMSProp: {"learning_rate": LENGTH, "epsilon": SLOPE},
    RMSPropNesterov: {"learning_rate": LENGTH, "epsilon": SLOPE},
    AdaDelta: {"epsilon": (2, 0)},  # the square of a length, and of a slope as well: see below
    Adam: {"learning_rate": LENGTH, "epsilon": SLOPE},
    AdamW: {"learning_rate": LENGTH, "epsilon": SLOPE, "weight_decay": (-1, 0)},
    AMSGrad: {"learning_rate": LENGTH, "epsilon": SLOPE},
    Yogi: {
        "learning_rate": LENGTH,
        "epsilon": SLOPE,
        "initial_m": SLOPE,
        "initial_v": SQUARED_SLOPE,
    },
    NAdam: {"learning_rate": LENGTH, "epsilon": SLOPE},
    SWATS: {"learning_rate": LENGTH, "epsilon": SLOPE, "tolerance": LENGTH_PER_SLOPE},
    Newton: {},
    RegularizedNewton: {"damping": (-2, 1)},
    Bracketing: {"max_distance": LENGTH},
    Backtracking: {"initial_rate": LENGTH_PER_SLOPE},
}
