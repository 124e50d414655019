"""Every claim: it runs, says what it did, and gives the same verdict on other seeds."""

import inspect
import re
from functools import cache
from itertools import count

import numpy as np
import pytest

from course_lib import claims
from course_lib.claims.claim import HOLDS, VERDICTS, Figure, Finding, claim, mean_of, share_of
from course_lib.course_map import read_ledger


# Of module scope, so that the tests of one claim follow each other and share what was measured.
@pytest.fixture(scope="module", params=claims.ALL)
def measured(request):
    return claims.ALL[request.param]


@cache
def measure(measured, **settings):
    """A claim about time gets a clock that only counts how often it is looked at."""
    if "clock" in inspect.signature(measured.measure).parameters:
        settings["clock"] = count().__next__
    return measured(**settings)


def test_claim_is_measured_and_written_out(measured):
    measurement = measure(measured)
    text = str(measurement)
    assert measurement.verdict in VERDICTS
    assert max(map(len, text.splitlines())) <= 66
    assert not re.search(r"\bnan\b|\binf\b|[{}]", text)
    assert measurement.figures
    for figure in measurement.figures.values():
        if figure.interval is not None:
            low, high = figure.interval
            assert low - 1e-12 <= figure.value <= high + 1e-12


def test_same_seed_gives_the_same_figures(measured):
    assert str(measure(measured, seed=1)) == str(measure.__wrapped__(measured, seed=1))


def test_verdict_is_the_same_on_other_seeds(measured):
    verdicts = {measure(measured, seed=seed).verdict for seed in (1, 2, 3, 4)}
    assert verdicts == {measure(measured).verdict}


def test_live_rows_and_claims_are_the_same():
    rows = [row for row in read_ledger()["row"] if row["kind"] == "claim"]
    assert {row["id"] for row in rows if row["status"] == "live"} == claims.ALL.keys()


# The frame itself.


@claim("cl-0", "Every number is even", source="nobody")
def all_even(numbers=3, seed=0):
    """Count {numbers} numbers from {seed} on.

    Not part of the experiment's text.
    """
    odd = sum(n % 2 for n in range(seed, seed + numbers))
    return Finding((Figure("odd numbers", odd, (0, numbers)),), HOLDS, "we looked")


@claim("cl-0", "We are sure", source="nobody")
def unsure(seed=0):
    """Ask."""
    return Finding((), "maybe", "why")


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
    with pytest.raises(ValueError, match="'maybe', expected one of holds"):
        unsure()


def test_share_has_wilsons_interval():
    what, value, (low, high) = share_of("heads", np.repeat([True, False], [10, 90]))
    assert (what, value) == ("heads", 0.1)
    # Its ends are the p with |0.1 - p| = 1.96 √(p (1 - p) / 100).
    for p in (low, high):
        assert abs(0.1 - p) == pytest.approx(1.96 * np.sqrt(p * (1 - p) / 100))
    assert low < 0.1 < high


def test_mean_is_within_1_96_standard_errors_of_the_truth_95_times_in_100():
    draws = np.random.default_rng(0).normal(3.0, 2.0, size=(1000, 100))
    intervals = [mean_of("mean", row).interval for row in draws]
    assert 0.93 < np.mean([low < 3.0 < high for low, high in intervals]) < 0.97
