"""The one loop: what a Path holds, why it stopped, and that an ensemble is its members."""

import warnings
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend, iterate
from course_lib.line_search import Backtracking, Bracketing, Wolfe
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    SVRG,
    Adam,
    BufferMomentum,
    ConjugateGradient,
    GradientDescent,
)
from course_lib.paths import turning_angles
from course_lib.surfaces import CosineWave, Cubic, Polynomial, Quadratic, Saddle

repeatable = settings(derandomize=True, deadline=None, max_examples=15)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
START = np.array([1.0, 12.0])


def assert_same_path(first, second):
    np.testing.assert_array_equal(first.params, second.params)
    np.testing.assert_array_equal(first.losses, second.losses)
    np.testing.assert_array_equal(first.gradient_norms, second.gradient_norms)
    np.testing.assert_array_equal(first.status, second.status)
    np.testing.assert_array_equal(first.last_step, second.last_step)
    assert first.reason == second.reason


# What a path holds


@pytest.mark.parametrize("ensemble", [(), (1,), (3,), (2, 3)])
def test_a_path_holds_every_step(ensemble):
    start = np.broadcast_to(START, (*ensemble, 2))
    path = descend(GABOR, start, GradientDescent(0.01), steps=7)
    assert path.params.shape == (8, *ensemble, 2)
    assert path.losses.shape == (8, *ensemble)
    assert path.gradient_norms.shape == (7, *ensemble)
    np.testing.assert_array_equal(path.params[0], start)
    np.testing.assert_array_equal(path.losses, GABOR(path.params))
    expected = np.linalg.norm(GABOR.gradient(path.params[:-1]), axis=-1)
    np.testing.assert_array_equal(path.gradient_norms, expected)
    np.testing.assert_array_equal(path.final, path.params[-1])
    np.testing.assert_array_equal(path.final_loss, path.losses[-1])
    assert np.shape(path.status) == np.shape(path.reason) == ensemble
    assert np.all(path.reason == np.full(ensemble, "all 7 steps taken", dtype=object))


def test_only_the_last_step_on_request():
    starts = START + np.arange(3)[:, None]
    rule = GradientDescent(0.01)
    everything = descend(GABOR, starts, rule, steps=20)
    last = descend(GABOR, starts, rule, steps=20, keep="last")
    assert last.params.shape == (1, 3, 2)
    assert last.losses.shape == last.gradient_norms.shape == (1, 3)
    np.testing.assert_array_equal(last.final, everything.final)
    np.testing.assert_array_equal(last.final_loss, everything.final_loss)
    np.testing.assert_array_equal(last.gradient_norms[-1], everything.gradient_norms[-1])
    assert last.reason.tolist() == everything.reason.tolist()


@pytest.mark.parametrize("steps", [20, 21, 23])
def test_every_fourth_step_on_request(steps):
    starts = [[8.0], [1.0], [-6.0]]
    rule = GradientDescent([0.1, 0.5, 3.0])  # the last one diverges
    everything = descend(Quadratic((1.0,)), starts, rule, steps, tolerance=0.01)
    some = descend(Quadratic((1.0,)), starts, rule, steps, tolerance=0.01, keep=4)
    end = len(everything.t) - 1
    rows = sorted({*range(0, end + 1, 4), end})
    assert end == min(steps, 53) and some.t.tolist() == rows
    np.testing.assert_array_equal(some.params, everything.params[rows])
    np.testing.assert_array_equal(some.losses, everything.losses[rows])
    np.testing.assert_array_equal(
        some.gradient_norms, everything.gradient_norms[np.array(rows[1:]) - 1]
    )
    assert some.reason.tolist() == everything.reason.tolist()
    assert descend(Quadratic((1.0,)), starts, rule, steps, keep="last").t.tolist() == [steps]
    assert everything.t.tolist() == list(range(end + 1))


