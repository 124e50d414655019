"""A search on a real Dask cluster of processes on this machine, whose workers are killed."""

import os
import signal
import threading
import time

import dask
import pytest
from distributed import Client, Future, LocalCluster

from course_lib.hyperparameters import (
    LogUniform,
    MedianRule,
    RandomSearch,
    SuccessiveHalving,
    Uniform,
)
from lessons.searching import Results, curves, search

SPACE = {"rate": LogUniform(1e-3, 10), "x": Uniform(-1, 1)}
DEADLINE = 60  # seconds, for what takes one or two on an idle machine


@pytest.fixture(scope="module")
def cluster():
    config = {
        # A worker forked from a clean process that has imported Dask starts in no time.
        "distributed.worker.multiprocessing-method": "forkserver",
        # So long after a death the cluster looks whether the worker is back; if it has just died
        # again, the cluster does without it for good.
        "distributed.deploy.lost-worker-timeout": "1 hour",
    }
    two = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    with dask.config.set(config), LocalCluster(**two, dashboard_address=None) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def client(cluster):
    with Client(cluster, set_as_default=False) as client:
        yield client


def wait_until(condition):
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the other side did not answer")
        time.sleep(0.005)


def mixed(settings, rng):
    """Trials that finish, diverge and crash, with some noise of their own."""
    if settings["rate"] > 1:
        raise OverflowError(f"a rate of {settings['rate']}")
    return float("nan") if settings["rate"] > 0.1 else settings["x"] ** 2 + rng.normal()


def longer_is_better(settings, budget, rng):
    return settings["x"] ** 2 + 1 / budget + 0.001 * rng.normal()


@pytest.mark.parametrize(
    "objective, strategy",
    [
        (mixed, RandomSearch(SPACE, 25)),
        (longer_is_better, SuccessiveHalving(SPACE, trials=18, factor=3)),
    ],
)
def test_a_cluster_makes_the_same_table(client, objective, strategy):
    executor = client.get_executor()
    assert search(objective, strategy, executor, seed=11) == search(objective, strategy, seed=11)


class Steps:
    """A trial of six saved steps, which leaves a mark in a diary for each: who made it.

    Trial 2 stops after its third step, on its first attempt, until its worker is killed.
    """

    def __init__(self, folder, waits_for_death):
        self.folder, self.waits_for_death = folder, waits_for_death

    def __call__(self, settings, rng, checkpoint):
        steps, total, rng = checkpoint.load() or (0, 0.0, rng)
        number = int(checkpoint.path.stem.removeprefix("trial-"))
        while steps < 6:
            if self.waits_for_death and number == 2 and steps == 3:
                self.wait_for_death()
            steps, total = steps + 1, total + rng.random()
            checkpoint.save((steps, total, rng))
            with open(self.folder / f"diary-{number}", "a") as file:
                file.write(f"{os.getpid()}\n")
        return settings["x"] ** 2 + total

    def wait_for_death(self):
        waiting = self.folder / "waiting"
        if not waiting.exists():
            self.folder.joinpath("pid").write_text(str(os.getpid()))
            os.replace(self.folder / "pid", waiting)  # whole, or not there
            wait_until(lambda: False)

    def kill(self):
        """Kill the worker that waits for it."""
        waiting = self.folder / "waiting"
        wait_until(waiting.exists)
        os.kill(int(waiting.read_text()), signal.SIGKILL)

    def diary(self, number):
        return (self.folder / f"diary-{number}").read_text().split()


def test_a_worker_killed_in_mid_run_loses_no_trial(client, tmp_path):
    safe, mortal = tmp_path / "safe", tmp_path / "mortal"
    safe.mkdir(), mortal.mkdir()
    strategy = RandomSearch(SPACE, 8)
    expected = search(Steps(safe, False), strategy, checkpoint=safe / "checkpoint", seed=5)

    objective = Steps(mortal, True)
    killer = threading.Thread(target=objective.kill)
    killer.start()
    executor, folder = client.get_executor(), mortal / "checkpoint"
    results = search(objective, strategy, executor, checkpoint=folder, seed=5)
    killer.join()

    assert results == expected == Results.load(folder / "trials.jsonl")
    assert all(trial.finished for trial in results)
    # The trial was resumed by another process, from the step that it had reached.
    killed = (mortal / "waiting").read_text()
    assert objective.diary(2)[:3] == 3 * [killed]
    assert len(objective.diary(2)) == 6 and killed not in objective.diary(2)[3:]


def deadly(settings):
    if settings["x"] > 0.5:
        os.kill(os.getpid(), signal.SIGKILL)
    return settings["x"] ** 2


def test_a_deadly_trial_is_recorded_as_crashed_and_the_others_finish(cluster, client):
    strategy = RandomSearch(SPACE, 6)
    doomed = [trial.settings["x"] > 0.5 for trial in strategy.next_stage([], seed=1)]
    assert doomed.count(True) == 1
    # Dask itself would try each trial on four workers: one is enough to wait for.
    cluster.scheduler.allowed_failures, usual = 0, cluster.scheduler.allowed_failures
    try:
        results = search(deadly, strategy, client.get_executor(), seed=1, attempts=2)
    finally:
        cluster.scheduler.allowed_failures = usual
    for trial, dead in zip(results, doomed):
        assert trial.error == ("its worker died in each of 2 attempts" if dead else "")
        assert dead or trial.loss == trial.settings["x"] ** 2


class Gate:
    """Every trial but the first waits until a file is there."""

    def __init__(self, file, first):
        self.file, self.first = file, first

    def __call__(self, settings):
        if settings != self.first:
            wait_until(self.file.exists)
        return settings["x"] ** 2


def test_trials_that_are_cancelled_are_submitted_again(client, tmp_path):
    gate, strategy = tmp_path / "gate", RandomSearch(SPACE, 6)
    cancelled = []

    def cancel_after_one(trials, **kwargs):
        yield next(trials)
        cancelled.extend(Future(key, client) for key in list(client.futures))
        client.cancel(cancelled)
        gate.touch()
        yield from trials

    objective = Gate(gate, strategy.next_stage([], seed=0)[0].settings)
    results = search(objective, strategy, client.get_executor(), progress=cancel_after_one)
    assert [trial.loss for trial in results] == [trial.settings["x"] ** 2 for trial in results]
    assert len(cancelled) >= 5


class Seen:
    """A trial whose second epoch begins when the master has seen its first; then it is hopeless."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, settings, checkpoint):
        for epoch in (1, 2):
            checkpoint.report(epoch, settings["x"] ** 2 / epoch, state=epoch)
            wait_until((self.folder / "seen").exists)
        return settings["x"] ** 2 / 2


def test_the_master_of_a_cluster_sees_each_epoch_and_the_hopeless_are_stopped(client, tmp_path):
    shown = []

    def watch(found):
        shown.append(found)
        if len(found) == 2:  # as many as there are workers
            (tmp_path / "seen").touch()

    objective, folder, strategy = Seen(tmp_path), tmp_path / "checkpoint", RandomSearch(SPACE, 8)
    results = search(
        objective, strategy, client.get_executor(), checkpoint=folder, watch=watch,
        stop=MedianRule(grace=1, rivals=4), seed=5,
    )  # fmt: skip
    assert any(list(map(len, found.values())) == [1, 1] for found in shown)
    assert {trial.status for trial in results} == {"finished", "stopped"}
    best = min(results, key=lambda trial: trial.settings["x"] ** 2)
    assert results.best == best
    assert sorted(folder.glob("loss-*"))[0].name.startswith(f"loss-{best.loss:.4f}_")
    assert shown[-1] == curves(folder)
