"""Ensembles and running averages against closed forms and inequalities."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.ensembles import Ensemble, exponential_average, polyak_average
from course_lib.initialization import glorot_uniform
from course_lib.losses import BinaryCrossEntropy, L2Penalty, LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Gabor, Linear, Logistic, Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from course_lib.surfaces import Quadratic

repeatable = settings(derandomize=True, deadline=None, max_examples=60)

NAN, INF = float("nan"), float("inf")
LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
CLASSES = BinaryCrossEntropy(Logistic(), [-2.0, -1.0, 0.5, 1.0, 3.0], [0, 1, 0, 1, 1])
BOWL = Quadratic((1.0, 4.0))


def _members(shape, seed=0):
    return np.random.default_rng(seed).uniform([-10, 2.5], [10, 22.5], (*shape, 2))


members = st.integers(1, 6).flatmap(
    lambda m: arrays.arrays(float, (m, 2), elements=st.floats(-20, 20))
)
runs = arrays.arrays(
    float, st.tuples(st.integers(1, 9), st.integers(1, 3)), elements=st.floats(-100, 100)
)

# What an ensemble answers


@given(members)
@repeatable
def test_lines_answer_as_the_line_of_the_mean_parameters(params):
    x = [-3.0, 0.0, 2.5]
    np.testing.assert_allclose(
        Ensemble(Linear(), params)(x), Linear()(x, params.mean(axis=0)), atol=1e-12
    )


def test_waves_do_not_answer_as_the_wave_of_the_mean_parameters():
    params = _members((5,))
    together = Ensemble(Gabor(), params)(GABOR.x)
    expected = [math.fsum(Gabor()([x], phi)[0] for phi in params) / 5 for x in GABOR.x]
    np.testing.assert_allclose(together, expected, atol=1e-15)
    assert not np.allclose(together, Gabor()(GABOR.x, params.mean(axis=0)), atol=0.01)


def test_classifiers_answer_with_the_mean_of_their_probabilities():
    params = np.array([[np.log(3), 0.0], [-np.log(4), 0.0], [0.0, 0.0]])  # ¾, ⅕ and ½
    ensemble = Ensemble(Logistic(), params)
    mean = (3 / 4 + 1 / 5 + 1 / 2) / 3
    assert ensemble([7.0])[0] == pytest.approx(mean)
    assert ensemble.log_odds([7.0])[0] == pytest.approx(np.log(mean / (1 - mean)))
    assert ensemble.log_odds([7.0])[0] != pytest.approx(Linear()([7.0], params).mean())


def test_only_classifiers_have_log_odds():
    assert not hasattr(Ensemble(Linear(), [[1.0, 2.0]]), "log_odds")
    loss = BinaryCrossEntropy(Ensemble(Logistic(), [[1.0, 2.0]]), [0.0, 1.0], [0, 1])
    np.testing.assert_allclose(
        loss.per_example(np.empty(0)),
        BinaryCrossEntropy(Logistic(), [0.0, 1.0], [0, 1]).per_example([1.0, 2.0]),
    )


# Classes

THREE = Softmax(MLP((2, 3)))
POINTS = [[0.0, 1.0], [2.0, -1.0], [-1.0, 0.5], [0.5, 0.5]]
LABELS = [0, 2, 1, 1]


def _classifiers(shape, seed=0):
    return np.random.default_rng(seed).normal(size=(*shape, THREE.n_parameters))


def test_classifiers_of_several_classes_answer_with_their_mean_probabilities():
    params = _classifiers((4,))
    ensemble = Ensemble(THREE, params)
    mean = sum(THREE(POINTS, phi) for phi in params) / 4
    np.testing.assert_allclose(ensemble(POINTS), mean)
    np.testing.assert_allclose(ensemble.logits(POINTS), np.log(mean))
    loss = SoftmaxCrossEntropy(THREE, POINTS, LABELS)
    right = mean[range(4), LABELS]
    assert ensemble.loss(loss) == pytest.approx(-np.log(right).sum())
    assert ensemble.accuracy(loss) == np.mean(mean.argmax(axis=-1) == LABELS)
    assert not hasattr(Ensemble(Linear(), [[1.0, 2.0]]), "logits")


def test_log_of_the_mean_probability_keeps_its_digits_where_probabilities_are_rounded():
    """Both find class 0 impossible: log p = -800 and -802, and exp of either is 0."""
    model = Softmax(MLP((1, 2)))
    ensemble = Ensemble(model, [[0, 0, 0, 800], [0, 0, 0, 802]])
    assert ensemble([0.0]).tolist() == [[0, 1]]
    log_p = -800 + np.log((1 + np.exp(-2)) / 2)
    np.testing.assert_allclose(ensemble.logits([0.0]), [[log_p, 0]], rtol=1e-14, atol=1e-300)
    wrong = SoftmaxCrossEntropy(model, [0.0], [0])
    assert ensemble.loss(wrong) == pytest.approx(-log_p, rel=1e-14)
    assert (ensemble.accuracy(wrong), ensemble.loss(wrong.batch([0]))) == (0, ensemble.loss(wrong))


def test_a_vote_counts_heads_and_a_tie_goes_to_the_larger_mean_probability():
    """Biases alone: each row gives logits to classes 0, 1, 2 at any point."""
    biases = np.array([[0, 3, 0], [0, 2, 0], [9, 0, 0], [0, 0, 1], [0, 0, 2]])
    params = np.hstack([np.zeros((5, 6)), biases])
    ensemble = Ensemble(THREE, params)
    assert ensemble.votes(POINTS).tolist() == [[1, 2, 2]] * 4
    assert ensemble.majority(POINTS).tolist() == [1] * 4  # of the two, the surer
    assert ensemble(POINTS).argmax(axis=-1).tolist() == [1] * 4
    sure = Ensemble(THREE, params[[1, 2, 4, 4]])
    assert sure.majority(POINTS).tolist() == [2] * 4
    assert Ensemble(THREE, params[2:4])(POINTS).argmax(axis=-1).tolist() == [0] * 4
    # Where all are certain, no rounding may let a single vote win against two.
    certain = Ensemble(THREE, np.hstack([np.zeros((3, 6)), 900 * np.eye(3)[[2, 0, 2]]]))
    assert certain.majority(POINTS).tolist() == [2] * 4


def test_votes_and_accuracy_of_an_ensemble_of_ensembles_are_those_of_each():
    params = _classifiers((5, 2, 3))
    together = Ensemble(THREE, params)
    loss = SoftmaxCrossEntropy(THREE, POINTS, LABELS)
    assert together(POINTS).shape == together.votes(POINTS).shape == (2, 3, 4, 3)
    assert together.accuracy(loss).shape == (2, 3) and together.majority(POINTS).shape == (2, 3, 4)
    for member in np.ndindex(2, 3):
        alone = Ensemble(THREE, params[:, *member])
        np.testing.assert_array_equal(together.votes(POINTS)[member], alone.votes(POINTS))
        np.testing.assert_array_equal(together.majority(POINTS)[member], alone.majority(POINTS))
        np.testing.assert_array_equal(together.logits(POINTS)[member], alone.logits(POINTS))
        assert together.accuracy(loss)[member] == alone.accuracy(loss)
        assert together.loss(loss)[member] == alone.loss(loss)


def test_accuracy_of_two_classes_is_that_of_the_mean_probability():
    ensemble = Ensemble(Logistic(), [[np.log(9), 0.0], [-np.log(2), 0.0], [-np.log(2), 0.0]])
    assert ensemble.accuracy(BinaryCrossEntropy(Logistic(), [0.0, 1.0], [1, 0])) == 0.5
    assert ensemble.accuracy(BinaryCrossEntropy(Logistic(), [0.0, 1.0], [1, 1])) == 1


# What it costs


def test_loss_is_that_of_the_mean_answer():
    params = _members((4,))
    ensemble = Ensemble(Gabor(), params)
    assert ensemble.loss(GABOR) == pytest.approx(((ensemble(GABOR.x) - GABOR.y) ** 2).sum())
    of_one = Ensemble(Gabor(), params[:1])
    np.testing.assert_array_equal(of_one.loss(GABOR), GABOR(params[0]))


def test_cross_entropy_is_that_of_the_mean_probability():
    params = np.random.default_rng(1).normal(size=(4, 2))
    ensemble = Ensemble(Logistic(), params)
    p = ensemble(CLASSES.x)
    expected = -np.log(np.where(CLASSES.y == 1, p, 1 - p)).sum()
    assert ensemble.loss(CLASSES) == pytest.approx(expected)


def test_cross_entropy_keeps_its_digits_where_probabilities_are_rounded():
    """Both are certain and wrong: p = exp(-800), exp(-802) for y = 1, zero in float64 each."""
    ensemble = Ensemble(Logistic(), [[-800.0, 0.0], [-802.0, 0.0]])
    loss = BinaryCrossEntropy(Logistic(), [0.0], [1])
    assert ensemble.loss(loss) == pytest.approx(800 + np.log(2 / (1 + np.exp(-2))), rel=1e-14)
    right = BinaryCrossEntropy(Logistic(), [0.0], [0])
    assert ensemble.loss(right) == pytest.approx(0, abs=1e-300)
    torn = Ensemble(Logistic(), [[-1000.0, 0.0], [1000.0, 0.0]])
    assert torn.loss(loss) == pytest.approx(np.log(2))


@given(members, st.sampled_from([LINE, GABOR, CLASSES]))
@repeatable
def test_an_ensemble_costs_no_more_than_its_members_do_on_average(params, loss):
    """Jensen: both losses are convex in what the model answers."""
    mean_loss = loss(params).mean()
    assert Ensemble(loss.model, params).loss(loss) <= mean_loss * (1 + 1e-12) + 1e-12


def test_what_averaging_saves_is_the_spread_of_the_answers():
    """Mean of the members' losses - loss of the mean = Σᵢ variance of fᵢ over the members."""
    params = _members((6,), seed=2)
    spread = Gabor()(GABOR.x, params).var(axis=0).sum()
    saved = GABOR(params).mean() - Ensemble(Gabor(), params).loss(GABOR)
    assert saved == pytest.approx(spread)
    alike = Ensemble(Gabor(), np.broadcast_to(params[0], (6, 2)))
    assert alike.loss(GABOR) == pytest.approx(GABOR(params[0]))


