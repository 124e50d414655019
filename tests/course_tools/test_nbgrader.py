"""Stock nbgrader, end to end: release, collect, autograde, feedback."""

import logging
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from course_tools.notebooks import read
from lessons.course_map import ROOT

# nbgrader's own, about its use of its database.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")

SET, NOTEBOOK = "03_line_search", "03_exercises"  # with a cell of every kind that any set has
HALF_RIGHT = {
    "imports": "",  # no check needs it
    "pb-G1-limit": "import numpy as np\nlargest_stable_rate = lambda h: 1 / np.linalg.norm(h, 2)",
    "pb-6-8-escape": "start, learning_rate = 2.1, 0.05",
    "pb-6-7-angle": "angle = 3.14159265 / 2",
}  # the angles of pb-6.7 are right
POINTS = {
    "right": {"pb-G1": 3, "pb-F3-1": 3, "pb-6-8": 3, "pb-6-7": 3, "pb-F3-2": 4},
    "half-right": {"pb-G1": 0, "pb-F3-1": 3, "pb-6-8": 1, "pb-6-7": 2, "pb-F3-2": 4},
    "untouched": {"pb-G1": 0, "pb-F3-1": 0, "pb-6-8": 0, "pb-6-7": 0, "pb-F3-2": 0},
}


@pytest.fixture(scope="module")
def commands_on_path():
    """nbgrader calls alembic by its name, which an environment has on the path when activated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="module")
def course(tmp_path_factory, commands_on_path):
    """A course directory in which a set is released and three submissions are graded."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions" / SET, root / "source" / SET)
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
    nbgrader = NbGraderAPI(config=config)
    nbgrader.log.setLevel(logging.ERROR)
    succeed(nbgrader.generate_assignment(SET))
    for student in POINTS:
        submit(root, student)
        succeed(nbgrader.autograde(SET, student))
        succeed(nbgrader.generate_feedback(SET, student))
    return root


def succeed(result):
    assert result["success"], result.get("error") or result.get("log")


def submit(root, student):
    """Fill in the released notebook as the student would."""
    notebook = read(root / "release" / SET / f"{NOTEBOOK}.ipynb")
    solution = read(root / "source" / SET / f"{NOTEBOOK}.ipynb")
    solved = {cell.id: cell.source for cell in solution.cells}
    answers = {"right": solved, "half-right": {**solved, **HALF_RIGHT}, "untouched": {}}[student]
    for cell in notebook.cells:
        if cell.id == "imports" or cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers.get(cell.id, cell.source)
    folder = root / "submitted" / student / SET
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NOTEBOOK}.ipynb")


def grades(course, student):
    """What the gradebook holds: grade id -> (points, waits for a reader)."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        [notebook] = gradebook.find_submission(SET, student).notebooks
        return {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}


def test_release_equals_the_committed_exercise(course):
    """But for nbgrader's stub where values are asked for, which would raise at once.

    All sets are built alike (test_exercises.py), and this one shows that it is as here.
    """
    raises = re.compile(r"\nraise NotImplementedError\(\)$", re.MULTILINE)

    def cells(folder):
        for cell in read(folder / SET / f"{NOTEBOOK}.ipynb").cells:
            cell.source = raises.sub("", cell.source)
            cell.metadata.get("nbgrader", {}).pop("checksum", None)  # of the source
            yield cell

    assert list(cells(course / "release")) == list(cells(ROOT / "exercises"))


def test_the_set_has_a_cell_of_every_kind():
    def kinds(path):
        return {
            (cell.cell_type, *(graded.get(key) for key in ("grade", "solution", "locked")))
            for cell in read(path).cells
            if (graded := cell.metadata.get("nbgrader"))
        }

    paths = sorted((ROOT / "solutions").glob("[0-9]*/*.ipynb"))
    (here,) = [path for path in paths if path.parent.name == SET]
    assert set().union(*map(kinds, paths)) == kinds(here)


@pytest.mark.parametrize("student", POINTS)
def test_gradebook_has_the_points_of_each_problem(course, student):
    earned = dict.fromkeys(POINTS[student], 0)
    for name, (points, _) in grades(course, student).items():
        if not name.endswith("-argument"):
            earned[next(p for p in earned if name.startswith(p))] += points
    assert earned == POINTS[student]


@pytest.mark.parametrize(("student", "waits"), [("right", True), ("untouched", False)])
def test_written_answers_wait_for_a_reader_only_if_there_are_any(course, student, waits):
    written = {n: g for n, g in grades(course, student).items() if n.endswith("-argument")}
    assert len(written) == 2
    assert all(needs_reader is waits for _, needs_reader in written.values())


@pytest.mark.parametrize(
    ("student", "verdict"),
    [
        ("right", "Correct: public checks passed"),
        ("half-right", "the steepest direction lands on the bottom"),
        ("untouched", "Not attempted"),
    ],
)
def test_feedback_shows_the_verdict(course, student, verdict):
    feedback = (course / "feedback" / student / SET / f"{NOTEBOOK}.html").read_text("utf-8")
    assert verdict in feedback
