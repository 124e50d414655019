"""The search: its table, and what outlives a death."""

import csv
import io
import json
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tqdm import tqdm

from course_lib.batches import Minibatches
from course_lib.datasets import linear_data
from course_lib.descent import descend
from course_lib.hyperparameters import (
    CoarseToFine,
    GridSearch,
    LogUniform,
    RandomSearch,
    SuccessiveHalving,
    Trial,
    Uniform,
    train_validation_split,
)
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import GradientDescent
from lessons.searching import Checkpoint, Results, search
from tests.lessons.searching.objectives import BOWL, Counted, StopAfter, bowl


def test_a_search_evaluates_each_trial_once_and_in_order():
    objective = Counted(bowl)
    results = search(objective, RandomSearch(BOWL, 15), seed=2)
    assert objective.calls == [trial.settings for trial in results]
    assert [trial.loss for trial in results] == [bowl(trial.settings) for trial in results]
    assert results.best.loss == min(trial.loss for trial in results)


def test_the_seed_makes_the_table():
    first, again, other = (search(bowl, RandomSearch(BOWL, 10), seed=s) for s in (5, 5, 6))
    assert first == again
    assert first != other


def test_the_learning_rate_found_is_near_the_best_one():
    x, y = linear_data()
    loss = LeastSquares(Linear(), x, y)
    train, held_out = train_validation_split(len(x), seed=0)
    fit = loss.batch(train)
    highest, lowest = np.linalg.eigvalsh(fit.hessian([0.0, 0.0]))[::-1]

    def objective(settings):
        rule = GradientDescent(settings["rate"])
        path = descend(fit, [3.0, -3.0], rule, steps=15, keep="last")
        return math.nan if path.diverged else fit(path.final)

    results = search(objective, CoarseToFine({"rate": LogUniform(1e-6, 1e3)}, trials=15, stages=3))
    assert results.best.settings["rate"] == pytest.approx(2 / (highest + lowest), rel=0.2)
    assert {trial.status for trial in results} == {"finished", "diverged"}
    for trial in results:
        assert trial.finished or trial.settings["rate"] > 2 / highest


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_a_loss_that_is_not_finite_is_a_divergence(loss):
    results = search(lambda s: loss if s["x"] > 0 else s["x"] ** 2, GridSearch(BOWL, 4))
    for trial in results:
        diverged = trial.settings["x"] > 0
        assert trial.status == ("diverged" if diverged else "finished")
        assert trial.loss == (math.inf if diverged else trial.settings["x"] ** 2)
    assert results.best.settings["x"] < 0


def test_a_crash_is_recorded_and_the_search_goes_on():
    def objective(settings):
        if settings["x"] > 0:
            return 1 / 0
        if settings["x"] < -1:
            raise SystemExit(3)
        return 1.0

    results = search(objective, RandomSearch(BOWL, 20))
    for trial in results:
        x = trial.settings["x"]
        expected = "ZeroDivisionError: division by zero" if x > 0 else "SystemExit: 3"
        assert trial.error == ("" if trial.finished else expected)
        assert trial.finished == (-1 <= x <= 0)
    assert {trial.status for trial in results} == {"finished", "crashed"}


@pytest.mark.parametrize("answer", [None, "low", [1.0, 2.0], {}, {"loss": None}, 1j])
def test_an_answer_that_is_not_a_loss_is_a_crash(answer):
    [trial] = search(lambda settings: answer, RandomSearch(BOWL, 1))
    assert trial.status == "crashed"
    assert "expected a number or a dict with the number 'loss'" in trial.error


def test_what_else_an_objective_tells_is_kept_as_json_gives_it_back():
    def objective(settings):
        return {
            "loss": np.float64(2),
            "curve": np.array([3.0, 2.0]),
            "epochs": np.int64(2),
            "pair": (1, None),
        }

    [trial] = search(objective, RandomSearch(BOWL, 1))
    assert trial.loss == 2
    assert trial.info == {"curve": [3.0, 2.0], "epochs": 2, "pair": [1, None]}
    [trial] = search(lambda settings: {"loss": 1.0, "model": objective}, RandomSearch(BOWL, 1))
    assert trial.status == "crashed" and "expected numbers, strings, lists or dicts" in trial.error


def test_an_objective_cannot_change_the_table_through_its_settings():
    results = search(lambda settings: settings.pop("x"), GridSearch(BOWL, 2))
    assert all("x" in trial.settings for trial in results)


