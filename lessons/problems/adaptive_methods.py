"""Problems for notebook 07: steps by number, clipping, AdaGrad, RMSProp and Adam, a schedule for a
budget, and raw data (pb-F7.1, pb-G3, pb-C3, pb-F7.2, pb-F7.3)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_lib.clipping import clip_by_norm, clip_by_value
from course_lib.datasets import linear_data
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import AdaGrad, Adam, RMSProp
from lessons.marking.answers import StepLimit
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import FunctionPart, Misconception, PathPart, ValuePart
from lessons.marking.paths import path_mistakes
from lessons.marking.problem import Problem

# --- pb-F7.1 --------------------------------------------------------------------------------------


def _length(t, beta, gamma):
    """The length of uncorrected Adam's step t down a steady slope, in units of α."""
    return (1 - beta ** (t + 1)) / np.sqrt(1 - gamma ** (t + 1))


def _which_steps(rng):
    drawn = [
        {
            "t": int(t),
            "beta": round(rng.uniform(0.6, 0.95), 2),
            "gamma": round(rng.uniform(0.97, 0.995), 3),
        }
        for t in (0, 3, 40)
    ]
    return [{"t": 1, "beta": 0.5, "gamma": 0.75}, *drawn]


pb_F7_1 = Problem(
    id="pb-F7.1",
    title="Adam without its correction, by number",
    text=r"""
A loss falls everywhere with the same slope, which is not zero. Adam walks down it *without* bias
correction: $\mathbf m$ and $\mathbf v$ begin at zero, follow equation 6.15, and are used as they
are, with $\epsilon=0$.

1. Write `step_length(t, beta, gamma)`: the length of step $t=0,1,2,\ldots$ in units of $\alpha$. No
   loop is needed.
2. With $\beta=0.9$, for which $\gamma$ is the very first step exactly $\alpha$ long?
""",
    parts=(
        FunctionPart(
            name="length",
            out_of=2,
            right=_length,
            inputs=_which_steps,
            result="the length",
            misconceptions=(
                Misconception(
                    lambda t, b, c: _length(t - 1, b, c) if t else np.nan,
                    "That is the length of the step before: step 0 has taken in one slope already.",
                    also=(lambda t, b, c: _length(t - 1, b, c) if t else 0.0,),
                ),
                Misconception(
                    lambda t, b, c: (1 - b ** (t + 1)) / (1 - c ** (t + 1)),
                    "The step is divided by the *root* of v.",
                ),
                Misconception(
                    lambda t, b, c: 1 / _length(t, b, c),
                    "Upside down: m is on top.",
                ),
                Misconception(
                    lambda t, b, c: np.sqrt((1 - b ** (t + 1)) / (1 - c ** (t + 1))),
                    "Only v stands under the root.",
                ),
                Misconception(
                    lambda t, b, c: (1 - b) / np.sqrt(1 - c),
                    "That is the first step. At step t both averages have taken in t + 1 slopes.",
                ),
                Misconception(
                    lambda t, b, c: 1.0,
                    "That is the length *with* the correction.",
                ),
                Misconception(
                    lambda t, b, c: b ** (t + 1) / np.sqrt(c ** (t + 1)),
                    "Those are the weights of the zeros at the start. The slopes have the rest.",
                ),
                Misconception(
                    lambda t, b, c: (1 - b) ** (t + 1) / np.sqrt((1 - c) ** (t + 1)),
                    "The new share is added at each step, not multiplied: it is the zero at the "
                    "start whose weight becomes a power.",
                ),
                Misconception(
                    lambda t, b, c: _length(t, c, b),
                    "β and γ have changed places: β belongs to m, on top.",
                ),
            ),
        ),
        ValuePart(
            name="gamma",
            right=0.99,
            misconceptions=(
                Misconception(
                    0.9,
                    "With equal shares both averages are too small by the same factor. But only "
                    "one of them stands under a root.",
                ),
                Misconception(
                    0.81,
                    "That is 0.9². It is the shares that the *new* slopes have which must fit.",
                ),
                Misconception(
                    0.999, "There the first step is 3.2 α long, as the chapter measured."
                ),
                Misconception(0.01, "That is what the new square gets. γ is the share of the old."),
                Misconception(
                    0, "Without any memory √v is the whole slope, and m only a tenth of it."
                ),
                Misconception(1, "At γ = 1 no slope gets into v at all: it stays zero."),
            ),
        ),
    ),
    hints=(
        "Let the slope be g at every step. What is m after step t, as a multiple of g?",
        "In the same way v is a multiple of g². Divide, and g falls out.",
        "For the second question the first step must have on top just what it has below.",
    ),
)

# --- pb-C3 ----------------------------------------------------------------------------------------


_BY_HAND = {"beta": 0.8, "gamma": 0.75}
"""Shares that differ from each other and from one half: changed places must show."""


