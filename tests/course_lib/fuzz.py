"""Wrong arguments for every public name of the mathematics, one at a time, from a call that works.

    python -m tests.course_lib.fuzz            every call; a table of what came of them, by name
    python -m tests.course_lib.fuzz Adam MLP   those of some names, with the messages not clear

An argument may be of the wrong kind or of the wrong value. The answer is

    clear      a TypeError or ValueError that names the argument, its value and what was expected
    unclear    any other error: whoever made the mistake must read our code to find it
    nonsense   none, though the argument is of no kind that the call could mean anything by
    fine       none, and rightly so
"""

import inspect
import math
import numbers
import re
import signal
import sys
import warnings
from collections import Counter
from contextlib import chdir, contextmanager
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from types import FunctionType
from typing import NamedTuple

import numpy as np

import course_lib
from course_lib.batches import Minibatches
from course_lib.datasets import linear_data, two_class_data
from course_lib.descent import descend
from course_lib.diagnostics import EarlyStopping
from course_lib.hyperparameters import RandomSearch, Uniform
from course_lib.line_search import Bracketing
from course_lib.losses import L2Penalty, LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Linear, Logistic, Softmax
from course_lib.networks import MLP
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic
from lessons import searching

# Names that nobody calls but the library itself: on the way of a step they look at nothing twice.
INSIDE = {
    "fast", "optimizers._parts", "_validation", "line_search.dot",
    "_settings", "schedules.as_schedule",
    "optimizers.quasi_newton.updated", "optimizers.quasi_newton.two_loop",
    "optimizers.conjugate_gradient.fletcher_reeves", "optimizers.conjugate_gradient.polak_ribiere",
    "hyperparameters.results", "hyperparameters.stopping.MedianRule.hopeless",
    "hyperparameters.spaces.check_space", "hyperparameters.spaces.trial_rng",
    "searching.worker", "searching.checkpoints", "searching.table",
    "many_runs.BatchForEach",
    "line_search.Remembered", "descent.iterate", "_values", "line_search.length",
    "optimizers.radam.RAdam.rectification",
    "schedules.CheckedSchedule", "protocols",
    "_equations", "_errors", "losses.examples.replaced",
    # of networks there is no Hessian
    "losses.cross_entropy.SoftmaxCrossEntropy.curvature",
    "losses.cross_entropy.SoftmaxCrossEntropy.hessian",
}  # fmt: skip
# What calls return, and nobody makes; a name that ends in a dot stands for its making alone.
RESULTS = {
    "critical_points.CriticalPoint", "paths.Path.", "gradient_check.GradientReport",
    "diagnostics.checks.Check", "diagnostics.curves.Stop.", "losses.examples.SumOverExamples.",
    "losses.cross_entropy.OfClasses",  # what its two subclasses share
}  # fmt: skip


def _function(t=0):
    return 0.5


class _Text:
    def __array__(self, dtype=None, copy=None):
        return np.array(["a", "b"])


def _generator():
    yield 1.0


JUNK = {
    "None": lambda: None,
    "text": lambda: "abc",
    "no text": lambda: "",
    "a number in words": lambda: "1.5",
    "bytes": lambda: b"abc",
    "True": lambda: True,
    "NumPy's False": lambda: np.False_,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "-1": lambda: -1,
    "0": lambda: 0,
    "1.5": lambda: 1.5,
    "2**70": lambda: 2**70,
    "1j": lambda: 1 + 1j,
    "empty list": lambda: [],
    "empty array": lambda: np.empty((0, 2)),
    "ragged list": lambda: [[1.0], [1.0, 2.0]],
    "another shape": lambda: np.ones((2, 3, 5)),
    "0-d array": lambda: np.array(-3.0),
    "0-d text": lambda: np.array("a"),
    "array with nan": lambda: np.array([math.nan, 0.5]),
    "complex array": lambda: np.array([1.0, 2j]),
    "array of booleans": lambda: np.array([True, False]),
    "array of objects": lambda: np.array([None, 1.0], dtype=object),
    "array of bytes": lambda: np.array([b"1", b"2"]),
    "times": lambda: np.array(["2020-01-01", "2020-01-02"], "datetime64[D]"),
    "a time": lambda: np.datetime64("2020-01-01"),
    "durations": lambda: np.array([1, 2], "timedelta64[D]"),
    "masked array": lambda: np.ma.masked_array([1.0, 2.0], mask=[True, False]),
    "structured array": lambda: np.zeros(2, [("a", float), ("b", int)]),
    "class": lambda: Linear,
    "function": lambda: _function,
    "function of nothing": lambda: lambda: 0.5,
    "function to None": lambda: lambda *_: None,
    "function to text": lambda: lambda *_: "abc",
    "built-in": lambda: abs,
    "module": lambda: math,
    "dict": lambda: {"a": 1.0},
    "set": lambda: {1.0, 2.0},
    "generator": _generator,
    "numbers in words": lambda: ["1", "2"],
    "list with None": lambda: [None, 1.0],
    "nested list": lambda: [[[1.0, 2.0]]],
    "list of lists of text": lambda: [["a"], ["b"]],
    "array-like of text": _Text,
    "object": object,
    "long list": lambda: ["abc"] * 10_000,
    "long array": lambda: np.full(10_000, math.nan),
}