def test_an_objective_is_given_what_it_asks_for():
    def objective(settings, *, checkpoint, rng):
        assert isinstance(checkpoint, Checkpoint)
        checkpoint.save("forgotten, as the search has no folder")
        assert checkpoint.load() is None
        return rng.random()

    losses = [trial.loss for trial in search(objective, RandomSearch(BOWL, 8))]
    assert len(set(losses)) == 8
    assert losses == [trial.loss for trial in search(objective, RandomSearch(BOWL, 8))]
    assert losses != [trial.loss for trial in search(objective, RandomSearch(BOWL, 8), seed=1)]
    # The generator is not the one that the settings were drawn from.
    unit = RandomSearch({"x": Uniform(0, 1)}, 8)
    assert all(t.loss != t.settings["x"] for t in search(objective, unit))


def test_a_trial_that_goes_on_has_the_generator_it_began_with():
    def objective(settings, rng, budget):
        return rng.random()

    results = search(objective, SuccessiveHalving({"x": Uniform(0, 1)}, trials=9))
    for trial in results:
        assert trial.loss == results[trial.candidate].loss


def test_any_strategy_will_do():
    class Bisection:
        """Two trials beside the best so far, nearer to it from stage to stage."""

        space = {"x": Uniform(0, 1)}

        def next_stage(self, history, seed):
            if len(history) == 20:
                return []
            best = min(history, key=lambda t: t.loss).settings["x"] if history else 0.5
            step = 0.25 * 0.5 ** (len(history) / 2)
            return [Trial(len(history) + i, {"x": best + step * (2 * i - 1)}) for i in (0, 1)]

    results = search(lambda settings: abs(settings["x"] - 0.3), Bisection())
    assert len(results) == 20
    assert results.best.settings["x"] == pytest.approx(0.3, abs=0.01)


def test_a_progress_bar_shows_every_stage(tmp_path):
    bars = []

    def bar(trials, **kwargs):
        bars.append(tqdm(trials, file=io.StringIO(), **kwargs))
        return bars[-1]

    search(bowl, CoarseToFine(BOWL, trials=4, stages=2), progress=bar)
    assert [(each.total, each.initial, each.n) for each in bars] == [(4, 0, 4), (4, 0, 4)]
    assert [each.desc for each in bars] == ["stage 1", "stage 2"]
    search(bowl, RandomSearch(BOWL, 3), checkpoint=tmp_path)
    search(bowl, RandomSearch(BOWL, 5), checkpoint=tmp_path, progress=bar)
    assert (bars[-1].total, bars[-1].initial, bars[-1].n) == (5, 3, 5)


def table():
    trials = (
        Trial(0, {"rate": 0.1, "rule": "adam"}, status="finished", loss=2.0, info={"epochs": 3}),
        Trial(1, {"rate": 0.5, "rule": "sgd"}, status="crashed", error="ValueError: a, b"),
        Trial(2, {"rate": 0.3, "rule": "sgd"}, status="finished", loss=1.0),
        Trial(3, {"rate": 9.0, "rule": "sgd"}, status="diverged"),
    )
    return Results(trials, {"seed": 3})


def test_a_table_is_sorted_best_first_and_failures_last():
    assert [trial.number for trial in table().sorted()] == [2, 0, 1, 3]
    assert table().best is not table()[0]
    assert table().best.number == 2
    assert len(table()) == 4


def test_a_shorter_training_is_not_better_than_a_longer_one():
    short = Trial(0, {"x": 1}, budget=1, status="finished", loss=0.1)
    long = Trial(1, {"x": 1}, budget=9, status="finished", loss=0.2)
    failed = Trial(2, {"x": 2}, budget=27, status="diverged")
    assert Results((short, long, failed)).best == long


def test_the_columns_of_a_table_are_arrays_to_plot():
    columns = table().columns()
    np.testing.assert_array_equal(columns["rate"], [0.1, 0.5, 0.3, 9.0])
    np.testing.assert_array_equal(columns["loss"], [2, np.inf, 1, np.inf])
    assert columns["status"].tolist() == ["finished", "crashed", "finished", "diverged"]
    assert np.isnan(columns["budget"]).all() and columns["budget"].dtype == float
    assert columns["rule"][columns["status"] == "finished"].tolist() == ["adam", "sgd"]
    assert Results(()).columns() == {}


