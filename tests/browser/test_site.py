"""The site in a browser: every page wide and narrow, light and dark, served without any Jupyter."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.site import NAMES

from .accessibility import serious

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = ["index.html", *(str(Path(n).with_suffix(".html")) for n in NAMES), "search.html"]
CHAPTER, EXERCISES = "notebooks/06_momentum.html", "exercises/06_momentum/06_exercises.html"

SET = "() => window.MathJax?.startup.promise.then(() => null)"
BROKEN = "() => [...document.querySelectorAll('mjx-merror')].map(node => node.textContent)"
UNSET = "() => document.querySelectorAll('.math:not(:has(mjx-container))').length"
OVERHANG = "() => document.documentElement.scrollWidth - innerWidth"
REACHED = """() => [...document.querySelectorAll('mjx-container[display], .highlight > pre')].every(
    each => each.scrollWidth <= each.clientWidth || each.tabIndex === 0)"""
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
DARK = "() => { document.documentElement.dataset.theme = 'dark'; }"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site(built):
    """The address of the site."""
    folder = built.output
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Page:
    """A page of the site, and whatever goes wrong in it."""

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


@pytest.fixture
def opened(chromium, site, name):
    """The page `name` of the test, closed afterwards; nothing may go wrong in it."""
    page = Page(chromium, site, name)
    yield page.page
    page.context.close()
    assert page.trouble == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_wide_and_narrow_light_and_dark(opened):
    assert opened.evaluate(BROKEN) == [] and opened.evaluate(UNSET) == 0
    assert opened.evaluate(OVERHANG) <= 0
    opened.set_viewport_size(NARROW)
    assert opened.evaluate(OVERHANG) <= 0
    light = opened.evaluate(BACKGROUND)
    opened.evaluate(DARK)
    assert opened.evaluate(BACKGROUND) != light


@pytest.mark.parametrize("name", ["index.html", CHAPTER, EXERCISES, "docs/claims.html"])
def test_axe_finds_nothing_serious(opened):
    """On a phone, where more has to scroll; a page of each kind."""
    opened.set_viewport_size(NARROW)
    opened.wait_for_function(REACHED)  # by the keyboard, once the page knows its new width
    assert serious(opened) == []


@pytest.mark.parametrize("name", [CHAPTER])
def test_a_prediction_answers_by_keyboard_and_opens_its_picture(opened):
    asked = opened.locator(".asked").first
    told = asked.get_by_role("status")
    assert told.inner_text() == ""
    wrong, right = (
        asked.get_by_role("button", name="just as long"),
        asked.get_by_role("button").first,
    )
    picture = opened.locator(".cell.tag_prediction img").first
    assert picture.is_hidden()
    wrong.focus()
    opened.keyboard.press("Enter")
    assert "Not quite" not in told.inner_text()  # it is the style that says so
    assert "the average began with the first gradient" in told.inner_text()
    assert wrong.get_attribute("aria-pressed") == "true" and picture.is_visible()
    right.focus()
    opened.keyboard.press("Space")
    assert told.inner_text().startswith("Yes.") and wrong.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("name", [CHAPTER.replace("06_momentum", "14_claims_measured")])
def test_choices_answer_each_for_itself_and_say_why_once_all_are_right(opened):
    together = opened.locator(".asked-together")
    why, asked = together.locator(":scope > .why"), together.locator(".asked").all()
    for question, choice in zip(asked, ["holds", "does not hold", "does not hold"], strict=True):
        question.get_by_role("button", name=choice, exact=True).click()
    assert "no setting is named" not in asked[1].get_by_role("status").inner_text()
    assert "whole interval lies above one half" in asked[1].get_by_role("status").inner_text()
    assert why.is_hidden()
    asked[1].get_by_role("button", name="holds with a condition").click()
    assert why.is_visible()


@pytest.mark.parametrize("name", ["search.html?q=saddle"])
def test_the_search_finds(opened):
    opened.locator("#search-results li a", has_text="Loss surfaces").first.wait_for()
