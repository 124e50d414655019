"""A picture drawn again and again: only the layers whose settings have changed."""

from typing import NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lessons.stage.picture import DPI, DRAWING, chosen
from lessons.stage.recorder import Recorder
from lessons.stage.style import house_style


class Drawn(NamedTuple):
    """A layer as it was drawn last: for which settings, its artists, its text, its display list."""

    settings: dict
    artists: list
    text: str | None
    list: bytes


class Canvas:
    """One picture, drawn again and again as its settings change.

    A stage takes a few times as long as all that stands on it, so the last ones are kept, each with
    what was drawn on it last.
    """

    STAGES = 8

    def __init__(self, picture):
        self.picture = picture
        self.sheets = {}

    def render(self, **settings):
        """The picture at these settings, a display list (bytes) for each layer, and its text."""
        with DRAWING, house_style():
            stage = tuple(chosen(settings, self.picture.layers[0]).items())
            # Taken out while it is drawn on: after an error it may be half done, and is not used
            # again.
            sheet = self.sheets.pop(stage, None) or Sheet(self.picture)
            shown = sheet.render(settings)
            self.sheets[stage] = sheet
            if len(self.sheets) > self.STAGES:
                del self.sheets[next(iter(self.sheets))]
            return shown


class Sheet:
    """A figure with the layers that were drawn on it; the stage stays the same."""

    def __init__(self, picture):
        self.picture = picture
        self.figure = Figure(figsize=picture.size, dpi=DPI)
        FigureCanvasAgg(self.figure)
        self.recorder = Recorder(self.figure)
        self.drawn = {}

    def render(self, settings):
        """Draw the layers that are not yet as the settings want them; all lists, and the text."""
        drawn = [self.at(layer, settings) for layer in self.picture.layers]
        return [each.list for each in drawn], "\n".join(filter(None, (each.text for each in drawn)))

    def at(self, layer, settings):
        """A layer as the settings want it: drawn again where it is not; the stage comes first."""
        wanted = chosen(settings, layer)
        if layer not in self.drawn:
            draw = self._layer if self.drawn else self._stage
            self.drawn[layer] = draw(layer, wanted)
        elif self.drawn[layer].settings != wanted:
            for artist in self.drawn[layer].artists:
                artist.remove()
            self.drawn[layer] = self._layer(layer, wanted)
        return self.drawn[layer]

    def _stage(self, layer, settings):
        self.axes = self.picture.axes_on(self.figure)
        text = layer(self.axes, **settings)
        for ax in self.axes.values():
            ax.set_autoscale_on(False)
        # From here on nothing may move: the layers above stand on this one.
        places = self.picture.places(settings, self.figure)
        for ax, place in zip(self.figure.axes, places, strict=True):
            ax.set_position(place)
        return Drawn(settings, [], text, self.recorder.record(self.figure, axes=self.axes))

    def _layer(self, layer, settings):
        before = {id(artist) for artist in self._artists()}
        text = layer(self.axes, **settings)
        new = [artist for artist in self._artists() if id(artist) not in before]
        new.sort(key=lambda artist: artist.zorder)
        for artist in new:
            if hasattr(artist, "do_3d_projection"):  # what the axes would do in a full redraw
                artist.do_3d_projection()
        return Drawn(settings, new, text, self.recorder.record(*new))

    def _artists(self):
        return [artist for ax in self.axes.values() for artist in ax.get_children()]
