"""The made-up class under stock nbgrader: what each submission is given, and how long it takes.

`python -m tests.course_tools.grading.stock` grades one of each kind with `nbgrader autograde`, an
honest submission after it in the same batch. It held if both were given what they are worth. What
came of it is kept (measured.py), and not tried again.

nbgrader runs what students wrote with the instructor's rights, so all of it is in bubblewrap here,
with bounds that stock nbgrader has not: of memory, of files, of the disk. On processes there is
none: start it where their number is bounded.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nbgrader.api import Gradebook

from lessons.course_map import ROOT
from tests.course_tools.grading import hostile, measured
from tests.course_tools.grading.a_class import answered, as_bytes
from tests.course_tools.grading.class_of_200 import FILE, FULL, IN_TIME, SET, a_class

HONEST = {FILE: as_bytes(answered(**{n.replace("-", "_"): "" for n in hostile.NOT_TRIED}))}
PATIENCE = 600
"""Seconds for one batch; stock nbgrader itself stops a cell after 30."""
MOST = {resource.RLIMIT_AS: 4 << 30, resource.RLIMIT_FSIZE: 256 << 20, resource.RLIMIT_CORE: 0}
INSIDE = "/tmp/course"
_NBGRADER = [sys.executable, "-m", "nbgrader"]


def tried():
    """One of each kind that has a worth, by kind and name; of attacks by the kind of attack."""
    attacks = {attack.name: attack.kind for attack in hostile.ATTACKS}
    found = {
        f"{attacks[pupil.name] if pupil.kind == 'hostile' else pupil.kind}: {pupil.name}": pupil
        for pupil in a_class(0).values()
        if pupil.kind != "attention"
    }
    kinds = [name.split(":")[0] for name in found]
    order = {name: kinds[:n].count(kind) for n, (name, kind) in enumerate(zip(found, kinds))}
    return dict(sorted(found.items(), key=lambda item: order[item[0]]))


def prepared(folder):
    """A course of nbgrader's in which the set is released."""
    shutil.copytree(ROOT / "solutions" / SET, folder / "source" / SET)
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    subprocess.run([*_NBGRADER, "generate_assignment", SET], cwd=folder, check=True, env=settings())


def settings():
    """The environment of an instructor who has activated the course's environment."""
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | {"PATH": here, "PYTHONPATH": str(ROOT), "HOME": "/tmp"}


def hand_in(course, student, files):
    place = course / "submitted" / student / SET
    place.mkdir(parents=True)
    (place / "timestamp.txt").write_text(IN_TIME)
    for name, data in files.items():
        (place / name).write_bytes(data)


def batch(course, submissions):
    """Grade submissions, files by student: points by student and check, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "course"
        shutil.copytree(course, here)
        for student, files in submissions.items():
            hand_in(here, student, files)
        command = [
            "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/",
            "--dev", "/dev", "--proc", "/proc", "--size", str(512 << 20), "--tmpfs", "/tmp",
            "--ro-bind", str(here), "/mnt", "--chdir", str(ROOT), "--",
            sys.executable, "-m", __spec__.name, "inside", *submissions,
        ]  # fmt: skip
        started = time.monotonic()
        told = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=settings(), preexec_fn=bounded, text=True
        )
        try:
            said, _ = told.communicate(timeout=PATIENCE)
            points = json.loads(said.splitlines()[-1])
        except (subprocess.TimeoutExpired, ValueError, IndexError):
            told.kill()
            told.wait()
            points = {}
    return points, time.monotonic() - started


def bounded():
    for kind, most in MOST.items():
        resource.setrlimit(kind, (most, most))


def inside(*students):
    """In the sandbox: grade all that is handed in, and print the points as JSON."""
    shutil.copytree("/mnt", INSIDE)
    with open(f"{INSIDE}/log.txt", "w") as log:
        command = [*_NBGRADER, "autograde", SET]
        subprocess.run(command, cwd=INSIDE, stdout=log, stderr=log)
    points = {}
    with Gradebook(f"sqlite:///{INSIDE}/gradebook.db") as gradebook:
        for student in students:
            try:
                [notebook] = gradebook.find_submission(SET, student).notebooks
            except Exception:  # not in the gradebook: it was not graded
                continue
            given = {grade.name: grade.auto_score for grade in notebook.grades}
            points[student] = {name: given[name] for name in FULL}
    print(json.dumps(points))


def try_all(names):
    found = measured.read().get("stock", {})
    pupils = tried()
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        course.mkdir()
        prepared(course)
        for name, pupil in pupils.items():
            if name in found or (names and pupil.name not in names):
                continue
            points, seconds = batch(course, {"ada": pupil.files, "ben": HONEST})
            mine, others = points.get("ada"), points.get("ben")
            found[name] = {
                "held": mine == pupil.expected and others == hostile.FULL,
                "points": mine,
                "others are right": others == hostile.FULL,
                "seconds": round(seconds, 1),
            }
            print(name, found[name], flush=True)
            measured.note("stock", found)


def honest(number):
    """Grade one batch of right submissions of nine points."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        course.mkdir()
        prepared(course)
        points, _ = batch(course, {f"s{n:03}": HONEST for n in range(number)})
    assert all(given == hostile.FULL for given in points.values()) and len(points) == number


def main(*words):
    match words:
        case ["inside", *students]:
            inside(*students)
        case names:
            try_all(names)


if __name__ == "__main__":
    main(*sys.argv[1:])
