"""Tasks of notebook 14, "your turn": intervals, runs, verdicts, and where a verdict turns."""

import numpy as np

from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task
from lessons.measuring.claim import CONDITION, FAILS, HOLDS
from lessons.measuring.intervals import wilson_interval, wilson_interval_of_share

# --- Wilson's interval ----------------------------------------------------------------------------


def _counts(rng):
    n = int(rng.integers(5, 400))
    pairs = (24, 30), (0, 30), (30, 30), (int(rng.integers(1, n)), n)
    return [{"count": count, "n": n} for count, n in pairs]


def _wilson(count, n, z=1.96):
    return wilson_interval(count, n, z)


def _plain(count, n):
    share = count / n
    half = 1.96 * np.sqrt(share * (1 - share) / n)
    return share - half, share + half


def _forgetting(inside=1.0, divide=True):
    """Wilson's formula without its term w²/4, or without dividing by 1 + w."""

    def interval(count, n):
        share, w = count / n, 1.96**2 / n
        half = np.sqrt(share * (1 - share) * w + inside * w**2 / 4)
        below = 1 + w if divide else 1
        return (share + w / 2 - half) / below, (share + w / 2 + half) / below

    return interval


wilson = Task(
    name="wilson",
    title="An interval that is honest about zero",
    parts=(
        FunctionPart(
            name="interval",
            right=_wilson,
            inputs=_counts,
            result="the pair (low, high)",
            components=("low", "high"),
            misconceptions=(
                Misconception(
                    _plain,
                    "That is the plain interval: after no hit in 30 runs it says 0 and nothing "
                    "else, as if more runs could not change that.",
                ),
                Misconception(
                    lambda count, n: _wilson(count, n)[::-1],
                    "Right, but for the order: low first, then high.",
                ),
                Misconception(
                    _forgetting(inside=0.0),
                    "Below the root stands w²/4 as well: it is what keeps the interval open where "
                    "the share is 0 or 1.",
                ),
                Misconception(
                    _forgetting(divide=False),
                    "All of it is divided by 1 + w: without that it reaches beyond 1.",
                ),
                Misconception(
                    lambda count, n: _wilson(count, n, 1.0),
                    "That is one standard deviation to either side. z is 1.96.",
                ),
            ),
        ),
    ),
    hints=(
        "First `p = count / n` and `w = 1.96**2 / n`.",
        "Then the root, once; low and high differ by its sign alone.",
    ),
)

# --- how many runs --------------------------------------------------------------------------------

CLAIMED, FOUND = 0.8, 0.9


def _runs(n):
    if not 1 <= n <= 1e6 or n != round(n):
        return False, f"{n:.4g} is no number of runs to try: a whole one, from 1 to a million."
    low, high = wilson_interval_of_share(FOUND, n)
    told = (
        f"With {n:.0f} runs, of which {100 * FOUND:.0f} % arrive, the interval is {low:.3f} to "
        f"{high:.3f}"
    )
    if low <= CLAIMED:
        return False, f"{told}: 0.8 is still in it."
    if n > 1.1 * ENOUGH:
        return False, f"{told}: that is above 0.8. But a tenth fewer runs would do as well."
    return True, f"{told}: just above 0.8."


ENOUGH = next(n for n in range(1, 1000) if wilson_interval_of_share(FOUND, n)[0] > CLAIMED)

enough_runs = Task(
    name="enough_runs",
    title="More than 80 %?",
    parts=(
        SettingPart(
            name="runs",
            outcome=_runs,
            misconceptions=(
                Misconception(
                    30,
                    "With 30 runs the interval is 0.744 to 0.965. It holds 0.8, and says nothing.",
                ),
                Misconception(
                    35,
                    "That is where the *plain* interval ends at 0.8. Wilson's reaches a little "
                    "further down.",
                ),
            ),
        ),
    ),
    hints=(
        "The lower end of the interval must lie above 0.8.",
        "Try it: your `interval(0.9 * n, n)` for n = 30, 40, 50, …",
    ),
)

# --- three findings -------------------------------------------------------------------------------

