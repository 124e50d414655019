"""One look for every picture: sizes, and colours that colour-blind readers can tell apart."""

import numpy as np
from matplotlib import colormaps

# Okabe and Ito's palette, by the role each colour plays in the course.
INK = "#222222"
PATH = "#D55E00"  # the path of a descent, the step just taken
SECOND = "#0072B2"  # what it is compared with
THIRD = "#009E73"  # a third thing: the good answer, the minimum
FOURTH = "#CC79A7"
GOLD = "#E69F00"
SKY = "#56B4E9"
MUTED = "#8A8A8A"
CYCLE = (PATH, SECOND, THIRD, FOURTH, GOLD, SKY)

HEAT = "Blues_r"  # dark is low: paths in warm colours stand out on it
SEQUENCE = colormaps["YlOrBr"]  # from the first step (light) to the last (dark)

RC = {
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10.5,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.autolimit_mode": "data",
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "figure.facecolor": "white",
    "path.simplify": True,
}


def shade(position):
    """The colour at `position` in [0, 1] between the first step (light) and the last (dark)."""
    return SEQUENCE(position)


def heat_map(ax, bounds, values, levels=14, vmax=None):
    """Losses `values` on a `parameter_grid` over `bounds`, with contours; dark is low.

    Levels are spaced in the square root of the loss, so the floor of a valley keeps its lines.
    """
    (left, right), (bottom, top) = bounds
    height = np.sqrt(np.maximum(values.T - values.min(), 0))
    top_height = height.max() if vmax is None else np.sqrt(vmax)
    ax.imshow(
        height, extent=(left, right, bottom, top), origin="lower", cmap=HEAT,
        aspect=ax.get_aspect(),
        vmax=top_height, interpolation="bilinear", alpha=0.9,
    )  # fmt: skip
    axes = [np.linspace(*pair, count) for pair, count in zip(bounds, values.shape)]
    inner = np.linspace(0, top_height, levels + 1)[1:-1]
    ax.contour(*axes, height, levels=inner, colors="white", linewidths=0.6, alpha=0.7)


def trail(ax, points, color=PATH, numbers=0):
    """A path (T + 1, 2): a line with a dot for each step, ringed start, filled end.

    The first `numbers` points carry their step number, where there is room for it.
    """
    x, y = points[:, 0], points[:, 1]
    ax.plot(x, y, "-o", color=color, ms=3.5, mec="white", mew=0.5, lw=1.6, zorder=3)
    ax.plot(x[:1], y[:1], "o", mfc="white", mec=color, mew=1.8, ms=7, zorder=4)
    ax.plot(x[-1:], y[-1:], "o", mfc=color, mec="white", mew=1.2, ms=8, zorder=4)
    labelled = None
    for step in reversed(range(min(numbers, len(points)))):
        pixel = ax.transData.transform(points[step])
        if labelled is None or np.hypot(*(pixel - labelled)) > 16:
            tag(ax, str(step), points[step])
            labelled = pixel


def tag(ax, text, point):
    """A small label beside a point, readable on any shade of a heat map, inside the axes."""
    right, top = ax.transAxes.inverted().transform(ax.transData.transform(point)) > 0.9
    ax.annotate(
        text, point, xytext=(-7 if right else 7, -6 if top else 6), textcoords="offset points",
        ha="right" if right else "left", va="top" if top else "baseline",
        color=INK, fontsize=9, zorder=5, annotation_clip=True,
        bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.8},
    )  # fmt: skip
