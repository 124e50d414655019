"""A claim of one's own and its experiment: what is there, and what is missing, all at once."""

import itertools
import time
import urllib.request
from types import SimpleNamespace

import numpy as np
import pytest

from lessons.marking.experiments import REQUIREMENTS, ExperimentPart, StatementPart
from lessons.marking.verdict import Status
from lessons.measuring.claim import (
    CONDITION,
    FAILS,
    HOLDS,
    Figure,
    Finding,
    claim,
    mean_of,
    share_of,
)

PART = ExperimentPart(name="experiment", out_of=5, seconds=2)
AT_ONCE = ExperimentPart(name="experiment", out_of=5, seconds=0.01)


def judged(answer, part=PART, seed=0):
    return part.judge(answer, np.random.default_rng(seed))


def coins(seed, broken=False, name="heads, share"):
    """Of 300 loaded coins more than half show heads; of fair ones not surely."""
    hits = np.random.default_rng(seed).random(300) < (0.5 if broken else 0.7)
    figure = share_of(name, hits)
    if figure.interval[0] > 0.55:
        return Finding((figure,), HOLDS, "more than half")
    return Finding((figure,), FAILS, "not surely")


def without_the_engine(seed, broken):
    """Lists in place of Finding and Figure, a mean, and a number that nothing changes."""
    values = np.random.default_rng([seed, 1]).normal(-1 if broken else 1, 1, 50)
    half = 2.01 * values.std(ddof=1) / np.sqrt(50)
    low, high = values.mean() - half, values.mean() + half
    verdict = "holds" if low > 0.2 else "does not hold"
    return [["mean", values.mean(), [low, high]], ["runs", 50, None]], verdict, "it is so"


@claim("mine", "a claim", source="me")
def as_a_claim(seed=0, broken=False, runs=40):
    """Values drawn with seed {seed}, {runs} of them."""
    values = np.random.default_rng(seed).uniform(0, 1, runs) + (not broken)
    figure = mean_of("mean", values)
    return Finding((figure,), CONDITION if figure.interval[0] > 0.9 else FAILS, "as it came")


def every_run_hits(seed, broken):
    """Drawn from the seed, and yet a share of 1 with each; of 0 where it is broken."""
    x = np.random.default_rng(seed).normal(size=200)
    figure = share_of("squares below their fourth powers plus one, share", x**2 < x**4 + 1)
    if broken:
        figure = share_of(figure.what, x**2 + 1 < x**2)
    return Finding((figure,), HOLDS if figure.interval[0] > 0.9 else FAILS, "as it came")


@pytest.mark.parametrize("experiment", [coins, without_the_engine, as_a_claim, every_run_hits])
def test_whatever_has_the_form_gets_full_marks(experiment):
    for seed in (0, 1):
        verdict = judged(experiment, seed=seed)
        assert (verdict.status, verdict.points) == (Status.CORRECT, 5), verdict.message
        assert verdict.message.count("✓") == len(REQUIREMENTS)


# --- One thing is missing, the others are there ---------------------------------------------------


def _with(seed, broken, **changes):
    """The coins' Finding, with something else in it."""
    return coins(seed, broken)._replace(**changes)


def another_word(seed, broken):
    return _with(seed, broken, verdict="false" if broken else "true")


def no_reason(seed, broken):
    return _with(seed, broken, why=" ")


def no_seed(seed, broken):
    return coins(3, broken)


def the_world_s_luck(seed, broken):
    return coins(next(COUNTER), broken)


COUNTER = itertools.count()


def a_clock(seed, broken):
    found = coins(seed, broken)
    return found._replace(figures=(*found.figures, Figure("time", time.perf_counter_ns() / 1e9)))


def bare(seed, broken):
    found = coins(seed, broken)
    return found._replace(figures=[figure._replace(interval=None) for figure in found.figures])


def beside(seed, broken):
    found = coins(seed, broken)
    return found._replace(figures=[figure._replace(interval=(0, 0.1)) for figure in found.figures])


