"""A class of one of each kind is given what it is worth, the worst of it in one run."""

import pytest

from tests.course_tools.grading import hostile
from tests.course_tools.grading.class_of_200 import a_class, differences, graded
from tests.course_tools.grading.handed_in import answers_merged_upwards, utf_16


@pytest.mark.sandbox
def test_a_class_is_given_what_it_is_worth(tmp_path):
    """One of each kind that the other tests do not run; `class_of_200` runs them all."""
    damages = [answers_merged_upwards, utf_16]
    attacks = [attack for attack in hostile.ATTACKS if attack.name == "quits"]
    pupils = a_class(0, attacks=attacks, damages=damages)
    rows = graded(tmp_path / "class", pupils)
    assert differences(rows, pupils) == []
    assert len(rows) == 8 * len(pupils)
