"""What runs where only NumPy is installed: all of course_lib; `course` says what it lacks."""

import json
import re
import subprocess
import sys

import pytest

from course_tools import cli
from lessons.course_map import ROOT

# Refuses, as if it were not installed, whatever is neither Python's nor NumPy's nor ours.
ALONE = """
import sys

class Refused:
    def find_spec(name, path=None, target=None):
        own = {*sys.stdlib_module_names, "numpy", "course_lib", "course_tools", "lessons"}
        if name.partition(".")[0] not in own:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refused)
"""


def run_alone(program):
    command = [sys.executable, "-c", ALONE + program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_every_module_of_course_lib_needs_numpy_alone():
    files = sorted((ROOT / "course_lib").rglob("*.py"))
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    assert len(modules) > 40
    told = run_alone(f"""
from importlib import import_module
from course_lib import optimizers

for module in {modules}:
    import_module(module)
for rule in optimizers.__all__:
    getattr(optimizers, rule)
""")
    assert told.returncode == 0, told.stderr


COMMANDS = {
    "update": "lab",
    "restore 02": "lab",
    "exercises --check": "instructor",
    "chapters --check": "instructor",
    "minutes": "instructor",
    "report": "instructor",
    "report 02": "instructor",
    "run 02": "instructor",
    "site --output site": "site",
    "lite --output lite --pyodide pyodide": "lite",
    "grade run 02": "instructor",
    "grade export 02": "instructor",
    "coverage": None,
    "measure --check": None,
    "race --seeds 1 --workers 1": None,
}


def test_every_command_is_tried(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    offered = re.findall(r"^    (\w+)", capsys.readouterr().out.partition("  command\n")[2], re.M)
    assert {command.split()[0] for command in COMMANDS} == set(offered)


def test_a_command_names_the_extra_it_lacks():
    told = run_alone(f"""
from contextlib import redirect_stdout
from io import StringIO
from json import dumps
from course_tools.cli import main

answers = {{}}
for command in {list(COMMANDS)}:
    with redirect_stdout(StringIO()) as said:
        answers[command] = main(command.split()), said.getvalue()
print(dumps(answers))
import lessons.stage.style
""")
    assert "No module named 'matplotlib" in told.stderr  # what is not NumPy's is refused
    for command, (status, said) in json.loads(told.stdout).items():
        extra = COMMANDS[command]
        assert status == bool(extra), command
        if extra:
            assert said.startswith(f"course {command.split()[0]} needs nb")
            assert said.endswith(f'\n  pip install "fitting-models[{extra}]"\n')


@pytest.mark.parametrize("command", [*COMMANDS, "run"])
def test_a_command_without_the_course_around_it_says_what_it_needs(
    command, tmp_path, monkeypatch, capsys
):
    """As from a wheel in an empty folder; the ledger travels with the wheel."""
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    status, said = cli.main(command.split()), capsys.readouterr().out
    if command == "coverage":
        assert status == 0
        return
    assert status == 1 and list(tmp_path.iterdir()) == []
    assert said.startswith(f"course {command.split()[0]} works on the files of the course")
    assert f"there is no {tmp_path}" in said and "clone or unpack the course" in said


def test_a_notebook_anywhere_needs_no_course(tmp_path, monkeypatch, capsys):
    """A path that leads nowhere is told as that."""
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    (tmp_path / "empty.ipynb").write_text("{}")
    assert [path.name for path in cli.chosen([str(tmp_path / "empty.ipynb")])] == ["empty.ipynb"]
    with pytest.raises(SystemExit) as stopped:
        cli.main(["run", "mine.ipynb"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.endswith("no notebook is 'mine.ipynb'\n")
