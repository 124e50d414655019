"""Problems for notebook 04: the shape of a loss (pb-6.6, pb-P1, pb-6.2, pb-6.3, pb-6.11)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_lib.critical_points import find_critical_points
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.surfaces import CosineWave, Curve
from lessons.marking.answers import as_array
from lessons.marking.parts import (
    Choice,
    ChoicePart,
    ChoicesPart,
    FunctionPart,
    Misconception,
    Part,
    ValuePart,
)
from lessons.marking.problem import Problem
from lessons.marking.sums import sum_mistakes

# --- pb-6.6 ---------------------------------------------------------------------------------------

_LOCAL, _GLOBAL, _NEITHER = "local minimum", "global minimum", "neither"

_NOT_THE_LOWEST = "a minimum, but somewhere on this curve the loss is lower still."
_THE_LOWEST = "a minimum, and no point of the whole curve is lower: a stronger word holds."
_HAS_NEIGHBOURS_ABOVE = "look at its neighbours on both sides: all of them lie higher."
_ON_A_SLOPE = "the curve still falls on one side of it, so it is no minimum."
_ON_A_HILL = "the slope is zero there, but the neighbours on both sides lie lower."
_ON_A_TERRACE = "the slope is zero there, but to one side the curve goes on falling."


def _neither(why_no_minimum):
    return Choice(_NEITHER, {_LOCAL: why_no_minimum, _GLOBAL: why_no_minimum})


_GLOBAL_MINIMUM = Choice(_GLOBAL, {_LOCAL: _THE_LOWEST, _NEITHER: _HAS_NEIGHBOURS_ABOVE})
_LOCAL_MINIMUM = Choice(_LOCAL, {_GLOBAL: _NOT_THE_LOWEST, _NEITHER: _HAS_NEIGHBOURS_ABOVE})

pb_6_6 = Problem(
    id="pb-6.6",
    title="Which curves are convex?",
    text=r"""
Figure 6.11 shows three losses of one parameter, a, b and c, with points 1 to 7 on them (notebook 04
draws it; `course_lib.surfaces.fig_6_11_losses()` has the curves and the points).

1. `convex`: for each curve, `True` if it is convex, that is, if no chord between two of its points
   passes below the curve, else `False`.
2. `points`: for each point, `"local minimum"` (and not global), `"global minimum"` or `"neither"`.
""",
    parts=(
        ChoicesPart(
            name="convex",
            out_of=1.5,
            choices={
                "a": Choice(True, {False: "try to find a chord that passes below this curve."}),
                "b": Choice(
                    False,
                    {True: "draw the chord between its two minima: which is above, in the middle?"},
                ),
                "c": Choice(
                    False,
                    {
                        True: "one minimum does not make a curve convex. Draw the chord from "
                        "point 6 to point 7: does it pass below the curve?"
                    },
                ),
            },
        ),
        ChoicesPart(
            name="points",
            out_of=3.5,
            choices={
                1: _neither(_ON_A_SLOPE),
                2: _GLOBAL_MINIMUM,
                3: _GLOBAL_MINIMUM,
                4: _neither(_ON_A_HILL),
                5: _LOCAL_MINIMUM,
                6: _neither(_ON_A_TERRACE),
                7: _GLOBAL_MINIMUM,
            },
        ),
    ),
    hints=(
        "A smooth curve is convex exactly if its slope never decreases from left to right, that "
        "is, if its second derivative is nowhere negative.",
        'You may compute: `fig_6_11_losses()["a"].loss` has `.value(x)`, `.slope(x)` and '
        "`.curvature(x)`, and so have b and c. Evaluate them on `np.linspace(-2, 2, 201)`.",
        "A point of zero slope can be a minimum, a maximum or a terrace. Only its neighbours tell.",
    ),
)

# --- pb-P1 ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MinimaPart(Part):
    """Places of minima, in any order; each earns its share, and each wrong place costs one."""

    curve: Curve
    bounds: tuple[float, float]
    right: tuple[float, ...]
    tolerance: float = 6e-4

    def mark(self, answer, rng):
        values = as_array(answer, "Your answer")
        if values.ndim > 1 and min(values.shape) > 1:
            return 0.0, (
                f"You give an array of shape {values.shape}: the places x alone were asked for, "
                "one number for each."
            )
        values = np.unique(values)
        if values.size > len(self.right) == 1:
            return 0.0, f"One place was asked for; you give {values.size}."
        found = [place for place in self.right if self._near(values, place).any()]
        wrong = [value for value in values if not self._near(self.right, value).any()]
        share = max(0, len(found) - len(wrong)) / len(self.right)
        if wrong:
            return share, self._reason(wrong[0])
        if not found:
            return share, "There is no place in your answer yet."
        if share < 1:
            return share, "What you have is right, but there are more minima than that."
        return 1.0, "Those are all of them." if len(self.right) > 1 else "That is the place."

    def _near(self, values, place):
        return np.abs(np.asarray(values) - place) <= self.tolerance

    def _reason(self, value):
        for known in self.misconceptions:
            if abs(value - known.answer) < 5e-3:  # two decimals are enough to recognise it
                return known.message
        low, high = self.bounds
        if not low <= value <= high:
            return f"{value:.6g} is no place between {low:g} and {high:g}."
        slope = f"at {value:.6g} the slope of the curve is {self.curve.slope(value):.2g}, not zero"
        if (np.abs(np.subtract(self.right, value)) < 0.03).any():
            return f"Near a minimum, but not to three decimals: {slope}."
        return f"{slope[0].upper()}{slope[1:]}: walk downhill from there."


_WAVE_BOUNDS = (-1.0, 2.0)
_wave_points = find_critical_points(CosineWave(), [_WAVE_BOUNDS])
_wave_minima = tuple(float(p.phi[0]) for p in _wave_points if p.kind == "minimum")
_wave_maxima = tuple(float(p.phi[0]) for p in _wave_points if p.kind == "maximum")

_wave_values = tuple(float(CosineWave().value(place)) for place in _wave_minima)


def _known_places(*others):
    """Numbers that are often taken for the places of the minima, and what to say to each."""
    return (
        Misconception(
            _wave_maxima[0],
            "The slope is zero at 0.274, but the curve bends down there: a maximum.",
        ),
        Misconception(
            1.0, "1 is a minimum of cos(πx) alone; the factor x moves it: use the product rule."
        ),
        Misconception(
            -1.0,
            "At -1 cos(πx) is lowest, but it is multiplied by x, which is negative there: at that "
            "end of the interval the curve is high, and falls as x grows.",
        ),
        Misconception(
            2.0, "At 2, the other end of the interval, the curve is at its highest, not its lowest."
        ),
        *others,
        *(
            Misconception(
                np.pi * place, f"{np.pi * place:.3g} is π times the place: x itself was asked for."
            )
            for place in _wave_minima
        ),
    )


def _sum_and_product(eigenvalues):
    return (
        f"Yours have the sum {eigenvalues.sum():g} and the product {eigenvalues.prod():g}. Compare "
        "them with the trace and the determinant of the Hessian."
    )


_KINDS = ("minimum", "maximum", "saddle", "degenerate")


def _kind(right, **reasons):
    return Choice(right, {kind: reasons[kind] for kind in _KINDS if kind != right})


pb_P1 = Problem(
    id="pb-P1",
    title="Minima, saddles, and a point that is neither",
    text=r"""
