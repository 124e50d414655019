"""Answers to the problems of set 13, from their statements alone."""

import numpy as np

from tests.wrong_answers import added_to

WRONG, RIGHT = {}, {}
wrong, right = added_to(WRONG), added_to(RIGHT)

# --- pb-F13.1 · weighted members ------------------------------------------------------------------


def mean(p, w):
    return w @ p / w.sum()


wrong(
    "pb_F13_1",
    "answer",
    ("weights_ignored", lambda p, w: p.mean(axis=0), r"weight"),
    ("not_divided", lambda p, w: w @ p, r"divide|sum of the weights|add up|Σ"),
    ("divided_by_members", lambda p, w: w @ p / len(w), r"sum|divide|number of members|add up"),
    ("along_examples", lambda p, w: (p.T * w[:1]).T.mean(axis=1), r"shape|axis|member|example"),
    ("over_all", lambda p, w: np.sum(w[:, None] * p) / w.sum(), r"shape|example|single"),
    ("most_trusted", lambda p, w: p[np.argmax(w)], r"one member|largest|alone|all"),
    ("squared_weights", lambda p, w: mean(p, w**2), r"square"),
    ("inverse_weights", lambda p, w: mean(p, 1 / w), r"invers|less|trust|large|1 /"),
    ("divided_twice", lambda p, w: mean(p, w) / len(w), r"twice|divide|once|members"),
    ("median", lambda p, w: np.median(p, axis=0), r"median|mean|weight"),
    ("softmax", lambda p, w: mean(p, np.exp(w)), r"exp|weight"),
)
right(
    "pb_F13_1",
    "answer",
    ("average", lambda p, w: np.average(p, axis=0, weights=w)),
    ("normalised", lambda p, w: np.sum((w / w.sum())[:, None] * p, axis=0)),
    ("a_loop", lambda p, w: [sum(a * b for a, b in zip(w, column)) / sum(w) for column in p.T]),
)
wrong(
    "pb_F13_1",
    "numbers",
    ("without_weights", [2.0, 0.0, 2.0], r"weight|count|half|½"),
    ("order", [0.25, 2.5, 2.25], r"order"),
    ("sign", [2.5, 0.25, -2.25], r"sign|first less|less|in this order"),
    ("not_squared", [1.5, 0.5, 1.0], r"square"),
    ("only_one_plain_mean", [2.5, 0.0, 2.5], r"weight|mean"),
    ("sum_of_losses", [6.0, 0.25, 5.75], r"mean|weigh|sum"),
    ("miss_for_loss", [2.5, -0.5, 3.0], r"square"),
    ("plain_mean_of_losses", [2.0, 0.25, 1.75], r"weight|count|half"),
)
right("pb_F13_1", "numbers", ("fractions", (5 / 2, 1 / 4, 9 / 4)))


def variance(p, w):
    return mean((p - mean(p, w)) ** 2, w)


wrong(
    "pb_F13_1",
    "gain",
    ("plain_variance", lambda p, w: p.var(axis=0), r"weight"),
    (
        "around_the_plain_mean",
        lambda p, w: mean((p - p.mean(axis=0)) ** 2, w),
        r"weighted mean|own|around|mean",
    ),
    ("plain_mean_of_squares", lambda p, w: ((p - mean(p, w)) ** 2).mean(axis=0), r"weight"),
    ("not_divided", lambda p, w: w @ (p - mean(p, w)) ** 2, r"divide|sum of the weights|add up"),
    ("sign", lambda p, w: -variance(p, w), r"sign|first less|negative|never below"),
    ("deviation", lambda p, w: np.sqrt(variance(p, w)), r"root|square"),
    ("not_squared", lambda p, w: mean(np.abs(p - mean(p, w)), w), r"square|distance"),
    ("squares_alone", lambda p, w: mean(p**2, w), r"mean|less|square of"),
    ("mean_over_examples", lambda p, w: np.mean(variance(p, w)), r"shape|each example|single"),
    (
        "unbiased",
        lambda p, w: variance(p, w) * len(w) / (len(w) - 1),
        r"M - 1|M − 1|n - 1|divide|unbiased|factor|one fewer",
    ),
    ("squared_weights", lambda p, w: mean((p - mean(p, w)) ** 2, w**2), r"square|weight"),
    ("pairs", lambda p, w: mean((p - mean(p, w)) ** 2, w) * 2, r"twice|half|factor|2"),
)


