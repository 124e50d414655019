"""What the pictures of notebook 13 show."""

from functools import lru_cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED, digits, gabor_data, linear_data
from course_lib.descent import descend
from course_lib.initialization import glorot_uniform
from course_lib.losses import LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Linear, Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.experiments.ensembles import shuffled
from lessons.experiments.scenes import LINE_BOUNDS
from lessons.stage import style

from .shown import bars, drawn, legend, line, lines, outlines, shows, texts

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
        path = descend(loss, glorot_uniform(NETWORK, rng), Adam(0.03), 400)
        return path.params[180::20]
    count = 12 if kind == "different starts" else 36
    starts = glorot_uniform(NETWORK, rng, ensemble=(count,))
    if kind == "different starts":
        return descend(loss, starts, Adam(0.03), 400, keep="last").final
    searched = descend(loss, starts, Adam(10 ** rng.uniform(-3, -0.5, 36)), 400, keep="last").final
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
    new = wave(200, 2000 + seed)
    misses = NETWORK(new.x, members(kind, seed)) - new.y
    one, all_twelve = np.mean(misses**2), np.mean(misses.mean(axis=0) ** 2)
    m = np.arange(1, 13)
    exact = all_twelve + (one - all_twelve) * (12 - m) / m / 11  # the mean over all orders
    shown = line(axes["b"], style.SECOND, "o")
    costs = shown[:, 1]
    assert_allclose(shown[:, 0], m)
    assert_allclose(costs[[0, -1]], [one, all_twelve])
    assert_allclose(costs, exact, atol=0.06 * (one - all_twelve))
    assert_allclose(line(axes["b"], style.PATH, "o"), [[5, costs[4]]])
    assert_allclose(line(axes["b"], style.INK)[:, 1], 0.4**2)
    assert_allclose(texts(axes["b"])["the noise alone"], (12.4, 0.4**2))
    assert f"one member {costs[0]:.3f}, the mean of 5 {costs[4]:.3f}, of which 0.16" in text


# --- digits ---------------------------------------------------------------------------------------

EIGHT = range(8)


def classifier(units):
    return Softmax(MLP((64, units, 10), "tanh"))


@lru_cache
def runs(units, members):
    """Networks that learn 200 digits from their own starts, after each epoch: (31, members, P)."""
    model, training = classifier(units), digits().training
    loss = SoftmaxCrossEntropy(model, training.x[:200], training.y[:200])
    starts = glorot_uniform(model.logits, np.random.default_rng(1), ensemble=(members,))
    return descend(loss, starts, Adam(0.02), 300, batches=Minibatches(20, 0)).params[::10]


@lru_cache
def judged(units):
    """The probabilities that eight networks give to 400 new digits, (8, 400, 10)."""
    return classifier(units)(digits().test.x, runs(units, 8)[-1])


def disputes():
    """The digits on which the fewest of eight small networks agree, the first of equals first."""
    named = judged(6).argmax(axis=-1)
    most = [np.bincount(column).max() for column in named.T]
    return sorted(range(400), key=lambda i: most[i])


@pytest.mark.parametrize("digit, members", [(1, 8), (10, 3), (12, 1)])
def test_opinions_shows_a_digit_what_each_makes_of_it_the_mean_and_the_votes(digit, members):
    axes, text = drawn("opinions", digit=digit, members=members)
    index, test = disputes()[digit - 1], digits().test
    (pixels,), (each,) = axes["a"].images, axes["b"].images
    assert_allclose(pixels.get_array(), test.x[index].reshape(8, 8))
    assert pixels.get_cmap()(1.0)[0] < 0.1, "ink is dark"
    said = judged(6)[:members, index]
    assert_allclose(each.get_array(), said, atol=1e-9)
    assert_allclose(each.get_extent(), (-0.5, 9.5, members + 0.5, 0.5))
    assert each.get_cmap()(1.0)[0] < 0.1 and each.get_clim() == (0, 1)
    votes = np.bincount(said.argmax(axis=-1), minlength=10)
    for color, heights, left in (
        (style.PATH, said.mean(axis=0), -0.4), (style.SKY, votes / members, 0.0)
    ):  # fmt: skip
        shown = bars(axes["c"], color)
        assert_allclose(shown[:, 0], np.arange(10) + left, atol=1e-9)
        assert_allclose(shown[:, 2:], np.column_stack([np.full(10, 0.4), heights]), atol=1e-9)
    right = int(test.y[index])
    assert f"it is a {right}: {votes[right]} of {members} say so" in text
    assert f"the mean finds {said.mean(axis=0).argmax()} most probable" in text
    assert legend(axes["c"]) == {"mean probability": style.PATH, "share of votes": style.SKY}


