"""How long grading takes: two hundred honest submissions, and how more workers help.

`python -m tests.course_tools.grading.timed` measures all of it, or what is named, and writes it to
docs/graded.md. On a busy machine the clock says little: started in a control group of its own
(`systemd-run --scope`), it also counts the processor time of all that it has started.
"""

import sys
import tempfile
import time
from pathlib import Path

from course_tools.grading import run
from course_tools.grading.jobs import Cell, Job
from tests.course_tools.grading import hostile, measured, stock
from tests.course_tools.grading.a_class import answered, as_bytes
from tests.course_tools.grading.class_of_200 import FILE, FULL, Pupil, differences, graded
from tests.course_tools.grading.submissions import SECRET

NUMBER, SAMPLE = 200, 20
WAITING, SECONDS = 24, 4.0
"""So many submissions that wait so long: what more workers gain where processors do not limit."""


def processor_seconds():
    """Of all in this control group; None where it is everybody's."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, place = line.split(":", 2)
        if "cpuacct" in names.split(",") and place != "/":
            return int(Path(f"/sys/fs/cgroup/cpuacct{place}/cpuacct.usage").read_text()) / 1e9
        if not names and place != "/":
            told = Path(f"/sys/fs/cgroup{place}/cpu.stat").read_text().split()
            return int(told[told.index("usage_usec") + 1]) / 1e6
    return None


def timed(action):
    """Seconds that it took, and processor seconds where they are known."""
    before, started = processor_seconds(), time.monotonic()
    action()
    seconds, after = time.monotonic() - started, processor_seconds()
    spent = None if before is None else round(after - before, 1)
    return {"seconds": round(seconds, 1), "processor": spent, "machine": measured.machine()}


def honest(left_out, expected):
    """A class of right submissions, from what was handed in to the gradebook."""
    answers = {name.replace("-", "_"): "" for name in left_out}
    files = {FILE: as_bytes(answered(**answers))}
    pupils = {f"s{n:03}": Pupil("right", f"{n}", files, expected) for n in range(NUMBER)}
    with tempfile.TemporaryDirectory() as folder:
        assert differences(graded(Path(folder), pupils), pupils) == []


def waiting(workers):
    """Submissions that do nothing but wait."""
    wait = (Cell(None, f"import time\ntime.sleep({SECONDS})"),)
    jobs = [Job(f"s{n:03}", hostile.SET, wait, SECRET) for n in range(WAITING)]
    run.probe = lambda *_: None
    with tempfile.TemporaryDirectory() as folder:
        run.run_jobs(jobs, folder, workers=workers)


MEASURED = {
    "nine": (f"{NUMBER} honest submissions of nine points (set 03 but for pb-F3.1 and pb-F3.2)",
             lambda: honest(hostile.NOT_TRIED, hostile.FULL)),
    "sixteen": (f"{NUMBER} honest submissions of sixteen points (all of set 03, in which a loss is "
                "asked 7,000 times)", lambda: honest((), FULL)),
    "stock": (f"{SAMPLE} of the nine points under stock nbgrader", lambda: stock.honest(SAMPLE)),
    **{f"wait{n}": (f"{WAITING} submissions that wait {SECONDS:g} s each, {n} at once",
                    lambda n=n: waiting(n)) for n in (1, 2, 4)},
}  # fmt: skip


def main(*names):
    for name in names or MEASURED:
        what, action = MEASURED[name]
        took = {"what": what} | timed(action)
        print(took, flush=True)
        measured.note("timed", measured.read().get("timed", {}) | {name: took})


if __name__ == "__main__":
    main(*sys.argv[1:])
