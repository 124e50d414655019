"""Submissions for the tests: a set's solution, in which some cells are another's work."""

from course_tools.grading.jobs import Cell, Job, Limits
from course_tools.grading.probe import right_cells

SECRET = "known to nobody"


def submission(exercise_set, answers=None, student="ada", first="", limits=None):
    """A Job.

    answers : by grade id, the source of a cell in place of the solution's; a function is given it
    first : the source of a cell of the student's own, before all others
    """
    answers = answers or {}

    def source(cell):
        answer = answers.get(cell.grade_id, cell.source)
        return answer(cell.source) if callable(answer) else answer

    cells = [Cell(cell.grade_id, source(cell)) for cell in right_cells(exercise_set)]
    own = [Cell(None, first)] if first else []
    return Job(student, exercise_set, (*own, *cells), SECRET, limits or Limits(seconds=60.0))


def points(result):
    """What each check gave, by grade id."""
    sums = {}
    for part in result.parts:
        sums[part.grade_id] = sums.get(part.grade_id, 0) + part.points
    return sums
