"""Problems for notebook 09: ten derivatives, Glorot's weights and symmetry, a depth, a backward
pass, five networks from inside, weights fitted to data, digits (pb-6.5, pb-G4, pb-F9.1 to 9.5)."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.initialization import he_normal, zeros
from course_lib.losses import LeastSquares, SoftmaxCrossEntropy
from course_lib.models import ShallowNetwork, Softmax, relu, sigmoid
from course_lib.networks import MLP
from course_lib.optimizers import GradientDescent
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception
from lessons.marking.problem import Problem

# --- pb-6.5 ---------------------------------------------------------------------------------------

_NAMES = ("φ₀", "φ₁", "φ₂", "φ₃", "θ₁₀", "θ₁₁", "θ₂₀", "θ₂₁", "θ₃₀", "θ₃₁")

_ONE_OFF_ONE_KINK = np.array([3.0, 2.0, -3.0, 0.5, -1.0, 0.5, 2.0, 4.0, 0.0, 4.0])
"""At x = 0 unit 1 is off, unit 2 on, and unit 3 at its kink; unit 2 is at x = -0.5, 1 at x = 2."""


def _places(rng):
    drawn = rng.normal(size=5).round(2) + 0.005  # neither is 0
    return [{"z": np.array([-2.0, 0.0, 0.5, 3.0])}, {"z": drawn}, {"z": np.zeros(1)}]


def _networks(rng):
    """Beside the kink, two networks with both sorts of units: on, with x not 0, and off."""
    mixed = []
    for on in ([True, False, True], [False, True, False]):
        phi, x = rng.normal(size=10).round(1), round(rng.uniform(0.5, 2), 1)
        z = np.where(on, 1, -1) * rng.uniform(0.2, 2, 3).round(1)
        phi[4::2] = (z - phi[5::2] * x).round(2)
        mixed.append({"phi": phi, "x": x})
    at_the_kink = {"phi": _ONE_OFF_ONE_KINK, "x": 0.0}
    return [{"phi": _ONE_OFF_ONE_KINK, "x": -0.25}, at_the_kink, *mixed]


def _fits(rng):
    by_hand = {
        "phi": _ONE_OFF_ONE_KINK,
        "x": np.array([-0.5, 0.0, 2.0]),
        "y": np.array([0.0, 1.0, -2.0]),
    }
    drawn = [{"phi": rng.normal(size=10).round(1)} for _ in range(3)]
    for given, n in zip(drawn, (1, 6, 20), strict=True):
        given["x"], given["y"] = rng.normal(size=(2, n)).round(1)
    return [by_hand, *drawn]


def _slope(z):
    return (z > 0).astype(float)


def _derivatives(phi, x):
    return ShallowNetwork().derivatives(np.array([x]), phi)[0]


def _gradient(phi, x, y):
    return LeastSquares(ShallowNetwork(), x, y).gradient(phi)


def _per_example(phi, x, y):
    return LeastSquares(ShallowNetwork(), x, y).per_example_gradients(phi)


def _with(slope=_slope, activation=relu, weight=lambda phi: phi[1:4], inner=lambda x, inside: x):
    """The ten derivatives with one of their factors exchanged."""

    def derivatives(phi, x):
        z = phi[4::2] + phi[5::2] * x
        by_unit = weight(phi) * slope(z)
        pairs = np.stack([by_unit, by_unit * inner(x, phi[5::2])], axis=1)
        return np.concatenate([[1.0], activation(z), pairs.ravel()])

    return derivatives


def _summed(derivatives):
    """The gradient of the loss that these derivatives would make."""

    def gradient(phi, x, y):
        rows = np.array([derivatives(phi, one) for one in x])
        return 2 * (ShallowNetwork()(x, phi) - y) @ rows

    return gradient


def _at_least_zero(z):
    return (z >= 0).astype(float)


def _always_on(z):
    return np.ones_like(z)


def _next_unit(z):
    return _slope(np.roll(z, -1))


_NO_GATE = _with(slope=_always_on)
_KINK_ON = _with(slope=_at_least_zero)
_WRONG_UNIT = _with(slope=_next_unit)
_NO_INPUT = _with(inner=lambda x, inside: 1.0)
_NO_WEIGHT = _with(weight=lambda phi: np.ones(3))

_BY_SORT = [0, 1, 2, 3, 4, 6, 8, 5, 7, 9]
"""The order in which the three θ_d0 come before the three θ_d1."""


def _read_by_sort(phi, x):
    """As if the three θ_d0 lay before the three θ_d1 in `phi`."""
    return _derivatives(phi[np.argsort(_BY_SORT)], x)


def _linear_network(phi, x):
    return phi[0] + (phi[4::2] + np.outer(x, phi[5::2])) @ phi[1:4]


def _with_residuals(residual):
    """The gradient with something else in the place of twice the residual."""
    return lambda phi, x, y: (
        residual(ShallowNetwork()(x, phi), y) @ ShallowNetwork().derivatives(x, phi)
    )


_WITHOUT_GATE = (
    "A unit that is off adds nothing to the network, and small changes of its θ do not change "
    "that. Where is the derivative of a[•] in yours?"
)
_ON_AT_THE_KINK = (
    "All right but where some z is exactly 0: there the course counts the unit as off, with a "
    "slope of 0. (Another convention is no mistake as such, but one must keep to one.)"
)
_GATE_OF_ANOTHER = (
    "Each θ is switched off by a unit that is not its own: θ₁₀ and θ₁₁ belong to unit 1, and so on."
)
_WITHOUT_WEIGHT = (
    "The θ have the derivatives of their unit alone: what is the unit multiplied by on its way out?"
)
_WITHOUT_INPUT = "θ_d0 and θ_d1 get the same derivative: what multiplies θ_d1 inside the unit?"

pb_6_5 = Problem(
    id="pb-6.5",
    title="Ten derivatives",
    text=r"""
The shallow network of equation 6.23 has ten parameters,

$$\mathrm{f}[x,\phi]=\phi_0+\phi_1\mathrm{a}[\theta_{10}+\theta_{11}x]
+\phi_2\mathrm{a}[\theta_{20}+\theta_{21}x]+\phi_3\mathrm{a}[\theta_{30}+\theta_{31}x],\qquad
\mathrm{a}[z]=\max(0,z).$$

