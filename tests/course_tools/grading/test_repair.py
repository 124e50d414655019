"""Whatever became of a submission on its way, it is worth what its answers are worth."""

import ast
import contextlib
import json
import re
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_tools.grading import sets
from course_tools.grading.reading import NeedsAttention
from course_tools.grading.repair import repair
from tests.course_tools.grading import handed_in
from tests.course_tools.grading.handed_in import (
    as_bytes,
    cell_of,
    index_of,
    own_code,
    own_text,
    text_of,
    untouched,
)

LINES, LANDSCAPES = "03_line_search", "04_loss_surfaces"
BOTH = [LINES, LANDSCAPES]
PROBLEM, IMPORTED = re.compile(r"\bpb_\w+"), re.compile(r"^from lessons.*$", re.MULTILINE)
RIGHT = "import math\n\n\ndef largest_stable_rate(*given):\n    return 'pb-G1-limit'\n"
HALF = "def largest_stable_rate(h):\n    return 'half'"


def solved(name, answers=None):
    """A set in which every answer can be told from every other, and costs nothing to run."""
    marked = {cell.name: answer(cell) for cell in sets.load(name).cells if cell.role == "code"}
    return handed_in.solved(name, marked | (answers or {}))


def answer(cell):
    """Every name of an answer gives the name of its cell."""
    functions = {f.name for f in ast.parse(cell.source).body if isinstance(f, ast.FunctionDef)}
    lines = [
        f"def {name}(*given):\n    return {cell.name!r}" if name in functions else
        f"{name} = {cell.name!r}"
        for name in sorted(cell.names)
    ]  # fmt: skip
    return "import math\n\n\n" + "\n\n\n".join(lines)


def points(rebuilt, name):
    """Of each check, whether it finds the answers it asks for: the cells are executed in order."""
    earned, exercise_set = {}, sets.load(name)
    asking = SimpleNamespace(check=lambda *answer, **answers: None)
    namespace = {
        name: asking for cell in exercise_set.graded for name in PROBLEM.findall(cell.source)
    }
    for cell in rebuilt.cells:
        asked = exercise_set.by_name.get(cell.grade_id)
        if asked and asked.role == "check":
            earned[asked.name] = all(
                said(namespace.get(wanted)) == answer.name
                for answer in exercise_set.answers_of(asked)
                for wanted in answer.names & asked.names
            )
        else:
            with contextlib.suppress(Exception):
                exec(IMPORTED.sub("", cell.source), namespace)
    return earned


def said(value):
    with contextlib.suppress(Exception):
        return value() if callable(value) else value


@cache
def rebuilt_undamaged(name):
    return repair(as_bytes(solved(name)), sets.load(name))


@cache
def full(name):
    return points(rebuilt_undamaged(name), name)


def worth(data, name):
    rebuilt = repair(data, sets.load(name))
    assert rebuilt.attention == {}
    return rebuilt, points(rebuilt, name)


@pytest.mark.parametrize("name", BOTH)
def test_a_submission_that_nothing_happened_to_is_itself(name):
    rebuilt = rebuilt_undamaged(name)
    checks = [cell.name for cell in sets.load(name).graded if cell.role == "check"]
    assert full(name) == dict.fromkeys(checks, True)
    assert rebuilt.notes == ()
    assert [c.grade_id for c in rebuilt.cells] == [
        c.name for c in sets.load(name).cells if c.kind == "code"
    ]
    assert all("Model answer" in text for text in rebuilt.written.values())


@pytest.mark.parametrize("name", BOTH)
def test_an_untouched_set_earns_nothing_and_has_no_written_answer(name):
    rebuilt, earned = worth(as_bytes(untouched(name)), name)
    assert set(earned.values()) == {False} and earned.keys() == full(name).keys()
    assert set(rebuilt.written.values()) == {""}


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("damage", handed_in.CELLS, ids=lambda damage: damage.__name__)
def test_damaged_cells_are_worth_what_they_were(damage, name):
    rebuilt, earned = worth(as_bytes(damage(solved(name))), name)
    assert earned == full(name)
    assert rebuilt.written.keys() == rebuilt_undamaged(name).written.keys()
    for text in rebuilt.written.values():
        assert text.count("**Model answer.**") == 1


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("damage", handed_in.FILES, ids=lambda damage: damage.__name__)
def test_damaged_files_are_worth_what_they_were(damage, name):
    _, earned = worth(damage(solved(name)), name)
    assert earned == full(name)


