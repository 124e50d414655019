"""JupyterLab and a browser for tests, benchmarks and screenshots; needs the extra `browser`.

with server(tmp_path) as lab, browser() as chromium:
    notebook = lab.open(chromium, "notebooks/02_gradient_descent.ipynb")
    notebook.run_all()
    notebook.panel("fig_6_5a").press("steps", "ArrowRight")
"""

import ast
import json
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright

from course_tools.notebooks import KERNEL
from course_tools.painting import shows
from lessons.course_map import ROOT

README = ROOT / "README.md"
WIDTH, HEIGHT = 1280, 900
PATIENCE = 60_000  # milliseconds that anything on a busy machine may take
STARTUP = 600  # seconds until JupyterLab is up; README's line installs the course first
FOR_TESTS = ["--no-browser", "--expose-app-in-browser", "--ServerApp.port_retries=0"]

# JupyterLab sends the messages of widgets beside those of cells, so no answer to a cell says that
# the sliders have been heard. A slider's value that must wait is sent when the one before it is
# answered: all is quiet when none is left.
COUNT_UNANSWERED = """(window.unanswered = new Set(),
    panel.sessionContext.session.kernel.anyMessage.connect((_, {msg, direction}) => {
        if (direction === 'send' && msg.header.msg_type === 'comm_msg')
            window.unanswered.add(msg.header.msg_id);
        if (msg.header.msg_type === 'status' && msg.content.execution_state === 'idle')
            window.unanswered.delete(msg.parent_header.msg_id);
    }))"""

# What anywidget says after two seconds on a busy machine; screen.js goes on all the same.
LATE = "[anywidget] Failed to initialize model."

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    *["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    *["--disable-background-networking", "--disable-component-update", "--disable-sync"],
]

QUIET = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}  # fmt: skip


# --- the server -------------------------------------------------------------------------------


