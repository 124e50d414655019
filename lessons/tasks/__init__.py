"""Every task of the course ("your turn"): `check(...)` judges an answer, `hint()` helps.

A chapter's tasks are in the module named like its notebook, which imports them from there:
`from lessons.tasks import gradient_descent as your_turn`. Their answers are in `solutions/`.
"""

from lessons.declared import by_module
from lessons.marking.problem import Task

ALL = by_module(__name__, Task)
"""The tasks of each chapter, by the name of its module and their own."""
