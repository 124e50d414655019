"""Statements to judge: a verdict shows once it was judged, and the score counts what was right."""

import html
import re

import nbformat
import pytest

from lessons import claims
from lessons.asking.judging import ALL, MISSED, OPEN, Case, Judging
from lessons.course_map import ROOT, read_ledger, section_of
from lessons.measuring.claim import VERDICTS
from lessons.predictions.claims_measured import every_claim

CASES = [
    Case("cl-1", "One", "Steps <fall>", "holds", ("So it is.", "share: 0.5"), {"text": "01.ipynb"}),
    Case("cl-2", "One", "Steps rise", "does not hold", ("They fall.",), {}),
    Case("cl-3", "Two", "Steps turn", "holds", ("They do.",), {}),
]


@pytest.fixture
def judging():
    return Judging(CASES, VERDICTS)


def listed(judging):
    return [id for id, row in judging.rows.items() if row in judging.list.children]


def reply(judging, id):
    return judging.rows[id].children[2].value


def test_nothing_tells_a_verdict_before_it_was_judged(judging):
    assert all(reply(judging, id) == "" for id in judging.rows)
    assert listed(judging) == ["cl-1", "cl-2"]  # the first chapter
    for verdict in VERDICTS:
        judging.kind.value = verdict
        assert listed(judging) == []


def test_judging_shows_what_was_measured_and_moves_the_score(judging):
    judging.rows["cl-1"].children[1].children[0].click()  # "holds"
    assert "It holds." in reply(judging, "cl-1") and "share: 0.5" in reply(judging, "cl-1")
    assert '<a href="01.ipynb"' in reply(judging, "cl-1")
    assert judging.score.value == "judged 1 of 3: 1 as they were measured"
    judging.judge("cl-2", "holds")
    assert "It does not hold." in reply(judging, "cl-2")
    assert judging.score.value == "judged 2 of 3: 1 as they were measured"
    judging.judge("cl-2", "does not hold")  # second thoughts
    assert judging.score.value == "judged 2 of 3: 2 as they were measured"


def test_it_can_be_filtered(judging):
    judging.judge("cl-2", "holds")
    for group, kind, expected in (
        (ALL, ALL, ["cl-1", "cl-2", "cl-3"]),
        (ALL, OPEN, ["cl-1", "cl-3"]),
        (ALL, MISSED, ["cl-2"]),
        (ALL, "does not hold", ["cl-2"]),
        (ALL, "holds", []),
        ("Two", ALL, ["cl-3"]),
    ):
        judging.group.value, judging.kind.value = group, kind
        assert listed(judging) == expected


def test_as_text_each_verdict_is_in_a_fold(judging):
    text = judging.text()
    assert text.count("<details>") == 3 and "Steps &lt;fall&gt;" in text
    outside = re.sub(r"</summary>.*?</details>", "", text, flags=re.DOTALL)
    assert "So it is" not in outside and "holds" not in outside
    assert "**One**" in outside and "**Two**" in outside


# The claims of the course.


def test_every_promised_claim_that_was_measured_is_there_to_be_judged():
    rows = [row for row in read_ledger()["row"] if row["kind"] == "claim"]
    live = {row["id"] for row in rows if row["status"] == "live"}
    assert every_claim().cases.keys() == live
    for id, case in every_claim().cases.items():
        assert case.verdict == claims.recorded(id).verdict


def test_every_link_leads_to_a_heading_or_a_file():
    for case in every_claim().cases.values():
        text, experiment = case.links.values()
        notebook, _, anchor = text.partition("#")
        cells = nbformat.read(ROOT / "notebooks" / notebook, 4).cells
        headings = re.findall(r"^##+ (?:[\d.]+ )?(.+?)\s*$", sources(cells), re.MULTILINE)
        assert html.unescape(anchor) in [heading.replace(" ", "-") for heading in headings], case.id
        assert (ROOT / "notebooks" / experiment).resolve().is_file()


def sources(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_a_section_is_found_by_a_tag_in_it_and_no_section_is_none():
    notebook = "notebooks/06_momentum.ipynb"
    assert section_of(notebook, "eq-6.11") == "A step that remembers"
    assert section_of(notebook, "nowhere") == ""
