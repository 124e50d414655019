"""Tasks of notebook 12, "your turn": scales, grids, folds, missed ranges, what to give up."""

import numpy as np

from lessons.experiments.hyperparameter_search import SCALE_EPOCHS, digits_judge, trained_digits
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- half-way -------------------------------------------------------------------------------------

half_way = Task(
    name="half_way",
    title="Half-way between two memories",
    parts=(
        ValuePart(
            name="beta",
            right=0.9,
            misconceptions=(
                Misconception(0.74, "That is half-way between 0.5 and 0.98 on the uniform scale."),
                Misconception(
                    float(np.sqrt(0.5 * 0.98)),
                    "That is half-way if β itself is on a log scale. Here 1 − β is.",
                ),
                Misconception(0.1, "That is 1 − β. The question is for β."),
            ),
        ),
    ),
    hints=(
        "1 − β lies between 0.02 and 0.5. Half-way on a log scale is the root of their product.",
    ),
)

# --- one more value -------------------------------------------------------------------------------

one_more = Task(
    name="one_more",
    title="One more value",
    parts=(
        ValuePart(
            name="trainings",
            right=25,
            misconceptions=(
                Misconception(1, "A grid is whole only if the new rate meets all the others."),
                Misconception(150, "So many there are then in all: 6 · 5 · 5. How many are new?"),
                Misconception(125, "So many the grid has already."),
                Misconception(91, "That is for one more value of *each*: 6³ − 5³."),
                Misconception(10, "The new rate meets every *pair* of the other two."),
            ),
        ),
    ),
    hints=("With how many combinations of the other two must the new rate be tried?",),
)

# --- choose ---------------------------------------------------------------------------------------


def _choose(losses):
    return np.argmin(np.where(np.isnan(losses).any(axis=1), np.inf, losses.mean(axis=1)))


def _tables(rng):
    by_hand = [
        [[0.5, 0.6, 0.7], [0.2, 0.9, 0.8], [0.1, np.nan, 0.2], [0.3, 0.5, 0.4], [0.4, 0.4, 0.45]],
        [[0.2, np.nan], [0.9, 0.7], [0.6, 0.8], [0.1, 2.0]],
        [[0.4, 0.25, 0.95], [0.5, 0.4, 0.4], [0.3, 0.9, 0.9]],
    ]
    drawn = rng.uniform(0.1, 1, (8, 5)).round(2)
    drawn[rng.integers(8), 2] = np.nan
    return [{"losses": np.array(table)} for table in (*by_hand, drawn)]


choose = Task(
    name="choose",
    title="The choice of several folds",
    parts=(
        FunctionPart(
            name="choose",
            right=_choose,
            inputs=_tables,
            result="the index",
            misconceptions=(
                Misconception(
                    lambda losses: np.argmin(losses.mean(axis=1)),
                    "The mean of a row with a nan is nan, and `argmin` takes nan for the lowest.",
                ),
                Misconception(
                    lambda losses: np.nanargmin(np.nanmean(losses, axis=1)),
                    "`nanmean` leaves out the fold on which it diverged. A setting that diverges "
                    "once is out.",
                ),
                Misconception(
                    lambda losses: np.nanargmin(losses.min(axis=1)),
                    "You take each setting's luckiest fold. Take the mean of all.",
                    also=(lambda losses: np.nanargmin(np.nanmin(losses, axis=1)),),
                ),
                Misconception(
                    lambda losses: np.nanargmin(losses[:, 0]),
                    "You look at the first fold alone.",
                ),
                Misconception(
                    lambda losses: np.nanmin(losses.mean(axis=1)),
                    "That is the lowest mean loss. Which setting has it?",
                ),
            ),
        ),
    ),
    hints=(
        "`losses.mean(axis=1)` has a number for each setting; it is nan where one fold diverged.",
        "`np.nanargmin` looks for the lowest number and passes over nan.",
    ),
)

# --- a loud start ---------------------------------------------------------------------------------

LOUD, ENOUGH, STARTS = 20, 45, 3


def _shouted_down(rate):
    if not 0 < rate <= 100:
        return False, f"A learning rate of {rate:.4g} is none to try: it is above 0, say up to 1."
    wrong = np.mean(
        [
            1 - digits_judge().accuracy(trained_digits([rate], [LOUD], SCALE_EPOCHS, seed)[-1])
            for seed in range(STARTS)
        ]
    )
    told = f"At a rate of {rate:.4g} they get {100 * wrong:.0f} % wrong, the mean of {STARTS}."
    return bool(100 * wrong <= ENOUGH), told


