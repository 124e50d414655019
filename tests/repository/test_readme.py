"""README.md and what it points to: code runs, links lead somewhere, the table is the notebooks'."""

import re
import shlex
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from course_tools import cli
from lessons.course_map import ROOT, read_ledger

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = dict(re.findall(r"<!-- (\w+) -->\n```sh\n(.+)\n```", README))
PYTHONS = ">=3.11,<3.15"


def test_the_example_prints_what_it_says(capsys):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    exec(compile(code, "README.md", "exec"), {})
    promised = re.search(r"# (.*) \.\.\.\n", code)[1]
    assert capsys.readouterr().out.startswith(promised)


def test_every_link_leads_to_a_file_here():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    local = [link for link in links if not link.startswith("https://")]
    assert len(local) > 10
    assert [link for link in local if not Path(ROOT, link).exists()] == []


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_a_page_links_to_files_and_names_what_is_in_them(page):
    links = re.findall(r"\[(`?)([^]`]+)`?\]\(([^)]+)\)", (ROOT / page).read_text("utf-8"))
    assert len(links) > 10
    for code, name, path in links:
        assert (ROOT / path).exists(), path
        if code and path.endswith(".py") and not name.endswith(".py"):
            defined = rf"^ *(def|class) {name}\b|^{name} = "
            assert re.search(defined, (ROOT / path).read_text("utf-8"), re.M), (name, path)


def test_every_picture_has_words():
    assert all(len(words) > 40 for words in re.findall(r"!\[([^\]]*)\]", README))


def test_the_table_holds_every_live_chapter_and_its_exercises():
    sets = {place.name for place in (ROOT / "exercises").glob("[0-9]*")}
    for chapter in read_ledger()["chapter"]:
        row = re.search(rf"^\|.*{re.escape(chapter['notebook'])}.*$", README, re.MULTILINE)
        assert bool(row) == (chapter["status"] == "live"), chapter["title"]
        if row:
            assert ("](exercises/" in row[0]) == (Path(chapter["notebook"]).stem in sets)
            assert row[0].count("|") == 4, "a row holds no minutes: the map of notebook 00 does"


def test_there_is_a_command_to_open_to_test_to_update_and_to_validate():
    assert list(COMMANDS) == ["open", "test", "update", "validate"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_picks_a_python_with_wheels_and_names_what_there_is(name):
    _, _, command = COMMANDS[name].rpartition("pip install uv && ")
    expected = ["uv", "run", "--python", PYTHONS, "--no-project", "--with-requirements"]
    *begin, requirements, program = shlex.split(command)[:8]
    assert begin == expected and (ROOT / requirements).is_file()
    assert program in entry_points(group="console_scripts").names
    places = re.findall(r"(?:tree/|with=| )((?:notebooks|solutions|tests)[\w/.]*)", command)
    assert all((ROOT / place).exists() for place in places)


def test_every_command_of_the_course_is_in_the_table(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    commands = re.search(r"\n  command\n((?:    .*\n)+)", capsys.readouterr().out)[1]
    names = re.findall(r"^    (\w+)", commands, re.MULTILINE)
    assert len(names) >= 6 and [n for n in names if f"`course {n}" not in README] == []


def test_every_other_place_picks_the_same_python():
    for path in (".ci/run", "docs/setting-up.md"):
        found = re.findall(r"--python \"?(>=[^\" ]+)", (ROOT / path).read_text("utf-8"))
        assert found and set(found) == {PYTHONS}, path
