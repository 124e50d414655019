"""Newton's method, plain and regularised: what it promises of quadratics, and where it is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.critical_points import find_critical_points
from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend, iterate
from course_lib.line_search import Backtracking
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent, Newton, RegularizedNewton
from course_lib.surfaces import (
    Beale,
    CosineWave,
    Cubic,
    Curve,
    Himmelblau,
    Polynomial,
    Quadratic,
    Rosenbrock,
    Saddle,
)

few = settings(max_examples=30)


class Hyperbola(Curve):
    """√(1 + φ²): convex, and Newton's step leads from φ to -φ³."""

    def value(self, x):
        return np.sqrt(1 + x * x)

    def slope(self, x):
        return x / np.sqrt(1 + x * x)

    def curvature(self, x):
        return 1 / np.sqrt(1 + x * x) ** 3


LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
point = st.tuples(st.floats(-5, 5), st.floats(-5, 5)).map(np.array)
eigenvalue = st.floats(0.1, 20)
either_sign = st.one_of(eigenvalue, eigenvalue.map(lambda value: -value))
both = pytest.mark.parametrize(
    "rule", [Newton(), RegularizedNewton(0.5), RegularizedNewton(0.5, adaptive=True)], ids=repr
)


def random_starts(ensemble, seed=0):
    return np.random.default_rng(seed).uniform(-3, 3, (*ensemble, 2))


# --- what Newton promises ---


@given(either_sign, either_sign, st.floats(0, 3), point, point)
@few
def test_one_step_ends_where_a_quadratic_is_flat(first, second, angle, centre, start):
    """Claims cl-37 and cl-20: the minimum of a bowl, but just as well a saddle or a maximum."""
    loss = Quadratic((first, second), angle, tuple(centre))
    path = descend(loss, start, Newton(), steps=1)
    np.testing.assert_allclose(path.final, centre, atol=1e-12)


def test_one_step_fits_the_line():
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    best = np.linalg.lstsq(design, LINE.y)[0]
    path = descend(LINE, [-2.0, 3.0], Newton(), steps=1)
    np.testing.assert_allclose(path.final, best, rtol=1e-12)


@given(st.floats(0.1, 1.9), point)
@few
def test_a_rate_below_one_leaves_its_share_of_the_way(rate, start):
    """Every direction shrinks by 1 - α, however steep: conditioning is gone."""
    path = descend(Quadratic((1.0, 1000.0)), start, Newton(rate), steps=10)
    expected = (1 - rate) ** np.arange(11)[:, None] * start
    np.testing.assert_allclose(path.params, expected, atol=1e-12)


def test_the_number_of_correct_digits_doubles():
    path = descend(Himmelblau(), [3.3, 2.2], Newton(), steps=4)
    errors = np.linalg.norm(path.params - [3, 2], axis=-1)
    assert errors[0] > 0.3 and errors[-1] < 1e-13
    ratios = errors[1:] / errors[:-1] ** 2
    assert ((0.1 < ratios) & (ratios < 1)).all()


def test_changing_the_units_of_the_parameters_changes_nothing():
    """Newton's path is the same in all coordinates φ = A ψ; gradient descent's is not."""
    A = np.array([[2.0, 1.0], [0.5, -3.0]])

    class InOtherUnits:
        def __call__(self, psi):
            return Rosenbrock()(psi @ A.T)

        def gradient(self, psi):
            return Rosenbrock().gradient(psi @ A.T) @ A

        def hessian(self, psi):
            return A.T @ Rosenbrock().hessian(psi @ A.T) @ A

    start = np.array([-1.2, 1.0])
    for rule, same in ((Newton(0.5), True), (GradientDescent(1e-4), False)):
        here = descend(Rosenbrock(), start, rule, steps=10)
        there = descend(InOtherUnits(), np.linalg.solve(A, start), rule, steps=10)
        assert np.allclose(there.params @ A.T, here.params, rtol=1e-6) == same


