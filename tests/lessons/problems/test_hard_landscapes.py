"""The problems of chapter 08: right answers, mistakes, and what is said of some others."""

import numpy as np

from course_lib.surfaces import Recurrence
from lessons.problems import pb_F8_1, pb_F8_2, pb_F8_3, pb_F8_4, pb_F8_5, pb_F8_6
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-F8.1 --------------------------------------------------------------------------------------


def rate_by_einsum(g, hessian):
    bend = np.einsum("i,ij,j", g, hessian, g)
    return float("inf") if bend <= 0 else 2 * np.dot(g, g) / bend


def rate_by_unit_vector(g, hessian):
    u = g / np.linalg.norm(g)
    along = u @ hessian @ u
    return [2 / along if along > 0 else np.inf]


@mistake(pb_F8_1, "rate", "ends *lowest*")
def best_rate(g, hessian):
    return np.sum(g * g) / np.sum(g * (hessian @ g))


@mistake(pb_F8_1, "rate", "*many* steps")
def border_of_a_bowl(g, hessian):
    return 2 / max(np.linalg.eigvalsh(hessian))


@mistake(pb_F8_1, "rate", "return np.inf")
def without_the_guard(g, hessian):
    return 2 * np.dot(g, g) / np.dot(g, hessian @ g) if np.dot(g, hessian @ g) != 0 else np.inf


# --- pb-F8.2 --------------------------------------------------------------------------------------


def layers_by_logarithm(factor, low, high):
    size = abs(factor)
    if size == 1:
        return np.inf
    if size == 0:
        return 1
    border = np.log(high if size > 1 else low) / np.log(size)
    return int(np.floor(border + 1e-9)) + 1


def layers_in_a_loop(factor, low, high):
    for layers in range(1, 2000):
        if not low <= abs(factor) ** layers <= high:
            return layers
    return np.inf


@mistake(pb_F8_2, "layers", "size of the eigenvalue")
def with_its_sign(factor, low, high):
    length = 1.0
    for layers in range(3000):
        if length < low or length > high:
            return layers
        length *= factor
    return np.inf


@mistake(pb_F8_2, "layers", "*within* the range")
def last_one_inside(factor, low, high):
    return layers_in_a_loop(factor, low, high) - 1


@mistake(pb_F8_2, "layers", "is whole")
def border_itself(factor, low, high):
    size = abs(factor)
    if size == 1:
        return np.inf
    if size == 0:
        return 1
    return np.log(high if size > 1 else low) / np.log(size)


# --- pb-F8.3 --------------------------------------------------------------------------------------


def shares_in_a_loop(matrices):
    k = matrices.shape[1]
    counts = [0] * (k + 1)
    for a in matrices:
        counts[sum(value > 0 for value in np.linalg.eigvalsh((a + a.T) / 2))] += 1
    return [count / len(matrices) for count in counts]


def shares_by_histogram(matrices):
    signs = np.linalg.eigvalsh(matrices + matrices.mT) > 0
    k = matrices.shape[-1]
    return np.histogram(signs.sum(axis=1), bins=np.arange(k + 2) - 0.5)[0] / len(signs)


@mistake(pb_F8_3, "shares", "lower triangle")
def never_made_symmetric(matrices):
    positive = (np.linalg.eigvalsh(matrices) > 0).sum(axis=1)
    return [np.mean(positive == j) for j in range(matrices.shape[1] + 1)]


@mistake(pb_F8_3, "shares", "numbers of matrices")
def not_divided(matrices):
    return np.multiply(shares_in_a_loop(matrices), len(matrices))


mistake(pb_F8_3, "chance", "not independent")(0.25)
mistake(pb_F8_3, "chance", "*whole* sphere")(0.293)
mistake(pb_F8_3, "chance", "too small")(0.12)

# --- pb-F8.4 --------------------------------------------------------------------------------------

PATIENTS = ["conditioning", "saddle", "plateau", "bad minimum", "cliff", "noise"]

# --- pb-F8.5 --------------------------------------------------------------------------------------


def slopes_by_the_library(w, b, steps):
    target = 3.0  # beyond tanh, so that the miss is never zero
    loss = Recurrence(steps, target)
    h = target - np.sqrt(loss([w, b]))
    return loss.gradient([w, b]) / (2 * (h - target))


def slopes_backwards(w, b, steps):
    states = [0.0]
    for _ in range(steps):
        states.append(np.tanh(w * states[-1] + b))
    passed, along_w, along_b = 1.0, 0.0, 0.0
    for before, after in zip(states[-2::-1], states[:0:-1], strict=True):
        passed *= 1 - after**2
        along_w, along_b = along_w + passed * before, along_b + passed
        passed *= w
    return along_w, along_b


