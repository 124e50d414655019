"""Answers to the problems of set 10, from their statements alone."""

import numpy as np

from tests.wrong_answers import added_to

WRONG, RIGHT = {}, {}
wrong, right = added_to(WRONG), added_to(RIGHT)

# --- pb-G2 · Newton's step, damped ----------------------------------------------------------------


def identity(H):
    return np.eye(len(H))


wrong(
    "pb_G2",
    "newton",
    ("uphill", lambda phi, g, H: phi + np.linalg.solve(H, g), r"sign|minus|adds|other way|-"),
    ("the_step_alone", lambda phi, g, H: -np.linalg.solve(H, g), r"point|from|step|start"),
    ("times_the_hessian", lambda phi, g, H: phi - H @ g, r"inverse|solve|divide"),
    ("entry_by_entry", lambda phi, g, H: phi - g / np.diag(H), r"diagonal|mixed|solve|inverse"),
    (
        "half_a_step",
        lambda phi, g, H: phi - np.linalg.solve(H, g) / 2,
        r"half|full|factor",
    ),
    (
        "downhill_in_each_direction",
        lambda phi, g, H: phi - np.linalg.solve(positive(H, np.abs), g),
        r"size|abs|sign|saddle|negative|plain|full step",
    ),
    ("gradient_descent", lambda phi, g, H: phi - g, r"Hessian|curvature|H"),
    (
        "inverse_of_entries",
        lambda phi, g, H: phi - (1 / np.where(H == 0, np.inf, H)) @ g,
        r"inverse|entry|matrix|entries|solve",
    ),
    (
        "length_one",
        lambda phi, g, H: phi - np.linalg.solve(H, g) / np.linalg.norm(np.linalg.solve(H, g)),
        r"length|full",
    ),
)


def positive(H, on):
    values, vectors = np.linalg.eigh(H)
    return (vectors * on(values)) @ vectors.T


right(
    "pb_G2",
    "newton",
    ("by_inverse", lambda phi, g, H: phi - np.linalg.inv(H) @ g),
    (
        "by_eigenvectors",
        lambda phi, g, H: phi - positive(H, lambda v: 1 / v) @ g,
    ),
    ("a_list", lambda phi, g, H: list(phi + np.linalg.lstsq(H, -g, rcond=None)[0])),
)


def lowest(H):
    return np.linalg.eigvalsh(H)[0]


wrong(
    "pb_G2",
    "smallest_lambda",
    ("may_be_negative", lambda H: -lowest(H), r"0 where|already|negative|never below"),
    ("lowest_itself", lambda H: min(0.0, lowest(H)), r"sign|minus|≥ 0|above|negative"),
    ("size_of_the_lowest", lambda H: abs(lowest(H)), r"already|0|positive"),
    ("largest", lambda H: max(0.0, np.linalg.eigvalsh(H)[-1]), r"smallest|largest|lowest"),
    (
        "largest_in_size",
        lambda H: np.abs(np.linalg.eigvalsh(H)).max(),
        r"smallest|largest|lowest|size|already",
    ),
    ("by_the_diagonal", lambda H: max(0.0, -np.diag(H).min()), r"diagonal|eigenvalue|mixed"),
    ("by_the_trace", lambda H: max(0.0, -np.trace(H)), r"trace|eigenvalue|lowest|smallest|sum"),
    (
        "by_the_determinant",
        lambda H: max(0.0, -np.linalg.det(H)),
        r"determinant|eigenvalue|lowest|smallest",
    ),
    (
        "a_little_more",
        lambda H: max(0.0, -lowest(H) + 0.1),
        r"border|more|exactly|itself|smallest",
    ),
    (
        "sum_of_the_negative",
        lambda H: -np.linalg.eigvalsh(H)[np.linalg.eigvalsh(H) < 0].sum(),
        r"sum|lowest|smallest|one",
    ),
    (
        "smallest_in_size",
        lambda H: np.abs(np.linalg.eigvalsh(H)).min() if lowest(H) < 0 else 0.0,
        r"lowest|size|negative|smallest|below",
    ),
)
right(
    "pb_G2",
    "smallest_lambda",
    ("eigvals", lambda H: max(0, *(-np.linalg.eigvals(H).real))),
    ("by_cases", lambda H: -lowest(H) if lowest(H) < 0 else 0),
)


