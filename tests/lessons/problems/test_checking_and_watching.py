"""The problems of chapter 11: right answers, mistakes, and logs that are those of real runs."""

import numpy as np
import pytest

from course_lib.batches import Minibatches
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.diagnostics import EarlyStopping, update_to_weight_ratio
from course_lib.initialization import glorot_uniform
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.problems import pb_F11_1, pb_F11_2, pb_F11_4, pb_F11_5, pb_F11_6
from lessons.problems.checking_and_watching import LOGS, _course_run, _fresh_loss
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-F11.1 -------------------------------------------------------------------------------------


def best_by_search(loss, third, eps):
    low, high = 1e-12, 1e3
    for _ in range(300):  # where the slope of the bound changes its sign
        middle = np.sqrt(low * high)
        rising = middle * abs(third) / 3 > eps * abs(loss) / middle**2
        low, high = (low, middle) if rising else (middle, high)
    return low


def bound(h, loss, third, eps):
    return h * h * abs(third) / 6 + eps * abs(loss) / h


@mistake(pb_F11_1, "best_step", "two terms are equal")
def where_both_are_equal(loss, third, eps):
    return np.cbrt(6 * eps * abs(loss / third))


@mistake(pb_F11_1, "best_step", "take their sizes")
def signs_kept(loss, third, eps):
    return np.sign(loss / third) * np.abs(3 * eps * loss / third) ** (1 / 3)


@mistake(pb_F11_1, "least_error", "It can be made smaller")
def bound_where_both_are_equal(loss, third, eps):
    return bound(where_both_are_equal(loss, third, eps), loss, third, eps)


mistake(pb_F11_1, "relative", "How large is the slope")(8.77e-4)

# --- pb-F11.2 -------------------------------------------------------------------------------------


def slopes_in_a_loop(loss, phi, h, seed):
    found = np.zeros(len(phi))
    for k in range(len(phi)):
        ahead, behind = phi.copy(), phi.copy()
        ahead[k], behind[k] = phi[k] + h, phi[k] - h
        rise = loss(ahead, np.random.default_rng(seed)) - loss(behind, np.random.default_rng(seed))
        found[k] = rise / h / 2
    return found


def slopes_by_state(loss, phi, h, seed):
    rng = np.random.default_rng(seed)
    fresh = rng.bit_generator.state

    def same(point):
        rng.bit_generator.state = fresh
        return loss(point, rng)

    eye = np.eye(len(phi))
    return [(same(phi + h * row) - same(phi - h * row)) / (2 * h) for row in eye]


def worst(loss, gradient, phi, h, seed):
    n, a = slopes_in_a_loop(loss, phi, h, seed), gradient(phi, np.random.default_rng(seed))
    return max(abs(a - n) / np.maximum(abs(a), abs(n)))


def worst_of_a_list(loss, gradient, phi, h, seed):
    n, a = slopes_by_state(loss, phi, h, seed), gradient(phi, np.random.default_rng(seed))
    return max(abs(x - y) / max(abs(x), abs(y)) for x, y in zip(a, n, strict=True))


@mistake(pb_F11_2, "slopes", "Make a new one for each")
def slopes_with_one_generator(loss, phi, h, seed):
    rng, found = np.random.default_rng(seed), np.zeros(len(phi))
    for k in range(len(phi)):
        step = np.zeros(len(phi))
        step[k] = h
        found[k] = (loss(phi + step, rng) - loss(phi - step, rng)) / (2 * h)
    return found


@mistake(pb_F11_2, "slopes", "share a generator")
def slopes_with_one_each(loss, phi, h, seed):
    found = []
    for row in np.eye(len(phi)):
        rng = np.random.default_rng(seed)
        found.append((loss(phi + h * row, rng) - loss(phi - h * row, rng)) / (2 * h))
    return found


