"""Answers to the tasks of notebook 07."""

import re
from itertools import product

import numpy as np

from course_lib.datasets import linear_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import AdaGrad, Adam, GradientDescent, Momentum, NormalizedGradient
from course_lib.surfaces import badly_scaled_bowl
from course_tools.notebooks import read
from lessons.course_map import ROOT
from lessons.tasks.adaptive_methods import lowest_of

CHAPTER = ROOT / "notebooks/07_adaptive_methods.ipynb"


def hop_by_hop(start, alpha):
    while start > 0:
        start, before = start - alpha, start
    return max(before, -start)


def largest_one_by_one(phi, v, g, alpha, gamma):
    new = [max(gamma * old, abs(slope)) for old, slope in zip(v, g, strict=True)]
    moved = [p - alpha * slope / n for p, slope, n in zip(phi, g, new, strict=True)]
    return moved, new


def without_sizes(phi, v, g, alpha, gamma):
    v = np.maximum(gamma * v, g)
    return phi - alpha * g / v, v


def corrected_in_a_loop(average, shares):
    weight = 0.0
    for share in shares:
        weight = share * weight + 1 - share
    return average / weight


def lowest_one_by_one(losses, tries):
    """The lowest of all equally probable sequences of tries."""
    return np.mean([min(drawn) for drawn in product(losses, repeat=tries)])


CURES = {
    "a": "let the rate fall", "b": "raise the rate", "c": "correct the bias", "d": "raise the rate",
}  # fmt: skip

RIGHT = {
    "one_rate": [0.0954, 0.095, np.float32(0.0955)],
    "farther_hop": [hop_by_hop, lambda start, alpha: max(start % alpha, -start % alpha)],
    "adagrad_way": [2500, 2574, np.float64(2550.0)],
    "largest_yet": [
        largest_one_by_one,
        lambda phi, v, g, a, c: largest_one_by_one(phi, v, g, a, c),
    ],
    "as_descent": [[5e4, 1e6], (500, 1e4), np.array([5e7, 1e9])],
    "changing_beta": [corrected_in_a_loop, lambda a, s: a / (1 - np.exp(np.sum(np.log(s))))],
    "with_penalty": [0.8, 4 / 5, np.array([0.8])],
    "four_runs": [CURES, {key: cure.upper() for key, cure in CURES.items()}],
    "lowest_of": [
        lowest_one_by_one,
        lambda losses, k: (
            np.sort(losses) @ np.diff((np.arange(len(losses) + 1) / len(losses)) ** k)[::-1]
        ),
    ],
}

WRONG = {
    "one_rate": [
        (0.05, "one step"), (0.08, "in φ₀"), (0.099, "in φ₁"), (0.2, "blows up"),
        (-1, "none to try"), (2 / 20.5, "long run"), (0.1, "for ever"),
    ],
    "farther_hop": [
        (lambda start, alpha: start % alpha, "before it steps over"),
        (lambda start, alpha: alpha, "length of the hop"),
        (lambda start, alpha: start, "is 0.3"),
    ],
    "adagrad_way": [(100, "1.86"), (10_000, "forgets the 2"), (3000, "has walked"), (-1, "none")],
    "largest_yet": [
        (without_sizes, "sizes"),
        (lambda phi, v, g, a, c: phi - a * g / np.maximum(c * v, np.abs(g)), "return phi, v"),
        (lambda phi, v, g, a, c: phi, "expected"),
    ],
    "as_descent": [
        ([0.05, 1e-8], "whatever the slopes"), ([0.5, 10], "still count"), ([1e6, 1e6], "α/ε"),
        ([-1, 1], "above zero"), (0.05, "2 numbers"),
    ],
    "changing_beta": [
        (lambda a, s: a / (1 - s[-1] ** len(s)), "last share"),
        (lambda a, s: a / (1 - s[0] ** len(s)), "first share"),
        (lambda a, s: a, "corrected average"),
    ],
    "with_penalty": [(0.2, "how far"), (0.9, "curvature"), (1, "still pulls"), (0.5, "too small")],
    "four_runs": [
        ({**CURES, "a": "raise the rate"}, "hops farther"), ({**CURES, "b": "more"}, "none of"),
        ({key: "let the rate fall" for key in "abcd"}, "1 of 4"),
        ({**CURES, "d": "let the rate fall"}, "7.8"),
    ],
    "lowest_of": [
        (lambda losses, k: min(losses), "may well miss it"),
        (lambda losses, k: np.mean(losses), "a single try"),
        (lambda losses, k: max(losses), "the mean of the lowest loss is"),
    ],
}  # fmt: skip


def test_the_four_runs_are_those_of_the_table():
    """To the digits that are printed."""
    [table] = [c.source for c in read(CHAPTER).cells if c.id == "four_runs-task"]
    rows = [line.split(" | ")[1:] for line in table.splitlines() if re.match(r"\| [a-d]:", line)]
    uncorrected = Adam(0.5, bias_correction=False)
    rules = NormalizedGradient(0.5), AdaGrad(0.05), uncorrected, NormalizedGradient(0.01)
    for (losses, points), rule in zip(rows, rules, strict=True):
        path = descend(badly_scaled_bowl(), [-7.8, 1.3], rule, steps=300)
        told = [float(value.replace("−", "-")) for value in losses.split(", ")]
        np.testing.assert_allclose(told, path.losses[[0, 1, 2, 10, 40, 100, 300]], rtol=0.1)
        told = np.array(re.findall(r"[−\d.]+", points)).tolist()
        told = [float(value.replace("−", "-")) for value in told]
        np.testing.assert_allclose(told, path.params[:3].ravel(), atol=0.006)


def test_who_is_ahead_depends_on_the_number_of_tries():
    """By the exact means, what the page draws: one try favours Adam, sixteen find both."""
    [part] = lowest_of.parts
    line, rates = LeastSquares(Linear(), *linear_data()), np.logspace(-4, 1, 51)
    begin, lowest = line([1.6, -0.5]), line(np.polyfit(*linear_data(), 1)[::-1])
    found = {}
    for rule in (GradientDescent, Momentum, Adam):
        ends = descend(line, [1.6, -0.5], rule(rates), steps=100, keep="last").final_loss
        ends = np.where(ends < begin, ends, begin) - lowest
        found[rule] = [part.right(ends, tries) for tries in (1, 4, 16)]
    assert found[Adam][0] < found[Momentum][0] - 0.3 < found[GradientDescent][0] - 1
    assert max(found[Adam][2], found[Momentum][2]) < 0.005 < found[GradientDescent][2]
