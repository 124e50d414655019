"""The problems of chapter 01: right answers, mistakes, and what is said of some others."""

import numpy as np
import pytest

from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.initialization import glorot_uniform
from course_lib.losses import L2Penalty, SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.marking.verdict import Status
from lessons.problems import (
    learning_as_optimisation,
    pb_F1_1,
    pb_F1_2,
    pb_F1_3,
    pb_F1_4,
    pb_F1_5,
    pb_F1_6,
)
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-F1.1 --------------------------------------------------------------------------------------


def risks_in_loops(phi, sample, values, probabilities):
    empirical = sum(abs(y - phi) for y in sample) / len(sample)
    return empirical, sum(p * abs(v - phi) for v, p in zip(values, probabilities, strict=True))


@mistake(pb_F1_1, "risks", "square of the distance")
def risks_of_squares(phi, sample, values, probabilities):
    return [np.mean((sample - phi) ** 2), np.dot(probabilities, (values - phi) ** 2)]


@mistake(pb_F1_1, "risks", "weigh each by its probability")
def risk_of_a_plain_mean(phi, sample, values, probabilities):
    return [np.mean(abs(sample - phi)), np.mean(abs(values - phi))]


@mistake(pb_F1_1, "risks", "a distance has no sign")
def risks_with_signs(phi, sample, values, probabilities):
    return [np.mean(phi - sample), np.sum(probabilities * (phi - values))]


@mistake(pb_F1_1, "risks", "mean of the distances")
def risks_of_the_means(phi, sample, values, probabilities):
    return [abs(np.mean(sample) - phi), abs(np.dot(probabilities, values) - phi)]


def test_the_answers_by_hand_are_what_the_function_gives():
    """The best guesses are found by trying: no other whole number is as good."""
    sample, values = np.array([2.0, 0, 3, 2, 2]), np.arange(4.0)
    tried = [risks_in_loops(phi, sample, values, [0.4, 0.3, 0.2, 0.1]) for phi in range(4)]
    best = [int(np.argmin(column)) for column in zip(*tried, strict=True)]
    verdict = pb_F1_1.verdict(by_hand=[*tried[1], *best])
    assert verdict.status is Status.CORRECT
    for other in ([1.2, 0.8, 2, 2], [1.2, 0.8, 1, 1]):
        assert pb_F1_1.verdict(by_hand=other).status is Status.NOT_YET


# --- pb-F1.2 --------------------------------------------------------------------------------------


def margins_in_a_loop(z, y):
    return [row[k] - max(np.delete(row, k)) for row, k in zip(z, y, strict=True)]


def margins_by_sorting(z, y):
    own = z[np.arange(len(y)), y]
    ordered = np.sort(z, axis=1)
    return own - np.where(z.argmax(axis=1) == y, ordered[:, -2], ordered[:, -1])


@mistake(pb_F1_2, "margins", "among its own rivals")
def margins_against_all(z, y):
    return z[np.arange(len(y)), y] - z.max(axis=1)


@mistake(pb_F1_2, "margins", "other way round")
def margins_as_a_distance_behind(z, y):
    return [max(row) - row[k] for row, k in zip(z, y, strict=True)]


@mistake(pb_F1_2, "margins", "not its strongest rival")
def margins_over_the_second(z, y):
    return [row[k] - sorted(row)[-2] for row, k in zip(z, y, strict=True)]


@mistake(pb_F1_2, "margins", "probability of the right class")
def margins_as_probabilities(z, y):
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return (p / p.sum(axis=1, keepdims=True))[np.arange(len(y)), y]


@mistake(pb_F1_2, "margins", "cannot tell a wrong answer")
def margins_of_the_first(z, y):
    return np.diff(np.sort(z, axis=1)[:, -2:])[:, 0]


def losses_in_a_loop(m):
    wrong = smooth = kinked = 0
    for one in m:
        wrong += one <= 0
        smooth += -one / np.log(2) if one < -50 else np.log1p(np.exp(-one)) / np.log(2)
        kinked += max(0, 1 - one)
    return [wrong / len(m), smooth / len(m), kinked / len(m)]