def over_pairs(p, w):
    shares = w / w.sum()
    return [
        sum(
            shares[m] * shares[n] * (column[m] - column[n]) ** 2
            for m in range(len(w))
            for n in range(m)
        )
        for column in p.T
    ]


right(
    "pb_F13_1",
    "gain",
    ("over_pairs", over_pairs),
    ("losses_around_zero", lambda p, w: np.average(p**2, 0, w) - np.average(p, 0, w) ** 2),
    (
        "at_some_target",
        lambda p, w: np.average((p - 3) ** 2, 0, w) - (np.average(p, 0, w) - 3) ** 2,
    ),
)

# --- pb-F13.2 · averages that follow --------------------------------------------------------------

wrong(
    "pb_F13_2",
    "late",
    ("down", 113, r"is it at least 0.9"),
    ("from_zero", 115, r"one value fewer"),
    ("memory", 50, r"63|memory|0\.9|1/\(1"),
    ("not_whole", 113.97, r"whole|round up"),
    ("upside_down", 6, r"left|missing|0\.1|short|counts less"),
    ("other_share", 35, r"half|0\.9"),
    ("at_once", 1, r"start|0|m_"),
    ("nine_tenths", 45, r"add|power|multipl|0\.98"),
)
wrong(
    "pb_F13_2",
    "half",
    ("down", 34, r"is it at most half"),
    ("not_whole", 34.3, r"whole"),
    ("memory", 50, r"half|37|1/\(1|e"),
    ("half_the_memory", 25, r"half|power|multipl|0\.98|linear"),
    ("one_more", 36, r"one step nearer"),
    ("late", 114, r"half|0\.1|tenth"),
    ("one", 1, r"each|0\.98|step"),
)
right("pb_F13_2", "late", ("a_float", 114.0))
right("pb_F13_2", "half", ("computed", int(np.ceil(np.log(0.5) / np.log(0.98)))))


def running(values, betas, start=None, correct=None, share=None):
    m, found = np.zeros(values.shape[1]) if start is None else start(values), []
    for t, (value, beta) in enumerate(zip(values, betas, strict=True)):
        m = beta * m + (1 - beta if share is None else share) * value
        found.append(m if correct is None else m / correct(t))
    return np.array(found)


def left(betas, t):
    """What is left of the start after step t."""
    return np.prod(betas[: t + 1])


