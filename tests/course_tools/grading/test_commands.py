"""`course grade` as docs/grading.md tells it."""

import csv
import re
import shlex

import pytest

from course_tools import cli
from course_tools.grading import commands, mark_page
from lessons.course_map import ROOT
from tests.course_tools.grading.a_class import HANDED_IN, ROSTER, SET

PAGE = (ROOT / "docs" / "grading.md").read_text("utf-8")
COMMANDS = re.search("```sh\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()


def test_the_page_has_ten_commands_and_names_every_step():
    assert len(COMMANDS) == 10
    assert {line.split()[2] for line in COMMANDS if line.startswith("course")} == {*commands.STEPS}


@pytest.mark.sandbox
def test_the_commands_of_the_page_grade_a_class(tmp_path, monkeypatch, capsys):
    """From a download that is flat. The four that clone and install are not tried."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "roster.csv").write_text(ROSTER)
    (tmp_path / "downloads").mkdir()
    for student in ("ada", "bob", "dan"):
        name, data = HANDED_IN[student]
        (tmp_path / "downloads" / f"{student}_{name}").write_bytes(data)
    monkeypatch.setattr(mark_page.ThreadingHTTPServer, "serve_forever", stopped)
    told = {}
    for line in COMMANDS:
        if line.startswith("course"):
            assert cli.main(shlex.split(line)[1:]) == 0
            told[line.split()[2]] = capsys.readouterr().out
    assert "3 students have handed something in" in told["collect"]
    assert "11 students, 88 parts" in told["run"]
    assert "dan: needs attention: 03" in told["run"].replace("dan_03", "03")
    assert "http://127.0.0.1:" in told["mark"] and "every mark is written down" in told["mark"]
    assert (tmp_path / f"class/feedback/{SET}/ada.html").exists()
    exported = tmp_path / f"class/{SET}_canvas.csv"
    found = {line["SIS Login ID"]: line[SET] for line in csv.DictReader(exported.open())}
    assert (found["bb2"], found["al1"], found["dd4"]) == ("0", "", "")
    assert told["regrade"].splitlines()[-1] == told["run"].splitlines()[-1]


def stopped(server):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["run", "3"], "set is '3', expected how the name of one begins"),
        (["collect", "03", "nowhere"], "downloads is 'nowhere', expected a folder"),
        (["mark", "03"], "nothing has been graded yet"),
    ],
)
def test_what_a_step_cannot_do_it_says(tmp_path, monkeypatch, capsys, words, why):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["grade", *words]) == 1
    assert why in capsys.readouterr().out
