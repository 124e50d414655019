"""Predictions of notebook 09: signals and gradients through layers, and what a start decides."""

from lessons.asking.prediction import Prediction
from lessons.demos.initialisation import (
    activation_spread,
    backward_pass,
    equal_weights,
    first_scale,
    pretrained_start,
    signal_through_depth,
    ten_parameters,
    training_by_scheme,
)

joint = Prediction(
    name="joint",
    text=r"""
Unit 1 of such a network is $\mathrm{a}[0.3 + 1.5\,x]$, and it is added with the weight
$\phi_1 = 1.2$. Where does it make the line bend, and by how much does the slope of $\mathrm{f}$
change there, from left to right?
""",
    choices={
        "at x = −0.2, by 1.8": "Yes. There z is 0: to the left the unit is off, to the right it "
        "adds the slope 1.2 · 1.5.",
        "at x = 0.2, by 1.8": "At x = 0.2 the z of the unit is 0.6: it has been on for a while.",
        "at x = −0.2, by 1.2": "The right place. But the unit rises with a slope of 1.5 before it "
        "is multiplied by 1.2.",
        "at x = −5, by 1.5": "At x = −5 the z of the unit is −7.2. The line bends where z changes "
        "its sign.",
    },
    right="at x = −0.2, by 1.8",
    demo=ten_parameters,
    answered_by=("09-joint-why",),
)

into_unit = Prediction(
    name="into_unit",
    text=r"""
One example, $x = 1$ and $y = 1$, and two tanh units. Unit 1 has $z = 0.6$, so $h = \tanh 0.6 =
0.537$; the slope of tanh there is $1 - h^2 = 0.712$. Its weight to $\mathrm{f}$ is $-1$, and
$\partial L/\partial\mathrm{f} = -3.635$. What is the gradient of the weight *from $x$ to unit 1*?
""",
    choices={
        "−1.952": "That is h · δ of the output: the gradient of the weight from unit 1 to f. The "
        "weight from x lies one layer further back.",
        "2.586": "Yes: −3.635 comes back through the weight −1 and the slope 0.712, and is "
        "multiplied by x = 1.",
        "3.635": "That came back through the weight −1, but not through the slope of tanh.",
        "−2.586": "The sign: what comes back passes the weight −1 as well.",
    },
    right="2.586",
    demo=backward_pass,
    answered_by=("09-into-unit-why",),
)

off = Prediction(
    name="off",
    text=r"""
Unit 2 of the same network has $z = -1.1$. Make both units relu. There are four weights: two into
the units, two out of them. How many of them now get a gradient of exactly 0?
""",
    choices={
        "none": "Unit 2 is off: its h is 0, and so is the slope of relu. Which gradients have "
        "one of these as a factor?",
        "one": "The weight into unit 2 gets none, since the slope is 0. And the weight out of it "
        "is multiplied by h.",
        "two": "Yes. Into the unit the slope is 0, out of it h is 0. A unit that is off for every "
        "example learns nothing at all.",
        "all four": "Unit 1 is on, with z = 0.6, and its two weights learn as before.",
    },
    right="two",
    demo=backward_pass,
    setting={"activation": "relu"},
    answered_by=("09-off-why",),
)

share_the_work = Prediction(
    name="share_the_work",
    text=r"""
Three tanh units start with every parameter at 0.5 and learn the shape of a bump. One tanh makes one
step, up or down; a step up and a step down make a bump. What does the fit look like after 500
steps?
""",
    choices={
        "a bump, for the units share the work": "For that one of them would have to step up and "
        "another down. What could make two units different that are equal in everything?",
        "a single step, for they all do the same": "Yes. Equal h and equal δ make equal gradients: "
        "three units do the work of one.",
        "a constant, for none of them can move": "That happens from zeros. Here the gradients are "
        "not 0, they are only all the same.",
    },
    right="a single step, for they all do the same",
    demo=equal_weights,
    tried={"a constant, for none of them can move": {"common": 0.0}},
    answered_by=("09-equal-why",),
)

millionth = Prediction(
    name="millionth",
    text=r"""
All parameters start at 0, plus a random part. If that is of the size of a thousandth, the weights
into the units are 0.1 apart after 37 steps; if it is a millionth, after 87. And if it is a
millionth of a millionth, $10^{-12}$?
""",
    choices={
        "after about 140 steps": "That is for a billionth, one factor of 1000 further. From a "
        "millionth to 1e-12 there are two.",
        "after about 190 steps": "Yes: each factor of 1000 takes another 50 steps or so. A "
        "difference grows by the same factor in every step.",
        "after about 370 steps": "If the steps doubled each time. But the difference grows by the "
        "same factor in every step, so equal factors take equally long.",
        "after about 37,000 steps": "That would be a thousand times as many. But it is the "
        "*difference* that grows a thousandfold, and that takes 50 steps each time.",
    },
    right="after about 190 steps",
    answered_by=("09-millionth",),
)

a_third = Prediction(
    name="a_third",
    text=r"""
The notes' first recipe draws weights evenly between $-1/\sqrt m$ and $1/\sqrt m$. Evenly between
$-r$ and $r$ means a variance of $r^2/3$. What does a layer without activation do to the mean square
of the signal?
""",
    choices={
        "it keeps all of it": "For that the variance of the weights would have to be 1/m. The "
        "interval only *looks* as if it were.",
        "it keeps a third of it": "Yes: v = 1/(3m), so m v = 1/3, whatever the number of units.",
        "it keeps 1/m of it": "Each product is as small as that; but m of them are added up.",
        "it keeps about 0.58 of it": "That is the root of a third, and true of the size. The *mean "
        "square* keeps the third itself.",
    },
    right="it keeps a third of it",
    demo=signal_through_depth,
    setting={"scheme": "uniform ±1/√m", "activation": "identity"},
    answered_by=("09-third-why", "09-third"),
)

