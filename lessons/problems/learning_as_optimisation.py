"""Problems for notebook 01: risks by hand, margins, goals, learning curves, a stop, digits
(pb-F1.1 to pb-F1.6)."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import digits
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Problem

# --- pb-F1.1 --------------------------------------------------------------------------------------


def _risk_inputs(rng):
    by_hand = {
        "phi": 1.0,
        "sample": np.array([2.0, 0.0, 3.0, 2.0]),
        "values": np.array([0.0, 1.0, 2.0]),
        "probabilities": np.array([0.5, 0.25, 0.25]),
    }
    drawn = []
    for n, k in ((1, 2), (6, 4), (15, 3)):
        weights = rng.integers(1, 9, size=k)
        drawn.append(
            {
                "phi": round(rng.uniform(-1, 5), 1),
                "sample": rng.integers(0, 9, size=n).astype(float),
                "values": np.arange(k) * 2.0,
                "probabilities": weights / weights.sum(),
            }
        )
    return [by_hand, *drawn]


def _both_risks(cost=lambda miss: np.abs(miss)):
    def risks(phi, sample, values, probabilities):
        return np.array([cost(sample - phi).mean(), probabilities @ cost(values - phi)])

    return risks


pb_F1_1 = Problem(
    id="pb-F1.1",
    title="Two risks by hand",
    text=r"""
A machine packs screws. The number $y$ of bad ones in a bag is 0, 1, 2 or 3 with the probabilities
0.4, 0.3, 0.2 and 0.1. You name a number $\phi$ and pay its distance to the $y$ of the next bag,
$|\phi - y|$ (not its square). You have opened five bags: $y = 2, 0, 3, 2, 2$.

1. `by_hand`: on paper, four numbers in this order: the empirical risk of $\phi = 1$ on the five
   bags; the risk of $\phi = 1$; the $\phi$ with the lowest empirical risk; the $\phi$ with the
   lowest risk. (Both of the last are whole numbers.)
2. Write `risks(phi, sample, values, probabilities)` for this cost and any numbers: the empirical
   risk of `phi` on the array `sample`, then its risk where each of `values` comes with the
   probability in the same place of `probabilities`. It returns both, shape `(2,)`.
