"""A demo's twin without letters, and how far two of them are apart."""

import base64
import io
import json
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from course_tools.notebooks import notebook_paths, read
from lessons.stage.picture import house_style

BLOCK = 8
"""Pixels: twins are compared in squares of so many, by the mean colour of each."""


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


def bare(demo, like=None, dpi=90):
    """The panels of the twin as they are drawn now, without what stands around them.

    like : the saved twin, in whose size and places they are drawn; else side by side
    """
    picture, presets = demo, demo.preset_settings().values()
    width, height = picture.size
    size = np.array([width * len(presets), height])
    if like:
        size = np.array(like.pixels.shape[1::-1]) / dpi
    figure = Figure(figsize=size, dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    with house_style():
        parts = figure.subfigures(1, len(presets), squeeze=False).ravel()
        for number, (part, settings) in enumerate(zip(parts, presets)):
            if like:
                part = figure
            before = len(figure.axes)
            picture.draw(part, **settings)
            for panel, ax in enumerate(figure.axes[before:]):
                if like:
                    ax.set_position(like.panels[number][panel])
                if not hasattr(ax, "zaxis"):
                    ax.set_axis_off()
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def inside(pixels, panels, margin=3):
    """The pixels of each panel, without its frame."""
    height, width, _ = pixels.shape
    for left, bottom, across, up in (box for part in panels for box in part):
        columns = slice(round(left * width) + margin, round((left + across) * width) - margin)
        rows = slice(
            round((1 - bottom - up) * height) + margin, round((1 - bottom) * height) - margin
        )
        yield pixels[rows, columns]


def apart(one, other):
    """How much the mean colour of the block that differs most differs, from 0 to 255."""
    return np.abs(means(one) - means(other)).max(initial=0)


def means(pixels):
    """The mean colour of each block; what is left over at the right and below is not looked at."""
    rows, columns = (count // BLOCK for count in pixels.shape[:2])
    whole = pixels[: rows * BLOCK, : columns * BLOCK]
    return whole.reshape(rows, BLOCK, columns, BLOCK, -1).mean(axis=(1, 3))
