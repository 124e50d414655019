"""The problems of chapter 09: right answers, mistakes, and what is right but for the kink."""

import re

import numpy as np
import pytest

from course_lib.initialization import glorot_uniform, he_normal
from course_lib.losses import LeastSquares
from course_lib.networks import ACTIVATIONS, MLP
from lessons.problems import pb_6_5, pb_F9_1, pb_F9_2, pb_F9_3, pb_F9_4, pb_F9_5, pb_G4
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()


def network_in_a_loop(phi, x):
    by_phi, by_theta = [1], []
    for unit in (1, 2, 3):
        z = phi[2 + 2 * unit] + phi[3 + 2 * unit] * x
        on = z > 0
        by_phi.append(z if on else 0)
        by_theta += [phi[unit] if on else 0, phi[unit] * x if on else 0]
    return by_phi + by_theta


def network_gradient_in_a_loop(phi, x, y):
    total = np.zeros(10)
    for one_x, one_y in zip(x, y, strict=True):
        rows = np.array(network_in_a_loop(phi, one_x))
        total += 2 * (phi[0] + phi[1:4] @ rows[1:4] - one_y) * rows
    return list(total)


@mistake(pb_6_5, "slope", "but at the kink")
def on_at_the_kink(z):
    return np.where(z < 0, 0.0, 1.0)


# --- pb-G4 ----------------------------------------------------------------------------------------


def glorot_in_a_loop(u):
    m, n = u.shape
    border = (6 / (m + n)) ** 0.5
    return [[border * (2 * one - 1) for one in row] for row in u]


@mistake(pb_G4, "glorot", "standard deviation")
def deviation_for_border(u):
    border = np.sqrt(2 / np.sum(u.shape))
    return -border + 2 * border * u


@mistake(pb_G4, "glorot", "below 0")
def not_centred(u):
    return u * np.sqrt(6 / (u.shape[0] + u.shape[1]))


@mistake(pb_G4, "glorot", "half as wide")
def half_as_wide(u):
    return (u - 0.5) * np.sqrt(6 / (u.shape[0] + u.shape[1]))


@mistake(pb_G4, "glorot", "variance for the border")
def variance_for_border(u):
    return (2 * u - 1) * 2 / sum(u.shape)


STARTS = {"a": "stay", "b": "part", "c": "part", "d": "part", "e": "stay", "f": "stay"}


@pytest.mark.parametrize("start", STARTS)
def test_the_starts_of_pb_G4_do_what_its_key_says(start):
    """Tried: the differences after 300 steps, beside what rounding can make of none."""
    network, rng = MLP((2, 3, 1), "tanh"), np.random.default_rng(5)
    phi = np.zeros(network.n_parameters)
    (into, biases), (out, last) = network.unravel(phi)
    drawn = lambda array: rng.normal(size=array.shape)  # noqa: E731
    if start in "ac":
        into[...] = 0.1
    if start == "a":
        biases[...] = out[...] = 0.1
    if start == "b":
        biases[...] = drawn(biases)
    if start == "c":
        out[...] = drawn(out)
    if start in "ae":
        last[...] = drawn(last)
    if start == "d":
        into[...] = 1e-9 * drawn(into)
    if start == "f":
        into[...] = rng.normal(size=(2, 1))
    if start in "df":
        out[...] = 0.1
    x, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    loss = LeastSquares(network, x, y)
    for _ in range(300):
        phi -= 0.01 * loss.gradient(phi)
    apart = np.ptp(network.activations(x, phi)[0], axis=-1).max()
    assert apart > 1e-8 if STARTS[start] == "part" else apart < 1e-12


# --- pb-F9.1 --------------------------------------------------------------------------------------


def depth_by_trying(m, border, share_passed, left):
    square, layers = 1.0, 0
    while square**0.5 > left * (1 + 1e-9):
        square, layers = square * m * border**2 / 3 * share_passed, layers + 1
        if layers > 5000:
            return np.inf
    return layers


def depth_by_logarithms(m, border, share_passed, left):
    factor = np.sqrt(m * border**2 / 3 * share_passed)
    return np.inf if factor >= 1 else np.ceil(np.log(left) / np.log(factor) - 1e-9)


@mistake(pb_F9_1, "depth", "*mean square* is down")
def depth_of_the_square(m, border, share_passed, left):
    square, layers = 1.0, 0
    while square > left * (1 + 1e-9):
        square, layers = square * m * border**2 / 3 * share_passed, layers + 1
        if layers > 5000:
            return np.inf
    return layers


