"""What the pictures of notebook 11 show."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib.batches import Minibatches
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.diagnostics import EarlyStopping, update_to_weight_ratio
from course_lib.gradient_check import (
    BANDS,
    finite_difference_gradient,
    gradient_check,
    relative_error,
)
from course_lib.initialization import glorot_uniform, he_normal
from course_lib.losses import BinaryCrossEntropy, L2Penalty, LeastSquares, SoftmaxCrossEntropy
from course_lib.models import Logistic, Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent
from lessons.experiments.rounding import Rounded
from lessons.experiments.scenes import gabor_loss
from lessons.stage import style

from .shown import bars, dots, drawn, legend, line, lines, ridges, segments, texts


def check_bands(ax):
    """A line at each border between two verdicts, and each verdict between its lines."""
    borders = np.array([limit for limit, _ in BANDS[:-1]])
    assert_allclose([each[0, 1] for each in lines(ax, style.MUTED)], borders)
    heights = {text.replace("\n", " "): at[1] for text, at in texts(ax).items()}
    assert list(heights) == [verdict for _, verdict in BANDS]
    assert_allclose(np.searchsorted(borders, [*heights.values()]), range(4))
    assert min(heights.values()) > ax.get_ylim()[0] and max(heights.values()) < ax.get_ylim()[1]


# --- the step of finite differences -----------------------------------------------------------

GABOR = gabor_loss()
PHI, H = 2.3, 0.002


def along(values):
    """The Gabor loss where φ₀ has these values and φ₁ is 14."""
    values = np.asarray(values)
    return GABOR(np.stack([values, np.full_like(values, 14.0)], axis=-1))


def slopes(h, precision):
    """The one-sided and the centred slope, their losses in this precision."""

    def f(point):
        return GABOR(np.array([point[0], 14.0]).astype(precision))

    one_sided = finite_difference_gradient(f, [PHI + h / 2], h / 2)
    return one_sided, finite_difference_gradient(f, [PHI], h)


def test_step_size_trade_off_shows_the_loss_and_two_chords():
    axes, _ = drawn("step_size_trade_off", h=H, phi=PHI)
    values = np.linspace(-10, 10, 301)
    curve, point = lines(axes["a"], style.INK)
    assert_allclose(curve, np.column_stack([values, along(values)]))
    assert_allclose(point, [[PHI, along(PHI)]])
    for color, ends in ((style.SECOND, [PHI, PHI + H]), (style.PATH, [PHI - H, PHI + H])):
        assert_allclose(line(axes["a"], color, "o"), np.column_stack([ends, along(ends)]))


@pytest.mark.parametrize("numbers", ["float64", "float32"])
def test_step_size_trade_off_shows_the_relative_error_at_every_h(numbers):
    axes, text = drawn("step_size_trade_off", h=H, phi=PHI, numbers=numbers)
    steps = 10 ** np.arange(-15, 0.76, 0.25)
    slope = GABOR.gradient([PHI, 14.0])[:1]

    def error(which, h):
        found = relative_error(slope, slopes(h, numbers)[which])[0]
        return min(max(found, 2e-12), 8)

    for which, color in enumerate((style.SECOND, style.PATH)):
        curve, marked = lines(axes["b"], color)
        errors = [error(which, h) for h in steps]
        assert_allclose(curve, np.column_stack([steps, errors]))
        assert_allclose(marked, [[H, error(which, H)]])
        name = ("one-sided", "centred")[which]
        limit, verdict = next(band for band in BANDS if error(which, H) <= band[0])
        assert f"{name} at most {limit:.0e} ({verdict})" in text
    assert legend(axes["b"]) == {"one-sided": style.SECOND, "centred": style.PATH}
    check_bands(axes["b"])


# --- kinks ------------------------------------------------------------------------------------

X, Y = np.array([-1.0, -0.5, 0.0, 0.5, 1.0]), np.array([0.2, 0.9, 0.6, 1.2, 1.5])
VERDICTS = {
    "good": style.THIRD, "kink": style.BROWN, "fine only at a kink": style.SKY,
    "suspicious": style.FOURTH, "wrong": style.PATH,
}  # fmt: skip


def unit_loss(bias):
    """The loss of one relu unit with weights of 1, by its bias (…, 1)."""
    return ((np.maximum(X + bias, 0) - Y) ** 2).sum(axis=-1)


def unit_slope(bias):
    return (2 * (np.maximum(X + bias, 0) - Y) * (X + bias > 0)).sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("gradient, factor", [("right", 1), ("factor 2 forgotten", 0.5)])
def test_kink_check_shows_the_verdict_at_every_bias(gradient, factor):
    axes, text = drawn("kink_check", bias=-0.44, h=0.05, gradient=gradient)
    biases = np.array([*np.linspace(-1.5, 1.5, 31), -0.44])
    reports = [
        gradient_check(unit_loss, lambda bias: factor * unit_slope(bias), [bias], 0.05)
        for bias in biases
    ]
    errors = np.maximum([report.relative_error[0] for report in reports], 2e-9)
    verdicts = np.array([report.verdicts[0] for report in reports])
    for verdict, color in VERDICTS.items():
        expected = np.column_stack([biases, errors])[verdicts == verdict]
        assert_allclose(dots(axes["b"], color), expected, rtol=1e-5)
    assert_allclose(line(axes["b"], style.INK, "o"), [[-0.44, errors[-1]]])
    assert text.endswith(f"verdict: {verdicts[-1]}")
    assert legend(axes["b"]) == {name: VERDICTS[name] for name in ("good", "kink", "wrong")}
    check_bands(axes["b"])


@pytest.mark.parametrize("gradient, factor", [("right", 1), ("factor 2 forgotten", 0.5)])
def test_kink_check_shows_the_kinks_a_chord_and_the_slope_of_the_backward_pass(gradient, factor):
    axes, text = drawn("kink_check", bias=0.3, h=0.2, gradient=gradient)
    biases = np.linspace(-1.5, 1.5, 301)
    curve = line(axes["a"], style.INK)
    assert_allclose(curve, np.column_stack([biases, unit_loss(biases[:, None])]))
    assert_allclose(
        line(axes["a"], style.BROWN, "D"), np.column_stack([-X, unit_loss(-X[:, None])])
    )
    ends = np.array([0.1, 0.5])
    chord = np.column_stack([ends, unit_loss(ends[:, None])])
    assert_allclose(line(axes["a"], style.SECOND, "o"), chord)
    (left, right), slope = line(axes["a"], style.PATH), factor * unit_slope(np.array([0.3]))[0]
    assert_allclose((left + right) / 2, [0.3, unit_loss(0.3)])
    assert right[0] > left[0]
    assert_allclose((right - left)[1] / (right - left)[0], slope)
    assert f"backward pass {slope:.4g}, chord {np.diff(chord[:, 1])[0] / 0.4:.4g}" in text
    colors = [style.BROWN, style.SECOND, style.PATH]
    assert [*legend(axes["a"]).values()] == colors


# --- the update-to-weight ratio ---------------------------------------------------------------

RATES = 10 ** np.arange(-4, 0.01, 0.25)


def quarters():
    """200 points in the plane, labelled by the signs of their coordinates, one in 20 wrongly."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    same = x[:, 0] * x[:, 1] > 0
    return x, np.where(rng.random(200) < 0.05, ~same, same).astype(float)


