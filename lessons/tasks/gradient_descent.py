"""Tasks of notebook 02, "your turn": numbers and lines about gradient descent."""

import numpy as np

from course_lib.datasets import GABOR_NOISE, GABOR_SEED, LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import CosineWave
from lessons.experiments.scenes import LINE_START, gabor_loss, gabor_minima, linear_loss
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

LINE = linear_loss(LINE_NOISE, LINE_SEED)

# --- the best flat line ---------------------------------------------------------------------------


def _flat_inputs(rng):
    return [{"y": np.array([0.0, 2.0, 7.0])}, *({"y": rng.normal(size=n).round(1)} for n in (1, 6))]


best_flat = Task(
    name="best_flat",
    title="The best flat line",
    parts=(
        FunctionPart(
            name="intercept",
            right=lambda y: y.mean(),
            inputs=_flat_inputs,
            result="the best intercept",
            misconceptions=(
                Misconception(
                    lambda y: np.median(y),
                    "The median makes the sum of the sizes of the misses smallest. For the sum of "
                    "squares, set equation 6.7's first line to zero.",
                ),
                Misconception(
                    lambda y: (y.min() + y.max()) / 2,
                    "Half-way between the extremes makes the largest miss smallest. Here every "
                    "example has a say: their pulls must add up to zero.",
                ),
                Misconception(
                    lambda y: y.sum(),
                    "The pulls 2 (φ₀ − yᵢ) add up to 2 (I φ₀ − Σ yᵢ): solve for φ₀.",
                    also=(lambda y: 2 * y.sum(), lambda y: y.sum() / 2),
                ),
                Misconception(
                    lambda y: 2 * y.mean(),
                    "The 2 stands before the whole of each pull, so it falls out of the equation.",
                ),
                Misconception(
                    lambda y: 0.0 * y.sum(),
                    "0 is the slope of a flat line. Its intercept may be anything: which is best?",
                ),
            ),
        ),
    ),
    hints=(
        "Where the loss is smallest its gradient is zero: the pulls on φ₀ cancel.",
        "With φ₁ = 0 the pull of example i is 2 (φ₀ − yᵢ). Write down the sum, and set it to 0.",
    ),
)

# --- the best first step --------------------------------------------------------------------------


def _first_step(alpha):
    start = np.array(LINE_START)
    gradient = LINE.gradient(start)
    best = gradient @ gradient / (gradient @ LINE.hessian(start) @ gradient)
    after = LINE(start - alpha * gradient)
    told = f"One step of the rate {alpha:.4g} ends at a loss of {after:.4g}."
    if abs(alpha / best - 1) <= 0.02:
        return True, (
            f"{told} The lowest is at 0.147, more than three times the rate at which repeated "
            "steps blow up, as you will see: what is best once may be fatal for ever."
        )
    if alpha < 0:
        return False, f"{told} A rate below zero steps uphill."
    if after > LINE(start):
        return False, f"{told} That is higher than where it began: the step goes much too far."
    side = "goes past" if alpha > best else "stops short of"
    return False, f"{told} The step {side} the lowest point on its line."


best_first_step = Task(
    name="best_first_step",
    title="The best first step",
    parts=(
        SettingPart(
            name="rate",
            outcome=_first_step,
            misconceptions=(
                Misconception(
                    0.0,
                    "With a rate of 0 nothing moves: the loss stays at 6.664.",
                ),
            ),
        ),
    ),
    hints=(
        "Print the loss after one step for a few rates, each twice the one before: 0.02, 0.04, …",
        "The loss along the line is a parabola in α. Where it has fallen most, halve your steps.",
    ),
)

# --- the longest harmless step --------------------------------------------------------------------


def _one_step_on_the_wave(alpha):
    wave = CosineWave()
    there = 0.6 - alpha * wave.slope(0.6)
    change = float(wave.value(there) - wave.value(0.6))
    told = (
        f"At {alpha:.4g} the step ends at φ = {there:.3f}, and the loss changes by {change:+.3g}."
    )
    if alpha <= 0:
        return False, "A learning rate is above zero."
    if abs(change) <= 0.05 and 0.3 < alpha < 0.5:
        return True, f"{told} A little longer, and the step does harm."
    if alpha > 0.42:
        return False, f"{told} At a smaller rate the loss has been back at its start already."
    return False, f"{told} It still ends lower than it began: let the rate grow further."


no_harm = Task(
    name="no_harm",
    title="Where a step begins to do harm",
    parts=(SettingPart(name="rate", outcome=_one_step_on_the_wave),),
    hints=(
        "In the right panel of the demo: where does the curve of the real change come back to "
        "zero?",
        "Between 0.35 and 0.45. Compute the loss after a step for rates there, or halve the "
        "interval.",
    ),
)

