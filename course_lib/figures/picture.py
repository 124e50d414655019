"""A picture as a stack of layers, each a plain function of the settings it names.

    @picture("ab", size=(9, 3.5))
    def example(axes):                      # the stage: axes, labels, limits
        axes["a"].set(xlim=(0, 1), xlabel="x")

    @example.layer
    def _(axes, seed):                      # scenery: redrawn when the seed changes
        ...

    @example.layer
    def _(axes, seed, learning_rate):       # actors: redrawn with every slider
        ...
        return "the key numbers, as text"

`Picture.draw` paints all layers on a figure: a still for print. `Canvas` keeps the pixels of every
layer, so a change repaints only the layers from the first one that depends on it upwards.
Layers above the stage must leave the limits of the axes alone.
"""

import inspect
import struct
import zlib
from textwrap import fill
from threading import RLock
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_lib.figures.style import INK, house_style

DRAWING = RLock()
"""Held while drawing: JupyterLab moves sliders in another thread than the one that runs cells."""


def picture(panels, size, solid=()):
    """Decorate the function that draws the stage, and get a Picture.

    panels : what `Figure.subplot_mosaic` takes, such as "ab" or "aab;ccd"
    size : width and height in inches
    solid : the panels that are three-dimensional
    """
    return lambda stage: Picture(stage, panels, size, solid)


