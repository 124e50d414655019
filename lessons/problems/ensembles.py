"""Problems for notebook 13: what a mean gains, averages of parameters, an ensemble on digits."""

from functools import lru_cache
from itertools import combinations

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.ensembles import Ensemble, exponential_average
from course_lib.initialization import glorot_uniform
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Problem

# --- pb-F13.1 -------------------------------------------------------------------------------------


def _weighted(rng):
    by_hand = {
        "predictions": np.array([[2.0, 0.0], [6.0, 1.0]]),
        "weights": np.array([3.0, 1.0]),
    }
    drawn = [
        {
            "predictions": rng.normal(3, 2, (members, examples)).round(1),
            "weights": rng.uniform(0.2, 3, members).round(1) + 0.05,
        }
        for members, examples in ((3, 1), (3, 4), (5, 6))
    ]
    return [by_hand, *drawn]


def _answer(predictions, weights):
    return weights @ predictions / weights.sum()


def _gain(predictions, weights):
    return _answer((predictions - _answer(predictions, weights)) ** 2, weights)


pb_F13_1 = Problem(
    id="pb-F13.1",
    title="Members that do not count alike",
    text=r"""
Give each member a weight $w_m>0$, large for those that one trusts, and let the ensemble answer

$$\bar{\mathrm{f}}[x_i] = \frac{\sum_m w_m\, \mathrm{f}[x_i, \phi_m]}{\sum_m w_m}\,.$$

1. `answer(predictions, weights)`: the ensemble's predictions, shape `(I,)`. `predictions` has a row
   for each member, shape `(M, I)`; `weights` has shape `(M,)`. The weights need not add up to 1.
2. `numbers`: three members say 2, 5 and 5, and count ½, ¼ and ¼; right would be 4. The weighted
   mean of their squared losses, the squared loss of the weighted mean, and the first less the
   second: a list of three numbers.
3. `gain(predictions, weights)`: that difference for each example, shape `(I,)`. Derive it as
   notebook 13 does for equal weights: it can be had without knowing what is right.
""",
    parts=(
        FunctionPart(
            name="answer",
            out_of=1,
            right=_answer,
            inputs=_weighted,
            result="the ensemble's answer",
            misconceptions=(
                Misconception(
                    lambda predictions, weights: predictions.mean(axis=0),
                    "That is the plain mean: the weights have no say in it.",
                ),
                Misconception(
                    lambda predictions, weights: weights @ predictions,
                    "The weights need not add up to 1: divide by what they add up to.",
                ),
                Misconception(
                    lambda predictions, weights: (weights[:, None] * predictions).mean(axis=0),
                    "You divide by the number of members; divide by the sum of their weights.",
                ),
                Misconception(
                    lambda predictions, weights: predictions[np.argmax(weights)],
                    "That is the answer of the member with the largest weight alone.",
                ),
                Misconception(
                    lambda predictions, weights: np.median(predictions, axis=0),
                    "That is the median; the mean was asked for.",
                ),
            ),
        ),
        ValuePart(
            name="numbers",
            out_of=2,
            right=[2.5, 0.25, 2.25],
            misconceptions=(
                Misconception([2.0, 0.0, 2.0], "You let all three count alike."),
                Misconception(
                    [2.0, 0.25, 1.75],
                    "The losses count ½, ¼ and ¼ as well, and not alike.",
                ),
                Misconception(
                    [2.5, 0.0, 2.5], "The mean of 2, 5 and 5 is a weighted one, too: not 4."
                ),
                Misconception(
                    [6.0, 0.25, 5.75],
                    "The first is the sum of the squared losses. Weigh them: ½, ¼ and ¼.",
                ),
                Misconception([2.5, -0.5, 3.0], "The second is a miss: its square is the loss."),
                Misconception(
                    [1.5, 0.5, 1.0], "A squared loss is the square of the miss, not its size."
                ),
                Misconception(
                    [2.5, 0.25, -2.25],
                    "All three sizes are right. The difference is that of the first and the "
                    "second, in this order.",
                ),
            ),
        ),
        FunctionPart(
            name="gain",
            out_of=3,
            right=_gain,
            inputs=_weighted,
            result="the gain",
            misconceptions=(
                Misconception(
                    lambda predictions, weights: predictions.var(axis=0),
                    "That is the gain where all members count alike: the weights have no say in "
                    "it.",
                ),
                Misconception(
                    lambda predictions, weights: _answer(
                        (predictions - predictions.mean(axis=0)) ** 2, weights
                    ),
                    "You weigh the squares, but take them about the plain mean. The ensemble "
                    "answers with the weighted one.",
                ),
                Misconception(
                    lambda predictions, weights: (
                        (predictions - _answer(predictions, weights)) ** 2
                    ).mean(axis=0),
                    "The squares are right; they do not count alike, but by the weights.",
                ),
                Misconception(
                    lambda predictions, weights: (
                        weights @ (predictions - _answer(predictions, weights)) ** 2
                    ),
                    "The weights need not add up to 1: divide by what they add up to.",
                ),
                Misconception(
                    lambda predictions, weights: -_gain(predictions, weights),
                    "The sign is turned: the mean of the losses less the loss of the mean is never "
                    "negative.",
                ),
                Misconception(
                    lambda predictions, weights: np.sqrt(_gain(predictions, weights)),
                    "That is its root: how far, not how far squared.",
                ),
            ),
        ),
    ),
    hints=(
        "Write each miss as two: from the member to the ensemble, and from there to what is right.",
        "Square the sum of the two and take the weighted mean over the members. What becomes of "
        "the mixed term?",
    ),
)

