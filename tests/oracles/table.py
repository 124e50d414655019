"""Print the table of parity and write it to docs/parity.md.

python -m tests.oracles.table
"""

from pathlib import Path

from . import ours, saved
from .cases import DIFFERENT, EQUAL

REPORT = Path(__file__).parents[2] / "docs" / "parity.md"

HEADER = """\
# Our rules beside those of torch and optax

Written by `python -m tests.oracles.table` from {torch} and {optax}.

Every rule and every peer starts from zero and is fed the same fixed sequence of {steps} gradients,
in float64: three parameters of different scales, with changing signs and with zeros, that shrink a
thousandfold. A row gives the largest difference over all steps and parameters: relative to how far
the parameter's path leads away from zero, and in absolute numbers.

* What is compared is where each asks for the gradient. Those are the parameters, but for the
  Nesterov rules, which ask further ahead, where the peers' parameters are.
* `loss` is the loss with the fixed gradients. Where our rule sees another, it is given in brackets.
* Expressions of torch are in the names of `torch.optim` and `torch.optim.lr_scheduler`; `scheduled`
  steps the scheduler after the optimizer, `watched` shows a validation loss to `ReduceLROnPlateau`,
  and `clipped` calls `clip_grad_norm_` first.
* Expressions of optax are in its own names. It counts steps in int32, for which its decays are
  float32 even where all else is float64; `in_float64` hands them a float64 count.
"""


def differences(cases):
    """The largest difference in each case, relative and absolute."""
    return [ours.difference(case, saved.load(case.peer)[case.theirs]) for case in cases]


def lines(cases, found):
    """The rows of a table, one for each case."""
    yield "| ours | peer | theirs | relative | absolute |"
    yield "|---|---|---|--:|--:|"
    for case, (relative, absolute) in zip(cases, found):
        yield f"{start(case)} {relative:.1e} | {absolute:.1e} |"


def start(case):
    """What a case's row says before its numbers."""
    seen = "" if case.loss == "loss" else f" ({code(case.loss)})"
    return f"| {code(case.ours)}{seen} | {case.peer} | {code(case.theirs)} |"


def code(expression):
    return f"`{expression}`"


def report():
    """The page, Markdown."""
    versions = {peer: saved.versions(peer) for peer in ("torch", "optax")}
    same, different = differences(EQUAL), differences(DIFFERENT)
    return "\n".join(
        [
            HEADER.format(**versions, steps=ours.STEPS),
            "## The same",
            "",
            f"The tests ask for 1e-12, relative; the largest here is {max(same)[0]:.1e}.",
            "",
            *lines(EQUAL, same),
            "",
            "## Not the same",
            "",
            "Conventions easily taken for one another. The tests ask for more than 1e-6, relative;",
            f"the smallest here is {min(different)[0]:.1e}.",
            "",
            *lines(DIFFERENT, different),
            "",
        ]
    )


if __name__ == "__main__":
    page = report()
    REPORT.write_text(page, encoding="utf-8")
    print(page)
