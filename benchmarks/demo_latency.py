"""From a key press on a slider to the new picture, in a real browser: our panels and their rivals.

    python -m benchmarks.demo_latency [chapter or demo ...]

A run over all demos, or over whole chapters (modules of lessons.demos), writes
docs/latency.md. The exit status is 1 if a demo misses the goal.
"""

import math
import os
import platform
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course_tools.lab import browser, server
from lessons import demos
from lessons.course_map import ROOT
from lessons.declared import by_module
from lessons.stage.controls import Choice, Range, Switch
from lessons.stage.demo import Demo

REPORT = ROOT / "docs" / "latency.md"
WARM_UP, PRESSES, FAR_PRESSES = 1, 1, 1
REST_MS = 250
"""How long somebody looks at a picture of ours before the next key: it is what looks ahead."""
FAST_FLOOR_MS = 20  # where the floor is lower, the goals below in milliseconds hold
MEDIAN_MS, MOST_MS, MOST_FLOORS = 33, 50, 2
LEAST_RATIO, SLOW_STOCK_MS, LEAST_RATIO_OF_SLOW = 10, 200, 5

OURS = "from lessons import demos\ndemos.{name}()"
OLD = "import benchmarks.png_panel\n" + OURS
# It reads its sliders and answers with words; nothing is drawn, and the picture stays.
FLOOR = """
from lessons import demos
panel = demos.{name}()
panel.screen.seen = True
panel.screen.on_msg(panel._foresee, remove=True)
panel._canvas.render = lambda **settings: (panel.screen.lists, str(settings))
panel
"""
STOCK = """
import matplotlib.pyplot as plt
from ipywidgets import interact
from lessons import demos

demo = demos.{name}

def show(**settings):
    figure = plt.figure(figsize=demo.size, layout="constrained")
    _, text = demo.draw(figure, **settings)
    plt.show()
    print(text)

controls = {{name: control.widget() for name, control in demo.controls.items()}}
for name, control in controls.items():
    control.add_class(f"setting-{{name}}")
interact(show, **controls).widget.add_class("demo-stock")
"""

# What is shown counts when the frame that shows it is done; a PNG file must be decoded first.
# Nothing new, and nothing left to answer: the key changed nothing that one sees.
TIME_PICTURE = """root => {
    window.timed = new Promise(done => {
        let start = null;
        const painted = async shown => {
            await shown.decode?.();
            requestAnimationFrame(() => {
                const {port1, port2} = new MessageChannel();
                port1.onmessage = () => done(performance.now() - start);
                port2.postMessage(null);
            });
        };
        const watch = new MutationObserver(changes => {
            const nodes = changes.flatMap(change => [change.target, ...change.addedNodes]);
            const shown = nodes.find(node => node.matches?.('img, canvas, .readout'))
                ?? nodes.slice(1).map(node => node.querySelector?.('img')).find(found => found);
            if (start !== null && shown) { watch.disconnect(); painted(shown); }
        });
        const attributeFilter = ['src', 'data-pictures'];
        watch.observe(root, {subtree: true, childList: true, attributeFilter});
        root.addEventListener('keydown', async event => {
            start = event.timeStamp;
            for (let quiet = 0; quiet < 30; quiet = window.unanswered.size ? 0 : quiet + 1)
                await new Promise(requestAnimationFrame);
            done(null);
        }, {once: true, capture: true});
    });
}"""

# A list of choices keeps the arrow keys, in every kind of panel: JupyterLab would take them.
KEEP_KEYS = (
    "control => control.querySelector('select')?.setAttribute('data-lm-suppress-shortcuts', 1)"
)

# Where a slider or a list of choices stands, and its two ends.
WHERE = """control => {
    const slider = control.querySelector('.noUi-target')?.noUiSlider
    if (slider) return [slider.get(true), ...Object.values(slider.options.range)]
    const list = control.querySelector('select')
    return [list.selectedIndex, 0, list.length - 1]
}"""

PANELS = {"floor": FLOOR, "old": OLD, "stock": STOCK, "ours": OURS}


@dataclass
class Row:
    """One slider of one demo, or a whole demo: the median of its presses, milliseconds by whose
    panel, our slowest, and our median for keys that go farther than one step, if there is one."""

    demo: str
    slider: str
    medians: dict
    slowest: float
    far: float | None

    @property
    def ratio(self):
        return self.medians["stock"] / self.medians["ours"]

    @property
    def meets_the_goal(self):
        """That of each demo."""
        median = self.medians
        slow = median["floor"] <= FAST_FLOOR_MS and median["ours"] > MOST_MS
        behind = median["stock"] >= SLOW_STOCK_MS and self.ratio < LEAST_RATIO_OF_SLOW
        return not slow and not behind

    def __str__(self):
        medians = " | ".join(f"{self.medians[who]:.0f}" for who in PANELS)
        far = "" if self.far is None else f"{self.far:.0f}"
        return (
            f"| {self.demo} | {self.slider} | {medians} | {self.slowest:.0f} | {self.ratio:.1f} | "
            f"{far} |"
        )


