"""What the pictures of notebook 01 show."""

import numpy as np
import pytest
from matplotlib.patches import StepPatch
from numpy.testing import assert_allclose

from course_lib.datasets import digits
from course_lib.losses import BinaryCrossEntropy
from course_lib.models import Logistic
from lessons.demos.learning_as_optimisation import BINS
from lessons.experiments import learning_as_optimisation as experiments
from lessons.stage import style

from .shown import bars, drawn, legend, line, lines, title

FACES = np.arange(1, 7)


def points(x, y):
    return np.column_stack(np.broadcast_arrays(x, y)).astype(float)


# --- two risks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n, seed, guess", [(4, 0, 3.0), (30, 4, 5.25)])
def test_two_risks_shows_both_parabolas_and_their_lowest_points(n, seed, guess):
    axes, text = drawn("two_risks", n=n, seed=seed, guess=guess)
    y = experiments.throws(n, seed)
    phi = np.linspace(1, 6, 201)
    long_run = np.mean((phi[:, None] - FACES) ** 2, axis=1)
    here = np.mean((phi[:, None] - y) ** 2, axis=1)
    right = axes["b"]
    assert_allclose(lines(right, style.SECOND, "None")[0], points(phi, long_run))
    assert_allclose(line(right, style.SECOND, "D"), [[3.5, np.var(FACES)]])
    assert_allclose(lines(right, style.PATH, "None")[-1], points(phi, here))
    assert_allclose(line(right, style.PATH, "o"), [[y.mean(), y.var()]])
    costs = [np.mean((guess - y) ** 2), np.mean((guess - FACES) ** 2)]
    assert_allclose(line(right, style.INK, "o"), points(guess, costs))
    assert [*legend(right).values()] == [style.SECOND, style.PATH]
    assert f"your guess: {costs[0]:.2f} on these throws, {costs[1]:.2f} in" in text
    assert f"φ = {y.mean():.2f}, {y.var():.2f} on them and" in text
    assert f"and {np.mean((y.mean() - FACES) ** 2):.2f} in the long run" in text


def test_two_risks_counts_the_faces_of_the_throws():
    axes, _ = drawn("two_risks", n=20)
    y = experiments.throws(20, 0)
    left, bottom, width, height = bars(axes["a"], style.PATH).T
    assert_allclose(left + width / 2, FACES)
    assert_allclose(bottom, 0)
    assert_allclose(height, np.bincount(y, minlength=7)[1:] / 20)
    assert_allclose(line(axes["a"], style.SECOND)[:, 1], 1 / 6)


def test_two_risks_goes_on_with_the_same_throws():
    long = experiments.throws(100, 7)
    assert set(long) == set(FACES) and (long[:40] == experiments.throws(40, 7)).all()


# --- surrogates ---------------------------------------------------------------------------------

LOSS = BinaryCrossEntropy(Logistic(), experiments.POINTS, experiments.CLASSES)


@pytest.mark.parametrize("threshold, sharpness", [(1.2, 2.0), (0.0, 4.0), (-1.3, 1.0)])
def test_surrogates_shows_a_staircase_below_two_slopes(threshold, sharpness):
    axes, text = drawn("surrogates", threshold=threshold, sharpness=sharpness)
    b = np.linspace(-3, 3, 601)
    phi = np.stack([-sharpness * b, np.full_like(b, sharpness)], axis=-1)
    stairs, smooth, kinked = (
        lines(axes["b"], color, "None")[0] for color in (style.PATH, style.SECOND, style.THIRD)
    )
    assert_allclose(stairs, points(b, 1 - LOSS.accuracy(phi)))
    assert_allclose(smooth, points(b, LOSS(phi) / 12 / np.log(2)))
    assert_allclose(kinked, points(b, np.maximum(0, 1 - LOSS.margins(phi)).mean(axis=1)))
    assert (stairs[:, 1] <= smooth[:, 1]).all() and (stairs[:, 1] <= kinked[:, 1]).all()
    here = np.array([-sharpness * threshold, sharpness])
    m = LOSS.margins(here)
    assert_allclose(line(axes["b"], style.PATH, "o"), [[threshold, np.mean(m <= 0)]])
    for color, height in (
        (style.SECOND, LOSS(here) / 12 / np.log(2)), (style.THIRD, np.maximum(0, 1 - m).mean())
    ):  # fmt: skip
        assert_allclose(line(axes["b"], color, "o"), [[threshold, height]])
    assert text.startswith(f"{np.sum(m <= 0)} of 12 wrong, smallest margin {m.min():.2f};")
    assert text.endswith(f"cross-entropy {LOSS(here) / 12:.3f} an example")


