"""A rate is a number, an array, or a schedule, and each schedule is its formula."""

import math

import numpy as np
import pytest

from course_lib._settings import as_rate, as_share, value_at
from course_lib.batches import steps_per_epoch
from course_lib.descent import descend
from course_lib.optimizers import Adam, GradientDescent, Momentum
from course_lib.schedules import (
    Constant,
    ExponentialDecay,
    InverseTime,
    LinearDecay,
    MomentumSchedule,
    StepDecay,
    WarmUp,
    as_schedule,
)
from course_lib.surfaces import Quadratic
from tests.oracles import live

STEPS = np.arange(60)
SCHEDULES = [
    Constant(0.3),
    StepDecay(0.8, factor=0.5, every=7),
    ExponentialDecay(0.8, k=0.05),
    InverseTime(0.8, k=0.2),
    LinearDecay(0.8, final=0.01, tau=30),
    WarmUp(10, then=0.8),
    WarmUp(5, then=StepDecay(0.8, factor=0.1, every=20), start=1 / 3),
    MomentumSchedule(highest=0.9, every=10),
]
schedules = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: type(s).__name__)


def test_a_schedule_is_asked_for_its_value_at_each_step():
    assert [value_at(lambda t: 0.5**t, t, np.zeros(2)) for t in range(4)] == [1, 0.5, 0.25, 0.125]


@pytest.mark.parametrize("value", [0.1, 3, np.float64(0.1), np.array(0.1)])
def test_a_number_is_the_value_at_every_step(value):
    assert value_at(value, 99, np.zeros(2)) == value


def test_a_number_leaves_the_type_of_the_parameters_alone():
    phi = np.zeros((3, 2), np.float32)
    for value in (np.float64(0.1), np.array([0.1, 0.2, 0.3]), lambda t: np.float64(0.1)):
        assert (value_at(value, 0, phi) * phi).dtype == np.float32


def test_an_array_gives_each_member_its_own():
    assert value_at(np.array([0.1, 0.2]), 5, np.zeros((2, 3))).tolist() == [[0.1], [0.2]]


def test_good_rates_pass():
    for rate in (0.1, 3, [0.1, 0.2], np.float32(0.5), lambda t: 1.0 / (t + 1)):
        as_rate("learning_rate", rate)


@pytest.mark.parametrize("rate", [0, -0.1, np.inf, np.nan, [0.1, 0.0]])
def test_a_rate_that_is_not_above_zero_is_refused(rate):
    with pytest.raises(ValueError, match="alpha is .* expected finite and above zero"):
        as_rate("alpha", rate)


def test_a_warm_up_may_start_at_zero():
    assert as_rate("learning_rate", lambda t: 0.1 * t)(3) == pytest.approx(0.3)


def test_a_schedule_that_starts_below_zero_is_refused():
    with pytest.raises(ValueError, match=r"alpha\(0\) is -1"):
        as_rate("alpha", lambda t: t - 1)


@pytest.mark.parametrize("beta", [-0.1, 1, [0.9, 1.5], np.nan, lambda t: 1.0])
def test_a_share_outside_its_range_is_refused(beta):
    with pytest.raises(ValueError, match=r"beta(\(0\))? is .* expected at least 0 and below 1"):
        as_share("beta", beta)


def test_good_shares_pass():
    assert as_share("beta", 0) == 0
    assert isinstance(as_share("beta", [0, 0.9]), np.ndarray)
    assert as_share("beta", lambda t: 0.9 - 0.5**t / 2)(1) == pytest.approx(0.65)


@schedules
def test_an_array_of_steps_gives_the_values_at_each(schedule):
    one_by_one = [schedule(t) for t in range(60)]
    np.testing.assert_allclose(schedule(STEPS), one_by_one, rtol=1e-15)


@schedules
def test_a_schedule_is_a_good_rate_and_leaves_the_type_of_the_parameters_alone(schedule):
    assert as_rate("learning_rate", schedule).schedule is schedule
    for phi in (np.ones(2, np.float32), np.ones((3, 2))):
        assert (value_at(schedule, 3, phi) * phi).dtype == phi.dtype


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (-0.1, "is -0.1, expected finite and not negative"),
        (math.nan, "is nan, expected finite and not negative"),
        (None, "is None, expected real numbers"),
        ("low", "is 'low', expected real numbers"),
        ([0.1, 0.2, 0.3], r"has shape \(3,\), expected one number, or one .* ensemble: \(2,\)"),
    ],
)
def test_every_value_of_a_schedule_is_looked_at(later, words):
    def rate(t):
        return 0.1 if t < 3 else later

    for rule in GradientDescent(rate), Momentum(rate), Adam(WarmUp(2, lambda t: rate(t + 2))):
        named = rf"(learning_rate\(3\)|then\(1\)) {words}"
        with pytest.raises((TypeError, ValueError), match=named):
            descend(Quadratic([1.0]), [[1.0], [2.0]], rule, 5)


