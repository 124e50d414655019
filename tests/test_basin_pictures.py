"""The descents behind the basin maps."""

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.optimizers import Adam, DeltaBarDelta, GradientDescent, Momentum
from lessons import demos
from lessons.demos import basins
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss, gabor_minima


@pytest.mark.parametrize("rule", [GradientDescent(0.1), Momentum(0.3), Adam(0.1)])
def test_descents_that_go_on_are_those_of_one_go(rule):
    """A rule that remembers must not forget where the slider stood in between."""
    starts = basins.Starts(rule)
    starts.after(20)
    early, late = starts.after(10)[0], starts.after(50)[0]
    grid = parameter_grid(GABOR_BOUNDS, basins.POINTS).astype(np.float32)
    path = descend(gabor_loss(), grid, rule, steps=50, keep=10)
    np.testing.assert_array_equal(early, path.params[1])
    np.testing.assert_array_equal(late, path.params[5])
    assert late.dtype == np.float32


def test_a_start_in_a_minimum_reaches_it_and_one_far_off_none():
    minima = np.array([point.phi for point in gabor_minima()])
    np.testing.assert_array_equal(basins.nearest_minimum(minima), range(len(minima)))
    assert basins.nearest_minimum(minima[0] + 0.6) == -1


def test_what_has_left_the_box_and_what_has_diverged_are_counted():
    left, diverged = basins.outside("gradient descent", 0.1, 0)
    assert not left.any() and not diverged.any()
    left, diverged = basins.outside("gradient descent", 5.0, 20)
    assert left.mean() > 0.9 and not diverged.any()  # far off the loss is flat: nothing drives on
    runaway = basins.Starts(DeltaBarDelta(1e12, increase=1e16))
    phi, diverged = runaway.after(200)
    assert diverged.mean() > 0.5 and np.isfinite(phi).all()


def test_momentum_finds_the_global_minimum_from_more_starts_than_gradient_descent():
    """Gradient descent at its best rates from a fifth, momentum from more than a quarter."""
    descent = [(basins.reached("gradient descent", rate, 200) == 0).mean() for rate in (0.05, 0.1)]
    assert 0.1 < max(descent) < 0.22
    assert (basins.reached("momentum", 0.5, 200) == 0).mean() > 0.27


@pytest.mark.parametrize(("rate", "steps"), [(0.5, 60), (2.0, 100)])
def test_the_bars_are_the_shares_of_descents_taken_one_by_one(rate, steps):
    """Some of them leave the box, and some end in none of the minima."""
    at = {"rule": "momentum", "learning_rate": rate, "steps": steps}
    settings = demos.ALL["basins_of_rules"].defaults() | at
    figure, text = basins.basins_of_rules.draw(**settings)

    starts = parameter_grid(GABOR_BOUNDS, basins.POINTS).astype(np.float32).reshape(-1, 2)
    minima = np.array([point.phi for point in gabor_minima()])
    none, outside = len(minima), len(minima) + 1
    rows = []
    for end in descend(gabor_loss(), starts, Momentum(rate), steps, keep="last").final:
        distances = np.hypot(*(end - minima).T)
        inside = all(low <= value <= high for value, (low, high) in zip(end, GABOR_BOUNDS))
        rows.append(distances.argmin() if distances.min() < 0.5 else none if inside else outside)
    shares = 100 * np.bincount(rows, minlength=outside + 1) / len(rows)

    bars = [bar.get_width() for bar in figure.axes[1].patches]
    np.testing.assert_allclose(bars, shares)
    assert f"global minimum from {shares[0]:.0f}%" in text and f"end {shares[-1]:.0f}%" in text
