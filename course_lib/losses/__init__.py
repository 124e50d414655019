"""Losses: a model and a data set, as a function of the parameters alone."""

from course_lib.losses.cross_entropy import BinaryCrossEntropy, SoftmaxCrossEntropy
from course_lib.losses.examples import SumOverExamples
from course_lib.losses.least_squares import LeastSquares
from course_lib.losses.regularization import Dropout, L2Penalty

__all__ = [
    "BinaryCrossEntropy",
    "Dropout",
    "L2Penalty",
    "LeastSquares",
    "SoftmaxCrossEntropy",
    "SumOverExamples",
]