They lie in `phi`, shape `(10,)`, in the order
$\phi_0,\phi_1,\phi_2,\phi_3,\theta_{10},\theta_{11},\theta_{20},\theta_{21},\theta_{30},\theta_{31}$.

1. `slope(z)`: the derivative of $\mathrm{a}[z]$, for an array `z` of any length. At the kink,
   where $z=0$, there is none, and any number from 0 to 1 would do. Return 0 there: a unit at its
   kink counts as off. This is the convention of the course, and of most libraries.
2. `derivatives(phi, x)`: the ten derivatives of $\mathrm{f}[x,\phi]$ at one input `x`, a number,
   in the order of the parameters; shape `(10,)`.
3. `gradient(phi, x, y)`: the ten derivatives of the least-squares loss
   $\sum_i(\mathrm{f}[x_i,\phi]-y_i)^2$, for `x` and `y` of shape `(I,)`; shape `(10,)`.
""",
    parts=(
        FunctionPart(
            name="slope",
            out_of=1,
            right=_slope,
            inputs=_places,
            result="the slope",
            misconceptions=(
                Misconception(
                    _at_least_zero,
                    "Right everywhere but at the kink, z = 0, where yours is 1. The course takes "
                    "0.",
                ),
                Misconception(
                    lambda z: np.heaviside(z, 0.5),
                    "Right everywhere but at the kink, z = 0, where yours is a half. The course "
                    "takes 0.",
                ),
                Misconception(
                    relu, "This is a[z] itself, its height. How steep is it on each of its sides?"
                ),
                Misconception(np.sign, "Left of 0 the unit is flat: its slope there is not -1."),
                Misconception(
                    _always_on, "Left of 0 the unit is flat: its slope cannot be 1 everywhere."
                ),
                Misconception(
                    lambda z: sigmoid(z) * sigmoid(-z),
                    "This is the slope of another activation, the sigmoid.",
                ),
                Misconception(
                    lambda z: (z < 0).astype(float), "The wrong way round: which side is flat?"
                ),
                Misconception(
                    lambda z: (z >= 1).astype(float),
                    "The unit is on wherever z is above 0, not only from 1 on.",
                ),
                Misconception(
                    sigmoid,
                    "This is the sigmoid, a smooth step. The slope of max(0, z) jumps.",
                ),
                Misconception(
                    lambda z: np.where(z > 0, 1.0, 0.01),
                    "Left of 0 yours is 0.01, as for a leaky unit. This unit is flat there.",
                ),
                Misconception(
                    lambda z: relu(z) / z,
                    "Right everywhere but at the kink, z = 0, where yours is nan, 0 divided by 0. "
                    "The course takes 0.",
                ),
            ),
        ),
        FunctionPart(
            name="derivatives",
            out_of=5,
            right=_derivatives,
            inputs=_networks,
            result="the list of derivatives",
            components=tuple(f"∂f/∂{name}" for name in _NAMES),
            misconceptions=(
                Misconception(_NO_GATE, _WITHOUT_GATE),
                Misconception(_WRONG_UNIT, _GATE_OF_ANOTHER),
                Misconception(_KINK_ON, _ON_AT_THE_KINK),
                Misconception(_NO_INPUT, _WITHOUT_INPUT),
                Misconception(_NO_WEIGHT, _WITHOUT_WEIGHT),
                Misconception(
                    _with(weight=lambda phi: np.roll(phi[1:4], 1)),
                    "Each θ is multiplied by the weight of another unit: φ₁ belongs to unit 1, and "
                    "so on.",
                ),
                Misconception(
                    _with(activation=lambda z: z),
                    "The derivatives by φ₁, φ₂ and φ₃ are the lines inside of the units: the "
                    "activation is missing.",
                ),
                Misconception(
                    _with(activation=_slope),
                    "The derivative by φ₁ is not the slope of unit 1: how does f change with φ₁ "
                    "while the unit stays as it is?",
                ),
                Misconception(
                    _with(slope=relu),
                    "You multiply the θ by the height of the unit, a[z]. The chain rule asks for "
                    "its slope.",
                ),
                Misconception(
                    _with(slope=lambda z: -_slope(z)),
                    "The six derivatives by the θ have the wrong sign.",
                ),
                Misconception(
                    lambda phi, x: _derivatives(phi, x)[_BY_SORT],
                    "The order: θ₁₁ comes directly after θ₁₀, then θ₂₀.",
                ),
                Misconception(
                    lambda phi, x: _derivatives(phi, x)[[0, 1, 2, 3, 5, 4, 7, 6, 9, 8]],
                    "The derivatives by θ_d0 and θ_d1 have changed places: which of the two is "
                    "multiplied by x?",
                ),
                Misconception(
                    lambda phi, x: np.roll(_derivatives(phi, x), 6),
                    "The order: the φ come first, then the θ.",
                ),
                Misconception(
                    _read_by_sort,
                    "You read the θ from `phi` in another order: θ₁₁ lies directly after θ₁₀, in "
                    "`phi[5]`.",
                ),
                Misconception(
                    _with(inner=lambda x, inside: inside),
                    "The derivative by θ_d1 has the factor θ_d1. What multiplies θ_d1 inside the "
                    "unit is x.",
                ),
                Misconception(
                    _with(slope=lambda z: np.full_like(z, _slope(z[:1])[0])),
                    "You ask only unit 1 whether it is on. Each unit has its own.",
                ),
                Misconception(
                    lambda phi, x: _with(slope=lambda z: np.full_like(z, float(x > 0)))(phi, x),
                    "You ask whether the input x is above 0. A unit is on where its z is.",
                ),
                Misconception(
                    lambda phi, x: phi * _derivatives(phi, x),
                    "You multiply each derivative by its own parameter. But the derivative of φ₁a "
                    "by φ₁, for one, is a alone.",
                ),
                Misconception(
                    lambda phi, x: -_derivatives(phi, x),
                    "The right sizes and the opposite sign: that is the way down, not the "
                    "derivative.",
                ),
                Misconception(
                    lambda phi, x: np.append(phi[0], _derivatives(phi, x)[1:]),
                    "The derivative by φ₀ is not φ₀ itself: how much does f change when φ₀ does?",
                ),
                Misconception(
                    lambda phi, x: np.append(0, _derivatives(phi, x)[1:]),
                    "φ₀ is added to the rest: f changes when it does, so its derivative is not 0.",
                ),
                Misconception(
                    lambda phi, x: ShallowNetwork()(np.array([x]), phi)[0],
                    "This is f itself, one number. Ten derivatives are asked for.",
                ),
                Misconception(
                    lambda phi, x: np.delete(_derivatives(phi, x), 0),
                    "There are only nine: what about φ₀?",
                ),
            ),
        ),
        FunctionPart(
            name="gradient",
            out_of=3,
            right=_gradient,
            inputs=_fits,
            result="the gradient",
            components=tuple(f"∂L/∂{name}" for name in _NAMES),
            misconceptions=(
                Misconception(
                    lambda *data: _gradient(*data) / 2,
                    "Exactly half of the right gradient: where did the 2 from the square go?",
                ),
                Misconception(
                    lambda *data: -_gradient(*data),
                    "The right size and the opposite direction: is the residual prediction less "
                    "data, or data less prediction?",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x, y) / len(x),
                    "This is the gradient of the mean over the examples. The loss here is the sum.",
                ),
                Misconception(
                    lambda phi, x, y: sum(_derivatives(phi, one) for one in x),
                    "These are the derivatives of the predictions, added up. The outer function of "
                    "the chain rule, the square, is missing.",
                ),
                Misconception(
                    lambda phi, x, y: (
                        2 * (ShallowNetwork()(x, phi) - y).sum()
                        * sum(_derivatives(phi, one) for one in x)
                    ),
                    "Your gradient is a product of two sums. Multiply within each example, and add "
                    "up the products.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x, y) / 2 / len(x),
                    "This is half the gradient of the mean over the examples. The loss here is "
                    "the sum, without a half.",
                ),
                Misconception(
                    lambda phi, x, y: -_gradient(phi, x, y) / 2,
                    "Half of the right gradient, in the opposite direction: where did the 2 from "
                    "the square go, and is the residual prediction less data?",
                ),
                Misconception(
                    _with_residuals(lambda f, y: 2 * (f - y) ** 2),
                    "You multiply by the squared residual. The derivative of a square is twice "
                    "the residual itself.",
                ),
                Misconception(
                    _with_residuals(lambda f, y: (f - y) ** 2),
                    "You multiply by the squared residual. The derivative of a square is twice "
                    "the residual, not squared.",
                ),
                Misconception(
                    _with_residuals(lambda f, y: 2 * np.abs(f - y)),
                    "You multiply by the size of the residual: its sign is lost.",
                ),
                Misconception(
                    _with_residuals(lambda f, y: np.sign(f - y)),
                    "You multiply by the sign of the residual, as for a loss of absolute values. "
                    "The loss here has squares: the size of the residual counts.",
                ),
                Misconception(
                    _with_residuals(lambda f, y: 2 * f),
                    "You multiply by the prediction alone: the residual is prediction less data y.",
                ),
                Misconception(
                    _with_residuals(lambda f, y: 2 * (f + y)),
                    "You add the data to the prediction. The residual is their difference.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x, y + phi[0]),
                    "Your prediction leaves φ₀ out.",
                ),
                Misconception(
                    lambda phi, x, y: (
                        2 * (_linear_network(phi, x) - y)
                        @ ShallowNetwork().derivatives(x, phi)
                    ),
                    "Your predictions leave the activation out: a unit gives max(0, z), not z.",
                ),
                Misconception(
                    lambda phi, x, y: np.sum((ShallowNetwork()(x, phi) - y) ** 2),
                    "This is the loss itself, one number. Its ten derivatives are asked for.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x[:1], y[:1]),
                    "This is the first example's share alone: does your loop return before it has "
                    "seen the others?",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x[-1:], y[-1:]),
                    "This is the last example's share alone: does your loop add up the shares, or "
                    "does each overwrite the one before?",
                ),
                Misconception(
                    _per_example,
                    "You return one row for each example; the gradient of the loss is their sum.",
                ),
                Misconception(_summed(_NO_GATE), _WITHOUT_GATE),
                Misconception(_summed(_WRONG_UNIT), _GATE_OF_ANOTHER),
                Misconception(_summed(_KINK_ON), _ON_AT_THE_KINK),
                Misconception(_summed(_NO_INPUT), _WITHOUT_INPUT),
                Misconception(_summed(_NO_WEIGHT), _WITHOUT_WEIGHT),
            ),
        ),
    ),
    hints=(
        "Take one unit alone, $\\phi_1\\mathrm{a}[z]$ with $z=\\theta_{10}+\\theta_{11}x$, and "
        "differentiate it by its three parameters. The other units have the same three formulas.",
        "The chain rule passes from f to the unit, from the unit to z, and from z to θ: one factor "
        "for each step. The factor in the middle is `slope(z)`.",
        "NumPy slices take the parameters apart: `phi[1:4]`, and `phi[4::2]`, `phi[5::2]` for the "
        "sorts of θ. Then check your gradient against `course_lib.gradient_check`, at a place "
        "where no z is 0.",
    ),
)  # fmt: skip

# --- pb-G4 ----------------------------------------------------------------------------------------


def _even_numbers(rng):
    by_hand = {"u": np.array([[0.0, 1.0], [0.5, 0.75], [0.25, 1.0], [0.0, 0.5]])}
    return [by_hand, *({"u": rng.random(shape).round(2)} for shape in ((3, 5), (1, 2), (10, 4)))]


def _within(half_width, centre=0.5):
    """Weights from numbers between 0 and 1, within plus and minus a half-width (m, n) -> r."""
    return lambda u: 2 * half_width(*u.shape) * (u - centre)


_STAYS, _PARTS = "stay", "part"
_SAME = "all three units compute the same, and get the same δ: what should tell them apart?"

pb_G4 = Problem(
    id="pb-G4",
    title="Glorot's weights, and what parts units",
    text=r"""