@mistake(pb_F11_2, "worst", "take the largest")
def mean_error(loss, gradient, phi, h, seed):
    n, a = slopes_in_a_loop(loss, phi, h, seed), gradient(phi, np.random.default_rng(seed))
    return np.mean(abs(a - n) / np.maximum(abs(a), abs(n)))


# --- pb-F11.3 -------------------------------------------------------------------------------------

CAUSES = {
    "a": "rate too low", "b": "saturated start", "c": "over-fitting", "d": "fine", "e": "bug",
    "f": "rate too high",
}  # fmt: skip

RUNS = {
    "a": {"rate": 1e-5},
    "b": {"gain": 20},
    "c": {"n": 60, "mistyped": 0.2, "rate": 0.02},
    "d": {},
    "e": {"shuffled": True},
    "f": {"rate": 0.1},
}


def logged(n=300, rate=0.005, gain=1, shuffled=False, mistyped=0.0):
    """The rows of a run: epoch, both losses, ratio, share of saturated activations."""
    network, rng = MLP((64, 32, 10), "tanh"), np.random.default_rng(1)
    x, labels = digits().training.x[:n], digits().training.y[:n].copy()
    if shuffled:
        labels = rng.permutation(labels)
    wrong = rng.random(n) < mistyped
    labels[wrong] = rng.integers(0, 10, wrong.sum())
    training = SoftmaxCrossEntropy(Softmax(network), x, labels)
    validation = SoftmaxCrossEntropy(Softmax(network), *digits().validation)
    epoch, start = n // 20, gain * glorot_uniform(network, 0)
    path = descend(training, start, Adam(rate), 20 * epoch, Minibatches(20, rng=0))
    ratio = update_to_weight_ratio(path)
    for number in (0, 1, 4, 10, 20):
        phi, last = path.params[number * epoch], max(number, 1)
        saturated = np.abs(network.activations(x, phi)[0]) > 0.99
        steps = ratio[(last - 1) * epoch : last * epoch]
        yield number, training(phi) / n, validation(phi) / 397, np.median(steps), saturated.mean()


@pytest.mark.parametrize("name", RUNS)
def test_the_logs_are_those_of_real_runs(name):
    blocks = dict(zip("abcdef", LOGS.split("\n\n")[1:], strict=True))
    shown = [row.replace("%", "e-2").split() for row in blocks[name][1:].splitlines()]
    rows = [tuple(map(float, row)) for row in shown]
    for row, again in zip(rows, logged(**RUNS[name]), strict=True):
        np.testing.assert_allclose(row, again, rtol=0.02 if name != "f" else 0.1, atol=0.006)


# --- pb-F11.4 -------------------------------------------------------------------------------------


def early_stop(losses, patience, least):
    record, best = losses[0], 0
    for epoch in range(1, len(losses)):
        if losses[epoch] <= record - least:
            record, best = losses[epoch], epoch
        elif epoch - best == patience:
            return best, epoch
    return best, len(losses) - 1


def early_stop_counting(losses, patience, least):
    records, waited = [0], 0
    for epoch, loss in enumerate(losses[1:], start=1):
        waited += 1
        if losses[records[-1]] - loss >= least:
            records.append(epoch)
            waited = 0
        if waited == patience:
            break
    return [records[-1], epoch]


@mistake(pb_F11_4, "early_stop", "however little")
def any_lower_loss(losses, patience, least):
    return early_stop(losses, patience, 1e-12)


@mistake(pb_F11_4, "early_stop", "with the one before")
def beats_the_one_before(losses, patience, least):
    best, bad = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] <= losses[epoch - 1] - least:
            best, bad = epoch, 0
        else:
            bad += 1
        if bad == patience:
            return best, epoch
    return best, len(losses) - 1


@mistake(pb_F11_4, "early_stop", "one epoch more")
def too_patient(losses, patience, least):
    return early_stop(losses, patience + 1, least)


# --- pb-F11.5 -------------------------------------------------------------------------------------


def ratios_in_a_loop(before, after):
    return [np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in zip(before, after, strict=True)]


