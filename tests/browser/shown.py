"""Which notebook shows which explorers, read from the files."""

import re

from course_tools.notebooks import notebook_paths, read

from .lab import ROOT

CALL = re.compile(r"^explorers\.(\w+)\(\)", re.MULTILINE)


def explorers_in(path):
    """By the index of its cell, the name of each explorer that a notebook shows."""
    found = ((index, CALL.search(cell.source)) for index, cell in enumerate(read(path).cells))
    return {index: call[1] for index, call in found if call}


SHOWN = {
    path.relative_to(ROOT).as_posix(): explorers_in(path)
    for path in notebook_paths()
    if path.parent.name == "notebooks"
}
"""By the path of each notebook, its explorers by cell."""
