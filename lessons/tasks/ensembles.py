"""Tasks of notebook 13, "your turn": votes, what a mean gains and costs, averages of a run."""

from functools import lru_cache

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.ensembles import exponential_average
from course_lib.many_runs import descend_each
from course_lib.optimizers import GradientDescent
from lessons.experiments.scenes import LINE_START, line_minimum, linear_loss
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- a vote ---------------------------------------------------------------------------------------


def _majority(named):
    return np.array([np.bincount(column, minlength=10).argmax() for column in named.T])


def _ballots(rng):
    by_hand = {"named": np.array([[3, 8, 1], [8, 8, 0], [3, 5, 9], [8, 8, 9], [3, 2, 1]])}
    drawn = [{"named": rng.choice(5, (members, 6)) + 2} for members in (3, 5, 8)]
    return [by_hand, *drawn]


majority = Task(
    name="majority",
    title="A vote",
    parts=(
        FunctionPart(
            name="vote",
            right=_majority,
            inputs=_ballots,
            result="the vote",
            misconceptions=(
                Misconception(
                    lambda named: np.round(named.mean(axis=0)),
                    "That is the mean, rounded. Classes are names: between a 3 and an 8 lies no 5.",
                    also=(lambda named: named.mean(axis=0),),
                ),
                Misconception(
                    lambda named: np.median(named, axis=0),
                    "That is the median. Classes have no order: count how often each is named.",
                ),
                Misconception(
                    lambda named: 9 - _majority(9 - named),
                    "Right but for a tie: of classes named equally often take the smallest.",
                ),
                Misconception(
                    lambda named: named.max(axis=0), "That is the largest class that anyone named."
                ),
                Misconception(
                    lambda named: _majority(named.T),
                    "You count along the rows. A row is a member; count for each column.",
                ),
                Misconception(lambda named: named[0], "That is what the first member says."),
            ),
        ),
    ),
    hints=(
        "`np.bincount(column, minlength=10)` counts how often each of 0 to 9 occurs in a list.",
        "`named.T` has a row for each digit. `argmax` gives the first of equals.",
    ),
)

# --- the loss of a mean ---------------------------------------------------------------------------

loss_of_mean = Task(
    name="loss_of_mean",
    title="The loss of a mean",
    parts=(
        ValuePart(
            name="loss",
            right=0.22,
            misconceptions=(
                Misconception(0.27, "That is the members' mean. The ensemble gains on it."),
                Misconception(
                    0.32, "You add how much they differ: they would lose by it. The mean gains."
                ),
                Misconception(0.25, "That is the best member. The ensemble can be better."),
                Misconception(0.2, "Take it from the members' *mean* loss, not from the best."),
                Misconception(
                    0.2575,
                    "There are four members, but the spread is a mean over them already.",
                ),
            ),
        ),
    ),
    hints=(
        "Members, on average = ensemble + how much they differ.",
        "The mean of the four losses is 0.27.",
    ),
)

# --- five voters ----------------------------------------------------------------------------------

five_voters = Task(
    name="five_voters",
    title="Five voters",
    parts=(
        ValuePart(
            name="probability",
            right=0.94208,
            relative_tolerance=1e-3,
            misconceptions=(
                Misconception(0.8, "So it is for one. Some mistakes are outvoted."),
                Misconception(
                    0.2048,
                    "That is for exactly three right. With four or five the vote is right, too.",
                ),
                Misconception(0.32768, "That is for all five right; three are enough."),
                Misconception(
                    0.99968, "That is for at least one right. The vote takes three of five."
                ),
                Misconception(0.73728, "That is for four or five right. Three are enough."),
                Misconception(0.05792, "That is the probability that the vote is wrong."),
            ),
        ),
    ),
    hints=(
        "The vote is right if three, four or five members are. There are 10 ways to choose three.",
        "10 · 0.8³ · 0.2² + 5 · 0.8⁴ · 0.2 + 0.8⁵.",
    ),
)

# --- what would you do ----------------------------------------------------------------------------

