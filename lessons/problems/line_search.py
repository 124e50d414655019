"""Problems for notebook 03: how far to step (pb-G1, pb-F3.1, pb-6.8, pb-6.7, pb-F3.2)."""

from dataclasses import dataclass

import numpy as np

from course_lib.datasets import LINE_SEED, linear_data
from course_lib.descent import descend
from course_lib.line_search import Bracketing
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import GradientDescent
from course_lib.paths import turning_angles
from course_lib.surfaces import Curve, Quadratic, badly_scaled_bowl
from lessons.marking.answers import Rejected, StepLimit, as_array
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import FunctionPart, Misconception, Part, ValuePart
from lessons.marking.problem import Problem
from lessons.marking.verdict import Status


class Rationed:
    """A loss that may be asked so often, and no more: the message of StepLimit says so.

    values, gradients : how many of each
    shown : how it is written in a message
    asks : what to say to a function that wants more
    """

    def __init__(self, loss, values, gradients=0, *, shown, asks):
        self.loss, self.shown, self.asks = loss, shown, asks
        self.left = {"values": values, "gradients": gradients}

    def __repr__(self):
        return self.shown

    def __call__(self, phi):
        self._take("values")
        return self.loss(phi)

    def gradient(self, phi):
        self._take("gradients")
        return self.loss.gradient(phi)

    def _take(self, what):
        self.left[what] -= 1
        if self.left[what] < 0:
            told = f"With {self.shown}, your function asks for too many {what}. {self.asks}"
            raise StepLimit(told)


# --- pb-G1 ----------------------------------------------------------------------------------------


def _bowls(rng):
    def rotated(eigenvalues):
        axes, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))
        hessian = (axes * eigenvalues @ axes.T).round(1)
        return {"hessian": (hessian + hessian.T) / 2}

    # `np.linalg.eig` lists the larger eigenvalue first for one, and last for the other.
    by_hand = [np.array([[5.0, 3.0], [3.0, 5.0]]), np.array([[1.0, 0.0], [0.0, 4.0]])]
    drawn = [rotated(rng.uniform(1, 20, size)) for size in (2, 3, 5)]
    return [*({"hessian": hessian} for hessian in (*by_hand, np.array([[4.0]]))), *drawn]


def _curvatures(hessian):
    return np.linalg.eigvalsh(hessian)


def _uses_some_curvature(trials):
    """Each time 2 / λ, but not of the same λ in the order of size."""
    return all(
        np.isclose(t.answer, 2 / _curvatures(t.given["hessian"]), rtol=1e-4).any() for t in trials
    )


