"""What a process gives up before it runs a student's code; called inside of the sandbox.

`limit` bounds what it may use of the machine. `forbid` has the kernel refuse, for good, what no
answer needs: new processes and programs, sockets, other processes' memory, name spaces, mounts,
keys. Both do what the system at hand can do; the sandbox around them does not depend on it.
"""

import ctypes
import platform
import struct
from contextlib import suppress

MOST_FILES, MOST_PROCESSES, LARGEST_FILE = 64, 64, 32 << 20


def limit(memory: int, seconds: float) -> None:
    """Bound memory (bytes), processor time (seconds), files, processes and cores."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    most = {
        "AS": memory,
        "CPU": int(seconds) + 2,
        "FSIZE": LARGEST_FILE,
        "NOFILE": MOST_FILES,
        "NPROC": MOST_PROCESSES,
        "CORE": 0,
    }
    for name, value in most.items():
        with suppress(ValueError, OSError):  # macOS has no bound on addresses
            kind = getattr(resource, f"RLIMIT_{name}")
            _, hard = resource.getrlimit(kind)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))


# Numbers of system calls, x86-64 and arm64. What both have no number for is refused anyway.
_REFUSED = {
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "socket": (41, 198), "socketpair": (53, 199), "io_uring_setup": (425, 425),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "move_mount": (429, 429), "fsopen": (430, 430),
    "open_tree": (428, 428), "mount_setattr": (442, 442),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "personality": (135, 92),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E, 56), "aarch64": (1, 0xC00000B7, 220)}
"""Column of the table above, the kernel's name of the machine, and the number of clone."""
_CLONE3, _CLONE_THREAD, _X32 = 435, 0x00010000, 0x40000000
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026


def forbid() -> bool:
    """Install the filter, and return whether this system has one. OSError where it fails."""
    if platform.system() != "Linux" or platform.machine() not in _MACHINES:
        return False
    program = b"".join(struct.pack("<HBBI", *line) for line in _filter(platform.machine()))
    code = ctypes.create_string_buffer(program, len(program))
    pointer = struct.pack("HL" if ctypes.sizeof(ctypes.c_void_p) == 4 else "H6xQ",
                          len(program) // 8, ctypes.addressof(code))  # fmt: skip
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, seccomp, with_filter = 38, 22, 2
    for arguments in ((no_new_privileges, 1, 0, 0, 0), (seccomp, with_filter, pointer)):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")
    return True


def _filter(machine):
    """The lines of a program for the kernel's filter (BPF): (code, if true, if not, value).

    A new thread is allowed, a new process is not: clone's flags are its first argument. glibc falls
    back on clone where clone3, whose flags a filter cannot see, is not there.
    """
    load, equal, at_least, has_bits, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    column, name, clone = _MACHINES[machine]
    yield load, 0, 0, 4
    yield equal, 1, 0, name
    yield answer, 0, 0, _KILL
    yield load, 0, 0, 0
    yield at_least, 0, 1, _X32
    yield answer, 0, 0, _KILL
    for number in (numbers[column] for numbers in _REFUSED.values()):
        if number is not None:
            yield equal, 0, 1, number
            yield answer, 0, 0, _EPERM
    yield equal, 0, 1, _CLONE3
    yield answer, 0, 0, _ENOSYS
    yield equal, 0, 3, clone
    yield load, 0, 0, 16
    yield has_bits, 1, 0, _CLONE_THREAD
    yield answer, 0, 0, _EPERM
    yield answer, 0, 0, _ALLOW
