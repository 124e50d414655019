"""What is handed in and what it returns: other forms of a right answer, garbage, errors."""

import re
import warnings

import numpy as np
import pytest

from lessons.marking.answers import _is_students
from lessons.marking.verdict import Status
from lessons.problems import pb_6_1, pb_6_11, pb_G1, pb_P1, pb_P2
from tests.lessons.answers import PARTS, line_gradient, stub, verdict_on

# --- Other forms of a right answer ----------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        lambda g: g.astype(complex),
        lambda g: [np.array([entry]) for entry in g],
        lambda g: (np.array([g[0]]), g[1]),
        lambda g: dict(enumerate(g)).values(),
    ],
)
def test_other_forms_are_accepted(form):
    assert pb_6_1.verdict(lambda *data: form(line_gradient(*data))).status is Status.CORRECT


def test_imaginary_parts_and_columns_are_not():
    assert "not real numbers" in str(pb_6_1.verdict(lambda *data: line_gradient(*data) + 1j))
    assert "shape (2, 1)" in str(pb_6_1.verdict(lambda *data: line_gradient(*data)[:, None]))


# --- Garbage --------------------------------------------------------------------------------------


class Broken:
    """An object whose every method fails."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")

    def __call__(self, *arguments):
        raise RuntimeError(self)


class BrokenError(Exception):
    def __str__(self):
        raise RuntimeError("no str")


def raises(error):
    def function(*arguments):
        raise error

    return function


def recursive(*arguments):
    return recursive(*arguments)


GARBAGE = {
    "none": None,
    "text": "gradient",
    "empty text": "",
    "empty list": [],
    "empty dict": {},
    "nan": np.nan,
    "infinity": np.inf,
    "complex": 1j,
    "huge": 10**400,
    "ragged": [[1, 2], [3]],
    "object": object(),
    "class": dict,
    "module": np,
    "broken": Broken(),
    "text array": np.array(["a", "b"]),
    "object array": np.array([None, stub]),
    "three axes": np.zeros((2, 2, 2)),
    "generator": (i for i in range(3)),
    "dict of garbage": {1: None, "a": [], "x**3": np.zeros(3), (): ()},
    "no arguments": lambda: 1,
    "too many arguments": lambda *, a: 1,
    "keyword arguments": lambda a, b, c, d, e, f, g: 1,
    "built-in": max,
    "ufunc": np.add,
    "returns none": lambda *a: None,
    "returns text": lambda *a: "1.0",
    "returns nan": lambda *a: np.nan,
    "returns nans": lambda *a: np.full(2, np.nan),
    "returns complex": lambda *a: np.array([1j, 2]),
    "returns ragged": lambda *a: [[1], [2, 3]],
    "returns itself": lambda *a: recursive,
    "returns broken": lambda *a: Broken(),
    "returns empty": lambda *a: [],
    "returns a generator": lambda *a: (i for i in range(2)),
    "returns five axes": lambda *a: np.zeros((1, 2, 3, 2, 1)),
    "returns true": lambda *a: True,
    "returns dates": lambda *a: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "raises": raises(ValueError("bad\nvalue")),
    "raises without text": raises(BrokenError()),
    "leaves": raises(SystemExit(1)),
    "stops iteration": raises(StopIteration()),
    "recursion": recursive,
    "coroutine": lambda *a: stub,
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_gets_a_verdict_and_no_points(garbage):
    for problem, part in PARTS.values():
        verdict = verdict_on(problem, part, GARBAGE[garbage])
        assert verdict.status in (Status.NOT_YET, Status.ERROR), verdict
        assert verdict.points == 0, verdict
        assert verdict.message and "\n" not in verdict.message


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ([1.0, 2.0], Status.NOT_YET, "Expected a function of (phi, x, y), got `[1.0, 2.0]`"),
        (lambda phi, x: 0, Status.ERROR, "is called with (phi, x, y), but yours takes (phi, x)"),
        (lambda phi, x, y: None, Status.NOT_YET, "is there a `return` at the end?"),
        (lambda phi, x, y: "12", Status.NOT_YET, "`'12'` (str), not real numbers"),
        (lambda phi, x, y: np.zeros((2, 1)), Status.NOT_YET, "expected an array of shape (2,)"),
        (lambda phi, x, y: [np.nan, 1], Status.NOT_YET, "yours is [nan, 1]"),
    ],
)
def test_unusable_gradient_is_told_why(answer, status, reason):
    verdict = pb_6_1.verdict(answer)
    assert verdict.status is status
    assert reason in str(verdict)


def test_none_is_asked_for_its_return_only_where_it_comes_from_a_function():
    assert "is there a `return`" in str(pb_G1.verdict(lambda hessian: None))
    message = str(pb_6_11.verdict(float32=None))
    assert "Your answer is `None`, not numbers." in message and "return" not in message


def test_empty_answers_are_told_so():
    assert "There is no place in your answer yet." in str(pb_P1.verdict(minima=[]))
    message = str(pb_P2.verdict(curve=lambda *run: []))
    assert "your path is empty; it begins with the start" in message


# --- Errors ---------------------------------------------------------------------------------------


def test_an_error_names_the_line_and_the_inputs():
    message = str(pb_6_1.verdict(lambda phi, x, y: phi[len(x)]))
    assert "With phi = [1, 2], x = [0, 1, 3], y = [2, 1, 0], your code raised" in message
    assert "of test_answers.py" in message


def test_the_truth_value_of_an_array_is_explained():
    told = str(pb_6_1.verdict(lambda phi, x, y: max(phi[0] * x, y)))
    assert "truth value of an array" in told and "`np.maximum`" in told
    other = str(pb_6_1.verdict(lambda phi, x, y: phi[len(x)]))
    assert "single numbers" not in other


def test_error_names_the_students_line_even_inside_the_library():
    def asks_the_library_wrongly(phi, x, y):
        from course_lib.models import Linear

        return Linear()(x, phi[:1])  # here

    message = str(pb_6_1.verdict(asks_the_library_wrongly))
    assert "ValueError: phi has shape (1,)" in message
    assert re.search(r"at line \d+ of test_answers.py: `return Linear\(\)\(x, phi\[:1\]\)", message)


def test_error_in_a_cell_is_placed_by_its_line():
    source = "def gradient(phi, x, y):\n    return phi[7]\n"
    namespace = {}
    exec(compile(source, "/tmp/ipykernel_1/123.py", "exec"), namespace)
    verdict = pb_6_1.verdict(namespace["gradient"])
    assert verdict.status is Status.ERROR
    assert "IndexError" in str(verdict) and "at line 2 of your cell" in str(verdict)


@pytest.mark.parametrize(
    ("filename", "own"),
    [
        ("/home/me/.cache/uv/archive-v0/x/lib/python3.12/site-packages/numpy/linalg.py", False),
        ("/usr/lib/python3/dist-packages/numpy/linalg.py", False),
        (np.__file__, False),
        (warnings.__file__, False),
        ("<frozen importlib._bootstrap>", False),
        ("/tmp/ipykernel_1/123.py", True),
        (__file__, True),
    ],
)
def test_what_is_installed_anywhere_is_a_library(filename, own):
    assert _is_students(filename) is own
