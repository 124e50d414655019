"""Tasks of notebook 07, "your turn": numbers and lines about rules that scale each parameter."""

from itertools import combinations

import numpy as np

from course_lib.descent import descend
from course_lib.optimizers import Adam, GradientDescent
from course_lib.surfaces import badly_scaled_bowl
from lessons.experiments.adaptive_methods import BOWL_START
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

BOWL = badly_scaled_bowl()
BOWL_STEPS = 40


def after_descent(alpha):
    """The bowl's loss after 40 steps of gradient descent at a rate."""
    return float(descend(BOWL, BOWL_START, GradientDescent(alpha), steps=BOWL_STEPS).final_loss)


# --- the best that one rate can do ----------------------------------------------------------------


def _one_rate(alpha):
    if not 0 < alpha < 10:
        return False, f"A rate of {alpha:.4g} is none to try: it lies between 0 and 10."
    left = after_descent(alpha)
    told = f"At the rate {alpha:.4g} a loss of {left:.3g} is left."
    if left <= 0.32:
        return True, (
            f"{told} No fixed rate does much better: a little less leaves more of φ₀, a little "
            "more leaves φ₁ swinging."
        )
    if left > BOWL(BOWL_START):
        return False, f"{told} That is more than at the start: φ₁ blows up above 2/20."
    crawls = abs(1 - 0.5 * alpha) > abs(1 - 20 * alpha)
    return False, f"{told} Most of it is in {'φ₀: it crawls' if crawls else 'φ₁: it swings'}."


one_rate = Task(
    name="one_rate",
    title="The best that one rate can do",
    parts=(
        SettingPart(
            name="rate",
            outcome=_one_rate,
            misconceptions=(
                Misconception(
                    2 / 20.5,
                    "2 over the sum of the curvatures makes both factors equally large, which is "
                    "best in the long run. After 40 steps φ₁ still swings a little too far: a "
                    "shade less is better.",
                ),
                Misconception(
                    0.05,
                    "0.05 is 1/20: it puts φ₁ right in one step, and leaves a third of φ₀, a loss "
                    "of 2.01.",
                ),
                Misconception(0.1, "0.1 is the border itself: there φ₁ swings for ever."),
            ),
        ),
    ),
    hints=(
        "Try an array of rates at once: `descend(bowl, start, GradientDescent(rates), steps=40)`.",
        "It lies between 0.09 and 0.1. Print `final_loss` for twenty rates there.",
    ),
)

# --- the farther hop ------------------------------------------------------------------------------


def _farther(start, alpha):
    short = np.mod(start, alpha)
    return np.maximum(short, alpha - short)


def _walks(rng):
    """Ways that are no whole number of steps; the first one is the hop of the demo's kin."""
    drawn = [
        {"start": round(float(rng.integers(3, 9) * alpha + alpha * share), 3), "alpha": alpha}
        for alpha, share in ((0.5, 0.3), (0.25, 0.8), (0.04, 0.6))
    ]
    return [{"start": 4.1, "alpha": 0.4}, *drawn]


farther_hop = Task(
    name="farther_hop",
    title="The farther hop",
    parts=(
        FunctionPart(
            name="distance",
            right=_farther,
            inputs=_walks,
            result="the farther distance",
            misconceptions=(
                Misconception(
                    lambda start, alpha: np.mod(start, alpha),
                    "That is what is left before it steps over the minimum. Where does the next "
                    "step end, and which of the two is farther?",
                ),
                Misconception(
                    lambda start, alpha: alpha - np.mod(start, alpha),
                    "That is where it ends after stepping over. Before that it may be farther off.",
                ),
                Misconception(
                    lambda start, alpha: np.minimum(np.mod(start, alpha), alpha - start % alpha),
                    "That is the nearer of the two points.",
                ),
                Misconception(
                    lambda start, alpha: alpha / 2,
                    "α/2 is the least that it can be, if it hops evenly. It depends on the start.",
                ),
                Misconception(
                    lambda start, alpha: alpha + 0 * start,
                    "α is the length of the hop. The minimum lies within it.",
                ),
            ),
        ),
    ),
    hints=(
        "Step by step from 4.1 with 0.4: 3.7, 3.3, …, 0.5, 0.1, and then?",
        "What is left before the first step over 0 is the remainder of start / alpha: `%`.",
    ),
)

# --- how long AdaGrad walks -----------------------------------------------------------------------


