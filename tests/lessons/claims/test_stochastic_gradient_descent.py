"""The claims about SGD, held against enumeration, closed forms and made-up clocks."""

from typing import NamedTuple

import numpy as np
import pytest

from course_lib.datasets import digits, linear_data
from course_lib.initialization import he_normal
from course_lib.losses import LeastSquares
from course_lib.surfaces import Polynomial
from lessons.claims import stochastic_gradient_descent as claims
from lessons.demos import stochastic_gradient_descent as figures
from lessons.experiments.scenes import STARTS_6_5, gabor_loss
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def values(measurement):
    return [figure.value for figure in measurement.figures.values()]


# cl-4


def test_share_that_arrives_is_the_one_of_figure_6_5b():
    arrived, by_gradient_descent, lost = values(claims.noise_leaves_a_wrong_valley(runs=100))
    assert by_gradient_descent == 0
    assert arrived == pytest.approx(np.mean(figures.valleys(2, 1.0, 2, 40) == 0), abs=0.02)
    assert lost == pytest.approx(np.mean(figures.valleys(2, 1.0, 1, 40) != 0), abs=0.02)


def test_too_little_noise_leaves_no_valley():
    assert claims.noise_leaves_a_wrong_valley(learning_rate=0.1).verdict == FAILS


# cl-5, cl-6, cl-7


def test_sums_over_a_batch_are_a_share_of_the_whole():
    for size in (1, 2, 3):
        bias, other_bias, multiple, _ = values(claims.batch_gradients_are_unbiased(batch_size=size))
        assert bias == other_bias == 0
        assert multiple == pytest.approx(size / 28, rel=1e-12)


def test_bias_is_seen(monkeypatch):
    class Biased(LeastSquares):
        def gradient(self, phi):
            return 1.001 * super().gradient(phi)

    monkeypatch.setattr(claims, "LeastSquares", Biased)
    measured = claims.batch_gradients_are_unbiased()
    assert measured.verdict == FAILS
    assert values(measured)[:2] == pytest.approx([0.001 / 1.001] * 2)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_batches_in_three_stray_far(seed):
    *_, astray = claims.batch_gradients_are_unbiased(seed=seed).figures.values()
    assert astray.interval[0] < 2 / 3 < astray.interval[1]


def test_noise_is_that_of_all_the_batches_there_are():
    """With the population's variance, a batch of n of I has (I - n) / (I - 1) / n of it."""
    measured = claims.noise_falls_as_one_over_root_n(draws=6000)
    n = np.array(claims.SIZES)
    exact = np.polyfit(np.log(n), np.log(np.sqrt((28 - n) / 27 / n)), 1)[0]
    with_, without, at_14, kept_at_14 = measured.figures.values()
    for figure, truth in (
        (with_, -0.5), (without, exact), (at_14, 1), (kept_at_14, np.sqrt(14 / 27))
    ):  # fmt: skip
        low, high = figure.interval
        assert abs(figure.value - truth) < 1.5 * (high - low)
        assert high - low < 0.05
    pulls = gabor_loss().per_example_gradients(STARTS_6_5[0])
    every = pulls[figures.all_batches(28, 3)].mean(axis=1)
    assert every.var(axis=0) == pytest.approx(25 / 27 / 3 * pulls.var(axis=0))


@pytest.mark.parametrize(
    "way, verdict", [({"drop_last": True}, CONDITION), ({"replacement": True}, FAILS)]
)
def test_other_ways_to_pass_use_examples_unequally(way, verdict):
    assert claims.one_pass_uses_every_example_equally(**way).verdict == verdict


def test_drawing_with_replacement_misses_a_known_share():
    fewest, most, missed, weight = claims.one_pass_uses_every_example_equally().figures.values()
    assert (fewest.value, most.value, weight.value) == (1, 1, 5 / 3)
    low, high = missed.interval
    assert abs(missed.value - (22 / 23) ** 25) < high - low < 0.02


# cl-24, cl-25: noise of 1 or -1 at every step


def test_excess_on_a_parabola_is_the_closed_form():
    """At the rate 1/(t + 1) x is the mean of k draws: 1/2k. At a fixed α it tends to α/2(2 - α)."""
    parabola = Polynomial([0, 0, 1 / 2])
    k, excess = claims.excess_errors(parabola, 4000, 400, np.random.default_rng(0))
    assert k.tolist() == list(range(20, 401, 20))
    means, errors = excess.mean(axis=1), excess.std(axis=1) / np.sqrt(4000)
    assert (abs(means - 1 / (2 * k[:, None])) < 4 * errors)[:, 2].all()
    assert (abs(means - 0.1 / 2 / 1.9) < 4 * errors)[4:, 0].all()


