"""Measurements written down: for each claim what came out with several seeds, and what code ran.

A file of records is JSON, a line for each claim. `is_stale` says whether the code of one has
changed since; `recorded` gives back the measurement.
"""

import inspect
import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lessons.measuring.claim import Claim, Figure, Measurement
from lessons.measuring.fingerprint import fingerprint, watched

Record = dict[str, Any]
"""What was measured of one claim: `settings`, `runs` by seed, `seconds`, `ran` and its `code`."""


def measured(claim: Claim, seeds: Iterable[int], packages: Iterable[str]) -> Record:
    """Measure a claim with each of some seeds, at least one, and write down what came out.

    packages : whose code counts: the first run is watched for what it calls there
    """
    started = time.perf_counter()
    first, *others = seeds
    measurement, ran = watched(lambda: claim(seed=first), packages)
    runs = {first: measurement, **{seed: claim(seed=seed) for seed in others}}
    return {
        "settings": _settings(claim),
        "runs": {str(seed): _written(each) for seed, each in runs.items()},
        "seconds": round(time.perf_counter() - started, 1),
        "code": fingerprint(ran),
        "ran": ran,
    }


def is_stale(record: Record) -> bool:
    """Has code that the claim ran changed since it was measured?"""
    return fingerprint(record["ran"]) != record["code"]


def recorded(claim: Claim, record: Record, seed: int | None = None) -> Measurement:
    """A measurement as it was written down: with this seed, or with the first.

    Raises ValueError for a seed that was not measured.
    """
    runs = record["runs"]
    seed = int(next(iter(runs))) if seed is None else seed
    if str(seed) not in runs:
        raise ValueError(f"seed is {seed}, expected one that was measured: {', '.join(runs)}")
    run = runs[str(seed)]
    figures = [Figure(what, value, interval and tuple(interval)) for what, value, interval in
               run["figures"]]  # fmt: skip
    return Measurement(
        claim=claim,
        experiment=run["experiment"],
        figures={figure.what: figure for figure in figures},
        verdict=run["verdict"],
        why=run["why"],
    )


def verdicts(record: Record) -> list[str]:
    """The verdict with each seed; a claim that is measured well has the same with all."""
    return [run["verdict"] for run in record["runs"].values()]


def read(path: Path) -> dict[str, Record]:
    """The records of a file by the ids of their claims; none where there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path: Path, records: Mapping[str, Record]) -> None:
    """Write records, a claim a line; the file is whole at any moment."""
    lines = [
        f"{json.dumps(id)}: {json.dumps(record, allow_nan=False, ensure_ascii=False)}"
        for id, record in records.items()
    ]
    new = path.with_name(f"{path.name}.new")
    new.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    os.replace(new, path)


def _settings(claim):
    """What the experiment is given besides its seed: the numbers and words among its defaults."""
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(claim.measure).parameters.items()
        if name != "seed"
    }
    return {name: value for name, value in defaults.items() if _is_plain(value)}


def _is_plain(value):
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, int | float | str)


def _written(measurement):
    figures = [
        [what, _six(value), None if interval is None else list(map(_six, interval))]
        for what, value, interval in measurement.figures.values()
    ]
    return {
        "verdict": measurement.verdict,
        "why": measurement.why,
        "figures": figures,
        "experiment": measurement.experiment,
    }


def _six(value):
    """Six digits: the others are rounding noise, and differ from machine to machine."""
    return float(f"{value:.6g}")
