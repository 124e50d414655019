"""Problems for notebook 09: small networks (pb-6.5)."""

import numpy as np

from course_lib.losses import LeastSquares
from course_lib.models import ShallowNetwork, relu, sigmoid
from lessons.marking.parts import FunctionPart, Misconception
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

1. `slope(z)`: the derivative of $\mathrm{a}[z]$, for an array `z` of any length. At the kink, where
   $z=0$, there is none, and any number from 0 to 1 would do. Return 0 there: a unit at its kink
   counts as off. This is the convention of the course, and of most libraries.
2. `derivatives(phi, x)`: the ten derivatives of $\mathrm{f}[x,\phi]$ at one input `x`, a number, in
   the order of the parameters; shape `(10,)`.
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
