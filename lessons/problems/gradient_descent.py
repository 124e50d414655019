"""Problems for notebook 02: a gradient, a check of it, how many steps, descent, a wave fitted
(pb-6.1, pb-C1, pb-F2.1, pb-P2, pb-F2.2)."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import GABOR_SEED, gabor_data
from course_lib.descent import descend
from course_lib.gradient_check import finite_difference_gradient, relative_error
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import GradientDescent
from course_lib.surfaces import CosineWave, Polynomial, Quadratic
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import FunctionPart, Misconception, PathPart
from lessons.marking.paths import PatientGradient, path_mistakes
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value

# --- pb-6.1 ---------------------------------------------------------------------------------------


def _line_inputs(rng):
    by_hand = {
        "phi": np.array([1.0, 2.0]),
        "x": np.array([0.0, 1.0, 3.0]),
        "y": np.array([2.0, 1.0, 0.0]),
    }
    drawn = [
        {name: rng.normal(size=size).round(1) for name, size in (("phi", 2), ("x", n), ("y", n))}
        for n in (1, 5, 12)
    ]
    return [by_hand, *drawn]


def _line_gradient(phi, x, y):
    return LeastSquares(Linear(), x, y).gradient(phi)


def _line_shares(phi, x, y):
    return LeastSquares(Linear(), x, y).per_example_gradients(phi)


def _misses(phi, x, y):
    return phi[0] + phi[1] * x - y


def _sums(by_example, x):
    """What each example adds to the two entries, added up."""
    return np.array([by_example.sum(), (by_example * x).sum()])


pb_6_1 = Problem(
    id="pb-6.1",
    title="The gradient of a least-squares loss",
    text=r"""
A line $\mathrm{f}[x,\phi]=\phi_0+\phi_1x$ is fitted to examples $\{x_i,y_i\}$ by the loss

$$L[\phi]=\sum_{i=1}^{I}\bigl(\phi_0+\phi_1x_i-y_i\bigr)^2 .$$