@pytest.mark.parametrize("rule, k", [("gradient descent", 9), ("Adam", 4)])
def test_update_ratio_shows_the_steps_of_a_rate_and_the_end_of_every_rate(rule, k):
    axes, text = drawn("update_ratio", rule=rule, seed=3, steps=40, learning_rate=RATES[k])
    network, (x, y) = MLP((2, 12, 1), "tanh"), quarters()
    loss = BinaryCrossEntropy(Logistic(network), x, y)
    start = np.broadcast_to(glorot_uniform(network, 3), (17, network.n_parameters))
    made = Rounded({"gradient descent": GradientDescent, "Adam": Adam}[rule](RATES), 8)
    path = descend(loss, start, made, 40, Minibatches(20, rng=3))
    by_layer = update_to_weight_ratio(path, network)[:, k]
    medians = np.median(update_to_weight_ratio(path), axis=0)
    losses = path.losses / 200
    for layer, color in enumerate((style.SECOND, style.PATH)):
        expected = np.column_stack([np.arange(40), by_layer[:, layer]])
        assert_allclose(line(axes["a"], color), expected, rtol=1e-6)
    expected = np.column_stack([np.arange(41), losses[:, k]])
    assert_allclose(line(axes["b"], style.INK), expected, rtol=1e-6)
    ends = np.column_stack([medians, losses[-1]])
    assert_allclose(line(axes["c"], style.MUTED, "o"), ends, rtol=1e-6)
    assert_allclose(line(axes["c"], style.INK, "o"), ends[[k]], rtol=1e-6)
    assert f"median ratio {medians[k]:.1e}, loss per example {losses[-1, k]:.3f} after 40" in text
    best = losses[-1].argmin()
    assert f"{losses[-1, best]:.3f}, has ratio {medians[best]:.1e}" in text


