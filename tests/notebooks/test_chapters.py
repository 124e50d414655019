"""How a chapter teaches: what it shows first, what it asks, what it leaves to do."""

import ast
import re

import nbformat
import pytest

from course_tools import chapters, cli, plans
from course_tools.minutes import TIME, count, said, shows_demo
from course_tools.notebooks import read
from lessons import predictions, tasks
from lessons.course_map import ROOT, read_ledger
from lessons.experiments.equations import EQUATIONS

PATHS = {path.stem: path for path in chapters.paths()}
ASKING = {name: path for name, path in PATHS.items() if chapters.topic(path) in tasks.ALL}
"""The chapters with tasks; the others are still of the older kind."""
TAUGHT = {name: path for name, path in ASKING.items() if name != "00_start_here"}
"""Without the page that only shows how a chapter asks."""

each_asking = pytest.mark.parametrize("path", ASKING.values(), ids=ASKING)
each_chapter = pytest.mark.parametrize("path", TAUGHT.values(), ids=TAUGHT)
LONGEST_PARAGRAPH = 90  # words
MOST_LINES = 8  # of a teaching cell
INTERNALS = re.compile(r"as_parameters|_in_blocks|values_at|_share|getattr\(")


def tags(cell):
    return set(cell.metadata.get("tags", []))


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in tags(cell)]


# --- What stands elsewhere ------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_predictions_tasks_and_minutes_are_up_to_date(path):
    assert chapters.differences(path) == []


@each_asking
def test_every_prediction_and_task_of_a_chapter_is_in_it_and_has_an_answer(path):
    cells = [cell.id for cell in read(path).cells]
    topic = chapters.topic(path)
    for name in (*predictions.ALL.get(topic, {}), *tasks.ALL[topic]):
        assert cells.count(name) == 1
    solved = [c.id for c in read(chapters.solved_tasks(path)).cells if c.id in tasks.ALL[topic]]
    assert solved == [cell for cell in cells if cell in tasks.ALL[topic]]


# --- See, predict, do, explain --------------------------------------------------------------------


@each_chapter
def test_a_picture_opens_the_chapter_and_every_section(path):
    """The second cell of a chapter is one, and one of the first four of a section."""
    cells = read(path).cells
    shown = [shows_demo(cell) or "prediction" in tags(cell) for cell in cells]
    assert shown[1]
    starts = [i for i, cell in enumerate(cells) if re.search(r"^## \d", cell.source, re.MULTILINE)]
    assert len(starts) >= 3
    for start, end in zip(starts[1:], [*starts[2:], len(cells)], strict=True):
        assert any(shown[start : start + 4]), cells[start].source.splitlines()[0]
        assert any("task" in tags(cell) for cell in cells[start:end]) or any(
            "prediction" in tags(cell) for cell in cells[start:end]
        ), cells[start].source.splitlines()[0]


@each_asking
def test_what_answers_a_prediction_stands_below_it_and_is_collapsed(path):
    notebook = read(path)
    cells = {cell.id: (index, cell) for index, cell in enumerate(notebook.cells)}
    for name, prediction in predictions.ALL.get(chapters.topic(path), {}).items():
        asked, panel = cells[name]
        assert notebook.cells[asked - 1].id == f"{name}-question"
        assert panel.source.endswith(f".{name}()")
        assert panel.metadata["jupyter"]["outputs_hidden"] is True
        assert panel.metadata["collapsed"] is True, "or JupyterLab would add it"
        for answer in prediction.answered_by:
            index, cell = cells[answer]
            assert index > asked and "answer" in tags(cell), answer
            if cell.cell_type == "code":
                assert cell.metadata["jupyter"]["outputs_hidden"] is True, answer


@each_asking
def test_no_picture_above_a_prediction_shows_what_it_asks(path):
    """A demo at its presets, or at the very setting of a question, comes after the question."""
    cells = {cell.id: index for index, cell in enumerate(read(path).cells)}
    for name, prediction in predictions.ALL.get(chapters.topic(path), {}).items():
        if prediction.demo is None:
            continue
        for cell in read(path).cells[: cells[name]]:
            if cell.cell_type == "code":
                assert f"demos.{prediction.demo.name}()" not in cell.source, (name, cell.id)