loud_start = Task(
    name="loud_start",
    title="A loud start",
    parts=(
        SettingPart(
            name="rate",
            outcome=_shouted_down,
            misconceptions=(
                Misconception(
                    0.03,
                    "0.03 serves Glorot's own weights well. These are twenty times as large.",
                ),
                Misconception(
                    0.003,
                    "Shorter steps take longer to move weights that are twenty times as large.",
                ),
            ),
        ),
    ),
    hints=(
        "In the map, go along the row of 10, and of 30: where are they darkest?",
        "Larger weights need longer steps to be moved by as large a share of themselves.",
    ),
)

# --- a walk ---------------------------------------------------------------------------------------

walk = Task(
    name="walk",
    title="A walk to the good rates",
    parts=(
        ValuePart(
            name="stage",
            right=5,
            misconceptions=(
                Misconception(
                    3, "The new range has the best in its middle, so it reaches only half its "
                    "width beyond: one power of ten a stage."
                ),
                Misconception(4, "That is how often it has to be moved. The first stage counts, "
                    "too."),
                Misconception(2, "It is two powers of ten wide, and 1 is four above its end."),
                Misconception(6, "At the fifth stage its end is at 1 already."),
            ),
        ),
    ),
    hints=(
        "Write down the upper end of each stage's range, as a power of ten: −4 for the first.",
    ),
)  # fmt: skip

# --- what halving costs ---------------------------------------------------------------------------

halving = Task(
    name="halving",
    title="What halving costs",
    parts=(
        ValuePart(
            name="epochs",
            right=48,
            misconceptions=(
                Misconception(
                    80, "That is if each survivor begins anew. With its checkpoint it trains only "
                    "for the rest of its budget."
                ),
                Misconception(256, "So much it costs to train all sixteen for sixteen epochs."),
                Misconception(31, "So many trials there are, in all stages: 16 + 8 + 4 + 2 + 1."),
                Misconception(40, "There is a last stage: one network alone, to sixteen epochs."),
                Misconception(64, "There is a last stage: one network alone, to sixteen epochs. "
                    "And with its checkpoint each trains only for the rest of its budget."),
            ),
        ),
    ),
    hints=(
        "The first stage costs 16 · 1. Then 8 go on from one epoch to two: how many more are that?",
        "Stage by stage: 16 · 1, 8 · 1, 4 · 2, 2 · 4, 1 · 8.",
    ),
)  # fmt: skip

# --- above the median -----------------------------------------------------------------------------


def _above(losses, others):
    return losses.min() - np.median(others[:, : len(losses)].min(axis=1))


def _logs(rng):
    by_hand = (
        np.array([2.0, 1.2, 1.5]),
        np.array([[3.0, 1.0, 1.4, 0.2], [2.0, 1.6, 0.9, 0.1], [4.0, 0.5, 0.7, 0.6]]),
    )
    drawn = [
        (rng.uniform(0.2, 3, epochs).round(1), rng.uniform(0.2, 3, (rivals, 6)).round(1))
        for epochs, rivals in ((2, 4), (5, 3), (1, 5))
    ]
    return [dict(zip(("losses", "others"), case, strict=True)) for case in (by_hand, *drawn)]


above_median = Task(
    name="above_median",
    title="Above the median",
    parts=(
        FunctionPart(
            name="above",
            right=_above,
            inputs=_logs,
            result="the difference",
            misconceptions=(
                Misconception(
                    lambda losses, others: losses.min() - np.median(others.min(axis=1)),
                    "You let the others have all their epochs. Compare at the same epoch.",
                ),
                Misconception(
                    lambda losses, others: (
                        losses.min() - np.mean(others[:, : len(losses)].min(axis=1))
                    ),
                    "That is the mean. One trial that has exploded would move it anywhere.",
                ),
                Misconception(
                    lambda losses, others: losses[-1] - np.median(others[:, len(losses) - 1]),
                    "You compare the last losses. Take the lowest so far, of each.",
                ),
                Misconception(
                    lambda losses, others: (
                        losses[-1] - np.median(others[:, : len(losses)].min(axis=1))
                    ),
                    "Of the trial itself take the lowest loss so far, too, not the last.",
                ),
                Misconception(
                    lambda losses, others: -_above(losses, others),
                    "The other way round: a hopeless trial lies *above* the median.",
                ),
                Misconception(
                    lambda losses, others: losses.min() - np.median(others[:, : len(losses)]),
                    "Take the lowest of each of the others first, then the median of these.",
                ),
            ),
        ),
    ),
    hints=(
        "`others[:, :epoch]` are their first epochs; `.min(axis=1)` the lowest of each.",
        "`np.median` of these numbers is the bar.",
    ),
)
