"""A graded problem: its statement, its check, its hints, and its points."""

from dataclasses import dataclass, field

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


@dataclass
class Problem:
    """A problem of one or more parts.

    With one part, hand in its answer: `problem.check(answer)`. With several, hand in one or more
    by name, `problem.check(trace=my_trace)`; the verdict is on those alone.

    id : the ledger's, such as "pb-6.1"
    text : the statement, Markdown
    hints : up to three, from a nudge to nearly the whole way
    """

    id: str
    title: str
    text: str
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    _hints_shown: int = field(default=0, init=False, repr=False)

    @property
    def name(self):
        """The Python name students use, such as pb_6_1."""
        return self.id.replace("-", "_").replace(".", "_")

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

    def statement(self):
        """Show the statement."""
        _display(Markdown(self.markdown))

    def hint(self):
        """Show the next hint; after the last, the last once more."""
        self._hints_shown = min(self._hints_shown + 1, len(self.hints))
        number = self._hints_shown
        _display(Markdown(f"**Hint {number} of {len(self.hints)}.** {self.hints[number - 1]}"))

    def verdict(self, *answer, seed=PUBLIC_SEED, **answers):
        """Judge the answer on the inputs of `seed`; nothing is shown and nothing is raised."""
        by_part = self._by_part(answer, answers)
        judged = tuple(
            part.judge(by_part[part.name], np.random.default_rng(seed))
            for part in self.parts
            if part.name in by_part
        )
        return Verdict(f"{self.id} {self.title}", judged)

    def check(self, *answer, **answers):
        """Show the verdict on public inputs. No answer raises anything, not even none yet: the
        problems after it go on."""
        _display(self.verdict(*answer, **answers))

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


def _display(shown):
    """Display in Jupyter, print elsewhere."""
    if notebook_shell():
        from IPython.display import display

        display(shown)
    else:
        print(shown)
