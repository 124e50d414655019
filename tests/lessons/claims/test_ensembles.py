"""The claims about ensembles: what turns their verdicts, and what their figures must be."""

import numpy as np
import pytest

from lessons.claims import ensembles as claims
from lessons.experiments.ensembles import (
    disagreement,
    drawn_digits,
    drawn_runs,
    mistakes_by_size,
)
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def values(measurement):
    return [figure.value for figure in measurement.figures.values()]


# cl-30


def test_members_that_are_all_alike_gain_nothing():
    measured = claims.ensembles_improve_with_diminishing_returns(alike=True)
    assert measured.verdict == FAILS
    assert values(measured)[1:] == [0, 0, 0, 0]


def test_an_ensemble_that_no_member_harms_would_hold(monkeypatch):
    """Members that know 8, 4, 2 … of the digits by themselves, and nothing of the others."""

    def halves(probable, labels):
        falls = np.array([40.0, 20, 15, 10, 9, 8, 7, 6])
        return np.tile(falls, (5, 1)) + np.random.default_rng(len(labels)).normal(0, 0.1)

    monkeypatch.setattr(claims, "mistakes_by_size", halves)
    assert claims.ensembles_improve_with_diminishing_returns(draws=4).verdict == HOLDS


def test_mistakes_by_size_are_those_of_the_mean_of_the_first():
    """Two members that disagree, and one that is surer: each order by hand."""
    probable = np.array([[[0.9, 0.1]], [[0.3, 0.7]], [[0.4, 0.6]]])
    found = mistakes_by_size(probable, np.array([0]), shuffles=1)
    assert (found[:, 2] == 0).all(), "0.533 for the first class"
    assert sorted(found[:, 0]) == [0, 1, 1], "each member is once the first"
    assert disagreement(probable) == pytest.approx(2 / 3)


def test_the_second_member_saves_what_two_runs_of_a_draw_save_together():
    """Against the networks themselves: every pair has the same weight in the long run."""
    params, new = drawn_runs(0, 6)
    probable = new.model(new.x, params[-1])
    pairs = [(a, b) for a in range(8) for b in range(8) if a != b]
    together = [np.mean((probable[a] + probable[b]).argmax(-1) != new.y) for a, b in pairs]
    by_size = mistakes_by_size(probable, new.y, shuffles=40).mean(axis=0) / len(new.y)
    assert by_size[0] == pytest.approx(1 - new.accuracy(params[-1]).mean())
    assert by_size[1] == pytest.approx(np.mean(together), rel=0.02)


# cl-58


@pytest.mark.parametrize("changed", [{"cooled": True}, {"small": claims.LARGE}], ids=str)
def test_without_noise_or_without_diversity_there_is_no_gain(changed):
    assert claims.diverse_ensembles_gain_more(draws=4, **changed).verdict == FAILS


def test_the_gain_of_diverse_members_is_ten_times_that_of_similar_ones():
    measured = claims.diverse_ensembles_gain_more()
    assert measured.verdict == CONDITION
    apart, gained, late, gained_late, alike, gained_alike, *_ = values(measured)
    assert apart > 3 * alike > 3 * late / 2
    assert gained > 5 * gained_alike and gained > 5 * gained_late
    assert gained < apart, "a gain needs members that disagree"


def test_no_digit_is_both_seen_and_new():
    training, new, _ = drawn_digits(3, 6, 1000)
    assert (training.n_examples, new.n_examples) == (1000, 700)
    seen = {row.tobytes() for row in training.x}
    assert not seen & {row.tobytes() for row in new.x}
