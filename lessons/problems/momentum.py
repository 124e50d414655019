"""Problems for notebook 06: what momentum remembers, what a step leaves, settings read off a run,
its two notations, and the wave on a budget (pb-6.10, pb-F6.1, pb-F6.2, pb-C2, pb-F6.3)."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import GABOR_SEED, gabor_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent, VelocityMomentum, VelocityNesterov
from course_lib.surfaces import Quadratic
from lessons.marking.answers import StepLimit
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import (
    Choice,
    ChoicePart,
    ChoicesPart,
    FunctionPart,
    Misconception,
    PathPart,
)
from lessons.marking.paths import PatientGradient, path_mistakes
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value

# --- pb-6.10 --------------------------------------------------------------------------------------


def _memories(rng):
    drawn = [(t, float(rng.choice([0.3, 0.4, 0.6, 0.7, 0.9]))) for t in (1, 4, 6)]
    settings = ((2, 0.8), (0, 0.8), *drawn, (3, 0.0), (40, 0.95))
    return [{"t": t, "beta": beta} for t, beta in settings]


def _ages_inputs(rng):
    by_hand = {"k": np.array([2, 0, 1]), "beta": 0.8}
    drawn = [{"k": rng.integers(0, 9, 3), "beta": rng.integers(2, 10) / 10} for _ in range(2)]
    return [by_hand, *drawn, {"k": np.array([0, 60]), "beta": 0.95}]


def _powers(t, beta):
    """β^k for the ages k = t, …, 1, 0: the oldest gradient first."""
    return beta ** np.arange(t + 1)[::-1]


def _weights(t, beta):
    return (1 - beta) * _powers(t, beta)


def _first_in_full(t, beta):
    return np.concatenate([[beta**t], _weights(t, beta)[1:]])


pb_6_10 = Problem(
    id="pb-6.10",
    title="Momentum weights",
    text=r"""
Momentum (equation 6.11) keeps an average of the gradients. With $\mathbf g_t$ for the gradient of
step $t$, and from $\mathbf m_0=0$ on,

$$\mathbf m_{t+1}\leftarrow\beta\cdot\mathbf m_t+(1-\beta)\cdot\mathbf g_t,\qquad t=0,1,2,\ldots$$

so $\mathbf m_{t+1}$ is a weighted sum of $\mathbf g_0,\ldots,\mathbf g_t$. Which weights?

1. `weights(t, beta)`: those of $\mathbf g_0,\ldots,\mathbf g_t$ in $\mathbf m_{t+1}$, the oldest
   first, shape `(t + 1,)`.
2. `by_age(k, beta)`: the weight of a gradient that came $k$ steps before the newest one; `k` is an
   array of such ages, and 0 the age of the newest.
3. `total(t, beta)`: the sum of all the weights in $\mathbf m_{t+1}$. (It has a short formula.)
4. `limit`: what does that sum do as $t$ grows, for $0<\beta<1$? `"is always 1"`, `"tends to 0"`,
   `"tends to 1"`, `"tends to 1/(1 - beta)"` or `"grows without limit"`.

