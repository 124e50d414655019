"""A submission on its way through the sandbox: cells run in order, answers taken at the checks.

An answer is taken where the source checks it, since a later cell may use the name again.
"""

from typing import Any, NamedTuple

from course_tools.grading.jobs import Cell, Job
from course_tools.grading.proxies import Notebook, described
from course_tools.grading.questions import Question, questions
from course_tools.grading.sandbox import Stopped
from lessons.marking.verdict import Status

PLENTY, SHORT = float("inf"), 0.5
"""Seconds for a cell or an answer, where others leave them, and for one that used up its time."""


class Missing(NamedTuple):
    """In place of an answer: why there is none."""

    status: Status
    message: str


NOTHING = Missing(Status.NOT_ATTEMPTED, "There is no answer here yet.")


class Sitting:
    """The cells of a Job in a sandbox, which is started again where an answer has ended it.

    answers : by grade id and part, what was handed in: data, a stand-in for a function, or Missing
    """

    def __init__(self, job: Job):
        self._questions = questions(job.exercise_set)
        here = {cell.grade_id for cell in job.cells}
        self._cells = [*job.cells, *(Cell(id, "") for id in self._questions if id not in here)]
        self._ended: dict[int, str] = {}  # by cell that ended the sandbox: how
        self._slow: set[int] = set()  # cells that were stopped for their time
        self.answers: dict[tuple[str, str], Any] = {}
        self._notebook = Notebook([cell.source for cell in self._cells], job.limits)

    def __enter__(self):
        try:
            self._run()
        except BaseException:
            self._notebook.sandbox.close()
            raise
        return self

    def __exit__(self, *_):
        self._notebook.sandbox.close()

    def ready(self) -> None:
        """Time for one answer, and a sandbox for it, unless all time is used up."""
        ended = self._notebook.sandbox.stopped or self._notebook.exhausted
        if ended and self._notebook.left > 0:
            self._notebook.start_again()
            self._run()
        self._notebook.give(PLENTY)

    @property
    def trouble(self) -> str:
        """What kept the answer that is being tried from being called; empty where nothing did."""
        return self._notebook.trouble

    def _run(self):
        """Run all cells and take all answers, anew without each cell that ends the sandbox."""
        while (number := self._first_to_end()) is not None:
            self._ended[number] = self._notebook.trouble
            self._notebook.start_again()
        self._notebook.exhausted = False  # what cells have used up, they would use up once more

    def _first_to_end(self):
        """Run the cells; the number of the one that ended the sandbox, or None."""
        trouble = None  # of the cells since the last check, those of the source before others
        for number, cell in enumerate(self._cells):
            try:
                if question := self._questions.get(cell.grade_id):
                    self._take(number, question, trouble or NOTHING)
                    trouble = None
                elif stopped := self._run_cell(number):
                    trouble = stopped if cell.grade_id or trouble is None else trouble
            except Stopped:
                return number
        return None

    def _run_cell(self, number):
        """Run a cell; if it does not come to its end, why: for the answer that it may hold."""
        if number in self._ended:
            return Missing(Status.ERROR, self._ended[number])
        if not self._cells[number].source.strip():
            return None
        self._notebook.give(SHORT if number in self._slow else PLENTY)
        raised = self._notebook.run(number)
        if self._notebook.trouble:
            self._slow.add(number)
            return Missing(Status.ERROR, self._notebook.trouble)
        if isinstance(raised, NotImplementedError):
            return NOTHING
        return raised and Missing(Status.ERROR, f"Your cell stopped: {described(raised)}.")

    def _take(self, number: int, question: Question, missing: Missing):
        """Take the answers to a question; `missing` stands for those that have no name."""
        self._notebook.give(PLENTY)
        if number in self._ended:
            missing = Missing(Status.ERROR, self._ended[number])
            taken = dict.fromkeys(question.expressions, missing)
        else:
            taken = self._notebook.take(question.expressions)
        for part, value in taken.items():
            if isinstance(value, NameError):
                value = missing
            elif isinstance(value, Exception):
                value = Missing(Status.ERROR, f"Your answer cannot be read: {described(value)}.")
            self.answers[question.grade_id, part] = value
