"""Hostile submissions among honest ones: each gets what it is worth, and nothing is left of it.

Every day another eighth of the class; `python -m tests.course_tools.grading.hostile` grades it all.
"""

import subprocess
import time
from collections import Counter
from datetime import date

import pytest

from course_tools.grading import jobs
from tests.course_tools.grading.hostile import ATTACKS, graded
from tests.course_tools.grading.submissions import points

TODAY = ATTACKS[date.today().toordinal() % 8 :: 8]


def test_the_class_is_large_and_of_every_kind():
    assert len(ATTACKS) >= 60
    assert min(Counter(attack.kind for attack in ATTACKS).values()) >= 3
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.sandbox
def test_each_gets_what_it_is_worth_and_nothing_is_left_of_it():
    edition = jobs.edition()
    results = graded(TODAY)
    given = {result.student: (points(result), result.attention) for result in results}
    assert given == {attack.name: (attack.expected, None) for attack in TODAY}
    assert all(len(part.sentence) <= 2000 for result in results for part in result.parts)
    jobs.edition.cache_clear()
    assert jobs.edition() == edition  # nothing of the course has changed
    deadline = time.monotonic() + 10
    while left_behind() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left_behind() == []


def left_behind():
    """Processes that run students' code and whom nobody waits for."""
    told = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True).stdout
    lines = [line.split(maxsplit=1) for line in told.splitlines()]
    return [args for parent, args in lines if parent == "1" and "grading.worker" in args]
