"""A search on threads and on processes: the same table, whoever works, finishes first, or dies."""

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from concurrent.futures import ProcessPoolExecutor as Pool
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.hyperparameters import (
    CoarseToFine,
    LogUniform,
    RandomSearch,
    SuccessiveHalving,
    Uniform,
)
from lessons.searching import master, search

repeatable = settings(derandomize=True, deadline=None, max_examples=80)

# Workers are forked from a clean process: a fork of this one would copy the locks of any thread.
CLEAN = multiprocessing.get_context("forkserver")
CLEAN.set_forkserver_preload(["lessons.searching", "hypothesis", "pytest"])
DEADLINE = 60  # seconds, for what takes one or two on an idle machine

SPACE = {"rate": LogUniform(1e-3, 10), "x": Uniform(-1, 1)}


def mixed(settings, rng):
    """Trials that finish, diverge and crash, with some noise of their own."""
    if settings["rate"] > 1:
        raise OverflowError(f"a rate of {settings['rate']}")
    loss = math.nan if settings["rate"] > 0.1 else settings["x"] ** 2 + settings["rate"]
    return {"loss": loss + 0.01 * rng.normal(), "noise": rng.normal(size=2)}


def longer_is_better(settings, budget, rng):
    return settings["x"] ** 2 + 1 / budget + 0.001 * rng.normal()


SEARCHES = {
    "random": (mixed, RandomSearch(SPACE, 25)),
    "coarse to fine": (mixed, CoarseToFine(SPACE, trials=8, stages=3)),
    "halving": (longer_is_better, SuccessiveHalving(SPACE, trials=18, factor=3)),
}


@cache
def serial(name):
    return search(*SEARCHES[name], seed=11)


@pytest.fixture(scope="module", params=[1, 2])
def processes(request):
    with Pool(request.param, CLEAN) as pool:
        yield pool


def test_the_trials_of_these_tests_end_in_every_way():
    statuses = {trial.status for trial in serial("random")}
    assert statuses == {"finished", "diverged", "crashed"}


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_threads_make_the_same_table(name, workers):
    with ThreadPoolExecutor(workers) as pool:
        assert search(*SEARCHES[name], pool, seed=11) == serial(name)


@pytest.mark.parametrize("name", SEARCHES)
def test_processes_make_the_same_table(processes, name):
    assert search(*SEARCHES[name], processes, seed=11) == serial(name)


def test_an_objective_that_cannot_travel_is_an_error_not_a_crash_of_every_trial(processes):
    with pytest.raises(Exception, match="[Pp]ickle|local object"):
        search(lambda settings: 0.0, RandomSearch(SPACE, 3), processes)


class Backwards(Executor):
    """Waits until it has n calls, then evaluates the last one first."""

    def __init__(self, n):
        self.n, self.calls = n, []

    def submit(self, *call):
        future = Future()
        self.calls.append((future, call))
        if len(self.calls) == self.n:
            for held, (function, *args) in reversed(self.calls):
                held.set_result(function(*args))
        return future


def test_the_order_in_which_trials_end_does_not_matter(tmp_path):
    objective, strategy = SEARCHES["random"]
    results = search(objective, strategy, Backwards(25), seed=11, checkpoint=tmp_path)
    assert results == serial("random")
    resumed = search(objective, strategy, seed=11, checkpoint=tmp_path)
    assert resumed == results


def test_as_many_trials_are_under_way_as_there_are_workers():
    together = threading.Barrier(3, timeout=DEADLINE)

    def objective(settings):
        return float(together.wait())

    with ThreadPoolExecutor(3) as pool:
        results = search(objective, RandomSearch(SPACE, 9), pool)
    assert sorted(trial.loss for trial in results) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_an_executor_is_shut_down_only_by_who_made_it():
    made = []

    def make():
        made.append(ThreadPoolExecutor(2))
        return made[-1]

    search(mixed, RandomSearch(SPACE, 3), make)
    [pool] = made
    with pytest.raises(RuntimeError, match="shutdown"):
        pool.submit(print)
    with ThreadPoolExecutor(2) as pool:
        search(mixed, RandomSearch(SPACE, 3), pool)
        assert pool.submit(abs, -3).result() == 3


