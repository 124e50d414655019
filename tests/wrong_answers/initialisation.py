"""Answers to the problems of set 09, from their statements alone."""

import numpy as np

from course_lib.networks import MLP
from tests.wrong_answers import added_to

WRONG, RIGHT = {"pb_6_5": []}, {"pb_6_5": []}


def wrong(part, cause):
    """The decorated function is a wrong answer; a good message matches `cause`."""

    def add(function):
        WRONG["pb_6_5"].append((part, function.__name__, function, cause))
        return function

    return add


def right(part):
    """The decorated function is a right answer in another style."""

    def add(function):
        RIGHT["pb_6_5"].append((part, function.__name__, function))
        return function

    return add


# slope


@wrong("slope", r"kink|z = 0|at 0")
def slope_on_at_the_kink(z):
    return (np.asarray(z) >= 0).astype(float)


@wrong("slope", r"kink|z = 0|at 0|half|½")
def slope_half_at_the_kink(z):
    return np.heaviside(z, 0.5)


@wrong("slope", r"derivative|max\(0, z\) itself|a\[z\] itself|function")
def slope_is_the_function(z):
    return np.maximum(0, z)


@wrong("slope", r"negative|below 0|left|off|-1")
def slope_is_the_sign(z):
    return np.sign(z)


@wrong("slope", r"ValueError|array|entry|ambiguous")
def slope_of_one_number(z):
    return 1 if z > 0 else 0


@wrong("slope", r"nan|NaN|not a number|kink|0")
def slope_by_a_quotient(z):
    with np.errstate(all="ignore"):
        return np.maximum(0, z) / np.asarray(z, float)


@wrong("slope", r"between 0 and 1|any positive|above 0|small")
def slope_from_1_on(z):
    return (np.asarray(z) >= 1).astype(float)


@wrong("slope", r"off|negative|below 0|everywhere")
def slope_is_1(z):
    return np.ones_like(np.asarray(z, float))


@wrong("slope", r"smooth|sigmoid|jump")
def slope_sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


@wrong("slope", r"other way|wrong way|swap|revers")
def slope_reversed(z):
    return (np.asarray(z) < 0).astype(float)


@wrong("slope", r"array|entry|shape")
def slope_counts(z):
    return float(np.sum(np.asarray(z) > 0))


@wrong("slope", r"slope|derivative|itself|steep")
def slope_z_where_on(z):
    return np.where(np.asarray(z) > 0, z, 0)


@wrong("slope", r"negative|leak|0\.01|off|below")
def slope_leaky(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.01)


@wrong("slope", r"kink|neighbour|z itself|difference|each")
def slope_by_differences(z):
    h = 1e-6
    z = np.asarray(z)
    return (np.maximum(0, z + h) - np.maximum(0, z - h)) / (2 * h)


@right("slope")
def slope_by_where(z):
    return np.where(np.asarray(z) > 0, 1, 0)


@right("slope")
def slope_booleans(z):
    return np.asarray(z) > 0


@right("slope")
def slope_a_list(z):
    return [1.0 if a > 0 else 0.0 for a in z]


@right("slope")
def slope_heaviside(z):
    return np.heaviside(z, 0)


# derivatives


def parts(phi):
    phi = np.asarray(phi, float)
    return phi[1:4], phi[4::2], phi[5::2]


def relu(z):
    return np.maximum(0, z)


def on(z):
    return (z > 0).astype(float)


def laid_out(first, a, d0, d1):
    return np.concatenate([[first], a, np.stack([d0, d1], axis=1).ravel()])


@wrong("derivatives", r"phi_k|phi_1|factor|weight|chain|multiplied by on its way out")
def derivatives_without_phi(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), on(z), on(z) * x)


@wrong("derivatives", r"\bx\b|input|same derivative")
def derivatives_without_x(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * on(z), w * on(z))


@wrong("derivatives", r"slope|off|kink|a'")
def derivatives_without_the_slope(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w, w * x)


@wrong("derivatives", r"max|a\[|activation|off")
def derivatives_before_the_activation(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, z, w * on(z), w * on(z) * x)


@wrong("derivatives", r"phi_1|a\[|activation|unit|phi_k")
def derivatives_phi_by_the_slope(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, on(z), w * on(z), w * on(z) * x)


