"""Slider demos of notebook 10: second-order methods."""

from course_lib.controls import Choice, LogSlider, Player, Slider
from course_lib.figures import second_order as figures
from course_lib.panel import Explorer

ANGLE = Slider("tilt of the bowl °", 0, 180, 1, 30)
START_ANGLE = Slider("direction of the start °", 0, 359, 1, 80)

newton_step = Explorer(
    figures.newton_step,
    "A step of Newton's method",
    alt="Left: the curve x cos πx with a dashed parabola that touches it at the current point; the "
    "next point is where the parabola is flat. Right: the slope of the curve with its tangent, "
    "whose zero is the same place. From 0.95 the step leads towards the minimum; from 0.8 far "
    "beyond it; from 0.45 the parabola opens downwards and the step leads up to a maximum, unless "
    "it is regularised.",
    controls={
        "rule": Choice("rule", ("Newton", "regularised Newton"), "Newton"),
        "start": Slider("start φ", -1.0, 2.0, 0.05, 0.95),
        "step": Slider("step", 1, 8, 1, 1),
        "damping": LogSlider("damping λ", -2, 3, 0.1, 1.0),
    },
    presets={
        "in the valley": {},
        "barely curved": {"start": 0.8},
        "on the hill": {"start": 0.45},
        "on the hill, regularised": {"start": 0.45, "rule": "regularised Newton", "damping": 4.0},
    },
)

newton_bowl = Explorer(
    figures.newton_bowl,
    "One step of Newton, thirty of gradient descent",
    alt="Left: a tilted narrow bowl with two paths; gradient descent zig-zags into the valley and "
    "crawls along it, Newton's method goes straight to the minimum in one step. Right: what is "
    "left of the loss after each step. A second row with Newton's rate at a half: still a straight "
    "line, in ever shorter steps.",
    controls={
        "conditioning": LogSlider("conditioning κ", 0, 4, 0.1, 20.0),
        "angle": ANGLE,
        "start_angle": START_ANGLE,
        "learning_rate": LogSlider("gradient descent's α", -4, 0.3, 0.05, 0.09),
        "newton_rate": Slider("Newton's α", 0.05, 2.0, 0.05, 1.0),
    },
    presets={"α = 1: one step": {}, "Newton at α = 0.5": {"newton_rate": 0.5}},
)

newton_saddle = Explorer(
    figures.newton_saddle,
    "Drawn to a saddle, and turned away",
    alt="Left: a map with minima, saddles and a maximum marked. Newton's path ends on a saddle, "
    "the damped one in a minimum, or on x² − y² it leaves the map downhill. Right: the loss after "
    "each step; Newton's stays at that of the saddle, the damped one's goes on falling, with λ = 1 "
    "after a leap far upwards.",
    controls={
        "surface": Choice("surface", tuple(figures.SADDLE_SURFACES), "Himmelblau"),
        "start0": Slider("start φ₀", -5.0, 5.0, 0.1, 1.0),
        "start1": Slider("start φ₁", -5.0, 5.0, 0.1, 3.5),
        "damping": LogSlider("damping λ", -2, 3, 0.1, 10.0),
        "steps": Slider("steps", 1, figures.SADDLE_STEPS, 1, figures.SADDLE_STEPS),
    },
    presets={
        "x² − y²": {"surface": "x² − y²", "start0": 4.0, "start1": 0.1, "damping": 1.0, "steps": 4},
        "Himmelblau, λ = 10": {},
        "λ = 1: a leap": {"damping": 1.0},
    },
)

newton_basins = Explorer(
    figures.newton_basins,
    "What does Newton's method find?",
    alt="The square of starts coloured by the critical point that is reached. Newton: patches of "
    "blue (minima), yellow (saddles) and pink (the maximum) with frayed borders. Regularised with "
    "λ = 10: only blue. Beside each the shares.",
    controls={
        "rule": Choice("rule", tuple(figures.BASIN_RULES), "Newton"),
        "steps": Slider("steps", 0, figures.BASIN_STEPS, 1, figures.BASIN_STEPS),
        "start0": Slider("start φ₀", -5.0, 5.0, 0.1, 0.5),
        "start1": Slider("start φ₁", -5.0, 5.0, 0.1, 0.5),
    },
    presets={"Newton": {}, "regularised, λ = 10": {"rule": "regularised, λ = 10"}},
)