def step(phi, g, H, shift):
    return phi - np.linalg.solve(H + shift * identity(H), g)


wrong(
    "pb_G2",
    "damped",
    (
        "margin_always",
        lambda phi, g, H, c: step(phi, g, H, c - lowest(H)),
        r"already|positive definite|own|plain|Newton",
    ),
    (
        "margin_added_always",
        lambda phi, g, H, c: step(phi, g, H, max(0.0, -lowest(H)) + c),
        r"already|positive definite|own|plain|Newton|added",
    ),
    (
        "up_to_the_margin",
        lambda phi, g, H, c: step(phi, g, H, max(0.0, c - lowest(H))),
        r"small|however|already|positive definite|own",
    ),
    (
        "margin_alone",
        lambda phi, g, H, c: step(phi, g, H, 0 if lowest(H) > 0 else c),
        r"lowest|smallest|eigenvalue|margin|lifts|λ",
    ),
    ("newton", lambda phi, g, H, c: step(phi, g, H, 0.0), r"Newton|negative|margin|saddle|damp"),
    (
        "each_at_least_the_margin",
        lambda phi, g, H, c: (
            step(phi, g, H, 0)
            if lowest(H) > 0
            else phi - np.linalg.solve(positive(H, lambda v: np.maximum(v, c)), g)
        ),
        r"all|every|each|same|λI|others",
    ),
    (
        "turned_up",
        lambda phi, g, H, c: (
            step(phi, g, H, 0) if lowest(H) > 0 else phi - np.linalg.solve(positive(H, np.abs), g)
        ),
        r"size|sign|turn|abs|λ|margin|same",
    ),
    (
        "uphill",
        lambda phi, g, H, c: 2 * phi - step(phi, g, H, 0 if lowest(H) > 0 else c - lowest(H)),
        r"sign|minus|uphill|adds",
    ),
    (
        "every_entry_of_h",
        lambda phi, g, H, c: phi - np.linalg.solve(H + (0 if lowest(H) > 0 else c - lowest(H)), g),
        r"diagonal|identity|every entry|I\b",
    ),
    (
        "with_the_wrong_sign",
        lambda phi, g, H, c: step(phi, g, H, 0 if lowest(H) > 0 else c + lowest(H)),
        r"sign|margin|smallest|lowest|λ",
    ),
    (
        "by_the_largest",
        lambda phi, g, H, c: step(
            phi, g, H, 0 if lowest(H) > 0 else c + np.abs(np.linalg.eigvalsh(H)).max()
        ),
        r"lowest|smallest|largest|margin|λ",
    ),
    (
        "the_step_alone",
        lambda phi, g, H, c: step(0 * phi, g, H, 0 if lowest(H) > 0 else c - lowest(H)),
        r"point|from|step",
    ),
)


def by_directions(phi, g, H, margin):
    values, vectors = np.linalg.eigh(H)
    if values[0] <= 0:
        values = values - values[0] + margin
    return phi - sum((v @ g) / value * v for value, v in zip(values, vectors.T))


def by_cholesky(phi, g, H, margin):
    try:
        np.linalg.cholesky(H)
    except np.linalg.LinAlgError:
        H = H + (margin - np.linalg.eigvalsh(H).min()) * np.identity(len(g))
    return phi - np.linalg.inv(H).dot(g)


right("pb_G2", "damped", ("by_directions", by_directions), ("by_cholesky", by_cholesky))

# --- pb-F10.1 · where Newton goes -----------------------------------------------------------------

