"""The check in 00: what is missing, what is too old, what is broken, and how to mend it."""

import sys
from types import ModuleType

import pytest

from lessons.environment import check_environment


@pytest.fixture
def declare(tmp_path, monkeypatch):
    """Check against the declaration of a distribution of our own."""

    def check(*dependencies, python=">=3.11"):
        needs = "".join(f"Requires-Dist: {need}\n" for need in dependencies)
        told = f"Name: ours\nVersion: 1\nRequires-Python: {python}\n{needs}"
        (tmp_path / "ours-1.dist-info").mkdir()
        (tmp_path / "ours-1.dist-info" / "METADATA").write_text(told)
        monkeypatch.syspath_prepend(tmp_path)
        return check_environment("ours")

    return check


def test_what_is_fine_goes_without_saying(declare):
    report = declare("numpy>=2.0", "no-such-package>=1", "packaging>=999")
    assert not report.ready
    assert report.findings["numpy"] == "fine" and "numpy" not in repr(report)
    assert "no-such-package: cannot be imported" in repr(report)
    assert "packaging: version" in repr(report) and ">=999 is needed" in repr(report)


def test_a_package_is_judged_whatever_its_module_is_called():
    assert set(check_environment().findings.values()) == {"fine"}


def test_an_old_python_is_named(declare):
    told = repr(declare(python=">=4"))
    assert f"Python: version 3.{sys.version_info.minor}." in told and ">=4 is needed" in told


@pytest.mark.parametrize("fault", [ImportError("DLL load failed"), RuntimeError(), OSError("no")])
def test_a_package_that_is_there_and_broken_is_named(declare, monkeypatch, fault):
    def broken(name):
        raise fault

    monkeypatch.setattr("lessons.environment.import_module", broken)
    assert declare("numpy>=2.0").findings["numpy"] == f"cannot be imported: {fault!r}"


def test_what_is_imported_is_judged_not_what_is_installed(declare, monkeypatch):
    old = ModuleType("numpy")
    old.__version__ = "1.26.4"
    monkeypatch.setitem(sys.modules, "numpy", old)
    assert "version 1.26.4 is here, >=2.0 is needed" in declare("numpy>=2.0").findings["numpy"]


def test_what_notebooks_do_not_import_is_not_judged(declare):
    """JupyterLab may live in another environment than the notebooks' kernel."""
    report = declare("nowhere>=4; extra == 'lab'", "numpy>=999; extra == 'lessons'")
    assert list(report.findings) == ["Python", "numpy"] and not report.ready


def test_the_mend_is_right_on_every_route(declare):
    """No pip by name: it may belong to another Python, and uv's environment has none."""
    told = repr(declare("no-such-package>=1"))
    assert "README.md" in told and sys.executable in told
    assert "pip" not in told.replace(sys.executable, "")
