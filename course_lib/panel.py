"""The live panel around a picture: controls, presets, key numbers (floor 5)."""

import html
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np
from IPython.display import display

from course_lib.figures.picture import DRAWING, Canvas

# The server lets a short message wait until the browser has acknowledged the one before, which
# takes up to 40 ms (Nagle's algorithm and delayed acknowledgement). One that fills a TCP segment,
# 64 KB on the same machine, goes at once. What follows the end of a PNG is ignored.
SEGMENT = 1 << 16

# A front end that shows a widget shows nothing else of the same output, and an error where its
# kernel is gone. So a panel and its static twin are two outputs, and one before them tells
# JupyterLab, by its class names, which one to hide: the twin if the panel lives, else the panel.
ONE_OF_TWO = """<style class="one-of-two">
.jp-OutputArea-child:has(.one-of-two) {
  & + :not(:has(.explorer:not(.jupyter-widgets-disconnected))),
  .jp-NotebookPanel:has([data-status=unknown]) & + *,
  & + :has(.explorer:not(.jupyter-widgets-disconnected)):not(
    .jp-NotebookPanel:has([data-status=unknown]) *) + * { display: none }
}
</style>"""


@dataclass(frozen=True)
class Explorer:
    """The declaration of a slider demo: from it come the panel, the static twin and the sweep.

    picture : the Picture to draw
    title : what one sees, in a few words
    alt : the static twin in words, for readers who do not see it
    controls : by setting, a Slider, LogSlider, Player, Switch or Choice
    presets : by name, the settings that differ from the defaults; the twin shows at least one
    """

    picture: object
    title: str
    alt: str
    controls: dict
    presets: dict

    def defaults(self):
        """Every setting at its default."""
        return {name: control.default for name, control in self.controls.items()}

    def preset_settings(self):
        """The settings of each preset, whole."""
        return {name: self.defaults() | changed for name, changed in self.presets.items()}

    def told(self, settings):
        """The settings in words: what stands beside each control."""
        said = [f"{c.label}: {c.said(settings[name])}" for name, c in self.controls.items()]
        return "; ".join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in said)

    def sweep(self, seed=0, random=10):
        """Settings to try: defaults, presets, each control at its ends, and random mixtures."""
        rng = np.random.default_rng(seed)
        defaults = self.defaults()
        yield defaults
        yield from self.preset_settings().values()
        for name, control in self.controls.items():
            for value in control.samples(rng):
                yield defaults | {name: value}
        for _ in range(random):
            yield {
                name: (options := control.samples(rng))[int(rng.integers(len(options)))]
                for name, control in self.controls.items()
            }

    def __call__(self):
        """The live panel."""
        return Panel(self)


class Panel(widgets.VBox):
    """Sliders above a picture that follows them, with the key numbers in words below.

    Without a kernel, the output of the cell is the static twin: the picture at each preset.
    An error while drawing is shown in place of the numbers, and kept in `error`.
    """

    def __init__(self, explorer):
        self.explorer = explorer
        self.error = None
        self._canvas = Canvas(explorer.picture)
        self._held = False
        self.controls = {name: c.widget() for name, c in explorer.controls.items()}
        for name, control in self.controls.items():
            control.add_class(f"setting-{name}")
            control.observe(self._follow, names="value")
        width = f"{100 * explorer.picture.size[0]:.0f}px"
        self.image = widgets.Image(
            format="png", layout={"width": "100%", "max_width": width, "object_fit": "contain"}
        )
        self.readout = widgets.HTML()
        self.readout.add_class("readout")
        shown = [explorer.controls[name].shown(control) for name, control in self.controls.items()]
        sliders = widgets.Box(shown, layout={"flex_flow": "row wrap"})
        buttons = widgets.Box(self._buttons(), layout={"flex_flow": "row wrap"})
        super().__init__([sliders, buttons, self.image, self.readout])
        self.add_class("explorer")
        self.add_class(f"explorer-{explorer.picture.name}")
        self._follow()

    def settings(self):
        """What the sliders say now, by setting."""
        declared = self.explorer.controls
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
        for name, settings in self.explorer.preset_settings().items():
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
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display({"text/html": ONE_OF_TWO}, raw=True)
        display({"application/vnd.jupyter.widget-view+json": view}, raw=True)
        display(self.twin(), raw=True, metadata={"image/png": {"alt": self.explorer.alt}})

    def twin(self):
        """What stands in the page without a kernel, by type: a picture, and its numbers as text."""
        presets = self.explorer.preset_settings()
        told = {title: self.explorer.told(settings) for title, settings in presets.items()}
        png, texts = self.explorer.picture.twin(presets, told)
        lines = [f"{self.explorer.title} (live with a kernel; at the presets it shows:)"]
        for title, text in texts.items():
            lines += [f"{title}:", *(f"    {line}" for line in text.splitlines())]
        return {"image/png": png, "text/plain": "\n".join(lines)}