def _way(steps):
    if not 1 <= steps <= 1e6:
        return False, f"{steps:.4g} steps are none to try: between 1 and a million."
    walked = 0.1 * (1 / np.sqrt(np.arange(1, int(round(steps)) + 1))).sum()
    told = f"After {steps:.0f} steps it has walked {walked:.4g}."
    if abs(walked - 10) <= 0.2:
        return True, f"{told} A rule whose every step is 0.1 long is there after 100."
    return False, f"{told} It was to be 10."


adagrad_way = Task(
    name="adagrad_way",
    title="How long AdaGrad walks",
    parts=(
        SettingPart(
            name="steps",
            outcome=_way,
            misconceptions=(
                Misconception(
                    100,
                    "100 steps of 0.1 would do it. AdaGrad's step t has the length 0.1/√t: after "
                    "100 of them it has walked 1.86.",
                ),
                Misconception(
                    10_000,
                    "(10/0.1)² forgets the 2: the sum of 1/√t up to T is about 2√T, not √T.",
                ),
            ),
        ),
    ),
    hints=(
        "Step t has the length α/√t. What is the sum of 1/√t up to T, as an integral?",
        "That sum is about 2√T: solve 2 α √T = 10.",
    ),
)

# --- a rule of one's own: the largest slope, fading -----------------------------------------------


def _step(phi, v, g, alpha, gamma):
    v = np.maximum(gamma * v, np.abs(g))
    return np.array([phi - alpha * g / v, v])


def _mistaken(divisor):
    """A step that divides by something else, and keeps it."""

    def step(phi, v, g, alpha, gamma):
        v = divisor(v, g, gamma)
        return np.array([phi - alpha * g / v, v])

    return step


def _moments(rng):
    def given(phi, v, g, alpha, gamma):
        arrays = {"phi": np.array(phi), "v": np.array(v), "g": np.array(g)}
        return {**arrays, "alpha": alpha, "gamma": gamma}

    drawn = [
        given(
            rng.normal(size=3).round(1),
            rng.uniform(0.5, 4, 3).round(1),
            (rng.choice([-1, 1], 3) * rng.uniform(0.1, 5, 3)).round(1),
            0.3,
            round(rng.uniform(0.6, 0.95), 2),
        )
        for _ in range(3)
    ]
    return [given([8.0, 1.0], [4.0, 4.0], [-3.0, 1.0], 1.0, 0.5), *drawn]


largest_yet = Task(
    name="largest_yet",
    title="A rule of your own: divide by the largest",
    parts=(
        FunctionPart(
            name="step",
            right=_step,
            inputs=_moments,
            result="the new φ and v",
            misconceptions=(
                Misconception(
                    lambda *inputs: _step(*inputs)[0],
                    "That is the new φ, and right. Return the new v as well: `return phi, v`.",
                ),
                Misconception(
                    _mistaken(lambda v, g, gamma: np.maximum(gamma * v, g)),
                    "The sizes of the slopes count: a slope of −3 is larger than one of 1.",
                ),
                Misconception(
                    _mistaken(lambda v, g, gamma: np.maximum(v, np.abs(g))),
                    "Your old v does not fade: it keeps the share γ of itself at each step.",
                ),
                Misconception(
                    _mistaken(lambda v, g, gamma: gamma * v + (1 - gamma) * np.abs(g)),
                    "That is the average of the sizes. Here the larger of the two is taken.",
                ),
                Misconception(
                    _mistaken(lambda v, g, gamma: np.maximum(gamma * v, g**2)),
                    "Nothing is squared here: the size of the slope is compared.",
                ),
                Misconception(
                    _mistaken(lambda v, g, gamma: np.maximum(gamma * v, np.abs(g)).max() + 0 * v),
                    "All your parameters share one divisor. `np.maximum` compares entry by entry.",
                ),
                Misconception(
                    lambda phi, v, g, alpha, gamma: np.array(
                        [phi - alpha * g / v, np.maximum(gamma * v, np.abs(g))]
                    ),
                    "You divide by the old v: bring it up to date first.",
                ),
                Misconception(
                    lambda phi, v, g, alpha, gamma: np.array(
                        [2 * phi - _step(phi, v, g, alpha, gamma)[0], _step(phi, v, g, 1, gamma)[1]]
                    ),
                    "Your step climbs: the gradient points uphill.",
                ),
            ),
        ),
    ),
    hints=(
        "First the new v, from the old one and from g; then φ.",
        "`np.maximum(a, b)` takes the larger of two arrays, entry by entry; `np.abs` the sizes.",
    ),
)

