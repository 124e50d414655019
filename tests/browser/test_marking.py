"""A reader marks with the keyboard alone, beside the scheme and the model answer."""

from threading import Thread

import pytest

from course_tools.grading import grade, sets
from course_tools.grading.desk import Desk
from course_tools.grading.mark_page import serve
from tests.course_tools.grading.a_class import SET, hand_in, honest_referee


@pytest.fixture
def desk(tmp_path):
    classroom = hand_in(tmp_path / "class")
    grade.grade(classroom, sets.load(SET), honest_referee)
    return Desk(classroom, sets.load(SET))


@pytest.fixture
def page(desk, chromium):
    server = serve(desk)
    Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    page.goto(server.address)
    page.locator("main").wait_for()
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def test_a_reader_marks_with_the_keyboard(page, desk):
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    first, left = page.locator("#where").inner_text(), sum(desk.waiting.values())
    criteria = page.locator(".criterion")
    for number in range(1, criteria.count() + 1):
        page.keyboard.press(str(number))
    full = page.locator("#sum").inner_text()
    page.keyboard.press("1")
    assert page.locator("#sum").inner_text() != full
    page.keyboard.press("c")
    page.keyboard.type("Nearly: 1, 2.")
    page.keyboard.press("Escape")
    given = page.locator("#sum").inner_text()
    page.keyboard.press("Enter")
    page.locator("#where", has_not_text=first).wait_for()
    assert page.locator("#left").inner_text() == f"({left - 1} left)"
    [mark] = desk.marks.all
    assert f"{sum(mark.points):g}" == given and mark.comment == "Nearly: 1, 2."

    page.keyboard.press("Enter")
    assert "no points yet" in page.locator("#said", has_text="criterion").inner_text()
    page.keyboard.press("b")
    page.locator("#where", has_text=first).wait_for()
    assert page.locator("#sum").inner_text() == given
    assert page.locator("#comment").input_value() == "Nearly: 1, 2."
    assert page.locator("#model").inner_text() or not desk.set.by_name[mark.grade_id].model
    assert errors == []


def test_a_text_has_its_formulas_beside_the_scheme(page, desk):
    [number] = [n for n, row in desk.texts.items() if (row.student, row.part) == (
        "ada", "pb-6-8-argument")]  # fmt: skip
    page.evaluate(f"go(() => ask('/show', {{number: '{number}'}}))")
    page.locator("#where", has_text=number).wait_for()
    assert page.locator("#text math").count() == 1
    assert "overshooting that grows" in page.locator("#criteria").inner_text()
    assert "Close to a minimum" in page.locator("#model").inner_text()
