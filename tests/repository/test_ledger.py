"""The ledger holds every row it must, and every row keeps its word."""

from collections import Counter
from itertools import chain

import nbformat
import pytest

from course_tools.cli import main
from course_tools.ledger import anchors, problems_with, problems_with_chapter
from course_tools.notebooks import notebook_paths
from lessons import claims, problems
from lessons.course_map import ROOT, CourseMap, course_map, read_ledger, stated_minutes

LEDGER = read_ledger()
ROWS, CHAPTERS = LEDGER["row"], LEDGER["chapter"]


def ids(prefix, names):
    return [f"{prefix}-{name}" for name in names]


EXPECTED = [
    *ids("eq", [f"6.{n}" for n in range(1, 24)]),
    *ids("fig", [f"6.{n}" for n in (1, 2, 3, 4, "5a", "5b", 6, 7, 8, 9, 10, 11)]),
    *ids("fig", "lr race grid-random cliff plateau local-global".split()),
    *ids("pb", [f"6.{n}" for n in range(1, 12)]),
    *ids("pb", "P1 P2 P3 C1 C2 C3 C4 G1 G2 G3 G4".split()),
    *ids("cl", range(1, 60)),
    *ids("id", range(1, 32)),
    *ids(
        "alg",
        """
        gradient-descent bracketing backtracking stopping grid-search multi-start quantised-search
        sgd minibatches-with-replacement minibatches-without-replacement epochs full-batch svrg
        step-schedule exponential-schedule inverse-time-schedule linear-schedule warm-up
        halving-schedule momentum-schedule
        momentum velocity-momentum nesterov velocity-nesterov rewritten-nesterov
        normalised-gradient delta-bar-delta adagrad rmsprop rmsprop-nesterov adadelta adam amsgrad
        yogi radam nadam adamw swats
        newton regularised-newton conjugate-gradient bfgs l-bfgs
        hessian convexity-eigenvalues convexity-trace-determinant critical-points
        classify-critical-points
        finite-differences gradient-check kinks step-size-trade-off clipping
        forward-pass backward-pass zero-initialisation uniform-initialisation glorot-initialisation
        orthogonal-initialisation he-initialisation activation-histograms gradient-histograms
        sanity-checks overfit-twenty update-ratio training-validation-curves early-stopping
        hyperparameter-grid-search random-search log-scale-sampling coarse-to-fine validation-fold
        search-workers search-checkpoints search-master
        ensemble-initialisations ensemble-top-models ensemble-checkpoints parameter-averaging
        """.split(),
    ),
]


def test_every_promised_row_is_present_exactly_once():
    """The course may hold more than it promised; what it promised it may not lose or repeat."""
    present = [row["id"] for row in ROWS]
    assert set(EXPECTED) <= set(present)
    assert len(present) == len(set(present))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_row_keeps_its_word(row):
    assert problems_with(row, CHAPTERS) == []


def test_everything_promised_is_there():
    """`course coverage` says 100 %."""
    assert [row["id"] for row in ROWS if row["status"] != "live"] == []


FIGURES = [row for row in ROWS if row["kind"] == "figure" and row["status"] == "live"]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row["id"])
def test_a_figure_is_held_by_a_test_of_what_it_shows(row):
    """Those of `test_demos.py` hold any picture, whatever is on it."""
    assert any("/test_demos.py::" not in test for test in row["test"])


def test_nothing_shows_more_than_two_ideas():
    ideas = [row for row in ROWS if row["kind"] == "idea" and row["status"] == "live"]
    shown = Counter(chain.from_iterable(set(row["code"]) for row in ideas))
    assert {reference: times for reference, times in shown.items() if times > 2} == {}


def test_chapters_are_numbered_in_order():
    assert [chapter["number"] for chapter in CHAPTERS] == list(range(15))
    for chapter in CHAPTERS:
        assert chapter["notebook"].startswith(f"notebooks/{chapter['number']:02}_")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter["title"])
def test_chapter_is_live_exactly_when_its_notebook_exists(chapter):
    assert problems_with_chapter(chapter) == []


def test_every_anchor_in_a_notebook_is_a_row_or_more_than_was_promised():
    exercises = ROOT.glob("exercises/[!.]*/*.ipynb")
    tags = set(chain.from_iterable(anchors(path) for path in [*notebook_paths(), *exercises]))
    assert tags <= {row["id"] for row in ROWS} | problems.ALL.keys() | claims.ALL.keys()


