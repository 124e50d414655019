"""What the modules of a package declare: a chapter's demos, problems and claims are found here."""

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
    modules = [
        import_module(f"{package}.{found.name}")
        for found in iter_modules(import_module(package).__path__)
    ]
    values = [value for module in modules for value in vars(module).values()]
    return list({id(value): value for value in values if isinstance(value, kind)}.values())
