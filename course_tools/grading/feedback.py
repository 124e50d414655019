"""A page for each student: what each answer earned, why, and what a reader wrote to it.

Problems have their names; neither model answers nor criteria nor seeds are known here.
"""

import html
from itertools import groupby

from course_tools.grading import gradebook, pages, records
from course_tools.grading.records import ATTENTION, GRADED
from course_tools.grading.whole import write_whole
from lessons import problems
from lessons.marking.verdict import Status, as_panel

STATUS = {status.word.lower(): status for status in Status}


def write_all(classroom, exercise_set, found, rows, penalties):
    """Write the page of every student; the folder they are in."""
    folder = classroom.feedback(exercise_set.name)
    with gradebook.opened(classroom) as session:
        comments = gradebook.comments(session, exercise_set)
    for student, mine in groupby(rows, key=lambda row: row.student):
        record = found.get(student) or records.nothing(student, exercise_set)
        penalty = penalties.get(student, 0.0)
        written = page(record, list(mine), penalty, exercise_set, comments)
        write_whole(folder / f"{student}.html", written)
    return folder


def page(record, rows, penalty, exercise_set, comments):
    """The page of one student."""
    title = exercise_set.cells[0].source.split("\n")[0].lstrip("# ")
    parts = [f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(record.student)}</p>"]
    parts += [f"<p><strong>{line}</strong></p>" for line in total(rows, penalty)]
    parts += [repairs(record)] if record.notes else []
    for problem, of_it in groupby(rows, key=lambda row: row.problem):
        known = problems.ALL[problem]
        parts.append(f"<h2>{html.escape(known.id)} · {html.escape(known.title)}</h2>")
        parts += [part(row, record, exercise_set, comments) for row in of_it]
    return pages.page(title, *parts)


def total(rows, penalty):
    """The points so far, and what is still to come."""
    points, possible = records.total(rows), sum(row.max_points for row in rows)
    yield f"{points - penalty:g} of {possible:g} points"
    if penalty:
        yield f"{points:g} for the answers, less {penalty:g} because it was late"
    if open_parts := [row for row in rows if row.state != GRADED]:
        yield f"so far: {sum(row.max_points for row in open_parts):g} more points are not decided"


def repairs(record):
    """What was mended before it could be read."""
    lines = "".join(f"<li>{html.escape(note)}</li>" for note in record.notes)
    return f"<details><summary>What was mended in your notebook</summary><ul>{lines}</ul></details>"


def part(row, record, exercise_set, comments):
    """What one part earned and why, and the answer that it was given for."""
    cell = exercise_set.by_name[row.part]
    said = [verdict(row, record, cell)]
    if comment := comments.get((row.student, row.part)):
        said += ["<p><strong>The reader wrote:</strong></p>", pages.text(comment)]
    if cell.role == "written":
        answer = pages.text(record.answers.get(row.part, ""))
    else:
        given = [record.answers.get(one.name, "") for one in exercise_set.answers_of(cell)]
        answer = "".join(pages.code(source) for source in given if source)
    if answer:
        said.append(f"<details><summary>Your answer</summary>{answer}</details>")
    return "\n".join(said)


def verdict(row, record, cell):
    """The panel of one part, as the checks of the course show it."""
    if row.state != GRADED:
        why = f": {row.why}" if row.state == ATTENTION else ""
        return as_panel(Status.NOT_ATTEMPTED, f"This part {row.state}{why}.")
    earned = f"{row.points:g} of {row.max_points:g} points"
    status = STATUS.get(row.word) or (Status.CORRECT if row.points == row.max_points else None)
    if status is None:
        status = Status.NOT_YET
    word = row.word if row.word in STATUS else "marked by a reader"
    return as_panel(status, f"{status.mark} {word}, {earned}", *record.sentences(cell))
