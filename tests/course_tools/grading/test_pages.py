"""What students and platforms are given: reads offline, runs nothing, tells no answer."""

import csv
import io
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_tools.grading import export, feedback, grade, gradebook, pages, records
from course_tools.grading.classroom import Classroom
from course_tools.grading.records import NOTHING
from lessons import problems
from tests.course_tools.grading.a_class import MISTAKE, SET, WRITTEN


class Seen(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text += data


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![](http://example.org/x.png)",
    "[here](javascript:alert(1))",
    "<http://example.org>",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{background:url(http://example.org)}{x}$",
    "$$\\text{<script>alert(1)</script>}$$",
    "$\\text{</mtext></math><script>alert(1)</script>}$",
    '```x" onload="alert(1)\n<b>\n```',
    "# <svg onload=alert(1)>",
    "| <b>a</b> |\n|---|\n| <iframe src=x> |",
    "&lt;script&gt;" + "<details open ontoggle=alert(1)>",
    "`</code><script>alert(1)</script>`",
]
TAGS = pages.TAGS | set(
    "p strong em del code pre blockquote ul ol li hr br table thead tbody tr th td div".split()
)


@pytest.mark.parametrize("source", HOSTILE)
def test_text_of_students_can_do_nothing(source):
    seen = Seen(pages.text(source))
    assert seen.tags <= TAGS
    assert seen.attributes <= pages.ATTRIBUTES | {"style"}
    assert "style" not in seen.attributes or "text-align" in pages.text(source)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("**Bold** and `code`.", "<strong>Bold</strong> and <code>code</code>"),
        ("$\\phi_0 \\le \\tfrac12$", "<msub><mi>ϕ</mi><mn>0</mn></msub>"),
        ("$$\\sum_{i=1}^{I} x_i$$", 'display="block"'),
        ("$\\frac{$", "<code>\\frac{</code>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("It costs $5.", "It costs $5."),
    ],
)
def test_text_reads_as_it_was_meant(source, shown):
    assert shown in pages.text(source)


@pytest.mark.parametrize("piece", ["> ", "*", "[", "$\\sqrt{"])
def test_text_of_any_depth_is_shown(piece):
    assert pages.text(piece * 5000)


# --- Feedback ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory, graded_once, line_search):
    """The folder of everybody's page."""
    folder = tmp_path_factory.mktemp("feedback") / "class"
    classroom = Classroom(Path(shutil.copytree(graded_once.folder, folder)))
    with gradebook.opened(classroom) as session:
        record = records.read(classroom.records(SET))["ada"]
        comment = "See $\\alpha$ <script>no</script>"
        gradebook.mark(session, line_search, record, "pb-6-8-argument", 2.5, comment)
    return feedback.write_all(classroom, line_search, *grade.stands(classroom, line_search))


def page_of(folder, student):
    return (folder / f"{student}.html").read_text("utf-8")


def test_everybody_gets_a_page_that_loads_and_runs_nothing(written, graded_once):
    for student in graded_once.roster:
        page = page_of(written, student)
        seen = Seen(page)
        assert not seen.tags & {"script", "img", "link", "iframe", "a", "object", "svg", "form"}
        assert not {name for name in seen.attributes if name.startswith("on")} - {"one"}
        assert not seen.attributes & {"src", "href"}
        assert "default-src 'none'" in page


def test_a_page_names_problems_points_reasons_and_answers(written):
    cyd = Seen(page_of(written, "cyd")).text
    assert f"pb-G1 · {problems.ALL['pb-G1'].title}" in cyd
    assert "13 of 23 points" in cyd and "not yet, 0 of 3 points" in cyd and MISTAKE in cyd
    assert "return 1 / np.linalg.eigvalsh" in cyd
    assert "so far: 7 more points are not decided" in cyd


def test_a_page_shows_what_a_reader_gave_and_wrote(written):
    ada = page_of(written, "ada")
    assert "marked by a reader, 2.5 of 3 points" in ada
    assert "See <math" in ada and "&lt;script&gt;" in ada


@pytest.mark.parametrize(
    ("student", "told"),
    [
        ("bob", "not attempted, 0 of 3 points"),
        ("eve", "needs attention: two versions of the answer"),
        ("fay", NOTHING),
        ("gus", "less 3.2 because it was late"),
        ("ivy", "was there more than once"),
        ("joe", "<script>steal()</script>"),
    ],
)
def test_a_page_says_what_happened(written, student, told):
    assert told in Seen(page_of(written, student)).text


def test_no_page_tells_an_answer_a_criterion_or_a_seed(written, graded_once, line_search):
    for student in graded_once.roster:
        text = Seen(page_of(written, student)).text
        assert graded_once.secret not in text and "seed" not in text
        for cell in line_search.written:
            assert cell.model[:40] not in text
            assert not [c for c in cell.criteria if c.text[:30] in text]


# --- Exports ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(graded_once, line_search):
    """Each table as lists of fields."""
    classroom = graded_once
    _, rows, penalties = grade.stands(classroom, line_search)

    def lines(format):
        text = export.FORMATS[format](rows, classroom, penalties, line_search)
        return list(csv.reader(io.StringIO(text)))

    return lines


def by_name(lines, column, start=1):
    return {line[lines[0].index(column)]: line for line in lines[start:]}


def test_untouched_is_0_and_not_graded_is_empty(exported):
    found = by_name(exported("csv"), "student")
    assert found["bob"][1:3] == ["0", "23"]
    assert [found[name][1] for name in ("ada", "dan", "eve", "fay")] == [""] * 4
    assert found["dan"][-1] == "needs attention" and found["bob"][-1] == "graded"


def test_parts_say_of_every_student_and_part_where_it_stands(exported, classroom, line_search):
    lines = exported("parts")
    assert len(lines) == 1 + len(classroom.roster) * len(line_search.graded)
    attempted = {tuple(line[3:7]) for line in lines if line[0] == "bob"}
    assert {line[0] for line in attempted} == {"graded"}
    assert {line[3] for line in attempted} == {"not attempted"}


def test_canvas_gets_its_columns_and_the_points_possible(exported):
    lines = exported("canvas")
    assert lines[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", SET]
    assert lines[1][0] == "    Points Possible" and lines[1][-1] == "23"
    found = by_name(lines, "SIS Login ID", 2)
    assert found["bb2"][-1] == "0" and found["al1"][-1] == ""


def test_moodle_gets_its_columns_and_words(exported):
    found = by_name(exported("moodle"), "Email address")
    assert found["bob@example.org"][-2:] == ["0", "not attempted"]
    assert found["ada@example.org"][-2:] == ["", "not graded yet"]


def test_a_total_is_there_once_all_is_graded_less_what_lateness_costs(classroom, line_search):
    found, _, _ = grade.stands(classroom, line_search)
    with gradebook.opened(classroom) as session:
        for name in WRITTEN:
            gradebook.mark(session, line_search, found["gus"], name, 2, "")
    _, rows, penalties = grade.stands(classroom, line_search)
    [line] = [
        line
        for line in export.totals(rows, classroom, penalties, line_search).split("\n")
        if line.startswith("gus")
    ]
    assert line == "gus,16,23,4,0,graded"


def test_no_field_is_a_formula():
    assert export.table([["=1+1", "@x", "-x", 3.0, -1.5, None]]) == "'=1+1,'@x,'-x,3,-1.5,\n"
