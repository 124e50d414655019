"""What the pictures of stochastic gradient descent compute for themselves."""

import numpy as np
import pytest

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.optimizers import SVRG, GradientDescent
from lessons import demos
from lessons.demos import stochastic_gradient_descent as figures
from lessons.experiments.scenes import STARTS_6_5, gabor_loss, gabor_minima


def test_the_cloud_holds_the_step_of_every_batch_of_three():
    phi, loss = (-1.5, 9.8), gabor_loss()
    ends, rises = figures.possible_steps(phi, 0.6)
    batches = figures.all_batches(28, 3)
    assert len({*map(tuple, batches)}) == len(ends) == 3276
    for number in (0, 1000, 2275, 3275):
        step = descend(loss, phi, GradientDescent(0.6), 1, batches=[batches[number]])
        np.testing.assert_allclose(ends[number], step.final)
        assert rises[number] == (step.losses[1] > step.losses[0])


def test_every_run_is_the_one_of_its_seed():
    runs = figures.seeded_runs(2, 1.0, 2)
    assert runs.shape == (9, 100, 2)
    for seed in (0, 33, 99):
        alone = descend(
            gabor_loss(), STARTS_6_5[1], GradientDescent(1.0), 40, Minibatches(2, rng=seed)
        )
        np.testing.assert_allclose(runs[:, seed], alone.params[::5], atol=1e-6)


@pytest.mark.parametrize("start, rank", [(1, 0), (2, 4), (3, 0)])
def test_before_the_first_step_every_run_is_in_the_valley_of_its_start(start, rank):
    assert (figures.valleys(2, 1.0, start, 0) == rank).all()


def test_noise_frees_some_runs_from_start_2_and_gradient_descent_none():
    assert 4 <= (figures.valleys(2, 1.0, 2, 40) == 0).sum() <= 18
    assert (figures.valleys(28, 2 / 28, 2, 40) == 4).all()


def test_noise_drives_runs_out_of_the_right_valley_as_well():
    assert (figures.valleys(2, 1.0, 1, 40) == 0).sum() == 83  # as notebook 05 says


def test_from_the_very_bottom_of_start_2s_valley_every_batch_leads_up():
    _, rises = figures.possible_steps(tuple(gabor_minima()[4].phi), 0.6)
    assert rises.all()
    assert STARTS_6_5[1][0] < gabor_minima()[4].phi[0] < 6  # it is the one that notebook 05 means


def test_without_patience_halving_begins_before_the_descent_has_arrived():
    halving = demos.halving
    texts = [
        halving.draw(**halving.defaults() | {"patience": patience})[1] for patience in (0, 4, 10)
    ]
    assert [text.split()[1] for text in texts] == ["35", "6", "3"]  # as notebook 05 says


def test_schedules_start_and_end_together_but_for_the_steps_and_the_warm_up():
    ways = figures.schedules(0.1, left=0.01)
    assert all(way(0) == pytest.approx(0.1) for name, way in ways.items() if name != "warm-up")
    ends = {name: way(figures.SCHEDULE_STEPS - 1) for name, way in ways.items()}
    for name in ("exponential", "1/t", "linear to τ", "step"):
        assert ends[name] == pytest.approx(0.001, rel=0.05)
    assert ends["constant"] == 0.1


def test_svrg_pays_two_batches_a_step_and_a_pass_for_each_anchor():
    path, passes = figures.svrg_path(0.04, batch_size=5, refresh=20, seed=0)
    assert passes[:3] == pytest.approx([0, 1.05, 1.1])
    assert passes[20:22] == pytest.approx([2, 3.05])
    assert len(passes) == len(path.losses) and passes[-1] <= figures.PASSES


def test_at_an_anchor_all_of_svrgs_steps_are_one_and_later_they_are_not():
    rule = SVRG(0.04, refresh=20)
    path, _ = figures.svrg_path(0.04, batch_size=5, refresh=20, seed=0)
    fresh = figures.possible_moves(rule, path, 40, 20, 5)
    assert np.ptp(fresh, axis=0) == pytest.approx(0, abs=1e-12)
    late = figures.possible_moves(rule, path, 50, 20, 5)
    plain = figures.possible_moves(GradientDescent(0.04), path, 50, 20, 5)
    assert 0 < late.std(axis=0).max() < plain.std(axis=0).max() / 2
    whole = figures.many_points().gradient(path.params[50])
    np.testing.assert_allclose(plain.mean(axis=0), -0.04 * 5 / 200 * whole, atol=0.01)
