"""Grids of parameters."""

import numpy as np
import pytest

from course_lib.grids import parameter_grid
from course_lib.losses import LeastSquares
from course_lib.models import Linear


def test_each_axis_of_the_grid_moves_one_parameter():
    grid = parameter_grid([(-1, 1), (10, 40)], (3, 4))
    assert grid.shape == (3, 4, 2)
    for row in range(3):
        assert grid[row, :, 1].tolist() == [10, 20, 30, 40]
    for column in range(4):
        assert grid[:, column, 0].tolist() == [-1, 0, 1]


@pytest.mark.parametrize("n_parameters", [1, 2, 3])
def test_one_number_of_points_serves_every_axis(n_parameters):
    grid = parameter_grid([(0, 1)] * n_parameters, 5)
    assert grid.shape == (5,) * n_parameters + (n_parameters,)
    assert len(np.unique(grid.reshape(-1, n_parameters), axis=0)) == 5**n_parameters


def test_a_loss_takes_the_grid_as_an_ensemble():
    loss = LeastSquares(Linear(), [0.0, 1.0], [1.0, 2.0])
    grid = parameter_grid([(0, 1), (0, 2)], (2, 3))
    assert loss(grid).shape == (2, 3)
    assert loss(grid)[1, 2] == pytest.approx(loss([1.0, 2.0]))
