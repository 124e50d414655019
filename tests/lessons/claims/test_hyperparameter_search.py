"""The claims about searches, held against what is known, and turned where their condition goes."""

import numpy as np
import pytest

from course_lib.batches import folds
from lessons.claims.hyperparameter_search import (
    one_fold_chooses_as_well,
    random_search_beats_grid_search,
)
from lessons.experiments.hyperparameter_search import PENALTIES, choosing
from lessons.experiments.reading import all_digits
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def test_shares_of_wins_are_those_of_one_dimension():
    """Where c = 0 three points on a line meet nine random ones: a chance to integrate."""
    measured = random_search_beats_grid_search(landscapes=2000, importances=(0,), seed=3)
    rng = np.random.default_rng(8)
    a, draws = rng.random((100_000, 1)), rng.random((100_000, 9))
    for figure, grid in zip(measured.figures.values(), ([0, 0.5, 1], [1 / 6, 0.5, 5 / 6])):
        wins = np.abs(draws - a).min(axis=1) < np.abs(np.array(grid) - a).min(axis=1)
        assert figure.interval[0] - 0.01 < wins.mean() < figure.interval[1] + 0.01


@pytest.mark.parametrize(
    "importances, verdict", [((0,), HOLDS), ((0, 1), CONDITION), ((1,), FAILS)]
)
def test_random_search_wins_where_one_hyperparameter_decides(importances, verdict):
    assert random_search_beats_grid_search(importances=importances).verdict == verdict


@pytest.mark.parametrize("cases, verdict", [(((250, 5),), HOLDS), (((60, 20),), FAILS)])
def test_one_fold_is_enough_if_it_is_of_a_respectable_size(cases, verdict):
    assert one_fold_chooses_as_well(draws=20, cases=cases).verdict == verdict


def test_the_choices_are_those_of_the_folds():
    found = choosing(60, 5, 3)
    assert found.folds.shape == (5, 21) and found.fresh.shape == (21,)
    one, several = found.extra()
    assert found.folds[0, found.one()] == found.folds[0].min()
    assert found.folds.mean(axis=0)[found.several()] == found.folds.mean(axis=0).min()
    assert one == found.fresh[found.one()] - found.fresh.min() >= 0 <= several


def test_what_a_fold_says_is_what_a_training_without_it_would():
    found = choosing(60, 5, 3)
    x, y = all_digits()
    x = np.column_stack([x, np.ones(len(x))])
    order = np.random.default_rng(3).permutation(len(x))
    drawn, fresh, targets = order[:60], order[1000:], np.eye(10)[y] - 0.1

    def trained(examples, strength):
        """Where the gradient of Σ|W'x - y|² + strength/2 · |W|² vanishes."""
        inputs = x[examples]
        system = 2 * inputs.T @ inputs + strength * np.eye(65)
        return np.linalg.solve(system, 2 * inputs.T @ targets[examples])

    for number in (0, 10, 20):
        for fold, (train, held_out) in enumerate(folds(60, 5, 3)):
            weights = trained(drawn[train], PENALTIES[number])
            misses = x[drawn[held_out]] @ weights - targets[drawn[held_out]]
            assert found.folds[fold, number] == pytest.approx((misses**2).mean(), rel=1e-6)
        said = (x[fresh] @ trained(drawn, PENALTIES[number])).argmax(axis=1)
        assert found.fresh[number] == pytest.approx((said != y[fresh]).mean(), abs=0.002)
