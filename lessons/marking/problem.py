"""What a student answers: a task on the way through a chapter, and a graded problem."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lessons.marking.isolation import notebook_shell
from lessons.marking.parts import Part
from lessons.marking.verdict import NotAttempted, Status, Verdict

PUBLIC_SEED = 6
"""The seed behind every `check`. Grading uses other seeds, so no answer can be learnt by heart."""


@dataclass(frozen=True)
class Markdown:
    """Text that Jupyter shows as Markdown."""

    text: str

    def __str__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text, "text/markdown": self.text}


@dataclass(kw_only=True)
class Task:
    """Something to do in the middle of a chapter, checked at once and worth no points.

    With one part, hand in its answer: `task.check(answer)`. With several, hand in one or more
    by name, `task.check(below=0.1, above=0.9)`; the verdict is on those alone. Its statement stands
    in the notebook, before the cell that waits for the answer.

    name : the Python name students use, the id of its cell in the chapter
    hints : up to three, from a nudge to nearly the whole way
    """

    name: str
    title: str
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    _hints_shown: int = field(default=0, init=False, repr=False)

    @property
    def heading(self):
        """What a verdict is headed with."""
        return self.title

    def hint(self):
        """Show the next hint; after the last, the last once more."""
        self._hints_shown = min(self._hints_shown + 1, len(self.hints))
        number = self._hints_shown
        show(Markdown(f"**Hint {number} of {len(self.hints)}.** {self.hints[number - 1]}"))

    def verdict(self, *answer, seed=PUBLIC_SEED, **answers):
        """Judge the answer on the inputs of `seed`; nothing is shown and nothing is raised."""
        by_part = self._by_part(answer, answers)
        judged = tuple(
            part.judge(by_part[part.name], np.random.default_rng(seed))
            for part in self.parts
            if part.name in by_part
        )
        return Verdict(self.heading, judged, graded=isinstance(self, Problem))

    def check(self, *answer, **answers):
        """Show the verdict on public inputs. No answer raises anything, not even none yet: what
        comes after it goes on."""
        show(self.verdict(*answer, **answers))

    def _by_part(self, answer, answers):
        names = [part.name for part in self.parts]
        if len(names) == len(answer) == 1 and not answers:
            return {names[0]: answer[0]}
        if answer or not answers or not answers.keys() <= set(names):
            raise TypeError(
                f"{self.name} expects answers by name, from {', '.join(names)}; "
                f"got {len(answer)} without a name and {list(answers)}"
            )
        return answers


class Criterion(NamedTuple):
    """What whoever marks an answer in words looks for, and the points that it earns."""

    points: int
    what: str

    def __str__(self):
        return f"{self.points} point{'s' if self.points > 1 else ''}: {self.what}"


@dataclass(kw_only=True)
class Problem(Task):
    """A graded problem: a task with a statement of its own, an id and points.

    id : the ledger's, such as "pb-6.1"; `name` follows from it
    text : the statement, Markdown
    schemes : by the name of each answer in words, what it is marked by
    """

    name: str = field(default="", init=False)
    id: str
    text: str
    schemes: dict[str, tuple[Criterion, ...]] = field(default_factory=dict)

    def __post_init__(self):
        self.name = self.id.replace("-", "_").replace(".", "_")

    @property
    def heading(self):
        return f"{self.id} {self.title}"

    @property
    def out_of(self):
        """The points of all parts that are checked by machine."""
        return float(sum(part.out_of for part in self.parts))

    @property
    def markdown(self):
        """Title, statement and how to ask for a hint: the statement cell of an exercise."""
        return (
            f"## {self.id} · {self.title}\n\n{self.text.strip()}\n\n"
            f"*{self.out_of:g} points for the checked answers. "
            f"Stuck? Run `{self.name}.hint()` in a new cell; it has {len(self.hints)} hints.*"
        )

    def scheme(self, name):
        """The marking scheme of an answer in words, as it stands below its model answer."""
        return f"**Marking scheme.** {' '.join(map(str, self.schemes[name]))}"

    def statement(self):
        """Show the statement."""
        show(Markdown(self.markdown))

    def points(self, *answer, seed, **answers):
        """The points earned on the inputs of `seed`, a float, as nbgrader's partial credit.

        Raises
        ------
        NotAttempted
            If there is nothing to judge yet: nbgrader gives 0, and whoever grades sees why.
        """
        verdict = self.verdict(*answer, seed=seed, **answers)
        if verdict.status is Status.NOT_ATTEMPTED:
            raise NotAttempted(f"{self.id} is waiting for an answer.")
        return verdict.points


def show(shown):
    """Display in Jupyter, print elsewhere."""
    if notebook_shell():
        from IPython.display import display

        display(shown)
    else:
        print(shown)
