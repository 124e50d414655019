"""Checks before training, and what is watched while it goes on, against answers by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.diagnostics import (
    Check,
    EarlyStopping,
    activation_histograms,
    check_gradient,
    check_initial_loss,
    check_penalty,
    gradient_histograms,
    overfit,
    training_curves,
    update_to_weight_ratio,
)
from course_lib.initialization import glorot_uniform, he_normal, uniform, zeros
from course_lib.losses import BinaryCrossEntropy, L2Penalty, LeastSquares
from course_lib.models import Gabor, Linear, Logistic
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from course_lib.surfaces import Quadratic

repeatable = settings(derandomize=True, deadline=None, max_examples=60)

NAN, INF = float("nan"), float("inf")
LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
BOWL = Quadratic((1.0, 1.0))
STARTS = np.array([[0.0, 12.0], [1.0, 16.0], [-4.0, 8.0]])
NETWORK = MLP((1, 8, 6, 1), "tanh")
WAVE = LeastSquares(NETWORK, np.linspace(-1, 1, 25), np.sin(4 * np.linspace(-1, 1, 25)))


def _starts(ensemble, seed=0):
    return glorot_uniform(NETWORK, seed, ensemble)


# Before training


def test_small_weights_cost_what_chance_does():
    rng = np.random.default_rng(0)
    loss = BinaryCrossEntropy(Logistic(), rng.normal(size=50), rng.integers(0, 2, 50))
    check = check_initial_loss(loss, rng.normal(0, 0.01, (4, 2)), chance=50 * np.log(2))
    assert check.passed.tolist() == [True] * 4
    mean_and_not_sum = check_initial_loss(loss, [0.0, 0.0], chance=np.log(2))
    assert not mean_and_not_sum.passed
    assert str(mean_and_not_sum) == (
        "initial loss: failed, the loss is 34.66 and chance gives 0.6931"
    )


@pytest.mark.parametrize(
    ("value", "passed"), [(9.0, True), (11.0, True), (8.9, False), (11.1, False)]
)
def test_the_initial_loss_may_be_off_by_the_tolerance_both_ways(value, passed):
    constant = LeastSquares(Linear(), [0.0], [np.sqrt(value)])
    assert check_initial_loss(constant, [0.0, 0.0], 10.0, tolerance=0.1 + 1e-9).passed == passed


def test_a_penalty_raises_the_loss_except_at_zero():
    check = check_penalty(LINE, L2Penalty(LINE, 0.1), [[1.0, 2.0], [0.0, 0.0]])
    assert check.verdict.tolist() == ["passed", "failed"]
    wrong_sign = check_penalty(L2Penalty(LINE, 0.1), LINE, [1.0, 2.0])
    assert wrong_sign.verdict == "failed"
    bowl = check_penalty(BOWL, L2Penalty(BOWL, 2.0), [2.0, 0.0])
    assert bowl.why == "the loss is 2 without it and 6 with it"


def test_a_loss_that_overflows_fails_without_a_warning():
    far = [1e200, 0.0]
    assert check_initial_loss(LINE, far, 1.0).why == "the loss is inf and chance gives 1"
    assert check_penalty(LINE, L2Penalty(LINE, 0.1), far).verdict == "failed"


class Wrong:
    """A loss whose gradient has an error in coordinate 1."""

    def __call__(self, phi):
        return LINE(phi)

    def gradient(self, phi):
        return LINE.gradient(phi) * [1.0, self.factor]


def test_the_gradient_check_names_the_coordinate_that_is_wrong():
    assert check_gradient(GABOR, [1.0, 12.0]).passed
    assert check_gradient(GABOR, [1.0, 12.0]).why == (
        "all 2 coordinates agree with finite differences"
    )
    wrong = Wrong()
    wrong.factor = 0.5
    check = check_gradient(wrong, [1.0, 2.0])
    assert check.verdict == "failed"
    assert check.why == (
        "1 of 2 coordinates do not agree with finite differences, least of all 1: wrong"
    )

    class BothWrong(Wrong):
        def gradient(self, phi):
            return LINE.gradient(phi) * [0.5, NAN]

    assert check_gradient(BothWrong(), [1.0, 2.0]).why == (
        "2 of 2 coordinates do not agree with finite differences, least of all 1: wrong"
    )


def test_each_member_of_an_ensemble_is_checked():
    class WrongBelowZero(Wrong):
        def gradient(self, phi):
            return LINE.gradient(phi) * (1 if phi[0] > 0 else 2)

    check = check_gradient(WrongBelowZero(), [[[1.0, 2.0], [-1.0, 2.0]]])
    assert check.passed.tolist() == [[True, False]]
    assert [line.split(",")[0] for line in str(check).splitlines()] == [
        "gradient: passed",
        "gradient: failed",
    ]


def test_two_points_can_be_learned_by_heart_and_twenty_cannot():
    x = np.linspace(-1, 1, 30)
    loss = LeastSquares(Linear(), x, np.sin(5 * x))
    two = overfit(loss, [0.0, 0.0], GradientDescent(0.3), steps=500, n=2)
    assert two.passed
    assert two.path.final_loss < 2e-3
    twenty = overfit(loss, [0.0, 0.0], GradientDescent(0.03), steps=500)
    assert not twenty.passed
    few = loss.batch(np.random.default_rng(0).choice(30, 20, replace=False))
    best, *_ = np.linalg.lstsq(np.stack([np.ones(20), few.x], axis=-1), few.y)
    assert twenty.path.final_loss == pytest.approx(few(best), rel=1e-6)
    assert twenty.why == (
        f"all 500 steps taken, loss per example from {few([0, 0]) / 20:.2g} "
        f"to {few(best) / 20:.2g}, where 0.001 would do"
    )


def test_zero_is_a_loss_for_each_example():
    """One example of two is missed by 1: 0.5 for each."""
    loss = LeastSquares(Linear(), [0.0, 0.0], [1.0, 1.0 + np.sqrt(2)])

    def verdict(zero):
        return overfit(loss, [1.0, 0.0], GradientDescent(0.25), 60, n=2, zero=zero).verdict

    assert verdict(0.49) == "failed"
    assert verdict(0.51) == "passed"


def test_a_descent_that_diverges_has_learned_nothing():
    rule = GradientDescent(np.array([0.03, 10.0]))
    x = np.linspace(-1, 1, 30)
    check = overfit(LeastSquares(Linear(), x, 2 * x), [0.0, 0.0], rule, steps=500)
    assert check.verdict.tolist() == ["passed", "failed"]
    assert check.why[0].startswith("all 500 steps taken, loss per example from")
    assert check.why[0].endswith("to at most 0.001")
    assert check.why[1].startswith("diverged at step ")


def test_a_descent_that_diverges_from_near_zero_does_not_pass():
    loss = LeastSquares(Linear(), [0.0, 1.0], [1e-3, 1e-3])
    check = overfit(loss, [0.0, 0.0], GradientDescent(1e30), steps=5, n=2)
    assert check.path.final_loss < 1e-5
    assert check.why.startswith("diverged at step 0")
    assert not check.passed


def test_a_network_learns_twenty_examples_by_heart():
    rng = np.random.default_rng(0)
    network = MLP((2, 30, 1), "tanh")
    classifier = Logistic(network)
    loss = BinaryCrossEntropy(classifier, rng.normal(size=(200, 2)), rng.integers(0, 2, 200))
    start = uniform(network, 1)
    chance = check_initial_loss(loss, start, chance=200 * np.log(2))
    assert chance.passed, chance
    assert check_gradient(loss.batch(range(20)), start).passed
    assert check_penalty(loss, L2Penalty(loss, 0.1), start).passed
    noise = overfit(loss, start, Adam(0.05), steps=1000)
    assert noise.passed, noise
    penalised = overfit(L2Penalty(loss, 1.0), start, Adam(0.05), steps=1000)
    assert not penalised.passed, penalised


def test_overfit_is_repeatable_and_takes_a_generator():
    one, same, other = (
        overfit(GABOR, [0.0, 12.0], Adam(0.1), 5, n=4, rng=rng).path.params
        for rng in (1, np.random.default_rng(1), 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


# While training goes on


def test_curves_are_losses_per_example():
    path = descend(GABOR, STARTS, GradientDescent(0.01), steps=20)
    held_out = LeastSquares(Gabor(), *gabor_data(n=7, seed=5))
    curves = training_curves(path, GABOR, held_out)
    assert curves.validation.shape == (21, 3)
    np.testing.assert_allclose(curves.training, path.losses / 28)
    for row, member in np.ndindex(21, 3):
        mean = np.mean((Gabor()(held_out.x, path.params[row, member]) - held_out.y) ** 2)
        assert curves.validation[row, member] == pytest.approx(mean)
    np.testing.assert_array_equal(curves.gap, curves.validation - curves.training)
    thin = training_curves(path, GABOR, held_out, every=8)
    assert thin.t.tolist() == [0, 8, 16]
    np.testing.assert_array_equal(thin.validation, curves.validation[::8])


def test_curves_follow_the_steps_that_the_path_kept():
    path = descend(GABOR, [0.0, 12.0], GradientDescent(0.01), steps=20, keep=8)
    assert training_curves(path, GABOR, GABOR).t.tolist() == [0, 8, 16, 20]


def test_one_set_twice_has_no_gap():
    path = descend(LINE, [0.0, 0.0], GradientDescent(0.01), steps=5)
    assert training_curves(path, LINE, LINE).gap.tolist() == [0.0] * 6


def test_a_diverged_run_has_a_curve_without_a_warning():
    single = np.array([[0.0, 0.0]], np.float32)
    rule = GradientDescent(np.array([0.01, 1.0], np.float32))
    path = descend(LINE, single, rule, steps=50)
    assert path.diverged.tolist() == [False, True]
    curves = training_curves(path, LINE, LINE)
    assert curves.validation.dtype == np.float32
    beyond = replace(path, params=1e30 * path.params)
    assert np.isinf(training_curves(beyond, LINE, LINE).validation[-1, 1])
    assert (curves.validation[-1] > [0, 1e3]).all()


stops = pytest.mark.parametrize(
    ("losses", "patience", "best", "end", "out"),
    [
        ([5, 4, 3, 2, 1], 1, 4, 4, False),  # always better
        ([5, 4, 3, 3, 3], 2, 2, 4, True),  # patience runs out on the last of them
        ([5, 4, 3, 3], 2, 2, 3, False),
        ([3, 4, 5, 6, 0], 3, 0, 3, True),  # never better: what comes later is not seen
        ([3, 4, 2, 4, 1, 4, 4], 2, 4, 6, True),  # each improvement brings new patience
        ([3, 3, 3], 2, 0, 2, True),  # a tie is no improvement
        ([3, 2, 2, 1], 1, 1, 2, True),
        ([3, NAN, NAN, 1], 2, 0, 2, True),
        ([3, NAN, 2, NAN, 1], 2, 4, 4, False),
        ([NAN, 2, 3, 4], 2, 1, 3, True),
        ([NAN, INF, NAN], 2, 0, 1, True),
        ([NAN], 2, 0, 0, False),
        ([3, -INF, 2], 5, 2, 2, False),  # minus infinity is no minimum
        ([1], 1, 0, 0, False),
    ],
)


@stops
def test_where_early_stopping_stops(losses, patience, best, end, out):
    stop = EarlyStopping(patience)(losses)
    assert (stop.best, stop.end, stop.out_of_patience) == (best, end, out)
    finite = [loss for loss in losses[: end + 1] if np.isfinite(loss)]
    assert stop.lowest == min(finite, default=INF)


def algorithm_7_1(losses, patience):
    """The listing, for one run: stop after `patience` evaluations without a new lowest loss."""
    best, lowest, bad = 0, INF, 0
    for end, loss in enumerate(losses):
        if loss < lowest:
            best, lowest, bad = end, loss, 0
        else:
            bad += 1
        if bad == patience:
            break
    return best, end


@given(
    arrays.arrays(
        float, st.tuples(st.integers(1, 12), st.integers(1, 4)),
        elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, NAN, INF]),
    ),
    st.integers(1, 4),
)  # fmt: skip
@repeatable
def test_each_member_stops_where_algorithm_7_1_does(losses, patience):
    stop = EarlyStopping(patience)(losses)
    for member in range(losses.shape[1]):
        listing = algorithm_7_1(losses[:, member], patience)
        assert (stop.best[member], stop.end[member]) == listing
        alone = EarlyStopping(patience)(losses[:, member])
        assert (alone.best, alone.end) == listing
        assert stop.reason[member] == alone.reason
    np.testing.assert_array_equal(
        stop.pick(losses)[np.isfinite(stop.lowest)], stop.lowest[np.isfinite(stop.lowest)]
    )


def test_the_reason_is_told_in_words():
    losses = np.array([[3.0, 2.0, NAN], [2.0, 3.0, NAN], [1.0, 4.0, INF]])
    assert EarlyStopping(2)(losses).reason.tolist() == [
        "best at 2, still patient at 2",
        "best at 0, out of patience at 2",
        "never finite, out of patience at 1",
    ]


def test_the_parameters_picked_are_the_best_of_each_member():
    path = descend(GABOR, STARTS, GradientDescent(0.01), steps=60)
    held_out = LeastSquares(Gabor(), *gabor_data(n=9, seed=3))
    curves = training_curves(path, GABOR, held_out, every=3)
    stop = EarlyStopping(patience=5)(curves.validation)
    chosen = stop.pick(path.params[::3])
    assert chosen.shape == (3, 2)
    np.testing.assert_array_equal(held_out(chosen) / 9, stop.lowest)
    one = EarlyStopping(5)(curves.validation[:, 1]).pick(path.params[::3, 1])
    np.testing.assert_array_equal(one, chosen[1])


def test_early_stopping_ends_while_the_training_loss_still_falls():
    """Source G, 8.1.2: the gradient is still large where training stops."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 8)), rng.normal(size=12)
    training = LeastSquares(Linear(8), x[:9], y[:9])
    path = descend(training, np.zeros(9), GradientDescent(0.005), steps=3000)
    curves = training_curves(path, training, LeastSquares(Linear(8), x[9:], y[9:]))
    stop = EarlyStopping(patience=20)(curves.validation)
    assert stop.out_of_patience
    assert path.gradient_norms[stop.end] > 100 * path.gradient_norms[-1]