# --- pb-F13.2 -------------------------------------------------------------------------------------


def _runs(rng):
    by_hand = {"values": np.array([[4.0], [0.0], [8.0]]), "betas": np.array([0.5, 0.75, 0.25])}
    drawn = [
        {
            "values": rng.normal(2, 3, (steps, size)).round(1),
            "betas": rng.uniform(low, 0.98, steps).round(2),
        }
        for steps, size, low in ((4, 2, 0.4), (12, 1, 0.6), (30, 3, 0.9))
    ]
    return [by_hand, *drawn]


def _followed(values, betas, start=0.0):
    rows, average = [], np.zeros_like(values[0]) + start
    for value, beta in zip(values, betas, strict=True):
        average = beta * average + (1 - beta) * value
        rows.append(average)
    return np.array(rows)


def _averages(values, betas):
    return _followed(values, betas) / (1 - np.cumprod(betas))[:, None]


def _corrected_on_the_way(values, betas):
    rows, average = [], np.zeros_like(values[0])
    for value, beta, left in zip(values, betas, np.cumprod(betas), strict=True):
        average = (beta * average + (1 - beta) * value) / (1 - left)
        rows.append(average)
    return np.array(rows)


def _one_too_early(values, betas):
    """What had been given a step before; at the first step somebody leaves the division out."""
    given = 1 - np.cumprod(betas)
    return _followed(values, betas) / np.append(1.0, given[:-1])[:, None]


def _by_its_own_power(values, betas):
    steps = np.arange(1, len(values) + 1)
    return _followed(values, betas) / (1 - betas**steps)[:, None]


def _with_one_beta(which):
    return lambda values, betas: exponential_average(values, float(which(betas)))


