"""A part of a problem: mistakes are known by what they do, what is unknown gets an example."""

from functools import cache

import numpy as np
import pytest

from lessons.marking import parts
from lessons.marking.parts import (
    ChoicesPart,
    FunctionPart,
    Misconception,
    Trial,
    ValuePart,
    recognised,
)
from lessons.marking.problem import PUBLIC_SEED
from lessons.marking.verdict import Status
from lessons.problems import pb_6_1, pb_6_6, pb_6_7, pb_6_9, pb_6_11, pb_C1, pb_G1, pb_P1, pb_P2
from tests.lessons.answers import FUNCTIONS, descent_while, line_gradient, relative


@cache
def results(key):
    """The public inputs of a part with what is right, and what each known mistake makes of them."""
    _, part = FUNCTIONS[key]
    inputs = part.inputs(np.random.default_rng(PUBLIC_SEED))
    right = [part._try(part.right, given) for given in inputs]
    wrong = [[part._try(known.answer, given) for given in inputs] for known in part.misconceptions]
    return right, wrong


# --- Mistakes are known by what they do -----------------------------------------------------------


def in_float32(answer):
    """As a student's float32 would be, but for numbers too large for it."""
    with np.errstate(over="ignore"):
        small = answer.astype(np.float32).astype(float)
    return np.where(np.isfinite(small), small, answer)


def guarded(answer):
    """A guard against zero moves a result by little, and 0/0 is 0."""
    return np.nan_to_num(answer * (1 + 1e-8), posinf=0, neginf=0)


def reordered(answer):
    return answer * (1 + 1e-12)


KEPT = {}


@pytest.fixture
def each_mistake_runs_once(monkeypatch):
    """On the inputs of `results`: they stay, as the mistakes do, so their ids name them."""
    run = parts._run

    def run_once(known, given, shape=None):
        key = id(known), id(given)
        if key not in KEPT:
            KEPT[key] = run(known, given, shape)
        return KEPT[key]

    monkeypatch.setattr(parts, "_run", run_once)


@pytest.mark.usefixtures("each_mistake_runs_once")
@pytest.mark.parametrize("change", [in_float32, guarded, reordered])
@pytest.mark.parametrize("key", FUNCTIONS)
def test_a_known_mistake_is_known_in_another_form(key, change):
    """But where all that is wrong with it is infinite, and a guard has mended that."""
    _, part = FUNCTIONS[key]
    for known, trials in zip(part.misconceptions, results(key)[1], strict=True):
        if change is guarded and not all(np.isfinite(trial.answer).all() for trial in trials):
            continue
        changed = [trial._replace(answer=change(trial.answer)) for trial in trials]
        assert recognised(changed, part.misconceptions) is known, known.message


@pytest.mark.parametrize("key", FUNCTIONS)
def test_nothing_is_said_of_an_answer_that_is_only_near_a_mistake(key):
    """Half way between what is wrong and what is right, it is neither."""
    _, part = FUNCTIONS[key]
    for known, trials in zip(part.misconceptions, results(key)[1], strict=True):
        if known.shown_by or any(t.answer.shape != t.right.shape for t in trials):
            continue
        if not all(np.isfinite(t.answer).all() for t in trials):
            continue
        half = [t._replace(answer=(t.answer + t.right) / 2) for t in trials]
        assert recognised(half, (known,)) is None, known.message


@pytest.mark.parametrize("key", FUNCTIONS)
def test_the_first_inputs_show_most_mistakes(key):
    """Those that can show on small numbers at all: a student works these inputs by hand."""
    shown = [
        trials[0].answer.shape != trials[0].right.shape
        or not np.allclose(trials[0].answer, trials[0].right, 1e-6)
        for trials in results(key)[1]
    ]
    # A damped step has two cases, and mistakes of its own in each: no input shows five of seven.
    assert sum(shown) >= (0.5 if key == "pb-G2:damped" else 0.6) * len(shown)


def test_the_nearest_mistake_is_named_not_the_first():
    trials = [Trial({"x": np.array([1.0])}, np.array([2.002]), np.array([1.0]))]

    def known(value):
        return Misconception(lambda x: value * x, str(value))

    assert recognised(trials, (known(2.0005), known(2.0021))).message == "2.0021"


# --- What is unknown gets an example --------------------------------------------------------------


