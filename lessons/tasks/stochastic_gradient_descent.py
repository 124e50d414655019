"""Tasks of notebook 05, "your turn": batches, how sure a share is, and rates that fall."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.many_runs import descend_each
from course_lib.optimizers import GradientDescent
from lessons.experiments.scenes import LINE_START, line_minimum, linear_loss
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, Misconception, ValuePart
from lessons.marking.problem import Task
from lessons.measuring.intervals import wilson_interval_of_share

# --- from a mean to a sum -------------------------------------------------------------------------

as_a_sum = Task(
    name="as_a_sum",
    title="From a mean to a sum",
    parts=(
        ValuePart(
            name="alpha",
            right=0.1 / 32,
            misconceptions=(
                Misconception(
                    3.2,
                    "A sum over 32 examples is 32 times as long as their mean. For the same step "
                    "the rate must make up for it.",
                ),
                Misconception(
                    0.1, "At the same rate the sum of 32 pulls makes a step 32 times as long."
                ),
                Misconception(
                    0.1 * 32 / 50_000,
                    "The size of the whole data set does not matter: one step sees its batch.",
                ),
                Misconception(
                    0.1 / 50_000, "A step adds up the pulls of its batch, not of all examples."
                ),
                Misconception(0.1 / np.sqrt(32), "The root is for the noise. A sum is B means."),
            ),
        ),
    ),
    hints=("The sum over a batch is B times its mean: which α makes α · B equal to η?",),
)

# --- missed ---------------------------------------------------------------------------------------

missed = Task(
    name="missed",
    title="Missed in a pass",
    parts=(
        ValuePart(
            name="examples",
            right=300 * (1 - 1 / 300) ** 300,
            relative_tolerance=5e-3,
            misconceptions=(
                Misconception(0, "So it is when the examples are dealt out. Here they are drawn."),
                Misconception(
                    300 * (1 - 1 / 300) ** 30,
                    "That is for 30 draws. Each of the 30 steps draws 10 examples.",
                ),
                Misconception(
                    300 * (1 - 1 / 300) ** 10, "That is after one step. The pass has 30 of them."
                ),
                Misconception(
                    300 * (1 - 10 / 300) ** 30,
                    "That is so if no batch can hold an example twice. Here all 300 draws are "
                    "independent.",
                ),
                Misconception(300 - 300 * (1 - 1 / 300) ** 300, "So many are drawn at least once."),
                Misconception(
                    (1 - 1 / 300) ** 300, "That is the probability for one. How many of 300?"
                ),
            ),
        ),
    ),
    hints=(
        "One draw misses a given example with the probability 299/300.",
        "All 300 draws must miss it; and there are 300 examples that may be missed.",
    ),
)

# --- a tenth of the noise -------------------------------------------------------------------------

tenth_of_noise = Task(
    name="tenth_of_noise",
    title="A tenth of the noise",
    parts=(
        ValuePart(
            name="batch",
            right=23,
            misconceptions=(
                Misconception(
                    100, "That is for draws with replacement. Here there are only 28 examples."
                ),
                Misconception(10, "Ten examples have about a quarter of the noise of one."),
                Misconception(28, "All 28 have no noise at all: fewer are enough."),
                Misconception(22, "22 examples have 0.1005 of it: just too few."),
                Misconception(
                    28 / 1.27, "Right as a number; examples come in whole ones: round up."
                ),
                Misconception(27, "Enough, but not the smallest."),
            ),
        ),
    ),
    hints=(
        "Without replacement the noise of B examples is σ √((28 − B) / (27 B)).",
        "Square both sides: (28 − B) / (27 B) must be at most 1/100.",
    ),
)

# --- the quickest batch ---------------------------------------------------------------------------

MEMORY = 512
"""The largest batch that the memory holds."""


def seconds_of_training(batch_size):
    """A thousand steps at least, more of them with noise; a millisecond each, and its examples."""
    return 1000 * (1 + 400 / batch_size) * (1 + 0.01 * batch_size) / 1000


def _training_time(batch_size):
    if not 1 <= batch_size <= 1e6:
        return False, f"A batch of {batch_size:.4g} is none to try: from 1 to a million."
    if batch_size > MEMORY:
        return False, f"{batch_size:.4g} examples at once are more than the memory holds."
    told = (
        f"With batches of {batch_size:.4g} training takes {seconds_of_training(batch_size):.2f} s"
    )
    steps = 1000 * (1 + 400 / batch_size)
    if seconds_of_training(batch_size) <= 1.01 * seconds_of_training(200):
        return True, f"{told}: {steps:.0f} steps. Hardly any batch is quicker."
    if batch_size < 200:
        return (
            False,
            f"{told}: {steps:.0f} steps, most of them for the noise. Is more quicker?",
        )
    return False, f"{told}: few steps, {steps:.0f}, but slow ones. Is less quicker?"


quickest = Task(
    name="quickest",
    title="The quickest batch",
    parts=(
        SettingPart(
            name="batch_size",
            outcome=_training_time,
            misconceptions=(
                Misconception(
                    MEMORY,
                    "As many as fit take 10.92 s: the last few hundred cost more time in each step "
                    "than they save in steps.",
                ),
                Misconception(
                    400, "With 400 the steps are twice the least there can be. That takes 10 s."
                ),
                Misconception(
                    100, "There a step has doubled its price. Training takes 10 s: more is quicker."
                ),
            ),
        ),
    ),
    hints=(
        "The time is steps times the time of a step. Try a whole array of batch sizes.",
        "Multiply out: (1 + 400/B)(1 + 0.01 B) = 5 + 400/B + 0.01 B. Where is its slope zero?",
    ),
)

# --- how many seeds -------------------------------------------------------------------------------


def _intervals(runs):
    """Wilson's intervals of exactly 10 % and 14 %: whole counts would make the border jump."""
    return [wilson_interval_of_share(share, runs) for share in (0.10, 0.14)]


