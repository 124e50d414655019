"""Many jobs on any executor: each Result is on disk as soon as it is there, and made only once.

A run that is killed goes on where it was. A worker that dies takes nothing with it: what it had in
hand is tried again, alone, and needs attention if it ends its process once more.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from course_tools.grading.bubblewrap import compile_once
from course_tools.grading.jobs import Job, Result
from course_tools.grading.probe import probe
from course_tools.grading.referee import judge
from course_tools.grading.sandbox import SandboxUnavailable
from course_tools.grading.whole import write_whole

AT_ONCE = 4
"""Jobs handed out for each worker: what is lost at most, for a while, where one dies."""
STUCK = 120.0
"""Seconds that a job may take beyond its own limit, before its process is given up."""
DIED = "the process that judged it ended, twice"


class Progress(NamedTuple):
    """How far a run is: jobs done, jobs in all, and seconds to the end if all goes on like this."""

    done: int
    total: int
    left: float


def run_jobs(
    jobs: Iterable[Job],
    folder: Path | str,
    executor: Executor | None = None,
    progress: Callable[[Progress], object] | None = None,
    workers: int | None = None,
) -> list[Result]:
    """The Result of each job, in their order.

    folder : where results are kept, a file of JSON each under its key, and found again
    executor : processes of this machine by default
    progress : is told of each job that is done
    workers : how many of them, one for each processor by default; or how many jobs the executor has
        under way at once, where it does not say so itself

    Raises SandboxUnavailable where no sandbox can be started, and ProbeFailed where a notebook that
    is known to be right or wrong is graded otherwise: nothing is graded then. OSError where a
    result cannot be written: what was written before is good, and the next run goes on from there.
    """
    jobs, folder = list(jobs), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    keys = [job.key() for job in jobs]
    results = {key: kept for key in keys if (kept := _kept(folder, key))}
    todo = {key: job for key, job in zip(keys, jobs, strict=True) if key not in results}
    before = len(results)
    with _Workers(executor, workers) as pool:
        if todo:
            compile_once()
            probe(todo.values(), pool.judge_all)
        started = time.monotonic()
        for result in pool.judge_all(todo.values()):
            if result.attention != DIED:
                write_whole(folder / f"{result.key}.json", result.to_json())
            results[result.key] = result
            done, total = len(results), len({*keys})
            if progress:
                each = (time.monotonic() - started) / (done - before)
                progress(Progress(done, total, each * (total - done)))
    return [results[key] for key in keys]


def _kept(folder, key):
    """The Result that was kept under a key; None where there is none that can be read."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        return Result.from_json((folder / f"{key}.json").read_text("utf-8"))
    return None


class _Workers:
    """Jobs judged by an executor, or by processes of our own, which are replaced where they die."""

    def __init__(self, executor, workers):
        self._executor, self._own, self._single = executor, None, None
        self._number = workers or getattr(executor, "_max_workers", None) or processors()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()
        if self._single:
            self._single.shutdown()

    def judge_all(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Results as they come, each under the key that its job has here: a worker that starts
        after a file of the course was changed would find another."""
        waiting = deque(jobs)
        under_way: dict[Future, Job] = {}
        while waiting or under_way:
            try:
                while waiting and len(under_way) < AT_ONCE * self._number:
                    under_way[self._submit(waiting[0])] = waiting[0]
                    waiting.popleft()
            except BrokenExecutor:
                self._end()
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            if any(isinstance(future.exception(), BrokenExecutor) for future in done):
                done = wait(under_way).done  # nobody can tell which of them it was
                self._end()
            for future in done:
                job = under_way.pop(future)
                failed = isinstance(future.exception(), (BrokenExecutor, SandboxUnavailable))
                result = self._alone(job) if failed else future.result()
                yield replace(result, key=job.key())

    def _submit(self, job):
        if self._executor:
            return self._executor.submit(judge, job)
        if self._own is None:
            self._own = _processes(self._number)
        return self._own.submit(_judge_in_time, job)

    def _end(self):
        """Give up an executor that is broken: from now on, or again, processes of our own."""
        if self._own:
            self._own.shutdown(wait=True, cancel_futures=True)
        if self._executor:
            self._number = processors()
        self._executor = self._own = None

    def _alone(self, job):
        """A job with no other under way: if a process ends now, it was this one's doing.

        Raises SandboxUnavailable where that is what fails.
        """
        self._single = self._single or _processes(1)
        try:
            return self._single.submit(_judge_in_time, job).result()
        except BrokenExecutor:
            self._single = None
            return Result(job.key(), job.student, job.exercise_set, (), DIED)


def processors():
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _processes(number):
    return ProcessPoolExecutor(
        number, get_context("spawn"), initializer=_die_with, initargs=(os.getpid(),)
    )


def _judge_in_time(job):
    """A worker that does not come back from a job ends itself."""
    timer = threading.Timer(job.limits.seconds + STUCK, os._exit, [1])
    timer.daemon = True
    timer.start()
    try:
        return judge(job)
    finally:
        timer.cancel()


def _die_with(parent):
    """End this worker once the run is gone, which it would not notice."""

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