@mistake(pb_F8_5, "slopes", "last step alone")
def last_step(w, b, steps):
    h = before = 0.0
    for _ in range(steps):
        before, h = h, np.tanh(w * h + b)
    return [(1 - h**2) * before, 1 - h**2]


@mistake(pb_F8_5, "slopes", "slope of tanh is missing")
def as_if_linear(w, b, steps):
    h = u = v = 0.0
    for _ in range(steps):
        u, v = h + w * u, 1 + w * v
        h = np.tanh(w * h + b)
    return [u, v]


@mistake(pb_F8_5, "slopes", "*before* the step")
def updated_too_early(w, b, steps):
    h = u = v = 0.0
    for _ in range(steps):
        h = np.tanh(w * h + b)
        u, v = (1 - h * h) * (h + w * u), (1 - h * h) * (1 + w * v)
    return [u, v]


def slopes_by_a_complex_step(w, b, steps):
    found = []
    for dw, db in ((1e-200j, 0), (0, 1e-200j)):
        h = 0j
        for _ in range(steps):
            h = np.tanh((w + dw) * h + b + db)
        found.append(h.imag / 1e-200)
    return found


def slopes_by_cosh(w, b, steps):
    """With the other form of the slope of tanh, and both in one matrix product."""
    h, along = 0.0, np.zeros(2)
    for _ in range(steps):
        z = w * h + b
        along = (np.array([h, 1.0]) + w * along) / np.cosh(z) ** 2
        h = np.tanh(z)
    return along


def differences(change, forward=False):
    def slopes(w, b, steps):
        def end(w, b):
            h = 0.0
            for _ in range(steps):
                h = np.tanh(w * h + b)
            return h

        back, span = (0, change) if forward else (change, 2 * change)
        along_w = (end(w + change, b) - end(w - back, b)) / span
        return [along_w, (end(w, b + change) - end(w, b - back)) / span]

    return slopes


for size in (1e-3, 1e-5, 1e-6, 1e-7, 1e-8):
    mistake(pb_F8_5, "slopes", "These are finite differences")(differences(size))
for size in (1e-6, 1e-7, 1e-8):
    mistake(pb_F8_5, "slopes", "These are finite differences")(differences(size, forward=True))


# --- pb-F8.6 --------------------------------------------------------------------------------------


def fit_by_value(w, b, target):
    """With a rate that falls, so that it comes to rest."""
    loss, path = Recurrence(10, target), [np.array([w, b])]
    for t in range(400):
        g = np.clip(loss.gradient(path[-1]), -0.7, 0.7)
        path.append(path[-1] - 0.1 * (1 - t / 400) * g)
    return path


def fit_and_stop(w, b, target):
    loss, path = Recurrence(10, target), [[w, b]]
    while loss(path[-1]) > 5e-5:
        g = loss.gradient(path[-1])
        path.append(list(path[-1] - 0.1 * g / max(1, np.linalg.norm(g) / 2)))
    return np.array(path)


def fit_by_signs(w, b, target):
    """45° off at most."""
    loss, path, rate = Recurrence(10, target), [np.array([w, b])], 0.05
    for _ in range(500):
        path.append(path[-1] - rate * np.sign(loss.gradient(path[-1])))
        rate *= 0.99
    return path


def fit_with(limit=1.0, steps=300):
    def fit(w, b, target):
        loss, path = Recurrence(10, target), [np.array([w, b])]
        for _ in range(steps):
            g = loss.gradient(path[-1])
            path.append(path[-1] - 0.1 * g / max(1, np.linalg.norm(g) / limit))
        return path

    return fit


fit_without_a_limit = mistake(pb_F8_6, "fit", "thrown")(fit_with(np.inf))
fit_with_too_high_a_limit = mistake(pb_F8_6, "fit", "thrown off the cliff")(fit_with(20.0))
fit_too_short = mistake(pb_F8_6, "fit", "at most 0.0001 is asked for")(fit_with(0.5, steps=5))


@mistake(pb_F8_6, "fit", "thrown off the cliff")
def fit_by_tiny_steps(w, b, target):
    """It arrives from nine starts in ten, and is thrown from the steepest place of the edge."""
    loss, path = Recurrence(10, target), [np.array([w, b])]
    for _ in range(5000):
        path.append(path[-1] - 0.001 * loss.gradient(path[-1]))
    return path


def fit_by_polyak(w, b, target):
    """As far as the tangent says that the loss is 0, but for a limit."""
    loss, path = Recurrence(10, target), [np.array([w, b])]
    while loss(path[-1]) > 1e-4:
        g = loss.gradient(path[-1])
        step = -g * loss(path[-1]) / (g @ g)
        step *= min(1, 0.3 / np.linalg.norm(step))
        while loss(path[-1] + step) >= loss(path[-1]):
            step = step / 2
        path.append(path[-1] + step)
    return path


