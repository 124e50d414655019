"""The problems of chapter 13: right answers, and mistakes as a student writes them."""

from itertools import count

import numpy as np
import pytest

from course_lib.batches import Minibatches
from course_lib.descent import descend
from course_lib.ensembles import exponential_average
from course_lib.initialization import glorot_uniform, he_normal
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import Adam
from lessons.marking.verdict import Status
from lessons.problems import pb_F13_1, pb_F13_2, pb_F13_3, pb_F13_4, pb_F13_5, pb_F13_6
from tests.lessons.answers import mistakes

WRONG, mistake = mistakes()

# --- pb-F13.1 -------------------------------------------------------------------------------------


def answer_in_a_loop(predictions, weights):
    total = np.zeros(predictions.shape[1])
    for weight, row in zip(weights, predictions, strict=True):
        total += weight * row
    return total / sum(weights)


def gain_by_both_losses(predictions, weights):
    """At any y: here 0."""
    share = weights / np.sum(weights)
    return share @ predictions**2 - (share @ predictions) ** 2


@mistake(pb_F13_1, "answer", "divide by what they add up to")
def sum_alone(predictions, weights):
    return np.sum(weights[:, None] * predictions, axis=0)


@mistake(pb_F13_1, "gain", "not count alike, but by the weights")
def gain_in_a_plain_mean(predictions, weights):
    mean = weights @ predictions / weights.sum()
    return np.mean((predictions - mean) ** 2, axis=0)


@mistake(pb_F13_1, "gain", "The sign is turned")
def gain_turned(predictions, weights):
    share = weights / weights.sum()
    return (share @ predictions) ** 2 - share @ predictions**2


# --- pb-F13.2 -------------------------------------------------------------------------------------


def averages_by_weights(values, betas):
    rows = []
    for t in range(len(values)):
        weights = [(1 - betas[k]) * np.prod(betas[k + 1 : t + 1]) for k in range(t + 1)]
        rows.append(weights @ values[: t + 1] / np.sum(weights))
    return rows


def averages_on_the_way(values, betas):
    m, given, out = np.zeros(values.shape[1]), 0.0, np.empty_like(values)
    for t, (value, beta) in enumerate(zip(values, betas, strict=True)):
        m, given = beta * m + (1 - beta) * value, beta * given + (1 - beta)
        out[t] = m / given
    return out


def averages_moved_along(values, betas):
    """The recursion of the corrected average itself."""
    mean, rows = 0 * values[0], []
    for t, value in enumerate(values):
        mean = mean + (1 - betas[t]) / (1 - np.prod(betas[: t + 1])) * (value - mean)
        rows.append(mean)
    return rows


@mistake(pb_F13_2, "averages", "There is no correction")
def averages_as_printed(values, betas):
    m, rows = 0 * values[0], []
    for value, beta in zip(values, betas, strict=True):
        m = beta * m + (1 - beta) * value
        rows.append(m)
    return np.array(rows)


@mistake(pb_F13_2, "averages", "You go on with the corrected average")
def averages_corrected_in_place(values, betas):
    m, left, rows = 0 * values[0], 1.0, []
    for value, beta in zip(values, betas, strict=True):
        left *= beta
        m = beta * m + (1 - beta) * value
        m = m / (1 - left)
        rows.append(m)
    return np.array(rows)


@mistake(pb_F13_2, "averages", "You start at the first value")
def averages_from_the_first(values, betas):
    m, rows = values[0], []
    for value, beta in zip(values, betas, strict=True):
        m = beta * m + (1 - beta) * value
        rows.append(m)
    return np.array(rows)


@mistake(pb_F13_2, "averages", "as if the β of this step had been that of all before it")
def averages_as_in_adam(values, betas):
    m, rows = 0 * values[0], []
    for t, (value, beta) in enumerate(zip(values, betas, strict=True), start=1):
        m = beta * m + (1 - beta) * value
        rows.append(m / (1 - beta**t))
    return np.array(rows)


@mistake(pb_F13_2, "averages", "one β for all steps")
def averages_of_the_library(values, betas):
    return exponential_average(values, float(betas[0]))


def test_with_one_beta_it_is_what_the_library_does():
    values = np.random.default_rng(0).normal(size=(9, 2))
    right = pb_F13_2.parts[2].right(values, np.full(9, 0.8))
    np.testing.assert_allclose(right, exponential_average(values, 0.8))


