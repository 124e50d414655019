"""SVRG by its identities: what it is at the anchor, on average, and with a batch of everything."""

from itertools import combinations, cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.batches import Minibatches
from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.losses import L2Penalty, LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import SVRG, GradientDescent
from course_lib.optimizers.svrg import Anchor
from course_lib.surfaces import Quadratic

few = settings(max_examples=20)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
SMALL = LeastSquares(Gabor(), *gabor_data(n=6))
start = st.tuples(st.floats(-5, 5), st.floats(5, 20)).map(np.array)


class Seen:
    """What a step sees: the loss of a batch that knows the whole, as in `descend`."""

    def __init__(self, loss, indices):
        self.batch_loss, self.whole = loss.batch(indices), loss

    def gradient(self, phi):
        return self.batch_loss.gradient(phi)

    @property
    def n_examples(self):
        return self.batch_loss.n_examples


def estimate(loss, indices, phi, anchor):
    """The reduced gradient that a batch gives at phi: the step of rate 1, turned round."""
    state = Anchor(anchor, loss.gradient(anchor))
    moved, _ = SVRG(1.0, refresh=10).step(phi, state, Seen(loss, indices), t=1)
    return phi - moved


def batches_of(loss, size):
    return [list(indices) for indices in combinations(range(loss.n_examples), size)]


# --- the identities ---


@given(start)
@few
def test_at_the_anchor_every_batch_gives_the_same_gradient(phi):
    for size in (1, 2, 5):
        found = [estimate(SMALL, indices, phi, phi) for indices in batches_of(SMALL, size)]
        expected = size / 6 * SMALL.gradient(phi)
        np.testing.assert_allclose(found - expected, 0, atol=1e-12 * np.abs(expected).max() + 1e-12)


@given(start, start, st.integers(1, 6))
@few
def test_the_average_over_all_batches_is_the_gradient(phi, anchor, size):
    found = [estimate(SMALL, indices, phi, anchor) for indices in batches_of(SMALL, size)]
    np.testing.assert_allclose(
        np.mean(found, axis=0), size / 6 * SMALL.gradient(phi), rtol=1e-9, atol=1e-12
    )


def test_the_variance_falls_with_the_square_of_the_distance_from_the_anchor():
    phi = np.array([0.5, 12.0])
    plain = np.var([SMALL.batch(b).gradient(phi) for b in batches_of(SMALL, 2)], axis=0).sum()
    variances = []
    for distance in (1e-1, 1e-2, 1e-3):
        anchor = phi + distance * np.array([0.6, 0.8])
        found = [estimate(SMALL, indices, phi, anchor) for indices in batches_of(SMALL, 2)]
        variances.append(np.var(found, axis=0).sum())
    assert variances[0] < plain
    ratios = np.divide(variances[:-1], variances[1:])
    np.testing.assert_allclose(ratios, 100, rtol=0.2)


@pytest.mark.parametrize("batches", [None, [list(range(28))] * 20], ids=["none", "everything"])
@pytest.mark.parametrize("refresh", [1, 7])
def test_a_batch_of_everything_is_gradient_descent(batches, refresh):
    path = descend(GABOR, [1.0, 12.0], SVRG(0.01, refresh), steps=20, batches=batches)
    plain = descend(GABOR, [1.0, 12.0], GradientDescent(0.01), steps=20)
    np.testing.assert_allclose(path.params, plain.params, rtol=1e-12)


def test_an_anchor_at_every_step_is_gradient_descent_at_the_batchs_share_of_the_rate():
    """Sums against means: a batch of 7 out of 28 is a quarter of the whole."""
    batches = Minibatches(7, rng=0)
    path = descend(GABOR, [1.0, 12.0], SVRG(0.04, refresh=1), steps=20, batches=batches)
    plain = descend(GABOR, [1.0, 12.0], GradientDescent(0.01), steps=20)
    np.testing.assert_allclose(path.params, plain.params, rtol=1e-12)


def test_a_ragged_batch_has_its_own_share():
    """Batches of 5, 5 and 2 of 12: at the anchor each gives its 5/12 or 2/12 of the gradient."""
    batches = [range(0, 5), range(5, 10), range(10, 12)]
    path = descend(LINE, [1.0, 1.0], SVRG(0.01, refresh=1), steps=3, batches=map(list, batches))
    moves = -np.diff(path.params, axis=0) / 0.01
    shares = np.array([5, 5, 2])[:, None] / 12
    np.testing.assert_allclose(moves, shares * LINE.gradient(path.params[:-1]), rtol=1e-9)


def test_the_anchor_moves_once_in_so_many_steps():
    asked = []

    class Watching(LeastSquares):
        def gradient(self, phi):
            if self.n_examples == 12:
                asked.append(phi.copy())
            return super().gradient(phi)

    loss = Watching(Linear(), *linear_data())
    path = descend(loss, [1.0, 1.0], SVRG(0.01, refresh=4), steps=10, batches=cycle([[0], [3, 4]]))
    np.testing.assert_array_equal(asked, path.params[[0, 4, 8]])


