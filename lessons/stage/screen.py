"""Where a panel shows its picture: a canvas in the browser, and the key numbers below it."""

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Bool, Bytes, Dict, Int, Unicode

from lessons.stage.picture import DPI

HERE = Path(__file__).parent
MODULES = "painter.js", "touch.js", "foresight.js", "screen.js"


class Screen(AnyWidget):
    """The picture of a demo, a display list for each layer, and words. Only what changes is sent.

    title, alt : of the demo, and its picture in words, for who does not see it
    width, height : its size, in CSS pixels
    controls : by setting, what a page knows of each control of the panel: its `label`, the `id` of
        its model, how many `positions` it has
    at : the positions of all controls in this picture, by setting
    handles : what can be dragged in the picture, as a Demo says it
    touched : `settings`, the numbers by setting that a hand in the picture points at, and `count`,
        which grows with each, so that the same ones are news again
    seen : whether a browser has asked for the picture; where none does, there is none to draw
    """

    _esm = "\n".join((HERE / name).read_text("utf-8") for name in MODULES)
    # In a narrow page a slider stands below its label, not squeezed to nothing beside it.
    _css = """
    .demo-panel .jupyter-widgets.widget-inline-hbox { flex-wrap: wrap; height: auto }
    .demo-panel .slider-container { min-width: 120px }
    .demo-panel .widget-inline-hbox > select { min-width: 150px }
    """

    title, alt, words = (Unicode().tag(sync=True) for _ in range(3))
    controls, at, handles, touched = (Dict().tag(sync=True) for _ in range(4))
    seen = Bool().tag(sync=True)
    width, height, count = (Int().tag(sync=True) for _ in range(3))

    def __init__(self, demo, controls):
        count = len(demo.layers)
        width, height = (round(DPI * side) for side in demo.size)
        # A trait each: ipywidgets itself then sends those that change, and all to a page that is
        # loaded again.
        self.add_traits(**{name: Bytes().tag(sync=True) for name in layers(count)})
        super().__init__(
            count=count,
            title=demo.title,
            alt=f"{demo.title}. At its presets: {demo.alt}",
            width=width,
            height=height,
            controls={
                name: dict(label=each.label, id=controls[name].model_id, positions=each.positions)
                for name, each in demo.controls.items()
            },
            handles=demo.handles,
            layout={"width": "100%"},
        )

    @property
    def lists(self):
        """The display lists, bytes, the lowest layer first."""
        return [getattr(self, name) for name in layers(self.count)]

    def show(self, at, lists, words):
        """Show the layers and the words, all in one message."""
        with self.hold_sync():
            self.at, self.words = at, words
            for name, drawn in zip(layers(self.count), lists):
                setattr(self, name, drawn)

    def say(self, at, words):
        """Show other words, and leave the picture."""
        self.show(at, self.lists, words)

    def foretell(self, at, lists, words):
        """Give a page what it may want next; of the lists, those that it does not have."""
        changed = [i for i, now in enumerate(self.lists) if lists[i] != now]
        told = {"at": at, "words": words, "changed": changed}
        self.send(told, [lists[i] for i in changed])


def layers(count):
    """The names of the layers' traits."""
    return [f"layer_{number}" for number in range(count)]
