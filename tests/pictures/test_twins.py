"""Each demo, drawn now, looks like the picture that its notebook keeps, and can be read."""

import pytest
from matplotlib.figure import Figure

from lessons import demos
from lessons.stage.picture import DPI, SAVED_DPI, chosen
from lessons.stage.style import house_style

from .twins import TOLERANCE, differences_by_panel, saved, twin
from .words import cut_or_covered, cut_or_overlapping, legend_entries_not_drawn

ROUNDING = {("step_size_trade_off", "b")}
"""Panels that draw the rounding of numbers itself, of which every kind of processor has its own."""


# Of module scope, so that the tests of one demo follow each other and share what was drawn.
@pytest.fixture(scope="module", params=demos.ALL)
def demo(request):
    return demos.ALL[request.param]


@pytest.fixture(scope="module")
def kept(demo):
    return saved(demo.name)


@pytest.fixture(scope="module")
def now(demo, kept):
    return twin(demo, like=kept)


def test_the_saved_twin_is_what_the_demo_draws(demo, kept, now):
    differences = [
        difference
        for panel, difference in differences_by_panel(kept, now)
        if (demo.name, panel) not in ROUNDING
    ]
    assert differences, "it has panels"
    assert max(differences) <= TOLERANCE, "if it should differ, save its notebook by `course run`"


def test_its_words_can_be_read_and_every_entry_of_a_legend_is_drawn(demo, now):
    found = dict(zip(demo.presets, map(cut_or_covered, now.parts)))
    assert {preset: faults for preset, faults in found.items() if faults} == {}
    assert legend_entries_not_drawn(now.parts) == []


def test_layers_leave_the_limits_of_the_stage_alone(demo, now):
    """A live picture's axes are drawn with the stage, before the layers."""
    stage, *_ = demo.layers
    drawn = {}
    for part, settings in zip(now.parts, demo.preset_settings().values()):
        alone = tuple(chosen(settings, stage).items())
        if alone not in drawn:
            drawn[alone] = demo.axes_on(Figure(figsize=demo.size))
            stage(drawn[alone], **dict(alone))
        for ax, after in zip(drawn[alone].values(), part.axes):
            assert limits(ax) == limits(after), after.get_label()


def limits(ax):
    return [axis.get_view_interval().tolist() for axis in ax._axis_map.values()]


def test_all_of_it_would_have_its_place_if_it_were_saved_or_shown_now(demo):
    """The saved picture may have been laid out long ago."""
    presets = demo.preset_settings()
    told = {title: demo.told(settings) for title, settings in presets.items()}
    figure, _ = demo.multiples(presets, told)
    said = [part.get_supxlabel().replace("\n", " ") for part in figure.subfigs]
    assert said == list(told.values())
    for dpi in (SAVED_DPI, DPI):
        figure.dpi = dpi
        with house_style():
            found = dict(zip(presets, map(cut_or_overlapping, figure.subfigs)))
        assert {title: faults for title, faults in found.items() if faults} == {}, dpi
