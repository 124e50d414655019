"""What the picture of notebook 14 shows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lessons.demos.claims_measured import COMPARED
from lessons.experiments.fair_race import RULES, recorded
from lessons.measuring.intervals import t_quantile, wilson_interval
from lessons.stage import style

from .shown import drawn, legend, line, lines

SEED = next(
    seed
    for seed in range(21)
    if any(
        not np.prod(np.sign(np.array(wilson_interval(int(count), 60)) - 0.65)) < 0
        for count in np.random.default_rng(seed).binomial(60, 0.65, 20)
    )
)


def segments(ax, color):
    """The ends and the heights of the horizontal lines of a colour: rows (low, high, y)."""
    rows = []
    for collection in ax.collections:
        if np.allclose(collection.get_color()[0][:3], rgb(color)):
            rows += [(low, high, y) for (low, y), (high, _) in collection.get_segments()]
    return np.array(rows)


def rgb(color):
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def test_twenty_intervals_shows_what_each_team_counted_and_which_of_them_missed():
    """With this seed some teams miss."""
    share, runs, seed = 0.65, 60, SEED
    axes, text = drawn("twenty_intervals", share=share, runs=runs, seed=seed)
    hits = np.random.default_rng(seed).binomial(runs, share, 20)
    intervals = np.array([wilson_interval(int(count), runs) for count in hits])
    missed = [not low <= share <= high for low, high in intervals]
    rows = np.column_stack([intervals, np.arange(1, 21)])
    for chosen, color, marker in ((False, style.PATH, "o"), (True, style.FOURTH, "X")):
        of_kind = [m is chosen for m in missed]
        assert_allclose(segments(axes["a"], color), rows[of_kind])
        dots = np.column_stack([hits / runs, np.arange(1, 21)])[of_kind]
        assert_allclose(line(axes["a"], color, marker), dots)
    assert 1 <= sum(missed) <= 19
    assert_allclose(line(axes["a"], style.INK)[:, 0], share)
    width = np.mean(intervals[:, 1] - intervals[:, 0])
    assert text.startswith(f"{20 - sum(missed)} of 20 intervals hold the true share 0.65")
    assert text.endswith(f"{width:.2f} wide on average")


def test_twenty_intervals_shows_how_wide_an_interval_is_and_marks_the_chosen_number_of_runs():
    axes, _ = drawn("twenty_intervals", share=0.5, runs=300, seed=0)
    curve, marked = lines(axes["b"], style.SECOND)
    for runs, width in curve:
        low, high = wilson_interval(int(runs) // 2, int(runs))
        assert_allclose(width, high - low)
    [[runs, width]] = marked
    assert runs == 300 and width == dict(curve)[300]
    assert axes["b"].get_xscale() == axes["b"].get_yscale() == "log"


def test_fair_race_shows_the_best_trial_so_far_of_every_rule():
    axes, _ = drawn("fair_race", factor="rule", trials=9)
    race = recorded()
    for rule, color in zip(RULES, style.CYCLE):
        curve = line(axes["a"], color, "o")
        assert_allclose(curve[:, 0], np.arange(1, 10))
        tried = [result["tried"] for entry, result in race.results.items() if entry.rule == rule]
        assert_allclose(curve[:, 1], np.mean(tried, axis=0)[:9] / race.seeds / 397 * 100)
        assert (np.diff(curve[:, 1]) <= 0).all()
    assert [*legend(axes["a"]).items()] == [*zip(RULES, style.CYCLE)]


@pytest.mark.parametrize("factor", COMPARED)
def test_fair_race_shows_a_line_a_seed_and_the_mean_of_each_level(factor):
    axes, text = drawn("fair_race", factor=factor, trials=16)
    race = recorded()
    bars, joined = (np.array(each.get_segments()) for each in axes["b"].collections)
    means = line(axes["b"], style.SECOND, "o")
    assert len(joined) == race.seeds
    assert_allclose(joined[:, :, 1].mean(axis=0), means[:, 1])
    if factor != "ensemble":
        for results, (_, mean) in zip(race.compared(factor).values(), means, strict=True):
            wrong = [sum(result["alone"]) for result in results]
            assert_allclose(mean, 100 * np.mean(wrong) / race.seeds / race.members / 400)
    else:
        assert means[0, 1] < means[1, 1]
    assert_allclose(bars[:, :, 1].mean(axis=1), means[:, 1])
    assert_allclose(bars[:, 0, 0], means[:, 0])
    half = (bars[:, 1, 1] - bars[:, 0, 1]) / 2
    scatter = joined[:, :, 1].std(axis=0, ddof=1) / np.sqrt(race.seeds)
    assert_allclose(half, t_quantile(race.seeds - 1) * scatter)
    assert text.count("from") == len(means)