1. Glorot's weights have the mean 0 and the variance $2/(m+n)$ in a layer with $m$ units before
   it and $n$ after it. A generator gives you `u`, shape `(m, n)`: numbers drawn evenly between 0
   and 1. Write `glorot(u)`, which stretches and shifts them into Glorot's weights, an array like
   `u`: again evenly drawn, around 0, the lowest weight where `u` is 0 and the highest where it
   is 1.

2. A network has two inputs, three tanh units and one output, and is trained by gradient descent
   on all examples at once, in exact arithmetic. Six starts. Will the hidden units *differ* in
   the course of the training (`"part"`), or will all three remain alike for ever (`"stay"`)? An
   answer may repeat.

   | start | weights into the units | their biases | weights out of them | output bias |
   |---|---|---|---|---|
   | a | all 0.1 | all 0.1 | all 0.1 | drawn |
   | b | all 0 | drawn | all 0 | 0 |
   | c | all 0.1 | all 0 | drawn | 0 |
   | d | drawn, but only of the size $10^{-9}$ | all 0 | all 0.1 | 0 |
   | e | all 0 | all 0 | all 0 | drawn |
   | f | one number drawn for each input, the same for all units | all 0 | all 0.1 | 0 |

   Each number that is drawn differs from all others; the examples are drawn, too.
