"""The claims of chapter 11: their figures against the library, and verdicts that can turn."""

import numpy as np
import pytest

from course_lib.gradient_check import finite_difference_gradient, gradient_check
from lessons.claims import checking_and_watching as claims
from lessons.experiments import checking_and_watching as experiments
from lessons.experiments.scenes import gabor_loss
from lessons.measuring.claim import CONDITION, FAILS, HOLDS


def values(measurement):
    """The figures of a measurement, in their order."""
    return [figure.value for figure in measurement.figures.values()]


# --- cl-27 ---


def test_the_differences_are_those_of_the_library():
    loss, phis = gabor_loss(), np.array([[1.0, 14.0], [-3.0, 9.0]])
    found = claims._centred(loss, phis, 1e-4, "float64")
    expected = [finite_difference_gradient(loss, phi, 1e-4) for phi in phis]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ({}, CONDITION),
        ({"precisions": ("float64",)}, HOLDS),
        ({"precisions": ("float32",)}, FAILS),
        ({"steps": {"float64": (1e-5, 1e-6)}, "precisions": ("float64",)}, FAILS),
    ],
)
def test_the_bands_hold_in_float64_and_for_a_well_chosen_step(settings, verdict):
    assert claims.bands_of_the_relative_error(**settings).verdict == verdict


# --- cl-43 ---


@pytest.mark.parametrize(("activations", "verdict"), [(("tanh",), FAILS), (("sigmoid",), HOLDS)])
def test_errors_grow_with_depth_where_slopes_shrink(activations, verdict):
    found = claims.error_of_a_check_grows_with_depth(activations=activations, networks=3)
    assert found.verdict == verdict
    assert claims.error_of_a_check_grows_with_depth(networks=3).verdict == CONDITION


def test_the_errors_at_a_depth_are_those_of_the_check(monkeypatch):
    """All 49 coordinates of a small network: the same sizes of slopes, in some order."""
    seen = []
    whole = experiments.relative_error
    monkeypatch.setattr(
        experiments, "relative_error", lambda a, n: seen.append((a, n)) or whole(a, n)
    )
    sizes, errors = experiments.checked_at_depth.__wrapped__("tanh", 1, seed=3, coordinates=49)
    [(analytic, numerical)] = seen
    np.testing.assert_allclose(analytic, numerical, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(sizes, np.abs(analytic))
    assert len(set(sizes)) == 49 and errors.shape == (49,)


# --- cl-44 ---


def test_one_mask_can_be_checked_and_fresh_ones_cannot():
    assert claims.dropout_spoils_a_check(networks=1).verdict == HOLDS
    assert claims.dropout_spoils_a_check(rate=0.0, networks=1).verdict == FAILS


def test_fresh_masks_make_slopes_that_grow_as_h_shrinks():
    sizes = [
        np.median(np.abs(experiments.checked_with_masks("fresh", h=h).numerical))
        for h in (1e-4, 1e-5)
    ]
    assert sizes[1] == pytest.approx(10 * sizes[0], rel=0.5)
    assert not experiments.checked_with_masks("fresh").passed
    assert experiments.checked_with_masks("the same").passed


# --- cl-59 ---


@pytest.mark.parametrize(
    ("scales", "verdict"), [((0.1, 1.0), CONDITION), ((0.1,), HOLDS), ((3.0,), FAILS)]
)
def test_the_first_loss_is_known_for_small_weights(scales, verdict):
    assert claims.initial_loss_is_known(scales=scales, starts=60).verdict == verdict


# --- cl-42 ---


@pytest.mark.parametrize(
    ("rates", "verdict"), [((0.4, 1.5), CONDITION), ((0.4,), HOLDS), ((1.5,), FAILS)]
)
def test_full_batches_fall_at_every_step_unless_these_are_too_long(rates, verdict):
    found = claims.jitter_grows_as_the_batch_shrinks(rates=rates, starts=2)
    assert found.verdict == verdict


def test_rises_are_counted_by_step():
    losses = np.array([[3.0, 1.0], [2.0, 1.0], [2.5, 2.0], [2.0, 3.0]])
    np.testing.assert_allclose(experiments.rises(losses), [1 / 3, 2 / 3])


# --- cl-28 ---


def test_the_best_ratio_falls_as_the_run_gets_longer(monkeypatch):
    """The experiment once, and the verdicts on what it might have found."""
    found = claims.ratio_should_be_a_thousandth(lengths=(25, 200))
    short, longer = values(found)
    assert found.verdict == FAILS and longer < short < -0.5
    for ratios, verdict in {
        (0.08, 0.02, 0.005): CONDITION, (1e-3, 2e-3, 8e-4): HOLDS, (1e-3, 1e-3, 0.3): FAILS
    }.items():  # fmt: skip
        monkeypatch.setattr(
            claims, "ratio_of_the_best", lambda *given, made=ratios: (None, np.array([made, made]))
        )
        assert claims.ratio_should_be_a_thousandth().verdict == verdict


def test_the_masks_are_those_of_the_library():
    """The report without a mask is the library's on the same classifier."""
    loss = experiments.BinaryCrossEntropy(
        experiments.Logistic(experiments.CLASSIFIER), *experiments.quadrants(seed=0)
    )
    start = experiments.glorot_uniform(experiments.CLASSIFIER, 0)
    expected = gradient_check(loss, loss.gradient, start)
    found = experiments.checked_with_masks("none")
    np.testing.assert_allclose(found.analytic, expected.analytic)