wrong(
    "pb_F10_1",
    "change",
    ("sign", lambda g, H: g @ np.linalg.solve(H, g) / 2, r"sign|minus|falls|old less|new less"),
    ("not_halved", lambda g, H: -g @ np.linalg.solve(H, g), r"half|½|linear|slope alone|curv"),
    (
        "three_halves",
        lambda g, H: -1.5 * g @ np.linalg.solve(H, g),
        r"half|½|sign|back|1\.5|factor",
    ),
    ("curvature_alone", lambda g, H: 0.5 * g @ np.linalg.solve(H, g), r"sign|linear|slope|minus"),
    (
        "always_down",
        lambda g, H: -abs(g @ np.linalg.solve(H, g)) / 2,
        r"positive|rise|saddle|abs|always|uphill",
    ),
    (
        "steepest",
        lambda g, H: -((g @ g) ** 2) / (g @ H @ g) / 2,
        r"steepest|gradient descent|Newton|line",
    ),
    ("times_the_hessian", lambda g, H: -g @ H @ g / 2, r"invers|solve|H⁻¹"),
    ("along_the_axes", lambda g, H: -np.sum(g**2 / np.diag(H)) / 2, r"diagonal|mixed|inverse"),
    ("length_squared", lambda g, H: -(g @ g) / 2, r"Hessian|curvature|H|inverse"),
    ("the_step", lambda g, H: -np.linalg.solve(H, g), r"shape|single number|loss|step"),
)


def both_terms(g, H):
    d = -np.linalg.inv(H) @ g
    return g @ d + 0.5 * d @ H @ d


right(
    "pb_F10_1",
    "change",
    ("both_terms", both_terms),
    (
        "by_eigenvalues",
        lambda g, H: (
            -0.5
            * sum(
                (g @ v) ** 2 / value
                for value, v in zip(np.linalg.eigh(H)[0], np.linalg.eigh(H)[1].T)
            )
        ),
    ),
)
wrong(
    "pb_F10_1",
    "first",
    ("uphill", 0.1 - 4.95, r"sign|minus|other way|up"),
    ("the_step", 4.95, r"step|from 0\.1|start|add"),
    ("minimum", 1.0, r"first|parabola|not yet|one step"),
    ("maximum", -1.0, r"first|parabola|sign|one step|maximum"),
    ("slope_over_3", 0.1 + 2.97 / 0.3, r"second derivative|6|curvature"),
    ("gradient_step", 0.1 + 2.97, r"curvature|second derivative|divide"),
    ("of_the_value", 0.1 - (0.001 - 0.3) / (0.03 - 3), r"root|slope|derivative|zero of"),
    ("without_the_square", 0.1 - (0.3 - 3) / 0.6, r"square|slope|3φ²|derivative"),
)
right("pb_F10_1", "first", ("computed", 0.1 - (3 * 0.1**2 - 3) / (6 * 0.1)), ("by_hand", 5.05))

# --- pb-F10.2 · a lesson for BFGS -----------------------------------------------------------------


def lesson(C, s, y, sign=1, rho=None, last=True, skip=True, swapped=False):
    """The update, with other ideas of its pieces."""
    if skip and s @ y <= 0:
        return C
    rho = 1 / (s @ y) if rho is None else rho(s, y)
    left = np.eye(len(s)) - sign * rho * (np.outer(y, s) if swapped else np.outer(s, y))
    return left @ C @ left.T + last * rho * np.outer(s, s)


