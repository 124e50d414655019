"""JupyterLite: the kernel boots from a Pyodide that is served along, and has the course.

The variable PYODIDE names the folder of one, such as the npm package `pyodide` unpacked. It lacks
NumPy, which would come from elsewhere: what is tried here needs none.
"""

import os
from pathlib import Path

import pytest

from course_tools.lab import PATIENCE
from lessons.course_map import ROOT

from .page import served

if "PYODIDE" not in os.environ:
    pytest.skip("no PYODIDE to serve", allow_module_level=True)

DONE = """() => /^\\[\\d+\\]:$/.test(
    document.querySelector('.jp-CodeCell .jp-InputPrompt').textContent.trim())"""
OWN = "'fitting-models', 'ipywidgets', 'anywidget', 'comm', 'psygnal', 'jupyterlab_widgets'"
CELLS = {
    f"import piplite\nawait piplite.install([{OWN}, 'widgetsnbextension'], deps=False)": "",
    "import sys, course_lib, lessons.course_map\nprint(sys.platform)": "emscripten",
    "import course_lib.models": "No module named 'numpy'",
    "import ipywidgets\nipywidgets.IntSlider(3)": "3",
}


def test_its_kernel_boots_and_has_the_course_and_its_sliders(chromium, tmp_path):
    from course_tools import lite

    lite.build(ROOT, tmp_path / "lite", tmp_path / "work", Path(os.environ["PYODIDE"]))
    asked = []
    with served(tmp_path / "lite") as address:
        context = chromium.new_context()
        context.set_default_timeout(5 * PATIENCE)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/lab/index.html?path=notebooks/00_start_here.ipynb")
        first = page.locator(".jp-CodeCell").first
        first.locator(".cm-line", has_text=lite.INSTALL).wait_for()
        for source, answer in CELLS.items():
            first.locator(".cm-content").click()
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(source)
            page.keyboard.press("Control+Enter")
            page.wait_for_function(DONE)
            first.locator(".jp-OutputArea", has_text=answer).wait_for(state="attached")
        first.get_by_role("slider").wait_for()
        context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
