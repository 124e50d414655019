"""README.md: its code runs, its links lead somewhere, its table agrees with the notebooks."""

import re
from pathlib import Path

from course_lib.course_map import ROOT, read_ledger
from course_tools.notebooks import read

README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_every_picture_has_words():
    assert all(len(words) > 40 for words in re.findall(r"!\[([^\]]*)\]", README))


def test_the_table_holds_every_live_chapter_and_its_minutes():
    for chapter in read_ledger()["chapter"]:
        row = re.search(rf"^\|.*{re.escape(chapter['notebook'])}.*$", README, re.MULTILINE)
        assert bool(row) == (chapter["status"] == "live"), chapter["title"]
        if row:
            text = "".join(cell.source for cell in read(ROOT / chapter["notebook"]).cells[:1])
            minutes = re.search(r"\*\*Time\.\*\* (?:About )?(\d+) minutes", text)[1]
            assert row[0].rstrip(" |").endswith(f" {minutes}")
