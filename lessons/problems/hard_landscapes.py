"""The problems of chapter 08: rates, factors, signs, illnesses, slopes through time, a cliff."""

from dataclasses import dataclass

import numpy as np

from course_lib.surfaces import Recurrence
from lessons.marking.outcomes import WalkPart, astray
from lessons.marking.parts import (
    Choice,
    ChoicesPart,
    FunctionPart,
    Misconception,
    ValuePart,
    agree,
)
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value

# --- pb-F8.1 --------------------------------------------------------------------------------------


def _largest_rate(g, hessian):
    price = g @ hessian @ g
    return 2 * (g @ g) / price if price > 0 else np.inf


def _gradients_and_hessians(rng):
    given = [
        {"g": np.array([1.0, 2.0]), "hessian": np.array([[2.0, 1.0], [1.0, 3.0]])},
        {"g": np.array([1.0, 1.0]), "hessian": np.array([[1.0, 0.0], [0.0, -3.0]])},
        {"g": np.array([1.0, -1.0]), "hessian": np.array([[1.0, 1.0], [1.0, 1.0]])},
        {"g": np.array([2.0, 1.0]), "hessian": np.array([[1.0, 0.0], [0.0, -2.0]])},
    ]
    for size in (3, 4):
        root = rng.normal(size=(size, size)).round(1)
        given.append({"g": rng.normal(size=size).round(1), "hessian": (root @ root.T).round(2)})
    return given


def _else(rate):
    """The rate where gᵀHg is above zero, and inf where it is not, as is asked for."""

    def guarded(g, hessian):
        return rate(g, hessian) if g @ hessian @ g > 0 else np.inf

    return guarded


def _by_curvature(g, hessian):
    return 2 / np.linalg.eigvalsh(hessian)[-1]


def _half(g, hessian):
    return (g @ g) / (g @ hessian @ g)


def _by_length(g, hessian):
    return 2 * np.linalg.norm(g) / (g @ hessian @ g)


def _without_two(g, hessian):
    return (g @ g) / (g @ hessian @ g) / 2


def _bowls_alone(g, hessian):
    bowl = np.linalg.eigvalsh(hessian)[0] > 1e-9
    return _largest_rate(g, hessian) if bowl else np.inf


def _upside_down(g, hessian):
    return (g @ hessian @ g) / (g @ g) / 2


def _no_border(g, hessian):
    return 2 * (g @ g) / (g @ hessian @ g) if g @ hessian @ g else np.inf


pb_F8_1 = Problem(
    id="pb-F8.1",
    title="The largest rate that helps",
    text=r"""
At some place the gradient $g$, shape `(P,)`, and the Hessian, shape `(P, P)`, are known. To second
order a step of gradient descent changes the loss by $-\alpha\, g^\top g + \tfrac12\alpha^2\,
g^\top\mathbf H g$.

Write `largest_rate(g, hessian)`: the rate above zero at which that change is zero again, so that
every smaller one helps. If the change is below zero at *every* rate, return `np.inf`. ($g$ is not
zero.)
""",
    parts=(
        FunctionPart(
            name="rate",
            out_of=3,
            right=_largest_rate,
            inputs=_gradients_and_hessians,
            result="the rate",
            misconceptions=(
                Misconception(
                    _else(_half),
                    "At that rate one step ends *lowest*. It helps for some way beyond.",
                    also=(_half, lambda g, hessian: abs(_half(g, hessian))),
                ),
                Misconception(
                    _else(_by_curvature),
                    "That is notebook 02's border for *many* steps, by the largest curvature there "
                    "is. One step knows only the curvature along its own gradient.",
                    also=(_by_curvature,),
                ),
                Misconception(
                    _else(_by_length),
                    "The gain of a step is α times the *square* of the gradient's length.",
                    also=(_by_length,),
                ),
                Misconception(
                    _else(_without_two),
                    "Solve α gᵀg = ½ α² gᵀHg for α: on which side does the ½ end?",
                    also=(_without_two,),
                ),
                Misconception(
                    _else(_upside_down),
                    "Upside down: the price, which has the curvature in it, goes below.",
                    also=(_upside_down, _else(lambda g, hessian: 2 * _upside_down(g, hessian))),
                ),
                Misconception(
                    _bowls_alone,
                    "Right in a bowl. On a saddle the loss may bend up all the same *along the "
                    "gradient*: the sign of gᵀHg decides, not the lowest eigenvalue.",
                    also=(lambda g, h: _largest_rate(g, h) if np.linalg.det(h) > 0 else np.inf,),
                ),
                Misconception(
                    _no_border,
                    "Where gᵀHg is below zero the loss bends *down* along the step, and no rate "
                    "above zero makes up for that: return np.inf.",
                    also=(lambda g, hessian: abs(_no_border(g, hessian)),),
                ),
            ),
        ),
    ),
    hints=(
        "Set the change to zero, and divide by α.",
        "Which sign must gᵀHg have, for the two terms to be equal at a rate above zero?",
    ),
)

