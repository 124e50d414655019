"""Questions with many right answers: tried out, and told in words that are true of each."""

from dataclasses import replace

import numpy as np
import pytest

from lessons.marking.outcomes import GoalPart, SettingPart
from lessons.marking.parts import Misconception
from lessons.marking.verdict import Status


def judged(part, answer):
    return part.judge(answer, np.random.default_rng(0))


def between(low, high=1.0):
    return low < high, f"{low:g} and {high:g}."


ONE = SettingPart(name="one", outcome=between, misconceptions=(Misconception(2.0, "Two is two."),))
TWO = SettingPart(name="two", count=2, outcome=between)


@pytest.mark.parametrize(
    "answer", [0.5, np.float32(0.5), [0.5], np.array([[0.5]]), "0.5", True - 1]
)
def test_a_setting_in_any_form_is_tried(answer):
    verdict = judged(ONE, answer)
    if isinstance(answer, str):
        assert verdict.status is Status.NOT_YET and "not" in verdict.message
    else:
        assert verdict.status is Status.CORRECT and verdict.points == 1


@pytest.mark.parametrize(
    "part, answer, word",
    [
        (ONE, 3, "3 and 1."),
        (ONE, 2.0001, "Two is two."),
        (ONE, [1, 2], "expected one number"),
        (TWO, 3, "expected 2 numbers in a list"),
        (TWO, [[1, 2]], "expected 2 numbers in a list"),
        (ONE, np.inf, "not finite"),
        (ONE, np.nan, "not finite"),
    ],
)
def test_a_setting_that_does_not_do_is_told_why(part, answer, word):
    verdict = judged(part, answer)
    assert verdict.status is Status.NOT_YET and word in verdict.message


@pytest.mark.parametrize("part, answer", [(ONE, ...), (TWO, [..., ...])])
def test_an_untouched_setting_is_not_attempted(part, answer):
    assert judged(part, answer).status is Status.NOT_ATTEMPTED


def above_ten(given, answer):
    return answer >= 10 * given["a"], f"{answer:g} is what you return."


GOAL = GoalPart(
    name="goal",
    right=lambda a: 10 * a,
    inputs=lambda rng: [{"a": 1.0}, {"a": 2.0}],
    reached=above_ten,
    misconceptions=(Misconception(lambda a: a, "Your function returns what it is given."),),
)


def unfinished(a):
    raise NotImplementedError()


@pytest.mark.parametrize(
    "answer, status, word",
    [
        (lambda a: 10 * a, Status.CORRECT, "20 is what you return."),
        (lambda a: 70 * a, Status.CORRECT, "140 is what you return."),
        (lambda a: 9 * a, Status.NOT_YET, "With a = 1, 9 is what you return."),
        (lambda a: 10.0, Status.NOT_YET, "With a = 2, 10 is what you return."),
        (lambda a: a, Status.NOT_YET, "Your function returns what it is given."),
        (lambda a: [a, a], Status.NOT_YET, "expected a single number"),
        (lambda a: None, Status.NOT_YET, "return"),
        (lambda a: 1 / 0, Status.ERROR, "ZeroDivisionError"),
        (unfinished, Status.NOT_ATTEMPTED, "stub"),
        (..., Status.NOT_ATTEMPTED, "no answer"),
    ],
)
def test_a_goal_may_be_reached_in_any_way(answer, status, word):
    verdict = judged(GOAL, answer)
    assert verdict.status is status and word in verdict.message, verdict


def test_where_luck_is_given_the_same_inputs_must_give_the_same_again():
    rng = np.random.default_rng(0)

    def drawn(a):
        return 10 * a + rng.random()

    verdict = judged(replace(GOAL, repeatable=True), drawn)
    assert verdict.status is Status.NOT_YET and "when the same is asked again" in verdict.message
    assert judged(GOAL, drawn).status is Status.CORRECT
    assert judged(replace(GOAL, repeatable=True), lambda a: 10 * a).status is Status.CORRECT
