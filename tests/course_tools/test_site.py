"""What the pages of the site are made of: links, questions, and what must not be found in them.

The site as it is built is looked at in tests/browser/test_pages.py and test_site.py.
"""

import re

import pytest

from course_tools import cli, site
from course_tools.site import asking, sources
from course_tools.site.extension import anchor
from lessons import predictions, tasks
from lessons.course_map import ROOT
from tests.site import NAMES, REPOSITORY, leaks, secrets


@pytest.mark.parametrize("kind", ["html", "js", "ipynb"])
def test_an_answer_would_be_found(tmp_path, kind):
    """In a page it is cut up by its colours; in JSON its lines end with two signs."""
    secret = max(secrets(), key=len)
    between = {"html": "</span> <span>", "js": " ", "ipynb": "\\n"}[kind]
    (tmp_path / f"page.{kind}").write_text(f"x {between.join(secret)}{between}y")
    assert leaks(tmp_path) == {f"page.{kind}": {secret}}


def test_a_link_to_a_file_that_is_no_page_leads_to_the_repository():
    with_it = sources.text_of(ROOT, "docs/latency.md", NAMES, REPOSITORY)
    without = sources.text_of(ROOT, "docs/latency.md", NAMES, None)
    assert f"]({REPOSITORY}/blob/main/benchmarks/README.md)" in with_it
    assert "benchmarks/README.md)" not in without


def test_an_anchor_is_the_heading_without_its_number():
    assert anchor("12.3 Grid or random?") == "Grid-or-random?"


def test_the_right_choice_of_a_prediction_is_marked():
    (asked,) = [p for p in predictions.ALL["gradient_descent"].values() if p.name == "jump_over"]
    replies = asking.prediction(asked).split('<div class="reply')[1:]
    right = [reply.startswith(" right") for reply in replies]
    assert right == [choice == asked.right for choice in asked.choices]


def test_choices_of_a_task_answer_in_an_order_that_tells_nothing():
    shown = asking.choices(tasks.ALL["claims_measured"]["findings"])
    lists = re.findall(r"(?:^- .*\n)+", shown, re.MULTILINE)
    assert len(lists) == 3 and len(set(lists)) == 1
    assert shown.count("reply right") == 3
    assert asking.choices(tasks.ALL["gradient_descent"]["best_flat"]) == asking.choices(None) == ""


def test_the_command_takes_a_repository_on_github_only(capsys):
    with pytest.raises(SystemExit):
        cli.main(["site", "--output", "x", "--repository", "https://example.org/a/b"])
    assert "is not https://github.com/OWNER/NAME" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line, named", [("", None), (f'repository-code: "{REPOSITORY}"', REPOSITORY)]
)
def test_the_repository_is_what_the_citation_names(tmp_path, line, named):
    (tmp_path / "CITATION.cff").write_text(f"title: x\n{line}\n")
    assert site.named_repository(tmp_path) == named
