"""The line searches: what they promise along a line, and that an ensemble changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.line_search import Backtracking, Bracketing, Remembered, Wolfe, dot
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Beale, Himmelblau, Polynomial, Quadratic, Rosenbrock, Saddle

repeatable = settings(derandomize=True, deadline=None, max_examples=60)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
AHEAD = np.array([1.0])
ORIGIN = np.array([0.0])
searches = pytest.mark.parametrize(
    "search", [Bracketing(30.0), Backtracking(), Wolfe(), Wolfe(curvature=0.1)], ids=repr
)


class Valley:
    """Falls to `bottom` and rises after it, each side with a power and a steepness of its own."""

    def __init__(self, bottom, left=(1.0, 2.0), right=(1.0, 2.0)):
        self.bottom, self.left, self.right = bottom, left, right

    def __call__(self, phi):
        offset = phi[..., 0] - self.bottom
        (steep_left, power_left), (steep_right, power_right) = self.left, self.right
        falling = steep_left * np.abs(offset) ** power_left
        rising = steep_right * np.abs(offset) ** power_right
        return np.where(offset < 0, falling, rising)


side = st.tuples(st.floats(0.1, 10), st.floats(0.3, 4))


@given(st.floats(-1, 4), side, side, st.floats(0.1, 3))
@repeatable
def test_every_bracket_holds_the_minimum_of_a_valley(bottom, left, right, max_distance):
    valley = Valley(bottom, left, right)
    lowest = np.clip(bottom, 0, max_distance)  # the lowest point of the line searched
    # Near the bottom the loss is flat to within rounding, and order among its values is chance.
    slack = 1e-3 if max(left[1], right[1]) > 2 else 1e-6
    brackets = list(Bracketing(max_distance).brackets(valley, ORIGIN, AHEAD))
    for bracket in brackets:
        assert bracket.distances[0] <= lowest + slack
        assert bracket.distances[3] >= lowest - slack
    for earlier, later in zip(brackets, brackets[1:]):
        a, d = earlier.distances[[0, 3]]
        assert a <= later.distances[0] < later.distances[3] <= d
        assert np.ptp(later.distances) <= 2 / 3 * (d - a) * (1 + 1e-9) + 1e-15
    assert Bracketing(max_distance)(valley, ORIGIN, AHEAD) == pytest.approx(lowest, abs=slack)


@pytest.mark.parametrize("tolerance", [0.5, 0.1, 1e-3, 1e-6, 1e-17])
def test_the_last_bracket_is_as_tight_as_asked(tolerance):
    for bottom in (0.3, 3.0):
        brackets = list(Bracketing(2.0, tolerance).brackets(Valley(bottom), ORIGIN, AHEAD))
        assert np.ptp(brackets[-1].distances) <= max(2.0 * tolerance, 1e-15)
        assert np.ptp(brackets[0].distances) == 2.0
        assert brackets[0].distances == pytest.approx([0, 2 / 3, 4 / 3, 2])


def test_each_rule_of_the_bracket():
    """The three cases of figure 6.10, each on a valley made for it."""

    def second(bottom):
        first, second, *_ = Bracketing(3.0).brackets(Valley(bottom), ORIGIN, AHEAD)
        assert first.distances.tolist() == [0, 1, 2, 3]
        return second.distances[[0, 3]].tolist()

    assert second(2.2) == [1, 3]  # L[b] > L[c]: not in [a, b]
    assert second(1.3) == [0, 2]  # L[b] < L[c]: not in [c, d]
    assert second(0.2) == [0, 1]  # a lower than both: between a and b


def test_losses_of_a_bracket_are_those_at_its_distances():
    point, direction = np.array([1.0, 12.0]), np.array([3.0, 4.0])
    for bracket in Bracketing(2.0).brackets(GABOR, point, direction):
        for distance, value in zip(bracket.distances, bracket.losses):
            assert value == pytest.approx(GABOR(point + distance * direction / 5), rel=1e-12)


@pytest.mark.parametrize("start", [(-4.0, 15.0), (3.0, 14.0), (1.0, 19.0), (-7.0, 6.0)])
def test_bracketing_agrees_with_scipy(start):
    start = np.array(start)
    direction = -GABOR.gradient(start)
    unit = direction / np.linalg.norm(direction)
    along = GABOR(start + np.linspace(0, 1.5, 2000)[:, None] * unit)
    assert (np.diff(np.sign(np.diff(along))) != 0).sum() <= 1  # one valley at most
    theirs = minimize_scalar(
        lambda t: GABOR(start + t * unit), bounds=(0, 1.5), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    rate = Bracketing(1.5)(GABOR, start, direction)
    assert rate * np.linalg.norm(direction) == pytest.approx(theirs.x, abs=2e-6)
    assert GABOR(start + rate * direction) <= theirs.fun + 1e-9


@given(st.floats(0.1, 20), st.floats(0.1, 20), st.floats(0, 3), st.floats(0, 6.28))
@repeatable
def test_bracketing_is_exact_on_a_quadratic(first, second, angle, around):
    bowl = Quadratic((first, second), angle)
    phi = np.array([np.cos(around), np.sin(around)])
    gradient = bowl.gradient(phi)
    exact = gradient @ gradient / (gradient @ bowl.matrix @ gradient)
    rate = Bracketing(30.0, tolerance=1e-9)(bowl, phi, -gradient)
    assert rate == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "start", "max_distance"),
    [
        (Quadratic((1.0, 9.0)), (9.0, 1.0), 20.0),
        (Quadratic((0.5, 20.0), 0.4), (3.0, 1.0), 20.0),
        (LINE, (2.0, 1.5), 3.0),
        (GABOR, [(-0.5, 13.0), (1.0, 12.0), (-4.0, 15.0), (1.0, 19.0), (2.0, 8.0)], 10.0),
    ],
    ids=["bowl", "turned bowl", "line", "gabor"],
)
def test_successive_exact_steps_meet_at_right_angles(loss, start, max_distance):
    """Claim cl-3, problem 6.7."""
    search = Bracketing(max_distance, tolerance=1e-9)
    params = descend(loss, start, GradientDescent(line_search=search), steps=4).params
    moves = np.diff(params, axis=0)
    lengths = np.linalg.norm(moves, axis=-1)
    assert (lengths > 1e-3).all()
    cosines = (moves[1:] * moves[:-1]).sum(axis=-1) / (lengths[1:] * lengths[:-1])
    np.testing.assert_allclose(cosines, 0, atol=1e-3)


@searches
@given(
    st.floats(-10, 10), st.floats(2.5, 22.5), st.sampled_from(["bowl", "gabor", "line", "saddle"])
)
@repeatable
def test_a_step_never_raises_the_loss(search, phi0, phi1, name):
    losses = {"bowl": Quadratic((0.5, 20.0), 0.3), "gabor": GABOR, "line": LINE, "saddle": Saddle()}
    loss, phi = losses[name], np.array([phi0, phi1])
    direction = -loss.gradient(phi)
    assert loss(phi + search(loss, phi, direction) * direction) <= loss(phi)


def test_a_valley_passed_on_the_way_is_not_forgotten():
    """A narrow well under one early trial, higher ground all around the bracket kept after it."""

    def loss(phi):
        x = phi[..., 0]
        return 0.5 * x - 2 * np.exp(-(((x - 2 / 3) / 0.01) ** 2))

    brackets = list(Bracketing(1.0).brackets(loss, ORIGIN, AHEAD))
    assert brackets[-1].losses.min() > loss(ORIGIN)
    assert Bracketing(1.0)(loss, ORIGIN, AHEAD) == pytest.approx(2 / 3)


def test_bracketing_stays_where_every_other_point_is_higher():
    assert Bracketing(1.0)(Valley(-0.5), ORIGIN, AHEAD) == 0
    assert Bracketing(1.0)(Valley(0.0), ORIGIN, np.array([0.0])) == 0  # no direction


def test_bracketing_stops_short_of_where_the_loss_is_not_a_number():
    def loss(phi):
        with np.errstate(invalid="ignore"):
            return phi[..., 0] ** 2 - 3 * np.sqrt(1 - phi[..., 0])

    rate = Bracketing(3.0)(loss, np.array([-2.0]), AHEAD)
    assert loss(np.array([-2.0]) + rate) < loss(np.array([-2.0]))

    def bowl_with_an_edge(phi):
        return np.where(phi < 2, phi**2, np.nan)[..., 0]

    assert Bracketing(3.0)(bowl_with_an_edge, ORIGIN, AHEAD) == 0  # already at the bottom


@given(st.floats(0.01, 1000), st.floats(0.05, 0.95), st.floats(0.05, 0.9), st.floats(0.01, 50))
@repeatable
def test_backtracking_takes_the_first_rate_that_is_good_enough(
    eigenvalue, shrink, sufficient, initial_rate
):
    """On ½ λ φ² the Armijo condition reads α ≤ 2 (1 - c) / λ."""
    limit = 2 * (1 - sufficient) / eigenvalue
    bowl, phi = Quadratic((eigenvalue,)), np.array([1.0])
    search = Backtracking(initial_rate, shrink, sufficient, max_trials=2000)
    rate = search(bowl, phi, -bowl.gradient(phi))
    assert rate <= limit * (1 + 1e-9)
    trials = round(np.log(rate / initial_rate) / np.log(shrink))
    assert rate == pytest.approx(initial_rate * shrink**trials)
    assert trials == 0 or rate / shrink > limit * (1 - 1e-9)


@pytest.mark.parametrize("start", [(-4.0, 15.0), (3.0, 14.0), (0.5, 16.0), (-7.0, 6.0)])
def test_armijo_holds_at_the_rate_taken_and_not_at_the_one_before(start):
    start, search = np.array(start), Backtracking(initial_rate=64.0, sufficient=0.3)
    direction = -GABOR.gradient(start)
    slope = -direction @ direction

    def good_enough(rate):
        return GABOR(start + rate * direction) <= GABOR(start) + 0.3 * rate * slope

    rate = search(GABOR, start, direction)
    assert 0 < rate < 64
    assert good_enough(rate)
    assert not good_enough(rate / search.shrink)


def test_backtracking_by_hand():
    # From 1 on 5x²: gradient 10, so the trials 1, ½, ¼ land at -9, -4, -1.5 and ⅛ at -¼.
    bowl, phi = Quadratic((10.0,)), np.array([1.0])
    assert Backtracking()(bowl, phi, -bowl.gradient(phi)) == 0.125
    assert Backtracking(max_trials=4)(bowl, phi, -bowl.gradient(phi)) == 0.125
    assert Backtracking(max_trials=3)(bowl, phi, -bowl.gradient(phi)) == 0


def test_the_trials_of_backtracking_end_with_the_one_accepted():
    bowl, phi = Quadratic((10.0,)), np.array([1.0])
    trials = list(Backtracking().trials(bowl, phi, -bowl.gradient(phi)))
    assert [float(rate) for rate, _ in trials] == [1, 0.5, 0.25, 0.125]
    assert [bool(enough) for _, enough in trials] == [False, False, False, True]


def test_a_loss_of_one_point_at_a_time_is_refused():
    class OnePoint:
        def __call__(self, phi):
            return phi[0] ** 2 + phi[1] ** 2

    with pytest.raises(ValueError, match=r"loss\(phi\) has shape .*one number for each point"):
        Bracketing(1.0)(OnePoint(), np.array([3.0, 4.0]), np.array([-3.0, -4.0]))


def test_backtracking_takes_no_step_uphill():
    bowl, phi = Quadratic((1.0, 2.0)), np.array([1.0, 1.0])
    assert Backtracking()(bowl, phi, bowl.gradient(phi)) == pytest.approx(0, abs=1e-15)


def test_backtracking_retreats_from_where_the_loss_is_not_a_number():
    log_barrier = Polynomial([0.0, 1.0])
    log_barrier.value = lambda x: x - np.log(np.where(x > 0, x, np.nan))
    phi = np.array([2.0])
    rate = Backtracking(initial_rate=8.0)(log_barrier, phi, np.array([-1.0]))
    assert 0 < rate < 2
    assert log_barrier(phi - rate) < log_barrier(phi)


@searches
@given(st.integers(0, 1000), st.sampled_from([(1,), (5,), (2, 3)]))
@settings(repeatable, max_examples=20)
def test_an_ensemble_equals_the_loop_over_its_members(search, seed, ensemble):
    phi = np.random.default_rng(seed).uniform([-10, 2.5], [10, 22.5], (*ensemble, 2))
    for loss in (GABOR, Quadratic((1.0, 30.0), 0.5)):
        direction = -loss.gradient(phi)
        together = search(loss, phi, direction)
        assert together.shape == ensemble
        for member in np.ndindex(ensemble):
            assert together[member] == search(loss, phi[member], direction[member])


@searches
def test_float32_in_float32_out(search):
    phi = np.array([[1.0, 12.0], [-3.0, 20.0]])
    direction = -GABOR.gradient(phi)
    single = search(GABOR, phi.astype(np.float32), direction.astype(np.float32))
    assert single.dtype == np.float32
    # Flat to within rounding around the lowest point: what matters is the loss reached.
    np.testing.assert_allclose(
        GABOR(phi + single[:, None] * direction),
        GABOR(phi + search(GABOR, phi, direction)[:, None] * direction),
        rtol=1e-4,
    )


@searches
def test_points_may_be_lists_and_are_not_changed(search):
    phi, direction = np.array([1.0, 12.0]), -GABOR.gradient([1.0, 12.0])
    before = phi.copy(), direction.copy()
    rate = search(GABOR, phi, direction)
    assert rate == search(GABOR, [1, 12], direction.tolist())
    np.testing.assert_array_equal(np.stack([phi, direction]), before)


# --- Wolfe ---


class Counting:
    """A loss that counts how often it is asked for its value and for its gradient."""

    def __init__(self, loss):
        self.loss, self.values, self.gradients = loss, 0, 0

    def __call__(self, phi):
        self.values += 1
        return self.loss(phi)

    def gradient(self, phi):
        self.gradients += 1
        return self.loss.gradient(phi)


def slope_at(loss, phi, direction, rate):
    return loss.gradient(phi + rate * direction) @ direction


@given(
    st.floats(-3, 3), st.floats(-3, 3), st.floats(-2, 2), st.floats(-8, 2),
    st.sampled_from([0.01, 0.1, 0.4, 0.9]), st.sampled_from(["rosenbrock", "beale", "gabor"]),
)  # fmt: skip
@repeatable
def test_both_wolfe_conditions_hold_at_the_rate_taken(x, y, angle, exponent, curvature, name):
    """Whatever the scale of the direction, and though it leads downhill at a slant."""
    loss = {"rosenbrock": Rosenbrock(), "beale": Beale(), "gabor": GABOR}[name]
    phi = np.array([x, y])
    downhill = -loss.gradient(phi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    direction = 10**exponent * turn @ downhill
    slope = -downhill @ direction
    rate = Wolfe(curvature=curvature)(loss, phi, direction)
    if slope >= 0:
        assert rate == 0
        return
    if np.linalg.norm(downhill) < 1e-3 or slope > -1e-3 * np.linalg.norm(direction):
        return  # a fall that small drowns in the rounding of the loss
    assert rate > 0
    assert loss(phi + rate * direction) <= loss(phi) + 1e-4 * rate * slope
    assert abs(slope_at(loss, phi, direction, rate)) <= -curvature * slope


@given(st.floats(-8, 8), st.floats(4, 20), st.floats(-3, 1))
@repeatable
def test_a_greater_share_of_the_promise_is_kept_on_request(x, y, exponent):
    phi = np.array([x, y])
    gradient = GABOR.gradient(phi)
    rate = Wolfe(10**exponent, sufficient=0.4, curvature=0.5)(GABOR, phi, -gradient)
    assert GABOR(phi - rate * gradient) <= GABOR(phi) - 0.4 * rate * gradient @ gradient


def test_wolfe_takes_the_first_rate_if_that_will_do():
    bowl, phi = Quadratic((1.0, 1.2)), np.array([1.0, 1.0])
    assert Wolfe()(bowl, phi, -bowl.gradient(phi)) == 1
    assert Wolfe(initial_rate=0.75)(bowl, phi, -bowl.gradient(phi)) == 0.75


@pytest.mark.parametrize(
    ("initial_rate", "trials"), [(0.25, 1), (3.0, 2), (0.1, 2), (1e-6, 7), (1e4, 3)]
)
def test_wolfe_finds_the_lowest_point_of_a_parabola_as_soon_as_it_may(initial_rate, trials):
    """The cubic through two trials is the parabola itself: only the safeguards delay it.

    One trial goes out at most ten times as far as the last one, and comes in by a thousandth.
    """
    bowl, phi = Counting(Quadratic((4.0,))), np.array([1.0])
    rate = Wolfe(initial_rate, curvature=1e-3)(bowl, phi, np.array([-4.0]))
    assert rate == pytest.approx(1 / 4, rel=1e-9)
    assert bowl.gradients == bowl.values == 1 + trials


def test_wolfe_is_not_held_up_where_the_slope_grows():
    """The cubic's minimum then lies behind, and so it does trial after trial."""
    phi, direction = np.array([1.0, -1.0]), np.array([-0.0479, 0.1147])
    slope = GABOR.gradient(phi) @ direction
    rate = Wolfe(curvature=0.01)(GABOR, phi, direction)
    assert abs(slope_at(GABOR, phi, direction, 1.0)) > 2 * abs(slope)
    assert abs(slope_at(GABOR, phi, direction, rate)) <= 0.01 * abs(slope)


