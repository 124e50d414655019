"""A class graded by a referee who runs nothing, in ways that can be broken off.

`python -m tests.course_tools.grading.faults FOLDER` grades the class in a folder of a small disk,
again and again with more of it free, and prints what it said, a line of JSON each time, and at
last what then stands.
"""

import contextlib
import io
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import nbgrader.api
from sqlalchemy import event
from sqlalchemy.engine import Engine

from course_tools.grading import commands, gradebook, run, sets
from course_tools.grading.classroom import Classroom
from course_tools.grading.grade import stands as standing
from tests.course_tools.grading.a_class import SET, hand_in, honest_referee
from tests.course_tools.grading.at_once import AtOnce

CHANGES = "open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect"
"""Events of Python's, of which each may change a file."""


def judge(job):
    """The Result of a Job, by its words alone."""
    return replace(honest_referee([job])[0], key=job.key())


def grade(folder: Path) -> int:
    """`course grade run` with that referee; the exit status."""
    run.judge, run.probe, run.compile_once = judge, lambda *_: None, lambda: None
    nbgrader.api.get_alembic_version = lambda: "no matter"  # which takes seconds to find
    commands.run_jobs = lambda jobs, folder, **_: run.run_jobs(jobs, folder, AtOnce())
    return commands.take("run", folder, SET, without_sandbox=False, processes=None)


def steps(folder: Path, told: Callable[[int], object]) -> None:
    """Grade, and tell the number of each step before it is taken: what changes a file in the
    folder, or asks the gradebook for something."""
    taken = 0

    def step(*_, **__):
        nonlocal taken
        told(taken)
        taken += 1

    def heard(name, arguments):
        if name in CHANGES and str(folder) in str(arguments[0]):
            step()

    sys.addaudithook(heard)
    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, step)
    grade(folder)


def killed_at(number: int, folder: Path) -> None:
    """Grade, and be killed before a step."""

    def kill(taken):
        if taken == number:
            os.kill(os.getpid(), signal.SIGKILL)

    with contextlib.redirect_stdout(io.StringIO()):
        steps(folder, kill)


def stands(folder: Path) -> list:
    """All that is known of the class, and how many lines of each kind its gradebook has."""
    classroom, exercise_set = Classroom(folder), sets.load(SET)
    found, rows, penalties = standing(classroom, exercise_set)
    with gradebook.opened(classroom) as session:
        comments = gradebook.comments(session, exercise_set)
    with sqlite3.connect(classroom.gradebook) as book:
        tables = "grade", "comment", "submitted_assignment", "submitted_notebook", "student"
        counts = [book.execute(f"select count(*) from {t}").fetchone()[0] for t in tables]
    records = [asdict(record) for record in found.values()]
    return [records, [*map(asdict, rows)], penalties, [*comments.items()], counts]


def main(folder: Path) -> None:
    """Fill the disk but for a little, grade, free some more of it, until the class is graded."""
    hand_in(folder)
    filler, left, status = folder / "filler", 0, 1
    while status:
        disk = os.statvfs(folder)
        filler.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - left)))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            status = grade(folder)
        kept = len([*Classroom(folder).results(SET).glob("[!.]*.json")])
        print(json.dumps({"left": left, "status": status, "said": said.getvalue(), "kept": kept}))
        filler.unlink()
        left += 64 << 10
    print(json.dumps(stands(folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
