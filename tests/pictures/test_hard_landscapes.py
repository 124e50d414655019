"""What the pictures of notebook 08 show."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.descent import descend
from course_lib.initialization import he_normal
from course_lib.optimizers import Adam
from course_lib.surfaces import HiddenValley, Recurrence
from lessons.experiments.hard_landscapes import (
    autoencoder,
    compressed,
    trained,
    wave_loss,
)
from lessons.stage import style

from .shown import check_trail, dots, drawn, legend, line, lines, segments, shows, texts


def counted(values, first=0):
    """Values (n,) against their number, the points of a line (n, 2)."""
    return np.column_stack([np.arange(len(values)) + first, values])


@pytest.mark.parametrize("rate", [0.1, 0.4])
def test_half_the_square_shows_gain_price_and_the_step(rate):
    axes, text = drawn("half_the_square", conditioning=4.0, learning_rate=rate)
    start, curvatures = np.array([1.0, 1.0]), np.array([1.0, 4.0])
    there = start - rate * curvatures * start
    check_trail(axes["a"], np.array([start, there]), style.PATH)
    first = 2.5  # ½ (1 + 4)
    rings, shares = segments(axes["a"], style.SKY), (0.25, 0.5, 0.75, 1, 1.5, 2)
    for ring, share in zip(rings, shares, strict=True):
        assert_allclose(0.5 * ring**2 @ curvatures, share**2 * first)
    assert_allclose(line(axes["a"], style.INK, "+"), [[0, 0]])
    alpha = np.linspace(0, 0.5, 201)
    gain, price = 17 / first * alpha, 0.5 * (1 + 64) / first * alpha**2
    assert_allclose(line(axes["b"], style.SECOND), np.column_stack([alpha, gain]))
    assert_allclose(line(axes["b"], style.BROWN), np.column_stack([alpha, price]))
    change = np.column_stack([alpha, price - gain])
    assert_allclose(line(axes["b"], style.PATH, "None"), change)
    after = 0.5 * there**2 @ curvatures
    assert_allclose(line(axes["b"], style.PATH, "o"), [[rate, after / first - 1]])
    assert (f"loss 2.5 → {after:.3g}" in text) and (("helps" in text) == (after < 2.5))
    assert list(legend(axes["b"]).values()) == [style.SECOND, style.BROWN, style.PATH]


def test_ends_by_width_sorts_the_losses_and_draws_three_fits():
    axes, text = drawn("ends_by_width", units="5", step=800, seed=0)
    loss, path = wave_loss(5), trained(5, 0)
    ends = loss(path.final)
    order = np.argsort(ends)
    assert_allclose(line(axes["a"], style.INK, "o"), counted(ends[order], first=1))
    x = np.linspace(-3, 3, 121)
    for place, color in ((0, style.THIRD), (20, style.SECOND), (39, style.PATH)):
        fit = loss.model(x, path.final[order[place]])
        assert_allclose(line(axes["b"], color), np.column_stack([x, fit]))
        assert_allclose(line(axes["a"], color, "o"), [[place + 1, ends[order[place]]]])
    assert_allclose(line(axes["b"], style.INK, "o"), np.column_stack([loss.x, loss.y]))
    assert_allclose(line(axes["a"], style.MUTED)[:, 1], 1)
    assert_allclose(texts(axes["a"])["a bad end lies above"], [0.6, 1.1])
    assert legend(axes["b"]) == {
        "best": style.THIRD, "middle": style.SECOND, "worst": style.PATH
    }  # fmt: skip
    assert f"{np.sum(ends > 1)} of 40 end above 1" in text
    _, begun = drawn("ends_by_width", units="5", step=0, seed=0)
    assert "after 0 steps: 40 of 40" in begun


def test_ends_by_width_trains_each_from_a_start_of_its_own_at_a_rate_that_falls_to_zero():
    loss, starts = wave_loss(5), trained(5, 0).params[0]
    drawn_at_first = he_normal(loss.model, np.random.default_rng(0), (40,))
    assert_allclose(
        loss.model.unravel(starts)[0].weights, loss.model.unravel(drawn_at_first)[0].weights
    )
    biases = loss.model.unravel(starts)[0].biases
    assert -3 < biases.min() < -2.8 and 2.8 < biases.max() < 3
    alone = descend(loss, starts[7], Adam(lambda t: 0.05 * (1 - t / 800)), 800, keep="last").final
    assert_allclose(alone, trained(5, 0).final[7], rtol=1e-6)


def test_stairs_show_the_loss_and_the_gradient_between_the_heights_that_are_left():
    axes, text = drawn("stairs", start=0.01, seed=0, step=50)
    path, loss = compressed(0.01, 0), autoencoder()
    losses = loss(path.params)
    lengths = np.linalg.norm(loss.gradient(path.params[:-1]), axis=-1)
    assert_allclose(line(axes["a"], style.PATH), counted(losses))
    assert_allclose(line(axes["b"], style.PATH), counted(lengths))
    assert_allclose(line(axes["a"], style.SECOND, "o"), [[50, losses[50]]])
    assert_allclose(line(axes["b"], style.SECOND, "o"), [[50, lengths[50]]])
    heights = [each[0, 1] for each in lines(axes["a"], style.MUTED)]
    squares = np.linalg.svd(loss.x)[1] ** 2
    assert_allclose(heights, [squares[kept:].sum() for kept in range(4)])
    assert losses[50] == pytest.approx(heights[2], rel=0.01), "on the second terrace"
    assert f"step 50: loss {losses[50]:.1f}" in text and "dashed: 744.5, 294.5, 94.5, 22.5" in text
    near = np.abs(losses - heights[1]).argmin()
    assert lengths[near] < lengths[:near].max() / 10


def test_long_products_draw_every_signal_and_their_middle():
    axes, text = drawn("long_products", kind="another matrix each time", scale="1.1", seed=2)
    rng = np.random.default_rng(2)
    signals = rng.standard_normal((20, 32, 1))
    lengths = [np.linalg.norm(signals[..., 0], axis=-1)]
    for _ in range(100):
        signals = 1.1 * rng.standard_normal((20, 32, 32)) / np.sqrt(32) @ signals
        lengths.append(np.linalg.norm(signals[..., 0], axis=-1))
    lengths = np.array(lengths) / lengths[0]
    shown = segments(axes["a"], style.SECOND)
    assert_allclose(shown, [counted(signal) for signal in lengths.T])
    middle = np.exp(np.log(lengths).mean(axis=1))
    assert_allclose(line(axes["a"], style.PATH), counted(middle))
    low, high = (style.number(end, digits=2) for end in np.sort(lengths[-1])[[0, -1]])
    assert f"from {low} to {high}" in text
    assert text.endswith(style.number(middle[-1], digits=2))


@pytest.mark.parametrize("clip", [False, True])
def test_cliff_throws_a_descent_off_and_clipping_keeps_it(clip):
    axes, text = drawn("cliff", clip=clip, limit=1.0, learning_rate=0.1, steps=60)
    loss, path, lengths = Recurrence(10, 0.7), [np.array([1.6, 0.3])], []
    for _ in range(60):
        g = loss.gradient(path[-1])
        lengths.append(np.linalg.norm(g))
        if clip and lengths[-1] > 1:
            g = g / lengths[-1]
        path.append(path[-1] - 0.1 * g)
    assert shows(axes["a"], loss, ((0.6, 2.2), (-0.6, 0.6)), levels=18)
    check_trail(axes["a"], np.array(path), style.PATH, atol=1e-6)
    shown = line(axes["b"], style.PATH, "o")[:60]
    assert_allclose(shown, counted(np.maximum(lengths, 1e-5)), rtol=1e-5)
    limits = [each[:, 1].tolist() for each in lines(axes["b"], style.SECOND)]
    assert limits == ([[1.0, 1.0]] if clip else [])
    thrown = np.abs(np.array(path)[:, 1]).max() > 4
    assert thrown != clip
    assert f"longest gradient {max(lengths):.3g}" in text


def test_behind_the_hill_descent_never_meets_the_valley():
    axes, text = drawn("behind_the_hill", start0=-0.5, start1=0.2, steps=100)
    loss, path = HiddenValley(), [np.array([-0.5, 0.2])]
    for _ in range(100):
        path.append(path[-1] - 0.2 * loss.gradient(path[-1]))
    path = np.array(path)
    assert shows(axes["a"], loss, ((-5, 5), (-3.5, 3.5)), levels=16)
    check_trail(axes["a"], path, style.PATH)
    assert_allclose(line(axes["b"], style.PATH, "None"), counted(loss(path)))
    assert_allclose(line(axes["b"], style.PATH, "o"), [[100, loss(path[-1])]])
    assert (np.diff(loss(path)) < 0).all() and (np.diff(path[:, 0]) < 0).all()
    way = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    assert f"the way is {way:.3g} long" in text
    behind, told = drawn("behind_the_hill", "behind the top")
    assert np.linalg.norm(dots(behind["a"], style.PATH)[1] - [3, 0]) < 0.2 and "→ -2.06" in told
