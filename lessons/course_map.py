"""The map of the course, drawn from ledger.toml and from the minutes that the notebooks state.

The ledger names the chapters and everything the course must hold (equations, figures, problems,
algorithms, claims), the chapter each belongs to, and whether it is live yet.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEDGER = "ledger.toml"  # in the root of the repository; a wheel carries it beside this file
HEADING = re.compile(r"##+ (?:[\d.]+ )?(.*\S)")
MINUTES = re.compile(r"\b[Aa]bout (\d+) minutes")


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


def stated_minutes(path):
    """The minutes that a notebook's first cell says it takes; None where there is none.

    path : from the root, such as "notebooks/03_line_search.ipynb"
    """
    place = ROOT / path
    if not place.exists():
        return None
    first = json.loads(place.read_text(encoding="utf-8"))["cells"][0]
    found = MINUTES.search("".join(first["source"]))
    return int(found[1]) if found else None


def section_of(notebook, tag):
    """The heading above the first cell of a notebook with a tag, without its number; "" if none.

    notebook : from the root, such as "notebooks/06_momentum.ipynb"
    """
    heading = ""
    for cell in json.loads((ROOT / notebook).read_text(encoding="utf-8"))["cells"]:
        lines = "".join(cell["source"]).splitlines() if cell["cell_type"] == "markdown" else []
        tagged = tag in cell["metadata"].get("tags", [])
        above = [HEADING.match(line)[1] for line in lines if HEADING.match(line)]
        heading = above[-1] if above else heading
        if tagged:
            return heading
    return ""


def course_map():
    """The chapters in order: what each asks, how long it takes, what it needs and leads to.

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
            when = self._minutes(chapter["notebook"]) if _live(chapter) else "planned"
            lines.append(f"{chapter['number']:4}  {chapter['title']:32}{when}".rstrip())
        return "\n".join(lines)

    def _repr_markdown_(self):
        lines = [
            self._headline() + "\n",
            "| | chapter | what it asks | needs | leads to | time | exercises |",
            "|--:|---|---|---|---|---|---|",
        ]
        for chapter in self.chapters:
            cells = [chapter["number"], chapter["title"], chapter["asks"], "", "", "planned", ""]
            if _live(chapter):
                path = chapter["notebook"]
                cells[1] = _link(chapter["title"], path)
                if "reference" in chapter:
                    cells[1] += f" · {_link('reference', chapter['reference'])}"
                cells[3:] = [self._needs(chapter), self._leads_to(chapter)]
                cells += [self._minutes(path), self._exercises(chapter)]
            lines.append(f"| {' | '.join(map(str, cells))} |")
        return "\n".join(lines)

    def _headline(self):
        ready = [chapter for chapter in self.chapters if _live(chapter)]
        places = [chapter["notebook"] for chapter in ready]
        places += [place for chapter in ready for place in self._sets(chapter)]
        hours = sum(stated_minutes(place) or 0 for place in places) / 60
        return (
            f"Fitting Models: {len(ready)} of {len(self.chapters)} chapters are ready; with their "
            f"exercises they take about {hours:.0f} hours."
        )

    def _needs(self, chapter):
        return "; ".join(c["title"] for c in self.chapters if c["number"] in chapter["needs"])

    def _leads_to(self, chapter):
        number = chapter["number"]
        return "; ".join(c["title"] for c in self.chapters if _live(c) and number in c["needs"])

    def _sets(self, chapter):
        """The exercise notebooks of the chapter's live problems, each once, in order."""
        notebooks = [
            row["notebook"]
            for row in self.rows
            if row["chapter"] == chapter["number"]
            and (row["kind"], row["status"]) == ("problem", "live")
        ]
        return list(dict.fromkeys(notebooks))

    def _exercises(self, chapter):
        return ", ".join(
            _link(self._minutes(place) or "exercises", place) for place in self._sets(chapter)
        )

    @staticmethod
    def _minutes(path):
        minutes = stated_minutes(path)
        return f"{minutes} minutes" if minutes else ""


def _live(chapter):
    return chapter["status"] == "live"


def _link(name, path):
    return f"[{name}]({Path(relpath(path, 'notebooks')).as_posix()})"