def is_numbers(value):
    """Are these real numbers, of whatever shape?"""
    if isinstance(value, np.ma.MaskedArray):
        return not np.ma.is_masked(value)
    try:
        array = np.asarray(value)
    except ValueError:
        return False
    if array.dtype.kind == "O":
        return array.size > 0 and all(isinstance(entry, numbers.Real) for entry in array.flat)
    return array.dtype.kind in "fiu" or (array.dtype.kind == "c" and not array.imag.any())


def is_finite(value):
    return is_numbers(value) and bool(np.isfinite(np.asarray(value, float)).all())


def is_number(value):
    return is_finite(value) and np.ndim(value) == 0


def is_whole(value):
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= 0


def is_schedule(value):
    """Does this give a number at every step? The built-in abs does: t itself."""
    return callable(value) and not isinstance(value, type) and is_number(value(0))


# What each kind of argument may be: whatever else is accepted without a word is nonsense.
KINDS = {
    "array": is_numbers,  # parameters may be nan: a path that ran away is asked for its losses
    "data": lambda value: is_finite(value) or np.asarray(value).dtype == bool,
    "numbers": lambda value: is_finite(value) and np.size(value) > 0,
    "rate": lambda value: KINDS["numbers"](value) or is_schedule(value),
    "number": is_number,
    "count": is_whole,
    "counts": lambda value: is_whole(value) or (is_finite(value) and np.ndim(value) > 0),
    "seed": is_whole,
    "flag": lambda value: isinstance(value, (bool, np.bool_)),
    "text": lambda value: isinstance(value, str),
    "function": lambda value: callable(value) and not isinstance(value, type),
    "thing": lambda value: False,  # a loss, a rule, …: no junk is one
    "anything": lambda value: True,
}


def optional(kind):
    """This kind, or None."""
    return lambda value: value is None or KINDS[kind](value)


LINE = LeastSquares(Linear(), *linear_data())
BOX = [(-1.0, 1.0), (-1.0, 1.0)]
NETWORK = MLP((1, 2, 1))
CLASSES = Softmax(MLP((1, 2, 2)))
SPACE = {"a": Uniform(0.0, 1.0)}


def _path():
    return descend(LINE, [[0.0, 0.0], [1.0, 1.0]], GradientDescent(0.01), 5)


def _objective(settings):
    return settings["a"]


