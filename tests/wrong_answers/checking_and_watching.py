"""Answers to the problems of set 11, from their statements alone."""

import numpy as np

from tests.wrong_answers import added_to

WRONG, RIGHT = {}, {}
wrong, right = added_to(WRONG), added_to(RIGHT)

# --- pb-F11.1 · the best step ---------------------------------------------------------------------


def best(loss, third, eps):
    return np.cbrt(3 * eps * abs(loss) / abs(third))


def bound(loss, third, eps, h):
    return h**2 * abs(third) / 6 + eps * abs(loss) / h


wrong(
    "pb_F11_1",
    "best_step",
    (
        "square_root",
        lambda loss, t, e: np.sqrt(3 * e * abs(loss / t)),
        r"third root|cube|h³|cubic|which power",
    ),
    ("without_sizes", lambda loss, t, e: np.cbrt(3 * e * loss / t), r"negative|size|\||sign|abs"),
    ("of_the_thumb", lambda loss, t, e: np.cbrt(e), r"loss|third|L|depend"),
    (
        "terms_equal",
        lambda loss, t, e: np.cbrt(6 * e * abs(loss / t)),
        r"equal|sum|slope|derivative",
    ),
    ("without_the_3", lambda loss, t, e: np.cbrt(e * abs(loss / t)), r"3|factor|derivative"),
    (
        "upside_down",
        lambda loss, t, e: np.cbrt(abs(t) / (3 * e * abs(loss))),
        r"upside|invers|grow",
    ),
    ("without_the_third", lambda loss, t, e: np.cbrt(3 * e * abs(loss)), r"third|L'''|bend"),
    ("without_the_loss", lambda loss, t, e: np.cbrt(3 * e / abs(t)), r"loss|L\b|\|L"),
    ("a_third_of", lambda loss, t, e: np.cbrt(e * abs(loss / t) / 3), r"3|multipl|side|factor"),
    (
        "of_a_one_sided_chord",
        lambda loss, t, e: 2 * np.sqrt(e * abs(loss / t)),
        r"one-sided|centred|third root|cube|h³",
    ),
    ("not_a_root", lambda loss, t, e: 3 * e * abs(loss / t), r"root|h³|cube"),
    ("twelve", lambda loss, t, e: np.cbrt(12 * e * abs(loss / t)), r"factor|2h|half|4"),
)


def by_search(loss, third, eps):
    low, high = -30.0, 30.0
    for _ in range(200):
        left, right_ = low + (high - low) / 3, high - (high - low) / 3
        if bound(loss, third, eps, np.exp(left)) < bound(loss, third, eps, np.exp(right_)):
            high = right_
        else:
            low = left
    return float(np.exp((low + high) / 2))


