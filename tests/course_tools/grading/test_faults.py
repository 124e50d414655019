"""Runs that break off, whenever and for whatever reason: nothing is lost, nothing is there twice.

Every day at other moments.
"""

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import date

import pytest

from course_tools.grading import gradebook
from course_tools.grading.classroom import Classroom
from course_tools.grading.desk import Desk
from lessons.course_map import ROOT
from tests.course_tools.grading import faults
from tests.course_tools.grading.a_class import SET, answered, as_bytes, hand_in

MOMENTS = 3
TODAY = date.today().toordinal()


@pytest.fixture(params=["at first", "once more"])
def before(request, tmp_path, graded_once, line_search):
    """The folder of a class that nobody has graded, or one with a mark and a better submission."""
    folder = tmp_path / "before"
    if request.param == "at first":
        return hand_in(folder).folder
    shutil.copytree(graded_once.folder, folder)
    classroom = Classroom(folder)
    desk = Desk(classroom, line_search)
    text = desk.next("a window")
    points = [criterion["points"] for criterion in text["criteria"]]
    desk.give(text["number"], points, "well said", "a window", text["seen"])
    (classroom.submitted("dan", SET) / "03_exercises.ipynb").write_bytes(as_bytes(answered()))
    return folder


def in_a_process(function, *arguments):
    """Run it in a copy of this process; the exit code."""
    process = multiprocessing.get_context("fork").Process(target=function, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def status(folder):
    sys.exit(faults.grade(folder))


def count(folder, path):
    faults.steps(folder, lambda taken: path.write_text(str(taken + 1)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are copied here")
def test_a_run_that_is_killed_at_any_moment_is_finished_by_the_next(before, tmp_path):
    """Before it changes a file, or asks the gradebook for something: any of a thousand moments."""
    folder, counted = tmp_path / "class", tmp_path / "steps"
    shutil.copytree(before, folder)
    assert in_a_process(count, folder, counted) == 0
    expected, total = faults.stands(folder), int(counted.read_text())
    assert total > 200
    for moment in range(TODAY % (total // MOMENTS), total, total // MOMENTS):
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
        assert in_a_process(faults.killed_at, moment, folder) == -9
        kept = {path.name for path in Classroom(folder).results(SET).glob("[!.]*.json")}
        assert in_a_process(status, folder) == 0
        assert faults.stands(folder) == expected, moment
        assert kept <= {path.name for path in Classroom(folder).results(SET).iterdir()}


@pytest.mark.sandbox
def test_a_disk_that_is_full_at_any_moment_loses_nothing(tmp_path):
    """A small disk of the sandbox's, of which there is a little more each time."""
    small = ["bwrap", "--dev-bind", "/", "/", "--size", str(8 << 20), "--tmpfs", str(tmp_path)]
    command = [sys.executable, "-m", faults.__name__, str(tmp_path / "class")]
    told = subprocess.run(
        [*small, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    *tries, last = map(json.loads, told.stdout.splitlines())
    assert [one["status"] for one in tries] == [1] * (len(tries) - 1) + [0]
    assert any("No space left" in one["said"] for one in tries)
    assert any("gradebook.db: " in one["said"] and "full" in one["said"] for one in tries)
    assert [one["kept"] for one in tries] == sorted(one["kept"] for one in tries)
    folder = hand_in(tmp_path / "class").folder
    assert in_a_process(status, folder) == 0
    assert last == json.loads(json.dumps(faults.stands(folder)))


def test_a_gradebook_that_is_locked_is_written_by_the_next_run(tmp_path, monkeypatch, capfd):
    folder = hand_in(tmp_path / "class").folder
    monkeypatch.setattr(gradebook.opened.__wrapped__, "__defaults__", (0.1,))
    assert in_a_process(status, folder) == 0
    expected = faults.stands(folder)
    with sqlite3.connect(folder / "gradebook.db") as book:
        book.execute("begin exclusive")
        assert in_a_process(status, folder) == 1
        assert "gradebook.db: database is locked" in capfd.readouterr().out
    assert in_a_process(status, folder) == 0
    assert faults.stands(folder) == expected
