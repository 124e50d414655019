"""One look for every picture: sizes, and colours that colour-blind readers can tell apart."""

from contextlib import contextmanager
from functools import cache, lru_cache

import numpy as np
from matplotlib import colormaps, rc_context, rcdefaults, rcParams
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import ListedColormap
from matplotlib.markers import MarkerStyle
from matplotlib.patheffects import Normal, Stroke, withStroke
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, IdentityTransform

# By the role each colour plays in the course; most are Okabe and Ito's. Each has a contrast of at
# least 3:1 with white, and any two stay apart for colour-blind readers.
INK = "#222222"
PATH = "#D55E00"  # the path of a descent, the step just taken
SECOND = "#0072B2"  # what it is compared with
THIRD = "#009E73"  # a third thing: the good answer, the minimum
FOURTH = "#CC79A7"
BROWN = "#735000"
SKY = "#1E9BE2"
MUTED = "#707070"
CYCLE = (PATH, SECOND, THIRD, FOURTH, BROWN, SKY)
# Too pale for a line on white: for areas, and for marks on a heat map or with an edge.
GOLD = "#E69F00"
LIGHT_SKY = "#56B4E9"

HEAT = "Blues_r"  # dark is low: paths in warm colours stand out on it
SEQUENCE = colormaps["Blues"]  # of which the darker part shows as lines on white

RC = {
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10.5,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # or each redraw lays the ticks out twice, to see if they touch the title
    "axes.autolimit_mode": "data",
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "figure.facecolor": "white",
}


@contextmanager
def house_style():
    """Matplotlib's own defaults with RC on top, and NumPy's own, whatever the reader has set."""
    numpys = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
    with rc_context(), np.errstate(call=None, **numpys):
        dict.update(rcParams, house_settings())
        yield


@cache
def house_settings():
    """All of Matplotlib's settings in the house style: checking them takes as long as a layer."""
    with rc_context():
        rcdefaults()
        rcParams.update(RC)
        return {name: value for name, value in dict.items(rcParams) if name != "backend"}


def shade(position):
    """The colour at `position` in [0, 1] between the first step (light) and the last (dark)."""
    return SEQUENCE(0.6 + 0.4 * position)


def number(value, least=1e-9, digits=3):
    """A number in a few digits, or words where digits mean nothing.

    >>> number(0.12345), number(1234.5), number(-1e-15), number(2e-13, least=1e-12), number(np.inf)
    ('0.123', '1230', 'below 1e-9', 'below 1e-12', 'beyond all numbers')
    """
    if not np.isfinite(value):
        return "beyond all numbers"
    if abs(value) <= least:
        return f"below {least:.0e}".replace("e-0", "e-")  # 1e-9, where Python writes 1e-09
    return f"{float(f'{value:.{digits}g}'):g}"  # 1230, where .3g alone writes 1.23e+03


def told(loss, digits=3):
    """A loss as a number; one that has run away, in words."""
    return number(loss, digits=digits) if abs(loss) <= 1e9 else "beyond all use"


def heat_map(ax, bounds, values, levels=14):
    """Losses `values` on a `parameter_grid` over `bounds`, with contours; dark is low.

    Levels are spaced in the square root of the loss, so the floor of a valley keeps its lines.
    """
    (left, right), (bottom, top) = bounds
    height = np.sqrt(np.maximum(values.T - values.min(), 0))
    top_height = height.max()
    ax.imshow(
        height, extent=(left, right, bottom, top), origin="lower", cmap=HEAT,
        aspect=ax.get_aspect(),
        vmax=top_height, interpolation="bilinear", alpha=0.9,
    )  # fmt: skip
    if not top_height:  # a plain has no contours
        return
    axes = [np.linspace(*pair, count) for pair, count in zip(bounds, values.shape)]
    inner = np.linspace(0, top_height, levels + 1)[1:-1]
    ax.contour(*axes, height, levels=inner, colors="white", linewidths=0.6, alpha=0.7)


