"""The instructor's run: every notebook executed in a copy, and a page that says how it went.

`examine` executes one notebook and says what it found in an Entry; `summary` is the first screen on
all of them and `page` the whole report, Markdown. Answers of students are not its business.
"""

import os
import platform
import re
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from nbgrader.utils import determine_grade, is_grade, is_solution

from course_tools.notebooks import (
    NoNotebook,
    Stopped,
    announces_error,
    code_cells,
    execute_cells,
    first_line,
    read,
    seconds_of,
)
from lessons import demos
from lessons.course_map import ROOT

COPIED = "notebooks", "solutions", "exercises"
SLOW_CELL = 10
"""Seconds; a cell that takes longer is named on the first screen."""
CELLS_SHOWN = 10
MINUTES = re.compile(r"(\d+)\s+minutes")
DEMO = re.compile(r"\bdemos\.(\w+)\(")


class Cell(NamedTuple):
    """A code cell that came to its end: its number, seconds in the kernel, and first line."""

    number: int
    seconds: float
    begins: str


class Exercise(NamedTuple):
    """A problem: points gained from its checks, points possible there, points given by hand."""

    title: str
    gained: float
    possible: float
    by_hand: float


class Update(NamedTuple):
    """One control of a demo moved: the processor's seconds for the picture, and any error."""

    demo: str
    move: str
    seconds: float
    error: str


