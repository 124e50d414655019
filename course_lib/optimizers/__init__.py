"""Update rules (floor 3), one family a file.

A rule is a frozen dataclass of hyperparameters with two pure methods:

    init(phi) -> state                            before the first step
    step(phi, state, loss, t) -> (phi, state)     step t = 0, 1, …

The rule is handed the loss to ask, not a gradient, so that it may ask where it likes. The first
gradient it asks for counts as the one the step saw. A hyperparameter that is an array has one value
for each member of the ensemble; the arrays of a state have the ensemble in front, as phi does.
`course_lib.descent.descend` drives every rule.
"""

from importlib import import_module

_FILES = {
    "adadelta": ["AdaDelta"],
    "adagrad": ["AdaGrad"],
    "adam": ["Adam", "AdamW"],
    "amsgrad": ["AMSGrad"],
    "conjugate_gradient": ["ConjugateGradient"],
    "delta_bar_delta": ["DeltaBarDelta"],
    "gradient_descent": ["GradientDescent"],
    "halve_on_stall": ["HalveOnStall"],
    "momentum": ["BufferMomentum", "Momentum", "VelocityMomentum"],
    "nadam": ["NAdam"],
    "nesterov": ["Nesterov", "NesterovAsPrinted", "RewrittenNesterov", "VelocityNesterov"],
    "newton": ["Newton", "RegularizedNewton"],
    "normalized_gradient": ["NormalizedGradient"],
    "quasi_newton": ["BFGS", "LBFGS"],
    "radam": ["RAdam"],
    "rmsprop": ["RMSProp", "RMSPropNesterov"],
    "svrg": ["SVRG"],
    "swats": ["SWATS"],
    "yogi": ["Yogi"],
}
_FILE_OF = {rule: file for file, rules in _FILES.items() for rule in rules}
__all__ = sorted(_FILE_OF)


def __getattr__(name):
    """Import a rule's file when the rule is first asked for: most programs need one or two."""
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILE_OF[name]}"), name)


def __dir__():
    return [*globals(), *__all__]
