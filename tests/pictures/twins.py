"""A demo's twin, saved and drawn now, and how far two of them are apart."""

import base64
import io
import json
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.transforms import Bbox
from PIL import Image

from course_tools.notebooks import notebook_paths, read
from lessons.stage.picture import house_style

BLOCK = 8
"""Pixels: twins are compared in squares of so many, by the mean colour of each."""

# Over all demos the farthest block was measured 27 apart with the pinned and the newest versions
# (Matplotlib 3.11), a letter that stands elsewhere, and 35 with Matplotlib 3.9, an edge of a map.
# A dot of a path that is missing is about 100 apart, a thin line about 40.
TOLERANCE = 36


class Saved(NamedTuple):
    """The picture that a notebook keeps of a demo: its pixels, and where its panels are."""

    pixels: np.ndarray
    panels: list


@lru_cache
def _saved():
    """The PNG of each demo, by its name: the output of the cell that calls it."""
    found = {}
    for path in notebook_paths():
        for cell in read(path).cells:
            name = re.search(r"demos\.(\w+)\(\)", cell.source)
            for output in cell.get("outputs", []):
                if name and "image/png" in output.get("data", {}):
                    found[name[1]] = base64.b64decode(output["data"]["image/png"])
    return found


def saved(demo):
    """The committed twin of a demo."""
    image = Image.open(io.BytesIO(_saved()[demo]))
    return Saved(np.asarray(image.convert("RGB")).astype(int), json.loads(image.text["panels"]))


class Twin(NamedTuple):
    """A twin as it is drawn now: a part for each preset, and its pixels."""

    parts: list
    pixels: np.ndarray


def twin(demo, like=None, presets=None, dpi=90, bare=False):
    """A demo's twin without the names of its presets; nothing is laid out.

    like : the saved twin, in whose size and places it is drawn
    presets : the settings of each version of the picture, if not all those of the twin
    bare : whether what stands around flat panels is left out, which takes longest to draw
    """
    presets = presets or demo.preset_settings().values()
    grid = demo.arranged(len(presets))
    size = np.array(like.pixels.shape[1::-1]) / dpi if like else demo.size * np.array(grid)[::-1]
    figure = Figure(figsize=size, dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    with house_style():
        parts = figure.subfigures(*grid, squeeze=False).ravel()
        for number, (part, settings) in enumerate(zip(parts, presets)):
            demo.draw(part, **settings)
            for panel, ax in enumerate(part.axes):
                if like:
                    place = Bbox.from_bounds(*like.panels[number][panel])
                    ax.set_position(place.transformed(part.transSubfigure.inverted()))
                if bare:
                    ax.set_title("", y=1)  # else ticks are laid out to place it
                if bare and not hasattr(ax, "zaxis"):
                    ax.set_axis_off()
        canvas.draw()
    return Twin(list(parts), np.asarray(canvas.buffer_rgba())[..., :3].astype(int))


def boxes(ax):
    """The boxes of the texts and legends on a panel, whose size depends on Matplotlib's version."""
    legends = [each for each in ax.get_children() if isinstance(each, Legend)]
    return [each.get_window_extent() for each in (*ax.texts, *legends)]


def inside(pixels, panels, letters, margin=3):
    """The pixels of each panel, without its frame and white where there are letters.

    letters : their boxes
    """
    pixels = pixels.copy()
    for box in letters:
        left, bottom, right, top = np.round(box.padded(8).extents).astype(int)
        pixels[max(0, len(pixels) - top) : max(0, len(pixels) - bottom), max(0, left) : right] = 255
    for left, bottom, width, height in (box for part in panels for box in part):
        columns = slice(round(left) + margin, round(left + width) - margin)
        rows = slice(-round(bottom + height) + margin, -round(bottom) - margin)
        yield pixels[rows, columns]


def apart(one, other, slack=0):
    """How much the mean colour of the block that differs most differs, from 0 to 255.

    slack : pixels by which anything may stand elsewhere, as letters do from version to version
    """
    moves = range(-slack, slack + 1)
    shifted = [np.roll(other, (down, right), axis=(0, 1)) for down in moves for right in moves]
    differences = [np.abs(means(one) - means(each)).max(axis=-1) for each in shifted]
    return np.min(differences, axis=0).max(initial=0)


def differences_by_panel(kept, now):
    """The name of each panel of each part, and how far a Saved and a Twin are apart there."""
    panels = [ax for part in now.parts for ax in part.axes]
    letters = [box for ax in panels for box in boxes(ax)]
    pairs = [inside(each.pixels, kept.panels, letters) for each in (kept, now)]
    return [
        (ax.get_label(), apart(one, other, slack=1))
        for ax, one, other in zip(panels, *pairs, strict=True)
    ]


def means(pixels):
    """The mean colour of each block; what is left over at the right and below is not looked at."""
    rows, columns = (count // BLOCK for count in pixels.shape[:2])
    whole = pixels[: rows * BLOCK, : columns * BLOCK]
    return whole.reshape(rows, BLOCK, columns, BLOCK, -1).mean(axis=(1, 3))