right(
    "pb_F11_1",
    "best_step",
    ("a_power", lambda loss, t, e: (3 * e * abs(loss / t)) ** (1 / 3)),
    ("logarithms", lambda loss, t, e: np.exp(np.log(3 * e * abs(loss) / abs(t)) / 3)),
    ("by_roots", lambda loss, t, e: max(np.roots([abs(t) / 3, 0, 0, -e * abs(loss)]).real)),
)
wrong(
    "pb_F11_1",
    "least_error",
    (
        "first_term",
        lambda loss, t, e: best(loss, t, e) ** 2 * abs(t) / 6,
        r"both|second|rounding|term|sum",
    ),
    ("second_term", lambda loss, t, e: e * abs(loss) / best(loss, t, e), r"both|first|term|sum"),
    ("twice_the_first", lambda loss, t, e: best(loss, t, e) ** 2 * abs(t) / 3, r"equal|both|term"),
    (
        "twice_the_second",
        lambda loss, t, e: 2 * e * abs(loss) / best(loss, t, e),
        r"equal|both|term|half",
    ),
    (
        "at_another_h",
        lambda loss, t, e: bound(loss, t, e, np.cbrt(e)),
        r"\bh\b|step|best",
    ),
    (
        "signed",
        lambda loss, t, e: best(loss, t, e) ** 2 * t / 6 + e * loss / best(loss, t, e),
        r"size|\||negative|sign|abs",
    ),
    ("the_step", best, r"bound|error|h"),
    (
        "relative_to_the_loss",
        lambda loss, t, e: bound(loss, t, e, best(loss, t, e)) / abs(loss),
        r"divide|relative|itself|bound",
    ),
    (
        "h_not_squared",
        lambda loss, t, e: best(loss, t, e) * abs(t) / 6 + e * abs(loss) / best(loss, t, e),
        r"square|h²",
    ),
    (
        "rounding_not_divided",
        lambda loss, t, e: best(loss, t, e) ** 2 * abs(t) / 6 + e * abs(loss),
        r"divide|/ ?h|h",
    ),
)
right(
    "pb_F11_1",
    "least_error",
    ("one_and_a_half", lambda loss, t, e: 1.5 * e * abs(loss) / best(loss, t, e)),
    ("found", lambda loss, t, e: bound(loss, t, e, by_search(loss, t, e))),
)
H = best(100, 6, 1e-7)
wrong(
    "pb_F11_1",
    "relative",
    ("absolute", bound(100, 6, 1e-7, H), r"relative|slope|divide|4"),
    ("by_the_loss", bound(100, 6, 1e-7, H) / 100, r"slope|4|divide"),
    ("the_step", H, r"step|h|error"),
    ("rounding_alone", 1e-5 / H / 4, r"both|term|trunc|first|other"),
    ("truncation_alone", H**2 / 4, r"both|term|round|second|other"),
    ("times_the_slope", 4 * bound(100, 6, 1e-7, H), r"divide"),
    ("of_the_thumb", 1e-7 ** (2 / 3), r"loss|third|bound|100"),
    ("epsilon", 1e-7, r"bound|h|step|precis|ε"),
)
right("pb_F11_1", "relative", ("two_digits", 2.2e-4), ("three", 2.19e-4))

# --- pb-F11.2 · a check with dropout --------------------------------------------------------------


def new(luck):
    return np.random.default_rng(luck)


def slopes(loss, phi, h, luck, ahead=None, behind=None, width=2.0, back=-1.0):
    """Along each parameter; with other ideas of the generators and of the chord."""
    ahead = ahead or (lambda k: new(luck))
    behind = behind or (lambda k: new(luck))
    found = np.empty(len(phi))
    for k in range(len(phi)):
        e = np.zeros(len(phi))
        e[k] = h
        found[k] = (loss(phi + e, ahead(k)) - loss(phi + back * e, behind(k))) / (width * h)
    return found


def one_generator(loss, phi, h, luck):
    rng = new(luck)
    return slopes(loss, phi, h, luck, lambda k: rng, lambda k: rng)


def moved_for_good(loss, phi, h, luck):
    phi, found = np.array(phi, float), []
    for k in range(len(phi)):
        phi[k] += h
        ahead = loss(phi, new(luck))
        phi[k] -= 2 * h
        found.append((ahead - loss(phi, new(luck))) / (2 * h))
    return found


def generator_of_each(loss, phi, h, luck):
    rngs = [new(luck) for _ in phi]
    return slopes(loss, phi, h, luck, lambda k: rngs[k], lambda k: rngs[k])


