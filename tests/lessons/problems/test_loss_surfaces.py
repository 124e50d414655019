"""The problems of chapter 04: what they check, what they say, and what they say it with."""

import math
import re

import numpy as np
import pytest

from course_lib.surfaces import CosineWave, fig_6_11_losses
from lessons.marking.parts import FunctionPart
from lessons.marking.verdict import Status
from lessons.problems import pb_6_2, pb_6_3, pb_6_4, pb_6_6, pb_6_11, pb_P1
from tests.wrong_answers import Outcome, judge, logistic_regression, loss_surfaces, outcome
from tests.wrong_answers import loss_surfaces_last as last

FUNCTIONS = {
    f"{problem.id}:{part.name}": part
    for problem in (pb_6_2, pb_6_3, pb_6_4)
    for part in problem.parts
    if isinstance(part, FunctionPart)
}


def told(problem, **answer):
    """The message on one part."""
    [verdict] = problem.verdict(**answer).parts
    assert verdict.status is not Status.CORRECT
    return verdict.message


# --- Answers of students --------------------------------------------------------------------------


@pytest.mark.parametrize("problem", last.WRONG)
def test_nine_of_ten_wrong_answers_get_a_cause_or_an_example(problem):
    """Those of the last batch: they were written when the messages were done."""
    met = [
        outcome(problem, part, answer, cause)[0] for part, _, answer, cause in last.WRONG[problem]
    ]
    assert Outcome.ACCEPTED not in met
    assert met.count(Outcome.NEITHER) <= len(met) / 10


@pytest.mark.parametrize("table", [loss_surfaces, logistic_regression])
def test_right_answers_in_other_styles_are_accepted(table):
    for problem, answers in table.RIGHT.items():
        for part, style, answer in answers:
            status, message = judge(problem, part, answer)
            assert status is Status.CORRECT, f"{style}: {message}"


# --- The inputs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FUNCTIONS)
def test_inputs_are_short_enough_to_copy(key):
    for given in FUNCTIONS[key].inputs(np.random.default_rng(3)):
        for name, value in given.items():
            np.testing.assert_array_equal(value, np.round(value, 1), err_msg=name)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_first_inputs_show_every_known_mistake(key):
    """Whatever is known to go wrong goes wrong on inputs that can be worked by hand."""
    part = FUNCTIONS[key]
    by_hand = part.inputs(np.random.default_rng(3))[:2]
    for known in part.misconceptions:
        right = [np.asarray(part.right(**given), float) for given in by_hand]
        wrong = [np.asarray(known.answer(*given.values()), float) for given in by_hand]
        assert any(
            one.shape != other.shape or not np.allclose(one, other)
            for one, other in zip(right, wrong, strict=True)
        ), known.message


# --- pb-6.4: what is checked stands in the statement ----------------------------------------------


def line(phi, x):
    return phi[0] + phi[1] * x


def exp_over_exp(phi, x):
    return np.exp(line(phi, x)) / (1 + np.exp(line(phi, x)))


def by_the_book(phi, x, y):
    p = 1 / (1 + np.exp(-line(phi, x)))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum()


@pytest.mark.parametrize(
    "answer",
    [
        {"curve": lambda phi, x: [1 / (1 + math.exp(-z)) for z in line(phi, x)]},
        {"curve": exp_over_exp},
        {
            "gradient": lambda phi, x, y: [
                (exp_over_exp(phi, x) - y).sum(),
                (exp_over_exp(phi, x) - y) @ x,
            ]
        },
        {
            "heat_map": lambda phi0, phi1, x, y: [
                [by_the_book((a, b), x, y) for b in phi1] for a in phi0
            ]
        },
    ],
)
def test_care_at_large_margins_is_asked_of_the_loss_alone(answer):
    assert pb_6_4.verdict(**answer).status is Status.CORRECT


def test_care_of_the_loss_is_checked_as_far_as_the_statement_says():
    stated = [float(z) for z in re.findall(r"\$z=(-?\d+)\$", pb_6_4.text)]
    message = told(pb_6_4, loss=by_the_book)
    phi, x = (
        np.array(re.search(rf"{name} = \[(.*?)\]", message)[1].split(", "), float)
        for name in ("phi", "x")
    )
    assert (min(line(phi, x)), max(line(phi, x))) == (min(stated), max(stated))


def with_probability(change):
    def loss(phi, x, y):
        p = change(1 / (1 + np.exp(-line(phi, x))))
        return -np.log(np.where(y == 1, p, 1 - p)).sum()

    return loss