def test_ratio_by_hand():
    path = descend(BOWL, [[3.0, 4.0], [0.0, 0.0]], GradientDescent(0.5), steps=2)
    ratio = update_to_weight_ratio(path)
    assert ratio[:, 0].tolist() == [0.5, 0.5]
    assert np.isnan(ratio[:, 1]).all()  # nothing moved from nothing: 0 / 0


def test_ratio_of_each_layer_by_hand():
    """The output is wᵥ h + b with h = w x: three factors, of which the biases do not count."""
    network = MLP((1, 1, 1), "identity")
    loss = LeastSquares(network, [1.0], [0.0])
    start = [2.0, 0.0, 3.0, 0.0]  # f = 6, ∂L/∂f = 12, ∂L/∂w = 36, ∂L/∂wᵥ = 24
    path = descend(loss, start, GradientDescent(0.01), steps=2)
    ratio = update_to_weight_ratio(path, network)
    assert ratio.shape == (2, 2)
    np.testing.assert_allclose(ratio[0], [0.36 / 2, 0.24 / 3])
    for layer in range(2):
        w = path.params[:, 2 * layer]
        np.testing.assert_allclose(ratio[:, layer], np.abs(np.diff(w) / w[:-1]))


def test_ratio_of_each_layer_of_each_network():
    path = descend(WAVE, _starts((2, 3)), GradientDescent(1e-3), steps=3)
    ratio = update_to_weight_ratio(path, NETWORK)
    assert ratio.shape == (3, 2, 3, 3)
    for t, i, j in np.ndindex(3, 2, 3):
        before = NETWORK.unravel(path.params[t, i, j])
        after = NETWORK.unravel(path.params[t + 1, i, j])
        for layer in range(3):
            weights = before[layer].weights
            move = np.linalg.norm(after[layer].weights - weights)
            assert ratio[t, i, j, layer] == pytest.approx(move / np.linalg.norm(weights))
    alone = update_to_weight_ratio(path.member(1, 2), NETWORK)
    np.testing.assert_array_equal(ratio[:, 1, 2], alone)