def _apart(runs):
    (_, high), (low_of_more, _) = _intervals(runs)
    return high < low_of_more


def _enough_runs(runs):
    if not 10 <= runs <= 1e6 or runs != round(runs):
        return False, "Your answer is no number of runs to try: whole, from 10 to a million."
    (low, high), (low_of_more, high_of_more) = _intervals(runs)
    told = (
        f"With {int(runs)} runs each, 10 % means {100 * low:.2f} % to {100 * high:.2f} %, "
        f"and 14 % means {100 * low_of_more:.2f} % to {100 * high_of_more:.2f} %."
    )
    if not _apart(1.1 * runs):
        return False, f"{told} The two overlap, and with a tenth more runs they still do."
    if _apart(0.9 * runs):
        return False, f"{told} They are apart, but a tenth fewer runs would do as well."
    return True, f"{told} That is the border, within a tenth."


seeds = Task(
    name="seeds",
    title="How many seeds?",
    parts=(
        SettingPart(
            name="runs",
            outcome=_enough_runs,
            misconceptions=(
                Misconception(
                    100,
                    "With 100 runs, 10 % may be anything from 6 % to 17 %: 14 % lies within.",
                ),
                Misconception(
                    250,
                    "Four times the runs halve an interval. With 250 the two still overlap widely.",
                ),
            ),
        ),
    ),
    hints=(
        "Use `wilson_interval` in a cell of your own: `wilson_interval(10, 100)`, and 14 of 100.",
        "The width falls with the root of n: to halve it takes four times the runs.",
        "About where 1.96 (√(0.1 · 0.9 / n) + √(0.14 · 0.86 / n)) is the distance, 0.04.",
    ),
)

# --- a shifted valley -----------------------------------------------------------------------------

shifted = Task(
    name="shifted",
    title="A shifted valley",
    parts=(
        ValuePart(
            name="rises",
            right=(0.0025, 0.25),
            relative_tolerance=1e-3,
            misconceptions=(
                Misconception(
                    (0.25, 0.0025),
                    "In the other order: the wide valley first. Its slopes are mild.",
                ),
                Misconception((0.005, 0.5), "The parabola is λ/2 times the distance squared."),
                Misconception(
                    (0.05, 5.0), "That is the slope there, λ times 0.1. How high has the loss got?"
                ),
                Misconception(
                    (0.025, 2.5), "Square the distance as well: a parabola is flat at its bottom."
                ),
                Misconception(
                    (0.0, 0.0),
                    "At the parameters that were found the new loss is not at its lowest.",
                ),
            ),
        ),
    ),
    hints=(
        "Near its minimum a valley is a parabola of curvature λ. How high is it 0.1 beside it?",
        "λ s²/2, with the shift s = 0.1.",
    ),
)

# --- a plateau ------------------------------------------------------------------------------------


