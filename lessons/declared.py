"""What the modules of a package declare: a chapter's demos, problems, claims, predictions and tasks
are found here."""

from importlib import import_module
from pkgutil import iter_modules


def declared(package, kind):
    """Every value of a kind at the top of the modules of a package, each once, in their order.

    package : its dotted name, such as "lessons.demos"
    kind : a class, such as Demo

    >>> from lessons.measuring.claim import Claim
    >>> [claim.id for claim in declared("lessons.claims", Claim)][:2]
    ['cl-11', 'cl-12']
    """
    values = [value for values in by_module(package, kind).values() for value in values.values()]
    return list({id(value): value for value in values}.values())


def by_module(package, kind):
    """The same by the name of the module and of the value in it.

    >>> from lessons.marking.problem import Problem
    >>> "pb_6_7" in by_module("lessons.problems", Problem)["line_search"]
    True
    """
    names = [found.name for found in iter_modules(import_module(package).__path__)]
    modules = {name: vars(import_module(f"{package}.{name}")) for name in names}
    return {
        name: {key: value for key, value in values.items() if isinstance(value, kind)}
        for name, values in modules.items()
    }
