"""Every checker against right answers, every known wrong answer, no answer and garbage."""

import re
import warnings

import numpy as np
import pytest

from course_lib.critical_points import find_critical_points
from course_lib.descent import descend
from course_lib.optimizers import (
    GradientDescent,
    Momentum,
    Nesterov,
    NesterovAsPrinted,
    VelocityMomentum,
    VelocityNesterov,
)
from course_lib.surfaces import Quadratic, Rosenbrock
from lessons import problems
from lessons.marking.parts import ChoicePart, ChoicesPart, FunctionPart
from lessons.marking.problem import PUBLIC_SEED, Problem
from lessons.marking.verdict import NotAttempted, PartVerdict, Status, Verdict
from lessons.problems import (
    pb_6_1,
    pb_6_2,
    pb_6_3,
    pb_6_4,
    pb_6_5,
    pb_6_6,
    pb_6_7,
    pb_6_8,
    pb_6_9,
    pb_6_10,
    pb_6_11,
    pb_C1,
    pb_C2,
    pb_C3,
    pb_G1,
    pb_G3,
    pb_P1,
    pb_P2,
    pb_P3,
)
from lessons.problems.line_search import DentedBowl, line_search_path

HIDDEN_SEED = 987_654
PARTS = {f"{p.id}:{part.name}": (p, part) for p in problems.ALL.values() for part in p.parts}
FUNCTIONS = {key: both for key, both in PARTS.items() if isinstance(both[1], FunctionPart)}


def verdict_on(problem, part, answer, seed=PUBLIC_SEED):
    """The verdict on one part, as a PartVerdict."""
    [verdict] = problem.verdict(seed=seed, **{part.name: answer}).parts
    return verdict


# --- Right answers, in several forms --------------------------------------------------------------


def line_gradient_in_a_loop(phi, x, y):
    first = second = 0
    for one_x, one_y in zip(x, y, strict=True):
        error = phi[1] * one_x + phi[0] - one_y
        first += 2 * error
        second += 2 * one_x * error
    return [first, second]


def line_gradient_by_matrix(phi, x, y):
    design = np.stack([np.ones_like(x), x], axis=1)
    return 2 * design.T @ (design @ phi - y)


def line_gradient_in_place(phi, x, y):
    x *= phi[1]
    x += phi[0] - y
    return (2 * x.sum(), 2 * (x * ((x - phi[0] + y) / phi[1])).sum())


def centred(f, phi, h):
    return [(f(phi + shift) - f(phi - shift)) / 2 / h for shift in h * np.eye(len(phi))]


def centred_in_place(f, phi, h):
    slopes = np.empty(len(phi))
    for i in range(len(phi)):
        phi[i] += h
        slopes[i] = f(phi)
        phi[i] -= 2 * h
        slopes[i] = (slopes[i] - f(phi)) / (2 * h)
        phi[i] += h
    return slopes


def relative(a, n):
    return [0 if p == q else abs(p - q) / max(abs(p), abs(q)) for p, q in zip(a, n, strict=True)]


def descent_while(slope, start, learning_rate, tolerance, max_steps):
    path = [np.copy(start)]
    while len(path) <= max_steps and np.linalg.norm(slope(path[-1])) > tolerance:
        path.append(path[-1] - learning_rate * np.asarray(slope(path[-1])))
    return path


def descent_recursive(slope, start, rate, tolerance, max_steps):
    here = slope(start)
    if max_steps == 0 or np.sqrt(np.sum(np.square(here))) <= tolerance:
        return np.array([start])
    rest = descent_recursive(slope, start - rate * here, rate, tolerance, max_steps - 1)
    return np.concatenate([[start], rest])


def angles_by_directions(points):
    direction = np.degrees(np.arctan2(*np.diff(points, axis=0).T[::-1]))
    turn = np.abs(np.diff(direction)) % 360
    return np.minimum(turn, 360 - turn)


def angles_by_cosine_rule(points):
    a = np.linalg.norm(points[1:-1] - points[:-2], axis=1)
    b = np.linalg.norm(points[2:] - points[1:-1], axis=1)
    c = np.linalg.norm(points[2:] - points[:-2], axis=1)
    return list(180 - np.degrees(np.arccos((a**2 + b**2 - c**2) / (2 * a * b))))


def largest_rate_by_power_iteration(hessian):
    vector = np.ones(len(hessian)) + np.arange(len(hessian)) / 7
    for _ in range(5000):
        vector = hessian @ vector / np.linalg.norm(hessian @ vector)
    return 2 / (vector @ hessian @ vector)


def hessian_by_outer_products(x):
    return sum(2 * np.outer([1, one], [1, one]) for one in x).tolist()


def gabor_gradient_by_two_terms(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-(u**2) / 32)
    slope = np.cos(u) * bell + np.sin(u) * bell * (-2 * u / 32)
    return [sum(2 * (np.sin(u) * bell - y) * slope * inner) for inner in (1, 0.06 * x)]


def gabor_gradient_by_differences(phi, x, y):
    def loss(phi):
        u = phi[0] + 0.06 * phi[1] * x
        return np.sum((np.sin(u) * np.exp(-(u**2) / 32) - y) ** 2)

    return centred(loss, phi, 1e-5)


def weights_by_unit_gradients(t, beta):
    """The weight of each gradient is what momentum makes of a 1 in its place."""
    m = np.zeros(t + 1)
    for unit in np.eye(t + 1):
        m = beta * m + (1 - beta) * unit
    return m


def total_of_ones(t, beta):
    m = 0.0
    for _ in range(t + 1):
        m += (1 - beta) * (1 - m)
    return m


def momentum_of_steps_downhill(gradient, start, rates, beta):
    """The velocity of opposite sign, in place."""
    phi, v, path = start.copy(), 0 * start, [start.copy()]
    for rate in rates:
        v *= beta
        v += rate * gradient(phi)
        phi -= v
        path.append(phi.copy())
    return path


def momentum_of_differences(gradient, start, rates, beta):
    """The velocity is the last step."""
    path = [start, start]
    for rate in rates:
        here, before = path[-1], path[-2]
        path.append(here + beta * (here - before) - rate * gradient(here))
    return np.array(path[1:])


def nesterov_of_steps_downhill(gradient, start, rates, beta):
    phi, v, path = start.copy(), 0 * start, [start.copy()]
    for rate in rates:
        v = beta * v + rate * gradient(phi - beta * v)
        phi -= v
        path.append(phi.copy())
    return path


def nesterov_rewritten_and_moved_back(gradient, start, rates, beta):
    ahead, v, path = start, 0 * start, [start]
    for rate in rates:
        old, v = v, beta * v - rate * gradient(ahead)
        ahead = ahead - beta * old + (1 + beta) * v
        path.append(ahead - beta * v)
    return np.array(path)


def adagrad_by_running_sums(gradients, start, learning_rate, epsilon):
    steps = gradients / (np.sqrt(np.cumsum(gradients**2, axis=0)) + epsilon)
    return start - learning_rate * np.cumsum(np.vstack([0 * start, steps]), axis=0)


def rmsprop_one_parameter_at_a_time(gradients, start, learning_rate, gamma, epsilon):
    path = [list(start)]
    cache = [0.0] * len(start)
    for g in gradients:
        cache = [gamma * old + (1 - gamma) * slope**2 for old, slope in zip(cache, g, strict=True)]
        path.append(
            [
                phi - learning_rate * slope / (c**0.5 + epsilon)
                for phi, slope, c in zip(path[-1], g, cache, strict=True)
            ]
        )
    return path