def test_trials_that_have_not_begun_are_cancelled_when_the_search_is_interrupted(tmp_path):
    class Slow(Executor):
        """Evaluates the first call at once, and the others when it is asked again: never."""

        futures = []

        def submit(self, function, *args):
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_result(function(*args))
            return self.futures[-1]

    def interrupted(trials, **kwargs):
        yield next(trials)
        raise KeyboardInterrupt

    objective, strategy = SEARCHES["random"]
    with pytest.raises(KeyboardInterrupt):
        search(objective, strategy, Slow(), seed=11, checkpoint=tmp_path, progress=interrupted)
    assert [future.cancelled() for future in Slow.futures] == [False] + 24 * [True]
    assert search(objective, strategy, seed=11, checkpoint=tmp_path) == serial("random")


# Death


class Mortal:
    """Six saved steps; after its third, a trial kills its worker as often as `deaths` says.

    deaths : a dict of trial number -> how often
    """

    def __init__(self, folder, deaths):
        self.folder, self.deaths = folder, deaths

    def __call__(self, settings, rng, checkpoint):
        number = int(checkpoint.path.stem.removeprefix("trial-"))
        steps, total, rng = checkpoint.load() or (0, 0.0, rng)
        while steps < 6:
            if steps == 3 and self.count(number, "+") < self.deaths.get(number, 0):
                self.note(number, "+")
                os.kill(os.getpid(), signal.SIGKILL)
            steps, total = steps + 1, total + rng.random()
            checkpoint.save((steps, total, rng))
            self.note(number, ".")
        return settings["x"] ** 2 + total

    def note(self, number, mark):
        with open(self.folder / f"diary-{number}", "a") as file:
            file.write(mark)

    def count(self, number, mark):
        return self.diary(number).count(mark)

    def diary(self, number):
        path = self.folder / f"diary-{number}"
        return path.read_text() if path.exists() else ""


def serial_and_processes(tmp_path, deaths):
    """The table without any death; an objective with some; and its search on two processes."""
    objectives = [Mortal(tmp_path / "living", {}), Mortal(tmp_path / "mortal", deaths)]
    searches = [
        partial(search, each, RandomSearch(SPACE, 7), checkpoint=each.folder, seed=3)
        for each in objectives
    ]
    return searches[0](), objectives[1], partial(searches[1], executor=partial(Pool, 2, CLEAN))


def test_a_killed_process_loses_no_trial(tmp_path):
    expected, objective, run = serial_and_processes(tmp_path, deaths={1: 1})
    assert run() == expected
    # Every trial went on from where it was: it saves a step, then notes it, and none came twice.
    assert objective.diary(1) == "...+..."
    assert all(objective.count(number, ".") <= 6 for number in range(7))


def test_a_trial_that_kills_every_worker_has_crashed_and_the_others_finish(tmp_path):
    expected, objective, run = serial_and_processes(tmp_path, deaths={4: 99})
    results = run()
    for trial in results:
        if trial.number == 4:
            assert trial.status == "crashed"
            assert trial.error == "its worker died in each of 3 attempts"
        else:
            assert trial == expected[trial.number]
    assert objective.diary(4) == "...+++"
    assert run() == results  # what has crashed is not tried again
    assert objective.diary(4) == "...+++"


def test_a_broken_executor_that_cannot_be_replaced_stops_the_search_but_loses_nothing(tmp_path):
    class Broken(Executor):
        _max_workers = 1
        calls = 0

        def submit(self, function, *args):
            self.calls += 1
            if self.calls > 3:
                raise BrokenExecutor("a child died")
            future = Future()
            future.set_result(function(*args))
            return future

    objective, strategy = SEARCHES["random"]
    with pytest.raises(BrokenExecutor, match="expected a callable that makes an executor"):
        search(objective, strategy, Broken(), seed=11, checkpoint=tmp_path)
    assert len((tmp_path / "trials.jsonl").read_text().splitlines()) == 1 + 3
    assert search(objective, strategy, Broken, seed=11, checkpoint=tmp_path) == serial("random")


DIES = """
import os, signal, sys
from course_lib.hyperparameters import RandomSearch, Uniform
from lessons.searching import search

def objective(settings):
    if not os.fork():  # a worker that outlives its master
        signal.pause()
    os.kill(os.getpid(), signal.SIGSTOP)

search(objective, RandomSearch({"x": Uniform(-1, 2)}, 3), checkpoint=sys.argv[1])
"""


