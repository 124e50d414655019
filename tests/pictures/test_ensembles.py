"""What the pictures of notebook 13 show."""

from functools import lru_cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED, gabor_data, linear_data
from course_lib.descent import descend
from course_lib.initialization import glorot_uniform
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.experiments.scenes import LINE_BOUNDS
from lessons.stage import style

from .shown import drawn, legend, line, lines, shows, texts

NETWORK = MLP([1, 10, 10, 1], "tanh")
X = np.linspace(-1, 1, 161)


def wave(n, seed):
    x, y = gabor_data(n, 0.4, seed)
    return LeastSquares(NETWORK, x / 15, y)


@lru_cache
def members(kind, seed):
    """The parameters of the twelve networks, fitted anew."""
    rng, loss = np.random.default_rng(0), wave(28, seed)
    if kind == "checkpoints of one run":
        path = descend(loss, glorot_uniform(NETWORK, rng), Adam(0.03), 600)
        return path.params[270::30]
    count = 12 if kind == "different starts" else 36
    starts = glorot_uniform(NETWORK, rng, ensemble=(count,))
    if kind == "different starts":
        return descend(loss, starts, Adam(0.03), 400, keep="last").final
    searched = descend(loss, starts, Adam(10 ** rng.uniform(-3, -0.5, 36)), 200, keep="last").final
    return searched[np.argsort(wave(60, 1000 + seed)(searched))[:12]]


CASES = [("different starts", 4), ("best of a search", 1), ("checkpoints of one run", 4)]


@pytest.mark.parametrize("kind, seed", CASES)
def test_ensemble_fits_draws_each_chosen_member_and_their_mean_over_the_examples(kind, seed):
    axes, _ = drawn("ensemble_fits", kind=kind, seed=seed, members=5)
    examples = wave(28, seed)
    assert_allclose(line(axes["a"], style.INK, "o"), np.column_stack([examples.x, examples.y]))
    curves = NETWORK(X, members(kind, seed)[:5])
    shown = np.array(lines(axes["a"], style.SKY))
    assert_allclose(shown[:, :, 0], np.broadcast_to(X, (5, 161)))
    assert_allclose(shown[:, :, 1], curves, atol=1e-9)
    mean = line(axes["a"], style.PATH)
    assert_allclose(mean, np.column_stack([X, curves.mean(axis=0)]), atol=1e-9)


@pytest.mark.parametrize("kind, seed", CASES)
def test_ensemble_fits_shows_what_the_mean_of_m_costs_on_new_examples(kind, seed):
    axes, text = drawn("ensemble_fits", kind=kind, seed=seed, members=5)
    new, rng = wave(200, 2000 + seed), np.random.default_rng(0)
    predicted = NETWORK(new.x, members(kind, seed))
    orders = [predicted[rng.permutation(12)] for _ in range(10)]
    costs = [
        np.mean([(order[:m].mean(axis=0) - new.y) ** 2 for order in orders]) for m in range(1, 13)
    ]
    assert_allclose(line(axes["b"], style.SECOND, "o"), np.column_stack([range(1, 13), costs]))
    assert_allclose(line(axes["b"], style.PATH, "o"), [[5, costs[4]]])
    assert_allclose(line(axes["b"], style.INK)[:, 1], 0.4**2)
    assert_allclose(texts(axes["b"])["the noise alone"], (12.4, 0.4**2))
    assert f"one member {costs[0]:.3f}, the mean of 5 {costs[4]:.3f}, of which 0.16" in text


def test_averaged_path_shows_sgd_its_exponential_average_and_the_mean_of_later_steps():
    axes, text = drawn("averaged_path", learning_rate=0.08, batch_size=3, beta=0.8, seed=2)
    loss = LeastSquares(Linear(), *linear_data(noise=LINE_NOISE, seed=LINE_SEED))
    assert shows(axes["a"], loss, LINE_BOUNDS)
    path, batches = [np.array([1.6, -0.5])], Minibatches(3, 2).indices(loss.n_examples)
    for _ in range(150):
        here = path[-1]
        path.append(here - 0.08 * loss.batch(next(batches)).gradient(here))
    path = np.array(path)
    weights = [0.8 ** np.arange(t, -1, -1) for t in range(151)]
    smooth = [np.average(path[: t + 1], axis=0, weights=weights[t]) for t in range(151)]
    later = np.cumsum(path[50:], axis=0) / np.arange(1, 102)[:, None]
    lowest = loss(np.polyfit(loss.x, loss.y, 1)[::-1])
    ends = []
    for color, first, curve in (
        (style.FOURTH, 0, path), (style.THIRD, 0, smooth), (style.PATH, 50, later)
    ):  # fmt: skip
        curve = np.array(curve)
        above = loss(curve) - lowest
        assert_allclose(line(axes["a"], color, "None"), curve)
        assert_allclose(line(axes["a"], color, "o"), curve[-1:])
        assert_allclose(line(axes["b"], color), np.column_stack([range(first, 151), above]))
        ends.append(f"{above[-1]:.2g}")
    assert text.endswith("SGD {}, exponential {}, mean of later steps {}".format(*ends))
    assert legend(axes["b"]) == {
        "SGD": style.FOURTH, "exponential": style.THIRD, "mean of later steps": style.PATH,
    }  # fmt: skip
