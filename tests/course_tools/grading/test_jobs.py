"""What passes between the parts of grading."""

import pickle
from dataclasses import replace

import pytest

from course_tools.grading.jobs import Cell, Job, Limits

JOB = Job("ada", "02_gradient_descent", (Cell(None, "1 + 1"), Cell("imports", "")), "a secret")


@pytest.mark.parametrize("change", [
    {"student": "ben"},
    {"exercise_set": "03_line_search"},
    {"cells": (Cell("imports", "1 + 1"), Cell("imports", ""))},
    {"cells": JOB.cells[:1]},
    {"secret": "another"},
    {"limits": Limits(seconds=1)},
])  # fmt: skip
def test_key_changes_with_all_that_a_result_depends_on(change):
    assert replace(JOB, **change).key() != JOB.key()


def test_key_is_the_same_in_another_process():
    assert pickle.loads(pickle.dumps(JOB)).key() == JOB.key()


def test_secret_is_not_shown():
    assert JOB.secret not in repr(JOB)