@wrong("derivatives", r"phi_0")
def derivatives_phi_0_itself(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(phi[0], relu(z), w * on(z), w * on(z) * x)


@wrong("derivatives", r"phi_0|first")
def derivatives_phi_0_is_0(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(0, relu(z), w * on(z), w * on(z) * x)


@wrong("derivatives", r"order")
def derivatives_offsets_first(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return np.concatenate([[1], relu(z), w * on(z), w * on(z) * x])


@wrong("derivatives", r"order|swap|exchange|changed places")
def derivatives_pairs_swapped(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * on(z) * x, w * on(z))


@wrong("derivatives", r"order")
def derivatives_theta_first(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return np.roll(laid_out(1, relu(z), w * on(z), w * on(z) * x), 6)


@wrong("derivatives", r"kink|exactly 0")
def derivatives_on_at_the_kink(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    s = (z >= 0).astype(float)
    return laid_out(1, relu(z), w * s, w * s * x)


@wrong("derivatives", r"theta|chain|factor")
def derivatives_times_theta(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * on(z), w * on(z) * t1)


@wrong("derivatives", r"order|theta_10|offset|phi\[4|lie")
def derivatives_phi_misread(phi, x):
    phi = np.asarray(phi, float)
    w, t0, t1 = phi[1:4], phi[4:7], phi[7:10]
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * on(z), w * on(z) * x)


@wrong("derivatives", r"slope|input|\bx\b|pre-activation|unit|off")
def derivatives_slope_of_x(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    s = on(np.full(3, float(x)))
    return laid_out(1, relu(z), w * s, w * s * x)


@wrong("derivatives", r"activation|slope|twice|a\[")
def derivatives_activation_for_slope(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * relu(z), w * relu(z) * x)


@wrong("derivatives", r"first unit|each unit|own|unit")
def derivatives_first_unit_for_all(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    s = on(np.full(3, z[0]))
    return laid_out(1, relu(z), w * s, w * s * x)


@wrong("derivatives", r"own parameter")
def derivatives_times_the_parameters(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return np.asarray(phi) * laid_out(1, relu(z), w * on(z), w * on(z) * x)


@wrong("derivatives", r"shape|phi_0|only nine")
def derivatives_nine(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * on(z), w * on(z) * x)[1:]


@wrong("derivatives", r"sign|minus")
def derivatives_sign(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return -laid_out(1, relu(z), w * on(z), w * on(z) * x)


def right_derivatives(phi, x):
    w, t0, t1 = parts(phi)
    z = t0 + t1 * x
    return laid_out(1, relu(z), w * on(z), w * on(z) * x)


@right("derivatives")
def derivatives_by_a_loop(phi, x):
    d = [1.0, 0, 0, 0]
    for k in range(3):
        z = phi[4 + 2 * k] + phi[5 + 2 * k] * x
        active = z > 0
        d[k + 1] = z if active else 0.0
        d += [phi[k + 1] * active, phi[k + 1] * active * x]
    return d


@right("derivatives")
def derivatives_with_float_of_x(phi, x):
    return right_derivatives(phi, float(x))


# gradient


def every(phi, x, y):
    """The residuals (I,) and the derivatives (I, 10)."""
    d = np.array([right_derivatives(phi, a) for a in np.asarray(x, float)])
    w, t0, t1 = parts(phi)
    f = phi[0] + np.array([w @ relu(t0 + t1 * a) for a in np.asarray(x, float)])
    return f - y, d


@wrong("gradient", r"factor 2|\b2\b|half|twice")
def gradient_without_the_2(phi, x, y):
    r, d = every(phi, x, y)
    return r @ d


@wrong("gradient", r"mean|average|sum")
def gradient_mean(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * r @ d / len(r)


@wrong("gradient", r"mean|average|sum|factor 2|\b2\b")
def gradient_mean_without_the_2(phi, x, y):
    r, d = every(phi, x, y)
    return r @ d / len(r)


@wrong("gradient", r"sign|y - f|minus|residual")
def gradient_sign(phi, x, y):
    r, d = every(phi, x, y)
    return -2 * r @ d


@wrong("gradient", r"residual|f - y|factor|chain")
def gradient_without_residuals(phi, x, y):
    _, d = every(phi, x, y)
    return d.sum(axis=0)


@wrong("gradient", r"residual|square|f - y")
def gradient_squared_residual(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * r**2 @ d


@wrong("gradient", r"first|all|sum|loop|only")
def gradient_of_the_first(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * r[0] * d[0]


@wrong("gradient", r"last|all|sum|only|add")
def gradient_of_the_last(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * r[-1] * d[-1]


@wrong("gradient", r"shape|sum")
def gradient_unsummed(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * r[:, None] * d


@wrong("gradient", r"product of|sums|each example|own|pair")
def gradient_product_of_sums(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * r.sum() * d.sum(axis=0)


@wrong("gradient", r"max|activation|a\[|off|network")
def gradient_of_a_linear_network(phi, x, y):
    _, d = every(phi, x, y)
    w, t0, t1 = parts(phi)
    f = phi[0] + np.array([w @ (t0 + t1 * a) for a in x])
    return 2 * (f - y) @ d


@wrong("gradient", r"\by\b|residual|prediction|f - y")
def gradient_forgets_y(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * (r + y) @ d


@wrong("gradient", r"phi_0|offset")
def gradient_forgets_phi_0(phi, x, y):
    r, d = every(phi, x, y)
    return 2 * (r - phi[0]) @ d


@wrong("gradient", r"size|absolute|sign")
def gradient_of_sizes(phi, x, y):
    r, d = every(phi, x, y)
    return np.sign(r) @ d


@wrong("gradient", r"phi_k|phi_1|factor|weight|chain|derivatives")
def gradient_without_phi(phi, x, y):
    r, _ = every(phi, x, y)
    w, t0, t1 = parts(phi)
    rows = []
    for a in x:
        z = t0 + t1 * a
        rows.append(laid_out(1, relu(z), on(z), on(z) * a))
    return 2 * r @ np.array(rows)


@wrong("gradient", r"loss|gradient|derivative|number|shape")
def gradient_is_the_loss(phi, x, y):
    r, _ = every(phi, x, y)
    return np.sum(r**2)


@right("gradient")
def gradient_by_a_loop(phi, x, y):
    total = np.zeros(10)
    for a, b in zip(x, y, strict=True):
        w, t0, t1 = parts(phi)
        f = phi[0] + w @ relu(t0 + t1 * a)
        total += 2 * (f - b) * right_derivatives(phi, a)
    return total


@right("gradient")
def gradient_by_einsum(phi, x, y):
    r, d = every(phi, x, y)
    return list(np.einsum("i,ij->j", 2 * r, d))


add_wrong, add_right = added_to(WRONG), added_to(RIGHT)

# --- pb-G4 · Glorot's weights, and six starts -----------------------------------------------------


def spread(u, variance):
    """Evenly around 0, with this variance."""
    return (2 * u - 1) * np.sqrt(3 * variance)


add_wrong(
    "pb_G4",
    "glorot",
    (
        "variance_as_border",
        lambda u: (2 * u - 1) * 2 / sum(u.shape),
        r"variance|root|border",
    ),
    (
        "deviation_as_border",
        lambda u: (2 * u - 1) * np.sqrt(2 / sum(u.shape)),
        r"third|√3|root of 3|deviation|variance|12|width",
    ),
    ("from_0_on", lambda u: u * np.sqrt(6 / sum(u.shape)), r"mean|0|shift|centre|negative"),
    (
        "half_the_width",
        lambda u: (u - 0.5) * np.sqrt(6 / sum(u.shape)),
        r"half|width|quarter|2",
    ),
    ("he", lambda u: spread(u, 2 / u.shape[0]), r"He|m \+ n|both|after|fan"),
    ("one_over_m", lambda u: spread(u, 1 / u.shape[0]), r"m \+ n|both|after|1/m"),
    ("without_the_2", lambda u: spread(u, 1 / sum(u.shape)), r"2|twice|half"),
    ("by_the_product", lambda u: spread(u, 2 / u.size), r"product|sum|m \+ n|number of weights"),
    (
        "standardised",
        lambda u: (u - u.mean()) / u.std() * np.sqrt(2 / sum(u.shape)),
        r"mean|this draw|where u is 0|lowest|fixed|own",
    ),
    (
        "drawn_anew",
        lambda u: np.random.default_rng(0).normal(0, np.sqrt(2 / sum(u.shape)), u.shape),
        r"u|given|normal|drawn",
    ),
    (
        "turned_round",
        lambda u: spread(1 - u, 2 / sum(u.shape)),
        r"sign|lowest|turn|other way|minus",
    ),
    (
        "twice_the_rows",
        lambda u: spread(u, 2 / (2 * len(u))),
        r"m \+ n|both|columns|after|1/m|shape",
    ),
)
add_right(
    "pb_G4",
    "glorot",
    ("by_width", lambda u: np.sqrt(24 / sum(u.shape)) * (np.asarray(u) - 0.5)),
    (
        "ends",
        lambda u: np.interp(u, [0, 1], np.array([-1, 1]) * (6 / (u.shape[0] + u.shape[1])) ** 0.5),
    ),
)

PARTS = dict(zip("abcdef", ("stay", "part", "part", "part", "stay", "stay")))
for letter, true in PARTS.items():
    false = "part" if true == "stay" else "stay"
    add_wrong(
        "pb_G4",
        "starts",
        (letter, PARTS | {letter: false}, r"equal|same|differ|gradient|bias|drawn|size|delta|δ"),
    )
add_right("pb_G4", "starts", ("capitals", {key: word.upper() for key, word in PARTS.items()}))

# --- pb-F9.1 · how deep ---------------------------------------------------------------------------


def kept(m, border, share, third=3.0):
    """What a layer keeps of the mean square."""
    return m * border**2 / third * share


def layers(a_layer, left, whole=np.ceil):
    return np.inf if a_layer >= 1 else whole(round(float(np.log(left) / np.log(a_layer)), 9))


add_wrong(
    "pb_F9_1",
    "depth",
    ("mean_square", lambda m, b, s, x: layers(kept(m, b, s), x), r"root|mean square|size|square"),
    (
        "border_as_deviation",
        lambda m, b, s, x: layers(kept(m, b, s, 1.0), x**2),
        r"third|3|variance|border",
    ),
    (
        "full_width",
        lambda m, b, s, x: layers(kept(m, b, s, 12.0), x**2),
        r"12|width|2 \* border|twice|from -",
    ),
    ("without_m", lambda m, b, s, x: layers(kept(1, b, s), x**2), r"\bm\b|units|sum"),
    ("without_the_share", lambda m, b, s, x: layers(kept(m, b, 1), x**2), r"share|activation"),
    (
        "down",
        lambda m, b, s, x: layers(kept(m, b, s), x**2, np.floor),
        r"round|one more|still|too few|smallest",
    ),
    ("not_whole", lambda m, b, s, x: layers(kept(m, b, s), x**2, float), r"whole"),
    (
        "without_the_case",
        lambda m, b, s, x: (
            np.ceil(np.log(x**2) / np.log(kept(m, b, s))) if kept(m, b, s) != 1 else 0
        ),
        r"inf|grow|no number|never",
    ),
    (
        "share_squared",
        lambda m, b, s, x: layers(kept(m, b, s**2), x**2),
        r"share|square",
    ),
    (
        "share_of_the_size",
        lambda m, b, s, x: layers(np.sqrt(kept(m, b, 1)) * s, x),
        r"share|mean square|root",
    ),
    (
        "root_of_left",
        lambda m, b, s, x: layers(kept(m, b, s), np.sqrt(x)),
        r"square|root|mean square",
    ),
)


def layer_by_layer(m, border, share_passed, left):
    mean_square, n = 1.0, 0
    if m * border**2 / 3 * share_passed >= 1 - 1e-12:
        return float("inf")
    while mean_square**0.5 > left * (1 + 1e-9):
        mean_square *= m * border * border / 3 * share_passed
        n += 1
    return n


add_right(
    "pb_F9_1",
    "depth",
    ("layer_by_layer", layer_by_layer),
    (
        "of_sizes",
        lambda m, b, s, x: (
            np.inf
            if (root := np.sqrt(m * b**2 * s / 3)) >= 1
            else np.ceil(np.log(x) / np.log(root) - 1e-9)
        ),
    ),
)

# --- pb-F9.2 · a backward pass --------------------------------------------------------------------


def passed_back(x, phi, sizes, delta, slope=None, mean=False, bias=None, order=None, into=None):
    """The backward pass, with other ideas of its pieces."""
    slope = slope or (lambda z, h: z > 0)
    into = into or (lambda h, z: h)
    h, seen = np.asarray(x, float), []
    network = MLP(sizes).unravel(np.asarray(phi))
    for weights, biases in network:
        z = h @ weights + biases
        seen.append((h, z, weights))
        h = np.maximum(0, z)
    pieces = []
    for k in range(len(seen) - 1, -1, -1):
        h, z, weights = seen[k]
        of_bias = delta.sum(axis=0) if bias is None else bias(delta)
        piece = [(into(h, z).T @ delta).ravel(), of_bias]
        pieces = piece + pieces if order is None else order(pieces, piece)
        if k:
            delta = (delta @ weights.T) * slope(seen[k - 1][1], h)
    gradient = np.concatenate(pieces)
    return gradient / len(x) if mean else gradient


def every_layer_bent(x, phi, sizes, delta):
    """As if the last layer had an activation, too."""
    h = np.asarray(x, float)
    for weights, biases in MLP(sizes).unravel(np.asarray(phi)):
        z = h @ weights + biases
        h = np.maximum(0, z)
    return passed_back(x, phi, sizes, delta * (z > 0))


def not_from_the_activations(x, phi, sizes, delta):
    """h of a layer is what comes out of it before the activation."""
    return passed_back(x, phi, sizes, delta, into=lambda h, z: h if h is x else h - 0.1)


add_wrong(
    "pb_F9_2",
    "gradient",
    (
        "without_the_slope",
        lambda *given: passed_back(*given, slope=lambda z, h: 1.0),
        r"slope|off|relu|kink",
    ),
    (
        "on_at_the_kink",
        lambda *given: passed_back(*given, slope=lambda z, h: z >= 0),
        r"kink|exactly 0|counts as 0",
    ),
    ("mean", lambda *given: passed_back(*given, mean=True), r"mean|sum|divide|number of examples"),
    (
        "biases_of_the_first_example",
        lambda *given: passed_back(*given, bias=lambda delta: delta[0]),
        r"bias|sum|example",
    ),
    (
        "mean_for_biases",
        lambda *given: passed_back(*given, bias=lambda delta: delta.mean(axis=0)),
        r"bias|sum|mean",
    ),
    (
        "last_layer_first",
        lambda *given: passed_back(*given, order=lambda pieces, piece: pieces + piece),
        r"order|first|last layer|revers",
    ),
    (
        "biases_first",
        lambda *given: passed_back(*given, order=lambda pieces, piece: piece[::-1] + pieces),
        r"order|bias",
    ),
    ("last_layer_bent", every_layer_bent, r"last layer|no activation"),
    (
        "slope_of_tanh",
        lambda *given: passed_back(*given, slope=lambda z, h: 1 - np.tanh(z) ** 2),
        r"relu|tanh|slope",
    ),
    (
        "the_activation_for_its_slope",
        lambda *given: passed_back(*given, slope=lambda z, h: np.maximum(z, 0)),
        r"slope|1|activation|itself",
    ),
    ("sign", lambda *given: -passed_back(*given), r"sign|minus|downhill"),
    (
        "no_biases",
        lambda *given: np.concatenate(
            passed_back(*given, order=lambda pieces, piece: piece[:1] + pieces).reshape(1, -1)
        ),
        r"bias|shape|numbers",
    ),
)


def pads_a_one(x, phi, sizes, delta):
    """Biases as weights of a unit that is always 1."""
    matrices, at = [], 0
    for m, n in zip(sizes, sizes[1:]):
        matrices.append(np.reshape(phi[at : at + (m + 1) * n], (m + 1, n)))
        at += (m + 1) * n
    inputs = [np.column_stack([x, np.ones(len(x))])]
    for matrix in matrices[:-1]:
        z = inputs[-1] @ matrix
        inputs.append(np.column_stack([z.clip(min=0), np.ones(len(x))]))
    found = []
    for matrix, given in zip(reversed(matrices), reversed(inputs)):
        found.insert(0, np.einsum("im,in->mn", given, delta))
        delta = (delta @ matrix.T * (given > 0))[:, :-1]
    return np.hstack([each.flatten() for each in found])


def example_by_example(x, phi, sizes, delta):
    return sum(passed_back(x[i : i + 1], phi, sizes, delta[i : i + 1]) for i in range(len(x)))


add_right(
    "pb_F9_2",
    "gradient",
    ("pads_a_one", pads_a_one),
    ("example_by_example", example_by_example),
)

# --- pb-F9.3 · five networks from inside ----------------------------------------------------------

INSIDE = dict(zip("abcde", ("too large", "fine", "off", "too small", "equal")))
add_wrong(
    "pb_F9_3",
    "networks",
    ("a_fine", INSIDE | {"a": "fine"}, r"60|stuck|420|gradient"),
    ("a_off", INSIDE | {"a": "off"}, r"60|stuck|0\.89|gradient|tanh|end"),
    ("b_small", INSIDE | {"b": "too small"}, r"0\.60|shrink|keep|gradient|little|as large"),
    ("b_large", INSIDE | {"b": "too large"}, r"5 %|stuck|gradient"),
    ("c_small", INSIDE | {"c": "too small"}, r"1\.0|100|stuck|layer 1|exactly|0"),
    ("d_equal", INSIDE | {"d": "equal"}, r"layer 1|0\.33|apart|differ"),
    ("d_off", INSIDE | {"d": "off"}, r"0 %|stuck|small|gradient"),
    ("e_fine", INSIDE | {"e": "fine"}, r"apart|0|same|differ"),
    ("e_small", INSIDE | {"e": "too small"}, r"0\.7|apart|size|same"),
)
add_right("pb_F9_3", "networks", ("capitals", {k: word.title() for k, word in INSIDE.items()}))

# --- pb-F9.4 · weights that look at the data ------------------------------------------------------


def repaired(x, weights, size=None, on=np.tanh, repair_first=True, factor=None):
    """The rule, with other ideas of what is 1, what goes on, and from which weights."""
    size = size or (lambda z: np.sqrt(np.mean(z**2)))
    h, done = x, []
    for w in weights:
        new = w / size(h @ w)
        done.append(new)
        h = on(h @ (new if repair_first else w))
    return np.array(done)


add_wrong(
    "pb_F9_4",
    "fitted",
    (
        "standard_deviation",
        lambda x, w: repaired(x, w, lambda z: np.std(z)),
        r"mean square|deviation|mean",
    ),
    (
        "mean_square_itself",
        lambda x, w: repaired(x, w, lambda z: np.mean(z**2)),
        r"root|mean square",
    ),
    (
        "sees_the_old_layers",
        lambda x, w: repaired(x, w, repair_first=False),
        r"repaired|before|already|old",
    ),
    (
        "each_unit_by_itself",
        lambda x, w: repaired(x, w, lambda z: np.sqrt(np.mean(z**2, axis=0))),
        r"one\b|all its units|each unit|number",
    ),
    ("without_tanh", lambda x, w: repaired(x, w, on=lambda z: z), r"tanh|activation"),
    (
        "of_the_activations",
        lambda x, w: repaired(x, w, lambda z: np.sqrt(np.mean(np.tanh(z) ** 2))),
        r"\bz\b|\bh\b|activation|before",
    ),
    (
        "mean_size",
        lambda x, w: repaired(x, w, lambda z: np.mean(np.abs(z))),
        r"square|mean",
    ),
    (
        "multiplied",
        lambda x, w: repaired(x, w, lambda z: 1 / np.sqrt(np.mean(z**2))),
        r"divide|multipl|upside",
    ),
    (
        "length_of_z",
        lambda x, w: repaired(x, w, lambda z: np.linalg.norm(z)),
        r"mean|sum|length",
    ),
    (
        "largest",
        lambda x, w: repaired(x, w, lambda z: np.max(np.abs(z))),
        r"mean square|largest",
    ),
    (
        "the_weights_alone",
        lambda x, w: w / np.sqrt(np.mean(w**2, axis=(1, 2), keepdims=True)) / np.sqrt(w.shape[1]),
        r"\bz\b|data|examples|weights",
    ),
    ("first_alone", lambda x, w: np.concatenate([repaired(x, w)[:1], w[1:]]), r"layer|next|first"),
    ("relu", lambda x, w: repaired(x, w, on=lambda z: np.maximum(z, 0)), r"tanh|relu"),
)


def in_place(x, weights):
    h = x
    for k in range(len(weights)):
        z = np.dot(h, weights[k])
        weights[k] /= (z**2).mean() ** 0.5
        h = np.tanh(z / (z**2).mean() ** 0.5)
    return weights


add_right(
    "pb_F9_4",
    "fitted",
    ("in_place", in_place),
    ("a_list", lambda x, w: [a.tolist() for a in repaired(x, w)]),
)
