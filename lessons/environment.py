"""Is everything here that the course needs? Said in words, with the way to mend it."""

import sys
from dataclasses import dataclass
from importlib import import_module, metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

FINE = "fine"
MODULES = {"pillow": "PIL"}  # what is imported, where it is not the package's name
MEND = """
To mend it, close JupyterLab and open the course again with the commands in README.md, all of them:
they install what is missing. If that does not help, the notebook runs in another Python than
JupyterLab does. It runs in {python}; choose Kernel > Change Kernel.
"""


@dataclass(frozen=True)
class EnvironmentReport:
    """What was found, by name: "fine", or what is wrong."""

    findings: dict

    @property
    def ready(self):
        """True if nothing is missing."""
        return set(self.findings.values()) == {FINE}

    def __repr__(self):
        if self.ready:
            return "Everything is here."
        wrong = [f"{name}: {told}" for name, told in self.findings.items() if told != FINE]
        return "\n".join([*wrong, MEND.format(python=sys.executable).strip()])


def check_environment(distribution="fitting-models"):
    """Hold Python, and every package that the notebooks import, to the lowest version for them.

    Returns an EnvironmentReport.

    >>> check_environment()
    Everything is here.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    wanted = metadata.metadata(distribution)["Requires-Python"]
    findings = {"Python": _judge(wanted, python)}
    for need in map(Requirement, metadata.requires(distribution) or ()):
        if need.marker is None or need.marker.evaluate({"extra": "lessons"}):
            findings[need.name] = _import(need)
    return EnvironmentReport(findings)


def _import(need):
    try:
        module = import_module(MODULES.get(need.name, need.name))
        return _judge(str(need.specifier), module.__version__)
    except Exception as error:  # what is installed badly fails in any way
        return f"cannot be imported: {error!r}"


def _judge(wanted, version):
    if SpecifierSet(wanted).contains(version, prereleases=True):
        return FINE
    return f"version {version} is here, {wanted} is needed"
