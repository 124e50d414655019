"""Inside the sandbox: runs a student's cells, then answers calls of what they have defined.

Nothing here is trusted. It is told what to do in frames (see `wire`) and answers each with one:

    run     a cell                          -> what it raised, if anything
    take    expressions, by part            -> their values, now
    call    a function taken before         -> what it returns, and which arguments it changed

Amid a call the student's function may `ask` an object of the referee's, which answers.
"""

import ast
import builtins
import inspect
import os
import signal
import sys
import types
from collections.abc import Collection, Mapping, Set
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from numbers import Complex, Real
from typing import Any

import numpy as np

from course_tools.grading import confine, wire

LONGEST = 300
"""Characters of a text about an object or an error."""


class TimeLimit(BaseException):
    """Raised in a student's code that has used its time."""


class StepLimit(Exception):
    """Raised where a student's loop asks for more than it may."""


def main() -> None:
    """Serve until the other end hangs up."""
    channel = Channel()
    setup, _ = channel.receive()
    sys.path[:], sys.argv = setup["path"], [""]
    sys.meta_path.insert(0, Modules(setup["modules"]))
    notebook = Notebook(channel)
    confine.limit(setup["memory"], setup["seconds"])
    channel.send({"forbidden": confine.forbid(), "id": setup["id"]})
    while True:
        notebook.serve(*channel.receive())


class Channel:
    """Frames in and out by the process's first streams, which then lead nowhere."""

    def __init__(self):
        self.incoming, self.outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        self.busy = False  # amid a frame, which no alarm may tear apart

    def send(self, head, buffers=()):
        self.busy = True
        try:
            wire.send(self.outgoing, head, buffers)
        finally:
            self.busy = False

    def receive(self):
        self.busy = True
        try:
            return wire.receive(self.incoming)
        finally:
            self.busy = False


class Modules(MetaPathFinder, Loader):
    """Modules from their sources, by name."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources:
            return None
        package = any(other.startswith(f"{name}.") for other in self.sources)
        return ModuleSpec(name, self, is_package=package)

    def exec_module(self, module):
        exec(compile(self.sources[module.__name__], module.__name__, "exec"), module.__dict__)


class Alarm:
    """Around a student's code: TimeLimit is raised in it when the referee sends an alarm.

    Where a system has no alarms, or they are passed over, the referee kills the process.
    """

    def __init__(self, channel):
        self.channel, self.armed = channel, False
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self.ring)

    def __enter__(self):
        self.armed = True

    def ring(self, *_):
        if self.armed and not self.channel.busy:
            raise TimeLimit

    def __exit__(self, *_):
        self.armed = False


class Notebook:
    """The names that a student's cells make, and the objects that were taken from them."""

    def __init__(self, channel):
        self.channel, self.alarm = channel, Alarm(channel)
        self.objects: list[Any] = []
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.names = main.__dict__
        self.names.update(shell_names(self.names))

    def serve(self, request, buffers):
        """Do what a frame asks for, and answer it."""
        try:
            with self.alarm:
                head, sent = getattr(self, request["do"])(request, buffers)
        except BaseException as error:  # whatever a student's code can raise
            head, sent = {"raised": told(error)}, []
        head["id"] = request["id"]
        try:
            self.channel.send(head, sent)
        except wire.Broken as error:  # larger than a frame may be
            self.channel.send({"raised": told(error), "id": request["id"]})

    def run(self, request, buffers):
        code = compile(as_python(request["source"]), f"<cell {request['cell']}>", "exec")
        before = {*self.names}
        try:
            exec(code, self.names)
        except MemoryError:  # what it has filled, the cells after it need
            for name in self.names.keys() - before:
                if not callable(self.names[name]):
                    del self.names[name]
            raise
        return {}, []

    def take(self, request, buffers):
        values: dict[str, Any] = {}
        sent: list[bytes] = []
        for part, expression in request["expressions"].items():
            try:
                values[part] = {"value": self.pack(eval(expression, self.names), sent)}
            except Exception as error:
                values[part] = {"raised": told(error)}
        return {"values": values}, sent

    def call(self, request, buffers):
        arguments = [wire.unpack(node, buffers, self.theirs) for node in request["arguments"]]
        before = [self.packed(argument) for argument in arguments]
        value = self.objects[request["object"]](*arguments)
        sent: list[bytes] = []
        head = {"value": self.pack(value, sent), "changed": {}}
        for index, argument in enumerate(arguments):
            if self.packed(argument) != before[index]:
                head["changed"][index] = self.pack(argument, sent)
        return head, sent

    def ask(self, number, name, arguments=None):
        """What an object of the referee's answers: a call of a method, or a number of its own."""
        sent: list[bytes] = []
        if arguments and len(arguments) == 1 and wire.is_short(arguments[0]):
            self.channel.send({"ask": number, "name": name, "numbers": arguments[0]})
        else:
            nodes = None if arguments is None else [self.pack(each, sent) for each in arguments]
            self.channel.send({"ask": number, "name": name, "arguments": nodes}, sent)
        head, buffers = self.channel.receive()
        if "numbers" in head:
            return head["numbers"]
        if "raised" in head:
            kind, text = head["raised"]
            raise {"StepLimit": StepLimit}.get(kind) or getattr(builtins, kind, RuntimeError)(text)
        for index, node in head["changed"].items():  # a generator has moved on
            moved = wire.unpack(node, buffers, self.theirs)
            arguments[int(index)].bit_generator.state = moved.bit_generator.state
        return wire.unpack(head["value"], buffers, self.theirs)

    def theirs(self, node):
        return Theirs(self, node)

    def packed(self, value):
        buffers: list[bytes] = []
        return self.pack(value, buffers), buffers

    def pack(self, value, buffers):
        def refer(value):
            plain = as_data(value)
            return wire.pack(plain, buffers, refer) if plain is not value else self.reference(value)

        return wire.pack(value, buffers, refer)

    def reference(self, value):
        """What stands for an object that is no data: it stays here, and has a number."""
        if isinstance(value, Theirs):
            return value._node
        self.objects.append(value)
        return {
            "object": len(self.objects) - 1,
            "kind": short(type(value).__name__),
            "shown": short_text_of(repr, value),
            "signature": signature(value) if callable(value) else None,
            "callable": callable(value),
        }


