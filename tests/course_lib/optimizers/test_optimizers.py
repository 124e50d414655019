"""What holds for every first-order update rule alike."""

import inspect
from dataclasses import fields

import numpy as np
import pytest

from course_lib import optimizers
from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor
from course_lib.optimizers import (
    AdaDelta,
    AdaGrad,
    AMSGrad,
    DeltaBarDelta,
)
from course_lib.surfaces import Quadratic
from tests.course_lib.optimizers.rules import RULES as TRIED

GABOR = LeastSquares(Gabor(), *gabor_data())
BOWL = Quadratic((1.0, 9.0), angle=0.4)

# Those of first order that keep a state of their own; the others have tests of their own.
OTHERS = {
    "GradientDescent", "SVRG", "HalveOnStall", "Newton", "RegularizedNewton", "ConjugateGradient",
    "BFGS", "LBFGS",
}  # fmt: skip
FORMS = [form for form in TRIED if type(form).__name__ not in OTHERS]
RULES = list(dict.fromkeys(map(type, FORMS)))
SCHEDULED = [rule for rule in RULES if rule is not DeltaBarDelta]  # its rates are its own
ROLLING = [rule for rule in SCHEDULED if rule.__module__.endswith("momentum")]
ROLLING += [rule for rule in SCHEDULED if "Nesterov" in rule.__name__]

# The hyperparameters that each member of an ensemble may have its own of.
NUMBERS = (
    "learning_rate beta gamma dampening epsilon tolerance increase decrease weight_decay "
    "initial_m initial_v"
).split()


def choices_of(form):
    """What a form chooses besides its numbers, by name."""
    return {
        field.name: value
        for field in fields(form)
        if field.name not in NUMBERS and (value := getattr(form, field.name)) != field.default
    }


# Every choice that a rule offers besides its numbers, none of them first.
CHOICES = [(rule, {}) for rule in RULES]
CHOICES += [(type(form), chosen) for form in FORMS if (chosen := choices_of(form))]

by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
by_choice = pytest.mark.parametrize(
    ("rule", "choice"),
    CHOICES,
    ids=[" ".join([r.__name__, *c, *map(str, c.values())]) for r, c in CHOICES],
)


def numbers_of(rule):
    """Those that a rule has, by name."""
    return [field.name for field in fields(rule) if field.name in NUMBERS]


def arrays_in(state):
    """Every array in a rule's state."""
    if state is None:
        return []
    return list(state) if isinstance(state, tuple) else [state]


def test_the_list_of_rules_is_whole():
    assert {rule.__name__ for rule in RULES} | OTHERS == set(optimizers.__all__)
    assert len(CHOICES) > len(RULES) + 8


@by_name
def test_a_rule_fits_on_a_screen_and_names_its_hyperparameters(rule):
    assert len(inspect.getsource(rule.step).splitlines()) <= 30
    for field in fields(rule):
        assert field.name in rule.__doc__


# --- arrays of hyperparameters ---


@by_choice
def test_arrays_of_hyperparameters_meet_arrays_of_starts(rule, choice):
    """Rates (3, 1), another hyperparameter (4,), where there is one: an ensemble (3, 4)."""
    rates = np.array([[0.01], [0.02], [0.04]])
    values = np.array([0.1, 0.3, 0.5, 0.7])
    others = [name for name in numbers_of(rule) if name != "learning_rate"][:1]
    made = rule(rates, **dict.fromkeys(others, values), **choice)
    together = descend(BOWL, [2.0, 1.0], made, steps=15)
    assert together.params.shape == (16, 3, 4 if others else 1, 2)
    for i, j in np.ndindex(together.params.shape[1:3]):
        own = rule(float(rates[i, 0]), **dict.fromkeys(others, float(values[j])), **choice)
        alone = descend(BOWL, [2.0, 1.0], own, steps=15)
        np.testing.assert_array_equal(together.params[:, i, j], alone.params)


# --- types ---


@by_choice
@pytest.mark.parametrize("rates", [0.05, [0.05, 0.1, 0.15]], ids=["number", "array"])
def test_float32_stays_float32(rule, choice, rates):
    shape = (2,) if np.ndim(rates) == 0 else (3, 2)
    others = {} if np.ndim(rates) == 0 else {
        name: np.array([0.25, 0.5, 0.75]) for name in numbers_of(rule) if name != "learning_rate"
    }  # fmt: skip
    made = rule(learning_rate=rates, **others, **choice)
    phi = np.full(shape, 2, np.float32)
    state, same = made.init(phi), made.init(phi.astype(float))
    wide = phi.astype(float)
    for t in range(12):
        phi, state = made.step(phi, state, BOWL, t)
        wide, same = made.step(wide, same, BOWL, t)
        assert phi.dtype == np.float32
        assert all(array.dtype in (np.float32, bool) for array in arrays_in(state))
    np.testing.assert_allclose(phi, wide, rtol=1e-3, atol=1e-3)


@by_name
def test_numbers_may_be_of_any_type(rule):
    expected = descend(BOWL, [2.0, 1.0], rule(learning_rate=1.0), steps=3).params
    for one in (1, np.float64(1), np.float32(1), np.array(1.0), np.int64(1)):
        np.testing.assert_array_equal(
            descend(BOWL, [2.0, 1.0], rule(learning_rate=one), steps=3).params, expected
        )


# --- schedules ---


