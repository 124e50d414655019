"""The picture as a place to point at: what stands where, and what a hand in it means.

That a browser reads and reports it, test_touch.py of the browser sees.
"""

import json
import math
import struct

import numpy as np
import pytest
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.testing import assert_allclose

from lessons import demos
from lessons.stage.canvas import Sheet
from lessons.stage.controls import LogSlider, Slider
from lessons.stage.coordinates import coordinates_of
from lessons.stage.demo import demo
from lessons.stage.picture import DRAWING
from lessons.stage.style import house_style

ALL = demos.ALL
TOUCHABLE = {each.name: each for each in ALL.values() if each.handles}


def header(packed):
    """What a display list says of itself."""
    (length,) = struct.unpack_from("<I", packed)
    return json.loads(packed[4 : 4 + length])


class Stage:
    """The stage of a demo at its defaults: its axes, and what its display list says of them."""

    def __init__(self, of):
        with DRAWING, house_style():
            self.sheet = Sheet(of)
            self.list = header(self.sheet.at(of.layers[0], of.defaults()).list)
        self.axes = self.list["axes"]

    def pixel(self, name, x, y):
        """Where a point is, from the upper left, as Matplotlib has it."""
        across, up = self.sheet.axes[name].transData.transform((x, y))
        return across, self.list["size"][1] - up

    def values(self, name, across, down):
        """What the list says of a pixel."""
        left, top, width, height = self.axes[name]["box"]
        shares = {"x": (across - left) / width, "y": 1 - (down - top) / height}
        return [between(self.axes[name][side], share) for side, share in shares.items()]


def between(side, share):
    """The number at a share of a side."""
    low, high = side["ends"]
    return low * (high / low) ** share if side["scale"] == "log" else low + share * (high - low)


@pytest.fixture(scope="module", params=TOUCHABLE)
def touchable(request):
    return TOUCHABLE[request.param]


@pytest.fixture(scope="module")
def stage(touchable):
    return Stage(touchable)


def test_the_list_of_a_stage_says_of_each_pixel_what_matplotlib_does(touchable, stage):
    height = stage.list["size"][1]
    shown = {name for coordinate in touchable.handles for name in coordinate.partition(".")[0]}
    for name in shown:
        ax = stage.sheet.axes[name]
        for across, up in ax.transAxes.transform([[0.1, 0.8], [0.5, 0.5], [0.93, 0.02]]):
            said = stage.values(name, across, height - up)
            assert_allclose(ax.transData.transform(said), [across, up], atol=0.01)


def test_where_a_setting_stands_it_is_held_and_elsewhere_it_moves(touchable, stage):
    for settings in [touchable.defaults(), *touchable.preset_settings().values()]:
        for coordinate, handles in touchable.handles.items():
            for setting, *_ in handles:
                control, value = touchable.controls[setting], settings[setting]
                held = pointed_at(stage, coordinate, value)
                # A pixel is more than a step where there are many of them.
                assert control.nearest(held) == value
                beyond = next(end for end in control.ends() if end != value)
                assert control.nearest(pointed_at(stage, coordinate, beyond)) == beyond


def pointed_at(stage, coordinate, value):
    """What the list says of the place where a value lies on one side of axes."""
    name, side = coordinate.split(".")
    ax = stage.sheet.axes[name]
    point = [sum(ax.get_xlim()) / 2, sum(ax.get_ylim()) / 2]
    point["xy".index(side)] = value
    return stage.values(name, *stage.pixel(name, *point))["xy".index(side)]


