"""Problems for notebook 04 on logistic regression: the longest, and the last (pb-6.4, pb-F4.1)."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from course_lib.datasets import CLASS_SEED, two_class_data
from course_lib.descent import descend
from course_lib.losses import BinaryCrossEntropy, LeastSquares
from course_lib.models import Logistic, sigmoid
from course_lib.optimizers import GradientDescent
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, agree
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value
from lessons.marking.sums import sum_mistakes

# --- Inputs ---------------------------------------------------------------------------------------


def _given(phi, x, y):
    return {"phi": np.array(phi), "x": np.array(x), "y": np.array(y)}


def _examples(rng):
    """The first is one example; with three, no table of examples fits the shape (2,)."""
    one = _given([1.0, 2.0], [-1.0], [1.0])
    three = _given([0.5, -2.0], [-1.0, 0.0, 2.0], [1.0, 0.0, 1.0])
    drawn = [
        _given(
            rng.normal(size=2).round(1),
            rng.normal(size=n).round(1),
            np.floor(rng.uniform(0, 2, n)),
        )
        for n in (5, 20)
    ]
    return [one, three, *drawn]


def _examples_and_certain_ones(rng):
    """The last has margins at which a probability is rounded to 0 or 1, one of them wrong."""
    return [*_examples(rng), _given([0.0, 500.0], [-2.0, 1.0, 2.0], [0.0, 1.0, 0.0])]


def _curves(rng):
    """Without the single example, whose mean or sum would be right but for its shape."""
    return [{name: given[name] for name in ("phi", "x")} for given in _examples(rng)[1:]]


def _maps(rng):
    """Windows where the loss is no matter of care: that is asked for in part 2."""
    by_hand = {
        "phi0": np.array([-1.0, 0.0, 1.0]),
        "phi1": np.array([0.0, 2.0]),
        "x": np.array([-1.0, 0.0, 2.0]),
        "y": np.array([1.0, 0.0, 1.0]),
    }
    x, y = two_class_data(seed=rng)
    drawn = {
        "phi0": np.linspace(-2, 4, 7),
        "phi1": np.linspace(-1, 5, 7),
        "x": x.round(1),
        "y": y,
    }
    return [by_hand, drawn]


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


def _surplus(p, y, z):
    return p - y


def _chained(surplus=_surplus, by_phi=lambda phi, x: (np.ones_like(x), x)):
    """The gradient if the derivative by the log-odds z were `surplus(p, y, z)`."""

    def gradient(phi, x, y):
        z = _log_odds(phi, x)
        share = surplus(sigmoid(z), y, z)
        return np.array([np.sum(share * inner) for inner in by_phi(phi, x)])

    return gradient


_NOT_FINITE = (
    "It is infinite for an example of which the model is certain and wrong, whose true share is "
    "large, but finite: something was rounded to 0, or overflowed, before its logarithm was taken."
)
_NOT_A_NUMBER = (
    "It multiplies 0 by the logarithm of 0, or takes infinity from infinity. Leave out the class "
    "that was not observed, and find a form that needs no rounded probability."
)
_CAPPED = (
    "Something keeps your loss from growing at large margins. It then has no slope there either, "
    "and descent cannot mend the worst mistakes."
)


class SafeLossPart(FunctionPart):
    """A loss whose last inputs, where the model is certain, count once it is right elsewhere."""

    def mark(self, answer, rng):
        *unsure, certain = self.inputs(rng)
        elsewhere = replace(self, inputs=lambda rng: unsure)
        share, message = super(SafeLossPart, elsewhere).mark(answer, rng)
        if share < 1:
            return share, message
        trial = self._try(answer, certain)
        if trial.answer.shape != trial.right.shape:
            return 0.0, self._shape_message(certain, trial.answer, trial.right)
        if agree(trial.answer, trial.right):
            return share, f"{message} Right where the model is certain, too."
        return 0.0, f"Right where the model is unsure. {self._why(trial)}"

    def _why(self, trial):
        told = self._difference(trial.given, trial.answer, trial.right)
        if np.isnan(trial.answer):
            return f"{told} {_NOT_A_NUMBER}"
        if np.isinf(trial.answer):
            return f"{told} {_NOT_FINITE}"
        return f"{told} {_CAPPED}" if trial.answer < 0.9 * trial.right else told


def _one_by_one(phi, x, y):
    """One row for each example."""
    share = _probability(phi, x) - y
    return np.stack([share, share * x], axis=1)


def _mapped(loss):
    """The table of `loss(phi, x, y)` for every pair of parameters."""

    def table(phi0, phi1, x, y):
        return np.array([[loss(np.array([a, b]), x, y) for b in phi1] for a in phi0])

    return table


_map = _mapped(_loss)

# --- pb-6.4 ---------------------------------------------------------------------------------------

_LEFT, _RIGHT = "moves left", "moves right"
_STEEPER, _FLATTER = "grows steeper", "grows flatter"

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
   also be right where the model is so certain that $1+\exp[-z]$ overflows or is rounded to 1, as at
   $z=-1000$ and $z=1000$. (The other parts are checked where the model is less certain.)
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
                    lambda phi, x: (_log_odds(phi, x) > 0).astype(float),
                    "These are the likelier classes. The model gives their probabilities.",
                ),
                *(
                    Misconception(
                        lambda phi, x, sign=sign: np.exp(sign * _log_odds(phi, x)),
                        f"This is {exponential} alone, which leaves the range from 0 to 1: the "
                        "sigmoid is a fraction with 1 + exp[-z] below.",
                    )
                    for sign, exponential in ((-1, "exp[-z]"), (1, "exp[z]"))
                ),
                Misconception(
                    lambda phi, x: sigmoid(2 * _log_odds(phi, x)),
                    "The shape is right, but twice as steep: a hyperbolic tangent needs half of z.",
                ),
                Misconception(
                    lambda phi, x: np.clip(_log_odds(phi, x), 0, 1),
                    "This is the line, cut off at 0 and 1, not the sigmoid of it.",
                ),
                Misconception(
                    lambda phi, x: np.maximum(_log_odds(phi, x), 0),
                    "This is the line, cut off at 0, not the sigmoid of it.",
                ),
                Misconception(
                    lambda phi, x: 1 + np.exp(-_log_odds(phi, x)),
                    "This is 1 + exp[-z], the lower part of the fraction alone. (Mind that Python "
                    "divides before it adds: `1 / 1 + a` is `1 + a`.)",
                ),
                Misconception(
                    lambda phi, x: 1 / (1 - np.exp(-_log_odds(phi, x))),
                    "Below the fraction the exponential is added to 1, not taken from it.",
                ),
                Misconception(
                    lambda phi, x: sigmoid(phi[1] * x),
                    "φ₀ has no influence on your curve.",
                ),
                Misconception(
                    lambda phi, x: sigmoid(phi[0] + x), "φ₁ has no influence on your curve."
                ),
                Misconception(
                    lambda phi, x: sigmoid(phi[1] * (x - phi[0])),
                    "In yours φ₀ is the place where the curve crosses a half. In the statement it "
                    "is added to φ₁ x.",
                ),
                Misconception(
                    lambda phi, x: sigmoid(phi[1] * (x + phi[0])),
                    "Your φ₁ multiplies φ₀ as well as x.",
                ),
                Misconception(
                    lambda phi, x: _probability(phi, x) * (1 - _probability(phi, x)),
                    "This is the slope of the sigmoid, not the sigmoid itself.",
                ),
                Misconception(
                    lambda phi, x: np.log(_probability(phi, x)),
                    "This is the logarithm of the probability.",
                ),
                Misconception(
                    lambda phi, x: np.zeros_like(x),
                    "All your values are 0. (An array of integers would round every probability "
                    "down.)",
                ),
                Misconception(
                    lambda phi, x: _probability(phi, x).sum(),
                    "You return the sum over the inputs; one value for each was asked for.",
                ),
                Misconception(
                    lambda phi, x: _probability(phi, x)[0],
                    "You return the value at the first input alone: does a loop return too early?",
                ),
                Misconception(
                    lambda phi, x: np.stack([1 - _probability(phi, x), _probability(phi, x)], 1),
                    "You return the probabilities of both classes; that of class 1 was asked for.",
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
        SafeLossPart(
            name="loss",
            out_of=3,
            right=_loss,
            inputs=_examples_and_certain_ones,
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
                *(
                    Misconception(
                        lambda phi, x, y, klass=klass: _loss(phi, x, np.full_like(x, klass)),
                        "The observed classes y have no influence on your loss: every example "
                        f"costs what it would cost in class {klass}.",
                    )
                    for klass in (0, 1)
                ),
                Misconception(
                    lambda phi, x, y: np.logaddexp(0, -np.abs(_log_odds(phi, x))).sum(),
                    "Every example costs in yours what it would cost in its likelier class, "
                    "whatever the observed one.",
                ),
                Misconception(
                    lambda phi, x, y: np.logaddexp(0, np.abs(_log_odds(phi, x))).sum(),
                    "Every example costs in yours what it would cost in its less likely class, "
                    "whatever the observed one.",
                ),
                Misconception(
                    lambda phi, x, y: (
                        np.logaddexp(0, _log_odds(phi, x)) + y * _log_odds(phi, x)
                    ).sum(),
                    "Examples of class 0 are right; those of class 1 have z = φ₀ + φ₁x with "
                    "the wrong sign.",
                ),
                Misconception(
                    lambda phi, x, y: (
                        np.logaddexp(0, _log_odds(phi, x)).sum(where=y == 0)
                        - np.logaddexp(0, -_log_odds(phi, x)).sum(where=y == 1)
                    ),
                    "Examples of class 0 are right; those of class 1 count with the wrong sign.",
                ),
                Misconception(
                    lambda phi, x, y: (
                        np.logaddexp(0, -_log_odds(phi, x)).sum(where=y == 1)
                        - np.logaddexp(0, _log_odds(phi, x)).sum(where=y == 0)
                    ),
                    "Examples of class 1 are right; those of class 0 count with the wrong sign.",
                ),
                Misconception(
                    lambda phi, x, y: (
                        np.logaddexp(0, -_log_odds(phi, x)).sum(where=y == 1)
                        - (1 + np.logaddexp(0, -_log_odds(phi, x))).sum(where=y == 0)
                    ),
                    "Examples of class 1 are right. For class 0 you take the logarithm first and "
                    "the difference from 1 afterwards: it is the probability that is taken from 1.",
                ),
                Misconception(
                    lambda phi, x, y: np.abs(_probability(phi, x) - y).sum(),
                    "These are the probabilities that the model gives to the class that was not "
                    "observed. The loss is made of logarithms.",
                ),
                Misconception(
                    lambda phi, x, y: np.maximum(0, 1 - (2 * y - 1) * _log_odds(phi, x)).sum(),
                    "This is the hinge loss, which knows no probabilities. Here it is the "
                    "logarithm of a probability.",
                ),
                Misconception(
                    lambda phi, x, y: ((_log_odds(phi, x) > 0) != y).sum(),
                    "You count mistakes. The loss also knows how sure the model was.",
                ),
                Misconception(
                    lambda phi, x, y: _loss(phi[::-1], x, y),
                    "The parameters have changed places: φ₁ is the one that multiplies x.",
                ),
                Misconception(
                    lambda phi, x, y: np.exp((1 - 2 * y) * _log_odds(phi, x)).sum(),
                    "These are exponentials of z = φ₀ + φ₁x; the loss is made of logarithms of "
                    "probabilities.",
                ),
                Misconception(
                    lambda phi, x, y: np.prod(_shares(phi, x, y)),
                    "You multiply the shares of the examples: probabilities multiply, their "
                    "logarithms add up.",
                ),
                Misconception(
                    lambda phi, x, y: -np.exp(-_shares(phi, x, y)).sum(),
                    "You add up the probabilities of the observed classes, without logarithms.",
                ),
                Misconception(
                    lambda *data: _loss(*data) / 2,
                    "Half of the right loss: nothing here halves it.",
                ),
                Misconception(
                    lambda *data: _shares(*data)[0],
                    "Only the first example counts in yours: does the loop return too early?",
                ),
                Misconception(
                    lambda *data: _shares(*data)[-1],
                    "Only the last example counts in yours: add up, in place of overwriting.",
                ),
                Misconception(
                    _shares, "You return one number for each example; the loss is their sum."
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
                    lambda *data: _gradient(*data) / 2,
                    "Half of the right gradient: nothing here halves it.",
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
                    _chained(lambda p, y, z: z - y),
                    "You compare the line with the classes; the sigmoid is missing.",
                ),
                Misconception(
                    _chained(lambda p, y, z: (z > 0) - y),
                    "You compare the likelier class with the observed one. The loss also knows how "
                    "sure the model was.",
                ),
                Misconception(
                    _chained(lambda p, y, z: p), "The classes y have no influence on your gradient."
                ),
                Misconception(
                    _chained(lambda p, y, z: np.abs(p - y)),
                    "Your surplus has lost its sign: it is below 0 where the class was 1.",
                ),
                Misconception(
                    _chained(lambda p, y, z: (p - y) ** 2),
                    "Your surplus is squared; there is no square in this derivative.",
                ),
                Misconception(
                    _chained(lambda p, y, z: y * (p - 1)),
                    "Examples of class 0 have no influence on yours: they, too, have a share in "
                    "the loss.",
                ),
                Misconception(
                    _chained(lambda p, y, z: (1 - y) * p),
                    "Examples of class 1 have no influence on yours: they, too, have a share in "
                    "the loss.",
                ),
                Misconception(
                    _chained(lambda p, y, z: 1 - p - y),
                    "Your probabilities are those of class 0: mind the sign in the exponent.",
                ),
                *(
                    Misconception(
                        _chained(outer),
                        "You differentiate the logarithm, and leave out what is inside it: the "
                        f"sigmoid has a slope as well (chain rule){more}.",
                    )
                    for outer, more in (
                        (lambda p, y, z: (1 - y) / (1 - p) - y / p, ""),
                        (lambda p, y, z: y / p - (1 - y) / (1 - p), ", and the sign is turned"),
                        (lambda p, y, z: -y / p, ", and class 0 has a share in the loss, too"),
                        (lambda p, y, z: y / p, ", and class 0 and the minus sign are missing"),
                    )
                ),
                Misconception(
                    _chained(lambda p, y, z: p * (1 - p)),
                    "This is the slope of the sigmoid alone: the logarithm outside of it, and the "
                    "classes, are missing.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), np.ones_like(x))),
                    "Your two entries are equal: by what is φ₁ multiplied inside the sigmoid?",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (x, x)),
                    "Your two entries are equal: φ₀ is not multiplied by x inside the sigmoid.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), np.full_like(x, phi[1]))),
                    "In your second entry φ₁ stands where x belongs: differentiating φ₁ x by φ₁ "
                    "leaves what multiplies φ₁.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), phi[1] * x)),
                    "Your second entry still contains φ₁: the line is linear in it.",
                ),
                Misconception(
                    _chained(by_phi=lambda phi, x: (np.ones_like(x), x**2)),
                    "In your second entry x is squared: the line contains it once.",
                ),
                Misconception(
                    lambda *data: _gradient(*data)[::-1],
                    "Both numbers are right, but they have changed places: φ₀ comes first.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi[::-1], x, y),
                    "The parameters have changed places inside your sigmoid: φ₁ multiplies x.",
                ),
                Misconception(
                    lambda phi, x, y: _gradient(phi, x, y)[0] * np.array([1, x.sum()]),
                    "Your second entry is a product of two sums. Multiply within each example, and "
                    "add up the products.",
                ),
                *sum_mistakes(_one_by_one),
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
                    "Rows and columns have changed places: entry [i, j] belongs to the i-th φ₀ and "
                    "the j-th φ₁. (`np.meshgrid` gives the other order unless it is told "
                    '`indexing="ij"`.)',
                ),
                Misconception(
                    lambda phi0, phi1, x, y: _map(phi1, phi0, x, y).T,
                    "Your table is that of φ₀ as the slope and φ₁ as the offset.",
                ),
                Misconception(
                    lambda phi0, phi1, x, y: _map(phi1, phi0, x, y),
                    "You give φ₁ the part of φ₀, and φ₀ that of φ₁: one row for each φ₀ was asked "
                    "for, which is the offset.",
                ),
                Misconception(
                    lambda *given: _map(*given)[:, ::-1],
                    "The columns run backwards: the first one belongs to the first φ₁. Turning the "
                    "picture is the business of the plot.",
                ),
                Misconception(
                    lambda *given: _map(*given)[::-1],
                    "The rows run backwards: the first one belongs to the first φ₀. Turning the "
                    "picture is the business of the plot.",
                ),
                Misconception(
                    lambda *given: _map(*given)[::-1, ::-1],
                    "Rows and columns both run backwards: entry [0, 0] belongs to the first φ₀ and "
                    "the first φ₁.",
                ),
                Misconception(
                    lambda *given: _map(*given).T[::-1],
                    "Rows and columns have changed places, and φ₁ runs backwards: entry [i, j] "
                    "belongs to the i-th φ₀ and the j-th φ₁. Turning the picture is the business "
                    "of the plot.",
                ),
                Misconception(
                    lambda *given: _map(*given).ravel(),
                    "The numbers are right, but in one long list: the table has one row for each "
                    "φ₀.",
                ),
                Misconception(
                    lambda *given: _map(*given).T.ravel(),
                    "One long list, in which φ₀ runs faster than φ₁: a table with one row for each "
                    "φ₀ was asked for.",
                ),
                Misconception(
                    lambda phi0, phi1, x, y: np.array(
                        [_loss(np.array(pair), x, y) for pair in zip(phi0, phi1)]
                    ),
                    "You pair the first φ₀ with the first φ₁, the second with the second, and so "
                    "on: every φ₀ meets every φ₁ in the table.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: _probability(phi, x).sum()),
                    "These are sums of probabilities, not losses: the classes y have no influence "
                    "on them.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: _shares(phi, x, y)[y == 1].sum()),
                    "Examples of class 0 cost nothing in your table: they have a probability, too.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: _shares(phi, x, y)[y == 0].sum()),
                    "Examples of class 1 cost nothing in your table: they have a probability, too.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: _loss(phi, x, 1 - y)),
                    "The classes have changed places: the model gives the probability of y = 1.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: _loss(phi * [1, -1], x, y)),
                    "Your φ₁ has the wrong sign: the line is φ₀ plus φ₁ x.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: _shares(phi, x, y)[0]),
                    "Only the first example counts in your table.",
                ),
                Misconception(
                    lambda *given: _map(*given) / _map(*given).max(),
                    "Your losses are divided by the largest one: the losses themselves were asked "
                    "for.",
                ),
                Misconception(
                    _mapped(lambda phi, x, y: np.exp(-_loss(phi, x, y))),
                    "These are the probabilities themselves; the loss is minus their logarithm.",
                ),
                Misconception(
                    lambda phi0, phi1, x, y: _map(phi0, phi1, *two_class_data()),
                    "Your table is that of `two_class_data()`, whatever x and y are given: use the "
                    "arguments.",
                ),
                Misconception(
                    _mapped(_shares),
                    "You return one number for each example; the loss is their sum.",
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
                        "derivative by z = φ₀ + φ₁x have?"
                    },
                ),
                "least squares": Choice(
                    False,
                    {
                        True: "follow one example with y = 0 as z = φ₀ + φ₁x grows: its square "
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

# --- pb-F4.1 --------------------------------------------------------------------------------------

_OVERLAPPING = (2, 3, 4, 5, 6, 7, 9, 12, 13, 14, 16, 17, 18, 20, 21, 22, 25, 26, 27)
"""Seeds of `two_class_data` with a minimum that is not far out."""


def _units(rng):
    """The chapter's examples, others as heights in centimetres, and others in metres."""
    seeds = [CLASS_SEED, *rng.choice(_OVERLAPPING, 2, replace=False)]
    (x, y), (centimetres, in_cm), (metres, in_m) = (two_class_data(seed=int(s)) for s in seeds)
    return [
        {"x": x, "y": y},
        {"x": (170 + 10 * centimetres).round(1), "y": in_cm},
        {"x": (1.7 + 0.1 * metres).round(3), "y": in_m},
    ]