pb_G1 = Problem(
    id="pb-G1",
    title="The largest stable learning rate",
    text=r"""
Near a minimum a loss looks like a bowl, and the Hessian $\mathbf H$ there holds its curvatures.
Gradient descent with a fixed rate $\alpha$ comes closer to the bottom from every start if $\alpha$
is below a certain limit; above it, some starts fly away.

Write a function of the Hessian, shape `(P, P)`, symmetric with positive eigenvalues, that returns
this limit. Notebook 02, section 5, has found it for two parameters; here is any number of them.
""",
    parts=(
        FunctionPart(
            name="limit",
            out_of=3,
            right=lambda hessian: 2 / _curvatures(hessian)[-1],
            inputs=_bowls,
            result="the limit",
            misconceptions=(
                Misconception(
                    lambda hessian: 1 / _curvatures(hessian)[-1],
                    "Half of the limit: at this rate the steepest direction lands on the bottom in "
                    "one step. It may overshoot, as long as it lands nearer than it was.",
                ),
                Misconception(
                    lambda hessian: _curvatures(hessian)[-1],
                    "This is the largest curvature itself. A steeper bowl needs a smaller rate: "
                    "its inverse enters.",
                ),
                Misconception(
                    lambda hessian: 1 / _curvatures(hessian)[0],
                    "This lands on the bottom in one step in the gentlest direction. Which "
                    "direction sets the limit, and may a step overshoot?",
                ),
                Misconception(
                    lambda hessian: 2 / _curvatures(hessian)[0],
                    "This rate suits the gentlest direction. In the steepest one it would fly off: "
                    "which direction sets the limit?",
                ),
                Misconception(
                    lambda hessian: 2 / (_curvatures(hessian)[0] + _curvatures(hessian)[-1]),
                    "This is the rate of the fastest descent, a compromise between the steepest "
                    "and the gentlest direction. Stability allows a little more.",
                ),
                Misconception(
                    lambda hessian: 2 / np.trace(hessian),
                    "The trace adds up the curvatures of all directions: a safe rate, but not the "
                    "limit. One direction alone decides.",
                ),
                Misconception(
                    lambda hessian: 2 / np.diag(hessian).max(),
                    "You read the curvatures off the diagonal. In a turned bowl the steepest "
                    "direction lies between the axes: use the eigenvalues.",
                ),
                Misconception(
                    lambda hessian: 2 / np.linalg.norm(hessian),
                    "`np.linalg.norm` of a matrix mixes all its eigenvalues by default. "
                    "Only one of them matters.",
                ),
                Misconception(
                    lambda hessian: _curvatures(hessian)[-1] / 2,
                    "Upside down: a steeper bowl needs a smaller rate.",
                ),
                Misconception(
                    lambda hessian: 2 / np.linalg.eig(hessian)[0][0],
                    "You take now one eigenvalue, now another. `np.linalg.eig` gives them in no "
                    "fixed order: which of them sets the limit, wherever it stands?",
                    shown_by=_uses_some_curvature,
                ),
            ),
        ),
    ),
    hints=(
        "In one dimension, write one step of gradient descent on $\\tfrac12\\lambda\\phi^2$ and "
        "collect the terms in $\\phi$.",
        "Stable means: the factor is greater than -1 and less than 1. One of the two sides gives "
        "the limit.",
        "Along its eigenvectors a bowl of many dimensions is many bowls of one dimension, and "
        "all share the one rate. `np.linalg.eigvalsh` gives their curvatures.",
    ),
)

# --- pb-F3.1 --------------------------------------------------------------------------------------

_TRIALS = 300


def _slopes(rng):
    """Bowls by hand and drawn ones; on the last the first rate is good enough."""
    by_hand = _slope((2.0, 4.0), (1.0, -1.0), 1.0, 0.5, 0.25)
    others = [
        _slope(rng.uniform(1, 9, size).round(1), rng.choice([-1, 1], size) * steps, *how)
        for size, steps, how in (
            (1, 0.5, (1.0, 0.7, 0.5)),
            (2, 1.5, (2.0, 0.5, 0.1)),
            (3, 2.0, (10.0, 0.8, 0.3)),
        )
    ]
    return [by_hand, *others, _slope((0.5,), (2.0,), 1.0, 0.5, 0.2)]


def _slope(curvatures, phi, first_rate, shrink, share):
    bowl, phi = Quadratic(tuple(map(float, curvatures))), np.array(phi)
    asks = (
        "Does each trial go downhill, against the gradient? Does your loop stop where the step is "
        "good enough? (A promise that does not get smaller with the rate is never kept.)"
    )
    terms = (f"{curvature:g} φ{'₀₁₂'[i]}²" for i, curvature in enumerate(curvatures))
    f = Rationed(bowl, _TRIALS, shown=f"½ ({' + '.join(terms)})", asks=asks)
    gradient = bowl.gradient(phi).round(6)
    names = ("f", "phi", "gradient", "first_rate", "shrink", "share")
    return dict(zip(names, (f, phi, gradient, first_rate, shrink, share), strict=True))


def _backtracked(f, phi, gradient, first_rate, shrink, share, promise=None):
    """The first rate that gains its share of `promise(rate, gradient)`: the tangent's, in truth."""
    promise = promise or (lambda rate, g: rate * (g @ g))
    rate, here = first_rate, f(phi)
    while f(phi - rate * gradient) > here - share * promise(rate, gradient):
        rate = rate * shrink
    return rate


def _promising(promise):
    return lambda *given: _backtracked(*given, promise=promise)


def _without_share(f, phi, gradient, first_rate, shrink, share):
    return _backtracked(f, phi, gradient, first_rate, shrink, 0.0)


