"""Tasks of notebook 08, "your turn": a gain, ways down, twins, terraces, a limit, a start."""

from math import factorial

import numpy as np

from lessons.experiments.hard_landscapes import HILL, at_the_cliff, over_the_hill
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- the best single step -------------------------------------------------------------------------


def _two_measures(rng):
    fixed = [(4.0, 8.0), (101.0, 1001.0)]
    drawn = [tuple(rng.uniform(1, 50, 2).round(1).tolist()) for _ in range(2)]
    return [{"gg": gg, "gHg": gHg} for gg, gHg in (*fixed, *drawn)]


most_gained = Task(
    name="most_gained",
    title="What the best single step gains",
    parts=(
        FunctionPart(
            name="gain",
            right=lambda gg, gHg: gg**2 / (2 * gHg),
            inputs=_two_measures,
            result="what is gained",
            misconceptions=(
                Misconception(
                    lambda gg, gHg: gg / gHg,
                    "That is the rate of this step. How much lower is the loss after it?",
                ),
                Misconception(
                    lambda gg, gHg: gg**2 / gHg,
                    "So much the tangent promises at the best rate. The bend takes a part back.",
                ),
                Misconception(
                    lambda gg, gHg: -(gg**2) / (2 * gHg),
                    "So much the loss *changes*. What the step takes off is a number above zero.",
                ),
                Misconception(
                    lambda gg, gHg: 0 * gg,
                    "The price is ½ α² gᵀHg: without the ½ it would eat the whole gain.",
                ),
            ),
        ),
    ),
    hints=(
        "The change of the loss is −α gg + ½ α² gHg. Put the rate in that makes it lowest.",
        "With α = gg / gHg the gain is gg² / gHg. What is the price?",
    ),
)

# --- ways down ------------------------------------------------------------------------------------


def _hessians(rng):
    first = np.array([[1.0, 3.0], [3.0, 1.0]])
    several = [first, np.diag([2.0, 1.0, -1.0]), np.diag([2.0, 0.0, -1.0])]
    for size in (3, 4):
        drawn = rng.normal(size=(size, size)).round(1)
        several.append(drawn + drawn.T)
    return [{"hessian": each} for each in several]


def _share_below(hessian):
    return float(np.mean(np.linalg.eigvalsh(hessian) < 0))


ways_down = Task(
    name="ways_down",
    title="The share of ways down",
    parts=(
        FunctionPart(
            name="share",
            right=_share_below,
            inputs=_hessians,
            result="the share",
            misconceptions=(
                Misconception(
                    lambda hessian: float(np.sum(np.linalg.eigvalsh(hessian) < 0)),
                    "That is their number: divide it by the number of eigenvalues.",
                ),
                Misconception(
                    lambda hessian: float(np.mean(np.diag(hessian) < 0)),
                    "These are the entries on the diagonal, the curvatures along the *axes of the "
                    "paper*. Ask for the eigenvalues.",
                ),
                Misconception(
                    lambda hessian: float(np.mean(np.linalg.eigvalsh(hessian) > 0)),
                    "That is the share of ways *up*.",
                ),
                Misconception(
                    lambda hessian: float(np.mean(np.asarray(hessian) < 0)),
                    "These are the entries of the matrix: its eigenvalues tell how it bends.",
                ),
                Misconception(
                    lambda hessian: float(np.mean(np.linalg.eigvalsh(hessian) <= 0)),
                    "An eigenvalue of 0 is neither a way down nor a way up: count those below 0.",
                ),
            ),
        ),
    ),
    hints=(
        "`np.linalg.eigvalsh(hessian)` gives the curvatures along the principal axes.",
        "The mean of an array of True and False is the share of True.",
    ),
)

# --- twins ----------------------------------------------------------------------------------------

twins = Task(
    name="twins",
    title="The twins of a minimum",
    parts=(
        FunctionPart(
            name="count",
            right=lambda units: float(factorial(units) * 2**units),
            inputs=lambda rng: [{"units": n} for n in (2, 1, 3, int(rng.integers(4, 9)))],
            result="the number of places",
            misconceptions=(
                Misconception(
                    lambda units: float(factorial(units)),
                    "These are the orders. Besides, each unit may change the sign of all its "
                    "weights, those into it and the one out of it.",
                ),
                Misconception(
                    lambda units: float(2**units),
                    "These are the signs. Besides, the units may stand in any order.",
                ),
                Misconception(
                    lambda units: float(factorial(units) * 2),
                    "Each unit has a sign of its own to change: not two cases in all, but two for "
                    "each unit.",
                ),
                Misconception(
                    lambda units: float(factorial(units) + 2**units),
                    "Every order goes with every choice of signs: multiply.",
                ),
                Misconception(
                    lambda units: float(factorial(units) * units**2),
                    "Two choices of sign for each of n units are 2 · 2 · … · 2: two to the power "
                    "of n, not n squared.",
                ),
            ),
        ),
    ),
    hints=(
        "In how many orders can n units stand? (`math.factorial`)",
        "And each of them has two choices of its sign, whatever the others choose.",
    ),
)

# --- a terrace ---------------------------------------------------------------------------

terrace_length = Task(
    name="terrace_length",
    title="How long a terrace lasts",
    parts=(
        ValuePart(
            name="steps",
            right=np.log(1000) / np.log(1.16),
            relative_tolerance=0.03,
            misconceptions=(
                Misconception(
                    1000 / 0.16,
                    "That would be so if each step *added* the same. It multiplies by 1.16.",
                ),
                Misconception(
                    1000 / 1.16,
                    "Each step multiplies by 1.16: ask for the power of 1.16 that is 1000.",
                ),
                Misconception(
                    np.log10(1000) / np.log(1.16),
                    "Two different logarithms: take the same for both numbers.",
                ),
                Misconception(
                    np.log(1000) / 0.16,
                    "Nearly: ln 1.16 is 0.148, a little less than 0.16.",
                ),
            ),
        ),
    ),
    hints=(
        "After n steps it has grown by the factor 1.16ⁿ.",
        "1.16ⁿ = 1000: take logarithms on both sides.",
    ),
)

