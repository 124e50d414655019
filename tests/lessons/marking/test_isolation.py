"""What an answer does to its surroundings is undone, and costs nothing."""

import sys
import warnings

import numpy as np

from lessons.marking.verdict import Status
from lessons.problems import pb_6_1
from tests.lessons.answers import line_gradient


def leaves_traces(phi, x, y):
    print("looking")
    print("progress", file=sys.stderr)
    sys.stderr = None
    warnings.simplefilter("error")
    warnings.showwarning = None
    np.seterr(all="raise")
    np.random.seed(0)  # noqa: NPY002
    return line_gradient(phi, x, y)


def test_what_code_does_to_its_surroundings_is_undone(capsys):
    def surroundings():
        drawn = np.random.get_state()[1].tolist()  # noqa: NPY002
        return sys.stdout, sys.stderr, warnings.showwarning, warnings.filters[:], np.geterr(), drawn

    before = surroundings()
    verdict = pb_6_1.verdict(leaves_traces)
    assert surroundings() == before
    assert verdict.points == 3 and "What your code prints is not shown" in str(verdict)
    assert capsys.readouterr() == ("", "")


def test_leaving_is_an_error_like_any_other():
    verdict = pb_6_1.verdict(lambda *data: sys.exit(3))  # `quit()`: test_exercises.py
    assert (verdict.status, verdict.points) == (Status.ERROR, 0)


def test_arguments_changed_in_place_are_told_and_cost_nothing():
    def spoils(phi, x, y):
        result = line_gradient(phi, x, y)
        x[:], phi[0] = 0, 7
        return result

    verdict = pb_6_1.verdict(spoils)
    assert verdict.points == 3 and "changes its argument `phi`, `x`" in str(verdict)


def test_students_warnings_stay_silent():
    def warns(phi, x, y):
        warnings.warn("careful", stacklevel=1)
        return line_gradient(phi, x, y)

    def divides(phi, x, y):
        np.ones(2) / np.zeros(2)
        return line_gradient(phi, x, y)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for function in (warns, divides):
            assert pb_6_1.verdict(function).status is Status.CORRECT
    assert caught == []
