"""Predictions of notebook 02: what a step does, and where descent ends."""

from lessons.asking.prediction import Prediction
from lessons.demos.gradient_descent import (
    fig_6_1,
    fig_6_2,
    fig_6_5a,
    pulls,
    rate_regimes,
    taylor_promise,
    two_curvatures,
)

signs = Prediction(
    name="signs",
    text=r"""
The line $\phi = [1.6, -0.5]$ starts too high on the left and ends too low on the right. Which sign
has $\partial \ell_i/\partial\phi_0$, the pull on the intercept, for the first example on the left,
and which for the last on the right?
""",
    choices={
        "both are positive": "On the right the line lies *below* the point: a higher intercept "
        "would make that miss smaller, so that loss falls when φ₀ grows.",
        "first positive, last negative": "Yes. On the left the loss grows with φ₀, on the right "
        "it falls. The two partly cancel in the sum.",
        "first negative, last positive": "You have the direction in which descent will move. The "
        "gradient points uphill, to where the loss grows.",
    },
    right="first positive, last negative",
    demo=pulls,
    answered_by=("02-pulls-why",),
)

forgotten_two = Prediction(
    name="forgotten_two",
    text=r"""
Somebody derives equation 6.7 and forgets the 2 in front. The check divides the distance between the
two slopes by the larger of them. What does it show?
""",
    choices={
        "about 1e-7": "That is what a *right* gradient shows. The check compares with the loss "
        "itself, which knows nothing of the derivation.",
        "0.5": "Yes: one slope is half of the other, and the distance is half of the larger.",
        "1": "That is the distance as a share of the *smaller* slope. The check divides by the "
        "larger.",
    },
    right="0.5",
    answered_by=("02-forgotten-two",),
)

four_steps = Prediction(
    name="four_steps",
    text=r"""
Above, four steps with a *line search* brought the loss from 6.66 to 0.22. Now the rate is fixed at
0.01, and the start is the same; the gradient there is $[6.96, -3.99]$. What is
left of the loss after four steps?
""",
    choices={
        "almost all of it: above 6": "The first step alone takes it from 6.66 to 6.04.",
        "about two thirds": "Yes, 4.55. The first step takes about 0.01 · (6.96² + 3.99²) or 0.64 "
        "away, and each later one less, since the gradient shrinks on the way down.",
        "0.22 as before": "The direction of the first step is the same, but it goes only a "
        "fifteenth as far.",
        "it grows": "It would at a rate above 0.043. You are about to find out why there.",
    },
    right="about two thirds",
    demo=fig_6_1,
    setting={"line_search": False, "learning_rate": 0.01, "steps": 4},
    answered_by=("02-loop-why",),
)

long_step = Prediction(
    name="long_step",
    text=r"""
One step from $\phi = 0.6$ on the loss $\phi\cos\pi\phi$. At the rate 0.35 the tangent promises that
the loss falls by 1.55. What does the loss do?
""",
    choices={
        "it falls by 1.55": "Only the tangent does. It knows one point and one slope, and nothing "
        "of what comes after.",
        "it falls by more": "For *short* steps that is so here: the curve bends down first. A step "
        "of 0.35 goes beyond that.",
        "it falls, by about a third of that": "Yes, by 0.47: the step has run past the bottom of "
        "the valley and some way up the other side.",
        "it rises": "Not yet; how long must a step be for that? The slider knows.",
    },
    right="it falls, by about a third of that",
    demo=taylor_promise,
    setting={"learning_rate": 0.35},
    answered_by=("02-taylor-why",),
)