@lru_cache(maxsize=64)
def _fit_scaled(x, y):
    """(φ of the inputs less their mean, in units of their spread; that mean; that spread)."""
    x, y = np.array(x), np.array(y)
    mean, spread = x.mean(), x.std()
    loss = BinaryCrossEntropy(Logistic(), (x - mean) / spread, y)
    return descend(loss, [0.0, 0.0], GradientDescent(0.15), 2000).final, mean, spread


def _fit_classes(x, y):
    (offset, slope), mean, spread = _fit_scaled(tuple(x), tuple(y))
    return np.array([offset - slope * mean / spread, slope / spread])


def _back(change):
    """A mistake on the way back from scaled inputs: (offset, slope, mean, spread) -> φ."""

    def mistaken(x, y):
        (offset, slope), mean, spread = _fit_scaled(tuple(x), tuple(y))
        return np.array(change(offset, slope, mean, spread))

    return mistaken


def _fits(given, phi):
    if not np.isfinite(phi).all():
        return False, f"your parameters are {show_value(phi)}: did a descent run away?"
    loss = BinaryCrossEntropy(Logistic(), given["x"], given["y"])
    value, lowest = float(loss(phi)), float(loss(_fit_classes(**given)))
    told = f"your parameters {show_value(phi)} have a loss of {value:.4g}"
    if value <= lowest + 0.01:
        return True, f"The last of the three is fitted with a loss of {value:.4g}."
    flat, steep = np.linalg.eigvalsh(loss.hessian([0.0, 0.0]))
    told += f", and {lowest:.4g} is possible."
    if value > 1.001 * loss([0.0, 0.0]):
        told += (
            " That is more than at φ = [0, 0], where a descent may begin: do your steps lead "
            "uphill, or are they so long that they overshoot?"
        )
    told += f" At φ = [0, 0] the curvatures of this loss are {flat:.3g} and {steep:.3g}: "
    if steep < 10 * flat:
        return False, (
            f"{told}they are much alike, so plain descent gets there within a hundred steps, at a "
            "rate of about 1 over the larger one. What are your rate and your number of steps?"
        )
    return False, (
        f"{told}how many steps does the flat axis take, at a rate that the steep one bears?"
    )


