"""What the fair race says turns with its figures, and a small race says nothing else."""

import pytest

from course_lib.hyperparameters import LogUniform
from lessons.claims.fair_race import (
    adam_does_as_well_when_searched,
    against,
    answers,
    sign_of,
)
from lessons.experiments.fair_race import RECORD, RULES, entries, race, recorded
from lessons.measuring import record
from lessons.measuring.claim import FAILS, HOLDS

from ..experiments.test_fair_race import made_up


def test_adam_does_worse_where_its_rates_are_too_small(monkeypatch):
    """Its space then holds no setting that learns; momentum's is as before."""
    adam = RULES["Adam"]
    narrow = adam.space | {"learning_rate": LogUniform(1e-6, 1e-5)}
    monkeypatch.setitem(RULES, "Adam", adam._replace(space=narrow))
    measurement = adam_does_as_well_when_searched(repeats=3, budgets=(1, 3), members=2)
    assert measurement.verdict == FAILS


def test_adam_does_as_well_as_itself(monkeypatch):
    """With the settings of momentum it is momentum, and misreads the same digits."""
    monkeypatch.setitem(RULES, "Adam", RULES["momentum"])
    measurement = adam_does_as_well_when_searched(repeats=2, budgets=(1, 2), members=1)
    assert measurement.verdict == HOLDS
    assert measurement.figures["2 trials: Adam misreads more"].value == 0


def said(of):
    return {answer.asks: answer.says for answer in answers(of).answers}


def test_a_gap_beyond_its_intervals_is_decided_and_one_within_them_is_not():
    sure = said(made_up(lambda entry: 100 - 60 * (entry.rule == "Adam") + entry.batch // 10))
    assert sure["Adam or momentum?"] == "Adam against momentum: fewer errors"
    assert "batches of 10 against batches of 250: fewer errors" in sure["Are small batches better?"]
    assert sure["Do wide minima generalise better?"] == "sharper ends misread more"
    assert sure["Do the first weights matter?"].count("undecided") == 2
    unsure = said(made_up(lambda entry: 100, noise=90))
    assert unsure["Adam or momentum?"] == "Adam against momentum: undecided"
    assert unsure["Are small batches better?"].count("undecided") == 2


def test_a_gap_that_a_few_digits_make_is_undecided():
    """Every seed agrees on it, but other digits might not."""
    made = made_up(lambda entry: 40 * (entry.rule == "Adam"), noise=0)
    for result in made.results.values():
        result["images"] = {"7": sum(result["alone"])}
    (seeds, digits), says = against(made, "rule", "Adam", "momentum")
    assert sign_of(seeds) == 1 and sign_of(digits) == 0
    assert says.endswith("undecided")


# --- the race that was run ------------------------------------------------------------------------


def test_the_race_was_run_with_the_code_that_stands_here():
    """Else: `course race`, which takes as long as docs/claims.md says."""
    assert not record.is_stale(record.read(RECORD)["about"])


def test_the_race_is_whole_and_all_its_seeds_are_there():
    whole = recorded()
    assert {*entries()} == {*whole.results} and whole.seeds >= 5
    for result in whole.results.values():
        lengths = {name: len(result[name]) for name in ("alone", "together", "fold", "curvature")}
        assert {*lengths.values()} == {whole.seeds}
        assert sum(result["images"].values()) == sum(result["alone"])


@pytest.fixture(scope="module")
def small_race():
    """A race of half a minute: one batch size, one schedule, two starts, three seeds."""
    some = entries(batch=(50,), schedule=("falling",), start=("Glorot", "He"))
    return race(some, trials=4, members=2, seeds=3)


def test_a_small_race_decides_nothing_that_the_large_one_decides_otherwise(small_race):
    for rule in ("SGD", "Nesterov", "RMSProp", "Adam"):
        signs = [
            {sign_of(figure) for figure in against(each, "rule", rule, "momentum")[0]}
            for each in (small_race, recorded())
        ]
        decided = [pair.pop() for pair in signs if len(pair) == 1]
        assert {1, -1} - {*decided}, rule
