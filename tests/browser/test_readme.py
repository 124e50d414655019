"""README.md's own line opens the course: its links lead on, and reading it changes nothing."""

import pytest

from course_tools.lab import git, readme_server

from .test_exercise import ANSWER, hand_in

START = "notebooks/00_start_here.ipynb"
CHAPTER = "notebooks/02_gradient_descent.ipynb"
EXERCISE = "exercises/02_gradient_descent/02_exercises.ipynb"
LINKS = (
    (START, "course_lib/descent.py"),
    (START, "ledger.toml"),
    ("notebooks/06_momentum.ipynb", "docs/conventions.md"),
)


@pytest.fixture(scope="module")
def course(tmp_path_factory, chromium):
    """The course as README's line opens it: its folder, and the page at the printed address."""
    with readme_server(tmp_path_factory.mktemp("readme")) as (lab, address):
        page = lab.open_address(chromium, address)
        yield lab.root, page
        page.page.context.close()


def test_reading_and_saving_leaves_nothing_to_commit(course):
    root, notebook = course
    assert notebook.path() == START
    for link in (CHAPTER, EXERCISE):
        notebook.save()
        notebook.follow(link)
    notebook.save()
    assert git(root, "status", "--porcelain") == ""


def test_every_kind_of_link_leads_on_and_an_exercise_can_be_solved(course):
    _, notebook = course
    missing = []
    notebook.page.on("response", lambda reply: reply.status == 404 and missing.append(reply.url))
    notebook.go_to(START)
    for link in (EXERCISE, CHAPTER):
        notebook.follow(link)
    for source, link in LINKS:
        notebook.go_to(source)
        notebook.follow(link)
    assert missing == []
    notebook.go_to(EXERCISE)
    assert "3 of 3 points" in hand_in(notebook, ANSWER.format(factor=2))
