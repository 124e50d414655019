"""A page of the site in a browser, served from here: whatever goes wrong in it, and its demos."""

import json
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from course_tools.painting import shows
from lessons.demos import ALL

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SET = "() => window.MathJax?.startup.promise.then(() => null)"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and writes down nothing."""

    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """The address of a folder, while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class Page:
    """A page of the site, and whatever goes wrong in it: `trouble`, a list of lines."""

    def __init__(self, chromium, address, name):
        self.trouble = []
        self.context = chromium.new_context(viewport=WIDE)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.trouble.append(f"raised: {error}"))
        self.page.on("requestfailed", lambda request: self.trouble.append(f"failed: {request.url}"))
        self.page.on("response", self._answered)
        self.page.on("request", lambda request: self._asked(request, address))
        self.page.goto(f"{address}/{name}", wait_until="load")
        self.page.evaluate(SET)

    def _heard(self, message):
        if message.type in {"error", "warning"}:
            self.trouble.append(f"{message.type}: {message.text}")

    def _answered(self, response):
        if response.status >= 400:
            self.trouble.append(f"{response.status}: {response.url}")

    def _asked(self, request, address):
        if not request.url.startswith((address, "data:", "blob:")):
            self.trouble.append(f"asked elsewhere: {request.url}")


def alive(page):
    """The demos of a page that live without a kernel, in their order."""
    return [LiveDemo(page, each) for each in page.locator(".demo").all()]


# A copy of what is painted: that it is done is not known earlier.
TIMED = """async (root, moves) => {
    const {panel} = root
    const times = []
    panel.drawn.ready.clear()   // each list is unpacked and read, as when it is first seen
    for (const [name, place] of moves) {
        await new Promise(requestAnimationFrame)
        const before = performance.now()
        panel.move({[name]: place})
        panel.paint()
        await createImageBitmap(panel.canvas, 0, 0, 1, 1)
        times.push(performance.now() - before)
    }
    return times
}"""


class LiveDemo:
    """A demo on a page, at its `root`."""

    def __init__(self, page, root):
        self.page, self.root = page, root
        self.name = root.get_attribute("data-drawn").rpartition("/")[2]
        opened = json.loads(root.get_attribute("data-opened"))
        self.is_plain = opened == {"settings": ALL[self.name].defaults(), "tried": []}

    def wake(self):
        """Scroll to it, and return the milliseconds until its picture is there."""
        return self.root.evaluate(
            """async root => {
                let fold = root
                while (fold = fold.parentElement.closest("details")) fold.open = true
                const before = performance.now()
                root.scrollIntoView({block: "center"})
                while (!root.dataset.pictures) await new Promise(requestAnimationFrame)
                return performance.now() - before
            }"""
        )

    def load(self):
        """Have everything that was drawn of it."""
        self.root.evaluate("root => root.panel.drawn.load()")

    def settings(self):
        """Where its controls stand, once that is what it shows."""
        handle = self.page.wait_for_function(
            """root => root.dataset.shows === JSON.stringify(root.panel.places)
                && Object.fromEntries(Object.entries(root.panel.places).map(([name, place]) =>
                    [name, root.panel.drawn.controls[name].values[place]]))""",
            arg=self.root.element_handle(),
        )
        return handle.json_value()

    def move(self, setting):
        """Move a control by the keyboard, to another value."""
        control = self.root.locator(f".control[data-setting='{setting}'] :is(input, select)")
        before = self.settings()[setting]
        if control.get_attribute("type") == "checkbox":
            control.press("Space")
        else:
            control.press("ArrowDown")
            if self.settings()[setting] == before:
                control.press("ArrowUp")

    def agrees(self, canvas):
        """Whether numbers and picture are, dot by dot, what a Canvas of this demo makes of the
        settings at which the controls stand."""
        lists, words = canvas.render(**self.settings())
        if self.root.locator(".readout").text_content() != words:
            return False
        return shows(self.root.locator("canvas"), lists)

    def times(self, moves):
        """Milliseconds that each of some moves takes, (setting, place), until it is painted."""
        return self.root.evaluate(TIMED, moves)
