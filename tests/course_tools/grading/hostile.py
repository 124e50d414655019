"""A class of hostile and broken submissions of set 03, and what each is worth.

Each replaces one answer by an attack, or runs one before all answers. An attack that is meant to
find something out raises if it does: then the answers in its cell are missing, and a test fails.
`python -m tests.course_tools.grading.hostile` grades them all and prints what held, by kind.
"""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass

from course_tools.grading.jobs import Limits
from course_tools.grading.run import run_jobs
from lessons.course_map import ROOT
from tests.course_tools.grading.submissions import points, submission

SET = "03_line_search"
NOT_TRIED = {"pb-F3-1-rate": "", "pb-F3-2-fit": ""}
FULL = {
    "pb-G1-limit-check": 3,
    "pb-F3-1-rate-check": 0,
    "pb-6-8-escape-check": 3,
    "pb-6-7-angles-check": 2,
    "pb-6-7-angle-check": 1,
    "pb-F3-2-fit-check": 0,
}
SECONDS = 5.0


@dataclass(frozen=True)
class Attack:
    """One submission.

    limit : in place of the answer to pb-G1, 3 points, for which it earns `worth`; a body is
        indented below its def
    first : a cell before all others, which earns nothing and should lose nothing
    also : more answers in place of others, by grade id
    given : what these give, by grade id of the check
    """

    kind: str
    name: str
    first: str = ""
    limit: str | None = None
    body: str | None = None
    also: dict | None = None
    worth: float | None = None
    given: dict | None = None

    @property
    def job(self):
        limit = self.limit
        if self.body is not None:
            lines = "\n".join(f"    {line}" for line in self.body.splitlines())
            limit = f"def largest_stable_rate(hessian):\n{lines}"
        answers = NOT_TRIED | (self.also or {})
        if limit is not None:
            answers["pb-G1-limit"] = f"import numpy as np\n{limit}"
        return submission(SET, answers, self.name, self.first, Limits(seconds=SECONDS))

    @property
    def expected(self):
        attacked = self.limit is not None or self.body is not None
        worth = self.worth if self.worth is not None else 0 if attacked else 3
        return FULL | {"pb-G1-limit-check": worth} | (self.given or {})


RIGHT = "return 2 / np.linalg.eigvalsh(hessian).max()"
ANSWER = f"def largest_stable_rate(hessian):\n    {RIGHT}"


def kind(name, **attacks):
    return [Attack(name, attack, **how) for attack, how in attacks.items()]