pb_F13_2 = Problem(
    id="pb-F13.2",
    title="An average that starts right",
    text=r"""
A run hands you its parameters step by step, and you keep a second copy that follows them smoothly:

$$m_t = \beta\, m_{t-1} + (1-\beta)\,\phi_t, \qquad m_{-1} = 0 .$$

1. `late`: without any correction, and with $\beta=0.98$, a run that stands still at $\phi=1$ is
   averaged. How many of its values must have come in (the first counts as one) until $m$ is at
   least 0.9 for the first time?
2. `half`: with the same $\beta$, how many steps back lies the first value that counts at most half
   as much as the newest? A whole number.
3. `averages(values, betas)`: now β differs from step to step, as where an average is to forget
   soon at first and to remember for long later on: $m_t=\beta_t\,m_{t-1}+(1-\beta_t)\,\phi_t$,
   still from 0. Return the averages with the bias corrected. `values` has a row for each step,
   shape `(R, P)`, and so has what you return; `betas` has the shape `(R,)`, each between 0 and 1.
   Each average must be a true mean: the weights of all values up to $\phi_t$ add up to 1.
""",
    parts=(
        ValuePart(
            name="late",
            out_of=1,
            right=114,
            misconceptions=(
                Misconception(113, "Work m out after so many values: is it at least 0.9?"),
                Misconception(
                    np.log(0.1) / np.log(0.98),
                    "Right as a number; values come in one by one, so round up.",
                ),
                Misconception(
                    50, "1/(1 − β) is how far back the average looks. After as many m is 0.64."
                ),
                Misconception(6, "That is where a value counts less than 0.9 times the newest."),
                Misconception(
                    115,
                    "By then m is 0.9 indeed. Is it for the first time? Work m out for one value "
                    "fewer.",
                ),
                Misconception(35, "After so many values m is 0.51: that is a half."),
                Misconception(
                    45, "What is missing shrinks by a factor at each value: 0.98 to a power."
                ),
                Misconception(1, "The average starts at 0, and not at the first value."),
            ),
        ),
        ValuePart(
            name="half",
            out_of=1,
            right=35,
            misconceptions=(
                Misconception(34, "Work out what a value so far back counts: is it at most half?"),
                Misconception(
                    36,
                    "At most half it counts indeed. Is it the first one? Work the weight out one "
                    "step nearer; the newest lies 0 steps back.",
                ),
                Misconception(114, "So far back a value counts a tenth of the newest."),
                Misconception(
                    np.log(0.5) / np.log(0.98), "Right as a number; steps are whole, so round up."
                ),
                Misconception(
                    50, "1/(1 − β) steps back a value counts about 1/e of the newest, 0.36."
                ),
                Misconception(25, "It fades by a factor a step, not by an amount: not half of 50."),
            ),
        ),
        FunctionPart(
            name="averages",
            out_of=3,
            right=_averages,
            inputs=_runs,
            result="the array of averages",
            misconceptions=(
                Misconception(
                    _followed,
                    "There is no correction: the first average is only 1 − β₀ times the first "
                    "value.",
                ),
                Misconception(
                    lambda values, betas: _followed(values, betas, values[0]),
                    "You start at the first value. Then it counts for more than the others for "
                    "long: the weights add up to 1, but they are not those of m.",
                ),
                Misconception(
                    _corrected_on_the_way,
                    "You go on with the corrected average. Keep m as it is, and correct what you "
                    "hand out.",
                ),
                Misconception(
                    _one_too_early,
                    "Your correction is one step late: how much weight has been given after the "
                    "first value?",
                ),
                Misconception(
                    _by_its_own_power,
                    "You correct as if the β of this step had been that of all before it. Each "
                    "step had its own: what share of the start is left after two of them?",
                ),
                Misconception(
                    _with_one_beta(lambda betas: betas[0]),
                    "You use one β for all steps; each step has its own.",
                    also=(
                        _with_one_beta(lambda betas: betas[-1]),
                        _with_one_beta(np.mean),
                        _with_one_beta(np.median),
                    ),
                ),
                Misconception(
                    lambda values, betas: _averages(values, 1 - betas),
                    "The two weights have changed places: a large β remembers for long.",
                    also=(lambda values, betas: _followed(values, 1 - betas),),
                ),
                Misconception(
                    lambda values, betas: (
                        values.cumsum(axis=0) / np.arange(1, len(values) + 1)[:, None]
                    ),
                    "That is the plain mean of all values so far: nothing is forgotten.",
                ),
            ),
        ),
    ),
    hints=(
        "Write out the weight that each of the first three values has in $m_2$. What do the three "
        "add up to?",
        "With one β the weights are $(1-\\beta)\\beta^k$, k steps back: a geometric series. With "
        "many, let a second number follow like m, but with 1 in the place of every value.",
    ),
)

# --- pb-F13.3 -------------------------------------------------------------------------------------


def _teams(rng):
    by_hand = {"variance": 4.0, "correlation": 0.5, "members": 2}
    others = [(2.0, 0.0, 5), (3.0, 1.0, 4), (1.0, -0.25, 4), (2.5, 0.3, 1)]
    drawn = [
        (round(rng.uniform(1, 9), 1), round(rng.uniform(0.05, 0.9), 2), int(members))
        for members in rng.integers(3, 12, 3)
    ]
    names = "variance", "correlation", "members"
    return [by_hand, *(dict(zip(names, team, strict=True)) for team in (*others, *drawn))]


def _error(variance, correlation, members):
    return variance * (correlation + (1 - correlation) / members)


def _wishes(rng):
    """Correlations and margins for which rounding decides nothing."""
    wishes = [(0.3, 0.25), (0.5, 0.25), (1.0, 0.1), (0.0, 0.1), (0.75, 0.5)]
    while len(wishes) < 9:
        correlation, excess = round(rng.uniform(0.05, 0.6), 2), float(rng.choice([0.1, 0.05]))
        exact = (1 - correlation) / correlation / excess
        if 0.05 < exact % 1 < 0.95:
            wishes.append((correlation, excess))
    return [dict(zip(("correlation", "excess"), wish, strict=True)) for wish in wishes]


def _needed(correlation, excess, whole=np.ceil, least=1.0, never=np.inf):
    if correlation == 0:
        return never
    return max(float(whole((1 - correlation) / correlation / excess)), least)