def _plateau(alpha):
    if not 0 < alpha < 2:
        return False, f"At a rate of {alpha:.4g} this descent settles nowhere: it is for 0 < α < 2."
    excess = alpha / (2 - alpha) / 2
    told = f"At α = {alpha:.4g} the loss settles {excess:.4g} above the lowest."
    return bool(abs(excess / 0.01 - 1) <= 0.02), told


plateau = Task(
    name="plateau",
    title="The height of a plateau",
    parts=(
        SettingPart(
            name="alpha",
            outcome=_plateau,
            misconceptions=(
                Misconception(
                    0.02 / 1.01,
                    "At that rate E[φ²] settles at 0.01. The loss is half of it.",
                ),
                Misconception(1.98, "Near the border of 2 the plateau is high above that: 49.5."),
            ),
        ),
    ),
    hints=(
        "On the plateau a step changes E[φ²] no more: write v for it, before and after.",
        "v = (1 − α)² v + α². Solve for v; the loss is v/2.",
    ),
)

# --- four curves ----------------------------------------------------------------------------------

TOO_LOW = "it falls at every epoch and is far from the lowest"
curves = Task(
    name="curves",
    title="Four curves",
    parts=(
        ChoicesPart(
            name="advice",
            why="Noise that stays asks for a rate that falls; a rise without noise, for a lower "
            "rate; a slow fall, for a higher one.",
            choices={
                "a": Choice(
                    "decay",
                    {
                        "raise": "it jumps up and down as it is: longer steps jump higher.",
                        "lower": "after three epochs it was ahead of all others: a lower rate from "
                        "the start would give that away.",
                        "stop": "the lowest possible loss is 0.186; its last values are above, "
                        "and none stays.",
                    },
                ),
                "b": Choice(
                    "lower",
                    {
                        "raise": "it grows in the end, without noise: its rate is too high as "
                        "it is.",
                        "decay": "with all examples in each batch there is no noise to cool down. "
                        "A rate that grows in the end was never stable.",
                        "stop": "it would have been lowest at epoch 10. But 0.494 is far from "
                        "0.186.",
                    },
                ),
                "c": Choice(
                    "raise",
                    {
                        "lower": f"{TOO_LOW}: shorter steps get there later still.",
                        "decay": f"{TOO_LOW}: what it lacks is speed, not quiet.",
                        "stop": f"{TOO_LOW}, which is 0.186.",
                    },
                ),
                "d": Choice(
                    "stop",
                    {
                        "raise": "it has arrived: 0.186 is the lowest possible.",
                        "lower": "it has arrived: 0.186 is the lowest possible.",
                        "decay": "it has arrived, to all three digits; a lower rate would gain "
                        "some that nobody sees.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "First ask of each: does it still fall? Is it near 0.186? Does it jump?",
        "Where every batch holds all examples, no jump comes from noise.",
    ),
)

# --- two recipes ----------------------------------------------------------------------------------

recipes = Task(
    name="recipes",
    title="Two recipes",
    parts=(
        ValuePart(
            name="epochs",
            right=20 * np.log10(2),
            relative_tolerance=1e-2,
            misconceptions=(
                Misconception(
                    5, "Half every 5 epochs is the first recipe: 1/16 after 20, not 1/10."
                ),
                Misconception(4, "So many halvings fit in 20 epochs at one every 5: 1/16 is left."),
                Misconception(10, "Two halvings in 20 epochs make a quarter, not a tenth."),
                Misconception(
                    np.log2(10), "So many halvings make a tenth. They have 20 epochs together."
                ),
                Misconception(
                    20 * np.log2(10),
                    "Upside down: the halvings come more often than every 20 epochs.",
                ),
                Misconception(np.log10(2), "That is for a tenth at every epoch."),
            ),
        ),
    ),
    hints=(
        "After N epochs the one leaves 1/2, the other 0.1^(N/20). Set them equal.",
        "Take logarithms: N/20 = log₁₀ 2.",
    ),
)

# --- a budget -------------------------------------------------------------------------------------

BUDGET, GOAL = 200, 5e-5
SEEDS = range(100, 116)
"""Not those of the demo: a schedule must not suit a few seeds alone."""


def _left_after(rates):
    """What SGD's loss has above the lowest after the budget, mean over the seeds."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    batches = [Minibatches(3, rng=seed) for seed in SEEDS]
    rule = GradientDescent(lambda t: rates[t])
    path = descend_each(loss, LINE_START, rule, BUDGET, batches, keep="last")
    return np.mean(path.final_loss) - loss(line_minimum(loss))


def _left_without_noise(rates):
    """The same where every step is the mean of all that a batch could make it."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    rule = GradientDescent(lambda t: rates[t] * 3 / 12)
    path = descend(loss, LINE_START, rule, BUDGET, keep="last")
    return path.final_loss - loss(line_minimum(loss))


def _spent(*rates):
    rates = np.array(rates)
    if rates.min() < 0 or rates.max() > 1:
        worst = rates.min() if rates.min() < 0 else rates.max()
        return False, f"One of your rates is {worst:.4g}; expected rates from 0 to 1."
    left = _left_after(rates)
    if not left < 1e3:
        return False, "With these rates a run diverges: the early ones are too high."
    told = f"Mean over {len(SEEDS)} seeds, the loss ends {left:.2g} above the lowest."
    if left <= GOAL:
        return True, told
    quieter = np.concatenate([rates[:-50], rates[-50:] / 10])
    if _left_after(quieter) < left:
        return False, f"{told} The last 50 rates are too high to settle: at a tenth it ends lower."
    without_noise = _left_without_noise(rates)
    if without_noise > left / 2:
        return False, f"{told} It has not arrived: there are too few high rates to travel with."
    return False, (
        f"{told} Without noise it would be {max(without_noise, 0):.1g}: most of it is noise. "
        "Let the rates fall earlier, further or more smoothly."
    )


budget = Task(
    name="budget",
    title="200 steps to spend",
    parts=(
        SettingPart(
            name="rates",
            count=BUDGET,
            outcome=_spent,
            misconceptions=(
                Misconception(
                    np.full(BUDGET, 0.04),
                    "A rate that never falls ends on its plateau, 0.004 high at 0.04.",
                ),
                Misconception(
                    0.1 / (1 + 99 / 200 * np.arange(BUDGET)),
                    "That is the demo's 1/t down to a hundredth: it stops travelling too soon.",
                ),
            ),
        ),
    ),
    hints=(
        "Start with `t = np.arange(200)`, so that a formula of t makes 200 rates at once.",
        "In the demo, raise or lower *share left at the end* until the curve you highlighted is as "
        "low as it gets.",
        "Many schedules do it that begin at 0.1 and fall, evenly or faster, to nearly nothing.",
    ),
)

# --- c / t ----------------------------------------------------------------------------------------


def _falls_as(c):
    curvature = 0.2
    power = 2 * c * curvature
    if c <= 0:
        return False, "A learning rate is above zero."
    told = f"With c = {c:.4g}, cλ is {power / 2:.3g}:"
    if power < 0.95:
        return False, (
            f"{told} the excess falls only as 1/t to the power {power:.2g}, "
            "since the start is forgotten too slowly."
        )
    if power > 1.05:
        return False, f"{told} the excess falls as 1/t, but a smaller c does that as well."
    return True, f"{told} just the border. Below it the start is forgotten more slowly than 1/t."


c_over_t = Task(
    name="c_over_t",
    title="How large a c?",
    parts=(
        SettingPart(
            name="c",
            outcome=_falls_as,
            misconceptions=(
                Misconception(
                    0.5,
                    "That is the border for the curvature 1. A flatter bowl needs longer steps to "
                    "forget its start.",
                ),
                Misconception(
                    0.1, "You multiplied by the curvature. A flatter bowl needs a *larger* c."
                ),
                Misconception(
                    5.0, "That is 1/λ, which is safe. In the table half of that was enough."
                ),
            ),
        ),
    ),
    hints=(
        "For the curvature 1 the table turns between 0.4 and 0.6.",
        "A step leaves the share 1 − cλ/t of the distance: only the product cλ counts.",
    ),
)

# --- the price of a step --------------------------------------------------------------------------

price = Task(
    name="price",
    title="The price of a quiet step",
    parts=(
        ValuePart(
            name="gradients",
            right=26,
            misconceptions=(
                Misconception(
                    16, "That is the step itself. Every 20 steps there is a new anchor as well."
                ),
                Misconception(
                    18, "The batch is asked twice: for its pull here, and for that at the anchor."
                ),
                Misconception(8, "That is SGD. SVRG asks for more than the batch at φ."),
                Misconception(
                    216, "So much costs a step that takes a new anchor. Only every 20th does."
                ),
                Misconception(520, "That is for 20 steps together."),
            ),
        ),
    ),
    hints=(
        "Count the terms of the step: which ask for the gradients of the batch, which for all?",
        "Twenty steps cost 20 · 2 · 8 and one whole pass of 200.",
    ),
)