def _sequences(*shares):
    """Gradients and settings; `shares` names those of β and γ that the rule has.

    A large ε shows where it stands, and a first gradient of 0 whether it is there.
    """

    def inputs(rng):
        def run(gradients, start, learning_rate, epsilon, **given):
            drawn = {share: given.get(share, round(rng.uniform(0.6, 0.95), 2)) for share in shares}
            return {
                "gradients": gradients,
                "start": start,
                "learning_rate": learning_rate,
                **drawn,
                "epsilon": epsilon,
            }

        def rows(steps):
            return (np.array([0.1, 1.0, 10.0]) * rng.normal(size=(steps, 3))).round(2)

        def start(size):
            return rng.normal(size=size).round(1)

        by_hand = np.array([[3.0, 0.0], [-4.0, 2.0]]), np.array([8.0, 1.0])
        return [
            run(*by_hand, 1.0, 1.0, **_BY_HAND),
            run(rows(6), start(3), 0.3, round(rng.uniform(0.05, 0.2), 2)),
            run(rows(30), start(3), 0.1, 1e-8),
            run(rng.normal(size=(1, 2)).round(1), start(2), 0.5, 0.01),
        ]

    return inputs


@dataclass(frozen=True)
class _Given:
    """A loss that has the same gradient everywhere."""

    g: np.ndarray

    def gradient(self, phi):
        return self.g


def _path_of(rule):
    """The library's rule, driven by gradients that are given."""

    def path(gradients, start, learning_rate, *settings):
        made = rule(learning_rate, *settings)
        points, state = [start], made.init(start)
        for t, g in enumerate(gradients):
            phi, state = made.step(points[-1], state, _Given(g), t)
            points.append(phi)
        return np.array(points)

    return path


_adagrad_path, _rmsprop_path, _adam_path = map(_path_of, (AdaGrad, RMSProp, Adam))


def _mistaken(move):
    """A run in which each step is -α move(gradients so far, *settings)."""

    def path(gradients, start, learning_rate, *settings):
        points = [start]
        for t in range(len(gradients)):
            points.append(points[-1] - learning_rate * move(gradients[: t + 1], *settings))
        return np.array(points)

    return path


def _from_the_second(path):
    """Do all steps but the first look like those of a mistaken path, whatever that one guards?"""

    def shown_by(trials):
        many = [trial for trial in trials if len(trial.right) > 2]
        steps = [
            (np.diff(t.answer, axis=0), np.diff(path(*t.given.values()), axis=0)) for t in many
        ]
        return all(np.allclose(yours[1:], known[1:], 1e-3, 1e-6) for yours, known in steps)

    return shown_by


def _over(top, squares, epsilon):
    return top / (np.sqrt(squares) + epsilon)


def _average(x, share, new=None):
    """x ← share x + new x from 0 on, where `new` is 1 - share unless it is given."""
    new = 1 - share if new is None else new
    return new * share ** np.arange(len(x))[::-1] @ x


def _corrected(x, share, late=0):
    """The average over the sum of its weights; with `late`, the sum of that many steps earlier."""
    return _average(x, share) / (1 - share ** (len(x) - late))


_SIGN = "Your path climbs: the gradient points uphill."
_NO_ROOT = "You divide by the squares themselves: the root is missing."
_NO_EPSILON = (
    "The small constant ε is missing: you divide by the root alone. (Where the gradients so far "
    "are 0, that is 0 divided by 0.)"
)
_INSIDE = (
    "Your ε stands under the root. In this definition it is added to the root: that matters where "
    "gradients are of the size of ε, or of its root."
)
_SQUARED_INSIDE = (
    "Your ε stands under the root, squared. In this definition it is added to the root."
)
_NO_GRADIENT = "You keep only the sign of the gradient: its size belongs to the step, too."
_SHARED = (
    "All your parameters have one divisor in common: squares and roots are taken entry by entry."
)

_ADAGRAD_MISTAKES = (
    Misconception(_mistaken(lambda g, e: -_over(g[-1], (g**2).sum(0), e)), _SIGN),
    Misconception(_mistaken(lambda g, e: g[-1] / np.sqrt((g**2).sum(0) + e)), _INSIDE),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], (g**2).mean(0), e)),
        "You divide by the root of the mean of the squares. AdaGrad takes their sum, so its steps "
        "become shorter and shorter.",
    ),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], g[-1] ** 2, e)),
        "Each step knows its own gradient only: add the new square to those of before.",
    ),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], g.sum(0), e)),
        "You add up the gradients without squaring them. They cancel, and their sum may have no "
        "root.",
    ),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], np.abs(g).sum(0), e)),
        "You add up the sizes of the gradients without squaring them.",
    ),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], g.sum(0) ** 2, e)),
        "You square the sum of the gradients. Square each of them, and add up the squares.",
    ),
    Misconception(_mistaken(lambda g, e: g[-1] / ((g**2).sum(0) + e)), _NO_ROOT),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], (g[:-1] ** 2).sum(0), e)),
        "You divide before you add the new square: the first step then divides by ε alone.",
    ),
    Misconception(_mistaken(lambda g, e: _over(g[-1], (g**2).sum(), e)), _SHARED),
    Misconception(_mistaken(lambda g, e: g[-1] / np.sqrt((g**2).sum(0))), _NO_EPSILON),
    Misconception(_mistaken(lambda g, e: g[-1] / np.sqrt((g**2).sum(0) + e**2)), _SQUARED_INSIDE),
    Misconception(_mistaken(lambda g, e: _over(np.sign(g[-1]), (g**2).sum(0), e)), _NO_GRADIENT),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], (g**2).sum(0) + 0.1, e)),
        "Your sum begins at 0.1, as it does in some libraries. Here it begins at zero.",
    ),
    Misconception(
        _mistaken(lambda g, e: _over(g[-1], _average(g**2, 0.9), e)),
        "Your old squares fade: that is RMSProp. AdaGrad's sum forgets nothing.",
    ),
    Misconception(
        _mistaken(lambda g, e: _over(g.sum(0), (g**2).sum(0), e)),
        "Your step goes along the sum of the gradients; only their squares are added up.",
    ),
)