1. The curve $x\cos(\pi x)$ on $[-1,2]$ has more than one minimum. `minima`: the list of their
   places $x$, each to three decimals. `lowest`: the place of the global one.
2. `kinds`: what the second derivatives say about the critical point at the origin of each of
   `"x**3"` and `"x**2 - y**2"`: `"minimum"`, `"maximum"`, `"saddle"` or `"degenerate"` (an
   eigenvalue of the Hessian is zero, so it cannot tell).
3. `eigenvalues`: those of the Hessian of $x^2-y^2$ at the origin, the smaller first.

No formula gives the places in 1: find where the slope is zero by any numerical means you like.
""",
    parts=(
        MinimaPart(
            name="minima",
            out_of=2,
            curve=CosineWave(),
            bounds=_WAVE_BOUNDS,
            right=_wave_minima,
            misconceptions=_known_places(
                Misconception(
                    _wave_values[0],
                    "That is the lowest value of the curve. The place x where it occurs was "
                    "asked for.",
                ),
                Misconception(
                    _wave_values[1], "That is the value of the curve at a minimum, not its place x."
                ),
            ),
        ),
        MinimaPart(
            name="lowest",
            out_of=1,
            curve=CosineWave(),
            bounds=_WAVE_BOUNDS,
            right=_wave_minima[:1],
            misconceptions=_known_places(
                Misconception(
                    _wave_minima[1], "A minimum, but compare the height of the curve at the other."
                ),
                *(
                    Misconception(
                        height,
                        f"{height:.3g} is the height of the curve at a minimum, not its place.",
                    )
                    for height in _wave_values
                ),
            ),
        ),
        ChoicesPart(
            name="kinds",
            out_of=1,
            choices={
                "x**3": _kind(
                    "degenerate",
                    minimum="to the left of 0 the curve is lower.",
                    maximum="to the right of 0 the curve is higher.",
                    saddle="some texts call it so, for the curve falls on one side and rises on "
                    "the other. But what is its second derivative at 0, and what can be "
                    "concluded from that number?",
                ),
                "x**2 - y**2": _kind(
                    "saddle",
                    minimum="walk along the y axis: the surface falls.",
                    maximum="walk along the x axis: the surface rises.",
                    degenerate="both eigenvalues of its Hessian differ from zero.",
                ),
            },
        ),
        ValuePart(
            name="eigenvalues",
            out_of=1,
            right=(-2.0, 2.0),
            implies=_sum_and_product,
            misconceptions=(
                Misconception((2.0, -2.0), "Right, but the smaller first."),
                Misconception(
                    (-1.0, 1.0), "These are the coefficients; what do two derivatives make of x²?"
                ),
                Misconception((0.0, 0.0), "That is the gradient there, not the curvature."),
                Misconception((2.0, 2.0), "Mind the minus sign in front of y²."),
                Misconception(
                    ((2.0, 0.0), (0.0, -2.0)),
                    "That is the Hessian itself: now its eigenvalues, a list of two numbers.",
                ),
                Misconception(-4.0, "That is the determinant, the product of the two eigenvalues."),
                Misconception(
                    0.0, "That is one number, the trace: the sum of the two eigenvalues."
                ),
            ),
        ),
    ),
    hints=(
        "Plot the curve first: `x = np.linspace(-1, 2, 400)` shows how many minima there are and "
        "roughly where.",
        "Then close in: gradient descent with a small rate from near each one, or the sign change "
        "of the slope (`CosineWave().slope(x)` in `course_lib.surfaces`).",
        "For the kinds, write down the second derivatives at the origin. Both signs: a saddle. A "
        "zero among them: the second derivatives are silent.",
    ),
)

# --- pb-6.2 ---------------------------------------------------------------------------------------


def _designs(rng):
    """The first has three examples, so that no other shape fits a 2 × 2 matrix, and both signs; the
    squares of the last are small, so that the first entry of its Hessian is the larger one."""
    by_hand = {"x": np.array([-2.0, 1.0, 3.0])}
    drawn = [rng.normal(0.5, 1, 4), rng.normal(0.2, 0.5, 12)]
    return [by_hand, *({"x": x.round(1)} for x in drawn)]


def _line_hessian(x):
    return LeastSquares(Linear(), x, np.zeros_like(x)).hessian(np.zeros(2))


def _diagonal_only(x):
    return np.diag(np.diag(_line_hessian(x)))


def _by_example(x):
    """The Hessian of each example's share of the loss, shape (I, 2, 2)."""
    return np.stack([_line_hessian(np.array([one])) for one in x])