Derive its two partial derivatives on paper. Then write them as a function of
`phi`, shape `(2,)`, and of `x` and `y`, shape `(I,)`. It returns
$[\partial L/\partial\phi_0,\;\partial L/\partial\phi_1]$, shape `(2,)`.
""",
    parts=(
        FunctionPart(
            name="gradient",
            out_of=3,
            right=_line_gradient,
            inputs=_line_inputs,
            result="the gradient",
            components=("∂L/∂φ₀", "∂L/∂φ₁"),
            misconceptions=(
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, y) / 2,
                    "Your gradient is exactly half of the right one: "
                    "where did the 2 from the square go?",
                ),
                Misconception(
                    lambda phi, x, y: -_line_gradient(phi, x, y),
                    "Your gradient has the right size and points the other way. Which sign does "
                    "the prediction carry inside the square?",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, y) / len(x),
                    "Your gradient is divided by the number of examples: that is the gradient of "
                    "the mean. The loss here is the sum.",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, y)[[0, 0]],
                    "Your two entries are equal: something that multiplies φ₁ inside the square "
                    "is lost on the way out of it.",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, y)[::-1],
                    "Both numbers are right, but they have changed places: φ₀ comes first.",
                ),
                Misconception(
                    lambda phi, x, y: np.array([2.0 * len(x), 2.0 * x.sum()]),
                    "The data y have no influence on your gradient: the outer function of the "
                    "chain rule, the square, keeps what is inside it.",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, y)[0] * np.array([1, x.sum()]),
                    "Your second entry is a product of two sums. Multiply within each example, "
                    "and add up the products.",
                ),
                Misconception(
                    lambda phi, x, y: _line_shares(phi, x, y)[-1],
                    "This is the last example's share alone: does your loop add up the shares, or "
                    "does each overwrite the one before?",
                ),
                Misconception(
                    lambda phi, x, y: _line_shares(phi, x, y)[0],
                    "This is the first example's share alone: does a `return` stand inside your "
                    "loop?",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, y)[0] * np.array([1, phi[1]]),
                    "Your second entry has φ₁ where x belongs: what multiplies φ₁ in the "
                    "prediction is its derivative.",
                ),
                Misconception(
                    lambda phi, x, y: 2 * _sums(_misses(phi, x, y) ** 2, x),
                    "The residual is still squared: the derivative of a square has the first "
                    "power.",
                    also=(lambda phi, x, y: _sums(_misses(phi, x, y) ** 2, x),),
                ),
                Misconception(
                    lambda phi, x, y: 2 * _sums(np.abs(_misses(phi, x, y)), x),
                    "You take the sizes of the residuals: their signs decide which way is down.",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi, x, 0 * y),
                    "The data y have no influence on your gradient: subtract them from the "
                    "predictions.",
                ),
                Misconception(
                    lambda phi, x, y: _line_gradient(phi[::-1], x, y),
                    "φ₀ and φ₁ have changed places in your prediction: φ₁ is the slope.",
                ),
                Misconception(
                    _line_shares,
                    "You return one share for each example; the gradient of the loss is their sum: "
                    "add up over the examples.",
                    also=(lambda phi, x, y: _line_shares(phi, x, y).T,),
                ),
            ),
        ),
    ),
    hints=(
        "The derivative of a sum is the sum of the derivatives: differentiate the loss of a "
        "single example first.",
        "Name the inside of the square $u_i$ and use the chain rule twice: once for the square, "
        "once for what each parameter does to $u_i$.",
        "Try one example by hand, $x=3$, $y=0$, $\\phi=[1,2]$: nudge $\\phi_1$ by "
        "0.001 and see how much the loss changes. That ratio is what your second entry must be.",
    ),
)

# --- pb-C1 ----------------------------------------------------------------------------------------


def _difference_inputs(rng):
    line = LeastSquares(Linear(), rng.normal(size=5), rng.normal(size=5))
    on_the_wave = rng.uniform(0.3, 1.0, 1).round(2)
    return [
        {"f": Quadratic((2.0, 4.0)), "phi": np.array([1.0, -2.0]), "h": 0.5},
        {"f": Polynomial([0, 0, 0, 1]), "phi": np.array([1.0]), "h": 1.0},
        {"f": CosineWave(), "phi": on_the_wave, "h": 0.1},
        {"f": CosineWave(), "phi": on_the_wave, "h": 0.2},
        {"f": line, "phi": rng.normal(size=2).round(1), "h": 0.1},
        {"f": Quadratic((0.5, 1.0, 2.0, 4.0)), "phi": rng.normal(size=4).round(1), "h": 0.01},
    ]


def _shifts(phi, h):
    return h * np.eye(len(phi))


def _without_putting_back(f, phi, h):
    slopes = np.zeros(len(phi))
    for i in range(len(phi)):
        phi[i] += h
        after = f(phi)
        phi[i] -= 2 * h
        slopes[i] = (after - f(phi)) / (2 * h)
    return slopes


def _with_what_was_moved_before(f, phi, h):
    """Ahead and behind go on from where the parameter before left them."""
    moved = np.tril(np.full((len(phi), len(phi)), h))
    return (f(phi + moved) - f(phi - moved)) / (2 * h)


def _ahead_and_behind(f, phi, h):
    return f(phi + _shifts(phi, h)), f(phi - _shifts(phi, h))


def _ignores_h(trials):
    """On the wave, at one place, two values of h make a difference."""
    one, other = (t.answer for t in trials if isinstance(t.given["f"], CosineWave))
    return np.allclose(one, other, rtol=1e-6, atol=0)


def _error_inputs(rng):
    analytic = np.array([2.0, -4.0, 0.0, 1.0])
    numerical = np.array([1.0, -5.0, 0.0, 0.0])
    drawn = rng.normal(size=6)
    near = np.where(np.abs(drawn) < 0.1, 0.7, drawn).round(1)
    return [
        {"analytic": analytic, "numerical": numerical},
        {"analytic": near, "numerical": (near + 0.3 * rng.normal(size=6)).round(1)},
        {"analytic": drawn, "numerical": drawn * (1 + 1e-6 * rng.uniform(1, 2, 6))},
        {"analytic": _TINY, "numerical": _TINY * [0.5, 1.25]},
    ]


_TINY = np.array([2e-9, -4e-20])
"""Gradients as small as this are met near a minimum; no small number beside them is small."""


def _too_small_among_the_tiny(trials):
    """Right to four digits on the others, and too small where both values are tiny."""
    *ordinary, tiny = trials
    return all(np.allclose(t.answer, t.right, 1e-4, 1e-10) for t in ordinary) and bool(
        (tiny.answer < tiny.right * (1 - 1e-6)).any() and (tiny.answer <= tiny.right).all()
    )


def _distance(analytic, numerical):
    return np.abs(analytic - numerical)


def _zero_where_both_are(analytic, numerical, scale):
    return np.divide(
        _distance(analytic, numerical),
        scale,
        out=np.zeros_like(analytic),
        where=(analytic != 0) | (numerical != 0),
    )


def _larger(analytic, numerical):
    return np.maximum(np.abs(analytic), np.abs(numerical))


def _over(denominator):
    """The same mistaken denominator, bare and with a small number added to it."""

    def bare(analytic, numerical):
        return _distance(analytic, numerical) / denominator(analytic, numerical)

    def with_a(small):
        def error(analytic, numerical):
            below = denominator(analytic, numerical) + small
            return _distance(analytic, numerical) / below

        return error

    return bare, tuple(with_a(small) for small in (1e-8, 1e-10, 1e-12, 1e-15))


pb_C1 = Problem(
    id="pb-C1",
    title="A gradient checker",
    text=r"""
