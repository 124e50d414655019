"""Slider demos of notebook 04: convexity, minima, saddles, basins, two classes."""

from course_lib.controls import Choice, LogSlider, Slider
from course_lib.explorers.sliders import RATE, gabor_start
from course_lib.figures import loss_surfaces as figures
from course_lib.panel import Explorer

fig_6_4 = Explorer(
    figures.fig_6_4,
    "Figure 6.4: the loss of the Gabor model",
    alt="Left: a heat map of a rugged loss with one global minimum near φ = [0, 16.4], seven other "
    "minima and many saddles. Right: the data with the model at the five lowest minima; only the "
    "global one follows the data throughout.",
    controls={
        "phi0": Slider("your φ₀", -10.0, 10.0, 0.1, -0.1),
        "phi1": Slider("your φ₁", 2.5, 22.5, 0.1, 9.1),
    },
    presets={"your point on a saddle": {}},
)

fig_6_11 = Explorer(
    figures.fig_6_11,
    "Figure 6.11: three losses, seven points",
    alt="Three curves. In a, one bowl with points 1 and 2. In b, two valleys and a hill between "
    "them with points 3, 4 and 5. In c, a terrace at point 6 and a valley at point 7. A descent "
    "from the left nears the left valley of b and the terrace of c.",
    controls={
        "start": Slider("start (0 left, 1 right)", 0.0, 1.0, 0.01, 0.1),
        "learning_rate": Slider(RATE, 0.01, 0.8, 0.01, 0.05),
        "steps": Slider("steps", 1, 100, 1, 40),
    },
    presets={"from the left": {}, "from the right": {"start": 0.95}},
)

chord_test = Explorer(
    figures.chord_test,
    "The chord test of convexity",
    alt="Left: a double well with a chord from one valley to the other; its middle lies below the "
    "hill. Right: the height of the chord above the loss; where it is negative, shaded, the chord "
    "proves that the function is not convex.",
    controls={
        "function": Choice("function", tuple(figures.cut_functions()), "figure 6.11b"),
        "left": Slider("left end", 0.0, 0.49, 0.01, 0.15),
        "right": Slider("right end", 0.5, 1.0, 0.01, 0.85),
    },
    presets={"two valleys": {}},
)

saddle_escape = Explorer(
    figures.saddle_escape,
    "Beside a saddle",
    alt="Left: a path on x² − y² that runs to the saddle and turns away from it. Right: the length "
    "of the gradient falls, stays small, and grows again; where it is below the dashed line a "
    "stopping rule ends the descent beside the saddle.",
    controls={
        "offset": LogSlider("offset y at the start", -6, -1, 0.1, 1e-5),
        "learning_rate": Slider(RATE, 0.01, 0.45, 0.01, 0.1),
        "tolerance": LogSlider("stop below", -5, 0, 0.1, 0.01),
    },
    presets={"stopped beside the saddle": {}, "escaped": {"offset": 0.032}},
)

basin_map = Explorer(
    figures.basin_map,
    "Which minimum does each start reach?",
    alt="The box of starting points coloured by the minimum that gradient descent reaches from "
    "each; the basin of the global minimum is a band in the middle. Beside it the share of each.",
    controls={
        "learning_rate": Slider(RATE, 0.02, 0.3, 0.02, 0.1),
        "steps": Slider("steps", 0, 400, 10, 200),
        **gabor_start(-4.0, 16.0),
    },
    presets={"α = 0.1, 200 steps": {}},
)

logistic_curve = Explorer(
    figures.logistic_curve,
    "Logistic regression, two parameters",
    alt="Left: ten points at height 0, mostly on the left, ten at height 1, mostly on the right; "
    "a curve of probabilities, first level at a half, then rising steeply among them. Right: a "
    "heat map of the loss over φ₀ and φ₁, low in one region, with your place on it.",
    controls={
        "phi0": Slider("φ₀", -4.0, 4.0, 0.1, 0.0),
        "phi1": Slider("φ₁", -2.0, 6.0, 0.1, 0.0),
    },
    presets={"a fair coin everywhere": {}, "a steep rise": {"phi0": 1.0, "phi1": 5.0}},
)