def _line_determinant(x):
    return np.linalg.det(_line_hessian(x))


def _changed(x, row, column, value):
    hessian = _line_hessian(x)
    hessian[row, column] = hessian[column, row] = value
    return hessian


pb_6_2 = Problem(
    id="pb-6.2",
    title="Hessian convexity",
    text=r"""
A loss whose Hessian has positive eigenvalues everywhere is convex, and has one minimum at most.
Show that it has them for the line $\phi_0+\phi_1x$ and the least-squares loss
$L=\sum_i(\phi_0+\phi_1x_i-y_i)^2$.

1. `hessian(x)`: from the inputs, shape `(I,)`, the matrix
   $\begin{bmatrix}\partial^2L/\partial\phi_0^2&\partial^2L/\partial\phi_0\partial\phi_1\\
   \partial^2L/\partial\phi_1\partial\phi_0&\partial^2L/\partial\phi_1^2\end{bmatrix}$,
   shape `(2, 2)`. (Why does it need neither $y$ nor $\phi$?)
2. `trace(x)` and `determinant(x)` of that matrix.
3. `flat`: for which data is the determinant zero? `"never"`, `"all x equal"`, `"all y equal"` or
   `"mean of x is zero"`.

Below, argue in words and formulas why trace and determinant are positive for all other data, and
why that makes both eigenvalues positive.
""",
    parts=(
        FunctionPart(
            name="hessian",
            out_of=3,
            right=_line_hessian,
            inputs=_designs,
            result="the Hessian",
            misconceptions=(
                Misconception(
                    lambda x: _line_hessian(x) / 2,
                    "Your Hessian is exactly half of the right one: "
                    "where did the 2 from the square go?",
                ),
                Misconception(
                    _diagonal_only,
                    "The mixed derivatives are not zero: does ∂L/∂φ₀ depend on φ₁?",
                ),
                Misconception(
                    lambda x: _changed(x, 0, 0, 2.0),
                    "All right but the first entry: a constant summed over all examples is more "
                    "than the constant.",
                ),
                Misconception(
                    lambda x: _changed(x, 1, 1, 2 * x.sum() ** 2),
                    "All right but the last entry: the square of a sum is not the sum of squares.",
                ),
                Misconception(
                    lambda x: _line_hessian(x) / len(x),
                    "Your Hessian is divided by the number of examples: that belongs to the mean. "
                    "The loss here is the sum.",
                ),
                Misconception(
                    lambda x: _line_hessian(x)[::-1, ::-1],
                    "The two parameters have changed places: φ₀ belongs in the first row.",
                ),
                Misconception(
                    lambda x: _line_hessian(x) * [[1, -1], [-1, 1]],
                    "The mixed derivatives have the wrong sign.",
                ),
                Misconception(
                    _by_example,
                    "You return one matrix for each example; the Hessian of the loss is their sum.",
                ),
                Misconception(
                    lambda x: _by_example(x)[0],
                    "Only the first example counts in yours: does the loop return too early?",
                ),
                Misconception(
                    lambda x: _by_example(x)[-1],
                    "Only the last example counts in yours: add up, in place of overwriting.",
                ),
                Misconception(
                    lambda x: _line_hessian(x) * [[1, 0.5], [0.5, 1]],
                    "The mixed derivatives are half of the right ones: differentiating the square "
                    "brings its 2 to them as well.",
                ),
                Misconception(
                    lambda x: -_line_hessian(x),
                    "All signs are turned: a square curves up in every direction.",
                ),
                Misconception(
                    lambda x: _line_hessian(x) / [[1, len(x)], [len(x), len(x)]],
                    "The first entry is right. The others are made of means, where the loss is a "
                    "sum over the examples.",
                ),
                Misconception(
                    lambda x: _line_hessian(np.abs(x)),
                    "The mixed derivatives lose the signs of the inputs.",
                ),
                Misconception(
                    lambda x: _changed(x, 0, 1, 2 * (x**2).sum()),
                    "All right but the mixed derivatives: they contain the inputs, not their "
                    "squares.",
                ),
                Misconception(
                    lambda x: _changed(x, 1, 1, 2 * x.sum()),
                    "All right but the last entry: φ₁ is multiplied by x, and differentiating by "
                    "it twice brings x twice.",
                ),
                Misconception(
                    lambda x: _changed(x, 0, 1, 2.0 * len(x)),
                    "All right but the mixed derivatives: of the two parameters, φ₁ brings an x.",
                ),
                Misconception(
                    lambda x: _line_hessian(x)[:, ::-1],
                    "The two columns have changed places: φ₀ belongs in the first.",
                ),
                Misconception(
                    lambda x: np.triu(_line_hessian(x)),
                    "The entry below the diagonal is missing: the matrix is symmetric.",
                ),
                Misconception(
                    lambda x: 2 * _line_hessian(x),
                    "Twice the right Hessian: the square brings a single 2.",
                ),
                Misconception(
                    lambda x: 2 * (1 + np.outer(x, x)),
                    "You multiply every example with every other, I × I of them. The product the "
                    "other way round adds up over the examples, and is 2 × 2.",
                ),
            ),
        ),
        FunctionPart(
            name="trace",
            out_of=1,
            right=lambda x: np.trace(_line_hessian(x)),
            inputs=_designs,
            result="the trace",
            misconceptions=(
                Misconception(
                    lambda x: np.trace(_line_hessian(x)) / 2,
                    "Half of the right trace: is the 2 from the square missing?",
                ),
                Misconception(
                    lambda x: _line_hessian(x).sum(),
                    "That is the sum of all four entries; the trace adds up the diagonal.",
                ),
                Misconception(
                    lambda x: np.trace(_line_hessian(x)[::-1]),
                    "That is the sum along the wrong diagonal.",
                ),
                Misconception(
                    lambda x: np.prod(np.diag(_line_hessian(x))),
                    "That is the product of the diagonal entries; the trace is their sum.",
                ),
                Misconception(
                    lambda x: 2 + 2 * (x**2).sum(),
                    "The first entry of the diagonal is a constant for each example: summed over "
                    "all of them it is more than the constant.",
                ),
                Misconception(
                    lambda x: 2 * len(x) + 2 * x.sum() ** 2,
                    "The square of a sum is not the sum of squares.",
                ),
                Misconception(
                    lambda x: 2 * len(x) + (x**2).sum(),
                    "The last entry of the diagonal is half of the right one.",
                ),
                Misconception(
                    lambda x: len(x) + 2 * (x**2).sum(),
                    "The first entry of the diagonal is half of the right one.",
                ),
                Misconception(
                    lambda x: 2 * (x**2).sum(),
                    "That is the last entry alone: the first one of the diagonal is missing.",
                ),
                Misconception(
                    lambda x: 2 * len(x),
                    "That is the first entry alone: the last one of the diagonal is missing.",
                ),
                Misconception(
                    lambda x: 2 + 2 * x**2,
                    "You return one number for each example; the trace is their sum.",
                ),
                Misconception(
                    lambda x: np.trace(_line_hessian(x)) / len(x),
                    "That is divided by the number of examples: that belongs to the mean. The loss "
                    "here is the sum.",
                ),
                Misconception(_line_determinant, "That is the determinant."),
                *(
                    Misconception(
                        lambda x, last=last: 2 * len(x) + 2 * last(x).sum(),
                        f"The last entry of the diagonal is made of {wrong}; it is made of their "
                        "squares.",
                    )
                    for last, wrong in ((np.positive, "the inputs"), (np.abs, "their sizes"))
                ),
                Misconception(
                    lambda x: 2 * np.trace(_line_hessian(x)),
                    "Twice the right trace: the square brings a single 2.",
                ),
                Misconception(
                    lambda x: np.diag(_line_hessian(x)),
                    "You return the diagonal; the trace is its sum.",
                ),
            ),
        ),
        FunctionPart(
            name="determinant",
            out_of=1,
            right=_line_determinant,
            inputs=_designs,
            result="the determinant",
            misconceptions=(
                Misconception(
                    lambda x: _line_determinant(x) / 4,
                    "A quarter of the right one: each entry carries a factor 2, and a determinant "
                    "multiplies entries in pairs.",
                ),
                Misconception(
                    lambda x: _line_determinant(x) / 2,
                    "Half of the right one: a factor common to a 2 × 2 matrix leaves its "
                    "determinant squared.",
                ),
                Misconception(
                    lambda x: np.prod(np.diag(_line_hessian(x))),
                    "That is the product of the diagonal; the other diagonal is missing.",
                ),
                Misconception(
                    lambda x: np.prod(np.diag(_line_hessian(x))) + _line_hessian(x)[0, 1] ** 2,
                    "The product of the other diagonal has the wrong sign.",
                ),
                Misconception(
                    lambda x: -_line_determinant(x),
                    "The sign is turned: which diagonal comes first?",
                ),
                Misconception(
                    lambda x: 4 * ((x**2).sum() - x.sum() ** 2),
                    "The first entry of the matrix is a constant for each example: summed over all "
                    "of them it is more than the constant.",
                ),
                Misconception(
                    lambda x: 4 * (len(x) * (x**2).sum() - x.sum()),
                    "The product of the other diagonal is the square of its entry; yours is not "
                    "squared.",
                ),
                Misconception(
                    lambda x: 4 * (len(x) - 1) * (x**2).sum(),
                    "The product of the other diagonal is the square of a sum, not the sum of "
                    "squares.",
                ),
                *(
                    Misconception(
                        lambda x, multiple=multiple: multiple(float(len(x))) * np.var(x),
                        f"That is the variance of the inputs{times}. A variance is a mean, and the "
                        "entries of the matrix are sums.",
                    )
                    for multiple, times in (
                        (lambda n: 1, ""),
                        (lambda n: 4, " times 4"),
                        (lambda n: n, " times their number"),
                        (lambda n: 4 * n, " times 4 and times their number"),
                    )
                ),
                Misconception(
                    lambda x: np.sqrt(_line_determinant(x)),
                    "That is the root of the determinant.",
                ),
                Misconception(lambda x: np.trace(_line_hessian(x)), "That is the trace."),
            ),
        ),
        ChoicePart(
            name="flat",
            out_of=1,
            choice=Choice(
                "all x equal",
                {
                    "never": "There are such data. Begin with the smallest data set you can think "
                    "of: can it fix both the height and the slope of a line?",
                    "all y equal": "The outputs do not occur in the Hessian at all.",
                    "mean of x is zero": "Then the mixed entries vanish, and the determinant is "
                    "the product of the diagonal: is that zero?",
                },
            ),
        ),
    ),
    hints=(
        "Start from the gradient (problem pb-6.1) and differentiate each of its two entries once "
        "more, by each parameter. Nothing but x and constants is left.",
        "Trace and determinant of a symmetric matrix are the sum and the product of its "
        "eigenvalues. What do two numbers have in common whose product is positive?",
        "For the determinant, think of the variance of the inputs, the mean of the squares less "
        "the square of the mean: it is never negative. When is it zero?",
    ),
)

