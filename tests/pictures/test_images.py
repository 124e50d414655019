"""README's pictures of demos show what the demos draw now."""

import json

import numpy as np
import pytest
from PIL import Image

from lessons import demos
from lessons.course_map import ROOT
from lessons.stage.picture import DPI

from .twins import TOLERANCE, Saved, differences_by_panel, twin


@pytest.mark.parametrize("name", ["figure_6_5a", "basin_map"])
def test_a_picture_of_a_demo_is_what_it_draws_as_it_opens(name):
    image = Image.open(ROOT / "docs" / "images" / f"{name}.png")
    demo = demos.ALL[image.text["demo"]]
    left, top = json.loads(image.text["canvas"])
    width, height = np.round(np.array(demo.size) * DPI).astype(int)
    pixels = np.asarray(image).astype(int)[top : top + height, left : left + width]
    kept = Saved(pixels, [json.loads(image.text["panels"])])
    now = twin(demo, like=kept, presets=[demo.defaults()], dpi=DPI)
    _, differences = zip(*differences_by_panel(kept, now))
    assert max(differences) <= TOLERANCE, "renew it by `python -m tests.browser.images`"