wrong(
    "pb_F10_2",
    "update",
    ("without_the_last", lambda *a: lesson(*a, last=False), r"ρ s sᵀ|last|added|secant|teach|term"),
    ("sign", lambda *a: lesson(*a, sign=-1), r"sign|minus|I - |I −"),
    ("swapped", lambda *a: lesson(*a, swapped=True), r"s yᵀ|swap|order|side|changed places|y sᵀ"),
    (
        "whatever_the_curvature",
        lambda *a: lesson(*a, skip=False),
        r"curvature|as it is|≤|below|positive",
    ),
    (
        "rho_upside_down",
        lambda *a: lesson(*a, rho=lambda s, y: s @ y),
        r"1 /|invers|upside|divide|ρ",
    ),
    (
        "rho_of_steps",
        lambda *a: lesson(*a, rho=lambda s, y: 1 / (s @ s)),
        r"ρ|sᵀy|rho|s·y",
    ),
    (
        "products_by_entry",
        lambda C, s, y: (
            C
            if s @ y <= 0
            else (np.eye(len(s)) - s * y / (s @ y)) @ C @ (np.eye(len(s)) - y * s / (s @ y))
            + s * s / (s @ y)
        ),
        r"outer|matrix|entry|entries",
    ),
    (
        "of_the_hessian",
        lambda C, s, y: (
            C if s @ y <= 0 else C - np.outer(C @ s, C @ s) / (s @ C @ s) + np.outer(y, y) / (s @ y)
        ),
        r"Hessian|inverse",
    ),
    (
        "identity_where_it_fails",
        lambda C, s, y: np.eye(len(s)) if s @ y <= 0 else lesson(C, s, y),
        r"as it is|return|unchanged",
    ),
    (
        "size_of_the_curvature",
        lambda *a: lesson(*a, skip=False, rho=lambda s, y: 1 / abs(s @ y)),
        r"as it is|curvature|≤|below|positive",
    ),
    (
        "one_side",
        lambda C, s, y: (
            C
            if s @ y <= 0
            else (np.eye(len(s)) - np.outer(s, y) / (s @ y)) @ C + np.outer(s, s) / (s @ y)
        ),
        r"both sides|second|side|right|symmetric|factor",
    ),
    (
        "rank_one",
        lambda C, s, y: (
            C if s @ y <= 0 else C + np.outer(s - C @ y, s - C @ y) / ((s - C @ y) @ y + 1e-300)
        ),
        r"BFGS|another|equation|simpler",
    ),
)


def multiplied_out(C, s, y):
    s, y = s.reshape(-1, 1), y.reshape(-1, 1)
    curvature = float((s.T @ y)[0, 0])
    if not curvature > 0:
        return C.copy()
    cy = C @ y
    cross = (cy @ s.T + s @ cy.T) / curvature
    return C - cross + (1 + (y.T @ cy) / curvature) * (s @ s.T) / curvature


right("pb_F10_2", "update", ("multiplied_out", multiplied_out))
wrong(
    "pb_F10_2",
    "first",
    ("without_the_last", [[0.25, -0.5], [-0.5, 1]], r"last|ρ s|added|secant"),
    ("sign", [[0.75, 0.5], [0.5, 1]], r"sign|minus"),
    ("rho_is_2", [[11, -2], [-2, 1]], r"ρ|1/2|half|divide"),
    ("the_start", [[1, 0], [0, 1]], r"secant|teach|lesson|C y|changed|start"),
    ("diagonal", [[0.5, 0], [0, 1]], r"secant|C y|mixed|second|off"),
    ("last_alone", [[0.5, 0], [0, 0]], r"before|first term|old|C"),
    ("swapped", [[0.5, 0], [0, 1.25]], r"s yᵀ|swap|order|places"),
)
right("pb_F10_2", "first", ("an_array", np.array([[3, -2], [-2, 4]]) / 4))
WHICH = dict(
    a="breaks the secant equation",
    b="possible",
    c="not symmetric",
    d="not positive definite",
)
wrong(
    "pb_F10_2",
    "which",
    ("a_possible", WHICH | {"a": "possible"}, r"secant|C y|\[2, 1\]|maps|makes"),
    ("b_breaks", WHICH | {"b": "breaks the secant equation"}, r"C y|\[1, 0\]|s\b"),
    ("b_indefinite", WHICH | {"b": "not positive definite"}, r"eigenvalue|determinant|positive"),
    ("c_breaks", WHICH | {"c": "breaks the secant equation"}, r"C y|\[1, 0\]|s\b"),
    ("c_indefinite", WHICH | {"c": "not positive definite"}, r"symmetric|first|before it"),
    ("d_possible", WHICH | {"d": "possible"}, r"eigenvalue|determinant|positive|negative"),
    ("d_not_symmetric", WHICH | {"d": "not symmetric"}, r"symmetric|equal|is"),
)
right("pb_F10_2", "which", ("capitals", {key: word.capitalize() for key, word in WHICH.items()}))

# --- pb-F10.3 · memory ----------------------------------------------------------------------------

