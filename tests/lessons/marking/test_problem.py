"""A problem as it is used: its statement, what `check` prints, the points that nbgrader gets."""

import pytest

from lessons.marking.verdict import NotAttempted, Status
from lessons.problems import pb_6_1, pb_6_2, pb_6_6, pb_6_11, pb_C1, pb_G1
from tests.lessons.answers import HIDDEN_SEED, centred, line_gradient, stub


def test_statement_names_the_problem_and_its_hint(capsys):
    pb_6_1.statement()
    shown = capsys.readouterr().out
    assert shown.startswith("## pb-6.1 · The gradient of a least-squares loss")
    assert "pb_6_1.hint()" in shown


def test_check_says_that_nothing_was_attempted_and_raises_nothing(capsys):
    pb_6_1.check(stub)
    assert "Not attempted (0 of 3 points)" in capsys.readouterr().out


def test_check_of_a_wrong_answer_only_shows_it(capsys):
    assert pb_6_1.check(lambda phi, x, y: [0, 0]) is None
    assert "Not yet (0 of 3 points)" in capsys.readouterr().out


def test_one_part_attempted_is_enough():
    verdict = pb_6_2.verdict(trace=lambda x: 2 * (1 + x**2).sum(), determinant=stub)
    assert [part.status for part in verdict.parts] == [Status.CORRECT, Status.NOT_ATTEMPTED]
    assert (verdict.status, verdict.points, verdict.out_of) == (Status.NOT_YET, 1, 2)


def test_answers_must_be_named_where_there_are_several():
    for bad in (
        lambda: pb_C1.verdict(centred),
        lambda: pb_C1.verdict(),
        lambda: pb_C1.verdict(z=1),
    ):
        with pytest.raises(
            TypeError, match="pb_C1 expects answers by name, from difference, error"
        ):
            bad()


def test_points_raise_if_nothing_was_attempted():
    with pytest.raises(NotImplementedError, match="pb-6.11 is waiting") as caught:
        pb_6_11.points(shape=..., distinct=..., float32=..., float64=..., seed=1)
    assert isinstance(caught.value, NotAttempted)
    assert len(caught.value._render_traceback_()) == 1


def test_points_are_a_float_that_nbgrader_can_read():
    points = pb_6_1.points(line_gradient, seed=HIDDEN_SEED)
    assert type(points) is float and repr(points) == "3.0"
    answers = {part.name: {k: c.right for k, c in part.choices.items()} for part in pb_6_6.parts}
    answers["points"][7] = "neither"
    assert repr(pb_6_6.points(**answers, seed=1)) == "4.5"
    assert pb_6_1.points(lambda *data: [0, 0], seed=1) == 0.0


def test_success_claims_no_more_than_public_checks():
    shown = str(pb_6_1.verdict(line_gradient))
    assert "Correct: public checks passed (3 of 3 points)" in shown
    assert "all tests" not in shown.lower()
    assert "public checks" not in str(pb_G1.verdict(lambda hessian: 1))
