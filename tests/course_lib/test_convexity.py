"""Two tests of a Hessian that must always agree."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib.convexity import positive_by_eigenvalues, positive_by_trace_and_determinant
from course_lib.datasets import gabor_data, linear_data
from course_lib.grids import parameter_grid
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear

repeatable = settings(derandomize=True, deadline=None, max_examples=200)
entry = st.floats(-10, 10)


@given(entry, entry, entry)
@repeatable
def test_both_tests_agree_on_any_symmetric_matrix(a, b, c):
    # At determinant zero the answer hangs on the last bit: leave a margin of rounding.
    assume(abs(a * c - b * b) > 1e-9 and abs(a) > 1e-9)
    hessian = [[a, b], [b, c]]
    # Sylvester's criterion, a third opinion.
    expected = a > 0 and a * c - b * b > 0
    assert positive_by_eigenvalues(hessian) == expected
    assert positive_by_trace_and_determinant(hessian) == expected


@pytest.mark.parametrize(
    ("hessian", "expected"),
    [
        ([[2, 0], [0, 3]], True),
        ([[-2, 0], [0, -3]], False),  # the determinant alone would say yes
        ([[5, 0], [0, -1]], False),  # the trace alone would say yes
        ([[1, 2], [2, 1]], False),  # the diagonal alone would say yes
        ([[1, 0], [0, 0]], False),  # flat along one axis
        ([[0, 0], [0, 0]], False),
    ],
)
def test_each_sign_pattern(hessian, expected):
    assert positive_by_eigenvalues(hessian) == expected
    assert positive_by_trace_and_determinant(hessian) == expected


def test_eigenvalues_serve_any_number_of_parameters():
    matrices = np.stack([np.diag([1.0, 2.0, 3.0]), np.diag([1.0, -2.0, 3.0])])
    assert positive_by_eigenvalues(matrices).tolist() == [True, False]


def test_the_line_is_convex_everywhere_and_the_gabor_loss_is_not():
    """Problem 6.2: trace 2I + 2Σx², determinant 4 I² var(x), positive unless all x are equal."""
    grid = parameter_grid([(-10, 10), (2.5, 22.5)], 30)
    line = LeastSquares(Linear(), *linear_data())
    gabor = LeastSquares(Gabor(), *gabor_data())
    for test in (positive_by_eigenvalues, positive_by_trace_and_determinant):
        assert test(line.hessian(grid)).all()
        assert 0 < test(gabor.hessian(grid)).mean() < 1
    hessian = line.hessian([0.0, 0.0])
    assert np.linalg.det(hessian) == pytest.approx(4 * 12**2 * line.x.var())
    assert np.trace(hessian) == pytest.approx(2 * 12 + 2 * (line.x**2).sum())


def test_a_line_through_points_above_each_other_is_not_strictly_convex():
    loss = LeastSquares(Linear(), [1.0, 1.0, 1.0], [0.0, 1.0, 2.0])
    assert not positive_by_trace_and_determinant(loss.hessian([0.0, 0.0]))
