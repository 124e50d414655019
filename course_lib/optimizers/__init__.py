"""Update rules, one family a file.

A rule is a frozen dataclass of hyperparameters with two pure methods:

    init(phi) -> state                            before the first step
    step(phi, state, loss, t) -> (phi, state)     step t = 0, 1, …

The rule is handed the loss to ask, not a gradient, so that it may ask where it likes. The first
gradient it asks for counts as the one the step saw. A hyperparameter that is an array has one value
for each member of the ensemble; the arrays of a state have the ensemble in front, as phi does.
`course_lib.descent.descend` drives every rule.
"""

import ast
from importlib import import_module
from pathlib import Path

# The one list of the rules. Editors read it as it is, and see each rule as if it were imported.
_LIST = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
_FILE_OF = {
    alias.name: imported.module
    for imported in _LIST.body
    if isinstance(imported, ast.ImportFrom)
    for alias in imported.names
}
__all__ = sorted(_FILE_OF)


def __getattr__(name):
    """Import a rule's file when the rule is first asked for: most programs need one or two."""
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILE_OF[name]}"), name)


def __dir__():
    return [*globals(), *__all__]
