"""Several claims, measured: one short table, with all of the experiments behind it."""

from dataclasses import dataclass

from lessons.measuring.claim import Measurement


@dataclass(frozen=True)
class Table:
    """Measurements below each other; as text, each of them whole."""

    measurements: tuple[Measurement, ...]

    def __repr__(self):
        return "\n\n".join(map(str, self.measurements))

    def _repr_markdown_(self):
        rows = ["| claim | measured | verdict |", "|---|---|---|"]
        for each in self.measurements:
            figures = "<br>".join(map(str, each.figures.values()))
            claim = f"{each.claim.statement} *({each.claim.source}; {each.claim.id})*"
            rows.append(f"| {claim} | {figures} | **{each.verdict}**: {each.why} |")
        return "\n".join(rows)