# By the name of an argument, or of a name and its argument: a value that works, and the kind.
ARGUMENTS = {
    "H": (lambda: np.eye(2), "array"),
    "activation": (lambda: "tanh", "text"),
    "analytic": (lambda: [1.0, 2.0], "array"),
    "angle": (lambda: 0.5, "number"),
    "attempts": (lambda: 3, "count"),
    "b": (lambda: np.zeros(2), "array"),
    "batch_size": (lambda: 2, "count"),
    "batches": (lambda: Minibatches(2, rng=0), "thing"),
    "beta": (lambda: 0.9, "numbers"),
    "bias_correction": (lambda: True, "flag"),
    "bins": (lambda: 3, "count"),
    "bits": (lambda: 2, "counts"),
    "bounds": (lambda: BOX, "thing"),
    "budget": (lambda: 2, "count"),
    "budgets": (lambda: (1, 2, 3), optional("thing")),
    "centered": (lambda: True, "flag"),
    "centre": (lambda: [1.0, 2.0], "numbers"),
    "chance": (lambda: 6.0, "number"),
    "checkpoint": (lambda: None, lambda value: value is None or (isinstance(value, str) and value)),
    "coefficients": (lambda: [1.0, 2.0], "numbers"),
    "count": (lambda: 1, "counts"),
    "curvature": (lambda: 0.5, "number"),
    "dampening": (lambda: 0.5, "numbers"),
    "damping": (lambda: 0.5, "rate"),
    "decrease": (lambda: 0.5, "numbers"),
    "direction": (lambda: np.array([-1.0, -2.0]), "array"),
    "drop_last": (lambda: True, "flag"),
    "eigenvalues": (lambda: [1.0, 2.0], "numbers"),
    "ensemble": (lambda: (2,), "thing"),
    "epsilon": (lambda: 1e-8, "numbers"),
    "epsilon_before_correction": (lambda: True, "flag"),
    "epsilon_inside": (lambda: True, "flag"),
    "every": (lambda: 2, "count"),
    "executor": (lambda: None, lambda value: value is None or callable(value)),
    "f": (lambda: Quadratic([1.0, 2.0]), "function"),
    "factor": (lambda: 0.5, "number"),
    "final": (lambda: 0.1, "numbers"),
    "g": (lambda: np.ones(2), "array"),
    "gamma": (lambda: 0.9, "numbers"),
    "gradient": (lambda: [3.0, 4.0], "array"),
    "grid_points": (lambda: 5, "count"),
    "h": (lambda: 1e-5, "number"),
    "grace": (lambda: 1, "count"),
    "hessian": (lambda: [[1.0, 0.0], [0.0, 1.0]], "array"),
    "highest": (lambda: 0.9, "numbers"),
    "history": (lambda: [], lambda value: isinstance(value, list) and not value),
    "importance": (lambda: (1.0, 0.0), "numbers"),
    "increase": (lambda: 0.5, "numbers"),
    "indices": (lambda: [0, 1], "thing"),
    "initial": (lambda: 0.5, "numbers"),
    "initial_m": (lambda: 0.5, "numbers"),
    "initial_rate": (lambda: 0.5, "number"),
    "initial_v": (lambda: 0.5, "numbers"),
    "k": (lambda: 0.5, "numbers"),
    "keep": (lambda: "all", lambda value: is_whole(value)),
    "learning_rate": (lambda: 0.1, "rate"),
    "limit": (lambda: 1.0, "numbers"),
    "line_search": (lambda: Bracketing(), "function"),
    "loss": (lambda: LINE, "thing"),
    "losses": (lambda: [3.0, 2.0, 1.0], "array"),
    "low": (lambda: 0.1, "number"),
    "high": (lambda: 5.0, "number"),
    "max_distance": (lambda: 1.0, "number"),
    "max_norm": (lambda: 1.0, "numbers"),
    "max_trials": (lambda: 5, "count"),
    "memory": (lambda: 5, "count"),
    "model": (lambda: Linear(), "thing"),
    "momentum_decay": (lambda: 0.004, optional("number")),
    "n": (lambda: 4, "count"),
    "n_examples": (lambda: 12, "count"),
    "n_inputs": (lambda: 1, "count"),
    "network": (lambda: NETWORK, "thing"),
    "noise": (lambda: 0.1, "number"),
    "number": (lambda: 1, "count"),
    "numerical": (lambda: [1.0, 2.0], "array"),
    "objective": (lambda: _objective, "function"),
    "options": (lambda: ["a", "b"], np.iterable),
    "origin": (lambda: "", "text"),
    "params": (lambda: [[0.0, 1.0], [2.0, 3.0]], "array"),
    "path": (_path, "thing"),
    "patience": (lambda: 3, "count"),
    "penalised": (lambda: L2Penalty(LINE, 0.1), "function"),
    "phi": (lambda: np.array([0.1, 0.2]), "array"),
    "points": (lambda: 3, "counts"),
    "progress": (lambda: None, lambda value: value is None),
    "refresh": (lambda: 3, "count"),
    "repeats": (lambda: 3, "count"),
    "replacement": (lambda: True, "flag"),
    "retry_crashed": (lambda: False, "flag"),
    "rivals": (lambda: 1, "count"),
    "rng": (lambda: 0, "seed"),
    "rows": (lambda: [1.0, 2.0, 3.0], "array"),
    "rule": (lambda: GradientDescent(0.01), "thing"),
    "runs": (lambda: 3, "count"),
    "seed": (lambda: 0, "seed"),
    "share": (lambda: 0.5, "number"),
    "shrink": (lambda: 0.5, "number"),
    "sizes": (lambda: (1, 2, 1), "thing"),
    "slopes": (lambda: [1.0, 2.0], "numbers"),
    "stop": (lambda: None, lambda value: value is None),
    "watch": (lambda: None, lambda value: value is None),
    "widen": (lambda: (), lambda value: isinstance(value, (list, tuple)) and not value),
    "space": (lambda: SPACE, "thing"),
    "stages": (lambda: 3, "count"),
    "start": (lambda: [0.1, 0.2], "numbers"),
    "starts": (lambda: [[0.1, 0.2], [1.0, 2.0]], "numbers"),
    "steps": (lambda: 3, "count"),
    "strategy": (lambda: RandomSearch(SPACE, 2), "thing"),
    "strength": (lambda: 0.5, "number"),
    "sufficient": (lambda: 1e-4, "number"),
    "t": (lambda: 3, "count"),
    "tau": (lambda: 3, "count"),
    "then": (lambda: 0.5, "rate"),
    "threshold": (lambda: 4.0, "number"),
    "tolerance": (lambda: 0.1, "numbers"),
    "training": (lambda: LINE, "thing"),
    "trials": (lambda: 3, "count"),
    "validation": (lambda: LINE, "function"),
    "value": (lambda: 0.5, "number"),
    "width": (lambda: 0.5, "number"),
    "x": (lambda: np.array([0.0, 1.0, 2.0]), "array"),
    "y": (lambda: [1.0, 2.0, 3.0], "array"),
    "z": (lambda: 1.96, "array"),
    "zero": (lambda: 0.1, "number"),
    # where one name means several things
    "BinaryCrossEntropy.model": (lambda: Logistic(), "thing"),
    "BinaryCrossEntropy.x": (lambda: two_class_data(3)[0], "data"),
    "BinaryCrossEntropy.y": (lambda: two_class_data(3)[1], "data"),
    "SoftmaxCrossEntropy.model": (lambda: CLASSES, "thing"),
    "SoftmaxCrossEntropy.x": (lambda: [0.0, 1.0, 2.0], "data"),
    "SoftmaxCrossEntropy.y": (lambda: [0, 1, 1], "data"),
    "SoftmaxCrossEntropy.phi": (lambda: np.arange(10.0), "array"),
    "Softmax.logits": (lambda: MLP((1, 2, 2)), "thing"),
    "Softmax.phi": (lambda: np.arange(10.0), "array"),
    "softmax.z": (lambda: [0.5, 1.0], "array"),
    "Dropout.loss": (lambda: LeastSquares(NETWORK, *linear_data()), "thing"),
    "Dropout.phi": (lambda: np.arange(7.0), "array"),
    "rate": (lambda: 0.5, "number"),
    "ThinnedMLP.masks": (lambda: [[[0.0, 2.0]] * 3], "thing"),
    "ThinnedMLP.phi": (lambda: np.arange(7.0), "array"),
    "v": (lambda: [1.0, 2.0], "array"),
    "adaptive": (lambda: True, "flag"),
    "connections": (lambda: 3, "count"),
    "target": (lambda: 0.5, "number"),
    "Ensemble.accuracy.loss": (lambda: SoftmaxCrossEntropy(CLASSES, [0.0, 1.0], [0, 1]), "thing"),
    "folds.k": (lambda: 2, "count"),
    "Ensemble.model": (lambda: Linear(), "function"),
    "Ensemble.loss": (lambda: LINE, "thing"),
    "check_initial_loss.loss": (lambda: LINE, "function"),
    "check_penalty.loss": (lambda: LINE, "function"),
    "grid_search.loss": (lambda: LINE, "function"),
    "quantised_search.loss": (lambda: LINE, "function"),
    "AMSGrad.bias_correction": (lambda: "after_max", optional("text")),
    "CosineWave.phi": (lambda: np.array([0.5]), "array"),
    "Cubic.phi": (lambda: np.array([0.5]), "array"),
    "Polynomial.phi": (lambda: np.array([0.5]), "array"),
    "ShallowNetwork.phi": (lambda: np.arange(10.0), "array"),
    "MLP.phi": (lambda: np.arange(7.0), "array"),
    "activation_histograms.phi": (lambda: np.arange(7.0), "array"),
    "gradient_histograms.phi": (lambda: np.arange(7.0), "array"),
    "gradient_histograms.loss": (lambda: LeastSquares(NETWORK, *linear_data()), "thing"),
    "update_to_weight_ratio.network": (lambda: None, lambda value: value is None),
    "Choice.points": (lambda: 3, "anything"),
    "Choice.value": (lambda: "a", "anything"),
    "Choice.width": (lambda: 0.5, "anything"),
    "CoarseToFine.factor": (lambda: 3, "count"),
    "SuccessiveHalving.factor": (lambda: 3, "count"),
    "ConjugateGradient.beta": (lambda: "polak-ribiere", "text"),
    "descend_each.batches": (lambda: [Minibatches(2, rng=0)], "thing"),
    "descend.batches": (lambda: Minibatches(2, rng=0), optional("thing")),
    "descend.tolerance": (lambda: 0.1, optional("number")),
    "epochs_done.steps": (lambda: 30, "counts"),
    "train_validation_split.validation": (lambda: 0.2, "number"),
    "weight_decay": (lambda: 0.1, "numbers"),
    "gradient_check.gradient": (lambda: Quadratic([1.0, 2.0]).gradient, "function"),
    "GridSearch.points": (lambda: 3, "count"),
    "LBFGS.gamma": (lambda: 0.5, optional("numbers")),
    "LeastSquares.x": (lambda: [0.0, 1.0, 2.0], "data"),
    "LeastSquares.y": (lambda: [0.0, 1.0, 2.0], "data"),
    "SumOverExamples.x": (lambda: [0.0, 1.0, 2.0], "data"),
    "SumOverExamples.y": (lambda: [0.0, 1.0, 2.0], "data"),
    "Logistic.log_odds": (lambda: Linear(), "thing"),
    "WarmUp.start": (lambda: 0.5, "numbers"),
    "Ensemble.phi": (lambda: None, "anything"),
    "Constant.value": (lambda: 0.5, "numbers"),
    "surfaces.x": (lambda: 0.5, "array"),
    "surfaces.y": (lambda: 0.5, "array"),
    "Ensemble.losses": (lambda: [3.0, 2.0], "array"),
    "Ensemble.n": (lambda: 2, "count"),
    "exponential_average.beta": (lambda: 0.9, "number"),
    "overfit.rng": (lambda: 0, "seed"),
    "initialization.zeros.rng": (lambda: None, "anything"),
    "index_sum.points": (lambda: [], lambda value: value == []),
    "sigmoid.z": (lambda: [0.5], "array"),
    "relu.z": (lambda: [0.5], "array"),
    "turning_angles.points": (lambda: [[0, 0], [2, 0], [2, 1]], "array"),
    "wilson_interval.z": (lambda: 1.96, "number"),
    "Bracketing.tolerance": (lambda: 0.1, "number"),
    "check_initial_loss.tolerance": (lambda: 0.1, "number"),
    "HalveOnStall.loss": (lambda: LINE, "thing"),
    "single_examples.seed": (lambda: 0, "seed"),
}
for momentum in ("Momentum", "VelocityMomentum", "BufferMomentum", "Nesterov", "NesterovAsPrinted",
                 "VelocityNesterov", "RewrittenNesterov", "RMSPropNesterov"):  # fmt: skip
    ARGUMENTS[f"{momentum}.beta"] = (lambda: 0.9, "rate")
