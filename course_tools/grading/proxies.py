"""A student's notebook as the referee sees it: data, and stand-ins for functions run elsewhere.

A stand-in answers nothing by itself: no comparison, no conversion, no look-up of a student's making
ever runs here. What a function raises there is raised here in a form that `lessons.marking` can
tell of: by the name of the error, its text, and the line of the cell.
"""

import inspect
import linecache
import traceback
from contextlib import contextmanager
from typing import Any

import numpy as np

from course_tools.grading import wire
from course_tools.grading.jobs import Limits
from course_tools.grading.sandbox import Sandbox, Stopped
from lessons.marking.answers import StepLimit

MOST_ASKED = 256 << 10
"""Bytes of arrays that it may be asked of: a loss of many examples makes far more of them."""
LONGEST_CELL = 500_000
LEAST, RESTART = 0.02, 0.3
"""Seconds below which nothing is tried, and what a new sandbox costs, whatever it takes."""
EXHAUSTED = "MemoryError", "OSError", "RuntimeError", "ImportError"
"""What is raised where there is no memory, disk, file or thread left."""


class Foreign:
    """An object that stays in the sandbox, and can be named, not used."""

    def __init__(self, shown):
        self._shown = shown

    def __repr__(self):
        return self._shown


class Function(Foreign):
    """A student's function, called where it is, and stopped there."""

    keeps_time = True

    def __init__(self, notebook, number, shown, signature):
        super().__init__(shown)
        self._notebook, self._number = notebook, number
        self.__signature__ = signature

    def __call__(self, *arguments):
        return self._notebook.call(self._number, arguments)


