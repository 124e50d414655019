"""The problems of chapter 12: right answers, and mistakes as students write them."""

import math
import re
from itertools import count

import numpy as np
import pytest

from course_lib.hyperparameters import SuccessiveHalving, Uniform
from lessons.problems import pb_C4, pb_F12_1, pb_F12_2, pb_F12_3, pb_F12_4, pb_F12_5
from lessons.searching import Checkpoint, search
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()


def test_budget_is_not_bought_back():
    def find_rate(train, low, high, luck):
        train(1.0, -1000)
        return 1.0

    assert "expected a whole number from 0 on" in str(pb_C4.verdict(find_rate=find_rate))


# --- pb-F12.1 -------------------------------------------------------------------------------------


def chance(n, share):
    return 1 - np.prod(np.full(n, 1 - share))


def needed(share, sure):
    return math.ceil(math.log(1 - sure) / math.log(1 - share))


def needed_by_counting(share, sure):
    n, missed = 0, 1.0
    while 1 - missed < sure:
        n, missed = n + 1, missed * (1 - share)
    return n


mistake(pb_F12_1, "chance", "Cut off at 1")(lambda n, share: min(1, n * share))
mistake(pb_F12_1, "chance", "exceeds 1")(lambda n, share: sum([share] * n))
mistake(pb_F12_1, "chance", "none")(lambda n, share: np.exp(n * np.log(1 - share)))
mistake(pb_F12_1, "needed", "One too few")(
    lambda share, sure: int(np.log(1 - sure) / np.log(1 - share))
)
mistake(pb_F12_1, "needed", "whole numbers")(lambda share, sure: np.emath.logn(1 - share, 1 - sure))
mistake(pb_F12_1, "n95", "does it reach 95 %?")(58)
mistake(pb_F12_1, "n95", "the chance with your number less one?")(60)
mistake(pb_F12_1, "n95", "too large")(70)
mistake(pb_F12_1, "place", "Nearly")(0.0204)
mistake(pb_F12_1, "place", "too small")(0.0005)

# --- pb-F12.2 -------------------------------------------------------------------------------------


def phi(z):
    return (1 + math.erf(z / math.sqrt(2))) / 2


def wrong(gap, spread, folds):
    return phi(-gap / (spread / math.sqrt(folds)))


def wrong_by_the_other_tail(gap, spread, folds):
    return math.erfc(gap * folds**0.5 / spread / 2**0.5) / 2


mistake(pb_F12_2, "wrong", "with the *root*")(lambda g, s, k: phi(-g * k / s))
mistake(pb_F12_2, "wrong", "however many")(lambda g, s, k: phi(-g / s))
mistake(pb_F12_2, "wrong", "no further")(lambda g, s, k: phi(-g * k**0.5 / s / 2**0.5))
mistake(pb_F12_2, "folds", "is it 5 % at most?")(24)
mistake(pb_F12_2, "folds", "the chance with your number less one?")(26)
mistake(pb_F12_2, "folds", "too large")(49)
mistake(pb_F12_2, "images", "a third")(600)
mistake(pb_F12_2, "images", "too small")(1000)
mistake(pb_F12_2, "found", "nine trainings")(1 - 0.99**900)
mistake(pb_F12_2, "found", "too small")(0.5)

# --- pb-F12.3 -------------------------------------------------------------------------------------