_RMSPROP_MISTAKES = (
    Misconception(
        _mistaken(lambda g, c, e: g[-1] / np.sqrt(_average(g**2, c) + e**2)), _SQUARED_INSIDE
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(np.sign(g[-1]), _average(g**2, c), e)), _NO_GRADIENT
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], c * _average(g**2, c), e)),
        "You multiply the new square by γ, too: only the old average keeps the share γ.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(g**2, c, new=(1 - c) ** 2), e)),
        "You square the share 1 - γ along with the gradient: only the gradient is squared.",
    ),
    Misconception(_mistaken(lambda g, c, e: -_over(g[-1], _average(g**2, c), e)), _SIGN),
    Misconception(_mistaken(lambda g, c, e: g[-1] / np.sqrt(_average(g**2, c) + e)), _INSIDE),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], (g**2).sum(0), e)),
        "Your squares never fade: this is AdaGrad. RMSProp forgets.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(g**2, c, new=1), e)),
        "Your new square counts in full. In an average it has the share that the past gives up.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(g**2, 1 - c), e)),
        "γ and 1 - γ have changed places: γ is the share of the past.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _corrected(g**2, c), e)),
        "You correct the average for its start at zero. Adam does; this rule does not.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(g, c) ** 2, e)),
        "You square the average of the gradients. Average their squares.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(np.abs(g), c), e)),
        "You average the sizes of the gradients without squaring them.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(g, c), e)),
        "You average the gradients without squaring them. Such an average may have no root.",
    ),
    Misconception(_mistaken(lambda g, c, e: g[-1] / (_average(g**2, c) + e)), _NO_ROOT),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average(g[:-1] ** 2, c), e)),
        "You divide before you bring the average up to date: the first step then divides by ε "
        "alone.",
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(g[-1], _average((g**2).sum(-1), c), e)), _SHARED
    ),
    Misconception(
        _mistaken(lambda g, c, e: g[-1] / np.sqrt(_average(g**2, c))), _NO_EPSILON
    ),
    Misconception(
        _mistaken(lambda g, c, e: _over(_average(g, c), _average(g**2, c), e)),
        "Your step goes along an average of the gradients: that is Adam's half. This rule steps "
        "along the newest gradient.",
    ),
    Misconception(
        _mistaken(
            lambda g, c, e: _over(g[-1], _average(g**2, c) + c ** len(g) * g[0] ** 2, e)
        ),
        "Your average begins as the first square. It begins as zero.",
    ),
)  # fmt: skip


def _keeps_the_corrected(gradients, start, learning_rate, beta, gamma, epsilon):
    points, m, v = [start], 0.0, 0.0
    for n, g in enumerate(gradients, start=1):
        m = (beta * m + (1 - beta) * g) / (1 - beta**n)
        v = (gamma * v + (1 - gamma) * g**2) / (1 - gamma**n)
        points.append(points[-1] - learning_rate * _over(m, v, epsilon))
    return np.array(points)


def _squares_the_average(gradients, start, learning_rate, beta, gamma, epsilon):
    m = np.array([_average(gradients[: n + 1], beta) for n in range(len(gradients))])
    steps = [
        _over(m[n] / (1 - beta ** (n + 1)), _corrected(m[: n + 1] ** 2, gamma), epsilon)
        for n in range(len(gradients))
    ]
    return np.cumsum([start, *(-learning_rate * step for step in steps)], axis=0)


def _late_but_for_the_first(x, share):
    return _corrected(x, share, late=min(len(x) - 1, 1))


_LATE = _mistaken(lambda g, b, c, e: _over(_corrected(g, b, 1), _corrected(g**2, c, 1), e))
_LATE_BUT_FOR_THE_FIRST = _mistaken(
    lambda g, b, c, e: _over(_late_but_for_the_first(g, b), _late_but_for_the_first(g**2, c), e)
)