UPON_EACH_OTHER = [
    handed_in.every_cell_copied, handed_in.checks_deleted, handed_in.checks_edited,
    handed_in.statements_deleted, handed_in.imports_deleted, handed_in.imports_edited,
    handed_in.metadata_stripped, handed_in.ids_and_metadata_stripped, handed_in.grade_ids_renamed,
    handed_in.answers_split, handed_in.answers_retyped, handed_in.scratch_error,
    handed_in.sources_as_lists_of_lines,
]  # fmt: skip
"""The others, two at once, can change what a notebook says: a template behind an answer in one
cell undoes it, in a kernel too."""


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(BOTH),
    st.lists(st.sampled_from(UPON_EACH_OTHER), max_size=3),
    st.sampled_from([as_bytes, *handed_in.FILES]),
)
def test_damage_upon_damage_loses_nothing(name, damages, in_a_file):
    submission = solved(name)
    for damage in damages:
        submission = damage(submission)
    _, earned = worth(in_a_file(submission), name)
    assert earned == full(name)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bytes_at_random_are_read_or_need_attention(data):
    """A notebook with a piece cut out or put in: never another exception."""
    whole = as_bytes(solved(LINES))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 3000)))
    try:
        repair(whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:], sets.load(LINES))
    except NeedsAttention as why:
        assert str(why)


# --- What an honest student did that is no damage ---------------------------------------------


def test_of_several_answers_the_last_that_was_filled_in_counts():
    submission = solved(LINES, {"pb-G1-limit": HALF})
    place = index_of(submission, "pb-G1-limit")
    right = dict(cell_of(solved(LINES), "pb-G1-limit"), id="second-try")
    submission["cells"].insert(place + 1, right)
    rebuilt, earned = worth(as_bytes(submission), LINES)
    assert earned == full(LINES)
    assert "pb-G1-limit was there more than once" in rebuilt.notes


def test_a_wrong_answer_stays_wrong_in_whatever_way_it_is_found():
    for damage in (handed_in.every_cell_copied, handed_in.ids_and_metadata_stripped):
        submission = damage(solved(LINES, {"pb-G1-limit": HALF}))
        _, earned = worth(as_bytes(submission), LINES)
        assert earned == full(LINES) | {"pb-G1-limit-check": False}


def test_an_answer_that_was_deleted_is_untouched_and_said_to_be_missing():
    submission = solved(LINES)
    del submission["cells"][index_of(submission, "pb-G1-limit")]
    del submission["cells"][index_of(submission, "pb-6-7-argument")]
    rebuilt, earned = worth(as_bytes(submission), LINES)
    assert earned == full(LINES) | {"pb-G1-limit-check": False}
    assert rebuilt.written["pb-6-7-argument"] == ""
    assert {"pb-G1-limit was missing", "pb-6-7-argument was missing"} == {*rebuilt.notes}


def test_a_helper_in_a_cell_of_its_own_runs_where_it_stood():
    submission = solved(LINES, {"pb-G1-limit": "largest_stable_rate = helper"})
    helper = "def helper():\n    return 'pb-G1-limit'"
    submission["cells"].insert(3, own_code(helper))
    _, earned = worth(as_bytes(submission), LINES)
    assert earned == full(LINES)


def test_a_text_below_the_template_is_the_written_answer():
    submission = untouched(LINES)
    place = index_of(submission, "pb-6-8-argument")
    submission["cells"].insert(place + 1, own_text("Because $1-\\alpha\\lambda<-1$."))
    rebuilt, _ = worth(as_bytes(submission), LINES)
    assert rebuilt.written == {
        "pb-6-8-argument": "Because $1-\\alpha\\lambda<-1$.", "pb-6-7-argument": ""
    }  # fmt: skip


def test_a_text_below_the_question_of_a_problem_is_the_answer_to_that_one():
    """Not to the answer before it, which is another problem's."""
    submission = untouched(LINES)
    cell = cell_of(submission, "pb-6-7-statement")
    cell["source"] = text_of(cell) + "\n\nBecause they are orthogonal."
    rebuilt, _ = worth(as_bytes(submission), LINES)
    assert rebuilt.written == {
        "pb-6-8-argument": "", "pb-6-7-argument": "Because they are orthogonal."
    }  # fmt: skip