for equation in ("share", "slope", "curvature", "margin"):
    for each in "fzy":
        ARGUMENTS[f"{equation}.{each}"] = (lambda: [0.0, 1.0, 1.0], "array")
    ARGUMENTS[f"SoftmaxCrossEntropy.{equation}.z"] = (lambda: [[0.0, 1.0], [1.0, 0.0]], "array")
    ARGUMENTS[f"SoftmaxCrossEntropy.{equation}.y"] = (lambda: [0, 1], "array")


class Target(NamedTuple):
    """Something public to call: its name, how to come by it, and the function as it is written."""

    name: str
    call: object
    written: object

    @property
    def parameters(self):
        """The names of its arguments."""
        kinds = inspect.Parameter
        return [
            name
            for name, each in inspect.signature(self.written).parameters.items()
            if name != "self" and each.kind not in (kinds.VAR_KEYWORD, kinds.VAR_POSITIONAL)
        ]


def argument(name, parameter):
    """The valid value and the kind of a name's argument: the closest entry of the table."""
    parts = name.split(".")
    for place in (name, ".".join(parts[-2:]), parts[-1], *parts[::-1]):
        if f"{place}.{parameter}" in ARGUMENTS:
            return ARGUMENTS[f"{place}.{parameter}"]
    return ARGUMENTS[parameter]


