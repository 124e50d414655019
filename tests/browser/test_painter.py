"""What the browser paints of a demo's display lists is what Agg draws."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from PIL import Image

from course_tools.painting import sent
from lessons import demos
from lessons.stage.canvas import Canvas
from lessons.stage.picture import DPI
from lessons.stage.recorder import Recorder
from lessons.stage.style import house_style

from .fidelity import apart, compare, drawn, page_with_painter, painted, pixels

MOST_APART, MOST_IN_A_BLOCK = 2, 20


@pytest.fixture(scope="module")
def page(chromium):
    page = page_with_painter(chromium)
    yield page
    page.close()


@pytest.mark.parametrize("name", demos.ALL)
def test_at_its_last_preset_it_is_what_agg_draws(page, name):
    """`python -m tests.browser.fidelity` compares at all of them."""
    *_, settings = demos.ALL[name].preset_settings().values()
    mean, block = compare(page, demos.ALL[name], [settings])
    assert mean <= MOST_APART
    assert block <= MOST_IN_A_BLOCK


WALK = """async ([pair, walk]) => {
    const known = await Promise.all(pair.map(painter.read))
    const canvas = document.createElement("canvas")
    return walk.map(ends => {
        const fresh = document.createElement("canvas"), lists = ends.map((end, i) => known[end][i])
        for (const each of [canvas, fresh]) painter.paint(each, lists, 1)
        return painter.same(canvas, fresh)
    })
}"""


def test_whichever_layers_change_the_picture_is_as_if_painted_anew(page):
    """What the painter keeps as pixels is used only where nothing below has changed."""
    demo = demos.ALL["fig_6_6"]
    canvas = Canvas(demo)
    ends = [
        {name: control.at(place) for name, control in demo.controls.items()} for place in (0, 40)
    ]
    pair = [sent(canvas.render(**at)[0]) for at in ends]
    pair[1][0] = pair[1][1]  # so that the first changes, too
    shown = [0, 0, 0, 0]
    assert len(pair[0]) == len(shown) and all(one != other for one, other in zip(*pair))
    walk = []
    for layer in np.random.default_rng(0).integers(len(shown), size=100):
        shown[layer] = 1 - shown[layer]
        walk.append([*shown])
    assert all(page.evaluate(WALK, [pair, walk]))


def test_four_corners_are_painted_as_a_rectangle_only_if_they_are_one(page):
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    with house_style():
        figure = Figure(figsize=(6, 1), dpi=DPI)
        ax = figure.add_axes((0, 0, 1, 1), xlim=(0, 12), ylim=(0, 2))
        ax.set_axis_off()
        for number in range(12):  # one corner after the other is moved along one axis or both
            corners = 0.8 * square + 0.1 + [number, 0.3]
            corners[number % 4] += 0.5 * np.array([[1, 0], [0, 1], [1, 1]][number // 4])
            ax.add_patch(Polygon(corners, lw=0))
            ax.add_patch(Polygon(corners[::-1] * [1, 0.5] + [0, 1], lw=0))
        lists = [Recorder(figure).record(ax)]
    mean, block = apart(painted(page, lists), drawn(figure))
    assert mean <= MOST_APART and block <= MOST_IN_A_BLOCK


@pytest.mark.parametrize("dpr", [1.5, 2])
def test_it_has_the_dots_of_the_screen(page, dpr):
    """Only a picture with as many dots has lines as fine, and the same colours everywhere."""
    lists, _ = Canvas(demos.ALL["fig_6_1"]).render(**demos.ALL["fig_6_1"].defaults())
    shown, plain = painted(page, lists, dpr), painted(page, lists)
    assert shown.shape[:2] == tuple(round(dpr * side) for side in plain.shape[:2])
    size = plain.shape[1::-1]
    again = Image.fromarray(shown.astype(np.uint8)).resize(size, Image.Resampling.BOX)
    assert apart(pixels(again), plain).mean <= MOST_APART
    grown = Image.fromarray(plain.astype(np.uint8)).resize(shown.shape[1::-1])
    assert steps(shown) > 1.1 * steps(pixels(grown))


def steps(picture):
    """How much neighbouring dots differ: in a blurred picture, little."""
    return np.abs(np.diff(picture, axis=1)).max(axis=-1)[..., None].astype(float).std()
