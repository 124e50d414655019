"""What the pictures of notebooks 00 and 02 show."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.figures import style
from course_lib.scenes import linear_loss
from course_lib.surfaces import CosineWave

from .shown import drawn, legend, line, segments

LOSS = linear_loss(LINE_NOISE, LINE_SEED)


def down(loss, start, rate, steps):
    """Gradient descent at a fixed rate, (steps + 1, 2)."""
    points = [np.array(start)]
    for _ in range(steps):
        points.append(points[-1] - rate * loss.gradient(points[-1]))
    return np.array(points)


def examples(loss):
    return np.column_stack([loss.x, loss.y])


def fitted(params, x):
    """The lines φ₀ + φ₁ x through the ends x, each ((x, y), (x, y)), one for each φ."""
    return np.stack([np.broadcast_to(x, (len(params), 2)), params @ [[1, 1], x]], axis=-1)


def against_steps(losses):
    return np.column_stack([np.arange(len(losses)), losses])


@pytest.mark.parametrize("rate", [0.00032, 0.02])
def test_first_fit_shows_the_data_thirty_steps_and_their_losses(rate):
    axes, text = drawn("first_fit", learning_rate=rate)
    path = down(LOSS, (1.6, -0.5), rate, 30)
    ends = np.array([-0.1, 2.1])
    assert_allclose(line(axes["a"], style.INK, "o"), examples(LOSS))
    assert_allclose(segments(axes["a"]), fitted(path, ends))
    assert_allclose(line(axes["a"], style.PATH), fitted(path[-1:], ends)[0])
    assert_allclose(line(axes["b"], style.PATH, "o"), against_steps(LOSS(path)))
    assert text.endswith(f"{LOSS(path[-1]):.3g} after 30 steps")
    first, *_, last = axes["a"].collections[0].get_edgecolors()[:, :3].sum(axis=1)
    assert first > last, "from light to dark"


def wave(x):
    return x * np.cos(np.pi * x)


@pytest.mark.parametrize("start, rate", [(0.6, 0.05), (0.6, 0.35), (1.4, 0.1)])
def test_taylor_promise_marks_the_promised_and_the_real_point(start, rate):
    axes, text = drawn("taylor_promise", start=start, learning_rate=rate)
    slope = np.cos(np.pi * start) - np.pi * start * np.sin(np.pi * start)
    there = start - rate * slope
    promised, real = -rate * slope**2, wave(there) - wave(start)
    assert_allclose(line(axes["a"], style.INK, "None")[:, 1], wave(np.linspace(-1, 2, 301)))
    assert_allclose(line(axes["a"], style.INK, "o"), [[start, wave(start)]])
    for color, marker, change in ((style.SECOND, "D", promised), (style.PATH, "o", real)):
        assert_allclose(line(axes["a"], color, marker), [[there, wave(start) + change]])
        assert_allclose(line(axes["b"], color, marker), [[rate, change]])
    gap = line(axes["a"], style.MUTED)
    assert_allclose(gap, [[there, wave(start) + promised], [there, wave(start) + real]])
    assert f"promised {promised:+.3g}, real {real:+.3g}" in text


def test_taylor_promise_draws_both_changes_against_the_rate_and_the_tangent():
    axes, _ = drawn("taylor_promise", start=0.4)
    slope = CosineWave().slope(0.4)
    alpha, promised = line(axes["b"], style.SECOND, "None").T
    assert_allclose(alpha, np.linspace(0, 0.5, 251))
    assert_allclose(promised, -alpha * slope**2)
    real = line(axes["b"], style.PATH, "None")
    assert_allclose(real, np.column_stack([alpha, wave(0.4 - alpha * slope) - wave(0.4)]))
    (tangent,) = [each for each in axes["a"].lines if hasattr(each, "get_slope")]
    assert_allclose([*tangent.get_xy1(), tangent.get_slope()], [0.4, wave(0.4), slope])
    assert [label.partition(":")[0] for label in legend(axes["b"])] == ["promised", "real"]
