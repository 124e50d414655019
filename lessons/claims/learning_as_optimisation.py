"""The claims about learning, as far as it is more than optimisation."""

import time
from functools import partial

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import linear_data
from course_lib.descent import descend
from course_lib.initialization import he_normal
from course_lib.losses import L2Penalty, LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import GradientDescent
from lessons.experiments.learning_as_optimisation import (
    HIDDEN,
    ORDERS,
    PLAIN,
    RATE,
    RULE,
    in_order,
    parts,
)
from lessons.experiments.scenes import LINE_START
from lessons.measuring.claim import (
    CONDITION,
    FAILS,
    HOLDS,
    Figure,
    Finding,
    claim,
    mean_of,
)

# --- beyond zero errors -----------------------------------------------------------------------

EXAMPLES = 200


@claim(
    "cl-33",
    "The surrogate loss keeps improving the margin after the training error is zero",
    source="Deep Learning, section 8.1.2",
)
def margins_grow_after_zero_error(runs=6, steps=300, penalty=0.0, seed=0):
    """{runs} networks with 32 hidden units, each trained by {steps} steps of Adam on 200 of the
    1000 training digits (drawn with seed {seed}). When are all 200 first right? By how much does
    their smallest margin grow from then to the end, and by how much in the last 100 steps? And how
    do errors and loss change on the 797 digits of the other parts?

    Keeps improving is taken to mean that the smallest margin surely grows by more than 0.1 in the
    last 100 steps. If it does, the claim holds if errors and loss on new digits surely fall as
    well, and else with a condition. A `penalty` on the squared parameters is tried in a test.
    """
    rng, everything, measured = np.random.default_rng(seed), parts()[0], []
    for _ in range(runs):
        training = everything.batch(rng.permutation(everything.n_examples)[:EXAMPLES])
        priced = L2Penalty(training, penalty * EXAMPLES)
        path = descend(priced, he_normal(HIDDEN, rng), RULE, steps, keep=5)
        smallest = training.margins(path.params).min(axis=-1)
        first = int(np.argmax(smallest > 0))
        errors, losses = _on_new_digits(path.params[[first, -1]])
        growth = smallest[-1] - smallest[[first, -21]]
        changes = errors[1] - errors[0], losses[1] - losses[0]
        measured.append((path.t[first], smallest[first], *growth, errors[0], *changes))
    names = (
        "step at which the last training error is gone",
        "smallest margin then",
        "its growth from then to the end",
        "its growth in the last 100 steps",
        "errors on new digits when all are right, in %",
        "change of these errors from then to the end",
        "change of the loss per new digit",
    )
    figures = tuple(map(mean_of, names, np.transpose(measured)))
    *_, late, _, errors, losses = figures
    if late.interval[0] <= 0.1:
        return Finding(figures, FAILS, "the margins have stopped growing")
    if errors.interval[1] < 0 and losses.interval[1] < 0:
        return Finding(figures, HOLDS, "and new digits are read better in both senses")
    why = "the margins grow; but new digits gain little by it, and their loss need not fall"
    return Finding(figures, CONDITION, why)


def _on_new_digits(params):
    """Errors in per cent, and loss, per digit of the validation and the test part: (R,) each."""
    _, *others = parts()
    count = sum(part.n_examples for part in others)
    wrong = sum(np.sum(part.margins(params) <= 0, axis=-1) for part in others)
    return 100 * wrong / count, sum(part(params) for part in others) / count


# --- the price of a step ----------------------------------------------------------------------

MANY = (20_000, 200_000)


@claim(
    "cl-39",
    "A step of SGD costs the same however many examples there are; gradient descent costs O(n)",
    source="Optimisation algorithms, part 1; Deep Learning, section 8.3.1",
)
def cost_of_a_step(share=None, seed=0, clock=time.perf_counter):
    """Least squares on 20,000 and on 200,000 points near a line (seed {seed}). How long does the
    gradient of all points take, which a step of gradient descent needs, and how long that of a
    batch of 10? The mean of five, the shortest of twenty times.

    As O(n) is taken to mean at least five times as long for ten times the points (more than ten
    where they no longer fit the cache); as the same, less than three times. The claim holds if both
    are so, and with a condition if only the first is. A batch that is a `share` of the points is
    tried in a test.
    """
    rng, times, figures = np.random.default_rng(seed), [], []
    for n in MANY:
        loss = LeastSquares(Linear(), *linear_data(n=n, seed=rng))
        size = 10 if share is None else round(share * n)
        batches = rng.integers(n, size=(5, size))
        for work, seen in ((_steps_on_all, n), (_steps_on_batches, size)):
            times.append(_shortest_time(partial(work, loss, batches), clock) / len(batches))
            figures.append(Figure(f"seconds a step, {seen:,} of {n:,} points", times[-1]))
    whole, few = times[2] / times[0], times[3] / times[1]
    if whole < 5:
        return Finding(tuple(figures), FAILS, "a step of gradient descent does not cost O(n)")
    if few < 3:
        return Finding(tuple(figures), HOLDS, "a step costs what it looks at")
    why = "only for batches of a fixed size: one that grows with the examples costs more"
    return Finding(tuple(figures), CONDITION, why)


