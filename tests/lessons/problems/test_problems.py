"""What holds of every problem: right answers, every known wrong one, choices, hints, seeds.

A chapter's answers are in the module named like its problems, as tables:

RIGHT = {"problem:part": [answer in one form, in another, ...]}
WRONG = answers as a student would write them, each below the message that it must meet (`mistake`)
LEAKS = {problem: (a pattern that no message may hold, a sentence that would hold it)}
"""

import re
from dataclasses import replace
from importlib import import_module
from itertools import cycle
from pkgutil import iter_modules

import numpy as np
import pytest

from lessons import problems
from lessons.marking.parts import ChoicePart, ChoicesPart
from lessons.marking.problem import PUBLIC_SEED
from lessons.marking.verdict import Status
from tests.lessons.answers import FUNCTIONS, HIDDEN_SEED, PARTS, stub, verdict_on

CHAPTERS = [import_module(f"{__package__}.test_{m.name}") for m in iter_modules(problems.__path__)]
RIGHT = {key: answers for chapter in CHAPTERS for key, answers in chapter.RIGHT.items()}
LEAKS = {id: leak for chapter in CHAPTERS for id, leak in chapter.LEAKS.items()}
WRONG = [row for chapter in CHAPTERS for row in chapter.WRONG]

STUDENTS = range(1, 3)
"""Seeds, as two students may have them."""

# --- Right answers --------------------------------------------------------------------------------


def test_right_answers_are_listed_for_every_part():
    assert RIGHT.keys() == PARTS.keys()


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize("key", PARTS)
def test_right_answer_in_any_form_gets_full_marks(key, seed):
    problem, part = PARTS[key]
    for answer in RIGHT[key]:
        verdict = verdict_on(problem, part, answer, seed)
        assert verdict.status is Status.CORRECT, verdict
        assert verdict.points == part.out_of


@pytest.mark.parametrize(
    "key", [key for key, (_, part) in PARTS.items() if hasattr(part, "inputs")]
)
def test_right_answer_is_right_for_other_students(key):
    """Everybody is graded on inputs of their own: one in a hundred must not be unlucky."""
    problem, part = PARTS[key]
    for seed in STUDENTS:
        verdict = verdict_on(problem, part, RIGHT[key][seed % len(RIGHT[key])], seed)
        assert verdict.status is Status.CORRECT, (seed, verdict)


# --- Known wrong answers --------------------------------------------------------------------------

KNOWN_WRONG = [
    pytest.param(problem, part, known, id=f"{key}-{number}")
    for key, (problem, part) in PARTS.items()
    for number, known in enumerate(part.misconceptions)
]


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize(("problem", "part", "known"), KNOWN_WRONG)
def test_known_wrong_answer_gets_its_own_message(problem, part, known, seed):
    answer = [known.answer] if part.name == "minima" else known.answer
    verdict = verdict_on(problem, part, answer, seed)
    assert verdict.status is Status.NOT_YET
    assert verdict.message.endswith(known.message)
    assert verdict.points < part.out_of


def in_short(value):
    return str(getattr(value, "id", getattr(value, "__name__", value)))


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize(("problem", "part", "answer", "message"), WRONG, ids=in_short)
def test_mistake_as_a_student_writes_it_is_recognised(problem, part, answer, message, seed):
    _, asked = PARTS[f"{problem.id}:{part}"]
    verdict = verdict_on(problem, asked, answer, seed)
    assert verdict.status is Status.NOT_YET
    assert message in verdict.message
    assert verdict.points == 0 or asked.components  # a right entry earns its share


@pytest.mark.parametrize("key", PARTS)
def test_messages_to_known_wrong_answers_differ(key):
    messages = [known.message for known in PARTS[key][1].misconceptions]
    assert len(set(messages)) == len(messages)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_function_parts_know_at_least_four_wrong_answers(key):
    assert len(FUNCTIONS[key][1].misconceptions) >= 4


@pytest.mark.parametrize("key", FUNCTIONS)
def test_what_a_function_returns_is_named_as_one_thing(key):
    """Messages say that it *is* something: "the list of rates", not "the rates"."""
    noun = FUNCTIONS[key][1].result.removeprefix("the ").split()[0]
    assert not re.fullmatch(r"(?!bias|excess|loss)\w+s", noun)


