"""Slider demos of notebooks 00 and 02: gradient descent."""

from course_lib.controls import LogSlider, Slider, Switch
from course_lib.datasets import GABOR_NOISE, GABOR_SEED, LINE_NOISE, LINE_SEED
from course_lib.explorers.sliders import RATE, data, gabor_start
from course_lib.figures import gradient_descent as figures
from course_lib.panel import Explorer

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
        **data(LINE_NOISE, LINE_SEED),
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
        **data(GABOR_NOISE, GABOR_SEED),
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
    "near φ = [0, 16.4]; start 2 and a fourth start end in other valleys. Beside it: loss against "
    "step. A second version uses a fixed rate, with which no path has arrived after 30 steps.",
    controls={
        "line_search": Switch("line search", True),
        "learning_rate": LogSlider("fixed rate α", -3, 0, 0.05, 0.05),
        "steps": Slider("steps", 1, 30, 1, 30),
        **gabor_start(-4.0, 16.0),
        **data(GABOR_NOISE, GABOR_SEED),
    },
    presets={
        "line search": {},
        "fixed rate 0.05": {"line_search": False},
    },
)