pb_F4_1 = Problem(
    id="pb-F4.1",
    title="Probabilities, whatever the units",
    text=r"""
Put it all together. Write `fit_classes(x, y)`, which fits logistic regression to examples in two
classes, and returns its parameters $[\phi_0,\phi_1]$, shape `(2,)`. The loss must come within 0.01
of the lowest that is possible. How you descend is for you to choose; for the gradient you may use
your own, or `BinaryCrossEntropy(Logistic(), x, y).gradient`.

It is tried on `two_class_data()`, and on other draws of it in other units: heights in centimetres,
`170 + 10 * x`, and in metres, `1.7 + 0.1 * x`. In all of them the classes overlap. On those two no
rate does well: before you mend it, look at the eigenvalues of their Hessians at $\phi=0$, which
show why. It must not take longer than a few seconds.
""",
    parts=(
        GoalPart(
            name="fit",
            out_of=4,
            right=_fit_classes,
            inputs=_units,
            result="the array of parameters",
            reached=_fits,
            misconceptions=(
                Misconception(
                    lambda x, y: _fit_scaled(tuple(x), tuple(y))[0],
                    "These are the parameters for inputs that you have shifted and scaled: which "
                    "line is that in the inputs that you were given?",
                ),
                Misconception(
                    lambda x, y: (
                        _fit_scaled(tuple(x), tuple(y))[0] / [1, _fit_scaled(tuple(x), tuple(y))[2]]
                    ),
                    "The slope is right. The offset is still the one of the shifted inputs.",
                ),
                Misconception(
                    _back(lambda offset, slope, m, s: (offset + slope * m / s, slope / s)),
                    "The slope is right. In the offset the shift has the wrong sign: what was "
                    "taken from the inputs?",
                ),
                Misconception(
                    _back(lambda offset, slope, m, s: (offset - slope * m, slope / s)),
                    "The slope is right. In the offset, too, it must be the slope for the old "
                    "inputs that multiplies their shift.",
                ),
                Misconception(
                    _back(lambda offset, slope, m, s: (offset - slope * s * m, slope * s)),
                    "On the way back you multiply the slope by the scale. Inputs with larger "
                    "numbers need a smaller slope: divide it.",
                ),
                Misconception(
                    lambda x, y: -_fit_classes(x, y),
                    "Both parameters have the wrong sign: do your steps climb, or have the classes "
                    "changed places?",
                ),
                Misconception(
                    lambda x, y: _fit_classes(x, y)[::-1],
                    "The two have changed places: φ₀ comes first.",
                ),
            ),
        ),
    ),
    hints=(
        "Fit `two_class_data()` first. On the heights, print the eigenvalues of "
        "`BinaryCrossEntropy(Logistic(), x, y).hessian([0, 0])`: 2 over the larger one is the "
        "largest rate, and the smaller one says how slow that is.",
        "The units are nobody's business but yours: descend with inputs that lie around 0 and are "
        "about 1 in size, as those of `two_class_data()` do.",
        "A line in the new inputs is a line in the old ones, too. Write it out, and collect what "
        "multiplies $x$ and what does not.",
    ),
)
