"""The exercises are what nbgrader makes of the solutions: nothing less, and nothing that leaks."""

import re
import shutil

import pytest
from nbgrader.utils import determine_grade, is_grade, is_solution

from course_tools.exercises import build_exercises, check_exercises
from course_tools.notebooks import execute_cells, read
from lessons import problems
from lessons.course_map import ROOT

SOLUTIONS, EXERCISES = ROOT / "solutions", ROOT / "exercises"
SETS = sorted(path.parent.name for path in SOLUTIONS.glob("[0-9]*/*.ipynb"))
REGION = re.compile(r"BEGIN (SOLUTION|HIDDEN TESTS).*?\n(?P<inside>.*?)\n[^\n]*END \1", re.DOTALL)


def notebook_of(folder, name):
    return folder / name / f"{name[:2]}_exercises.ipynb"


def errors_of(cell):
    return [output.ename for output in cell.get("outputs", []) if output.output_type == "error"]


@pytest.fixture
def house(tmp_path):
    """A copy of the solutions and the exercises, to be spoilt."""
    for folder in (SOLUTIONS, EXERCISES):
        shutil.copytree(folder, tmp_path / folder.name)
    return tmp_path


# --- Building -------------------------------------------------------------------------------------


def test_exercises_are_up_to_date():
    assert len(SETS) >= 3
    assert check_exercises(SOLUTIONS, EXERCISES) == []


