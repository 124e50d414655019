"""Conjugate gradient: what it promises on a bowl, when it starts anew, and how the betas differ."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import line_search as scipy_line_search

from course_lib.batches import Minibatches
from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.line_search import Backtracking, Bracketing, Wolfe
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import ConjugateGradient, GradientDescent
from course_lib.optimizers.conjugate_gradient import (
    BETAS,
    LastStep,
    fletcher_reeves,
    polak_ribiere,
)
from course_lib.paths import turning_angles
from course_lib.surfaces import Beale, Himmelblau, Quadratic, Rosenbrock, Saddle

few = settings(max_examples=25)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
betas = pytest.mark.parametrize("beta", BETAS)


def exact(loss, phi, direction):
    """The rate of the lowest point of a bowl along a direction: -gᵀd / dᵀHd."""
    curvature = (direction * (loss.matrix @ direction[..., None])[..., 0]).sum(axis=-1)
    return -(loss.gradient(phi) * direction).sum(axis=-1) / curvature


def rounded(values):
    return np.array(values) / 16


eigenvalues = st.lists(st.integers(1, 800), min_size=1, max_size=6, unique=True).map(rounded)


# --- on a bowl ---


@betas
@given(eigenvalues, st.integers(0, 1000))
@few
def test_as_many_steps_as_parameters_reach_the_minimum_of_a_bowl(beta, eigenvalues, seed):
    bowl = Quadratic(tuple(eigenvalues))
    start = np.random.default_rng(seed).uniform(1, 2, len(eigenvalues))
    path = descend(bowl, start, ConjugateGradient(beta, exact), steps=len(eigenvalues))
    scale = np.linalg.norm(bowl.gradient(start))
    assert np.linalg.norm(bowl.gradient(path.final)) < 1e-8 * scale
    if len(eigenvalues) > 1:  # and no fewer: each eigenvalue needs a step of its own
        assert np.linalg.norm(bowl.gradient(path.params[-2])) > 1e-8 * scale


@betas
def test_equal_eigenvalues_need_one_step_between_them(beta):
    bowl = Quadratic((1.0, 1.0, 1.0, 7.0, 7.0))
    path = descend(bowl, [1.0, 2.0, 3.0, 4.0, 5.0], ConjugateGradient(beta, exact), steps=2)
    np.testing.assert_allclose(path.final, 0, atol=1e-14)


@betas
def test_directions_are_conjugate_and_gradients_at_right_angles(beta):
    bowl = Quadratic((1.0, 3.0, 10.0, 40.0))
    params = descend(bowl, [1.0, 1.0, 1.0, 1.0], ConjugateGradient(beta, exact), steps=4).params
    moves, gradients = np.diff(params, axis=0), bowl.gradient(params[:-1])
    for vectors, matrix in ((moves, bowl.matrix), (gradients, np.eye(4))):
        products = vectors @ matrix @ vectors.T
        lengths = np.sqrt(np.diag(products))
        np.testing.assert_allclose(products / np.outer(lengths, lengths), np.eye(4), atol=1e-9)


def test_both_betas_are_one_on_a_bowl_and_two_elsewhere():
    bowl, start = Quadratic((1.0, 3.0, 9.0)), np.array([1.0, 1.0, 1.0])
    paths = [descend(bowl, start, ConjugateGradient(b, exact), steps=3) for b in BETAS]
    np.testing.assert_allclose(paths[0].params, paths[1].params, atol=1e-12)
    paths = [descend(Rosenbrock(), [-1.2, 1.0], ConjugateGradient(b), steps=5) for b in BETAS]
    assert not np.allclose(paths[0].params, paths[1].params, atol=1e-3)


@pytest.mark.parametrize("search", [Bracketing(4.0, 1e-9), Wolfe(curvature=1e-3)], ids=repr)
def test_two_steps_fit_the_line(search):
    """Where steepest descent with the same search zig-zags."""
    best = np.linalg.lstsq(np.stack([np.ones_like(LINE.x), LINE.x], axis=-1), LINE.y)[0]
    rule = ConjugateGradient(line_search=search)
    assert np.abs(descend(LINE, [-2.0, 3.0], rule, steps=2).final - best).max() < 0.005
    np.testing.assert_allclose(descend(LINE, [-2.0, 3.0], rule, steps=5).final, best, atol=1e-6)
    zigzag = descend(LINE, [-2.0, 3.0], GradientDescent(line_search=search), steps=5)
    assert np.abs(zigzag.final - best).max() > 0.01
    np.testing.assert_allclose(turning_angles(zigzag.params), 90, atol=1)


# --- the betas ---


def test_the_betas_by_hand():
    g, before = np.array([3.0, 4.0]), np.array([1.0, 2.0])
    assert fletcher_reeves(g, before) == 25 / 5
    assert polak_ribiere(g, before) == (3 * 2 + 4 * 2) / 5
    assert polak_ribiere(before, g) == 0  # (1·(-2) + 2·(-2)) / 25 is negative
    nothing = np.zeros(2)
    assert fletcher_reeves(g, nothing) == polak_ribiere(g, nothing) == 0


def test_the_first_direction_is_downhill_and_the_next_keeps_some_of_it():
    rule = ConjugateGradient(line_search=lambda loss, phi, direction: np.asarray(0.25))
    bowl, phi = Quadratic((1.0, 3.0)), np.array([0.25, 0.25])
    phi, last = rule.step(phi, rule.init(phi), bowl, t=0)
    g = bowl.gradient([0.25, 0.25])
    np.testing.assert_array_equal(last.direction, -g)
    np.testing.assert_allclose(phi, 0.25 - 0.25 * g)  # shorter than 1: no cut
    _, then = rule.step(phi, last, bowl, t=1)
    g, before = bowl.gradient(phi), g
    beta = max(0, g @ (g - before) / (before @ before))
    np.testing.assert_allclose(then.direction, -g + beta * last.direction)


def test_where_the_direction_does_not_lead_downhill_it_starts_anew():
    bowl, phi = Quadratic((1.0, 1.0)), np.array([[1.0, 0.0], [1.0, 0.0]])
    g = bowl.gradient(phi)
    uphill = LastStep(g, np.array([[2.0, 0.0], [-2.0, 0.0]]), np.ones((2, 1)))
    _, last = ConjugateGradient("fletcher-reeves").step(phi, uphill, bowl, t=1)
    # β = 1: -1 + 2 leads uphill for the first member, -1 - 2 downhill for the second.
    np.testing.assert_array_equal(last.direction, [[-1, 0], [-3, 0]])


def test_the_search_is_offered_the_rate_of_last_time_first():
    offered = []

    def search(loss, phi, direction):
        offered.append(direction)
        return np.asarray(0.5)

    bowl = Quadratic((1.0, 1.0))
    descend(bowl, [3.0, 4.0], ConjugateGradient(line_search=search), steps=3)
    lengths = np.linalg.norm(offered, axis=-1)
    assert lengths[0] == pytest.approx(1)  # of a gradient of 5: the rate 1/5, then half that
    gradient = 5 - 0.5
    assert lengths[1] == pytest.approx(gradient * 0.1)


def test_fletcher_reeves_crawls_after_a_poor_step_where_polak_ribiere_recovers():
    """Nocedal and Wright, section 5.2: a tiny step, and beta near 1 keeps the poor direction."""
    steps = {}
    for beta in BETAS:
        rule = ConjugateGradient(beta)
        steps[beta] = descend(Himmelblau(), [0.0, 0.0], rule, 500, tolerance=1e-6).last_step
    assert steps["fletcher-reeves"] > 5 * steps["polak-ribiere"]


# --- with line searches of all kinds ---


@pytest.mark.parametrize("loss", [Rosenbrock(), Beale(), Himmelblau(), GABOR], ids=repr)
@pytest.mark.parametrize(
    "search", [Wolfe(curvature=0.1), Backtracking(), Bracketing(3.0)], ids=repr
)
def test_the_loss_never_rises(loss, search):
    starts = np.random.default_rng(0).uniform(-2, 2, (6, 2))
    path = descend(loss, starts, ConjugateGradient(line_search=search), steps=25)
    assert (np.diff(path.losses, axis=0) <= 1e-12).all()
    assert (path.losses[-1] < path.losses[0]).all()


def test_its_wolfe_steps_satisfy_scipys_wolfe_search_too():
    """SciPy's own search, given our direction, ends at a step that passes the same two tests."""
    loss, start = Rosenbrock(), np.array([-1.2, 1.0])
    direction = -loss.gradient(start)
    slope = loss.gradient(start) @ direction
    theirs, *_ = scipy_line_search(loss, loss.gradient, start, direction, c1=1e-4, c2=0.1)
    for rate in (theirs, Wolfe(curvature=0.1)(loss, start, direction)):
        end = start + rate * direction
        assert loss(end) <= loss(start) + 1e-4 * rate * slope
        assert abs(loss.gradient(end) @ direction) <= -0.1 * slope


