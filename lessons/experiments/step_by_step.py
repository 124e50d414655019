"""The lines of a rule's equation at work in one step: what each gives, from what."""

import ast
from functools import cache
from typing import NamedTuple

import numpy as np


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