@mistake(pb_F9_1, "depth", "round up")
def depth_not_whole(m, border, share_passed, left):
    factor = np.sqrt(m * border**2 / 3 * share_passed)
    return np.inf if factor >= 1 else np.log(left) / np.log(factor)


@mistake(pb_F9_1, "depth", "square of the border")
def depth_with_the_border_squared(m, border, share_passed, left):
    factor = np.sqrt(m * border**2 * share_passed)
    return np.inf if factor >= 1 else np.ceil(np.log(left) / np.log(factor) - 1e-9)


@mistake(pb_F9_1, "depth", "answer is inf")
def depth_without_never(m, border, share_passed, left):
    factor = np.sqrt(m * border**2 / 3 * share_passed)
    return np.ceil(np.log(left) / np.log(factor) - 1e-9)


@mistake(pb_F9_1, "depth", "*mean square* is down")
def depth_of_the_square_not_whole_and_never_never(m, border, share_passed, left):
    return np.log(left) / np.log(m * border**2 / 3 * share_passed)


@mistake(pb_F9_1, "depth", "sum of m products")
def depth_without_m(m, border, share_passed, left):
    return np.ceil(np.log(left) / np.log(np.sqrt(border**2 / 3 * share_passed)))


# --- pb-F9.2 --------------------------------------------------------------------------------------


def backward_pass(x, phi, sizes, delta):
    layers = MLP(sizes).unravel(phi)
    signals = [x]
    for weights, biases in layers[:-1]:
        signals.append(np.maximum(0, signals[-1] @ weights + biases))
    parts = []
    for (weights, _), h in zip(layers[::-1], signals[::-1], strict=True):
        parts = [np.ravel(h.T @ delta), delta.sum(0), *parts]
        delta = delta @ weights.T * (h > 0)
    return np.concatenate(parts)


def backward_by_differences(x, phi, sizes, delta):
    """The derivative of Σ δ · z, which is linear between the kinks."""
    network, found = MLP(sizes), []
    x = x[:, 0] if sizes[0] == 1 else x  # inputs of one number
    for step in 1e-7 * np.eye(len(phi)):
        ahead, behind = (network.pre_activations(x, phi + s)[-1] for s in (step, -step))
        found.append(np.sum(delta * (ahead - behind)) / 2e-7)
    return np.array(found)


def backward_example_by_example(x, phi, sizes, delta):
    return sum(backward_pass(x[[i]], phi, sizes, delta[[i]]) for i in range(len(x)))


@mistake(pb_F9_2, "gradient", "units that are off")
def backward_without_slopes(x, phi, sizes, delta):
    layers = MLP(sizes).unravel(phi)
    h = [x]
    for weights, biases in layers[:-1]:
        h.append(np.maximum(0, h[-1] @ weights + biases))
    parts = []
    for k in range(len(layers) - 1, -1, -1):
        parts = [np.ravel(h[k].T @ delta), delta.sum(0), *parts]
        delta = delta @ layers[k].weights.T
    return np.concatenate(parts)


@mistake(pb_F9_2, "gradient", "begin with the last layer")
def backward_from_the_back(x, phi, sizes, delta):
    gradient, parts, end = backward_pass(x, phi, sizes, delta), [], 0
    for weights, biases in MLP(sizes).unravel(phi):
        start, end = end, end + weights.size + biases.size
        parts.insert(0, gradient[start:end])
    return np.concatenate(parts)


def test_the_backward_pass_is_held_to_finite_differences():
    for given in pb_F9_2.parts[0].inputs(np.random.default_rng(1))[2:]:  # two stand on kinks
        slopes = backward_by_differences(**given)
        np.testing.assert_allclose(pb_F9_2.parts[0].right(**given), slopes, atol=1e-5)


# --- pb-F9.3 --------------------------------------------------------------------------------------

DEEP = 8


def network_of(name):
    """The five networks whose numbers the statement shows."""
    network = MLP((*(DEEP + 1) * (32,), 1), "relu" if name == "c" else "tanh")
    if name == "c":
        phi = he_normal(network, 2)
        network.unravel(phi)[4].biases[...] = -20
        return network, phi
    gain, seed = {"a": (4, 0), "b": (1.5, 1), "d": (0.4, 3), "e": (1.2, 4)}[name]
    phi = gain * glorot_uniform(network, seed)
    if name == "e":
        first, *hidden, (last, _) = network.unravel(phi)
        first.weights[...] = first.weights[:, :1]
        for weights, _ in hidden:
            weights[...] = 1.3 / 32
        last[...] = 0.2
    return network, phi