def test_losses_by_size_are_those_of_the_first_members():
    params = _members((5,))
    losses = Ensemble(Gabor(), params).losses_by_size(GABOR)
    assert losses.shape == (5,)
    for m in range(1, 6):
        answer = Gabor()(GABOR.x, params[:m]).mean(axis=0)
        assert losses[m - 1] == pytest.approx(((answer - GABOR.y) ** 2).sum())


def test_over_all_orders_more_members_are_better_and_return_less_and_less():
    """Claim cl-30. The mean over orders falls as A + B/m, exactly, for least squares."""
    params = _members((8,), seed=3)
    orders = np.random.default_rng(0).permuted(np.tile(np.arange(8)[:, None], 600), axis=0)
    losses = Ensemble(Gabor(), params[orders]).losses_by_size(GABOR).mean(axis=1)
    assert losses[0] == pytest.approx(GABOR(params).mean(), rel=0.05)
    assert losses[-1] == pytest.approx(Ensemble(Gabor(), params).loss(GABOR))
    gains = -np.diff(losses)
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()
    # Members drawn without replacement: the variance of their mean is σ²/m · (M - m)/(M - 1).
    m = np.arange(1, 9)
    spread = Gabor()(GABOR.x, params).var(axis=0).sum() / m * (8 - m) / 7
    np.testing.assert_allclose(losses - losses[-1], spread, atol=0.02 * spread[0])