# --- pb-F8.2 --------------------------------------------------------------------------------------


def _steps_outside(factor, low, high):
    size, steps, length = abs(factor), 0, 1.0
    if size == 1:
        return np.inf
    while low <= length <= high:
        length, steps = length * size, steps + 1
    return float(steps)


def _factors(rng):
    fixed = [
        (-0.5, 0.25, 4.0), (2.0, 0.01, 10.0), (1.0, 0.5, 2.0), (-1.0, 0.5, 2.0),
        (-1.5, 0.1, 30.0), (0.0, 0.1, 10.0), (0.5, 0.01, 100.0), (-2.0, 0.1, 8.0),
        (0.998, 0.1, 10.0),
    ]  # fmt: skip
    drawn = [
        (float(rng.choice([-1, 1]) * round(rng.uniform(*sizes), 2)), 0.001, 1000.0)
        for sizes in ((1.02, 1.3), (0.7, 0.98))
    ]
    return [{"factor": f, "low": low, "high": high} for f, low, high in (*fixed, *drawn)]


def _signed(factor, low, high):
    length, steps = 1.0, 0
    while low <= length <= high and steps < 5000:
        length, steps = length * factor, steps + 1
    return float(steps) if steps < 5000 else np.inf


def _one_less(factor, low, high):
    return _steps_outside(factor, low, high) - 1


def _exact(factor, low, high):
    size = abs(factor)
    if size in (0, 1):
        return np.inf if size else 1.0
    return np.log(high if size > 1 else low) / np.log(size)


def _at_the_border(factor, low, high):
    """As if a length that equals an end of the range were outside."""
    if abs(factor) in (0, 1):
        return _steps_outside(factor, low, high)
    return float(np.ceil(_exact(factor, low, high)))


def _at_most(most):
    """As if what has not left the range after so many layers never did."""

    def counted(factor, low, high):
        steps = _steps_outside(factor, low, high)
        return steps if steps <= most else np.inf

    return counted


def _only_high(factor, low, high):
    return _steps_outside(factor, 0.0, high) if abs(factor) > 1 else np.inf


def _no_infinity(factor, low, high):
    return 0.0 if abs(factor) == 1 else _steps_outside(factor, low, high)


pb_F8_2 = Problem(
    id="pb-F8.2",
    title="How many layers until it is out of range?",
    text=r"""
A signal of length 1 lies along an eigenvector of $W$ with the eigenvalue $\lambda$, a real number.
Each layer multiplies it by $W$, and so changes its *length* in the same proportion.

Write `layers_in_range(factor, low, high)`, where `factor` is $\lambda$ and `low` < 1 < `high`: the
smallest number of layers after which the length is below `low` or above `high`. If it never
is, return `np.inf`.
""",
    parts=(
        FunctionPart(
            name="layers",
            out_of=3,
            right=_steps_outside,
            inputs=_factors,
            result="the number of layers",
            misconceptions=(
                Misconception(
                    _signed,
                    "A negative eigenvalue turns the signal round: its *length* is multiplied by "
                    "the size of the eigenvalue.",
                ),
                Misconception(
                    _one_less,
                    "That is the last layer *within* the range; the first one outside was asked "
                    "for.",
                ),
                Misconception(
                    _exact,
                    "A number of layers is whole: after which one is the length first outside?",
                    also=(lambda f, low, high: np.round(_exact(f, low, high)),),
                ),
                Misconception(
                    _at_the_border,
                    "Where the length is exactly `low` or `high` it is still within the range: "
                    "one layer more.",
                ),
                Misconception(
                    _at_most(1000),
                    "You give up too early: a factor near 1 needs a thousand layers and more, but "
                    "not infinitely many.",
                    also=tuple(_at_most(most) for most in (10, 50, 100, 200, 500)),
                ),
                Misconception(
                    _only_high,
                    "A signal can leave the range at the lower end as well.",
                ),
                Misconception(
                    _no_infinity,
                    "With a factor of size 1 the length stays 1, whatever the number of layers: "
                    "return np.inf.",
                ),
            ),
        ),
    ),
    hints=(
        "After t layers the length is |λ|ᵗ.",
        "A loop that multiplies and counts will do. Which factors would make it run for ever?",
    ),
)

