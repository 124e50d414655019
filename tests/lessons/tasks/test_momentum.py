"""Answers to the tasks of notebook 06."""

import numpy as np

from course_lib.descent import descend
from course_lib.optimizers import VelocityMomentum
from course_lib.surfaces import Quadratic
from lessons.demos.momentum import five_points
from lessons.tasks.momentum import ball, look_ahead


def turning_by_running(beta):
    m, g = 0.0, 1.0
    for _ in range(2000):
        m, g = beta * m + (1 - beta) * g, -g
    return abs(m)


def look_ahead_with_a_velocity(phi, m, gradient, alpha, beta):
    v = -alpha * m
    v = beta * v - alpha * (1 - beta) * gradient(phi + beta * v)
    return [phi + v, -v / alpha]


def looks_ahead_as_printed(phi, m, gradient, alpha, beta):
    m = beta * m + (1 - beta) * gradient(phi - alpha * m)
    return phi - alpha * m, m


def looks_from_the_new_average(phi, m, gradient, alpha, beta):
    m = beta * m
    m = m + (1 - beta) * gradient(phi - alpha * beta * m)
    return phi - alpha * m, m


RUNS = {"a": "raise beta", "b": "lower beta", "c": "lower alpha", "d": "lower beta"}

RIGHT = {
    "turning": [turning_by_running, lambda beta: 2 / (1 + beta) - 1],
    "half_life": [0.93, 0.933, np.exp(np.log(0.5) / 10)],
    "at_a_larger_rate": [0.93, 0.92, np.float32(0.94)],
    "border": [0.75, 3 / 4, np.array(0.751)],
    "heavier_or_lighter": [RUNS, {key: word.upper() for key, word in RUNS.items()}],
    "ball": [
        lambda m, c, t: (t * t / m, 1 - t * c / m),
        lambda m, c, t: [t / m * t, (m - c * t) / m],
    ],
    "pair": [[0.111, 0.444], (1 / 9, 4 / 9), np.array([0.11, 0.46])],
    "look_ahead": [
        look_ahead_with_a_velocity,
        lambda phi, m, gradient, alpha, beta: np.array(
            [
                phi - alpha * (beta * m + (1 - beta) * gradient(phi - alpha * beta * m)),
                beta * m + (1 - beta) * gradient(phi - alpha * beta * m),
            ]
        ),
    ],
}

WRONG = {
    "turning": [
        (lambda beta: 1 / (1 + beta), "velocity form"), (lambda beta: 1 - beta, "first step"),
        (lambda beta: 1 - 2 * beta, "With beta = 0.5, the length"),
    ],
    "half_life": [
        (0.5, "single step halves"), (0.95, "same *share*"), (0.9, "leaves 0.35"),
        (0.97, "too long"), (0.8, "too short"), (1.2, "no share"),
    ],
    "at_a_larger_rate": [
        (0.9, "in the table"), (0.8, "average over more"), (0.97, "average over less"),
        (1, "no share"),
    ],
    "border": [
        (0.5, "of gradient descent"), (3, "Divide it"), (0.25, "signs has slipped"),
        (0.7, "lies higher"), (0.001, "lies higher"), (0.8, "lies lower"), (50, "lies lower"),
        (-1, "between 0 and 100"),
    ],
    "heavier_or_lighter": [
        (RUNS | {"b": "lower alpha"}, "whatever the rate is"),
        (RUNS | {"c": "raise beta"}, "No β below 1 bears more than 4"),
        (RUNS | {"d": "lower alpha"}, "as before"), (RUNS | {"a": "more"}, "none of the options"),
    ],
    "ball": [
        (lambda m, c, t: (1 - c * t / m, t * t / m), "changed places"),
        (lambda m, c, t: (t / m, 1 - c * t / m), "one time step"),
        (lambda m, c, t: (t * t / m, 1 - c), "Right so far: alpha"),
    ],
    "pair": [
        ([2 / 26, 0.852], "square roots"), ([1 / 9, 2 / 3], "its square"), ([1 / 3, 4 / 9], "√α"),
        ([0.111, 0.6], "Both swing"), ([0.05, 0.444], "The flat axis"), ([0.2, 0.5], "runs away"),
        ([0.11, 1.5], "β from 0 to 1"), ([0.112, 0.44], "The steep axis"),
        ([0.1, 0.2], "runs away"), ([2 / 26, 0], "Neither swings"), ([0.001, 0.1], "The flat axis"),
    ],
    "look_ahead": [
        (looks_ahead_as_printed, "as printed"),
        (looks_from_the_new_average, "the pair (phi, m)"),
        (lambda phi, m, gradient, alpha, beta: phi, "shape"),
    ],
}  # fmt: skip


def test_the_step_of_the_picture_ends_at_point_5():
    [part] = look_ahead.parts
    given = part.inputs(np.random.default_rng(0))[1]
    four, five = five_points(given["alpha"], given["beta"], "corrected")[3:]
    np.testing.assert_allclose(part.right(**given)[0], five)
    np.testing.assert_allclose(given["phi"] - given["alpha"] * given["beta"] * given["m"], four)


def test_the_ball_rolls_as_the_velocity_form_says():
    """The two lines of the page, place and velocity, beside the rule at the settings."""
    mass, friction, tau = 3.0, 0.7, 0.3
    phi, w = 2.0, 0.0
    alpha, beta = ball.parts[0].right(mass, friction, tau)
    path = descend(Quadratic([1.7]), [phi], VelocityMomentum(alpha, beta), steps=20)
    for there in path.params[1:]:
        w = w - tau / mass * (1.7 * phi + friction * w)
        phi = phi + tau * w
        np.testing.assert_allclose(there, [phi])
