"""The problems of chapter 07: right answers, and mistakes."""

import numpy as np

from lessons.problems import pb_C3, pb_F7_1, pb_F7_2, pb_F7_3, pb_G3
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-C3 ----------------------------------------------------------------------------------------


def adagrad_by_running_sums(gradients, start, learning_rate, epsilon):
    steps = gradients / (np.sqrt(np.cumsum(gradients**2, axis=0)) + epsilon)
    return start - learning_rate * np.cumsum(np.vstack([0 * start, steps]), axis=0)


@mistake(pb_C3, "adagrad", "knows its own gradient only")
def adagrad_without_adding(gradients, start, learning_rate, epsilon):
    path = [start]
    for g in gradients:
        cache = g**2
        path.append(path[-1] - learning_rate * g / (np.sqrt(cache) + epsilon))
    return path


def rmsprop_one_parameter_at_a_time(gradients, start, learning_rate, gamma, epsilon):
    path = [list(start)]
    cache = [0.0] * len(start)
    for g in gradients:
        cache = [gamma * old + (1 - gamma) * slope**2 for old, slope in zip(cache, g, strict=True)]
        path.append(
            [
                phi - learning_rate * slope / (c**0.5 + epsilon)
                for phi, slope, c in zip(path[-1], g, cache, strict=True)
            ]
        )
    return path


def adam_as_in_torch(gradients, start, lr, beta, gamma, epsilon):
    exp_avg, exp_avg_sq, path = 0 * start, 0 * start, [start]
    for step, g in enumerate(gradients, start=1):
        exp_avg += (1 - beta) * (g - exp_avg)
        exp_avg_sq = exp_avg_sq * gamma + (1 - gamma) * g * g
        divisor = np.sqrt(exp_avg_sq) / np.sqrt(1 - gamma**step) + epsilon
        path.append(path[-1] - lr / (1 - beta**step) * exp_avg / divisor)
    return np.array(path)


@mistake(pb_C3, "adam", "taken the place of the running ones")
def adam_in_place(gradients, start, learning_rate, beta, gamma, epsilon):
    phi, m, v, path = start, 0 * start, 0 * start, [start]
    for t, g in enumerate(gradients):
        m *= beta
        m += (1 - beta) * g
        v *= gamma
        v += (1 - gamma) * g * g
        m /= 1 - beta ** (t + 1)
        v /= 1 - gamma ** (t + 1)
        phi = phi - learning_rate * m / (np.sqrt(v) + epsilon)
        path.append(phi)
    return path


@mistake(pb_C3, "adam", "one step late")
def adam_counting_from_zero(gradients, start, learning_rate, beta, gamma, epsilon):
    phi, m, v, path = start, 0 * start, 0 * start, [start]
    for t, g in enumerate(gradients):
        m = beta * m + (1 - beta) * g
        v = gamma * v + (1 - gamma) * g**2
        first, second = m / (1 - beta**t), v / (1 - gamma**t)
        phi = phi - learning_rate * first / (np.sqrt(second) + epsilon)
        path.append(phi)
    return path


# --- pb-G3 ----------------------------------------------------------------------------------------


def clip_by_direction(gradient, max_norm):
    length = np.sqrt(gradient @ gradient)
    if length == 0:
        return gradient
    return (gradient / length * min(length, max_norm)).tolist()


def clip_one_by_one(gradients, max_norm):
    rows = [clip_by_direction(row, max_norm) for row in gradients.reshape(-1, gradients.shape[-1])]
    return np.reshape(rows, gradients.shape)


@mistake(pb_G3, "clip", "turns the gradient")
def clip_each_entry(gradient, max_norm):
    return np.clip(gradient, -max_norm, max_norm)


@mistake(pb_G3, "clip", "bring every gradient")
def short_ones_too(gradient, max_norm):
    return gradient / np.linalg.norm(gradient) * max_norm


@mistake(pb_G3, "clip_each", "that of the whole ensemble")
def by_one_norm(gradients, max_norm):
    return gradients * min(1, max_norm / (np.linalg.norm(gradients) + 1e-12))


# --- pb-F7.1 --------------------------------------------------------------------------------------


def length_by_walking(t, beta, gamma):
    m = v = 0.0
    for _ in range(t + 1):
        m, v = beta * m + (1 - beta), gamma * v + (1 - gamma)
    return m / v**0.5


@mistake(pb_F7_1, "length", "step before")
def length_counted_from_one(t, beta, gamma):
    return (1 - beta**t) / np.sqrt(1 - gamma**t) if t else 0


@mistake(pb_F7_1, "length", "Only v stands under the root")
def root_of_both(t, beta, gamma):
    return np.sqrt(1 - beta ** (t + 1)) / np.sqrt(1 - gamma ** (t + 1))


