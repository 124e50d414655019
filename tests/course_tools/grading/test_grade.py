"""A class graded: a row for every student and part, and the gradebook as nbgrader sees it."""

from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from course_tools.grading import grade, gradebook, records
from course_tools.grading.records import ATTENTION, GRADED, NOTHING, WAITS
from tests.course_tools.grading.a_class import (
    HANDED_IN,
    MISTAKE,
    SET,
    answered,
    as_bytes,
    honest_referee,
)

CODE = 16
WRITTEN = ("pb-6-8-argument", "pb-6-7-argument")


def states(rows, student):
    return {row.part: row.state for (name, _), row in rows.items() if name == student}


def code_points(rows, student):
    mine = [row for (name, _), row in rows.items() if name == student and row.part not in WRITTEN]
    return sum(row.points or 0 for row in mine)


def test_every_student_and_part_has_a_row_in_one_of_three_states(rows, classroom, line_search):
    assert {*rows} == {(s, c.name) for s in classroom.roster for c in line_search.graded}
    for row in rows.values():
        assert row.state in (GRADED, WAITS, ATTENTION)
        assert (row.points is None) == (row.state != GRADED)
        assert row.why or row.state != ATTENTION


@pytest.mark.parametrize(
    ("student", "points"),
    [("ada", 16), ("bob", 0), ("cyd", 13), ("eve", 13), ("gus", 16), ("ivy", 16), ("joe", 16)],
)
def test_points_of_the_referee_are_in_the_gradebook(rows, student, points):
    assert code_points(rows, student) == points


def test_untouched_is_0_and_waits_for_nobody(rows):
    assert set(states(rows, "bob").values()) == {GRADED}
    assert {rows["bob", part].word for part in states(rows, "bob")} == {"not attempted"}
    assert {rows["bob", part].points for part in states(rows, "bob")} == {0}


def test_written_answers_wait_for_a_reader(rows):
    assert [rows["ada", part].state for part in WRITTEN] == [WAITS, WAITS]


@pytest.mark.parametrize(
    ("student", "why"), [("dan", "web page"), ("fay", NOTHING), ("kim", "answers.pdf")]
)
def test_what_cannot_be_read_needs_attention_and_is_never_0(rows, student, why):
    assert set(states(rows, student).values()) == {ATTENTION}
    assert all(why in rows[student, part].why for part in states(rows, student))
    assert code_points(rows, student) == 0


def test_attention_to_one_part_leaves_the_others_graded(rows):
    found = states(rows, "eve")
    assert found.pop("pb-G1-limit-check") == ATTENTION
    assert set(found.values()) == {GRADED, WAITS}


def test_the_referee_s_attention_is_to_its_parts(classroom, line_search):
    def tired(jobs):
        return [replace(r, parts=r.parts[:2], attention="killed") for r in honest_referee(jobs)]

    found = grade.grade(classroom, line_search, tired)
    ada = {row.part: row for row in found if row.student == "ada"}
    assert [row.state for row in ada.values()].count(GRADED) == 2
    assert ada["pb-F3-2-fit-check"].why == "killed"


def test_a_check_of_which_one_part_is_missing_needs_attention(classroom, line_search):
    def halves(jobs):
        for result in honest_referee(jobs):
            first, *others = result.parts
            half = replace(first, points=first.points / 2, max_points=first.max_points / 2)
            yield replace(result, parts=(half, *others), attention="no verdict on one part")

    found = grade.grade(classroom, line_search, halves)
    ada = {row.part: row for row in found if row.student == "ada"}
    assert ada["pb-G1-limit-check"].state == ATTENTION
    assert ada["pb-F3-1-rate-check"].points == 3


def test_a_referee_who_loses_a_submission_stops_nothing(classroom, line_search):
    found = grade.grade(classroom, line_search, lambda jobs: [])
    checks = [row for row in found if row.part not in WRITTEN and row.student != "fay"]
    assert {row.state for row in checks} == {ATTENTION}


def test_stock_nbgrader_reads_the_gradebook(classroom):
    with Gradebook(f"sqlite:///{classroom.gradebook}") as book:
        assert {s.student.id for s in book.assignment_submissions(SET)} == {*HANDED_IN}
        ada, eve = (book.find_submission(SET, name) for name in ("ada", "eve"))
        assert (ada.score, ada.max_score, ada.needs_manual_grade) == (16, 23, True)
        grade_of_eve = book.find_grade("pb-G1-limit-check", "03_exercises", SET, "eve")
        assert (grade_of_eve.auto_score, grade_of_eve.needs_manual_grade) == (None, True)
        assert not book.find_submission(SET, "bob").needs_manual_grade
        assert str(book.find_submission(SET, "gus").timestamp) == "2026-03-03 10:00:00"


def test_lateness_costs_what_the_class_says_and_an_extension_moves_the_date(classroom, line_search):
    found, _, penalties = grade.stands(classroom, line_search)
    assert found["gus"].seconds_late == pytest.approx(35 * 3600 + 60)
    assert penalties["gus"] == pytest.approx(0.2 * CODE)
    assert penalties["hal"] == penalties["ada"] == 0


def test_grading_again_changes_nothing(classroom, line_search, rows):
    again = grade.grade(classroom, line_search, honest_referee)
    assert {(row.student, row.part): row for row in again} == rows


def test_a_submission_that_was_mended_is_graded(classroom, line_search):
    place = classroom.submitted("dan", SET) / "03_exercises.ipynb"
    place.write_bytes(as_bytes(answered()))
    found = grade.grade(classroom, line_search, honest_referee)
    assert sum(row.points or 0 for row in found if row.student == "dan") == CODE


def test_a_gradebook_that_somebody_else_writes_is_said_to_be_busy(classroom, line_search):
    with gradebook.opened(classroom) as session:
        gradebook.define(session, line_search)
        with pytest.raises(gradebook.GradebookBusy, match="locked"):
            with gradebook.opened(classroom, patience=0.1) as other:
                gradebook.define(other, line_search).name = "other"
                other.flush()


def test_an_error_undoes_all_that_was_written(classroom, line_search, rows):
    with pytest.raises(ZeroDivisionError):
        with gradebook.opened(classroom) as session:
            gradebook.write(session, line_search, {}, classroom)
            gradebook.mark(
                session, line_search, records.Record("ada", SET), "pb-6-8-argument", 3, "good"
            )
            raise ZeroDivisionError
    assert grade.stands(classroom, line_search)[1] == [*rows.values()]


def test_statistics_count_each_student_once(classroom, line_search):
    found = records.read(classroom.records(SET))
    page = records.statistics(found, line_search)
    assert f"- 1 × {MISTAKE}" in page.split("## pb-F3.1")[0]
    assert "# 03_line_search: 10 submissions" in page