@pytest.mark.parametrize("keep", ["all", 3, "last"])
def test_a_path_ends_where_its_last_member_stopped(keep):
    """However many steps were allowed; and that of one member, where this one did."""
    rates, steps = [0.5, 1.0, 3.0], 3_000_000
    loss, rule = Quadratic((1.0,)), GradientDescent(rates)
    path = descend(loss, [8.0], rule, steps, tolerance=1e-3, keep=keep)
    assert path.last_step.tolist() == [13, 1, 49]
    rows = {"all": [*range(51)], 3: [*range(0, 50, 3), 50], "last": [50]}[keep]
    assert path.t.tolist() == rows
    for member, rate in enumerate(rates):
        alone = descend(loss, [8.0], GradientDescent(rate), steps, tolerance=1e-3, keep=keep)
        assert alone.t[-1] == alone.last_step + 1
        assert len(alone.batches) == len(alone.gradient_norms) == max(len(alone.t) - 1, 1)
        assert path.member(member) == alone


def test_the_start_is_not_changed():
    start = START.copy()
    path = descend(GABOR, start, GradientDescent(0.01), steps=3)
    path.params[:] = 0
    np.testing.assert_array_equal(start, START)


def test_whole_numbers_are_a_start_too():
    assert_same_path(
        descend(GABOR, [1, 12], GradientDescent(0.01), steps=5),
        descend(GABOR, START, GradientDescent(0.01), steps=5),
    )


@pytest.mark.parametrize(
    "rule",
    [
        GradientDescent(0.01),
        GradientDescent(np.array([0.01, 0.02])),
        GradientDescent(lambda t: 0.01 / (1 + t)),
        GradientDescent(line_search=Bracketing(1.0)),
        GradientDescent(line_search=Backtracking()),
    ],
    ids=["number", "array", "schedule", "bracketing", "backtracking"],
)
@pytest.mark.parametrize("loss", [LINE, GABOR, Quadratic((1.0, 4.0), 0.5, (1.0, 2.0))], ids=repr)
def test_float32_stays_float32(loss, rule):
    start = np.array([[1.0, 2.5], [0.5, 2.0]])
    single = descend(loss, start.astype(np.float32), rule, steps=10)
    assert single.params.dtype == single.losses.dtype == np.float32
    assert single.gradient_norms.dtype == np.float32
    double = descend(loss, start, rule, steps=10)
    assert double.params.dtype == np.float64
    if rule.line_search is None:  # a search may pick another of two equally low points
        np.testing.assert_allclose(single.params, double.params, rtol=1e-4, atol=1e-4)


# Batches


def test_a_batch_of_all_examples_is_no_batch():
    everything = np.arange(28)
    path = descend(GABOR, START, GradientDescent(0.01), steps=5, batches=[everything] * 5)
    whole = descend(GABOR, START, GradientDescent(0.01), steps=5)
    np.testing.assert_array_equal(path.params, whole.params)
    np.testing.assert_array_equal(path.losses, whole.losses)


def test_each_step_sees_its_batch_and_the_path_records_it():
    batches = [[0, 5, 9], [27, 3], [4]]
    path = descend(GABOR, START, GradientDescent(0.01), steps=3, batches=batches)
    phi = START
    for t, batch in enumerate(batches):
        assert list(path.batches[t]) == batch
        gradient = LeastSquares(Gabor(), GABOR.x[batch], GABOR.y[batch]).gradient(phi)
        assert path.gradient_norms[t] == pytest.approx(np.linalg.norm(gradient))
        phi = phi - 0.01 * gradient
        np.testing.assert_array_equal(path.params[t + 1], phi)
    np.testing.assert_array_equal(path.losses, GABOR(path.params))  # of all the examples


def test_without_batches_none_is_recorded():
    assert descend(GABOR, START, GradientDescent(0.01), steps=2).batches == [None, None]


def test_batches_may_be_endless():
    def draws():
        rng = np.random.default_rng(0)
        while True:
            yield rng.choice(28, 5, replace=False)

    path = descend(GABOR, START, GradientDescent(0.01), steps=4, batches=draws())
    assert [len(batch) for batch in path.batches] == [5] * 4