def test_surrogates_shows_each_point_at_its_margin_and_marks_the_wrong_ones():
    axes, _ = drawn("surrogates", "three on the wrong side")
    m = LOSS.margins([-2.4, 2.0])
    seen = m[(m >= -4) & (m <= 6)]
    assert_allclose(line(axes["c"], style.SECOND, "o"), points(seen, np.log2(1 + np.exp(-seen))))
    assert_allclose(line(axes["c"], style.THIRD, "o"), points(seen, np.maximum(0, 1 - seen)))
    at = np.linspace(-4, 6, 201)
    assert_allclose(lines(axes["c"], style.SECOND, "None")[0], points(at, np.log2(1 + np.exp(-at))))
    assert_allclose(lines(axes["c"], style.THIRD, "None")[0], points(at, np.maximum(0, 1 - at)))
    assert_allclose(line(axes["c"], style.PATH), [[-4, 1], [0, 1], [0, 0], [6, 0]])
    assert list(legend(axes["c"]).values()) == [style.PATH, style.SECOND, style.THIRD]
    both = points(experiments.POINTS, experiments.CLASSES)
    assert_allclose(line(axes["a"], style.INK, "o"), both)
    assert_allclose(line(axes["a"], style.PATH, "o"), both[m <= 0])
    # The threshold stands from edge to edge.
    assert_allclose(line(axes["a"], style.MUTED), points([1.2, 1.2], axes["a"].get_ylim()))
    x = np.linspace(-3, 3, 601)
    assert_allclose(line(axes["a"], style.SECOND), points(x, 1 / (1 + np.exp(-2 * (x - 1.2)))))


# --- digits -------------------------------------------------------------------------------------


def test_beyond_zero_shows_errors_losses_and_margins_at_a_step():
    axes, text = drawn("beyond_zero", step=100)
    run = experiments.digits_run(200)
    assert run.t[10] == 100 and run.t[-1] == 800
    for part, color, count in (("training", style.PATH, 200), ("test", style.SECOND, 400)):
        wrong, loss = 100 * run.wrong[part] / count, run.loss[part]
        assert_allclose(lines(axes["a"], color, "None")[0], points(run.t, wrong))
        assert_allclose(line(axes["a"], color, "o"), [[100, wrong[10]]])
        assert_allclose(lines(axes["b"], color, "None")[0], points(run.t, loss))
        assert_allclose(line(axes["b"], color, "o"), [[100, loss[10]]])
    assert legend(axes["a"]) == {"training": style.PATH, "test": style.SECOND}
    (stairs,) = (patch for patch in axes["c"].patches if isinstance(patch, StepPatch))
    heights, edges, _ = stairs.get_data()
    assert_allclose(heights, np.histogram(run.margins[10], edges)[0])
    assert heights.sum() == 200, "no margin lies beyond the picture"
    assert_allclose(line(axes["c"], style.INK)[:, 0], run.margins[10].min())
    assert_allclose(line(axes["c"], style.MUTED)[:, 0], 0)
    assert text.startswith(f"step 100: wrong {run.wrong['training'][10]} of 200 training digits")
    assert text.endswith(f"smallest margin {run.margins[10].min():.1f}")


def test_beyond_zero_keeps_all_margins_in_the_picture():
    margins = experiments.digits_run(200).margins
    assert margins.min() > BINS[0] and margins.max() < BINS[-1]


