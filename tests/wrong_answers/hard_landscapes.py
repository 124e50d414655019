"""Answers to the problems of set 08, from their statements alone."""

import numpy as np

from course_lib.surfaces import Recurrence
from tests.wrong_answers import added_to

WRONG, RIGHT = {}, {}
wrong, right = added_to(WRONG), added_to(RIGHT)

# --- pb-F8.1 · the largest rate that helps --------------------------------------------------------


def unless_bent_down(rate):
    """A rate where the curvature along the gradient is above zero, and else infinity."""
    return lambda g, H: rate(g, H) if g @ H @ g > 0 else np.inf


def quotient(g, H):
    return 2 * (g @ g) / (g @ H @ g)


wrong(
    "pb_F8_1",
    "rate",
    ("lowest_point", unless_bent_down(lambda g, H: quotient(g, H) / 2), r"half|lowest|most|2|½"),
    (
        "by_the_largest_curvature",
        unless_bent_down(lambda g, H: 2 / np.linalg.eigvalsh(H)[-1]),
        r"eigenvalue|along|largest curvature|steepest|direction|sharpest",
    ),
    ("upside_down", unless_bent_down(lambda g, H: 1 / quotient(g, H)), r"upside|invers|divide"),
    ("may_be_negative", quotient, r"negative|below zero|inf|every rate"),
    ("size_of_it", lambda g, H: abs(quotient(g, H)), r"inf|every rate|below zero|down"),
    (
        "length_not_squared",
        unless_bent_down(lambda g, H: 2 * np.sqrt(g @ g) / (g @ H @ g)),
        r"square|length|root",
    ),
    (
        "along_the_axes",
        unless_bent_down(lambda g, H: 2 * (g @ g) / (g**2 @ np.diag(H))),
        r"diagonal|mixed|outside|off",
    ),
    (
        "by_the_trace",
        unless_bent_down(lambda g, H: 2 / np.trace(H)),
        r"trace|along|direction|sum of",
    ),
    (
        "zero_where_it_never_ends",
        lambda g, H: quotient(g, H) if g @ H @ g > 0 else 0.0,
        r"inf|every rate|helps",
    ),
    (
        "never_on_a_saddle",
        lambda g, H: quotient(g, H) if np.linalg.eigvalsh(H)[0] > 0 else np.inf,
        r"along|eigenvalue|saddle|g",
    ),
    ("four_times", unless_bent_down(lambda g, H: 2 * quotient(g, H)), r"½|half|twice|2"),
    (
        "curvature_of_a_unit_step",
        unless_bent_down(lambda g, H: 2 / (g @ H @ g)),
        r"length|g·g|gᵀg|g\^|top|square",
    ),
)


def in_sums(g, H):
    P = len(g)
    gain = sum(g[i] ** 2 for i in range(P))
    price = 0.5 * sum(g[i] * H[i][j] * g[j] for i in range(P) for j in range(P))
    return gain / price if price > 0 else float("inf")


def by_roots(g, H):
    roots = np.roots([0.5 * np.einsum("i,ij,j", g, H, g), -np.dot(g, g), 0])
    roots = [root.real for root in roots if root.real > 0]
    return min(roots, default=np.inf)


right("pb_F8_1", "rate", ("in_sums", in_sums), ("by_roots", by_roots))

# --- pb-F8.2 · layers until a signal leaves the range ---------------------------------------------


def crossings(factor, low, high):
    """The number of layers, not whole, at which the length meets an end of the range."""
    size = abs(factor)
    if size == 1:
        return np.inf
    if size == 0:
        return 0.0
    return np.log(high if size > 1 else low) / np.log(size)


def counted(factor, low, high, most=10**6, leaves=None):
    leaves = leaves or (lambda length: length < low or length > high)
    length, layers = 1.0, 0
    while not leaves(length):
        length, layers = length * factor, layers + 1
        if layers >= most:
            return np.inf
    return layers


