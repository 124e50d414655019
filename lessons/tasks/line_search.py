"""Tasks of notebook 03, "your turn": how long a step should be."""

import numpy as np

from course_lib.line_search import Bracketing
from lessons.experiments.scenes import gabor_loss
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- the best rate on a bowl ----------------------------------------------------------------------


def _bowls(rng):
    def drawn(size):
        root = rng.normal(size=(size, size)).round(1)
        return {"g": rng.normal(size=size).round(1), "H": root @ root.T + np.eye(size)}

    by_hand = {"g": np.array([1.0, 2.0]), "H": np.array([[2.0, 1.0], [1.0, 4.0]])}
    return [by_hand, drawn(1), drawn(2), drawn(4)]


best_rate = Task(
    name="best_rate",
    title="The best rate on a bowl",
    parts=(
        FunctionPart(
            name="rate",
            right=lambda g, H: g @ g / (g @ H @ g),
            inputs=_bowls,
            result="the best rate",
            misconceptions=(
                Misconception(
                    lambda g, H: g @ g / (g @ H @ g) / 2,
                    "Half of the best rate: the derivative of ½ α² is α.",
                ),
                Misconception(
                    lambda g, H: 2 * g @ g / (g @ H @ g),
                    "Twice the best rate: there the parabola is as high as at the start. Set its "
                    "derivative to zero.",
                ),
                Misconception(
                    lambda g, H: g @ H @ g / (g @ g),
                    "Upside down: this is the curvature along g. Where the loss bends more, the "
                    "best step is shorter.",
                ),
                Misconception(
                    lambda g, H: 1 / (g @ H @ g),
                    "The first term has a factor gᵀg. It is 1 only for a gradient of length 1.",
                ),
                Misconception(
                    lambda g, H: np.linalg.norm(g) / (g @ H @ g),
                    "gᵀg is the *square* of the gradient's length.",
                ),
                Misconception(
                    lambda g, H: -(g @ g) / (g @ H @ g),
                    "A negative rate would climb: the step is −α g, so α is positive.",
                ),
                Misconception(
                    lambda g, H: np.sum(g * g / (H @ g * g)),
                    "`*` multiplies entry by entry: divide one sum by the other, gᵀg by gᵀHg.",
                    also=(lambda g, H: g / (H @ g),),
                ),
                Misconception(
                    lambda g, H: 1 / np.linalg.eigvalsh(H)[-1],
                    "That is best along the steepest axis alone. Here the line goes along g.",
                ),
            ),
        ),
    ),
    hints=(
        "The loss along the line is a parabola in α. At its lowest point the derivative is zero.",
        "The derivative is −gᵀg + α gᵀHg. In NumPy gᵀg is `g @ g`, and gᵀHg is `g @ H @ g`.",
    ),
)

# --- how many stages ------------------------------------------------------------------------------

stages = Task(
    name="stages",
    title="How many stages?",
    parts=(
        ValuePart(
            name="stages",
            right=18,
            misconceptions=(
                Misconception(
                    np.log(1000) / np.log(1.5),
                    "Right as a number; stages come in whole ones: round up.",
                ),
                Misconception(
                    17,
                    "(2/3)¹⁷ is 0.00101: a hair too long.",
                ),
                Misconception(
                    7,
                    "That would do if a stage *kept* a third. It drops a third.",
                ),
                Misconception(
                    10,
                    "That would do if a stage kept half.",
                ),
                Misconception(12, "That is enough for a hundredth: (2/3)¹² is 0.0077."),
                Misconception(1500, "The shares multiply: after n stages (2/3)ⁿ is left."),
            ),
        ),
    ),
    hints=(
        "After one stage 2/3 is left, after two 2/3 of 2/3, and so on.",
        "Find the smallest n with (2/3)ⁿ ≤ 1/1000, with a logarithm or by trying.",
    ),
)

# --- where b and c should stand -------------------------------------------------------------------


def _reused(share):
    """A stage on [0, 1] with b at `share` and c at 1 − share, of which [0, c] is kept."""
    told = f"With b at {share:.4g}, c stands at {1 - share:.4g}, and the stage keeps [0, c]."
    if not 0 < share < 0.5:
        return False, "b must stand between a and c, so between 0 and ½ of the bracket."
    needed, there = (1 - share) * (1 - share), share
    told += f" There the next c should stand at {needed:.4g}, and the old b is at {there:.4g}."
    if abs(needed - there) <= 0.001:
        return True, told + " It serves again: each stage costs a single new evaluation, not two."
    return False, told


reuse = Task(
    name="reuse",
    title="One evaluation a stage",
    parts=(
        SettingPart(
            name="share",
            outcome=_reused,
            misconceptions=(
                Misconception(
                    1 / 3,
                    "With thirds the old b stands in the middle of what is kept: neither the new b "
                    "nor the new c, so both have to be evaluated.",
                ),
                Misconception(
                    (np.sqrt(5) - 1) / 2,
                    "That is where c stands. b is as far from a as c is from d.",
                ),
            ),
        ),
    ),
    hints=(
        "Let [0, 1] be the bracket, b at s, c at 1 − s. If [0, c] is kept, its length is 1 − s.",
        "The new c stands at (1 − s) of (1 − s). That must be the old b: (1 − s)² = s.",
    ),
)

