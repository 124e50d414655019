"""Problems for notebook 11: the step and the seed of a check, runs diagnosed, stopped, paced."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import digits
from course_lib.initialization import glorot_uniform
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from lessons.marking.answers import StepLimit
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Problem

# --- pb-F11.1 -------------------------------------------------------------------------------------


def _best_step(loss, third, eps):
    return (3 * eps * abs(loss) / abs(third)) ** (1 / 3)


def _error(h, loss, third, eps):
    return h**2 * abs(third) / 6 + eps * abs(loss) / h


def _least_error(loss, third, eps):
    return _error(_best_step(loss, third, eps), loss, third, eps)


def _losses_that_bend(rng):
    drawn = [
        {
            "loss": float(rng.integers(1, 90) * sign),
            "third": float(rng.integers(1, 50) * -sign) / 2,
            "eps": float(10.0 ** -rng.integers(6, 17)),
        }
        for sign in (1, -1)
    ]
    by_hand = {"loss": 2.0, "third": 6.0, "eps": 1e-6}
    return [by_hand, {"loss": 9.0, "third": -1.0, "eps": 1e-15}, *drawn]


pb_F11_1 = Problem(
    id="pb-F11.1",
    title="The best step of a centred chord",
    text=r"""
Notebook 11 says how far a centred difference is off: by at most

