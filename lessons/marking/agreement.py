"""Below a chapter's own lines of code: whether they still do what the library does."""

import numpy as np

from lessons.marking.answers import Rejected, as_array
from lessons.marking.isolation import isolated, quiet
from lessons.marking.problem import show
from lessons.marking.shown import form, show_apart
from lessons.marking.verdict import Note, Status


def agrees(yours, library):
    """Show whether the page's code and the library's give the same numbers; it never raises.

    yours, library : functions of nothing that return a number or an array. Functions, so that a
        name which is not there yet, or a change that breaks the code, can be told in words.

    >>> agrees(lambda: 0.1 + 0.2, lambda: 0.3)
    ✓ The library does the same.
    >>> agrees(lambda: 0.2, lambda: 0.3)
    → The library gives 0.3, your lines 0.2. Nothing is broken: you changed what they do.
    """
    show(compared(yours, library))


def compared(yours, library):
    """What `agrees` shows: a Note."""
    with isolated(), quiet():
        try:
            one = as_array(yours(), "What your lines make")
        except NameError as error:
            return Note(Status.NOT_ATTEMPTED, f"`{error.name}` is not there: run the cell above.")
        except Rejected as rejected:
            return Note(Status.NOT_YET, rejected.message)
        except Exception as error:
            return Note(Status.ERROR, f"Your lines raise `{type(error).__name__}: {error}`.")
        try:
            other = as_array(library(), "What the library makes")
        except NameError as error:
            return Note(Status.NOT_ATTEMPTED, f"`{error.name}` is not there: run the cell above.")
        except Exception as error:
            told = f"The library does not take these settings: {error}"
            return Note(Status.NOT_YET, told)
    if one.shape != other.shape:
        return Note(Status.NOT_YET, f"Your lines make {form(one)}, the library {form(other)}.")
    if np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True):
        return Note(Status.CORRECT, "The library does the same.")
    mine, theirs = show_apart(one, other)
    told = f"The library gives {theirs}, your lines {mine}."
    return Note(Status.NOT_YET, f"{told} Nothing is broken: you changed what they do.")
