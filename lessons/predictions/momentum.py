"""Predictions of notebook 06: what an average of gradients does to a path."""

from lessons.asking.prediction import Prediction
from lessons.demos.momentum import (
    SCHEDULES,
    best_momentum,
    fig_6_7,
    fig_6_8,
    momentum_forms,
    momentum_weights,
    oscillation,
)

first_step = Prediction(
    name="first_step",
    text=r"""
With $\beta = 0.9$, how long is the very first step of equation 6.11, compared with that of gradient
descent at the same rate?
""",
    choices={
        "a tenth as long": "Yes. One tenth of the average is the new gradient, and the rest is "
        "still the zero it began with.",
        "just as long": "It would be if the average began with the first gradient. It begins with "
        "zero, and of the new gradient it takes only the share 1 − β.",
        "ten times as long": "Nothing is added up yet. And in equation 6.11 the steps never get "
        "longer than α times the longest gradient.",
    },
    right="a tenth as long",
    demo=momentum_weights,
    answered_by=("06-step-why",),
)

turning_round = Prediction(
    name="turning_round",
    text=r"""
The gradients all have the length $|g|$, but each points against the one before: $g, -g, g, -g$ and
so on. Still $\beta = 0.9$. After a while, how long are the steps of equation 6.11?
""",
    choices={
        "zero: all cancels": "The newest gradient always weighs a little more than the one before, "
        "so the two never cancel altogether.",
        "about a twentieth of α|g|": "Yes, 0.053 of it. Why just that? You will find out next.",
        "about half of α|g|": "That is the velocity form, the other curve. It takes each new "
        "gradient in full.",
        "α|g|, as without momentum": "So it is for gradients all alike. Here each one pulls the "
        "average back from where the one before has pulled it.",
    },
    right="about a twentieth of α|g|",
    demo=momentum_weights,
    setting={"gradients": "turning round each time"},
    answered_by=("06-turning-why",),
)

further_along = Prediction(
    name="further_along",
    text=r"""
In the first picture, at the rate 1, momentum did much better. Lower the rate to 0.5. Which of the
two gets further along the valley in 100 steps?
""",
    choices={
        "the one with momentum": "It looks faster since it wastes nothing on the walls. But "
        "*along* the valley the gradients agree, and an average of equal things is that thing.",
        "the one without": "It walks more than three times as far, but across the valley and "
        "back again.",
        "both about equally far": "Yes. Momentum takes out what goes across. What goes along the "
        "valley stays as it is.",
    },
    right="both about equally far",
    demo=fig_6_7,
    setting={"learning_rate": 0.5},
    answered_by=("06-noise-why",),
)

more_beta = Prediction(
    name="more_beta",
    text=r"""
A parabola, without noise, with $\alpha\lambda = 0.05$: gradient descent leaves 0.95 of the distance
at every step. Add momentum, and raise $\beta$ from 0 towards 1. What happens to the path?
""",
    choices={
        "it arrives sooner and sooner": "Near 1 it goes fast, yes: past the minimum and back, "
        "again and again, like a ball without friction.",
        "sooner at first, then later": "Yes. At 0.6 a step leaves only 0.8 of the distance. "
        "Beyond, the path swings.",
        "it arrives later and later": "In the form of equation 6.11 the first steps do get "
        "shorter. Here each new gradient counts in full.",
    },
    right="sooner at first, then later",
    demo=oscillation,
    setting={"beta": 0.3},
    tried={
        "it arrives sooner and sooner": {"beta": 0.95},
        "sooner at first, then later": {"beta": 0.6},
        "it arrives later and later": {"beta": 0.3},
    },
    answered_by=("06-roots-why",),
)

best_steps = Prediction(
    name="best_steps",
    text=r"""
In a valley with $\kappa = 100$, gradient descent at its best rate takes 691 steps to come a million
times closer. How many does momentum take, at its best pair $\alpha, \beta$?
""",
    choices={
        "fewer than 10": "A hundredth of 691 would mean that the length of the valley no longer "
        "matters. It does, as its root.",
        "60 to 100": "Yes, 85: about as many as gradient descent takes where κ is 10, the root of "
        "100.",
        "300 to 400": "That is half. But √κ in place of κ is 10 in place of 100.",
        "about 600": "Compare what a step leaves: 99/101 without momentum, and 9/11 with it.",
    },
    right="60 to 100",
    demo=best_momentum,
    answered_by=("06-steps", "06-best-why"),
)

