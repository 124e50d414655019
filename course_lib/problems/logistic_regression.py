"""A problem for notebook 04, the longest: logistic regression (pb-6.4)."""

import numpy as np

from course_lib.datasets import two_class_data
from course_lib.losses import BinaryCrossEntropy, LeastSquares
from course_lib.models import Logistic, sigmoid
from course_lib.problems.parts import Choice, ChoicesPart, FunctionPart, Misconception
from course_lib.problems.problem import Problem

# --- Inputs ---------------------------------------------------------------------------------------


def _examples(rng):
    """The last one has margins at which a probability is rounded to 0 or 1, one of them wrong."""
    by_hand = {
        "phi": np.array([1.0, 2.0]),
        "x": np.array([-1.0, 0.0, 1.0]),
        "y": np.array([1.0, 0.0, 1.0]),
    }
    drawn = [
        {"phi": rng.normal(size=2), "x": rng.normal(size=n), "y": np.floor(rng.uniform(0, 2, n))}
        for n in (1, 5, 20)
    ]
    certain = {
        "phi": np.array([0.0, rng.uniform(400, 500)]),
        "x": np.array([-2.0, 1.0, 2.0]),
        "y": np.array([0.0, 1.0, 0.0]),
    }
    return [by_hand, *drawn, certain]


def _curves(rng):
    return [{name: given[name] for name in ("phi", "x")} for given in _examples(rng)]


def _maps(rng):
    x, y = two_class_data(seed=rng)
    by_hand = {
        "phi0": np.array([-1.0, 0.0, 1.0]),
        "phi1": np.array([0.0, 2.0]),
        "x": np.array([-1.0, 0.0, 1.0]),
        "y": np.array([1.0, 0.0, 1.0]),
    }
    drawn = {"phi0": np.linspace(-4, 4, 7), "phi1": np.linspace(-2, 6, 7), "x": x, "y": y}
    wide = {"phi0": np.linspace(-3, 3, 3), "phi1": np.linspace(-1e6, 1e6, 4), "x": x, "y": y}
    return [by_hand, drawn, wide]


# --- Right answers, and some that are not ---------------------------------------------------------


def _log_odds(phi, x):
    return phi[0] + phi[1] * x


def _probability(phi, x):
    return Logistic()(x, phi)


def _loss(phi, x, y):
    return BinaryCrossEntropy(Logistic(), x, y)(phi)


def _shares(phi, x, y):
    return BinaryCrossEntropy(Logistic(), x, y).per_example(phi)


def _gradient(phi, x, y):
    return BinaryCrossEntropy(Logistic(), x, y).gradient(phi)


def _squares(phi, x, y):
    return LeastSquares(Logistic(), x, y)(phi)


def _exp_over_exp(phi, x):
    growth = np.exp(_log_odds(phi, x))
    return growth / (1 + growth)


def _by_the_book(p, y):
    """The loss from the rounded probabilities p of class 1."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum()


def _log_of_both(phi, x, y):
    """Multiplies 0 by the logarithm of 0."""
    return _by_the_book(_probability(phi, x), y)


def _log_of_one(phi, x, y):
    """Takes the logarithm of a probability that was rounded to 0."""
    p = _probability(phi, x)
    return -np.log(np.where(y == 1, p, 1 - p)).sum()


def _log_of_clipped(phi, x, y):
    return _by_the_book(np.clip(_probability(phi, x), 1e-12, 1 - 1e-12), y)


def _is_capped(trials):
    """Right at small margins, and far too small at the last one."""
    *small, last = (np.allclose(t.answer, t.right, rtol=1e-3, atol=1e-4) for t in trials)
    return all(small) and not last and bool(0 < trials[-1].answer < trials[-1].right / 2)


def _with_surplus(surplus):
    """The gradient if the derivative by the log-odds were `surplus(phi, x, y)`."""

    def gradient(phi, x, y):
        share = surplus(phi, x, y)
        return np.array([share.sum(), (share * x).sum()])

    return gradient


def _surplus(phi, x, y):
    return _probability(phi, x) - y


def _mapped(loss):
    """The table of `loss(phi, x, y)` for every pair of parameters."""

    def table(phi0, phi1, x, y):
        return np.array([[loss(np.array([a, b]), x, y) for b in phi1] for a in phi0])

    return table


_map = _mapped(_loss)

# --- pb-6.4 ---------------------------------------------------------------------------------------

_LEFT, _RIGHT = "moves left", "moves right"
_STEEPER, _FLATTER = "grows steeper", "grows flatter"

_NOT_FINITE = (
    "Your loss is infinite for an example of which the model is certain and wrong. The true share "
    "is large there, but finite: something was rounded to 0, or overflowed, before its logarithm "
    "was taken."
)
_NOT_A_NUMBER = (
    "Your loss is nan where the model is certain: it multiplies 0 by the logarithm of 0. Leave out "
    "the class that was not observed, and find a form that needs no rounded probability."
)

pb_6_4 = Problem(
    id="pb-6.4",
    title="Logistic regression",
    text=r"""