# --- a tenth --------------------------------------------------------------------------------------


def _tenth(alpha):
    factor = 1 - 2 * alpha
    if np.isclose(factor, 0.1, atol=1e-6):
        return True, "Each step keeps a tenth of the distance, on the same side."
    if np.isclose(factor, -0.1, atol=1e-6):
        return True, (
            "And it changes sides at every step: 1 − 2α is −0.1. A rate of 0.45 does it from one "
            "side."
        )
    if abs(factor) >= 1:
        return False, f"A step turns φ into {factor:.4g} φ: it comes no closer at all."
    return (
        False,
        f"A step turns φ into {factor:.4g} φ: that leaves {abs(factor):.4g} of the distance.",
    )


tenth = Task(
    name="tenth",
    title="A tenth of the distance",
    parts=(
        SettingPart(
            name="alpha",
            outcome=_tenth,
            misconceptions=(
                Misconception(
                    0.1,
                    "A rate of 0.1 takes a fifth of the distance away, since the slope is 2φ, and "
                    "leaves four fifths.",
                ),
                Misconception(
                    0.05,
                    "That takes a tenth away and leaves nine tenths: the other way round.",
                ),
                Misconception(
                    0.9,
                    "That would be it if the slope were φ. It is 2φ, so a step leaves 1 − 2α.",
                ),
            ),
        ),
    ),
    hints=(
        "One step takes φ to φ − α · 2φ. Which share of φ is that?",
        "Solve 1 − 2α = 0.1.",
    ),
)

# --- the largest rate -----------------------------------------------------------------------------


def _runs_at(alpha):
    if not 0 < alpha < 10:
        return False, f"A rate of {alpha:.4g} is none to try: it lies between 0 and 10."

    def stays_below(rate):
        """Whether 400 steps come closer to the minimum."""
        path = descend(LINE, LINE_START, GradientDescent(rate), steps=400)
        return not path.diverged and path.final_loss < path.losses[0]

    told = f"I tried 400 steps at 0.98 and at 1.02 times {alpha:.4g}:"
    if not stays_below(0.98 * alpha):
        return False, f"{told} both run away. The border lies lower."
    if stays_below(1.02 * alpha):
        return False, f"{told} both come closer. The border lies higher."
    return True, f"{told} the first arrives, the second runs away. That is the border."


largest_rate = Task(
    name="largest_rate",
    title="The border, before it is tried",
    parts=(
        SettingPart(
            name="rate",
            outcome=_runs_at,
            misconceptions=(
                Misconception(
                    2 / np.linalg.eigvalsh(LINE.hessian(np.zeros(2))).min(),
                    "That is 2 over the smaller curvature. The flat axis would allow it, but the "
                    "steep one has blown up long before.",
                ),
                Misconception(
                    1 / np.linalg.eigvalsh(LINE.hessian(np.zeros(2))).max(),
                    "1/λ makes the factor of the steep axis 0: that is the rate at which it is "
                    "done in one step. The factor may go down to −1.",
                ),
                Misconception(
                    2 / np.linalg.eigvalsh(LINE.hessian(np.zeros(2))).sum(),
                    "The curvatures do not add up: each axis has a factor of its own.",
                ),
            ),
        ),
    ),
    hints=(
        "Along the steep axis a step multiplies the distance by 1 − αλ. When is that just −1?",
        "Which of the two printed curvatures reaches −1 first, as α grows?",
    ),
)

# --- three runs -----------------------------------------------------------------------------------

