"""Samplers are judged by chance alone where nothing else is wrong: how surely, on any seed."""

import numpy as np
import pytest
from scipy.stats import chi2

from lessons.marking.verdict import Status
from lessons.problems import pb_P3
from lessons.problems import stochastic_gradient_descent as sampling


def told(seed, **answer):
    [verdict] = pb_P3.verdict(seed=seed, **answer).parts
    return verdict


def pieces(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


def test_chance_exceeds_the_limit_less_than_once_in_ten_million():
    for degrees in range(1, 60):
        [limit] = [x for x in range(400) if sampling._strays(x, degrees)][:1]
        assert chi2.sf(limit - 1, degrees) < 1e-7


def test_moves_of_a_fair_shuffle_have_a_chi_square_of_as_many_degrees():
    """And so, however many batches there are, the limit above holds for them."""
    n, size = sampling._MANY_DEALT
    rng = np.random.default_rng(0)
    orders = rng.permuted(np.tile(np.arange(n), (40 * sampling._TIMES, 1)), axis=1)
    fair = np.full((n, n), 1 / n)
    squares = [
        sampling._square_of_moves(
            sampling._moves([sampling.Draw((n, size), [], order) for order in some]), fair
        )
        for some in np.split(orders, 40)
    ]
    degrees = (n // size - 1) ** 2
    assert abs(np.mean(squares) - degrees) < 4 * np.sqrt(2 * degrees / 40)
    assert max(squares) < chi2.isf(1e-6, degrees)


def test_places_of_the_biased_shuffle_follow_from_its_swaps():
    """Counted over all n to the power n ways for a small n."""
    n = 4
    counts = np.zeros((n, n))
    for partners in np.ndindex(*[n] * n):
        order = list(range(n))
        for i, j in enumerate(partners):
            order[i], order[j] = order[j], order[i]
        counts[order, range(n)] += 1
    np.testing.assert_allclose(sampling._swapped_with_any(n), counts / n**n)


def swapped(order, partner):
    """Each place in turn swapped with place partner(place)."""
    for place in range(len(order)):
        other = partner(place)
        order[[place, other]] = order[[other, place]]
    return order


BIASED_DEALS = {
    "any place, downwards": lambda n, rng: swapped(np.arange(n)[::-1], lambda i: rng.integers(n))[
        ::-1
    ],
    "coarse keys": lambda n, rng: np.argsort(rng.integers(n, size=n), kind="stable"),
}

BIASED_DRAWS = {
    "remainder": lambda n, size, rng: rng.integers(2 * n - 1, size=size) % n,
    "a bell": lambda n, size, rng: rng.binomial(n - 1, 0.5, size),
    "from as many as the batch": lambda n, size, rng: rng.integers(size, size=size),
    "with a favourite": lambda n, size, rng: np.where(
        rng.random(size) < 0.05, 1, rng.integers(n, size=size)
    ),
}


@pytest.mark.parametrize("shuffle", BIASED_DEALS.values(), ids=BIASED_DEALS)
def test_biased_shuffle_is_refused_with_a_reason(shuffle):
    verdict = told(11, deal=lambda n, size, rng: pieces(shuffle(n, rng), size))
    assert verdict.status is Status.NOT_YET


@pytest.mark.parametrize("draw", BIASED_DRAWS.values(), ids=BIASED_DRAWS)
def test_biased_draw_is_refused_with_a_reason(draw):
    assert told(11, draw=draw).status is Status.NOT_YET


def test_unknown_bias_is_told_in_counts():
    told_of = told(3, draw=BIASED_DRAWS["a bell"]).message
    assert "With n_examples = 9, batch_size = 8, 600 times: the index" in told_of
    assert "about 533" in told_of


def test_sampler_may_keep_its_array():
    kept = {}

    def deal(n, size, rng):
        order = kept.setdefault(n, np.arange(n))
        order[:] = rng.permutation(n)
        return pieces(order, size)

    assert told(5, deal=deal).status is Status.CORRECT
