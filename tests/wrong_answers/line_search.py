"""Answers to the exercises of chapter 03."""

import math

import numpy as np

from lessons.problems.line_search import line_search_path

# pb-G1


def limit(hessian):
    return 2 / np.linalg.eigvalsh(hessian)[-1]


def limit_of(rate):
    """A limit from the eigenvalues, in ascending order."""
    return lambda hessian: rate(np.linalg.eigvalsh(hessian))


def power_iteration(steps):
    def limit(hessian):
        v = np.ones(len(hessian)) + 0.1 * np.arange(len(hessian))
        for _ in range(steps):
            v = hessian @ v
            v = v / np.linalg.norm(v)
        return 2 / (v @ hessian @ v)

    return limit


# pb-6.7


def cosines(points):
    steps = np.diff(points, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    return (steps[1:] * steps[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])


def angles(points):
    return np.degrees(np.arccos(np.clip(cosines(points), -1, 1)))


def dots(points):
    steps = np.diff(points, axis=0)
    return (steps[1:] * steps[:-1]).sum(axis=1)


def between_points(points):
    lengths = np.linalg.norm(points, axis=1)
    cosine = (points[1:] * points[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def headings(points):
    steps = np.diff(points, axis=0)
    return np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))


def over_one_length(points):
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    return np.degrees(np.arccos(np.clip(dots(points) / lengths[1:] ** 2, -1, 1)))


def over_all_lengths(points):
    steps = np.diff(points, axis=0)
    cosine = dots(points) / (np.linalg.norm(steps[1:]) * np.linalg.norm(steps[:-1]))
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def over_squared_lengths(points):
    steps = np.diff(points, axis=0)
    squares = (steps**2).sum(axis=1)
    return np.degrees(np.arccos(np.clip(dots(points) / (squares[1:] * squares[:-1]), -1, 1)))


def to_the_first_step(points):
    steps = np.diff(points, axis=0)
    units = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    return np.degrees(np.arccos(np.clip(units[1:] @ units[0], -1, 1)))


def every_second_step(points):
    steps = np.diff(points, axis=0)
    units = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    return np.degrees(np.arccos(np.clip((units[2:] * units[:-2]).sum(axis=1), -1, 1)))


def return_in_the_loop(points):
    result = []
    for i in range(len(points) - 2):
        a, b = points[i + 1] - points[i], points[i + 2] - points[i + 1]
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        result.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        return np.array(result)


def one_too_few(points):
    return angles(points)[:-1]


def every_pair(points):
    steps = np.diff(points, axis=0)
    units = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    return np.degrees(np.arccos(np.clip(units @ units.T, -1, 1)))


WRONG = {
    "pb_G1": [
        ("limit", "1 over the largest", limit_of(lambda e: 1 / e[-1]), "twice|half"),
        ("limit", "2 over the smallest", limit_of(lambda e: 2 / e[0]), "largest|smallest|gentlest"),
        ("limit", "1 over the smallest", limit_of(lambda e: 1 / e[0]), "largest|smallest|gentlest"),
        ("limit", "the largest", limit_of(lambda e: e[-1]), "itself|inverse|reciprocal"),
        ("limit", "the smallest", limit_of(lambda e: e[0]), "itself|inverse|reciprocal"),
        ("limit", "half the largest", limit_of(lambda e: e[-1] / 2),
         "upside|inverse|reciprocal|turned over"),
        ("limit", "2 over the trace", lambda h: 2 / np.trace(h), "trace|sum"),
        ("limit", "2 over the determinant", lambda h: 2 / np.linalg.det(h), "determinant|product"),
        ("limit", "2 over the Frobenius norm", lambda h: 2 / np.linalg.norm(h),
         "norm|eigenvalue"),
        ("limit", "2 over the largest of the diagonal", lambda h: 2 / np.diag(h).max(), "diagonal"),
        ("limit", "2 over the first entry", lambda h: 2 / h[0, 0], "diagonal|entry"),
        ("limit", "2 over the largest entry", lambda h: 2 / abs(h).max(),
         "entry|entries|eigenvalues"),
        ("limit", "2 over the largest row sum", lambda h: 2 / abs(h).sum(axis=1).max(), "row"),
        ("limit", "2 over largest + smallest", limit_of(lambda e: 2 / (e[-1] + e[0])),
         "fastest|best|quickest"),
        ("limit", "2 over the mean", limit_of(lambda e: 2 / e.mean()), "mean|largest"),
        ("limit", "2 over the last of eigvals", lambda h: 2 / np.linalg.eigvals(h)[-1].real,
         "order|sort|largest"),
        ("limit", "one for each eigenvalue", limit_of(lambda e: 2 / e), "one number|number|shape"),
        ("limit", "squared", limit_of(lambda e: 2 / e[-1] ** 2), "squar"),
        ("limit", "root", limit_of(lambda e: 2 / e[-1] ** 0.5), "root"),
        ("limit", "2 / largest in float32, guarded, halved",
         limit_of(lambda e: np.float32(1 / max(e[-1], 1e-12))), "twice|half"),
        ("limit", "a little below", limit_of(lambda e: 2 / e[-1] - 1e-3),
         "limit itself|below|digit"),
        ("limit", "three decimals", limit_of(lambda e: round(2 / e[-1], 3)), "round|decimal|digit"),
        ("limit", "power iteration, too short", power_iteration(3), "approx|digit|iteration"),
        ("limit", "the condition number", limit_of(lambda e: e[-1] / e[0]), "condition|ratio"),
        ("limit", "2 over the inverse's largest", lambda h: 2 / np.linalg.norm(np.linalg.inv(h), 2),
         "inverse|smallest"),
    ],
    "pb_6_8": [
        ("escape", "not in the dent", (1.0, 0.1), "not in|outside|tiny"),
        ("escape", "not in the dent, the other side", (-3.0, 1.0), "not in|outside|tiny"),
        ("escape", "at the bottom", (0.0, 1.0), "not in|outside|tiny"),
        ("escape", "tiny rate", (2.0, 0.001), "creep|small|dent"),
        ("escape", "small rate", (2.2, 0.05), "dent"),
        ("escape", "to and fro", (2.0, 0.2), "to and fro"),
        ("escape", "to and fro, wider", (2.0, 0.3), "to and fro"),
        ("escape", "flies away", (2.0, 12.0), "away|diverge"),
        ("escape", "flies far away", (2.2, 1e6), "away|diverge"),
        ("escape", "swings in the bowl", (2.2, 10.0), "swing|to and fro|rest|settle"),
        ("escape", "no rate", (2.0, 0.0), "positive|does not move|stands|above zero"),
        ("escape", "negative rate", (2.0, -0.5), "positive|negative|above zero"),
        ("escape", "still on its way", (3.0, 0.004), "rest|on its way|creep|small"),
        ("escape", "exchanged", (0.5, 2.0), "not in|exchang|outside"),
        ("escape", "start alone", 2.0, "two|pair"),
        ("escape", "three numbers", (2.0, 0.5, 300), "two|pair"),
        ("escape", "text", ("2", "a lot"), "number"),
        ("escape", "not a number", (2.0, float("nan")), "finite|number"),
        ("escape", "one stub left", (2.0, ...), "learning|answer yet|number|stub"),
        ("escape", "a list of starts", ([2.0, 2.2], 0.5), "two numbers|number|pair"),
    ],
    "pb_6_7": [
        ("angles", "radians", lambda p: np.radians(angles(p)), "radian"),
        ("angles", "180 - angle", lambda p: 180 - angles(p), "sign|direction|back|straight"),
        ("angles", "between points", between_points, "steps|difference"),
        ("angles", "between points, cut", lambda p: between_points(p)[:-1], "steps|difference"),
        ("angles", "dot product, clipped",
         lambda p: np.degrees(np.arccos(np.clip(dots(p), -1, 1))), "length|divid|unit"),
        ("angles", "dot product", lambda p: np.degrees(np.arccos(dots(p))), "length|divid|unit"),
        ("angles", "dots themselves", dots, "cosine|arccos|length|dot"),
        ("angles", "cosines", cosines, "cosine|arccos"),
        ("angles", "absolute cosine",
         lambda p: np.degrees(np.arccos(np.clip(abs(cosines(p)), 0, 1))), "absolute|obtuse"),
        ("angles", "sine", lambda p: np.degrees(np.arcsin(np.clip(cosines(p), -1, 1))),
         "arcsin|sine|cosine"),
        ("angles", "headings", headings, "shape|heading|direction|axis"),
        ("angles", "headings' change, unwrapped", lambda p: np.diff(headings(p)[..., :]),
         "wrap|negative|sign|between 0 and 180"),
        ("angles", "headings' change, absolute", lambda p: abs(np.diff(headings(p))),
         "wrap|180|360"),
        ("angles", "over one length twice", over_one_length, "length"),
        ("angles", "over all lengths", over_all_lengths, "each|axis|length"),
        ("angles", "over squared lengths", over_squared_lengths, "squar|length|root"),
        ("angles", "to the first step", to_the_first_step, "first|next|before"),
        ("angles", "every second step", every_second_step, "shape|next"),
        ("angles", "return in the loop", return_in_the_loop, "return|loop|shape"),
        ("angles", "mean", lambda p: angles(p).mean(), "shape|each"),
        ("angles", "all 90", lambda p: np.full(len(p) - 2, 90.0),
         "every angle|any path|other path"),
        ("angles", "one too few", one_too_few, "shape|too few|T - 1"),
        ("angles", "0 first", lambda p: np.r_[0, angles(p)], "shape|too many|T - 1"),
        ("angles", "every pair", every_pair, "shape|pair"),
        ("angles", "float32 radians", lambda p: np.radians(angles(p)).astype("f"), "radian"),
        ("angles", "radians, 1e-12 added to the lengths",
         lambda p: np.arccos(np.clip(cosines(p) / (1 + 1e-12), -1, 1)), "radian"),
        ("angles", "whole degrees", lambda p: np.round(angles(p)), "round|decimal|digit"),
        ("angle", "radians", np.pi / 2, "radian|degree"),
        ("angle", "radians, rounded", 1.57, "radian|degree"),
        ("angle", "cosine", 0.0, "cosine|straight"),
        ("angle", "180", 180, "back|retrace"),
        ("angle", "45", 45, "too small|half|heading|axis|large|measure"),
        ("angle", "-90", -90, "negative|sign|between 0"),
        ("angle", "89", 89.0, "small|round|decimal|digit"),
        ("angle", "all of them", angles(line_search_path().params), "one|number"),
        ("angle", "text", "right angle", "number"),
    ],
}  # fmt: skip


def limit_by_power_iteration(hessian):
    return power_iteration(20000)(hessian)


def angles_in_a_loop(points):
    result = []
    for i in range(1, len(points) - 1):
        a, b = points[i] - points[i - 1], points[i + 1] - points[i]
        cosine = sum(a * b) / math.sqrt(sum(a * a)) / math.sqrt(sum(b * b))
        result.append(math.degrees(math.acos(min(1, max(-1, cosine)))))
    return result


def angles_by_halves(points):
    units = np.diff(points, axis=0)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    apart = np.linalg.norm(units[1:] - units[:-1], axis=1)
    along = np.linalg.norm(units[1:] + units[:-1], axis=1)
    return np.degrees(2 * np.arctan2(apart, along))


RIGHT = {
    "pb_G1": [
        ("limit", "eigvalsh", limit),
        ("limit", "complex eigvals", lambda h: 2 / max(np.linalg.eigvals(h).astype(complex))),
        ("limit", "complex eigvals, real", lambda h: 2 / np.linalg.eigvals(h).real.max()),
        ("limit", "spectral norm", lambda h: 2 / np.linalg.norm(h, 2)),
        ("limit", "singular values", lambda h: 2 / np.linalg.svd(h)[1][0]),
        ("limit", "smallest of the inverse", lambda h: 2 * np.linalg.eigvalsh(np.linalg.inv(h))[0]),
        ("limit", "one-element list", lambda h: [limit(h)]),
        ("limit", "one-element matrix", lambda h: np.array([[limit(h)]])),
        ("limit", "power iteration", limit_by_power_iteration),
        ("limit", "roots", lambda h: 2 / max(np.roots(np.poly(h)).real)),
    ],
    "pb_6_8": [
        ("escape", "far up the wall", (3.5, 1.0)),
        ("escape", "tuple", (2.0, 1.0)),
        ("escape", "list", [2.2, 2.1]),
        ("escape", "array", np.array([2.0, 5.0])),
        ("escape", "one-element arrays", (np.array([2.0]), np.array([1.0]))),
        ("escape", "integers", (2, 1)),
        ("escape", "complex", (2 + 0j, 1 + 0j)),
    ],
    "pb_6_7": [
        ("angles", "clip", angles),
        ("angles", "loop", angles_in_a_loop),
        ("angles", "halves", angles_by_halves),
        ("angle", "integer", 90),
        ("angle", "measured", angles(line_search_path().params).mean()),
        ("angle", "one-element array", angles(line_search_path().params)[:1]),
        ("angle", "complex", 90 + 0j),
    ],
}