wrong(
    "pb_F8_2",
    "layers",
    (
        "rounded_up",
        lambda f, a, b: max(1, np.ceil(crossings(f, a, b))) if abs(f) != 1 else np.inf,
        r"exactly|below|border|equal|still in",
    ),
    (
        "rounded_down",
        lambda f, a, b: np.floor(crossings(f, a, b)),
        r"still|one layer|down|too few|not yet",
    ),
    ("not_whole", lambda f, a, b: crossings(f, a, b), r"whole"),
    (
        "to_the_nearest",
        lambda f, a, b: np.round(crossings(f, a, b)),
        r"round|still|nearest|too few|not yet",
    ),
    (
        "with_its_sign",
        lambda f, a, b: np.inf if abs(f) == 1 else counted(f, a, b, 10000),
        r"sign|length|negative|size",
    ),
    (
        "none_for_negatives",
        lambda f, a, b: counted(f, a, b, 10000) if f > 0 else np.inf,
        r"sign|length|negative|size|0",
    ),
    (
        "only_below",
        lambda f, a, b: counted(abs(f), a, np.inf, 10000),
        r"above|grow|high|inf",
    ),
    (
        "only_above",
        lambda f, a, b: counted(abs(f), -1, b, 10000),
        r"below|shrink|low|inf",
    ),
    (
        "squared",
        lambda f, a, b: counted(f * f, a, b, 10000),
        r"square|length|same proportion|energy",
    ),
    (
        "one_fewer",
        lambda f, a, b: counted(abs(f), a, b, 10000) - 1,
        r"one|fewer|count|after|still",
    ),
    (
        "a_thousand_at_most",
        lambda f, a, b: counted(abs(f), a, b, 1000),
        r"inf|more layers|1000|give up|patien|enough|limit|close to 1|near 1",
    ),
    (
        "as_if_added",
        lambda f, a, b: (
            np.inf if abs(f) == 1 else np.ceil((b - 1 if abs(f) > 1 else 1 - a) / abs(abs(f) - 1))
        ),
        r"multipl|power|added|add",
    ),
    (
        "zero_for_never",
        lambda f, a, b: counted(abs(f), a, b, 10000) if abs(f) != 1 else 0,
        r"inf|never",
    ),
    (
        "ends_swapped",
        lambda f, a, b: (
            np.inf
            if abs(f) == 1
            else 1
            if f == 0
            else np.floor(abs(np.log(a if abs(f) > 1 else b) / np.log(abs(f)))) + 1
        ),
        r"low|high|end|swap|other",
    ),
)
right(
    "pb_F8_2",
    "layers",
    ("counted", lambda f, a, b: np.inf if abs(f) == 1 else counted(abs(f), a, b)),
    (
        "a_formula",
        lambda f, a, b: (
            float("inf") if abs(f) == 1 else int(np.floor(crossings(f, a, b) + 1e-12)) + 1
        ),
    ),
)

# --- pb-F8.3 · how often all eigenvalues are positive ---------------------------------------------


def symmetric(a):
    return (a + a.transpose(0, 2, 1)) / 2


def shares_of(values, condition=lambda v: v > 0):
    counts = condition(values).sum(axis=-1)
    return np.bincount(counts, minlength=values.shape[-1] + 1) / len(values)


wrong(
    "pb_F8_3",
    "shares",
    ("lower_triangle", lambda a: shares_of(np.linalg.eigvalsh(a)), r"symmetric|transpose|half"),
    (
        "as_they_are",
        lambda a: shares_of(np.linalg.eigvals(a).real),
        r"symmetric|transpose|as they",
    ),
    (
        "negative_ones",
        lambda a: shares_of(np.linalg.eigvalsh(symmetric(a)), lambda v: v < 0),
        r"negative|revers|backward|positive",
    ),
    (
        "counts",
        lambda a: shares_of(np.linalg.eigvalsh(symmetric(a))) * len(a),
        r"share|divide|count|number of matrices",
    ),
    (
        "without_none",
        lambda a: shares_of(np.linalg.eigvalsh(symmetric(a)))[1:],
        r"shape|k \+ 1|0 positive|none",
    ),
    (
        "as_long_as_it_must_be",
        lambda a: np.bincount((np.linalg.eigvalsh(symmetric(a)) > 0).sum(axis=1)) / len(a),
        r"shape|k \+ 1|minlength",
    ),
    (
        "diagonal",
        lambda a: shares_of(np.diagonal(a, axis1=1, axis2=2)),
        r"diagonal|eigenvalue",
    ),
    (
        "products",
        lambda a: shares_of(np.linalg.eigvalsh(a @ a.transpose(0, 2, 1))),
        r"product|sum|square|never negative|A A",
    ),
    (
        "coins",
        lambda a: [1 / 2 ** a.shape[1]] * (a.shape[1] + 1),
        r"count|independent|eigenvalue|coin|given|measure",
    ),
    (
        "of_eigenvalues",
        lambda a: (
            np.bincount(
                (np.linalg.eigvalsh(symmetric(a)) > 0).sum(axis=1), minlength=a.shape[1] + 1
            )
            / (len(a) * a.shape[1])
        ),
        r"matrices|divide|add up|number",
    ),
    (
        "at_least_so_many",
        lambda a: np.cumsum(shares_of(np.linalg.eigvalsh(symmetric(a)))[::-1])[::-1],
        r"exactly|at least|add up|sum",
    ),
    (
        "entries",
        lambda a: shares_of((symmetric(a) > 0).mean(axis=2)),
        r"entries|eigenvalue",
    ),
)