""",
    parts=(
        FunctionPart(
            name="glorot",
            out_of=3,
            right=_within(lambda m, n: np.sqrt(6 / (m + n))),
            inputs=_even_numbers,
            result="the matrix of weights",
            misconceptions=(
                Misconception(
                    _within(lambda m, n: np.sqrt(2 / (m + n))),
                    "Your weights lie within one *standard deviation* of Glorot's. Numbers drawn "
                    "evenly between -r and r have the variance r²/3.",
                ),
                Misconception(
                    _within(lambda m, n: 2 / (m + n)),
                    "You take the variance for the border. Numbers drawn evenly between -r and r "
                    "have the variance r²/3.",
                ),
                Misconception(
                    _within(lambda m, n: 6 / (m + n)),
                    "That is the square of the border: a root is missing.",
                ),
                Misconception(
                    _within(lambda m, n: np.sqrt(6) / (m + n)),
                    "The root covers the number of units, too.",
                ),
                Misconception(
                    _within(lambda m, n: np.sqrt(6 / (m + n)), centre=0.0),
                    "The lowest of your weights is 0: they are not centred, and stretched twice "
                    "as far as they should be.",
                ),
                Misconception(
                    lambda u: np.sqrt(6 / sum(u.shape)) * u,
                    "None of your weights is below 0: their mean is not 0.",
                ),
                Misconception(
                    lambda u: np.sqrt(6 / sum(u.shape)) * (u - 0.5),
                    "Centred, but half as wide as they should be: u - ½ goes only from -½ to ½.",
                ),
                Misconception(
                    _within(lambda m, n: np.sqrt(3 / m)),
                    "That keeps the signal on its way forwards, whatever becomes of the gradient: "
                    "its variance is 1/m.",
                ),
                Misconception(
                    _within(lambda m, n: 1 / np.sqrt(m)),
                    "That is the older recipe, which loses two thirds of the mean square a layer.",
                ),
                Misconception(
                    lambda u: np.sqrt(2 / sum(u.shape)) * (u - 0.5),
                    "Numbers drawn evenly between 0 and 1 have the variance 1/12: stretch them "
                    "more.",
                ),
            ),
        ),
        ChoicesPart(
            name="starts",
            out_of=3,
            why="Units part if they compute different things, or if different weights lead out "
            "of them; how little, does not matter.",
            choices={
                "a": Choice(_STAYS, {_PARTS: _SAME}),
                "b": Choice(
                    _PARTS,
                    {
                        _STAYS: "the biases alone give the units different h. At the first step "
                        "nothing comes back to them, but the weights out of them move: by how "
                        "much each?"
                    },
                ),
                "c": Choice(
                    _PARTS,
                    {
                        _STAYS: "the units compute the same, but what comes back to each is "
                        "multiplied by its outgoing weight."
                    },
                ),
                "d": Choice(
                    _PARTS,
                    {_STAYS: "a difference, however small, is one: what does descent do to it?"},
                ),
                "e": Choice(
                    _STAYS,
                    {
                        _PARTS: "the output bias moves. But h is 0 in every unit, and nothing "
                        "comes back through outgoing weights of 0."
                    },
                ),
                "f": Choice(
                    _STAYS,
                    {
                        _PARTS: "drawn they are; but each unit got the same two numbers. Is there "
                        "any difference between unit 1 and unit 2?"
                    },
                ),
            },
        ),
    ),
    hints=(
        "First compute the variance of numbers drawn evenly between -r and r, and set it to "
        "Glorot's. That gives you r.",
        "A stretch and a shift turn 0 into -r and 1 into r. `u.shape` holds m and n.",
        "For each start ask two questions. Do the units compute the same h for every example? And "
        "is δ, what comes back times the outgoing weight, the same? Then look at the next step.",
    ),
)

# --- pb-F9.1 --------------------------------------------------------------------------------------


def _depth(
    m,
    border,
    share_passed,
    left,
    *,
    power=2.0,
    variance=lambda r: r**2 / 3,
    whole=np.ceil,
    may_be_never=True,
):
    """The number of layers after which the size of a signal is down to `left`."""
    factor = m * variance(border) * share_passed
    if may_be_never and factor >= 1:
        return np.inf
    with np.errstate(divide="ignore"):
        return float(whole(power * np.log(left) / np.log(factor) - 1e-9))  # fmt: skip


def _depths(**mistake):
    """A mistake, and the same without the case that no number of layers is enough, or rounding."""
    variants = (
        {},
        {"may_be_never": False},
        {"whole": np.positive},
        {"whole": np.positive, "may_be_never": False},
    )
    return [lambda *given, more=more: _depth(*given, **(mistake | more)) for more in variants]


def _without_m(*given, **options):
    _, *rest = given
    return _depth(1, *rest, **options)


def _depth_inputs(rng):
    by_hand = {"m": 12, "border": 0.25, "share_passed": 1.0, "left": 0.01}
    never = {"m": 60, "border": 0.25, "share_passed": 0.9, "left": 0.1}
    drawn = []
    for _ in range(4):
        m, passed = int(rng.integers(10, 100)), round(float(rng.uniform(0.3, 1)), 2)
        factor = rng.uniform(0.15, 0.85)
        border = round(float(np.sqrt(3 * factor / (m * passed))), 3)
        left = float(rng.choice([1e-6, 1e-3, 1e-4]))
        drawn.append({"m": m, "border": border, "share_passed": passed, "left": left})
    return [by_hand, *drawn, never]


_OF_THE_SQUARE = _depths(power=1.0)
_BORDER_SQUARED = _depths(variance=lambda r: r**2)
_OF_THE_WIDTH = _depths(variance=lambda r: r**2 / 12)

pb_F9_1 = Problem(
    id="pb-F9.1",
    title="How deep may it be?",
    text=r"""
