"""Marks that a reader gives: points for each criterion of a scheme, and the sum of them.

Every mark is a line in a file that only grows, with who gave it and to which text; the last one for
a text counts, and the gradebook has its sum. So two can mark at once, grading again loses nothing,
and what was marked before the student changed the text is marked once more.
"""

import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from course_tools.grading import gradebook
from course_tools.grading.sets import Criterion

WHOLE = "the part as a whole"
"""The one criterion of a part that the referee should have judged and could not."""


class MarkedMeanwhile(RuntimeError):
    """Somebody else has marked this text since it was shown."""


class NotAMark(ValueError):
    """Points that no criterion allows; the message says which."""


@dataclass(frozen=True)
class Mark:
    """What one reader gave to one text.

    points : by criterion, in the order of the scheme
    text : a hash of what was read
    """

    student: str
    grade_id: str
    points: tuple[float, ...]
    comment: str
    marker: str
    text: str
    moment: str


def criteria_of(cell):
    """What a part is marked by."""
    return cell.criteria or (Criterion(cell.points, WHOLE),)


def text_of(record, cell, exercise_set):
    """What there is to read for a part: the written answer, or the code that a check asks for."""
    if cell.role == "written":
        return record.answers.get(cell.name, "")
    answers = (record.answers.get(one.name, "") for one in exercise_set.answers_of(cell))
    return "\n\n".join(answers)


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Marks:
    """The marks of one set of a class; `give` adds one. Threads may share it."""

    def __init__(self, classroom, exercise_set):
        self.classroom, self.set = classroom, exercise_set
        self.path = classroom.marks(exercise_set.name)
        self.lock = threading.Lock()
        self.all = read(self.path)

    def of(self, student, name):
        """All marks that a text was given, the last one counts."""
        return [mark for mark in self.all if (mark.student, mark.grade_id) == (student, name)]

    def give(self, record, cell, points, comment, marker, seen):
        """Write a mark down, here and in the gradebook.

        seen : how many marks the text had when the reader saw it

        Raises
        ------
        NotAMark
            If the points are not those of the criteria.
        MarkedMeanwhile
            If the text has more marks by now.
        """
        check(points, criteria_of(cell))
        moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        text = _hash(text_of(record, cell, self.set))
        mark = Mark(record.student, cell.name, tuple(points), comment, marker, text, moment)
        with self.lock:
            if len(self.of(record.student, cell.name)) != seen:
                raise MarkedMeanwhile(f"{self.of(record.student, cell.name)[-1].marker} marked it")
            append(mark, self.path)
            self.all.append(mark)
            with gradebook.opened(self.classroom) as session:
                gradebook.mark(session, self.set, record, cell.name, sum(points), comment)
        return mark


def check(points, criteria):
    """Raise NotAMark unless there is a number for each criterion that it allows."""
    if len(points) != len(criteria):
        raise NotAMark(f"points has {len(points)} entries, expected {len(criteria)}")
    for given, criterion in zip(points, criteria):
        if not isinstance(given, int | float) or not 0 <= given <= criterion.points:
            raise NotAMark(
                f"points has {given!r}, expected 0 to {criterion.points:g}: {criterion.text}"
            )


def append(mark, path):
    """Add a mark to the file; it is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as file:
        file.write(b"\n" * _torn(path) + json.dumps(asdict(mark)).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _torn(path):
    """Whether the last line has no end: whoever wrote it was killed."""
    with open(path, "rb") as file:
        return (
            file.seek(0, os.SEEK_END) > 0
            and file.seek(-1, os.SEEK_END) >= 0
            and (file.read(1) != b"\n")
        )


def read(path):
    """All marks in a file, in order; a line that was never finished is left out."""
    marks = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        marks.append(Mark(**values | {"points": tuple(values["points"])}))
    return marks


def latest(classroom, exercise_set):
    """By student and grade id, the mark that counts."""
    marks = read(classroom.marks(exercise_set.name))
    return {(mark.student, mark.grade_id): mark for mark in marks}


def outdated(classroom, found, exercise_set):
    """The pairs of student and grade id whose text is no longer the one that was marked."""
    return {
        (student, name)
        for (student, name), mark in latest(classroom, exercise_set).items()
        if student in found and name in exercise_set.by_name
        and mark.text != _hash(text_of(found[student], exercise_set.by_name[name], exercise_set))
    }  # fmt: skip


def catch_up(session, classroom, exercise_set, found):
    """Write marks into the gradebook that are not there: it was busy, or the reader was killed."""
    stale = outdated(classroom, found, exercise_set)
    unmarked = gradebook.unmarked(session, exercise_set)
    for key, mark in latest(classroom, exercise_set).items():
        if key in unmarked and key not in stale and mark.student in found:
            record = found[mark.student]
            points = sum(mark.points)
            gradebook.mark(session, exercise_set, record, mark.grade_id, points, mark.comment)
