"""Mini-batches: what an epoch holds, and that a batch's gradient is fair to all the examples."""

from itertools import combinations, islice, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from course_lib.batches import Minibatches, epochs_done, folds, steps_per_epoch
from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent

repeatable = settings(derandomize=True, deadline=None, max_examples=60)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())


@st.composite
def sizes(draw):
    """A number of examples, and a batch size that fits."""
    n_examples = draw(st.integers(1, 60))
    return n_examples, draw(st.integers(1, n_examples))


def first(count, batches, n_examples):
    return list(islice(batches.indices(n_examples), count))


@given(sizes(), st.integers(0, 10))
@repeatable
def test_each_epoch_without_replacement_uses_every_example_once(size, seed):
    """Claim cl-7."""
    n_examples, batch_size = size
    steps = steps_per_epoch(n_examples, batch_size)
    seen = first(3 * steps, Minibatches(batch_size, seed), n_examples)
    for epoch in range(3):
        one = seen[epoch * steps : (epoch + 1) * steps]
        assert np.sort(np.concatenate(one)).tolist() == list(range(n_examples))
        assert [len(batch) for batch in one[:-1]] == [batch_size] * (steps - 1)
        assert len(one[-1]) == (n_examples % batch_size or batch_size)


@given(sizes(), st.integers(0, 10))
@repeatable
def test_the_ragged_last_batch_may_be_dropped(size, seed):
    n_examples, batch_size = size
    steps = steps_per_epoch(n_examples, batch_size, drop_last=True)
    seen = first(2 * steps, Minibatches(batch_size, seed, drop_last=True), n_examples)
    for epoch in range(2):
        used = np.concatenate(seen[epoch * steps : (epoch + 1) * steps])
        assert len(np.unique(used)) == len(used) == steps * batch_size > n_examples - batch_size


@given(st.integers(1, 60), st.integers(1, 80), st.booleans())
@repeatable
def test_every_batch_with_replacement_is_whole_whatever_its_size(n_examples, batch_size, drop_last):
    batches = Minibatches(batch_size, rng=0, replacement=True, drop_last=drop_last)
    for batch in first(5, batches, n_examples):
        assert batch.shape == (batch_size,)
        assert batch.min() >= 0
        assert batch.max() < n_examples


@pytest.mark.parametrize("replacement", [False, True])
def test_indices_are_int64(replacement):
    for batch in first(7, Minibatches(3, rng=0, replacement=replacement), 10):
        assert batch.dtype == np.int64


def test_every_ordered_pair_is_equally_likely_with_replacement():
    drawn = first(18_000, Minibatches(2, 0, replacement=True), 6)
    pairs, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(pairs) == 36
    assert chisquare(counts).pvalue > 1e-3


def test_every_ordered_pair_but_doubles_is_equally_likely_without_replacement():
    drawn = first(18_000, Minibatches(2, 0, drop_last=True), 5)
    pairs, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(pairs) == 5 * 4
    assert chisquare(counts).pvalue > 1e-3


def test_epochs_are_shuffled_anew():
    one, two, three = first(3, Minibatches(20, rng=0), 20)
    assert not (np.array_equal(one, two) or np.array_equal(two, three))
    assert not np.array_equal(one, np.arange(20))


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_batch_gradient_is_unbiased(size, replacement):
    """Claim cl-5: over all the batches there are, its mean is B / I of the whole gradient."""
    loss = LeastSquares(Linear(), *linear_data(n=5))
    phi = np.array([0.3, -0.8])
    if replacement:
        batches = list(product(range(5), repeat=size))
        assert len(batches) == 5**size
    else:
        batches = list(combinations(range(5), size))
        assert len(batches) == comb(5, size)
    mean = np.mean([loss.batch(list(batch)).gradient(phi) for batch in batches], axis=0)
    np.testing.assert_allclose(mean, size / 5 * loss.gradient(phi), rtol=1e-12)


@pytest.mark.parametrize("replacement", [False, True])
def test_a_seed_repeats_and_a_generator_goes_on(replacement):
    seeded = Minibatches(4, rng=7, replacement=replacement)
    one, again = first(9, seeded, 10), first(9, seeded, 10)
    assert all(map(np.array_equal, one, again))
    going_on = Minibatches(4, np.random.default_rng(7), replacement)
    same, other = first(9, going_on, 10), first(9, going_on, 10)
    assert all(map(np.array_equal, one, same))
    assert not all(map(np.array_equal, one, other))
    assert not all(map(np.array_equal, one, first(9, Minibatches(4, 8, replacement), 10)))


def test_a_batch_is_not_changed_by_the_ones_after_it():
    batches = Minibatches(3, rng=0).indices(7)
    kept = [next(batches) for _ in range(6)]
    copies = [batch.copy() for batch in kept]
    list(islice(batches, 20))
    assert all(map(np.array_equal, kept, copies))


