"""What notebook 07 says of the steps that the stepper shows."""

import numpy as np

from lessons import demos
from lessons.demos.step_by_step import worked_step


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
