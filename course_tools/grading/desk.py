"""The desk at which readers mark: which text is next, what is shown beside it, what they give.

Readers see a number instead of a name, and the texts of a part in an order that names nobody. Two
readers are handed different texts; a text that somebody marked meanwhile is not marked over.
"""

import hashlib
import hmac
import threading
import time

from course_tools.grading import gradebook, marking, pages, records
from course_tools.grading.records import GRADED

HELD = 600
"""Seconds for which a text is one reader's; then it is handed to the next."""


class UnknownText(LookupError):
    """No text has that number."""


class Desk:
    """All texts of a set that are marked by hand, and who reads which. Threads may share it."""

    def __init__(self, classroom, exercise_set, clock=time.monotonic):
        self.classroom, self.set, self.clock = classroom, exercise_set, clock
        self.records = records.read(classroom.records(exercise_set.name))
        self.marks = marking.Marks(classroom, exercise_set)
        self.lock = threading.Lock()
        self.held = {}
        with gradebook.opened(classroom) as session:
            marking.catch_up(session, classroom, exercise_set, self.records)
        self.texts = {}
        self.waiting = {}
        self.look_again()

    def look_again(self):
        """Read from the gradebook which parts wait for a reader."""
        with gradebook.opened(self.classroom) as session:
            scores = gradebook.scores(session, self.set)
        rows = records.rows(self.records, scores, self.records, self.set)
        by_hand = [row for row in rows if self._is_for_readers(row)]
        numbers = {self.number(row): row for row in by_hand}
        self.texts = dict(sorted(numbers.items(), key=lambda pair: (self._place(pair[1]), pair[0])))
        self.waiting = {number: row.state != GRADED for number, row in self.texts.items()}

    def _is_for_readers(self, row):
        handed_in = self.records[row.student].handed_in
        marked = self.marks.of(row.student, row.part)
        return handed_in and (row.state != GRADED or marked or row.word == "answered")

    def _place(self, row):
        return [cell.name for cell in self.set.graded].index(row.part)

    def number(self, row):
        """A number for a text that does not tell whose it is."""
        secret, text = self.classroom.secret, f"{row.student}\0{row.part}"
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:10]

    def next(self, marker):
        """The next text that waits and that no other reader holds; None where none is left."""
        with self.lock:
            for number in self.texts:
                holder, since = self.held.get(number, (marker, 0.0))
                free = holder == marker or self.clock() - since > HELD
                if self.waiting[number] and free:
                    self.held[number] = marker, self.clock()
                    return self.show(number)
        return None

    def show(self, number):
        """What a reader sees of one text: data for the page, HTML where it is text."""
        row = self._row(number)
        record, cell = self.records[row.student], self.set.by_name[row.part]
        marks = self.marks.of(row.student, row.part)
        text = marking.text_of(record, cell, self.set)
        statement = self._statement(cell)
        return {
            "number": number,
            "part": cell.name,
            "question": pages.text(cell.question if cell.role == "written" else statement),
            "text": pages.text(text) if cell.role == "written" else pages.code(text),
            "why": self._without_names(record.attention.get(cell.name, ""), row.student),
            "model": pages.text(cell.model),
            "criteria": [
                {"points": one.points, "text": pages.text(one.text)}
                for one in marking.criteria_of(cell)
            ],
            "given": list(marks[-1].points) if marks else None,
            "comment": marks[-1].comment if marks else "",
            "seen": len(marks),
            "left": sum(self.waiting.values()),
        }

    def _without_names(self, why, student):
        """A reason, in which the name of a file may tell whose it is."""
        known = self.classroom.roster.get(student)
        for name in (student, *(known.columns.values() if known else ())):
            why = why.replace(name, "…") if name else why
        return why

    def _statement(self, cell):
        statements = (one for one in self.set.cells if one.role == "statement")
        return next(one.source for one in statements if one.problem == cell.problem)

    def _row(self, number):
        if number not in self.texts:
            raise UnknownText(f"number is {number!r}, which no text has")
        return self.texts[number]

    def give(self, number, points, comment, marker, seen):
        """Write a mark down; the sum of its points. Raises what `marking.Marks.give` raises."""
        row = self._row(number)
        record, cell = self.records[row.student], self.set.by_name[row.part]
        mark = self.marks.give(record, cell, points, comment, marker, seen)
        with self.lock:
            self.waiting[number] = False
            self.held.pop(number, None)
        return sum(mark.points)