@pytest.mark.parametrize("n", [0, 1, 3])
def test_too_few_batches_are_an_error(n):
    with pytest.raises(ValueError, match=f"batches ended after {n} steps, expected 5"):
        descend(GABOR, START, GradientDescent(0.01), steps=5, batches=[[1, 2]] * n)


# Why it stopped


def test_a_short_gradient_stops_the_path():
    path = descend(Quadratic((1.0,)), [8.0], GradientDescent(0.5), steps=10, tolerance=1.0)
    # The gradient is the parameter itself: 8, 4, 2, and 1 is as short as the tolerance.
    assert path.params.ravel().tolist() == [8, 4, 2, 1, 1]
    assert path.losses.shape == (5,)
    assert path.reason == "converged at step 3"
    assert path.converged and not path.diverged
    assert path.last_step == 3
    assert path.gradient_norms.tolist() == [8, 4, 2, 1]


def test_a_start_at_the_minimum_has_converged_at_step_0():
    path = descend(Quadratic((1.0, 2.0)), [0.0, 0.0], GradientDescent(0.5), steps=3, tolerance=0.0)
    assert path.reason == "converged at step 0"
    assert not path.params.any()


def test_a_path_that_is_still_moving_has_neither_converged_nor_diverged():
    path = descend(GABOR, START, GradientDescent(0.01), steps=3)
    assert not path.converged and not path.diverged
    assert path.last_step == 3


