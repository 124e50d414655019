"""Answers to the exercises of chapter 04, but for logistic regression."""
# ruff: noqa: E501 (students' lines are as long as they are)

import numpy as np

from course_lib.surfaces import fig_6_11_losses


def written(part, cell):
    """The function that a cell defines last, or the one that returns an expression."""
    names = {"np": np}
    exec(cell if "def " in cell else f"def {part}(x):\n    return {cell}", names)
    return [*names.values()][-1]


def functions(part, cells):
    return [(part, cell, written(part, cell), *cause) for cell, *cause in cells]


def values(part, answers):
    return [(part, repr(answer), answer, *cause) for answer, *cause in answers]


CURVES = {"a": True, "b": False, "c": False}
POINTS = {
    1: "neither",
    2: "global minimum",
    3: "global minimum",
    4: "neither",
    5: "local minimum",
    6: "neither",
    7: "global minimum",
}


def by_second_differences():
    losses = {name: marked.loss.value for name, marked in fig_6_11_losses().items()}
    x = np.linspace(-1.5, 1.5, 301)
    return {name: np.all(np.diff(value(x), 2) > -1e-12) for name, value in losses.items()}


GABOR = """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-u**2 / 32)
    r = np.sin(u) * bell - y
    df = {df}
    return {value}
"""
DF = "np.cos(u) * bell - u / 16 * np.sin(u) * bell"
VALUE = "np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)])"


def gabor(df=DF, value=VALUE):
    return GABOR.format(df=df, value=value)


GRID = np.linspace(-1, 2, 31)
FINE = np.linspace(-1, 2, 300_001)


def lowest_of_three(x):
    f = x * np.cos(np.pi * x)
    return x[1:-1][(f[1:-1] < f[:-2]) & (f[1:-1] < f[2:])]


KINDS = {"x**3": "degenerate", "x**2 - y**2": "saddle"}

