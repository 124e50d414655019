"""Tasks of notebook 04, "your turn": how a loss bends, and what its flat points are."""

import numpy as np

from course_lib.descent import descend
from course_lib.optimizers import GradientDescent
from lessons.experiments.scenes import gabor_critical_points, gabor_loss, gabor_minima
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- the height of a chord ------------------------------------------------------------------------


def _three_heights(rng):
    def heights(*losses):
        return dict(zip(("behind", "here", "ahead"), losses, strict=True))

    drawn = [heights(*rng.uniform(-3, 3, 3).round(1)) for _ in range(2)]
    return [heights(4.0, 1.0, 2.0), heights(1.0, 3.0, 2.0), *drawn]


chord_height = Task(
    name="chord_height",
    title="How far the chord lies above",
    parts=(
        FunctionPart(
            name="height",
            right=lambda behind, here, ahead: (behind + ahead) / 2 - here,
            inputs=_three_heights,
            result="the chord's height above the loss",
            misconceptions=(
                Misconception(
                    lambda behind, here, ahead: here - (behind + ahead) / 2,
                    "The sign is turned: above zero where the *chord* is above.",
                ),
                Misconception(
                    lambda behind, here, ahead: (behind + ahead) / 2,
                    "That is the height of the chord itself. How far is it above the loss there?",
                ),
                Misconception(
                    lambda behind, here, ahead: behind + ahead - 2 * here,
                    "Twice as far: half-way along, the chord is at the mean of its two ends.",
                ),
                Misconception(
                    lambda behind, here, ahead: (ahead - behind) / 2,
                    "That is how much the chord rises over half its length. Its height in the "
                    "middle was asked for, above the loss.",
                ),
                Misconception(
                    lambda behind, here, ahead: behind + ahead - here,
                    "Half-way along, the chord is at the mean of its two ends, not at their sum.",
                ),
            ),
        ),
    ),
    hints=("How high is a straight line half-way between its two ends?",),
)

# --- two curvatures from two numbers --------------------------------------------------------------


def _traces(rng):
    def case(low, high):
        return {"trace": low + high, "determinant": low * high}

    drawn = [case(*np.sort(rng.uniform(-5, 5, 2).round(1))) for _ in range(2)]
    return [case(1.0, 4.0), case(-2.0, 3.0), case(2.0, 2.0), *drawn]


def _roots(trace, determinant):
    half = np.sqrt(max(trace**2 / 4 - determinant, 0))
    return np.array([trace / 2 - half, trace / 2 + half])


def _in_another_order(trials, sign=1):
    return all(np.allclose(np.sort(sign * trial.answer), trial.right) for trial in trials)


two_roots = Task(
    name="two_roots",
    title="Two curvatures from two numbers",
    parts=(
        FunctionPart(
            name="curvatures",
            right=_roots,
            inputs=_traces,
            result="the list of curvatures",
            misconceptions=(
                Misconception(
                    lambda trace, determinant: _roots(trace, determinant)[::-1],
                    "Both are right: now the smaller one first.",
                    shown_by=_in_another_order,
                ),
                Misconception(
                    lambda trace, determinant: -_roots(trace, determinant)[::-1],
                    "Both have the wrong sign: they add up to the trace, not to minus the trace.",
                    shown_by=lambda trials: _in_another_order(trials, sign=-1),
                ),
                Misconception(
                    lambda trace, determinant: 2 * _roots(trace, determinant),
                    "Both are twice too large: all of trace ± root is divided by 2.",
                ),
                Misconception(
                    lambda trace, determinant: (
                        2 * _roots(trace, determinant) - np.full(2, trace / 2)
                    ),
                    "They add up to the trace, but lie twice too far apart: of trace ± root, the "
                    "root is divided by 2 as well.",
                ),
                Misconception(
                    lambda trace, determinant: np.array([determinant, trace]),
                    "Those are product and sum themselves. Which two numbers have them?",
                ),
            ),
        ),
    ),
    hints=(
        "Call one of them λ. The other is trace − λ, and their product is the determinant.",
        "That is the quadratic equation λ² − trace · λ + determinant = 0: both of its solutions.",
    ),
)

# --- the best way down from a saddle --------------------------------------------------------------


def _from_the_saddle(v0, v1):
    saddles = [point for point in gabor_critical_points() if point.kind == "saddle"]
    saddle = min(saddles, key=lambda point: np.linalg.norm(point.phi - [-0.1, 9.1]))
    length = np.hypot(v0, v1)
    if length == 0:
        return False, "[0, 0] is no direction."
    v = np.array([v0, v1]) / length
    bend = v @ gabor_loss().hessian(saddle.phi) @ v
    told = f"Along [{v[0]:.3g}, {v[1]:.3g}] the curvature is {bend:.3g}."
    if bend > 0:
        return False, f"{told} The loss rises that way, forwards and backwards."
    if bend > 0.98 * saddle.eigenvalues[0]:
        return False, f"{told} The loss falls, but another direction bends down more."
    return True, f"{told} No other direction bends down more, and you may go forwards or backwards."


