"""The house: each room imports from those that rooms.toml lets it, and never in a circle."""

import ast
import sys
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lessons.course_map import ROOT

TABLE = tomllib.loads(Path(__file__).with_name("rooms.toml").read_text(encoding="utf-8"))
PACKAGES = ("course_lib", "lessons", "course_tools", "benchmarks")
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def dotted(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in FILES}
OURS = {*PACKAGES, "tests"}


def room_of(module):
    """The room that a module stands in: the longest name in the table that fits; None if none."""
    fitting = [room for room in TABLE if f"{module}.".startswith(f"{room}.")]
    return max(fitting, key=len, default=None)


@cache
def imports(source, package):
    """The modules that a source imports, anywhere in it, with the name taken from each."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            for alias in node.names:
                inside = f"{base}.{alias.name}"
                found.append((inside, None) if inside in MODULES else (base, alias.name))
    return found


def package_of(module):
    is_package = MODULES[module].name == "__init__.py" if module in MODULES else False
    return module if is_package else module.rpartition(".")[0]


def violations(source, module):
    """What a module imports and may not, in words."""
    room = room_of(module)
    for imported, name in imports(source, package_of(module)):
        top = imported.partition(".")[0]
        if top in OURS:
            if not allowed(room, imported):
                yield f"{module} imports {imported}"
            elif name and name.startswith("_") and room_of(imported) != room:
                if not imported.rpartition(".")[2].startswith("_"):
                    yield f"{module} reaches into {imported} for {name}"
        elif room.startswith("course_lib") and top not in (*sys.stdlib_module_names, "numpy"):
            yield f"{module} imports {imported}: NumPy is all that course_lib needs"


def allowed(room, imported):
    target = room_of(imported)
    return target == room or any(
        f"{target or imported}.".startswith(f"{entry}.") for entry in TABLE[room]
    )


def test_every_module_has_a_room_and_every_room_is_there():
    marks = {module for module, path in MODULES.items() if path.name == "__init__.py"}
    assert {module for module in MODULES if room_of(module) is None} <= marks
    assert {room_of(module) for module in MODULES} - {None} == set(TABLE)


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m)])
def test_a_module_imports_what_its_room_may(module):
    assert list(violations(MODULES[module].read_text(encoding="utf-8"), module)) == []


@pytest.mark.parametrize("module", [m for m in MODULES if not room_of(m)])
def test_a_package_that_is_no_room_is_empty(module):
    assert imports(MODULES[module].read_text(encoding="utf-8"), module) == []


def circle(table):
    """The rooms of a circle in a table, or none."""
    rooms = {
        room: {other for other in table for entry in entries if f"{other}.".startswith(f"{entry}.")}
        for room, entries in table.items()
    }
    try:
        list(TopologicalSorter(rooms).static_order())
    except CycleError as error:
        return error.args[1]
    return []


def test_the_table_has_no_circle():
    assert circle(TABLE) == []
    assert circle(TABLE | {"lessons.stage.style": ["lessons.stage.demo"]})
    assert circle(TABLE | {"course_lib.fast": ["course_lib"]})


def test_no_modules_import_each_other_in_a_circle():
    """Not even within a room."""
    graph = {
        module: {imported for imported, _ in imports(path.read_text("utf-8"), package_of(module))}
        & MODULES.keys() - {module}
        for module, path in MODULES.items()
    }
    list(TopologicalSorter(graph).static_order())  # names a circle, if there is one


@pytest.mark.parametrize("module, source", [
    ("lessons.stage.style", "from lessons import demos"),
    ("lessons.stage.style", "import lessons.demos.momentum"),
    ("lessons.stage.style", "def f():\n    from lessons.stage.panel import Panel"),
    ("course_lib.models", "from course_lib.losses import LeastSquares"),
    ("course_lib.models", "from course_lib import losses"),
    ("course_lib.models", "from .losses import LeastSquares"),
    ("course_lib.optimizers.adam", "from ..descent import descend"),
    ("lessons.marking.parts", "from lessons.problems.momentum import pb_6_10"),
    ("lessons.marking.parts", "from course_lib.descent import descend"),
    ("lessons.measuring.claim", "from lessons.claims import momentum"),
    ("lessons.problems.momentum", "from lessons.claims import momentum"),
    ("course_lib.losses", "from lessons.source import show_source"),
    ("course_lib.losses", "import scipy.optimize"),
    ("course_lib.losses", "from matplotlib import pyplot"),
    ("course_lib.many_runs", "from course_lib.descent import _as_ensemble"),
    ("lessons.demos.momentum", "from tests.course_lib.fuzz import calls"),
    ("lessons.demos.momentum", "from course_tools import report"),
    ("benchmarks.speed", "from tests.oracles import cases"),
])  # fmt: skip
def test_a_planted_violation_is_found(module, source):
    assert list(violations(source, module))


@pytest.mark.parametrize("module, source", [
    ("course_lib.losses", "import math\nimport numpy as np\nfrom course_lib.models import Gabor"),
    ("course_lib.losses", "from course_lib._validation import as_inputs"),
    ("lessons.demos.momentum", "from course_lib.losses import LeastSquares\nimport matplotlib"),
])  # fmt: skip
def test_what_is_allowed_is_not_found(module, source):
    assert list(violations(source, module)) == []


def test_every_module_of_the_library_can_be_read_in_one_sitting():
    library = {name: path for name, path in MODULES.items() if name.startswith("course_lib")}
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in library.items()}
    assert {name: count for name, count in lines.items() if count > 350} == {}
    assert sum(lines.values()) <= 7500
