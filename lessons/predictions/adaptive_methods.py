"""Predictions of notebook 07: what a rate for each parameter does, and where it fails."""

from lessons.asking.prediction import Prediction
from lessons.demos.adaptive_methods import (
    bias_correction,
    bounce,
    clipping,
    fig_6_9,
    fig_race,
    rate_of_each,
)

left_behind = Prediction(
    name="left_behind",
    text=r"""
Gradient descent starts on this bowl at $[-7.8, 1.3]$ with the rate 0.05. Its first step puts
$\phi_1$ right, as $1 - 0.05 \cdot 20 = 0$. How much of the distance in $\phi_0$ is left after 40
steps?
""",
    choices={
        "next to nothing": "Along φ₀ the factor is 1 − 0.05 · 0.5 = 0.975: a step takes away a "
        "fortieth of what is left, and 40 of them do not take away all.",
        "more than a third": "Yes: 0.975⁴⁰ = 0.36. The rate that suits one axis best is a crawl "
        "along the other.",
        "nearly all of it": "A step takes away 2.5 %. That is little, but 40 of them add up.",
    },
    right="more than a third",
    answered_by=("07-three-rates",),
)

where_it_ends = Prediction(
    name="where_it_ends",
    text=r"""
A walker on the parabola $\phi^2/2$ starts at 4.2 and takes steps of the length 0.5, always
downhill. Where does it end?
""",
    choices={
        "it comes to rest at 0": "For that a step would have to be shorter than 0.5, and none is.",
        "it stops at 0.2, just short of 0": "There the slope still says: downhill. It walks on.",
        "it hops across 0 for ever": "Yes, between 0.2 and −0.3. It knows which way is down, but "
        "not how near the bottom is.",
    },
    right="it hops across 0 for ever",
    demo=bounce,
    answered_by=("07-bounce-why",),
)

clipped_step = Prediction(
    name="clipped_step",
    text=r"""
A valley has walls so steep that at the start the gradient is 2060 long. Gradient descent at the
rate 0.005 gets gradients that are clipped by norm at 20. How long is its first step?
""",
    choices={
        "10.3": "That is 0.005 · 2060, the step without clipping: it leaves the map.",
        "20": "20 is the longest *gradient*. The step is the rate times that.",
        "0.1": "Yes: 0.005 · 20. Clipping puts an upper limit of α c on every step.",
        "0.005": "That would be a gradient of length 1. It is brought to the limit, 20.",
    },
    right="0.1",
    demo=clipping,
    answered_by=("07-clip-why",),
)

hundredth_step = Prediction(
    name="hundredth_step",
    text=r"""
Down a slope that is always 1, with $\alpha = 1$: how long is AdaGrad's hundredth step?
""",
    choices={
        "1": "That is RMSProp's, whose average of squares stays at 1. AdaGrad adds them up.",
        "0.1": "Yes: its sum of squares is 100 by then, and the root of that is 10.",
        "0.01": "It would be without the root: the sum of squares is 100.",
    },
    right="0.1",
    answered_by=("07-two-walks",),
)

rise_or_fall = Prediction(
    name="rise_or_fall",
    text=r"""
RMSProp runs on the bowl. Its *effective rate* along an axis is the number that multiplies the slope
there, $\alpha / (\sqrt v + \epsilon)$. On the way to the minimum the slopes shrink. What do the
effective rates do?
""",
    choices={
        "they fall": "AdaGrad's do, whose sum can only grow. RMSProp's average shrinks with the "
        "slopes, and it is what α is divided by.",
        "they rise, until the path diverges": "It would have to grow for ever. But when the path "
        "swings wider, its slopes grow again.",
        "they rise up to a border, and stay there": "Yes. Above the border swings get wider, so "
        "slopes grow, so rates fall again.",
    },
    right="they rise up to a border, and stay there",
    demo=rate_of_each,
    setting={"rule": "RMSProp"},
    answered_by=("07-rates-why",),
)

first_of_adam = Prediction(
    name="first_of_adam",
    text=r"""
Adam's average of slopes begins at zero, and takes in a tenth of the first slope. How long is its
first step, beside that of normalised gradients at the same $\alpha$?
""",
    choices={
        "a tenth as long": "It would be if m alone were too small. What it is divided by has begun "
        "at zero as well, and both are corrected.",
        "just as long": "Yes. After equation 6.16 the average of one slope is that slope, and the "
        "average of its square is its square.",
        "longer": "Without the correction it would be. That is the subject of section 5.",
    },
    right="just as long",
    demo=fig_6_9,
    setting={"steps": 1},
    answered_by=("07-adam-why",),
)

