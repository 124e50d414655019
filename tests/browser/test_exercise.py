"""A student solves an exercise in JupyterLab: untouched, wrongly, rightly."""

import pytest

PATH = "exercises/02_gradient_descent/02_exercises.ipynb"
ANSWER = """
def least_squares_gradient(phi, x, y):
    misses = phi[0] + phi[1] * x - y
    return {factor} * np.array([misses.sum(), (misses * x).sum()])
"""


def hand_in(notebook, answer=None):
    """Hand in an answer, by keyboard, and read what the check shows."""
    solution, check = notebook.index("pb-6-1-gradient"), notebook.index("pb-6-1-gradient-check")
    notebook.run(notebook.index("imports"))
    if answer is not None:
        notebook.type(solution, answer)
    notebook.run(solution)
    return notebook.run(check)


@pytest.mark.parametrize("path", [PATH])
def test_run_all_passes_over_what_is_untouched_or_broken(opened):
    opened.type(opened.index("pb-6-1-gradient"), "least_squares_gradient =")
    opened.run_all()
    shown = {
        cell["metadata"]["nbgrader"]["grade_id"]: str(cell["outputs"])
        for cell in opened.cells()
        if cell.get("outputs")
    }
    assert "NameError" in shown["pb-6-1-gradient-check"]
    assert "Not attempted" in shown["pb-P2-surface-check"]  # the last of all


@pytest.mark.parametrize("path", [PATH])
def test_the_verdict_follows_the_answer(opened):
    assert "Not attempted" in hand_in(opened)
    wrong = hand_in(opened, ANSWER.format(factor=1))
    assert "Not yet" in wrong and "exactly half of the right one" in wrong
    right = hand_in(opened, ANSWER.format(factor=2))
    assert "Correct" in right and "3 of 3 points" in right
