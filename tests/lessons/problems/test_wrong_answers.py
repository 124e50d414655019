"""Wrong answers are refused and nearly all explained; right ones are accepted in any style."""

import pytest

from lessons.marking.verdict import Status
from tests.wrong_answers import Outcome, judge, outcome, tables


def rows(kind):
    """The answers of each table to each problem."""
    for table in tables():
        for problem, answers in getattr(table, kind, {}).items():
            yield pytest.param(problem, answers, id=f"{table.__name__.split('.')[-1]}-{problem}")


@pytest.mark.parametrize(("problem", "answers"), list(rows("WRONG")))
def test_nine_of_ten_messages_name_the_cause_or_give_an_example_to_do_by_hand(problem, answers):
    met = {
        f"{part}, {label}": outcome(problem, part, answer, cause)
        for part, label, answer, cause in answers
    }
    useless = {label: told for label, (kind, told) in met.items() if kind is Outcome.NEITHER}
    assert [label for label, (kind, _) in met.items() if kind is Outcome.ACCEPTED] == []
    assert len(useless) <= len(met) / 10, useless


@pytest.mark.parametrize(("problem", "answers"), list(rows("RIGHT")))
def test_right_answers_in_other_styles_are_accepted(problem, answers):
    refused = {
        f"{part}, {style}": told
        for part, style, answer in answers
        for status, told in [judge(problem, part, answer)]
        if status is not Status.CORRECT
    }
    assert refused == {}
