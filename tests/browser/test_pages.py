"""The site as it is built: every page, nothing that gives an answer away, nothing from elsewhere.

It is built once for these tests and for those of test_site.py, which open its pages.
"""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from course_tools import site
from course_tools.notebooks import read
from lessons import predictions
from lessons.course_map import ROOT
from tests.site import DRAWN, NAMES, REPOSITORY, leaks, secrets


@pytest.fixture(scope="module")
def pages(built):
    """Every page but that of the search, parsed, by its place in the site."""
    names = ["index.html", *(str(Path(name).with_suffix(".html")) for name in NAMES)]
    return {name: BeautifulSoup((built.output / name).read_text(), "html.parser") for name in names}


def article(page):
    return page.find("article")


# --- the build --------------------------------------------------------------------------------


def test_it_is_built_without_a_warning(built):
    assert built.warnings == []


def test_every_notebook_and_document_is_a_page(pages):
    expected = [name for folder in ("notebooks", "exercises", "docs") for name in _files(folder)]
    assert len(expected) > 35 and {*expected} < {*NAMES}
    assert all(article(page) for page in pages.values())


def _files(folder):
    found = sorted((ROOT / folder).rglob("*"))
    kept = [path for path in found if path.suffix in {".md", ".ipynb"} and path.is_file()]
    return [path.relative_to(ROOT).as_posix() for path in kept if "." not in path.parent.name]


def test_the_chapters_are_listed_in_their_order(pages):
    (listed,) = [
        found.find_next("ul")
        for found in pages["index.html"].select(".bd-sidebar-primary .caption")
        if found.get_text(strip=True) == "Chapters"
    ]
    addresses = [link["href"] for link in listed.find_all("a")]
    assert addresses == [Path(name).with_suffix(".html").as_posix() for name in _files("notebooks")]


def test_nothing_is_made_again_where_nothing_has_changed(built):
    made = [built.output / Path(name).with_suffix(".html") for name in NAMES]
    before = [path.stat().st_mtime_ns for path in made]
    assert site.build(ROOT, built.output, built.work, REPOSITORY, DRAWN) == []
    assert before == [path.stat().st_mtime_ns for path in made]


# --- what must not be there -------------------------------------------------------------------


def test_no_answer_and_no_hidden_test_is_in_it(built):
    assert len(secrets()) > 300
    assert leaks(built.output) == {}
    assert not list(built.output.glob("_sources/*"))


def test_no_page_asks_anything_of_another_server(built, pages):
    for name, page in pages.items():
        asked = page.select("script[src], img[src], link[href], iframe, video, source, object")
        assert asked
        for node in asked:
            address = urlsplit(node.get("src") or node.get("href") or "")
            assert address.scheme in {"", "data"} and not address.netloc, (name, node)
    for sheet in built.output.rglob("*.css"):
        assert not re.search(r"(url\(|@import )['\"]?(https?:)?//", sheet.read_text()), sheet


# --- links ------------------------------------------------------------------------------------


def test_links_lead_somewhere(built, pages):
    """Those within the site, with their anchors."""
    ids = {name: {node["id"] for node in page.select("[id]")} for name, page in pages.items()}
    followed = 0
    for name, page in pages.items():
        for link in article(page).select("a[href]"):
            address = urlsplit(link["href"])
            if address.scheme or address.path.startswith("/"):
                continue
            place = (built.output / name).parent / unquote(address.path) if address.path else name
            target = place.resolve().relative_to(built.output) if address.path else Path(name)
            assert (built.output / target).is_file(), (name, link)
            if target.suffix == ".html" and address.fragment:
                assert unquote(address.fragment) in ids[target.as_posix()], (name, link)
            followed += 1
    assert followed > 500


# --- what a page shows ------------------------------------------------------------------------


def test_every_page_says_how_it_can_be_run_and_what_of_that_was_tested(pages):
    for name, page in pages.items():
        (launch,) = page.select("nav.launch")
        addresses = [link["href"] for link in launch.select("a")]
        assert len(addresses) == len(launch.select("dd")) == 3, name
        assert all("ested" in told.get_text() for told in launch.select("dd"))
        notebook = name.replace(".html", ".ipynb")
        if not (ROOT / notebook).exists():
            notebook = "notebooks/00_start_here.ipynb"
        assert addresses[0].endswith(f"/somebody/somewhere/main?urlpath=lab/tree/{notebook}")
        assert addresses[1].endswith(f"/somebody/somewhere/blob/main/{notebook}")
        assert addresses[2].endswith(Path(notebook).name)


def test_the_notebook_to_download_is_the_course_s_own(built):
    for name in [*_files("notebooks"), *_files("exercises")]:
        assert (built.output / name).read_bytes() == (ROOT / name).read_bytes()


def test_every_prediction_answers_and_keeps_its_answer_in_a_fold(pages):
    for chapter, asked in predictions.ALL.items():
        (name,) = [name for name in pages if re.fullmatch(rf"notebooks/\d\d_{chapter}.html", name)]
        shown = pages[name].select(".asked:has(details)")
        assert len(shown) == len(asked), name
        for question in shown:
            told = question.select(":scope > .reply")
            assert len(question.select(":scope > ul")[-1].select("li")) == len(told) > 1
            assert len(question.select(":scope > .reply.right")) == 1
            assert all(reply.has_attr("hidden") and reply.get_text(strip=True) for reply in told)


def test_pictures_come_with_their_words_and_without_what_is_for_a_kernel(pages):
    seen = 0
    for name, page in pages.items():
        if not name.startswith("notebooks/"):
            continue
        for picture in article(page).select(".cell_output img"):
            assert len(picture["alt"]) > 20 and ".png" not in picture["alt"], (name, picture)
            seen += 1
        text = article(page).get_text()
        assert "Live with a kernel" not in text and "(live with a kernel" not in text
        assert "Not attempted" not in text and "one-of-two" not in str(article(page))
    assert seen > 200


def test_outputs_that_answer_are_folded(pages):
    notebook = read(ROOT / "notebooks/02_gradient_descent.ipynb")
    folded = [cell for cell in notebook.cells if cell.metadata.get("collapsed") and cell.outputs]
    empty = [
        cell
        for cell in folded
        if all(
            o.get("data", {}).keys() <= {"text/html", "text/plain"}
            and o.output_type == "display_data"
            for o in cell.outputs
        )
    ]
    page = pages["notebooks/02_gradient_descent.html"]
    shown = page.select(".cell.tag_hide-output")
    assert len(shown) == len(folded) - len(empty) > 5
    assert all(cell.select_one("details .cell_output") for cell in shown)


def test_an_exercise_is_its_statement_and_a_place_for_the_answer(pages):
    text = article(pages["exercises/06_momentum/06_exercises.html"]).get_text()
    assert "The weights of the gradients 0 to t in momentum" in text
    assert "YOUR CODE HERE" in text and ".check(" not in text


def test_formulas_stand_as_they_were_written(pages):
    r"""Sphinx puts those with \\ into `split`, in which a \tag breaks."""
    formulas = [node.get_text() for page in pages.values() for node in page.select("div.math")]
    assert sum(r"\\" in formula for formula in formulas) >= 20
    assert not any("begin{split}" in formula for formula in formulas)


def test_choices_of_a_task_are_on_its_page(pages):
    page = pages["notebooks/14_claims_measured.html"]
    assert len(page.select(".asked-together .asked")) == 3
    assert len(page.select(".asked-together .why[hidden]")) == 1
