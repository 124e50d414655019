"""What notebook 07 says of its pictures, held to the paths behind them."""

import numpy as np
import pytest

from course_lib.optimizers import Adam, RAdam, RMSPropNesterov
from course_lib.surfaces import badly_scaled_bowl
from lessons import demos
from lessons.demos import adaptive_methods as figures
from lessons.demos.step_by_step import worked_step
from lessons.experiments import basins
from lessons.experiments.scenes import gabor_minima


def test_the_typical_values_of_adam_are_its_defaults():
    rule = Adam()
    assert (rule.beta, rule.gamma, rule.epsilon) == (0.9, 0.999, 1e-8)


# --- normalised gradients bounce ---

RATES = figures.BOUNCE_RATES


def bounced_to(epsilon):
    """How far from the minimum each of the rates ends: the farther of its last two points."""
    paths = figures.bounced(RATES, 4.2, epsilon, "constant")
    return np.abs(paths.params[-2:, :, 0]).max(axis=0)


def test_rates_that_arrive_end_between_half_of_themselves_and_themselves():
    ends = bounced_to(epsilon=1e-8) / RATES
    np.testing.assert_array_equal((0.5 < ends) & (ends < 1), RATES >= 0.035)


def test_with_a_large_epsilon_rates_below_twice_that_settle():
    """A rate above 2ε hops between ±(α/2 - ε)."""
    ends = bounced_to(epsilon=0.32)
    fast = RATES > 0.64
    np.testing.assert_allclose(ends[fast], RATES[fast] / 2 - 0.32, rtol=0.02)
    assert ends[(RATES > 0.07) & (RATES < 0.6)].max() < 2e-6 < ends[RATES < 0.07].min()
    assert ends[~fast & (RATES > 0.6)].max() < 1e-3


# --- the rate of each parameter ---


def steps_to_the_lines(gamma, steps):
    """Steps until Adam's rates are 0.8 of those at which it is unstable, for each axis."""
    rule = figures.rules_with_rates(0.5, gamma)["Adam"]
    bowl = badly_scaled_bowl()
    _, rates = figures.effective_rates(bowl, figures.BOWL_START, rule, steps)
    near = rates > 0.8 * 19 * 2 / np.array(bowl.eigenvalues)
    assert near.any(axis=0).all()
    return near.argmax(axis=0)


def test_with_its_usual_gamma_adam_reaches_the_lines_long_after_the_picture_ends():
    short, usual = steps_to_the_lines(0.9, figures.RATE_STEPS), steps_to_the_lines(0.999, 9000)
    assert usual.min() > figures.RATE_STEPS
    assert (25 < usual / short).all() and (usual / short < 50).all()


# --- the first steps ---


@pytest.mark.parametrize("noise", [0.1, 10.0])
def test_adams_first_step_is_alpha_and_later_ones_about_a_seventh(noise):
    lengths = np.abs(np.diff(figures.wandering("Adam", 0.1, 0, noise), axis=0)) / 0.1
    np.testing.assert_allclose(lengths[0], 1, rtol=1e-3)
    assert 1 / 8 < np.median(lengths[20:]) < 1 / 6


@pytest.mark.parametrize("noise", [0.1, 10.0])
def test_warm_up_changes_the_first_steps_and_wanders_as_far_in_the_end(noise):
    adam, warm_up = (
        np.sqrt((figures.wandering(rule, 0.1, steps, noise) ** 2).mean(axis=1))
        for rule, steps in (("Adam", 0), ("warm-up", 20))
    )
    assert warm_up[5] < adam[5] / 3
    assert warm_up[-1] == pytest.approx(adam[-1], rel=0.15)


# --- the race ---

RULES = {rule for racers in figures.RACERS.values() for rule in racers.values()}


def losses(surface, factor=1.0):
    """The loss of every rule of the race after 60 steps, lowest first."""
    ends = {rule: figures.run(surface, rule, factor).losses[:61][-1] for rule in RULES}
    return dict(sorted(ends.items(), key=lambda item: item[1]))


def test_only_rmsprop_with_nesterov_comes_near_momentum_in_rosenbrocks_valley():
    first, second, third, fourth, *_ = losses("Rosenbrock").items()
    assert {first[0].__name__, second[0].__name__} == {"Nesterov", "Momentum"}
    assert third == (RMSPropNesterov, pytest.approx(0.58, abs=0.005))
    assert fourth[1] > 3 * third[1]


def test_no_rule_wins_every_race():
    assert len({next(iter(losses(surface))) for surface in figures.RACES}) > 2


@pytest.mark.parametrize("surface", [name for name, race in figures.RACES.items() if not race.rate])
def test_radam_comes_last_of_adams_kin_where_rates_are_tuned(surface):
    kin = figures.RACERS["Adam and its kin"].values()
    assert [rule for rule in losses(surface) if rule in kin][-1] is RAdam


def test_on_the_bowl_adagrad_gains_by_three_times_its_best_rate():
    once, thrice = (losses("badly scaled bowl", factor) for factor in (1.0, 3.2))
    gained = {rule.__name__: thrice[rule] / once[rule] for rule in RULES}
    assert gained["AdaGrad"] < 1e-9
    assert 0.1 < gained["Momentum"] < 10 and 0.1 < gained["Adam"] < 10
    assert gained["RMSProp"] > 100 and min(gained["GradientDescent"], gained["Nesterov"]) > 1e9


# --- from which starts ---


def test_momentum_and_leaps_pass_the_shallow_minimum_and_radam_does_not():
    """Of the starts that gradient descent leads to the minimum near [0, 8]."""
    (shallow,) = (
        rank for rank, point in enumerate(gabor_minima()) if np.hypot(*(point.phi - [0, 8])) < 0.5
    )
    stuck = basins.minimum_reached("gradient descent", 0.1, 200) == shallow
    settings = {"momentum": 0.5, "Adam": 0.32, "RMSProp": 0.5, "AdaGrad": 3.2, "RAdam": 0.172}
    freed = {
        rule: (basins.minimum_reached(rule, rate, 200)[stuck] == 0).mean()
        for rule, rate in settings.items()
    }
    assert freed.pop("RAdam") < 0.05
    assert min(freed.values()) > 0.7


# --- the stepper ---


def worked(preset):
    """The lines of the step that a preset of the stepper shows, by name."""
    settings = demos.stepper.defaults() | demos.stepper.preset_settings()[preset]
    lines, path = worked_step(**settings)
    return {entry.line.name: entry.value for entry in lines}, path


def test_adams_average_remembers_steeper_slopes():
    lines, _ = worked("Adam on the bowl")
    np.testing.assert_allclose(lines["g"], [-3.4, 6.38], atol=0.005)
    np.testing.assert_allclose(lines["m_hat"], [-3.63, 15.4], rtol=0.003)


def test_nesterov_looks_ahead_to_the_other_side_of_the_valley_floor():
    lines, path = worked("Nesterov in Rosenbrock's valley")
    np.testing.assert_allclose(lines["ahead"], [-1.02, 0.948], atol=0.002)
    above_the_floor = [phi[1] > phi[0] ** 2 for phi in (path[-2], lines["ahead"])]
    assert above_the_floor == [True, False]
    assert (path[-1] - path[-2]) @ lines["g"] > 0  # against -g
