"""What the pictures of notebook 03 show."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lessons.experiments.scenes import gabor_loss
from lessons.stage import style

from .shown import bars, check_trail, drawn, legend, line, lines, shows, texts

GABOR = gabor_loss()


def downhill(start):
    """The Gabor loss against the distance along the steepest way down, and its slope at 0."""
    gradient = GABOR.gradient(start)
    length = np.hypot(*gradient)
    return lambda s: GABOR(start - np.multiply.outer(s, gradient / length)), -length


def against(x, f):
    return np.column_stack([x, f(np.asarray(x, float))])


# --- figure 6.10 ------------------------------------------------------------------------------


def brackets(height, far, count):
    """The first brackets (a, b, c, d) on [0, far]: each time the end that is too high is left."""
    found = [np.linspace(0, far, 4)]
    while len(found) < count:
        a, b, c, d = found[-1]
        at = dict(zip("abc", height(np.array([a, b, c]))))
        if at["a"] < min(at["b"], at["c"]):
            a, d = a, b
        elif at["b"] > at["c"]:
            a, d = b, d
        else:
            a, d = a, c
        found.append(np.linspace(a, d, 4))
    return found


@pytest.mark.parametrize("stage, start, far, drop", [
    (0, (1.5, 20.5), 5.0, "L[b] ≤ L[c]: drop [c, d]"), (1, (3.0, 16.0), 7.0, "L[b]"),
    (0, (3.0, 16.0), 7.0, "L[b] > L[c]: drop [a, b]"), (7, (-2.0, 11.0), 8.0, "L[b]"),
    (0, (0.5, 15.8), 8.0, "L[a] is the lowest: keep [a, b]"),
])  # fmt: skip
def test_fig_6_10_shows_the_brackets_up_to_the_stage(stage, start, far, drop):
    axes, text = drawn("fig_6_10", stage=stage, max_distance=far, start0=start[0], start1=start[1])
    height, _ = downhill(start)
    found = brackets(height, far, stage + 1)
    now, previous = found[-1], found[max(stage - 1, 0)]
    assert_allclose(line(axes["a"], style.INK), against(np.linspace(0, 8.2, 200), height))
    assert_allclose(line(axes["a"], style.PATH, "o"), against(now, height))
    for bracket, color in ((previous, style.MUTED), (now, style.LIGHT_SKY)):
        ((left, _, width, _),) = bars(axes["a"], color)
        assert_allclose([left, width], [bracket[0], bracket[3] - bracket[0]], atol=1e-12)
    letters = texts(axes["a"])
    assert "".join(letters) == ("abcd" if now[3] - now[0] > 1 else "")
    for place, at in zip(letters.values(), against(now, height)):
        assert_allclose(place, at)
    passed, current = lines(axes["b"], style.SECOND, "|"), line(axes["b"], style.PATH, "|")
    rows = [np.column_stack([each, np.full(4, n)]) for n, each in enumerate(found)]
    assert_allclose([*passed, current], rows, atol=1e-12)
    assert f"stage {stage}: the bracket is {now[3] - now[0]:.4g} long." in text and drop in text


# --- backtracking -----------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.2, 0.7])
def test_backtracking_refuses_every_trial_above_the_line_and_accepts_the_first_below(share):
    settings = {"first_distance": 7.0, "shrink": 0.6, "sufficient": share}
    axes, text = drawn("backtracking", start0=-2.0, start1=18.0, **settings)
    height, slope = downhill((-2.0, 18.0))
    assert_allclose(line(axes["a"], style.INK), against(np.linspace(0, 8.2, 200), height))
    for color, kept in ((style.MUTED, 1), (style.THIRD, share)):
        straight = against([0, 8.2], lambda s, kept=kept: height(0) + kept * slope * s)
        assert_allclose(line(axes["a"], color), straight)
    trials = 7 * 0.6 ** np.arange(60)
    good = height(trials) <= height(0) + share * slope * trials
    last = good.argmax()
    assert last > 1
    assert_allclose(line(axes["a"], style.PATH, "X"), against(trials[:last], height))
    assert_allclose(line(axes["a"], style.SECOND, "o"), against(trials[last : last + 1], height))
    assert list(legend(axes["a"]).values()) == [
        style.MUTED, style.THIRD, style.PATH, style.SECOND
    ]  # fmt: skip
    told = (
        f"accepted distance {trials[last]:.3g}, loss {height(0):.3g} → {height(trials[last]):.3g}"
    )
    assert text == f"{last + 1} trials; {told}"


def test_backtracking_says_when_no_trial_was_good_enough():
    axes, text = drawn("backtracking", shrink=0.9, sufficient=0.9, start0=0.0, start1=16.4)
    assert text == "60 trials, and none was good enough: no step is taken"
    assert len(line(axes["a"], style.PATH, "X")) == 60
    assert not lines(axes["a"], style.SECOND, "o")


# --- zig-zag ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["exact line search", "best fixed rate", "half the exact step"])
def test_zigzag_shows_the_path_in_the_bowl_and_what_is_left_of_the_loss(method):
    axes, text = drawn("zigzag", conditioning=7.0, start_angle=12, method=method)
    bend, angle = np.array([1.0, 7.0]), np.radians(12)

    def bowl(phi):
        return (bend * phi**2).sum(axis=-1) / 2

    path = [np.array([np.cos(angle), np.sin(angle)])]
    for _ in range(30):
        slope = bend * path[-1]
        exact = slope @ slope / (slope @ (bend * slope))
        rates = {"exact line search": exact, "best fixed rate": 2 / 8}
        path.append(path[-1] - rates.get(method, exact / 2) * slope)
    path = np.array(path)
    assert shows(axes["a"], bowl, ((-1.15, 1.15),) * 2, levels=10)
    check_trail(axes["a"], path, style.PATH)
    left = bowl(path) / bowl(path[0])
    assert_allclose(line(axes["b"], style.PATH, "o"), np.column_stack([np.arange(31), left]))
    worst = against(np.arange(31), lambda t: (6 / 8) ** (2 * t))
    assert_allclose(line(axes["b"], style.SKY), worst)
    one, two = np.diff(path[:3], axis=0)
    turn = np.degrees(np.arccos(one @ two / np.hypot(*one) / np.hypot(*two)))
    assert text.startswith(f"angle between the first two steps: {turn:.1f}°")
    told = style.number(left[-1], least=1e-12, digits=2)
    assert f"loss after 30 steps: {told} of the start's" in text
    named = {label.partition(":")[0]: color for label, color in legend(axes["b"]).items()}
    assert named == {"worst start": style.SKY, method: style.PATH}
