"""Which code an experiment ran, and whether that code has changed since.

A measurement is stale when code that it ran has changed. So it is watched which functions are
called, and their source is hashed, without comments, docstrings, imports and spaces: what came out
does not depend on those. What stands at the top of a module that ran (constants, say) counts as
well, and so does the body of a class whose method ran.
"""

import ast
import hashlib
import inspect
import io
import sys
import threading
import tokenize
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any

Ran = dict[str, list[str]]
"""By the name of a module, the functions in it that ran: `f`, or `Class.f`."""

TOP = ""
"""What stands for the statements at the top of a module."""


def watched(function: Callable[[], Any], packages: Iterable[str]) -> tuple[Any, Ran]:
    """What a function returns, and which code of some packages it ran, in all of its threads.

    >>> from course_lib.surfaces import Quadratic
    >>> value, ran = watched(lambda: Quadratic([1.0])([2.0]), ["course_lib.surfaces"])
    >>> float(value), ran
    (2.0, {'course_lib.surfaces.quadratics': ['Quadratic.__call__', ...]})
    """
    inside = tuple(f"{package}." for package in packages)
    called = set()

    def watch(frame, event, argument):
        module = frame.f_globals.get("__name__", "")
        if f"{module}.".startswith(inside):
            called.add((module, frame.f_code.co_qualname))

    before, before_in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(watch)
    threading.settrace(watch)
    try:
        value = function()
    finally:
        sys.settrace(before)
        threading.settrace(before_in_threads)
    ran: dict[str, set[str]] = {}
    for module, name in called:
        ran.setdefault(module, set()).add(_owner(module, name))
    return value, {module: sorted(names - {TOP}) for module, names in sorted(ran.items())}


def fingerprint(ran: Ran) -> str:
    """A hash of the code that ran, as it stands now: 16 hexadecimal digits.

    What is no longer there changes it, too.
    """
    text = []
    for module, names in sorted(ran.items()):
        try:
            pieces = _pieces(module)
        except ImportError:
            pieces = {}
        classes = {name.rpartition(".")[0] for name in names}
        for name in sorted({TOP, *classes, *names}):
            text.append(f"{module}:{name}={pieces.get(name)}")
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]


def _owner(module, qualified):
    """The function or method whose text a piece of code is in: of a lambda, where it stands."""
    name, pieces = qualified.partition(".<locals>")[0], _pieces(module)
    while name not in pieces:
        name = name.rpartition(".")[0]
    return name


@cache
def _pieces(module):
    """The code of a module by what it belongs to: a function, a method, a class, or the top."""
    source = inspect.getsource(import_module(module))
    tree, lines = ast.parse(source), _without_comments(source)
    owners = [TOP] * len(lines)

    def belongs(node, name):
        start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        owners[start - 1 : node.end_lineno] = [name] * (node.end_lineno - start + 1)

    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            belongs(node, node.name)
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.FunctionDef):
                    belongs(each, f"{node.name}.{each.name}")
    for node in ast.walk(tree):
        if _says_nothing(node):
            belongs(node, None)
    pieces = {TOP: ""}
    for owner, line in zip(owners, lines):
        pieces[owner] = pieces.get(owner, "") + "".join(line.split())
    pieces.pop(None, None)
    return pieces


def _says_nothing(node):
    """Is this an import, or a text that stands alone, such as a docstring?"""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Import | ast.ImportFrom) or (
        text and isinstance(node.value.value, str)
    )


def _without_comments(source):
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return lines
