"""One submission judged: its code runs in the sandbox, every verdict is reached here.

What a submission says of itself (the output of a check, a score, a print) is never read. Its
answers are held to their problems on inputs that follow from the course's secret. A wrong one is
told what the student's own check would say, so that no sentence shows those inputs.
"""

import hmac
import threading
import time
from collections.abc import Iterator

import numpy as np

from course_tools.grading.jobs import Job, PartResult, Result
from course_tools.grading.questions import questions
from course_tools.grading.sandbox import SandboxUnavailable
from course_tools.grading.sitting import Missing, Sitting
from lessons.marking.parts import ChoicePart, ChoicesPart, Part
from lessons.marking.problem import PUBLIC_SEED
from lessons.marking.verdict import PartVerdict, Status

LONGEST = 2000
"""Characters of a sentence."""
ELSEWHERE = (
    "On the inputs of your own check this is right. Grading tries others, and on some of them it "
    "is not: which kind of input did you not think of?"
)
_alone = threading.Lock()
"""What isolates an answer changes streams and random states, which are the whole process's."""


def judge(job: Job) -> Result:
    """The Result of a Job: every part of every problem, whatever the submission does.

    Raises SandboxUnavailable where no sandbox can be started, ValueError for an unknown set.
    """
    started, parts, puzzles = time.perf_counter(), [], []
    with _alone, Sitting(job) as sitting:
        for question in questions(job.exercise_set).values():
            for part in question.problem.parts:
                if part.name in question.expressions:
                    try:
                        parts.append(_result(job, sitting, question, part))
                    except SandboxUnavailable:
                        raise
                    except Exception as error:  # ours, not the student's: nobody gets 0 for it
                        puzzles.append(
                            f"no verdict on {question.problem.id}, {part.name}: {error!r}"
                        )
    attention = "; ".join(puzzles)[:LONGEST] or None
    seconds = round(time.perf_counter() - started, 3)
    return Result(job.key(), job.student, job.exercise_set, tuple(parts), attention, seconds)


def seed(job: Job, grade_id: str) -> int:
    """The seed of one check: another for each student, which nobody can tell without the secret."""
    told = "\0".join((job.exercise_set, job.student, grade_id))
    return int.from_bytes(hmac.digest(job.secret.encode(), told.encode(), "sha256")[:8], "big")


def _result(job, sitting, question, part):
    sitting.ready()
    answer = sitting.answers[question.grade_id, part.name]
    verdict = _verdict(sitting, part, answer, seed(job, question.grade_id))
    sentence = verdict.message
    if verdict.status in (Status.ERROR, Status.NOT_YET) and not sitting.trouble:
        own = _verdict(sitting, part, answer, PUBLIC_SEED)
        sentence = ELSEWHERE if own.status is Status.CORRECT else own.message
    known = next((m for m in known_mistakes(part) if m in f"{verdict.message} {sentence}"), None)
    if known and known not in sentence:
        sentence += f" {known}"
    return PartResult(
        question.grade_id, question.problem.id, part.name, verdict.points, part.out_of,
        verdict.status.word.lower(), _printable(sentence[:LONGEST]), known,
    )  # fmt: skip


def _printable(text):
    """A text without what steers a terminal or hides in one."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _verdict(sitting, part, answer, seed):
    """The part's own verdict, unless there is no answer, or trying it has come to a bad end."""
    if isinstance(answer, Missing):
        return PartVerdict(part.name, *answer, 0.0, part.out_of)
    verdict = part.judge(answer, np.random.default_rng(seed))
    if sitting.trouble:
        return PartVerdict(part.name, Status.ERROR, sitting.trouble, 0.0, part.out_of)
    return verdict


def known_mistakes(part: Part) -> Iterator[str]:
    """What is said to the known mistakes of a part, and to its wrong choices."""
    if isinstance(part, ChoicePart):
        yield from part.choice.reasons.values()
    elif isinstance(part, ChoicesPart):
        for choice in part.choices.values():
            yield from choice.reasons.values()
    for known in part.misconceptions:
        yield known.message
