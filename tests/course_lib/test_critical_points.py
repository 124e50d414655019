"""Every critical point is found, and called what it is."""

import numpy as np
import pytest
from scipy.optimize import brentq, root

from course_lib.critical_points import border_index, classify, find_critical_points, index_sum
from course_lib.datasets import gabor_data
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.surfaces import CosineWave, Cubic, Polynomial, Quadratic, Saddle, fig_6_11_losses

BOX = [(-10.0, 10.0), (2.5, 22.5)]
GABOR = LeastSquares(Gabor(), *gabor_data())


@pytest.fixture(scope="module")
def gabor_points():
    return find_critical_points(GABOR, BOX)


def test_the_gabor_loss_has_its_global_minimum_where_the_chapter_says(gabor_points):
    lowest = gabor_points[0]
    assert lowest.kind == "minimum"
    assert lowest.phi == pytest.approx([0, 16.6], abs=0.3)
    assert lowest.loss == pytest.approx(0.64, abs=0.01)
    assert all(point.loss > lowest.loss + 1 for point in gabor_points[1:])


def test_the_gabor_loss_has_forty_critical_points_of_three_kinds(gabor_points):
    kinds = [point.kind for point in gabor_points]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "minimum": 8,
        "maximum": 13,
        "saddle": 19,
    }
    assert index_sum(gabor_points) == 8 + 13 - 19 == border_index(GABOR, BOX)


def test_each_gabor_point_is_flat_inside_the_box_and_listed_once(gabor_points):
    phi = np.stack([point.phi for point in gabor_points])
    assert np.abs(GABOR.gradient(phi)).max() < 1e-9
    assert ((np.transpose(BOX)[0] < phi) & (phi < np.transpose(BOX)[1])).all()
    distances = np.linalg.norm(phi[:, None] - phi, axis=-1)
    assert distances[~np.eye(len(phi), dtype=bool)].min() > 0.1
    np.testing.assert_array_equal(GABOR(phi), [point.loss for point in gabor_points])
    assert [point.loss for point in gabor_points] == sorted(point.loss for point in gabor_points)


def test_an_independent_search_finds_the_same_gabor_points(gabor_points):
    """Cells in which both partial derivatives change sign, each handed to SciPy's root finder."""
    phi0, phi1 = np.linspace(*BOX[0], 301), np.linspace(*BOX[1], 301)
    slopes = GABOR.gradient(np.stack(np.meshgrid(phi0, phi1, indexing="ij"), axis=-1)) > 0
    corners = np.stack([slopes[:-1, :-1], slopes[1:, :-1], slopes[:-1, 1:], slopes[1:, 1:]])
    mixed = (corners.any(axis=0) & ~corners.all(axis=0)).all(axis=-1)
    found = []
    for i, j in np.argwhere(mixed):
        middle = [(phi0[i] + phi0[i + 1]) / 2, (phi1[j] + phi1[j + 1]) / 2]
        solved = root(GABOR.gradient, middle, jac=GABOR.hessian)
        inside = all(low <= value <= high for value, (low, high) in zip(solved.x, BOX))
        is_new = all(np.abs(solved.x - other).max() > 1e-4 for other in found)
        if solved.success and inside and is_new:
            found.append(solved.x)
    assert len(found) == len(gabor_points)
    for point in gabor_points:
        assert min(np.abs(point.phi - other).max() for other in found) < 1e-6


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_index_sum_and_border_agree_on_other_data(seed):
    loss = LeastSquares(Gabor(), *gabor_data(noise=0.3, seed=seed))
    box = [(-6.0, 6.0), (4.0, 20.0)]
    assert index_sum(find_critical_points(loss, box)) == border_index(loss, box)


def test_a_search_that_misses_points_is_an_error_not_a_short_list():
    class Dishonest(CosineWave):
        """Its slope at the ends of the box promises a minimum that is nowhere inside."""

        def slope(self, x):
            return np.where(x < 0, -1.0, 1.0)

        def curvature(self, x):
            return np.ones_like(x)

    with pytest.raises(RuntimeError, match="found 0 critical points .* border of the box says 1"):
        find_critical_points(Dishonest(), [(-1, 2)])


def test_a_coarse_grid_is_made_finer_until_the_count_is_right():
    wave = CosineWave()
    coarse = find_critical_points(wave, [(-3.2, 3.3)], grid_points=3)
    fine = find_critical_points(wave, [(-3.2, 3.3)], grid_points=401)
    assert len(coarse) == len(fine) == 8
    assert index_sum(coarse) == index_sum(fine) == border_index(wave, [(-3.2, 3.3)])


def test_the_wave_on_the_interval_of_the_problem():
    """Problem P1: x cos(πx) on [-1, 2]. Its slope is zero where 1/u = tan u, u = πx."""

    def slope(x):
        return np.cos(np.pi * x) - np.pi * x * np.sin(np.pi * x)

    expected = [brentq(slope, *between) for between in ((0.9, 1.4), (-0.5, 0), (0, 0.5))]
    points = find_critical_points(CosineWave(), [(-1, 2)])
    assert [point.kind for point in points] == ["minimum", "minimum", "maximum"]
    assert [point.phi[0] for point in points] == pytest.approx(expected, abs=1e-9)
    assert points[0].loss == pytest.approx(expected[0] * np.cos(np.pi * expected[0]), abs=1e-12)


