"""What a search leaves: a table of trials, to sort, to plot and to save."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.hyperparameters.results import (
    COLUMNS,
    CRASHED,
    DIVERGED,
    FINISHED,
    STOPPED,
    Trial,
    best_first,
)


@dataclass(frozen=True)
class Results:
    """The trials of a search in the order of their numbers, and what the search was.

    >>> trials = (Trial(0, {"rate": 0.1}, status="finished", loss=2.0),
    ...           Trial(1, {"rate": 0.5}, status="finished", loss=1.0),
    ...           Trial(2, {"rate": 9.0}, status="diverged"))
    >>> results = Results(trials)
    >>> results
    Results(3 trials: 2 finished, 1 diverged)
    >>> results.best.settings
    {'rate': 0.5}
    >>> columns = results.columns()
    >>> columns["rate"], columns["loss"]
    (array([0.1, 0.5, 9. ]), array([ 2.,  1., inf]))
    """

    trials: tuple
    about: dict = field(default_factory=dict)

    def __repr__(self):
        counts = Counter(trial.status for trial in self.trials)
        told = [f"{counts[s]} {s}" for s in (FINISHED, STOPPED, DIVERGED, CRASHED) if counts[s]]
        return f"Results({len(self.trials)} trials: {', '.join(told)})"

    def __len__(self) -> int:
        return len(self.trials)

    def __iter__(self) -> Iterator[Trial]:
        return iter(self.trials)

    def __getitem__(self, number: int) -> Any:
        return self.trials[number]

    @property
    def best(self) -> Trial:
        """The trial of the lowest loss among those trained longest; an error if none finished."""
        ranking = self.sorted()
        if not ranking or not ranking[0].finished:
            errors = [trial.error for trial in self.trials if trial.error]
            first = f"; the first error was {errors[0]}" if errors else ""
            raise ValueError(f"no trial of {self} has finished{first}")
        return ranking[0]

    def sorted(self) -> list[Trial]:
        """The trials as a list, the best first, the failed ones last."""
        return best_first(self.trials)

    def columns(self) -> dict[str, np.ndarray]:
        """The table as a dict of name -> array with one entry for each trial, for plotting."""
        rows = list(self._rows())
        return {name: _column([row[name] for row in rows]) for name in (rows[0] if rows else ())}

    def to_csv(self, path) -> None:
        """Write the table for a spreadsheet."""
        rows = list(self._rows())
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0] if rows else COLUMNS)
            writer.writeheader()
            writer.writerows(rows)

    def save(self, path) -> None:
        """Write all that is known, for `Results.load`: JSON, a line for each trial."""
        lines = [self.about, *map(asdict, self.trials)]
        Path(path).write_bytes(b"".join(map(to_line, lines)))

    @classmethod
    def load(cls, path) -> "Results":
        """Read what `save` wrote, or the `trials.jsonl` of a search's checkpoint."""
        about, trials, _ = read_table(path)
        return cls(tuple(sorted(trials, key=lambda trial: trial.number)), about)

    def _rows(self):
        for trial in self.trials:
            yield trial.settings | {name: getattr(trial, name) for name in COLUMNS}


def _column(values):
    """An array; of floats where every entry is a number or missing."""
    if all(value is None or type(value) in (int, float) for value in values) and None in values:
        values = [np.nan if value is None else value for value in values]
    return np.array(values)


def to_line(record):
    """A dict as one line of a table. Infinity and NaN are written as Python's json writes them."""
    return (json.dumps(record) + "\n").encode()


def read_table(path):
    """What is in the file of a table: what the search was, its trials, and a torn last line.

    A line is whole once it has ended: an interrupted master may have left the last one torn.
    """
    *lines, torn = Path(path).read_bytes().split(b"\n")
    about, trials = {}, []
    for number, line in enumerate(lines):
        try:
            record = dict(json.loads(line))
            if number == 0:
                about = record
            else:
                trials.append(Trial(**record))
        except (ValueError, TypeError):
            raise ValueError(f"line {number + 1} of {path} is {line!r}, expected a trial") from None
    return about, trials, torn
