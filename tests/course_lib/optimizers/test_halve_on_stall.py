"""Halving on a stall: what torch's scheduler does, seen through the steps of a rule."""

from itertools import islice

import numpy as np
import pytest

from course_lib.batches import Minibatches, steps_per_epoch
from course_lib.datasets import gabor_data
from course_lib.descent import descend, iterate
from course_lib.line_search import Backtracking
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import (
    BFGS,
    SVRG,
    AdaDelta,
    Adam,
    DeltaBarDelta,
    GradientDescent,
    HalveOnStall,
    Momentum,
    VelocityNesterov,
)
from course_lib.schedules import InverseTime, StepDecay
from course_lib.surfaces import Quadratic
from tests.oracles import live

NAN, INF = float("nan"), float("inf")
METRICS = [5, 4, 4, 4.5, 4, 3, 3, 3.5, NAN, 3, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2, NAN, NAN, INF, 1.9]
# The rates of torch 2.15, SGD(lr=1), after each ReduceLROnPlateau(threshold=0, eps=0).step(metric).
IMPATIENT = [0, 0, 1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 15]
AFTER_ONE = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 5, 6, 6, 6]
AFTER_TWO = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4]
RECORDED = [
    (0.5, 0, 0.5 ** np.array(IMPATIENT)),
    (0.5, 1, 0.5 ** np.array(AFTER_ONE)),
    (0.5, 2, 0.5 ** np.array(AFTER_TWO)),
    (0.1, 2, 0.1 ** np.array(AFTER_TWO)),
]
# The scales of optax 0.2.8, reduce_on_plateau(factor=0.5, patience=2, rtol=0, atol=1e-300).
WITHOUT_NAN = [metric for metric in METRICS if metric == metric]
OPTAX_PATIENCE_2 = 0.5 ** np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 4])

GABOR = LeastSquares(Gabor(), *gabor_data())
VALIDATION = LeastSquares(Gabor(), *gabor_data(n=40, seed=1))


class Slope:
    """A loss whose gradient is 1: each step of gradient descent is as long as the rate."""

    def __call__(self, phi):
        return phi[..., 0]

    def gradient(self, phi):
        return np.ones_like(phi)


def told(metrics):
    """A validation loss that says one thing after another."""
    metrics = iter(metrics)
    return lambda phi: np.float64(next(metrics))


def rates(rule, steps):
    """The rate of each step, and its scale as the state has it."""
    lengths, scales = [], []
    before = phi = np.zeros(1)
    for step in islice(iterate(Slope(), phi, rule), steps):
        lengths.append(float(before[0] - step.phi[0]))
        scales.append(float(step.state.scale))
        before = step.phi
    return lengths, scales


@pytest.mark.parametrize("factor, patience, recorded", RECORDED)
def test_the_rate_falls_where_torch_lowers_it(factor, patience, recorded):
    rule = HalveOnStall(GradientDescent(1.0), told(METRICS), patience, factor=factor)
    lengths, scales = rates(rule, len(METRICS))
    np.testing.assert_allclose(scales, recorded, rtol=1e-14)
    np.testing.assert_allclose(lengths, recorded, rtol=1e-10)


def test_torch_still_lowers_it_there():
    torch = live("torch")
    for factor, patience, recorded in RECORDED:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=factor, patience=patience, threshold=0, eps=0
        )
        for metric, rate in zip(METRICS, recorded):
            scheduler.step(metric)
            assert optimizer.param_groups[0]["lr"] == pytest.approx(rate, rel=1e-12)


def test_optax_loses_patience_one_check_sooner():
    def scales(patience):
        rule = HalveOnStall(GradientDescent(1.0), told(WITHOUT_NAN), patience)
        return rates(rule, len(WITHOUT_NAN))[1]

    assert scales(patience=1) == OPTAX_PATIENCE_2.tolist()
    assert scales(patience=2) != OPTAX_PATIENCE_2.tolist()


def test_only_every_so_many_steps_is_a_check():
    rule = HalveOnStall(GradientDescent(1.0), told(METRICS), patience=1, every=4)
    _, scales = rates(rule, 4 * len(METRICS))
    np.testing.assert_array_equal(scales, np.repeat(RECORDED[1][2], 4))


def test_the_rate_inside_may_be_a_schedule():
    schedule = InverseTime(0.8, k=0.5)
    rule = HalveOnStall(GradientDescent(schedule), told(METRICS), patience=1)
    lengths, _ = rates(rule, len(METRICS))
    np.testing.assert_allclose(lengths, RECORDED[1][2] * schedule(np.arange(len(METRICS))), 1e-10)


@pytest.mark.parametrize(
    "make",
    [
        GradientDescent,
        Momentum,
        VelocityNesterov,
        Adam,
        AdaDelta,
        lambda rate: SVRG(rate, refresh=7),
    ],
)
def test_a_loss_that_never_falls_halves_the_rate_of_any_rule_at_every_step(make):
    def end(rule):
        return descend(GABOR, [1.0, 12.0], rule, steps=30, batches=Minibatches(5, rng=0)).params

    stalled = end(HalveOnStall(make(0.02), lambda phi: 0.0, patience=0))
    np.testing.assert_array_equal(stalled, end(make(StepDecay(0.02, factor=0.5, every=1))))
    assert not np.array_equal(stalled, end(make(0.02)))


