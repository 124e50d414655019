"""Predictions: every choice has its reply, and the demo comes after a choice, never before."""

import pytest

from lessons import predictions
from lessons.asking.choices import Choices
from lessons.asking.prediction import Prediction

EVERY = [
    pytest.param(each, id=f"{chapter}-{name}")
    for chapter, found in predictions.ALL.items()
    for name, each in found.items()
]


@pytest.fixture
def example():
    [first, *_] = [each.values[0] for each in EVERY if each.values[0].demo]
    return first


@pytest.mark.parametrize("prediction", EVERY)
def test_a_prediction_is_whole(prediction):
    names = [
        name for found in predictions.ALL.values() for name, p in found.items() if p is prediction
    ]
    assert names == [prediction.name]
    assert 2 <= len(prediction.choices) <= 5
    replies = list(prediction.choices.values())
    assert len(set(replies)) == len(replies) and all(len(reply.split()) > 5 for reply in replies)
    assert [choice for choice in prediction.choices if prediction.reply(choice)[0]] == [
        prediction.right
    ]
    assert prediction.answered_by


@pytest.mark.parametrize("prediction", EVERY)
def test_every_setting_is_one_that_the_demo_has_and_draws(prediction):
    if prediction.demo is None:
        assert not prediction.setting and not prediction.tried
        return
    names = set(prediction.demo.controls)
    for changed in (prediction.setting, *prediction.tried.values()):
        assert set(changed) <= names
    panel = prediction.opened()
    for choice in prediction.choices:
        panel.set(**prediction.settings(choice))
        assert panel.error is None
        assert panel.settings() == prediction.settings(choice), "the sliders can be put there"


def test_the_cell_that_asks_shows_all_choices_and_folds_the_answer(example):
    open_text, fold = example.markdown.split("<details>")
    assert all(f"- {choice}\n" in open_text for choice in example.choices)
    told = example.choices[example.right]
    assert told in fold and told not in open_text


def test_a_click_is_answered_and_only_then_comes_the_demo(example):
    panel = Choices(example)
    assert panel.reply.value == "" and panel.panel is None
    wrong = next(choice for choice in example.choices if choice != example.right)
    panel.buttons[wrong].click()
    assert "→" in panel.reply.value and panel.panel in panel.children
    assert panel.panel.settings() == example.settings(wrong)
    first = panel.panel
    panel.buttons[example.right].click()
    assert "✓" in panel.reply.value and panel.panel is first
    assert [button.button_style == "info" for button in panel.buttons.values()].count(True) == 1


def test_the_demo_opens_where_a_choice_is_tried_and_is_not_moved_there():
    """Before the browser has built a slider, one value is all that it is sure to keep."""
    prediction = next(each.values[0] for each in EVERY if each.values[0].tried)
    choice = next(iter(prediction.tried))
    assert prediction.settings(choice) != prediction.settings()
    panel = Choices(prediction)
    panel.choose(choice)
    assert panel.panel.opened == {"at these settings": prediction.settings(choice)}


def test_whoever_skips_sees_the_demo_at_the_question_and_no_verdict(example):
    panel = Choices(example)
    panel.skip.click()
    assert panel.reply.value == "" and panel.panel.settings() == example.settings()


def test_without_a_kernel_there_is_the_question_s_setting_alone(example, monkeypatch):
    shown = []
    monkeypatch.setattr("lessons.stage.panel.display", lambda data, **how: shown.append(data))
    Choices(example)._ipython_display_()
    style, view, twin = shown
    assert "one-of-two" in style["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in view
    assert "at these settings" in twin["text/plain"] and "image/png" in twin
    assert not any(preset in twin["text/plain"] for preset in example.demo.presets)


def test_without_a_demo_the_reply_is_all():
    prediction = Prediction(
        name="plain", text="?", choices={"a": "No.", "b": "Yes."}, right="b", answered_by=("x",)
    )
    panel = Choices(prediction)
    panel.buttons["a"].click()
    panel.skip.click()
    assert panel.panel is None and "No." in panel.reply.value


@pytest.mark.parametrize("wrong", [{"right": "c"}, {"tried": {"c": {}}}])
def test_a_prediction_that_does_not_fit_itself_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Prediction(
            **{"name": "a", "text": "?", "choices": {"a": "A", "b": "B"}, "right": "a"} | wrong,
            answered_by=(),
        )