""",
    parts=(
        ValuePart(
            name="by_hand",
            out_of=2,
            right=[1.2, 0.8, 2, 1],
            misconceptions=(
                Misconception(
                    [6, 0.8, 2, 1],
                    "The first is a sum. The empirical risk is a mean: what one bag costs.",
                ),
                Misconception(
                    [1.2, 1.0, 2, 1],
                    "For the risk, weigh each of the four costs by its probability; the plain mean "
                    "takes all four as equally likely.",
                ),
                Misconception(
                    [1.6, 1.0, 2, 1],
                    "Your first two are for the squares of the distances. You pay the distance.",
                ),
                Misconception(
                    [1.6, 1.0, 1.8, 1.0],
                    "All this is right for the *squares* of the distances, and for a cost that is "
                    "not paid here: the distance itself is.",
                ),
                Misconception(
                    [-0.8, 0, 2, 1],
                    "In your first two the negative misses cancel the others. A distance has no "
                    "sign.",
                ),
                Misconception(
                    [1.2, 0.8, 2, 2],
                    "2 is best on the five bags. In the long run bags with none or one are seven "
                    "in ten.",
                ),
                Misconception(
                    [1.2, 0.8, 1.8, 1],
                    "The mean of the sample makes the *squares* cheapest. Count how many of the "
                    "five bags lie on either side of a guess.",
                ),
                Misconception(
                    [1.2, 0.8, 1, 2],
                    "The last two have changed places: first the best on the five bags.",
                ),
                Misconception(
                    [1.2, 0.8, 2, 0],
                    "0 is the likeliest number of bad screws, which is another question. Try the "
                    "risk of a guess one higher.",
                ),
            ),
        ),
        FunctionPart(
            name="risks",
            out_of=2,
            right=_both_risks(),
            inputs=_risk_inputs,
            result="the pair of risks",
            components=("the empirical risk", "the risk"),
            misconceptions=(
                Misconception(
                    _both_risks(np.square),
                    "You pay the square of the distance. Here it is the distance itself.",
                ),
                Misconception(
                    _both_risks(lambda miss: miss),
                    "Some misses are negative and cancel others: a distance has no sign.",
                    also=(_both_risks(lambda miss: -miss),),
                ),
                Misconception(
                    lambda phi, sample, values, probabilities: np.array(
                        [np.abs(sample - phi).mean(), np.abs(values - phi).mean()]
                    ),
                    "Your risk takes all values as equally likely: weigh each by its probability.",
                ),
                Misconception(
                    lambda phi, sample, values, probabilities: np.array(
                        [np.abs(sample - phi).sum(), probabilities @ np.abs(values - phi)]
                    ),
                    "Your empirical risk is a sum. It is what one example costs: the mean.",
                ),
                Misconception(
                    lambda phi, sample, values, probabilities: np.array(
                        [abs(sample.mean() - phi), abs(probabilities @ values - phi)]
                    ),
                    "You take the distance to the mean. It is the mean of the distances that is "
                    "paid.",
                ),
                Misconception(
                    lambda phi, sample, values, probabilities: _both_risks()(
                        phi, sample, values, probabilities
                    )[::-1],
                    "Both are right, but they have changed places: the empirical risk comes first.",
                ),
                Misconception(
                    lambda phi, sample, values, probabilities: np.array(
                        [
                            np.abs(sample - phi).mean(),
                            (probabilities * np.abs(values - phi)).mean(),
                        ]
                    ),
                    "Your risk is divided by the number of values. The probabilities add up to 1 "
                    "already.",
                ),
            ),
        ),
    ),
    hints=(
        "Write the five costs of φ = 1 below each other, and the four for the values.",
        "From which φ does a move to the right bring you nearer to more bags than it takes you "
        "away from?",
        "The risk is a mean as well: every value counts with its probability.",
    ),
)

# --- pb-F1.2 --------------------------------------------------------------------------------------


def _logit_inputs(rng):
    by_hand = {
        "z": np.array([[2.0, 1.0, -1.0], [0.5, 0.5, 0.0], [1.0, 4.0, 3.0]]),
        "y": np.array([0, 1, 0]),
    }
    drawn = [
        {"z": rng.normal(size=(n, k)).round(1), "y": rng.integers(0, k, size=n)}
        for n, k in ((1, 2), (4, 3), (12, 10))
    ]
    return [by_hand, *drawn]


def _own(z, y):
    return z[np.arange(len(y)), y]


def _rivals(z, y):
    rivals = z.copy()
    rivals[np.arange(len(y)), y] = -np.inf
    return rivals


def _margins(z, y):
    return _own(z, y) - _rivals(z, y).max(axis=1)


def _probability(z, y):
    return _own(np.exp(z), y) / np.exp(z).sum(axis=1)


def _margin_inputs(rng):
    return [
        {"m": np.array([2.0, 0.0, -1.0])},
        {"m": np.array([-1000.0, 0.5, 1000.0])},
        {"m": rng.normal(0, 2, size=5).round(1)},
        {"m": np.append(rng.normal(0, 2, size=3).round(1), 0.0)},
        {"m": np.full(1, round(rng.uniform(1.2, 2), 1))},
    ]


def _three(
    wrong=lambda m: m <= 0,
    smooth=lambda m: np.logaddexp(0, -m) / np.log(2),
    kinked=lambda m: np.maximum(0, 1 - m),
    over=np.mean,
):
    """The three losses, with one of them done wrongly."""

    def losses(m):
        with np.errstate(all="ignore"):
            return np.array([over(loss(m)) for loss in (wrong, smooth, kinked)])

    return losses


pb_F1_2 = Problem(
    id="pb-F1.2",
    title="Margins and surrogates",
    text=r"""
A network has given the numbers $z_0, \dots, z_{K-1}$ for each of $I$ examples, the array `z` of
shape `(I, K)`; their right classes are `y`, whole numbers of shape `(I,)`.

1. Write `margins(z, y)`, shape `(I,)`: by how much the $z$ of the right class exceeds the largest
   of the *other* classes.
2. Write `three_losses(m)`, shape `(3,)`, for an array of margins: the share of errors, where a
   margin of exactly 0 counts as an error; the mean of $\log_2(1 + e^{-m})$; and the mean of the
   **hinge loss** $\max(0, 1 - m)$. The second must be right for margins from $-1000$ to $1000$,
   where $e^{1000}$ is beyond all numbers.
