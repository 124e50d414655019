"""A page asks for the pictures beside the one it shows: they are what it shows when it is there."""

import pytest

from lessons.demos import ALL
from lessons.stage.canvas import Canvas
from lessons.stage.controls import Choice, LogSlider, Slider, Switch


@pytest.fixture
def panel():
    shown = ALL["fig_6_1"]()
    shown.screen.seen = True
    yield shown
    shown.close()


@pytest.fixture
def ask(panel, monkeypatch):
    """Ask as a page does; what comes back: positions, all display lists, words."""
    answers = []
    monkeypatch.setattr(
        panel.screen, "send", lambda *answer: answers.append((panel.screen.lists, *answer))
    )

    def ask(at):
        panel.screen._handle_custom_msg({"foresee": at}, [])
        lists, told, files = answers.pop()
        for number, file in zip(told["changed"], files, strict=True):
            lists[number] = file
        return told["at"], lists, told["words"]

    return ask


def beside(panel):
    """The positions one step of one control away."""
    for name, control in panel.demo.controls.items():
        for step in (-1, 1):
            position = panel.screen.at[name] + step
            if 0 <= position < control.positions:
                yield panel.screen.at | {name: position}


def test_what_is_foreseen_is_what_is_shown_there(panel, ask):
    asked = list(beside(panel))
    assert len(asked) > 2 * len(panel.controls) - 2
    for at in asked:
        settings = {name: c.at(at[name]) for name, c in panel.demo.controls.items()}
        lists, words = Canvas(panel.demo).render(**settings)
        assert ask(at) == (at, lists, words)


def test_to_foresee_shows_nothing_and_the_picture_is_drawn_once(panel, ask, monkeypatch):
    screen, rendered, drawn = panel.screen, Canvas.render, []
    monkeypatch.setattr(
        Canvas, "render", lambda canvas, **s: drawn.append(s) or rendered(canvas, **s)
    )
    before = screen.at, screen.lists, screen.words, panel.settings()
    for at in beside(panel):
        drawn.clear()
        _, lists, words = ask(at)
        assert (screen.at, screen.lists, screen.words, panel.settings()) == before
        panel.set(**{name: c.at(at[name]) for name, c in panel.demo.controls.items()})
        assert (screen.at, screen.lists, screen.words) == (at, lists, words)
        assert len(drawn) == 1
        panel.set(**before[-1])


def test_only_what_a_page_does_not_have_is_sent(panel, monkeypatch):
    sent = []
    monkeypatch.setattr(panel.screen, "send", lambda told, files: sent.extend(told["changed"]))
    at = panel.screen.at
    panel.screen._handle_custom_msg({"foresee": at | {"steps": at["steps"] - 1}}, [])
    assert sent and 0 not in sent, "the stage is there already"


def test_the_last_few_pictures_are_kept(panel, ask):
    for at in beside(panel):
        ask(at)
    assert len(panel._kept) == panel.KEPT
    panel.close()
    assert not panel._kept


def test_a_value_between_two_positions_has_none(panel):
    panel.controls["start0"].value = 0.123456
    assert panel.screen.at == {}
    panel.set(**panel.demo.defaults())
    assert panel.screen.at.keys() == panel.controls.keys()


@pytest.mark.parametrize(
    "at",
    [
        None, 3, "steps", [], {}, {"steps": 1}, {"another": 0},
        dict.fromkeys(ALL["fig_6_1"].controls, 10**9), dict.fromkeys(ALL["fig_6_1"].controls, "0"),
        dict.fromkeys(ALL["fig_6_1"].controls, 0.5),
    ],
)  # fmt: skip
def test_what_no_page_can_mean_changes_nothing_and_has_an_answer(panel, ask, at):
    before = panel.screen.lists, panel.screen.words, panel.settings()
    told, lists, words = ask(at)
    assert told == at and "could not be drawn" in words
    assert (panel.screen.lists, panel.screen.words, panel.settings()) == before
    assert panel.error is None


def test_an_error_is_told_when_somebody_is_there(panel, ask, monkeypatch):
    at = panel.screen.at | {"steps": 0}
    monkeypatch.setattr(Canvas, "render", lambda *_, **__: 1 / 0)
    _, lists, words = ask(at)
    assert lists == panel.screen.lists and panel.error is None
    panel.controls["steps"].value = panel.demo.controls["steps"].at(0)
    assert isinstance(panel.error, ZeroDivisionError)
    assert (panel.screen.at, panel.screen.words) == (at, words)
    assert words == "This picture could not be drawn. ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    "control",
    [
        Slider("steps", 0, 40, 5, 40),
        Slider("φ", -1.0, 2.0, 0.1, 1.0),
        LogSlider("α", -4, 1, 0.05, 0.1),
        Switch("on", True),
        Choice("rule", ("SGD", "Adam"), "Adam"),
        Choice("size", (8, 2, 4), 2),
    ],
)
def test_each_position_of_a_control_is_a_setting_and_each_setting_a_position(control):
    settings = [control.at(position) for position in range(control.positions)]
    assert [control.at(control.position(each)) for each in settings] == settings
    assert set(control.ends()) <= set(settings) and control.default in settings