def test_a_batch_sums_over_its_examples():
    """The variance of x settles where α² B = (1 - (1 - αB)²) var: excess α / 2(2 - αB)."""
    parabola, alpha, size = Polynomial([0, 0, 1 / 2]), 0.1, 4
    path = claims.noisy_runs(
        parabola, 0.0, lambda t: np.array([alpha]), 60, 4000, np.random.default_rng(0), 1.0, size
    )
    excess = parabola(path.final)
    exact = alpha / 2 / (2 - alpha * size)
    assert abs(excess.mean() - exact) < 4 * excess.std() / np.sqrt(4000) < 0.2 * exact


def test_excess_follows_the_rate_where_it_has_time_to():
    """With noise of one size the mean excess on xᵖ/p tends to α/2p: it falls as the rate does."""
    slopes = claims.excess_error_falls_with_the_rate().figures
    for surface, rate, slope in (
        ("x²/2", "fixed", 0),
        ("x⁴/4", "fixed", 0),
        ("x²/2", "as 1/√k", -1 / 2),
        ("x⁴/4", "as 1/√k", -1 / 2),
        ("x²/2", "as 1/k", -1),
    ):
        assert slopes[f"slope on {surface}, rate {rate}"].value == pytest.approx(slope, abs=0.06)
    assert slopes["slope on x⁴/4, rate as 1/k"].interval[0] > -0.55


@pytest.mark.parametrize("rate, verdict", [("fixed", FAILS), ("as 1/k", HOLDS)])
def test_it_is_the_falling_rate_that_lets_the_error_fall(monkeypatch, rate, verdict):
    monkeypatch.setattr(claims, "RATES", {rate: claims.RATES[rate]})
    assert claims.excess_error_falls_with_the_rate().verdict == verdict


def test_share_in_the_wide_valley_is_boltzmanns():
    """In the end the density is proportional to exp[-L/T] with T = α · pull² / 2."""
    surface, rates = claims.TwoValleys(), np.array([claims.LOW, claims.HIGH])
    path = claims.noisy_runs(
        surface, 0.6, lambda t: rates, 8000, 1000, np.random.default_rng(0), claims.PULL
    )
    measured = np.mean(path.final[..., 0] > 0.6, axis=0)
    for share, temperature in zip(measured, rates * claims.PULL**2 / 2):
        x = np.linspace(-5, 15, 200_001)
        density = np.exp(-surface.value(x) / temperature)
        exact = density[x > 0.6].sum() / density.sum()
        assert share == pytest.approx(exact, abs=0.06)


def test_without_a_difference_in_the_ratio_nothing_is_decided(monkeypatch):
    monkeypatch.setattr(claims, "HIGH", claims.LOW)
    assert claims.ratio_of_rate_to_batch_decides_the_width(runs=200).verdict == FAILS


def test_two_valleys_join_and_slope_as_they_say():
    surface, x, h = claims.TwoValleys(), np.array([-1.0, 0.3, 0.59, 0.61, 1.0, 3.0]), 1e-6
    assert surface.value(0.6 - 1e-12) == pytest.approx(surface.value(0.6))
    numerical = (surface.value(x + h) - surface.value(x - h)) / (2 * h)
    assert surface.slope(x) == pytest.approx(numerical)


# cl-35, cl-36


def clock_of(durations, repeats):
    """A clock by which the first thing timed takes the first of the durations, and so on."""
    looks = [look for duration in durations for look in repeats * [0, duration]]
    return iter(np.cumsum(looks).tolist()).__next__


@pytest.mark.parametrize(
    "durations, verdict",
    [
        ((9, 2, 1), HOLDS),
        ((1, 2, 9), HOLDS),
        ((2, 9, 1), FAILS),
        ((2, 1, 9), FAILS),
        ((1, 1, 1), FAILS),
    ],
)
def test_a_pass_in_mini_batches_is_compared_with_the_others(durations, verdict):
    measured = claims.minibatch_pass_costs_between(clock=clock_of(durations, 3))
    assert values(measured) == list(durations)
    assert measured.verdict == verdict


@pytest.mark.parametrize(
    "durations, verdict",
    [
        ((1, 1), HOLDS),
        ((1, 15.9), HOLDS),
        ((1, 16.1), FAILS),
        ((1, 32), FAILS),  # no gain at all
    ],
)
def test_one_at_a_time_is_slow_and_many_are_more_exact_but_less_than_linearly(durations, verdict):
    measured = claims.larger_batches_return_less_than_linearly(clock=clock_of(durations, 30))
    *throughput, of_32, of_1024 = measured.figures.values()
    one, many = durations
    assert [figure.value for figure in throughput] == pytest.approx([1 / one, 32 / many])
    for figure, size in ((of_32, 32), (of_1024, 1024)):
        assert figure.value == pytest.approx(np.sqrt(size), rel=0.15)
    assert measured.verdict == verdict


