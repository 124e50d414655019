"""The formulas of the rules' equations written out, in symbols and with the numbers in them."""

import ast
from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib._validation import one_of
from lessons.experiments.equations import EQUATIONS
from lessons.experiments.step_by_step import lines_of, value_of

OPERATORS = {
    ast.Add: (" + ", 1, 1), ast.Sub: (" − ", 1, 2), ast.Mult: (None, 2, 2), ast.Div: (" / ", 2, 3),
    ast.Lt: (" < ", 1, 1), ast.Gt: (" > ", 1, 1), ast.LtE: (" ≤ ", 1, 1), ast.Eq: (" = ", 1, 1),
}  # fmt: skip
"""Its sign, and how strongly the left and the right side must bind to need no brackets."""
ATOM = 5


class Written:
    """A formula as text. What `Symbols` and `Numbers` share: operators and brackets."""

    def write(self, node, least=0):
        """A part of a formula, in brackets if it binds less than `least`."""
        text, strength = self._parts(node)
        return text if strength >= least else self.bracketed(node, text)

    def bracketed(self, node, text):
        return f"({text})"

    def _parts(self, node):
        """The text of a node, and how strongly it binds."""
        match node:
            case ast.Name(name):
                return self.name(name)
            case ast.Constant(value):
                return f"{value:g}", ATOM
            case ast.UnaryOp(ast.USub(), operand):
                return f"−{self.write(operand, 2)}", 2
            case ast.UnaryOp(ast.Not(), operand):
                return self.negated(operand)
            case ast.BinOp(base, ast.Pow(), exponent):
                return self.power(self.write(base, ATOM), exponent), 4
            case ast.BinOp(left, operator, right):
                sign, before, after = OPERATORS[type(operator)]
                sign = sign or self.times
                return f"{self.write(left, before)}{sign}{self.write(right, after)}", before
            case ast.Compare(left, [operator], [right]):
                sign, before, after = OPERATORS[type(operator)]
                return f"{self.write(left, before)}{sign}{self.write(right, after)}", 0
            case ast.Call(ast.Name(function), arguments):
                template, least, strength = self.calls[function]
                return template % tuple(self.write(each, least) for each in arguments), strength
        raise ValueError(f"{ast.unparse(node)} is in no formula that can be written")


class Symbols(Written):
    """In symbols, for mathtext (without the dollars)."""

    times = r"\,"
    calls = {
        "slope": (r"\partial L[%s] / \partial\phi", 0, 3),
        "curvature": (r"\partial^2 L[%s] / \partial\phi^2", 0, 3),
        "sqrt": (r"\sqrt{%s}", 0, ATOM),
        "maximum": (r"\max(%s, %s)", 0, ATOM),
        "sign": (r"\mathrm{sign}(%s)", 0, ATOM),
        "abs": ("|%s|", 0, ATOM),
        "dot": ("%s^T %s", ATOM, 2),
        "solve": ("%s^{-1} %s", ATOM, 2),
        "lowest": (r"\lambda_{\min}(%s)", 0, ATOM),
    }

    def name(self, name):
        return SYMBOLS.get(name, name), ATOM

    def negated(self, operand):
        return rf"\mathrm{{not\ }}{self.write(operand)}", 0

    def power(self, base, exponent):
        return f"{base}^{{{self.write(exponent)}}}"


SYMBOLS = {
    **{name: f"\\{name}" for name in "alpha beta gamma epsilon phi rho".split()},
    "m_hat": r"\tilde{m}", "v_hat": r"\tilde{v}", "v_max": r"v_{\max}", "v_next": "v'",
    "ahead": r"\phi_{\mathrm{ahead}}", "delta": r"\Delta", "spread": "s", "product": "P",
    "weight_decay": r"\lambda", "rates": r"\alpha", "average": r"\bar{g}", "agreement": "a",
    "lowered": r"\alpha'", "increase": r"\kappa", "decrease": "d", "decay": r"\Delta",
    "rho_inf": r"\rho_\infty", "threshold": "4",
    "matching": r"\rho", "mean_rate": r"\lambda", "unbiased": r"\tilde{\lambda}",
    "tolerance": r"\tau", "rate": r"\Lambda", "settled": r"\mathrm{settled}",
    "switched": r"\mathrm{switched}", "lift": r"\lambda", "damping": r"\alpha^{-1}",
}  # fmt: skip
"""How a name is set, where it is not set as it is."""