def losses_at_once(m):
    smooth = (np.maximum(0, -m) + np.log1p(np.exp(-abs(m)))) / np.log(2)
    return np.array([np.mean(m <= 0), smooth.mean(), np.clip(1 - m, 0, None).mean()])


@mistake(pb_F1_2, "losses", "counts the errors")
def losses_with_a_count(m):
    _, smooth, kinked = losses_at_once(m)
    return [np.sum(m <= 0), smooth, kinked]


@mistake(pb_F1_2, "losses", "check its sign")
def losses_with_a_turned_hinge(m):
    return [*losses_at_once(m)[:2], np.mean(np.maximum(0, m - 1))]


@mistake(pb_F1_2, "losses", "has run over")
def losses_that_overflow(m):
    return [np.mean(m <= 0), np.mean(np.log2(1 + np.exp(-m))), np.mean(np.maximum(0, 1 - m))]


@mistake(pb_F1_2, "losses", "counts as an error")
def losses_with_a_tie_right(m):
    return [np.mean(m < 0), np.mean(np.logaddexp2(0, -m / np.log(2))), np.maximum(0, 1 - m).mean()]


@mistake(pb_F1_2, "losses", "hinge is at 0")
def losses_with_a_perceptron(m):
    return [np.mean(m <= 0), losses_at_once(m)[1], np.mean(np.maximum(0, -m))]


def test_margins_are_those_of_the_library():
    rng, network = np.random.default_rng(0), MLP((64, 10))
    x, y = digits().test
    loss, phi = SoftmaxCrossEntropy(Softmax(network), x, y), rng.normal(size=650)
    margins = pb_F1_2.parts[0].right(network(x, phi), y)
    np.testing.assert_allclose(margins, loss.margins(phi), rtol=1e-9)
    share, bound, _ = losses_at_once(margins)
    assert share == pytest.approx(1 - loss.accuracy(phi)) and share < bound


# --- pb-F1.3 --------------------------------------------------------------------------------------


def test_each_row_of_the_table_is_answered_by_its_numbers():
    """A goal is improved where its number falls; in row d the numbers fall with their unit."""
    rows = [row for row in pb_F1_3.text.splitlines() if row.startswith("|") and " → " in row]
    assert len(rows) == 6
    for row in rows:
        _, key, change, training, _, errors, _ = (cell.strip() for cell in row.split("|"))
        trained, wanted = (
            float(pair.split(" → ")[1]) < float(pair.split(" → ")[0]) for pair in (training, errors)
        )
        trained = trained and "divided" not in change
        named = {(True, True): "both", (True, False): "optimisation", (False, True): "learning"}
        right = pb_F1_3.parts[0].choices[key].right
        assert right == named.get((trained, wanted), "neither"), row


# --- pb-F1.4 --------------------------------------------------------------------------------------


def needed_by_counting(n, error, target):
    power, offset = np.polyfit(np.log(n), np.log(error), 1)
    if power > -1e-9:
        return float("inf")
    count = np.arange(1, 200_000)
    return count[np.exp(offset) * count**power <= target * (1 + 1e-9)][0]


def needed_by_least_squares(n, error, target):
    x, y = np.log(n), np.log(error)
    p = -np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    if p < 1e-9:
        return np.inf
    return int(np.ceil(np.exp(x.mean() + (y.mean() - np.log(target)) / p) - 1e-6))


@mistake(pb_F1_4, "needed", "1/√n for granted")
def needed_by_the_root(n, error, target):
    if error[-1] >= error[0]:
        return np.inf
    return np.ceil(np.round(n[-1] * (error[-1] / target) ** 2, 6))


@mistake(pb_F1_4, "needed", "the logarithms of both")
def needed_on_straight_axes(n, error, target):
    slope, offset = np.polyfit(n, error, 1)
    return np.inf if slope > -1e-9 else np.ceil((target - offset) / slope)


@mistake(pb_F1_4, "needed", "round up")
def needed_without_rounding(n, error, target):
    slope, offset = np.polyfit(np.log(n), np.log(error), 1)
    return np.inf if slope > -1e-9 else np.exp((np.log(target) - offset) / slope)


@mistake(pb_F1_4, "needed", "no number of examples is enough")
def needed_without_a_guard(n, error, target):
    slope, offset = np.polyfit(np.log(n), np.log(error), 1)
    with np.errstate(all="ignore"):
        return np.ceil(np.exp((np.log(target) - offset) / slope) - 1e-6)


