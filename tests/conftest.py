"""What every test shares: which tests run by default, and how Hypothesis draws its examples."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests import kernels

BROWSER = Path(__file__).parent / "browser"
TYPED = Path(__file__).parent / "typed"  # a type checker reads them; half of them cannot run

# The workers and their kernels share the processors already: threads would only wait on each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

# The same examples on every run, and no deadline: a busy machine is not a defect.
settings.register_profile("course", derandomize=True, deadline=None)
settings.load_profile("course")


def pytest_ignore_collect(collection_path, config):
    """Import tests/browser only for `pytest -m browser`: elsewhere Playwright may be missing."""
    if collection_path == TYPED:
        return True
    if collection_path == BROWSER and config.option.markexpr != "browser":
        return True


def pytest_collection_modifyitems(items):
    for item in items:
        if BROWSER in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def kernels_are_copies():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels.local_provisioner, "launch_kernel", kernels.start)
        yield
    kernels.end()
