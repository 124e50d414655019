"""Conjugate gradient, BFGS and L-BFGS beside SciPy's minimisers: the same minima, and no more work.

Both sides stop at a gradient of the same length, and both count each value and each gradient of the
loss that is computed, after a memory of the last point. Those of the path itself, for its first and
last loss, are among ours.
"""

from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize

from course_lib.descent import descend
from course_lib.optimizers import BFGS, LBFGS, ConjugateGradient
from course_lib.surfaces import Beale, Himmelblau, Quadratic, Rosenbrock

TOLERANCE = 1e-6

ROSENBROCK = [(-1.2, 1.0), (2.0, 2.0), (0.0, 0.0), (-1.0, -1.0), (1.5, -1.0)]
BEALE = [(1.0, 1.0), (2.0, 0.0), (0.0, 0.0), (4.0, 0.5), (1.0, -1.0)]
HIMMELBLAU = [(0.0, 0.0), (1.0, 1.0), (-2.0, -2.0), (-3.0, 3.0), (4.0, -3.0)]
BOWLS = [(10, 0, 2), (10, 0, 4), (10, -2, 2), (30, 0, 2)]
PROBLEMS = {
    **{f"rosenbrock {start}": (Rosenbrock(), start) for start in ROSENBROCK},
    **{f"beale {start}": (Beale(), start) for start in BEALE},
    **{f"himmelblau {start}": (Himmelblau(), start) for start in HIMMELBLAU},
    **{
        f"bowl of {size}, 1e{low} to 1e{high}": (
            Quadratic(np.logspace(low, high, size)),
            np.linspace(-1, 2, size),
        )
        for size, low, high in BOWLS
    },
}
# Our rule, SciPy's name for it, and how SciPy is told to stop at the same length of the gradient.
RULES = {
    "BFGS": (BFGS(), "BFGS", {"gtol": TOLERANCE, "norm": 2}),
    # This one measures the longest entry, which is shorter: it may stop a little sooner.
    "L-BFGS": (LBFGS(), "L-BFGS-B", {"gtol": TOLERANCE, "ftol": 0, "maxcor": 10}),
    "CG": (ConjugateGradient(), "CG", {"gtol": TOLERANCE, "norm": 2}),
}

problems = pytest.mark.parametrize("problem", PROBLEMS)
rules = pytest.mark.parametrize("name", RULES)


class Counting:
    """A loss that counts the values and the gradients that are computed."""

    def __init__(self, loss):
        self.loss, self.evaluations = loss, 0

    def __call__(self, phi):
        self.evaluations += 1
        return self.loss(phi)

    def gradient(self, phi):
        self.evaluations += 1
        return self.loss.gradient(phi)


@cache
def ours(name, problem):
    """The path, and how many evaluations it took, those of its last, rejected step included."""
    (rule, _, _), (loss, start) = RULES[name], PROBLEMS[problem]
    counting = Counting(loss)
    path = descend(counting, start, rule, 2000, tolerance=TOLERANCE, keep="last")
    return path, counting.evaluations


@cache
def theirs(name, problem):
    (_, method, options), (loss, start) = RULES[name], PROBLEMS[problem]
    result = minimize(loss, np.array(start), jac=loss.gradient, method=method, options=options)
    return result, result.nfev + result.njev


@rules
@problems
def test_the_same_minimum_for_at_most_twice_the_evaluations(name, problem):
    path, evaluations = ours(name, problem)
    result, their_evaluations = theirs(name, problem)
    loss, _ = PROBLEMS[problem]
    assert path.converged
    assert np.linalg.norm(loss.gradient(result.x)) < 10 * TOLERANCE
    np.testing.assert_allclose(path.final, result.x, atol=2e-4)
    assert evaluations <= 2 * their_evaluations


@rules
def test_over_all_these_problems_the_work_is_about_the_same(name):
    ratios = [ours(name, problem)[1] / theirs(name, problem)[1] for problem in PROBLEMS]
    assert 0.5 < np.exp(np.mean(np.log(ratios))) < 1.25


@problems
def test_fletcher_reeves_ends_there_too_if_later(problem):
    loss, start = PROBLEMS[problem]
    rule = ConjugateGradient("fletcher-reeves")
    path = descend(loss, start, rule, 2000, tolerance=TOLERANCE, keep="last")
    assert path.converged
    np.testing.assert_allclose(path.final, ours("CG", problem)[0].final, atol=2e-4)