A deep network has layers of $m$ units each. Its weights are drawn evenly between `-border` and
`border`, and its activation passes on the share `share_passed` of the mean square that it gets.

Before any network is drawn you can say how deep it may be. Write `depth(m, border, share_passed,
left)`: the smallest number of layers after which the *size* of the signal, which is the root of
its mean square, is at most the share `left` of what went in ($0<$ `left` $<1$). Take one layer
after another to do what it does on average. If no number of layers is enough, return `np.inf`.
""",
    parts=(
        FunctionPart(
            name="depth",
            out_of=3,
            right=_depth,
            inputs=_depth_inputs,
            result="the number of layers",
            misconceptions=(
                Misconception(
                    _OF_THE_SQUARE[0],
                    "After so many layers the *mean square* is down to the share. Its root was "
                    "asked for, which falls more slowly.",
                    also=tuple(_OF_THE_SQUARE[1:]),
                ),
                Misconception(
                    _BORDER_SQUARED[0],
                    "You take the square of the border for the variance of the weights. They are "
                    "spread evenly within it: most are smaller.",
                    also=tuple(_BORDER_SQUARED[1:]),
                ),
                Misconception(
                    _OF_THE_WIDTH[0],
                    "r²/12 would be the variance if the whole width were r. It is twice that.",
                    also=tuple(_OF_THE_WIDTH[1:]),
                ),
                Misconception(
                    lambda *given: _depth(*given, whole=np.floor),
                    "After so many layers the size is not down to the share yet: round up.",
                ),
                Misconception(
                    lambda *given: _depth(*given, whole=np.positive),
                    "Layers come in whole numbers: round up.",
                    also=(_depths()[3],),
                ),
                Misconception(
                    _without_m,
                    "Each z is a sum of m products: more units before a layer make it larger.",
                    also=(lambda *given: _without_m(*given, may_be_never=False),),
                ),
                Misconception(
                    lambda m, border, passed, left: _depth(m, border, 1.0, left),
                    "Your number does not depend on what the activation passes on.",
                ),
                Misconception(
                    lambda m, border, passed, left: _depth(m, border, passed**2, left),
                    "The share is one of *mean squares*. In your answer its square is at work.",
                ),
                Misconception(
                    lambda *given: _depth(*given, may_be_never=False),
                    "Right where the signal fades. Where a layer keeps it or makes it larger, no "
                    "number of layers is enough: the answer is inf.",
                ),
                Misconception(
                    lambda *given: _depth(*given) + 1,
                    "One more than is needed.",
                ),
            ),
        ),
    ),
    hints=(
        "What does one layer multiply the mean square by? You need the variance of the weights.",
        "And what does it multiply the *size* by, the root of that? After how many layers is the "
        "power of it small enough?",
        "A factor of 1 or more never gets there. Try m = 12, border = 0.25, share_passed = 1: a "
        "layer leaves a quarter of the mean square, half of the size.",
    ),
)

# --- pb-F9.2 --------------------------------------------------------------------------------------


def _backward(
    x,
    phi,
    sizes,
    delta,
    *,
    slope=lambda z, h: z > 0,
    carry=True,
    order=lambda parts: parts,
    last=lambda z: 1.0,
):
    """The gradient W₀, b₀, W₁, b₁, … of a relu network from δ of its last layer."""
    layers = MLP(sizes).unravel(np.asarray(phi, float))
    h, z = [x], []
    for weights, biases in layers:
        z.append(h[-1] @ weights + biases)
        h.append(np.maximum(z[-1], 0))
    parts, delta = [], delta * last(z[-1])
    for k in reversed(range(len(layers))):
        parts = [(h[k].T @ delta).ravel(), delta.sum(axis=0), *parts]
        if k > 0:
            back = delta @ layers[k].weights.T if carry else delta.sum(axis=1, keepdims=True)
            delta = back * slope(z[k - 1], h[k])
    return np.concatenate(order(parts))


def _backward_inputs(rng):
    by_hand = {
        "x": np.array([[1.0], [2.0]]),
        "phi": np.array([2.0, -1.0, 0.0, 1.5, 1.0, 3.0, 0.5]),
        "sizes": (1, 2, 1),
        "delta": np.array([[1.0], [-2.0]]),
    }
    on_a_kink = by_hand | {"phi": np.array([1.0, -1.0, -1.0, 3.0, 1.0, 2.0, -3.5])}
    drawn = []
    for sizes, examples in (((2, 3, 4, 2), 3), ((3, 5, 1), 6), ((2, 4, 4, 3, 3), 5)):
        given = {"x": (examples, sizes[0]), "phi": MLP(sizes).n_parameters, "sizes": sizes}
        given["delta"] = (examples, sizes[-1])
        for name in ("x", "phi", "delta"):
            given[name] = rng.normal(size=given[name]).round(1)
        drawn.append(given)
    return [by_hand, on_a_kink, *drawn]


def _biases_first(parts):
    return [part for k in range(0, len(parts), 2) for part in parts[k : k + 2][::-1]]


def _pairs_from_the_back(parts):
    return [part for k in range(len(parts) - 2, -1, -2) for part in parts[k : k + 2]]


pb_F9_2 = Problem(
    id="pb-F9.2",
    title="The backward pass, however deep",
    text=r"""
Write `backward_pass(x, phi, sizes, delta)` for a network of *relu* units with any number of
layers. Its parameters lie flat in `phi`; `MLP(sizes).unravel(phi)` gives the weights and biases
of each layer, as in notebook 09. `x` has a row for each example, and

$$\mathbf{h}_0=\mathbf{x},\qquad\mathbf{z}_k=\mathbf{h}_k\mathbf{W}_k+\mathbf{b}_k,\qquad
\mathbf{h}_{k+1}=\max(0,\mathbf{z}_k);$$

the last layer has no activation. `delta` is $\partial L/\partial\mathbf{z}$ of the last layer, a
row for each example, from whatever loss.

