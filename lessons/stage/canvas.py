"""A picture repainted again and again: only the layers from the first one that changed upwards."""

from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lessons.stage.picture import DPI, DRAWING, chosen
from lessons.stage.pixels import png
from lessons.stage.style import house_style


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

    def __init__(self, picture, dpi=DPI):
        self.picture, self.dpi = picture, dpi
        self.sheets = {}

    def render(self, **settings):
        """Return the picture at these settings as PNG bytes, and its text."""
        with DRAWING, house_style():
            stage = tuple(chosen(settings, self.picture.layers[0]).items())
            # Taken out while it is painted: after an error it may be half painted, and is not used
            # again.
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
        self.figure = Figure(figsize=picture.size, dpi=dpi)
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
        # From here on nothing may move: the layers above are painted on these pixels.
        places = self.picture.places(settings, self.figure)
        for ax, place in zip(self.figure.axes, places, strict=True):
            ax.set_position(place)
        self.canvas.draw()
        self.painted.append(Painted(settings, [], text, self._pixels()))

    def _artists(self):
        return [artist for ax in self.axes.values() for artist in ax.get_children()]

    def _pixels(self):
        return self.canvas.copy_from_bbox(self.figure.bbox)
