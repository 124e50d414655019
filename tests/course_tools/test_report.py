"""The instructor's run: what it finds in small notebooks, what it says, and its exit status."""

import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_tools import cli
from course_tools.notebooks import BUSY, DONE, notebooks_named
from course_tools.report import (
    Cell,
    Entry,
    Exercise,
    Update,
    demos_in,
    examine,
    moves,
    page,
    stated_minutes,
    summary,
)
from lessons import demos
from lessons.stage.controls import Choice, Slider
from lessons.stage.demo import demo

TIME = new_markdown_cell("**Time.** About 40 minutes.")


def statement(title, id):
    return new_markdown_cell(f"## {title}\n\nWhat is it?", metadata={"tags": [id]})


def graded(source, points, **settings):
    """A cell that nbgrader takes for a check."""
    cell = new_code_cell(source)
    cell.metadata.nbgrader = {
        "grade": True, "solution": False, "locked": True, "points": points, "schema_version": 3,
        "grade_id": cell.id, "task": False, "cell_type": "code", **settings,
    }  # fmt: skip
    return cell


def written(points):
    """A written answer, marked by hand."""
    cell = new_markdown_cell("Because.")
    cell.metadata.nbgrader = {**graded("", points).metadata.nbgrader, "solution": True}
    return cell