CHAPTERS = {chapter: list(found) for chapter, found in by_module("lessons.demos", Demo).items()}


def main(arguments):
    """Measure, print, and for whole chapters write the report; the return value is the status."""
    groups = [CHAPTERS.get(argument, [argument]) for argument in arguments]
    with tempfile.TemporaryDirectory() as folder:
        with server(Path(folder)) as lab, browser() as chromium:
            rows = [row for names in groups for row in measure(lab, chromium, names)]
            again = measure(lab, chromium, groups[0][:1])  # how far they differ is the noise
    measured = [whole(rows, name, name) for names in groups for name in names]
    text = report(rows, measured, again)
    print(text)
    if set(arguments) <= CHAPTERS.keys():
        REPORT.write_text(text, encoding="utf-8")
    return int(bool(missed(measured)))


def whole(rows, name, demo=None):
    """One row for one demo, or for all rows: medians of theirs."""
    own = [row for row in rows if demo is None or row.demo == demo]
    medians = {who: statistics.median(row.medians[who] for row in own) for who in PANELS}
    return Row(name, "all", medians, max(row.slowest for row in own), median_of(own))


def median_of(rows):
    """The median of those keys of theirs that go farther than one step; None without any."""
    far = [row.far for row in rows if row.far is not None]
    return statistics.median(far) if far else None


def missed(measured):
    """The goals that are missed, in words."""
    every = whole(measured, "all")
    median, names = every.medians, [demo.demo for demo in measured if not demo.meets_the_goal]
    said = [f"by {name}" for name in names]
    if median["ours"] > MOST_FLOORS * median["floor"]:
        said.append(f"the median is more than {MOST_FLOORS} times the floor")
    if median["floor"] < FAST_FLOOR_MS and median["ours"] > MEDIAN_MS:
        said.append(f"the median is over {MEDIAN_MS} ms")
    if every.ratio < LEAST_RATIO:
        said.append(f"stock takes less than {LEAST_RATIO} times as long")
    return said


# --- measuring --------------------------------------------------------------------------------


def measure(lab, chromium, names):
    """The rows of some demos, one after the other, for all their sliders; for choices if there is
    none.

    Each kind of panel has a kernel of its own, so that none finds what another has computed.
    """
    notebooks = []
    for who, source in PANELS.items():
        path = lab.write(f"{who}.ipynb", *(source.format(name=name) for name in names))
        notebooks.append(lab.open(chromium, path, height=1400))
    rows = []
    for index, name in enumerate(names):
        shown = ["stock" if who == "stock" else demos.ALL[name].name for who in PANELS]
        panels = [show(notebook, index, panel) for notebook, panel in zip(notebooks, shown)]
        for setting in timed(demos.ALL[name].controls):
            rows += measure_slider(panels, name, setting)
        for notebook in notebooks:
            notebook.js("app.commands.execute('notebook:clear-cell-output').then(() => null)")
    for notebook in notebooks:
        notebook.close()
    return rows


def timed(controls):
    """The names of the sliders, or of the choices where there is no slider."""
    sliders = [name for name, control in controls.items() if isinstance(control, Range)]
    return sliders or [name for name, control in controls.items() if isinstance(control, Choice)]


def show(notebook, index, name):
    """Run a cell, which shows the one panel on the page."""
    notebook.run_cell(index)
    panel = notebook.panel(name)
    panel.settle()
    return panel


def measure_slider(panels, name, setting):
    """A row for values shown for the first time, and one for values shown before, if many."""
    controls = demos.ALL[name].controls
    # A fixed rate waits for line search to be off.
    switches = [s for s, c in controls.items() if isinstance(c, Switch) and "rate" in setting]
    fresh, again = [], []
    for who, panel in zip(PANELS, panels, strict=True):
        flip(panel, switches)
        rest = REST_MS if who == "ours" else 0
        timed = [(ms, new) for ms, new in presses(panel, setting, rest) if ms is not None]
        far = far_presses(panel, setting) if who == "ours" else []
        flip(panel, switches)
        fresh.append([ms for ms, new in timed if new])
        again.append([ms for ms, new in timed if not new])
    rows = []
    if min(map(len, fresh)):  # of a slider that waits for another there is nothing to time
        rows.append(row_of(name, controls[setting].label, fresh, far))
    if min(map(len, again)) >= min(3, PRESSES):
        label = f"{controls[setting].label}, values seen before"
        rows.append(row_of(name, label, again))
    print(*rows, sep="\n", file=sys.stderr, flush=True)
    return rows


