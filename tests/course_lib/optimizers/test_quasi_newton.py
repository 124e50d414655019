"""BFGS and L-BFGS: what the inverse Hessian must satisfy, and that the two are one rule."""

from itertools import cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import BFGS as ScipyUpdate

from course_lib.batches import Minibatches
from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend, iterate
from course_lib.line_search import Backtracking, Bracketing, Wolfe
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import BFGS, LBFGS, GradientDescent
from course_lib.optimizers.quasi_newton import Pairs, two_loop, updated
from course_lib.surfaces import Beale, Cubic, Himmelblau, Quadratic, Rosenbrock, Saddle

few = settings(max_examples=25)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
both = pytest.mark.parametrize("rule", [BFGS(), LBFGS(memory=5)], ids=repr)


def random_pairs(seed, size, number):
    """Steps, and the changes of the gradient that a random bowl makes of them: sᵀy > 0."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size))
    s = rng.normal(size=(number, size))
    return s, s @ (root @ root.T + 0.1 * np.eye(size))


def inverse_hessians(loss, start, steps, rule=BFGS()):  # noqa: B008 (it is frozen)
    """The points of a descent and the estimate H after each step."""
    taken = list(zip(range(steps), iterate(loss, np.array(start), rule)))
    return np.array([start, *(step.phi for _, step in taken)]), [s.state for _, s in taken]


# --- the inverse Hessian ---


@given(st.integers(0, 10_000), st.integers(1, 6))
@few
def test_the_update_foresees_the_change_that_it_saw(seed, size):
    """The secant equation H y = s; and H stays symmetric, positive definite, the closest such."""
    s, y = random_pairs(seed, size, 4)
    H = np.eye(size)
    for step, change in zip(s, y):
        H = updated(H, step, change)
        scale = np.abs(H).max()
        np.testing.assert_allclose(H @ change, step, atol=1e-9 * scale * np.abs(change).max())
        np.testing.assert_allclose(H, H.T, atol=1e-12 * scale)
        assert (np.linalg.eigvalsh(H) > 0).all()


@given(st.integers(0, 10_000), st.integers(1, 5))
@few
def test_the_update_is_the_one_of_scipy(seed, size):
    s, y = random_pairs(seed, size, 3)
    theirs = ScipyUpdate(init_scale=1.0)
    theirs.initialize(size, "inv_hess")
    H = np.eye(size)
    for step, change in zip(s, y):
        theirs.update(step, change)
        H = updated(H, step, change)
        np.testing.assert_allclose(H, theirs.get_matrix(), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("loss", [Rosenbrock(), Himmelblau(), Beale(), GABOR], ids=repr)
def test_along_a_descent_too(loss):
    points, estimates = inverse_hessians(loss, [1.0, 1.5], steps=12)
    for t, H in enumerate(estimates):
        s, y = points[t + 1] - points[t], loss.gradient(points[t + 1]) - loss.gradient(points[t])
        if s @ y > 1e-20:
            np.testing.assert_allclose(H @ y, s, rtol=1e-6, atol=1e-12)
        assert np.linalg.eigvalsh(H).min() > 0
        np.testing.assert_allclose(H, H.T, rtol=1e-9)


def test_it_learns_the_inverse_hessian_of_a_bowl():
    """With exact searches, after as many steps as there are parameters."""
    bowl = Quadratic((1.0, 5.0, 30.0))

    def exact(loss, phi, direction):
        return -(loss.gradient(phi) @ direction) / (direction @ bowl.matrix @ direction)

    points, estimates = inverse_hessians(bowl, [1.0, 1.0, 1.0], 3, BFGS(exact))
    np.testing.assert_allclose(points[-1], 0, atol=1e-12)
    np.testing.assert_allclose(estimates[-1], np.linalg.inv(bowl.matrix), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("y", [[-1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1e-310, 0.0]])
def test_a_step_without_positive_curvature_teaches_nothing(y):
    H = np.array([[2.0, 0.5], [0.5, 1.0]])
    np.testing.assert_array_equal(updated(H, np.array([1.0, 0.0]), np.array(y)), H)


def test_in_an_ensemble_each_member_learns_for_itself():
    s, y = random_pairs(3, 2, 3)
    y[1] = -y[1]
    together = updated(np.broadcast_to(np.eye(2), (3, 2, 2)), s, y)
    np.testing.assert_array_equal(together[1], np.eye(2))
    for member in (0, 2):
        np.testing.assert_array_equal(together[member], updated(np.eye(2), s[member], y[member]))


# --- two loops ---


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 5), st.floats(0.1, 10))
@few
def test_the_two_loops_are_the_product_with_the_matrix(seed, size, number, gamma):
    s, y = random_pairs(seed, size, number)
    g = np.random.default_rng(seed).normal(size=size)
    H = gamma * np.eye(size)
    for step, change in zip(s, y):
        H = updated(H, step, change)
    np.testing.assert_allclose(two_loop(g, Pairs(s, y), gamma), H @ g, rtol=1e-6, atol=1e-8)


def test_empty_pairs_change_nothing():
    s, y = random_pairs(0, 3, 2)
    g = np.array([1.0, 2.0, 3.0])
    empty = np.zeros((4, 3))
    np.testing.assert_array_equal(two_loop(g, Pairs(empty, empty)), g)
    padded = Pairs(np.concatenate([empty, s]), np.concatenate([empty, y]))
    np.testing.assert_array_equal(two_loop(g, padded), two_loop(g, Pairs(s, y)))


def test_gamma_is_the_curvature_met_last():
    s, y = random_pairs(0, 3, 2)
    g = np.array([1.0, 2.0, 3.0])
    gamma = s[-1] @ y[-1] / (y[-1] @ y[-1])
    np.testing.assert_allclose(two_loop(g, Pairs(s, y)), two_loop(g, Pairs(s, y), gamma))
    # On a round bowl, one pair and γ are all there is to know.
    round_bowl = Pairs(s[-1:], 4 * s[-1:])
    np.testing.assert_allclose(two_loop(g, round_bowl), g / 4)


@pytest.mark.parametrize("loss", [Rosenbrock(), Beale(), Himmelblau(), GABOR], ids=repr)
def test_with_memory_for_every_step_lbfgs_is_bfgs(loss):
    start = [1.0, 1.5]
    full = descend(loss, start, BFGS(), steps=10)
    limited = descend(loss, start, LBFGS(memory=10, gamma=1.0), steps=10)
    np.testing.assert_allclose(limited.params, full.params, rtol=1e-6, atol=1e-8)
    forgetful = descend(loss, start, LBFGS(memory=1, gamma=1.0), steps=10)
    assert not np.allclose(forgetful.params, full.params, rtol=1e-6, atol=1e-6)


def test_each_member_may_have_a_gamma_of_its_own():
    together = descend(Rosenbrock(), [-1.2, 1.0], LBFGS(gamma=[0.5, 2.0]), steps=6)
    for member, gamma in enumerate([0.5, 2.0]):
        alone = descend(Rosenbrock(), [-1.2, 1.0], LBFGS(gamma=gamma), steps=6)
        np.testing.assert_array_equal(together.params[:, member], alone.params)


def test_a_step_that_teaches_nothing_does_not_drive_out_one_that_did():
    s, y = random_pairs(0, 2, 4)
    pairs = Pairs(np.stack([s[:2], s[2:]]), np.stack([y[:2], y[2:]]))
    rates = np.array([0.0, 0.25])  # the first member stays where it is, and starts anew
    rule = LBFGS(memory=2, line_search=lambda loss, phi, direction: rates)
    _, after = rule.step(np.ones((2, 2)), pairs, Quadratic((1.0, 2.0)), t=4)
    assert not after.s[0].any()
    np.testing.assert_array_equal(after.s[1, 0], pairs.s[1, 1])
    np.testing.assert_allclose(after.y[1, 1], after.s[1, 1] * [1, 2])
    _, after = rule.step(np.ones((2, 2)), pairs, Quadratic((-1.0, -2.0)), t=4)  # sᵀy < 0
    np.testing.assert_array_equal(after.s[1], pairs.s[1])


def test_only_the_last_pairs_are_kept():
    rule = LBFGS(memory=3)
    steps = [step for _, step in zip(range(6), iterate(Rosenbrock(), np.array([-1.2, 1.0]), rule))]
    points = np.array([step.phi for step in steps])
    np.testing.assert_allclose(steps[-1].state.s, np.diff(points, axis=0)[-3:], rtol=1e-12)
    gradients = Rosenbrock().gradient(points)
    np.testing.assert_allclose(steps[-1].state.y, np.diff(gradients, axis=0)[-3:], rtol=1e-9)


# --- descents ---


@both
def test_the_first_step_goes_downhill_and_offers_no_more_than_a_length_of_one(rule):
    offered = []

    def search(loss, phi, direction):
        offered.append(direction)
        return np.asarray(1.0)

    rule = type(rule)(line_search=search)
    gradients = np.array([[30.0, 40.0], [0.3, 0.4]])
    descend(Quadratic((1.0, 1.0)), gradients, rule, steps=1)
    np.testing.assert_allclose(offered[0], [[-0.6, -0.8], [-0.3, -0.4]])


@both
@pytest.mark.parametrize("search", [Wolfe(), Backtracking(), Bracketing(3.0)], ids=repr)
def test_the_loss_never_rises(rule, search):
    starts = np.random.default_rng(0).uniform(-2, 2, (6, 2))
    for loss in (Rosenbrock(), Himmelblau(), GABOR):
        path = descend(loss, starts, type(rule)(line_search=search), steps=20)
        assert (np.diff(path.losses, axis=0) <= 1e-12).all()
        assert (path.losses[-1] < path.losses[0]).all()


@both
def test_it_converges_faster_than_linearly(rule):
    path = descend(Rosenbrock(), [0.5, 0.5], rule, steps=25)
    errors = np.linalg.norm(path.params - 1, axis=-1)
    assert errors[-1] < 1e-9
    plain = descend(Rosenbrock(), [0.5, 0.5], GradientDescent(line_search=Backtracking()), steps=25)
    assert np.linalg.norm(plain.final - 1) > 0.1


@both
def test_it_fits_the_line(rule):
    best = np.linalg.lstsq(np.stack([np.ones_like(LINE.x), LINE.x], axis=-1), LINE.y)[0]
    path = descend(LINE, [-2.0, 3.0], rule, steps=12, tolerance=1e-8)
    assert path.converged
    np.testing.assert_allclose(path.final, best, atol=1e-9)


@both
def test_a_factor_on_the_loss_changes_only_the_first_step_if_its_gradient_is_long(rule):
    """After a step or two H has learnt the factor: the paths end alike, in about as many steps."""
    steps = []
    for factor in (1.0, 16.0):
        bowl = Quadratic((factor * 1.0, factor * 20.0))
        path = descend(bowl, [3.0, 2.0], rule, steps=50, tolerance=1e-8 * factor)
        assert path.converged
        steps.append(path.last_step)
    assert abs(steps[1] - steps[0]) <= 6


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("ensemble", [(1,), (5,), (2, 3)])
def test_an_ensemble_equals_the_loop_over_its_members(rule, dtype, ensemble):
    starts = np.random.default_rng(1).uniform(-3, 3, (*ensemble, 2)).astype(dtype)
    for loss in (Rosenbrock(), GABOR, Saddle()):
        together = descend(loss, starts, rule, steps=12, tolerance=1e-3)
        assert together.params.dtype == dtype
        for member in np.ndindex(ensemble):
            alone = descend(loss, starts[member], rule, steps=12, tolerance=1e-3)
            np.testing.assert_array_equal(together.member(*member).params, alone.params)


@both
def test_many_parameters_and_members_bit_for_bit(rule):
    bowl = Quadratic(np.linspace(1, 50, 17))
    starts = np.random.default_rng(2).normal(size=(4, 17))
    together = descend(bowl, starts, rule, steps=15)
    for member in range(4):
        alone = descend(bowl, starts[member], rule, steps=15)
        np.testing.assert_array_equal(together.params[:, member], alone.params)


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_long_after_it_has_converged_it_is_still_there(rule, dtype):
    """Steps and changes then underflow one after the other."""
    path = descend(Quadratic((1.0, 3.0)), np.array([2.0, 1.0], dtype), rule, steps=120)
    assert not path.diverged
    assert np.abs(path.final).max() < 1e-6
    at_rest = descend(Quadratic((1.0, 3.0)), np.zeros(2, dtype), rule, steps=5)
    assert not at_rest.diverged and not at_rest.params.any()


@both
@pytest.mark.parametrize("loss", [Saddle(), Cubic()], ids=repr)
def test_down_a_bottomless_loss_it_diverges_and_says_so(rule, loss):
    path = descend(loss, [-1.0, 0.1][: loss.n_parameters], rule, steps=60)
    assert path.diverged


@both
def test_the_change_of_the_gradient_is_that_of_one_batch(rule):
    """Not the difference between two batches: on a bowl for each example that would show."""
    loss = LeastSquares(Linear(), [0.0, 1.0, 2.0, 3.0], [0.0, 5.0, -5.0, 0.0])
    batches = [[0, 3], [1, 2]]
    steps = iterate(loss, np.array([1.0, 1.0]), rule, batches=cycle(batches))
    before = np.array([1.0, 1.0])
    for t, step in zip(range(2), steps):
        batch = loss.batch(batches[t])
        s, y = step.phi - before, batch.gradient(step.phi) - batch.gradient(before)
        if isinstance(rule, BFGS):
            np.testing.assert_allclose(step.state @ y, s, rtol=1e-9)
        else:
            np.testing.assert_allclose(step.state.y[-1], y, rtol=1e-9)
        before = step.phi
    path = descend(GABOR, [0.5, 15.0], rule, steps=20, batches=Minibatches(14, rng=0))
    assert np.isfinite(path.losses).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BFGS(line_search=0.1), "line_search is 0.1, expected a line search such as Wolfe"),
        (lambda: LBFGS(line_search=Wolfe), "line_search is <class .*, expected a line search"),
        (lambda: LBFGS(memory=0), "memory is 0, expected at least 1"),
        (lambda: LBFGS(memory=2.5), "memory is 2.5, expected a whole number"),
        (lambda: LBFGS(gamma=0), "gamma is 0, expected finite and above zero"),
    ],
)
def test_bad_hyperparameters_are_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
