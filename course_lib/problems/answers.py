"""From whatever a student hands in to an array of numbers, or to a verdict that says why not."""

import copy
import inspect
import linecache
import os
import sysconfig
import traceback
import warnings
from pathlib import Path

import numpy as np

from course_lib.problems.verdict import Status


class Rejected(Exception):
    """An answer that cannot be compared: carries the verdict's status and message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


class StepLimit(Exception):
    """Raised inside a student's loop that asks for more steps than it was allowed."""


def unanswered(answer):
    """True for the stub `...`, and for a list, tuple or dict of nothing but stubs."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple)) and answer:
        return all(item is ... for item in answer)
    return answer is ...


def call(function, inputs):
    """Call a student's function on copies of the `inputs` (a dict, passed by position).

    Raises
    ------
    Rejected
        NOT_ATTEMPTED if the stub is still there, NOT_YET if a loop does not stop or the answer
        is no function, ERROR with the student's line for everything else that goes wrong.
    """
    _check_callable(function, inputs)
    arguments = copy.deepcopy(list(inputs.values()))
    try:
        # Warnings would land in stderr, which nbgrader counts as a failure.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return function(*arguments)
    except NotImplementedError:
        raise Rejected(Status.NOT_ATTEMPTED, "The function is still the empty stub.") from None
    except StepLimit as limit:
        raise Rejected(Status.NOT_YET, str(limit)) from None
    except (Exception, SystemExit) as error:
        raise Rejected(Status.ERROR, _describe(error)) from None


def as_array(value, what):
    """The student's `value` as a float array; `what` names it in the message if it is none."""
    if value is None:
        raise Rejected(Status.NOT_YET, f"{what} is `None`, not numbers.")
    if value is NotImplemented or value is ...:
        raise Rejected(Status.NOT_ATTEMPTED, f"{what} is still the empty stub.")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = array.astype(float)
    except Exception:
        raise Rejected(Status.NOT_YET, f"{what} is {_brief(value)}, not numbers.") from None
    if array.dtype.kind not in "buif":
        raise Rejected(Status.NOT_YET, f"{what} is {_brief(value)}, not real numbers.")
    return array.astype(float)


def _check_callable(function, inputs):
    expected = ", ".join(inputs)
    if not callable(function):
        raise Rejected(
            Status.NOT_YET,
            f"Expected a function of ({expected}), got {_brief(function)}. "
            "Hand in the function itself, its name without parentheses.",
        )
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return
    try:
        signature.bind(*inputs)
    except TypeError as error:
        raise Rejected(
            Status.ERROR,
            f"The function is called with ({expected}), but yours takes {signature}: {error}.",
        ) from None


def _describe(error):
    """The error and the last line of the student's own code on the way to it."""
    text = f"{type(error).__name__}: {_shorten(_safe(str, error))}".rstrip(": ")
    steps = [(f.f_code.co_filename, n) for f, n in traceback.walk_tb(error.__traceback__)]
    own = next((step for step in reversed(steps) if _is_students(step[0])), None)
    if own is None:
        return f"Your code raised `{text}`."
    filename, number = own
    # A notebook cell has a made-up file name that is on no disk.
    place = Path(filename).name if Path(filename).is_file() else "your cell"
    line = linecache.getline(filename, number).strip()
    quoted = f": `{line}`" if line else ""
    return f"Your code raised `{text}` at line {number} of {place}{quoted}"


def _is_students(filename):
    libraries = (Path(__file__).parents[1], *map(sysconfig.get_path, ("stdlib", "purelib")))
    return not filename.startswith(("<frozen", *(f"{folder}{os.sep}" for folder in libraries)))


def _brief(value):
    return f"`{_shorten(_safe(repr, value), 60)}` ({type(value).__name__})"


def _safe(to_text, value):
    """The text of an object whose own `repr` or `str` may be broken."""
    try:
        return to_text(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _shorten(text, length=200):
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