_ADAM_MISTAKES = (
    Misconception(
        _mistaken(lambda g, b, c, e: -_over(_corrected(g, b), _corrected(g**2, c), e)), _SIGN
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _corrected(g, b) / np.sqrt(_corrected(g**2, c) + e)), _INSIDE
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_average(g, b), _average(g**2, c), e)),
        "Your averages are not corrected for their start at zero.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, b), _average(g**2, c), e)),
        "You correct the average of the gradients, but not that of their squares.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_average(g, b), _corrected(g**2, c), e)),
        "You correct the average of the squares, but not that of the gradients.",
    ),
    Misconception(
        _LATE,
        "Your correction comes one step late, with the exponent t, not t + 1, and divides by zero "
        "at the first step: steps are counted from t = 0 here, and one gradient has come by then.",
    ),
    Misconception(
        _LATE_BUT_FOR_THE_FIRST,
        "From the second step on your correction comes one step late, with the exponent t, not "
        "t + 1: steps are counted from t = 0, and t + 1 gradients have come by then. With t + 1 "
        "no first step needs a case of its own.",
        _from_the_second(_LATE_BUT_FOR_THE_FIRST),
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, b, -1), _corrected(g**2, c, -1), e)),
        "Your correction is one step ahead: it counts one gradient more than have come.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: (
                _corrected(g, b) / (np.sqrt(_corrected(g**2, c)) + e / np.sqrt(1 - c ** len(g)))
            )
        ),
        "You add ε to the root of the average before that is corrected, as some libraries do; "
        "here it is added to the root of the corrected average.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _corrected(g, b) / np.sqrt(_corrected(g**2, c) + e**2)
        ),
        _SQUARED_INSIDE,
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: (
                _corrected(g, b) / (np.sqrt(_average(g**2, c)) / (1 - c ** len(g)) + e)
            )
        ),
        "You correct the root of the average of the squares. Correct the average, then take the "
        "root.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b) / (1 - b), _average(g**2, c) / (1 - c), e
            )
        ),
        "Your correction is that of the first step at every step: its exponent t + 1 grows.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b) / (1 - b * len(g)), _average(g**2, c) / (1 - c * len(g)), e
            )
        ),
        "You multiply β and γ by t + 1. It is their exponent.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b) / (1 - b ** (len(g) - 1) + 1),
                _average(g**2, c) / (1 - c ** (len(g) - 1) + 1),
                e,
            )
        ),
        "Your correction is 1 - βᵗ + 1: the exponent t + 1 needs brackets.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b, new=1) / (1 - b ** len(g)), _corrected(g**2, c), e
            )
        ),
        "Your new gradient counts in full in the average m. It has the share 1 - β there.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _corrected(g, b), _average(g**2, c, new=1) / (1 - c ** len(g)), e
            )
        ),
        "Your new square counts in full in the average v. It has the share 1 - γ there.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, 1 - b), _corrected(g**2, 1 - c), e)),
        "The shares of old and new have changed places, in the averages and in the correction: β "
        "and γ are the shares of the past.",
    ),
    Misconception(
        _squares_the_average,
        "You average the squares of m. Average the squares of the gradients.",
    ),
    Misconception(
        _keeps_the_corrected,
        "Your first step is right and the later ones are not: the corrected averages have taken "
        "the place of the running ones. Correct copies, and go on from the uncorrected.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, c), _corrected(g**2, b), e)),
        "β and γ have changed places: β belongs to the gradients, γ to their squares.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b) / (1 - b ** len(g)), _average(g**2, c) / (1 - b ** len(g)), e
            )
        ),
        "You correct both averages with β: each has its own share of the past.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b) * (1 - b ** len(g)), _average(g**2, c) * (1 - c ** len(g)), e
            )
        ),
        "Your correction makes averages that are too small smaller still.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, b), _corrected(g, c) ** 2, e)),
        "You square the average of the gradients. Average their squares.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, b), _corrected(np.abs(g), c), e)),
        "You average the sizes of the gradients without squaring them.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, b), _corrected(g, c), e)),
        "You average the gradients twice, and their squares not at all. Such an average may have "
        "no root.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, b, new=1) / (1 - b ** len(g)),
                _average(g**2, c, new=1) / (1 - c ** len(g)),
                e,
            )
        ),
        "Your new gradients and squares count in full. In an average they have the share that "
        "the past gives up.",
    ),
    Misconception(
        _mistaken(
            lambda g, b, c, e: _over(
                _average(g, 1 - b) / (1 - b ** len(g)), _average(g**2, 1 - c) / (1 - c ** len(g)), e
            )
        ),
        "The shares of old and new have changed places: β and γ are the shares of the past.",
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _corrected(g, b) / (_corrected(g**2, c) + e)), _NO_ROOT
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(_corrected(g, b), _corrected((g**2).sum(-1), c), e)),
        _SHARED,
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _corrected(g, b) / np.sqrt(_corrected(g**2, c))), _NO_EPSILON
    ),
    Misconception(
        _mistaken(lambda g, b, c, e: _over(g[-1], _corrected(g**2, c), e)),
        "Your step goes along the newest gradient; Adam's goes along an average of them.",
    ),
)  # fmt: skip

