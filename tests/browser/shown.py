"""Which notebook shows which demos, read from the files."""

import re

from course_tools.notebooks import notebook_paths, read
from lessons.course_map import ROOT

CALL = re.compile(r"^demos\.(\w+)\(\)", re.MULTILINE)


def demos_in(path):
    """By the index of its cell, the name of each demo that a notebook shows."""
    found = ((index, CALL.search(cell.source)) for index, cell in enumerate(read(path).cells))
    return {index: call[1] for index, call in found if call}


SHOWN = {
    path.relative_to(ROOT).as_posix(): demos_in(path)
    for path in notebook_paths()
    if path.parent.name == "notebooks"
}
"""By the path of each notebook, its demos by cell."""
