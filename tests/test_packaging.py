"""The ways to install the course agree with each other, and its rooms stand on their floors."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from lessons.course_map import ROOT

TOML = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, BUILD = TOML["project"], TOML["tool"]["hatch"]["build"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [Requirement(line) for line in [*PROJECT["dependencies"], *sum(EXTRAS.values(), [])]]
THIRD_PARTY = [r for r in DECLARED if canonicalize_name(r.name) != PROJECT["name"]]


def lines(name):
    """The lines of a requirements file without comments."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


CONSTRAINTS = [Requirement(line) for line in lines("constraints.txt")]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def by_name(requirement):
    return requirement.name


def test_package_asks_for_lower_bounds_only():
    assert THIRD_PARTY
    for requirement in THIRD_PARTY:
        operators = [specifier.operator for specifier in requirement.specifier]
        assert operators == [">="], f"{requirement} is not one lower bound"


def test_constraints_are_exact_versions_and_nothing_else():
    for line in lines("constraints.txt"):
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*( ; [\w '\".<>=!()]+)?", line), line


@pytest.mark.parametrize("requirement", THIRD_PARTY, ids=by_name)
def test_constraints_satisfy_every_lower_bound(requirement):
    names = canonicalize_name(requirement.name)
    pinned = [c for c in CONSTRAINTS if canonicalize_name(c.name) == names]
    assert pinned, f"{requirement.name} has no tested version in constraints.txt"
    for constraint in pinned:
        (version,) = (specifier.version for specifier in constraint.specifier)
        assert requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize(
    "name, target",
    [
        ("requirements.txt", "-e ."),
        ("requirements-test.txt", "-e .[test]"),
        ("requirements-browser.txt", "-e .[test,browser]"),
    ],
)
def test_requirements_install_the_course_at_the_tested_versions(name, target):
    assert lines(name) == ["-c constraints.txt", target]
    assert set(re.findall(r"\w+", target.partition("[")[2])) <= EXTRAS.keys()


def test_environment_agrees_with_the_package():
    """The whole of it: a python that will do, pip, and the pip route's own file."""
    assert ENVIRONMENT["name"] == PROJECT["name"]
    python, *rest = ENVIRONMENT["dependencies"]
    minor = re.fullmatch(r"python=(3\.\d+)", python)
    assert minor, f"{python!r}: repo2docker honours an exact minor only, as in 'python=3.12'"
    assert SpecifierSet(PROJECT["requires-python"]).contains(minor[1])
    assert rest == ["pip", {"pip": ["-r requirements.txt"]}]


def test_the_package_says_that_it_is_typed():
    """Where this file is missing, type checkers take nothing from an installed package."""
    assert (ROOT / "course_lib" / "py.typed").exists()
    assert "course_lib" in BUILD["targets"]["wheel"]["packages"]  # with all that lies in it
    assert not {"exclude", "include", "only-include"} & {*BUILD, *BUILD["targets"]["wheel"]}


@pytest.mark.parametrize("module", ["course_lib", "course_lib.descent", "lessons.course_map"])
def test_the_mathematics_imports_neither_pictures_nor_widgets(module):
    program = f"import sys, {module}; print({{'matplotlib', 'ipywidgets'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


# The house: a room imports from its own floor and from those below, never from above.
FLOORS = [
    "_types _validation _values protocols",
    "fast models losses surfaces datasets grids",
    "gradient_check critical_points convexity line_search schedules batches clipping",
    "optimizers descent global_search",
    "networks initialization training hyperparameters ensembles seeds scenes",
    "figures controls panel demos problems claims course_map environment source",
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}
PICTURES = 5  # below this floor NumPy is all there is
MODULES = sorted((ROOT / "course_lib").rglob("*.py"))


def dotted(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source, package):
    """Every module a source imports, anywhere in it; for `from a import b`, both a and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def floor_problems(source, module, package):
    """Imports from a floor above, and imports past NumPy where NumPy is all there is."""
    floor = FLOOR[module.split(".")[1]]
    for imported in imports(source, package):
        top, *rest = imported.split(".")
        if top == "course_lib" and rest and FLOOR.get(rest[0], 0) > floor:
            yield f"{module} (floor {floor}) imports {imported} (floor {FLOOR[rest[0]]})"
        outside = top not in sys.stdlib_module_names and top not in ("course_lib", "numpy")
        if outside and floor < PICTURES:
            yield f"{module} (floor {floor}) imports {imported}"


def test_every_room_has_a_floor():
    rooms = {dotted(path).split(".")[1] for path in MODULES if dotted(path) != "course_lib"}
    assert rooms <= FLOOR.keys()


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_room_imports_from_no_floor_above(path):
    module = dotted(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    source = path.read_text(encoding="utf-8")
    if module == "course_lib":
        assert list(imports(source, package)) == []
    else:
        assert list(floor_problems(source, module, package)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from course_lib.descent import descend",
        "from lessons import demos",
        "import lessons.demos.lines",
        "def f():\n    from ..figures import draw",
        "from .. import figures",
        "import scipy.optimize",
    ],
)
def test_floor_check_catches(source):
    assert list(floor_problems(source, "course_lib.losses.part", "course_lib.losses"))


def test_floor_check_passes_what_stands_below():
    source = "import math\nimport numpy as np\nfrom course_lib.models import Gabor\nfrom . import a"
    assert list(floor_problems(source, "course_lib.losses.part", "course_lib.losses")) == []
