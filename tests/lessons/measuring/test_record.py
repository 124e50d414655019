"""Measurements written down come back as they were, and a file of them is never half-written."""

import numpy as np
import pytest

from lessons.measuring import record
from lessons.measuring.claim import FAILS, HOLDS, Figure, Finding, claim


@claim("cl-0", "A mean of draws lies near 0", source="nobody")
def near_zero(draws=10, names=("a", "b"), seed=0, clock=abs):
    """The mean of {draws} normal numbers drawn with seed {seed}."""
    mean = float(np.random.default_rng(seed).standard_normal(draws).mean())
    figures = Figure("mean", mean, (mean - 1, mean + 1)), Figure("draws", draws)
    return Finding(figures, HOLDS if abs(mean) < 1 else FAILS, "so it is")


def test_a_measurement_comes_back_as_it_was(tmp_path):
    written = record.measured(near_zero, (3, 4), ["tests"])
    record.write(tmp_path / "all.json", {"cl-0": written})
    [read] = record.read(tmp_path / "all.json").values()
    assert read["settings"] == {"draws": 10, "names": ["a", "b"]}
    assert list(read["ran"]) == ["tests.lessons.measuring.test_record"]
    assert record.verdicts(read) == [HOLDS, HOLDS] and not record.is_stale(read)
    for seed in (3, 4):
        again, live = record.recorded(near_zero, read, seed), near_zero(seed=seed)
        assert (
            again.experiment
            == live.experiment
            == f"The mean of 10 normal numbers drawn with seed {seed}."
        )
        assert (again.verdict, again.why) == (live.verdict, live.why)
        for what, figure in live.figures.items():
            assert again.figures[what].value == pytest.approx(figure.value, rel=1e-5)
        assert str(again) == str(live)
    assert record.recorded(near_zero, read) == record.recorded(near_zero, read, 3)


def test_another_code_is_stale():
    written = record.measured(near_zero, [0], ["tests"])
    assert record.is_stale(written | {"code": "0" * 16})


def test_a_seed_that_was_not_measured_is_refused():
    written = record.measured(near_zero, (3, 4), ["tests"])
    with pytest.raises(ValueError, match="seed is 5, expected one that was measured: 3, 4"):
        record.recorded(near_zero, written, 5)


def test_no_file_holds_no_records(tmp_path):
    assert record.read(tmp_path / "none.json") == {}


def test_a_figure_that_is_no_number_leaves_the_old_file(tmp_path):
    place = tmp_path / "all.json"
    record.write(place, {"cl-0": {"code": "a"}})
    with pytest.raises(ValueError):
        record.write(place, {"cl-0": {"code": float("nan")}})
    assert record.read(place) == {"cl-0": {"code": "a"}}
