"""Answers to the tasks of notebook 09."""

import numpy as np
import pytest

from course_lib.datasets import digits
from course_lib.initialization import he_normal, zeros
from course_lib.losses import BinaryCrossEntropy
from course_lib.models import Logistic
from course_lib.networks import MLP

TENT = [0, 1, -2, 1, 1, 1, 0, 1, -1, 1]


def back_in_loops(delta, weights, z):
    result = np.zeros_like(z)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            result[i, j] = sum(delta[i] * weights[j]) / np.cosh(z[i, j]) ** 2
    return result


def graft_by_slices(phi, donor, n_in, n_hidden):
    start = phi.copy()
    start[: n_in * n_hidden + n_hidden] = donor[: n_in * n_hidden + n_hidden]
    return start


def graft_by_concatenation(phi, donor, n_in, n_hidden):
    return [*donor[: (n_in + 1) * n_hidden], *phi[(n_in + 1) * n_hidden :]]


RIGHT = {
    "tent": [TENT, [0, 1, -2, 1, 1, -1, 0, -1, -1, -1], [0, 0.5, -2, 0.25, 2, 2, 0, 1, -4, 4]],
    "one_layer_back": [
        lambda delta, weights, z: (delta @ weights.T) * (1 - np.tanh(z) ** 2),
        back_in_loops,
    ],
    "part_them": [[1, -1, 0.5], (0.8, 0.3, -0.6)],
    "right_variance": [lambda m, share: 1 / m / share, lambda m, share: (m * share) ** -1.0],
    "funnel": [128 / 320 * 512 / 288 * 64 / 42, 1.08, 1.084],
    "tanh_gain": [1.5, 5 / 3, np.float64(1.4)],
    "output_bias": [
        lambda y: np.log(y.mean() / (1 - y.mean())),
        lambda y: np.log(y.sum()) - np.log((y == 0).sum()),
    ],
    "open_gates": [3.35, -np.log(2 ** (1 / 20) - 1), np.float32(3.34)],
    "graft": [graft_by_slices, graft_by_concatenation],
}

WRONG = {
    "tent": [
        ([0, 1, -2, 0, 1, 1, 0, 1, -1, 1], "down for ever"),
        ([0, 1, -1, -1, 1, 1, 0, 1, -1, 1], "*change*"),
        ([0] * 10, "at x = 0.0: 0, where the tent is 1"),
        ([1, *TENT[1:]], "farthest from the tent"),
        (TENT[:9], "10 numbers"),
    ],
    "one_layer_back": [
        (lambda delta, weights, z: delta @ weights.T, "not through the slope"),
        (lambda delta, weights, z: delta @ weights.T * (1 - z**2), "not of z"),
        (lambda delta, weights, z: (delta @ weights.T) * (z > 0), "slope of relu"),
        (lambda delta, weights, z: delta @ weights.T * np.tanh(z), "asks for its slope"),
    ],
    "part_them": [
        ([0.5, 0.5, 0.5], "stay equal"), ([0, 0, 0], "stay equal"), ([-1, -1, -1], "stay equal"),
        ([0.5, 0.5, -0.5], "work as one"), ([-0.5, 0.5, 0.5], "work as one"),
        ([5, -5, 2], "not made a bump"), ([1e9, -1e9, 3], "not made a bump"),
    ],
    "right_variance": [
        (lambda m, share: 1 / m, "passes all of it"), (lambda m, share: 2 / m, "right for relu"),
        (lambda m, share: share / m, "larger"),
        (lambda m, share: (m * share) ** -0.5, "standard deviation"),
    ],
    "funnel": [
        (1, "same size"), (0.169, "the way back"), (128 / 74, "layers between"), (2.5, "too large"),
    ],
    "tanh_gain": [
        (1, "less than a half"), (0.4, "still fades"), (4, "no longer level"), (-1, "above 0"),
        (0, "above 0"), (1e9, "at most 100"),
    ],
    "output_bias": [
        (lambda y: y.mean(), "itself"), (lambda y: np.log(y.mean()), "exponential"),
        (lambda y: np.mean(y) / (1 - np.mean(y)), "odds"),
        (lambda y: np.log((1 - y.mean()) / y.mean()), "sign"),
    ],
    "open_gates": [
        (0, "a millionth"), (0.966, "how far"), (1, "less than a half"), (10, "more than a half"),
        (-1e4, "less than a half"),
    ],
    "graft": [
        (lambda phi, donor, n_in, n_hidden: [*donor[:n_in * n_hidden], *phi[n_in * n_hidden:]],
         "biases"),
        (lambda phi, donor, n_in, n_hidden: donor, "expected"),
        (lambda phi, donor, n_in, n_hidden: phi, "Nothing has come"),
    ],
}  # fmt: skip


def test_biases_with_a_purpose_do_what_the_section_says():
    """A rare class is guessed as often as it is seen, joints lie among the data, gates are open."""
    training = digits().training
    eights = (training.y == 8).astype(int)
    reader = MLP((64, 16, 1), "tanh")
    start = zeros(reader)
    start[-1] = RIGHT["output_bias"][0](eights)
    share = eights.mean()
    entropy = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    loss = BinaryCrossEntropy(Logistic(reader), training.x, eights)(start) / len(eights)
    assert loss == pytest.approx(entropy) and entropy == pytest.approx(0.325, abs=0.01)

    first = MLP((64, 32, 10))
    starts = he_normal(first, 1, (20,))
    weights, biases = first.unravel(starts)[0]
    saturated = []
    for _ in range(2):
        on = (first.activations(training.x, starts)[0] > 0).mean(axis=1)
        saturated.append(((on < 0.05) | (on > 0.95)).mean())
        biases[...] = -training.x.mean(axis=0) @ weights
    assert saturated[0] > 0.2 and saturated[1] < 0.01

    gate = 1 / (1 + np.exp(-RIGHT["open_gates"][1]))
    assert gate**20 == pytest.approx(0.5) and 0.5**20 < 1e-6
