"""One student's submission, from its folder: which file is the notebook, what it holds, how late.

What cannot be read as the student meant it gets a reason instead; nothing here stops a batch.
"""

import stat
from dataclasses import dataclass
from datetime import UTC, datetime

from course_tools.grading.collect import CHECKPOINTS, TIMESTAMP
from course_tools.grading.reading import LARGEST, NeedsAttention
from course_tools.grading.repair import Rebuilt, repair

NOTHING = "nothing was handed in"


@dataclass(frozen=True)
class Submission:
    """What a student handed in for a set.

    file : the name of the notebook, "" where there is none
    rebuilt : what is in it; None where a person has to look, and `why` says why
    handed_in : when, in UTC; None where nothing says so
    """

    student: str
    file: str
    rebuilt: Rebuilt | None
    why: str = ""
    handed_in: datetime | None = None


def submission_of(student, exercise_set, classroom):
    """The Submission of a student, whatever lies in the folder."""
    folder = classroom.submitted(student, exercise_set.name)
    try:
        file, rebuilt = notebook_in(folder, exercise_set)
    except NeedsAttention as why:
        return Submission(student, "", None, str(why), handed_in(folder))
    except Exception as error:  # a circle of links, or a mistake of ours: no 0
        said = f"{type(error).__name__} while it was read: {error}"
        return Submission(student, "", None, said, handed_in(folder))
    return Submission(student, file, rebuilt, "", handed_in(folder))


def notebook_in(folder, exercise_set):
    """The name of the file that holds the answers, and what is in it.

    Of several notebooks those count that hold answers; of those, the one with the set's own name.
    Raises NeedsAttention where no file or no single file is left.
    """
    files = _files(folder)
    candidates = [path for path in files if path.suffix.lower() == ".ipynb"] or files
    if not candidates:
        raise NeedsAttention(NOTHING)
    read, failed = {}, {}
    for path in candidates:
        try:
            read[path.name] = repair(contents(path, folder), exercise_set)
        except NeedsAttention as why:
            failed[path.name] = str(why)
    if not read:
        raise NeedsAttention("; ".join(f"{name}: {why}" for name, why in failed.items()))
    answered = {name: one for name, one in read.items() if has_answers(one, exercise_set)} or read
    expected = f"{exercise_set.notebook}.ipynb"
    different = {(one.cells, *one.written.values()): name for name, one in answered.items()}
    if len(different) > 1 and expected not in answered:
        raise NeedsAttention(f"several notebooks with different answers: {', '.join(answered)}")
    name = expected if expected in answered else next(iter(answered))
    return name, answered[name]


def _files(folder):
    """Every file, links included, that is not Jupyter's or nbgrader's own."""
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    inside = [path for path in paths if CHECKPOINTS not in path.parts and path.name != TIMESTAMP]
    return [path for path in inside if path.is_symlink() or not path.is_dir()]


def contents(path, folder):
    """The bytes of a regular file; a link is followed only inside the submission."""
    place = path.resolve()
    if not place.is_relative_to(folder.resolve()):
        raise NeedsAttention("is a link to something outside of the submission")
    if path.is_symlink() and not place.exists():
        raise NeedsAttention("is a link that leads nowhere")
    if not place.exists() or not stat.S_ISREG(place.stat().st_mode):
        raise NeedsAttention("is no file")
    if place.stat().st_size > LARGEST:
        raise NeedsAttention(f"has {place.stat().st_size // 10**6} MB; at most 100 are read")
    return place.read_bytes()


def has_answers(rebuilt, exercise_set):
    """Whether anything was filled in."""
    handed_out = {cell.name: " ".join(cell.source.split()) for cell in exercise_set.cells}
    changed = [c for c in rebuilt.cells if " ".join(c.source.split()) != handed_out.get(c.grade_id)]
    return bool(changed or any(rebuilt.written.values()))


def handed_in(folder):
    """The moment in timestamp.txt, in UTC; None where there is none that can be read."""
    try:
        text = contents(folder / TIMESTAMP, folder).decode("utf-8-sig").strip()
        moment = datetime.fromisoformat(text.removesuffix(" UTC").removesuffix("Z"))
    except (OSError, ValueError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def seconds_late(submission, student, due):
    """How long after the student's own date it was handed in; 0 where a date is unknown."""
    if due is None or submission.handed_in is None:
        return 0.0
    return max(0.0, (submission.handed_in - due - student.extension).total_seconds())
