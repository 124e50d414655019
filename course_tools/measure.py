"""Every claim measured with several seeds, written down, and told in docs/claims.md."""

import inspect
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from lessons import claims
from lessons.claims.fair_race import answers
from lessons.course_map import ROOT, read_ledger
from lessons.experiments import fair_race
from lessons.measuring import record

SEEDS = 0, 1, 2
PACKAGES = "course_lib", "lessons"
PAGE = "docs/claims.md"


def stale() -> list[str]:
    """The claims that were never measured, or whose code has changed since."""
    records = record.read(claims.RECORDS)
    return [id for id in claims.ALL if id not in records or record.is_stale(records[id])]


def measure(ids: Iterable[str], workers: int) -> Iterator[tuple[str, record.Record | Exception]]:
    """Measure claims and write down each as it is done; those that ask a clock go last, alone.

    A run that is stopped has lost nothing but what was under way.
    """
    ids = [*ids]
    timed = [id for id in ids if "clock" in inspect.signature(claims.ALL[id].measure).parameters]
    for group, at_once in ((sorted({*ids} - {*timed}, key=ids.index), workers), (timed, 1)):
        # A process for each: what one has cached the next would not be seen to run.
        with ProcessPoolExecutor(at_once, get_context("spawn"), max_tasks_per_child=1) as pool:
            under_way = {pool.submit(_one, id): id for id in group}
            for done in as_completed(under_way):
                id = under_way[done]
                try:
                    result = done.result()
                except Exception as error:  # one that breaks stops no other
                    yield id, error
                    continue
                _keep(id, result)
                yield id, result


def _one(id):
    return record.measured(claims.ALL[id], SEEDS, PACKAGES)


def _keep(id, result):
    records = record.read(claims.RECORDS) | {id: result}
    record.write(claims.RECORDS, {id: records[id] for id in claims.ALL if id in records})


def page() -> str:
    """docs/claims.md: every claim with its figures and its verdict, by chapter, and the race."""
    records, ledger = record.read(claims.RECORDS), read_ledger()
    rows = {row["id"]: row for row in ledger["row"]}
    measured = [id for id in claims.ALL if id in records]
    text = [
        "# What was claimed, and what was measured",
        "",
        "Written by `course measure`. Each claim of the sources was measured by an experiment, "
        f"with the seeds {', '.join(map(str, SEEDS))}; the figures are those of the first. What "
        "stands in brackets is where a figure lies 95 times in 100.",
    ]
    for chapter in ledger["chapter"]:
        of_chapter = [id for id in measured if rows.get(id, {}).get("chapter") == chapter["number"]]
        if of_chapter:
            title = f"[{chapter['title']}](../{chapter['notebook']})"
            text += ["", f"## {chapter['number']:02} {title}", "", *_table(of_chapter, records)]
    others = [id for id in measured if id not in rows]
    if others:
        text += ["", "## More, promised nowhere", "", *_table(others, records)]
    if fair_race.RECORD.exists() and (race := fair_race.recorded()).seeds > 1:
        text += ["", "## One fair race", "", *_race(race)]
    return "\n".join(text) + "\n"


def _race(race):
    yield (
        "Written by `course race`, shown in [notebook 14](../notebooks/14_claims_measured.ipynb). "
        "An entry is a rule with a batch size, a schedule and a scheme of first weights."
    )
    yield ""
    yield answers(race)._repr_markdown_()


def _table(ids, records):
    yield "| | claim | measured | verdict | experiment |"
    yield "|---|---|---|---|---|"
    for id in ids:
        claim, measurement = claims.ALL[id], claims.recorded(id)
        figures = "<br>".join(map(str, measurement.figures.values()))
        name = claim.measure.__name__
        source = Path(inspect.getsourcefile(claim.measure)).relative_to(ROOT).as_posix()
        cells = (
            id,
            f"{claim.statement} *({claim.source})*",
            figures,
            f"**{measurement.verdict}**: {measurement.why}",
            f"[{name}](../{source})",
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
