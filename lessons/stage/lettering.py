"""Text that changes with every slider, without the layout that Matplotlib gives to texts."""

from functools import cache

from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties

from lessons.stage.style import INK


class Lettering(Artist):
    """One line of plain text whose left or right end stands at (x, y), in data coordinates.

    x, y : the end, and the height of the baseline
    size : in points
    align : "left" or "right"
    """

    def __init__(self, x, y, text, size, color=INK, bold=False, align="left"):
        super().__init__()
        self.place, self.text, self.font = (x, y), text, font_of(size, bold)
        self.color, self.align = color, align
        self.set_in_layout(False)

    def draw(self, renderer):
        """Draw the letters in their colour."""
        x, y = self.axes.transData.transform(self.place)
        y = renderer.get_canvas_width_height()[1] - y
        if self.align == "right":
            x -= renderer.get_text_width_height_descent(self.text, self.font, False)[0]
        gc = renderer.new_gc()
        gc.set_foreground(self.color)
        renderer.draw_text(gc, x, y, self.text, self.font, 0)
        gc.restore()
        self.stale = False


@cache
def font_of(size, bold):
    """The font of Matplotlib's own text."""
    return FontProperties(size=size, weight="bold" if bold else "normal")