@cache
def remembered(rule):
    """The names of what a rule changes for good: φ, and its state."""
    equation = EQUATIONS[rule]
    return {"phi", *equation.named(equation.rule_at(0.1).init(np.zeros(2)))}


def in_symbols(rule):
    """The lines of a rule's equation; an arrow where a line changes what the rule remembers.

    >>> print(*in_symbols("gradient descent"), sep="; ")
    g = \\partial L[\\phi] / \\partial\\phi; \\phi \\leftarrow \\phi − \\alpha\\,g
    """
    symbols, written = Symbols(), []
    for line in lines_of(EQUATIONS[rule].program):
        sign = r"\leftarrow" if line.name in remembered(rule) else "="
        text = f"{symbols.name(line.name)[0]} {sign} {symbols.write(line.formula)}"
        if line.condition:
            text += rf"\quad\mathrm{{if\ }}{symbols.write(line.condition)}"
        written.append(text)
    return written


@dataclass(frozen=True)
class RuleEquation:
    """The equation of a rule, as a notebook shows it: what stands in `EQUATIONS`, set as a formula.

    >>> RuleEquation("momentum")
    g = slope(phi)
    m = beta * m + (1 - beta) * g
    phi = phi - alpha * m
    """

    rule: str

    def __post_init__(self):
        one_of("rule", self.rule, EQUATIONS)

    def __repr__(self):
        return "\n".join(map(str.strip, EQUATIONS[self.rule].program.strip().splitlines()))

    def _repr_latex_(self):
        return r"$$\begin{gather*}" + r" \\ ".join(in_symbols(self.rule)) + r"\end{gather*}$$"


class Numbers(Written):
    """With the numbers that its names stand for, in plain text."""

    times = " · "
    calls = {
        "slope": ("∂L/∂φ at %s", 0, 3),
        "curvature": ("∂²L/∂φ² at %s", 0, 3),
        "sqrt": ("√%s", ATOM, ATOM),
        "maximum": ("max(%s, %s)", 0, ATOM),
        "sign": ("sign(%s)", 0, ATOM),
        "abs": ("|%s|", 0, ATOM),
        "dot": ("%sᵀ%s", ATOM, 2),
        "solve": ("%s⁻¹%s", ATOM, 2),
        "lowest": ("λmin%s", ATOM, ATOM),
    }

    def __init__(self, known):
        self.known = known

    def name(self, name):
        text = in_digits(self.known[name])
        return text, 0 if text.startswith("−") else ATOM

    def negated(self, operand):
        return ("0" if value_of(operand, self.known) else "1"), ATOM

    def power(self, base, exponent):
        return base + str(value_of(exponent, self.known)).translate(RAISED)

    def bracketed(self, node, text):
        """1 - β is a single number; whatever changes from step to step stays as it is."""
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if names <= {"beta", "gamma"}:
            return in_digits(value_of(node, self.known))
        return super().bracketed(node, text)


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_digits(value):
    """A number, a vector or a matrix in three digits.

    >>> in_digits(np.array([-0.12345, 1234.0])), in_digits(1e-8)
    ('(−0.123, 1230)', '1e−8')
    """
    value = np.asarray(value, float)
    if value.ndim == 2:
        return "(" + "; ".join(in_digits(row)[1:-1] for row in value) + ")"
    if value.size > 1:
        return "(" + ", ".join(map(in_digits, value)) + ")"
    rounded = f"{float(f'{value.item():.3g}') + 0.0:g}"  # 1230, not 1.23e+03, and no -0
    return rounded.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")
