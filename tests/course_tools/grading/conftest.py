"""A class that was graded, once for all tests; what needs the sandbox is skipped where none is."""

import shutil
from pathlib import Path

import pytest

from course_tools.grading import grade, sets
from course_tools.grading.bubblewrap import unavailable
from course_tools.grading.classroom import Classroom
from tests.course_tools.grading.a_class import SET, hand_in, honest_referee


def pytest_collection_modifyitems(items):
    """Skip what needs the sandbox where there is none: each by its name, of which pytest would else
    tell but the file and line."""
    marked = [item for item in items if item.get_closest_marker("sandbox")]
    if marked and (why := unavailable()):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"{item.name} needs the sandbox: {why}"))


@pytest.fixture(scope="session")
def line_search():
    return sets.load(SET)


@pytest.fixture(scope="session")
def graded_once(tmp_path_factory, line_search):
    classroom = hand_in(tmp_path_factory.mktemp("graded") / "class")
    with pytest.MonkeyPatch.context() as patch:  # the version takes nbgrader seconds to find
        patch.setattr("nbgrader.api.get_alembic_version", lambda: "no matter")
        grade.grade(classroom, line_search, honest_referee)
    return classroom


@pytest.fixture
def classroom(tmp_path, graded_once):
    """The class, graded; a test may change it."""
    return Classroom(Path(shutil.copytree(graded_once.folder, tmp_path / "class")))


@pytest.fixture(scope="session")
def rows(graded_once, line_search):
    """Where every part of every student stands, by student and part."""
    _, rows, _ = grade.stands(graded_once, line_search)
    return {(row.student, row.part): row for row in rows}
