"""Kernels that are copies of one process: it has imported what each of them would import.

That takes a kernel longer than the cells of most notebooks. A copy has run nothing, and is fresh.
Run as a script this is that process: it forks once for each line that it reads.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache

from jupyter_client.provisioning import local_provisioner

start_afresh = local_provisioner.launch_kernel


class Kernel:
    """What jupyter_client asks of a process, for one that is not a child of ours."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """None while it is alive."""
        try:
            return os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0

    def wait(self):
        while self.poll() is None:
            time.sleep(0.02)

    def send_signal(self, number):
        os.kill(self.pid, number)


def start(command, env=None, cwd=None, **options):
    """Start a kernel, in place of jupyter_client's `launch_kernel`."""
    if sys.platform != "linux" or "ipykernel_launcher" not in command:
        return start_afresh(command, env=env, cwd=cwd, **options)
    arguments = command[command.index("ipykernel_launcher") + 1 :]
    nursery = _nursery()
    wanted = {"arguments": arguments, "env": dict(env or os.environ), "cwd": str(cwd or ".")}
    print(json.dumps(wanted), file=nursery.stdin, flush=True)
    return Kernel(int(nursery.stdout.readline()))


@cache
def _nursery():
    """The process that all kernels are copies of; it ends when this one does."""
    return subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def end():
    """End that process; a kernel that is left over sees that it has gone, and ends."""
    if _nursery.cache_info().currsize:
        _nursery().communicate()


def _bury(*_):
    """Take note of the kernels that have ended: `poll` would find them, and their time is ours."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become_a_kernel(arguments, env, cwd):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(cwd)
    sys.argv = ["ipykernel_launcher", *arguments]
    random.seed()
    np.random.seed()  # noqa: NPY002
    kernelapp.launch_new_instance()


if __name__ == "__main__":
    del sys.path[0]
    # As a kernel would set it before it imports Matplotlib.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import matplotlib_inline.backend_inline  # noqa: F401
    import numpy as np
    from ipykernel import kernelapp, zmqshell  # noqa: F401

    import lessons.demos
    import lessons.problems  # noqa: F401

    signal.signal(signal.SIGCHLD, _bury)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become_a_kernel(**json.loads(line))
            sys.exit()
        os.setpgid(child, child)  # what is sent to its group is for it alone
        print(child, flush=True)