def regions(ax, bounds, numbers, colors):
    """Whole numbers on a `parameter_grid` over `bounds`, each in its colour, one pixel a point."""
    (left, right), (bottom, top) = bounds
    ax.imshow(
        numbers.T, extent=(left, right, bottom, top), origin="lower", aspect="auto",
        cmap=ListedColormap(colors), vmin=-0.5, vmax=len(colors) - 0.5, interpolation="nearest",
    )  # fmt: skip


def ridges(ax, histograms, color):
    """Histograms, pairs of edges and heights, each on its line: at 1, 2, …, counted downwards.

    As one collection they are drawn in a quarter of the time of as many filled curves.
    """
    outlines = []
    for line, (edges, heights) in enumerate(histograms, start=1):
        steps = np.concatenate([[0], np.repeat(heights / heights.max(), 2), [0]])
        outlines.append(np.stack([np.repeat(edges, 2), line + 0.4 - 0.8 * steps], axis=-1))
    ridges = PolyCollection(outlines, facecolors=color, edgecolors=color, linewidths=0.8)
    ax.add_collection(ridges, autolim=False)


def edged(width):
    """A white edge for lines of some width on a heat map, where dark ones would not show."""
    return [Stroke(linewidth=width + 1, foreground="white"), Normal()]


def dashed(ax, points, color):
    """A dashed line through points (n, 2) of a heat map."""
    ax.plot(*np.transpose(points), "--", color=color, lw=1.4, path_effects=edged(1.4))


def trail(ax, points, color=PATH):
    """A path (T + 1, 2): a line with a dot for each step, ringed start, filled end."""
    if color in (INK, BROWN):
        lines(ax, [points], "white", 2.6, zorder=2.9)  # or it would not show where a map is dark
    ax.plot(*points.T, "-o", color=color, ms=3.5, mec="white", mew=0.5, lw=1.6, zorder=3)
    ends = {"edgecolors": (color, "white"), "linewidths": (1.8, 1.2), "zorder": 4}
    dots(ax, points[[0, -1]], (49, 64), ("white", color), **ends)


def lines(ax, paths, colors, width=1.2, **look):
    """Paths, each (T, 2), as one collection: far less work than as many calls of `Axes.plot`."""
    ax.add_collection(LineCollection(paths, colors=colors, lw=width, **look), autolim=False)


DISC = MarkerStyle("o").get_path().transformed(MarkerStyle("o").get_transform())


def dots(ax, points, sizes, colors, **look):
    """Discs of some sizes, in square points: what `Axes.scatter` draws, in a third of the time."""
    discs = PathCollection(
        [DISC], sizes, offsets=np.reshape(points, (-1, 2)), offset_transform=ax.transData,
        facecolors=colors, **look,
    )  # fmt: skip
    discs.set_transform(IdentityTransform())
    ax.add_collection(discs, autolim=False)


def tag(ax, text, point):
    """A small label beside a point."""
    tags(ax, [text], [point])


def tags(ax, texts, points, left=False):
    """A small label beside each point, readable on any shade of a heat map, inside the axes.

    It stands on the right unless there is no room, or `left` says otherwise. One collection of
    outlines, each with a halo, takes a quarter of the time of texts in boxes.
    """
    pixels = ax.transData.transform(points)
    beyond = (ax.transAxes.inverted().transform(pixels) > 0.9 + 1e-6) | [left, False]
    labels = PathCollection(
        [outline(text, *flip) for text, flip in zip(texts, map(tuple, beyond))],
        offsets=points, offset_transform=ax.transData, facecolors=INK, linewidths=0, zorder=5,
        path_effects=[withStroke(linewidth=3, foreground="white", alpha=0.8)],
    )  # fmt: skip
    labels.set_transform(Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans)
    ax.add_collection(labels, autolim=False)


@lru_cache(maxsize=64)
def outline(text, left, below):
    """The outline of a label in points: right of the origin and above it, or left of it, below."""
    path = TextPath((0, 0), text, size=9)
    width, height = path.get_extents().max
    return path.transformed(
        Affine2D().translate(-7 - width if left else 7, -6 - height if below else 6)
    )