def test_a_loss_that_keeps_falling_changes_nothing():
    bowl = Quadratic((1.0, 3.0))
    rule = GradientDescent(0.2)
    plain = descend(bowl, [1.0, 2.0], rule, steps=30)
    watched = descend(bowl, [1.0, 2.0], HalveOnStall(rule, bowl, patience=0), steps=30)
    np.testing.assert_array_equal(watched.params, plain.params)


def test_a_rate_too_high_to_settle_is_halved_until_it_settles():
    bowl = Quadratic((1.0, 9.0))
    rule = GradientDescent(2 / 9)  # exactly at the stable rate: it swings for ever
    assert descend(bowl, [1.0, 1.0], rule, steps=500).final_loss > 1
    watched = descend(bowl, [1.0, 1.0], HalveOnStall(rule, bowl, patience=3), steps=500)
    assert watched.final_loss < 1e-12


def test_noise_of_sgd_settles_when_the_validation_loss_stalls():
    start, every = [0.5, 14.0], steps_per_epoch(28, batch_size=4)
    ends = {}
    for name, rule in (
        ("fixed", GradientDescent(0.15)),
        ("halved", HalveOnStall(GradientDescent(0.15), VALIDATION, patience=2, every=every)),
    ):
        path = descend(GABOR, start, rule, steps=100 * every, batches=Minibatches(4, rng=0))
        ends[name] = np.linalg.norm(np.diff(path.params[-every:], axis=0), axis=-1).mean()
    assert ends["halved"] < ends["fixed"] / 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0.15, np.array([0.15, 0.13, 0.07, 0.2, 0.011])])
def test_each_member_stalls_by_itself(dtype, rate):
    starts = np.random.default_rng(3).uniform([-5, 8], [5, 20], (5, 2)).astype(dtype)
    options = {"validation": VALIDATION, "patience": 0, "every": 2, "factor": 0.7}
    steps, batches = 80, Minibatches(3, rng=1)

    def walk(start, rate):
        rule = HalveOnStall(GradientDescent(rate), **options)
        return list(islice(iterate(GABOR, start, rule, batches.indices(28)), steps))

    together = walk(starts, rate)
    assert together[-1].phi.dtype == dtype
    assert len(set(together[-1].state.scale)) > 1
    for i, start in enumerate(starts):
        alone = walk(start, float(np.broadcast_to(rate, 5)[i]))
        np.testing.assert_array_equal([step.phi[i] for step in together], [s.phi for s in alone])
        assert together[-1].state.scale[i] == alone[-1].state.scale


def test_a_validation_loss_with_arrays_of_its_own_is_no_hyperparameter():
    bowl = Quadratic((1.0, 9.0))
    bowl.gradient([0.0, 0.0])  # its matrix is kept from here on
    path = descend(bowl, [1.0, 1.0], HalveOnStall(GradientDescent(0.1), bowl), steps=3)
    assert path.final.shape == (2,)


def test_never_stops_even_when_the_rate_has_gone_to_nothing():
    rule = HalveOnStall(GradientDescent(1.0), lambda phi: NAN, patience=0, factor=1e-200)
    lengths, _ = rates(rule, 5)
    assert lengths[0] == pytest.approx(1e-200)
    assert lengths[-1] == 0


def test_the_rule_is_pure():
    bowl, phi = Quadratic((1.0,)), np.array([3.0])
    rule = HalveOnStall(GradientDescent(3.0), bowl, patience=0)
    state = rule.init(phi)
    worse, stalled = rule.step(phi, state, bowl, 0)
    one, after = rule.step(worse, stalled, bowl, 1)
    two, again = rule.step(worse, stalled, bowl, 1)
    assert (one, after) == (two, again)
    assert (stalled.scale, after.scale) == (1, 0.5)
    assert (rule.rule.learning_rate, phi) == (3.0, 3.0)


@pytest.mark.parametrize(
    "make, message",
    [
        (
            lambda: HalveOnStall(GradientDescent(line_search=Backtracking()), GABOR),
            "rule is GradientDescent.* expected one whose learning_rate may be a schedule",
        ),
        (
            lambda: HalveOnStall(DeltaBarDelta(0.1), GABOR),  # its rates go their own way
            r"rule is DeltaBarDelta\(.* expected one whose learning_rate may be a schedule",
        ),
        (lambda: HalveOnStall(BFGS(), GABOR), "rule is BFGS.* expected one whose learning_rate"),
        (lambda: HalveOnStall(0.1, GABOR), "rule is 0.1, expected one whose learning_"),
        (lambda: HalveOnStall(GradientDescent(0.1), 5), "validation is 5, expected a loss"),
        (
            lambda: HalveOnStall(GradientDescent(0.1), GABOR, patience=-1),
            "patience is -1, expected at least 0",
        ),
        (
            lambda: HalveOnStall(GradientDescent(0.1), GABOR, every=0),
            "every is 0, expected at least 1",
        ),
        (
            lambda: HalveOnStall(GradientDescent(0.1), GABOR, factor=1.0),
            "factor is 1.0, expected a number between 0 and 1",
        ),
        (
            lambda: descend(GABOR, [1, 12], HalveOnStall(GradientDescent(0.1), lambda p: p), 1),
            r"validation\(phi\) has shape \(2,\), expected \(\)",
        ),
    ],
)
def test_a_bad_call_names_the_argument(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()
