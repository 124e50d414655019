"""The tool that plants mistakes, and the rule that each demo has tests of its own."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np

from lessons import demos
from lessons.course_map import ROOT
from lessons.stage.controls import Slider
from lessons.stage.demo import demo

from . import mistakes, mutations, report
from .shown import draw, lines


@demo(
    "a", size=(3, 3), title="", alt="",
    controls={"centre": Slider("centre", -3, 3, 1, 1)}, presets={"one": {}},
)  # fmt: skip
def parabola(axes):
    """A stage."""
    axes["a"].set(xlim=(-3, 3), ylim=(-1, 9))


@parabola.layer
def curve(axes, centre):
    x = np.linspace(-3, 3, 61)
    axes["a"].plot(x, (x - centre) ** 2, color="k", lw=3)


def sees_the_curve():
    """A good test, as a function that says whether it fails."""
    shown = lines(draw(parabola, parabola.defaults()).axes["a"])
    right = np.linspace(-3, 3, 61)
    return not (len(shown) == 1 and np.allclose(shown[0].T, [right, (right - 1) ** 2]))


def fates(fails, monkeypatch, twin_fails=lambda: False):
    """What becomes of the mistakes in the tiny picture, by the change."""
    monkeypatch.setitem(mutations.ROOMS, __name__, None)
    planted = list(mutations.mistakes(parabola, parabola.defaults()))
    right = list(mistakes.seen(parabola))
    judged = mistakes.side_by_side(
        lambda mistake: mistakes.judged(mistake, parabola, right, fails, twin_fails), planted
    )
    return {f"{each.kind}: {each.after}": fate for each, fate in zip(planted, judged)}


def test_a_good_test_notices_what_is_seen_and_a_blind_one_nothing(monkeypatch):
    good = fates(sees_the_curve, monkeypatch)
    blind = fates(lambda: False, monkeypatch)
    assert good == dict.fromkeys(blind, "noticed"), "each of them is seen"
    assert blind == dict.fromkeys(good, "survived")
    twin = fates(lambda: False, monkeypatch, twin_fails=sees_the_curve)
    assert twin == dict.fromkeys(good, "twin alone")
    kinds = {change.partition(":")[0] for change in good}
    assert kinds == {"left out", "neighbouring", "sign", "reversed", "transposed"}


def test_a_sample_of_the_mistakes_in_a_demo_is_noticed(capfd):
    """In a process of its own: pytest is not made to run inside itself and fork."""
    command = [sys.executable, "-m", "tests.pictures.mistakes", "taylor_promise", "--sample", "8"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    *_, last = run.stdout.splitlines()
    label, planted, _, visible, noticed, *_ = last.split()
    assert (label, planted) == ("all", "8"), run.stdout + run.stderr
    assert int(visible) >= 4 and noticed == visible, run.stdout


def demos_with_tests():
    """The demos that a test of this folder names, in its own name or as a parameter."""
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield mistakes.named(node.name)
                for decorator in node.decorator_list:
                    for each in ast.walk(decorator):
                        yield each.value if isinstance(each, ast.Constant) else None


def test_each_demo_has_tests_of_its_own():
    assert set(demos.ALL) <= set(demos_with_tests())


def run_of(demo, *fates):
    """As many mistakes of a demo as fates, with these fates."""
    found = mutations.mistakes(demos.ALL[demo], demos.ALL[demo].defaults())
    return [((demo, mistake), fate) for mistake, fate in zip(found, fates)]


def test_the_page_has_the_figures_of_each_demo_as_it_was_run_last():
    first = run_of("fig_6_2", "noticed", "survived", "invisible", "twin alone")
    page = report.page(first, date="2026-01-01")
    page = report.page(run_of("first_fit", "noticed", "raised"), page, "2026-01-02")
    assert "| fig_6_2 | 4 | 3 | 1 | 33.3 | 2 | 66.7 | 2026-01-01 |" in page
    assert "| **gradient_descent** | 6 | 4 | 2 | 50.0 | 3 | 75.0 |  |" in page
    page = report.page(run_of("momentum_weights", "noticed"), page, "2026-01-03")
    assert "| **all** | 7 | 5 | 3 | 60.0 | 4 | 80.0 |  |" in page
    assert page.count("| fig_6_2 |") == 3, "its figures, and two mistakes"
    mended = report.page(run_of("fig_6_2", "noticed", "noticed"), page, "2026-01-04")
    assert "| **gradient_descent** | 4 | 3 | 3 | 100.0 | 3 | 100.0 |  |" in mended
    assert mended.count("| fig_6_2 |") == 1 and "2026-01-02" in mended


def test_the_goal_is_reached_and_each_survivor_has_its_reason():
    counts, survivors = report.said(report.PAGE.read_text(encoding="utf-8"))
    _, visible, noticed, with_twin, _ = report.total(counts)
    assert noticed >= 0.8 * visible and with_twin >= 0.98 * visible
    for each in sum(survivors.values(), []):
        assert report.why(*each), each
