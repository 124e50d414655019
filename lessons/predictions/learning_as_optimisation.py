"""Predictions of notebook 01: where minima lie, what a slope says, and what training improves."""

from lessons.asking.prediction import Prediction
from lessons.demos.learning_as_optimisation import (
    WATCHED,
    beyond_zero,
    one_budget,
    stopping,
    surrogates,
    two_risks,
)

log_moves = Prediction(
    name="log_moves",
    text=r"""
A coin has fallen heads, heads, tails, heads. The probability of just that, $p^3(1-p)$, is largest
at $p = 3/4$. Where is $-\log\big(p^3(1-p)\big)$ smallest?
""",
    choices={
        "also at p = 3/4": "Yes. The logarithm keeps the order of heights, and the minus turns it "
        "round: the place stays, only the height is another.",
        "closer to p = 1/2": "The logarithm does squeeze the heights, but of two values the larger "
        "one still has the larger logarithm.",
        "at p = 1/4": "The minus turns heights upside down, not places left to right.",
        "at p = 0 and p = 1": "There the probability is 0, its logarithm −∞, and minus that +∞: "
        "these are the *worst* places.",
    },
    right="also at p = 3/4",
    answered_by=("01-log-moves", "01-log-moves-why"),
)

long_run = Prediction(
    name="long_run",
    text=r"""
Four throws of a fair die: 5, 6, 6, 4. On these the cheapest guess is their mean, 5.25; it costs
0.69 a throw. You keep to that guess. What does it cost a throw in the long run?
""",
    choices={
        "0.69": "That is the lowest that these four allow. The guess was chosen *because* it suits "
        "them; the throws to come were not asked.",
        "2.92": "So much the *best* guess costs, 3.5. Yours is 1.75 away from it.",
        "5.98": "Yes: 35/12 + (5.25 − 3.5)². On the four it looked far better than any guess can "
        "be in the long run.",
        "8.90": "That adds 35/12 once too often: the risk is 35/12 + 1.75².",
    },
    right="5.98",
    demo=two_risks,
    setting={"seed": 4, "guess": 5.25},
    answered_by=("01-risk-why",),
)

flat_steps = Prediction(
    name="flat_steps",
    text=r"""
The threshold stands at 1.2, and the point nearest to it is at 1.0. Three of the twelve points are
on the wrong side; once the threshold is below 1.0, only two are. What is the derivative of the
*number of errors* with respect to the threshold, here at 1.2?
""",
    choices={
        "0": "Yes. A small move changes no error, so the slope is zero: it does not say that there "
        "are fewer errors further left.",
        "3": "That is the number of errors, not how it changes with the threshold.",
        "5": "One error less over a way of 0.2 makes 5 *on average* over that way. At the place "
        "itself nothing changes.",
        "infinite": "So it is at the edge of a step, at 1.0. Here, a little beside it, the step is "
        "flat.",
    },
    right="0",
    demo=surrogates,
    answered_by=("01-staircase-why",),
)

sharper = Prediction(
    name="sharper",
    text=r"""
Now the threshold is at 0, and no point is on the wrong side. The sharpness is doubled, from 2 to 4:
every margin is twice as large. The number of errors stays 0. What does the cross-entropy do?
""",
    choices={
        "it stays at 0": "It is never 0: log(1 + exp[−m]) is above 0 for every margin m.",
        "it stays, above 0": "Each margin is twice as large, so each exp[−m] is smaller.",
        "it falls": "Yes. Each margin grows, and log(1 + exp[−m]) falls with it: also beyond zero "
        "errors there is something to gain, and no end to it.",
        "it rises": "It would if some point were on the wrong side: its margin is below 0, and "
        "doubling makes it worse. Here none is.",
    },
    right="it falls",
    demo=surrogates,
    setting={"threshold": 0.0, "sharpness": 4.0},
    answered_by=("01-staircase-why",),
)

