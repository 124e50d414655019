"""Answers to logistic regression, in the exercises of chapter 04."""
# ruff: noqa: E501 (students' lines are as long as they are)

import numpy as np

from course_lib.datasets import two_class_data

MODEL = """
def {part}(phi, x, y):
    z = phi[0] + phi[1] * x
    p = 1 / (1 + np.exp(-z))
"""
CURVE = "def curve(phi, x):\n"
HEAT_MAP = "def heat_map(phi0, phi1, x, y):\n"


def written(part, cell):
    """The function that a cell defines last; the cells of loss and gradient begin with MODEL."""
    start = {"curve": CURVE, "heat_map": HEAT_MAP}.get(part, MODEL.format(part=part))
    names = {"np": np, "two_class_data": two_class_data}
    exec(cell if "def " + part in cell else start + cell, names)
    return [*names.values()][-1]


MEANING = {
    "phi0, where phi1 = 1": "moves left",
    "phi0, where phi1 = -1": "moves right",
    "phi1, where phi0 = 0 and phi1 > 0": "grows steeper",
}
CURVES = [
    ("    return 1 / (1 + np.exp(phi[0] + phi[1] * x))", r"sign"),
    ("    return 1 / (1 + np.exp(-phi[0] + phi[1] * x))", r"parenthes"),
    ("    return 1 / 1 + np.exp(-(phi[0] + phi[1] * x))", r"divides before"),
    ("    return 1 / (1 + np.exp(-(phi[1] + phi[0] * x)))", r"changed places"),
    ("    return phi[0] + phi[1] * x", r"line inside"),
    ("    return np.exp(-(phi[0] + phi[1] * x))", r"1 \+|sigmoid|fraction|denominator"),
    ("    return np.exp(phi[0] + phi[1] * x)", r"1 \+|sigmoid|fraction|numerator|denominator"),
    ("    return np.round(1 / (1 + np.exp(-(phi[0] + phi[1] * x))))", r"likelier classes"),
    ("    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x))) > 0.5", r"likelier classes"),
    ("    return np.tanh(phi[0] + phi[1] * x)", r"tangent"),
    ("    return 1 / (1 + np.exp(-phi[1] * (x - phi[0])))", r"φ₀"),
    ("    return 1 / (1 + np.exp(-phi[1] * x))", r"φ₀"),
    ("    return np.sum(1 / (1 + np.exp(-(phi[0] + phi[1] * x))))", r"single number|sum"),
    (
        "    for xi in x:\n        return 1 / (1 + np.exp(-(phi[0] + phi[1] * xi)))",
        r"single number|first",
    ),
    (
        "    out = np.zeros_like(x, dtype=int)\n    for i, xi in enumerate(x):\n        out[i] = 1 / (1 + np.exp(-(phi[0] + phi[1] * xi)))\n    return out",
        r"whole numbers|integers|rounded|likelier",
    ),
    ("    return 1 / (1 + np.exp(-(phi @ x)))", r"mismatch|shape"),
    (
        "    p = 1 / (1 + np.exp(-(phi[0] + phi[1] * x)))\n    return p * (1 - p)",
        r"slope|derivative",
    ),
    ("    p = 1 / (1 + np.exp(-(phi[0] + phi[1] * x)))\n    return 1 - p", r"class 0"),
]
MEANINGS = [
    ("moves right", "moves left", "grows steeper", r"where is the probability a half"),
    ("moves left", "moves left", "grows steeper", r"this curve falls"),
    ("moves right", "moves right", "grows steeper", r"where is the probability a half"),
    ("moves left", "moves right", "grows flatter", r"multiplying φ₁ by 2"),
    ("moves left", "moves right", "moves left", r"at x = 0"),
    ("moves up", "moves down", "grows steeper", r"moves left.*moves right"),
    ("left", "right", "steeper", r"[\"']moves left[\"']"),
    ("grows steeper", "grows flatter", "moves left", r"adding a number to φ₀"),
]

