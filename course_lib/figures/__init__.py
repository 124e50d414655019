"""Every picture of the course (floor 5). Figures of chapter 6 carry their number: `fig_6_1`."""

from course_lib.figures.gradient_descent import (
    fig_6_1,
    fig_6_2,
    fig_6_3,
    fig_6_5a,
    first_fit,
    rate_regimes,
    taylor_promise,
)
from course_lib.figures.line_search import backtracking, fig_6_10, zigzag
from course_lib.figures.loss_surfaces import (
    basin_map,
    chord_test,
    cut_functions,
    fig_6_4,
    fig_6_11,
    saddle_escape,
)

__all__ = [
    "backtracking",
    "basin_map",
    "chord_test",
    "cut_functions",
    "fig_6_1",
    "fig_6_2",
    "fig_6_3",
    "fig_6_4",
    "fig_6_5a",
    "fig_6_10",
    "fig_6_11",
    "first_fit",
    "rate_regimes",
    "saddle_escape",
    "taylor_promise",
    "zigzag",
]
