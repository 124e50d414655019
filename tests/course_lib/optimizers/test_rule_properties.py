"""What holds for every update rule on every loss: ensembles, permutations, units, purity."""

import math
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from itertools import cycle
from typing import get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import optimizers
from course_lib.descent import descend
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    SWATS,
    AdaDelta,
    AdamW,
    ConjugateGradient,
    HalveOnStall,
    Newton,
    RAdam,
)
from tests.course_lib.optimizers.rules import COORDINATE_WISE, JOINT, RULES, UNITS


def name(rule):
    return type(rule).__name__


each_rule = pytest.mark.parametrize("rule", RULES, ids=name)


class Bowls:
    """A sum of bowls, one for each example: ½ Σᵢⱼ curvature[i, j] (φⱼ - centre[i, j])².

    No parameter sees another, and no sum of many terms is taken: what is rounded is rounded alike.
    """

    def __init__(self, curvature, centre):
        self.curvature, self.centre = curvature, centre
        self.n_examples, self.n_parameters = curvature.shape
        self.steepness = curvature.sum(axis=0)
        self.pull = (curvature * centre).sum(axis=0)

    def __call__(self, phi):
        """The loss, but for a constant."""
        depth = (self.steepness.astype(phi.dtype) / 2 * phi - self.pull.astype(phi.dtype)) * phi
        return np.ascontiguousarray(depth).sum(axis=-1)

    def gradient(self, phi):
        return self.steepness.astype(phi.dtype) * phi - self.pull.astype(phi.dtype)

    def hessian(self, phi):
        return np.zeros_like(phi)[..., None] + np.diag(self.steepness).astype(phi.dtype)

    def batch(self, indices):
        return Bowls(self.curvature[indices], self.centre[indices])


@st.composite
def numbers(draw, shape):
    """From -8 to below 8, of few digits: no product of a few is too large, too small or rounded."""
    size = math.prod(shape)
    values = draw(st.binary(min_size=size, max_size=size))
    return np.frombuffer(values, np.int8).reshape(shape) / 16


@st.composite
def problems(draw, dtype=np.float64):
    """A loss of three examples, and three starts."""
    shape = (3, draw(st.integers(1, 4)))
    curvature = 1.125 + draw(numbers(shape)) / 8
    return Bowls(curvature, draw(numbers(shape))), draw(numbers(shape)).astype(dtype)


def run(rule, loss, start, steps=8):
    """The Path of a descent, seen batch by batch where the rule is one for batches."""
    curious = isinstance(rule, BFGS | LBFGS | ConjugateGradient)
    batches = None if curious else cycle([[0], [1, 2], [2], [0, 1]])
    return descend(loss, start, rule, steps, batches)


def path(rule, loss, start):
    """Nine points, shape (9, *ensemble, P)."""
    return run(rule, loss, start).params


def test_every_rule_is_here():
    assert {type(rule).__name__ for rule in RULES} == set(optimizers.__all__)


# --- ensembles ---

SHARES = ("beta", "gamma", "dampening")
"""The numbers that may be zero, where a rule forgets all at once."""


def numbers_of(rule):
    """The hyperparameters that may be arrays, and their values."""
    rule = getattr(rule, "rule", rule)  # HalveOnStall has those of the rule inside
    kinds = get_type_hints(type(rule))
    values = {name: getattr(rule, name) for name in kinds if np.ndarray in get_args(kinds[name])}
    return {name: value for name, value in values.items() if value is not None}


def test_the_numbers_of_a_rule_are_found():
    moments = {"learning_rate": 0.1, "beta": 0.9, "gamma": 0.999, "epsilon": 1e-8}
    assert numbers_of(AdamW(0.1)) == moments | {"weight_decay": 0.01}
    assert numbers_of(HalveOnStall(AdaDelta(0.5), len)).keys() == {
        "learning_rate",
        "gamma",
        "epsilon",
    }


def with_numbers(rule, numbers):
    if isinstance(rule, HalveOnStall):
        return replace(rule, rule=replace(rule.rule, **numbers))
    return replace(rule, **numbers)


