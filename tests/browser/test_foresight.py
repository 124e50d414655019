"""A key that was foreseen is answered by the page itself, and the kernel has the last word.

That what is foreseen is right, tests/lessons/stage/test_foresight.py sees without a browser.
"""

import math
import os
import signal
from contextlib import contextmanager

import pytest

from lessons import demos
from lessons.stage.canvas import Canvas
from lessons.stage.controls import Choice, LogSlider, Player, Slider, Switch

KINDS = {  # a control of each kind
    Slider: ("fig_6_5a", "start0"),
    LogSlider: ("fig_race", "factor"),
    Player: ("fig_race", "steps"),
    Switch: ("fig_6_5a", "line_search"),
    Choice: ("fig_race", "surface"),
}
SOURCE = "from lessons import demos\ndemos.{name}()"


@pytest.fixture(scope="module")
def notebooks(lab, chromium):
    """By demo, a notebook that shows it."""
    opened = {}
    yield opened
    for notebook in opened.values():
        notebook.close()


@pytest.fixture
def panel(lab, chromium, notebooks, name):
    """The demo of the test, at its defaults."""
    if name not in notebooks:
        path = lab.write(f"notebooks/ahead_{name}.ipynb", SOURCE.format(name=name))
        notebooks[name] = lab.open(chromium, path, height=1400)
        notebooks[name].run_cell(0)
    shown = notebooks[name].panel(name)
    shown.settle()
    shown.reset()
    return shown


@contextmanager
def kernel_stopped(panel):
    """Meanwhile the kernel does nothing at all."""
    kernel = panel.notebook.ask("__import__('os').getpid()")
    os.kill(kernel, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(kernel, signal.SIGCONT)
        panel.settle()


def wait_for_picture(panel, number):
    panel.root.locator(f"canvas[data-pictures='{number}']").wait_for(timeout=5_000)


def press(panel, setting, key):
    """Press a key on a control, as somebody who has found it."""
    panel.control(setting).locator(".noUi-handle, select, input[type=checkbox]").first.focus()
    panel.look_ahead()
    panel.notebook.page.keyboard.press(key)


@pytest.mark.parametrize("name, setting", KINDS.values(), ids=[kind.__name__ for kind in KINDS])
def test_a_key_is_answered_while_the_kernel_stands_still(panel, name, setting):
    demo, before = demos.ALL[name], panel.settings()
    control = demo.controls[setting]
    up = control.position(before[setting]) < control.positions - 1
    arrow = {Choice: ("ArrowUp", "ArrowDown"), Switch: ("Space", "Space")}
    key = arrow.get(type(control), ("ArrowLeft", "ArrowRight"))[up]
    position = control.position(before[setting]) + (1 if up else -1)
    expected, words = Canvas(demo).render(**before | {setting: control.at(position)})
    press(panel, setting, "Shift")  # it has the focus, and nothing has moved
    panel.look_ahead()
    number = panel.pictures()
    with kernel_stopped(panel):
        panel.notebook.page.keyboard.press(key)
        wait_for_picture(panel, number + 1)
        assert panel.shows(expected) and panel.readout() == words
    assert panel.settings()[setting] == control.at(position)
    assert panel.shows(expected) and panel.readout() == words
    assert panel.pictures() == number + 1, "what the kernel says then is the same picture"


@pytest.mark.parametrize("name", ["fig_6_5a"])
def test_a_page_that_is_ahead_does_not_go_back(panel, name):
    """The kernel's answer to the first of two keys comes after the page has answered both."""
    press(panel, "start0", "ArrowRight")
    panel.look_ahead()
    number, settings = panel.pictures(), panel.settings()
    with kernel_stopped(panel):
        for count, key in enumerate(["ArrowRight", "ArrowLeft"], start=1):
            panel.notebook.page.keyboard.press(key)
            wait_for_picture(panel, number + count)
    assert panel.settings() == settings
    assert panel.pictures() == number + 2
    assert panel.shows(Canvas(demos.ALL[name]).render(**settings)[0])


@pytest.mark.parametrize("name", ["fig_6_5a"])
def test_after_a_value_between_two_positions_the_picture_is_right(panel, name):
    shown = panel.control("noise").locator(".widget-readout")
    shown.click()
    shown.fill("0.123")
    shown.press("Enter")
    panel.look_ahead()
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):
        settings = panel.settings()
        assert panel.shows(Canvas(demos.ALL[name]).render(**settings)[0]), settings
        press(panel, "noise", key)
        panel.look_ahead()


COUNT_WAITING = """() => {
    window.waiting = [];
    window.counting = setInterval(() => window.waiting.push(window.unanswered.size), 5);
}"""


@pytest.mark.parametrize("name", ["fig_6_5a"])
def test_a_drag_of_two_seconds_does_not_queue(panel, name):
    """Under way are one value, one question, and the end of an answer; of other values the newest
    waits."""
    panel.handle("start0").scroll_into_view_if_needed()
    box, page = panel.handle("start0").bounding_box(), panel.notebook.page
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(COUNT_WAITING)
    page.mouse.move(x, y)
    page.mouse.down()
    for number in range(100):  # there and back, a few pixels at a time, as a hand does
        page.mouse.move(x + 60 * math.sin(number / 8), y)
        page.wait_for_timeout(20)
    page.mouse.up()
    waiting = page.evaluate("clearInterval(window.counting), window.waiting")
    assert len(waiting) > 100 and max(waiting) <= 3
    panel.settle()
    assert panel.shows(Canvas(demos.ALL[name]).render(**panel.settings())[0])