def one_by_one(matrices):
    found = np.zeros(matrices.shape[1] + 1)
    for a in matrices:
        values, _ = np.linalg.eigh(0.5 * (a + a.T))
        found[sum(value > 0 for value in values)] += 1
    return list(found / found.sum())


right(
    "pb_F8_3",
    "shares",
    ("one_by_one", one_by_one),
    ("without_the_half", lambda a: shares_of(np.linalg.eigvals(a + np.swapaxes(a, 1, 2)).real)),
)
wrong(
    "pb_F8_3",
    "chance",
    ("a_coin_each", 0.25, r"independent|coin|quarter|repel|quarter"),
    ("one_of_three", 1 / 3, r"cap|angle|cos|share|cases"),
    ("whole_angle", (1 - np.cos(np.pi / 2)) / 2, r"half|angle|45|cone|sphere"),
    ("not_halved", 1 - np.cos(np.pi / 4), r"4|whole sphere|half|divide|2"),
    (
        "the_other_part",
        (1 + np.cos(np.pi / 4)) / 2,
        r"outside|other|larger|rest|cap|1 -|complement",
    ),
    ("an_eighth", 1 / 8, r"cone|octant|three|angle|eighth"),
    ("degrees", (1 - np.cos(45)) / 2, r"degree|radian"),
    ("both_caps", 1 - np.cos(np.pi / 4) + 0.0, r"4|whole|half|both|two"),
    ("two_digits", 0.15, r"digit|precis|near|round"),
)
right("pb_F8_3", "chance", ("exactly", (2 - np.sqrt(2)) / 4), ("three_digits", 0.146))

# --- pb-F8.4 · six illnesses ----------------------------------------------------------------------

ILL = dict(zip("abcdef", ("conditioning", "saddle", "plateau", "bad minimum", "cliff", "noise")))
wrong(
    "pb_F8_4",
    "illnesses",
    ("a_cliff", ILL | {"a": "cliff"}, r"rate|one step|950|highest|eigenvalue|spike"),
    ("b_plateau", ILL | {"b": "plateau"}, r"lowest|-1\.7|−1\.7|eigenvalue|below zero"),
    ("b_minimum", ILL | {"b": "bad minimum"}, r"-1\.7|−1\.7|eigenvalue|below zero"),
    (
        "c_saddle",
        ILL | {"c": "saddle"},
        r"as good as zero|-0\.0001|−0\.0001|near zero|curvature|flat|all",
    ),
    ("c_minimum", ILL | {"c": "bad minimum"}, r"hardly bends|curvature|flat|zero|eigenvalue"),
    ("d_plateau", ILL | {"d": "plateau"}, r"bends up|0\.4|12|curvature|eigenvalue|bent"),
    ("d_noise", ILL | {"d": "noise"}, r"gradient|zero|short"),
    ("e_plateau", ILL | {"e": "plateau"}, r"210|before|step"),
    ("f_minimum", ILL | {"f": "bad minimum"}, r"gradient|0\.8|batch|not zero"),
    ("f_conditioning", ILL | {"f": "conditioning"}, r"9|batch|0\.1|curvature|eigenvalue|rate"),
)
right("pb_F8_4", "illnesses", ("capitals", {key: word.upper() for key, word in ILL.items()}))

# --- pb-F8.5 · slopes through time ----------------------------------------------------------------


def carried(w, b, steps, direct=None, back=None, slope=None, start=0.0):
    """Both derivatives, carried along; with other ideas of each factor."""
    direct = direct or (lambda h, new: h)
    back = back or (lambda w: w)
    slope = slope or (lambda h, new: 1 - new**2)
    h, by_w, by_b = 0.0, start, start
    for _ in range(steps):
        new = np.tanh(w * h + b)
        by_w = slope(h, new) * (direct(h, new) + back(w) * by_w)
        by_b = slope(h, new) * (1 + back(w) * by_b)
        h = new
    return np.array([by_w, by_b])


def with_h_moved_first(w, b, steps):
    h, by_w, by_b = 0.0, 0.0, 0.0
    for _ in range(steps):
        h = np.tanh(w * h + b)
        by_w, by_b = (1 - h**2) * (h + w * by_w), (1 - h**2) * (1 + w * by_b)
    return [by_w, by_b]


def by_differences(w, b, steps, h=1e-3):
    def end(w, b):
        state = 0.0
        for _ in range(steps):
            state = np.tanh(w * state + b)
        return state

    return [
        (end(w + h, b) - end(w - h, b)) / (2 * h),
        (end(w, b + h) - end(w, b - h)) / (2 * h),
    ]


