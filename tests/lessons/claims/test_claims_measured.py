"""The claim about x³ turns with the curve."""

import pytest

from lessons.claims.claims_measured import a_cubic_has_a_saddle
from lessons.measuring.claim import CONDITION, FAILS


@pytest.mark.parametrize("power, silent", [(2, 0), (4, 1)])
def test_a_power_of_two_or_four_has_no_saddle(power, silent):
    """An x² has a minimum that the second derivative sees; of x⁴ it says as little as of x³."""
    measurement = a_cubic_has_a_saddle(power=power, draws=20)
    assert measurement.verdict == FAILS
    crossed, unseen, found = (figure.value for figure in measurement.figures.values())
    assert (crossed, unseen, found) == (0, silent, 0)


def test_x_to_the_fifth_is_as_flat_and_crosses_too():
    assert a_cubic_has_a_saddle(power=5, draws=20).verdict == CONDITION
