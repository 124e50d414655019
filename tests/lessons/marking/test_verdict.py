"""A verdict: one of four words, each with a mark and a colour."""

import pytest

from lessons.marking.verdict import PartVerdict, Status, Verdict


def example(*statuses):
    return Verdict("pb-0 <Title>", tuple(PartVerdict("a", s, "`x < 1`", 0, 1) for s in statuses))


@pytest.mark.parametrize("status", Status)
def test_verdict_says_the_word_beside_mark_and_colour(status):
    shown = example(status)._repr_mimebundle_()
    assert shown["text/plain"].startswith(f"{status.mark} {status.word}")
    assert f"{status.mark} {status.word}" in shown["text/html"]
    assert "<code>x &lt; 1</code>" in shown["text/html"] and "<Title>" not in shown["text/html"]
    # Only the border has a colour of its own, so the text is readable on any theme.
    assert shown["text/html"].count("#") == 1 and "background" not in shown["text/html"]


def test_four_verdicts_differ_in_word_mark_and_colour():
    for aspect in ("word", "mark", "colour"):
        assert len({getattr(status, aspect) for status in Status}) == 4


def test_verdict_of_several_parts_lists_each():
    verdict = example(Status.CORRECT, Status.ERROR, Status.NOT_YET)
    assert verdict.status is Status.ERROR
    assert [line.split(":")[0].strip() for line in str(verdict).splitlines()[1:]] == [
        "✓ a", "✗ a", "→ a",
    ]  # fmt: skip
    assert example(Status.CORRECT, Status.NOT_ATTEMPTED).status is Status.NOT_YET
