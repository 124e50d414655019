"""Demos drawn beforehand: what a plan covers, and that a layer is what a panel would show of it."""

import gzip
import json
import random
import struct

import pytest

from course_tools.site import baking, beforehand, openings, planning
from lessons import demos
from lessons.course_map import ROOT
from lessons.stage.canvas import Canvas

ALL = demos.ALL
SHOWN = beforehand.shown_in(ROOT)


def planned(name, most_bytes=2_000_000):
    demo = ALL[name]
    return planning.plan(
        demo, *openings.asked_of(demo, SHOWN), [3000] * len(demo.layers), most_bytes
    )


@pytest.mark.parametrize("name", ALL)
def test_each_control_moves_around_each_base_over_its_whole_length(name):
    plan, demo = planned(name), ALL[name]
    keys = {layer: {*plan.keys(planning.needs(demo, layer))} for layer in demo.layers}

    def is_drawn(settings):
        needed = ((layer, planning.needs(demo, layer)) for layer in demo.layers)
        return all(tuple(settings[n] for n in names) in keys[layer] for layer, names in needed)

    assert demo.defaults() in plan.bases
    for base in plan.bases:
        for setting, values in plan.values.items():
            assert len(values) > 1 and base[setting] in values
            control = demo.controls[setting]
            assert {*map(control.read, control.ends())} <= {*values}
            assert all(is_drawn(base | {setting: value}) for value in values)
    assert all(is_drawn(settings) for settings in plan.points)
    pairs = planning.LISTS_OF_A_PAIR * len(planning.dragged_together(demo))
    most = planning.LISTS + (planning.LISTS_OF_A_BASE + pairs) * len(plan.bases)
    assert sum(map(len, keys.values())) <= most


@pytest.mark.parametrize("name", [n for n in ALL if planning.dragged_together(ALL[n])])
def test_what_a_hand_in_the_picture_moves_at_once_is_drawn_together(name):
    plan = planned(name, most_bytes=5_000_000)
    for pair in planning.dragged_together(ALL[name]):
        assert any(pair <= group for group in plan.groups)
        assert all(len(plan.values[setting]) >= 7 for setting in pair)


def test_where_all_combinations_fit_all_are_drawn():
    assert planned("momentum_weights").whole
    assert not planned("momentum_weights", most_bytes=50_000).whole
    assert not planned("fig_6_9").whole


@pytest.mark.parametrize("name", ["fig_race", "zigzag"])
def test_a_layer_drawn_by_itself_is_the_one_that_a_panel_shows(name):
    """Whatever was drawn before it."""
    demo, drawn = ALL[name], baking.Layers(ALL[name])
    plan, chance = planned(name), random.Random(0)
    for _ in range(5):
        settings = {name: chance.choice(values) for name, values in plan.values.items()}
        lists, words = Canvas(demo).render(**settings)
        with baking.drawing():
            told = [drawn.record(layer, settings) for layer in demo.layers]
        sizes = [struct.unpack_from("<I", record)[0] for record in told]
        assert [t[4 + n :] for t, n in zip(told, sizes)] == [*map(baking.smaller, lists)]
        said = [record[4 : 4 + size].decode() for record, size in zip(told, sizes)]
        assert "\n".join(filter(None, said)) == words


def test_the_notebooks_open_demos_at_the_settings_that_their_cells_name():
    opened = {(each.demo.name, each.settings.get("steps")) for each in SHOWN}
    assert {("fig_6_1", 4), ("first_fit", None)} <= opened
    assert {each.demo.name for each in SHOWN} == ALL.keys()
    assert sum(bool(each.tried) for each in SHOWN) > 50


def test_a_demo_that_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(baking, "MOST_BYTES", 3000)
    with pytest.raises(baking.TooLarge, match="between_networks"):
        baking.bake(ALL["between_networks"], (ALL["between_networks"].defaults(),), ())


def test_what_is_kept_is_drawn_again_when_its_code_has_changed(tmp_path, monkeypatch):
    name, times = "between_networks", []
    asked = openings.asked_of(ALL[name], SHOWN)
    for _ in range(2):
        assert beforehand.draw(ROOT, tmp_path / "out", tmp_path / "kept", [name]) == [name]
        times.append((tmp_path / "kept" / f"{name}.opening").stat().st_mtime_ns)
    assert times[0] == times[1] and beforehand.is_kept(tmp_path / "kept", name, asked)
    assert beforehand.made_by(name, asked) != beforehand.made_by("first_fit", asked)
    assert not beforehand.is_kept(tmp_path / "kept", name, (asked[0], asked[0]))
    monkeypatch.setattr(beforehand, "version", lambda _: "another")
    assert not beforehand.is_kept(tmp_path / "kept", name, asked)
    opening = (tmp_path / "out" / f"{name}.opening").read_bytes()
    (size,) = struct.unpack_from("<I", opening)
    contents = json.loads(gzip.decompress(opening[4 : 4 + size]))
    assert contents["controls"].keys() == ALL[name].controls.keys()