@pytest.mark.parametrize("name", "abcde")
def test_the_numbers_of_the_five_networks_are_measured(name):
    network, phi = network_of(name)
    x = np.random.default_rng(3).standard_normal((50, 32))
    h = network.activations(x, phi)
    _, slope = ACTIVATIONS[network.activation]
    gradient = network.unravel(LeastSquares(network, x, x[:, 0]).gradient(phi))
    sizes = [np.sqrt((a**2).mean()) for a in (h[0], h[7], gradient[0][0], gradient[7][0])]
    stuck = 100 * (slope(h[7]) < 0.1).mean()
    apart = [h[k].std(axis=1).mean() for k in (0, 7)]
    [row] = re.findall(rf"\| {name} \| \w+ \|(.*)\|", pb_F9_3.text)
    stated = [float(number) for number in re.findall(r"[\d.]+", row)]
    measured = [*sizes[:2], stuck, *sizes[2:], *apart]
    np.testing.assert_allclose(stated, measured, rtol=0.12, atol=1e-12)


# --- pb-F9.4 --------------------------------------------------------------------------------------


def fitted(x, weights):
    result = np.array(weights, float)
    for k in range(len(result)):
        h = x
        for before in result[:k]:
            h = np.tanh(h @ before)
        result[k] /= np.sqrt(np.mean((h @ result[k]) ** 2))
    return result


def fitted_from_a_list(x, weights):
    found = []
    for one in weights:
        z = x @ one
        size = np.linalg.norm(z) / np.sqrt(z.size)
        found.append(one / size)
        x = np.tanh(z / size)
    return found


@mistake(pb_F9_4, "fitted", "*after* their repair")
def fitted_to_the_old_signal(x, weights):
    found = []
    for one in weights:
        z = x @ one
        found.append(one / np.sqrt((z**2).mean()))
        x = np.tanh(z)
    return found


@mistake(pb_F9_4, "fitted", "spread of z")
def fitted_by_the_spread(x, weights):
    found = []
    for one in weights:
        found.append(one / (x @ one).std())
        x = np.tanh(x @ found[-1])
    return found


@mistake(pb_F9_4, "fitted", "whatever the data are")
def weights_of_size_one(x, weights):
    return [one / np.sqrt(np.mean(one**2)) for one in weights]


@mistake(pb_F9_4, "fitted", "mean square of z")
def fitted_without_a_root(x, weights):
    found = []
    for one in weights:
        found.append(one / np.mean((x @ one) ** 2))
        x = np.tanh(x @ found[-1])
    return found


# --- pb-F9.5 --------------------------------------------------------------------------------------

READER = (64, 32, 32, 10)


def trained(start, x, labels, steps=200, rate=0.0013, sign=-1):
    phi = np.array(start, float)
    for _ in range(steps):
        z = MLP(READER)(x, phi)
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(labels)), labels] -= 1
        phi = phi + sign * rate * backward_pass(x, phi, READER, p)
    return phi


def drawn(scale):
    rng, parts = np.random.default_rng(11), []
    for m, n in zip(READER, READER[1:], strict=False):
        parts += [scale(m, n) * rng.normal(size=m * n), np.zeros(n)]
    return np.concatenate(parts)


def learn_by_he(x, labels):
    return trained(drawn(lambda m, n: np.sqrt(2 / m)), x, labels)


def learn_in_batches(x, labels):
    phi, rng = drawn(lambda m, n: np.sqrt(2 / (m + n))), np.random.default_rng(0)
    for _ in range(40):
        for batch in rng.permutation(len(x)).reshape(-1, 50):
            phi = trained(phi, x[batch], labels[batch], steps=1, rate=0.004)
    return phi.tolist()


@mistake(pb_F9_5, "learn", "What parts them?")
def learn_from_zeros(x, labels):
    return trained(drawn(lambda m, n: 0), x, labels, steps=50)


def by_he(size=1.0, **settings):
    """He's weights, times a size, and a descent."""
    start = drawn(lambda m, n: size * np.sqrt(2 / m))

    def learn(x, labels):
        with np.errstate(all="ignore"):
            return trained(start, x, labels, **settings)

    return learn


A_SUM = "is a sum over 300 examples, and so is its gradient"
NOT_THE_RATE = "are there too few steps, or far too short ones"
learn_uphill = mistake(pb_F9_5, "learn", "the sign of the step")(by_he(steps=20, rate=1e-4, sign=1))
for rate in (0.1, 0.03, 0.01):  # of a mean, as the other chapters have them
    mistake(pb_F9_5, "learn", "sum over 300 examples")(by_he(rate=rate, steps=60))
