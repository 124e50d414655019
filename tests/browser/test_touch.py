"""A hand in the picture: what can be dragged there moves with it, the sliders follow, values are
read under the pointer, and the keyboard does all that it did.

tests/lessons/stage/test_touch.py holds what the lists say of the axes to Matplotlib.
"""

import pytest

from lessons import demos

from .hand import canvas, spot, stage

PLACES = {
    "fig_6_5a": ("a", {"start0": 6.5, "start1": 20.0}, {"start0": -2.0, "start1": 5.5}),
    "chord_test": ("b", {"right": 0.7}, {"right": 0.92}),
    "step_size_trade_off": ("b", {"h": 3.2e-12}, {"h": 0.0018}),
}
"""A start on a map, one of two bounds, a point on a logarithmic axis: the axes that they are in,
and two places for them, at which neither they nor what else lies there stands by default."""


@pytest.fixture(scope="module")
def notebook(lab, turn_to):
    """A notebook with these demos, run."""
    cells = [f"demos.{name}()" for name in PLACES]
    opened = turn_to(lab.write("touch.ipynb", "from lessons import demos", *cells))
    opened.run_all()
    yield opened
    assert opened.errors() == []


@pytest.fixture(params=PLACES)
def panel(notebook, request):
    """A panel in sight, with every control at its default."""
    shown = notebook.panel(request.param)
    shown.canvas.scroll_into_view_if_needed()
    shown.settle()
    shown.reset()
    wait_until_still(shown)
    return shown


def wait_until_still(panel):
    """Wait until JupyterLab has scrolled: it measures cells as they come into sight."""
    before = None
    while (now := panel.canvas.bounding_box()) != before:
        before = now
        panel.notebook.page.wait_for_timeout(300)


start = pytest.mark.parametrize("panel", ["fig_6_5a"], indirect=True)


def place(panel, settings):
    """Where these settings stand on the page."""
    return spot(panel.name, PLACES[panel.name][0], panel.canvas, settings)


def check(panel, expected):
    """The sliders, the picture and the numbers are at these settings, the others at their
    defaults."""
    settings = demos.ALL[panel.name].defaults() | expected
    assert panel.settings() == settings
    for setting, value in expected.items():
        shown = panel.control(setting).locator(".widget-readout").inner_text()
        assert float(shown.replace("−", "-")) == pytest.approx(value, rel=0.01)
    lists, words = canvas(panel.name).render(**settings)
    assert panel.shows(lists) and panel.readout() == words


def test_a_click_and_a_drag_in_the_picture_move_the_sliders_and_the_picture(panel):
    _, first, second = PLACES[panel.name]
    mouse = panel.notebook.page.mouse
    mouse.click(*place(panel, first))
    panel.settle()
    check(panel, first)
    mouse.move(*place(panel, first))
    mouse.down()
    mouse.move(*place(panel, second), steps=20)
    at_last_move = panel.pictures()
    panel.settle()
    # A drag never queues: of twenty moves a few are left, those of the last frames.
    assert panel.pictures() - at_last_move <= 4
    check(panel, second)
    # A touch where it stood before is another touch.
    mouse.up()
    panel.reset()
    mouse.click(*place(panel, second))
    panel.settle()
    check(panel, second)


@start
def test_the_keyboard_goes_on_from_where_the_hand_was(panel):
    _, first, _ = PLACES[panel.name]
    panel.notebook.page.mouse.click(*place(panel, first))
    panel.settle()
    panel.press("start0", "ArrowLeft")
    panel.settle()
    check(panel, first | {"start0": 6.4})


@start
def test_a_drag_ends_with_the_button_or_when_it_is_cancelled(panel):
    _, first, second = PLACES[panel.name]
    mouse, area = panel.notebook.page.mouse, panel.root.locator("[data-name='a']")
    for end in (mouse.up, lambda: area.dispatch_event("pointercancel", {"pointerId": 1})):
        mouse.move(*place(panel, first))
        mouse.down()
        end()
        mouse.move(*place(panel, second))
        panel.settle()
        check(panel, first)
    mouse.up()


@start
def test_values_are_read_under_the_pointer_and_a_finger_scrolls_where_nothing_is_held(panel):
    _, first, _ = PLACES[panel.name]
    page, words = panel.notebook.page, panel.root.locator(".pointed-at")
    before = panel.root.bounding_box()
    page.mouse.move(*place(panel, first))
    assert words.inner_text() == "φ₀ = 6.5, φ₁ = 20"
    assert words.get_attribute("aria-hidden") == "true"
    assert panel.root.bounding_box() == before
    acts = "node => [getComputedStyle(node).cursor, getComputedStyle(node).touchAction]"
    assert panel.root.locator("[data-name='a']").evaluate(acts) == ["crosshair", "none"]
    assert panel.canvas.evaluate(acts)[1] == "auto"
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + 5)
    words.wait_for(state="hidden")
    assert panel.settings() == demos.ALL[panel.name].defaults()


@start
def test_in_a_narrower_page_a_hand_points_at_the_same_values(panel):
    _, first, second = PLACES[panel.name]
    page = panel.notebook.page
    wide = page.viewport_size
    page.set_viewport_size({"width": 700, "height": wide["height"]})
    try:
        panel.canvas.scroll_into_view_if_needed()
        panel.settle()
        wait_until_still(panel)
        assert panel.canvas.bounding_box()["width"] < 0.9 * stage(panel.name)["size"][0]
        page.mouse.move(*place(panel, first))
        page.mouse.down()
        page.mouse.move(*place(panel, second), steps=5)
        page.mouse.up()
        panel.settle()
        check(panel, second)
    finally:
        page.set_viewport_size(wide)
