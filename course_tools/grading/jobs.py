"""What passes between the parts of grading: pure data, which any executor can carry.

A Job is one submission of one set, repaired; `referee.judge` turns it into a Result. Both are
frozen and hashable, and a Result is JSON on disk under the key of its Job: nothing is judged twice.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from lessons.course_map import ROOT

TRUSTED = "course_lib", "lessons/marking", "lessons/problems", "course_tools/grading", "solutions"
"""What a verdict depends on besides the submission; where any of it changes, keys change."""


@dataclass(frozen=True)
class Cell:
    """A code cell to execute.

    grade_id : as in the source; None where the cell is the student's own
    """

    grade_id: str | None
    source: str


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    seconds : of wall clock, for all of its code together
    memory : bytes of address space
    confined : whether its code must run in a sandbox; False is for machines that have none, and
        trusts every student
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    confined: bool = True


@dataclass(frozen=True)
class Job:
    """One student's submission of one exercise set.

    exercise_set : the name of its folder in solutions/, such as "02_gradient_descent"
    cells : every code cell to execute, in order
    secret : from which the seeds of grading follow; it never enters the sandbox, and no message
    """

    student: str
    exercise_set: str
    cells: tuple[Cell, ...]
    secret: str = field(repr=False)
    limits: Limits = Limits()

    def key(self) -> str:
        """A hash of all that the Result depends on: the name under which it is kept."""
        return hashlib.sha256(json.dumps([asdict(self), edition()]).encode()).hexdigest()


@dataclass(frozen=True)
class PartResult:
    """The verdict on one part of a problem.

    grade_id : the cell that checks it; several parts may share one
    problem, part : such as "pb-6.11" and "distinct"
    word : "correct", "not yet", "error" or "not attempted"
    sentence : why, to the student
    misconception : what is said to the known mistake that was recognised, word for word as the
        problem has it, so that two students' mistakes can be told to be the same; None for none
    """

    grade_id: str
    problem: str
    part: str
    points: float
    max_points: float
    word: str
    sentence: str
    misconception: str | None = None


@dataclass(frozen=True)
class Result:
    """What became of a Job.

    key : the Job's
    parts : in the order of the source; all of them, unless it needs attention
    attention : why a person has to look at it, which is never 0 points; None if nobody has to
    seconds : how long it took to judge
    """

    key: str
    student: str
    exercise_set: str
    parts: tuple[PartResult, ...]
    attention: str | None = None
    seconds: float = 0.0

    def to_json(self) -> str:
        """The text from which `from_json` makes the same Result again."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """A Result from its JSON.

        >>> result = Result("0", "ada", "02", (PartResult("g", "pb", "p", 1, 2, "not yet", "…"),))
        >>> Result.from_json(result.to_json()) == result
        True
        """
        values: dict[str, Any] = json.loads(text)
        return cls(**values | {"parts": tuple(PartResult(**part) for part in values["parts"])})


@cache
def edition() -> str:
    """A hash of the course's own files on which verdicts depend."""
    digest = hashlib.sha256()
    for folder in TRUSTED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".ipynb"}:
                name = path.relative_to(ROOT).as_posix()
                digest.update(f"{name}\0{path.read_text('utf-8')}\0".encode())
    return digest.hexdigest()