class Notebook:
    """The cells of one submission in a sandbox, and the time that they have.

    `give` time before anything is asked: what is asked later raises a TimeLimit at once. Only what
    the sandbox takes counts. Where it has ended, everything raises Stopped until it is started
    again.

    left : seconds for all that is still to come
    exhausted : whether something here has failed as if there were nothing left of the machine
    trouble : what kept something that was asked since time was given from being answered, in a
        sentence to the student; empty where nothing did
    """

    def __init__(self, cells: list[str], limits: Limits):
        self.cells, self.left, self.trouble = cells, limits.seconds, ""
        self.exhausted = False
        self._allowed = 0.0
        self._given: list[Any] = []
        self._refused = ""
        self._limits = limits
        self.sandbox = Sandbox(limits)

    def start_again(self) -> None:
        """A new sandbox for the old one; nothing has run there."""
        self.sandbox.close()
        self.sandbox = Sandbox(self._limits)
        self.left -= RESTART
        self.exhausted = False

    def give(self, most: float) -> None:
        """Time for what is asked from now on: half of what is left, so that no endless loop uses up
        what later answers need, and so many seconds at most. What was given before is forgotten."""
        self._allowed, self.trouble = min(self.left / 2, most), ""
        self._given, self._refused = [], ""

    def run(self, number: int) -> Exception | None:
        """Run a cell; what it raised."""
        if len(self.cells[number]) > LONGEST_CELL:
            return ValueError("the cell is too long")
        head, _ = self._exchange({"do": "run", "cell": number, "source": self.cells[number]})
        with self._in_due_form():
            return self._raised(head) if "raised" in head else None

    def take(self, expressions: dict[str, str]) -> dict[str, Any]:
        """The values of some expressions by part, or the exception that each raised."""
        head, buffers = self._exchange({"do": "take", "expressions": expressions})
        if "raised" in head:
            return dict.fromkeys(expressions, self._value(head, buffers))
        with self._in_due_form():
            return {part: self._value(head["values"][part], buffers) for part in expressions}

    def call(self, number, arguments):
        """Call a function that was taken; what it changed in its arguments is changed in these."""
        buffers: list[bytes] = []
        nodes = [wire.pack(argument, buffers, self._give) for argument in arguments]
        request = {"do": "call", "object": number, "arguments": nodes}
        head, received = self._exchange(request, buffers)
        value = self._value(head, received)
        if isinstance(value, Exception):
            raise value
        with self._in_due_form():
            for index, node in head["changed"].items():
                _change(arguments[int(index)], wire.unpack(node, received, self._theirs))
        return value

    def _exchange(self, request, buffers=()):
        seconds = self._allowed
        if seconds < LEAST:
            return {"raised": ["TimeLimit", "no time is left", None, None]}, []
        try:
            with self._told():
                return self.sandbox.exchange(request, buffers, seconds, self._asked)
        finally:
            self.left -= self.sandbox.used
            self._allowed -= self.sandbox.used

    @contextmanager
    def _told(self):
        try:
            yield
        except Stopped as stopped:
            self.trouble = f"Your code was stopped: {stopped}."
            raise

    def _value(self, head, buffers):
        """A value, or the exception that stands in its place."""
        with self._in_due_form():
            if "raised" in head:
                return self._raised(head)
            return wire.unpack(head["value"], buffers, self._theirs)

    @contextmanager
    def _in_due_form(self):
        """Around the reading of an answer: one that is malformed ends the sandbox."""
        try:
            yield
        except (wire.Broken, LookupError, TypeError, ValueError, AttributeError) as error:
            with self._told():
                raise self.sandbox.stop(f"its answer could not be read: {error}") from None

    # --- what a student's function was given ------------------------------------------------------

    def _give(self, value):
        self._given.append(value)
        methods = [name for name in wire.METHODS[1:] if callable(getattr(value, name, None))]
        return {"theirs": len(self._given) - 1, "methods": methods}

    def _asked(self, head, buffers):
        """Answer what is asked of an object that was given: (head, buffers)."""
        try:
            given = self._given[head["ask"]]
            name = head["name"]
            if sum(map(len, buffers)) > MOST_ASKED:
                raise ValueError("too much at once")
            if "numbers" in head:
                arguments = [head["numbers"]]
                if arguments[0].nbytes > MOST_ASKED:
                    raise ValueError("too much at once")
            elif head["arguments"] is None:
                return {"value": _number(given, name), "changed": {}}, []
            else:
                arguments = [wire.unpack(n, buffers, self._theirs) for n in head["arguments"]]
            if name not in wire.METHODS:
                raise AttributeError(name)
            value = getattr(given, name)(*arguments)
            if "numbers" in head and wire.is_short(value):
                return {"numbers": value}, []
            sent: list[bytes] = []
            moved = {
                index: wire.pack(argument, sent, self._give)
                for index, argument in enumerate(arguments)
                if isinstance(argument, np.random.Generator)
            }
            return {"value": wire.pack(value, sent, self._give), "changed": moved}, sent
        except StepLimit as limit:
            self._refused = str(limit)
            return {"raised": ["StepLimit", self._refused]}, []
        except Exception as error:
            return {"raised": [type(error).__name__, str(error)[:300]]}, []

    # --- what comes back --------------------------------------------------------------------------

    def _theirs(self, node):
        match node:
            case {"object": int(number), "kind": str(kind), "shown": str(shown), "callable": can}:
                kind = kind if kind.isidentifier() else "object"
                if not can:
                    return type(kind, (Foreign,), {})(shown)
                function = type(kind, (Function,), {})
                return function(self, number, shown, _signature(node["signature"]))
            case {"theirs": int(number)} if 0 <= number < len(self._given):
                return Foreign(repr(self._given[number]))
        raise wire.Broken("no such object")

    def _raised(self, head):
        """The exception that a frame tells of, with a traceback into the cell that it came from."""
        match head["raised"]:
            case [str(name), str(text), place, line]:
                pass
            case _:
                raise wire.Broken("no error")
        self.exhausted |= name in EXHAUSTED
        if name == "TimeLimit":
            self.trouble = (
                "Your code was stopped, since it ran for too long: all answers and cells together "
                f"have {self._limits.seconds:g} s. Does every loop end?"
            )
        if name == "StepLimit" and self._refused:
            return StepLimit(self._refused)
        known = {"NotImplementedError": NotImplementedError, "NameError": NameError}
        name = name if name.isidentifier() else "Exception"
        error = known.get(name) or type(name, (Exception,), {})
        return self._placed(error(text), place, line)

    def _placed(self, error, cell, line):
        """The error with the traceback that it has where the student sees it."""
        if type(cell) is not int or not 0 <= cell < len(self.cells) or type(line) is not int:
            return error
        source, filename = self.cells[cell].splitlines(), f"<cell {cell}>"
        if 0 < line <= len(source):
            linecache.cache[filename] = len(source), None, source, filename
            code = compile("\n" * (line - 1) + "raise error", filename, "exec")
            try:
                exec(code, {"error": error})
            except Exception as raised:
                return raised
        return error


def described(error: Exception) -> str:
    """An error from a cell: what it is, and the line that it comes from."""
    text = f"`{type(error).__name__}: {error}`".replace(": `", "`")
    steps = traceback.extract_tb(error.__traceback__)
    if not steps or not steps[-1].filename.startswith("<cell "):
        return text
    return f"{text} at line {steps[-1].lineno}: `{steps[-1].line}`"


def _number(given, name):
    """A number that an object holds under a public name, such as its budget."""
    value = vars(given).get(name)
    if name.startswith("_") or not isinstance(value, (int, float, np.number)):
        raise AttributeError(f"no number is called {name!r} here")
    return value


def _signature(parameters):
    """An inspect.Signature from names, kinds, and whether there is a default; None for None."""
    if parameters is None:
        return None
    empty = inspect.Parameter.empty
    return inspect.Signature([
        inspect.Parameter(name, inspect._ParameterKind(kind), default=... if has_default else empty)
        for name, kind, has_default in parameters
    ])  # fmt: skip


def _change(argument, value):
    """Make an argument what it has become elsewhere, as far as it is of that kind."""
    if isinstance(argument, np.ndarray) and isinstance(value, np.ndarray):
        if argument.shape == value.shape and argument.dtype == value.dtype:
            argument[...] = value
    elif isinstance(argument, np.random.Generator) and isinstance(value, np.random.Generator):
        argument.bit_generator.state = value.bit_generator.state
    elif isinstance(argument, list) and isinstance(value, list):
        argument[:] = value