def test_a_share_that_rises_to_one_is_refused_when_it_does():
    with pytest.raises(ValueError, match=r"beta\(4\) is 1.0, expected at least 0 and below 1"):
        descend(Quadratic([1.0]), [1.0], Momentum(0.1, LinearDecay(0.5, final=1.0, tau=4)), 9)


def test_a_schedule_may_give_lists_and_use_one_array_for_all():
    rates = np.empty(2)

    def filled(t):
        rates[:] = 0.1, 0.2 / (1 + t)
        return rates

    lists = GradientDescent(lambda t: [0.1, 0.2 / (1 + t)])
    path = descend(Quadratic([1.0]), [[1.0], [2.0]], lists, 5)
    assert path == descend(Quadratic([1.0]), [[1.0], [2.0]], GradientDescent(filled), 5)


def test_a_constant_is_the_same_at_every_step():
    assert Constant(0.3)(STEPS).tolist() == 60 * [0.3]
    assert as_schedule(0.3)(17) == 0.3
    assert as_schedule(math.cos) is math.cos


def test_step_decay_drops_after_every_so_many_steps():
    """Source C: half after every 5 epochs; at 100 examples in batches of 32, every 20 steps."""
    schedule = StepDecay(0.8, factor=0.5, every=5 * steps_per_epoch(100, batch_size=32))
    assert schedule(STEPS).tolist() == 20 * [0.8] + 20 * [0.4] + 20 * [0.2]


def test_exponential_decay_halves_in_equal_times():
    schedule = ExponentialDecay(0.8, k=math.log(2) / 10)
    np.testing.assert_allclose(schedule(np.array([0, 10, 20, 30])), [0.8, 0.4, 0.2, 0.1])
    np.testing.assert_allclose(schedule(5), 0.8 / math.sqrt(2))


def test_inverse_time_has_a_half_a_third_a_quarter_left():
    schedule = InverseTime(0.6, k=0.1)
    np.testing.assert_allclose(schedule(np.array([0, 10, 20, 30])), [0.6, 0.3, 0.2, 0.15])


def test_linear_decay_is_a_straight_line_to_tau_and_then_constant():
    schedule = LinearDecay(0.8, final=0.008, tau=20)
    assert schedule(0) == 0.8
    assert schedule(5) == pytest.approx(0.75 * 0.8 + 0.25 * 0.008)
    np.testing.assert_allclose(np.diff(schedule(STEPS[:21])), -0.792 / 20, rtol=1e-9)
    assert (schedule(STEPS[20:]) == 0.008).all()


def test_warm_up_rises_on_a_straight_line_and_hands_over_at_the_beginning():
    after = ExponentialDecay(0.8, k=0.05)
    schedule = WarmUp(10, then=after, start=0.25)
    assert schedule(0) == pytest.approx(0.2)
    np.testing.assert_allclose(np.diff(schedule(STEPS[:11])), 0.6 / 10, rtol=1e-9)
    np.testing.assert_array_equal(schedule(STEPS[10:]), after(STEPS[:50]))


@pytest.mark.parametrize("start", [0, 0.1, 1 / 3, 0.7])
def test_a_warm_up_to_a_number_ends_there_exactly(start):
    assert (WarmUp(7, then=0.3, start=start)(STEPS[7:]) == 0.3).all()


