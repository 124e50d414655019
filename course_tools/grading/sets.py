"""A set of exercises as whoever grades it sees it: every cell in order, with its role and points.

What students were handed is in exercises/, what the answers are worth in solutions/.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from course_tools.notebooks import read
from lessons.course_map import ROOT

PROMPT = "YOUR ANSWER HERE"
"""What stands where a written answer is waited for."""
SCHEME = re.compile(
    r"<!-- BEGIN SOLUTION -->\n\*\*Model answer\.\*\* (?P<model>.+)\n\n"
    r"\*\*Marking scheme\.\*\* (?P<scheme>.+)\n<!-- END SOLUTION -->",
    re.DOTALL,
)
CRITERION = re.compile(r"(\d+) points?:\s+(.+?)(?=\s\d+ points?:\s|\Z)", re.DOTALL)
"""One criterion of a marking scheme: what it is worth, and for what."""


class UnknownSet(ValueError):
    """No set has that name; the message lists those there are."""


@dataclass(frozen=True)
class Criterion:
    """What a reader looks for in a written answer, and the points that it is worth."""

    points: float
    text: str


@dataclass(frozen=True)
class SetCell:
    """One cell of a set as it was handed out.

    name : its grade id, which is its cell id too
    kind : "code" or "markdown"
    role : "statement", "given" (code that is not to be changed), "code" and "written" (answers),
        "check"
    problem : the id of the problem it belongs to, such as "pb-6.1", "" above the first
    points : what a check or a written answer is worth, else 0
    """

    name: str
    kind: str
    source: str
    role: str
    problem: str
    points: float = 0.0
    criteria: tuple[Criterion, ...] = ()
    model: str = ""

    @cached_property
    def names(self):
        """The names that the template of an answer defines, or that a check asks for."""
        tree = ast.parse(self.source)
        if self.role == "check":
            return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return defined(tree)

    @property
    def question(self):
        """What a written answer was asked for."""
        return self.source.replace(PROMPT, "").strip()


@dataclass(frozen=True)
class ExerciseSet:
    """The cells of a set in order."""

    name: str
    cells: tuple[SetCell, ...]

    @cached_property
    def by_name(self):
        """Cells by their names."""
        return {cell.name: cell for cell in self.cells}

    @property
    def graded(self):
        """The cells that earn points: checks and written answers."""
        return tuple(cell for cell in self.cells if cell.role in ("check", "written"))

    @property
    def written(self):
        """The cells that a reader marks."""
        return tuple(cell for cell in self.cells if cell.role == "written")

    @property
    def max_points(self):
        """What a whole submission is worth."""
        return sum(cell.points for cell in self.cells)

    def answers_of(self, check):
        """The answer cells of its problem that define what a check asks for."""
        answers = [c for c in self.cells if c.role == "code" and c.problem == check.problem]
        return tuple(cell for cell in answers if cell.names & check.names)

    @property
    def notebook(self):
        """The name of its notebook, without the suffix."""
        return f"{self.name[:2]}_exercises"


def load(name, root=ROOT):
    """The set that a name means: "03_line_search", or how it begins, such as "03".

    Raises UnknownSet, where none or several are meant.
    """
    sets = set_names(root)
    found = [one for one in sets if one == name] or [one for one in sets if one.startswith(name)]
    if len(found) != 1 or not name:
        raise UnknownSet(f"set is {name!r}, expected how the name of one begins: {', '.join(sets)}")
    return _load(found[0], Path(root))


def set_names(root=ROOT):
    """The names of all sets, in order."""
    return sorted(path.name for path in (root / "exercises").glob("[0-9]*"))


@cache
def _load(name, root):
    notebooks = [root / folder / name / f"{name[:2]}_exercises.ipynb" for folder in _FOLDERS]
    handed_out, solved = (read(path).cells for path in notebooks)
    sources = {cell.id: cell.source for cell in solved}
    cells, problem = [], ""
    for cell in handed_out:
        problem = next(iter(cell.metadata.get("tags", [])), problem) if _is_text(cell) else problem
        cells.append(_set_cell(cell, problem, sources.get(cell.id, "")))
    return ExerciseSet(name, tuple(cells))


_FOLDERS = "exercises", "solutions"


def _set_cell(cell, problem, solution):
    mark = cell.metadata.get("nbgrader", {})
    points = float(mark.get("points", 0))
    common = (cell.id, cell.cell_type, cell.source)
    if mark.get("solution") and mark.get("grade"):
        model, criteria = scheme(solution, cell.id)
        return SetCell(*common, "written", problem, points, criteria, model)
    if mark.get("solution"):
        return SetCell(*common, "code", problem)
    if mark.get("grade"):
        return SetCell(*common, "check", problem, points)
    return SetCell(*common, "statement" if _is_text(cell) else "given", problem)


def scheme(solution, name):
    """The model answer and the criteria in the source of a written answer's solution."""
    found = SCHEME.search(solution)
    if not found:
        raise ValueError(f"{name}: no model answer with a marking scheme in its solution")
    criteria = tuple(
        Criterion(float(points), " ".join(text.split()))
        for points, text in CRITERION.findall(found["scheme"])
    )
    return found["model"], criteria


def defined(tree):
    """The names that the top level of some code defines: functions, classes, what is assigned."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            stored = (name for target in targets for name in ast.walk(target))
            names |= {name.id for name in stored if isinstance(name, ast.Name)}
    return names


def _is_text(cell):
    return cell.cell_type == "markdown"
