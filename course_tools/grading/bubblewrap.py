"""The command that starts a worker: under bubblewrap, or bare where that is asked for.

With bubblewrap the worker has its own file system, read-only but for an empty /tmp, no network,
no other processes, and no user's rights. The library that it sees is that of `library`.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

from course_tools.grading import library
from lessons.course_map import ROOT

START = 60.0
"""Seconds for a sandbox to start, of which a student's code has none."""
INSIDE = "/course"
"""Where the course's packages are in the sandbox."""
ROOM = 64 << 20
"""Bytes that can be written to /tmp."""
ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    **{f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")},
}
_SERVE = "from course_tools.grading.worker import main; main()"
_COMPILE = """
import compileall, sys
for folder in sys.argv[1:]:
    compileall.compile_dir(folder, quiet=2)
import numpy
import matplotlib.pyplot
"""
_MAIN = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); {_SERVE}"


@cache
def unavailable() -> str:
    """Why bubblewrap cannot be used here, in words; an empty string where it can."""
    if sys.platform != "linux":
        return "bubblewrap needs Linux, and this is not."
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: there is no command bwrap."
    *command, _, path = confined_command()
    command += [_MAIN.replace(_SERVE, "import numpy"), path]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=START)
    except subprocess.TimeoutExpired:
        return f"bubblewrap did not start within {START:g} s."
    said = tried.stderr.strip().splitlines()[-1:] or [f"it ended with {tried.returncode}"]
    return f"bubblewrap cannot be used here: {said[0]}" if tried.returncode else ""


@cache
def compile_once() -> None:
    """Have Python keep what it compiles of the packages that a sandbox reads and cannot write to.

    pip does so when it installs, other installers do not; and to compile NumPy each time anew takes
    longer than what a sandbox does with it. Where nothing can be written, that is what it takes.
    """
    folders = [str(path) for path, _ in _course() if path.is_dir()]
    settings = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
    subprocess.run(
        [sys.executable, "-c", _COMPILE, *folders],
        env={name: value for name, value in os.environ.items() if name not in settings},
        capture_output=True,
    )


def _python(path):
    """The interpreter, and the folders where it finds modules, of which none is its own choice."""
    return [os.path.realpath(sys.executable), "-I", "-S", "-B", "-c", _MAIN, json.dumps(path)]


def bare_command():
    """Without a sandbox: the course as it is, in a process with the rights of whoever grades."""
    return _python([str(ROOT), *filter(os.path.isabs, sys.path)])


@cache
def confined_command():
    packages = _site_packages()
    base = Path(os.path.realpath(sys.base_prefix))
    seen = [Path("/usr"), base] if not base.is_relative_to("/usr") else [Path("/usr")]
    command = [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--clearenv",
    ]  # fmt: skip
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    command += _empty("/tmp", ROOM)  # first: the course itself may be somewhere in it
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
    command += ["--dev", "/dev", *_empty("/dev/shm"), "--remount-ro", "/dev"]
    for path in _font_lists():
        command += ["--ro-bind", str(path), f"{ENVIRONMENT['MPLCONFIGDIR']}/{path.name}"]
    for path, inside in _course():
        command += ["--ro-bind", str(path), f"{INSIDE}/{inside}"]
    command += ["--remount-ro", "/", "--chdir", "/tmp", "--"]
    return command + _python([INSIDE, *_standard_library(), *map(str, packages)])


def _hidden(path, trees):
    """An empty folder over one that would be seen within some trees."""
    inside = path.is_dir() and any(path.is_relative_to(tree) for tree in trees)
    return _empty(path) if inside else []


def _empty(path, size=1 << 20):
    """An empty folder that so many bytes can be written to, which are memory."""
    return ["--size", str(size), "--tmpfs", str(path)]


def _course():
    """Files and folders of the course that are seen, and their places below INSIDE."""
    yield library.COURSE_LIB, "course_lib"
    for name in library.ROOMS:
        yield library.LESSONS / name, f"lessons/{name}"
    for name in ("confine.py", "wire.py", "worker.py"):
        yield Path(__file__).with_name(name), f"course_tools/grading/{name}"


def _standard_library():
    return [path for path in sys.path if path and Path(path).is_relative_to(sys.base_prefix)
            and not path.endswith("-packages")]  # fmt: skip


def _site_packages():
    """The folders in which NumPy and Matplotlib are installed."""
    places = [importlib.util.find_spec(name) for name in ("numpy", "matplotlib")]
    return list(dict.fromkeys(Path(place.origin).parents[1] for place in places if place))


def _font_lists():
    """Matplotlib's list of fonts, which takes it seconds to make: it is made here, once."""
    folder = os.environ.get("MPLCONFIGDIR") or Path(
        os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "matplotlib"
    )
    if importlib.util.find_spec("matplotlib") and not [*Path(folder).glob("fontlist-*.json")]:
        import_module("matplotlib.font_manager")
    return [*Path(folder).glob("fontlist-*.json")]