Never trust a gradient you have not checked. Write the two functions a checker is made of.

1. `centred_difference(f, phi, h)`: for each parameter, the slope of `f` between a point $h$ behind
   and a point $h$ ahead along that parameter alone; `phi` and the result have shape `(P,)`.
2. `relative_error(analytic, numerical)`: for each entry, the distance between the two numbers as a
   share of the larger of their absolute values, and 0 where both are 0; shape `(P,)`.
""",
    parts=(
        FunctionPart(
            name="difference",
            out_of=3,
            right=finite_difference_gradient,
            inputs=_difference_inputs,
            result="the estimate",
            misconceptions=(
                Misconception(
                    lambda f, phi, h: (f(phi + _shifts(phi, h)) - f(phi)) / h,
                    "This is the forward difference, from φ to φ + h. Its error shrinks like h, "
                    "that of the centred one like h².",
                ),
                Misconception(
                    lambda f, phi, h: (f(phi) - f(phi - _shifts(phi, h))) / h,
                    "This is the backward difference, from φ - h to φ: centre it.",
                ),
                Misconception(
                    lambda f, phi, h: 2 * finite_difference_gradient(f, phi, h),
                    "Every slope is twice too steep: how far apart are your two points?",
                ),
                Misconception(
                    lambda f, phi, h: 2 * h * finite_difference_gradient(f, phi, h),
                    "This is the difference of the losses. A slope is that difference divided by "
                    "the distance between the two points.",
                ),
                Misconception(
                    lambda f, phi, h: (
                        _ahead_and_behind(f, phi, h)[0] - _ahead_and_behind(f, phi, h)[1] / (2 * h)
                    ),
                    "Python divides before it subtracts: in `a - b / c` the first loss is not "
                    "divided. Put the difference in parentheses.",
                    also=(
                        lambda f, phi, h: (
                            _ahead_and_behind(f, phi, h)[0] - _ahead_and_behind(f, phi, h)[1] / h
                        ),
                    ),
                ),
                Misconception(
                    lambda f, phi, h: (f(phi + _shifts(phi, h)) - f(phi)) / (2 * h),
                    "Ahead you stand at φ + h, but behind at φ itself: after `phi[i] += h` "
                    "it takes a step of twice h to stand behind.",
                ),
                Misconception(
                    lambda f, phi, h: finite_difference_gradient(f, phi, h / 2),
                    "Your two points lie half of h ahead and half of h behind.",
                    also=(lambda f, phi, h: finite_difference_gradient(f, phi, h / 2) / 2,),
                ),
                Misconception(
                    _with_what_was_moved_before,
                    "Your first slope is right; for the later ones the parameters before are still "
                    "moved. Begin each from φ itself.",
                ),
                Misconception(
                    lambda f, phi, h: h * finite_difference_gradient(f, phi, h),
                    "Your result shrinks with h: you have halved the difference of the losses, "
                    "but not divided it by the length of the step.",
                ),
                Misconception(
                    lambda f, phi, h: h**2 * finite_difference_gradient(f, phi, h),
                    "Python works from left to right: `/ 2 * h` multiplies by h. Put `2 * h` in "
                    "parentheses.",
                ),
                Misconception(
                    lambda f, phi, h: -finite_difference_gradient(f, phi, h),
                    "Every slope has the wrong sign: subtract the loss behind from the loss ahead.",
                ),
                Misconception(
                    lambda f, phi, h: np.full(len(phi), (f(phi + h) - f(phi - h)) / (2 * h)),
                    "Every entry is the same number: you move all parameters at once. Move one "
                    "and leave the others where they are.",
                ),
                Misconception(
                    lambda f, phi, h: (f(phi + h) - f(phi - h)) / (2 * h),
                    "You return a single number: a gradient has one entry for each parameter.",
                ),
                Misconception(
                    _without_putting_back,
                    "Your first slope is right and the later ones drift: a parameter is still "
                    "displaced when you go on to the next. Put it back.",
                ),
                Misconception(
                    lambda f, phi, h: np.zeros(len(phi)),
                    "Every slope is 0. After `a = phi; b = phi` the names a and b stand for the "
                    "same array, and moving one moves the other: copy it.",
                ),
                Misconception(
                    lambda f, phi, h: finite_difference_gradient(f, phi, 1e-5),
                    "Your result does not depend on h: use the one that is given.",
                    shown_by=_ignores_h,
                ),
            ),
        ),
        FunctionPart(
            name="error",
            out_of=2,
            right=relative_error,
            inputs=_error_inputs,
            result="the relative error",
            misconceptions=(
                Misconception(
                    _distance,
                    "This is the absolute error. An error of 0.01 is tiny beside 1000 and huge "
                    "beside 0.001: divide by the size of the numbers.",
                ),
                Misconception(
                    lambda a, n: _zero_where_both_are(a, n, np.abs(a) + np.abs(n)),
                    "You divide by the sum of the two sizes; the definition takes the larger one.",
                    also=_over(lambda a, n: np.abs(a) + np.abs(n))[1],
                ),
                Misconception(
                    lambda a, n: _zero_where_both_are(a, n, (np.abs(a) + np.abs(n)) / 2),
                    "You divide by the mean of the two sizes; the definition takes the larger one.",
                    also=_over(lambda a, n: (np.abs(a) + np.abs(n)) / 2)[1],
                ),
                Misconception(
                    _over(lambda a, n: np.abs(a))[0],
                    "You divide by the analytic value alone; the definition takes the larger of "
                    "the two sizes, whichever that is.",
                    also=_over(lambda a, n: np.abs(a))[1],
                ),
                Misconception(
                    _over(lambda a, n: np.abs(n))[0],
                    "You divide by the numerical value alone: the error should not depend on which "
                    "of the two is called which.",
                    also=_over(lambda a, n: np.abs(n))[1],
                ),
                Misconception(
                    _over(lambda a, n: np.minimum(np.abs(a), np.abs(n)))[0],
                    "You divide by the smaller of the two sizes; the definition takes the larger.",
                    also=_over(lambda a, n: np.minimum(np.abs(a), np.abs(n)))[1],
                ),
                Misconception(
                    lambda a, n: _distance(a, n) / (_larger(a, n) + 1e-8),
                    "Right where the numbers are large enough, but too small where both are near "
                    "1e-9. Is a small number added to what you divide by, or taken for 0? Only 0 "
                    "against 0 needs care.",
                    shown_by=_too_small_among_the_tiny,
                ),
                Misconception(
                    lambda a, n: _zero_where_both_are(a, n, _larger(a, n)) * np.sign(a - n),
                    "Some of your errors are negative. A distance has no sign: take the absolute "
                    "value of the difference.",
                ),
                Misconception(
                    lambda a, n: np.where(
                        (a == 0) | (n == 0), 0.0, _zero_where_both_are(a, n, _larger(a, n))
                    ),
                    "Your error is 0 where only one of the two numbers is 0. It is 0 where both "
                    "are; where one is, the two are as far apart as can be.",
                ),
                Misconception(
                    lambda a, n: _zero_where_both_are(a, n, np.maximum(a, n)),
                    "Some of your errors are negative: compare the sizes of the two numbers, not "
                    "the numbers with their signs.",
                    also=(_over(lambda a, n: np.maximum(a, n))[0],),
                ),
                Misconception(
                    lambda a, n: _distance(a, n) / np.maximum(np.abs(a), np.abs(n)),
                    "All right but for one entry: where both numbers are 0, yours is nan. Two "
                    "equal numbers have no error.",
                ),
                Misconception(
                    lambda a, n: np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n)),
                    "You return one number for the whole gradient: a single bad entry can hide "
                    "behind many large good ones. Judge each entry.",
                ),
            ),
        ),
    ),
    hints=(
        "For the first function, loop over the parameters. In each turn only one of them moves.",
        "Work on a copy, `phi.copy()`, so that the array you were given stays as it was.",
        "For 0 against 0: find where the two numbers differ, and divide only there. "
        "`np.divide` has a `where` argument.",
    ),
)

# --- pb-F2.1 --------------------------------------------------------------------------------------


def _steps(curvature, learning_rate, share, *, may_be_never=True, whole=np.ceil):
    """The smallest t with |1 - αλ|^t <= share, or what a formula makes of it."""
    factor = np.abs(1 - learning_rate * curvature)
    if factor == 0:
        return 1.0
    if factor >= 1 and may_be_never:
        return np.inf
    with np.errstate(all="ignore"):
        steps = np.log(share) / np.log(factor)
    # Rounding must not make one step more of a whole number.
    return float(whole(np.round(steps, 9)))


def _mistaken_steps(wrongly):
    """A mistake of the arguments, with and without the case in which nothing arrives."""

    def mistake(**how):
        return lambda *inputs: _steps(*wrongly(*inputs), **how)

    return mistake(), (mistake(may_be_never=False),)


def _bare(curvature, learning_rate, share):
    with np.errstate(all="ignore"):
        return np.log(share) / np.log(np.abs(1 - learning_rate * curvature))


def _unsigned(curvature, learning_rate, share):
    """Without an absolute value: a negative factor counts as arrived at once."""
    factor = 1 - learning_rate * curvature
    return 1.0 if factor < 0 else _steps(curvature, learning_rate, share)


def _no_logarithm(curvature, learning_rate, share):
    factor = 1 - learning_rate * curvature
    return np.nan if factor < 0 else _steps(curvature, learning_rate, share)


def _gives_up_beyond(curvature, learning_rate, share):
    jumps = learning_rate * curvature > 1
    return np.inf if jumps else _steps(curvature, learning_rate, share)


def _steps_inputs(rng):
    def case(curvature, learning_rate, share):
        return {"curvature": curvature, "learning_rate": learning_rate, "share": share}

    return [
        case(2.0, 0.25, 0.1),
        case(2.0, 0.75, 0.1),
        case(2.0, 0.25, 0.25),
        case(1.5, 2.25, 0.15),
        case(4.0, 0.5, 0.125),
        case(4.0, 0.25, 0.01),
        case(round(rng.uniform(1, 9), 1), 0.05, 0.01),
        case(10.0, round(rng.uniform(0.16, 0.19), 3), 0.001),
    ]


_OF_THE_LOSS = _mistaken_steps(lambda c, a, s: (c, a, np.sqrt(s)))
_OF_PHI_SQUARED = _mistaken_steps(lambda c, a, s: (2.0, a, s))
_TWICE = _mistaken_steps(lambda c, a, s: (2 * c, a, s))
_OF_THE_RATE = _mistaken_steps(lambda c, a, s: (1.0, a, s))

pb_F2_1 = Problem(
    id="pb-F2.1",
    title="How many steps does a rate need?",
    text=r"""
