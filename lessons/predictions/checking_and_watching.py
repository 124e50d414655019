"""Predictions of notebook 11: what a gradient check says, and what one sees of a training."""

from lessons.asking.prediction import Prediction
from lessons.demos.checking_and_watching import (
    early_stopping,
    jitter,
    kink_check,
    layer_histograms,
    remedies,
    step_size_trade_off,
    update_ratio,
)

smaller_h = Prediction(
    name="smaller_h",
    text=r"""
Take a slope of the Gabor loss, computed in float64. You begin with $h = 0.3$ and make it smaller
and smaller, down to $10^{-15}$. What does the relative error of the measured slope do?
""",
    choices={
        "it falls all the way": "It does at first. But at last the two losses agree in nearly all "
        "of their digits: what is left of those when you subtract?",
        "it falls, then stays where it is": "A floor would need an error that does not depend on "
        "h. The rounding of a loss is divided by 2h.",
        "it falls, then rises again": "Yes. A long chord is no tangent, and a short one drowns in "
        "the rounding of its two losses.",
    },
    right="it falls, then rises again",
    demo=step_size_trade_off,
    answered_by=("11-errors-why", "11-step-demo"),
)

seven_digits = Prediction(
    name="seven_digits",
    text=r"""
In float64 the centred chord is best near $h = 10^{-5}$, with an error of about $10^{-10}$. In
float32 $\epsilon$ is $10^9$ times as large. About where is the best $h$ then, and how large is its
error?
""",
    choices={
        "h = 1e-5, error about 0.1": "There the rounding is 1e9 times as large as before, so that "
        "is the error at 1e-5. A longer h does better.",
        "h = 1e-2, error below 1e-4": "Yes. Rounding over h, and h² of truncation: with 1e9 times "
        "the rounding, h grows by 1e3 and both errors by 1e6, from 1e-10 to 1e-4 at most.",
        "h = 1e-8, error below 1e-7": "A shorter h divides the rounding by less still. With "
        "coarser losses the two points must be farther apart.",
    },
    right="h = 1e-2, error below 1e-4",
    demo=step_size_trade_off,
    setting={"numbers": "float32", "h": 0.01},
    tried={
        "h = 1e-5, error about 0.1": {"h": 1e-5},
        "h = 1e-8, error below 1e-7": {"h": 1e-8},
    },
    answered_by=("11-best", "11-step-demo"),
)

on_the_kink = Prediction(
    name="on_the_kink",
    text=r"""
One relu unit, five examples. At the bias $b = -0.5$ the unit is about to switch on for one of them:
to the left of it the slope of the loss is $-2$, to the right $-4.4$. The backward pass takes the
slope on the left. What does a centred chord report, however short?
""",
    choices={
        "−2, like the backward pass": "It would if both of its ends were on the left. One of them "
        "is always on the other side.",
        "−3.2, halfway between": "Yes: half of the chord lies on each side, so it has the mean of "
        "the two slopes. The backward pass is right all the same.",
        "−4.4, the slope ahead": "That is what a one-sided chord would say. A centred one looks "
        "back as well.",
    },
    right="−3.2, halfway between",
    demo=kink_check,
    setting={"h": 1e-5},
    answered_by=("11-kinks-why", "11-kinks"),
)

in_reach = Prediction(
    name="in_reach",
    text=r"""
A relu network with two hidden layers of 10 units has 151 parameters. It is checked with a wide
$h = 10^{-2}$, on 2 examples and then on 100. For how many of the 151 does a kink lie within $h$?
""",
    choices={
        "for none, then about 50": "Yes, none and 47. Each unit has a kink for each example: fifty "
        "times the examples, fifty times the kinks.",
        "for about 50 both times": "The number of units is the same. But each of them has a kink "
        "for every example.",
        "for none, both times": "A kink is a point, but h reaches out: with 100 examples there are "
        "2000 of them about.",
    },
    right="for none, then about 50",
    answered_by=("11-reach",),
)

deeper = Prediction(
    name="deeper",
    text=r"""
*Learning parameters* warns that errors pile up layer by layer, and would put up with $10^{-2}$ in a
network of ten layers. Two networks of 16 hidden layers, one of tanh units, one of sigmoids, both
with Glorot's weights: in which does the check fail to reach $10^{-7}$, at $h = 10^{-5}$?
""",
    choices={
        "in both of them": "That would be so if each layer added an error of its own. The loss is "
        "rounded to 16 digits, however many layers it went through.",
        "in the tanh one": "A tanh passes slopes of up to 1 on, so its slopes stay long. What is "
        "the rounding of the loss divided by?",
        "in the sigmoid one": "Yes. A sigmoid multiplies a slope by 1/4 or less at each layer; the "
        "rounding of the loss stays, and a tiny slope is divided into it.",
    },
    right="in the sigmoid one",
    answered_by=("11-depth", "11-depth-why"),
)

