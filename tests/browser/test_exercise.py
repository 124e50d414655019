"""A student solves an exercise in JupyterLab: untouched, wrongly, rightly."""

import pytest

PATH = "exercises/02_gradient_descent/02_exercises.ipynb"
ANSWER = """
def least_squares_gradient(phi, x, y):
    misses = phi[0] + phi[1] * x - y
    return {factor} * np.array([misses.sum(), (misses * x).sum()])
"""


@pytest.fixture
def verdict(opened):
    """Hand in an answer, by keyboard, and read what the check shows."""

    def hand_in(answer=None):
        solution, check = opened.index("pb-6-1-gradient"), opened.index("pb-6-1-gradient-check")
        if answer is not None:
            opened.type(solution, answer)
        opened.run(solution)
        return opened.run(check)

    opened.run(opened.index("imports"))
    return hand_in


@pytest.mark.parametrize("path", [PATH])
def test_the_verdict_follows_the_answer(verdict):
    assert "Not attempted" in verdict()
    wrong = verdict(ANSWER.format(factor=1))
    assert "Not yet" in wrong and "exactly half of the right one" in wrong
    right = verdict(ANSWER.format(factor=2))
    assert "Correct" in right and "3 of 3 points" in right
