"""Colours that stay apart for colour-blind readers, and lines that show on white."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb, to_rgba_array
from matplotlib.contour import ContourSet

from lessons import demos
from lessons.stage import style

from .shown import UNSEEN, draw

LEAST_CONTRAST = 3  # of a line with white: WCAG 2.1, 1.4.11
LEAST_DISTANCE = 12  # of two colours for lines, in CIELAB
SEEN = {
    "normally": np.eye(3),
    # Machado, Oliveira and Fernandes 2009, severity 1, of linear RGB.
    "with deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "with protanopia": np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
}  # fmt: skip
XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
"""CIE's coordinates of linear RGB; the second is the relative luminance."""

NAMES = ("INK", "PATH", "SECOND", "THIRD", "FOURTH", "BROWN", "SKY", "MUTED")
PALETTE = {name: getattr(style, name) for name in NAMES}


def linear(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast_with_white(color):
    return 1.05 / float(XYZ[1] @ linear(color) + 0.05)


def lab(rgb):
    """CIELAB of linear RGB, white being (1, 1, 1)."""
    ratios = XYZ @ np.clip(rgb, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, seen):
    return np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other)))


def test_contrast_and_distance_are_those_of_known_colours():
    assert contrast_with_white("black") == pytest.approx(21)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)
    assert lab(linear("red")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert distance("#FF0000", "#8B7500", np.eye(3)) > 2 * LEAST_DISTANCE
    assert distance("#8A8A8A", style.THIRD, SEEN["with deuteranopia"]) < LEAST_DISTANCE


@pytest.mark.parametrize("name", PALETTE)
def test_a_colour_for_lines_shows_on_white(name):
    assert contrast_with_white(PALETTE[name]) >= LEAST_CONTRAST


@pytest.mark.parametrize("position", np.linspace(0, 1, 5))
def test_a_shade_of_a_sequence_shows_on_white(position):
    assert contrast_with_white(style.shade(position)) >= LEAST_CONTRAST


@pytest.mark.parametrize("seen", SEEN)
def test_any_two_colours_for_lines_stay_apart(seen):
    too_close = {
        (one, other): round(apart)
        for one, other in combinations(PALETTE, 2)
        if (apart := distance(PALETTE[one], PALETTE[other], SEEN[seen])) < LEAST_DISTANCE
    }
    assert too_close == {}


def test_a_cycle_of_lines_is_of_this_palette():
    assert set(style.CYCLE) <= set(PALETTE.values()) - {style.INK, style.MUTED}


# --- what the demos draw --------------------------------------------------------------------------


def drawn_colors(ax):
    """The colour of every line that is visible on axes, as it looks on white."""
    for artist in (*ax.lines, *ax.collections):
        if not artist.get_visible():
            continue
        if isinstance(artist, LineCollection | ContourSet):
            colors, widths = artist.get_edgecolors(), artist.get_linewidths()
        elif artist in ax.lines and artist.get_linestyle() not in UNSEEN:
            colors, widths = to_rgba_array(artist.get_color(), artist.get_alpha()), 1
        else:
            continue
        if np.any(widths):
            for *rgb, alpha in np.unique(colors, axis=0):
                yield tuple(alpha * np.array(rgb) + 1 - alpha)


def pale_lines(demo, settings):
    """The panels without a map on which lines are too pale, and the contrast of these."""
    found = set()
    for panel, ax in draw(demo, settings).axes.items():
        if ax.images:
            continue
        contrasts = map(contrast_with_white, set(drawn_colors(ax)))
        found |= {(panel, round(each, 2)) for each in contrasts if each < LEAST_CONTRAST}
    return found


@pytest.mark.parametrize("demo", demos.ALL.values(), ids=demos.ALL)
def test_every_line_shows_on_white(demo):
    settings = {"defaults": demo.defaults(), **demo.preset_settings()}
    pale = {title: pale_lines(demo, values) for title, values in settings.items()}
    assert {title: found for title, found in pale.items() if found} == {}