@each_chapter
def test_a_teaching_cell_is_short_and_says_the_same_as_the_library(path):
    """Its saved output says so; tests/notebooks/test_notebooks.py runs it again."""
    notebook = read(path)
    teaching = tagged(notebook, "teaching")
    assert len(teaching) >= 2
    for cell in teaching:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES, cell.id
    agreeing = tagged(notebook, "agrees")
    assert agreeing
    for cell in agreeing:
        assert "agrees(" in cell.source
        assert cell.outputs[-1].data["text/plain"] == "✓ The library does the same.", cell.id
    for cell in notebook.cells:
        assert not INTERNALS.search(cell.source), cell.id
        assert not any(INTERNALS.search(str(output)) for output in cell.get("outputs", []))


@each_chapter
def test_at_least_four_tasks_two_of_them_no_choice_and_at_most_one_a_choice(path):
    found = tasks.ALL[chapters.topic(path)].values()
    choices = [t for t in found if all("choice" in dir(p) or "choices" in dir(p) for p in t.parts)]
    assert len(found) >= 4 and len(choices) <= 1


@each_asking
def test_an_untouched_task_says_so_and_stops_nothing(path):
    for cell in tagged(read(path), "task"):
        [output] = cell.outputs
        assert output.data["text/plain"].startswith("○ Not attempted"), cell.id


@each_asking
def test_every_answer_in_solutions_is_right(path):
    """By its saved output: tests/notebooks/test_notebooks.py executes it and finds the same."""
    topic = chapters.topic(path)
    for cell in read(chapters.solved_tasks(path)).cells:
        if cell.id in tasks.ALL[topic]:
            assert cell.outputs[-1].data["text/plain"].startswith("✓ Correct"), cell.id


# --- A reference ----------------------------------------------------------------------------------


def test_the_reference_has_for_each_rule_its_equation_eight_lines_and_one_step():
    """Lines that say the same as the library, and the stepper at that rule."""
    cells = read(ROOT / "notebooks/07_reference.ipynb").cells
    found = []
    for index, cell in enumerate(cells):
        if named := re.match(r'RuleEquation\("(.*)"\)', cell.source):
            found.append(named[1])
            lines, agreeing, step = cells[index + 1 : index + 4]
            assert "teaching" in tags(lines) and "agrees" in tags(agreeing), named[1]
            assert step.source.startswith(f'demos.stepper(rule="{named[1]}"'), named[1]
    rules = list(EQUATIONS)
    adaptive = rules[rules.index("normalised gradient") : rules.index("SWATS") + 1]
    assert sorted(found) == sorted(set(adaptive) - {"RMSProp, centred"})
    for cell in cells:
        if "teaching" in tags(cell):
            assert len(cell.source.splitlines()) <= MOST_LINES, cell.id
        if "agrees" in tags(cell):
            said = cell.outputs[-1].data["text/plain"]
            assert said == "✓ The library does the same.", cell.id


# --- Minutes and language -------------------------------------------------------------------------


@each_chapter
def test_half_of_the_time_is_doing_and_the_formula_is_printed(path):
    counted = chapters.counted(path)
    assert counted.to_do >= counted.to_read
    assert said(counted) in read(path).cells[0].source
    assert counted.first_picture == 2


