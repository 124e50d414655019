"""Slider demos of notebook 03: line search."""

from course_lib.controls import Choice, Slider
from course_lib.explorers.sliders import gabor_start
from course_lib.figures import line_search as figures
from course_lib.panel import Explorer

fig_6_10 = Explorer(
    figures.fig_6_10,
    "Figure 6.10: bracketing line search",
    alt="Left: the loss along a line with a shaded bracket from a to d and two points b and c "
    "inside. Right: the bracket at each stage, closing in on the lowest point. Three rows: stages "
    "0, 1 and 6.",
    controls={
        "stage": Slider("stage", 0, 12, 1, 0),
        "max_distance": Slider("first bracket", 1.0, 8.0, 0.25, 5.0),
        **gabor_start(1.5, 20.5),
    },
    presets={"stage 0": {"stage": 0}, "stage 1": {"stage": 1}, "stage 6": {"stage": 6}},
)

backtracking = Explorer(
    figures.backtracking,
    "Backtracking until the decrease is fair",
    alt="The loss along a line, the decrease promised by the slope as a steep dashed line, and a "
    "fifth of it as a flatter line. Trial points above the flatter line are refused, the first one "
    "below it is accepted.",
    controls={
        "first_distance": Slider("first trial", 0.5, 8.0, 0.25, 8.0),
        "shrink": Slider("shrink factor", 0.1, 0.9, 0.05, 0.7),
        "sufficient": Slider("share c of the promise", 0.01, 0.9, 0.01, 0.2),
        **gabor_start(1.5, 20.5),
    },
    presets={"a fifth of the promise": {}},
)

zigzag = Explorer(
    figures.zigzag,
    "The zig-zag of exact line search",
    alt="Rows at conditioning 3 and 30. Left: a path that turns a right angle at every step, with "
    "few wide turns in a mild bowl and many narrow ones in a long valley. Right: the loss falls "
    "quickly in the first and slowly in the second.",
    controls={
        "conditioning": Slider("conditioning κ", 1.0, 100.0, 0.5, 10.0),
        "start_angle": Slider("direction of the start °", 1, 89, 1, 10),
        "method": Choice(
            "rate by", ("exact line search", "best fixed rate", "half the exact step"),
            "exact line search",
        ),
    },
    presets={
        "mild bowl, κ = 3": {"conditioning": 3.0, "start_angle": 18},
        "long valley, κ = 30": {"conditioning": 30.0, "start_angle": 2},
    },
)  # fmt: skip
