"""The surfaces on which rules race, and on which the stepper takes a step."""

from typing import NamedTuple

from course_lib.surfaces import Beale, Himmelblau, Rosenbrock, Saddle, badly_scaled_bowl

BOWL_BOUNDS, BOWL_START = ((-9.0, 3.0), (-1.9, 1.9)), (-7.8, 1.3)


class Race(NamedTuple):
    """A surface to race on, and where; `rate` for all, or None: each rule at its own best."""

    loss: object
    bounds: tuple
    start: tuple
    rate: float | None = None


RACES = {
    "badly scaled bowl": Race(badly_scaled_bowl(), BOWL_BOUNDS, BOWL_START),
    "saddle": Race(Saddle(), ((-1.2, 1.2), (-1.2, 1.2)), (-1.0, 0.001), rate=0.05),
    "Rosenbrock": Race(Rosenbrock(), ((-1.8, 1.8), (-0.8, 2.2)), (-1.2, 1.0)),
    "Beale": Race(Beale(), ((-0.5, 4.0), (-1.5, 2.0)), (1.0, 1.4)),
    "Himmelblau": Race(Himmelblau(), ((-5.0, 5.0), (-5.0, 5.0)), (-0.3, -1.2)),
}