mistake(pb_F13_2, "late", "one value fewer")(115)
mistake(pb_F13_2, "late", "is it at least 0.9?")(113)
mistake(pb_F13_2, "half", "one step nearer")(36)
mistake(pb_F13_2, "half", "is it at most half?")(34)

# --- pb-F13.3 -------------------------------------------------------------------------------------


def error_by_covariance(variance, correlation, members):
    covariance = variance * np.full((members, members), correlation)
    np.fill_diagonal(covariance, variance)
    return covariance.mean()


def needed_by_trying(correlation, excess):
    limit = correlation
    if limit == 0:
        return np.inf
    members = 1
    while limit + (1 - correlation) / members > (1 + excess) * limit:
        members += 1
    return members


def needed_by_formula(rho, excess):
    return max(1, np.ceil((1 / rho - 1) / excess)) if rho > 0 else np.inf


@mistake(pb_F13_3, "error", "count every ordered pair")
def error_of_all_pairs(v, rho, m):
    return (m * v + m**2 * rho * v) / m**2


@mistake(pb_F13_3, "error", "nothing in common")
def error_of_strangers(variance, correlation, members):
    return variance / members


@mistake(pb_F13_3, "members", "So many are not enough")
def needed_rounded_down(rho, excess):
    return max(1, int((1 - rho) / (rho * excess))) if rho else np.inf


@mistake(pb_F13_3, "members", "You ask for an error within `excess` times the *variance*")
def needed_for_the_variance(rho, excess):
    return np.inf if rho == 0 else max(1, np.ceil((1 - rho) / excess))


# --- pb-F13.4 -------------------------------------------------------------------------------------


def reordered_by_units(phi, order):
    hidden, phi = len(order), np.array(phi)
    table = phi[:-1].reshape(-1, hidden)  # a row for each input, the biases, the outer weights
    return np.append(table[:, order], phi[-1])


def reordered_one_by_one(phi, order):
    new, rows = list(phi), (len(phi) - 1) // len(order)
    for row in range(rows):
        for place, old in enumerate(order):
            new[row * len(order) + place] = phi[row * len(order) + old]
    return new


@mistake(pb_F13_4, "reordered", "The outer weights stay where they were")
def reordered_inside_alone(phi, order):
    n, d = len(order), (len(phi) - 1) // len(order) - 2
    weights = phi[: n * d].reshape(d, n)[:, order]
    return np.concatenate([weights.ravel(), phi[n * d : n * d + n][order], phi[n * d + n :]])


@mistake(pb_F13_4, "reordered", "*to* the place order[j]")
def reordered_the_other_way(phi, order):
    table = phi[:-1].reshape(-1, len(order)).copy()
    table[:, order] = table.copy()
    return np.append(table, phi[-1])


# --- pb-F13.5 -------------------------------------------------------------------------------------


def chosen_by_sums(probabilities, labels, n):
    right = probabilities[:, range(len(labels)), labels]  # (M, I)
    team = []
    for _ in range(n):
        scores = [-np.log(right[[*team, m]].mean(axis=0)).mean() for m in range(len(right))]
        team.append(int(np.argmin(scores)))
    return team


def chosen_by_products(probabilities, labels, n):
    """The sum of logarithms orders teams of one size as their mean does."""
    right = np.take_along_axis(probabilities, labels[None, :, None], axis=2)[..., 0]
    total, team = np.zeros(len(labels)), []
    for _ in range(n):
        best = max(range(len(right)), key=lambda m: np.log(total + right[m]).sum())
        team.append(best)
        total += right[best]
    return np.array(team)


@mistake(pb_F13_5, "choose", "best n alone")
def chosen_alone(probabilities, labels, n):
    right = probabilities[:, range(len(labels)), labels]
    return np.argsort(-np.log(right).mean(axis=1))[:n]


@mistake(pb_F13_5, "choose", "average the probabilities over the team first")
def chosen_by_mean_logarithm(probabilities, labels, n):
    right = np.log(probabilities[:, range(len(labels)), labels])
    team = []
    for _ in range(n):
        scores = [-right[[*team, m]].mean() for m in range(len(right))]
        team.append(int(np.argmin(scores)))
    return team


@mistake(pb_F13_5, "choose", "never add a model again")
def chosen_once_each(probabilities, labels, n):
    right = probabilities[:, range(len(labels)), labels]
    team = []
    for _ in range(n):
        left = [m for m in range(len(right)) if m not in team]
        team.append(min(left, key=lambda m: -np.log(right[[*team, m]].mean(axis=0)).mean()))
    return team