fresh_masks = Prediction(
    name="fresh_masks",
    text=r"""
Dropout is left on, and each loss that the check asks for leaves out other units. You make $h$ ten
times smaller. What becomes of the slopes that the check measures?
""",
    choices={
        "they stay as they are": "A true slope would. Here the two losses are of two networks, and "
        "their difference does not shrink with h.",
        "a tenth as large": "That would be the rise of one loss. A slope is a difference divided "
        "by 2h, and 2h is now a tenth.",
        "ten times as large": "Yes. The two losses differ by about as much as before, whatever h "
        "is, and are divided by a tenth of it.",
    },
    right="ten times as large",
    answered_by=("11-masks", "11-masks-why"),
)

forgotten_slope = Prediction(
    name="forgotten_slope",
    text=r"""
Somebody forgets the slope of tanh, $1 - h^2$, in the backward pass: `slope` is 1. The check is made
before training, with Glorot's weights made small, times $10^{-4}$. All activations are then about
$10^{-4}$. What does it say?
""",
    choices={
        "wrong in both layers": "The last layer's gradient does not use that slope at all. And how "
        "far from 1 is it in the first?",
        "wrong in the first layer": "There the slope is used. But it is 1 − h², with an h of 1e-4: "
        "how large is the error that is made?",
        "good everywhere": "Yes: the slope forgotten is 1 − 1e-8, so the error is 1e-8. At this "
        "start the mistake makes no difference.",
    },
    right="good everywhere",
    answered_by=("11-later", "11-later-why"),
)

ten_classes = Prediction(
    name="ten_classes",
    text=r"""
A network is to tell ten digits apart. Its weights are so small that it gives every digit nearly the
same probability. What is the loss of 200 images, the sum of their $-\log p$?
""",
    choices={
        "200 log 2 = 139": "That is for two classes, where a coin has 1/2. How likely is each of "
        "ten?",
        "200 log 10 = 461": "Yes: each has the probability 1/10, and −log(1/10) is log 10.",
        "log 10 = 2.3": "That is one image, or the mean. Our losses are sums, here over 200.",
    },
    right="200 log 10 = 461",
    answered_by=("11-softmax", "11-chance"),
)

by_the_book = Prediction(
    name="by_the_book",
    text=r"""
200 starts of that network, drawn by Glorot's rule as they are, not made small. Nothing is wrong
with any of them. For how many is the loss within 10 % of chance?
""",
    choices={
        "for all 200": "Weights of a normal size make predictions already, before they have seen "
        "anything. What do those cost, beside none?",
        "for about 180": "Yes, 181. Random predictions cost more than none: between −4 and +23 %. "
        "So one good start in ten would be sent back.",
        "for about 20": "At three times Glorot's weights it would be none. At their own size most "
        "predictions are still mild.",
    },
    right="for about 180",
    answered_by=("11-starts", "11-starts-why"),
)

tosses = Prediction(
    name="tosses",
    text=r"""
All labels of the points in section 3 are replaced by tosses of a coin: there is nothing to learn.
Which tanh networks can bring the loss of twenty of the points to nearly zero?
""",
    choices={
        "12 units, not 1 or 2": "Yes. 49 parameters learn twenty tosses by heart; five or nine "
        "did not. Passing says nothing about learning.",
        "none of them": "There is nothing to *understand*. But with more parameters than points "
        "one can still remember each.",
        "all: 1, 2 and 12 units": "One tanh unit draws a single line through the plane. Twenty "
        "tosses do not lie on two sides of it.",
    },
    right="12 units, not 1 or 2",
    answered_by=("11-tosses", "11-tosses-why"),
)

batch_of_five = Prediction(
    name="batch_of_five",
    text=r"""
A network reads 400 digits. Each of 100 steps goes along the *mean* gradient of a batch, times 0.4.
With all 400 in each batch none of the steps raises the loss of all. How many do with batches of 5?
""",
    choices={
        "none: each step goes down": "Down on the loss of its own five. The other 395 were not "
        "asked.",
        "about half of them": "Yes, 47, and yet the loss comes down: the falls are longer than the "
        "rises. With batches of 100 only 6 rise.",
        "nearly all of them": "Then the loss could hardly fall. On a slope most batches point down "
        "more than up.",
    },
    right="about half of them",
    demo=jitter,
    setting={"size": "5"},
    answered_by=("11-jitter-why", "11-jitter"),
)

no_noise = Prediction(
    name="no_noise",
    text=r"""
All 400 digits in each batch, so that nothing is left to chance. The steps are made nearly four
times as long: 1.5 times the mean gradient. Does the loss fall at every step?
""",
    choices={
        "yes: there is no noise": "Noise is one way to go up. Notebook 02 had another, on a "
        "parabola, with a rate that was too high.",
        "no: it rises, and is lost": "It rises now and then. But the valley that a step jumps "
        "across is not a parabola: a little farther it is flatter.",
        "no: some steps raise it": "Yes, 11 of 100: steps that overshoot. And in the end it is "
        "lower than after a hundred short ones.",
    },
    right="no: some steps raise it",
    demo=jitter,
    setting={"size": "400", "rate": "1.5"},
    answered_by=("11-jitter-why", "11-jitter"),
)

