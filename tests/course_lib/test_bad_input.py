"""Every bad call is answered with the argument's name, its value, and what was expected."""

import numpy as np
import pytest

from course_lib.convexity import positive_by_eigenvalues, positive_by_trace_and_determinant
from course_lib.critical_points import border_index, classify, find_critical_points
from course_lib.datasets import gabor_data, linear_data, two_class_data
from course_lib.descent import descend
from course_lib.global_search import grid_search, multi_start, random_starts
from course_lib.gradient_check import finite_difference_gradient, gradient_check
from course_lib.grids import parameter_grid
from course_lib.line_search import Backtracking, Bracketing, Wolfe
from course_lib.losses import LeastSquares
from course_lib.models import Gabor, Linear
from course_lib.optimizers import BFGS, Adam, ConjugateGradient, GradientDescent, NAdam
from course_lib.paths import turning_angles
from course_lib.schedules import StepDecay, WarmUp
from course_lib.surfaces import CosineWave, Polynomial, Quadratic, Rosenbrock, Slopes

X, Y = [0.0, 1.0, 2.0], [1.0, 1.5, 2.0]
LINE = LeastSquares(Linear(), X, Y)
BOWL = Quadratic((1.0, 2.0))
RULE = GradientDescent(0.1)
BOX = [(-1.0, 1.0), (-1.0, 1.0)]
NAN, INF = float("nan"), float("inf")


class OneNumberTooMany:
    """A loss whose value keeps the axis of the parameters."""

    def __call__(self, phi):
        return phi**2

    def gradient(self, phi):
        return 2 * phi


class GradientOfAnotherShape:
    def __call__(self, phi):
        return (phi**2).sum(axis=-1)

    def gradient(self, phi):
        return 2 * phi[..., None]


class ForgetfulRule:
    """A rule whose step changes the shape of the parameters."""

    def init(self, phi):
        return None

    def step(self, phi, state, loss, t):
        return phi[..., None] - loss.gradient(phi), state


class Giving:
    """A loss that gives just these values, and `later` once it has been asked."""

    def __init__(self, value, slope, later=...):
        self.value, self.slope, self.later = value, slope, later

    def __call__(self, phi):
        value, self.value = self.value, self.value if self.later is ... else self.later
        return value

    def gradient(self, phi):
        return self.slope


class NoPair(ForgetfulRule):
    def step(self, phi, state, loss, t):
        return None


PATHS = descend(BOWL, np.ones((2, 2)), RULE, 3)