wrong(
    "pb_F10_3",
    "memory",
    ("numbers", lambda P, pairs: [P**2, P**2, 2 * pairs * P], r"8|bytes"),
    ("one_of_a_pair", lambda P, pairs: [8 * P**2, 8 * P**2, 8 * pairs * P], r"two|pair|both|2"),
    (
        "half_a_matrix",
        lambda P, pairs: [8 * P * (P + 1) // 2] * 2 + [16 * pairs * P],
        r"half|whole|all|symmetr",
    ),
    (
        "bfgs_and_newton",
        lambda P, pairs: [8 * P**2, 16 * P**2, 16 * pairs * P],
        r"BFGS|one matrix|largest|alone|only",
    ),
    ("order", lambda P, pairs: [16 * pairs * P, 8 * P**2, 8 * P**2], r"order"),
    ("vectors", lambda P, pairs: [8 * P, 8 * P, 16 * pairs * P], r"matrix|P²|P \* P|square"),
    ("bits", lambda P, pairs: [64 * P**2, 64 * P**2, 128 * pairs * P], r"bit|byte|8"),
    (
        "pairs_of_matrices",
        lambda P, pairs: [8 * P**2, 8 * P**2, 16 * pairs * P**2],
        r"vector|P|pair",
    ),
    ("two_for_all", lambda P, pairs: [8 * P**2, 8 * P**2, 16 * P], r"pairs|each|how many"),
    ("four_bytes", lambda P, pairs: [4 * P**2, 4 * P**2, 8 * pairs * P], r"8|byte|half"),
    (
        "newton_twice",
        lambda P, pairs: [16 * P**2, 8 * P**2, 16 * pairs * P],
        r"Newton|Hessian|largest|twice|one",
    ),
)
right(
    "pb_F10_3",
    "memory",
    ("arrays", lambda P, pairs: np.array([P * P, P * P, pairs * (P + P)]) * 8),
    ("floats", lambda P, pairs: (8.0 * P**2, 8.0 * P**2, 8.0 * pairs * 2 * P)),
)
wrong(
    "pb_F10_3",
    "largest",
    ("rounded_up", [44722, 63246, 100_000_000], r"fit|too many|round|down"),
    ("without_diagonal", [44721, 63246, 100_000_000], r"diagonal|fit|\+ 1|too"),
    ("numbers_for_bytes", [126491, 178885, 800_000_000], r"8|byte"),
    ("one_of_a_pair", [44721, 63245, 200_000_000], r"pair|two|both"),
    ("twice_for_half", [44721, 89442, 100_000_000], r"square|root|√|half"),
    ("binary", [46340, 65535, 107_374_182], r"10\^|10⁹|billion|gib|2\^|GB"),
    ("order", [100_000_000, 44721, 63245], r"order"),
    ("half_for_half", [44721, 22360, 100_000_000], r"more|half|larger|fewer"),
)
right("pb_F10_3", "largest", ("floats", [44721.0, 63245.0, 1e8]))

# --- pb-F10.4 · five runs -------------------------------------------------------------------------

CURES = dict(a="lift", b="larger λ", c="smaller λ", d="leave", e="lift")
wrong(
    "pb_F10_4",
    "cures",
    ("a_leave", CURES | {"a": "leave"}, r"saddle|−31\.7|-31\.7|below zero|negative|bends down"),
    ("a_larger", CURES | {"a": "larger λ"}, r"plain|no λ|Newton"),
    ("b_smaller", CURES | {"b": "smaller λ"}, r"long|shorter|grow|rise|out of range"),
    ("b_lift", CURES | {"b": "lift"}, r"already|regularised|lift|λ"),
    ("c_larger", CURES | {"c": "larger λ"}, r"short|slow|creep"),
    ("c_leave", CURES | {"c": "leave"}, r"slow|creep|1\.7|gradient|short|still|falls by"),
    ("d_lift", CURES | {"d": "lift"}, r"positive|minimum|fast|arriv|square|nothing to lift"),
    ("e_leave", CURES | {"e": "leave"}, r"maximum|hill|negative|both|below|bends down"),
)
right("pb_F10_4", "cures", ("capitals", {key: word.upper() for key, word in CURES.items() if 1}))