pb_F13_3 = Problem(
    id="pb-F13.3",
    title="Members that err together",
    text=r"""
The miss of each of $M$ members is random, with mean 0 and variance $v$. The misses of any two
members have the correlation $\rho$: the mean of their product is $\rho v$. (They all saw the same
data, so what these have by accident, all of them share.)

1. `error(variance, correlation, members)`: the mean of the squared miss of their mean. Square the
   sum of the misses, and count the terms of either kind.
2. `members_needed(correlation, excess)`: as $M$ grows the error falls to a limit. How
   many members does it take at least until it is at most `excess` times the limit *above* that
   limit? A whole number, at least 1, or `np.inf` where no number is enough. $0\le\rho\le1$ and
   `excess` $>0$.
3. `lowest`: can members err *against* each other? With five members, what is the smallest $\rho$
   that any two of them can have? (No mean square is negative.)
""",
    parts=(
        FunctionPart(
            name="error",
            out_of=2,
            right=_error,
            inputs=_teams,
            result="the error",
            misconceptions=(
                Misconception(
                    lambda v, rho, m: v / m,
                    "That holds for members whose misses have nothing in common. Here the mean of "
                    "a product of two is not 0.",
                ),
                Misconception(
                    lambda v, rho, m: rho * v, "That is the limit for many members; these are few."
                ),
                Misconception(
                    lambda v, rho, m: v * ((1 - rho) + rho / m),
                    "The two parts have changed places: what members share does not average away.",
                ),
                Misconception(
                    lambda v, rho, m: v / m + rho * v,
                    "You count every ordered pair, a member with itself among them. How many "
                    "pairs of *two* members are there?",
                ),
                Misconception(
                    lambda v, rho, m: v / m + rho * v * (m - 1) / 2 / m,
                    "Each pair stands twice in the square of the sum: a with b, and b with a.",
                ),
                Misconception(
                    lambda v, rho, m: np.sqrt(max(_error(v, rho, m), 0)),
                    "That is its root. The mean *square* was asked for.",
                ),
                Misconception(
                    lambda v, rho, m: m * _error(v, rho, m),
                    "A mean of M has 1/M² in front of the square of the sum, not 1/M.",
                ),
            ),
        ),
        FunctionPart(
            name="members",
            out_of=3,
            right=_needed,
            inputs=_wishes,
            result="the number of members",
            misconceptions=(
                Misconception(
                    lambda rho, excess: _needed(rho, excess, np.floor),
                    "So many are not enough yet: round up.",
                    also=(lambda rho, excess: _needed(rho, excess, np.floor, 0.0),),
                ),
                Misconception(
                    lambda rho, excess: _needed(rho, excess, np.positive),
                    "Right where it comes out whole; members do, so round up.",
                    also=(lambda rho, excess: _needed(rho, excess, np.positive, 0.0),),
                ),
                Misconception(
                    lambda rho, excess: _needed(rho, excess, least=0.0),
                    "Right but where all members miss alike: an ensemble has at least one.",
                ),
                Misconception(
                    lambda rho, excess: max(np.ceil((1 - rho) / excess), 1.0) if rho else np.inf,
                    "You ask for an error within `excess` times the *variance* of the limit. "
                    "Within that share of the limit itself was asked for.",
                    also=(lambda rho, excess: max(np.ceil((1 - rho) / excess), 1.0),),
                ),
                Misconception(
                    lambda rho, excess: _needed(rho, excess) + 1,
                    "One more than is needed.",
                ),
                Misconception(
                    lambda rho, excess: _needed(rho, excess, never=1.0),
                    "Right but for a correlation of 0: the limit is then 0, and no number of "
                    "members comes within a share of it.",
                ),
            ),
        ),
        ValuePart(
            name="lowest",
            out_of=1,
            right=-0.25,
            misconceptions=(
                Misconception(
                    -1.0,
                    "Two members can have that. If a errs against b, and b against c, then a and c "
                    "err alike.",
                ),
                Misconception(-0.2, "So low, the mean of five still misses. How low until not?"),
                Misconception(0.0, "It may be negative: what one misses above, others miss below."),
                Misconception(-4.0, "Upside down: no correlation is below −1."),
                Misconception(
                    -0.5,
                    "Three members can have that. With five the mean square would be negative.",
                ),
                Misconception(
                    -0.1, "Each pair stands twice in the square of the sum: it is lower still."
                ),
                Misconception(0.25, "The size is right. They err *against* each other."),
            ),
        ),
    ),
    hints=(
        "The square of a sum of M has M squares and M(M − 1) products of two.",
        "Set what the error has above its limit equal to `excess` times the limit, and solve "
        "for M. What if the limit is 0? And if all of the error is limit?",
    ),
)

# --- pb-F13.4 -------------------------------------------------------------------------------------


