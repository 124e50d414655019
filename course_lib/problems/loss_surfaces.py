"""Problems for notebook 04: the shape of a loss (pb-6.6, pb-P1, pb-6.2, pb-6.3, pb-6.11)."""

from dataclasses import dataclass

import numpy as np

from course_lib.critical_points import find_critical_points
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.problems.answers import as_array
from course_lib.problems.parts import (
    Choice,
    ChoicePart,
    ChoicesPart,
    FunctionPart,
    Misconception,
    Part,
    ValuePart,
)
from course_lib.problems.problem import Problem
from course_lib.surfaces import CosineWave

# --- pb-6.6 ---------------------------------------------------------------------------------------

_LOCAL, _GLOBAL, _NEITHER = "local minimum", "global minimum", "neither"

_NOT_THE_LOWEST = "a minimum, but somewhere on this curve the loss is lower still."
_THE_LOWEST = "a local minimum it is, but is any point of the whole curve lower? There is a word."
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
                "a": Choice(True, {False: "try to find a chord that dips below this curve."}),
                "b": Choice(
                    False, {True: "draw the chord between its two lowest places: which is above?"}
                ),
                "c": Choice(
                    False,
                    {
                        True: "one minimum does not make a curve convex: follow the slope from "
                        "left to right. Does it ever decrease?"
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
        "You may compute: each loss in `fig_6_11_losses()` has `.value(x)`, `.slope(x)` and "
        "`.curvature(x)`. Evaluate them on `np.linspace(-2, 2, 200)`.",
        "A point of zero slope can be a minimum, a maximum or a terrace. Only its neighbours tell.",
    ),
)

# --- pb-P1 ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MinimaPart(Part):
    """The places of all minima, in any order; each earns its share, each wrong place costs one."""

    right: tuple[float, ...]
    tolerance: float = 6e-4

    def mark(self, answer, rng):
        values = np.unique(as_array(answer, "Your answer").ravel())
        found = [place for place in self.right if self._near(values, place).any()]
        wrong = [value for value in values if not self._near(self.right, value).any()]
        share = max(0, len(found) - len(wrong)) / len(self.right)
        if wrong:
            return share, self._reason(wrong[0])
        if not found:
            return share, "There is no place in your answer yet."
        if share < 1:
            return share, "What you have is right, but there are more minima than that."
        return 1.0, "Those are all of them."

    def _near(self, values, place):
        return np.abs(np.asarray(values) - place) <= self.tolerance

    def _reason(self, value):
        for known in self.misconceptions:
            if abs(value - known.answer) < 5e-3:  # two decimals are enough to recognise it
                return known.message
        if (np.abs(np.subtract(self.right, value)) < 0.02).any():
            return f"{value:.6g} is near a minimum, but not to three decimals."
        return f"{value:.6g} is no minimum: is the slope zero there, and the curvature positive?"