Return the gradient as one flat array in the order of `phi`,
$\mathbf{W}_0,\mathbf{b}_0,\mathbf{W}_1, \mathbf{b}_1,\ldots$, each matrix row by row, summed
over the examples. The slope of relu at its kink counts as 0.
""",
    parts=(
        FunctionPart(
            name="gradient",
            out_of=5,
            right=_backward,
            inputs=_backward_inputs,
            result="the flat gradient",
            misconceptions=(
                Misconception(
                    lambda *given: _backward(*given, slope=lambda z, h: 1.0),
                    "What comes back passes the weights, but not the slope of relu: units that "
                    "are off let nothing through.",
                ),
                Misconception(
                    lambda *given: _backward(*given, slope=lambda z, h: h),
                    "You multiply by h of the layer. The chain rule asks for the slope of the "
                    "activation, 0 or 1.",
                ),
                Misconception(
                    lambda *given: _backward(*given, slope=lambda z, h: z >= 0),
                    "Right but for a unit that sits exactly on its kink, at z = 0: its slope "
                    "counts as 0 here.",
                ),
                Misconception(
                    lambda *given: _backward(*given, last=lambda z: z > 0),
                    "Your last layer lets nothing back where its z is below 0, as if it were relu. "
                    "It has no activation.",
                    also=(lambda *given: _backward(*given, last=lambda z: z >= 0),),
                ),
                Misconception(
                    lambda *given: _backward(*given, slope=lambda z, h: 1 - h**2),
                    "That is the slope of tanh. The units here are relu.",
                ),
                Misconception(
                    lambda *given: _backward(*given) / len(given[0]),
                    "This is the mean over the examples. The gradient is their sum.",
                ),
                Misconception(
                    lambda *given: _backward(
                        *given,
                        order=lambda parts: [
                            part / (len(given[0]) if k % 2 else 1) for k, part in enumerate(parts)
                        ],
                    ),
                    "Right for the weights. For the biases you take the mean over the examples, "
                    "and not their sum.",
                ),
                Misconception(
                    lambda *given: -_backward(*given),
                    "The right size and the opposite sign: that is the way down.",
                ),
                Misconception(
                    lambda *given: _backward(*given, carry=False),
                    "δ of a layer comes back through the *weights* between: each unit gets its "
                    "own share.",
                ),
                Misconception(
                    lambda *given: _backward(*given, order=lambda parts: parts[::2] + parts[1::2]),
                    "The right numbers in another order: after the weights of a layer come its "
                    "biases, then the next layer.",
                ),
                Misconception(
                    lambda *given: _backward(*given, order=_biases_first),
                    "The right numbers in another order: of each layer the weights come first.",
                ),
                Misconception(
                    lambda *given: _backward(*given, order=_pairs_from_the_back),
                    "The right numbers in another order: you begin with the last layer, the "
                    "library with the first.",
                ),
            ),
        ),
    ),
    hints=(
        "First go forwards, and keep every h and every z in a list.",
        "Then loop over the layers from the last to the first. In each: the gradient of its "
        "weights, that of its biases, and δ for the layer before.",
        "Put the two gradients of a layer in front of those that you have: "
        "`found = [by_weights.ravel(), by_biases, *found]`. At the end `np.concatenate(found)`. "
        "Before the first layer there is no unit to go back to.",
    ),
)

# --- pb-F9.3 --------------------------------------------------------------------------------------

_REASONS = {
    "a": ("too large", {
        "too small": "its activations do not fade: they sit at the ends of tanh.",
        "equal": "its units differ by almost as much as their size.",
        "off": "no tanh is ever quite off. But how many of its units hardly move any more?",
        "fine": "most of its units sit where tanh is flat; its gradients grow on their way back.",
    }),
    "b": ("fine", {
        "too small": "its signal is nearly as large in layer 8 as in layer 1.",
        "too large": "hardly a unit is at the ends of tanh, and its gradients keep their size.",
        "equal": "its units differ by about their size.",
        "off": "its last layer is as much alive as its first, and its gradients are of one size.",
    }),
    "c": ("off", {
        "too small": "a signal that fades leaves something in layer 8. Here it is exactly 0.",
        "too large": "what is left of its signal in layer 8 is exactly 0.",
        "equal": "in layer 1 its units differ. In layer 8 there is nothing left to differ.",
        "fine": "no gradient is left in its first layers: they will never learn.",
    }),
    "d": ("too small", {
        "too large": "its activations shrink from layer to layer.",
        "equal": "its units differ by as much as they have to say.",
        "off": "it is small in layer 8, and not 0; and there are gradients everywhere.",
        "fine": "next to nothing of its signal is left in layer 8.",
    }),
    "e": ("equal", {
        "too small": "the size of its signal is in order.",
        "too large": "hardly a unit is at the ends of tanh.",
        "off": "it has a signal and gradients in every layer.",
        "fine": "the sizes are in order. But look at how much its units differ.",
    }),
}  # fmt: skip

pb_F9_3 = Problem(
    id="pb-F9.3",
    title="Five networks, seen from inside",
    text=r"""
Five networks of eight hidden layers were started in different ways and shown a batch of normal
inputs of size 1. These are the numbers of their first step. Sizes are roots of mean squares.

A unit counts as *stuck* for an example if it is off (relu) or sits where the slope of tanh is
below 0.1; counted are those of layer 8. "Apart" is how far the activations of the units of a
layer lie apart from each other, on average over the examples, in layers 1 and 8.

| | units | $h$ in layers 1, 8 | stuck | gradient of $\mathbf{W}_0$, $\mathbf{W}_7$ | apart |
|---|---|---|--:|---|---|
| a | tanh | 0.90, 0.89 | 60 % | 420, 26 | 0.89, 0.88 |
| b | tanh | 0.73, 0.60 | 5 % | 6.0, 7.9 | 0.72, 0.60 |
| c | relu | 1.0, 0 | 100 % | 0, 0 | 0.81, 0 |
| d | tanh | 0.34, 0.0006 | 0 % | 0.0032, 0.0057 | 0.33, 0.0006 |
| e | tanh | 0.64, 0.71 | 0 % | 6.2, 26 | 0, 0 |