@pytest.mark.parametrize(
    ("loss", "start", "rate"),
    [
        (Quadratic((1.0, 4.0)), [1.0, 1.0], 10.0),
        (Quadratic((1.0, 4.0)), [1.0, 1.0], 1e300),
        (Saddle(), [1.0, 1.0], 0.4),
        (Cubic(), [-1.0], 0.5),  # runs off to minus infinity, faster than any exponential
        (Polynomial([0, 0, 0, 0, 1]), [3.0], 1.0),
        (LINE, [0.0, 0.0], 1.0),
        (CosineWave(), [1.0], 100.0),
    ],
    ids=repr,
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("keep", ["all", "last"])
def test_divergence_is_a_reason_not_a_crash(loss, start, rate, dtype, keep):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(loss, np.array(start, dtype), GradientDescent(rate), steps=400, keep=keep)
    assert path.diverged and not path.converged
    assert path.reason == f"diverged at step {path.last_step}"
    assert path.last_step < 400
    assert np.isfinite(path.params).all()
    assert np.abs(path.params).max() <= 1 / np.finfo(dtype).eps
    assert path.losses.shape == ((path.last_step + 2,) if keep == "all" else (1,))
    if keep == "all":  # it holds still from there on
        np.testing.assert_array_equal(path.params[path.last_step :] - path.final, 0)


class SquareRoot:
    """-√x, of which there is none left of zero."""

    def __call__(self, phi):
        return -np.sqrt(phi)[..., 0]

    def gradient(self, phi):
        return -0.5 / np.sqrt(phi)


def test_what_is_not_a_number_is_told_from_what_ran_away():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(SquareRoot(), [[4.0], [0.0], [-1.0]], GradientDescent(4.0), steps=3)
    assert path.diverged.tolist() == [False, True, True]
    assert path.params[:2, 0, 0].tolist() == [4, 5]
    assert path.params[:, 1:, 0].tolist() == [[0, -1]] * 4
    assert path.reason[1:].tolist() == ["diverged at step 0", "not a number at step 0"]


def test_a_start_at_which_the_loss_overflows_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(Quadratic((1.0,)), [1e200], GradientDescent(0.1), steps=2)
    assert path.diverged
    assert path.losses[0] == np.inf


def test_a_short_gradient_stops_the_path_before_a_step_that_would_diverge():
    rates = [0.5, 1e300, 1e300]
    starts = [[8.0], [1e-4], [1.0]]
    path = descend(Quadratic((1.0,)), starts, GradientDescent(rates), steps=5, tolerance=1e-3)
    assert path.reason.tolist() == [
        "all 5 steps taken",
        "converged at step 0",
        "diverged at step 0",
    ]


def test_one_member_that_stops_leaves_the_others_moving():
    rates = [0.5, 1.0, 3.0]
    path = descend(Quadratic((1.0,)), [8.0], GradientDescent(rates), steps=100, tolerance=1e-3)
    assert path.reason.tolist() == [
        "converged at step 13",  # 8 / 2¹³ < 10⁻³
        "converged at step 1",
        "diverged at step 49",  # 8 · 2⁴⁹ is the last below 1/eps = 2⁵²
    ]
    assert path.final[0, 0] == 8 / 2**13
    assert path.final[2, 0] == -8 * 2**49


class Counting:
    """A loss that counts what it is asked for, at each point of an ensemble."""

    def __init__(self, loss):
        self.loss, self.n_parameters, self.asked = loss, loss.n_parameters, 0

    def __call__(self, phi):
        self.asked += np.size(phi) // self.n_parameters
        return self.loss(phi)

    def gradient(self, phi):
        self.asked += np.size(phi) // self.n_parameters
        return self.loss.gradient(phi)


class HighUp(Quadratic):
    """A bowl on a mountain: of its last digits the loss keeps none."""

    def __call__(self, phi):
        return super().__call__(phi) + 1e8


class Liar(Quadratic):
    """A bowl on the right; on the left it is flat, and its gradient says otherwise."""

    def __call__(self, phi):
        return np.where(phi[..., 0] > 0, super().__call__(phi), 9.0)

    def gradient(self, phi):
        return np.where(phi > 0, super().gradient(phi), 1.0)


SEARCHING = [
    GradientDescent(line_search=Backtracking()),
    GradientDescent(line_search=Bracketing(2.0)),
    GradientDescent(line_search=Wolfe()),
    ConjugateGradient(),
    ConjugateGradient("fletcher-reeves"),
    BFGS(),
    LBFGS(memory=3),
]
searching = pytest.mark.parametrize("rule", SEARCHING, ids=repr)


@searching
def test_a_search_that_finds_no_lower_point_ends_the_path(rule):
    """In the last digits of the loss, long before the gradient is as short as was asked for."""
    loss = Counting(HighUp([1.0, 3.0]))
    path = descend(loss, [3.3, 1.7], rule, 5000, tolerance=1e-13)
    assert path.reason == f"no lower point found at step {path.last_step}"
    assert not path.converged and not path.diverged
    assert len(path.t) == path.last_step + 2 and loss.asked < 160 * len(path.t)
    np.testing.assert_array_equal(path.params[-1], path.params[-2])
    assert (np.diff(path.losses[: path.last_step]) < 0).all()
    assert np.linalg.norm(loss.gradient(path.final)) < 1e-3


@searching
def test_each_member_gives_up_by_itself(rule):
    loss = Liar([1.0], centre=2.0)
    path = descend(loss, [[8.0], [-1.0], [4.0]], rule, 40, tolerance=1e-3)
    assert [reason.rpartition(" at ")[0] for reason in path.reason] == [
        "converged", "no lower point found", "converged",
    ]  # fmt: skip
    assert (path.params[:, 1] == -1).all() and path.last_step[1] <= 1
    assert path.member(1) == descend(loss, [-1.0], rule, 40, tolerance=1e-3)


def test_a_rule_that_learnt_tries_the_gradient_before_it_gives_up():
    class Uphill(Wolfe):
        """A search that misses once."""

        def __call__(self, loss, phi, direction):
            missed.append(np.allclose(phi, missed_at))
            rate = super().__call__(loss, phi, direction)
            return np.zeros_like(rate) if missed[-1] and sum(missed) == 1 else rate

    for rule in (BFGS, LBFGS, ConjugateGradient):
        bowl = Quadratic([1.0, 30.0])
        missed, missed_at = [], descend(bowl, [3.0, 1.0], rule(line_search=Wolfe()), 2).final
        path = descend(bowl, [3.0, 1.0], rule(line_search=Uphill()), 60, tolerance=1e-8)
        assert sum(missed) == 2 and path.converged, path.reason


def test_another_batch_may_have_a_lower_point():
    loss, rule = (
        LeastSquares(Linear(), [0.0, 1.0], [0.0, 2.0]),
        GradientDescent(line_search=Wolfe()),
    )
    path = descend(loss, [0.0, 0.0], rule, 4, batches=[[0], [0], [1], [1]])
    assert path.reason == "all 4 steps taken" and path.final_loss < path.losses[0]


def test_an_ensemble_that_has_stopped_ends_the_work():
    loss = Counting(Quadratic((1.0,)))
    path = descend(loss, [8.0], GradientDescent(1.0), steps=10_000, tolerance=0.0)
    assert path.last_step == 1
    assert loss.asked < 10


# An ensemble is its members


rules = {
    "rate": lambda rates: GradientDescent(rates),
    "schedule": lambda rates: GradientDescent(lambda t: 0.05 / (1 + t)),
    "bracketing": lambda rates: GradientDescent(line_search=Bracketing(4.0, tolerance=1e-3)),
    "backtracking": lambda rates: GradientDescent(line_search=Backtracking(shrink=0.7)),
}


@pytest.mark.parametrize("name", rules)
@given(
    seed=st.integers(0, 10_000),
    ensemble=st.sampled_from([(1,), (4,), (2, 3)]),
    loss=st.sampled_from([GABOR, LINE, Quadratic((1.0, 30.0), 0.5, (0.0, 12.0)), Saddle()]),
    with_batches=st.booleans(),
)
@repeatable
def test_an_ensemble_equals_the_loop_over_its_members(name, seed, ensemble, loss, with_batches):
    rng = np.random.default_rng(seed)
    starts = rng.uniform([-10, 2.5], [10, 22.5], (*ensemble, 2))
    rates = 10 ** rng.uniform(-3, 0.5, ensemble)  # some crawl, some diverge
    batches = None
    if with_batches and isinstance(loss, LeastSquares):
        batches = [rng.choice(len(loss.x), 3, replace=False) for _ in range(25)]
    together = descend(loss, starts, rules[name](rates), 25, batches, tolerance=0.05)
    for member in np.ndindex(ensemble):
        alone = descend(
            loss, starts[member], rules[name](float(rates[member])), 25, batches, tolerance=0.05
        )
        assert_same_path(together.member(*member), alone)


def test_the_members_of_that_test_stop_for_every_reason():
    """Otherwise it would prove less than it says."""
    rates = 10 ** np.random.default_rng(0).uniform(-3, 0.5, 40)
    path = descend(Quadratic((1.0, 2.0)), START, GradientDescent(rates), 200, tolerance=0.05)
    assert {reason.split(" ")[0] for reason in path.reason} == {"all", "converged", "diverged"}


def test_a_search_and_the_step_after_it_share_their_evaluations():
    class Gradients(PlainLoss):
        asked = 0

        def gradient(self, phi):
            type(self).asked += 1
            return super().gradient(phi)

    descend(Gradients(), [8.0, 1.0], GradientDescent(line_search=Wolfe()), steps=3)
    most = 3 * 2 + 1  # where each step begins, and one trial that is where it ends
    assert Gradients.asked <= most


def test_one_start_and_many_rates_become_many_members():
    path = descend(GABOR, START, GradientDescent([0.001, 0.01]), steps=4)
    assert path.params.shape == (5, 2, 2)
    assert path.member(1).batches == path.batches
    assert_same_path(path.member(1), descend(GABOR, START, GradientDescent(0.01), steps=4))


def test_a_member_of_a_two_dimensional_ensemble():
    starts = np.random.default_rng(0).normal(12, 1, (2, 3, 2))
    path = descend(GABOR, starts, GradientDescent(0.01), steps=4)
    alone = descend(GABOR, starts[1, 2], GradientDescent(0.01), steps=4)
    assert_same_path(path.member(1, 2), alone)


# What a student brings


class PlainLoss:
    """Nothing but a value and a gradient."""

    def __call__(self, phi):
        return (phi**2).sum(axis=-1)

    def gradient(self, phi):
        return 2 * phi


def test_a_students_own_loss_needs_only_a_value_and_a_gradient():
    path = descend(PlainLoss(), [3.0, 4.0, 5.0], GradientDescent(0.25), steps=2)
    assert path.params.tolist() == [[3, 4, 5], [1.5, 2, 2.5], [0.75, 1, 1.25]]
    assert path.gradient_norms[0] == pytest.approx(np.sqrt(200))


class OneBuffer:
    """A loss that writes each of its answers into the same array."""

    def __init__(self, n=3):
        self.slope, self.curvature = np.empty(2), np.array([1.0, 6.0])
        self.heights, self.n_examples = {}, n

    def __call__(self, phi):
        height = self.heights.setdefault(phi.shape, np.empty(phi.shape[:-1]))
        height[...] = (self.curvature * phi**2).sum(axis=-1) / 2
        return height

    def gradient(self, phi):
        return np.multiply(self.curvature, phi, out=self.slope)

    def batch(self, indices):
        return self


class FreshArrays(OneBuffer):
    def __call__(self, phi):
        return super().__call__(phi).copy()

    def gradient(self, phi):
        return super().gradient(phi).copy()


@pytest.mark.parametrize(
    "rule", [*SEARCHING, GradientDescent(0.1), BufferMomentum(0.1), SVRG(0.1, refresh=2), Adam(0.1)]
)
def test_a_loss_may_use_one_array_for_all_its_answers(rule):
    start, batches = [2.0, 1.0], None if rule in SEARCHING else [np.array([0])] * 9
    mine, fresh = (descend(loss(), start, rule, 9, batches) for loss in (OneBuffer, FreshArrays))
    assert mine == fresh and len(set(mine.gradient_norms)) == len(mine.gradient_norms) > 1


def test_a_generator_may_use_one_array_for_all_its_batches():
    def one_array():
        batch = np.zeros(1, int)
        for batch[0] in range(4):
            yield batch

    path = descend(LINE, [0.0, 0.0], GradientDescent(0.01), 4, batches=one_array())
    assert [batch.item() for batch in path.batches] == [0, 1, 2, 3]


class OnePointAtATime:
    """A loss that a student writes first: it knows nothing of ensembles."""

    def __call__(self, phi):
        return phi[0] ** 2 + 3 * phi[1] ** 2

    def gradient(self, phi):
        return np.array([2 * phi[0], 6 * phi[1]])


def test_a_students_loss_need_not_know_of_ensembles():
    path = descend(OnePointAtATime(), [4.0, 2.0], GradientDescent(0.25), steps=1)
    assert path.params.tolist() == [[4, 2], [2, -1]]
    assert path.losses.tolist() == [28, 7]  # two rows of two parameters: easy to mix up


@dataclass(frozen=True)
class Halving:
    """A rule that remembers how often it stepped, and looks at the loss itself."""

    def init(self, phi):
        return 0

    def step(self, phi, state, loss, t):
        assert state == t
        assert loss(phi).shape == phi.shape[:-1]
        return phi / 2, state + 1


class WholeNumberLoss(PlainLoss):
    """Its gradient is a plain list, and of whole numbers."""

    def gradient(self, phi):
        return [2, 4]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_may_be_a_list_and_takes_the_type_of_the_parameters(dtype):
    rule = GradientDescent(line_search=lambda loss, phi, direction: np.full((), 0.5, dtype))
    path = descend(WholeNumberLoss(), np.array([3, 4], dtype), rule, steps=1)
    assert path.params.tolist() == [[3, 4], [2, 2]]
    assert path.params.dtype == dtype


def test_a_students_own_rule_needs_only_init_and_step():
    path = descend(PlainLoss(), [8.0], Halving(), steps=3)
    assert path.params.ravel().tolist() == [8, 4, 2, 1]
    # It never asked for a gradient: nothing is known of it, and nothing has converged.
    assert np.isnan(path.gradient_norms).all()
    assert path.reason == "all 3 steps taken"


def test_a_batch_without_a_gradient_does_not_end_the_path():
    loss = LeastSquares(Linear(), [0.0, 1.0, 2.0], [0.0, 5.0, 5.0])
    path = descend(loss, [0.0, 0.0], GradientDescent(0.1), steps=2, batches=[[0], [1]])
    assert path.gradient_norms[0] == 0 and path.final.any()
    assert path.reason == "all 2 steps taken"


@dataclass
class InPlace:
    """A first try of a student's: it changes phi where it lies."""

    def init(self, phi):
        return None

    def step(self, phi, state, loss, t):
        phi -= 0.1 * loss.gradient(phi)
        return phi, state


def test_a_rule_cannot_write_into_the_path():
    with pytest.raises(ValueError, match="read-only"):
        descend(Quadratic((1.0,)), [8.0], InPlace(), steps=3)


@dataclass
class Wrapped:
    """A rule with all sorts of attributes, one of them another rule."""

    rule: GradientDescent
    betas: tuple = (0.9, 0.999)
    history: list = field(default_factory=list)

    def init(self, phi):
        return self.rule.init(phi)

    def step(self, phi, state, loss, t):
        self.history.append(loss.gradient(phi))
        moved, state = self.rule.step(phi, state, loss, t)
        loss.gradient(moved)
        return moved, state


def test_only_arrays_make_an_ensemble_also_those_of_a_part():
    loss = Quadratic((1.0, 1.0))
    assert descend(loss, [1.0, 2.0], Wrapped(GradientDescent(0.1)), 3).params.shape == (4, 2)
    rates = np.array([0.1, 0.2, 0.3])
    assert descend(loss, [1.0, 2.0], Wrapped(GradientDescent(rates)), 3).params.shape == (4, 3, 2)


def test_the_first_gradient_asked_for_is_the_one_the_step_saw():
    path = descend(Quadratic((1.0,)), [8.0], Wrapped(GradientDescent(0.5)), steps=2)
    assert path.gradient_norms.tolist() == [8, 4]


@pytest.mark.parametrize(
    ("points", "angles"),
    [
        ([[0, 0], [1, 0], [2, 0]], [0]),
        ([[0, 0], [1, 0], [0, 0]], [180]),
        ([[0, 0], [3, 0], [3, 1], [2, 2]], [90, 45]),
        ([[0.0], [1.0], [0.5]], [180]),
        ([[0, 0, 0], [1, 0, 0], [1, 1, 1]], [90]),
        ([[0, 0], [1, 0], [1, 0]], [np.nan]),
    ],
)
def test_turning_angles(points, angles):
    np.testing.assert_allclose(turning_angles(points), angles, atol=1e-9)


@dataclass(frozen=True)
class InDoublePrecision:
    """A rule that pays no heed to the type of the parameters, with a loss that does not either."""

    def init(self, phi):
        return None

    def step(self, phi, state, loss, t):
        assert loss.gradient(phi).dtype == phi.dtype
        return np.float64(0.5) * phi.astype(np.float64), state


def test_the_loop_keeps_the_type_whatever_loss_and_rule_return():
    path = descend(WholeNumberLoss(), np.float32([4, 8]), InDoublePrecision(), steps=2)
    assert path.params.tolist() == [[4, 8], [2, 4], [1, 2]]
    assert path.params.dtype == np.float32


def test_a_step_shows_the_state_of_the_rule():
    steps = iterate(PlainLoss(), np.array([8.0]), Halving())
    assert [next(steps).state for _ in range(3)] == [1, 2, 3]


def test_the_loop_yields_one_step_after_another():
    steps = iterate(Quadratic((1.0,)), np.array([8.0]), GradientDescent(0.5))
    seen = [next(steps) for _ in range(3)]
    assert [(step.t, step.phi.item(), step.gradient.item()) for step in seen] == [
        (0, 4.0, 8.0),
        (1, 2.0, 4.0),
        (2, 1.0, 2.0),
    ]
