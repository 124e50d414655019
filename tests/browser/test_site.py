"""The site in a browser: every page wide and narrow, light and dark, served without any Jupyter."""

from pathlib import Path

import pytest

from lessons import demos, predictions
from lessons.stage.canvas import Canvas
from lessons.stage.controls import Player
from tests.site import NAMES, TODAY

from .accessibility import serious
from .hand import spot
from .page import NARROW, Page, alive, served
from .shown import SHOWN
from .site_demos import first_of_each, wrong_in

PAGES = ["index.html", *(str(Path(n).with_suffix(".html")) for n in NAMES), "search.html"]
CHAPTER = "notebooks/06_momentum.html"

BROKEN = "() => [...document.querySelectorAll('mjx-merror')].map(node => node.textContent)"
UNSET = "() => document.querySelectorAll('.math:not(:has(mjx-container))').length"
OVERHANG = "() => document.documentElement.scrollWidth - innerWidth"
WIDE_ONES = "mjx-container[display], .highlight > pre, .pst-scrollable-table-container"
REACHED = f"""() => [...document.querySelectorAll('{WIDE_ONES}')].every(
    each => each.scrollWidth <= each.clientWidth || each.tabIndex === 0)"""
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
DARK = "() => { document.documentElement.dataset.theme = 'dark'; }"


@pytest.fixture(scope="session")
def site(built):
    """The address of the site."""
    with served(built.output) as address:
        yield address


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
    opened.wait_for_function(REACHED)  # by the keyboard, once the page knows its new width
    assert serious(opened) == []
    light = opened.evaluate(BACKGROUND)
    opened.evaluate(DARK)
    assert opened.evaluate(BACKGROUND) != light
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


# --- demos that live without a kernel ---------------------------------------------------------


PLACES = {
    "cliff": "notebooks/08_hard_landscapes.html",
    "first_fit": "notebooks/00_start_here.html",
    "remedies": "notebooks/11_checking_and_watching.html",
}


@pytest.fixture
def live(opened, drawn):
    """A demo on its page, opened at its defaults."""
    demo = next(each for each in alive(opened) if each.name == drawn and each.is_plain)
    demo.wake()
    return demo


@pytest.mark.parametrize("drawn, name", PLACES.items())
def test_a_demo_follows_each_control_and_preset_without_a_kernel(live, drawn):
    declared, canvas = demos.ALL[drawn], Canvas(demos.ALL[drawn])
    before = declared.defaults()
    assert live.settings() == before
    for setting in declared.controls:
        live.move(setting)
        after = live.settings()
        assert after.pop(setting) != before[setting]
        assert all(after[each] in (before[each], declared.defaults()[each]) for each in after)
        assert live.agrees(canvas)
        before = live.settings()
    for preset, settings in declared.preset_settings().items():
        live.root.get_by_role("button", name=preset, exact=True).click()
        assert live.settings() == settings and live.agrees(canvas)


@pytest.mark.parametrize("drawn", TODAY)
def test_a_demo_of_the_day_shows_what_the_library_makes_of_its_settings(chromium, site, drawn):
    """All of them: `python -m tests.browser.site_demos DIR`."""
    path = next(path for path, panels in SHOWN.items() if drawn in panels.values())
    page = Page(chromium, site, path.replace(".ipynb", ".html"))
    demo = next(each for each in first_of_each(alive(page.page)) if each.name == drawn)
    demo.wake()
    assert wrong_in(demo) == []
    assert page.trouble == []
    page.context.close()


@pytest.mark.parametrize("drawn, name", [("cliff", PLACES["cliff"])])
def test_a_control_without_a_kernel_is_heard_by_its_name_and_says_what_it_shows(live, drawn):
    for setting, control in demos.ALL[drawn].controls.items():
        heard = live.root.get_by_label(control.label, exact=True)
        assert heard.count() == 1
        if heard.get_attribute("type") != "range":
            continue
        for key in ("Home", "ArrowRight", "End"):
            heard.press(key)
            said = control.said(live.settings()[setting])
            assert heard.get_attribute("aria-valuetext") == said
    words = f"{demos.ALL[drawn].title}. At its presets: {demos.ALL[drawn].alt}"
    assert live.root.get_by_role("img").get_attribute("aria-label") == words
    assert live.root.get_attribute("role") == "group"
    assert live.root.get_attribute("aria-label") == demos.ALL[drawn].title


NAMED = "each => each.closest('[data-setting]')?.dataset.setting ?? each.textContent"


@pytest.mark.parametrize("drawn, name", PLACES.items())
def test_the_tab_key_goes_through_controls_and_presets_in_their_order(opened, live, drawn):
    declared = demos.ALL[drawn]
    stops = [[name] * (1 + isinstance(c, Player)) for name, c in declared.controls.items()]
    expected = [*sum(stops, []), *declared.presets]
    reached = []
    live.root.locator("input, select").first.focus()
    for _ in expected:
        reached.append(opened.evaluate(f"({NAMED})(document.activeElement)"))
        opened.keyboard.press("Tab")
    assert reached == expected


@pytest.mark.parametrize(
    "drawn, name, axes",
    [
        ("logistic_curve", "notebooks/04_loss_surfaces.html", "b"),
        ("cliff", PLACES["cliff"], "b"),
    ],
)
def test_a_hand_in_the_picture_moves_the_controls_without_a_kernel(opened, live, drawn, axes):
    declared, canvas = demos.ALL[drawn], Canvas(demos.ALL[drawn])
    picture, words = live.root.locator("canvas"), live.root.locator(".pointed-at")
    held = {handle[0] for at, each in declared.handles.items() if at[0] == axes for handle in each}
    values = live.root.evaluate("root => root.panel.drawn.controls")
    live.load()
    for size in (None, NARROW):
        if size:
            opened.set_viewport_size(size)
        for setting in declared.controls.keys() - held:
            live.move(setting)
        before = live.settings()
        picture.scroll_into_view_if_needed()
        for share in (1 / 4, 2 / 3):  # pressed at one place, and dragged to another
            said = {each: values[each]["values"] for each in held}
            there = {each: steps[int(share * len(steps))] for each, steps in said.items()}
            opened.mouse.move(*spot(drawn, axes, picture, there), steps=10)
            opened.mouse.down()
            after = live.settings()
            assert {each: after[each] for each in held} == there
            for each in after.keys() - held:
                assert after[each] in (before[each], declared.defaults()[each])
            assert live.agrees(canvas) and words.is_visible()
        opened.mouse.up()


@pytest.mark.parametrize("drawn, name", [("first_fit", PLACES["first_fit"])])
def test_an_answer_moves_the_demo_below_to_where_it_is_tried(opened, drawn):
    asked = next(a for a in predictions.ALL["start_here"].values() if a.demo is demos.ALL[drawn])
    demo = next(each for each in alive(opened) if each.name == drawn and not each.is_plain)
    question = opened.locator(f".asked:has(+ .cell .demo[data-drawn$='/{drawn}'])")
    for choice in asked.choices:
        question.get_by_role("button", name=choice, exact=True).click()
        demo.wake()
        assert demo.settings() == asked.settings(choice)


@pytest.mark.parametrize("drawn, name", PLACES.items())
def test_a_live_demo_fits_a_phone_and_axe_finds_nothing_serious_in_it(opened, live):
    opened.set_viewport_size(NARROW)
    assert live.settings() and opened.evaluate(OVERHANG) <= 0
    assert serious(opened, ".demo") == []
