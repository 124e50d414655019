"""Many statements, each to be judged before its verdict is shown, and a score."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import ipywidgets as widgets
from anywidget import AnyWidget

from lessons.marking.verdict import Status, as_panel
from lessons.stage.panel import show_one_of

ALL, OPEN, MISSED = "all", "not judged yet", "judged wrongly"


@dataclass(frozen=True)
class Case:
    """A statement, what it was found to be, and where to read on.

    group : what it is listed under, such as the title of a chapter
    verdict : one of the verdicts that are offered
    told : sentences that come with the verdict, plain text
    links : by their text, addresses relative to the notebook
    """

    id: str
    group: str
    statement: str
    verdict: str
    told: tuple[str, ...]
    links: dict[str, str]


class OwnKeys(AnyWidget):
    """Nothing to see. The lists of the panel around it keep the arrow keys, with which JupyterLab
    would go to another cell."""

    _esm = """
    export default {
      render({el}) {
        el.append("\u200b")   // nothing is observed of what has no size
        new ResizeObserver(() => {
          for (const list of el.closest(".demo-panel")?.querySelectorAll("select") ?? [])
            list.setAttribute("data-lm-suppress-shortcuts", "true")
        }).observe(el)
      },
    }
    """


class Judging(widgets.VBox):
    """Cases to judge, a group at a time; each shows its verdict once judged. Nothing is stored.

    Without a kernel, the same as text: each verdict in a fold.
    """

    def __init__(self, cases: Sequence[Case], verdicts: Sequence[str]):
        self.cases, self.verdicts = {case.id: case for case in cases}, verdicts
        self.judged: dict[str, str] = {}
        groups = list(dict.fromkeys(case.group for case in cases))
        self.group = self._filter("chapter", [ALL, *groups], groups[0])
        self.kind = self._filter("show", [ALL, OPEN, MISSED, *verdicts], ALL)
        self.score = widgets.HTML()
        self.score.add_class("readout")
        self.rows = {case.id: self._row(case) for case in cases}
        self.list = widgets.VBox()
        filters = widgets.HBox([self.group, self.kind, OwnKeys()])
        super().__init__([filters, self.score, self.list])
        self.add_class("demo-panel")
        self.add_class("judging")
        self._follow()

    def judge(self, id, verdict):
        """Judge a case: what it was found to be appears below it, and the score moves on."""
        case = self.cases[id]
        self.judged[id] = verdict
        _, buttons, reply = self.rows[id].children
        for button in buttons.children:
            button.button_style = "info" if button.description == verdict else ""
        right = verdict == case.verdict
        status = Status.CORRECT if right else Status.NOT_YET
        links = " · ".join(
            f'<a href="{html.escape(address)}" target="_blank"><u>{html.escape(text)}</u></a>'
            for text, address in case.links.items()
        )
        lines = [f"{status.mark} It {case.verdict}.", *case.told]
        reply.value = as_panel(status, "\n".join(lines)).replace("\n", "<br>") + links
        self._say_score()

    def _row(self, case):
        statement = widgets.HTML(f"<b>{html.escape(case.statement)}</b> ({html.escape(case.id)})")
        buttons = [widgets.Button(description=v, layout={"width": "auto"}) for v in self.verdicts]
        for button in buttons:
            button.on_click(lambda clicked, id=case.id: self.judge(id, clicked.description))
        row = widgets.VBox(
            [statement, widgets.Box(buttons, layout={"flex_flow": "row wrap"}), widgets.HTML()]
        )
        row.add_class(f"case-{case.id}")
        return row

    def _filter(self, name, options, value):
        chosen = widgets.Dropdown(description=name, options=options, value=value)
        chosen.observe(lambda _: self._follow(), names="value")
        return chosen

    def _follow(self):
        """Show the cases of the chosen group and kind. A verdict finds only what was judged."""
        self.list.children = [self.rows[id] for id in self.cases if self._is_chosen(id)]
        self._say_score()

    def _is_chosen(self, id):
        case, judged = self.cases[id], self.judged.get(id)
        of_kind = {
            ALL: True,
            OPEN: judged is None,
            MISSED: judged not in (None, case.verdict),
        }.get(self.kind.value, judged is not None and case.verdict == self.kind.value)
        return of_kind and self.group.value in (ALL, case.group)

    def _say_score(self):
        right = sum(self.cases[id].verdict == verdict for id, verdict in self.judged.items())
        done, all_of_them = len(self.judged), len(self.cases)
        self.score.value = f"judged {done} of {all_of_them}: {right} as they were measured"

    def text(self):
        """The cases as Markdown, each verdict in a fold."""
        parts, group = [], None
        for case in self.cases.values():
            if case.group != group:
                parts.append(f"**{case.group}**")
                group = case.group
            links = " · ".join(f"[{text}]({address})" for text, address in case.links.items())
            told = "<br>".join(map(html.escape, case.told))
            parts.append(
                f"<details><summary>{html.escape(case.statement)} ({case.id})</summary>\n\n"
                f"It **{case.verdict}**.<br>{told}<br>{links}\n</details>"
            )
        return "\n\n".join(parts)

    def _ipython_display_(self):
        saved = {"text/markdown": self.text(), "text/plain": f"{len(self.cases)} claims to judge"}
        show_one_of(self, saved, "")
