"""What the map of basins in notebook 07 shows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.optimizers import Momentum
from lessons.experiments import basins
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss, gabor_minima
from lessons.stage import style

from .shown import bars, check_trail, drawn, image, line, row_names

MINIMA = np.array([point.phi for point in gabor_minima()])
NONE, OUTSIDE = len(MINIMA), len(MINIMA) + 1


@pytest.mark.parametrize("rate, steps", [(0.5, 60), (2.0, 100)])
def test_basins_of_rules_maps_and_counts_where_descents_taken_one_by_one_end(rate, steps):
    """Some of them leave the box, and some end in none of the minima."""
    axes, text = drawn("basins_of_rules", rule="momentum", learning_rate=rate, steps=steps)
    starts = parameter_grid(GABOR_BOUNDS, 51).astype(np.float32)
    ends = descend(gabor_loss(), starts, Momentum(rate), steps, keep="last").final
    distances = np.linalg.norm(ends[..., None, :] - MINIMA, axis=-1)
    low, high = np.transpose(GABOR_BOUNDS)
    inside = ((low <= ends) & (ends <= high)).all(axis=-1)
    rows = np.where(inside, NONE, OUTSIDE)
    rows = np.where(distances.min(axis=-1) < 0.5, distances.argmin(axis=-1), rows)
    shown = image(axes["a"])
    np.testing.assert_array_equal(shown.values, rows)
    assert_allclose([shown.x[[0, -1]], shown.y[[0, -1]]], GABOR_BOUNDS)

    shares = 100 * np.bincount(rows.ravel(), minlength=OUTSIDE + 1) / rows.size
    left, bottom, width, height = bars(axes["b"]).T
    assert_allclose(width, shares)
    assert_allclose(left, 0)
    assert_allclose(bottom + height / 2, range(OUTSIDE + 1))
    losses = [f"{point.loss:.2f}" for point in gabor_minima()[1:]]
    assert row_names(axes["b"]) == list(enumerate(["global", *losses, "none of them", "outside"]))
    assert f"global minimum from {shares[0]:.0f} %" in text and f"end {shares[-1]:.0f} %" in text


def test_basins_of_rules_marks_each_minimum_in_the_colour_of_its_basin_and_its_bar():
    axes, _ = drawn("basins_of_rules")
    (shown,) = axes["a"].images
    colors = [shown.to_rgba(row)[:3] for row in range(OUTSIDE + 1)]
    assert len(set(colors)) == OUTSIDE + 1
    for place, color in zip(MINIMA, colors):
        assert_allclose(line(axes["a"], color, "o"), [place])
    assert_allclose([bar.get_facecolor()[:3] for bar in axes["b"].patches], colors)


def test_basins_of_rules_draws_the_path_of_your_start_and_tells_its_losses():
    axes, text = drawn("basins_of_rules", start0=-3.0, steps=60)
    path = descend(gabor_loss(), (-3.0, 16.0), Momentum(0.1), 60)
    check_trail(axes["a"], path.params, style.INK)
    assert text.endswith(f"loss {path.losses[0]:.3g} → {path.final_loss:.3g}")


def test_momentum_and_leaps_pass_the_shallow_minimum_and_radam_does_not():
    """Of the starts that gradient descent leads to the minimum near [0, 8]."""
    (shallow,) = (
        rank for rank, point in enumerate(gabor_minima()) if np.hypot(*(point.phi - [0, 8])) < 0.5
    )
    stuck = basins.minimum_reached("gradient descent", 0.1, 200) == shallow
    settings = {"momentum": 0.5, "Adam": 0.32, "RMSProp": 0.5, "AdaGrad": 3.2, "RAdam": 0.172}
    freed = {
        rule: (basins.minimum_reached(rule, rate, 200)[stuck] == 0).mean()
        for rule, rate in settings.items()
    }
    assert freed.pop("RAdam") < 0.05
    assert min(freed.values()) > 0.7
