"""Before anything is graded: a notebook that is known to be right, and one known to be wrong.

The right one is the solution itself. The wrong one is the same with NaN in the place of every
answer, which no problem may give a point for.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import replace

from course_tools.grading.jobs import Cell, Job, Result
from course_tools.grading.questions import questions, source_cells

NAN = "float('nan')"


class ProbeFailed(RuntimeError):
    """Grading is wrong about a notebook whose points are known."""


def probe(jobs: Iterable[Job], judge_all: Callable[[list[Job]], Iterable[Result]]) -> None:
    """Judge the two for each set among some jobs, within the widest limits of these.

    Raises ProbeFailed where the points are not those that are known.
    """
    known = {}
    by_patience = sorted(jobs, key=lambda job: job.limits.seconds)
    for job in {job.exercise_set: job for job in by_patience}.values():
        name = job.exercise_set
        for student, cells in (("right", right_cells(name)), ("wrong", wrong_cells(name))):
            example = replace(job, student=f"known to be {student}", cells=cells)
            known[example.key()] = example
    for result in judge_all(list(known.values())):
        right = result.student.endswith("right")
        missed = [p for p in result.parts if p.points != (p.max_points if right else 0)]
        if missed or result.attention:
            told = (
                result.attention or f"{missed[0].problem}, {missed[0].part}: {missed[0].sentence}"
            )
            raise ProbeFailed(
                f"Nothing was graded: a notebook of {result.exercise_set} that is {result.student} "
                f"was judged otherwise. {told}"
            )


def right_cells(exercise_set: str) -> tuple[Cell, ...]:
    """The code cells of the solution."""
    cells = [(cell["id"], source) for cell, source in source_cells(exercise_set)
             if cell["cell_type"] == "code"]  # fmt: skip
    return tuple(Cell(id, source) for id, source in cells)


def wrong_cells(exercise_set: str) -> tuple[Cell, ...]:
    """The same, but before each check every answer becomes NaN, or a function that returns it."""
    asked, cells = questions(exercise_set), []
    for cell in right_cells(exercise_set):
        if question := asked.get(cell.grade_id or ""):
            for part in question.problem.parts:
                answer = f"lambda *given: {NAN}" if hasattr(part, "inputs") else NAN
                for node in ast.walk(ast.parse(question.expressions.get(part.name, ""))):
                    if isinstance(node, ast.Name):
                        cells.append(Cell(None, f"{node.id} = {answer}"))
        cells.append(cell)
    return tuple(cells)