def rates_in_a_loop(weights, gradients, target):
    pairs = zip(weights, gradients, strict=True)
    return np.array([target * np.linalg.norm(w) / np.linalg.norm(g) for w, g in pairs])


@mistake(pb_F11_5, "ratios", "whole network")
def one_ratio(before, after):
    return np.linalg.norm(after - before) / np.linalg.norm(before)


@mistake(pb_F11_5, "rates", "Each layer was to have it")
def one_rate(weights, gradients, target):
    return target * np.linalg.norm(weights) / np.linalg.norm(gradients)


mistake(pb_F11_5, "alpha", "take its root")(2.08e-5)

# --- pb-F11.6 -------------------------------------------------------------------------------------


def stopped_momentum(pull, validate, start):
    phi, velocity, lowest, best = start, 0 * start, np.inf, start
    for t in range(300):
        velocity = 0.8 * velocity - 0.05 * pull(phi)
        phi = phi + velocity
        if t % 10 == 9:
            loss = validate(phi)
            if loss < lowest:
                lowest, best = loss, phi
    return best


def patient_descent(pull, validate, start):
    phi, records, steps = start, [(validate(start), start)], 0
    while steps < 400 and len(records) < 4:
        for _ in range(10):
            phi, steps = phi - 0.25 * pull(phi), steps + 1
        loss = validate(phi)
        records = [(loss, phi)] if loss < records[0][0] else [*records, (loss, phi)]
    return records[0][1].tolist()


@mistake(pb_F11_6, "fit", "wrong labels by heart")
def to_the_end(pull, validate, start):
    phi, v = start, 0 * start
    for _ in range(600):
        gradient = pull(phi)
        v = 0.99 * v + 0.01 * gradient**2
        phi = phi - 0.01 * gradient / (np.sqrt(v) + 1e-8)
    return phi


@mistake(pb_F11_6, "fit", "not learned enough")
def small_steps(pull, validate, start):
    phi = start
    for _ in range(200):
        phi = phi - 0.01 * pull(phi)
    return phi


def by_adam(rate, keep=False):
    def fit(pull, validate, start):
        phi, lowest, best, m, v = start, validate(start), start, 0.0, 0.0
        for t in range(1, 301):
            gradient = pull(phi)
            m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
            phi = phi - rate * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            if keep and t % 20 == 0 and (loss := validate(phi)) < lowest:
                lowest, best = loss, phi
        return best if keep else phi

    return fit


def by_descent(rate, steps=200, keep=False):
    def fit(pull, validate, start):
        phi, lowest, best = start, validate(start), start
        for t in range(1, steps + 1):
            phi = phi - rate * pull(phi)
            if keep and t % 20 == 0 and (loss := validate(phi)) < lowest:
                lowest, best = loss, phi
        return best if keep else phi

    return fit


ROSE = "the loss has risen. Is the sign of the step wrong, or the rate too high?"
for wrong in (by_descent(-0.1), by_descent(-0.01), by_descent(-0.001), by_descent(3.0)):
    mistake(pb_F11_6, "fit", ROSE)(wrong)
mistake(pb_F11_6, "fit", ROSE)(by_adam(1.0))
mistake(pb_F11_6, "fit", "not all finite")(lambda pull, validate, start: start * np.nan)
for wrong in (by_adam(1.0, keep=True), by_descent(-0.1, keep=True), by_descent(3.0, keep=True)):
    mistake(pb_F11_6, "fit", "no look was lower than the start")(wrong)
mistake(pb_F11_6, "fit", "nothing moved")(lambda pull, validate, start: start)
mistake(pb_F11_6, "fit", "not learned enough")(by_descent(0.01, steps=100))


@mistake(pb_F11_6, "fit", "more than its 600 gradients")
def without_counting(pull, validate, start):
    for _ in range(1000):
        start = start - 0.1 * pull(start)
    return start


