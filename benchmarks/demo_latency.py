"""From a key press on a slider to the new picture, in a real browser: our panels and stock ones.

    python -m benchmarks.demo_latency [chapter or demo ...]

A run over all demos, or over whole chapters (modules of lessons.demos), writes
docs/latency.md. The exit status is 1 if a demo misses the goal.
"""

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
from lessons.stage.controls import LogSlider, Slider, Switch
from lessons.stage.demo import Demo

REPORT = ROOT / "docs" / "latency.md"
WARM_UP, PRESSES = 1, 8
MOST_MS, LEAST_RATIO = 70, 3

OURS = "from lessons import demos\ndemos.{name}()"
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

# A picture counts when it is decoded and the frame that shows it is done. No picture, and nothing
# left to answer: the key changed nothing that one sees.
TIME_PICTURE = """root => {
    window.timed = new Promise(done => {
        let start = null;
        const painted = image => image.decode().then(() => requestAnimationFrame(() => {
            const {port1, port2} = new MessageChannel();
            port1.onmessage = () => done(performance.now() - start);
            port2.postMessage(null);
        }));
        const watch = new MutationObserver(changes => {
            const nodes = changes.flatMap(change => [change.target, ...change.addedNodes]);
            const image = nodes.find(node => node.matches?.('img'))
                ?? nodes.slice(1).map(node => node.querySelector?.('img')).find(found => found);
            if (start !== null && image) { watch.disconnect(); painted(image); }
        });
        watch.observe(root, {subtree: true, childList: true, attributeFilter: ['src']});
        root.addEventListener('keydown', async event => {
            start = event.timeStamp;
            for (let quiet = 0; quiet < 30; quiet = window.unanswered.size ? 0 : quiet + 1)
                await new Promise(requestAnimationFrame);
            done(null);
        }, {once: true, capture: true});
    });
}"""

WHERE = "slider => [slider.noUiSlider.get(true), ...Object.values(slider.noUiSlider.options.range)]"


@dataclass
class Row:
    """One slider of one demo, or a whole demo: milliseconds of each press, stock and ours."""

    demo: str
    slider: str
    stock: list
    ours: list

    @property
    def medians(self):
        return statistics.median(self.stock), statistics.median(self.ours)

    @property
    def ratio(self):
        stock, ours = self.medians
        return stock / ours

    @property
    def meets_the_goal(self):
        return self.medians[1] <= MOST_MS and self.ratio >= LEAST_RATIO

    def __str__(self):
        stock, ours = self.medians
        numbers = f"{stock:.0f} | {ours:.0f} | {max(self.ours):.0f} | {self.ratio:.1f}"
        return f"| {self.demo} | {self.slider} | {numbers} |"


CHAPTERS = {chapter: list(found) for chapter, found in by_module("lessons.demos", Demo).items()}


def main(arguments):
    """Measure, print, and for whole chapters write the report; the return value is the status."""
    groups = [CHAPTERS.get(argument, [argument]) for argument in arguments]
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        with server(Path(folder)) as lab, browser() as chromium:
            rows = [row for names in groups for row in measure(lab, chromium, names)]
            again = measure(lab, chromium, groups[0][:1])  # how far they differ is the noise
    demos = [whole(rows, name) for names in groups for name in names]
    text = report(rows, demos, again, load)
    print(text)
    if set(arguments) <= CHAPTERS.keys():
        REPORT.write_text(text, encoding="utf-8")
    return int(not all(demo.meets_the_goal for demo in demos))


def whole(rows, name):
    """All presses of all sliders of one demo as one row."""
    own = [row for row in rows if row.demo == name]
    stock, ours = ([ms for row in own for ms in getattr(row, who)] for who in ("stock", "ours"))
    return Row(name, "all", stock, ours)


# --- measuring --------------------------------------------------------------------------------


