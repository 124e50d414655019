"""Every slider demo of the course: `explorers.fig_6_1()` is the live panel of figure 6.1 (floor 5).

Each is declared once: its picture, its controls, the presets of its static twin, and the twin in
words. The panel, the twin and the sweep test all come from that declaration.
"""

from course_lib import figures
from course_lib.controls import Choice, LogSlider, Slider, Switch
from course_lib.datasets import GABOR_NOISE, GABOR_SEED, LINE_NOISE, LINE_SEED
from course_lib.panel import Explorer

RATE = "learning rate α"


def _gabor_start(phi0, phi1):
    return {
        "start0": Slider("start φ₀", -10.0, 10.0, 0.1, phi0),
        "start1": Slider("start φ₁", 2.5, 22.5, 0.1, phi1),
    }


def _data(noise, seed):
    return {
        "noise": Slider("noise in the data", 0.0, 3 * noise, noise / 10, noise),
        "seed": Slider("seed of the data", 0, 20, 1, seed),
    }


first_fit = Explorer(
    figures.first_fit,
    "A line fitted by 30 steps of gradient descent",
    alt="Three rows at learning rates 0.00032, 0.02 and 0.045. Left: twelve points and the fitted "
    "line after each step. Right: loss against step. The first crawls, the second fits, the third "
    "blows up.",
    controls={"learning_rate": LogSlider(RATE, -4, -1, 0.05, 0.001)},
    presets={
        "crawls": {"learning_rate": 0.00032},
        "succeeds": {"learning_rate": 0.02},
        "blows up": {"learning_rate": 0.045},
    },
)

taylor_promise = Explorer(
    figures.taylor_promise,
    "Taylor's promise against the real loss",
    alt="Two rows: a short and a long step from the same start. Left: the loss φ cos πφ with its "
    "tangent, the promised and the real point. Right: both changes against the learning rate; "
    "they agree for small rates and part for large ones.",
    controls={
        "learning_rate": Slider(RATE, 0.0, 0.5, 0.005, 0.05),
        "start": Slider("start φ", -0.9, 1.9, 0.02, 0.6),
    },
    presets={
        "a short step: kept": {"learning_rate": 0.03},
        "a long step: broken": {"learning_rate": 0.35},
    },
)

rate_regimes = Explorer(
    figures.rate_regimes,
    "Four regimes of the learning rate",
    alt="Four rows at learning rates 0.02, 0.3, 0.9 and 1.05. Left: the steps on the parabola φ². "
    "Right: loss against step: slow, fast, slow again (the path jumps from side to side), growing.",
    controls={
        "learning_rate": Slider(RATE, 0.01, 1.2, 0.01, 0.1),
        "start": Slider("start φ", -5.0, 5.0, 0.1, -4.0),
        "steps": Slider("steps", 1, 30, 1, 20),
    },
    presets={
        "too small": {"learning_rate": 0.02},
        "good": {"learning_rate": 0.3},
        "too large": {"learning_rate": 0.9},
        "divergent": {"learning_rate": 1.05},
    },
)

fig_6_1 = Explorer(
    figures.fig_6_1,
    "Figure 6.1: gradient descent on linear regression",
    alt="Four panels: twelve points; the bowl-shaped loss surface with the path of descent; the "
    "same as a heat map with numbered points; the line after each step, from light to "
    "dark. The second row of panels shows a fixed rate in place of the line search.",
    controls={
        "line_search": Switch("line search", True),
        "learning_rate": LogSlider("fixed rate α", -3, -1, 0.05, 0.01),
        "steps": Slider("steps", 1, 30, 1, 4),
        "start0": Slider("start φ₀", -0.4, 2.0, 0.05, 1.6),
        "start1": Slider("start φ₁", -1.0, 1.4, 0.05, -0.5),
        **_data(LINE_NOISE, LINE_SEED),
    },
    presets={
        "line search": {},
        "fixed rate 0.01": {"line_search": False, "steps": 12},
    },
)

fig_6_2 = Explorer(
    figures.fig_6_2,
    "Figure 6.2: the Gabor model",
    alt="Three waves, each under a bell. The first is centred at x = 0; with φ₀ = −5 the wave sits "
    "further right; with φ₁ = 35 it is narrower.",
    controls={
        "phi0": Slider("φ₀", -10.0, 10.0, 0.1, 0.0),
        "phi1": Slider("φ₁", 2.5, 40.0, 0.1, 16.6),
    },
    presets={
        "a  as in the data": {"phi0": 0.0, "phi1": 16.6},
        "b  moved: φ₀ = −5": {"phi0": -5.0, "phi1": 16.6},
        "c  squeezed: φ₁ = 35": {"phi0": 0.0, "phi1": 35.0},
    },
)

fig_6_3 = Explorer(
    figures.fig_6_3,
    "Figure 6.3: the 28 examples, and a model over them",
    alt="Twenty-eight noisy points on a wave under a bell, and the Gabor model laid over "
    "them, once close and once far off; each gap between point and model is drawn as a bar.",
    controls={
        "phi0": Slider("φ₀", -10.0, 10.0, 0.1, 0.0),
        "phi1": Slider("φ₁", 2.5, 22.5, 0.1, 12.0),
        **_data(GABOR_NOISE, GABOR_SEED),
    },
    presets={
        "the parameters behind the data": {"phi0": 0.0, "phi1": 16.6},
        "the start of the game": {"phi0": 6.0, "phi1": 12.0},
    },
)

fig_6_5a = Explorer(
    figures.fig_6_5a,
    "Figure 6.5a: gradient descent on the Gabor loss",
    alt="The Gabor loss as a heat map with four paths. Starts 1 and 3 end in the global minimum "
    "near φ = [0, 16.6]; start 2 and a fourth start end in other valleys. Beside it: loss against "
    "step. A second version uses a fixed rate, with which no path has arrived after 30 steps.",
    controls={
        "line_search": Switch("line search", True),
        "learning_rate": LogSlider("fixed rate α", -3, 0, 0.05, 0.05),
        "steps": Slider("steps", 1, 30, 1, 30),
        **_gabor_start(-4.0, 16.0),
        **_data(GABOR_NOISE, GABOR_SEED),
    },
    presets={
        "line search": {},
        "fixed rate 0.05": {"line_search": False},
    },
)

fig_6_10 = Explorer(
    figures.fig_6_10,
    "Figure 6.10: bracketing line search",
    alt="Left: the loss along a line with a shaded bracket from a to d and two points b and c "
    "inside. Right: the bracket at each stage, closing in on the lowest point. Three rows: stages "
    "0, 1 and 6.",
    controls={
        "stage": Slider("stage", 0, 12, 1, 0),
        "max_distance": Slider("first bracket", 1.0, 8.0, 0.25, 5.0),
        **_gabor_start(1.5, 20.5),
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
        **_gabor_start(1.5, 20.5),
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

fig_6_4 = Explorer(
    figures.fig_6_4,
    "Figure 6.4: the loss of the Gabor model",
    alt="Left: a heat map of a rugged loss with one global minimum near φ = [0, 16.6], seven other "
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
        **_gabor_start(-4.0, 16.0),
    },
    presets={"α = 0.1, 200 steps": {}},
)

ALL = {name: value for name, value in list(globals().items()) if isinstance(value, Explorer)}
"""Every explorer by name."""
