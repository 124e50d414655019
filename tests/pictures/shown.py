"""What a test asks of a drawn picture: where its lines, dots, bars, tags and maps are.

    axes, text = drawn("fig_6_3", "the start of the game")
    curve = line(axes["a"], style.SECOND)         # (n, 2): the one line in this colour
    image(axes["a"]).at([x, y])                   # what the map shows at a point of its axes

Nothing is laid out or painted here: that would take longer than all the rest.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import same_color
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath
from numpy.testing import assert_allclose

from lessons import demos

UNSEEN = (None, "None", "none", "", " ")


class Drawn(NamedTuple):
    """The axes of a picture by panel, and its text."""

    axes: dict
    text: str


def drawn(demo, preset=None, **changed):
    """A demo's picture at a preset or its defaults, some settings changed.

    Tests that ask for the same share it: read it only.
    """
    return _drawn(demo, preset, tuple(changed.items()))


@lru_cache(maxsize=8)
def _drawn(demo, preset, changed):
    demo = demos.ALL[demo]
    settings = demo.preset_settings()[preset] if preset else demo.defaults()
    return draw(demo, settings | dict(changed))


def draw(picture, settings, dpi=100):
    """A picture at these settings, on a figure of its own without a layout."""
    figure = Figure(figsize=picture.size, dpi=dpi)
    FigureCanvasAgg(figure)
    _, text = picture.draw(figure, **settings)
    return Drawn({ax.get_label(): ax for ax in figure.axes}, text)


# --- lines and dots ---------------------------------------------------------------------------


def lines(ax, color=None, marker=None):
    """Every line of `Axes.plot` in a colour and with a marker, each its points (n, 2).

    Where no line joins the marks, the colour is that of their face, or of their edge if hollow.
    """
    return [
        np.column_stack(artist.get_data()).astype(float)
        for artist in ax.lines
        if artist.get_xdata() is not None and len(np.atleast_1d(artist.get_xdata()))
        if color is None or same_color(_color(artist), color)
        if marker is None or artist.get_marker() == marker
    ]


def line(ax, color=None, marker=None):
    """The only line in this colour with this marker, (n, 2)."""
    found = lines(ax, color, marker)
    assert len(found) == 1, f"{len(found)} lines of colour {color} with marker {marker}"
    return found[0]


def _color(artist):
    if artist.get_linestyle() not in UNSEEN:
        return artist.get_color()
    face, edge = artist.get_markerfacecolor(), artist.get_markeredgecolor()
    return edge if face in UNSEEN or same_color(face, "white") else face


def segments(ax, color=None):
    """The lines of line collections (`style.lines`, `vlines`, …) in a colour, each (n, 2)."""
    return [
        np.asarray(path, float)
        for artist in ax.collections
        if isinstance(artist, LineCollection)
        for path, each in zip(artist.get_segments(), _each(artist.get_edgecolors(), artist))
        if color is None or same_color(each, color)
    ]


def dots(ax, color=None):
    """The places (n, 2) of discs (`style.dots`, `scatter`) with a face, or a ring, in a colour."""
    places = [
        place
        for artist in ax.collections
        if isinstance(artist, PathCollection) and not artist.get_path_effects()
        for place, face, edge in zip(
            np.ma.filled(artist.get_offsets(), np.nan),
            _each(artist.get_facecolors(), artist), _each(artist.get_edgecolors(), artist),
        )
        if color is None or same_color(edge if _hollow(face) else face, color)
    ]  # fmt: skip
    return np.reshape(places, (-1, 2)).astype(float)


def _hollow(face):
    return face is None or face[3] == 0 or same_color(face, "white")


def _each(colors, artist):
    """A colour for each item of a collection, which repeats the few that it has."""
    count = max(len(artist.get_paths()), len(artist.get_offsets()))
    return [colors[i % len(colors)] if len(colors) else None for i in range(count)]


def check_trail(ax, path, color, atol=0):
    """A path (T + 1, 2) with a dot for each step, its start ringed, its end filled and larger."""
    assert_allclose(line(ax, color, "o"), path, atol=atol)
    assert_allclose(dots(ax, color), path[[0, -1]], atol=atol)
    sizes = [each.get_sizes() for each in ax.collections if isinstance(each, PathCollection)]
    assert any(len(pair) == 2 and pair[0] < pair[1] for pair in sizes)


# --- areas and bars ---------------------------------------------------------------------------


def outlines(ax, color=None):
    """The corners (n, 2) of filled areas (`fill_between`, `style.ridges`) in a colour."""
    return [
        path.vertices
        for artist in ax.collections
        if isinstance(artist, PolyCollection)
        for path, face in zip(artist.get_paths(), _each(artist.get_facecolors(), artist))
        if color is None or same_color(face[:3], color)
    ]


def ridges(ax, color=None):
    """The histograms of `style.ridges` in a colour: edges and heights, the highest of them 1."""
    found = []
    for line, corners in enumerate(outlines(ax, color), start=1):
        x, heights = corners[:-1, 0], (line + 0.4 - corners[:-1, 1]) / 0.8  # the last closes it
        assert_allclose([heights[0], heights[-1]], 0, atol=1e-9)
        assert np.isfinite(x).all()
        assert_allclose(x[::2], x[1::2])
        assert_allclose(heights[1:-1:2], heights[2:-1:2])
        found.append((x[::2], heights[1:-1:2]))
    return found


def bars(ax, color=None):
    """The rectangles in a colour, each (left, bottom, width, height)."""
    return np.array([
        (*bar.get_xy(), bar.get_width(), bar.get_height())
        for bar in ax.patches
        if isinstance(bar, Rectangle)
        if color is None or same_color(bar.get_facecolor()[:3], color)
    ])  # fmt: skip


# --- maps -------------------------------------------------------------------------------------


class Image(NamedTuple):
    """A map of two parameters: `values[i, j]` is shown at (`x[i]`, `y[j]`)."""

    values: np.ndarray
    x: np.ndarray
    y: np.ndarray

    def at(self, point):
        """The value shown nearest to a point of the axes, or to each of points (..., 2)."""
        x, y = np.moveaxis(np.asarray(point, float), -1, 0)
        i = np.abs(self.x - x[..., None]).argmin(axis=-1)
        j = np.abs(self.y - y[..., None]).argmin(axis=-1)
        return self.values[i, j]

    def between(self, points):
        """The values at points (n, 2), linear from one to the next along each axis."""
        places = [np.interp(xy, along, np.arange(len(along))) for xy, along in
                  zip(np.transpose(points), (self.x, self.y))]  # fmt: skip
        i, j = (np.minimum(place.astype(int), len(along) - 2)
                for place, along in zip(places, (self.x, self.y)))  # fmt: skip
        u, v = places[0] - i, places[1] - j
        left = (1 - v) * self.values[i, j] + v * self.values[i, j + 1]
        right = (1 - v) * self.values[i + 1, j] + v * self.values[i + 1, j + 1]
        return (1 - u) * left + u * right


def image(ax):
    """The only image of a panel, its values as they are placed on the axes.

    The pixels of a `parameter_grid` are its points, the first and the last on the edges.
    """
    (artist,) = ax.images
    rows = np.asarray(artist.get_array())
    rows = rows if artist.origin == "lower" else rows[::-1]
    left, right, bottom, top = artist.get_extent()
    return Image(
        np.swapaxes(rows, 0, 1),
        np.linspace(left, right, rows.shape[1]),
        np.linspace(bottom, top, rows.shape[0]),
    )


def surface(ax):
    """The corners (n, 3) that are drawn of the only surface in three dimensions."""
    (artist,) = ax.collections
    # Matplotlib tells only their shadows; what it keeps depends on its version.
    if not hasattr(artist, "_faces"):
        return artist._vec[:3].T
    unused = np.broadcast_to(artist._invalid_vertices, artist._faces.shape[:2])
    return artist._faces[~unused]


def shows(ax, loss, bounds, levels=14):
    """Whether the heat map of a panel is that of a loss: dark where it is low, and not transposed.

    `style.heat_map` draws the root of the height above the lowest point, with contours of it at
    `levels` equal distances.
    """
    shown = image(ax)
    assert_allclose([shown.x[[0, -1]], shown.y[[0, -1]]], bounds)
    values = loss(np.stack(np.meshgrid(shown.x, shown.y, indexing="ij"), axis=-1))
    height = np.sqrt(values - values.min())
    top = height.max()
    return np.abs(shown.values - height).max() < 1e-3 * top and has_contours(ax, top, levels)


def has_contours(ax, top, levels=14):
    """Whether a panel has contours of its image at `levels` equal distances from 0 to `top`."""
    shown = image(ax)
    (contours,) = (each for each in ax.collections if isinstance(each, ContourSet))
    assert_allclose(contours.levels, np.linspace(0, top, levels + 1)[1:-1], rtol=1e-3)
    return all(
        len(path.vertices) and np.abs(shown.between(path.vertices) - level).max() < 1e-3 * top
        for level, path in zip(contours.levels, contours.get_paths())
    )


# --- words ------------------------------------------------------------------------------------


def tag(ax, text):
    """The point that the only label `style.tag` with this text stands beside, not on."""
    found = [
        (path.get_extents(), place)
        for artist in ax.collections
        if artist.get_path_effects()
        for path, place in zip(artist.get_paths(), artist.get_offsets())
        if _is(path, text)
    ]
    assert len(found) == 1, f"{len(found)} tags {text}"
    ((box, place),) = found
    assert 6 < box.x0 < 9 or -9 < box.x1 < -6, "right or left of the point, in points"
    assert 3 < box.y0 < 9 or -9 < box.y1 < -3, "above or below"
    return np.asarray(place, float)


def _is(path, text):
    shape = TextPath((0, 0), text, size=9).vertices
    return path.vertices.shape == shape.shape and np.allclose(
        path.vertices - path.vertices[0], shape - shape[0]
    )


def texts(ax):
    """Where each text of `Axes.text` and `annotate` stands, by what it says."""
    return {
        each.get_text(): np.asarray(getattr(each, "xy", each.get_position()), float)
        for each in ax.texts
    }


def legend(ax):
    """The colour of each entry of the legend, by its label."""
    box = ax.get_legend()
    return {
        text.get_text(): _color(handle) if hasattr(handle, "get_marker") else handle.get_facecolor()
        for text, handle in zip(box.get_texts(), box.legend_handles)
    }


def row_names(ax):
    """What stands beside each row of a panel: its ticks' labels, by their place."""
    return [(tick, label.get_text()) for tick, label in zip(ax.get_yticks(), ax.get_yticklabels())]


def title(ax):
    """What stands above a panel."""
    return ax.get_title(loc="left")
