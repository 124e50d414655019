"""A picture as a stack of layers, each a plain function of the settings it names.

`Picture.draw` paints all layers on a figure: a still for print. `lessons.stage.canvas` keeps the
pixels of every layer, so a change repaints only the layers from the first one that depends on it
upwards. Layers above the stage must leave the limits of the axes alone.
"""

import inspect
import json
from textwrap import fill
from threading import RLock

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox, BboxTransformTo

from lessons.stage.pixels import few_colours
from lessons.stage.style import INK, house_style

DPI = 100
"""Pixels of a live picture in an inch."""

SAVED_DPI = 90
"""Pixels of a saved picture in an inch."""

DRAWING = RLock()
"""Held while drawing: JupyterLab moves sliders in another thread than the one that runs cells."""


class Picture:
    """A stage and the layers above it. `settings` names everything they depend on.

    stage : the function that draws the axes, their labels and limits
    panels : what `Figure.subplot_mosaic` takes, such as "ab" or "aab;ccd"
    size : width and height in inches
    solid : the panels that are three-dimensional
    """

    def __init__(self, stage, panels, size, solid=()):
        self.name, self.__doc__ = stage.__name__, stage.__doc__
        self.panels, self.size, self.solid = panels, size, solid
        self.layers = [stage]
        self._places = {}

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

    def places(self, settings, figure=None):
        """Where the axes have room, in fractions of the picture: found once for each stage.

        figure : one of the picture's size with this stage on it, if there is one
        """
        stage = chosen(settings, self.layers[0])
        key = tuple(stage.items())
        if key not in self._places:  # finding them takes longer than painting
            if figure is None:
                figure = Figure(figsize=self.size)
                FigureCanvasAgg(figure)
                self.layers[0](self.axes_on(figure), **stage)
            # Digits are whole pixels wide: here the numbers beside the axes take more of an inch.
            figure.dpi, before = SAVED_DPI, figure.dpi
            ConstrainedLayoutEngine().execute(figure)
            figure.dpi = before
            self._places[key] = [ax.get_position(original=True) for ax in figure.axes]
        return self._places[key]

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

    def multiples(self, settings_by_title, told=None, dpi=SAVED_DPI):
        """Small multiples: a figure with the picture at several settings, and their texts.

        told : by title, the settings in words, to stand below the picture
        """
        width, height = self.size
        rows, columns = self.arranged(len(settings_by_title))
        below = {title: fill(words, int(14.5 * width)) for title, words in (told or {}).items()}
        lines = max((words.count("\n") + 1 for words in below.values()), default=0)
        under, over = 0.05 + 0.17 * lines, 0.3  # inches for the words and for the title
        whole = under + height + over
        frame = BboxTransformTo(Bbox.from_bounds(0, under / whole, 1, height / whole))
        with DRAWING, house_style():
            figure = Figure(figsize=(width * columns, whole * rows), dpi=dpi)
            FigureCanvasAgg(figure)
            parts = figure.subfigures(rows, columns, squeeze=False).ravel()
            texts = {}
            for part, (title, settings) in zip(parts, settings_by_title.items()):
                texts[title] = self.draw(part, **settings)[1]
                for ax, place in zip(part.axes, self.places(settings), strict=True):
                    ax.set_position(place.transformed(frame))
                part.suptitle(title, fontsize=12, fontweight="bold")
                if title in below:
                    part.supxlabel(below[title], fontsize=9, color=INK, alpha=0.7, linespacing=1.1)
        return figure, texts

    def arranged(self, count):
        """Rows and columns of `count` multiples: side by side if there is room."""
        return (1, count) if self.size[0] * count <= 15 else (count, 1)

    def twin(self, settings_by_title, told=None, dpi=SAVED_DPI):
        """The small multiples as PNG bytes, and their texts."""
        figure, texts = self.multiples(settings_by_title, told, dpi)
        with DRAWING, house_style():
            figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
        return few_colours(pixels, panels=json.dumps(panels_of(figure))), texts


def panels_of(figure):
    """Where each panel of each part of a drawn figure is: left, bottom, width, height, in pixels.

    A saved twin carries it, so that a test can draw the panels again without a layout.
    """
    return [[np.round(ax.bbox.bounds, 2).tolist() for ax in part.axes] for part in figure.subfigs]


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