LOSSES = [
    ("    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))", r"nan|0 by the logarithm of 0"),
    (
        "    return np.sum(y * np.logaddexp(0, z) + (1 - y) * np.logaddexp(0, -z))",
        r"changed places",
    ),
    (
        "    return -np.sum(np.logaddexp(0, -z) * y + np.logaddexp(0, z) * (1 - y))",
        r"the better the model",
    ),
    ("    return np.mean(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))", r"mean"),
    ("    return np.sum(y * np.logaddexp(0, -z))", r"class 0"),
    ("    return np.sum((p - y)**2)", r"squares"),
    (
        "    return y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)",
        r"their sum|one number for each",
    ),
    (
        "    return np.sum(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)) / np.log(2)",
        r"base 2",
    ),
    ("    return np.prod(np.where(y == 1, p, 1 - p))", r"probability itself"),
    ("    return np.sum(np.logaddexp(0, -z))", r"every example|class 1|y has|classes y"),
    (
        "    p = np.clip(p, 1e-7, 1 - 1e-7)\n    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))",
        r"keeps your loss|limit|capp",
    ),
    (
        "    return -np.sum(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))",
        r"keeps your loss|limit|capp",
    ),
    ("    return -np.sum(np.log(np.where(y == 1, p, 1 - p)))", r"infinite|rounded"),
    ("    return np.sum(np.log(1 + np.exp(z)) - y * z)", r"infinite|overflow"),
    ("    return np.sum(np.logaddexp(0, z) + y * z)", r"sign"),
    ("    return np.sum(np.log1p(np.exp(-np.abs(z))))", r"observed class|classes y|likelier"),
    ("    return np.sum(-(y * np.log(p)) - (1 - y) * (1 - np.log(p)))", r"of class 0"),
    ("    return float(np.sum(np.abs(p - y)))", r"logarithm"),
    ("    s = 2 * y - 1\n    return np.sum(np.log1p(np.exp(-s * z)))", r"infinite|overflow"),
    ("    s = 2 * y - 1\n    return np.sum(np.maximum(0, 1 - s * z))", r"logarithm|hinge"),
    (
        "    return np.nan_to_num(-np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)))",
        r"nan|0 where|certain",
    ),
    ("    s = 2 * y - 1\n    return np.sum(np.logaddexp(0, -s * z))", None),
    ("    return float(np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))))", None),
    (
        "    total = 0.0\n    for zi, yi in zip(z, y):\n        t = -zi if yi == 1 else zi\n        total += t if t > 30 else np.log1p(np.exp(t))\n    return total",
        None,
    ),
    (
        "    return np.array([np.sum(np.where(y > 0.5, np.logaddexp(0, -z), np.logaddexp(0, z)))])",
        None,
    ),
]

GRADIENTS = [
    ("    return np.array([np.sum(y - p), np.sum((y - p) * x)])", r"opposite"),
    ("    return np.array([np.mean(p - y), np.mean((p - y) * x)])", r"mean"),
    ("    return np.array([np.sum((p - y) * x), np.sum(p - y)])", r"changed places"),
    (
        "    return np.array([np.sum((p - y) * p * (1 - p)), np.sum((p - y) * p * (1 - p) * x)])",
        r"slope of the sigmoid|squares",
    ),
    ("    return np.array([np.sum(2 * (p - y)), np.sum(2 * (p - y) * x)])", r"[Tt]wice"),
    (
        "    return np.array([np.sum(p - y), np.sum(p - y)])",
        r"multiplied inside|inputs x|entries are equal",
    ),
    ("    return np.array([np.sum(p), np.sum(p * x)])", r"classes y"),
    ("    return np.array([np.sum(z - y), np.sum((z - y) * x)])", r"sigmoid is missing"),
    ("    return np.array([p - y, (p - y) * x])", r"their sum|shape"),
    ("    return np.array([np.sum(p - y), np.sum(p - y) * np.sum(x)])", r"product of two sums"),
    (
        "    p = (p > 0.5).astype(float)\n    return np.array([np.sum(p - y), np.sum((p - y) * x)])",
        r"likelier class",
    ),
    ("    return np.array([np.sum(p - y), np.sum((p - y) * phi[1])])", r"φ₁|inputs x"),
    ("    return np.array([np.sum(-y / p), np.sum(-y / p * x)])", r"class 0|sigmoid"),
    ("    return np.array([-np.sum(y * (1 - p)), -np.sum(y * (1 - p) * x)])", r"class 0"),
    (
        "    return np.array([np.sum(y / p - (1 - y) / (1 - p)), np.sum((y / p - (1 - y) / (1 - p)) * x)])",
        r"sigmoid|opposite|sign",
    ),
    ("    return np.sum((p - y) * (1 + x))", r"single number"),
    ("    return np.array([np.sum(p - y), np.sum((p - y) * x**2)])", r"square|x²"),
    (
        "    h = 1e-4\n    def L(a, b):\n        s = 2 * y - 1\n        return np.sum(np.logaddexp(0, -s * (a + b * x)))\n    a, b = phi\n    return np.array([(L(a + h, b) - L(a, b)) / h, (L(a, b + h) - L(a, b)) / h])",
        r"digits|agree",
    ),
    ("    return (p - y) @ np.stack([np.ones_like(x), x], 1)", None),
    ("    return [sum(p - y), sum((p - y) * x)]", None),
    (
        "    s = 2 * y - 1\n    w = -s / (1 + np.exp(s * z))\n    return np.array([w.sum(), w @ x])",
        None,
    ),
]