wrong(
    "pb_F13_2",
    "averages",
    (
        "power_of_its_own",
        lambda v, b: running(v, b, correct=lambda t: 1 - b[t] ** (t + 1)),
        r"each|its own|differ",
    ),
    (
        "power_of_the_first",
        lambda v, b: running(v, b, correct=lambda t: 1 - b[0] ** (t + 1)),
        r"each|its own|differ|right is|yours",
    ),
    ("uncorrected", running, r"correct|0|add up|too small|mean|start"),
    (
        "one_power_fewer",
        lambda v, b: running(v, b, correct=lambda t: (1 - left(b, t - 1)) if t else 1.0),
        r"power|t \+ 1|first|one",
    ),
    (
        "from_the_first",
        lambda v, b: running(v, b, start=lambda v: v[0]),
        r"first|start|weigh|correct",
    ),
    (
        "swapped",
        lambda v, b: running(v, 1 - b, correct=lambda t: 1 - left(1 - b, t)),
        r"swap|places|β|beta|1 - |other way",
    ),
    (
        "one_factor",
        lambda v, b: running(v, b, correct=lambda t: 1 - b[t]),
        r"each|step|power|t \+ 1|grow",
    ),
    (
        "plain_means",
        lambda v, b: np.cumsum(v, 0) / np.arange(1, len(v) + 1)[:, None],
        r"equal|plain|β|beta|older|newest|mean of all",
    ),
    (
        "multiplied",
        lambda v, b: running(v, b, correct=lambda t: 1 / (1 - left(b, t))),
        r"divide|multipl",
    ),
    (
        "by_the_power",
        lambda v, b: running(v, b, correct=lambda t: left(b, t)),
        r"1 -|1 −|divide|power",
    ),
    (
        "last_alone",
        lambda v, b: running(v, b, correct=lambda t: 1 - left(b, t))[-1],
        r"shape|row|each step",
    ),
    (
        "correction_feeds_back",
        lambda v, b: fed_back(v, b),
        r"own|uncorrected|before|feeds|m itself|back|go on with",
    ),
    (
        "without_1_minus_beta",
        lambda v, b: running(v, b, share=1.0),
        r"1 - β|1 − β|add up|sum|large",
    ),
    (
        "one_late",
        lambda v, b: np.vstack([0 * v[:1], running(v, b, correct=lambda t: 1 - left(b, t))[:-1]]),
        r"late|own|newest|first|up to",
    ),
)


def fed_back(values, betas):
    m, found = np.zeros(values.shape[1]), []
    for t, (value, beta) in enumerate(zip(values, betas, strict=True)):
        m = (beta * m + (1 - beta) * value) / (1 - left(betas, t))
        found.append(m)
    return np.array(found)


def weighted_rows(values, betas):
    n = len(betas)
    weights = np.zeros((n, n))
    for t in range(n):
        weights[t, : t + 1] = (1 - betas[: t + 1]) * left_after(betas[: t + 1])
    return weights @ values / weights.sum(axis=1, keepdims=True)


def left_after(betas):
    """Of each value, the share that later steps leave."""
    return np.append(np.cumprod(betas[:0:-1])[::-1], 1.0)


def with_a_running_weight(values, betas):
    total, weight, found = 0.0, 0.0, []
    for value, beta in zip(values, betas, strict=True):
        total, weight = beta * total + (1 - beta) * value, beta * weight + 1 - beta
        found.append(total / weight)
    return found


right(
    "pb_F13_2",
    "averages",
    ("weighted_rows", weighted_rows),
    ("with_a_running_weight", with_a_running_weight),
)

# --- pb-F13.3 · members that err alike ------------------------------------------------------------

wrong(
    "pb_F13_3",
    "error",
    ("independent", lambda v, r, M: v / M, r"correlation|alike|ρ|mixed|pairs|in common"),
    ("not_divided", lambda v, r, M: v * (1 + (M - 1) * r), r"divide|M|mean|sum"),
    ("sum", lambda v, r, M: v * M * (1 + (M - 1) * r), r"M²|mean|sum|divide"),
    (
        "half_of_the_pairs",
        lambda v, r, M: v / M * (1 + (M - 1) * r / 2),
        r"twice|both orders|pairs|M \(M",
    ),
    ("all_pairs", lambda v, r, M: v / M * (1 + M * r), r"M - 1|M − 1|itself|other|too many|pairs"),
    ("limit", lambda v, r, M: v * r, r"limit|grow|M|members"),
    ("added", lambda v, r, M: v / M + r * v, r"M - 1|M − 1|share|pairs|ρ"),
    ("square_of_rho", lambda v, r, M: v / M * (1 + (M - 1) * r**2), r"square|ρ"),
    ("root", lambda v, r, M: np.sqrt(v / M * (1 + (M - 1) * r)), r"root|square"),
    ("variance_squared", lambda v, r, M: v**2 / M * (1 + (M - 1) * r), r"variance|square|v"),
    ("against", lambda v, r, M: v / M * (1 - (M - 1) * r), r"sign|minus|more|alike"),
    ("rho_not_times_v", lambda v, r, M: v / M + (M - 1) / M * r, r"ρ v|variance|product"),
)
right(
    "pb_F13_3",
    "error",
    ("two_parts", lambda v, r, M: r * v + (1 - r) * v / M),
    ("counted", lambda v, r, M: (M * v + M * (M - 1) * r * v) / M**2),
    (
        "a_matrix",
        lambda v, r, M: (v * (r * np.ones((M, M)) + (1 - r) * np.eye(M))).mean(),
    ),
)