three_runs = Task(
    name="three_runs",
    title="Four runs",
    parts=(
        ChoicesPart(
            name="factor",
            why="αλ was 0.05, 1.95, 4 and 0.01; now it is 0.5, 0.975, 0.4 and 0.1, all on the way "
            "to 1.",
            choices={
                "a": Choice(
                    10,
                    {
                        0.1: "it falls by the same small share at every step, on one side: shorter "
                        "steps make it slower still.",
                        0.5: "it falls by the same small share at every step, on one side: shorter "
                        "steps make it slower still.",
                    },
                ),
                "b": Choice(
                    0.5,
                    {
                        10: "its φ changes sides: it already jumps over, and longer steps diverge.",
                        0.1: "then a step leaves 0.8 of the distance, little better than 0.95; "
                        "with half of the rate it leaves 0.025.",
                    },
                ),
                "c": Choice(
                    0.1,
                    {
                        10: "its loss grows: longer steps grow faster.",
                        0.5: "each of its steps multiplies φ by −3, so 1 − αλ is −3 and αλ is 4: "
                        "half of that is 2, just the border.",
                    },
                ),
                "d": Choice(
                    10,
                    {
                        0.1: "a step takes a hundredth of the distance away: shorter steps take "
                        "less.",
                        0.5: "a step takes a hundredth of the distance away: shorter steps take "
                        "less.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "For each run divide a φ by the one before: that is 1 − αλ, so you know αλ.",
        "Then αλ times 0.1, 0.5 or 10: which lies nearest to 1?",
    ),
)

# --- stuck ----------------------------------------------------------------------------------------


def _where_stuck(phi0, phi1):
    loss = gabor_loss(GABOR_NOISE, GABOR_SEED)
    best, stuck = (np.array(point.phi) for point in gabor_minima()[:2])
    here = np.array([phi0, phi1])
    value = float(loss(here))
    told = f"The loss of [{phi0:g}, {phi1:g}] is {value:.3g}."
    if np.linalg.norm(here - best) < 3:
        return False, (
            f"{told} That is the good valley. Did every single move on the way from [6, 12] lower "
            "the loss? There is a ridge between."
        )
    if value > 3.2:
        return False, f"{told} A small move can still lower it: try each slider in both directions."
    return bool(np.linalg.norm(here - stuck) < 1), (
        f"{told} Every small move from here makes it worse, and 0.64 is possible. You were "
        f"gradient "
        "descent, and you are in a local minimum."
    )


stuck = Task(
    name="stuck",
    title="Where downhill ends",
    parts=(SettingPart(name="phi", count=2, outcome=_where_stuck),),
    hints=(
        "Move one slider as long as the loss falls, then the other, then the first one again.",
        "It ends near φ₀ = 6, with φ₁ well above 12.",
    ),
)

# --- how many starts ------------------------------------------------------------------------------

how_many_starts = Task(
    name="how_many_starts",
    title="How many starts?",
    parts=(
        ValuePart(
            name="starts",
            right=35,
            misconceptions=(
                Misconception(34.5, "Starts come in whole ones, and 34 are too few: round up."),
                Misconception(
                    8, "Eight starts hit once on average. All eight miss with (7/8)⁸ = 34 %."
                ),
                Misconception(34, "(7/8)³⁴ is 1.07 %: just too few."),
                Misconception(
                    np.log(0.01) / np.log(7 / 8),
                    "Right as a number; starts come in whole ones: round up.",
                ),
                Misconception(
                    3, "That would do if one start in eight missed: here seven in eight do."
                ),
                Misconception(792, "All starts at once need not hit; a single one is enough."),
            ),
        ),
    ),
    hints=(
        "All n starts miss with probability (7/8)ⁿ.",
        "Find the smallest n with (7/8)ⁿ ≤ 0.01.",
    ),
)

# --- equations, as Cauchy solved them -------------------------------------------------------------


def _solves(first, second):
    left = np.array([np.cos(second) - first, np.sin(first) - second])
    told = f"There cos φ₁ − φ₀ is {left[0]:.2g}, and sin φ₀ − φ₁ is {left[1]:.2g}."
    if np.abs(left).max() <= 2e-3:
        return True, f"{told} Both are zero, to three digits."
    if left @ left < 0.01:
        return False, f"{told} You are near: go on downhill until both are below 0.001."
    return False, f"{told} Both are to be zero."


cauchy = Task(
    name="cauchy",
    title="Equations, as Cauchy solved them",
    parts=(
        SettingPart(
            name="phi",
            count=2,
            outcome=_solves,
            misconceptions=(
                Misconception(
                    (0.6948, 0.7682), "These are the two numbers, in the other order: φ₀ first."
                ),
                Misconception((0, 0), "(0, 0) solves the second equation, and misses the first."),
                Misconception((1, 0), "(1, 0) solves the first equation, and misses the second."),
            ),
        ),
    ),
    hints=(
        "The loss is L = (cos φ₁ − φ₀)² + (sin φ₀ − φ₁)². Differentiate it by φ₀ and by φ₁.",
        "∂L/∂φ₀ = −2 (cos φ₁ − φ₀) + 2 (sin φ₀ − φ₁) cos φ₀, and "
        "∂L/∂φ₁ = −2 (cos φ₁ − φ₀) sin φ₁ − 2 (sin φ₀ − φ₁).",
        "The loop of section 3 with the rate 0.2 and 100 steps is enough, from [0, 0] for example.",
    ),
)
