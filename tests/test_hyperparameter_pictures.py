"""The numbers behind the pictures of hyperparameter search."""

import numpy as np
import pytest

from course_lib.hyperparameters import RandomSearch, random_against_grid, search
from course_lib.optimizers import GradientDescent
from lessons.demos import hyperparameter_search as figures
from lessons.demos.hyperparameter_search import halved, share_of_wins, staged, training, unstaged


@pytest.mark.parametrize("place, importance", [(0, 0.0), (20, 1.0)])
def test_the_share_of_wins_is_that_of_the_comparison(place, importance):
    grid, random = random_against_grid((1, importance), points=3, repeats=400)
    assert share_of_wins(3)[place] == (random < grid).mean()
    assert 0.75 < share_of_wins(3)[0] < 0.9 and share_of_wins(3)[20] < 0.65


def test_random_search_and_the_first_stage_try_the_same():
    results, parts = staged(5, shrink=0.3, seed=3)
    assert parts[0] == figures.MOMENTUM_SPACE and len(results) == 5 * len(parts)
    np.testing.assert_allclose([trial.loss for trial in results[:5]], unstaged(3)[:5], rtol=1e-6)
    alone = search(figures.momentum_objective, RandomSearch(figures.MOMENTUM_SPACE, 60), seed=3)
    # The losses run from 1e-3 to infinity; their order is what the picture shows.
    assert np.nanargmin(unstaged(3)) == alone.best.number


def test_a_search_in_stages_closes_in():
    """Each part lies inside the one before, `shrink` times as wide where no border cuts it."""
    _, parts = staged(12, shrink=0.3, seed=10)
    for name, scale in figures.MOMENTUM_SPACE.items():
        ends = [(scale.share_of(part[name].low), scale.share_of(part[name].high)) for part in parts]
        widths = [high - low for low, high in ends]
        assert all(width <= 0.3**stage + 1e-9 for stage, width in enumerate(widths))


def test_halving_looks_up_what_training_gives():
    rates, losses = training(9, batch_size=12, seed=2)
    results = halved(9, budget=3, batch_size=12, seed=2)
    assert [trial.budget for trial in results] == 9 * [3] + 3 * [9] + [27]
    loss = figures.linear_loss(figures.LINE_NOISE, figures.LINE_SEED)
    for trial in results:
        assert rates[trial.candidate] == trial.settings["learning_rate"]
        path = figures.descend(
            loss, figures.LINE_START, GradientDescent(rates[trial.candidate]), trial.budget
        )
        above = path.final_loss - figures.lowest_loss_of_the_line()
        np.testing.assert_allclose(trial.loss, max(above, figures.SMALLEST), rtol=1e-6)
    assert losses.min() >= figures.SMALLEST
