"""The graded problems (floor 5): each has `statement()`, `check(...)`, `hint()` and `points(...)`.

>>> print(pb_6_1.verdict(lambda phi, x, y: [0, 0]))
→ Not yet (0 of 3 points) · pb-6.1 The gradient of a least-squares loss
  With phi = [1, 2], x = [0, 1, 3], y = [2, 1, 0], the gradient is [16, 46]; yours is [0, 0].

One module for each exercise set, and one more for pb-6.4. `PROBLEMS` holds them all by their
ledger id.
"""

from course_lib.problems.adaptive import pb_C3, pb_G3
from course_lib.problems.gradient_descent import pb_6_1, pb_C1, pb_P2
from course_lib.problems.initialization import pb_6_5
from course_lib.problems.line_search import DentedBowl, line_search_path, pb_6_7, pb_6_8, pb_G1
from course_lib.problems.logistic_regression import pb_6_4
from course_lib.problems.loss_surfaces import pb_6_2, pb_6_3, pb_6_6, pb_6_11, pb_P1
from course_lib.problems.momentum import pb_6_10, pb_C2
from course_lib.problems.stochastic import pb_6_9, pb_P3

PROBLEMS = {
    problem.id: problem
    for problem in (
        pb_6_1, pb_C1, pb_P2,
        pb_G1, pb_6_8, pb_6_7,
        pb_6_6, pb_P1, pb_6_2, pb_6_3, pb_6_4, pb_6_11,
        pb_6_9, pb_P3,
        pb_6_10, pb_C2,
        pb_C3, pb_G3,
        pb_6_5,
    )
}  # fmt: skip

__all__ = [
    "PROBLEMS", "DentedBowl", "line_search_path",
    *(problem.name for problem in PROBLEMS.values()),
]  # fmt: skip