def test_a_table_comes_back_as_it_was_saved(tmp_path):
    table().save(tmp_path / "table.jsonl")
    assert Results.load(tmp_path / "table.jsonl") == table()


def test_a_table_can_be_read_by_a_spreadsheet(tmp_path):
    table().to_csv(tmp_path / "table.csv")
    with open(tmp_path / "table.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["rate"] for row in rows] == ["0.1", "0.5", "0.3", "9.0"]
    assert [row["loss"] for row in rows] == ["2.0", "inf", "1.0", "inf"]
    assert rows[1]["error"] == "ValueError: a, b"


def test_a_table_without_a_finished_trial_has_no_best_and_says_why():
    crash = Trial(0, {"x": 1}, status="crashed", error="KeyError: 'rat'")
    with pytest.raises(ValueError, match=r"no trial .* has finished; .*KeyError: 'rat'"):
        Results((crash,)).best  # noqa: B018


# Checkpoints


def test_an_interrupted_search_resumes_without_repeating_a_trial(tmp_path):
    strategy = CoarseToFine(BOWL, trials=6, stages=2)
    whole = search(bowl, strategy, seed=1)
    interrupted, rest = StopAfter(bowl, 8), Counted(bowl)
    with pytest.raises(KeyboardInterrupt):
        search(interrupted, strategy, seed=1, checkpoint=tmp_path)
    resumed = search(rest, strategy, seed=1, checkpoint=tmp_path)
    assert resumed == whole
    assert interrupted.calls + rest.calls == [trial.settings for trial in whole]
    assert Results.load(tmp_path / "trials.jsonl") == whole
    nothing = Counted(bowl)
    assert search(nothing, strategy, seed=1, checkpoint=tmp_path) == whole
    assert nothing.calls == []


def test_failed_trials_are_not_repeated_either(tmp_path):
    objective = Counted(lambda settings: 1 / 0 if settings["x"] > 0 else math.nan)
    first = search(objective, GridSearch(BOWL, 4), checkpoint=tmp_path)
    assert search(objective, GridSearch(BOWL, 4), checkpoint=tmp_path) == first
    assert len(objective.calls) == 16


@pytest.mark.parametrize(
    "strategy",
    [GridSearch(BOWL, 4), CoarseToFine(BOWL, trials=6, stages=3)],
    ids=["one stage", "stages that depend on it"],
)
def test_crashed_trials_are_tried_again_on_request(tmp_path, strategy):
    def broken(settings):
        return bowl(settings) if settings["x"] > 0 else 1 / 0

    crashed = search(broken, strategy, checkpoint=tmp_path)
    again = Counted(bowl)
    mended = search(again, strategy, checkpoint=tmp_path, retry_crashed=True)
    assert mended == search(bowl, strategy) != crashed
    assert Results.load(tmp_path / "trials.jsonl") == mended
    first_stage = [t.settings for t in crashed if t.stage == 0 and t.status == "crashed"]
    later = [t.settings for t in mended if t.stage > 0]
    assert 0 < len(first_stage) < len(crashed) and again.calls == first_stage + later
    nothing = Counted(bowl)
    assert search(nothing, strategy, checkpoint=tmp_path, retry_crashed=True) == mended
    assert nothing.calls == []


def test_a_retry_that_is_interrupted_goes_on_without_being_asked_again(tmp_path):
    strategy = CoarseToFine(BOWL, trials=6, stages=2)
    search(lambda settings: bowl(settings) if settings["x"] > 0 else 1 / 0, strategy,
           checkpoint=tmp_path)  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        search(StopAfter(bowl, 1), strategy, checkpoint=tmp_path, retry_crashed=True)
    assert search(bowl, strategy, checkpoint=tmp_path) == search(bowl, strategy)


def test_progress_with_other_settings_is_not_found(tmp_path):
    """As of a stage that was planned anew."""
    path = tmp_path / "trial-7.pickle"
    Checkpoint(path, {"x": 1.0}).save("half-way")
    assert Checkpoint(path, {"x": 2.0}).load() is None
    assert Checkpoint(path, {"x": 1.0}).load() == "half-way"


def test_a_second_search_in_a_folder_is_refused_and_the_first_goes_on(tmp_path):
    def objective(settings):
        with pytest.raises(ValueError, match="checkpoint is .* another search is running: expec"):
            search(bowl, RandomSearch(BOWL, 3), checkpoint=tmp_path)
        return bowl(settings)

    with ThreadPoolExecutor(1) as pool:  # and so from another thread
        first = search(objective, RandomSearch(BOWL, 3), pool, checkpoint=tmp_path)
    assert first == search(bowl, RandomSearch(BOWL, 3))
    assert Results.load(tmp_path / "trials.jsonl") == first


def test_a_folder_is_free_again_after_any_end(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        search(StopAfter(bowl, 1), RandomSearch(BOWL, 3), checkpoint=tmp_path)
    with pytest.raises(ValueError, match="the same, or another folder"):
        search(bowl, RandomSearch(BOWL, 3), seed=1, checkpoint=tmp_path)
    search(bowl, RandomSearch(BOWL, 3), checkpoint=tmp_path)


def test_a_search_may_be_resumed_for_more_trials(tmp_path):
    search(bowl, RandomSearch(BOWL, 4), checkpoint=tmp_path)
    rest = Counted(bowl)
    more = search(rest, RandomSearch(BOWL, 9), checkpoint=tmp_path)
    assert len(rest.calls) == 5
    assert more == search(bowl, RandomSearch(BOWL, 9))
    assert search(bowl, RandomSearch(BOWL, 4), checkpoint=tmp_path).trials == more[:4]


def test_a_table_torn_anywhere_resumes_to_the_same_table(tmp_path):
    whole = search(bowl, RandomSearch(BOWL, 3), checkpoint=tmp_path)
    file = tmp_path / "trials.jsonl"
    data = file.read_bytes()
    ends = [i + 1 for i, byte in enumerate(data) if byte == ord("\n")]
    somewhere = {0, 1, ends[0] // 2, *(end + by for end in ends for by in (-1, 0, 1))}
    for length in somewhere - set(range(len(data), len(data) + 2)):
        file.write_bytes(data[:length])
        rest = Counted(bowl)
        assert search(rest, RandomSearch(BOWL, 3), checkpoint=tmp_path) == whole
        assert len(rest.calls) == 3 - max(sum(end <= length for end in ends) - 1, 0)
        assert file.read_bytes() == data


def test_a_table_damaged_in_the_middle_is_refused(tmp_path):
    search(bowl, RandomSearch(BOWL, 3), checkpoint=tmp_path)
    file = tmp_path / "trials.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    for damage in (b"{torn\n", b"[1, 2]\n", b'{"colour": 3}\n', b"\n"):
        file.write_bytes(b"".join([*lines[:2], damage, *lines[3:]]))
        with pytest.raises(ValueError, match="line 3 of .* expected a trial"):
            search(bowl, RandomSearch(BOWL, 3), checkpoint=tmp_path)


@pytest.mark.parametrize(
    "strategy, seed",
    [
        (RandomSearch(BOWL, 4), 1),
        (RandomSearch(BOWL | {"x": Uniform(-2, 3)}, 4), 0),
        (RandomSearch({"x": BOWL["x"]}, 4), 0),
        (GridSearch(BOWL, 2), 0),
    ],
)
def test_the_checkpoint_of_another_search_is_refused(tmp_path, strategy, seed):
    search(bowl, RandomSearch(BOWL, 4), checkpoint=tmp_path)
    before = (tmp_path / "trials.jsonl").read_bytes()
    with pytest.raises(ValueError, match="expected the same, or another folder"):
        search(bowl, strategy, seed=seed, checkpoint=tmp_path)
    assert (tmp_path / "trials.jsonl").read_bytes() == before


def test_trials_of_another_plan_are_refused(tmp_path):
    search(bowl, CoarseToFine(BOWL, trials=4, stages=2), checkpoint=tmp_path)
    with pytest.raises(ValueError, match="trial 4 of .* the folder belongs to another search"):
        search(bowl, CoarseToFine(BOWL, trials=4, stages=2, shrink=0.5), checkpoint=tmp_path)


def test_progress_without_its_table_is_refused(tmp_path):
    Checkpoint(tmp_path / "trial-3.pickle").save("left from an older search")
    with pytest.raises(ValueError, match="trials in progress and no table"):
        search(bowl, RandomSearch(BOWL, 4), checkpoint=tmp_path)


def test_a_checkpoint_gives_back_the_last_state_saved(tmp_path):
    checkpoint = Checkpoint(tmp_path / "trial-0.pickle")
    assert checkpoint.load() is None
    for state in ({"phi": np.arange(3.0), "epoch": 1}, np.random.default_rng(3)):
        checkpoint.save(state)
    assert checkpoint.load().random() == np.random.default_rng(3).random()
    assert [path.name for path in tmp_path.iterdir()] == ["trial-0.pickle"]


def test_a_save_that_fails_leaves_the_state_before(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "trial-0.pickle")
    checkpoint.save("before")
    with pytest.raises(Exception, match="[Pp]ickle|local object"):
        checkpoint.save(lambda: None)
    monkeypatch.setattr("os.replace", lambda *names: (_ for _ in ()).throw(OSError("killed here")))
    with pytest.raises(OSError, match="killed here"):
        checkpoint.save("after")
    assert checkpoint.load() == "before"


class Training:
    """Stochastic gradient descent that saves every epoch, and counts the epochs that it trains."""

    def __init__(self, die_at=None):
        self.loss = LeastSquares(Linear(), *linear_data())
        self.epochs, self.die_at = 0, die_at

    def __call__(self, settings, rng, budget, checkpoint):
        epoch, phi, rng = checkpoint.load() or (0, np.zeros(2), rng)
        while epoch < budget:
            if self.epochs == self.die_at:
                raise KeyboardInterrupt
            batches = Minibatches(4, rng=rng)
            rule = GradientDescent(settings["rate"])
            phi = descend(self.loss, phi, rule, steps=3, batches=batches, keep="last").final
            epoch, self.epochs = epoch + 1, self.epochs + 1
            checkpoint.save((epoch, phi, rng))
        return self.loss(phi)


HALVING = SuccessiveHalving({"rate": LogUniform(1e-3, 0.05)}, trials=9, budget=2, factor=3)


def test_with_checkpoints_a_survivor_trains_only_for_the_rest_of_its_budget(tmp_path):
    afresh, continued = Training(), Training()
    expected = search(afresh, HALVING)
    assert search(continued, HALVING, checkpoint=tmp_path) == expected
    assert afresh.epochs == 9 * 2 + 3 * 6 + 1 * 18
    assert continued.epochs == 9 * 2 + 3 * (6 - 2) + 1 * (18 - 6)


@pytest.mark.parametrize("die_at", [1, 18, 21, 35])
def test_an_interrupted_trial_resumes_where_it_was(tmp_path, die_at):
    expected, first, second = search(Training(), HALVING), Training(die_at), Training()
    with pytest.raises(KeyboardInterrupt):
        search(first, HALVING, checkpoint=tmp_path)
    assert search(second, HALVING, checkpoint=tmp_path) == expected
    assert first.epochs == die_at
    assert first.epochs + second.epochs == 9 * 2 + 3 * (6 - 2) + 1 * (18 - 6)


# Bad input

BAD_CALLS = [
    (lambda: search(bowl, RandomSearch(BOWL, 3), seed=-1), "seed is -1, expected at least 0"),
    (lambda: search(bowl, RandomSearch(BOWL, 3), seed=None), "seed is None, expected a whole"),
    (lambda: search(bowl, RandomSearch(BOWL, 3), attempts=1), "attempts is 1, expected at least 2"),
    (lambda: search(bowl, RandomSearch(BOWL, 3), executor=4), "executor is 4, expected"),
    (lambda: search(None, RandomSearch(BOWL, 3)), "objective is None, expected objective"),
    (lambda: search(lambda: 0, RandomSearch(BOWL, 3)), "expected objective.settings."),
    (lambda: search(lambda s, rate: 0, RandomSearch(BOWL, 3)), "missing .*'rate'"),
    (lambda: search(lambda s, budget: 0, RandomSearch(BOWL, 3)), "missing .*'budget'"),
    (lambda: search(bowl, SuccessiveHalving(BOWL, 3)), "expected a parameter named budget"),
]


@pytest.mark.parametrize("call, message", BAD_CALLS, ids=[message for _, message in BAD_CALLS])
def test_bad_input_is_answered_with_its_name_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_a_table_is_json_line_by_line(tmp_path):
    """So that any other program can read it, or follow it while the search runs."""
    search(bowl, RandomSearch(BOWL, 2), seed=4, checkpoint=tmp_path)
    about, *trials = map(json.loads, (tmp_path / "trials.jsonl").read_text().splitlines())
    assert about["seed"] == 4 and about["strategy"] == "RandomSearch"
    assert about["space"]["x"] == "Uniform(low=-2.0, high=2.0)"
    assert [trial["number"] for trial in trials] == [0, 1]