@pytest.mark.parametrize("loss", [LINE, GABOR], ids=["line", "gabor"])
def test_a_batch_of_all_the_examples_is_gradient_descent(loss):
    start, rule, everything = [1.0, 12.0], GradientDescent(1e-3), Minibatches(len(loss.x), rng=0)
    whole = descend(loss, start, rule, steps=40)
    batched = descend(loss, start, rule, steps=40, batches=everything)
    np.testing.assert_allclose(batched.params, whole.params, rtol=1e-12)
    smaller = descend(loss, start, rule, steps=40, batches=Minibatches(3, rng=0))
    assert not np.allclose(smaller.params, whole.params)


def test_sgd_is_equation_6_10_step_by_step():
    path = descend(GABOR, [1.0, 12.0], GradientDescent(0.01), 60, batches=Minibatches(5, rng=2))
    assert sorted(np.concatenate(path.batches[:6])) == list(range(28))
    for phi, batch, after in zip(path.params, path.batches, path.params[1:]):
        gradients = GABOR.per_example_gradients(phi)[batch]
        np.testing.assert_allclose(after, phi - 0.01 * gradients.sum(axis=0), rtol=1e-12)


def test_an_ensemble_sees_the_same_batches_as_each_of_its_members():
    starts = np.random.default_rng(0).uniform([-10, 2.5], [10, 22.5], (4, 2))
    together = descend(GABOR, starts, GradientDescent(0.01), 30, batches=Minibatches(5, rng=2))
    for i, start in enumerate(starts):
        alone = descend(GABOR, start, GradientDescent(0.01), 30, batches=Minibatches(5, rng=2))
        np.testing.assert_array_equal(together.params[:, i], alone.params)


def test_steps_and_epochs_of_problem_6_9():
    assert steps_per_epoch(100, 20) == 5
    assert epochs_done(1000, n_examples=100, batch_size=20) == 200
    assert steps_per_epoch(103, 20) == 6  # the last batch holds three
    assert epochs_done(1000, n_examples=103, batch_size=20) == 166
    assert steps_per_epoch(103, 20, drop_last=True) == 5
    assert epochs_done(1000, n_examples=103, batch_size=20, drop_last=True) == 200
    assert steps_per_epoch(28, 28) == steps_per_epoch(28, 28, drop_last=True) == 1


@given(sizes(), st.booleans())
@repeatable
def test_the_epoch_of_each_step_is_the_one_it_belongs_to(size, drop_last):
    n_examples, batch_size = size
    steps = steps_per_epoch(n_examples, batch_size, drop_last)
    epochs = epochs_done(np.arange(4 * steps), n_examples, batch_size, drop_last)
    np.testing.assert_array_equal(epochs, np.repeat(np.arange(4), steps))


@given(st.integers(2, 40), st.integers(2, 10), st.integers(0, 99))
@repeatable
def test_folds_judge_by_each_example_once(n, k, seed):
    k = min(k, n)
    pairs = folds(n, k, seed)
    assert len(pairs) == k
    assert sorted(np.concatenate([validation for _, validation in pairs])) == list(range(n))
    for train, validation in pairs:
        assert sorted([*train, *validation]) == list(range(n))
        assert n // k <= len(validation) <= n // k + 1
        assert (np.diff(train) > 0).all() and (np.diff(validation) > 0).all()


def test_folds_are_drawn_by_the_seed():
    first, same, other = (folds(20, 4, seed)[0][1].tolist() for seed in (1, 1, 2))
    assert first == same != other


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: folds(5, 6), "k is 6, expected at most 5"),
        (lambda: folds(5, 1), "k is 1, expected at least 2"),
        (lambda: Minibatches(0, rng=0), "batch_size is 0, expected at least 1"),
        (lambda: Minibatches(2.5, rng=0), "batch_size is 2.5, expected a whole number"),
        (lambda: Minibatches(2, rng=None), "rng is None, expected a np.random.Generator or a seed"),
        (lambda: Minibatches(2, rng=-1), "rng is -1, expected a np.random.Generator or a seed"),
        (lambda: Minibatches(6, rng=0).indices(5), "batch_size is 6, expected at most 5"),
        (lambda: Minibatches(6, 0, drop_last=True).indices(5), "batch_size is 6, expected at most"),
        (lambda: Minibatches(1, rng=0).indices(0), "n_examples is 0, expected at least 1"),
        (lambda: Minibatches(1, 0, replacement=True).indices(0), "n_examples is 0, expected at"),
        (lambda: steps_per_epoch(5, 0), "batch_size is 0, expected at least 1"),
        (lambda: steps_per_epoch(5, 6), "batch_size is 6, expected at most 5"),
        (lambda: epochs_done(-1, 5, 2), "steps is -1, expected at least 0"),
    ],
)
def test_a_bad_call_names_the_argument(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
