"""The claims about learning: their verdicts turn where their conditions are taken away."""

import numpy as np

from course_lib.losses import LeastSquares
from lessons.claims import learning_as_optimisation as claims
from lessons.experiments.learning_as_optimisation import ORDERS, in_order
from lessons.measuring.claim import CONDITION, FAILS, HOLDS

# cl-33


def test_a_price_on_long_parameters_stops_the_margins():
    """At a minimum of the loss with its price there is no longer way to go."""
    measured = claims.margins_grow_after_zero_error(runs=3, penalty=0.01)
    assert measured.verdict == FAILS
    free = claims.margins_grow_after_zero_error(runs=3)
    grown = [each.figures["its growth from then to the end"].value for each in (measured, free)]
    assert free.verdict == CONDITION and grown[0] < grown[1] / 4


# cl-39


def clock(monkeypatch, price):
    """A clock that runs on gradients: each costs price(how many examples)."""
    spent, gradient = [0.0], LeastSquares.gradient

    def counted(loss, phi):
        spent[0] += price(loss.n_examples)
        return gradient(loss, phi)

    monkeypatch.setattr(LeastSquares, "gradient", counted)
    return lambda: spent[0]


def test_a_step_costs_what_it_looks_at(monkeypatch):
    by_example = clock(monkeypatch, lambda n: n)
    measured = claims.cost_of_a_step(clock=by_example)
    assert measured.verdict == HOLDS
    assert [figure.value for figure in measured.figures.values()] == [20_000, 10, 200_000, 10]
    assert claims.cost_of_a_step(share=0.001, clock=by_example).verdict == CONDITION


def test_where_a_gradient_has_one_price_for_any_number_the_claim_fails(monkeypatch):
    assert claims.cost_of_a_step(clock=clock(monkeypatch, lambda n: 1)).verdict == FAILS


# cl-40


def test_an_order_is_what_it_is_called():
    y, rng = np.repeat(np.arange(10), 10)[::-1], np.random.default_rng(0)
    epochs = {order: np.reshape([*in_order(order, y, 10, 2, rng)], (2, 100)) for order in ORDERS}
    for order, (one, two) in epochs.items():
        assert sorted(one) == sorted(two) == [*range(100)]
        assert (one == two).all() == (order != "shuffled every epoch")
        assert (np.diff(y[one]) >= 0).all() == (order == "sorted by class")


def test_the_order_of_one_batch_of_all_does_no_harm():
    assert claims.sorted_order_harms(runs=2, batch_size=1000).verdict == FAILS


# cl-41


def test_as_many_different_digits_take_more_steps():
    assert claims.copies_are_no_harder(runs=2, distinct=True).verdict == FAILS