What is the matter with each: are its first weights `"too small"` or `"too large"`, are its units
`"equal"`, is a whole layer `"off"`, or is the start `"fine"`? An answer may repeat.
""",
    parts=(
        ChoicesPart(
            name="networks",
            out_of=3,
            why="You read it off the sizes, the stuck units and the differences, before a single "
            "step was taken.",
            choices={name: Choice(*reasons) for name, reasons in _REASONS.items()},
        ),
    ),
    hints=(
        "Compare h in layer 1 and in layer 8 first: does the signal fade, is it gone, does it "
        "fill the range?",
        "Then the stuck units, and at last by how much the units of a layer differ.",
    ),
)

# --- pb-F9.4 --------------------------------------------------------------------------------------


def _fitted(x, weights, size=lambda z: np.sqrt((z**2).mean()), activation=np.tanh, again=True):
    """Weights divided layer by layer by the size of what they make of the signal so far."""
    h, found = x, []
    for matrix in weights:
        z = h @ matrix
        found.append(matrix / size(z))
        h = activation(h @ found[-1] if again else z)
    return np.array(found)


def _fitted_inputs(rng):
    by_hand = {
        "x": np.array([[3.0, 0.0], [0.0, 1.0]]),
        "weights": np.array([[[1.0, 0.0], [0.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]]]),
    }
    drawn = []
    for layers, units, examples in ((1, 3, 4), (3, 4, 6), (6, 5, 10)):
        x = (rng.normal(size=(examples, units)) + 0.7).round(1)
        weights = (rng.uniform(0.3, 3) * rng.normal(size=(layers, units, units))).round(2)
        drawn.append({"x": x, "weights": weights})
    return [by_hand, *drawn]


pb_F9_4 = Problem(
    id="pb-F9.4",
    title="A start fitted to the data",
    text=r"""
Glorot's and He's rules know the numbers of units, and not the data. This rule (Mishkin and
Matas, 2016) looks at them. Take the layers one after another, from the first. Divide the weights
of a layer by *one* number, such that the mean square of its $\mathbf{z}$ over all examples and
all its units becomes 1. Only then go on to the next layer, which sees what the layers before it,
already repaired, make of the examples.

Write `fitted(x, weights)` for *tanh* layers without biases: `x` has shape `(I, n)`, a row for
each example, and `weights` has shape `(K, n, n)`, a matrix $\mathbf{W}_k$ for each layer,
$\mathbf{z}_k=\mathbf{h}_k\mathbf{W}_k$. It returns the repaired weights, shape `(K, n, n)`.
""",
    parts=(
        FunctionPart(
            name="fitted",
            out_of=4,
            right=_fitted,
            inputs=_fitted_inputs,
            result="the array of weights",
            misconceptions=(
                Misconception(
                    lambda x, weights: _fitted(x, weights, again=False),
                    "The first layer is right. The later ones must see what the layers before "
                    "them make of the examples *after* their repair.",
                ),
                Misconception(
                    lambda x, weights: _fitted(x, weights, size=lambda z: (z**2).mean()),
                    "You divide by the mean square of z. Weights divided by c divide the mean "
                    "square by c².",
                ),
                Misconception(
                    lambda x, weights: _fitted(x, weights, size=np.std),
                    "You take the spread of z around its mean. The mean square was asked for, "
                    "which is around 0.",
                ),
                Misconception(
                    lambda x, weights: _fitted(x, weights, activation=lambda z: z),
                    "Between two layers there is a tanh.",
                ),
                Misconception(
                    lambda x, weights: _fitted(
                        x, weights, size=lambda z: np.sqrt((z**2).mean(axis=0))
                    ),
                    "You give each unit a number of its own. One number for the whole layer was "
                    "asked for.",
                ),
                Misconception(
                    lambda x, weights: _fitted(x, weights, size=np.linalg.norm),
                    "You divide by the length of z, which adds up all its squares. The mean "
                    "square is to be 1.",
                ),
                Misconception(
                    lambda x, weights: _fitted(x, weights, size=lambda z: np.abs(z).mean()),
                    "You take the mean of the absolute values of z, and not the root of the mean "
                    "square.",
                ),
                Misconception(
                    lambda x, weights: weights / np.sqrt((weights**2).mean((1, 2), keepdims=True)),
                    "You give the *weights* of a layer the mean square 1, whatever the data are. "
                    "It is z that should have it.",
                    also=(lambda x, weights: weights / np.sqrt((weights**2).mean()),),
                ),
                Misconception(
                    lambda x, weights: np.array([_fitted(x, w[None])[0] for w in weights]),
                    "You repair each layer as if it were the first: what does layer 2 get to see?",
                ),
            ),
        ),
    ),
    hints=(
        "Keep the signal h in a variable; at first it is x. In a loop over the layers: compute z, "
        "repair the weights, go on with the new signal.",
        "If the mean square of z is q, by what must the weights be divided to make it 1?",
        "The signal for the next layer is the tanh of what the *repaired* weights make.",
    ),
)

# --- pb-F9.5 --------------------------------------------------------------------------------------

READER = (64, 32, 32, 10)
ENOUGH = 0.85


def _digit_inputs(rng):
    """The same digits for everybody, in another order: on others the same code does better, or
    worse."""
    data = digits().training
    chosen = rng.permutation(np.random.default_rng(0).permutation(len(data.y))[:300])
    return [{"x": data.x[chosen], "labels": (data.y[chosen] + rng.integers(1, 10)) % 10}]


def _shift(x, labels):
    """What was added to the digits to make the labels, so that none can be learnt by heart."""
    known = digits().training
    return labels[0] - known.y[(known.x == x[0]).all(axis=1).argmax()]


def _reader_loss(x, labels):
    return SoftmaxCrossEntropy(Softmax(MLP(READER)), x, labels)


@lru_cache(maxsize=32)
def _learned(x, labels, gain, steps, rate):
    x, labels = np.frombuffer(x).reshape(-1, 64), np.frombuffer(labels, int)
    network = MLP(READER)
    start = gain * he_normal(network, 0) if gain else zeros(network)
    rule = GradientDescent(rate / len(x))
    return descend(_reader_loss(x, labels), start, rule, steps, keep="last").final


def _reader(gain=1.0, steps=200, rate=0.4):
    """A function that learns digits from He's weights times `gain`."""
    return lambda x, labels: _learned(
        np.ascontiguousarray(x, float).tobytes(), labels.astype(int).tobytes(), gain, steps, rate
    )


def _read(given, phi):
    """The shares of digits read rightly: of those learned from, and of new ones."""
    new_x, new_y = digits().validation
    new = _reader_loss(new_x, (new_y + _shift(**given)) % 10)
    return [float(loss.accuracy(phi)) for loss in (_reader_loss(**given), new)]


