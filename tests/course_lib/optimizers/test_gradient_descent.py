"""Gradient descent against what the theory of quadratics says of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.line_search import Backtracking, Bracketing
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic

repeatable = settings(derandomize=True, deadline=None, max_examples=40)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
point = st.tuples(st.floats(-5, 5), st.floats(-5, 5)).map(np.array)
eigenvalue = st.floats(0.1, 20)


def test_one_step_goes_against_the_gradient():
    start = np.array([1.0, 2.0])
    [_, end] = descend(LINE, start, GradientDescent(0.01), steps=1).params
    np.testing.assert_array_equal(end, start - 0.01 * LINE.gradient(start))


@given(eigenvalue, eigenvalue, point, st.floats(0.01, 0.12))
@repeatable
def test_each_axis_of_a_bowl_shrinks_by_its_own_factor(first, second, start, rate):
    """φᵢ after t steps is (1 - α λᵢ)ᵗ φᵢ: the whole theory of the rate in one line."""
    path = descend(Quadratic((first, second)), start, GradientDescent(rate), steps=20)
    factors = 1 - rate * np.array([first, second])
    expected = factors ** np.arange(21)[:, None] * start
    np.testing.assert_allclose(path.params, expected, rtol=1e-9, atol=1e-12)


@given(eigenvalue, eigenvalue, st.floats(0, 3))
@settings(repeatable, max_examples=15)
def test_the_stable_rate_is_two_over_the_largest_eigenvalue(first, second, angle):
    """Problem G1."""
    stable = 2 / max(first, second)
    rule = GradientDescent([0.9 * stable, 1.1 * stable])
    path = descend(Quadratic((first, second), angle), [1.0, 0.3], rule, steps=250)
    assert path.diverged.tolist() == [False, True]
    assert (np.diff(path.losses[:, 0]) <= 0).all()
    assert path.final_loss[0] < 0.5 * path.losses[0, 0]


def test_just_below_the_stable_rate_converges_and_just_above_diverges():
    bowl = Quadratic((1.0, 4.0))
    path = descend(bowl, [1.0, 1.0], GradientDescent([0.495, 0.5, 0.505]), steps=2000)
    assert path.final_loss[0] < 1e-12
    assert np.abs(path.params[:, 1, 1]) == pytest.approx(1)  # exactly there it swings for ever
    assert path.diverged.tolist() == [False, False, True]


def test_the_best_fixed_rate_is_two_over_smallest_plus_largest():
    smallest, largest = 1.0, 9.0
    best = 2 / (smallest + largest)
    rates = best * np.array([0.8, 0.95, 1.0, 1.05, 1.2])
    path = descend(Quadratic((smallest, largest)), [1.0, 1.0], GradientDescent(rates), steps=60)
    distances = np.linalg.norm(path.final, axis=-1)
    assert distances.argmin() == 2
    # There each step shrinks the distance by (κ - 1) / (κ + 1), κ = λmax / λmin.
    lengths = np.linalg.norm(path.params[:, 2], axis=-1)
    np.testing.assert_allclose(lengths[1:] / lengths[:-1], (9 - 1) / (9 + 1), rtol=1e-9)


def test_a_fit_of_the_line_ends_at_the_closed_form():
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    best = np.linalg.lstsq(design, LINE.y)[0]
    rate = 2 / np.linalg.eigvalsh(LINE.hessian(best)).sum()
    path = descend(LINE, [-2.0, 3.0], GradientDescent(rate), steps=2000, tolerance=1e-9)
    assert path.converged
    np.testing.assert_allclose(path.final, best, atol=1e-9)


@pytest.mark.parametrize("search", [Bracketing(2.0), Backtracking()])
def test_a_fit_by_line_search_ends_at_the_closed_form(search):
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    best = np.linalg.lstsq(design, LINE.y)[0]
    path = descend(LINE, [-2.0, 3.0], GradientDescent(line_search=search), steps=200)
    np.testing.assert_allclose(path.final, best, atol=1e-5)
    assert (np.diff(path.losses) <= 0).all()


def test_four_line_search_steps_come_near_the_minimum_of_figure_6_1():
    """Claim cl-1."""
    rule = GradientDescent(line_search=Bracketing(2.0))
    path = descend(LINE, [-0.5, -0.5], rule, steps=4)
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    lowest = LINE(np.linalg.lstsq(design, LINE.y)[0])
    assert path.final_loss - lowest < 0.01 * (path.losses[0] - lowest)


def test_the_rate_may_be_a_number_an_array_or_a_schedule():
    start = [1.0, 12.0]
    number = descend(GABOR, start, GradientDescent(0.01), steps=30)
    array = descend(GABOR, start, GradientDescent(np.array([0.01, 0.02])), steps=30)
    schedule = descend(GABOR, start, GradientDescent(lambda t: 0.01), steps=30)
    assert array.params.shape == (31, 2, 2)
    np.testing.assert_array_equal(number.params, array.params[:, 0])
    np.testing.assert_array_equal(number.params, schedule.params)
    assert not np.array_equal(number.params, array.params[:, 1])


def test_a_schedule_is_asked_for_step_0_1_2():
    rates = [0.5, 0.25, 0.125]
    path = descend(Quadratic((1.0,)), [8.0], GradientDescent(lambda t: rates[t]), steps=3)
    assert path.params.ravel().tolist() == [8, 4, 3, 2.625]


def test_an_array_of_rates_meets_an_array_of_starts():
    rates = np.array([[0.1], [0.2], [0.3]])
    starts = np.random.default_rng(0).normal(size=(4, 2))
    bowl = Quadratic((1.0, 3.0))
    path = descend(bowl, starts, GradientDescent(rates), steps=5)
    assert path.params.shape == (6, 3, 4, 2)
    for i, j in np.ndindex(3, 4):
        alone = descend(bowl, starts[j], GradientDescent(float(rates[i, 0])), steps=5)
        np.testing.assert_array_equal(path.params[:, i, j], alone.params)


@given(point, point)
@repeatable
def test_moving_the_bowl_moves_the_path(start, shift):
    rule = GradientDescent(0.07)
    here = descend(Quadratic((1.0, 9.0), 0.4), start, rule, steps=25)
    there = descend(Quadratic((1.0, 9.0), 0.4, tuple(shift)), start + shift, rule, steps=25)
    np.testing.assert_allclose(there.params, here.params + shift, atol=1e-12)
    np.testing.assert_allclose(there.losses, here.losses, atol=1e-10)


@given(point, st.floats(-3, 3))
@repeatable
def test_turning_the_bowl_turns_the_path(start, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    rule = GradientDescent(0.07)
    here = descend(Quadratic((1.0, 9.0)), start, rule, steps=25)
    there = descend(Quadratic((1.0, 9.0), angle), turn @ start, rule, steps=25)
    np.testing.assert_allclose(there.params, here.params @ turn.T, atol=1e-12)


class Scaled:
    """c times a loss."""

    def __init__(self, loss, factor):
        self.loss, self.factor = loss, factor

    def __call__(self, phi):
        return self.factor * self.loss(phi)

    def gradient(self, phi):
        return self.factor * self.loss.gradient(phi)


@pytest.mark.parametrize("factor", [0.25, 2.0, 1024.0])
@pytest.mark.parametrize("start", [(1.0, 12.0), (-4.0, 18.0)])
def test_a_loss_c_times_larger_wants_a_rate_c_times_smaller(factor, start):
    plain = descend(GABOR, start, GradientDescent(0.02), steps=100)
    scaled = descend(Scaled(GABOR, factor), start, GradientDescent(0.02 / factor), steps=100)
    np.testing.assert_array_equal(scaled.params, plain.params)  # exact: powers of two
    np.testing.assert_array_equal(scaled.losses, factor * plain.losses)
    louder = descend(Scaled(GABOR, factor), start, GradientDescent(0.02), steps=100)
    assert not np.allclose(louder.params, plain.params)


def test_the_first_step_keeps_taylors_promise_only_while_the_rate_is_small():
    start = np.array([1.0, 12.0])
    gradient = GABOR.gradient(start)
    shortfalls = []
    for rate in (1e-3, 1e-4, 1e-5):
        path = descend(GABOR, start, GradientDescent(rate), steps=1)
        promised = rate * gradient @ gradient
        shortfalls.append(abs(path.losses[0] - path.losses[1] - promised) / promised)
    assert shortfalls[0] / shortfalls[1] == pytest.approx(10, rel=0.1)
    assert shortfalls[1] / shortfalls[2] == pytest.approx(10, rel=0.1)