def wanted(r, e, whole=np.ceil):
    if r == 0:
        return np.inf
    return max(1, whole(round(float((1 - r) / (e * r)), 9)))


wrong(
    "pb_F13_3",
    "members",
    ("down", lambda r, e: wanted(r, e, np.floor), r"round|up|at most|few|still"),
    ("nearest", lambda r, e: wanted(r, e, np.round), r"round|up|at most|few|still"),
    ("not_whole", lambda r, e: wanted(r, e, float), r"whole"),
    (
        "of_the_limit_in_all",
        lambda r, e: np.inf if r == 0 or e <= 1 else max(1, np.ceil((1 - r) / ((e - 1) * r))),
        r"above|limit|excess",
    ),
    ("in_units_of_v", lambda r, e: max(1, np.ceil((1 - r) / e)), r"limit|times|ρ|share"),
    (
        "one_over",
        lambda r, e: np.inf if r == 0 else max(1, np.ceil(1 / (e * r))),
        r"1 - ρ|1 − ρ|above the limit|already|\(1",
    ),
    (
        "zero_members",
        lambda r, e: np.inf if r == 0 else np.ceil(round((1 - r) / (e * r), 9)),
        r"at least 1|at least one|1 member|none|0",
    ),
    (
        "one_for_independent",
        lambda r, e: 1 if r == 0 else wanted(r, e),
        r"inf|limit|0|never|independent",
    ),
    (
        "inf_for_alike",
        lambda r, e: np.inf if r == 1 else wanted(r, e),
        r"1|alike|one member|already|all the same",
    ),
    ("one_too_many", lambda r, e: wanted(r, e) + 1, r"one|too many|fewer"),
    (
        "upside_down",
        lambda r, e: np.inf if r == 1 else max(1, np.ceil(r / (e * (1 - r)))),
        r"upside|divide|other way|more alike|fewer",
    ),
    (
        "below_strictly",
        lambda r, e: np.inf if r == 0 else max(1, np.floor(round(float((1 - r) / (e * r)), 9)) + 1),
        r"at most|exactly|equal|already|too many|fewer",
    ),
)


def counted_up(correlation, excess):
    if correlation == 0:
        return np.inf
    n = 1
    while (1 - correlation) / n > excess * correlation * (1 + 1e-12):
        n += 1
    return n


right("pb_F13_3", "members", ("counted_up", counted_up))
wrong(
    "pb_F13_3",
    "lowest",
    ("minus_one", -1, r"two|five|all|any|pair"),
    ("zero", 0, r"against|below|negative"),
    ("a_fifth", -0.2, r"M - 1|four|others|1/M|5"),
    ("sign", 0.25, r"sign|below|against|negative"),
    ("minus_four", -4, r"upside|-1|correlation|between"),
    ("tenth", -0.1, r"pairs|twice|each|ten"),
    ("half", -0.5, r"three|five|four|members"),
)
right("pb_F13_3", "lowest", ("a_fraction", -1 / 4))

# --- pb-F13.4 · whose parameters may be averaged --------------------------------------------------


def pieces(phi, order):
    phi, H = np.asarray(phi, float), len(order)
    D = (len(phi) - 1) // H - 2
    return phi[: D * H].reshape(D, H), phi[D * H :][:H], phi[D * H :][H : 2 * H], phi[-1:]


