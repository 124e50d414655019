"""The library's types: a checker accepts valid calls in all their forms, and finds mistakes."""

import ast
import inspect
import re
import subprocess
import sys

import pytest

from lessons.course_map import ROOT
from tests.course_lib import fuzz

VALID, MISTAKES = ROOT / "tests/typed/valid.py", ROOT / "tests/typed/mistakes.py"


@pytest.fixture(scope="module")
def complaints():
    """What mypy says of the packages and of both files: (file, line) -> errors."""
    packages = ["course_lib", "lessons", "course_tools", "benchmarks"]
    command = [sys.executable, "-m", "mypy", *packages, str(VALID), str(MISTAKES)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode in (0, 1), told.stdout + told.stderr
    found = {}
    for name, line, error in re.findall(r"^(\S+?):(\d+): error: (.+)$", told.stdout, re.MULTILINE):
        found.setdefault((name, int(line)), []).append(error)
    return found


def test_the_packages_and_valid_calls_are_accepted(complaints):
    mistakes = str(MISTAKES.relative_to(ROOT))
    assert {place: errors for place, errors in complaints.items() if place[0] != mistakes} == {}


def test_valid_calls_are_valid():
    subprocess.run([sys.executable, str(VALID)], check=True, capture_output=True, cwd=ROOT)


def test_every_planted_mistake_is_found_and_nothing_else(complaints):
    lines = MISTAKES.read_text(encoding="utf-8").splitlines()
    planted = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found = {line for name, line in complaints if name == str(MISTAKES.relative_to(ROOT))}
    assert len(planted) > 15
    assert found == planted


def test_every_public_function_says_what_it_returns():
    silent = [
        target.name
        for target in fuzz.targets()
        if not target.name.endswith(".")
        and inspect.signature(target.written).return_annotation is inspect.Signature.empty
    ]
    assert silent == []


def test_the_list_of_rules_names_each_rule_in_its_file():
    stub = ROOT / "course_lib/optimizers/__init__.pyi"
    for imported in ast.parse(stub.read_text(encoding="utf-8")).body[1:]:
        (alias,) = imported.names
        assert alias.asname == alias.name  # an editor shows what is imported under its own name
        source = (stub.parent / f"{imported.module}.py").read_text(encoding="utf-8")
        assert f"\nclass {alias.name}" in source
