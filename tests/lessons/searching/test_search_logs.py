"""What workers log, what is stopped by it, and what a death or a full disk costs."""

import contextlib
import json
import math
import os
import resource
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_lib.hyperparameters import (
    CoarseToFine,
    LogUniform,
    MedianRule,
    RandomSearch,
    SuccessiveHalving,
    Trial,
    Uniform,
)
from lessons.searching import Checkpoint, Results, curves, search

SPACE = {"x": Uniform(0, 1)}
EPOCHS = 5


def names(folder):
    return sorted(path.name for path in folder.glob("loss-*"))


class Trained:
    """Five epochs of a loss that falls to x, each reported; it counts those that it trains."""

    def __init__(self):
        self.epochs = 0

    def __call__(self, settings, checkpoint, budget=EPOCHS):
        epoch = checkpoint.load() or 0
        while epoch < budget:
            epoch, self.epochs = epoch + 1, self.epochs + 1
            checkpoint.report(epoch, settings["x"] + 1 / epoch, state=epoch)
        return settings["x"] + 1 / epoch


# --- Logs and named checkpoints -------------------------------------------------------------------


def test_a_report_is_logged_and_its_state_has_the_loss_in_its_name(tmp_path):
    checkpoint = Checkpoint(tmp_path / "trial-7.pickle", {"x": 1})
    for epoch, loss in enumerate([0.5, 0.25, math.nan, 0.375], start=1):
        checkpoint.report(epoch, loss, state=f"after {epoch}")
    assert curves(tmp_path) == {7: [0.5, 0.25, math.inf, 0.375]}
    # The best and the last are kept, and the best comes first.
    assert names(tmp_path) == [
        "loss-0.2500_trial-7_epoch-002.pickle",
        "loss-0.3750_trial-7_epoch-004.pickle",
    ]
    assert checkpoint.load() == "after 4"
    assert Checkpoint(tmp_path / "trial-7.pickle", {"x": 2}).load() is None
    assert Checkpoint(tmp_path / "trial-17.pickle", {"x": 1}).load() is None


def test_the_names_of_a_search_s_checkpoints_begin_with_the_best(tmp_path):
    results = search(Trained(), RandomSearch(SPACE, 12), checkpoint=tmp_path)
    first = names(tmp_path)[0]
    assert f"_trial-{results.best.number}_" in first
    assert len(names(tmp_path)) == 12
    assert curves(tmp_path) == {
        trial.number: [trial.settings["x"] + 1 / epoch for epoch in range(1, 6)]
        for trial in results
    }


def test_an_epoch_that_is_trained_again_is_logged_once(tmp_path):
    checkpoint = Checkpoint(tmp_path / "trial-0.pickle")
    for epoch, loss in [(1, 0.9), (2, 0.8), (2, 0.7), (3, 0.6)]:
        checkpoint.report(epoch, loss)
    assert curves(tmp_path) == {0: [0.9, 0.7, 0.6]}
    with pytest.raises(ValueError, match="epoch is 5, expected"):
        checkpoint.report(5, 0.5)
    with pytest.raises(TypeError, match="loss is 'low'"):
        checkpoint.report(4, "low")
    assert names(tmp_path) == []
    Checkpoint(tmp_path / "trial-0.pickle", {"x": 2}).report(1, 0.1)
    assert curves(tmp_path) == {0: [0.1]}, "the log of other settings is begun anew"


def test_a_report_without_a_folder_is_forgotten():
    Checkpoint(None).report(1, 0.5, state=1)
    assert search(Trained(), RandomSearch(SPACE, 3)).best.finished


def test_a_survivor_goes_on_from_what_it_reported(tmp_path):
    objective = Trained()
    results = search(objective, SuccessiveHalving(SPACE, trials=9, budget=2), checkpoint=tmp_path)
    assert objective.epochs == 9 * 2 + 3 * 4 + 1 * 12
    assert len(curves(tmp_path)[results.best.candidate]) == 18


# --- Hopeless trials ------------------------------------------------------------------------------


def test_the_median_rule_compares_at_the_same_epoch():
    rule = MedianRule(grace=2, rivals=3)
    others = [[5, 4, 3], [6, 5, 4, 1], [9, 9, 9, 0], [0.1, 0.1]]  # by epoch 3: 3, 4 and 9
    assert rule.hopeless([7, 4.1, 6], others)
    assert not rule.hopeless([7, 3.9, 6], others)
    assert not rule.hopeless([7, 4, 6], others), "as good as the median"
    assert not rule.hopeless([70, 41], others), "within its grace"
    assert not rule.hopeless([7, 4.1, 6], others[:2]), "too few rivals"
    assert rule.hopeless([math.inf] * 3, others)


