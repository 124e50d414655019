"""The panel as it was before display lists: Agg repaints layers, a PNG file shows them.

    import benchmarks.png_panel
    demos.fig_6_1()

From the import on every panel of the kernel is such a one.
"""

import struct
import zlib

import ipywidgets as widgets
import numpy as np

from lessons.stage import canvas, panel
from lessons.stage.picture import DPI, chosen


class PixelSheet(canvas.Sheet):
    """Paints the layers from the lowest that has changed upwards on the kept pixels below it."""

    def __init__(self, picture):
        super().__init__(picture)
        self.recorder = self

    def record(self, *artists, axes=()):
        """Paint artists; return all pixels."""
        for artist in artists:
            artist.draw(self.figure.canvas.get_renderer())
        return self.figure.canvas.copy_from_bbox(self.figure.bbox)

    def render(self, settings):
        """The picture as a PNG file, and its text."""
        same = True
        for layer in self.picture.layers:
            same &= layer in self.drawn and self.drawn[layer].settings == chosen(settings, layer)
            if not same and layer in self.drawn:
                for artist in self.drawn.pop(layer).artists:
                    artist.remove()
        if self.drawn:
            *_, top = self.drawn.values()
            self.figure.canvas.restore_region(top.list)
        _, text = super().render(settings)
        return png(np.asarray(self.figure.canvas.buffer_rgba())[..., :3]), text


def png(pixels):
    """Pixels (height, width, 3), uint8, as a PNG file.

    Rows without filters and light compression take a third of the time that Pillow takes, and the
    picture travels no further than the browser beside it.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each starts with its filter: 0, none
    rows[:, 1:].reshape(pixels.shape)[:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits, RGB
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


class PngScreen(widgets.VBox):
    """An image, and the key numbers below it; drawn without being asked for."""

    seen = True

    def __init__(self, demo, controls):
        width = f"{DPI * demo.size[0]:.0f}px"
        layout = {"width": "100%", "max_width": width, "object_fit": "contain"}
        self.image, self.words = widgets.Image(format="png", layout=layout), widgets.HTML()
        super().__init__([self.image, self.words])

    def show(self, at, picture, words):
        """Show a PNG file, and the words."""
        self.image.value = picture
        self.say(at, words)

    def say(self, at, words):
        """Show other words, and leave the picture."""
        self.words.value = words


canvas.Sheet = PixelSheet  # type: ignore[misc]
panel.Screen = PngScreen  # type: ignore[misc]