Below, show that your weights are right for every $t$, and say in which sense momentum is an
*infinite* weighted sum.
""",
    parts=(
        FunctionPart(
            name="weights",
            out_of=2,
            right=_weights,
            inputs=_memories,
            result="the list of weights",
            misconceptions=(
                Misconception(
                    _powers,
                    "A new gradient counts in full in your sum, as it does in the velocity form. "
                    "In equation 6.11 it is scaled before it is added.",
                ),
                Misconception(
                    lambda t, beta: _weights(t, beta)[::-1],
                    "Your numbers are right, and in the opposite order: the oldest comes first, "
                    "and it weighs least.",
                ),
                Misconception(
                    lambda t, beta: beta * _weights(t, beta),
                    "Your exponents are one too large: the newest gradient has not been multiplied "
                    "by β yet.",
                ),
                Misconception(
                    lambda t, beta: _weights(t, beta) / _weights(t, beta).sum(),
                    "Your weights add up to 1. Those of equation 6.11 do not, as the average began "
                    "at zero; nothing divides them by their sum.",
                ),
                Misconception(
                    _first_in_full,
                    "All right but for the oldest: you let the average begin as the first "
                    "gradient. It begins as zero, and the first gradient is scaled like the rest.",
                ),
                Misconception(
                    lambda t, beta: beta * _powers(t, 1 - beta),
                    "β and 1 - β have changed places: which of the two multiplies what was there "
                    "before?",
                ),
                Misconception(
                    lambda t, beta: _weights(t - 1, beta),
                    "One weight is missing: these are the weights one step earlier, when the "
                    "newest gradient had not been added.",
                ),
                Misconception(
                    lambda t, beta: _powers(t, (1 - beta) * beta),
                    "Your power takes in too much: which of the two factors does a gradient meet "
                    "only once?",
                ),
                Misconception(
                    lambda t, beta: np.full(t + 1, 1 / (t + 1)),
                    "That is a plain mean, in which every gradient counts alike. Momentum forgets.",
                ),
                Misconception(
                    lambda t, beta: _powers(t, beta)[::-1],
                    "The oldest comes first, and weighs least; and a new gradient is scaled before "
                    "it is added in equation 6.11, while in yours it counts in full.",
                ),
                Misconception(
                    lambda t, beta: _powers(t, 1 - beta),
                    "You multiply by 1 - β over and over. A gradient meets 1 - β once, when it "
                    "comes, and β at each step after that.",
                ),
                Misconception(
                    lambda t, beta: 1 - beta * _powers(t, beta),
                    "You take β times the power from 1: brackets round 1 - β are missing.",
                ),
                Misconception(
                    lambda t, beta: (1 - beta) * beta * np.arange(t + 1)[::-1],
                    "You multiply by the age. Each step multiplies by β once more: a power.",
                ),
                Misconception(
                    lambda t, beta: np.concatenate([[beta ** (t + 1)], _weights(t, beta)]),
                    "One weight too many: the first one is that of the average at the beginning. "
                    "That one is zero, and no gradient.",
                ),
            ),
        ),
        FunctionPart(
            name="by_age",
            out_of=1,
            right=lambda k, beta: (1 - beta) * beta**k,
            inputs=_ages_inputs,
            result="the list of weights",
            misconceptions=(
                Misconception(
                    lambda k, beta: beta**k,
                    "Your newest gradient weighs 1. With what does equation 6.11 multiply it when "
                    "it comes?",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * beta ** (k + 1),
                    "Your exponent is one too large: at age 0 no step has faded the gradient yet.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * beta ** (k - 1.0),
                    "Your exponent is one too small: an age counts the steps since the newest "
                    "gradient, from 0 on.",
                ),
                Misconception(
                    lambda k, beta: beta * (1 - beta) ** k,
                    "β and 1 - β have changed places: which of the two multiplies what was there "
                    "before?",
                ),
                Misconception(
                    lambda k, beta: ((1 - beta) * beta) ** k,
                    "Your power takes in too much: which of the two factors does a gradient meet "
                    "only once?",
                ),
                Misconception(
                    lambda k, beta: 1 - beta ** (k + 1),
                    "Yours grows with the age: it is the sum of all weights up to that age, as if "
                    "1 - β had lost its brackets. A single weight falls with the age.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) ** k,
                    "You multiply by 1 - β over and over. A gradient meets 1 - β once, when it "
                    "comes, and β at each step after that.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * beta ** np.arange(float(len(k))),
                    "You take the positions 0, 1, 2, … in `k` for the ages. Its entries are the "
                    "ages, in any order.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * beta ** (k.max() - k),
                    "Yours makes older gradients weigh more: the age 0 is that of the newest, "
                    "which weighs most.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * beta ** -(1.0 * k),
                    "Your weights grow with the age: the exponent has the wrong sign.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * beta * k,
                    "You multiply by the age. Each step multiplies by β once more: a power.",
                ),
                Misconception(
                    lambda k, beta: ((1 - beta) * beta**k).sum(),
                    "You add up the weights of all these ages. Each age has a weight of its own.",
                ),
                Misconception(
                    lambda k, beta: (1 - beta) * np.exp(-(1 - beta) * k),
                    "An exponential function with the rate 1 - β is close only where β is near 1. "
                    "Each step multiplies by β itself.",
                ),
            ),
        ),
        FunctionPart(
            name="total",
            out_of=1,
            right=lambda t, beta: 1 - beta ** (t + 1),
            inputs=_memories,
            result="the sum",
            misconceptions=(
                Misconception(
                    lambda t, beta: 1.0,
                    "The weights add up to 1 only in the long run. Check t = 0: there is one "
                    "weight.",
                ),
                Misconception(
                    lambda t, beta: 1 - beta**t,
                    "That is the sum one step earlier. How many gradients are there from step 0 to "
                    "step t?",
                ),
                Misconception(
                    lambda t, beta: _powers(t, beta).sum(),
                    "This is the sum of the powers alone: the factor that each of them carries is "
                    "lost.",
                ),
                Misconception(
                    lambda t, beta: beta ** (t + 1),
                    "That is what is left of the zero at the beginning, not what the gradients "
                    "have.",
                ),
                Misconception(
                    lambda t, beta: 1 - (1 - beta) ** (t + 1),
                    "β and 1 - β have changed places.",
                ),
                Misconception(
                    lambda t, beta: 1 / (1 - beta),
                    "That is the sum of infinitely many powers. There are finitely many here, and "
                    "each carries a factor.",
                ),
                Misconception(_weights, "You return the weights one by one. Add them up."),
                Misconception(
                    lambda t, beta: np.cumsum(_weights(t, beta)[::-1]),
                    "You return the sums of the newest weights alone, of the newest two, and so "
                    "on. Only the sum of all is asked for.",
                ),
                Misconception(
                    lambda t, beta: 1 - beta ** (t + 2),
                    "That is the sum one step later. How many gradients are there from step 0 to "
                    "step t?",
                ),
                Misconception(
                    lambda t, beta: 1 + beta ** (t + 1),
                    "Yours is above 1, but the average falls short of 1 by what is left of its "
                    "zero: the sign is wrong.",
                ),
                Misconception(
                    lambda t, beta: (1 - beta) ** (t + 1),
                    "You take the power of 1 - β. What is left of the zero at the beginning has "
                    "been multiplied by β at each step; the sum is what is missing from 1.",
                ),
                Misconception(
                    lambda t, beta: (1 - beta) * beta**t,
                    "That is the weight of the oldest gradient alone. Add up all.",
                ),
                Misconception(
                    lambda t, beta: (1 - beta ** (t + 1)) * (1 - beta),
                    "Your sum carries the factor 1 - β twice: it cancels the denominator of the "
                    "geometric sum.",
                ),
            ),
        ),
        ChoicePart(
            name="limit",
            out_of=1,
            choice=Choice(
                "tends to 1",
                {
                    "is always 1": "Look at the first step: the average is only a part of the one "
                    "gradient there is.",
                    "tends to 0": "The weight of each gradient does, as it grows old. But new ones "
                    "keep coming.",
                    "tends to 1/(1 - beta)": "So it would if a new gradient counted in full, as in "
                    "the velocity form.",
                    "grows without limit": "Each weight is a fixed share of the next. Such a sum "
                    "stays finite, however many there are.",
                },
            ),
        ),
    ),
    hints=(
        "Write out $\\mathbf m_1$, $\\mathbf m_2$ and $\\mathbf m_3$, each in terms of gradients "
        "alone. What happens to the weight of $\\mathbf g_0$ from one line to the next?",
        "A gradient meets two kinds of factor: one when it comes, and another at each step after "
        "that. Count how often it meets the second kind.",
        "For the sum you need no series. Feed the rule with gradients that are all 1, and ask what "
        "is left of the distance between the average and 1 after each step.",
    ),
)

# --- pb-F6.1 --------------------------------------------------------------------------------------


def _parabolas(rng):
    """Paths that swing, creep, jump from side to side and run away."""
    settings = [
        (0.075, 0.2, 2.0),  # by hand: r is 0.8 or 0.25
        (0.5, 0.25, 1.0),
        (0.1, 0.9, 1.0),
        (0.05, 0.3, 1.0),
        (2.5, 0.3, 1.0),
        (0.5, 0.0, 1.0),
        (0.3, 0.5, 4.0),
        (1.0, 0.2, 3.0),
        (round(rng.uniform(0.01, 0.1), 3), round(rng.uniform(0.6, 0.95), 2), 2.0),
    ]
    return [dict(zip(("alpha", "beta", "curvature"), each, strict=True)) for each in settings]


def _larger(middle, product):
    """The larger |r| of r² - middle r + product = 0."""
    spread = np.sqrt(complex(middle**2 - 4 * product))
    return max(abs(middle + spread), abs(middle - spread)) / 2


def _momentum_left(alpha, beta, curvature):
    return _larger(1 + beta - alpha * curvature, beta)


def _nesterov_left(alpha, beta, curvature):
    plain = 1 - alpha * curvature
    return _larger((1 + beta) * plain, beta * plain)


def _printed_left(alpha, beta, curvature):
    return _larger(1 + beta - 2 * alpha * curvature, beta - alpha * curvature)


def _with_the_plus(middle, product, size=float):
    """The solution with the plus before the root, whatever its sign."""
    spread = np.sqrt(complex(middle**2 - 4 * product))
    return size((middle + spread).real / 2) if spread.imag == 0 else np.sqrt(product)


def _plus_alone(terms):
    """Who takes the plus before the root for the larger one, with its sign or its size."""
    return Misconception(
        lambda a, b, c: _with_the_plus(*terms(a, b, c)),
        "You take the solution with the plus before the root. Where both are negative, the other "
        "one is larger in size, and it is the size that counts.",
        also=(
            lambda a, b, c: _with_the_plus(*terms(a, b, c), size=abs),
            lambda a, b, c: _real_plus(*terms(a, b, c)),
        ),
    )


def _real_plus(middle, product):
    """The same without complex numbers: nan where the path swings."""
    return (middle + np.sqrt(middle**2 - 4 * product)) / 2


def _signed(terms):
    """Who gives the larger of the two with its sign."""

    def larger(a, b, c):
        solutions = np.roots([1, -terms(a, b, c)[0], terms(a, b, c)[1]])
        largest = solutions[np.argmax(np.abs(solutions))]
        return abs(largest) if np.iscomplex(largest) else largest.real

    return Misconception(
        larger,
        "The right one of the two, but with its sign, which says that the path jumps from side to "
        "side. A share of the distance has none: take the size.",
        also=(lambda a, b, c: _largest_real_part(*terms(a, b, c)),),
    )


def _largest_real_part(middle, product):
    solutions = np.roots([1, -middle, product])
    return solutions[np.argmax(np.abs(solutions))].real


def _smaller(left, product):
    """The other solution, from the larger one and their product."""
    return lambda a, b, c: abs(product(a, b, c)) / left(a, b, c)


def _in_both(left):
    """What goes wrong in both rules, whose right answer is `left`."""
    return (
        Misconception(
            lambda a, b, c: np.sqrt(b),
            "√β is what is left where a path of momentum swings. Some of these creep, or jump from "
            "side to side.",
        ),
        Misconception(
            lambda a, b, c: abs(1 - a * c),
            "That is gradient descent: your number does not depend on β.",
        ),
        Misconception(
            lambda a, b, c: left(a * (1 - b), b, c),
            "You scale the rate by 1 - β. In the velocity form a new gradient counts in full.",
        ),
        Misconception(
            lambda a, b, c: left(a, b, 1.0),
            "Your number does not depend on the curvature. It stands beside the rate.",
        ),
        Misconception(
            lambda a, b, c: left(a, b, c) ** 2,
            "You give the square: is it the share of the loss? The share of the distance was asked "
            "for.",
        ),
    )


pb_F6_1 = Problem(
    id="pb-F6.1",
    title="What a step leaves",
    text=r"""