RIGHT = {
    "pb-F11.1:best_step": [best_by_search, lambda loss, t, e: np.cbrt(3 * e * abs(loss / t))],
    "pb-F11.1:least_error": [
        lambda *given: bound(best_by_search(*given), *given),
        lambda loss, third, eps: abs(third) / 2 * np.cbrt(3 * eps * abs(loss / third)) ** 2,
    ],
    "pb-F11.1:relative": [2.2e-4, 0.00022, 2.193e-4],
    "pb-F11.2:slopes": [slopes_in_a_loop, slopes_by_state],
    "pb-F11.2:worst": [worst, worst_of_a_list],
    "pb-F11.3:causes": [CAUSES],
    "pb-F11.4:early_stop": [early_stop, early_stop_counting],
    "pb-F11.5:ratios": [
        ratios_in_a_loop,
        lambda before, after: np.sqrt(
            np.sum((after - before) ** 2, axis=(1, 2)) / np.sum(before**2, axis=(1, 2))
        ),
    ],
    "pb-F11.5:rates": [
        rates_in_a_loop,
        lambda w, g, target: (
            target * np.linalg.norm(w, axis=(1, 2)) / np.linalg.norm(g, axis=(1, 2))
        ),
    ],
    "pb-F11.5:alpha": [1.44e-4, 1e-3 * np.sqrt(2 / 96)],
    "pb-F11.6:fit": [stopped_momentum, patient_descent],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-F11.1": (r"3 ?ε|3 ?\* ?eps|cbrt|1 ?/ ?3\b", "h is the cube root of 3ε|L|/|L'''|"),
    "pb-F11.2": (r"loss\(phi [+-]|\(2 ?\* ?h\)", "loss(phi + step, default_rng(seed))"),
    "pb-F11.3": (r"\b[a-f] is\b", "f is a rate too high"),
    "pb-F11.4": (r"<=|bad = 0|epoch - best", "loss <= record - least"),
    "pb-F11.5": (r"1\.4|linalg\.norm|\* target", "1.44e-4"),
    "pb-F11.6": (r"0\.01\b|best, last|lowest = ", "a rate of 0.01"),
}


# --- What the right answers rest on ---------------------------------------------------------------


def test_the_best_step_is_where_the_bound_is_lowest():
    best = pb_F11_1.parts[0].right(7.0, -3.0, 1e-9)
    around = bound(best * np.array([0.99, 1.0, 1.01]), 7.0, -3.0, 1e-9)
    assert around.argmin() == 1
    assert pb_F11_1.parts[1].right(7.0, -3.0, 1e-9) == pytest.approx(around[1])


def test_one_mask_makes_the_slopes_those_of_its_gradient():
    for given in pb_F11_2.parts[0].inputs(np.random.default_rng(0)):
        loss, phi, luck = given["loss"], given["phi"], given["luck"]
        slopes = pb_F11_2.parts[0].right(**given)
        np.testing.assert_allclose(slopes, loss.gradient(phi, np.random.default_rng(luck)))
        other = loss.gradient(phi, np.random.default_rng(luck + 1))
        assert not np.allclose(slopes, other)


def test_without_a_least_progress_it_stops_where_the_library_does():
    losses = np.random.default_rng(0).normal(size=30)
    for patience in (1, 3, 6):
        stop = EarlyStopping(patience)(losses)
        found = pb_F11_4.parts[0].right(losses, patience, 1e-12)
        assert tuple(found) == (stop.best, stop.end)


def test_rates_give_every_layer_the_ratio_that_is_wanted():
    for given in pb_F11_5.parts[1].inputs(np.random.default_rng(0)):
        rates = pb_F11_5.parts[1].right(**given)
        after = given["weights"] - rates[:, None, None] * given["gradients"]
        ratios = pb_F11_5.parts[0].right(given["weights"], after)
        np.testing.assert_allclose(ratios, given["target"])


def test_early_stopping_beats_the_end_of_the_run():
    for luck in (1, 2):
        losses = [_fresh_loss(luck, phi) for phi in _course_run(luck)]
        assert losses[1] > 1.3 * losses[0]