def _orders(rng):
    """By hand: one input, two units. `phi` holds weights, biases, outer weights, outer bias."""
    by_hand = {"phi": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), "order": np.array([1, 0])}
    cases = [by_hand]
    for n_inputs, units in ((1, 3), (2, 3), (3, 4)):
        order = rng.permutation(units)
        while (order[order] == np.arange(units)).all():  # its own inverse
            order = rng.permutation(units)
        phi = rng.normal(size=units * (n_inputs + 2) + 1).round(1)
        cases.append({"phi": phi, "order": order})
    return cases


def _reordered(phi, order, inner=True, biases=True, outer=True, rows=False):
    units = len(order)
    n_inputs = (len(phi) - 1) // units - 2
    weights = phi[: units * n_inputs].reshape((units, n_inputs) if rows else (n_inputs, units))
    b, v = phi[units * n_inputs : -1].reshape(2, units)
    if inner:
        weights = weights[order] if rows else weights[:, order]
    b, v = b[order] if biases else b, v[order] if outer else v
    return np.concatenate([weights.ravel(), b, v, phi[-1:]])


_ALIKE = "averaging the parameters gives the same as averaging the predictions, or nearly so"

pb_F13_4 = Problem(
    id="pb-F13.4",
    title="Whose parameters may be averaged?",
    text=r"""
A network with $D$ inputs, $H$ hidden units and one output has its parameters in one list `phi`: the
weights $W$ of the hidden units, $D$ rows of $H$ numbers; their $H$ biases; the $H$ outer weights,
one for each hidden unit; the outer bias. So its length is $H(D+2)+1$.

1. `reordered(phi, order)`: the parameters, in the same layout, of a network that computes the same
   function with its hidden units in another order: its unit $j$ is the old unit `order[j]`. `order`
   holds $0,\dots,H-1$ in some order.
2. `means`: one input, two hidden units of relu, $a[z]=\max(0,z)$; `phi` is 1, −1, 0, 0, 1, 1, ½.
   Average this network with itself, its units in the other order. At $x=2$: what does the mean of
   the two predictions say, and what the network of the mean parameters? A list of two numbers.
3. `may`: a single model is quick to ask. Where may the *parameters* be averaged in place of the
   predictions, with nearly the same result: `"yes"` or `"no"`? (An answer may repeat.)

   | | the members |
   |---|---|
   | `"lines"` | ten lines $\phi_0+\phi_1x$, each fitted to other examples |
   | `"starts"` | ten tanh networks of one size, each from a start of its own |
   | `"late"` | the last ten epochs of one run of a tanh network at a small fixed rate |
   | `"last layer"` | ten networks that share all but the outer weights and the outer bias |
   | `"sizes"` | three tanh networks, of 8, 12 and 16 hidden units |
   | `"search"` | the best ten of a search over the rate, each from a start of its own |
""",
    parts=(
        FunctionPart(
            name="reordered",
            out_of=3,
            right=_reordered,
            inputs=_orders,
            result="the new list",
            misconceptions=(
                Misconception(
                    lambda phi, order: _reordered(phi, order, outer=False),
                    "The outer weights stay where they were: each belongs to a hidden unit, and "
                    "must move with it.",
                    also=(lambda phi, order: _reordered(phi, order, outer=False, biases=False),),
                ),
                Misconception(
                    lambda phi, order: _reordered(phi, order, biases=False),
                    "The biases of the hidden units stay where they were.",
                ),
                Misconception(
                    lambda phi, order: _reordered(phi, np.argsort(order)),
                    "You move the old unit j *to* the place order[j]. The new unit j is the old "
                    "unit order[j].",
                ),
                Misconception(
                    lambda phi, order: _reordered(phi, order, rows=True),
                    "You read the weights as a row for each hidden unit. There is a row for each "
                    "*input*, and a column for each unit.",
                ),
                Misconception(
                    lambda phi, order: _reordered(phi, order, inner=False, biases=False),
                    "Only the outer weights move: the units themselves stay where they were.",
                ),
                Misconception(
                    lambda phi, order: phi.copy(), "Nothing has moved: the list is the old one."
                ),
            ),
        ),
        ValuePart(
            name="means",
            out_of=2,
            right=[2.5, 0.5],
            misconceptions=(
                Misconception(
                    [2.5, 2.5], "Equal functions, but not equal parameters: average these first."
                ),
                Misconception([2.0, 0.0], "Both lack the outer bias."),
                Misconception(
                    [0.5, 0.5],
                    "The second is right. But each of the two networks says what `phi` says, and "
                    "so does the mean of what they say.",
                ),
                Misconception(
                    [5.0, 0.5], "The first is the sum of the two predictions. Take their mean."
                ),
                Misconception(
                    [2.5, 4.5],
                    "Work the second out once more: the mean of 1 and −1, the weights of each "
                    "unit, is 0.",
                ),
                Misconception([0.5, 2.5], "The two have changed places."),
                Misconception(
                    [2.5, 0.0], "The mean weights are 0; the outer bias is there all the same."
                ),
            ),
        ),
        ChoicesPart(
            name="may",
            out_of=3,
            why="Where the prediction is linear in what differs, the two means agree exactly; and "
            "nearly, where members lie close together. Otherwise units have no common order.",
            choices={
                "lines": Choice(
                    "yes", {"no": "a line is linear in its parameters: write both means out."}
                ),
                "starts": Choice(
                    "no",
                    {"yes": "unit 3 of one network has nothing to do with unit 3 of another."},
                ),
                "late": Choice(
                    "yes", {"no": "they lie close together in one valley, nearly on a tangent."}
                ),
                "last layer": Choice(
                    "yes",
                    {
                        "no": "what the hidden units pass on is the same for all ten, and the "
                        "output is linear in the outer weights."
                    },
                ),
                "sizes": Choice(
                    "no", {"yes": "their lists have different lengths: what would one add?"}
                ),
                "search": Choice(
                    "no", {"yes": "they come from other starts: their units have no common order."}
                ),
            },
        ),
    ),
    hints=(
        "Write down which numbers of `phi` belong to hidden unit 0: one of each row, and two more.",
        "`means`: reorder the seven numbers by hand, average the two lists, and put in x = 2.",
        "`may`: ask each time whether the prediction is linear in what differs between members.",
    ),
)

