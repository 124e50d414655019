"""The problems of chapter 05: right answers, mistakes, and what is no batch."""

import re
from itertools import count

import numpy as np
import pytest

from lessons.marking.verdict import Status
from lessons.problems import pb_6_9, pb_F5_1, pb_F5_2, pb_F5_3, pb_P3
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-6.9 ---------------------------------------------------------------------------------------

mistake(pb_6_9, "even", "upside down")(1000 * 100 / 20)


@mistake(pb_6_9, "epochs", "one step more")
def epochs_of_full_batches(steps, n_examples, batch_size):
    return steps // max(n_examples // batch_size, 1)


# --- pb-P3: deal ----------------------------------------------------------------------------------


def dealt_by_keys(n_examples, batch_size, rng):
    order = list(np.argsort(rng.random(n_examples)))
    batches = []
    while order:
        batches.append(tuple(order[:batch_size]))
        del order[:batch_size]
    return tuple(batches)


def dealt_in_place(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    rng.shuffle(order)
    return np.split(order, range(batch_size, n_examples, batch_size))


def pieces(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


seeded = np.random.default_rng
SHARED = seeded(0)  # goes on from one call to the next, like NumPy's global functions


@mistake(pb_P3, "deal", "a source of your own")
def dealt_from_a_shared_source(n, size, rng):
    return pieces(SHARED.permutation(n), size)


@mistake(pb_P3, "deal", "the same for every")
def dealt_from_one_seed(n, size, rng):
    return pieces(seeded(0).permutation(n), size)


@mistake(pb_P3, "deal", "filled up")
def drawn_batch_by_batch(n, size, rng):
    return [rng.choice(n, size) for _ in range(-(-n // size))]


@mistake(pb_P3, "deal", "not of the sizes")
def all_in_one_batch(n, size, rng):
    return [rng.permutation(n)]


@mistake(pb_P3, "deal", "only their order inside a batch is random")
def shuffled_inside_each_batch(n, size, rng):
    return [rng.permutation(piece) for piece in pieces(range(n), size)]


@mistake(pb_P3, "deal", "outside the data")
def dealt_from_minus_one(n, size, rng):
    return pieces(rng.permutation(n) - 1, size)


@mistake(pb_P3, "deal", "some are left out")
def dealt_without_the_last(n, size, rng):
    return pieces(rng.permutation(n - 1), size)


@mistake(pb_P3, "deal", "but not in the later ones")
def first_batch_alone_is_random(n, size, rng):
    order = rng.permutation(n)
    order[size:] = np.sort(order[size:])
    return pieces(order, size)


# --- pb-P3: draw ----------------------------------------------------------------------------------


@mistake(pb_P3, "draw", "a source of your own")
def drawn_from_a_shared_source(n, size, rng):
    return SHARED.choice(n, size)


@mistake(pb_P3, "draw", "the same for every")
def drawn_from_one_seed(n, size, rng):
    return seeded(0).integers(n, size=size)


@mistake(pb_P3, "draw", "without replacement")
def drawn_without_replacement(n, size, rng):
    return rng.choice(n, size, replace=False)


@mistake(pb_P3, "draw", "does not hold")
def one_too_many(n, size, rng):
    return rng.integers(n, size=size + 1)


@mistake(pb_P3, "draw", "outside the data")
def up_to_n(n, size, rng):
    return rng.integers(n + 1, size=size)


@mistake(pb_P3, "draw", "never drawn")
def even_ones_alone(n, size, rng):
    return rng.integers(n, size=size) // 2 * 2


@mistake(pb_P3, "draw", "never drawn")
def never_the_last(n, size, rng):
    return ((n - 1) * rng.random(size)).astype(int)


@mistake(pb_P3, "draw", "comes again")
def each_at_most_twice(n, size, rng):
    return rng.permutation(np.repeat(np.arange(n), 2))[:size]


@mistake(pb_P3, "draw", "comes again")
def half_of_them_like_the_first(n, size, rng):
    first = rng.integers(n)
    return np.where(rng.random(size) < 0.5, first, rng.integers(n, size=size))


# --- pb-P3: estimate ------------------------------------------------------------------------------


@mistake(pb_P3, "estimate", "only a share")
def sum_of_the_batch(gradients, n_examples):
    return sum(gradients)


# --- pb-F5.1 --------------------------------------------------------------------------------------


def rates(losses, initial, patience):
    """As the statement prints it."""
    best, bad, rate, used = np.inf, 0, initial, []
    for loss in losses:
        if loss < best:
            bad = 0
        else:
            bad = bad + 1
        best = loss
        if bad >= patience:
            rate = rate / 2
        used.append(rate)
    return np.array(used)


mistake(pb_F5_1, "rates", "what the code above does")(rates)


def repaired(losses, initial, patience):
    halvings, bad, so_far = 0, 0, []
    for i, loss in enumerate(losses):
        bad = 0 if all(loss < earlier for earlier in losses[:i]) else bad + 1
        if bad == patience + 1:
            halvings, bad = halvings + 1, 0
        so_far.append(initial * 0.5**halvings)
    return so_far


def repaired_in_place(losses, initial, patience):
    used, best, bad = np.full(len(losses), initial), losses[0] + 1, 0
    for i, loss in enumerate(losses):
        if loss < best:
            best, bad = loss, 0
        else:
            bad += 1
            if bad > patience:
                used[i:] /= 2
                bad = 0
    return used


@mistake(pb_F5_1, "rates", "with the one before")
def record_is_the_one_before(losses, initial, patience):
    used, bad = [initial], 0
    for before, loss in zip(losses, losses[1:], strict=False):
        bad = 0 if loss < before else bad + 1
        halve = bad > patience
        used.append(used[-1] / 2 if halve else used[-1])
        bad = 0 if halve else bad
    return used


# --- pb-F5.2 --------------------------------------------------------------------------------------


def excess_in_closed_form(curvature, noise, start, rate, steps):
    kept = (1 - rate * curvature) ** 2
    geometric = sum(kept**n for n in range(steps))
    return curvature / 2 * (kept**steps * start**2 + geometric * rate**2 * noise**2)


def excess_in_a_loop(lam, s, start, alpha, steps):
    v = start * start
    for _ in range(steps):
        v = v - 2 * alpha * lam * v + alpha**2 * (lam**2 * v + s**2)
    return 0.5 * lam * v


def rate_by_scan(curvature, noise, start, steps):
    rates = np.geomspace(1e-4, 1.999, 2000) / curvature
    return rates[np.argmin([excess_in_a_loop(curvature, noise, start, r, steps) for r in rates])]


def rate_by_golden_section(curvature, noise, start, steps):
    low, high = 0.0, 1.2 / curvature
    for _ in range(60):
        one, two = low + 0.382 * (high - low), low + 0.618 * (high - low)
        left, right = (
            excess_in_closed_form(curvature, noise, start, rate, steps) for rate in (one, two)
        )
        low, high = (low, two) if left < right else (one, high)
    return (low + high) / 2


@mistake(pb_F5_2, "excess", "without noise")
def excess_by_gradient_descent(curvature, noise, start, rate, steps):
    return curvature / 2 * (start * (1 - rate * curvature) ** steps) ** 2


mistake(pb_F5_2, "rate", "expected one above 0 and below")(lambda *given: -0.1)


@mistake(pb_F5_2, "rate", "stays on a high plateau")
def largest_rate_allowed(curvature, noise, start, steps):
    return 1.9 / curvature


@mistake(pb_F5_2, "rate", "closer together")
def a_fifth_above_the_best(curvature, noise, start, steps):
    return 1.2 * rate_by_golden_section(curvature, noise, start, steps)


@mistake(pb_F5_2, "rate", "has not come far enough")
def a_small_rate(curvature, noise, start, steps):
    return 1e-3


# --- pb-F5.3 --------------------------------------------------------------------------------------


def shuffled(n, size, rng):
    order = rng.permutation(n)
    return [order[first : first + size] for first in range(0, n, size)]


def fit_with_falling_rates(pulls, n_examples, budget, seed):
    rng, phi, t = np.random.default_rng(seed), np.zeros(2), 0
    for _ in range(budget // n_examples):
        for batch in shuffled(n_examples, 10, rng):
            phi = phi - 0.05 * 0.01 ** (t / 400) * pulls(phi, batch)
            t += 1
    return phi


def fit_by_svrg(pulls, n_examples, budget, seed):
    rng, phi = np.random.default_rng(seed), np.zeros(2)
    for _ in range(budget // (3 * n_examples)):
        anchor, whole = phi, pulls(phi, range(n_examples))
        for batch in shuffled(n_examples, 5, rng):
            change = pulls(phi, batch) - pulls(anchor, batch)
            phi = phi - 0.04 * (change + len(batch) / n_examples * whole)
    return phi.tolist()


CALLS = count()


@mistake(pb_F5_3, "fit", "another one when the same is asked again")
def fit_by_any_luck(pulls, n_examples, budget, seed):
    return np.array(fit_by_svrg(pulls, n_examples, budget, seed)) + 1e-5 * next(CALLS)


@mistake(pb_F5_3, "fit", "more than its budget of 4000")
def fit_without_counting(pulls, n_examples, budget, seed):
    phi = np.zeros(2)
    for _ in range(100):
        phi = phi - 2e-3 * pulls(phi, range(n_examples))
    return phi


@mistake(pb_F5_3, "fit", "arrived but not settled, or")
def fit_by_whole_gradients(pulls, n_examples, budget, seed):
    phi = np.zeros(2)
    for _ in range(budget // n_examples):
        phi = phi - 2e-3 * pulls(phi, range(n_examples))
    return phi


@mistake(pb_F5_3, "fit", "arrived but not settled, or")
def fit_at_a_fixed_rate(pulls, n_examples, budget, seed):
    rng, phi = np.random.default_rng(seed), np.zeros(2)
    for _ in range(budget // n_examples):
        for batch in shuffled(n_examples, 10, rng):
            phi = phi - 0.03 * pulls(phi, batch)
    return phi


@mistake(pb_F5_3, "fit", "did the descent run away")
def fit_by_steps_too_long(pulls, n_examples, budget, seed):
    phi = np.zeros(2)
    for _ in range(budget // n_examples):
        phi = phi - 0.1 * pulls(phi, range(n_examples))
    return phi


@mistake(pb_F5_3, "fit", "It has not arrived")
def fit_by_steps_too_short(pulls, n_examples, budget, seed):
    phi = np.zeros(2)
    for _ in range(budget // n_examples):
        phi = phi - 1e-5 * pulls(phi, range(n_examples))
    return phi


UNBIASED = {"sum": False, "scaled, without": True, "scaled, with": True, "scaled, fixed": False}

RIGHT = {
    "pb-6.9:even": [200, 200.0, np.int64(200)],
    "pb-6.9:ragged": [142],
    "pb-6.9:dropped": [166],
    "pb-6.9:worth": [153.846, 20000 / 130],
    "pb-6.9:epochs": [
        lambda steps, n, size: int(steps / np.ceil(n / size)),
        lambda steps, n, size: steps // len(range(0, n, size)),
    ],
    "pb-P3:deal": [
        dealt_by_keys,
        dealt_in_place,
        lambda *given: [np.sort(batch) for batch in dealt_by_keys(*given)],
    ],
    "pb-P3:draw": [
        lambda n, size, rng: rng.choice(n, size),
        lambda n, size, rng: [int(n * rng.random()) for _ in range(size)],
        lambda n, size, rng: np.sort(rng.integers(n, size=size, dtype=np.uint64)),
    ],
    "pb-P3:estimate": [
        lambda gradients, n: gradients.mean(axis=0) * n,
        lambda gradients, n: [n * sum(column) / len(column) for column in gradients.T],
    ],
    "pb-P3:unbiased": [UNBIASED],
    "pb-F5.1:rates": [repaired, repaired_in_place],
    "pb-F5.2:excess": [excess_in_closed_form, excess_in_a_loop],
    "pb-F5.2:rate": [rate_by_scan, rate_by_golden_section],
    "pb-F5.2:c": [2, 2.0, 1 / 0.5],
    "pb-F5.3:fit": [fit_with_falling_rates, fit_by_svrg],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-6.9": (r"\b200\b|\b142\b|\b166\b|153\.8|seven steps", "it is 142"),
    "pb-F5.1": (r"min\(|> patience|best = |bad = 0", "write bad > patience"),
    "pb-F5.2": (r"1 ?/ ?λ|1 [-−] ?αλ|geomspace|argmin", "c is 1/λ"),
    "pb-F5.3": (r"anchor\b.*\bwhole\b.*=|0\.05|\*\*", "0.05 * 0.01 ** (t / 400)"),
    "pb-P3": (r"I ?/ ?B|n_examples ?/|permutation|mean times", "multiply by I / B"),
}


def test_counted_epochs_follow_from_the_numbers_in_the_text():
    steps, size, even, *ragged = map(int, re.findall(r"\b\d{2,}\b", pb_6_9.text))
    assert len(set(ragged)) == 1
    n = ragged[0]
    full_batches, batches = n // size, -(-n // size)
    verdict = pb_6_9.verdict(
        even=steps * size / even, ragged=steps // batches, dropped=steps // full_batches,
        worth=steps * size / n,
    )  # fmt: skip
    assert verdict.points == 4, verdict
    known = {steps, size, even, n, full_batches * size}
    for part in pb_6_9.parts[:4]:
        for message in (wrong.message for wrong in part.misconceptions):
            assert known >= set(map(int, re.findall(r"\b\d{2,}\b", message))), message


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"deal": lambda n, size, rng: (batch for batch in ())}, "of type generator"),
        ({"deal": lambda n, size, rng: rng.permutation(n)}, "all indices in one list"),
        ({"deal": lambda n, size, rng: [[0.5]]}, "holds 0.5; an index is a whole number"),
        ({"deal": lambda n, size, rng: []}, "not of the sizes"),
        ({"draw": lambda n, size, rng: np.floor(n * rng.random(size))}, "the type float64"),
        ({"draw": lambda n, size, rng: np.full(size, np.nan)}, "holds nan"),
        ({"draw": lambda n, size, rng: np.full(size, True)}, "the type bool"),
        ({"draw": lambda n, size, rng: rng.integers(n)}, "a single number"),
        ({"draw": lambda n, size, rng: [rng.permutation(n)[:size]] * 2}, "a single array"),
        ({"draw": lambda n, size, rng: np.full(size, 2**64 - 1)}, "outside the data"),
        ({"draw": lambda n, size, rng: []}, "does not hold"),
    ],
)
def test_what_is_no_batch_is_told_so(answer, reason):
    verdict = pb_P3.verdict(**answer)
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert reason in str(verdict)