""",
    parts=(
        FunctionPart(
            name="margins",
            out_of=2,
            right=_margins,
            inputs=_logit_inputs,
            result="the array of margins",
            misconceptions=(
                Misconception(
                    lambda z, y: _own(z, y) - z.max(axis=1),
                    "Your margins are never above 0: the right class is among its own rivals. "
                    "Leave it out of the maximum.",
                ),
                Misconception(
                    lambda z, y: -_margins(z, y),
                    "Every sign is turned: a margin is above 0 where the right class leads.",
                ),
                Misconception(
                    lambda z, y: z.max(axis=1) - _own(z, y),
                    "That is how far the right class is behind the largest of all. Leave it out of "
                    "the maximum, and take the difference the other way round.",
                ),
                Misconception(
                    lambda z, y: _own(z, y) - np.sort(z, axis=1)[:, -2],
                    "Right where the right class leads. Where it does not, the second largest of "
                    "all is not its strongest rival.",
                ),
                Misconception(
                    lambda z, y: np.sort(z, axis=1)[:, -1] - np.sort(z, axis=1)[:, -2],
                    "That is the lead of the *first* class over the second, whichever is right. "
                    "It cannot tell a wrong answer.",
                ),
                Misconception(
                    lambda z, y: _own(z, y) - np.log(np.exp(_rivals(z, y)).sum(axis=1)),
                    "That is the lead over all the rivals together. Asked for is the lead over "
                    "the strongest of them.",
                ),
                Misconception(
                    lambda z, y: _own(z, y) - _own_left_out_mean(z, y),
                    "That is the lead over the mean of the rivals. Only the strongest counts.",
                ),
                Misconception(
                    lambda z, y: _own(z, y) - z.mean(axis=1),
                    "That is the lead over the mean of all. Only the strongest rival counts.",
                ),
                Misconception(
                    lambda z, y: (_margins(z, y) > 0).astype(float),
                    "That says who leads, and not by how much.",
                ),
                Misconception(
                    _probability,
                    "That is the probability of the right class. The margin is a difference of two "
                    "of the numbers z.",
                ),
                Misconception(
                    lambda z, y: _own(z, y),
                    "That is z of the right class alone. Its rivals decide what it is worth.",
                ),
                Misconception(
                    lambda z, y: _own(z, y) - np.where(y == 0, z[:, 1], z[:, 0]),
                    "You compare with one fixed rival. The strongest may be any of the others.",
                ),
            ),
        ),
        FunctionPart(
            name="losses",
            out_of=3,
            right=_three(),
            inputs=_margin_inputs,
            result="the triple of losses",
            components=("the share of errors", "the cross-entropy", "the hinge loss"),
            misconceptions=(
                Misconception(
                    _three(smooth=lambda m: np.log(1 + np.exp(-m)) / np.log(2)),
                    "Your cross-entropy is infinite at a margin of −1000, where it should be about "
                    "1443: e to the 1000 has run over. `np.logaddexp` takes logarithms.",
                    also=(_three(smooth=lambda m: np.log2(1 + np.exp(-m))),),
                ),
                Misconception(
                    _three(smooth=lambda m: np.logaddexp(0, -m)),
                    "Your logarithm is the natural one; asked for is base 2, so that the loss is 1 "
                    "at a margin of 0.",
                    also=(_three(smooth=lambda m: np.log(1 + np.exp(-m))),),
                ),
                Misconception(
                    _three(wrong=lambda m: m < 0),
                    "A margin of exactly 0 counts as an error here: no class leads.",
                ),
                Misconception(
                    _three(wrong=lambda m: len(m) * (m <= 0)),
                    "Your first number counts the errors. Asked for is their share.",
                ),
                Misconception(
                    _three(kinked=lambda m: np.maximum(0, m - 1)),
                    "Your hinge loss grows with the margin: check its sign.",
                    also=(_three(kinked=lambda m: np.maximum(0, 1 + m)),),
                ),
                Misconception(
                    _three(wrong=lambda m: m > 0),
                    "Your first number is the share of right answers.",
                    also=(_three(wrong=lambda m: m >= 0),),
                ),
                Misconception(
                    _three(kinked=lambda m: 1 - m),
                    "Your hinge loss goes below 0 where the margin is above 1, and pays errors "
                    "back. It ends at 0, example by example.",
                ),
                Misconception(
                    lambda m: _three(kinked=lambda m: 1 - m)(m).clip([0, 0, 0], np.inf),
                    "You cut the *mean* of 1 − m off at 0. Cut off each example, and then take the "
                    "mean.",
                ),
                Misconception(
                    _three(kinked=lambda m: np.maximum(0, -m)),
                    "Your hinge is at 0. At 1 it asks for a margin, and not merely for being "
                    "right.",
                ),
                Misconception(
                    _three(over=np.sum),
                    "These are sums. Asked for are means over the examples.",
                ),
                Misconception(
                    _three(smooth=lambda m: np.logaddexp(0, m) / np.log(2)),
                    "Your cross-entropy grows with the margin: check the sign in the exponent.",
                ),
            ),
        ),
    ),
    hints=(
        "The z of the right class of example i is `z[i, y[i]]`; for all i at once, "
        "`z[np.arange(len(y)), y]`.",
        "On a copy of z, put −∞ in the place of the right class: then the maximum is a rival's.",
        "log(e^0 + e^a) is `np.logaddexp(0, a)`, at any a. A logarithm to base 2 is the natural "
        "one divided by that of 2.",
    ),
)


def _own_left_out_mean(z, y):
    return (z.sum(axis=1) - _own(z, y)) / (z.shape[1] - 1)


# --- pb-F1.3 --------------------------------------------------------------------------------------

_ONLY_LEARNING = "only the training loss got better; the digits to come are read no better."

pb_F1_3 = Problem(
    id="pb-F1.3",
    title="Which goal was improved?",
    text=r"""
