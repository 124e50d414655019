"""Every panel of every notebook: each control moves the picture, and a fast drag does not queue.

The picture in the page must be, byte for byte, the one that a Canvas of our own paints at the
settings of the sliders (tests/test_explorers.py holds it to a fresh one).
"""

from functools import cache

import pytest

from course_lib import explorers
from course_lib.controls import Choice, LogSlider, Slider, Switch
from course_lib.figures.picture import Canvas

from .shown import SHOWN

PANELS = [(path, name) for path, panels in SHOWN.items() for name in panels.values()]
every_panel = pytest.mark.parametrize("path, name", PANELS)


def with_controls(*kinds):
    """Parametrise over the controls of these kinds, in every panel."""
    cases = [
        (path, name, setting)
        for path, name in PANELS
        for setting, control in explorers.ALL[name].controls.items()
        if isinstance(control, kinds)
    ]
    return pytest.mark.parametrize("path, name, setting", cases)


@pytest.fixture
def panel(ran, name):
    """The panel, with every control at its default."""
    shown = ran.panel(name)
    shown.reset()
    return shown


@cache
def canvas(name):
    """A canvas of our own for an explorer."""
    return Canvas(explorers.ALL[name].picture)


def check(panel):
    """The page shows what the sliders say, and no error; returns the picture."""
    settings, picture = panel.settings(), panel.picture()
    assert picture == canvas(panel.name).render(**settings)[0]
    assert "could not be drawn" not in panel.readout()
    return picture


@every_panel
def test_it_opens_at_its_defaults(panel, name):
    assert panel.settings() == explorers.ALL[name].defaults()
    check(panel)


@with_controls(Slider, LogSlider)
def test_a_key_on_a_slider_changes_the_picture(panel, name, setting):
    declared = explorers.ALL[name].controls

    def moves_the_picture():
        before = panel.picture()
        for key in (arrow, "End", "Home"):  # one step may be less than a pixel
            panel.press(setting, key)
            panel.settle()
            if check(panel) != before:
                return True
        return False

    arrow = "ArrowLeft" if panel.settings()[setting] == top(declared[setting]) else "ArrowRight"
    if moves_the_picture():
        return
    # A slider may wait for a switch, as a fixed rate does while line search is on.
    for switch, control in declared.items():
        if isinstance(control, Switch):
            panel.flip(switch)
            panel.settle()
    if moves_the_picture():
        return
    # Or for a choice, as a damping does for the rule that is damped.
    for choice, control in declared.items():
        for option in getattr(control, "options", ()):
            panel.pick(choice, option)
            panel.settle()
            if moves_the_picture():
                return
    raise AssertionError(f"{setting} of {name} never moves the picture")


def top(slider):
    """The largest value of a slider."""
    return 10.0**slider.high if isinstance(slider, LogSlider) else slider.high


@with_controls(Switch)
def test_a_click_on_a_switch_changes_the_picture(panel, setting):
    before = panel.picture()
    panel.flip(setting)
    panel.settle()
    assert check(panel) != before


@with_controls(Choice)
def test_every_choice_has_a_picture_of_its_own(panel, name, setting):
    pictures = set()
    for option in explorers.ALL[name].controls[setting].options:
        panel.pick(setting, option)
        panel.settle()
        pictures.add(check(panel))
    assert len(pictures) == len(explorers.ALL[name].controls[setting].options)


@every_panel
def test_presets_set_what_they_name(panel, name):
    for preset, settings in explorers.ALL[name].preset_settings().items():
        panel.choose(preset)
        panel.settle()
        assert panel.settings() == settings
        check(panel)


def main_slider(name):
    """The first slider of an explorer, and its declaration."""
    controls = explorers.ALL[name].controls.items()
    return next((n, c) for n, c in controls if isinstance(c, Slider | LogSlider))


@every_panel
def test_twenty_fast_keys_end_on_the_last_value_and_do_not_queue(panel, name):
    setting, slider = main_slider(name)
    panel.press(setting, "Home")
    panel.settle()
    panel.count_pictures()
    panel.press(setting, *["ArrowRight"] * 20)
    at_last_key = panel.pictures()
    panel.settle()
    # One picture may be on its way when the last key comes, one more shows the last value.
    assert panel.pictures() - at_last_key <= 2
    assert panel.settings()[setting] == slider.read(after_steps(slider, 20))
    check(panel)


def after_steps(slider, steps):
    """The value that many steps above the lowest."""
    value = min(slider.low + steps * slider.step, slider.high)
    return 10.0**value if isinstance(slider, LogSlider) else value


@every_panel
def test_a_fast_drag_ends_on_the_picture_of_the_last_value(panel, name):
    setting, _ = main_slider(name)
    panel.press(setting, "Home")
    panel.settle()
    before = panel.settings()[setting]
    panel.drag(setting, pixels=60)
    panel.settle()
    assert panel.settings()[setting] > before
    check(panel)