Gradient descent runs on a parabola of curvature $\lambda$ with the learning rate $\alpha$. Before
it has taken a single step you can say how many it needs.

Write `steps_needed(curvature, learning_rate, share)`: the smallest number of steps after which the
distance to the minimum is at most `share` of the distance at the start ($0<$ `share` $<1$). If no
number of steps is enough, return `np.inf`.
""",
    parts=(
        FunctionPart(
            name="steps",
            out_of=3,
            right=_steps,
            inputs=_steps_inputs,
            result="the number of steps",
            misconceptions=(
                Misconception(
                    lambda c, a, s: _steps(c, a, s, whole=np.floor),
                    "After so many steps the distance is not down to the share yet: round up.",
                    also=(lambda c, a, s: _steps(c, a, s, whole=np.floor, may_be_never=False),),
                ),
                Misconception(
                    lambda c, a, s: _steps(c, a, s) + 1,
                    "One more than is needed: you count the points, or one step after the goal.",
                    also=(lambda c, a, s: _steps(c, a, s, whole=np.floor) + 1,),
                ),
                Misconception(
                    lambda c, a, s: _steps(c, a, s, whole=np.positive),
                    "Right where the number comes out whole: steps do, so round up.",
                    also=(
                        lambda c, a, s: _steps(c, a, s, whole=np.positive, may_be_never=False),
                        _bare,
                    ),
                ),
                Misconception(
                    lambda c, a, s: _steps(c, a, s, may_be_never=False),
                    "Right where the path arrives. Where a step does not shorten the distance, no "
                    "number of steps is enough: the answer is inf.",
                ),
                Misconception(
                    _OF_THE_LOSS[0],
                    "Half as many steps as needed: after those the loss is down to the share, "
                    "being the square of the distance. The distance was asked for.",
                    also=_OF_THE_LOSS[1],
                ),
                Misconception(
                    _OF_THE_RATE[0],
                    "Your number does not depend on the curvature: one step multiplies the "
                    "distance by 1 − αλ.",
                    also=_OF_THE_RATE[1],
                ),
                Misconception(
                    _OF_PHI_SQUARED[0],
                    "You take the factor 1 − 2α of the parabola φ², whose curvature is 2. In "
                    "general it is 1 − αλ.",
                    also=_OF_PHI_SQUARED[1],
                ),
                Misconception(
                    _TWICE[0],
                    "You take 1 − 2αλ: the 2 of the parabola φ² is in its curvature already.",
                    also=_TWICE[1],
                ),
                Misconception(
                    _gives_up_beyond,
                    "Beyond 1/λ the path jumps over the minimum, and still comes closer as long as "
                    "the factor is above −1.",
                ),
                Misconception(
                    _unsigned,
                    "Where the path jumps over, the factor is negative: a distance has no sign. "
                    "Take the absolute value.",
                    also=(_no_logarithm,),
                ),
            ),
        ),
    ),
    hints=(
        "One step multiplies the distance by |1 − αλ|, whatever the distance is. And t steps?",
        "Solve $|1-\\alpha\\lambda|^t\\le s$ for t with logarithms; mind that both are negative.",
        "Three cases need care: a factor of 0, a factor of 1 or more, and rounding up. Try "
        "λ = 2, α = 0.25, share 0.25: two steps, exactly.",
    ),
)

# --- pb-P2 ----------------------------------------------------------------------------------------


class _CurveSlope(PatientGradient):
    """The same for one parameter: takes a number and gives one."""

    def __call__(self, phi):
        return float(np.squeeze(super().__call__(np.reshape(phi, 1))))


def _run(slope_type, loss, start, learning_rate, tolerance, max_steps, formula=None):
    slope = slope_type(loss, max_steps, formula)
    return {
        "derivative" if slope_type is _CurveSlope else "gradient": slope,
        "start": start,
        "learning_rate": learning_rate,
        "tolerance": tolerance,
        "max_steps": max_steps,
    }


def _curve_inputs(rng):
    parabola = Polynomial([0, 0, 1])
    return [
        _run(_CurveSlope, parabola, 8.0, 0.25, 1.0, 10, "2φ"),
        _run(_CurveSlope, parabola, -8.0, 0.25, 3.0, 2, "2φ"),
        _run(_CurveSlope, parabola, -round(rng.uniform(2, 4), 1), 0.1, 0.01, 50, "2φ"),
        _run(_CurveSlope, CosineWave(), round(rng.uniform(0.7, 0.9), 3), 0.05, 1e-3, 100),
        _run(_CurveSlope, CosineWave(), round(rng.uniform(0.7, 0.9), 3), 0.02, 1e-6, 5),
        _run(_CurveSlope, parabola, 0.0, 0.1, 1e-3, 20, "2φ"),
    ]


def _surface_inputs(rng):
    line = LeastSquares(Linear(), rng.uniform(0, 2, 6), rng.normal(size=6))
    bowl, round_bowl = Quadratic((1.0, 2.0)), Quadratic((1.0, 1.0))
    turned = Quadratic((0.5, 4.0), angle=0.6)
    starts = [centre + rng.normal(size=size).round(1) for centre, size in ((3, 2), (2, 3))]
    return [
        _run(PatientGradient, bowl, np.array([4.0, 2.0]), 0.5, 1.0, 10, "[φ₀, 2φ₁]"),
        *(
            _run(PatientGradient, round_bowl, np.array([3.0, -4.0]), 0.5, tolerance, 5, "[φ₀, φ₁]")
            for tolerance in (3.0, 4.5)
        ),
        _run(PatientGradient, turned, starts[0], 0.2, 0.1, 100),
        _run(PatientGradient, line, rng.normal(size=2).round(1), 0.02, 1e-9, 8),
        _run(PatientGradient, Quadratic((1.0, 2.0, 3.0)), starts[1], 0.1, 0.05, 100),
        _run(PatientGradient, round_bowl, np.zeros(2), 0.1, 1e-3, 20, "[φ₀, φ₁]"),
    ]


def _surface_path(gradient, start, learning_rate, tolerance, max_steps):
    rule = GradientDescent(learning_rate)
    path = descend(gradient.loss, start, rule, steps=max_steps, tolerance=tolerance)
    return path.params[: path.last_step + 1]


def _curve_path(derivative, start, learning_rate, tolerance, max_steps):
    return _surface_path(derivative, [start], learning_rate, tolerance, max_steps)[:, 0]


def _length(gradient):
    return np.sqrt(np.sum(np.square(gradient)))


def _mean_size(gradient):
    return np.sqrt(np.mean(np.square(gradient)))


def _mistaken(
    move=lambda phi, gradient, rate: phi - rate * gradient,
    stop=lambda gradient, rate, tolerance: _length(gradient) <= tolerance,
    look_after_moving=False,
    stale=False,
    extra_steps=0,
):
    """A descent with one thing done wrongly."""

    def descent(slope, start, learning_rate, tolerance, max_steps):
        path, gradient = [start], slope(start)
        for _ in range(max_steps + extra_steps):
            gradient = gradient if stale else slope(path[-1])
            if not look_after_moving and stop(gradient, learning_rate, tolerance):
                break
            path.append(move(path[-1], gradient, learning_rate))
            if look_after_moving and stop(gradient, learning_rate, tolerance):
                break
        return np.array(path)

    return descent


def _one_at_a_time(slope, start, learning_rate, tolerance, max_steps):
    phi, path = start.copy(), [start]
    for _ in range(max_steps):
        if _length(slope(phi)) <= tolerance:
            break
        for i in range(len(phi)):
            phi[i] -= learning_rate * slope(phi)[i]
        path.append(phi.copy())
    return np.array(path)


_LOOP_MISTAKES = (
    Misconception(
        _mistaken(move=lambda phi, gradient, rate: phi + rate * gradient),
        "Your path climbs: the gradient points uphill.",
    ),
    Misconception(
        _mistaken(move=lambda phi, gradient, rate: phi - gradient),
        "Your steps do not depend on the learning rate.",
    ),
    Misconception(
        _mistaken(stop=lambda gradient, rate, tolerance: _length(gradient) < tolerance),
        "Your path goes on where the size of the slope equals the tolerance: stop when it is at "
        "most the tolerance, not only when it is below.",
    ),
    Misconception(
        _mistaken(stop=lambda gradient, rate, tolerance: False),
        "Your path always takes max_steps steps: when is the slope small enough to stop?",
    ),
    Misconception(
        _mistaken(look_after_moving=True),
        "Your path takes one step too many: look at the slope before you move, not after.",
    ),
    Misconception(
        _mistaken(stop=lambda gradient, rate, tolerance: rate * _length(gradient) <= tolerance),
        "You stop when the step is short. A small learning rate makes every step short, even on a "
        "steep slope: test the slope itself.",
        also=(
            _mistaken(stop=lambda gradient, rate, tolerance: rate * _length(gradient) < tolerance),
        ),
    ),
    Misconception(
        _mistaken(stop=lambda gradient, rate, tolerance: _length(gradient) ** 2 <= tolerance),
        "You compare the square of the slope with the tolerance: the rule here compares its size.",
    ),
    Misconception(
        _mistaken(extra_steps=-1),
        "Your loop ends one step before max_steps: count the steps, not the points.",
    ),
    Misconception(
        _mistaken(extra_steps=1),
        "Your loop takes one step more than max_steps.",
    ),
    Misconception(
        _mistaken(stale=True),
        "Every step uses the slope at the start: ask for it anew at each point.",
    ),
)

pb_P2 = Problem(
    id="pb-P2",
    title="Gradient descent with a stopping rule",
    text=r"""