def _lowest_of_the_rates(f, phi, gradient, first_rate, shrink, share):
    rates = first_rate * shrink ** np.arange(60)
    return rates[np.argmin([f(phi - rate * gradient) for rate in rates])]


def _any_decrease(f, phi, gradient, first_rate, shrink, share):
    return _backtracked(f, phi, gradient, first_rate, shrink, 1e-9)


pb_F3_1 = Problem(
    id="pb-F3.1",
    title="Backtracking",
    text=r"""
You stand at $\phi$, where the gradient is $g$. The tangent promises that the rate $\alpha$ lowers
the loss by $\alpha\,g^\top\!g$. Try the rate $\alpha_0$, then $s\alpha_0$, $s^2\alpha_0$, and so
on, and return the first one that keeps at least the share $c$ of its promise:

$$L[\phi-\alpha g]\;\le\;L[\phi]-c\,\alpha\,g^\top\!g .$$

`f` is the loss, `phi` and `gradient` have shape `(P,)`, and `first_rate`, `shrink` and `share` are
the numbers $\alpha_0$, $s$ and $c$, the last two between 0 and 1.
""",
    parts=(
        FunctionPart(
            name="rate",
            out_of=3,
            right=_backtracked,
            inputs=_slopes,
            result="the rate",
            misconceptions=(
                Misconception(
                    _without_share,
                    "You accept any rate that lowers the loss. It must keep its share of the "
                    "promise.",
                    also=(_any_decrease,),
                ),
                Misconception(
                    _promising(lambda rate, g: rate * np.linalg.norm(g)),
                    "Your promise has the length of the gradient where its square belongs.",
                ),
                Misconception(
                    _promising(lambda rate, g: -rate * (g @ g)),
                    "Your bound lies *above* the loss at the start: a rise is accepted. Which sign "
                    "has a promised decrease?",
                ),
                Misconception(
                    lambda f, phi, gradient, first_rate, shrink, share: (
                        shrink * _backtracked(f, phi, gradient, first_rate, shrink, share)
                    ),
                    "That is one trial too many: the rate before was good enough already.",
                ),
                Misconception(
                    lambda f, phi, gradient, first_rate, shrink, share: _backtracked(
                        f, phi, gradient, first_rate * shrink, shrink, share
                    ),
                    "You never try the first rate itself: test before you shorten.",
                ),
                Misconception(
                    lambda f, phi, gradient, first_rate, shrink, share: first_rate * (
                        1 if _backtracked(f, phi, gradient, first_rate, shrink, share) == first_rate
                        else shrink
                    ),
                    "You shorten once at most: `if` asks once, `while` asks again and again.",
                ),
                Misconception(
                    lambda f, phi, gradient, first_rate, shrink, share: first_rate,
                    "That is the first rate every time: is the rate changed inside the loop?",
                ),
                Misconception(
                    lambda f, phi, gradient, first_rate, shrink, share: _backtracked(
                        f, phi, gradient, first_rate, 0.5, share
                    ),
                    "You halve every time: the factor is `shrink`.",
                ),
                Misconception(
                    lambda f, phi, gradient, first_rate, shrink, share: _backtracked(
                        f, phi, gradient, first_rate, shrink, 1 - share
                    ),
                    "You ask for 1 − c of the promise. The share c itself is enough.",
                ),
                Misconception(
                    _lowest_of_the_rates,
                    "That is the rate with the lowest loss of all. The *first* one that keeps its "
                    "share is asked for: it costs fewer trials.",
                ),
                Misconception(
                    lambda f, phi, *rest: phi - _backtracked(f, phi, *rest) * rest[0],
                    "That is the point where the step ends: return its rate.",
                ),
            ),
        ),
    ),
    hints=(
        "Before any code, test the condition by hand for $\\alpha=1$ on the first example: what "
        "is $L$ at both ends, and what is promised?",
        "Keep the rate in a variable. As long as the condition fails, multiply it by `shrink`.",
        "$g^\\top\\!g$ is `gradient @ gradient`; the promise belongs to the rate that is tried.",
    ),
)  # fmt: skip