@pytest.mark.parametrize(("loss", "dtype"), [(GABOR, np.float64), (CLASSES, np.float32)])
def test_an_ensemble_of_ensembles_equals_the_loop_over_them(loss, dtype):
    params = _members((20, 2, 3)).astype(dtype)
    loss = loss.batch([1])  # a single example: nothing but members to sum over
    together = Ensemble(loss.model, params)
    answers, losses = together(loss.x), together.loss(loss)
    by_size = together.losses_by_size(loss)
    assert answers.shape == (2, 3, loss.n_examples)
    assert (losses.shape, by_size.shape) == ((2, 3), (20, 2, 3))
    assert answers.dtype == losses.dtype == by_size.dtype == dtype
    for member in np.ndindex(2, 3):
        alone = Ensemble(loss.model, params[:, *member])
        np.testing.assert_array_equal(answers[member], alone(loss.x))
        np.testing.assert_array_equal(losses[member], alone.loss(loss))
        np.testing.assert_array_equal(by_size[:, *member], alone.losses_by_size(loss))


# Where its members come from


def test_runs_that_diverged_are_left_out():
    path = descend(BOWL, _members((4,)), GradientDescent(np.array([0.1, 5.0, 0.2, 0.3])), 80)
    ensemble = Ensemble.of_runs(Linear(), path)
    assert ensemble.origin == "4 runs, 1 diverged"
    assert len(ensemble) == 3
    np.testing.assert_array_equal(ensemble.params, path.final[[0, 2, 3]])