def test_kinds_on_digits_shows_mistakes_by_size_and_what_each_kind_gains():
    axes, text = drawn("kinds_on_digits", units=32, members=3)
    labels, said = digits().test.y, judged(32)
    [curve] = [each for each in lines(axes["a"], style.PATH, "o") if len(each) > 1]
    alone = np.mean([np.sum(named != labels) for named in said.argmax(axis=-1)])
    together = np.sum(said.mean(axis=0).argmax(axis=-1) != labels)
    assert_allclose(curve[:, 0], np.arange(1, 9))
    assert_allclose(curve[[0, -1], 1], [alone, together])
    assert_allclose(line(axes["a"], style.INK, "o"), [curve[2]])
    [band] = outlines(axes["a"], style.PATH)
    reach = [np.unique(band[np.isclose(band[:, 0], size), 1])[[0, -1]] for size in curve[:, 0]]
    assert all(low <= mean <= high for (low, high), mean in zip(reach, curve[:, 1]))
    each_alone = [np.sum(named != labels) for named in said.argmax(axis=-1)]
    assert_allclose(reach[0], np.percentile(np.repeat(each_alone, 5), [10, 90]))
    assert_allclose(reach[-1], together)
    named = said.argmax(axis=-1)
    apart = np.mean([np.sum(named[a] != named[b]) for a in EIGHT for b in range(a)])
    kinds = [line(axes["b"], color, "o")[0] for color in style.CYCLE[:4]]
    assert_allclose(kinds[0], [apart, alone - together])
    assert f"one member {alone:.1f}, the mean of 3 {curve[2, 1]:.1f}" in text
    assert f"disagree on {apart:.1f}" in text
    names = ["different starts", "different examples", "best of a search"]
    names.append("checkpoints of one run")
    assert legend(axes["b"]) == dict(zip(names, style.CYCLE))


def test_kinds_on_digits_makes_checkpoints_of_one_run():
    axes, _ = drawn("kinds_on_digits", kind="checkpoints of one run", members=8)
    last = classifier(6)(digits().test.x, runs(6, 8)[-8:, 0])
    wrong = np.sum(last.mean(axis=0).argmax(axis=-1) != digits().test.y)
    assert_allclose(line(axes["a"], style.INK, "o"), [[8, wrong]])


@pytest.mark.parametrize(
    "other, color",
    list(zip(("another start", "its units shuffled", "later in the same run"), style.CYCLE)),
)
def test_between_networks_shows_what_the_networks_on_the_line_are_worth(other, color):
    axes, text = drawn("between_networks", other=other, share=0.25)
    path, model, test = runs(6, 2), classifier(6), digits().test
    loss = SoftmaxCrossEntropy(model, test.x, test.y)
    first = path[20, 0]
    ends = {
        "another start": path[20, 1],
        "its units shuffled": shuffled(model.logits, first, np.random.default_rng(0)),
        "later in the same run": path[-1, 0],
    }
    shares = np.linspace(0, 1, 21)
    on_line = first + shares[:, None] * (ends[other] - first)
    wrong = np.column_stack([shares, 400 * (1 - loss.accuracy(on_line))])
    cost = np.column_stack([shares, loss(on_line) / 400])
    for panel, curve in (("a", wrong), ("b", cost)):
        thin, thick = lines(axes[panel], color, "None")
        assert_allclose(thin, curve)
        assert_allclose(thick, curve)
        assert_allclose(line(axes[panel], color, "o"), [curve[5]])
        assert [len(lines(axes[panel], each, "None")) for each in style.CYCLE[:3]].count(1) == 2
    assert list(legend(axes["a"]).values()) == list(style.CYCLE[:3])
    assert f"25 % of the way: {wrong[5, 1]:.0f} mistakes in 400, loss per digit" in text
    assert f"make {wrong[0, 1]:.0f} and {wrong[-1, 1]:.0f}" in text


def test_between_networks_shuffled_units_are_the_same_function_and_the_middle_is_not():
    axes, _ = drawn("between_networks", other="its units shuffled")
    cost = lines(axes["b"], style.CYCLE[1], "None")[0][:, 1]
    assert cost[0] == pytest.approx(cost[-1]) and cost[10] > 2 * cost[0]


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
