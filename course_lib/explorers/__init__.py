"""Every slider demo of the course: `explorers.fig_6_1()` is the live panel of figure 6.1 (floor 5).

Each is declared once: its picture, its controls, the presets of its static twin, and the twin in
words. The panel, the twin and the sweep test all come from that declaration. A chapter's demos are
in the module that is named like its pictures in `course_lib.figures`.
"""

from course_lib.explorers import (
    adaptive,
    basins,
    ensembles,
    gradient_descent,
    hyperparameters,
    initialization,
    line_search,
    loss_surfaces,
    momentum,
    second_order,
    stepper,
    stochastic,
    training,
)
from course_lib.panel import Explorer

CHAPTERS = (
    gradient_descent,
    line_search,
    loss_surfaces,
    stochastic,
    momentum,
    adaptive,
    basins,
    stepper,
    initialization,
    second_order,
    training,
    hyperparameters,
    ensembles,
)
ALL = {
    name: value
    for chapter in CHAPTERS
    for name, value in vars(chapter).items()
    if isinstance(value, Explorer)
}
"""Every explorer by name."""

globals().update(ALL)
