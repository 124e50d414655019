"""The master: it samples, submits, watches, collects and records."""

import math
import os
from collections import Counter, deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import closing
from dataclasses import replace
from queue import Empty, SimpleQueue

from course_lib._errors import shown, wrong_kind
from course_lib._validation import as_flag, as_thing, at_least
from course_lib.hyperparameters.results import CRASHED, Trial
from lessons.searching.checkpoints import Journal, curves, locked
from lessons.searching.table import Results
from lessons.searching.worker import check_objective, evaluate


def search(
    objective,
    strategy,
    executor=None,
    *,
    checkpoint=None,
    retry_crashed=False,
    seed=0,
    attempts=3,
    progress=None,
    stop=None,
    watch=None,
) -> Results:
    """Evaluate the trials that a strategy plans, and return them as a table.

    The same seed gives the same table, whatever the executor, the number of its workers and the
    order in which they finish. A trial that diverges or crashes is recorded as such, and the
    search goes on.

    objective : `objective(settings)` -> the validation loss, or a dict of "loss" and whatever else
        the table should keep. It may ask for more by the names of its parameters: `rng`, a
        generator of the trial's own; `budget`, how long to train; `checkpoint`, to save progress
        and resume, and to report the loss of each epoch (`Checkpoint`). Worker processes must be
        able to import it.
    strategy : GridSearch, RandomSearch, CoarseToFine, SuccessiveHalving, or anything with `space`
        and `next_stage`
    executor : who evaluates. None: this process, one trial after another. A
        `concurrent.futures.Executor`, such as a Dask cluster's `client.get_executor()`: used, and
        left running. Or a callable that makes one, such as `ProcessPoolExecutor`: the executor is
        made anew if the death of a worker breaks it, and shut down in the end.
    checkpoint : a folder (on a cluster, one that every worker sees). Call an interrupted search
        again with the same folder, and no trial that has ended is repeated. One search at a time.
    retry_crashed : when the cause of crashes is mended: True evaluates the trials of `checkpoint`
        that crashed once more, and plans the stages after them anew
    seed : a whole number, not negative
    attempts : a trial that loses its worker is tried again, so many times in all (at least 2), the
        last time alone, so that no other trial can be to blame; then it has crashed. Dask itself
        tries a trial on `allowed-failures` + 1 workers before that counts as once. Any other error
        of the executor (a connection that fails, an objective that does not pickle) is raised if
        it comes so many times.
    progress : a progress bar such as `tqdm.tqdm`, called as `progress(trials, total=…, …)`
    stop : a rule such as `MedianRule()` that gives up hopeless trials; it goes along with each of
        them, so that whoever trains it asks the rule after each epoch. Their worker begins the next
        trial. Then the table depends on who is how fast, unless this process does all the work.
    watch : `watch(curves)` is called whenever a trial ends, and every second in between, with the
        losses that are logged so far, a list by the number of a trial: to plot them live. It and
        `stop` need a checkpoint.

    Returns Results, with the trials in the order of their numbers. Raises ValueError if the
    checkpoint belongs to another search, or another search is running in it; TypeError if the
    objective asks for something that the search does not have; BrokenExecutor if an executor broke
    that was not made by a callable, so that none can replace it.

    >>> from course_lib.hyperparameters import GridSearch, Uniform
    >>> results = search(lambda settings: settings["x"] ** 2, GridSearch({"x": Uniform(-1, 2)}, 4))
    >>> results.best.settings
    {'x': 0.0}
    """
    as_thing("objective", objective, "objective(settings) -> the validation loss", "__call__")
    as_thing("strategy", strategy, "one such as RandomSearch(space, 20)", "space", "next_stage")
    folder = isinstance(checkpoint, (str, os.PathLike)) and str(checkpoint)
    if checkpoint is not None and not folder:
        raise wrong_kind("checkpoint", checkpoint, "the path of a folder, or None")
    if progress is not None and not callable(progress):
        raise wrong_kind("progress", progress, "a progress bar such as tqdm.tqdm, or None")
    if watch is not None and not callable(watch):
        raise wrong_kind("watch", watch, "a function of the curves, or None")
    if stop is not None:
        as_thing("stop", stop, "a rule such as MedianRule(), or None", "hopeless")
    for name, reads_logs in (("stop", stop), ("watch", watch)):
        if reads_logs is not None and checkpoint is None:
            told = f"{name} is {shown(reads_logs)} and checkpoint is None"
            raise ValueError(f"{told}, expected a folder, whose logs it reads")
    as_flag("retry_crashed", retry_crashed)
    seed = at_least("seed", seed, 0, most=math.inf)
    at_least("attempts", attempts, 2)
    space = {name: repr(distribution) for name, distribution in strategy.space.items()}
    about = {"strategy": type(strategy).__name__, "space": space, "seed": seed}
    history: list[Trial] = []
    with locked(checkpoint):
        journal = Journal(checkpoint, about, retry_crashed)
        with _Crew(executor) as crew:

            def submit(trial, attempt):
                progress_path = journal.progress_path(trial)
                return crew.submit(evaluate, objective, trial, seed, progress_path, stop, attempt)

            def look():
                if watch is not None:
                    watch(curves(checkpoint))

            while planned := strategy.next_stage(history, seed):
                check_objective(objective, planned[0], stop)
                ended = {trial.number: journal.recall(trial) for trial in planned}
                todo = [trial for trial in planned if ended[trial.number] is None]
                with closing(_collect(todo, submit, crew.size, attempts, look)) as collected:
                    for trial in _shown(collected, progress, planned, todo):
                        journal.record(trial)
                        ended[trial.number] = trial
                history += [ended[trial.number] for trial in planned]
    return Results(tuple(history), about)


