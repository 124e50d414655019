"""Speed must not change an answer: blocks, threads and tangents give what the plain way gives."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import fast
from course_lib.datasets import gabor_data
from course_lib.fast import in_blocks, line, sine, sums_in_order, wave_and_slope, within
from course_lib.losses import LeastSquares
from course_lib.models import Gabor

phases = st.floats(-1e6, 1e6) | st.integers(-99, 99).map(lambda k: k * np.pi / 2)  # and poles
both_types = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@given(phases)
def test_the_sine_is_right_to_the_last_digits(u):
    assert abs(sine(np.array([u]))[0] - np.sin(u)) <= 3e-16


@given(phases)
def test_the_wave_and_its_slope_are_right_to_the_last_digits(u):
    bell = np.exp(-(u**2) / 32)
    f, slope = wave_and_slope(np.array([u]))
    assert f[0] == pytest.approx(np.sin(u) * bell, rel=0, abs=5e-16)
    expected = np.cos(u) * bell - u / 16 * np.sin(u) * bell
    assert slope[0] == pytest.approx(expected, rel=0, abs=1e-15)


def test_single_precision_stays_single():
    u = np.linspace(-9, 9, 181, dtype=np.float32)
    f, slope = wave_and_slope(u)
    assert {part.dtype for part in (sine(u), f, slope)} == {np.dtype(np.float32)}
    for single, double in zip((sine(u), f, slope), (np.sin(u), *wave_and_slope(u.astype(float)))):
        np.testing.assert_allclose(single, double, atol=5e-7)


@both_types
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("ensemble", [(), (1,), (2,), (3, 1), (40, 3)])
def test_lines_and_sums_have_the_bits_of_each_member_alone(ensemble, order, dtype):
    rng = np.random.default_rng(0)
    x = rng.normal(size=29).astype(dtype)
    phi = rng.normal(size=(*ensemble, 2)).astype(dtype, order=order)
    weights = rng.normal(size=(*ensemble, 29)).astype(dtype, order=order)
    lines, sums = line(phi, x), sums_in_order(weights, x)
    assert lines.shape == weights.shape and sums.shape == phi.shape
    assert lines.dtype == sums.dtype == dtype
    for member in np.ndindex(ensemble):
        np.testing.assert_array_equal(lines[member], phi[member][0] + phi[member][1] * x)
        in_order = np.zeros(2, dtype)
        for weight, row in zip(weights[member], np.stack([np.ones_like(x), x], axis=1)):
            in_order += weight * row
        np.testing.assert_array_equal(sums[member], in_order)


@both_types
@pytest.mark.parametrize("shape", [(2,), (3, 2), (4000, 2)])
@pytest.mark.parametrize("last, usable", [(9.0, True), (-11.0, False), (np.nan, False)])
def test_one_entry_beyond_the_bound_is_noticed_in_arrays_of_any_size(shape, last, usable, dtype):
    phi = np.zeros(shape, dtype)
    phi.ravel()[-1] = last
    assert within(10.0, phi.size)(phi) is usable


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("members", [1, 7, 8, 9, 16, 100])
def test_blocks_give_what_one_call_gives(monkeypatch, members, threads):
    monkeypatch.setattr(fast, "BLOCK", 8 * 28 * 8)
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
    monkeypatch.setattr(fast, "BLOCK", 80)
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


def test_what_is_slow_to_import_waits_until_it_is_needed():
    program = """if True:
        import sys
        from course_lib import batches, descent, optimizers
        slow = {"course_lib.optimizers.adam", "numpy.random", "concurrent.futures"}
        assert not slow & set(sys.modules), slow & set(sys.modules)
        assert optimizers.Adam.__module__ in sys.modules
        try:
            optimizers.Adams
        except AttributeError as error:
            print(error)
    """
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "module 'course_lib.optimizers' has no attribute 'Adams'\n", run.stderr
