"""Wrong and right answers to pb-6.5, written from its statement alone."""

import numpy as np

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