_wave_points = find_critical_points(CosineWave(), [(-1.0, 2.0)])
_wave_minima = tuple(float(p.phi[0]) for p in _wave_points if p.kind == "minimum")
_wave_maxima = tuple(float(p.phi[0]) for p in _wave_points if p.kind == "maximum")

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
            right=_wave_minima,
            misconceptions=(
                Misconception(
                    _wave_maxima[0],
                    "The slope is zero at 0.274, but the curve bends down there: a maximum.",
                ),
                Misconception(
                    1.0,
                    "1 is a minimum of cos(πx) alone; the factor x moves it: use the product rule.",
                ),
                Misconception(
                    -1.0,
                    "At -1 cos(πx) is lowest, but it is multiplied by x, which is negative there: "
                    "the lowest place becomes the highest of those near it in the interval.",
                ),
                Misconception(
                    float(CosineWave()([_wave_minima[0]])),
                    "That is the lowest value of the curve. The place x where it occurs was "
                    "asked for.",
                ),
                Misconception(
                    float(CosineWave()([_wave_minima[1]])),
                    "That is the value of the curve at a minimum, not its place x.",
                ),
            ),
        ),
        ValuePart(
            name="lowest",
            out_of=1,
            right=_wave_minima[0],
            relative_tolerance=6e-4,
            misconceptions=(
                Misconception(
                    _wave_minima[1], "A minimum, but compare its height with the other's."
                ),
                Misconception(
                    float(CosineWave()([_wave_minima[0]])), "That is its height. Where is it?"
                ),
                Misconception(_wave_maxima[0], "That is a maximum."),
                Misconception(1.0, "Near, but the slope is not zero at 1."),
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
            misconceptions=(
                Misconception((2.0, -2.0), "Right, but the smaller first."),
                Misconception(
                    (-1.0, 1.0), "These are the coefficients; what do two derivatives make of x²?"
                ),
                Misconception((0.0, 0.0), "That is the gradient there, not the curvature."),
                Misconception((2.0, 2.0), "Mind the minus sign in front of y²."),
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
    by_hand = {"x": np.array([1.0, 2.0, 4.0])}
    return [by_hand, *({"x": rng.normal(0.5, 1, n)} for n in (2, 5, 12))]


def _line_hessian(x):
    return LeastSquares(Linear(), x, np.zeros_like(x)).hessian(np.zeros(2))


def _diagonal_only(x):
    return np.diag(np.diag(_line_hessian(x)))


def _changed(x, row, column, value):
    hessian = _line_hessian(x)
    hessian[row, column] = hessian[column, row] = value
    return hessian


pb_6_2 = Problem(
    id="pb-6.2",
    title="Hessian convexity",
    text=r"""
A loss is convex with a single minimum if its Hessian has positive eigenvalues everywhere. Show that
for the line $\phi_0+\phi_1x$ and the least-squares loss $L=\sum_i(\phi_0+\phi_1x_i-y_i)^2$.

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
                    lambda x: np.stack([_line_hessian(np.array([one])) for one in x]),
                    "You return one matrix for each example; the Hessian of the loss is their sum.",
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
            ),
        ),
        FunctionPart(
            name="determinant",
            out_of=1,
            right=lambda x: np.linalg.det(_line_hessian(x)),
            inputs=_designs,
            result="the determinant",
            misconceptions=(
                Misconception(
                    lambda x: np.linalg.det(_line_hessian(x)) / 4,
                    "A quarter of the right one: each entry carries a factor 2, and a determinant "
                    "multiplies entries in pairs.",
                ),
                Misconception(
                    lambda x: np.linalg.det(_line_hessian(x)) / 2,
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
                    lambda x: -np.linalg.det(_line_hessian(x)),
                    "The sign is turned: which diagonal comes first?",
                ),
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
    by_hand = {"phi": np.array([1.0, 10.0]), "x": np.array([0.0, 2.0]), "y": np.array([0.5, 0.0])}
    drawn = [
        {
            "phi": np.array([rng.uniform(-5, 5), rng.uniform(5, 20)]),
            "x": rng.uniform(-15, 15, n),
            "y": rng.normal(0, 0.5, n),
        }
        for n in (1, 5, 28)
    ]
    return [by_hand, *drawn]


def _wave_gradient(phi, x, y):
    return LeastSquares(Gabor(), x, y).gradient(phi)


def _residual(phi, x, y):
    return Gabor()(x, phi) - y


def _with_slope(slope, inner=0.06, outer=_residual):
    """The gradient if the model's derivative by its phase u were `slope(u)`."""

    def gradient(phi, x, y):
        share = 2 * outer(phi, x, y) * slope(_phase(phi, x))
        return np.array([share.sum(), (share * inner * x).sum()])

    return gradient


def _phase(phi, x):
    return phi[0] + 0.06 * phi[1] * x


def _bell(u):
    return np.exp(-(u**2) / 32)


def _wave_slope(u):
    return (np.cos(u) - np.sin(u) * u / 16) * _bell(u)


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
        FunctionPart(
            name="gradient",
            out_of=4,
            right=_wave_gradient,
            inputs=_wave_inputs,
            result="the gradient",
            components=("∂L/∂φ₀", "∂L/∂φ₁"),
            misconceptions=(
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
                    lambda phi, x, y: _wave_gradient(phi, x, y) / len(x),
                    "This is the gradient of the mean over the examples. The loss here is the sum.",
                ),
                Misconception(
                    _with_slope(_wave_slope, inner=1.0),
                    "The second entry is too large by a constant factor: by what is φ₁ multiplied "
                    "inside the phase, besides x?",
                ),
                Misconception(
                    lambda phi, x, y: _wave_gradient(phi, x, y)[0] * np.array([1, 0.06]),
                    "The second entry is a fixed multiple of the first: the inputs x are missing.",
                ),
                Misconception(
                    _with_slope(lambda u: np.cos(u) * _bell(u)),
                    "You differentiate the sine and leave the bell as it is: both depend on the "
                    "phase (product rule).",
                ),
                Misconception(
                    _with_slope(lambda u: -np.sin(u) * u / 16 * _bell(u)),
                    "You differentiate the bell and leave the sine as it is: both depend on the "
                    "phase (product rule).",
                ),
                Misconception(
                    _with_slope(lambda u: (np.cos(u) - np.sin(u) * u / 32) * _bell(u)),
                    "The derivative of the bell is too small by half: the square in its exponent "
                    "brings a 2.",
                ),
                Misconception(
                    _with_slope(lambda u: (np.cos(u) + np.sin(u) * u / 16) * _bell(u)),
                    "The derivative of the bell has the wrong sign: it falls as the phase grows "
                    "from 0.",
                ),
                Misconception(
                    _with_slope(lambda u: -np.cos(u) * u / 16 * _bell(u)),
                    "You multiply the derivative of the sine by that of the bell. The product rule "
                    "keeps one factor as it is in each of its two terms.",
                ),
                Misconception(
                    _with_slope(_wave_slope, outer=lambda phi, x, y: 1.0),
                    "The data y have no influence on your gradient: the outer function of the "
                    "chain rule, the square, keeps what is inside it.",
                ),
                Misconception(
                    lambda phi, x, y: _wave_gradient(phi, x, y)[0] * np.array([1, 0.06 * x.sum()]),
                    "Your second entry is a product of two sums. Multiply within each example, "
                    "and add up the products.",
                ),
                Misconception(
                    _with_slope(_wave_slope, outer=lambda *data: _residual(*data).sum()),
                    "You add up the residuals before you multiply them by the slopes. Multiply "
                    "within each example, and add up the products.",
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
            ),
        ),
        ValuePart(
            name="distinct",
            out_of=1,
            right=_PARAMETERS * (_PARAMETERS + 1) // 2,
            relative_tolerance=1e-9,
            misconceptions=(
                Misconception(
                    _PARAMETERS**2, "Those are all the entries; each pair is counted twice."
                ),
                Misconception(
                    _PARAMETERS * (_PARAMETERS - 1) // 2, "The diagonal is missing."
                ),
                Misconception(
                    _PARAMETERS**2 // 2, "Nearly: the diagonal has no mirror image to be saved."
                ),
                Misconception(_PARAMETERS, "That is the diagonal alone."),
            ),
        ),
        ValuePart(
            name="float32",
            out_of=1,
            right=4 * _PARAMETERS**2 / _GIB,
            relative_tolerance=1e-5,
            misconceptions=(
                Misconception(4e12, "That is in bytes: divide by 2**30."),
                Misconception(4000.0, "That is in units of 10⁹ bytes; a GiB is 2³⁰ bytes."),
                Misconception(
                    _PARAMETERS**2 / _GIB, "That is one byte a number: float32 takes four."
                ),
                Misconception(
                    4 * _PARAMETERS**2 / 2**20, "That is in MiB, 2²⁰ bytes: divide once more."
                ),
                Misconception(
                    32 * _PARAMETERS**2 / _GIB, "That is in bits: 32 bits are 4 bytes."
                ),
                Misconception(
                    2 * _PARAMETERS * (_PARAMETERS + 1) / _GIB,
                    "That stores the distinct entries only; the whole matrix was asked for.",
                ),
                Misconception(
                    4 * _PARAMETERS / _GIB, "That is the gradient: a mere 4 million bytes."
                ),
            ),
        ),
        ValuePart(
            name="float64",
            out_of=1,
            right=8 * _PARAMETERS**2 / _GIB,
            relative_tolerance=1e-5,
            misconceptions=(
                Misconception(8e12, "That is in bytes: divide by 2**30."),
                Misconception(8000.0, "That is in units of 10⁹ bytes; a GiB is 2³⁰ of them."),
                Misconception(
                    4 * _PARAMETERS**2 / _GIB, "That is the answer for float32."
                ),
                Misconception(
                    8 * _PARAMETERS**2 / 2**20, "That is in MiB: divide once more by 1024."
                ),
                Misconception(
                    64 * _PARAMETERS**2 / _GIB, "That is in bits: 64 bits are 8 bytes."
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