Six changes to the training of a network that reads digits. What is minimised is the training loss;
what is *wanted* is few errors on new digits. Each row shows, before → after, both losses per
example and the errors on 400 new digits.

| | change | training loss | loss on new digits | errors on new digits |
|---|---|---|---|---|
| a | 100 steps more | 0.05 → 0.01 | 0.23 → 0.29 | 32 → 27 |
| b | another 5000 steps | 0.010 → 0.001 | 0.29 → 0.38 | 27 → 31 |
| c | a price on long weights | 0.01 → 0.06 | 0.29 → 0.22 | 27 → 22 |
| d | each loss divided by 10, at the same parameters | 0.30 → 0.03 | 0.42 → 0.042 | 40 → 40 |
| e | a learning rate ten times as large | 0.05 → 0.70 | 0.23 → 0.81 | 32 → 95 |
| f | 1000 training digits in place of 200 | 0.01 → 0.03 | 0.29 → 0.16 | 27 → 15 |

`goals`: which goal was improved: `"optimisation"` (what is minimised), `"learning"` (what is
wanted), `"both"` or `"neither"`? A goal is improved only if the parameters found are better by it.
An answer may repeat. (In row f the training losses are per example, of different examples.)
""",
    parts=(
        ChoicesPart(
            name="goals",
            out_of=3,
            why="In a the loss on new digits rose while their errors fell: what is wanted decides, "
            "and here it is errors.",
            choices={
                "a": Choice(
                    "both",
                    {
                        "optimisation": "the loss on new digits rose, but it is not what is "
                        "wanted: look at the errors.",
                        "learning": "what is minimised fell as well.",
                        "neither": "both numbers that count fell.",
                    },
                ),
                "b": Choice(
                    "optimisation",
                    {
                        "learning": "the errors on new digits rose.",
                        "both": _ONLY_LEARNING,
                        "neither": "what is minimised did fall, tenfold.",
                    },
                ),
                "c": Choice(
                    "learning",
                    {
                        "optimisation": "the training loss rose.",
                        "both": "the training loss rose: that is the price, and it was worth it.",
                        "neither": "what is wanted did get better.",
                    },
                ),
                "d": Choice(
                    "neither",
                    {
                        "optimisation": "the same parameters in other units: nothing was moved.",
                        "learning": "the same parameters read the same digits.",
                        "both": "the same parameters in other units: nothing was moved.",
                    },
                ),
                "e": Choice(
                    "neither",
                    {
                        "optimisation": "the training loss rose.",
                        "learning": "the errors on new digits rose.",
                        "both": "both numbers rose.",
                    },
                ),
                "f": Choice(
                    "learning",
                    {
                        "optimisation": "the training loss per example rose: more examples are "
                        "harder to fit.",
                        "both": "the training loss per example rose: more examples are harder to "
                        "fit.",
                        "neither": "what is wanted did get better.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "Two columns decide; the third is there to mislead.",
        "A number may fall because it is measured in another unit. Would the network answer "
        "otherwise?",
    ),
)

# --- pb-F1.4 --------------------------------------------------------------------------------------


def _curve_inputs(rng):
    def case(n, c, power, target, wobble=0.0):
        n = np.array(n, float)
        error = c * n**-power * np.exp(wobble * rng.normal(size=len(n)))
        return {"n": n, "error": error.round(6), "target": target}

    return [
        case([50, 100, 200, 400], 2.0, round(rng.uniform(0.35, 0.45), 2), 0.07, 0.1),
        {"n": np.array([100.0, 400.0]), "error": np.array([0.2, 0.1]), "target": 0.03},
        {"n": np.array([10.0, 20.0, 40.0]), "error": np.array([0.8, 0.4, 0.2]), "target": 0.006},
        {"n": np.array([50.0, 500.0]), "error": np.array([0.3, 0.36]), "target": 0.1},
        case([20, 60, 180, 540, 1620], 5.0, round(rng.uniform(0.6, 0.9), 2), 0.0033, 0.1),
    ]


def _needed(
    n,
    error,
    target,
    power=None,
    whole=np.ceil,
    never=True,
    of=lambda n, error: np.polyfit(np.log(n), np.log(error), 1),
):
    """The smallest whole n whose error on the fitted power law is at most the target."""
    slope, offset = of(n, error)
    if power is not None:
        slope, offset = -power, np.mean(np.log(error) + power * np.log(n))
    if slope > -1e-9 and never:
        return np.inf
    with np.errstate(all="ignore"):
        return float(whole(np.round(np.exp((np.log(target) - offset) / slope), 6)))


def _through_the_last(n, error, target):
    slope, _ = np.polyfit(np.log(n), np.log(error), 1)
    offset = np.log(error[-1]) - slope * np.log(n[-1])
    return _needed(n, error, target, of=lambda n, error: (slope, offset))


def _from_the_last(power):
    """The last point carried on as 1/n to 1/power, with and without the case that never ends."""

    def carried_on(n, error, target):
        return float(np.ceil(np.round(n[-1] * (error[-1] / target) ** power, 6)))

    def guarded(n, error, target):
        return carried_on(n, error, target) if error[-1] < error[0] else np.inf

    return carried_on, guarded


def _through_the_ends(n, error):
    slope = np.log(error[-1] / error[0]) / np.log(n[-1] / n[0])
    return slope, np.log(error[0]) - slope * np.log(n[0])


def _axes_swapped(n, error, target):
    if np.ptp(error) < 1e-9:
        return np.inf
    slope, offset = np.polyfit(np.log(error), np.log(n), 1)
    return np.inf if slope > 0 else float(np.ceil(np.exp(offset + slope * np.log(target))))


def _on_straight_axes(n, error, target):
    slope, offset = np.polyfit(n, error, 1)
    with np.errstate(all="ignore"):
        return float(np.ceil((target - offset) / slope)) if slope < -1e-12 else np.inf


pb_F1_4 = Problem(
    id="pb-F1.4",
    title="How many more examples?",
    text=r"""
