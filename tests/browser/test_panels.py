"""Every panel of every notebook follows each of its controls; then what all panels have in common.

The picture in the page must be, dot by dot, what the painter makes of the display lists that a
Canvas of our own records at the settings of the sliders. test_demos.py holds those to a fresh one,
and sees that every control changes what is shown; test_painter.py holds the painter to Agg.
"""

import json
import math
from functools import cache

import pytest

from lessons import demos
from lessons.stage.canvas import Canvas
from lessons.stage.controls import Choice, LogSlider, Player, Slider, Switch

from .accessibility import serious
from .shown import SHOWN

PANELS = [(path, name) for path, panels in SHOWN.items() for name in panels.values()]


def one_for_each(*kinds):
    """Parametrise over these kinds of controls, each in the first panel that has one.

    Enough for what is the same code whatever a panel shows.
    """
    cases = [
        (path, name, setting, type(control))
        for path, name in PANELS
        for setting, control in demos.ALL[name].controls.items()
    ]
    first = [next(case[:3] for case in cases if case[3] is kind) for kind in kinds]
    return pytest.mark.parametrize("path, name, setting", first)


@pytest.fixture
def panel(ran, name):
    """The panel, with every control at its default."""
    shown = ran.panel(name)
    shown.reset()
    return shown


@cache
def canvas(name):
    """A canvas of our own for a demo."""
    return Canvas(demos.ALL[name])


def check(panel):
    """The page shows what the sliders say, and no error; returns the settings."""
    settings = panel.settings()
    assert panel.shows(canvas(panel.name).render(**settings)[0])
    assert "could not be drawn" not in panel.readout()
    return settings


@pytest.mark.parametrize("path, name", PANELS)
def test_it_opens_at_its_defaults_and_follows_each_control(ran, name):
    panel, demo = ran.panel(name), demos.ALL[name]
    before = check(panel)
    assert before == {s: on_a_step(c, c.default) for s, c in demo.controls.items()}
    for setting, control in demo.controls.items():
        move(panel, setting, control)
        panel.settle()
        after = check(panel)
        assert [each for each in after if after[each] != before[each]] == [setting]
        before = after


def on_a_step(control, value):
    """Where a page opens a slider: JupyterLab moves it to the nearest step."""
    if not isinstance(control, LogSlider):
        return value
    steps = round((math.log10(value) - control.low) / control.step)
    return control.read(10.0 ** (control.low + steps * control.step))


def move(panel, setting, control):
    """Give a control another value, in the page."""
    if isinstance(control, Switch):
        panel.flip(setting)
    elif isinstance(control, Choice):
        panel.pick(setting, next(each for each in control.options if each != control.default))
    else:
        # Twice: on a log slider one step may be less than the two digits that are read.
        panel.press(setting, *2 * ["ArrowLeft" if at_the_top(control) else "ArrowRight"])


def at_the_top(slider):
    """Whether it stands there by default."""
    top = 10.0**slider.high if isinstance(slider, LogSlider) else slider.high
    return slider.default == slider.read(top)


@one_for_each(Slider, LogSlider, Player, Switch, Choice)
def test_presets_set_what_they_name(panel, name, setting):
    for preset, settings in demos.ALL[name].preset_settings().items():
        panel.choose(preset)
        panel.settle()
        assert check(panel) == settings


@one_for_each(Slider, LogSlider, Player)
def test_twenty_fast_keys_end_on_the_last_value_and_do_not_queue(panel, name, setting):
    slider = demos.ALL[name].controls[setting]
    panel.press(setting, "Home")
    panel.settle()
    panel.press(setting, *["ArrowRight"] * 20)
    at_last_key = panel.pictures()
    panel.settle()
    # One picture may be on its way when the last key comes, one more shows the last value.
    assert panel.pictures() - at_last_key <= 2
    assert check(panel)[setting] == slider.read(after_steps(slider, 20))


def after_steps(slider, steps):
    """The value that many steps above the lowest."""
    value = min(slider.low + steps * slider.step, slider.high)
    return 10.0**value if isinstance(slider, LogSlider) else value


@one_for_each(Slider, LogSlider, Player)
def test_a_fast_drag_ends_on_the_picture_of_the_last_value(panel, setting):
    panel.press(setting, "Home")
    panel.settle()
    before = panel.settings()[setting]
    panel.drag(setting, pixels=60)
    panel.settle()
    assert check(panel)[setting] > before


@one_for_each(Slider, LogSlider, Player, Switch, Choice)
def test_a_control_is_heard_by_its_name_and_says_the_value_that_it_shows(panel, name, setting):
    control = demos.ALL[name].controls[setting]
    role = {Switch: "checkbox", Choice: "combobox"}.get(type(control), "slider")
    heard = panel.root.get_by_role(role, name=control.label, exact=True)
    heard.wait_for()
    if role != "slider":
        return
    shown = panel.control(setting).locator(".widget-readout")
    for key in ("Home", "ArrowRight", "ArrowRight", "End"):
        panel.press(setting, key)
        panel.settle()
        assert heard.get_attribute("aria-valuetext") == shown.inner_text()


