"""Tasks of notebook 10, "your turn": steps that know the curvature, and what that costs."""

import numpy as np

from course_lib.descent import descend
from course_lib.optimizers import RegularizedNewton
from course_lib.surfaces import Beale
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import (
    Choice,
    ChoicesPart,
    FunctionPart,
    Misconception,
    ValuePart,
)
from lessons.marking.problem import Task

# --- Newton's method on φ⁴ ------------------------------------------------------------------------

fourth = Task(
    name="fourth",
    title="A minimum without curvature",
    parts=(
        ValuePart(
            name="share",
            right=2 / 3,
            relative_tolerance=1e-3,
            misconceptions=(
                Misconception(1 / 3, "That is the share that it goes. What share is left?"),
                Misconception(
                    0,
                    "On a parabola nothing would be left. Put f′ = 4 φ³ and f″ = 12 φ² into "
                    "φ − f′/f″.",
                ),
                Misconception(
                    3 / 4,
                    "A quarter would be gone if f′/f″ were φ/4. The derivative of 4 φ³ is 12 φ².",
                ),
                Misconception(
                    16 / 81, "That is what is left of the *loss*. The distance is φ itself."
                ),
            ),
        ),
    ),
    hints=(
        "The slope of φ⁴ is 4 φ³, and its curvature 12 φ².",
        "4 φ³ / (12 φ²) = φ/3. The step leads from φ to φ − φ/3.",
    ),
)

# --- a step by hand -------------------------------------------------------------------------------


def _flat_there(step):
    H, g = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([3.0, 0.0])
    left = g + H @ step
    return f"After this step the gradient would be ({left[0]:.4g}, {left[1]:.4g})."


by_hand = Task(
    name="by_hand",
    title="Newton's step by hand",
    parts=(
        ValuePart(
            name="step",
            right=(-2, 1),
            implies=_flat_there,
            misconceptions=(
                Misconception((2, -1), "That solves H d = g. The step solves H d = −g."),
                Misconception(
                    (-1.5, 0),
                    "That divides each slope by its own curvature, as if the mixed one, 1, were "
                    "not there.",
                ),
                Misconception((-3, 0), "That is a step of gradient descent, at the rate 1."),
                Misconception((-6, -3), "That is −H g. It is H times the *step* that is −g."),
            ),
        ),
    ),
    hints=(
        "Two equations: 2 d₀ + d₁ = −3 and d₀ + 2 d₁ = 0.",
        "The second says d₀ = −2 d₁. Put that into the first.",
    ),
)

# --- a damping for Beale --------------------------------------------------------------------------


def _one_damped_step(damping):
    if damping <= 0:
        return False, "λ is above zero."
    start = np.array([1.0, 1.0])
    path = descend(Beale(), start, RegularizedNewton(damping), steps=1)
    if path.diverged:
        return False, f"With λ = {damping:.4g} the step ends out of range: it is far too long."
    length = np.linalg.norm(path.final - start)
    told = (
        f"With λ = {damping:.4g} the step is {length:.3g} long and the loss goes from 14.2 to "
        f"{path.final_loss:.3g}"
    )
    if path.final_loss < 1:
        return True, f"{told}. A much smaller λ leaps, and a much larger one creeps."
    if damping < 6:
        return False, f"{told}: the step is too long. A larger λ shortens it."
    return False, f"{told}: the step is too short. A smaller λ lengthens it."


beale_damping = Task(
    name="beale_damping",
    title="How much damping?",
    parts=(SettingPart(name="damping", outcome=_one_damped_step),),
    hints=(
        "In the table 1 is too small and 10 already too large. Each number is tried out here.",
        "Try 3, then 6.",
    ),
)

# --- where Newton runs away -----------------------------------------------------------------------

runs_away = Task(
    name="runs_away",
    title="Convex, and not safe",
    parts=(
        ValuePart(
            name="border",
            right=1,
            misconceptions=(
                Misconception(
                    0, "Close to the minimum −φ³ is much shorter than φ: there it converges."
                ),
                Misconception(
                    -1, "The start may be on either side. Give the distance, a positive number."
                ),
                Misconception(
                    np.sqrt(2), "At √2 the step leads to −2.83: that is further off already."
                ),
                Misconception(
                    np.inf,
                    "From 2 the first step leads to −8. Check: f′/f″ is φ (1 + φ²).",
                ),
            ),
        ),
    ),
    hints=(
        "f′/f″ = φ (1 + φ²)^(−1/2) (1 + φ²)^(3/2) = φ (1 + φ²).",
        "φ − φ (1 + φ²) = −φ³. For which φ is that as far from 0 as φ itself?",
    ),
)

# --- the curvature that a step has met ------------------------------------------------------------

