"""Every slider demo: swept over its settings, live panel, static twin."""

import inspect
import io
import re
import warnings
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace

import ipywidgets as widgets
import matplotlib
import numpy as np
import pytest
from cycler import cycler
from ipywidgets.widgets.widget import _instances
from ipywidgets.widgets.widget_link import Link
from matplotlib import pyplot
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.legend import Legend
from PIL import Image

from course_tools.notebooks import WIDGET_VIEW, notebook_paths, read
from lessons import demos
from lessons.stage.canvas import Canvas
from lessons.stage.controls import LogSlider, Player, Range, Slider, Switch
from lessons.stage.demo import demo
from lessons.stage.panel import Panel
from lessons.stage.picture import Picture, names_of

ALL = demos.ALL
CHAPTERS = [import_module(f"lessons.demos.{m.name}") for m in iter_modules(demos.__path__)]


# Of module scope, so that the tests of one demo follow each other and share what was drawn.
@pytest.fixture(scope="module", params=ALL)
def name(request):
    return request.param


def as_they_are(figure):
    return [ax.get_position(original=True) for ax in figure.axes]


class Hurried(Canvas):
    """A Canvas that lays nothing out.

    Where the axes stand matters to no test of it, and finding out takes twice as long as drawing.
    Numbers beside the axes, whose places are found, are half of what is left, and written by
    tests/pictures/test_twins.py.
    """

    def render(self, **settings):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Picture, "places", lambda picture, settings, figure: as_they_are(figure))
            patch.setattr(Axis, "draw", lambda axis, renderer: axis.get_majorticklocs())
            return super().render(**settings)


@pytest.fixture(scope="module")
def canvas(name):
    """One canvas for all that is drawn of a demo."""
    return Hurried(ALL[name])


@pytest.fixture(scope="module")
def drawn(canvas):
    """The lists and the text at some settings; the canvas is asked for each only once."""
    shown = {}

    def drawn(settings):
        key = tuple(sorted(settings.items()))
        if key not in shown:
            shown[key] = canvas.render(**settings)
        return shown[key]

    return drawn


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def still(picture, settings):
    """The pixels of the picture in one full redraw."""
    figure, _ = picture.draw(**settings)
    FigureCanvasAgg(figure).draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)


def test_a_demo_is_called_like_its_stage():
    assert len(ALL) == sum(
        isinstance(value, Picture) and getattr(demos, name) is ALL[name] is value
        for chapter in CHAPTERS
        for name, value in vars(chapter).items()
    )
    modules = {chapter.__name__.rpartition(".")[2] for chapter in CHAPTERS}
    assert not modules & ALL.keys(), "`from lessons.demos import name` would be either"


def test_declaration_is_whole(name):
    demo = ALL[name]
    assert set(demo.controls) == set(demo.settings)
    assert demo.presets, "the static twin shows the presets"
    assert all(set(changed) <= set(demo.controls) for changed in demo.presets.values())
    assert len(demo.alt) > 60, "the picture in words, for readers who do not see it"
    beside = [c.label for c in demo.controls.values() if not isinstance(c, Switch)]
    assert max(map(len, beside)) <= 24, "a longer label is cut off"
    assert demo.__doc__


def test_each_slider_can_show_its_settings_and_each_of_its_steps_is_another(name):
    """The browser moves a slider to the nearest of its steps."""
    for setting, control in ALL[name].controls.items():
        if isinstance(control, Range):
            steps = np.arange(round((control.high - control.low) / control.step) + 1)
            places = control.low + control.step * steps
            values = 10**places if isinstance(control, LogSlider) else places
            shown = [control.read(value) for value in values]
            assert (np.diff(shown) > 0).all(), setting
            for settings in (ALL[name].defaults(), *ALL[name].preset_settings().values()):
                assert settings[setting] in shown, (setting, settings[setting])


UNREAD = re.compile(r"e\+0[3-5]|\d%")
"""1e+03 for 1000, which `style.number` writes for readers, and 5% for 5 %."""


def test_sweep_draws_at_every_setting_and_leaves_no_trace(name, canvas, drawn):
    demo = ALL[name]
    for settings in demo.sweep():
        _, text = drawn(settings)
        assert text and "nan" not in text.lower(), (settings, text)
        assert not UNREAD.search(text), (settings, text)
    fresh = Hurried(demo)
    assert canvas.render(**demo.defaults()) == fresh.render(**demo.defaults())


def test_every_control_changes_the_picture_or_the_numbers(name, drawn):
    demo = ALL[name]
    bases = [demo.defaults(), *demo.preset_settings().values()]
    for setting, control in demo.controls.items():
        assert any(
            drawn(base) != drawn(base | {setting: end}) for base in bases for end in control.ends()
        ), setting