A ball rolls on a parabola of curvature $\lambda$, by momentum in velocity form. Notebook 06 tries
$\phi_t=r^t$, finds two numbers $r$, and says that in the long run the larger one decides: each step
leaves the share $|r|$ of the distance.

1. `momentum_left(alpha, beta, curvature)`: that share, for whatever $\alpha>0$ and
   $0\le\beta<1$, whether the path creeps, swings, jumps from side to side or runs away.
2. `nesterov_left(alpha, beta, curvature)`: the same for Nesterov's momentum with a velocity. It
   takes the gradient not where it stands, but where the old velocity, after its share is lost to
   friction, would lead by itself. Derive its equation for $r$ first.
""",
    parts=(
        FunctionPart(
            name="momentum",
            out_of=2,
            right=_momentum_left,
            inputs=_parabolas,
            result="the share that a step leaves",
            misconceptions=(
                *_in_both(_momentum_left),
                Misconception(
                    _smaller(_momentum_left, lambda a, b, c: b),
                    "You take the smaller of the two. It dies out first; the larger one remains.",
                ),
                Misconception(
                    lambda a, b, c: max(
                        np.abs(np.roots([1, -(1 + b - a * c), b]).real), default=0.0
                    ),
                    "Where the path swings you take the real part of r alone. The size of a "
                    "complex number has the imaginary part in it as well.",
                ),
                _plus_alone(lambda a, b, c: (1 + b - a * c, b)),
                _signed(lambda a, b, c: (1 + b - a * c, b)),
                Misconception(
                    _nesterov_left,
                    "That is Nesterov's momentum, the second part.",
                ),
            ),
        ),
        FunctionPart(
            name="nesterov",
            out_of=3,
            right=_nesterov_left,
            inputs=_parabolas,
            result="the share that a step leaves",
            misconceptions=(
                *_in_both(_nesterov_left),
                Misconception(
                    _momentum_left,
                    "That is plain momentum: the gradient is taken at the point ahead.",
                ),
                Misconception(
                    _printed_left,
                    "You look ahead by the whole last step, as equation 6.12 does in print. The "
                    "share β of it is meant.",
                ),
                Misconception(
                    _smaller(_nesterov_left, lambda a, b, c: b * (1 - a * c)),
                    "You take the smaller of the two. It dies out first; the larger one remains.",
                ),
                _plus_alone(lambda a, b, c: ((1 + b) * (1 - a * c), b * (1 - a * c))),
                _signed(lambda a, b, c: ((1 + b) * (1 - a * c), b * (1 - a * c))),
                Misconception(
                    lambda a, b, c: _larger((1 + b) * (1 - a * c), b),
                    "The middle term is right. The gradient at the point ahead has a part in "
                    "φₜ₋₁, too, and it changes the last term.",
                ),
            ),
        ),
    ),
    hints=(
        "`np.roots([1, p, q])` solves r² + p r + q = 0, complex numbers included; `abs` gives the "
        "size of each.",
        "For the second: write the point ahead with φₜ and φₜ₋₁; the gradient is λ times it. Put "
        "that into the path's equation, collect what multiplies φₜ and what multiplies φₜ₋₁, and "
        "divide by r^(t-1).",
        "Check yours where you know the answer: β = 0 is gradient descent in both.",
    ),
)

# --- pb-F6.2 --------------------------------------------------------------------------------------


def _next(phi, before, beta, rate):
    return (1 + beta - rate) * phi - beta * before


def _logs(rng):
    """Four points in a row, short enough to be copied out; and two longer logs."""

    def log(before, phi, beta, rate, points=4):
        path = [before, phi]
        while len(path) < points:
            path.append(_next(path[-1], path[-2], beta, rate))
        return {"phi": np.round(path, 9)}

    betas, rates = rng.choice([0.2, 0.4, 0.6, 0.7, 0.9], 3), rng.choice([0.1, 0.3, 0.6, 1.2], 3)
    starts = ((10.0, 9.0, 4), (-4.0, 3.0, 5), (6.0, 1.0, 6))
    drawn = [
        log(before, phi, beta, rate, points)
        for (before, phi, points), beta, rate in zip(starts, betas, rates, strict=True)
    ]
    return [log(8.0, 4.0, 0.5, 0.25), *drawn, log(2.0, 3.0, 0.1, 1.5), log(5.0, 4.0, 0.9, 0.2)]


def _read_off(phi):
    """β and αλ from the first four points."""
    one, two, three, four = phi[:4]
    [middle, beta] = np.linalg.solve([[two, -one], [three, -two]], [three, four])
    return np.array([beta, 1 + beta - middle])


def _as_if_from_rest(phi):
    """The settings as they would be if the ball were at rest at the first point."""
    rate = 1 - phi[1] / phi[0]
    return np.array([(phi[2] - (1 - rate) * phi[1]) / (phi[1] - phi[0]), rate])


def _of_settings(change):
    """A mistake in what is made of the right β and αλ."""
    return lambda phi: np.array(change(*_read_off(phi)))


pb_F6_2 = Problem(
    id="pb-F6.2",
    title="The settings, read off a run",
    text=r"""
