"""Is everything here that the course needs? Said in words, with the way to mend it (floor 5)."""

import sys
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement

PACKAGE = "fitting-models"
MEND = "in the folder of the course, run: pip install -r requirements.txt, then restart the kernel"


@dataclass(frozen=True)
class EnvironmentReport:
    """What was found, by name: "fine", or what is wrong and how to mend it."""

    findings: dict

    @property
    def ready(self):
        """True if nothing is missing."""
        return set(self.findings.values()) == {"fine"}

    def __repr__(self):
        lines = [f"{name}: {finding}" for name, finding in self.findings.items()]
        lines.append("Everything is here." if self.ready else "Not ready yet: see above.")
        return "\n".join(lines)


def check_environment():
    """Check Python and every package that the course needs against its lowest version.

    Returns an EnvironmentReport; nothing is raised.

    >>> check_environment().findings["Python"]
    'fine'
    """
    try:
        needs = [Requirement(need) for need in metadata.requires(PACKAGE)]
        lowest_python = metadata.metadata(PACKAGE)["Requires-Python"]
    except metadata.PackageNotFoundError:
        return EnvironmentReport({"the course": f"not installed; {MEND}"})
    findings = {"Python": _judge(lowest_python, sys.version.split()[0], "install a newer Python")}
    for need in needs:
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            findings[need.name] = _judge(str(need.specifier), _version(need.name), MEND)
    return EnvironmentReport(findings)


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _judge(wanted, version, mend):
    if version is None:
        return f"missing; {mend}"
    if version not in Requirement(f"package{wanted}").specifier:
        return f"version {version} is here, {wanted} is needed; {mend}"
    return "fine"