@each_asking
def test_paragraphs_are_short(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for paragraph in re.split(r"\n\s*\n|\n[*-] ", cell.source):
                assert len(paragraph.split()) <= LONGEST_PARAGRAPH or "|--" in paragraph, cell.id


# --- Exercises ask for what the chapter does not print --------------------------------------------

COPIED = 0.6
"""The share of an answer's statements that a chapter may print, names aside, is below this."""


def statements(source):
    """The statements of a piece of code as syntax trees without names; imports do not count."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(
            node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
        ):
            found.append(nameless(node))
    return found


def nameless(node):
    text = ast.dump(node)
    text = re.sub(r"(id|arg|attr)='\w+'", r"\1=''", text)
    return re.sub(r"Constant\(value='[^']*'\)", "Constant(value='')", text)


def answers_of(path):
    """By the id of its cell, the statements of each answer of a chapter's exercise set."""
    place = ROOT / "solutions" / path.stem / f"{path.stem[:2]}_exercises.ipynb"
    region = re.compile(r"### BEGIN SOLUTION\n(.*?)\n\s*### END SOLUTION", re.DOTALL)
    found = {}
    for cell in read(place).cells if place.exists() else []:
        if cell.cell_type == "code":
            for answer in region.findall(cell.source):
                found[cell.id] = statements("def f():\n" + answer if answer[0] == " " else answer)
    return found


@each_chapter
def test_no_answer_of_the_exercises_is_printed_by_the_chapter(path):
    printed = set()
    for cell in read(path).cells:
        code = [cell.source] if cell.cell_type == "code" else []
        code += re.findall(r"```python\n(.*?)```", cell.source, re.DOTALL)
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get("text/markdown", "")
            code += re.findall(r"```python\n(.*?)```", shown, re.DOTALL)
        for piece in code:
            printed.update(statements(piece))
    for name, answer in answers_of(path).items():
        share = sum(each in printed for each in answer) / max(len(answer), 1)
        assert share < COPIED, (name, share)


FEWEST = {"14_claims_measured": 1}
"""How many problems a set has at the least, where it is not five: the capstone is one."""


@each_chapter
def test_an_exercise_set_has_at_least_five_problems(path):
    place = ROOT / "solutions" / path.stem / f"{path.stem[:2]}_exercises.ipynb"
    if not place.exists():
        pytest.skip("this chapter has no set")
    statements = [cell for cell in read(place).cells if cell.source.startswith("## pb-")]
    assert len(statements) >= FEWEST.get(path.stem, 5)


def test_a_printed_answer_is_found_under_other_names():
    answer = statements("def f(x):\n    total = 2 * x\n    return total + 1")
    chapter = statements("y = 2 * z\n")
    assert sum(each in chapter for each in answer) == 1


# --- The tools ------------------------------------------------------------------------------------


def test_course_chapters_puts_everything_in_place(tmp_path, monkeypatch, capsys):
    name, path = next(iter(TAUGHT.items()))
    for source in (path, chapters.solved_tasks(path)):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(source.read_bytes())
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    spoilt = tmp_path / "notebooks" / f"{name}.ipynb"
    notebook = read(spoilt)
    task = tagged(notebook, "task")[0]
    task.source, task.metadata = "gone", {}
    question = next(cell for cell in notebook.cells if cell.id.endswith("-question"))
    question.source = "gone"
    notebook.cells[0].source = TIME.sub("**Time.** An hour.", notebook.cells[0].source)
    nbformat.write(notebook, spoilt)
    assert cli.main(["chapters", "--check"]) == 1
    told = capsys.readouterr().out
    assert told.count("is out of date") == 3 and f"cell {task.id}" in told
    assert cli.main(["chapters"]) == 0
    assert cli.main(["chapters", "--check"]) == 0
    assert spoilt.read_bytes() == path.read_bytes()


def test_the_plans_for_a_class_add_up_the_minutes_that_the_notebooks_state():
    assert plans.differences() == []
    text = (ROOT / plans.PLACE).read_text("utf-8")
    linked = re.findall(r"\.\./(notebooks/[^)]*)", text)
    rows = [chapter for chapter in read_ledger()["chapter"] if chapter["status"] == "live"]
    live = {chapter["notebook"] for chapter in rows}
    references = {chapter["reference"] for chapter in rows if "reference" in chapter}
    assert live <= set(linked) <= live | references
    row = "| 1 | [2](../notebooks/2.ipynb) | [a](../exercises/s/a.ipynb) | 9 |"
    added = plans.written(f"| week | minutes |\n|---|---|\n{row}", lambda path: 40)
    assert added.endswith(".ipynb) | 40 + 40 |")


def test_course_chapters_adds_up_the_plans_anew(tmp_path, monkeypatch, capsys):
    place = tmp_path / plans.PLACE
    for folder in (place.parent, tmp_path / "notebooks"):
        folder.mkdir()
    right = plans.written((ROOT / plans.PLACE).read_text("utf-8"))
    place.write_text(re.sub(r"\d+ \|$", "1 |", right, flags=re.MULTILINE), "utf-8")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    assert cli.main(["chapters", "--check"]) == 1
    assert f"{plans.PLACE} is out of date" in capsys.readouterr().out
    assert cli.main(["chapters"]) == 0
    assert place.read_text("utf-8") == right


def test_course_minutes_prints_a_row_a_chapter(capsys):
    assert cli.main(["minutes"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(PATHS) + 2


def test_minutes_are_counted_by_the_formula():
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    def cell(source, id, *tags):
        return new_code_cell(source, id=id, metadata={"tags": list(tags)})

    counted = count(
        new_notebook(
            cells=[
                new_markdown_cell("word " * 300 + "$x$ `code`\n\n<details>hidden</details>"),
                cell("demos.basins()", "a"),
                cell("predict.b()", "b", "prediction"),
                cell("x = ...", "c", "task"),
            ]
        ),
        {"c": 4},
    )
    assert (counted.words, counted.demos, counted.predictions) == (300, 1, 1)
    assert counted.to_read == 300 / 150 + 2
    assert counted.to_do == 1.5 + 3 + 4
    assert counted.first_picture == 2
