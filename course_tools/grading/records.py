"""What became of each submission: a Record a student, a file each, and the Rows that follow.

Points that a reader gives are in the gradebook (`gradebook.py`); everything else about a submission
that feedback, marking, exports and statistics need is in its Record.
"""

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime

from course_tools.grading.jobs import PartResult
from course_tools.grading.submissions import NOTHING
from course_tools.grading.whole import write_whole

GRADED, WAITS, ATTENTION = "graded", "waits for a reader", "needs attention"
"""The three states of a part; every part of every student is in one of them."""
NOT_ATTEMPTED = "not attempted"


@dataclass(frozen=True)
class Record:
    """What became of one submission.

    file : the name of the notebook that was read, "" where there was none
    parts : the referee's verdicts, in the order of the set
    answers : the source of each answer and each written text, by grade id
    attention : by grade id of what earns points, why a person has to look
    notes : what was repaired
    handed_in_at : the moment, ISO 8601, "" where nothing says so
    seconds_late : after the student's own date; 0 where a date is unknown
    share_lost : by lateness, between 0 and 1
    """

    student: str
    exercise_set: str
    file: str = ""
    parts: tuple[PartResult, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    attention: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    handed_in_at: str = ""
    seconds_late: float = 0.0
    share_lost: float = 0.0

    def parts_of(self, name):
        """The verdicts that one check gave."""
        return tuple(part for part in self.parts if part.grade_id == name)

    @property
    def handed_in(self):
        """Whether there was anything at all."""
        return NOTHING not in self.attention.values()

    @property
    def moment(self):
        """When it was handed in, None where nothing says so."""
        return datetime.fromisoformat(self.handed_in_at) if self.handed_in_at else None

    def word(self, cell):
        """One of the four words for a check, and for a written answer whether there is one."""
        if cell.role == "written":
            return "answered" if self.answers.get(cell.name) else NOT_ATTEMPTED
        words = {part.word for part in self.parts_of(cell.name)}
        if len(words) == 1:
            return words.pop()
        return "error" if "error" in words else "not yet" if words else ""

    def points(self, cell):
        """What the referee gives, None where it did not: who writes nothing gets 0 at once."""
        if cell.name in self.attention:
            return None
        if cell.role == "written":
            return None if self.answers.get(cell.name) else 0.0
        return sum(part.points for part in self.parts_of(cell.name))

    def sentences(self, cell):
        """What the verdicts of a check say to the student, a line each."""
        parts = self.parts_of(cell.name)
        named = len(parts) > 1
        return [f"{part.part}: {part.sentence}" if named else part.sentence for part in parts]


def write(record, folder):
    """Write a Record to its file, which is whole at any moment."""
    write_whole(folder / f"{record.student}.json", json.dumps(asdict(record), indent=1))


def read(folder):
    """By student, the Records in a folder."""
    found = {}
    for path in sorted(folder.glob("[!.]*.json")):
        values = json.loads(path.read_text("utf-8"))
        values["parts"] = tuple(PartResult(**part) for part in values["parts"])
        values["notes"] = tuple(values["notes"])
        found[values["student"]] = Record(**values)
    return found


# --- Rows: every student and part -----------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """Where one part of one student's submission stands.

    state : GRADED, WAITS or ATTENTION
    points : None unless it is graded
    word : "correct", "not yet", "error", "not attempted", "answered", or "" where nothing is known
    why : the reason, where it needs attention; else what the verdict says
    """

    student: str
    problem: str
    part: str
    state: str
    points: float | None
    max_points: float
    word: str
    why: str


def rows(records, scores, students, exercise_set):
    """The Row of every student and every part that earns points.

    scores : (student, grade id) -> points and whether it waits, from the gradebook
    """
    return [
        row(records.get(student) or nothing(student, exercise_set), scores, cell)
        for student in students
        for cell in exercise_set.graded
    ]


def row(record, scores, cell):
    """The Row of one part."""
    points, waits = scores.get((record.student, cell.name), (None, True))
    graded = points is not None and not waits
    why = record.attention.get(cell.name, "")
    state = GRADED if graded else ATTENTION if why else WAITS
    said = why if state == ATTENTION else " ".join(record.sentences(cell))
    return Row(
        record.student, cell.problem, cell.name, state, points if graded else None, cell.points,
        record.word(cell), said,
    )  # fmt: skip


def total(rows):
    """The points of all Rows that are graded."""
    return sum(row.points or 0.0 for row in rows)


def nothing(student, exercise_set, why=NOTHING, **known):
    """The Record of a student of whom there is no submission that can be judged."""
    attention = {cell.name: why for cell in exercise_set.graded}
    return Record(student, exercise_set.name, attention=attention, **known)


# --- What to teach next week ------------------------------------------------------------------


def statistics(records, exercise_set):
    """By problem, how often each word, and each known mistake: Markdown.

    Each student counts once for each mistake; the most frequent stand first.
    """
    words, mistakes = defaultdict(Counter), defaultdict(Counter)
    for record in records.values():
        for part in record.parts:
            words[part.problem][part.word] += 1
        for problem, mistake in {(part.problem, part.misconception) for part in record.parts}:
            if mistake:
                mistakes[problem][mistake] += 1
    lines = [f"# {exercise_set.name}: {sum(r.handed_in for r in records.values())} submissions", ""]
    for problem in dict.fromkeys(cell.problem for cell in exercise_set.graded):
        if problem in words:
            told = ", ".join(f"{word} {n}" for word, n in words[problem].most_common())
            lines += [f"## {problem}", "", f"Parts: {told}.", ""]
            found = mistakes[problem].most_common()
            lines += [f"- {n} × {mistake}" for mistake, n in found] or ["No known mistake."]
            lines += [""]
    return "\n".join(lines)