def save(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


@pytest.fixture
def examined(tmp_path):
    """The Entry of a notebook of these cells that says how long it takes."""
    return lambda *cells: examine(save(tmp_path / "a.ipynb", TIME, *cells), "a.ipynb")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Make a course of one notebook and one solution, that of these cells, and go to its root."""

    def make(*cells):
        save(tmp_path / "notebooks" / "02_a.ipynb", TIME, new_code_cell("1"))
        save(tmp_path / "solutions" / "02_a" / "02_exercises.ipynb", TIME, *cells)
        save(tmp_path / "solutions" / "03_b" / "03_exercises.ipynb", TIME)
        monkeypatch.setattr(cli, "ROOT", tmp_path)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


# --- one notebook -----------------------------------------------------------------------------


def test_cells_are_numbered_and_timed_and_points_and_failures_told_in_a_line(examined):
    tagged = {"tags": ["raises-exception"]}
    entry = examined(
        new_code_cell("import time\ntime.sleep(0.3)"), new_markdown_cell("b"), new_code_cell("1"),
        statement("pb-1 · First", "pb-1"), graded("2.0", 2), graded("pass", 3), written(4),
        statement("pb-2 · Second", "pb-2"), graded("0.5", 2), graded("1 / 0", 1),
        new_code_cell("raise ValueError('first\\nsecond')"),
        new_code_cell("1", metadata=tagged), new_code_cell("1 / 0", metadata=tagged),
    )  # fmt: skip
    slept, quick, *_ = entry.cells
    assert (slept.number, slept.begins, quick.number, quick.begins) == (2, "import time", 4, "1")
    assert 0.3 < slept.seconds and slept.seconds + quick.seconds < entry.seconds
    assert entry.minutes == 40
    assert entry.exercises == (
        Exercise("pb-1 · First", 5, 5, 4),
        Exercise("pb-2 · Second", 0.5, 3, 0),
    )
    assert entry.failures == (
        "cell 11: ZeroDivisionError: division by zero",
        "cell 12: ValueError: first",
        "cell 13: is tagged raises-exception and raised nothing",
        "pb-2 · Second: 0.5 of 3 points",
    )


def test_a_dead_kernel_is_told_with_its_cell_and_earns_nothing_after_it(examined):
    """Outputs from an earlier run do not count."""
    saved = graded("2.0", 2)
    saved.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2.0"})]
    saved.metadata.execution = {
        BUSY: "2026-01-01T00:00:00Z",
        DONE: "2026-01-01T00:00:01Z",
    }
    entry = examined(graded("1.0", 1), new_code_cell("import os\nos._exit(1)"), saved)
    assert entry.failures == (
        "cell 3: DeadKernelError: Kernel died",
        "no statement: 1 of 3 points",
    )
    assert [cell.number for cell in entry.cells] == [2]


def test_to_quit_ends_a_cell_and_not_the_kernel(examined):
    after = "\nprint('after')"
    ways = "quit()", "exit(keep_kernel=False)", "import sys; sys.exit(3)", "raise SystemExit"
    cells = [new_code_cell(source) for source in ("quit", "exit", *(way + after for way in ways))]
    entry = examined(*cells, graded("2.0", 2))
    assert [failure[:18] for failure in entry.failures] == [
        f"cell {number}: SystemExit" for number in range(2, 8)
    ]
    assert entry.exercises == (Exercise("no statement", 2, 2, 0),)


def test_a_cell_that_never_ends_is_told_by_its_number(monkeypatch, examined):
    def give_up_in_the_third(client):
        for cell, (start, end) in zip(client.nb.cells[1:], ("01", "13")):
            times = {BUSY: start, DONE: end}
            cell.metadata.execution = {k: f"2026-01-01T00:00:0{s}Z" for k, s in times.items()}
        raise CellTimeoutError("no reply\nin 120 seconds")

    monkeypatch.setattr(NotebookClient, "execute", give_up_in_the_third)
    entry = examined(*map(new_code_cell, ("1", "2", "while True:\n    pass", "4")))
    assert entry.failures == ("cell 4: CellTimeoutError: no reply",)
    assert entry.cells == (Cell(2, 1.0, "1"), Cell(3, 2.0, "2"))


def test_a_notebook_must_say_how_long_it_takes(tmp_path):
    entry = examine(save(tmp_path / "a.ipynb", new_markdown_cell("Five minutes.")), "a.ipynb")
    assert entry.minutes is None
    assert entry.failures == ("does not say how many minutes it takes",)


def test_only_prose_states_the_minutes():
    code, prose = (
        new_code_cell("print('10 minutes')"),
        new_markdown_cell("About 40\nminutes, or 50 minutes."),
    )
    assert stated_minutes(new_notebook(cells=[code, prose])) == 40
    assert stated_minutes(new_notebook(cells=[code])) is None


NO_CELL = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "x"}]}'


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n", "{}", "[]", '{"cells": []}', NO_CELL])
def test_a_file_that_is_no_notebook_is_a_failure(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    (failure,) = examine(path, "a.ipynb").failures
    assert failure.startswith("is no notebook")


SOURCE = nbformat.writes(new_notebook(cells=[TIME]))


BROKEN_FILES = {
    "is no notebook: its text is not UTF-8": lambda path: path.write_text(SOURCE, "utf-16"),
    "is no notebook: Notebook does not appear to be JSON: '\\ufeff": (
        lambda path: path.write_text(SOURCE, "utf-8-sig")
    ),
    "is no notebook: Notebook does not appear to be JSON: ''": Path.touch,
    "is no notebook: ": lambda path: path.write_text("[" * 10**5),
    "is no notebook of version 4": (
        lambda path: path.write_text('{"nbformat": 3, "nbformat_minor": 0, "worksheets": []}')
    ),
    "cannot be read: Is a directory": Path.mkdir,
    "cannot be read: No such file": lambda path: path.symlink_to("nowhere"),
}


def test_what_cannot_be_opened_is_named_and_the_others_are_examined(course, capsys):
    folder = course() / "notebooks"
    for number, make in enumerate(BROKEN_FILES.values()):
        make(folder / f"01_{number}.ipynb")
    assert cli.main(["report", "notebooks"]) == 1
    *broken, sound = capsys.readouterr().out.splitlines()[: len(BROKEN_FILES) + 1]
    for number, (line, told) in enumerate(zip(broken, BROKEN_FILES)):
        assert line.startswith(f"notebooks/01_{number}.ipynb") and told in line
    assert sound.startswith("notebooks/02_a.ipynb") and sound.endswith("ok")


# --- demos ------------------------------------------------------------------------------------


@pytest.fixture
def fragile(monkeypatch):
    """A demo that is slow at one of its settings and fails at another."""

    @demo(
        "a", size=(3, 2), title="Fragile", alt="A.", presets={"one": {}},
        controls={
            "value": Slider("the value", 0, 4, 1, 1),
            "kind": Choice("kind", ("good", "bad"), "good"),
        },
    )  # fmt: skip
    def fragile(axes):
        """A stage."""

    @fragile.layer
    def _(axes, value, kind):
        if value == 4:
            end = time.process_time() + 0.3
            while time.process_time() < end:
                pass
        if kind == "bad":
            raise ValueError("kind is bad\nas it was told")

    monkeypatch.setitem(demos.ALL, "fragile", fragile)
    moves.cache_clear()


def test_every_control_of_a_demo_is_moved(fragile):
    updates = moves("fragile")
    assert [u.move.split(" = ")[0] for u in updates] == ["the value"] * 2 + ["kind"] * 2
    slowest = max(updates, key=lambda update: update.seconds)
    assert slowest.move == "the value = 4" and 0.3 < slowest.seconds
    assert [u.error for u in updates] == [""] * 3 + ["ValueError: kind is bad"]


def test_the_demos_of_a_notebook_are_those_that_its_code_shows():
    cells = [
        new_code_cell("from lessons import demos\ndemos.first_fit()"),
        new_markdown_cell("`demos.fig_6_1()`"),
        new_code_cell("demos.zigzag()\ndemos.first_fit()\ndemos.unknown()"),
    ]
    assert demos_in(new_notebook(cells=cells)) == ["first_fit", "zigzag"]


# --- the page ---------------------------------------------------------------------------------

SOUND = Entry(
    "notebooks/02_a.ipynb", 12.0, 40, (Cell(3, 1.5, "x = a | b"), Cell(5, 0.1, "`")),
    updates=(Update("zigzag", "steps = 9", 0.041, ""), Update("first_fit", "α = 1", 0.2, "")),
    swept=31.4,
)  # fmt: skip
SET = Entry(
    "solutions/02_a/02_exercises.ipynb", 8.0, 60, (Cell(2, 10.5, "f()"),),
    (Exercise("pb-1 · First", 2, 2, 3), Exercise("pb-2 · Second", 3, 3, 0)),
)  # fmt: skip
BROKEN = Entry("notebooks/03_b.ipynb", failures=("cell 1: E: a | *b*", "cell 2: F: c"))


def test_the_first_screen_when_all_is_well():
    assert list(summary([SOUND, SET])) == [
        "**All is well: 2 notebooks, executed in 20 s.**",
        "",
        "- points: 5 of 5 by machine; 3 more are given by hand",
        "- time: 0.3 % of the 100 minutes that the notebooks state; "
        "the longest run is notebooks/02_a.ipynb, 12.0 s",
        "- slowest cell: solutions/02_a/02_exercises.ipynb, cell 2, 10.5 s",
        "- cells that take more than 10 s: solutions/02_a/02_exercises.ipynb, cell 2",
        "- every control of 2 demos was moved, in 31 s",
        "- slowest update of a demo: first_fit, α = 1, 200 ms, in notebooks/02_a.ipynb",
    ]


def test_the_first_screen_when_something_failed():
    headline, *_ = summary([SOUND, BROKEN])
    assert headline == "**2 failures in 1 of 2 notebooks, executed in 12 s.**"
    (only,) = [line for line in summary([BROKEN]) if line]
    assert only == "**2 failures in 1 of 1 notebook, executed in 0 s.**"


def test_only_notebooks_that_state_their_time_are_held_to_it():
    long = Entry("notebooks/04_d.ipynb", 600.0, None)
    lines = list(summary([SOUND, long]))
    assert lines[0] == "**All is well: 2 notebooks, executed in 612 s.**"
    (time,) = [line for line in lines if line.startswith("- time: ")]
    assert time.startswith("- time: 0.5 % of the 40 minutes that the notebooks state; ")
    assert not any(line.startswith("- time: ") for line in summary([long]))


def test_a_slow_cell_stands_beside_the_time_of_its_notebook():
    unstated = Entry("notebooks/04_d.ipynb", 600.0, None, (Cell(7, 480.0, "g()"),))
    text = page([SET, unstated, SOUND])
    _, rows = text.split("| seconds | share of the notebook's minutes | notebook | ")
    assert rows.splitlines()[2:6] == [
        "| 480.0 |  | notebooks/04_d.ipynb | 7 | `g()` |",
        "| 10.5 | 0.3 % | solutions/02_a/02_exercises.ipynb | 2 | `f()` |",
        "| 1.5 | 0.1 % | notebooks/02_a.ipynb | 3 | `x = a \\| b` |",
        "| 0.1 | 0.0 % | notebooks/02_a.ipynb | 5 | `'` |",
    ]


def test_the_page_holds_a_table_of_each():
    text = page([SOUND, SET, BROKEN])
    for line in (
        "## What failed",
        "- notebooks/03_b.ipynb: `cell 1: E: a | *b*`",
        "| notebooks/02_a.ipynb | 2 | 12.0 | 40 | 0.5 % | 3: 1.5 s |",
        "| notebooks/03_b.ipynb | 0 | 0.0 | not stated |  |  |",
        "| 10.5 | 0.3 % | solutions/02_a/02_exercises.ipynb | 2 | `f()` |",
        "| **solutions/02_a/02_exercises.ipynb** | **5/5** | **3** |",
        "| pb-1 · First | 2/2 | 3 |",
        "| first_fit | 200 | `α = 1` | notebooks/02_a.ipynb |",
    ):
        assert line in text.splitlines()
    assert text.index("first_fit | 200") < text.index("zigzag | 41"), "the slowest first"
    assert "What failed" not in page([SOUND]) and "## Points" not in page([SOUND])


# --- the command ------------------------------------------------------------------------------


def test_a_sound_course_exits_with_0_and_leaves_its_report_behind_and_nothing_else(course, capsys):
    root = course(new_code_cell("open('litter', 'w').close()"), graded("2.0", 2))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert cli.main(["report"]) == 0
    text, printed = (root / "report.md").read_text(encoding="utf-8"), capsys.readouterr().out
    assert "All is well: 3 notebooks" in text and "All is well: 3 notebooks" in printed
    (root / "report.md").unlink()
    assert before == {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_failing_cell_a_missing_point_and_a_failing_demo_exit_with_1(course, fragile, capsys):
    shows = new_code_cell("if False:\n    demos.fragile()")
    root = course(new_code_cell("1 / 0"), graded("1.5", 2), shows)
    assert cli.main(["report", "solutions/02_a"]) == 1
    text, printed = (root / "report.md").read_text(encoding="utf-8"), capsys.readouterr().out
    assert "3 failures in 1 of 1 notebook" in text and "3 failures in 1 of 1 notebook" in printed
    assert "cell 2: ZeroDivisionError" in printed and "1.5 of 2 points" in printed
    assert "demo fragile, kind = bad: ValueError: kind is bad" in printed
    (slowest,) = [line for line in text.splitlines() if line.startswith("| fragile | ")]
    assert "the value = 4" in slowest and int(slowest.split(" | ")[1]) > 300
    assert "every control of 1 demo was moved" in text


def test_a_notebook_without_its_minutes_exits_with_1(course):
    save(course() / "notebooks" / "02_a.ipynb", new_markdown_cell("No time."))
    assert cli.main(["report", "notebooks", "--output", "b.md"]) == 1


def test_a_part_of_the_course_and_another_file(course, capsys):
    root = course(new_code_cell("1 / 0"))
    (root / "pages").mkdir()
    arguments = ["report", "notebooks", "notebooks/02_a.ipynb", "03", "--output", "pages/b.md"]
    assert cli.main(arguments) == 0
    assert "2 notebooks" in (root / "pages" / "b.md").read_text(encoding="utf-8")
    assert "solutions/02_a" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("02", ["notebooks/02_a.ipynb", "solutions/02_a/02_exercises.ipynb"]),
        ("02_a", ["notebooks/02_a.ipynb", "solutions/02_a/02_exercises.ipynb"]),
        ("notebooks/02_a.ipynb", ["notebooks/02_a.ipynb"]),
        ("solutions/02_a", ["solutions/02_a/02_exercises.ipynb"]),
        ("solutions/02_a/02_exercises.ipynb", ["solutions/02_a/02_exercises.ipynb"]),
        ("solutions", ["solutions/02_a/02_exercises.ipynb", "solutions/03_b/03_exercises.ipynb"]),
        ("a", []),
        ("notebooks/04_c.ipynb", []),
    ],
)
def test_names_of_notebooks(name, found, course, monkeypatch, capsys):
    """`course run` and `course report` go by them alike."""
    root, ran = course(), []
    assert [path.relative_to(root).as_posix() for path in notebooks_named(name, root)] == found
    monkeypatch.setattr("course_tools.notebooks.run_in_place", ran.append)
    if found:
        assert cli.main(["run", name]) == 0
    else:
        with pytest.raises(SystemExit):
            cli.main(["run", name])
    assert [path.relative_to(root).as_posix() for path in ran] == found


def test_a_notebook_outside_the_course_is_examined_in_a_copy_too(course, tmp_path_factory):
    course()
    path = save(tmp_path_factory.mktemp("out") / "a.ipynb", TIME, new_code_cell("open('b', 'w')"))
    before = path.read_bytes()
    assert cli.main(["report", str(path)]) == 0
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["04"], "no notebook is '04'; there are 02_a, 02_exercises, 03_exercises"),
        (["--output", "nowhere/b.md"], "'nowhere/b.md' is not a file in a folder that exists"),
        (["--output", "notebooks"], "'notebooks' is not a file"),
    ],
)
def test_a_bad_path_is_refused_before_anything_runs(arguments, message, course, capsys):
    root = course()
    with pytest.raises(SystemExit) as stopped:
        cli.main(["report", *arguments])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert not list(root.rglob("*.md"))