def test_a_network_that_stopped_has_no_ratio_in_any_layer():
    path = descend(WAVE, _starts(()), GradientDescent(np.array([1e-3, 1e3])), steps=30)
    assert path.diverged.tolist() == [False, True]
    ratio = update_to_weight_ratio(path, NETWORK)
    assert np.isfinite(ratio[:, 0]).all()
    assert np.isnan(ratio[path.last_step[1] :, 1]).all()
    assert np.isfinite(ratio[: path.last_step[1], 1]).all()


def test_ratio_is_nan_from_where_a_member_stopped():
    rule = GradientDescent(np.array([0.1, 3.0, 0.99]))
    path = descend(BOWL, [1.0, 0.0], rule, steps=60, tolerance=1e-3)
    assert path.status.tolist() == [0, 2, 1]
    ratio = update_to_weight_ratio(path)
    for member, taken in enumerate(path.last_step):
        assert np.isfinite(ratio[:taken, member]).all()
        assert np.isnan(ratio[taken:, member]).all()


def test_a_step_from_zero_has_an_infinite_ratio():
    path = descend(LINE, [0.0, 0.0], GradientDescent(0.01), steps=2)
    assert np.isinf(update_to_weight_ratio(path)[0])
    assert np.isfinite(update_to_weight_ratio(path)[1])


