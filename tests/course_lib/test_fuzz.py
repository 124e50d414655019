"""A wrong argument is refused in words; a sample of what fuzz.py tries."""

import random

import pytest

from tests.course_lib import fuzz

TARGETS = [*fuzz.targets()]
SAMPLE = random.Random(10).sample([*fuzz.calls()], 500)


def test_the_fuzz_knows_every_public_name_with_its_arguments():
    for target in TARGETS:
        for parameter in target.parameters:
            if fuzz.is_tried(target, parameter):
                fuzz.argument(target.name, parameter)
    assert len(TARGETS) > 250


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_call_works_before_anything_is_replaced(target):
    values = fuzz.valid(target)
    if values:
        parameter = next(iter(values))
        assert fuzz.try_with(target, parameter, values[parameter]) is None


def test_a_wrong_argument_is_refused_with_its_name_its_value_and_what_was_expected():
    rows = [fuzz.outcome(*call) for call in SAMPLE]
    refused = [row for row in rows if row.verdict in ("clear", "unclear")]
    assert len(refused) > 300
    unclear = [row for row in refused if row.verdict == "unclear"]
    assert len(unclear) <= len(refused) / 50, unclear
    assert [row for row in rows if row.verdict == "nonsense"] == []


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ValueError("n is -1"), "what was expected is missing"),
        (ValueError("the value -1 is bad, expected 1"), "the name is missing"),
        (ValueError("n is wrong, expected at least 1"), "the value is missing"),
        (AttributeError("n is -1, expected at least 1"), "of another kind"),
        (ValueError("n is -1, expected at least 1" + 500 * "!"), "too long"),
    ],
)
def test_an_error_that_leaves_something_out_is_not_clear(error, why):
    assert not fuzz.is_clear(error, "n", -1), why
    assert fuzz.is_clear(ValueError("n is -1, expected at least 1"), "n", -1)