wrong(
    "pb_F11_2",
    "slopes",
    ("one_generator", one_generator, r"mask|draw|moves|fresh|again|state"),
    ("generator_of_each", generator_of_each, r"mask|draw|moves|fresh|again|second|state"),
    (
        "other_masks_for_others",
        lambda loss, phi, h, luck: slopes(
            loss, phi, h, luck, lambda k: new(luck + k), lambda k: new(luck + k)
        ),
        r"mask|one mask|each|luck",
    ),
    (
        "luckless",
        lambda loss, phi, h, luck: slopes(loss, phi, h, luck, lambda k: new(0), lambda k: new(0)),
        r"luck|mask|seed",
    ),
    (
        "one_sided",
        lambda loss, phi, h, luck: slopes(loss, phi, h, luck, width=1.0, back=0.0),
        r"centred|one-sided|one side|both sides",
    ),
    (
        "width_h",
        lambda loss, phi, h, luck: slopes(loss, phi, h, luck, width=1.0),
        r"2h|2 h|twice|width|half",
    ),
    ("moved_for_good", moved_for_good, r"back|moved|other parameters|place|restore"),
    (
        "all_at_once",
        lambda loss, phi, h, luck: np.full(
            len(phi), (loss(phi + h, new(luck)) - loss(phi - h, new(luck))) / (2 * h)
        ),
        r"each|one at a time|all|alone|one parameter",
    ),
    (
        "sign",
        lambda loss, phi, h, luck: -slopes(loss, phi, h, luck),
        r"sign|minus|ahead|order",
    ),
    (
        "backward",
        lambda loss, phi, h, luck: slopes(
            lambda p, rng: loss(2 * phi - p, rng), phi, h, luck, width=-1.0, back=0.0
        ),
        r"centred|one-sided|one side|both sides|behind",
    ),
)


def rows_of_steps(loss, phi, h, luck):
    steps = h * np.eye(len(phi))
    return [
        (loss(phi + e, np.random.default_rng(luck)) - loss(phi - e, np.random.default_rng(luck)))
        / (2 * h)
        for e in steps
    ]


def restored(loss, phi, h, luck):
    rng = new(luck)
    state, found = rng.bit_generator.state, []
    for k in range(phi.size):
        two = []
        for sign in (1, -1):
            rng.bit_generator.state = state
            there = phi.copy()
            there[k] += sign * h
            two.append(loss(there, rng))
        found.append((two[0] - two[1]) / 2 / h)
    return np.asarray(found)


right("pb_F11_2", "slopes", ("rows_of_steps", rows_of_steps), ("restored", restored))


def worst(loss, gradient, phi, h, luck, error=None, overall=np.max, rng=None):
    """The largest relative error, with other ideas of it."""
    n, a = slopes(loss, phi, h, luck), gradient(phi, rng or new(luck))
    error = error or (lambda a, n: np.abs(a - n) / np.maximum(np.abs(a), np.abs(n)))
    return overall(error(a, n))


wrong(
    "pb_F11_2",
    "worst",
    (
        "signed",
        lambda *given: worst(*given, error=lambda a, n: (a - n) / np.maximum(np.abs(a), np.abs(n))),
        r"sign|size|\||abs|negative",
    ),
    ("mean", lambda *given: worst(*given, overall=np.mean), r"mean|largest|average"),
    (
        "absolute",
        lambda *given: worst(*given, error=lambda a, n: np.abs(a - n)),
        r"relative|divide|share",
    ),
    (
        "another_mask",
        lambda loss, gradient, phi, h, luck: worst(loss, gradient, phi, h, luck, rng=new(luck + 1)),
        r"mask",
    ),
    (
        "by_the_sum",
        lambda *given: worst(*given, error=lambda a, n: np.abs(a - n) / (np.abs(a) + np.abs(n))),
        r"larger|sum|max",
    ),
    (
        "by_the_smaller",
        lambda *given: worst(
            *given, error=lambda a, n: np.abs(a - n) / np.minimum(np.abs(a), np.abs(n))
        ),
        r"larger|smaller|max",
    ),
    (
        "of_lengths",
        lambda *given: worst(
            *given,
            error=lambda a, n: np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n)),
        ),
        r"length|each|entry|whole",
    ),
    (
        "by_the_measured",
        lambda *given: worst(*given, error=lambda a, n: np.abs(a - n) / np.abs(n)),
        r"larger|max|measured",
    ),
    (
        "largest_without_sizes",
        lambda *given: worst(*given, error=lambda a, n: np.abs(a - n) / np.maximum(a, n)),
        r"size|\||abs|negative",
    ),
    ("smallest", lambda *given: worst(*given, overall=np.min), r"largest|smallest"),
    (
        "by_the_largest_of_all",
        lambda *given: worst(
            *given, error=lambda a, n: np.abs(a - n) / max(np.abs(a).max(), np.abs(n).max())
        ),
        r"each|own|entry|largest",
    ),
    (
        "for_each",
        lambda *given: worst(*given, overall=lambda e: e),
        r"shape|largest|single",
    ),
)