def _reads_new_digits(given, phi):
    if not np.isfinite(phi).all():
        return False, (
            "your parameters are not all finite: did the descent run away? The loss is a sum over "
            "300 examples, and so is its gradient: a rate for a mean is 300 times too high. (Or "
            "the sign of the step is wrong.)"
        )
    learned, new = _read(given, phi)
    told = (
        f"it reads {100 * learned:.0f} % of the digits that it learned from, and {100 * new:.0f} % "
        "of new ones"
    )
    if new < ENOUGH:
        return False, f"{told}; {100 * ENOUGH:.0f} % of the new ones are asked for."
    return True, f"{told[0].upper()}{told[1:]}."


class Reading(NamedTuple):
    """What the trained network does.

    layers : its layers
    own, new : the shares of its own digits and of new ones that it reads
    loss : per example of its own; ln 10 = 2.3 is that of a guess
    awake : of the hidden layer with the fewest, the share of units that are on, over its own digits
    """

    layers: list
    own: float
    new: float
    loss: float
    awake: float

    @property
    def first_size(self):
        """The root of the mean square of the first weights, in units of He's."""
        return np.sqrt((self.layers[0].weights ** 2).mean() * READER[0] / 2)


def _shown(test):
    """Whether a test of a Reading holds of a trial."""

    def shown_by(trials):
        [trial] = trials
        layers = MLP(READER).unravel(trial.answer)
        h, awake = trial.given["x"], []
        for layer in layers[:-1]:
            h = relu(h @ layer.weights + layer.biases)
            awake.append((h > 0).mean())
        loss = float(_reader_loss(**trial.given)(trial.answer)) / len(h)
        return test(Reading(layers, *_read(trial.given, trial.answer), loss, min(awake)))

    return shown_by


pb_F9_5 = Problem(
    id="pb-F9.5",
    title="Digits, from the first weights on",
    text=r"""
Put it all together. Write `learn_digits(x, labels)`: it starts and trains a network of the sizes
`(64, 32, 32, 10)`, with relu units, on 300 digits (`x` of shape `(300, 64)`, `labels` whole
numbers from 0 to 9), and returns its parameters, flat, in the order of `MLP((64, 32, 32, 10))`.
Of the 397 digits kept for validation, which it never sees, it must read 85 % rightly. (A label
is not the digit itself: which stands for which differs from call to call.)

The ten outputs $\mathbf{z}$ become probabilities by softmax, $p_k=e^{z_k}/\sum_j e^{z_j}$, and
the loss of an example is $-\log p$ of its label, summed over the examples. Then
$\boldsymbol\delta$ of the last layer is $p_k-1$ for the label and $p_k$ for all others.

Start and descent are for you to choose. For the gradient there is your `backward_pass`, or
`SoftmaxCrossEntropy(Softmax(MLP((64, 32, 32, 10))), x, labels).gradient`. It must not take longer
than a few seconds.
""",
    parts=(
        GoalPart(
            name="learn",
            out_of=5,
            right=_reader(),
            inputs=_digit_inputs,
            result="the array of parameters",
            reached=_reads_new_digits,
            misconceptions=(
                Misconception(
                    _reader(gain=0),
                    "All units of your first layer are equal, as they were at the start. What "
                    "parts them?",
                    shown_by=_shown(
                        lambda seen: np.ptp(seen.layers[0].weights, axis=1).max() < 1e-9
                    ),
                ),
                Misconception(
                    lambda x, labels: 4 * he_normal(MLP(READER), 0),
                    "Its loss is worse than that of a guess: it has risen on the way, or the "
                    "weights start far too large. Look at the rate first: the loss is a sum over "
                    "300 examples, and so is its gradient, and a rate for a mean, such as a tenth, "
                    "is 300 times too high. If the loss rises at a tiny rate as well, look at the "
                    "sign of the step, and at δ.",
                    shown_by=_shown(lambda seen: seen.own < 0.95 and seen.loss > 2.5),
                ),
                Misconception(
                    _reader(steps=60, rate=3.0),
                    "Of a hidden layer hardly any unit is still on, and those that are off no "
                    "longer learn: steps that were too long have thrown them there. The loss is a "
                    "sum over 300 examples, and so is its gradient: a rate for a mean, such as a "
                    "tenth, is 300 times too high. (Weights that start too large make the "
                    "gradient longer still.)",
                    shown_by=_shown(lambda seen: seen.own < 0.95 and seen.awake < 0.1),
                ),
                Misconception(
                    _reader(gain=0.01, steps=20),
                    "It reads hardly any of the digits that it was trained on, and the weights of "
                    "its first layer are tiny: they start so small that next to nothing comes "
                    "through the layers, forwards or backwards.",
                    shown_by=_shown(lambda seen: seen.own < 0.5 and seen.first_size < 0.5),
                ),
                Misconception(
                    _reader(steps=1),
                    "It reads few of the digits that it was trained on, and nothing ran away: are "
                    "there too few steps, or far too short ones? Print the loss: if many steps do "
                    "not lower it either, δ and the order of the parameters are where to look.",
                    shown_by=_shown(lambda seen: seen.own < 0.5),
                ),
                Misconception(
                    _reader(steps=25),
                    "It has learned something, and not yet all that these digits can teach: take "
                    "more steps, or a larger rate.",
                    shown_by=_shown(
                        lambda seen: (
                            0.5 <= seen.own < 0.95
                            and seen.own - seen.new < 0.2
                            and seen.new < ENOUGH
                        )
                    ),
                ),
                Misconception(
                    _reader(gain=4.0, steps=400, rate=0.05),
                    "It reads the digits that it was trained on far better than new ones. Weights "
                    "that start large keep what was drawn: start with smaller ones.",
                    shown_by=_shown(
                        lambda seen: (
                            (seen.own >= 0.95 or seen.own - seen.new >= 0.2) and seen.new < ENOUGH
                        )
                    ),
                ),
            ),
        ),
    ),
    hints=(
        "Draw the weights as He does, biases 0. Then repeat: the gradient, one step of gradient "
        "descent. With your `backward_pass` a step is: forwards, probabilities, δ, backwards.",
        "The loss is a sum over 300 examples, and so is its gradient: a rate of 0.1 would be "
        "far too large. Try 0.001, and 200 steps.",
        "Subtract the largest z of each row before you take exponentials; the probabilities stay "
        "the same. `p[np.arange(len(labels)), labels] -= 1` turns them into δ.",
    ),
)
