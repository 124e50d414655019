"""One JupyterLab and one browser for each worker, one run of each notebook."""

import pytest

from .lab import browser, server


def pytest_collection_modifyitems(items):
    """The tests of one notebook go to one worker (`-n 2 --dist loadgroup`): it runs only there."""
    for item in items:
        path = getattr(item, "callspec", None) and item.callspec.params.get("path")
        item.add_marker(pytest.mark.xdist_group(path or item.nodeid))


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab at work on a copy of the course."""
    with server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """A headless browser."""
    with browser() as running:
        yield running


@pytest.fixture
def opened(lab, chromium, path):
    """The notebook at the test's `path` as it opens: nothing has run."""
    notebook = lab.open(chromium, path)
    yield notebook
    notebook.close()


@pytest.fixture(scope="session")
def notebooks(lab, chromium):
    """By path, the notebooks that have run; they stay open."""
    running = {}
    yield running
    for notebook in running.values():
        notebook.close()


@pytest.fixture
def ran(lab, chromium, notebooks, path):
    """The notebook at the test's `path` after all its cells have run."""
    if path not in notebooks:
        notebooks[path] = lab.open(chromium, path)
        notebooks[path].run_all()
    return notebooks[path]
