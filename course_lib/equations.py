"""Every rule as the lines of its equation, to be shown in symbols and with the numbers in them.

    m = beta * m + (1 - beta) * g
    phi = phi - alpha * m

Such a program is an account of a step, in the names of chapter 6; the step itself is taken by the
library. A name stands for its old value until a line has changed it. `slope(phi)` is ∂L[φ]/∂φ. A
comparison such as `(a > 0)` is 1 where it holds and 0 elsewhere; a line after `if …:` counts only
where the condition holds.
"""

import ast
import inspect
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from course_lib.optimizers import (
    SWATS,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    BufferMomentum,
    DeltaBarDelta,
    GradientDescent,
    Momentum,
    NAdam,
    Nesterov,
    NesterovAsPrinted,
    Newton,
    NormalizedGradient,
    RAdam,
    RegularizedNewton,
    RewrittenNesterov,
    RMSProp,
    RMSPropNesterov,
    VelocityMomentum,
    VelocityNesterov,
    Yogi,
)

# --- the rules --------------------------------------------------------------------------------


class Equation(NamedTuple):
    """A rule of the library, and its lines.

    rule : takes a learning rate, and perhaps beta and gamma
    program : the lines
    state : the name of the state, where that is one array
    """

    rule: object
    program: str
    state: str | None = None

    def rule_at(self, learning_rate, **settings):
        """The rule at this rate, with those of the other settings that it has."""
        has = inspect.signature(self.rule).parameters
        settings = {name: value for name, value in settings.items() if name in has}
        return self.rule(learning_rate=learning_rate, **settings)

    def named(self, state):
        """A state of the rule as a dict: each of its arrays by name."""
        if hasattr(state, "_asdict"):
            return state._asdict()
        return {} if state is None else {self.state: state}


def cautious(learning_rate, beta=0.7):
    """Delta-bar-delta whose rates rise by a tenth of the first: it has no rise of its own scale."""
    return DeltaBarDelta(learning_rate, beta, increase=learning_rate / 10)


def lifted(learning_rate):
    """Regularised Newton with the damping 1 / α: for a small α close to gradient descent with α."""
    return RegularizedNewton(damping=1 / learning_rate)


ADAM = """
    g = slope(phi)
    m = beta * m + (1 - beta) * g
    v = gamma * v + (1 - gamma) * g**2
    m_hat = m / (1 - beta**(t + 1))
    v_hat = v / (1 - gamma**(t + 1))
"""

