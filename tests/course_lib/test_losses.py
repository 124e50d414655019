"""The losses: the sums of the chapter written out, closed forms, and what must hold of each."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.datasets import gabor_data, linear_data
from course_lib.descent import descend
from course_lib.gradient_check import gradient_check
from course_lib.losses import BinaryCrossEntropy, L2Penalty, LeastSquares
from course_lib.models import Gabor, Linear, Logistic, ShallowNetwork, sigmoid
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic

repeatable = settings(derandomize=True, deadline=None, max_examples=40)

LINE = LeastSquares(Linear(), *linear_data())
GABOR = LeastSquares(Gabor(), *gabor_data())
RNG = np.random.default_rng(64)
# Problem 6.4 (iv): ten points around -1 labelled 0, ten around 1 labelled 1.
TWENTY = np.concatenate([RNG.normal(-1, 1, 10), RNG.normal(1, 1, 10)]), np.repeat([0, 1], 10)
LOGISTIC = BinaryCrossEntropy(Logistic(), *TWENTY)
ROWS = RNG.normal(size=(15, 3))
WIDE = RNG.normal(size=(20, 11))
LOSSES = {
    "line": LINE,
    "plane": LeastSquares(Linear(3), ROWS, RNG.normal(size=15)),
    "gabor": GABOR,
    "shallow network": LeastSquares(ShallowNetwork(), *TWENTY),
    "probability by least squares": LeastSquares(Logistic(), *TWENTY),
    "logistic": LOGISTIC,
    "logistic of 3 inputs": BinaryCrossEntropy(Logistic(Linear(3)), ROWS, RNG.integers(0, 2, 15)),
    "logistic of a wave": BinaryCrossEntropy(Logistic(Gabor()), *TWENTY),
    "penalty": L2Penalty(GABOR, strength=0.3),
    "penalty of 12": L2Penalty(LeastSquares(Linear(11), WIDE, RNG.normal(size=20)), strength=1e4),
}
losses = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
sums = pytest.mark.parametrize("loss", list(LOSSES.values())[:-2], ids=list(LOSSES)[:-2])
parameters = st.tuples(st.floats(-10, 10), st.floats(2.5, 22.5)).map(np.array)


def some_parameters(loss, ensemble=(), seed=3):
    """Parameters where each loss is lively: spread like those of the chapter's pictures."""
    rng = np.random.default_rng(seed)
    if loss.n_parameters == 2:
        return rng.normal([0, 12], [5, 5], (*ensemble, 2))
    return rng.normal(size=(*ensemble, loss.n_parameters))


def test_line_loss_is_the_sum_of_squared_residuals():
    phi0, phi1 = 0.7, -0.4
    by_hand = math.fsum((phi0 + phi1 * x - y) ** 2 for x, y in zip(LINE.x, LINE.y))
    assert LINE([phi0, phi1]) == pytest.approx(by_hand, rel=1e-13)


def test_gabor_loss_is_the_sum_of_squared_residuals():
    phi0, phi1 = 0.7, 11.0
    by_hand = 0.0
    for x, y in zip(GABOR.x, GABOR.y):
        u = phi0 + 0.06 * phi1 * x
        by_hand += (math.sin(u) * math.exp(-u * u / 32) - y) ** 2
    assert GABOR([phi0, phi1]) == pytest.approx(by_hand, rel=1e-13)


def test_line_gradient_is_the_sum_over_examples_of_equation_6_7():
    phi0, phi1 = 0.7, -0.4
    each = [
        [2 * (phi0 + phi1 * x - y), 2 * x * (phi0 + phi1 * x - y)] for x, y in zip(LINE.x, LINE.y)
    ]
    np.testing.assert_allclose(LINE.per_example_gradients([phi0, phi1]), each, rtol=1e-13)
    np.testing.assert_allclose(LINE.gradient([phi0, phi1]), np.sum(each, axis=0), rtol=1e-13)


@losses
@given(seed=st.integers(0, 10**6))
@repeatable
def test_gradient_passes_the_gradient_check(loss, seed):
    phi = some_parameters(loss, seed=seed)
    report = gradient_check(loss, loss.gradient, phi)
    assert np.abs(report.analytic - report.numerical).max() <= 1e-6 * (1 + loss(phi))


