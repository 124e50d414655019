"""The claims about line search, held against closed forms and against inexact searches."""

import numpy as np
import pytest

from course_lib.datasets import LINE_SEED, linear_data
from course_lib.global_search import random_starts
from course_lib.line_search import Backtracking, Bracketing
from lessons.claims.line_search import (
    four_line_search_steps_come_near,
    line_search_steps_meet_at_right_angles,
)
from lessons.experiments.scenes import LINE_BOUNDS, LINE_START
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def test_four_steps_leave_what_exact_steps_leave():
    """On a bowl with the Hessian H the exact rate is gᵀg / gᵀHg; the excess is gᵀH⁻¹g / 2."""
    measured = four_line_search_steps_come_near(draws=30, starts=20, seed=5)
    rng, left = np.random.default_rng(5), []
    for seed in (LINE_SEED, *30 * [rng]):
        x, y = linear_data(seed=seed)
        design = np.stack([np.ones(12), x], axis=-1)
        hessian = 2 * design.T @ design
        starts = [LINE_START, *rng.uniform(*np.transpose(LINE_BOUNDS), size=(20, 2))]
        g = 2 * (starts @ design.T - y) @ design
        before = (g @ np.linalg.inv(hessian) * g).sum(axis=-1)
        for _ in range(4):
            rate = (g * g).sum(axis=-1) / (g @ hessian * g).sum(axis=-1)
            g = g - rate[:, None] * (g @ hessian)
        left.append((g @ np.linalg.inv(hessian) * g).sum(axis=-1) / before)
    left = np.array(left)
    in_the_figure, of_its_start, box, worst = (f.value for f in measured.figures.values())
    assert in_the_figure == pytest.approx(left[0, 0], rel=0.01)
    assert of_its_start == np.mean(left[1:, 0] < 0.01)
    assert box == pytest.approx(np.mean(left[1:, 1:] < 0.01), abs=0.005)
    assert worst == pytest.approx(left[1:].max(axis=1).mean(), rel=0.01)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shares_are_those_that_verdict_and_notebook_name(seed):
    """Most starts, a third left from the worst, and the figure's own start once in six draws."""
    measured = four_line_search_steps_come_near(seed=seed)
    _, of_its_start, box, worst = measured.figures.values()
    assert worst.value == pytest.approx(1 / 3, abs=0.05)
    assert of_its_start.interval[0] < 1 / 6 < of_its_start.interval[1]
    assert box.interval[0] > 0.5 and box.value == pytest.approx(3 / 4, abs=0.05)


@pytest.mark.parametrize("steps, verdict", [(1, FAILS), (40, HOLDS)])
def test_one_step_does_not_come_near_and_forty_do_from_everywhere(steps, verdict):
    assert four_line_search_steps_come_near(draws=5, steps=steps).verdict == verdict


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_turns_are_right_angles_after_the_steps_that_end_inside_their_bracket(seed):
    measured = line_search_steps_meet_at_right_angles(seed=seed)
    line_inside, line, gabor_inside, gabor, to_the_end = (
        figure.value for figure in measured.figures.values()
    )
    assert measured.verdict == CONDITION
    assert (line_inside, line) == (1, 1)
    assert 0.85 < gabor_inside < 0.97 and gabor > 0.99 and to_the_end < 0.05


def test_figures_of_right_angles_do_not_depend_on_the_last_digits(monkeypatch):
    """Other processors round otherwise, and the notebook prints the same numbers on all."""
    noise = np.random.default_rng(1)

    def nudged(bounds, n, rng):
        return random_starts(bounds, n, rng) * (1 + 1e-13 * noise.normal(size=(n, 2)))

    printed = str(line_search_steps_meet_at_right_angles())
    monkeypatch.setattr("lessons.claims.line_search.random_starts", nudged)
    assert str(line_search_steps_meet_at_right_angles()) == printed


@pytest.mark.parametrize("search", [Backtracking(), Bracketing(max_distance=0.05)])
def test_other_searches_turn_at_other_angles(search):
    assert line_search_steps_meet_at_right_angles(search=search).verdict == FAILS


def test_a_longer_bracket_is_as_exact():
    longer = line_search_steps_meet_at_right_angles(search=Bracketing(9.0, 1e-10))
    assert longer.verdict in (HOLDS, CONDITION)
