"""Predictions of notebook 04: how a loss bends, what its flat points are, where descent ends."""

from lessons.asking.prediction import Prediction
from lessons.demos.loss_surfaces import (
    basin_map,
    chord_test,
    curvature_by_direction,
    fig_6_4,
    logistic_curve,
    saddle_escape,
)

one_chord = Prediction(
    name="one_chord",
    text=r"""
Keep $\phi_0 = 0$ and let $\phi_1$ run through the box: that is a cut through the Gabor loss, a
curve. A straight line, a *chord*, joins two of its points and lies above it all the way between
them. What does that say about the curve?
""",
    choices={
        "it is a bowl: it bends up everywhere": "A shorter chord, from 0.30 to 0.58 of the "
        "cut, lies below the curve. One chord above leaves room for bumps.",
        "it is a bowl at least between the two ends": "From 0.30 to 0.58 of the cut, well "
        "between them, a chord lies below the curve.",
        "nothing is decided yet": "Yes. One chord *below* the curve would decide, but one above "
        "does not: look at a shorter one, from 0.30 to 0.58 of the cut.",
    },
    right="nothing is decided yet",
    demo=chord_test,
    setting={"left": 0.15, "right": 0.85},
    tried={
        "it is a bowl: it bends up everywhere": {"left": 0.3, "right": 0.58},
        "it is a bowl at least between the two ends": {"left": 0.3, "right": 0.58},
        "nothing is decided yet": {"left": 0.3, "right": 0.58},
    },
    answered_by=("04-chord-why",),
)

no_bend = Prediction(
    name="no_bend",
    text=r"""
The surface is $L = \phi_0\,\phi_1$. Walk from its middle along $\phi_0$, with $\phi_1 = 0$: the
loss is 0 all the way. Along $\phi_1$ it is the same. So $\partial^2 L/\partial\phi_0^2$ and
$\partial^2 L/\partial\phi_1^2$ are both zero. What does the surface do around its middle?
""",
    choices={
        "it is flat in every direction": "On the diagonal, where φ₀ = φ₁, the loss is φ₀²: there "
        "it bends up.",
        "it bends up along one diagonal and down along the other": "Yes. The mixed derivative, "
        "∂²L/∂φ₀∂φ₁ = 1, does it: neither axis of the paper shows anything of that.",
        "it bends up along both diagonals": "On the one where φ₁ = −φ₀ the loss is −φ₀².",
    },
    right="it bends up along one diagonal and down along the other",
    demo=curvature_by_direction,
    setting={"h00": 0.0, "h01": 1.0, "h11": 0.0, "angle": 0},
    tried={
        "it is flat in every direction": {"angle": 45},
        "it bends up along one diagonal and down along the other": {"angle": 45},
        "it bends up along both diagonals": {"angle": 135},
    },
    answered_by=("04-bend-why",),
)

quarter = Prediction(
    name="quarter",
    text=r"""
Each place of the Gabor loss has a Hessian of its own. On how much of the box of the first picture
does the loss bend up in *every* direction, as a bowl does?
""",
    choices={
        "on nearly all of it, but for the ridges": "The picture is made of valleys *and* ridges, "
        "and the larger part of it lies between the two, where the loss bends both ways.",
        "on about a half": "One valley for each ridge would give one half if nothing lay between "
        "them. Between them the loss bends up one way and down the other.",
        "on about a quarter": "Yes, 23 %. Up or down along each of two axes makes four cases; here "
        "they are about equally frequent, and only one of them is a bowl.",
    },
    right="on about a quarter",
    answered_by=("04-share", "04-share-why"),
)

shifted = Prediction(
    name="shifted",
    text=r"""
The cosine $\cos\pi x$ is lowest at $x = 3$. Multiply it by $x$. Where between 2 and 5 is
$x\cos\pi x$ lowest?
""",
    choices={
        "still at 3": "The slope there is cos 3π − 3π sin 3π = −1: the curve is still falling.",
        "a little to the left of 3": "The slope at 3 is −1, so the curve falls to the right.",
        "a little to the right of 3": "Yes: at 3 the slope is −1. The growing factor x still pays "
        "there.",
    },
    right="a little to the right of 3",
    answered_by=("04-newton", "04-newton-agrees"),
)