@dataclass(frozen=True)
class Entry:
    """What the report knows of one notebook.

    minutes : what it asks of a student, None where it does not say
    updates : the slowest of each demo it shows
    swept : how many seconds it took to move every control of those, where no notebook before did
    """

    name: str
    seconds: float = 0.0
    minutes: int | None = None
    cells: tuple[Cell, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    updates: tuple[Update, ...] = ()
    swept: float = 0.0
    failures: tuple[str, ...] = ()

    def __str__(self):
        gained, possible, _ = points(self.exercises)
        marks = f"{gained:g}/{possible:g} points" if possible else ""
        return f"{self.name:78}{self.seconds:6.1f} s  {marks:14}{'; '.join(self.failures) or 'ok'}"


# --- running ----------------------------------------------------------------------------------


def examine_all(paths, root=ROOT):
    """Yield an Entry for each notebook, as each is done; nothing under root is touched."""
    with tempfile.TemporaryDirectory() as scratch:
        for folder in filter(Path.is_dir, (root / name for name in COPIED)):
            shutil.copytree(folder, Path(scratch, folder.name), copy_function=copy_readable)
        for path in paths:
            name = path.relative_to(root) if path.is_relative_to(root) else path
            folder = Path(scratch, name.parent)
            copied = name != path and folder.is_dir()
            yield examine(path, name.as_posix(), folder if copied else Path(scratch))


def copy_readable(source, target):
    """Copy a file that can be read; what cannot is told of where it is a notebook."""
    with suppress(OSError):
        shutil.copy(source, target)


def examine(path, name, folder=None):
    """Execute the notebook at path in a folder, its own by default, unsaved; say how it went."""
    try:
        notebook = read(path)
    except NoNotebook as error:
        return Entry(name, failures=(first_line(error),))
    start, stopped = time.perf_counter(), ()
    try:
        execute_cells(notebook, folder or path.parent, allow_errors=True)
    except Stopped as error:
        stopped = (str(error),)
    seconds, minutes = time.perf_counter() - start, stated_minutes(notebook)
    graded = tuple(exercises(notebook))
    start = time.perf_counter()
    moved = [moves(demo) for demo in demos_in(notebook)]
    swept = time.perf_counter() - start
    failures = [
        *failing_cells(notebook),
        *stopped,
        *(f"{e.title}: {e.gained:g} of {e.possible:g} points" for e in graded if not full(e)),
        *(f"demo {u.demo}, {u.move}: {u.error}" for of_demo in moved for u in of_demo if u.error),
        *([] if minutes else ["does not say how many minutes it takes"]),
    ]
    slowest = tuple(max(of_demo, key=lambda update: update.seconds) for of_demo in moved)
    cells = tuple(finished_cells(notebook))
    return Entry(name, seconds, minutes, cells, graded, slowest, swept, tuple(failures))


def finished_cells(notebook):
    """A Cell for each that came to its end."""
    for number, cell in code_cells(notebook).items():
        if seconds_of(cell) is not None:
            yield Cell(number, seconds_of(cell), first_line(cell.source))


def failing_cells(notebook):
    """Cells that raise and should not, and that should and do not."""
    for number, cell in code_cells(notebook).items():
        if seconds_of(cell) is None:
            return
        errors = [output for output in cell.outputs if output.output_type == "error"]
        expected = announces_error(cell)
        if errors and not expected:
            yield f"cell {number}: {errors[0].ename}: {first_line(errors[0].evalue)}"
        if expected and not errors:
            yield f"cell {number}: is tagged raises-exception and raised nothing"


def stated_minutes(notebook):
    """The first number of minutes that the notebook's prose names, or None."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = MINUTES.search(prose)
    return int(found[1]) if found else None


# --- points -----------------------------------------------------------------------------------


def exercises(notebook):
    """An Exercise for each problem; a graded cell belongs to the statement that it follows."""
    title, graded = "no statement", {}
    for cell in notebook.cells:
        if any(tag.startswith("pb-") for tag in cell.metadata.get("tags", [])):
            title = first_line(cell.source).lstrip("# ")
        if is_grade(cell):
            graded.setdefault(title, []).append(cell_points(cell))
    for title, of_cells in graded.items():
        yield Exercise(title, *map(sum, zip(*of_cells)))


def cell_points(cell):
    """Points gained, points possible, and points given by hand, of one graded cell."""
    gained, possible = determine_grade(cell)
    if is_solution(cell):
        return 0, 0, possible
    return gained if seconds_of(cell) is not None else 0, possible, 0


def points(graded):
    """Of several exercises together: points gained, points possible, and points by hand."""
    return [sum(column) for column in list(zip(*graded))[1:]] or [0, 0, 0]


def full(exercise):
    """Whether nothing is missing that the checks can give."""
    return exercise.gained >= exercise.possible


# --- demos ------------------------------------------------------------------------------------


def demos_in(notebook):
    """The names of the demos that the notebook shows, each once."""
    sources = "\n".join(cell.source for cell in code_cells(notebook).values())
    return [name for name in dict.fromkeys(DEMO.findall(sources)) if name in demos.ALL]


@cache
def moves(name):
    """An Update for each move of one control of a demo, the others at their defaults.

    A slider goes to both its ends, a choice to each of its options. The panel is one
    in this process: all is as in a notebook, but that no browser shows the picture.
    """
    demo = demos.ALL[name]
    panel, updates = demo(), []
    panel.screen.seen = True  # as a browser says it: else nothing is drawn
    for setting, control in demo.controls.items():
        for value in control.ends():
            start = time.process_time()
            panel.set(**{setting: value})
            seconds, error = time.process_time() - start, ""
            if panel.error:
                error = f"{type(panel.error).__name__}: {first_line(panel.error)}"
            told = f"{value:.4g}" if isinstance(value, float) else value
            updates.append(Update(name, f"{control.label} = {told}", seconds, error))
        panel.set(**{setting: control.default})
    return updates


# --- telling ----------------------------------------------------------------------------------


def summary(entries):
    """The first screen as Markdown, line by line: well or not, points, time, what is slowest."""
    failures = sum(len(entry.failures) for entry in entries)
    failed = sum(bool(entry.failures) for entry in entries)
    state = f"{counted(failures, 'failure')} in {failed} of" if failures else "All is well:"
    seconds = sum(entry.seconds for entry in entries)
    yield f"**{state} {counted(len(entries), 'notebook')}, executed in {seconds:.0f} s.**"
    yield ""
    gained, possible, by_hand = points([e for entry in entries for e in entry.exercises])
    if possible:
        more = f"; {by_hand:g} more are given by hand" if by_hand else ""
        yield f"- points: {gained:g} of {possible:g} by machine{more}"
    longest = max(entries, key=lambda entry: entry.seconds)
    if timed := [entry for entry in entries if entry.minutes]:
        minutes, seconds = (sum(both) for both in zip(*[(e.minutes, e.seconds) for e in timed]))
        yield (
            f"- time: {share(seconds, minutes)} of the {minutes} minutes that the notebooks state; "
            f"the longest run is {longest.name}, {longest.seconds:.1f} s"
        )
    if cells := slowest_cells(entries):
        entry, cell = cells[0]
        slow = [f"{e.name}, cell {c.number}" for e, c in cells if c.seconds > SLOW_CELL]
        yield f"- slowest cell: {entry.name}, cell {cell.number}, {cell.seconds:.1f} s"
        yield f"- cells that take more than {SLOW_CELL} s: {'; '.join(slow) or 'none'}"
    if updates := slowest_updates(entries):
        name, update = updates[0]
        swept = sum(entry.swept for entry in entries)
        demos = len({update.demo for _, update in updates})
        yield f"- every control of {counted(demos, 'demo')} was moved, in {swept:.0f} s"
        yield (
            f"- slowest update of a demo: {update.demo}, {update.move}, "
            f"{1000 * update.seconds:.0f} ms, in {name}"
        )


def page(entries):
    """The report, Markdown: the first screen, then what it is drawn from."""
    failures = [f"- {entry.name}: {code(f)}" for entry in entries for f in entry.failures]
    sections = {
        "What failed": "\n".join(failures),
        "Running time": running_time(entries),
        f"The {CELLS_SHOWN} slowest cells": cell_times(entries),
        "Points": point_table(entries),
        "Demos": demo_times(entries),
    }
    parts = ["# The course, executed", "\n".join(summary(entries)), when_and_where()]
    for title, text in sections.items():
        parts += [f"## {title}", text] if text else []
    return "\n\n".join(parts) + "\n"


def when_and_where():
    """When, and on what."""
    return (
        f"{datetime.now():%Y-%m-%d %H:%M}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, {os.cpu_count()} cores."
    )


def running_time(entries):
    """A table of the notebooks: seconds beside the minutes that a student is told."""
    columns = {
        "notebook": "---", "code cells": "--:", "seconds": "--:", "minutes stated": "--:",
        "share": "--:", "slowest cell": "---",
    }  # fmt: skip
    rows = []
    for entry in entries:
        slowest = "".join(f"{c.number}: {c.seconds:.1f} s" for _, c in slowest_cells([entry])[:1])
        minutes, part = entry.minutes or "not stated", share(entry.seconds, entry.minutes)
        rows.append([entry.name, len(entry.cells), f"{entry.seconds:.1f}", minutes, part, slowest])
    return "The start of a kernel is counted in.\n\n" + table(columns, rows)


def cell_times(entries):
    """A table of the slowest cells, each beside the time that its notebook states."""
    columns = {
        "seconds": "--:", "share of the notebook's minutes": "--:", "notebook": "---",
        "cell": "--:", "begins with": "---",
    }  # fmt: skip
    rows = []
    for entry, cell in slowest_cells(entries)[:CELLS_SHOWN]:
        part = share(cell.seconds, entry.minutes)
        rows.append([f"{cell.seconds:.1f}", part, entry.name, cell.number, code(cell.begins)])
    return table(columns, rows)


def point_table(entries):
    """A table of the problems, set by set."""
    rows = []
    for entry in entries:
        if entry.exercises:
            total = Exercise(entry.name, *points(entry.exercises))
            rows += [["**" + told + "**" for told in point_row(total)]]
            rows += [point_row(exercise) for exercise in entry.exercises]
    return table({"problem": "---", "by machine": "--:", "by hand": "--:"}, rows)


def point_row(exercise):
    """Title, points gained of those possible, and those given by hand."""
    return [
        exercise.title,
        f"{exercise.gained:g}/{exercise.possible:g}",
        f"{exercise.by_hand:g}",
    ]


def demo_times(entries):
    """A table of the demos, the slowest first."""
    rows = [
        [update.demo, f"{1000 * update.seconds:.0f}", code(update.move), name]
        for name, update in slowest_updates(entries)
    ]
    explained = (
        "Milliseconds of processor time that the slowest move of one control took the panel, in "
        "the process of this report: every slider was moved to both its ends and between, every "
        "choice to each option. A browser adds about 30 ms until one sees the picture."
    )
    columns = {"demo": "---", "slowest ms": "--:", "moved": "---", "notebook": "---"}
    return f"{explained}\n\n{table(columns, rows)}" if rows else ""


def slowest_cells(entries):
    """Pairs of a notebook's Entry and a Cell, the slowest first."""
    pairs = [(entry, cell) for entry in entries for cell in entry.cells]
    return sorted(pairs, key=lambda pair: -pair[1].seconds)


def slowest_updates(entries):
    """Pairs of a notebook's name and an Update, the slowest first."""
    pairs = [(entry.name, update) for entry in entries for update in entry.updates]
    return sorted(pairs, key=lambda pair: -pair[1].seconds)


def counted(number, what):
    """A number of things in words."""
    return f"{number} {what}{'s' if number != 1 else ''}"


def share(seconds, minutes):
    """Seconds as a share of minutes, in words; an empty string where none are stated."""
    return f"{100 * seconds / (60 * minutes):.1f} %" if minutes else ""


def code(text):
    """A text as it stands, whatever Markdown would make of it."""
    return f"`{text.replace('`', chr(39))}`"


def table(columns, rows):
    """A Markdown table, an empty string where it has no rows; columns name their alignment."""
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in [columns, columns.values(), *cells]]
    return "\n".join(lines) if rows else ""
