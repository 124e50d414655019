"""Every claim: it runs, says what it did, and gives the same verdict on other seeds."""

import re

import pytest

from course_lib import claims
from course_lib.claims.claim import HOLDS, VERDICTS, Figure, Finding, claim
from course_lib.course_map import read_ledger

EVERY = pytest.mark.parametrize("measured", claims.ALL.values(), ids=claims.ALL)


@EVERY
def test_claim_is_measured_and_written_out(measured):
    measurement = measured()
    text = str(measurement)
    assert measurement.verdict in VERDICTS
    assert max(map(len, text.splitlines())) <= 96
    assert not re.search(r"\bnan\b|\binf\b|[{}]", text)
    assert measurement.figures
    for figure in measurement.figures.values():
        if figure.interval is not None:
            low, high = figure.interval
            assert low <= figure.value <= high


@EVERY
def test_same_seed_gives_the_same_figures(measured):
    assert str(measured(seed=1)) == str(measured(seed=1))


@EVERY
def test_verdict_is_the_same_on_other_seeds(measured):
    verdicts = {measured(seed=seed).verdict for seed in (1, 2, 3, 4)}
    assert verdicts == {measured().verdict}


def test_live_rows_and_claims_are_the_same():
    rows = {row["id"] for row in read_ledger()["row"] if row["kind"] == "claim"}
    live = {row["id"] for row in read_ledger()["row"] if row["id"] in rows and "code" in row}
    assert live == claims.ALL.keys()


# The frame itself.


@claim("cl-0", "Every number is even", source="nobody")
def all_even(numbers=3, seed=0):
    """Count {numbers} numbers from {seed} on.

    Not part of the experiment's text.
    """
    odd = sum(n % 2 for n in range(seed, seed + numbers))
    return Finding((Figure("odd numbers", odd, (0, numbers)),), HOLDS, "we looked")


def test_measurement_says_claim_experiment_figure_and_verdict():
    assert str(all_even(seed=3)).splitlines() == [
        "claim       Every number is even (cl-0; nobody)",
        "experiment  Count 3 numbers from 3 on.",
        "figure      odd numbers: 2 (from 0 to 3)",
        "verdict     holds: we looked",
    ]


def test_unknown_setting_and_unknown_verdict_are_named():
    with pytest.raises(TypeError, match="'size'"):
        all_even(size=3)
    careless = claim("cl-0", "This", source="nobody")(lambda seed=0: Finding((), "maybe", "why"))
    with pytest.raises(ValueError, match="'maybe', expected one of holds"):
        careless()