findings = Task(
    name="findings",
    title="What came out",
    parts=(
        ChoicesPart(
            name="verdicts",
            why="A figure decides where its whole interval lies on one side; where a condition "
            "turns it round, the condition belongs to the verdict.",
            choices={
                "a": Choice(
                    HOLDS,
                    {
                        FAILS: "the claim is of more than half, and the whole interval lies above.",
                        CONDITION: "no setting is named in which it came out otherwise.",
                    },
                ),
                "b": Choice(
                    CONDITION,
                    {
                        HOLDS: "without noise on the data the whole interval lies below one half.",
                        FAILS: "with noise on the data the whole interval lies above one half.",
                    },
                ),
                "c": Choice(
                    FAILS,
                    {
                        HOLDS: "both intervals lie below one half.",
                        CONDITION: "no setting is named in which it came out as claimed.",
                    },
                ),
            },
        ),
    ),
    hints=("Where does the whole interval lie: above one half, or below?",),
)

# --- where a verdict turns ------------------------------------------------------------------------

turning_point = Task(
    name="turning_point",
    title="Where a verdict turns",
    parts=(
        ValuePart(
            name="steps",
            right=44,
            misconceptions=(
                Misconception(43, "After 43 steps 0.9⁴³ = 0.0108 is still missing: just too few."),
                Misconception(45, "Enough, but not the fewest: t steps miss 0.9ᵗ, and not more."),
                Misconception(
                    np.log(0.01) / np.log(0.9), "Right as a number; steps come in whole ones."
                ),
                Misconception(
                    22, "After 22 steps it is nine tenths of that; one per cent was asked for."
                ),
                Misconception(10, "After 10 steps, 1/(1 − β) of them, a third is still missing."),
                Misconception(300, "So many the experiment takes. How few would have done?"),
            ),
        ),
    ),
    hints=(
        "On a slope the t-th step in velocity form is 1 + β + … + βᵗ⁻¹ times as long as that of "
        "gradient descent: (1 − βᵗ)/(1 − β).",
        "What is missing is the share βᵗ. It must be below one per cent.",
    ),
)

# --- the gap between two --------------------------------------------------------------------------

T_OF_EIGHT = 2.36
"""Student's t for 8 seeds, instead of 1.96."""


def _eight_seeds(rng):
    """The errors of two rules with the same eight seeds, whose luck they share."""
    pairs = []
    for gap in (0.3, 0.0, -0.2):
        luck = rng.uniform(2, 5, 8)
        pairs.append([luck + rng.normal(0, 0.2, 8), luck + gap + rng.normal(0, 0.2, 8)])
    return [{"one": one.round(2), "other": other.round(2)} for one, other in pairs]


def _around(middle, spread):
    return middle - T_OF_EIGHT * spread, middle + T_OF_EIGHT * spread


def _gap(one, other):
    more = other - one
    return _around(more.mean(), more.std(ddof=1) / np.sqrt(8))


def _unpaired(one, other):
    variances = one.var(ddof=1) + other.var(ddof=1)
    return _around(other.mean() - one.mean(), np.sqrt(variances / 8))


def _of_the_seeds(one, other):
    more = other - one
    return _around(more.mean(), more.std(ddof=1))


def _of_these_eight(one, other):
    more = other - one
    return _around(more.mean(), more.std() / np.sqrt(8))


gap = Task(
    name="gap",
    title="Is the gap larger than its interval?",
    parts=(
        FunctionPart(
            name="gap",
            right=_gap,
            inputs=_eight_seeds,
            result="the pair (low, high)",
            components=("low", "high"),
            misconceptions=(
                Misconception(
                    _unpaired,
                    "That adds the spreads of both rules, as if each had had seeds of its own. "
                    "Subtract seed by seed first: what luck they share falls out.",
                ),
                Misconception(
                    _of_the_seeds,
                    "That is how far single seeds lie apart. Of a *mean* of 8 it is √8 times less.",
                ),
                Misconception(
                    _of_these_eight,
                    "Divide the squares by 7, not by 8 (`ddof=1`): the mean was taken from the "
                    "same 8 numbers.",
                ),
                Misconception(
                    lambda one, other: _gap(other, one),
                    "The other way round: by how much is `other` above `one`?",
                ),
            ),
        ),
    ),
    hints=(
        "First `more = other - one`: eight numbers, one a seed.",
        "Then its mean, and 2.36 times its standard deviation (`ddof=1`) over √8.",
    ),
)
