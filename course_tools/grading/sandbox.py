"""A process that runs a student's code, and from which only data comes back.

It dies with all that it has started when it does not answer in time, and when the referee ends.
Time is that of a clock on the wall, without what either side has waited for a processor: a busy
machine takes nobody's time away.
"""

import json
import math
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from course_tools.grading import bubblewrap, library, wire
from course_tools.grading.bubblewrap import START
from course_tools.grading.jobs import Limits

GRACE = 0.25
"""A share of its time, in which a process is interrupted before it is killed."""
TICK, AGAIN = 0.05, 0.2
"""Seconds between two looks at the clock, and between two interruptions."""


class SandboxUnavailable(RuntimeError):
    """No sandbox can be started here: a matter of the machine, and no student's fault."""


class Stopped(Exception):
    """The process of a student's code is gone; the message says why, to the student."""


class Sandbox:
    """One process for one submission. `exchange` sends it a request and returns what it answers.

    used : seconds that the last request took, or the start where there was none yet

    Raises SandboxUnavailable where it does not start.
    """

    def __init__(self, limits: Limits):
        self.stopped, self.used = "", 0.0
        self._confined, self._late = limits.confined, False
        self._allowed = math.inf
        self._closed = threading.Event()
        command = bubblewrap.confined_command() if limits.confined else bubblewrap.bare_command()
        self._process = _started(command, limits.confined)
        self._worker = self._process.pid
        threading.Thread(target=self._watch, daemon=True).start()
        setup = {
            "path": json.loads(command[-1]),
            "modules": library.problem_modules(),
            "memory": limits.memory,
            "seconds": limits.seconds,
        }
        try:
            self.exchange(setup, (), START)
        except Stopped:
            why = bubblewrap.unavailable() or "The sandbox starts, but not its Python."
            raise SandboxUnavailable(why) from None
        self._worker = _innermost(self._process.pid)

    def exchange(self, request, buffers, seconds, asked=None):
        """(head, buffers) of the answer to a request, which has some seconds.

        asked : (head, buffers) -> (head, buffers), what to answer where it asks something back

        Raises Stopped, now and ever after, where it does not answer in time or in due form.
        """
        if self.stopped:
            raise Stopped(self.stopped)
        self._begun = time.monotonic()
        self._waits = _Wait(f"self/task/{threading.get_native_id()}"), _Wait(self._worker)
        self._allowed = seconds
        self._id = os.urandom(8).hex()
        try:
            wire.send(self._process.stdin, request | {"id": self._id}, buffers)
            while True:
                head, received = wire.receive(self._process.stdout)
                if "ask" in head and asked:
                    wire.send(self._process.stdin, *asked(head, received))
                elif head.get("id") == self._id:
                    return head, received
                else:
                    raise wire.Broken("it answered what nobody had asked")
        except (wire.Broken, OSError) as error:
            raise self.stop("it took too long" if self._late else f"{error}") from None
        finally:
            self._allowed, self.used = math.inf, self._clock()

    def stop(self, why):
        """End it, for a reason; what everything raises from now on."""
        self.close()
        self.stopped = self.stopped or why
        return Stopped(self.stopped)

    # --- time -------------------------------------------------------------------------------------

    def _clock(self):
        """Seconds since the request, without what either side has waited for a processor."""
        return time.monotonic() - self._begun - sum(wait.seconds() for wait in self._waits)

    def _watch(self):
        """Interrupt the process once its time is over, then kill it: reading from it ends, too."""
        interrupted = -math.inf
        while not self._closed.wait(TICK):
            if self._allowed == math.inf:
                continue
            over = self._clock() / self._allowed - 1
            if over > GRACE:
                self._late = True
                self._end()
                return
            if over > 0 and time.monotonic() > interrupted + AGAIN:
                interrupted = time.monotonic()
                self._interrupt()

    def _interrupt(self):
        if hasattr(signal, "SIGALRM"):
            with suppress(ProcessLookupError):
                os.kill(self._worker, signal.SIGALRM)

    def _end(self):
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def close(self):
        """End the process and all that it has started, and wait until they are gone."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._end()
        self._process.wait()
        with suppress(OSError):
            while self._confined and self._process.stdout.read(1 << 16):
                pass  # until nobody in the sandbox holds the other end
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
            env=None if confined else os.environ | bubblewrap.ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxUnavailable(bubblewrap.unavailable() or str(error)) from None


def _innermost(pid):
    """The last of the processes that have started one another: bubblewrap's, then the worker."""
    with suppress(OSError):
        while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            pid = int(children[-1])
    return pid


class _Wait:
    """For how long a process, as /proc names it, has been ready to run and did not, from now on.

    0 where no system says; what was known last once the process is gone.
    """

    def __init__(self, process):
        self._place, self._before, self._now = Path(f"/proc/{process}/schedstat"), 0.0, 0.0
        self.seconds()
        self._before = self._now

    def seconds(self):
        with suppress(OSError, ValueError, IndexError):
            self._now = int(self._place.read_text().split()[1]) / 1e9
        return self._now - self._before