# --- Adam as gradient descent ---------------------------------------------------------------------


def _walks_alike(alpha, epsilon):
    if not (0 < alpha and 0 < epsilon):
        return False, "Both are above zero."
    adam, descent = (
        descend(BOWL, BOWL_START, rule, steps=BOWL_STEPS).params
        for rule in (Adam(alpha, beta=0, gamma=0.99, epsilon=epsilon), GradientDescent(0.05))
    )
    apart = float(np.abs(adam - descent).max())
    told = f"The two paths are {apart:.2g} apart at most."
    if apart <= 0.01:
        return True, f"{told} Beside such an ε every slope is small, and α/ε is the rate."
    if abs(alpha / epsilon / 0.05 - 1) > 0.02:
        return False, f"{told} Far from the slopes Adam's rate is α/ε, {alpha / epsilon:.3g} here."
    return False, f"{told} The rate is right. But slopes of up to 26 still count beside this ε."


as_descent = Task(
    name="as_descent",
    title="Adam in disguise",
    parts=(
        SettingPart(
            name="settings",
            count=2,
            outcome=_walks_alike,
            misconceptions=(
                Misconception(
                    (0.05, 1e-8),
                    "That is Adam as it is: its steps are 0.05 long, whatever the slopes.",
                ),
            ),
        ),
    ),
    hints=(
        "With a huge ε the divisor is ε, whatever v is. What is then multiplied with the slope?",
        "α/ε must be 0.05, and ε thousands of times larger than the slopes.",
    ),
)

# --- an average whose share changes ---------------------------------------------------------------


def _corrected(average, shares):
    return average / (1 - np.prod(shares))


def _averages(rng):
    def given(values, shares):
        average = 0.0
        for value, share in zip(values, shares, strict=True):
            average = share * average + (1 - share) * value
        return {"average": round(float(average), 6), "shares": np.array(shares)}

    drawn = [
        given(rng.normal(3, 1, n), rng.uniform(0.5, 0.95, n).round(2).tolist()) for n in (3, 5)
    ]
    return [given([4.0, 4.0], [0.5, 0.8]), given([2.0], [0.9]), *drawn]


changing_beta = Task(
    name="changing_beta",
    title="A correction for any share",
    parts=(
        FunctionPart(
            name="corrected",
            right=_corrected,
            inputs=_averages,
            result="the corrected average",
            misconceptions=(
                Misconception(
                    lambda average, shares: average / (1 - shares[-1] ** len(shares)),
                    "That takes the last share for all of them. What is left of the first zero "
                    "after each step has its own share?",
                ),
                Misconception(
                    lambda average, shares: average / (1 - shares[0] ** len(shares)),
                    "That takes the first share for all of them. What is left of the first zero "
                    "after each step has its own share?",
                ),
                Misconception(
                    lambda average, shares: average / (1 - np.mean(shares) ** len(shares)),
                    "The mean of the shares is not enough: what was there at first is multiplied "
                    "by each share in turn.",
                ),
                Misconception(
                    lambda average, shares: average / np.prod(1 - np.asarray(shares)),
                    "Those are the new parts multiplied. Multiply the shares that stay.",
                ),
                Misconception(
                    lambda average, shares: average / np.prod(shares),
                    "The product is the weight of the zero at the start. The slopes have the rest.",
                ),
                Misconception(
                    lambda average, shares: average * (1 - np.prod(shares)),
                    "The average is too small: divide by the sum of its weights.",
                ),
                Misconception(
                    lambda average, shares: average / (1 - np.sum(shares)),
                    "Shares are not added up: each multiplies what was there before.",
                ),
            ),
        ),
    ),
    hints=(
        "Let every slope be 1. What is the average after one step, and after two?",
        "After two steps the zero at the start has the weight β₁ β₂. All weights add up to 1.",
    ),
)

# --- where the penalty leads ----------------------------------------------------------------------