def test_wolfe_goes_out_along_a_line_that_falls_for_ever():
    line = Polynomial([0.0, -1.0])
    # Its slope never flattens: each trial goes on by nine times the last stretch, the most it may.
    assert Wolfe(max_trials=1)(line, ORIGIN, AHEAD) == 1
    assert Wolfe(max_trials=3)(line, ORIGIN, AHEAD) == 1 + 9 + 81
    assert Wolfe()(line, ORIGIN, AHEAD) > 1e15


def test_wolfe_takes_no_step_uphill_or_where_it_is_flat():
    bowl, phi = Quadratic((1.0, 2.0)), np.array([1.0, 1.0])
    assert Wolfe()(bowl, phi, bowl.gradient(phi)) == 0
    assert Wolfe()(bowl, phi, np.zeros(2)) == 0
    assert Wolfe()(bowl, np.zeros(2), np.array([1.0, 0.0])) == 0
    # Not even where it would come down into a lower valley on the other side.
    phi, direction = np.array([-2.5, 3.0]), np.array([5.5, -1.0])
    assert Himmelblau()(phi + direction) < Himmelblau()(phi)
    assert Wolfe()(Himmelblau(), phi, direction) == 0


def test_wolfe_retreats_from_where_the_loss_is_not_a_number():
    log_barrier = Polynomial([0.0, 1.0])
    log_barrier.value = lambda x: x - np.log(np.where(x > 0, x, np.nan))
    log_barrier.slope = lambda x: 1 - 1 / np.where(x > 0, x, np.nan)
    phi = np.array([4.0])
    rate = Wolfe(initial_rate=64.0, curvature=0.1)(log_barrier, phi, np.array([-1.0]))
    assert phi[0] - rate == pytest.approx(1, abs=0.2)


