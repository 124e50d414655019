"""The site's demos in a real browser: what they weigh, how fast they are, whether they are right.

    course site --output DIR
    python -m tests.browser.site_demos DIR [demo ...]

A run over all demos writes docs/site-demos.md. The exit status is 1 if anything is wrong: a picture
or numbers that are not what the library makes of the settings, an error in a page, a missed budget.
"""

import statistics
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from course_tools.lab import browser
from course_tools.site.baking import MOST_BYTES, OPENING_BYTES
from lessons import demos
from lessons.course_map import ROOT
from lessons.stage.canvas import Canvas

from .accessibility import serious
from .page import NARROW, Page, alive, served

REPORT = ROOT / "docs" / "site-demos.md"
FIRST_MS, MOVE_MS = 1000, 16
MOVES = 12
"""Of each control that are timed, over its whole length."""


@dataclass
class Row:
    """What was found of a demo."""

    name: str
    lists: int
    together: str
    opening: int
    whole: int
    first: float
    moves: list
    wrong: list

    @property
    def cells(self):
        """The row of the table."""
        return (
            self.name, self.together, self.lists, kilobytes(self.opening), kilobytes(self.whole),
            round(self.first), f"{statistics.median(self.moves):.1f}", f"{max(self.moves):.1f}",
            "; ".join(self.wrong) or "none",
        )  # fmt: skip


HEAD = """| demo | moves together | lists | KB before it is touched | KB | first picture, ms \
| a move, median, ms | longest | wrong |
|---|---|--:|--:|--:|--:|--:|--:|---|"""


def main(folder, *names):
    """Look at the demos of a built site, print, and for all of them write the report."""
    rows, findings, trouble = [], {}, []
    with browser() as chromium, served(folder) as address:
        for page, shown in pages_with_demos(Path(folder)):
            opened = Page(chromium, address, page)
            for live in first_of_each(alive(opened.page)):
                if live.name in shown and live.name in (names or demos.ALL):
                    rows.append(look_at(live, Path(folder)))
                    print(row_of(rows[-1].cells), flush=True)
            if not names:
                findings[page] = axe_finds(opened.page)
            trouble += [f"{page}: {line}" for line in opened.trouble]
            opened.context.close()
    missed = [row.name for row in rows if row.wrong]
    print(*trouble, f"wrong: {missed or 'nothing'}", sep="\n")
    if not names:
        REPORT.write_text(report(rows, findings, trouble), encoding="utf-8")
    return int(bool(missed or trouble))


def pages_with_demos(folder):
    """Pages, and the demos that are looked at there: each where it comes first."""
    seen = set()
    for path in sorted(folder.glob("notebooks/*.html")):
        text = path.read_text("utf-8")
        shown = {name for name in demos.ALL if f'data-drawn="../demos/{name}"' in text} - seen
        seen |= shown
        if shown:
            yield path.relative_to(folder).as_posix(), shown


def first_of_each(shown):
    """One of the demos of a page by name: that which opens at the defaults, if there is one."""
    shown = sorted(shown, key=lambda demo: (demo.name, not demo.is_plain))
    return [next(same) for _, same in groupby(shown, key=lambda demo: demo.name)]


def wrong_in(live):
    """Move every control of a demo and choose every preset: those that show something else than
    the library makes of the settings."""
    demo, canvas, wrong = demos.ALL[live.name], Canvas(demos.ALL[live.name]), []
    for setting in demo.controls:
        before = live.settings()[setting]
        live.move(setting)
        if live.settings()[setting] == before:
            wrong.append(f"{setting} does not move")
        elif not live.agrees(canvas):
            wrong.append(setting)
    for preset, settings in demo.preset_settings().items():
        live.root.get_by_role("button", name=preset, exact=True).click()
        if live.settings() != settings or not live.agrees(canvas):
            wrong.append(preset)
    return wrong