def test_runs_from_a_grid_of_starts_and_from_one():
    rule = GradientDescent(0.1)
    assert Ensemble.of_runs(Linear(), descend(BOWL, _members((2, 3)), rule, 5)).params.shape == (
        6, 2,
    )  # fmt: skip
    path = descend(BOWL, [1.0, 2.0], rule, 5)
    assert Ensemble.of_runs(Linear(), path).params.tolist() == [path.final.tolist()]


def test_different_starts_together_are_better_than_most_alone():
    """Nearby valleys of the Gabor loss: no run is right, and each is wrong in its own way."""
    starts = np.random.default_rng(0).uniform([-4, 10], [4, 22], (12, 2))
    path = descend(GABOR, starts, GradientDescent(0.01), steps=200)
    held_out = LeastSquares(Gabor(), *gabor_data(n=40, seed=9))
    ensemble = Ensemble.of_runs(Gabor(), path)
    assert ensemble.loss(held_out) < held_out(ensemble.params).mean()


def _two_moons(n, seed):
    """Two classes, half circles that reach into each other, with noise: x (n, 2) and y (n,)."""
    rng = np.random.default_rng(seed)
    y, around = rng.integers(0, 2, n), rng.uniform(0, np.pi, n)
    circle = np.stack([np.cos(around) + y, np.sin(around) * (1 - 2 * y) + 0.5 * y], axis=-1)
    return circle + rng.normal(0, 0.35, (n, 2)), y


def test_networks_from_different_starts_classify_better_together():
    model = Logistic(MLP((2, 16, 1), "tanh"))
    training = BinaryCrossEntropy(model, *_two_moons(60, seed=0))
    held_out = BinaryCrossEntropy(model, *_two_moons(400, seed=1))
    starts = glorot_uniform(model.log_odds, 0, (6,))
    path = descend(training, starts, Adam(0.05), steps=250, keep=10)
    ensemble = Ensemble.of_runs(model, path)
    saved = held_out(ensemble.params).mean() - ensemble.loss(held_out)
    assert saved > 0.05 * held_out(ensemble.params).mean()
    # Checkpoints of one run are more alike, and save less.
    checkpoints = Ensemble.of_checkpoints(model, path, n=6)
    saved_by_each = held_out(checkpoints.params).mean(axis=0) - checkpoints.loss(held_out)
    assert saved_by_each.shape == (6,)
    assert (saved_by_each > 0).all()
    assert saved > 2 * saved_by_each.max()


def test_the_best_of_a_search_are_those_of_lowest_finite_loss():
    losses = [3.0, NAN, 1.0, -INF, 2.0, 1.0]
    params = np.arange(12.0).reshape(6, 2)
    best = Ensemble.of_best(Linear(), losses, params, n=3)
    np.testing.assert_array_equal(best.params, params[[2, 5, 4]])  # of two equal ones, the first
    assert best.origin == "the best 3 of 6"
    equals = Ensemble.of_best(Linear(), [2.0, 1.0] * 50, np.arange(200.0).reshape(100, 2), n=50)
    assert equals.params[:, 0].tolist() == list(range(2, 200, 4))
    pairs = list(zip(losses, params))
    np.testing.assert_array_equal(Ensemble.of_best(Linear(), *zip(*pairs), n=3).params, best.params)


