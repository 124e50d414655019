"""The live panel around a demo: controls, presets, picture, key numbers."""

import html

import ipywidgets as widgets
from IPython.display import display

from lessons.stage.canvas import Canvas
from lessons.stage.picture import DRAWING

# The server lets a short message wait until the browser has acknowledged the one before, which
# takes up to 40 ms (Nagle's algorithm and delayed acknowledgement). One that fills a TCP segment,
# 64 KB on the same machine, goes at once. What follows the end of a PNG is ignored.
SEGMENT = 1 << 16

# A front end that shows a widget shows nothing else of the same output, and an error where its
# kernel is gone. So a panel and its static twin are two outputs, and one before them tells
# JupyterLab, by its class names, which one to hide: the twin if the panel lives, else the panel.
ONE_OF_TWO = """<style class="one-of-two">
.jp-OutputArea-child:has(.one-of-two) {
  & + :not(:has(.demo-panel:not(.jupyter-widgets-disconnected))),
  .jp-NotebookPanel:has([data-status=unknown]) & + *,
  & + :has(.demo-panel:not(.jupyter-widgets-disconnected)):not(
    .jp-NotebookPanel:has([data-status=unknown]) *) + * { display: none }
}
</style>"""


class Panel(widgets.VBox):
    """Sliders above a picture that follows them, with the key numbers in words below.

    Without a kernel, the output of the cell is the static twin: the picture at some settings.
    An error while drawing is shown in place of the numbers, and kept in `error`.

    settings : those at which the panel opens, where they differ from the defaults; if there are
        any, the twin shows the picture at these alone, else at each preset
    """

    def __init__(self, demo, **settings):
        self.demo = demo
        self.opened = {"at these settings": demo.defaults() | settings} if settings else None
        self.error = None
        self._canvas = Canvas(demo)
        self._held = False
        self.controls = {name: c.widget() for name, c in demo.controls.items()}
        for name, control in self.controls.items():
            control.add_class(f"setting-{name}")
            control.observe(self._follow, names="value")
        width = f"{100 * demo.size[0]:.0f}px"
        self.image = widgets.Image(
            format="png", layout={"width": "100%", "max_width": width, "object_fit": "contain"}
        )
        self.readout = widgets.HTML()
        self.readout.add_class("readout")
        shown = [demo.controls[name].shown(control) for name, control in self.controls.items()]
        sliders = widgets.Box(shown, layout={"flex_flow": "row wrap"})
        buttons = widgets.Box(self._buttons(), layout={"flex_flow": "row wrap"})
        super().__init__([sliders, buttons, self.image, self.readout])
        self.add_class("demo-panel")
        self.add_class(f"demo-{demo.name}")
        if self.opened:
            self.add_class("as-opened")
        self.set(**settings)

    def settings(self):
        """What the sliders say now, by setting."""
        declared = self.demo.controls
        return {name: declared[name].read(self.controls[name].value) for name in declared}

    def set(self, **settings):
        """Move several sliders at once and draw once; ValueError for a setting there is not."""
        if unknown := sorted(settings.keys() - self.controls.keys()):
            raise ValueError(f"settings are {unknown}, expected some of {list(self.controls)}")
        self._held = True
        try:
            for name, value in settings.items():
                self.controls[name].value = value
        finally:
            self._held = False
        self._follow()

    def _buttons(self):
        buttons = []
        for name, settings in self.demo.preset_settings().items():
            button = widgets.Button(description=name, layout={"width": "auto"})
            button.on_click(lambda _, settings=settings: self.set(**settings))
            buttons.append(button)
        return buttons

    def _follow(self, change=None):
        # Drawn at once, inside the message handler: the front end sends the next value only when
        # this one is done, and then the newest, so a fast drag drops frames instead of queueing.
        if self._held:
            return
        with DRAWING:  # from reading the sliders to showing the picture: the newest comes last
            try:
                png, text = self._canvas.render(**self.settings())
            except Exception as error:  # shown to the student, and to the tests through `error`
                self.error = error
                message = html.escape(f"{type(error).__name__}: {error}")
                self.readout.value = f"<b>This picture could not be drawn.</b> {message}"
                return
            self.error = None
            self.image.value = png.ljust(SEGMENT, b"\0")
            self.readout.value = html.escape(text).replace("\n", "<br>")

    def _ipython_display_(self):
        show_one_of(self, self.twin(), self.alt)

    @property
    def alt(self):
        """The twin in words, for readers who do not see it."""
        if not self.opened:
            return self.demo.alt
        return f"{self.demo.title}. {self.demo.told(*self.opened.values())}."

    def twin(self):
        """What stands in the page without a kernel, by type: a picture, and its numbers as text."""
        shown = self.opened or self.demo.preset_settings()
        told = {title: self.demo.told(settings) for title, settings in shown.items()}
        png, texts = self.demo.twin(shown, told)
        where = "as opened" if self.opened else "at the presets"
        lines = [f"{self.demo.title} (live with a kernel; {where} it shows:)"]
        for title, text in texts.items():
            lines += [f"{title}:", *(f"    {line}" for line in text.splitlines())]
        return {"image/png": png, "text/plain": "\n".join(lines)}


def show_one_of(panel, twin, alt, collapsed=""):
    """Display a live panel, and what stands in its place where there is no kernel.

    collapsed : what JupyterLab shows of the two while they are collapsed: the first line of HTML
    """
    view = {"version_major": 2, "version_minor": 0, "model_id": panel.model_id}
    display({"text/html": collapsed + ONE_OF_TWO}, raw=True)
    display({"application/vnd.jupyter.widget-view+json": view}, raw=True)
    display(twin, raw=True, metadata={"image/png": {"alt": alt}})
