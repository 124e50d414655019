"""The sandbox itself: what is in it, what is not, and what is said where there is none."""

import json
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from course_lib.surfaces import Quadratic
from course_tools.grading import bubblewrap, library, sandbox, wire
from course_tools.grading.jobs import Limits
from course_tools.grading.proxies import Notebook
from course_tools.grading.questions import exercise_sets
from course_tools.grading.referee import judge, known_mistakes
from lessons import problems
from tests.course_tools.grading.submissions import points, submission

SET = "03_line_search"
LEFT_OUT = {"pb-F3-1-rate": "", "pb-F3-2-fit": ""}


def test_the_library_inside_holds_no_answer():
    """Neither in the place of the problems nor in the rooms that are seen."""
    rooms = [library.LESSONS / name for name in library.ROOMS]
    files = [path for room in rooms for path in (room.rglob("*.py") if room.is_dir() else [room])]
    sources = {str(path): path.read_text("utf-8") for path in files} | library.problem_modules()
    signs = "Misconception(", "Problem(", "ChoicePart(", "FunctionPart(", "right="
    assert [(name, sign) for name, text in sources.items() for sign in signs if sign in text] == []
    parts = [part for problem in problems.ALL.values() for part in problem.parts]
    messages = {message for part in parts for message in known_mistakes(part)}
    joined = "\n".join(sources.values())
    assert len(messages) > 500
    assert [message for message in messages if message in joined] == []


def test_what_exercises_import_is_there():
    """Each name, so that no cell of imports fails."""
    handed = library._handed_out()
    modules = library.problem_modules()
    assert {"DentedBowl", "line_search_path"} <= handed["lessons.problems.line_search"]
    for name in [name for name in handed if name.startswith("lessons.") and name not in modules]:
        assert name.split(".")[1] in library.ROOMS
    for name, source in modules.items():
        compile(source, name, "exec")
    assert len(exercise_sets()) == 14


def test_an_excerpt_holds_what_a_name_needs_and_no_more():
    source = (
        "import os\nimport sys as s\n\ndef a():\n    return b\n\nb = s.path\nright = 1\nc = a()"
    )
    assert library.excerpt(source, {"a"}) == "import sys as s\ndef a():\n    return b\nb = s.path"
    with pytest.raises(KeyError):
        library.excerpt(source, {"unknown"})


def test_no_bubblewrap_is_said_in_words(monkeypatch):
    bubblewrap.unavailable.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    try:
        assert bubblewrap.unavailable() == "bubblewrap is not installed: there is no command bwrap."
        with pytest.raises(sandbox.SandboxUnavailable, match="bubblewrap is not installed"):
            judge(submission(SET, LEFT_OUT))
    finally:
        bubblewrap.unavailable.cache_clear()


def test_a_sandbox_that_may_not_start_is_no_zero(tmp_path, monkeypatch):
    """As in a container that forbids name spaces: nobody is judged."""
    bubblewrap.unavailable.cache_clear()
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'No permissions' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    try:
        with pytest.raises(sandbox.SandboxUnavailable, match="cannot be used here: No permissions"):
            judge(submission(SET, LEFT_OUT))
    finally:
        bubblewrap.unavailable.cache_clear()


@pytest.mark.sandbox
def test_packages_may_be_installed_below_tmp_and_are_seen_though_nothing_else_is(
    tmp_path, monkeypatch
):
    """As where somebody tries the course: in the sandbox /tmp is another folder."""
    packages, other = tmp_path / "site-packages", tmp_path / "another_submission"
    for folder in (packages, other):
        folder.mkdir()
        (folder / "planted.py").write_text("")
    bubblewrap.confined_command.cache_clear()
    monkeypatch.setattr(bubblewrap, "_site_packages", lambda: [packages])
    try:
        *command, _, path = bubblewrap.confined_command()
    finally:
        bubblewrap.confined_command.cache_clear()
    seen = "import json, os, sys; sys.path[:] = json.loads(sys.argv[1]); import planted;"
    command += [f"{seen} print(planted.__file__, os.path.exists({str(other)!r}))", path]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == [str(packages / "planted.py"), "False"], ran.stderr


def test_without_a_sandbox_only_where_that_is_asked_for():
    job = submission(SET, LEFT_OUT, limits=Limits(confined=False))
    assert sum(points(judge(job)).values()) == 9
    assert job.key() != replace(job, limits=Limits()).key()


@pytest.mark.sandbox
def test_a_loss_is_asked_in_short_frames(monkeypatch):
    """Thousands of times in a submission: no text is made of what is asked, nor of the answer."""
    answer = (
        "import numpy as np\n"
        "def lowest(loss, phi):\n"
        "    for _ in range(50):\n"
        "        step = loss.gradient(phi)\n"
        "        step *= 0.5\n"
        "        phi = phi - step\n"
        "    try:\n"
        "        loss(np.ones(10**5))\n"
        "    except ValueError as error:\n"
        "        return [phi, loss(phi), str(error)]"
    )
    texts, loads = [], json.loads
    monkeypatch.setattr(wire.json, "loads", lambda text: texts.append(text) or loads(text))
    notebook = Notebook([answer], Limits())
    with notebook.sandbox:
        notebook.give(10)
        assert notebook.run(0) is None
        lowest = notebook.take({"it": "lowest"})["it"]
        del texts[:]
        phi, loss, told = lowest(Quadratic((1.0, 2.0)), np.array([3.0, -1.0]))
    assert np.allclose(phi, 0) and loss == pytest.approx(0) and told == "too much at once"
    assert len(texts) == 1  # what the function returns


@pytest.mark.sandbox
def test_cells_that_fill_the_memory_are_run_once(monkeypatch):
    """All over again for every answer, they would use up everybody's time."""
    starts, start_again = [], Notebook.start_again
    monkeypatch.setattr(
        Notebook, "start_again", lambda notebook: starts.append(1) or start_again(notebook)
    )
    filling = "held = []\nwhile True: held.append(bytearray(10**7))"
    assert sum(points(judge(submission(SET, LEFT_OUT, first=filling))).values()) == 9
    assert starts == []


@pytest.mark.sandbox
def test_nothing_is_left_running():
    sleeps = "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()"
    notebook = Notebook([sleeps], Limits())
    notebook.give(10)
    assert notebook.run(0) is None
    pid = notebook.sandbox._process.pid
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    inside = [int(child) for child in told.stdout.split()]
    assert inside
    notebook.sandbox.close()
    deadline = time.monotonic() + 2  # the kernel clears away what has been killed
    while (alive := [*filter(is_alive, (pid, *inside))]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert alive == []


def is_alive(pid):
    """Whether it runs: one that has ended may wait for whoever cleans up."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