@st.composite
def apart(draw, rule):
    """Three rules, each with its own draw of every number that may be an array, and the one rule of
    the three. That has lists of numbers: rules make arrays of them.
    """
    lists = {}
    for name, value in numbers_of(rule).items():
        factors = st.floats(0.01, 1)
        if name in SHARES:
            factors = st.just(0.0) | factors
        lists[name] = [value * factor for factor in draw(st.tuples(*3 * [factors]))]
    members = [
        with_numbers(rule, {name: values[i] for name, values in lists.items()}) for i in range(3)
    ]
    return members, with_numbers(rule, lists)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("rule", "own"),
    [(rule, False) for rule in RULES] + [(rule, True) for rule in RULES if numbers_of(rule)],
    ids=lambda argument: argument if isinstance(argument, bool) else name(argument),
)
@given(data=st.data())
@settings(max_examples=5)
def test_an_ensemble_is_the_loop_over_its_members_bit_for_bit(rule, own, dtype, data):
    """Of one rule for all, and of a rule with numbers of its own for each."""
    members, together = data.draw(apart(rule)) if own else (3 * [rule], rule)
    loss, starts = data.draw(problems(dtype))
    ensemble = run(together, loss, starts, steps=40)
    assert ensemble.params.dtype == dtype
    for i, (member, start) in enumerate(zip(members, starts)):
        alone = run(member, loss, start, steps=40)
        np.testing.assert_array_equal(ensemble.member(i).params, alone.params)
        assert ensemble.reason[i] == alone.reason


def leaves(state):
    """Every array in a state, however deep."""
    if isinstance(state, tuple):
        return [leaf for part in state for leaf in leaves(part)]
    return [] if state is None else [np.asarray(state)]


@each_rule
def test_a_state_has_the_ensemble_in_front(rule):
    """And a number for each parameter, or one for all, where no parameter sees another."""
    phi = np.ones((3, 2, 5))
    loss = Bowls(np.ones((3, 5)), np.zeros((3, 5)))
    rule = with_numbers(rule, {name: np.full((3, 2), x) for name, x in numbers_of(rule).items()})
    state = rule.init(phi)
    for t in range(3):
        assert all(leaf.shape[:2] == (3, 2) for leaf in leaves(state))
        if type(rule) in map(type, COORDINATE_WISE):
            assert all(leaf.shape[2:] in {(1,), (5,)} for leaf in leaves(state))
        phi, state = rule.step(phi, state, loss, t)
        assert phi.shape == (3, 2, 5)


# --- purity ---


@each_rule
def test_a_step_is_pure_and_writes_into_nothing(rule):
    rng = np.random.default_rng(0)
    loss = Bowls(rng.uniform(0.25, 2, (3, 4)), rng.normal(size=(3, 4)))
    phi = rng.normal(size=(2, 4))
    state = rule.init(phi)
    for t in range(4):
        given_in = [phi, *leaves(state)]
        before = [array.copy() for array in given_in]
        for array in given_in:
            array.flags.writeable = False
        once, again = (rule.step(phi, state, loss, t) for _ in range(2))
        for one, other in zip(leaves(once), leaves(again), strict=True):
            np.testing.assert_array_equal(one, other)
        for now, then in zip(given_in, before, strict=True):
            np.testing.assert_array_equal(now, then)
        phi, state = once


@each_rule
def test_descend_has_looked_and_no_part_of_a_rule_looks_again(rule, monkeypatch):
    looks = []
    monkeypatch.setattr("course_lib.optimizers._parts.as_step", lambda name, t: looks.append(t))
    run(rule, Bowls(np.ones((3, 2)), np.zeros((3, 2))), np.ones(2), steps=1)
    assert looks == []


@each_rule
def test_a_rule_is_frozen(rule):
    for field in fields(rule):
        with pytest.raises(FrozenInstanceError):
            setattr(rule, field.name, None)


# --- parameters apart, and in another order ---


def of(columns, loss):
    """The loss of some of the parameters, the others left out."""
    return Bowls(loss.curvature[:, columns], loss.centre[:, columns])


@pytest.mark.parametrize("rule", COORDINATE_WISE, ids=name)
@given(problem=problems(), data=st.data())
@settings(max_examples=5)
def test_the_parameters_of_a_coordinate_wise_rule_do_not_see_each_other(rule, problem, data):
    """Left out or in another order, the rest walk the same path, to the last bit."""
    loss, starts = problem
    columns = data.draw(st.permutations(range(loss.n_parameters)))
    columns = columns[: data.draw(st.integers(1, len(columns)))]
    whole = path(rule, loss, starts)
    some = path(rule, of(columns, loss), starts[:, columns])
    np.testing.assert_array_equal(some, whole[..., columns])


@pytest.mark.parametrize("rule", JOINT, ids=name)
@given(problem=problems(), data=st.data())
@settings(max_examples=5)
def test_permuting_the_parameters_of_any_rule_permutes_its_path(rule, problem, data):
    """Where sums are taken over the parameters their order is felt in the last digits."""
    loss, starts = problem
    order = data.draw(st.permutations(range(loss.n_parameters)))
    permuted = path(rule, of(order, loss), starts[:, order])
    tolerance = 1e-12 if isinstance(rule, SWATS) else 1e-6
    np.testing.assert_allclose(permuted, path(rule, loss, starts)[..., order], 1e-9, tolerance)


# --- units ---

# RAdam's rate is a length per slope until it trusts v, and a length from then on. The first step of
# a Wolfe search is at most 1 long, in whatever unit.
WITHOUT = RAdam | ConjugateGradient | BFGS | LBFGS