def wrong_choices():
    for key, (problem, part) in PARTS.items():
        if isinstance(part, ChoicePart):
            for option, reason in part.choice.reasons.items():
                yield pytest.param(problem, part, option, reason, 0, id=f"{key}-{option}")
        elif isinstance(part, ChoicesPart):
            right = {name: choice.right for name, choice in part.choices.items()}
            share = 1 - 1 / len(right)
            for name, choice in part.choices.items():
                for option, reason in choice.reasons.items():
                    answer = {**right, name: option}
                    yield pytest.param(
                        problem,
                        part,
                        answer,
                        f"{name}: {reason}",
                        share,
                        id=f"{key}-{name}-{option}",
                    )


@pytest.mark.parametrize(("problem", "part", "answer", "reason", "share"), [*wrong_choices()])
def test_wrong_choice_gets_its_reason_and_the_rest_its_points(problem, part, answer, reason, share):
    verdict = verdict_on(problem, part, answer)
    assert verdict.status is Status.NOT_YET
    assert verdict.message.endswith(reason)
    assert verdict.points == pytest.approx(share * part.out_of)


# --- No answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", PARTS)
def test_stub_is_not_attempted(key):
    problem, part = PARTS[key]
    answers = [..., (..., ...), {1: ..., 2: ...}, *([stub] if key in FUNCTIONS else [])]
    for answer in answers:
        verdict = verdict_on(problem, part, answer)
        assert (verdict.status, verdict.points) == (Status.NOT_ATTEMPTED, 0)


# --- Seeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FUNCTIONS)
def test_hidden_inputs_differ_and_are_reproducible(key):
    _, part = FUNCTIONS[key]

    def shown(seed):
        return str([list(given.values()) for given in part.inputs(np.random.default_rng(seed))])

    assert shown(HIDDEN_SEED) == shown(HIDDEN_SEED) != shown(PUBLIC_SEED)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_learning_the_public_answers_by_heart_is_not_enough(key):
    problem, part = FUNCTIONS[key]
    rights = [
        part.right(*given.values()) for given in part.inputs(np.random.default_rng(PUBLIC_SEED))
    ]

    def recite(answers):
        return lambda *arguments: next(answers)

    assert verdict_on(problem, part, recite(cycle(rights))).status is Status.CORRECT
    learnt = verdict_on(problem, part, recite(cycle(rights)), HIDDEN_SEED)
    assert learnt.status is Status.NOT_YET


# --- What a student reads -------------------------------------------------------------------------


@pytest.mark.parametrize("problem", problems.ALL.values(), ids=problems.ALL)
def test_hints_come_one_by_one_and_the_last_one_stays(problem, capsys):
    fresh = replace(problem)
    shown = []
    for _ in range(len(fresh.hints) + 1):
        fresh.hint()
        shown.append(capsys.readouterr().out)
    assert 2 <= len(fresh.hints) <= 3
    for number, (text, hint) in enumerate(zip(shown, fresh.hints, strict=False), start=1):
        assert f"Hint {number} of {len(fresh.hints)}" in text and hint in text
    assert shown[-1] == shown[-2]


def told_by(problem):
    """All that a student can be told, without the words and inputs that are quoted back."""
    yield from problem.hints
    for part in problem.parts:
        yield from (known.message for known in part.misconceptions)  # met with it, as tested above
        yield from getattr(part, "components", ())  # which a message may list as right
        yield from (verdict_on(problem, part, answer).message for answer in (0.3, lambda *a: 0.3))
        for choice in getattr(part, "choices", {"": getattr(part, "choice", None)}).values():
            yield from choice.reasons.values() if choice else ()


@pytest.mark.parametrize("name", problems.ALL)
def test_no_message_or_hint_gives_the_answer_away(name):
    pattern, leak = LEAKS[name]
    assert re.search(pattern, leak)
    for text in told_by(problems.ALL[name]):
        unquoted = re.sub(r"With .*?, (the|your) |`.*?`", "", text)
        assert not re.search(pattern, unquoted), text