def adam_as_in_torch(gradients, start, lr, beta, gamma, epsilon):
    exp_avg, exp_avg_sq, path = 0 * start, 0 * start, [start]
    for step, g in enumerate(gradients, start=1):
        exp_avg += (1 - beta) * (g - exp_avg)
        exp_avg_sq = exp_avg_sq * gamma + (1 - gamma) * g * g
        divisor = np.sqrt(exp_avg_sq) / np.sqrt(1 - gamma**step) + epsilon
        path.append(path[-1] - lr / (1 - beta**step) * exp_avg / divisor)
    return np.array(path)


def clip_by_direction(gradient, max_norm):
    length = np.sqrt(gradient @ gradient)
    if length == 0:
        return gradient
    return (gradient / length * min(length, max_norm)).tolist()


def clip_one_by_one(gradients, max_norm):
    rows = [clip_by_direction(row, max_norm) for row in gradients.reshape(-1, gradients.shape[-1])]
    return np.reshape(rows, gradients.shape)


def sigmoid_by_tanh(phi, x):
    return (1 + np.tanh((phi[0] + phi[1] * x) / 2)) / 2


def cross_entropy_by_margin(phi, x, y):
    total = 0
    for one_x, one_y in zip(x, y, strict=True):
        margin = (phi[0] + phi[1] * one_x) * (1 if one_y else -1)
        total += max(-margin, 0) + np.log1p(np.exp(-abs(margin)))
    return total


def cross_entropy_table(phi0, phi1, x, y):
    z = phi0[:, None, None] + phi1[:, None] * x
    return (np.logaddexp(0, z) - y * z).sum(axis=-1)


def dealt_by_keys(n_examples, batch_size, rng):
    order = list(np.argsort(rng.random(n_examples)))
    batches = []
    while order:
        batches.append(tuple(order[:batch_size]))
        del order[:batch_size]
    return tuple(batches)


