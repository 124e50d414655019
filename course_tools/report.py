"""Every notebook and solution executed in a temporary copy: time, size, failures, points."""

import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.utils import determine_grade, is_grade

from course_lib.course_map import ROOT
from course_tools.notebooks import execute, notebook_paths, read

MINUTES = re.compile(r"(\d+)\s+minutes")


@dataclass(frozen=True)
class Entry:
    """What the report says of one notebook."""

    name: str
    seconds: float
    cells: int
    minutes: str
    points: str
    failures: list

    HEADER = f"{'notebook':56}{'seconds':>8}{'cells':>7}{'minutes':>9}{'points':>9}  failures"

    def __str__(self):
        failures = "; ".join(self.failures) or "none"
        numbers = f"{self.seconds:8.1f}{self.cells:7}{self.minutes:>9}{self.points:>9}"
        return f"{self.name:56}{numbers}  {failures}"


def report(root=ROOT):
    """Yield an Entry for each notebook and solution, as each is done."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for folder in ("notebooks", "solutions"):
            shutil.copytree(root / folder, copy / folder)
        for path in notebook_paths(copy):
            yield examine(path, path.relative_to(copy).as_posix())


def examine(path, name):
    """Execute the notebook at path, without saving it, and say how it went."""
    start = time.perf_counter()
    try:
        notebook = execute(path, allow_errors=True)
        failures = [*failing_cells(notebook)]
    except (CellTimeoutError, DeadKernelError) as error:
        notebook = read(path)
        failures = [type(error).__name__]
    seconds = time.perf_counter() - start
    gained, possible = points(notebook)
    if gained < possible:
        failures.append("a solution without full marks")
    return Entry(
        name=name,
        seconds=seconds,
        cells=len(notebook.cells),
        minutes=stated_minutes(notebook),
        points=f"{gained:g}/{possible:g}" if possible else "",
        failures=failures,
    )


def failing_cells(notebook):
    """Cells that raise and should not, or should raise and do not."""
    for number, cell in enumerate(notebook.cells, start=1):
        errors = [o.ename for o in cell.get("outputs", []) if o.output_type == "error"]
        expected = "raises-exception" in cell.metadata.get("tags", [])
        if errors and not expected:
            yield f"cell {number}: {errors[0]}"
        if expected and not errors:
            yield f"cell {number}: raised nothing"


def stated_minutes(notebook):
    """The first number of minutes that the notebook's prose names, or an empty string."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = MINUTES.search(prose)
    return found[1] if found else ""


def points(notebook):
    """Points gained and possible in the cells that grade themselves: not in written answers."""
    grades = [determine_grade(cell) for cell in notebook.cells if is_grade(cell)]
    graded = [(gained, possible) for gained, possible in grades if gained is not None]
    return sum(gained for gained, _ in graded), sum(possible for _, possible in graded)