def test_wolfe_retreats_from_where_the_slope_is_not_a_number():
    bowl = Polynomial([0.0, 0.0, 1.0])
    bowl.slope = lambda x: np.where(x > -0.3, 2 * x, np.nan)
    rate = Wolfe(curvature=0.1)(bowl, np.array([0.8]), np.array([-1.2]))  # the first: to -0.4
    assert abs(0.8 - 1.2 * rate) <= 0.08


@pytest.mark.parametrize("max_trials", [1, 2, 3, 5])
@given(st.floats(-8, 8), st.floats(4, 20), st.floats(-4, 1))
@settings(repeatable, max_examples=25)
def test_wolfe_that_runs_out_of_trials_keeps_the_lowest_that_has_fallen_enough(
    max_trials, x, y, exponent
):
    phi = np.array([x, y])
    gradient = GABOR.gradient(phi)
    trials = []

    class Watching(LeastSquares):
        def __call__(self, point):
            trials.append((point, super().__call__(point)))
            return trials[-1][1]

    search = Wolfe(10**exponent, sufficient=0.05, curvature=0.0501, max_trials=max_trials)
    rate = search(Watching(Gabor(), GABOR.x, GABOR.y), phi, -gradient)
    end = phi - rate * gradient
    if abs(GABOR.gradient(end) @ gradient) <= 0.0501 * gradient @ gradient:
        return  # it did not run out
    promised = [(phi - point) @ gradient for point, _ in trials]
    enough = [value for (_, value), p in zip(trials, promised) if value <= trials[0][1] - 0.05 * p]
    assert GABOR(end) == min(enough)


