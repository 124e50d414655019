"""The problems of chapter 10: right answers, mistakes, and the runs of pb-F10.4."""

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.line_search import Backtracking
from course_lib.optimizers import LBFGS, Newton, RegularizedNewton
from course_lib.surfaces import Beale, Himmelblau, Polynomial
from lessons.problems import pb_F10_1, pb_F10_2, pb_F10_3, pb_F10_4, pb_F10_5, pb_G2
from tests.lessons.answers import PARTS, mistakes

WRONG, mistake = mistakes()

# --- pb-G2 ----------------------------------------------------------------------------------------


def newton_by_inverse(phi, g, H):
    return list(np.asarray(phi) - np.linalg.inv(H).dot(g))


def smallest_by_trial(H):
    """The border, closed in on: is a Cholesky factor there?"""
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        try:
            np.linalg.cholesky(H + middle * np.eye(len(H)))
            high = middle
        except np.linalg.LinAlgError:
            low = middle
    return 0.0 if high < 1e-9 else high


def damped_along_the_axes(phi, g, H, margin):
    curvatures, axes = np.linalg.eigh(H)
    if curvatures.min() <= 0:
        curvatures = curvatures - curvatures.min() + margin
    return phi - axes @ (axes.T @ g / curvatures)


@mistake(pb_G2, "newton", "leave out the mixed")
def one_axis_at_a_time(phi, g, H):
    return [phi[i] - g[i] / H[i, i] for i in range(len(phi))]


@mistake(pb_G2, "newton", "not the inverse of a matrix")
def entry_by_entry(phi, g, H):
    return phi - H**-1.0 @ g


@mistake(pb_G2, "newton", "The *point* it leads to")
def the_step_alone(phi, g, H):
    return np.linalg.solve(H, -g)


@mistake(pb_G2, "smallest_lambda", "nothing needs")
def size_of_the_smallest(H):
    return abs(min(np.linalg.eigvals(H)))


@mistake(pb_G2, "smallest_lambda", "no eigenvalues unless")
def from_the_diagonal(H):
    return max(0, -min(H[i, i] for i in range(len(H))))


@mistake(pb_G2, "damped", "you add the margin")
def as_the_library_does(phi, g, H, margin):
    lift = margin + max(0, -np.linalg.eigvalsh(H)[0])
    return phi - np.linalg.solve(H + lift * np.eye(len(g)), g)


@mistake(pb_G2, "damped", "below the margin")
def at_least_the_margin(phi, g, H, margin):
    lift = 0
    while np.linalg.eigvalsh(H + lift * np.eye(len(g)))[0] < margin - 1e-12:
        lift = margin - np.linalg.eigvalsh(H)[0]
    return phi - np.linalg.inv(H + lift * np.eye(len(g))) @ g


@mistake(pb_G2, "damped", "You turn the negative eigenvalues")
def saddle_free(phi, g, H, margin):
    w, v = np.linalg.eigh(H)
    return phi - v @ np.diag(1 / abs(w)) @ v.T @ g


@pytest.mark.parametrize("seed", range(3))
def test_above_the_border_is_a_bowl_and_below_is_none(seed):
    smallest, damped = (PARTS[f"pb-G2:{name}"][1] for name in ("smallest_lambda", "damped"))
    for given in smallest.inputs(np.random.default_rng(seed)):
        border, H = smallest.right(**given), given["H"]
        identity = np.eye(len(H))
        assert np.linalg.eigvalsh(H + (border + 1e-6) * identity)[0] > 0
        assert border == 0 or np.linalg.eigvalsh(H + (border - 1e-6) * identity)[0] < 0
    for phi, g, H, margin in map(dict.values, damped.inputs(np.random.default_rng(seed))):
        d = damped.right(phi, g, H, margin) - phi
        assert g @ d < 0  # downhill, whatever H is
        own = np.allclose(H @ d, -g)
        assert own == (np.linalg.eigvalsh(H)[0] > 0)


# --- pb-F10.1 -------------------------------------------------------------------------------------


def change_by_the_step(g, H):
    d = -np.linalg.inv(H) @ g
    return [float(g @ d + 0.5 * d @ H @ d)]


@mistake(pb_F10_1, "change", "takes back half")
def slope_times_step(g, H):
    return g @ np.linalg.solve(H, -g)


@mistake(pb_F10_1, "change", "negative")
def other_sign(g, H):
    return 0.5 * g.T @ np.linalg.inv(H) @ g


