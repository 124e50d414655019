"""The course in JupyterLite: JupyterLab and its kernel in the browser, served as files alone.

It stands beside the site and is no part of it: the wheel that its kernel installs is the whole
course, with the right answers of its problems, as wherever the course is installed.
"""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
from packaging.utils import canonicalize_name

CONTENTS = ("notebooks", "exercises")
FRONT_ENDS = ("anywidget", "@jupyter-widgets/jupyterlab-manager",
              "@jupyterlite/pyodide-kernel-extension")  # fmt: skip
"""The extensions of JupyterLab that it brings; the environment may have more."""
INSTALL = "%pip install -q fitting-models[lessons]"

# What Pyodide has compiled, NumPy above all, stands on its own server alone. What is pure Python
# comes from PyPI, once, when this is built.
COMPILED = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
KERNEL = ("ipython", "jedi", "micropip", "packaging", "tqdm", "typing-extensions")
"""Packages that Pyodide knows, without which no kernel starts or the course asks for them."""
WIDGETS = ("anywidget", "comm", "ipywidgets", "jupyterlab-widgets", "psygnal")
"""Packages that it does not know."""


def build(root, output, work, pyodide):
    """Write a JupyterLite with the wheel and the notebooks of the course in `root` to `output`.

    work : a folder to build in; what it holds is lost
    pyodide : a folder with `pyodide.mjs`, such as that of the npm package `pyodide`, served along

    Raises ValueError if there is no Pyodide in that folder, CalledProcessError if PyPI does not
    answer or the build fails.
    """
    from hatchling.builders.wheel import WheelBuilder

    if not (pyodide / "pyodide.mjs").exists():
        raise ValueError(f"pyodide is {str(pyodide)!r}, expected a folder that holds pyodide.mjs")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(pyodide, work / "static" / "pyodide")
    serve_along(work / "static" / "pyodide")
    for part in CONTENTS:
        shutil.copytree(root / part, work / "files" / part, ignore=shutil.ignore_patterns(".*"))
    for notebook in (work / "files").rglob("*.ipynb"):
        with_install(notebook)
    download(WIDGETS, work / "wheels")
    [*WheelBuilder(str(root)).build(directory=str(work / "wheels"), versions=["standard"])]
    config = work / "jupyter_lite_config.json"
    config.write_text(json.dumps(settings(work / "wheels")), encoding="utf-8")
    command = [sys.executable, "-m", "jupyter", "lite", "build", f"--config={config}"]
    folders = [f"--lite-dir={work}", f"--output-dir={output.resolve()}"]
    subprocess.run([*command, *folders], check=True, cwd=work, stdout=subprocess.DEVNULL)


def settings(wheels):
    """What JupyterLite is told: one application, three extensions, wheels of its own."""
    extensions = Path(sys.prefix, "share", "jupyter", "labextensions")
    return {
        "LiteBuildConfig": {
            "apps": ["lab"],
            "no_sourcemaps": True,
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(extensions / name) for name in FRONT_ENDS],
        },
        "PipliteAddon": {"piplite_urls": [str(path) for path in sorted(wheels.glob("*.whl"))]},
    }


def serve_along(folder):
    """Put the wheels beside a Pyodide with which a kernel starts, and have its list of packages
    say where the others are."""
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    packages = lock["packages"]
    version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
    missing = {n: each for n, each in packages.items() if not (folder / each["file_name"]).exists()}
    own = with_dependencies(KERNEL, packages) & missing.keys()
    download([f"{name}=={packages[name]['version']}" for name in sorted(own)], folder)
    for name, package in missing.items():
        if name in own:
            package["sha256"] = sha256((folder / package["file_name"]).read_bytes()).hexdigest()
        else:
            package["file_name"] = COMPILED.format(version=version) + package["file_name"]
    path.write_text(json.dumps(lock), encoding="utf-8")


def with_dependencies(names, packages):
    """Names, and those of all packages that they need in turn."""
    found, waiting = set(), [*names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += map(canonicalize_name, packages[name]["depends"])
    return found


def download(requirements, folder):
    """Put the wheels of packages that are pure Python into a folder, whatever Python they want."""
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--platform=any"]
    where = [f"--dest={folder}", "--python-version=3.14", *requirements]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, *where], check=True)


def with_install(path):
    """Put a cell before all others that installs the course in the kernel."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL, id="install"))
    # JupyterLite's table of contents reads no text in lines.
    path.write_text(nbformat.writes(notebook, split_lines=False), encoding="utf-8")