def measure(lab, chromium, names):
    """The rows of some demos, one after the other, for all their sliders.

    Stock panels and ours have a kernel each, so that neither finds what the other has computed.
    """
    notebooks = []
    for source, who in ((STOCK, "stock"), (OURS, "ours")):
        path = lab.write(f"{who}.ipynb", *(source.format(name=name) for name in names))
        notebooks.append(lab.open(chromium, path, height=1400))
    rows = []
    for index, name in enumerate(names):
        shown = "stock", demos.ALL[name].name
        panels = [show(notebook, index, panel) for notebook, panel in zip(notebooks, shown)]
        for setting, control in demos.ALL[name].controls.items():
            if isinstance(control, Slider | LogSlider):
                rows += measure_slider(panels, name, setting)
        for notebook in notebooks:
            notebook.js("app.commands.execute('notebook:clear-cell-output').then(() => null)")
    for notebook in notebooks:
        notebook.close()
    return rows


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
    for panel in panels:
        flip(panel, switches)
        timed = [(ms, new) for ms, new in presses(panel, setting) if ms is not None]
        flip(panel, switches)
        fresh.append([ms for ms, new in timed if new])
        again.append([ms for ms, new in timed if not new])
    rows = []
    if min(map(len, fresh)):  # of a slider that waits for another there is nothing to time
        rows.append(Row(name, controls[setting].label, *fresh))
    if min(map(len, again)) >= 3:
        rows.append(Row(name, f"{controls[setting].label}, values seen before", *again))
    print(*rows, sep="\n", file=sys.stderr, flush=True)
    return rows


def flip(panel, switches):
    for switch in switches:
        panel.flip(switch)
        panel.settle()


def presses(panel, setting):
    """For each key press, milliseconds to its picture (None: no other picture), and if it is new.

    From the default towards the farther end, and back from there if it is reached.
    """
    slider, keyboard = panel.control(setting).locator(".noUi-target"), panel.notebook.page.keyboard
    now, low, high = slider.evaluate(WHERE)
    key = "ArrowRight" if high - now >= now - low else "ArrowLeft"
    seen = {now}
    panel.handle(setting).focus()
    for number in range(WARM_UP + PRESSES):
        if now in (low, high):
            key = "ArrowRight" if now == low else "ArrowLeft"
        panel.root.evaluate(TIME_PICTURE)
        keyboard.press(key)
        ms = panel.notebook.page.evaluate("window.timed")
        panel.settle()
        now, *_ = slider.evaluate(WHERE)
        if number >= WARM_UP:
            yield ms, now not in seen
        seen.add(now)


# --- reporting --------------------------------------------------------------------------------


def report(rows, demos, again, load):
    """The report, Markdown."""
    missed = [demo.demo for demo in demos if not demo.meets_the_goal]
    every = Row("all", "all", *(sum((getattr(d, w) for d in demos), []) for w in ("stock", "ours")))
    slowest = max(demos, key=lambda demo: demo.medians[1])
    repeats = [
        f"{first.medians[0]:.0f} and {second.medians[0]:.0f} ms stock, "
        f"{first.medians[1]:.0f} and {second.medians[1]:.0f} ms ours"
        for second in again
        for first in rows
        if (first.demo, first.slider) == (second.demo, second.slider)
    ]
    header = [
        "| demo | slider | stock ms | ours ms | our slowest | stock / ours |",
        "|---|---|--:|--:|--:|--:|",
    ]
    return "\n".join(
        [
            "# How fast the demos follow their sliders",
            "",
            "Written by `python -m benchmarks.demo_latency`; how it measures is in",
            "[benchmarks/README.md](../benchmarks/README.md).",
            "",
            f"From a key press to the new picture in the browser, the median over {len(demos)} of "
            f"the {len(demos.ALL)} demos, all that were measured in this run, is "
            f"{every.medians[1]:.0f} ms, and {every.medians[0]:.0f} ms for the same pictures under "
            f"stock `interact`. The slowest demo is {slowest.demo}, {slowest.medians[1]:.0f} ms.",
            "",
            f"The goal for each demo: a median of at most {MOST_MS} ms, and stock takes at least "
            f"{LEAST_RATIO} times as long. "
            + (f"Missed by: {', '.join(missed)}." if missed else "Met by all."),
            "",
            f"Measured on {os.cpu_count()} cores, Python {platform.python_version()}, Chromium "
            f"headless; the load was {load:.1f} before the start. "
            f"The first demo, measured again at the end: {'; '.join(repeats)}.",
            "",
            "## Each demo",
            "",
            *header,
            *map(str, demos),
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