def test_newton_reaches_what_the_problem_says():
    curve = Polynomial([0, -3, 0, 1])
    part = PARTS["pb-F10.1:reached"][1]
    for start, choice in part.choices.items():
        path = descend(curve, [float(start)], Newton(), steps=60)
        ends = {"minimum": [1.0], "maximum": [-1.0], "nowhere": [0.0]}[choice.right]
        np.testing.assert_allclose(path.final, ends, atol=1e-9)
        assert path.diverged == (choice.right == "nowhere")
    assert descend(curve, [0.1], Newton(), steps=1).final == pytest.approx(
        [PARTS["pb-F10.1:first"][1].right]
    )


# --- pb-F10.2 -------------------------------------------------------------------------------------


def update_multiplied_out(C, s, y):
    """Nocedal and Wright's equation without the brackets."""
    sy = float(np.dot(s, y))
    if sy <= 0:
        return C.tolist()
    Cy = C @ y
    cross = (np.outer(Cy, s) + np.outer(s, Cy)) / sy
    return C - cross + (1 + (y @ Cy) / sy) * np.outer(s, s) / sy


def update_by_columns(C, s, y):
    s, y = s[:, None], y[:, None]
    rho = 1 / (s.T @ y)
    if rho < 0:
        return C
    left = np.eye(len(s)) - rho * s @ y.T
    return left @ C @ left.T + rho * s @ s.T


@mistake(pb_F10_2, "update", "stay as it")
def no_guard(C, s, y):
    rho = 1 / (y @ s)
    left = np.eye(len(s)) - rho * np.outer(s, y)
    return left @ C @ left.T + rho * np.outer(s, s)


@mistake(pb_F10_2, "update", "changed places")
def brackets_swapped(C, s, y):
    rho = 1 / (y @ s)
    left = np.eye(len(s)) - rho * np.outer(y, s)
    return left @ C @ left.T + rho * np.outer(s, s)


@mistake(pb_F10_2, "update", "Davidon")
def the_older_rule(C, s, y):
    if s @ y <= 0:
        return C
    return C + np.outer(s, s) / (s @ y) - C @ np.outer(y, y) @ C / (y @ C @ y)


def test_the_estimates_of_the_problem_have_the_properties_that_it_says():
    s, y = np.array([1.0, 0.0]), np.array([2.0, 1.0])
    estimates = {
        "a": np.eye(2),
        "b": np.array([[1.0, -1.0], [-1.0, 2.0]]),
        "c": np.array([[0.5, 0.0], [1.0, -2.0]]),
        "d": np.array([[0.0, 1.0], [1.0, -2.0]]),
    }
    for name, C in estimates.items():
        if not np.allclose(C @ y, s):
            kind = "breaks the secant equation"
        elif not np.allclose(C, C.T):
            kind = "not symmetric"
        else:
            kind = "possible" if np.linalg.eigvalsh(C)[0] > 0 else "not positive definite"
        assert PARTS["pb-F10.2:which"][1].choices[name].right == kind
    # b does come from some positive definite estimate: the update leaves it as it is.
    np.testing.assert_allclose(update_multiplied_out(estimates["b"], s, y), estimates["b"])


# --- pb-F10.3 -------------------------------------------------------------------------------------


def memory_in_a_loop(P, pairs):
    matrix = sum(8 * P for _ in range(P)) if P < 1000 else 8 * P * P
    return (matrix, matrix, pairs * (P + P) * 8)


@mistake(pb_F10_3, "memory", "two vectors")
def one_vector_a_pair(P, pairs):
    return np.array([P * P, P * P, pairs * P]) * 8


@mistake(pb_F10_3, "memory", "not bytes")
def numbers_alone(P, pairs):
    return [P * P, P * P, 2 * pairs * P]