# --- backtracking by hand -------------------------------------------------------------------------

by_hand = Task(
    name="by_hand",
    title="Backtracking by hand",
    parts=(
        ValuePart(
            name="rate",
            right=0.125,
            misconceptions=(
                Misconception(
                    0.25,
                    "At 0.25 the loss falls from 3 to 0.75, by 2.25. Promised were 0.25 · 36 = 9, "
                    "and half of that is 4.5.",
                ),
                Misconception(
                    0.5,
                    "At 0.5 the step ends at φ = −2, where the loss is 12: that is higher than 3.",
                ),
                Misconception(1, "At 1 the step ends at φ = −5, where the loss is 75."),
                Misconception(
                    1 / 6,
                    "That is the longest rate which would be accepted. But the trials are 1, ½, ¼, "
                    "and so on.",
                ),
                Misconception(0.0625, "That is accepted as well, but is it the *first* that is?"),
                Misconception(
                    0.75,
                    "That is the step's length. The rate times the slope 6 is the step.",
                ),
            ),
        ),
    ),
    hints=(
        "The slope at φ = 1 is 6, so the trial of rate α ends at 1 − 6α.",
        "Promised is α · 36. For α = 1, ½, ¼, …: is 3 − 3(1 − 6α)² at least half of it?",
    ),
)

# --- a thousand -----------------------------------------------------------------------------------

thousand = Task(
    name="thousand",
    title="A very long valley",
    parts=(
        ValuePart(
            name="steps",
            right=np.log(1e-6) / np.log((999 / 1001) ** 2),
            relative_tolerance=0.01,
            misconceptions=(
                Misconception(
                    2 * 3454,
                    "Twice too many: 999/1001 is what a step leaves of the *distance*. Of the loss "
                    "it leaves the square.",
                ),
                Misconception(
                    1727,
                    "After that many steps a thousandth is left: a millionth was asked for.",
                ),
                Misconception(
                    3454 / np.log(10),
                    "Two kinds of logarithm do not mix: take the natural one above and below.",
                ),
            ),
        ),
    ),
    hints=(
        "Each step leaves the share (999/1001)² of the loss. After n steps?",
        "Solve (999/1001)²ⁿ = 10⁻⁶ for n, by logarithms.",
    ),
)

# --- the best fixed rate --------------------------------------------------------------------------


def _two_factors(alpha):
    flat, steep = 1 - alpha, 1 - 30 * alpha
    told = (
        f"At {alpha:.4g} a step leaves |1 − α| = {abs(flat):.4g} of the distance along the flat "
        f"axis and |1 − 30α| = {abs(steep):.4g} along the steep one."
    )
    larger = max(abs(flat), abs(steep))
    if larger >= 1:
        return False, f"{told} Along one of them it comes no closer."
    if abs(larger / (29 / 31) - 1) <= 0.001:
        return True, f"{told} No rate makes the larger of the two smaller."
    which, how = ("steep", "shorter") if abs(steep) > abs(flat) else ("flat", "longer")
    return False, f"{told} The {which} axis is the slower one, and wants a {how} step."


best_fixed = Task(
    name="best_fixed",
    title="The best fixed rate",
    parts=(
        SettingPart(
            name="alpha",
            outcome=_two_factors,
            misconceptions=(
                Misconception(
                    1 / 30,
                    "That lands on the bottom along the steep axis at once, and leaves 29/30 of "
                    "the distance along the flat one. A little more helps the flat axis, and the "
                    "steep one can bear it.",
                ),
            ),
        ),
    ),
    hints=(
        "Raise the rate: one of the two factors shrinks, the other grows. Where do they meet?",
        "The larger one is smallest where 1 − α = 30α − 1.",
    ),
)

# --- the shortest bracket that is fooled ----------------------------------------------------------


def _ends(max_distance):
    loss, start = gabor_loss(), np.array([1.5, 20.5])
    direction = -loss.gradient(start)
    rate = float(Bracketing(max_distance)(loss, start, direction))
    distance = rate * float(np.linalg.norm(direction))
    return distance, float(loss(start + rate * direction))


def _fooled(max_distance):
    if max_distance <= 0:
        return False, "The length of a bracket is above zero."
    distance, value = _ends(max_distance)
    told = (
        f"From a first bracket of {max_distance:g} the search ends at distance {distance:.3g}, "
        f"where the loss is {value:.3g}"
    )
    if value < 2.6:
        return False, f"{told}: the deep dip. It is not fooled."
    if distance > max_distance - 0.01:
        return False, f"{told}: the bracket ended before the deep dip. That is too short."
    if max_distance != round(max_distance):
        return False, f"{told}: it is fooled. Which is the shortest *whole* number?"
    if _ends(max_distance - 1)[1] < 2.6:
        return True, f"{told}: fooled, and at {max_distance - 1:g} it is not."
    return False, f"{told}: it is fooled, but so it is at {max_distance - 1:g}."


shortest_fooled = Task(
    name="shortest_fooled",
    title="How long is too long?",
    parts=(SettingPart(name="length", outcome=_fooled),),
    hints=(
        "Put other lengths into the loop above, or just check some here: each is tried out.",
        "8 is not fooled and 16 is. Try 12.",
    ),
)