def test_another_process_holds_the_folder_until_it_dies_however_that_is(tmp_path):
    def mine():
        strategy = RandomSearch({"x": Uniform(-1, 2)}, 3)
        return search(lambda settings: settings["x"], strategy, checkpoint=tmp_path)

    dies = [sys.executable, "-c", DIES, str(tmp_path)]
    with subprocess.Popen(dies, start_new_session=True) as master:
        try:
            os.waitid(os.P_PID, master.pid, os.WSTOPPED)
            with pytest.raises(ValueError, match="another search is running"):
                mine()
            master.kill()
            master.wait()
            assert len(mine()) == 3
        finally:
            os.killpg(master.pid, signal.SIGKILL)


class Fate:
    """A pool of workers in which time passes only while the master waits.

    Then one of the calls under way, whichever `choose` takes, ends: either it returns, or, if its
    trial has deaths left, it breaks the pool and takes all the others with it.
    """

    def __init__(self, workers, deaths, choose):
        self.workers, self.deaths, self.choose = workers, dict(deaths), choose
        self.under_way, self.ended, self.attempts = [], [], []
        self.most = 0

    def executor(self):
        pool = Executor()
        pool._max_workers, pool.submit = self.workers, self.submit
        return pool

    def submit(self, function, objective, trial, *rest):
        self.under_way.append((Future(), trial, partial(function, objective, trial, *rest)))
        self.attempts.append(trial.number)
        self.most = max(self.most, len(self.under_way))
        return self.under_way[-1][0]

    def put(self, future):
        self.ended.append(future)

    def get(self, timeout):
        if not self.ended:
            future, trial, call = self.choose(self.under_way)
            if self.deaths.get(trial.number, 0):
                self.deaths[trial.number] -= 1
                broken, self.under_way = self.under_way, []
                for future, *_ in broken:
                    future.set_exception(BrokenExecutor("a child died"))
            else:
                self.under_way = [each for each in self.under_way if each[0] is not future]
                future.set_result(call())
        return self.ended.pop(0)


@given(
    st.dictionaries(st.integers(0, 9), st.integers(1, 6)),
    st.integers(1, 4),
    st.integers(2, 4),
    st.randoms(use_true_random=False),
)
@repeatable
def test_no_trial_is_blamed_for_the_death_of_another(deaths, workers, attempts, random):
    fate = Fate(workers, deaths, random.choice)
    objective, strategy = mixed, RandomSearch(SPACE, 10)
    expected = search(objective, strategy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(master, "SimpleQueue", lambda: fate)
        results = search(objective, strategy, fate.executor, attempts=attempts)
    for trial in results:
        if deaths.get(trial.number, 0) == 0:
            assert trial == expected[trial.number]
        if deaths.get(trial.number, 0) >= attempts:
            assert trial.error == f"its worker died in each of {attempts} attempts"
        assert 1 <= fate.attempts.count(trial.number) <= attempts
    assert fate.most <= workers


def test_a_cancelled_call_is_made_again():
    class Restarted(Executor):
        """Cancels every first attempt, as a cluster does that is restarted."""

        attempts = []

        def submit(self, function, *args):
            self.attempts.append(args[-1])
            future = Future()
            if args[-1] == 0:
                future.cancel()
            else:
                future.set_result(function(*args))
            return future

    objective, strategy = SEARCHES["random"]
    assert search(objective, strategy, Restarted(), seed=11) == serial("random")
    assert sorted(Restarted.attempts) == 25 * [0] + 25 * [1]


@pytest.mark.parametrize("times", [2, 3])
def test_an_error_of_the_executor_itself_is_raised_if_it_lasts(times):
    """Not every error means a death: a connection may fail once, or for ever."""

    class Unplugged(Executor):
        def submit(self, function, *args):
            future = Future()
            if args[-1] < times:
                future.set_exception(ConnectionError("no route"))
            else:
                future.set_result(function(*args))
            return future

    objective, strategy = SEARCHES["random"]
    if times < 3:
        assert search(objective, strategy, Unplugged(), seed=11) == serial("random")
    else:
        with pytest.raises(ConnectionError, match="no route"):
            search(objective, strategy, Unplugged(), seed=11)