# --- pb-6.3 ---------------------------------------------------------------------------------------


def _wave_inputs(rng):
    """The first is one example, to do by hand; with three, no table fits the shape (2,)."""
    one = {"phi": np.array([1.0, 10.0]), "x": np.array([5.0]), "y": np.array([0.5])}
    three = {
        "phi": np.array([-1.0, 10.0]),
        "x": np.array([-5.0, 0.0, 3.0]),
        "y": np.array([0.5, 1.0, -1.0]),
    }
    drawn = [
        {
            "phi": np.array([rng.uniform(-5, 5), rng.uniform(5, 20)]).round(1),
            "x": rng.uniform(-15, 15, n).round(1),
            "y": rng.normal(0, 0.5, n).round(1),
        }
        for n in (5, 28)
    ]
    return [one, three, *drawn]


def _wave_gradient(phi, x, y):
    return LeastSquares(Gabor(), x, y).gradient(phi)


def _phase(phi, x):
    return phi[0] + 0.06 * phi[1] * x


def _bell(u):
    return np.exp(-(u**2) / 32)


def _wave(u):
    return np.sin(u) * _bell(u)


def _wave_slope(u):
    return (np.cos(u) - np.sin(u) * u / 16) * _bell(u)


def _twice_the_residual(wave, y):
    return 2 * (wave - y)


