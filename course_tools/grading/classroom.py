"""The folder of a class: who is in it, what is due when, and where everything lies.

It is a course folder of nbgrader's (`submitted/STUDENT/SET/`, `gradebook.db`) with a few more
files. `roster.csv` has a column `student` and may have `extension`, in days; every other column is
kept for the exports and helps to know whose a file is. `class.toml` has the dates and what
lateness costs:

    [due]
    "03_line_search" = 2026-03-01T23:59:00+01:00

    [late]
    free_hours = 1      # so much later is still in time
    lost_per_day = 0.1  # share of the points, for each day begun
    most = 0.5          # share that is lost at most
"""

import csv
import math
import secrets
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from course_tools.grading.whole import write_whole

LONGEST_NAME = 128
"""Characters of a student's name; nbgrader's gradebook takes no more."""


class ClassError(ValueError):
    """A file of the class says something that cannot be; the message names the file and why."""


@dataclass(frozen=True)
class Student:
    """One line of the roster.

    extension : how much later this student may hand in
    columns : all that the line says, by column
    """

    name: str
    extension: timedelta = timedelta()
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LatePolicy:
    """What lateness costs; nothing, by default."""

    free_hours: float = 0.0
    lost_per_day: float = 0.0
    most: float = 1.0

    def share_lost(self, seconds_late):
        """The share of the points that is lost, between 0 and `most`.

        >>> LatePolicy(free_hours=1, lost_per_day=0.1, most=0.5).share_lost(25 * 3600 + 1)
        0.2
        """
        if seconds_late <= self.free_hours * 3600:
            return 0.0
        return min(self.most, self.lost_per_day * math.ceil(seconds_late / 86400))


@dataclass(frozen=True)
class Classroom:
    """A class in its folder."""

    folder: Path

    def submitted(self, student, exercise_set):
        """Where a submission lies, as in nbgrader."""
        return self.folder / "submitted" / student / exercise_set

    def records(self, exercise_set):
        """The folder of what became of each submission of a set."""
        return self.folder / "graded" / exercise_set

    def results(self, exercise_set):
        """The folder of the referee's results."""
        return self.folder / "results" / exercise_set

    def feedback(self, exercise_set):
        """The folder of the students' pages."""
        return self.folder / "feedback" / exercise_set

    def marks(self, exercise_set):
        """The file of all marks that were given by hand, one a line."""
        return self.folder / "marks" / f"{exercise_set}.jsonl"

    @property
    def gradebook(self):
        """nbgrader's database."""
        return self.folder / "gradebook.db"

    @cached_property
    def roster(self):
        """By name, every Student of roster.csv; without that file, whoever has handed in."""
        path = self.folder / "roster.csv"
        if path.exists():
            return read_roster(path)
        handed_in = sorted(path.name for path in self.folder.glob("submitted/[!.]*"))
        return {name: Student(name) for name in handed_in}

    @cached_property
    def settings(self):
        """What class.toml says; empty without that file."""
        path = self.folder / "class.toml"
        try:
            return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ClassError(f"{path}: {error}") from None

    @property
    def late(self):
        """The LatePolicy of the class."""
        try:
            return LatePolicy(**self.settings.get("late", {}))
        except TypeError as error:
            raise ClassError(f"class.toml, [late]: {error}") from None

    def due(self, exercise_set):
        """When a set is due, in UTC; None where class.toml does not say."""
        moment = self.settings.get("due", {}).get(exercise_set)
        if moment is None:
            return None
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise ClassError(
                f"class.toml, [due]: {exercise_set} is {moment!r}, expected a moment with its "
                f"zone, such as 2026-03-01T23:59:00+01:00"
            )
        return moment.astimezone(UTC)

    @cached_property
    def secret(self):
        """What grading draws its questions from: made once, kept in secret.txt, told to nobody."""
        path = self.folder / "secret.txt"
        if not path.exists():
            write_whole(path, secrets.token_hex(32))
        return path.read_text("ascii").strip()


def read_roster(path):
    """By name, the students in a roster, in its order.

    Raises ClassError where a line has no name, one that is no folder's, or one seen before.
    """
    students = {}
    with open(path, newline="", encoding="utf-8-sig") as file:
        lines = csv.DictReader(file)
        if "student" not in (lines.fieldnames or ()):
            raise ClassError(f"{path} has the columns {lines.fieldnames}, expected one `student`")
        for line in lines:
            where = f"{path}, line {lines.line_num}"
            columns = {key: (value or "").strip() for key, value in line.items() if key}
            name = columns["student"]
            if not is_name(name) or name in students:
                why = "is there twice" if name in students else "cannot be the name of a folder"
                raise ClassError(f"{where}: student is {name!r}, which {why}")
            students[name] = Student(name, _extension(columns, where), columns)
    return students


def _extension(columns, where):
    days = columns.get("extension") or "0"
    try:
        return timedelta(days=float(days))
    except (ValueError, OverflowError):
        raise ClassError(f"{where}: extension is {days!r}, expected a number of days") from None


def is_name(name):
    """Whether a text can name a student, and so a folder: no path, and nothing hidden.

    >>> [is_name(name) for name in ("ada", "..", "a/b", "")]
    [True, False, False, False]
    """
    plain = name.isprintable() and not set(name) & set('/\\:*?"<>|')
    return plain and not name.startswith(".") and 0 < len(name) <= LONGEST_NAME
