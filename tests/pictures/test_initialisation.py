"""What the pictures of notebook 09 show."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.text import Annotation
from numpy.testing import assert_allclose

from course_lib.descent import descend
from course_lib.initialization import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    orthogonal,
    uniform,
)
from course_lib.losses import LeastSquares
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.initialisation import first_layers, from_each_start, starts_of_many_sizes
from lessons.stage import style

from .shown import drawn, legend, line, lines, ridges, segments, texts

UNITS = (style.PATH, style.SECOND, style.THIRD)


def relu(z):
    return np.maximum(z, 0)


# --- ten parameters ---------------------------------------------------------------------------


def test_ten_parameters_shows_three_units_their_joints_and_their_sum():
    axes, text = drawn("ten_parameters", phi0=0.5, phi1=-1.5, phi2=2.0, phi3=0.7, theta10=0.6)
    x = np.linspace(-2, 2, 401)
    units = [(-1.5, 0.6, 1.5), (2.0, 1.2, 1.0), (0.7, 1.0, -1.0)]  # φ, θ₀, θ₁

    def total(x):
        return 0.5 + sum(phi * relu(offset + slope * x) for phi, offset, slope in units)

    for unit, (color, (phi, offset, slope)) in enumerate(zip(UNITS, units)):
        alone = phi * relu(offset + slope * x)
        assert_allclose(line(axes["a"], color, "None"), np.column_stack([x, alone]))
        joint = -offset / slope
        assert_allclose(line(axes["a"], color, "o"), [[joint, 0]], atol=1e-12)
        assert_allclose(line(axes["b"], color, "o"), [[joint, total(joint)]])
        strip, height = line(axes["b"], color, "None"), -4 + 0.22 * unit
        assert_allclose(strip[:, 0], x)
        np.testing.assert_array_equal(np.isfinite(strip[:, 1]), offset + slope * x > 0)
        assert_allclose(strip[np.isfinite(strip[:, 1]), 1], height)
    assert_allclose(line(axes["b"], style.INK), np.column_stack([x, total(x)]))
    for panel in "ab":
        assert_allclose(line(axes[panel], style.MUTED)[:, 1], 0)
    assert text.endswith("joints between -2 and 2: -1.2, -0.4, 1; slopes of the pieces, "
                         "from left to right: -0.7, 1.3, -0.95, -0.25")  # fmt: skip
    assert legend(axes["a"]) == {f"unit {k}": color for k, color in enumerate(UNITS, 1)}


@pytest.mark.parametrize("lost", [{"phi1": 0.0}, {"theta11": 0.0}, {"theta10": 3.0}])
def test_ten_parameters_names_and_marks_a_joint_only_where_the_line_bends(lost):
    assert "joints between -2 and 2: -1.2, -0.2, 1;" in drawn("ten_parameters")[1]
    axes, text = drawn("ten_parameters", **lost)
    assert "joints between -2 and 2: -1.2, 1;" in text
    assert lines(axes["a"], UNITS[0], "o") == lines(axes["b"], UNITS[0], "o") == []


# --- the backward pass ------------------------------------------------------------------------

NODES = {"x": (0, 0.5), "1": (1, 0.87), "2": (1, 0.13), "f": (2, 0.5)}
EDGES = [(NODES[one], NODES[other]) for one, other in ("x1", "x2", "1f", "2f")]


def written(ax, color):
    """Each text in a colour, by its place."""
    return {
        tuple(np.round(each.get_position(), 6)): each.get_text()
        for each in ax.texts
        if each.get_text() and same_color(each.get_color(), color)
    }


ACTIVATIONS = {"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2), "relu": (relu, lambda z: z > 0)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backward_pass_writes_each_number_where_it_belongs(activation):
    axes, text = drawn("backward_pass", x=1.5, y=-0.4, w=0.7, v=-1.2, activation=activation)
    a, slope = ACTIVATIONS[activation]
    z = np.array([0.7 * 1.5 + 0.1, -0.8 * 1.5 - 0.3])
    h = a(z)
    f = -1.2 * h[0] + 0.6 * h[1] + 0.2
    back_f = 2 * (f + 0.4)
    back_z = back_f * np.array([-1.2, 0.6]) * slope(z) + 0.0
    middles = [tuple(np.add(*edge) / 2) for edge in EDGES]
    units = [f"z = {one:.3f}\nh = {other:.3f}" for one, other in zip(z, h)]
    ahead = ["x = 1.5", *units, f"f = {f:.3f}"]
    back = ["x", *(f"{each:.3f}" for each in (*back_z, back_f))]
    assert written(axes["a"], style.INK) == dict(zip(NODES.values(), ahead))
    assert written(axes["b"], style.INK) == dict(zip(NODES.values(), back))
    weights = ["0.7", "-0.8", "-1.2", "0.6"]
    assert written(axes["a"], style.SECOND) == dict(zip(middles, weights))
    slopes = [f"{each + 0.0:.3f}" for each in (*(1.5 * back_z), *(back_f * h))]
    assert written(axes["b"], style.PATH) == dict(zip(middles, slopes))
    assert f"= {(f + 0.4) ** 2:.3f}, and ∂L/∂f = 2 (f − y) = {back_f:.3f};" in text


@pytest.mark.parametrize("panel, color, style_of_arrow", [
    ("a", style.SECOND, "-|>"), ("b", style.PATH, "<|-"),
])  # fmt: skip
def test_backward_pass_draws_an_arrow_along_each_edge_and_a_box_around_each_node(
    panel, color, style_of_arrow
):
    ax = drawn("backward_pass", x=1.5).axes[panel]
    arrows = [each for each in ax.texts if isinstance(each, Annotation)]
    assert [(each.xyann, each.xy) for each in arrows] == EDGES
    assert {each.arrow_patch.get_arrowstyle().arrow for each in arrows} == {style_of_arrow}
    boxes = [each for each in ax.texts if each.get_bbox_patch()]
    around = [each.get_position() for each in boxes
              if same_color(each.get_bbox_patch().get_edgecolor(), color)]  # fmt: skip
    assert around == [*NODES.values()]
    blank = [each.get_position() for each in boxes
             if same_color(each.get_bbox_patch().get_edgecolor(), "white")]  # fmt: skip
    assert_allclose(blank, [np.add(*edge) / 2 for edge in EDGES])


# --- equal weights ----------------------------------------------------------------------------

EQUAL_X = np.linspace(-2, 2, 21)
EQUAL_Y = 2 * np.exp(-2 * (EQUAL_X - 0.4) ** 2)


@pytest.mark.parametrize("difference, activation", [("1", "tanh"), ("1e-6", "sigmoid")])
def test_equal_weights_shows_three_weights_how_far_they_are_apart_and_the_fit(
    difference, activation
):
    settings = {"common": 0.3, "difference": difference, "activation": activation}
    axes, text = drawn("equal_weights", learning_rate=0.02, **settings)
    network = MLP((1, 3, 1), activation)
    start = 0.3 + float(difference) * glorot_normal(network, 1)
    path = descend(LeastSquares(network, EQUAL_X, EQUAL_Y), start, GradientDescent(0.02), 500)
    weights = path.params[:, :3]
    for unit, color in enumerate(UNITS):
        expected = np.column_stack([np.arange(501), weights[:, unit]])
        assert_allclose(line(axes["a"], color), expected, rtol=1e-6)
    spread = weights.max(axis=1) - weights.min(axis=1)
    assert_allclose(line(axes["b"], style.INK), np.column_stack([np.arange(501), spread]))
    assert_allclose(line(axes["c"], style.INK, "o"), np.column_stack([EQUAL_X, EQUAL_Y]))
    x = np.linspace(-2, 2, 81)
    assert_allclose(line(axes["c"], style.PATH), np.column_stack([x, network(x, path.final)]))
    assert f"{path.losses[0]:.3g} → {path.final_loss:.3g}" in text
    if difference == "1":
        assert f"part (by 0.1) at step {(spread > 0.1).argmax()};" in text
    else:
        assert "they do not part" in text
    assert legend(axes["a"]) == {f"unit {k}": color for k, color in enumerate(UNITS, 1)}


def test_equal_weights_says_zero_and_does_not_draw_it_on_a_logarithmic_axis():
    axes, _ = drawn("equal_weights", "all equal")
    assert np.isnan(line(axes["b"], style.INK)[:, 1]).all()
    assert_allclose(texts(axes["b"])["exactly 0\nat every step"], [0.5, 0.5])


# --- signals through depth --------------------------------------------------------------------


def wide_orthogonal(*arguments):
    return np.sqrt(2) * orthogonal(*arguments)


@pytest.mark.parametrize("scheme, made, activation, spread, passed", [
    ("He, normal", he_normal, "relu", 2, 0.5), ("Glorot, normal", glorot_normal, "relu", 1, 0.5),
    ("√2 · orthogonal", wide_orthogonal, "identity", 2, 1),
    ("uniform ±1/√m", uniform, "identity", 1 / 3, 1), ("orthogonal", orthogonal, "tanh", 1, None),
])  # fmt: skip
def test_signal_through_depth_shows_mean_squares_forwards_and_backwards(
    scheme, made, activation, spread, passed
):
    settings = {"scheme": scheme, "activation": activation, "width": 8, "depth": 4, "seed": 3}
    axes, text = drawn("signal_through_depth", **settings)
    network = MLP((8, 8, 8, 8, 8, 1), activation)
    phi = made(network, 3, (6,))
    x = np.random.default_rng(1).standard_normal((16, 64))[:, :8]
    z = network.pre_activations(x / np.sqrt((x**2).mean()), phi)[:-1]
    slope = {"relu": lambda z: z > 0, "tanh": lambda z: 1 / np.cosh(z) ** 2,
             "identity": np.ones_like}[activation]  # fmt: skip
    weights = [layer.weights for layer in network.unravel(phi)]
    back, deltas = np.ones((6, 1, 1)), []
    for matrix, signal in zip(weights[:0:-1], z[::-1]):  # from the last layer to the first
        back = (back @ np.swapaxes(matrix, -1, -2)) * slope(signal[..., :1, :])
        deltas.insert(0, (back**2).mean(axis=(-2, -1)))
    forward = np.array([(signal**2).mean(axis=(-2, -1)) for signal in z])
    backward = np.array(deltas) / deltas[-1].mean()
    layers = np.arange(1, 5)
    for panel, squares in (("a", forward), ("b", backward)):
        each = lines(axes[panel], style.SKY)
        assert_allclose(each, [np.column_stack([layers, one]) for one in squares.T])
        mean = np.column_stack([layers, squares.mean(axis=1)])
        assert_allclose(line(axes[panel], style.PATH, "o"), mean)
        assert_allclose(line(axes[panel], style.MUTED)[:, 1], 1)
    if passed:
        factor = spread * passed
        ahead, behind = spread * factor ** (layers - 1.0), factor ** (4.0 - layers)
        assert_allclose(line(axes["a"], style.INK), np.column_stack([layers, ahead]))
        assert_allclose(line(axes["b"], style.INK), np.column_stack([layers, behind]))
    else:
        assert lines(axes["a"], style.INK) == lines(axes["b"], style.INK) == []
    last = forward[-1]
    assert text.endswith(f"networks have {last.min():.2g} to {last.max():.2g}")
    assert [*legend(axes["a"]).values()] == [style.SKY, style.PATH, style.INK]


# --- activations, layer by layer --------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_activation_spread_shows_activations_and_gradients_of_each_layer(activation):
    axes, text = drawn("activation_spread", gain=2.0, activation=activation, depth=3, seed=4)
    network = MLP((32, 32, 32, 32, 1), activation)
    phi = 2 * glorot_uniform(network, 4)
    x = np.random.default_rng(104).standard_normal((60, 32))
    signals = network.activations(x, phi)
    shown = ridges(axes["a"], style.SECOND)
    assert len(shown) == len(signals) == 3
    for (edges, heights), values in zip(shown, signals):
        counts, _ = np.histogram(values, edges)
        assert len(edges) == 41 and counts.sum() == values.size, "all of them"
        assert_allclose(heights, counts / counts.max(), atol=0.02)
    slopes = network.unravel(LeastSquares(network, x, x[:, 0]).gradient(phi))
    sizes = [np.sqrt((layer.weights**2).mean()) for layer in slopes]
    expected = np.column_stack([sizes, [1, 2, 3, 4]])
    assert_allclose(line(axes["b"], style.PATH, "o"), expected)
    assert f"first weights {sizes[0]:.3g}, of the last {sizes[-1]:.3g}" in text


# --- training ---------------------------------------------------------------------------------

SCHEMES = {"uniform ±1/√m": uniform, "Glorot, uniform": glorot_uniform, "He, normal": he_normal,
           "orthogonal": orthogonal}  # fmt: skip
COLORS = dict(zip(SCHEMES, style.CYCLE))


@pytest.mark.parametrize("activation, rule", [("tanh", Adam), ("relu", GradientDescent)])
def test_training_by_scheme_shows_the_losses_and_the_fits_of_four_starts(activation, rule):
    name = "Adam" if rule is Adam else "gradient descent"
    settings = {"activation": activation, "rule": name, "learning_rate": 0.0032}
    axes, text = drawn("training_by_scheme", depth=2, seed=3, **settings)
    x = np.linspace(-1, 1, 24)
    y = np.sin(np.pi * x) + 0.5 * np.cos(2 * np.pi * x)
    network, across = MLP((1, 12, 12, 1), activation), np.linspace(-1, 1, 101)
    loss = LeastSquares(network, x, y)
    assert_allclose(line(axes["b"], style.INK, "o"), np.column_stack([x, y]))
    for scheme, start in SCHEMES.items():
        path = descend(loss, start(network, 3), rule(0.0032), 80)
        losses = np.column_stack([np.arange(81), path.losses])
        assert_allclose(line(axes["a"], COLORS[scheme]), losses, rtol=1e-6)
        fit = np.column_stack([across, network(across, path.final)])
        assert_allclose(line(axes["b"], COLORS[scheme]), fit, rtol=1e-6, atol=1e-9)
        assert f"{scheme} {path.final_loss:.3g}" in text
    level = ((y - y.mean()) ** 2).sum()
    assert_allclose(line(axes["a"], style.MUTED)[:, 1], level)
    assert_allclose(texts(axes["a"])["best constant"], [80, level], rtol=0.1)
    assert legend(axes["a"]) == COLORS


def test_training_by_scheme_draws_no_fit_of_a_start_that_diverges():
    axes, text = drawn("training_by_scheme", learning_rate=0.1)
    assert "diverged" in text
    for name, color in COLORS.items():
        assert bool(lines(axes["b"], color)) == (f"{name} diverged" not in text)


# --- how large a start, on digits -------------------------------------------------------------

GAINS = [0.1, 0.3, 1, 3, 6]


@pytest.mark.parametrize("gain", ["0.3", "6"])
def test_first_scale_shows_the_errors_of_one_size_and_the_ends_of_all(gain):
    axes, text = drawn("first_scale", gain=gain)
    t, training, test = starts_of_many_sizes()
    chosen = GAINS.index(float(gain))
    for errors, color in ((training, style.SECOND), (test, style.PATH)):
        one = 100 * errors[:, chosen]
        assert_allclose(line(axes["a"], color), np.column_stack([t, one.mean(axis=1)]))
        assert_allclose(segments(axes["a"], color), [np.column_stack([t, each]) for each in one.T])
    ends = 100 * test[-1]
    each = np.column_stack([np.repeat(GAINS, 3), ends.ravel()])
    assert_allclose(line(axes["b"], style.SKY, "o"), each)
    assert_allclose(
        line(axes["b"], style.PATH, "None"), np.column_stack([GAINS, ends.mean(axis=1)])
    )
    assert_allclose(line(axes["b"], style.PATH, "o"), [[float(gain), ends[chosen].mean()]])
    assert text.endswith(f"learned from, {ends[chosen].mean():.0f} % of the new ones")
    assert legend(axes["a"]) == {"digits learned from": style.SECOND, "new digits": style.PATH}


def test_first_scale_reads_new_digits_worse_where_first_weights_are_large():
    """What the section says: all have learned theirs, and the errors on new ones grow with size."""
    _, training, test = starts_of_many_sizes()
    assert not training[-1].any()
    small, little, glorot, large, largest = test[-1].mean(axis=1)
    assert max(small, little, glorot) < 0.11 < large < largest and largest > 3 * glorot


# --- a start that has learned something -------------------------------------------------------

STARTS = {"drawn": style.MUTED, "other digits": style.PATH, "autoencoder": style.SECOND}


@pytest.mark.parametrize("start", ["other digits", "autoencoder"])
def test_pretrained_start_shows_the_errors_and_the_weights_of_each_start(start):
    axes, text = drawn("pretrained_start", per_class="2", start=start)
    t, _, test = from_each_start(2)
    for column, (name, color) in enumerate(STARTS.items()):
        mean = 100 * test[:, column].mean(axis=-1)
        assert_allclose(line(axes["a"], color), np.column_stack([t, mean]))
        assert f"{name} {mean[40]:.0f} %" in text.split("after 40 steps")[1]
    [image] = axes["b"].get_images()
    shown = image.get_array()
    weights = first_layers()[start].weights
    for unit in (0, 7, 8, 31):  # eight in a row, each a tile of 8 x 8 and a gap
        row, column = 9 * (unit // 8), 9 * (unit % 8)
        tile = shown[row : row + 8, column : column + 8]
        assert_allclose(tile, weights[:, unit].reshape(8, 8))
    assert image.get_clim() == pytest.approx((-np.abs(weights).max(), np.abs(weights).max()))
    above = texts(axes["b"])
    assert_allclose(above[f"weights into the 32 hidden units: {start}"], [0, 1])
    assert len(above) == 1 and legend(axes["a"]) == STARTS


def test_pretrained_start_only_the_autoencoder_is_ahead_of_drawn_weights_at_the_end():
    for per_class in (2, 5, 20):
        drawn_, others, autoencoder = from_each_start(per_class).test[-1].mean(axis=-1)
        assert autoencoder < drawn_ < others