@losses
@given(seed=st.integers(0, 10**6))
@repeatable
def test_hessian_equals_finite_differences_of_the_gradient(loss, seed):
    h, phi = 1e-5, some_parameters(loss, seed=seed)
    steps = h * np.eye(loss.n_parameters)
    numerical = [
        (loss.gradient(phi + step) - loss.gradient(phi - step)) / (2 * h) for step in steps
    ]
    np.testing.assert_allclose(loss.hessian(phi), numerical, rtol=1e-6, atol=1e-4)


@given(parameters)
@repeatable
def test_line_hessian_is_constant(phi):
    x = LINE.x
    expected = [[2 * len(x), 2 * x.sum()], [2 * x.sum(), 2 * (x**2).sum()]]
    np.testing.assert_allclose(LINE.hessian(phi), expected, rtol=1e-13)


@given(st.tuples(st.floats(-3, 3), st.floats(-3, 3)).map(np.array))
@repeatable
def test_line_minimum_is_the_closed_form(offset):
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    best, [lowest], _, _ = np.linalg.lstsq(design, LINE.y)
    assert LINE(best) == pytest.approx(lowest)
    np.testing.assert_allclose(LINE.gradient(best), 0, atol=1e-12)
    # An exact quadratic: L[φ* + δ] = L[φ*] + ½ δᵀ H δ, never below the minimum.
    rise = offset @ LINE.hessian(best) @ offset / 2
    assert LINE(best + offset) == pytest.approx(lowest + rise, rel=1e-12)
    assert rise >= 0


@sums
def test_shares_of_the_examples_add_up(loss):
    phi = some_parameters(loss, (2,))
    np.testing.assert_allclose(loss.per_example(phi).sum(axis=-1), loss(phi), rtol=1e-13)
    shares = loss.per_example_gradients(phi)
    assert shares.shape == (2, loss.n_examples, loss.n_parameters)
    for i in range(loss.n_examples):
        alone = type(loss)(loss.model, loss.x[i : i + 1], loss.y[i : i + 1])
        np.testing.assert_allclose(loss.per_example(phi)[:, i], alone(phi), rtol=1e-13)
        np.testing.assert_allclose(shares[:, i], alone.gradient(phi), rtol=1e-13, atol=1e-15)


@losses
def test_batches_that_part_the_examples_add_up_to_the_whole(loss):
    phi = some_parameters(loss)
    batches = np.array_split(np.random.default_rng(2).permutation(loss.n_examples), 5)
    for whole, method in ((loss(phi), "__call__"), (loss.gradient(phi), "gradient")):
        parts = [getattr(loss.batch(indices), method)(phi) for indices in batches]
        np.testing.assert_allclose(np.sum(parts, axis=0), whole, rtol=1e-12, atol=1e-12)


def test_a_batch_may_hold_an_example_twice():
    phi = [0.3, 12.0]
    assert GABOR.batch([4, 4])(phi) == pytest.approx(2 * GABOR.batch([4])(phi))


