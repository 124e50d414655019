"""The graded problems: each has `statement()`, `check(...)`, `hint()` and `points(...)`.

>>> print(ALL["pb-6.1"].verdict(lambda phi, x, y: [0, 0]))
→ Not yet (0 of 3 points) · pb-6.1 The gradient of a least-squares loss
  With phi = [1, 2], x = [0, 1, 3], y = [2, 1, 0], the gradient is [16, 46]; yours is [0, 0].

A chapter's problems are in the module named like its exercise set (pb-6.4 has a module of its own),
found and listed nowhere: `from lessons.problems import pb_6_1`.
"""

from lessons.declared import declared
from lessons.marking.problem import Problem

ALL = {problem.id: problem for problem in declared(__name__, Problem)}
"""Every problem by its ledger id."""

globals().update({problem.name: problem for problem in ALL.values()})
