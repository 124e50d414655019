"""The live panel around a demo: controls, presets, picture, key numbers."""

from math import isfinite

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

from lessons.stage.canvas import Canvas
from lessons.stage.picture import DRAWING
from lessons.stage.screen import Screen

# A front end that shows a widget shows nothing else of the same output, and an error where its
# kernel is gone. So a panel and its static twin are two outputs, and one before them tells
# JupyterLab, by its class names, which one to hide: the twin if the panel lives, else the panel.
# (With * for what is hidden, each word of a kernel would have the whole notebook styled anew.)
ONE_OF_TWO = """<style class="one-of-two">
.jp-OutputArea-child:has(.one-of-two) {
  & + .jp-OutputArea-child:not(:has(.demo-panel:not(.jupyter-widgets-disconnected))),
  .jp-NotebookPanel:has([data-status=unknown]) & + .jp-OutputArea-child,
  & + .jp-OutputArea-child:has(.demo-panel:not(.jupyter-widgets-disconnected)):not(
    .jp-NotebookPanel:has([data-status=unknown]) *) + .jp-OutputArea-child { display: none }
}
</style>"""


class Panel(widgets.VBox):
    """Sliders above a picture that follows them, with the key numbers in words below.

    Without a kernel, the output of the cell is the static twin: the picture at some settings. Where
    no browser asks for the live picture, as when a notebook is run to be saved, it is not drawn.
    An error while drawing is shown in place of the numbers, and kept in `error`.

    settings : those at which the panel opens, where they differ from the defaults; if there are
        any, the twin shows the picture at these alone, else at each preset
    """

    KEPT = 6
    """Pictures: the one that is shown, and those beside it that were drawn ahead."""

    def __init__(self, demo, **settings):
        self.demo = demo
        self.opened = {"at these settings": demo.defaults() | settings} if settings else None
        self.error = None
        self._canvas = Canvas(demo)
        self._kept = {}
        self._held = False
        self.controls = {name: c.widget() for name, c in demo.controls.items()}
        for name, control in self.controls.items():
            control.add_class(f"setting-{name}")
            control.observe(self._follow, names="value")
        self.screen = Screen(demo, self.controls)
        self.screen.observe(self._follow, names="seen")
        self.screen.observe(self._touch, names="touched")
        self.screen.on_msg(self._foresee)
        shown = [demo.controls[name].shown(control) for name, control in self.controls.items()]
        sliders = widgets.Box(shown, layout={"flex_flow": "row wrap"})
        buttons = widgets.Box(self._buttons(), layout={"flex_flow": "row wrap"})
        super().__init__([sliders, buttons, self.screen])
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
        if self._held or not self.screen.seen:
            return
        with DRAWING:  # from reading the sliders to showing the picture: the newest comes last
            settings = self.settings()
            try:
                shown = self._picture(settings)
            except Exception as error:  # shown to the student, and to the tests through `error`
                self.error = error
                self.screen.say(self._positions(settings), in_words(error))
                return
            self.error = None
            self.screen.show(self._positions(settings), *shown)

    def _picture(self, settings):
        """The display lists and the words at these settings; the last few are kept."""
        key = tuple(settings.values())
        if key not in self._kept:
            self._kept[key] = self._canvas.render(**settings)
            if len(self._kept) > self.KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[key]

    def _positions(self, settings):
        """Where each control stands; nothing where one stands between two positions."""
        declared = self.demo.controls
        at = {name: declared[name].position(value) for name, value in settings.items()}
        return at if self._settings_at(at) == settings else {}

    def _settings_at(self, at):
        """The settings at these positions; IndexError where one is beyond the last."""
        declared = self.demo.controls.items()
        return {name: each.at(range(each.positions)[at[name]]) for name, each in declared}

    def _foresee(self, _, asked, __):
        # While nobody moves a control, a page asks for what may be wanted next. Nothing is shown.
        at = asked["foresee"]
        with DRAWING:
            try:
                lists, words = self._picture(self._settings_at(at))
            except Exception as error:  # it is told when somebody is there
                lists, words = self.screen.lists, in_words(error)
            self.screen.foretell(at, lists, words)

    def _touch(self, change):
        # It comes from a page: what no slider can mean is passed over.
        pointed = change.new.get("settings")
        handled = {name for each in self.demo.handles.values() for name, *_ in each}
        moved = {
            name: self.demo.controls[name].nearest(number)
            for name, number in (pointed.items() if isinstance(pointed, dict) else ())
            if name in handled and isinstance(number, int | float) and isfinite(number)
        }
        if moved.items() - self.settings().items():
            self.set(**moved)

    def close(self):
        """Give back its memory, here and in the browser."""
        self._canvas.sheets.clear()
        self._kept.clear()
        super().close()

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


def in_words(error):
    """What stands below a picture that could not be drawn."""
    return f"This picture could not be drawn. {type(error).__name__}: {error}"


def show_one_of(panel, twin, alt, collapsed=""):
    """Display a live panel, and what stands in its place where there is no kernel.

    collapsed : what JupyterLab shows of the two while they are collapsed: the first line of HTML
    """
    close_earlier(panel)
    view = {"version_major": 2, "version_minor": 0, "model_id": panel.model_id}
    display({"text/html": collapsed + ONE_OF_TWO}, raw=True)
    display({"application/vnd.jupyter.widget-view+json": view}, raw=True)
    display(twin, raw=True, metadata={"image/png": {"alt": alt}})


_shown: dict = {}
"""By the id of a cell that shows panels, the run in which it did, and the panels."""


def close_earlier(panel):
    """Close the panels that earlier runs of the running cell have shown: the page has lost them."""
    kernel = getattr(get_ipython(), "kernel", None)
    run = kernel.get_parent() if kernel else {}
    cell = run.get("metadata", {}).get("cellId")
    if cell is None:  # not every front end says it
        return
    last, panels = _shown.get(cell, (None, []))
    if last != run["header"]["msg_id"]:
        for earlier in panels:
            close(earlier)
        panels = []
    _shown[cell] = run["header"]["msg_id"], [*panels, panel]


def close(widget):
    """Close a widget and all that it is made of, which ipywidgets would keep."""
    for part in (*getattr(widget, "children", ()), *getattr(widget, "links", ())):
        close(part)
    for look in ("layout", "style"):
        if hasattr(widget, look):
            getattr(widget, look).close()
    widget.close()