def _chained(
    square=_twice_the_residual,
    wave=_wave,
    slope=_wave_slope,
    phase=_phase,
    by_phi=lambda phi, x: (np.ones_like(x), 0.06 * x),
):
    """The gradient by the chain rule, with any of its layers changed."""

    def gradient(phi, x, y):
        u = phase(phi, x)
        share = square(wave(u), y) * slope(u)
        return np.array([np.sum(share * inner) for inner in by_phi(phi, x)])

    return gradient


def _second_entry_in_two_terms(by_sine, by_bell):
    """The gradient with the derivative of the phase by φ₁ in one of the two terms alone."""

    def gradient(phi, x, y):
        u = _phase(phi, x)
        inner = 0.06 * x
        sine = np.cos(u) * _bell(u) * (inner if by_sine else 1)
        bell = -np.sin(u) * u / 16 * _bell(u) * (inner if by_bell else 1)
        second = np.sum(_twice_the_residual(_wave(u), y) * (sine + bell))
        return np.array([_wave_gradient(phi, x, y)[0], second])

    return gradient


@dataclass(frozen=True, kw_only=True)
class LayeredPart(FunctionPart):
    """A function made of layers: with a single example, a counterexample shows what is between.

    layers : (the inputs by name) -> the numbers between, by name
    """

    layers: Callable

    def _difference(self, given, answer, right):
        told = super()._difference(given, answer, right)
        if len(given["x"]) > 1:
            return told
        between = ", ".join(f"{name} = {n.item():.6g}" for name, n in self.layers(**given).items())
        return f"{told} On the way: {between}."


def _wave_layers(phi, x, y):
    u = _phase(phi, x)
    return {"u": u, "f": _wave(u), "f - y": _wave(u) - y, "∂f/∂u": _wave_slope(u)}


def _one_by_one(phi, x, y):
    """One row for each example."""
    return np.stack([_wave_gradient(phi, x[i : i + 1], y[i : i + 1]) for i in range(len(x))])