# --- pb-F8.3 --------------------------------------------------------------------------------------


def _shares(matrices):
    symmetric = (matrices + np.swapaxes(matrices, -1, -2)) / 2
    positive = (np.linalg.eigvalsh(symmetric) > 0).sum(axis=-1)
    return np.array([np.mean(positive == j) for j in range(matrices.shape[-1] + 1)])


def _matrices(rng):
    first = np.array(
        [[[1.0, 4.0], [0.0, 2.0]], [[1.0, 1.0], [1.0, 3.0]], [[-1.0, 0.0], [0.0, 2.0]]]
    )
    return [
        {"matrices": first},
        {"matrices": rng.normal(size=(6, 2, 2)).round(1)},
        {"matrices": rng.normal(size=(40, 3, 3)).round(1)},
        {"matrices": rng.normal(size=(5, 1, 1)).round(1)},
        {"matrices": np.array([[[-1.0, 2.0], [0.0, -3.0]], [[2.0, 1.0], [5.0, 1.0]]])},
    ]


def _counted(positive, k):
    return np.array([np.mean(positive == j) for j in range(k + 1)])


def _diagonal(matrices):
    diagonal = np.diagonal(matrices, axis1=-2, axis2=-1)
    return _counted((diagonal > 0).sum(axis=-1), matrices.shape[-1])


def _one_triangle(matrices):
    return _counted((np.linalg.eigvalsh(matrices) > 0).sum(axis=-1), matrices.shape[-1])


def _asymmetric(matrices):
    real = np.linalg.eigvals(matrices).real
    return _counted((real > 0).sum(axis=-1), matrices.shape[-1])


def _negative(matrices):
    return _shares(matrices)[::-1]


def _numbers(matrices):
    return _shares(matrices) * len(matrices)


pb_F8_3 = Problem(
    id="pb-F8.3",
    title="The chance of k positive eigenvalues",
    text=r"""
How often does a matrix drawn at random bend up in every direction?

1. Write `shares(matrices)`. The array has the shape `(n, k, k)`; its matrices $A$ are not
   symmetric. Make each of them so, $\tfrac12(A + A^\top)$, and return the share of them that have
   $0, 1, \dots, k$ positive eigenvalues: shape `(k + 1,)`.
2. For $k = 2$, and entries of $A$ that are standard normal numbers, the chance that *both* are
   positive can be found exactly. Both are where $u > \sqrt{v^2 + w^2}$, with
   $u = (H_{00} + H_{11})/\sqrt2$, $v = (H_{00} - H_{11})/\sqrt2$ and $w = \sqrt2 H_{01}$ (square
   it, and use trace and determinant). These three are independent standard normal numbers, so the
   point $(u, v, w)$ lies in every direction of space with the same chance. Give the chance, to
   three digits or better. (On a sphere of radius 1 the cap within the angle $\theta$ of its pole
   has the area $2\pi(1 - \cos\theta)$, the whole sphere $4\pi$.)
""",
    parts=(
        FunctionPart(
            name="shares",
            out_of=3,
            right=_shares,
            inputs=_matrices,
            result="the list of shares",
            misconceptions=(
                Misconception(
                    _one_triangle,
                    "`eigvalsh` looks at the lower triangle alone, and takes the matrix for "
                    "symmetric: make it so first.",
                ),
                Misconception(
                    _asymmetric,
                    "These are the eigenvalues of A itself. The signs of its symmetric half are "
                    "asked for.",
                ),
                Misconception(
                    _diagonal,
                    "These are the signs of the diagonal entries. The eigenvalues depend on all of "
                    "the entries.",
                ),
                Misconception(
                    _negative,
                    "You count the negative ones, or from the other end: first comes the share "
                    "with *no* positive eigenvalue.",
                ),
                Misconception(
                    _numbers,
                    "These are numbers of matrices. Divide by how many there are.",
                ),
            ),
        ),
        ValuePart(
            name="chance",
            out_of=2,
            right=(1 - np.sqrt(0.5)) / 2,
            relative_tolerance=4e-3,
            misconceptions=(
                Misconception(
                    0.25,
                    "That is a coin for each sign. The two eigenvalues of one matrix are not "
                    "independent.",
                ),
                Misconception(
                    (1 + np.sqrt(0.5)) / 2,
                    "That is what lies outside of the cap.",
                ),
                Misconception(
                    1 / 3,
                    "There are three cases, none, one or two positive, but they are not equally "
                    "likely.",
                ),
                Misconception(
                    1 / 8,
                    "That is an octant, where three numbers have given signs. Here u must be "
                    "larger than the length of (v, w): a cone.",
                ),
                Misconception(
                    (1 - np.cos(45)) / 2,
                    "The angle is right, but `cos` takes radians: 45° are π/4.",
                ),
                Misconception(
                    1 - np.sqrt(0.5),
                    "Divide the area of the cap by that of the *whole* sphere.",
                ),
                Misconception(
                    0.5,
                    "That is the chance that u is positive. It must be larger than the length of "
                    "(v, w) as well: at which angle from the pole does that end?",
                ),
                Misconception(
                    (1 - np.sqrt(0.75)) / 2,
                    "That cap has an angle of 30°. Where is u as large as the length of (v, w)?",
                ),
            ),
        ),
    ),
    hints=(
        "`np.swapaxes(matrices, -1, -2)` turns every matrix over; `eigvalsh` takes the whole "
        "array.",
        "Count the positive ones of each matrix, then ask for each number from 0 to k how often it "
        "occurs.",
        "For the chance: where u equals the length of (v, w), the point stands at 45° from the "
        "pole.",
    ),
)