# --- pb-F13.5 -------------------------------------------------------------------------------------

# The first is best alone. The second comes next alone; the third knows what the first does not.
_THREE = np.array([[[0.9, 0.1], [0.6, 0.4]], [[0.6, 0.4], [0.5, 0.5]], [[0.3, 0.7], [0.1, 0.9]]])


def _candidates(rng):
    cases = [{"probabilities": _THREE, "labels": np.array([0, 1]), "n": 2}]
    for members, examples, classes, n in ((4, 6, 3, 3), (5, 8, 3, 5), (6, 12, 4, 6), (6, 12, 4, 6)):
        labels = rng.integers(classes, size=examples)
        z = rng.normal(size=(members, examples, classes))
        z[:, np.arange(examples), labels] += rng.uniform(0, 2, (members, 1))
        p = np.exp(1.5 * z)
        p = (p / p.sum(axis=-1, keepdims=True)).round(2)
        p = (p + 0.01) / (p + 0.01).sum(axis=-1, keepdims=True)
        cases.append({"probabilities": p, "labels": labels, "n": n})
    twice = {"probabilities": _THREE[[1, 0, 0, 2]], "labels": np.array([0, 1]), "n": 2}
    return [cases.pop(2), *cases, twice]  # the one first that shows more mistakes


def _log_loss(p, labels):
    return -np.log(p[..., np.arange(len(labels)), labels]).mean(axis=-1)


def _selected(probabilities, labels, n, score=_log_loss, again=True):
    """Greedy: the next member is the one with which the mean scores lowest."""
    chosen, total = [], np.zeros(probabilities.shape[1:])
    for _ in range(n):
        scores = score((total + probabilities) / (len(chosen) + 1), labels)
        if not again:
            scores = np.where(np.isin(np.arange(len(scores)), chosen), np.inf, scores)
        chosen.append(int(np.argmin(scores)))
        total = total + probabilities[chosen[-1]]
    return np.array(chosen, float)


def _last_of_equals(probabilities, labels, n):
    return len(probabilities) - 1 - _selected(probabilities[::-1], labels, n)


def _by_mistakes(p, labels):
    return (p.argmax(axis=-1) != labels).mean(axis=-1)


def _best_alone(probabilities, labels, n):
    return np.argsort(_log_loss(probabilities, labels), kind="stable")[:n].astype(float)


def _by_log_probabilities(probabilities, labels, n):
    alone = _log_loss(probabilities, labels)
    return np.full(n, float(np.argmin(alone)))