def test_histograms_count_every_value_once():
    phi = _starts((2, 3))
    layers = activation_histograms(NETWORK, WAVE.x, phi, bins=7)
    assert [layer.counts.shape for layer in layers] == [(2, 3, 7)] * 2
    assert [layer.edges.shape for layer in layers] == [(2, 3, 8)] * 2
    for histogram, h in zip(layers, NETWORK.activations(WAVE.x, phi)):
        assert (histogram.counts.sum(axis=-1) == h[0, 0].size).all()
        assert (histogram.not_finite == 0).all()
        np.testing.assert_array_equal(histogram.edges[..., 0], h.min(axis=(-2, -1)))
        np.testing.assert_array_equal(histogram.edges[..., -1], h.max(axis=(-2, -1)))
    gradients = gradient_histograms(NETWORK, WAVE, phi, bins=7)
    assert [int(layer.counts[1, 2].sum()) for layer in gradients] == [8, 48, 6]  # weights alone
    alone = gradient_histograms(NETWORK, WAVE, phi[1, 2], bins=7)
    for together, one in zip(gradients, alone):
        np.testing.assert_array_equal(together.counts[1, 2], one.counts)
        np.testing.assert_array_equal(together.edges[1, 2], one.edges)


def test_gradient_histogram_by_hand():
    """f = w₀ x₀ + w₁ x₁ + b with x = [1, 3] and [1, -1], y - f = -1 and 1: ∂L/∂w = 2 [0, 4]."""
    network = MLP((2, 1))
    loss = LeastSquares(network, [[1.0, 3.0], [1.0, -1.0]], [-1.0, 1.0])
    [layer] = gradient_histograms(network, loss, [0.0, 0.0, 0.0], bins=4)
    assert layer.counts.tolist() == [1, 0, 0, 1]
    assert layer.edges.tolist() == [0, 2, 4, 6, 8]


