"""What students handed in, found in a folder and put where grading looks for it.

The folder is laid out as nbgrader's, `STUDENT/SET/files`, or as a learning platform's download: a
file or a folder for each student, whose name has the student's name or number between underscores.
"""

import re
import shutil
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course_tools.grading.classroom import is_name
from course_tools.grading.sets import set_names

CHECKPOINTS = ".ipynb_checkpoints"
TIMESTAMP = "timestamp.txt"
"""When a submission was handed in, as nbgrader writes it."""


@dataclass(frozen=True)
class Collected:
    """What was found: by student, the files; and files that are nobody's, each with the reason."""

    by_student: dict[str, list[tuple[Path, str]]]
    nobodys: dict[str, str]


def find(downloads, exercise_set, classroom):
    """Whose each file of a folder is: Collected, files as pairs of a path and its new name."""
    by_student, nobodys = {}, {}
    whose = Names(classroom.roster)
    for path in sorted(Path(downloads).rglob("*")):
        parts = path.relative_to(downloads).parts
        if not (path.is_file() or path.is_symlink()) or CHECKPOINTS in parts:
            continue
        rest = parts[1:] or parts
        if rest[0] in set_names() and len(rest) > 1:  # nbgrader's layout
            if rest[0] != exercise_set.name:
                continue
            rest = rest[1:]
        student = whose.name_in(parts[0])
        if student is None:
            nobodys["/".join(parts)] = whose.why(parts[0])
        else:
            by_student.setdefault(student, []).append((path, "/".join(rest)))
    return Collected(by_student, nobodys)


class Names:
    """Knows students by what a platform writes into the names of files."""

    def __init__(self, roster):
        self.roster = roster
        self.keys = {}
        for student in roster.values():
            for text in {student.name, *student.columns.values()}:
                self.keys.setdefault(_key(text), set()).add(student.name)

    def name_in(self, text):
        """The one student whom the name of a file or folder names, else None."""
        if text in self.roster:
            return text
        if not self.roster:
            return text.split("_")[0] if is_name(text.split("_")[0]) else None
        named = self._named(text)
        return named.pop() if len(named) == 1 else None

    def why(self, text):
        """Why nobody is named."""
        named = sorted(self._named(text))
        return f"may be {' or '.join(named)}" if named else "names nobody of the roster"

    def _named(self, text):
        stem = text.removesuffix(".ipynb")
        tokens = {_key(token) for token in (stem, *stem.split("_"))} - {""}
        return set().union(*(self.keys.get(token, set()) for token in tokens))


def _key(text):
    """Letters and digits alone, without accents: platforms take out the rest.

    >>> _key("Müller, Zoë")
    'mullerzoe'
    """
    plain = unicodedata.normalize("NFKD", text)
    return re.sub(r"[\W_]", "", "".join(c for c in plain if not unicodedata.combining(c)).lower())


def collect(downloads, exercise_set, classroom, times_of_files=False):
    """Copy what was handed in to `submitted/`; returns Collected.

    What was collected before and has changed is moved to `earlier/`. Links stay links: nothing
    outside of a submission is read. times_of_files takes a file's own time for when it was handed
    in, where there is no timestamp.txt.
    """
    found = find(downloads, exercise_set, classroom)
    for student, files in found.by_student.items():
        place = classroom.submitted(student, exercise_set.name)
        _put_away(place, classroom.folder / "earlier" / student, files)
        place.mkdir(parents=True, exist_ok=True)
        for path, name in files:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place / name, follow_symlinks=False)
        if times_of_files and not (place / TIMESTAMP).exists():
            newest = max(path.lstat().st_mtime for path, _ in files)
            moment = datetime.fromtimestamp(newest, UTC)
            (place / TIMESTAMP).write_text(f"{moment:%Y-%m-%d %H:%M:%S} UTC")
    return found


def _put_away(place, earlier, files):
    if not place.exists() or all(_same(path, place / name) for path, name in files):
        return
    earlier.mkdir(parents=True, exist_ok=True)
    number = len(list(earlier.glob(f"{place.name}-*"))) + 1
    shutil.move(place, earlier / f"{place.name}-{number}")


def _same(path, other):
    if path.is_symlink() or other.is_symlink() or not other.is_file():
        return path.is_symlink() and other.is_symlink() and path.readlink() == other.readlink()
    return path.read_bytes() == other.read_bytes()
