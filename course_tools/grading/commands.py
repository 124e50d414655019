"""The steps of `course grade`: what each prints, and the status that it ends with."""

from collections import Counter

from course_tools.grading import collect as collecting
from course_tools.grading import export as exporting
from course_tools.grading import feedback as telling
from course_tools.grading import grade, records, sets
from course_tools.grading.classroom import ClassError, Classroom
from course_tools.grading.desk import Desk
from course_tools.grading.gradebook import GradebookBusy
from course_tools.grading.jobs import Limits
from course_tools.grading.mark_page import serve
from course_tools.grading.probe import ProbeFailed
from course_tools.grading.records import ATTENTION, GRADED, NOTHING, WAITS
from course_tools.grading.run import run_jobs
from course_tools.grading.sandbox import SandboxUnavailable
from course_tools.grading.whole import write_whole

EXPECTED = ClassError, sets.UnknownSet, GradebookBusy, ProbeFailed, SandboxUnavailable, OSError
"""What stops a step with a sentence."""


def take(step, folder, set, **arguments):
    """One step on one set of the class in a folder; the exit status."""
    try:
        return STEPS[step](Classroom(folder), sets.load(set), **arguments)
    except EXPECTED as error:
        print(error)
        return 1


def collect(classroom, exercise_set, downloads, file_times):
    """Copy what was handed in into the folder of the class."""
    if not downloads.is_dir():
        raise ClassError(f"downloads is {str(downloads)!r}, expected a folder")
    found = collecting.collect(downloads, exercise_set, classroom, file_times)
    for student, files in found.by_student.items():
        print(f"{student}: {', '.join(name for _, name in files)}")
    for path, why in found.nobodys.items():
        print(f"not collected: {path}: {why}")
    print(f"{exercise_set.name}: {len(found.by_student)} students have handed something in")
    return int(bool(found.nobodys))


def run(classroom, exercise_set, without_sandbox, processes):
    """Judge what has not been judged yet, and write all of it down."""

    def judged(jobs):
        print(f"{len(jobs)} to judge, and first what is known to be right and wrong", flush=True)
        results = classroom.results(exercise_set.name)
        return run_jobs(jobs, results, workers=processes, progress=_tell)

    rows = grade.grade(classroom, exercise_set, judged, Limits(confined=not without_sandbox))
    found = records.read(classroom.records(exercise_set.name))
    print(*summary(found, rows), sep="\n")
    return 0


def _tell(progress):
    print(f"{progress.done} of {progress.total} judged, {progress.left:.0f} s left", flush=True)


def regrade(classroom, exercise_set, without_sandbox, processes):
    """Judge everything once more, as after a mistake in a problem; marks by hand stay."""
    for path in classroom.results(exercise_set.name).glob("*.json"):
        path.unlink()
    return run(classroom, exercise_set, without_sandbox, processes)


def summary(found, rows):
    """How many parts are in which state, and a line for all that was mended or needs a person."""
    counts = Counter(row.state for row in rows)
    parts = ", ".join(f"{counts[state]} {state}" for state in (GRADED, WAITS, ATTENTION))
    yield f"{len({row.student for row in rows})} students, {len(rows)} parts: {parts}"
    for student, record in found.items():
        if record.notes:
            yield f"{student}: mended: {'; '.join(record.notes)}"
    why = {(row.student, row.why): [] for row in rows if row.state == ATTENTION}
    for row in rows:
        if row.state == ATTENTION:
            why[row.student, row.why].append(row.part)
    for (student, reason), names in why.items():
        which = f" ({', '.join(names)})" if reason != NOTHING and len(names) < 4 else ""
        yield f"{student}: needs attention{which}: {reason}"


def mark(classroom, exercise_set, port):
    """Serve the page on which readers mark, until it is stopped."""
    if not classroom.records(exercise_set.name).exists():
        print(f"{exercise_set.name}: nothing has been graded yet; `course grade run` comes first")
        return 1
    desk = Desk(classroom, exercise_set)
    server = serve(desk, port)
    waiting = sum(desk.waiting.values())
    print(f"{waiting} texts wait. Open this address, each reader in a window; Ctrl-C ends it:")
    print(server.address, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("stopped; every mark is written down")
    finally:
        server.server_close()
    return 0


def feedback(classroom, exercise_set):
    """Write a page for each student."""
    print(telling.write_all(classroom, exercise_set, *grade.stands(classroom, exercise_set)))
    return 0


def export(classroom, exercise_set, format, output):
    """Write a table of the points, or which mistakes were how frequent."""
    found, rows, penalties = grade.stands(classroom, exercise_set)
    if format == "mistakes":
        text = records.statistics(found, exercise_set)
    else:
        text = exporting.FORMATS[format](rows, classroom, penalties, exercise_set)
    suffix = "md" if format == "mistakes" else "csv"
    path = output or classroom.folder / f"{exercise_set.name}_{format}.{suffix}"
    write_whole(path, text)
    open_parts = sum(row.state != GRADED for row in rows)
    print(path, *[f"{open_parts} parts are not graded yet"] * bool(open_parts), sep="\n")
    return 0


STEPS = {step.__name__: step for step in (collect, run, regrade, mark, feedback, export)}
