"""Wrong answers, and right ones in other styles, written from the statements alone.

One module for each exercise set, a plain table in each:

WRONG = {problem: [(part, what is wrong, answer, a pattern of the cause), ...]}
RIGHT = {problem: [(part, style, answer), ...]}

The pattern was written before any message was read: a message that it finds names the cause.
`python -m tests.wrong_answers [problem ...]` counts, and shows the messages that help nobody.
"""

import importlib
import pkgutil
import re
from enum import Enum

from lessons import problems
from lessons.marking.verdict import Status

BY_NAME = {problem.name: problem for problem in problems.ALL.values()}


class Outcome(Enum):
    """What a wrong answer is met with."""

    ACCEPTED = "accepted"
    CAUSE = "names the cause"
    BY_HAND = "an example to do by hand"
    NEITHER = "neither"


def tables():
    """Every module of answers in this folder."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def collected(*problems):
    """Two tables for these problems, empty at first, and a decorator that fills each:
    `@wrong(problem, part, cause)` and `@right(problem, part)`."""
    wrongs, rights = ({problem: [] for problem in problems} for _ in range(2))

    def wrong(problem, part, cause):
        def add(function):
            wrongs[problem].append((part, function.__name__, function, cause))
            return function

        return add

    def right(problem, part):
        def add(function):
            rights[problem].append((part, function.__name__, function))
            return function

        return add

    return wrongs, rights, wrong, right


def added_to(table):
    """`add(problem, part, *rows)` for a table: what follows the part in each of its rows."""

    def add(problem, part, *rows):
        table.setdefault(problem, []).extend((part, *row) for row in rows)

    return add


def judge(problem, part, answer):
    """The verdict's status and message on one part."""
    judged = BY_NAME[problem].verdict(**{part: answer}).parts[0]
    return judged.status, judged.message


def outcome(problem, part, answer, cause):
    """(Outcome, message) for one wrong answer."""
    status, message = judge(problem, part, answer)
    if status is Status.CORRECT:
        return Outcome.ACCEPTED, message
    if re.search(cause, _words(message), re.IGNORECASE):
        return Outcome.CAUSE, message
    return (Outcome.BY_HAND if _by_hand(message) else Outcome.NEITHER), message


_SPELT = str.maketrans(
    dict(zip("αβγεφθ", ("alpha", "beta", "gamma", "epsilon", "phi", "theta"), strict=True))
    | {chr(0x2080 + digit): f"_{digit}" for digit in range(10)}
)


def _words(message):
    """What the message says, but for its inputs and what is right: their names are no cause.

    Twice, as it is and with Greek letters and subscripts spelt out.
    """
    said = re.sub(r"\b\w+ = (\[.*?\]+(?=[,:])|[^,:\s]+)|Right so far: .*?\.", "", message)
    return f"{said}\n{said.translate(_SPELT)}"


def _by_hand(message):
    """True if the message shows inputs whole, few and short, and what the answer makes of them."""
    shown = re.search(r"[Ww]ith (\w+ = .+?)(?:, (?:the|your) |[:;] )(.*)", message)
    if not shown or re.search("…|array of shape|object at", shown[1]):
        return False
    numbers = re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", shown[1])
    digits = [len(re.sub(r"e.*|\D", "", number).strip("0")) for number in numbers]
    # A last look for what is compared: a number of the student's, or a shape.
    return len(numbers) <= 16 and max(digits, default=0) <= 2 and bool(re.search(r"\d", shown[2]))
