"""More answers to the exercises of chapter 04, written after the messages, for other students."""
# ruff: noqa: E501 (students' lines are as long as they are)

import numpy as np

from tests.wrong_answers.logistic_regression import written as written_with_the_model
from tests.wrong_answers.loss_surfaces import KINDS, POINTS, functions, gabor, values


def cells(part, rows):
    return [(part, cell, written_with_the_model(part, cell), cause) for cell, cause in rows]


GABOR_LOOP = """
def gradient(phi, x, y):
    g = np.zeros(2)
    for i in range(len(x) - 1):
        u = phi[0] + 0.06 * phi[1] * x[i]
        bell = np.exp(-u**2 / 32)
        df = (np.cos(u) - u / 16 * np.sin(u)) * bell
        g += 2 * (np.sin(u) * bell - y[i]) * df * np.array([1, 0.06 * x[i]])
    return g
"""
BELL = """
def gradient(phi, x, y):
    u = phi[0] + 0.06 * phi[1] * x
    bell = {bell}
    r = np.sin(u) * bell - y
    df = np.cos(u) * bell + {slope} * np.sin(u) * bell
    return np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x)])
"""

WRONG = {
    "pb_6_6": [
        *values(
            "convex",
            [
                ({"a": True, "b": True, "c": True}, r"b: .*chord.*c: .*chord"),
                ({"a": False, "b": False, "c": True}, r"a: .*chord.*c: .*chord"),
                ({"a": "yes", "b": "no", "c": "no"}, r"True.*False|False.*True"),
                ({"A": True, "B": False, "C": False}, r"'A' is no key"),
                ({"a": 1.0, "b": 0.5, "c": 0.0}, r"b: .*(True.*False|False.*True)"),
                ([1, 0, 0], r"dict"),
                ({"a": 3, "b": 2, "c": 2}, r"True.*False|False.*True"),
                ("a", r"dict"),
            ],
        ),
        *values(
            "points",
            [
                (dict.fromkeys(range(1, 8), "neither"), r"2: .*neighbours"),
                (POINTS | {4: "global maximum"}, r"4: .*'neither'"),
                (POINTS | {6: "inflection point"}, r"6: .*'neither'"),
                (POINTS | {7: "local minimum"}, r"7: .*lower"),
                (POINTS | {5: "neither"}, r"5: .*neighbours"),
                (POINTS | {1: "global minimum"}, r"1: .*falls"),
                (POINTS | {6: "global minimum"}, r"6: .*falling"),
                ({k: v.replace("minimum", "min") for k, v in POINTS.items()}, r"'local minimum'"),
                (POINTS | {4: "global minimum"}, r"4: .*lower"),
                (POINTS | {2: "minimum", 3: "minimum"}, r"'global minimum'"),
            ],
        ),
    ],
    "pb_P1": [
        *values(
            "minima",
            [
                ([0.274, -1.090], r"maximum"),
                ([-0.5, 0.5, 1.5], r"slope"),
                ([0, 1], r"slope|cos"),
                ({"local": -0.274, "global": 1.090}, r"not numbers"),
                ([-0.274, 1.09, 2], r"highest|end"),
                ([-0.274, 1.09, 0.0], r"slope"),
                ([-0.274, np.nan], r"nan|finite"),
                (["-0.274", "1.090"], r"not (real )?numbers"),
                ([-0.274, 1.0905, 1.57], r"slope"),
                (1.09, r"more minima"),
                ([-0.274, 1.047], r"slope"),
                ([-15.69, 62.48], r"between -1 and 2"),
                ([0.274, 1.09], r"maximum"),
                (2, r"number|minima|end|highest"),
            ],
        ),
        *values(
            "lowest",
            [
                (0.5, r"slope"),
                (2.0, r"highest|end"),
                (1.047, r"slope"),
                ("1.090", r"not (real )?numbers"),
                ((1.090, -1.047), r"[Oo]ne place"),
                (0, r"slope"),
                (-1.09, r"between -1 and 2"),
                (1.08, r"slope"),
                (np.inf, r"finite|between"),
                (1.5, r"slope"),
            ],
        ),
        *values(
            "kinds",
            [
                (KINDS | {"x**3": "maximum"}, r"higher"),
                (KINDS | {"x**2 - y**2": "maximum"}, r"rises"),
                ({"x^3": "degenerate", "x^2 - y^2": "saddle"}, r"is no key"),
                (["degenerate", "saddle"], r"dict"),
                (dict.fromkeys(KINDS, "minimum"), r"lower.*falls"),
                (KINDS | {"x**3": "degenerate saddle"}, r"'degenerate'"),
                (KINDS | {"x**3": 0}, r"'degenerate'"),
            ],
        ),
        *values(
            "eigenvalues",
            [
                ([-2, 0], r"sum|product|trace"),
                ([0, 2], r"sum|product|trace"),
                ([1, 1], r"sum|product|trace"),
                ((2,), r"expected 2"),
                ([-4, 0], r"sum|product|trace"),
                ({"x": 2, "y": -2}, r"not numbers"),
                ([-2, 2, 0], r"expected 2"),
            ],
        ),
    ],
    "pb_6_2": [
        *functions(
            "hessian",
            [
                ("np.array([[2, 0], [0, 2]])", r"data|influence|x"),
                ("[[len(x), x.sum()], [x.sum(), (x**2).sum()]] * 2", r"shape"),
                ("2 * x.T @ x", r"single number"),
                (
                    "np.array([[2 * len(x), 2 * x.sum()], [0, 2 * (x**2).sum()]])",
                    r"mixed",
                ),
                (
                    "np.array([[2 * len(x), 2 * x.sum()], [x.sum(), 2 * (x**2).sum()]])",
                    r"mixed",
                ),
                (
                    "2 * np.array([[len(x) - 1, x.sum()], [x.sum(), (x**2).sum()]])",
                    r"first entry|one too few",
                ),
                (
                    "2 * np.array([[len(x), (x**2).sum()], [(x**2).sum(), (x**4).sum()]])",
                    r"squares|powers",
                ),
                ("np.cov(np.ones_like(x), x)", r"covariance"),
                (
                    "def hessian(phi, x, y):\n    return 2 * np.array([[len(x), 0], [0, 1]])",
                    r"called with",
                ),
                (
                    "def hessian(x):\n    x = x.astype(int)\n"
                    "    return 2 * np.array([[len(x), x.sum()], [x.sum(), (x**2).sum()]])",
                    r"integer|rounded|fraction",
                ),
                (
                    "4 * np.array([[len(x), x.sum()], [x.sum(), (x**2).sum()]])",
                    r"[Tt]wice|same factor, 2",
                ),
                (
                    "np.linalg.eigvalsh(2 * np.array([[len(x), x.sum()], [x.sum(), x @ x]]))",
                    r"shape|eigenvalues",
                ),
                (
                    "2 * np.array([[len(x), x.mean()], [x.mean(), (x**2).sum()]])",
                    r"mixed|mean",
                ),
                (
                    "2 * np.array([[x.sum(), len(x)], [(x**2).sum(), x.sum()]])",
                    r"columns|changed places",
                ),
                ("2 * np.array([[len(x), sum(x)], [sum(x), sum(x)]])", r"last entry"),
                ("2 * np.array([[0, x.sum()], [x.sum(), (x**2).sum()]])", r"first entry"),
            ],
        ),
        *functions(
            "trace",
            [
                ("2 * (len(x) + np.sum(x))", r"square"),
                ("2 * np.sum(x) + 2 * np.sum(x**2)", r"first entry|number of"),
                ("np.sum(x**2)", r"half|missing|first"),
                ("4 * (len(x) + np.sum(x**2))", r"[Tt]wice|same factor"),
                ("np.sqrt(2 * len(x) + 2 * np.sum(x**2))", r"root"),
                ("2 * len(x) - 2 * np.sum(x**2)", r"sign|minus|differen"),
                ("len(x) * 2 + 2 * np.mean(x**2)", r"mean"),
                ("np.array([2 * len(x), 2 * np.sum(x**2)])", r"sum|shape|diagonal"),
                ("2 * np.diag([len(x), np.sum(x**2)])", r"shape|diagonal"),
                ("2 * len(x) + 2 * np.sum(np.abs(x))", r"square"),
            ],
        ),
        *functions(
            "determinant",
            [
                ("16 * (len(x) * np.sum(x**2) - np.sum(x)**2)", r"factor, 4|four"),
                ("abs(2 * np.sum(x)**2 - 2 * len(x) * np.sum(x**2))", r"[Hh]alf"),
                ("np.sqrt(4 * (len(x) * np.sum(x**2) - np.sum(x)**2))", r"root"),
                ("4 * len(x)**2 * np.var(x, ddof=1)", r"I - 1|variance"),
                ("4 * len(x)**2 * np.std(x)", r"deviation|root"),
                ("4 * np.sum((x - x.mean())**2)", r"examples|factor|as many|variance"),
                ("2 * len(x) * np.sum((x - x.mean())**2)", r"[Hh]alf"),
                ("len(x) * np.sum(x**2) - np.sum(x)**2 > 0", r"True|number|boolean"),
                ("4 * (len(x) * np.sum(x**3) - np.sum(x)**2)", r"power|square"),
                ("0.0", r"zero|0"),
            ],
        ),
        *values(
            "flat",
            [
                ("all x zero", r"'all x equal'"),
                (["all x equal"], r"'all x equal'|one of"),
                (0, r"'all x equal'"),
                ("always", r"'all x equal'"),
            ],
        ),
    ],
    "pb_6_3": functions(
        "gradient",
        [
            (
                gabor(
                    value="np.array([np.sum(2 * r * df), np.sum(2 * r * (np.cos(u) * bell * 0.06 * x"
                    " - u / 16 * np.sin(u) * bell))])"
                ),
                r"second term|both terms|0\.06 x",
            ),
            (
                gabor(
                    value="np.array([np.sum(2 * r * df), np.sum(2 * r * (np.cos(u) * bell"
                    " - u / 16 * np.sin(u) * bell * 0.06 * x))])"
                ),
                r"first term|both terms|0\.06 x",
            ),
            (gabor(df="np.cos(u) * bell * np.sin(u) * (-u / 16) * bell"), r"sum|added|product"),
            (gabor(df="np.cos(u) * np.exp(-u / 16)"), r"exponential|bell"),
            (gabor(value="np.array([np.sum(2 * r * df), np.sum(r * df * 0.06 * x)])"), r"half|2"),
            (gabor(value="np.array([np.sum(2 * r * df), np.sum(df * 0.06 * x)])"), r"residual"),
            (
                gabor(value="np.array([np.sum(2 * r * df), np.mean(2 * r * df * 0.06 * x)])"),
                r"mean",
            ),
            (
                gabor(value="np.array([np.sum(2 * (r + y) * df - 2 * y), np.sum(2 * r * df * x)])"),
                r"y",
            ),
            (
                gabor(value="np.array([[np.sum(2 * r * df)], [np.sum(0.12 * r * df * x)]])"),
                r"shape",
            ),
            (
                gabor(
                    value="np.array([np.sum(r * df), np.sum(r * df * 0.06 * x)])"
                    " / np.linalg.norm([np.sum(r * df), np.sum(r * df * 0.06 * x)])"
                ),
                r"length|norm",
            ),
            (BELL.format(bell="np.exp(u**2 / 32)", slope="u / 16"), r"sign|falls|exp"),
            (BELL.format(bell="np.exp(-(u / 32)**2)", slope="-2 * u / 1024"), r"32"),
            (BELL.format(bell="np.exp(-u**2 / 64)", slope="-u / 32"), r"32|64"),
            (BELL.format(bell="np.exp(-u**2 / 2)", slope="-u"), r"32|16"),
            (BELL.format(bell="np.exp(-u / 32)", slope="-1 / 32"), r"square|u²"),
            (GABOR_LOOP, r"last example"),
            (
                gabor(value="np.array([np.sum(2 * r * df), np.sum(2 * r * df * 0.06 * x**2)])"),
                r"square|x²",
            ),
            (gabor(value="2 * np.array([r @ df, r @ df * 0.06 * x])"), r"shape|inhomog|ragged"),
            (gabor(df="np.cos(u) * bell - u / 16 * np.sin(u) * bell - y"), r"y"),
            (gabor(df="-np.sin(u) * bell - u / 16 * np.cos(u) * bell"), r"sine|sin"),
            (
                gabor(value="np.array([np.sum(np.sign(r) * df), np.sum(np.sign(r) * df * x)])"),
                r"sign|residual",
            ),
            (
                gabor(value="np.array([np.sum(2 * r * df), np.sum(2 * r * df / (0.06 * x + 1))])"),
                r"0\.06|multipl|divid",
            ),
            (gabor(df="(np.cos(u) - u / 16 * np.sin(u)) * bell**2"), r"bell|exponential"),
            (gabor(df="np.cos(u) * bell - (phi[0] / 16) * np.sin(u) * bell"), r"phase|φ₀|u"),
        ],
    ),
    "pb_6_11": [
        *values(
            "shape",
            [
                ((10**12,), r"pair|expected 2"),
                ("(1000000, 1000000)", r"not (real )?numbers"),
                ((1e6, 1e6, 1e6), r"expected 2"),
                ((1000001, 1000001), r"two parameters|pb-6.2"),
                ((500000, 500000), r"two parameters|pb-6.2"),
                ((1, 1000000), r"gradient|two parameters|pb-6.2"),
            ],
        ),
        *values(
            "distinct",
            [
                (10**6 * (10**6 + 1), r"twice|half|two parameters|3 parameters"),
                (2 * 10**6, r"parameters"),
                (10**12 - 10**6, r"diagonal|parameters"),
                (500_000_500, r"parameters"),
                (10**12 / 2 + 10**6, r"diagonal|parameters"),
                (10**12 / 4, r"parameters"),
                ("half", r"not (real )?numbers"),
            ],
        ),
        *values(
            "float32",
            [
                (3.73, r"bytes"),
                (4096, r"bytes"),
                (3725.2, r"decimals"),
                (4e12 / 1024, r"bytes|KiB"),
                (0.93, r"bytes"),
                (119209.29, r"bytes|bits"),
                (3725.92, r"bytes"),
            ],
        ),
        *values(
            "float64",
            [
                (7450.5, r"decimals"),
                (7450580.6, r"bytes|MiB"),
                (14901.16, r"16 bytes"),
                (8, r"bytes"),
                (8192, r"bytes"),
                (7.45, r"bytes"),
            ],
        ),
    ],
    "pb_6_4": [
        *cells(
            "curve",
            [
                (
                    "    z = phi[0] + phi[1] * x\n    return np.exp(z) / (1 - np.exp(z))",
                    r"added|sign|minus",
                ),
                ("    return 1 / (1 + np.exp(-phi[0] - phi[1]) * x)", r"parenthes|x"),
                ("    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x)))**2", r"square"),
                ("    return np.maximum(0, phi[0] + phi[1] * x)", r"sigmoid|negative|ReLU"),
                (
                    "    z = phi[0] + phi[1] * x\n    return np.exp(z) / np.exp(z).sum()",
                    r"softmax|sum",
                ),
                ("    return 1 / (1 + 10 ** -(phi[0] + phi[1] * x))", r"10|exp|base"),
                ("    z = phi[0] + phi[1] * x\n    return z / (1 + abs(z))", r"exp"),
                ("    return (1 + np.tanh(phi[0] + phi[1] * x)) / 2", r"half|2 ?z|twice"),
                (
                    "    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x[:, None])))",
                    r"shape|column",
                ),
                ("    return np.clip(phi[0] + phi[1] * x, 0, 1)", r"line|clip|cut"),
                ("    return 1 / (1 + np.exp(-phi[0])) + phi[1] * x", r"parenthes|inside"),
                ("    return np.round(1 / (1 + np.exp(-(phi[0] + phi[1] * x))), 2)", r"rounded"),
                ("    return 1 / (1 + np.exp(-(phi[0] * x + phi[1] * x)))", r"φ₀"),
                ("    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x**2)))", r"square"),
                ("    return 1 / (1 + np.exp(-(phi[0] + phi[1] + x)))", r"multipl"),
                ("    return 1 / (1 + math.exp(-(phi[0] + phi[1] * x)))", r"NameError"),
            ],
        ),
        *cells(
            "loss",
            [
                ("    return -np.sum(y * np.log(p) + (1 - y) * np.log(p))", r"influence|class"),
                ("    return -np.sum(p * np.log(p))", r"y|classes"),
                ("    return -np.sum(y * np.log10(p) + (1 - y) * np.log10(1 - p))", r"base 10"),
                ("    return -np.log(np.prod(np.where(y == 1, p, 1 - p)))", r"infinite|rounded"),
                ("    s = 2 * y - 1\n    return np.sum(np.exp(-s * z))", r"exponential|logarithm"),
                (
                    "    z = np.clip(z, -30, 30)\n    return np.sum(np.logaddexp(0, z) - y * z)",
                    r"keeps your loss",
                ),
                (
                    "    return np.sum(np.logaddexp(0, z) - y * z) + np.sum(phi**2)",
                    r"added|regular|penalty|parameters",
                ),
                ("    return -np.sum(y * p + (1 - y) * (1 - p))", r"logarithm"),
                ("    return -np.prod(np.log(np.where(y == 1, p, 1 - p)))", r"product|sum"),
                ("    return np.max(np.logaddexp(0, z) - y * z)", r"largest|sum|max"),
                (
                    "    return -np.sum(y * np.log(p) - (1 - y) * np.log(1 - p))",
                    r"wrong sign|class 0",
                ),
                ("    return np.sum(np.logaddexp(0, z) - y * z) / 2", r"half|factor"),
                ("    return np.sum(np.logaddexp(0, z)) - y @ x", r"y|x|log-odds"),
                (
                    "    return -np.sum(np.log(p**y + (1 - p)**(1 - y)))",
                    r"product|multiplied|sum",
                ),
                ("    return -np.sum(np.log(p)[y == 1]) + np.sum(np.log(1 - p)[y == 0])", r"sign"),
                ("    return np.sum(np.log(1 + np.exp(-y * z)))", r"-1 and 1|log 2"),
                (
                    "    z = z.astype('float32')\n"
                    "    s = np.float32(2) * y.astype('float32') - 1\n"
                    "    return np.sum(np.log1p(np.exp(-s * z)))",
                    r"float32|infinite|inf",
                ),
                ("    return np.sqrt(np.sum((p - y)**2))", r"squares|logarithm"),
            ],
        ),
        *cells(
            "gradient",
            [
                ("    return 0.5 * np.array([np.sum(p - y), np.sum((p - y) * x)])", r"[Hh]alf"),
                ("    return np.array([p.sum() - y.sum(), p.sum() * x.sum() - y @ x])", r"product"),
                ("    return np.array([np.sum(p - y), np.mean((p - y) * x)])", r"mean"),
                (
                    "    r = (p - y) / (p * (1 - p))\n    return np.array([r.sum(), r @ x])",
                    r"slope",
                ),
                ("    return np.stack([p - y, (p - y) * x]).sum(axis=0)", r"shape|axis|sum"),
                ("    return np.array([np.sum(p - y) / x.sum(), np.sum((p - y) * x)])", r"first|x"),
                ("    return np.array([np.sum(p - y), np.sum((p - y) / x)])", r"divid|0"),
                ("    return np.array([np.sum(p + y), np.sum((p + y) * x)])", r"sign|plus|added"),
                ("    return np.array([np.sum(1 - p), np.sum((1 - p) * x)])", r"y|class"),
                ("    return np.array([np.sum(p - y), np.sum(p * x - y)])", r"parenthes|x|y"),
                (
                    "    return np.array([np.sum(y * np.log(p)), np.sum(y * np.log(p) * x)])",
                    r"derivative|logarithm",
                ),
                (
                    "    return np.array([np.sum(p - y), np.sum((p - y) * x)]) + 2 * phi",
                    r"added|penalty|parameters",
                ),
                ("    return np.array([[np.sum(p - y), np.sum((p - y) * x)]])", r"shape"),
                (
                    "    for i in range(len(x)):\n        g = np.array([p[i] - y[i], (p[i] - y[i]) * x[i]])\n    return g",
                    r"last example",
                ),
                (
                    "    return np.array([np.sum(p * (1 - p)), np.sum(p * (1 - p) * x)])",
                    r"slope of the",
                ),
                ("    return np.array([np.sum(p - y), np.sum((p - y) * np.abs(x))])", r"sign"),
            ],
        ),
        *cells(
            "heat_map",
            [
                (
                    "    a, b = np.meshgrid(phi0, phi1, indexing='ij')\n"
                    "    z = a + b * x\n    return np.sum(np.logaddexp(0, z) - y * z)",
                    r"broadcast|shape",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) - y * z).sum(axis=0)",
                    r"shape|axis",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) - y * z)[..., 0]",
                    r"first example",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    t = (np.logaddexp(0, z) - y * z).sum(-1)\n    return t / t.max()",
                    r"largest|scaled|factor",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) - y * z).sum(-1)[::-1, ::-1]",
                    r"backwards",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) + y * z).sum(-1)",
                    r"sign|class 1",
                ),
                (
                    "    z = phi0[:, None, None] * phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) - y * z).sum(-1)",
                    r"product|multipl|added",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) - y * z).sum(-1) - 1",
                    r"1",
                ),
                (
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, -z) + y * z).sum(-1)",
                    r"changed places|class",
                ),
                (
                    "    z = phi0[:, None, None] - phi1[:, None] * x\n"
                    "    return (np.logaddexp(0, z) - y * z).sum(-1)",
                    r"sign|minus",
                ),
                (
                    "    t = np.zeros((len(phi0), len(phi1)))\n"
                    "    for i in range(len(phi0)):\n"
                    "        z = phi0[i] + phi1[i] * x\n"
                    "        t[i] = np.sum(np.logaddexp(0, z) - y * z)\n    return t",
                    r"IndexError",
                ),
                (
                    "    import matplotlib.pyplot as plt\n"
                    "    z = phi0[:, None, None] + phi1[:, None] * x\n"
                    "    t = (np.logaddexp(0, z) - y * z).sum(-1)",
                    r"return",
                ),
            ],
        ),
        *values(
            "meaning",
            [
                (["moves left", "moves right", "grows steeper"], r"dict"),
                (
                    {"phi0": "moves left", "phi1": "grows steeper"},
                    r"is no key",
                ),
                (
                    {
                        "phi0, where phi1 = 1": "moves right",
                        "phi0, where phi1 = -1": "moves right",
                        "phi1, where phi0 = 0 and phi1 > 0": "moves right",
                    },
                    r"a half",
                ),
                (
                    {
                        "phi0, where phi1 = 1": "moves left",
                        "phi0, where phi1 = -1": "stays",
                        "phi1, where phi0 = 0 and phi1 > 0": "grows steeper",
                    },
                    r"'moves right'",
                ),
            ],
        ),
        *values(
            "convex",
            [
                ([True, False], r"dict"),
                ({"this loss": True}, r"no answer"),
                ({"this loss": "convex", "least squares": "convex"}, r"True.*False|False.*True"),
            ],
        ),
    ],
}

RIGHT = {}