def targets():
    """Every public function, class and method of the library, and of the searches with it."""
    for module in (*_modules(course_lib), *_modules(searching)):
        room = module.__name__.partition(".")[2]
        for short, thing in [*vars(module).items()]:
            name = f"{room}.{short}"
            own = getattr(thing, "__module__", "") == module.__name__
            public = own and not short.startswith("_")
            if public and callable(thing) and not _inside(name):
                yield from _targets_of(name, thing)


def _modules(package):
    """The modules in a package and in those within it."""
    for _, name, is_package in iter_modules(package.__path__, f"{package.__name__}."):
        room = name.partition(".")[2]
        if not _inside(room):
            module = import_module(name)
            yield module
            if is_package:
                yield from _modules(module)


def _inside(name):
    return name in INSIDE | RESULTS


def _targets_of(name, thing):
    if not inspect.isclass(thing):
        yield Target(name, lambda: thing, thing)
        return
    if issubclass(thing, tuple) or name in ("surfaces.curves.Curve", "surfaces.valleys.Surface"):
        return  # a record of results; or the part that several surfaces share
    made = f"{name}."
    if made not in RESULTS:
        yield Target(made, lambda: thing, thing)
    for method, function in inspect.getmembers(thing, callable):
        ours = str(getattr(function, "__module__", "")).startswith("course_lib")
        hidden = method.startswith("_") and method != "__call__"
        hidden |= f"{name}.{method}" in INSIDE
        if ours and not hidden and not inspect.isclass(function):
            if isinstance(function, FunctionType) or inspect.ismethod(function):
                yield Target(f"{name}.{method}", partial(_method, name, thing, method),
                             getattr(thing, method))  # fmt: skip


