"""Several claims in one table: short to read, and with all of each in its text."""

from lessons.measuring.claim import HOLDS, Figure, Finding, claim
from lessons.measuring.table import Table


@claim("cl-0", "Every number is even", source="nobody")
def all_even(seed=0):
    """Count."""
    return Finding((Figure("odd", 2, (0, 3)), Figure("even", 1)), HOLDS, "we looked")


def test_a_row_a_claim_with_its_figures_intervals_and_verdict():
    one, other = all_even(), all_even(seed=1)
    heads, rule, *rows = Table((one, other))._repr_markdown_().splitlines()
    assert (
        rows
        == [
            "| Every number is even *(nobody; cl-0)* | odd: 2 (from 0 to 3)<br>even: 1 | "
            "**holds**: we looked |"
        ]
        * 2
    )
    assert heads.count("|") == rule.count("|") == 4


def test_its_text_is_each_measurement_whole():
    assert repr(Table((all_even(), all_even()))) == f"{all_even()}\n\n{all_even()}"