def test_hopeless_trials_are_stopped_and_the_others_are_as_before(tmp_path):
    whole = search(Trained(), RandomSearch(SPACE, 12))
    objective, rule = Trained(), MedianRule(grace=2, rivals=3)
    results = search(objective, RandomSearch(SPACE, 12), checkpoint=tmp_path, stop=rule)
    stopped = [trial for trial in results if trial.status == "stopped"]
    assert 3 <= len(stopped) <= 8 and f"{len(stopped)} stopped" in repr(results)
    assert results.best == whole.best
    for trial, before in zip(results, whole):
        seen = [curve for number, curve in curves(tmp_path).items() if number < trial.number]
        own = [before.settings["x"] + 1 / epoch for epoch in range(1, 6)]
        hopeless = [e for e in range(1, 6) if rule.hopeless(own[:e], seen)]
        epochs = hopeless[0] if hopeless else EPOCHS
        assert curves(tmp_path)[trial.number] == own[:epochs]
        assert (trial.status == "stopped", trial.loss) == (bool(hopeless), trial.loss)
        assert trial == before if not hopeless else trial.loss == math.inf
    assert objective.epochs == sum(map(len, curves(tmp_path).values())) < 12 * EPOCHS
    again = Trained()
    assert search(again, RandomSearch(SPACE, 12), checkpoint=tmp_path) == results
    assert again.epochs == 0, "what was given up is not tried again"


def test_the_worker_of_a_stopped_trial_begins_another(tmp_path):
    """Two workers; trial 0 is stopped by hand, while the other waits for the third trial."""
    third = threading.Event()

    def objective(settings, checkpoint):
        number = int(checkpoint.path.stem.removeprefix("trial-"))
        if number == 0:
            (tmp_path / "trial-0.stop").touch()
            checkpoint.report(1, 0.5)
            raise AssertionError("it was to be stopped")
        if number == 2:
            third.set()
        assert third.wait(60)
        return 1.0

    with ThreadPoolExecutor(2) as pool:
        results = search(objective, RandomSearch(SPACE, 3), pool, checkpoint=tmp_path)
    assert [trial.status for trial in results] == ["stopped", "finished", "finished"]


def test_the_master_sees_a_curve_grow_while_its_trial_runs(tmp_path):
    seen, shown = threading.Event(), []

    def objective(settings, checkpoint):
        checkpoint.report(1, 0.5)
        assert seen.wait(60), "the master looks before the trial has ended"
        checkpoint.report(2, 0.25)
        return 0.25

    def watch(found):
        shown.append(found)
        if found:
            seen.set()

    with ThreadPoolExecutor(1) as pool:
        search(objective, RandomSearch(SPACE, 1), pool, checkpoint=tmp_path, watch=watch)
    assert {0: [0.5]} in shown and shown[-1] == {0: [0.5, 0.25]}


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"stop": MedianRule()}, "and checkpoint is None, expected a folder"),
        ({"watch": print}, "and checkpoint is None, expected a folder"),
        ({"stop": 3, "checkpoint": "folder"}, "stop is 3, expected a rule"),
        ({"watch": 3, "checkpoint": "folder"}, "watch is 3, expected a function"),
    ],
)
def test_bad_arguments_are_named(wrong, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, TypeError), match=message):
        search(Trained(), RandomSearch(SPACE, 1), **wrong)


def test_an_objective_that_reports_to_nobody_cannot_be_stopped(tmp_path):
    with pytest.raises(TypeError, match="expected a parameter named checkpoint, to report"):
        search(lambda settings: 1.0, RandomSearch(SPACE, 1), checkpoint=tmp_path, stop=MedianRule())
    with pytest.raises(ValueError, match="grace is 0, expected at least 1"):
        MedianRule(grace=0)


# --- A border that holds the best -----------------------------------------------------------------


def low(settings):
    """Lowest at a rate of 0.02 and a share of 0."""
    return abs(math.log10(settings["rate"] / 0.02)) + settings["share"]


def test_a_border_that_holds_the_best_is_widened_until_it_does_not():
    space = {"rate": LogUniform(1e-6, 1e-4), "share": Uniform(0, 1)}
    kept = search(low, CoarseToFine(space, trials=10, stages=6))
    widened = search(low, CoarseToFine(space, trials=10, stages=6, widen=("rate",)))
    assert kept.best.settings["rate"] <= 1e-4
    assert widened.best.settings["rate"] == pytest.approx(0.02, rel=0.5)
    assert all(0 <= trial.settings["share"] <= 1 for trial in widened), "its range is no guess"