@mistake(pb_F8_6, "fit", "none may be longer than 0.5")
def solved_and_not_descended(w, b, target):
    return [[w, b], [0.0, np.arctanh(target)]]


@mistake(pb_F8_6, "fit", "begin with the start")
def solved_without_the_start(w, b, target):
    return [[0.0, np.arctanh(target)]]


@mistake(pb_F8_6, "fit", "off the steepest way down")
def straight_to_the_solution(w, b, target):
    return np.linspace([w, b], [0.0, np.arctanh(target)], 30)


@mistake(pb_F8_6, "fit", "last point alone")
def fit_without_its_path(w, b, target):
    return fit_with()(w, b, target)[-1]


@mistake(pb_F8_6, "fit", "Store copies")
def fit_changed_in_place(w, b, target):
    path = fit_with()(w, b, target)
    return [path[-1]] * len(path)


@mistake(pb_F8_6, "fit", "your path is empty")
def fit_of_nothing(w, b, target):
    return []


@mistake(pb_F8_6, "fit", "your path is not finite")
def fit_to_nan(w, b, target):
    return [[w, b], [np.nan, np.nan]]


RIGHT = {
    "pb-F8.1:rate": [rate_by_einsum, rate_by_unit_vector],
    "pb-F8.2:layers": [layers_by_logarithm, layers_in_a_loop],
    "pb-F8.3:shares": [shares_in_a_loop, shares_by_histogram],
    "pb-F8.3:chance": [(2 - np.sqrt(2)) / 4, 0.146, np.float32(0.14645)],
    "pb-F8.4:illnesses": [
        dict(zip("abcdef", PATIENTS, strict=True)),
        dict(zip("fedcba", [word.upper() for word in PATIENTS[::-1]], strict=True)),
    ],
    "pb-F8.5:slopes": [
        slopes_by_the_library,
        slopes_backwards,
        slopes_by_a_complex_step,
        slopes_by_cosh,
    ],
    "pb-F8.6:fit": [fit_by_value, fit_and_stop, fit_by_signs, fit_by_polyak],
}

LEAKS = {
    "pb-F8.1": (r"2 ?\* ?\(?g ?@ ?g", "It is 2 * g @ g / (g @ hessian @ g)."),
    "pb-F8.2": (r"np\.log\(", "Take np.log(high) / np.log(size)."),
    "pb-F8.3": (r"0\.146", "The chance is 0.146."),
    "pb-F8.4": (r"(It|That|This) is a (cliff|saddle|plateau)", "It is a cliff."),
    "pb-F8.5": (r"along_w ?=|1 \+ w", "along_b = slope * (1 + w * along_b)"),
    "pb-F8.6": (r"rate \* g|- 0\.1 \*", "phi = phi - 0.1 * g / length"),
}


def test_the_slopes_are_those_of_the_librarys_recurrence():
    """Its gradient is 2 (h - y) times the slopes, and h is what the loss of target 0 squares."""
    [part] = pb_F8_5.parts
    for w, b, steps in ((1.6, 0.1, 10), (0.5, -0.3, 4)):
        h = np.sign(b) * np.sqrt(Recurrence(steps, 0.0)([w, b]))
        expected = 2 * h * part.right(w, b, steps)
        np.testing.assert_allclose(Recurrence(steps, 0.0).gradient([w, b]), expected)


def test_the_chance_is_that_of_many_draws():
    draws = np.random.default_rng(0).standard_normal((40_000, 2, 2))
    shares, chance = pb_F8_3.parts
    assert abs(shares.right(draws)[-1] - chance.right) < 0.006


def test_each_illness_of_the_six_is_told_with_its_reason():
    [part] = pb_F8_4.parts
    assert [choice.right for choice in part.choices.values()] == PATIENTS
    for choice in part.choices.values():
        assert len(choice.reasons) == 5


def test_of_finite_differences_neither_slope_earns_points():
    for change in (1e-4, 1e-6, 1e-8):
        assert pb_F8_5.verdict(differences(change)).points == 0
    for change in (1e-10, 1e-12):  # near enough on the edge, and nowhere else
        assert "difference" in str(pb_F8_5.verdict(differences(change)))


def test_the_edge_does_not_stand_for_all_inputs():
    """Its slopes are in the billions: beside them any other number agrees with any factor."""
    verdict = pb_F8_5.verdict(slopes=lambda w, b, steps: slopes_backwards(w, b, steps + 1))
    assert "With w = 2, b = 0, steps = 3" in str(verdict)
    assert "factor" not in str(verdict)
