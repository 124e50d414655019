"""The search for hyperparameters: spaces, strategies, splits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.hyperparameters import (
    Choice,
    CoarseToFine,
    GridSearch,
    LogUniform,
    RandomSearch,
    SuccessiveHalving,
    Trial,
    Uniform,
    train_validation_split,
)
from course_lib.hyperparameters.spaces import sample
from lessons.experiments.hyperparameter_search import random_against_grid
from lessons.searching import search
from tests.lessons.searching.objectives import BOWL, bowl

repeatable = settings(derandomize=True, deadline=None, max_examples=60)

number = st.floats(-1e6, 1e6)
share = st.floats(0, 1)
uniforms = (
    st.tuples(number, number).filter(lambda ends: ends[0] < ends[1]).map(lambda e: Uniform(*e))
)
powers = st.tuples(st.floats(-200, 200), st.floats(0.01, 100))
log_uniforms = powers.map(lambda e: LogUniform(10.0 ** e[0], 10.0 ** (e[0] + e[1])))
ranges = st.one_of(uniforms, log_uniforms)

SPACE = {"rate": LogUniform(1e-3, 1.0), "units": Choice([16, 32]), "mix": Uniform(-1, 1)}


# Spaces


@given(ranges, share)
@repeatable
def test_a_range_stays_between_its_ends_and_reaches_both(scale, at):
    assert scale.low <= scale.at(at) <= scale.high
    rounding = 1e-15 * abs(scale.low)
    assert scale.at(0) == pytest.approx(scale.low, rel=1e-9)
    assert scale.at(1) == pytest.approx(scale.high, rel=1e-9, abs=rounding)


def test_rounding_does_not_lead_out_of_a_log_uniform():
    ends = np.sort(np.random.default_rng(0).uniform(1e-6, 10, (300, 2)), axis=-1)
    for low, high in ends:
        assert LogUniform(low, high).at(0) >= low
        assert LogUniform(low, high).at(1) <= high


@given(ranges, share, share)
@repeatable
def test_a_range_keeps_the_order_of_its_shares(scale, first, second):
    low, high = sorted((first, second))
    assert scale.at(low) <= scale.at(high)


@given(st.floats(-5, 5), st.floats(0.5, 5), share)
@repeatable
def test_the_share_of_a_value_is_the_share_it_is_at(low, width, at):
    for scale in (Uniform(low, low + width), LogUniform(10**low, 10 ** (low + width))):
        assert scale.share_of(scale.at(at)) == pytest.approx(at, abs=1e-9)


@given(log_uniforms)
@repeatable
def test_half_way_on_a_log_scale_is_the_geometric_mean(scale):
    assert scale.at(0.5) == pytest.approx(math.sqrt(scale.low) * math.sqrt(scale.high), rel=1e-9)


def test_samples_of_a_log_uniform_fall_into_each_decade_alike():
    draws = [sample({"rate": LogUniform(1e-6, 10)}, seed=0, number=n)["rate"] for n in range(3500)]
    counts, _ = np.histogram(np.log10(draws), bins=7, range=(-6, 1))
    # 500 in each of the seven decades, with a standard deviation of 21.
    assert counts.sum() == 3500
    assert np.abs(counts - 500).max() < 4 * 21


def test_samples_of_a_uniform_have_its_mean_and_spread():
    draws = np.array([sample({"x": Uniform(-1, 3)}, seed=1, number=n)["x"] for n in range(3000)])
    assert draws.mean() == pytest.approx(1, abs=4 * (4 / 12**0.5) / 3000**0.5)
    assert draws.std() == pytest.approx(4 / 12**0.5, rel=0.04)


def test_samples_of_a_choice_take_each_option_alike():
    draws = [sample({"c": Choice(["a", "b", "c"])}, 0, n)["c"] for n in range(3000)]
    for option in "abc":
        assert abs(draws.count(option) - 1000) < 4 * 26


def test_the_hyperparameters_of_a_trial_are_drawn_independently():
    space = {"x": Uniform(0, 1), "y": Uniform(0, 1)}
    draws = np.array([list(sample(space, 0, n).values()) for n in range(2000)])
    assert abs(np.corrcoef(draws.T)[0, 1]) < 4 / 2000**0.5


@given(st.lists(st.integers(), min_size=1, max_size=9), share)
@repeatable
def test_a_choice_gives_one_of_its_options(options, at):
    assert Choice(options).at(at) in options
    assert Choice(options).at(1) == options[-1]


@given(ranges, share, st.floats(0.05, 1))
@repeatable
def test_a_zoom_is_inside_its_range_and_holds_the_value(scale, at, width):
    value = scale.at(at)
    part = scale.zoom(value, width)
    assert scale.low <= part.low < part.high <= scale.high
    slack = 1e-9 * (scale.high - scale.low)
    assert part.low - slack <= value <= part.high + slack


def test_a_zoom_is_as_wide_as_it_says_on_its_own_scale():
    part = Uniform(0, 10).zoom(4.0, 0.2)
    np.testing.assert_allclose([part.low, part.high], [3, 5])
    part = LogUniform(1e-4, 1e4).zoom(10.0, 0.25)
    np.testing.assert_allclose([part.low, part.high], [1.0, 100.0])
    assert Uniform(0, 10).zoom(0.0, 0.2) == Uniform(0, 1)  # cut at the end
    assert Choice([1, 2]).zoom(1, 0.5) == Choice([1, 2])


def test_grids_of_the_distributions():
    assert Uniform(-1, 1).grid(5) == [-1, -0.5, 0, 0.5, 1]
    np.testing.assert_allclose(LogUniform(0.01, 100).grid(5), [0.01, 0.1, 1, 10, 100])
    assert LogUniform(0.01, 100).grid(1) == pytest.approx([1])
    assert Choice(["a", "b"]).grid(7) == ["a", "b"]


# Strategies


def test_a_grid_has_every_combination():
    space = {"a": Uniform(0, 1), "b": Choice(["x", "y"]), "c": LogUniform(1, 100)}
    trials = GridSearch(space, {"a": 2, "b": 1, "c": 3}).next_stage([], seed=0)
    assert len({tuple(trial.settings.values()) for trial in trials}) == 2 * 2 * 3
    assert [trial.number for trial in trials] == list(range(12))


def test_a_random_search_for_more_begins_with_the_smaller_one():
    few = RandomSearch(SPACE, 5).next_stage([], seed=3)
    assert RandomSearch(SPACE, 9).next_stage([], seed=3)[:5] == few
    assert RandomSearch(SPACE, 5).next_stage([], seed=4) != few


def test_each_stage_of_coarse_to_fine_lies_around_the_best_so_far():
    strategy = CoarseToFine(BOWL, trials=12, stages=4, shrink=0.3)
    results = search(bowl, strategy)
    assert len(results) == 48
    for stage in (1, 2, 3):
        best = min((t for t in results if t.stage < stage), key=lambda t: t.loss).settings
        half = 0.3**stage / 2
        for trial in (trial for trial in results if trial.stage == stage):
            for name, scale in BOWL.items():
                away = scale.share_of(trial.settings[name]) - scale.share_of(best[name])
                assert abs(away) <= half + 1e-9


def test_coarse_to_fine_comes_closer_than_as_many_random_trials():
    closer = [
        search(bowl, CoarseToFine(BOWL, trials=10, stages=3), seed=seed).best.loss
        < search(bowl, RandomSearch(BOWL, 30), seed=seed).best.loss
        for seed in range(12)
    ]
    assert sum(closer) >= 10


def test_coarse_to_fine_stays_with_the_best_when_a_stage_finds_nothing_better():
    strategy = CoarseToFine({"x": Uniform(0, 1)}, trials=2, stages=3, shrink=0.1)
    losses, places = [0.0, 9.0, 5.0, 6.0], [0.3, 0.9, 0.31, 0.32]
    history = [
        Trial(n, {"x": x}, stage=n // 2, status="finished", loss=loss)
        for n, (x, loss) in enumerate(zip(places, losses))
    ]
    for trial in strategy.next_stage(history, seed=0):
        assert abs(trial.settings["x"] - 0.3) <= 0.1**2 / 2


def test_coarse_to_fine_does_not_zoom_round_a_failure():
    results = search(lambda settings: math.nan, CoarseToFine(BOWL, trials=20, stages=2, shrink=0.1))
    later = [BOWL["x"].share_of(trial.settings["x"]) for trial in results if trial.stage == 1]
    assert max(later) - min(later) > 0.5


def test_coarse_to_fine_trains_longer_from_stage_to_stage():
    told = []

    def objective(settings, budget):
        told.append(budget)
        # A loss that grows with the budget: only trials of one stage may be compared.
        return bowl(settings) + 100 * budget

    strategy = CoarseToFine(BOWL, trials=3, stages=3, budgets=(1, 5, 25))
    results = search(objective, strategy)
    assert told == [1, 1, 1, 5, 5, 5, 25, 25, 25]
    assert results.best.budget == 25
    assert results.best.loss == min(trial.loss for trial in results if trial.stage == 2)
    centre = min((trial for trial in results if trial.stage == 1), key=lambda trial: trial.loss)
    for trial in (trial for trial in results if trial.stage == 2):
        away = BOWL["x"].share_of(trial.settings["x"]) - BOWL["x"].share_of(centre.settings["x"])
        assert abs(away) <= 0.3**2 / 2 + 1e-9


def test_successive_halving_keeps_the_best_third():
    def objective(settings, budget):
        return bowl(settings) + 1 / budget

    results = search(objective, SuccessiveHalving(BOWL, trials=27, budget=2, factor=3))
    stages = [[trial for trial in results if trial.stage == stage] for stage in range(4)]
    assert [len(stage) for stage in stages] == [27, 9, 3, 1]
    assert [stage[0].budget for stage in stages] == [2, 6, 18, 54]
    assert [trial.number for trial in results] == list(range(40))
    for before, after in zip(stages, stages[1:]):
        ranking = sorted(before, key=lambda trial: trial.loss)
        assert [t.candidate for t in after] == [t.candidate for t in ranking[: len(after)]]
        assert [t.settings for t in after] == [t.settings for t in ranking[: len(after)]]
    assert results.best == results[39]


def test_successive_halving_keeps_no_failure():
    def objective(settings, budget):
        if settings["x"] > 0:
            raise OverflowError("too far")
        return math.nan if settings["x"] > -1 else settings["x"]

    results = search(objective, SuccessiveHalving({"x": Uniform(-2, 2)}, trials=12, factor=2))
    survivors = [trial for trial in results if trial.stage > 0]
    assert survivors
    assert all(trial.finished and trial.settings["x"] <= -1 for trial in survivors)
    assert survivors[0].stage < survivors[-1].stage
    nobody = search(
        lambda settings, budget: math.inf, SuccessiveHalving({"x": Uniform(0, 1)}, trials=9)
    )
    assert repr(nobody) == "Results(9 trials: 9 diverged)"


def test_successive_halving_ends_when_a_stage_has_no_survivor():
    def objective(settings, budget):
        return settings["x"] if budget < 2 else math.nan

    results = search(objective, SuccessiveHalving({"x": Uniform(0, 1)}, trials=9, factor=2))
    assert [trial.budget for trial in results] == 9 * [1] + 4 * [2]


def test_random_search_beats_grid_search_when_one_of_two_hyperparameters_matters():
    """Claim cl-29: with nine trials each, in about four landscapes of five."""
    grid, random = random_against_grid(importance=(1, 0), points=3, repeats=400, seed=0)
    assert grid.shape == random.shape == (400,)
    chance = (random < grid).mean()
    assert 0.72 < chance < 0.9
    # The grid tries three values that differ, random search nine.
    assert np.median(random) < np.median(grid) / 4
    grid, random = random_against_grid(importance=(1, 1), points=5, repeats=400, seed=0)
    assert (random < grid).mean() < 0.6


def test_rows_of_importance_are_so_many_comparisons():
    rows = [(1, 0), (1, 0.5), (1, 1)]
    together = random_against_grid(rows, points=2, repeats=30, seed=4)
    alone = [random_against_grid(row, points=2, repeats=30, seed=4) for row in rows]
    np.testing.assert_allclose(together, np.swapaxes(alone, 0, 1), rtol=1e-12)


def test_the_grid_finds_the_nearest_of_its_own_points():
    grid, _ = random_against_grid(importance=(1.0,), points=2, repeats=50, seed=7)
    targets = np.random.default_rng(7).random(50)
    np.testing.assert_allclose(grid, np.minimum(targets, 1 - targets) ** 2)


# The fold


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.integers(0, 99))
@repeatable
def test_a_split_has_every_example_once(n, validation, seed):
    train, held_out = train_validation_split(n, validation, seed)
    assert sorted([*train, *held_out]) == list(range(n))
    assert len(train) >= 1 and len(held_out) >= 1
    assert abs(len(held_out) - n * validation) <= 1


def test_a_split_depends_on_its_seed_alone():
    first, again, other = (train_validation_split(40, 0.25, seed)[1].tolist() for seed in (1, 1, 2))
    assert first == again != other
    members = [set(train_validation_split(10, 0.3, seed)[1]) for seed in range(300)]
    times = np.array([sum(i in each for each in members) for i in range(10)])
    assert np.abs(times - 90).max() < 4 * 8  # each example is as often held out as any other


# Bad input

BAD_CALLS = [
    (lambda: Uniform(1, 1), "low is 1.0 and high is 1.0, expected finite low < high"),
    (lambda: Uniform(0, math.inf), "low is 0.0 and high is inf"),
    (lambda: Uniform(math.nan, 1), "low is nan"),
    (lambda: Uniform("a", 1), "low is 'a', expected real numbers"),
    (lambda: LogUniform(0, 1), "low is 0, expected finite and above zero"),
    (lambda: LogUniform(2, 1), "low is 2.0 and high is 1.0"),
    (lambda: Choice([]), "options is empty"),
    (lambda: Choice("adam"), "options is 'adam', expected a list"),
    (lambda: Choice([1, {}]), "options holds {}, expected numbers, strings"),
    (lambda: Choice([np.float64(1)]), "options holds .*1.0"),
    (lambda: RandomSearch({}, 3), "space is {}, expected a dict"),
    (lambda: RandomSearch([Uniform(0, 1)], 3), r"space is \[.*expected a dict"),
    (lambda: RandomSearch({"x": (0, 1)}, 3), r"space\['x'\] is \(0, 1\), expected Uniform"),
    (lambda: RandomSearch({"x": Uniform}, 3), r"space\['x'\] is .*expected Uniform"),
    (lambda: RandomSearch({"loss": Uniform(0, 1)}, 3), "space names 'loss'"),
    (lambda: RandomSearch(BOWL, 0), "trials is 0, expected at least 1"),
    (lambda: GridSearch(BOWL, 0), "points is 0, expected at least 1"),
    (lambda: GridSearch(BOWL, {"x": 2}), "points is .*expected one for each of"),
    (lambda: CoarseToFine(BOWL, 3, stages=0), "stages is 0"),
    (lambda: CoarseToFine(BOWL, 3, shrink=1), "shrink is 1, expected a number between 0 and 1"),
    (lambda: CoarseToFine(BOWL, 3, budgets=(1, 2)), r"budgets is \(1, 2\), expected 3"),
    (lambda: CoarseToFine(BOWL, 3, budgets=(0, 1, 2)), "budgets is 0"),
    (lambda: SuccessiveHalving(BOWL, 9, budget=0), "budget is 0"),
    (lambda: SuccessiveHalving(BOWL, 9, factor=1), "factor is 1, expected at least 2"),
    (lambda: train_validation_split(1), "n is 1, expected at least 2"),
    (lambda: train_validation_split(9, validation=1.5), "validation is 1.5"),
]


@pytest.mark.parametrize("call, message", BAD_CALLS, ids=[message for _, message in BAD_CALLS])
def test_bad_input_is_answered_with_its_name_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