def test_a_run_on_digits_is_watched_on_the_parts_that_it_says():
    run = experiments.digits_run(200)
    training, validation, test = experiments.parts()
    assert len(run.margins[0]) == 200
    assert_allclose(training.x[:200], digits().training.x[:200])
    start = experiments.he_normal(experiments.HIDDEN, rng=0)
    assert_allclose(run.loss["validation"][0], validation(start) / 397)
    assert run.wrong["test"][0] == round(400 * (1 - test.accuracy(start)))
    whole = training.batch(np.arange(200)).gradient(start)
    assert_allclose(run.gradient[0], np.linalg.norm(whole) / 200)


@pytest.mark.parametrize(
    "watched, seen", [("validation loss", "loss"), ("validation errors", "wrong")]
)
def test_stopping_stops_on_a_slope(watched, seen):
    axes, text = drawn("stopping", watched=watched)
    run = experiments.digits_run(200)
    row = int(np.argmin(getattr(run, seen)["validation"]))
    for panel in "abc":
        assert_allclose(line(axes[panel], style.INK)[:, 0], run.t[row])
    for part, color in (("training", style.PATH), ("validation", style.THIRD)):
        assert_allclose(lines(axes["a"], color, "None")[-1], points(run.t, run.loss[part]))
    errors = 100 * run.wrong["validation"] / 397
    assert_allclose(lines(axes["b"], style.THIRD, "None")[-1], points(run.t, errors))
    assert_allclose(lines(axes["c"], style.PATH, "None")[-1], points(run.t, run.gradient))
    step = run.t[row]
    assert_allclose(line(axes["a"], style.THIRD, "o"), [[step, run.loss["validation"][row]]])
    assert_allclose(line(axes["b"], style.THIRD, "o"), [[step, errors[row]]])
    assert_allclose(line(axes["c"], style.PATH, "o"), [[step, run.gradient[row]]])
    assert legend(axes["a"]) == {"training": style.PATH, "validation": style.THIRD}
    assert run.gradient[row] > 3 * run.gradient[-1], "it stops on a slope"
    assert f"stop at step {step}: validation loss {run.loss['validation'][row]:.3f}" in text
    assert f"{run.wrong['validation'][row]} of 397" in text
    assert f"{run.gradient[row] / run.gradient[-1]:.0f} times longer than at step 800" in text


def test_stopping_by_errors_comes_later_than_by_loss():
    """As the chapter says of its run."""
    run = experiments.digits_run(200)
    stops = [run.t[np.argmin(of["validation"])] for of in (run.loss, run.wrong)]
    assert stops == [80, 280]


# --- a budget -----------------------------------------------------------------------------------


@pytest.mark.parametrize("copies, size", [(1, 10), (10, 20)])
def test_one_budget_shows_what_each_step_costs(copies, size):
    axes, text = drawn("one_budget", copies=copies, batch_size=str(size))
    ends = []
    for batch, color in ((size, style.PATH), (None, style.SECOND)):
        spent = experiments.on_a_budget(copies, batch)
        price = batch or 100 * copies
        assert spent.t[-1] == 2000 // price
        by_step = lines(axes["a"], color)[-1]
        assert_allclose(by_step, points(spent.t[1:], spent.losses[1:]))
        by_price = [each for each in lines(axes["b"], color) if len(each) == len(spent.t)]
        assert_allclose(by_price[-1], points(price * spent.t, spent.losses))
        ends.append(f"{spent.losses[-1]:.2f}")
    assert legend(axes["a"]) == {"gradient descent": style.SECOND, "SGD": style.PATH}
    assert text == (
        f"2000 gradients: gradient descent makes {20 // copies} steps, to a loss of {ends[1]} a "
        f"digit; SGD makes {2000 // size}, to {ends[0]}"
    )


def test_on_a_budget_a_step_of_gradient_descent_is_the_same_for_any_number_of_copies():
    one, ten = (experiments.on_a_budget(copies) for copies in (1, 10))
    assert_allclose(ten.losses, one.losses[:3])
    assert one.losses[0] == pytest.approx(np.log(10)), "from zero: all classes are as likely"
    assert (np.diff(one.losses) < 0).all()


def test_the_titles_say_what_each_panel_holds():
    axes, _ = drawn("beyond_zero")
    assert "200 training digits" in title(axes["c"])
