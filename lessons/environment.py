"""Is everything here that the course needs? Said in words, with the way to mend it."""

import sys
import tomllib
from dataclasses import dataclass
from importlib import import_module

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from lessons.course_map import ROOT

FINE = "fine"
NOT_IMPORTED = {"jupyterlab"}  # it may run in another environment than the notebooks
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


def check_environment(project=ROOT / "pyproject.toml"):
    """Hold Python, and every package that the notebooks import, to the lowest version for them.

    Returns an EnvironmentReport.

    >>> check_environment()
    Everything is here.
    """
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    python = ".".join(map(str, sys.version_info[:3]))
    findings = {"Python": _judge(declared["requires-python"], python)}
    for need in map(Requirement, declared["dependencies"]):
        if need.name not in NOT_IMPORTED:
            findings[need.name] = _import(need)
    return EnvironmentReport(findings)


def _import(need):
    try:
        return _judge(str(need.specifier), import_module(need.name).__version__)
    except Exception as error:  # what is installed badly fails in any way
        return f"cannot be imported: {error!r}"


def _judge(wanted, version):
    if SpecifierSet(wanted).contains(version, prereleases=True):
        return FINE
    return f"version {version} is here, {wanted} is needed"
