"""Answers to the tasks of notebook 01."""

import numpy as np
import pytest

from lessons.tasks import learning_as_optimisation as tasks


def slope_in_two_steps(p, heads, tails):
    uphill = heads / p - tails / (1 - p)
    return -uphill


RIGHT = {
    "coin_slope": [
        slope_in_two_steps,
        lambda p, heads, tails: (tails * p - heads * (1 - p)) / (p * (1 - p)),
    ],
    "no_formula": [2.554, 2.55, np.float64(2.555)],
    "throws_needed": [100, 100.0, np.int64(100)],
    "margin_for": [2.252, 2.25, -np.log(np.exp(0.1) - 1)],
    "worst_loss": [0.1526, 0.153, np.log(1 + 9 * np.exp(-4))],
    "when_to_stop": [
        {"a": "gradient", "b": "errors", "c": "loss", "d": "gradient"},
        {"d": "Gradient", "c": " loss", "b": "ERRORS", "a": "gradient"},
    ],
    "a_million": [[50_000, 16], (50_000.0, 16.0), np.array([50_000, 16])],
}

WRONG = {
    "coin_slope": [
        (lambda p, heads, tails: heads / p - tails / (1 - p), "turn the sign round"),
        (lambda p, heads, tails: -heads / p - tails / (1 - p), "falls with p"),
        (lambda p, h, t: -(h * p ** (h - 1) * (1 - p) ** t - t * p**h * (1 - p) ** (t - 1)),
         "minus the probability itself"),
        (lambda p, heads, tails: tails / (1 - p), "the slope is"),
    ],
    "no_formula": [(4, "the mean"), (2.5, "in the middle"), (2.7, "too large"), (2, "as well")],
    "throws_needed": [
        (292, "0.01 itself"), (10_000, "distance"), (99, "too few"), (200, "gap"), (150, "large"),
    ],
    "margin_for": [
        (2.303, "a little less"), (-2.252, "Which sign"), (0, "log 2"), (4, "too large"),
        (3.249, "base 2"), (0.978, "base 10"),
    ],
    "worst_loss": [
        (0.01815, "all nine"), (0.168, "not its own"), (0.165, "Nearly"), (0.3, "too large"),
        (-0.1526, "above 0"),
    ],
    "when_to_stop": [
        ({"a": "loss", "b": "errors", "c": "loss", "d": "gradient"}, "the function is all"),
        ({"a": "gradient", "b": "loss", "c": "errors", "d": "errors"}, "1 of 4"),
        ({"a": "steps"}, "none of the options"),
    ],
    "a_million": [
        ([50_000, 1e6 / 60_000], "whole ones"), ([50_000, 17], "too little"),
        ([16, 50_000], "changed places"), ([1e6, 16], "batch of 20"), ([16, 16], "need not"),
        ([50_000, 100], "too large"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("heads", "tails", "p"), [(3, 1, 0.6), (2, 5, 0.3), (0, 4, 0.5)])
def test_the_slope_is_that_of_minus_the_logarithm(heads, tails, p):
    """By differences; it is zero where the probability is largest."""
    [part] = tasks.coin_slope.parts
    h = 1e-6
    behind, ahead = (-np.log(q**heads * (1 - q) ** tails) for q in (p - h, p + h))
    assert part.right(p, heads, tails) == pytest.approx((ahead - behind) / (2 * h), rel=1e-6)
    assert part.right(0.75, 3, 1) == 0


def test_no_step_from_the_answer_lowers_the_loss():
    [part] = tasks.no_formula.parts
    steps = np.array([-1e-3, 0.0, 1e-3])
    far = (part.right + steps)[:, None] - np.array([1, 2, 3, 10])
    assert np.argmin(np.log(np.cosh(far)).sum(axis=1)) == 1
