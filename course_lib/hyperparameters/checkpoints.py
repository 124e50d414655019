"""What is on disk while a search runs, so that no death costs more than the moment it happens in.

A checkpoint is a folder: `trials.jsonl`, which only the master writes, a line for each trial that
has ended; for each trial that saves its progress a file, which only its worker writes; and `lock`,
which a running search holds.
"""

import os
import pickle
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course_lib.hyperparameters.results import CRASHED, Trial, read_table, to_line


@dataclass(frozen=True)
class Checkpoint:
    """The progress of one trial: what its objective saves, its next attempt finds.

    A state is anything that pickles: parameters, the optimiser's state, the epoch, the random
    generator. Without a path nothing is kept, so an objective need not ask. What was saved for
    other settings is not found.

    >>> Checkpoint(None).load() is None
    True
    """

    path: Path | None
    settings: dict | None = None

    def save(self, state) -> None:
        """Replace the saved state as a whole: a death half-way leaves the one before."""
        if self.path is None:
            return
        _replace(self.path, pickle.dumps((self.settings, state)))

    def load(self) -> Any:
        """The last state saved, or None."""
        if self.path is None or not self.path.exists():
            return None
        settings, state = pickle.loads(self.path.read_bytes())
        return state if settings == self.settings else None


@contextmanager
def locked(folder):
    """Hold a folder, made if need be, against every other search; None is free to all.

    The lock is SQLite's: one that every system has, that ends with its process however that dies,
    and that worker processes forked from it do not inherit.

    Raises ValueError if another search holds it.
    """
    if folder is None:
        yield
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(Path(folder, "lock"), timeout=0)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise ValueError(
                f"checkpoint is {str(folder)!r}, where another search is running: expected another "
                "folder, or that search to end first"
            ) from None
        yield


class Journal:
    """The master's memory of the trials that have ended; without a folder it starts empty.

    folder : a folder for this search alone, made if need be; on a cluster one that all workers see
    about : what the search is; a folder of another search is refused
    retry_crashed : forget the trials that crashed, and the stages that were planned after them

    Raises ValueError if the folder holds another search, or its table is damaged anywhere but at
    its end.
    """

    def __init__(self, folder, about, retry_crashed=False) -> None:
        self.folder = None if folder is None else Path(folder).resolve()
        self._ended: dict[int, Trial] = {}
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._open(about, retry_crashed)

    def recall(self, planned):
        """The trial as it ended, or None if it has not."""
        ended = self._ended.get(planned.number)
        if ended is not None and ended.plan != planned.plan:
            raise ValueError(
                f"trial {planned.number} of {self._table} is {ended.plan}, expected "
                f"{planned.plan}: the folder belongs to another search"
            )
        return ended

    def record(self, trial):
        """Append one line, and return once the disk has it."""
        if self.folder is not None:
            self._append(asdict(trial))

    def progress_path(self, trial):
        """Where the worker of a trial may save its progress."""
        return self.folder and self.folder / f"trial-{trial.candidate}.pickle"

    @property
    def _table(self):
        return self.folder / "trials.jsonl"

    def _open(self, about, retry_crashed):
        if not self._table.exists():
            self._table.touch()
        known, trials, torn = read_table(self._table)
        os.truncate(self._table, self._table.stat().st_size - len(torn))
        if not known and any(self.folder.glob("trial-*.pickle")):
            raise ValueError(f"{self.folder} holds trials in progress and no table of their search")
        if not known:
            self._append(about)
        elif known != about:
            raise ValueError(
                f"the search is {about} and was {known} in {self._table}: expected the same, or "
                "another folder"
            )
        crashed = [trial.stage for trial in trials if trial.status == CRASHED]
        if retry_crashed and crashed:
            trials = [t for t in trials if t.status != CRASHED and t.stage <= min(crashed)]
            _replace(self._table, b"".join(map(to_line, [about, *map(asdict, trials)])))
        self._ended = {trial.number: trial for trial in trials}

    def _append(self, record):
        with open(self._table, "ab") as file:
            file.write(to_line(record))
            file.flush()
            os.fsync(file.fileno())


def _replace(path, data):
    """Put bytes in the place of a file's as a whole: a death half-way leaves the ones before."""
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=path.name, suffix=".tmp", delete=False
    ) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