conjugate_directions = Explorer(
    figures.conjugate_directions,
    "Conjugate is perpendicular, stretched",
    alt="Left: a narrow tilted bowl; gradient descent turns right angles and is not there after "
    "six steps, conjugate gradient turns once and arrives with its second step. "
    "Right: the same paths stretched until the bowl is round; there conjugate gradient turns by "
    "90 degrees.",
    controls={
        "conditioning": LogSlider("conditioning κ", 0, 3, 0.1, 10.0),
        "angle": ANGLE,
        "start_angle": Slider("direction of the start °", 0, 359, 1, 42),
        "steps": Slider("steps", 1, 12, 1, 6),
    },
    presets={"κ = 10": {}},
)

bfgs_estimate = Explorer(
    figures.bfgs_estimate,
    "What BFGS has learnt",
    alt="Three rows: after 1, 3 and 7 steps. Left: the path on a tilted bowl. Right: BFGS's "
    "estimate of the inverse Hessian as ellipses, from the first circle (light) to the last "
    "(dark), and the true one, dashed; after a few steps the two coincide.",
    controls={
        "steps": Slider("steps", 1, figures.ESTIMATE_STEPS, 1, 4),
        "conditioning": LogSlider("conditioning κ", 0, 3, 0.1, 10.0),
        "angle": ANGLE,
        "start_angle": START_ANGLE,
        "search": Choice("line search", tuple(figures.SEARCHES), "loose (c₂ = 0.9)"),
    },
    presets={
        "after 1 step": {"steps": 1},
        "after 3": {"steps": 3},
        "after 7": {"steps": 7},
    },
)

lbfgs_memory = Explorer(
    figures.lbfgs_memory,
    "What memory buys, and what it costs",
    alt="Left: the loss against the steps on a bowl of 20 parameters; conjugate gradient and BFGS "
    "fall fast, L-BFGS is slower, with 5 pairs more so than with 20. Right: bars of the memory "
    "that each rule needs for a million parameters: megabytes for all but BFGS and Newton, which "
    "need 8 TB.",
    controls={
        "memory": Slider("pairs in memory", 1, 20, 1, 5),
        "conditioning": LogSlider("conditioning κ", 0, 4, 0.5, 1000.0),
        "parameters": LogSlider("parameters P", 1, 10, 0.5, 1e6),
    },
    presets={"5 pairs": {}, "20 pairs": {"memory": 20}},
)

second_order_race = Explorer(
    figures.second_order_race,
    "The rules of this chapter, side by side",
    alt="Left: a map with the paths of six rules, one of them highlighted. Right: their losses "
    "against the evaluations. On Rosenbrock Newton is done in six steps, BFGS and L-BFGS follow, "
    "then conjugate gradient; gradient descent is far behind. On Himmelblau Newton ends on the "
    "maximum, and the others in a minimum.",
    controls={
        "steps": Player("steps", 0, figures.RACE_STEPS, 1, figures.RACE_STEPS),
        "surface": Choice("surface", tuple(figures.COURSES), "Rosenbrock"),
        "rule": Choice("in bold", tuple(figures.RACERS), "BFGS"),
    },
    presets={
        "Rosenbrock": {},
        "Himmelblau": {"surface": "Himmelblau", "rule": "Newton"},
        "Beale": {"surface": "Beale", "rule": "regularised Newton"},
    },
)

quantised_bits = Explorer(
    figures.quantised_bits,
    "Trying everything",
    alt="Rows with 3 and 6 bits. Left: the Gabor loss with a grid of candidates; of 8 by 8 the "
    "best is in a wrong valley, of 64 by 64 it is beside the global minimum. Right: the number of "
    "trials against the number of parameters, a straight line on a logarithmic scale, twice as "
    "steep with 6 bits; it passes the age of the universe at 30 parameters of 3 bits.",
    controls={
        "bits": Slider("bits a parameter", 1, 6, 1, 4),
        "parameters": Slider("parameters P", 1, figures.MOST_PARAMETERS, 1, 10),
    },
    presets={"3 bits": {"bits": 3}, "6 bits": {"bits": 6}},
)
