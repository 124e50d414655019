"""How long a chapter takes, by one formula for all."""

import ast
import re
from dataclasses import dataclass

WORDS_A_MINUTE, A_DEMO, A_PREDICTION, A_TASK, A_LINE = 150, 2, 1.5, 3, 1
FORMULA = "150 words a minute, 2 minutes a demo, 1.5 a prediction, 3 and 1 a line a task"
TIME = re.compile(r"^\*\*Time\.\*\* .*$", re.MULTILINE)

FOLD = re.compile(r"<details>.*?</details>", re.DOTALL)
NO_WORDS = re.compile(
    r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|<[^>]*>|(?<=\])\([^)]*\)|`[^`]*`", re.DOTALL
)
WORD = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*")


@dataclass(frozen=True)
class Count:
    """What is in a chapter, and the minutes that it takes."""

    words: int
    cells: int
    first_picture: int | None
    demos: int
    predictions: int
    task_lines: tuple

    @property
    def to_read(self):
        """Minutes with the text and the demos."""
        return self.words / WORDS_A_MINUTE + A_DEMO * self.demos

    @property
    def to_do(self):
        """Minutes with predictions and tasks."""
        lines = sum(self.task_lines)
        return A_PREDICTION * self.predictions + A_TASK * len(self.task_lines) + A_LINE * lines


def count(notebook, answers=None):
    """The Count of a chapter.

    answers : by the id of its cell, the lines that a task's answer takes; 2 where it is not given
    """
    cells = notebook.cells
    tagged = [set(cell.metadata.get("tags", [])) for cell in cells]
    tasks = [cell for cell, tags in zip(cells, tagged, strict=True) if "task" in tags]
    pictures = [n for n, cell in enumerate(cells, start=1) if shows_demo(cell)]
    asked = [n for n, tags in enumerate(tagged, start=1) if "prediction" in tags]
    older = [cell for cell in cells if cell.source.count("> **Predict.**")]
    return Count(
        words=sum(words(TIME.sub("", c.source)) for c in cells if c.cell_type == "markdown"),
        cells=len(cells),
        first_picture=min([*pictures, *asked], default=None),
        demos=len(pictures),
        predictions=len(asked) or len(older),
        task_lines=tuple((answers or {}).get(cell.id, 2) for cell in tasks),
    )


def said(counted):
    """The minutes in a sentence, as the chapter's first cell says them."""
    read, do = round(counted.to_read), round(counted.to_do)
    return (
        f"**Time.** About {read + do} minutes: {read} to read and watch, {do} to predict and do. "
        f"(Counted: {FORMULA}.)"
    )


def table(counts):
    """A table in Markdown, a row a chapter, of Counts by the chapter's name."""
    heads = "chapter words cells first_picture demos predictions tasks minutes doing".split()
    rows = [f"| {' | '.join(heads).replace('_', ' ')} |", "|---" + "|--:" * 8 + "|"]
    for name, c in counts.items():
        minutes = c.to_read + c.to_do
        cells = [c.words, c.cells, c.first_picture or "", c.demos, c.predictions]
        cells += [len(c.task_lines), round(minutes), f"{c.to_do / minutes:.0%}"]
        rows.append(f"| {name} | {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def words(markdown):
    """The words of a text: no formula, no code, no address, nothing in a fold.

    >>> words("The *rate* $\\\\alpha$ of [chapter 2](02.ipynb), `phi` <b>apart</b>.")
    5
    """
    return len(WORD.findall(NO_WORDS.sub(" ", FOLD.sub(" ", markdown))))


def shows_demo(cell):
    """Whether a cell ends in the call of a demo, such as demos.fig_6_1()."""
    if cell.cell_type != "code":
        return False
    try:
        last = ast.parse(cell.source).body[-1:]
    except SyntaxError:
        return False
    return bool(last) and ast.unparse(last[0]).startswith("demos.")