def test_the_largest_sizes_fit_and_one_more_does_not():
    whole, half, pairs = PARTS["pb-F10.3:largest"][1].right
    limit = 16 * 10**9
    for size, numbers in (
        (whole, lambda P: P * P),
        (half, lambda P: P * (P + 1) // 2),
        (pairs, lambda P: 20 * P),
    ):
        assert 8 * numbers(size) <= limit < 8 * numbers(size + 1)
    memory = LBFGS(memory=10).init(np.zeros(7))
    assert sum(array.size for array in memory) == 20 * 7


# --- pb-F10.4 -------------------------------------------------------------------------------------


def test_the_runs_of_the_problem_are_real():
    runs = {
        "a": (Himmelblau(), (1.0, 3.5), Newton()),
        "b": (Beale(), (1.0, 1.0), RegularizedNewton(1.0)),
        "c": (Beale(), (2.0, 0.0), RegularizedNewton(100.0)),
        "d": (Himmelblau(), (3.9, 2.6), Newton()),
        "e": (Himmelblau(), (0.0, 0.0), Newton()),
    }
    rows = [line.split("|")[1:-1] for line in pb_F10_4.text.splitlines() if line[:3] in
            [f"| {run}" for run in runs]]  # fmt: skip
    assert len(rows) == 5
    for run, _, told, slope, curvatures in rows:
        loss, start, rule = runs[run.strip()]
        last = 2 if run.strip() == "b" else 4
        path = descend(loss, start, rule, steps=last)
        assert told.strip().split(", then")[0] == ", ".join(f"{x:.3g}" for x in path.losses)
        assert f"{np.linalg.norm(loss.gradient(path.final)):.0e}" == f"{float(slope):.0e}"
        low, high = np.linalg.eigvalsh(loss.hessian(path.final))
        shown = [float(x.replace("−", "-")) for x in curvatures.split(" and ")]
        assert shown == pytest.approx([low, high], rel=5e-3)
    assert descend(Beale(), (1.0, 1.0), RegularizedNewton(1.0), steps=6).diverged


# --- pb-F10.5 -------------------------------------------------------------------------------------


def with_backtracking(margin=1.0, steps=100, always=0.0):
    """`always`: a λ that is added wherever H is positive definite, too."""

    def descent(loss, start):
        path = [np.array(start)]
        for _ in range(steps):
            phi = path[-1]
            g, H = loss.gradient(phi), loss.hessian(phi)
            H = H + always * np.eye(2) * (np.linalg.eigvalsh(H)[0] > 0)
            d, rate = damped_along_the_axes(phi, g, H, margin) - phi, 1.0
            while rate > 1e-10 and loss(phi + rate * d) > loss(phi) + 1e-4 * rate * g @ d:
                rate /= 2
            if rate <= 1e-10:
                break
            path.append(phi + rate * d)
        return path

    return descent


def with_a_limit(margin=1.0, limit=0.5, steps=100):
    def descent(loss, start):
        path = [list(start)]
        while len(path) <= steps and np.linalg.norm(loss.gradient(np.array(path[-1]))) > 1e-8:
            phi = np.array(path[-1])
            g, H = loss.gradient(phi), loss.hessian(phi)
            step = damped_along_the_axes(phi, g, H, margin) - phi
            path.append(list(phi + step * min(1, limit / np.linalg.norm(step))))
        return path

    return descent


def with_curvatures_turned_around(loss, start):
    """Another direction where H is not positive definite, with backtracking that asks for less."""
    path = [np.array(start)]
    for _ in range(60):
        phi = path[-1]
        curvatures, axes = np.linalg.eigh(loss.hessian(phi))
        d, rate = -axes @ (axes.T @ loss.gradient(phi) / np.abs(curvatures)), 1.0
        while loss(phi + rate * d) > loss(phi) and rate > 1e-9:
            rate /= 3
        path.append(phi + (rate > 1e-9) * rate * d)
    return np.array(path)


def by_the_library(rule, steps=60):
    """As the chapter shows it, with the path that this returns."""
    return lambda loss, start: descend(loss, start, rule, steps=steps, tolerance=1e-6).params


for damping in (1e-6, 1e-3, 0.01, 0.1, 1.0):
    for rule in (
        RegularizedNewton(damping, adaptive=True),
        RegularizedNewton(damping, line_search=Backtracking()),
    ):
        mistake(pb_F10_5, "descent", "With loss = ")(by_the_library(rule))
mistake(pb_F10_5, "descent", "λ added there as well")(by_the_library(LBFGS()))
mistake(pb_F10_5, "descent", "λ added there as well")(with_backtracking(always=0.1))
mistake(pb_F10_5, "descent", "last point alone")(
    lambda loss, start: by_the_library(RegularizedNewton(0.01, adaptive=True))(loss, start)[-1]
)
for margin in (1e-6, 1e-3):
    mistake(pb_F10_5, "descent", "where the loss is flat")(with_backtracking(margin))
for margin in (1e-3, 0.1):
    mistake(pb_F10_5, "descent", "take a larger margin, or limit its length")(
        with_a_limit(margin, limit=np.inf)
    )


@mistake(pb_F10_5, "descent", "your path is not finite: after 1 step it is at [nan, nan]")
def to_nan(loss, start):
    return [start, start * np.nan]


@mistake(pb_F10_5, "descent", "begin with the start")
def without_the_start(loss, start):
    return with_backtracking()(loss, start)[1:]


@mistake(pb_F10_5, "descent", "plain Newton")
def plain_newton(loss, start):
    path = [start]
    for _ in range(100):
        phi = path[-1]
        path.append(phi - np.linalg.inv(loss.hessian(phi)) @ loss.gradient(phi))
    return path


mistake(pb_F10_5, "descent", "single step")(with_backtracking(steps=1))


@mistake(pb_F10_5, "descent", "Does it stop where")
def without_an_end(loss, start):
    """Where it has arrived no rate lowers the loss, and backtracking halves for nothing."""
    path = [start]
    while True:
        phi = path[-1]
        g, H = loss.gradient(phi), loss.hessian(phi)
        step = -np.linalg.solve(H + max(0, 1 - np.linalg.eigvalsh(H)[0]) * np.eye(2), g)
        rate = 1.0
        while loss(phi + rate * step) > loss(phi) + 1e-4 * rate * g @ step and rate > 1e-10:
            rate /= 2
        path.append(phi + rate * step)


@mistake(pb_F10_5, "descent", "asks for too many gradients")
def gradient_descent(loss, start):
    path = [start]
    for _ in range(5000):
        path.append(path[-1] - 0.001 * loss.gradient(path[-1]))
    return path


def test_who_is_thrown_out_is_told_so_and_by_which_step():
    told = str(pb_F10_5.verdict(with_backtracking(1e-3)))
    assert "you end far out at [1241.45, 205.737], where the loss is flat" in told
    assert "Step 3, from [-5.87102, 166.856] to [1241.45, 205.737], threw you out" in told
    assert "saddle" not in told and "maximum" not in told
    for word in ("surface, moved,", ",,"):
        assert word not in str(pb_F10_5.verdict(to_nan))
    assert "With loss = Himmelblau's surface (moved), start = [" in str(pb_F10_5.verdict(to_nan))


@pytest.mark.parametrize("seed", range(3))
def test_from_its_starts_plain_newton_ends_in_no_minimum(seed):
    _, part = PARTS["pb-F10.5:descent"]
    for given in part.inputs(np.random.default_rng(seed)):
        loss = given["loss"].loss
        path = descend(loss, given["start"], Newton(), steps=60, tolerance=1e-9)
        low, high = np.linalg.eigvalsh(loss.hessian(path.final))
        assert path.converged and low < 0
        end = descend(loss, given["start"], RegularizedNewton(1.0, adaptive=True), steps=60).final
        assert np.linalg.eigvalsh(loss.hessian(end))[0] > 0


RIGHT = {
    "pb-G2:newton": [newton_by_inverse, lambda phi, g, H: phi + np.linalg.lstsq(H, -g)[0]],
    "pb-G2:smallest_lambda": [
        smallest_by_trial,
        lambda H: np.maximum(0, -np.linalg.eigvals(H).min()),
    ],
    "pb-G2:damped": [damped_along_the_axes],
    "pb-F10.1:change": [change_by_the_step, lambda g, H: -0.5 * g.dot(np.linalg.inv(H)).dot(g)],
    "pb-F10.1:first": [5.05, np.float64(5.05), (0.01 + 1) / 0.2],
    "pb-F10.1:reached": [
        {3: "minimum", 0.01: "minimum", 0: "nowhere", -0.01: "maximum", -40: "maximum"}
    ],
    "pb-F10.2:update": [update_multiplied_out, update_by_columns],
    "pb-F10.2:first": [[[0.75, -0.5], [-0.5, 1]], np.array([[3, -2], [-2, 4]]) / 4],
    "pb-F10.2:which": [
        {
            "a": "breaks the secant equation",
            "b": "possible",
            "c": "not symmetric",
            "d": "not positive definite",
        }
    ],
    "pb-F10.3:memory": [memory_in_a_loop, lambda P, pairs: [8 * P**2, 8 * P**2, 16 * pairs * P]],
    "pb-F10.3:largest": [(44721, 63245, 10**8), np.array([44721.0, 63245.0, 1e8])],
    "pb-F10.4:cures": [{"a": "lift", "b": "larger λ", "c": "smaller λ", "d": "leave", "e": "lift"}],
    "pb-F10.5:descent": [
        with_backtracking(),
        with_a_limit(),
        with_backtracking(10.0),
        with_curvatures_turned_around,
    ],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-G2": (r"phi - np\.linalg\.solve|margin - |-np\.linalg\.eigvalsh", "margin - lowest"),
    "pb-F10.1": (r"5\.05|½ gᵀH⁻¹g|-g @", "the change is −½ gᵀH⁻¹g"),
    "pb-F10.2": (r"0\.75|@ C @|np\.outer\(s, s\)", "the first entry is 0.75"),
    "pb-F10.3": (r"44[ ,]?721|63[ ,]?245|8 ?\* ?P|16 \*", "44721 parameters"),
    "pb-F10.4": (r"\b[abcde] is (on )?a (saddle|maximum|hilltop)", "a is on a saddle"),
    "pb-F10.5": (r"while loss|rate (/=|\*=)|0\.64", "while loss(phi + rate * d) > bound"),
}