def test_a_search_may_hold_parameters_that_are_no_numbers_in_trials_without_a_loss():
    best = Ensemble.of_best(Linear(), [NAN, 1.0], [[NAN, 0.0], [1.0, 2.0]], n=1)
    assert best.params.tolist() == [[1.0, 2.0]]


def test_checkpoints_are_the_last_rows_kept():
    path = descend(GABOR, _members((3,)), GradientDescent(0.01), steps=20, keep=6)
    ensemble = Ensemble.of_checkpoints(Gabor(), path, n=3)
    assert ensemble.origin == "checkpoints at the steps 12, 18, 20"
    np.testing.assert_array_equal(ensemble.params, path.params[-3:])
    assert ensemble.loss(GABOR).shape == (3,)
    one = Ensemble.of_checkpoints(Gabor(), path.member(1), n=3)
    np.testing.assert_array_equal(one.loss(GABOR), ensemble.loss(GABOR)[1])


def test_checkpoints_of_a_run_that_diverged_have_a_loss_and_no_warning():
    path = descend(LINE, [[1.0, 2.0], [0.0, 1.0]], GradientDescent(np.array([0.01, 9.0])), 60)
    losses = Ensemble.of_checkpoints(Linear(), path, n=5).loss(LINE)
    assert path.diverged.tolist() == [False, True]
    assert losses[0] < 1
    assert losses[1] > 1e10
    assert Ensemble(Linear(), [[1e200, 0.0]]).loss(LINE) == INF


# Running averages


@given(runs)
@repeatable
def test_polyak_average_is_the_mean_so_far(params):
    expected = [params[: t + 1].mean(axis=0) for t in range(len(params))]
    np.testing.assert_allclose(polyak_average(params), expected, atol=1e-12)


@given(runs, st.floats(0.01, 0.99))
@repeatable
def test_exponential_average_is_its_closed_form(params, beta):
    """mₜ = (1 - β) Σₖ βᵗ⁻ᵏ φₖ, and these weights sum to 1 - βᵗ⁺¹."""
    for t in range(len(params)):
        weights = (1 - beta) * beta ** np.arange(t, -1, -1)
        raw = weights @ params[: t + 1]
        plain = exponential_average(params, beta, bias_correction=False)[t]
        np.testing.assert_allclose(plain, raw, atol=1e-11)
        corrected = exponential_average(params, beta)[t]
        np.testing.assert_allclose(corrected, raw / weights.sum(), atol=1e-11)


@pytest.mark.parametrize(
    "average",
    [polyak_average, lambda params: exponential_average(params, 0.9)],
    ids=["polyak", "exponential"],
)
def test_a_run_that_stands_still_is_its_own_average(average):
    params = np.tile(_members((3,)), (40, 1, 1))
    np.testing.assert_array_equal(average(params), params)


def test_without_correction_the_first_averages_lie_near_zero():
    average = exponential_average(np.full((50, 1), 2.0), 0.9, bias_correction=False)
    np.testing.assert_allclose(average[:, 0], 2 * (1 - 0.9 ** np.arange(1, 51)))


@given(runs)
@repeatable
def test_a_slow_exponential_average_is_polyaks_and_a_fast_one_the_run_itself(params):
    np.testing.assert_allclose(
        exponential_average(params, 1 - 1e-8), polyak_average(params), atol=1e-4
    )
    np.testing.assert_allclose(exponential_average(params, 0.0), params, atol=1e-12)


def test_the_mean_of_a_bounce_is_nearer_to_the_minimum():
    """Noise of a fixed size keeps the steps from settling; their mean settles."""
    rng = np.random.default_rng(0)
    rows = [np.array([5.0, -5.0])]
    for _ in range(4000):
        rows.append(rows[-1] - 0.2 * (BOWL.gradient(rows[-1]) + rng.normal(size=2)))
    tail = np.array(rows[100:])
    typical = BOWL(tail).mean()
    assert BOWL(polyak_average(tail)[-1]) < typical / 50
    assert BOWL(exponential_average(tail, 0.98)[100:]).mean() < typical / 4


