"""What is asked in an exercise set, and from which names of the notebook it is answered.

The source is solutions/: each cell there that is graded by machine hands its problem one or more
names, and says so itself. What a submission made of that cell is never looked at.
"""

import ast
import json
from dataclasses import dataclass
from functools import cache

from lessons import problems
from lessons.course_map import ROOT
from lessons.marking.problem import Problem


@dataclass(frozen=True)
class Question:
    """One cell that checks: by part of the problem, the expression that is handed to it."""

    grade_id: str
    problem: Problem
    expressions: dict[str, str]


def exercise_sets() -> list[str]:
    """The names of all sets."""
    return sorted(path.parent.name for path in (ROOT / "solutions").glob("[0-9]*/*.ipynb"))


@cache
def questions(exercise_set: str) -> dict[str, Question]:
    """The questions of a set by grade id, in their order.

    Raises ValueError where there is no such set.

    >>> questions("03_line_search")["pb-6-8-escape-check"].expressions
    {'escape': '(start, learning_rate)'}
    """
    return {
        cell["id"]: _question(cell["id"], source)
        for cell, source in source_cells(exercise_set)
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade")
    }


def source_cells(exercise_set: str) -> list[tuple[dict, str]]:
    """Each cell of the set's notebook in solutions/, and its source."""
    if exercise_set not in exercise_sets():
        known = ", ".join(exercise_sets())
        raise ValueError(f"exercise_set is {exercise_set!r}, expected one of {known}")
    (path,) = (ROOT / "solutions" / exercise_set).glob("*.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [(cell, "".join(cell["source"])) for cell in cells]


def _question(grade_id, source):
    (call,) = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".points")
    ]
    problem = getattr(problems, ast.unparse(call.func).removesuffix(".points"))
    named = {key.arg: ast.unparse(key.value) for key in call.keywords if key.arg != "seed"}
    if call.args:  # the one part of a problem needs no name
        named[problem.parts[0].name] = ast.unparse(call.args[0])
    return Question(grade_id, problem, named)
