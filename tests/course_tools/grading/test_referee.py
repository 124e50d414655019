"""Honest submissions: right points, and sentences that help, for whatever a student hands in."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from course_tools.grading.jobs import Cell, Job
from course_tools.grading.questions import exercise_sets, questions
from course_tools.grading.referee import ELSEWHERE, judge, seed
from lessons import problems
from lessons.course_map import ROOT
from lessons.marking.problem import PUBLIC_SEED
from tests.course_tools.grading.submissions import SECRET, points, submission

pytestmark = pytest.mark.sandbox
SET = "03_line_search"
LEFT_OUT = {"pb-F3-1-rate": "", "pb-F3-2-fit": ""}
TODAY = exercise_sets()[date.today().toordinal() % 5 :: 5]
"""Every day another fifth of the sets."""


def released(exercise_set):
    """The cells of a set as students get it."""
    (path,) = (ROOT / "exercises" / exercise_set).glob("*.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return tuple(
        Cell(cell["id"], "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"
    )


def verdict(grade_id, exercise_set=SET, **answers):
    """The only part of a check, for answers by grade id with underscores; the others are there."""
    answers = {name.replace("_", "-"): source for name, source in answers.items()}
    result = judge(submission(exercise_set, LEFT_OUT | answers))
    assert result.attention is None
    (part,) = [part for part in result.parts if part.grade_id == grade_id]
    return part


def limit(source):
    return verdict("pb-G1-limit-check", pb_G1_limit=f"import numpy as np\n{source}")


@pytest.mark.parametrize("exercise_set", TODAY)
def test_the_solution_has_full_points(exercise_set):
    result = judge(submission(exercise_set))
    assert [part for part in result.parts if part.points != part.max_points] == []
    assert {part.word for part in result.parts} == {"correct"}
    assert {part.grade_id for part in result.parts} == questions(exercise_set).keys()


@pytest.mark.parametrize("exercise_set", TODAY)
def test_an_untouched_set_is_not_attempted(exercise_set):
    result = judge(Job("ada", exercise_set, released(exercise_set), SECRET))
    assert {part.word for part in result.parts} == {"not attempted"}
    assert points(result) == dict.fromkeys(questions(exercise_set), 0)


def test_a_known_mistake_is_named():
    part = limit("largest_stable_rate = lambda hessian: 1 / np.linalg.norm(hessian, 2)")
    assert (part.points, part.word) == (0, "not yet")
    assert part.misconception == part.sentence and part.sentence.startswith("Half of the limit")


def test_an_error_is_told_with_its_line_and_inputs_of_the_public_check():
    part = limit("def largest_stable_rate(hessian):\n    return hessian / [1, 2, 3]")
    assert (part.points, part.word) == (0, "error")
    assert part.sentence.startswith("With hessian = [[5, 3], [3, 5]], your code raised `ValueError")
    assert part.sentence.endswith("at line 3 of your cell: `return hessian / [1, 2, 3]`")


def test_a_cell_that_stops_is_told_where_its_answer_is_missing():
    part = limit("def largest_stable_rate(hessian)\n    return 1")
    assert part.word == "error"
    assert part.sentence == (
        "Your cell stopped: `SyntaxError: expected ':'` at line 2: "
        "`def largest_stable_rate(hessian)`."
    )


def test_what_is_learnt_by_heart_is_worth_nothing():
    part = problems.pb_G1.parts[0]
    seen = part.inputs(np.random.default_rng(PUBLIC_SEED))
    table = {str(given["hessian"].tolist()): float(part.right(**given)) for given in seen}
    source = f"TABLE = {table}\ndef largest_stable_rate(h): return TABLE.get(str(h.tolist()), 0)"
    assert problems.pb_G1.verdict(lambda h: table[str(h.tolist())]).points == 3
    part = limit(source)
    assert (part.points, part.word, part.sentence) == (0, "not yet", ELSEWHERE)


def test_seeds_differ_by_student_and_check_and_secret():
    job = submission(SET)
    others = [submission(SET, student="ben"), Job("ada", SET, (), "another secret")]
    assert len({seed(job, "a"), seed(job, "b"), *(seed(other, "a") for other in others)}) == 4


def test_a_name_used_again_later_does_not_change_an_answer():
    source = {"pb-6-7-angle": lambda right: f"{right}\nstart = learning_rate = 0.0"}
    result = judge(submission(SET, LEFT_OUT | source))
    assert points(result)["pb-6-8-escape-check"] == 3


def test_what_only_jupyter_reads_costs_nothing():
    """Each cell must come to its end, which an answer then needs."""
    cells = [
        "%matplotlib inline\ncame_0 = 1",
        "!pip install nothing\ncame_1 = 1",
        "%%time\ncame_2 = 1",
        "get_ipython().run_line_magic('timeit', 'pass')\ncame_3 = 1",
        "abs?\ncame_4 = 1",
        "%time came_5 = 1",
        "display(abs)\nhelp(abs)\nquit()\ncame_6 = 1",
    ]
    rate = " * ".join(f"came_{number}" for number in range(len(cells)))
    job = submission(SET, LEFT_OUT | {"pb-6-8-escape": f"start, learning_rate = 2.1, {rate}"})
    own = tuple(Cell(None, source) for source in cells)
    assert points(judge(replace(job, cells=own + job.cells)))["pb-6-8-escape-check"] == 3


def test_checks_that_are_not_there_are_asked_at_the_end():
    job = submission(SET, LEFT_OUT)
    cells = tuple(cell for cell in job.cells if not str(cell.grade_id).endswith("-check"))
    assert sum(points(judge(Job("ada", SET, cells, SECRET))).values()) == 9


def test_forms_that_mean_the_same_are_accepted():
    source = (
        "from fractions import Fraction\nfrom collections import deque\n"
        "def turning_angles(points):\n"
        "    steps = np.diff(points, axis=0)\n"
        "    units = steps / np.linalg.norm(steps, axis=1, keepdims=True)\n"
        "    cosines = np.clip((units[:-1] * units[1:]).sum(axis=1), -1, 1)\n"
        "    return deque(Fraction(float(a)) for a in np.degrees(np.arccos(cosines)))"
    )
    values = {"pb-6-8-escape": "start, learning_rate = np.longdouble(2.1), Fraction(1)"}
    result = judge(submission(SET, LEFT_OUT | {"pb-6-7-angles": source} | values))
    assert points(result)["pb-6-7-angles-check"] == 2


def test_an_unknown_set_is_refused():
    with pytest.raises(ValueError, match="exercise_set is '../solutions', expected one of 01_"):
        judge(Job("ada", "../solutions", (), SECRET))
