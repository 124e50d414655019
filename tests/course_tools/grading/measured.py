"""What was measured of grading: kept in measured.json, told in docs/graded.md.

The commands that measure write both; `python -m tests.course_tools.grading.measured` writes the
page anew.
"""

import json
import os
from pathlib import Path

from lessons.course_map import ROOT
from tests.course_tools.grading import hostile

FOUND = Path(__file__).with_suffix(".json")
PAGE = ROOT / "docs" / "graded.md"
ATTACKS = list(dict.fromkeys(attack.kind for attack in hostile.ATTACKS))

HEAD = """# What grading was measured at

Written by `python -m tests.course_tools.grading.class_of_200 --write`, `… .stock` and `… .timed`,
each its own part. How to grade a class is in [grading.md](grading.md).
"""


def read():
    """What was measured so far, by name."""
    return json.loads(FOUND.read_text("utf-8")) if FOUND.exists() else {}


def note(name, value):
    """Keep what was measured, and write the page."""
    FOUND.write_text(json.dumps(read() | {name: value}, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(read()), encoding="utf-8")


def machine():
    """Where and under what something is measured, in words."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, a load of {load:.1f} at the end"


def page(found):
    """docs/graded.md."""
    parts = [HEAD]
    if "class" in found:
        parts.append(_class(found["class"]))
    if "stock" in found:
        parts.append(_stock(found["stock"], found.get("class")))
    if "timed" in found:
        parts.append(_timed(found["timed"]))
    return "\n".join(parts)


def _class(found):
    kinds = found["kinds"]
    lines = [f"| {kind} | {given} | {tried} |" for kind, (given, tried) in kinds.items()]
    others = [
        f"- {name}, {part}: given {points}, expected {worth}. {why}"
        for name, part, points, worth, _, why in found["differences"]
    ]
    given, tried = (sum(column) for column in zip(*kinds.values(), strict=True))
    return f"""## A class of {tried}

Made up, graded in one run: {tried} students, {found["rows"]} parts. *As expected* is a student of
whom every part was given what it is worth; what no machine can decide is worth *needs attention*.

| kind | as expected | students |
|---|--:|--:|
{chr(10).join(lines)}
| **all** | **{given}** | **{tried}** |

Given something else:

{chr(10).join(others) or "nobody."}

It took {found["seconds"]:.0f} s, hostile ones and their time limits included, on
{found["machine"]}.
"""


def _stock(found, ours):
    kinds = {name.split(": ")[0] for name in found}
    lines = []
    for kind in [*ATTACKS, *sorted(kinds - {*ATTACKS})]:
        tried = [one for name, one in found.items() if name.split(": ")[0] == kind]
        held = sum(one["held"] for one in tried)
        mine = ours["attacks"].get(kind) if ours else None
        lines.append(f"| {kind} | {' of '.join(map(str, mine)) if mine else ''} "
                     f"| {held} of {len(tried)} |")  # fmt: skip
    return f"""## Beside stock nbgrader

One of each attack and of each damage that was tried under `nbgrader autograde`, with an honest
submission after it in the same batch. *Held* means: right points for this student, and for the
other. Ours are those of the class above. nbgrader ran in a sandbox that bounds its memory and its
disk, which nbgrader itself does not do. {len(found)} were tried so far, the first of each kind.

| kind | ours held | stock held |
|---|--:|--:|
{chr(10).join(lines)}
"""


def _timed(found):
    lines = []
    for one in found.values():
        spent = "" if one["processor"] is None else f"{one['processor']:.0f} s"
        lines.append(f"| {one['what']} | {one['seconds']:.0f} s | {spent} | {one['machine']} |")
    return f"""## Times

Processor time is that of all processes together: on two processors that do nothing else about
half of it passes. Where it is empty, it was not counted.

| what | by the clock | processor time | measured on |
|---|--:|--:|---|
{chr(10).join(lines)}
"""


if __name__ == "__main__":
    PAGE.write_text(page(read()), encoding="utf-8")
