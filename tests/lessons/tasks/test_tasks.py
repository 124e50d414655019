"""Tasks: right answers in other forms, known wrong answers, none at all, and garbage.

A chapter's answers are in the module named like its tasks: RIGHT = {task: [answer, ...]} and
WRONG = {task: [(answer, words of the message), ...]}, for tasks of several parts by dicts.
"""

from importlib import import_module

import numpy as np
import pytest

from lessons import tasks
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import ChoicesPart
from lessons.marking.verdict import Status

EVERY = {
    (chapter, name): task for chapter, found in tasks.ALL.items() for name, task in found.items()
}
ANSWERS = {chapter: import_module(f"{__package__}.test_{chapter}") for chapter in tasks.ALL}
each_task = pytest.mark.parametrize("key", EVERY, ids="-".join)
GARBAGE = [None, "a", [], {}, object(), np.nan, [1, "b"], lambda *inputs: "a", lambda: 1, 10**400]


def answers(key, table):
    return getattr(ANSWERS[key[0]], table)[key[1]]


def check(task, answer):
    by_part = isinstance(answer, dict) and answer.keys() <= {part.name for part in task.parts}
    return task.verdict(**answer) if by_part else task.verdict(answer)


@each_task
def test_a_task_is_named_like_its_variable_and_has_hints(key):
    task = EVERY[key]
    assert task.name == key[1]
    assert 1 <= len(task.hints) <= 3 and len(set(task.hints)) == len(task.hints)


@each_task
def test_right_answers_are_correct(key):
    assert len(answers(key, "RIGHT")) >= 2, "in more than one form"
    for answer in answers(key, "RIGHT"):
        verdict = check(EVERY[key], answer)
        assert verdict.status is Status.CORRECT, verdict
        assert "point" not in str(verdict)


@each_task
def test_wrong_answers_are_told_why(key):
    assert len(answers(key, "WRONG")) >= 2
    for answer, words in answers(key, "WRONG"):
        verdict = check(EVERY[key], answer)
        assert verdict.status is Status.NOT_YET and words in str(verdict), verdict


@each_task
def test_known_wrong_answers_get_their_own_message(key):
    for part in EVERY[key].parts:
        for known in part.misconceptions:
            [verdict] = EVERY[key].verdict(**{part.name: known.answer}).parts
            assert verdict.status is Status.NOT_YET
            assert verdict.message.endswith(known.message), verdict


@each_task
def test_every_choice_has_its_reason(key):
    for part in EVERY[key].parts:
        if isinstance(part, ChoicesPart):
            for choice in part.choices.values():
                assert choice.reason(choice.right) is None
                for option, reason in choice.reasons.items():
                    assert choice.reason(option) == reason and option != choice.right


@each_task
def test_no_answer_is_not_attempted(key):
    task = EVERY[key]
    for part in task.parts:
        empty = [...] * part.count if isinstance(part, SettingPart) and part.count > 1 else ...
        assert task.verdict(**{part.name: empty}).status is Status.NOT_ATTEMPTED


@each_task
@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda value: str(value)[:20])
def test_garbage_gets_a_verdict(key, garbage):
    for part in EVERY[key].parts:
        verdict = EVERY[key].verdict(**{part.name: garbage})
        assert verdict.status in (Status.NOT_YET, Status.ERROR), verdict
