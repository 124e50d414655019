"""What became of the mistakes: a table to print, and docs/pictures.md, demo by demo."""

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

Written by `nice python -m tests.pictures.mistakes --write`, demo by demo or chapter by chapter;
the last column is the date of the commit that was measured.

Mistakes are planted one at a time into the functions that draw a demo or compute what it draws:
coordinates transposed or reversed, a sign turned, a thing left out, the neighbour of an index or of
a whole number taken. Those count that change what is seen. First the demo's own tests are asked,
which read places, values and colours and compare no pixels; if none of them fails, the comparison
of the picture with the one that its notebook keeps is (`test_twins.py`).

The goal over all demos: their tests notice at least 80 %, together with the comparison at least
98 %.

| demo | planted | visible | noticed by its tests | % | or by the twin | % | commit of |
|---|--:|--:|--:|--:|--:|--:|---|"""
SURVIVORS = """\

## What the demos' own tests do not notice

| demo | mistake | by the twin | why |
|---|---|---|---|"""
REASONS = (
    ("newton_basins, .*KIND_COLORS", "the bar of all minima may be in any of their blues"),
    ("fig_6_11, .*high - low", "a hundredth more room around the curves, which is free"),
    ("stairs, .*stair_heights", "less room above the first terrace, which is free"),
    ("stairs, .*turn", "points that are turned the other way are as good an example"),
    ("balanced_orders|mistakes_by_size", "orders drawn from another seed are as good"),
    ("kinds_on_digits, .*digit_ensemble", "a search up to other rates is as good an example"),
    ("(fig_grid_random|digit_trials|trained_digits).*seed", "draws of another seed are as good"),
    ("one_fold_or_several, .*0\\.1", "outputs may be fitted to answers around 0 or not"),
    ("two_risks, .*seed", "throws of another seed are as good an example"),
)
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
    """Put whole demos on the page in the place of what it says of them."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    command = ["git", "log", "-1", "--format=%cs"]
    date = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    PAGE.write_text(page(judged, before, date), encoding="utf-8")


def page(judged, before="", date=""):
    """The page with these demos; the others as they were on the page `before`."""
    counts, survivors = said(before)
    for demo in dict.fromkeys(demo for (demo, _), _ in judged):
        here = [(mistake, fate) for (name, mistake), fate in judged if name == demo]
        c = count(fate for _, fate in here)
        counts[demo] = [c.planted, c.visible, c.noticed, c.with_twin, date]
        survivors[demo] = [
            [demo, told(mistake), "noticed" if fate == "twin alone" else "not noticed"]
            for mistake, fate in here
            if fate in ("twin alone", "survived")
        ]
    lines = [HEADER]
    for chapter, names in chapters().items():
        if rows := {name: counts[name] for name in names if name in counts}:
            lines.append(figures(f"**{chapter}**", *total(rows)))
            lines += [figures(name, *row) for name, row in rows.items()]
    lines += [figures("**all**", *total(counts)), SURVIVORS]
    lines += [row(*each, why(*each)) for name in demos.ALL for each in survivors[name]]
    return "\n".join(lines) + "\n"


def said(page):
    """The counts of each demo on a page, and its survivors, each without the reason."""
    counts, survivors = {}, collections.defaultdict(list)
    for line in page.splitlines():
        demo, *cells = re.split(r"(?<!\\) \| ", line.removeprefix("| ").removesuffix(" |"))
        if demo in demos.ALL and len(cells) == 3:
            survivors[demo].append([demo, *cells[:2]])
        elif demo in demos.ALL:
            planted, visible, noticed, _, with_twin, _, date = cells
            counts[demo] = [*map(int, (planted, visible, noticed, with_twin)), date]
    return counts, survivors


def total(counts):
    return [*map(sum, zip(*(numbers for *numbers, _ in counts.values()))), ""]


def figures(label, planted, visible, noticed, with_twin, date):
    """The row of a demo, or of several."""
    shares = share(noticed, visible), share(with_twin, visible)
    return row(label, planted, visible, noticed, shares[0], with_twin, shares[1], date)


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