# --- ensembles, types, ends ---


@betas
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("ensemble", [(1,), (5,), (2, 3)])
def test_an_ensemble_equals_the_loop_over_its_members(beta, dtype, ensemble):
    starts = np.random.default_rng(1).uniform(-3, 3, (*ensemble, 2)).astype(dtype)
    for loss in (Rosenbrock(), GABOR, Saddle()):
        together = descend(loss, starts, ConjugateGradient(beta), steps=12, tolerance=1e-3)
        assert together.params.dtype == dtype
        for member in np.ndindex(ensemble):
            alone = descend(loss, starts[member], ConjugateGradient(beta), 12, tolerance=1e-3)
            np.testing.assert_array_equal(together.member(*member).params, alone.params)


def test_many_parameters_and_members_bit_for_bit():
    bowl = Quadratic(np.linspace(1, 50, 17))
    starts = np.random.default_rng(2).normal(size=(4, 17))
    together = descend(bowl, starts, ConjugateGradient(), steps=15)
    for member in range(4):
        alone = descend(bowl, starts[member], ConjugateGradient(), steps=15)
        np.testing.assert_array_equal(together.params[:, member], alone.params)


@betas
def test_a_start_at_the_minimum_stays_there(beta):
    path = descend(Quadratic((1.0, 3.0)), [0.0, 0.0], ConjugateGradient(beta), steps=5)
    assert not path.params.any() and not path.diverged
    once_there = descend(Quadratic((2.0,)), [1.0], ConjugateGradient(beta), steps=30)
    assert not once_there.diverged and abs(once_there.final[0]) < 1e-12


def test_down_a_saddle_it_diverges_and_says_so():
    path = descend(Saddle(), [1.0, 0.1], ConjugateGradient(), steps=50)
    assert path.diverged


def test_batches_are_allowed():
    batches = Minibatches(7, rng=0)
    path = descend(GABOR, [0.5, 15.0], ConjugateGradient(), steps=30, batches=batches)
    assert np.isfinite(path.losses).all()
    assert path.final_loss < path.losses[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ConjugateGradient("steepest"), "beta is 'steepest', expected one of 'polak-rib"),
        (lambda: ConjugateGradient(line_search=0.1), "line_search is 0.1, expected a line search"),
        (lambda: ConjugateGradient(line_search=Wolfe), "line_search is <class .*, expected a line"),
    ],
)
def test_bad_hyperparameters_are_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
