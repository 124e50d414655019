"""A class of eleven, each of whom handed in something else, and a referee who runs nothing."""

from pathlib import Path

from course_tools.grading import sets
from course_tools.grading.classroom import Classroom
from course_tools.grading.jobs import PartResult, Result
from tests.course_tools.grading.handed_in import (
    as_bytes,
    cell_of,
    every_cell_copied,
    grade_id,
    solved,
    text_of,
    untouched,
)

SET = "03_line_search"
WRONG = "def largest_stable_rate(hessian):\n    return 1 / np.linalg.eigvalsh(hessian).max()"
MISTAKE = "Your rate is half of the limit."
WRITTEN = {
    "pb-6-8-argument": "It hops: the factor is $1-\\alpha\\lambda<-1$.",
    "pb-6-7-argument": "The next gradient is at right angles to the line.",
}
CONFLICT = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n"
ROSTER = """student,extension,Email address,SIS Login ID
ada,,ada@example.org,al1
bob,,bob@example.org,bb2
cyd,,cyd@example.org,cc3
dan,,dan@example.org,dd4
eve,,eve@example.org,ee5
fay,,fay@example.org,ff6
gus,,gus@example.org,gg7
hal,2,hal@example.org,hh8
ivy,,ivy@example.org,ii9
joe,,joe@example.org,jj10
kim,,kim@example.org,kk11
"""
SETTINGS = """[due]
"03_line_search" = 2026-03-01T23:59:00+01:00
[late]
free_hours = 1
lost_per_day = 0.1
most = 0.5
"""


def answered(**answers):
    """A right submission with short texts, but for some answers by cell id."""
    return solved(SET, WRITTEN | {name.replace("_", "-"): text for name, text in answers.items()})


RIGHT = text_of(cell_of(solved(SET), "pb-G1-limit"))
TWO_VERSIONS = CONFLICT.format(WRONG, RIGHT)
HANDED_IN = {
    "ada": ("03_exercises.ipynb", as_bytes(answered())),
    "bob": ("03_exercises.ipynb", as_bytes(untouched(SET))),
    "cyd": ("03_exercises (final).ipynb", as_bytes(answered(pb_G1_limit=WRONG))),
    "dan": ("03_exercises.ipynb", b"<html>Log in</html>"),
    "eve": ("03_exercises.ipynb", as_bytes(answered(pb_G1_limit=TWO_VERSIONS))),
    "gus": ("03_exercises.ipynb", as_bytes(answered())),
    "hal": ("03_exercises.ipynb", as_bytes(answered())),
    "ivy": ("03_exercises.ipynb", as_bytes(every_cell_copied(answered()))),
    "joe": ("03_exercises.ipynb", as_bytes(answered(pb_6_8_argument="<script>steal()</script>"))),
    "kim": ("kim_answers.pdf", b"%PDF-1.7"),
}
TIMES = {"gus": "2026-03-03 10:00:00 UTC", "hal": "2026-03-03 10:00:00 UTC"}


def honest_referee(jobs):
    """Judges by the words of an answer alone, without running any."""
    exercise_set = sets.load(SET)
    right = {grade_id(cell): text_of(cell) for cell in solved(SET)["cells"]}
    return [Result("", job.student, SET, tuple(verdicts(job, exercise_set, right))) for job in jobs]


def verdicts(job, exercise_set, right):
    given = {cell.grade_id: cell.source for cell in job.cells}
    for check in exercise_set.graded:
        if check.role == "check":
            [answer] = exercise_set.answers_of(check)
            source = given[answer.name]
            word = {right[answer.name]: "correct", answer.source: "not attempted"}.get(source)
            points = check.points * (word == "correct")
            known = MISTAKE if source == WRONG else None
            yield PartResult(
                check.name, check.problem, "part", points, check.points, word or "not yet",
                known or "…", known,
            )  # fmt: skip


def hand_in(folder: Path, handed_in=HANDED_IN):
    """The class's folder in nbgrader's layout."""
    folder.mkdir(exist_ok=True)
    (folder / "roster.csv").write_text(ROSTER)
    (folder / "class.toml").write_text(SETTINGS)
    for student, (name, data) in handed_in.items():
        place = folder / "submitted" / student / SET
        place.mkdir(parents=True)
        (place / name).write_bytes(data)
        (place / "timestamp.txt").write_text(TIMES.get(student, "2026-03-01 10:00:00 UTC"))
    return Classroom(folder)