def one_by_one(loss, gradient, phi, h, luck):
    most = 0.0
    for a, n in zip(gradient(phi, np.random.default_rng(luck)), rows_of_steps(loss, phi, h, luck)):
        most = max(most, abs(a - n) / max(abs(a), abs(n)))
    return most


right("pb_F11_2", "worst", ("one_by_one", one_by_one))

# --- pb-F11.3 · six logs --------------------------------------------------------------------------

CAUSES = dict(
    a="rate too low",
    b="saturated start",
    c="over-fitting",
    d="fine",
    e="bug",
    f="rate too high",
)
wrong(
    "pb_F11_3",
    "causes",
    ("a_bug", CAUSES | {"a": "bug"}, r"falls|3e-05|ratio|update"),
    ("a_fine", CAUSES | {"a": "fine"}, r"chance|slow|hardly|ratio|3e-05|at this pace"),
    ("b_low", CAUSES | {"b": "rate too low"}, r"79|saturat|start|25|before the first"),
    ("b_high", CAUSES | {"b": "rate too high"}, r"before|start|79|epoch 0|ratio"),
    ("c_fine", CAUSES | {"c": "fine"}, r"validation|gap|rises|0\.7|0\.8"),
    ("c_high", CAUSES | {"c": "rate too high"}, r"validation|gap|smooth|falls|saturat|steadily"),
    ("d_overfitting", CAUSES | {"d": "over-fitting"}, r"validation|still falls|both"),
    ("e_overfitting", CAUSES | {"e": "over-fitting"}, r"chance|never|label|validation|begin"),
    ("e_low", CAUSES | {"e": "rate too low"}, r"ratio|training|1e-02|validation"),
    ("f_overfitting", CAUSES | {"f": "over-fitting"}, r"1e-01|ratio|saturat|step|first epoch"),
    ("f_start", CAUSES | {"f": "saturated start"}, r"0 %|0%|epoch 0|start|before"),
)
right("pb_F11_3", "causes", ("capitals", {key: word.title() for key, word in CAUSES.items()}))

# --- pb-F11.4 · real progress ---------------------------------------------------------------------


def stopped(losses, patience, least, progress=None, in_a_row=True, drifts=False, before=False):
    """The rule; with other ideas of a record, and of what is counted."""
    progress = progress or (lambda loss, record: record - loss >= least * (1 - 1e-9))
    record, at, waited = losses[0], 0, 0
    for t in range(1, len(losses)):
        if progress(losses[t], losses[t - 1] if before else record):
            record, at = losses[t], t
            waited = 0 if in_a_row else waited
        else:
            waited += 1
            if drifts:
                record = min(record, losses[t])
        if waited == patience:
            break
    else:
        t = len(losses) - 1
    return [at, t]


