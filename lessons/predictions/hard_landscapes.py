"""Predictions of notebook 08: what each illness does to a descent."""

from lessons.asking.prediction import Prediction
from lessons.demos.hard_landscapes import (
    behind_the_hill,
    cliff,
    ends_by_width,
    half_the_square,
    long_products,
    stairs,
)

overtaken = Prediction(
    name="overtaken",
    text=r"""
The bowl $\tfrac12(\phi_0^2 + 10\,\phi_1^2)$, one step from $[1, 1]$. The gradient there is
$g = [1, 10]$, so $g^\top g = 101$ and $g^\top\mathbf H g = 1 + 10^3 = 1001$. The loss is 5.5. What
does one step at the rate 0.25 do to it?
""",
    choices={
        "it falls to nearly 0": "That would be a gain of about 5. The bend takes 31.3 back of the "
        "25.3 that the slope promises.",
        "it stays about the same": "Gain and price are equal at α = 2 · 101/1001 = 0.202. At 0.25 "
        "the price has grown more than the gain.",
        "it rises to about twice": "Yes: 5.5 − 25.25 + 31.28 = 11.53. The step crosses the narrow "
        "valley and ends higher on the other side.",
    },
    right="it rises to about twice",
    demo=half_the_square,
    setting={"learning_rate": 0.25},
    answered_by=("08-square-why",),
)

long_gradient = Prediction(
    name="long_gradient",
    text=r"""
A network with 16 hidden units starts with small weights and learns 500 digits well: its loss falls
to less than a tenth of what it was. What does the length of its gradient do meanwhile?
""",
    choices={
        "it falls to about a tenth, too": "On a bowl the loss goes with the *square* of the "
        "gradient, so that would be a root. And a network's loss is no bowl.",
        "it falls to about a third": "So it would on a bowl, where the loss goes with the square "
        "of the gradient. A network's loss is none.",
        "it grows to twice, and then falls": "Yes. With small weights hardly a unit has a say; as "
        "they grow, so do the slopes. At the end two thirds of the first length are left.",
    },
    right="it grows to twice, and then falls",
    answered_by=("08-measures", "08-measures-why"),
)

both_up = Prediction(
    name="both_up",
    text=r"""
Draw a $2 \times 2$ matrix $A$ of standard normal numbers, and make it symmetric:
$\mathbf H = \tfrac12(A + A^\top)$. A single eigenvalue is as often positive as negative. How often
are *both* positive? (Both are, if $H_{00}$ and $H_{11}$ are positive *and*
$H_{00} H_{11} > H_{01}^2$.)
""",
    choices={
        "in a half of the cases": "Then the two would always agree. The first condition alone, two "
        "positive entries on the diagonal, holds in a quarter of the cases.",
        "in a quarter of the cases": "That is how often both entries on the diagonal are positive. "
        "But then the product must still be larger than H₀₁².",
        "in fewer than a quarter": "Yes: two positive entries on the diagonal have the chance of "
        "a quarter, and that is not yet enough.",
    },
    right="in fewer than a quarter",
    answered_by=("08-signs", "08-signs-why"),
)

split_unit = Prediction(
    name="split_unit",
    text=r"""
A network with one hidden unit is as good as it can be: it stands at the minimum of its loss, 4.08.
Now the unit is *copied*, and the two share its output weight, half and half. The function is the
same, so is the loss, and the gradient is zero again. What is this point for the network with two
units?
""",
    choices={
        "still a minimum": "It would be, if nothing new were possible. But two units can do what "
        "one cannot: they can differ.",
        "a saddle": "Yes. Moved apart, one to the left and one to the right, the two fit better. "
        "That direction did not exist before.",
        "a maximum": "The old directions are all still there, both units moved alike, and along "
        "them the loss still rises.",
    },
    right="a saddle",
    answered_by=("08-flat", "08-flat-why"),
)

wider = Prediction(
    name="wider",
    text=r"""
Forty networks with 5 units start at random, and 39 of them end above 1. With 10 units it is 30 of
forty. A network of 40 units has eight times as many weights as one of 5, and more room to get stuck
in. How many of forty such networks end above 1?
""",
    choices={
        "all forty: more room to get stuck": "More room has more ways *out* as well: what was a "
        "minimum for few units is often a saddle for many.",
        "about thirty: it has levelled off": "From 39 to 30 is only the beginning: with 20 units "
        "it is 12.",
        "fewer than ten: it falls further": "Yes, 4. What is a minimum for few units is often a "
        "saddle for many, and some joints lie well from the start.",
    },
    right="fewer than ten: it falls further",
    demo=ends_by_width,
    setting={"units": "40"},
    answered_by=("08-width-why", "08-width"),
)

terraces = Prediction(
    name="terraces",
    text=r"""
Along their own five axes the data have the sums of squares 450, 200, 72, 18 and 4.5, and 744.5
together. The network passes on three numbers. At the start, near zero, it gives back nothing: the
loss is 744.5. After you choose, you see it fall in terraces: on each of them the network has learnt
some axes wholly, and the others not at all. At which loss does it end?
""",
    choices={
        "at 0": "Three numbers cannot carry five axes: what lies along two of them is lost.",
        "at 22.5": "Yes: 18 + 4.5 is what lies along the two axes left out. Above it stand 94.5 "
        "and 294.5, after two axes and after one.",
        "at 94.5": "That is after *two* axes: 72 + 18 + 4.5. The third terrace is not the last.",
        "at 722": "That is what the three axes *carry*, 450 + 200 + 72. The loss is the rest.",
    },
    right="at 22.5",
    demo=stairs,
    setting={"step": 400},
    answered_by=("08-stairs-why",),
)