def _collect(trials, submit, size, attempts, look):
    """Keep `size` trials under way, and yield each as it ends, in whatever order that is.

    look : called whenever a trial has ended, and once a second in between
    waiting : to be submitted; a trial whose worker died waits again
    alone : to be submitted when nothing else is under way, so that a death has one cause
    lost : how often an attempt at each trial was in vain
    """
    waiting, alone, running = deque(trials), deque(), {}
    lost, done = Counter(), SimpleQueue()
    try:
        while waiting or alone or running:
            if not (waiting or running):
                waiting.append(alone.popleft())
            while waiting and len(running) < size:
                trial = waiting.popleft()
                future = submit(trial, lost[trial.number])
                running[future] = trial
                future.add_done_callback(done.put)
            future = _awaited(done, look)
            trial, outcome = running.pop(future), _outcome(future)
            lost[trial.number] += isinstance(outcome, Exception)
            if not isinstance(outcome, Exception):
                yield outcome
            elif lost[trial.number] < attempts - 1:
                waiting.append(trial)
            elif lost[trial.number] < attempts:
                alone.append(trial)
            elif _is_death(outcome):
                error = f"its worker died in each of {attempts} attempts"
                yield replace(trial, status=CRASHED, error=error)
            else:
                raise outcome
    finally:
        for future in running:
            future.cancel()


def _awaited(done, look, seconds=1.0):
    """The next future of a queue; in the meantime the master looks around."""
    while True:
        try:
            future = done.get(timeout=seconds)
        except Empty:
            look()
        else:
            look()
            return future


def _outcome(future):
    """The trial as it ended, or the error that came back in its place: the executor's own.

    Of any kind: where a result dies with its worker, Dask's future may fail with a TypeError.
    """
    try:
        return future.result()
    except Exception as error:
        return error


def _is_death(error):
    """Whether an executor's error says that the worker died, or was lost with what it did."""
    dask = type(error).__name__ == "KilledWorker"  # by name: Dask need not be installed
    return dask or isinstance(error, (BrokenExecutor, CancelledError))


class _Crew:
    """The executor at work: one that was handed in, or that a callable makes when needed."""

    def __init__(self, executor):
        executor = _Serial if executor is None else executor
        self._make = executor if callable(executor) else None
        self._executor = executor() if self._make else executor
        if not hasattr(self._executor, "submit"):
            raise TypeError(
                f"executor is {shown(executor)}, expected a concurrent.futures.Executor or a "
                "callable that makes one"
            )

    @property
    def size(self):
        """How many trials to have under way at once.

        As many as a pool has workers: when it breaks it does not say which of its trials did it,
        and all of them have to be tried again. A cluster knows, and has a queue of its own.
        """
        return getattr(self._executor, "_max_workers", math.inf)

    def submit(self, *call):
        """The future of a call; if the executor is broken, on another one."""
        try:
            return self._executor.submit(*call)
        except BrokenExecutor as error:
            if self._make is None:
                raise BrokenExecutor(
                    f"executor is {self._executor}, which broke as a worker died: expected a "
                    "callable that makes an executor, so that the search can make another"
                ) from error
            self._executor = self._make()
            return self._executor.submit(*call)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._make:
            self._executor.shutdown()


class _Serial(Executor):
    """Evaluates in this process, one call after another."""

    _max_workers = 1

    def submit(self, function, *args):
        future = Future()
        future.set_result(function(*args))
        return future


def _shown(collected, progress, planned, todo):
    """The collected trials, behind a progress bar if there is one."""
    if progress is None:
        return collected
    initial, stage = len(planned) - len(todo), planned[0].stage
    return progress(collected, total=len(planned), initial=initial, desc=f"stage {stage + 1}")