def test_unknown_wrong_gradient_is_told_the_first_difference_and_the_factor():
    message = str(pb_6_1.verdict(lambda *data: 0.3 * line_gradient(*data)))
    assert (
        "With phi = [1, 2], x = [0, 1, 3], y = [2, 1, 0], the gradient is [16, 46]; "
        "yours is [4.8, 13.8]. Every number of yours is off by the same factor, 0.3." in message
    )


def test_difference_is_told_where_a_factor_says_nothing():
    verdict = pb_C1.verdict(error=lambda a, n: np.array(relative(a, n)) + 0.5)
    assert "the relative error is [0.5, 0.2, 0, 1]; yours is [1, 0.7, 0.5, 1.5]." in str(verdict)
    verdict = pb_C1.verdict(error=lambda a, n: np.where(a == n, 0.5, relative(a, n)))
    assert "yours is [0.5, 0.2, 0.5, 1]." in str(verdict)


def test_one_right_entry_earns_its_share():
    verdict = pb_6_1.verdict(lambda *data: line_gradient(*data) * [1, 1.5])
    assert verdict.points == 1.5
    assert "Right so far: ∂L/∂φ₀. With phi = [1, 2], x" in str(verdict)


def test_the_example_has_the_fewest_figures():
    message = str(pb_G1.verdict(lambda hessian: 2 / abs(hessian).sum(axis=1).max()))
    assert "With hessian = [[" in message and "the limit is" in message and "; yours is" in message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda g: np.round(g, 2), "rounded to 2 decimals"),
        (lambda g: (g * (1 + 3e-4)).astype(np.float16), "They are float16 numbers"),
        (lambda g: g * (1 + 1e-4), "right to 3 digits, and 6 are needed. Is something"),
    ],
)
def test_nearly_right_is_told_how_far_and_what_may_be_missing(change, told):
    message = str(pb_6_1.verdict(lambda *data: change(line_gradient(*data) + 1e-9)))
    assert told in message and " 1 times" not in message


@pytest.mark.parametrize(
    ("problem", "answer", "message"),
    [
        (pb_6_11, {"shape": 10**9}, "You give a single number; expected 2 numbers in a list."),
        (pb_P1, {"eigenvalues": [1]}, "You give 1 number in a list; expected 2 numbers in a list."),
        (
            pb_P1,
            {"eigenvalues": np.array([[-2], [2]])},
            "The numbers are right, but not their shape: you give an array of shape (2, 1); "
            "expected 2 numbers in a list.",
        ),
        (
            pb_G1,
            {"limit": lambda hessian: 2 / np.linalg.eigvalsh(hessian)[[-1, -1]]},
            "With hessian = [[4]], the limit is an array of shape (2,); expected a single number.",
        ),
        (
            pb_6_1,
            {"gradient": lambda *data: line_gradient(*data)[:, None]},
            "the numbers are right, but not their shape: the gradient is an array of shape (2, 1); "
            "expected an array of shape (2,).",
        ),
        (
            pb_P2,
            {"curve": lambda *run: np.array(descent_while(*run))[:, None]},
            "the numbers are right, but not their shape: the path is an array of shape (5, 1); "
            "expected one row for each point, each row a number.",
        ),
    ],
)
def test_shape_is_told_in_words_and_right_numbers_are_never_called_wrong(problem, answer, message):
    [verdict] = problem.verdict(**answer).parts
    assert verdict.status is Status.NOT_YET
    assert verdict.message.endswith(message)


def test_large_matrix_is_told_by_its_shape():
    def right_up_to_three_parameters(hessian):
        return 2 / np.linalg.eigvalsh(hessian)[-1] + (len(hessian) > 3)

    message = str(pb_G1.verdict(right_up_to_three_parameters))
    assert "With hessian = an array of shape (5, 5), the limit is " in message


# --- Values and choices ---------------------------------------------------------------------------


def test_values_are_told_the_side_but_not_the_value():
    assert "Your answer, 80, is too small." in str(pb_6_7.verdict(angle=80))
    assert "Number 2 of your answer, 3, is too large." in str(pb_P1.verdict(eigenvalues=(-2, 3)))
    assert "not finite" in str(pb_6_11.verdict(float32=np.inf))