def test_histograms_show_what_is_wrong_with_a_start():
    small, right, large = 0.01, 1.0, 100.0
    phi = np.array([[small], [right], [large]]) * _starts(())
    middle = activation_histograms(NETWORK, WAVE.x, phi, bins=10)[1]
    widths = np.ptp(middle.edges, axis=-1)
    assert widths[0] < 0.01  # all near zero
    assert 0.5 < widths[1] < 2
    ends = middle.counts[:, [0, -1]].sum(axis=-1) / middle.counts.sum(axis=-1)
    assert ends[2] > 0.9  # saturated
    assert ends[1] < 0.5
    [dead, also] = activation_histograms(NETWORK, WAVE.x, zeros(NETWORK), bins=3)
    assert dead.counts.tolist() == [0, 8 * 25, 0]
    assert also.counts.tolist() == [0, 6 * 25, 0]


def test_values_that_are_no_numbers_are_counted_apart():
    phi = _starts((2,))
    phi[1, 0] = NAN  # the weight of one of eight units
    first, second = activation_histograms(NETWORK, WAVE.x, phi)
    assert first.not_finite.tolist() == [0, 25]
    assert first.counts.sum(axis=-1).tolist() == [200, 175]
    assert second.not_finite.tolist() == [0, 150]
    assert second.counts[1].sum() == 0
    deep = MLP((1, 4, 4, 1))
    huge = gradient_histograms(deep, LeastSquares(deep, [1.0], [0.0]), 1e150 * he_normal(deep, 0))
    assert all(layer.not_finite > 0 for layer in huge)
    phi = 1e200 * np.abs(he_normal(deep, 0))
    assert activation_histograms(deep, [1.0], phi)[1].not_finite == 4


