"""What the tests of marking and of problems share: every part, and right answers to vary."""

import numpy as np

from lessons import problems
from lessons.marking.parts import FunctionPart
from lessons.marking.problem import PUBLIC_SEED
from lessons.marking.verdict import Status

HIDDEN_SEED = 987_654
PARTS = {f"{p.id}:{part.name}": (p, part) for p in problems.ALL.values() for part in p.parts}
FUNCTIONS = {key: both for key, both in PARTS.items() if isinstance(both[1], FunctionPart)}


def verdict_on(problem, part, answer, seed=PUBLIC_SEED):
    """The verdict on one part, as a PartVerdict."""
    [verdict] = problem.verdict(seed=seed, **{part.name: answer}).parts
    return verdict


def told(problem, **answer):
    """The message on one part."""
    [verdict] = problem.verdict(**answer).parts
    assert verdict.status is not Status.CORRECT
    return verdict.message


def stub(*arguments):
    raise NotImplementedError()


def mistakes():
    """A table of wrong answers, empty at first, and the decorator that fills it.

    `@mistake(pb_C2, "momentum", "Store a copy")` stands above an answer as a student would write
    it, and holds it to a message with these words.
    """
    table = []

    def mistake(problem, part, message):
        def add(answer):
            table.append((problem, part, answer, message))
            return answer

        return add

    return table, mistake


# --- Right answers --------------------------------------------------------------------------------


def line_gradient(phi, x, y):
    design = np.stack([np.ones_like(x), x], axis=1)
    return 2 * design.T @ (design @ phi - y)


def centred(f, phi, h):
    return [(f(phi + shift) - f(phi - shift)) / 2 / h for shift in h * np.eye(len(phi))]


def relative(a, n):
    return [0 if p == q else abs(p - q) / max(abs(p), abs(q)) for p, q in zip(a, n, strict=True)]


def descent_while(slope, start, learning_rate, tolerance, max_steps):
    path = [np.copy(start)]
    while len(path) <= max_steps and np.linalg.norm(slope(path[-1])) > tolerance:
        path.append(path[-1] - learning_rate * np.asarray(slope(path[-1])))
    return path
