"""From whatever a student hands in to an array of numbers, or to a verdict that says why not."""

import copy
import inspect
import linecache
import os
import sysconfig
import traceback
from collections.abc import Collection, Mapping, Sequence, Set
from pathlib import Path

import numpy as np

from lessons.marking.isolation import quiet
from lessons.marking.patience import TooLong, in_time, keeps_time
from lessons.marking.shown import form, show_inputs, show_value
from lessons.marking.verdict import Status


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


PATIENCE = 10.0
"""Seconds for one call of a student's function, where its part says nothing else."""


def call(function, inputs, seconds=PATIENCE):
    """What a student's function makes of copies of the `inputs` (a dict, passed by position).

    seconds : how long it may take, None for as long as it likes

    Raises
    ------
    Rejected
        NOT_ATTEMPTED if the stub is still there, NOT_YET if it does not end in time or the answer
        is no function, ERROR with the student's line and the inputs for everything else that goes
        wrong.
    """
    return call_and_watch(function, inputs, seconds)[0]


def call_and_watch(function, inputs, seconds=PATIENCE):
    """(value, changed): what `call` returns, and the names of arguments changed in place."""
    _check_callable(function, inputs)
    arguments = copy.deepcopy(inputs)
    try:
        with quiet():
            if keeps_time(function):
                seconds = None
            value = in_time(lambda: function(*arguments.values()), seconds)
    except NotImplementedError:
        raise Rejected(Status.NOT_ATTEMPTED, "The function is still the empty stub.") from None
    except StepLimit as limit:
        raise Rejected(Status.NOT_YET, str(limit)) from None
    except TooLong:
        told = f"your code does not end (stopped after {seconds:g} s): does every loop stop?"
        raise Rejected(Status.NOT_YET, f"With {show_inputs(inputs)}, {told}") from None
    except KeyboardInterrupt as interrupt:  # the student's own
        interrupt.add_note(f"Interrupted with {show_inputs(inputs)}.")
        raise
    except BaseException as error:  # SystemExit too: an answer must not end the notebook
        message = f"With {show_inputs(inputs)}, {_describe(error)}"
        raise Rejected(Status.ERROR, message) from None
    return value, tuple(name for name in inputs if _changed(inputs[name], arguments[name]))


def as_array(value, what, shape=None):
    """The student's `value` as a float array; `what` names it in the message if it is none.

    Forms that mean the same are accepted: complex numbers without imaginary part, other sequences,
    and, where the `shape` that is expected is given, arrays of one element for numbers.
    """
    if value is None:
        raise Rejected(Status.NOT_YET, f"{what} is `None`, not numbers.")
    if value is NotImplemented or value is ...:
        raise Rejected(Status.NOT_ATTEMPTED, f"{what} is still the empty stub.")
    try:
        array = np.asarray(_plain(value))
        if array.dtype.kind == "O":
            array = array.astype(float)
    except Exception:
        raise Rejected(Status.NOT_YET, f"{what} is {_brief(value)}, not numbers.") from None
    if array.dtype.kind not in "buif" and not _is_real(array):
        raise Rejected(Status.NOT_YET, f"{what} is {_brief(value)}, not real numbers.")
    array = array.real.astype(float)
    return array if shape is None else _without_needless_axes(array, value, shape)


def as_indices(value, what):
    """The student's `value` as a list of integers, or a verdict that says what it is instead."""
    array = as_array(value, what)
    if array.ndim != 1:
        raise Rejected(Status.NOT_YET, f"{what} is {form(array)}; expected a list of indices.")
    if array.size and (fractions := array[array != np.round(array)]).size:
        told = f"{what} holds {show_value(fractions[0])}; an index is a whole number."
        raise Rejected(Status.NOT_YET, told)
    if array.size and np.asarray(value).dtype.kind not in "iu":
        kind = np.asarray(value).dtype.name
        told = f"{what} holds numbers of the type {kind}; only integers can be indices."
        raise Rejected(Status.NOT_YET, told)
    return array.astype(int)


def _plain(value):
    """Lists for other collections in a fixed order, numbers for arrays of one element in a list
    that is otherwise ragged."""
    if (
        isinstance(value, Collection)
        and not isinstance(value, (str, bytes, Mapping, Set, Sequence, np.ndarray))
        and not hasattr(value, "__array__")
    ):
        value = list(value)
    if isinstance(value, (list, tuple)):
        shapes = {np.shape(item) for item in value if not isinstance(item, (list, tuple))}
        if len(shapes) > 1:
            return [item.item() if np.size(item) == 1 and np.ndim(item) else item for item in value]
    return value


def _is_real(array):
    """True for complex numbers whose imaginary part is rounding at most."""
    if array.dtype.kind != "c":
        return False
    return bool(np.all(np.abs(array.imag) <= 1e-9 * np.abs(array.real)))


def _without_needless_axes(array, value, shape):
    """One element for a number; but a column for a list is a fault of form, and stays."""
    if shape == () and array.size == 1:
        return array.reshape(())
    if isinstance(value, (list, tuple)) and array.shape == (*shape, 1):
        return array[..., 0]
    return array


def _changed(before, after):
    if isinstance(before, np.ndarray):
        return not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    return isinstance(before, (list, dict)) and before != after


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
    advice = "".join(told for words, told in _ADVICE.items() if words in text)
    steps = [(f.f_code.co_filename, n) for f, n in traceback.walk_tb(error.__traceback__)]
    own = next((step for step in reversed(steps) if _is_students(step[0])), None)
    if own is None:
        return f"your code raised `{text}`.{advice}"
    filename, number = own
    # A notebook cell has a made-up file name that is on no disk.
    place = Path(filename).name if Path(filename).is_file() else "your cell"
    line = linecache.getline(filename, number).strip()
    quoted = f": `{line}`" if line else ""
    return f"your code raised `{text}` at line {number} of {place}{quoted}{advice and '.'}{advice}"


_ADVICE = {
    "truth value of an array": " (`if`, `and`, `max` and `min` want single numbers. Entry by "
    "entry go `np.where`, `&`, `np.maximum` and `np.minimum`.)",
}
"""By words of Python's own message, what helps a beginner with it."""


_LIBRARY_FOLDERS = {"site-packages", "dist-packages"}
_OURS = [Path(__file__).parents[2] / name for name in ("course_lib", "lessons", "course_tools")]
_LIBRARIES = (*_OURS, Path(os.__file__).parent, sysconfig.get_path("stdlib"))


def _is_students(filename):
    """False for whatever is installed, wherever that is, for the standard library, and for us."""
    if filename.startswith(("<frozen", *(f"{folder}{os.sep}" for folder in _LIBRARIES))):
        return False
    return _LIBRARY_FOLDERS.isdisjoint(Path(filename).parts)


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
