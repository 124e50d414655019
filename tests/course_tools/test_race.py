"""The fair race, written down seed by seed."""

import json

import pytest

from course_tools import race
from lessons.experiments import fair_race
from lessons.measuring import record


class Here:
    """A pool of workers that is this process."""

    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    map = staticmethod(map)


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """Two entries of one epoch, raced in this process; the seeds that are run are listed."""
    some, ran = fair_race.entries(rule=("SGD", "Adam"), batch=(250,), start=("He",)), []
    monkeypatch.setattr(race, "RECORD", tmp_path / "race.json")
    monkeypatch.setattr(race, "entries", lambda **levels: some[::3])
    monkeypatch.setattr(race, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(race, "SIZES", {"trials": 2, "members": 1, "epochs": 1})
    once = race.once

    def watched(entry, **sizes):
        ran.append((str(entry), sizes["seed"]))
        return once(entry, **sizes)

    monkeypatch.setattr(race, "once", watched)
    return ran


def lines():
    return json.loads(race.RECORD.read_text())


def test_a_race_that_was_stopped_goes_on_with_its_next_seed(small):
    for seed in race.run(seeds=3, workers=1):
        if seed == 1:
            break
    stopped = lines()
    small.clear()
    assert [*race.run(seeds=3, workers=1)] == [2]
    assert {seed for _, seed in small} == {2}
    for name, result in lines().items():
        if name != fair_race.ABOUT:
            assert result["alone"][:2] == stopped[name]["alone"] and len(result["alone"]) == 3


def test_a_race_begins_anew_where_its_code_has_changed(small):
    [*race.run(seeds=2, workers=1)]
    changed = lines()
    changed[fair_race.ABOUT]["code"] = "0" * 16
    record.write(race.RECORD, changed)
    assert record.is_stale(changed[fair_race.ABOUT])
    assert [*race.run(seeds=1, workers=1)] == [0]
    assert not record.is_stale(lines()[fair_race.ABOUT])


def test_what_a_race_runs_is_watched():
    [*race.run(seeds=1, workers=1)]
    ran = lines()[fair_race.ABOUT]["ran"]
    assert "Adam.step" in ran["course_lib.optimizers.adam"]
    assert {"tuned", "examined", "once"} <= {*ran["lessons.experiments.fair_race"]}