Somebody shows you a run of momentum in velocity form on a parabola with its minimum at 0. The log
holds some points $\phi$ in a row, at least four, from the *middle* of the run: nobody knows the
velocity at the first of them, nor the settings.

Write `settings(phi)`, which finds both: the pair `(beta, rate)`, where `rate` is the product
$\alpha\lambda$. (The product is all that a run can tell: twice the rate on half the curvature makes
the same path.)
""",
    parts=(
        FunctionPart(
            name="settings",
            out_of=3,
            right=_read_off,
            inputs=_logs,
            result="the pair (beta, rate)",
            components=("beta", "rate"),
            misconceptions=(
                Misconception(
                    _of_settings(lambda beta, rate: (rate, beta)),
                    "Both are right, but they have changed places: beta comes first.",
                ),
                Misconception(
                    _of_settings(lambda beta, rate: (beta, 1 + beta - rate)),
                    "Your second number is what multiplies the newest point in the path's "
                    "equation. αλ is a part of it.",
                ),
                Misconception(
                    _of_settings(lambda beta, rate: (-beta, rate)),
                    "Your β has the wrong sign: in the path's equation it stands with a minus.",
                ),
                Misconception(
                    _of_settings(lambda beta, rate: (-beta, rate - 2 * beta)),
                    "Your β has the wrong sign, and so the rate is off as well: in the path's "
                    "equation φₜ₋₁ stands with a minus.",
                ),
                Misconception(
                    _of_settings(lambda beta, rate: (beta, rate - 1)),
                    "Your β is right. What multiplies the newest point has a 1 in it, too.",
                ),
                Misconception(
                    _of_settings(lambda beta, rate: (beta, -rate)),
                    "Your β is right, but the rate has the wrong sign.",
                ),
                Misconception(
                    lambda phi: np.array([0.0, 1 - phi[1] / phi[0]]),
                    "So it would be for gradient descent. Do later steps fit that?",
                ),
                Misconception(
                    _as_if_from_rest,
                    "You let the ball be at rest at the first point. The log begins in the middle "
                    "of the run: the first step has an unknown velocity in it. Later ones tell.",
                ),
                Misconception(
                    _of_settings(lambda beta, rate: (beta, rate / (1 - beta))),
                    "That would be the rate of equation 6.11. The run is one of the velocity form.",
                ),
            ),
        ),
    ),
    hints=(
        "Any three points in a row obey φₜ₊₁ = (1 + β - αλ) φₜ - β φₜ₋₁. How many unknowns are "
        "there, and how many such equations do four points give?",
        "Call the bracket s. Two linear equations in s and β: `np.linalg.solve` does them.",
    ),
)

# --- pb-C2 ----------------------------------------------------------------------------------------


class _ByHand(PatientGradient):
    """The gradient of the bowl (φ₀² + 2 φ₁²) / 2, shown as a formula."""

    def __init__(self, steps):
        super().__init__(Quadratic((1.0, 2.0)), steps)

    def __repr__(self):
        return "(phi -> [phi[0], 2 * phi[1]])"


def _run(gradient, start, rates, beta):
    return {
        "gradient": gradient,
        "start": start,
        "rates": np.asarray(rates),
        "beta": beta,
    }


def _runs(rng):
    """The rates change on the way: whether they stand inside or outside the velocity matters."""
    line = LeastSquares(Linear(), rng.uniform(0, 2, 6), rng.normal(size=6))
    bowl = Quadratic((0.5, 4.0), angle=0.6)
    falling = 0.3 / (1 + 0.2 * np.arange(15))
    long = [
        (bowl, 3 + rng.normal(size=2), falling, rng.uniform(0.6, 0.9)),
        (bowl, 3 + rng.normal(size=2), falling, 0.0),
        (line, rng.normal(size=2), rng.uniform(0.005, 0.02, 20), rng.uniform(0.6, 0.9)),
        (Quadratic((1.0, 2.0, 3.0)), 2 + rng.normal(size=3), [0.1], 0.9),
    ]
    return [
        _run(_ByHand(3), np.array([4.0, 2.0]), [0.5, 0.25, 0.25], 0.8),
        *(
            _run(PatientGradient(loss, len(rates)), start.round(1), rates, round(beta, 2))
            for loss, start, rates, beta in long
        ),
    ]


def _path_of(rule):
    def path(gradient, start, rates, beta):
        return descend(gradient.loss, start, rule(rates.__getitem__, beta), len(rates)).params

    return path


_momentum_path, _nesterov_path = _path_of(VelocityMomentum), _path_of(VelocityNesterov)


def _here(v, rate, beta):
    return 0 * v


def _mistaken(
    look=_here,
    push=lambda v, gradient, rate, beta: beta * v - rate * gradient,
    move=lambda v, old, rate, beta: v,
):
    """A run that looks for its gradient, pushes its velocity or moves in a wrong way."""

    def path(gradient, start, rates, beta):
        points, v = [start], np.zeros_like(start)
        for rate in rates:
            old = v
            v = push(old, gradient(points[-1] + look(old, rate, beta)), rate, beta)
            points.append(points[-1] + move(v, old, rate, beta))
        return np.array(points)

    return path


def _ahead(v, rate, beta):
    return beta * v


def _averaged(m, gradient, rate, beta):
    return beta * m + (1 - beta) * gradient


def _down(m, old, rate, beta):
    """The move of a rule whose rate stands outside of what it keeps."""
    return -rate * m


_AS_611 = _mistaken(push=_averaged, move=_down)
_ITS_OWN_AVERAGE = (
    "A new gradient counts with the share 1 - β in it, and the rate stands outside. In the "
    "velocity form it counts in full, with the rate of its own step inside the velocity."
)


def _always_from_the_start(gradient, start, rates, beta):
    points, v = [start], np.zeros_like(start)
    for rate in rates:
        v = beta * v - rate * gradient(points[-1])
        points.append(start + v)
    return np.array(points)


def _velocities(path):
    """The velocities of a path in place of its points."""
    return lambda *inputs: np.diff(path(*inputs), axis=0)


def _from_rest(velocities):
    return lambda *inputs: np.pad(velocities(*inputs), ((1, 0), (0, 0)))


def _velocity_mistakes(look):
    """What goes wrong in both rules, with the gradient taken where `look` says."""
    right = _mistaken(look)
    return (
        Misconception(
            lambda gradient, start, rates, beta: right(
                gradient, start, np.full_like(rates, rates[0]), beta
            ),
            "You take the first rate for every step: each step has a rate of its own.",
        ),
        Misconception(
            _mistaken(look, push=lambda v, g, rate, beta: beta * (v - rate * g)),
            "You multiply the new gradient by β, too. Only the old velocity loses its share.",
        ),
        Misconception(
            _velocities(right),
            "You return the velocities. The path is made of the points φ, the start included.",
        ),
        Misconception(
            _from_rest(_velocities(right)),
            "You return the velocities. The path is made of the points φ.",
        ),
        Misconception(
            _mistaken(look, push=lambda v, g, rate, beta: beta * v + rate * g),
            "Your first step goes uphill. The velocity has the minus sign inside it already, and "
            "the parameters add it.",
        ),
        Misconception(
            _mistaken(look, push=lambda v, g, rate, beta: beta * v - (1 - beta) * rate * g),
            "You scale the gradient by 1 - β, as equation 6.11 does. The velocity form does not.",
        ),
        Misconception(
            _mistaken(
                lambda v, rate, beta: rate * look(v, rate, beta),
                push=lambda v, g, rate, beta: beta * v - g,
                move=lambda v, old, rate, beta: rate * v,
            ),
            "Your rate stands outside the velocity. Then a new rate applies to old gradients too. "
            "Here each gradient keeps the rate that it came with.",
        ),
        Misconception(
            _mistaken(look, move=lambda v, old, rate, beta: rate * v),
            "The rate appears twice in your steps: it is inside the velocity already.",
        ),
        Misconception(
            _mistaken(look, move=lambda v, old, rate, beta: old),
            "You move by the velocity of the step before: bring it up to date first, then move.",
        ),
        Misconception(
            _mistaken(look, push=lambda v, g, rate, beta: v - rate * g),
            "Your velocity never fades: without friction the ball does not come to rest.",
        ),
        Misconception(
            _mistaken(look, push=lambda v, g, rate, beta: (1 - beta) * v - rate * g),
            "You keep the share 1 - β of the velocity: β is what is kept.",
        ),
        Misconception(
            _mistaken(push=lambda v, g, rate, beta: -rate * g),
            "Every step is that of gradient descent: does your velocity survive from one turn of "
            "the loop to the next?",
        ),
    )


def _averages(rng):
    by_hand = {"alpha": 0.5, "beta": 0.75, "m": 8.0}
    drawn = [
        {"alpha": alpha, "beta": beta, "m": m}
        for alpha, beta, m in zip(
            (0.2, 0.01, 0.3),
            rng.integers(6, 10, 3) / 10,
            rng.integers(1, 40, 3) / 10 * (-1, 1, 1),
            strict=True,
        )
    ]
    return [by_hand, *drawn]


def _translated(alpha, beta, m):
    return np.array([alpha * (1 - beta), -alpha * m])


_SAME_FOR_CONSTANTS = (
    "Put your translation into the two lines of the velocity form: do the two lines of chapter 6 "
    "come out?"
)

pb_C2 = Problem(
    id="pb-C2",
    title="Momentum and Nesterov with a velocity",
    text=r"""
