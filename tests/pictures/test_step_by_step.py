"""What the stepper of notebook 07 shows, and what the notebook says of it."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.contour import ContourSet
from numpy.testing import assert_allclose

from course_lib.descent import descend
from course_lib.surfaces import Rosenbrock, badly_scaled_bowl
from lessons import demos
from lessons.demos.step_by_step import worked_step
from lessons.experiments.equations import EQUATIONS
from lessons.experiments.formulas import Numbers, Symbols, in_digits
from lessons.stage import style
from lessons.stage.lettering import Lettering

from .shown import bars, dots, drawn, legend, line, shows

PLACES = {
    "badly scaled bowl": (badly_scaled_bowl(), ((-9, 3), (-1.9, 1.9)), (-7.8, 1.3)),
    "Rosenbrock": (Rosenbrock(), ((-1.8, 1.8), (-0.8, 2.2)), (-1.2, 1)),
}
RATES = {"Adam": 0.4, "Nesterov": 0.008, "RAdam": 0.003}
OF_BOTH = pytest.mark.parametrize("rule, surface", [
    ("Adam", "badly scaled bowl"), ("Nesterov", "Rosenbrock"),
])  # fmt: skip


def sixth_step(rule, surface):
    """The picture of step 5, and the path to its end by the library."""
    chosen = {"rule": rule, "surface": surface, "learning_rate": RATES[rule]}
    axes, text = drawn("stepper", step=5, beta=0.8, gamma=0.95, **chosen)
    loss, _, start = PLACES[surface]
    made = EQUATIONS[rule].rule_at(RATES[rule], beta=0.8, gamma=0.95)
    return axes, text, descend(loss, start, made, steps=6).params


@OF_BOTH
def test_stepper_shows_the_loss_and_the_path_so_far(rule, surface):
    axes, text, path = sixth_step(rule, surface)
    loss, bounds, _ = PLACES[surface]
    assert shows(axes["a"], loss, bounds, levels=16)
    assert_allclose(line(axes["a"], style.INK, "o"), path[:-1])
    assert_allclose(line(axes["a"], style.PATH), path[-2:])
    assert_allclose(dots(axes["a"], style.INK), path[:1])
    assert_allclose(dots(axes["a"], style.PATH), path[-1:])
    assert f"loss {loss(path[-2]):.3g} → {loss(path[-1]):.3g};" in text


@OF_BOTH
def test_stepper_draws_the_step_and_the_way_down_from_where_the_gradient_is_measured(rule, surface):
    axes, text, path = sixth_step(rule, surface)
    loss, phi, step = PLACES[surface][0], path[-2], path[-1] - path[-2]
    ahead = 0.8 * (phi - path[-3]) if rule == "Nesterov" else np.zeros(2)
    scale = max(np.hypot(*step), np.hypot(*ahead))
    gradient = loss.gradient(phi + ahead)
    down = -gradient / np.hypot(*gradient)
    assert_allclose(line(axes["b"], style.SECOND, "o"), [ahead / scale], atol=1e-9)
    arrows = axes["b"].texts
    expected = {style.SECOND: (ahead / scale, ahead / scale + down),
                style.PATH: ([0, 0], step / scale)}  # fmt: skip
    assert len(arrows) == 2
    for arrow, (color, (tail, head)) in zip(arrows, expected.items()):
        assert same_color(arrow.arrow_patch.get_edgecolor(), color)
        assert_allclose([arrow.xyann, arrow.xy], [tail, head], atol=1e-9)
    angle = np.degrees(np.arccos(step @ down / np.hypot(*step)))
    assert f"{np.hypot(*step):.3g} long and turned by {angle:.0f}° from" in text
    assert legend(axes["b"]) == {"the step": style.PATH, "−g, its direction only": style.SECOND}


@OF_BOTH
def test_stepper_draws_the_loss_around_the_step(rule, surface):
    axes, _, path = sixth_step(rule, surface)
    scale = np.hypot(*(path[-1] - path[-2]))
    if rule == "Nesterov":
        scale = max(scale, 0.8 * np.hypot(*(path[-2] - path[-3])))
    (contours,) = (each for each in axes["b"].collections if isinstance(each, ContourSet))
    corners = np.stack(np.meshgrid([-2.8, 2.8], [-2, 1.3]), axis=-1)
    span = np.ptp(PLACES[surface][0](path[-2] + scale * corners))
    drawn_at = [each.vertices for each in contours.get_paths()]
    assert sum(map(len, drawn_at)) > 100
    for level, places in zip(contours.levels, drawn_at):
        assert_allclose(PLACES[surface][0](path[-2] + scale * places), level, atol=0.02 * span)


@pytest.mark.parametrize("rule", RATES)
def test_stepper_writes_each_line_with_its_numbers_and_its_result_in_a_band_of_its_own(rule):
    axes, _, path = sixth_step(rule, "Rosenbrock")
    settings = {"learning_rate": RATES[rule], "beta": 0.8, "gamma": 0.95, "step": 5}
    worked, _ = worked_step(rule, "Rosenbrock", **settings)
    bands = bars(axes["c"], style.MUTED)
    assert len(bands) == len(axes["c"].texts) == len(worked)
    assert_allclose(bands[:, [0, 2]], [[0, 1]] * len(worked))
    assert (bands[1:, 1] + bands[1:, 3] < bands[:-1, 1]).all(), "from top to bottom, apart"
    heading, *numbers = [each for each in axes["c"].artists if isinstance(each, Lettering)]
    assert heading.text == "step t = 5" and heading.place[1] > bands[0, 1] + bands[0, 3]
    kept = {"phi", *EQUATIONS[rule].named(EQUATIONS[rule].rule_at(0.1).init(np.zeros(2)))}
    for (_, low, _, height), text, (one, known, value) in zip(bands, axes["c"].texts, worked):
        sign = r"\leftarrow" if one.name in kept else "="
        name = Symbols().name(one.name)[0]
        assert text.get_text().startswith(f"${name} {sign} {Symbols().write(one.formula)}")
        below = numbers.pop(0)
        expected = "not in this step" if value is None else Numbers(known).write(one.formula)
        assert below.text == expected and below.align == "left"
        assert 0 < below.place[0] < 0.1 and 0 < text.get_position()[0] < 0.1
        assert low < below.place[1] < text.get_position()[1] < low + height
        if value is not None:
            result = numbers.pop(0)
            assert result.text == f"= {in_digits(value)}" and result.align == "right"
            assert 0.9 < result.place[0] < 1 and low < result.place[1] < low + height
            color = {"phi": style.PATH, "g": style.SECOND}.get(one.name, style.INK)
            assert same_color(result.color, color)
    assert numbers == []
    assert result.text == f"= {in_digits(path[-1])}", "φ comes last"


def worked(preset):
    """The lines of the step that a preset of the stepper shows, by name."""
    settings = demos.stepper.defaults() | demos.stepper.preset_settings()[preset]
    lines, path = worked_step(**settings)
    return {entry.line.name: entry.value for entry in lines}, path


def test_stepper_on_the_bowl_shows_that_adams_average_remembers_steeper_slopes():
    lines, _ = worked("Adam on the bowl")
    np.testing.assert_allclose(lines["g"], [-3.4, 6.38], atol=0.005)
    np.testing.assert_allclose(lines["m_hat"], [-3.63, 15.4], rtol=0.003)


def test_stepper_in_the_valley_looks_ahead_to_the_other_side_of_its_floor():
    lines, path = worked("Nesterov in Rosenbrock's valley")
    np.testing.assert_allclose(lines["ahead"], [-1.02, 0.948], atol=0.002)
    above_the_floor = [phi[1] > phi[0] ** 2 for phi in (path[-2], lines["ahead"])]
    assert above_the_floor == [True, False]
    assert (path[-1] - path[-2]) @ lines["g"] > 0  # against -g