# --- pb-6.8 ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DentedBowl(Curve):
    """A wide bowl, ½ · 0.2 φ², with a narrow dent near φ = 2: two minima of unlike curvature."""

    def value(self, x):
        return 0.1 * x**2 - 0.3 * self._dent(x)

    def slope(self, x):
        return 0.2 * x + 12 * (x - 2) * self._dent(x)

    def curvature(self, x):
        return 0.2 + 12 * (1 - 40 * (x - 2) ** 2) * self._dent(x)

    @staticmethod
    def _dent(x):
        return np.exp(-20 * (x - 2) ** 2)


_ESCAPE_STEPS = 300
_AT_REST = 1e-3
"""A slope as small as this is the bottom of the bowl or of the dent."""


def _ridge():
    """Where the dent ends: the local maximum between it and the bottom of the bowl."""
    low, high = 1.0, 1.9
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if DentedBowl().slope(middle) > 0 else (low, middle)
    return low


_RIDGE = _ridge()


@dataclass(frozen=True, kw_only=True)
class EscapePart(Part):
    """A demonstration: the pair (start, learning_rate) is run."""

    def mark(self, answer, rng):
        pair = as_array(answer, "Your answer", (2,))
        if pair.shape != (2,):
            raise Rejected(Status.NOT_YET, "Expected two numbers, the start and the learning rate.")
        start, learning_rate = pair
        if not np.isfinite(pair).all():
            raise Rejected(Status.NOT_YET, "Start and learning rate must be finite.")
        if learning_rate <= 0:
            raise Rejected(
                Status.NOT_YET,
                f"A learning rate of {learning_rate:.6g} does not descend: it must be above zero.",
            )
        if start <= _RIDGE:
            return 0.0, (
                f"Your start, {start:.6g}, is not in the dent: with a tiny rate, descent from "
                f"there does not lead to the local minimum near 2, but to the bottom of the bowl. "
                f"The ridge between the two is near {_RIDGE:.3g}."
            )
        return _told_of_the_run(start, learning_rate)


def _told_of_the_run(start, learning_rate):
    """(share, message) on a run from a start in the dent: what it did, as it was measured."""
    loss = DentedBowl()
    path = descend(loss, [start], GradientDescent(learning_rate), _ESCAPE_STEPS)
    points = path.params[:, 0]
    begun = (
        f"From your start, {start:.6g}, a tiny rate leads into the dent. At the rate "
        f"{learning_rate:.6g} "
    )
    if path.diverged:
        return 1 / 3, begun + "the run leaves the dent and the wide bowl as well: it diverges."
    if (points == points[0]).all():
        return 0.0, (
            "Your start is so near the bottom of the dent that it never moves: no rate can throw "
            "it out."
        )
    last, steps = points[-1], np.diff(points[-12:])
    if np.abs(loss.slope(last)) <= _AT_REST and loss.curvature(last) > 0:
        if last > _RIDGE:
            return 1 / 3, begun + "the run settles in the dent."
        return 1.0, begun + "the run settles in the wide bowl."
    if (steps[1:] * steps[:-1] > 0).all():
        return 1 / 3, begun + (
            f"the run creeps: after {_ESCAPE_STEPS} steps it is at {last:.6g} and still on its "
            "way. A rate as small as this only follows the slope."
        )
    if (points > _RIDGE).all():
        return 1 / 3, begun + (
            "the run cannot settle, but it does not leave either: it hops to and fro inside the "
            f"dent, between {points[-12:].min():.4g} and {points[-12:].max():.4g} at the end."
        )
    return 1 / 3, begun + (
        f"the run still jumps about after {_ESCAPE_STEPS} steps, between {points[-12:].min():.4g} "
        f"and {points[-12:].max():.4g} at the end: it must settle."
    )