# --- pb-F13.6 -------------------------------------------------------------------------------------

NETWORK = MLP((64, 6, 10), "tanh")


def trained(x, y, luck, starts, rate=0.02, steps=300):
    loss = SoftmaxCrossEntropy(Softmax(NETWORK), x, y)
    rule, batches = Adam(rate), Minibatches(20, luck)
    return descend(loss, starts, rule, steps, batches=batches, keep="last").final


def team_of_drawn_pixels(x, y, luck, init=glorot_uniform, steps=300, same=False):
    """Sixteen of the pixels that are not always 0, drawn for each; a list of arrays."""
    rng, team = np.random.default_rng(luck), []
    used = np.flatnonzero(x.std(axis=0) > 0.1)
    for _ in range(8):
        if not team or not same:
            seen = np.zeros(64)
            seen[rng.choice(used, 16, replace=False)] = 1
        start = init(NETWORK, rng)
        start[:384] *= np.repeat(seen, 6)
        team.append(trained(x * seen, y, luck, start, steps=steps))
    return team


def team_put_to_zero_afterwards(x, y, luck):
    """Any pixels, other starts; what was not taught is taken away at the end."""
    rng, team = np.random.default_rng(luck), []
    for _ in range(8):
        blind = rng.permutation(64)[16:]
        pixels = x.copy()
        pixels[:, blind] = 0
        end = trained(pixels, y, luck, he_normal(NETWORK, rng), 0.03, 400)
        end[:384].reshape(64, 6)[blind] = 0
        team.append(end)
    return np.array(team)


@mistake(pb_F13_6, "team", "network 0 (counted from 0) weighs 64 pixels")
def team_of_the_chapter(x, y, luck):
    """The cell that notebook 13 shows."""
    return trained(x, y, luck, glorot_uniform(NETWORK, luck, ensemble=(8,)))


@mistake(pb_F13_6, "team", "All eight see the same pixels")
def team_of_one_view(x, y, luck):
    return team_of_drawn_pixels(x, y, luck, same=True)


@mistake(pb_F13_6, "team", "All eight see the same pixels")
def team_of_the_most_varied_pixels(x, y, luck):
    starts = glorot_uniform(NETWORK, luck, ensemble=(8,))
    seen = np.isin(np.arange(64), np.argsort(-x.var(axis=0))[:16])
    starts[:, :384] *= np.repeat(seen, 6)
    return trained(x * seen, y, luck, starts)


@mistake(pb_F13_6, "team", "They differ too little")
def team_of_one_and_noise(x, y, luck):
    team = team_of_drawn_pixels(x, y, luck)
    team[1:7] = team[:1] * 6
    noise = np.random.default_rng(luck).normal(size=len(team[0]))
    return [*team[:7], np.where(team[7] == 0, 0, noise)]


@mistake(pb_F13_6, "team", "All eight are the same network")
def team_of_one(x, y, luck):
    return [team_of_drawn_pixels(x, y, luck)[0]] * 8


@mistake(pb_F13_6, "team", "Each is too poor")
def team_trained_for_fifteen_steps(x, y, luck):
    return team_of_drawn_pixels(x, y, luck, steps=15)


@mistake(pb_F13_6, "team", "Each is too poor")
def team_that_differs_for_lack_of_training(x, y, luck):
    return team_of_drawn_pixels(x, y, luck, steps=45)


@mistake(pb_F13_6, "team", "train without the pixels that have no wire")
def team_whose_wires_are_cut_afterwards(x, y, luck):
    rng = np.random.default_rng(luck)
    team = trained(x, y, luck, glorot_uniform(NETWORK, luck, ensemble=(8,)))
    for params in team:
        params[:384].reshape(64, 6)[rng.permutation(64)[16:]] = 0
    return team


CALLS = count()


@mistake(pb_F13_6, "team", "another one when the same is asked again")
def team_of_any_luck(x, y, luck):
    share = 1 - 1e-4 * next(CALLS)
    return [share * params for params in team_of_drawn_pixels(x, y, luck)]


@pytest.mark.parametrize("team", [team_of_drawn_pixels, team_put_to_zero_afterwards])
def test_sensible_teams_reach_it_whatever_the_luck(team):
    for seed in range(4):
        assert pb_F13_6.verdict(team=team, seed=seed).status is Status.CORRECT


MAY = {
    "lines": "yes", "starts": "no", "late": "yes", "last layer": "yes", "sizes": "no",
    "search": "no",
}  # fmt: skip

