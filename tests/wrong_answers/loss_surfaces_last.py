"""The last answers to the exercises of chapter 04, written when the messages were done."""
# ruff: noqa: E501 (students' lines are as long as they are)

import numpy as np

from tests.wrong_answers.logistic_regression import MEANING
from tests.wrong_answers.loss_surfaces import KINDS, POINTS, functions, gabor, values
from tests.wrong_answers.loss_surfaces_again import cells

WRONG = {
    "pb_6_6": [
        *values(
            "convex",
            [
                ({"a": False, "b": True, "c": False}, r"a: .*chord.*b: .*chord"),
                ({1: True, 2: False, 3: False}, r"no key"),
                ({"a": np.array([True, True]), "b": False, "c": False}, r"a: .*(True|options)"),
                ({"a": True, "b": False, "c": None}, r"c: "),
            ],
        ),
        *values(
            "points",
            [
                (POINTS | {1: "local minimum", 6: "local minimum"}, r"1: .*falls.*6: .*falling"),
                (POINTS | {7: "neither"}, r"7: .*neighbours"),
                (POINTS | {3: "neither", 5: "neither"}, r"3: .*neighbours.*5: .*neighbours"),
                (POINTS | {2: True}, r"2: .*options"),
                (dict.fromkeys(range(1, 8), "local minimum"), r"1: .*4: .*6: "),
                (
                    {0: "neither", **{k: v for k, v in POINTS.items() if k > 1}},
                    r"0 is no key|1: no answer",
                ),
            ],
        ),
    ],
    "pb_P1": [
        *values(
            "minima",
            [
                ([-0.2739, 0.2739, 1.0904, -1, 2], r"maximum|end"),
                ([-0.2738], r"more minima"),
                ([-0.086, 1.0904], r"slope"),
                ([-0.28, 1.09], r"decimals|slope"),
                ([1.0904, 3.07], r"between -1 and 2"),
                ([-0.2739, 1.0904, 0.7], r"slope"),
                ("-0.274 and 1.09", r"not (real )?numbers"),
                ([[-0.274, 1.09], [0, 1]], r"places x alone"),
            ],
        ),
        *values(
            "lowest",
            [
                (-0.3, r"slope|decimals"),
                (0.25, r"slope"),
                (True, r"slope|number|cos"),
                (1.0472, r"slope"),
            ],
        ),
        *values(
            "kinds",
            [
                ({"x**3": "minimum", "x**2 - y**2": "maximum"}, r"lower.*rises"),
                (dict.fromkeys(KINDS, "maximum"), r"higher.*rises"),
                ("saddle", r"dict"),
            ],
        ),
        *values(
            "eigenvalues",
            [
                ([-1, 2], r"sum|product"),
                ([4, -4], r"sum|product"),
                (2, r"expected 2|one number|single"),
                (["-2", "2"], r"not (real )?numbers"),
                ([-2j, 2j], r"real"),
            ],
        ),
    ],
    "pb_6_2": [
        *functions(
            "hessian",
            [
                (
                    "np.array([[2 * len(x), 2 * sum(x)], [2 * sum(x), 2 * sum(x)**2 / len(x)]])",
                    r"last",
                ),
                ("2 * np.eye(2) * np.sum(x**2)", r"mixed|hand"),
                (
                    "def hessian(x):\n    h = np.zeros((2, 2))\n    for a in x:\n        h += np.outer([1, a], [1, a])\n    return h",
                    r"half",
                ),
                (
                    "def hessian(x):\n    X = np.vander(x, 2)\n    return 2 * X.T @ X",
                    r"changed places",
                ),
                (
                    "def hessian(x):\n    X = np.stack([np.ones(len(x)), x], 1)\n    return X.T @ X * 2 / (len(x) - 1)",
                    r"divided|hand",
                ),
                (
                    "def hessian(x):\n    X = np.stack([np.ones(len(x)), x - x.mean()], 1)\n    return 2 * X.T @ X",
                    r"mean|centr",
                ),
                (
                    "2 * np.array([[len(x), np.dot(x, x)], [np.dot(x, x), np.sum(x)]])",
                    r"diagonal|changed|hand",
                ),
                (
                    "def hessian(x):\n    n = len(x)\n    return np.array([[2, 2 * x.sum() / n], [2 * x.sum() / n, 2 * (x @ x) / n]]) * len(x[1:])",
                    r"hand",
                ),
                (
                    "def hessian(x):\n    H = np.empty((2, 2), dtype=np.float32)\n    H[:] = [[len(x), x.sum()], [x.sum(), x @ x]]\n    return H",
                    r"half",
                ),
                (
                    "2 * np.array([[sum(1 for a in x if a), x.sum()], [x.sum(), x @ x]]) + 1",
                    r"hand",
                ),
                ("np.linalg.inv(2 * np.array([[len(x), x.sum()], [x.sum(), x @ x]]))", r"invers"),
                ("lambda phi: 2", r"not numbers|function"),
            ],
        ),
        *functions(
            "trace",
            [
                ("2 * len(x) + 2 * x @ x - 4 * x.sum()", r"hand"),
                ("len(x) + 2 * x @ x", r"first entry"),
                ("2 + 2 * np.mean(x**2)", r"mean"),
                ("max(2 * len(x), 2 * x @ x)", r"hand"),
                ("2 * np.sum((1 + x)**2)", r"hand|all four"),
                ("2 * x + 2 * x**2", r"shape"),
            ],
        ),
        *functions(
            "determinant",
            [
                ("4 * (np.sum(x**2) - len(x) * np.mean(x)**2)", r"variance"),
                ("4 * (len(x) * x @ x) - x.sum()**2", r"hand|square|factor"),
                ("4 * (len(x) * x @ x - len(x) * x.sum()**2)", r"hand"),
                ("(2 * len(x)) * (2 * x @ x) - 2 * x.sum()", r"squared|hand"),
                (
                    "np.prod(np.linalg.eigvals(np.array([[len(x), x.sum()], [x.sum(), x @ x]])))",
                    r"[Qq]uarter",
                ),
                ("float('nan')", r"nan"),
                ("4 * x @ x * len(x) - 4 * sum(a * b for a in x for b in x if a != b)", r"hand"),
            ],
        ),
        *values(
            "flat",
            [
                ("all x equal to zero", r"'all x equal'"),
                ("all y equal", r"outputs"),
                (None, r"None|options"),
            ],
        ),
    ],
    "pb_6_3": functions(
        "gradient",
        [
            (gabor(df="np.cos(u) * bell + np.sin(u) * bell"), r"hand|bell"),
            (gabor(df="np.cos(u) * bell - u / 16 * np.sin(u) * bell * u"), r"hand|phase|exponent"),
            (gabor(df="(np.cos(u) - 1 / 16 * u) * np.sin(u) * bell"), r"hand"),
            (gabor(df="np.cos(u) - np.exp(-u / 16)"), r"hand|product"),
            (
                gabor(value="np.array([-np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)])"),
                r"hand|sign",
            ),
            (
                gabor(value="np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.6 * x)])"),
                r"hand|0\.06",
            ),
            (gabor(value="np.array([np.sum(r * df), np.sum(r * df * x)])"), r"hand|half|0\.06"),
            (gabor(value="np.array([np.mean(r * df), np.mean(r * df * 0.06 * x)])"), r"hand|mean"),
            (
                gabor(value="np.array([np.sum(2 * r), np.sum(2 * r * 0.06 * x)])"),
                r"hand|slope|model",
            ),
            (gabor(value="np.array([np.sum(2 * r * df), 0])"), r"hand|φ₁"),
            (
                gabor(value="{'phi0': np.sum(2 * r * df), 'phi1': np.sum(2 * r * df * 0.06 * x)}"),
                r"dict|not numbers",
            ),
            (gabor(value="(2 * r * df).sum(), (2 * r * df * 0.06 * x).sum(), 0"), r"shape"),
            (gabor(value="np.gradient(r**2)[:2]"), r"shape|too small|raised"),
            (
                gabor(
                    value="np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)], dtype=int)"
                ),
                r"integer|rounded|hand",
            ),
            (
                "def gradient(phi, x, y):\n    u = phi[0] + 0.06 * phi[1] * x\n    r = np.sin(u) * np.exp(-u**2 / 32) - y\n    return np.array([np.sum(r**2), np.sum(r**2)])",
                r"hand|loss",
            ),
            (
                "def gradient(phi, x, y):\n    u = phi[0] + 0.06 * phi[1] * x\n    return np.cos(u) * np.exp(-u**2 / 32)",
                r"shape",
            ),
            (
                "def gradient(x, y, phi):\n    u = phi[0] + 0.06 * phi[1] * x\n    return [u.sum(), u.sum()]",
                r"raised|hand",
            ),
            ("def gradient(phi, x):\n    return [0, 0]", r"called with"),
        ],
    ),
    "pb_6_11": [
        *values(
            "shape",
            [
                ((2, 10**6), r"two param"),
                (10**6, r"pair"),
                ([10**6, 10**6, 1], r"expected 2"),
                ((10**3, 10**9), r"two param"),
                ("10^6 x 10^6", r"not"),
            ],
        ),
        *values(
            "distinct",
            [
                (10**12 - 1, r"entries"),
                (3, r"entries"),
                ((10**6, 10**6), r"single"),
                (10**6 + 1, r"entries|diagonal"),
                (5.0e11 + 1, r"entries|diagonal"),
            ],
        ),
        *values(
            "float32",
            [
                (3.815e6, r"MiB|bytes"),
                (3906250, r"bytes"),
                (4, r"bytes"),
                (3.7e3, r"bytes|decimals"),
                (0, r"bytes"),
                (-3725.29, r"bytes"),
            ],
        ),
        *values(
            "float64",
            [
                (7.63e6, r"MiB|bytes"),
                (1862.65, r"bytes"),
                (64000, r"bits|bytes"),
                ([7450.58, 7450.58], r"single"),
            ],
        ),
    ],
    "pb_6_4": [
        *cells(
            "curve",
            [
                ("    return 1 / (1 + np.exp(-phi[0]) * np.exp(phi[1] * x))", r"minus|parenthes"),
                ("    z = phi * x\n    return 1 / (1 + np.exp(-z))", r"raised|shape"),
                ("    return np.array([phi[0] + phi[1] * v > 0 for v in x])", r"likelier"),
                ("    return 1 - np.exp(-np.exp(phi[0] + phi[1] * x))", r"hand"),
                (
                    "    return (1 / (1 + np.exp(-(phi[0] + phi[1] * x)))).mean()",
                    r"shape|single|mean",
                ),
                (
                    "    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x))) * 100",
                    r"factor, 100|per cent",
                ),
                (
                    "    return np.exp(phi[0] + phi[1] * x) / 1 + np.exp(phi[0] + phi[1] * x)",
                    r"hand|parenthes",
                ),
                ("    return (1 + np.exp(-(phi[0] + phi[1] * x)))**2", r"hand"),
                ("    return np.sort(1 / (1 + np.exp(-(phi[0] + phi[1] * x))))", r"order|hand"),
                (
                    "    x, phi = phi, x\n    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x)))",
                    r"raised|shape",
                ),
                ("    return 1 / (1 + np.e - (phi[0] + phi[1] * x))", r"hand|exp"),
            ],
        ),
        *cells(
            "loss",
            [
                (
                    "    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))",
                    r"the better the model",
                ),
                (
                    "    p = np.clip(p, 0.01, 0.99)\n    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))",
                    r"keeps|hand",
                ),
                ("    return -np.mean(np.log(np.where(y == 1, p, 1 - p)))", r"mean"),
                (
                    "    p = np.round(p)\n    return -np.sum(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))",
                    r"hand|rounded",
                ),
                ("    return np.sum(np.log(1 + np.exp(-z)) - y * z)", r"hand|sign"),
                (
                    "    return np.sum(np.log(1 + np.exp(z))) - np.sum(y) * np.sum(z)",
                    r"hand|product",
                ),
                ("    return -np.log(np.sum(np.where(y == 1, p, 1 - p)))", r"hand|product|sum"),
                ("    return np.sum((y - z)**2)", r"hand|squares"),
                ("    return -np.sum(np.log(p[y == 1]))", r"class 0"),
                ("    return np.sum(np.logaddexp(1, np.where(y == 1, -z, z)))", r"hand"),
                (
                    "    return -sum(np.log(pi) if yi else np.log(1 - pi) for pi, yi in zip(p, x))",
                    r"hand",
                ),
                (
                    "    return np.sum(np.where(abs(z) > 20, 0, np.logaddexp(0, np.where(y == 1, -z, z))))",
                    r"keeps|hand",
                ),
                (
                    "    t = np.where(y == 1, -z, z)\n    return np.sum(np.where(t > 0, t, 0))",
                    r"hand|log",
                ),
                (
                    "    return np.sum(np.log(1 + np.exp(-z * np.where(y == 0, -1, 1))), dtype=np.float32)",
                    r"inf|float32",
                ),
            ],
        ),
        *cells(
            "gradient",
            [
                ("    return np.array([np.sum(p - y), np.sum((y - p) * x)])", r"hand|sign"),
                (
                    "    return np.array([np.sum(np.log(p) - y), np.sum((np.log(p) - y) * x)])",
                    r"hand|logarithm",
                ),
                (
                    "    e = np.exp(-z)\n    return np.array([np.sum(e / (1 + e) - y), np.sum((e / (1 + e) - y) * x)])",
                    r"class 0",
                ),
                ("    return np.array([np.sum((p - y) * x), np.sum((p - y) * x)])", r"equal"),
                ("    return np.array([np.sum(p - y), np.sum(p - y) * phi[1]])", r"φ₁|hand"),
                (
                    "    return np.array([np.sum(p - y) * phi[0], np.sum((p - y) * x) * phi[1]])",
                    r"hand|parameter",
                ),
                ("    return np.array([p - y, (p - y) * x]).mean(axis=1)", r"mean"),
                ("    return (p - y) @ x", r"single number"),
                (
                    "    w = p * (1 - p)\n    return np.array([np.sum(w * (y - p)), np.sum(w * (y - p) * x)])",
                    r"hand|slope|sign",
                ),
                (
                    "    return np.array([np.sum(p - y), np.sum((p - y) * x)]).astype(int)",
                    r"integer|hand",
                ),
                (
                    "    return np.array([np.sum(p - y), np.sum((p - y) * x)]) / np.linalg.norm(x)",
                    r"hand|factor",
                ),
                (
                    "    return -np.array([np.sum(y - p) / len(x), np.sum((y - p) * x) / len(x)])",
                    r"mean",
                ),
            ],
        ),
        *cells(
            "heat_map",
            [
                ("    return np.array([[a + b for b in phi1] for a in phi0])", r"hand|losses"),
                (
                    "    return np.array([[np.sum(np.logaddexp(0, -(a + b * x))) for b in phi1] for a in phi0])",
                    r"y|hand|class",
                ),
                (
                    "    m = []\n    for a in phi0:\n        for b in phi1:\n            z = a + b * x\n            m.append(np.sum(np.logaddexp(0, z) - y * z))\n    return np.reshape(m, (len(phi1), len(phi0)))",
                    r"shape",
                ),
                (
                    "    m = np.zeros((len(phi0), len(phi1)))\n    for i, a in enumerate(phi0):\n        for j, b in enumerate(phi1):\n            z = b + a * x\n            m[i, j] = np.sum(np.logaddexp(0, z) - y * z)\n    return m",
                    r"slope",
                ),
                (
                    "    m = np.zeros((len(phi0), len(phi1)))\n    for i, a in enumerate(phi0):\n        for j, b in enumerate(phi1):\n            z = a + b * x\n            m[i, j] += np.sum(np.logaddexp(0, z) - y * z)\n        return m",
                    r"hand|row",
                ),
                (
                    "    z = np.add.outer(phi0, np.outer(phi1, x))\n    return np.logaddexp(0, z) - y * z",
                    r"shape|each example",
                ),
                (
                    "    phi0 = np.linspace(-4, 4, 50)\n    phi1 = np.linspace(-2, 6, 50)\n    z = np.add.outer(phi0, np.outer(phi1, x))\n    return (np.logaddexp(0, z) - y * z).sum(-1)",
                    r"shape",
                ),
                (
                    "    z = np.add.outer(phi0, np.outer(phi1, x))\n    return np.sqrt((np.logaddexp(0, z) - y * z).sum(-1))",
                    r"hand|root",
                ),
                (
                    "    z = np.add.outer(phi0, np.outer(phi1, x))\n    t = (np.logaddexp(0, z) - y * z).sum(-1)\n    return t - t.min()",
                    r"hand|smallest",
                ),
                (
                    "    z = np.add.outer(phi1, np.outer(phi0, x))\n    return (np.logaddexp(0, z) - y * z).sum(-1)",
                    r"part of φ₀|shape",
                ),
            ],
        ),
        *values(
            "meaning",
            [
                (MEANING | {"phi0, where phi1 = 1": "grows steeper"}, r"adding a number"),
                (MEANING | {"phi1, where phi0 = 0 and phi1 > 0": "moves right"}, r"a half"),
                (dict.fromkeys(MEANING, "moves left"), r"falls.*a half"),
            ],
        ),
        *values(
            "convex",
            [
                ({"this loss": False, "least squares": False}, r"second derivative"),
                ({"least squares": True, "this loss": True}, r"levels off"),
            ],
        ),
    ],
}
RIGHT = {}
