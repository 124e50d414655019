"""Predictions of notebook 10: where curvature sends a step, and what it costs to know it."""

from lessons.asking.prediction import Prediction
from lessons.demos.second_order_methods import (
    bfgs_estimate,
    conjugate_directions,
    lbfgs_memory,
    newton_basins,
    newton_bowl,
    newton_saddle,
    newton_step,
    quantised_bits,
    second_order_race,
)

on_the_hill = Prediction(
    name="on_the_hill",
    text=r"""
At $\phi = 0.45$ the curve has the slope −1.24, so downhill is to the right, and the curvature
−6.9: it bends *down*. The parabola with this slope and this curvature is flat at one point. Where
does a step to that point lead?
""",
    choices={
        "0.18 to the left, uphill": "Yes: slope over curvature is (−1.24)/(−6.9) = 0.18, and the "
        "step is minus that. A parabola that opens downwards is flat at its top.",
        "0.18 to the right, downhill": "The slope is −1.24 + (−6.9) d after a step d. To the right "
        "it gets ever more negative: there it is never zero.",
        "nowhere: it has no lowest point": "It has none. But the step asks for a *flat* point, "
        "and −1.24 + (−6.9) d is zero for one d.",
    },
    right="0.18 to the left, uphill",
    demo=newton_step,
    setting={"start": 0.45},
    answered_by=("10-step-why", "10-newton-step", "10-three-starts"),
)

digits = Prediction(
    name="digits",
    text=r"""
From 0.95 the first two steps bring the distance to the minimum from 0.14 to 0.035, and to
0.00077. How far off is the third?
""",
    choices={
        "about 2 · 10⁻⁴": "That would be a quarter again, as after the first step. But the second "
        "step left a forty-fifth: the factor itself gets better.",
        "about 2 · 10⁻⁵": "That would be a forty-fifth again. But before that it was a quarter: "
        "the factor itself gets better.",
        "about 5 · 10⁻⁷": "Yes: about the *square* of the distance before, as 0.00077 is about the "
        "square of 0.035. The number of correct digits doubles.",
        "exactly 0": "It would be, were the curve a parabola. It is not, and each parabola is "
        "a little wrong.",
    },
    right="about 5 · 10⁻⁷",
    answered_by=("10-digits", "10-digits-why"),
)

half_newton = Prediction(
    name="half_newton",
    text=r"""
The axes of a bowl are turned, and its curvatures along them are 1 and 20. Newton's method with
$\alpha = \tfrac12$ takes half of each step. What is left of the *loss* after one?
""",
    choices={
        "a half, from any start": "A half of the *way* is left. And the loss of a bowl?",
        "a quarter, from any start": "Yes. The whole step would end at the bottom, so half of it "
        "ends half-way; and the loss of a bowl goes with the square of the distance.",
        "it depends on the direction": "It does for gradient descent. Newton's whole step ends at "
        "the bottom from every direction, and half of it half-way.",
        "hardly anything at first": "That is what is left along the steep axis by gradient "
        "descent. Newton's steps shrink all axes alike.",
    },
    right="a quarter, from any start",
    demo=newton_bowl,
    tried={
        choice: {"newton_rate": 0.5}
        for choice in (
            "a half, from any start",
            "a quarter, from any start",
            "it depends on the direction",
            "hardly anything at first",
        )
    },
    answered_by=("10-bowl-why", "10-bowl", "10-cl-37"),
)

on_a_saddle = Prediction(
    name="on_a_saddle",
    text=r"""
Now $x^2 - y^2$, from $(4,\ 0.1)$. The gradient is $(8,\ -0.2)$, and the curvatures are 2 along
$x$ and −2 along $y$. Gradient descent would be driven away along $y$, downhill. And Newton's
method?
""",
    choices={
        "it is driven away along y, too": "Along y the step is −(−0.2)/(−2) = −0.1: a negative "
        "curvature turns it around, uphill.",
        "it goes to the saddle in one step": "Yes. The surface is quadratic, and (0, 0) is where "
        "it is flat. Along y the curvature −2 turns the step around, uphill.",
        "it creeps along x, and stays on y = 0.1": "Each axis has a step of its own: −8/2 along x "
        "and −(−0.2)/(−2) along y.",
    },
    right="it goes to the saddle in one step",
    demo=newton_saddle,
    setting={"surface": "x² − y²", "start0": 4.0, "start1": 0.1, "damping": 1.0, "steps": 4},
    answered_by=("10-saddle-why", "10-saddle"),
)