EQUATIONS = {
    "gradient descent": Equation(GradientDescent, """
        g = slope(phi)
        phi = phi - alpha * g
    """),
    "momentum": Equation(Momentum, """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        phi = phi - alpha * m
    """, "m"),
    "momentum, velocity form": Equation(VelocityMomentum, """
        g = slope(phi)
        v = beta * v - alpha * g
        phi = phi + v
    """, "v"),
    "momentum, buffer form": Equation(BufferMomentum, """
        g = slope(phi)
        if t == 0: b = g
        if t > 0: b = beta * b + g
        phi = phi - alpha * b
    """, "b"),
    "Nesterov": Equation(Nesterov, """
        ahead = phi - alpha * beta * m
        g = slope(ahead)
        m = beta * m + (1 - beta) * g
        phi = phi - alpha * m
    """, "m"),
    "Nesterov, as printed": Equation(NesterovAsPrinted, """
        ahead = phi - alpha * m
        g = slope(ahead)
        m = beta * m + (1 - beta) * g
        phi = phi - alpha * m
    """, "m"),
    "Nesterov, velocity form": Equation(VelocityNesterov, """
        ahead = phi + beta * v
        g = slope(ahead)
        v = beta * v - alpha * g
        phi = phi + v
    """, "v"),
    "Nesterov, rewritten": Equation(RewrittenNesterov, """
        g = slope(phi)
        v_next = beta * v - alpha * g
        phi = phi - beta * v + (1 + beta) * v_next
        v = v_next
    """, "v"),
    "normalised gradient": Equation(NormalizedGradient, """
        g = slope(phi)
        m = g
        v = g**2
        phi = phi - alpha * m / (sqrt(v) + epsilon)
    """),
    "delta-bar-delta": Equation(cautious, """
        g = slope(phi)
        agreement = average * g
        lowered = rates - decrease * rates * (agreement < 0)
        rates = lowered + increase * (agreement > 0)
        phi = phi - rates * g
        average = beta * average + (1 - beta) * g
    """),
    "AdaGrad": Equation(AdaGrad, """
        g = slope(phi)
        v = v + g**2
        phi = phi - alpha * g / (sqrt(v) + epsilon)
    """, "v"),
    "RMSProp": Equation(RMSProp, """
        g = slope(phi)
        v = gamma * v + (1 - gamma) * g**2
        phi = phi - alpha * g / (sqrt(v) + epsilon)
    """),
    "RMSProp, centred": Equation(partial(RMSProp, centered=True), """
        g = slope(phi)
        m = gamma * m + (1 - gamma) * g
        v = gamma * v + (1 - gamma) * g**2
        spread = maximum(v - m**2, 0)
        phi = phi - alpha * g / (sqrt(spread) + epsilon)
    """),
    "RMSProp, Nesterov": Equation(RMSPropNesterov, """
        ahead = phi + beta * u
        g = slope(ahead)
        v = gamma * v + (1 - gamma) * g**2
        u = beta * u - alpha * g / (sqrt(v) + epsilon)
        phi = phi + u
    """),
    "AdaDelta": Equation(AdaDelta, """
        g = slope(phi)
        v = gamma * v + (1 - gamma) * g**2
        delta = sqrt(u + epsilon) * g / sqrt(v + epsilon)
        u = gamma * u + (1 - gamma) * delta**2
        phi = phi - alpha * delta
    """),
    "Adam": Equation(Adam, ADAM + """
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon)
    """),
    "AdamW": Equation(AdamW, ADAM + """
        decay = alpha * weight_decay * phi
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon) - decay
    """),
    "AMSGrad": Equation(AMSGrad, """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        v = gamma * v + (1 - gamma) * g**2
        v_max = maximum(v_max, v)
        phi = phi - alpha * m / (sqrt(v_max) + epsilon)
    """),
    "YOGI": Equation(Yogi, """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        v = v - (1 - gamma) * sign(v - g**2) * g**2
        m_hat = m / (1 - beta**(t + 1))
        v_hat = v / (1 - gamma**(t + 1))
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon)
    """),
    "NAdam": Equation(NAdam, """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        v = gamma * v + (1 - gamma) * g**2
        product = beta * product
        m_hat = beta * m / (1 - beta * product) + (1 - beta) * g / (1 - product)
        v_hat = v / (1 - gamma**(t + 1))
        phi = phi - alpha * m_hat / (sqrt(v_hat) + epsilon)
    """),
    "RAdam": Equation(RAdam, ADAM + """
        rho_inf = 2 / (1 - gamma) - 1
        rho = rho_inf - 2 * (t + 1) * gamma**(t + 1) / (1 - gamma**(t + 1))
        if rho > threshold: r = sqrt((rho-4)*(rho-2)*rho_inf / ((rho_inf-4)*(rho_inf-2)*rho))
        if rho > threshold: phi = phi - alpha * r * m_hat / (sqrt(v_hat) + epsilon)
        if rho <= threshold: phi = phi - alpha * m_hat
    """),
    "SWATS": Equation(partial(SWATS, tolerance=1e-3), """
        g = slope(phi)
        m = beta * m + (1 - beta) * g
        v = gamma * v + (1 - gamma) * g**2
        m_hat = m / (1 - beta**(t + 1))
        p = -alpha * sqrt(1 - gamma**(t + 1)) * m_hat / (sqrt(v) + epsilon)
        if not switched: phi = phi + p
        if switched: phi = phi - rate * m
        matching = -dot(p, p) / dot(p, g)
        mean_rate = gamma * mean_rate + (1 - gamma) * matching
        unbiased = mean_rate / (1 - gamma**(t + 1))
        settled = (abs(unbiased - matching) < tolerance) * (unbiased > 0) * (t > 0) * (not switched)
        if settled: rate = unbiased
        if settled: m = 0
        if settled: switched = 1
    """),
    "Newton": Equation(Newton, """
        g = slope(phi)
        H = curvature(phi)
        phi = phi - alpha * solve(H, g)
    """),
    "Newton, regularised": Equation(lifted, """
        g = slope(phi)
        H = curvature(phi)
        lift = damping + maximum(-lowest(H), 0)
        A = H + lift * I
        phi = phi - solve(A, g)
    """),
}  # fmt: skip
"""By name. Left out are the rules whose step is not one formula. BFGS, conjugate gradients and
L-BFGS search along a line; halve-on-stall leaves the step to another rule, and takes its rate from
a validation loss; SVRG is gradient descent where there are no batches, as here."""

# --- a step, line by line ---------------------------------------------------------------------


class Line(NamedTuple):
    """One line of a program: what it is about, its right-hand side, and when it counts."""

    name: str
    formula: ast.expr
    condition: ast.expr | None


@cache
def lines_of(program):
    """The lines of a program."""
    lines = []
    for node in ast.parse("\n".join(map(str.strip, program.splitlines()))).body:
        condition = None
        if isinstance(node, ast.If):
            condition, node = node.test, node.body[0]
        lines.append(Line(node.targets[0].id, node.value, condition))
    return tuple(lines)


class Worked(NamedTuple):
    """A line at work in one step.

    known : what the names stand for on its right-hand side
    value : what the line gives, or None where its condition does not hold
    """

    line: Line
    known: dict
    value: object


FUNCTIONS = {
    "sqrt": np.sqrt, "maximum": np.maximum, "sign": np.sign, "solve": np.linalg.solve,
    "dot": lambda a, b: np.sum(a * b), "lowest": lambda H: np.linalg.eigvalsh(H)[0],
    "I": np.eye(2),
}  # fmt: skip


def work_out(equation, rule, loss, phi, state, t):
    """Every line of a rule with its numbers, for the step t that starts from phi (P,) and state."""
    known = vars(rule) | {"phi": phi, "t": t} | equation.named(state)
    known["alpha"] = known.get("learning_rate")
    known |= FUNCTIONS | {"slope": loss.gradient, "curvature": loss.hessian}
    worked = []
    with np.errstate(all="ignore"):
        for line in lines_of(equation.program):
            counts = line.condition is None or value_of(line.condition, known)
            value = value_of(line.formula, known) if counts else None
            worked.append(Worked(line, known, value))
            if counts:
                known = known | {line.name: value}
    return worked


def value_of(formula, known):
    """What a formula gives where its names stand for what is known."""
    return eval(compile(ast.Expression(formula), "<formula>", "eval"), {}, known)


def as_taken(worked, results):
    """The same lines, each last value of a name in `results` replaced by the library's own."""
    last = {entry.line.name: entry for entry in worked if entry.value is not None}
    return [
        entry._replace(value=results[entry.line.name])
        if entry.line.name in results and entry is last.get(entry.line.name)
        else entry
        for entry in worked
    ]


# --- written out ------------------------------------------------------------------------------

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
