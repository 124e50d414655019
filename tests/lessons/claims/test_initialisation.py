"""The claims about starts: their figures against what is derived, and verdicts that can turn."""

import pytest

from course_lib.initialization import he_normal, uniform
from lessons.claims import initialisation as claims
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def values(measurement):
    """The figures of a measurement, in their order."""
    return [figure.value for figure in measurement.figures.values()]


# --- cl-31 ---


def test_equal_units_part_only_by_what_leaves_them():
    measurement = claims.equal_units_stay_equal()
    assert measurement.verdict == CONDITION
    shares = [f.value for what, f in measurement.figures.items() if what.startswith("part")]
    assert shares[::2] == [0, 0] and min(shares[1::2]) > 0.9


def test_units_that_start_a_little_apart_part():
    assert claims.equal_units_stay_equal(nudge=0.01).verdict == FAILS


def test_before_the_first_differences_have_grown_none_has_parted(monkeypatch):
    monkeypatch.setattr(claims, "APART", 1e6)
    assert claims.equal_units_stay_equal().verdict == HOLDS


# --- cl-32 ---


def test_a_layer_multiplies_the_variance_as_derived():
    """1 and ½ between equal layers, 2m/(m + n) = 4/3 where they get half as wide."""
    measurement = claims.glorot_keeps_the_variance()
    identity, tanh, relu, halving = values(measurement)
    assert measurement.verdict == CONDITION
    assert identity == pytest.approx(1, abs=0.05) and halving == pytest.approx(4 / 3, abs=0.1)
    assert relu == pytest.approx(1 / 2, abs=0.05) and relu < tanh < identity


@pytest.mark.parametrize(
    ("layers", "verdict"),
    [(("identity, equal layers",), HOLDS), (("relu, equal layers",), FAILS)],
)
def test_what_keeps_the_variance_depends_on_the_layers(layers, verdict):
    assert claims.glorot_keeps_the_variance(layers=layers).verdict == verdict


def test_other_weights_keep_it_elsewhere_or_nowhere(monkeypatch):
    monkeypatch.setattr(claims, "glorot_uniform", he_normal)
    he = claims.glorot_keeps_the_variance(layers=("relu, equal layers",))
    assert he.verdict == HOLDS
    monkeypatch.setattr(claims, "glorot_uniform", uniform)
    assert claims.glorot_keeps_the_variance().verdict == FAILS


# --- cl-51 ---


def test_the_variance_matters_and_not_the_distribution():
    measurement = claims.normal_or_uniform()
    normal, same, narrow = values(measurement)
    assert measurement.verdict == CONDITION
    assert abs(normal - same) < 5 < narrow - normal


def test_a_uniform_start_of_another_size_makes_a_great_difference():
    assert claims.normal_or_uniform(networks=4, spread=0.3).verdict == FAILS