class Picture:
    """A stage and the layers above it. `settings` names everything they depend on."""

    def __init__(self, stage, panels, size, solid):
        self.name, self.__doc__ = stage.__name__, stage.__doc__
        self.panels, self.size, self.solid = panels, size, solid
        self.layers = [stage]

    def __repr__(self):
        return f"<picture {self.name}({', '.join(self.settings)})>"

    def layer(self, function):
        """Put a layer on top; it may return a line of text with the key numbers."""
        self.layers.append(function)
        return function

    @property
    def settings(self):
        """The names of all settings, in the order in which the layers name them."""
        return list(dict.fromkeys(name for layer in self.layers for name in names_of(layer)))

    def axes_on(self, figure):
        """Fresh axes for the panels, as a dict by panel letter."""
        solid = {panel: {"projection": "3d"} for panel in self.solid}
        return figure.subplot_mosaic(self.panels, per_subplot_kw=solid)

    def draw(self, figure=None, **settings):
        """Paint every layer on `figure` (or a new one) and return it with the text.

        Raises TypeError if a setting is missing or unknown.
        """
        if set(settings) != set(self.settings):
            raise TypeError(
                f"settings are {sorted(settings)}, {self.name} expected {sorted(self.settings)}"
            )
        with DRAWING, house_style():
            figure = figure or Still(figsize=self.size, layout="constrained")
            axes = self.axes_on(figure)
            lines = [layer(axes, **chosen(settings, layer)) for layer in self.layers]
        return figure, "\n".join(filter(None, lines))

    def multiples(self, settings_by_title, told=None, dpi=90):
        """Small multiples: a drawn figure with the picture at several settings, and their texts.

        told : by title, the settings in words, to stand below the picture
        """
        width, height = self.size
        count = len(settings_by_title)
        columns = count if width * count <= 15 else 1
        rows = -(-count // columns)
        below = {title: fill(words, int(14.5 * width)) for title, words in (told or {}).items()}
        room = 0.35 + 0.17 * max((words.count("\n") + 1 for words in below.values()), default=0)
        with DRAWING, house_style():
            size = (width * columns, (height + room) * rows)
            figure = Figure(figsize=size, dpi=dpi, layout="constrained")
            canvas = FigureCanvasAgg(figure)
            parts = figure.subfigures(rows, columns, squeeze=False).ravel()
            texts = {}
            for part, (title, settings) in zip(parts, settings_by_title.items()):
                texts[title] = self.draw(part, **settings)[1]
                part.suptitle(title, fontsize=12, fontweight="bold")
                if title in below:
                    part.supxlabel(below[title], fontsize=9, color=INK, alpha=0.7, linespacing=1.1)
            canvas.draw()
        return figure, texts

    def twin(self, settings_by_title, told=None, dpi=90):
        """The small multiples as PNG bytes, and their texts."""
        figure, texts = self.multiples(settings_by_title, told, dpi)
        # It is saved in the notebook: a few colours less, and it takes half the room.
        return png(coarse(np.asarray(figure.canvas.buffer_rgba())[..., :3]), level=9), texts


class Still(Figure):
    """A figure that looks the same wherever and whenever it is shown or saved."""

    def draw(self, renderer):
        with DRAWING, house_style():
            super().draw(renderer)

    def savefig(self, *arguments, **options):
        with DRAWING, house_style():
            super().savefig(*arguments, **options)


def names_of(layer):
    """The settings that a layer depends on: its parameters after the axes."""
    return list(inspect.signature(layer).parameters)[1:]


def chosen(settings, layer):
    """Those of the settings that a layer depends on."""
    return {name: settings[name] for name in names_of(layer)}


class Painted(NamedTuple):
    """A layer as it was last painted: for which settings, its artists, its text, all pixels."""

    settings: dict
    artists: list
    text: str | None
    pixels: object


class Canvas:
    """One picture, repainted again and again as its settings change.

    A stage takes a few times as long as all that stands on it, so the last ones are kept, each with
    what was painted on it last.
    """

    STAGES = 8

    def __init__(self, picture, dpi=100):
        self.picture, self.dpi = picture, dpi
        self.sheets = {}

    def render(self, **settings):
        """Return the picture at these settings as PNG bytes, and its text."""
        with DRAWING, house_style():
            stage = tuple(chosen(settings, self.picture.layers[0]).items())
            # What is half painted when an error comes is lost: the next picture starts afresh.
            sheet = self.sheets.pop(stage, None) or Sheet(self.picture, self.dpi)
            shown = sheet.render(settings)
            self.sheets[stage] = sheet
            if len(self.sheets) > self.STAGES:
                del self.sheets[next(iter(self.sheets))]
            return shown


class Sheet:
    """A figure with the layers that were painted on it, bottom up; the stage stays the same."""

    def __init__(self, picture, dpi):
        self.picture = picture
        self.figure = Figure(figsize=picture.size, dpi=dpi, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        self.painted = []

    def render(self, settings):
        """Paint the layers that are not yet as the settings want them; return the PNG and text."""
        self._keep_unchanged(settings)
        for layer in self.picture.layers[len(self.painted) :]:
            self._paint(layer, chosen(settings, layer))
        text = "\n".join(filter(None, (painted.text for painted in self.painted)))
        return png(np.asarray(self.canvas.buffer_rgba())[..., :3]), text

    def _keep_unchanged(self, settings):
        """Take layers off the top until only those remain whose settings have not changed."""
        same = 0
        for painted, layer in zip(self.painted, self.picture.layers):
            if painted.settings != chosen(settings, layer):
                break
            same += 1
        for painted in self.painted[same:]:
            for artist in painted.artists:
                artist.remove()
        del self.painted[same:]
        if self.painted:
            self.canvas.restore_region(self.painted[-1].pixels)

    def _paint(self, layer, settings):
        if not self.painted:
            return self._paint_stage(layer, settings)
        before = {id(artist) for artist in self._artists()}
        text = layer(self.axes, **settings)
        new = [artist for artist in self._artists() if id(artist) not in before]
        for artist in sorted(new, key=lambda artist: artist.zorder):
            if hasattr(artist, "do_3d_projection"):  # what the axes would do in a full redraw
                artist.do_3d_projection()
            artist.draw(self.canvas.get_renderer())
        self.painted.append(Painted(settings, new, text, self._pixels()))

    def _paint_stage(self, layer, settings):
        self.axes = self.picture.axes_on(self.figure)
        text = layer(self.axes, **settings)
        for ax in self.axes.values():
            ax.set_autoscale_on(False)
        self.canvas.draw()
        # From here on nothing may move: the layers above are painted on these pixels.
        self.figure.set_layout_engine("none")
        self.painted.append(Painted(settings, [], text, self._pixels()))

    def _artists(self):
        return [artist for ax in self.axes.values() for artist in ax.get_children()]

    def _pixels(self):
        return self.canvas.copy_from_bbox(self.figure.bbox)


def coarse(pixels):
    """Every colour moved to the nearest of 33 levels, 0, 8, … 248, 255: by 4 at most.

    >>> coarse(np.array([3, 5, 250, 253], np.uint8))
    array([  0,   8, 248, 255], dtype=uint8)
    """
    levels = np.minimum(np.arange(0, 257, 8), 255).astype(np.uint8)
    return levels[(pixels.astype(np.uint16) + 4) // 8]


def png(pixels, level=1):
    """Pixels (height, width, 3), uint8, as a PNG file, compressed at a level from 1 to 9.

    Rows without filters and light compression take a third of the time that Pillow takes, and the
    picture travels no further than the browser beside it.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each starts with its filter: 0, none
    rows[:, 1:].reshape(pixels.shape)[:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits, RGB
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, level)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
