"""What single pictures show, and what they say of it."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection

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