def test_momentum_rises_as_sutskever_has_it():
    """min(1 - 2^(-1 - log2(⌊t / 250⌋ + 1)), highest)."""
    t = np.arange(20_000)
    theirs = np.minimum(1 - 2 ** (-1 - np.log2(t // 250 + 1)), 0.95)
    np.testing.assert_allclose(MomentumSchedule(highest=0.95)(t), theirs, rtol=1e-12)
    assert MomentumSchedule()(0) == 0.5
    assert MomentumSchedule()(t).max() == 0.99
    assert as_share("beta", MomentumSchedule())(250) == 0.75


def test_a_momentum_may_also_rise_on_a_straight_line():
    assert as_share("beta", LinearDecay(0.5, final=0.99, tau=49))(STEPS)[10] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "schedule, of_one",
    [
        (StepDecay(0.8, [0.1, 0.3], every=3), lambda i: StepDecay(0.8, [0.1, 0.3][i], every=3)),
        (ExponentialDecay(1.0, k=[0.1, 0]), lambda i: ExponentialDecay(1.0, k=[0.1, 0][i])),
        (InverseTime([1.0, 0.5], k=[0.1, 1]), lambda i: InverseTime([1.0, 0.5][i], [0.1, 1][i])),
        (LinearDecay(0.8, [0.1, 0.2], tau=6), lambda i: LinearDecay(0.8, [0.1, 0.2][i], tau=6)),
        (WarmUp(4, then=[0.8, 0.4]), lambda i: WarmUp(4, then=[0.8, 0.4][i])),
    ],
    ids=lambda s: type(s).__name__,
)
def test_each_member_may_have_a_schedule_of_its_own(schedule, of_one):
    bowl = Quadratic((1.0, 0.3))
    path = descend(bowl, [1.0, 2.0], GradientDescent(schedule), steps=10)
    assert path.params.shape == (11, 2, 2)
    assert not np.array_equal(path.params[:, 0], path.params[:, 1])
    for i in range(2):
        alone = descend(bowl, [1.0, 2.0], GradientDescent(of_one(i)), steps=10)
        np.testing.assert_array_equal(path.params[:, i], alone.params)


def test_members_of_an_array_of_factors_are_those_factors_to_the_last_digit():
    factors = np.random.default_rng(0).uniform(0, 1, 50)
    for t in range(20):
        alone = [StepDecay(0.8, factor, every=1)(t) for factor in factors.tolist()]
        assert StepDecay(0.8, factors, every=1)(t).tolist() == alone


@schedules
def test_a_descent_follows_the_schedule(schedule):
    """On a slope of 1 each step is as long as the rate."""

    class Slope:
        def __call__(self, phi):
            return phi[..., 0]

        def gradient(self, phi):
            return np.ones_like(phi)

    path = descend(Slope(), [0.0], GradientDescent(schedule), steps=60)
    np.testing.assert_allclose(-np.diff(path.params.ravel()), schedule(STEPS), atol=1e-14)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Constant(-1), "value is -1, expected finite and not negative"),
        (lambda: StepDecay(0, 0.5, 5), "initial is 0, expected finite and above zero"),
        (lambda: StepDecay(0.1, 1.5, 5), "factor is 1.5, expected a number between 0 and 1"),
        (lambda: StepDecay(0.1, 0.5, 0), "every is 0, expected at least 1"),
        (lambda: StepDecay(0.1, 0.5, 2.5), "every is 2.5, expected a whole number"),
        (lambda: ExponentialDecay(0.1, k=-1), "k is -1, expected finite and not negative"),
        (lambda: ExponentialDecay(np.inf, k=1), "initial is inf, expected finite"),
        (lambda: InverseTime(0.1, k=np.nan), "k is nan, expected finite"),
        (lambda: InverseTime([0.1, 0], k=1), r"initial is \[0.1, 0\], expected finite and above"),
        (lambda: LinearDecay(0.1, -0.1, 5), "final is -0.1, expected finite and not negative"),
        (lambda: LinearDecay(0.1, 0.01, tau=0), "tau is 0, expected at least 1"),
        (lambda: WarmUp(0, then=0.1), "steps is 0, expected at least 1"),
        (lambda: WarmUp(5, then=0), "then is 0, expected finite and above zero"),
        (lambda: WarmUp(5, then=lambda t: -1.0), r"then\(0\) is -1.0, expected finite and not neg"),
        (lambda: WarmUp(5, then=0.1, start=1), "start is 1, expected at least 0 and below 1"),
        (lambda: MomentumSchedule(highest=1.0), "highest is 1.0, expected at least 0 and below 1"),
        (lambda: MomentumSchedule(every=0), "every is 0, expected at least 1"),
    ],
)
def test_a_bad_setting_is_named(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_torch_has_the_same_schedules():
    torch = live("torch")
    schedulers = torch.optim.lr_scheduler

    def theirs(make):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.8)
        scheduler, rates = make(optimizer), []
        for _ in STEPS:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return rates

    def warm_up_then_step_decay(optimizer):
        parts = [schedulers.LinearLR(optimizer), schedulers.StepLR(optimizer, 20, gamma=0.1)]
        return schedulers.SequentialLR(optimizer, parts, milestones=[5])

    for ours, make in (
        (StepDecay(0.8, 0.5, every=7), lambda o: schedulers.StepLR(o, 7, gamma=0.5)),
        (ExponentialDecay(0.8, -math.log(0.9)), lambda o: schedulers.ExponentialLR(o, gamma=0.9)),
        (
            LinearDecay(0.8, final=0.008, tau=20),
            lambda o: schedulers.LinearLR(o, start_factor=1, end_factor=0.01, total_iters=20),
        ),
        (WarmUp(5, then=0.8, start=1 / 3), schedulers.LinearLR),
        (WarmUp(5, then=StepDecay(0.8, 0.1, every=20), start=1 / 3), warm_up_then_step_decay),
    ):
        np.testing.assert_allclose(ours(STEPS), theirs(make), rtol=1e-12)


def test_optax_has_the_same_schedules():
    optax = live("optax")
    for ours, theirs in (
        (Constant(0.8), optax.constant_schedule(0.8)),
        (StepDecay(0.8, 0.5, 7), optax.exponential_decay(0.8, 7, 0.5, staircase=True)),
        (ExponentialDecay(0.8, -math.log(0.9) / 7), optax.exponential_decay(0.8, 7, 0.9)),
        (LinearDecay(0.8, final=0.008, tau=20), optax.linear_schedule(0.8, 0.008, 20)),
        (
            WarmUp(5, then=ExponentialDecay(0.8, -math.log(0.9) / 7)),
            optax.warmup_exponential_decay_schedule(0.0, 0.8, 5, 7, 0.9),
        ),
    ):  # in float32, unless jax was told otherwise
        np.testing.assert_allclose(ours(STEPS), [theirs(t) for t in STEPS], rtol=1e-5)