@contextmanager
def server(folder):
    """A JupyterLab on loopback, at work on a copy of the course in `folder`; yields a Lab."""
    root, home = folder / "course", folder / "jupyter"
    for part in ("notebooks", "exercises"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns(".*"))
    port, token = free_port(), secrets.token_hex(16)
    command = [
        *[sys.executable, "-m", "jupyterlab", *FOR_TESTS, f"--ServerApp.port={port}"],
        *[f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"],
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    lab = Lab(f"http://127.0.0.1:{port}", token, root)
    with running(command, root, environment(home), folder / "server.log") as (process, log):
        lab.wait_until_up(process, log)
        yield lab
        lab.request("POST", "/api/shutdown")
        process.wait(timeout=30)


@contextmanager
def readme_server(folder):
    """A JupyterLab as README.md opens it, in a fresh clone of the course as it stands here.

    Yields a Lab and the address that a student would click.
    """
    root = clone(folder / "course")
    (line,) = re.findall(r"<!-- open -->.*?(uv run .*?)\n", README.read_text("utf-8"), re.DOTALL)
    _, *arguments = shlex.split(line)
    command = [uv_path(), *arguments, *FOR_TESTS, f"--ServerApp.port={free_port()}"]
    log_path = folder / "server.log"
    with running(command, root, bare_environment(folder / "jupyter"), log_path) as (process, log):
        address = wait_for_address(process, log)
        url, token = re.fullmatch(r"(http://[^/]+)/.*\?token=(\w+)", address).groups()
        lab = Lab(url, token, root)
        yield lab, address
        lab.request("POST", "/api/shutdown")
        process.wait(timeout=30)


def clone(root):
    """The files of the course as they stand here, all committed in a repository of their own."""
    names = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    for name in filter(None, names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, root / name)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=all")
    return root


def git(root, *arguments):
    """What a Git command prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def uv_path():
    """The uv on this machine; RuntimeError if there is none."""
    if path := os.environ.get("UV") or shutil.which("uv"):
        return path
    raise RuntimeError("no uv found: README.md opens the course with it (pip install uv)")


@contextmanager
def running(command, folder, environment, log_path):
    """A process at work, and what it has printed; it ends with the block."""
    with open(log_path, "w+") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process, log
        finally:
            process.terminate()  # a kill would not reach what `uv run` has started
            process.wait(timeout=30)


def wait_for_address(process, log):
    """The address that JupyterLab prints when it is up."""
    deadline = time.monotonic() + STARTUP
    while time.monotonic() < deadline and process.poll() is None:
        log.seek(0)
        if printed := re.search(r"http://127\.0\.0\.1:\S+\?token=\w+", log.read()):
            return printed[0]
        time.sleep(0.2)
    log.seek(0)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")


def environment(home):
    """The environment of the server: its own settings, and the course importable in kernels."""
    for plugin, settings in QUIET.items():
        path = home / "config" / "lab" / "user-settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    # With a backend in the environment the kernel would show no pictures.
    kept = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    folders = {
        f"JUPYTER_{kind.upper()}_DIR": str(home / kind) for kind in ("config", "data", "runtime")
    }
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return kept | folders | {"PYTHONPATH": path, "IPYTHONDIR": str(home / "ipython")}


def bare_environment(home):
    """The same without the environment that runs the tests."""
    bare = environment(home)
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        bare.pop(name, None)
    own = str(Path(sys.executable).parent)
    folders = bare["PATH"].split(os.pathsep)
    return bare | {"PATH": os.pathsep.join(folder for folder in folders if folder != own)}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Lab:
    """A running JupyterLab: its address, its token, and the folder it serves."""

    url: str
    token: str
    root: Path

    def request(self, method, path):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"token {self.token}")
        # Loopback never goes through a proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return opener.open(request, timeout=10).read()

    def wait_until_up(self, process, log):
        deadline = time.monotonic() + STARTUP
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return self.request("GET", "/api/status")
            except OSError:
                time.sleep(0.1)
        log.seek(0)
        raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")

    def write(self, path, *sources):
        """Save a new notebook with these code cells at `path` under the root; return `path`."""
        cells = [new_code_cell(source) for source in sources]
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), self.root / path)
        return path

    def open(self, chromium, path, width=WIDTH, height=HEIGHT):
        """The notebook at `path` under the root, in a page of its own; its cells have not run."""
        # `reset` forgets the layout and the notebooks that another page left open.
        address = f"{self.url}/lab/tree/{path}?token={self.token}&reset"
        return self.open_address(chromium, address, width, height)

    def open_address(self, chromium, address, width=WIDTH, height=HEIGHT):
        """The notebook that an address opens, in a page of its own; its cells have not run."""
        context = chromium.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        notebook = Notebook(page)
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        notebook.js("app.shell.collapseLeft()")
        notebook.begin()
        return notebook


# --- the browser ------------------------------------------------------------------------------


def chromium_path():
    """The Chromium on this machine.

    Raises RuntimeError if there is none.
    """
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError(
        f"no browser found: expected one of {', '.join(CHROMIUM_NAMES)} on the PATH "
        "(on Debian: apt-get install chromium)"
    )


@contextmanager
def browser():
    """A headless Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS, timeout=PATIENCE
        )
        try:
            yield chromium
        finally:
            chromium.close()


# --- a notebook -------------------------------------------------------------------------------


class Notebook:
    """One notebook open in JupyterLab."""

    def __init__(self, page):
        self.page = page
        page.on("pageerror", self._raised)
        self.has_run = False
        self.raised = []

    def begin(self):
        """Wait until it is read and has its kernel; from then on, what that is told is counted."""
        self.wait_until_ready()
        self.js(COUNT_UNANSWERED)

    def _raised(self, error):
        if str(error) != LATE:
            self.raised.append(str(error))

    def js(self, expression, argument=None):
        """A JavaScript expression of `app`, the notebook's `panel` and `argument`, awaited."""
        return self.page.evaluate(
            f"async argument => {{ const app = window.jupyterapp, panel = app.shell.currentWidget;"
            f" return await ({expression}); }}",
            argument,
        )

    def path(self):
        """Which file is in front, as a path under the root."""
        return self.js("panel.context.path")

    def go_to(self, path):
        """Put a file in front, open or not."""
        self.js("app.commands.execute('docmanager:open', {path: argument}).then(() => null)", path)
        self.wait_until_ready()

    def turn_to(self, path):
        """Shut its kernel down, and open another in its place; the cells of that have not run."""
        self.js("panel.sessionContext.shutdown()")
        self.js("panel.dispose()")
        self.has_run = False
        self.raised = []
        self.go_to(path)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.begin()

    def follow(self, target):
        """Click the first link to a file of that name, and wait until `target` is in front."""
        name = Path(target).name
        index = next(i for i, cell in enumerate(self.cells()) if f"{name})" in json.dumps(cell))
        self.select(index)
        self.cell(index).locator(f"a[href*='{name}']").first.click()
        self.page.wait_for_function(
            "path => window.jupyterapp.shell.currentWidget.context.path === path", arg=target
        )
        self.wait_until_ready()

    def wait_until_ready(self):
        """Wait until the file in front is read and, if it is a notebook, has its kernel."""
        self.js("panel.context.ready")
        self.js("panel.sessionContext?.ready")

    def save(self):
        """Press Ctrl+S, and wait until the file is written."""
        before = self.js("panel.context.contentsModel.last_modified")
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function(
            "before => window.jupyterapp.shell.currentWidget.context.contentsModel.last_modified"
            " !== before",
            arg=before,
        )

    def run_all(self):
        """Run every cell from the top, until the last one is done or one has stopped the rest."""
        self.has_run = True
        self.js("app.commands.execute('notebook:run-all-cells').then(() => null)")
        # The command ends with the first error, though the cells after one that may fail run on,
        # and the kernel is idle for a moment between two cells. But it answers in order.
        self.js("panel.sessionContext.session.kernel.requestKernelInfo().then(() => null)")

    def run_cells(self, *indices):
        """Run some cells, in this order."""
        self.has_run = True
        for index in indices:
            self.run_cell(index)

    def run(self, index):
        """Run one cell and return what it shows as text."""
        self.run_cell(index)
        return self.cell(index).locator(".jp-OutputArea").inner_text()

    def run_cell(self, index):
        """Run one cell, until it is done and the page shows what it shows."""
        self.select(index)
        self.js("app.commands.execute('notebook:run-cell').then(() => null)")
        self.wait_for_paint()

    def cells(self):
        """Every cell as it would be saved."""
        return self.js("panel.content.widgets.map(cell => cell.model.sharedModel.toJSON())")

    def index(self, grade_id):
        """The index of the cell that nbgrader knows as `grade_id`."""
        ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in self.cells()]
        return ids.index(grade_id)

    def cell(self, index):
        """Where a cell is on the page."""
        notebook = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # others may be open behind it
        return self.page.locator(f"{notebook} .jp-Cell[data-windowed-list-index='{index}']")

    def select(self, index):
        self.js("panel.content.activeCellIndex = argument", index)
        self.js("panel.content.scrollToItem(argument)", index)

    def type(self, index, source):
        """Replace the source of a cell, by keyboard."""
        self.select(index)
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)

    def errors(self):
        """What went wrong: exceptions of cells that announce none, everything on stderr, and what
        the page itself raised."""
        found = [f"in the page: {raised}" for raised in self.raised]
        for number, cell in enumerate(self.cells(), start=1):
            announced = "raises-exception" in cell["metadata"].get("tags", [])
            for output in cell.get("outputs", []):
                if output["output_type"] == "error" and not announced:
                    found.append(f"cell {number}: {output['ename']}: {output['evalue']}")
                if output.get("name") == "stderr":
                    found.append(f"cell {number}: {output['text']}")
        return found

    def wait_for_paint(self):
        """Wait until the browser has painted what it knows."""
        self.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def ask(self, expression):
        """The value of a Python expression in the kernel."""
        reply = self.js(
            "panel.sessionContext.session.kernel.requestExecute({code: '', silent: true,"
            " user_expressions: {answer: argument}}).done.then(reply => reply.content)",
            expression,
        )
        answer = reply["user_expressions"]["answer"]
        if answer["status"] != "ok":
            raise RuntimeError(f"{expression}: {answer['ename']}: {answer['evalue']}")
        return ast.literal_eval(answer["data"]["text/plain"])

    def panel(self, name):
        """The first panel of the picture called `name` that opens at its defaults."""
        return Panel(self, name)

    def close(self):
        """Shut the kernel down and close the page."""
        self.js("panel.sessionContext.shutdown()")
        self.page.context.close()