Write gradient descent twice: for a curve, where the parameter is a number, and for a surface, where
`start` has shape `(P,)`. At each point ask for the slope. If its size (the absolute value, or the
Euclidean length of the gradient) is at most `tolerance`, stop. Otherwise move,

$$\phi\leftarrow\phi-\alpha\,\frac{\partial L}{\partial\phi},$$

and stop in any case after `max_steps` moves. Return the whole path, the start included: shape
`(steps + 1,)` for the curve and `(steps + 1, P)` for the surface.
""",
    parts=(
        PathPart(
            name="curve",
            out_of=2,
            right=_curve_path,
            inputs=_curve_inputs,
            result="the path",
            misconceptions=(
                *path_mistakes(_curve_path),
                *_LOOP_MISTAKES,
                Misconception(
                    _mistaken(stop=lambda gradient, rate, tolerance: gradient <= tolerance),
                    "You stop at once where the curve falls to the right: a slope of -5 is less "
                    "than the tolerance, and still steep.",
                ),
            ),
        ),
        PathPart(
            name="surface",
            out_of=3,
            right=_surface_path,
            inputs=_surface_inputs,
            result="the path",
            misconceptions=(
                *path_mistakes(_surface_path),
                *_LOOP_MISTAKES,
                Misconception(
                    _mistaken(stop=lambda gradient, rate, tol: np.abs(gradient).max() <= tol),
                    "You stop when the largest entry of the gradient is small: take its length.",
                ),
                Misconception(
                    _mistaken(stop=lambda gradient, rate, tol: np.abs(gradient).sum() <= tol),
                    "You stop when the sum of the gradient's entries, in size, is small: take its "
                    "Euclidean length.",
                ),
                Misconception(
                    _mistaken(stop=lambda gradient, rate, tol: _mean_size(gradient) <= tol),
                    "You take the root of the mean square of the entries, which is shorter than "
                    "the length: sum the squares.",
                ),
                Misconception(
                    _mistaken(
                        move=lambda phi, gradient, rate: phi - rate * gradient / _length(gradient)
                    ),
                    "Your steps all have the length of the learning rate: do not divide the "
                    "gradient by its length.",
                ),
                Misconception(
                    _mistaken(stop=lambda gradient, rate, tol: np.abs(gradient).min() <= tol),
                    "You stop as soon as one entry of the gradient is small: the others may still "
                    "be steep.",
                ),
                Misconception(
                    _one_at_a_time,
                    "You move one parameter and then ask for the gradient again for the next: take "
                    "one gradient, then move all parameters together.",
                ),
            ),
        ),
    ),
    hints=(
        "Begin the path as a list that holds the start. A `for` loop over `range(max_steps)` "
        "cannot run for ever.",
        "In each turn there are three things to do, in this order: ask for the slope, decide "
        "whether to stop, move.",
        "`phi -= step` changes the array that is already in your list; `phi = phi - step` makes "
        "a new one. `np.array(path)` turns the list into the result.",
    ),
)

# --- pb-F2.2 --------------------------------------------------------------------------------------


def _wave_inputs(rng):
    """The chapter's examples, and two other draws of them."""
    seeds = [GABOR_SEED, *rng.choice(np.arange(20, 60), 2, replace=False)]
    return [dict(zip("xy", gabor_data(seed=int(seed)), strict=True)) for seed in seeds]


