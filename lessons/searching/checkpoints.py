"""What is on disk while a search runs, so that no death costs more than the moment it happens in.

A checkpoint is a folder: `trials.jsonl`, which only the master writes, a line for each trial that
has ended; for each trial a log and what it has saved, which only its worker writes; and `lock`,
which a running search holds. Whoever sees the folder can follow the search (`curves`), and stop
trial 7 by hand: an empty file `trial-7.stop` is enough.
"""

import json
import math
import os
import pickle
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course_lib._validation import as_number, at_least
from course_lib.hyperparameters.results import CRASHED, Trial
from lessons.searching.table import read_table, to_line


class Stopped(Exception):
    """Ends the training of a trial that is given up; an objective lets it pass."""


@dataclass(frozen=True)
class Checkpoint:
    """The progress of one trial: what its objective saves, its next attempt finds.

    A state is anything that pickles: parameters, the optimiser's state, the epoch, the random
    generator. Either `save` it, or `report` it with the validation loss of each epoch. Without a
    path nothing is kept, so an objective need not ask. What was saved for other settings is not
    found.

    rule : says after each report whether to go on, such as MedianRule; None: always

    >>> Checkpoint(None).load() is None
    True
    """

    path: Path | None
    settings: dict | None = None
    rule: Any = None

    def save(self, state) -> None:
        """Replace the saved state as a whole: a death half-way leaves the one before."""
        if self.path is not None:
            self._write(self.path, state)

    def report(self, epoch, loss, state=None) -> None:
        """Log the validation loss after an epoch = 1, 2, …, and keep the state under its name.

        `loss-0.2314_trial-7_epoch-012.pickle`: in the order of their names, the checkpoints of a
        search begin with the best. Of a trial the last remains, and its best.

        Raises Stopped if the trial is hopeless, or somebody stops it.
        """
        if self.path is None:
            return
        before, loss = self._logged(), as_number("loss", loss)
        at_least("epoch", epoch, 1, most=len(before) + 1)
        losses = [*before[: epoch - 1], math.inf if math.isnan(loss) else float(loss)]
        # First the log: after a death between the two, the epoch is trained and logged once more.
        log = {"settings": self.settings, "losses": losses}
        _replace(self._log, json.dumps(log).encode())
        if state is not None:
            self._write(self._named(epoch, losses), state)
            best = 1 + losses.index(min(losses))
            for path in self._reported() - {self._named(kept, losses) for kept in (epoch, best)}:
                path.unlink(missing_ok=True)
        if self.path.with_suffix(".stop").exists() or self._is_hopeless(losses):
            raise Stopped(f"given up after {epoch} epochs")

    def load(self) -> Any:
        """The last state saved, or None."""
        if self.path is None:
            return None
        saved = [self.path] if self.path.exists() else []
        saved += sorted(self._reported(), key=lambda path: int(path.stem.rpartition("-")[2]))
        if not saved:
            return None
        settings, state = pickle.loads(saved[-1].read_bytes())
        return state if settings == self.settings else None

    @property
    def _log(self):
        return self.path.with_suffix(".log")

    def _logged(self):
        if not self._log.exists():
            return []
        log = json.loads(self._log.read_bytes())
        return log["losses"] if log["settings"] == self.settings else []

    def _named(self, epoch, losses):
        loss = f"{losses[epoch - 1]:.4f}"
        return self.path.with_name(f"loss-{loss}_{self.path.stem}_epoch-{epoch:03}.pickle")

    def _reported(self):
        return set(self.path.parent.glob(f"loss-*_{self.path.stem}_epoch-*.pickle"))

    def _write(self, path, state):
        _replace(path, pickle.dumps((self.settings, state)))

    def _is_hopeless(self, losses):
        if self.rule is None:
            return False
        found = curves(self.path.parent)
        others = [each for number, each in found.items() if f"trial-{number}" != self.path.stem]
        return self.rule.hopeless(losses, others)


def curves(folder) -> dict[int, list[float]]:
    """The validation losses that the workers of a search have logged so far, by a trial's number.

    For any process that sees the folder, while the search runs: to plot them, say.
    """
    logs = {
        int(path.stem.removeprefix("trial-")): path for path in Path(folder).glob("trial-*.log")
    }
    return {number: json.loads(logs[number].read_bytes())["losses"] for number in sorted(logs)}


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
        if not known and any(self.folder.glob("*trial-*.*")):
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
    file, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with open(file, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(file)
        os.replace(name, path)
    except BaseException:  # a full disk, say: what was begun must not fill it further
        os.unlink(name)
        raise
