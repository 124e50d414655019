"""Marks by hand: sums of criteria, two readers at once, and nothing lost when grading again."""

import json
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from course_tools.grading import grade, gradebook, marking, sets
from course_tools.grading.desk import HELD, Desk
from course_tools.grading.mark_page import answer, serve
from course_tools.grading.marking import MarkedMeanwhile, NotAMark
from course_tools.grading.records import ATTENTION, GRADED, WAITS
from tests.course_tools.grading.a_class import SET, answered, as_bytes, honest_referee

PART = "pb-6-8-argument"


@pytest.fixture
def desk(classroom, line_search):
    return Desk(classroom, line_search)


def row_of(classroom, exercise_set, student, part=PART):
    _, rows, _ = grade.stands(classroom, exercise_set)
    return next(row for row in rows if (row.student, row.part) == (student, part))


def number_of(desk, student, part=PART):
    [number] = [n for n, row in desk.texts.items() if (row.student, row.part) == (student, part)]
    return number


def give(desk, student, points, comment="", marker="me", part=PART, seen=0):
    return desk.give(number_of(desk, student, part), points, comment, marker, seen)


# --- Schemes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sets.set_names())
def test_every_scheme_is_criteria_whose_points_are_those_of_the_part(name):
    for cell in sets.load(name).written:
        assert sum(criterion.points for criterion in cell.criteria) == cell.points
        assert all(len(criterion.text) > 10 for criterion in cell.criteria)
        assert len(cell.model.split()) > 50 and "Marking scheme" not in cell.model


# --- Giving marks -----------------------------------------------------------------------------


def test_a_mark_is_the_sum_of_its_criteria_in_the_gradebook(desk, classroom, line_search):
    assert give(desk, "ada", [1, 0.5, 0], "Nearly.") == 1.5
    row = row_of(classroom, line_search, "ada")
    assert (row.state, row.points) == (GRADED, 1.5)
    with gradebook.opened(classroom) as session:
        assert gradebook.comments(session, line_search) == {("ada", PART): "Nearly."}


@pytest.mark.parametrize(
    "points", [[1, 1], [1, 1, 1, 1], [1, 1, 2], [1, 1, -1], [1, 1, "1"], [1, 1, float("nan")]]
)
def test_points_that_no_criterion_allows_are_refused(desk, classroom, line_search, points):
    with pytest.raises(NotAMark, match="points has"):
        give(desk, "ada", points)
    assert row_of(classroom, line_search, "ada").state == WAITS


def test_grading_again_keeps_every_mark(desk, classroom, line_search):
    give(desk, "ada", [1, 1, 0])
    grade.grade(classroom, line_search, honest_referee)
    assert row_of(classroom, line_search, "ada").points == 2
    assert row_of(classroom, line_search, "ivy").state == WAITS


def test_a_text_that_changed_since_keeps_its_mark_and_waits_once_more(desk, classroom, line_search):
    give(desk, "ada", [1, 1, 0])
    place = classroom.submitted("ada", SET) / "03_exercises.ipynb"
    place.write_bytes(as_bytes(answered(pb_6_8_argument="Something else.")))
    grade.grade(classroom, line_search, honest_referee)
    assert row_of(classroom, line_search, "ada").state == WAITS
    again = Desk(classroom, line_search)
    shown = again.show(number_of(again, "ada"))
    assert shown["given"] == [1, 1, 0] and "Something else" in shown["text"]
    give(again, "ada", [1, 1, 1], seen=1)
    assert row_of(classroom, line_search, "ada").points == 3


def test_a_part_that_needs_attention_can_be_decided_by_hand(desk, classroom, line_search):
    part = "pb-G1-limit-check"
    assert row_of(classroom, line_search, "eve", part).state == ATTENTION
    shown = desk.show(number_of(desk, "eve", part))
    assert "two versions" in shown["why"] and "eigvalsh" in shown["text"]
    give(desk, "eve", [2], part=part)
    grade.grade(classroom, line_search, honest_referee)
    row = row_of(classroom, line_search, "eve", part)
    assert (row.state, row.points) == (GRADED, 2)


def test_lateness_takes_its_share_of_what_a_reader_gives(desk, classroom, line_search):
    give(desk, "gus", [1, 1, 1])
    _, _, penalties = grade.stands(classroom, line_search)
    assert penalties["gus"] == pytest.approx(0.2 * 19)


# --- The file of marks ----------------------------------------------------------------------------


def test_a_line_that_was_never_finished_costs_only_itself(desk, classroom, line_search):
    give(desk, "ada", [1, 1, 1])
    path = classroom.marks(SET)
    path.write_bytes(path.read_bytes() + b'{"student": "ivy", "gra')
    again = Desk(classroom, line_search)
    give(again, "ivy", [0, 0, 1])
    marks = marking.read(path)
    assert [(mark.student, sum(mark.points)) for mark in marks] == [("ada", 3), ("ivy", 1)]