fourth_power = Prediction(
    name="fourth_power",
    text=r"""
The curve $\phi^4$ is lowest at 0. What does its *second derivative at 0* say about that point?
""",
    choices={
        "a minimum": "You know that from the curve. The second derivative is 12 φ², and at 0?",
        "a maximum": "A maximum would need a negative one. It is 12 φ², and at 0?",
        "nothing": "Yes: it is 12 φ² = 0 there. For −φ⁴, highest at 0, it is 0 as well, so it "
        "cannot tell the two apart.",
    },
    right="nothing",
    answered_by=("04-kind-why", "04-kind"),
)

ways_down = Prediction(
    name="ways_down",
    text=r"""
You stand on the cross of the map near $[-0.1, 9.1]$. The curvatures there are about −0.53 and 4.6,
along two axes at a right angle. You may set off in any direction of the compass. In which does the
loss fall?
""",
    choices={
        "in one": "If it bends down along a line, then it falls both ways along it.",
        "in two opposite ones and some way around them": "Yes: where vᵀHv is below zero. Here that "
        "is within 19° on either side of an axis, a fifth of the compass.",
        "in all but the two of the ridge": "The steep axis wins nearly everywhere: its 4.4 is "
        "nearly nine times as much as 0.5.",
    },
    right="in two opposite ones and some way around them",
    demo=fig_6_4,
    answered_by=("04-ways-why",),
)

ten_times = Prediction(
    name="ten_times",
    text=r"""
The diagonal $\phi_0 = \phi_1$ leads down to the saddle of $\phi_0\,\phi_1$. A path begins $10^{-5}$
beside it. At the rate 0.2 it is 1 away from the diagonal at step 64. When is it, if it begins ten
times nearer, at $10^{-6}$?
""",
    choices={
        "never": "The distance still grows at every step, by the same factor. Only a distance of "
        "exactly 0 stays 0.",
        "at step 76": "Yes. Each step multiplies the distance by 1.2, and 1.2¹³ is more than 10: "
        "ten times nearer costs 12 or 13 steps, however near it was.",
        "at step 128": "That is twice as many. But the steps gained per factor of ten are always "
        "the same: how many times 1.2 make 10?",
        "at step 640": "The distance grows by a factor at each step, not by an amount.",
    },
    right="at step 76",
    demo=saddle_escape,
    tried={
        choice: {"offset": 1e-6} for choice in ("never", "at step 76", "at step 128", "at step 640")
    },
    answered_by=("04-escape-why",),
)

good_starts = Prediction(
    name="good_starts",
    text=r"""
Start gradient descent at every point of the box, with the rate 0.1 and 200 steps. Which share of
the starts ends in the global minimum?
""",
    choices={
        "nearly all": "There are seven other minima, and each keeps what begins near it.",
        "about a half": "Its valley is one of the larger ones, but not that large.",
        "about a fifth": "Yes, 21 %: most starts decide badly.",
        "about an eighth": "That would be a fair share among eight minima; this valley is wider "
        "than the average, and three starts in ten reach none of the eight.",
    },
    right="about a fifth",
    demo=basin_map,
    answered_by=("04-basins-why",),
)

steeper = Prediction(
    name="steeper",
    text=r"""
A curve has a loss of 8.14: sixteen of the twenty points lie on the right side of a half, and four
on the wrong one. Make it about three times as steep without moving the place where it passes a
half. What happens to the loss?
""",
    choices={
        "it falls: the curve is surer of the sixteen": "It is, and gains a little at each. But it "
        "is surer of its four mistakes as well, and those cost much more.",
        "it stays: the same four are wrong": "The same four are. But the loss counts how "
        "improbable each of them is, not just on which side it is.",
        "it rises: the curve is surer of the four": "Yes, to 12.4: more than for a curve "
        "three times as flat. Where classes overlap, certainty does not pay.",
    },
    right="it rises: the curve is surer of the four",
    demo=logistic_curve,
    setting={"phi0": 0.4, "phi1": 2.1},
    tried={
        choice: {"phi0": 1.1, "phi1": 6.0}
        for choice in (
            "it falls: the curve is surer of the sixteen",
            "it stays: the same four are wrong",
            "it rises: the curve is surer of the four",
        )
    },
    answered_by=("04-steep-why", "04-steep"),
)