at_four = Prediction(
    name="at_four",
    text=r"""
In the picture the path has come along the dashed line to point 1, and the valley floor lies ahead.
Momentum takes the gradient at 1, which leads to 2, and adds the old direction: 3. Nesterov adds the
old direction *first*, and so gets from 1 to a point 4 as momentum gets from 2 to 3. Which way does
the gradient step at 4 go?
""",
    choices={
        "on, as the one at 1": "At 1 the floor lies ahead; at 4 it lies behind.",
        "back, towards the floor": "Yes: it takes back what the old direction has overdone.",
        "nowhere: it is zero": "It would be at the minimum, the cross, and nowhere else.",
    },
    right="back, towards the floor",
    demo=fig_6_8,
    setting={"stage": 3},
    tried={
        "on, as the one at 1": {"stage": 4},
        "back, towards the floor": {"stage": 4},
        "nowhere: it is zero": {"stage": 4},
    },
    answered_by=("06-look-why",),
)

no_memory = Prediction(
    name="no_memory",
    text=r"""
Without memory, with $\beta = 0$, any rule of momentum should be gradient descent. What is equation
6.12, as printed, when $\beta = 0$?
""",
    choices={
        "gradient descent": "Put β = 0 into the place at which the gradient is taken: does the "
        "look ahead go away?",
        "a rule that looks ahead": "Yes: by α m, the whole of its last step.",
        "a rule that stands still": "m is then the newest gradient, and the rule steps along it.",
    },
    right="a rule that looks ahead",
    answered_by=("06-no-memory",),
)

rising_beta = Prediction(
    name="rising_beta",
    text=r"""
While $\alpha$ and $\beta$ are constant all three take the same path, each at a rate of its own; for
velocity and buffer that rate depends on $\beta$. Now $\beta$ rises during the descent, and
these rates fall. By which factor does each form multiply an *old* gradient: by that of its own
step, or by the newest? Which forms stay together?
""",
    choices={
        "all three": "Then the factor that belongs to a gradient would have to be the same at "
        "every step.",
        "average and velocity": "Yes. In both, a gradient keeps the factor that it came with.",
        "average and buffer": "The buffer multiplies old gradients by the newest factor, which "
        "has changed since they came.",
        "velocity and buffer": "The one holds its rate inside, the other outside: as the rates "
        "here change with β, they part.",
    },
    right="average and velocity",
    demo=momentum_forms,
    setting={"changing": SCHEDULES[2]},
    answered_by=("06-forms-why",),
)

which_beta = Prediction(
    name="which_beta",
    text=r"""
Three valleys with $\kappa$ = 100, 1000 and 10,000, and 500 steps of Nesterov momentum with
$\alpha = 1/\lambda_{\max}$ in each. Which of the constants 0.5, 0.9 and 0.99 is best in which
valley? (Nesterov's usual $\beta$ stands at the end of section 5.)
""",
    choices={
        "0.9 in all three": "A habit of many libraries. For κ = 10,000 its memory is too short.",
        "0.5, then 0.9, then 0.99": "The order is right, but the first valley is long already: "
        "(√κ − 1)/(√κ + 1) is 0.82 there.",
        "0.9, then 0.9, then 0.99": "Yes: by (√κ − 1)/(√κ + 1) the best are about 0.82, 0.94 and "
        "0.98.",
        "0.99 in all three": "In the first valley it swings for a long time: a heavy ball takes "
        "time to come to rest.",
    },
    right="0.9, then 0.9, then 0.99",
    answered_by=("06-valleys", "06-valleys-why"),
)

which_power = Prediction(
    name="which_power",
    text=r"""
Without noise, the excess loss of gradient descent falls like $1/k$ on such a problem: the power of
$k$ is $-1$. Which power has Nesterov momentum with the *constant* $\beta = 0.9$?
""",
    choices={
        "−2": "That is the promise, and its condition is easily missed: a constant β makes the "
        "steps ten times as long, and that is all it ever does.",
        "−1": "Yes. A constant β saves nine tenths of the steps, no more and no less, for ever.",
        "−1.5": "Half-way there? But ten times as long a step is a factor, and no factor changes a "
        "power.",
    },
    right="−1",
    answered_by=("06-claims", "06-claims-why"),
)
