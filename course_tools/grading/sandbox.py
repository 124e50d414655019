"""A process that runs a student's code, and from which only data comes back.

With bubblewrap it has a file system of its own, read-only but for an empty /tmp, no network, no
other processes, and no user's rights; the library that it sees is that of `library`. Within it,
`confine` gives up the rest. The whole of it dies with its first process, and that with this one.
"""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from course_tools.grading import library, wire
from course_tools.grading.jobs import Limits
from lessons.course_map import ROOT

START = 30.0
"""Seconds for a sandbox to start, of which a student's code has none."""
GRACE = 1.0
"""Seconds after its time limit in which a process may still answer by itself."""
INSIDE = "/course"
"""Where the course's packages are in the sandbox."""
ROOM = 64 << 20
"""Bytes that can be written to /tmp."""

_ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    **{f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")},
}
_SERVE = "from course_tools.grading.worker import main; main()"
_MAIN = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); {_SERVE}"


class SandboxUnavailable(RuntimeError):
    """No sandbox can be started here: a matter of the machine, and no student's fault."""


class Stopped(Exception):
    """The process of a student's code is gone; the message says why, to the student."""


class Sandbox:
    """One process for one submission. `exchange` sends it a request and returns what it answers.

    Raises SandboxUnavailable where it does not start.
    """

    def __init__(self, limits: Limits):
        command = _confined_command() if limits.confined else _bare_command()
        self.stopped = ""
        self._process = _started(command, limits.confined)
        setup = {
            "path": json.loads(command[-1]),
            "modules": library.problem_modules(),
            "memory": limits.memory,
            "seconds": limits.seconds,
        }
        try:
            self.exchange(setup, (), START)
        except Stopped:
            why = unavailable() or "The sandbox starts, but not its Python."
            raise SandboxUnavailable(why) from None

    def exchange(self, request, buffers, seconds, asked=None):
        """(head, buffers) of the answer to a request, which has some seconds.

        asked : (head, buffers) -> (head, buffers), what to answer where it asks something back

        Raises Stopped, now and ever after, where it does not answer in time or in due form.
        """
        if self.stopped:
            raise Stopped(self.stopped)
        late = threading.Event()
        timer = threading.Timer(seconds + GRACE, self._kill, [late])
        timer.daemon = True
        timer.start()
        try:
            wire.send(self._process.stdin, request, buffers)
            while True:
                head, received = wire.receive(self._process.stdout)
                if "ask" not in head or asked is None:
                    return head, received
                wire.send(self._process.stdin, *asked(head, received))
        except (wire.Broken, OSError) as error:
            why = "it took too long" if late.is_set() else f"its process ended: {error}"
            raise self.stop(why) from None
        finally:
            timer.cancel()

    def stop(self, why):
        """End it, for a reason; what everything raises from now on."""
        self.close()
        self.stopped = self.stopped or why
        return Stopped(self.stopped)

    def _kill(self, late):
        late.set()
        self._end()

    def _end(self):
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def close(self):
        """End the process and all that it has started, and wait until they are gone."""
        self._end()
        self._process.wait()
        with suppress(OSError):
            while self._process.stdout.read(1 << 16):  # ends once nobody holds the other end
                pass
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _started(command, confined):
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=None if confined else os.environ | _ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxUnavailable(unavailable() or str(error)) from None


@cache
def unavailable() -> str:
    """Why bubblewrap cannot be used here, in words; an empty string where it can."""
    if sys.platform != "linux":
        return "bubblewrap needs Linux, and this is not."
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: there is no command bwrap."
    *command, _, path = _confined_command()
    command += [_MAIN.replace(_SERVE, "import numpy"), path]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=START)
    except subprocess.TimeoutExpired:
        return f"bubblewrap did not start within {START:g} s."
    said = tried.stderr.strip().splitlines()[-1:] or [f"it ended with {tried.returncode}"]
    return f"bubblewrap cannot be used here: {said[0]}" if tried.returncode else ""


def _python(path):
    """The interpreter, and the folders where it finds modules, of which none is its own choice."""
    return [os.path.realpath(sys.executable), "-I", "-S", "-B", "-c", _MAIN, json.dumps(path)]


def _bare_command():
    """Without a sandbox: the course as it is, in a process with the rights of whoever grades."""
    return _python([str(ROOT), *filter(os.path.isabs, sys.path)])


@cache
def _confined_command():
    packages = _site_packages()
    base = Path(os.path.realpath(sys.base_prefix))
    seen = [Path("/usr"), base] if not base.is_relative_to("/usr") else [Path("/usr")]
    command = [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--clearenv",
    ]  # fmt: skip
    for name, value in _ENVIRONMENT.items():
        command += ["--setenv", name, value]
    for name in ("bin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            command += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
        elif Path("/", name).exists():
            seen.append(Path("/", name))
    for path in (*seen, *map(Path, ("/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts"))):
        command += ["--ro-bind-try", str(path), str(path)]
    command += _hidden(ROOT, seen)
    for path in packages:
        command += ["--ro-bind", str(path), str(path)]
        for name in ("lessons", "course_tools"):
            command += _hidden(path / name, packages)
    command += ["--dev", "/dev", "--size", str(ROOM), "--tmpfs", "/tmp"]
    for path in _font_lists():
        command += ["--ro-bind", str(path), f"{_ENVIRONMENT['MPLCONFIGDIR']}/{path.name}"]
    for path, inside in _course():
        command += ["--ro-bind", str(path), f"{INSIDE}/{inside}"]
    command += ["--remount-ro", "/", "--chdir", "/tmp", "--"]
    return command + _python([INSIDE, *_standard_library(), *map(str, packages)])


def _hidden(path, trees):
    """An empty folder over one that would be seen within some trees."""
    inside = path.is_dir() and any(path.is_relative_to(tree) for tree in trees)
    return ["--tmpfs", str(path)] if inside else []


def _course():
    """Files and folders of the course that are seen, and their places below INSIDE."""
    yield library.COURSE_LIB, "course_lib"
    for name in library.ROOMS:
        yield library.LESSONS / name, f"lessons/{name}"
    for name in ("confine.py", "wire.py", "worker.py"):
        yield Path(__file__).with_name(name), f"course_tools/grading/{name}"


def _standard_library():
    return [path for path in sys.path if path and Path(path).is_relative_to(sys.base_prefix)
            and "site-packages" not in path]  # fmt: skip


def _site_packages():
    """The folders in which NumPy and Matplotlib are installed."""
    places = [importlib.util.find_spec(name) for name in ("numpy", "matplotlib")]
    return list(dict.fromkeys(Path(place.origin).parents[1] for place in places if place))


def _font_lists():
    """Matplotlib's list of fonts, which takes it seconds to make."""
    folder = os.environ.get("MPLCONFIGDIR") or Path(
        os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "matplotlib"
    )
    return [*Path(folder).glob("fontlist-*.json")]