wrong(
    "pb_F11_4",
    "early_stop",
    (
        "any_progress",
        lambda x, p, d: stopped(x, p, d, lambda loss, record: loss < record),
        r"least|hair|real|however little",
    ),
    (
        "by_more_than",
        lambda x, p, d: stopped(x, p, d, lambda loss, record: record - loss > d * (1 + 1e-9)),
        r"or more|exactly|just|equal",
    ),
    (
        "in_all",
        lambda x, p, d: stopped(x, p, d, in_a_row=False),
        r"in a row|again|reset|record|back to 0",
    ),
    (
        "record_drifts",
        lambda x, p, d: stopped(x, p, d, drifts=True),
        r"record|drift|lowest|creep|small",
    ),
    (
        "than_the_one_before",
        lambda x, p, d: stopped(x, p, d, before=True),
        r"record|before|last",
    ),
    ("one_later", lambda x, p, d: stopped(x, p + 1, d), r"patience|one|late|long|th time"),
    (
        "one_earlier",
        lambda x, p, d: stopped(x, max(1, p - 1), d),
        r"patience|one|early|soon|th time",
    ),
    ("swapped", lambda x, p, d: stopped(x, p, d)[::-1], r"order|swap|places|first"),
    (
        "lowest_of_all",
        lambda x, p, d: [int(np.argmin(x[: stopped(x, p, d)[1] + 1])), stopped(x, p, d)[1]],
        r"record|lowest|least",
    ),
    (
        "without_the_end",
        lambda x, p, d: [stopped(x, p, d)[0], stopped(x, p, d)[0] + p],
        r"last|end|over|otherwise",
    ),
    ("from_one", lambda x, p, d: [t + 1 for t in stopped(x, p, d)], r"from 0|count"),
    (
        "least_as_a_share",
        lambda x, p, d: stopped(x, p, d, lambda loss, record: loss <= record * (1 - d)),
        r"share|by|difference|times|lower",
    ),
    (
        "next_epoch",
        lambda x, p, d: [stopped(x, p, d)[0], min(len(x) - 1, stopped(x, p, d)[1] + 1)],
        r"after|one|late|th time",
    ),
    ("losses", lambda x, p, d: [x[t] for t in stopped(x, p, d)], r"epoch|loss|whole"),
)


def with_a_list(losses, patience, least):
    records = [0]
    for t, loss in enumerate(losses):
        if t and loss <= losses[records[-1]] - least + 1e-12:
            records.append(t)
        if t - records[-1] >= patience:
            return records[-1], t
    return records[-1], len(losses) - 1


def with_while(losses, patience, least):
    best, stop, t = 0, len(losses) - 1, 1
    while t < len(losses):
        if losses[t] <= losses[best] - least:
            best = t
        elif t - best == patience:
            stop = t
            break
        t += 1
    return np.array([best, stop])


right("pb_F11_4", "early_stop", ("with_a_list", with_a_list), ("with_while", with_while))

# --- pb-F11.5 · ratios by layer -------------------------------------------------------------------


def length(a, axis=(1, 2)):
    return np.sqrt((a**2).sum(axis=axis))