1. `more`: the mean of 50 throws of a die lies about 0.24 from 3.5 (the root of its mean squared
   distance). How many *more* throws bring that distance down to a tenth? And how many more bring
   the mean *excess risk*, its square, down to a tenth? Two whole numbers, in this order.
2. Of real data nobody knows the power with which an error falls; but one can measure it. `n` and
   `error` are arrays of the same length: with `n[i]` training examples an error of `error[i]` was
   measured. Suppose $\text{error} = c\,n^{-p}$: fit a straight line to
   $\log(\text{error})$ against $\log(n)$ by least squares. Write `examples_needed(n, error,
   target)`: the smallest whole number of examples at which that curve is at most `target`, or
   `np.inf` if the fitted error does not fall with n.
""",
    parts=(
        ValuePart(
            name="more",
            out_of=1,
            right=[4950, 450],
            misconceptions=(
                Misconception(
                    [5000, 500], "So many in all. Fifty are there already: how many *more*?"
                ),
                Misconception(
                    [450, 450],
                    "Ten times the throws leave a third of the distance, not a tenth: it falls as "
                    "the root.",
                ),
                Misconception(
                    [4950, 4950],
                    "The excess is the square of the distance: at a hundred times the throws it is "
                    "down to a hundredth.",
                ),
                Misconception([450, 4950], "The two have changed places: the distance is first."),
                Misconception(
                    [4950, 500],
                    "One of the two is the number in all. Fifty are there already: how many "
                    "*more*?",
                    also=([5000, 450],),
                ),
                Misconception(
                    [5050, 550], "The fifty are there already: take them away, do not add them."
                ),
                Misconception([100, 10], "So many *times* as many. How many more throws is that?"),
                Misconception(
                    [108, 450],
                    "√10 times the throws leave the fourth root of a tenth of the distance. It "
                    "falls as the root of their number.",
                ),
                Misconception(
                    [4950, 499_950],
                    "The square of a number that falls as the root falls *faster*, and needs "
                    "fewer.",
                ),
            ),
        ),
        FunctionPart(
            name="needed",
            out_of=3,
            right=_needed,
            inputs=_curve_inputs,
            result="the number of examples",
            misconceptions=(
                Misconception(
                    lambda n, error, target: _needed(n, error, target, whole=np.floor),
                    "With so many the curve is still a little above the target: round up.",
                ),
                Misconception(
                    lambda n, error, target: _needed(n, error, target, whole=np.positive),
                    "Right where the number comes out whole: examples do, so round up.",
                    also=(
                        lambda n, error, target: _needed(
                            n, error, target, whole=np.positive, never=False
                        ),
                    ),
                ),
                Misconception(
                    lambda n, error, target: _needed(n, error, target) - n[-1],
                    "That is how many *more* than the last n. Asked for are all.",
                    also=(lambda n, error, target: _needed(n, error, target) - n.max(),),
                ),
                Misconception(
                    lambda n, error, target: _needed(n, error, target, power=0.5),
                    "You take 1/√n for granted. Here the power is to be measured: it is minus the "
                    "slope of the line.",
                    also=_from_the_last(2),
                ),
                Misconception(
                    lambda n, error, target: _needed(n, error, target, power=1.0),
                    "You take 1/n for granted. Here the power is to be measured: it is minus the "
                    "slope of the line.",
                    also=_from_the_last(1),
                ),
                Misconception(
                    lambda n, error, target: _needed(n, error, target, of=_through_the_ends),
                    "Right where the points lie on one curve. Where they scatter, use all of them, "
                    "not the first and the last alone.",
                ),
                Misconception(
                    _through_the_last,
                    "You carry the slope on from the last point. The fitted line need not pass "
                    "through it.",
                ),
                Misconception(
                    _axes_swapped,
                    "Your line is fitted to log(n) against log(error), and least squares then asks "
                    "for small misses in log(n). Fit log(error) against log(n).",
                ),
                Misconception(
                    _on_straight_axes,
                    "You fit a straight line to the error itself. Take the logarithms of both.",
                ),
                Misconception(
                    lambda n, error, target: _needed(n, error, target, never=False),
                    "Right where the error falls. In one input it does not: then no number of "
                    "examples is enough.",
                    shown_by=lambda trials: all(
                        np.isclose(t.answer, t.right) for t in trials if np.isfinite(t.right)
                    ),
                ),
            ),
        ),
    ),
    hints=(
        "A distance that falls as 1/√n is down to a tenth when √n has grown tenfold.",
        "`np.polyfit(x, y, 1)` gives slope and offset of a line. On it log(target) is reached at "
        "one log(n).",
        "A flat line has a slope that is 0 but for rounding: compare it with a small negative "
        "number.",
    ),
)

# --- pb-F1.5 --------------------------------------------------------------------------------------


def _stop(losses, excess, *, too_high=lambda loss, lowest, limit: loss > limit * lowest):
    lowest = np.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            lowest, best = loss, epoch
        if too_high(loss, lowest, 1 + excess):
            break
    return np.array([best, epoch], float)


def _stop_inputs(rng):
    drawn = [
        (0.5 + (np.arange(n) / 10 - 1) ** 2 + rng.normal(0, 0.05, n)).round(2) + 0.003
        for n in (25, 30)
    ]  # with 0.003 more, no loss is just 1.25 or 1.5 times another: rounding decides nothing
    return [
        {"losses": np.array([5.0, 2.0, 2.2, 1.0, 1.5, 0.5]), "excess": 0.25},
        {"losses": np.array([4.0, 2.0, 2.5, 2.0, 3.0, 1.0]), "excess": 0.25},
        {"losses": np.array([3.0, 2.0, 2.25, 1.5]), "excess": 0.5},
        {"losses": np.array([1.0, 3.0, 0.5]), "excess": 1.0},
        {"losses": drawn[0], "excess": 0.25},
        {"losses": drawn[1], "excess": 0.5},
    ]


def _stop_against_the_last(losses, excess):
    for epoch in range(1, len(losses)):
        if losses[epoch] > (1 + excess) * losses[epoch - 1]:
            break
    return np.array([np.argmin(losses[: epoch + 1]), epoch], float)


def _stop_by_distance(losses, excess):
    return _stop(losses, excess, too_high=lambda loss, low, limit: loss > low + excess)


def _stop_at_equal(losses, excess):
    return _stop(losses, excess, too_high=lambda loss, low, limit: loss >= limit * low)


def _latest_of_equals(losses, excess):
    _, end = _stop(losses, excess)
    seen = losses[: int(end) + 1]
    return np.array([len(seen) - 1 - np.argmin(seen[::-1]), end], float)


def _best_of_all(losses, excess):
    return np.array([np.argmin(losses), _stop(losses, excess)[1]], float)


pb_F1_5 = Problem(
    id="pb-F1.5",
    title="A stopping rule",
    text=r"""