pb_C3 = Problem(
    id="pb-C3",
    title="AdaGrad, RMSProp and Adam from their definitions",
    text=r"""
Three rules give each parameter its own rate. All squares, roots and quotients are taken entry by
entry; $\mathbf m$ and $\mathbf v$ begin at zero, and $\mathbf g$ is the gradient of step
$t=0,1,2,\ldots$

- **AdaGrad:** $\mathbf v\leftarrow\mathbf v+\mathbf g^2$, then
  $\phi\leftarrow\phi-\alpha\,\mathbf g/(\sqrt{\mathbf v}+\epsilon)$.
- **RMSProp:** $\mathbf v\leftarrow\gamma\,\mathbf v+(1-\gamma)\,\mathbf g^2$, then
  $\phi\leftarrow\phi-\alpha\,\mathbf g/(\sqrt{\mathbf v}+\epsilon)$.
- **Adam:** $\mathbf m\leftarrow\beta\,\mathbf m+(1-\beta)\,\mathbf g$, $\mathbf v$ as in RMSProp,
  then $\phi\leftarrow\phi-\alpha\,\tilde{\mathbf m}/(\sqrt{\tilde{\mathbf v}}+\epsilon)$.

Adam's $\tilde{\mathbf m}=\mathbf m/(1-\beta^{t+1})$ and
$\tilde{\mathbf v}=\mathbf v/(1-\gamma^{t+1})$ correct the two averages for their start at zero
(equation 6.16).

To see the rules bare, the gradients are given: `gradients`, shape `(T, P)`, has one row for each
step, whatever the parameters are. Write three functions, each of which returns the whole path from
`start`, shape `(P,)`, the start included, shape `(T + 1, P)`:

1. `adagrad(gradients, start, learning_rate, epsilon)`
2. `rmsprop(gradients, start, learning_rate, gamma, epsilon)`
3. `adam(gradients, start, learning_rate, beta, gamma, epsilon)`
""",
    parts=(
        PathPart(
            name="adagrad",
            out_of=2,
            right=_adagrad_path,
            inputs=_sequences(),
            result="the path",
            misconceptions=(*path_mistakes(_adagrad_path), *_ADAGRAD_MISTAKES),
        ),
        PathPart(
            name="rmsprop",
            out_of=2,
            right=_rmsprop_path,
            inputs=_sequences("gamma"),
            result="the path",
            misconceptions=(*path_mistakes(_rmsprop_path), *_RMSPROP_MISTAKES),
        ),
        PathPart(
            name="adam",
            out_of=3,
            right=_adam_path,
            inputs=_sequences("beta", "gamma"),
            result="the path",
            misconceptions=(*path_mistakes(_adam_path), *_ADAM_MISTAKES),
        ),
    ),
    hints=(
        "All three have one frame: begin the path with the start, and for each row of `gradients` "
        "bring the memory up to date, then move by it.",
        "The memory has one entry for each parameter, and begins as `np.zeros_like(start)`. "
        "Nothing needs a loop over the parameters.",
        "For Adam, `enumerate(gradients)` gives the step beside the gradient. Give the corrected "
        "averages names of their own. Check: with the small constant at 0, Adam's first step has "
        "the length of the rate along every axis.",
    ),
)

# --- pb-G3 ----------------------------------------------------------------------------------------


def _single_gradients(rng):
    by_hand = [
        ([3.0, -4.0], 2.0),
        ([1.2, -1.6], 2.5),
        ([0.0, 0.0, 0.0], 1.0),
        ([0.03, -0.04], 0.02),
        ([3.0, -4.0], 4.5),
    ]
    drawn = [rng.normal(size=size).round(2) for size in (2, 3, 6)]
    shares = *rng.uniform(0.3, 0.9, 3), 2.0
    drawn = [(g, np.linalg.norm(g) * share) for g, share in zip([*drawn, drawn[0]], shares)]
    return [
        {"gradient": np.array(gradient), "max_norm": round(float(max_norm), 2)}
        for gradient, max_norm in by_hand + drawn
    ]


def _ensembles(rng):
    """Some members are short, some long, and one is zero."""
    by_hand = np.array([[3.0, -4.0], [0.9, -1.2], [0.0, 0.0]])
    tiny = np.array([[[0.03, -0.04], [0.0, 0.01]], [[0.006, 0.008], [0.0, 0.0]]])
    sizes = np.array([0.1, 0.5, 2.0, 10.0])[:, None]
    directions = rng.normal(size=(4, 3))
    drawn = (sizes * directions / np.linalg.norm(directions, axis=-1, keepdims=True)).round(2)
    grid = (rng.normal(size=(2, 3, 4)) * rng.uniform(0.2, 4, (2, 3, 1))).round(1)
    limit = np.median(np.linalg.norm(grid, axis=-1)).round(1)
    return [
        {"gradients": by_hand, "max_norm": 2.0},
        {"gradients": np.array([3.0, -4.0]), "max_norm": 4.5},
        {"gradients": tiny, "max_norm": 0.02},
        {"gradients": drawn, "max_norm": 1.0},
        {"gradients": grid, "max_norm": float(limit)},
    ]


def _lengths(gradients, axis=-1):
    return np.linalg.norm(gradients, axis=axis, keepdims=True)


def _scaled(gradients, max_norm, lengths):
    """Each gradient made shorter by the share that its entry of `lengths` is too long."""
    return gradients * (max_norm / np.maximum(lengths, max_norm))


def _where_too_long(shorten):
    """Clipped wrongly where the gradient is too long, and left alone elsewhere."""
    return lambda g, c, length: np.where(length > c, shorten(g, c, length), g)


def _where(too_long):
    """Clipped rightly, but for the question which gradients are too long."""
    return lambda g, c, length: np.where(too_long(g, c, length), g * c / length, g)


