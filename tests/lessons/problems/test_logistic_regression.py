"""pb-6.4 and pb-F4.1, of chapter 04: right answers, mistakes, what is checked as it is stated."""

import math
import re

import numpy as np
import pytest

from course_lib.losses import BinaryCrossEntropy
from course_lib.models import Logistic
from lessons.marking.verdict import Status
from lessons.problems import pb_6_4, pb_F4_1
from tests.lessons.answers import mistakes, told

WRONG, mistake = mistakes()


def sigmoid_by_tanh(phi, x):
    return (1 + np.tanh((phi[0] + phi[1] * x) / 2)) / 2


def cross_entropy_by_margin(phi, x, y):
    total = 0
    for one_x, one_y in zip(x, y, strict=True):
        margin = (phi[0] + phi[1] * one_x) * (1 if one_y else -1)
        total += max(-margin, 0) + np.log1p(np.exp(-abs(margin)))
    return total


def line(phi, x):
    return phi[0] + phi[1] * x


def exp_over_exp(phi, x):
    return np.exp(line(phi, x)) / (1 + np.exp(line(phi, x)))


@mistake(pb_6_4, "loss", "0 by the logarithm of 0")
def by_the_book(phi, x, y):
    p = 1 / (1 + np.exp(-line(phi, x)))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum()


@mistake(pb_6_4, "loss", "infinite for an example")
def logarithm_of_a_sum(phi, x, y):
    return np.log(1 + np.exp(-(2 * y - 1) * (phi[0] + phi[1] * x))).sum()


def cross_entropy_kept_from_zero(phi, x, y, tiny):
    p = sigmoid_by_tanh(phi, x)
    return -(y * np.log(p + tiny) + (1 - y) * np.log(1 - p + tiny)).sum()


for tiny in (1e-7, 1e-12, 1e-100):
    mistake(pb_6_4, "loss", "keeps your loss from growing")(
        lambda phi, x, y, tiny=tiny: cross_entropy_kept_from_zero(phi, x, y, tiny)
    )


def cross_entropy_table(phi0, phi1, x, y):
    z = phi0[:, None, None] + phi1[:, None] * x
    return (np.logaddexp(0, z) - y * z).sum(axis=-1)


# --- pb-F4.1 --------------------------------------------------------------------------------------


def class_loss(x, y):
    return BinaryCrossEntropy(Logistic(), x, y)


def fit_shifted_by_the_middle(x, y, back=True, steps=3000):
    """Other units of one's own: 0 in the middle of the range, 2 at its ends."""
    middle, unit = (x.min() + x.max()) / 2, (x.max() - x.min()) / 4
    z, phi = (x - middle) / unit, [0.0, 0.0]
    for _ in range(steps):
        p = sigmoid_by_tanh(phi, z)
        phi = [phi[0] - 0.1 * sum(p - y), phi[1] - 0.1 * sum((p - y) * z)]
    return [phi[0] - phi[1] * middle / unit, phi[1] / unit] if back else phi


def fit_by_newton(x, y):
    """Units do not matter to Newton's method."""
    loss, phi = class_loss(x, y), np.zeros(2)
    for _ in range(30):
        phi = phi - np.linalg.solve(loss.hessian(phi), loss.gradient(phi))
    return phi


@mistake(pb_F4_1, "fit", "shifted and scaled: which line")
def fit_left_in_other_units(x, y):
    loss, phi = class_loss((x - np.mean(x)) / np.std(x), y), np.zeros(2)
    for _ in range(3000):
        phi = phi - 0.1 * loss.gradient(phi)
    return phi


@mistake(pb_F4_1, "fit", "The slope is right")
def fit_with_the_slope_alone_put_back(x, y):
    return fit_left_in_other_units(x, y) / [1, x.std()]


@mistake(pb_F4_1, "fit", "did a descent run away")
def fit_that_is_not_a_number(x, y):
    return [np.nan, 0.0]


@mistake(pb_F4_1, "fit", "how many steps does the flat axis take")
def fit_at_one_rate(x, y, rate=0.1):
    loss, phi = class_loss(x, y), np.zeros(2)
    for _ in range(500):
        phi = phi - rate * loss.gradient(phi)
    return phi


@mistake(pb_F4_1, "fit", "how many steps does the flat axis take")
def fit_at_the_largest_rate(x, y):
    return fit_at_one_rate(x, y, 1 / np.linalg.eigvalsh(class_loss(x, y).hessian([0, 0]))[-1])


@mistake(pb_F4_1, "fit", "much alike")
def fit_in_tiny_steps(x, y):
    return fit_at_one_rate(x, y, 1e-5)


@mistake(pb_F4_1, "fit", "much alike")
def fit_by_the_middle_in_few_steps(x, y):
    return fit_shifted_by_the_middle(x, y, steps=5)


MEANING = {
    "phi0, where phi1 = 1": "moves left",
    "phi0, where phi1 = -1": "Moves right",
    "phi1, where phi0 = 0 and phi1 > 0": "grows steeper",
}

RIGHT = {
    "pb-6.4:curve": [
        lambda phi, x: 1 / (1 + np.exp(-phi[0] - phi[1] * x)),
        sigmoid_by_tanh,
        lambda phi, x: [sigmoid_by_tanh(phi, one) for one in x],
    ],
    "pb-6.4:meaning": [MEANING],
    "pb-6.4:loss": [
        cross_entropy_by_margin,
        lambda phi, x, y: np.logaddexp(0, np.where(y == 1, -1, 1) * (phi[0] + phi[1] * x)).sum(),
        lambda phi, x, y: cross_entropy_table(phi[:1], phi[1:], x, y)[0, 0],
    ],
    "pb-6.4:gradient": [
        lambda phi, x, y: [sum((sigmoid_by_tanh(phi, x) - y) * w) for w in (1 + 0 * x, x)],
        lambda phi, x, y: np.stack([x**0, x]) @ (sigmoid_by_tanh(phi, x) - y),
    ],
    "pb-6.4:heat_map": [
        cross_entropy_table,
        lambda phi0, phi1, *data: [
            [cross_entropy_by_margin((a, b), *data) for b in phi1] for a in phi0
        ],
    ],
    "pb-6.4:convex": [{"this loss": True, "least squares": False}],
    "pb-F4.1:fit": [fit_shifted_by_the_middle, fit_by_newton],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.4": (r"p ?- ?y|sig\[.*?\] ?- ?y|log1p|logaddexp|log\(1|p ?\(1", "the surplus p - y"),
    "pb-F4.1": (r"mean\b|\bstd\b|deviation", "subtract the mean, divide by the deviation"),
}


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