def one_number_wide(seed, broken):
    found = coins(seed, broken)
    exact = [figure._replace(interval=(figure.value,) * 2) for figure in found.figures]
    return found._replace(figures=exact)


def one_walk_counted_as_many(seed, broken):
    """Values that follow each other are no independent ones."""
    walk = np.random.default_rng(seed).normal(size=1000).cumsum() + broken
    return _with(seed, broken, figures=(mean_of("mean of the walk", walk),))


def close_to_the_border(seed, broken):
    """Decided by the share itself where it is as often above as below."""
    hits = np.random.default_rng(seed).random(30) < 0.5
    figure = share_of("heads, share", hits if not broken else ~hits)
    return Finding((figure,), HOLDS if (seed % 3 == 0) != broken else FAILS, "a hair")


def always_holds(seed, broken):
    return _with(seed, broken, verdict=HOLDS)


def says_so(seed, broken):
    """The verdict turns, and nothing else."""
    noise = mean_of("noise", np.random.default_rng(seed).normal(size=20))
    return Finding((noise,), FAILS if broken else HOLDS, "I say so")


def always_alike(seed, broken):
    """Means of what does not vary, with an interval of no width."""
    return Finding((mean_of("steps", [3 + broken] * 9),), FAILS if broken else HOLDS, "so")


def cannot_be_broken(seed, broken):
    return coins(seed)


def broken_now_and_then(seed, broken):
    return coins(seed, broken and seed % 2)


FLAWED = [
    (another_word, "verdict", "`true` is none of the three: `holds`"),
    (no_reason, "verdict", "the reason is missing"),
    (no_seed, "seed", "with another seed all figures are the same"),
    (the_world_s_luck, "seed", "run twice with"),
    (a_clock, "seed", "ask no clock"),
    (bare, "intervals", "missing for `heads, share`, which chance decides"),
    (beside, "intervals", "lies outside of its own: heads, share"),
    (one_number_wide, "intervals", "too narrow"),
    (one_walk_counted_as_many, "intervals", "independent of each other"),
    (close_to_the_border, "stable", "Repeat more often"),
    (always_holds, "turns", "broken on purpose, `holds` with seed"),
    (cannot_be_broken, "turns", "Take away what the claim rests on"),
    (says_so, "turns", "every figure is what it was: then the verdict does not come from them"),
    (always_alike, "seed", "add a figure that varies"),
    (broken_now_and_then, "turns", "still"),
]


@pytest.mark.parametrize(("experiment", "missing", "words"), FLAWED)
def test_what_is_missing_is_said_and_the_rest_earns_its_points(experiment, missing, words):
    verdict = judged(experiment)
    lines = dict(line.strip().split(": ", 1) for line in verdict.message.splitlines())
    assert verdict.status is Status.NOT_YET
    assert words in lines[f"→ {missing}"]
    also = {"a_clock": {"intervals"}}.get(experiment.__name__, set())
    assert {line[2:] for line in lines if line[0] == "→"} == {missing} | also
    assert verdict.points == 4 - len(also)


def test_all_that_is_missing_is_said_at_once():
    def made_up(seed, broken):
        return Finding((Figure("accuracy", 0.97),), "true", "")

    message = judged(made_up).message
    assert [line.split(":")[0].strip() for line in message.splitlines()] == [
        "→ verdict", "→ seed", "✓ intervals", "✓ stable", "→ turns",
    ]  # fmt: skip


# --- No Finding at all ----------------------------------------------------------------------------


def returns(value):
    return lambda seed, broken: value


def asks_the_network(seed, broken):
    return urllib.request.urlopen("http://localhost:9/").read()


ONE = share_of("share", [True, False])