advice = Task(
    name="advice",
    title="Four ensembles",
    parts=(
        ChoicesPart(
            name="advice",
            why="Members that agree ask for diversity, a curve that has flattened for nothing "
            "more; few members that differ, for more of them; a bad one is better left out.",
            choices={
                "a": Choice(
                    "diversify",
                    {
                        "add": "two members disagree on 4 digits: the next one will say the same.",
                        "stop": "nothing was gained, though each member makes 40 mistakes. Others "
                        "might make different ones.",
                        "drop": "all eight are alike: leaving one out changes nothing.",
                    },
                ),
                "b": Choice(
                    "add",
                    {
                        "diversify": "they do differ: two disagree on 60. Only there are three of "
                        "them.",
                        "stop": "the third still brought 7. That is no curve that has flattened.",
                        "drop": "all three are about as good.",
                    },
                ),
                "c": Choice(
                    "stop",
                    {
                        "diversify": "they differ on 60 digits, more than each gets wrong.",
                        "add": "from 12 to 24 members it gained 0.2, and each costs as much as the "
                        "first.",
                        "drop": "all are about as good, and none does harm.",
                    },
                ),
                "d": Choice(
                    "drop",
                    {
                        "diversify": "one differs more than enough: it gets half of them wrong.",
                        "add": "that would hide the bad one, at the price of many more.",
                        "stop": "three members that make 30 mistakes should not need a fourth that "
                        "makes 200.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "First ask of each: do the members disagree? Are they about equally good?",
        "What did the last member bring, and what does it cost?",
    ),
)

# --- a budget at test time ------------------------------------------------------------------------

same_cost = Task(
    name="same_cost",
    title="A budget when asked",
    parts=(
        ValuePart(
            name="networks",
            right=8,
            misconceptions=(
                Misconception(
                    20000 / 2368, "Right as a number. Networks come whole, and may not cost more."
                ),
                Misconception(9, "Nine multiply 21,312 times: more than there is."),
                Misconception(
                    20000 / 2048, "You left out the second layer: 32 units times ten outputs."
                ),
                Misconception(62, "You left out the first layer: 64 pixels times 32 units."),
            ),
        ),
    ),
    hints=(
        "Each weight multiplies once for each digit; biases are added.",
        "64 · 32 + 32 · 10 for one network.",
    ),
)

# --- the mean so far ------------------------------------------------------------------------------


def _arrivals(rng):
    by_hand = {"mean": np.array([4.0]), "count": 3, "phi": np.array([8.0])}
    first = {"mean": np.array([5.0, 1.0]), "count": 1, "phi": np.array([1.0, 2.0])}
    drawn = [
        {"mean": rng.normal(size=2).round(1), "count": count, "phi": rng.normal(size=2).round(1)}
        for count in (2, 7, 40)
    ]
    return [by_hand, first, *drawn]


running_mean = Task(
    name="running_mean",
    title="The mean so far",
    parts=(
        FunctionPart(
            name="running_mean",
            right=lambda mean, count, phi: mean + (phi - mean) / (count + 1),
            inputs=_arrivals,
            result="the new mean",
            misconceptions=(
                Misconception(
                    lambda mean, count, phi: (mean + phi) / 2,
                    "That lets the new one count as much as all before it together.",
                ),
                Misconception(
                    lambda mean, count, phi: mean + (phi - mean) / count,
                    "You divide by the number *before* the new one. How many are there now?",
                ),
                Misconception(
                    lambda mean, count, phi: (mean + phi) / (count + 1),
                    "The mean stands for `count` values: it must count as often.",
                ),
                Misconception(
                    lambda mean, count, phi: (count * mean + phi) / count,
                    "The sum is right. How many are in it now?",
                ),
                Misconception(
                    lambda mean, count, phi: mean - (phi - mean) / (count + 1),
                    "You move away from the new value; the mean moves towards it.",
                ),
            ),
        ),
    ),
    hints=(
        "How large is the *sum* of the values so far? Add the new one, and divide.",
        "A mean of 4 over three values and then an 8: (4 + 4 + 4 + 8) / 4.",
    ),
)

# --- how far back ---------------------------------------------------------------------------------

PATH_STEPS, ENOUGH = 150, 6e-4
SEEDS = range(200, 232)
"""Not those of the demo."""


@lru_cache(maxsize=1)
def _noisy_paths():
    """(params, lowest): SGD as in the demo, once for each seed."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    batches = [Minibatches(2, rng=seed) for seed in SEEDS]
    path = descend_each(loss, LINE_START, GradientDescent(0.1), PATH_STEPS, batches)
    return path.params, loss(line_minimum(loss))


def above_lowest(beta):
    """By how much the loss of the average at the end exceeds the lowest, mean over the seeds."""
    params, lowest = _noisy_paths()
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    return float(np.mean(loss(exponential_average(params, beta)[-1])) - lowest)


def _remembered(beta):
    if not 0 <= beta < 1:
        return False, f"β = {beta:.4g} is no β: it is at least 0 and below 1."
    above = above_lowest(beta)
    memory = round(1 / (1 - beta), 1)
    told = (
        f"With β = {beta:.4g} the average looks back over about {memory:g} steps and ends "
        f"{above:.2g} above the lowest loss, mean over {len(SEEDS)} seeds."
    )
    if above <= ENOUGH:
        return True, told
    if above_lowest(max(beta - 0.1 * (1 - beta), 0.0)) < above:
        return False, f"{told} A shorter memory does better: this one still holds the way there."
    return False, f"{told} A longer memory does better: too little of the noise is averaged away."


beta = Task(
    name="beta",
    title="How far back?",
    parts=(
        SettingPart(
            name="beta",
            outcome=_remembered,
            misconceptions=(
                Misconception(
                    0.9,
                    "That is the demo's, which looks back over ten steps. On average more steps "
                    "are needed to quiet this noise.",
                ),
                Misconception(0.0, "With β = 0 the average is the last step itself."),
            ),
        ),
    ),
    hints=(
        "Move β in the demo and watch the loss in the end; then look at other seeds.",
        "There are 150 steps, and the first fifty are the way there.",
    ),
)
