"""README's pictures, taken in JupyterLab: `python -m tests.browser.images` renews docs/images."""

import io
import json
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from course_tools.lab import HEIGHT, browser, server
from lessons import demos
from lessons.course_map import ROOT
from lessons.stage.picture import DPI
from lessons.stage.style import house_style

FOLDER = ROOT / "docs" / "images"
WIDTH = 1080
"""Pixels of a window in which the wider of the panels has just room."""
DEMOS = {"figure_6_5a": "fig_6_5a", "basin_map": "basin_map"}
EXERCISE = "exercises/02_gradient_descent/02_exercises.ipynb"
ANSWER = '''def least_squares_gradient(phi, x, y):
    """The gradient of the least-squares loss of a line, shape (2,)."""
    misses = phi[0] + phi[1] * x - y
    return np.array([misses.sum(), (misses * x).sum()])'''


def main():
    """Take all of them."""
    with tempfile.TemporaryDirectory() as temporary:
        with server(Path(temporary)) as lab, browser() as chromium:
            take_demos(lab, chromium)
            take_verdict(lab, chromium)


def take_demos(lab, chromium):
    """Panels as they open."""
    shown = [f"demos.{demo}()" for demo in DEMOS.values()]
    path = lab.write("images.ipynb", "from lessons import demos", *shown)
    notebook = lab.open(chromium, path, width=WIDTH, height=2 * HEIGHT)
    notebook.run_all()
    for name, demo in DEMOS.items():
        panel = notebook.panel(demo)
        panel.settle()
        whole, canvas = (place.bounding_box() for place in (panel.root, panel.canvas))
        at = [round(canvas[side] - whole[side]) for side in ("x", "y")]
        told = {"canvas": json.dumps(at), "panels": json.dumps(panels_of(demos.ALL[demo]))}
        keep(name, panel.root.screenshot(), demo=demo, **told)
    notebook.close()


def panels_of(demo):
    """Where each panel of a live picture is: left, bottom, width, height, in pixels."""
    with house_style():
        places = demo.places(demo.defaults())
    return [(np.tile(demo.size, 2) * DPI * place.bounds).round(2).tolist() for place in places]


def take_verdict(lab, chromium):
    """A wrong answer, and what its check says."""
    notebook = lab.open(chromium, EXERCISE, width=WIDTH)
    answer, check = (notebook.index(f"pb-6-1-gradient{end}") for end in ("", "-check"))
    notebook.run(notebook.index("imports"))
    notebook.type(answer, ANSWER)
    notebook.run_cells(answer, check)
    upper, lower = (notebook.cell(index).bounding_box() for index in (answer, check))
    height = lower["y"] + lower["height"] - upper["y"]
    keep("verdict", notebook.page.screenshot(clip=upper | {"height": height}))
    notebook.close()


def keep(name, png, **told):
    """Save a picture, with what a test must know of it."""
    carried = PngInfo()
    for key, text in told.items():
        carried.add_text(key, text)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.save(FOLDER / f"{name}.png", optimize=True, pnginfo=carried)


if __name__ == "__main__":
    main()