after_zero = Prediction(
    name="after_zero",
    text=r"""
By step 60 the last error on the 200 training digits is gone; of 400 *test* digits 30 are read
wrongly, at a loss of 0.21 each. Training goes on to step 800. The training digits stay right, and
their margins grow. What becomes of the test digits: of their errors, and of their loss?
""",
    choices={
        "neither changes": "The training *errors* are at an end. The training loss is "
        "not, and its gradient goes on moving the parameters.",
        "both fall": "The larger margins help a few digits. But the network also "
        "grows surer of those that it reads wrongly, and each of them costs more.",
        "errors fall, loss rises": "Yes: 25 are left, and a digit costs 0.23. "
        "Larger margins help a few digits, and make the ones still wrong more expensive.",
        "errors rise, loss falls": "The other way round. The loss counts how sure the wrong "
        "answers are, and they grow surer; the errors do not.",
        "both rise": "That happens too, with other data; here the larger margins still help a few "
        "digits.",
    },
    right="errors fall, loss rises",
    demo=beyond_zero,
    setting={"step": 800},
    answered_by=("01-beyond-why",),
)

on_a_slope = Prediction(
    name="on_a_slope",
    text=r"""
The validation loss is lowest at step 80. The training loss is 0.017 a digit there, and 0.0003 at
step 800. At large margins $\log(1 + e^{-m})$ is about $e^{-m}$, and its slope about $-e^{-m}$. So
how long is the gradient of the training loss at the stop, compared with step 800?
""",
    choices={
        "about as long": "It would be if the loss fell along a straight slope. This one flattens "
        "out: where little is left to lose, little slope is left.",
        "twice as long": "The *loss* is more than fifty times as high, and where margins are large "
        "its slope goes with it.",
        "forty times as long": "Yes, about that. Loss and slope are nearly proportional, and the "
        "loss is more than fifty times as high. Whoever stops here stops on a slope.",
        "three thousand times as long": "That is the *square* of the ratio of the losses, about: "
        "on a parabola the height goes with the square of the slope. Here it goes with the slope.",
    },
    right="forty times as long",
    demo=stopping,
    setting={"watched": WATCHED[0]},
    answered_by=("01-stopping-why",),
)

tenfold = Prediction(
    name="tenfold",
    text=r"""
Each of 100 digits is copied ten times: the file now has 1000 lines, and says nothing new. With the
copies or without, gradient descent and SGD with batches of 10 may each take 2000 gradients of
single examples. Which of the two ends at a *much* higher loss with the copies than without?
""",
    choices={
        "both of them": "A batch of 10 lines costs what it cost, and still shows about ten "
        "different digits: SGD does not notice the copies.",
        "gradient descent alone": "Yes. A step of it looks at every line: 1000 instead of 100, for "
        "the same direction. It makes 2 steps where it made 20.",
        "SGD alone": "It takes ten times as long to see every line; but it has no need to.",
        "neither of them": "For a number of *steps* that is so. But each step of gradient descent "
        "now costs ten times as much.",
    },
    right="gradient descent alone",
    demo=one_budget,
    setting={"copies": 10},
    answered_by=("01-budget-why",),
)

one_class_at_a_time = Prediction(
    name="one_class_at_a_time",
    text=r"""
1000 digits, one pass in batches of 10, in random order: about 9 % of the test digits are then read
wrongly. Now the file is sorted, first all zeros, then all ones, …, last all nines: nearly every
batch shows a single class. How many test digits are wrong after one pass?
""",
    choices={
        "about 9 % as well": "Each example is seen once, as before. But what the zeros taught has "
        "since been undone by nine other classes.",
        "about 25 %": "It is much worse. Whatever 97 nines in a row ask for, last, is done.",
        "about 50 %": "That is where five such passes end. After one it is worse still.",
        "about 90 %": "Yes: the last 97 examples were all nines, and they have taught the "
        "model to answer nine.",
    },
    right="about 90 %",
    answered_by=("01-order",),
)
