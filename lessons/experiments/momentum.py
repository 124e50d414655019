"""Momentum on a parabola, at its best on a bowl, and on the noisy wave of figure 6.7."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.many_runs import descend_each
from course_lib.optimizers import GradientDescent, VelocityMomentum, VelocityNesterov
from lessons.experiments.scenes import gabor_loss, gabor_minima


def roots(rule, beta, rate):
    """The two numbers r for which φₜ = rᵗ obeys the rule on ½ λ φ², where `rate` is αλ.

    Momentum makes φₜ₊₁ = (1 + β - αλ) φₜ - β φₜ₋₁ of the last two points; Nesterov, which looks
    ahead first, (1 + β)(1 - αλ) φₜ - β (1 - αλ) φₜ₋₁.
    """
    beta = np.asarray(beta, dtype=complex)
    if rule is VelocityMomentum:
        half, product = (1 + beta - rate) / 2, beta
    else:
        half, product = (1 + beta) * (1 - rate) / 2, beta * (1 - rate)
    spread = np.sqrt(half**2 - product)
    return np.stack([half + spread, half - spread])


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


START_6_7, BATCH_6_7, STEPS_6_7 = (-1.5, 9.8), 5, 100
"""Where figure 6.7 starts, how many examples a batch has, and how many steps it takes."""


def settled(rule, runs=100):
    """How many runs of figure 6.7 settle, a number for each member of the rule.

    Run i draws its batches with the seed i. It has settled if the last 20 of its points all lie
    within 1 of the lowest minimum.
    """
    batches = [Minibatches(BATCH_6_7, rng=seed) for seed in range(runs)]
    points = descend_each(gabor_loss(), START_6_7, rule, STEPS_6_7, batches).params
    distances = np.linalg.norm(points[-20:] - np.array(gabor_minima()[0].phi), axis=-1)
    return (distances < 1).all(axis=0).sum(axis=0)