fifteen_layers = Prediction(
    name="fifteen_layers",
    text=r"""
Now relu, and weights of variance $1/m$ between layers of equal size. Relu drops one of two signs.
What is left of the mean square in layer 15?
""",
    choices={
        "about a half": "That is what one relu leaves. The next layer leaves half of what it gets.",
        "about a thirtieth": "That is 1 over 15 · 2. But each layer halves what the one "
        "before has left: halves multiply.",
        "less than a thousandth": "Yes: after ten halvings it is a thousandth already.",
        "all, since variances are kept": "The weights keep it, the activation does not: what relu "
        "drops is gone.",
    },
    right="less than a thousandth",
    demo=signal_through_depth,
    answered_by=("09-schemes-why",),
)

level = Prediction(
    name="level",
    text=r"""
Eight tanh layers, and weights that are too small: 0.4 times Glorot's. From layer to layer the
activations shrink. How does the gradient of the *first* layer's weights compare with that of the
last ones?
""",
    choices={
        "hundreds of times smaller": "δ has shrunk on its way to the front, that is right. But the "
        "first layer has the largest h to multiply it by.",
        "of the same order of size": "Yes: a gradient is h times δ. Towards the end h shrinks, "
        "towards the front δ does. All of them are small alike.",
        "hundreds of times larger": "The first layer has the largest h. But its δ has come back "
        "through eight layers of small weights.",
    },
    right="of the same order of size",
    demo=activation_spread,
    setting={"gain": 0.4},
    answered_by=("09-level-why",),
)

with_adam = Prediction(
    name="with_adam",
    text=r"""
In the first picture, under gradient descent, the network that began with the smallest weights (the
recipe $\pm 1/\sqrt m$) had learned next to nothing after 80 steps: its gradients are tiny. Train
the same four networks with Adam, which divides each entry of a gradient by its usual size. What
becomes of it?
""",
    choices={
        "it stays where it is": "A tiny gradient divided by its own tiny size is not tiny any "
        "more.",
        "it learns, too": "Yes: the length of Adam's step does not depend on the size of the "
        "gradient. It makes up for most of a bad scale.",
        "it runs away": "Adam's steps are about as long as the learning rate, here as everywhere.",
    },
    right="it learns, too",
    demo=training_by_scheme,
    setting={"rule": "Adam", "learning_rate": 0.01},
    answered_by=("09-training-why",),
)

one_sided = Prediction(
    name="one_sided",
    text=r"""
The pixels of a digit are numbers from 0 to 1, none negative, and their mean is far from 0. A hidden
layer of relus has He's weights, and biases of 0. How are its units at the start?
""",
    choices={
        "each is on for about half of the digits": "That holds for inputs of both signs. Here the "
        "mean digit alone gives every unit a z, and the single digits only vary around it.",
        "many are on for nearly all digits, or for nearly none": "Yes. The z of a unit is centred "
        "on what the mean digit gives it, and that may lie far on one side of 0.",
        "nearly all are on for nearly all digits": "The inputs are positive, but half of the "
        "weights are negative.",
    },
    right="many are on for nearly all digits, or for nearly none",
    answered_by=("09-centred", "09-centred-why"),
)

first_loss = Prediction(
    name="first_loss",
    text=r"""
Is it an 8? One digit in ten is. With small weights and an output bias of 0 a network begins by
giving every image the probability ½, which costs $\log 2 = 0.693$ an example. Set the output bias
so that it begins with 0.1. What is the mean loss of an example then?
""",
    choices={
        "0.105": "That is −log 0.9, the price of an image that is no 8. One in ten is, and costs "
        "−log 0.1.",
        "0.325": "Yes: 0.9 times −log 0.9, and 0.1 times −log 0.1.",
        "0.693": "Only if every image costs log 2. With a probability of 0.1 nine in ten cost "
        "much less.",
        "2.303": "That is −log 0.1, the price of an 8. Nine images in ten are none.",
    },
    right="0.325",
    answered_by=("09-eights",),
)

which_size = Prediction(
    name="which_size",
    text=r"""
A network with 32 hidden units learns 100 digits until it reads every one of them rightly. It does
so from Glorot's weights times 0.3, and from the same times 6. Which of the two reads *new* digits
better?
""",
    choices={
        "the one from large weights": "Large weights carry the signal. But they are hardly moved "
        "by learning: what was drawn into them stays.",
        "the one from small weights": "Yes. What was drawn stays in the weights, and large random "
        "weights add their own opinion to each new digit.",
        "both alike, for both fit all 100": "They agree on the 100. On every other image they may "
        "say what they like, and the start has a say in that.",
    },
    right="the one from small weights",
    demo=first_scale,
    setting={"gain": "6"},
    tried={"the one from small weights": {"gain": "0.3"}},
    answered_by=("09-size-why",),
)

few_labels = Prediction(
    name="few_labels",
    text=r"""
There are five labelled examples of each of the digits 5 to 9, and three starts for the first layer:
drawn weights, those that tell 0 to 4 apart, and the autoencoder's. Which reads the fewest *new* 5s
to 9s wrongly after 40 steps?
""",
    choices={
        "drawn weights": "They know nothing of digits. The autoencoder's know which pixels of a "
        "digit go together, and end a little lower.",
        "those that tell 0 to 4 apart": "They were told which differences between digits matter, "
        "but other ones: what only 5 to 9 differ in, they could forget.",
        "the autoencoder's": "Yes, if not by much: to give every image back it had to keep "
        "whatever digits differ in, the new ones included.",
    },
    right="the autoencoder's",
    demo=pretrained_start,
    answered_by=("09-pretrained-why",),
)