def _steps_on_all(loss, batches):
    for _ in batches:
        loss.gradient(LINE_START)


def _steps_on_batches(loss, batches):
    for batch in batches:
        loss.batch(batch).gradient(LINE_START)


def _shortest_time(work, clock):
    """The shortest of twenty times that work() takes: whatever disturbs it makes it longer."""
    times = []
    for _ in range(20):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


# --- in which order ---------------------------------------------------------------------------


@claim(
    "cl-40",
    "Batches in sorted order harm, and shuffling once is enough",
    source="Deep Learning, section 8.1.3",
)
def sorted_order_harms(runs=6, batch_size=20, seed=0):
    """A weighted sum of the pixels for each class, trained on 1000 digits in batches of
    {batch_size}, five epochs: sorted by class, shuffled once, and shuffled anew for every epoch;
    {runs} runs each (seed {seed}). What share of the 400 test digits is wrong after the first epoch
    and after the fifth?

    Harm is taken to mean that surely more are wrong than when shuffled once, after both; enough,
    that to shuffle for every epoch surely changes the errors after the fifth by less than a tenth
    of what to shuffle once has gained. The claim holds if both are so.
    """
    after = {order: _errors_in(order, runs, batch_size, seed) for order in ORDERS}
    figures = tuple(
        mean_of(f"{order}, epoch {epoch}, wrong in %", errors[:, row])
        for order, errors in after.items()
        for row, epoch in enumerate((1, 5))
    )
    in_classes, once, every = after.values()
    harm = [mean_of("harm", in_classes[:, row] - once[:, row]) for row in (0, 1)]
    if min(each.interval[0] for each in harm) <= 0:
        return Finding(figures, FAILS, "sorted batches do no harm, or none that lasts")
    gain = mean_of("gain", every[:, 1] - once[:, 1])
    if np.max(np.abs(gain.interval)) < harm[1].value / 10:
        return Finding(figures, HOLDS, "one shuffle gains nearly all there is to gain")
    return Finding(figures, CONDITION, "they harm; but one shuffle is not enough")


def _errors_in(order, runs, batch_size, seed):
    """Wrong test digits in per cent after the first and the fifth epoch: (runs, 2)."""
    training, _, test = parts(PLAIN)
    steps, wrong = training.n_examples // batch_size, []
    for run in range(runs):
        batches = in_order(order, training.y, batch_size, 5, np.random.default_rng([seed, run]))
        start, rule = np.zeros(PLAIN.n_parameters), GradientDescent(RATE / batch_size)
        path = descend(training, start, rule, 5 * steps, batches, keep=steps)
        wrong.append(100 - 100 * test.accuracy(path.params[[1, 5]]))
    return np.array(wrong)


# --- copies -----------------------------------------------------------------------------------


@claim(
    "cl-41",
    "A redundant data set is no harder than what it repeats: copied tenfold, the same steps do",
    source="Deep Learning, section 8.1.3",
)
def copies_are_no_harder(runs=4, distinct=False, seed=0):
    """100 digits, and the same copied tenfold; {runs} trainings of a weighted sum of the pixels on
    each (seed {seed}), in batches of 10. How many steps bring the training loss down to 0.3 a
    digit? And gradient descent, at the same rate for the mean of the loss: how many steps, and how
    many gradients of single examples?

    As no harder is taken to mean at most a tenth more steps, surely. If that is so, the claim holds
    with the condition that one counts steps, as a step of gradient descent takes more gradients.
    With `distinct`, 1000 different digits are in the place of the copies: a test tries it.
    """
    lines = np.arange(1000) if distinct else np.tile(np.arange(100), 10)
    both = [parts(PLAIN)[0].batch(chosen) for chosen in (np.arange(100), lines)]
    seeds = np.random.default_rng(seed).integers(1_000_000, size=runs)
    draws = [Minibatches(10, rng=int(each)) for each in seeds]
    steps = np.array([[_steps_to_target(loss, batches) for loss in both] for batches in draws])
    whole = [_steps_to_target(loss) for loss in both]
    figures = (
        mean_of("SGD on 100 digits, steps", steps[:, 0]),
        mean_of("SGD on the copies, times as many", steps[:, 1] / steps[:, 0]),
        Figure("gradient descent on 100 digits, steps", whole[0]),
        Figure("on the copies, steps", whole[1]),
        Figure("on the copies, gradients, times as many", 10 * whole[1] / whole[0]),
    )
    if figures[1].interval[1] > 1.1 or whole[1] > 1.1 * whole[0]:
        return Finding(figures, FAILS, "it takes more steps")
    why = "counted in steps; a step of gradient descent looks at every copy, and costs tenfold"
    return Finding(figures, CONDITION, why)


MOST_STEPS = 200


def _steps_to_target(loss, batches=None):
    """The step, of every fifth, that first has a loss of at most 0.3 a digit, or `MOST_STEPS`."""
    seen = batches.batch_size if batches else loss.n_examples
    rule, start = GradientDescent(RATE / seen), np.zeros(PLAIN.n_parameters)
    path = descend(loss, start, rule, MOST_STEPS, batches, keep=5)
    reached = path.losses <= 0.3 * loss.n_examples
    return path.t[np.argmax(reached)] if reached.any() else MOST_STEPS