def test_averages_of_many_runs_are_those_of_each_and_keep_their_type():
    params = np.random.default_rng(0).normal(size=(7, 2, 3, 4)).astype(np.float32)
    for average in (polyak_average, lambda rows: exponential_average(rows, 0.8)):
        together = average(params)
        assert together.dtype == np.float32
        exact = average(params.astype(float))  # only the result is rounded
        np.testing.assert_array_equal(together, exact.astype(np.float32))
        for member in np.ndindex(2, 3):
            np.testing.assert_array_equal(together[:, *member], average(params[:, *member]))


def test_an_average_is_not_a_number_from_where_a_run_is_not():
    params = [[1.0, 1.0], [NAN, 3.0], [2.0, 5.0]]
    assert np.isnan(polyak_average(params)[:, 0]).tolist() == [False, True, True]
    assert polyak_average(params)[:, 1].tolist() == [1, 2, 3]


def test_the_average_of_a_run_answers_as_an_ensemble_of_one():
    path = descend(GABOR, _members(()), GradientDescent(0.01), steps=30)
    last = polyak_average(path.params)[-1:]
    np.testing.assert_array_equal(Ensemble(Gabor(), last).loss(GABOR), GABOR(last[0]))


# Bad input

RULE = GradientDescent(np.array([5.0, 6.0]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Ensemble(Linear(), [1.0, 2.0]),
            r"params has shape \(2,\), expected \(R, ..., P\)",
        ),
        (lambda: Ensemble(Linear(), np.empty((0, 2))), r"params has shape \(0, 2\), expected"),
        (lambda: Ensemble(Linear(), "ab"), "params is 'ab', expected real numbers"),
        (
            lambda: Ensemble(Linear(), [[1.0, 2.0], [NAN, 1.0]]),
            r"params\[1\] is array\(\[nan, +1.\]\), expected finite",
        ),
        (lambda: Ensemble(Linear(), [[1.0, 2.0, 3.0]])([0.0]), r"phi has shape \(1, 3\), expected"),
        (
            lambda: Ensemble.of_runs(Linear(), descend(BOWL, [1.0, 2.0], RULE, 90)),
            "path has 2 runs, all diverged, expected one that did not",
        ),
        (
            lambda: Ensemble.of_best(Linear(), [1.0, NAN], [[1, 2], [3, 4]], n=2),
            "n is 2, expected at most 1: so many of 2 losses are finite",
        ),
        (lambda: Ensemble.of_best(Linear(), [1.0], [[1, 2]], n=0), "n is 0, expected at least 1"),
        (
            lambda: Ensemble.of_best(Linear(), [1.0], [[1, 2], [3, 4]], n=1),
            r"losses has shape \(1,\) and params has shape \(2, 2\), expected \(N,\) and \(N, P\)",
        ),
        (
            lambda: Ensemble.of_checkpoints(
                Linear(), descend(BOWL, [1.0, 2.0], GradientDescent(0.1), 4), n=6
            ),
            "n is 6, expected at most 5, the rows of the path",
        ),
        (
            lambda: Ensemble(Linear(), [[1.0, 2.0]]).loss(L2Penalty(LINE, 1.0)),
            "loss is L2Penalty.*, expected a loss of examples, without a penalty",
        ),
        (
            lambda: Ensemble(Linear(), [[1.0, 2.0]]).loss(GABOR),
            r"loss is LeastSquares\(Gabor.*, expected a loss of the model Linear",
        ),
        (lambda: polyak_average([1.0, 2.0]), r"params has shape \(2,\), expected \(R, ..., P\)"),
        (lambda: exponential_average([[1.0]], 1.0), "beta is 1.0, expected at least 0 and below"),
        (lambda: exponential_average([[1.0]], NAN), "beta is nan, expected at least 0 and below"),
        (lambda: exponential_average([[1.0]], [0.5]), r"beta is \[0.5\], expected one number"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
