"""Many seeds at once: each member is the descent it stands for."""

import math

import numpy as np
import pytest

from course_lib.batches import Minibatches
from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.losses import L2Penalty, LeastSquares, SoftmaxCrossEntropy
from course_lib.many_runs import descend_each
from course_lib.models import Gabor, Linear, Softmax
from course_lib.networks import MLP
from course_lib.optimizers import SVRG, GradientDescent

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())


def seeds(batch_size, n=4, **options):
    return [Minibatches(batch_size, rng=seed, **options) for seed in range(n)]


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("rule", [GradientDescent(0.1), SVRG(0.05, refresh=6)])
def test_each_member_is_the_descent_with_its_batches(rule, replacement):
    sequences = seeds(5, replacement=replacement)  # 28 examples: every sixth batch is smaller
    path = descend_each(GABOR, [5.0, 9.4], rule, steps=14, batches=sequences)
    assert path.params.shape == (15, 4, 2)
    for member, batches in enumerate(sequences):
        alone = descend(GABOR, [5.0, 9.4], rule, steps=14, batches=batches)
        np.testing.assert_allclose(path.params[:, member], alone.params, rtol=1e-9)
        np.testing.assert_allclose(path.losses[:, member], alone.losses, rtol=1e-9)
        assert np.array_equal(np.stack([b[member] for b in path.batches[:5]]), alone.batches[:5])
    assert not np.allclose(path.final[0], path.final[1])


def test_starts_and_rates_multiply_the_seeds():
    starts, rates = [[[1.6, -0.5]], [[0.0, 0.0]]], np.array([0.01, 0.02, 0.03])
    assert descend_each(LINE, [1.6, -0.5], GradientDescent(rates), 5, seeds(3)).final.shape == (
        4,
        3,
        2,
    )
    path = descend_each(LINE, starts, GradientDescent(rates), 5, seeds(3))
    assert path.params.shape == (6, 4, 2, 3, 2)
    for index in np.ndindex(4, 2, 3):
        seed, start, rate = index
        alone = descend(
            LINE, starts[start][0], GradientDescent(rates[rate]), 5, Minibatches(3, rng=seed)
        )
        np.testing.assert_allclose(path.params[:, *index], alone.params, rtol=1e-9)


@pytest.mark.parametrize("batch_size", [3, 7])  # as many as there are classes, and not
def test_a_network_of_several_outputs_is_trained_on_many_seeds(batch_size):
    rng = np.random.default_rng(0)
    network = MLP((2, 4, 3), "tanh")
    x, start = rng.normal(size=(20, 2)), rng.normal(size=network.n_parameters)
    losses = (
        SoftmaxCrossEntropy(Softmax(network), x, rng.integers(0, 3, 20)),
        LeastSquares(network, x, rng.normal(size=(20, 3))),
    )
    for loss in losses:
        sequences = seeds(batch_size, n=3, replacement=True)  # some examples are drawn twice
        path = descend_each(loss, start, GradientDescent(0.05), 6, sequences)
        for member, batches in enumerate(sequences):
            alone = descend(loss, start, GradientDescent(0.05), 6, batches)
            np.testing.assert_allclose(path.params[:, member], alone.params, rtol=1e-9)


def test_diverging_seeds_leave_the_others_alone():
    path = descend_each(LINE, [1.6, -0.5], GradientDescent(0.43), 60, seeds(2, n=40))
    assert 0 < path.diverged.sum() < 40
    assert np.isfinite(path.params).all()


def test_a_step_may_ask_for_the_loss_of_its_own_batch():
    class Watching(GradientDescent):
        def step(self, phi, state, loss, t):
            values.append(loss(phi))
            return super().step(phi, state, loss, t)

    values = []
    path = descend_each(GABOR, [1.0, 9.0], Watching(0.01), 1, seeds(3))
    expected = [GABOR.batch(row)([1.0, 9.0]) for row in path.batches[0]]
    np.testing.assert_allclose(values[0], expected)


def test_a_seed_is_not_asked_for_all_the_examples():
    """But for a few that others of its group see: of 5,000, here less than ten times its own."""

    class Counting(Gabor):
        def forward(self, x, phi):
            seen.append(len(x) * math.prod(phi.shape[:-1]))
            return super().forward(x, phi)

    loss, seen = LeastSquares(Counting(), *gabor_data(n=5000)), []
    path = descend_each(loss, [5.0, 9.4], GradientDescent(1e-4), 3, seeds(8, n=300), keep="last")
    assert sum(seen) < 3 * 300 * 8 * 40
    alone = descend(
        loss, [5.0, 9.4], GradientDescent(1e-4), 3, Minibatches(8, rng=299), keep="last"
    )
    np.testing.assert_allclose(path.final[299], alone.final, rtol=1e-9)


RULE, PENALTY, MIXED = GradientDescent(0.1), L2Penalty(LINE, 1.0), [*seeds(3), *seeds(4)]


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: descend_each(LINE, [0, 0], RULE, 2, []), TypeError, r"batches is \[\]"),
        (lambda: descend_each(LINE, [0, 0], RULE, 2, [3]), TypeError, r"batches is \[3\]"),
        (lambda: descend_each(LINE, [0, 0], RULE, 2, MIXED), ValueError, r"sizes \[3, 4\]"),
        (lambda: descend_each(PENALTY, [0, 0], RULE, 2, seeds(3)), TypeError, "loss is L2Penalty"),
    ],
)  # fmt: skip
def test_a_bad_call_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