SUM = "np.sum(np.logaddexp(0, -(2 * y - 1) * (a + b * x)))"
HEAT_MAPS = [
    (f"    return np.array([[{SUM} for a in phi0] for b in phi1])", r"changed places"),
    (
        f"    A, B = np.meshgrid(phi0, phi1)\n    out = np.zeros(A.shape)\n    for k in np.ndindex(A.shape):\n        a, b = A[k], B[k]\n        out[k] = {SUM}\n    return out",
        r"changed places",
    ),
    (f"    return np.array([{SUM} for a, b in zip(phi0, phi1)])", r"pair|shape"),
    (
        f"    return np.array([[{SUM} for b in phi0] for a in phi1])",
        r"changed places|shape|one row for each φ₀",
    ),
    (f"    return np.array([[{SUM} for a in phi1] for b in phi0])", r"as the slope"),
    (f"    return np.array([[{SUM} for b in phi1] for a in phi0])[::-1]", r"backwards"),
    (
        f"    return np.array([[{SUM.replace('np.sum', 'np.mean')} for b in phi1] for a in phi0])",
        r"mean",
    ),
    (f"    return np.array([{SUM} for b in phi1 for a in phi0])", r"shape|list"),
    (
        "    return np.array([[np.sum(1 / (1 + np.exp(-(a + b * x)))) for b in phi1] for a in phi0])",
        r"probabilit",
    ),
    (
        "    return np.array([[np.sum((1 / (1 + np.exp(-(a + b * x))) - y)**2) for b in phi1] for a in phi0])",
        r"squares",
    ),
    (
        "    out = np.zeros((len(phi0), len(phi1)))\n    for i in range(len(phi0)):\n        for j in range(len(phi1)):\n            p = 1 / (1 + np.exp(-(phi0[i] + phi1[j] * x)))\n            out[i, j] = -np.sum(y * np.log(p))\n    return out",
        r"class 0",
    ),
    (
        f"    out = np.zeros((len(phi0), len(phi0)))\n    for i, a in enumerate(phi0):\n        for j, b in enumerate(phi1):\n            out[i, j] = {SUM}\n    return out",
        r"IndexError|shape",
    ),
    (f"    return np.log([[{SUM} for b in phi1] for a in phi0])", r"logarithms of the losses"),
    (
        f"    x, y = two_class_data()\n    return np.array([[{SUM} for b in phi1] for a in phi0])",
        r"data of your own|does not depend|other data|x and y",
    ),
    (f"    return np.array([[{SUM} for b in phi1] for a in phi0])", None),
    (
        "    z = phi0[:, None, None] + phi1[None, :, None] * x\n    return np.sum(np.logaddexp(0, z) - y * z, axis=2)",
        None,
    ),
    (
        "    A, B = np.meshgrid(phi0, phi1, indexing='ij')\n    z = A[..., None] + B[..., None] * x\n    return (np.logaddexp(0, z) - y * z).sum(-1)",
        None,
    ),
    (
        "    p = 1 / (1 + np.exp(-(phi0[:, None, None] + phi1[:, None] * x)))\n    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(-1)",
        None,
    ),
]


CURVES_RIGHT = [
    "    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x)))",
    """
import math
def curve(phi, x):
    return [1 / (1 + math.exp(-(phi[0] + phi[1] * v))) for v in x]
""",
    """
def sig(z):
    return np.exp(z) / (1 + np.exp(z))
def curve(phi, x):
    return sig(phi[0] + phi[1] * x)
""",
    "    return 0.5 * (1 + np.tanh((phi[0] + phi[1] * x) / 2))",
]
CONVEX = [
    ({"this loss": False, "least squares": False}, r"this loss: .*second derivative"),
    ({"this loss": True, "least squares": True}, r"least squares: .*levels off"),
    ({"this loss": False, "least squares": True}, r"this loss: .*second derivative"),
    ({"this loss": "yes", "least squares": "no"}, r"True.*False|False.*True"),
    (True, r"dict"),
]
CELLS = {"curve": CURVES, "loss": LOSSES, "gradient": GRADIENTS, "heat_map": HEAT_MAPS}

WRONG = {
    "pb_6_4": [
        *(
            (part, cell, written(part, cell), cause)
            for part, cells in CELLS.items()
            for cell, cause in cells
            if cause
        ),
        *(
            ("meaning", f"{a}, {b}, {c}", dict(zip(MEANING, (a, b, c), strict=True)), cause)
            for a, b, c, cause in MEANINGS
        ),
        *(("convex", repr(answer), answer, cause) for answer, cause in CONVEX),
    ]
}

RIGHT = {
    "pb_6_4": [
        *(
            (part, cell, written(part, cell))
            for part, cells in CELLS.items()
            for cell, cause in cells
            if cause is None
        ),
        *(("curve", cell, written("curve", cell)) for cell in CURVES_RIGHT),
        ("meaning", "", MEANING),
        ("convex", "numbers", {"this loss": 1, "least squares": 0}),
    ]
}
