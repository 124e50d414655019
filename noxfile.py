"""What to run before a commit: `nox` runs the fast checks, `nox -l` lists every session.

The sessions use the environment that nox runs in (CONTRIBUTING.md says how to set it up), so that
none of them waits for an installation. Words after `--` go to pytest: `nox -s tests -- -k adam`.
"""

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["fast"]


@nox.session
def fast(session):
    """Style, types, rooms, ledger, packaging and exercises: under half a minute."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    house = [f"tests/repository/test_{name}.py" for name in ("rooms", "ledger", "packaging")]
    seen = f"--deselect={house[-1]}::test_code_and_notebooks_are_in_one_style"
    session.run("pytest", "-q", *house, seen)
    session.run("course", "exercises", "--check")


@nox.session
def tests(session):
    """Every test but the browser's; each notebook is executed and compared."""
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def browser(session):
    """JupyterLab in headless Chromium: sliders, exercises, saved pictures."""
    parallel = ["-n", "2", "--dist", "loadgroup"]
    session.run("pytest", "-m", "browser", "tests/browser", *parallel, *session.posargs)


@nox.session
def coverage(session):
    """Which lines the tests run, by file; what the notebooks' kernels run is not counted."""
    packages = [f"--cov={package}" for package in ("course_lib", "lessons", "course_tools")]
    kernels = "tests/notebooks/test_notebooks.py::test_notebook_prints_what_it_printed_before"
    report = ["--cov-report=term-missing:skip-covered", f"--deselect={kernels}"]
    session.run("pytest", "-n", "auto", *packages, *report, *session.posargs)
