"""Every claim as it was measured: it says what it did, and gives the same verdict on every seed."""

import inspect
import re
from datetime import date
from functools import cache
from itertools import chain

import pytest

from course_lib.losses import LeastSquares
from course_tools import measure
from course_tools.notebooks import notebook_paths, read
from lessons import claims
from lessons.claims.corrections import SEE
from lessons.course_map import ROOT, read_ledger
from lessons.measuring import record
from lessons.measuring.claim import FAILS, HOLDS, VERDICTS

RECORDS = record.read(claims.RECORDS)

SAME_ON_EVERY_DRAW = {
    "cl-F10.1": "its shares are rounded to 5 %",
    "cl-8": "on a slope the lengths of steps are exact multiples of it",
    "cl-9": "all nine digits agree, and the weights are known",
    "cl-12": "on a slope the lengths of steps do not depend on it",
    "cl-14": "a rule arrives from all starts or from none",
    "cl-27": "the median error of many places is in the same band",
    "cl-19": "which side is lower does not depend on where the curve stands",
    "cl-35": "the work of a pass depends on its steps alone",
    "cl-39": "the work of a step depends on the number of its examples alone",
    "cl-43": "the median error of some networks is in the same band",
    "cl-44": "the median error is in the lowest band or in the highest",
    "cl-47": "every start arrives, whatever the points are",
}
"""Claims whose figures no seed changes, and why."""


@pytest.fixture
def work():
    """A clock that runs on work: a price for each gradient, and one for each of its examples."""
    spent, gradient = [0.0], LeastSquares.gradient

    def counted(loss, phi):
        spent[0] += 1 + loss.n_examples / 1000
        return gradient(loss, phi)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LeastSquares, "gradient", counted)
        yield lambda: spent[0]


@pytest.fixture(params=claims.ALL)
def measured(request):
    """A claim, and what was written down of it, by seed."""
    record = RECORDS.get(request.param)
    if record is None:
        pytest.fail(f"{request.param} was never measured: course measure {request.param}")
    runs = {seed: claims.recorded(request.param, seed) for seed in map(int, record["runs"])}
    return claims.ALL[request.param], runs


def test_every_claim_was_measured_with_the_code_that_stands_here():
    """Else: `course measure`, which measures anew what is stale."""
    assert measure.stale() == []
    assert RECORDS.keys() == claims.ALL.keys()


def test_the_page_of_claims_is_up_to_date():
    assert (ROOT / measure.PAGE).read_text(encoding="utf-8") == measure.page()


def test_claim_is_measured_and_written_out(measured):
    _, runs = measured
    assert len(runs) >= 3
    for seed, measurement in runs.items():
        text = str(measurement)
        assert measurement.verdict in VERDICTS
        assert max(map(len, text.splitlines())) <= 66
        assert not re.search(r"\bnan\b|\binf\b|[{}]", text)
        assert f"seed {seed}" in measurement.experiment
        assert measurement.figures
        for figure in measurement.figures.values():
            if figure.interval is not None:
                low, high = figure.interval
                slack = 1e-5 * max(abs(low), abs(high))  # six digits are written down
                assert low - slack <= figure.value <= high + slack


def test_a_claim_that_does_not_hold_names_who_explains_why(measured):
    claim, runs = measured
    for measurement in runs.values():
        if measurement.verdict == FAILS:
            assert claim.id in SEE, "its verdict is a correction"
        if claim.id in SEE:
            assert f"(see {SEE[claim.id]})" in measurement.why


def test_seed_is_used(measured):
    claim, runs = measured
    one, other, *_ = runs.values()
    used = any(not same(one, other, what) for what in one.figures)
    assert used == (claim.id not in SAME_ON_EVERY_DRAW) or is_timed(claim)


def test_a_figure_that_chance_decides_has_an_interval(measured):
    claim, (one, other, *_) = measured[0], measured[1].values()
    if not is_timed(claim):
        for what, figure in one.figures.items():
            assert figure.interval or same(one, other, what), what


def same(one, other, what):
    """Whether two measurements agree in a figure, but for rounding."""
    value, again = one.figures[what].value, other.figures[what].value
    return value == pytest.approx(again, rel=1e-5, abs=1e-9)


def is_timed(claim):
    """Does its experiment ask a clock? Then no two runs agree."""
    return "clock" in inspect.signature(claim.measure).parameters


def test_verdict_is_the_same_with_every_seed(measured):
    _, runs = measured
    assert len({measurement.verdict for measurement in runs.values()}) == 1


def test_its_notebook_shows_what_was_written_down(measured):
    _, runs = measured
    assert str(next(iter(runs.values()))) in printed_in_notebooks()


def test_chapters_read_what_was_written_down_and_measure_nothing_anew():
    """`claims.table("cl-1")`, `claims.recorded("cl-1")`: the measuring takes minutes altogether."""
    cells = chain.from_iterable(read(path).cells for path in notebook_paths())
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    anew = [claim.measure.__name__ for claim in claims.ALL.values()]
    assert [name for name in anew for source in code if f"claims.{name}()" in source] == []


def in_parts(seconds, count=10):
    """The names of what takes so many seconds each, in parts that take about as long."""
    parts = [[] for _ in range(count)]
    for name in sorted(seconds, key=seconds.__getitem__, reverse=True):
        min(parts, key=lambda part: sum(map(seconds.__getitem__, part))).append(name)
    return parts


def test_in_ten_days_each_claim_has_had_its_turn():
    assert in_parts({"a": 9, "b": 1, "c": 5, "d": 4}, count=2) == [["a", "b"], ["c", "d"]]
    assert sorted(chain.from_iterable(in_parts(SECONDS))) == sorted(claims.ALL)


SECONDS = {id: RECORDS[id]["seconds"] if id in RECORDS else 0 for id in claims.ALL}
TODAY = in_parts(SECONDS)[date.today().toordinal() % 10]
"""The claims that are measured anew today: a tenth of the time that all of them take."""


@pytest.mark.parametrize("id", TODAY)
def test_measured_again_today_it_says_what_was_written_down(id):
    claim, before = claims.ALL[id], claims.recorded(id, seed=1)
    again = claim(seed=1)
    assert again.verdict == before.verdict
    assert again.figures.keys() == before.figures.keys()


@cache
def printed_in_notebooks():
    """The text of every result of a cell, as it is saved."""
    cells = chain.from_iterable(read(path).cells for path in notebook_paths())
    outputs = chain.from_iterable(cell.get("outputs", []) for cell in cells)
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)


@pytest.mark.parametrize("id", [id for id, claim in claims.ALL.items() if is_timed(claim)])
def test_a_claim_about_time_holds_where_a_gradient_has_a_price(id, work):
    """In tests the clock runs on work: a price for each gradient, and for each of its examples."""
    assert claims.ALL[id](seed=1, clock=work).verdict == HOLDS


def test_a_row_is_live_when_its_claim_is_measured():
    """A claim that was not promised needs no row."""
    rows = [row for row in read_ledger()["row"] if row["kind"] == "claim"]
    live = {row["id"] for row in rows if row["status"] == "live"}
    assert live == claims.ALL.keys() & {row["id"] for row in rows}
    assert len(live) > 20
