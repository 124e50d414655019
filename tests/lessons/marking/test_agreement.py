"""The cell below a chapter's own lines: it tells, and never raises."""

import numpy as np
import pytest

from lessons.marking.agreement import agrees, compared
from lessons.marking.verdict import Status


def missing():
    return not_there  # noqa: F821


@pytest.mark.parametrize(
    "yours, library, status, word",
    [
        (lambda: 0.1 + 0.2, lambda: 0.3, Status.CORRECT, "the same"),
        (lambda: [1, 2], lambda: np.array([1.0, 2.0]), Status.CORRECT, "the same"),
        (lambda: np.nan, lambda: np.nan, Status.CORRECT, "the same"),
        (lambda: 0.2, lambda: 0.3, Status.NOT_YET, "gives 0.3, your lines 0.2"),
        (lambda: [1], lambda: [1, 2], Status.NOT_YET, "shape (1,)"),
        (missing, lambda: 1, Status.NOT_ATTEMPTED, "`not_there` is not there"),
        (lambda: 1, missing, Status.NOT_ATTEMPTED, "`not_there` is not there"),
        (lambda: 1 / 0, lambda: 1, Status.ERROR, "ZeroDivisionError"),
        (lambda: 1, lambda: 1 / 0, Status.NOT_YET, "does not take these settings"),
        (lambda: "a", lambda: 1, Status.NOT_YET, "not real numbers"),
        (lambda: ..., lambda: 1, Status.NOT_YET, "stub"),
    ],
)
def test_agreement_is_told_and_nothing_raised(yours, library, status, word, capsys):
    note = compared(yours, library)
    assert note.status is status and word in str(note), note
    agrees(yours, library)
    assert capsys.readouterr().out.strip() == str(note)


def test_a_note_is_text_and_a_panel_with_code():
    shown = compared(missing, missing)._repr_mimebundle_()
    assert "<code>not_there</code>" in shown["text/html"] and "strong" not in shown["text/html"]
