"""Runs of many jobs: nothing is lost, nothing is made twice, whatever breaks."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from course_tools.grading import run
from course_tools.grading.jobs import Job, PartResult, Result
from course_tools.grading.probe import ProbeFailed, wrong_cells
from course_tools.grading.referee import judge
from course_tools.grading.sandbox import SandboxUnavailable
from lessons.course_map import ROOT
from tests.course_tools.grading.at_once import AtOnce
from tests.course_tools.grading.submissions import SECRET, points, submission

JOBS = [Job(f"student {number}", "02_gradient_descent", (), SECRET) for number in range(9)]


@pytest.fixture
def judged(monkeypatch):
    """The students whose jobs are judged, by a referee that gives 2 points and takes no time."""
    students = []

    def judge(job):
        students.append(job.student)
        gained = 0.0 if job.student == "known to be wrong" else 2.0
        part = PartResult("g", "pb-1", "p", gained, 2.0, "not yet", "…")
        return Result(job.key(), job.student, job.exercise_set, (part,))

    monkeypatch.setattr(run, "judge", judge)
    monkeypatch.setattr(run, "_processes", lambda number: AtOnce())
    return students


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_results_are_kept_in_order_and_found_again(judged, tmp_path):
    results = run.run_jobs(JOBS, tmp_path, AtOnce())
    assert [result.student for result in results] == [job.student for job in JOBS]
    assert files(tmp_path) == sorted(f"{job.key()}.json" for job in JOBS)
    del judged[:]
    assert run.run_jobs(reversed(JOBS), tmp_path, AtOnce()) == results[::-1]
    assert judged == []


def test_probes_come_first_and_the_same_job_is_judged_once(judged, tmp_path):
    assert len(run.run_jobs(JOBS[:1] * 3, tmp_path, AtOnce())) == 3
    assert judged == ["known to be right", "known to be wrong", "student 0"]


def test_results_have_the_keys_of_this_process(judged, tmp_path, monkeypatch):
    """A worker that starts after the course has changed knows another edition of it."""
    here = run.judge
    monkeypatch.setattr(run, "judge", lambda job: replace(here(job), key="of another edition"))
    results = run.run_jobs(JOBS, tmp_path, AtOnce())
    assert [result.key for result in results] == [job.key() for job in JOBS]


def test_a_result_that_cannot_be_read_is_made_again(judged, tmp_path):
    results = run.run_jobs(JOBS[:3], tmp_path, AtOnce())
    for job, text in zip(JOBS, ("", '{"key": 1}'), strict=False):
        (tmp_path / f"{job.key()}.json").write_text(text)
    del judged[:]
    assert run.run_jobs(JOBS[:3], tmp_path, AtOnce()) == results
    assert judged[2:] == ["student 0", "student 1"]


def test_progress_counts_what_was_there_before(judged, tmp_path):
    told = []
    run.run_jobs(JOBS[:4], tmp_path, AtOnce())
    run.run_jobs(JOBS[:6], tmp_path, AtOnce(), told.append)
    assert [(step.done, step.total) for step in told] == [(5, 6), (6, 6)]
    assert told[0].left > 0 and told[1].left == 0


@pytest.mark.parametrize("broken", [(3,), (3, 4, 5), (11,), range(3, 12)])
def test_a_broken_executor_loses_nothing(judged, tmp_path, broken):
    results = run.run_jobs(JOBS, tmp_path, AtOnce(broken))
    assert [result.student for result in results] == [job.student for job in JOBS]
    assert sorted(judged[2:]) == sorted(job.student for job in JOBS)


def test_what_ends_its_process_twice_needs_attention_and_is_tried_again(
    judged, tmp_path, monkeypatch
):
    monkeypatch.setattr(run, "_processes", lambda number: AtOnce(broken=(1,)))
    first, second = run.run_jobs(JOBS[:2], tmp_path, AtOnce(broken=(3,)))
    assert (first.attention, first.parts, second.attention) == (run.DIED, (), None)
    assert files(tmp_path) == [f"{JOBS[1].key()}.json"]


@pytest.mark.parametrize("when", ["fsync", "replace"])
def test_a_full_disk_keeps_what_was_written(judged, tmp_path, monkeypatch, when):
    real, calls = getattr(os, when), []

    def full(*arguments):
        calls.append(arguments)
        if len(calls) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(os, when, full)
    with pytest.raises(OSError, match="No space left"):
        run.run_jobs(JOBS, tmp_path, AtOnce())
    kept = [Result.from_json(path.read_text()) for path in tmp_path.iterdir()]
    assert files(tmp_path) == sorted(f"{result.key}.json" for result in kept)
    assert len(kept) == 4


@pytest.mark.parametrize("student, gained", [("known to be right", 1), ("known to be wrong", 2)])
def test_nothing_is_graded_where_a_probe_is_judged_otherwise(
    judged, tmp_path, monkeypatch, student, gained
):
    honest = run.judge

    def judge(job):
        result = honest(job)
        part = replace(result.parts[0], points=gained)
        return replace(result, parts=(part,)) if job.student == student else result

    monkeypatch.setattr(run, "judge", judge)
    with pytest.raises(
        ProbeFailed, match=f"02_gradient_descent that is {student} was judged other"
    ):
        run.run_jobs(JOBS, tmp_path, AtOnce())
    assert files(tmp_path) == [] and judged == ["known to be right", "known to be wrong"]


def test_no_sandbox_is_no_zero(tmp_path, monkeypatch):
    def judge(job):
        raise SandboxUnavailable("bubblewrap is not installed")

    monkeypatch.setattr(run, "judge", judge)
    monkeypatch.setattr(run, "_processes", lambda number: AtOnce())
    with pytest.raises(SandboxUnavailable):
        run.run_jobs(JOBS, tmp_path, AtOnce())
    assert files(tmp_path) == []


# --- with the referee itself ------------------------------------------------------------------

QUICK = {"pb-F3-1-rate": "", "pb-F3-2-fit": ""}  # of set 03


@pytest.mark.sandbox
def test_the_wrong_notebook_of_a_probe_gets_nothing():
    """NaN in the place of every answer, in the set with a part of nearly every kind."""
    result = judge(Job("ada", "03_line_search", wrong_cells("03_line_search"), SECRET))
    assert sum(points(result).values()) == 0
    assert {part.word for part in result.parts} == {"not yet"}


@pytest.mark.sandbox
def test_threads_give_the_same_as_processes(tmp_path):
    jobs = [submission("03_line_search", QUICK, name) for name in ("ada", "ben")]
    alone = [replace(judge(job), seconds=0.0) for job in jobs]
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(judge, jobs))
    assert [replace(result, seconds=0.0) for result in results] == alone


@pytest.mark.sandbox
def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path, monkeypatch):
    """Killed with a worker busy; then a worker is killed, and in the end nothing is missing."""
    script = tmp_path / "grade.py"
    script.write_text(
        "from course_tools.grading import run\n"
        "from tests.course_tools.grading.test_run import jobs\n"
        "run.probe = lambda *_: None\n"
        f"if __name__ == '__main__': run.run_jobs(jobs(), {str(tmp_path / 'results')!r})\n"
    )
    here = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.Popen([sys.executable, script], env=here)
    wait_for(lambda: len([*tmp_path.glob("results/*.json")]) >= 1)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("results/*.json")}
    assert 0 < len(kept) < len(jobs())

    def kill_a_worker(progress):
        if progress.done == len(kept) + 1:
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    monkeypatch.setattr(run, "probe", lambda *_: None)
    results = run.run_jobs(jobs(), tmp_path / "results", progress=kill_a_worker)
    assert [sum(points(result).values()) for result in results] == [9.0] * len(jobs())
    again = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("results/*.json")}
    assert len(again) == len(jobs()) and again.items() >= kept.items()
    assert files(tmp_path / "results") == sorted(again)
    wait_for(lambda: not processes_with(str(script)))


def jobs():
    return [submission("03_line_search", QUICK, f"student {number}") for number in range(5)]


def wait_for(condition):
    deadline = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def processes_with(text):
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    return [line for line in told.splitlines() if text in line]
