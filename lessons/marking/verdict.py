"""What a check answers: a verdict for each part of a problem, as text and as an HTML panel."""

import html
import re
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """The four verdicts. Each value is (the word, a mark and a colour that repeat it)."""

    CORRECT = ("Correct", "✓", "#009E73")
    NOT_YET = ("Not yet", "→", "#E69F00")
    ERROR = ("Error", "✗", "#D55E00")
    NOT_ATTEMPTED = ("Not attempted", "○", "#8C8C8C")

    def __init__(self, word, mark, colour):
        self.word, self.mark, self.colour = word, mark, colour


class NotAttempted(NotImplementedError):
    """Raised by `points` if nothing was attempted: one line for whoever grades."""

    def _render_traceback_(self):
        return [f"Not attempted: {self}"]


@dataclass(frozen=True)
class PartVerdict:
    """The verdict on one part: `points` out of `out_of`, and the reason in `message`."""

    part: str
    status: Status
    message: str
    points: float
    out_of: float


@dataclass(frozen=True)
class Verdict:
    """The verdict on a whole problem; Jupyter shows it as a panel, `str` as plain text.

    graded : whether it tells the points
    """

    title: str
    parts: tuple[PartVerdict, ...]
    graded: bool = True

    @property
    def status(self):
        """CORRECT or NOT_ATTEMPTED if every part is; else ERROR if any is; else NOT_YET."""
        seen = {part.status for part in self.parts}
        if len(seen) == 1:
            return seen.pop()
        return Status.ERROR if Status.ERROR in seen else Status.NOT_YET

    @property
    def points(self):
        return float(sum(part.points for part in self.parts))

    @property
    def out_of(self):
        return float(sum(part.out_of for part in self.parts))

    @property
    def summary(self):
        if not self.graded:
            return self.status.word
        passed = ": public checks passed" if self.status is Status.CORRECT else ""
        unit = "point" if self.out_of == 1 else "points"
        return f"{self.status.word}{passed} ({self.points:g} of {self.out_of:g} {unit})"

    def __str__(self):
        # With one part, the summary has said its verdict already.
        labels = [self._label(part) for part in self.parts] if len(self.parts) > 1 else [""]
        rows = [f"  {label}{part.message}" for label, part in zip(labels, self.parts, strict=True)]
        return "\n".join([f"{self.status.mark} {self.summary} · {self.title}", *rows])

    def _label(self, part):
        credit = f" ({part.points:g} of {part.out_of:g})" if self.graded else ""
        return f"{part.status.mark} {part.part}: {part.status.word}{credit}. "

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = as_panel(self.status, *str(self).splitlines())
        return {"text/plain": str(self), "text/html": html}


@dataclass(frozen=True)
class Note:
    """One sentence under the mark and the colour of a status: a word on the way, no verdict."""

    status: Status
    text: str

    def __str__(self):
        return f"{self.status.mark} {self.text}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": str(self), "text/html": as_panel(self.status, str(self))}


def as_panel(status, *lines):
    """Lines of text as HTML, in the colour of a status; the first of several is their headline."""
    first, *rows = map(html.escape, lines)
    first = f"<strong>{first}</strong>" if rows else _with_code(first)
    rows = "".join(f"<div style='margin-top:0.3em'>{_with_code(row)}</div>" for row in rows)
    # No background and no text colour: the panel takes those of the theme, light or dark.
    return (
        f"<div style='border-left:0.4em solid {status.colour};padding:0.3em 0.9em;"
        f"margin:0.3em 0;max-width:50em;line-height:1.5'>"
        f"{first}{rows}</div>"
    )


def _with_code(text):
    """Text between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", text)