def _method(name, cls, method):
    if inspect.ismethod(getattr(cls, method)):
        return getattr(cls, method)
    if name == "ensembles.Ensemble" and method in ("accuracy", "majority", "votes"):
        return getattr(cls(CLASSES, np.ones((2, 10))), method)  # of classes
    return getattr(_instance(name, cls), method)


def _instance(name, cls):
    if name == "paths.Path":
        return _path()
    if name == "diagnostics.curves.Stop":
        return EarlyStopping(2)([3.0, 2.0, 1.0])
    if name == "losses.examples.SumOverExamples":
        cls = LeastSquares
    return cls(**valid(Target(f"{name}.", None, cls)))


def valid(target):
    """Arguments with which the call works, made anew."""
    names = [*target.parameters]
    if target.name.endswith("GradientDescent."):
        names.remove("line_search")
    return {name: argument(target.name, name)[0]() for name in names if is_tried(target, name)}


# The state between two steps, which the rule itself made.
STATES = {"state", "m", "v", "last", "pairs", "anchor", "H", "b"}


def is_tried(target, parameter):
    """Is this an argument for users to give?"""
    return not (target.name.endswith(".step") and parameter in STATES)


def try_with(target, parameter, value):
    """What comes of a call with one argument replaced: an error, or None."""
    try:
        function, arguments = target.call(), valid(target)
        if target.name.endswith(".step"):
            (state,) = STATES & set(target.parameters)
            arguments[state] = function.__self__.init(arguments["phi"])
        if target.name.endswith("GradientDescent.") and parameter == "line_search":
            del arguments["learning_rate"]
        arguments[parameter] = value
        with deadline(2.0), np.errstate(all="ignore"), TemporaryDirectory() as here, chdir(here):
            result = function(**arguments)
            if inspect.isgenerator(result) or hasattr(result, "__next__"):
                next(result, None)
    except Exception as error:
        return error
    return None