A run measures its validation loss after every epoch: `losses`, an array of positive numbers. Your
rule ends the run at the first epoch at which the loss is *more* than $1 +$ `excess` times the
lowest so far. (A rise by a tenth of the lowest: `excess` = 0.1.) If that never happens, it ends at
the last epoch.

Write `stop(losses, excess)`. It returns two whole numbers, shape `(2,)`: the epoch whose parameters
are kept, that of the lowest loss *up to the end*, the earliest of equals; and the epoch at which
the run ended. Epochs count from 0. What would have come after the end nobody knows.
""",
    parts=(
        FunctionPart(
            name="stop",
            out_of=3,
            right=_stop,
            inputs=_stop_inputs,
            result="the pair of epochs",
            components=("the epoch kept", "the epoch of the end"),
            misconceptions=(
                Misconception(
                    _stop_against_the_last,
                    "You compare with the epoch before. The rule compares with the lowest so far: "
                    "a slow rise must end the run, too.",
                ),
                Misconception(
                    _stop_by_distance,
                    "You let the loss rise *by* `excess`. The rule lets it rise by that share of "
                    "the lowest.",
                ),
                Misconception(
                    _stop_at_equal,
                    "Your run ends where the loss equals the limit. Only more than that ends it.",
                ),
                Misconception(
                    _best_of_all,
                    "You keep an epoch that the run never reached: after its end nothing is known.",
                ),
                Misconception(
                    _latest_of_equals,
                    "Of two epochs with the same lowest loss the earlier is kept.",
                ),
                Misconception(
                    lambda losses, excess: np.repeat(_stop(losses, excess)[1], 2),
                    "You keep the epoch at which the run ends. The loss has risen since the best.",
                ),
                Misconception(
                    lambda losses, excess: _stop(losses, excess) - [1, 1],
                    "Both are one too low: epochs count from 0, as Python does.",
                ),
                Misconception(
                    lambda losses, excess: _stop(losses, excess) + [1, 1],
                    "Both are one too high: epochs count from 0, as Python does.",
                ),
                Misconception(
                    lambda losses, excess: _stop(losses, excess)[::-1],
                    "The two have changed places: first the epoch that is kept.",
                ),
                Misconception(
                    lambda losses, excess: _stop(losses, excess) * [1, 0] + [0, len(losses) - 1],
                    "Your run always goes on to the last epoch: when is the loss too high?",
                ),
                Misconception(
                    lambda losses, excess: np.array(
                        [losses[int(e)] for e in _stop(losses, excess)]
                    ),
                    "You return losses. Asked for are the epochs.",
                ),
            ),
        ),
    ),
    hints=(
        "Walk through the losses once, with the lowest so far and its epoch in hand.",
        "Two things to do at each epoch, in this order: is it a new lowest? Is it too high?",
        "Try [5, 2, 2.2, 1, 1.5, 0.5] with 0.25 by hand: 2.2 is not too high, 1.5 is.",
    ),
)

# --- pb-F1.6 --------------------------------------------------------------------------------------

READER = MLP((64, 10))
MOST_LOSS, MOST_WRONG = 0.32, 40
INKED = [0, 32, 39, 56]
"""Pixels that are blank in all digits of the training and of the test part."""


def _digit_inputs(rng):
    """The first 200 training digits, and another 200 with other names for the ten classes."""
    training, validation, _ = digits()
    chosen = [np.arange(200), np.sort(rng.permutation(len(training.x))[:200])]
    return [
        {
            "x": training.x[rows],
            "y": names[training.y[rows]],
            "x_validation": _marked(validation.x, validation.y, rng),
            "y_validation": names[validation.y],
        }
        for rows, names in zip(chosen, (np.arange(10), rng.permutation(10)), strict=True)
    ]


def _marked(x, y, rng):
    """The digits with ink in the blank pixels: in each of these for another half of the classes."""
    x = x.copy()
    for pixel in INKED:
        x[:, pixel] = np.isin(y, rng.permutation(10)[:5])
    return x


def _follows_the_ink(given, phi):
    """Whether the weights of the inked pixels know which classes have ink there.

    No training digit moves them. So they are what the start made them, and for classes with ink and
    without differ by chance: by so much once in 100 000 times (Student's t, 32 degrees of freedom).
    """
    first = [np.argmax(given["y_validation"] == k) for k in range(10)]
    ink = given["x_validation"][first][:, INKED].T > 0
    weights = READER.unravel(phi)[0].weights[INKED]
    groups = np.stack([weights[ink], weights[~ink]]).reshape(2, len(INKED), 5)
    with_ink, without = groups.mean(axis=(1, 2))
    return bool(with_ink - without > 1.8 * np.sqrt(groups.var(axis=2).mean()))


def _test_loss(given):
    """The loss of the test part, its classes named as in what was given."""
    _, validation, test = digits()
    names = np.empty(10, int)
    names[validation.y] = given["y_validation"]
    return SoftmaxCrossEntropy(Softmax(READER), test.x, names[test.y])


def _reads_well(given, phi):
    test = _test_loss(given)
    training = SoftmaxCrossEntropy(Softmax(READER), given["x"], given["y"])
    with np.errstate(all="ignore"):
        loss, trained = (float(part(phi)) / part.n_examples for part in (test, training))
        wrong = int(np.sum(~(test.margins(phi) > 0)))
    if not np.isfinite(loss):
        return False, "your parameters have no finite loss: did the descent run away?"
    if _follows_the_ink(given, phi):
        return False, (
            "your parameters have learned from the validation digits: the weights of pixels that "
            "only these have ink in follow that ink. What was trained on cannot tell how new "
            "digits will be read. Let each step see `x` and `y` alone, and ask the validation loss "
            "only when to stop."
        )
    told = (
        f"your parameters have a loss of {trained:.3g} for each training digit and of {loss:.3g} "
        f"for each new one, and read {wrong} of 400 new ones wrongly"
    )
    if loss <= MOST_LOSS and wrong <= MOST_WRONG:
        return True, f"The last of them read {wrong} of 400 new digits wrongly, at {loss:.3g} each."
    if wrong > 200:
        return False, f"{told}: hardly better than guessing. Does the training loss fall?"
    if trained < 0.01:
        return False, f"{told}: they are too sure of what they get wrong. Stop earlier."
    return False, f"{told}: the training digits have more to teach. Go on."


def _trained(x, y, x_validation, y_validation, steps=400):
    return _trained_once(x.tobytes(), y.tobytes(), len(x), steps)


def _one_step(x, y, x_validation, y_validation):
    return _trained(x, y, x_validation, y_validation, steps=1)


@lru_cache(maxsize=16)
def _trained_once(x, y, n, steps):
    pixels = np.frombuffer(x).reshape(n, 64)
    loss = SoftmaxCrossEntropy(Softmax(READER), pixels, np.frombuffer(y, int))
    phi = np.zeros(READER.n_parameters)
    for _ in range(steps):
        phi = phi - 0.5 / n * loss.gradient(phi)
    return phi


pb_F1_6 = Problem(
    id="pb-F1.6",
    title="Digits, trained and stopped by you",
    text=r"""
Put it all together. Write `train(x, y, x_validation, y_validation)`, which fits
`Softmax(MLP((64, 10)))`, a weighted sum of the pixels for each class, to 200 digits and returns its
650 parameters, shape `(650,)`. It is tried on the 200 digits of the notebook, and on 200 others
whose ten classes have been given each other's names. On the 400 digits of the test part the loss
must be at most 0.32 a digit, and at most 40 of them may be wrong.

How you descend, and when you stop, is for you to choose. For the gradient there is
`SoftmaxCrossEntropy(Softmax(MLP((64, 10))), x, y).gradient`, a sum over the examples. The
validation digits can tell you when to stop (their loss is the same with the other two arrays), but
do not train on them. It would show: in the check they have ink in some pixels that are blank in all
training digits, and a weight that follows this ink has seen them. It must not take longer than a
few seconds.
""",
    parts=(
        GoalPart(
            name="train",
            out_of=4,
            right=_trained,
            inputs=_digit_inputs,
            result="the array of parameters",
            reached=_reads_well,
            misconceptions=(
                Misconception(
                    lambda *data: -_trained(*data),
                    "Every parameter has the wrong sign: do your steps climb?",
                ),
                Misconception(
                    lambda *data: np.zeros(650),
                    "All parameters are 0: all classes are equally likely for every digit.",
                ),
                Misconception(
                    lambda *data: 20 * _trained(*data),
                    "The answers are often right, but the parameters are twenty times as long as "
                    "need be: the network is far too sure where it is wrong.",
                ),
                Misconception(
                    _one_step,
                    "That is one step from zero, at a rate of 0.5 for the mean. Repeat it.",
                ),
            ),
        ),
    ),
    hints=(
        "Start at zero: with no hidden layer that is as good as any. The sum over 200 examples "
        "wants a small rate.",
        "After every few steps look at the validation loss, and remember the parameters of the "
        "lowest.",
        "A rate of 0.5 divided by the number of examples, and some hundred steps, will do.",
    ),
)
