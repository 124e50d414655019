"""The claims about loss surfaces, held against known minima."""

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import CosineWave
from lessons.claims.loss_surfaces import convex_leads_home_from_any_start, share_at_the_lowest
from lessons.experiments.scenes import GABOR_BOUNDS, gabor_loss, gabor_minima
from lessons.measuring.claim import FAILS


def test_lowest_point_found_is_the_global_minimum():
    starts = parameter_grid(GABOR_BOUNDS, 15).reshape(-1, 2)
    ends = descend(gabor_loss(), starts, GradientDescent(0.1), steps=400, keep="last").final
    home = np.linalg.norm(ends - gabor_minima()[0].phi, axis=-1) < 0.1
    assert 0.1 < home.mean() < 0.3
    assert share_at_the_lowest(gabor_loss(), starts, 0.1, 400) == home.mean()


def test_share_is_that_of_the_basin():
    """x cos πx on [-1, 2]: the hilltop at 0.2739 parts the starts, and the right side is deeper."""
    starts = np.linspace(-0.9, 1.9, 101)[:, None]
    in_basin = np.mean(starts > 0.2739)
    assert share_at_the_lowest(CosineWave(), starts, 0.05, 300) == pytest.approx(in_basin)


def test_it_takes_time_to_get_there():
    assert convex_leads_home_from_any_start(draws=5, steps=5).verdict == FAILS
