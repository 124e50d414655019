"""The formulas behind the pictures of momentum, held to the rules of the library."""

import numpy as np
import pytest

from course_lib.descent import descend
from course_lib.optimizers import Nesterov, VelocityMomentum, VelocityNesterov
from course_lib.surfaces import Quadratic
from lessons.demos import momentum as pictures


@pytest.mark.parametrize("rule", [VelocityMomentum, VelocityNesterov])
@pytest.mark.parametrize(("beta", "rate"), [(0.3, 0.05), (0.9, 0.05), (0.5, 1.2), (0.9, 1.7)])
def test_the_two_roots_are_those_of_the_rule(rule, beta, rate):
    """φₜ₊₁ = (r₁ + r₂) φₜ - r₁ r₂ φₜ₋₁, at every step."""
    phi = descend(Quadratic([1.0]), [1.0], rule(rate, beta), steps=20).params[:, 0]
    first, second = pictures.roots(rule, beta, rate)
    predicted = (first + second) * phi[1:-1] - first * second * phi[:-2]
    np.testing.assert_allclose(phi[2:], predicted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["gradient descent", "momentum", "Nesterov"])
def test_each_rule_at_its_best_shrinks_the_distance_as_the_picture_says(name):
    rule, factor = pictures.best_rules(conditioning=30.0)[name]
    path = descend(Quadratic((1.0, 30.0)), [1.0, 1.0], rule, steps=150)
    distances = np.linalg.norm(path.params, axis=-1)
    assert (distances[150] / distances[75]) ** (1 / 75) == pytest.approx(factor, rel=0.02)


@pytest.mark.parametrize("rate", [0.05, 0.5, 1.5])
def test_the_roots_meet_at_the_corner(rate):
    beta = (1 - np.sqrt(rate)) ** 2
    first, second = pictures.roots(VelocityMomentum, beta, rate)
    assert abs(first - second) < 1e-6
    assert abs(first) == pytest.approx(np.sqrt(beta), abs=1e-6)


def test_the_best_pair_swings_nearly_four_times_as_high_as_it_began():
    rule = VelocityMomentum(*pictures.best_pair(1, 100))
    across = descend(Quadratic([100.0]), [1.0], rule, 20).params
    assert 3.6 < np.abs(across).max() < 4


def test_the_best_beta_of_a_long_valley_is_about_1_less_4_over_its_root():
    _, beta = pictures.best_pair(1, 1e6)
    assert beta == pytest.approx(1 - 4 / 1e3, abs=1e-4)


def test_the_five_points_of_figure_6_8():
    alpha, beta = 0.8, 0.75
    one, two, three, four, five = pictures.five_points(alpha, beta, "corrected: α β m")
    old, gradient = pictures.ONE - pictures.BEFORE, pictures.VALLEY.gradient
    np.testing.assert_allclose(two, one - alpha * (1 - beta) * gradient(one))
    np.testing.assert_allclose(three, two + beta * old)
    np.testing.assert_allclose(four, one + beta * old)
    np.testing.assert_allclose(five, four - alpha * (1 - beta) * gradient(four))


def test_as_printed_point_4_lies_further_ahead():
    alpha, beta = 0.8, 0.75
    corrected, printed = (pictures.five_points(alpha, beta, look) for look in pictures.LOOKS)
    np.testing.assert_array_equal(corrected[:3], printed[:3])
    np.testing.assert_allclose(printed[3] - printed[0], (corrected[3] - corrected[0]) / beta)
    assert not np.allclose(corrected[4], printed[4])


AGREE = {
    ("momentum", pictures.SCHEDULES[0]): {"velocity", "buffer"},
    ("momentum", pictures.SCHEDULES[1]): {"buffer"},
    ("momentum", pictures.SCHEDULES[2]): {"velocity"},
    ("Nesterov", pictures.SCHEDULES[0]): {"velocity", "rewritten"},
    ("Nesterov", pictures.SCHEDULES[1]): set(),
    ("Nesterov", pictures.SCHEDULES[2]): {"velocity", "rewritten"},
}


@pytest.mark.parametrize(("family", "changing"), AGREE)
def test_the_table_of_forms(family, changing):
    """The table of notebook 06: which forms agree with that of chapter 6, and when."""
    paths = pictures.form_paths(family, *pictures.schedules(changing, 0.3, 0.85))
    apart = {name: np.abs(path - paths["averaged"]).max() for name, path in paths.items()}
    agree = {name for name, distance in apart.items() if distance < 1e-9} - {"averaged"}
    assert agree == AGREE[family, changing]
    assert all(apart[name] > 1e-2 for name in set(apart) - agree - {"averaged"})


def test_figure_6_7_compares_on_the_same_batches():
    paths = pictures.noisy_descents(0.5, 0.0, seed=4)
    np.testing.assert_array_equal(paths.params[:, 0], paths.params[:, 1])


@pytest.mark.parametrize(("beta", "limit"), [(0.0, 2 / 3), (0.9, 3.8 / 3)])
def test_as_printed_the_border_of_stability_is_lower(beta, limit):
    """Corrected it is 2 (1 + β) / (1 + 2 β), as printed 2 (1 + β) / 3."""
    rates = limit * np.array([0.98, 1.02]) / (1 - beta)
    printed = pictures.LOOKS["as printed: α m"][0](rates, beta)
    ends, corrected = (
        np.abs(descend(Quadratic([1.0]), [1.0], rule, 3000, keep="last").final[:, 0])
        for rule in (printed, Nesterov(rates, beta))
    )
    assert ends[0] < 1e-6 and ends[1] > 1
    assert corrected.max() < 1e-6