@pytest.mark.parametrize("factor", [-1.0, 0.25, 1024.0])
def test_a_factor_on_the_loss_changes_nothing(factor):
    """Not even -1: up and down are the same to it."""
    plain = Quadratic((1.0, 8.0), 0.5)
    scaled = Quadratic((factor * 1.0, factor * 8.0), 0.5)
    rule, start = Newton(0.25), np.array([3.0, -2.0])
    np.testing.assert_allclose(
        descend(scaled, start, rule, steps=8).params,
        descend(plain, start, rule, steps=8).params,
        rtol=1e-12,
    )


def test_newton_is_drawn_to_the_saddle_that_gradient_descent_leaves():
    """Claim cl-20."""
    start = [1.0, 1e-3]
    assert not descend(Saddle(), start, Newton(), steps=1).final.any()
    assert abs(descend(Saddle(), start, GradientDescent(0.1), steps=40).final[1]) > 1
    # And so it is beside every critical point of the Gabor loss, whatever its kind.
    points = find_critical_points(GABOR, [(-10, 10), (2.5, 22.5)])
    assert {p.kind for p in points} == {"minimum", "saddle", "maximum"}
    found = np.array([p.phi for p in points])
    path = descend(GABOR, found + 1e-3, Newton(), steps=6)
    np.testing.assert_allclose(path.final, found, atol=1e-9)


# --- singular, or no Hessian ---


@both
def test_a_singular_hessian_is_not_a_number_for_that_member_alone(rule):
    """x + x³ is straight at 0 (its Hessian 0) and curved elsewhere."""
    loss, start = Polynomial([0.0, 1.0, 0.0, 1.0]), np.array([[1.0], [0.0], [2.0]])
    path = descend(loss, start, rule, steps=3)
    if isinstance(rule, Newton):  # regularised, H + λ is never singular
        assert path.reason[1] == "not a number at step 0" and path.final[1] == 0
    assert path.diverged.tolist() == [False, isinstance(rule, Newton), False]
    alone = descend(loss, [1.0], rule, steps=3)
    np.testing.assert_array_equal(path.params[:, 0], alone.params)


@both
def test_where_there_is_no_slope_it_stays_even_if_the_hessian_is_singular(rule):
    path = descend(Cubic(), [0.0], rule, steps=3)
    assert path.reason == "all 3 steps taken" and not path.params.any()


@given(st.integers(0, 10_000), st.integers(1, 6))
@few
def test_every_matrix_of_too_low_a_rank_is_survived(seed, size):
    """Whole numbers, so that elimination meets an exact zero again and again."""

    class Flat:
        def __call__(self, phi):
            return np.zeros(phi.shape[:-1])

        def gradient(self, phi):
            return np.ones_like(phi)

        def hessian(self, phi):
            rows = np.random.default_rng(seed).integers(-2, 3, (*phi.shape, size - 1))
            return (rows @ rows.mT).astype(phi.dtype)

    path = descend(Flat(), np.zeros((5, size)), Newton(), steps=2)
    # Rounding may hide that a matrix is singular: then the step is finite, or out of range.
    assert np.isfinite(path.params).all()
    assert descend(Flat(), np.zeros((5, size)), RegularizedNewton(1.0), 2).final.all()


@both
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_hessian_that_is_not_finite_is_divergence(rule, wrong):
    class Broken(Quadratic):
        def hessian(self, phi):
            broken = np.ones((3, 3))
            broken[0, 2] = broken[2, 0] = wrong
            return np.where(phi[..., None] > 5, broken, super().hessian(phi))

    loss, starts = Broken((1.0, 2.0, 3.0)), [[1.0, 1.0, 1.0], [9.0, 9.0, 9.0]]
    assert descend(loss, starts, rule, steps=2).diverged.tolist() == [False, True]