GABOR_BOX = ((-10, 10), (2.5, 22.5))


@lru_cache(maxsize=64)
def _lowest(x, y):
    loss = LeastSquares(Gabor(), np.array(x), np.array(y))
    return float(descend(loss, [0.0, 16.6], GradientDescent(0.05), steps=800).final_loss)


def _wave_loss(given, phi):
    return float(LeastSquares(Gabor(), given["x"], given["y"])(phi))


def _is_lowest(given, phi):
    loss, lowest = _wave_loss(given, phi), _lowest(*map(tuple, given.values()))
    told = f"your parameters {show_value(phi)} have a loss of {loss:.4g}"
    if not np.isfinite(loss):
        return False, f"{told}: did a descent run away, and was it kept?"
    (left, right), (bottom, top) = GABOR_BOX
    if not (left <= phi[0] <= right and bottom <= phi[1] <= top):
        return False, (
            f"{told}, and lie outside the box that is asked for. A descent may walk out of it: "
            "from which starts does it stay?"
        )
    if loss <= lowest + 0.01:
        return True, f"The last of them is fitted with a loss of {loss:.4g}."
    slope = np.linalg.norm(LeastSquares(Gabor(), given["x"], given["y"]).gradient(phi))
    still = f"The gradient there is still {slope:.2g} long"
    told += f", and {lowest:.4g} is possible."
    if loss <= 1.3 * lowest:
        return False, f"{told} That is the right valley: go on to its bottom. {still}."
    if slope > 0.5:
        return False, (
            f"{told} {still}: the descent has not come to rest. Does it lead downhill, not uphill, "
            "and has it enough steps?"
        )
    return False, (
        f"{told} A descent from one start ends in the valley that it began in: use many starts, "
        "and keep the best end."
    )