BAD_CALLS = [
    # data sets
    (lambda: LeastSquares(Linear(), [], []), "x is empty, expected at least one example"),
    (lambda: LeastSquares(Linear(), X, []), "y is empty, expected at least one example"),
    (lambda: LeastSquares(Linear(), X, Y[:2]), "x has 3 examples and y has 2, expected as many"),
    (lambda: LeastSquares(Linear(), [0, NAN], [1, 2]), r"x\[1\] is nan, expected finite"),
    (lambda: LeastSquares(Linear(), [0, 1], [INF, 2]), r"y\[0\] is inf, expected finite"),
    (lambda: LeastSquares(Linear(), [X], [Y]), r"x has shape \(1, 3\), expected one axis: \(I,\)"),
    (lambda: LeastSquares(Linear(), 1.0, 2.0), r"x has shape \(\), expected one axis: \(I,\)"),
    (lambda: LeastSquares(Linear(), ["a"], [1]), r"x is \['a'\], expected real numbers"),
    (lambda: LeastSquares(Linear(), X, None), "y is None, expected real numbers"),
    (lambda: LeastSquares(Linear(), [[1], [1, 2]], [1]), r"x is \[\[1\], .*expected real numbers"),
    (lambda: LINE.batch([]), r"indices is \[\], expected a list of whole numbers from 0 to 2"),
    (lambda: LINE.batch([3]), r"indices is \[3\], expected .* from 0 to 2"),
    (lambda: LINE.batch([-1]), r"indices is \[-1\], expected .* from 0 to 2"),
    (lambda: LINE.batch([0.5]), r"indices is \[0.5\], expected a list of whole numbers"),
    (lambda: LINE.batch(2), "indices is 2, expected a list of whole numbers"),
    (lambda: LINE.batch([True, False, True]), "indices is .*True.*, expected a list of whole"),
    (lambda: linear_data(n=0), "n is 0, expected at least 1"),
    (lambda: gabor_data(n=2.5), "n is 2.5, expected a whole number"),
    (lambda: two_class_data(n=0), "n is 0, expected at least 1"),
    (lambda: gabor_data(noise=-0.1), "noise is -0.1, expected finite and not negative"),
    (lambda: gabor_data(noise=NAN), "noise is nan, expected finite and not negative"),
    (lambda: linear_data(noise=INF), "noise is inf, expected finite and not negative"),
    (lambda: gabor_data(noise="much"), "noise is 'much', expected real numbers"),
    # parameters
    (lambda: Gabor()(X, [1, 2, 3]), r"phi has shape \(3,\), expected \(..., 2\): .* last axis"),
    (lambda: Linear().derivatives(X, 1.0), r"phi has shape \(\), expected \(..., 2\)"),
    (lambda: Gabor().second_derivatives(X, [[1]]), r"phi has shape \(1, 1\), expected \(..., 2\)"),
    (lambda: Gabor()(X, [1j, 2]), "phi is .*1j.*, expected real numbers"),
    (lambda: LINE([1, 2, 3]), r"phi has shape \(3,\), expected \(..., 2\)"),
    (lambda: LINE.gradient(1.0), r"phi has shape \(\), expected \(..., 2\)"),
    (lambda: LINE.hessian([[1, 2, 3]]), r"phi has shape \(1, 3\), expected \(..., 2\)"),
    (lambda: LINE("abc"), "phi is 'abc', expected real numbers"),
    (lambda: CosineWave()(1.0), r"phi has shape \(\), expected \(..., 1\)"),
    (lambda: BOWL.gradient([1.0]), r"phi has shape \(1,\), expected \(..., 2\)"),
    # surfaces
    (lambda: Quadratic([[1, 2]]), r"eigenvalues is \[\[1, 2\]\], expected a list of numbers"),
    (lambda: Quadratic([]), r"eigenvalues is \[\], expected a list of numbers"),
    (lambda: Quadratic([1, INF]), r"eigenvalues is \[1, inf\], expected a list of numbers"),
    (lambda: Quadratic([1, 2, 3], angle=0.5), "angle is 0.5, expected 0 unless .* 2 eigenvalues"),
    (lambda: Quadratic([1, 2], centre=[0, 0, 0]), r"centre is \[0, 0, 0\], expected a number or 2"),
    (lambda: Quadratic([1, 2], angle=NAN), "angle is nan, expected one finite number"),
    (lambda: Quadratic([1, 2], centre=NAN), "centre is nan, expected a number or 2 of them"),
    (lambda: Polynomial([NAN]), r"coefficients is .*nan.*, expected a list of numbers"),
    (lambda: Polynomial(["a"]), r"coefficients is \['a'\], expected real numbers"),
    # boxes and grids
    (lambda: parameter_grid([(0, 1)], 1), "points is 1, expected at least 2"),
    (lambda: parameter_grid([(0, 1)], 2.5), "points is 2.5, expected a whole number"),
    (
        lambda: parameter_grid(BOX, (2, 3, 4)),
        r"points is \(2, 3, 4\), expected a whole number or 2",
    ),
    (lambda: parameter_grid((0, 1), 3), r"bounds is \(0, 1\), expected one \(low, high\) pair for"),
    (lambda: parameter_grid([(1, 0)], 3), r"bounds is \[\(1, 0\)\], expected finite low < high"),
    (lambda: parameter_grid([(0, INF)], 3), r"bounds is \[\(0, inf\)\], expected finite low <"),
    (lambda: grid_search(BOWL, [(0, 0)] * 2, 3), r"bounds is \[\(0, 0\), .*expected finite low <"),
    (lambda: random_starts([(2, 1)], 3, 0), r"bounds is \[\(2, 1\)\], expected finite low < high"),
    (lambda: random_starts(BOX, 0, 0), "n is 0, expected at least 1"),
    (lambda: multi_start(BOWL, [1.0, 2.0], RULE, 5), r"starts has shape \(2,\), expected \(n, P\)"),
    # tools on a loss
    (lambda: finite_difference_gradient(BOWL, [1, 2], h=0), "h is 0, expected finite and above"),
    (lambda: finite_difference_gradient(BOWL, [[1, 2]]), r"phi has shape \(1, 2\), expected one"),
    (
        lambda: finite_difference_gradient(OneNumberTooMany(), [1, 2]),
        r"f\(phi\) has shape \(2,\), expected one number: \(\)",
    ),
    (
        lambda: gradient_check(BOWL, lambda phi: [1.0], [1, 2]),
        r"gradient\(phi\) has shape \(1,\), expected \(2,\)",
    ),
    (lambda: gradient_check(BOWL, BOWL.gradient, [1, 2], h=-1), "h is -1, expected .* above zero"),
    (lambda: positive_by_eigenvalues([1, 2]), r"hessian has shape \(2,\), expected \(..., P, P\)"),
    (lambda: positive_by_eigenvalues([[1, 2]]), r"hessian has shape \(1, 2\), expected \(..., P,"),
    (lambda: positive_by_eigenvalues([[1, 2], [0, 1]]), "hessian has the matrix .*expected"),
    (
        lambda: positive_by_trace_and_determinant([[1, NAN], [NAN, 1]]),
        "hessian has the matrix .*nan.*, expected finite, symmetric",
    ),
    (
        lambda: positive_by_trace_and_determinant(np.eye(3)),
        r"hessian has shape \(3, 3\), expected \(..., 2, 2\)",
    ),
    (lambda: find_critical_points(BOWL, [(0, 1)] * 3), "bounds has 3 pairs, expected 1 or 2"),
    (lambda: find_critical_points(BOWL, BOX, 1), "grid_points is 1, expected at least 2"),
    (lambda: border_index(BOWL, [(0, 1, 2)]), r"bounds is \[\(0, 1, 2\)\], expected one \(low,"),
    (lambda: classify(["a"]), r"eigenvalues is \['a'\], expected real numbers"),
    (lambda: Bracketing(max_distance=0), "max_distance is 0, expected finite and above zero"),
    (lambda: Bracketing(max_distance=-2.0), "max_distance is -2.0, expected finite and above zero"),
    (lambda: Bracketing(tolerance=0), "tolerance is 0, expected a number between 0 and 1"),
    (lambda: Bracketing(tolerance=1.0), "tolerance is 1.0, expected a number between 0 and 1"),
    (lambda: Backtracking(initial_rate=INF), "initial_rate is inf, expected finite and above zero"),
    (lambda: Backtracking(shrink=1.5), "shrink is 1.5, expected a number between 0 and 1"),
    (lambda: Backtracking(sufficient=NAN), "sufficient is nan, expected a number between 0 and 1"),
    (lambda: Backtracking(shrink="half"), "shrink is 'half', expected real numbers"),
    (lambda: Backtracking(max_trials=0), "max_trials is 0, expected at least 1"),
    # rates
    (lambda: GradientDescent(0), "learning_rate is 0, expected finite and above zero"),
    (lambda: GradientDescent(-0.1), "learning_rate is -0.1, expected finite and above zero"),
    (lambda: GradientDescent([0.1, -0.1]), r"learning_rate is \[0.1, -0.1\], expected finite and"),
    (lambda: GradientDescent(NAN), "learning_rate is nan, expected finite and above zero"),
    (lambda: GradientDescent("fast"), "learning_rate is 'fast', expected real numbers"),
    (lambda: GradientDescent(lambda t: -1.0), r"learning_rate\(0\) is -1.0, expected finite and"),
    (lambda: GradientDescent(), "learning_rate is None and line_search is None, expected exactly"),
    (
        lambda: GradientDescent(0.1, line_search=Bracketing(1.0)),
        r"learning_rate is 0.1 and line_search is Bracketing\(.*expected exactly one",
    ),
    (lambda: GradientDescent([]), r"learning_rate is (\[\]|empty), expected"),
    (
        lambda: GradientDescent((0.1, 0.2)),
        r"learning_rate is \(0.1, 0.2\), expected one number, or",
    ),
    (lambda: Adam(0.001, (0.9, 0.999)), r"beta is \(0.9, 0.999\), expected one number, or a list"),
    (lambda: Adam(0.1, epsilon_inside="no"), "epsilon_inside is 'no', expected True or False"),
    (lambda: NAdam(momentum_decay=[0.1]), r"momentum_decay is \[0.1\], expected one number"),
    (lambda: ConjugateGradient([0.9]), r"beta is \[0.9\], expected one of 'polak-ribiere'"),
    (
        lambda: GradientDescent(Wolfe),
        "learning_rate is <class .*expected a number, an array",
    ),
    (lambda: GradientDescent(Wolfe()), r"learning_rate is Wolfe\(.*expected a number, an array or"),
    (
        lambda: GradientDescent(lambda: 0.1),
        "learning_rate is <function .*expected a number, an",
    ),
    (
        lambda: GradientDescent(line_search=0.1),
        "line_search is 0.1, expected a line search such as",
    ),
    (lambda: GradientDescent(line_search=Wolfe), "line_search is <class .*expected a line search"),
    (lambda: BFGS(0.1), "line_search is 0.1, expected a line search such as"),
    (lambda: Wolfe(curvature=[0.9]), r"curvature is \[0.9\], expected one number"),
    (
        lambda: Bracketing(max_distance=[1.0, 2.0]),
        r"max_distance is \[1.0, 2.0\], expected one",
    ),
    (
        lambda: descend(BOWL, [1, 2], GradientDescent(line_search=lambda *_: None), 5),
        r"line_search\(loss, phi, direction\) is None, expected real numbers",
    ),
    (
        lambda: descend(BOWL, [1, 2], GradientDescent(line_search=lambda *_: np.ones(3)), 5),
        r"line_search\(loss, phi, direction\) has shape \(3,\), expected \(\): one rate for each",
    ),
    (
        lambda: Backtracking()(BOWL, [1.0, 2.0], [1.0]),
        r"direction has shape \(1,\), expected \(2,\), as phi has",
    ),
    # what `descend` calls, called by itself
    (lambda: RULE.init("abc"), "phi is 'abc', expected real numbers"),
    (lambda: RULE.step([1.0, 2.0], None, abs, 0), "loss is .*abs.*, expected a loss with `grad"),
    (lambda: RULE.step([1.0], None, BOWL, 0), r"phi has shape \(1,\), expected \(..., 2\)"),
    (lambda: RULE.step([1.0, 2.0], None, BOWL, -1), "t is -1, expected at least 0"),
    (lambda: BFGS().step([1.0, 2.0], None, BOWL, t=True), "t is True, expected a whole number"),
    (lambda: StepDecay(0.8, 0.5, every=2)(-1), "t is -1, expected at least 0"),
    (lambda: WarmUp(steps=2, then=0.1)("now"), "t is 'now', expected a whole number"),
    (lambda: LeastSquares.share(True, 1.0), "f is True, expected real numbers"),
    (
        lambda: LeastSquares.slope(np.ones(2), y=np.ones(3)),
        r"f has shape \(2,\) and y has shape \(3,\), expected shapes that broadcast",
    ),
    (lambda: Rosenbrock().value("a", 1.0), "x is 'a', expected real numbers"),
    (lambda: Slopes([1.0, NAN]), r"slopes is \[1.0, nan\], expected a list of numbers, finite"),
    (lambda: Slopes([]), r"slopes is \[\], expected a list of numbers, finite and at least one"),
    # descents
    (lambda: descend(BOWL, [1, 2], RULE, steps=True), "steps is True, expected a whole number"),
    (lambda: descend(BOWL, [1, 2], RULE, steps=3e6), "steps is 3000000.0, expected a whole number"),
    (
        lambda: descend(BOWL, [1, 2], RULE, 5, keep=np.ones(2)),
        "keep is .*, expected a whole",
    ),
    (
        lambda: descend(BOWL, [1, 2], RULE, 5, tolerance=[1.0]),
        r"tolerance is \[1.0\], expected",
    ),
    (lambda: descend(Quadratic, [1, 2], RULE, 5), "loss is <class .*, expected a callable with"),
    (
        lambda: descend(BOWL, [1, 2], RULE, 5, batches=[[0]]),
        "loss is Quadratic.* no `batch`",
    ),
    (lambda: descend(BOWL, [], RULE, 5), r"start has shape \(0,\), expected \(..., 2\)"),
    *(
        (
            lambda value=value: descend(Giving(value, [1.0, 1.0]), [1, 2], RULE, 5),
            rf"loss\(start\) is {value!r}, expected real numbers",
        )
        for value in (None, "low", True, 1j)
    ),
    *(
        (
            lambda slope=slope: descend(Giving(1.0, slope), [1, 2], RULE, 5),
            r"loss.gradient\(phi\) is .*, expected real numbers",
        )
        for slope in (None, "steep", [None, None], [True, False], [1j, 2.0])
    ),
    (
        lambda: descend(Giving(1.0, [1.0, 1.0], later=None), [1, 2], RULE, 5),
        r"loss\(phi\) is None, expected real numbers",
    ),
    (
        lambda: descend(BOWL, [1, 2], NoPair(), 5),
        r"step 0 of the rule is None, expected a pair \(phi, state\)",
    ),
    (lambda: PATHS.member(2), r"index is \(2,\), expected a place in the ensemble \(2,\): 1 whole"),
    (lambda: PATHS.member("a"), r"index is \('a',\), expected a place in the ensemble \(2,\)"),
    (lambda: PATHS.member(0, 0), r"index is \(0, 0\), expected a place in the ensemble \(2,\)"),
    (lambda: turning_angles([1.0, 2.0]), r"points has shape \(2,\), expected \(T \+ 1, ..., P\)"),
    (lambda: turning_angles([[1.0, 2.0]]), r"points has shape \(1, 2\), expected \(T \+ 1, ..., P"),
    (lambda: turning_angles("abc"), "points is 'abc', expected real numbers"),
    (lambda: descend(BOWL, [1, 2], RULE, steps=0), "steps is 0, expected at least 1"),
    (lambda: descend(BOWL, [1, 2], RULE, steps=1.5), "steps is 1.5, expected a whole number"),
    (lambda: descend(BOWL, [1, 2, 3], RULE, 5), r"start has shape \(3,\), expected \(..., 2\)"),
    (lambda: descend(OneNumberTooMany(), 1.0, RULE, 5), r"start has shape \(\), expected \(...,"),
    (lambda: descend(BOWL, [1, NAN], RULE, 5), r"start is \[1, nan\], expected finite numbers"),
    (lambda: descend(BOWL, ["a", 1], RULE, 5), r"start is \['a', 1\], expected real numbers"),
    (lambda: descend(BOWL, [1, 2], RULE, 5, tolerance=-1), "tolerance is -1, expected .* not"),
    (lambda: descend(BOWL, [1, 2], RULE, 5, tolerance=NAN), "tolerance is nan, expected .* not"),
    (
        lambda: descend(BOWL, [1, 2], RULE, 5, keep="some"),
        "keep is 'some', expected 'all', 'last' or",
    ),
    (lambda: descend(BOWL, [1, 2], 0.1, 5), "rule is 0.1, expected an update rule such as"),
    (lambda: descend(BOWL, [1, 2], GradientDescent, 5), "rule is <class .*, expected an update"),
    (lambda: descend(abs, [1, 2], RULE, 5), "loss is .*abs.*, expected a callable with `gradient`"),
    (
        lambda: descend(LINE, [1, 2], RULE, 5, batches=3),
        "batches is 3, expected Minibatches or an iterable of",
    ),
    (
        lambda: descend(LINE, [1, 2], RULE, 1, batches=[0, 1]),
        r"batches\[0\]: indices is 0, expected",
    ),
    (
        lambda: descend(BOWL, np.ones((3, 2)), GradientDescent([0.1, 0.2]), 5),
        r"learning_rate has shape \(2,\) and start has the ensemble \(3,\): expected .* broadcast",
    ),
    (
        lambda: descend(BOWL, [1, 2], GradientDescent(lambda t: np.array([0.1, 0.2, 0.3])), 5),
        r"learning_rate\(0\) has shape \(3,\), expected one number, or .* ensemble: \(\)",
    ),
    (
        lambda: descend(BOWL, [1, 2], ForgetfulRule(), 5),
        r"step 0 of the rule led to shape \(2, 2\), expected \(2,\)",
    ),
    (
        lambda: descend(OneNumberTooMany(), [1, 2], RULE, 5),
        r"loss\(start\) has shape \(2,\), expected \(\): one number for each point",
    ),
    (
        lambda: descend(GradientOfAnotherShape(), [1, 2], RULE, 5),
        r"loss.gradient\(phi\) has shape \(2, 1\), expected \(2,\)",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS, ids=[text for _, text in BAD_CALLS])
def test_the_error_names_the_argument_its_value_and_what_was_expected(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