jump_over = Prediction(
    name="jump_over",
    text=r"""
You stand at $\phi = -4$ on the parabola $\phi^2$. At the rate 0.3 the path walks to the minimum.
Raise the rate: from which one on does it *jump over* the minimum?
""",
    choices={
        "0.4": "There the first step lands at −4 + 0.4 · 8 = −0.8, still on the same side.",
        "0.5": "Yes. At 0.5 one step lands exactly on 0; any more, and it lands beyond.",
        "1": "At 1 it has long been jumping: it lands on +4, as high as before.",
        "never: a step only shortens the way": "The step is α times the slope. Nothing in it knows "
        "where the minimum is.",
    },
    right="0.5",
    demo=rate_regimes,
    setting={"learning_rate": 0.3},
    tried={
        "0.4": {"learning_rate": 0.4},
        "0.5": {"learning_rate": 0.5},
        "1": {"learning_rate": 1.0},
    },
    answered_by=("02-factor-why",),
)

two_axes = Prediction(
    name="two_axes",
    text=r"""
A bowl of two parameters has the curvature 1 along one axis and 10 along the other. The learning
rate is 0.15. What does the path do?
""",
    choices={
        "it comes closer along both axes, from one side": "Along the steep axis the factor is 1 − "
        "0.15 · 10 = −0.5, which changes sides.",
        "it jumps over along the steep axis and creeps along the flat one": "Yes: the factors are "
        "−0.5 and 0.85. One rate for two curvatures suits neither.",
        "it runs away along the steep axis and creeps along the flat one": "The steep axis "
        "forgives rates up to 2/10 = 0.2.",
    },
    right="it jumps over along the steep axis and creeps along the flat one",
    demo=two_curvatures,
    answered_by=("02-axes-why", "02-limit"),
)

wave_moves = Prediction(
    name="wave_moves",
    text=r"""
The Gabor model is $\sin u \cdot \exp(-u^2/32)$ with $u = \phi_0 + 0.06\,\phi_1 x$. Keep
$\phi_1 = 16.6$ and let $\phi_0$ grow from 0 to 5. Where does the wave go?
""",
    choices={
        "to the right": "Its centre is where u = 0. With a larger φ₀ it takes a *smaller* x.",
        "to the left": "Yes: the centre, where u = 0, is at x = −φ₀ / 0.06 φ₁.",
        "it stays and grows": "Nothing in the formula scales the height: the bell is 1 at its "
        "centre, wherever that is.",
    },
    right="to the left",
    demo=fig_6_2,
    setting={"phi0": 5.0},
    answered_by=("02-wave-why",),
)

out_of_the_valley = Prediction(
    name="out_of_the_valley",
    text=r"""
With a fixed rate of 0.05, start 2, at $[5, 9.4]$, has a loss of 4.68 after 30 steps, and hardly
falls any more; 0.64 is possible. What would get it to the best minimum?
""",
    choices={
        "more steps": "After 3000 steps it stands at 4.56, the bottom of that valley. The "
        "gradient is zero there, and more steps of length zero change nothing.",
        "a larger rate": "A rate of 0.5 does throw it out of the valley, into another "
        "wrong one. Which one is a matter of chance.",
        "neither of them": "Yes. Larger steps may leave a valley, but nothing guides them to the "
        "right one. (An exercise of notebook 03 asks you to stage such an accident.)",
    },
    right="neither of them",
    demo=fig_6_5a,
    setting={"line_search": False, "learning_rate": 0.05},
    tried={"a larger rate": {"learning_rate": 0.5}},
    answered_by=("02-valleys-why",),
)

grid_or_starts = Prediction(
    name="grid_or_starts",
    text=r"""
Two ways to look everywhere in the box of the map above: evaluate the loss at the 10,000
points of a grid and keep the lowest, or descend from 20 random starts, 500 steps
each, and keep the lowest end. Which ends lower?
""",
    choices={
        "the grid": "Its best point is only the one nearest to the minimum: beside it, not in it.",
        "the descents": "Yes: one of them starts in the right valley, and then goes all the way "
        "down. (How likely is that? Your next task.)",
        "the same": "They would agree if the minimum were a point of the grid.",
    },
    right="the descents",
    answered_by=("02-both", "02-both-why"),
)