# --- pb-F7.2 --------------------------------------------------------------------------------------


def bold_then_timid(steps):
    return [0.1] * (steps // 2) + [0.01] * (steps - steps // 2)


def warmed_up_and_falling(steps):
    t = np.arange(steps)
    return np.minimum((t + 1) / 20, 1) * 0.1 * (1 - t / steps)


@mistake(pb_F7_2, "rates", "still hovers")
def one_tuned_rate(steps):
    return np.full(steps, 0.045)


@mistake(pb_F7_2, "rates", "too little to arrive")
def falling_too_fast(steps):
    return 0.1 * 0.9 ** np.arange(steps)


@mistake(pb_F7_2, "rates", "not above zero")
def zero_at_the_end(steps):
    return np.linspace(0.1, 0, steps)


# --- pb-F7.3 --------------------------------------------------------------------------------------


def adam_with_a_falling_rate(gradient, start):
    phi, m, v = np.array(start), 0, 0
    for t in range(2000):
        g = gradient(phi)
        m, v = m + 0.1 * (g - m), v + 0.001 * (g**2 - v)
        step = m / (1 - 0.9 ** (t + 1)) / np.sqrt(v / (1 - 0.999 ** (t + 1)) + 1e-30)
        phi = phi - 2 * (1 - t / 2000) * step
    return phi.tolist()


def newton_along_each_axis(gradient, start):
    """Slopes are linear: three differences give the curvatures, and one solve the minimum."""
    at_start = gradient(start)
    hessian = np.array([gradient(start + axis) - at_start for axis in np.eye(3)])
    return start - np.linalg.solve(hessian, at_start)


@mistake(pb_F7_3, "train", "times the lowest possible")
def adam_at_a_constant_rate(gradient, start):
    phi, m, v = np.array(start), 0, 0
    for t in range(2000):
        g = gradient(phi)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        phi = phi - m / (1 - 0.9 ** (t + 1)) / np.sqrt(v / (1 - 0.99 ** (t + 1)))
    return phi


@mistake(pb_F7_3, "train", "that is the budget")
def patient_descent(gradient, start):
    phi = start
    for _ in range(5000):
        phi = phi - 1e-6 * gradient(phi)
    return phi


@mistake(pb_F7_3, "train", "ran away")
def bold_descent(gradient, start):
    phi = start
    for _ in range(500):
        phi = phi - 0.1 * gradient(phi)
    return np.nan_to_num(phi, nan=1e200, posinf=1e200, neginf=-1e200)


RIGHT = {
    "pb-F7.1:length": [
        length_by_walking,
        lambda t, b, c: (1 - b ** (t + 1)) * (1 - c ** (t + 1)) ** -0.5,
    ],
    "pb-F7.1:gamma": [0.99, 1 - 0.1**2, np.float32(0.99)],
    "pb-F7.2:rates": [bold_then_timid, warmed_up_and_falling],
    "pb-F7.3:train": [adam_with_a_falling_rate, newton_along_each_axis],
    "pb-C3:adagrad": [adagrad_by_running_sums, lambda *run: list(adagrad_by_running_sums(*run))],
    "pb-C3:rmsprop": [rmsprop_one_parameter_at_a_time],
    "pb-C3:adam": [adam_as_in_torch],
    "pb-G3:clip": [
        clip_by_direction,
        lambda g, c: g * min(1, c / (np.linalg.norm(g) + 1e-12)),
        lambda g, c: g / max(1, np.linalg.norm(g) / c),
    ],
    "pb-G3:clip_each": [
        clip_one_by_one,
        lambda g, c: np.apply_along_axis(clip_by_direction, -1, g, c),
    ],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-F7.1": (r"1 ?[−-] ?[βγ]|0\.99\b|\^", "(1 − β^(t + 1)) / √(1 − γ^(t + 1))"),
    "pb-F7.2": (r"linspace|cos|1 ?[−-] ?t", "0.1 * (1 - t / steps)"),
    "pb-F7.3": (r"\*\*|sqrt|1 ?[−-] ?t", "phi - (1 - t / 2000) * m / np.sqrt(v)"),
    "pb-C3": (r"np\.sqrt|\*\*|\+ ?ε|/ ?\(|β\^", "g / (np.sqrt(v) + epsilon)"),
    "pb-G3": (r"np\.m(in|ax)imum|max_norm ?/|keepdims|\* ?c", "g * np.minimum(1, max_norm / n)"),
}


def test_run_on_given_gradients_is_told_the_first_step_and_coordinate():
    def shifted(*run):
        path = adagrad_by_running_sums(*run)
        path[2:, 1] += 0.5
        return path

    message = str(pb_C3.verdict(adagrad=shifted))
    assert "parts from the right one at step 2: from [" in message
