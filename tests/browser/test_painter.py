"""What the browser paints of a demo's display lists is what Agg draws."""

import numpy as np
import pytest
from PIL import Image

from lessons import demos
from lessons.stage.canvas import Canvas

from .fidelity import apart, compare, page_with_painter, painted, pixels

MOST_APART, MOST_IN_A_BLOCK = 2, 20


@pytest.fixture(scope="module")
def page(chromium):
    page = page_with_painter(chromium)
    yield page
    page.close()


@pytest.mark.parametrize("name", demos.ALL)
def test_at_its_last_preset_it_is_what_agg_draws(page, name):
    """`python -m tests.browser.fidelity` compares at all of them."""
    *_, settings = demos.ALL[name].preset_settings().values()
    mean, block = compare(page, demos.ALL[name], [settings])
    assert mean <= MOST_APART
    assert block <= MOST_IN_A_BLOCK


@pytest.mark.parametrize("dpr", [1.5, 2])
def test_it_has_the_dots_of_the_screen(page, dpr):
    """Only a picture with as many dots has lines as fine, and the same colours everywhere."""
    lists, _ = Canvas(demos.ALL["fig_6_1"]).render(**demos.ALL["fig_6_1"].defaults())
    shown, plain = painted(page, lists, dpr), painted(page, lists)
    assert shown.shape[:2] == tuple(round(dpr * side) for side in plain.shape[:2])
    size = plain.shape[1::-1]
    again = Image.fromarray(shown.astype(np.uint8)).resize(size, Image.Resampling.BOX)
    assert apart(pixels(again), plain).mean <= MOST_APART
    grown = Image.fromarray(plain.astype(np.uint8)).resize(shown.shape[1::-1])
    assert steps(shown) > 1.1 * steps(pixels(grown))


def steps(picture):
    """How much neighbouring dots differ: in a blurred picture, little."""
    return np.abs(np.diff(picture, axis=1)).max(axis=-1)[..., None].astype(float).std()
