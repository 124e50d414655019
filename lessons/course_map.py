"""The map of the course, drawn from ledger.toml.

The ledger names everything the course must hold (equations, figures, problems, algorithms, claims),
the chapter each belongs to, and whether it is live yet.
"""

import tomllib
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEDGER = "ledger.toml"  # in the root of the repository; a wheel carries it beside this file


def read_ledger(path=None):
    """The ledger as it is written: ``{"chapter": [...], "row": [...]}``, each entry a dict.

    path : the course's own by default

    Raises FileNotFoundError where the file is missing.
    """
    places = [Path(path)] if path else [ROOT / LEDGER, Path(__file__).with_name(LEDGER)]
    for place in places:
        if place.exists():
            return tomllib.loads(place.read_text(encoding="utf-8"))
    raise FileNotFoundError(f"path = {str(places[0])!r}: no ledger there. Is this a whole clone?")


def course_map():
    """The chapters in order, what is live in each and what is planned.

    The last expression of a notebook cell shows it as a table with links.

    >>> print(course_map())
    Fitting Models: ... of 15 chapters are ready...
    """
    ledger = read_ledger()
    return CourseMap(ledger["chapter"], ledger["row"])


@dataclass(frozen=True, repr=False)
class CourseMap:
    """Chapters and rows of the ledger; its Markdown links start from the folder notebooks/."""

    chapters: list
    rows: list

    def __repr__(self):
        lines = [self._headline()]
        for chapter in self.chapters:
            number, title, held = chapter["number"], chapter["title"], self._held(chapter)
            lines.append(f"{number:4}  {title:32}{_state(chapter):9}{held}".rstrip())
        return "\n".join(lines)

    def _repr_markdown_(self):
        lines = [
            self._headline() + "\n",
            "| | Chapter | Sources | State | Held so far | Exercises |",
            "|--:|---|---|---|---|---|",
        ]
        for chapter in self.chapters:
            title = chapter["title"]
            if chapter["status"] == "live":
                title = _link(title, chapter["notebook"])
                if "reference" in chapter:
                    title += f" · {_link('reference', chapter['reference'])}"
            exercises = [_link(Path(path).stem, path) for path in self._exercises(chapter)]
            cells = [chapter["number"], title, chapter["sources"], _state(chapter)]
            cells += [self._held(chapter), ", ".join(exercises)]
            lines.append(f"| {' | '.join(map(str, cells))} |")
        return "\n".join(lines)

    def _headline(self):
        ready = sum(chapter["status"] == "live" for chapter in self.chapters)
        live = sum(row["status"] == "live" for row in self.rows)
        return (
            f"Fitting Models: {ready} of {len(self.chapters)} chapters are ready; they hold {live} "
            f"of the course's {len(self.rows)} equations, figures, problems, algorithms and claims."
        )

    def _rows_of(self, chapter):
        return [row for row in self.rows if row["chapter"] == chapter["number"]]

    def _held(self, chapter):
        rows = self._rows_of(chapter)
        live = sum(row["status"] == "live" for row in rows)
        return f"{live} of {len(rows)}" if rows else ""

    def _exercises(self, chapter):
        """The exercise notebooks of the chapter's live problems, each once, in order."""
        notebooks = [
            row["notebook"]
            for row in self._rows_of(chapter)
            if row["kind"] == "problem" and row["status"] == "live"
        ]
        return list(dict.fromkeys(notebooks))


def _state(chapter):
    return "ready" if chapter["status"] == "live" else "planned"


def _link(name, path):
    return f"[{name.replace('_', ' ')}]({Path(relpath(path, 'notebooks')).as_posix()})"