def put(W, b, v, c):
    return np.concatenate([np.ravel(W), b, v, c])


def reordered(phi, order, parts="Wbv"):
    W, b, v, c = pieces(phi, order)
    return put(
        W[:, order] if "W" in parts else W,
        b[order] if "b" in parts else b,
        v[order] if "v" in parts else v,
        c,
    )


def by_rows(phi, order):
    """The matrix as if it had a row for each unit."""
    W, b, v, c = pieces(phi, order)
    return put(W.reshape(len(order), -1)[order], b[order], v[order], c)


def backwards(phi, order):
    return reordered(phi, np.argsort(order))


wrong(
    "pb_F13_4",
    "reordered",
    ("inverse", backwards, r"inverse|order\[j\]|other way|old|goes to"),
    ("hidden_weights_alone", lambda p, o: reordered(p, o, "W"), r"bias|outer|all|same function"),
    ("without_the_biases", lambda p, o: reordered(p, o, "Wv"), r"bias"),
    ("without_the_outer", lambda p, o: reordered(p, o, "Wb"), r"outer"),
    ("outer_alone", lambda p, o: reordered(p, o, "v"), r"hidden|weights|bias|same function"),
    ("by_rows", by_rows, r"row|column|layout|shape|lie"),
    ("sorted_units", lambda p, o: reordered(p, np.sort(o)), r"order|nothing|same"),
    ("unchanged", lambda p, o: np.asarray(p), r"order|nothing|unchanged|same"),
    ("outer_bias_first", lambda p, o: np.roll(reordered(p, o), 1), r"layout|order|outer bias|last"),
    ("reversed", lambda p, o: reordered(p, np.asarray(o)[::-1]), r"order|revers|backward"),
    ("units_in_blocks", lambda p, o: by_unit(p, o), r"layout|row|order|unit"),
    ("a_shorter_list", lambda p, o: reordered(p, o)[:-1], r"shape|outer bias|numbers"),
)


def by_unit(phi, order):
    """All that belongs to a unit side by side."""
    W, b, v, c = pieces(phi, order)
    return np.concatenate([np.vstack([W, b, v])[:, order].T.ravel(), c])


def one_table(phi, order):
    phi = np.array(phi, float)
    H = len(order)
    table = phi[:-1].reshape(-1, H)
    return [*table[:, list(order)].flatten(), phi[-1]]


def index_by_index(phi, order):
    H = len(order)
    new = [0.0] * len(phi)
    for k in range(len(phi) - 1):
        row, j = divmod(k, H)
        new[k] = phi[row * H + order[j]]
    new[-1] = phi[-1]
    return new


right(
    "pb_F13_4",
    "reordered",
    ("one_table", one_table),
    ("index_by_index", index_by_index),
)
wrong(
    "pb_F13_4",
    "means",
    ("both_alike", [2.5, 2.5], r"cancel|parameters|weights|second|0"),
    ("order", [0.5, 2.5], r"order|places"),
    ("without_the_bias", [2.0, 0.0], r"bias|½"),
    ("both_low", [0.5, 0.5], r"predictions|first|same function|each"),
    ("sum", [5.0, 0.5], r"mean|sum|half"),
    ("outer_doubled", [2.5, 4.5], r"cancel|mean|weights|second"),
    ("bias_averaged_away", [2.5, 0.0], r"bias|½"),
)
right("pb_F13_4", "means", ("a_tuple", (2.5, 1 / 2)))
MAY = dict(
    zip(
        ("lines", "starts", "late", "last layer", "sizes", "search"),
        ("yes", "no", "yes", "yes", "no", "no"),
    )
)
for key, true in MAY.items():
    wrong(
        "pb_F13_4",
        "may",
        (
            key.replace(" ", "_"),
            MAY | {key: "no" if true == "yes" else "yes"},
            r"linear|straight|order|start|near|close|same|size|valley|shape|units|line|along",
        ),
    )