@pytest.mark.parametrize(
    ("loss", "yours", "why"),
    [
        (by_the_book, "nan", "0 by the logarithm of 0"),
        (with_probability(lambda p: p), "inf", "infinite for an example"),
        (with_probability(lambda p: np.clip(p, 1e-7, 1 - 1e-7)), "16.1", "keeps your loss"),
        (with_probability(lambda p: np.clip(p, 5e-324, 1 - 1e-16)), "36.7", "keeps your loss"),
        (lambda *data: np.nan_to_num(by_the_book(*data)), "0", "keeps your loss"),
    ],
)
def test_loss_that_fails_where_the_model_is_certain_is_shown_where_and_how(loss, yours, why):
    message = told(pb_6_4, loss=loss)
    assert message.startswith("Right where the model is unsure.")
    assert f"the loss is 1000; yours is {yours}" in message
    assert why in message


def test_overflow_in_the_loss_is_told_with_its_inputs():
    message = told(
        pb_6_4,
        loss=lambda phi, x, y: sum(
            math.log(1 + math.exp(z if one == 0 else -z))
            for z, one in zip(line(phi, x), y, strict=True)
        ),
    )
    assert "OverflowError" in message and "phi = [0, 500]" in message


def test_mistake_of_the_loss_is_recognised_though_it_overflows_elsewhere():
    def class_1_alone(phi, x, y):
        return -(y * np.log(1 / (1 + np.exp(-line(phi, x))))).sum()

    assert "Examples of class 0 cost nothing" in told(pb_6_4, loss=class_1_alone)


# --- The others -----------------------------------------------------------------------------------


def test_chords_in_the_messages_lie_as_the_messages_say():
    """b: the chord between the minima is below the curve; c: so is the one from 6 to 7."""
    for panel, one, other in (("b", 3, 5), ("c", 6, 7)):
        marked = fig_6_11_losses()[panel]
        ends = np.array([marked.points[one], marked.points[other]])
        middle = ends.mean()
        assert marked.loss.value(middle) > marked.loss.value(ends).mean(), panel


def test_hint_on_the_curves_runs():
    code = re.findall(r"`(.*?)`", pb_6_6.hints[1])
    loss = eval(code[0], {"fig_6_11_losses": fig_6_11_losses})
    x = eval(code[-1], {"np": np})
    assert code[1:-1] == [".value(x)", ".slope(x)", ".curvature(x)"]
    for name in ("value", "slope", "curvature"):
        assert getattr(loss, name)(x).shape == x.shape


@pytest.mark.parametrize("place", [-0.9, -0.3, 0.1, 1.05, 1.0915, 1.99])
def test_wrong_place_is_told_the_slope_there(place):
    for part in ("minima", "lowest"):
        message = told(pb_P1, **{part: place})
        stated = float(re.search(r"slope of the curve is (-?[\d.]+)", message)[1])
        assert stated == pytest.approx(CosineWave().slope(place), rel=0.05)


def test_pairs_of_place_and_value_are_told_so():
    assert "the places x alone" in told(pb_P1, minima=[(-0.274, -0.179), (1.09, -1.047)])
    assert "One place was asked for" in told(pb_P1, lowest=(1.09, -1.047))


def test_one_parameter_more_is_another_hessian():
    assert "two parameters in pb-6.2" in told(pb_6_11, shape=(1_000_001, 1_000_001))


def test_memory_is_told_in_bytes_an_entry():
    """What 12 bytes a number would take, and what nobody would."""
    assert "12 bytes each" in told(pb_6_11, float32=12e12 / 2**30)
    assert "TiB" in told(pb_6_11, float32=3.64)


def test_sum_and_product_of_wrong_eigenvalues_are_told():
    message = told(pb_P1, eigenvalues=[-3, 1])
    assert "the sum -2 and the product -3" in message


def test_gradient_of_one_example_is_shown_layer_by_layer():
    """A counterexample lets a student compare the phase, the model, the residual, the slope."""
    message = told(pb_6_3, gradient=lambda phi, x, y: [np.sum(x), 0.0])
    assert "phi = [1, 10], x = [5], y = [0.5]" in message
    numbers = dict(
        re.findall(r"(\S[^,=]*) = (-?[\d.]+)(?:,|\.$)", message.split("On the way: ")[1])
    )
    u, f, residual, slope = map(float, numbers.values())
    assert u == 1 + 0.06 * 10 * 5
    assert f == pytest.approx(np.sin(u) * np.exp(-(u**2) / 32), rel=1e-5)
    assert residual == pytest.approx(f - 0.5, rel=1e-5)
    right = FUNCTIONS["pb-6.3:gradient"].right(*map(np.array, ([1.0, 10.0], [5.0], [0.5])))
    assert 2 * residual * slope == pytest.approx(right[0], rel=1e-4)


@pytest.mark.parametrize("change", [np.float32, lambda g: g + 1e-13, lambda g: g * (1 + 1e-9)])
def test_swapped_entries_of_the_gabor_gradient_are_seen_in_any_precision(change):
    right = FUNCTIONS["pb-6.3:gradient"].right
    message = told(pb_6_3, gradient=lambda *data: change(right(*data)[::-1]))
    assert "changed places" in message