large_epsilon = Prediction(
    name="large_epsilon",
    text=r"""
Now $\epsilon$ is 10 in place of $10^{-8}$. At the start the slopes of this bowl are $-3.9$ and 26,
near its floor they are far smaller than 10. What does Adam's path (d) do?
""",
    choices={
        "it stays as it was": "ε does more than guard against 0 / 0. Where a slope is smaller than "
        "ε, it is ε that the slope is divided by.",
        "it drops to the floor, and crawls along it": "Yes, like a fixed rate. Divided by about "
        "the same number at each step, slopes have their sizes back.",
        "it leaves the map": "A larger ε divides by more: steps become shorter, not longer.",
    },
    right="it drops to the floor, and crawls along it",
    demo=fig_6_9,
    setting={"epsilon": 10.0},
    answered_by=("07-epsilon-why", "07-fig-6-9"),
)

uncorrected = Prediction(
    name="uncorrected",
    text=r"""
Leave the correction out. With $\beta = 0.9$ and $\gamma = 0.999$, how long is Adam's first step
down a steady slope?
""",
    choices={
        "a tenth of α": "m is a tenth of the slope. But what it is divided by is too small, too.",
        "just α": "The two averages are not too small by the same factor.",
        "about three times α": "Yes. m is a tenth of the slope, √v is √0.001 = 0.032 of it, and "
        "0.1 / 0.032 is 3.2.",
        "about thirty times α": "√v is too small by a factor of 32, but m by one of 10.",
    },
    right="about three times α",
    demo=bias_correction,
    answered_by=("07-bias-why",),
)

all_alike = Prediction(
    name="all_alike",
    text=r"""
Take 6.18 as it is printed, and let all 16 examples of a batch have the same slope. How long is the
first step, in units of $\alpha$?
""",
    choices={
        "1": "That is the rule of every library, which squares the sum: 16 g over √(16 g)².",
        "4": "Yes: 16 g over √(16 g²). As printed, a step measures how much the examples agree.",
        "16": "The sum of squares is not that of one example: it has 16 terms as well.",
    },
    right="4",
    answered_by=("07-batches", "07-batches-why"),
)

furthest = Prediction(
    name="furthest",
    text=r"""
Ten parameters, each with its minimum at 1, some steep and some flat. Adam gets the loss with the
penalty in it. Which parameter ends furthest from 1?
""",
    choices={
        "the steepest": "There the loss pulls back hardest, and the penalty gives in.",
        "the flattest": "Yes. Adam goes to the minimum of the *sum*, and that is decided by how "
        "steep the loss is beside the penalty.",
        "all end alike": "AdamW treats all alike. With the penalty in the loss, Adam finds the "
        "minimum of the sum, as any rule would.",
    },
    right="the flattest",
    answered_by=("07-decay", "07-decay-why"),
)

bent_valley = Prediction(
    name="bent_valley",
    text=r"""
Rosenbrock's valley is narrow, bent, and seldom runs along an axis. Six rules, each at its own best
rate, the fastest at which the loss never rises above its start: who is lowest after 60 steps?
""",
    choices={
        "Adam": "A rate for each *axis* is of little use in a valley that runs across both.",
        "AdaGrad": "It comes last here: the first slopes, on the wall, have lowered its rates.",
        "Nesterov": "Yes, ahead of momentum, and both far ahead of the others.",
        "gradient descent": "It zigzags between the walls, and hardly moves along the floor.",
    },
    right="Nesterov",
    demo=fig_race,
    setting={"surface": "Rosenbrock", "steps": 60},
    answered_by=("07-race-why",),
)

wrong_way = Prediction(
    name="wrong_way",
    text=r"""
A slope is $+3$ at every third step and $-1$ at the two others, on average $+\tfrac13$: downhill is
to the left. Adam with $\beta = 0$ and $\gamma = 0.1$ remembers hardly more than one slope. Which
way does it walk?
""",
    choices={
        "left, as the average says": "It would if its steps were proportional to the slopes. Each "
        "is divided by what has just been.",
        "right": "Yes. The 3 is divided by about 3, one step to the left. The two −1 are divided "
        "by 1.3 and 1.0: together 1.7 steps to the right.",
        "to and fro, and stays": "The steps do not cancel: one to the left, but two to the right.",
    },
    right="right",
    answered_by=("07-counter",),
)

which_half = Prediction(
    name="which_half",
    text=r"""
Adam is said to be insensitive to its rate. It is momentum on top and RMSProp below. Which of the
two, by itself, works over more powers of ten of the rate?
""",
    choices={
        "momentum, the one on top": "Yes: over two or more powers of ten, where RMSProp has hardly "
        "more than gradient descent.",
        "RMSProp, the one below": "It hops around the minimum at the length of α. Only a small "
        "rate hops closely enough, and that needs long to arrive.",
        "neither: both about the same": "One has nearly a power of ten more than the other.",
    },
    right="momentum, the one on top",
    answered_by=("07-claims", "07-claims-why"),
)
