"""The ways to install the course agree with each other."""

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
        ("requirements.txt", "-e .[lab]"),
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


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_code_and_notebooks_are_in_one_style(command):
    ruff = [sys.executable, "-m", "ruff", *command, "--output-format=concise", "."]
    told = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert told.returncode == 0, told.stdout + told.stderr