def look_at(live, folder):
    """What is wrong in a demo, what it weighs, how long it takes."""
    first = live.wake()
    live.load()
    wrong = wrong_in(live)
    kept = live.root.evaluate(
        "({panel: {drawn}}) => [drawn.whole, drawn.together, drawn.recorded.length]"
    )
    files = [folder / "demos" / f"{live.name}.{kind}" for kind in ("opening", "rest")]
    sizes = [file.stat().st_size for file in files]
    row = Row(
        live.name, kept[2], "all" if kept[0] else kept[1], sizes[0], sum(sizes), first,
        timed(live), wrong,
    )  # fmt: skip
    missed = {
        "too large": row.whole > MOST_BYTES or row.opening > OPENING_BYTES,
        "slow to open": row.first > FIRST_MS,
        "slow to move": max(row.moves) > MOVE_MS,
    }
    row.wrong += [said for said, is_so in missed.items() if is_so]
    return row


def timed(live):
    """Milliseconds that each move takes; if one takes too long, the medians of three tries, as the
    machine may have had something else to do."""
    tries = [live.times(moves(live))]
    if max(tries[0]) > MOVE_MS:
        tries += [live.times(moves(live)) for _ in range(2)]
    return [statistics.median(each) for each in zip(*tries)]


def moves(live):
    """Moves of each control over its length, (setting, place), from where it has not been."""
    counts = live.root.evaluate(
        "({panel: {drawn: {controls}}}) => Object.entries(controls).map("
        "([name, {said}]) => [name, said.length])"
    )
    return [
        (name, place)
        for name, count in counts
        for place in sorted({round(i * (count - 1) / MOVES) for i in range(MOVES + 1)})
    ]


def axe_finds(page):
    """What is serious or critical in a page with all its demos alive, on a phone: how many places
    by rule."""
    for live in alive(page):
        live.wake()
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(300)
    return list(Counter(rule for _, rule, _ in serious(page)).items())


def report(rows, findings, trouble):
    """docs/site-demos.md."""
    moved = [time for row in rows for time in row.moves]
    still = sorted(demos.ALL.keys() - {row.name for row in rows})
    found = sum(count for page in findings.values() for _, count in page)
    return "\n".join(
        [
            "# The demos of the site, measured",
            "",
            "Written by `python -m tests.browser.site_demos DIR`; `DIR` holds the built site. "
            "In Chromium, served from the same machine, each demo was opened, each of its controls "
            "moved by the keyboard and each preset chosen: numbers and picture, dot by dot, had to "
            "be what the library makes of the settings at which the controls stood. Then "
            f"each control was moved to up to {MOVES + 1} places; a move lasts from the event "
            "to the painted picture, without the wait for the screen. Of a demo in which one takes "
            f"over {MOVE_MS} ms, all are made three times, and the median of each counts.",
            "",
            f"- demos: {len(rows)} alive, {len(still)} still pictures"
            + (f" ({', '.join(still)})" if still else ""),
            f"- size, compressed: {kilobytes(sum(row.whole for row in rows))} KB in all; the "
            f"largest {kilobytes(max(row.whole for row in rows))}, before it is touched "
            f"{kilobytes(max(row.opening for row in rows))}",
            f"- first picture: median {statistics.median(row.first for row in rows):.0f} ms, "
            f"longest {max(row.first for row in rows):.0f}",
            f"- a move: median {statistics.median(moved):.1f} ms, 95 in 100 within "
            f"{sorted(moved)[int(0.95 * len(moved))]:.1f}, longest {max(moved):.1f}",
            f"- failed requests and errors in the pages: {len(trouble)}",
            f"- axe-core, serious or critical, {len(findings)} pages with their demos alive, 390 "
            f"pixels wide: {found}",
            "",
            "*Moves together* names the controls that keep their places while another is "
            "moved: all, or some groups. *Lists* counts the pictures of a layer.",
            "",
            HEAD,
            *(row_of(row.cells) for row in rows),
            "",
            *(f"- {page}: {each}" for page, each in findings.items() if each),
        ]
    )


def row_of(cells):
    return f"| {' | '.join(map(str, cells))} |"


def kilobytes(count):
    return round(count / 1000)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