_LENGTH_MISTAKES = (
    (
        lambda g, c, length: clip_by_value(g, c),
        "You move each entry into a range of its own: that turns the gradient. To keep its "
        "direction, multiply all entries by one number.",
    ),
    (
        lambda g, c, length: g * c / length,
        "You bring every gradient to the length of the limit. One that is short enough stays as it "
        "is, and one of zeros stays zero.",
    ),
    (
        lambda g, c, length: g / length * np.minimum(c, length),
        "All right but for the gradient of zeros, where yours is nan: 0 divided by 0.",
    ),
    (
        lambda g, c, length: _scaled(g, c, length + 1e-6),
        "Right but for a small number that you add to the length, as some libraries do: it makes "
        "what is clipped a little too short. A length that exceeds the limit is never zero.",
    ),
    (
        _where_too_long(lambda g, c, length: g * c / length**2),
        "What you clip has the length c / ‖g‖: you divide by the square of the length.",
    ),
    (
        _where_too_long(lambda g, c, length: g / length),
        "What you clip has the length 1, whatever the limit.",
    ),
    (
        _where_too_long(lambda g, c, length: g * c),
        "You multiply by the limit without dividing by the length.",
    ),
    (
        _where_too_long(lambda g, c, length: g / c),
        "You divide by the limit: a gradient of twice the limit comes out at length 2.",
    ),
    (
        _where_too_long(lambda g, c, length: g * length / c),
        "Your factor is upside down: it makes a gradient that is too long longer still.",
    ),
    (
        _where_too_long(lambda g, c, length: 0 * g),
        "A gradient that is too long becomes zero: nothing is learnt from it. Keep its direction.",
    ),
    (
        _where_too_long(lambda g, c, length: 0 * g + c),
        "You replace each entry of a gradient that is too long by the limit: its direction is "
        "lost. Multiply all entries by one number.",
    ),
    (
        _where_too_long(lambda g, c, length: c * np.sign(g)),
        "Each entry of a gradient that is too long becomes as large as the limit: that turns the "
        "gradient. Multiply all entries by one number.",
    ),
    (
        _where(lambda g, c, length: (length <= c) & (length > 0)),
        "You lengthen the short ones and leave the long ones alone: turn the comparison round.",
    ),
    (
        lambda g, c, length: g / np.maximum(length, c),
        "You divide by the length, or by the limit where that is larger: every gradient comes out "
        "no longer than 1. The factor of one that is too long is the limit over its length; the "
        "others have the factor 1.",
    ),
    (
        lambda g, c, length: _scaled(g, c, np.abs(g).max(-1, keepdims=True)),
        "You measure a gradient by its largest entry: take its Euclidean length.",
    ),
    (
        lambda g, c, length: _scaled(g, c, np.abs(g).sum(-1, keepdims=True)),
        "You measure a gradient by the sum of the sizes of its entries: take its Euclidean length.",
    ),
    (
        lambda g, c, length: _scaled(g, c, np.abs(g.sum(-1, keepdims=True))),
        "You measure a gradient by the sum of its entries: take its Euclidean length.",
    ),
    (
        lambda g, c, length: _scaled(g, c, np.sqrt((g**2).mean(-1, keepdims=True))),
        "You measure a gradient by the root of the mean of its squares. The Euclidean length is "
        "the root of their sum.",
    ),
    (
        lambda g, c, length: _scaled(g, c, length**2),
        "You compare the square of the length with the limit, and divide by it: the root is "
        "missing.",
    ),
    (
        _where(lambda g, c, length: length**2 > c),
        "You compare the square of the length with the limit: the root is missing there.",
    ),
    (
        _where(lambda g, c, length: np.abs(g).sum(-1, keepdims=True) > c),
        "You compare the sum of the sizes of the entries with the limit: compare the length.",
    ),
    (
        _where(lambda g, c, length: np.abs(g).max(-1, keepdims=True) > c),
        "You compare the largest entry with the limit: compare the length.",
    ),
    (
        lambda g, c, length: np.minimum(g, c),
        "You limit each entry from above alone: large negative ones stay.",
    ),
    (
        lambda g, c, length: -clip_by_norm(g, c),
        "The right length and the opposite direction: a clipped gradient keeps its sign.",
    ),
    (
        lambda g, c, length: np.abs(clip_by_norm(g, c)),
        "The right sizes without their signs: entries below zero stay below zero.",
    ),
)
"""Of (gradients, limit, lengths), for one gradient and for an ensemble alike."""


def _length_mistakes():
    return tuple(
        Misconception(lambda g, c, mistake=mistake: mistake(g, c, _lengths(g)), message)
        for mistake, message in _LENGTH_MISTAKES
    )


pb_G3 = Problem(
    id="pb-G3",
    title="Clip a gradient by its norm",
    text=r"""
On a cliff of the loss one huge gradient can throw the parameters far away. *Clipping by norm*
keeps the direction of a gradient $\mathbf g$ and limits its Euclidean length to $c$,

$$\mathbf g\leftarrow\mathbf g\cdot\frac{c}{\lVert\mathbf g\rVert}\quad\text{where }
\lVert\mathbf g\rVert>c,$$

and leaves every gradient alone that is short enough.

1. `clip(gradient, max_norm)`: one gradient, shape `(P,)`, clipped to the length `max_norm`.
2. `clip_each(gradients, max_norm)`: an ensemble of them, shape `(..., P)`, with the parameters on
   the last axis and any number of axes before it. Each gradient is clipped by itself, all to the
   same `max_norm`. The shape stays.

A gradient of zeros stays zero in both.
""",
    parts=(
        FunctionPart(
            name="clip",
            out_of=2,
            right=clip_by_norm,
            inputs=_single_gradients,
            result="the clipped gradient",
            misconceptions=(
                *_length_mistakes(),
                Misconception(
                    lambda g, c: min(np.linalg.norm(g), c),
                    "You return the length alone. The gradient that has this length is asked for.",
                ),
            ),
        ),
        FunctionPart(
            name="clip_each",
            out_of=2,
            right=clip_by_norm,
            inputs=_ensembles,
            result="the ensemble",
            misconceptions=(
                Misconception(
                    lambda gradients, c: _scaled(gradients, c, np.linalg.norm(gradients)),
                    "Your length is that of the whole ensemble: one long member shortens all. "
                    "Measure each gradient by itself, along the last axis.",
                ),
                Misconception(
                    lambda gradients, c: np.array(
                        [_scaled(g, c, np.linalg.norm(g)) for g in gradients]
                    ),
                    "You go along the first axis and take the rest for one gradient. The last axis "
                    "is the gradient, however many axes there are before it, even none.",
                ),
                Misconception(
                    lambda gradients, c: _scaled(gradients, c, _lengths(gradients).max()),
                    "The longest member shortens all the others: each has its own length.",
                ),
                Misconception(
                    lambda gradients, c: np.where(
                        (_lengths(gradients) > c).all(), clip_by_norm(gradients, c), gradients
                    ),
                    "You clip only if all members are too long. Ask for each one by itself.",
                ),
                Misconception(
                    lambda gradients, c: _scaled(gradients, c, _lengths(gradients, axis=0)),
                    "You measure along the first axis, across the members. The parameters are on "
                    "the last.",
                ),
                *_length_mistakes(),
                Misconception(
                    lambda gradients, c: np.vstack([*clip_by_norm(gradients, c)]),
                    "The numbers are right, but you have flattened the ensemble: its axes stay.",
                ),
            ),
        ),
    ),
    hints=(
        "First the length, then the question whether it is too long, then the factor: one number "
        "for all entries of a gradient.",
        "`np.linalg.norm` of a vector is its length. With `axis=-1` it gives one length for each "
        "gradient of an ensemble; an axis of size 1 at the end lets them line up again.",
        "Only a gradient that is longer than the limit needs to be divided by its length, and such "
        "a one is never zero. For the ensemble, find a factor that is 1 for all the others.",
    ),
)

