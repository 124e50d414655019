"""A student meets a prediction and a task in JupyterLab."""

import pytest

PATH = "notebooks/02_gradient_descent.ipynb"


def place(notebook, id):
    return [cell["id"] for cell in notebook.cells()].index(id)


@pytest.mark.parametrize("path", [PATH])
def test_a_prediction_shows_nothing_before_a_choice_and_the_demo_after_it(opened):
    asked, answering = place(opened, "jump_over"), place(opened, "02-limit")
    for index in (asked, answering):
        opened.select(index)
        opened.wait_for_paint()
        assert opened.cell(index).locator(".jp-OutputPlaceholder").is_visible()
        assert not opened.cell(index).locator(".jp-OutputArea img").count()

    opened.run_all()
    opened.select(asked)
    panel = opened.cell(asked).locator(".prediction-jump_over")
    panel.wait_for()
    assert not opened.cell(asked).locator("img:visible").count()
    panel.get_by_role("button", name="0.4").click()
    demo = panel.locator(".demo-rate_regimes")
    demo.wait_for()
    assert "same side" in panel.locator(".reply").inner_text()
    assert demo.locator(".setting-learning_rate").inner_text().endswith("0.400")
    panel.get_by_role("button", name="0.5", exact=True).click()
    panel.locator(".reply", has_text="✓").wait_for()
    assert panel.locator(".demo-panel").count() == 1


@pytest.mark.parametrize("path", [PATH])
def test_a_task_is_checked_where_it_stands(opened):
    opened.run(place(opened, "02-001"))
    index = place(opened, "tenth")
    assert "Not attempted" in opened.run(index)
    for alpha, word in (("0.1", "four fifths"), ("0.45", "✓ Correct")):
        opened.type(index, f"alpha = {alpha}\nyour_turn.tenth.check(alpha)")
        assert word in opened.run(index)


@pytest.mark.parametrize("path", ["notebooks/04_loss_surfaces.ipynb"])
def test_the_first_choice_moves_every_slider_to_where_it_is_tried(opened):
    opened.run(place(opened, "04-001"))
    opened.run(place(opened, "steeper"))
    panel = opened.cell(place(opened, "steeper")).locator(".prediction-steeper")
    panel.get_by_role("button", name="it rises").click()
    panel.locator(".readout", has_text="loss 12.4").wait_for()
    assert panel.locator(".widget-readout").all_inner_texts() == ["1.10", "6.00"]


CLAIMS = """
from lessons.asking.judging import Case, Judging
cases = [Case(f"cl-{i}", f"chapter {i}", f"claim {i}", "holds", (), {}) for i in range(3)]
Judging(cases, ["holds"])
"""


def test_a_list_to_choose_from_is_moved_by_the_arrow_keys(lab, turn_to):
    """JupyterLab would take them, and go to the next cell."""
    notebook = turn_to(lab.write("notebooks/judging.ipynb", CLAIMS))
    notebook.run_cell(0)
    judging = notebook.page.locator(".judging")
    judging.locator("select[data-lm-suppress-shortcuts]").first.focus()
    for shown in ("claim 1", "claim 2"):
        notebook.page.keyboard.press("ArrowDown")
        judging.locator("b", has_text=shown).wait_for()
