"""How far what the browser paints is from what Agg draws: `python -m tests.browser.fidelity`.

Names of demos may follow; a row for each, all of its presets together, is printed.
"""

import base64
import io
import sys
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from course_tools.lab import browser
from course_tools.painting import equip, sent
from lessons import demos
from lessons.stage.canvas import Canvas
from lessons.stage.picture import DPI
from lessons.stage.style import house_style

BLOCK = 16
"""Pixels: pictures are compared in squares of so many."""

PAINT = """async ([files, dpr]) => {
    const canvas = document.createElement("canvas")
    painter.paint(canvas, await painter.read(files), dpr)
    return canvas.toDataURL().split(",")[1]
}"""


class Apart(NamedTuple):
    """How far two pictures differ, of 255: in the mean of all pixels, in the worst block."""

    mean: float
    block: float


def apart(one, other):
    """How far two pictures of one size, (height, width, 3), are apart."""
    differences = np.abs(one - other).mean(axis=-1)
    rows, columns = (-(-count // BLOCK) * BLOCK for count in differences.shape)
    whole = np.zeros((rows, columns))
    whole[: differences.shape[0], : differences.shape[1]] = differences
    blocks = whole.reshape(rows // BLOCK, BLOCK, -1, BLOCK).mean(axis=(1, 3))
    return Apart(differences.mean(), blocks.max())


def page_with_painter(chromium):
    """A page that has the painter."""
    page = chromium.new_page()
    equip(page)
    return page


def painted(page, lists, dpr=1):
    """What the browser makes of display lists, as pixels."""
    png = page.evaluate(PAINT, [sent(lists), dpr])
    return pixels(Image.open(io.BytesIO(base64.b64decode(png))))


def drawn(figure):
    """The pixels that Agg makes of all artists of a figure, in one redraw."""
    agg = RendererAgg(*np.round(figure.bbox.size), DPI)
    with house_style():
        figure.draw(agg)
    return pixels(Image.fromarray(np.asarray(agg.buffer_rgba())))


def pixels(image):
    return np.asarray(image.convert("RGB")).astype(int)


def compare(page, demo, presets):
    """The farthest that a demo's picture is off at some settings."""
    canvas, found = Canvas(demo), []
    for settings in presets:
        lists, _ = canvas.render(**settings)
        *_, sheet = canvas.sheets.values()
        found.append(apart(painted(page, lists), drawn(sheet.figure)))
    return Apart(*map(max, zip(*found)))


def main(names):
    """Print a row for each demo."""
    print("| demo | mean difference, of 255 | worst block |", "|---|--:|--:|", sep="\n")
    with browser() as chromium:
        page = page_with_painter(chromium)
        for name in names:
            presets = demos.ALL[name].preset_settings().values()
            mean, block = compare(page, demos.ALL[name], presets)
            print(f"| {name} | {mean:.2f} | {block:.1f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or demos.ALL)