@one_for_each(Choice)
def test_a_choice_is_made_by_the_arrow_keys(panel, name, setting):
    options = demos.ALL[name].controls[setting].options
    number = options.index(panel.settings()[setting])
    panel.control(setting).locator("select").focus()
    for key, step in (("ArrowDown", 1), ("ArrowUp", -1)) if not number else (("ArrowUp", -1),):
        panel.notebook.page.keyboard.press(key)
        panel.settle()
        number += step
        assert check(panel)[setting] == options[number]


@one_for_each(Player)
def test_the_buttons_that_play_say_what_they_play(panel, name, setting):
    label = demos.ALL[name].controls[setting].label
    for does in ("play or pause", "back to the start"):
        panel.root.get_by_role("button", name=f"{label}: {does}", exact=True).wait_for()


@pytest.fixture(scope="module")
def looked_at():
    """What axe found in the panels of each notebook: it looks at all of them at once."""
    return {}


# JupyterLab's <body> hides what overflows it, and has no height: axe would think that no text is in
# sight, and pass over its contrast.
UNCLIPPED = "* { overflow: visible !important }"


@pytest.mark.parametrize("path, name", PANELS)
def test_axe_finds_nothing_serious_in_it(ran, looked_at, path, name):
    if path not in looked_at:
        style = ran.page.add_style_tag(content=UNCLIPPED)
        looked_at[path] = serious(ran.page, ".demo-panel:not(.as-opened)")
        style.evaluate("style => style.remove()")
    assert ran.panel(name).root.is_visible()
    assert [each for each in looked_at[path] if f"demo-{name}" in each[0].split()] == []


@one_for_each(Slider)
def test_its_picture_and_its_numbers_are_there_for_who_does_not_see_them(panel, name, setting):
    demo = demos.ALL[name]
    picture = panel.root.get_by_role("img")
    assert picture.get_attribute("aria-label") == f"{demo.title}. At its presets: {demo.alt}"
    assert panel.root.get_attribute("role") == "group"
    assert panel.root.get_attribute("aria-label") == demo.title
    said = panel.root.get_by_role("status").text_content()
    assert said == canvas(name).render(**panel.settings())[1] != ""


CONTROLS = """
import ipywidgets as widgets
from lessons import demos
controls = [control for demo in demos.ALL.values() for control in demo.controls.values()]
widgets.VBox([control.shown(control.widget()) for control in controls])
"""


def test_no_label_of_a_control_is_cut(lab, turn_to):
    notebook = turn_to(lab.write("notebooks/labels.ipynb", CONTROLS))
    notebook.run_cell(0)
    notebook.page.wait_for_function(
        "count => document.querySelectorAll('.widget-label').length >= count",
        arg=sum(len(demo.controls) for demo in demos.ALL.values()),
    )
    cut = notebook.page.evaluate(
        "[...document.querySelectorAll('.widget-label')]"
        ".filter(label => label.scrollWidth > label.clientWidth).map(label => label.textContent)"
    )
    assert cut == []


def test_a_move_has_little_of_the_page_styled_anew(lab, chromium, turn_to):
    """Else it takes the longer, the longer the notebook: see the style beside each panel."""
    source = "from lessons import demos\ndemos.first_fit()"
    notebook = turn_to(lab.write("notebooks/styled.ipynb", source))
    notebook.run_cell(0)
    panel = notebook.panel("first_fit")
    panel.settle()
    panel.handle("learning_rate").focus()
    chromium.start_tracing(page=notebook.page, categories=["devtools.timeline"])
    panel.press("learning_rate", "ArrowRight")
    panel.settle()
    events = json.loads(chromium.stop_tracing())["traceEvents"]
    styled = [e["args"]["elementCount"] for e in events if e["name"] == "UpdateLayoutTree"]
    elements = notebook.page.evaluate("document.querySelectorAll('*').length")
    assert styled and max(styled) < elements / 10


def test_on_a_narrow_page_each_slider_keeps_its_length(lab, chromium):
    source = "from lessons import demos\ndemos.what_the_master_sees()"
    path = lab.write("notebooks/narrow.ipynb", source)
    notebook = lab.open(chromium, path, width=390)
    notebook.run_cell(0)
    panel = notebook.panel("what_the_master_sees")
    panel.settle()
    tracks = ".slider-container, select"
    lengths = panel.root.locator(tracks).evaluate_all("all => all.map(each => each.clientWidth)")
    assert len(lengths) == 3 and min(lengths) >= 100
    assert panel.root.evaluate("root => root.scrollWidth <= root.clientWidth")
    notebook.close()
