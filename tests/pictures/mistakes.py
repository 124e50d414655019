"""Plant mistakes into the demos' pictures, one at a time, and count those that the tests notice.

    python -m tests.pictures.mistakes                            every demo (long)
    python -m tests.pictures.mistakes fig_6_1 stochastic         a demo, and those of a chapter
    python -m tests.pictures.mistakes … --sample 20 --seed 0     so many of them, drawn at random
    python -m tests.pictures.mistakes … --write                  writes docs/pictures.md

Each is planted once: the demo's own tests are asked first, those in this folder called
`test_<demo>_…` or with the demo as a parameter; if none of them fails, the comparison with the
saved picture is (test_twins.py). Each runs in a process of its own, a copy of this one.

A mistake counts if it changes what is seen: at one of the presets the mean colour of a square of
8 x 8 pixels, at 50 dots per inch, by more than VISIBLE of 255.
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

import pytest
from _pytest.runner import runtestprotocol

from lessons import demos

from . import report
from .mutations import ROOMS, mistakes, reached
from .twins import apart, saved, twin

VISIBLE = 12
SECONDS = 30
"""How much processor time one mistake may take: some never end."""
TWINS = "test_twins.py"


# --- one mistake ------------------------------------------------------------------------------


class TooLong(BaseException):
    """Not caught by what is tested."""


def judged(mistake, demo, right, fails, twin_fails):
    """What becomes of a mistake: "raised", "invisible", "noticed", "twin alone" or "survived".

    right : the pictures without it
    fails : runs the demo's own tests and says whether one fails
    twin_fails : the same of the comparison with the saved picture
    """
    for cache, parts in caches():
        if mistake.function in parts:
            cache.cache_clear()
    mistake.plant()
    try:
        visible = any(apart(*pair) > VISIBLE for pair in zip(right, seen(demo)))
    except (Exception, TooLong):
        return "raised"
    if not visible:
        return "invisible"
    if fails():
        return "noticed"
    return "twin alone" if twin_fails() else "survived"


def seen(demo):
    """The picture at each of its presets, small."""
    for settings in demo.preset_settings().values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield twin(demo, presets=[settings], dpi=50, bare=True).pixels


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
    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
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

    def __init__(self, chosen, sample=None, seed=0):
        self.chosen, self.sample, self.seed = chosen, sample, seed
        self.judged = []

    def pytest_runtestloop(self, session):
        if session.testsfailed:
            return None
        tests, twins = collections.defaultdict(list), collections.defaultdict(list)
        for item in session.items:
            of_demo = twins if item.path.name == TWINS else tests
            of_demo[owner(item)].append(item)
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
                concerned, side_by_side(lambda name: fails(tests[name] + twins[name]), concerned)
            )
            if wrong
        ]
        if broken:
            raise pytest.UsageError(f"without a mistake, tests fail of {', '.join(broken)}")
        right = {name: list(seen(demos.ALL[name])) for name in concerned}
        saved(concerned[0])  # reads the notebooks, here once
        caches()
        gc.freeze()  # a copy of this process need not look through what is here

        def judge(job):
            name, mistake = job
            asked = (lambda: fails(tests[name])), (lambda: fails(twins[name]))
            return judged(mistake, demos.ALL[name], right[name], *asked)

        self.judged = list(zip(planted, side_by_side(judge, planted)))
        return True


# --- the command ------------------------------------------------------------------------------


def chosen(words):
    """The demos that the words name, each a demo or a chapter; all of them if there are none."""
    by_chapter, found = report.chapters(), []
    for word in words or by_chapter:
        if word in by_chapter:
            found += by_chapter[word]
        elif word in demos.ALL:
            found.append(word)
        else:
            raise SystemExit(f"{word} is neither a demo nor a chapter: {', '.join(by_chapter)}")
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("demo", nargs="*", help="a demo or a chapter")
    parser.add_argument("--sample", type=int, help="plant only so many")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--write", action="store_true", help="put the demos in docs/pictures.md")
    given = parser.parse_args(arguments)
    if given.write and given.sample:
        parser.error("--write takes no sample")
    tool = Tool(chosen(given.demo), given.sample, given.seed)
    here = Path(__file__).parent
    status = pytest.main(
        [str(here), "-qqs", "--override-ini=addopts=", "-p", "no:cacheprovider"], plugins=[tool]
    )
    print(report.table(tool.judged))
    if given.write and tool.judged:
        report.write(tool.judged)
    return 0 if tool.judged else status


if __name__ == "__main__":
    sys.exit(main())