# --- pb-F8.4 --------------------------------------------------------------------------------------


pb_F8_4 = Problem(
    id="pb-F8.4",
    title="Six patients",
    text=r"""
Six trainings go badly. Each was stopped and measured: the loss (0.02 would be good), the length of
the gradient of all examples, the lowest and the highest eigenvalue of the Hessian, and the
curvature along the gradient.

| run | loss | length of $g$ | lowest eigenvalue | highest | along $g$ | what is seen besides |
|---|--:|--:|--:|--:|--:|---|
| a | 0.61 | 4.0 | 0.02 | 950 | 940 | any rate above 0.002 makes the loss rise |
| b | 0.48 | 0.0003 | −1.7 | 6.1 | −0.2 | the loss was the same for 300 steps |
| c | 2.49 | 0.0002 | −0.0001 | 0.0003 | 0.0001 | all outputs are 0 or 1, many of them wrong |
| d | 0.35 | 0.00001 | 0.4 | 12 | 0.9 | four other starts end between 0.02 and 0.4 |
| e | 0.09 | 0.0001 | 0.0 | 0.002 | 0.001 | one step before, $g$ was 210 long |
| f | 0.20 | 0.8 | 0.1 | 9.0 | 3.0 | for 1000 steps of batches of 5 between 0.15 and 0.3 |

What is it in each case? Answer with a dict of the letters a to f, each one of `"conditioning"`,
`"saddle"`, `"plateau"`, `"bad minimum"`, `"cliff"` and `"noise"`. An answer may occur more than
once, or not at all.
""",
    parts=(
        ChoicesPart(
            name="illnesses",
            out_of=3,
            choices={
                "a": Choice(
                    "conditioning",
                    {
                        "saddle": "The gradient is long, and no eigenvalue is below zero.",
                        "plateau": "On a plateau the gradient is short. Here it is long.",
                        "bad minimum": "At a minimum the gradient is short. Here it is long.",
                        "cliff": "Nothing was thrown: every step is a long one that does harm. "
                        "Compare the highest eigenvalue with the lowest.",
                        "noise": "The gradient is that of all examples.",
                    },
                ),
                "b": Choice(
                    "saddle",
                    {
                        "conditioning": "The gradient is short, and something else sticks out: a "
                        "sign.",
                        "plateau": "The curvatures are not small: look at the lowest one.",
                        "bad minimum": "At a minimum no eigenvalue is well below zero.",
                        "cliff": "Nothing was thrown here: the loss did not change.",
                        "noise": "A gradient as short as that of all examples, and a loss that "
                        "stands still: nothing trembles.",
                    },
                ),
                "c": Choice(
                    "plateau",
                    {
                        "conditioning": "All curvatures are tiny, the highest one as well.",
                        "saddle": "The lowest eigenvalue is as good as zero: there is hardly a way "
                        "down in sight.",
                        "bad minimum": "At a minimum it would bend up. Here it hardly bends at "
                        "all, and the outputs say why.",
                        "cliff": "There was no leap. Which units no longer answer to their inputs?",
                        "noise": "The gradient of all examples is tiny: nothing trembles.",
                    },
                ),
                "d": Choice(
                    "bad minimum",
                    {
                        "conditioning": "12 against 0.4 is a mild ratio, and the gradient is "
                        "short.",
                        "saddle": "Every eigenvalue is well above zero.",
                        "plateau": "It bends up in every direction: it has arrived somewhere.",
                        "cliff": "Nothing was thrown: it has settled.",
                        "noise": "The gradient of all examples is zero to five digits: it has "
                        "settled.",
                    },
                ),
                "e": Choice(
                    "cliff",
                    {
                        "conditioning": "The curvatures are tiny *here*. What happened one step "
                        "before?",
                        "saddle": "No eigenvalue is below zero.",
                        "plateau": "It stands on flat ground now. But what threw it there? Look at "
                        "the step before.",
                        "bad minimum": "The curvatures are as good as zero, and it came here in "
                        "one leap.",
                        "noise": "One gradient of 210 among short ones is no tremble.",
                    },
                ),
                "f": Choice(
                    "noise",
                    {
                        "conditioning": "9 against 0.1 is little beside run a, and the curvature "
                        "along the gradient allows rates up to 0.6.",
                        "saddle": "Every eigenvalue is above zero, and the loss does not stand "
                        "still.",
                        "plateau": "The gradient is not short, and the loss does not stand still.",
                        "bad minimum": "It has not settled: the gradient of all examples is 0.8 "
                        "long.",
                        "cliff": "Nothing was thrown: the loss trembles within a narrow range.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "Look first at the length of the gradient: long in which runs, short in which?",
        "Where it is short, look at the lowest eigenvalue: well below zero, about zero, or above?",
        "Of two flat places one was reached step by step, the other in one leap.",
    ),
)

# --- pb-F8.5 --------------------------------------------------------------------------------------


def _through_time(w, b, steps):
    h, along_w, along_b = 0.0, 0.0, 0.0
    for _ in range(steps):
        before = h
        h = np.tanh(w * h + b)
        slope = 1 - h**2
        along_w = slope * (before + w * along_w)
        along_b = slope * (1 + w * along_b)
    return np.array([along_w, along_b])


ON_THE_EDGE = (1.9, 0.0, 35)
"""There ∂h/∂b is 6e9: no difference quotient is right here and where h bends gently."""


def _times(rng):
    fixed = [(0.5, 1.0, 2), (2.0, 0.0, 3), (0.5, 1.0, 1), (1.6, 0.1, 10), ON_THE_EDGE]
    drawn = [
        (round(rng.uniform(0.2, 2.0), 1), round(rng.uniform(-0.5, 0.5), 1), int(rng.integers(3, 9)))
        for _ in range(2)
    ]
    return [{"w": w, "b": b, "steps": n} for w, b, n in (*fixed, *drawn)]


def _mistaken(last_only=False, no_slope=False, new_h=False, no_w=False, no_own=False):
    """Slopes through time with one mistake in them."""

    def slopes(w, b, steps):
        h, along_w, along_b = 0.0, 0.0, 0.0
        for _ in range(steps):
            before = h
            h = np.tanh(w * h + b)
            slope = 1.0 if no_slope else 1 - h**2
            if last_only:
                along_w = along_b = 0.0
            passed = 1.0 if no_w else w
            own = 0.0 if no_own else (h if new_h else before)
            along_w = slope * (own + passed * along_w)
            along_b = slope * (1 + passed * along_b)
        return np.array([along_w, along_b])

    return slopes


def _by_differences(w, b, steps, h=1e-6):
    def end(w, b):
        state = 0.0
        for _ in range(steps):
            state = np.tanh(w * state + b)
        return state

    along_w = (end(w + h, b) - end(w - h, b)) / (2 * h)
    return np.array([along_w, (end(w, b + h) - end(w, b - h)) / (2 * h)])


def _on_the_edge(trial):
    return tuple(trial.given.values()) == ON_THE_EDGE


def _are_differences(trials):
    """Nearly right wherever h bends gently, and far too small on the edge of the cliff."""
    near = [
        np.abs(trial.answer - trial.right).max() <= 0.01 * np.abs(trial.right).max()
        for trial in trials
        if not _on_the_edge(trial)
    ]
    lost = [
        not agree(trial.answer, trial.right) and 0 < trial.answer[1] < trial.right[1]
        for trial in trials
        if _on_the_edge(trial)
    ]
    return all(near) and any(lost)


@dataclass(frozen=True, kw_only=True)
class ExactPart(FunctionPart):
    """Differences earn nothing, where by chance one of them is near enough; and the edge, where
    the numbers are huge, is shown only to whom is right elsewhere."""

    def _credit(self, trials):
        if _same_form(trials) and _are_differences(trials):
            return 0.0, ""
        return super()._credit(trials)

    def _counterexample(self, trials):
        gentle = [trial for trial in trials if not _on_the_edge(trial)]
        wrong = any(not agree(trial.answer, trial.right) for trial in gentle)
        return super()._counterexample(gentle if wrong else trials)


def _same_form(trials):
    return all(trial.answer.shape == trial.right.shape for trial in trials)


pb_F8_5 = Problem(
    id="pb-F8.5",
    title="Slopes through time",
    text=r"""
The recurrence of the chapter is $h_{t+1} = \tanh(w\, h_t + b)$ with $h_0 = 0$. Both parameters act
at every step, so $h_T$ depends on them by many ways.

Write `slopes(w, b, steps)`: the derivatives $[\partial h_T/\partial w,\; \partial h_T/\partial b]$
after $T$ = `steps` steps, shape `(2,)`. Derive how each of them follows from the one a step before,
and carry both along. (The derivative of $\tanh z$ is $1 - \tanh^2 z$. They must be
exact: on the edge of the cliff, where they are tried as well, finite differences fail.)
""",
    parts=(
        ExactPart(
            name="slopes",
            out_of=4,
            right=_through_time,
            inputs=_times,
            result="the pair of slopes",
            components=("∂h/∂w", "∂h/∂b"),
            misconceptions=(
                Misconception(
                    _mistaken(last_only=True),
                    "You see the last step alone: h before it depends on w and b as well.",
                ),
                Misconception(
                    _mistaken(no_slope=True),
                    "The slope of tanh is missing: each step multiplies by 1 − h² of the *new* h.",
                ),
                Misconception(
                    _mistaken(new_h=True),
                    "In z = w h + b the weight multiplies the h *before* the step.",
                ),
                Misconception(
                    _mistaken(no_w=True),
                    "What comes from before passes through w: by the chain rule it is multiplied "
                    "by w.",
                ),
                Misconception(
                    _mistaken(no_own=True),
                    "w also acts at this very step, on the h before it: the product w h has two "
                    "factors that depend on w.",
                ),
                Misconception(
                    lambda w, b, steps: _through_time(w, b, steps)[::-1],
                    "The two have changed places: the slope along w comes first.",
                ),
                Misconception(
                    _by_differences,
                    "These are finite differences. They come near where h bends gently; but with "
                    "w = 1.9, b = 0 and 35 steps the slope along b is beyond 10⁹, and h has run to "
                    "its end before b has changed by 10⁻⁸. Carry the slopes along: they are exact.",
                    shown_by=_are_differences,
                ),
            ),
        ),
    ),
    hints=(
        "With z = w h + b, ∂z/∂w = h + w · ∂h/∂w. What is ∂z/∂b?",
        "Each step: keep the old h, compute the new one, then multiply both ∂z by 1 − h².",
        "At the start h₀ = 0 whatever w and b, so both slopes begin at 0.",
    ),
)

# --- pb-F8.6 --------------------------------------------------------------------------------------

ENOUGH = 1e-4
LONGEST = 0.5


def _starts(rng):
    """Two easy starts, the two from which most descents fail, so that none is graded on harder ones
    than it was checked on, and three that are drawn."""
    fixed = [(1.6, 0.3, 0.7), (1.5, 0.1, 0.6), (1.8, 0.1, 0.75), (1.8, 0.4, 0.75)]
    drawn = [
        tuple(round(rng.uniform(*ends), 2) for ends in ((1.2, 1.8), (0.1, 0.4), (0.6, 0.75)))
        for _ in range(3)
    ]
    return [{"w": w, "b": b, "target": y} for w, b, y in (*fixed, *drawn)]


def _clipped(limit, rate=0.1, steps=400):
    def fit(w, b, target):
        loss, path = Recurrence(10, target), [np.array([w, b])]
        for _ in range(steps):
            g = loss.gradient(path[-1])
            length = np.linalg.norm(g)
            path.append(path[-1] - rate * (g * limit / length if length > limit else g))
        return np.array(path)

    return fit


def _descends(given, path):
    loss, start = Recurrence(10, given["target"]), [given["w"], given["b"]]
    if wrong := astray(path, start) or _too_long(loss, path):
        return False, wrong
    end = float(loss(path[-1]))
    if end > ENOUGH:
        told = f"your path ends at {show_value(path[-1])} with a loss of {end:.3g}"
        return False, f"{told}; at most {ENOUGH:g} is asked for."
    if wrong := _off_the_slope(loss, path):
        return False, wrong
    return True, f"The last of them is fitted with a loss of {end:.2g}."


def _too_long(loss, path):
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    if not (lengths > LONGEST + 1e-9).any():
        return None
    step = int((lengths > LONGEST + 1e-9).argmax())
    slope = float(np.linalg.norm(loss.gradient(path[step])))
    told = (
        f"step {step + 1}, from {show_value(path[step])} to {show_value(path[step + 1])}, is "
        f"{lengths[step]:.3g} long, and none may be longer than {LONGEST:g}."
    )
    if slope > 2:
        told += (
            f" It is thrown off the cliff: the gradient is {slope:.3g} long there. It says which "
            "way is down, and not how far."
        )
    return told


def _off_the_slope(loss, path):
    """What to say of the first step that is more than 60° off the steepest way down."""
    steps, slopes = np.diff(path, axis=0), loss.gradient(path[:-1])
    sizes = np.linalg.norm(steps, axis=1) * np.linalg.norm(slopes, axis=1)
    down = -(steps * slopes).sum(axis=1)
    off = (down < 0.49 * sizes) & (sizes > 1e-9)
    if not off.any():
        return None
    step = int(off.argmax())
    angle = np.degrees(np.arccos(down[step] / sizes[step]))
    return (
        f"you arrive, but step {step + 1}, from {show_value(path[step])} to "
        f"{show_value(path[step + 1])}, is {angle:.0f}° off the steepest way down: no more than "
        "60° are asked for."
    )


pb_F8_6 = Problem(
    id="pb-F8.6",
    title="Across the landscape",
    text=r"""
Fit the recurrence. Write `fit(w, b, target)`: from the start $[w, b]$ descend on the loss
$(h_{10} - \text{target})^2$, with whatever rule does not fall off the cliff. Return its path, shape
`(steps + 1, 2)`: first the start, last parameters whose loss is at most 0.0001. It is to feel its
way: no step is longer than 0.5, or more than 60° off the steepest way down.

The start lies on the low side of the edge, with $w$ from 1.2 to 1.8 and $b$ from
0.1 to 0.4; the target lies between 0.6 and 0.75. The gradient may be that of your `slopes`, or
`Recurrence(steps=10, target=target).gradient` (from `course_lib.surfaces`). It is tried from
several starts, and must not take longer than a few seconds.
""",
    parts=(
        WalkPart(
            name="fit",
            out_of=4,
            right=_clipped(1.0),
            inputs=_starts,
            result="the path",
            reached=_descends,
            misconceptions=(
                Misconception(
                    _clipped(np.inf),
                    "From some of the starts this descent is thrown off the cliff. Limit the "
                    "length of its gradient.",
                ),
                Misconception(
                    lambda w, b, target: np.array([[w, b]]),
                    "It ends at the start, or hardly apart from it.",
                ),
                Misconception(
                    lambda w, b, target: _clipped(1.0)(w, b, target)[:, ::-1],
                    "The two have changed places: w comes first.",
                ),
                Misconception(
                    _clipped(1.0, rate=-0.1, steps=50),
                    "These steps climb: move *against* the gradient.",
                ),
            ),
        ),
    ),
    hints=(
        "Loop: gradient, its length, shorten it if it is longer than a limit, step.",
        "With a rate of 0.1 and a limit of 1, a few hundred steps will do. Keep a copy of each "
        "point in a list.",
    ),
)