def test_the_cubic_is_degenerate_at_zero():
    """Claim cl-19 calls it a saddle; the Hessian there says nothing."""
    [point] = find_critical_points(Cubic(), [(-1, 2)])
    assert point.kind == "degenerate"
    assert point.index is None
    assert point.phi == pytest.approx([0], abs=1e-4)


def test_a_minimum_without_curvature_is_degenerate_too():
    [point] = find_critical_points(Polynomial([0, 0, 0, 0, 1]), [(-1, 2)])
    assert point.kind == "degenerate"


def test_a_flat_valley_is_degenerate():
    # One quite flat would cross the border of any box, which is refused.
    with pytest.raises(ValueError, match="no critical point on its border"):
        find_critical_points(Quadratic((1.0, 0.0)), [(-1, 1), (-1, 1)])
    [*points] = find_critical_points(Quadratic((1.0, 1e-9)), [(-1, 1), (-1, 1)])
    assert {point.kind for point in points} == {"degenerate"}


def test_the_saddle_has_one_critical_point():
    [point] = find_critical_points(Saddle(), [(-1, 2), (-2, 1)])
    assert (point.kind, point.index) == ("saddle", -1)
    np.testing.assert_allclose(point.phi, 0, atol=1e-12)
    np.testing.assert_allclose(sorted(point.eigenvalues), [-2, 2])


def test_the_critical_points_of_figure_6_11():
    found = {
        panel: [(point.kind, round(float(point.phi[0]), 3)) for point in found_in(marked)]
        for panel, marked in fig_6_11_losses().items()
    }
    marked = fig_6_11_losses()
    bottom = round(marked["a"].points[2], 3)
    left, hill, right = (round(marked["b"].points[number], 3) for number in (3, 4, 5))
    assert found == {
        "a": [("minimum", bottom)],
        "b": [("minimum", left), ("minimum", right), ("maximum", hill)],
        "c": [("minimum", 1.0), ("degenerate", -1.0)],
    }


def found_in(marked):
    return find_critical_points(marked.loss, [marked.bounds])


@pytest.mark.parametrize(
    ("eigenvalues", "kind", "index"),
    [((1, 3), "minimum", 1), ((-1, -3), "maximum", 1), ((-1, 3), "saddle", -1)],
)
@pytest.mark.parametrize("angle", [0.0, 0.6, 2.0])
def test_the_gradient_turns_once_around_a_critical_point(eigenvalues, kind, index, angle):
    surface = Quadratic(eigenvalues, angle, centre=(0.3, -0.2))
    box = [(-1, 1), (-1, 1)]
    assert border_index(surface, box) == index
    assert [(p.kind, p.index) for p in find_critical_points(surface, box)] == [(kind, index)]


def test_the_gradient_does_not_turn_around_an_empty_box():
    assert border_index(Quadratic((1.0, 3.0), 0.5), [(1, 2), (1, 2)]) == 0
    assert find_critical_points(Quadratic((1.0, 3.0), 0.5), [(1, 2), (1, 2)]) == []


@pytest.mark.parametrize(
    ("coefficients", "index"), [([0, 0, 1], 1), ([0, 0, -1], -1), ([0, 1], 0), ([0, 0, 0, 1], 0)]
)
def test_the_index_in_one_dimension(coefficients, index):
    assert border_index(Polynomial(coefficients), [(-1, 2)]) == index


def test_a_sharp_turn_close_to_the_border_is_followed():
    # 1e-5 from the border, far closer than neighbouring samples are to each other.
    box = [(-1, 1), (-1, 1)]
    for centre, index in (((0.00007, -1 + 1e-5), 1), ((0.00007, -1 - 1e-5), 0)):
        assert border_index(Quadratic((1.0, 2.0), centre=centre), box) == index
        assert border_index(Quadratic((1.0, -2.0), centre=centre), box) == -index


@pytest.mark.parametrize("centre", [(-1.0, 0.0), (0.1234567, 1.0), (1.0, 1.0)])
def test_a_critical_point_on_the_border_is_refused(centre):
    with pytest.raises(ValueError, match="bounds is .* expected no critical point on its border"):
        border_index(Quadratic((1.0, 2.0), 0.3, centre), [(-1, 1), (-1, 1)])


def test_a_critical_point_at_which_the_gradient_does_not_turn_is_refused_too():
    class Terrace(Cubic):
        """x³ over two parameters: flat, without turning, all along the middle of the box."""

        def gradient(self, phi):
            return np.stack([3 * phi[..., 0] ** 2, 0 * phi[..., 1]], axis=-1)

    with pytest.raises(ValueError, match="bounds is .* expected no critical point on its border"):
        border_index(Terrace(), [(-1, 1), (-1, 1)])


def test_a_critical_point_at_an_end_is_refused():
    with pytest.raises(ValueError, match="bounds is .* expected no critical point on its border"):
        border_index(Quadratic((1.0,), centre=2.0), [(0, 2)])


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ([3], "minimum"),
        ([-3], "maximum"),
        ([0], "degenerate"),
        ([1, 2, 3], "minimum"),
        ([-1, -2, -3], "maximum"),
        ([1, -2, 3], "saddle"),
        ([-1, 2, -3], "saddle"),
        ([1, 0, -1], "degenerate"),
        ([1e-7, 1], "degenerate"),
        ([-1e-7, -1], "degenerate"),
    ],
)
def test_the_signs_of_the_eigenvalues_name_the_point(eigenvalues, kind):
    assert classify(eigenvalues, zero=1e-6) == kind