def row_of(name, label, pressed, far=()):
    """The Row of what was pressed, milliseconds by panel."""
    medians = dict(zip(PANELS, map(statistics.median, pressed)))
    slowest = max(dict(zip(PANELS, pressed))["ours"])
    return Row(name, label, medians, slowest, statistics.median(far) if far else None)


def flip(panel, switches):
    for switch in switches:
        panel.flip(switch)
        panel.settle()


def presses(panel, setting, rest):
    """For each key press, milliseconds to its picture (None: no other picture), and if it is new.

    From the default towards the farther end, and back from there if it is reached. Before each key
    somebody looks at the picture for `rest` milliseconds.
    """
    control = panel.control(setting)
    control.evaluate(KEEP_KEYS)
    now, low, high = control.evaluate(WHERE)
    key = "ArrowRight" if high - now >= now - low else "ArrowLeft"
    seen = {now}
    control.locator(".noUi-handle, select").focus()
    for number in range(WARM_UP + PRESSES):
        if now in (low, high):
            key = "ArrowRight" if now == low else "ArrowLeft"
        panel.notebook.page.wait_for_timeout(rest)
        ms = timed_press(panel, key)
        now, *_ = control.evaluate(WHERE)
        if number >= WARM_UP:
            yield ms, now not in seen
        seen.add(now)


def far_presses(panel, setting):
    """Milliseconds of keys that move a slider by five steps, to where nobody has looked ahead."""
    now, low, high = panel.control(setting).evaluate(WHERE)
    key = "PageUp" if high - now >= now - low else "PageDown"
    timed = [timed_press(panel, key) for _ in range(FAR_PRESSES)]
    return [ms for ms in timed if ms is not None]


def timed_press(panel, key):
    """Press a key; milliseconds to the new picture, None if there is none."""
    panel.root.evaluate(TIME_PICTURE)
    panel.notebook.page.keyboard.press(key)
    ms = panel.notebook.page.evaluate("window.timed")
    panel.settle()
    return ms


# --- reporting --------------------------------------------------------------------------------


def report(rows, measured, again):
    """The report, Markdown."""
    every = whole(measured, "all")
    slowest = max(measured, key=lambda demo: demo.medians["ours"])
    repeats = [
        " and ".join(f"{row.medians['stock']:.0f} ms stock, {row.medians['ours']:.0f} ms ours"
                     for row in (first, second))
        for second in again
        for first in rows
        if (first.demo, first.slider) == (second.demo, second.slider)
    ]  # fmt: skip
    header = [
        "| demo | slider | floor ms | old ms | stock ms | ours ms | our slowest | stock / ours "
        "| five steps |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join(
        [
            "# How fast the demos follow their sliders",
            "",
            "Written by `python -m benchmarks.demo_latency`; how it measures is in",
            "[benchmarks/README.md](../benchmarks/README.md).",
            "",
            f"From a key press to the new picture in the browser, the median over {len(measured)} "
            f"of the {len(demos.ALL)} demos, all that were measured in this run, is "
            f"{every.medians['ours']:.0f} ms. The floor, a panel that answers with words alone, is "
            f"{every.medians['floor']:.0f} ms; the panel that sent PNG files took "
            f"{every.medians['old']:.0f} ms, and stock `interact` takes "
            f"{every.medians['stock']:.0f} ms for the same pictures. "
            f"The slowest demo is {slowest.demo}, {slowest.medians['ours']:.0f} ms.",
            "",
            "A key moves a slider by one step, and ours has looked ahead: when nothing has moved "
            "for a moment, the page asks the kernel for the pictures one step away, and keeps "
            "them. For keys that move a slider by five steps, to where nobody has looked, the "
            "median is "
            f"{every.far or math.nan:.0f} ms.",
            "",
            f"The goal: a median of at most {MOST_FLOORS} times the floor, and stock takes at "
            f"least {LEAST_RATIO} times as long; where the floor is under {FAST_FLOOR_MS} ms, the "
            f"median is at most {MEDIAN_MS} ms and no demo takes over {MOST_MS}; where stock takes "
            f"{SLOW_STOCK_MS} ms or more, at least {LEAST_RATIO_OF_SLOW} times as long. "
            + (f"Not reached: {'; '.join(missed(measured))}." if missed(measured) else "Reached."),
            "",
            f"Measured on {os.cpu_count()} cores, Python {platform.python_version()}, Chromium "
            f"headless; key presses counted of each slider: {PRESSES}; before each of ours "
            f"somebody looks at the picture for {REST_MS / 1000:g} s. "
            f"The first demo, measured again at the end: {'; '.join(repeats)}.",
            "",
            "## Each demo",
            "",
            *header,
            *map(str, measured),
            "",
            "## Each slider",
            "",
            *header,
            *map(str, rows),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(CHAPTERS)))
