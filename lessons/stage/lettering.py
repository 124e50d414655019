"""Text that changes with every slider: Pillow sets it in a thirtieth of Matplotlib's time."""

from functools import cache

import numpy as np
from matplotlib import get_data_path
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from PIL import ImageFont

from lessons.stage.style import INK


class Lettering(Artist):
    """One line of plain text whose left or right end stands at (x, y), in data coordinates.

    x, y : the end, and the height of the baseline
    size : in points
    align : "left" or "right"
    """

    def __init__(self, x, y, text, size, color=INK, bold=False, align="left"):
        super().__init__()
        self.place, self.text, self.size, self.bold = (x, y), text, size, bold
        self.color, self.align = np.multiply(255, to_rgb(color)), align
        self.set_in_layout(False)

    def draw(self, renderer):
        """Stamp the letters' shapes, in their colour, on the canvas."""
        font = font_of(self.bold, renderer.points_to_pixels(self.size))
        shape, (before, above) = font.getmask2(self.text, anchor="ls")
        width, height = shape.size
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[..., :3], pixels[..., 3] = self.color, np.reshape(shape, (height, width))
        x, y = self.axes.transData.transform(self.place)
        left = x - width if self.align == "right" else x + before
        gc = renderer.new_gc()
        renderer.draw_image(gc, round(left), round(y - above - height), pixels[::-1])
        gc.restore()
        self.stale = False


@cache
def font_of(bold, pixels):
    """The font of Matplotlib's own text."""
    name = "DejaVuSans-Bold" if bold else "DejaVuSans"
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/{name}.ttf", pixels)