def test_a_linear_return_would_be_told(monkeypatch):
    falling = np.outer([1, 1 / 32, 1 / 1024], np.linspace(0.9, 1.1, 20))
    monkeypatch.setattr(claims, "_noise_of_batches", lambda *a, **k: falling)
    clock = clock_of((1, 1), 30)
    assert claims.larger_batches_return_less_than_linearly(clock=clock).verdict == FAILS


@pytest.mark.parametrize("size", [0, 5, 2.5])
def test_batches_that_are_too_many_to_list_are_named(size):
    with pytest.raises(ValueError, match=f"batch_size is {size}, expected 1, 2, 3 or 4"):
        claims.batch_gradients_are_unbiased(batch_size=size)


# cl-38


def test_with_many_points_every_pass_follows_the_generalisation_error(monkeypatch):
    """The training error of many points is nearly the generalisation error."""
    monkeypatch.setattr(claims, "POINTS", 100)
    assert claims.first_pass_follows_the_generalisation_error(data_sets=100).verdict == CONDITION


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_of_six_points_the_third_pass_has_two_thirds_of_the_slope(seed):
    *_, third = claims.first_pass_follows_the_generalisation_error(seed=seed).figures.values()
    assert third.interval[0] < 2 / 3 < third.interval[1]


def test_moments_are_those_of_the_line_s_inputs():
    x = linear_data(n=200_000, seed=0)[0]
    design = np.stack([np.ones_like(x), x], axis=-1)
    np.testing.assert_allclose(design.T @ design / len(x), claims.MOMENTS, atol=0.005)


@pytest.mark.parametrize("rate, held", [(0.19, True), (0.21, False)])
def test_a_valley_of_curvature_10_holds_steps_below_a_fifth(rate, held):
    path = claims.noisy_runs(
        Polynomial([0, 0, 5]), 0.1, lambda t: np.array([rate / 64]), 200, 1,
        np.random.default_rng(0), pull=0, batch_size=64,
    )  # fmt: skip
    assert (abs(path.final.item()) < 1e-6) == held


# cl-54


def expected_excess(rates, sizes):
    """The mean of φ²/2 by its recursion: the noise of a mean of B has the variance 1/B."""
    square = 9.0
    for rate, size in zip(rates, sizes, strict=True):
        square = (1 - rate) ** 2 * square + rate**2 / size
    return square / 2


def test_growing_batches_leave_what_their_recursion_says():
    falls = 1 + 99 * np.arange(400) / 400
    measured = claims.growing_batches_do_what_falling_rates_do()
    *excesses, used = measured.figures.values()
    for figure, (rates, sizes) in zip(
        excesses,
        (
            (np.full(400, 0.5), np.ones(400)),
            (0.5 / falls, np.ones(400)),
            (np.full(400, 0.5), falls.round()),
        ),
        strict=True,
    ):
        assert figure.value == pytest.approx(expected_excess(rates, sizes), rel=0.15)
    assert measured.verdict == CONDITION and used.value == pytest.approx(50.4, abs=0.5)
    assert "50 times as many examples" in measured.why


def test_too_few_steps_to_arrive_are_seen():
    assert claims.growing_batches_do_what_falling_rates_do(steps=8).verdict == FAILS


# cl-52


class Standing(NamedTuple):
    """A path that never left its start."""

    final: np.ndarray


def test_accuracy_is_the_share_of_new_digits_whose_largest_output_is_right(monkeypatch):
    """Without any training all three are where they began."""
    monkeypatch.setattr(claims, "descend", lambda loss, start, *how, **more: Standing(start))
    found = claims._accuracies(100, [5, 0])
    rng, data = np.random.default_rng([5, 0]), digits()
    rng.choice(len(data.training.y), 100, False)
    scores = claims.SMALL_NETWORK(data.test.x, he_normal(claims.SMALL_NETWORK, rng))
    assert found == pytest.approx([np.mean(scores.argmax(axis=-1) == data.test.y)] * 3)


@pytest.mark.parametrize(
    ("gains", "verdict"), [((0.1, 0.1), HOLDS), ((0.1, -0.1), CONDITION), ((-0.1, -0.1), FAILS)]
)
def test_only_a_sure_gain_counts(monkeypatch, gains, verdict):
    def planted(examples, seed):
        low, high, large = 0.8 + 0.01 * np.random.default_rng(seed).normal(size=3)
        return [low, high, large] + np.array([0.1 - gains[0], 0.1, 0.1 - gains[1]])

    monkeypatch.setattr(claims, "_accuracies", planted)
    assert claims.ratio_of_rate_to_batch_decides_the_accuracy(runs=20).verdict == verdict