def test_update_ratio_marks_the_rule_of_thumb_and_chance():
    axes, _ = drawn("update_ratio", rule="Adam", seed=3, steps=40, learning_rate=RATES[4])
    assert_allclose(bars(axes["a"], style.THIRD), [[0, 3e-4, 1, 2.7e-3]])
    assert_allclose(bars(axes["c"], style.THIRD), [[3e-4, 0, 2.7e-3, 1]])
    for panel in "bc":
        assert_allclose(line(axes[panel], style.MUTED, "None")[:, 1], np.log(2))
    assert_allclose(texts(axes["b"])["chance"], [400, np.log(2)], rtol=0.1)
    assert legend(axes["a"]) == {"layer 1": style.SECOND, "layer 2": style.PATH}


# --- early stopping ---------------------------------------------------------------------------


@pytest.mark.parametrize("patience", [1, 4])
def test_early_stopping_shows_both_curves_both_fits_and_how_long_patience_lasts(patience):
    axes, text = drawn("early_stopping", n=6, noise=0.3, width="10", seed=3, patience=patience)
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, 106)
    y = np.sin(3 * x) + 0.3 * rng.standard_normal(106)
    network, rng = MLP((1, 10, 10, 1), "tanh"), np.random.default_rng(0)
    start = 1.5 * he_normal(network, rng)
    for layer in network.unravel(start):
        layer.biases[...] = rng.uniform(-1, 1, layer.biases.shape)
    training, validation = LeastSquares(network, x[:6], y[:6]), LeastSquares(network, x[6:], y[6:])
    params = descend(training, start, Adam(0.02), 300, keep=5).params
    steps, held_out = 5 * np.arange(61), validation(params) / 100
    losses = np.maximum(training(params) / 6, 1e-3)
    stop = EarlyStopping(patience)(held_out)

    assert_allclose(line(axes["a"], style.INK, "o"), np.column_stack([x, y])[:6])
    across = np.linspace(-1, 1, 101)
    for color, phi in ((style.MUTED, params[-1]), (style.THIRD, params[stop.best])):
        fit = np.column_stack([across, network(across, phi)])
        assert_allclose(line(axes["a"], color), fit, rtol=1e-5, atol=1e-8)
    for color, curve in ((style.SECOND, losses), (style.PATH, held_out)):
        assert_allclose(line(axes["b"], color), np.column_stack([steps, curve]), rtol=1e-6)
    best, end = steps[stop.best], steps[stop.end]
    assert_allclose(line(axes["b"], style.THIRD, "None")[:, 0], best)
    lowest = held_out[steps <= end].min()
    assert_allclose(line(axes["b"], style.THIRD, "o"), [[best, lowest]])
    assert_allclose(bars(axes["b"], style.THIRD), [[best, 0, end - best, 1]])
    assert f"best at step {best}: " in text and f"at step {end}; without" in text
    assert legend(axes["b"]) == {"training": style.SECOND, "validation": style.PATH}
    assert legend(axes["a"]) == {"at its best": style.THIRD, "after all steps": style.MUTED}


# --- histograms, layer by layer ---------------------------------------------------------------


@pytest.mark.parametrize("activation, gain, step", [("tanh", 0.1, 15), ("relu", 10.0, 5)])
def test_layer_histograms_shows_activations_and_gradients_of_each_layer(activation, gain, step):
    axes, text = drawn("layer_histograms", activation=activation, gain=gain, step=step)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4))
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).astype(float)
    network = MLP((4, 16, 16, 16, 16, 1), activation)
    loss = BinaryCrossEntropy(Logistic(network), x, y)
    path = descend(loss, gain * glorot_uniform(network, 0), Adam(0.005), step)
    signals = network.activations(x, path.final)
    shown = ridges(axes["a"], style.SECOND)
    assert len(shown) == len(signals) == 4
    for layer, ((edges, heights), values) in enumerate(zip(shown, signals), start=1):
        scale = max(1, np.abs(values).max()) if activation == "relu" else 1
        counts, _ = np.histogram(values / scale, edges)
        assert len(edges) == 41 and counts.sum() == values.size, "all of them"
        assert_allclose(heights, counts / counts.max(), atol=0.02)
        if scale > 1:
            assert_allclose(texts(axes["a"])[f"shown: h / {scale:,.3g}"], [-1, layer + 0.3])
    assert len(axes["a"].texts) == (4 if activation == "relu" else 0)
    slopes = [layer.weights / 60 for layer in network.unravel(loss.gradient(path.final))]
    shown = ridges(axes["b"], style.PATH)
    assert len(shown) == len(slopes) == 5
    for (edges, heights), values in zip(shown, slopes):
        counts, _ = np.histogram(values, edges)
        assert counts.sum() == values.size, "all of them"
        assert_allclose(heights, counts / counts.max(), atol=0.02)
    assert f"loss per example {path.final_loss / 60:.3g} (" in text
    largest = [f"{np.abs(values).max():.1e}" for values in slopes]
    assert f"largest gradient {largest[0]} in layer 1, {largest[-1]} in layer 5" in text