@losses
@pytest.mark.parametrize("ensemble", [(), (1,), (7,), (3, 4)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_ensemble_equals_the_loop_over_its_members(loss, ensemble, order):
    phi, size = some_parameters(loss, ensemble).copy(order), loss.n_parameters
    for method, tail in ((loss, ()), (loss.gradient, (size,)), (loss.hessian, (size, size))):
        together = method(phi)
        assert np.shape(together) == ensemble + tail
        for member in np.ndindex(ensemble):
            np.testing.assert_array_equal(together[member], method(phi[member]))


@losses
def test_float32_parameters_give_a_float32_loss(loss):
    phi = some_parameters(loss, (2,), seed=8)
    for method in (loss, loss.gradient, loss.hessian, loss.batch([1, 2]).gradient):
        single = method(phi.astype(np.float32))
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, method(phi), rtol=1e-3, atol=1e-4)


def test_the_loss_keeps_its_own_copy_of_the_data():
    x = np.array([0.0, 1.0])
    loss = LeastSquares(Linear(), x, [1.0, 2.0])
    x[0] = np.nan
    assert loss([1.0, 1.0]) == 0


def test_neither_data_nor_parameters_are_changed():
    x, y = linear_data()
    phi = np.array([[0.5, 0.5]])
    before = x.copy(), y.copy(), phi.copy()
    loss = LeastSquares(Linear(), x, y)
    loss(phi), loss.gradient(phi), loss.hessian(phi), loss.batch([0, 1])(phi)
    for array, copy in zip((x, y, phi), before):
        np.testing.assert_array_equal(array, copy)


def test_cross_entropy_is_minus_the_log_of_the_probability_of_each_label():
    """Problem 6.4 (ii)."""
    phi = [0.3, -1.2]
    chances = [1 / (1 + math.exp(-(phi[0] + phi[1] * x))) for x in LOGISTIC.x]
    by_hand = -sum(math.log(p if y == 1 else 1 - p) for p, y in zip(chances, LOGISTIC.y))
    assert LOGISTIC(phi) == pytest.approx(by_hand, rel=1e-13)
    np.testing.assert_allclose(LOGISTIC.model(LOGISTIC.x, phi), chances, rtol=1e-14)


def test_gradient_of_cross_entropy_is_probability_minus_label_times_input():
    """Problem 6.4 (iii)."""
    phi = [0.3, -1.2]
    surplus = sigmoid(phi[0] + phi[1] * LOGISTIC.x) - LOGISTIC.y
    expected = [surplus.sum(), (surplus * LOGISTIC.x).sum()]
    np.testing.assert_allclose(LOGISTIC.gradient(phi), expected, rtol=1e-13)


def test_with_no_parameters_set_each_label_costs_log_2():
    assert LOGISTIC([0.0, 0.0]) == pytest.approx(20 * math.log(2))
    tens = LOGISTIC.x[:10].sum() - LOGISTIC.x[10:].sum()
    np.testing.assert_allclose(LOGISTIC.gradient([0.0, 0.0]), [0, tens / 2], atol=1e-14)


@given(st.floats(-20, 20), st.floats(-20, 20))
@repeatable
def test_cross_entropy_of_the_logistic_model_is_convex(phi0, phi1):
    """Problem 6.4 (v): the Hessian is Σ p (1 - p) [1, x] [1, x]ᵀ, and no eigenvalue is below 0."""
    z = phi0 + phi1 * LOGISTIC.x
    rows = np.stack([np.ones_like(z), LOGISTIC.x], axis=-1)
    expected = (rows * (sigmoid(z) * sigmoid(-z))[:, None]).T @ rows
    hessian = LOGISTIC.hessian([phi0, phi1])
    np.testing.assert_allclose(hessian, expected, rtol=1e-10, atol=1e-300)
    smallest, largest = np.linalg.eigvalsh(hessian)
    assert smallest >= -1e-15 * largest
    # Of a 2 x 2 matrix: both eigenvalues are above 0 if the trace and the determinant are.
    assert np.trace(expected) > 0 and np.linalg.det(expected / largest) > -1e-15


def test_least_squares_of_the_logistic_model_is_not_convex():
    loss = LOSSES["probability by least squares"]
    assert np.linalg.eigvalsh(loss.hessian([3.0, -3.0])).min() < -0.1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("margin", [1e4, 700.0, 90.0, 40.0])
def test_cross_entropy_is_right_at_any_margin(margin, dtype):
    loss = BinaryCrossEntropy(Logistic(), [-1.0, 1.0], [0, 1])  # margin: φ₁ for both
    phi = np.array([0.0, margin], dtype)
    tail = math.exp(-margin)  # what log(1 + tail) and sig[-margin] are to the last digit
    exact = {"rtol": 1e-14 if dtype == np.float64 else 1e-5, "atol": np.finfo(dtype).tiny}
    np.testing.assert_allclose(loss(phi), 2 * tail, **exact)
    np.testing.assert_allclose(loss.gradient(phi), [0, -2 * tail], **exact)
    np.testing.assert_allclose(loss.hessian(phi), 2 * tail * np.eye(2), **exact)
    assert loss(-phi) == 2 * margin
    assert loss.gradient(-phi).tolist() == [0, -2]


def test_swapping_the_labels_is_changing_the_sign_of_the_parameters():
    swapped = BinaryCrossEntropy(Logistic(), LOGISTIC.x, 1 - LOGISTIC.y)
    phi = some_parameters(LOGISTIC, (6,))
    np.testing.assert_allclose(swapped(phi), LOGISTIC(-phi), rtol=1e-14)
    np.testing.assert_allclose(swapped.gradient(phi), -LOGISTIC.gradient(-phi), rtol=1e-13)


def test_a_cross_entropy_of_everything_together():
    """A loss of very many examples, asked for a single point: it is not put into blocks."""
    x = np.linspace(-2, 2, 40_000)
    loss = BinaryCrossEntropy(Logistic(), x, x > 0)
    parts = [loss.batch(np.arange(k, 40_000, 4)) for k in range(4)]
    phi = np.array([0.1, 2.0])
    np.testing.assert_allclose(sum(part(phi) for part in parts), loss(phi), rtol=1e-12)
    together = sum(part.gradient(phi) for part in parts)
    np.testing.assert_allclose(together, loss.gradient(phi), rtol=1e-10)


def test_penalty_is_half_the_strength_times_the_squared_length():
    bowl, phi = Quadratic((1.0, 3.0)), np.array([3.0, -4.0])
    loss = L2Penalty(bowl, strength=0.2)
    assert loss(phi) == pytest.approx(bowl(phi) + 0.1 * 25)
    np.testing.assert_allclose(loss.gradient(phi), bowl.gradient(phi) + 0.2 * phi)
    np.testing.assert_allclose(loss.hessian(phi), bowl.hessian(phi) + 0.2 * np.eye(2))
    assert loss.n_parameters == 2
    np.testing.assert_array_equal(L2Penalty(bowl, 0).gradient(phi), bowl.gradient(phi))


def test_a_penalised_line_ends_at_the_closed_form_of_ridge_regression():
    strength = 1.5
    design = np.stack([np.ones_like(LINE.x), LINE.x], axis=-1)
    ridge = np.linalg.solve(2 * design.T @ design + strength * np.eye(2), 2 * design.T @ LINE.y)
    path = descend(L2Penalty(LINE, strength), [0.0, 0.0], GradientDescent(0.02), steps=2000)
    np.testing.assert_allclose(path.final, ridge, atol=1e-10)
    assert np.linalg.norm(ridge) < np.linalg.norm(np.linalg.lstsq(design, LINE.y)[0])


def test_a_batch_of_a_batch_keeps_its_share_of_the_penalty():
    loss = LOSSES["penalty"]
    half = loss.batch(np.arange(14))
    assert (loss.n_examples, half.n_examples, loss.batch([3]).n_examples) == (28, 14, 1)
    assert half.strength == loss.strength / 2
    assert half.batch([0, 1]).strength == pytest.approx(loss.strength * 2 / 28)
    assert loss.strength == 0.3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BinaryCrossEntropy(Linear(), *TWENTY), r"model is Linear\(.*expected a Logistic"),
        (lambda: BinaryCrossEntropy(Logistic(), [1, 2], [0, 2]), r"y\[1\] is 2.0, expected 0 or 1"),
        (lambda: BinaryCrossEntropy(Logistic(), [1, 2], [-1, 1]), r"y\[0\] is -1.0, expected 0 or"),
        (
            lambda: BinaryCrossEntropy(Logistic(), [1, 2], [0.5, 1]),
            r"y\[0\] is 0.5, expected 0 or 1",
        ),
        (
            lambda: BinaryCrossEntropy(Logistic, [1], [1]),
            "model is <class .*, expected a model such",
        ),
        (lambda: LeastSquares(None, [1], [1]), "model is None, expected a model such as Linear"),
        (lambda: LeastSquares(Linear(2), [1, 2], [1, 2]), r"x has shape \(2,\), expected \(I, 2\)"),
        (lambda: LeastSquares(Linear(2), ROWS, [1]), r"x has shape \(15, 3\), expected \(I, 2\)"),
        (lambda: LeastSquares(Linear(), ROWS, [1]), r"x has shape \(15, 3\), expected one axis"),
        (lambda: LeastSquares(Linear(2), [[1, 2]], [[1]]), r"y has shape \(1, 1\), expected one"),
        (
            lambda: LeastSquares(Linear(2), [[1, math.nan]], [1]),
            r"x\[0, 1\] is nan, expected finite",
        ),
        (lambda: Linear(0), "n_inputs is 0, expected at least 1"),
        (lambda: Linear(2)([1.0, 2.0], np.ones(3)), r"x has shape \(2,\), expected \(I, 2\)"),
        (lambda: LOSSES["plane"]([1, 2]), r"phi has shape \(2,\), expected \(..., 4\)"),
        (lambda: L2Penalty(LINE, -1), "strength is -1, expected finite and not negative"),
        (lambda: L2Penalty(LINE, [0.1, 0.2]), r"strength is \[0.1, 0.2\], expected one number"),
        (lambda: L2Penalty(abs, 1), "loss is .*abs.*, expected a callable with `gradient`"),
        (lambda: L2Penalty(LINE, 0.1)(1.0), r"phi has shape \(\), expected \(..., P\)"),
    ],
)
def test_the_error_names_the_argument_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