def dealt_in_place(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    rng.shuffle(order)
    return np.split(order, range(batch_size, n_examples, batch_size))


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


CURVES = {"a": True, "b": False, "c": False}
POINTS = {
    1: "neither", 2: "global minimum", 3: "global minimum", 4: "neither",
    5: "local minimum", 6: "neither", 7: "global minimum",
}  # fmt: skip

SAME = {
    "6.11": "same", "6.11, falling rate": "different",
    "6.12, corrected": "same", "6.12, as printed": "different",
}  # fmt: skip

MEANING = {
    "phi0, where phi1 = 1": "moves left",
    "phi0, where phi1 = -1": "Moves right",
    "phi1, where phi0 = 0 and phi1 > 0": "grows steeper",
}
UNBIASED = {"sum": False, "scaled, without": True, "scaled, with": True, "scaled, fixed": False}

RIGHT = {
    "pb-6.1:gradient": [
        line_gradient_in_a_loop,
        line_gradient_by_matrix,
        line_gradient_in_place,
        lambda *data: tuple(line_gradient_by_matrix(*data)),
    ],
    "pb-C1:difference": [centred, centred_in_place],
    "pb-C1:error": [relative, lambda *pair: np.array(relative(*pair))],
    "pb-P2:curve": [descent_while, descent_recursive],
    "pb-P2:surface": [descent_while, descent_recursive],
    "pb-G1:limit": [
        lambda hessian: 2 / np.linalg.norm(hessian, 2),
        lambda hessian: np.array([2 / max(np.linalg.eigvals(hessian))]).reshape(()),
        largest_rate_by_power_iteration,
    ],
    "pb-6.8:escape": [(2.1, 1.0), [1.9, 0.5], np.array([2.15, 5.0]), (2.05, 8)],
    "pb-6.7:angles": [angles_by_directions, angles_by_cosine_rule],
    "pb-6.7:angle": [90, 90.0, np.float32(90), np.array(89.999)],
    "pb-6.6:convex": [CURVES, {"c": 0 > 1, "b": np.bool_(False), "a": np.bool_(True)}],
    "pb-6.6:points": [POINTS, {key: f" {kind.upper()} " for key, kind in POINTS.items()}],
    "pb-P1:minima": [[-0.274, 1.09], np.array([1.0906, -0.2739]), (1.0908, -0.2742, -0.2738)],
    "pb-P1:lowest": [1.09, np.float64(1.0907)],
    "pb-P1:kinds": [{"x**3": "degenerate", "x**2 - y**2": "Saddle"}],
    "pb-P1:eigenvalues": [[-2, 2], (-2.0, 2.0), np.array([-2, 2])],
    "pb-6.2:hessian": [hessian_by_outer_products, lambda x: np.array(hessian_by_outer_products(x))],
    "pb-6.2:trace": [
        lambda x: 2 * (1 + x**2).sum(),
        lambda x: np.trace(hessian_by_outer_products(x)),
    ],
    "pb-6.2:determinant": [
        lambda x: np.linalg.det(hessian_by_outer_products(x)),
        lambda x: (2 * len(x)) ** 2 * np.var(x),
        lambda x: 4 * (len(x) * (x**2).sum() - x.sum() ** 2),
    ],
    "pb-6.2:flat": ["all x equal", " All x equal"],
    "pb-6.3:gradient": [gabor_gradient_by_two_terms, gabor_gradient_by_differences],
    "pb-6.4:curve": [
        lambda phi, x: 1 / (1 + np.exp(-phi[0] - phi[1] * x)),
        sigmoid_by_tanh,
        lambda phi, x: [sigmoid_by_tanh(phi, one) for one in x],
    ],
    "pb-6.4:meaning": [MEANING],
    "pb-6.4:loss": [
        cross_entropy_by_margin,
        lambda phi, x, y: np.logaddexp(0, np.where(y == 1, -1, 1) * (phi[0] + phi[1] * x)).sum(),
        lambda phi, x, y: cross_entropy_table(phi[:1], phi[1:], x, y)[0, 0],
    ],
    "pb-6.4:gradient": [
        lambda phi, x, y: [sum((sigmoid_by_tanh(phi, x) - y) * w) for w in (1 + 0 * x, x)],
        lambda phi, x, y: np.stack([x**0, x]) @ (sigmoid_by_tanh(phi, x) - y),
    ],
    "pb-6.4:heat_map": [
        cross_entropy_table,
        lambda phi0, phi1, *data: [
            [cross_entropy_by_margin((a, b), *data) for b in phi1] for a in phi0
        ],
    ],
    "pb-6.4:convex": [{"this loss": True, "least squares": False}],
    "pb-6.9:even": [200, 200.0, np.int64(200)],
    "pb-6.9:ragged": [142],
    "pb-6.9:dropped": [166],
    "pb-6.9:worth": [153.846, 20000 / 130],
    "pb-6.9:epochs": [
        lambda steps, n, size: int(steps / np.ceil(n / size)),
        lambda steps, n, size: steps // len(range(0, n, size)),
    ],
    "pb-P3:deal": [
        dealt_by_keys,
        dealt_in_place,
        lambda *given: [np.sort(batch) for batch in dealt_by_keys(*given)],
    ],
    "pb-P3:draw": [
        lambda n, size, rng: rng.choice(n, size),
        lambda n, size, rng: [int(n * rng.random()) for _ in range(size)],
        lambda n, size, rng: np.sort(rng.integers(n, size=size, dtype=np.uint64)),
    ],
    "pb-P3:estimate": [
        lambda gradients, n: gradients.mean(axis=0) * n,
        lambda gradients, n: [n * sum(column) / len(column) for column in gradients.T],
    ],
    "pb-P3:unbiased": [UNBIASED],
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
    "pb-6.11:shape": [(1_000_000, 1_000_000), [1e6, 1e6]],
    "pb-6.11:distinct": [500_000_500_000, 10**6 * (10**6 + 1) / 2],
    "pb-6.11:float32": [3725.29, 4e12 / 2**30],
    "pb-6.11:float64": [7450.58, 8e12 / 2**30],
    "pb-6.10:weights": [
        weights_by_unit_gradients,
        lambda t, beta: [(1 - beta) * beta**k for k in range(t, -1, -1)],
    ],
    "pb-6.10:by_age": [
        lambda k, beta: np.exp(k * np.log(beta) + np.log(1 - beta)),
        lambda k, beta: [beta**one - beta ** (one + 1) for one in k],
    ],
    "pb-6.10:total": [
        total_of_ones,
        lambda t, beta: sum((1 - beta) * beta**k for k in range(t + 1)),
    ],
    "pb-6.10:limit": ["tends to 1", "Tends to 1 "],
    "pb-C2:momentum": [momentum_of_steps_downhill, momentum_of_differences],
    "pb-C2:nesterov": [nesterov_of_steps_downhill, nesterov_rewritten_and_moved_back],
    "pb-C2:translate": [
        lambda alpha, beta, m: [alpha - alpha * beta, -m * alpha],
        lambda alpha, beta, m: np.array([1 - beta, -m]) * alpha,
    ],
    "pb-C2:same": [SAME, {key: word.upper() for key, word in SAME.items()}],
    "pb-C3:adagrad": [adagrad_by_running_sums, lambda *run: list(adagrad_by_running_sums(*run))],
    "pb-C3:rmsprop": [rmsprop_one_parameter_at_a_time],
    "pb-C3:adam": [adam_as_in_torch],
    "pb-G3:clip": [
        clip_by_direction,
        lambda g, c: g * min(1, c / (np.linalg.norm(g) + 1e-12)),
        lambda g, c: g / max(1, np.linalg.norm(g) / c),
    ],
    "pb-G3:clip_each": [
        clip_one_by_one,
        lambda g, c: np.apply_along_axis(clip_by_direction, -1, g, c),
    ],
}  # fmt: skip


def test_right_answers_are_listed_for_every_part():
    assert RIGHT.keys() == PARTS.keys()


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize("key", PARTS)
def test_right_answer_in_any_form_gets_full_marks(key, seed):
    problem, part = PARTS[key]
    for answer in RIGHT[key]:
        verdict = verdict_on(problem, part, answer, seed)
        assert verdict.status is Status.CORRECT, verdict
        assert verdict.points == part.out_of


# --- Known wrong answers --------------------------------------------------------------------------

KNOWN_WRONG = [
    pytest.param(problem, part, known, id=f"{key}-{number}")
    for key, (problem, part) in PARTS.items()
    for number, known in enumerate(part.misconceptions)
]


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize(("problem", "part", "known"), KNOWN_WRONG)
def test_known_wrong_answer_gets_its_own_message(problem, part, known, seed):
    answer = [known.answer] if part.name == "minima" else known.answer
    verdict = verdict_on(problem, part, answer, seed)
    assert verdict.status is Status.NOT_YET
    assert verdict.message.endswith(known.message)
    assert verdict.points < part.out_of


def headings(points):
    return np.degrees(np.arctan2(*np.diff(points, axis=0).T[::-1]))


def cross_entropy_kept_from_zero(phi, x, y, tiny):
    p = sigmoid_by_tanh(phi, x)
    return -(y * np.log(p + tiny) + (1 - y) * np.log(1 - p + tiny)).sum()


def pieces(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


def first_batch_alone_is_random(n, size, rng):
    order = rng.permutation(n)
    order[size:] = np.sort(order[size:])
    return pieces(order, size)


def half_of_them_like_the_first(n, size, rng):
    first = rng.integers(n)
    return np.where(rng.random(size) < 0.5, first, rng.integers(n, size=size))


seeded = np.random.default_rng
SHARED = seeded(0)  # goes on from one call to the next, like NumPy's global functions


# One mistake, many outcomes.
SAME_MISTAKE = [
    *(
        (pb_C1, {"difference": lambda f, phi, h, own=own: centred(f, phi, own)}, "depend on h")
        for own in (1e-1, 1e-3, 1e-8)
    ),
    (
        pb_C1,
        {
            "difference": lambda f, phi, h: [
                (f(phi + s) - f(phi)) / 1e-6 for s in 1e-6 * np.eye(len(phi))
            ]
        },
        "depend on h",
    ),
    (pb_G1, {"limit": lambda hessian: 2 / np.linalg.eig(hessian)[0][-1]}, "in no fixed order"),
    *(
        (pb_6_7, {"angles": turn}, "has no sign")
        for turn in (
            lambda points: np.abs(np.diff(headings(points))),
            lambda points: np.diff(headings(points)) % 360,
            lambda points: (np.diff(headings(points)) + 180) % 360 - 180,
        )
    ),
    *(
        (pb_6_4, {"loss": lambda *data, tiny=tiny: cross_entropy_kept_from_zero(*data, tiny)}, told)
        for tiny in (1e-7, 1e-12, 1e-100)
        for told in ("keeps your loss from growing",)
    ),
    *(
        (pb_P3, {"deal": deal}, told)
        for deal, told in (
            (lambda n, size, rng: pieces(SHARED.permutation(n), size), "a source of your own"),
            (
                lambda n, size, rng: pieces(seeded(0).permutation(n), size),
                "the same for every",
            ),
            (lambda n, size, rng: [rng.choice(n, size) for _ in range(-(-n // size))], "filled up"),
            (lambda n, size, rng: [rng.permutation(n)], "not of the sizes"),
            (
                lambda n, size, rng: [rng.permutation(p) for p in pieces(range(n), size)],
                "only their order inside a batch is random",
            ),
            (lambda n, size, rng: pieces(rng.permutation(n) - 1, size), "outside the data"),
            (lambda n, size, rng: pieces(rng.permutation(n - 1), size), "some are left out"),
            (first_batch_alone_is_random, "but not in the later ones"),
        )
    ),
    *(
        (pb_P3, {"draw": draw}, told)
        for draw, told in (
            (lambda n, size, rng: SHARED.choice(n, size), "a source of your own"),
            (lambda n, size, rng: seeded(0).integers(n, size=size), "the same for every"),
            (lambda n, size, rng: rng.choice(n, size, replace=False), "without replacement"),
            (lambda n, size, rng: rng.integers(n, size=size + 1), "does not hold"),
            (lambda n, size, rng: rng.integers(n + 1, size=size), "outside the data"),
            (lambda n, size, rng: rng.integers(n, size=size) // 2 * 2, "never drawn"),
            (lambda n, size, rng: ((n - 1) * rng.random(size)).astype(int), "never drawn"),
            (
                lambda n, size, rng: rng.permutation(np.repeat(np.arange(n), 2))[:size],
                "comes again",
            ),
            (half_of_them_like_the_first, "comes again"),
        )
    ),
]


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize(("problem", "answer", "message"), SAME_MISTAKE)
def test_mistake_with_many_outcomes_gets_one_message(problem, answer, message, seed):
    [verdict] = problem.verdict(seed=seed, **answer).parts
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert message in verdict.message


def both_are_phi(f, phi, h):
    slopes = []
    for i in range(len(phi)):
        a = phi
        b = phi
        a[i] += h
        b[i] -= h
        slopes.append((f(a) - f(b)) / (2 * h))
    return slopes


def sums_of_a_line(phi, x, y):
    residual = phi[0] + phi[1] * x - y
    return [2 * residual.sum(), 2 * residual.sum() * x.sum()]


def gabor_mistaken(phi, x, y):
    """Without the residual; a product of sums in the second entry; the residuals added first."""
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-(u**2) / 32)
    residual, slope = np.sin(u) * bell - y, (np.cos(u) - u / 16 * np.sin(u)) * bell
    share = 2 * residual * slope
    return (
        [2 * slope.sum(), 2 * (slope * 0.06 * x).sum()],
        [share.sum(), share.sum() * (0.06 * x).sum()],
        [2 * residual.sum() * slope.sum(), 2 * residual.sum() * (slope * 0.06 * x).sum()],
    )


def strictly_below(slope, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        here = slope(path[-1])
        if np.linalg.norm(here) < tolerance:
            break
        path.append(path[-1] - learning_rate * here)
    return path


def momentum_in_place(gradient, start, rates, beta):
    phi, v, path = start, 0 * start, [start]
    for rate in rates:
        v = beta * v - rate * gradient(phi)
        phi += v
        path.append(phi)
    return np.array(path)


def nesterov_on_the_points_ahead(gradient, start, rates, beta):
    """CS231n's rewritten form."""
    x, v, path = start, 0 * start, [start]
    for rate in rates:
        v_prev, v = v, beta * v - rate * gradient(x)
        x = x - beta * v_prev + (1 + beta) * v
        path.append(x)
    return path


def nesterov_that_stays_ahead(gradient, start, rates, beta):
    phi, v, path = start.copy(), 0 * start, [start.copy()]
    for rate in rates:
        phi += beta * v
        v = beta * v - rate * gradient(phi)
        phi += v
        path.append(phi.copy())
    return path


def adam_in_place(gradients, start, learning_rate, beta, gamma, epsilon):
    phi, m, v, path = start, 0 * start, 0 * start, [start]
    for t, g in enumerate(gradients):
        m *= beta
        m += (1 - beta) * g
        v *= gamma
        v += (1 - gamma) * g * g
        m /= 1 - beta ** (t + 1)
        v /= 1 - gamma ** (t + 1)
        phi = phi - learning_rate * m / (np.sqrt(v) + epsilon)
        path.append(phi)
    return path


def adam_counting_from_zero(gradients, start, learning_rate, beta, gamma, epsilon):
    phi, m, v, path = start, 0 * start, 0 * start, [start]
    for t, g in enumerate(gradients):
        m = beta * m + (1 - beta) * g
        v = gamma * v + (1 - gamma) * g**2
        first, second = m / (1 - beta**t), v / (1 - gamma**t)
        phi = phi - learning_rate * first / (np.sqrt(second) + epsilon)
        path.append(phi)
    return path


def adagrad_without_adding(gradients, start, learning_rate, epsilon):
    path = [start]
    for g in gradients:
        cache = g**2
        path.append(path[-1] - learning_rate * g / (np.sqrt(cache) + epsilon))
    return path


STUDENTS_OWN = [
    (pb_6_11, {"float32": 4e12}, "in bytes: divide by 2**30"),
    (pb_6_11, {"float64": 8e12}, "in bytes: divide by 2**30"),
    (
        pb_C1,
        {
            "difference": lambda f, phi, h: [
                (f(phi + shift) - f(phi - shift)) / 2 * h for shift in h * np.eye(len(phi))
            ]
        },
        "`/ 2 * h` multiplies by h",
    ),
    (pb_C1, {"difference": both_are_phi}, "copy it"),
    (pb_6_1, {"gradient": sums_of_a_line}, "product of two sums"),
    (pb_6_3, {"gradient": lambda *data: gabor_mistaken(*data)[0]}, "no influence"),
    (pb_6_3, {"gradient": lambda *data: gabor_mistaken(*data)[1]}, "product of two sums"),
    (pb_6_3, {"gradient": lambda *data: gabor_mistaken(*data)[2]}, "add up the residuals"),
    (pb_G1, {"limit": lambda hessian: 2 / np.linalg.eig(hessian)[0][0]}, "in no fixed order"),
    (
        pb_6_7,
        {"angles": lambda points: np.diff(headings(points))},
        "has no sign and is at most 180",
    ),
    (pb_P2, {"curve": strictly_below}, "at most the tolerance"),
    (pb_P2, {"surface": strictly_below}, "at most the tolerance"),
    (pb_P2, {"curve": lambda *run: descent_while(*run)[-1]}, "whole path was asked for"),
    (pb_P2, {"surface": lambda *run: descent_while(*run)[-1]}, "whole path was asked for"),
    (pb_6_10, {"weights": lambda t, beta: beta ** np.arange(t, -1, -1)}, "counts in full"),
    (
        pb_6_10,
        {"weights": lambda t, beta: [(1 - beta) * beta**k for k in range(t + 1)]},
        "the opposite order",
    ),
    (
        pb_6_10,
        {"weights": lambda t, beta: [(1 - beta) * beta ** (t - k - 1) for k in range(t)]},
        "One weight is missing",
    ),
    (pb_C2, {"momentum": momentum_in_place}, "Store a copy"),
    (pb_C2, {"nesterov": nesterov_on_the_points_ahead}, "the rewritten form"),
    (pb_C2, {"nesterov": nesterov_that_stays_ahead}, "You go on from the point"),
    (pb_C3, {"adam": adam_in_place}, "taken the place of the running ones"),
    (pb_C3, {"adam": adam_counting_from_zero}, "one step late"),
    (pb_C3, {"adagrad": adagrad_without_adding}, "knows its own gradient only"),
    (pb_G3, {"clip": lambda g, c: np.clip(g, -c, c)}, "turns the gradient"),
    (pb_G3, {"clip": lambda g, c: g / np.linalg.norm(g) * c}, "bring every gradient"),
    (
        pb_G3,
        {"clip_each": lambda g, c: g * min(1, c / (np.linalg.norm(g) + 1e-12))},
        "that of the whole ensemble",
    ),
    (pb_P1, {"minima": [-1.0]}, "multiplied by x, which is negative there"),
    (
        pb_6_4,
        {
            "loss": lambda phi, x, y: (
                -y * np.log(1 / (1 + np.exp(-phi[0] - phi[1] * x)))
                - (1 - y) * np.log(1 - 1 / (1 + np.exp(-phi[0] - phi[1] * x)))
            ).sum()
        },
        "0 by the logarithm of 0",
    ),
    (
        pb_6_4,
        {"loss": lambda phi, x, y: np.log(1 + np.exp(-(2 * y - 1) * (phi[0] + phi[1] * x))).sum()},
        "infinite for an example",
    ),
    (pb_6_9, {"epochs": lambda steps, n, size: steps // max(n // size, 1)}, "one step more"),
    (pb_6_9, {"even": 1000 * 100 / 20}, "upside down"),
    (pb_P3, {"estimate": lambda gradients, n: sum(gradients)}, "only a share"),
    (pb_6_5, {"slope": lambda z: np.where(z < 0, 0.0, 1.0)}, "but at the kink"),
]


@pytest.mark.parametrize("seed", [PUBLIC_SEED, HIDDEN_SEED])
@pytest.mark.parametrize(("problem", "answer", "message"), STUDENTS_OWN)
def test_mistake_as_a_student_writes_it_is_recognised(problem, answer, message, seed):
    [verdict] = problem.verdict(seed=seed, **answer).parts
    assert verdict.status is Status.NOT_YET
    assert message in verdict.message


@pytest.mark.parametrize("key", PARTS)
def test_messages_to_known_wrong_answers_differ(key):
    messages = [known.message for known in PARTS[key][1].misconceptions]
    assert len(set(messages)) == len(messages)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_function_parts_know_at_least_four_wrong_answers(key):
    assert len(FUNCTIONS[key][1].misconceptions) >= 4


def wrong_choices():
    for key, (problem, part) in PARTS.items():
        if isinstance(part, ChoicePart):
            for option, reason in part.choice.reasons.items():
                yield pytest.param(problem, part, option, reason, 0, id=f"{key}-{option}")
        elif isinstance(part, ChoicesPart):
            right = {name: choice.right for name, choice in part.choices.items()}
            share = 1 - 1 / len(right)
            for name, choice in part.choices.items():
                for option, reason in choice.reasons.items():
                    answer = {**right, name: option}
                    yield pytest.param(
                        problem,
                        part,
                        answer,
                        f"{name}: {reason}",
                        share,
                        id=f"{key}-{name}-{option}",
                    )


@pytest.mark.parametrize(("problem", "part", "answer", "reason", "share"), [*wrong_choices()])
def test_wrong_choice_gets_its_reason_and_the_rest_its_points(problem, part, answer, reason, share):
    verdict = verdict_on(problem, part, answer)
    assert verdict.status is Status.NOT_YET
    assert verdict.message.endswith(reason)
    assert verdict.points == pytest.approx(share * part.out_of)


@pytest.mark.parametrize(
    ("answer", "points", "reason"),
    [
        ((2.1, 0.05), 1, "the run settles in the dent"),
        ((2.0, 0.001), 1, "creeps: after 300 steps it is at 1.9675"),
        ((2.2, 0.002), 1, "creeps"),
        ((100.0, 0.001), 1, "creeps"),
        ((2.1, 10.0), 1, "it must settle"),
        ((2.1, 0.18), 1, "it hops to and fro inside the dent"),
        ((2.1, 0.3), 1, "it hops to and fro inside the dent"),
        ((2.1, 20.0), 1, "it diverges"),
        ((0.5, 1.0), 0, "is not in the dent"),
        ((-2.5, 1.0), 0, "is not in the dent"),
        ((1.6, 1.0), 0, "is not in the dent"),
        ((2.1, -0.5), 0, "above zero"),
        ((2.1, 0.0), 0, "above zero"),
        ((np.nan, 1.0), 0, "finite"),
        ((2.1, 1.0, 3.0), 0, "two numbers"),
        ((2.1, ...), 0, "not numbers"),
    ],
)
def test_escape_from_the_dent_is_run_and_judged(answer, points, reason):
    verdict = pb_6_8.verdict(answer)
    assert verdict.status is Status.NOT_YET
    assert verdict.points == points
    assert reason in str(verdict)


def test_the_dent_is_where_a_tiny_rate_leads_into_it():
    for start in (1.62, 1.66, 2.4, 3.05, 3.5, 4.5):
        crept = descend(DentedBowl(), [start], GradientDescent(0.02), 3000).final[0]
        assert ("not in the dent" in str(pb_6_8.verdict((start, 1.0)))) == (abs(crept) < 0.1)
    assert pb_6_8.verdict((3.5, 1.0)).status is Status.CORRECT


def test_dented_bowl_has_its_dent_as_a_local_minimum_and_the_bowl_as_the_global_one():
    loss = DentedBowl()
    bowl, dent = [p for p in find_critical_points(loss, [(-3, 3)]) if p.kind == "minimum"]
    assert (bowl.phi[0], dent.phi[0]) == pytest.approx((0, 2), abs=0.05)
    assert bowl.loss < dent.loss
    x, h = np.linspace(-1, 3, 41), 1e-5
    slopes = (loss.value(x + h) - loss.value(x - h)) / (2 * h)
    curvatures = (loss.slope(x + h) - loss.slope(x - h)) / (2 * h)
    np.testing.assert_allclose(loss.slope(x), slopes, atol=1e-8)
    np.testing.assert_allclose(loss.curvature(x), curvatures, atol=1e-6)


def test_hints_on_the_dent_hold_for_the_run():
    loss = DentedBowl()
    _, dent = [p for p in find_critical_points(loss, [(-3, 3)]) if p.kind == "minimum"]
    look, _, choose = pb_6_8.hints
    [place] = re.findall(r"curvature\((1\.\d+)\)", look)
    assert float(place) == pytest.approx(dent.phi[0], abs=1e-3)
    limits = 2 / loss.curvature(float(place)), 2 / loss.curvature(0.0)
    assert "well above the dent's limit and well below that of the wide bowl" in choose
    for rate in (3 * limits[0], 0.5, 1.0, 3.0, 0.5 * limits[1]):
        for start in (1.8, 1.9, 2.0, 2.1, 2.2):
            assert pb_6_8.verdict((start, rate)).status is Status.CORRECT
    assert "only hops about inside the dent" in choose
    assert "hops to and fro inside the dent" in str(pb_6_8.verdict((2.1, 1.05 * limits[0])))


def test_counted_epochs_follow_from_the_numbers_in_the_text():
    steps, size, even, *ragged = map(int, re.findall(r"\b\d{2,}\b", pb_6_9.text))
    assert len(set(ragged)) == 1
    n = ragged[0]
    full_batches, batches = n // size, -(-n // size)
    verdict = pb_6_9.verdict(
        even=steps * size / even, ragged=steps // batches, dropped=steps // full_batches,
        worth=steps * size / n,
    )  # fmt: skip
    assert verdict.points == 4, verdict
    known = {steps, size, even, n, full_batches * size}
    for part in pb_6_9.parts[:4]:
        for message in (wrong.message for wrong in part.misconceptions):
            assert known >= set(map(int, re.findall(r"\b\d{2,}\b", message))), message


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"deal": lambda n, size, rng: (batch for batch in ())}, "of type generator"),
        ({"deal": lambda n, size, rng: rng.permutation(n)}, "all indices in one list"),
        ({"deal": lambda n, size, rng: [[0.5]]}, "holds 0.5; an index is a whole number"),
        ({"deal": lambda n, size, rng: []}, "not of the sizes"),
        ({"draw": lambda n, size, rng: np.floor(n * rng.random(size))}, "the type float64"),
        ({"draw": lambda n, size, rng: np.full(size, np.nan)}, "holds nan"),
        ({"draw": lambda n, size, rng: np.full(size, True)}, "the type bool"),
        ({"draw": lambda n, size, rng: rng.integers(n)}, "a single number"),
        ({"draw": lambda n, size, rng: [rng.permutation(n)[:size]] * 2}, "a single array"),
        ({"draw": lambda n, size, rng: np.full(size, 2**64 - 1)}, "outside the data"),
        ({"draw": lambda n, size, rng: []}, "does not hold"),
    ],
)
def test_what_is_no_batch_is_told_so(answer, reason):
    verdict = pb_P3.verdict(**answer)
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert reason in str(verdict)


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


def test_line_search_path_turns_at_right_angles():
    assert angles_by_directions(line_search_path().params) == pytest.approx(90, abs=0.01)


def same_path(rule, translated, alpha, beta=0.8):
    """Whether a rule of chapter 6 and its translation take the same path, to nine digits."""

    def rate(t):
        return (alpha(t) if callable(alpha) else alpha) * (1 - beta)

    runs = ((rule, alpha), (translated, rate))
    one, other = (descend(Rosenbrock(), [-1.0, 1.2], make(a, beta), 50).params for make, a in runs)
    return np.allclose(one, other, rtol=1e-9)


def test_what_is_the_same_path_is_measured():
    measured = {
        "6.11": same_path(Momentum, VelocityMomentum, 0.002),
        "6.11, falling rate": same_path(Momentum, VelocityMomentum, lambda t: 0.002 / (1 + t)),
        "6.12, corrected": same_path(Nesterov, VelocityNesterov, 0.002),
        "6.12, as printed": same_path(NesterovAsPrinted, VelocityNesterov, 0.002),
    }
    assert {key: "same" if same else "different" for key, same in measured.items()} == SAME


def test_translation_goes_on_along_the_same_path():
    alpha, beta, bowl, phi = 0.4, 0.8, Quadratic([1.0]), np.array([3.0])
    averaged, m = Momentum(alpha, beta), np.zeros(1)
    for t in range(7):
        phi, m = averaged.step(phi, m, bowl, t)
    [right] = [part.right for part in pb_C2.parts if part.name == "translate"]
    rate, v = right(alpha, beta, m[0])
    velocity, ahead, v = VelocityMomentum(rate, beta), phi, np.array([v])
    for t in range(7, 14):
        phi, m = averaged.step(phi, m, bowl, t)
        ahead, v = velocity.step(ahead, v, bowl, t)
        assert ahead == pytest.approx(phi, rel=1e-12)


def test_one_right_half_of_the_translation_earns_its_share():
    verdict = pb_C2.verdict(translate=lambda alpha, beta, m: (alpha, -alpha * m))
    assert verdict.points == 1
    assert "Right so far: the velocity. You leave the rate as it is." in str(verdict)


# --- Where no known wrong answer matches ----------------------------------------------------------


def test_unknown_wrong_gradient_is_told_the_first_difference_and_the_factor():
    message = str(pb_6_1.verdict(lambda *data: 0.3 * line_gradient_by_matrix(*data)))
    assert (
        "With phi = [1, 2], x = [0, 1, 3], y = [2, 1, 0], the gradient is [16, 46]; "
        "yours is [4.8, 13.8]. Every number of yours is off by the same factor, 0.3." in message
    )


def test_difference_is_told_where_a_factor_says_nothing():
    verdict = pb_C1.verdict(error=lambda a, n: np.array(relative(a, n)) + 0.5)
    assert "the relative error is [0.5, 0.2, 0, 1]; yours is [1, 0.7, 0.5, 1.5]." in str(verdict)
    verdict = pb_C1.verdict(error=lambda a, n: np.where(a == n, 0.5, relative(a, n)))
    assert "yours is [0.5, 0.2, 0.5, 1]." in str(verdict)


def test_one_right_entry_earns_its_share():
    verdict = pb_6_1.verdict(lambda *data: line_gradient_by_matrix(*data) * [1, 1.5])
    assert verdict.points == 1.5
    assert "Right so far: ∂L/∂φ₀. With phi = [1, 2], x" in str(verdict)


def test_path_is_told_the_first_step_that_differs():
    def halved_after_three_steps(slope, start, rate, tolerance, max_steps):
        path = np.array(descent_while(slope, start, rate, tolerance, max_steps))
        path[3:] *= 0.5
        return path

    message = str(pb_P2.verdict(curve=halved_after_three_steps))
    assert "from the right one at step 3: from 2 it goes to 0.5; right is 1." in message
    message = str(pb_P2.verdict(surface=lambda *run: np.array(descent_while(*run)) + 0.25))
    assert "your path begins with [3.25, -3.75]; the right one with [3, -4]." in message


def test_run_on_given_gradients_is_told_the_first_step_and_coordinate():
    def shifted(*run):
        path = adagrad_by_running_sums(*run)
        path[2:, 1] += 0.5
        return path

    message = str(pb_C3.verdict(adagrad=shifted))
    assert "parts from the right one at step 2: from [" in message


def test_path_that_stops_at_the_wrong_step_is_told_so():
    message = str(pb_P2.verdict(curve=lambda *run: descent_while(*run)[:-1]))
    assert "right up to step 3, 1, but it has 1 too few: 4 points" in message
    message = str(pb_P2.verdict(surface=lambda *run: descent_while(*run) + [run[1], run[1]]))
    assert "right up to step 1, [1.5, -2], but it has 2 too many" in message


def test_path_of_the_wrong_shape_is_told_what_a_row_is():
    message = str(pb_P2.verdict(surface=lambda *run: np.array(descent_while(*run)).T))
    assert "expected one row for each point, each row 2 numbers" in message


def test_endless_loop_is_stopped():
    def endless(slope, start, rate, tolerance, max_steps):
        while True:
            start = start - rate * slope(start)

    verdict = pb_P2.verdict(curve=endless, surface=endless)
    assert verdict.status is Status.NOT_YET
    assert str(verdict).count("does it stop?") == 2


def test_values_are_told_the_side_but_not_the_value():
    assert "Your answer, 80, is too small." in str(pb_6_7.verdict(angle=80))
    assert "Number 2 of your answer, 3, is too large." in str(pb_P1.verdict(eigenvalues=(-2, 3)))
    assert "not finite" in str(pb_6_11.verdict(float32=np.inf))


@pytest.mark.parametrize(
    ("problem", "answer", "message"),
    [
        (pb_6_11, {"shape": 10**9}, "You give a single number; expected 2 numbers in a list."),
        (pb_P1, {"eigenvalues": [1]}, "You give 1 number in a list; expected 2 numbers in a list."),
        (
            pb_P1,
            {"eigenvalues": np.array([[-2], [2]])},
            "The numbers are right, but not their shape: you give an array of shape (2, 1); "
            "expected 2 numbers in a list.",
        ),
        (
            pb_G1,
            {"limit": lambda hessian: 2 / np.linalg.eigvalsh(hessian)[[-1, -1]]},
            "With hessian = [[4]], the limit is an array of shape (2,); expected a single number.",
        ),
        (
            pb_6_1,
            {"gradient": lambda *data: line_gradient_by_matrix(*data)[:, None]},
            "the numbers are right, but not their shape: the gradient is an array of shape (2, 1); "
            "expected an array of shape (2,).",
        ),
        (
            pb_P2,
            {"curve": lambda *run: np.array(descent_while(*run))[:, None]},
            "the numbers are right, but not their shape: the path is an array of shape (5, 1); "
            "expected one row for each point, each row a number.",
        ),
    ],
)
def test_shape_is_told_in_words_and_right_numbers_are_never_called_wrong(problem, answer, message):
    [verdict] = problem.verdict(**answer).parts
    assert verdict.status is Status.NOT_YET
    assert verdict.message.endswith(message)


def test_large_matrix_is_told_by_its_shape():
    def right_up_to_three_parameters(hessian):
        return 2 / np.linalg.eigvalsh(hessian)[-1] + (len(hessian) > 3)

    message = str(pb_G1.verdict(right_up_to_three_parameters))
    assert "With hessian = an array of shape (5, 5), the limit is " in message


def test_keys_that_are_text_are_told_from_numbers():
    keys = [str(key) for key in range(1, 8)]
    [verdict] = pb_6_6.verdict(points=dict.fromkeys(keys, "neither")).parts
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert verdict.message.startswith("'1' is no key: the keys are the numbers 1 to 7, not text.")


def test_unknown_key_among_text_keys_is_named():
    message = str(pb_6_6.verdict(convex={"a": True, "b": False, "C": False}))
    assert "'C' is no key: the keys are 'a', 'b', 'c'." in message


def test_none_is_asked_for_its_return_only_where_it_comes_from_a_function():
    assert "is there a `return`" in str(pb_G1.verdict(lambda hessian: None))
    message = str(pb_6_11.verdict(float32=None))
    assert "Your answer is `None`, not numbers." in message and "return" not in message


def test_empty_answers_are_told_so():
    assert "There is no place in your answer yet." in str(pb_P1.verdict(minima=[]))
    message = str(pb_P2.verdict(curve=lambda *run: []))
    assert "your path is empty; it begins with the start" in message


def test_minima_are_judged_one_by_one():
    def told(minima):
        verdict = pb_P1.verdict(minima=minima)
        return verdict.points, str(verdict)

    points, message = told([1.0906])
    assert points == 1 and "there are more minima" in message
    for rough in (-0.27, -0.273, 1.0885, 1.092):
        points, message = told([rough])
        assert points == 0 and f"to three decimals: at {rough} the slope" in message
        assert pb_P1.verdict(lowest=rough).points == 0
    points, message = told([-0.2739, 1.0906, 0.2739])
    assert points == 1 and "a maximum" in message
    assert "a maximum" in told([0.27])[1]
    points, message = told(np.linspace(-1, 2, 100))
    assert points == 0
    assert "At 0.5 the slope of the curve is -1.6, not zero" in told([0.5])[1]


# --- No answer ------------------------------------------------------------------------------------


def stub(*arguments):
    raise NotImplementedError()


@pytest.mark.parametrize("key", PARTS)
def test_stub_is_not_attempted(key):
    problem, part = PARTS[key]
    answers = [..., (..., ...), {1: ..., 2: ...}, *([stub] if key in FUNCTIONS else [])]
    for answer in answers:
        verdict = verdict_on(problem, part, answer)
        assert (verdict.status, verdict.points) == (Status.NOT_ATTEMPTED, 0)


def test_check_says_that_nothing_was_attempted_and_raises_nothing(capsys):
    pb_6_1.check(stub)
    assert "Not attempted (0 of 3 points)" in capsys.readouterr().out


def test_points_raise_if_nothing_was_attempted():
    with pytest.raises(NotImplementedError, match="pb-6.11 is waiting") as caught:
        pb_6_11.points(shape=..., distinct=..., float32=..., float64=..., seed=1)
    assert isinstance(caught.value, NotAttempted)
    assert len(caught.value._render_traceback_()) == 1


def test_check_of_a_wrong_answer_only_shows_it(capsys):
    assert pb_6_1.check(lambda phi, x, y: [0, 0]) is None
    assert "Not yet (0 of 3 points)" in capsys.readouterr().out


def test_one_part_attempted_is_enough():
    verdict = pb_6_2.verdict(trace=lambda x: 2 * (1 + x**2).sum(), determinant=stub)
    assert [part.status for part in verdict.parts] == [Status.CORRECT, Status.NOT_ATTEMPTED]
    assert (verdict.status, verdict.points, verdict.out_of) == (Status.NOT_YET, 1, 2)


# --- Garbage --------------------------------------------------------------------------------------


class Broken:
    """An object whose every method fails."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")

    def __call__(self, *arguments):
        raise RuntimeError(self)


class BrokenError(Exception):
    def __str__(self):
        raise RuntimeError("no str")


def raises(error):
    def function(*arguments):
        raise error

    return function


def recursive(*arguments):
    return recursive(*arguments)


GARBAGE = {
    "none": None,
    "text": "gradient",
    "empty text": "",
    "empty list": [],
    "empty dict": {},
    "nan": np.nan,
    "infinity": np.inf,
    "complex": 1j,
    "huge": 10**400,
    "ragged": [[1, 2], [3]],
    "object": object(),
    "class": dict,
    "module": np,
    "broken": Broken(),
    "text array": np.array(["a", "b"]),
    "object array": np.array([None, stub]),
    "three axes": np.zeros((2, 2, 2)),
    "generator": (i for i in range(3)),
    "dict of garbage": {1: None, "a": [], "x**3": np.zeros(3), (): ()},
    "no arguments": lambda: 1,
    "too many arguments": lambda *, a: 1,
    "keyword arguments": lambda a, b, c, d, e, f, g: 1,
    "built-in": max,
    "ufunc": np.add,
    "returns none": lambda *a: None,
    "returns text": lambda *a: "1.0",
    "returns nan": lambda *a: np.nan,
    "returns nans": lambda *a: np.full(2, np.nan),
    "returns complex": lambda *a: np.array([1j, 2]),
    "returns ragged": lambda *a: [[1], [2, 3]],
    "returns itself": lambda *a: recursive,
    "returns broken": lambda *a: Broken(),
    "returns empty": lambda *a: [],
    "returns a generator": lambda *a: (i for i in range(2)),
    "returns five axes": lambda *a: np.zeros((1, 2, 3, 2, 1)),
    "returns true": lambda *a: True,
    "returns dates": lambda *a: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "raises": raises(ValueError("bad\nvalue")),
    "raises without text": raises(BrokenError()),
    "leaves": raises(SystemExit(1)),
    "stops iteration": raises(StopIteration()),
    "recursion": recursive,
    "coroutine": lambda *a: stub,
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_gets_a_verdict_and_no_points(garbage):
    for problem, part in PARTS.values():
        verdict = verdict_on(problem, part, GARBAGE[garbage])
        assert verdict.status in (Status.NOT_YET, Status.ERROR), verdict
        assert verdict.points == 0, verdict
        assert verdict.message and "\n" not in verdict.message


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ([1.0, 2.0], Status.NOT_YET, "Expected a function of (phi, x, y), got `[1.0, 2.0]`"),
        (lambda phi, x: 0, Status.ERROR, "is called with (phi, x, y), but yours takes (phi, x)"),
        (lambda phi, x, y: None, Status.NOT_YET, "is there a `return` at the end?"),
        (lambda phi, x, y: "12", Status.NOT_YET, "`'12'` (str), not real numbers"),
        (lambda phi, x, y: np.zeros((2, 1)), Status.NOT_YET, "expected an array of shape (2,)"),
        (lambda phi, x, y: [np.nan, 1], Status.NOT_YET, "yours is [nan, 1]"),
    ],
)
def test_unusable_gradient_is_told_why(answer, status, reason):
    verdict = pb_6_1.verdict(answer)
    assert verdict.status is status
    assert reason in str(verdict)


def test_error_names_the_students_line_even_inside_the_library():
    def asks_the_library_wrongly(phi, x, y):
        from course_lib.models import Linear

        return Linear()(x, phi[:1])  # here

    message = str(pb_6_1.verdict(asks_the_library_wrongly))
    assert "ValueError: phi has shape (1,)" in message
    assert re.search(
        r"at line \d+ of test_problems.py: `return Linear\(\)\(x, phi\[:1\]\)", message
    )


def test_error_in_a_cell_is_placed_by_its_line():
    source = "def gradient(phi, x, y):\n    return phi[7]\n"
    namespace = {}
    exec(compile(source, "/tmp/ipykernel_1/123.py", "exec"), namespace)
    verdict = pb_6_1.verdict(namespace["gradient"])
    assert verdict.status is Status.ERROR
    assert "IndexError" in str(verdict) and "at line 2 of your cell" in str(verdict)


def test_students_warnings_stay_silent():
    def warns(phi, x, y):
        warnings.warn("careful", stacklevel=1)
        return line_gradient_by_matrix(phi, x, y)

    def divides(phi, x, y):
        np.ones(2) / np.zeros(2)
        return line_gradient_by_matrix(phi, x, y)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for function in (warns, divides):
            assert pb_6_1.verdict(function).status is Status.CORRECT
    assert caught == []


def test_answers_must_be_named_where_there_are_several():
    for bad in (
        lambda: pb_C1.verdict(centred),
        lambda: pb_C1.verdict(),
        lambda: pb_C1.verdict(z=1),
    ):
        with pytest.raises(
            TypeError, match="pb_C1 expects answers by name, from difference, error"
        ):
            bad()


# --- Seeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FUNCTIONS)
def test_hidden_inputs_differ_and_are_reproducible(key):
    _, part = FUNCTIONS[key]

    def shown(seed):
        return str([list(given.values()) for given in part.inputs(np.random.default_rng(seed))])

    assert shown(HIDDEN_SEED) == shown(HIDDEN_SEED) != shown(PUBLIC_SEED)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_learning_the_public_answers_by_heart_is_not_enough(key):
    problem, part = FUNCTIONS[key]
    rights = [
        part.right(*given.values()) for given in part.inputs(np.random.default_rng(PUBLIC_SEED))
    ]

    def recite(answers):
        return lambda *arguments: next(answers)

    assert verdict_on(problem, part, recite(iter(rights))).status is Status.CORRECT
    learnt = verdict_on(problem, part, recite(iter(rights)), HIDDEN_SEED)
    assert learnt.status is Status.NOT_YET


def test_points_are_a_float_that_nbgrader_can_read():
    points = pb_6_1.points(line_gradient_by_matrix, seed=HIDDEN_SEED)
    assert type(points) is float and repr(points) == "3.0"
    assert repr(pb_6_6.points(points={**POINTS, 7: "neither"}, convex=CURVES, seed=1)) == "4.5"
    assert pb_6_1.points(lambda *data: [0, 0], seed=1) == 0.0


# --- What a student reads -------------------------------------------------------------------------


@pytest.mark.parametrize("problem", problems.ALL.values(), ids=problems.ALL)
def test_hints_come_one_by_one_and_the_last_one_stays(problem, capsys):
    fresh = Problem(problem.id, problem.title, problem.text, problem.parts, problem.hints)
    shown = []
    for _ in range(len(fresh.hints) + 1):
        fresh.hint()
        shown.append(capsys.readouterr().out)
    assert 2 <= len(fresh.hints) <= 3
    for number, (text, hint) in enumerate(zip(shown, fresh.hints, strict=False), start=1):
        assert f"Hint {number} of {len(fresh.hints)}" in text and hint in text
    assert shown[-1] == shown[-2]


def test_statement_names_the_problem_and_its_hint(capsys):
    pb_6_1.statement()
    shown = capsys.readouterr().out
    assert shown.startswith("## pb-6.1 · The gradient of a least-squares loss")
    assert "pb_6_1.hint()" in shown


# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.1": (r"2\s*\*|2x|2\(|2 ?Σ|residual\b.*\bx\b", "it is 2 * (x * residual).sum()"),
    "pb-C1": (r"2 ?\*? ?h\b|/ ?max|np\.maximum", "divide by 2 h"),
    "pb-P2": (r"phi - (rate|learning_rate)|- ?α|<= ?tol", "phi - learning_rate * gradient"),
    "pb-G1": (r"2 ?/ ?(λ|max|lam)|\\frac|two divided by", "the limit is 2 / λ"),
    "pb-6.8": (r"\b0\.1[67]|\b10 or", "any rate above 0.175"),
    "pb-6.7": (r"\b90\b|right angle|perpendicular|np\.arccos", "they meet at 90 degrees"),
    "pb-6.6": (r"global minimum|curve [abc] is", "point 2 is the global minimum"),
    "pb-P1": (r"\b1\.09|-0\.274\b", "it lies at 1.090"),
    "pb-6.2": (r"2 ?I\b|2 ?len|Σ ?x|x\*\*2\b|\\sum", "the corner is 2 I"),
    "pb-6.3": (r"u ?/ ?16|cos|2 ?\*", "it is cos u - u/16 sin u"),
    "pb-6.4": (r"p ?- ?y|sig\[.*?\] ?- ?y|log1p|logaddexp|log\(1|p ?\(1", "the surplus p - y"),
    "pb-6.9": (r"\b200\b|\b142\b|\b166\b|153\.8|seven steps", "it is 142"),
    "pb-P3": (r"I ?/ ?B|n_examples ?/|permutation|mean times", "multiply by I / B"),
    "pb-6.5": (r"φ₁ ?[·*]? ?x|slope ?\*|z > 0|φ[_₁]d? ?a'", "it is φ₁ x where z > 0"),
    "pb-6.11": (r"3725|7450|500[ ,_]?000[ ,_]?500|10\*\*6", "about 3725"),
    "pb-6.10": (r"\(1 ?- ?β\) ?\*? ?β|β\^|\*\*|β ?ᵏ", "it is (1 - β) β^k"),
    "pb-C2": (r"α ?\(1 ?- ?β\)|-α ?m|β ?v ?- |\+ ?β ?v", "the rate is α(1 - β), and v is -α m"),
    "pb-C3": (r"np\.sqrt|\*\*|\+ ?ε|/ ?\(|β\^", "g / (np.sqrt(v) + epsilon)"),
    "pb-G3": (r"np\.m(in|ax)imum|max_norm ?/|keepdims|\* ?c", "g * np.minimum(1, max_norm / n)"),
}


def told_by(problem):
    """All that a student can be told, without the words and inputs that are quoted back."""
    yield from problem.hints
    for part in problem.parts:
        yield from (known.message for known in part.misconceptions)  # met with it, as tested above
        yield from getattr(part, "components", ())  # which a message may list as right
        yield from (verdict_on(problem, part, answer).message for answer in (0.3, lambda *a: 0.3))
        for choice in getattr(part, "choices", {"": getattr(part, "choice", None)}).values():
            yield from choice.reasons.values() if choice else ()


@pytest.mark.parametrize("name", problems.ALL)
def test_no_message_or_hint_gives_the_answer_away(name):
    pattern, leak = LEAKS[name]
    assert re.search(pattern, leak)
    for text in told_by(problems.ALL[name]):
        unquoted = re.sub(r"With .*?, (the|your) |`.*?`", "", text)
        assert not re.search(pattern, unquoted), text


def example(*statuses):
    return Verdict("pb-0 <Title>", tuple(PartVerdict("a", s, "`x < 1`", 0, 1) for s in statuses))


@pytest.mark.parametrize("status", Status)
def test_verdict_says_the_word_beside_mark_and_colour(status):
    shown = example(status)._repr_mimebundle_()
    assert shown["text/plain"].startswith(f"{status.mark} {status.word}")
    assert f"{status.mark} {status.word}" in shown["text/html"]
    assert "<code>x &lt; 1</code>" in shown["text/html"] and "<Title>" not in shown["text/html"]
    # Only the border has a colour of its own, so the text is readable on any theme.
    assert shown["text/html"].count("#") == 1 and "background" not in shown["text/html"]


def test_four_verdicts_differ_in_word_mark_and_colour():
    for aspect in ("word", "mark", "colour"):
        assert len({getattr(status, aspect) for status in Status}) == 4


def test_verdict_of_several_parts_lists_each():
    verdict = example(Status.CORRECT, Status.ERROR, Status.NOT_YET)
    assert verdict.status is Status.ERROR
    assert [line.split(":")[0].strip() for line in str(verdict).splitlines()[1:]] == [
        "✓ a", "✗ a", "→ a",
    ]  # fmt: skip
    assert example(Status.CORRECT, Status.NOT_ATTEMPTED).status is Status.NOT_YET


def test_success_claims_no_more_than_public_checks():
    shown = str(pb_6_3.verdict(gabor_gradient_by_two_terms))
    assert "Correct: public checks passed (4 of 4 points)" in shown
    assert "all tests" not in shown.lower()
    assert "public checks" not in str(pb_G1.verdict(lambda hessian: 1))