wrong(
    "pb_F11_5",
    "ratios",
    (
        "whole_network",
        lambda b, a: length(a - b, None) / length(b, None),
        r"layer|whole|each|shape",
    ),
    ("by_the_weights_after", lambda b, a: length(a - b) / length(a), r"before|after"),
    (
        "difference_of_lengths",
        lambda b, a: (length(a) - length(b)) / length(b),
        r"difference|length|update",
    ),
    (
        "mean_of_ratios",
        lambda b, a: np.abs((a - b) / b).mean(axis=(1, 2)),
        r"length|entry|mean|each weight",
    ),
    ("squares", lambda b, a: length(a - b) ** 2 / length(b) ** 2, r"root|square"),
    ("upside_down", lambda b, a: length(b) / length(a - b), r"upside|invers|other way|divide"),
    (
        "sums_of_sizes",
        lambda b, a: np.abs(a - b).sum(axis=(1, 2)) / np.abs(b).sum(axis=(1, 2)),
        r"square|length|root",
    ),
    (
        "of_sums",
        lambda b, a: np.abs((a - b).sum(axis=(1, 2))) / np.abs(b.sum(axis=(1, 2))),
        r"square|length|cancel|root",
    ),
    (
        "spectral",
        lambda b, a: np.linalg.norm(a - b, 2, axis=(1, 2)) / np.linalg.norm(b, 2, axis=(1, 2)),
        r"squares|singular|length|spectral",
    ),
    ("columns", lambda b, a: length(a - b, 1) / length(b, 1), r"shape|layer|\(layers"),
    ("after_over_before", lambda b, a: length(a) / length(b), r"update|differ|step|less"),
    (
        "deviations",
        lambda b, a: (a - b).std(axis=(1, 2)) / b.std(axis=(1, 2)),
        r"mean|deviation|length|squares",
    ),
)
right(
    "pb_F11_5",
    "ratios",
    (
        "rows",
        lambda b, a: [
            np.linalg.norm((new - old).ravel()) / np.linalg.norm(old.ravel())
            for old, new in zip(b, a)
        ],
    ),
    (
        "mean_squares",
        lambda b, a: np.sqrt(np.mean((a - b) ** 2, axis=(1, 2)) / np.mean(b**2, axis=(1, 2))),
    ),
    (
        "einsum",
        lambda b, a: np.sqrt(np.einsum("lij,lij->l", a - b, a - b) / np.einsum("lij,lij->l", b, b)),
    ),
)
wrong(
    "pb_F11_5",
    "rates",
    ("upside_down", lambda w, g, t: t * length(g) / length(w), r"upside|other way|divide|larger"),
    ("without_the_target", lambda w, g, t: length(w) / length(g), r"target"),
    ("divided_by_the_target", lambda w, g, t: length(w) / length(g) / t, r"target"),
    ("squares", lambda w, g, t: t * (length(w) / length(g)) ** 2, r"root|square|length"),
    (
        "one_for_all",
        lambda w, g, t: np.full(len(w), t * length(w, None) / length(g, None)),
        r"layer|each|whole|own",
    ),
    ("without_weights", lambda w, g, t: t / length(g), r"weight|length"),
    ("without_gradients", lambda w, g, t: t * length(w), r"gradient"),
    ("negative", lambda w, g, t: -t * length(w) / length(g), r"sign|negative|above"),
    ("entry_by_entry", lambda w, g, t: t * np.abs(w / g).mean(axis=(1, 2)), r"length|entry|mean"),
    (
        "sums_of_sizes",
        lambda w, g, t: t * np.abs(w).sum(axis=(1, 2)) / np.abs(g).sum(axis=(1, 2)),
        r"square|length|root",
    ),
    ("the_target", lambda w, g, t: np.full(len(w), t), r"ratio|rate|length|gradient"),
    (
        "mean_rate",
        lambda w, g, t: np.full(len(w), np.mean(t * length(w) / length(g))),
        r"layer|each|own|mean",
    ),
)
right(
    "pb_F11_5",
    "rates",
    (
        "tried_at_1",
        lambda w, g, t: t / np.array([length(b, None) / length(a, None) for a, b in zip(w, g)]),
    ),
    ("norms", lambda w, g, t: t * np.linalg.norm(w, axis=(1, 2)) / np.linalg.norm(g, axis=(1, 2))),
)
wrong(
    "pb_F11_5",
    "alpha",
    ("the_ratio", 1e-3, r"deviation|weight|long|length|size"),
    ("variance", 1e-3 * 2 / 96, r"root|variance|deviation"),
    ("whole_length", 1e-3 * np.sqrt(2048 / 48), r"number|2048|each|both|cancel|update"),
    ("he", 1e-3 * np.sqrt(2 / 64), r"Glorot|96|32|sum"),
    ("without_the_2", 1e-3 * np.sqrt(1 / 96), r"2"),
    ("border", 1e-3 * np.sqrt(6 / 96), r"border|deviation|variance|even"),
    ("upside_down", 1e-3 * np.sqrt(48), r"upside|other way|divide|multipl"),
    ("a_tenth", 1.44e-3, r"10|ten|power|target|-3"),
)
right("pb_F11_5", "alpha", ("two_digits", 1.4e-4), ("computed", 1e-3 / np.sqrt(48)))
