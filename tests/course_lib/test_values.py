"""Rules, schedules, losses and paths as values: equality, hash and repr are true, and short."""

import copy
import pickle

import numpy as np
import pytest

from course_lib.clipping import ClippedGradient
from course_lib.critical_points import find_critical_points
from course_lib.descent import descend
from course_lib.line_search import Backtracking, Bracketing, Wolfe
from course_lib.optimizers import Adam, AdamW, GradientDescent, Momentum
from course_lib.schedules import ExponentialDecay, StepDecay, WarmUp
from course_lib.surfaces import Beale, Quadratic
from tests.course_lib.optimizers.rules import RULES
from tests.course_lib.optimizers.test_rule_properties import numbers_of, with_numbers

BOWL = Quadratic([1.0, 2.0])


def rates(n=2):
    return np.linspace(0.1, 0.2, n)


MAKERS = [
    lambda: Adam(0.1),
    lambda: Adam(rates(), epsilon=rates()),
    lambda: Adam(np.array(0.1)),
    lambda: Momentum(StepDecay(0.8, 0.5, every=3), beta=[0.5, 0.9]),
    lambda: GradientDescent(rates(1000).reshape(10, 100)),
    lambda: GradientDescent(line_search=Wolfe(curvature=np.array(0.5))),
    lambda: WarmUp(3, ExponentialDecay(rates(), 0.1)),
    lambda: Quadratic([1.0, 2.0], centre=np.zeros(2)),
    lambda: Quadratic(np.ones(3000)),
    lambda: ClippedGradient(BOWL, rates()),
    lambda: descend(BOWL, [1.0, 2.0], Adam(0.1), 500),
    lambda: descend(BOWL, np.ones((7, 3, 2)), GradientDescent(0.1), 500, tolerance=0.01),
    lambda: find_critical_points(BOWL, [(-1, 1), (-1, 1)])[0],
]


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_made_alike_is_equal_has_one_hash_and_a_short_repr(make):
    one, other = make(), make()
    assert one == other and hash(one) == hash(other) and len({one, other}) == 1
    assert copy.deepcopy(one) == one == pickle.loads(pickle.dumps(one))
    assert type(one).__name__ in repr(one) and repr(one) == repr(other)
    assert len(repr(one)) < 200 and "\n" not in repr(one) and " at 0x" not in repr(one)


@pytest.mark.parametrize("rule", [*filter(numbers_of, RULES)], ids=lambda rule: type(rule).__name__)
def test_every_rule_with_arrays_is_a_value(rule):
    def arrays(n):
        values = {name: np.full(n, 0.9 * value) for name, value in numbers_of(rule).items()}
        return with_numbers(rule, values)

    assert arrays(3) == arrays(3) != arrays(4) and hash(arrays(3)) == hash(arrays(3))
    assert arrays(3) != rule


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Adam(0.1), Adam(0.2)),
        (Adam(0.1), AdamW(0.1)),
        (Adam(0.1), 0.1),
        (Adam([0.1]), Adam(0.1)),
        (Adam(rates(2)), Adam(rates(3))),
        (GradientDescent(StepDecay(0.1, 0.5, 3)), GradientDescent(StepDecay(0.1, 0.5, 4))),
        (GradientDescent(line_search=Wolfe()), GradientDescent(line_search=Backtracking())),
        (Bracketing(1.0), Bracketing(2.0)),
        (BOWL, Quadratic([2.0, 1.0])),
        (
            descend(BOWL, [1.0, 2.0], GradientDescent(0.1), 5),
            descend(BOWL, [1.0, 2.1], GradientDescent(0.1), 5),
        ),
    ],
)
def test_what_differs_is_not_equal(one, other):
    assert one != other


def test_a_repr_can_be_read_back():
    for rule in (Adam(0.1), GradientDescent([0.1, 0.2]), GradientDescent(line_search=Wolfe())):
        assert eval(repr(rule)) == rule


def test_a_path_tells_how_it_ended():
    path = descend(BOWL, [[1.0, 1.0], [9.0, 9.0]], GradientDescent([0.5, 3.0]), 99, tolerance=0.01)
    assert repr(path.member(0)) == "Path(9 rows of 2 parameters: converged at step 7)"
    assert repr(path).endswith("of an ensemble (2,) of 2 parameters: 1 converged, 1 diverged)")


# --- what the caller does to an array later ---


@pytest.mark.parametrize("make", [Adam, Momentum, GradientDescent, lambda a: WarmUp(1, a)])
def test_a_change_to_the_callers_array_changes_no_rule(make):
    array = np.array([0.1, 0.2])
    rule = make(array)
    array *= 100
    assert rule == make([0.1, 0.2])


def test_an_array_of_a_rule_cannot_be_written_into():
    with pytest.raises(ValueError, match="read-only"):
        Adam([0.1, 0.2]).learning_rate[0] = 9.0


def test_a_change_to_the_callers_list_changes_no_loss():
    eigenvalues, slopes = [1.0, 2.0], np.array([3.0, 1.0])
    bowl, clipped = Quadratic(eigenvalues), ClippedGradient(Beale(), slopes)
    eigenvalues[0], slopes[0] = 9.0, 9.0
    assert bowl.gradient([1.0, 1.0]).tolist() == [1, 2]
    assert clipped == ClippedGradient(Beale(), [3.0, 1.0])