pb_6_8 = Problem(
    id="pb-6.8",
    title="Out of a local minimum, without noise",
    text=r"""
Can gradient descent with a fixed learning rate, and no noise at all, leave a local minimum? Show
that it can.

`DentedBowl()` is a loss of one parameter: a wide bowl with its bottom at $\phi=0$, and a narrow
dent in its wall, a local minimum near $\phi=2$. Find a `start` inside the dent (with a tiny rate,
descent from there ends in the dent) and a `learning_rate` with which descent from the same start
ends, at rest, at the bottom of the wide bowl. Your pair is run for 300 steps.

Below your numbers, explain in a few sentences why it works, and what it says about the minima that
a large learning rate can find.
""",
    parts=(EscapePart(name="escape", out_of=3),),
    hints=(
        "Look at the curvatures at the two minima: `DentedBowl().curvature(1.966)`, for the slope "
        "of the wide bowl moves that minimum a little below 2, and `DentedBowl().curvature(0.0)`.",
        "Each minimum has its own largest stable learning rate: problem pb-G1. Which of the two "
        "is larger here?",
        "Choose a rate well above the dent's limit and well below that of the wide bowl: just "
        "above the limit the run only hops about inside the dent. Almost any start in the dent "
        "will do, except its very bottom.",
    ),
)

# --- pb-6.7 ---------------------------------------------------------------------------------------


def line_search_path(start=(10.0, 0.5), steps=8):
    """A descent with exact line search on the badly scaled bowl of figure 6.9 (for problem 6.7)."""
    rule = GradientDescent(line_search=Bracketing(max_distance=20.0, tolerance=1e-9))
    return descend(badly_scaled_bowl(), start, rule, steps)


def _walks(rng):
    by_hand = np.array([[1.0, 0.0], [3.0, 0.0], [3.0, 1.0], [2.0, 2.0], [3.0, 2.0]])
    across_180 = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    drawn = [_walk(rng, points) for points in (3, 8)]
    searched = line_search_path(rng.uniform([6.0, 0.2], [10.0, 0.6]), steps=5).params
    return [{"points": points} for points in (by_hand, across_180, *drawn, searched)]


def _walk(rng, points):
    """Points with one decimal. No step is zero, for it would have no direction, and none goes
    straight on or back: the arc of a cosine so near 1 keeps half of its digits."""
    while True:
        steps = rng.integers(1, 20, (points, 2)) * rng.choice([-1, 1], (points, 2))
        if np.all(steps[1:, 0] * steps[:-1, 1] != steps[1:, 1] * steps[:-1, 0]):
            return np.cumsum(steps, axis=0) / 10


def _cosines(vectors):
    """The cosine of the angle between each vector and the next."""
    lengths = np.linalg.norm(vectors, axis=-1)
    return np.sum(vectors[1:] * vectors[:-1], axis=-1) / (lengths[1:] * lengths[:-1])


def _steps(points):
    return np.diff(points, axis=0)


def _dots(points):
    return np.sum(_steps(points)[1:] * _steps(points)[:-1], axis=-1)


def _share_along(angle):
    return (
        f"Between steps that meet at {angle:.6g} degrees, the dot product is "
        f"{np.cos(np.radians(angle)):.3g} of the product of their lengths: measure it."
    )


def _same_turns(angles, right):
    """True if the angles are right but for their signs and whole turns."""
    return np.allclose(np.abs((angles + 180) % 360 - 180), right, rtol=1e-4, atol=1e-3)


