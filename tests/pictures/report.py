"""What became of the mistakes: a table to print, and docs/pictures.md, chapter by chapter."""

import collections
import inspect
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

from lessons import demos
from lessons.course_map import ROOT

KINDS = ("transposed", "reversed", "sign", "left out", "neighbouring")
PAGE = ROOT / "docs" / "pictures.md"
HEADER = """\
# What the tests notice in the demos' pictures

Written by `nice python -m tests.pictures.mistakes --write`, or with the names of chapters behind;
the last column is the date of the commit that was measured.

Mistakes are planted one at a time into the functions that draw a demo or compute what it draws:
coordinates transposed or reversed, a sign turned, a thing left out, the neighbour of an index or of
a whole number taken. Those count that change what is seen. First the demo's own tests are asked,
which read places, values and colours and compare no pixels; if none of them fails, the comparison
of the picture with the one that its notebook keeps is (`test_twins.py`).

The goal over all demos: their tests notice at least 80 %, together with the comparison at least
98 %.

| chapter | demos | planted | visible | noticed by its tests | % | or by the twin | % | commit of |
|---|--:|--:|--:|--:|--:|--:|--:|---|"""
SURVIVORS = """\

## What the demos' own tests do not notice

| demo | mistake | by the twin | why |
|---|---|---|---|"""
REASONS = ()
"""Pairs of a pattern, looked for in a demo's name and its mistake, and why no test notices it."""


def count(fates):
    """How many mistakes were planted, raised, visible, and noticed without and with the twin."""
    fates = collections.Counter(fates)
    with_twin = fates["noticed"] + fates["twin alone"]
    return SimpleNamespace(
        planted=fates.total(), raised=fates["raised"], visible=with_twin + fates["survived"],
        noticed=fates["noticed"], with_twin=with_twin,
    )  # fmt: skip


def share(part, whole):
    """A percentage, or a dash of nothing."""
    return f"{100 * part / whole:.1f}" if whole else "-"


def table(judged):
    """The counts by demo and by kind, and what its tests did not notice, as text."""
    lines = []
    for (name, mistake), fate in judged:
        if fate in ("twin alone", "survived"):
            lines.append(f"{fate:10}  {name}  {mistake}")
    heads = ("planted", "raised", "visible", "noticed", "%", "or twin", "%")
    lines.append("\n" + f"{'':24}" + "".join(f"{head:>9}" for head in heads))
    rows = {name: lambda job, name=name: job[0] == name for (name, _), _ in judged}
    rows |= {kind: lambda job, kind=kind: job[1].kind == kind for kind in KINDS}
    rows["all"] = lambda job: True
    for label, belongs in rows.items():
        c = count(fate for job, fate in judged if belongs(job))
        lines.append(
            f"{label:24}{c.planted:9}{c.raised:9}{c.visible:9}"
            f"{c.noticed:9}{share(c.noticed, c.visible):>9}"
            f"{c.with_twin:9}{share(c.with_twin, c.visible):>9}"
        )
    return "\n".join(lines)


# --- the page ---------------------------------------------------------------------------------


def write(judged):
    """Put whole chapters on the page in the place of what it says of them."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    command = ["git", "log", "-1", "--format=%cs"]
    date = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    PAGE.write_text(page(judged, before, date), encoding="utf-8")


def page(judged, before="", date=""):
    """The page with these chapters; the others as they were on the page `before`."""
    rows, survivors = said(before)
    for chapter in dict.fromkeys(chapter_of(demo) for (demo, _), _ in judged):
        here = [each for each in judged if chapter_of(each[0][0]) == chapter]
        c = count(fate for _, fate in here)
        of_chapter = len(chapters()[chapter])
        rows[chapter] = [of_chapter, c.planted, c.visible, c.noticed, c.with_twin, date]
        survivors[chapter] = [
            [demo, told(mistake), "noticed" if fate == "twin alone" else "not noticed"]
            for (demo, mistake), fate in here
            if fate in ("twin alone", "survived")
        ]
    lines = [HEADER]
    lines += [figures(chapter, *rows[chapter]) for chapter in chapters() if chapter in rows]
    lines.append(figures("all", *map(sum, zip(*(row[:-1] for row in rows.values()))), ""))
    lines.append(SURVIVORS)
    for chapter in chapters():
        lines += [row(*each, why(*each)) for each in survivors[chapter]]
    return "\n".join(lines) + "\n"


def said(page):
    """The figures of each chapter on a page, and its survivors, each without the reason."""
    rows, survivors = {}, collections.defaultdict(list)
    for line in page.splitlines():
        first, *others = re.split(r"(?<!\\) \| ", line.strip("| "))
        if first in chapters():
            date = others.pop() if len(others) == 8 else ""
            numbers = [int(each) for each in others if each.isdecimal()]
            rows[first] = [*numbers, date]
        elif first in demos.ALL:
            survivors[chapter_of(first)].append([first, *others[:2]])
    return rows, survivors


def figures(chapter, of_chapter, planted, visible, noticed, with_twin, date):
    """The row of a chapter."""
    return row(
        chapter, of_chapter, planted, visible,
        noticed, share(noticed, visible), with_twin, share(with_twin, visible), date,
    )  # fmt: skip


def row(*cells):
    return f"| {' | '.join(map(str, cells))} |"


def told(mistake):
    """A mistake in a cell: its file and function, not the line, which the next edit moves."""
    file = Path(inspect.getsourcefile(mistake.function)).stem
    change = f"`{mistake.before}` → `{mistake.after}`".replace("|", "\\|")
    return f"{file}, {mistake.function.__name__}: {mistake.kind} {change}"


def why(demo, mistake, twin):
    """Why a demo's tests do not notice a mistake; nothing if that was not looked at yet."""
    found = (reason for pattern, reason in REASONS if re.search(pattern, f"{demo}, {mistake}"))
    return next(found, "")


# --- chapters ---------------------------------------------------------------------------------


def chapters():
    """The demos of each chapter, by the name of its module."""
    found = collections.defaultdict(list)
    for name in demos.ALL:
        found[chapter_of(name)].append(name)
    return found


def chapter_of(demo):
    return demos.ALL[demo].layers[0].__module__.rpartition(".")[2]
