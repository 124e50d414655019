"""Clipping: the definition, its limits, and a loss that is itself in all but its gradient."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.batches import Minibatches
from course_lib.clipping import ClippedGradient, clip_by_norm, clip_by_value
from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import Quadratic
from tests.oracles import live

repeatable = settings(derandomize=True, deadline=None, max_examples=100)

GABOR = LeastSquares(Gabor(), *gabor_data())
gradients = arrays(float, st.integers(1, 8), elements=st.floats(-1e300, 1e300))
limits = st.floats(1e-6, 1e6)


@given(gradients, limits)
@repeatable
def test_what_is_clipped_is_as_long_as_allowed_and_points_the_same_way(gradient, max_norm):
    clipped = clip_by_norm(gradient, max_norm)
    largest = np.abs(gradient).max()
    if largest > max_norm:
        unit = gradient / largest / np.linalg.norm(gradient / largest)
        np.testing.assert_allclose(clipped, max_norm * unit, rtol=1e-12, atol=1e-200)
    assert np.linalg.norm(clipped) <= max_norm * (1 + 1e-12)


@given(gradients, limits)
@repeatable
def test_a_short_gradient_comes_back_to_the_last_digit(gradient, max_norm):
    short = gradient / max(1, np.abs(gradient).max()) * max_norm / 3
    np.testing.assert_array_equal(clip_by_norm(short, max_norm), short)


def test_a_gradient_exactly_as_long_as_allowed_comes_back_to_the_last_digit():
    for size in np.arange(1, 40) / 7:
        gradient = size * np.array([3.0, 4.0])
        allowed = np.linalg.norm(gradient / gradient[1]) * gradient[1]
        np.testing.assert_array_equal(clip_by_norm(gradient, allowed), gradient)


def test_the_definition_on_numbers():
    np.testing.assert_allclose(clip_by_norm([-3.0, 4.0], 2.5), [-1.5, 2], rtol=1e-15)
    assert clip_by_norm([0.0, 0.0], 1.0).tolist() == [0, 0]
    assert clip_by_norm([-7.0], 2.0).tolist() == [-2]


def test_torch_divides_by_a_little_more():
    """clip_grad_norm_ of torch 2.15, which has 1e-6 in the denominator."""
    recorded = [0.599999880000024, 0.799999840000032]
    ours = clip_by_norm([3.0, 4.0], 1.0)
    np.testing.assert_allclose(ours * 5 / (5 + 1e-6), recorded, rtol=1e-14)
    assert np.abs(ours - recorded).max() > 1e-7


def test_torch_still_does():
    torch = live("torch")
    for gradient in ([3.0, 4.0], [0.3, 0.4]):
        parameter = torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        torch.nn.utils.clip_grad_norm_([parameter], 1.0)
        ours = clip_by_norm(gradient, 1.0)
        long = np.linalg.norm(gradient) > 1
        np.testing.assert_allclose(parameter.grad, ours * (5 / (5 + 1e-6) if long else 1), 1e-14)


def test_clipping_nothing_gives_nothing():
    assert clip_by_norm([], max_norm=1.0).shape == (0,)


def test_clipping_by_value_clips_each_entry():
    clipped = clip_by_value([[3.0, -0.5, -2.0], [0.1, np.inf, np.nan]], 1.0)
    np.testing.assert_array_equal(clipped, [[1, -0.5, -1], [0.1, 1, np.nan]])


@pytest.mark.parametrize("size", [1e160, 1e308])
def test_the_square_of_a_cliff_may_overflow(size):
    np.testing.assert_allclose(clip_by_norm([size, -size], 2.0), [2**0.5, -(2**0.5)])
    single = clip_by_norm(np.array([1e30, -1e30], np.float32), 2.0)
    np.testing.assert_allclose(single, [2**0.5, -(2**0.5)], rtol=1e-6)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_gradient_that_is_not_finite_has_no_length_to_clip(bad):
    clipped = clip_by_norm([[1.0, bad], [3.0, 4.0]], 1.0)
    assert np.isnan(clipped[0]).all()
    np.testing.assert_allclose(clipped[1], [0.6, 0.8])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(2,), (6, 2), (3, 2, 5), (4, 300)])
def test_an_ensemble_equals_the_loop_over_its_members(clip, dtype, shape):
    rng = np.random.default_rng(0)
    gradient = (rng.standard_normal(shape) * 10.0 ** rng.integers(0, 3, shape)).astype(dtype)
    allowed = rng.uniform(0.1, 2, shape[:-1])
    together = clip(gradient, allowed)
    assert together.dtype == dtype
    assert together.shape == shape
    assert (np.abs(together) <= np.abs(gradient)).all()
    for member in np.ndindex(shape[:-1]):
        np.testing.assert_array_equal(together[member], clip(gradient[member], allowed[member]))


def test_the_gradient_given_is_not_changed():
    gradient = np.array([3.0, 4.0])
    clip_by_norm(gradient, 1.0), clip_by_value(gradient, 1.0)
    assert gradient.tolist() == [3, 4]


def test_a_clipped_loss_is_itself_in_all_but_its_gradient():
    phi = np.array([[1.0, 12.0], [-4.0, 18.0]])
    loss = ClippedGradient(GABOR, max_norm=0.5)
    np.testing.assert_array_equal(loss(phi), GABOR(phi))
    np.testing.assert_array_equal(loss.hessian(phi), GABOR.hessian(phi))
    assert (loss.n_parameters, loss.model, loss.x) == (2, GABOR.model, pytest.approx(GABOR.x))
    np.testing.assert_array_equal(loss.gradient(phi), clip_by_norm(GABOR.gradient(phi), 0.5))
    assert not np.array_equal(loss.gradient(phi), GABOR.gradient(phi))
    assert not hasattr(loss, "nonsense")


def test_batches_and_the_whole_are_clipped_as_well():
    phi = np.array([1.0, 12.0])

    class OfABatch:
        """A loss as a rule sees it."""

        whole, gradient = GABOR, GABOR.batch([3]).gradient

    batch = ClippedGradient(GABOR, 0.01).batch([3, 4])
    seen = clip_by_norm(GABOR.batch([3, 4]).gradient(phi), 0.01)
    np.testing.assert_array_equal(batch.gradient(phi), seen)
    whole = ClippedGradient(OfABatch(), 0.01).whole
    np.testing.assert_array_equal(whole.gradient(phi), clip_by_norm(GABOR.gradient(phi), 0.01))
    assert np.linalg.norm(seen) == pytest.approx(0.01)
    assert not hasattr(ClippedGradient(GABOR, 0.01), "whole")  # as with the loss inside


def test_a_clipped_loss_can_be_sent_to_another_process():
    loss = pickle.loads(pickle.dumps(ClippedGradient(GABOR, 0.5)))
    phi = np.array([1.0, 12.0])
    np.testing.assert_array_equal(loss.gradient(phi), clip_by_norm(GABOR.gradient(phi), 0.5))


def test_no_step_is_longer_than_rate_times_max_norm():
    loss, rule, batches = ClippedGradient(GABOR, 0.5), GradientDescent(0.2), Minibatches(5, rng=0)
    path = descend(loss, [1.0, 12.0], rule, steps=100, batches=batches)
    lengths = np.linalg.norm(np.diff(path.params, axis=0), axis=-1)
    assert lengths.max() == pytest.approx(0.1)
    assert path.gradient_norms.max() == pytest.approx(0.5)
    free = descend(GABOR, [1.0, 12.0], rule, steps=100, batches=Minibatches(5, rng=0))
    assert np.linalg.norm(np.diff(free.params, axis=0), axis=-1).max() > 0.5


def test_clipping_keeps_a_rate_that_is_too_high_in_bounds():
    steep = Quadratic((1000.0, 1.0))
    start, rule = [3.0, 1.0], GradientDescent(0.1)
    assert descend(steep, start, rule, steps=50).diverged
    path = descend(ClippedGradient(steep, [1.0, 2.0]), [start, start], rule, steps=50)
    assert not path.diverged.any()
    assert (path.final_loss < path.losses[0]).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: clip_by_norm([1.0], 0), "max_norm is 0, expected finite and above zero"),
        (lambda: clip_by_norm([1.0], np.inf), "max_norm is inf, expected finite and above zero"),
        (lambda: clip_by_norm(1.0, 1.0), r"gradient has shape \(\), expected"),
        (lambda: clip_by_value([1.0], -1), "limit is -1, expected finite and above zero"),
        (lambda: ClippedGradient(GABOR, 0), "max_norm is 0, expected finite and above zero"),
    ],
)
def test_a_bad_call_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