pb_F13_5 = Problem(
    id="pb-F13.5",
    title="Choosing a team",
    text=r"""
A search has left many models behind, and the budget at test time is for $n$ of them. The best $n$
*alone* may be the best at the same thing. So choose one after another, each time the model with
which the team is best (Caruana et al., 2004).

The score of a team is its *validation loss*: the mean over the examples of $-\log\bar p_i$, where
$\bar p_i$ is the mean, over the members of the team, of the probability that they give to the right
class of example $i$.

Write `choose(probabilities, labels, n)`. `probabilities` has the shape `(M, I, K)`: for each model
and each validation example, the probability of each class. `labels` are the right classes, whole
numbers, shape `(I,)`. Start with an empty team; $n$ times, add the model with which the team has
the lowest score, of equals the first. *The same model may be added again*: it then counts twice.
Return the list of the models in the order in which they were added, whole numbers from 0 on.

Before you start, do it by hand for `n = 2` and two examples of class 0 and 1, where three models
give to class 0 and class 1: (0.9, 0.1) and (0.6, 0.4); (0.6, 0.4) and (0.5, 0.5); (0.3, 0.7) and
(0.1, 0.9).
""",
    parts=(
        FunctionPart(
            name="choose",
            out_of=4,
            right=_selected,
            inputs=_candidates,
            result="the team",
            misconceptions=(
                Misconception(
                    _best_alone,
                    "These are the best n alone. Score each candidate *together with* those that "
                    "are in the team already.",
                ),
                Misconception(
                    lambda p, labels, n: _selected(p, labels, n, again=False),
                    "You never add a model again. It may count twice.",
                ),
                Misconception(
                    lambda p, labels, n: _selected(p, labels, n, _by_mistakes),
                    "You count mistakes. The score is the mean of −log p̄: it tells 0.51 from 0.99.",
                ),
                Misconception(
                    _by_log_probabilities,
                    "You add the model that is best by itself again and again: average the "
                    "probabilities over the team first, then take the logarithm.",
                ),
                Misconception(
                    lambda p, labels, n: np.sort(_selected(p, labels, n)),
                    "The right models. Return them in the order in which they were added.",
                ),
                Misconception(
                    lambda p, labels, n: _selected(p, labels, n) + 1,
                    "You count the models from 1; count from 0.",
                ),
                Misconception(
                    lambda p, labels, n: _selected(p, labels, n, lambda q, y: -_log_loss(q, y)),
                    "You add the model with which the team is worst.",
                ),
                Misconception(
                    _last_of_equals, "Of models that score alike you add the last. Add the first."
                ),
            ),
        ),
    ),
    hints=(
        "Keep the *sum* of the team's probabilities. With one more model the mean is (sum + its "
        "probabilities) / (size + 1).",
        "For each of n rounds: score all candidates, take `np.argmin`, add its probabilities to "
        "the sum.",
    ),
)

# --- pb-F13.6 -------------------------------------------------------------------------------------

_UNITS, _MEMBERS, _WIRES, _ALLOWED, _SHARE = 6, 8, 16, 140, 0.65
_MODEL = Softmax(MLP((64, _UNITS, 10), "tanh"))


def _digit_data(rng):
    """200 digits, their pixels in a shuffled order, so that nothing can be learnt beforehand."""
    luck = int(rng.integers(1, 10_000))
    x, y, _, _ = _drawn(luck)
    return [{"x": x, "y": y, "luck": luck}]


@lru_cache(maxsize=8)
def _drawn(luck):
    rng, parts = np.random.default_rng([13, 6, luck]), digits()
    x = np.concatenate([parts.training.x, parts.validation.x, parts.test.x])
    y = np.concatenate([parts.training.y, parts.validation.y, parts.test.y])
    order, pixels = rng.permutation(len(x)), rng.permutation(64)
    x, y = x[order][:, pixels], y[order]
    return x[:200], y[:200], x[200:1000], y[200:1000]


@lru_cache(maxsize=8)
def _trained(luck):
    """Each network sees other pixels: hands of 16, dealt from one pack again and again."""
    x, y, *_ = _drawn(luck)
    pack = np.random.default_rng(luck).permutation(64)
    starts, team = glorot_uniform(_MODEL.logits, luck, ensemble=(_MEMBERS,)), []
    for m, start in enumerate(starts):
        seen = np.isin(np.arange(64), np.roll(pack, -_MEMBERS * m)[:_WIRES])
        start[: 64 * _UNITS] *= np.repeat(seen, _UNITS)  # where x is 0, they stay 0
        loss, batches = SoftmaxCrossEntropy(_MODEL, x * seen, y), Minibatches(20, luck)
        team.append(descend(loss, start, Adam(0.02), 300, batches=batches, keep="last").final)
    return np.array(team)


def _team(x, y, luck):
    return _trained(luck).copy()


def _disagreement(named):
    """On how many digits two rows differ, on average over all pairs of them."""
    pairs = [np.sum(one != other) for one, other in combinations(named, 2)]
    return np.mean(pairs)


def _wired(params):
    """Which pixels each network weighs, bool (8, 64)."""
    return params[:, : 64 * _UNITS].reshape(_MEMBERS, 64, _UNITS).any(axis=-1)