more_penalty = Prediction(
    name="more_penalty",
    text=r"""
The network of the first picture has 64 hidden units. With 100 examples and without a remedy its
validation loss ends at 1.67, its training loss at 0.01. Now a penalty $\frac\lambda2\|\phi\|^2$ is
added while it trains, from dose to dose a larger one. What do the two losses do?
""",
    choices={
        "both fall": "The penalty keeps the weights from what they would do to the training loss, "
        "so that one can only rise.",
        "training rises, validation falls": "So it is at first. But with a λ large enough the "
        "weights are kept near zero, and both losses near chance.",
        "training rises, validation falls, then rises": "Yes: 1.67, 1.36, 1.04, 1.64 for "
        "λ = 0, 0.1, 1, 10. The gap narrows all the way, in the end since little is learned.",
    },
    right="training rises, validation falls, then rises",
    demo=remedies,
    setting={"remedy": "penalty λ"},
    answered_by=("11-gap-why", "11-gap"),
)

no_gap = Prediction(
    name="no_gap",
    text=r"""
The hidden units are reduced from 64 to 2. What does the *gap*, validation less training loss, do,
and what the share of digits read wrongly?
""",
    choices={
        "narrower gap, fewer errors": "The gap is narrower indeed. But how many digits can be told "
        "apart by two numbers?",
        "narrower gap, more errors": "Yes: a gap of 0.6 in place of 1.7, and 63 % wrong in place "
        "of 27 %. The two curves are close, and both are high.",
        "wider gap, more errors": "With 160 parameters it cannot learn 100 images by heart: its "
        "training loss stays high.",
    },
    right="narrower gap, more errors",
    demo=remedies,
    setting={"remedy": "hidden units", "dose": 3},
    answered_by=("11-gap-why", "11-gap"),
)

impatient = Prediction(
    name="impatient",
    text=r"""
A network learns a wave from 12 noisy points, and the validation loss is taken every 5 steps. If it
never stops early, the lowest of these losses is met at about step 40 (the median of 16 data sets).
With a patience of *one* evaluation, where does it stop, in the median?
""",
    choices={
        "near step 15": "Yes: the first bump ends it, long before the turn, and fresh points then "
        "cost 0.29 in place of 0.27.",
        "just after step 40": "If the curve had no bumps on its way down. A patience of one does "
        "not wait to see whether a bump was one.",
        "never, in 400 steps": "The validation loss turns and rises. Even one evaluation without a "
        "new lowest value is enough.",
    },
    right="near step 15",
    demo=early_stopping,
    setting={"patience": 1},
    answered_by=("11-patience", "11-patience-why", "11-stopping"),
)

short_run = Prediction(
    name="short_run",
    text=r"""
*Learning parameters*: the ratio should be about $10^{-3}$. You have 400 steps, and try 17 rates of
Adam on the points of section 3. Which median ratio has the rate that ends lowest?
""",
    choices={
        "about 1e-4": "400 steps of 1e-4 come to 4 % of the length of the weights, if all of them "
        "agree. It cannot have got far.",
        "about 1e-3": "400 steps of it are 0.4 of the length of the weights, if all of them agree. "
        "To learn, weights must change by more than that.",
        "about 1e-2": "Yes, 8e-3: in so few steps a walk of a few times the length of the weights "
        "takes long ones.",
    },
    right="about 1e-2",
    demo=update_ratio,
    tried={
        "about 1e-4": {"learning_rate": 0.0001},
        "about 1e-3": {"learning_rate": 0.001},
        "about 1e-2": {"learning_rate": 0.1},
    },
    answered_by=("11-ratio-why", "11-ratio-demo"),
)

at_the_ends = Prediction(
    name="at_the_ends",
    text=r"""
A tanh classifier with four hidden layers is started with ten times Glorot's weights, so that nearly
all units sit at $-1$ or $1$, where tanh is flat. With Glorot's own weights the largest gradient in
the first layer is 0.09. And here?
""",
    choices={
        "about 1e-5": "So one often reads. But a few units are not at their ends, and "
        "what comes back to them went through weights ten times as large.",
        "about 0.1, as before": "Flat units stop most of it, and large weights multiply the rest. "
        "The two do not cancel.",
        "about 900": "So it would be if each of the four layers passed all of it on, ten times as "
        "large. Most units are flat, and stop theirs.",
        "about 2": "Yes. The few units that are not at their ends pass it on, and each "
        "time through weights ten times as large.",
    },
    right="about 2",
    demo=layer_histograms,
    setting={"gain": 10.0},
    answered_by=("11-histograms-why", "11-histograms"),
)