RIGHT = {
    "pb-F13.1:answer": [answer_in_a_loop, lambda p, w: np.average(p, axis=0, weights=w)],
    "pb-F13.1:numbers": [[2.5, 0.25, 2.25], np.array([5 / 2, 1 / 4, 9 / 4])],
    "pb-F13.1:gain": [
        gain_by_both_losses,
        lambda p, w: np.average((p - np.average(p, 0, w)) ** 2, axis=0, weights=w).tolist(),
    ],
    "pb-F13.2:late": [114, np.ceil(np.log(0.1) / np.log(0.98))],
    "pb-F13.2:half": [35, 35.0],
    "pb-F13.2:averages": [averages_by_weights, averages_on_the_way, averages_moved_along],
    "pb-F13.3:error": [
        error_by_covariance,
        lambda v, rho, m: (v + (m - 1) * rho * v) / m,
    ],
    "pb-F13.3:members": [needed_by_trying, needed_by_formula],
    "pb-F13.3:lowest": [-0.25, -1 / 4],
    "pb-F13.4:reordered": [reordered_by_units, reordered_one_by_one],
    "pb-F13.4:means": [[2.5, 0.5], (5 / 2, 1 / 2)],
    "pb-F13.4:may": [MAY, {key: f" {value.upper()}" for key, value in MAY.items()}],
    "pb-F13.5:choose": [chosen_by_sums, chosen_by_products],
    "pb-F13.6:team": [team_of_drawn_pixels, team_put_to_zero_afterwards],
}

# What must not be said, and a sentence that would say it.
LEAKS = {
    "pb-F13.1": (r"2\.25|2\.5\b|f̄\)²|variance about", "the third is 2.25"),
    "pb-F13.2": (r"\b114\b|\b35\b|1 ?[-−] ?β ?[\^ᵗ]", "divide by 1 − β^(t + 1)"),
    "pb-F13.3": (r"\(1 ?[-−] ?ρ\) ?/|ρ \+|-0\.25|−0\.25|1/4", "v (ρ + (1 − ρ)/M)"),
    "pb-F13.4": (r"2\.5\b|\[:, order\]|says ½", "weights[:, order]"),
    "pb-F13.5": (r"\[0, 2\]|cumsum|0 and 2", "it is [0, 2]"),
    "pb-F13.6": (r"starts=|ensemble=\(8,\)|keep=", "glorot_uniform(network, luck, ensemble=(8,))"),
}


@pytest.mark.parametrize("count", [1, 7])
def test_the_error_of_members_that_err_together_is_that_of_drawn_ones(count):
    """pb-F13.3 against numbers: misses with a part in common."""
    rng, rho = np.random.default_rng(0), 0.3
    shared, own = rng.normal(size=(2, 20_000, 1)), rng.normal(size=(20_000, count))
    misses = 2 * (np.sqrt(rho) * shared[0] + np.sqrt(1 - rho) * own)
    exact = pb_F13_3.parts[0].right(4.0, rho, count)
    assert np.mean(misses.mean(axis=1) ** 2) == pytest.approx(exact, rel=0.05)
    assert pb_F13_3.parts[0].right(4.0, pb_F13_3.parts[2].right, 5) == pytest.approx(0)


def test_a_network_with_its_units_in_another_order_computes_the_same():
    """pb-F13.4's layout is that of the library, and its two means are those of the statement."""
    rng, network = np.random.default_rng(1), MLP((3, 4, 1), "tanh")
    phi, order, x = rng.normal(size=21), np.array([2, 0, 3, 1]), rng.normal(size=(5, 3))
    other = pb_F13_4.parts[0].right(phi, order)
    np.testing.assert_allclose(network(x, other), network(x, phi))
    fold, phi = MLP((1, 2, 1)), np.array([1, -1, 0, 0, 1, 1, 0.5])
    both = np.array([phi, pb_F13_4.parts[0].right(phi, np.array([1, 0]))])
    said = fold([2.0], both)[:, 0].mean(), fold([2.0], both.mean(axis=0))[0]
    assert pb_F13_4.parts[1].right == list(said)


def test_one_small_network_alone_would_not_do():
    """pb-F13.6: what is allowed lies far below the mistakes of its members."""
    [given] = pb_F13_6.parts[0].inputs(np.random.default_rng(3))
    reached, told = pb_F13_6.parts[0].reached(given, pb_F13_6.parts[0].right(**given))
    alone, *_, together = (float(word) for word in told.replace(".", "").split() if word.isdigit())
    assert reached and alone > 1.5 * together