def test_fifty_throws_are_as_far_off_as_the_statement_says():
    assert np.sqrt(35 / 12 / 50) == pytest.approx(0.24, abs=0.005)
    for throws, share in ((5000, 10), (500, np.sqrt(10))):
        assert np.sqrt(35 / 12 / throws) == pytest.approx(np.sqrt(35 / 12 / 50) / share)


# --- pb-F1.5 --------------------------------------------------------------------------------------


def stop_with_arrays(losses, excess):
    too_high = losses > (1 + excess) * np.minimum.accumulate(losses)
    end = np.argmax(too_high) if too_high.any() else len(losses) - 1
    return [np.argmin(losses[: end + 1]), end]


def stop_in_a_loop(losses, excess):
    best, lowest = None, float("inf")
    for epoch in range(len(losses)):
        if losses[epoch] < lowest:
            best, lowest = epoch, losses[epoch]
        if losses[epoch] > lowest * (1 + excess):
            return best, epoch
    return best, len(losses) - 1


@mistake(pb_F1_5, "stop", "never reached")
def stop_that_looks_ahead(losses, excess):
    return [np.argmin(losses), stop_with_arrays(losses, excess)[1]]


@mistake(pb_F1_5, "stop", "the epoch before")
def stop_at_a_jump(losses, excess):
    jumps = losses[1:] > (1 + excess) * losses[:-1]
    end = np.argmax(jumps) + 1 if jumps.any() else len(losses) - 1
    return [np.argmin(losses[: end + 1]), end]


@mistake(pb_F1_5, "stop", "by that share")
def stop_by_a_distance(losses, excess):
    too_high = losses > excess + np.minimum.accumulate(losses)
    end = np.argmax(too_high) if too_high.any() else len(losses) - 1
    return [np.argmin(losses[: end + 1]), end]


@mistake(pb_F1_5, "stop", "the earlier is kept")
def stop_with_the_last_of_equals(losses, excess):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        if loss > (1 + excess) * losses[best]:
            break
    return [best, epoch]


def test_the_run_ends_before_a_later_lowest_is_seen():
    kept, end = pb_F1_5.parts[0].right(np.array([5, 2, 2.2, 1, 1.5, 0.5]), 0.25)
    assert (kept, end) == (3, 4)


# --- pb-F1.6 --------------------------------------------------------------------------------------

READER = Softmax(MLP((64, 10)))


def train_and_stop(x, y, x_validation, y_validation):
    loss = SoftmaxCrossEntropy(READER, x, y)
    validation = SoftmaxCrossEntropy(READER, x_validation, y_validation)
    phi, best, lowest, waited = np.zeros(650), None, np.inf, 0
    while waited < 3:
        value = validation(phi)
        if value < lowest:
            best, lowest, waited = phi, value, 0
        else:
            waited += 1
        for _ in range(40):
            phi = phi - 0.006 * loss.gradient(phi)
    return best


def train_in_batches(x, y, x_validation, y_validation):
    loss, rng, phi = SoftmaxCrossEntropy(READER, x, y), np.random.default_rng(0), np.zeros(650)
    for _ in range(40):
        for batch in rng.permutation(len(y)).reshape(-1, 20):
            phi = phi - 0.02 * loss.batch(batch).gradient(phi)
    return phi.tolist()


def train_with_the_library(x, y, x_validation, y_validation):
    """From weights that are drawn, with weight decay: those of blank pixels fade, and no more."""
    loss = L2Penalty(SoftmaxCrossEntropy(READER, x, y), 0.05)
    start = glorot_uniform(READER.logits, 0)
    path = descend(loss, start, Adam(0.03), steps=150)
    validation = SoftmaxCrossEntropy(READER, x_validation, y_validation)
    return path.params[np.argmin(validation(path.params))]


def descended(x, y, phi, steps=400):
    loss = SoftmaxCrossEntropy(READER, x, y)
    for _ in range(steps):
        phi = phi - 0.5 / len(y) * loss.gradient(phi)
    return phi