def test_the_step_by_hand():
    loss = LeastSquares(Linear(), [0.0, 1.0], [0.0, 2.0])
    batches = [[1], [0]]
    path = descend(loss, [0.0, 0.0], SVRG(0.5, refresh=2), steps=2, batches=batches)
    # At [0, 0] the examples give [0, 0] and [-4, -4]: the whole is [-4, -4], half of it [-2, -2].
    assert path.params[1].tolist() == [1, 1]
    # At [1, 1] example 0 gives [2, 0], and at the anchor [0, 0].
    assert path.params[2].tolist() == [1 - 0.5 * (2 - 0 - 2), 1 - 0.5 * (0 - 0 - 2)]


# --- what it is for ---


def test_it_converges_linearly_where_sgd_at_the_same_rate_stalls():
    best = np.linalg.lstsq(np.stack([np.ones_like(LINE.x), LINE.x], axis=-1), LINE.y)[0]
    starts = best + np.random.default_rng(0).normal(size=(20, 2))
    batches = Minibatches(2, rng=1)
    reduced = descend(LINE, starts, SVRG(0.05, refresh=12), steps=960, batches=batches)
    plain = descend(LINE, starts, GradientDescent(0.05), steps=960, batches=batches)
    away = np.linalg.norm(reduced.params - best, axis=-1).max(axis=1)
    # In equal numbers of steps the distance shrinks by about equal factors, down to rounding.
    factors = away[120:721:120] / away[:601:120]
    assert ((0.005 < factors) & (factors < 0.011)).all()
    assert away[-1] < 1e-13
    stalled = np.linalg.norm(plain.params[480:] - best, axis=-1)
    assert (stalled.mean(axis=0) > 0.01).all()


def test_a_penalty_is_shared_out_as_the_examples_are():
    loss = L2Penalty(LINE, strength=3.0)
    path = descend(
        loss, [1.0, 1.0], SVRG(0.05, refresh=12), steps=600, batches=Minibatches(3, rng=0)
    )
    np.testing.assert_allclose(loss.gradient(path.final), 0, atol=1e-10)


# --- ensembles, types, purity, bad input ---


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("ensemble", [(1,), (4,), (2, 3)])
def test_an_ensemble_equals_the_loop_over_its_members(dtype, ensemble):
    rng = np.random.default_rng(4)
    starts = rng.uniform([-10, 2.5], [10, 22.5], (*ensemble, 2)).astype(dtype)
    rates = 10 ** rng.uniform(-3, 0, ensemble)
    batches = Minibatches(5, rng=2)
    together = descend(GABOR, starts, SVRG(rates, refresh=6), steps=25, batches=batches)
    assert together.params.dtype == dtype
    for member in np.ndindex(ensemble):
        rule = SVRG(float(rates[member]), refresh=6)
        alone = descend(GABOR, starts[member], rule, steps=25, batches=batches)
        np.testing.assert_array_equal(together.member(*member).params, alone.params)


def test_the_gradient_that_a_step_saw_is_that_of_its_batch():
    path = descend(GABOR, [1.0, 12.0], SVRG(0.01, refresh=3), steps=4, batches=cycle([[2, 7]]))
    seen = np.linalg.norm(GABOR.batch([2, 7]).gradient(path.params[:-1]), axis=-1)
    np.testing.assert_array_equal(path.gradient_norms, seen)


def test_the_rate_may_be_a_schedule():
    batches = Minibatches(5, rng=2)
    number = descend(GABOR, [1.0, 12.0], SVRG(0.01, 6), steps=25, batches=batches)
    schedule = descend(GABOR, [1.0, 12.0], SVRG(lambda t: 0.01, 6), steps=25, batches=batches)
    np.testing.assert_array_equal(number.params, schedule.params)


def test_a_loss_without_examples_is_whole():
    bowl = Quadratic((1.0, 3.0))
    path = descend(bowl, [1.0, 2.0], SVRG(0.1, refresh=5), steps=12)
    plain = descend(bowl, [1.0, 2.0], GradientDescent(0.1), steps=12)
    np.testing.assert_allclose(path.params, plain.params, rtol=1e-12)


def test_a_loss_that_cannot_tell_its_examples_is_named():
    class Uncounted(Quadratic):
        def batch(self, indices):
            return self

    with pytest.raises(TypeError, match=r"loss is .*Uncounted\(.*: it has no `n_examples`"):
        descend(Uncounted((1.0,)), [1.0], SVRG(0.1, refresh=5), steps=2, batches=[[0], [1]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SVRG(0, refresh=5), "learning_rate is 0, expected finite and above zero"),
        (lambda: SVRG(0.1, refresh=0), "refresh is 0, expected at least 1"),
        (lambda: SVRG(0.1, refresh=2.5), "refresh is 2.5, expected a whole number"),
    ],
)
def test_bad_hyperparameters_are_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
