"""The plans for a class, docs/plans.md: the minutes of each week, added up.

A row of a plan links the notebooks of its week. Its last cell holds their minutes, those of the
chapters and, after a plus, those of the exercises.
"""

import re

from lessons.course_map import ROOT, stated_minutes

PLACE = "docs/plans.md"
ROW = re.compile(r"^\|.*\]\(\.\./.*\|$", re.MULTILINE)
LINK = re.compile(r"\]\(\.\./((?:notebooks|exercises)/[^)]*\.ipynb)\)")


def written(text, minutes=stated_minutes):
    """A plan with the last cell of each row put right.

    >>> written("| 1 | [a](../notebooks/a.ipynb), [b](../notebooks/b.ipynb) | |", lambda path: 40)
    '| 1 | [a](../notebooks/a.ipynb), [b](../notebooks/b.ipynb) | 80 |'
    """

    def row(match):
        linked = LINK.findall(match[0])
        chapters = sum(minutes(path) or 0 for path in linked if path.startswith("notebooks"))
        sets = sum(minutes(path) or 0 for path in linked if path.startswith("exercises"))
        cells = match[0].rstrip("|").rpartition("|")[0]
        return f"{cells}| {chapters}{f' + {sets}' if sets else ''} |"

    return ROW.sub(row, text)


def write(root=ROOT):
    """Write the plans anew."""
    place = root / PLACE
    if place.exists():
        place.write_text(written(place.read_text("utf-8")), "utf-8")


def differences(root=ROOT):
    """Where the plans differ from what `write` would make: a list of sentences."""
    place = root / PLACE
    if place.exists() and written(place.read_text("utf-8")) != place.read_text("utf-8"):
        return [f"{PLACE} is out of date"]
    return []
