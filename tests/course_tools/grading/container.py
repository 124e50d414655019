"""The steps of Containerfile, taken where no container can be built: in a Debian of debootstrap's.

    debootstrap --variant=minbase bookworm ROOT
    python -m tests.course_tools.grading.container ROOT FOLDER run 03

as root builds in ROOT what Containerfile says, once, and runs it with a folder of a class as /work.
What is not tried so is the builder itself, and the rules of whatever runs the container.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from lessons.course_map import ROOT

CONTAINERFILE = ROOT / "Containerfile"
BUILT = ".built"


def steps():
    """(instruction, words) of each step."""
    text = CONTAINERFILE.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def tracked():
    """The files that Git tracks, which is what COPY takes from a clone."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in told.stdout.decode().split("\0") if name]


def index():
    """Where packages come from on this machine: binds, all read-only, and settings. What is
    installed there writes into /etc/ssl, which is therefore no bind."""
    binds, settings = [], {}
    for path in ("/etc/pip.conf", "/etc/xdg/pip", "/opt", "/etc/resolv.conf", "/etc/hosts"):
        binds += ["--ro-bind-try", path, path]
    for name in ("PIP_CERT", "SSL_CERT_FILE"):
        if name in os.environ:
            settings[name] = f"/run/{name}"
            binds += ["--ro-bind", os.environ[name], settings[name]]
    return binds, settings


class Container:
    """A root folder, in which steps are taken as a builder would.

    binds, settings : what is seen of this machine, and the environment besides PATH
    """

    def __init__(self, root, binds, settings):
        self.root, self.binds = Path(root), binds
        self.user, self.folder = "0:0", "/"
        self.settings = {"PATH": os.defpath, **settings}

    def run(self, *command):
        """Run a command in it; its exit status."""
        settings = [word for pair in self.settings.items() for word in ("--setenv", *pair)]
        user, group = self.user.split(":")
        return subprocess.run([
            "bwrap", "--cap-add", "ALL", "--bind", str(self.root), "/", "--dev", "/dev",
            "--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp",
            "--perms", "1777", "--tmpfs", "/dev/shm", *self.binds, "--clearenv", *settings,
            "--chdir", self.folder, "--",
            "setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--", *command,
        ]).returncode  # fmt: skip

    def take(self, instruction, words):
        """Take one step, or raise."""
        match instruction:
            case "FROM" | "ENTRYPOINT":
                pass
            case "USER":
                self.user = words
            case "WORKDIR":
                self.folder = words
                (self.root / words[1:]).mkdir(parents=True, exist_ok=True)
            case "ENV":
                name, _, value = shlex.split(words)[0].partition("=")
                self.settings[name] = value.replace("$PATH", self.settings["PATH"])
            case "COPY":
                assert words == ". ."
                place = self.root / self.folder[1:]
                subprocess.run(["cp", "--parents", "-t", place, *tracked()], cwd=ROOT, check=True)
            case "RUN":
                if not (self.root / BUILT).exists():
                    assert self.run("sh", "-c", words) == 0, words
            case _:
                raise ValueError(f"instruction is {instruction!r}, which is not known here")


def main(root, folder, *words):
    binds, settings = index()
    container = Container(root, binds, settings)
    for instruction, rest in steps():
        print(instruction, rest, flush=True)
        container.take(instruction, rest)
    (Path(root) / BUILT).touch()
    container.binds = ["--bind", folder, "/work"]
    for name in settings:
        del container.settings[name]
    entry = json.loads(dict(steps())["ENTRYPOINT"])
    return container.run(*entry, *words)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