wrong(
    "pb_F8_5",
    "slopes",
    (
        "last_step_alone",
        lambda w, b, T: carried(w, b, T, back=lambda w: 0.0),
        r"before|last step|carr|earlier|ways|only",
    ),
    ("after_the_step", with_h_moved_first, r"h_t|before|new|old|already|after|moved"),
    (
        "without_the_slope_of_tanh",
        lambda w, b, T: carried(w, b, T, slope=lambda h, new: 1.0),
        r"slope|tanh",
    ),
    ("swapped", lambda w, b, T: carried(w, b, T)[::-1], r"order|swap|exchange|changed places"),
    (
        "slope_of_the_old",
        lambda w, b, T: carried(w, b, T, slope=lambda h, new: 1 - h**2),
        r"slope|old|new|h_",
    ),
    ("one_step_more", lambda w, b, T: carried(w, b, T + 1), r"step|many|more"),
    ("one_step_fewer", lambda w, b, T: carried(w, b, max(T - 1, 0)), r"step|few"),
    (
        "without_w",
        lambda w, b, T: carried(w, b, T, back=lambda w: 1.0),
        r"factor|\bw\b|comes back|multipl|way",
    ),
    (
        "not_squared",
        lambda w, b, T: carried(w, b, T, slope=lambda h, new: 1 - new),
        r"square|slope",
    ),
    (
        "w_itself",
        lambda w, b, T: carried(w, b, T, direct=lambda h, new: w),
        r"h_|derivative|with respect|\bh\b",
    ),
    ("from_one", lambda w, b, T: carried(w, b, T, start=1.0), r"start|0|begin|h_0|first"),
    ("rough_differences", by_differences, r"exact|difference|digits|rounded"),
    (
        "of_the_sum_of_all",
        lambda w, b, T: sum(carried(w, b, t) for t in range(1, T + 1)) if T else np.zeros(2),
        r"last|h_T|sum|end",
    ),
)


def complex_step(w, b, steps):
    found = []
    for dw, db in ((1e-100j, 0), (0, 1e-100j)):
        h = 0j
        for _ in range(steps):
            h = np.tanh((w + dw) * h + (b + db))
        found.append(h.imag / 1e-100)
    return found


def backwards(w, b, steps):
    states = [0.0]
    for _ in range(steps):
        states.append(np.tanh(w * states[-1] + b))
    delta, by_w, by_b = 1.0, 0.0, 0.0
    for before, after in zip(states[-2::-1], states[:0:-1]):
        delta *= 1 - after**2
        by_w += delta * before
        by_b += delta
        delta *= w
    return by_w, by_b


right("pb_F8_5", "slopes", ("backwards", backwards), ("complex_step", complex_step))

# --- pb-F8.6 · fit the recurrence -----------------------------------------------------------------


def descended(w, b, target, rate=0.1, limit=np.inf, steps=500):
    loss, phi = Recurrence(steps=10, target=target), np.array([w, b], float)
    path = [phi]
    for _ in range(steps):
        g = loss.gradient(phi)
        phi = phi - rate * g * min(1, limit / max(np.linalg.norm(g), 1e-300))
        path.append(phi)
    return path


wrong(
    "pb_F8_6",
    "fit",
    ("the_start", lambda w, b, target: [[w, b]], r"start|descend|moved|higher|loss"),
    ("not_clipped", descended, r"edge|thrown|cliff|flat|far|other side"),
    (
        "too_short_steps",
        lambda w, b, target: descended(w, b, target, rate=0.001, limit=1.0, steps=50),
        r"still falls|not there|more steps|on its way|step",
    ),
    (
        "too_long_a_limit",
        lambda w, b, target: descended(w, b, target, limit=100.0),
        r"edge|thrown|cliff|flat|far|other side",
    ),
    ("a_loss", lambda w, b, target: Recurrence(10, target)([w, b]), r"shape|two|number"),
    (
        "always_the_same",
        lambda w, b, target: [[1.2, 0.2]],
        r"loss|target|start|0\.0001",
    ),
    (
        "small_rate_without_a_limit",
        lambda w, b, target: descended(w, b, target, rate=1e-5, steps=300),
        r"hardly apart|still|not there|more steps|on its way|step",
    ),
)


def backtracked(w, b, target):
    loss, phi = Recurrence(steps=10, target=target), np.array([w, b], float)
    path = [phi]
    for _ in range(300):
        g, rate = loss.gradient(phi), 1.0
        while loss(phi - rate * g) > loss(phi) - 0.5 * rate * (g @ g) and rate > 1e-12:
            rate /= 2
        phi = phi - rate * g
        path.append(phi)
    return path


right(
    "pb_F8_6",
    "fit",
    ("clipped", lambda w, b, target: descended(w, b, target, limit=0.5, steps=2000)),
    ("backtracked", backtracked),
)
