"""Where a panel shows its picture: a canvas in the browser, and the key numbers below it."""

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Bool, Bytes, Dict, Int, Unicode

from lessons.stage.picture import DPI

HERE = Path(__file__).parent

# The server lets a short message wait until the browser has acknowledged the one before, which
# takes up to 40 ms (Nagle's algorithm and delayed acknowledgement). One that fills a TCP segment,
# 64 KB on the same machine, goes at once.
SEGMENT = 1 << 16


class Screen(AnyWidget):
    """The picture of a demo, a display list for each layer, and words. Only what changes is sent.

    alt : the picture in words, for who does not see it
    width, height : its size, in CSS pixels
    labels : by setting, the name of each control of the panel around it
    seen : whether a browser has asked for the picture; where none does, there is none to draw
    """

    _esm = "\n".join((HERE / name).read_text("utf-8") for name in ("painter.js", "screen.js"))

    alt, words = Unicode().tag(sync=True), Unicode().tag(sync=True)
    labels = Dict().tag(sync=True)
    seen = Bool().tag(sync=True)
    width, height, count = (Int().tag(sync=True) for _ in range(3))
    filling = Bytes().tag(sync=True)

    def __init__(self, demo):
        count = len(demo.layers)
        width, height = (round(DPI * side) for side in demo.size)
        # A trait each: ipywidgets itself then sends those that change, and all to a page that is
        # loaded again.
        self.add_traits(**{name: Bytes().tag(sync=True) for name in layers(count)})
        super().__init__(
            count=count,
            alt=f"{demo.title}. At its presets: {demo.alt}",
            width=width,
            height=height,
            labels={name: control.label for name, control in demo.controls.items()},
            layout={"width": "100%"},
        )

    @property
    def lists(self):
        """The display lists, bytes, the lowest layer first."""
        return [getattr(self, name) for name in layers(self.count)]

    def show(self, lists, words):
        """Show the layers and the words, all in one message."""
        with self.hold_sync():
            self.words = words
            for name, drawn in zip(layers(self.count), lists):
                setattr(self, name, drawn)
            self._fill()

    def say(self, words):
        """Show other words, and leave the picture."""
        with self.hold_sync():
            self.words = words
            self._fill()

    def _fill(self):
        # It begins with another number each time: the browser compares it with the one before.
        number = int.from_bytes(self.filling[:4], "little") + 1
        self.filling = number.to_bytes(4, "little").ljust(SEGMENT, b"\0")


def layers(count):
    """The names of the layers' traits."""
    return [f"layer_{number}" for number in range(count)]