def test_a_layer_with_a_legend_names_only_settings_that_change_its_entries(name, canvas):
    """At every other move it would be drawn again, which takes longer than what it explains."""
    demo = ALL[name]
    stage, *layers = demo.layers
    base = demo.defaults()
    for layer in layers:
        shown = entries(canvas, layer, base)
        for setting in {*names_of(layer)} - {*names_of(stage)} if shown else ():
            moved = [base | {setting: end} for end in demo.controls[setting].ends()]
            others = [entries(canvas, layer, settings) for settings in moved]
            assert any(other != shown for other in others), (layer.__name__, setting)


def entries(canvas, layer, settings):
    """The words in the legends that a layer draws at some settings."""
    canvas.render(**settings)
    *_, sheet = canvas.sheets.values()
    legends = [each for each in sheet.drawn[layer].artists if isinstance(each, Legend)]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def test_panel_shows_the_twin_without_a_kernel(name, drawn, monkeypatch):
    """Its picture is painted in `test_a_twin_is_painted`."""
    shown, png = [], b"a picture of all presets"
    monkeypatch.setattr(
        "lessons.stage.panel.display", lambda data, **how: shown.append((data, how))
    )
    said = {}

    def twin(self, presets, told):
        said.update(told)
        return png, dict.fromkeys(presets, "1.5")

    monkeypatch.setattr(Picture, "twin", twin)
    canvas = SimpleNamespace(render=lambda **settings: drawn(settings))
    monkeypatch.setattr("lessons.stage.panel.Canvas", lambda picture: canvas)
    monkeypatch.delattr(widgets.Widget, "_repr_mimebundle_")  # ipywidgets 7.7 has none
    panel = ALL[name]()
    panel._ipython_display_()
    panel.screen.seen = True
    (one_of_two, _), (live, _), (twin, how) = shown
    assert panel.error is None
    assert list(one_of_two) == ["text/html"]
    assert live[WIDGET_VIEW]["model_id"] == panel.model_id
    assert twin["image/png"] == png
    assert how["metadata"]["image/png"]["alt"] == ALL[name].alt
    assert all(f"{preset}:\n    1.5" in twin["text/plain"] for preset in ALL[name].presets)
    for preset, settings in ALL[name].preset_settings().items():
        named = said[preset].replace("\N{NO-BREAK SPACE}", " ").split("; ")
        controls = ALL[name].controls.items()
        assert named == [f"{control.label}: {control.said(settings[s])}" for s, control in controls]


@pytest.mark.parametrize("kind", ["solid", "of many presets"])
def test_a_twin_is_painted(kind):
    solid = next(each for each in ALL.values() if each.solid)
    most = max(ALL.values(), key=lambda each: len(each.presets))
    demo = solid if kind == "solid" else most
    shown, texts = demo.twin(demo.preset_settings(), dpi=50)
    assert pixels(shown).std() > 5
    assert list(texts) == list(demo.presets)


def test_every_demo_is_shown_in_a_notebook():
    code = "\n".join(cell.source for path in notebook_paths() for cell in read(path).cells)
    assert [name for name in ALL if f"demos.{name}()" not in code] == []


def test_the_saved_twin_is_the_still_at_its_preset_in_fewer_colours():
    shown, texts = ALL["rate_regimes"].twin({"": ALL["rate_regimes"].defaults()}, dpi=100)
    drawn = still(ALL["rate_regimes"], ALL["rate_regimes"].defaults())
    assert list(texts) == [""]
    top = pixels(shown).shape[0] - drawn.shape[0]  # room for the name of the preset
    assert abs(top - 35) <= 1 and pixels(shown).shape[1] == drawn.shape[1]  # as it is rounded
    assert Image.open(io.BytesIO(shown)).mode == "P", "at most 256 colours"
    # The layout differs by a pixel here and there; colours that are off would differ everywhere.
    assert (np.abs(pixels(shown)[top:] - drawn) > 8).mean() < 0.1


def seen(panel):
    """A panel that a browser shows."""
    panel.screen.seen = True
    return panel


def test_a_panel_is_drawn_when_a_browser_asks_for_it_and_not_before(monkeypatch):
    asked = []
    rendered = Canvas.render
    monkeypatch.setattr(
        Canvas, "render", lambda canvas, **s: asked.append(s) or rendered(canvas, **s)
    )
    panel = demos.rate_regimes(learning_rate=0.3)
    panel.set(start=-2)
    assert not asked and not any(panel.screen.lists)
    panel.screen.seen = True
    assert asked == [panel.settings()] and all(panel.screen.lists)
    assert panel.screen.words == ALL["rate_regimes"].draw(**panel.settings())[1]


def test_panel_follows_its_sliders_and_presets():
    panel = seen(demos.rate_regimes())
    before = panel.screen.lists
    panel.controls["learning_rate"].value = 0.3
    assert panel.screen.lists != before and "0.4" in panel.screen.words
    panel.set(**ALL["rate_regimes"].preset_settings()["divergent"])
    assert panel.settings()["learning_rate"] == 1.05
    with pytest.raises(ValueError, match="settings are .'rate'., expected some of"):
        panel.set(learning_rate=0.1, rate=1.0)
    assert panel.settings()["learning_rate"] == 1.05, "nothing has moved"