@both
def test_a_loss_without_a_hessian_is_named(rule):
    class Plain:
        def __repr__(self):
            return "Plain()"

        def __call__(self, phi):
            return (phi**2).sum(axis=-1)

        def gradient(self, phi):
            return 2 * phi

    with pytest.raises(TypeError, match=r"loss is Plain\(\): it has no `hessian`, which Newton's"):
        descend(Plain(), [1.0, 2.0], rule, steps=1)
    with pytest.raises(TypeError, match="it has no `hessian`"):
        rule.step(np.ones(2), None, Plain(), t=0)


@both
def test_a_hessian_of_another_shape_is_named(rule):
    class Diagonal(Quadratic):
        def hessian(self, phi):
            return np.ones_like(phi)

    message = r"loss.hessian\(phi\) has shape \(3, 2\), expected \(3, 2, 2\)"
    with pytest.raises(ValueError, match=message):
        descend(Diagonal((1.0, 2.0)), np.ones((3, 2)), rule, steps=1)


# --- regularised ---


def test_the_regularised_step_is_the_formula():
    start = np.array([4.0, 4.0])
    # On the bowl λ is `damping`; on the saddle its -2 is made up for first.
    bowl = descend(Quadratic((2.0, 6.0)), start, RegularizedNewton(2.0), steps=1)
    np.testing.assert_allclose(bowl.final, start - np.array([2, 6]) / [4, 8] * start)
    saddle = descend(Saddle(), start, RegularizedNewton(4.0), steps=1)
    np.testing.assert_allclose(saddle.final, start - np.array([8, -8]) / [2 + 6, -2 + 6])


@given(point, st.floats(0.01, 10), st.sampled_from([Rosenbrock(), Himmelblau(), Beale(), Saddle()]))
@few
def test_every_regularised_step_sets_out_downhill(start, damping, loss):
    gradient = loss.gradient(start)
    move, _ = RegularizedNewton(damping).step(start, None, loss, t=0)
    slope = gradient @ (move - start)
    assert slope < 0 or np.linalg.norm(gradient) < 1e-100  # then the product underflows
    # No direction is stretched by more than 1 / damping.
    length = np.linalg.norm(move - start)
    assert length <= np.linalg.norm(gradient) / damping * (1 + 1e-9)


def test_damping_leads_from_newton_to_gradient_descent():
    start, bowl = np.array([3.0, -2.0]), Quadratic((1.0, 9.0), 0.4)
    little = descend(bowl, start, RegularizedNewton(1e-9), steps=1)
    np.testing.assert_allclose(little.final, descend(bowl, start, Newton(), 1).final, atol=1e-7)
    much = descend(bowl, start, RegularizedNewton(1e6), steps=50)
    gradient = descend(bowl, start, GradientDescent(1e-6), steps=50)
    np.testing.assert_allclose(much.final - start, gradient.final - start, rtol=1e-4)


def test_regularised_newton_leaves_the_saddles_and_maxima_of_the_gabor_loss():
    points = find_critical_points(GABOR, [(-10, 10), (2.5, 22.5)])
    start = np.array([p.phi for p in points]) + 1e-3
    path = descend(GABOR, start, RegularizedNewton(1.0), steps=300, tolerance=1e-6)
    # Nobody converged but to a minimum, and every minimum kept its own.
    minimum = np.array([p.kind == "minimum" for p in points])
    assert path.converged[minimum].all()
    curvatures = np.linalg.eigvalsh(GABOR.hessian(path.final[path.converged]))
    assert (curvatures > 0).all()
    np.testing.assert_allclose(path.final[minimum], start[minimum] - 1e-3, atol=1e-5)


def test_a_loss_c_times_larger_wants_c_times_the_damping():
    start = np.array([3.0, -2.0])
    plain = descend(Quadratic((1.0, -3.0), 0.5), start, RegularizedNewton(0.5), steps=8)
    scaled = descend(Quadratic((4.0, -12.0), 0.5), start, RegularizedNewton(2.0), steps=8)
    np.testing.assert_allclose(scaled.params, plain.params, rtol=1e-12)


