"""What needs the sandbox says why it was skipped where there is none."""

import pytest

from course_tools.grading.sandbox import unavailable


def pytest_collection_modifyitems(items):
    marked = [item for item in items if item.get_closest_marker("sandbox")]
    if marked and (why := unavailable()):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"needs the sandbox: {why}"))