flat_and_wrong = Prediction(
    name="flat_and_wrong",
    text=r"""
A logistic unit gives an example of class 1 the probability $p = 0.0001$: surely wrong. The slope of
the sigmoid with its input $z$ is $p(1 - p)$. Under the *squared* miss $(p - 1)^2$, how large is the
slope of the loss with $z$?
""",
    choices={
        "about −2": "That is the slope with p, 2 (p − 1). With z, there is the slope of the "
        "sigmoid besides, and where the unit is saturated that is nearly zero.",
        "about −1": "That is what the logarithmic loss −ln p has: there the slope of the sigmoid "
        "cancels. The squared miss keeps it.",
        "about −0.0002": "Yes: 2 (p − 1) · p (1 − p). Worse misses stand on ground that is "
        "flatter still.",
    },
    right="about −0.0002",
    answered_by=("08-saturated", "08-saturated-why"),
)

hundred_factors = Prediction(
    name="hundred_factors",
    text=r"""
Twenty signals, and for each of them a matrix of $32 \times 32$ normal numbers, scaled so that such
a matrix keeps the length *on average*. Each signal goes through its matrix, always the *same*, a
hundred times. How long are they at the end, in units of their first length?
""",
    choices={
        "all between a half and two": "On average over matrices nothing changes. But the same "
        "matrix repeats whatever it does a hundred times.",
        "all between a tenth and ten": "That is about what *different* matrices do: their luck is "
        "drawn anew each time. The same matrix repeats its own.",
        "over ten powers of ten": "Yes, from about 0.02 to 10⁸ or more. A matrix whose largest "
        "eigenvalue is 1.1 multiplies by 1.1 every time, one with 0.95 by 0.95.",
    },
    right="over ten powers of ten",
    demo=long_products,
    answered_by=("08-products-why",),
)

thrown = Prediction(
    name="thrown",
    text=r"""
Descent walks down the low side, towards the edge at $b = 0$. At step 28 it is so near, at
$b = 0.004$, that the loss has the slope $-47.6$ along $b$. The rate is 0.1. Where is $b$ after the
next step?
""",
    choices={
        "across the edge, at about −0.04": "Uphill is across the edge, and descent goes the other "
        "way. The slope is negative: b grows.",
        "a little back, at about 0.05": "So long was the longest step before. This one is 0.1 "
        "times 47.6.",
        "far off, at about 4.8": "Yes: 0.004 + 0.1 · 47.6. Out there tanh is saturated, the ground "
        "is flat, and no slope leads back.",
    },
    right="far off, at about 4.8",
    demo=cliff,
    answered_by=("08-cliff-why", "08-cliff"),
)

bias_or_noise = Prediction(
    name="bias_or_noise",
    text=r"""
Two descents on $\tfrac12\phi^2$ are told wrong gradients. One is told $0.5$ too much, every time.
The other is told $0.5$ too much or too little, by the toss of a coin. The rate falls as $1/t$.
Which is nearer to the minimum after 1000 steps?
""",
    choices={
        "the one with the coin": "Yes: its errors cancel, and it ends about 0.016 off. The other "
        "obeys its wrong gradient to the end, and rests half a unit off.",
        "the one that errs alike": "It goes where the *told* gradient is zero: φ + 0.5 = 0. No "
        "number of steps changes that.",
        "both are equally far": "Each error is equally large. But one of the two can be averaged "
        "away.",
    },
    right="the one with the coin",
    answered_by=("08-inexact", "08-inexact-why"),
)

wrong_side = Prediction(
    name="wrong_side",
    text=r"""
A hill stands at $[0, 0]$, a deep valley lies at $[3, 0]$, and on the left the ground falls gently.
Descent starts at $[-0.5, 0.2]$, a little to the left of the hilltop, and each step lowers the loss.
Where does it go?
""",
    choices={
        "over the top, into the valley": "The top is higher than the start, and no step leads up.",
        "around the hill, into the valley": "It could be: around the top there is a way that never "
        "rises at all. But the steepest way down from the start is another.",
        "away to the left, for ever": "Yes. Each step takes the steepest way down, and each leads "
        "away from the valley.",
    },
    right="away to the left, for ever",
    demo=behind_the_hill,
    answered_by=("08-hill-why",),
)

how_many_steps = Prediction(
    name="how_many_steps",
    text=r"""
One step of a network with 40 hidden units costs four times as much as one with 10. Both are to
reach a loss of 1 on the two waves; count only those starts from which they do. Which of the two
needs fewer *steps*?
""",
    choices={
        "the one with 10 units": "It has fewer weights to set right, but each of its joints must "
        "move to just the right place.",
        "the one with 40 units": "Yes, about half as many, and from nearly every start. Among many "
        "joints some are in place already.",
        "both about the same": "Adam's steps are equally long for both. But the joints of the "
        "larger one need not go so far.",
    },
    right="the one with 40 units",
    answered_by=("08-theory", "08-theory-why"),
)
