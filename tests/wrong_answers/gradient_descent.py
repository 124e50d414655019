"""Answers to the exercises of chapter 02."""

import numpy as np


def residual(phi, x, y):
    return phi[0] + phi[1] * x - y


def gradient(phi, x, y):
    r = residual(phi, x, y)
    return np.array([2 * r.sum(), 2 * (r * x).sum()])


def gradient_of(r):
    """The gradient's form for another residual."""
    return lambda phi, x, y: np.array([2 * r(phi, x, y).sum(), 2 * (r(phi, x, y) * x).sum()])


def return_in_the_loop(phi, x, y):
    g = np.zeros(2)
    for i in range(len(x)):
        r = phi[0] + phi[1] * x[i] - y[i]
        g += [2 * r, 2 * r * x[i]]
        return g


def overwritten(phi, x, y):
    for i in range(len(x)):
        r = phi[0] + phi[1] * x[i] - y[i]
        g = [2 * r, 2 * r * x[i]]
    return g


def forward_differences(phi, x, y):
    def loss(phi):
        return (residual(phi, x, y) ** 2).sum()

    h = 1e-4
    return np.array(
        [
            (loss(phi + [h, 0]) - loss(phi)) / h,
            (loss(phi + [0, h]) - loss(phi)) / h,
        ]
    )


def in_float16(phi, x, y):
    return gradient(phi.astype("float16"), x.astype("float16"), y.astype("float16"))


def mean_with_a_guard(phi, x, y):
    return gradient(phi, x, y) / max(len(x), 1)


def half_in_float32(phi, x, y):
    return (gradient(phi, x, y) / 2).astype("float32")


def last_one_dropped(phi, x, y):
    return gradient(phi, x[:-1], y[:-1])


# pb-C1


def central(f, phi, h):
    steps = h * np.eye(len(phi))
    return np.array([(f(phi + e) - f(phi - e)) / (2 * h) for e in steps])


def differences(slope):
    """A difference from `slope(f, phi, e, h)`, where e is h along one parameter."""
    return lambda f, phi, h: np.array([slope(f, phi, e, h) for e in h * np.eye(len(phi))])


def all_at_once(f, phi, h):
    slope = (f(phi + h) - f(phi - h)) / (2 * h)
    return np.full(len(phi), slope)


def never_undone(f, phi, h):
    slopes = []
    ahead, behind = phi.copy(), phi.copy()
    for i in range(len(phi)):
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(ahead) - f(behind)) / (2 * h))
    return np.array(slopes)


def one_array_for_both(f, phi, h):
    slopes = []
    for i in range(len(phi)):
        ahead = behind = phi
        ahead[i] += h
        behind[i] -= h
        slopes.append((f(ahead) - f(behind)) / (2 * h))
    return np.array(slopes)


def moved_and_not_moved_back(f, phi, h):
    slopes = np.zeros(len(phi))
    for i in range(len(phi)):
        phi[i] += h
        up = f(phi)
        phi[i] -= h
        down = f(phi)
        slopes[i] = (up - down) / (2 * h)
    return slopes


def first_parameter_alone(f, phi, h):
    for i in range(len(phi)):
        e = np.zeros(len(phi))
        e[i] = h
        return np.array((f(phi + e) - f(phi - e)) / (2 * h))


def own_step(f, phi, h):
    return central(f, phi, 1e-5)


def relative_step(f, phi, h):
    steps = np.diag(h * np.maximum(np.abs(phi), 1e-3))
    return np.array([(f(phi + e) - f(phi - e)) / (2 * e.sum()) for e in steps])


def relative(a, n):
    a, n = np.asarray(a, float), np.asarray(n, float)
    scale = np.maximum(abs(a), abs(n))
    return abs(a - n) / np.where(scale == 0, 1, scale)


def error_over(scale):
    """A relative error with another denominator, and 0 where that is 0."""

    def error(a, n):
        below = np.broadcast_to(scale(a, n), a.shape).astype(float)
        return np.divide(abs(a - n), below, out=np.zeros(a.shape), where=below != 0)

    return error


def nothing_where_either_is_0(a, n):
    return np.where((a == 0) | (n == 0), 0.0, relative(a, n))


def nothing_where_both_are_small(a, n):
    return np.where((abs(a) < 1e-8) & (abs(n) < 1e-8), 0.0, relative(a, n))


def one_where_both_are_0(a, n):
    return np.where((a == 0) & (n == 0), 1.0, relative(a, n))


# pb-P2