def test_buttons_play_the_steps_of_the_race_by_moving_its_slider():
    panel = seen(demos.fig_race())
    slider = panel.controls["steps"]
    before = panel.screen.lists
    slider.value = 5
    assert panel.screen.lists != before and "after 5 steps" in panel.screen.words
    beside, play = Player("steps", 0, 9, 1, 3).shown(slider).children
    assert isinstance(play, widgets.Play) and beside is slider
    assert (play.min, play.max, play.step, play.value) == (0, 9, 1, 3)
    links = [w for w in _instances.values() if isinstance(w, Link) and w.source[0] is play]
    assert [link.target for link in links] == [(slider, "value")]


@pytest.fixture
def fragile():
    """A demo that cannot draw one of its settings."""

    @demo(
        "a", size=(3, 2), title="Fragile", alt="A line.",
        controls={"value": Slider("value", 0, 5, 1, 1)}, presets={"one": {}},
    )  # fmt: skip
    def fragile(axes):
        """A stage."""

    @fragile.layer
    def _(axes, value):
        axes["a"].plot([0, 1], [0, value])
        if value == 3:
            raise ValueError("value is 3, <unlucky>")
        return f"value {value}"

    return fragile


def test_error_is_shown_in_the_panel_and_passes(fragile):
    panel = seen(Panel(fragile))
    panel.controls["value"].value = 3
    assert panel.screen.words.endswith("ValueError: value is 3, <unlucky>")
    assert isinstance(panel.error, ValueError)
    panel.controls["value"].value = 4
    assert panel.error is None and panel.screen.words == "value 4"
    assert panel.screen.lists == Canvas(fragile).render(value=4)[0], "no trace of the error"


def test_error_fails_the_sweep(fragile):
    canvas = Canvas(fragile)
    with pytest.raises(ValueError, match="unlucky"):
        for value in range(6):
            canvas.render(value=value)


def test_unchanged_layers_are_not_painted_again():
    calls = []

    def stage(axes):
        calls.append("stage")

    counted = Picture(stage, "a", size=(3, 2))

    @counted.layer
    def _(axes, seed):
        calls.append("scenery")

    @counted.layer
    def _(axes, seed, rate):
        calls.append("actors")

    canvas = Canvas(counted)
    for settings in ({"seed": 1, "rate": 1}, {"seed": 1, "rate": 2}, {"seed": 2, "rate": 2}):
        calls.append("|")
        canvas.render(**settings)
    assert " ".join(calls) == "| stage scenery actors | actors | scenery actors"


def test_draw_names_missing_and_unknown_settings():
    with pytest.raises(TypeError, match="expected.*learning_rate"):
        demos.first_fit.draw(rate=0.1)


def make_wild():
    """Settings that a reader may have, each of which would spoil a picture or stop its drawing."""
    pyplot.style.use("dark_background")
    pyplot.xkcd()
    matplotlib.rcParams.update({
        "text.usetex": True, "font.size": 30, "axes.grid": True, "axes.prop_cycle": cycler(c="k"),
        "figure.dpi": 30, "figure.autolayout": True, "savefig.dpi": 40, "savefig.facecolor": "red",
        "image.origin": "upper", "image.cmap": "hot", "axes.formatter.use_locale": True,
    })  # fmt: skip
    np.seterr(all="raise")
    warnings.simplefilter("error")
    pyplot.figure(num=7)


def process_wide():
    """What a reader would miss if it changed."""
    figures = pyplot.get_fignums(), pyplot.gcf().number
    settings = dict(matplotlib.rcParams.copy()), np.geterr(), list(warnings.filters)
    return repr((figures, settings, np.random.get_state()))  # noqa: NPY002


@pytest.mark.parametrize("name", ["fig_6_1", "stepper"])
def test_a_picture_is_the_same_whatever_the_reader_has_set_and_changes_nothing(name):
    demo = ALL[name]
    settings = list(demo.preset_settings().values())[-1]

    def drawn():
        live = Canvas(demo).render(**settings)
        return live, demo.twin({"one": settings}), still(demo, settings)

    plain = drawn()
    with matplotlib.rc_context(), np.errstate(), warnings.catch_warnings():
        make_wild()
        before = process_wide()
        wild = drawn()
        after = process_wide()
        pyplot.close(7)
    assert wild[:2] == plain[:2]
    assert np.array_equal(wild[2], plain[2])
    assert after == before


def test_pictures_do_not_touch_pyplot():
    """A figure that pyplot knows of would be shown twice and never freed."""
    assert CHAPTERS
    assert not any("pyplot" in inspect.getsource(chapter) for chapter in CHAPTERS)