# --- pb-F7.2 --------------------------------------------------------------------------------------

ENOUGH = 0.012
"""The excess loss that a good schedule stays below; the best constant rates leave about twice."""
RUNS = 100


@dataclass(frozen=True)
class _Seen:
    """The line's loss on one example for each run."""

    x: np.ndarray
    y: np.ndarray

    def gradient(self, phi):
        pull = 2 * (phi[:, 0] + phi[:, 1] * self.x - self.y)
        return np.stack([pull, pull * self.x], axis=-1)


@lru_cache(maxsize=256)
def _excess(rates):
    """The mean excess loss that Adam's runs end with, at the rates of a tuple."""
    x, y = linear_data()
    picks = np.random.default_rng(0).integers(len(x), size=(len(rates), RUNS))
    rule, phi = Adam(lambda t: rates[t]), np.tile([1.6, -0.5], (RUNS, 1))
    state = rule.init(phi)
    for t, seen in enumerate(picks):
        phi, state = rule.step(phi, state, _Seen(x[seen], y[seen]), t)
    loss, (slope, intercept) = LeastSquares(Linear(), x, y), np.polyfit(x, y, 1)
    return float((loss(phi) - loss([intercept, slope])).mean())


def _is_a_good_schedule(given, rates):
    if not (np.isfinite(rates).all() and (rates > 0).all()):
        return False, "some of your rates are not above zero."
    left = _excess(tuple(rates.tolist()))
    told = f"an excess loss of {left:.3g} is left"
    if left <= ENOUGH:
        return True, f"With the last budget, {given['steps']} steps, {told}."
    if rates.sum() < 5:
        return False, f"{told}. Your rates add up to {rates.sum():.3g}: too little to arrive."
    if rates[-1] > 0.5 * rates.mean():
        return False, f"{told}. Your last rates are as large as the others: it still hovers."
    return False, f"{told}. It has to be {ENOUGH} or less: arrive first, and then come to rest."


def _falling(steps):
    return 0.1 * (1 - np.arange(steps) / steps)


pb_F7_2 = Problem(
    id="pb-F7.2",
    title="A schedule for a budget",
    text=rf"""
Adam ($\beta=0.9$, $\gamma=0.999$) fits the line of notebook 02 from $[1.6,-0.5]$, with *one*
example at a time, drawn at random. It has a budget of about 200 steps. At the best constant rate an
excess loss of about 0.02 is left, in the mean of {RUNS} runs: a high rate hovers, a low one does
not arrive.

Write `rates(steps)`: the rate of each step, shape `(steps,)`, all above zero, with which at most
{ENOUGH} is left. It is tried with two budgets between 195 and 220 steps.
""",
    parts=(
        GoalPart(
            name="rates",
            out_of=3,
            right=_falling,
            inputs=lambda rng: [
                {"steps": 200},
                {"steps": int(rng.choice([n for n in range(195, 221) if n != 200]))},
            ],
            result="the schedule",
            reached=_is_a_good_schedule,
            misconceptions=(
                Misconception(
                    lambda steps: np.full(steps, 0.1),
                    "At a constant 0.1 it arrives early, and hovers for the rest of the time.",
                ),
                Misconception(
                    lambda steps: np.full(steps, 0.01),
                    "At 0.01 two hundred steps are too few: it has not arrived.",
                ),
                Misconception(
                    lambda steps: 0.1 / (1 + np.arange(steps)),
                    "1/(t + 1) falls much too fast: these rates add up to less than 0.6, too "
                    "little to arrive.",
                ),
                Misconception(
                    lambda steps: _falling(steps)[::-1],
                    "Your rates rise. That is a warm-up without an end: it hovers most at the end.",
                ),
                Misconception(
                    lambda steps: np.arange(steps),
                    "These are the numbers of the steps. The rate of each is asked for.",
                ),
            ),
        ),
    ),
    hints=(
        "Each step is about α long, so the rates must add up to several times the way.",
        "Print what different schedules leave: `descend` with `Adam(schedule)` and `Minibatches(1)`"
        " takes a function of t.",
        "Bold for the first half, then less and less, to nearly nothing at the last step.",
    ),
)