NO_FINDING = [
    (0.97, "Expected a function of (seed, broken), got `0.97`"),
    (coins(0), "Hand in the function itself"),
    (lambda seed: coins(seed), "yours takes (seed)"),
    (returns(None), "is there a `return` at the end?"),
    (returns(0.97), "an object of type float; expected `Finding(figures, verdict, why)`"),
    (returns(as_a_claim()), "an object of type Measurement"),
    (returns(Finding((ONE,), 1, "so")), "a verdict or a reason that is no text"),
    (returns(Finding((), HOLDS, "so")), "no figures"),
    (returns(Finding(ONE, HOLDS, "so")), "with a comma"),
    (returns(Finding((0.97,), HOLDS, "so")), "an object of type float; expected a `Figure`"),
    (returns(Finding((Figure(1, 2),), HOLDS, "so")), "The name of a figure is no text"),
    (returns(Finding((Figure("a", "b"),), HOLDS, "so")), "The figure `a` is `'b'`"),
    (returns(Finding((Figure("a", np.nan),), HOLDS, "so")), "`a` is not finite"),
    (returns(Finding((Figure("a", [1, 2]),), HOLDS, "so")), "expected one number"),
    (returns(Finding((Figure("a", 1, 2),), HOLDS, "so")), "expected low and high"),
    (returns(Finding((ONE, ONE), HOLDS, "so")), "two figures of the same name"),
    (lambda seed, broken: coins(seed, broken, f"{seed} coins"), "keep numbers that change out"),
    (lambda seed, broken: 1 / 0, "your code raised `ZeroDivisionError"),
    (asks_the_network, "there is no network here"),
    (returns(SimpleNamespace(figures=(ONE,))), "an object of type SimpleNamespace"),
    (returns((itertools.count(), HOLDS, "so")), "an object of type int; expected a `Figure`"),
]


@pytest.mark.parametrize(("answer", "words"), NO_FINDING)
def test_what_is_no_finding_is_told_so_and_stops_nothing(answer, words):
    verdict = judged(answer)
    assert verdict.status in (Status.NOT_YET, Status.ERROR)
    assert words in verdict.message and verdict.points == 0


def never_ends(seed, broken):
    while True:
        try:
            seed += 1
        except Exception:
            pass


def takes_its_time(seed, broken):
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:
        seed += 1
    return coins(seed, broken)


@pytest.mark.parametrize("answer", [never_ends, takes_its_time])
def test_what_takes_too_long_is_told_so(answer):
    verdict = judged(answer, AT_ONCE)
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert "a run takes more than 0.01 seconds" in verdict.message


def not_written(seed, broken):
    raise NotImplementedError


@pytest.mark.parametrize("answer", [..., not_written])
def test_the_stub_is_not_attempted(answer):
    assert judged(answer).status is Status.NOT_ATTEMPTED


# --- The claim ------------------------------------------------------------------------------------

SENTENCE = StatementPart(
    name="statement",
    taken={
        "cl-0": "A larger network is easier to fit",
        "cl-1": "Bad local minima become rare as networks grow larger",
    },
)


@pytest.mark.parametrize(
    "answer, words",
    [
        (3, "Expected a sentence in quotes, got int"),
        ("", "a whole sentence"),
        ("momentum is faster", "a whole sentence"),
        ("a b c d e f g h.", "a whole sentence"),
        ("Is a larger network easier to fit?", "That is a question"),
        ("Momentum is faster in valleys. On bowls it is slower.", "more than one sentence"),
        (" a larger network is easier to fit.", "That is cl-0 of the table, word for word"),
    ],
)
def test_what_is_no_claim_of_one_s_own(answer, words):
    verdict = judged(answer, SENTENCE)
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert words in verdict.message


@pytest.mark.parametrize(
    "answer, id",
    [
        ("Larger networks are easier to fit", "cl-0"),
        ("A larger network is easier to overfit", "cl-0"),
        ("Local minima that are bad become rare when networks get larger.", "cl-1"),
    ],
)
def test_what_looks_like_a_claim_of_the_table_is_told_which_and_earns_its_point(answer, id):
    verdict = judged(answer, SENTENCE)
    assert verdict.status is Status.CORRECT
    assert f"It looks like {id} of the table" in verdict.message
    assert "if yours differs, say in what" in verdict.message


def test_of_another_claim_nothing_is_said_that_a_machine_does_not_know():
    verdict = judged("A smaller step forgives a bad start", SENTENCE)
    assert verdict.status is Status.CORRECT
    assert verdict.message.startswith("It has the form of a claim. Whether")