def test_known_wrong_values_are_known_when_rounded_but_no_other_count_is():
    known = (Misconception(100 / 13, "upside down"), Misconception(1001, "one too many"))
    part = ValuePart(name="worth", out_of=1, right=0.13, misconceptions=known)
    for rounded in (7.69, 7.692, 7.6923):
        assert part.judge(rounded, None).message == "upside down"
    for other in (7.6, 7.65, 1000, 1002):
        assert part.judge(other, None).message.endswith("large.")


def test_rounded_values_are_not_called_too_large():
    part = ValuePart(name="worth", out_of=1, right=20000 / 130)
    for rounded in (153.85, 153.8, 153.84):
        assert "decimals are missing" in part.judge(rounded, None).message
    assert "too large" in part.judge(154.2, None).message
    assert ValuePart(name="n", out_of=1, right=142).judge(141.9, None).message.endswith("small.")


def test_keys_that_are_text_are_told_from_numbers():
    keys = [str(key) for key in range(1, 8)]
    [verdict] = pb_6_6.verdict(points=dict.fromkeys(keys, "neither")).parts
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert verdict.message.startswith("'1' is no key: the keys are the numbers 1 to 7, not text.")


def test_unknown_key_among_text_keys_is_named():
    message = str(pb_6_6.verdict(convex={"a": True, "b": False, "C": False}))
    assert "'C' is no key: the keys are 'a', 'b', 'c'." in message


def test_an_extra_key_costs_nothing_and_0_and_1_are_booleans():
    [part] = [p for p in pb_6_6.parts if isinstance(p, ChoicesPart) and "a" in p.choices]
    right = {key: int(choice.right) for key, choice in part.choices.items()}
    for answer in (right, {k: np.bool_(v) for k, v in right.items()}):
        assert part.judge(answer, None).status is Status.CORRECT
    verdict = part.judge({**right, "d": True}, None)
    assert verdict.points == part.out_of and "'d' is no key" in verdict.message


def test_a_number_where_infinity_is_right_is_shown_beside_it():
    part = FunctionPart(
        name="a",
        right=lambda x: np.where(x > 1, np.inf, x),
        inputs=lambda rng: [{"x": np.array(0.5)}, {"x": np.array(2.0)}],
    )
    told = part.judge(lambda x: np.where(x > 1, 1e4, x), np.random.default_rng(0)).message
    assert told == "With x = 2, the result is inf; yours is 10000."


# --- Where the code stops on some of the inputs ---------------------------------------------------


def test_code_that_stops_on_some_inputs_is_told_what_is_wrong_on_the_others():
    def leaves_out_the_last_batch(steps, n_examples, batch_size):
        return steps // (n_examples // batch_size)

    [verdict] = pb_6_9.verdict(epochs=leaves_out_the_last_batch).parts
    assert verdict.status is Status.ERROR
    assert "batch_size = 6" in verdict.message and "ZeroDivisionError" in verdict.message
    assert "Where it runs: You leave out the smaller last batch" in verdict.message


def test_code_that_stops_on_some_inputs_is_told_if_the_others_are_right():
    def refuses_large_batches(steps, n_examples, batch_size):
        if batch_size > n_examples:
            raise ValueError("too large")
        return steps // -(-n_examples // batch_size)

    [verdict] = pb_6_9.verdict(epochs=refuses_large_batches).parts
    assert verdict.status is Status.ERROR and verdict.points == 0
    assert verdict.message.endswith("Where it runs, it is right.")
    [verdict] = pb_6_9.verdict(epochs=lambda *inputs: 1 / 0).parts
    assert "Where it runs" not in verdict.message


def test_zero_is_no_shortened_answer():
    part = ValuePart(name="gamma", right=0.99)
    assert part.judge(0, None).message.endswith("too small.")
    assert part.judge(0.9, None).message.endswith("decimals are missing.")


@pytest.mark.parametrize(
    "right, short, other", [(2.252, 2.25, 2.4), (6.02, 6, 7), (0.22, 0.2, 0.3)]
)
def test_a_shortened_answer_is_rounded_or_cut_off_and_not_what_lies_next_to_it(right, short, other):
    for sign in (1, -1):
        part = ValuePart(name="x", right=sign * right)
        assert part.judge(sign * short, None).message.endswith("decimals are missing.")
        too = "large." if sign > 0 else "small."
        assert part.judge(sign * other, None).message.endswith(f"is too {too}")