def test_float32_in_float32_out():
    path = descend(GABOR, STARTS.astype(np.float32), GradientDescent(0.01), steps=4)
    assert update_to_weight_ratio(path).dtype == np.float32
    networks = descend(WAVE, _starts((2,)).astype(np.float32), GradientDescent(1e-3), steps=2)
    assert update_to_weight_ratio(networks, NETWORK).dtype == np.float32
    assert gradient_histograms(NETWORK, WAVE, networks.final)[0].counts.sum() == 16
    assert training_curves(path, GABOR, GABOR).training.dtype == np.float32
    stop = EarlyStopping(2)(path.losses)
    assert stop.lowest.dtype == stop.pick(path.params).dtype == np.float32


PATH = descend(BOWL, [1.0, 2.0], GradientDescent(0.1), steps=6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check_initial_loss(LINE, [1, 2], 0.0), "chance is 0.0, expected .* above zero"),
        (lambda: check_initial_loss(LINE, [1, 2], 1.0, -1), "tolerance is -1, expected .* above"),
        (lambda: check_initial_loss(LINE, [1, 2, 3], 1.0), r"phi has shape \(3,\), expected"),
        (lambda: check_penalty(BOWL, BOWL, 1.0), r"phi has shape \(\), expected \(..., P\)"),
        (lambda: check_gradient(BOWL, 1.0), r"phi has shape \(\), expected \(..., P\)"),
        (lambda: check_gradient(BOWL, [1, 2], h=0), "h is 0, expected finite and above zero"),
        (
            lambda: overfit(LINE, [0, 0], GradientDescent(0.1), 5),
            "n is 20, expected at most 12, the number of examples",
        ),
        (lambda: overfit(LINE, [0, 0], GradientDescent(0.1), 5, n=0), "n is 0, expected at least"),
        (
            lambda: overfit(LINE, [0, 0], GradientDescent(0.1), 5, n=2, zero=0),
            "zero is 0, expected finite and above zero",
        ),
        (
            lambda: overfit(BOWL, [0, 0], GradientDescent(0.1), 5),
            "loss is Quadratic.*, expected a loss of examples",
        ),
        (lambda: training_curves(PATH, BOWL, LINE), "training is Quadratic.*, expected a loss of"),
        (lambda: training_curves(PATH, LINE, BOWL), "validation is Quadratic.*, expected a loss"),
        (lambda: training_curves(PATH, LINE, LINE, every=0), "every is 0, expected at least 1"),
        (
            lambda: activation_histograms(NETWORK, [0.0], _starts(()), bins=0),
            "bins is 0, expected at least 1",
        ),
        (lambda: update_to_weight_ratio(PATH, NETWORK), r"phi has shape .* expected \(..., 77\)"),
        (lambda: EarlyStopping(0), "patience is 0, expected at least 1"),
        (lambda: EarlyStopping(1.5), "patience is 1.5, expected a whole number"),
        (lambda: EarlyStopping(1)([]), r"losses has shape \(0,\), expected \(R, ...\)"),
        (lambda: EarlyStopping(1)(3.0), r"losses has shape \(\), expected \(R, ...\)"),
        (lambda: EarlyStopping(1)(["low"]), r"losses is \['low'\], expected real numbers"),
        (
            lambda: EarlyStopping(1)(np.ones((4, 3))).pick(np.ones((4, 2, 3))),
            r"rows has shape \(4, 2, 3\), expected \('R', 3\) in front",
        ),
        (
            lambda: update_to_weight_ratio(descend(BOWL, [1, 2], GradientDescent(0.1), 6, keep=2)),
            r"path has the steps \[0 2 4 6\], expected every step: keep='all'",
        ),
        (
            lambda: update_to_weight_ratio(
                descend(BOWL, [1, 2], GradientDescent(0.1), 6, keep="last")
            ),
            r"path has the steps \[6\], expected every step",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_a_check_without_an_ensemble_reads_as_one_line():
    assert str(Check("size", True, "it fits")) == "size: passed, it fits"