curvature_met = Task(
    name="curvature_met",
    title="The curvature that was met",
    parts=(
        ValuePart(
            name="product",
            right=1.6,
            misconceptions=(
                Misconception(8, "That is yᵀd. The step s is α d, and α is 0.2."),
                Misconception(
                    -1.6, "The slope *grew*, from −10 to −2: y is the new gradient less the old."
                ),
                Misconception(
                    -2.4, "You add the two slopes. y is the *difference* of the gradients."
                ),
                Misconception(-0.4, "That is sᵀ times the new gradient alone."),
                Misconception(40, "Divided by α where it belongs multiplied: s is α times d."),
            ),
        ),
    ),
    hints=(
        "sᵀy = α dᵀ(g_new − g), and gᵀd is the slope along the line.",
        "The slope along the line goes from −10 to −2, a change of 8.",
    ),
)

# --- the share that makes two directions conjugate ------------------------------------------------


def _bowls(rng):
    def drawn(size):
        root = rng.normal(size=(size, size)).round(1)
        g, d = rng.normal(size=(2, size)).round(1)
        return {"g": g, "H": root @ root.T + np.eye(size), "d": d}

    by_hand = {
        "g": np.array([1.0, 2.0]),
        "H": np.array([[2.0, 1.0], [1.0, 4.0]]),
        "d": np.array([1.0, -1.0]),
    }
    return [by_hand, drawn(2), drawn(3), drawn(5)]


conjugate_beta = Task(
    name="conjugate_beta",
    title="The share that makes it conjugate",
    parts=(
        FunctionPart(
            name="share",
            right=lambda g, H, d: g @ H @ d / (d @ H @ d),
            inputs=_bowls,
            result="β",
            misconceptions=(
                Misconception(
                    lambda g, H, d: -(g @ H @ d) / (d @ H @ d),
                    "The sign: −gᵀHd + β dᵀHd must be zero.",
                ),
                Misconception(
                    lambda g, H, d: g @ d / (d @ d),
                    "This makes the two directions perpendicular. Conjugate is dᵀH d′ = 0, with "
                    "the Hessian between.",
                ),
                Misconception(
                    lambda g, H, d: d @ H @ d / (g @ H @ d),
                    "Upside down: solve −gᵀHd + β dᵀHd = 0 for β.",
                ),
                Misconception(
                    lambda g, H, d: g @ H @ g / (d @ H @ d),
                    "Above the line one g and one d: the product is that of the new direction with "
                    "the old.",
                ),
                Misconception(
                    lambda g, H, d: -(g @ d) / (d @ H @ d),
                    "That is the best *rate* along d. Here the share β is asked for.",
                ),
                Misconception(
                    lambda g, H, d: g @ g / (d @ d),
                    "Without H? Fletcher and Reeves need none, but they divide by the gradient "
                    "*before*, which is not given here.",
                ),
            ),
        ),
    ),
    hints=(
        "The new direction is −g + β d. Write down that it is conjugate to d.",
        "(−g + β d)ᵀ H d = 0. In NumPy gᵀHd is `g @ H @ d`.",
    ),
)

# --- one parameter: the secant --------------------------------------------------------------------


def _two_points(rng):
    drawn = [dict(zip(("phi", "before", "g", "g_before"), rng.normal(0, 3, 4).round(1)))
             for _ in range(4)]  # fmt: skip
    by_hand = {"phi": 2.0, "before": 3.0, "g": 4.0, "g_before": 6.0}
    return [by_hand, *(g for g in drawn if g["phi"] != g["before"] and g["g"] != g["g_before"])]


secant = Task(
    name="secant",
    title="Newton's step without a curvature",
    parts=(
        FunctionPart(
            name="following",
            right=lambda phi, before, g, g_before: phi - g * (phi - before) / (g - g_before),
            inputs=_two_points,
            result="the next point",
            misconceptions=(
                Misconception(
                    lambda phi, before, g, g_before: phi + g * (phi - before) / (g - g_before),
                    "The sign: Newton's step is *minus* slope over curvature.",
                ),
                Misconception(
                    lambda phi, before, g, g_before: phi - g * (g - g_before) / (phi - before),
                    "You multiply by the curvature, where Newton's step divides by it.",
                ),
                Misconception(
                    lambda phi, before, g, g_before: (
                        phi - g_before * (phi - before) / (g - g_before)
                    ),
                    "The step begins at `phi`, so its slope is `g`, not the one before.",
                ),
                Misconception(
                    lambda phi, before, g, g_before: -g * (phi - before) / (g - g_before),
                    "That is the step. The next *point* is asked for.",
                ),
                Misconception(
                    lambda phi, before, g, g_before: phi - (phi - before) / (g - g_before),
                    "One over the curvature is there; the slope `g` that it divides is missing.",
                ),
            ),
        ),
    ),
    hints=(
        "The slope changed by g − g_before over a step of phi − before: their quotient stands in "
        "for the curvature.",
        "Newton's step is minus the slope `g`, divided by that quotient.",
    ),
)

