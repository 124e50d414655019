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
    """Raised once the verdict is shown if nothing was attempted: red for CI, one line to read."""

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
    """The verdict on a whole problem; Jupyter shows it as a panel, `str` as plain text."""

    title: str
    parts: tuple[PartVerdict, ...]

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
        passed = ": public checks passed" if self.status is Status.CORRECT else ""
        return f"{self.status.word}{passed} ({self.points:g} of {self.out_of:g} points)"

    def __str__(self):
        lines = [f"{self.status.mark} {self.summary} · {self.title}"]
        for part in self.parts:
            lines.append(f"  {part.part}: {part.status.word}. {part.message}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": str(self), "text/html": self._as_html()}

    def _as_html(self):
        # No background and no text colour: the panel takes those of the theme, light or dark.
        rows = "".join(f"<div style='margin-top:0.3em'>{_row(part)}</div>" for part in self.parts)
        return (
            f"<div style='border-left:0.4em solid {self.status.colour};padding:0.3em 0.9em;"
            f"margin:0.3em 0;max-width:50em;line-height:1.5'>"
            f"<strong>{self.status.mark} {html.escape(self.summary)}</strong>"
            f" · {html.escape(self.title)}{rows}</div>"
        )


def _row(part):
    label = f"{part.status.mark} <strong>{html.escape(part.part)}</strong>: {part.status.word}"
    credit = f" ({part.points:g} of {part.out_of:g}). "
    # Text between backticks is code.
    message = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(part.message))
    return label + credit + message