shares = Prediction(
    name="shares",
    text=r"""
Himmelblau's surface has four minima, four saddles and one maximum in the square of the last
picture. Start Newton's method at each point of a fine grid. From which share of the starts does
it end in a minimum?
""",
    choices={
        "from nearly all": "It looks for a slope of zero, and there are five other places where "
        "it finds one.",
        "from about three in five": "Yes, 58 %. It does not prefer minima; only the regions around "
        "these four happen to be large.",
        "from about one in nine": "That would be one kind in nine places. Four of the nine are "
        "minima.",
    },
    right="from about three in five",
    demo=newton_basins,
    answered_by=("10-basins-why", "10-basins"),
)

tiny_damping = Prediction(
    name="tiny_damping",
    text=r"""
On Beale's surface, at $(1, 1)$, the smallest curvature is negative. The rule lifts it to λ, and
along its axis the slope is 9.27. With $\lambda = 1$ the step goes 9.27 along that axis. How far
does it go with $\lambda = 0.001$?
""",
    choices={
        "0.00927": "That is the slope times λ. The step is the slope *divided* by the curvature.",
        "9.27 again": "The lifted curvature is λ itself, and the step divides the slope by it.",
        "9270": "Yes: 9.27 / 0.001. It sets out downhill, and ends absurdly far away.",
        "it is not defined": "It would not be with λ = 0, where the lifted curvature is zero. "
        "0.001 is above zero.",
    },
    right="9270",
    answered_by=("10-beale", "10-beale-why"),
)

million = Prediction(
    name="million",
    text=r"""
To solve $\mathbf{H}\mathbf{d} = -\mathbf{g}$, one clears one column after another: for each of
the $P$ columns a multiple of one row is taken away from the $P$ others, and a row has $P$
numbers. Suppose it takes 0.02 s for a thousand parameters. How long for a million?
""",
    choices={
        "20 seconds": "That would be in proportion to P. The matrix alone has P² numbers.",
        "five and a half hours": "That would be in proportion to P², once through the matrix. It "
        "is gone through once for each column.",
        "about eight months": "Yes: P · P · P operations, so a factor of 10⁹, or 2 · 10⁷ seconds. "
        "That is for *one* step.",
    },
    right="about eight months",
    answered_by=("10-cost-why",),
)

less_than_right = Prediction(
    name="less_than_right",
    text=r"""
The first step goes along $-\mathbf{g}$ to the lowest point of its line. There the new gradient is
at a right angle to the step (notebook 03). Conjugate gradient now goes along $-\mathbf{g}$ plus a
*positive* share of the old direction. By which angle does it turn?
""",
    choices={
        "by less than 90°": "Yes. −g alone would be a right angle, and what is added points the "
        "old way. How much less depends on the bowl.",
        "by 90°, as before": "The new gradient stands at 90°. But the new direction is not the "
        "gradient alone.",
        "by more than 90°": "That would take back a part of the last step. The share is positive: "
        "it goes on a little the old way.",
    },
    right="by less than 90°",
    demo=conjugate_directions,
    setting={"steps": 2},
    answered_by=("10-conjugate-why", "10-conjugate"),
)

after_a_bad_step = Prediction(
    name="after_a_bad_step",
    text=r"""
One step went wrong and was tiny, so the gradient is nearly what it was: $\mathbf{g} \approx
\mathbf{g}_-$. What is $\beta$ then, by Fletcher and Reeves (FR) and by Polak and Ribière (PR)?
""",
    choices={
        "both are about 0": "FR divides one squared length by another, and the two are nearly "
        "equal.",
        "both are about 1": "PR has g − g₋ in its numerator, and that is nearly nothing.",
        "FR about 0, PR about 1": "It is the other way round: put g = g₋ into both.",
        "FR about 1, PR about 0": "Yes. So FR keeps the bad direction nearly whole, and PR starts "
        "afresh with the gradient.",
    },
    right="FR about 1, PR about 0",
    answered_by=("10-beta", "10-beta-why"),
)