pb_6_7 = Problem(
    id="pb-6.7",
    title="Why exact line search zig-zags",
    text=r"""
On a long narrow valley gradient descent with exact line search goes to and fro, and each step sets
off at a peculiar angle to the one before.

1. Write `turning_angles(points)`: from the points of a path, shape `(T + 1, P)`, the angle in
   degrees between each step and the next, shape `(T - 1,)`. Walking straight on is 0, turning back
   is 180.
2. Apply it to `line_search_path().params`, a run on a bowl with the curvatures 0.5 and 20
   (that of figure 6.9, notebook 07). What `angle` do its steps meet at?

Below, argue in words and formulas, for any smooth loss and not only for a bowl, why the angle must
be what it is. Say where your argument needs the search to be exact, and what becomes of the angle
if a step ends a little short of the lowest point of its line, or a little beyond it. Then say why
the angle makes the descent slow in a narrow valley, and name one change to the algorithm that would
help.
""",
    parts=(
        FunctionPart(
            name="angles",
            out_of=2,
            right=turning_angles,
            inputs=_walks,
            result="the list of angles",
            misconceptions=(
                Misconception(
                    lambda points: np.radians(turning_angles(points)),
                    "Your angles are in radians; degrees were asked for.",
                ),
                Misconception(
                    lambda points: _cosines(_steps(points)),
                    "These are the cosines of the angles: one more function to undo.",
                ),
                Misconception(
                    lambda points: 180 - turning_angles(points),
                    "This is the angle inside the corner. Walking straight on should give 0, and "
                    "gives 180.",
                ),
                Misconception(
                    lambda points: np.degrees(np.arccos(_cosines(points))),
                    "You measure the angles between the points, seen from the origin. Subtract "
                    "neighbouring points first: a step is a difference.",
                    also=(
                        lambda points: np.degrees(np.arccos(_cosines(points)))[:-1],
                        lambda points: np.degrees(np.arccos(_cosines(points)))[1:],
                    ),
                ),
                Misconception(
                    lambda points: np.degrees(np.arccos(np.abs(_cosines(_steps(points))))),
                    "All your turns are gentle: an absolute value hides those that go backwards.",
                ),
                Misconception(
                    lambda points: np.degrees(np.arccos(np.clip(_dots(points), -1, 1))),
                    "The dot product is the cosine only between vectors of length 1: divide by "
                    "the lengths of the two steps.",
                    also=(lambda points: np.degrees(np.arccos(_dots(points))),),
                ),
                Misconception(
                    lambda points: np.degrees(np.arcsin(_cosines(_steps(points)))),
                    "You undo the cosine with the arc of the sine.",
                ),
                Misconception(
                    _dots,
                    "These are the dot products of the steps: from them and the lengths comes the "
                    "cosine, and from that the angle.",
                ),
                Misconception(
                    lambda points: turning_angles(points)[0],
                    "You return the first angle alone: does a `return` stand inside your loop?",
                    also=(lambda points: turning_angles(points)[:1],),
                ),
                Misconception(
                    lambda points: np.full(len(points) - 2, 90.0),
                    "All your angles are the same. The function must measure any path, not only "
                    "that of an exact search.",
                ),
                Misconception(
                    lambda points: np.diff(np.degrees(np.arctan2(*_steps(points).T[::-1]))),
                    "An angle between two steps has no sign and is at most 180.",
                    shown_by=lambda trials: all(_same_turns(t.answer, t.right) for t in trials),
                ),
                Misconception(
                    lambda points: np.degrees(np.arctan2(*_steps(points).T[::-1])),
                    "This is each step's own direction, measured from the first axis. Compare "
                    "each step with the next.",
                ),
            ),
        ),
        ValuePart(
            name="angle",
            out_of=1,
            right=90.0,
            relative_tolerance=1e-4,
            implies=_share_along,
            misconceptions=(
                Misconception(np.pi / 2, "Right, but in radians; degrees were asked for."),
                Misconception(1.57, "Right, but rounded, and in radians: degrees were asked for."),
                Misconception(-90.0, "An angle between two steps has no sign."),
                Misconception(0.0, "0 would mean that the path never turns, or is it a cosine?"),
                Misconception(180.0, "180 would mean that each step retraces the one before."),
                Misconception(45.0, "Measure it: the steps look so, but the two axes of the "
                              "picture may be scaled differently."),
            ),
        ),
    ),
    hints=(
        "`np.diff(points, axis=0)` gives the steps. The angle between two vectors comes from "
        "their dot product and their lengths.",
        "For the argument: write the loss along the searched line as a function of one variable, "
        "the distance walked. What is its slope at the end of an exact search?",
        "By the chain rule the slope along a line is the dot product of the gradient with the "
        "line's direction. In which direction does the next step set off? And which sign has the "
        "slope just before the lowest point, and just beyond?",
    ),
)  # fmt: skip

# --- pb-F3.2 --------------------------------------------------------------------------------------

_VALUES, _GRADIENTS = 20_000, 500
_LEFT = 1e-3


def _lines(rng):
    """The chapter's examples; a hundred times as many; others, with x in another unit."""
    seed, other = (int(s) for s in rng.integers(100, 10_000, 2))
    unit = float(rng.choice([0.5, 2.0]))
    return [
        _line("the twelve examples of figure 6.1", *linear_data(seed=LINE_SEED)),
        _line("1200 examples", *linear_data(n=1200, seed=seed)),
        _line(f"60 examples, x times {unit:g},", *linear_data(n=60, seed=other), unit),
    ]