@contextmanager
def deadline(seconds):
    """Raise TimeoutError in what takes longer (where there are signals)."""

    def late(*_):
        raise TimeoutError(f"not done after {seconds} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


LONGEST = 400
"""Characters that a message may have."""


def is_clear(error, parameter, value):
    """Does this error name the argument, its value and what was expected?"""
    text = str(error)
    return (
        isinstance(error, (TypeError, ValueError))
        and re.search(rf"\b{parameter}\b", text) is not None
        and "expected" in text
        and len(text) <= LONGEST
        and _is_told(value, parameter, text)
    )


def _is_told(value, parameter, text):
    """Does the text show the value: as it is printed, by its shape, or by the entry at fault?"""
    try:
        shape = f"has shape {np.shape(value)}"
    except ValueError:
        shape = "no shape"
    prints = [repr(value)]
    if is_numbers(value) and np.ndim(value) == 0:
        prints += [repr(float(value)), str(float(value))]
    entry = re.search(
        rf"\b{parameter}(\[|\(|\.| has | is empty| names | holds | ended after )", text
    )
    printed = any(" ".join(each.split())[:25] in text for each in prints)
    return printed or shape in text or entry is not None


class Outcome(NamedTuple):
    name: str
    parameter: str
    junk: str
    verdict: str
    message: str


def outcome(target, parameter, junk):
    """What the call answers to this argument."""
    value = JUNK[junk]()
    error = try_with(target, parameter, value)
    kind = argument(target.name, parameter)[1]
    allowed = KINDS[kind] if isinstance(kind, str) else kind
    if error is None:
        verdict = "fine" if _is_allowed(allowed, value) else "nonsense"
        return Outcome(target.name, parameter, junk, verdict, "accepted")
    verdict = "clear" if is_clear(error, parameter, value) else "unclear"
    return Outcome(target.name, parameter, junk, verdict, f"{type(error).__name__}: {error}")


def _is_allowed(allowed, value):
    try:
        return bool(allowed(value))
    except (TypeError, ValueError):
        return False


def calls():
    """Every target with every argument and every kind of junk."""
    for target in targets():
        for parameter in target.parameters:
            if is_tried(target, parameter):
                for junk in JUNK:
                    yield target, parameter, junk


def main(names):
    warnings.simplefilter("ignore")
    rows = [
        outcome(*call) for call in calls() if not names or set(names) & set(call[0].name.split("."))
    ]
    verdicts = ("clear", "unclear", "nonsense", "fine")
    counts = Counter((row.name, row.verdict) for row in rows)
    print(f"{'':50}" + "".join(f"{verdict:>10}" for verdict in verdicts))
    for name in dict.fromkeys(row.name for row in rows):
        numbers = [counts[name, verdict] for verdict in verdicts]
        if names or numbers[1] or numbers[2]:
            print(f"{name:50}" + "".join(f"{number:10}" for number in numbers))
    totals = Counter(row.verdict for row in rows)
    print(f"{'in all':50}" + "".join(f"{totals[verdict]:10}" for verdict in verdicts))
    if names:
        for row in rows:
            if row.verdict in ("unclear", "nonsense"):
                place = f"{row.name}({row.parameter}={row.junk})"
                print(f"{row.verdict:9}{place:60} {row.message[:150]!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