lessons_needed = Prediction(
    name="lessons_needed",
    text=r"""
A bowl with two parameters has *three* unknown curvatures: along each, and the mixed one. Each
step teaches two numbers, those of $\mathbf{y}$. The search is almost exact. What is the smallest
number of steps after which the estimate can be right?
""",
    choices={
        "one": "It teaches two numbers, and there are three to be learnt. What the bowl does "
        "across the step nobody has told it.",
        "two": "Yes. Four numbers for three unknowns, and one of the four is a repetition: the "
        "matrix is symmetric.",
        "three, one for each unknown": "Each step teaches two numbers, not one.",
        "it only ever comes closer": "On a surface whose curvature changes, that is so. On a bowl "
        "the lessons do not contradict each other.",
    },
    right="two",
    demo=bfgs_estimate,
    setting={"search": "almost exact (c₂ = 0.001)", "steps": 1},
    tried={
        choice: {"steps": steps}
        for choice, steps in (
            ("one", 1),
            ("two", 2),
            ("three, one for each unknown", 2),
            ("it only ever comes closer", 2),
        )
    },
    answered_by=("10-secant-loop", "10-bfgs-why", "10-bfgs"),
)

last_of_three = Prediction(
    name="last_of_three",
    text=r"""
A bowl of 20 parameters, $\kappa = 1000$, 60 steps. Conjugate gradient keeps one old direction,
L-BFGS here five pairs, BFGS its whole matrix. Which of the three has most of the loss left at the
end?
""",
    choices={
        "conjugate gradient": "It keeps least. But on a bowl its one direction is conjugate to "
        "*all* those before: it has a theory that fits this surface exactly.",
        "L-BFGS": "Yes. Five pairs cannot tell it of twenty curvatures, and what it forgets it "
        "has to learn again. Conjugate gradient has its theory instead.",
        "BFGS": "It never forgets a pair, and after some twenty steps knows the whole bowl.",
    },
    right="L-BFGS",
    demo=lbfgs_memory,
    answered_by=("10-lbfgs-why", "10-lbfgs"),
)

leap = Prediction(
    name="leap",
    text=r"""
On Rosenbrock's bent valley the loss of plain Newton *rises* in its second step, from 4.7 to over
1400. The next parabola fits the steep wall on which it has landed. What becomes of it in the
race?
""",
    choices={
        "it runs away from there": "Up on the wall the surface bends up steeply, and is very "
        "much like a parabola: the next step leads straight down to the floor.",
        "it comes back, and arrives last": "It comes back in a single step, and that to a place "
        "which the others reach only by following the bend.",
        "it comes back, and arrives first": "Yes, after six steps. The wall is nearly a parabola, "
        "so one step leads down to the floor, and close to the goal.",
    },
    right="it comes back, and arrives first",
    demo=second_order_race,
    setting={"rule": "Newton"},
    answered_by=("10-race-table", "10-race-why", "10-race"),
)

small_batches = Prediction(
    name="small_batches",
    text=r"""
Now BFGS sees four of the twelve examples of a straight-line fit at each step, others each time.
Within a step both gradients come from the same four, so each $\mathbf{y}$ is a true curvature:
that of *its* batch. What does the loss of all twelve do?
""",
    choices={
        "it settles, a little later": "Each step heads for the bottom of its own batch's bowl, "
        "and the next batch has its bottom elsewhere. Nothing shortens the steps.",
        "it never settles": "Yes. Each step heads for the bottom of its own batch's bowl, and "
        "the next batch has its bottom elsewhere. Nothing shortens the steps.",
        "it grows without end": "Each batch is a bowl with a bottom near that of all. The steps "
        "head for one such bottom after the other, and nowhere else.",
    },
    right="it never settles",
    answered_by=("10-batches", "10-batches-why"),
)

best_of_64 = Prediction(
    name="best_of_64",
    text=r"""
Allow each of the two parameters of the Gabor model eight values, evenly spaced over its box. Try
all 64 models, and keep the best. What is certain?
""",
    choices={
        "it lies near the global minimum": "The valley of the global minimum is narrow, and may "
        "pass between all eight values. Here it does.",
        "no other of the 64 is better": "Yes, and nothing else. Here the best of the 64 lies in "
        "another valley than the global minimum, which is near none of them.",
        "a descent from it ends in the global minimum": "Only if it lies in that minimum's basin. "
        "Here the best of the 64 does not.",
    },
    right="no other of the 64 is better",
    demo=quantised_bits,
    setting={"bits": 3},
    answered_by=("10-bits-why", "10-bits", "10-bits-table"),
)