pb_6_3 = Problem(
    id="pb-6.3",
    title="The gradient of the Gabor loss",
    text=r"""
The Gabor model is a sine under a bell, with the phase $u=\phi_0+0.06\,\phi_1x$:

$$\mathrm{f}[x,\phi]=\sin[u]\,\exp\!\left(-\frac{u^2}{32}\right),\qquad
L[\phi]=\sum_{i=1}^{I}\bigl(\mathrm{f}[x_i,\phi]-y_i\bigr)^2 .$$

Derive both partial derivatives of its least-squares loss, and write them as a function of `phi`,
shape `(2,)`, `x` and `y`, shape `(I,)`. It returns
$[\partial L/\partial\phi_0,\;\partial L/\partial\phi_1]$, shape `(2,)`.
""",
    parts=(
        LayeredPart(
            name="gradient",
            out_of=4,
            right=_wave_gradient,
            layers=_wave_layers,
            inputs=_wave_inputs,
            result="the gradient",
            components=("∂L/∂φ₀", "∂L/∂φ₁"),
            misconceptions=(
                # All of it
                Misconception(
                    lambda phi, x, y: _wave_gradient(phi, x, y) / 2,
                    "Exactly half of the right gradient: where did the 2 from the square go?",
                ),
                Misconception(
                    lambda phi, x, y: -_wave_gradient(phi, x, y),
                    "The right size and the opposite direction: is the residual prediction less "
                    "data, or data less prediction?",
                ),
                Misconception(
                    lambda phi, x, y: _wave_gradient(phi, x, y)[::-1],
                    "Both numbers are right, but they have changed places: ∂L/∂φ₀ comes first.",
                ),
                # The sum over the examples
                Misconception(
                    lambda phi, x, y: _wave_gradient(phi, x, y) / len(x),
                    "This is the gradient of the mean over the examples. The loss here is the sum.",
                ),
                *sum_mistakes(_one_by_one),
                Misconception(
                    lambda phi, x, y: _wave_gradient(phi, x, y)[0] * np.array([1, 0.06 * x.sum()]),
                    "Your second entry is a product of two sums. Multiply within each example, "
                    "and add up the products.",
                ),
                Misconception(
                    _chained(square=lambda wave, y: 2 * (wave - y).sum()),
                    "You add up the residuals before you multiply them by the slopes. Multiply "
                    "within each example, and add up the products.",
                ),
                # The outer layer, the square
                *(
                    Misconception(
                        _chained(square=lambda wave, y, outer=outer: outer),
                        "The data y have no influence on your gradient: the outer function of the "
                        f"chain rule, the square, keeps what is inside it{less}.",
                    )
                    for outer, less in ((1.0, ""), (2.0, ", beside its 2"))
                ),
                Misconception(
                    _chained(square=lambda wave, y: 2 * wave),
                    "The data y are missing: the square is that of the residual, prediction less "
                    "data.",
                ),
                *(
                    Misconception(
                        _chained(square=lambda wave, y, factor=factor: factor * (wave - y) ** 2),
                        "The residual is still squared in yours: differentiating the square "
                        f"lowers its exponent{beside}.",
                    )
                    for factor, beside in ((1, ""), (2, ", and you have brought down the 2"))
                ),
                Misconception(
                    _chained(square=lambda wave, y: 2 * np.abs(wave - y)),
                    "Your residual has lost its sign.",
                ),
                # The model in the residual
                Misconception(
                    _chained(wave=np.sin),
                    "The prediction in your residual is the sine alone, without its bell.",
                ),
                Misconception(
                    _chained(
                        wave=lambda u: np.sin(u) * np.exp(-(u**2)) / 32,
                        slope=lambda u: (np.cos(u) - 2 * u * np.sin(u)) * np.exp(-(u**2)) / 32,
                    ),
                    "Your bell is a number divided by 32: the 32 belongs inside the parentheses of "
                    "the exponential, below u².",
                ),
                Misconception(
                    _chained(wave=lambda u: np.sin(u) + _bell(u)),
                    "The prediction in your residual is the sum of sine and bell: it is their "
                    "product.",
                ),
                # The middle layer, sine times bell
                Misconception(
                    _chained(slope=_wave),
                    "You multiply the residual by the model itself, not by its derivative.",
                ),
                Misconception(
                    _chained(slope=lambda u: np.cos(u) * _bell(u)),
                    "You differentiate the sine and leave the bell as it is: both depend on the "
                    "phase (product rule).",
                ),
                Misconception(
                    _chained(slope=lambda u: -np.sin(u) * u / 16 * _bell(u)),
                    "You differentiate the bell and leave the sine as it is: both depend on the "
                    "phase (product rule).",
                ),
                Misconception(
                    _chained(slope=lambda u: -np.cos(u) * u / 16 * _bell(u)),
                    "You multiply the derivative of the sine by that of the bell. The product rule "
                    "keeps one factor as it is in each of its two terms.",
                ),
                Misconception(
                    _chained(slope=np.cos),
                    "You differentiate the sine alone: the bell is in neither term of yours "
                    "(product rule).",
                ),
                Misconception(
                    _chained(slope=lambda u: np.cos(u) - np.sin(u) * u / 16 * _bell(u)),
                    "In the term that differentiates the sine, the bell is missing: the product "
                    "rule keeps the other factor as it is.",
                ),
                Misconception(
                    _chained(slope=lambda u: np.cos(u) * _bell(u) - np.sin(u) * u / 16),
                    "In the term that differentiates the bell, the exponential is missing: the "
                    "derivative of an exponential contains the exponential.",
                ),
                Misconception(
                    _chained(slope=lambda u: np.cos(u) - np.sin(u) * u / 16),
                    "The exponential is missing from both terms of your product rule.",
                ),
                Misconception(
                    _chained(slope=lambda u: _wave_slope(u) * _bell(u)),
                    "The exponential stands twice in your derivative of the model: in each term of "
                    "the product rule it stands once.",
                ),
                Misconception(
                    _chained(slope=lambda u: (np.cos(u) - u / 16) * _bell(u)),
                    "In the term that differentiates the bell, the sine is missing: the product "
                    "rule keeps the other factor as it is.",
                ),
                Misconception(
                    _chained(slope=lambda u: (np.sin(u) - np.sin(u) * u / 16) * _bell(u)),
                    "In the term that differentiates the sine, the sine is still itself, not its "
                    "derivative.",
                ),
                Misconception(
                    _chained(slope=lambda u: -(np.cos(u) + np.sin(u) * u / 16) * _bell(u)),
                    "The derivative of the sine has the wrong sign.",
                ),
                Misconception(
                    _chained(slope=lambda u: (np.cos(u) + np.sin(u) * u / 16) * _bell(u)),
                    "The derivative of the bell has the wrong sign: it falls as the phase grows "
                    "from 0.",
                ),
                Misconception(
                    _chained(slope=lambda u: (np.cos(u) - np.sin(u) * u / 32) * _bell(u)),
                    "The derivative of the bell is too small by half: the square in its exponent "
                    "brings a 2.",
                ),
                *(
                    Misconception(
                        _chained(
                            slope=lambda u, by=by: (np.cos(u) - np.sin(u) * u * by) * _bell(u)
                        ),
                        f"The derivative of the bell is {1 / (16 * by):g} times too small: "
                        f"differentiate its exponent once more, with care for the {number}.",
                    )
                    for by, number in ((1 / 64, "2"), (1 / 1024, "32"), (1 / 512, "32"))
                ),
                *(
                    Misconception(
                        _chained(
                            slope=lambda u, by=by: (np.cos(u) - np.sin(u) * u * by) * _bell(u)
                        ),
                        f"The derivative of the bell is {16 * by:g} times too large: the 32 below "
                        "the exponent stays when it is differentiated.",
                    )
                    for by in (1, 2)
                ),
                Misconception(
                    _chained(slope=lambda u: (np.cos(u) - np.sin(u) / 16) * _bell(u)),
                    "The derivative of the bell has lost its phase: that of the exponent, a "
                    "square, is proportional to u.",
                ),
                Misconception(
                    _chained(slope=lambda u: (np.cos(u) - np.sin(u) * u**2 / 32) * _bell(u)),
                    "The derivative of the bell contains its exponent as it is, still squared, "
                    "where the derivative of the exponent belongs.",
                ),
                # The inner layer, the phase
                *(
                    Misconception(
                        _second_entry_in_two_terms(*inner),
                        "In your second entry the derivative of the phase by φ₁ multiplies only "
                        f"the term that differentiates the {which}: it belongs to both terms.",
                    )
                    for inner, which in (((True, False), "sine"), ((False, True), "bell"))
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), x)),
                    "In your second entry the 0.06 is missing by which φ₁ is multiplied in the "
                    "phase, besides x.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), 0.06 * np.ones_like(x))),
                    "The second entry is a fixed multiple of the first: the inputs x are missing.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), np.ones_like(x))),
                    "Your two entries are equal: the innermost layer, the phase by φ₁, is missing "
                    "from the second.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (0.06 * x, 0.06 * x)),
                    "Your two entries are equal: the phase has another derivative by φ₀ than by "
                    "φ₁.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (0.06 * np.ones_like(x), 0.06 * x)),
                    "Your first entry contains the 0.06, which multiplies φ₁ alone in the phase.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), 0.06 * phi[1] * x)),
                    "Your second entry still contains φ₁: the phase is linear in it, and what is "
                    "left of 0.06 φ₁ x is what multiplies φ₁.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), 0.06 * phi[1] * x**0)),
                    "Your second entry has the derivative of the phase by x, where that by φ₁ "
                    "belongs.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (phi[0] * np.ones_like(x), 0.06 * phi[1] * x)),
                    "Each entry of yours is multiplied by its own parameter: the phase is linear "
                    "in both, and its derivatives contain neither.",
                ),
                Misconception(
                    _chained(
                        phase=lambda phi, x: phi[0] + phi[1] * x,
                        by_phi=lambda phi, x: (np.ones_like(x), x),
                    ),
                    "Your phase is φ₀ + φ₁ x: the 0.06 is missing everywhere.",
                ),
                Misconception(
                    _chained(phase=lambda phi, x: phi[1] + 0.06 * phi[0] * x),
                    "The two parameters have changed places in your phase.",
                ),
            ),
        ),
    ),
    hints=(
        "Use the chain rule in three layers: the square, the model as a function of its phase "
        "$u$, and the phase as a function of each parameter.",
        "The middle layer is a product of two functions of $u$, so its derivative has two terms.",
        "Check yourself with your gradient checker from pb-C1, or with "
        "`course_lib.gradient_check`. If only $\\partial L/\\partial\\phi_0$ is right, the last "
        "layer is at fault.",
    ),
)

