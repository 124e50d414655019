"""Points as tables: for a spreadsheet, for Canvas, for Moodle.

An untouched part is 0 points, "not attempted"; what nobody has graded yet is an empty field. The
two are never the same, and a total is empty until every part of it is graded.
"""

import csv
import io
from itertools import groupby

from course_tools.grading.records import GRADED, total

CANVAS = "Student", "ID", "SIS User ID", "SIS Login ID", "Section"
"""The columns by which Canvas knows a student; those that the roster has are filled in."""
MOODLE = "Username", "ID number", "Email address"


def parts(rows, classroom, penalties, exercise_set):
    """A line for every student and part."""
    columns = ["student", "problem", "part", "state", "points", "max_points", "word", "why"]
    lines = [[getattr(row, name) for name in columns] for row in rows]
    return table([columns, *lines])


def totals(rows, classroom, penalties, exercise_set):
    """A line for every student."""
    columns = ["student", "points", "max_points", "lost_by_lateness", "not_graded", "states"]
    lines = []
    for student, mine in by_student(rows):
        states = dict.fromkeys(row.state for row in mine)
        not_graded = sum(row.max_points for row in mine if row.state != GRADED)
        possible = sum(row.max_points for row in mine)
        given = final(mine, penalties.get(student, 0.0))
        late = penalties.get(student, 0.0)
        lines.append([student, given, possible, late, not_graded, ", ".join(states)])
    return table([columns, *lines])


def canvas(rows, classroom, penalties, exercise_set):
    """What Canvas' gradebook imports."""
    lines = [[*CANVAS, exercise_set.name]]
    lines.append(["    Points Possible", *[""] * (len(CANVAS) - 1), exercise_set.max_points])
    for student, mine in by_student(rows):
        known = {"Student": student, "SIS Login ID": student} | classroom.roster[student].columns
        points = final(mine, penalties.get(student, 0.0))
        lines.append([*(known.get(column, "") for column in CANVAS), points])
    return table(lines)


def moodle(rows, classroom, penalties, exercise_set):
    """What Moodle's gradebook imports."""
    lines = [[*MOODLE, exercise_set.name, "feedback"]]
    for student, mine in by_student(rows):
        known = {"Username": student} | classroom.roster[student].columns
        points = final(mine, penalties.get(student, 0.0))
        said = "not attempted" if untouched(mine) else "" if points != "" else "not graded yet"
        lines.append([*(known.get(column, "") for column in MOODLE), points, said])
    return table(lines)


FORMATS = {"csv": totals, "parts": parts, "canvas": canvas, "moodle": moodle}


def by_student(rows):
    """Pairs of a student and all Rows of this student."""
    return [(student, list(mine)) for student, mine in groupby(rows, key=lambda row: row.student)]


def final(rows, penalty):
    """The points of a student, "" as long as a part is not graded."""
    if any(row.state != GRADED for row in rows):
        return ""
    return total(rows) - penalty


def untouched(rows):
    """Whether a student has handed in a set without doing anything in it."""
    return all(row.state == GRADED and row.word == "not attempted" for row in rows)


def table(lines):
    """Lines as CSV; a text that a spreadsheet would take for a formula begins with a quote."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [[_plain(v) for v in line] for line in lines]
    )
    return written.getvalue()


def _plain(value):
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return "'" + text if text[:1] in set("=+-@\t\r") else text
