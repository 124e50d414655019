"""The page of conventions names a test for each of its statements, and each test exists."""

import ast
import re

import pytest

from course_lib import optimizers
from lessons.course_map import ROOT

PAGE = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"^\| [=≠] \| (.+?) \| `?(.*?)`? \|$", PAGE, re.MULTILINE)


def functions(name):
    """The names of the tests in a file of tests."""
    source = (ROOT / "tests/course_lib/optimizers" / name).read_text(encoding="utf-8")
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def test_the_page_makes_statements():
    assert len(STATEMENTS) > 30
    assert len(STATEMENTS) == len(re.findall(r"^\| [=≠] ", PAGE, re.MULTILINE))


@pytest.mark.parametrize(("statement", "test"), STATEMENTS)
def test_a_statement_names_a_test_that_exists(statement, test):
    name, _, function = test.partition("::")
    assert function in functions(name), f"{statement} is proved by {test}, which does not exist"


def test_every_rule_on_the_page_is_in_the_library():
    rules = set(re.findall(r"`([A-Z]\w+)\(", PAGE)) - {"SGD"}
    assert len(rules) > 10
    assert rules <= set(optimizers.__all__)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
