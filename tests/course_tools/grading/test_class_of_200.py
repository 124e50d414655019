"""A made-up class is given what it is worth: every day other tenths of its honest kinds."""

from datetime import date

import pytest

from tests.course_tools.grading.class_of_200 import a_class, differences, graded


@pytest.mark.sandbox
def test_a_class_is_given_what_it_is_worth(tmp_path):
    honest = a_class(0, attacks=())
    today = dict(list(honest.items())[date.today().toordinal() % 10 :: 10])
    rows = graded(tmp_path / "class", today)
    assert differences(rows, today) == []
    assert {row.student for row in rows} == today.keys()