def in_units(rule, length, height):
    """The same rule where φ is told in numbers `length` times as large, the loss in `height`."""
    numbers = {}
    for name, (of_phi, of_loss) in UNITS.get(type(rule), {}).items():
        power = 2 if name == "epsilon" and getattr(rule, "epsilon_inside", False) else 1
        value = getattr(rule, name)
        if value is not None:
            numbers[name] = value * (length**of_phi * height**of_loss) ** power
    for name in ("rule", "line_search"):  # a part has units of its own
        if is_dataclass(getattr(rule, name, None)):
            numbers[name] = in_units(getattr(rule, name), length, height)
    return replace(rule, **numbers)


def scaled(loss, length, height):
    """height · loss[φ / length]."""
    return Bowls(loss.curvature * height / length**2, loss.centre * length)


powers_of_two = st.sampled_from(2.0 ** np.arange(-6, 7))


@pytest.mark.parametrize("rule", [r for r in RULES if not isinstance(r, WITHOUT)], ids=name)
@given(problem=problems(), length=powers_of_two, height=powers_of_two)
@settings(max_examples=5)
def test_other_units_change_the_numbers_of_a_path_and_nothing_else(rule, problem, length, height):
    """The scaling laws: with other units for φ and the loss, and for what is measured in them,
    the path is the same, to the last bit as powers of two are exact.

    So the steps of gradient descent and of momentum grow with the loss, and those of adaptive rules
    see it by ε alone. AdaDelta has one ε for the squares of both its steps and its slopes: they
    have the same unit where the loss is in squares of the unit of φ.
    """
    loss, starts = problem
    height = length**2 if isinstance(rule, AdaDelta) else height
    there = path(in_units(rule, length, height), scaled(loss, length, height), starts * length)
    np.testing.assert_array_equal(there, length * path(rule, loss, starts))


@pytest.mark.parametrize("rule", [r for r in RULES if isinstance(r, RAdam)], ids=name)
@given(problem=problems(), length=powers_of_two, height=powers_of_two)
@settings(max_examples=5)
def test_the_rate_of_radam_changes_its_unit_once_it_trusts_v(rule, problem, length, height):
    loss, starts = problem

    def rate(t):
        trusted, _ = rule.rectification(t, starts)
        return rule.learning_rate * (length if trusted else length**2 / height)

    converted = replace(rule, learning_rate=rate, epsilon=rule.epsilon * height / length)
    there = path(converted, scaled(loss, length, height), starts * length)
    np.testing.assert_array_equal(there, length * path(rule, loss, starts))


# --- no slope, and too steep a slope ---

ADAPTIVE = [rule for rule in RULES if "epsilon" in {field.name for field in fields(rule)}]


def without_epsilon(rule):
    least = 1e-300 if isinstance(rule, AdaDelta) else 0.0
    started = {name: 0.0 for name in ("initial_m", "initial_v") if hasattr(rule, name)}
    return replace(rule, epsilon=least, **started)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rule", RULES, ids=name)
def test_without_a_slope_a_parameter_stays_and_the_others_move(rule, dtype):
    """0/0 counts as 0: at an exact minimum, and for one dead parameter, with ε = 0 too."""
    rule = without_epsilon(rule) if rule in ADAPTIVE else rule
    loss = Bowls(np.array([[0.0, 1.0]]), np.array([[0.0, 2.0]]))
    starts = np.array([[3.0, 1.5], [3.0, 2.0]], dtype)  # the second is a minimum
    path = descend(loss, starts, rule, 8)
    singular = isinstance(rule, Newton)  # its H has no inverse where one parameter is dead
    assert path.diverged.tolist() == [singular, False]
    if not isinstance(rule, AdamW):  # whose decay pulls at every parameter
        assert (path.params[:, :, 0] == 3).all() and (path.params[:, 1, 1] == 2).all()
    if not singular and not isinstance(rule, AdaDelta):  # whose steps are made of ε
        assert path.params[-1, 0, 1] != 1.5


@pytest.mark.parametrize(("dtype", "slope"), [(np.float64, 1e160), (np.float32, 1e25)])
@pytest.mark.parametrize("rule", ADAPTIVE, ids=name)
def test_a_slope_too_large_to_be_squared_is_said_to_be_so(rule, dtype, slope):
    """Its parameter would not move again, and nothing would tell why."""

    class Cliff:
        def __call__(self, phi):
            return phi.sum(axis=-1)

        def gradient(self, phi):
            return np.where(phi > 1, dtype(slope), dtype(1))

    path = descend(Cliff(), np.array([[2.0, 2.0], [0.0, 0.0]], dtype), rule, steps=8)
    assert path.reason[1] == "all 8 steps taken"
    assert path.diverged[0] and path.reason[0].startswith("diverged at step ")
