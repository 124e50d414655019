"""Predictions of notebook 05: what batches, their noise and falling rates do to a descent."""

from lessons.asking.prediction import Prediction
from lessons.demos.stochastic_gradient_descent import (
    epoch_counter,
    fig_6_5b,
    fig_6_6,
    fig_lr,
    halving,
    rate_schedules,
    variance_reduction,
)

mean_of_steps = Prediction(
    name="mean_of_steps",
    text=r"""
You stand at start 1 of the Gabor loss. There are 3276 ways to pick three of the 28 examples, and
each leads somewhere else. What is the mean of all 3276 steps, compared with one step of gradient
descent at the same rate?
""",
    choices={
        "nothing: they cancel": "They would if the 28 pulls cancelled, as at a minimum. Here all "
        "examples together pull one way.",
        "just the same step": "Its direction is right. But a batch adds up three pulls, not 28.",
        "the same direction, 3/28 as long": "Yes: each example is in 3 of 28 batches, so its pull "
        "counts 3/28 on average.",
        "the same direction, 1/28 as long": "That is so for batches of one. These hold three.",
    },
    right="the same direction, 3/28 as long",
    demo=fig_6_6,
    answered_by=("05-mean-why", "05-steps"),
)

from_the_bottom = Prediction(
    name="from_the_bottom",
    text=r"""
Now stand at $\phi = [5.9, 7.9]$, almost at the bottom of a wrong valley, and take one step on a
batch of three, at the rate 0.6. For which share of the 3276 batches does the loss of *all*
examples rise?
""",
    choices={
        "none: a step goes downhill": "It goes down on the loss of its own three examples. The "
        "other 25 were not asked.",
        "about half": "On a slope some batches lead down. But at the bottom of a bowl, which "
        "way is not up?",
        "nearly all": "Yes, for 93 %. From the bottom there is nowhere to go but up, and each "
        "batch pulls some way.",
    },
    right="nearly all",
    demo=fig_6_6,
    setting={"batch": 1553, "phi0": 5.9, "phi1": 7.9},
    answered_by=("05-mean-why", "05-steps"),
)

luck_of_the_draw = Prediction(
    name="luck_of_the_draw",
    text=r"""
23 examples, 24 steps. Each step draws its batch of 5 from all 23, *with* replacement: 120 draws,
5.2 an example. How often was the unluckiest example drawn, and how often the luckiest?
""",
    choices={
        "5 and 6 times": "That is how it is when the examples are dealt like cards. A draw does "
        "not know what was drawn before.",
        "2 and 8 times": "Yes, with this seed. The counts scatter like those of any rare event: "
        "by about the root of their mean, and more at the extremes.",
        "0 and 20 times": "Chance is seldom so unequal. That one example is drawn 20 times or "
        "more, where 5.2 are expected, happens less than once in a million times.",
    },
    right="2 and 8 times",
    demo=epoch_counter,
    setting={"replacement": True},
    answered_by=("05-epochs-why", "05-epochs"),
)

all_28 = Prediction(
    name="all_28",
    text=r"""
The pull of a single random example on one of the parameters has the standard deviation $\sigma$.
Take the *mean* pull of a batch of 28, drawn from the 28 examples *with* replacement. What is its
standard deviation?
""",
    choices={
        "0: the batch is all the data": "Only if it is dealt without replacement. Drawn, it misses "
        "some examples and holds others twice.",
        "σ/28": "The sum of 28 has a *larger* deviation than one pull: errors add up, though some "
        "cancel. Dividing it by 28 leaves more than σ/28.",
        "σ/√28": "Yes. The variances of independent draws add up: 28σ² for the sum, and 28σ²/28² "
        "for the mean.",
        "σ, as before": "Errors of independent draws cancel in part, so a mean is less noisy than "
        "each of them.",
    },
    right="σ/√28",
    answered_by=("05-noise-why", "05-noise"),
)

how_often = Prediction(
    name="how_often",
    text=r"""
From start 2 gradient descent never finds the right valley. Now SGD: batches of two, $\alpha = 1$,
40 steps, 100 different seeds. How many of the 100 runs are then in the right valley?
""",
    choices={
        "none": "At the small rate of the first picture, none. Now the steps are long enough to "
        "climb over a ridge.",
        "about ten": "Yes, 10. The picture in chapter 6 shows one of the lucky ones.",
        "about half": "Most runs do leave the wrong valley. But there are more wrong ones to land "
        "in, and the way out of the box.",
        "nearly all": "The noise opens the door; it does not say which way to go.",
    },
    right="about ten",
    demo=fig_6_5b,
    answered_by=("05-valley-why", "05-valley"),
)

door = Prediction(
    name="door",
    text=r"""
The same, from start 1, which *begins* in the right valley. How many of 100 runs are still in it
after 40 steps?
""",
    choices={
        "all 100": "That holds for gradient descent. A noise that can throw a run out of a wrong "
        "valley can throw it out of the right one.",
        "about 80": "Yes, 83. The door opens both ways, though this valley is the deepest and "
        "harder to leave.",
        "as few as from start 2": "That would be so if 40 steps were enough to forget the "
        "start. The valley is deep, and most runs are still in it.",
    },
    right="about 80",
    demo=fig_6_5b,
    setting={"start": "1"},
    answered_by=("05-valley-why", "05-valley"),
)

