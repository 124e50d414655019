"""Every committed notebook keeps the rules and, run again, prints what it printed before."""

import contextlib
import io
import os
import re
from datetime import date

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_tools import cli
from course_tools.notebook_rules import problems_with
from course_tools.notebooks import WIDGET_VIEW, normalise, notebook_paths, read, run_in_place
from lessons.course_map import ROOT

NOTEBOOKS = notebook_paths()
CHAPTERS = [p for p in NOTEBOOKS if p.parent.name == "notebooks" and not p.name.startswith("00_")]
STRICT_NBVAL = [
    *["-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"],
    *[f"--nbval-sanitize-with={ROOT}/tests/nbval_sanitize.cfg", f"--rootdir={ROOT}"],
    *["-p", "nbval.plugin", "-p", "no:cacheprovider", "--capture=no", "--override-ini=addopts="],
]

DRAW_NOTHING = """
from matplotlib.backends.backend_agg import FigureCanvasAgg
FigureCanvasAgg.draw = FigureCanvasAgg.get_renderer
"""
"""What a kernel starts with: layers are laid and say their numbers, but not a pixel is painted.

nbval does not compare pictures, and tests/lessons/demos/test_demos.py paints every one.
"""


def name(path):
    return path.relative_to(ROOT).as_posix()


