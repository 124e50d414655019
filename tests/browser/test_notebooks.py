"""What a student sees of a whole notebook: as it opens, and once it has run."""

import pytest

from lessons import demos

from .shown import SHOWN

NO_MODEL = ("Error displaying widget", "Loading widget", "model not found")

every_notebook = pytest.mark.parametrize("path", SHOWN)


@every_notebook
def test_before_it_runs_each_panel_is_a_picture(unrun, path):
    cells = unrun.cells()
    for index, name in SHOWN[path].items():
        unrun.select(index)
        if cells[index]["metadata"].get("jupyter", {}).get("outputs_hidden"):  # it answers
            unrun.cell(index).locator(".jp-OutputPlaceholder").click()
        output = unrun.cell(index).locator(".jp-OutputArea")
        assert output.locator("img").evaluate("image => image.decode().then(() => image.width)") > 0
        assert not any(words in output.inner_text() for words in NO_MODEL)
        # JupyterLab does not show it, but nbconvert and MyST do.
        saved = cells[index]["outputs"][-1]
        assert saved["metadata"]["image/png"]["alt"] == demos.ALL[name].alt


@every_notebook
def test_its_panels_open_without_error(ran):
    assert ran.errors() == []


@pytest.mark.parametrize("path", ["notebooks/02_gradient_descent.ipynb"])
def test_run_all_runs_every_cell_without_error(unrun):
    unrun.run_all()
    assert unrun.errors() == []
    assert all(cell["execution_count"] for cell in unrun.cells() if cell["cell_type"] == "code")


def test_together_they_show_every_demo():
    shown = {name for panels in SHOWN.values() for name in panels.values()}
    assert shown == set(demos.ALL)
