"""Plant mistakes into the demos' pictures, one at a time, and count those that the tests notice.

    python -m tests.pictures.mistakes                            every demo (long)
    python -m tests.pictures.mistakes fig_6_1 stochastic         a demo, and those of a chapter
    python -m tests.pictures.mistakes … --sample 20 --seed 0     so many of them, drawn at random
    python -m tests.pictures.mistakes … --twins                  test_twins.py takes part

A mistake counts if it changes what is seen: at one of the presets the mean colour of a square of
8 x 8 pixels, at 50 dots per inch, by more than VISIBLE of 255. Each runs in a process of its own,
a copy of this one; the tests of a demo are those in this folder called `test_<demo>_…` or with the
demo as a parameter.
"""

import argparse
import collections
import gc
import os
import random
import signal
import sys
import warnings
from functools import _lru_cache_wrapper, lru_cache
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from types import SimpleNamespace

import pytest
from _pytest.runner import runtestprotocol

from lessons import demos

from .mutations import ROOMS, mistakes, reached
from .twins import apart, bare

VISIBLE = 12
SECONDS = 60
"""How long one mistake may take: some never end."""
KINDS = ("transposed", "reversed", "sign", "left out", "neighbouring")
TWINS = "test_twins.py"


# --- one mistake ------------------------------------------------------------------------------


class TooLong(BaseException):
    """Not caught by what is tested."""


def judged(mistake, demo, right, fails):
    """What becomes of a mistake: "raised", "invisible", "noticed" or "survived".

    right : the picture without it
    fails : runs the tests of the demo and says whether one fails
    """
    for cache, parts in caches():
        if mistake.function in parts:
            cache.cache_clear()
    mistake.plant()
    try:
        wrong = seen(demo)
    except (Exception, TooLong):
        return "raised"
    if apart(right, wrong) <= VISIBLE:
        return "invisible"
    return "noticed" if fails() else "survived"


def seen(demo):
    """The picture at its presets, small."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bare(demo, dpi=50).pixels


@lru_cache
def caches():
    """Every cache of results in the rooms, and the functions that have a part in them."""
    kept = [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]
    return [(each, reached(each.__wrapped__)) for each in kept if each.__module__ in ROOMS]


def side_by_side(work, jobs, processes=2):
    """`work(job)` for each job, in order, each in a process forked from this one."""
    fork, results, running = get_context("fork"), {}, {}
    jobs = list(enumerate(jobs))[::-1]
    while jobs or running:
        while jobs and len(running) < processes:
            number, job = jobs.pop()
            ours, theirs = fork.Pipe(duplex=False)
            child = fork.Process(target=_child, args=(work, job, theirs))
            child.start()
            theirs.close()
            running[ours] = number, child
        for ours in wait(list(running)):
            number, child = running.pop(ours)
            try:
                results[number] = ours.recv()
            except EOFError:
                results[number] = "raised"
            child.join()
    return [results[number] for number in sorted(results)]


def _child(work, job, results):
    def too_long(*_):
        raise TooLong

    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    results.send(work(job))
    results.close()


# --- the tests of a demo ----------------------------------------------------------------------


def owner(item):
    """The demo that a test belongs to, by its parameter or its name; None if to none."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    for value in given:
        if isinstance(value, str) and value in demos.ALL:
            return value
    return named(item.name)


def named(test):
    """The demo that a test is named after, the longest that fits."""
    called = test.removeprefix("test_")
    fitting = [name for name in demos.ALL if f"{called}_".startswith(f"{name}_")]
    return max(fitting, key=len, default=None)


def fails(items):
    """Run tests one after the other; whether one fails, which ends it."""
    for item, following in zip(items, [*items[1:], None]):
        if any(each.failed for each in runtestprotocol(item, log=False, nextitem=following)):
            return True
    return False