def test_building_again_changes_no_byte(tmp_path):
    for path in build_exercises(SOLUTIONS, tmp_path):
        assert path.read_bytes() == (EXERCISES / path.relative_to(tmp_path)).read_bytes()
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")}
    build_exercises(SOLUTIONS, tmp_path)
    assert first == {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")}
    assert len(first) == len(SETS)


def test_check_names_every_difference(house):
    missing, changed = (notebook_of(house / "exercises", name) for name in SETS[:2])
    missing.unlink()
    changed.write_bytes(changed.read_bytes() + b" ")
    (house / "exercises" / "stray.txt").write_text("left over")
    (house / "exercises" / ".ipynb_checkpoints").mkdir()
    (house / "exercises" / ".ipynb_checkpoints" / "old.ipynb").write_text("ignored")
    assert check_exercises(house / "solutions", house / "exercises") == [
        f"{SETS[0]}/{SETS[0][:2]}_exercises.ipynb is missing",
        f"{SETS[1]}/{SETS[1][:2]}_exercises.ipynb is out of date",
        "stray.txt has no solution",
    ]


def test_line_ends_that_git_wrote_on_windows_are_no_difference(house):
    for path in house.rglob("*.ipynb"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_exercises(house / "solutions", house / "exercises") == []


def test_files_beside_a_solution_come_along(house):
    (house / "solutions" / SETS[0] / "data.csv").write_bytes(b"x,y\r\n1,2\r\n")
    build_exercises(house / "solutions", house / "exercises")
    assert (house / "exercises" / SETS[0] / "data.csv").read_bytes() == b"x,y\r\n1,2\r\n"


def test_a_broken_solution_writes_nothing(house):
    path = notebook_of(house / "solutions", SETS[-1])
    path.write_text(path.read_text("utf-8").replace("END SOLUTION", "END", 1), "utf-8")
    with pytest.raises(RuntimeError, match="solution"):
        build_exercises(house / "solutions", house / "new")
    assert not (house / "new").exists()


def test_nothing_to_build_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="solutions_dir is .*nowhere"):
        build_exercises(tmp_path / "nowhere", tmp_path)


# --- What the student gets ------------------------------------------------------------------------


# How many lines are taken out at the least, where it is not 20: short sets.
LEAST = {"09_initialisation": 11}


@pytest.mark.parametrize("name", SETS)
def test_exercise_holds_nothing_of_the_solution(name):
    solved = [c for c in read(notebook_of(SOLUTIONS, name)).cells if is_solution(c) or is_grade(c)]
    inside = [match["inside"] for cell in solved for match in REGION.finditer(cell.source)]
    taken_out = {line.strip() for text in inside for line in text.splitlines()} - {""}
    assert len(inside) == len(solved) > 5 and len(taken_out) >= LEAST.get(name, 20)

    text = notebook_of(EXERCISES, name).read_text("utf-8")
    for trace in ("BEGIN ", "END ", "points(", ", seed=", "Model answer", "Marking scheme"):
        assert trace not in text
    cells = read(notebook_of(EXERCISES, name)).cells
    left = {line.strip() for cell in cells for line in cell.source.splitlines()}
    assert not left & taken_out
    assert all(not c.outputs and c.execution_count is None for c in cells if "outputs" in c)


@pytest.mark.parametrize("name", SETS)
def test_untouched_exercise_runs_to_its_end_and_says_what_waits(name, capsys):
    """Here; tests/browser runs one in a kernel."""
    namespace = {}
    for cell in read(notebook_of(EXERCISES, name)).cells:
        if cell.cell_type == "code":
            exec(cell.source, namespace)
            assert ("Not attempted" in capsys.readouterr().out) == is_grade(cell)


def problems_of(notebook):
    """The code cells of each problem: those that follow its statement."""
    found = {}
    for cell in notebook.cells:
        if statement := problems.ALL.get(next(iter(cell.metadata.get("tags", [])), None)):
            problem = found[statement.id] = []
        elif cell.cell_type == "code" and found:
            problem.append(cell)
    return found


@pytest.mark.parametrize("name", SETS)
def test_every_problem_stands_by_itself(name, capsys):
    for cells in problems_of(read(notebook_of(SOLUTIONS, name))).values():
        namespace = {}
        for cell in cells:
            exec(cell.source, namespace)
        assert capsys.readouterr().out.count("✓ Correct") == sum(map(is_grade, cells)) > 0


def test_an_answer_that_is_gone_or_broken_stops_nothing_after_it():
    """Nor does the first cell: each has its own imports."""
    notebook = read(notebook_of(SOLUTIONS, "02_gradient_descent"))
    cells = {cell.id: cell for cell in notebook.cells}
    notebook.cells.remove(cells["imports"])
    notebook.cells.remove(cells["pb-6-1-gradient"])
    cells["pb-C1-difference"].source = "def centred_difference(f, phi, h)"
    quits = cells["pb-C1-error"]  # in a notebook `quit()` raises nothing, and ends the kernel
    quits.source = quits.source.replace("return", "quit(); exit(); return")
    execute_cells(notebook, ROOT)
    failing = {id: errors_of(cell) for id, cell in cells.items() if errors_of(cell)}
    assert failing == {
        "pb-6-1-gradient-check": ["NameError"],
        "pb-C1-difference": ["SyntaxError"],
        "pb-C1-difference-check": ["NameError"],
    }
    assert determine_grade(cells["pb-C1-error-check"]) == (2, 2)
    assert "asks the notebook to quit" in str(cells["pb-C1-error-check"].outputs)


@pytest.mark.parametrize("name", SETS)
def test_solution_gets_full_marks(name):
    """By its saved outputs: tests/notebooks/test_notebooks.py executes it and finds the same."""
    cells = read(notebook_of(SOLUTIONS, name)).cells
    grades = {cell.id: determine_grade(cell) for cell in cells if is_grade(cell)}
    by_machine = {id: grade for id, grade in grades.items() if not id.endswith("-argument")}
    assert all(gained == possible > 0 for gained, possible in by_machine.values())
    # A written answer waits for a reader.
    assert all(grades[id][0] is None for id in grades.keys() - by_machine.keys())


def test_every_problem_stands_in_one_exercise_with_its_own_words_and_points():
    seen = {}
    for name in SETS:
        cells = read(notebook_of(EXERCISES, name)).cells
        points = {}
        for cell in cells:
            for tag in cell.metadata.get("tags", []) if cell.cell_type == "markdown" else ():
                assert tag not in seen
                seen[tag] = name
                problem, points[tag] = problems.ALL[tag], 0
                assert cell.source == problem.markdown
            if is_grade(cell) and not is_solution(cell):
                assert f"\n{problem.name}.check(" in cell.source
                points[problem.id] += cell.metadata.nbgrader.points
        assert points == {tag: problems.ALL[tag].out_of for tag in points}
    assert seen.keys() == problems.ALL.keys()


ARGUED = {
    f"{problem.name.replace('_', '-')}-argument": problem.id
    for problem in problems.ALL.values()
    if re.search(r"^Below,? .*\b(argue|explain|show)\b", problem.text, re.MULTILINE)
} | {
    f"{problem.name.replace('_', '-')}-{name}-argument": problem.id
    for problem in problems.ALL.values()
    for name in problem.schemes
}
"""The cell for the argument that a problem's text asks for "below", or for each that has a scheme,
and the problem."""
BY_HAND = re.compile(
    r"\*\*In words\*\* \((?P<points>\d+) points, marked by hand\)\..*\n\n"
    r"<!-- BEGIN SOLUTION -->\n\*\*Model answer\.\*\* (?P<model>.+)\n\n"
    r"\*\*Marking scheme\.\*\* (?P<scheme>.+)\n<!-- END SOLUTION -->",
    re.DOTALL,
)


def test_every_argument_asked_for_has_a_cell_a_model_answer_and_a_marking_scheme():
    found = {}
    for name in SETS:
        problem = None
        for cell in read(notebook_of(SOLUTIONS, name)).cells:
            if cell.cell_type == "markdown":
                problem = next(iter(cell.metadata.get("tags", [])), problem)
            if is_grade(cell) and is_solution(cell):
                found[cell.id] = problem
                grading, written = cell.metadata.nbgrader, BY_HAND.fullmatch(cell.source)
                assert grading.grade_id == cell.id and written, cell.id
                shares = re.findall(r"(\d+) points?:", written["scheme"])
                assert sum(map(int, shares)) == grading.points == int(written["points"]), cell.id
                assert len(written["model"].split()) > 50, cell.id
    assert found == ARGUED and len(found) >= 6


@pytest.mark.parametrize("name", SETS)
def test_hidden_seeds_are_many_and_not_the_public_one(name):
    sources = [cell.source for cell in read(notebook_of(SOLUTIONS, name)).cells]
    seeds = [seed for source in sources for seed in re.findall(r", seed=(\d+)", source)]
    assert len(seeds) == len(set(seeds)) == sum("HIDDEN TESTS" in s for s in sources)
    assert all(int(seed) > 1000 for seed in seeds)


@pytest.mark.parametrize("name", SETS)
def test_header_names_goals_chapter_and_minutes(name):
    header = read(notebook_of(EXERCISES, name)).cells[0].source
    assert re.search(r"About \d+ minutes", header)
    assert "You will be able to" in header
    [chapter] = re.findall(r"\]\((\S+\.ipynb)\)", header)
    assert chapter == f"../../notebooks/{name}.ipynb"
