"""Which minimum of the Gabor loss each start reaches."""

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.optimizers import Adam, DeltaBarDelta, GradientDescent, Momentum
from lessons.experiments import basins
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
    descent = [
        (basins.minimum_reached("gradient descent", rate, 200) == 0).mean() for rate in (0.05, 0.1)
    ]
    assert 0.1 < max(descent) < 0.22
    assert (basins.minimum_reached("momentum", 0.5, 200) == 0).mean() > 0.27