class Tool:
    """A pytest plugin: instead of running the tests, it plants mistakes and runs them on each."""

    def __init__(self, chosen, sample=None, seed=0, twins=False):
        self.chosen, self.sample, self.seed, self.twins = chosen, sample, seed, twins
        self.judged = []

    def pytest_runtestloop(self, session):
        if session.testsfailed:
            return None
        tests = collections.defaultdict(list)
        for item in session.items:
            if self.twins or item.path.name != TWINS:
                tests[owner(item)].append(item)
        planted = []
        for name in self.chosen:
            demo = demos.ALL[name]
            found = mistakes(demo, demo.defaults())
            planted += [(name, mistake) for mistake in found]
        if self.sample:
            random.Random(self.seed).shuffle(planted)
            planted = planted[: self.sample]
        concerned = list(dict.fromkeys(name for name, _ in planted))
        broken = [
            name
            for name, wrong in zip(
                concerned, side_by_side(lambda name: fails(tests[name]), concerned)
            )
            if wrong
        ]
        if broken:
            raise pytest.UsageError(f"without a mistake, tests fail of {', '.join(broken)}")
        right = {name: seen(demos.ALL[name]) for name in concerned}
        caches()
        gc.freeze()  # a copy of this process need not look through what is here

        def judge(job):
            name, mistake = job
            return judged(mistake, demos.ALL[name], right[name], lambda: fails(tests[name]))

        self.judged = list(zip(planted, side_by_side(judge, planted)))
        return True


# --- the report -------------------------------------------------------------------------------


def report(judged):
    """The table of what became of the mistakes, and the survivors, as text."""
    lines = []
    for (name, mistake), fate in judged:
        if fate == "survived":
            lines.append(f"survived  {name}  {mistake}")
    heads = ("planted", "raised", "visible", "noticed", "%")
    lines.append("\n" + f"{'':24}" + "".join(f"{head:>9}" for head in heads))
    rows = {name: lambda job, name=name: job[0] == name for (name, _), _ in judged}
    rows |= {kind: lambda job, kind=kind: job[1].kind == kind for kind in KINDS}
    rows["all"] = lambda job: True
    for label, belongs in rows.items():
        c = count(fate for job, fate in judged if belongs(job))
        share = f"{100 * c.noticed / c.visible:9.1f}" if c.visible else f"{'-':>9}"
        lines.append(f"{label:24}{c.planted:9}{c.raised:9}{c.visible:9}{c.noticed:9}{share}")
    return "\n".join(lines)


def count(fates):
    """How many mistakes were planted, raised, were visible and were noticed."""
    fates = collections.Counter(fates)
    return SimpleNamespace(
        planted=fates.total(), raised=fates["raised"], noticed=fates["noticed"],
        visible=fates["noticed"] + fates["survived"],
    )  # fmt: skip


def chosen(words):
    """The demos that the words name, each a demo or a chapter; all of them if there are none."""
    chapters = collections.defaultdict(list)
    for name, demo in demos.ALL.items():
        chapters[demo.layers[0].__module__.rpartition(".")[2]].append(name)
    found = []
    for word in words or chapters:
        if word in chapters:
            found += chapters[word]
        elif word in demos.ALL:
            found.append(word)
        else:
            raise SystemExit(f"{word} is neither a demo nor a chapter: {', '.join(chapters)}")
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("demo", nargs="*", help="a demo or a chapter")
    parser.add_argument("--sample", type=int, help="plant only so many")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--twins", action="store_true", help=f"{TWINS} takes part")
    given = parser.parse_args(arguments)
    tool = Tool(chosen(given.demo), given.sample, given.seed, given.twins)
    here = Path(__file__).parent
    status = pytest.main(
        [str(here), "-qqs", "--override-ini=addopts=", "-p", "no:cacheprovider"], plugins=[tool]
    )
    print(report(tool.judged))
    return 0 if tool.judged else status


if __name__ == "__main__":
    sys.exit(main())