def test_a_strict_wolfe_search_agrees_with_bracketing():
    start = np.array([[0.5, 16.0], [1.0, 19.0]])
    direction = -GABOR.gradient(start)
    strict = Wolfe(initial_rate=0.01, curvature=2e-4)(GABOR, start, direction)
    exact = Bracketing(1.5, 1e-9)(GABOR, start, direction)
    np.testing.assert_allclose(strict, exact, rtol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Wolfe(initial_rate=0), "initial_rate is 0, expected finite and above zero"),
        (lambda: Wolfe(sufficient=1.5), "sufficient is 1.5, expected a number between 0 and 1"),
        (lambda: Wolfe(curvature=0), "curvature is 0, expected a number between 0 and 1"),
        (lambda: Wolfe(sufficient=0.5, curvature=0.1), "curvature is 0.1, expected above suffic"),
        (lambda: Wolfe(max_trials=0), "max_trials is 0, expected at least 1"),
    ],
)
def test_bad_settings_of_wolfe_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_product_of_a_member_is_the_same_in_any_order_of_memory():
    a, b = np.random.default_rng(0).normal(size=(2, 40, 17))
    together = dot(np.asfortranarray(a), np.asfortranarray(b))
    assert together.shape == (40, 1)
    for member in range(40):
        np.testing.assert_array_equal(together[member], dot(a[member], b[member]))
        assert together[member] == pytest.approx(a[member] @ b[member])


