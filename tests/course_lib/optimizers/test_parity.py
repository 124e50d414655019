"""Our rules and schedules against torch and optax, number for number (docs/parity.md).

The peers' numbers are oracles, kept in tests/oracles; where a peer is installed it also runs live.
"""

import re

import numpy as np
import pytest

from course_lib import optimizers
from tests.oracles import live, ours, peers, saved, table
from tests.oracles.cases import DIFFERENT, EQUAL
from tests.oracles.sequence import gradients

WITHOUT_A_PEER = {"DeltaBarDelta", "NesterovAsPrinted", "SVRG", "SWATS"}
SECOND_ORDER = {"BFGS", "ConjugateGradient", "LBFGS", "Newton", "RegularizedNewton"}  # for SciPy


def name(case):
    return f"{case.ours} {case.loss} {case.peer} {case.theirs}"


@pytest.fixture(params=["saved", "live"])
def theirs(request, case):
    """What the peer of a case gives: as it was saved, and as it runs here and now."""
    if request.param == "saved":
        return saved.load(case.peer)[case.theirs]
    live(case.peer)
    return peers.run(case)


@pytest.mark.parametrize("case", EQUAL, ids=name)
def test_a_rule_and_its_peer_agree_to_the_last_digits(case, theirs):
    relative, _ = ours.difference(case, theirs)
    assert relative < 1e-12


@pytest.mark.parametrize("case", DIFFERENT, ids=name)
def test_conventions_said_to_differ_do_differ(case, theirs):
    relative, _ = ours.difference(case, theirs)
    assert relative > 1e-6


def test_no_rule_is_left_out():
    compared = {called for case in EQUAL for called in re.findall(r"\w+(?=\()", case.ours)}
    first_order = set(optimizers.__all__) - SECOND_ORDER
    assert compared & first_order == first_order - WITHOUT_A_PEER


def test_no_case_is_listed_twice():
    assert len(set(EQUAL + DIFFERENT)) == len(EQUAL + DIFFERENT)


@pytest.mark.parametrize("peer", ["torch", "optax"])
def test_the_oracles_are_those_of_the_cases(peer):
    expected = {case.theirs for case in EQUAL + DIFFERENT if case.peer == peer}
    assert set(saved.load(peer)) == expected | {saved.VERSIONS}
    assert peer in saved.versions(peer)


def test_the_page_has_a_row_for_each_case_and_no_other():
    page = table.REPORT.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    expected = [table.start(case) for case in EQUAL + DIFFERENT]
    assert len(rows) == len(expected)
    for row, start in zip(rows, expected):
        assert row.startswith(start)
        relative = float(row.split("|")[-3])
        assert relative < 1e-12 if rows.index(row) < len(EQUAL) else relative > 1e-6
    assert saved.versions("torch") in page and saved.versions("optax") in page


def test_the_gradients_are_hard_on_a_rule():
    """Zeros first and later, both signs, one sign, and scales a million apart."""
    both, small, large = gradients().T
    assert (both > 0).any() and (both < 0).any() and (large > 0).all()
    assert (small[:10] == 0).all() and 0.3 < np.mean(small == 0) < 0.7
    assert np.median(large) / np.median(np.abs(small[small != 0])) > 1e5