# --- pb-F7.3 --------------------------------------------------------------------------------------

BUDGET = 2000


@dataclass(frozen=True, eq=False)
class _RawData:
    """Least squares on raw features, columns of very different size."""

    features: np.ndarray
    y: np.ndarray

    def __call__(self, phi):
        return ((self.features @ phi - self.y) ** 2).sum()

    def gradient(self, phi):
        return 2 * self.features.T @ (self.features @ phi - self.y)

    def lowest(self):
        return np.linalg.lstsq(self.features, self.y, rcond=None)[0]


class _Budgeted:
    """The gradient of raw data, for so many calls."""

    def __init__(self, loss):
        self.loss, self.left = loss, BUDGET

    def __repr__(self):
        sizes = ", ".join(f"{size:.2g}" for size in self.loss.features.std(axis=0))
        return f"that of data whose columns are as large as {sizes}"

    def __call__(self, phi):
        self.left -= 1
        if self.left < 0:
            raise StepLimit(f"You ask for more than {BUDGET} gradients: that is the budget.")
        return self.loss.gradient(np.asarray(phi, float))


def _raw(rng):
    def drawn(size):
        size = np.array(size)
        features = rng.normal(size=(60, 3)) * size
        phi = rng.choice([-1, 1], 3) * rng.uniform(1, 3, 3) / size
        loss = _RawData(features, features @ phi + 0.1 * rng.normal(size=60))
        return {"gradient": _Budgeted(loss), "start": np.zeros(3)}

    sizes = rng.permutation([1.0, 50.0, 0.02]) * rng.uniform(0.7, 1.4, 3)
    return [drawn([1.0, 50.0, 0.02]), drawn(sizes), drawn(sizes[::-1])]


def _is_trained(given, phi):
    loss = given["gradient"].loss
    lowest = loss(loss.lowest())
    with np.errstate(all="ignore"):
        value = loss(phi)
    if not np.isfinite(value):
        return False, "your parameters are of no use: the path ran away."
    told = f"the loss is {value / lowest:.4g} times the lowest possible"
    if value <= 1.01 * lowest:
        return True, f"At the last data {told}."
    excess = (2 * loss.features**2).sum(axis=0) * (phi - loss.lowest()) ** 2
    worst = int(excess.argmax())
    size = "small" if loss.features.std(axis=0)[worst] < 0.2 else "large"
    why = {
        "small": "its way is long: has it arrived?",
        "large": "its minimum is narrow: does it still hop across?",
    }[size]
    return False, f"{told}. Most of that is in φ{'₀₁₂'[worst]}, whose column is {size}: {why}"


def _trained(gradient, start):
    phi, m, v, steps = start, np.zeros_like(start), np.zeros_like(start), 1500
    for t in range(steps):
        g = gradient(phi)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        m_hat, v_hat = m / (1 - 0.9 ** (t + 1)), v / (1 - 0.99 ** (t + 1))
        phi = phi - (1 - t / steps) * m_hat / (np.sqrt(v_hat) + 1e-12)
    return phi


def _descended(gradient, start):
    """Gradient descent at a stable rate, with the whole budget."""
    largest = np.linalg.eigvalsh(2 * gradient.loss.features.T @ gradient.loss.features).max()
    phi = start
    for _ in range(BUDGET):
        phi = phi - 1.5 / largest * gradient(phi)
    return phi


pb_F7_3 = Problem(
    id="pb-F7.3",
    title="Raw data, in units of their own",
    text=rf"""
A table has three columns in units of their own, and nobody has scaled them: one column is a few
thousand times as large as another. So the least-squares loss is millions of times as curved along
one axis as along another, and no fixed rate suits both.

Write `train(gradient, start)`: it gets a function `gradient(phi)` and a start, shape `(3,)`, and
returns parameters whose loss is at most 1 % above the lowest possible. You may ask for {BUDGET:,}
gradients. Which rule is for you to choose (your Adam, say). The parameters are of the order of 1
divided by the size of their column: up to some hundreds.
""",
    parts=(
        GoalPart(
            name="train",
            out_of=4,
            right=_trained,
            inputs=_raw,
            result="the array of parameters",
            reached=_is_trained,
            misconceptions=(
                Misconception(lambda gradient, start: 1.0 * start, "Nothing has moved."),
                Misconception(
                    _descended,
                    "That is gradient descent at a rate that is just stable. The steep parameter "
                    "has arrived at once, and the flat one would need millions of steps.",
                ),
                Misconception(
                    lambda gradient, start: -_trained(gradient, start),
                    "The right sizes with the wrong signs: do your steps climb?",
                ),
                Misconception(
                    lambda gradient, start: np.round(_trained(gradient, start), 1),
                    "Rounded to one decimal: the parameter of a large column needs many more.",
                ),
            ),
        ),
    ),
    hints=(
        "Give each parameter a rate of its own, and look at all three after 2,000 steps.",
        "At a constant α the flat parameter needs a bold one to arrive, the steep one a timid one "
        "to come to rest. One after the other will do.",
        "Let α fall from about 1 to nearly 0 over the whole budget.",
    ),
)