# The checker itself: a sound live row in a small repository, and every way to break it.


@pytest.fixture
def repository(tmp_path):
    """A root with one notebook that anchors eq-6.3 and one test file."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "tests").mkdir()
    cell = nbformat.v4.new_markdown_cell("update", metadata={"tags": ["eq-6.3", "goals"]})
    heading = nbformat.v4.new_markdown_cell("## 3. Two errors")
    idea = nbformat.v4.new_code_cell("demos.first_fit()", metadata={"tags": ["id-2"]})
    cells = [cell, heading, idea]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks/02_a.ipynb")
    (tmp_path / "tests/test_a.py").write_text(
        "def test_one():\n    pass\n\nclass TestTwo:\n    def test_three(self):\n        pass\n"
    )
    return tmp_path


SOUND = {
    "id": "eq-6.3",
    "kind": "equation",
    "what": "an update",
    "source": "U",
    "chapter": 2,
    "status": "live",
    "code": ["lessons.course_map:CourseMap.__repr__"],
    "notebook": "notebooks/02_a.ipynb",
    "test": ["tests/test_a.py::test_one", "tests/test_a.py::TestTwo::test_three"],
}
IDEA = SOUND | {
    "id": "id-2",
    "kind": "idea",
    "code": ["lessons.demos:first_fit"],
    "section": "Two errors",
}
OWN_CHAPTERS = [{"number": 2, "notebook": "notebooks/02_a.ipynb", "status": "live"}]
BREAKS = {
    "an unknown status": ({"status": "done"}, "status = 'done'"),
    "an unknown kind": ({"kind": "theorem"}, "kind = 'theorem'"),
    "an id of another kind": ({"id": "fig-6.3"}, "starts with 'eq-'"),
    "an unknown chapter": ({"chapter": 77}, "chapter = 77"),
    "a missing key": ({"source": None}, "'source' is missing"),
    "an empty key": ({"test": []}, "'test' is empty"),
    "a key too many": ({"note": "later"}, "'note' does not belong in a live row"),
    "code claimed by a planned row": ({"status": "planned"}, "'code' does not belong"),
    "a module that is not there": ({"code": ["course_lib.nowhere:f"]}, "does not resolve"),
    "an attribute that is not there": ({"code": ["lessons.course_map:f"]}, "does not resolve"),
    "code without an attribute": ({"code": ["lessons.course_map"]}, "does not resolve"),
    "a notebook that is not there": ({"notebook": "notebooks/02_b.ipynb"}, "does not exist"),
    "another chapter's notebook": ({"notebook": "notebooks/03_b.ipynb"}, "of its chapter"),
    "a notebook without the anchor": ({"id": "eq-6.4"}, "no cell"),
    "a test file that is not there": ({"test": ["tests/test_b.py::test_one"]}, "does not exist"),
    "a test that is not there": ({"test": ["tests/test_a.py::test_two"]}, "has no test"),
    "a problem outside exercises": ({"id": "pb-6.3", "kind": "problem"}, "not under exercises/"),
}


def test_checker_passes_a_sound_row(repository):
    assert problems_with(SOUND, OWN_CHAPTERS, repository) == []


IDEA_BREAKS = {
    "no section": ({"section": None}, "'section' is missing"),
    "another section": ({"section": "Three errors"}, "no cell under the heading 'Three errors'"),
    "nothing that a student uses": ({"code": ["lessons.course_map:ROOT"]}, "names no demo, claim"),
}


def test_checker_passes_a_sound_idea(repository):
    assert problems_with(IDEA, OWN_CHAPTERS, repository) == []


@pytest.mark.parametrize("changes, message", IDEA_BREAKS.values(), ids=IDEA_BREAKS)
def test_checker_catches_an_idea_that_is_not_taught(changes, message, repository):
    row = {key: value for key, value in (IDEA | changes).items() if value is not None}
    assert any(message in problem for problem in problems_with(row, OWN_CHAPTERS, repository))


def test_a_row_may_be_in_the_reference_of_its_chapter(repository):
    chapters = [{**OWN_CHAPTERS[0], "notebook": "notebooks/02_b.ipynb"}]
    assert problems_with(SOUND, chapters, repository) != []
    chapters[0]["reference"] = "notebooks/02_a.ipynb"
    assert problems_with(SOUND, chapters, repository) == []


@pytest.mark.parametrize("changes, message", BREAKS.values(), ids=BREAKS)
def test_checker_catches(changes, message, repository):
    changed = {**SOUND, **changes}
    row = {key: value for key, value in changed.items() if value is not None}
    problems = problems_with(row, OWN_CHAPTERS, repository)
    assert any(message in problem and problem.startswith(row["id"]) for problem in problems)


@pytest.mark.parametrize(
    "chapter",
    [
        {"number": 2, "notebook": "notebooks/02_a.ipynb", "status": "planned"},
        {"number": 3, "notebook": "notebooks/03_a.ipynb", "status": "live"},
    ],
)
def test_checker_catches_a_chapter_in_the_wrong_state(chapter, repository):
    assert len(problems_with_chapter(chapter, repository)) == 1


# What the ledger is printed as.


def test_map_links_live_chapters_and_their_exercises_only():
    first = {"number": 0, "title": "A", "notebook": "notebooks/00_a.ipynb", "needs": []}
    second = {"number": 1, "title": "B", "notebook": "notebooks/01_b.ipynb", "needs": [0]}
    third = {"number": 2, "title": "C", "notebook": "notebooks/02_c.ipynb", "needs": [0]}
    chapters = [
        {**first, "asks": "U?", "status": "live"},
        {**second, "asks": "P?", "status": "planned"},
        {**third, "asks": "Q?", "status": "live"},
    ]
    rows = [
        {"chapter": 0, "kind": "problem", "status": "live", "notebook": "exercises/s_t/s_t.ipynb"},
        {"chapter": 0, "kind": "problem", "status": "live", "notebook": "exercises/s_t/s_t.ipynb"},
        {"chapter": 0, "kind": "equation", "status": "planned"},
    ]
    table = CourseMap(chapters, rows)._repr_markdown_().splitlines()
    assert table[-3:] == [
        "| 0 | [A](00_a.ipynb) | U? |  | C |  | [exercises](../exercises/s_t/s_t.ipynb) |",
        "| 1 | B | P? |  |  | planned |  |",
        "| 2 | [C](02_c.ipynb) | Q? | A |  |  |  |",
    ]


def test_map_says_the_minutes_that_a_notebook_states(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    cell = nbformat.v4.new_markdown_cell("# A\n\n**Time.** About 90 minutes: 40 to read.")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "notebooks/00_a.ipynb")
    monkeypatch.setattr("lessons.course_map.ROOT", tmp_path)
    chapter = {"number": 0, "title": "A", "notebook": "notebooks/00_a.ipynb", "status": "live"}
    drawn = CourseMap([{**chapter, "asks": "U?", "needs": []}], [])
    assert "| 90 minutes |" in drawn._repr_markdown_() and "90 minutes" in repr(drawn)
    assert "about 2 hours" in repr(drawn)


def test_every_chapter_and_set_states_its_minutes():
    live = [chapter for chapter in CHAPTERS if chapter["status"] == "live"]
    sets = {row["notebook"] for row in ROWS if row["kind"] == "problem" and "notebook" in row}
    for path in [*(chapter["notebook"] for chapter in live), *sets]:
        assert stated_minutes(path), path


def test_a_chapter_needs_earlier_ones_and_a_live_one_needs_live_ones():
    live = {chapter["number"] for chapter in CHAPTERS if chapter["status"] == "live"}
    for chapter in CHAPTERS:
        assert chapter["asks"].endswith("?")
        assert all(number < chapter["number"] for number in chapter["needs"])
        assert chapter["number"] not in live or set(chapter["needs"]) <= live
        assert chapter["needs"] or chapter["number"] == 0


def test_map_names_every_chapter_in_order():
    text = repr(course_map())
    places = [text.index(chapter["title"]) for chapter in CHAPTERS]
    assert places == sorted(places)


def test_missing_ledger_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no ledger there"):
        read_ledger(tmp_path / "ledger.toml")


def test_coverage_counts_every_row_and_lists_the_planned(capsys):
    assert main(["coverage"]) == 0
    printed = capsys.readouterr().out
    live = sum(row["status"] == "live" for row in ROWS)
    assert f"{'all':12}{live:6}{len(ROWS) - live:9}{len(ROWS):6}" in printed
    assert f"\n{100 * live // len(ROWS)} % of the rows are live." in printed
    listed = [line.split()[0] for line in printed.splitlines() if line.startswith("  ")]
    assert listed == [row["id"] for row in ROWS if row["status"] == "planned"]