way_down = Task(
    name="way_down",
    title="The best way off the saddle",
    parts=(
        SettingPart(
            name="direction",
            count=2,
            outcome=_from_the_saddle,
            misconceptions=(
                Misconception(
                    (0.0, 1.0),
                    "Along φ₁ alone the curvature is −0.049: it falls, but hardly. The axis of the "
                    "smaller curvature leans a little to the right of that.",
                ),
            ),
        ),
    ),
    hints=(
        "The curvature is lowest along one of the principal axes of the printed Hessian.",
        "`curvatures, axes = np.linalg.eigh(hessian)`: the columns `axes[:, 0]` and `axes[:, 1]`.",
    ),
)

# --- what a search has missed ---------------------------------------------------------------------

overlooked = Task(
    name="overlooked",
    title="What the search has missed",
    parts=(
        ValuePart(
            name="missing",
            right=3,
            misconceptions=(
                Misconception(
                    4, "That is what was found: 9 + 10 − 15. The border says what it should be."
                ),
                Misconception(
                    1, "That is the border's number itself. What was found adds up to 4."
                ),
                Misconception(33, "Minima + maxima *minus* saddles: 9 + 10 − 15 = 4."),
                Misconception(
                    -3, "The difference is right, and its sign says saddles. How many points?"
                ),
                Misconception(5, "From 4 down to 1: it is their difference that is missing."),
                Misconception(0, "9 + 10 − 15 is 4, and the border says 1: something is missing."),
            ),
        ),
    ),
    hints=(
        "What do the points that were found add up to, and what should they?",
        "Each point that is missing changes the sum by 1. Which kind lowers it?",
    ),
)

# --- a stopping rule that is not fooled -----------------------------------------------------------


def _stops(rng):
    def case(gradient, hessian, tolerance=0.01):
        return {
            "gradient": np.array(gradient, float),
            "hessian": np.array(hessian, float),
            "tolerance": tolerance,
        }

    still, moving = [0.0, 0.001], [3.0, 4.0]
    bowl, saddle = [[2, 1], [1, 2]], [[1, 2], [2, 1]]
    return [
        case(still, bowl),
        case(still, saddle),
        case(moving, bowl),
        case(still, [[-2, 0], [0, -1]]),
        case(still, [[3, 0], [0, -1]]),
        case(still, [[1, 0], [0, -3]]),
        case(still, [[2, -1], [-1, 2]]),
        case(still, [[1, 0], [0, 0]]),
        case([0.0, 0.008, -0.008], np.diag([1.0, 2.0, 3.0])),
        case([0.0, 0.0, 0.0], np.diag([-1.0, -2.0, 6.0])),
        case(moving, saddle, tolerance=6.0),
        case(moving, bowl, tolerance=6.0),
        case(moving, bowl, tolerance=5.0),
    ]


def _short(gradient, tolerance):
    return np.linalg.norm(gradient) <= tolerance


def _judged(by_hessian, short=_short):
    def rule(gradient, hessian, tolerance):
        return float(short(gradient, tolerance) and by_hessian(hessian))

    return rule


def _all_up(hessian):
    return (np.linalg.eigvalsh(hessian) > 0).all()


at_a_minimum = Task(
    name="at_a_minimum",
    title="A stopping rule that no saddle fools",
    parts=(
        FunctionPart(
            name="rule",
            right=_judged(_all_up),
            inputs=_stops,
            result="the answer (True is 1, False is 0)",
            misconceptions=(
                Misconception(
                    _judged(lambda hessian: True),
                    "Your rule stops at saddles: look at the curvatures as well.",
                ),
                Misconception(
                    _judged(_all_up, short=lambda gradient, tolerance: True),
                    "Your rule stops on a steep slope, wherever the surface bends up: the gradient "
                    "must be short as well.",
                ),
                Misconception(
                    _judged(lambda hessian: np.linalg.det(hessian) > 0),
                    "Your rule stops at a maximum: its determinant is positive, too.",
                ),
                Misconception(
                    _judged(lambda hessian: np.trace(hessian) > 0 and np.linalg.det(hessian) > 0),
                    "Trace and determinant are enough for two parameters. With three, curvatures "
                    "of −1, −2 and 6 have a positive sum and a positive product, too.",
                ),
                Misconception(
                    _judged(lambda hessian: np.trace(hessian) > 0),
                    "Your rule stops at a saddle whose larger curvature is the one upwards: the "
                    "sum does not tell.",
                ),
                Misconception(
                    _judged(lambda hessian: (np.diag(hessian) > 0).all()),
                    "Your rule looks at the diagonal alone. [[1, 2], [2, 1]] is a saddle: its axes "
                    "lie between those of the paper.",
                ),
                Misconception(
                    _judged(lambda hessian: (hessian > 0).all()),
                    "You ask the entries of the Hessian to be positive. Ask its eigenvalues.",
                ),
                Misconception(
                    _judged(lambda hessian: np.linalg.eigvalsh(hessian).max() > 0),
                    "One curvature upwards is not enough: all of them must be above zero.",
                ),
                Misconception(
                    _judged(lambda hessian: (np.linalg.eigvalsh(hessian) >= 0).all()),
                    "An eigenvalue of zero does not say that the surface bends up: with it the "
                    "Hessian cannot tell.",
                ),
                Misconception(
                    _judged(
                        _all_up,
                        short=lambda gradient, tolerance: np.abs(gradient).max() <= tolerance,
                    ),
                    "You look at the largest entry of the gradient: take its length.",
                ),
                Misconception(
                    _judged(
                        _all_up,
                        short=lambda gradient, tolerance: np.linalg.norm(gradient) < tolerance,
                    ),
                    "A gradient just as long as the tolerance is short enough: `<=`, as above.",
                ),
            ),
        ),
    ),
    hints=(
        "Two conditions, joined by `and`: the old one, and one on `np.linalg.eigvalsh(hessian)`.",
        "`(numbers > 0).all()` is True if every number is above zero.",
    ),
)

