"""Every claim: it runs, says what it did, and gives the same verdict on other seeds."""

import inspect
import re
from functools import cache, partial
from itertools import chain

import pytest

from course_lib.losses import LeastSquares
from course_tools.notebooks import notebook_paths, read
from lessons import claims
from lessons.course_map import read_ledger
from lessons.measuring.claim import HOLDS, VERDICTS

SAME_ON_EVERY_DRAW = {
    "cl-8": "on a slope the lengths of steps are exact multiples of it",
    "cl-9": "all nine digits agree, and the weights are known",
    "cl-12": "on a slope the lengths of steps do not depend on it",
    "cl-14": "a rule arrives from all starts or from none",
    "cl-35": "the work of a pass depends on its steps alone",
}
"""Claims whose figures no seed changes, and why."""


@pytest.fixture(scope="module")
def work():
    """A clock that runs on work: a price for each gradient, and one for each of its examples."""
    spent, gradient = [0.0], LeastSquares.gradient

    def counted(loss, phi):
        spent[0] += 1 + loss.n_examples / 1000
        return gradient(loss, phi)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LeastSquares, "gradient", counted)
        yield lambda: spent[0]


# Of module scope, so that the tests of one claim follow each other and share what was measured.
@pytest.fixture(scope="module", params=claims.ALL)
def measured(request):
    return claims.ALL[request.param]


@pytest.fixture(scope="module")
def measure(measured, work):
    """Measure the claim, on each seed once; if it is about time, by the work that is done."""
    timed = "clock" in inspect.signature(measured.measure).parameters
    return cache(partial(measured, clock=work) if timed else measured)


def test_claim_is_measured_and_written_out(measure):
    measurement = measure(seed=1)
    text = str(measurement)
    assert measurement.verdict in VERDICTS
    assert max(map(len, text.splitlines())) <= 66
    assert not re.search(r"\bnan\b|\binf\b|[{}]", text)
    assert measurement.figures
    for figure in measurement.figures.values():
        if figure.interval is not None:
            low, high = figure.interval
            assert low - 1e-12 <= figure.value <= high + 1e-12


def test_seed_is_stated_and_used(measured, measure):
    one, other = measure(seed=1), measure(seed=2)
    assert "seed 1" in one.experiment
    used = any(not same(one, other, what) for what in one.figures)
    assert used == (measured.id not in SAME_ON_EVERY_DRAW)


def test_a_figure_that_chance_decides_has_an_interval(measure):
    one, other = measure(seed=1), measure(seed=2)
    for what, figure in one.figures.items():
        assert figure.interval or same(one, other, what), what


def same(one, other, what):
    """Whether two measurements agree in a figure, but for rounding."""
    value, again = one.figures[what].value, other.figures[what].value
    return value == pytest.approx(again, rel=1e-6, abs=1e-9)


def test_verdict_is_the_same_on_other_seeds_and_in_its_notebook(measured, measure):
    """Strict nbval measures the claim again in the notebook, on a third seed."""
    verdicts = {measure(seed=seed).verdict for seed in (1, 2)}
    printed = re.findall(
        rf"\({measured.id};.*?\nverdict +(.*?):", printed_in_notebooks(), re.DOTALL
    )
    assert printed and verdicts == set(printed)


@cache
def printed_in_notebooks():
    """The text of every result of a cell, as it is saved."""
    cells = chain.from_iterable(read(path).cells for path in notebook_paths())
    outputs = chain.from_iterable(cell.get("outputs", []) for cell in cells)
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)


def test_a_claim_about_time_holds_where_a_gradient_has_a_price(measured, measure):
    if "clock" in inspect.signature(measured.measure).parameters:
        assert measure(seed=1).verdict == HOLDS


def test_a_row_is_live_when_its_claim_is_measured():
    """A claim that was not promised needs no row."""
    rows = [row for row in read_ledger()["row"] if row["kind"] == "claim"]
    live = {row["id"] for row in rows if row["status"] == "live"}
    assert live == claims.ALL.keys() & {row["id"] for row in rows}
    assert len(live) > 20