def test_damping_may_be_an_array_or_a_schedule():
    start = np.array([3.0, 2.0])
    number = descend(Rosenbrock(), start, RegularizedNewton(0.5), steps=9)
    array = descend(Rosenbrock(), start, RegularizedNewton([2.0, 0.5]), steps=9)
    schedule = descend(Rosenbrock(), start, RegularizedNewton(lambda t: 0.5), steps=9)
    np.testing.assert_array_equal(array.params[:, 1], number.params)
    np.testing.assert_array_equal(schedule.params, number.params)
    assert not np.array_equal(array.params[:, 0], number.params)
    fading = descend(Rosenbrock(), start, RegularizedNewton(lambda t: 0.5**t), steps=60)
    np.testing.assert_allclose(fading.final, 1, atol=1e-12)


# --- regularised, and how far ---

SEARCHING = RegularizedNewton(0.5, line_search=Backtracking())
ADAPTIVE = RegularizedNewton(0.5, adaptive=True)
safe = pytest.mark.parametrize("rule", [SEARCHING, ADAPTIVE], ids=["search", "adaptive"])


def test_the_search_shortens_the_damped_step_along_its_own_line():
    start = np.array([1.0, 1.0])  # one curvature of Beale's surface is negative here
    whole, _ = RegularizedNewton(0.5).step(start, None, Beale(), t=0)
    shorter, _ = SEARCHING.step(start, None, Beale(), t=0)
    rate = float(Backtracking()(Beale(), start, whole - start))
    assert rate in (1 / 8, 1 / 16, 1 / 32) and Beale()(whole) > Beale()(start)
    np.testing.assert_allclose(shorter, start + rate * (whole - start), rtol=1e-12)


@pytest.mark.parametrize(
    ("phi", "factors"), [(1.0, [4, 1, 1, 0.25]), (1.1, [4, 4, 1, 0.25]), (2.0, [4, 4, 4, 0.25])]
)
def test_the_damping_follows_what_the_parabola_promised(phi, factors):
    """By hand, on √(1 + φ²): the step, its share of the promise, and the next damping."""
    loss, rule, damping, met = Hyperbola(), RegularizedNewton(0.01, adaptive=True), 0.01, []
    for step, _ in zip(iterate(loss, np.array([phi]), rule), range(4)):
        slope, curvature = loss.slope(phi), loss.curvature(phi)
        d = -slope / (curvature + damping)
        gain = (loss.value(phi) - loss.value(phi + d)) / -(slope * d + curvature * d * d / 2)
        phi = phi + d if gain >= 0 else phi
        factor = 0.25 if gain > 0.75 else 1 if gain >= 0.25 else 4
        met.append(factor)
        damping *= factor
        np.testing.assert_allclose([step.phi[0], step.state[0]], [phi, damping], rtol=1e-9)
    assert met == factors


@safe
def test_from_everywhere_the_loss_falls_and_the_end_is_a_minimum(rule):
    starts = np.random.default_rng(3).uniform(-4.5, 4.5, (60, 2))
    for loss in (Himmelblau(), Rosenbrock()):
        path = descend(loss, starts, rule, steps=120)
        assert (np.diff(path.losses, axis=0) <= 1e-12).all()
        assert np.linalg.norm(loss.gradient(path.final), axis=-1).max() < 1e-5
        assert (np.linalg.eigvalsh(loss.hessian(path.final)) > 0).all()
    # Plain damping leaps there, now and then.
    plain = descend(Himmelblau(), starts, RegularizedNewton(0.5), steps=9)
    assert (np.diff(plain.losses, axis=0) > 1).any()


@safe
@pytest.mark.parametrize("start", [0.8, 2.0, 10.0, -40.0])
def test_where_newton_runs_away_from_a_convex_curve_these_arrive(rule, start):
    path = descend(Hyperbola(), [start], rule, steps=200, tolerance=1e-6)
    assert path.converged and abs(path.final[0]) < 1e-5
    assert descend(Hyperbola(), [start], Newton(), steps=30).diverged == (abs(start) > 1)


