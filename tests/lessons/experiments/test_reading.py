"""The loss that reads digits, and that no other experiment bears the name of another."""

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from course_lib.datasets import digits
from course_lib.initialization import glorot_uniform
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from lessons import experiments
from lessons.experiments.reading import all_digits, reading


@pytest.mark.parametrize(
    ("part", "n", "found"), [("training", 200, 200), ("validation", 5, 5), ("test", None, 400)]
)
def test_it_is_the_cross_entropy_of_the_first_digits_of_a_part(part, n, found):
    network = MLP((64, 3, 10), "tanh")
    x, y = getattr(digits(), part)
    loss, phi = SoftmaxCrossEntropy(Softmax(network), x[:n], y[:n]), glorot_uniform(network, 0)
    assert reading(network, part, n)(phi) == loss(phi)
    assert reading(network, part, n).n_examples == found


def test_all_digits_are_those_of_the_three_parts():
    x, y = all_digits()
    assert x.shape == (1797, 64)
    np.testing.assert_array_equal(x[1397:], digits().test.x)
    np.testing.assert_array_equal(y[:1000], digits().training.y)


def test_no_two_functions_of_the_experiments_have_one_name():
    names = Counter(
        name
        for info in iter_modules(experiments.__path__)
        for name, value in vars(import_module(f"{experiments.__name__}.{info.name}")).items()
        if getattr(value, "__module__", "").endswith(f".experiments.{info.name}")
        if not name.startswith("_")
    )
    assert [name for name, count in names.items() if count > 1] == []