@pytest.mark.parametrize(
    "rates, expected",
    [
        ([0.5, 0.01, 0.1], (0.005, 50)),  # the best, tried first, is the highest
        ([0.003, 0.01, 0.1], (3e-5, 0.3)),  # or the lowest: as wide as before
        ([0.01, 0.5, 0.001], (10**-2.5, 10**-1.5)),  # or neither: a quarter
    ],
)
def test_a_widened_range_is_as_wide_and_has_the_best_in_its_middle(rates, expected):
    strategy = CoarseToFine({"rate": LogUniform(1e-4, 1)}, 3, stages=3, shrink=0.25, widen=["rate"])
    history = [trial_of(n, {"rate": rate}, loss=n) for n, rate in enumerate(rates)]
    part = strategy.part_to_search(history)["rate"]
    assert (part.low, part.high) == pytest.approx(expected)


def trial_of(number, settings, loss):
    return Trial(number, settings, status="finished", loss=loss)


@pytest.mark.parametrize("widen", ["rate", ["units"], [3], None])
def test_only_ranges_can_be_widened(widen):
    space = {"rate": LogUniform(1e-4, 1)}
    with pytest.raises(ValueError, match=r"widen is .*, expected a list of some of \['rate'\]"):
        CoarseToFine(space, 3, widen=widen)


# --- A master that is killed ----------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from course_lib.hyperparameters import RandomSearch, Uniform
from lessons.searching import search

def objective(settings, checkpoint):
    epoch = checkpoint.load() or 0
    while epoch < 5:
        if epoch == 3 and checkpoint.path.stem == "trial-2":
            os.kill(os.getpid(), signal.SIGKILL)
        epoch += 1
        checkpoint.report(epoch, settings["x"] + 1 / epoch, state=epoch)
    return settings["x"] + 1 / epoch

search(objective, RandomSearch({"x": Uniform(0, 1)}, 4), checkpoint=sys.argv[1])
"""


def test_a_master_that_is_killed_loses_neither_a_trial_nor_an_epoch(tmp_path):
    died = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(Results.load(tmp_path / "trials.jsonl")) == 2
    assert len(curves(tmp_path)[2]) == 3
    rest = Trained()
    assert search(rest, RandomSearch(SPACE, 4), checkpoint=tmp_path) == search(
        Trained(), RandomSearch(SPACE, 4)
    )
    assert rest.epochs == 2 + 5
    assert [len(curve) for curve in curves(tmp_path).values()] == 4 * [5]


# --- A full disk ----------------------------------------------------------------------------------


@contextlib.contextmanager
def no_file_larger_than(size):
    """As on a full disk a write is cut off, and then refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_master_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(tmp_path):
    whole = search(Trained(), RandomSearch(SPACE, 9))
    with no_file_larger_than(700), pytest.raises(OSError, match="too large"):
        search(Trained(), RandomSearch(SPACE, 9), checkpoint=tmp_path)
    table = (tmp_path / "trials.jsonl").read_bytes()
    assert len(table) == 700 and not table.endswith(b"\n"), "a line is torn"
    ended = len(table.splitlines()) - 2
    rest = Trained()
    assert search(rest, RandomSearch(SPACE, 9), checkpoint=tmp_path) == whole
    # The trial whose line was torn had saved all its epochs.
    assert ended > 0 and rest.epochs == EPOCHS * (9 - ended - 1)


def test_a_worker_whose_disk_is_full_leaves_no_litter_and_its_trial_can_be_tried_again(tmp_path):
    def heavy(settings, checkpoint):
        checkpoint.save(b"light")
        checkpoint.save(bytes(5000))
        return settings["x"]

    with no_file_larger_than(3000):
        results = search(heavy, RandomSearch(SPACE, 2), checkpoint=tmp_path)
    assert {trial.status for trial in results} == {"crashed"}
    assert "File too large" in results[0].error
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "lock", "trial-0.pickle", "trial-1.pickle", "trials.jsonl",
    ]  # fmt: skip
    assert Checkpoint(tmp_path / "trial-0.pickle", results[0].settings).load() == b"light"
    mended = search(heavy, RandomSearch(SPACE, 2), checkpoint=tmp_path, retry_crashed=True)
    assert mended == search(heavy, RandomSearch(SPACE, 2))


def test_a_log_can_be_read_by_any_program(tmp_path):
    search(Trained(), RandomSearch(SPACE, 1), checkpoint=tmp_path)
    log = json.loads((tmp_path / "trial-0.log").read_text())
    assert len(log["losses"]) == EPOCHS and set(log["settings"]) == {"x"}
    assert os.listdir(tmp_path).count("trial-0.log") == 1