def _line(shown, x, y, unit=1.0):
    asks = f"{_VALUES:,} values and {_GRADIENTS} gradients are what it may ask for."
    loss = Rationed(
        LeastSquares(Linear(), unit * x, y), _VALUES, _GRADIENTS,
        shown=f"the loss of {shown}", asks=asks,
    )  # fmt: skip
    return {"loss": loss, "start": np.array([1.6, -0.5])}


def _lowest(loss):
    """Where the gradient of a line's loss is zero."""
    return np.linalg.solve(loss.hessian(np.zeros(2)), -loss.gradient(np.zeros(2)))


def _excess_left(given, phi):
    loss, start = given["loss"].loss, given["start"]
    lowest = loss(_lowest(loss))
    with np.errstate(over="ignore", invalid="ignore"):
        return float((loss(phi) - lowest) / (loss(start) - lowest))


def _near_the_bottom(given, phi):
    left = _excess_left(given, phi)
    if not left < 1:
        return False, (
            "you end no lower than you began. Was each rate tried, and found good enough, before "
            "its step was taken?"
        )
    if left > _LEFT:
        return False, (
            f"{left:.2g} of the excess loss is left, and {_LEFT} at most was asked for. Does a "
            "search find the rate of *every* step, from a long one down, and are there enough?"
        )
    return True, f"On each of them less than {_LEFT} of the excess loss is left."


def _on_one_line(trials):
    """All answers lie on the way straight down from the start."""
    for trial in trials:
        step = trial.answer - trial.given["start"]
        down = -trial.given["loss"].loss.gradient(trial.given["start"])
        across = step[0] * down[1] - step[1] * down[0]
        if step @ down <= 0 or abs(across) > 1e-6 * np.linalg.norm(step) * np.linalg.norm(down):
            return False
    return True


pb_F3_2 = Problem(
    id="pb-F3.2",
    title="A descent that nobody has to give a rate",
    text=r"""
The loss of a line is a sum, so with a hundred times the examples it is a hundred times as steep. A
rate that suits twelve examples throws twelve hundred out of the bowl. Write a descent that suits
both: `fit_line(loss, start)` returns the parameters at the end, shape `(2,)`. A search that finds a
rate for every step will do (copy your `backtrack` into the cell, say).

`loss(phi)` is the loss and `loss.gradient(phi)` its gradient. At most a thousandth of the excess
loss may be left, that is, of how far the start lies above the lowest loss. Your function may ask
for 20,000 values and 500 gradients. It is tried on the twelve examples of figure 6.1, on 1200
others, and on 60 whose $x$ is measured in another unit.
""",
    parts=(
        GoalPart(
            name="fit",
            out_of=4,
            right=lambda loss, start: _lowest(loss.loss),
            inputs=_lines,
            result="the array of parameters",
            reached=_near_the_bottom,
            misconceptions=(
                Misconception(
                    lambda loss, start: start,
                    "That is the start: is the point that a step leads to kept?",
                ),
                Misconception(
                    lambda loss, start: start - 0.1 * loss.loss.gradient(start),
                    "You take a single step, though in the right direction: repeat it, with a new "
                    "gradient and a new rate.",
                    shown_by=_on_one_line,
                ),
                Misconception(
                    lambda loss, start: _lowest(LeastSquares(Linear(), *linear_data())),
                    "These parameters fit the twelve examples of the chapter, whatever the "
                    "examples are.",
                ),
                Misconception(
                    lambda loss, start: _lowest(loss.loss)[::-1],
                    "The two have changed places: φ₀ comes first.",
                ),
                Misconception(
                    lambda loss, start: np.round(_lowest(loss.loss), 1),
                    "These are the right parameters, rounded to one decimal.",
                ),
            ),
        ),
    ),
    hints=(
        "Every step: the gradient, a rate from your search, and the new point. A hundred steps are "
        "plenty.",
        "Begin each search from the same long first rate, 1 for instance, and halve it: twelve "
        "hundred examples take about a dozen halvings.",
        "If gradients run out, ask for each only once a step, and hand it to the search.",
    ),
)
