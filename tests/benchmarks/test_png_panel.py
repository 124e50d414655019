"""The panel of PNG files, with which the latency of ours is compared, shows the same pictures."""

import subprocess
import sys

from lessons.course_map import ROOT

# In a process of its own: the import changes every panel.
PROGRAM = """
from io import BytesIO
import numpy as np
from PIL import Image
import benchmarks.png_panel
from lessons import demos
from lessons.stage.picture import DPI

demo = demos.fig_6_5a
panel = demo()
for settings in (demo.defaults(), {"steps": 3}, {"seed": 4}, demo.defaults()):
    panel.set(**settings)
    assert panel.error is None, panel.error
    shown = np.asarray(Image.open(BytesIO(panel.screen.image.value)), float)
    figure, text = demo.draw(**(demo.defaults() | settings))
    assert panel.screen.words.value == text
    figure.set_dpi(DPI)
    figure.canvas.draw()
    expected = np.asarray(figure.canvas.buffer_rgba(), float)[..., :3]
    print(np.abs(shown - expected).mean())
"""


def test_it_shows_what_a_still_shows():
    command = [sys.executable, "-c", PROGRAM]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert told.returncode == 0, told.stderr
    assert max(map(float, told.stdout.split())) < 2