@mistake(pb_F1_6, "train", "learned from the validation digits")
def train_on_all_digits(x, y, x_validation, y_validation):
    x, y = np.concatenate([x, x_validation]), np.concatenate([y, y_validation])
    return descended(x, y, np.zeros(650))


@mistake(pb_F1_6, "train", "learned from the validation digits")
def train_on_the_wrong_digits(x, y, x_validation, y_validation):
    return descended(x_validation, y_validation, 0.1 * np.random.default_rng(0).normal(size=650))


@mistake(pb_F1_6, "train", "learned from the validation digits")
def train_on_validation_at_the_end(x, y, x_validation, y_validation):
    return descended(x_validation, y_validation, descended(x, y, np.zeros(650)), steps=20)


@mistake(pb_F1_6, "train", "Stop earlier")
def train_for_too_long(x, y, x_validation, y_validation):
    loss, phi = SoftmaxCrossEntropy(READER, x, y), np.zeros(650)
    for _ in range(600):
        phi = phi - 0.1 * loss.gradient(phi)
    return phi


@mistake(pb_F1_6, "train", "Go on")
def train_too_little(x, y, x_validation, y_validation):
    loss, phi = SoftmaxCrossEntropy(READER, x, y), np.zeros(650)
    for _ in range(40):
        phi = phi - 0.003 * loss.gradient(phi)
    return phi


@mistake(pb_F1_6, "train", "hardly better than guessing")
def train_at_random(x, y, x_validation, y_validation):
    return np.random.default_rng(0).normal(size=650)


@mistake(pb_F1_6, "train", "shape")
def train_to_a_table(x, y, x_validation, y_validation):
    return np.zeros((65, 10))


def test_whose_weights_know_nothing_of_the_ink_is_not_told_so():
    part, follows = pb_F1_6.parts[0], learning_as_optimisation._follows_the_ink
    for seed in range(300):
        rng = np.random.default_rng(seed)
        for given in part.inputs(rng):
            assert not follows(given, rng.normal(size=650))


def test_the_inked_pixels_are_blank_in_all_digits_but_those_of_validation():
    training, _, test = digits()
    for part in (training, test):
        assert not part.x[:, learning_as_optimisation.INKED].any()


def test_the_goal_cannot_be_reached_without_training_and_can_be_missed_by_too_much_of_it():
    given = pb_F1_6.parts[0].inputs(np.random.default_rng(0))[0]
    reached = pb_F1_6.parts[0].reached
    assert reached(given, train_and_stop(**given))[0]
    assert not reached(given, np.zeros(650))[0]


RIGHT = {
    "pb-F1.1:by_hand": [[1.2, 0.8, 2, 1], (6 / 5, 4 / 5, 2.0, 1.0)],
    "pb-F1.1:risks": [risks_in_loops, lambda *given: np.array(risks_in_loops(*given))],
    "pb-F1.2:margins": [margins_in_a_loop, margins_by_sorting],
    "pb-F1.2:losses": [losses_in_a_loop, losses_at_once],
    "pb-F1.3:goals": [
        dict(zip("abcdef", "both optimisation learning neither neither learning".split())),
        dict(zip("fedcba", "learning neither neither learning optimisation both".split())),
    ],
    "pb-F1.4:more": [[4950, 450], np.array([4950.0, 450.0])],
    "pb-F1.4:needed": [needed_by_counting, needed_by_least_squares],
    "pb-F1.5:stop": [stop_with_arrays, stop_in_a_loop],
    "pb-F1.6:train": [train_and_stop, train_in_batches, train_with_the_library],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-F1.1": (r"1\.2\b|0\.8\b|np\.abs|median", "the risk is 0.8, at the median"),
    "pb-F1.2": (r"np\.delete|rivals\.max|logaddexp\(0, -m\)", "np.logaddexp(0, -m) / np.log(2)"),
    "pb-F1.3": (r"\b[a-f]\b[^.]*\"(both|neither|learning)\"", 'in a the answer is "both"'),
    "pb-F1.4": (r"\b4950\b|\b450\b|np\.exp\(", "4950 and 450 more"),
    "pb-F1.5": (r"\(1 \+ excess\) ?\*|minimum\.accumulate", "loss > (1 + excess) * lowest"),
    "pb-F1.6": (r"phi - |- ?α|argmin", "phi = phi - rate * gradient"),
}