# --- a loss that remembers ---


def test_a_remembered_loss_is_asked_once_for_each_point():
    counting = Counting(GABOR)
    loss, here, there = Remembered(counting), np.array([1.0, 12.0]), np.array([1.0, 13.0])
    for _ in range(3):
        assert loss(here) == GABOR(here)
        np.testing.assert_array_equal(loss.gradient(here), GABOR.gradient(here))
    assert (counting.values, counting.gradients) == (1, 1)
    for phi in (there, here):
        assert loss(phi) == GABOR(phi)
    assert (counting.values, counting.gradients) == (3, 1)


def test_what_is_remembered_is_the_point_and_not_the_array():
    loss, phi = Remembered(GABOR), np.array([1.0, 12.0])
    loss(phi)
    phi[0] = 2.0
    assert loss(phi) == GABOR([2.0, 12.0])
    # Nor is an answer in one type, or for one shape, given for another.
    assert loss(phi.astype(np.float32)).dtype == np.float32
    assert loss(phi).dtype == np.float64
    assert loss(phi[None]).shape == (1,)


def test_a_remembered_loss_has_what_the_loss_has():
    loss = Remembered(GABOR)
    assert (loss.n_parameters, loss.n_examples) == (2, 28)
    np.testing.assert_array_equal(loss.hessian([1.0, 12.0]), GABOR.hessian([1.0, 12.0]))
