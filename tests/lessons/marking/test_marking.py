"""The engine of the problems: what holds for every part of every problem."""

import sys
import warnings
from functools import cache

import numpy as np
import pytest

from lessons import problems
from lessons.marking import parts
from lessons.marking.answers import _is_students
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
from lessons.problems import pb_6_1, pb_6_6, pb_C1, pb_G1, pb_P2

FUNCTIONS = {
    f"{problem.id}:{part.name}": part
    for problem in problems.ALL.values()
    for part in problem.parts
    if isinstance(part, FunctionPart)
}


@cache
def results(key):
    """The public inputs of a part with what is right, and what each known mistake makes of them."""
    part = FUNCTIONS[key]
    inputs = part.inputs(np.random.default_rng(PUBLIC_SEED))
    right = [part._try(part.right, given) for given in inputs]
    wrong = [[part._try(known.answer, given) for given in inputs] for known in part.misconceptions]
    return right, wrong


def gradient(phi, x, y):
    misses = phi[0] + phi[1] * x - y
    return np.array([2 * misses.sum(), 2 * (misses * x).sum()])


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
    part = FUNCTIONS[key]
    for known, trials in zip(part.misconceptions, results(key)[1], strict=True):
        if change is guarded and not all(np.isfinite(trial.answer).all() for trial in trials):
            continue
        changed = [trial._replace(answer=change(trial.answer)) for trial in trials]
        assert recognised(changed, part.misconceptions) is known, known.message


@pytest.mark.parametrize("key", FUNCTIONS)
def test_nothing_is_said_of_an_answer_that_is_only_near_a_mistake(key):
    """Half way between what is wrong and what is right, it is neither."""
    part = FUNCTIONS[key]
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
    assert sum(shown) >= 0.6 * len(shown)


def test_the_nearest_mistake_is_named_not_the_first():
    trials = [Trial({"x": np.array([1.0])}, np.array([2.002]), np.array([1.0]))]

    def known(value):
        from lessons.marking.parts import Misconception

        return Misconception(lambda x: value * x, str(value))

    assert recognised(trials, (known(2.0005), known(2.0021))).message == "2.0021"


# --- What is unknown gets an example --------------------------------------------------------------


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
    message = str(pb_6_1.verdict(lambda *data: change(gradient(*data) + 1e-9)))
    assert told in message and " 1 times" not in message


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


def test_an_error_names_the_line_and_the_inputs():
    message = str(pb_6_1.verdict(lambda phi, x, y: phi[len(x)]))
    assert "With phi = [1, 2], x = [0, 1, 3], y = [2, 1, 0], your code raised" in message
    assert "of test_marking.py" in message


@pytest.mark.parametrize(
    ("filename", "own"),
    [
        ("/home/me/.cache/uv/archive-v0/x/lib/python3.12/site-packages/numpy/linalg.py", False),
        ("/usr/lib/python3/dist-packages/numpy/linalg.py", False),
        (np.__file__, False),
        (warnings.__file__, False),
        ("<frozen importlib._bootstrap>", False),
        ("/tmp/ipykernel_1/123.py", True),
        (__file__, True),
    ],
)
def test_what_is_installed_anywhere_is_a_library(filename, own):
    assert _is_students(filename) is own


# --- What code does to its surroundings costs nothing ---------------------------------------------


def leaves_traces(phi, x, y):
    print("looking")
    print("progress", file=sys.stderr)
    sys.stderr = None
    warnings.simplefilter("error")
    warnings.showwarning = None
    np.seterr(all="raise")
    np.random.seed(0)  # noqa: NPY002
    return gradient(phi, x, y)


def test_what_code_does_to_its_surroundings_is_undone(capsys):
    def surroundings():
        drawn = np.random.get_state()[1].tolist()  # noqa: NPY002
        return sys.stdout, sys.stderr, warnings.showwarning, warnings.filters[:], np.geterr(), drawn

    before = surroundings()
    verdict = pb_6_1.verdict(leaves_traces)
    assert surroundings() == before
    assert verdict.points == 3 and "What your code prints is not shown" in str(verdict)
    assert capsys.readouterr() == ("", "")


def test_leaving_is_an_error_like_any_other():
    verdict = pb_6_1.verdict(lambda *data: sys.exit(3))  # `quit()`: test_exercises.py
    assert (verdict.status, verdict.points) == (Status.ERROR, 0)


def test_arguments_changed_in_place_are_told_and_cost_nothing():
    def spoils(phi, x, y):
        result = gradient(phi, x, y)
        x[:], phi[0] = 0, 7
        return result

    verdict = pb_6_1.verdict(spoils)
    assert verdict.points == 3 and "changes its argument `phi`, `x`" in str(verdict)


# --- Other forms of a right answer ----------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        lambda g: g.astype(complex),
        lambda g: [np.array([entry]) for entry in g],
        lambda g: (np.array([g[0]]), g[1]),
        lambda g: dict(enumerate(g)).values(),
    ],
)
def test_other_forms_are_accepted(form):
    assert pb_6_1.verdict(lambda *data: form(gradient(*data))).status is Status.CORRECT


def test_imaginary_parts_and_columns_are_not():
    assert "not real numbers" in str(pb_6_1.verdict(lambda *data: gradient(*data) + 1j))
    assert "shape (2, 1)" in str(pb_6_1.verdict(lambda *data: gradient(*data)[:, None]))


def test_an_extra_key_costs_nothing_and_0_and_1_are_booleans():
    [part] = [p for p in pb_6_6.parts if isinstance(p, ChoicesPart) and "a" in p.choices]
    right = {key: int(choice.right) for key, choice in part.choices.items()}
    for answer in (right, {k: np.bool_(v) for k, v in right.items()}):
        assert part.judge(answer, None).status is Status.CORRECT
    verdict = part.judge({**right, "d": True}, None)
    assert verdict.points == part.out_of and "'d' is no key" in verdict.message


# --- Problems of chapters 02 and 03 ---------------------------------------------------------------


@pytest.mark.parametrize("small", [1e-8, 1e-10, 1e-12, 1e-15])
def test_a_small_number_in_the_denominator_is_refused(small):
    def error(analytic, numerical):
        larger = np.maximum(abs(analytic), abs(numerical))
        return abs(analytic - numerical) / (larger + small)

    assert "Is a small number added" in str(pb_C1.verdict(error=error))


def test_another_length_of_the_gradient_is_shown_on_two_steps_by_hand():
    def largest(gradient, start, rate, tolerance, max_steps):
        path = [start]
        while len(path) <= max_steps and abs(sum(gradient(path[-1]))) > tolerance:
            path.append(path[-1] - rate * gradient(path[-1]))
        return path

    message = str(pb_P2.verdict(surface=largest))
    assert "With gradient = [φ₀, φ₁], start = [3, -4]" in message
