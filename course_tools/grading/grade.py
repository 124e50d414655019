"""A class graded: every submission repaired, judged, and written down, whatever it is.

Repairing and writing are done here, in one process; judging is `run.run_jobs`, on any executor.
"""

from collections import Counter
from dataclasses import replace

from course_tools.grading import gradebook, marking, records
from course_tools.grading.jobs import Job, Limits
from course_tools.grading.submissions import seconds_late, submission_of


def grade(classroom, exercise_set, run_jobs, limits=Limits()):  # noqa: B008
    """Judge what has not been judged yet, write all of it down, and return the Rows.

    run_jobs : jobs -> list of Results
    limits : what each submission may use
    """
    submissions = [submission_of(name, exercise_set, classroom) for name in classroom.roster]
    readable = [one for one in submissions if one.rebuilt]
    jobs = [
        Job(one.student, exercise_set.name, one.rebuilt.cells, classroom.secret, limits)
        for one in readable
    ]
    results = {result.student: result for result in run_jobs(jobs)}
    found = {
        one.student: record_of(one, results.get(one.student), exercise_set, classroom)
        for one in submissions
    }
    for record in found.values():
        records.write(record, classroom.records(exercise_set.name))
    changed = marking.outdated(classroom, found, exercise_set)
    with gradebook.opened(classroom) as session:
        gradebook.write(session, exercise_set, found, classroom, changed)
        marking.catch_up(session, classroom, exercise_set, found)
        scores = gradebook.scores(session, exercise_set)
    return records.rows(found, scores, classroom.roster, exercise_set)


def record_of(submission, result, exercise_set, classroom):
    """The Record of one submission and of what the referee says to it, if it could be asked."""
    student = classroom.roster[submission.student]
    late = seconds_late(submission, student, classroom.due(exercise_set.name))
    known = {
        "handed_in_at": submission.handed_in.isoformat() if submission.handed_in else "",
        "seconds_late": late,
        "share_lost": classroom.late.share_lost(late),
    }
    if submission.rebuilt is None:
        return records.nothing(student.name, exercise_set, submission.why, **known)
    rebuilt = submission.rebuilt
    parts, why = (result.parts, result.attention) if result else ((), None)
    judged = Counter()
    for part in parts:
        judged[part.grade_id] += part.max_points
    unjudged = {
        cell.name: why or "the referee gave no verdict"
        for cell in exercise_set.graded
        if cell.role == "check" and judged[cell.name] != cell.points
    }
    record = records.nothing(student.name, exercise_set, "", **known)
    answers = {cell.grade_id: cell.source for cell in rebuilt.cells if cell.grade_id}
    return replace(
        record,
        file=submission.file,
        parts=parts,
        answers={
            cell.name: rebuilt.written.get(cell.name, answers.get(cell.name, ""))
            for cell in exercise_set.cells
            if cell.role in ("code", "written")
        },
        attention={**unjudged, **rebuilt.attention},
        notes=rebuilt.notes,
    )


def stands(classroom, exercise_set):
    """The Records, Rows and penalties of a set, as they were written down last."""
    found = records.read(classroom.records(exercise_set.name))
    with gradebook.opened(classroom) as session:
        scores = gradebook.scores(session, exercise_set)
        penalties = gradebook.penalties(session, exercise_set)
    return found, records.rows(found, scores, classroom.roster, exercise_set), penalties