@lru_cache(maxsize=64)
def _fitted(x, y):
    loss = LeastSquares(Gabor(), np.array(x), np.array(y))
    starts = [[phi0, phi1] for phi0 in (-4, 0, 4) for phi1 in (12, 16, 20)]
    ends = descend(loss, starts, GradientDescent(0.05), steps=500, keep="last").final
    return ends[loss(ends).argmin()]


def _fit_wave(x, y):
    return _fitted(tuple(x), tuple(y)).copy()


pb_F2_2 = Problem(
    id="pb-F2.2",
    title="The wave, fitted",
    text=r"""
Put it all together. Write `fit_wave(x, y)`, which fits the Gabor model of notebook 02 to examples
and returns its parameters, shape `(2,)`. $\phi_0$ lies between $-10$ and $10$, $\phi_1$ between
2.5 and 22.5; the loss must come within 0.01 of the lowest that is possible.

How you descend is for you to choose (with your `descend_surface`, say). For the gradient you may
use your own, or `LeastSquares(Gabor(), x, y).gradient`. It is tried on the examples of the notebook
and on other draws of them, and must not take longer than a few seconds.
""",
    parts=(
        GoalPart(
            name="fit",
            out_of=4,
            right=_fit_wave,
            inputs=_wave_inputs,
            result="the pair of parameters",
            reached=_is_lowest,
            misconceptions=(
                Misconception(
                    lambda x, y: np.array([0.0, 16.6]),
                    "These are the parameters behind the data, whatever the data are. The noise "
                    "moves the minimum: fit the examples that you are given.",
                ),
                Misconception(
                    lambda x, y: np.round(_fit_wave(x, y)),
                    "These are the right parameters, rounded to whole numbers: the minimum lies "
                    "between them.",
                ),
                Misconception(
                    lambda x, y: -_fit_wave(x, y),
                    "Both parameters have the wrong sign: do your steps climb?",
                ),
                Misconception(
                    lambda x, y: _fit_wave(x, y)[::-1],
                    "The two have changed places: φ₀ comes first.",
                ),
            ),
        ),
    ),
    hints=(
        "Try one start first, and print the loss at the end. Then try another.",
        "A rate of 0.05 is stable on this loss; with it a valley takes a few hundred steps.",
        "Loop over a coarse grid of starts, descend from each, and keep the end with the lowest "
        "loss.",
    ),
)
