"""`course grade` as docs/grading.md tells it; a class given what every part is worth."""

import re

import pytest

from course_tools import cli
from course_tools.grading import commands
from lessons.course_map import ROOT

PAGE = (ROOT / "docs" / "grading.md").read_text("utf-8")
COMMANDS = re.search("```sh\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()


def test_the_page_has_ten_commands_and_names_every_step():
    assert len(COMMANDS) == 10
    assert {line.split()[2] for line in COMMANDS if line.startswith("course")} == {*commands.STEPS}


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