mistake(pb_F9_5, "learn", "worse than that of a guess")(by_he(rate=0.1, steps=1))
mistake(pb_F9_5, "learn", "hardly any unit is still on")(by_he(rate=0.01, steps=60))
mistake(pb_F9_5, "learn", NOT_THE_RATE)(by_he(steps=3))
mistake(pb_F9_5, "learn", NOT_THE_RATE)(by_he(rate=1e-5, steps=100))
for size in (0.1, 0.01):
    mistake(pb_F9_5, "learn", "they start so small")(by_he(size, steps=50))
mistake(pb_F9_5, "learn", "start with smaller ones")(by_he(4.0, rate=1e-4))
learn_too_little = mistake(pb_F9_5, "learn", "more steps")(by_he(steps=25))


@mistake(pb_F9_5, "learn", "did the descent run away? The loss is a sum over 300 examples")
def learn_that_runs_away(x, labels):
    return np.full(MLP(READER).n_parameters, np.nan)


def test_who_takes_the_rate_of_a_mean_is_told_of_the_rate_before_anything_else():
    for rate in (0.1, 0.01):
        told = str(pb_F9_5.verdict(by_he(rate=rate, steps=40)))
        assert A_SUM in told
        assert "sign" not in told.split(A_SUM)[0] and "order of the parameters" not in told


RIGHT = {
    "pb-6.5:slope": [
        lambda z: np.heaviside(z, 0),
        lambda z: [1 if one > 0 else 0 for one in z],
        lambda z: z > 0,
    ],
    "pb-6.5:derivatives": [
        network_in_a_loop,
        lambda phi, x: np.array(network_in_a_loop(phi, x)),
    ],
    "pb-6.5:gradient": [network_gradient_in_a_loop],
    "pb-G4:glorot": [
        glorot_in_a_loop,
        lambda u: (u - 0.5) * np.sqrt(24 / (u.shape[0] + u.shape[1])),
    ],
    "pb-G4:starts": [STARTS, {key: word.upper() for key, word in STARTS.items()}],
    "pb-F9.1:depth": [depth_by_trying, depth_by_logarithms],
    "pb-F9.2:gradient": [backward_pass, backward_example_by_example],
    "pb-F9.3:networks": [
        {"a": "too large", "b": "fine", "c": "off", "d": "too small", "e": "equal"},
        {"e": "equal", "d": "Too small", "c": "off", "b": "fine ", "a": "too large"},
    ],
    "pb-F9.4:fitted": [fitted, fitted_from_a_list],
    "pb-F9.5:learn": [learn_by_he, learn_in_batches],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.5": (r"φ₁ ?[·*]? ?x|slope ?\*|z > 0|φ[_₁]d? ?a'", "it is φ₁ x where z > 0"),
    "pb-G4": (r"√ ?6|sqrt\(6|√\(6|24 ?/", "within √6/√(m + n)"),
    "pb-F9.1": (r"log ?\(|ceil|r\*\*2 ?/ ?3|m ?r²/3", "the factor is m r²/3"),
    "pb-F9.2": (r"\.T ?@|> ?0\)|@ ?W", "h.T @ delta"),
    "pb-F9.3": (r"\ba is|\bb is fine|c: off", "a is too large"),
    "pb-F9.4": (r"sqrt\(|√q|root of q", "divide by √q"),
    "pb-F9.5": (r"\.T ?@|sqrt\(2|default_rng", "np.sqrt(2 / m)"),
}


def test_each_right_derivative_earns_its_share():
    verdict = pb_6_5.verdict(
        derivatives=lambda phi, x: np.where(np.arange(10) < 4, network_in_a_loop(phi, x), 7.0)
    )
    assert verdict.points == 2
    assert "Right so far: ∂f/∂φ₀, ∂f/∂φ₁, ∂f/∂φ₂, ∂f/∂φ₃. " in str(verdict)


def test_right_but_for_the_kink_earns_what_is_right_and_is_told_the_convention():
    def on_at_the_kink(phi, x):
        z = phi[4::2] + phi[5::2] * x
        pairs = np.stack([phi[1:4] * (z >= 0), phi[1:4] * (z >= 0) * x], 1)
        return [1, *np.maximum(z, 0), *pairs.ravel()]

    verdict = pb_6_5.verdict(derivatives=on_at_the_kink)
    assert 0 < verdict.points < 5
    assert "the course counts the unit as off" in str(verdict)
