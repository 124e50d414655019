"""The panel of PNG files, with which the latency of ours is compared, follows its sliders."""

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
shown = []
for other in ({}, {"steps": 3}, {"seed": 4}, {}):
    settings = demo.defaults() | other
    panel.set(**settings)
    assert panel.error is None, panel.error
    assert panel.screen.words.value == demo.draw(**settings)[1]
    shown.append(np.asarray(Image.open(BytesIO(panel.screen.image.value))))
width, height = (round(DPI * side) for side in demo.size)
assert {picture.shape for picture in shown} == {(height, width, 3)}
first, fewer, redrawn, last = shown
assert (first == last).all()
assert 0 < (first != fewer).mean() < (first != redrawn).mean()  # a path, or the map below it
"""


def test_it_shows_what_its_sliders_say():
    command = [sys.executable, "-c", PROGRAM]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert told.returncode == 0, told.stderr
