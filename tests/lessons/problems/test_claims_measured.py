"""The problem of chapter 14: claims of all kinds, what is none, and what the marker is given.

What is said of a flawed experiment, one requirement after another, is tested in
tests/lessons/marking/test_experiments.py.
"""

import re

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.optimizers import GradientDescent, Momentum
from course_lib.surfaces import Quadratic
from course_tools.notebooks import read
from lessons import claims
from lessons.course_map import ROOT
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Finding, claim, mean_of, share_of
from lessons.problems import pb_F14_1
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()
CELLS = {c.id: c for c in read(ROOT / "solutions/14_claims_measured/14_exercises.ipynb").cells}


def model_answer():
    """The experiment of the solution."""
    names = {}
    for part in ("tools", "experiment"):
        exec(CELLS[f"pb-F14-1-{part}"].source, names)
    return names["experiment"]


def momentum_against_descent(seed, broken=False):
    """Bowls of curvatures 1 and 100, or 1 and 1.2: a mean, its rule, nothing of the library's."""
    rng, gained = np.random.default_rng(seed), []
    for curvature in rng.uniform(*((1.1, 1.3) if broken else (80, 120)), 8):
        bowl, start = Quadratic([1.0, curvature]), rng.normal(size=2)
        rate = 1 / curvature
        ends = [
            descend(bowl, start, rule, 100, keep="last").final_loss
            for rule in (GradientDescent(rate), Momentum(10 * rate, 0.9))
        ]
        gained.append(np.log10((ends[0] + 1e-300) / (ends[1] + 1e-300)))
    figure = mean_of("powers of ten that momentum ends lower", gained)
    if figure.interval[0] > 0:
        return Finding((figure,), HOLDS, "in long valleys")
    return Finding((figure,), FAILS, "momentum swings on")


@claim("mine", "A median of ten noisy values is less noisy than their mean", "a colleague")
def median_or_mean(seed=0, broken=False, draws=400):
    """Ten values with outliers, drawn {draws} times with seed {seed}: which is nearer to 0?"""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(draws, 10)) if broken else rng.standard_cauchy((draws, 10))
    nearer = abs(np.median(values, axis=1)) < abs(values.mean(axis=1))
    figure = share_of("median nearer, share", nearer)
    if figure.interval[0] > 0.5:
        return Finding((figure,), CONDITION, "with outliers")
    return Finding((figure,), FAILS, "without outliers the mean does better, or as well")


RIGHT = {
    "pb-F14.1:statement": [
        "Momentum gains most in long valleys",
        "A median of ten noisy values is less noisy than their mean.",
        "Clipping survives a plateau",
        "A larger network is easier to overfit",
        "RMSProp is robust to its hyperparameters",
    ],
    "pb-F14.1:experiment": [model_answer(), momentum_against_descent, median_or_mean],
}


@mistake(pb_F14_1, "experiment", "expected `Finding(figures, verdict, why)`")
def only_a_share(seed, broken=False):
    return np.mean(np.random.default_rng(seed).random(100) < 0.7)


@mistake(pb_F14_1, "experiment", "with a comma")
def figure_without_its_tuple(seed, broken=False):
    return Finding(share_of("heads", np.random.default_rng(seed).random(9) < 0.7), HOLDS, "so")


mistake(pb_F14_1, "statement", "That is a question")("Is Adam better than SGD with momentum?")
mistake(pb_F14_1, "statement", "a whole sentence")("Adam wins")
mistake(pb_F14_1, "statement", "more than one sentence")("Adam is faster. SGD ends lower.")
for taken in claims.ALL.values():
    mistake(pb_F14_1, "statement", f"That is {taken.id} of the table")(f"{taken.statement}.")
mistake(pb_F14_1, "statement", "a whole sentence")("a b c d e f g h.")

LEAKS = {
    "pb-F14.1": (
        r"second half|last point|lags|single example|0\.5\b",
        "compare the mean of the second half with the last point",
    )
}


@pytest.mark.parametrize(
    "statement, id",
    [
        ("Local minima that are bad become rare when networks get larger.", "cl-46"),
        ("Ensembles improve steadily, with diminishing returns, as they grow.", "cl-30"),
        ("Clipping survives a plateau", "cl-23"),
    ],
)
def test_what_looks_like_a_claim_of_the_table_is_named(statement, id):
    [verdict] = pb_F14_1.verdict(statement=statement).parts
    assert f"It looks like {id} of the table" in verdict.message and verdict.points == 1


@pytest.mark.parametrize("name", pb_F14_1.schemes)
def test_the_marker_is_shown_the_scheme_that_the_problem_holds(name):
    cell = CELLS[f"pb-F14-1-{name}-argument"]
    assert pb_F14_1.scheme(name) in cell.source.split("BEGIN SOLUTION")[1]
    points = sum(criterion.points for criterion in pb_F14_1.schemes[name])
    assert cell.metadata["nbgrader"]["points"] == points
    assert f"({points} points, marked by hand)" in cell.source.split("<!--")[0]


def test_the_model_answer_says_what_its_experiment_finds():
    """Each figure of the seeds 0, 1 and 2 stands in it, to two digits, with its interval."""
    experiment, text = model_answer(), CELLS["pb-F14-1-found-argument"].source
    for seed in (0, 1, 2):
        for figure in experiment(seed).figures:
            low, high = figure.interval
            assert f"{figure.value:.2f} ({low:.2f} to {high:.2f})" in text
    said = {experiment(seed, broken=True).verdict for seed in (0, 1, 2)}
    assert said == {FAILS} and re.search(r"without noise .* does not hold", text, re.DOTALL)
