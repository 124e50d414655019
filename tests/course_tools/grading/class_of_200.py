"""A made-up class: right, half right, untouched, late, damaged, hostile; all worth what is known.

`python -m tests.course_tools.grading.class_of_200` grades it in one run and prints, by kind, for
how many students every part was given what it is worth; with `--write` it goes to docs/graded.md.
"""

import copy
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from course_tools.grading import grade, sets
from course_tools.grading.classroom import Classroom
from course_tools.grading.records import ATTENTION
from course_tools.grading.run import run_jobs
from tests.course_tools.grading import hostile, measured
from tests.course_tools.grading.a_class import CONFLICT, RIGHT, SET, WRONG, answered, as_bytes
from tests.course_tools.grading.handed_in import (
    CELLS,
    FILES,
    cell_of,
    own_code,
    untouched,
)

SIZE = 200
FULL = {cell.name: cell.points for cell in sets.load(SET).graded if cell.role == "check"}
FILE = "03_exercises.ipynb"
IN_TIME, LATE = "2026-03-01 10:00:00 UTC", "2026-03-02 10:00:00 UTC"
SETTINGS = f'[due]\n"{SET}" = 2026-03-01T23:59:00+01:00\n[late]\nlost_per_day = 0.1\n'


@dataclass(frozen=True)
class Pupil:
    """Somebody of the class.

    expected : points by check, None for those that need attention
    """

    kind: str
    name: str
    files: dict[str, bytes]
    expected: dict[str, float | None] = field(default_factory=FULL.copy)
    handed_in: str = IN_TIME


def pupils(attacks=hostile.ATTACKS, damages=(*CELLS, *FILES)):
    """One of each kind."""
    right = as_bytes(answered())
    yield Pupil("right", "right", {FILE: right})
    yield Pupil("half right", "half", {FILE: as_bytes(answered(pb_G1_limit=WRONG))}, one(0))
    broken = "def largest_stable_rate(h)\n    return 3"
    yield Pupil("error", "error", {FILE: as_bytes(answered(pb_G1_limit=broken))}, one(0))
    yield Pupil("untouched", "untouched", {FILE: as_bytes(untouched(SET))}, dict.fromkeys(FULL, 0))
    yield Pupil("late", "late", {FILE: right}, handed_in=LATE)
    yield Pupil("renamed", "renamed", {"03_line_search (final).ipynb": right})
    merge = as_bytes(answered(pb_G1_limit=CONFLICT.format(WRONG, RIGHT)))
    yield Pupil("attention", "merge", {FILE: merge}, one(None))
    for name, files in {
        "nothing": {}, "a-page": {FILE: b"<html>"}, "cut-off": {FILE: right[:4000]},
        "two": {"a.ipynb": right, "b.ipynb": as_bytes(answered(pb_G1_limit=WRONG))},
    }.items():  # fmt: skip
        yield Pupil("attention", name, files, dict.fromkeys(FULL, None))
    for damage in damages:
        damaged = damage(answered())
        data = damaged if isinstance(damaged, bytes) else as_bytes(damaged)
        yield Pupil("damaged", damage.__name__, {FILE: data})
    for attack in attacks:
        yield Pupil("hostile", attack.name, {FILE: as_bytes(handed_in(attack))}, attack.expected)


def one(points):
    """All points but those for the first problem."""
    return FULL | {"pb-G1-limit-check": points}


def handed_in(attack):
    """An attack as the notebook of a student."""
    submission = copy.deepcopy(untouched(SET))
    for cell in attack.job.cells:
        if cell.grade_id is None:
            submission["cells"].insert(1, own_code(cell.source))
        elif not cell.grade_id.endswith("-check"):
            cell_of(submission, cell.grade_id)["source"] = cell.source
    return submission


def a_class(size=SIZE, **chosen):
    """Pupils, one of each kind and then those that are most frequent, up to a size."""
    found = {f"{pupil.kind} {pupil.name}": pupil for pupil in pupils(**chosen)}
    usual = [pupil for pupil in found.values() if pupil.kind in ("right", "half right", "late")]
    for number in range(size - len(found)):
        found[f"usual {number}"] = usual[number % len(usual)]
    return {f"s{number:03}": pupil for number, pupil in enumerate(found.values())}


def hand_in(folder, pupils):
    """The folder of a class, by nbgrader's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "roster.csv").write_text("student\n" + "".join(f"{name}\n" for name in pupils))
    (folder / "class.toml").write_text(SETTINGS)
    for student, pupil in pupils.items():
        for name, data in pupil.files.items():
            place = folder / "submitted" / student / SET
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(data)
            (place / "timestamp.txt").write_text(pupil.handed_in)
    return Classroom(folder)


def differences(rows, pupils):
    """Each part that was given something else than it is worth: student, part, given, expected."""
    found = []
    for row in rows:
        expected = pupils[row.student].expected
        if row.part in expected:
            wanted = expected[row.part]
            if row.points != wanted or (wanted is None) != (row.state == ATTENTION):
                found.append((row.student, row.part, row.points, wanted, row.state, row.why))
    return found


def graded(folder, pupils):
    """Grade a class; its Rows."""
    classroom = hand_in(folder, pupils)

    def judge(jobs):
        return run_jobs(jobs, classroom.results(SET))

    return grade.grade(classroom, sets.load(SET), judge)


def main(*words):
    pupils, started = a_class(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rows = graded(Path(folder), pupils)
    seconds = time.monotonic() - started
    wrong = differences(rows, pupils)
    for student, *told in wrong:
        print("!", pupils[student].kind, pupils[student].name, *told)
    missed = {student for student, *_ in wrong}
    attacks = {attack.name: attack.kind for attack in hostile.ATTACKS}
    found = {
        "kinds": as_expected(pupils, missed, lambda pupil: pupil.kind),
        "attacks": as_expected(pupils, missed, lambda pupil: attacks.get(pupil.name, pupil.kind)),
        "differences": [[pupils[student].name, *told] for student, *told in wrong],
        "rows": len(rows),
        "seconds": round(seconds),
        "machine": measured.machine(),
    }
    for kind, (given, tried) in found["kinds"].items():
        print(f"{kind:12}{given:4} of {tried}")
    good = len(pupils) - len(missed)
    print(f"{good} of {len(pupils)} as expected, {len(rows)} rows, {seconds:.0f} s")
    if "--write" in words:
        measured.note("class", found)
    return bool(wrong)


def as_expected(pupils, missed, kind):
    """By kind, of how many all parts were given what they are worth, and how many there are."""
    tried = Counter(map(kind, pupils.values()))
    lost = Counter(kind(pupils[student]) for student in missed)
    return {name: [number - lost[name], number] for name, number in tried.items()}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