# --- pb-6.11 --------------------------------------------------------------------------------------

_PARAMETERS = 1_000_000
_GIB = 2**30


def _bytes_each(memory):
    """What a number of GiB would mean for a single entry of the matrix."""
    each = memory * _GIB / _PARAMETERS**2
    return f"Spread over all its entries that would be {each:.5g} bytes each."


def _memory(size):
    """What is mistaken for the memory of the matrix in GiB at `size` bytes a number."""
    entries = _PARAMETERS**2
    return (
        Misconception(size * entries, "That is in bytes: divide by 2**30."),
        Misconception(size * entries / 1e9, "That is in units of 10⁹ bytes; a GiB is 2³⁰ bytes."),
        Misconception(
            size * entries / 2**20, "That is in MiB, 2²⁰ bytes: divide once more by 1024."
        ),
        *(
            Misconception(
                number, f"{number:.6g} is in TiB, 2⁴⁰ bytes: a GiB is 1024 times smaller."
            )
            for number in (size * entries / 2**40, round(size * entries / 2**40, 2))
        ),
        Misconception(size * entries / 1e12, "That is in units of 10¹² bytes; a GiB is 2³⁰ bytes."),
        Misconception(
            8 * size * entries / _GIB, f"That is in bits: {8 * size} bits are {size} bytes."
        ),
        Misconception(entries / _GIB, f"That is one byte a number; a number here takes {size}."),
        Misconception(entries, "That is the number of entries: how many bytes are they?"),
        Misconception(
            size * _PARAMETERS / _GIB,
            f"That is the gradient, {size} million bytes; the Hessian has one number for each "
            "pair of parameters.",
        ),
    )


