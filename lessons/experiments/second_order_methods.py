"""What the demos, cells, tasks and problems of notebook 10 share."""

from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from course_lib.descent import iterate
from course_lib.line_search import Wolfe
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    ConjugateGradient,
    GradientDescent,
    Newton,
    RegularizedNewton,
)
from course_lib.surfaces import Beale, Curve, Himmelblau, Rosenbrock

SQUARE = ((-5.0, 5.0), (-5.0, 5.0))
"""The square around Himmelblau's minima."""


class Hyperbola(Curve):
    """√(1 + φ²): it bends up everywhere, but hardly so far from its minimum at 0."""

    def value(self, x):
        return np.sqrt(1 + x * x)

    def slope(self, x):
        return x / np.sqrt(1 + x * x)

    def curvature(self, x):
        return 1 / np.sqrt(1 + x * x) ** 3


# --- the race -------------------------------------------------------------------------------------


class Course(NamedTuple):
    """A surface to race on, and where."""

    loss: object
    bounds: tuple
    start: tuple


COURSES = {
    "Rosenbrock": Course(Rosenbrock(), ((-1.8, 1.8), (-3.6, 2.4)), (-1.2, 1.0)),
    "Himmelblau": Course(Himmelblau(), SQUARE, (0.0, 0.0)),
    "Beale": Course(Beale(), ((-0.5, 4.5), (-1.5, 2.0)), (2.0, 0.0)),
}
RACERS = {
    "gradient descent": GradientDescent(line_search=Wolfe()),
    "Newton": Newton(),
    "regularised Newton": RegularizedNewton(1.0, adaptive=True),
    "conjugate gradient": ConjugateGradient(),
    "BFGS": BFGS(),
    "L-BFGS": LBFGS(),
}
"""The regularised one adapts its λ, from 1 on."""
RACE_STEPS = 40


class Counting:
    """A loss that counts what is computed; a Hessian of P parameters counts as P gradients."""

    def __init__(self, loss):
        self._loss, self.evaluations = loss, 0

    def __call__(self, phi):
        self.evaluations += 1
        return self._loss(phi)

    def gradient(self, phi):
        self.evaluations += 1
        return self._loss.gradient(phi)

    def hessian(self, phi):
        self.evaluations += phi.shape[-1]
        return self._loss.hessian(phi)


class Raced(NamedTuple):
    """The path of a rule (T + 1, 2), its losses, and the evaluations that it took to get there."""

    params: np.ndarray
    losses: np.ndarray
    evaluations: np.ndarray


@lru_cache(maxsize=len(COURSES) * len(RACERS))
def raced(surface, rule):
    """One rule on one surface."""
    loss, _, start = COURSES[surface]
    counting, params, evaluations = Counting(loss), [np.array(start)], [0]
    for step in islice(iterate(counting, params[0], RACERS[rule], tolerance=1e-8), RACE_STEPS):
        if step.status:  # it had arrived, or run away: it stands still
            break
        params.append(step.phi)
        evaluations.append(counting.evaluations)
    params = np.array(params)
    return Raced(params, loss(params), np.array(evaluations))