def test_the_picture_shows_each_setting_at_the_coordinate_that_it_names(touchable, stage):
    """Something that a layer draws is there, or centred there, wherever the setting stands."""
    for coordinate, handles in touchable.handles.items():
        name, side = coordinate.split(".")
        low, high = stage.axes[name][side]["ends"]
        near = 0 if stage.axes[name][side]["scale"] == "log" else 1e-6 * abs(high - low)
        for setting, *_ in handles:
            control = touchable.controls[setting]
            for value in (control.default, control.at(control.positions // 3)):
                stage.sheet.render(touchable.defaults() | {setting: value})
                drawn = numbers_along(stage.sheet, name, "xy".index(side))
                assert np.isclose(drawn, value, atol=near).any(), (setting, value)


def numbers_along(sheet, name, side):
    """The coordinates, x (0) or y (1), of all corners and marks that the layers draw in axes."""
    stage, *layers = sheet.picture.layers
    artists = (each for layer in layers for each in sheet.drawn[layer].artists)
    inside = [each for each in artists if each.axes is sheet.axes[name]]
    return np.concatenate(
        [np.ravel(points[..., side]) for each in inside for points in corners(each)]
    )


def corners(artist):
    """Arrays (..., 2) of the points that an artist is drawn through."""
    if isinstance(artist, Line2D):
        points = np.column_stack(artist.get_data())
        yield points
        yield (points[:1] + points[-1:]) / 2
    elif isinstance(artist, Collection):
        yield np.ma.filled(artist.get_offsets(), np.nan)
        yield from (path.vertices for path in artist.get_paths())
    elif isinstance(artist, Patch):
        yield artist.get_patch_transform().transform(artist.get_path().vertices)


def test_labels_are_plain_text():
    for each in TOUCHABLE.values():
        for axes in Stage(each).axes.values():
            for side in filter(None, (axes["x"], axes["y"])):
                assert "$" not in (side["label"] or "") and "\n" not in (side["label"] or "")


# --- what can be read ---------------------------------------------------------------------------


@pytest.fixture
def ax():
    with house_style():
        yield Figure(figsize=(2, 1), dpi=100).add_axes((0.25, 0.5, 0.5, 0.25))


def said(ax):
    return coordinates_of({"a": ax}, 100)["a"]


def test_axes_say_where_they_stand_and_what_is_at_their_ends(ax):
    ax.set(xlim=(3, -1), xlabel="two\nlines", yscale="log", ylim=(0.01, 10))
    assert said(ax) == {
        "box": [50, 25, 100, 25],
        "x": {"ends": [3, -1], "scale": "linear", "label": "two lines"},
        "y": {"ends": [0.01, 10], "scale": "log", "label": "y"},
    }


@pytest.mark.parametrize(
    "ticks, labels, is_read",
    [
        ([1, 2], None, True),
        ([1, 2], ["1", "2"], True),
        ([0.001, 1], ["≤ 1e−3", "far"], True),
        ([1, 2], [], True),  # those of the axes beside them
        ([-2, -1], ["0.01", "0.1"], False),
        ([0, 1], ["global", "0.52"], False),
        ([0, 1], ["minimum", "saddle"], False),
        ([], None, False),
    ],
)
def test_only_what_the_ticks_show_is_read(ax, ticks, labels, is_read):
    ax.set_xlim(-3, 3)
    ax.set_xticks(ticks, labels)
    assert (said(ax)["x"]["label"] is not None) is is_read


def test_nothing_is_read_where_no_axis_is_drawn_or_its_scale_is_another(ax):
    ax.set_yscale("symlog")
    assert said(ax)["y"] is None
    ax.set_axis_off()
    assert said(ax)["x"]["label"] is None


def test_axes_in_space_are_left_out():
    assert Stage(ALL["fig_6_1"]).axes.keys() == {"a", "c", "d"}


# --- numbers become settings --------------------------------------------------------------------


@pytest.mark.parametrize(
    "number, setting",
    [(0.42, 0.4), (0.46, 0.5), (-7, 0.0), (1e300, 2.0), (2.04, 2.0), (0.3 + 1e-12, 0.3)],
)
def test_a_slider_takes_the_nearest_step_in_its_range(number, setting):
    assert Slider("φ", 0.0, 2.0, 0.1, 1.0).nearest(number) == setting


def test_a_whole_number_stays_one():
    nearest = Slider("steps", 0, 40, 5, 40).nearest(12.6)
    assert nearest == 15 and isinstance(nearest, int)


@pytest.mark.parametrize(
    "number, setting",
    [(0.0102, 0.01), (0.02, 0.02), (1e-9, 1e-4), (0, 1e-4), (-3, 1e-4), (70, 10)],
)
def test_a_logarithmic_slider_takes_the_nearest_in_powers_of_ten(number, setting):
    assert LogSlider("α", -4, 1, 0.1, 0.1).nearest(number) == setting


def test_the_default_and_the_presets_are_positions_of_their_controls():
    for each in TOUCHABLE.values():
        for settings in each.preset_settings().values():
            for name in {name for handles in each.handles.values() for name, *_ in handles}:
                assert each.controls[name].nearest(settings[name]) == settings[name]


# --- the panel ----------------------------------------------------------------------------------


@pytest.fixture
def panel():
    shown = ALL["fig_6_4"]()
    shown.screen.seen = True
    yield shown
    shown.close()


@pytest.fixture
def drawings(panel, monkeypatch):
    """How many pictures the panel shows from here on: a list of their words."""
    shown = []
    monkeypatch.setattr(panel.screen, "show", lambda at, lists, words: shown.append(words))
    return shown


def test_a_touch_moves_the_sliders_and_draws_once(panel, drawings):
    panel.screen.touched = {"settings": {"phi0": 3.14159, "phi1": 99.0}, "count": 1}
    assert panel.settings() == {"phi0": 3.1, "phi1": 22.5}
    assert len(drawings) == 1


def test_a_touch_that_moves_nothing_draws_nothing_and_the_same_again_is_heard(panel, drawings):
    there = {"phi0": 2.0, "phi1": 5.0}
    panel.screen.touched = {"settings": there, "count": 1}
    panel.screen.touched = {"settings": {"phi0": 2.01, "phi1": 5.0}, "count": 2}
    assert len(drawings) == 1
    panel.set(phi0=0.0)
    panel.screen.touched = {"settings": there, "count": 3}
    assert panel.settings() == there
    assert len(drawings) == 3


@pytest.mark.parametrize(
    "touched",
    [
        {},
        {"settings": None},
        {"settings": [1, 2]},
        {"settings": {"phi0": "3", "phi1": None}},
        {"settings": {"phi0": math.nan, "phi1": math.inf}},
        {"settings": {"another": 1.0, "": 2.0}},
    ],
)
def test_what_no_slider_can_mean_is_passed_over(panel, drawings, touched):
    before = panel.settings()
    panel.screen.touched = touched | {"count": 1}
    assert panel.settings() == before and not drawings and panel.error is None


def test_a_control_that_lies_nowhere_in_the_picture_is_not_moved_there():
    shown = ALL["fig_6_1"]()
    shown.screen.touched = {"settings": {"noise": 0.1, "start0": 0.5}, "count": 1}
    assert shown.settings() == ALL["fig_6_1"].defaults() | {"start0": 0.5}
    shown.close()


# --- the declaration ----------------------------------------------------------------------------


def declared(**controls):
    look = {"size": (4, 3), "title": "", "alt": "", "presets": {"as it is": {}}}
    return demo("ab;cc", **look, solid="b", controls=controls)(lambda axes: None)


def start(along, low=0.0, high=1.0):
    return Slider("start", low, high, 0.1, low, along=along)


def test_a_declaration_says_what_lies_where():
    both = declared(start=start("ac.x"), other=start("c.y", 1.0, 2.0), none=start(""))
    assert both.handles == {
        "a.x": [["start", 0.0, 1.0]], "c.x": [["start", 0.0, 1.0]], "c.y": [["other", 1.0, 2.0]],
    }  # fmt: skip
    powers = declared(rate=LogSlider("α", -2, 1, 0.1, 0.1, along="a.y"))
    assert powers.handles == {"a.y": [["rate", 0.01, 10.0]]}


def test_two_may_lie_along_one_coordinate_where_their_ranges_are_apart():
    ends = declared(left=start("a.x", 0.0, 0.4), right=start("a.x", 0.5, 1.0))
    assert ends.handles == {"a.x": [["left", 0.0, 0.4], ["right", 0.5, 1.0]]}
    with pytest.raises(ValueError, match=r"along is 'a.x' for right, but left .* apart"):
        declared(left=start("a.x", 0.0, 0.5), right=start("a.x", 0.5, 1.0))


@pytest.mark.parametrize("along", ["d.x", "b.x", "a", "a.z", ".x", "a x", "a;.x", "a.x.y"])
def test_a_coordinate_that_there_is_not_is_refused(along):
    with pytest.raises(ValueError, match=r"along is .* for start, expected .* \['a', 'c'\]"):
        declared(start=start(along))