class Theirs:
    """An object of the referee's, such as a loss or a gradient to ask for."""

    def __init__(self, notebook, node):
        self._notebook, self._node = notebook, node

    def __call__(self, *arguments):
        return self._notebook.ask(self._node["theirs"], "__call__", arguments)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._node["methods"]:
            return lambda *arguments: self._notebook.ask(self._node["theirs"], name, arguments)
        return self._notebook.ask(self._node["theirs"], name)

    def __repr__(self):
        return "<handed in by whoever calls>"


# --- a student's values, as data --------------------------------------------------------------


def as_data(value):
    """What a value is as numbers, text, lists, tuples, dicts and arrays; itself if it is none."""
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.kind in "iufc":  # of another byte order, or longer than 64 bits
            return value.astype({"f": float, "c": complex}.get(value.dtype.kind, np.int64))
        return value.tolist() if value.dtype.kind in "OUS" else value
    for kind in (bool, int, float, complex, str, list, tuple):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__array__") and not isinstance(value, type):
        return np.asarray(value)
    if isinstance(value, Collection) and not isinstance(value, (bytes, bytearray, Set)):
        return list(value)
    if isinstance(value, Real):
        return float(value)
    return complex(value) if isinstance(value, Complex) else value


def signature(function):
    """Of each parameter of a function its name, kind, whether it has a default; or None."""
    try:
        parameters = inspect.signature(function).parameters.values()
        return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
    except BaseException:
        return None


def told(error):
    """What an error is called and says, and where it came from: the last cell on the way, and its
    line there."""
    name, text = short(type(error).__name__), short_text_of(str, error)
    place = [None, None]
    step = error.__traceback__
    while step:
        filename = step.tb_frame.f_code.co_filename
        if filename.startswith("<cell "):
            place = [int(filename[6:-1]), step.tb_lineno]
        step = step.tb_next
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
        place = [int(error.filename[6:-1]), error.lineno]
        text = short(str(error.msg))
    return [name, text, *place]


def short_text_of(to_text, value):
    try:
        return short(to_text(value))
    except BaseException:
        return f"<{short(type(value).__name__)}>"


def short(text):
    return str(text)[:LONGEST].encode("utf-8", "replace").decode()


# --- what Jupyter adds to Python --------------------------------------------------------------


def as_python(source):
    """A cell as Python: where it is none, IPython knows what %timeit and its like mean."""
    try:
        ast.parse(source)
    except SyntaxError:
        if any(sign in source for sign in "%!?"):
            from IPython.core.inputtransformer2 import TransformerManager

            return TransformerManager().transform_cell(source)
    return source


def shell_names(names):
    """Names that a notebook has without importing them. Nothing here is seen: they do nothing."""
    silent = ("display", "help", "quit", "exit")
    return {name: lambda *_, **__: None for name in silent} | {
        "__builtins__": builtins,
        "get_ipython": lambda: Shell(names),
    }


class Shell:
    """As much of IPython's as cells with magics need: those that time or catch run their code."""

    def __init__(self, names):
        self._names = names

    def run_line_magic(self, name, line, *_):
        if name in ("time", "prun"):
            exec(line, self._names)

    def run_cell_magic(self, name, line, body):
        if name in ("time", "capture", "prun"):
            exec(compile(body, "<cell>", "exec"), self._names)

    def __getattr__(self, name):
        return lambda *_, **__: None
