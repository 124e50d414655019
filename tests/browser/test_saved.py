"""What a student saves: a page that was only looked at, and panels whose kernel is gone."""

from types import SimpleNamespace

import pytest

from course_tools.lab import LATE
from lessons import demos
from lessons.stage.canvas import Canvas

PANEL = "from lessons import demos\ndemos.first_fit()"
FOREIGN = "import ipywidgets\nipywidgets.IntSlider()"
READY = ".jp-Notebook-ExecutionIndicator[data-status={}]"


@pytest.fixture(scope="module")
def saved(lab, chromium):
    """A panel and a widget of another's, run and saved."""
    path = lab.write("notebooks/panel.ipynb", PANEL, FOREIGN)
    notebook = lab.open(chromium, path)
    notebook.run_all()
    alive(notebook)
    notebook.save()
    yield SimpleNamespace(path=path, notebook=notebook)
    notebook.page.context.close()


def outputs(notebook):
    """Where the panel and its picture are on the page."""
    outputs = notebook.cell(0).locator(".jp-OutputArea-child")
    return outputs.nth(1), outputs.nth(2)


def alive(notebook):
    """Wait until the panel is there; its picture is not."""
    panel, picture = outputs(notebook)
    panel.get_by_role("slider").wait_for()
    assert picture.is_hidden()


def replaced(notebook):
    """Wait until the picture is there; of the panel, or an error in its place, nothing is seen."""
    panel, picture = outputs(notebook)
    picture.locator("img").wait_for()
    assert picture.locator("img").evaluate("image => image.decode().then(() => image.width)") > 300
    assert panel.is_hidden()


def test_with_its_kernel_a_panel_survives_a_reload(saved):
    saved.notebook.page.reload()
    alive(saved.notebook)


def test_reopened_without_a_kernel_it_is_a_picture(saved, lab, chromium):
    saved.notebook.close()
    saved.notebook = lab.open(chromium, saved.path)
    replaced(saved.notebook)
    # What is not ours, we leave alone.
    saved.notebook.cell(1).get_by_text("Error displaying widget").wait_for()


@pytest.mark.parametrize("end", ["restartKernel", "shutdown"])
def test_where_its_kernel_ends_in_place_a_picture_replaces_it(saved, end):
    saved.notebook.run_all()
    alive(saved.notebook)
    saved.notebook.js(f"panel.sessionContext.{end}()")
    replaced(saved.notebook)
    assert saved.notebook.cell(1).get_by_role("slider").is_visible()


def test_a_page_that_is_too_busy_to_load_it_in_time_shows_its_pictures_all_the_same(lab, chromium):
    path = lab.write("notebooks/late.ipynb", PANEL)
    notebook = lab.open(chromium, path)
    # anywidget waits for two seconds, and here for none.
    notebook.js("void (AbortSignal.timeout = AbortSignal.timeout.bind(AbortSignal, 0))")
    with notebook.page.expect_event("pageerror", lambda error: str(error) == LATE):
        notebook.run_cell(0)
    panel = notebook.panel("first_fit")
    for _ in range(2):
        panel.press("learning_rate", "ArrowRight")
        panel.settle()
        assert panel.shows(Canvas(demos.first_fit).render(**panel.settings())[0])
    assert notebook.errors() == []
    notebook.close()


def test_a_cell_that_runs_ten_times_keeps_the_memory_of_one_panel(lab, turn_to):
    path = lab.write("notebooks/again.ipynb", "from lessons import demos\ndemos.fig_race()")
    notebook = turn_to(path)
    notebook.run_cell(0)
    kept = memory(notebook)
    for _ in range(9):
        notebook.run_cell(0)
    assert memory(notebook) == kept


def memory(notebook):
    """How many widgets the kernel keeps, how many the page, and how many figures are drawn on."""
    notebook.panel("fig_race").settle()
    in_kernel = notebook.ask("len(__import__('ipywidgets').widgets.widget._instances)")
    in_page = notebook.js("panel.sessionContext.session.kernel._comms.size")
    figures = notebook.ask("sum(len(panel._canvas.sheets) for panel in Out.values())")
    return in_kernel, in_page, figures
