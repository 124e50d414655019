"""Networks that read handwritten digits: the loss that the chapters from 01 on share."""

from functools import cache

import numpy as np

from course_lib.datasets import Examples, digits
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax


def reading(network, part="training", n=None):
    """The loss of a network of 64 inputs and ten outputs that reads the first n digits of a part of
    the data, or all of them.

    part : "training", "validation" or "test"
    """
    x, y = getattr(digits(), part)
    return SoftmaxCrossEntropy(Softmax(network), x[:n], y[:n])


@cache
def all_digits():
    """The 1797 digits of all three parts, to draw from."""
    x, y = zip(*digits())
    return Examples(np.concatenate(x), np.concatenate(y))
