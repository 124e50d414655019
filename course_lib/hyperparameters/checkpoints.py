"""What is on disk while a search runs, so that no death costs more than the moment it happens in.

A checkpoint is a folder: `trials.jsonl`, which only the master writes, a line for each trial that
has ended; and for each trial that saves its progress a file, which only its worker writes.
"""

import os
import pickle
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from course_lib.hyperparameters.results import read_table, to_line


@dataclass(frozen=True)
class Checkpoint:
    """The progress of one trial: what its objective saves, its next attempt finds.

    A state is anything that pickles: parameters, the optimiser's state, the epoch, the random
    generator. Without a path nothing is kept, so an objective need not ask.

    >>> Checkpoint(None).load() is None
    True
    """

    path: Path | None

    def save(self, state):
        """Replace the saved state as a whole: a death half-way leaves the one before."""
        if self.path is None:
            return
        data = pickle.dumps(state)
        with tempfile.NamedTemporaryFile(
            dir=self.path.parent, prefix=self.path.name, suffix=".tmp", delete=False
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, self.path)

    def load(self):
        """The last state saved, or None."""
        if self.path is None or not self.path.exists():
            return None
        return pickle.loads(self.path.read_bytes())


class Journal:
    """The master's memory of the trials that have ended; without a folder it starts empty.

    Parameters
    ----------
    folder : a folder for this search alone, made if need be; on a cluster one that all workers see
    about : what the search is; a folder of another search is refused

    Raises
    ------
    ValueError
        If the folder holds another search, or its table is damaged anywhere but at its end.
    """

    def __init__(self, folder, about):
        self.folder = None if folder is None else Path(folder).resolve()
        self._ended = {}
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._open(about)

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

    def _open(self, about):
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
        self._ended = {trial.number: trial for trial in trials}

    def _append(self, record):
        with open(self._table, "ab") as file:
            file.write(to_line(record))
            file.flush()
            os.fsync(file.fileno())
