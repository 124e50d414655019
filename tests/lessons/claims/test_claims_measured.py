"""The claims of notebook 14 turn: with the curve, and with what is changed."""

import numpy as np
import pytest

from lessons.claims import claims_measured
from lessons.claims.claims_measured import (
    USUAL,
    a_cubic_has_a_saddle,
    adam_is_robust_to_its_hyperparameters,
    wide_minima_generalise_better,
)
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


@pytest.mark.parametrize("power, silent", [(2, 0), (4, 1)])
def test_a_power_of_two_or_four_has_no_saddle(power, silent):
    """An x² has a minimum that the second derivative sees; of x⁴ it says as little as of x³."""
    measurement = a_cubic_has_a_saddle(power=power, draws=20)
    assert measurement.verdict == FAILS
    crossed, unseen, found = (figure.value for figure in measurement.figures.values())
    assert (crossed, unseen, found) == (0, silent, 0)


def test_x_to_the_fifth_is_as_flat_and_crosses_too():
    assert a_cubic_has_a_saddle(power=5, draws=20).verdict == CONDITION


def test_adam_is_robust_to_what_is_hardly_changed_and_not_to_what_breaks_it(monkeypatch):
    """ε = 1 stops every step, as β and γ do that hardly take in a gradient; 1 is a huge rate."""
    hardly = {name: (value, 1.001 * value) for name, value in USUAL.items() if name != "gamma"}
    hardly["gamma"] = 0.999, 0.9991
    breaking = {"beta": (0.9, 0.9999), "gamma": (0.999, 0.0), "epsilon": (1e-8, 10.0)}
    breaking["learning_rate"] = 0.01, 1.0
    order = "beta", "gamma", "epsilon", "learning_rate"
    for changed, verdict in ((hardly, HOLDS), (breaking, FAILS)):
        ordered = {name: changed[name] for name in order}
        monkeypatch.setattr(claims_measured, "CHANGED", ordered)
        measurement = adam_is_robust_to_its_hyperparameters(runs=4)
        assert measurement.verdict == verdict, measurement


def test_wide_minima_generalise_better_where_the_narrow_ones_read_badly(monkeypatch):
    honest = claims_measured._until

    def until(goal, loss, start, batch_size, rng):
        end = honest(goal, loss, start, batch_size, rng)
        if batch_size == 5:
            return end
        end = end.copy()
        claims_measured.SMALL.unravel(end)[1].biases[9] += 1e3  # reads a 9 everywhere
        return end

    monkeypatch.setattr(claims_measured, "_until", until)
    monkeypatch.setattr(claims_measured, "largest_curvature", lambda loss, phi: WIDE_FIRST)
    assert wide_minima_generalise_better(runs=3, goal=0.5).verdict == CONDITION


WIDE_FIRST = np.array([1.0, 2.0, 3.0])