TIME = kind(
    "never ends",
    loop={"body": "while True: pass"},
    loop_in_a_cell={"limit": f"{ANSWER}\nwhile True: pass", "worth": 3},
    sleep={"body": "import time\ntime.sleep(1e6)"},
    sleep_before_all={"first": "import time\ntime.sleep(1e6)"},
    passes_over_the_alarm={
        "body": "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    },
    turns_the_alarm_off={
        "body": "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    },
    one_long_call={"body": "return max(range(10**12))"},
    regular_expression={"body": "import re\nreturn re.match('(a+)+$', 'a' * 60 + 'b')"},
    waits_for_a_lock={
        "body": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"
    },
    every_answer_a_loop={
        "body": "while True: pass",
        "also": {
            "pb-6-7-angles": "def turning_angles(points):\n    while True: pass",
            "pb-6-7-angle": "angle = turning_angles(line_search_path().params)",
            "pb-6-8-escape": "while True: pass",
        },
        "given": dict.fromkeys(FULL, 0),
    },
    looks_endless_when_shown={
        "limit": "class Limit:\n    def __repr__(self):\n        while True: pass\n"
        "largest_stable_rate = Limit()"
    },
    counts_without_end={"limit": "import itertools\nlargest_stable_rate = itertools.count()"},
)
RESOURCES = kind(
    "exhausts",
    memory={"body": "return np.ones(10**12)"},
    memory_bit_by_bit={"body": "held = []\nwhile True: held.append(np.ones(10**6))"},
    memory_before_all={"first": "held = []\nwhile True: held.append(bytearray(10**7))"},
    recursion={"body": "return largest_stable_rate(hessian)"},
    recursion_until_it_crashes={
        "body": "import sys\nsys.setrecursionlimit(10**9)\nf = lambda: f()\nreturn f()"
    },
    disk={
        "body": "n = 0\nwhile True:\n    n += 1\n    with open(f'/tmp/{n}', 'wb') as file:\n"
        "        file.write(bytes(10**7))"
    },
    disk_before_all={
        "first": "import os\nwhile True:\n    with open(f'{os.getpid()}', 'ab') as file:\n"
        "        file.write(bytes(10**6))"
    },
    shared_memory={
        "limit": "import os\nwritten = 0\ntry:\n    for n in range(100):\n"
        "        with open(f'/dev/shm/{n}', 'wb') as file:\n"
        "            written += file.write(bytes(10**7))\nexcept OSError:\n    pass\n"
        f"assert written < 10**8\n{ANSWER}",
        "worth": 3,
    },
    files={"body": "files = []\nwhile True: files.append(open('/dev/null'))"},
    processes={"first": "import os\nwhile True: os.fork()"},
    threads={
        "body": "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(1e6,)).start()"
    },
    programs={"first": "import subprocess\nwhile True: subprocess.Popen(['sleep', '1000'])"},
    pool={"first": "import multiprocessing\nmultiprocessing.Pool(50)"},
)
DEATH = kind(
    "kills",
    exits={"body": "import os\nos._exit(0)"},
    exits_in_a_cell={"limit": f"{ANSWER}\nimport os\nos._exit(0)"},
    exits_before_all={"first": "import os\nos._exit(0)"},
    kills_itself={"body": "import os\nos.kill(os.getpid(), 9)"},
    kills_everything={"body": "import os\nos.kill(-1, 9)"},
    kills_its_parent={"first": "import os\nos.kill(os.getppid(), 9)\nos.kill(1, 9)"},
    segfault={"body": "import ctypes\nctypes.string_at(0)"},
    aborts={"body": "import os\nos.abort()"},
    interrupts={"body": "raise KeyboardInterrupt"},
    leaves={"body": "import sys\nsys.exit(0)"},
    leaves_in_a_cell={"limit": f"{ANSWER}\nimport sys\nsys.exit()", "worth": 3},
    quits={"limit": f"{ANSWER}\nquit()\nexit()", "worth": 3},
    stays_behind={
        "first": "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        import time\n        time.sleep(1e6)"
    },
    stops_itself={"body": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"},
)
PATCHES = kind(
    "patches",
    numpy={
        "limit": "np.isclose = np.allclose = lambda *_, **__: True\n"
        "np.linalg.eigvalsh = lambda h: np.zeros(len(h))\nlargest_stable_rate = lambda hessian: 1.0"
    },
    builtins={
        "limit": "import builtins\nbuiltins.all = builtins.any = lambda *_: True\n"
        "largest_stable_rate = lambda hessian: 1.0",
        "given": {"pb-6-7-angle-check": 0},  # which its own cell then gets wrong
    },
    problem={
        "limit": "from lessons.problems import pb_G1\npb_G1.points = lambda *_, **__: 300\n"
        "pb_G1.verdict = pb_G1.check = pb_G1.points\nlargest_stable_rate = lambda hessian: 1.0"
    },
    problem_rebound={
        "limit": "class pb_G1:\n    parts = ()\n"
        "    check = points = staticmethod(lambda *_, **__: 300)\n"
        "largest_stable_rate = lambda hessian: 1.0"
    },
    modules={
        "limit": "import sys, types\nsys.modules['lessons.marking.parts'] = types.ModuleType('x')\n"
        "sys.modules['lessons.problems'] = types.ModuleType('x')\n"
        "largest_stable_rate = lambda hessian: 1.0"
    },
    import_hook={
        "limit": "import sys\nclass Hook:\n    def find_spec(self, *_):\n"
        "        raise SystemExit\nsys.meta_path.insert(0, Hook())\n"
        "largest_stable_rate = lambda hessian: 1.0"
    },
    start_up_files={
        "limit": "for name in ('sitecustomize', 'usercustomize', 'numpy', 'lessons'):\n"
        "    open(f'{name}.py', 'w').write('raise SystemExit')\n"
        "import os\nos.makedirs(os.path.expanduser('~/.ipython'), exist_ok=True)\nos._exit(0)"
    },
    wire={
        "limit": "from course_tools.grading import wire\n"
        "wire.pack = lambda *_, **__: {'array': ['<f8', [], 0]}\n"
        "largest_stable_rate = lambda hessian: 1.0",
        "given": {"pb-6-8-escape-check": 0, "pb-6-7-angles-check": 0, "pb-6-7-angle-check": 0},
    },
    worker={
        "limit": "import gc\nfor it in gc.get_objects():\n"
        "    if type(it).__name__ == 'Notebook':\n"
        "        type(it).call = lambda *_: ({'value': True, 'changed': {}, 'points': 3}, [])\n"
        "largest_stable_rate = lambda hessian: 1.0",
        "given": {"pb-6-7-angles-check": 0},
    },
    randomness={
        "limit": "np.random.default_rng = lambda *_: 0\nnp.random.seed(0)\n"
        "largest_stable_rate = lambda hessian: 1.0"
    },
)
READS = kind(
    "reads",
    answer_key={
        "first": "from lessons.problems import pb_G1\nimport lessons.problems.line_search as p\n"
        "found = [x for x in vars(p) if 'right' in x.lower() or 'miscon' in x.lower()]\n"
        "assert not found and not hasattr(pb_G1, 'parts')\n",
        "limit": "from lessons.problems import pb_G1\nlargest_stable_rate = pb_G1.parts[0].right",
    },
    source_of_the_problems={
        "limit": "import os, sys\nroots = '/course', *sys.path\n"
        "seen = [os.path.join(folder, name) for root in roots\n"
        "    for package in ('lessons', 'course_tools')\n"
        "    for folder, _, names in os.walk(f'{root}/{package}') for name in names]\n"
        "assert len(seen) > 30 and not [n for n in seen if 'problems' in n or 'tasks' in n\n"
        "    or 'predictions' in n or 'referee' in n]\n"
        f"{ANSWER}",
        "worth": 3,
    },
    marking={
        "limit": "try:\n    import lessons.marking.parts\nexcept ImportError:\n    pass\n"
        f"else:\n    raise AssertionError\n{ANSWER}",
        "worth": 3,
    },
    other_submissions={
        "limit": f"import os\ntops = {str(ROOT)!r}, '/home', '/root', '/srv', '/tmp', '/var'\n"
        "found = []\nfor top in tops:\n    for folder, folders, names in os.walk(top):\n"
        "        folders[:] = [name for name in folders if name not in ('lib', 'share')]\n"
        "        found += [n for n in names if n.endswith(('.ipynb', '.db', '.toml'))]\n"
        f"assert not found, found\n{ANSWER}",
        "worth": 3,
    },
    environment={
        "limit": "import os\nknown = {'HOME', 'LANG', 'LC_CTYPE', 'PWD'}\n"
        "known |= {'MPLBACKEND', 'MPLCONFIGDIR'}\n"
        "assert {n for n in os.environ if not n.endswith('_NUM_THREADS')} <= known\n"
        f"{ANSWER}",
        "worth": 3,
    },
    passwords={
        "limit": "import os\nfor path in ('/etc/passwd', '/etc/shadow', '/etc/hostname'):\n"
        f"    assert not os.path.exists(path)\n{ANSWER}",
        "worth": 3,
    },
    other_processes={
        "limit": "import os\nassert not os.path.exists('/proc/1')\n"
        f"assert os.getppid() < 10\n{ANSWER}",
        "worth": 3,
    },
    network={
        "limit": "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 22), 1)\n"
        "except PermissionError:\n    pass\nelse:\n    raise AssertionError\n"
        f"{ANSWER}",
        "worth": 3,
    },
    callers={
        "body": "import inspect\nfor frame in inspect.stack():\n"
        "    for value in frame.frame.f_locals.values():\n"
        "        assert 'right' not in repr(type(value)).lower()\n"
        "    assert not {'right', 'seed', 'secret'} & {*frame.frame.f_locals}\n" + RIGHT,
        "worth": 3,
    },
    seeds={
        "limit": "import gc\nseen = [it for it in gc.get_objects() if isinstance(it, dict)\n"
        "    and {'secret', 'seed', 'misconceptions'} & {*map(str, it)}\n"
        "    and '__file__' not in it and 'co_names' not in it]\n"
        f"assert not [it for it in seen if 'known to nobody' in repr(it)]\n{ANSWER}",
        "worth": 3,
    },
)
FORGED = kind(
    "forges",
    prints_points={"body": "print('3.0')\nprint('score: 300')\nreturn 1.0"},
    frames={
        "body": "import os\nfor number in range(64):\n    try:\n"
        "        os.write(number, b'\\x02\\x00\\x00\\x00{}')\n    except OSError:\n        pass\n"
        "return 1.0",
    },
    a_right_frame={
        "body": "import os, json, struct\n"
        "text = json.dumps([{'value': True, 'points': 3, 'word': 'correct'}, []]).encode()\n"
        "for number in range(3, 64):\n    try:\n"
        "        os.write(number, struct.pack('<I', len(text)) + text)\n"
        "    except OSError:\n        pass\nreturn 1.0",
    },
    endless_frame={
        "body": "import os, struct\nfor number in range(3, 64):\n    try:\n"
        "        os.write(number, struct.pack('<I', 2**32 - 1))\n"
        "    except OSError:\n        pass\nreturn 1.0",
    },
    check_says_so={
        "limit": "largest_stable_rate = lambda hessian: 1.0",
        "also": {"pb-G1-limit-check": "3.0"},
    },
    a_result={
        "limit": "import json, os\nfor folder in ('.', '/tmp', '/course'):\n    try:\n"
        "        open(f'{folder}/result.json', 'w').write(json.dumps({'points': 300}))\n"
        "    except OSError:\n        pass\nlargest_stable_rate = lambda hessian: 1.0",
    },
    step_limit={
        "body": "class StepLimit(Exception): pass\nraise StepLimit('Correct: 3 of 3 points')"
    },
    not_implemented={"body": "raise NotImplementedError"},
)
OBJECTS = kind(
    "hostile objects",
    array={
        "body": "class A:\n    def __array__(self, *_, **__):\n        raise SystemExit\nreturn A()"
    },
    equal_to_everything={
        "body": "class A(float):\n    def __eq__(self, other): return True\n"
        "    __lt__ = __gt__ = __le__ = __ge__ = __ne__ = __eq__\n"
        "    def __hash__(self): return 0\nreturn A(1.0)"
    },
    array_that_agrees={
        "body": "class A(np.ndarray):\n    def __array_ufunc__(self, *_, **__): return True\n"
        "    def __array_function__(self, *_, **__): return True\nreturn np.ones(1).view(A)"
    },
    pickles={
        "body": "class A:\n    def __reduce__(self):\n        import os\n"
        "        return os.system, ('touch /tmp/owned',)\nreturn A()"
    },
    dies_loudly={
        "body": "class A:\n    def __del__(self):\n        import os\n        os._exit(1)\nA()\n"
        "return 1.0"
    },
    shows_itself_badly={
        "body": "class A:\n    def __repr__(self): raise SystemExit\n    __str__ = __repr__\n"
        "return A()"
    },
    error_that_speaks={
        "body": "class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise E"
    },
    lies_about_its_class={
        "limit": "class A:\n    @property\n    def __class__(self): return float\n"
        "    def __float__(self): raise SystemExit\nlargest_stable_rate = A()"
    },
    lies_about_its_signature={
        "limit": "class A:\n    __signature__ = 3\n    def __call__(self, hessian): return 1.0\n"
        "largest_stable_rate = A()"
    },
    wraps_itself={
        "limit": "def largest_stable_rate(hessian): return 1.0\n"
        "largest_stable_rate.__wrapped__ = largest_stable_rate"
    },
    has_a_strange_name={
        "limit": "A = type('__import__(\"os\")\\n<script>', (), {'__call__': lambda *_: 1.0})\n"
        "largest_stable_rate = A()"
    },
    changes_what_it_is_given={
        "body": "limit = 2 / np.linalg.eigvalsh(hessian).max()\nhessian[:] = np.nan\nreturn limit",
        "worth": 3,
    },
    endless_collection={
        "body": "from collections.abc import Sequence\nclass A(Sequence):\n"
        "    def __len__(self): return 10**9\n    def __getitem__(self, i): return 1.0\n"
        "    def __contains__(self, x): return True\nreturn A()"
    },
)
VALUES = kind(
    "huge or deep",
    deep_list={"body": "x = 1.0\nfor _ in range(10**5): x = [x]\nreturn x"},
    list_in_itself={"body": "x = []\nx.append(x)\nreturn x"},
    large_array={"body": "return np.ones(5 * 10**7)"},
    large_shape={"body": "return np.broadcast_to(1.0, (10**6, 10**6))"},
    many_axes={"body": "return np.ones((1,) * 60)"},
    huge_integer={"body": "return 10**100_000"},
    long_text={"body": "return 'a' * 10**8"},
    many_values={"body": "return list(range(10**7))"},
    dict_of_everything={
        "limit": ANSWER, "worth": 3,
        "also": {"pb-6-8-escape": "start = {i: i for i in range(10**6)}\nlearning_rate = 1.0"},
        "given": {"pb-6-8-escape-check": 0},
    },
    nan_and_infinity={"body": "return complex(float('nan'), float('inf'))"},
    arrays_of_objects={"body": "return np.array([object(), None, [1]], dtype=object)"},
    long_error={"body": "raise ValueError('x' * 10**8)"},
    long_name={"limit": "A = type('A' * 10**6, (), {})\nlargest_stable_rate = A()"},
    long_cell={"limit": f"{ANSWER}\n{'#' * 10**6}"},
)  # fmt: skip
OUTPUT = kind(
    "floods and scripts",
    prints={"first": "while True: print('x' * 1000)"},
    prints_in_an_answer={"body": f"for _ in range(10**4): print('x' * 100)\n{RIGHT}", "worth": 3},
    errors={"body": f"import sys\nprint('x' * 10**7, file=sys.stderr)\n{RIGHT}", "worth": 3},
    first_streams={
        "body": f"import os\nfor _ in range(100): os.write(1, bytes(10**6))\n{RIGHT}", "worth": 3
    },
    script_in_an_error={"body": "raise ValueError('<script>alert(1)</script>')"},
    script_in_a_value={"body": "return '<img src=x onerror=alert(1)>'"},
    escapes={"body": "raise ValueError('\\x1b[2J\\ud800\\x00\\r')"},
)  # fmt: skip
LINKS = kind(
    "links and names",
    links={
        "first": "import os\nfor to in ('/etc', '/proc/1/root', '/root', '../../..'):\n"
        "    os.symlink(to, to.replace('/', '_'))\n    os.listdir(to.replace('/', '_'))"
    },
    writes_to_the_course={
        "limit": "import pathlib, sys\nfor root in ('/course', '/usr', *sys.path):\n    try:\n"
        "        (pathlib.Path(root) / 'planted.py').write_text('')\n"
        "    except OSError:\n        continue\n    raise AssertionError(root)\n"
        f"{ANSWER}",
        "worth": 3,
    },
    mounts={
        "limit": "import ctypes\nlibc = ctypes.CDLL(None)\nassert libc.unshare(0x10000000) != 0\n"
        "assert libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) != 0\n"
        "assert libc.ptrace(16, 1, 0, 0) != 0 and libc.chroot(b'/tmp') != 0\n"
        f"{ANSWER}",
        "worth": 3,
    },
)
ATTACKS = [
    *TIME, *RESOURCES, *DEATH, *PATCHES, *READS, *FORGED, *OBJECTS, *VALUES, *OUTPUT, *LINKS
]  # fmt: skip


HONEST = [submission(SET, NOT_TRIED, name) for name in ("ada", "ben", "cy")]
"""Who sits among them."""


def graded(attacks):
    """The result of each attack; honest submissions among them must get their 9 points."""
    jobs = [attack.job for attack in attacks]
    for place, job in zip((0, len(jobs) // 2, len(jobs)), HONEST, strict=True):
        jobs.insert(place, job)
    with tempfile.TemporaryDirectory() as folder:
        results = run_jobs(jobs, folder)
    honest = {job.student for job in HONEST}
    gained = [sum(points(result).values()) for result in results if result.student in honest]
    assert gained == [9.0] * len(HONEST), gained
    return [result for result in results if result.student not in honest]


def main(names):
    attacks = [attack for attack in ATTACKS if not names or attack.name in names]
    tried, held = Counter(), Counter()
    started = time.monotonic()
    results = graded(attacks)
    for attack, result in zip(attacks, results, strict=True):
        tried[attack.kind] += 1
        held[attack.kind] += (good := points(result) == attack.expected and not result.attention)
        limit = next((p for p in result.parts if p.problem == "pb-G1"), None)
        mark = " " if good else "!"
        print(f"{mark} {attack.kind:20}{attack.name:28}{result.seconds:6.1f} s  ", end="")
        print(limit and f"{limit.points:g} {limit.word}: {limit.sentence[:150]!r}")
        if not good:
            print("   given", points(result), "expected", attack.expected, result.attention)
    for kind in tried:
        print(f"{kind:20}{held[kind]:4} of {tried[kind]}")
    print(f"{held.total()} of {tried.total()} held, {time.monotonic() - started:.0f} s")
    return held != tried


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