def test_layer_histograms_counts_gradients_in_bins_equally_wide_on_their_axis():
    axes, _ = drawn("layer_histograms", "as Glorot")
    for edges, _ in ridges(axes["b"], style.PATH):
        widths = np.diff(axes["b"].xaxis.get_transform().transform(edges))
        assert_allclose(widths, widths.min(), rtol=0.01)


# --- jitter -----------------------------------------------------------------------------------


def reads(network, examples, part, mistyped=0.0):
    """The loss of a network on the first digits of a part; the mistyped ones as in the chapter."""
    rng, count = np.random.default_rng(0), len(part.y)
    wrong, shift = rng.random(count) < mistyped, rng.integers(1, 10, count)
    labels = (part.y + wrong * shift) % 10
    return SoftmaxCrossEntropy(Softmax(network), part.x[:examples], labels[:examples])


def test_jitter_shows_the_loss_of_every_batch_size_and_the_share_of_rises():
    axes, text = drawn("jitter", size="20", rate="0.1")
    network, steps = MLP((64, 32, 10), "tanh"), np.arange(101)
    loss = reads(network, 400, digits().training)
    curves = {}
    for size in (5, 20, 100, 400):
        rule = GradientDescent(0.1 / size)
        path = descend(loss, glorot_uniform(network, 0), rule, 100, Minibatches(size, rng=0))
        curves[size] = path.losses / 400
    shares = [[size, np.mean(np.diff(curve) > 0)] for size, curve in curves.items()]
    shown = segments(axes["a"], style.MUTED)
    assert_allclose(
        shown, [np.column_stack([steps, curve]) for curve in curves.values()], rtol=1e-6
    )
    assert_allclose(line(axes["a"], style.PATH), np.column_stack([steps, curves[20]]), rtol=1e-6)
    assert_allclose(line(axes["b"], style.MUTED, "o"), shares)
    assert_allclose(line(axes["b"], style.PATH, "o"), [shares[1]])
    assert f"{100 * shares[1][1]:.0f} of 100 steps raise" in text
    assert text.endswith(f"it is {curves[20][-1]:.2f} per example")


# --- the gap ----------------------------------------------------------------------------------


@pytest.mark.parametrize("remedy, dose, value", [("penalty λ", 2, 1.0), ("hidden units", 3, 2)])
def test_remedies_shows_both_losses_and_both_errors_at_every_dose(remedy, dose, value):
    axes, text = drawn("remedies", remedy=remedy, dose=dose)
    units, strength = (value, 0.0) if remedy == "hidden units" else (64, value)
    network = MLP((64, units, 10), "tanh")
    training = reads(network, 100, digits().training, 0.1)
    validation = reads(network, None, digits().validation, 0.1)
    path = descend(
        L2Penalty(training, strength), glorot_uniform(network, 0), Adam(0.01), 400,
        Minibatches(20, rng=0), keep=20,
    )  # fmt: skip
    for loss, count, color in ((training, 100, style.SECOND), (validation, 397, style.PATH)):
        losses = loss(path.params) / count
        assert_allclose(line(axes["a"], color), np.column_stack([path.t, losses]), rtol=1e-6)
        wrong = 1 - loss.accuracy(path.final)
        for panel, height in (("b", losses[-1]), ("c", wrong)):
            doses, marked = lines(axes[panel], color)
            assert_allclose(doses[:, 0], range(4))
            assert_allclose(marked, [[dose, height]], rtol=1e-6)
            assert_allclose(doses[dose], marked[0], rtol=1e-6)
            assert not np.allclose(doses[0, 1], marked[0, 1]), "another dose, another end"
        assert f"{100 * wrong:.0f} %" in text
    assert text.startswith(f"{remedy}: {value:g}. After 400 steps the training loss is ")
    assert legend(axes["a"]) == {"training": style.SECOND, "validation": style.PATH}


def test_remedies_leaves_out_units_and_adds_examples():
    """Where nothing is done all four are the same run; with dropout or more digits, others."""
    ends = {}
    for remedy in ("penalty λ", "dropout", "training examples"):
        axes, _ = drawn("remedies", remedy=remedy, dose=3)
        ends[remedy] = lines(axes["b"], style.PATH)[0][:, 1]
    firsts = [doses[0] for doses in ends.values()]
    assert_allclose(firsts, firsts[0])
    assert ends["dropout"][3] < ends["dropout"][0]
    assert (np.diff(ends["training examples"]) < 0).all()