# --- a panel ----------------------------------------------------------------------------------


class Panel:
    """One demo on the page."""

    def __init__(self, notebook, name):
        self.notebook, self.name = notebook, name
        self.root = notebook.page.locator(f".demo-{name}:not(.as-opened)").first
        self.canvas = self.root.locator("canvas")

    def control(self, setting):
        return self.root.locator(f".setting-{setting}")

    def handle(self, setting):
        return self.control(setting).locator(".noUi-handle")

    def press(self, setting, *keys):
        """Press keys on a slider, one after the other without waiting for the picture."""
        self.handle(setting).focus()
        for key in keys:
            self.notebook.page.keyboard.press(key)

    def drag(self, setting, pixels):
        """Drag a slider's handle with the mouse, in many small moves."""
        self.handle(setting).scroll_into_view_if_needed()
        box, mouse = self.handle(setting).bounding_box(), self.notebook.page.mouse
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + pixels, y, steps=20)
        mouse.up()

    def flip(self, setting):
        """Click a switch."""
        self.control(setting).locator("input").click()

    def pick(self, setting, option):
        """Pick one of a choice's options."""
        self.control(setting).locator("select").select_option(str(option))

    def choose(self, preset):
        """Click the button of a preset."""
        self.root.get_by_role("button", name=preset, exact=True).click()

    def pictures(self):
        """How many pictures it has shown."""
        return int(self.canvas.get_attribute("data-pictures"))

    def readout(self):
        """The key numbers below the picture."""
        return self.root.locator(".readout").inner_text()

    def shows(self, lists):
        """Whether what one sees is, dot by dot, what the painter makes of these display lists."""
        self.canvas.scroll_into_view_if_needed()  # what nobody sees is not painted
        self.root.locator("canvas:not([data-pictures='0'])").wait_for()
        return shows(self.canvas, lists)

    def settle(self):
        """Wait until the kernel has answered all that this page told it, and the page shows it."""
        page, waiting = self.notebook.page, True
        while waiting:
            page.wait_for_function("window.unanswered.size === 0")
            # The page handles answers in order: with this one, all the earlier ones are done, and
            # what had to wait for them is sent.
            self.notebook.ask("None")
            self.notebook.wait_for_paint()
            waiting = page.evaluate("window.unanswered.size")

    def look_ahead(self):
        """Wait until the kernel has drawn what may be wanted next, and the page has it."""
        self.notebook.page.wait_for_timeout(100)  # it asks when nothing has moved for a moment
        self.settle()

    def ask(self, expression):
        """The value of an expression of this `panel` in the kernel."""
        classes = "getattr(shown, '_dom_classes', ())"
        shown = f"'demo-{self.name}' in {classes} and 'as-opened' not in {classes}"
        this = f"next(shown for shown in Out.values() if {shown})"
        return self.notebook.ask(f"(lambda panel: {expression})({this})")

    def settings(self):
        """What the sliders say, as the kernel knows it."""
        return self.ask("panel.settings()")

    def reset(self):
        """Set every control to its default."""
        self.ask("panel.set(**panel.demo.defaults())")
        self.settle()