def _judged(given, params):
    if not np.isfinite(params).all():
        return False, "some of the parameters are not finite: did a training run away?"
    wires = _wired(params)
    if (most := wires.sum(axis=1).max()) > _WIRES:
        number = wires.sum(axis=1).argmax()
        return False, (
            f"network {number} (counted from 0) weighs {most} pixels, and wires lead to it from "
            f"{_WIRES}: all weights of the other pixels must be 0, and it is to be trained so."
        )
    *_, x, y = _drawn(given["luck"])
    named = _MODEL(x, params).argmax(axis=-1)
    alone = np.median(np.sum(named != y, axis=-1))
    together = int(np.sum(Ensemble(_MODEL, params)(x).argmax(axis=-1) != y))
    apart = _disagreement(named)
    told = (
        f"the median member makes {alone:.0f} mistakes in 800 new digits, two disagree on "
        f"{apart:.0f}, and all together make {together}"
    )
    poor = "Each is too poor: train them longer, or at another rate."
    if alone > len(y) / 2:
        return False, (
            f"{told}. {poor} And let them train without the pixels that have no wire: what is cut "
            "off afterwards they have relied on."
        )
    if together > _SHARE * alone and (apart < alone or together <= _ALLOWED):
        same = " All eight see the same pixels." if (wires == wires[0]).all() else ""
        return False, (
            f"{told}; that is {100 * together / alone:.0f} % of one's, and {100 * _SHARE:.0f} % "
            f"are allowed. They differ too little: an ensemble gains where members disagree.{same}"
        )
    if together > min(_ALLOWED, _SHARE * alone):
        allowed = f"{_ALLOWED}, and {100 * _SHARE:.0f} % of one's, are allowed"
        return False, f"{told}; {allowed}. {poor}"
    return True, f"{told[0].upper()}{told[1:]}."


def _all_the_same(trials):
    return all((trial.answer == trial.answer[0]).all() for trial in trials)


pb_F13_6 = Problem(
    id="pb-F13.6",
    title="Digits from eight small networks",
    text=rf"""
Put it all together. A chip has room for eight networks of six hidden units each, and averages the
probabilities that they give to the ten digits. But wires are dear: to each network lead wires from
*{_WIRES} of the 64 pixels* at most; from which, is for you to choose. You have 200 digits to train
them on.

Write `team(x, y, luck)`: it returns the parameters of eight networks, shape
`(8, network.n_parameters)`, for `network = MLP((64, 6, 10), "tanh")`. `x` holds the pixels, shape
`(200, 64)` (in a shuffled order, another one at each grading); `y` the digits, shape `(200,)`. The
first 384 parameters of a network are the weights of the pixels, six for pixel 0, then six for
pixel 1, and so on: those of all pixels without a wire must be exactly 0. Then
`Ensemble(Softmax(network), params)` is asked for 800 new digits. It may make at most {_ALLOWED}
mistakes, and at most {100 * _SHARE:.0f} % of as many as the median of its members makes.

Train them as you like, with the library or with a rule of your own: pixels, starts, rule, rates,
batches and number of steps are for you to choose. It should not take longer than a few seconds.
Take random numbers from `luck`, a whole number, such as `glorot_uniform(network, luck)`: the same
call must give the same again.
""",
    parts=(
        GoalPart(
            name="team",
            out_of=5,
            right=_team,
            inputs=_digit_data,
            result="the array of parameters",
            reached=_judged,
            repeatable=True,
            misconceptions=(
                Misconception(
                    lambda x, y, luck: np.zeros((_MEMBERS, _MODEL.n_parameters)),
                    "All parameters are 0: every digit is equally probable to every network.",
                ),
                Misconception(
                    lambda x, y, luck: glorot_uniform(_MODEL.logits, luck, ensemble=(_MEMBERS,)),
                    "These are starts: nothing has been trained.",
                ),
                Misconception(
                    lambda x, y, luck: np.repeat(
                        _trained(luck).mean(axis=0, keepdims=True), _MEMBERS, axis=0
                    ),
                    "You averaged the *parameters* of networks from different starts. Their units "
                    "have no common order; average the probabilities.",
                ),
                Misconception(
                    lambda x, y, luck: np.repeat(_trained(luck)[:1], _MEMBERS, axis=0),
                    "All eight are the same network: their mean is that network.",
                    shown_by=_all_the_same,
                ),
            ),
        ),
    ),
    hints=(
        "Two networks that see the same pixels miss much the same digits. Which pixels should "
        "each see, and together?",
        "In a copy of `x` in which the pixels without a wire are 0 they teach their weights "
        "nothing: what these are at the start they stay.",
        "Train one network after another, each on a copy of `x` of its own. `Adam(0.02)`, batches "
        "of 20 and 300 steps do for each.",
    ),
)