def test_a_mark_that_the_gradebook_missed_is_written_later(desk, classroom, line_search):
    record = desk.records["ada"]
    cell = line_search.by_name[PART]
    text = marking._hash(marking.text_of(record, cell, line_search))
    mark = marking.Mark("ada", PART, (1.0, 1.0, 1.0), "", "me", text, "now")
    marking.append(mark, classroom.marks(SET))
    assert row_of(classroom, line_search, "ada").state == WAITS
    Desk(classroom, line_search)
    assert row_of(classroom, line_search, "ada").points == 3


# --- Two readers ----------------------------------------------------------------------------------


def test_two_readers_are_handed_different_texts(desk):
    first, second = desk.next("me"), desk.next("you")
    assert first["number"] != second["number"]
    assert desk.next("me")["number"] == first["number"]


def test_a_text_that_is_held_too_long_goes_to_the_next(classroom, line_search):
    now = [0.0]
    desk = Desk(classroom, line_search, clock=lambda: now[0])
    first = desk.next("me")["number"]
    now[0] = HELD + 1
    assert desk.next("you")["number"] == first


def test_what_somebody_marked_meanwhile_is_not_marked_over(desk, classroom, line_search):
    give(desk, "ada", [1, 1, 1])
    with pytest.raises(MarkedMeanwhile, match="me marked it"):
        give(desk, "ada", [0, 0, 0], marker="you")
    assert row_of(classroom, line_search, "ada").points == 3


def test_many_readers_at_once_lose_nothing(desk, classroom, line_search):
    def read_all(marker):
        given = []
        while shown := desk.next(marker):
            points = [criterion["points"] for criterion in shown["criteria"]]
            desk.give(shown["number"], points, "", marker, shown["seen"])
            given.append(shown["number"])
        return given

    with ThreadPoolExecutor(3) as readers:
        given = [number for each in readers.map(read_all, "abc") for number in each]
    assert len(given) == len(set(given)) == len(desk.texts) > 10
    _, rows, _ = grade.stands(classroom, line_search)
    assert {row.state for row in rows if row.student != "fay"} == {GRADED}


# --- What a reader sees -----------------------------------------------------------------------


def test_no_reader_sees_a_name(desk, classroom):
    for number in desk.texts:
        shown = set(re.findall(r"\w+", json.dumps(desk.show(number))))
        assert not shown & {*classroom.roster}


def test_scheme_and_model_answer_stand_beside_the_text(desk, line_search):
    shown = desk.show(number_of(desk, "ada"))
    assert "It hops: the factor is <math" in shown["text"]
    assert "overshooting that grows" in shown["criteria"][0]["text"]
    assert "Close to a minimum with curvature" in shown["model"]
    assert "Why does your run leave the dent" in shown["question"]


def test_untouched_texts_are_nobody_s_work(desk):
    assert not [row for row in desk.texts.values() if row.student in ("bob", "fay")]


def test_a_script_in_an_answer_is_text(desk):
    assert "&lt;script&gt;" in desk.show(number_of(desk, "joe"))["text"]


# --- The page -------------------------------------------------------------------------------------


def test_the_page_answers_what_readers_ask(desk):
    status, shown = answer(desk, "/next", {"marker": "me"})
    assert status == 200 and shown["left"] > 0
    points = [criterion["points"] for criterion in shown["criteria"]]
    asked = {"number": shown["number"], "points": points, "comment": "", "marker": "me", "seen": 0}
    assert answer(desk, "/mark", asked)[0] == 200
    assert answer(desk, "/mark", asked)[0] == 409
    assert answer(desk, "/mark", asked | {"points": None})[0] == 400
    assert answer(desk, "/mark", asked | {"number": "0"})[0] == 404
    assert answer(desk, "/show", {"number": 3})[0] == 400
    assert answer(desk, "/passwords", {})[0] == 404


@pytest.fixture
def page(desk):
    server = serve(desk)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.address
    server.shutdown()
    server.server_close()


def fetch(address, headers=None, data=None):
    request = urllib.request.Request(address, data, headers or {})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, reply.read().decode(), reply.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def test_the_page_is_for_whoever_has_its_address(page):
    base, token = page.split("?token=")
    status, text, headers = fetch(page)
    assert status == 200 and "Save, next" in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert fetch(base)[0] == fetch(base + "?token=guess")[0] == 403
    asked = b'{"marker": "me"}'
    assert fetch(base + "next", {"X-Token": token}, asked)[0] == 200
    assert fetch(base + "next", {}, asked)[0] == 403
    assert fetch(base + "next", {"X-Token": token, "Host": "evil.example:80"}, asked)[0] == 403
    assert fetch(base + "next", {"X-Token": token}, b"[")[0] == 400
    assert fetch(base + "next", {"X-Token": token}, b"{" * 200_000)[0] == 413