# --- when a matrix is as small as ten pairs -------------------------------------------------------

no_larger = Task(
    name="no_larger",
    title="A matrix, or ten pairs?",
    parts=(
        ValuePart(
            name="parameters",
            right=20,
            misconceptions=(
                Misconception(10, "A pair is *two* vectors, s and y."),
                Misconception(
                    21, "At 21 the matrix has 441 numbers, and ten pairs 420. It is larger."
                ),
                Misconception(19, "At 19 it is smaller. Go on: is it at 20?"),
                Misconception(400, "That is the number of numbers. How many parameters is that?"),
                Misconception(40, "2 · 10 vectors of P numbers: 20 P. A matrix: P²."),
            ),
        ),
    ),
    hints=(
        "Ten pairs are twenty vectors of P numbers.",
        "P² ≤ 20 P.",
    ),
)

# --- which rule? ----------------------------------------------------------------------------------

_NOISY = "its pairs come from one batch, and the next batch has another surface."
_RULES = ("regularised Newton", "BFGS", "L-BFGS", "Adam")


def _rule(right, **reasons):
    names = dict(zip(("newton", "bfgs", "lbfgs", "adam"), _RULES))
    return Choice(right, {names[name]: reason for name, reason in reasons.items()})


which_rule = Task(
    name="which_rule",
    title="Which rule for whom?",
    parts=(
        ChoicesPart(
            name="rules",
            choices={
                "a": _rule(
                    "regularised Newton",
                    bfgs="it would arrive, but has to learn what is given here for nothing: "
                    "curvatures by a formula.",
                    lbfgs="it would arrive, but has to learn what is given here for nothing: "
                    "curvatures by a formula.",
                    adam="with its fixed rates it closes in slowly, and ten digits are wanted.",
                ),
                "b": _rule(
                    "BFGS",
                    newton="nobody has the second derivatives.",
                    lbfgs="it would do, but forgets what there is ample room to keep: the matrix "
                    "of 300 parameters has 90,000 numbers.",
                    adam="with its fixed rates it closes in slowly, and ten digits are wanted.",
                ),
                "c": _rule(
                    "L-BFGS",
                    newton="nobody has the second derivatives, and they would fill 32 TB.",
                    bfgs="its matrix of 4 · 10¹² numbers takes 32 TB.",
                    adam="it would do something. But the gradients are exact, so curvature can be "
                    "learnt from them, and twenty vectors fit.",
                ),
                "d": _rule(
                    "Adam",
                    newton="the Hessian is that of 32 examples, and has 4 · 10¹² numbers.",
                    bfgs=_NOISY,
                    lbfgs=_NOISY,
                ),
                "e": _rule(
                    "L-BFGS",
                    newton="nobody has the second derivatives, and they would take 20 GB.",
                    bfgs="its matrix of 50,000 · 50,000 numbers takes 20 GB.",
                    adam="it would do something. But the gradients are exact, so curvature can be "
                    "learnt from them, and twenty vectors fit.",
                ),
            },
            why="Curvatures by formula: use them. Exact gradients: learn the curvature, in a "
            "matrix if it fits and in pairs if not. Batches: neither.",
        ),
    ),
    hints=(
        "First: does each step see all the data? If not, differences of gradients mislead.",
        "Then: 8 P² bytes for a matrix. Does it fit? And does anybody have second derivatives?",
    ),
)

# --- a year of trying -----------------------------------------------------------------------------

a_year = Task(
    name="a_year",
    title="A year of trying everything",
    parts=(
        ValuePart(
            name="parameters",
            right=13,
            misconceptions=(
                Misconception(
                    np.log2(3.156e16) / 4, "Right as a number: only whole parameters count."
                ),
                Misconception(14, "2⁵⁶ is 7.2 · 10¹⁶, more than a year has time for."),
                Misconception(
                    54, "That is how many *bits* there are, for all parameters together."
                ),
                Misconception(
                    16, "4 bits are 16 values, and each parameter has 16: 16ᴾ trials in all."
                ),
                Misconception(
                    3.156e16 / 16, "The values of the parameters *multiply*: 16ᴾ, not 16 P."
                ),
            ),
        ),
    ),
    hints=(
        "4 bits are 16 values, so P parameters have 16ᴾ combinations.",
        "A year is 3.2 · 10⁷ seconds: find the largest whole P with 16ᴾ ≤ 3.2 · 10¹⁶.",
    ),
)