def test_near_a_minimum_the_damping_is_no_longer_judged_by_rounding():
    """Once a gain drowns in the loss, here around a million, damping neither grows nor stops it."""

    class High(Quadratic):
        def __call__(self, phi):
            return 1e6 + super().__call__(phi)

    for step, _ in zip(iterate(High((1.0, 9.0)), np.array([3.0, 2.0]), ADAPTIVE), range(60)):
        assert step.state[0] <= 0.5
    np.testing.assert_allclose(step.phi, 0, atol=1e-12)


def test_a_step_out_of_where_the_loss_is_defined_is_not_taken():
    class Log(Curve):
        def value(self, x):
            with np.errstate(invalid="ignore", divide="ignore"):
                return x - np.log(x)

        def slope(self, x):
            return 1 - 1 / x

        def curvature(self, x):
            return 1 / x**2

    start = [2.5]  # Newton's step leads to -1.25
    assert descend(Log(), start, Newton(), steps=1).final < 0
    path = descend(Log(), start, RegularizedNewton(0.01, adaptive=True), steps=40, tolerance=1e-8)
    assert path.converged and path.params.min() > 0


def test_each_member_has_a_damping_of_its_own():
    starts = random_starts((5,))
    rule = RegularizedNewton([0.1, 1.0, 3.0, 10.0, 80.0], adaptive=True)
    together = descend(Rosenbrock(), starts, rule, steps=25)
    for member, damping in enumerate(rule.damping):
        alone = RegularizedNewton(damping, adaptive=True)
        expected = descend(Rosenbrock(), starts[member], alone, steps=25)
        np.testing.assert_array_equal(together.member(member).params, expected.params)


# --- ensembles and types ---


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("ensemble", [(1,), (7,), (2, 3)])
def test_an_ensemble_equals_the_loop_over_its_members(rule, dtype, ensemble):
    starts = random_starts(ensemble).astype(dtype)
    for loss in (Rosenbrock(), Himmelblau(), Saddle(), GABOR):
        together = descend(loss, starts, rule, steps=8)
        assert together.params.dtype == together.losses.dtype == dtype
        for member in np.ndindex(ensemble):
            alone = descend(loss, starts[member], rule, steps=8)
            np.testing.assert_array_equal(together.member(*member).params, alone.params)


def test_many_parameters():
    eigenvalues = np.linspace(0.5, 40, 12)
    starts = np.random.default_rng(1).normal(size=(3, 12))
    together = descend(Quadratic(eigenvalues), starts, Newton(0.5), steps=3)
    np.testing.assert_allclose(together.final, starts / 8, rtol=1e-12)
    alone = descend(Quadratic(eigenvalues), starts[1], Newton(0.5), steps=3)
    np.testing.assert_array_equal(together.params[:, 1], alone.params)


def test_one_parameter():
    path = descend(CosineWave(), [1.2], Newton(), steps=8)
    assert path.final == pytest.approx([1.0904], abs=1e-4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Newton(0), "learning_rate is 0, expected finite and above zero"),
        (lambda: Newton("fast"), "learning_rate is 'fast', expected real numbers"),
        (lambda: RegularizedNewton(-1.0), "damping is -1.0, expected finite and above zero"),
        (lambda: RegularizedNewton([1.0, np.nan]), r"damping is \[1.0, nan\], expected finite"),
        (lambda: RegularizedNewton(1.0, adaptive="yes"), "adaptive is 'yes', expected True"),
        (lambda: RegularizedNewton(1.0, line_search=0.5), "line_search is 0.5, expected a line"),
        (
            lambda: RegularizedNewton(lambda t: 1.0, adaptive=True),
            "expected a number or an array where it is adaptive",
        ),
    ],
)
def test_bad_hyperparameters_are_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