*Learning parameters* writes momentum with a velocity $\mathbf v$ in place of an average, from
$\mathbf v=0$ on:

$$\mathbf v\leftarrow\beta\cdot\mathbf v-\alpha\cdot\frac{\partial L[\phi]}{\partial\phi},\qquad
\phi\leftarrow\phi+\mathbf v .$$

Nesterov's form differs in one thing: the gradient is taken where the old velocity, after its share
is lost to friction, would lead by itself.

1. `momentum(gradient, start, rates, beta)`: the path of the first rule from `start`, shape `(P,)`.
   `gradient(phi)` is the gradient, shape `(P,)`, at any `phi`. `rates`, shape `(T,)`, has the rate
   $\alpha$ of each step: it may change from one to the next. Return the whole path, the start
   included, shape `(T + 1, P)`.
2. `nesterov(gradient, start, rates, beta)`: the same for Nesterov's rule. Return the points $\phi$,
   not those at which the gradient was taken.
3. `translate(alpha, beta, m)`: a run of equation 6.11 with the constants $\alpha$ and $\beta$ has
   come to the average $m$ (one parameter: three numbers). With which rate, and from which velocity,
   does the velocity form with the same $\beta$ go on along the same path? Return the pair
   `(rate, v)`.
4. `same`: each of these rules of chapter 6 runs beside its velocity form, translated as in 3:
   `"6.11"` and `"6.11, falling rate"` (each step's $\alpha$ is translated by itself) beside
   momentum, `"6.12, corrected"` and `"6.12, as printed"` beside Nesterov's rule. Are the two paths
   the `"same"` or `"different"`?

Below, show by a change of variables what you answered on the two forms of equation 6.12.
""",
    parts=(
        PathPart(
            name="momentum",
            out_of=2,
            right=_momentum_path,
            inputs=_runs,
            result="the path",
            misconceptions=(
                *path_mistakes(_momentum_path),
                *_velocity_mistakes(look=_here),
                Misconception(_AS_611, f"This is equation 6.11 itself. {_ITS_OWN_AVERAGE}"),
                Misconception(
                    lambda gradient, start, rates, beta: _mistaken()(
                        lambda phi: gradient(start), start, rates, beta
                    ),
                    "Your gradient is always that at the start: ask for it anew at each point.",
                ),
                Misconception(
                    _mistaken(move=lambda v, old, rate, beta: 2 * v - beta * old),
                    "Your step takes the gradient twice: the velocity holds it already.",
                ),
                Misconception(
                    _always_from_the_start,
                    "Each point of yours is the start plus one velocity. Add the velocity to the "
                    "point before.",
                ),
                Misconception(
                    _nesterov_path,
                    "You look ahead before you take the gradient: that is the second part. "
                    "Momentum takes it where it stands.",
                ),
            ),
        ),
        PathPart(
            name="nesterov",
            out_of=2,
            right=_nesterov_path,
            inputs=_runs,
            result="the path",
            misconceptions=(
                *path_mistakes(_nesterov_path),
                *_velocity_mistakes(look=_ahead),
                Misconception(
                    _momentum_path,
                    "This is plain momentum: your gradient is taken at the parameters themselves.",
                ),
                Misconception(
                    _mistaken(look=lambda v, rate, beta: v),
                    "You look ahead by the whole velocity, as equation 6.12 does in print. A part "
                    "of it is lost to friction before it moves anything.",
                ),
                Misconception(
                    _mistaken(look=lambda v, rate, beta: rate * beta * v),
                    "You multiply the velocity by the rate to look ahead: the rate is inside the "
                    "velocity already.",
                ),
                Misconception(
                    _mistaken(look=lambda v, rate, beta: -rate * beta * v),
                    "You look along -αβv, as equation 6.12 does with its average. A velocity has "
                    "the minus sign and the rate inside it already.",
                ),
                Misconception(
                    _mistaken(lambda m, rate, beta: -rate * beta * m, _averaged, _down),
                    f"This is equation 6.12 itself, corrected. {_ITS_OWN_AVERAGE}",
                ),
                Misconception(
                    _mistaken(lambda m, rate, beta: -rate * m, _averaged, _down),
                    f"This is equation 6.12 itself, as printed. {_ITS_OWN_AVERAGE} And it looks "
                    "ahead only by what friction leaves of the old velocity.",
                ),
                Misconception(
                    _AS_611,
                    "This is equation 6.11: plain momentum, with the gradient taken at the "
                    f"parameters themselves. {_ITS_OWN_AVERAGE}",
                ),
                Misconception(
                    _mistaken(
                        push=lambda v, g, rate, beta: beta * v + g,
                        move=lambda v, old, rate, beta: -rate * (v - beta * old + beta * v),
                    ),
                    "This is the rewritten form of the libraries, such as torch: its points are "
                    "those at which the gradient is taken, and its rate stands outside of the "
                    "velocity. Return the points that the velocity leads to.",
                ),
                Misconception(
                    _mistaken(_ahead, push=lambda v, g, rate, beta: -rate * g),
                    "You look ahead along the old velocity and then forget it: its share β belongs "
                    "to the new velocity, too.",
                ),
                Misconception(
                    _mistaken(look=lambda v, rate, beta: -beta * v),
                    "You look back: the velocity is added to the parameters, so it also leads to "
                    "the point ahead.",
                ),
                Misconception(
                    _mistaken(_ahead, move=lambda v, old, rate, beta: -v),
                    "You look ahead along the velocity and then move against it, uphill.",
                ),
                Misconception(
                    _mistaken(_ahead, move=lambda v, old, rate, beta: beta * old + v),
                    "You go on from the point that you looked at. It is there for its gradient "
                    "alone: the step starts where you stand.",
                ),
                Misconception(
                    _mistaken(move=lambda v, old, rate, beta: v + beta * (v - old)),
                    "Your points are those at which the gradient is taken, as in the rewritten "
                    "form of the libraries. Return the points that the velocity leads to.",
                ),
            ),
        ),
        FunctionPart(
            name="translate",
            out_of=2,
            right=_translated,
            inputs=_averages,
            result="the pair",
            components=("the rate", "the velocity"),
            misconceptions=(
                Misconception(
                    lambda *given: _translated(*given)[::-1],
                    "Both numbers are right, but they have changed places: the rate comes first.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha, -alpha * m),
                    "You leave the rate as it is. In which of the two forms does a new gradient "
                    "count in full?",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha / (1 - beta), -alpha * m),
                    "Your rate is larger than the old one. But the velocity form takes each "
                    "gradient in full already: it needs less.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), alpha * m),
                    "Your velocity has the wrong sign: an average of gradients points uphill, a "
                    "velocity downhill.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), m),
                    "Your velocity is the average itself. A velocity holds steps, downhill: by "
                    "what does chapter 6 multiply m before it moves?",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), 0.0),
                    "Your velocity starts from rest. But the run has come to the average m, and "
                    "goes on with it.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), -m / alpha),
                    "You divide the average by the rate. By what does chapter 6 multiply it "
                    "before it moves?",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), -alpha / (1 - beta) * m),
                    "Your velocity is divided by 1 - β. Both forms must make the same step: "
                    "compare the second lines of the two rules.",
                ),
                Misconception(
                    lambda alpha, beta, m: (-alpha * (1 - beta), -alpha * m),
                    "Your rate is negative: the velocity form has the minus sign in its own "
                    "first line.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), -m),
                    "A velocity holds steps, not gradients: by what does chapter 6 multiply m "
                    "before it moves?",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), -alpha * (1 - beta) * m),
                    "Your velocity carries the factor 1 - β as well. Both forms must make the same "
                    "step: compare the second lines of the two rules.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * (1 - beta), -alpha * beta * m),
                    "That is the part of the velocity that survives the next step's friction: the "
                    "rule takes that share itself.",
                ),
                Misconception(
                    lambda alpha, beta, m: (alpha * beta, -alpha * m),
                    "Your rate has the share of the old average. Which share has the gradient?",
                ),
            ),
        ),
        ChoicesPart(
            name="same",
            out_of=2,
            choices={
                "6.11": Choice("same", {"different": _SAME_FOR_CONSTANTS}),
                "6.11, falling rate": Choice(
                    "different",
                    {
                        "same": "Once the rate has fallen, by which rate does each rule still "
                        "multiply the gradients of before?"
                    },
                ),
                "6.12, corrected": Choice("same", {"different": _SAME_FOR_CONSTANTS}),
                "6.12, as printed": Choice(
                    "different",
                    {
                        "same": "Compare how far ahead the two look. With β = 0 one of them looks "
                        "ahead all the same."
                    },
                ),
            },
        ),
    ),
    hints=(
        "In each turn of the loop, bring the velocity up to date and then move by the new one. "
        "Store new arrays, not the same one changed in place.",
        "For Nesterov: leave the gradient out of the first line for a moment. Where would the two "
        "lines then take you? Ask for the gradient there.",
        "For the translation, demand that both second lines make the same step. That gives the "
        "velocity from the average. Put it into the first line, and compare what multiplies the "
        "gradient.",
    ),
)

# --- pb-F6.3 --------------------------------------------------------------------------------------

BUDGET = 40
_DRAWS = (29, 30, 38, 41, 45, 46, 49, 50, 52, 54, 57)
"""Seeds of examples with which gradient descent does not get there on the budget, at any rate."""


class _OnBudget(PatientGradient):
    """The gradient of the wave's loss, which can be asked for 40 times."""

    def __init__(self, seed):
        loss = LeastSquares(Gabor(), *gabor_data(seed=seed))
        super().__init__(loss, BUDGET, f"that of gabor_data(seed={seed})")
        self.seed, self.patience = seed, BUDGET

    def __call__(self, phi):
        if self.patience < 1:
            raise StepLimit(f"Your rule asks for more than {BUDGET} gradients: that is the budget.")
        return super().__call__(phi)


def _budgets(rng):
    seeds = [GABOR_SEED, *rng.choice(_DRAWS, 2, replace=False)]
    return [{"gradient": _OnBudget(int(seed)), "start": np.array([1.0, 12.0])} for seed in seeds]


@lru_cache(maxsize=64)
def _lowest(seed):
    loss = LeastSquares(Gabor(), *gabor_data(seed=seed))
    return float(descend(loss, [0.0, 16.6], GradientDescent(0.05), steps=800).final_loss)


def _is_fitted(given, phi):
    gradient = given["gradient"]
    loss, lowest = float(gradient.loss(phi)), _lowest(gradient.seed)
    told = f"your parameters {show_value(phi)} have a loss of {loss:.4g}"
    if not np.isfinite(loss):
        return False, f"{told}: did the path run away?"
    if loss <= lowest + 0.01:
        return True, f"The last of them is fitted with a loss of {loss:.4g}."
    return False, (
        f"{told}, and {lowest:.4g} is possible. Print the path: does it creep, or does it swing?"
    )


def _descended(rule):
    return lambda gradient, start: descend(gradient.loss, start, rule, BUDGET).final


_fit_on_budget = _descended(VelocityMomentum(0.13, 0.7))

pb_F6_3 = Problem(
    id="pb-F6.3",
    title="The wave on a budget",
    text=r"""
Gradients are dear: here you may ask for 40 of them, and not one more. Write `fit_wave(gradient,
start)`, which fits the Gabor model and returns its parameters, shape `(2,)`. The start is
$[1, 12]$, and `gradient(phi)` is the gradient of the loss of all 28 examples. The loss must come
within 0.01 of the lowest that is possible. Which rule is for you to choose.

It is tried on the examples of the notebook and on other draws of them. Near the minimum the
curvatures of all these losses lie between about 0.2 and 13: that suggests settings, and shows why
gradient descent is too slow at any rate.
""",
    parts=(
        GoalPart(
            name="fit",
            out_of=4,
            right=_fit_on_budget,
            inputs=_budgets,
            result="the array of parameters",
            reached=_is_fitted,
            misconceptions=(
                Misconception(
                    _descended(GradientDescent(2 / 13.2)),
                    "That is gradient descent at its best rate near the minimum. Forty such steps "
                    "are too few: let it remember.",
                ),
                Misconception(
                    lambda gradient, start: np.array([0.0, 16.6]),
                    "These are the parameters behind the data, whatever the data are. The noise "
                    "moves the minimum: fit the examples that you are given.",
                ),
                Misconception(
                    lambda gradient, start: start,
                    "You return the start: do your steps change `phi`?",
                ),
                Misconception(
                    _descended(VelocityMomentum(0.05, 0.95)),
                    "With so much momentum the path still swings about the minimum when the "
                    "budget is spent.",
                ),
                Misconception(
                    lambda gradient, start: _fit_on_budget(gradient, start)[::-1],
                    "The two have changed places: φ₀ comes first.",
                ),
            ),
        ),
    ),
    hints=(
        "Take the loop of your `momentum` from C2, with one rate for all steps, and return the "
        "last point.",
        "Section 5 of the notebook has the best pair for a bowl with such curvatures. Far from the "
        "minimum they are others: if your path swings too far, be more careful with the rate.",
        "Try some shares between 0.5 and 0.9, each with some rates, and print the loss after 40 "
        "steps: `gradient.loss(phi)`.",
    ),
)
