"""What a recorder writes down: each thing once, in the units and order that its docstring says.

That it is what Agg draws, test_painter.py of the browser sees.
"""

import json
import struct
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Rectangle
from numpy.testing import assert_allclose, assert_array_equal

from lessons.stage.recorder import CROWD, MOST, UNITS, Recorder
from lessons.stage.style import house_style


@pytest.fixture
def ax():
    """Axes whose data are pixels, counted from below: a hundred wide and fifty high."""
    with house_style():
        ax = Figure(figsize=(1, 0.5), dpi=100).add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 50))
        yield ax


def recorded(artist):
    """What a list says of an artist: the parts of the file by name."""
    packed = Recorder(artist.figure).record(artist)
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    paths = [shape for shape in header["shapes"] if isinstance(shape, int)]
    count, at = sum(paths), 4 + length

    def part(kind, size):
        nonlocal at
        values = np.frombuffer(packed, kind, size, at)
        at += values.nbytes
        return values

    points = part("<i2", 2 * count).reshape(-1, 2) / UNITS
    places = part("<i2", 2 * header["places"]).reshape(-1, 2) / UNITS
    stamps = part("<u2", 6 * header["stamps"]).reshape(-1, 6)
    rest = {"codes": part("u1", count), "pixels": part("u1", len(packed) - at)}
    return SimpleNamespace(**header | rest | {"points": points, "at": places, "drawn": stamps})


def test_a_line_is_its_points_from_the_upper_left_and_its_style(ax):
    (line,) = ax.plot([10, 20, 40], [10, 20, 15], "--", color="#ff000080", lw=3.6)
    said = recorded(line)
    assert_allclose(said.points, [[10, 40], [20, 30], [40, 35]], atol=1 / UNITS)
    assert_array_equal(said.codes, [1, 2, 2])
    assert_array_equal(said.drawn, [[0, 0, 1, 1, 1, 1]])
    assert_array_equal(said.at, [[0, 0]])
    assert (said.size, said.shapes, said.colors) == ([100, 50], [3], [None, "#ff000080"])
    width, dashes, offset, cap, join = said.lines[1]
    assert (width, dashes, offset, cap, join) == (5, [18.5, 8], 0, "butt", "round")
    assert said.clips == [None, [0, 0, 100, 50]]


def test_marks_are_one_shape_in_the_middle_of_pixels(ax):
    (line,) = ax.plot([10.2, 30.4, np.nan], [10, 20, 30], "o")
    said = recorded(line)
    assert_array_equal(said.drawn[:, [0, -1]], [[0, 2]])
    assert_array_equal(said.at, [[10, 40], [30, 30]])
    assert_allclose(said.points.min(axis=0) + said.points.max(axis=0), 1, atol=2 / UNITS)


SHINING = {"mec": "#ffffff80"}, {"alpha": 0.5}


@pytest.mark.parametrize("look", [{"mew": 0}, {"mec": "white"}, *SHINING])
def test_of_many_marks_on_one_pixel_the_last_few_are_drawn_if_none_shines_through(ax, look):
    crowd, other, last = [(20, 10)] * 30, (40, 30), (60, 20)
    (marks,) = ax.plot(*zip(*crowd, other, *crowd, last), "o", **look)
    wanted = [*crowd, other, *crowd, last] if look in SHINING else [other, *crowd[:CROWD], last]
    assert_array_equal(recorded(marks).at, [(x, 50 - y) for x, y in wanted])


@pytest.mark.parametrize("look", [{}, {"mec": "C0", "mew": 4}, {"mew": 0}])
def test_a_disc_with_an_edge_of_its_colour_is_a_larger_disc(ax, look):
    """Fidelity to Agg is seen in the browser; here that it is one shape without a line."""
    (marks,) = ax.plot([20], [10], "o", color="C0", ms=7.2, **look)
    said = recorded(marks)
    assert_array_equal(said.drawn[:, 1:4], [[1, 0, 0]])
    width = 100 / 72 * (7.2 + marks.get_markeredgewidth())
    assert_allclose(np.ptp(said.points, axis=0), width, atol=2 / UNITS)


@pytest.mark.parametrize("mark", ["o", "s"])
@pytest.mark.parametrize("look", [{"mec": "white"}, {"alpha": 0.5}, {"mfc": "none"}])
def test_an_edge_that_is_seen_is_a_line(ax, mark, look):
    (marks,) = ax.plot([20], [10], mark, color="C0", **look)
    ((_, face, color, style, *_),) = recorded(marks).drawn
    assert color and style and bool(face) == (look != {"mfc": "none"})


def test_discs_of_one_size_are_one_shape_and_keep_their_colours(ax):
    said = recorded(ax.scatter([10, 20.5, 30], [10, 20, 30], [36, 36, 9], ["r", "b", "b"]))
    assert len(said.shapes) == 2
    assert_array_equal(said.drawn[:, 0], [0, 0, 1])
    assert [said.colors[face] for face in said.drawn[:, 1]] == ["#ff0000ff", *2 * ["#0000ffff"]]
    assert_allclose(said.at, [[10, 40], [20.5, 30], [30, 20]], atol=1 / UNITS)


def test_a_letter_is_written_once(ax):
    said = recorded(ax.text(10, 20, "abba"))
    assert len(said.shapes) == 2
    assert_array_equal(said.drawn[:, [0, -1]], [[0, 1], [1, 2], [0, 1]])
    assert (np.diff(said.at[:, 0]) > 5).all() and (said.at[:, 1] == 30).all()


def test_a_formula_has_letters_and_bars(ax):
    said = recorded(ax.text(10, 20, r"$\frac{a}{b}$"))
    assert sorted(said.shapes)[0] == 5, "the bar"
    assert len(said.shapes) == 3


def test_an_image_is_its_pixels_from_above(ax):
    shown = ax.imshow(
        [[0, 1]], extent=(10, 30, 10, 20), cmap="gray", interpolation="nearest", aspect="auto"
    )
    ax.set(xlim=(0, 100), ylim=(0, 50))
    said = recorded(shown)
    assert said.shapes == [[20, 10]]
    assert_array_equal(said.at, [[10, 30]])
    row = said.pixels.reshape(10, 20, 4)[0]
    assert_array_equal(row[[0, -1]], [[0, 0, 0, 255], [255, 255, 255, 255]])


def test_what_is_far_outside_is_cut_off_where_it_leaves(ax):
    corners = [[50, 25], [1e6, 1e6], [1e6, -1e6]]
    said = recorded(ax.add_patch(Polygon(corners)))
    assert np.abs(said.points).max() < MOST
    off = np.abs(said.points[:, 1] - 25) - (said.points[:, 0] - 50)
    assert np.sum(np.abs(off) < 0.2) >= 3, "the tip, and both edges where they leave"
    assert (off < 0.2).all()
    (line,) = ax.plot([50, 1e9], [25, 1e9])
    assert_allclose(recorded(line).points, [[50, 25], [75, 0]], atol=2)


def test_what_a_browser_would_not_paint_is_refused(ax):
    with pytest.raises(NotImplementedError, match="a hatch is drawn, expected plain faces"):
        recorded(ax.add_patch(Rectangle((0, 0), 9, 9, hatch="/")))
    (line,) = ax.plot([0, 10], [0, 10])
    line.set_clip_path(Circle((5, 5), 3, transform=ax.transData))
    with pytest.raises(NotImplementedError, match="a clip is no rectangle"):
        recorded(line)