right("pb_F13_4", "may", ("capitals", {key: word.upper() for key, word in MAY.items()}))

# --- pb-F13.5 · a team, one after another ---------------------------------------------------------


def chosen(p, labels, n, score=None, again=True, together=None):
    """The greedy choice, with other ideas of a score and of who may be asked."""
    own = p[:, np.arange(len(labels)), labels]
    score = score or (lambda team: -np.mean(np.log(own[team].mean(axis=0))))
    team = []
    for _ in range(n):
        left = [m for m in range(len(p)) if again or m not in team] or range(len(p))
        scores = [score([*team, m]) for m in left]
        team.append(list(left)[int(np.argmin(np.round(scores, 12)))])
    return team


def own_of(p, labels):
    return p[:, np.arange(len(labels)), labels]


def with_score(make):
    """The greedy choice by another score, of a team's rows of probabilities and labels."""
    return lambda p, labels, n: chosen(p, labels, n, score=lambda team: make(p[team], labels))


def geometric(p, labels):
    return -np.mean(np.log(own_of(p, labels)))


def errors(p, labels):
    return np.mean(p.mean(axis=0).argmax(axis=-1) != labels)


wrong(
    "pb_F13_5",
    "choose",
    (
        "best_alone",
        lambda p, labels, n: (
            [int(m) for m in np.argsort(-np.log(own_of(p, labels)).mean(axis=1), kind="stable")[:n]]
            + [0] * max(0, n - len(p))
        ),
        r"alone|one after another|team|by itself|together",
    ),
    ("only_once", lambda *g: chosen(*g, again=False), r"again|twice|more than once"),
    (
        "the_best_again_and_again",
        lambda p, labels, n: [chosen(p, labels, 1)[0]] * n,
        r"alone|team|same|again|next",
    ),
    ("mean_of_logarithms", with_score(geometric), r"mean|logarithm|probabilit|before|first"),
    ("errors", with_score(errors), r"errors|log|probabilit|loss|score"),
    (
        "brier",
        with_score(lambda p, y: np.mean((1 - own_of(p, y).mean(axis=0)) ** 2)),
        r"log|square|score",
    ),
    (
        "probability",
        with_score(lambda p, y: -np.mean(own_of(p, y).mean(axis=0))),
        r"log|score",
    ),
    (
        "highest",
        with_score(lambda p, y: np.mean(np.log(own_of(p, y).mean(axis=0)))),
        r"lowest|highest|sign|worst",
    ),
    (
        "from_one",
        lambda *g: [m + 1 for m in chosen(*g)],
        r"from 0|count",
    ),
    ("sorted", lambda *g: sorted(chosen(*g)), r"order|added|sort"),
    (
        "latest_of_equals",
        lambda p, labels, n: [len(p) - 1 - m for m in chosen(p[::-1], labels, n)],
        r"first|equal",
    ),
    (
        "log_of_all_classes",
        with_score(lambda p, y: -np.mean(np.log(np.clip(p.mean(axis=0), 1e-300, None)))),
        r"right class|label|class",
    ),
    (
        "sharpest",
        with_score(lambda p, y: -np.mean(np.log(p.mean(axis=0).max(axis=-1)))),
        r"right class|label|class|largest",
    ),
)


def with_a_sum(probabilities, labels, n):
    own = np.take_along_axis(probabilities, labels[None, :, None], axis=2)[..., 0]
    total, team = np.zeros(own.shape[1]), []
    for size in range(1, n + 1):
        best, lowest = None, np.inf
        for m, row in enumerate(own):
            score = -np.log((total + row) / size).mean()
            if score < lowest - 1e-12:
                best, lowest = m, score
        team.append(best)
        total += own[best]
    return team


right(
    "pb_F13_5",
    "choose",
    ("with_a_sum", with_a_sum),
    ("an_array", lambda *g: np.array(chosen(*g))),
)