early_and_late = Prediction(
    name="early_and_late",
    text=r"""
SGD on the line of notebook 02, batches of 3 of its 12 examples, at the rates 0.002, 0.04 and 0.14.
Which of the three has the lowest loss after 3 epochs, and which after 25?
""",
    choices={
        "0.14 both times": "It is the fastest at first. But at a rate so high the batches keep "
        "throwing it about, and it never settles.",
        "0.04 both times": "It is in front in the end. But early on the longer steps of 0.14 have "
        "already covered most of the way.",
        "0.14 first, then 0.04": "Yes. The high rate arrives first and cannot settle; the lower "
        "one overtakes it.",
        "0.04 first, then 0.002": "Given time enough 0.002 would end lowest. In 25 epochs it has "
        "not got far.",
    },
    right="0.14 first, then 0.04",
    demo=fig_lr,
    answered_by=("05-curves-why", "05-curves", "05-medians"),
)

all_twelve = Prediction(
    name="all_twelve",
    text=r"""
Now every batch holds all 12 examples, so that there is no noise. What becomes of the run at the
rate 0.14?
""",
    choices={
        "it settles at the lowest loss": "There is no noise to hold it up. But a sum over 12 "
        "examples is four times a sum over 3: how long are its steps now?",
        "the same plateau, without the jitter": "The plateau was made by the noise. What remains "
        "without noise is the step, and that has become four times as long.",
        "it diverges": "Yes. The limit for all 12 is 2/λ = 0.043 (notebook 02). With batches of 3 "
        "a step is on average a quarter as long.",
    },
    right="it diverges",
    demo=fig_lr,
    setting={"batch_size": 12},
    answered_by=("05-curves-why", "05-curves"),
)

hundredth = Prediction(
    name="hundredth",
    text=r"""
Back to the line of section 4, with batches of 3. Each schedule of the table starts at 0.1 and has
fallen to a *hundredth* of that after 200 steps. With one of them the loss ends higher than at a
rate that never falls. Which?
""",
    choices={
        "step": "It keeps the first rate for 40 steps, and travels far in that time.",
        "exponential": "It loses the same share at every step, and still has a tenth left half-way "
        "through.",
        "1/t": "Yes. To be so low in the end it must plunge at the beginning: after two steps half "
        "of its rate is gone, and it never arrives.",
        "linear": "On its straight line a third of the rate is left half-way. That is plenty of "
        "room to travel.",
    },
    right="1/t",
    demo=rate_schedules,
    answered_by=("05-schedules-why", "05-schedules", "05-sums"),
)

cooling = Prediction(
    name="cooling",
    text=r"""
Back to start 2 of the Gabor loss, 280 steps. At a constant $\alpha = 1$ about 17 % of the runs are
in the right valley in the end. What if $\alpha$ begins at 2 and is halved every 56 steps?
""",
    choices={
        "many more arrive, and they settle lower": "The loud beginning throws runs out of all "
        "valleys, the right one as well; cooling down only fixes where they happen to be.",
        "about as many arrive, and they settle lower": "Yes. Noise that dies out lets a run "
        "settle; it does not tell it where.",
        "hardly any: 2 is too high for every valley": "At a constant 2 hardly any run is there. "
        "But the rate does not stay at 2.",
    },
    right="about as many arrive, and they settle lower",
    answered_by=("05-cooling", "05-cooling-why"),
)

impatient = Prediction(
    name="impatient",
    text=r"""
The line again. With a patience of 4 epochs the rate of 0.1 is halved 6 times in 40 epochs, and the
training loss ends $2 \cdot 10^{-5}$ above the lowest. With a patience of *0* each epoch without a
new lowest validation loss halves the rate. Where does the training loss end?
""",
    choices={
        "lower: the noise dies out sooner": "It does, and with it the progress. How much rate is "
        "left after ten unlucky epochs?",
        "about the same": "It would be if the validation loss fell smoothly. It jumps, so most "
        "epochs set no record.",
        "a hundred times higher": "Yes. It is halved 35 times, most of that long before the "
        "descent has arrived, and then nothing moves any more.",
    },
    right="a hundred times higher",
    demo=halving,
    setting={"patience": 0},
    answered_by=("05-halving-why", "05-halving"),
)

quiet_steps = Prediction(
    name="quiet_steps",
    text=r"""
A line through 200 points, batches of 8, a new anchor every 20 steps. After 50 steps the rate is
still as high as at the start. How long is the noise of SVRG's step, compared with that of an SGD
step from the same point?
""",
    choices={
        "as long: the batches are the same": "They are, and so are their pulls. But SVRG subtracts "
        "what the same batch pulled at the anchor, close by.",
        "half as long": "So it was at step 30. The noise goes on shrinking as the anchor and φ "
        "both come closer to the minimum.",
        "about an eighth": "Yes, 0.004 against 0.03: φ is now close to the anchor, and what a "
        "batch pulls at hardly differs between the two.",
        "nothing: it is gradient descent": "Only at the very anchor. A little away from it, each "
        "batch still says something else.",
    },
    right="about an eighth",
    demo=variance_reduction,
    setting={"step": 50},
    answered_by=("05-svrg-why", "05-svrg-demo"),
)

first_pass = Prediction(
    name="first_pass",
    text=r"""
You start SGD at the very parameters that made the data, and give it six noisy examples. The noise
drives it away; the loss of *new* examples now has a slope that leads back. Do the gradients of the
six have that slope as well, in the first pass and in the third?
""",
    choices={
        "in both passes, all of it": "In the third pass the parameters have already given way to "
        "the noise of these six, which no longer pull back as new examples would.",
        "in the first; less of it in the third": "Yes. In the first pass each example *is* new; "
        "by the third the parameters have begun to fit these six.",
        "in neither: noise has no slope": "In the first pass no example has been seen before. "
        "Each pulls as any new one would, on average.",
    },
    right="in the first; less of it in the third",
    answered_by=("05-claims", "05-claims-why"),
)
