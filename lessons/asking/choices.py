"""The panel below a question: buttons, what there is to say to a choice, and then the demo."""

import re

import ipywidgets as widgets

from lessons.marking.verdict import Status, as_panel
from lessons.stage.panel import show_one_of

SKIP = "Just show me"
COLLAPSED = "<!-- Run the cell to choose. Saved here is what answers: -->\n"
EMPHASIS = re.compile(r"\*([^*]+)\*")


class Choices(widgets.VBox):
    """Choices to click. After the first click, or a skip, the demo that decides stands below.

    Nothing of it is stored: the notebook keeps the picture at the question's setting alone.
    """

    def __init__(self, prediction):
        self.prediction = prediction
        self.buttons = {choice: self._button(choice) for choice in prediction.choices}
        self.skip = widgets.Button(description=SKIP, layout={"width": "auto"})
        self.skip.style.button_color = "transparent"
        self.skip.on_click(lambda _: self.show_demo())
        self.reply = widgets.HTML()
        self.reply.add_class("reply")
        self.panel = None
        choices = widgets.Box([*self.buttons.values(), self.skip], layout={"flex_flow": "row wrap"})
        super().__init__([choices, self.reply])
        self.add_class("demo-panel")
        self.add_class(f"prediction-{prediction.name}")

    def choose(self, choice):
        """Say what there is to say to a choice, and show the demo where it is tried."""
        right, told = self.prediction.reply(choice)
        status = Status.CORRECT if right else Status.NOT_YET
        self.reply.value = EMPHASIS.sub(
            r"<em>\1</em>", as_panel(status, f"{status.mark} {choice}. {told}")
        )
        for other, button in self.buttons.items():
            button.button_style = "info" if other == choice else ""
        self.show_demo(choice)

    def show_demo(self, choice=None):
        """The demo at the question's setting, or where a choice is tried."""
        if self.prediction.demo is None:
            return
        settings = self.prediction.settings(choice)
        if self.panel is None:
            # Opened at once where it is to stand: JupyterLab may lose the second of two values
            # that reach a slider before it is built.
            self.panel = self.prediction.demo(**settings)
            self.children = [*self.children, self.panel]
        else:
            self.panel.set(**settings)

    def _button(self, choice):
        # A long answer may take two lines.
        layout = {"width": "auto", "height": "auto", "max_width": "100%"}
        button = widgets.Button(description=choice, layout=layout)
        button.on_click(lambda _: self.choose(choice))
        return button

    def _ipython_display_(self):
        """The panel; without a kernel, the demo at the question's setting alone."""
        if self.prediction.demo is None:
            saved, alt = {"text/plain": "Live with a kernel: run the cell and choose."}, ""
        else:
            panel = self.prediction.opened()
            saved, alt = panel.twin(), panel.alt
        show_one_of(self, saved, alt, COLLAPSED)