@pytest.mark.parametrize("rule", SCHEDULED, ids=lambda rule: rule.__name__)
def test_a_rate_may_be_a_schedule(rule):
    number = descend(BOWL, [2.0, 1.0], rule(learning_rate=0.05), steps=20).params
    constant = descend(BOWL, [2.0, 1.0], rule(learning_rate=lambda t: 0.05), steps=20).params
    np.testing.assert_array_equal(constant, number)
    falling = rule(learning_rate=lambda t: 0.05 if t < 10 else 0.01)
    dropped = descend(BOWL, [2.0, 1.0], falling, steps=20).params
    np.testing.assert_array_equal(dropped[:11], number[:11])
    assert not np.array_equal(dropped[11], number[11])


@pytest.mark.parametrize("rule", SCHEDULED, ids=lambda rule: rule.__name__)
def test_a_schedule_may_give_each_member_its_own_rate(rule):
    rates = np.array([0.02, 0.05])
    together = descend(
        BOWL, np.array([[2.0, 1.0]] * 2), rule(learning_rate=lambda t: rates / (1 + t)), steps=10
    )
    for member, rate in enumerate(rates):
        made = rule(learning_rate=lambda t, rate=rate: rate / (1 + t))
        alone = descend(BOWL, [2.0, 1.0], made, steps=10)
        np.testing.assert_array_equal(together.params[:, member], alone.params)


@pytest.mark.parametrize("rule", ROLLING, ids=lambda rule: rule.__name__)
def test_momentum_may_be_a_schedule(rule):
    number = descend(BOWL, [2.0, 1.0], rule(0.02, beta=0.5), steps=20).params
    constant = descend(BOWL, [2.0, 1.0], rule(0.02, beta=lambda t: 0.5), steps=20).params
    np.testing.assert_array_equal(constant, number)
    rising = rule(0.02, beta=lambda t: 0.5 if t < 10 else 0.9)
    raised = descend(BOWL, [2.0, 1.0], rising, steps=20).params
    np.testing.assert_array_equal(raised[:10], number[:10])
    assert not np.array_equal(raised[11], number[11])


# --- where it goes ---


@by_name
def test_every_rule_finds_the_bottom_of_a_bowl(rule):
    """Slowly or bouncing, but each comes down."""
    rate = 1.0 if rule in (AdaDelta, AdaGrad) else 0.02
    path = descend(BOWL, [2.0, 1.0], rule(learning_rate=rate), steps=3000)
    assert not path.diverged
    assert path.final_loss < 0.01 * path.losses[0]


@by_choice
def test_where_the_slope_is_zero_a_rule_stays(rule, choice):
    path = descend(BOWL, [0.0, 0.0], rule(learning_rate=0.1, **choice), steps=5)
    assert not path.diverged
    assert (path.params == 0).all()


# --- bad input ---

RANGES = {
    "learning_rate": ([0, -1, np.nan, np.inf, [0.1, 0]], "finite and above zero"),
    "beta": ([-0.1, 1, np.nan, [0.5, 1.0]], "at least 0 and below 1"),
    "gamma": ([-0.1, 1, np.nan, [0.5, 1.0]], "at least 0 and below 1"),
    "dampening": ([-0.1, 1], "at least 0 and below 1"),
    "epsilon": ([-1e-8, np.nan, np.inf], "finite and"),
    "tolerance": ([0, -1, np.nan], "finite and above zero"),
    "increase": ([-0.1, np.nan], "finite and not negative"),
    "decrease": ([0, 1, np.nan], "between 0 and 1"),
    "weight_decay": ([-0.1, np.inf], "finite and not negative"),
    "initial_m": ([-0.1, np.nan], "finite and not negative"),
    "initial_v": ([-0.1, np.nan], "finite and not negative"),
    "threshold": ([3.9, np.nan, -1], "expected"),
    "momentum_decay": ([-0.1], "finite and not negative"),
    "bias_correction": (["before"], "expected one of None, 'after_max', 'before_max'"),
}
BAD = [
    (rule, field.name, value, RANGES[field.name][1])
    for rule in RULES
    for field in fields(rule)
    if field.name in RANGES and (field.name != "bias_correction" or rule is AMSGrad)
    for value in RANGES[field.name][0]
]


@pytest.mark.parametrize(("rule", "name", "value", "expected"), BAD)
def test_a_bad_hyperparameter_is_refused_by_name(rule, name, value, expected):
    with pytest.raises(ValueError) as error:
        rule(**{"learning_rate": 0.1, name: value})
    for part in (f"{name} is", repr(value), expected):
        assert part in str(error.value)


@pytest.mark.parametrize("value", ["fast", None, 1j, [[0.1], [0.1, 0.2]]])
@by_name
def test_a_rate_that_is_no_number_is_refused(rule, value):
    with pytest.raises(TypeError, match="learning_rate is .* expected real numbers"):
        rule(learning_rate=value)


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (rule, name)
        for rule in RULES
        for name in numbers_of(rule)
        if name != "learning_rate" and (name != "beta" or rule not in ROLLING)
    ]
    + [(DeltaBarDelta, "learning_rate")],
)
def test_a_schedule_where_none_belongs_is_refused(rule, name):
    with pytest.raises(TypeError, match=f"{name} is <function .* expected real numbers"):
        rule(**{"learning_rate": 0.1, name: lambda t: 0.5})