def curve(derivative, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        slope = derivative(path[-1])
        if abs(slope) <= tolerance:
            break
        path.append(path[-1] - learning_rate * slope)
    return np.array(path)


def curve_that(stops, sign=1):
    """Descent that stops by another test, stops(slope, rate, tolerance)."""

    def descend(derivative, start, learning_rate, tolerance, max_steps):
        path = [start]
        for _ in range(max_steps):
            slope = derivative(path[-1])
            if stops(slope, learning_rate, tolerance):
                break
            path.append(path[-1] - sign * learning_rate * slope)
        return np.array(path)

    return descend


def curve_changed_by(change):
    """The right path, changed before it is returned."""
    return lambda *inputs: change(curve(*inputs))


def curve_moves_first(derivative, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        path.append(path[-1] - learning_rate * derivative(path[-1]))
        if abs(derivative(path[-1])) <= tolerance:
            break
    return np.array(path)


def curve_tests_the_slope_it_used(derivative, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        slope = derivative(path[-1])
        path.append(path[-1] - learning_rate * slope)
        if abs(slope) <= tolerance:
            break
    return np.array(path)


def curve_without_limit(derivative, start, learning_rate, tolerance, max_steps):
    path = [start]
    while abs(derivative(path[-1])) > tolerance:
        path.append(path[-1] - learning_rate * derivative(path[-1]))
    return np.array(path)


def curve_of_one_step(derivative, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        slope = derivative(path[-1])
        if abs(slope) <= tolerance:
            break
        path.append(path[-1] - learning_rate * slope)
        return np.array(path)


def curve_without_return(derivative, start, learning_rate, tolerance, max_steps):
    curve(derivative, start, learning_rate, tolerance, max_steps)


def curve_of_fixed_length(derivative, start, learning_rate, tolerance, max_steps):
    path = np.zeros(max_steps + 1)
    path[0] = start
    for i in range(max_steps):
        slope = derivative(path[i])
        if abs(slope) <= tolerance:
            break
        path[i + 1] = path[i] - learning_rate * slope
    return path


def curve_in_integers(derivative, start, learning_rate, tolerance, max_steps):
    return curve(derivative, start, learning_rate, tolerance, max_steps).astype(int)


def curve_without_rate(derivative, start, learning_rate, tolerance, max_steps):
    return curve(derivative, start, 1.0, tolerance, max_steps)


def curve_one_too_few(derivative, start, learning_rate, tolerance, max_steps):
    return curve(derivative, start, learning_rate, tolerance, max_steps - 1)


def curve_one_too_many(derivative, start, learning_rate, tolerance, max_steps):
    return curve(derivative, start, learning_rate, tolerance, max_steps + 1)


def curve_of_slopes(derivative, start, learning_rate, tolerance, max_steps):
    path = curve(derivative, start, learning_rate, tolerance, max_steps)
    return np.array([derivative(phi) for phi in path])


def surface_that(stops, direction=lambda g: g):
    def descend(gradient, start, learning_rate, tolerance, max_steps):
        path = [start]
        for _ in range(max_steps):
            g = gradient(path[-1])
            if stops(g, learning_rate, tolerance):
                break
            path.append(path[-1] - learning_rate * direction(g))
        return np.array(path)

    return descend


def euclidean(g, rate, tolerance):
    return np.linalg.norm(g) <= tolerance


surface = surface_that(euclidean)


def surface_changed_by(change):
    return lambda *inputs: change(surface(*inputs))


def surface_of_one_array(gradient, start, learning_rate, tolerance, max_steps):
    phi = start.copy()
    path = [phi]
    for _ in range(max_steps):
        g = gradient(phi)
        if np.linalg.norm(g) <= tolerance:
            break
        phi -= learning_rate * g
        path.append(phi)
    return np.array(path)


def surface_moves_first(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
        if np.linalg.norm(gradient(path[-1])) <= tolerance:
            break
    return np.array(path)


def surface_one_coordinate_at_a_time(gradient, start, learning_rate, tolerance, max_steps):
    phi = start.copy()
    path = [phi.copy()]
    for _ in range(max_steps):
        if np.linalg.norm(gradient(phi)) <= tolerance:
            break
        for i in range(len(phi)):
            phi[i] -= learning_rate * gradient(phi)[i]
        path.append(phi.copy())
    return np.array(path)


def surface_one_too_few(gradient, start, learning_rate, tolerance, max_steps):
    return surface(gradient, start, learning_rate, tolerance, max_steps - 1)


WRONG = {
    "pb_6_1": [
        ("gradient", "no factor 2", lambda *i: gradient(*i) / 2, "factor|half|the 2|inner"),
        ("gradient", "mean for sum", lambda *i: gradient(*i) / len(i[1]), "mean|average"),
        ("gradient", "mean with a guard", mean_with_a_guard, "mean|average"),
        ("gradient", "half, in float32", half_in_float32, "factor|half|the 2|inner"),
        ("gradient", "no x in the second",
         lambda *i: np.full(2, gradient(*i)[0]), r"\bx\b|inner|chain|multiplies φ₁"),
        ("gradient", "entries exchanged", lambda *i: gradient(*i)[::-1],
         "order|exchang|swap|places"),
        ("gradient", "y - f", lambda *i: -gradient(*i), "sign|minus|uphill|downhill"),
        ("gradient", "return in the loop", return_in_the_loop, "return|loop|first example"),
        ("gradient", "last example alone", overwritten, "last example|add|loop|sum"),
        ("gradient", "phi1 for x",
         lambda p, x, y: np.array([1, p[1]]) * gradient(p, x, y)[0], "φ₁|phi"),
        ("gradient", "residual squared", gradient_of(lambda *i: residual(*i) ** 2), "squar"),
        ("gradient", "residual squared, no 2",
         lambda *i: gradient_of(lambda *i: residual(*i) ** 2)(*i) / 2, "squar"),
        ("gradient", "no sum",
         lambda p, x, y: 2 * np.array([residual(p, x, y), residual(p, x, y) * x]), "sum|shape"),
        ("gradient", "the loss itself", lambda *i: (residual(*i) ** 2).sum(), "loss|two|shape"),
        ("gradient", "x squared",
         lambda p, x, y: 2 * np.array([residual(p, x, y).sum(), (residual(p, x, y) * x**2).sum()]),
         "squar|power"),
        ("gradient", "product of sums",
         lambda p, x, y: gradient(p, x, y)[0] * np.array([1, x.sum()]),
         "each example|product|inside"),
        ("gradient", "phi exchanged", lambda p, x, y: gradient(p[::-1], x, y), "exchang|swap|φ"),
        ("gradient", "no y", gradient_of(lambda p, x, y: p[0] + p[1] * x), r"\by\b"),
        ("gradient", "no intercept", gradient_of(lambda p, x, y: p[1] * x - y), "φ₀|intercept"),
        ("gradient", "absolute residual", gradient_of(lambda *i: abs(residual(*i))),
         "absolute|sign"),
        ("gradient", "forward differences", forward_differences, "digit|difference quot|approx"),
        ("gradient", "float16", in_float16, "float16|digit|precision"),
        ("gradient", "two decimals", lambda *i: np.round(gradient(*i), 2), "round|decimal|digit"),
        ("gradient", "a column", lambda *i: gradient(*i)[:, None], "shape"),
        ("gradient", "2 in the first alone", lambda *i: gradient(*i) * [1, 0.5], "factor|the 2"),
        ("gradient", "last example dropped", last_one_dropped, "example"),
        ("gradient", "root of the loss",
         lambda *i: gradient(*i) / (2 * np.sqrt((residual(*i) ** 2).sum())), "root"),
    ],
    "pb_C1": [
        ("difference", "forward", differences(lambda f, p, e, h: (f(p + e) - f(p)) / h),
         "ahead|forward|one side|behind"),
        ("difference", "backward", differences(lambda f, p, e, h: (f(p) - f(p - e)) / h),
         "ahead|backward|one side|behind"),
        ("difference", "over h", differences(lambda f, p, e, h: (f(p + e) - f(p - e)) / h),
         "2 ?h|twice|apart"),
        ("difference", "a - b / 2h", differences(lambda f, p, e, h: f(p + e) - f(p - e) / (2 * h)),
         "parenthes|bracket"),
        ("difference", "/ 2 * h", differences(lambda f, p, e, h: (f(p + e) - f(p - e)) / 2 * h),
         "parenthes|bracket"),
        ("difference", "not divided", differences(lambda f, p, e, h: f(p + e) - f(p - e)),
         "divid"),
        ("difference", "behind - ahead",
         differences(lambda f, p, e, h: (f(p - e) - f(p + e)) / (2 * h)), "sign|minus|order"),
        ("difference", "all at once", all_at_once, "alone|at once|one at a time"),
        ("difference", "never undone", never_undone, "undo|undone|back|alone|restore|still moved"),
        ("difference", "one array for both", one_array_for_both, "copy|same array"),
        ("difference", "not moved back", moved_and_not_moved_back, "ahead|forward|one side|behind"),
        ("difference", "first alone", first_parameter_alone, "shape|number|loop|return"),
        ("difference", "own h", own_step, "own|depend on h"),
        ("difference", "relative h", relative_step, "grow|share|depends"),
        ("difference", "half of h ahead",
         differences(lambda f, p, e, h: (f(p + e / 2) - f(p - e / 2)) / h), "half|h/2"),
        ("difference", "half of h ahead over 2h",
         differences(lambda f, p, e, h: (f(p + e / 2) - f(p - e / 2)) / (2 * h)), "half|h/2"),
        ("difference", "second difference",
         differences(lambda f, p, e, h: (f(p + e) - 2 * f(p) + f(p - e)) / h**2),
         "second|curvature"),
        ("difference", "absolute", differences(lambda f, p, e, h: abs(f(p + e) - f(p - e)) / 2 / h),
         "absolute|negative|sign"),
        ("difference", "summed", lambda *i: central(*i).sum(), "shape|each"),
        ("difference", "forward in float32",
         lambda f, p, h: differences(lambda f, p, e, h: (f(p + e) - f(p)) / h)(f, p, h).astype("f"),
         "ahead|forward|one side|behind"),
        ("error", "over the analytic", error_over(lambda a, n: abs(a)), "larger|analytic"),
        ("error", "over the numerical", error_over(lambda a, n: abs(n)), "larger|numerical"),
        ("error", "over the sum", error_over(lambda a, n: abs(a) + abs(n)), "sum|larger"),
        ("error", "over the mean", error_over(lambda a, n: (abs(a) + abs(n)) / 2), "mean|larger"),
        ("error", "over the smaller", error_over(lambda a, n: np.minimum(abs(a), abs(n))),
         "smaller|larger"),
        ("error", "1e-8 added",
         lambda a, n: abs(a - n) / (np.maximum(abs(a), abs(n)) + 1e-8), "add|tiny|small|1e-"),
        ("error", "1e-12 added",
         lambda a, n: abs(a - n) / (np.maximum(abs(a), abs(n)) + 1e-12), "add|tiny|small|1e-"),
        ("error", "floor of 1e-8",
         lambda a, n: abs(a - n) / np.maximum(np.maximum(abs(a), abs(n)), 1e-8),
         "add|tiny|small|1e-"),
        ("error", "1e-8 added to the sum", lambda a, n: abs(a - n) / (abs(a) + abs(n) + 1e-8),
         "sum|larger|tiny|small"),
        ("error", "0 where both are small", nothing_where_both_are_small, "small|tiny|1e-|near"),
        ("error", "no guard", lambda a, n: abs(a - n) / np.maximum(abs(a), abs(n)),
         "both|nan|not a number"),
        ("error", "signed", lambda a, n: (a - n) / np.maximum(np.maximum(abs(a), abs(n)), 1e-300),
         "absolute|sign|negative|distance"),
        ("error", "larger with its sign", error_over(np.maximum), "absolute|sizes"),
        ("error", "0 where either is 0", nothing_where_either_is_0, "either|both|one of"),
        ("error", "1 where both are 0", one_where_both_are_0, "both"),
        ("error", "absolute error", lambda a, n: abs(a - n), "share|divid"),
        ("error", "largest of all entries below",
         error_over(lambda a, n: max(abs(a).max(), abs(n).max())), "each|own|entry"),
        ("error", "one number for all",
         lambda a, n: np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n)),
         "shape|each|entry"),
        ("error", "the norm of the two below",
         error_over(lambda a, n: np.linalg.norm(a) + np.linalg.norm(n)), "each|own|entry"),
        ("error", "per cent", lambda a, n: 100 * relative(a, n), "100|cent"),
        ("error", "squared", lambda a, n: relative(a, n) ** 2, "squar"),
        ("error", "largest error alone", lambda a, n: relative(a, n).max(), "shape|each"),
    ],
    "pb_P2": [
        ("curve", "no tolerance", curve_that(lambda s, a, t: False), "toleran|stop"),
        ("curve", "< for <=", curve_that(lambda s, a, t: abs(s) < t), "at most|<=|equals|exactly"),
        ("curve", "no absolute value", curve_that(lambda s, a, t: s <= t),
         "absolute|negative|size|falls to the right"),
        ("curve", "tests the move", curve_that(lambda s, a, t: abs(a * s) <= t), "move|step is"),
        ("curve", "tests the move, <", curve_that(lambda s, a, t: abs(a * s) < t), "move|step is"),
        ("curve", "tests the square", curve_that(lambda s, a, t: s**2 <= t), "squar"),
        ("curve", "uphill", curve_that(lambda s, a, t: abs(s) <= t, -1), "uphill|sign|minus|add"),
        ("curve", "no start", curve_changed_by(lambda p: p[1:]), "start"),
        ("curve", "last point", curve_changed_by(lambda p: p[-1]), "last|whole"),
        ("curve", "last point dropped", curve_changed_by(lambda p: p[:-1]), "too few|last point"),
        ("curve", "last point twice", curve_changed_by(lambda p: [*p, p[-1]]), "too many|twice"),
        ("curve", "one too few", curve_one_too_few, "too few|max_steps|one move"),
        ("curve", "one too many", curve_one_too_many, "too many|max_steps|one move"),
        ("curve", "moves first", curve_moves_first, "before|first|flat|too many"),
        ("curve", "tests the slope it used", curve_tests_the_slope_it_used,
         "before|late|first|too many"),
        ("curve", "no limit", curve_without_limit, "max_steps|does it stop|stop"),
        ("curve", "one step", curve_of_one_step, "return|loop|too few"),
        ("curve", "no return", curve_without_return, "return"),
        ("curve", "fixed length", curve_of_fixed_length, "too many|zero|end"),
        ("curve", "integers", curve_in_integers, "integer|whole number|decimal|round"),
        ("curve", "no rate", curve_without_rate, "learning rate|learning_rate|α"),
        ("curve", "slopes", curve_of_slopes, "slope|derivative"),
        ("curve", "path and count", lambda *i: (curve(*i), len(curve(*i)) - 1),
         "tuple|two|numbers"),
        ("surface", "L1 norm", surface_that(lambda g, a, t: abs(g).sum() <= t),
         "Euclid|sum of|length"),
        ("surface", "largest entry", surface_that(lambda g, a, t: abs(g).max() <= t),
         "Euclid|largest|length|entry"),
        ("surface", "any entry", surface_that(lambda g, a, t: (abs(g) <= t).any()),
         "Euclid|length|entry|any"),
        ("surface", "squared norm", surface_that(lambda g, a, t: g @ g <= t), "squar|root"),
        ("surface", "root mean square", surface_that(lambda g, a, t: np.sqrt((g**2).mean()) <= t),
         "mean|Euclid|length"),
        ("surface", "sum of entries", surface_that(lambda g, a, t: abs(g.sum()) <= t),
         "Euclid|length|sum"),
        ("surface", "tests the move", surface_that(lambda g, a, t: np.linalg.norm(a * g) <= t),
         "move|step is"),
        ("surface", "no tolerance", surface_that(lambda g, a, t: False), "toleran|stop"),
        ("surface", "< for <=", surface_that(lambda g, a, t: np.linalg.norm(g) < t),
         "at most|<=|equal|exactly"),
        ("surface", "uphill", surface_that(euclidean, lambda g: -g), "uphill|sign|minus|add"),
        ("surface", "normalised", surface_that(euclidean, lambda g: g / np.linalg.norm(g)),
         "normal|length|unit"),
        ("surface", "signs", surface_that(euclidean, np.sign), "sign"),
        ("surface", "one array", surface_of_one_array, "copy|same array"),
        ("surface", "moves first", surface_moves_first, "before|first|flat|too many"),
        ("surface", "one coordinate at a time", surface_one_coordinate_at_a_time,
         "at a time|all parameters"),
        ("surface", "one too few", surface_one_too_few, "too few|max_steps|one move"),
        ("surface", "no start", surface_changed_by(lambda p: p[1:]), "start"),
        ("surface", "last point", surface_changed_by(lambda p: p[-1]), "last|whole"),
        ("surface", "transposed", surface_changed_by(np.transpose), "shape|transpos|row"),
        ("surface", "flattened", surface_changed_by(np.ravel), "shape|row"),
        ("surface", "first coordinate alone", surface_changed_by(lambda p: p[:, 0]), "shape|row"),
    ],
}  # fmt: skip


def gradient_in_plain_python(phi, x, y):
    g0 = g1 = 0
    for a, b in zip(x, y):
        r = phi[0] + phi[1] * a - b
        g0 += 2 * r
        g1 += 2 * r * a
    return g0, g1


def gradient_by_matrices(phi, x, y):
    A = np.column_stack([np.ones_like(x), x])
    return 2 * A.T @ (A @ phi - y)


def gradient_expanded(phi, x, y):
    n, sx, sy = len(x), sum(x), sum(y)
    return [
        2 * (n * phi[0] + phi[1] * sx - sy),
        2 * (phi[0] * sx + phi[1] * sum(x * x) - sum(x * y)),
    ]


def gradient_by_complex_step(phi, x, y):
    steps = 1e-20j * np.eye(2)
    return [((residual(phi + e, x, y) ** 2).sum()).imag / 1e-20 for e in steps]


def gradient_in_place(phi, x, y):
    x *= phi[1]
    x += phi[0] - y
    r = x.copy()
    x += y - phi[0]
    x /= phi[1]
    return np.array([2 * r.sum(), 2 * (r * x).sum()])


def gradient_that_spoils_y(phi, x, y):
    y -= phi[0] + phi[1] * x
    return np.array([-2 * y.sum(), -2 * y @ x])


def central_in_place(f, phi, h):
    slopes = np.zeros_like(phi)
    for i in range(len(phi)):
        phi[i] += h
        up = f(phi)
        phi[i] -= 2 * h
        down = f(phi)
        phi[i] += h
        slopes[i] = (up - down) / (2 * h)
    return slopes


def relative_in_a_loop(analytic, numerical):
    errors = []
    for a, n in zip(analytic, numerical):
        if a == 0 and n == 0:
            errors.append(0)
        else:
            errors.append(abs(a - n) / max(abs(a), abs(n)))
    return errors


def relative_with_nan(analytic, numerical):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(abs(analytic - numerical) / np.maximum(abs(analytic), abs(numerical)))


def relative_with_the_smallest_number(analytic, numerical):
    scale = np.maximum(np.abs(analytic), np.abs(numerical))
    return np.abs(analytic - numerical) / np.maximum(scale, np.finfo(float).tiny)


def curve_with_while(derivative, start, learning_rate, tolerance, max_steps):
    phi, points, steps = start, [start], 0
    while steps < max_steps and not abs(derivative(phi)) <= tolerance:
        phi = phi - learning_rate * derivative(phi)
        points += [phi]
        steps += 1
    return points


def curve_cut(derivative, start, learning_rate, tolerance, max_steps):
    path = np.empty(max_steps + 1)
    path[0] = start
    for i in range(max_steps):
        slope = derivative(path[i])
        if -tolerance <= slope <= tolerance:
            return path[: i + 1]
        path[i + 1] = path[i] - learning_rate * slope
    return path


def surface_in_place(gradient, start, learning_rate, tolerance, max_steps):
    path = [start.copy()]
    for _ in range(max_steps):
        g = gradient(start)
        if np.sqrt(sum(g**2)) <= tolerance:
            break
        start -= learning_rate * g
        path.append(start.copy())
    return path


def surface_stacked(gradient, start, learning_rate, tolerance, max_steps):
    path = start[None]
    while len(path) <= max_steps and np.hypot.reduce(gradient(path[-1])) > tolerance:
        path = np.vstack([path, path[-1] - learning_rate * gradient(path[-1])])
    return path


RIGHT = {
    "pb_6_1": [
        ("gradient", "plain Python", gradient_in_plain_python),
        ("gradient", "matrices", gradient_by_matrices),
        ("gradient", "expanded", gradient_expanded),
        ("gradient", "complex step", gradient_by_complex_step),
        ("gradient", "complex type", lambda *i: gradient(*i).astype(complex)),
        ("gradient", "x changed in place", gradient_in_place),
        ("gradient", "y changed in place", gradient_that_spoils_y),
        ("gradient", "one-element arrays in a list", lambda *i: [g[None] for g in gradient(*i)]),
        ("gradient", "longdouble", lambda *i: gradient(*i).astype(np.longdouble)),
    ],
    "pb_C1": [
        ("difference", "matrix of steps", central),
        ("difference", "in place", central_in_place),
        ("difference", "list", lambda *i: list(central(*i))),
        ("error", "loop", relative_in_a_loop),
        ("error", "nan_to_num", relative_with_nan),
        ("error", "smallest number", relative_with_the_smallest_number),
    ],
    "pb_P2": [
        ("curve", "while", curve_with_while),
        ("curve", "cut", curve_cut),
        ("curve", "tuple", curve_changed_by(tuple)),
        ("surface", "in place", surface_in_place),
        ("surface", "stacked", surface_stacked),
        ("surface", "nested lists", surface_changed_by(np.ndarray.tolist)),
    ],
}