Logistic regression gives the probability of class 1, and leaves the rest to class 0:

$$Pr(y=1|x)=\operatorname{sig}[\phi_0+\phi_1x],\qquad\operatorname{sig}[z]=\frac{1}{1+\exp[-z]}.$$

1. `curve(phi, x)`: the values of the model, shape `(I,)`, for inputs `x`, shape `(I,)`, and `phi`,
   shape `(2,)`. Then `meaning`: what happens to the curve as one parameter grows? One of
   `"moves left"`, `"moves right"`, `"grows steeper"` and `"grows flatter"`.
2. `loss(phi, x, y)`: the classes `y`, each 0 or 1, were observed independently of each other. The
   loss that suits a model of probabilities is minus the (natural) logarithm of the probability that
   the model gives to *all* of them together. Write it as a sum over the examples, a number. It must
   also be right where the model is so certain that $1+\exp[-z]$ overflows or is rounded to 1.
3. `gradient(phi, x, y)`: its derivatives
   $[\partial L/\partial\phi_0,\;\partial L/\partial\phi_1]$, shape `(2,)`.
4. `heat_map(phi0, phi1, x, y)`: the losses behind a heat map: entry `[i, j]` is the loss at the
   parameters `phi0[i]` and `phi1[j]`. (Then look at it: ten points of each class come from
   `x, y = two_class_data()`, and `plt.pcolormesh(phi0, phi1, heat_map(phi0, phi1, x, y).T)` paints
   it; `phi0` from -4 to 4 and `phi1` from -2 to 6 is a good window.)
5. `convex`: is it convex, for all data, `True` or `False`? `"this loss"`, and `"least squares"`,
   $\sum_i(\operatorname{sig}[\phi_0+\phi_1x_i]-y_i)^2$.

