"""One JupyterLab, one browser and one page for each worker, one run of each notebook."""

import re
from pathlib import Path

import pytest

from course_tools.lab import browser, server
from tests.site import built_once

from .shown import SHOWN

HERE = Path(__file__).parent
ALONE = {"test_marking", "test_painter", "test_site"}
"""Files whose tests share nothing that takes long to make on each worker."""
IMPORT = re.compile(r"^from lessons import .*\bdemos\b", re.MULTILINE)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Tests that share a page or a fixture come together, on one worker (`-n 3 --dist loadgroup`).

    xdist takes the groups with many tests first and those without a group last: they fill the time
    of the workers that are done early.

    Not with pytest 9.2, in which xdist 3.8 leaves no mark on a test: constraints.txt has 9.1.
    """
    for item in items:
        if group := group_of(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=group_of)


def group_of(item):
    """The notebook that a test of this folder is about, else its file; nothing if it is alone."""
    if item.path.parent != HERE or item.path.stem in ALONE:
        return ""
    about = getattr(item, "callspec", None)
    return about.params.get("path", item.path.stem) if about else item.path.stem


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab at work on a copy of the course."""
    with server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The site, in a folder."""
    return built_once(tmp_path_factory)


@pytest.fixture(scope="session")
def chromium():
    """A headless browser."""
    with browser() as running:
        yield running


@pytest.fixture(scope="session")
def latest():
    """The notebook in the page, by its path, while it is kept for the tests that run it."""
    return {}


@pytest.fixture(scope="session")
def turn_to(lab, chromium, latest):
    """A function that opens the notebook at a path, in one page for all, one after the other.

    In a page of its own each takes 11 s of processor time, and most of it is JupyterLab's start.
    """
    page = []

    def open_there(path):
        latest.clear()
        if page:
            page[0].turn_to(path)
        else:
            page.append(lab.open(chromium, path))
        return page[0]

    yield open_there
    for notebook in page:
        notebook.close()


@pytest.fixture
def opened(turn_to, path):
    """The notebook at the test's `path` as it opens: nothing has run."""
    return turn_to(path)


@pytest.fixture
def unrun(turn_to, latest, path):
    """The notebook at the test's `path` as it opens, kept for the tests that run it."""
    latest[path] = turn_to(path)
    return latest[path]


@pytest.fixture
def ran(request, latest, path):
    """The notebook at the test's `path` after the imports and the cells of its panels have run.

    All that a panel needs. That every cell runs is what the tests of the notebooks see, without a
    browser and in half the time.
    """
    notebook = latest.get(path) or request.getfixturevalue("unrun")
    if not notebook.has_run:
        sources = [cell["source"] for cell in notebook.cells()]
        imports = [index for index, source in enumerate(sources) if IMPORT.search(source)]
        notebook.run_cells(*sorted({*imports, *SHOWN[path]}))
    return notebook
