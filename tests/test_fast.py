"""Speed must not change an answer: blocks, threads and the tangent give what the plain way gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import fast
from course_lib.datasets import gabor_data
from course_lib.fast import in_blocks, sin_and_cos
from course_lib.losses import LeastSquares
from course_lib.models import Gabor


@given(st.floats(-1e6, 1e6))
def test_sine_and_cosine_are_right_to_the_last_digits(u):
    sine, cosine = sin_and_cos(np.array([u]))
    assert abs(sine[0] - np.sin(u)) <= 5e-16
    assert abs(cosine[0] - np.cos(u)) <= 5e-16


def test_sine_and_cosine_at_the_tangents_poles():
    u = np.pi * np.arange(-9, 10) / 2
    sine, cosine = sin_and_cos(u)
    np.testing.assert_allclose(sine, np.sin(u), atol=5e-16)
    np.testing.assert_allclose(cosine, np.cos(u), atol=5e-16)


def test_single_precision_stays_single():
    assert {part.dtype for part in sin_and_cos(np.ones(3, np.float32))} == {np.dtype(np.float32)}


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("members", [1, 7, 8, 9, 16, 100])
def test_blocks_give_what_one_call_gives(monkeypatch, members, threads):
    monkeypatch.setattr(fast, "BLOCK", 8 * 28)
    monkeypatch.setattr(fast, "THREADS", threads)
    loss = LeastSquares(Gabor(), *gabor_data())
    phi = np.random.default_rng(0).uniform([-10, 2.5], [10, 22.5], (members, 2))
    alone = [loss.gradient(member) for member in phi]
    np.testing.assert_array_equal(loss.gradient(phi), alone)
    np.testing.assert_array_equal(loss(phi), [loss(member) for member in phi])
    sizes = []
    in_blocks(lambda part: sizes.append(len(part)) or part, phi, width=28)
    assert sum(sizes) == members and max(sizes) <= 8


def test_blocks_keep_the_shape_of_the_ensemble(monkeypatch):
    monkeypatch.setattr(fast, "BLOCK", 10)
    phi = np.arange(60.0).reshape(3, 10, 2)
    np.testing.assert_array_equal(in_blocks(lambda part: 2 * part, phi, width=5), 2 * phi)
    np.testing.assert_array_equal(in_blocks(lambda part: part[:, 0], phi, width=5), phi[..., 0])


def test_an_error_in_a_thread_is_not_lost(monkeypatch):
    monkeypatch.setattr(fast, "BLOCK", 1)
    monkeypatch.setattr(fast, "THREADS", 2)

    def fail_late(part):
        if part[0, 0] > 20:
            raise ValueError("late")
        return part

    with pytest.raises(ValueError, match="late"):
        in_blocks(fail_late, np.arange(60.0).reshape(30, 2), width=1)


@pytest.mark.filterwarnings("error")
def test_threads_keep_the_callers_error_settings(monkeypatch):
    monkeypatch.setattr(fast, "BLOCK", 1)
    monkeypatch.setattr(fast, "THREADS", 2)
    with np.errstate(over="ignore"):
        assert np.isinf(in_blocks(lambda part: part * 1e300, np.full((30, 1), 1e300), 1)).all()
