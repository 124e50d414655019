"""The course as the sandbox sees it: what exercises hand out, and nothing that is right or wrong.

`course_lib` goes in whole, of `lessons` the ROOMS. In the place of `lessons.problems` stand modules
made here: each problem records that it was asked, and keeps only what the exercises import besides.
"""

import ast
from functools import cache
from pathlib import Path

import course_lib
import lessons
from course_tools.grading.questions import exercise_sets, source_cells
from lessons import problems
from lessons.declared import by_module
from lessons.marking.problem import Problem

COURSE_LIB, LESSONS = Path(course_lib.__file__).parent, Path(lessons.__file__).parent
ROOMS = "__init__.py", "declared.py", "source.py", "demos", "experiments", "measuring", "stage"
"""Of `lessons`: what a student may import in a scratch cell. None of it knows an answer."""

_PACKAGE = '''
class Recorded:
    """A graded problem. Here it says nothing: whoever grades judges the answer elsewhere."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name

    def _recorded(self, *answer, **answers):
        return None

    check = points = verdict = hint = statement = _recorded


ALL = {{id: Recorded(id) for id in {ids!r}}}
globals().update((id.replace("-", "_").replace(".", "_"), problem) for id, problem in ALL.items())
'''


@cache
def problem_modules() -> dict[str, str]:
    """The source of each module that stands in the place of one of `lessons.problems`."""
    handed = _handed_out()
    modules = {problems.__name__: _PACKAGE.format(ids=list(problems.ALL))}
    for name, declared in by_module(problems.__name__, Problem).items():
        dotted = f"{problems.__name__}.{name}"
        source = Path(LESSONS, "problems", f"{name}.py").read_text("utf-8")
        kept = excerpt(source, handed.get(dotted, set()) - declared.keys())
        own = ", ".join(declared)
        modules[dotted] = f"{kept}\nfrom {problems.__name__} import {own}\n" if own else kept
    return modules


def _handed_out():
    """What the exercises import from modules of problems: the names by module."""
    handed = {}
    for name in exercise_sets():
        for cell, source in source_cells(name):
            if cell["cell_type"] == "code":
                for node in ast.walk(ast.parse(source)):
                    if isinstance(node, ast.ImportFrom) and node.module:
                        names = handed.setdefault(node.module, set())
                        names.update(alias.name for alias in node.names)
    return handed


def excerpt(source: str, names: set[str]) -> str:
    """The statements at the top of a module that these names need, in their order.

    >>> print(excerpt("import os\\na = 1\\nb = a\\nc = 2", {"b"}))
    a = 1
    b = a
    """
    statements = ast.parse(source).body
    makes = {name: node for node in statements for name in _made(node)}
    wanted, needed = set(), {*names}
    while needed:
        name = needed.pop()
        node = makes[name]
        if node not in wanted:
            wanted.add(node)
            needed |= makes.keys() & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return "\n".join(ast.unparse(node) for node in statements if node in wanted)


def _made(statement):
    """The names that a statement at the top of a module makes."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return [name.id for name in names if isinstance(name.ctx, ast.Store)]
