"""nbgrader's gradebook: what every submission earned, by machine and by hand.

One process at a time writes, all or nothing. Points of the referee go into `auto_score`, a
reader's into `manual_score`, which outranks them and which nothing here ever takes away.
"""

import os
import sys
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

from nbgrader import api
from sqlalchemy import select, true
from sqlalchemy.exc import OperationalError

PATIENCE = 30
"""Seconds to wait for whoever else is writing."""
COURSE = "default_course"
"""What nbgrader calls the course where nobody named it."""


class GradebookBusy(RuntimeError):
    """The gradebook could not be written; what was graded is kept and can be written later."""


class Score(NamedTuple):
    """Points in the gradebook, None for none yet, and whether a person has to look."""

    points: float | None
    waits: bool


@contextmanager
def opened(classroom, patience=PATIENCE):
    """A session of the gradebook: committed at the end, undone if anything is raised.

    Raises GradebookBusy where another process holds it for longer than `patience` seconds, or the
    disk is full.
    """
    classroom.folder.mkdir(parents=True, exist_ok=True)
    gradebook = None
    try:
        _commands_on_path()
        gradebook = api.Gradebook(f"sqlite:///{classroom.gradebook}?timeout={patience}", COURSE)
        yield gradebook.db
        gradebook.db.commit()
    except OperationalError as error:
        raise GradebookBusy(f"{classroom.gradebook}: {error.orig}") from None
    finally:
        if gradebook:
            gradebook.close()
            gradebook.engine.dispose()


def _commands_on_path():
    """nbgrader calls `alembic` by its name, as if its environment were activated."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([here, os.environ.get("PATH", "")])


def write(session, exercise_set, records, classroom, changed=frozenset()):
    """Write down Records, by student, as grades of their submissions.

    changed : pairs of a student and a grade id whose text is another since it was marked; their
        marks stay, and they wait for a reader once more
    """
    notebook = define(session, exercise_set, classroom.due(exercise_set.name))
    submitted = {one.student.id: one for one in notebook.submissions}
    for record in records.values():
        if not record.handed_in:
            continue
        mine = submitted.get(record.student) or _submission(session, notebook, record.student)
        mine.assignment.timestamp = _naive(record.moment)
        mine.assignment.extension = classroom.roster[record.student].extension
        grades = {grade.name: grade for grade in mine.grades}
        for cell in exercise_set.graded:
            grade = grades[cell.name]
            grade.auto_score = record.points(cell)
            unknown = grade.auto_score is None and grade.manual_score is None
            grade.needs_manual_grade = unknown or (record.student, cell.name) in changed
        take_off(mine, record.share_lost)


def define(session, exercise_set, due=None):
    """The notebook of a set in the gradebook, whose cells are made where they are not there yet."""
    assignment = _one(session, api.Assignment, name=exercise_set.name, course_id=COURSE)
    assignment.duedate = _naive(due)
    notebook = _one(session, api.Notebook, name=exercise_set.notebook, assignment_id=assignment.id)
    for cell in exercise_set.cells:
        here = {"name": cell.name, "notebook_id": notebook.id}
        source = _one(session, api.SourceCell, {"cell_type": cell.kind}, **here)
        source.source, source.locked = cell.source, cell.role not in ("code", "written")
        if cell.role in ("code", "written"):
            _one(session, api.SolutionCell, **here)
        if cell.role in ("check", "written"):
            worth = {"max_score": cell.points, "cell_type": cell.kind}
            _one(session, api.GradeCell, worth, **here)
    session.expire(notebook)
    return notebook


def _one(session, kind, values=None, **keys):
    """The one row with these keys and values, made if there is none."""
    found = session.execute(select(kind).filter_by(**keys)).scalar_one_or_none()
    if found is None:
        found = kind(**keys, **(values or {}))
        session.add(found)
    for name, value in (values or {}).items():
        setattr(found, name, value)
    session.flush()
    return found


def _submission(session, notebook, student):
    """What nbgrader makes of a submission: a grade for every cell that earns points."""
    _one(session, api.Student, id=student)
    keys = {"assignment_id": notebook.assignment_id, "student_id": student}
    submission = _one(session, api.SubmittedAssignment, **keys)
    mine = api.SubmittedNotebook(notebook_id=notebook.id, assignment_id=submission.id)
    mine.grades = [api.Grade(cell=cell) for cell in notebook.grade_cells]
    mine.comments = [api.Comment(cell=cell) for cell in notebook.solution_cells]
    session.add(mine)
    session.flush()
    return mine


def _naive(moment):
    """A moment as nbgrader keeps it: UTC that does not say so."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None)


def take_off(submitted, share):
    """Set what lateness costs a submitted notebook, of the points that it has now."""
    earned = sum(_points(grade) or 0.0 for grade in submitted.grades)
    submitted.late_submission_penalty = share * earned


def _points(grade):
    """A grade's points, the reader's before the referee's; None for neither."""
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return None if given is None else given + (grade.extra_credit or 0.0)


def _submitted(session, exercise_set, *students):
    """Submitted notebooks of a set by student: of some students, or of all."""
    found = session.execute(
        select(api.SubmittedNotebook)
        .join(api.SubmittedAssignment)
        .join(api.Assignment)
        .where(api.Assignment.name == exercise_set.name)
        .where(api.SubmittedAssignment.student_id.in_(students) if students else true())
    )
    return {one.student.id: one for one in found.scalars()}


def scores(session, exercise_set):
    """By student and grade id, the Score of every part that is in the gradebook."""
    return {
        (student, grade.name): Score(_points(grade), grade.needs_manual_grade)
        for student, mine in _submitted(session, exercise_set).items()
        for grade in mine.grades
    }


def penalties(session, exercise_set):
    """By student, the points that lateness costs."""
    found = _submitted(session, exercise_set)
    return {student: mine.late_submission_penalty or 0.0 for student, mine in found.items()}


def mark(session, exercise_set, record, name, points, comment):
    """Write down the points that a reader gives for one part, and the comment."""
    mine = _submitted(session, exercise_set, record.student)[record.student]
    grade = next(grade for grade in mine.grades if grade.name == name)
    grade.manual_score, grade.needs_manual_grade = points, False
    for place in mine.comments:
        if place.name == name:
            place.manual_comment = comment or None
    take_off(mine, record.share_lost)


def unmarked(session, exercise_set):
    """The pairs of student and grade id to which no reader has given points."""
    return {
        (student, grade.name)
        for student, mine in _submitted(session, exercise_set).items()
        for grade in mine.grades
        if grade.manual_score is None
    }


def comments(session, exercise_set):
    """By student and grade id, what readers wrote to the student."""
    return {
        (student, comment.name): comment.manual_comment
        for student, mine in _submitted(session, exercise_set).items()
        for comment in mine.comments
        if comment.manual_comment
    }
