"""Losses with a closed form, for seeing one difficulty at a time.

Each is a loss like any other: `surface(phi)`, `surface.gradient(phi)`, `surface.hessian(phi)`,
over any ensemble of parameters.
"""

from course_lib.surfaces.cliffs import HiddenValley, Recurrence
from course_lib.surfaces.curves import CosineWave, Cubic, Curve, Polynomial, fig_6_11_losses
from course_lib.surfaces.quadratics import Quadratic, Saddle, Slopes, badly_scaled_bowl
from course_lib.surfaces.valleys import Beale, Himmelblau, Rosenbrock, Surface

__all__ = [
    "Beale", "CosineWave", "Cubic", "Curve", "HiddenValley", "Himmelblau", "Polynomial",
    "Quadratic", "Recurrence", "Rosenbrock", "Saddle", "Slopes", "Surface", "badly_scaled_bowl",
    "fig_6_11_losses",
]  # fmt: skip
