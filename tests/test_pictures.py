"""What single pictures show, and what they say of it."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from numpy.testing import assert_allclose

from lessons import demos
from lessons.demos.gradient_descent import number_steps
from lessons.stage.style import outline


def drawn(name, preset=None, **changed):
    """The axes of a demo's picture at a preset or its defaults, by panel, and its text."""
    demo = demos.ALL[name]
    settings = demo.preset_settings()[preset] if preset else demo.defaults()
    figure, text = demo.draw(**(settings | changed))
    figure.draw_without_rendering()
    return dict(zip("abcd", figure.axes)), text


def test_figure_6_1_numbers_all_points_of_its_four_steps():
    axes, _ = drawn("fig_6_1", "line search")
    shapes = [path.vertices for c in axes["c"].collections for path in c.get_paths()]
    for number in "01234":
        sides = [outline(number, left, False).vertices for left in (False, True)]
        assert any(len(s) == len(o) and np.allclose(s, o) for s in shapes for o in sides), number


def test_numbers_without_room_are_left_out_and_the_start_is_not():
    axes, _ = drawn("fig_6_1")
    before = len(axes["c"].collections)
    number_steps(axes["c"], np.full((5, 2), 0.5))
    labels = axes["c"].collections[before:]
    assert [len(label.get_paths()) for label in labels] == [1, 1], "0 on the right, 1 on the left"


@pytest.mark.parametrize("name, preset", [
    ("saddle_escape", "stopped beside the saddle"),
])  # fmt: skip
def test_a_path_that_ends_on_a_marked_point_does_not_hide_the_mark(name, preset):
    axes, _ = drawn(name, preset)
    marks = [line for line in axes["a"].lines if line.get_marker() in ("x", "X", "^", "+")]
    order = axes["a"].get_children().index
    others = [a for a in (*axes["a"].lines, *axes["a"].collections) if a not in marks]
    assert marks
    assert min((m.zorder, order(m)) for m in marks) > max((a.zorder, order(a)) for a in others)


def test_gradients_are_counted_in_bins_equally_wide_on_their_axis():
    axes, _ = drawn("layer_histograms", "as Glorot")
    (ridges,) = axes["b"].collections
    for path in ridges.get_paths():
        edges = np.unique(axes["b"].transData.transform(path.vertices)[:, 0].round(3))
        assert_allclose(np.diff(edges), np.diff(edges).min(), rtol=0.01)


def test_zero_is_said_and_not_drawn_on_a_logarithmic_axis():
    axes, _ = drawn("equal_weights", "all equal")
    assert np.isnan(axes["b"].lines[0].get_ydata()).all()
    assert "exactly 0" in axes["b"].texts[0].get_text()


@pytest.mark.parametrize("name, panel", [
    ("bounce", "b"), ("kink_check", "b"), ("successive_halving", "a"),
    ("step_size_trade_off", "b"), ("coarse_to_fine", "b"),
])  # fmt: skip
def test_where_small_numbers_are_drawn_the_axis_says_so(name, panel):
    axes, _ = drawn(name)
    ticks = axes[panel].get_yticklabels()
    assert ticks[0].get_text().startswith("≤")
    lowest = ticks[0].get_position()[1]
    heights = [line.get_ydata() for line in axes[panel].lines if len(line.get_ydata())]
    heights += [
        c.get_offsets()[:, 1] for c in axes[panel].collections if isinstance(c, PathCollection)
    ]
    heights = np.ma.concatenate([np.ma.ravel(h) for h in heights])
    assert heights[heights < lowest].size == 0


def test_the_circled_point_has_its_verdict_where_the_grid_has_no_point():
    axes, text = drawn("kink_check", "a wide h, near a kink")
    *_, last = (c for c in axes["b"].collections if isinstance(c, PathCollection))
    (circle,) = [line for line in axes["b"].lines if line.get_markersize() == 13]
    assert_allclose(last.get_offsets()[0], [circle.get_xdata()[0], circle.get_ydata()[0]])
    assert text.endswith("verdict: kink")


@pytest.mark.parametrize("lost", [{"phi1": 0.0}, {"theta11": 0.0}, {"theta10": 3.0}])
def test_a_joint_is_named_where_the_line_bends_and_nowhere_else(lost):
    assert "joints between -2 and 2: -1.2, -0.2, 1;" in drawn("ten_parameters")[1]
    assert "joints between -2 and 2: -1.2, 1;" in drawn("ten_parameters", **lost)[1]