with_penalty = Task(
    name="with_penalty",
    title="Where the penalty leads",
    parts=(
        ValuePart(
            name="phi",
            right=0.8,
            relative_tolerance=1e-3,
            misconceptions=(
                Misconception(0.2, "That is how far it ends from 1. Where is it then?"),
                Misconception(0.9, "0.9 is 1 − λ. It depends on the curvature as well."),
                Misconception(
                    1.0, "At 1 the loss is flat, but the penalty still pulls: their sum is not."
                ),
                Misconception(
                    1.25, "The penalty pulls towards 0. Does your pull have the right sign?"
                ),
                Misconception(
                    2 / 3,
                    "The penalty is λ/2 times φ². Its slope is λ φ, without a 2.",
                ),
            ),
        ),
    ),
    hints=(
        "Write down the slope of the sum, and set it to zero.",
        "0.4 (φ − 1) + 0.1 φ = 0.",
    ),
)

# --- four runs ------------------------------------------------------------------------------------

_FALL, _RAISE, _CORRECT = "let the rate fall", "raise the rate", "correct the bias"

four_runs = Task(
    name="four_runs",
    title="Four runs",
    parts=(
        ChoicesPart(
            name="cure",
            why="What ends in hops needs a falling rate, what has not arrived a larger one, and "
            "what begins with too long a step its correction.",
            choices={
                "a": Choice(
                    _FALL,
                    {
                        _RAISE: "it hops around the minimum, at a distance of about α: a higher "
                        "rate hops farther.",
                        _CORRECT: "its first steps are fine. What is wrong is how it ends.",
                    },
                ),
                "b": Choice(
                    _RAISE,
                    {
                        _FALL: "its steps get shorter by themselves, and are too short already.",
                        _CORRECT: "AdaGrad has a sum and no average: there is nothing to correct.",
                    },
                ),
                "c": Choice(
                    _CORRECT,
                    {
                        _FALL: "its first step is several α long, before a rate could have fallen.",
                        _RAISE: "its first steps are too long already.",
                    },
                ),
                "d": Choice(
                    _RAISE,
                    {
                        _FALL: "it has not arrived: φ₀ gets 0.01 nearer a step, and has a way of "
                        "7.8. A falling rate would make it later still.",
                        _CORRECT: "its steps are α long from the first one on, as they should be.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "First ask of each: does the loss still fall at the end? If so, what is it waiting for?",
        "With correction Adam's first step would be 0.5 long along each axis.",
    ),
)

# --- the lowest of a few tries --------------------------------------------------------------------


def _lowest_of(losses, tries):
    left = 1 - np.arange(len(losses) + 1) / len(losses)
    return np.sort(losses) @ -np.diff(left**tries)


def _without_repeats(losses, tries):
    """The mean over all choices of different ones."""
    return np.mean([min(chosen) for chosen in combinations(losses, min(tries, len(losses)))])


def _tries(rng):
    drawn = [
        {"losses": rng.permutation(np.arange(1, n + 1) * rng.integers(1, 5)) * 1.0, "tries": k}
        for n, k in ((3, 3), (4, 2), (5, 1))
    ]
    return [{"losses": np.array([8.0, 4.0]), "tries": 2}, *drawn]


lowest_of = Task(
    name="lowest_of",
    title="The lowest of a few tries",
    parts=(
        FunctionPart(
            name="lowest",
            right=_lowest_of,
            inputs=_tries,
            result="the mean of the lowest loss",
            misconceptions=(
                Misconception(
                    lambda losses, tries: np.min(losses),
                    "That is the best there is. A search of a few tries may well miss it.",
                ),
                Misconception(
                    lambda losses, tries: np.mean(losses),
                    "That is what a single try finds. The lowest of several is lower.",
                ),
                Misconception(
                    _without_repeats,
                    "That is so if no rate can be drawn twice. Here each try is drawn from all.",
                ),
                Misconception(
                    lambda losses, tries: _lowest_of(losses, 1) / tries,
                    "Several tries do not divide the loss: they make the lower ones more probable.",
                ),
                Misconception(
                    lambda losses, tries: -_lowest_of(-losses, tries),
                    "That is the mean of the highest. Sort the losses the other way round.",
                ),
                Misconception(
                    lambda losses, tries: np.mean(np.sort(losses)[:tries]),
                    "The mean of the best few is another thing: which ones are tried is chance.",
                ),
            ),
        ),
    ),
    hints=(
        "With which probability are all tries at the third lowest loss or a higher one?",
        "Of n losses, n − i are at place i (from 0) or above: all tries with ((n − i)/n)^tries.",
        "The lowest is *just* the one at place i with the difference of two such probabilities.",
    ),
)
