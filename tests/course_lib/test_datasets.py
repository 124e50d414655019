"""The data sets: same seed, same points; a noise slider moves them, and moves nothing else."""

import numpy as np
import pytest

from course_lib.datasets import GABOR, LINE, digits, gabor_data, linear_data, two_class_data
from course_lib.losses import BinaryCrossEntropy
from course_lib.models import Gabor, Linear, Logistic

datasets = pytest.mark.parametrize(
    ("data", "model", "phi", "n", "bounds"),
    [(linear_data, Linear(), LINE, 12, (0, 2)), (gabor_data, Gabor(), GABOR, 28, (-15, 15))],
    ids=["line", "gabor"],
)


@datasets
def test_size_and_range_are_those_of_the_chapter(data, model, phi, n, bounds):
    x, y = data()
    assert x.shape == y.shape == (n,)
    assert bounds[0] <= x[0] and x[-1] <= bounds[1]
    assert (np.diff(x) > 0).all()
    low, high = data(n=2000)[0][[0, -1]]
    assert (low, high) == pytest.approx(bounds, abs=0.05)


def test_the_true_gabor_parameters_are_those_of_figure_6_3():
    assert GABOR == (0.0, 16.6)


@datasets
def test_the_same_seed_gives_the_same_points(data, model, phi, n, bounds):
    for first, second in zip(data(seed=8), data(seed=np.random.default_rng(8))):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(data(seed=8)[0], data(seed=9)[0])


@datasets
def test_without_noise_the_points_lie_on_the_model(data, model, phi, n, bounds):
    x, y = data(noise=0)
    np.testing.assert_array_equal(y, model(x, phi))


@datasets
def test_noise_scales_one_and_the_same_draw(data, model, phi, n, bounds):
    x, quiet = data(noise=0)
    x1, noisy = data(noise=0.2)
    x2, noisier = data(noise=0.6)
    np.testing.assert_array_equal(x, x1)
    np.testing.assert_array_equal(x, x2)
    np.testing.assert_allclose(noisier - quiet, 3 * (noisy - quiet), rtol=1e-12)


@datasets
def test_noise_is_the_standard_deviation_of_a_normal_draw(data, model, phi, n, bounds):
    x, y = data(n=20_000, noise=0.5)
    residuals = y - model(x, phi)
    assert residuals.mean() == pytest.approx(0, abs=0.02)
    assert residuals.std() == pytest.approx(0.5, abs=0.02)
    assert (np.abs(residuals) < 0.5).mean() == pytest.approx(0.6827, abs=0.02)


def test_two_classes_are_normal_around_minus_one_and_one():
    """Problem 6.4 (iv)."""
    x, y = two_class_data(n=20_000)
    assert (np.unique(y).tolist(), np.diff(y).min()) == ([0, 1], 0)
    for label, mean in ((0, -1), (1, 1)):
        of_class = x[y == label]
        assert len(of_class) == 20_000
        assert (of_class.mean(), of_class.std()) == pytest.approx((mean, 1), abs=0.03)
        assert (np.abs(of_class - mean) < 1).mean() == pytest.approx(0.6827, abs=0.02)


def test_two_classes_repeat_with_their_seed():
    x, y = two_class_data()
    assert x.shape == y.shape == (20,)
    np.testing.assert_array_equal(
        two_class_data(seed=8), two_class_data(seed=np.random.default_rng(8))
    )
    assert not np.array_equal(two_class_data(seed=8)[0], two_class_data(seed=9)[0])


def test_the_two_classes_of_the_picture_overlap_so_that_the_minimum_is_in_its_window():
    x, y = two_class_data()
    assert x[y == 0].max() > x[y == 1].min()
    loss = BinaryCrossEntropy(Logistic(), x, y)
    assert np.linalg.norm(loss.gradient([0.3705, 2.1082])) < 1e-2


def test_digits_are_images_of_every_class_in_three_parts_that_share_none():
    parts = digits()
    assert [len(part.y) for part in parts] == [1000, 397, 400]
    images = np.concatenate([part.x for part in parts])
    assert images.shape == (1797, 64) and images.min() == 0 and images.max() == 1
    assert len(np.unique(images, axis=0)) == 1797
    for part in (*parts, type(parts.training)(parts.training.x[:200], parts.training.y[:200])):
        shares = np.bincount(part.y, minlength=10) / len(part.y)
        assert (0.06 < shares).all() and (shares < 0.14).all()


def test_a_digit_looks_like_what_it_is_called():
    """The mean image of each class is nearest to most of its own: labels belong to images."""
    x, y = digits().training
    means = np.stack([x[y == digit].mean(axis=0) for digit in range(10)])
    fresh = digits().test
    nearest = ((fresh.x[:, None] - means) ** 2).sum(axis=-1).argmin(axis=-1)
    assert (nearest == fresh.y).mean() > 0.85


def test_digits_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        digits().training.x[0, 0] = 1.0
