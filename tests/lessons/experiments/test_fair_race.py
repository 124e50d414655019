"""The fair race: one budget for all, the test part looked at once, seeds that add up."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.gradient_check import numerical_hessian
from course_lib.losses import LeastSquares
from course_lib.networks import MLP
from lessons.experiments import fair_race
from lessons.experiments.claims_measured import largest_curvature
from lessons.experiments.fair_race import (
    RULES,
    SCHEDULES,
    Entry,
    FairRace,
    added,
    entries,
    examined,
    once,
    train,
    tuned,
)

ADAM = Entry("Adam", 250, "falling", "Glorot")


def test_every_combination_takes_part_once():
    everyone = entries()
    assert len(everyone) == len({*map(str, everyone)}) == 5 * 3 * 3 * 3
    assert {entry.batch for entry in entries(batch=(50,))} == {50}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_draws_as_many_settings_from_ranges_as_wide(rule):
    search = tuned(Entry(rule, 250, "constant", "He"), trials=6, seed=3, epochs=1)
    assert [len(values) for values in search.settings.values()] == [6] * len(RULES[rule].space)
    rates = RULES[rule].space["learning_rate"]
    assert rates.high / rates.low == pytest.approx(1e4)
    # The same shares of each range: no rule has luckier draws of its rate.
    of_sgd = tuned(Entry("SGD", 250, "constant", "He"), trials=6, seed=3, epochs=1)
    shares = [rates.share_of(rate) for rate in search.settings["learning_rate"]]
    sgd = RULES["SGD"].space["learning_rate"]
    assert_allclose(shares, [sgd.share_of(r) for r in of_sgd.settings["learning_rate"]])


def test_the_best_trial_misreads_fewest_and_of_equals_has_the_lowest_loss():
    settings = {"learning_rate": np.array([0.1, 0.2, 0.3, 0.4])}
    search = fair_race.Search(settings, np.array([9, 5, 5, 4]), np.array([0.1, 0.9, 0.5, 2.0]))
    assert search.chosen() == {"learning_rate": 0.4}
    assert search.chosen(3) == {"learning_rate": 0.3}
    assert search.chosen(1) == {"learning_rate": 0.1}


def test_no_choice_looks_at_the_test_part(monkeypatch):
    asked, part = [], fair_race.part_of_digits

    def watched(name):
        asked.append(name)
        return part(name)

    monkeypatch.setattr(fair_race, "part_of_digits", watched)
    search = tuned(ADAM, trials=2, seed=0, epochs=1)
    assert {*asked} == {"training", "validation"}
    asked.clear()
    examined(ADAM, search.chosen(), members=2, seed=0, epochs=1)
    assert asked.count("test") == 1 and "validation" not in asked


def test_schedules_fall_to_zero_and_one_of_them_rises_first():
    rates = {name: schedule(np.array([2.0]), 100) for name, schedule in SCHEDULES.items()}
    assert_allclose(rates["constant"], 2)
    falling, warm = rates["falling"], rates["warm-up, then falling"]
    assert falling(0) == 2 and falling(50) == 1 and falling(100) == 0
    assert warm(0) == 0 and warm(5) == 1 and warm(10) == 2 and warm(55) == 1 and warm(100) == 0


def test_rates_are_those_of_the_mean_where_steps_grow_with_the_gradient():
    """Both batches hold the same examples: ten times as many do not make the step longer."""
    start = fair_race.STARTS["Glorot"](fair_race.NETWORK, 0)
    slope = fair_race.part_of_digits("training").gradient(start) / 1000
    entry, settings = Entry("SGD", 1000, "constant", "He"), {"learning_rate": np.array([0.5])}
    end = train(entry, settings, start[None], np.random.default_rng(0), epochs=1)[0]
    assert_allclose(end, start - 0.5 * slope, rtol=1e-4, atol=1e-6)


def test_once_counts_what_its_networks_answer():
    result = once(ADAM, trials=3, members=2, seed=1, epochs=1)
    search = tuned(ADAM, 3, 1, epochs=1)
    outcome = examined(ADAM, search.chosen(), 2, 1, epochs=1)
    assert result["alone"] == [outcome.alone.sum()] == [sum(result["images"].values())]
    assert result["together"] == [outcome.together.sum()]
    assert result["tried"] == [min(search.wrong[:n]) for n in (1, 2, 3)]
    assert result["fold"][0][0] == search.wrong.min()
    other = once(ADAM, trials=3, members=2, seed=2, epochs=1)
    both = added(result, other)
    assert both["alone"] == result["alone"] + other["alone"]
    assert sum(both["images"].values()) == sum(both["alone"])


def test_largest_curvature_is_the_largest_eigenvalue():
    rng, network = np.random.default_rng(3), MLP((2, 4, 1), "tanh")
    loss = LeastSquares(network, rng.normal(size=(30, 2)), rng.normal(size=30))
    phi = rng.normal(size=(2, network.n_parameters))
    expected = [np.linalg.eigvalsh(numerical_hessian(loss, each)).max() / 30 for each in phi]
    assert_allclose(largest_curvature(loss, phi, rounds=200), expected, rtol=1e-3)


def made_up(mistakes, members=4, seeds=5, noise=3):
    """A race in which mistakes(entry) of 4 x 400 answers are wrong, and as much luck as said."""
    rng, results = np.random.default_rng(0), {}
    luck = rng.integers(0, 30, seeds)  # shared by all entries
    for entry in entries():
        alone = mistakes(entry) + luck + rng.integers(0, noise + 1, seeds)
        spread = rng.multinomial(alone.sum(), np.full(fair_race.TESTED, 1 / fair_race.TESTED))
        results[entry] = {
            "alone": alone.tolist(),
            "together": (alone // members - 2).tolist(),
            "fold": [[int(wrong), 0.1] for wrong in alone],
            "rate": [0.1] * seeds,
            "loss": [0.1] * seeds,
            "curvature": (alone + 0.5).tolist(),
            "tried": [900, 500, 400],
            "images": {str(i): int(n) for i, n in enumerate(spread) if n},
            "seconds": 36.0,
        }
    return FairRace(results, members)


def test_a_race_averages_over_what_is_not_asked_for():
    race = made_up(lambda entry: 100 * (entry.rule == "SGD") + entry.batch)
    assert (race.seeds, race.trials, race.networks) == (5, 3, 135 * 5 * 7)
    assert race.minutes == pytest.approx(0.6 * 135)
    errors, batches = race.errors("rule"), race.errors("batch")
    assert_allclose(errors["SGD"] - errors["Adam"], 100 * 100 / 1600, atol=0.1)
    assert_allclose(batches[10] - batches[50], -40 * 100 / 1600, atol=0.1)
    by_digit = race.errors_by_digit("rule")
    for rule in RULES:
        assert by_digit[rule].mean() == pytest.approx(errors[rule].mean())
    assert_allclose(race.best_so_far("SGD"), np.array([900, 500, 400]) / 5 / 397 * 100)
    assert_allclose(race.ranks_agree("curvature", "alone"), 1)
    together, alone = race.together_and_alone()
    assert_allclose(alone - together, 0.5, atol=0.15)


def test_the_best_entry_is_chosen_by_the_fold_for_each_seed():
    race = made_up(lambda entry: 100, noise=50)
    for entry, result in race.results.items():
        result["fold"] = [[1 if entry.batch == 50 and entry.start == "He" else 9, 0.1]] * 5
    chosen = race.results[Entry("Adam", 50, "constant", "He")]
    assert_allclose(race.errors_of_best("Adam"), np.array(chosen["alone"]) / 16)