WRONG = {
    "pb_6_6": [
        *values(
            "convex",
            [
                (CURVES | {"c": True}, r"c: .*(chord|slope)"),
                ({"a": False, "b": True, "c": True}, r"a: .*chord.*b: .*chord"),
                (dict.fromkeys("abc", "convex"), r"True.*False|False.*True"),
                ({"a": "convex", "b": "not", "c": "not"}, r"True.*False|False.*True"),
                (CURVES | {"b": True}, r"b: .*chord"),
                (CURVES | {"a": False}, r"a: .*chord"),
                ([True, False, False], r"dict"),
                ({"a": True}, r"b: no answer"),
            ],
        ),
        *values(
            "points",
            [
                (POINTS | {3: "local minimum"}, r"3: .*(lowest|lower)"),
                (POINTS | {5: "global minimum"}, r"5: .*(lowest|lower)"),
                (POINTS | {6: "local minimum"}, r"6: .*(falling|flat|terrace)"),
                (POINTS | {4: "local minimum"}, r"4: .*(maximum|hill|top|lower)"),
                (POINTS | {1: "local minimum"}, r"1: .*(steep|slope|falls)"),
                (
                    POINTS | {2: "local minimum", 3: "local minimum", 7: "local minimum"},
                    r"2: .*(lowest|lower)",
                ),
                (POINTS | {3: "local minimum", 5: "global minimum"}, r"3: .*lower.*5: .*lower"),
                (POINTS | {2: "global", 3: "global", 5: "local"}, r"'global minimum'"),
                (POINTS | {4: "local maximum", 6: "saddle"}, r"'neither'"),
                ([*POINTS.values()], r"dict"),
                ({key: POINTS[key] for key in range(1, 7)}, r"7: no answer"),
                ({str(key): kind for key, kind in POINTS.items()}, r"not text"),
            ],
        ),
    ],
    "pb_P1": [
        *values(
            "minima",
            [
                ([-0.274, 0.274, 1.090], r"0\.274.*maximum"),
                ([1.090], r"more minima"),
                ([-0.274, 1.0], r"\b1\b.*(slope|cos)"),
                ([-0.179, -1.047], r"(value|height).*place"),
                ([-0.274, 0.274], r"0\.274.*maximum"),
                ([-1, -0.274, 1.090], r"-1\b.*(end|high|fall|slope)"),
                ([-0.27, 1.09], r"decimals"),
                ([-0.86, 3.426], r"π|pi"),
                ([(-0.274, -0.179), (1.090, -1.047)], r"(value|height|shape|pair)"),
                (lowest_of_three(GRID), r"slope|decimals"),
                ([-0.273, 1.091], r"decimals"),
                ([], r"no place"),
            ],
        ),
        *values(
            "lowest",
            [
                (-0.274, r"height|lower"),
                (1.0, r"slope|factor x"),
                (-1.047, r"height|value"),
                (3.426, r"π|pi"),
                (1.1, r"slope|decimals|digits"),
                (-1, r"slope|high|end"),
                (0.274, r"maximum"),
                ([-0.274, 1.090], r"[Oo]ne place|single|2 numbers"),
            ],
        ),
        *values(
            "kinds",
            [
                (KINDS | {"x**3": "saddle"}, r"second derivative"),
                (KINDS | {"x**3": "minimum"}, r"lower"),
                (KINDS | {"x**2 - y**2": "degenerate"}, r"eigenvalue|differ"),
                (KINDS | {"x**2 - y**2": "minimum"}, r"falls"),
                ({"x**3": "saddle", "x**2 - y**2": "degenerate"}, r"second derivative"),
                (KINDS | {"x**3": "inflection"}, r"'degenerate'"),
                (KINDS | {"x**2 - y**2": "saddle point"}, r"'saddle'"),
            ],
        ),
        *values(
            "eigenvalues",
            [
                ([2, -2], r"smaller first"),
                ([-1, 1], r"two derivatives|second"),
                ([2, 2], r"minus sign"),
                ([0, 0], r"gradient"),
                (-4, r"single number; expected 2|determinant|product"),
                ([[2, 0], [0, -2]], r"matrix|shape|Hessian"),
                ([-2, -2], r"sign"),
            ],
        ),
    ],
    "pb_6_2": [
        *functions(
            "hessian",
            [
                (
                    "np.array([[len(x), np.sum(x)], [np.sum(x), np.sum(x**2)]])",
                    r"half",
                ),
                (
                    "2 / len(x) * np.array([[len(x), np.sum(x)], [np.sum(x), np.sum(x**2)]])",
                    r"mean",
                ),
                (
                    "2 * np.array([[1, np.sum(x)], [np.sum(x), np.sum(x**2)]])",
                    r"first entry",
                ),
                (
                    "2 * np.array([[len(x), np.sum(x)], [np.sum(x), np.sum(x)**2]])",
                    r"square of a sum",
                ),
                (
                    "2 * np.array([[np.sum(x**2), np.sum(x)], [np.sum(x), len(x)]])",
                    r"changed places",
                ),
                (
                    "np.array([[2 * len(x), np.sum(x)], [np.sum(x), 2 * np.sum(x**2)]])",
                    r"mixed",
                ),
                (
                    "2 * np.array([[len(x), 0], [0, np.sum(x**2)]])",
                    r"mixed",
                ),
                (
                    """
def hessian(x):
    X = np.stack([np.ones_like(x), x])
    return 2 * X.T @ X
""",
                    r"shape|one for each example|other way",
                ),
                (
                    "2 * np.array([len(x), np.sum(x), np.sum(x), np.sum(x**2)])",
                    r"shape",
                ),
                (
                    "np.array([[2, 2 * x], [2 * x, 2 * x**2]])",
                    r"inhomogeneous",
                ),
                (
                    """
def hessian(x):
    h = np.zeros((2, 2))
    for xi in x:
        h += 2 * np.array([[1, xi], [xi, xi**2]])
        return h
""",
                    r"first example",
                ),
                (
                    """
def hessian(x):
    h = np.zeros((2, 2))
    for xi in x:
        h = 2 * np.array([[1, xi], [xi, xi**2]])
    return h
""",
                    r"last example",
                ),
                (
                    "-2 * np.array([[len(x), np.sum(x)], [np.sum(x), np.sum(x**2)]])",
                    r"sign|negative",
                ),
                (
                    "2 * np.array([[len(x), -np.sum(x)], [-np.sum(x), np.sum(x**2)]])",
                    r"sign",
                ),
                (
                    """
def hessian(x):
    m = np.mean(x)
    return 2 * np.array([[len(x), m], [m, np.mean(x**2)]])
""",
                    r"mean",
                ),
                (
                    "2 * np.linalg.inv(np.array([[len(x), np.sum(x)], [np.sum(x), np.sum(x**2)]]))",
                    r"inverse",
                ),
                (
                    "2 * np.array([[len(x), np.sum(np.abs(x))], [np.sum(np.abs(x)), np.sum(x**2)]])",
                    r"absolute|sign",
                ),
                (
                    """
def hessian(x):
    print([[2 * len(x), 2 * sum(x)], [2 * sum(x), 2 * sum(x**2)]])
""",
                    r"return",
                ),
            ],
        ),
        *functions(
            "trace",
            [
                (
                    "len(x) + np.sum(x**2)",
                    r"[Hh]alf",
                ),
                (
                    "4 * len(x) * np.sum(x**2)",
                    r"product",
                ),
                (
                    "2 * (1 + np.sum(x**2))",
                    r"examples|constant|first",
                ),
                (
                    "2 * len(x) + 2 * np.sum(x)**2",
                    r"square of",
                ),
                (
                    "4 * np.sum(x)",
                    r"diagonal",
                ),
                (
                    "2 * len(x) + np.sum(x**2)",
                    r"2|half",
                ),
                (
                    "2 + 2 * x**2",
                    r"sum|shape",
                ),
                (
                    "2 * np.sum(x**2)",
                    r"first|missing",
                ),
            ],
        ),
        *functions(
            "determinant",
            [
                (
                    "2 * (len(x) * np.sum(x**2) - np.sum(x)**2)",
                    r"[Hh]alf",
                ),
                (
                    "len(x) * np.sum(x**2) - np.sum(x)**2",
                    r"[Qq]uarter",
                ),
                (
                    "4 * (len(x) * np.sum(x**2) + np.sum(x)**2)",
                    r"sign",
                ),
                (
                    "4 * (np.sum(x**2) - np.sum(x)**2)",
                    r"examples|first entry|constant",
                ),
                (
                    "4 * len(x) * np.sum(x**2)",
                    r"other diagonal",
                ),
                (
                    "np.var(x)",
                    r"variance",
                ),
                (
                    "4 * (len(x) * np.sum(x**2) - np.sum(x**2))",
                    r"square",
                ),
                (
                    "4 * (np.sum(x)**2 - len(x) * np.sum(x**2))",
                    r"sign|which",
                ),
                (
                    "4 * (len(x) * np.sum(x**2) - np.sum(x))",
                    r"square|squared",
                ),
                (
                    "4 * len(x) * np.var(x)",
                    r"variance",
                ),
            ],
        ),
        *values(
            "flat",
            [
                ("never", r"There are such data"),
                ("all y equal", r"outputs do not occur"),
                ("mean of x is zero", r"mixed entries vanish"),
                ("x all equal", r"'all x equal'"),
                (True, r"'all x equal'"),
            ],
        ),
    ],
    "pb_6_3": functions(
        "gradient",
        [
            (gabor(df="np.cos(u) * bell"), r"bell as it is|product rule"),
            (gabor(df="np.cos(u) * bell - u / 16 * bell"), r"the sine"),
            (gabor(df="np.cos(u) - u / 16 * np.sin(u) * bell"), r"exponential|bell"),
            (gabor(df="np.cos(u) * bell - u / 16 * np.sin(u)"), r"exponential|bell"),
            (gabor(df="np.cos(u) * bell + u / 16 * np.sin(u) * bell"), r"sign"),
            (gabor(df="-np.cos(u) * bell - u / 16 * np.sin(u) * bell"), r"sign"),
            (gabor(df="np.cos(u) * bell - u / 32 * np.sin(u) * bell"), r"half|brings a 2"),
            (gabor(df="np.cos(u) * bell - 2 * u * np.sin(u) * bell"), r"32"),
            (gabor(df="np.cos(u) * (-u / 16) * bell"), r"product rule"),
            (gabor(df="np.cos(u) * bell - 1 / 16 * np.sin(u) * bell"), r"the phase|\bu\b"),
            (gabor(value="np.array([np.sum(r * df), np.sum(r * df * 0.06 * x)])"), r"half"),
            (
                gabor(value="-2 * np.array([np.sum(r * df), np.sum(r * df * 0.06 * x)])"),
                r"opposite|sign",
            ),
            (
                gabor(value="np.array([np.mean(2 * r * df), np.mean(2 * r * df * 0.06 * x)])"),
                r"mean",
            ),
            (
                gabor(value="np.array([np.sum(2 * r * df), np.sum(2 * r * df * x)])"),
                r"0\.06|multiplied inside",
            ),
            (gabor(value="np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06)])"), r"inputs x"),
            (
                gabor(
                    value="np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x * phi[1])])"
                ),
                r"φ₁",
            ),
            (
                gabor(value="np.array([np.sum(2 * r * df * 0.06 * x), np.sum(2 * r * df)])"),
                r"changed places",
            ),
            (gabor(value="np.array([np.sum(df), np.sum(df * 0.06 * x)])"), r"data y|no influence"),
            (gabor(value="np.array([2 * r * df, 2 * r * df * 0.06 * x])"), r"sum"),
            (
                gabor(value="2 * np.sum(r) * np.array([np.sum(df), np.sum(df * 0.06 * x)])"),
                r"add up",
            ),
            (
                gabor(value="np.array([np.sum(r**2 * df), np.sum(r**2 * df * 0.06 * x)])"),
                r"residual|squared",
            ),
            (gabor(value="np.sum(2 * r * df) + np.sum(2 * r * df * 0.06 * x)"), r"single number"),
            (
                """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    h = 1e-3
    f = lambda p: np.sum((np.sin(p[0] + 0.06 * p[1] * x) * np.exp(-(p[0] + 0.06 * p[1] * x)**2 / 32) - y)**2)
    phi = np.array(phi)
    return np.array([(f(phi + [h, 0]) - f(phi)) / h, (f(phi + [0, h]) - f(phi)) / h])
""",
                r"digits|agree",
            ),
            (
                """
def gradient(phi, x, y):
    phi, x, y = (np.asarray(a, dtype=np.float32) for a in (phi, x, y))
    u = phi[0] + np.float32(0.06) * phi[1] * x
    bell = np.exp(-u**2 / 32)
    r = np.sin(u) * bell - y
    df = np.cos(u) * bell - 1 / 16 * np.sin(u) * bell
    return np.array([np.sum(2 * r * df), np.sum(2 * r * df * np.float32(0.06) * x)])
""",
                r"the phase|\bu\b",
            ),
            (
                """
def exact(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-u**2 / 32)
    r = np.sin(u) * bell - y
    df = np.cos(u) * bell - u / 16 * np.sin(u) * bell
    return np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)])
def gradient(phi, x, y):
    return np.array([np.round(v, 3) for v in exact(phi, x, y)])
""",
                r"digits|agree|round",
            ),
            (
                """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-u**2) / 32
    r = np.sin(u) * bell - y
    df = np.cos(u) * bell - 2 * u * np.sin(u) * bell
    return np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)])
""",
                r"32",
            ),
            (
                """
def gradient(phi, x, y):
    d0 = d1 = 0
    for xi, yi in zip(x, y):
        u = phi[0] + 0.06 * phi[1] * xi
        bell = np.exp(-u**2 / 32)
        r = np.sin(u) * bell - yi
        df = np.cos(u) * bell - u / 16 * np.sin(u) * bell
        d0 += 2 * r * df
        d1 += 2 * r * df * 0.06 * xi
        return np.array([d0, d1])
""",
                r"first example",
            ),
            (
                gabor(
                    value="np.array([np.sum(2 * r * df), 0.06 * np.sum(x) * np.sum(2 * r * df)])"
                ),
                r"product of two sums",
            ),
        ],
    ),
    "pb_6_11": [
        *values(
            "shape",
            [
                ((1000, 1000), r"a million entries"),
                (10**12, r"pair|expected 2 numbers|entries"),
                ((10**6,), r"gradient"),
                ((10**6, 2), r"columns|pair"),
                ((10**12, 10**12), r"one row for each"),
                ("million by million", r"not (real )?numbers"),
            ],
        ),
        *values(
            "distinct",
            [
                (500_500, r"thousand|1000"),
                (10**12, r"twice"),
                (10**12 / 2, r"diagonal"),
                (10**6 * (10**6 - 1) // 2, r"diagonal"),
                (10**6, r"diagonal"),
                (2, r"pairs|entries"),
                (5e11 + 5e6, r"digits|agree|diagonal"),
            ],
        ),
        *values(
            "float32",
            [
                (4000.0, r"10⁹"),
                (1862.65, r"half|distinct"),
                (7450.58, r"8 bytes|twice|64"),
                (3725, r"decimals|digits"),
                (3.64, r"TiB|2⁴⁰|1024"),
                (29802.32, r"bits"),
                (4e12, r"bytes"),
                ("3725.29 GiB", r"not (real )?numbers"),
                (3814697.27, r"MiB|KiB|2²⁰"),
            ],
        ),
        *values(
            "float64",
            [
                (8000.0, r"10⁹"),
                (3725.29, r"4 bytes|float32"),
                (7451, r"decimals|digits"),
                (7.28, r"TiB|2⁴⁰|1024"),
                (59604.64, r"bits"),
                (8e12, r"bytes"),
                (0.01, r"parameter|gradient|bytes each"),
            ],
        ),
    ],
}

RIGHT = {
    "pb_6_6": [
        *values(
            "convex",
            [
                (CURVES | {"d": False},),
                ({"a": np.bool_(True), "b": 0, "c": 0},),
                (by_second_differences(),),
            ],
        ),
        *values("points", [({key: kind.upper() + " " for key, kind in POINTS.items()},)]),
    ],
    "pb_P1": [
        *values("minima", [((1.0903, -0.27385),), (lowest_of_three(FINE),), ([[-0.274], [1.09]],)]),
        *values("lowest", [(np.array([1.0903]),), (1.09,), ([1.09],)]),
        *values("eigenvalues", [(np.array([-2 + 0j, 2 + 0j]),), ((-2.0, 2.0),)]),
    ],
    "pb_6_2": [
        *functions(
            "hessian",
            [
                ("[[2 * len(x), 2 * sum(x)], [2 * sum(x), 2 * sum(x**2)]]",),
                (
                    """
def hessian(x):
    X = np.column_stack([np.ones(len(x)), x])
    return 2 * np.einsum('ni,nj->ij', X, X)
""",
                ),
                ("np.matrix([[2 * len(x), 2 * sum(x)], [2 * sum(x), 2 * sum(v * v for v in x)]])",),
            ],
        ),
        *functions(
            "trace",
            [
                ("2 * sum(1 + v * v for v in x)",),
            ],
        ),
        *functions(
            "determinant",
            [
                ("4 * len(x)**2 * np.var(x)",),
                ("2 * sum((a - b)**2 for a in x for b in x)",),
            ],
        ),
        *values("flat", [(" All x equal",)]),
    ],
    "pb_6_3": functions(
        "gradient",
        [
            (
                """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-u**2 / 32)
    r = np.sin(u) * bell - y
    df = np.cos(u) * bell - u / 16 * np.sin(u) * bell
    return np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)])
""",
            ),
            (
                """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-u**2 / 32)
    r = np.sin(u) * bell - y
    df = np.cos(u) * bell - u / 16 * np.sin(u) * bell
    return 2 * r * df @ np.stack([np.ones_like(x), 0.06 * x], axis=1)
""",
            ),
            (
                """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = np.exp(-u**2 / 32)
    r = np.sin(u) * bell - y
    df = bell * (np.cos(u) - np.sin(u) * u / 16)
    return [2 * np.dot(r, df), 0.12 * np.dot(r * df, x)]
""",
            ),
            (
                """
import math
def gradient(phi, x, y):
    d0 = d1 = 0
    for xi, yi in zip(x, y):
        u = phi[0] + 0.06 * phi[1] * xi
        bell = math.exp(-u**2 / 32)
        d = 2 * (math.sin(u) * bell - yi) * bell * (math.cos(u) - u / 16 * math.sin(u))
        d0 += d
        d1 += d * 0.06 * xi
    return d0, d1
""",
            ),
            (
                """
def gradient(phi, x, y):
    h = 1e-6
    def L(a, b):
        u = a + 0.06 * b * x
        return np.sum((np.sin(u) * np.exp(-u**2 / 32) - y)**2)
    a, b = phi
    return np.array([(L(a + h, b) - L(a - h, b)) / (2 * h), (L(a, b + h) - L(a, b - h)) / (2 * h)])
""",
            ),
        ],
    ),
    "pb_6_11": [
        *values("shape", [([1e6, 1e6],)]),
        *values("distinct", [((1e12 + 1e6) / 2,)]),
        *values("float32", [(4e12 / 2**30,)]),
    ],
}
