"""Every prediction of the course: `jump_over()` shows its choices, and then the demo that decides.

A chapter's predictions are in the module named like its notebook, which imports them from there:
`from lessons.predictions import gradient_descent as predict`.
"""

from lessons.asking.prediction import Prediction
from lessons.declared import by_module

ALL = by_module(__name__, Prediction)
"""The predictions of each chapter, by the name of its module and their own."""