pb_6_11 = Problem(
    id="pb-6.11",
    title="The Hessian of a model with a million parameters",
    text=r"""
A small network by today's measure has a million parameters. How large is its Hessian?

1. `shape`: its number of rows and of columns, a pair.
2. `distinct`: how many of its entries can differ, since the order of differentiation does not
   matter?
3. `float32`: the memory of the whole matrix, all its rows and columns, in GiB ($2^{30}$ bytes) at
   4 bytes a number, to two decimals; `float64`: the same at 8 bytes a number.
""",
    parts=(
        ValuePart(
            name="shape",
            out_of=1,
            right=(_PARAMETERS, _PARAMETERS),
            relative_tolerance=1e-9,
            implies=lambda shape: "How many rows has the Hessian of two parameters in pb-6.2?",
            misconceptions=(
                Misconception(
                    (_PARAMETERS, 1), "That is the gradient: one number for each parameter."
                ),
                Misconception(
                    (_PARAMETERS,), "That is the gradient: one number for each parameter. "
                    "The Hessian has one for each pair."
                ),
                Misconception((1000, 1000), "A matrix of that shape has a million entries in all: "
                              "one for each parameter, not for each pair."),
                Misconception((2, 2), "That is the Hessian of a model with two parameters."),
                Misconception(
                    _PARAMETERS**2, "That is the number of its entries; the shape is a pair."
                ),
                Misconception(
                    _PARAMETERS, "That is the number of its rows; the shape is a pair."
                ),
                Misconception(
                    (_PARAMETERS**2, _PARAMETERS**2), "That many entries has the whole matrix; "
                    "it has one row for each parameter."
                ),
            ),
        ),
        ValuePart(
            name="distinct",
            out_of=1,
            right=_PARAMETERS * (_PARAMETERS + 1) // 2,
            relative_tolerance=1e-12,
            implies=lambda count: "Count by hand for 3 parameters: of 9 entries, 6 can differ.",
            misconceptions=(
                Misconception(
                    _PARAMETERS**2, "Those are all the entries; each pair is counted twice."
                ),
                Misconception(
                    _PARAMETERS * (_PARAMETERS - 1) // 2, "The diagonal is missing."
                ),
                Misconception(
                    _PARAMETERS * (_PARAMETERS + 1),
                    "Off the diagonal each entry has its mirror image: yours is twice the number.",
                ),
                Misconception(
                    _PARAMETERS * (_PARAMETERS - 1),
                    "Those are all the entries off the diagonal. Each has its mirror image, and "
                    "the diagonal is missing.",
                ),
                Misconception(
                    _PARAMETERS**2 // 2, "Nearly: the diagonal has no mirror image to be saved."
                ),
                Misconception(_PARAMETERS, "That is the diagonal alone."),
                Misconception(
                    1000 * 1001 // 2, "That is for 1000 parameters; a million are a thousand times "
                    "as many."
                ),
            ),
        ),
        ValuePart(
            name="float32",
            out_of=1,
            right=4 * _PARAMETERS**2 / _GIB,
            relative_tolerance=1e-5,
            implies=_bytes_each,
            misconceptions=(
                *_memory(4),
                Misconception(
                    8 * _PARAMETERS**2 / _GIB, "That is at 8 bytes a number: float32 takes four."
                ),
                Misconception(
                    2 * _PARAMETERS**2 / _GIB,
                    "That is half of the whole matrix: all its rows and columns were asked for, "
                    "at 4 bytes a number.",
                ),
            ),
        ),
        ValuePart(
            name="float64",
            out_of=1,
            right=8 * _PARAMETERS**2 / _GIB,
            relative_tolerance=1e-5,
            implies=_bytes_each,
            misconceptions=(
                *_memory(8),
                Misconception(
                    4 * _PARAMETERS**2 / _GIB,
                    "That is at 4 bytes a number, or half of the matrix at 8: all of it was asked "
                    "for, at 8.",
                ),
                Misconception(
                    16 * _PARAMETERS**2 / _GIB, "That is at 16 bytes a number: float64 takes 8."
                ),
            ),
        ),
    ),
    hints=(
        "The Hessian has one entry for each ordered pair of parameters. Count for a model with "
        "two parameters, then with three.",
        "A symmetric matrix is known from its diagonal and all that lies above it.",
        "Memory is entries times bytes for each, divided by $2^{30}$. Let Python do the sum.",
    ),
)  # fmt: skip