# --- a minimum too sharp for a rate ---------------------------------------------------------------


_GENTLE, _SHARP = 0.3137, 9.756  # the curvatures at that minimum


def _beside_the_minimum(alpha):
    if abs(alpha * _GENTLE - 2) < 0.05:  # also with the curvature as it is printed, rounded
        return False, (
            "That is 2 over the smaller curvature. The steep axis has long thrown the path out."
        )
    if not 0 < alpha < 2:
        return False, f"A rate of {alpha:.4g} is none to try: it lies between 0 and 2."
    best = gabor_minima()[0].phi

    def settles(rate):
        path = descend(gabor_loss(), best + 0.01, GradientDescent(rate), steps=2000)
        return not path.diverged and np.linalg.norm(path.final - best) < 1e-3

    told = f"I tried 2000 steps from next to the minimum at 0.98 and at 1.02 times {alpha:.4g}:"
    if not settles(0.98 * alpha):
        return False, f"{told} neither comes to rest in it. The border lies lower."
    if settles(1.02 * alpha):
        return False, f"{told} both come to rest in it. The border lies higher."
    return True, f"{told} the first comes to rest in it, the second hops around it for ever."


too_sharp = Task(
    name="too_sharp",
    title="Too sharp to settle in",
    parts=(
        SettingPart(
            name="rate",
            outcome=_beside_the_minimum,
            misconceptions=(
                Misconception(
                    1 / _SHARP,
                    "With 1/λ the steep axis is done in one step. It may jump over, as long as it "
                    "still comes closer.",
                ),
            ),
        ),
    ),
    hints=(
        "Near the minimum the loss is a bowl with the two printed curvatures. Which rates does a "
        "bowl bear?",
        "Notebook 02: a path on a bowl comes closer as long as the rate is below 2/λ for both.",
    ),
)

# --- the best level curve -------------------------------------------------------------------------


def _classes(rng):
    def case(zeros, ones):
        return {"y": np.repeat([0.0, 1.0], [zeros, ones])}

    return [case(1, 3), case(4, 2), case(*rng.integers(2, 9, 2)), case(7, 1)]


def _odds(y):
    return y.sum() / (1 - y).sum()


level = Task(
    name="level",
    title="The best level curve",
    parts=(
        FunctionPart(
            name="offset",
            right=lambda y: np.log(_odds(y)),
            inputs=_classes,
            result="the best φ₀",
            misconceptions=(
                Misconception(
                    lambda y: y.mean(),
                    "That is the best *probability*. Which φ₀ does the sigmoid turn into it?",
                ),
                Misconception(
                    lambda y: np.log(y.mean()),
                    "The logarithm of the probability is not what the sigmoid undoes: solve "
                    "sig[φ₀] = q for φ₀.",
                ),
                Misconception(
                    lambda y: -np.log(_odds(y)), "Upside down: classes 0 and 1 have changed places."
                ),
                Misconception(_odds, "That is exp[φ₀]: take the logarithm."),
                Misconception(
                    lambda y: np.log(y.sum() / len(y) / (1 - y).sum()),
                    "The probability of class 0 is a share of all examples, as that of class 1 is.",
                ),
                Misconception(
                    lambda y: 0.0 * y.sum(),
                    "φ₀ = 0 is a fair coin. If one class is more frequent, a better bet exists.",
                ),
                Misconception(
                    lambda y: 1 / (1 + np.exp(-y.mean())),
                    "You send the share through the sigmoid. It is the sigmoid's result: go back.",
                ),
            ),
        ),
    ),
    hints=(
        "With φ₁ = 0 every example gets the same probability q of class 1. Write the loss for n₁ "
        "examples of class 1 and n₀ of class 0, and set its derivative by q to 0.",
        "q is the share of class 1. Now solve sig[φ₀] = q: what is 1/q − 1?",
    ),
)