def anew(trials, budget, factor):
    return trials and trials * budget + anew(trials // factor, budget * factor, factor)


def resumed(trials, budget, factor):
    total, done = 0, 0
    while trials > 0:
        total += trials * (budget - done)
        done = budget
        trials, budget = trials // factor, budget * factor
    return total


def largest(epochs, budget, factor):
    return max(n for n in range(epochs + 1) if resumed(n, budget, factor) <= epochs)


def largest_by_counting(epochs, budget, factor):
    n = 0
    while resumed(n + 1, budget, factor) <= epochs:
        n += 1
    return n


@mistake(pb_F12_3, "anew", "Round it down")
def rounded_up(trials, budget, factor):
    total = trials * budget
    while trials > 1:
        trials, budget = math.ceil(trials / factor), budget * factor
        total += trials * budget
    return total


@mistake(pb_F12_3, "anew", "last stage")
def stops_at_one(trials, budget, factor):
    total = 0
    while trials >= factor:
        total += trials * budget
        trials, budget = trials // factor, budget * factor
    return total


mistake(pb_F12_3, "resumed", "without checkpoints")(anew)
mistake(pb_F12_3, "largest", "costs less")(
    lambda epochs, b, f: max(n for n in range(epochs + 1) if anew(n, b, f) <= epochs)
)
mistake(pb_F12_3, "largest", "it suffices")(
    lambda epochs, b, f: max(n for n in range(epochs + 1) if resumed(n, b, f) < epochs)
)
mistake(pb_F12_3, "times", "without checkpoints")(40.5)
mistake(pb_F12_3, "times", "too small")(5)

# --- pb-F12.4 -------------------------------------------------------------------------------------

NEXT = {"a": "widen", "b": "longer", "c": "fold", "d": "log", "e": "done"}

# --- pb-F12.5 -------------------------------------------------------------------------------------

PATTERN = re.compile(r"loss-(.+)_trial-(\d+)_epoch-(\d+)\.pickle")


def best_trial(names):
    found = [PATTERN.fullmatch(name).groups() for name in names]
    return int(min(found, key=lambda parts: float(parts[0]))[1])


def best_trial_in_a_loop(names):
    lowest = math.inf
    for name in names:
        loss, trial, _ = name.split("_")
        if float(loss[5:]) < lowest:
            lowest, best = float(loss[5:]), int(trial[6:])
    return best


def goes_on_after(names, trial):
    epochs = [0]
    for name in names:
        _, number, epoch = PATTERN.fullmatch(name).groups()
        if int(number) == trial:
            epochs.append(int(epoch))
    return max(epochs)


def goes_on_after_sorted(names, trial):
    own = sorted(name[-10:-7] for name in names if f"_trial-{trial}_" in name)
    return int(own[-1]) if own else 0


@mistake(pb_F12_5, "best_trial", "as text")
def best_as_text(names):
    return int(sorted(names)[0].split("_")[1][6:])


@mistake(pb_F12_5, "goes_on_after", "trial 17")
def any_that_begins_alike(names, trial):
    return max([int(n[-10:-7]) for n in names if "trial-" + str(trial) in n] or [0])


@mistake(pb_F12_5, "goes_on_after", "goes on from the last")
def after_the_best(names, trial):
    own = [name for name in names if f"_trial-{trial}_" in name]
    return int(min(own, key=lambda name: float(name[5:11]))[-10:-7]) if own else 0


@mistake(pb_F12_5, "goes_on_after", "Trial 7 left no checkpoint: return 0.")
def after_none(names, trial):
    epochs = [int(name[-10:-7]) for name in names if f"_trial-{trial}_" in name]
    return max(epochs, default=None)


@mistake(
    pb_F12_5, "goes_on_after", "is `None`, with other inputs it is not. Do these inputs lead past"
)
def after_one_of_several(names, trial):
    epochs = [int(name[-10:-7]) for name in names if f"_trial-{trial}_" in name]
    if len(epochs) < 2:
        return sum(epochs)


@mistake(pb_F12_5, "goes_on_after", "is there a `return` at the end?")
def after_nothing(names, trial):
    max(int(name[-10:-7]) for name in names)


# --- pb-C4 ----------------------------------------------------------------------------------------


def spread(low, high, shares):
    return 10 ** (np.log10(low) + shares * (np.log10(high) - np.log10(low)))


def spread_by_roots(low, high, shares):
    return low ** (1 - shares) * high**shares


def next_range(rates, losses, low, high, shrink):
    best = rates[losses.argmin()]
    factor = (high / low) ** 0.5
    if rates.min() < best < rates.max():
        factor = factor**shrink
    return np.array([best / factor, best * factor])


def next_range_by_exponents(rates, losses, low, high, shrink):
    exponents = np.log10(rates)
    best = exponents[np.argmin(losses)]
    half = (np.log10(high) - np.log10(low)) / 2
    if best != max(exponents) and best != min(exponents):
        half *= shrink
    return [10 ** (best - half), 10 ** (best + half)]


def find_rate(train, low, high, luck):
    rng = np.random.default_rng(luck)
    for epochs in (1, 1, 1, 1, 4, 8, 8):
        rates = spread(low, high, rng.random(6))
        losses = np.array([train(rate, epochs) for rate in rates])
        low, high = next_range(rates, losses, low, high, 0.4)
    return np.sqrt(low * high)


def find_rate_by_a_ladder(train, low, high, luck):
    """Threefold steps from the middle, the way that helps, until it gets worse; then longer."""
    rate = np.sqrt(low * high)
    loss, step = train(rate, 1), 3
    if train(3 * rate, 1) > loss:
        step = 1 / 3
    while (further := train(step * rate, 1)) <= loss:
        rate, loss = step * rate, further
    return min(rate * np.array([0.5, 1, 2, 4, 8]), key=lambda each: train(each, 8))


mistake(pb_C4, "spread", "uniform scale")(lambda low, high, shares: low + (high - low) * shares)
mistake(pb_C4, "spread", "exponents")(
    lambda low, high, shares: (1 - shares) * np.log10(low) + shares * np.log10(high)
)


@mistake(pb_C4, "next_range", "stays as wide")
def never_widened(rates, losses, low, high, shrink):
    best, factor = rates[losses.argmin()], (high / low) ** (shrink / 2)
    return np.array([best / factor, best * factor])


@mistake(pb_C4, "next_range", "can never leave it")
def cut(rates, losses, low, high, shrink):
    left, right = next_range(rates, losses, low, high, shrink)
    return [max(left, low), min(right, high)]


@mistake(pb_C4, "next_range", "A rate that diverged was tried, too")
def between_those_that_are_finite(rates, losses, low, high, shrink):
    tried = rates[losses < np.inf]
    best, factor = rates[losses.argmin()], (high / low) ** 0.5
    if tried.min() < best < tried.max():
        factor = factor**shrink
    return best / factor, best * factor


CALLS = count()


@mistake(pb_C4, "find_rate", "another one when the same is asked again")
def find_rate_by_any_luck(train, low, high, luck):
    return find_rate(train, low, high, luck) * (1 - 1e-4 * next(CALLS))


@mistake(pb_C4, "find_rate", "more than its budget of 160 epochs")
def trains_long(train, low, high, luck):
    rates = spread(low, high, np.random.default_rng(luck).random(30))
    return min(rates, key=lambda rate: train(rate, 8))


@mistake(pb_C4, "find_rate", "a higher rate makes it")
def stays_within(train, low, high, luck):
    rates = spread(low, high, np.random.default_rng(luck).random(20))
    return min(rates, key=lambda rate: train(rate, 1))


@mistake(pb_C4, "find_rate", "a lower rate makes it")
def too_high(train, low, high, luck):
    return 30 * find_rate_by_a_ladder(train, low, high, luck)


mistake(pb_C4, "find_rate", "expected one above 0")(lambda *given: -1.0)

# --- What the answers rest on ---------------------------------------------------------------------


def test_so_many_draws_are_enough_as_often_as_is_said():
    places = np.random.default_rng(0).random((20_000, 59))
    hit = (places < 0.05).any(axis=1).mean()
    assert 0.95 < hit < 0.956
    assert (places[:, :58] < 0.05).any(axis=1).mean() < hit
    assert abs(places[:, :49].min(axis=1).mean() - 0.02) < 0.0005
    assert needed(0.05, 0.95) == 59


def test_so_often_the_worse_setting_is_chosen_by_several_folds():
    measured = np.random.default_rng(1).normal(0.01, 0.03, (40_000, 25))
    for folds in (1, 9, 25):
        worse = measured[:, :folds].mean(axis=1) < 0
        assert abs(worse.mean() - wrong(0.01, 0.03, folds)) < 0.008
    assert wrong(0.01, 0.03, 25) < 0.05 < wrong(0.01, 0.03, 24)


@pytest.mark.parametrize("trials, budget, factor", [(10, 2, 3), (20, 1, 2), (2, 3, 4)])
def test_halving_costs_what_the_library_spends(trials, budget, factor, tmp_path):
    spent = {"anew": 0, "resumed": 0}

    def objective(settings, checkpoint, budget):
        before = checkpoint.load() or 0
        spent["anew"], spent["resumed"] = spent["anew"] + budget, spent["resumed"] + budget - before
        checkpoint.save(budget)
        return settings["x"]

    strategy = SuccessiveHalving({"x": Uniform(0, 1)}, trials, budget, factor)
    search(objective, strategy, checkpoint=tmp_path)
    assert spent["anew"] == anew(trials, budget, factor)
    assert spent["resumed"] == resumed(trials, budget, factor)


def test_each_search_of_five_needs_another_step():
    (part,) = pb_F12_4.parts
    assert sorted(choice.right for choice in part.choices.values()) == sorted(NEXT.values())
    for key, choice in part.choices.items():
        assert f"\n| {key} | " in pb_F12_4.text
        assert {choice.right, *choice.reasons} == set(NEXT.values())


def test_names_are_those_that_workers_leave(tmp_path):
    logs = {0: [12.5, 9.25, 9.5], 17: [3.0, 2.75], 1: [math.inf, 10.0]}
    for trial, losses in logs.items():
        checkpoint = Checkpoint(tmp_path / f"trial-{trial}.pickle")
        for epoch, loss in enumerate(losses, start=1):
            checkpoint.report(epoch, loss, state=epoch)
    names = [path.name for path in tmp_path.glob("loss-*")]
    assert best_trial(names) == 17
    for trial, losses in logs.items():
        went = Checkpoint(tmp_path / f"trial-{trial}.pickle").load()
        assert goes_on_after(names, trial) == went == len(losses)


def test_no_fixed_rate_is_good_in_all_searches_of_a_check():
    part = pb_C4.parts[-1]
    for seed in range(0, 40, 5):
        searches = part.inputs(np.random.default_rng(seed))
        for rate in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
            assert not all(part.reached(given, rate)[0] for given in searches)


@pytest.mark.parametrize("search_for", [find_rate, find_rate_by_a_ladder])
def test_a_search_of_each_kind_leaves_its_range_and_keeps_to_its_budget(search_for):
    part = pb_C4.parts[-1]
    for given in part.inputs(np.random.default_rng(44)):
        rate = search_for(**given)
        assert part.reached(given, rate)[0] and given["train"].spent <= 160
        assert not given["low"] <= rate <= given["high"]


# --- The tables -----------------------------------------------------------------------------------

RIGHT = {
    "pb-F12.1:chance": [chance, lambda n, share: 1 - (1 - share) ** n],
    "pb-F12.1:needed": [needed, needed_by_counting],
    "pb-F12.1:n95": [59, 59.0],
    "pb-F12.1:place": [1 / 50, 0.02],
    "pb-F12.2:wrong": [wrong, wrong_by_the_other_tail],
    "pb-F12.2:folds": [25, np.int64(25)],
    "pb-F12.2:images": [9 * 200, 1800.0],
    "pb-F12.2:found": [1 - 0.99**100, 0.634],
    "pb-F12.3:anew": [anew, lambda n, b, f: sum(n // f**k * b * f**k for k in range(9))],
    "pb-F12.3:resumed": [resumed, lambda n, b, f: n * b + sum(
        n // f**k * b * (f**k - f ** (k - 1)) for k in range(1, 9))],
    "pb-F12.3:largest": [largest, largest_by_counting],
    "pb-F12.3:times": [243**2 / (243 + 5 * 162), 56.08],
    "pb-F12.4:next_step": [NEXT, {key: step.upper() for key, step in NEXT.items()}],
    "pb-F12.5:best_trial": [best_trial, best_trial_in_a_loop],
    "pb-F12.5:goes_on_after": [goes_on_after, goes_on_after_sorted],
    "pb-C4:spread": [spread, spread_by_roots],
    "pb-C4:next_range": [next_range, next_range_by_exponents],
    "pb-C4:find_rate": [find_rate, find_rate_by_a_ladder],
}  # fmt: skip

LEAKS = {
    "pb-F12.1": (r"\b59\b|1 ?/ ?50|0\.02\b", "It takes 59."),
    "pb-F12.2": (r"\b25\b|\b1800\b|0\.634", "Take 1800 images."),
    "pb-F12.3": (r"\b56\.\d|1053", "It is 56.1 times as much."),
    "pb-F12.4": (r'"(widen|longer|fold|log|done)"', 'It is "widen".'),
    "pb-F12.5": (r"min\(names, key", "Use min(names, key=...)."),
    "pb-C4": (r"high ?/ ?low\)? ?\*\*|\*\* ?shares", "low * (high / low) ** shares"),
}