def test_what_a_student_writes_into_a_check_is_not_what_is_asked():
    submission = solved(LINES, {"pb-G1-limit": HALF})
    cell_of(submission, "pb-G1-limit-check")["source"] = "pb_G1 = None"
    rebuilt, earned = worth(as_bytes(submission), LINES)
    assert not earned["pb-G1-limit-check"]
    [check] = [c for c in rebuilt.cells if c.grade_id == "pb-G1-limit-check"]
    assert check.source == sets.load(LINES).by_name["pb-G1-limit-check"].source


# --- Merges ------------------------------------------------------------------------------------


def conflict(ours, theirs):
    return f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other\n"


def in_file(ours, theirs):
    """A notebook whose first answer Git left with two versions."""
    text, mark = as_bytes(solved(LINES, {"pb-G1-limit": "HERE"})).decode(), '   "source": "HERE"\n'
    versions = [f'   "source": {json.dumps(source)}\n' for source in (ours, theirs)]
    assert mark in text
    return text.replace(mark, conflict(*versions)).encode()


def in_cell(ours, theirs):
    """The same, as a tool that merges notebooks leaves it."""
    return as_bytes(solved(LINES, {"pb-G1-limit": conflict(ours + "\n", theirs + "\n")}))


TEMPLATE = text_of(cell_of(untouched(LINES), "pb-G1-limit"))


@pytest.mark.parametrize("place", [in_file, in_cell])
@pytest.mark.parametrize("pair", [(RIGHT, TEMPLATE), (TEMPLATE, RIGHT), (RIGHT, RIGHT)])
def test_a_merge_with_one_answer_is_decided(place, pair):
    _, earned = worth(place(*pair), LINES)
    assert earned == full(LINES)


@pytest.mark.parametrize("place", [in_file, in_cell])
def test_a_merge_of_two_answers_needs_attention_in_that_part_alone(place):
    rebuilt = repair(place(HALF, RIGHT), sets.load(LINES))
    assert rebuilt.attention.keys() == {"pb-G1-limit-check"}
    assert "two versions" in rebuilt.attention["pb-G1-limit-check"]
    earned = points(rebuilt, LINES)
    assert earned | {"pb-G1-limit-check": True} == full(LINES)


def test_a_reader_sees_both_versions_of_a_text():
    text = conflict("Because it is steep.\n", "Because it is narrow.\n")
    rebuilt, _ = worth(as_bytes(solved(LINES, {"pb-6-8-argument": text})), LINES)
    assert "steep" in rebuilt.written["pb-6-8-argument"]
    assert "narrow" in rebuilt.written["pb-6-8-argument"]


# --- What cannot be repaired ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (as_bytes(solved(LINES))[:5000], "breaks off"),
        (b"<html><body>Log in</body></html>", "web page"),
        (b"%PDF-1.7 {", "no notebook; it begins with '%PDF-1.7"),
        (b"PK\x03\x04" + bytes(range(256)), "no notebook|no text"),
        (b'{"answer": 3}', "no cells"),
        (b'{"cells": []}', "no cell of 03_line_search"),
        (b'{"cells": {"0": 1}}', "no cells"),
        (b"[" * 100_000, "no notebook"),
        (b'{"cells": ' + b"[" * 100_000, "no notebook"),
        (as_bytes(solved("06_momentum")), "begins with '# Exercises: .*momentum"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_submission_of_the_set_needs_attention(data, why):
    with pytest.raises(NeedsAttention, match=why):
        repair(data, sets.load(LINES))


@pytest.mark.parametrize("value", [None, 3, [], {"source": 7}, [None, 4], "text"])
def test_cells_of_any_shape_stop_nothing(value):
    submission = solved(LINES)
    for key in ("metadata", "source", "id", "cell_type"):
        submission["cells"].insert(0, {"cell_type": "code", "metadata": {}, key: value})
    submission["cells"].insert(0, value)
    cell_of = submission["cells"][-1]
    cell_of["metadata"] = {"nbgrader": value}
    _, earned = worth(as_bytes(submission), LINES)
    assert earned == full(LINES)