# --- a scale for a hundred layers -----------------------------------------------------------------


def _a_tenth(factor):
    if factor < 0:
        return False, (
            f"With {factor:.4g} the sign changes at every layer: give the size of the factor."
        )
    with np.errstate(over="ignore"):
        left = np.float64(factor) ** 100
    told = f"After 100 layers {left:.3g} of the signal is there."
    if 0.095 <= left <= 0.105:
        return True, (
            f"{told} So near to 1 must every factor be; at 0.9 only a share of 2.7e-05 is left."
        )
    return False, f"{told} That is too {'much' if left > 0.1 else 'little'}."


hundred_layers = Task(
    name="hundred_layers",
    title="A factor for a hundred layers",
    parts=(
        SettingPart(
            name="factor",
            outcome=_a_tenth,
            misconceptions=(
                Misconception(
                    0.9,
                    "That takes a tenth away at *every* layer, a hundred times over: 2.7e-05 of "
                    "the signal is left.",
                ),
                Misconception(
                    0.001,
                    "That is a tenth divided by a hundred. The factors multiply: which number to "
                    "the power of 100 is a tenth?",
                ),
                Misconception(
                    0.1,
                    "That is what should be left after *all* layers. A factor of 0.1 leaves it "
                    "after the first.",
                ),
            ),
        ),
    ),
    hints=(
        "Which number, multiplied by itself a hundred times, gives 0.1?",
        "The hundredth root: `0.1 ** (1 / 100)`.",
    ),
)

# --- a limit that survives ------------------------------------------------------------------------


def _clipped_at(limit):
    if not 0 < limit < np.inf:
        return False, "A limit is above zero."
    path = at_the_cliff(0.1, float(limit), steps=60)
    w, b = path.final
    told = (
        f"Clipped at {limit:.4g}, 60 steps end at w = {w:.3g}, b = {b:.3g} with a loss of "
        f"{path.final_loss:.2g}."
    )
    if path.final_loss < 1e-4:
        return True, told
    if np.abs(path.params[:, 1]).max() > 1:
        return False, f"{told} One step was long enough to be thrown far off."
    return False, f"{told} It is not there yet: the steps are too short to arrive, or too long."


survive = Task(
    name="survive",
    title="A limit that survives the cliff",
    parts=(SettingPart(name="limit", outcome=_clipped_at),),
    hints=(
        "A step is at most 0.1 times the limit long. From [1.6, 0.3] to the valley it is about a "
        "half, and there are 60 steps.",
        "Too large a limit throws it off, too small a one keeps it from arriving. Print the final "
        "loss for a few limits, each half as large again as the one before.",
    ),
)

# --- where a biased descent rests -----------------------------------------------------------------


def _biases(rng):
    fixed = [(1.0, 0.5), (4.0, 2.0)]
    drawn = [(round(rng.uniform(0.5, 9), 1), round(rng.uniform(-3, 3), 1)) for _ in range(3)]
    return [{"curvature": c, "bias": b} for c, b in (*fixed, *drawn)]


where_it_rests = Task(
    name="where_it_rests",
    title="Where a wrong gradient leads",
    parts=(
        FunctionPart(
            name="place",
            right=lambda curvature, bias: -bias / curvature,
            inputs=_biases,
            result="the place",
            misconceptions=(
                Misconception(
                    lambda curvature, bias: bias / curvature,
                    "The right distance on the wrong side: it rests where λφ + b is zero.",
                ),
                Misconception(
                    lambda curvature, bias: -bias,
                    "That is so where the curvature is 1. A sharper bowl resists more.",
                ),
                Misconception(
                    lambda curvature, bias: -bias * curvature,
                    "Where λφ + b is zero, φ is b *divided* by λ, but for its sign.",
                ),
                Misconception(
                    lambda curvature, bias: 0.0 * bias,
                    "There the true gradient is zero. The one that it is told is b, and so it "
                    "moves on.",
                ),
            ),
        ),
    ),
    hints=(
        "It rests where the gradient that it is *told* is zero.",
        "The true gradient at φ is λφ; it is told λφ + b.",
    ),
)

# --- a worse start that ends better ---------------------------------------------------------------


SHOWN_BEHIND = (0.4, 0.2)
"""Where the demo's second picture starts."""


def _from_start(x, y):
    start = np.array([x, y], float)
    if np.abs(start).max() > 20:
        return False, "That is far off the map: stay within 5 of the hill."
    path = over_the_hill(start)
    first, end = float(path.losses[0]), float(path.final_loss)
    told = f"It starts at a loss of {first:.3g} and ends at {end:.3g}."
    good, higher = end < -2, first > float(HILL([-0.5, 0.2]))
    if np.allclose(start, SHOWN_BEHIND, atol=0.01):
        return False, f"{told} That is the start of the second picture: find one of your own."
    if good and higher:
        return True, f"{told} The loss at the start says nothing of where it leads."
    if good:
        return False, f"{told} It reaches the valley, but from a *lower* start than [−0.5, 0.2]."
    return False, f"{told} It does not reach the valley."


higher_start = Task(
    name="higher_start",
    title="Higher, and better",
    parts=(SettingPart(name="start", outcome=_from_start, count=2),),
    hints=(
        "Which places are higher than the start of the picture? Those nearer to the hilltop.",
        "On which side of the top must it stand to roll towards the valley?",
    ),
)