def as_on_a_laptop():
    """What NumPy must leave unused to compute as on a processor without the longest vectors."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return " ".join(feature for feature in found if feature.startswith(("X86_V4", "AVX512")))


@pytest.fixture
def strict_nbval(tmp_path_factory, monkeypatch):
    """A function of a path: nbval's exit status, the number of cells that passed, its output.

    In this process: a pytest of its own for each notebook takes longer to start than most cells.
    """
    startup = tmp_path_factory.mktemp("ipython") / "profile_default" / "startup"
    startup.mkdir(parents=True)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("IPYTHONDIR", str(startup.parents[1]))
    # With a backend in the environment the kernel would show no pictures.
    monkeypatch.delenv("MPLBACKEND", raising=False)

    def run(path):
        if path.parent == ROOT / "notebooks":
            (startup / "draw_nothing.py").write_text(DRAW_NOTHING)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            status = pytest.main([*STRICT_NBVAL, str(path)])
        passed = re.search(r"(\d+) passed", output.getvalue())
        return status, int(passed[1]) if passed else 0, output.getvalue()

    return run


def code_cells(path):
    return [c for c in read(path).cells if c.cell_type == "code"]


def test_there_are_notebooks_and_solutions():
    folders = {path.relative_to(ROOT).parts[0] for path in NOTEBOOKS}
    assert folders == {"notebooks", "solutions"}
    assert CHAPTERS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_keeps_the_rules(path):
    assert problems_with(read(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_is_saved_as_course_run_saves_it(path):
    as_saved = path.read_text(encoding="utf-8").rstrip("\n")
    same = nbformat.writes(normalise(read(path))) == as_saved
    assert same, "save it with `course run`"


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_chapter_opens_with_goals_and_closes_with_a_summary(path):
    cells = read(path).cells
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    assert [tag for tag in tags if tag in ("goals", "summary")] == ["goals", "summary"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_prints_what_it_printed_before(path, strict_nbval, monkeypatch):
    # Another processor rounds some last digits otherwise, and no output may hang on them: half of
    # the notebooks run as on another, the other half tomorrow.
    if (date.today().toordinal() + NOTEBOOKS.index(path)) % 2:
        monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", as_on_a_laptop())
    status, passed, output = strict_nbval(path)
    assert status == 0, output
    assert passed == len(code_cells(path)) > 0, output


# The rules and the comparison themselves: each must catch what it is for.


def executed(source="1 + 1", outputs=(), count=1, **metadata):
    return new_code_cell(source, execution_count=count, outputs=list(outputs), metadata=metadata)


def notebook(cells):
    """A notebook with exactly these cells; new_notebook(cells=...) would mend repeated ids."""
    made = new_notebook()
    made.cells = cells
    return made


def text(printed):
    return new_output("stream", name="stdout", text=printed)


def picture(**data):
    return new_output("display_data", data=data)


ERROR = new_output("error", ename="ValueError", evalue="", traceback=[])
EXPLORER = "from lessons import demos\ndemos.basins(seed=1)"
BROKEN = {
    "never executed": ([executed(count=None)], "never executed"),
    "an error": ([executed(outputs=[ERROR])], "no raises-exception tag"),
    "no error": ([executed(tags=["raises-exception"])], "raised nothing"),
    "a skipped cell": ([executed(tags=["nbval-skip"])], "hides its output"),
    "a skipping comment": ([executed("# NBVAL_IGNORE_OUTPUT\nf()")], "hides its output"),
    "a long cell": ([executed("x = 1\n" * 26)], "26 lines"),
    "a long float": ([executed(outputs=[text("loss 0.12345678\n")])], "prints 0.12345678"),
    "a long exponent": ([executed(outputs=[text("1.2345678e-09")])], "prints 1.2345678e-09"),
    "a long result": ([executed(outputs=[picture(**{"text/plain": "-3.1415926"})])], "3.1415926"),
    "a long bold one": ([executed(outputs=[picture(**{"text/html": "<b>7.1234567</b>"})])], "7.1"),
    "a widget's id": ([executed(outputs=[picture(**{WIDGET_VIEW: {}})])], "random id"),
    "no picture": ([executed(EXPLORER, [picture(**{"text/plain": "panel"})])], "left no picture"),
    "no text": ([executed(EXPLORER, [picture(**{"image/png": "aGk="})])], "left no picture"),
    "no alternative text": ([new_markdown_cell("![](a.png)")], "alternative text"),
    "no alt text": ([new_markdown_cell('<img src="a.png">')], "no alt text"),
    "one id twice": ([new_markdown_cell("a", id="x"), new_markdown_cell("b", id="x")], "'x'"),
}


@pytest.mark.parametrize("cells, message", BROKEN.values(), ids=BROKEN)
def test_rules_catch(cells, message):
    (problem,) = problems_with(notebook(cells))
    assert message in problem


def test_rules_pass_a_sound_notebook():
    cells = [
        new_markdown_cell('![a bowl](a.png) <img src="a.png" alt="a bowl">'),
        executed("f()", [text("0.123456 of 1234567, 1.50000e-07, version 3.11.7\n")]),
        executed("raise ValueError", [ERROR], tags=["raises-exception"]),
        executed(EXPLORER, [picture(**{"text/plain": "panel", "image/png": "aGk="})]),
        executed("g()", [picture(**{"text/html": '<p style="width:0.1234567em">a</p>'})]),
        new_code_cell(""),
    ]
    assert problems_with(notebook(cells)) == []


def save(path, *sources):
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)


def test_course_run_saves_the_same_twice_and_strict_nbval_finds_what_changed(
    tmp_path, strict_nbval
):
    path = tmp_path / "notebook.ipynb"
    sources = [
        "import ipywidgets\nipywidgets.IntSlider()", "for i in range(3): print(i)", "1 + 1",
        # What differs from run to run: addresses, and names of temporary files.
        "object()", "import tempfile\ntempfile.mkdtemp() + '/a'",
        "import warnings\nwarnings.warn('a warning names the temporary file of its cell')",
    ]  # fmt: skip
    save(path, *sources)
    run_in_place(path)
    first = read(path)
    run_in_place(path)
    again = read(path)
    assert (again.cells[:3], again.metadata) == (first.cells[:3], first.metadata)
    path.write_text(path.read_text("utf-8").replace('"2"', '"3"'), "utf-8")
    status, passed, output = strict_nbval(path)
    assert status != 0 and passed == len(sources) - 1, output
    assert "1 + 1" in output


# The command that instructors and continuous integration use.


def test_course_run_names_what_it_cannot_save_and_goes_on(tmp_path, capsys):
    sources = {
        "fails": "1 / 0", "dies": "import os\nos._exit(1)", "broken": "", "sound": "1 + 1"
    }  # fmt: skip
    paths = [tmp_path / f"{name}.ipynb" for name in sources]
    for path, source in zip(paths, sources.values()):
        save(path, source)
    paths[2].write_text(paths[2].read_text(), encoding="utf-16")
    before = [path.read_bytes() for path in paths]
    assert cli.main(["run", *map(str, paths)]) == 1
    changed = [path.read_bytes() != bytes for path, bytes in zip(paths, before)]
    assert changed == [False, False, False, True]
    fails, told = capsys.readouterr().out.split(f"{paths[1]}: ")
    assert fails.startswith(f"{paths[0]}: not saved\n") and "ZeroDivisionError" in fails
    assert told.splitlines() == [
        "not saved", "cell 1: DeadKernelError: Kernel died",
        f"{paths[2]}: not saved", "is no notebook: its text is not UTF-8",
        f"{paths[3]}: saved",
    ]  # fmt: skip


def test_ctrl_c_stops_course_run_at_once(tmp_path, capsys):
    source = f"import os, signal, time\nos.kill({os.getpid()}, signal.SIGINT)\ntime.sleep(60)"
    paths = [tmp_path / "a.ipynb", tmp_path / "b.ipynb"]
    for path in paths:
        save(path, source)
    assert cli.main(["run", *map(str, paths)]) == 130
    assert capsys.readouterr().out == "stopped\n"


def test_the_command_tells_its_version(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--version"])
    assert stopped.value.code == 0
    assert re.fullmatch(r"course \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("differences, status", [([], 0), (["a.ipynb is out of date"], 1)])
def test_course_exercises_check_exits_with_1_on_a_difference(differences, status, monkeypatch):
    monkeypatch.setattr("course_tools.exercises.check_exercises", lambda *folders: differences)
    assert cli.main(["exercises", "--check"]) == status
