"""The closed-form losses: derivatives against finite differences, and what each one promises."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar, rosen, rosen_der, rosen_hess

from course_lib.critical_points import classify, find_critical_points
from course_lib.descent import descend
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import (
    Beale,
    CosineWave,
    Cubic,
    HiddenValley,
    Himmelblau,
    Polynomial,
    Quadratic,
    Recurrence,
    Rosenbrock,
    Saddle,
    Slopes,
    badly_scaled_bowl,
    fig_6_11_losses,
)

repeatable = settings(derandomize=True, deadline=None, max_examples=40)

SURFACES = {
    "x cos(pi x)": CosineWave(),
    "x^3": Cubic(),
    "polynomial": Polynomial([1.0, -2.0, 0.5, 3.0]),
    "bowl": Quadratic((1.0, 9.0), angle=0.7, centre=(1.0, -2.0)),
    "five axes": Quadratic((1.0, 2.0, 3.0, -4.0, 0.5), centre=0.3),
    "saddle": Saddle(),
    "fig-6.9": badly_scaled_bowl(),
    "rosenbrock": Rosenbrock(),
    "beale": Beale(),
    "himmelblau": Himmelblau(),
    "recurrence": Recurrence(steps=4),
    "hidden valley": HiddenValley(),
    **{f"fig-6.11{panel}": marked.loss for panel, marked in fig_6_11_losses().items()},
}
surfaces = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES.keys())


@surfaces
def test_gradient_and_hessian_equal_finite_differences(surface):
    h = 1e-5
    steps = h * np.eye(surface.n_parameters)
    for phi in np.random.default_rng(0).uniform(-2, 2, (10, surface.n_parameters)):
        slopes = (surface(phi + steps) - surface(phi - steps)) / (2 * h)
        np.testing.assert_allclose(surface.gradient(phi), slopes, rtol=1e-6, atol=1e-7)
        bends = (surface.gradient(phi + steps) - surface.gradient(phi - steps)) / (2 * h)
        np.testing.assert_allclose(surface.hessian(phi), bends, rtol=1e-6, atol=1e-7)


@surfaces
@pytest.mark.parametrize("ensemble", [(), (1,), (40,), (3, 4)])
def test_an_ensemble_equals_the_loop_over_its_members(surface, ensemble):
    size = surface.n_parameters
    phi = np.random.default_rng(1).uniform(-2, 2, (*ensemble, size))
    for method, tail in (
        (surface, ()),
        (surface.gradient, (size,)),
        (surface.hessian, (size,) * 2),
    ):
        together = method(phi)
        assert np.shape(together) == ensemble + tail
        for member in np.ndindex(ensemble):
            np.testing.assert_array_equal(together[member], method(phi[member]))


@surfaces
def test_float32_parameters_give_a_float32_loss(surface):
    phi = np.random.default_rng(2).uniform(-2, 2, (5, surface.n_parameters))
    for method in (surface, surface.gradient, surface.hessian):
        single = method(phi.astype(np.float32))
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, method(phi), rtol=1e-4, atol=1e-4)


@given(
    st.tuples(st.floats(0.1, 50), st.floats(0.1, 50)),
    st.floats(-3, 3),
    st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
)
@repeatable
def test_a_quadratic_has_the_eigenvalues_axes_and_centre_it_was_given(eigenvalues, angle, centre):
    bowl = Quadratic(eigenvalues, angle, centre)
    assert bowl(centre) == 0
    assert not bowl.gradient(centre).any()
    first_axis = np.array([np.cos(angle), np.sin(angle)])
    second_axis = np.array([-np.sin(angle), np.cos(angle)])
    for eigenvalue, axis in zip(eigenvalues, (first_axis, second_axis)):
        np.testing.assert_allclose(
            bowl.gradient(centre + axis), eigenvalue * axis, rtol=1e-9, atol=1e-12
        )
        assert bowl(centre + axis) == pytest.approx(eigenvalue / 2)


def test_a_polynomial_takes_its_coefficients_from_the_constant_up():
    assert Polynomial([1.0, -2.0, 0.5, 3.0])([2.0]) == 1 - 4 + 2 + 24
    assert Cubic()([-2.0]) == -8


@pytest.mark.parametrize(("bounds", "depth"), [((0.5, 1.5), -1.04), ((-1.0, -0.1), -0.18)])
def test_the_wave_has_a_deep_and_a_shallow_valley(bounds, depth):
    wave = CosineWave()
    found = minimize_scalar(lambda x: x * np.cos(np.pi * x), bounds=bounds, method="bounded")
    assert wave([found.x]) == pytest.approx(found.fun, abs=1e-12)
    assert abs(wave.gradient([found.x])[0]) < 1e-4
    assert found.fun == pytest.approx(depth, abs=0.01)


def test_the_saddle_rises_along_one_axis_and_falls_along_the_other():
    assert Saddle()([[2.0, 0.0], [0.0, 2.0], [3.0, 1.0]]).tolist() == [4.0, -4.0, 8.0]


def test_the_bowl_of_figure_6_9_is_forty_times_steeper_one_way():
    down, up = np.abs(badly_scaled_bowl().gradient([1.0, 1.0]))
    assert up / down == 40


def test_the_seven_points_of_figure_6_11_are_what_the_problem_asks():
    kinds = {}
    for loss, bounds, points in fig_6_11_losses().values():
        for number, x in points.items():
            assert bounds[0] < x < bounds[1]
            slope, curvature = loss.gradient([x])[0], loss.hessian([x])[0]
            flat = abs(slope) < 1e-9
            kinds[number] = classify(curvature[0], zero=1e-9) if flat else "not critical"
    assert kinds == {
        1: "not critical",
        2: "minimum",
        3: "minimum",
        4: "maximum",
        5: "minimum",
        6: "degenerate",
        7: "minimum",
    }


def test_only_the_first_loss_of_figure_6_11_is_convex():
    convex = {
        panel: bool((marked.loss.hessian(np.linspace(*marked.bounds, 501)[:, None]) >= 0).all())
        for panel, marked in fig_6_11_losses().items()
    }
    assert convex == {"a": True, "b": False, "c": False}


def test_the_deeper_valley_of_the_double_well_is_on_the_left():
    loss, _, points = fig_6_11_losses()["b"]
    left, hill, right = (float(loss([points[number]])) for number in (3, 4, 5))
    assert left < right < hill


def test_rosenbrock_is_the_one_of_scipy():
    for phi in np.random.default_rng(3).uniform(-2, 2, (10, 2)):
        assert Rosenbrock()(phi) == pytest.approx(rosen(phi), rel=1e-13)
        np.testing.assert_allclose(Rosenbrock().gradient(phi), rosen_der(phi), rtol=1e-12)
        np.testing.assert_allclose(Rosenbrock().hessian(phi), rosen_hess(phi), rtol=1e-12)


@pytest.mark.parametrize(
    ("surface", "bounds", "kinds", "minima"),
    [
        (Rosenbrock(), [(-2, 2), (-1, 3)], {"minimum": 1}, [(1, 1)]),
        (Beale(), [(-1, 4), (-1, 2)], {"minimum": 1, "saddle": 1}, [(3, 0.5)]),
        (
            Himmelblau(),
            [(-5, 5), (-5, 5)],
            {"minimum": 4, "saddle": 4, "maximum": 1},
            [(-3.779310, -3.283186), (-2.805118, 3.131313), (3, 2), (3.584428, -1.848127)],
        ),
    ],
    ids=["rosenbrock", "beale", "himmelblau"],
)
def test_the_standard_test_functions_have_the_critical_points_they_are_known_for(
    surface, bounds, kinds, minima
):
    found = find_critical_points(surface, bounds)
    assert {kind: sum(p.kind == kind for p in found) for kind in {p.kind for p in found}} == kinds
    lowest = sorted((p.phi for p in found if p.kind == "minimum"), key=lambda phi: phi[0])
    np.testing.assert_allclose(lowest, minima, atol=1e-6)
    np.testing.assert_allclose(surface(lowest), 0, atol=1e-18)


def test_slopes_drive_a_rule_with_the_gradients_they_list():
    loss, rule = Slopes([1.0, -2.0, 4.0]), GradientDescent(1.0)
    path = descend(loss, [0.0], rule, 3, batches=[[0], [1], [2]])
    np.testing.assert_array_equal(path.params[:, 0], [0, -1, 1, -3])
    np.testing.assert_array_equal(path.losses, [0, -3, 3, -9])


def test_a_bowl_along_its_own_axes_takes_memory_for_its_parameters_alone():
    """And the numbers are those of the matrix, to the last bit."""
    bowl = Quadratic(np.linspace(1, 9, 600), centre=0.3)
    phi = np.linspace(-3, 3, 6000).reshape(10, 600)
    tracemalloc.start()
    gradient = bowl.gradient(phi)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5 * phi.nbytes
    np.testing.assert_array_equal(gradient, ((phi - 0.3)[:, None, :] * bowl.matrix).sum(axis=-1))