Below, show that your answer for this loss is true, and say what becomes of its minimum if the two
classes do not overlap.
""",
    parts=(
        FunctionPart(
            name="curve",
            out_of=1.5,
            right=_probability,
            inputs=_curves,
            result="the curve",
            misconceptions=(
                Misconception(
                    lambda phi, x: 1 - _probability(phi, x),
                    "This is the probability of class 0: mind the sign in the exponent.",
                ),
                Misconception(
                    _log_odds,
                    "This is the line inside the sigmoid: it leaves the range from 0 to 1.",
                ),
                Misconception(
                    lambda phi, x: _probability(phi[::-1], x),
                    "The parameters have changed places: φ₁ is the one that multiplies x.",
                ),
                Misconception(
                    lambda phi, x: sigmoid(phi[0] - phi[1] * x),
                    "The minus sign in the exponent reaches only φ₀: put parentheses around the "
                    "whole line.",
                ),
                Misconception(
                    lambda phi, x: np.tanh(_log_odds(phi, x)),
                    "This is the hyperbolic tangent: the same shape, but from -1 to 1.",
                ),
                Misconception(
                    lambda phi, x: 1 + np.exp(-_log_odds(phi, x)),
                    "Python divides before it adds: `1 / 1 + a` is `1 + a`.",
                ),
                Misconception(
                    lambda phi, x: (_log_odds(phi, x) > 0).astype(float),
                    "These are the likelier classes. The model gives their probabilities.",
                ),
                Misconception(
                    _exp_over_exp,
                    "All right but far out to the right, where yours is nan: infinity divided by "
                    "infinity. Choose the form in which the exponential may overflow harmlessly.",
                ),
            ),
        ),
        ChoicesPart(
            name="meaning",
            out_of=1.5,
            choices={
                "phi0, where phi1 = 1": Choice(
                    _LEFT,
                    {
                        _RIGHT: "where is the probability a half, before and after?",
                        _STEEPER: "adding a number to φ₀ is the same as adding it to every x.",
                        _FLATTER: "adding a number to φ₀ is the same as adding it to every x.",
                    },
                ),
                "phi0, where phi1 = -1": Choice(
                    _RIGHT,
                    {
                        _LEFT: "this curve falls. Where is the probability a half, before and "
                        "after?",
                        _STEEPER: "adding a number to φ₀ is the same as taking it from every x.",
                        _FLATTER: "adding a number to φ₀ is the same as taking it from every x.",
                    },
                ),
                "phi1, where phi0 = 0 and phi1 > 0": Choice(
                    _STEEPER,
                    {
                        _LEFT: "at x = 0 the probability is a half whatever φ₁ is.",
                        _RIGHT: "at x = 0 the probability is a half whatever φ₁ is.",
                        _FLATTER: "multiplying φ₁ by 2 is the same as multiplying every x by 2.",
                    },
                ),
            },
        ),
        FunctionPart(
            name="loss",
            out_of=3,
            right=_loss,
            inputs=_examples,
            result="the loss",
            misconceptions=(
                Misconception(
                    _squares,
                    "These are squares of misses. Here the loss is made of logarithms of "
                    "probabilities.",
                ),
                Misconception(
                    lambda *data: -_loss(*data),
                    "This is the logarithm of the probability: the better the model, the larger. A "
                    "loss must be the smaller.",
                ),
                Misconception(
                    lambda *data: np.exp(-_loss(*data)),
                    "This is the probability itself: take its logarithm, and mind the sign.",
                ),
                Misconception(
                    lambda phi, x, y: _loss(phi, x, y) / len(x),
                    "This is the mean over the examples. The loss here is the sum.",
                ),
                Misconception(
                    lambda phi, x, y: _shares(phi, x, y)[y == 1].sum(),
                    "Examples of class 0 cost nothing: they, too, have a probability.",
                ),
                Misconception(
                    lambda phi, x, y: _shares(phi, x, y)[y == 0].sum(),
                    "Examples of class 1 cost nothing: they, too, have a probability.",
                ),
                Misconception(
                    lambda phi, x, y: _loss(phi, x, 1 - y),
                    "The classes have changed places: the model gives the probability of y = 1.",
                ),
                Misconception(
                    lambda *data: _loss(*data) / np.log(2),
                    "The logarithm is to base 2; take the natural one.",
                ),
                Misconception(
                    lambda *data: _loss(*data) / np.log(10),
                    "The logarithm is to base 10; take the natural one.",
                ),
                Misconception(
                    lambda phi, x, y: np.logaddexp(0, -y * _log_odds(phi, x)).sum(),
                    "Every example of class 0 costs log 2, whatever the model says. Your formula "
                    "is made for classes -1 and 1.",
                ),
                Misconception(
                    _shares, "You return one number for each example; the loss is their sum."
                ),
                Misconception(_log_of_both, _NOT_A_NUMBER),
                Misconception(_log_of_one, _NOT_FINITE),
                Misconception(
                    _log_of_clipped,
                    "Right but at large margins, where something keeps your loss from growing. It "
                    "then has no slope either, and descent cannot mend the worst mistakes.",
                    shown_by=_is_capped,
                ),
            ),
        ),
        FunctionPart(
            name="gradient",
            out_of=3,
            right=_gradient,
            inputs=_examples,
            result="the gradient",
            components=("∂L/∂φ₀", "∂L/∂φ₁"),
            misconceptions=(
                Misconception(
                    lambda *data: -_gradient(*data),
                    "The right size and the opposite direction: this is the way uphill in "
                    "probability.",
                ),
                Misconception(
                    lambda *data: 2 * _gradient(*data),
                    "Twice the right gradient: there is no square here that would bring a 2.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x, y) / len(x),
                    "This is the gradient of the mean over the examples. The loss here is the sum.",
                ),
                Misconception(
                    lambda phi, x, y: LeastSquares(Logistic(), x, y).gradient(phi),
                    "This is the gradient of the sum of squares, not that of your loss.",
                ),
                Misconception(
                    lambda phi, x, y: LeastSquares(Logistic(), x, y).gradient(phi) / 2,
                    "The slope of the sigmoid is one factor too many: the logarithm, outside of "
                    "it, has a derivative as well. What do the two make together?",
                ),
                Misconception(
                    _with_surplus(lambda phi, x, y: _log_odds(phi, x) - y),
                    "You compare the line with the classes; the sigmoid is missing.",
                ),
                Misconception(
                    _with_surplus(lambda phi, x, y: (_log_odds(phi, x) > 0) - y),
                    "You compare the likelier class with the observed one. The loss also knows how "
                    "sure the model was.",
                ),
                Misconception(
                    _with_surplus(lambda phi, x, y: _probability(phi, x)),
                    "The classes y have no influence on your gradient.",
                ),
                Misconception(
                    lambda *data: _gradient(*data)[[0, 0]],
                    "Your two entries are equal: by what is φ₁ multiplied inside the sigmoid?",
                ),
                Misconception(
                    lambda *data: _gradient(*data)[::-1],
                    "Both numbers are right, but they have changed places: φ₀ comes first.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x, y)[0] * np.array([1, x.sum()]),
                    "Your second entry is a product of two sums. Multiply within each example, and "
                    "add up the products.",
                ),
                Misconception(
                    lambda phi, x, y: np.stack([_surplus(phi, x, y), _surplus(phi, x, y) * x], 1),
                    "You return one row for each example; the gradient of the loss is their sum.",
                ),
                Misconception(
                    _with_surplus(lambda phi, x, y: _exp_over_exp(phi, x) - y),
                    "All right but where the model is certain, where yours is nan: use a form of "
                    "the sigmoid whose exponential may overflow harmlessly.",
                ),
            ),
        ),
        FunctionPart(
            name="heat_map",
            out_of=2,
            right=_map,
            inputs=_maps,
            result="the table of losses",
            misconceptions=(
                Misconception(
                    lambda *given: _map(*given).T,
                    "Rows and columns have changed places: one row for each φ₀.",
                ),
                Misconception(
                    lambda phi0, phi1, x, y: _map(phi1, phi0, x, y).T,
                    "Your table is that of φ₀ as the slope and φ₁ as the offset.",
                ),
                Misconception(
                    lambda *given: _map(*given)[:, ::-1],
                    "The columns run backwards: the first one belongs to the first φ₁. Turning the "
                    "picture is the business of the plot.",
                ),
                Misconception(
                    lambda phi0, phi1, x, y: _map(phi0, phi1, x, y) / len(x),
                    "This is the mean over the examples. The loss here is the sum.",
                ),
                Misconception(
                    lambda *given: -_map(*given),
                    "These are the logarithms of the probabilities: the sign is turned.",
                ),
                Misconception(
                    lambda *given: np.log(_map(*given)),
                    "These are the logarithms of the losses: a good idea for the colours, but the "
                    "losses themselves were asked for.",
                ),
                Misconception(
                    _mapped(_squares),
                    "This is the table of the sum of squares, not that of your loss.",
                ),
                Misconception(
                    _mapped(_log_of_both),
                    "Near the middle your table is right, but far out it has nan: use a loss that "
                    "bears large margins, as in part 2.",
                ),
                Misconception(
                    _mapped(_log_of_one),
                    "Near the middle your table is right, but far out it is infinite: use a loss "
                    "that bears large margins, as in part 2.",
                ),
            ),
        ),
        ChoicesPart(
            name="convex",
            out_of=1,
            choices={
                "this loss": Choice(
                    True,
                    {
                        False: "look for a place where it bends down: what signs can its second "
                        "derivative by the log-odds have?"
                    },
                ),
                "least squares": Choice(
                    False,
                    {
                        True: "follow one example with y = 0 as its log-odds grow: its square "
                        "rises, and then levels off at 1. Can such a curve be convex?"
                    },
                ),
            },
        ),
    ),
    hints=(
        "Write $z=\\phi_0+\\phi_1x$ and look at a single example. What does it cost if y = 1, and "
        "what if y = 0? Independent probabilities multiply; their logarithms add up.",
        "A probability of $10^{-400}$ is 0 to the computer, but its logarithm is a harmless "
        "number. So simplify the logarithm on paper, until only $z$ stands in it, and let NumPy do "
        "what is left: `np.logaddexp(a, b)` is the logarithm of $e^a+e^b$, and it never overflows.",
        "For the gradient and for convexity, differentiate one example's share by $z$, once and "
        "twice, and simplify. Both results are short. The line then brings $[1,x]$, as it does in "
        "problems pb-6.1 and pb-6.2.",
    ),
)