$$\frac{h^2\,|L'''|}{6}+\frac{\epsilon\,|L|}{h},$$

where $L'''$ is the third derivative of the loss along the coordinate that is moved, and $\epsilon$
the relative error with which the loss is computed.

1. `best_step(loss, third, eps)`: the $h$ that makes this bound as small as possible. Three numbers
   come in; `loss` and `third` may be negative, and none of the three is 0.
2. `least_error(loss, third, eps)`: the bound at that $h$.
3. `relative`: in float32 take $\epsilon=10^{-7}$. Somewhere a loss is 100, its third derivative 6,
   and its slope 4. What is the smallest *relative* error that the bound promises there? Two digits
   are enough.
""",
    parts=(
        FunctionPart(
            name="best_step",
            out_of=2,
            right=_best_step,
            inputs=_losses_that_bend,
            result="the best h",
            misconceptions=(
                Misconception(
                    lambda loss, third, eps: (6 * eps * abs(loss) / abs(third)) ** (1 / 3),
                    "At your h the two terms are equal. Their sum is lowest elsewhere: where its "
                    "slope is zero.",
                ),
                Misconception(
                    lambda loss, third, eps: 2 * np.sqrt(eps * abs(loss) / abs(third)),
                    "That is the best step of a one-sided chord. Here the first term grows as h².",
                ),
                Misconception(
                    lambda loss, third, eps: eps ** (1 / 3),
                    "Right as an order of magnitude. How large the loss is and how it bends counts "
                    "as well.",
                ),
                Misconception(
                    lambda loss, third, eps: np.cbrt(3 * eps * loss / third),
                    "Right where loss and third derivative have the same sign. A step is positive: "
                    "take their sizes.",
                ),
                Misconception(
                    lambda loss, third, eps: 3 * eps * abs(loss) / abs(third),
                    "That is h³: take the cube root.",
                ),
                Misconception(
                    lambda loss, third, eps: np.sqrt(3 * eps * abs(loss) / abs(third)),
                    "That is a square root. Multiply the condition by h²: which power of h stands "
                    "there?",
                ),
                Misconception(
                    lambda loss, third, eps: (3 * eps * abs(third) / abs(loss)) ** (1 / 3),
                    "Upside down: the more a loss bends, the shorter its chord should be.",
                ),
            ),
        ),
        FunctionPart(
            name="least_error",
            out_of=1,
            right=_least_error,
            inputs=_losses_that_bend,
            result="the bound",
            misconceptions=(
                Misconception(
                    lambda loss, third, eps: _best_step(loss, third, eps) ** 2 * abs(third) / 6,
                    "That is the first term alone, the error of the chord. Rounding adds to it.",
                ),
                Misconception(
                    lambda loss, third, eps: eps * abs(loss) / _best_step(loss, third, eps),
                    "That is the second term alone, the rounding. The chord's error adds to it.",
                ),
                Misconception(
                    lambda loss, third, eps: _error(
                        (6 * eps * abs(loss) / abs(third)) ** (1 / 3), loss, third, eps
                    ),
                    "That is the bound where its two terms are equal. It can be made smaller.",
                ),
                Misconception(
                    lambda loss, third, eps: _error(eps ** (1 / 3), loss, third, eps),
                    "That is the bound at h = ∛ε. It can be made smaller.",
                ),
                Misconception(_best_step, "That is the h. What is the bound there?"),
            ),
        ),
        ValuePart(
            name="relative",
            out_of=1,
            right=_least_error(100, 6, 1e-7) / 4,
            relative_tolerance=0.03,
            misconceptions=(
                Misconception(
                    _least_error(100, 6, 1e-7), "That is the error itself. How large is the slope?"
                ),
                Misconception(
                    _best_step(100, 6, 1e-7), "That is the h. What is the error there, as a share?"
                ),
                Misconception(
                    _least_error(100, 6, 1e-16) / 4,
                    "That is for ε = 1e-16, in float64. In float32 it is 1e-7.",
                ),
                Misconception(1e-7, "So small is the error of the loss. That of its slope is not."),
                Misconception(
                    _least_error(100, 6, 1e-7) / 100,
                    "That is the error as a share of the loss. It is one of the *slope*.",
                ),
                Misconception(
                    1e-5 / _best_step(100, 6, 1e-7) / 4,
                    "That is the second term alone, the rounding. The chord's error adds to it.",
                ),
                Misconception(
                    _best_step(100, 6, 1e-7) ** 2 / 4,
                    "That is the first term alone, the error of the chord. Rounding adds to it.",
                ),
                Misconception(
                    4 * _least_error(100, 6, 1e-7), "The error as a share of the slope: divide."
                ),
                Misconception(
                    1e-7 ** (2 / 3),
                    "That is the rule of thumb. How large the loss is and how it bends counts.",
                ),
            ),
        ),
    ),
    hints=(
        "Where the sum is lowest its slope with respect to h is zero. Differentiate both terms.",
        "The slopes are h|L'''|/3 and −ε|L|/h². Multiply by h² to solve for h.",
    ),
)

# --- pb-F11.2 -------------------------------------------------------------------------------------


class Masked:
    """A loss with dropout on its inputs: the sum of (Σₖ mₖ xₖ φₖ − y)², with a random mask m."""

    def __init__(self, x, y, rate=0.5):
        self.x, self.y, self.rate = x, y, rate

    def __repr__(self):
        return f"a loss with dropout at the rate {self.rate}"

    def mask(self, rng):
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng is {rng!r}, expected a np.random.Generator")
        return (rng.random(self.x.shape) >= self.rate) / (1 - self.rate)

    def __call__(self, phi, rng):
        miss = (self.mask(rng) * self.x) @ phi - self.y
        return float(miss @ miss)

    def gradient(self, phi, rng):
        x = self.mask(rng) * self.x
        return 2 * (x @ phi - self.y) @ x


class OffBy:
    """Its gradient, one coordinate of it too long by a share, or too short."""

    def __init__(self, loss, coordinate, share):
        self.loss, self.coordinate, self.share = loss, coordinate, share

    def __repr__(self):
        return (
            f"a gradient that is {100 * abs(self.share):.0f} % off in coordinate {self.coordinate}"
        )

    def __call__(self, phi, rng):
        gradient = self.loss.gradient(phi, rng)
        gradient[self.coordinate] *= 1 + self.share
        return gradient


def _masked_losses(rng):
    found = []
    for n, size in ((5, 2), (6, 3), (8, 4)):
        x = rng.integers(1, 10, (n, size)) / 2
        loss = Masked(x, rng.integers(-9, 10, n) / 2)
        # Mostly below zero in the second of them, and so are the slopes.
        phi = rng.integers(1, 9, size) / 4 * (-1 if size == 3 else 1)
        luck = int(rng.integers(1, 1000))
        found.append({"loss": loss, "phi": phi, "h": 2.0**-10, "luck": luck})
    return found


def _with_gradients(rng):
    cases = _masked_losses(rng)
    shares = rng.integers(5, 40, len(cases)) / 100 * [-1, 1, 1]
    return [
        {
            "loss": case["loss"],
            "gradient": OffBy(case["loss"], len(case["phi"]) - 1, share),
            **{name: case[name] for name in ("phi", "h", "luck")},
        }
        for case, share in zip(cases, shares.tolist(), strict=True)
    ]


def _sides(loss, phi, h, make):
    """The losses ahead and behind; make(k, side) gives each of them its Generator."""
    steps = h * np.eye(len(phi))
    return np.array(
        [
            [loss(phi + side * step, make(k, side)) for k, step in enumerate(steps)]
            for side in (1, -1)
        ]
    )


def _slopes(loss, phi, h, luck):
    ahead, behind = _sides(loss, phi, h, lambda k, side: np.random.default_rng(luck))
    return (ahead - behind) / (2 * h)


def _slopes_of_one_source(loss, phi, h, luck):
    rng = np.random.default_rng(luck)
    return np.array(
        [(loss(phi + step, rng) - loss(phi - step, rng)) / (2 * h) for step in h * np.eye(len(phi))]
    )


def _slopes_of_a_source_each(loss, phi, h, luck):
    found = []
    for step in h * np.eye(len(phi)):
        rng = np.random.default_rng(luck)
        found.append((loss(phi + step, rng) - loss(phi - step, rng)) / (2 * h))
    return np.array(found)


def _slopes_of_other_masks(loss, phi, h, luck):
    ahead, behind = _sides(loss, phi, h, lambda k, side: np.random.default_rng(luck + k))
    return (ahead - behind) / (2 * h)


def _one_sided(loss, phi, h, luck, *, side=1):
    sides = _sides(loss, phi, h, lambda k, side: np.random.default_rng(luck))
    here = loss(phi, np.random.default_rng(luck))
    return side * (sides[0 if side > 0 else 1] - here) / h


def _moved_for_good(loss, phi, h, luck):
    phi, found = phi.copy(), []
    for k in range(len(phi)):
        phi[k] += h
        ahead = loss(phi, np.random.default_rng(luck))
        phi[k] -= 2 * h
        found.append((ahead - loss(phi, np.random.default_rng(luck))) / (2 * h))
    return np.array(found)


def _all_at_once(loss, phi, h, luck):
    ahead, behind = (loss(phi + side * h, np.random.default_rng(luck)) for side in (1, -1))
    return np.full(len(phi), (ahead - behind) / (2 * h))


def _errors(
    loss, gradient, phi, h, luck, *, slopes=_slopes, scale=np.maximum, size=np.abs, of=np.abs
):
    numerical, analytic = slopes(loss, phi, h, luck), gradient(phi, np.random.default_rng(luck))
    return size(analytic - numerical) / scale(of(analytic), of(numerical))


def _of_lengths(loss, gradient, phi, h, luck):
    numerical, analytic = _slopes(loss, phi, h, luck), gradient(phi, np.random.default_rng(luck))
    return np.linalg.norm(analytic - numerical) / max(map(np.linalg.norm, (analytic, numerical)))


def _worst(loss, gradient, phi, h, luck):
    return _errors(loss, gradient, phi, h, luck).max()


pb_F11_2 = Problem(
    id="pb-F11.2",
    title="A check made right for dropout",
    text=r"""
A loss has dropout in it. `loss(phi, rng)` draws a mask from the generator `rng`, a
`np.random.Generator`, and returns the loss with that mask; `gradient(phi, rng)` draws a mask in the
same way and returns the gradient with it. A generator in the same state makes the same mask, and
each draw moves it on.

1. `slopes(loss, phi, h, luck)`: the slope of the loss along each of the `P` parameters by centred
   differences, shape `(P,)`, all with *the one mask* that `np.random.default_rng(luck)` makes when
   it is new; `luck` is an integer.
2. `worst(loss, gradient, phi, h, luck)`: the largest relative error, $|a-n|/\max(|a|,|n|)$, between
   these slopes and the gradient with the same mask.
""",
    parts=(
        FunctionPart(
            name="slopes",
            out_of=2,
            right=_slopes,
            inputs=_masked_losses,
            result="the array of slopes",
            misconceptions=(
                Misconception(
                    _slopes_of_one_source,
                    "One generator serves all of your losses, and moves on with each: every loss "
                    "has another mask. Make a new one for each.",
                ),
                Misconception(
                    _slopes_of_a_source_each,
                    "The two losses of a coordinate share a generator: the second one has another "
                    "mask than the first.",
                ),
                Misconception(
                    _slopes_of_other_masks,
                    "Each coordinate has another generator. One mask for all was asked for: the "
                    "gradient has only one, too.",
                ),
                Misconception(
                    lambda loss, phi, h, luck: _slopes(loss, phi, h, 0),
                    "Your mask is that of `default_rng(0)`, whatever `luck` is.",
                ),
                Misconception(
                    _one_sided,
                    "That is the one-sided difference. The centred one is asked for.",
                    also=(lambda *given: _one_sided(*given, side=-1),),
                ),
                Misconception(
                    _moved_for_good,
                    "A parameter that has been moved stays where you left it, and the slopes of "
                    "the later ones are taken from there. Put it back, or move a copy.",
                ),
                Misconception(
                    _all_at_once,
                    "`phi + h` moves all parameters together. Move one at a time.",
                ),
                Misconception(
                    lambda *given: -_slopes(*given),
                    "Every sign is turned: it is the loss ahead less the loss behind.",
                ),
                Misconception(
                    lambda loss, phi, h, luck: 2 * _slopes(loss, phi, h, luck),
                    "Twice the slope: the two points are 2h apart.",
                ),
            ),
        ),
        FunctionPart(
            name="worst",
            out_of=2,
            right=_worst,
            inputs=_with_gradients,
            result="the largest relative error",
            misconceptions=(
                Misconception(
                    lambda *given: _errors(*given, scale=lambda a, n: 1.0).max(),
                    "That is the difference of the slopes, not its share of the larger of the two.",
                ),
                Misconception(
                    lambda *given: _errors(*given, size=np.positive).max(),
                    "Your differences have signs, and the largest of them is not the largest in "
                    "size: |a − n|.",
                    also=(lambda *given: _errors(*given, size=np.negative).max(),),
                ),
                Misconception(
                    lambda *given: _errors(*given, of=np.positive).max(),
                    "Slopes may be below zero: it is the larger of |a| and |n|, not of a and n.",
                ),
                Misconception(
                    lambda *given: _errors(*given, scale=np.minimum).max(),
                    "You divide by the smaller of the two. It must be the larger.",
                ),
                Misconception(
                    lambda *given: _errors(*given, scale=np.add).max(),
                    "You divide by the sum of the two sizes. It must be the larger of them.",
                ),
                Misconception(
                    lambda *given: _errors(*given, scale=lambda a, n: max(a.max(), n.max())).max(),
                    "You divide by the largest slope of all. Each coordinate has its own.",
                ),
                Misconception(
                    _of_lengths,
                    "That compares the two gradients as wholes. One coordinate far off hides "
                    "behind the others: take the largest error of a coordinate.",
                ),
                Misconception(
                    lambda *given: _errors(*given, scale=lambda a, n: n).max(),
                    "You divide by the numerical slope. It must be the larger of the two.",
                ),
                Misconception(
                    lambda *given: _errors(*given).mean(),
                    "That is the mean. One wrong coordinate hides behind many right ones: take the "
                    "largest.",
                ),
                Misconception(
                    lambda *given: _errors(*given, slopes=_slopes_of_one_source).max(),
                    "Your numerical slopes have a mask for every loss: one was asked for.",
                ),
                Misconception(
                    lambda *given: _errors(*given, slopes=_slopes_of_a_source_each).max(),
                    "The two losses of a coordinate have two masks: one was asked for.",
                ),
            ),
        ),
    ),
    hints=(
        "What state is a generator in after one loss has been computed with it?",
        "`np.random.default_rng(luck)` can be called as often as you like, and is new every time.",
    ),
)

# --- pb-F11.3 -------------------------------------------------------------------------------------

LOGS = """
epoch   training   validation   update/weights   saturated

a   0      2.250        2.287            3e-05          0%
    1      2.248        2.285            3e-05          0%
    4      2.242        2.279            3e-05          0%
   10      2.231        2.268            3e-05          0%
   20      2.212        2.250            3e-05          0%

b   0     25.106       28.392            7e-04         79%
    1     20.899       24.915            7e-04         79%
    4     13.539       18.240            5e-04         80%
   10      7.380       12.524            4e-04         80%
   20      2.987        8.791            3e-04         81%

c   0      2.292        2.287            8e-02          0%
    1      1.578        1.833            8e-02          0%
    4      0.722        0.983            4e-02          0%
   10      0.225        0.747            2e-02          0%
   20      0.042        0.829            7e-03          1%

d   0      2.250        2.287            2e-02          0%
    1      1.526        1.591            2e-02          0%
    4      0.525        0.622            8e-03          0%
   10      0.162        0.288            3e-03          0%
   20      0.054        0.203            2e-03          0%

e   0      2.354        2.287            1e-02          0%
    1      2.277        2.302            1e-02          0%
    4      2.168        2.309            6e-03          0%
   10      2.037        2.332            5e-03          0%
   20      1.843        2.380            5e-03          0%

f   0      2.250        2.287            1e-01          0%
    1      0.412        0.546            1e-01         38%
    4      0.100        0.389            2e-02         53%
   10      0.134        0.587            2e-02         72%
   20      0.006        0.402            6e-03         84%
""".strip()
"""Runs of one network; tests/lessons/problems/test_checking_and_watching.py makes them again."""

CREEPS = (
    "the loss falls evenly at every epoch, and a step moves the weights by 3e-5 of their length"
)
FROM_THE_START = "eight units in ten are at their ends before the first step"
TURNS = "the training loss goes to nothing, and the validation loss rises after epoch 10"
NEVER_BELOW = "the validation loss never comes below chance, log 10 = 2.303, for more than a moment"
JUMPS = "its first steps are a tenth of the weights' length, and its validation loss jumps"
ALL_WELL = "both losses still fall, with a ratio near 2e-3 at the end"

pb_F11_3 = Problem(
    id="pb-F11.3",
    title="Six run logs",
    text=rf"""
Six times a network of 32 tanh units learned to read digits, by Adam. The logs hold the losses per
example, the median update-to-weight ratio of the epoch's steps, and the share of the hidden
activations beyond $\pm0.99$. (Chance is $\log 10=2.303$. Epoch 0 is before the first step; its
ratio is that of the first epoch.)

```text
{LOGS}
```

What would you write beside each: `"fine"`, `"rate too low"`, `"rate too high"`, `"over-fitting"`,
`"saturated start"`, or `"bug"` (in the code or the data)? Name the cause, not what follows from it.
A word may fit several runs, or none.

Below, explain for two of them which numbers gave it away, and what you would do next.
""",
    parts=(
        ChoicesPart(
            name="causes",
            out_of=3,
            choices={
                "a": Choice(
                    "rate too low",
                    {
                        "fine": f"{CREEPS}: at this pace it takes thousands of epochs.",
                        "rate too high": f"{CREEPS}. Too long steps look otherwise.",
                        "over-fitting": f"{CREEPS}, and both losses fall together.",
                        "saturated start": "not one activation is near its ends.",
                        "bug": f"{CREEPS}. It goes the right way, and slowly.",
                    },
                ),
                "b": Choice(
                    "saturated start",
                    {
                        "fine": "it begins ten times above chance.",
                        "rate too low": f"the loss falls at every epoch; but {FROM_THE_START}.",
                        "rate too high": f"its steps are short; and {FROM_THE_START}.",
                        "over-fitting": f"validation still falls; and {FROM_THE_START}.",
                        "bug": f"it learns, from a bad place: {FROM_THE_START}.",
                    },
                ),
                "c": Choice(
                    "over-fitting",
                    {
                        "fine": f"{TURNS}.",
                        "rate too low": f"{TURNS}. It is not too slow.",
                        "rate too high": f"{TURNS}; neither of them jumps.",
                        "saturated start": "hardly one activation is near its ends.",
                        "bug": f"{TURNS}, far below chance: what it learned first was true.",
                    },
                ),
                "d": Choice(
                    "fine",
                    {
                        "rate too low": f"{ALL_WELL}.",
                        "rate too high": f"{ALL_WELL}.",
                        "over-fitting": f"{ALL_WELL}: no turn yet.",
                        "saturated start": "not one activation is near its ends.",
                        "bug": f"{ALL_WELL}.",
                    },
                ),
                "e": Choice(
                    "bug",
                    {
                        "fine": f"{NEVER_BELOW}.",
                        "rate too low": f"the training loss does fall; but {NEVER_BELOW}.",
                        "rate too high": f"nothing jumps; but {NEVER_BELOW}.",
                        "over-fitting": "who over-fits learns something true first, and "
                        f"validation falls for a while. Here {NEVER_BELOW}.",
                        "saturated start": "not one activation is near its ends.",
                    },
                ),
                "f": Choice(
                    "rate too high",
                    {
                        "fine": f"{JUMPS}.",
                        "rate too low": f"{JUMPS}.",
                        "over-fitting": f"{JUMPS}, up and down again: that is no turn.",
                        "saturated start": "at the start no unit was at its ends: the steps drove "
                        "them there.",
                        "bug": f"it learns, and well for its first epochs; but {JUMPS}.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "Read epoch 0 first: is the loss that of chance, and are units at their ends already?",
        "Then the validation column: does it fall, does it turn, does it jump, does it never fall?",
        "A ratio of 1e-3 to 1e-2 is usual in runs of this length. Which logs are far from it?",
    ),
)

# --- pb-F11.4 -------------------------------------------------------------------------------------


def _early_stop(
    losses,
    patience,
    least,
    *,
    better=lambda loss, record, least: loss <= record - least,
    beaten="record",
    too_long=lambda bad, patience: bad >= patience,
    in_a_row=True,
    lowest=False,
    drifts=False,
):
    """As asked for; the other arguments make one thing wrong."""
    record, best, bad, end = np.inf, 0, 0, 0
    lowest_at = 0
    for epoch, loss in enumerate(losses):
        end = epoch
        if loss < losses[lowest_at]:
            lowest_at = epoch
        if better(loss, record, least):
            record, best = loss, epoch
            bad = 0 if in_a_row else bad
        else:
            bad += 1
            record = min(record, loss) if drifts else record
        if beaten == "before":
            record = loss
        if too_long(bad, patience):
            break
    return np.array([lowest_at if lowest else best, end])


def _validation_losses(rng):
    drawn = np.round(8 - np.cumsum(rng.integers(-4, 6, 14)) / 8, 3)
    return [
        {"losses": np.array([4.0, 3.0, 2.875, 2.75, 2.5, 1.0]), "patience": 2, "least": 0.5},
        {"losses": np.array([4.0, 3.5, 3.25, 3.0, 2.875, 2.5]), "patience": 2, "least": 0.5},
        {"losses": np.array([4.0, 2.0, 3.0, 2.25, 2.125, 1.0]), "patience": 3, "least": 0.25},
        {"losses": np.array([3.0, 2.0, 1.0]), "patience": 2, "least": 0.25},
        {"losses": np.array([4.0, 3.0, 3.5, 3.25, 2.75, 2.5]), "patience": 3, "least": 0.25},
        {"losses": drawn, "patience": int(rng.integers(2, 5)), "least": 0.25},
    ]


pb_F11_4 = Problem(
    id="pb-F11.4",
    title="Early stopping that wants real progress",
    text=r"""
A validation loss that creeps down by a hair at each epoch keeps early stopping waiting for ever. So
one asks for *real* progress: a loss is a new **record** if it is lower than the record so far by
`least` or more. The first epoch is a record in any case. The run stops after the epoch at which,
for the `patience`-th time in a row, there was no new record; otherwise after the last one.

Write `early_stop(losses, patience, least)`, which returns two whole numbers: the epoch of the last
record, to whose parameters one goes back, and the epoch after which the run stops. Epochs are
counted from 0; `patience` is at least 1 and `least` is above 0.
""",
    parts=(
        FunctionPart(
            name="early_stop",
            out_of=3,
            right=_early_stop,
            inputs=_validation_losses,
            result="the pair of epochs",
            misconceptions=(
                Misconception(
                    lambda *given: _early_stop(*given, better=lambda a, r, least: a < r),
                    "Every lower loss is a record in your rule, however little it is lower.",
                ),
                Misconception(
                    lambda *given: _early_stop(*given, better=lambda a, r, least: a < r - least),
                    "A loss that is lower by exactly `least` is a record, too.",
                ),
                Misconception(
                    lambda *given: _early_stop(*given, beaten="before"),
                    "You compare each loss with the one before. The record is what must be beaten.",
                ),
                Misconception(
                    lambda *given: _early_stop(*given, too_long=lambda bad, p: bad > p),
                    "Your run waits for one epoch more than its patience.",
                ),
                Misconception(
                    lambda *given: _early_stop(
                        *given, too_long=lambda bad, p: bad >= max(1, p - 1)
                    ),
                    "Your run stops one epoch too soon: at the `patience`-th without a record.",
                ),
                Misconception(
                    lambda losses, patience, least: np.minimum(
                        _early_stop(losses, patience, least) + [0, 1], len(losses) - 1
                    ),
                    "The run stops *after* the epoch at which patience runs out: that epoch is "
                    "the last, and not the next one.",
                ),
                Misconception(
                    lambda *given: _early_stop(*given, drifts=True),
                    "Your record moves down with every lower loss, even if it is lower by less "
                    "than `least`. A record stays until it is beaten by so much.",
                ),
                Misconception(
                    lambda *given: _early_stop(
                        *given, better=lambda a, record, least: a <= record * (1 - least)
                    ),
                    "You take `least` for a share of the record. It is a difference: lower *by* so "
                    "much.",
                    also=(
                        lambda *given: _early_stop(
                            *given,
                            better=lambda a, r, least: a <= r * (1 - least) if r < np.inf else True,
                        ),
                    ),
                ),
                Misconception(
                    lambda *given: _early_stop(*given, in_a_row=False),
                    "Your count goes on after a record. Only epochs in a row count: begin again.",
                ),
                Misconception(
                    lambda *given: _early_stop(*given, lowest=True),
                    "You go back to the lowest loss. It is no record if it is lower by less than "
                    "`least`.",
                ),
                Misconception(
                    lambda *given: _early_stop(*given)[::-1],
                    "The right two, in the other order: the record first.",
                ),
                Misconception(lambda *given: _early_stop(*given) + 1, "Epochs are counted from 0."),
            ),
        ),
    ),
    hints=(
        "Keep three things from epoch to epoch: the record, when it was set, and for how many "
        "epochs in a row there has been no new one.",
        "By hand: losses 4, 3, 2.875, 2.75, 2.5, 1 with patience 2 and least 0.5. Which are "
        "records, and when has there been none for two epochs in a row?",
    ),
)

# --- pb-F11.5 -------------------------------------------------------------------------------------


def _lengths(layers):
    return np.sqrt((layers**2).sum(axis=(1, 2)))


def _ratios(before, after):
    return _lengths(after - before) / _lengths(before)


def _rates(weights, gradients, target):
    return target * _lengths(weights) / _lengths(gradients)


def _steps_of_layers(rng):
    simple = np.array([[[3.0, 4.0]], [[6.0, 8.0]]])
    found = [{"before": simple, "after": simple + [[[0.3, 0.4]], [[0.0, 2.0]]]}]
    for layers, n in ((3, 2), (4, 3)):
        before = rng.integers(-20, 20, (layers, n, n)) / 4 + 0.1
        found.append({"before": before, "after": before + rng.integers(1, 9, before.shape) / 100})
    return found


def _layers_and_gradients(rng):
    weights = np.array([[[3.0, 4.0]], [[6.0, 8.0]]])
    gradients = np.array([[[0.0, 10.0]], [[0.6, 0.8]]])
    found = [{"weights": weights, "gradients": gradients, "target": 0.01}]
    for layers, n in ((3, 2), (4, 3)):
        sizes = rng.integers(1, 40, (2, layers, n, n)) / 8
        target = float(rng.integers(1, 9)) / 1000
        found.append({"weights": sizes[0], "gradients": sizes[1], "target": target})
    return found


def _whole(layers):
    return np.sqrt((layers**2).sum())


GLOROT = np.sqrt(2 / (64 + 32))

pb_F11_5 = Problem(
    id="pb-F11.5",
    title="The update ratio, layer by layer",
    text=r"""
One number for the whole network can hide a layer that stands still. Here all layers have equally
many weights, so that they lie in one array of shape `(layers, n, m)`. The length of a layer is the
root of the sum of the squares of its weights.

1. `ratios(before, after)`: the update-to-weight ratio of each layer, shape `(layers,)`, from the
   weights before and after a step.
2. `rates(weights, gradients, target)`: for a step of gradient descent with a learning rate for each
   layer by itself: which rates, shape `(layers,)`, give every layer the ratio `target`?
3. `alpha`: Adam's *first* step moves each weight by $\alpha$, up or down. A layer of
   $64\times32$ weights was drawn by Glorot, with the variance $2/(64+32)$. Which $\alpha$ makes its
   first ratio $10^{-3}$? (Two digits; take the expected sum of squares.)
""",
    parts=(
        FunctionPart(
            name="ratios",
            out_of=2,
            right=_ratios,
            inputs=_steps_of_layers,
            result="the array of ratios",
            misconceptions=(
                Misconception(
                    lambda before, after: np.full(
                        len(before), _whole(after - before) / _whole(before)
                    ),
                    "That is the ratio of the whole network, the same for every layer.",
                    also=(lambda before, after: _whole(after - before) / _whole(before),),
                ),
                Misconception(
                    lambda before, after: _lengths(after - before) / _lengths(after),
                    "You divide by the weights after the step. It is those before it that count.",
                ),
                Misconception(
                    lambda before, after: (
                        np.linalg.norm(after - before, 2, axis=(1, 2))
                        / np.linalg.norm(before, 2, axis=(1, 2))
                    ),
                    "`np.linalg.norm(..., 2)` of a matrix is its largest singular value. The "
                    "length asked for is the root of the sum of all squares.",
                ),
                Misconception(
                    lambda before, after: _ratios(before, after) ** 2,
                    "Those are the squares: the root of the sums of squares is missing.",
                ),
                Misconception(
                    lambda before, after: np.abs((after - before) / before).mean(axis=(1, 2)),
                    "You average the ratios of single weights. Small weights then count most: take "
                    "the lengths first.",
                ),
                Misconception(
                    lambda before, after: (_lengths(after) - _lengths(before)) / _lengths(before),
                    "That is how much longer the weights became. A step across changes no length: "
                    "take the length of the difference.",
                    also=(
                        lambda before, after: (
                            np.abs(_lengths(after) - _lengths(before)) / _lengths(before)
                        ),
                    ),
                ),
            ),
        ),
        FunctionPart(
            name="rates",
            out_of=2,
            right=_rates,
            inputs=_layers_and_gradients,
            result="the array of rates",
            misconceptions=(
                Misconception(
                    lambda weights, gradients, target: (
                        target * _lengths(gradients) / _lengths(weights)
                    ),
                    "Upside down: a layer with long gradients needs a small rate.",
                ),
                Misconception(
                    lambda weights, gradients, target: np.full(
                        len(weights), target * _whole(weights) / _whole(gradients)
                    ),
                    "One rate for all layers, which gives the whole network the ratio. Each layer "
                    "was to have it.",
                    also=(
                        lambda weights, gradients, target: (
                            target * _whole(weights) / _whole(gradients)
                        ),
                    ),
                ),
                Misconception(
                    lambda weights, gradients, target: target / _lengths(gradients),
                    "Your steps all have the length `target`. It is a share of a layer's length.",
                ),
                Misconception(
                    lambda weights, gradients, target: _lengths(weights) / _lengths(gradients),
                    "With these rates a step is as long as the weights. Where is the target?",
                ),
                Misconception(
                    lambda weights, gradients, target: _rates(weights, gradients, target) ** 2,
                    "Those are the squares: the root of the sums of squares is missing.",
                ),
            ),
        ),
        ValuePart(
            name="alpha",
            out_of=1,
            right=1e-3 * GLOROT,
            relative_tolerance=0.035,
            misconceptions=(
                Misconception(
                    1e-3 * 2 / 96,
                    "That takes the variance for the size of a weight: take its root.",
                ),
                Misconception(
                    1e-3, "Then a weight of 1 would change by a thousandth. These are smaller."
                ),
                Misconception(
                    1e-3 * GLOROT / np.sqrt(2048),
                    "All 2048 weights move by α, so both lengths have the root of 2048.",
                ),
                Misconception(
                    1e-3 * GLOROT * np.sqrt(2048),
                    "That is how long the whole step is to be. Each of 2048 weights has its part.",
                ),
                Misconception(1e-3 / GLOROT, "Upside down: small weights need a small rate."),
                Misconception(
                    1e-3 * np.sqrt(2 / 64), "That is for He's weights. Glorot's look at both sides."
                ),
                Misconception(
                    1e-3 * np.sqrt(6 / 96),
                    "That is the border of Glorot's weights, where they are drawn evenly. Their "
                    "mean square is the variance, 2/(64 + 32).",
                ),
                Misconception(
                    1e-3 / np.sqrt(96), "The variance is 2/(64 + 32): your 2 has got lost."
                ),
                Misconception(1e-2 * GLOROT, "Ten times too large: the ratio is to be 1e-3."),
            ),
        ),
    ),
    hints=(
        "`np.sum(..., axis=(1, 2))` adds up over both axes of a layer and keeps the layers apart.",
        "A step of gradient descent is the rate times the gradient, so it is as long as the rate "
        "times the length of the gradient.",
        "If n weights of size s each move by α, the lengths are s√n and α√n.",
    ),
)

# --- pb-F11.6 -------------------------------------------------------------------------------------


NETWORK = MLP((64, 24, 10), "tanh")
EXAMPLES, BATCH, PULLS, LOOKS = 120, 20, 600, 300
WRONG_LABELS = 0.25


class Readers:
    """Digits to learn from, some of their labels wrong, their pixels in an order of their own."""

    def __init__(self, luck):
        self.luck = luck
        rng = np.random.default_rng(luck)
        training, validation, test = digits()
        pixels = rng.permutation(64)
        chosen = rng.choice(len(training.y), EXAMPLES, replace=False)
        wrong = rng.random(EXAMPLES) < WRONG_LABELS
        labels = (training.y[chosen] + wrong * rng.integers(1, 10, EXAMPLES)) % 10

        def reading(x, y):
            return SoftmaxCrossEntropy(Softmax(NETWORK), x[:, pixels], y)

        self.training = reading(training.x[chosen], labels)
        self.validation = reading(validation.x, validation.y)
        self.fresh = reading(test.x, test.y)
        self.start = glorot_uniform(NETWORK, rng)


@lru_cache(maxsize=16)
def _readers(luck):
    return Readers(luck)


class Pull:
    """The mean gradient of 20 digits drawn afresh at each call, as long as a budget lasts."""

    def __init__(self, luck):
        self.luck, self.left, self.rng = luck, PULLS, np.random.default_rng(luck + 1)

    def __repr__(self):
        return f"the gradient of {BATCH} of {EXAMPLES} digits"

    def __call__(self, phi):
        self.left -= 1
        if self.left < 0:
            raise StepLimit(f"Your fit asks for more than its {PULLS} gradients: count them.")
        batch = self.rng.integers(0, EXAMPLES, BATCH)
        return _readers(self.luck).training.batch(batch).gradient(phi) / BATCH


class Validate:
    """The validation loss per example, as long as a budget lasts."""

    def __init__(self, luck):
        self.luck, self.left = luck, LOOKS

    def __repr__(self):
        return "the validation loss"

    def __call__(self, phi):
        self.left -= 1
        if self.left < 0:
            raise StepLimit(f"Your fit asks more than {LOOKS} times for the validation loss.")
        loss = _readers(self.luck).validation
        return float(loss(phi) / loss.n_examples)


def _lucks(rng):
    lucks = rng.integers(1, 10_000, 2).tolist()
    return [
        {"pull": Pull(luck), "validate": Validate(luck), "start": _readers(luck).start}
        for luck in lucks
    ]


@lru_cache(maxsize=16)
def _course_run(luck):
    """Adam, stopped early: the best parameters by validation, and the last ones."""
    pull, validate, phi = Pull(luck), Validate(luck), _readers(luck).start
    lowest, best, m, v = np.inf, phi, 0.0, 0.0
    for t in range(1, PULLS + 1):
        gradient = pull(phi)
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        phi = phi - 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        if t % 20 == 0 and (loss := validate(phi)) < lowest:
            lowest, best = loss, phi
    return best, phi


def _fit(pull, validate, start):
    return _course_run(pull.luck)[0]


def _fresh_loss(luck, phi):
    loss = _readers(luck).fresh
    return float(loss(phi) / loss.n_examples)


def _reads_well(given, phi):
    if not np.isfinite(phi).all():
        return False, (
            "your parameters are not all finite: the descent ran away. Is the sign of the step "
            "wrong, or the rate too high?"
        )
    luck = given["pull"].luck
    loss, ours = _fresh_loss(luck, phi), _fresh_loss(luck, _course_run(luck)[0])
    told = f"on fresh digits your network has a loss of {loss:.2g}, and ours {ours:.2g}"
    if loss <= 1.2 * ours:
        return True, f"The last of them: {told}."
    training, at_first = (_own_loss(luck, p) for p in (phi, _readers(luck).start))
    if not training <= at_first:
        return False, (
            f"{told}; on its own digits {training:.2g}, where the start has {at_first:.2g} and a "
            "guess ln 10 = 2.3: the loss has risen. Is the sign of the step wrong, or the rate too "
            "high?"
        )
    told = f"{told}; on its own digits {training:.2g}"
    if training < 0.6:
        return False, (
            f"{told}. It has learned wrong labels by heart: go back to where the validation loss "
            "was lowest."
        )
    return False, f"{told}. It has not learned enough yet: take more steps, or another rate."


def _own_loss(luck, phi):
    return float(_readers(luck).training(phi) / EXAMPLES)


pb_F11_6 = Problem(
    id="pb-F11.6",
    title="Digits with wrong labels",
    text=r"""
Put it all together. A network of 24 tanh units is to read digits. It has 120 images to learn from,
and one label in four is wrong. Whoever trains to the end learns the wrong labels by heart.

Write `fit(pull, validate, start)`. `start` holds the first parameters, shape `(P,)`. `pull(phi)` is
the mean gradient of 20 images that are drawn afresh at each call, shape `(P,)`; you may ask for it
600 times. `validate(phi)` is the loss per example of 397 other images, whose labels are right; you
may ask 300 times. Return parameters, shape `(P,)`, with which a third set of images has a loss per
example at most a fifth above that of our own run, which is one of Adam that stops early.

Which rule, which rate, how often you look and when you stop is for you to choose. It is tried on
two draws of the images.
""",
    parts=(
        GoalPart(
            name="fit",
            out_of=5,
            right=_fit,
            inputs=_lucks,
            result="the array of parameters",
            reached=_reads_well,
            misconceptions=(
                Misconception(
                    lambda pull, validate, start: start,
                    "You return the start, or nearly so. Either nothing moved; or you keep the "
                    "best, and no look was lower than the start: then the sign of the step is "
                    "wrong, or the rate too high.",
                ),
                Misconception(
                    lambda pull, validate, start: np.zeros_like(start),
                    "All parameters are zero: such a network gives every digit the same chance.",
                ),
                Misconception(
                    lambda pull, validate, start: _course_run(pull.luck)[1],
                    "These are the last parameters of a long run. Return the best that the "
                    "validation loss has seen.",
                ),
                Misconception(
                    lambda pull, validate, start: np.ones_like(start),
                    "All parameters are alike, so all units do the same: the start is given.",
                ),
            ),
        ),
    ),
    hints=(
        "Begin with plain gradient descent at a rate of 0.3, and print the validation loss every "
        "20 steps: where does it turn?",
        "Keep a copy of the parameters whenever the validation loss is lower than ever before.",
        "Momentum or Adam gets there in fewer steps; what you return matters more.",
    ),
)
